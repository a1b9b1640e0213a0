//! The archive between two runs: unchanged, grown, changed, moved, vanished.

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
