//! A regulator's request: its items with their criteria.

use crate::criteria::{Criteria, Documents};
use crate::language::Terms;
use crate::state::{Resolved, State};
use chrono::NaiveDate;
use duces_model::{Channel, ItemId};

/// One request with its items, as written (`Parsed`) or mapped through the register (`Resolved`).
#[derive(Debug, Clone, PartialEq)]
pub struct Request<S: State> {
    /// Who asks: `FINRA`, `SEC` or another.
    pub authority: String,
    /// The authority's number for it.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// When the letter arrived.
    pub received: Option<NaiveDate>,
    /// When the answer is due.
    pub due: Option<NaiveDate>,
    /// Whether the letter calls for a declaration under 28 U.S.C. § 1746.
    pub declaration_1746: bool,
    pub(crate) items: Vec<Item<S>>,
    pub(crate) origin: S::Origin,
}

impl<S: State> Request<S> {
    /// The items, in the order of the file; at least one.
    pub fn items(&self) -> &[Item<S>] {
        &self.items
    }
}

/// What belongs to a selection beside the documents that meet the criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum FamilyRule {
    /// The whole family of each.
    #[default]
    Whole,
    /// Nothing.
    HitOnly,
}

impl FamilyRule {
    /// All rules, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::Whole, Self::HitOnly];

    /// The word that is written in a request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::HitOnly => "hit-only",
        }
    }
}

/// What is left out of an item although it meets the criteria, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Exclusion<S: State> {
    /// Why, with whom it was agreed.
    pub reason: String,
    /// Which documents.
    pub criteria: Criteria<S>,
}

/// One item of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<S: State> {
    /// Its number in the letter.
    pub id: ItemId,
    /// The letter's words.
    pub text: String,
    /// The period in which the documents' messages were sent.
    pub period: S::Period,
    /// The sources to be searched; absent means all. Not asked by `run`: the ledger joins them.
    pub sources: Option<Vec<S::Source>>,
    /// The channels to be searched; none means all. Not asked by `run`: the ledger joins them.
    pub channels: Vec<Channel>,
    /// What comes along with a hit.
    pub family: FamilyRule,
    pub(crate) people: Vec<Criteria<S>>,
    pub(crate) documents: Documents,
    pub(crate) terms: Option<Terms>,
    pub(crate) exclude: Vec<Exclusion<S>>,
}

impl<S: State> Item<S> {
    /// Which kinds of documents are asked for.
    pub fn documents(&self) -> Documents {
        self.documents
    }

    /// The words asked for, where any are.
    pub fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref()
    }

    /// What is left out, and why.
    pub fn exclusions(&self) -> &[Exclusion<S>] {
        &self.exclude
    }
}

impl Item<Resolved> {
    /// Everything that is asked but the words: period, people, kinds of documents, exclusions.
    pub fn scope(&self) -> Criteria<Resolved> {
        let mut all = vec![Criteria::Sent(self.period)];
        all.extend(self.people.iter().cloned());
        if self.documents != Documents::All {
            all.push(Criteria::Documents(self.documents));
        }
        for exclusion in &self.exclude {
            all.push(Criteria::Not(Box::new(exclusion.criteria.clone())));
        }
        Criteria::All(all)
    }

    /// Everything that is asked.
    pub fn criteria(&self) -> Criteria<Resolved> {
        match &self.terms {
            None => self.scope(),
            Some(terms) => Criteria::All(vec![self.scope(), Criteria::Terms(terms.clone())]),
        }
    }
}
