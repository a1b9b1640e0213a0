//! What a person asks at a terminal, mapped through the register.

use crate::error::WorkspaceError;
use crate::requests::People;
use chrono::NaiveDate;
use chrono_tz::Tz;
use duces_model::{Channel, DateWindow, Mistake, Mistakes, SourceId};
use duces_query::{AdHoc, Criteria, Party, Terms};
use serde_json::{Value, json};

/// How mistakes name what was typed.
const PLACE: &str = "the command line";

/// What a person asks; all that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The language of the words.
    pub dialect: Option<String>,
    /// The words.
    pub terms: Option<String>,
    /// Sent by one of these: people and groups of the register, addresses, domains.
    pub from: Vec<String>,
    /// Received by one of these.
    pub to: Vec<String>,
    /// Sent or received by one of these.
    pub people: Vec<String>,
    /// Belonging to one of these sources.
    pub sources: Vec<SourceId>,
    /// Of one of these channels.
    pub channels: Vec<Channel>,
    /// Sent on this day or later, in the firm's zone.
    pub since: Option<NaiveDate>,
    /// Sent on this day or before.
    pub until: Option<NaiveDate>,
    /// Which page, from 1.
    pub page: u64,
    /// How many a page lists; 0 for the counts alone.
    pub limit: u64,
}

/// The same with people as addresses and channels as sources.
pub(super) struct Resolved {
    pub(super) ad_hoc: AdHoc,
    /// Absent where any source will do.
    pub(super) sources: Option<Vec<SourceId>>,
    channels: Vec<Channel>,
}

impl Asked {
    /// Maps it through the register; reports everything that is wrong.
    pub(super) fn resolve(&self, people: &People<'_>) -> Result<Resolved, WorkspaceError> {
        let register = people.register;
        let mut mistakes = Vec::new();
        let mut ad_hoc = AdHoc::default();
        if let Some(terms) = &self.terms {
            match duces_query::parse_terms(self.dialect.as_deref().unwrap_or_default(), terms, PLACE) {
                Ok(terms) => ad_hoc.terms = Some(terms),
                Err(found) => mistakes.extend(found.iter().cloned()),
            }
        }
        let mut party = |option, texts: &[String]| party(people, option, texts, &mut mistakes);
        ad_hoc.from = party("--from", &self.from);
        ad_hoc.to = party("--to", &self.to);
        ad_hoc.participants = party("--person", &self.people);
        match period(self.since, self.until, people.zone) {
            Ok(period) => ad_hoc.period = period,
            Err(message) => mistakes.push(Mistake::of_file(PLACE, message)),
        }
        for source in self.sources.iter().filter(|source| register.source(source).is_none()) {
            let message = format!("the register has no source {:?}", source.as_str());
            let hint = "sources stand in register/sources.csv";
            mistakes.push(Mistake::of_file(PLACE, message).hint(hint));
        }
        let restricted = !self.sources.is_empty() || !self.channels.is_empty();
        let sources = register
            .sources
            .iter()
            .filter(|source| self.sources.is_empty() || self.sources.contains(&source.id))
            .filter(|source| self.channels.is_empty() || self.channels.contains(&source.channel))
            .map(|source| source.id.clone());
        let sources = restricted.then(|| sources.collect());
        Ok(Mistakes::or(mistakes, Resolved { ad_hoc, sources, channels: self.channels.clone() })?)
    }
}

/// One or both ends; an end that is not given is open.
fn period(
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
    zone: Tz,
) -> Result<Option<DateWindow>, String> {
    if since.is_none() && until.is_none() {
        return Ok(None);
    }
    DateWindow::open(since, until, zone).map(Some).map_err(|error| error.to_string())
}

fn party(people: &People<'_>, option: &str, texts: &[String], mistakes: &mut Vec<Mistake>) -> Option<Party> {
    if texts.is_empty() {
        return None;
    }
    match duces_query::typed(&format!("{PLACE}, {option}"), texts, people) {
        Ok(party) => Some(party),
        Err(found) => {
            mistakes.extend(found.iter().cloned());
            None
        }
    }
}

impl Resolved {
    /// Exactly what was asked, for the record.
    pub(super) fn exact(&self) -> Value {
        json!({
            "criteria": self.ad_hoc.criteria().canonical_json(),
            "sources": self.sources.as_ref().map(|sources| sources.iter().map(SourceId::as_str).collect::<Vec<_>>()),
            "channels": self.channels.iter().map(|channel| channel.as_str()).collect::<Vec<_>>(),
            "tokenisation": duces_indexer::ANALYZER_VERSION,
        })
    }

    /// The same in plain words, without the warnings of the words.
    pub(super) fn explain(&self) -> Vec<String> {
        let warnings = self.warnings();
        let warned = |line: &String| {
            line.trim_start()
                .strip_prefix("warning: ")
                .is_some_and(|said| warnings.iter().any(|one| one == said))
        };
        let parts = match self.ad_hoc.criteria() {
            Criteria::All(parts) => parts,
            one => vec![one],
        };
        let lines = parts.iter().flat_map(Criteria::explain);
        let mut lines: Vec<String> = lines.filter(|line| !warned(line)).collect();
        if let Some(sources) = &self.sources {
            let names: Vec<_> = sources.iter().map(SourceId::as_str).collect();
            lines.push(format!(
                "in the sources: {}",
                if names.is_empty() { "none of the register".to_owned() } else { names.join(", ") }
            ));
        }
        lines
    }

    /// What the reader of the words must know.
    pub(super) fn warnings(&self) -> Vec<String> {
        let warnings = self.ad_hoc.terms.iter().flat_map(Terms::warnings);
        warnings.map(|warning| warning.message.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_register::Register;

    fn resolve(asked: &Asked) -> Result<Resolved, WorkspaceError> {
        let register = register();
        asked.resolve(&People { register: &register, domains: &[], zone: chrono_tz::UTC })
    }

    fn register() -> Register {
        let files = duces_register::EMPTY_FILES
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
        let mut files: Vec<(String, Vec<u8>)> = files.collect();
        for (name, bytes) in &mut files {
            match name.as_str() {
                "people.csv" => {
                    bytes.extend(b"ann,Ann,ann@x.example;a.lee@x.example,,,,\r\nnomail,N,,,,,\r\n")
                }
                "sources.csv" => {
                    bytes.extend(b"box,Box,email,ann@x.example,ann,2020-01-01,,mail:**,,,,,,,\r\n")
                }
                "addresses.csv" => bytes.extend(b"ann,fx@x.example,2021-01-01,2021-12-31,\r\n"),
                "groups.csv" => bytes.extend(b"desk,ann,,,,,\r\ndesk,,,desk@x.example,,,\r\n"),
                _ => {}
            }
        }
        Register::from_files(files).unwrap()
    }

    #[test]
    fn people_become_their_addresses_and_everything_wrong_is_said_at_once() {
        let asked = Asked { people: vec!["ann".into(), "client.example".into()], ..Asked::default() };
        let resolved = resolve(&asked).unwrap();
        let party = resolved.ad_hoc.participants.unwrap();
        assert_eq!((party.addresses().len(), party.domains().len()), (3, 1));
        assert!(resolved.sources.is_none());
        let wrong = Asked {
            dialect: Some("dtsearch".into()),
            terms: Some("(juniper".into()),
            from: vec!["nobody".into(), "nomail".into()],
            sources: vec!["desk".parse().unwrap()],
            since: "2024-02-01".parse().ok(),
            until: "2024-01-01".parse().ok(),
            ..Asked::default()
        };
        match resolve(&wrong) {
            Err(WorkspaceError::Mistakes(mistakes)) => assert_eq!(mistakes.iter().count(), 5, "{mistakes:?}"),
            other => panic!("{:?}", other.map(|_| ())),
        }
    }

    #[test]
    fn a_channel_stands_for_its_sources_and_may_stand_for_none() {
        let of = |channel: Channel| {
            let asked = Asked { channels: vec![channel], ..Asked::default() };
            resolve(&asked).unwrap().sources.unwrap().len()
        };
        assert_eq!((of("email".parse().unwrap()), of("chat".parse().unwrap())), (1, 0));
    }

    #[test]
    fn an_address_counts_on_the_days_when_it_was_theirs_and_a_group_stands_where_a_person_does() {
        let asked = Asked { from: vec!["ann".into()], to: vec!["desk".into()], ..Asked::default() };
        let resolved = resolve(&asked).unwrap();
        let days = |party: &Party| {
            let held = party.people().iter().flat_map(|person| &person.addresses);
            held.filter_map(|held| held.days.map(|days| (held.address.to_string(), days.last().to_string())))
                .collect::<Vec<_>>()
        };
        let last = ("fx@x.example".to_owned(), "2021-12-31".to_owned());
        assert_eq!(days(resolved.ad_hoc.from.as_ref().unwrap()), [last]);
        assert_eq!(resolved.ad_hoc.to.as_ref().unwrap().addresses().len(), 4);
        let said = resolved.explain().join("\n");
        assert!(
            said.contains("fx@x.example from 2021-01-01 to 2021-12-31") && said.contains("group desk"),
            "{said}"
        );
        let exact = resolved.exact().to_string();
        assert!(exact.contains("\"group\":\"desk\"") && exact.contains("2021-12-31"), "{exact}");
    }

    #[test]
    fn an_end_that_is_not_given_is_open() {
        let window = period("2024-01-01".parse().ok(), None, chrono_tz::UTC).unwrap().unwrap();
        assert!(window.has_beginning() && !window.has_end());
        assert_eq!(period(None, None, chrono_tz::UTC), Ok(None));
    }
}
