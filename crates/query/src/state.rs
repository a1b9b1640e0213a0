//! The two states of criteria, as a type parameter: what was written, and what it was resolved to.
//!
//! A resolved tree cannot hold an unresolved leaf: the types of its leaves are other types.

use crate::criteria::Domain;
use crate::party::Party;
use chrono::NaiveDate;
use chrono_tz::Tz;
use duces_model::{DateWindow, EmailAddress, GroupId, PersonId, SourceId};
use std::fmt::Debug;
use std::ops::Range;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Parsed {}
    impl Sealed for super::Resolved {}
}

/// In which state criteria are.
pub trait State: sealed::Sealed + Debug + Clone + PartialEq {
    /// Some people.
    type Party: Debug + Clone + PartialEq;
    /// A period.
    type Window: Debug + Clone + PartialEq;
    /// An item's period.
    type Period: Debug + Clone + PartialEq;
    /// A source.
    type Source: Debug + Clone + PartialEq;
    /// The firm, by its domains.
    type Firm: Debug + Clone + PartialEq;
    /// What the request as a whole carries for its items.
    type Origin: Debug + Clone + PartialEq;
}

/// As written in the request file.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {}

/// With people, sources and periods mapped through the register.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved {}

impl State for Parsed {
    type Party = WrittenParty;
    type Window = WrittenPeriod;
    type Period = Option<WrittenPeriod>;
    type Source = Placed<SourceId>;
    type Firm = Range<usize>;
    type Origin = Origin;
}

impl State for Resolved {
    type Party = Party;
    type Window = DateWindow;
    type Period = DateWindow;
    type Source = SourceId;
    type Firm = Vec<Domain>;
    type Origin = ();
}

/// A value and where it stands in the file, in bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

/// The file that a request was read from, for the places of mistakes that resolving finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    pub(crate) file: String,
    pub(crate) text: String,
    /// The request's zone, where it names one.
    pub(crate) zone: Option<Tz>,
    /// Where each item that is searched for starts, in their order.
    pub(crate) items: Vec<Range<usize>>,
}

/// One day or two as written, the zone not yet known.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenPeriod {
    pub(crate) first: Option<NaiveDate>,
    pub(crate) last: Option<NaiveDate>,
    pub(crate) span: Range<usize>,
}

/// People as written.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenParty {
    pub(crate) people: Vec<Placed<PersonId>>,
    pub(crate) groups: Vec<Placed<GroupId>>,
    pub(crate) defined: Vec<Placed<String>>,
    pub(crate) addresses: Vec<EmailAddress>,
    pub(crate) domains: Vec<Domain>,
}

/// A name that only the register can tell, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reference {
    Person(Placed<PersonId>),
    Group(Placed<GroupId>),
    Source(Placed<SourceId>),
    /// The firm's domains are asked for.
    Firm(Range<usize>),
}
