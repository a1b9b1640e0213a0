//! Counts over all hits of a free search.

use crate::census::month;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use chrono::NaiveDate;
use duces_model::EmailAddress;
use duces_register::Register;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Counts over all hits, exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// By person of the register who takes part in the family's message by an address that was theirs on the
    /// family's day; a document may have several. An undated family's is anybody's who ever had the address.
    pub by_person: BTreeMap<String, u64>,
    /// By source; a document may belong to several.
    pub by_source: BTreeMap<String, u64>,
    /// Why the sources are not those of the register as it stands, where they are not.
    pub by_source_stale: Option<String>,
    /// By month of the family's day, in the firm's zone.
    pub by_month: BTreeMap<String, u64>,
}

impl Workspace {
    /// Counts the rows by person, source and month.
    pub(super) fn facets(&self, register: &Register, rows: &[u64]) -> Result<Facets, WorkspaceError> {
        let stale = self.require_attributed(register).err().map(|error| error.to_string());
        let mut facets = Facets { by_source_stale: stale, ..Facets::default() };
        let holders = Holders::of(register);
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        let mut by_place: BTreeMap<usize, u64> = BTreeMap::new();
        let (mut people, mut months, mut unattributed) = (BTreeMap::new(), BTreeMap::new(), 0);
        let sources =
            self.ledger.families_at(&sorted, &holders.addresses, &mut |family, count, takes_part| {
                let names = holders.taking_part(takes_part, family.day);
                for name in if names.is_empty() { BTreeSet::from(["(nobody registered)"]) } else { names } {
                    *people.entry(name.to_owned()).or_default() += count;
                }
                for (place, _) in family.sources {
                    *by_place.entry(*place).or_default() += count;
                }
                if family.sources.is_empty() {
                    unattributed += count;
                }
                *months.entry(month(family.day)).or_default() += count;
            })?;
        (facets.by_person, facets.by_month) = (people, months);
        for (place, count) in by_place {
            if let Some(source) = sources.get(place) {
                facets.by_source.insert(source.to_string(), count);
            }
        }
        if unattributed > 0 {
            facets.by_source.insert("(unattributed)".to_owned(), unattributed);
        }
        Ok(facets)
    }
}

/// Whose each address is, and on which days.
struct Holders<'r> {
    addresses: Vec<EmailAddress>,
    /// Per address.
    held: Vec<Vec<Held<'r>>>,
}

struct Held<'r> {
    person: &'r str,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl<'r> Holders<'r> {
    /// As the register tells it of each person; here of all at once.
    fn of(register: &'r Register) -> Self {
        let mut all: BTreeMap<&EmailAddress, (Vec<Held<'r>>, Vec<Held<'r>>)> = BTreeMap::new();
        for person in &register.people {
            for address in &person.addresses {
                let held = Held { person: person.id.as_str(), from: person.from, to: person.to };
                all.entry(address).or_default().0.push(held);
            }
        }
        for row in &register.addresses {
            let held = Held { person: row.person.as_str(), from: row.from, to: row.to };
            all.entry(&row.address).or_default().1.push(held);
        }
        let (mut addresses, mut held) = (Vec::new(), Vec::new());
        for (address, (mut listed, mut rows)) in all {
            // Listed with a person alone, an address is theirs on every day; else while they were there.
            let first = listed.first().map(|one| one.person);
            if listed.iter().chain(&rows).all(|one| Some(one.person) == first) {
                listed.iter_mut().for_each(|one| (one.from, one.to) = (None, None));
            }
            listed.append(&mut rows);
            addresses.push(address.clone());
            held.push(listed);
        }
        Self { addresses, held }
    }

    /// The people to whom these addresses belonged on that day, which is counted from 1970-01-01.
    fn taking_part(&self, addresses: &[usize], day: Option<i64>) -> BTreeSet<&'r str> {
        let number = |day: NaiveDate| day.signed_duration_since(NaiveDate::default()).num_days();
        let theirs = |held: &&Held<'r>| {
            day.is_none_or(|day| {
                held.from.is_none_or(|from| number(from) <= day) && held.to.is_none_or(|to| day <= number(to))
            })
        };
        let held = addresses.iter().filter_map(|place| self.held.get(*place)).flatten();
        held.filter(theirs).map(|held| held.person).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_counted_for_whose_it_was_on_that_day() {
        let files = duces_register::EMPTY_FILES.iter().map(|(name, text)| {
            let rows: &[u8] = match *name {
                "people.csv" => b"ann,A,a@x.example,,,,\r\nbob,B,b@x.example,,,,\r\n",
                "addresses.csv" => b"ann,fx@x.example,,1970-01-10,\r\nbob,fx@x.example,1970-01-11,,\r\n",
                _ => b"",
            };
            ((*name).to_owned(), [text.as_bytes(), rows].concat())
        });
        let register = Register::from_files(files.collect::<Vec<_>>()).unwrap();
        let holders = Holders::of(&register);
        assert_eq!(
            holders.addresses.iter().map(EmailAddress::as_str).collect::<Vec<_>>(),
            ["a@x.example", "b@x.example", "fx@x.example"]
        );
        assert_eq!(holders.taking_part(&[2], Some(9)), BTreeSet::from(["ann"]));
        assert_eq!(holders.taking_part(&[2], Some(10)), BTreeSet::from(["bob"]));
        assert_eq!(holders.taking_part(&[0, 2], None), BTreeSet::from(["ann", "bob"]));
        // The same as what the register says of each person.
        for person in &register.people {
            for held in register.addresses_of(person) {
                let place = holders.addresses.iter().position(|one| *one == held.address).unwrap();
                assert!(holders.held[place].iter().any(|one| {
                    (one.person, one.from, one.to) == (person.id.as_str(), held.from, held.to)
                }));
            }
        }
    }
}
