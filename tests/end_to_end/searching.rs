//! Hit reports, free searches and samples, as a person uses them.

use crate::firm::{Firm, REQUEST, mail, mbox};
use serde_json::Value;

/// A mailbox of mails that a request by three words finds in part.
fn firm() -> Firm {
    let day = |n: u32| format!("Mon, {} Jan 2024", n % 28 + 1);
    let mails: Vec<Vec<u8>> = (0..60)
        .map(|n| {
            let body = match n {
                0..30 => "the juniper order was filled",
                30..33 => "the juniper layering",
                33 => "spoofing \u{1b}[2J\u{202e} of the <b>book</b>",
                _ => "lunch on friday",
            };
            mail(&n.to_string(), &day(n), &format!("note {n} <script>alert(1)</script>"), body)
        })
        .collect();
    let firm = Firm::with_files(&[("box.mbox", &mbox(&mails))]);
    let request = REQUEST.replace("query = \"juniper\"", "query = \"juniper or order or spoof* or nowhere\"");
    firm.write("requests/r.toml", request.as_bytes());
    firm.json(0, &["index"]);
    firm
}

fn term<'a>(report: &'a Value, canonical: &str) -> &'a Value {
    let terms = report["items"][0]["terms"].as_array().expect("terms");
    terms.iter().find(|term| term["canonical"] == canonical).unwrap_or_else(|| panic!("{canonical}"))
}

#[test]
fn a_hit_report_counts_each_term_and_says_what_its_zeros_mean() {
    let firm = firm();
    let report = firm.json(0, &["hits", "r", "--sample", "2", "--seed", "7"]);
    let item = &report["items"][0];
    assert_eq!((&item["in_scope"], &item["hit"], &item["searched"]), (&60.into(), &34.into(), &60.into()));
    assert_eq!((&item["any_term"]["hits"], &item["any_term"]["unique"]), (&34.into(), &4.into()));
    assert_eq!(
        (&term(&report, "juniper")["hits"], &term(&report, "juniper")["unique"]),
        (&33.into(), &3.into())
    );
    assert!(term(&report, "juniper")["over_broad"]["because"].is_string());
    assert_eq!(term(&report, "order")["subsumed_by"][0]["term"], "juniper");
    let zero = term(&report, "nowhere");
    assert_eq!((&zero["hits"], &zero["zero"]["told"]), (&0.into(), &60.into()));
    let samples = &term(&report, "juniper")["samples"];
    assert_eq!((samples["hits"].as_array().map(Vec::len), &samples["non_hits_of"]), (Some(2), &27.into()));
    let again = firm.json(0, &["hits", "r", "--sample", "2", "--seed", "7"]);
    assert_eq!(&term(&again, "juniper")["samples"], samples, "the same seed draws the same");
    let sheet = firm.read("reports/hits-r.csv");
    assert!(
        sheet.contains("term,nowhere,0,0,0,0")
            && sheet.contains("true of 60 documents of which it can be told")
    );
    let page = firm.read("reports/hits-r.html");
    assert!(page.contains("nowhere") && page.contains("true of 60 documents of which it can be told"));
    for content in ["lunch", "filled", "http:", "https:", "<script"] {
        assert!(!page.contains(content), "the page shows no message and asks for nothing: {content}");
    }
}

#[test]
fn a_comparison_says_what_came_and_why() {
    let firm = firm();
    firm.expect(1, &["hits", "r", "--compare", "last"]);
    let first = firm.json(0, &["hits", "r"]);
    let same = firm.json(0, &["hits", "r", "--compare", "last"]);
    assert_eq!(
        (&same["items"][0]["entered"]["documents"], &same["differs"]),
        (&0.into(), &Value::Array(vec![]))
    );
    // A new mailbox, and a narrower request.
    firm.write("archive/more.eml", &mail("new", "Mon, 5 Feb 2024", "new", "juniper again"));
    firm.json(0, &["index"]);
    let request = firm.read("requests/r.toml").replace("spoof*", "lunch");
    firm.write("requests/r.toml", request.as_bytes());
    let run = first["run"].to_string();
    let report = firm.json(3, &["hits", "r", "--compare", &run]);
    let item = &report["items"][0];
    assert_eq!((&item["before"], &item["after"]), (&34.into(), &60.into()));
    let counts = |moves: &Value| {
        ["documents", "new_material", "criteria", "otherwise"].map(|key| moves[key].as_u64().unwrap())
    };
    assert_eq!(counts(&item["entered"]), [27, 1, 26, 0]);
    assert_eq!(counts(&item["left"]), [1, 0, 1, 0]);
    assert!(item["criteria"].to_string().contains("spoof*"));
    assert_eq!(firm.read("reports/hits-r-compared.csv").lines().count(), 29);
    let known = firm.expect(1, &["hits", "r", "--compare", "99"]);
    assert!(known.err.contains(&run), "{}", known.err);
}

#[test]
fn the_last_run_is_one_that_searched_every_item_and_a_partial_one_is_called_so() {
    let firm = firm();
    let first = firm.read("requests/r.toml");
    let second =
        first.split_once("[[item]]").map(|(_, item)| item.replace("id = \"1\"", "id = \"2\"")).unwrap();
    firm.write("requests/r.toml", format!("{first}[[item]]{second}").as_bytes());
    let one = firm.json(0, &["search", "r", "--item", "1"]);
    let early = firm.expect(1, &["hits", "r", "--compare", "last"]);
    assert!(
        early.err.contains("searched every item") && early.err.contains(&one["run"].to_string()),
        "{}",
        early.err
    );
    let whole = firm.json(0, &["hits", "r"]);
    let partial = firm.json(0, &["search", "r", "--item", "1"])["run"].to_string();
    let last = firm.json(0, &["hits", "r", "--compare", "last"]);
    assert_eq!((&last["before"]["run"], &last["items"][1]["before"]), (&whole["run"], &34.into()));
    let named = firm.expect(3, &["hits", "r", "--compare", &partial]);
    assert!(named.out.contains(&format!("run {partial} did not search item 2")), "{}", named.out);
    assert!(!named.out.contains("Nothing that the two rest on differs"), "{}", named.out);
    assert!(
        !named.out.contains("new term"),
        "no term is new of an item that was not searched: {}",
        named.out
    );
    // One item fewer, and one term for another that finds the same.
    firm.write("requests/r.toml", first.replace("nowhere", "neverwhere").as_bytes());
    let changed = firm.expect(3, &["hits", "r", "--compare", &whole["run"].to_string()]);
    assert!(changed.out.contains("the request no longer has item 2"), "{}", changed.out);
    let lines: Vec<Vec<&str>> = changed.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(lines.contains(&vec!["-", "0", "-", "-", "neverwhere", "new", "term"]), "{}", changed.out);
    assert!(lines.contains(&vec!["0", "-", "-", "-", "nowhere", "term", "gone"]), "{}", changed.out);
    let again = firm.expect(0, &["hits", "r", "--compare", "last"]);
    assert!(again.out.contains("Nothing that the two rest on differs"), "{}", again.out);
    // Only a term changed: no document came or went, and a person must know all the same.
    firm.write("requests/r.toml", first.replace("nowhere", "elsewhere").as_bytes());
    firm.expect(3, &["hits", "r", "--compare", "last"]);
}

#[test]
fn a_comparison_tells_a_changed_register_from_changed_criteria() {
    let firm = firm();
    let request = REQUEST.replace("kind = \"search\"", "kind = \"search\"\nsources = [\"box\"]");
    firm.write("requests/s.toml", request.as_bytes());
    firm.json(0, &["hits", "s"]);
    let sources = firm.read("register/sources.csv").replace("mail:**", "mail:other/**");
    firm.write(
        "register/sources.csv",
        sources.replace("ann@small.example", "other@small.example").as_bytes(),
    );
    firm.json(0, &["index"]);
    let report = firm.json(3, &["hits", "s", "--compare", "last"]);
    let item = &report["items"][0];
    assert_eq!(
        (&item["before"], &item["after"], &item["cannot_tell_after"]),
        (&33.into(), &0.into(), &33.into())
    );
    assert_eq!((&item["left"]["otherwise"], &item["left"]["criteria"]), (&33.into(), &0.into()));
    assert!(report["otherwise_because"].to_string().contains("the register changed"), "{report}");
    firm.expect(1, &["sample", "s", "--null-set", "1", "--seed", "1"]);
}

#[test]
fn a_person_searches_pages_opens_and_saves_and_nothing_steers_the_terminal() {
    let firm = firm();
    let found =
        firm.expect(0, &["search", "--dialect", "dtsearch", "juniper", "--limit", "5", "--page", "2"]);
    assert!(
        found.out.contains("33 of 60 documents match") && found.out.contains("Page 2 of 7"),
        "{}",
        found.out
    );
    assert!(found.out.contains("the [juniper] order") && found.out.contains("ann 33"), "{}", found.out);
    let json = firm.json(0, &["search", "--dialect", "dtsearch", "spoof*"]);
    assert_eq!(json["facets"]["by_month"]["2024-01"], 1);
    let document = json["cards"][0]["document"].as_str().expect("a document");
    let opened = firm.expect(0, &["search", "--open", &document[..16]]);
    assert!(opened.out.contains("spoofing") && opened.out.contains("<ann@small.example>"), "{}", opened.out);
    let shown = firm.expect(0, &["search", "--dialect", "dtsearch", "spoof*"]);
    for text in [&opened.out, &shown.out] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
    let file = firm.path("saved.eml");
    let path = file.to_str().expect("UTF-8");
    firm.expect(0, &["search", "--save", document, path]);
    assert!(std::fs::read(&file).expect("saved").starts_with(b"From: Ann"));
    firm.expect(1, &["search", "--save", document, path]);
    let criteria =
        ["search", "--person", "ann", "--source", "box", "--channel", "email", "--until", "2024-01-02"];
    assert_eq!(firm.json(0, &criteria)["hits"], 6);
    firm.expect(1, &["search", "--person", "nobody"]);
    firm.expect(2, &["search"]);
    firm.expect(2, &["search", "--page", "0", "--person", "ann"]);
}

#[test]
fn a_free_search_says_what_its_patterns_stood_for_and_what_another_dialect_makes_of_it() {
    let firm = firm();
    let json = firm.json(0, &["search", "--dialect", "dtsearch", "l*ing or spoof*"]);
    let words = |at: usize| json["expansions"][at]["words"].to_string();
    assert_eq!((words(0), words(1)), ("[\"layering\"]".to_owned(), "[\"spoofing\"]".to_owned()));
    let shown = firm.expect(0, &["search", "--dialect", "dtsearch", "spoof* or zebra*"]);
    assert!(shown.out.contains("spoof* stands for 1 word: spoofing\n"), "{}", shown.out);
    assert!(shown.out.contains("zebra* stands for no word of the index"), "{}", shown.out);
    let otherwise = ["search", "--dialect", "westlaw", "juniper layering"];
    let json = firm.json(0, &otherwise);
    let warning = json["warnings"][0].as_str().expect("a warning");
    assert!(warning.contains("dtsearch"), "{warning}");
    let shown = firm.expect(0, &otherwise);
    assert_eq!(shown.out.matches(&format!("warning: {warning}\n")).count(), 1, "{}", shown.out);
}

#[test]
fn a_source_that_was_never_captured_is_not_searched_and_found_empty() {
    let firm = firm();
    let sources = firm.read("register/sources.csv");
    firm.write(
        "register/sources.csv",
        format!("{sources}desk,The desk,chat,desk@chat.example,ann,2020-01-01,,chat:**,,,,,,,\r\n")
            .as_bytes(),
    );
    firm.run(&["index"]);
    for asked in [["search", "--source", "desk"], ["search", "--channel", "chat"]] {
        let shown = firm.expect(3, &asked);
        assert!(shown.out.contains("Nothing was captured of desk"), "{}", shown.out);
        assert!(!shown.out.contains("match"), "{}", shown.out);
        let json = firm.json(3, &asked);
        assert_eq!((&json["not_captured"][0], &json["nothing_captured"]), (&"desk".into(), &true.into()));
    }
    let none = firm.expect(3, &["search", "--source", "box", "--channel", "chat"]);
    assert!(none.out.contains("No source of the register"), "{}", none.out);
    // Of two, one was captured: what was found is told beside what could not be searched.
    let both = firm.expect(3, &["search", "--source", "box", "--source", "desk"]);
    assert!(both.out.contains("60 of 60 documents match") && both.out.contains("of desk"), "{}", both.out);
    firm.expect(0, &["search", "--source", "box"]);
}

#[test]
fn what_cannot_be_told_is_counted_within_the_sources_asked() {
    let firm = firm();
    let undated =
        String::from_utf8(mail("undated", "D", "s", "b")).expect("UTF-8").replace("Date: D", "X: D");
    let other = undated.replace("Ann <ann@small.example>", "eve@other.example");
    firm.write("archive/u.eml", undated.as_bytes());
    firm.write("archive/v.eml", other.as_bytes());
    let sources = firm.read("register/sources.csv").replace("mail:**", "mail:box.mbox");
    firm.write("register/sources.csv", sources.as_bytes());
    firm.run(&["index"]);
    let all = firm.json(3, &["search", "--since", "2024-01-02"]);
    assert_eq!((&all["cannot_tell"], &all["cannot_tell_because"]["no-date"]), (&2.into(), &2.into()));
    let asked = firm.json(3, &["search", "--since", "2024-01-02", "--source", "box"]);
    assert_eq!(asked["searched"].as_u64(), Some(62));
    assert_eq!(
        (&asked["cannot_tell"], &asked["cannot_tell_because"]["unattributed"]),
        (&2.into(), &1.into())
    );
}

#[test]
fn a_person_s_address_counts_on_its_days_and_a_group_stands_where_a_person_does() {
    let firm = firm();
    let people = firm.read("register/people.csv");
    firm.write("register/people.csv", format!("{people}bob,Bob,,,,,\r\n").as_bytes());
    let held = firm.read("register/addresses.csv");
    firm.write(
        "register/addresses.csv",
        format!("{held}bob,bob@client.example,2024-01-01,2024-01-02,\r\n").as_bytes(),
    );
    let groups = firm.read("register/groups.csv");
    firm.write(
        "register/groups.csv",
        format!("{groups}pair,bob,,,,,\r\npair,ann,,,2024-01-03,2024-01-03,\r\n").as_bytes(),
    );
    firm.run(&["index"]);
    let hits = |asked: &[&str]| firm.json(0, asked)["hits"].as_u64().expect("hits");
    let bob = firm.json(0, &["search", "--to", "bob"]);
    assert_eq!((&bob["hits"], &bob["facets"]["by_person"]["bob"]), (&6.into(), &6.into()));
    assert!(bob["asked"].to_string().contains("from 2024-01-01 to 2024-01-02"), "{}", bob["asked"]);
    assert_eq!(hits(&["search", "--to", "bob@client.example"]), 60);
    assert_eq!((hits(&["search", "--person", "pair"]), hits(&["search", "--from", "group:pair"])), (9, 3));
    let wrong = firm.expect(1, &["search", "--person", "piar"]);
    assert!(wrong.err.contains("did you mean \"pair\""), "{}", wrong.err);
}

#[test]
fn a_sample_is_drawn_from_what_the_item_asks_of_unless_the_archive_is_meant() {
    let firm = firm();
    let asked = "from = { addresses = [\"ann@small.example\"] }\nterms =";
    firm.write("requests/p.toml", firm.read("requests/r.toml").replace("terms =", asked).as_bytes());
    let other = String::from_utf8(mail("other", "Wed, 3 Jan 2024", "s", "lunch")).expect("UTF-8");
    firm.write(
        "archive/o.eml",
        other.replace("From: Ann <ann@small.example>", "From: eve@small.example").as_bytes(),
    );
    firm.run(&["index"]);
    firm.expect(0, &["select", "p"]);
    let scope = firm.json(3, &["sample", "p", "--null-set", "26", "--seed", "3"]);
    assert_eq!((&scope["universe"]["name"], &scope["universe_documents"]), (&"scope".into(), &60.into()));
    assert_eq!(scope["not_selected"], 26);
    assert!(scope["universe"]["words"].to_string().contains("ann@small.example"), "{scope}");
    let archive = firm.json(3, &["sample", "p", "--null-set", "27", "--seed", "3", "--universe", "archive"]);
    assert_eq!((&archive["universe_documents"], &archive["not_selected"]), (&61.into(), &27.into()));
    // The answers speak of the universe that was registered.
    let sheet = archive["sheet"].as_str().expect("a sheet");
    let text = std::fs::read_to_string(sheet).expect("the sheet");
    let no = |(at, line): (usize, &str)| if at == 0 { line.to_owned() } else { format!("{line}no") };
    firm.write("review/a.csv", text.lines().enumerate().map(no).collect::<Vec<_>>().join("\r\n").as_bytes());
    let answers = firm.path("review/a.csv");
    let shown = firm.expect(3, &["sample", "p", "--answers", answers.to_str().expect("UTF-8")]);
    assert!(shown.out.contains("Universe (archive): 27 documents not selected"), "{}", shown.out);
    firm.expect(2, &["sample", "p", "--null-set", "1", "--seed", "1", "--universe", "all"]);
}

#[test]
fn a_sample_is_registered_drawn_answered_and_bounds_recall_from_below() {
    let firm = firm();
    firm.expect(1, &["sample", "r", "--null-set", "10", "--seed", "3"]);
    firm.expect(0, &["select", "r"]);
    let drawn = firm.json(3, &["sample", "r", "--null-set", "10", "--seed", "3"]);
    assert_eq!((&drawn["not_selected"], &drawn["to_read"]), (&26.into(), &10.into()));
    firm.expect(4, &["sample", "r", "--null-set", "27", "--seed", "3"]);
    let sheet = drawn["sheet"].as_str().expect("a sheet");
    let wrong = firm.expect(1, &["sample", "r", "--answers", sheet]);
    assert!(wrong.err.contains("10 mistakes found") && wrong.err.contains("responsive?"), "{}", wrong.err);
    let text = std::fs::read_to_string(sheet).expect("the sheet");
    let answered: Vec<String> =
        text.lines()
            .enumerate()
            .map(|(at, line)| {
                if at == 0 {
                    line.to_owned()
                } else {
                    format!("{line}{}", if at == 1 { "yes" } else { "no" })
                }
            })
            .collect();
    firm.write("review/answers.csv", answered.join("\r\n").as_bytes());
    let answers = firm.path("review/answers.csv");
    let take = ["sample", "r", "--answers", answers.to_str().expect("UTF-8")];
    let early = firm.json(3, &take);
    assert_eq!(
        (&early["recall_at_least_percent"], &early["found"]["not_known_yet"]),
        (&Value::Null, &34.into())
    );
    firm.decide("r", 0, |_| {});
    let report = firm.json(0, &take);
    let most = report["missed"]["most"].as_u64().expect("a bound");
    assert!(most > 1 && report["missed"]["least"] == 1, "{report}");
    let expected = 34 * 10_000 / (34 + most);
    assert_eq!(report["recall_at_least_percent"], format!("{}.{:02}", expected / 100, expected % 100));
    assert_eq!((&report["answer_set"], &report["samples_registered"]), (&2.into(), &2.into()));
    let families = firm.json(3, &["sample", "r", "--null-set", "5", "--seed", "3", "--families"]);
    assert_eq!(families["unit"], "families");
    firm.expect(0, &["audit"]);
}
