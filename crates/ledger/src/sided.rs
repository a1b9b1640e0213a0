//! Which copies of the firm's internal mail are retained: what evidence by one-sided mail asks.
//!
//! Definitions, all over *messages*: occurrences that share a Message-ID are one message, whose participants
//! are those of all its copies and whose day is the earliest of them. Mail without a Message-ID or a day is
//! left out: its copies cannot be brought together.
//!
//! - A *party* is an address that belongs to one source on that day. An address that several sources have on
//!   one day is nobody's: of which of them a copy is to be expected cannot be told.
//! - A message is *internal* where a party stands in From and at least two sources take part (From, Sender, To,
//!   Cc, Bcc, or recipient of a journal envelope). Each of these sources should hold it.
//! - A source *holds* a message where a copy is attributed to it by rule or journal envelope; headers alone do
//!   not count, since they say who took part and not whose copy it is.
//! - A message that none of them holds is in no count: nothing is known of it here.
//!
//! What it cannot see: recipients whom no header and no envelope names (Bcc), members of a distribution list
//! that was not expanded, and messages of which every copy is lost.

use crate::columns::{day_number, day_of_number};
use crate::error::Fault;
use crate::evidence::{AddressPlace, CAPTURED, Copy, KnownAddresses};
use crate::message_place::{MessagePlace, PLACES_MAX};
use chrono::NaiveDate;
use duces_model::{EmailAddress, Role, SourceId};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An address of a source, on the days on which it takes part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// The source.
    pub source: SourceId,
    /// Its address.
    pub address: EmailAddress,
    /// First day.
    pub from: NaiveDate,
    /// Last day; absent while it goes on.
    pub to: Option<NaiveDate>,
    /// The way by which the source's communications reach the archive; absent where none is stated.
    pub capture_path: Option<String>,
}

/// Internal messages of one day in which one source and at least one other take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidedDay {
    /// The source.
    pub source: SourceId,
    /// Where present, only others of this capture path are looked at; where absent, all others.
    pub others: Option<String>,
    /// The messages' day.
    pub day: NaiveDate,
    /// Held by the source and by none of the others.
    pub own_only: u64,
    /// Held by at least one of the others and not by the source.
    pub other_only: u64,
    /// Held by the source and by at least one of the others.
    pub both: u64,
    /// Where the others' copies of the first few of `other_only` lie; none where `others` is present.
    pub copies: Vec<MessagePlace>,
}

/// What the copies of one message say together.
#[derive(Debug, Default)]
pub(crate) struct Message {
    day: Option<i64>,
    from: Vec<AddressPlace>,
    people: Vec<AddressPlace>,
    /// Keys of the sources that hold it, each with a copy, in the order of indexing.
    held: Vec<(i64, i64)>,
}

impl Message {
    /// One of its copies, where a party wrote it: all copies of a message have the same From. Copies are told in the
    /// order of indexing.
    pub(crate) fn add(&mut self, copy: &Copy, sides: &Sides) {
        let is_from = |role: Role| role == Role::From;
        if !copy.people.iter().any(|(role, place)| is_from(*role) && sides.parties.contains_key(place)) {
            return;
        }
        for (role, place) in &copy.people {
            if is_from(*role) {
                self.from.push(*place);
            }
            if *role != Role::EnvelopeFrom {
                self.people.push(*place);
            }
        }
        self.day = self.day.into_iter().chain(copy.day).min();
        let held = copy.sources.iter().filter(|(_, bases)| bases & CAPTURED != 0);
        self.held.extend(held.map(|(source, _)| (*source, copy.key)));
    }

    /// Nothing known of it.
    pub(crate) fn clear(&mut self) {
        self.from.clear();
        self.people.clear();
        self.held.clear();
        self.day = None;
    }

    /// The first copy that a source holds.
    fn held_by(&self, source: i64) -> Option<i64> {
        self.held.iter().find(|(holder, _)| *holder == source).map(|(_, copy)| *copy)
    }
}

/// A source by its place in the tally.
type Place = usize;

#[derive(Debug, Default)]
struct Cell {
    own_only: u64,
    other_only: u64,
    both: u64,
    copies: Vec<i64>,
}

/// The sources that should hold the firm's internal mail, and the addresses by which they take part in it.
#[derive(Debug)]
pub(crate) struct Sides {
    /// Sources, sorted, each with its key in the ledger (where anything was ever attributed to it) and the place
    /// of its capture path.
    sources: Vec<(SourceId, Option<i64>, Option<usize>)>,
    /// Capture paths, sorted.
    paths: Vec<String>,
    /// By address: source, first and last day.
    parties: HashMap<AddressPlace, Vec<(Place, i64, i64)>>,
}

impl Sides {
    pub(crate) fn new(
        connection: &Connection,
        known: &KnownAddresses,
        parties: &[Party],
    ) -> Result<Self, Fault> {
        let paths: BTreeSet<&String> =
            parties.iter().filter_map(|party| party.capture_path.as_ref()).collect();
        let paths: Vec<String> = paths.into_iter().cloned().collect();
        let named: BTreeMap<&SourceId, Option<&String>> =
            parties.iter().map(|party| (&party.source, party.capture_path.as_ref())).collect();
        let mut key = connection.prepare("SELECT key FROM source WHERE id = ?1")?;
        let mut sources = Vec::new();
        let mut places = BTreeMap::new();
        for (source, path) in named {
            let key: Option<i64> = key.query_row([source.as_str()], |row| row.get(0)).optional()?;
            let path = path.and_then(|path| paths.binary_search(path).ok());
            places.insert(source, sources.len());
            sources.push((source.clone(), key, path));
        }
        let mut by_address: BTreeMap<AddressPlace, BTreeSet<(Place, i64, i64)>> = BTreeMap::new();
        for party in parties {
            let address = known.place_of(&party.address);
            let (Some(address), Some(place)) = (address, places.get(&party.source)) else { continue };
            let last = party.to.map_or(i64::MAX, day_number);
            by_address.entry(address).or_default().insert((*place, day_number(party.from), last));
        }
        let parties =
            by_address.into_iter().map(|(place, days)| (place, days.into_iter().collect())).collect();
        Ok(Self { sources, paths, parties })
    }

    /// The source whose address it is on that day, where it is one.
    fn source(&self, address: AddressPlace, day: i64) -> Option<Place> {
        let of = self.parties.get(&address)?;
        let on = |(_, first, last): &&(Place, i64, i64)| (*first..=*last).contains(&day);
        let mut on = of.iter().filter(on).map(|(place, ..)| *place);
        let one = on.next()?;
        on.all(|other| other == one).then_some(one)
    }
}

/// Messages counted by source, capture path of the others (none first), and day.
#[derive(Debug, Default)]
pub(crate) struct SidedTally {
    /// It is sorted before anything is told.
    cells: HashMap<(Place, Option<usize>, i64), Cell>,
}

impl SidedTally {
    /// Counts a message.
    pub(crate) fn add(&mut self, message: &Message, sides: &Sides) {
        let Some(day) = message.day else { return };
        if !message.from.iter().any(|place| sides.source(*place, day).is_some()) {
            return;
        }
        let mut expected: Vec<Place> =
            message.people.iter().filter_map(|place| sides.source(*place, day)).collect();
        expected.sort_unstable();
        expected.dedup();
        // Each with the copy that it holds.
        let copy = |place: &Place| sides.sources[*place].1.and_then(|key| message.held_by(key));
        let held: Vec<(Place, Option<usize>, Option<i64>)> =
            expected.iter().map(|place| (*place, sides.sources[*place].2, copy(place))).collect();
        if held.iter().all(|(.., copy)| copy.is_none()) {
            return;
        }
        for (place, _, own) in &held {
            let others = held.iter().filter(|(other, ..)| other != place);
            let mut paths: Vec<Option<usize>> =
                others.clone().filter_map(|(_, path, _)| *path).map(Some).chain([None]).collect();
            paths.sort_unstable();
            paths.dedup();
            for path in paths {
                let mut looked_at =
                    others.clone().filter(|(_, of, _)| path.is_none() || *of == path).peekable();
                if looked_at.peek().is_none() {
                    continue;
                }
                let other = looked_at.find_map(|(.., copy)| *copy);
                let counts = match (own, other) {
                    (None, None) => continue,
                    (Some(_), None) => (1, 0, 0),
                    (None, Some(_)) => (0, 1, 0),
                    (Some(_), Some(_)) => (0, 0, 1),
                };
                let cell = self.cells.entry((*place, path, day)).or_default();
                cell.own_only += counts.0;
                cell.other_only += counts.1;
                cell.both += counts.2;
                if let (None, None, Some(other)) = (path, own, other) {
                    cell.keep(other);
                }
            }
        }
    }

    /// What two tallies of different messages say together.
    pub(crate) fn merge(&mut self, other: Self) {
        for (key, more) in other.cells {
            let cell = self.cells.entry(key).or_default();
            cell.own_only += more.own_only;
            cell.other_only += more.other_only;
            cell.both += more.both;
            more.copies.into_iter().for_each(|copy| cell.keep(copy));
        }
    }

    /// By source, by capture path of the other side, and day.
    pub(crate) fn rows(self, connection: &Connection, sides: &Sides) -> Result<Vec<SidedDay>, Fault> {
        let mut cells: Vec<_> = self.cells.into_iter().collect();
        cells.sort_unstable_by_key(|(key, _)| *key);
        let mut rows = Vec::with_capacity(cells.len());
        for ((place, path, day), cell) in cells {
            let copies =
                cell.copies.iter().map(|key| MessagePlace::of(connection, *key)).collect::<Result<_, _>>()?;
            rows.push(SidedDay {
                source: sides.sources[place].0.clone(),
                others: path.map(|path| sides.paths[path].clone()),
                day: day_of_number(day)?,
                own_only: cell.own_only,
                other_only: cell.other_only,
                both: cell.both,
                copies,
            });
        }
        Ok(rows)
    }
}

impl Cell {
    /// Keeps the first few in the order of indexing.
    fn keep(&mut self, copy: i64) {
        let at = self.copies.partition_point(|kept| *kept < copy);
        self.copies.insert(at, copy);
        self.copies.truncate(PLACES_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Asked;
    use crate::fixture::{Mail, index, ledger};
    use duces_model::AttributionBasis::{Header, Rule};
    use proptest::prelude::*;

    fn party(source: &str, path: Option<&str>) -> Party {
        Party {
            source: source.parse().unwrap(),
            address: EmailAddress::new(&format!("{source}@ecp.example")).unwrap(),
            from: "2020-01-01".parse().unwrap(),
            to: None,
            capture_path: path.map(str::to_owned),
        }
    }

    fn sided(mails: &[Mail], parties: &[Party]) -> Vec<SidedDay> {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, mails);
        ledger.evidence(&Asked { parties, ..Asked::default() }).unwrap().sided
    }

    fn copy(n: u64, id: &str, held_by: &str) -> Mail {
        let mail = Mail::new(&format!("{held_by}.mbox"), n).from("ann@ecp.example").to("bob@ecp.example");
        mail.message_id(id).source(held_by)
    }

    fn counts(rows: &[SidedDay]) -> Vec<(&str, Option<&str>, u64, u64, u64)> {
        rows.iter()
            .map(|row| (row.source.as_str(), row.others.as_deref(), row.own_only, row.other_only, row.both))
            .collect()
    }

    #[test]
    fn each_side_is_told_what_it_holds_and_what_only_the_other_holds() {
        let mails = [copy(0, "x", "ann"), copy(0, "x", "bob"), copy(1, "y", "ann"), copy(2, "z", "ann")];
        let found = sided(&mails, &[party("ann", Some("journal")), party("bob", Some("export"))]);
        assert_eq!(
            counts(&found),
            [
                ("ann", None, 2, 0, 1),
                ("ann", Some("export"), 2, 0, 1),
                ("bob", None, 0, 2, 1),
                ("bob", Some("journal"), 0, 2, 1),
            ]
        );
        let places: Vec<u64> = found[2].copies.iter().map(|place| place.ordinal).collect();
        assert_eq!(places, [1, 2], "where the copies lie that bob does not hold");
    }

    #[test]
    fn mail_from_outside_or_held_by_headers_only_says_nothing() {
        let outside = copy(0, "x", "ann").from("c@other.example");
        let weak = copy(1, "y", "ann").attributed(&[("ann", Header), ("bob", Header)]);
        let nameless = copy(2, "z", "ann").no_message_id();
        let undated = copy(3, "u", "ann").undated();
        assert_eq!(sided(&[outside, weak, nameless, undated], &[party("ann", None), party("bob", None)]), []);
    }

    #[test]
    fn only_sources_in_service_that_day_and_alone_with_their_address_are_expected() {
        let late = Party { from: "2024-02-01".parse().unwrap(), ..party("bob", None) };
        assert_eq!(sided(&[copy(0, "x", "ann")], &[party("ann", None), late.clone()]), []);
        let in_time = copy(0, "x", "ann").day("2024-02-01");
        assert_eq!(sided(std::slice::from_ref(&in_time), &[party("ann", None), late.clone()]).len(), 2);
        let twin = Party { source: "bob-phone".parse().unwrap(), ..late.clone() };
        assert_eq!(sided(&[in_time], &[party("ann", None), late, twin]), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn counts_are_those_of_a_plain_comparison_of_lists(
            held in prop::collection::vec((any::<bool>(), any::<bool>()), 0..14)
        ) {
            let mut mails = Vec::new();
            for (n, (ann, bob)) in held.iter().enumerate() {
                let id = format!("m{n}");
                if *ann { mails.push(copy(n as u64, &id, "ann")); }
                if *bob { mails.push(copy(n as u64, &id, "bob").attributed(&[("bob", Rule)])); }
            }
            let count = |of: (bool, bool)| held.iter().filter(|one| **one == of).count() as u64;
            let (ann, bob, both) = (count((true, false)), count((false, true)), count((true, true)));
            let found = sided(&mails, &[party("ann", None), party("bob", None)]);
            if ann + bob + both == 0 {
                prop_assert!(found.is_empty());
            } else {
                prop_assert_eq!(counts(&found), [("ann", None, ann, bob, both), ("bob", None, bob, ann, both)]);
            }
        }
    }
}
