use super::*;
use crate::directory::{Days, Directory, GroupPart};
use crate::state::Resolved;
use duces_model::{EmailAddress, GroupId, PersonId, SourceId};
use proptest::prelude::*;

const REQUESTS: &str = include_str!("../../REQUESTS.md");

struct Register;

impl Directory for Register {
    fn person(&self, id: &PersonId) -> Option<Vec<(EmailAddress, Days)>> {
        match id.as_str() {
            "ann-lee" => Some(vec![(address("ann.lee@ecp.example"), Days::default())]),
            "bob" => Some(vec![(address("fx@ecp.example"), days("2020-01-01", "2020-12-31"))]),
            "no-mail" => Some(Vec::new()),
            _ => None,
        }
    }
    fn group(&self, id: &GroupId) -> Option<Vec<(GroupPart, Days)>> {
        (id.as_str() == "desk-fx").then(|| {
            vec![
                (GroupPart::Own(address("desk-fx@ecp.example")), Days::default()),
                (GroupPart::Person("ann-lee".parse().unwrap()), days("2020-07-01", "2021-06-30")),
                (GroupPart::Person("bob".parse().unwrap()), days("2020-07-01", "2021-06-30")),
                (GroupPart::Address(address("out@agency.example")), days("2021-01-01", "")),
                (GroupPart::Person("bob".parse().unwrap()), days("2022-01-01", "2022-12-31")),
            ]
        })
    }
    fn groups(&self) -> Vec<GroupId> {
        vec!["desk-fx".parse().unwrap()]
    }
    fn firm_domains(&self) -> Vec<String> {
        vec!["ecp.example".to_owned()]
    }
    fn people(&self) -> Vec<PersonId> {
        vec!["ann-lee".parse().unwrap()]
    }
    fn has_source(&self, id: &SourceId) -> bool {
        id.as_str() == "ann-lee-mailbox"
    }
    fn source_ids(&self) -> Vec<SourceId> {
        vec!["ann-lee-mailbox".parse().unwrap()]
    }
    fn default_zone(&self) -> Tz {
        chrono_tz::America::Chicago
    }
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

fn days(from: &str, to: &str) -> Days {
    Days { from: from.parse().ok(), to: to.parse().ok() }
}

fn whole_file() -> &'static str {
    REQUESTS.split("```toml\n").nth(1).unwrap().split("```").next().unwrap()
}

fn resolved(text: &str) -> Request<Resolved> {
    crate::read("r.toml", text, &crate::NoTermLists, &Register).unwrap()
}

/// A file with one item of these lines.
fn with_item(lines: &str) -> String {
    format!(
        "format = 1\n[request]\nauthority = \"SEC\"\nnumber = \"1\"\ntitle = \"t\"\n\
         period = {{ from = 2024-01-01, to = 2024-01-31 }}\n[[item]]\nid = \"1\"\ntext = \"words\"\n{lines}\n"
    )
}

/// Every mistake as `the text under the caret: message`.
fn mistakes(text: &str) -> Vec<String> {
    let found = crate::read("r.toml", text, &crate::NoTermLists, &Register).unwrap_err();
    found.iter().map(|mistake| format!("{}: {}", under_caret(mistake), mistake.message)).collect()
}

fn under_caret(mistake: &Mistake) -> String {
    let from = usize::try_from(mistake.column - 1).unwrap();
    let length = usize::try_from(mistake.length).unwrap();
    mistake.excerpt.as_deref().unwrap_or("").chars().skip(from).take(length).collect()
}

fn hints(text: &str) -> String {
    let found = crate::read("r.toml", text, &crate::NoTermLists, &Register).unwrap_err();
    found.iter().filter_map(|mistake| mistake.hint.clone()).collect::<Vec<_>>().join("; ")
}

#[test]
fn the_file_of_the_page_is_read_and_explained() {
    let request = resolved(whole_file());
    assert_eq!((request.authority.as_str(), request.number.as_str()), ("FINRA", "8210-2024-0042"));
    assert_eq!(request.due.map(|day| day.to_string()).as_deref(), Some("2024-10-01"));
    assert!(request.declaration_1746);
    let [first, second] = request.items() else { panic!("{:?}", request.items()) };
    assert_eq!(
        first.explain(),
        [
            "sent from 2024-01-01 to 2024-03-31, both days included, in America/New_York",
            "in the sources: ann-lee-mailbox",
            "in the channels: email",
            "all of:",
            "  sent or received by ann-lee (ann.lee@ecp.example)",
            "  sent or received by any address of client.example or any address of a domain below client.example",
            "words (dtsearch) in the subject or the text or an attachment's name: \
             (layering or \"wash trade*\") and not newsletter",
            "  all of:",
            "    at least one of:",
            "      the word \"layering\"",
            "      side by side, in this order: \"wash\", a word that starts with \"trade\"",
            "    not:",
            "      the word \"newsletter\"",
            "but not (newsletter agreed with staff on 2024-09-10):",
            "  sent by any address of news.example",
            "with the whole family of each",
            "due on 2024-10-01",
        ]
    );
    assert_eq!(second.period.last().to_string(), "2024-06-30");
    assert_eq!(
        first.canonical_json()["terms"]["canonical"],
        "(layering or \"wash trade*\") and not newsletter"
    );
    assert_eq!(first.canonical_json(), resolved(whole_file()).items()[0].canonical_json());
}

#[test]
fn a_file_of_a_spreadsheet_editor_with_bom_and_crlf_is_read() {
    let text = format!("\u{feff}{}", whole_file().replace('\n', "\r\n"));
    assert_eq!(resolved(&text).items().len(), 2);
    let broken = text.replace("wash trade*", "wash! trade*");
    assert_eq!(mistakes(&broken), ["!: \"!\" means nothing in this dialect"]);
}

#[test]
fn all_mistakes_of_a_file_are_found_at_once_each_at_its_place() {
    let text = "format = 2\nextra = 1\n[request]\nauthority = \"FINRA\"\nnumber = 5\ndeu = 2024-10-01\n\
                zone = \"America/New_Yrok\"\nperiod = { from = 2024-02-01, to = 2024-01-01 }\n\
                 [[item]]\nid = \"1\"\ntext = \"x\"\nkind = \"search\"\nfamly = \"whole\"\nfrom = {}\n\
                 terms = { dialect = \"dtsearch\", query = \"a w/x b\" }\n[[item]]\nid = \"1\"\ntext = \" \"\n\
                received = 1\n";
    assert_eq!(
        mistakes(text),
        [
            "2: found format 2, this version reads format 1",
            "extra: the file has no key \"extra\"",
            "[request]: [request] has no key \"title\", which must be given",
            "5: number: found a whole number, expected a string in quotes",
            "deu: [request] has no key \"deu\"",
            "\"America/New_Yrok\": there is no time zone \"America/New_Yrok\"",
            "{ from = 2024-02-01, to = 2024-01-01 }: period: last day 2024-01-01 stands before first day 2024-02-01",
            "famly: [[item]] has no key \"famly\"",
            "{}: from names nobody",
            "w/x: \"w/x\" is no proximity: found \"x\", expected a number",
            "\"1\": item \"1\" stands in the file twice",
            "\" \": text is empty",
            "received: [[item]] has no key \"received\"",
        ]
    );
    let hints = hints(text);
    for hint in ["did you mean \"due\"?", "did you mean \"America/New_York\"?", "did you mean \"family\"?"] {
        assert!(hints.contains(hint), "{hints}");
    }
}

#[test]
fn what_the_register_does_not_know_is_a_mistake_with_a_suggestion() {
    let text = with_item(
        "sources = [\"ann-lee-mailbx\"]\nfrom = { people = [\"ann-le\", \"no-mail\"] }\n\
         exclude = [{ reason = \"r\", between = { a = { people = [\"zoe\"] }, b = { domains = [\"x.example\"] } } }]",
    );
    assert_eq!(
        mistakes(&text),
        [
            "\"ann-lee-mailbx\": the register has no source \"ann-lee-mailbx\"",
            "\"ann-le\": the register has no person \"ann-le\"",
            "\"no-mail\": person \"no-mail\" has no address in the register, so no message can be theirs",
            "\"zoe\": the register has no person \"zoe\"",
        ]
    );
    assert!(hints(&text).contains("did you mean \"ann-lee-mailbox\"?; did you mean \"ann-lee\"?"));
}

#[test]
fn an_item_without_any_period_is_a_mistake_and_the_firms_zone_is_the_default() {
    let text = with_item("");
    assert_eq!(resolved(&text).items()[0].period.zone(), chrono_tz::America::Chicago);
    let without = text.replace("period = ", "# ");
    assert_eq!(mistakes(&without), ["[[item]]: item 1 has no period"]);
}

#[test]
fn each_wrong_value_of_an_item_is_named() {
    for (lines, expected) in [
        (
            "documents = \"mesages\"",
            "\"mesages\": documents: found \"mesages\", expected one of: all, messages, attachments",
        ),
        (
            "channels = [\"fax\"]",
            "\"fax\": channels: found \"fax\", expected one of: email, chat, notification, ticket, text, voice, file",
        ),
        ("channels = []", "[]: channels is an empty list"),
        ("family = true", "true: family: found true or false, expected a string in quotes"),
        ("sources = \"x\"", "\"x\": sources: found a string, expected a list in brackets"),
        (
            "sources = [\"a b\"]",
            "\"a b\": sources: found \"a b\", expected 1 to 64 letters, digits, '-', '_' or '.', the first a letter or digit",
        ),
        ("from = { people = [] }", "[]: people is an empty list"),
        ("from = \"ann\"", "\"ann\": from: found a string, expected a table"),
        ("to = { adresses = [\"a@b.example\"] }", "adresses: to has no key \"adresses\""),
        (
            "to = { addresses = [\"ann\"] }",
            "\"ann\": addresses: found \"ann\", expected an address such as name@example.com",
        ),
        (
            "to = { domains = [\"a@b.example\"] }",
            "\"a@b.example\": domains: found \"a@b.example\", expected a domain such as client.example, or *.client.example for all below it",
        ),
        (
            "between = { a = { domains = [\"x.example\"] } }",
            "{ a = { domains = [\"x.example\"] } }: between has no key \"b\", which must be given",
        ),
        (
            "period = { from = \"2024-01-01\", to = 2024-01-02 }",
            "\"2024-01-01\": from: found a string, expected a day",
        ),
        (
            "period = { from = 2024-01-01T10:00:00Z, to = 2024-01-02 }",
            "2024-01-01T10:00:00Z: from: found 2024-01-01T10:00:00Z, expected a day alone",
        ),
        (
            "period = { from = 1901-01-01, to = 2024-01-02 }",
            "{ from = 1901-01-01, to = 2024-01-02 }: period: day 1901-01-01 is outside 1970 to 2199",
        ),
        (
            "kind = \"serach\"",
            "\"serach\": kind: found \"serach\", expected one of: search, checklist, narrative, schedule, defined-term, cross-reference",
        ),
        ("terms = { query = \"a\" }", "{ query = \"a\" }: terms has no key \"dialect\", which must be given"),
        (
            "terms = { dialect = \"dtsearch\" }",
            "{ dialect = \"dtsearch\" }: terms has neither \"query\" nor \"list\", one of which must be given",
        ),
        (
            "terms = { dialect = \"lexus\", query = \"a /5 b\" }",
            "\"lexus\": found dialect \"lexus\", expected one of: dtsearch, relativity, westlaw, lexis",
        ),
        ("terms = { dialect = \"westlaw\", query = \"a w/5 b\" }", "w/5: \"w/5\" is no operator of Westlaw"),
        (
            "terms = { dialect = \"dtsearch\", query = \"a\", list = \"t.csv\" }",
            "\"t.csv\": terms has both \"query\" and \"list\", expected one",
        ),
        (
            "terms = { dialect = \"dtsearch\", query = \"a\", column = \"Term\" }",
            "\"Term\": \"column\" stands beside a query, expected it beside \"list\"",
        ),
        (
            "terms = { dialect = \"dtsearch\", query = \"a\", noise = [\"of the\"] }",
            "\"of the\": noise: found \"of the\", expected one word",
        ),
        (
            "terms = { dialect = \"dtsearch\", list = \"../t.csv\" }",
            "\"../t.csv\": list: found \"../t.csv\", expected a path below the folder of request files",
        ),
        (
            "terms = { dialect = \"dtsearch\", list = \"t.csv\" }",
            "\"t.csv\": list \"t.csv\" cannot be read: lists of terms cannot be read here",
        ),
        ("terms = { dialect = \"dtsearch\", query = \"\" }", "\": the query is empty"),
        ("terms = { dialect = \"dtsearch\", query = \"\\u0061 \\\"b\" }", "\\\": this quote is never closed"),
        (
            "terms = { dialect = \"dtsearch\", fields = [\"sender\"], query = \"a\" }",
            "\"sender\": fields: found \"sender\", expected one of: subject, body, attachment-name, folder",
        ),
        (
            "terms = { dialect = \"dtsearch\", fields = [\"subject\"], query = \"body::a\" }",
            "body::: this field is not among the fields to be searched",
        ),
        (
            "exclude = [{ reason = \"agreed\" }]",
            "{ reason = \"agreed\" }: this exclusion leaves out everything",
        ),
        (
            "exclude = [{ from = { domains = [\"x.example\"] } }]",
            "{ from = { domains = [\"x.example\"] } }: exclude has no key \"reason\", which must be given",
        ),
    ] {
        let text = with_item(lines);
        assert_eq!(mistakes(&text), [expected], "{lines}");
    }
}

#[test]
fn a_caret_stands_in_the_right_line_of_a_query_of_several_lines() {
    let text = with_item(
        "[item.terms]\ndialect = \"dtsearch\"\nquery = '''\nlayering or\n  \"spoof\" or wom!n\n'''",
    );
    let found = parse("r.toml", &text).unwrap_err();
    let mistake = found.iter().next().unwrap();
    assert_eq!((mistake.line, mistake.column, mistake.length), (14, 17, 1));
    assert_eq!(mistake.excerpt.as_deref(), Some("  \"spoof\" or wom!n"));
}

/// Lists of terms by name.
struct Lists;

impl crate::TermLists for Lists {
    fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        match name {
            "terms/1.csv" => Ok(b"Term\nlayering\n\"fee, x\"\n".to_vec()),
            "terms/2.txt" => Ok(b"the fee\nrefund w/5 fee\n".to_vec()),
            _ => Err("there is no such file".to_owned()),
        }
    }
}

#[test]
fn a_list_of_terms_is_read_its_bytes_are_kept_and_its_mistakes_name_its_rows() {
    let text = with_item(
        "[item.terms]\ndialect = \"dtsearch\"\nlist = \"terms/2.txt\"\nnoise = [\"the\"]\n\
         [[item.exclude]]\nreason = \"r\"\nterms = { dialect = \"dtsearch\", list = \"terms/2.txt\" }",
    );
    let request = parse_with("r.toml", &text, &Lists).unwrap();
    let lists = request.term_lists();
    assert_eq!(lists.len(), 2);
    assert_eq!((lists[0].name(), lists[0].bytes()), ("terms/2.txt", &b"the fee\nrefund w/5 fee\n"[..]));
    let request = request.resolve(&Register).unwrap();
    let item = &request.items()[0];
    let lines = item.explain();
    for expected in [
        "noise words, for which any word stands: the",
        "from the list terms/2.txt: 2 terms, 0 rows without one passed over",
        "warning: row 1: at the edge of a phrase a noise word is not searched for, and is left out: \"the\"",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{lines:?}");
    }
    let json = item.canonical_json();
    assert_eq!(json["terms"]["list"]["name"], "terms/2.txt");
    assert_eq!(json["terms"]["list"]["list_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(json["terms"]["warnings"].as_array().unwrap().len(), 1);

    let wrong = with_item("terms = { dialect = \"dtsearch\", list = \"terms/1.csv\", column = \"Term\" }");
    let found = parse_with("r.toml", &wrong, &Lists).unwrap_err();
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["terms/1.csv:3:4, column Term: found ',' between words"]);
}

mod kinds;

#[test]
fn what_toml_does_not_allow_has_its_place_too() {
    let found = parse("r.toml", "format = 1\n[request\nx = 2024-02-30\n").unwrap_err();
    let first = found.iter().next().unwrap();
    assert_eq!(first.line, 2, "{first}");
    assert!(!first.message.ends_with('.') && first.message.starts_with(char::is_lowercase), "{first}");
    assert!(parse("r.toml", "").is_err());
    assert!(parse("r.toml", &with_item("period = { from = 2024-02-30, to = 2024-03-01 }")).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_damage_to_a_file_makes_the_parser_panic(at in 0_usize..2000, cut in 0_usize..20, put in "[\\PC\n]{0,5}") {
        let file = whole_file();
        let floor = |at: usize| (0..=at.min(file.len())).rev().find(|at| file.is_char_boundary(*at)).unwrap();
        let damaged = format!("{}{put}{}", &file[..floor(at)], &file[floor(at + cut)..]);
        if let Ok(request) = parse("r.toml", &damaged) {
            let _ = request.resolve(&Register);
            let _ = crate::read("r.toml", &damaged, &crate::NoTermLists, &Register);
        }
    }
}
