//! Volumes: sealed once, rebuilt the same, damaged and found out.

use crate::firm::{Firm, REQUEST, mail, tree};

fn selected() -> Firm {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
        ("c.eml", &mail("m3", "Wed, 10 Jan 2024", "Three", "cedar")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm
}

fn produced() -> Firm {
    let firm = selected();
    firm.json(0, &["produce", "r"]);
    firm
}

#[test]
fn a_sealed_volume_verifies_is_rebuilt_the_same_and_is_certified() {
    let firm = produced();
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
    assert_eq!(
        firm.json(0, &["produce", "--rebuild", "SF001"])["differing"].as_array().map(Vec::len),
        Some(0)
    );
    let certified = firm.json(0, &["certify", "SF001"]);
    let pdf = firm
        .path("certificates")
        .join(certified["pdf"].as_str().and_then(|p| p.rsplit('/').next()).expect("a name"));
    assert!(std::fs::read(pdf).expect("the PDF").starts_with(b"%PDF"));
}

#[test]
fn a_second_volume_takes_the_next_numbers_and_nothing_that_was_produced() {
    let firm = produced();
    firm.write("archive/d.eml", &mail("m4", "Thu, 11 Jan 2024", "Four", "juniper four"));
    firm.json(0, &["index"]);
    let selected = firm.json(0, &["select", "r"]);
    assert_eq!(selected["dispositions"]["excluded-already-produced"], 2);
    let second = firm.json(0, &["produce", "r"]);
    assert_eq!(second["volume"], "SF002");
    assert_eq!(second["bates"]["first"], "SF0000003");
    assert_eq!(firm.json(0, &["verify", "SF002"])["passed"], true);
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
}

#[test]
fn a_volume_damaged_after_sealing_does_not_verify_and_is_not_certified() {
    let firm = produced();
    for (name, bytes) in tree(&firm.path("productions/SF001")) {
        let mut damaged = bytes.clone();
        match damaged.last_mut() {
            Some(last) => *last ^= 0x20,
            None => continue,
        }
        firm.write(&format!("productions/SF001/{name}"), &damaged);
        let report = firm.json(4, &["verify", "SF001"]);
        assert_eq!(report["passed"], false, "{name}");
        assert_eq!(firm.run(&["certify", "SF001"]).code, 4, "{name}");
        firm.write(&format!("productions/SF001/{name}"), &bytes);
    }
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
}

#[test]
fn retained_bytes_that_changed_since_indexing_are_never_produced() {
    let firm = Firm::with_files(&[("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one"))]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.write("archive/a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper two"));
    let refused = firm.expect(1, &["produce", "r"]);
    assert!(refused.err.contains("a.eml") && refused.err.contains("changed since"), "{}", refused.err);
    assert!(!firm.path("productions/SF001").exists());
    // Originals are read again before a number is spent: nothing is begun.
    assert_eq!(firm.json(3, &["status"])["volumes"].as_array().map(Vec::len), Some(0));
}

#[test]
fn open_decisions_stop_a_production_or_make_the_certificate_partial() {
    let undated = b"From: ann@small.example\r\nTo: bob@client.example\r\nSubject: no date\r\nMessage-ID: <u@small.example>\r\n\r\njuniper\r\n";
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("u.eml", undated),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    assert_eq!(firm.json(3, &["select", "r"])["queue"], 1);
    let refused = firm.expect(4, &["produce", "r"]);
    assert!(refused.err.contains("1 of 2 documents are pending"), "{}", refused.err);
    firm.json(0, &["produce", "r", "--partial"]);
    let certified = firm.json(3, &["certify", "SF001"]);
    assert!(certified["title"].as_str().is_some_and(|title| title.contains("Partial")), "{certified}");
}

/// Everything in a volume as one string of bytes, for searching.
fn bytes_of(firm: &Firm, volume: &str) -> Vec<u8> {
    tree(&firm.path(&format!("productions/{volume}"))).into_iter().flat_map(|(_, bytes)| bytes).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn what_waited_is_produced_later_with_new_numbers_and_both_volumes_are_certified() {
    let undated = b"From: ann@small.example\r\nTo: bob@client.example\r\nSubject: no date\r\nMessage-ID: <u@small.example>\r\n\r\njuniper\r\n";
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("u.eml", undated),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(3, &["select", "r"]);
    firm.json(0, &["produce", "r", "--partial"]);
    firm.decide("r", 0, |row| {
        if row.cell("stands") == "undecided" {
            row.set("responsive", "yes");
        }
    });
    let rest = firm.json(3, &["produce", "r"]);
    assert_eq!(
        (rest["volume"].as_str(), rest["bates"]["first"].as_str()),
        (Some("SF002"), Some("SF0000002"))
    );
    assert_eq!(rest["dispositions"]["excluded-already-produced"], 1);
    for volume in ["SF001", "SF002"] {
        let certified = firm.json(0, &["certify", volume]);
        assert_eq!(certified["title"], "Certification of Completeness", "{certified}");
    }
    assert_eq!(firm.expect(4, &["produce", "r"]).code, 4, "nothing is left to produce");
}

#[test]
fn what_was_withheld_once_stays_withheld_in_a_supplement() {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("p.eml", &mail("p1", "Tue, 09 Jan 2024", "Privileged", "juniper advice of counsel")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.decide("r", 0, |row| {
        if row.cell("subject") == "Privileged" {
            row.set("privileged", "attorney-client");
            row.set("by", "C. Counsel");
        }
    });
    firm.json(0, &["produce", "r"]);
    assert!(!holds(&bytes_of(&firm, "SF001"), "advice of counsel"));
    firm.write("archive/b.eml", &mail("m2", "Wed, 10 Jan 2024", "Two", "juniper two"));
    firm.json(0, &["index"]);
    let selected = firm.json(0, &["select", "r"]);
    assert_eq!(selected["dispositions"]["withheld-privilege"], 1, "{selected}");
    firm.json(0, &["produce", "r"]);
    assert!(!holds(&bytes_of(&firm, "SF002"), "advice of counsel"));
    let certified = firm.json(0, &["certify", "SF002"]);
    assert_eq!(certified["title"], "Certification of Completeness", "{certified}");
    // Its twin in another mailbox does not go out either.
    firm.write(
        "archive/copy/p.eml",
        &mail("p1", "Tue, 09 Jan 2024", "Privileged", "juniper advice of counsel"),
    );
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let refused = firm.expect(4, &["produce", "r"]);
    assert!(refused.err.contains("withheld"), "{}", refused.err);
}

#[test]
fn decisions_that_contradict_a_sealed_volume_are_not_certified() {
    let firm = produced();
    firm.decide("r", 0, |row| {
        if row.cell("subject") == "One" {
            row.set("privileged", "attorney-client");
            row.set("by", "C. Counsel");
        }
    });
    let refused = firm.expect(4, &["certify", "SF001"]);
    assert!(refused.err.contains("SF0000001") && refused.err.contains("clawed back"), "{}", refused.err);
}

#[test]
fn a_duplicate_has_the_same_native_and_a_person() {
    let firm = produced();
    let (mut rows, path) = firm.review_sheet("r");
    let other = rows[1].cell("document").to_owned();
    rows[0].set("duplicate of", &other);
    let refused = firm.hand_back("r", 1, &path, &rows);
    assert!(refused.err.contains("no duplicate"), "{}", refused.err);
}

#[test]
fn the_archive_that_is_delivered_is_held_against_its_digest() {
    let firm = produced();
    let zip = "productions/SF001.zip";
    let bytes = std::fs::read(firm.path(zip)).expect("the archive");
    let mut damaged = bytes.clone();
    damaged[bytes.len() / 2] ^= 1;
    firm.write(zip, &damaged);
    assert_eq!(firm.json(4, &["verify", "SF001"])["passed"], false);
    assert_eq!(firm.run(&["certify", "SF001"]).code, 4);
    std::fs::remove_file(firm.path(zip)).expect("removed");
    assert_eq!(firm.run(&["certify", "SF001"]).code, 4);
    firm.write(zip, &bytes);
    let by_path = firm.path("productions/SF001");
    let report = firm.json(0, &["verify", by_path.to_str().expect("UTF-8")]);
    assert_eq!(report["against_ledger"], true, "our own volume is known by its path too");
}

#[test]
fn gaps_are_looked_for_when_a_certificate_is_made() {
    let inside = b"From: desk@small.example\r\nTo: ann@small.example\r\nDate: Mon, 08 Jan 2024 10:00:00 -0500\r\nMessage-ID: <d@small.example>\r\nSubject: D\r\n\r\njuniper\r\n";
    let firm = Firm::with_files(&[("d.eml", inside)]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    let certified = firm.json(0, &["certify", "SF001"]);
    let title = certified["title"].as_str().expect("a title");
    assert!(title.ends_with("Subject to the Schedule of Gaps"), "nobody ran duces coverage: {title}");
}

#[cfg(unix)]
#[test]
fn what_indexing_passed_over_stands_in_the_certificate_and_what_changed_makes_it_partial() {
    let firm = produced();
    std::os::unix::fs::symlink("a.eml", firm.path("archive/link.eml")).expect("a link");
    firm.json(0, &["index"]);
    let facts = |certified: &serde_json::Value| -> serde_json::Value {
        let path = firm
            .path("certificates")
            .join(certified["json"].as_str().and_then(|path| path.rsplit('/').next()).expect("a name"));
        serde_json::from_slice(&std::fs::read(path).expect("the facts")).expect("JSON")
    };
    let certified = firm.json(0, &["certify", "SF001"]);
    assert_eq!(certified["title"], "Certification of Completeness");
    assert!(facts(&certified).to_string().contains("mail:link.eml"), "a link is told, with the rule");
    firm.write(
        "archive/c.eml",
        &mail("m3", "Wed, 10 Jan 2024", "Three", "juniper now, and longer than it was"),
    );
    firm.json(3, &["index"]);
    let certified = firm.json(3, &["certify", "SF001"]);
    assert!(certified["title"].as_str().is_some_and(|title| title.starts_with("Partial")), "{certified}");
}

#[test]
fn another_volume_of_the_request_whose_archive_is_damaged_keeps_the_certificate_partial() {
    let firm = produced();
    firm.write("archive/d.eml", &mail("m4", "Thu, 11 Jan 2024", "Four", "juniper four"));
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    assert_eq!(firm.json(0, &["certify", "SF002"])["title"], "Certification of Completeness");
    std::fs::remove_file(firm.path("productions/SF001.zip")).expect("removed");
    let certified = firm.json(3, &["certify", "SF002"]);
    assert_eq!(certified["title"], "Partial Certification of Completeness", "{certified}");
}

#[test]
fn a_pdf_volume_is_encrypted_and_rebuilt_the_same_and_its_password_lies_elsewhere() {
    let firm = produced();
    firm.write("archive/d.eml", &mail("m4", "Thu, 11 Jan 2024", "Four", "juniper four"));
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let made = firm.json(0, &["produce", "r", "--profile", "sec-enf-2021-08-pdf"]);
    let verified = firm.json(0, &["verify", "SF002"]);
    assert_eq!(verified["passed"], true, "{verified}");
    let first = made["bates"]["first"].as_str().expect("a number");
    assert!(firm.path(&format!("productions/SF002/PDF/0001/{first}.pdf")).exists());
    assert_eq!(firm.json(0, &["certify", "SF002"])["title"], "Certification of Completeness");
    let rebuilt = firm.json(0, &["produce", "--rebuild", "SF002"]);
    assert_eq!(rebuilt["differing"].as_array().map(Vec::len), Some(0));
    assert!(made["password_file"].as_str().is_some_and(|path| path.ends_with("SF002.txt")));
    let password = std::fs::read_to_string(firm.path("passwords/SF002.txt")).expect("the password");
    let held =
        |bytes: &[u8]| bytes.windows(password.trim().len()).any(|part| part == password.trim().as_bytes());
    for (name, bytes) in tree(&firm.path("productions")) {
        assert!(!held(&bytes), "{name} holds the password");
    }
    assert!(!held(&std::fs::read(firm.path(".duces/ledger.sqlite")).expect("the ledger")));
}

#[test]
fn a_mail_in_html_is_set_on_pages_as_it_looked_and_its_text_is_in_the_volume_whole() {
    let html = b"From: ann@small.example\r\nTo: bob@client.example\r\nSubject: Table\r\nDate: Mon, 08 Jan 2024 10:00:00 -0500\r\n\
        Message-ID: <h@small.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=B\r\n\r\n\
        --B\r\nContent-Type: text/plain\r\n\r\njuniper\r\n--B\r\nContent-Type: text/html\r\n\r\n\
        <table border=1><tr><td>juniper</td><td>columnword</td></tr></table>\r\n--B--\r\n";
    let firm = Firm::with_files(&[("h.eml", html)]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let made = firm.json(0, &["produce", "r", "--profile", "sec-enf-2021-08-pdf"]);
    let volume = made["volume"].as_str().expect("a name");
    assert_eq!(firm.json(0, &["verify", volume])["passed"], true);
    let text = firm.read(&format!("productions/{volume}/TEXT/0001/SF0000001.txt"));
    assert!(text.contains("columnword"), "{text}");
    let rebuilt = firm.json(0, &["produce", "--rebuild", volume]);
    assert_eq!(rebuilt["differing"].as_array().map(Vec::len), Some(0));
}

#[test]
fn the_profiles_with_page_images_make_volumes_that_verify_are_rebuilt_the_same_and_certified() {
    // Held against their own profiles: the FTC prefers no Unicode, and the DOJ's list lacks three of the SEC's fields.
    for profile in ["sec-enf-2021-08-imaged", "ftc-bc-2015", "doj-atr"] {
        let firm = Firm::with_files(&[
            ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
            ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
        ]);
        firm.write("requests/r.toml", REQUEST.as_bytes());
        firm.json(0, &["index"]);
        firm.json(0, &["select", "r"]);
        let mock = firm.json(0, &["produce", "r", "--mock", "--profile", profile]);
        assert_eq!((mock["numbers"].as_u64(), mock["counted"].as_bool()), (Some(2), Some(true)), "{profile}");
        if profile == "doj-atr" {
            // The DOJ's custodians are "Last, First"; the register of this firm names none so.
            let refused = firm.expect(4, &["produce", "r", "--profile", profile]).err;
            assert!(refused.contains("names-otherwise") && refused.contains("last-first"), "{refused}");
            let why = "agreed with staff";
            firm.json(
                0,
                &["gate", "r", "--profile", profile, "--acknowledge", "names-otherwise", "--why", why],
            );
        }
        let made = firm.json(0, &["produce", "r", "--profile", profile]);
        let verified = firm.json(0, &["verify", "SF001"]);
        assert_eq!(verified["passed"], true, "{profile}: {verified}");
        let volume = &verified["volumes"][0];
        assert_eq!(volume["findings"].as_array().map(Vec::len), Some(0), "{profile}: {verified}");
        assert_eq!(volume["summary"]["profile"], profile, "{verified}");
        assert_eq!(made["bates"]["last"], "SF0000002");
        let volume = tree(&firm.path("productions/SF001"));
        let images: Vec<&String> =
            volume.iter().map(|(name, _)| name).filter(|name| name.ends_with(".tif")).collect();
        assert_eq!(images.len(), 2, "{profile}: {images:?}");
        let (_, opt) = volume.iter().find(|(name, _)| name.ends_with(".opt")).expect("an OPT");
        let opt = String::from_utf8_lossy(opt);
        assert!(opt.lines().next().is_some_and(|line| line.starts_with("SF0000001,")), "{profile}: {opt}");
        let rebuilt = firm.json(0, &["produce", "--rebuild", "SF001"]);
        assert_eq!(rebuilt["differing"].as_array().map(Vec::len), Some(0), "{profile}");
        assert_eq!(
            firm.json(0, &["certify", "SF001"])["title"],
            "Certification of Completeness",
            "{profile}"
        );
        // A page that is taken away is missed, whatever else stands there.
        let (name, _) = volume.iter().find(|(name, _)| name.ends_with(".tif")).expect("a page");
        std::fs::remove_file(firm.path(&format!("productions/SF001/{name}"))).expect("removed");
        assert_eq!(firm.json(4, &["verify", "SF001"])["passed"], false, "{profile}");
    }
}

#[test]
fn a_designation_by_a_reviewer_reaches_load_file_and_pages_and_a_second_volume_is_built_again_with_it() {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.decide("r", 0, |row| {
        if row.cell("subject") == "One" {
            row.set("confidentiality", "Highly  Confidential");
        }
    });
    firm.json(0, &["produce", "r", "--profile", "sec-enf-2021-08-pdf"]);
    let data = firm.read("productions/SF001/DATA/SF001.dat");
    let rows: Vec<&str> = data.lines().skip(1).collect();
    assert!(rows[0].contains("þHighly Confidentialþ") && rows[1].contains("þNot designatedþ"), "{data}");
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
    firm.decide("r", 0, |row| row.set("confidentiality", ""));
    let rebuilt = firm.json(0, &["produce", "--rebuild", "SF001"]);
    assert_eq!(rebuilt["differing"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_volume_that_is_not_made_leaves_no_password() {
    let firm = selected();
    let trial = ["produce", "r", "--test-volume", "--profile", "sec-enf-2021-08-pdf"];
    firm.json(0, &trial);
    let password = firm.path("passwords/TEST_SF.txt");
    std::fs::remove_file(&password).expect("the password of the first trial");
    firm.expect(1, &trial);
    assert!(!password.exists(), "a trial that stands there already is not made again");
}

#[test]
fn a_trial_takes_no_number_of_the_series_and_is_never_certified() {
    let firm = selected();
    let trial = firm.json(0, &["produce", "r", "--test-volume", "--profile", "finra", "--volume", "X1"]);
    assert_eq!(trial["trial"], true);
    assert!(firm.path("trials/TEST_X1/README.txt").exists());
    firm.expect(1, &["certify", "TEST_X1"]);
    assert_eq!(firm.json(0, &["produce", "r"])["bates"]["first"], "SF0000001");
}
