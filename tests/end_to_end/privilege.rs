//! The privilege log, the screens, and what neither may ever tell.

use crate::firm::{Firm, REQUEST, mail, tree};

const ATTORNEYS: &[u8] =
    b"name,address,firm,counsel,from,to,note\r\nNoor Haddad,noor@lawfirm.example,Lawfirm LLP,outside,,,\r\n";

fn to_counsel(id: &str, subject: &str, body: &str) -> Vec<u8> {
    let mail = mail(id, "Tue, 09 Jan 2024", subject, body);
    let text = String::from_utf8(mail).expect("UTF-8");
    text.replace("To: bob@client.example", "To: Noor Haddad <noor@lawfirm.example>\r\nCc: bob@client.example")
        .into_bytes()
}

fn firm() -> Firm {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        (
            "p.eml",
            &to_counsel(
                "p1",
                "Exposure of the desk",
                "juniper: what is our exposure if the desk sold late in March",
            ),
        ),
        ("s.eml", &mail("s1", "Wed, 10 Jan 2024", "Three", "juniper, for the committee alone")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.write("register/attorneys.csv", ATTORNEYS);
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm
}

fn log(firm: &Firm, name: &str) -> String {
    firm.read(&format!("reports/privilege-log-{name}.csv"))
}

#[test]
fn the_log_names_who_and_on_what_claim_and_nothing_of_the_content() {
    let firm = firm();
    let (mut rows, path) = firm.review_sheet("r");
    assert!(rows[1].cell("privilege screen").contains("Noor Haddad"), "{}", rows[1].cell("privilege screen"));
    assert_eq!(rows[1].cell("responsive"), "yes", "a suggestion decides nothing");
    rows[1].set("privileged", "attorney-client");
    rows[1].set("basis", "request for legal advice");
    rows[1].set("description", "Message asking counsel what is our exposure if the desk lost");
    let leak = firm.hand_back("r", 1, &path, &rows);
    assert!(leak.err.contains("words of the document in a row"), "{}", leak.err);
    rows[1].set("description", "Message \"exposure of the desk\"");
    assert!(firm.hand_back("r", 1, &path, &rows).err.contains("subject"));
    rows[1].set("description", "Message asking counsel about a SAR");
    assert!(firm.hand_back("r", 1, &path, &rows).err.contains("no log may hold"));
    rows[1].set("description", "Message to outside counsel asking for advice on trading");
    firm.hand_back("r", 0, &path, &rows);
    // Before anything is produced, the log speaks of the decisions.
    assert_eq!(firm.json(0, &["privilege-log", "r"])["volumes"].as_array().map(Vec::len), Some(0));
    firm.json(0, &["produce", "r"]);
    let report = firm.json(0, &["privilege-log", "r", "SF001"]);
    assert_eq!(report["entries"], 1);
    let text = log(&firm, "r-SF001");
    for says in [
        "SF0000002",
        "Noor Haddad* <noor@lawfirm.example>",
        "attorney-client",
        "request for legal advice",
        "advice on trading",
        "withheld",
        "2024-01-09",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    assert!(!text.contains("Exposure of the desk") && !text.contains("March"), "{text}");
    assert!(firm.path("reports/privilege-log-r-SF001.xlsx").is_file());
    assert!(
        std::fs::read(firm.path("reports/privilege-log-r-SF001.pdf")).expect("the PDF").starts_with(b"%PDF")
    );
    firm.expect(1, &["privilege-log", "r", "SF009"]);
}

/// The log and the volume where a document is withheld under this bar.
fn under(bar: &str) -> (String, Vec<(String, Vec<u8>)>, Firm) {
    let firm = firm();
    firm.decide("r", 0, |row| match row.cell("subject") {
        "Three" => row.set("legal bar", bar),
        "One" => row.set("privileged", "attorney-client"),
        _ => {}
    });
    firm.json(0, &["produce", "r"]);
    firm.json(3, &["privilege-log", "r"]);
    let volume = tree(&firm.path("productions/SF001"));
    (log(&firm, "r"), volume, firm)
}

#[test]
fn suspicious_activity_material_is_in_no_log_and_cannot_be_told_from_another_bar() {
    let (log, volume, firm) = under("suspicious-activity");
    let (other_log, other_volume, _) = under("other");
    assert_eq!(log, other_log);
    assert_eq!(volume, other_volume, "byte for byte");
    assert!(!log.contains("SF0000003") && !log.to_lowercase().contains("suspicious"), "{log}");
    assert_eq!(log.lines().count(), 2, "one row, and no hole in the log's numbers");
    for (name, bytes) in tree(&firm.path("productions")) {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("suspicious"), "{name}");
    }
}

#[test]
fn what_the_legal_bar_screen_suggests_stands_in_the_internal_sheet_and_nowhere_else() {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one; the committee filed a SAR on it")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper; SSN 219-09-9999; sarcasm")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let exported = firm.json(0, &["review", "export", "r"]);
    let internal =
        std::fs::read_to_string(exported["internal"].as_str().expect("a path")).expect("the sheet");
    assert_eq!(internal.lines().count(), 2, "{internal}");
    assert!(internal.contains("filed a SAR"), "{internal}");
    let sheet = std::fs::read_to_string(exported["csv"].as_str().expect("a path")).expect("the sheet");
    assert!(!sheet.contains("SAR"), "{sheet}");
    assert!(sheet.contains("social security number (…9999)") && !sheet.contains("219-09"), "{sheet}");
    assert!(!exported.to_string().to_lowercase().contains("suspicious"));
    // The gate asks for a look without saying which screen it was.
    let gate = firm.json(3, &["gate", "r"]);
    assert_eq!(gate["questions"][0]["id"], "screens");
    assert!(
        !gate.to_string().contains("SAR")
            && gate["questions"][0]["details"].as_array().is_some_and(Vec::is_empty)
    );
}
