//! Bates numbers told: everything about one, and a series without a hole.

use crate::firm::{Firm, REQUEST, mail};

/// A message with one attachment.
pub(crate) fn with_attachment(id: &str, day: &str, subject: &str, body: &str, attached: &str) -> Vec<u8> {
    format!(
        "From: Ann <ann@small.example>\r\nTo: bob@client.example\r\nDate: {day} 10:00:00 -0500\r\n\
         Message-ID: <{id}@small.example>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{body}\r\n\
         --b\r\nContent-Type: text/plain; name=\"note.txt\"\r\n\
         Content-Disposition: attachment; filename=\"note.txt\"\r\n\r\n{attached}\r\n--b--\r\n"
    )
    .into_bytes()
}

fn selected() -> Firm {
    let firm = Firm::with_files(&[
        ("a.eml", &with_attachment("m1", "Mon, 08 Jan 2024", "One", "juniper one", "the note")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm
}

#[test]
fn a_number_tells_its_volume_its_document_its_family_its_decisions_and_its_certificates() {
    let firm = selected();
    firm.decide("r", 3, |row| {
        if row.cell("file name") == "note.txt" {
            row.set("privileged", "attorney-client");
            row.set("by", "C. Counsel");
            row.set("note", "advice");
        }
    });
    firm.json(0, &["gate", "r", "--acknowledge", "mixed-families", "--why", "counsel read the note"]);
    firm.json(3, &["produce", "r"]);
    firm.json(0, &["verify", "SF001"]);
    firm.json(0, &["certify", "SF001"]);
    let told = firm.json(0, &["bates", "explain", "SF0000002"]);
    assert_eq!((told["state"].as_str(), told["volume"].as_str()), (Some("issued"), Some("SF001")));
    let document = &told["document"];
    assert_eq!((document["page"].as_u64(), document["pages"].as_u64()), (Some(1), Some(1)));
    assert_eq!(document["disposition"], "withheld-privilege");
    assert_eq!(document["custodian"], "Ann");
    assert_eq!(document["items"][0]["item"], "1");
    assert_eq!(document["family"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["family"][0]["root"], true);
    let decided: Vec<&str> =
        document["decided"].as_array().expect("decisions").iter().filter_map(|d| d["by"].as_str()).collect();
    assert_eq!(decided, ["default rule", "P. Legal"]);
    assert_eq!(document["verified"]["passed"], true);
    assert_eq!(document["certificates"][0]["about_this_volume"], true);
    let acts: Vec<&str> =
        told["acts"].as_array().expect("acts").iter().filter_map(|act| act["action"].as_str()).collect();
    assert_eq!(acts[..2], ["reserve numbers", "seal a volume"]);
    let words = firm.expect(0, &["bates", "explain", "SF0000002"]).out;
    // The privilege log ties the withheld child to the parent that went out.
    firm.json(3, &["privilege-log", "r", "SF001"]);
    let log = firm.read("reports/privilege-log-r-SF001.csv");
    assert!(log.contains("attachment of SF0000001"), "{log}");
    assert!(words.contains("page 1 of 1") && words.contains("<- this one"), "{words}");
}

#[test]
fn a_series_has_no_hole_and_a_number_that_was_never_set_aside_is_none() {
    let firm = selected();
    firm.json(0, &["produce", "r"]);
    let listed = firm.json(0, &["bates", "list", "SF"]);
    assert_eq!((listed[0]["numbers"].as_u64(), listed[0]["issued"].as_u64()), (Some(3), Some(3)));
    assert_eq!(listed[0]["runs"][0]["documents"], 3);
    assert!(firm.expect(0, &["bates", "list"]).out.contains("no position is missing"));
    let unknown = firm.expect(1, &["bates", "explain", "SF0000004"]);
    assert!(unknown.err.contains("SF0000001 to SF0000003"), "{}", unknown.err);
    assert_eq!(firm.expect(1, &["bates", "list", "XX"]).code, 1);
    assert_eq!(firm.expect(2, &["bates", "explain", "SF 0001"]).code, 2);
}
