//! Criteria mapped through the register: people to addresses, days to instants.

mod people;
mod typed;

pub use typed::typed;

use crate::beside::{Asks, Beside};
use crate::criteria::{Criteria, Domain};
use crate::directory::Directory;
use crate::file;
use crate::language::TermLists;
use crate::party::Party;
use crate::request::{Exclusion, Item, Request};
use crate::state::{Parsed, Placed, Reference, Resolved, WrittenPeriod};
use crate::suggest;
use chrono_tz::Tz;
use duces_model::{DateWindow, Mistake, Mistakes, SourceId};
use std::collections::BTreeMap;
use std::ops::Range;

/// Reads a request file and maps it through the register.
///
/// # Errors
/// Everything that is wrong in the file, with what the register does not know of the names that could
/// be read, all at once.
pub fn read(
    file: &str,
    text: &str,
    lists: &dyn TermLists,
    directory: &dyn Directory,
) -> Result<Request<Resolved>, Mistakes> {
    let parts = file::parts(file, text, lists);
    match parts.request {
        Some(request) if parts.mistakes.is_empty() => request.resolve(directory),
        _ => {
            let mut resolver = Resolver::new(directory, file, text, None);
            resolver.mistakes = parts.mistakes;
            parts.references.into_iter().for_each(|reference| resolver.reference(reference));
            file::refused(resolver.mistakes)
        }
    }
}

impl Request<Parsed> {
    /// Maps people, sources and periods through the register.
    ///
    /// # Errors
    /// Everything that the register does not know, with its place in the request file.
    pub fn resolve(self, directory: &dyn Directory) -> Result<Request<Resolved>, Mistakes> {
        let origin = self.origin;
        let mut resolver = Resolver::new(directory, &origin.file, &origin.text, origin.zone);
        // Items may name people by defined terms, so those come first.
        let beside: Vec<Beside<Resolved>> =
            self.beside.into_iter().filter_map(|item| resolver.beside(item)).collect();
        let items: Vec<Item<Resolved>> = self
            .items
            .into_iter()
            .zip(&origin.items)
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
            beside,
            origin: (),
        };
        Mistakes::or(resolver.mistakes, request)
    }
}

struct Resolver<'d> {
    directory: &'d dyn Directory,
    file: &'d str,
    text: &'d str,
    zone: Tz,
    /// The people of each defined term; absent where they could not be mapped.
    defined: BTreeMap<String, Option<Party>>,
    mistakes: Vec<Mistake>,
}

impl<'d> Resolver<'d> {
    fn new(directory: &'d dyn Directory, file: &'d str, text: &'d str, zone: Option<Tz>) -> Self {
        let zone = zone.unwrap_or_else(|| directory.default_zone());
        Self { directory, file, text, zone, defined: BTreeMap::new(), mistakes: Vec::new() }
    }

    fn wrong(&mut self, span: &Range<usize>, message: String, hint: Option<String>) {
        let mistake = Mistake::in_text(self.file, self.text, span.clone(), message);
        self.mistakes.push(Mistake { hint, ..mistake });
    }

    /// Notes what the register does not know of a name.
    fn reference(&mut self, reference: Reference) {
        match reference {
            Reference::Person(person) => {
                self.person(person);
            }
            Reference::Group(group) => {
                self.group(group);
            }
            Reference::Source(source) => {
                self.sources(vec![source]);
            }
            Reference::Firm(span) => {
                self.firm(&span);
            }
        }
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
            letter: item.letter,
            period: period?,
            sources,
            channels: item.channels,
            family: item.family,
            dates: item.dates,
            sufficient: item.sufficient,
            people: people.into_iter().collect::<Option<_>>()?,
            documents: item.documents,
            terms: item.terms,
            identifiers: item.identifiers,
            exclude: exclude.into_iter().collect::<Option<_>>()?,
        })
    }

    fn beside(&mut self, item: Beside<Parsed>) -> Option<Beside<Resolved>> {
        let period = item.period.map(|period| self.window(&period));
        let asks = match item.asks {
            Asks::Checklist { entries } => Some(Asks::Checklist { entries }),
            Asks::Narrative { answer_by } => Some(Asks::Narrative { answer_by }),
            Asks::Schedule { columns } => Some(Asks::Schedule { columns }),
            Asks::CrossReference => Some(Asks::CrossReference),
            Asks::DefinedTerm { term, means, party: None } => {
                Some(Asks::DefinedTerm { term, means, party: None })
            }
            Asks::DefinedTerm { term, means, party: Some(written) } => {
                let party = self.party(written);
                self.defined.insert(term.clone(), party.clone());
                party.map(|party| Asks::DefinedTerm { term, means, party: Some(party) })
            }
        };
        let period = match period {
            Some(window) => Some(window?),
            None => None,
        };
        Some(Beside { id: item.id, text: item.text, letter: item.letter, period, asks: asks? })
    }

    fn window(&mut self, period: &WrittenPeriod) -> Option<DateWindow> {
        match DateWindow::open(period.first, period.last, self.zone) {
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
            Criteria::Received(period) => Criteria::Received(self.window(&period)?),
            Criteria::Party { side, party } => Criteria::Party { side, party: self.party(party)? },
            Criteria::Outside(span) => Criteria::Outside(self.firm(&span)?),
            Criteria::Documents(documents) => Criteria::Documents(documents),
            Criteria::Terms(terms) => Criteria::Terms(terms),
            Criteria::Identifier(identifier) => Criteria::Identifier(identifier),
        })
    }

    /// Maps every part, so that the mistakes of all are noted.
    fn each(&mut self, parts: Vec<Criteria<Parsed>>) -> Option<Vec<Criteria<Resolved>>> {
        let mapped: Vec<_> = parts.into_iter().map(|part| self.criteria(part)).collect();
        mapped.into_iter().collect()
    }

    /// The firm's domains.
    fn firm(&mut self, span: &Range<usize>) -> Option<Vec<Domain>> {
        let written = self.directory.firm_domains();
        let read: Vec<_> =
            written.iter().map(|text| Domain::new(text.trim().trim_start_matches('@'))).collect();
        let mut domains = Vec::new();
        for domain in read {
            match domain {
                Ok(domain) => domains.push(domain),
                Err(error) => {
                    self.wrong(span, format!("firm.domains of duces.toml: {error}"), None);
                    return None;
                }
            }
        }
        if domains.is_empty() {
            let hint = "name them as firm.domains in duces.toml".to_owned();
            self.wrong(span, "the firm has no domains, so nobody can be outside it".to_owned(), Some(hint));
            return None;
        }
        domains.sort();
        domains.dedup();
        Some(domains)
    }
}

fn did_you_mean(word: &str) -> String {
    format!("did you mean {word:?}?")
}
