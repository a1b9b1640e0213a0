//! A regulator's request: its items with their criteria.

use crate::beside::Beside;
use crate::criteria::{Criteria, Documents};
use crate::identifier::Identifiers;
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
    pub(crate) beside: Vec<Beside<S>>,
    pub(crate) origin: S::Origin,
}

impl<S: State> Request<S> {
    /// The items that are searched for, in the order of the file.
    pub fn items(&self) -> &[Item<S>] {
        &self.items
    }

    /// The items that are answered beside the searches, in the order of the file.
    pub fn beside(&self) -> &[Beside<S>] {
        &self.beside
    }

    /// The numbers of all items of both kinds, in the order of the file; at least one.
    pub fn numbers(&self) -> Vec<&ItemId> {
        let items = self.items.iter().map(|item| (item.letter.place, &item.id));
        let beside = self.beside.iter().map(|item| (item.letter.place, &item.id));
        let mut all: Vec<_> = items.chain(beside).collect();
        all.sort_by_key(|(place, _)| *place);
        all.into_iter().map(|(_, id)| id).collect()
    }
}

/// What a letter says of an item beside its words and criteria.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letter {
    /// Which item of the file, from 0, counted over items of every kind.
    pub place: usize,
    /// The part of the letter in which it stands: `I`, `Part II`.
    pub part: Option<String>,
    /// When its answer is due: its own day, else the request's.
    pub due: Option<NaiveDate>,
    /// Earlier items whose documents answer this one too; each document is produced once.
    pub see: Vec<ItemId>,
    /// Whether nothing is expected to be found: anything else needs a person.
    pub expects_nil: bool,
}

/// A rule by which a person stops choosing: the item asks for documents *sufficient to show* something.
/// The search still finds all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sufficient {
    /// The rule, with its reason.
    pub stop: String,
    /// How many documents are enough, where that is said.
    pub documents: Option<u64>,
}

/// Which date of a message a period is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DateRule {
    /// That of its Date header.
    #[default]
    Sent,
    /// That of its topmost Received header.
    Received,
    /// One of the two is enough.
    Either,
}

impl DateRule {
    /// All rules, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Sent, Self::Received, Self::Either];

    /// The word that is written in a request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Either => "either",
        }
    }

    /// A period asked by this rule.
    pub(crate) fn of<S: State>(self, window: S::Window) -> Criteria<S> {
        match self {
            Self::Sent => Criteria::Sent(window),
            Self::Received => Criteria::Received(window),
            Self::Either => Criteria::Any(vec![Criteria::Sent(window.clone()), Criteria::Received(window)]),
        }
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
    /// What else the letter says of it.
    pub letter: Letter,
    /// The period of the documents' messages, by [`Item::dates`].
    pub period: S::Period,
    /// The sources to be searched; absent means all. Not asked by `run`: the ledger joins them.
    pub sources: Option<Vec<S::Source>>,
    /// The channels to be searched; none means all. Not asked by `run`: the ledger joins them.
    pub channels: Vec<Channel>,
    /// What comes along with a hit.
    pub family: FamilyRule,
    /// Which date of a message the period is about.
    pub dates: DateRule,
    /// When a person may stop choosing, where the item asks for documents sufficient to show something.
    pub sufficient: Option<Sufficient>,
    pub(crate) people: Vec<Criteria<S>>,
    pub(crate) documents: Documents,
    pub(crate) terms: Option<Terms>,
    pub(crate) identifiers: Identifiers,
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

    /// The identifiers asked for, and how they go with the words.
    pub fn identifiers(&self) -> &Identifiers {
        &self.identifiers
    }

    /// What is left out, and why.
    pub fn exclusions(&self) -> &[Exclusion<S>] {
        &self.exclude
    }
}

impl Item<Resolved> {
    /// What the item's words are asked of: period, people, kinds of documents. What an exclusion leaves out
    /// is among it.
    pub fn universe(&self) -> Criteria<Resolved> {
        let mut all = vec![self.dates.of(self.period)];
        all.extend(self.people.iter().cloned());
        if self.documents != Documents::All {
            all.push(Criteria::Documents(self.documents));
        }
        Criteria::All(all)
    }

    /// Everything that is asked but the words: period, people, kinds of documents, exclusions.
    pub fn scope(&self) -> Criteria<Resolved> {
        let mut all = match self.universe() {
            Criteria::All(all) => all,
            one => vec![one],
        };
        for exclusion in &self.exclude {
            all.push(Criteria::Not(Box::new(exclusion.criteria.clone())));
        }
        Criteria::All(all)
    }

    /// Everything that is asked.
    pub fn criteria(&self) -> Criteria<Resolved> {
        match self.identifiers.with(self.terms.as_ref()) {
            None => self.scope(),
            Some(words) => Criteria::All(vec![self.scope(), words]),
        }
    }
}
