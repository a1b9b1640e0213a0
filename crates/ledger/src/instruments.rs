//! Letters, declarations and reports that were made: each with the bytes of what was made and of what it rests on.

use crate::columns::{instant, instant_text, must_say, sha256, word_or_none};
use crate::error::{Outcome, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{RequestId, Sha256};
use rusqlite::params;
use serde_json::json;

/// An instrument to be recorded. All bytes that it names are stored before ([`Ledger::store_bytes`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentRecord {
    /// Which kind, as a word.
    pub kind: String,
    /// For which request; absent where it is of gaps alone.
    pub request: Option<RequestId>,
    /// Its title.
    pub title: String,
    /// Whether it is a draft, which never leaves the firm.
    pub draft: bool,
    /// Digest of its facts, as printed on it.
    pub facts_sha256: Sha256,
    /// Digest of the JSON file that holds them.
    pub json_sha256: Sha256,
    /// Digest of the PDF.
    pub pdf_sha256: Sha256,
    /// Digest of the document for a word processor.
    pub docx_sha256: Sha256,
    /// Digest of the wording.
    pub template_sha256: Sha256,
}

/// An instrument on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedInstrument {
    /// Its number.
    pub key: i64,
    /// What was made.
    pub record: InstrumentRecord,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Records that an instrument was made; returns its number.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where bytes that it names are not stored; [`crate::LedgerError::Conflict`] where it has
    /// no title or kind.
    pub fn issue_instrument(&mut self, act: &Act, made: &InstrumentRecord) -> Outcome<i64> {
        self.act(act, if made.draft { "draft an instrument" } else { "issue an instrument" }, |transaction| {
            must_say("title", &made.title)?;
            must_say("kind", &made.kind)?;
            let named = [
                ("facts", made.json_sha256),
                ("PDF", made.pdf_sha256),
                ("document", made.docx_sha256),
                ("wording", made.template_sha256),
            ];
            for (what, digest) in named {
                let stored = "SELECT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1)";
                if !transaction.query_row(stored, [digest.as_bytes()], |row| row.get::<_, bool>(0))? {
                    return Err(no_such(format!("bytes with digest {digest}, the instrument's {what}")));
                }
            }
            transaction.execute(
                "INSERT INTO instrument (kind, request, title, draft, facts_sha256, json_sha256, pdf_sha256, docx_sha256,
                   template_sha256, at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                params![
                    made.kind,
                    made.request.as_ref().map(RequestId::as_str),
                    made.title,
                    made.draft,
                    made.facts_sha256.as_bytes(),
                    made.json_sha256.as_bytes(),
                    made.pdf_sha256.as_bytes(),
                    made.docx_sha256.as_bytes(),
                    made.template_sha256.as_bytes(),
                    instant_text(act.at),
                    act.by,
                ],
            )?;
            let key = transaction.last_insert_rowid();
            let detail = json!({
                "instrument": key, "kind": made.kind, "request": made.request, "title": made.title, "draft": made.draft,
                "facts_sha256": made.facts_sha256, "json_sha256": made.json_sha256, "pdf_sha256": made.pdf_sha256,
                "docx_sha256": made.docx_sha256, "template_sha256": made.template_sha256,
            });
            Ok((key, detail))
        })
    }

    /// All instruments, drafts too, in the order in which they were made.
    pub fn instruments(&self) -> Outcome<Vec<IssuedInstrument>> {
        self.read("list instruments", |connection| {
            let mut statement = connection.prepare(
                "SELECT key, kind, request, title, draft, facts_sha256, json_sha256, pdf_sha256, docx_sha256,
                   template_sha256, at, by FROM instrument ORDER BY key",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let record = InstrumentRecord {
                    kind: row.get(1)?,
                    request: word_or_none(row, 2)?,
                    title: row.get(3)?,
                    draft: row.get(4)?,
                    facts_sha256: sha256(row, 5)?,
                    json_sha256: sha256(row, 6)?,
                    pdf_sha256: sha256(row, 7)?,
                    docx_sha256: sha256(row, 8)?,
                    template_sha256: sha256(row, 9)?,
                };
                found.push(IssuedInstrument {
                    key: row.get(0)?,
                    record,
                    at: instant(row, 10)?,
                    by: row.get(11)?,
                });
            }
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{act, dump, ledger, reopen, request};

    fn record(bytes: Sha256) -> InstrumentRecord {
        InstrumentRecord {
            kind: "transmittal".into(),
            request: Some(request()),
            title: "Letter of Transmittal".into(),
            draft: false,
            facts_sha256: Sha256::of("facts"),
            json_sha256: bytes,
            pdf_sha256: bytes,
            docx_sha256: bytes,
            template_sha256: bytes,
        }
    }

    #[test]
    fn a_letter_comes_back_as_it_was_made_with_who_and_when() {
        let (_folder, mut ledger) = ledger();
        let bytes = ledger.store_bytes(b"as made").unwrap();
        let letter = record(bytes);
        let draft = InstrumentRecord { request: None, draft: true, ..letter.clone() };
        ledger.issue_instrument(&act(), &letter).unwrap();
        ledger.issue_instrument(&act(), &draft).unwrap();
        let issued = reopen(ledger).instruments().unwrap();
        assert_eq!(issued.iter().map(|one| one.record.clone()).collect::<Vec<_>>(), [letter, draft]);
        assert_eq!((issued[0].key, issued[0].by.as_str()), (1, act().by.as_str()));
    }

    #[test]
    fn nothing_is_recorded_of_which_the_bytes_are_not_kept() {
        let (_folder, mut ledger) = ledger();
        let bytes = ledger.store_bytes(b"as made").unwrap();
        let before = dump(&ledger);
        let missing = InstrumentRecord { docx_sha256: Sha256::of("not stored"), ..record(bytes) };
        assert!(matches!(ledger.issue_instrument(&act(), &missing), Err(LedgerError::NoSuch { .. })));
        let untitled = InstrumentRecord { title: " ".into(), ..record(bytes) };
        assert!(matches!(ledger.issue_instrument(&act(), &untitled), Err(LedgerError::Conflict { .. })));
        assert_eq!(dump(&ledger), before);
    }
}
