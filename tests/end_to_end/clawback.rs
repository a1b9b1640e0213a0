//! What went out and should not have is clawed back and replaced; the old entries stay.

use crate::firm::{Firm, REQUEST, mail, tree};
use crate::numbers::with_attachment;

fn produced() -> Firm {
    let firm = Firm::with_files(&[
        ("a.eml", &with_attachment("m1", "Mon, 08 Jan 2024", "One", "juniper one", "a memo of counsel")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
        ("c.eml", &mail("m3", "Wed, 10 Jan 2024", "Three", "juniper three")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    firm
}

const WORDS: [&str; 10] = [
    "--privilege",
    "attorney-client",
    "--disclosed-on",
    "2024-09-10",
    "--discovered-on",
    "2024-09-18",
    "--steps",
    "screened by attorneys' names; reviewed by J. Roe",
    "--why",
    "the attorney was not on the list",
];

fn all_bytes(firm: &Firm, volume: &str) -> Vec<u8> {
    tree(&firm.path(&format!("productions/{volume}"))).into_iter().flat_map(|(_, bytes)| bytes).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_claw_back_is_recorded_requested_and_replaced_by_sheets_and_the_old_volume_stays() {
    let firm = produced();
    let before = all_bytes(&firm, "SF001");
    let clawed = firm.json(3, &[&["clawback", "r", "--documents", "SF0000002"][..], &WORDS].concat());
    assert_eq!((clawed["clawback"].as_i64(), clawed["decided"].as_u64()), (Some(1), Some(1)));
    let list = firm.read("drafts/clawback-r-1.csv");
    assert!(list.contains("SF0000002") && list.contains("return, sequestration"), "{list}");
    assert!(
        list.contains("SF0000001,SF0000001,1,\"return, sequestration or destruction of its native"),
        "{list}"
    );
    assert!(!list.contains("counsel") && !list.contains("attorney"), "the list gives no reason away: {list}");
    firm.expect(1, &["clawback", "r", "--notice", "1", "--on", "2024-09-17", "--to", "S. Staff"]);
    firm.json(0, &["clawback", "r", "--notice", "1", "--on", "2024-09-19", "--to", "S. Staff"]);
    assert_eq!(firm.json(0, &["clawback", "r"])[0]["notices"][0][1], "S. Staff");

    // A family of which a part stays back is for a person to know of.
    let mixed = "the clawed-back attachment stays back, its mail goes out as text";
    firm.json(
        0,
        &["gate", "r", "--replaces", "SF0000002", "--acknowledge", "mixed-families", "--why", mixed],
    );
    // Its whole family is replaced: the parent's native holds it.
    let replaced = firm
        .json(3, &["produce", "r", "--replaces", "SF0000002", "--why", "a member was produced by mistake"]);
    assert_eq!(
        (replaced["volume"].as_str(), replaced["bates"]["first"].as_str()),
        (Some("SF002"), Some("SF0000005"))
    );
    let map = firm.read("productions/SF002/DATA/REPLACED.csv");
    assert!(map.contains("SF001,SF0000001,SF0000001,SF0000005,SF0000005"), "{map}");
    assert!(map.contains("SF001,SF0000002,SF0000002,SF0000006,SF0000006"), "{map}");
    assert!(!map.contains("SF0000003") && !map.contains("mistake"), "{map}");
    let new = all_bytes(&firm, "SF002");
    assert!(!holds(&new, "memo of counsel") && holds(&new, "juniper one"));
    assert_eq!(all_bytes(&firm, "SF001"), before, "nothing is overwritten");
    for volume in ["SF001", "SF002"] {
        assert_eq!(firm.json(0, &["verify", volume])["passed"], true, "{volume}");
        let rebuilt = firm.json(0, &["produce", "--rebuild", volume]);
        assert_eq!(rebuilt["differing"].as_array().map(Vec::len), Some(0), "{rebuilt}");
    }
    let old = firm.json(0, &["bates", "explain", "SF0000002"]);
    assert_eq!(old["document"]["replaced_by"][0]["bates"]["first"], "SF0000006");
    assert_eq!(old["document"]["clawed_back"][0]["notices"][0]["to"], "S. Staff");
    assert_eq!(old["document"]["disposition"], "produced-whole", "the old entry stands");
    let new = firm.json(0, &["bates", "explain", "SF0000006"]);
    assert_eq!(new["document"]["replaces"][0]["bates"]["first"], "SF0000002");
    assert_eq!(new["document"]["disposition"], "withheld-privilege");
    let words = firm.expect(0, &["bates", "explain", "SF0000002"]).out;
    assert!(words.contains("CLAWED BACK") && words.contains("requested of S. Staff"), "{words}");
    let listed = firm.json(0, &["bates", "list", "SF"]);
    assert_eq!(
        (listed[0]["runs"][0]["replaced"].as_u64(), listed[0]["runs"][0]["clawed_back"].as_u64()),
        (Some(2), Some(1))
    );
    assert_eq!(firm.json(0, &["certify", "SF002"])["title"], "Certification of Completeness");
    assert!(firm.expect(0, &["clawback", "r"]).out.contains("replaced by SF0000006"));
}

#[test]
fn a_replacement_after_a_claw_back_is_not_stopped_by_what_went_out_elsewhere_once_a_person_answers_for_it() {
    let memo = "Our counsel at the firm advised on Monday that the desk should settle before the inquiry ends, and \
                that nobody but the board is to read a word of this memo today";
    let firm = Firm::with_files(&[
        ("a.eml", &with_attachment("m1", "Mon, 08 Jan 2024", "One", "juniper one", memo)),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", &format!("juniper two\r\n{memo}"))),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    firm.json(3, &[&["clawback", "r", "--documents", "SF0000002"][..], &WORDS].concat());
    let replace = ["produce", "r", "--replaces", "SF0000002", "--why", "a member went out by mistake"];
    assert!(firm.expect(4, &replace).err.contains("went-out-elsewhere"));
    let gate = firm.json(3, &["gate", "r", "--replaces", "SF0000002"]);
    let questions = gate["questions"].as_array().expect("a list");
    let asked: Vec<&str> = questions.iter().filter_map(|one| one["id"].as_str()).collect();
    assert!(!asked.contains(&"conflicting-decisions"), "{gate}");
    let question = questions.iter().find(|one| one["id"] == "went-out-elsewhere").expect("asked");
    let settle = question["settle"].as_str().expect("words");
    assert!(settle.contains("duces clawback r --documents SF0000003"), "{settle}");
    for id in ["mixed-families", "went-out-elsewhere"] {
        firm.run(&["gate", "r", "--replaces", "SF0000002", "--acknowledge", id, "--why", "clawed back next"]);
    }
    let made = firm.json(3, &replace);
    assert_eq!(made["volume"], "SF002");
    assert!(!holds(&all_bytes(&firm, "SF002"), "should settle before"));
    assert_eq!(firm.json(0, &["verify", "SF002"])["passed"], true);
}

#[test]
fn a_supplement_without_anything_new_says_so_and_contradicts_nothing() {
    let firm = produced();
    let gate = firm.json(3, &["gate", "r"]);
    let asked: Vec<&str> =
        gate["questions"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(asked, ["nothing-new"], "{gate}");
}

#[test]
fn a_replacement_holds_only_what_it_replaces_and_what_is_new_comes_in_its_own_volume() {
    let firm = produced();
    firm.write("archive/d.eml", &mail("m4", "Thu, 11 Jan 2024", "Four", "juniper four"));
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let replaced =
        firm.json(0, &["produce", "r", "--replaces", "SF0000003-SF0000004", "--why", "a damaged medium"]);
    assert_eq!(replaced["dispositions"]["produced-whole"], 2, "{replaced}");
    let supplement = firm.json(0, &["produce", "r"]);
    assert_eq!(
        (supplement["volume"].as_str(), &supplement["dispositions"]["produced-whole"]),
        (Some("SF003"), &1.into())
    );
    assert!(!firm.path("productions/SF003/DATA/REPLACED.csv").exists());
    // Numbers that were replaced are not replaced again; their successors are.
    let again = firm.expect(4, &["produce", "r", "--replaces", "SF0000003", "--why", "once more"]);
    assert!(again.err.contains("was replaced by SF0000005"), "{}", again.err);
    firm.json(0, &["produce", "r", "--replaces", "SF0000005", "--why", "once more"]);
    assert_eq!(firm.json(0, &["certify", "SF003"])["title"], "Certification of Completeness");
}

#[test]
fn what_cannot_be_replaced_or_clawed_back_is_refused_before_a_number_is_spent() {
    let firm = produced();
    for (targets, says) in [
        ("SF0000004-SF0000009", "1 of its 6 numbers"),
        ("XX0000001", "0 of its 1 numbers"),
        ("4fe3275c6f1ad9909e411e32bbd673b4c1b7855afb349455ec0094177369dcc5", "has no number"),
    ] {
        let refused = firm.expect(4, &["produce", "r", "--replaces", targets, "--why", "w"]);
        assert!(refused.err.contains(says), "{}", refused.err);
    }
    firm.expect(2, &["produce", "r", "--replaces", "SF0000001"]);
    firm.expect(2, &["clawback", "r", "--documents", "SF0000001"]);
    let early = [
        &["clawback", "r", "--documents", "SF0000001"][..],
        &WORDS[..4],
        &["--discovered-on", "2024-09-01"],
        &WORDS[6..],
    ]
    .concat();
    assert_eq!(firm.expect(1, &early).code, 1);
    firm.decide("r", 0, |row| {
        if row.cell("subject") == "Two" {
            row.set("responsive", "no");
            row.set("by", "J. Roe");
        }
    });
    let refused = firm.expect(4, &["produce", "r", "--replaces", "SF0000003", "--why", "w"]);
    assert!(refused.err.contains("SF0000003 is decided excluded-non-responsive"), "{}", refused.err);
    // What was clawed back does not go out again as it was.
    firm.json(3, &[&["clawback", "r", "--documents", "SF0000004"][..], &WORDS].concat());
    firm.decide("r", 0, |row| {
        if row.cell("subject") == "Three" {
            row.set("privileged", "");
            row.set("responsive", "yes");
        }
    });
    let refused = firm.expect(4, &["produce", "r", "--replaces", "SF0000004", "--why", "w"]);
    assert!(refused.err.contains("was clawed back"), "{}", refused.err);
    assert_eq!(firm.json(0, &["bates", "list", "SF"])[0]["numbers"], 4);
}
