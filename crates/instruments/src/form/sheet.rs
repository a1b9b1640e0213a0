//! A filled-in sheet: which statements stand, with which facts.

use super::Kind;
use crate::error::InstrumentError;
use crate::facts::FirmFacts;
use crate::wording::instant;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use duces_model::{RequestId, Sha256, VolumeName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The meaning of a sheet's JSON.
pub const SHEET_FORMAT: u32 = 1;

/// Facts by name, as they stand in the text.
pub type Facts = BTreeMap<String, String>;

/// What an instrument is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The request that it answers.
    pub request: Option<RequestId>,
    /// The volumes of which it speaks.
    pub volumes: Vec<VolumeName>,
    /// The gaps of which it speaks: those that it tells, or those that touch an item and that it counts.
    pub gaps: Vec<String>,
    /// The claw-back of which it speaks.
    pub clawback: Option<i64>,
}

/// An instrument before it is worded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// [`SHEET_FORMAT`].
    pub format: u32,
    /// Which instrument.
    pub instrument: Kind,
    /// Its title, which follows from the facts.
    pub title: String,
    /// What it is about.
    pub about: About,
    /// The firm.
    pub firm: FirmFacts,
    /// When the facts were taken; nothing later is in them.
    pub as_known_at: DateTime<Utc>,
    /// The firm's zone, in which instants are printed.
    pub zone: Tz,
    /// Version of the program that took the facts.
    pub tool_version: String,
    /// Whether DRAFT stands across the pages.
    pub draft: bool,
    /// Open questions, one sentence each. They stand in front of a draft, and in nothing that leaves the firm: what is
    /// issued is made without them (see [`super::make`]).
    pub questions: Vec<String>,
    /// Facts that every statement may use.
    pub common: Facts,
    /// Passages by section of the template. A section with several stands as often.
    pub sections: BTreeMap<String, Vec<Passage>>,
}

/// A section of the text: the statements that stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// Statements by key, each as often as it stands, with its facts.
    pub says: BTreeMap<String, Vec<Facts>>,
    /// Rows of the tables that stand, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, Vec<Vec<String>>>,
}

impl Passage {
    /// A statement with its facts.
    #[must_use]
    pub fn say(mut self, key: &str, facts: &[(&str, String)]) -> Self {
        let facts = facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect();
        self.says.entry(key.to_owned()).or_default().push(facts);
        self
    }

    /// A statement that stands only where `if_so`.
    #[must_use]
    pub fn say_if(self, if_so: bool, key: &str, facts: &[(&str, String)]) -> Self {
        if if_so { self.say(key, facts) } else { self }
    }

    /// Statements without facts.
    #[must_use]
    pub fn all(self, keys: &[&str]) -> Self {
        keys.iter().fold(self, |passage, key| passage.say(key, &[]))
    }

    /// A table with its rows.
    #[must_use]
    pub fn table(mut self, key: &str, rows: Vec<Vec<String>>) -> Self {
        self.tables.insert(key.to_owned(), rows);
        self
    }
}

impl Sheet {
    /// Puts a passage at the end of a section.
    pub(crate) fn put(&mut self, section: &str, passage: Passage) {
        self.sections.entry(section.to_owned()).or_default().push(passage);
    }

    /// What of it is written and recorded: everything of a draft, all but the open questions of what is issued.
    pub(crate) fn written(&self) -> Self {
        let mut written = self.clone();
        if !written.draft {
            written.questions.clear();
        }
        written
    }

    /// Digest of everything that it says: of its JSON without white space, keys in order.
    ///
    /// # Errors
    /// [`InstrumentError::Json`], which no sheet has.
    pub fn sha256(&self) -> Result<Sha256, InstrumentError> {
        Ok(Sha256::of(serde_json::to_vec(self)?))
    }

    /// The instant of the facts, in the firm's zone.
    pub(crate) fn known_at(&self) -> String {
        instant(self.as_known_at, self.zone)
    }

    /// The title for a reader's window.
    pub(crate) fn window_title(&self) -> String {
        match &self.about.request {
            Some(request) => format!("{}: {request}", self.title),
            None => self.title.clone(),
        }
    }
}
