//! Some people, known by their addresses and domains.

use crate::criteria::{Domain, DomainError};
use duces_model::{DateWindow, EmailAddress, GroupId, PersonId};
use std::collections::{BTreeMap, BTreeSet};

/// Some people, known by their addresses and domains.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    pub(crate) people: Vec<Individual>,
    pub(crate) groups: Vec<Group>,
    pub(crate) defined: Vec<(String, Party)>,
    pub(crate) addresses: Vec<EmailAddress>,
    pub(crate) domains: Vec<Domain>,
}

/// An address, and when it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldAddress {
    /// The address.
    pub address: EmailAddress,
    /// The days on which a message that names it must have been sent; absent where it counts always.
    pub days: Option<DateWindow>,
}

/// A person of the register, with the addresses that it gave when this was resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Individual {
    /// Who.
    pub id: PersonId,
    /// By which addresses.
    pub addresses: Vec<HeldAddress>,
}

/// A group of the register, as it was when this was resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Which.
    pub id: GroupId,
    /// Its own addresses.
    pub own: Vec<HeldAddress>,
    /// Its members.
    pub members: Vec<Member>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who; absent where the register knows an address only.
    pub person: Option<PersonId>,
    /// When they were a member; absent where always.
    pub days: Option<DateWindow>,
    /// By which addresses, each on the days on which it was theirs and they were a member. None where
    /// there is no such day.
    pub addresses: Vec<HeldAddress>,
}

/// Why a text names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartyError {
    /// It has an `@` and is no address.
    #[error(transparent)]
    Address(#[from] duces_model::address::AddressError),
    /// It has none and is no domain.
    #[error(transparent)]
    Domain(#[from] DomainError),
}

impl Party {
    /// People by addresses and domains, told apart by their `@`; for a search at a terminal.
    ///
    /// # Errors
    /// Where a text is neither.
    pub fn written<T: AsRef<str>>(texts: &[T]) -> Result<Self, PartyError> {
        let mut party = Self::default();
        for text in texts.iter().map(AsRef::as_ref) {
            if text.contains('@') {
                party.addresses.push(EmailAddress::new(text)?);
            } else {
                party.domains.push(Domain::new(text)?);
            }
        }
        Ok(party)
    }

    /// The people of the register, each with the addresses that it gave when this was resolved.
    pub fn people(&self) -> &[Individual] {
        &self.people
    }

    /// The groups of the register, as they were when this was resolved.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The request's defined terms that name people, with whom they name.
    pub fn defined(&self) -> &[(String, Self)] {
        &self.defined
    }

    /// Every address that counts, at whatever time: those of people, groups and defined terms included.
    pub fn addresses(&self) -> BTreeSet<&EmailAddress> {
        let own = self.addresses.iter();
        own.chain(self.held().into_iter().map(|held| &held.address)).chain(self.of_defined()).collect()
    }

    /// Every domain that counts, those of defined terms included.
    pub fn domains(&self) -> BTreeSet<&Domain> {
        let below = self.defined.iter().flat_map(|(_, party)| party.domains());
        self.domains.iter().chain(below).collect()
    }

    fn of_defined(&self) -> impl Iterator<Item = &EmailAddress> {
        self.defined.iter().flat_map(|(_, party)| party.addresses())
    }

    /// The addresses of people and groups, each with its days.
    fn held(&self) -> Vec<&HeldAddress> {
        let people = self.people.iter().flat_map(|person| &person.addresses);
        let groups = self.groups.iter().flat_map(|group| {
            group.own.iter().chain(group.members.iter().flat_map(|member| &member.addresses))
        });
        people.chain(groups).collect()
    }

    /// Addresses that count at all times.
    pub(crate) fn always(&self) -> BTreeSet<&EmailAddress> {
        let held = self.held().into_iter().filter(|held| held.days.is_none()).map(|held| &held.address);
        let defined = self.defined.iter().flat_map(|(_, party)| party.always());
        self.addresses.iter().chain(held).chain(defined).collect()
    }

    /// Addresses that count on some days, by those days; without those that count at all times anyway.
    pub(crate) fn on_days(&self) -> Vec<(DateWindow, BTreeSet<&EmailAddress>)> {
        let always = self.always();
        let mut by_days: BTreeMap<_, (DateWindow, BTreeSet<&EmailAddress>)> = BTreeMap::new();
        let mut add = |days: DateWindow, address| {
            let key = (days.first(), days.last(), days.zone().name());
            by_days.entry(key).or_insert_with(|| (days, BTreeSet::new())).1.insert(address);
        };
        for held in self.held() {
            if let Some(days) = held.days
                && !always.contains(&held.address)
            {
                add(days, &held.address);
            }
        }
        for (days, addresses) in self.defined.iter().flat_map(|(_, party)| party.on_days()) {
            addresses.into_iter().filter(|one| !always.contains(one)).for_each(|one| add(days, one));
        }
        by_days.into_values().collect()
    }
}

impl HeldAddress {
    /// The address on the days that lie in both; none where no day does.
    pub(crate) fn within(self, days: Option<DateWindow>) -> Option<Self> {
        let days = match (self.days, days) {
            (None, days) | (days, None) => days,
            (Some(a), Some(b)) => {
                Some(DateWindow::new(a.first().max(b.first()), a.last().min(b.last()), a.zone()).ok()?)
            }
        };
        Some(Self { address: self.address, days })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_member_counts_on_the_days_that_are_both_theirs_and_the_membership_s() {
        let days = |first: &str, last: &str| {
            DateWindow::new(first.parse().unwrap(), last.parse().unwrap(), chrono_tz::UTC).unwrap()
        };
        let held = |days| HeldAddress { address: EmailAddress::new("a@b.example").unwrap(), days };
        let year = days("2020-01-01", "2020-12-31");
        let half = days("2020-07-01", "2021-06-30");
        assert_eq!(held(Some(year)).within(Some(half)), Some(held(Some(days("2020-07-01", "2020-12-31")))));
        assert_eq!(held(None).within(Some(half)), Some(held(Some(half))));
        assert_eq!(held(Some(year)).within(None), Some(held(Some(year))));
        assert_eq!(held(Some(year)).within(Some(days("2021-01-01", "2021-01-02"))), None);
    }
}
