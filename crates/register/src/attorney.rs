//! `attorneys.csv`: counsel of the firm, inside and outside, by name and by address or domain.

use crate::header::{Layout, optional, required};
use crate::register::Register;
use crate::row::Row;
use chrono::NaiveDate;
use duces_model::EmailAddress;

/// Whom a row speaks of in the participants of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CounselAddress {
    /// Whoever has this address.
    Address(EmailAddress),
    /// Whoever has an address of this domain or of one below it; lower case.
    Domain(String),
}

impl CounselAddress {
    /// Whether an address is meant.
    pub fn holds(&self, address: &EmailAddress) -> bool {
        match self {
            Self::Address(own) => own == address,
            Self::Domain(domain) => {
                let of = address.as_str().rsplit('@').next().unwrap_or_default();
                of == domain || of.strip_suffix(domain.as_str()).is_some_and(|below| below.ends_with('.'))
            }
        }
    }
}

/// Counsel of the firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attorney {
    /// Name as it stands in a privilege log; a law firm's where the row is of a whole domain.
    pub name: String,
    /// Address or domain; absent where only the name is known.
    pub address: Option<CounselAddress>,
    /// The law firm; may be empty.
    pub firm: String,
    /// Whether it is counsel of the firm's own; else outside counsel.
    pub in_house: bool,
    /// First day as its counsel; absent where it was from the beginning.
    pub from: Option<NaiveDate>,
    /// Last such day; absent while it is.
    pub to: Option<NaiveDate>,
    /// Anything else.
    pub note: String,
    /// Line of `attorneys.csv` on which the row starts.
    pub line: u64,
}

impl Attorney {
    /// Whether it was counsel on that day; a day that is not known may be any.
    pub fn serves_on(&self, day: Option<NaiveDate>) -> bool {
        day.is_none_or(|day| self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to))
    }
}

impl Register {
    /// The rows of `attorneys.csv` that mean this address on that day.
    pub fn counsel_at<'r>(
        &'r self,
        address: &'r EmailAddress,
        day: Option<NaiveDate>,
    ) -> impl Iterator<Item = &'r Attorney> {
        self.attorneys.iter().filter(move |one| {
            one.serves_on(day) && one.address.as_ref().is_some_and(|counsel| counsel.holds(address))
        })
    }
}

pub(crate) const LAYOUT: Layout = &[
    required("name"),
    optional("address"),
    optional("firm"),
    required("counsel"),
    optional("from"),
    optional("to"),
    optional("note"),
];

pub(crate) fn read(row: &mut Row<'_>) -> Option<Attorney> {
    let name = row.some_text("name");
    let address = address(row);
    let firm = row.text("firm");
    let in_house = row.word("counsel", &[("in-house", true), ("outside", false)]);
    let (from, to) = (row.maybe_day("from"), row.maybe_day("to"));
    let in_order = row.in_order(("from", from.flatten()), ("to", to.flatten()));
    let note = row.text("note");
    let line = row.line();
    in_order?;
    Some(Attorney {
        name: name?,
        address: address?,
        firm: firm?,
        in_house: in_house?,
        from: from?,
        to: to?,
        note: note?,
        line,
    })
}

fn address(row: &mut Row<'_>) -> Option<Option<CounselAddress>> {
    let cell = row.cell("address");
    if cell.is_empty() {
        return Some(None);
    }
    let domain = cell.strip_prefix('@').unwrap_or(cell);
    if domain.contains('@') {
        return row.address("address").map(|address| Some(CounselAddress::Address(address)));
    }
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    if !domain.contains('.') || domain.starts_with('.') || domain.ends_with('.') || !domain.chars().all(plain)
    {
        let message = format!("found {cell:?}, expected an address or a domain such as lawfirm.example");
        row.wrong("address", message, None);
        return None;
    }
    Some(Some(CounselAddress::Domain(domain.to_lowercase())))
}
