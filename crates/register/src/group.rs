//! `groups.csv`: distribution lists, desks and teams, with their members and when they were members.

use crate::header::{Layout, optional, required};
use crate::row::Row;
use chrono::NaiveDate;
use duces_model::{EmailAddress, GroupId, PersonId};

/// What a row says of a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupPart {
    /// The person was a member.
    Person(PersonId),
    /// The address was a member: somebody outside the register.
    Address(EmailAddress),
    /// The address was the group's own: mail to it is mail to the group.
    Own(EmailAddress),
}

/// A row of a group, for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// Which group.
    pub group: GroupId,
    /// What was part of it.
    pub part: GroupPart,
    /// First day on which it was so; absent where it was from the beginning.
    pub from: Option<NaiveDate>,
    /// Last such day; absent while it is so.
    pub to: Option<NaiveDate>,
    /// Anything else.
    pub note: String,
    /// Line of `groups.csv` on which the row starts.
    pub line: u64,
}

pub(crate) const LAYOUT: Layout = &[
    required("group"),
    optional("person"),
    optional("address"),
    optional("own_address"),
    optional("from"),
    optional("to"),
    optional("note"),
];

pub(crate) fn read(row: &mut Row<'_>) -> Option<GroupRow> {
    let group = row.value("group");
    let part = part(row);
    let (from, to) = (row.maybe_day("from"), row.maybe_day("to"));
    let in_order = row.in_order(("from", from.flatten()), ("to", to.flatten()));
    let note = row.text("note");
    let line = row.line();
    in_order?;
    Some(GroupRow { group: group?, part: part?, from: from?, to: to?, note: note?, line })
}

fn part(row: &mut Row<'_>) -> Option<GroupPart> {
    let given: Vec<&str> = ["person", "address", "own_address"]
        .into_iter()
        .filter(|column| !row.cell(column).is_empty())
        .collect();
    match given.as_slice() {
        ["person"] => row.value("person").map(GroupPart::Person),
        ["address"] => row.address("address").map(GroupPart::Address),
        ["own_address"] => row.address("own_address").map(GroupPart::Own),
        [] => {
            row.wrong("person", "found no member, expected one of person, address or own_address", None);
            None
        }
        several => {
            let found = format!("found {} in one row, expected one of them", several.join(" and "));
            row.wrong(several[1], found, Some("write one row for each".to_owned()));
            None
        }
    }
}
