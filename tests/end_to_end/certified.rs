//! A certificate after it was issued: edited, signed, outlived by the index, and looked at once the record has moved.

use crate::firm::{Firm, REQUEST, mail};
use serde_json::{Value, json};
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

/// A volume sealed and certified, with a gap that nobody has judged.
fn certified() -> (Firm, Value) {
    let notice =
        |id: &str, date: &str, number: u32| mail(id, date, &format!("Notice no. {number}"), "juniper");
    let firm = Firm::with_files(&[
        ("a.eml", &notice("m1", "Thu, 11 Jan 2024", 1)),
        ("b.eml", &notice("m2", "Fri, 12 Jan 2024", 2)),
        ("f.eml", &notice("m6", "Mon, 22 Jan 2024", 6)),
    ]);
    firm.write(
        "register/sequences.csv",
        b"sequence,source,pattern,from,to,dense_attested_by,note\r\nnotices,box,Notice no\\. ([0-9]+),,,,\r\n",
    );
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    let made = firm.run(&["certify", "SF001", "--format", "json"]).json();
    (firm, made)
}

fn path<'a>(made: &'a Value, kind: &str) -> &'a str {
    made[kind].as_str().unwrap_or_else(|| panic!("no {kind}: {made}"))
}

fn bytes(made: &Value, kind: &str) -> Vec<u8> {
    std::fs::read(path(made, kind)).expect("the file")
}

/// The document with words of its text replaced, as a word processor would write it anew.
fn edited(made: &Value, words: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes(made, "docx"))).expect("an archive");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a part");
        let name = file.name().expect("a name").into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).expect("UTF-8");
        for (from, to) in words.iter().filter(|_| name == "word/document.xml") {
            assert!(text.contains(from), "{from}: {text}");
            text = text.replacen(from, to, 1);
        }
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file(&name, options).expect("a part");
        writer.write_all(text.as_bytes()).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

/// The PDF with something put behind it as a signer's program does: an object, its table, and where the rest is.
fn signed(pdf: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(pdf);
    let last = |word: &str| text.rfind(word).unwrap_or_else(|| panic!("no {word}")) + word.len();
    let number = |at: usize| text[at..].split_whitespace().next().expect("a number").to_owned();
    let (start, root) = (number(last("startxref")), number(last("/Root")));
    let mut made = pdf.to_vec();
    made.extend(b"\n");
    let at = made.len();
    made.extend(b"99999 0 obj\n<< /Type /Sig /Name (Ann Lee) >>\nendobj\n");
    let table = made.len();
    made.extend(
        format!(
            "xref\n99999 1\n{at:010} 00000 n\r\ntrailer\n<< /Size 100000 /Root {root} 0 R /Prev {start} >>\nstartxref\n{table}\n%%EOF\n"
        )
        .bytes(),
    );
    made
}

fn check(firm: &Firm, code: i32, name: &str, bytes: &[u8]) -> Value {
    firm.write(name, bytes);
    let file = firm.path(name);
    firm.json(code, &["certify", "check", file.to_str().expect("UTF-8")])
}

#[test]
fn a_certificate_is_made_as_pdf_docx_and_json_and_each_is_as_issued() {
    let (firm, made) = certified();
    for kind in ["pdf", "docx", "json"] {
        let found = firm.json(0, &["certify", "check", path(&made, kind)]);
        assert_eq!(
            (&found["document"], &found["certificate"], &found["bytes"], &found["now"], &found["unasked"]),
            (
                &json!("as-issued"),
                &made["certificate"],
                &json!("the file is the one that was issued"),
                &json!([]),
                &Value::Null
            ),
            "{kind}"
        );
    }
    // Written anew by another program, the words are the same.
    let anew = check(&firm, 0, "anew.docx", &edited(&made, &[]));
    assert_eq!(
        (&anew["document"], &anew["added"], &anew["turned"]),
        (&json!("as-issued"), &json!([]), &json!([]))
    );
    assert_eq!(anew["bytes"], "the file is not the one that was issued: its words were compared");
    let said = firm.expect(0, &["certify", "check", path(&made, "docx")]);
    assert!(said.out.contains(&format!("certificate {}", made["certificate"])), "{}", said.out);
}

#[test]
fn a_figure_changed_in_the_document_is_told_with_its_sentence() {
    let (firm, made) = certified();
    let changed =
        check(&firm, 4, "e.docx", &edited(&made, &[(">3 documents produced<", ">4 documents produced<")]));
    assert_eq!(changed["document"], "changed");
    assert!(
        changed["changed"][0].as_str().is_some_and(|text| text.contains("3 documents produced")),
        "{changed}"
    );
    let file = firm.path("e.docx");
    let said = firm.expect(4, &["certify", "check", file.to_str().expect("UTF-8")]);
    assert!(
        said.out.contains("FACTS CHANGED: 1 text is no longer as issued:\n    - 3 documents produced"),
        "{}",
        said.out
    );
    // A sentence turned around has no figure, and is for a person to read.
    let turned = [("It does not say that every communication", "It does say that every communication")];
    let turned = check(&firm, 3, "t.docx", &edited(&made, &turned));
    assert_eq!(
        (&turned["document"], turned["turned"].as_array().map(Vec::len)),
        (&json!("added-to"), Some(1)),
        "{turned}"
    );
    let more = [("It does not say that", "Some 900 messages were lost. It does not say that")];
    let more = check(&firm, 3, "m.docx", &edited(&made, &more));
    assert!(more["added"][0].as_str().is_some_and(|about| about.contains("900 messages")), "{more}");
    // Wording is counsel's, and the lines to fill in are the declarant's.
    let filled = [
        ("This certification speaks of the sources", "What is certified here speaks of the sources"),
        ("Executed on (date): ", "Executed on (date): 1 October 2024"),
    ];
    let filled = check(&firm, 0, "f.docx", &edited(&made, &filled));
    assert_eq!(
        (&filled["document"], filled["filled"].as_array().map(Vec::len)),
        (&json!("as-issued"), Some(1)),
        "{filled}"
    );
    // Facts in an edited JSON have their place.
    let json = String::from_utf8(bytes(&made, "json")).expect("UTF-8");
    let json = json.replacen("\"produced_whole\": 3", "\"produced_whole\": 2", 1);
    let json = check(&firm, 4, "e.json", json.as_bytes());
    assert!(
        json["changed"][1].as_str().is_some_and(|place| place.ends_with("produced_whole: was 3, is 2")),
        "{json}"
    );
}

#[test]
fn a_signed_certificate_stays_as_issued_and_one_without_its_digest_is_nobodys() {
    let (firm, made) = certified();
    let found = check(&firm, 0, "signed.pdf", &signed(&bytes(&made, "pdf")));
    assert_eq!((&found["document"], &found["limits"]), (&json!("as-issued"), &json!([])));
    assert_eq!(
        found["bytes"],
        "the file is the one that was issued, with something put behind it, as a signature is"
    );
    let mut other =
        firm.run(&["certify", "SF001", "--format", "json", "--now", "2024-09-20T15:00:00Z"]).json();
    let newer = check(&firm, 0, "newer.docx", &edited(&other, &[]));
    assert_eq!(
        (&newer["certificate"], &other["certificate"]),
        (&json!(2), &json!(2)),
        "the newer, by its own digest"
    );
    other["docx"] = made["docx"].clone();
    let older = check(&firm, 0, "older.docx", &edited(&other, &[]));
    assert_eq!(older["certificate"], 1);
    firm.write("nobodys.txt", b"A certificate of somebody else, with 3 documents.");
    let file = firm.path("nobodys.txt");
    let refused = firm.expect(4, &["certify", "check", file.to_str().expect("UTF-8")]);
    assert!(refused.err.contains("was not issued from this record"), "{}", refused.err);
}

#[test]
fn facts_that_moved_in_the_record_since_are_named() {
    let (firm, made) = certified();
    let gaps = firm.json(0, &["gap", "list"]);
    let gap = gaps[0]["id"].as_str().expect("a gap");
    firm.json(0, &["gap", "confirm", gap, "--why", "the feed broke"]);
    let found = firm.json(4, &["certify", "check", path(&made, "docx")]);
    assert_eq!(found["document"], "as-issued");
    let status = json!({"place": format!("gaps.{gap}.gap.status"), "was": "candidate", "is": "confirmed"});
    let now = found["now"].as_array().expect("a list");
    assert!(now.contains(&status), "{found}");
    let said = firm.expect(4, &["certify", "check", path(&made, "docx")]);
    assert!(
        said.out.contains(&format!("gaps.{gap}.gap.status: was candidate, is confirmed")),
        "{}",
        said.out
    );
}

#[test]
fn the_certificate_its_findings_and_the_trail_outlive_the_index() {
    let (firm, made) = certified();
    let letter = firm.run(&["--format", "json", "letter", "transmittal", "SF001"]).json();
    let before = firm.json(0, &["certify", "SF001", "--as-known-on", "2024-09-20"]);
    let verified = firm.json(0, &["verify", "SF001"]);
    std::fs::remove_dir_all(firm.path(".duces/index")).expect("the index is deleted");
    std::fs::remove_dir_all(firm.path("certificates")).expect("what was written is deleted");
    let after = firm.json(0, &["certify", "SF001", "--as-known-on", "2024-09-20"]);
    assert_eq!(after, before);
    assert_eq!(
        (&after["reproduction"]["pdf"], &after["reproduction"]["json"]),
        (&json!("identical"), &json!("identical"))
    );
    for kind in ["pdf", "docx", "json"] {
        assert!(Path::new(path(&after, kind)).exists(), "{kind}");
    }
    assert_eq!(duces_model::Sha256::of(bytes(&after, "pdf")).to_string(), path(&made, "pdf_sha256"));
    assert_eq!(firm.json(0, &["verify", "SF001"])["findings"], verified["findings"]);
    firm.expect(0, &["audit", "verify"]);
    firm.expect(0, &["audit", "export"]);
    // What was issued is judged without the index; how the record knows the facts now cannot be.
    for file in [path(&after, "docx"), path(&letter, "docx")] {
        let found = firm.json(3, &["certify", "check", file]);
        assert_eq!((&found["document"], &found["now"]), (&json!("as-issued"), &json!([])), "{found}");
        assert!(found["unasked"].as_str().is_some_and(|why| why.contains("holds no index")), "{found}");
    }
    let wrong = edited(&after, &[(">3 documents produced<", ">9 documents produced<")]);
    assert_eq!(check(&firm, 4, "wrong.docx", &wrong)["document"], "changed");
    // The index made anew from the archive gives the same facts at the same hour, and the same pages to the byte.
    firm.json(0, &["index", "--rebuild"]);
    assert_eq!(firm.json(0, &["certify", "check", path(&after, "docx")])["unasked"], Value::Null);
    let again = firm.run(&["certify", "SF001", "--format", "json"]).json();
    assert_eq!(
        (&again["pdf_sha256"], &again["facts_sha256"], &again["certificate"]),
        (&made["pdf_sha256"], &made["facts_sha256"], &json!(2))
    );
    assert!(bytes(&again, "docx") == bytes(&after, "docx"));
}

#[test]
fn a_letter_of_the_past_is_returned_to_the_byte_after_its_wording_has_changed() {
    let (firm, _) = certified();
    let made = firm.run(&["--format", "json", "letter", "transmittal", "SF001"]).json();
    let own = include_str!("../../templates/instruments/transmittal.toml");
    firm.write(
        "templates/transmittal.toml",
        own.replace("Delivered on behalf of", "Herewith, on behalf of").as_bytes(),
    );
    let later = ["letter", "transmittal", "SF001", "--now", "2024-10-20T14:00:00Z", "--format", "json"];
    let later = firm.run(&later).json();
    assert!(bytes(&later, "pdf") != bytes(&made, "pdf"), "the new wording stands in the new letter");
    let issued = ["pdf", "docx", "json"].map(|kind| bytes(&made, kind));
    std::fs::remove_dir_all(firm.path("letters")).expect("what was written is deleted");
    std::fs::remove_dir_all(firm.path(".duces/index")).expect("the index is deleted");
    let asked = ["letter", "transmittal", "SF001", "--as-known-on", "2024-09-30"];
    let stored = firm.json(0, &asked);
    assert_eq!((&stored["instrument"], &stored["because"]), (&made["instrument"], &json!([])));
    assert_eq!(
        stored["remade"],
        json!(["identical", "identical", "identical"]),
        "its facts with its own wording"
    );
    assert!(["pdf", "docx", "json"].map(|kind| bytes(&stored, kind)) == issued);
    assert!(firm.expect(0, &asked).out.contains("PDF identical byte for byte"));
    assert_eq!(
        firm.json(0, &["letter", "transmittal", "r", "--as-known-on", "2024-12-31"])["instrument"],
        later["instrument"]
    );
    let early = firm.expect(1, &["letter", "transmittal", "SF001", "--as-known-on", "2024-09-01"]);
    assert!(early.err.contains("issued on 2024-09-20, 2024-10-20"), "{}", early.err);
    firm.json(0, &["index", "--rebuild"]);
    firm.run(&["letter", "transmittal", "SF001"]);
    let several = firm.expect(1, &["letter", "transmittal", "SF001", "--as-known-on", "2024-09-20"]);
    assert!(
        several.err.contains("found 2 instruments (transmittal of SF001) issued on 2024-09-20"),
        "{}",
        several.err
    );
    assert!(several.err.contains("--as-known-on 2024-09-20 --number"), "{}", several.err);
}

#[test]
fn a_firms_own_wording_of_the_certificate_is_used_and_kept_with_it() {
    let (firm, first) = certified();
    let own = include_str!("../../templates/certificates/completeness.toml");
    let worded =
        own.replace("It does not say that every communication", "Nothing in it says that each communication");
    firm.write("templates/completeness.toml", worded.as_bytes());
    let made = firm.run(&["certify", "SF001", "--format", "json"]).json();
    assert_eq!(made["facts_sha256"], first["facts_sha256"], "the facts are the same");
    assert!(bytes(&made, "pdf") != bytes(&first, "pdf"));
    std::fs::remove_file(firm.path("templates/completeness.toml")).expect("the wording is taken away");
    let found = check(&firm, 0, "own.docx", &edited(&made, &[]));
    assert_eq!((&found["document"], &found["turned"]), (&json!("as-issued"), &json!([])), "{found}");
    let stored = firm.json(0, &["certify", "SF001", "--as-known-on", "2024-09-20", "--certificate", "2"]);
    assert_eq!(stored["reproduction"]["pdf"], "identical");
    firm.write("templates/completeness.toml", own.replace("{{ looked_at }}", "{{ looked }}").as_bytes());
    let line = own.lines().position(|line| line.contains("{{ looked_at }}")).expect("the line") + 1;
    let wrong = firm.expect(1, &["certify", "SF001"]);
    assert!(wrong.err.contains(&format!("templates/completeness.toml:{line}")), "{}", wrong.err);
}
