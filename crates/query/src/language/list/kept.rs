//! Lists of terms as they are kept: where their bytes come from, and what was read of them.

use std::sync::Arc;

/// Where request files' lists of terms come from. This crate opens no file: a face reads them, and
/// keeps the bytes, so that a frozen request is read again from what was stored.
pub trait TermLists {
    /// The list's bytes; the error says why there are none (lower case, no full stop).
    ///
    /// # Errors
    /// Where the list cannot be read.
    fn bytes(&self, name: &str) -> Result<Vec<u8>, String>;
}

/// No lists at all: a request file that names one is refused.
#[derive(Debug, Clone, Copy)]
pub struct NoTermLists;

impl TermLists for NoTermLists {
    fn bytes(&self, _name: &str) -> Result<Vec<u8>, String> {
        Err("lists of terms cannot be read here".to_owned())
    }
}

/// A list as it was read, with its bytes for the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermList {
    pub(super) name: String,
    pub(super) sheet: Option<String>,
    pub(super) column: Option<String>,
    pub(super) bytes: Arc<[u8]>,
    pub(super) terms: u64,
    pub(super) rows_without_term: u64,
}

impl TermList {
    /// Its name as the request file has it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The sheet that was read, where the list is a workbook.
    pub fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// The column that was read, where one was named.
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// The list itself, byte for byte.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many rows hold a term; twice the same counts twice.
    pub fn terms(&self) -> u64 {
        self.terms
    }

    /// How many rows before the last term hold none and were passed over: empty ones, and those that
    /// have content in other columns alone, each of which is warned of.
    pub fn rows_without_term(&self) -> u64 {
        self.rows_without_term
    }
}

/// Which part of a list holds the terms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListPart<'l> {
    /// The sheet of a workbook; needed where several have content.
    pub sheet: Option<&'l str>,
    /// The column, by the name that the first row gives it; needed where several have content.
    pub column: Option<&'l str>,
}
