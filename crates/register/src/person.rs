//! `people.csv`: custodians with every address and alias.

use crate::header::{Layout, optional, required};
use crate::row::Row;
use chrono::NaiveDate;
use duces_model::{EmailAddress, PersonId};

/// A person of the firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// Name as it is written to a regulator.
    pub name: String,
    /// Every address and alias, in the order of the file.
    pub addresses: Vec<EmailAddress>,
    /// What the person does; may be empty.
    pub role: String,
    /// First day with the firm; absent where it is not known.
    pub from: Option<NaiveDate>,
    /// Last day with the firm; absent where it has not come or is not known.
    pub to: Option<NaiveDate>,
    /// Anything else.
    pub note: String,
    /// Line of `people.csv` on which the row starts.
    pub line: u64,
}

pub(crate) const LAYOUT: Layout = &[
    required("person"),
    required("name"),
    optional("addresses"),
    optional("role"),
    optional("from"),
    optional("to"),
    optional("note"),
];

pub(crate) fn read(row: &mut Row<'_>) -> Option<Person> {
    let id = row.value("person");
    let name = row.some_text("name");
    let addresses = row.list("addresses", EmailAddress::new);
    let role = row.text("role");
    let (from, to) = (row.maybe_day("from"), row.maybe_day("to"));
    let in_order = row.in_order(("from", from.flatten()), ("to", to.flatten()));
    let note = row.text("note");
    let line = row.line();
    in_order?;
    Some(Person {
        id: id?,
        name: name?,
        addresses: addresses?,
        role: role?,
        from: from?,
        to: to?,
        note: note?,
        line,
    })
}
