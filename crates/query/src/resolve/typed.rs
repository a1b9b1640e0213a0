//! People as a person types them at a terminal, mapped through the register.

use super::{Resolver, did_you_mean};
use crate::criteria::Domain;
use crate::directory::Directory;
use crate::party::Party;
use crate::state::Placed;
use crate::suggest;
use duces_model::{EmailAddress, GroupId, Mistake, Mistakes, PersonId};

/// What stands before a name that is a person's and a group's, to say which is meant.
const PERSON: &str = "person:";
const GROUP: &str = "group:";

/// Any of these people, as one party: people and groups of the register, each with the days on which an
/// address counts, as in a request; else addresses and domains. What has an `@` is an address; a name
/// of the register is that person or group; what is left and has a `.` is a domain. A name that is both a
/// person's and a group's takes `person:` or `group:` before it. `place` names in mistakes where they were typed.
///
/// # Errors
/// Everything that is wrong in them, at once.
pub fn typed(place: &str, texts: &[String], directory: &dyn Directory) -> Result<Party, Mistakes> {
    let mut party = Party::default();
    let mut mistakes = Vec::new();
    for text in texts {
        let mut resolver = Resolver::new(directory, place, text, None);
        resolver.typed(text, &mut party);
        // What was typed has no lines: the place is the option.
        mistakes.extend(
            resolver
                .mistakes
                .into_iter()
                .map(|mistake| Mistake { hint: mistake.hint, ..Mistake::of_file(place, mistake.message) }),
        );
    }
    Mistakes::or(mistakes, party)
}

impl Resolver<'_> {
    fn typed(&mut self, text: &str, party: &mut Party) {
        let span = 0..text.len();
        if text.contains('@') {
            match EmailAddress::new(text) {
                Ok(address) if party.addresses.contains(&address) => {}
                Ok(address) => party.addresses.push(address),
                Err(error) => self.wrong(&span, error.to_string(), None),
            }
            return;
        }
        let only_person = text.strip_prefix(PERSON);
        let only_group = text.strip_prefix(GROUP);
        let name = only_person.or(only_group).unwrap_or(text);
        let person: Option<PersonId> = name.parse().ok().filter(|_| only_group.is_none());
        let group: Option<GroupId> = name.parse().ok().filter(|_| only_person.is_none());
        let person = person.filter(|id| only_person.is_some() || self.directory.person(id).is_some());
        let group = group.filter(|id| only_group.is_some() || self.directory.group(id).is_some());
        match (person, group) {
            (Some(_), Some(_)) => {
                let hint = format!("write {PERSON}{name} or {GROUP}{name}");
                let message = format!("the register has a person and a group {name:?}");
                self.wrong(&span, message, Some(hint));
            }
            (Some(id), None) => {
                let person = self.person(Placed { value: id, span });
                let person = person.filter(|person| !party.people.iter().any(|known| known.id == person.id));
                party.people.extend(person);
            }
            (None, Some(id)) => {
                let group = self.group(Placed { value: id, span });
                let group = group.filter(|group| !party.groups.iter().any(|known| known.id == group.id));
                party.groups.extend(group);
            }
            (None, None) if name == text && name.contains('.') => match Domain::new(name) {
                Ok(domain) if party.domains.contains(&domain) => {}
                Ok(domain) => party.domains.push(domain),
                Err(error) => self.wrong(&span, error.to_string(), None),
            },
            (None, None) => {
                let (people, groups) = (self.directory.people(), self.directory.groups());
                let known = people.iter().map(PersonId::as_str).chain(groups.iter().map(GroupId::as_str));
                let hint = suggest::nearest(name, known).map_or_else(
                    || "people stand in register/people.csv, groups in register/groups.csv".to_owned(),
                    did_you_mean,
                );
                let message = format!(
                    "found {text:?}, expected a person or a group of the register, an address or a domain"
                );
                self.wrong(&span, message, Some(hint));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Days, GroupPart};
    use duces_model::SourceId;

    /// Ann, who had another address until 2020; a desk; and a name that is both.
    struct Register;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::new(text).unwrap()
    }

    impl Directory for Register {
        fn person(&self, id: &PersonId) -> Option<Vec<(EmailAddress, Days)>> {
            let until = Days { from: None, to: "2020-12-31".parse().ok() };
            match id.as_str() {
                "ann" => Some(vec![
                    (address("ann@ecp.example"), Days::default()),
                    (address("fx@ecp.example"), until),
                ]),
                "both" => Some(vec![(address("both@ecp.example"), Days::default())]),
                "no-mail" => Some(Vec::new()),
                _ => None,
            }
        }
        fn people(&self) -> Vec<PersonId> {
            vec!["ann".parse().unwrap()]
        }
        fn group(&self, id: &GroupId) -> Option<Vec<(GroupPart, Days)>> {
            let part = GroupPart::Person("ann".parse().unwrap());
            ["desk", "both"].contains(&id.as_str()).then(|| vec![(part, Days::default())])
        }
        fn groups(&self) -> Vec<GroupId> {
            vec!["desk".parse().unwrap()]
        }
        fn firm_domains(&self) -> Vec<String> {
            Vec::new()
        }
        fn has_source(&self, _: &SourceId) -> bool {
            false
        }
        fn source_ids(&self) -> Vec<SourceId> {
            Vec::new()
        }
        fn default_zone(&self) -> chrono_tz::Tz {
            chrono_tz::UTC
        }
    }

    fn read(texts: &[&str]) -> Result<Party, Vec<String>> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let found = typed("--person", &texts, &Register);
        found.map_err(|mistakes| mistakes.iter().map(|mistake| mistake.message.clone()).collect())
    }

    #[test]
    fn a_person_and_a_group_are_typed_by_name_and_their_addresses_keep_their_days() {
        let party = read(&["ann", "desk", "x@client.example", "client.example", "ann"]).unwrap();
        assert_eq!((party.people().len(), party.groups().len(), party.domains().len()), (1, 1, 1));
        let days: Vec<bool> = party.people()[0].addresses.iter().map(|held| held.days.is_some()).collect();
        assert_eq!(days, [false, true]);
        assert_eq!(party.groups()[0].members[0].addresses.len(), 2);
    }

    #[test]
    fn a_name_that_is_a_person_s_and_a_group_s_is_refused_until_it_is_said_which() {
        assert!(read(&["both"]).unwrap_err()[0].contains("a person and a group"));
        assert_eq!(read(&["group:both"]).unwrap().groups().len(), 1);
        assert_eq!(read(&["person:both"]).unwrap().people().len(), 1);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let wrong = read(&["anm", "group:nobody", "no-mail", "a@", "a..b"]).unwrap_err();
        assert_eq!(wrong.len(), 5, "{wrong:?}");
        assert!(wrong[0].contains("expected a person or a group"), "{wrong:?}");
    }
}
