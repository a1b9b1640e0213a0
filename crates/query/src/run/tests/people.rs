//! People whose addresses count on some days, people outside the firm, dates of receipt, identifiers.
//!
//! None of these asks for more than single words and phrases.

use super::*;

/// Addresses with or without days, told apart by who has them: 0 a person, 1 a group, 2 a member,
/// 3 a defined term.
pub(super) fn any_held() -> impl Strategy<Value = Vec<(u8, HeldAddress)>> {
    let one = (0..4_u8, prop::sample::select(&ADDRESSES[..]), prop::option::weighted(0.7, any_window()));
    let held = one.prop_map(|(who, address, days)| {
        (who, HeldAddress { address: EmailAddress::new(address).unwrap(), days })
    });
    prop::collection::vec(held, 0..3)
}

pub(super) fn hold(party: &mut Party, held: Vec<(u8, HeldAddress)>) {
    for (who, held) in held {
        // Where two addresses stand for the same days, the one that is there settles it for both; asked
        // one by one, as reading does, the other would be a reason too.
        let same_days = party.on_days().iter().any(|(days, _)| Some(*days) == held.days);
        if same_days || party.addresses().contains(&held.address) {
            continue;
        }
        let person = |held| Individual { id: "ann".parse().unwrap(), addresses: vec![held] };
        let group = |own: Vec<HeldAddress>, members| Group { id: "desk".parse().unwrap(), own, members };
        match who {
            0 => party.people.push(person(held)),
            1 => party.groups.push(group(vec![held], Vec::new())),
            2 => {
                let member = Member { person: None, days: held.days, addresses: vec![held] };
                party.groups.push(group(Vec::new(), vec![member]));
            }
            _ => {
                let inner = Party { people: vec![person(held)], ..Party::default() };
                party.defined.push(("Employee".to_owned(), inner));
            }
        }
    }
}

fn from(party: Party) -> Item<Resolved> {
    Item { people: vec![Criteria::Party { side: Side::From, party }], ..item(None) }
}

fn ann(days: Option<DateWindow>) -> Party {
    let address = EmailAddress::new("ann@ecp.example").unwrap();
    let addresses = vec![HeldAddress { address, days }];
    Party { people: vec![Individual { id: "ann".parse().unwrap(), addresses }], ..Party::default() }
}

#[test]
fn an_address_counts_on_its_days_and_of_an_undated_message_that_names_it_it_cannot_be_told() {
    let sent = |at: Option<&str>| alone(Document { sent_at: at.map(instant), ..message("x", "y") });
    let mut other = message("x", "y");
    other.sent_at = None;
    other.participants = vec![participant(Role::From, "bob@ecp.example")];
    let families =
        [sent(Some("2024-03-01T12:00:00Z")), sent(Some("2024-05-01T12:00:00Z")), sent(None), alone(other)];
    let mut asked = from(ann(Some(window("2024-01-01", "2024-04-30"))));
    let snapshot = index(&families);
    let findings = run(&snapshot, &asked).unwrap();
    assert_eq!(findings.yes, [1]);
    // The fourth has no date either, and another sender: it is not ann's whenever it was sent.
    assert_eq!(findings.cannot_tell, [(3, BTreeSet::from([Unknown::NoDate]))]);
    asked = from(ann(None));
    assert_eq!(run(&snapshot, &asked).unwrap().yes, [1, 2]);
}

#[test]
fn a_message_with_unread_addresses_is_not_outside_a_person_s_days_but_a_message_of_another_day_is() {
    let unread = |at: &str| {
        let mut message = message("x", "y");
        message.participants = Vec::new();
        message.participants_complete = false;
        alone(Document { sent_at: Some(instant(at)), ..message })
    };
    let families = [unread("2024-03-01T12:00:00Z"), unread("2024-05-01T12:00:00Z")];
    let asked = from(ann(Some(window("2024-01-01", "2024-04-30"))));
    let findings = run(&index(&families), &asked).unwrap();
    assert_eq!(findings.cannot_tell, [(1, BTreeSet::from([Unknown::Participants]))]);
    assert_eq!(findings.no(), 1);
}

#[test]
fn external_needs_somebody_outside_and_internal_needs_all_addresses_read() {
    let between = |addresses: &[&str], complete: bool| {
        let mut message = message("x", "y");
        message.participants = addresses.iter().map(|one| participant(Role::To, one)).collect();
        message.participants_complete = complete;
        alone(message)
    };
    let families = [
        between(&["ann@ecp.example", "bob@us.ecp.example"], true),
        between(&["ann@ecp.example", "carl@client.example"], true),
        between(&["ann@ecp.example"], false),
        between(&["eve@notecp.example"], false),
    ];
    let outside = || Criteria::Outside(vec![Domain::new("ecp.example").unwrap()]);
    let snapshot = index(&families);
    let asked = |criteria| run(&snapshot, &Item { people: vec![criteria], ..item(None) }).unwrap();
    let open = vec![(3, BTreeSet::from([Unknown::Participants]))];
    let external = asked(outside());
    assert_eq!((external.yes, external.cannot_tell.clone()), (vec![2, 4], open.clone()));
    let internal = asked(Criteria::Not(Box::new(outside())));
    assert_eq!((internal.yes, internal.cannot_tell), (vec![1], open));
}

#[test]
fn a_period_may_ask_for_the_date_of_receipt_which_is_not_always_known() {
    let dated = |sent: Option<&str>, received: Option<&str>| {
        let (sent_at, received_at) = (sent.map(instant), received.map(instant));
        alone(Document { sent_at, received_at, ..message("x", "y") })
    };
    let (inside, outside) = (Some("2024-03-01T12:00:00Z"), Some("2023-03-01T12:00:00Z"));
    let families = [
        dated(inside, outside),
        dated(outside, inside),
        dated(outside, None),
        dated(None, None),
        dated(inside, None),
    ];
    let snapshot = index(&families);
    let asked = |dates| {
        let findings = run(&snapshot, &Item { dates, ..item(None) }).unwrap();
        let open: Vec<u64> = findings.cannot_tell.iter().map(|(row, _)| *row).collect();
        (findings.yes, open)
    };
    assert_eq!(asked(DateRule::Sent), (vec![1, 5], vec![4]));
    assert_eq!(asked(DateRule::Received), (vec![2], vec![3, 4, 5]));
    assert_eq!(asked(DateRule::Either), (vec![1, 2, 5], vec![3, 4]));
}

#[test]
fn identifiers_are_rows_of_a_report_and_go_with_the_words_as_the_item_says() {
    let families = [
        alone(message("a", "cusip 037833-10-0 sold")),
        alone(message("b", "037833100 in account 12.3456")),
        alone(message("c", "sold")),
        alone(message("d", "0378331001 and 037833 10")),
        alone(message("e", "037833 and then 10")),
    ];
    let snapshot = index(&families);
    let one = |kind, value| Identifier::new(kind, value, false, TextField::ALL.to_vec()).unwrap();
    let list = vec![one(IdentifierKind::Cusip, "037833100"), one(IdentifierKind::Account, "12-3456")];
    let asked = |terms: Option<&str>, join| {
        let identifiers = Identifiers { list: list.clone(), join };
        run(&snapshot, &Item { identifiers, ..item(terms) }).unwrap()
    };
    let alone = asked(None, Join::Or);
    assert_eq!(alone.yes, [1, 2, 4]);
    let rows: Vec<(&str, &[u64])> =
        alone.terms.iter().map(|term| (term.written.as_str(), term.documents.as_slice())).collect();
    assert_eq!(rows, [("cusip 037833100", [1, 2, 4].as_slice()), ("account 12-3456", &[2])]);
    assert_eq!(asked(Some("sold"), Join::Or).yes, [1, 2, 3, 4]);
    assert_eq!(asked(Some("sold"), Join::And).yes, [1]);
    assert_eq!(asked(Some("sold"), Join::And).terms.len(), 3);
}

fn any_phrase() -> impl Strategy<Value = Terms> {
    let words = prop::collection::vec(prop::sample::select(&WORDS[..]), 1..3);
    words.prop_map(|words| parse_terms("dtsearch", &words.join(" "), "query").unwrap())
}

fn any_asked() -> impl Strategy<Value = Item<Resolved>> {
    let held = (prop::sample::select(&Side::ALL[..]), any_held()).prop_map(|(side, held)| {
        let mut party = Party::default();
        hold(&mut party, held);
        Criteria::Party { side, party }
    });
    let firm = Domain::new("ecp.example").unwrap();
    let leaf = prop_oneof![
        4 => held,
        1 => Just(Criteria::Outside(vec![firm])),
        1 => any_window().prop_map(Criteria::Received),
    ];
    let criteria = leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Criteria::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Criteria::Any),
            inner.prop_map(|part| Criteria::Not(Box::new(part))),
        ]
    });
    let number =
        |value| Identifier::new(IdentifierKind::Other, value, false, TextField::ALL.to_vec()).unwrap();
    let list = prop::sample::subsequence(vec!["foo.bar", "fee", "wash trade"], 0..3)
        .prop_map(move |values| values.into_iter().map(number).collect::<Vec<_>>());
    let words = (prop::option::of(any_phrase()), list, prop::sample::select(&Join::ALL[..]));
    let dates = prop::sample::select(&DateRule::ALL[..]);
    (any_window(), dates, prop::collection::vec(criteria, 0..3), words).prop_map(
        |(period, dates, people, (terms, list, join))| {
            let identifiers = Identifiers { list, join };
            Item { period, dates, people, terms, identifiers, ..item(None) }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn criteria_on_people_dates_and_identifiers_answer_as_reading_each_document_does(
        families in prop::collection::vec(any_family(), 1..12), items in prop::collection::vec(any_asked(), 20)
    ) {
        let snapshot = index(&families);
        for item in &items {
            let findings = run(&snapshot, item).unwrap();
            let (yes, open) = told_by_reading(&families, &item.criteria());
            prop_assert_eq!(&findings.yes, &yes, "yes to {:#?}", item.explain());
            prop_assert_eq!(&findings.cannot_tell, &open, "cannot tell of {:#?}", item.explain());
        }
    }
}

/// Every message of its own domain, and two thousand domains asked: each is looked up, none is held against all.
#[test]
fn a_firm_and_a_party_of_a_thousand_domains_each_are_asked_as_one_of_few_is() {
    let of = |number: usize| {
        let mut message = message("x", "y");
        message.participants = vec![participant(Role::From, &format!("a@us.d{number}.example"))];
        alone(message)
    };
    let families: Vec<Family> = (0..1_500).map(of).collect();
    let snapshot = archive::index_in_segments(&families, 500);
    let domain = |number: usize| Domain::new(&format!("d{number}.example")).unwrap();
    let firm: Vec<Domain> = (0..1_000).map(domain).collect();
    let outside = Item { people: vec![Criteria::Outside(firm)], ..item(None) };
    assert_eq!(run(&snapshot, &outside).unwrap().yes, (1_001..=1_500).collect::<Vec<u64>>());
    let below = |number: usize| Domain::new(&format!("*.d{number}.example")).unwrap();
    let party = Party { domains: (250..1_250).map(below).collect(), ..Party::default() };
    let found = run(&snapshot, &from(party)).unwrap();
    assert_eq!(found.yes, (251..=1_250).collect::<Vec<u64>>());
}
