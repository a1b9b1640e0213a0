//! What people note of a gap: its cause, scope, impact, remediation and the rest of a factual summary.

use crate::columns::{instant, instant_text, must_say};
use crate::error::{Fault, Outcome, damaged};
use crate::gaps::key_of;
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::GapField;
use rusqlite::{Connection, params};
use serde_json::json;

/// Somebody's note of a gap. Of several about the same field the last one holds; all stay on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapNote {
    /// What it is about.
    pub field: GapField,
    /// What the person says.
    pub text: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Ledger {
    /// Records what a person notes of a gap; the person is the act's.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where there is no such gap, [`crate::LedgerError::Conflict`] where the text is empty.
    pub fn note_gap(&mut self, act: &Act, id: &str, field: GapField, text: &str) -> Outcome<()> {
        self.act(act, "note of a gap", |transaction| {
            must_say("note", text)?;
            let key = key_of(transaction, id)?;
            transaction.execute(
                "INSERT INTO gap_note (gap, field, text, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![key, field.as_str(), text, instant_text(act.at), act.by],
            )?;
            Ok(((), json!({ "gap": id, "field": field, "text": text })))
        })
    }
}

/// The notes of a gap, oldest first.
pub(crate) fn of(connection: &Connection, gap: i64) -> Result<Vec<GapNote>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT field, text, at, by FROM gap_note WHERE gap = ?1 ORDER BY key")?;
    let mut rows = statement.query([gap])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let word: String = row.get(0)?;
        let field = GapField::ALL.into_iter().find(|field| field.as_str() == word);
        let field = field.ok_or_else(|| damaged(format!("found {word:?}, expected what a note is about")))?;
        found.push(GapNote { field, text: row.get(1)?, at: instant(row, 2)?, by: row.get(3)? });
    }
    Ok(found)
}
