//! Until when a request is to be answered: extensions that staff granted, and when a person called it answered.
//!
//! The day of the letter stands in the request's file; what was agreed afterwards stands here, each with who granted it.

use crate::columns::{day, day_number, day_of_number, instant, instant_text, must_say, word, word_or_none};
use crate::error::{Outcome, conflict};
use crate::{Act, Ledger};
use chrono::{DateTime, NaiveDate, Utc};
use duces_model::{ItemId, RequestId};
use rusqlite::params;
use serde_json::json;

/// A later day that staff granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// For which request.
    pub request: RequestId,
    /// For which item alone; absent for the whole request.
    pub item: Option<ItemId>,
    /// The day until which the answer is due now.
    pub due: NaiveDate,
    /// Who granted it: the person and the authority.
    pub granted_by: String,
    /// On which day.
    pub granted_on: NaiveDate,
    /// How, or on what ground; may be empty.
    pub note: String,
}

/// An extension on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionRecord {
    /// What was granted.
    pub extension: Extension,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// Whether a request is answered, as a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRecord {
    /// Since when it is answered; absent where it was opened again.
    pub answered_on: Option<NaiveDate>,
    /// Why.
    pub why: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Records an extension. The newest of a request, or of one of its items, counts.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where nobody is named as having granted it, or it was granted after the day until
    /// which it holds.
    pub fn extend(&mut self, act: &Act, extension: &Extension) -> Outcome<()> {
        self.act(act, "record an extension", |transaction| {
            must_say("name of who granted it", &extension.granted_by)?;
            if extension.granted_on > extension.due {
                return Err(conflict(format!(
                    "found {} as the day of the grant, expected {} (the day until which it holds) or earlier",
                    extension.granted_on, extension.due
                )));
            }
            transaction.execute(
                "INSERT INTO request_extension (request, item, due, granted_by, granted_on, note, at, by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    extension.request.as_str(),
                    extension.item.as_ref().map(ToString::to_string),
                    day_number(extension.due),
                    extension.granted_by,
                    day_number(extension.granted_on),
                    extension.note,
                    instant_text(act.at),
                    act.by,
                ],
            )?;
            let detail = json!({
                "request": extension.request, "item": extension.item, "due": extension.due,
                "granted_by": extension.granted_by, "granted_on": extension.granted_on, "note": extension.note,
            });
            Ok(((), detail))
        })
    }

    /// The extensions of a request, oldest first.
    pub fn extensions(&self, request: &RequestId) -> Outcome<Vec<ExtensionRecord>> {
        self.read("list extensions", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT request, item, due, granted_by, granted_on, note, at, by FROM request_extension
                 WHERE request = ?1 ORDER BY key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let extension = Extension {
                    request: word(row, 0)?,
                    item: word_or_none(row, 1)?,
                    due: day_of_number(row.get(2)?)?,
                    granted_by: row.get(3)?,
                    granted_on: day_of_number(row.get(4)?)?,
                    note: row.get(5)?,
                };
                found.push(ExtensionRecord { extension, at: instant(row, 6)?, by: row.get(7)? });
            }
            Ok(found)
        })
    }

    /// Records that a request is answered in full since a day, or is open again.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where no reason is given, or that is what the record says already.
    pub fn set_answered(
        &mut self,
        act: &Act,
        request: &RequestId,
        answered_on: Option<NaiveDate>,
        why: &str,
    ) -> Outcome<()> {
        let now = self.standing(request)?.and_then(|standing| standing.answered_on);
        let action = if answered_on.is_some() { "call a request answered" } else { "open a request again" };
        self.act(act, action, |transaction| {
            must_say("reason", why)?;
            if now == answered_on {
                let is = match now {
                    Some(day) => format!("answered since {day}"),
                    None => "open".to_owned(),
                };
                return Err(conflict(format!("found that request {request} is {is} already, expected a change")));
            }
            transaction.execute(
                "INSERT INTO request_standing (request, answered_on, why, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![request.as_str(), answered_on.map(day_number), why, instant_text(act.at), act.by],
            )?;
            Ok(((), json!({ "request": request, "answered_on": answered_on, "why": why })))
        })
    }

    /// The newest word on whether a request is answered; absent where nobody said anything, and it is open.
    pub fn standing(&self, request: &RequestId) -> Outcome<Option<StandingRecord>> {
        self.read("read whether a request is answered", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT answered_on, why, at, by FROM request_standing WHERE request = ?1 ORDER BY key DESC LIMIT 1",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            Ok(Some(StandingRecord {
                answered_on: day(row, 0)?,
                why: row.get(1)?,
                at: instant(row, 2)?,
                by: row.get(3)?,
            }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{act, dump, ledger, request};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_extension_names_who_granted_it_and_is_never_taken_back() {
        let (_folder, mut ledger) = ledger();
        let good = Extension {
            request: request(),
            item: Some("3(a)".parse().unwrap()),
            due: day("2024-10-15"),
            granted_by: "S. Staff, FINRA".into(),
            granted_on: day("2024-09-20"),
            note: "by telephone".into(),
        };
        let before = dump(&ledger);
        for broken in [
            Extension { granted_by: " ".into(), ..good.clone() },
            Extension { granted_on: day("2024-10-16"), ..good.clone() },
        ] {
            assert!(matches!(ledger.extend(&act(), &broken), Err(LedgerError::Conflict { .. })));
            assert_eq!(dump(&ledger), before);
        }
        ledger.extend(&act(), &good).unwrap();
        let whole = Extension { item: None, due: day("2024-10-20"), ..good.clone() };
        ledger.extend(&act(), &whole).unwrap();
        let found: Vec<_> =
            ledger.extensions(&request()).unwrap().into_iter().map(|one| one.extension).collect();
        assert_eq!(found, [good, whole]);
        assert!(ledger.extensions(&"other".parse().unwrap()).unwrap().is_empty());
        assert!(ledger.connection.execute("DELETE FROM request_extension", []).is_err());
        assert!(ledger.audit_check().is_ok());
    }

    #[test]
    fn a_request_is_answered_when_a_person_says_so_and_can_be_opened_again() {
        let (_folder, mut ledger) = ledger();
        assert_eq!(ledger.standing(&request()).unwrap(), None);
        let open = ledger.set_answered(&act(), &request(), None, "nothing was said yet");
        assert!(matches!(open, Err(LedgerError::Conflict { .. })), "{open:?}");
        assert!(ledger.set_answered(&act(), &request(), Some(day("2024-10-01")), " ").is_err());
        ledger.set_answered(&act(), &request(), Some(day("2024-10-01")), "staff confirmed").unwrap();
        assert_eq!(ledger.standing(&request()).unwrap().unwrap().answered_on, Some(day("2024-10-01")));
        assert!(ledger.set_answered(&act(), &request(), Some(day("2024-10-01")), "again").is_err());
        ledger.set_answered(&act(), &request(), None, "a supplement is due").unwrap();
        assert_eq!(ledger.standing(&request()).unwrap().unwrap().answered_on, None);
    }
}
