//! `addresses.csv`: which address was whose, from when to when.

use crate::header::{Layout, optional, required};
use crate::row::Row;
use chrono::NaiveDate;
use duces_model::{EmailAddress, PersonId};

/// An address that was a person's for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldAddress {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub address: EmailAddress,
    /// First day on which it was theirs; absent where it was from the beginning.
    pub from: Option<NaiveDate>,
    /// Last such day; absent while it is theirs.
    pub to: Option<NaiveDate>,
    /// Anything else.
    pub note: String,
    /// Line of `addresses.csv` on which the row starts.
    pub line: u64,
}

/// An address with the days on which it counts, both included; without a day it is open on that side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DatedAddress {
    /// The address.
    pub address: EmailAddress,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

pub(crate) const LAYOUT: Layout =
    &[required("person"), required("address"), optional("from"), optional("to"), optional("note")];

pub(crate) fn read(row: &mut Row<'_>) -> Option<HeldAddress> {
    let person = row.value("person");
    let address = row.address("address");
    let (from, to) = (row.maybe_day("from"), row.maybe_day("to"));
    let in_order = row.in_order(("from", from.flatten()), ("to", to.flatten()));
    let note = row.text("note");
    let line = row.line();
    in_order?;
    Some(HeldAddress { person: person?, address: address?, from: from?, to: to?, note: note?, line })
}
