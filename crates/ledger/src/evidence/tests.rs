//! The pass against the definitions, written again as loops over lists.

use super::*;
use crate::fixture::{Mail, index_in_checkpoints, ledger};
use duces_model::AttributionBasis::{self, Envelope, Header, Rule};
use duces_model::EmailAddress;
use proptest::prelude::*;
use std::collections::BTreeSet;

const ADDRESSES: [&str; 5] =
    ["ann@ecp.example", "bob@ecp.example", "cy@ecp.example", "dee@other.example", "eve@other.example"];
const SOURCES: [&str; 3] = ["ann", "bob", "cy"];
const BASES: [AttributionBasis; 3] = [Rule, Envelope, Header];

#[derive(Debug, Clone)]
struct Drawn {
    id: Option<u8>,
    answers: Option<u8>,
    from: usize,
    to: usize,
    day: Option<u32>,
    group: Option<u8>,
    sources: Vec<(usize, usize)>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let id = prop::option::weighted(0.9, 0_u8..8);
    let answers = prop::option::weighted(0.5, 0_u8..10);
    let day = prop::option::weighted(0.9, 1_u32..5);
    let group = prop::option::weighted(0.3, 0_u8..3);
    let sources = prop::collection::vec((0_usize..3, 0_usize..3), 0..4);
    (id, answers, 0_usize..5, 0_usize..5, day, group, sources).prop_map(
        |(id, answers, from, to, day, group, sources)| Drawn { id, answers, from, to, day, group, sources },
    )
}

impl Drawn {
    fn mail(&self, ordinal: u64) -> Mail {
        let mut mail = Mail::new("a.mbox", ordinal).from(ADDRESSES[self.from]).to(ADDRESSES[self.to]);
        mail = match self.id {
            Some(id) => mail.message_id(&format!("{id}@x")),
            None => mail.no_message_id(),
        };
        mail = match self.day {
            Some(day) => mail.day(&format!("2024-01-0{day}")),
            None => mail.undated(),
        };
        if let Some(answers) = self.answers {
            mail = mail.in_reply_to(&format!("{answers}@x"));
        }
        if let Some(group) = self.group {
            mail = mail.journal(&format!("group {group}"));
        }
        let sources: Vec<_> = self.sources.iter().map(|(at, basis)| (SOURCES[*at], BASES[*basis])).collect();
        mail.attributed(&sources)
    }

    fn is_held_by(&self, source: usize) -> bool {
        self.sources.iter().any(|(at, basis)| *at == source && *basis < 2)
    }
}

const fn firm(address: usize) -> bool {
    address < 3
}

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, number).unwrap()
}

/// Address, sent, received, vouched for, first and last day.
type Traffic = (String, u64, u64, u64, Option<NaiveDate>, Option<NaiveDate>);

/// As the module `traffic` defines it.
fn naive_traffic(mails: &[Drawn]) -> Vec<Traffic> {
    let ids: BTreeSet<u8> = mails.iter().filter_map(|mail| mail.id).collect();
    let mut messages: Vec<Vec<&Drawn>> =
        ids.iter().map(|id| mails.iter().filter(|mail| mail.id == Some(*id)).collect()).collect();
    messages.extend(mails.iter().filter(|mail| mail.id.is_none()).map(|mail| vec![mail]));
    let mut rows = Vec::new();
    for (place, address) in ADDRESSES.iter().enumerate().filter(|(place, _)| firm(*place)) {
        let (mut sent, mut received, mut vouched, mut days) = (0, 0, 0, BTreeSet::new());
        for copies in &messages {
            let internal = copies.iter().any(|copy| firm(copy.from))
                && copies.iter().any(|copy| (0..3).any(|source| copy.is_held_by(source)));
            let answered = copies[0]
                .id
                .is_some_and(|id| mails.iter().any(|mail| mail.answers == Some(id) && firm(mail.from)));
            let sends = copies.iter().any(|copy| copy.from == place);
            let receives = copies.iter().any(|copy| copy.to == place);
            sent += u64::from(sends);
            received += u64::from(receives);
            if sends || receives {
                vouched += u64::from(internal || answered);
                days.extend(copies.iter().filter_map(|copy| copy.day));
            }
        }
        if sent + received > 0 {
            let (first, last) = (days.first().copied().map(day), days.last().copied().map(day));
            rows.push(((*address).to_owned(), sent, received, vouched, first, last));
        }
    }
    rows
}

/// By author and day: retained, misnamed, dangling, ordinals of the first replies; as the module `dangling` says.
type Answered = BTreeMap<(String, NaiveDate), (u64, u64, u64, Vec<u64>)>;

fn naive_answered(mails: &[Drawn]) -> (Answered, u64) {
    let (mut rows, mut undecided) = (Answered::new(), 0);
    for parent in 0..10 {
        let is_reply = |mail: &Drawn| {
            mail.answers == Some(parent) && mail.day.is_some() && firm(mail.to) && mail.from != mail.to
        };
        let replies: Vec<(u32, usize, usize)> = (0..mails.len())
            .filter(|at| is_reply(&mails[*at]))
            .map(|at| (mails[at].day.unwrap(), at, mails[at].to))
            .collect();
        let Some((first, at, author)) = replies.iter().min().copied() else { continue };
        if replies.iter().any(|(.., other)| *other != author) {
            undecided += 1;
            continue;
        }
        let copies: Vec<&Drawn> = mails.iter().filter(|mail| mail.id == Some(parent)).collect();
        let row = rows.entry((ADDRESSES[author].to_owned(), day(first))).or_default();
        if copies.is_empty() {
            row.2 += 1;
            row.3.push(at as u64);
        } else if copies.iter().any(|copy| copy.from == author) {
            row.0 += 1;
        } else {
            row.1 += 1;
        }
    }
    for row in rows.values_mut() {
        row.3.sort_unstable();
        row.3.truncate(3);
    }
    (rows, undecided)
}

/// By source and day, others of any path: held by it alone, by another alone, by both; as the module `sided` says.
fn naive_sided(mails: &[Drawn]) -> BTreeMap<(String, NaiveDate), (u64, u64, u64)> {
    let mut rows = BTreeMap::new();
    for id in 0..8 {
        let copies: Vec<&Drawn> =
            mails.iter().filter(|mail| mail.id == Some(id) && firm(mail.from)).collect();
        let Some(first) = copies.iter().filter_map(|copy| copy.day).min() else { continue };
        let parties: BTreeSet<usize> =
            copies.iter().flat_map(|copy| [copy.from, copy.to]).filter(|at| firm(*at)).collect();
        let held = |source: usize| copies.iter().any(|copy| copy.is_held_by(source));
        for source in &parties {
            let others = parties.iter().any(|other| other != source && held(*other));
            if parties.len() < 2 || !(others || held(*source)) {
                continue;
            }
            let row: &mut (u64, u64, u64) =
                rows.entry((SOURCES[*source].to_owned(), day(first))).or_default();
            match (held(*source), others) {
                (true, false) => row.0 += 1,
                (false, true) => row.1 += 1,
                _ => row.2 += 1,
            }
        }
    }
    rows
}

fn naive_captured(mails: &[Drawn]) -> BTreeMap<(String, NaiveDate), (u64, u64)> {
    let mut rows = BTreeMap::new();
    for (place, source) in SOURCES.iter().enumerate() {
        for number in 1..5 {
            let of =
                |mail: &&Drawn| mail.day == Some(number) && mail.sources.iter().any(|(at, _)| *at == place);
            let here: Vec<&Drawn> = mails.iter().filter(of).collect();
            let groups: BTreeSet<u8> = here.iter().filter_map(|mail| mail.group).collect();
            let alone = here.iter().filter(|mail| mail.group.is_none()).count();
            if !here.is_empty() {
                let counts = (here.len() as u64, (alone + groups.len()) as u64);
                rows.insert(((*source).to_owned(), day(number)), counts);
            }
        }
    }
    rows
}

fn party(source: &str) -> Party {
    Party {
        source: source.parse().unwrap(),
        address: EmailAddress::new(&format!("{source}@ecp.example")).unwrap(),
        from: "2020-01-01".parse().unwrap(),
        to: None,
        capture_path: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn one_pass_says_what_loops_over_the_definitions_say(mails in prop::collection::vec(drawn(), 0..40)) {
        let (_folder, mut ledger) = ledger();
        let written: Vec<Mail> = mails.iter().zip(0..).map(|(mail, ordinal)| mail.mail(ordinal)).collect();
        index_in_checkpoints(&mut ledger, &written, 7);
        let parties: Vec<Party> = SOURCES.iter().map(|source| party(source)).collect();
        let ann: SourceId = "ann".parse().unwrap();
        let listed = [(&ann, "<1@x>"), (&ann, "9@x"), (&ann, " 2@x ")];
        let asked = Asked { domains: &["ECP.example".to_owned()], parties: &parties, listed: &listed };
        let found = ledger.evidence(&asked).unwrap();

        // The same from a file, in parts of hardly any record each.
        let spilled = Partitions::holding(&ledger.path, 64);
        prop_assert_eq!(&evidence(&ledger.connection, &asked, spilled).unwrap(), &found);

        let traffic: Vec<_> = found.traffic.into_iter().map(|row| (
            row.address.to_string(), row.internal_sent, row.received, row.answered_or_internal, row.first_day, row.last_day,
        )).collect();
        prop_assert_eq!(traffic, naive_traffic(&mails));
        let answered: Answered = found.answered.days.into_iter().map(|row| {
            let replies = row.replies.iter().map(|place| place.ordinal).collect();
            ((row.address.to_string(), row.day), (row.retained, row.misnamed, row.dangling, replies))
        }).collect();
        prop_assert_eq!((answered, found.answered.undecided), naive_answered(&mails));
        let sided: BTreeMap<_, _> = found.sided.into_iter().map(|row| {
            ((row.source.to_string(), row.day), (row.own_only, row.other_only, row.both))
        }).collect();
        prop_assert_eq!(sided, naive_sided(&mails));
        let captured: BTreeMap<_, _> = found.captured.into_iter().map(|row| {
            ((row.source.to_string(), row.day), (row.occurrences, row.deliveries))
        }).collect();
        prop_assert_eq!(captured, naive_captured(&mails));
        let fate = |id: u8| {
            let copies: Vec<&Drawn> = mails.iter().filter(|mail| mail.id == Some(id)).collect();
            if copies.iter().any(|copy| copy.sources.iter().any(|(at, _)| *at == 0)) {
                IdFate::Retained
            } else if copies.is_empty() {
                IdFate::Missing
            } else {
                IdFate::Elsewhere
            }
        };
        prop_assert_eq!(found.fates, [fate(1), fate(9), fate(2)]);
        let undated: u64 = mails.iter().filter(|mail| mail.day.is_none())
            .map(|mail| mail.sources.iter().map(|(at, _)| at).collect::<BTreeSet<_>>().len() as u64).sum();
        prop_assert_eq!(found.undated.iter().map(|(_, count)| count).sum::<u64>(), undated);
    }
}

#[test]
fn the_days_of_an_archive_are_those_of_its_dated_messages() {
    let (_folder, mut ledger) = ledger();
    assert_eq!(ledger.evidence(&Asked::default()).unwrap().archive_days, None);
    let mail = |ordinal| Mail::new("a.mbox", ordinal);
    let mails = [mail(0).day("2024-03-05"), mail(1).undated(), mail(2).day("2023-12-31")];
    index_in_checkpoints(&mut ledger, &mails, 3);
    let day = |text: &str| text.parse().unwrap();
    let days = ledger.evidence(&Asked::default()).unwrap().archive_days;
    assert_eq!(days, Some((day("2023-12-31"), day("2024-03-05"))));
}
