use super::*;
use crate::criteria::{Criteria, Documents, Domain, Side};
use crate::identifier::{Identifier, IdentifierKind, Identifiers, Join};
use crate::language::{self, Dialect, Node, Terms, parse_terms};
use crate::party::{Group, HeldAddress, Individual, Member, Party};
use crate::request::{DateRule, Exclusion, FamilyRule, Letter};
use crate::search::{AdHoc, search};
use archive::{Family, answer, document, documents, index, instant, participant, unsearchable};
use chrono::{NaiveDate, TimeDelta};
use duces_indexer::{HEAP_BYTES_MIN, Index, IndexedDocument, TextField};
use duces_model::{Answer, DateWindow, DefectCode, Document, DocumentKind, EmailAddress, Role};
use proptest::prelude::*;

pub(crate) mod archive;
mod deliveries;
mod large;
mod people;

fn window(first: &str, last: &str) -> DateWindow {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    DateWindow::new(day(first), day(last), chrono_tz::America::New_York).unwrap()
}

fn item(terms: Option<&str>) -> Item<Resolved> {
    Item {
        id: "1".parse().unwrap(),
        text: "All communications".to_owned(),
        period: window("2024-01-01", "2024-12-31"),
        sources: None,
        channels: Vec::new(),
        family: FamilyRule::Whole,
        letter: Letter::default(),
        dates: DateRule::Sent,
        sufficient: None,
        identifiers: Identifiers::default(),
        people: Vec::new(),
        documents: Documents::All,
        terms: terms.map(|text| parse_terms("dtsearch", text, "query").unwrap()),
        exclude: Vec::new(),
    }
}

fn message(subject: &str, text: &str) -> Document {
    Document {
        subject: Some(subject.to_owned()),
        text: text.to_owned(),
        sent_at: Some(instant("2024-03-01T12:00:00Z")),
        participants: vec![participant(Role::From, "ann@ecp.example")],
        ..document(DocumentKind::Message)
    }
}

fn alone(message: Document) -> Family {
    Family { message, attachments: Vec::new() }
}

fn attachment(name: &str, text: &str) -> Document {
    Document { file_name: Some(name.to_owned()), text: text.to_owned(), ..document(DocumentKind::Attachment) }
}

#[test]
fn a_document_without_text_is_never_outside_a_not() {
    let mut scan = attachment("scan.tif", "");
    scan.searchability = unsearchable(DefectCode::NoExtractor);
    let families = [
        Family { message: message("Order", "layering"), attachments: vec![scan] },
        alone(message("Lunch", "fish")),
    ];
    let findings = run(&index(&families), &item(Some("not layering"))).unwrap();
    assert_eq!(findings.yes, [3]);
    assert_eq!(findings.cannot_tell, [(2, BTreeSet::from([Unknown::Text]))]);
    assert_eq!((findings.searched, findings.no()), (3, 1));
}

#[test]
fn only_the_reasons_that_keep_the_answer_open_are_given() {
    let mut undated = message("Order", "layering");
    undated.sent_at = None;
    undated.participants_complete = false;
    let mut item = item(Some("layering"));
    let snapshot = index(&[alone(undated.clone())]);
    assert_eq!(run(&snapshot, &item).unwrap().cannot_tell, [(1, BTreeSet::from([Unknown::NoDate]))]);
    let party = Party::written(&["bob@ecp.example"]).unwrap();
    item.people = vec![Criteria::Party { side: Side::From, party }];
    let both = BTreeSet::from([Unknown::NoDate, Unknown::Participants]);
    assert_eq!(run(&snapshot, &item).unwrap().cannot_tell, [(1, both)]);
    item.terms = Some(parse_terms("dtsearch", "spoofing", "query").unwrap());
    assert_eq!(run(&snapshot, &item).unwrap().no(), 1);
}

#[test]
fn an_attachment_answers_for_people_and_period_by_its_message_and_for_words_by_itself() {
    let families = [Family {
        message: message("Order", "see attached"),
        attachments: vec![attachment("Q3 wash trades.xlsx", "layering of orders")],
    }];
    let snapshot = index(&families);
    let found = |query: &str| run(&snapshot, &item(Some(query))).unwrap().yes;
    assert_eq!(found("layering"), [2]);
    assert_eq!(found("attachment-name::\"wash trades\""), [1, 2]);
    assert_eq!(found("subject contains (order)"), [1, 2]);
    assert_eq!(found("body contains (order*)"), [2]);
}

#[test]
fn a_phrase_reaches_from_no_name_to_the_next_and_from_no_field_to_another() {
    let families = [Family {
        message: message("wash", "trade"),
        attachments: vec![attachment("wash", ""), attachment("trade", "")],
    }];
    assert_eq!(run(&index(&families), &item(Some("\"wash trade\""))).unwrap().no(), 3);
}

#[test]
fn the_terms_of_a_report_are_the_alternatives_on_top_each_with_its_words() {
    let families = [
        alone(message("a", "wash trade here")),
        alone(message("b", "wash trading there")),
        alone(message("c", "layering, and a wash trade")),
    ];
    let mut item = item(Some("layering or \"wash trad*\" or zebra"));
    item.people =
        vec![Criteria::Party { side: Side::From, party: Party::written(&["ecp.example"]).unwrap() }];
    let findings = run(&index(&families), &item).unwrap();
    let counts: Vec<(&str, &[u64])> =
        findings.terms.iter().map(|term| (term.written.as_str(), term.documents.as_slice())).collect();
    assert_eq!(counts, [("layering", [3].as_slice()), ("\"wash trad*\"", &[1, 2, 3]), ("zebra", &[])]);
    let words =
        Expansion { pattern: "trad*".to_owned(), terms: vec!["trade".to_owned(), "trading".to_owned()] };
    assert_eq!(findings.terms[1].expansions, [words]);
    assert_eq!(findings.yes, [1, 2, 3]);
}

#[test]
fn a_star_stands_for_all_its_words_or_is_an_error() {
    let snapshot = index(&[alone(message("x", "trade trader trading"))]);
    let item = item(Some("body::trad*"));
    let found = run_within(&snapshot, &item, 2);
    assert!(matches!(found, Err(QueryError::TooManyExpansions { found: 3, budget: 2, .. })));
    assert!(run_within(&snapshot, &item, 3).is_ok());
}

#[test]
fn an_unreadable_message_is_a_question_to_every_criterion_and_for_one_reason() {
    let mut broken = document(DocumentKind::Message);
    broken.searchability = unsearchable(DefectCode::NotAMessage);
    broken.participants_complete = false;
    let findings = run(&index(&[alone(broken)]), &item(Some("subject::fee"))).unwrap();
    assert_eq!(findings.cannot_tell, [(1, BTreeSet::from([Unknown::Unreadable]))]);
}

#[test]
fn the_first_and_the_last_instant_of_a_period_are_inside_and_their_neighbours_are_not() {
    let period = window("2024-03-10", "2024-03-10");
    let at = |instant| alone(Document { sent_at: Some(instant), ..message("x", "y") });
    let one = TimeDelta::microseconds(1);
    let families = [at(period.start() - one), at(period.start()), at(period.end() - one), at(period.end())];
    let mut item = item(None);
    item.period = period;
    assert_eq!(run(&index(&families), &item).unwrap().yes, [2, 3]);
}

#[test]
fn a_search_at_a_terminal_counts_all_and_lists_the_newest_first_and_the_undated_last() {
    let dated = |text: &str| alone(Document { sent_at: Some(instant(text)), ..message("x", "fee") });
    let families = [
        alone(Document { sent_at: None, ..message("x", "fee") }),
        dated("2024-01-01T00:00:00Z"),
        dated("2024-06-01T00:00:00Z"),
    ];
    let snapshot = index(&families);
    let mut asked = AdHoc { terms: parse_terms("dtsearch", "fee", "query").ok(), ..AdHoc::default() };
    let hits = search(&snapshot, &asked, 10).unwrap();
    assert_eq!((hits.searched, hits.total, hits.rows), (3, 3, vec![3, 2, 1]));
    assert!(hits.cannot_tell.is_empty() && hits.expansions.is_empty());
    assert_eq!(search(&snapshot, &asked, 1).unwrap().rows, [3]);
    asked.period = Some(window("2024-05-01", "2024-07-01"));
    let hits = search(&snapshot, &asked, 10).unwrap();
    assert_eq!((hits.total, hits.rows), (1, vec![3]));
    assert_eq!(hits.cannot_tell, [(1, BTreeSet::from([Unknown::NoDate]))]);
    asked.terms = parse_terms("dtsearch", "f*e or fexe", "query").ok();
    let hits = search(&snapshot, &asked, 0).unwrap();
    assert_eq!((hits.total, hits.rows.len()), (1, 0));
    assert_eq!(hits.expansions, [Expansion { pattern: "f*e".into(), terms: vec!["fee".into()] }]);
}

#[test]
fn a_folder_is_searched_where_it_is_named_and_nowhere_else() {
    let message = message("terms", "the fee of the inbox");
    let lies = |folder| IndexedDocument {
        document: &message,
        message: &message,
        root: message.id,
        attachment_names: Vec::new(),
        thread: None,
        delivery: None,
        folder,
    };
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer(HEAP_BYTES_MIN, 1).unwrap();
    for (row, folder) in [(1, "exports/ann.pst/Inbox/Deals"), (2, "exports/ann.pst/Deleted Items"), (3, "")] {
        writer.add(row, &lies(folder)).unwrap();
    }
    writer.commit(1).unwrap();
    let snapshot = index.snapshot().unwrap();
    let found = |query: &str| run(&snapshot, &item(Some(query))).unwrap().yes;
    assert_eq!(found("folder contains (\"inbox/deals\")"), [1]);
    assert_eq!(found("folder contains (ann and not deleted)"), [1]);
    assert_eq!(found("fee and folder contains (deleted)"), [2]);
    assert_eq!(found("deals or deleted or exports"), Vec::<u64>::new());
    assert_eq!(found("inbox"), [1, 2, 3]);
}

#[test]
fn what_is_not_denied_is_what_holds_and_what_may_hold() {
    let sent = |at: Option<&str>| alone(Document { sent_at: at.map(instant), ..message("x", "fee") });
    let snapshot =
        index(&[sent(None), sent(Some("2024-01-01T00:00:00Z")), sent(Some("2024-06-01T00:00:00Z"))]);
    let asked = Criteria::Sent(window("2024-05-01", "2024-07-01"));
    assert_eq!(not_denied(&snapshot, &asked).unwrap(), [1, 3]);
}

// --- the same answers as by reading every document

const WORDS: [&str; 9] = ["trade", "trader", "tra", "wash", "fee", "foo-bar", "回扣", "Résumé", "q3_a"];
const ADDRESSES: [&str; 4] =
    ["ann@ecp.example", "bob@us.ecp.example", "carl@client.example", "news@x.news.example"];

fn words(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..=most).prop_map(|words| words.join(" "))
}

fn any_message() -> impl Strategy<Value = Document> {
    let people = prop::collection::vec(
        (
            prop::sample::select(&Role::ALL[..]),
            prop::sample::select(&ADDRESSES[..]),
            prop::bool::weighted(0.2),
        ),
        0..4,
    );
    let received = prop::option::weighted(0.7, 0_i64..30);
    let state = ((prop::option::weighted(0.8, 0_i64..30), received), prop::bool::weighted(0.8), 0..10_u8);
    (prop::option::weighted(0.8, words(3)), words(5), people, state).prop_map(
        |(subject, text, people, state)| {
            let ((days, received), complete, searchable) = state;
            let noon = |days| instant("2024-01-01T10:00:00Z") + TimeDelta::days(days);
            let participants = people.into_iter().map(|(role, address, grouped)| {
                let by_way_of = grouped.then(|| EmailAddress::new("desk@ecp.example").unwrap());
                duces_model::Participant { by_way_of, ..participant(role, address) }
            });
            Document {
                subject,
                text,
                participants: participants.collect(),
                participants_complete: complete,
                sent_at: days.map(noon),
                received_at: received.map(noon),
                searchability: match searchable {
                    0 => unsearchable(DefectCode::NotAMessage),
                    1 => unsearchable(DefectCode::NoText),
                    _ => duces_model::Searchability::Indexed,
                },
                ..document(DocumentKind::Message)
            }
        },
    )
}

fn any_family() -> impl Strategy<Value = Family> {
    let attachment = (words(2), words(4), prop::bool::weighted(0.3)).prop_map(|(name, text, scanned)| {
        let mut attachment = attachment(&name, &text);
        if scanned {
            attachment.text = String::new();
            attachment.searchability = unsearchable(DefectCode::NoExtractor);
        }
        attachment
    });
    let attachments = prop::collection::vec(attachment, 0..3);
    (any_message(), attachments).prop_map(|(message, attachments)| Family { message, attachments })
}

fn any_node() -> impl Strategy<Value = String> {
    let star =
        prop::sample::select(vec!["tra*", "t*", "re*", "q3_*", "回 扣", "zz*", "wash* tra*", "foo-b*"]);
    let phrase =
        prop::collection::vec(prop::sample::select(&WORDS[..]), 1..3).prop_map(|words| words.join(" "));
    let leaf = prop_oneof![4 => phrase.clone(), 2 => star.clone().prop_map(str::to_owned), 1 => (star, phrase).prop_map(|(a, b)| format!("\"{a} {b}\""))];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several.clone().prop_map(|parts| format!("({})", parts.join(" and "))),
            several.prop_map(|parts| format!("({})", parts.join(" or "))),
            inner.prop_map(|part| format!("(not {part})")),
        ]
    })
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let fields = prop::sample::subsequence(TextField::ALL.to_vec(), 1..=3);
    let within = prop::option::weighted(0.2, any_node());
    (any_node(), fields, within).prop_map(|(query, fields, within)| {
        let field = fields[0].as_str();
        let query = match within {
            Some(within) => format!("{query} or {field} contains ({within})"),
            None => query,
        };
        language::read(Dialect::DtSearch, &fields, &query).unwrap()
    })
}

fn any_window() -> impl Strategy<Value = DateWindow> {
    (0_u64..25, 0_u64..20).prop_map(|(first, days)| {
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(first);
        DateWindow::new(first, first + chrono::Days::new(days), chrono_tz::America::New_York).unwrap()
    })
}

fn any_criteria() -> impl Strategy<Value = Criteria<Resolved>> {
    let who = prop::sample::subsequence(ADDRESSES.to_vec(), 0..3);
    let domains = prop::sample::subsequence(vec!["ecp.example", "*.ecp.example", "*.example"], 0..2);
    let party = (prop::sample::select(&Side::ALL[..]), who, domains, people::any_held()).prop_map(
        |(side, who, domains, held)| {
            let mut party = Party::written(&who).unwrap();
            party.domains = domains.into_iter().map(|domain| Domain::new(domain).unwrap()).collect();
            people::hold(&mut party, held);
            Criteria::Party { side, party }
        },
    );
    let firm = prop::sample::subsequence(vec!["ecp.example", "client.example"], 1..=2);
    let leaf = prop_oneof![
        3 => party,
        1 => firm.prop_map(|firm| Criteria::Outside(
            firm.into_iter().map(|domain| Domain::new(domain).unwrap()).collect()
        )),
        1 => any_window().prop_map(Criteria::Received),
        1 => any_window().prop_map(Criteria::Sent),
        1 => prop::sample::select(&Documents::ALL[..]).prop_map(Criteria::Documents),
        2 => any_terms().prop_map(Criteria::Terms),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Criteria::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Criteria::Any),
            inner.prop_map(|part| Criteria::Not(Box::new(part))),
        ]
    })
}

fn any_item() -> impl Strategy<Value = Item<Resolved>> {
    let exclude = prop::collection::vec(any_criteria(), 0..2);
    let people = prop::collection::vec(any_criteria(), 0..3);
    let documents = prop::sample::select(&Documents::ALL[..]);
    (any_window(), people, documents, prop::option::weighted(0.8, any_terms()), exclude).prop_map(
        |(period, people, documents, terms, exclude)| {
            let exclude =
                exclude.into_iter().map(|criteria| Exclusion { reason: "agreed".to_owned(), criteria });
            Item { period, people, documents, terms, exclude: exclude.collect(), ..item(None) }
        },
    )
}

fn told_by_reading(
    families: &[Family],
    criteria: &Criteria<Resolved>,
) -> (Vec<u64>, Vec<(u64, BTreeSet<Unknown>)>) {
    let (mut yes, mut open) = (Vec::new(), Vec::new());
    for (row, document) in (1..).zip(documents(families)) {
        match answer(criteria, &document) {
            (Answer::Yes, _) => yes.push(row),
            (Answer::CannotTell, reasons) => open.push((row, reasons)),
            (Answer::No, _) => {}
        }
    }
    (yes, open)
}

fn node_as_terms(node: &Node, fields: &[TextField]) -> Criteria<Resolved> {
    Criteria::Terms(language::read(Dialect::DtSearch, fields, &node.to_string()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn every_answer_is_the_one_that_reading_each_document_gives(
        families in prop::collection::vec(any_family(), 1..12), items in prop::collection::vec(any_item(), 20)
    ) {
        let snapshot = index(&families);
        for item in &items {
            let findings = run(&snapshot, item).unwrap();
            let (yes, open) = told_by_reading(&families, &item.criteria());
            prop_assert_eq!(&findings.yes, &yes, "yes to {:#?}", item.explain());
            prop_assert_eq!(&findings.cannot_tell, &open, "cannot tell of {:#?}", item.explain());
            let told = findings.yes.len() + findings.cannot_tell.len();
            prop_assert_eq!(findings.searched, told as u64 + findings.no());
            let Some(terms) = item.terms() else { continue };
            prop_assert_eq!(findings.terms.len(), terms.alternatives().len());
            for (hits, alternative) in findings.terms.iter().zip(terms.alternatives()) {
                let both = Criteria::All(vec![item.scope(), node_as_terms(&alternative.node, terms.fields())]);
                prop_assert_eq!(&hits.documents, &told_by_reading(&families, &both).0, "{}", hits.canonical);
            }
        }
    }
}
