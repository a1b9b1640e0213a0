//! One row of a load file with its columns' meanings.

use crate::dat::Row;
use crate::fields::{Columns, Field};

/// A row behind the header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DocumentRow<'a> {
    /// Which row of the file; the header is row 1.
    pub(crate) number: u64,
    pub(crate) columns: &'a Columns,
    pub(crate) row: &'a Row,
}

impl<'a> DocumentRow<'a> {
    /// The value as written; nothing where there is no such column or it is empty.
    pub(crate) fn raw(&self, field: Field) -> Option<&'a str> {
        let value = self.row.value(self.columns.place(field)?)?;
        (!value.is_empty()).then_some(value)
    }

    /// The value without space around it; nothing where that is empty.
    pub(crate) fn get(&self, field: Field) -> Option<&'a str> {
        let value = self.raw(field)?;
        // Nearly every value begins and ends with a sign that is no space; two bytes say so.
        let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
        if plain(value.as_bytes().first()) && plain(value.as_bytes().last()) {
            return Some(value);
        }
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// The values of a field of several, which `;` separates.
    pub(crate) fn list(&self, field: Field) -> Vec<&'a str> {
        let parts = self.get(field).unwrap_or_default().split(';');
        parts.map(str::trim).filter(|part| !part.is_empty()).collect()
    }
}
