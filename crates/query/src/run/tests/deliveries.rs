//! Journal reports of one message answer together, and each stays a document of its own.

use super::*;
use duces_model::Sha256;

const BLIND: &str = "carl@client.example";

fn report(role: Role, address: &str) -> Family {
    let mut message = message("terms", "the fee");
    message.participants.push(participant(role, address));
    alone(message)
}

fn asked(side: Side, address: &str) -> Criteria<Resolved> {
    Criteria::Party { side, party: Party::written(&[address]).unwrap() }
}

fn one() -> Option<Sha256> {
    Some(Sha256::of("one"))
}

#[test]
fn whom_one_report_names_every_report_of_the_message_has() {
    let mut families = vec![
        report(Role::Bcc, BLIND),
        report(Role::EnvelopeTo, "bob@us.ecp.example"),
        report(Role::EnvelopeTo, "bob@us.ecp.example"),
        report(Role::EnvelopeTo, "bob@us.ecp.example"),
    ];
    families[1].attachments.push(attachment("terms.pdf", "the terms"));
    // The third is a report of another message, the last is none.
    let groups = [one(), one(), Some(Sha256::of("two")), None];
    // In one segment, and each in its own.
    for each in [100, 1] {
        let snapshot = archive::index_deliveries(&families, &groups, each);
        let rows =
            |people: Vec<Criteria<Resolved>>| run(&snapshot, &Item { people, ..item(None) }).unwrap().yes;
        assert_eq!(rows(vec![asked(Side::Bcc, BLIND)]), [1, 2, 3]);
        assert_eq!(rows(vec![asked(Side::Recipients, "bob@us.ecp.example")]), [1, 2, 3, 4, 5]);
        // Both, though no report names both.
        let both = || vec![asked(Side::Recipients, BLIND), asked(Side::Recipients, "bob@us.ecp.example")];
        assert_eq!(rows(both()), [1, 2, 3]);
        // Who is left out by a blind copy is left out with every report of it.
        let without = Criteria::Not(Box::new(asked(Side::Participants, "client.example")));
        assert_eq!(rows(vec![without]), [4, 5]);
        let outside = Criteria::Outside(vec![
            Domain::new("*.ecp.example").unwrap(),
            Domain::new("ecp.example").unwrap(),
        ]);
        assert_eq!(rows(vec![outside]), [1, 2, 3]);
        assert_eq!(rows(vec![asked(Side::To, BLIND)]), Vec::<u64>::new());
    }
}

#[test]
fn what_cannot_be_told_of_one_report_s_people_cannot_be_told_of_the_message_s() {
    let mut families = vec![report(Role::Bcc, BLIND), report(Role::EnvelopeTo, "bob@us.ecp.example")];
    families[0].message.participants_complete = false;
    let ask = Item { people: vec![asked(Side::Bcc, "news@x.news.example")], ..item(None) };
    let open = |groups: [Option<Sha256>; 2]| {
        let snapshot = archive::index_deliveries(&families, &groups, 1);
        run(&snapshot, &ask).unwrap().cannot_tell.into_iter().map(|(row, _)| row).collect::<Vec<_>>()
    };
    assert_eq!((open([one(), one()]), open([one(), None])), (vec![1, 2], vec![1]));
}

/// The same families as if every report of a delivery named everybody of it.
fn united(families: &[Family], groups: &[Option<Sha256>]) -> Vec<Family> {
    let of = |group: &Option<Sha256>| {
        let group = *group;
        let mates = families.iter().zip(groups).filter(move |(_, own)| group.is_some() && **own == group);
        mates.map(|(family, _)| &family.message)
    };
    let mut all = families.to_vec();
    for (family, group) in all.iter_mut().zip(groups).filter(|(_, group)| group.is_some()) {
        family.message.participants = of(group).flat_map(|mate| mate.participants.clone()).collect();
        family.message.participants_complete = of(group).all(|mate| mate.participants_complete);
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn reports_of_deliveries_answer_as_if_each_named_all_people_of_its_own(
        families in prop::collection::vec((any_family(), prop::option::of(0..4_u8)), 1..12),
        items in prop::collection::vec(any_item(), 10), each in 1..9_u64,
    ) {
        let (mut families, groups): (Vec<Family>, Vec<Option<u8>>) = families.into_iter().unzip();
        let groups: Vec<Option<Sha256>> = groups.into_iter().map(|group| group.map(|group| Sha256::of([group]))).collect();
        // A report that could not be read is no report.
        families.iter_mut().for_each(|family| family.message.searchability = duces_model::Searchability::Indexed);
        let snapshot = archive::index_deliveries(&families, &groups, each);
        let united = united(&families, &groups);
        for item in &items {
            let findings = run(&snapshot, item).unwrap();
            let (yes, open) = told_by_reading(&united, &item.criteria());
            prop_assert_eq!(&findings.yes, &yes, "yes to {:#?}", item.explain());
            prop_assert_eq!(&findings.cannot_tell, &open, "cannot tell of {:#?}", item.explain());
        }
    }
}
