//! Redaction, from a sheet to a volume: what is covered is nowhere in it, in no form.

mod dug;
mod files;

use crate::firm::{Firm, REQUEST, mail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use duces_model::{Md5, Sha256};
use dug::{Piece, dug, holding};

const HEADS: &str = "document,page,x,y,width,height,field,start,end,text,occurrence,reason,by\n";
const PROFILE: &str = "pdf-unencrypted";
const NOTES: &str = "juniper notes\r\nThe OSPREYPROTOCOL is to start in May.\r\nNothing else is in here.\r\n";
/// Words that are covered: in a mail's text, in an attached file, under a region.
const SECRETS: [&str; 3] = ["44712290", "OSPREYPROTOCOL", "kestrelmeadow"];

/// A mail in base64 with the secret in its text, subject, recipients and the names of what is attached.
fn wire() -> Vec<u8> {
    let text = STANDARD.encode("juniper: wire it to 44712290 at once.\r\nThe rest may be read by all.\r\n");
    let subject = STANDARD.encode("Payment to 4471-2290");
    let notes = STANDARD.encode(NOTES);
    format!(
        "From: Ann <ann@small.example>\r\nTo: =?utf-8?B?{}?= <44712290@pay.example>, bob@client.example\r\n\
         Date: Mon, 08 Jan 2024 10:00:00 -0500\r\nMessage-ID: <wire@small.example>\r\n\
         Subject: =?utf-8?B?{subject}?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n\
         --x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n\
         --x\r\nContent-Type: text/plain; name=\"to-44712290.txt\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"to-44712290.txt\"\r\n\r\n{notes}\r\n\
         --x\r\nContent-Type: text/plain; name=\"open.txt\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"open.txt\"\r\n\r\n{}\r\n--x--\r\n",
        STANDARD.encode("Account 44712290"),
        STANDARD.encode("nothing of interest"),
    )
    .into_bytes()
}

fn selected() -> Firm {
    let firm = Firm::with_files(&[
        ("wire.eml", &wire()),
        ("bird.eml", &mail("bird", "Tue, 09 Jan 2024", "Birds", "juniper and kestrelmeadow\r\n\r\nbye")),
        ("open.eml", &mail("open", "Wed, 10 Jan 2024", "Open", "juniper, to be read by all")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    let pdf = include_str!("../../templates/profiles/sec-enf-2021-08-pdf.toml");
    // With the natives of what is on pages too, so that there is more to be found in.
    let own = pdf.replace("sec-enf-2021-08-pdf", PROFILE).replace("value = \"aes-256\"", "value = \"none\"");
    let own = own.replace("value = \"unpaged\"", "value = \"all\"");
    firm.write(&format!("profiles/{PROFILE}.toml"), own.as_bytes());
    firm.json(0, &["index"]);
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm
}

/// The document with this file name or, of a mail, this subject.
fn document(firm: &Firm, named: &str) -> String {
    let (rows, _) = firm.review_sheet("r");
    let found = rows.iter().find(|row| row.cell("subject") == named || row.cell("file name") == named);
    found.unwrap_or_else(|| panic!("no {named}")).cell("document").to_owned()
}

fn take(firm: &Firm, code: i32, rows: &str) -> serde_json::Value {
    firm.write("redactions.csv", format!("{HEADS}{rows}").as_bytes());
    let path = firm.path("redactions.csv");
    firm.json(code, &["review", "redactions", "r", path.to_str().expect("UTF-8")])
}

/// Decides what is redacted and takes the sheet: a text in the mail, one in what is attached, a region.
fn redact(firm: &Firm) -> [String; 3] {
    let all = ["Payment to 4471-2290", "to-44712290.txt", "Birds"].map(|named| document(firm, named));
    // A family is decided differently within.
    firm.decide("r", 3, |row| {
        row.set("responsive", "yes");
        if all.iter().any(|id| row.cell("document") == id) {
            row.set("redact", "yes");
        }
    });
    let [wire, notes, bird] = &all;
    take(
        firm,
        0,
        &format!(
            "{wire},,,,,,body,,,44712290,,bank account,C. Counsel\n{notes},,,,,,body,,,OSPREYPROTOCOL,,trade secret,\n\
             {bird},1,60,110,500,60,,,,,,trade secret,\n"
        ),
    );
    all
}

fn volume(firm: &Firm, name: &str) -> Vec<Piece> {
    let archive = firm.path(&format!("productions/{name}.zip"));
    dug(&firm.path(&format!("productions/{name}")), &[&archive])
}

#[test]
fn a_sheet_of_texts_alone_needs_no_columns_of_regions() {
    let firm = selected();
    let text = format!("document,field,text,reason\n{},body,kestrelmeadow,name\n", document(&firm, "Birds"));
    firm.write("texts.csv", text.as_bytes());
    let path = firm.path("texts.csv");
    let taken = firm.json(3, &["review", "redactions", "r", path.to_str().expect("UTF-8")]);
    assert_eq!(taken["redactions"], 1, "{taken}");
    firm.write("texts.csv", b"document,text,reason\n");
    let refused = firm.expect(1, &["review", "redactions", "r", path.to_str().expect("UTF-8")]);
    assert!(refused.err.contains("field") && !refused.err.contains("width"), "{}", refused.err);
}

#[test]
fn nothing_that_is_covered_is_anywhere_in_the_volume_in_any_form() {
    let open = selected();
    open.decide("r", 0, |row| row.set("responsive", "yes"));
    open.json(0, &["produce", "r", "--profile", PROFILE]);
    let pieces = volume(&open, "SF001");
    // The search is able to find them: in the text, the PDF's text, the natives, the load file, names of files.
    for secret in SECRETS {
        let found = holding(&pieces, secret);
        for part in ["TEXT/", ".pdf, text", "NATIVES/", "zip:"] {
            assert!(found.iter().any(|place| place.contains(part)), "{secret} in {part}: {found:?}");
        }
    }
    assert!(holding(&pieces, "44712290").iter().any(|place| place.contains("SF001.dat")));
    let wired = holding(&pieces, &Sha256::of(wire()).to_string());
    assert!(wired.iter().any(|place| place.contains("SF001.dat")), "{wired:?}");

    let firm = selected();
    redact(&firm);
    let gate = firm.json(3, &["gate", "r", "--profile", PROFILE]);
    let asked: Vec<&str> = gate["questions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|one| one["acknowledged"].is_null())
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(asked, ["mixed-families", "regions-cover"], "{gate}");
    let why = "looked at the pages";
    for id in asked {
        firm.json(
            if id == "regions-cover" { 0 } else { 3 },
            &["gate", "r", "--profile", PROFILE, "--acknowledge", id, "--why", why],
        );
    }
    let made = firm.json(3, &["produce", "r", "--profile", PROFILE]);
    assert_eq!(made["dispositions"]["produced-redacted"], 3);
    let pieces = volume(&firm, "SF001");
    let natives = [
        Sha256::of(wire()).to_string(),
        Md5::of(wire()).to_string(),
        Sha256::of(NOTES).to_string(),
        Md5::of(NOTES).to_string(),
    ];
    for secret in SECRETS.into_iter().map(str::to_owned).chain(natives) {
        assert_eq!(holding(&pieces, &secret), [""; 0], "{secret}");
    }
    for stays in ["The rest may be read by all", "Nothing else is in here", "REDACTED: bank account"] {
        let found = holding(&pieces, stays);
        assert!(found.iter().any(|place| place.ends_with(".txt")), "{stays}: {found:?}");
        assert!(found.iter().any(|place| place.ends_with(".pdf, text")), "{stays}: {found:?}");
    }
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
    assert_eq!(
        firm.json(0, &["produce", "--rebuild", "SF001"])["differing"].as_array().map(Vec::len),
        Some(0)
    );
    let certified = firm.json(0, &["certify", "SF001"]);
    assert_eq!(certified["title"], "Certification of Completeness");
    // A profile of the firm's that says otherwise by now changes nothing of what was sealed.
    let own = firm.read(&format!("profiles/{PROFILE}.toml"));
    firm.write(&format!("profiles/{PROFILE}.toml"), own.replace("\"LEGEND\"", "\"FOOT\"").as_bytes());
    let rebuilt = firm.json(0, &["produce", "--rebuild", "SF001"]);
    assert_eq!(rebuilt["differing"].as_array().map(Vec::len), Some(0), "{rebuilt}");
    let told = firm.json(0, &["bates", "explain", "SF0000001"]);
    assert_eq!(told["document"]["redactions"][0]["reason"], "bank account", "{told}");
    assert_eq!(told["document"]["redactions"][0]["by"], "C. Counsel");
}

#[test]
fn a_sheet_of_redactions_that_came_after_a_volume_stops_its_certificate_until_it_agrees_again() {
    let firm = selected();
    let all = redact(&firm);
    firm.run(&["gate", "r", "--acknowledge", "mixed-families", "--why", "the rest may be read"]);
    firm.run(&["gate", "r", "--acknowledge", "regions-cover", "--why", "looked at"]);
    let words = ["gate", "r", "--profile", PROFILE, "--acknowledge"];
    for question in ["mixed-families", "regions-cover"] {
        firm.run(&[&words[..], &[question, "--why", "looked at"]].concat());
    }
    firm.json(3, &["produce", "r", "--profile", PROFILE]);
    firm.json(0, &["certify", "SF001"]);
    let made_by = firm.read("redactions.csv").strip_prefix(HEADS).expect("heads").to_owned();
    // Words of a document that went out whole are covered now.
    let open = document(&firm, "Open");
    take(&firm, 3, &format!("{made_by}{open},,,,,,body,,,read by all,,trade secret,C. Counsel\n"));
    let refused = firm.expect(4, &["certify", "SF001"]);
    assert!(refused.err.contains("in volume SF001: it is covered otherwise"), "{}", refused.err);
    // One that went out redacted is covered no more.
    let without: String =
        made_by.lines().filter(|line| !line.starts_with(&all[1])).map(|line| format!("{line}\n")).collect();
    take(&firm, 3, &without);
    let refused = firm.expect(4, &["certify", "SF001"]);
    assert!(refused.err.contains("it is covered no more"), "{}", refused.err);
    take(&firm, 0, &made_by);
    firm.json(0, &["certify", "SF001"]);
}

#[test]
fn what_cannot_be_redacted_is_refused_with_what_to_do() {
    let firm = selected();
    let [wire, ..] = redact(&firm);
    let refused = firm.expect(4, &["produce", "r"]);
    assert!(refused.err.contains("has no pages; produce under one that has (--profile)"), "{}", refused.err);
    let wrong = format!("{wire},,,,,,body,,,44712290,,why,\n{wire},1,60,60,500,500,,,,,,why,\n");
    firm.write("redactions.csv", format!("{HEADS}{wrong}").as_bytes());
    let path = firm.path("redactions.csv");
    let refused = firm.expect(1, &["review", "redactions", "r", path.to_str().expect("UTF-8")]);
    assert!(refused.err.contains("both regions and texts of one document"), "{}", refused.err);
}

#[test]
fn covered_words_that_stand_elsewhere_are_a_question_and_a_redaction_can_be_added_and_lifted() {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("a", "Mon, 08 Jan 2024", "One", "juniper 44712290 and again 44712290")),
        ("b.eml", &mail("b", "Tue, 09 Jan 2024", "Two", "juniper too: 44712290")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let one = document(&firm, "One");
    let decide = |redact: &str| {
        firm.decide("r", 0, |row| {
            row.set("responsive", "yes");
            row.set("redact", if row.cell("document") == one { redact } else { "" });
        });
    };
    let pdf = ["--profile", "sec-enf-2021-08-pdf"];
    let replace = |code: i32, why: &str| {
        let replaces = ["produce", "r", "--replaces", &one, "--why", why];
        firm.json(code, &[&replaces[..], &pdf[..]].concat())
    };
    decide("");
    firm.json(0, &[&["produce", "r"][..], &pdf[..]].concat());
    // Added: the first place only.
    decide("yes");
    take(&firm, 0, &format!("{one},,,,,,body,,,44712290,1,bank account,\n"));
    let asked = [&["produce", "r", "--replaces", &one, "--why", "account"][..], &pdf[..]].concat();
    let refused = firm.expect(4, &asked);
    assert!(
        refused.err.contains("covered-words-stand") && refused.err.contains("uncovered once"),
        "{}",
        refused.err
    );
    assert!(!refused.err.contains("44712290"), "no covered word is told: {}", refused.err);
    take(&firm, 0, &format!("{one},,,,,,body,,,44712290,all,bank account,\n"));
    let second = replace(3, "a bank account");
    assert_eq!(second["dispositions"]["produced-redacted"], 1, "{second}");
    assert_eq!(firm.json(0, &["verify", "SF002"])["passed"], true);
    // Lifted.
    decide("");
    take(&firm, 0, "");
    let third = replace(0, "the account is public");
    assert_eq!(third["dispositions"]["produced-whole"], 1, "{third}");
    assert_eq!(firm.json(0, &["verify", "SF003"])["passed"], true);
}
