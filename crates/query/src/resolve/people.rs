//! People, groups and defined terms mapped to addresses with their days.

use super::{Resolver, did_you_mean};
use crate::directory::{Days, GroupPart};
use crate::party::{Group, HeldAddress, Individual, Member, Party};
use crate::state::{Placed, WrittenParty};
use crate::suggest;
use duces_model::{DateWindow, EmailAddress, GroupId, PersonId};
use std::ops::Range;

impl Resolver<'_> {
    pub(super) fn party(&mut self, written: WrittenParty) -> Option<Party> {
        let people: Vec<_> = written.people.into_iter().map(|person| self.person(person)).collect();
        let groups: Vec<_> = written.groups.into_iter().map(|group| self.group(group)).collect();
        let defined = written.defined.into_iter().map(|term| {
            // The file was read only if the term stands in it and names people.
            let party = self.defined.get(&term.value).cloned().flatten()?;
            Some((term.value, party))
        });
        let defined: Option<Vec<_>> = defined.collect();
        Some(Party {
            people: people.into_iter().collect::<Option<_>>()?,
            groups: groups.into_iter().collect::<Option<_>>()?,
            defined: defined?,
            addresses: written.addresses,
            domains: written.domains,
        })
    }

    pub(super) fn person(&mut self, person: Placed<PersonId>) -> Option<Individual> {
        let addresses = self.addresses(&person.value, &person.span, None)?;
        Some(Individual { id: person.value, addresses })
    }

    /// A person's addresses; `None` where there is none, which is noted.
    fn addresses(
        &mut self,
        person: &PersonId,
        span: &Range<usize>,
        group: Option<&GroupId>,
    ) -> Option<Vec<HeldAddress>> {
        let name = person.as_str();
        match self.directory.person(person) {
            Some(found) if !found.is_empty() => {
                let held = found.into_iter().map(|(address, days)| self.held(span, address, days));
                return held.collect();
            }
            Some(_) => {
                let hint = "enter the address in register/people.csv or register/addresses.csv";
                let whose = group.map_or_else(String::new, |group| format!(" of group {:?}", group.as_str()));
                let message = format!(
                    "person {name:?}{whose} has no address in the register, so no message can be theirs"
                );
                self.wrong(span, message, Some(hint.to_owned()));
            }
            None => {
                let known = self.directory.people();
                let hint = suggest::nearest(name, known.iter().map(PersonId::as_str));
                let hint = hint.map_or("people stand in register/people.csv".to_owned(), did_you_mean);
                self.wrong(span, format!("the register has no person {name:?}"), Some(hint));
            }
        }
        None
    }

    pub(super) fn group(&mut self, group: Placed<GroupId>) -> Option<Group> {
        let name = group.value.as_str();
        let Some(parts) = self.directory.group(&group.value) else {
            let known = self.directory.groups();
            let hint = suggest::nearest(name, known.iter().map(GroupId::as_str));
            let hint = hint.map_or("groups stand in register/groups.csv".to_owned(), did_you_mean);
            self.wrong(&group.span, format!("the register has no group {name:?}"), Some(hint));
            return None;
        };
        let (mut own, mut members) = (Vec::new(), Vec::new());
        let mut whole = true;
        for (part, days) in parts {
            match self.part(&group, part, days) {
                Some(Ok(address)) => own.push(address),
                Some(Err(member)) => members.push(member),
                None => whole = false,
            }
        }
        whole.then_some(Group { id: group.value, own, members })
    }

    /// An own address of a group, or a member.
    fn part(
        &mut self,
        group: &Placed<GroupId>,
        part: GroupPart,
        days: Days,
    ) -> Option<Result<HeldAddress, Member>> {
        let window = self.days(&group.span, days)?;
        Some(match part {
            GroupPart::Own(address) => Ok(HeldAddress { address, days: window }),
            GroupPart::Address(address) => {
                let addresses = vec![HeldAddress { address, days: window }];
                Err(Member { person: None, days: window, addresses })
            }
            GroupPart::Person(person) => {
                let all = self.addresses(&person, &group.span, Some(&group.value))?;
                let addresses = all.into_iter().filter_map(|held| held.within(window)).collect();
                Err(Member { person: Some(person), days: window, addresses })
            }
        })
    }

    fn held(&mut self, span: &Range<usize>, address: EmailAddress, days: Days) -> Option<HeldAddress> {
        Some(HeldAddress { address, days: self.days(span, days)? })
    }

    /// Days of the register, which are the firm's; `Some(None)` for all.
    fn days(&mut self, span: &Range<usize>, days: Days) -> Option<Option<DateWindow>> {
        if days == Days::default() {
            return Some(None);
        }
        match DateWindow::open(days.from, days.to, self.directory.default_zone()) {
            Ok(window) => Some(Some(window)),
            Err(error) => {
                self.wrong(span, format!("the register's days of it: {error}"), None);
                None
            }
        }
    }
}
