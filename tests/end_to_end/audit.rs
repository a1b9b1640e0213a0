//! The audit trail is written out for people and for programs, and held against a copy kept elsewhere.

use crate::firm::{Firm, REQUEST, mail};

#[test]
fn a_copy_kept_elsewhere_shows_which_row_of_the_trail_is_another() {
    let firm = Firm::with_files(&[("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one"))]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    let written = firm.json(0, &["audit", "export", "--by", "=Ann <Lee>"]);
    let rows = written["rows"].as_u64().expect("rows");
    let page = firm.read("reports/audit.html");
    assert!(page.contains("create the ledger") && page.contains("=Ann &lt;Lee&gt;"), "{page}");
    let copy = firm.read("reports/audit.csv");
    assert!(copy.contains(written["last_sha256"].as_str().expect("a digest")), "{copy}");
    firm.write("kept.csv", copy.as_bytes());
    let kept = firm.path("kept.csv");
    let against = ["audit", "verify", "--against", kept.to_str().expect("UTF-8")];

    firm.expect(0, &["select", "r", "--by", "=Ann <Lee>"]);
    let held = firm.json(0, &against);
    assert_eq!(held["compared"].as_u64(), Some(rows), "the trail has grown, and the copy is in it");
    assert!(held["rows"].as_u64() > Some(rows));
    firm.expect(0, &["audit", "export"]);
    firm.write("kept.csv", firm.read("reports/audit.csv").as_bytes());
    assert!(firm.read("kept.csv").contains("'=Ann <Lee>"), "a name that starts like a formula is text");
    firm.expect(0, &against);

    firm.write("kept.csv", copy.replace("create the ledger", "found the ledger").as_bytes());
    let other = firm.expect(4, &against);
    assert!(other.err.contains("row 1 is other") && other.err.contains("kept.csv"), "{}", other.err);
    let longer = format!("{copy}99,2024-01-01T00:00:00Z,Ann,index,{{}},00\r\n");
    firm.write("kept.csv", longer.as_bytes());
    assert!(firm.expect(4, &against).err.contains("row 99 of"), "a row that the trail has lost");
    for broken in [&b"row,at\r\n1,2\r\n"[..], b"", b"\xff\xfe"] {
        firm.write("kept.csv", broken);
        assert!(firm.expect(1, &against).err.contains("kept.csv"));
    }
}
