//! Criteria mapped through the register: people to addresses, days to instants.

use crate::criteria::{Criteria, Party};
use crate::request::{Exclusion, Item, Request};
use crate::state::{Origin, Parsed, Placed, Resolved, WrittenParty, WrittenPeriod};
use crate::suggest;
use chrono_tz::Tz;
use duces_model::{DateWindow, EmailAddress, Mistake, Mistakes, PersonId, SourceId};
use std::ops::Range;

/// What criteria are mapped through; implemented over the register.
pub trait Directory {
    /// A person's addresses; `None` where the register has no such person.
    fn person(&self, id: &PersonId) -> Option<Vec<EmailAddress>>;
    /// Every person, for suggestions.
    fn people(&self) -> Vec<PersonId>;
    /// Whether the register has such a source.
    fn has_source(&self, id: &SourceId) -> bool;
    /// Every source, for suggestions.
    fn source_ids(&self) -> Vec<SourceId>;
    /// The zone of periods where the request names none.
    fn default_zone(&self) -> Tz;
}

impl Request<Parsed> {
    /// Maps people, sources and periods through the register.
    ///
    /// # Errors
    /// Everything that the register does not know, with its place in the request file.
    pub fn resolve(self, directory: &dyn Directory) -> Result<Request<Resolved>, Mistakes> {
        let zone = self.origin.zone.unwrap_or_else(|| directory.default_zone());
        let mut resolver = Resolver { directory, origin: &self.origin, zone, mistakes: Vec::new() };
        let items: Vec<Item<Resolved>> = self
            .items
            .into_iter()
            .zip(&self.origin.items)
            .filter_map(|(item, span)| resolver.item(item, span))
            .collect();
        let request = Request {
            authority: self.authority,
            number: self.number,
            title: self.title,
            received: self.received,
            due: self.due,
            declaration_1746: self.declaration_1746,
            items,
            origin: (),
        };
        Mistakes::or(resolver.mistakes, request)
    }
}

struct Resolver<'d> {
    directory: &'d dyn Directory,
    origin: &'d Origin,
    zone: Tz,
    mistakes: Vec<Mistake>,
}

impl Resolver<'_> {
    fn wrong(&mut self, span: &Range<usize>, message: String, hint: Option<String>) {
        let mistake = Mistake::in_text(self.origin.file.as_str(), &self.origin.text, span.clone(), message);
        self.mistakes.push(Mistake { hint, ..mistake });
    }

    /// `None` where a part cannot be mapped; the mistake is noted then.
    fn item(&mut self, item: Item<Parsed>, span: &Range<usize>) -> Option<Item<Resolved>> {
        let period = match item.period {
            Some(period) => self.window(&period),
            None => {
                let hint = "give the item a period, or the request one for all its items";
                self.wrong(span, format!("item {} has no period", item.id), Some(hint.to_owned()));
                None
            }
        };
        let sources = item.sources.map(|sources| self.sources(sources));
        let people: Vec<_> = item.people.into_iter().map(|criteria| self.criteria(criteria)).collect();
        let exclude: Vec<_> = item
            .exclude
            .into_iter()
            .map(|exclusion| {
                let criteria = self.criteria(exclusion.criteria)?;
                Some(Exclusion { reason: exclusion.reason, criteria })
            })
            .collect();
        Some(Item {
            id: item.id,
            text: item.text,
            period: period?,
            sources,
            channels: item.channels,
            family: item.family,
            people: people.into_iter().collect::<Option<_>>()?,
            documents: item.documents,
            terms: item.terms,
            exclude: exclude.into_iter().collect::<Option<_>>()?,
        })
    }

    fn window(&mut self, period: &WrittenPeriod) -> Option<DateWindow> {
        match DateWindow::new(period.first, period.last, self.zone) {
            Ok(window) => Some(window),
            Err(error) => {
                self.wrong(&period.span, error.to_string(), None);
                None
            }
        }
    }

    fn sources(&mut self, sources: Vec<Placed<SourceId>>) -> Vec<SourceId> {
        for source in &sources {
            if !self.directory.has_source(&source.value) {
                let known = self.directory.source_ids();
                let hint = suggest::nearest(source.value.as_str(), known.iter().map(SourceId::as_str));
                let hint = hint.map_or("sources stand in register/sources.csv".to_owned(), did_you_mean);
                let message = format!("the register has no source {:?}", source.value.as_str());
                self.wrong(&source.span, message, Some(hint));
            }
        }
        sources.into_iter().map(|source| source.value).collect()
    }

    fn criteria(&mut self, criteria: Criteria<Parsed>) -> Option<Criteria<Resolved>> {
        Some(match criteria {
            Criteria::All(parts) => Criteria::All(self.each(parts)?),
            Criteria::Any(parts) => Criteria::Any(self.each(parts)?),
            Criteria::Not(part) => Criteria::Not(Box::new(self.criteria(*part)?)),
            Criteria::Sent(period) => Criteria::Sent(self.window(&period)?),
            Criteria::Party { side, party } => Criteria::Party { side, party: self.party(party)? },
            Criteria::Documents(documents) => Criteria::Documents(documents),
            Criteria::Terms(terms) => Criteria::Terms(terms),
        })
    }

    /// Maps every part, so that the mistakes of all are noted.
    fn each(&mut self, parts: Vec<Criteria<Parsed>>) -> Option<Vec<Criteria<Resolved>>> {
        let mapped: Vec<_> = parts.into_iter().map(|part| self.criteria(part)).collect();
        mapped.into_iter().collect()
    }

    fn party(&mut self, written: WrittenParty) -> Option<Party> {
        let people: Vec<_> = written.people.into_iter().map(|person| self.person(person)).collect();
        let people = people.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Party { people, addresses: written.addresses, domains: written.domains })
    }

    fn person(&mut self, person: Placed<PersonId>) -> Option<(PersonId, Vec<EmailAddress>)> {
        let name = person.value.as_str();
        match self.directory.person(&person.value) {
            Some(addresses) if !addresses.is_empty() => return Some((person.value, addresses)),
            Some(_) => {
                let hint = "enter the address in register/people.csv";
                let message =
                    format!("person {name:?} has no address in the register, so no message can be theirs");
                self.wrong(&person.span, message, Some(hint.to_owned()));
            }
            None => {
                let known = self.directory.people();
                let hint = suggest::nearest(name, known.iter().map(PersonId::as_str));
                let hint = hint.map_or("people stand in register/people.csv".to_owned(), did_you_mean);
                self.wrong(&person.span, format!("the register has no person {name:?}"), Some(hint));
            }
        }
        None
    }
}

fn did_you_mean(word: &str) -> String {
    format!("did you mean {word:?}?")
}
