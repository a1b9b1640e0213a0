//! From a letter to a request, documents added by hand, and items that no search answers.

use super::firm::{Firm, mail, mbox};

fn firm() -> Firm {
    let mails = [
        mail("1@x", "2024-02-01", "juniper", "the juniper order"),
        mail("2@x", "2024-02-02", "lunch", "at noon"),
    ];
    let firm = Firm::with_files(&[("a.mbox", &mbox(&mails))]);
    firm.expect(0, &["index"]);
    firm
}

const TWO_ITEMS: &str = r#"format = 1
[request]
authority = "FINRA"
number = "1"
title = "t"
zone = "America/New_York"
period = { from = 2024-01-01, to = 2024-06-30 }
[[item]]
id = "1"
text = "All communications about juniper."
terms = { dialect = "dtsearch", query = "juniper" }
[[item]]
id = "2"
text = "The organisation chart."
kind = "checklist"
entries = ["organisation chart"]
"#;

#[test]
fn documents_added_by_hand_are_indexed_selected_produced_and_counted_with_the_rest() {
    let firm = firm();
    firm.write("requests/r.toml", TWO_ITEMS.as_bytes());
    firm.write("found/chart.txt", b"CEO\n  CFO\n");
    let chart = firm.path("found/chart.txt");
    let chart = chart.to_str().unwrap();
    let refused = firm.expect(1, &["add", "r", "9", chart, "--note", "from HR"]);
    assert!(refused.err.contains("item"), "{}", refused.err);
    let added = firm.expect(0, &["add", "r", "2", chart, "--note", "from HR"]);
    assert!(added.out.contains("r/chart.txt"), "{}", added.out);
    assert_eq!(firm.read("collected/r/chart.txt"), "CEO\n  CFO\n");
    let early = firm.expect(1, &["select", "r"]);
    assert!(early.err.contains("not indexed yet"), "{}", early.err);
    firm.expect(0, &["index"]);
    let selected = firm.json(0, &["select", "r"]);
    assert_eq!((selected["documents"].as_u64(), selected["by_hand"].as_u64()), (Some(2), Some(1)));
    let produced = firm.json(3, &["produce", "r"]);
    assert_eq!(produced["dispositions"]["produced-whole"], 2, "{produced}");
    firm.write("found/chart.txt", b"another chart");
    let again = firm.expect(1, &["add", "r", "2", chart, "--note", "from HR"]);
    assert!(again.err.contains("other bytes"), "{}", again.err);
    assert_eq!(firm.read("collected/r/chart.txt"), "CEO\n  CFO\n", "what was added stays");
}

#[test]
fn an_item_of_which_nothing_was_expected_needs_a_person_where_something_is_found() {
    let firm = firm();
    let nil = |word: &str| {
        TWO_ITEMS.replace("query = \"juniper\" }", &format!("query = \"{word}\" }}\nexpect = \"nil\""))
    };
    firm.write("requests/r.toml", nil("juniper").as_bytes());
    firm.expect(3, &["hits", "r"]);
    assert_eq!(firm.json(3, &["select", "r"])["unexpected"][0], "1");
    firm.write("requests/s.toml", nil("absent").as_bytes());
    firm.expect(0, &["hits", "s"]);
}

#[test]
fn a_zero_over_sources_that_were_never_captured_needs_a_person_and_says_so() {
    let firm = firm();
    let request = TWO_ITEMS.replace("query = \"juniper\" }", "query = \"juniper\" }\nchannels = [\"chat\"]");
    firm.write("requests/r.toml", request.as_bytes());
    let hits = firm.expect(3, &["hits", "r"]);
    assert!(hits.out.contains("No source of this item was searched"), "{}", hits.out);
    firm.expect(3, &["plan", "r"]);
    firm.expect(3, &["hits", "r", "--compare", "last"]);
}

#[test]
fn a_list_of_terms_is_searched_and_kept_so_that_a_later_edit_changes_nothing_frozen() {
    let firm = firm();
    let request = TWO_ITEMS.replace("query = \"juniper\"", "list = \"terms/1.txt\"");
    firm.write("requests/r.toml", request.as_bytes());
    firm.write("requests/terms/1.txt", b"juniper\nlunch\n");
    let hits = firm.json(0, &["hits", "r"]);
    assert_eq!(hits["items"][0]["terms"].as_array().map(Vec::len), Some(2), "{hits}");
    firm.expect(0, &["select", "r"]);
    firm.write("requests/terms/1.txt", b"something (else\n");
    let mistakes = firm.expect(1, &["hits", "r"]);
    assert!(mistakes.err.contains("terms/1.txt:1"), "{}", mistakes.err);
    firm.expect(0, &["produce", "r", "--mock"]);
}

const LETTER: &str = "FINRA\n\nSeptember 3, 2024\n\nRe: Matter No. 20240012345\n\nPursuant to FINRA Rule 8210, please provide the following by October 1, 2024:\n\n1. All communications with clients about juniper from January 1, 2024 through June 30, 2024.\n\nSincerely,\nStaff\n";

#[test]
fn a_draft_of_a_letter_runs_nothing_until_a_person_has_gone_through_it() {
    let firm = firm();
    firm.write("letter.txt", LETTER.as_bytes());
    let letter = firm.path("letter.txt");
    let drafted = firm.expect(3, &["request", "draft", letter.to_str().unwrap(), "--name", "m"]);
    assert!(drafted.out.contains("m.draft.toml"), "{}", drafted.out);
    firm.expect(1, &["plan", "m"]);
    let open = firm.expect(1, &["request", "accept", "m"]);
    assert!(open.err.contains("CHECK"), "{}", open.err);
    firm.expect(1, &["request", "draft", letter.to_str().unwrap(), "--name", "m"]);
    let status = firm.run(&["status"]);
    assert!(!status.out.contains("m.draft "), "a draft is no request: {}", status.out);
    // A person goes through it.
    let draft: String = firm
        .read("requests/m.draft.toml")
        .lines()
        .filter(|line| !line.trim_start().starts_with("# CHECK"))
        .map(|line| match line.split_once(" = ") {
            Some(("status", _)) => "status = \"accepted\"\n".to_owned(),
            Some(("accepted_by", _)) => "accepted_by = \"P. Legal\"\n".to_owned(),
            Some((key, value)) if value.starts_with("\"?\"") => format!("{key} = \"filled in\"\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let draft = draft.replace("from = \"?\", to = \"?\"", "from = 2024-01-01, to = 2024-06-30");
    firm.write("requests/m.draft.toml", draft.as_bytes());
    firm.expect(0, &["request", "accept", "m"]);
    assert!(!firm.path("requests/m.draft.toml").exists());
    let plan = firm.json(0, &["plan", "m"]);
    assert_eq!(plan["items"][0]["item"], "1", "{plan}");
}
