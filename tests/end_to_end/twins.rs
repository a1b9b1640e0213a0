//! What is withheld does not go out in another document, another volume or another request.

use crate::firm::{Firm, REQUEST, Row, mail};

const ADVICE: &str = "juniper: our counsel thinks that the settlement offer should stay below five million dollars, \
    and that nobody outside the committee is to be told of it before the hearing of the third of May ends";

fn withhold(row: &mut Row, subject: &str) {
    if row.cell("subject") == subject {
        row.set("privileged", "attorney-client");
        row.set("by", "C. Counsel");
    }
}

fn selected(files: &[(&str, &[u8])], requests: &[&str]) -> Firm {
    let firm = Firm::with_files(files);
    firm.json(0, &["index"]);
    for request in requests {
        firm.write(&format!("requests/{request}.toml"), REQUEST.as_bytes());
        firm.json(0, &["select", request]);
    }
    firm
}

#[test]
fn a_later_message_that_quotes_a_withheld_one_stops_the_volume_until_a_person_says_so() {
    let reply = mail("q1", "Wed, 10 Jan 2024", "Reply", &format!("I agree.\r\n\r\n> {ADVICE}"));
    let firm = selected(
        &[
            ("p.eml", &mail("p1", "Tue, 09 Jan 2024", "Privileged", ADVICE)),
            ("q.eml", &reply),
            ("o.eml", &mail("o1", "Thu, 11 Jan 2024", "Other", "juniper, nothing else")),
        ],
        &["r"],
    );
    firm.decide("r", 0, |row| withhold(row, "Privileged"));
    let refused = firm.expect(4, &["produce", "r"]);
    assert!(refused.err.contains("holds its text") && refused.err.contains("duces twins"), "{}", refused.err);
    assert_eq!(firm.json(3, &["status"])["volumes"].as_array().map(Vec::len), Some(0));
    let twins = firm.json(3, &["twins", "r"]);
    let pair = &twins["conflicts"][0];
    assert_eq!((twins["conflicts"].as_array().map(Vec::len), &pair["may_stand"]), (Some(1), &true.into()));
    let (barred, other) = (pair["barred"].as_str().expect("id"), pair["other"].as_str().expect("id"));
    assert!(firm.expect(3, &["twins", "r"]).out.contains("always found"));
    firm.expect(2, &["twins", "r", "--let-stand", barred, other]);
    firm.expect(2, &["twins", "r", "--let-stand", barred, other, "--why", " "]);
    firm.json(
        0,
        &["twins", "r", "--let-stand", barred, other, "--why", "privilege was waived for the quotation"],
    );
    assert_eq!(firm.json(0, &["twins", "r"])["let_stand"], 1);
    firm.json(0, &["produce", "r"]);
    assert_eq!(
        firm.json(0, &["produce", "--rebuild", "SF001"])["differing"].as_array().map(Vec::len),
        Some(0)
    );
}

#[test]
fn a_standard_footer_bars_nothing_once_a_person_has_said_so() {
    let footer: String = (0..30).map(|n| format!("footer{n} ")).collect();
    let text = |body: &str| format!("{body}\r\n-- \r\n{footer}");
    let firm = selected(
        &[
            ("p.eml", &mail("p1", "Tue, 09 Jan 2024", "Privileged", &text("juniper advice"))),
            ("q.eml", &mail("q1", "Wed, 10 Jan 2024", "Later", &text("juniper lunch"))),
        ],
        &["r"],
    );
    firm.decide("r", 0, |row| withhold(row, "Privileged"));
    assert_eq!(firm.json(3, &["twins", "r"])["conflicts"].as_array().map(Vec::len), Some(1));
    firm.write("footer.txt", footer.as_bytes());
    firm.write("short.txt", b"too short");
    let (footer, short) = (firm.path("footer.txt"), firm.path("short.txt"));
    let why = ["--why", "the firm's standard footer"];
    let name = |path: &std::path::Path| path.to_str().expect("UTF-8").to_owned();
    firm.expect(4, &[&["twins", "r", "--passage", &name(&short)][..], &why].concat());
    firm.json(0, &[&["twins", "r", "--passage", &name(&footer)][..], &why].concat());
    firm.json(0, &["twins", "r"]);
    firm.json(0, &["produce", "r"]);
}

#[test]
fn what_one_request_withholds_does_not_go_out_for_another_and_what_went_out_is_named() {
    let files: &[(&str, &[u8])] = &[
        ("p.eml", &mail("p1", "Tue, 09 Jan 2024", "Privileged", ADVICE)),
        ("q.eml", &mail("q1", "Wed, 10 Jan 2024", "Other", "juniper, something else entirely")),
    ];
    let firm = selected(files, &["first", "second"]);
    firm.decide("first", 0, |row| withhold(row, "Privileged"));
    // Decided for the other request, though nothing is sealed yet.
    let twins = firm.json(3, &["twins", "second"]);
    assert_eq!(twins["conflicts"][0]["barred_in"], "decided so for request first");
    firm.json(0, &["produce", "first"]);
    let refused = firm.expect(4, &["produce", "second"]);
    assert!(refused.err.contains("in volume SF001 of request first"), "{}", refused.err);
    firm.decide("second", 0, |row| withhold(row, "Privileged"));
    firm.json(0, &["produce", "second"]);

    let firm = selected(files, &["first", "second"]);
    firm.json(0, &["produce", "first"]);
    firm.decide("second", 0, |row| withhold(row, "Privileged"));
    let refused = firm.expect(4, &["produce", "second"]);
    assert!(refused.err.contains("went out: SF000000"), "{}", refused.err);
}
