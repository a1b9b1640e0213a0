//! What a row says was kept back of its document.

use crate::fields::Field;
use crate::row::DocumentRow;

/// What is kept back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeptBack {
    /// All of it: a sheet stands for the document.
    Withheld,
    /// Parts of it.
    Redacted,
}

impl KeptBack {
    /// What the row says, by its own column or among the document's properties (DOJ document 246380).
    pub(crate) fn of(row: &DocumentRow<'_>) -> Option<Self> {
        let says = |field: Field| row.get(field).is_some_and(|value| !is_no(value));
        let properties = row.get(Field::Properties).map(str::to_lowercase).unwrap_or_default();
        if says(Field::Withheld) || properties.contains("withheld") {
            Some(Self::Withheld)
        } else if says(Field::Redacted) || properties.contains("redacted") {
            Some(Self::Redacted)
        } else {
            None
        }
    }

    /// The word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Withheld => "withheld",
            Self::Redacted => "redacted",
        }
    }
}

/// Whether a mark says no.
fn is_no(value: &str) -> bool {
    ["no", "n", "false", "f", "0", "none"].iter().any(|no| value.eq_ignore_ascii_case(no))
}
