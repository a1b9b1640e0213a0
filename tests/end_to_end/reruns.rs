//! The archive between two runs: unchanged, grown, changed, moved, vanished, and runs that did not end.

use crate::firm::{Firm, mail, mbox};

fn three() -> Vec<Vec<u8>> {
    (1..=3)
        .map(|n| {
            mail(
                &format!("m{n}"),
                &format!("Mon, {:02} Jan 2024", n + 7),
                &format!("Subject {n}"),
                "juniper order",
            )
        })
        .collect()
}

#[test]
fn an_unchanged_archive_is_left_alone_and_that_is_said() {
    let firm = Firm::with_files(&[("a.mbox", &mbox(&three()))]);
    let first = firm.json(0, &["index"]);
    assert_eq!(first["containers"]["found"], 3);
    let again = firm.json(0, &["index"]);
    assert_eq!(again["containers_unchanged"], 1);
    assert_eq!(again["containers_new"], 0);
    assert_eq!(again["snapshot"], first["snapshot"]);
    assert!(firm.expect(0, &["index"]).out.starts_with("Nothing to do"));
    assert_eq!(firm.json(0, &["index", "--rehash"])["containers_unchanged"], 1);
}

#[test]
fn a_mailbox_that_grew_is_read_on_and_its_old_documents_keep_their_identity() {
    let mails = three();
    let firm = Firm::with_files(&[("a.mbox", &mbox(&mails[..2]))]);
    firm.json(0, &["index"]);
    firm.write("archive/a.mbox", &mbox(&mails));
    let grown = firm.json(0, &["index"]);
    assert_eq!(
        (grown["containers_grown"].as_u64(), grown["containers"]["found"].as_u64()),
        (Some(1), Some(3))
    );
    // The same archive indexed in one go is the same snapshot.
    let at_once = Firm::with_files(&[("a.mbox", &mbox(&mails))]).json(0, &["index"]);
    assert_eq!(at_once["snapshot"], grown["snapshot"]);
    assert_eq!(firm.json(0, &["search", "--dialect", "dtsearch", "juniper"])["hits"], 3);
}

#[test]
fn a_file_that_changed_is_reported_and_never_silently_read_again() {
    let firm = Firm::with_files(&[("a.eml", &three()[0])]);
    let before = firm.json(0, &["index"]);
    firm.write(
        "archive/a.eml",
        &mail("other", "Mon, 08 Jan 2024", "Another", "cedar and more words than before"),
    );
    let after = firm.json(3, &["index"]);
    assert_eq!(after["notes"][0]["what"], "changed");
    assert_eq!(after["snapshot"], before["snapshot"]);
}

#[test]
fn a_file_that_vanished_is_reported_and_its_record_stays() {
    let firm = Firm::with_files(&[("a.eml", &three()[0]), ("b.eml", &three()[1])]);
    let before = firm.json(0, &["index"]);
    std::fs::remove_file(firm.path("archive/b.eml")).expect("removed");
    let after = firm.json(3, &["index"]);
    assert_eq!(after["notes"][0]["what"], "vanished");
    assert_eq!(after["containers"]["found"], before["containers"]["found"]);
}

#[test]
fn a_file_that_moved_keeps_its_identity() {
    let firm = Firm::with_files(&[("a.eml", &three()[0]), ("b.eml", &three()[1])]);
    let before = firm.json(0, &["index"]);
    std::fs::create_dir_all(firm.path("archive/2024")).expect("a folder");
    std::fs::rename(firm.path("archive/b.eml"), firm.path("archive/2024/b.eml")).expect("moved");
    let after = firm.json(0, &["index"]);
    assert_eq!(after["notes"][0]["what"], "moved");
    assert_eq!(after["snapshot"], before["snapshot"]);
    assert_eq!(firm.json(0, &["index"])["containers_unchanged"], 2);
}

#[test]
fn an_archive_moved_as_a_whole_has_the_same_documents() {
    let firm = Firm::with_files(&[("a.mbox", &mbox(&three()))]);
    let before = firm.json(0, &["index"]);
    std::fs::rename(firm.path("archive"), firm.path("elsewhere")).expect("moved");
    let settings = firm.read("duces.toml").replace("\"archive\"", "\"elsewhere\"");
    firm.write("duces.toml", settings.as_bytes());
    let after = firm.json(0, &["index"]);
    assert_eq!((after["containers_unchanged"].as_u64(), &after["snapshot"]), (Some(1), &before["snapshot"]));
}

#[test]
fn a_lost_index_is_made_again_from_the_archive_with_the_same_documents() {
    let firm = Firm::with_files(&[("a.mbox", &mbox(&three()))]);
    let before = firm.json(0, &["index"]);
    std::fs::remove_dir_all(firm.path(".duces/index")).expect("removed");
    let lost = firm.expect(1, &["index"]);
    assert!(lost.err.contains("--rebuild"), "{}", lost.err);
    let after = firm.json(0, &["index", "--rebuild"]);
    assert_eq!(after["snapshot"], before["snapshot"]);
    assert_eq!(firm.json(0, &["search", "--dialect", "dtsearch", "juniper"])["hits"], 3);
}

#[test]
fn when_the_register_changes_every_recorded_occurrence_is_attributed_anew() {
    let firm = Firm::with_files(&[("a.mbox", &mbox(&three()))]);
    firm.json(0, &["index"]);
    let moved = firm
        .read("register/sources.csv")
        .replace("mail:**", "mail:nowhere/**")
        .replace("ann@small", "x@small");
    firm.write("register/sources.csv", moved.as_bytes());
    let after = firm.json(0, &["index"]);
    assert_eq!(after["reattributed"], 3);
    let unattributed =
        after["sources"].as_array().expect("sources").iter().find(|row| row["source"].is_null());
    assert_eq!(unattributed.expect("the bucket without a source")["occurrences"], 3);
}

#[test]
fn a_mailbox_that_ended_inside_a_message_and_then_grew_is_reported_and_keeps_its_account() {
    let mails = three();
    let whole = mbox(&mails);
    let inside = mbox(&mails[..2]).len() - 8;
    let firm = Firm::with_files(&[("a.mbox", &whole[..inside])]);
    let before = firm.json(0, &["index"]);
    assert_eq!(before["containers"]["found"], 2);
    firm.write("archive/a.mbox", &whole);
    for _ in 0..2 {
        let after = firm.json(3, &["index"]);
        assert_eq!(after["notes"][0]["what"], "changed");
        let detail = after["notes"][0]["detail"].as_str().expect("a detail");
        assert!(detail.contains("its last message changed when it grew"), "{detail}");
        assert_eq!(after["snapshot"], before["snapshot"]);
        assert_eq!(after["containers"], before["containers"]);
    }
    assert!(firm.read("reports/containers.csv").contains("changed"));
}

#[test]
fn a_maildir_message_under_two_names_is_two_containers_now_and_later() {
    let message = &three()[0];
    let firm = Firm::with_files(&[("box/cur/1.x:2,F", message), ("box/cur/1.x:2,S", message)]);
    std::fs::create_dir_all(firm.path("archive/box/new")).expect("a folder");
    let first = firm.json(0, &["index"]);
    assert_eq!((first["containers_new"].as_u64(), first["containers"]["found"].as_u64()), (Some(2), Some(2)));
    let again = firm.json(0, &["index", "--rehash"]);
    assert_eq!((again["containers_unchanged"].as_u64(), &again["snapshot"]), (Some(2), &first["snapshot"]));
    // One more name sorts before both: the two that are known stay what they are.
    firm.write("archive/box/cur/1.x:2,", message);
    let third = firm.json(0, &["index"]);
    let counts = (third["containers_new"].as_u64(), third["containers_unchanged"].as_u64());
    assert_eq!((counts, third["containers"]["found"].as_u64()), ((Some(1), Some(2)), Some(3)));
    // Another flag on one of them is a move, not a fourth container.
    std::fs::rename(firm.path("archive/box/cur/1.x:2,S"), firm.path("archive/box/cur/1.x:2,RS"))
        .expect("renamed");
    assert_eq!(firm.json(0, &["index"])["containers"]["found"], 3);
}

#[test]
fn a_file_that_moved_under_another_rule_belongs_to_another_source() {
    let mail = String::from_utf8_lossy(&three()[0]).replace("ann@small", "eve@other").into_bytes();
    let firm = Firm::with_files(&[("a/x.eml", &mail)]);
    let ruled = firm.read("register/sources.csv").replace("mail:**", "mail:a/**");
    firm.write("register/sources.csv", ruled.as_bytes());
    let of_box = |report: &serde_json::Value| {
        let rows = report["sources"].as_array().expect("sources");
        rows.iter()
            .find(|row| row["source"] == "box")
            .map_or(0, |row| row["occurrences"].as_u64().unwrap_or(0))
    };
    assert_eq!(of_box(&firm.json(0, &["index"])), 1);
    std::fs::create_dir_all(firm.path("archive/b")).expect("a folder");
    std::fs::rename(firm.path("archive/a/x.eml"), firm.path("archive/b/x.eml")).expect("moved");
    let after = firm.json(0, &["index"]);
    assert_eq!(
        (after["notes"][0]["what"].as_str(), after["reattributed"].as_u64()),
        (Some("moved"), Some(1))
    );
    assert_eq!(of_box(&after), 0);
    assert!(firm.json(0, &["index"])["reattributed"].is_null(), "and it is not asked anew each time");
}

#[test]
fn a_rebuild_that_was_cut_short_is_done_again_until_it_ends() {
    let firm = Firm::with_files(&[("a.mbox", &mbox(&three()[..2]))]);
    firm.json(0, &["index"]);
    let older = crate::firm::tree(&firm.path(".duces/index"));
    firm.write("archive/a.mbox", &mbox(&three()));
    let before = firm.json(0, &["index"]);
    let empty = Firm::with_files(&[]);
    empty.json(0, &["index"]);
    // What a killed rebuild leaves is an index in which nothing was committed; an index put back from a
    // copy stands before the ledger; a folder without an index is neither.
    let made = crate::firm::tree(&empty.path(".duces/index"));
    for content in [made, older, Vec::new()] {
        std::fs::remove_dir_all(firm.path(".duces/index")).expect("removed");
        std::fs::create_dir_all(firm.path(".duces/index")).expect("a folder");
        for (name, bytes) in &content {
            firm.write(&format!(".duces/index/{name}"), bytes);
        }
        assert_ne!(firm.run(&["index"]).code, 0, "it is not used as it is");
        for _ in 0..2 {
            assert_eq!(firm.json(0, &["index", "--rebuild"])["snapshot"], before["snapshot"]);
        }
        assert_eq!(firm.json(0, &["search", "--dialect", "dtsearch", "juniper"])["hits"], 3);
    }
}

#[test]
fn a_rebuild_without_a_file_says_what_is_missing_and_writes_the_sheets() {
    let firm = Firm::with_files(&[("a.eml", &three()[0]), ("b.eml", &three()[1])]);
    firm.json(0, &["index"]);
    std::fs::rename(firm.path("archive/b.eml"), firm.path("away.eml")).expect("moved away");
    std::fs::remove_dir_all(firm.path("reports")).expect("removed");
    let refused = firm.expect(4, &["index", "--rebuild"]);
    assert!(refused.err.contains("the index"), "{}", refused.err);
    assert!(firm.read("reports/containers.csv").contains("vanished"));
    std::fs::rename(firm.path("away.eml"), firm.path("archive/b.eml")).expect("put back");
    firm.json(0, &["index", "--rebuild"]);
    assert_eq!(firm.json(0, &["search", "--dialect", "dtsearch", "juniper"])["hits"], 2);
}
