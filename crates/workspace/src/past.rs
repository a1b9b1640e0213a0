//! Answers given before this program: imported from a table or a TOML file, so that a gap learnt now can be held against
//! what was said then. Anything of them may be unknown, and what is unknown is never taken for "not touched".

mod toml_file;

use crate::error::WorkspaceError;
use crate::files::Doing as _;
use crate::home::{Actor, Workspace};
use chrono::NaiveDate;
use duces_model::{Mistake, Mistakes, PersonId, RequestId, SourceId};
use duces_register::{PastRow, Register};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The most bytes that a file of past requests may have.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// The kinds of inquiry, regulators' and others': productions in arbitrations and private actions count too.
const KINDS: [&str; 4] = ["regulatory", "arbitration", "civil", "other"];

/// What is known of a request that was answered before this program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRequest {
    /// The firm's name for it.
    pub request: RequestId,
    /// Who asked; empty where not known.
    pub authority: String,
    /// The asker's number; empty where not known.
    pub number: String,
    /// `regulatory`, `arbitration`, `civil` or `other`.
    pub kind: String,
    /// The day on which it was received, where known.
    pub received: Option<NaiveDate>,
    /// The day on which it was answered, where known.
    pub answered: Option<NaiveDate>,
    /// Its items; at least one: where they are not known, one without a number.
    pub items: Vec<PastItem>,
    /// What was stated about it.
    pub statements: Vec<PastStatement>,
    /// Anything else.
    pub note: String,
}

/// An item of a past request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastItem {
    /// Its number; empty where the items are not known.
    pub item: String,
    /// Its words; empty where not known.
    pub text: String,
    /// The people asked about; absent where not known.
    pub people: Option<Vec<PersonId>>,
    /// The sources searched; absent where not known.
    pub sources: Option<Vec<SourceId>>,
    /// First day of its period; absent where not known.
    pub from: Option<NaiveDate>,
    /// Last day of its period; absent where not known.
    pub to: Option<NaiveDate>,
    /// Bates ranges produced for it, as they were written; absent where not known.
    pub bates: Option<Vec<String>>,
}

/// A statement that was made to the asker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastStatement {
    /// Its words.
    pub text: String,
    /// The day on which it was made, where known.
    pub stated_on: Option<NaiveDate>,
    /// The item that it is about; empty where it is about the whole answer.
    pub item: String,
}

/// Past requests were imported.
#[derive(Debug, Serialize)]
pub struct ImportReport {
    /// The file.
    pub file: String,
    /// Names of the requests, in the order of the file.
    pub requests: Vec<RequestId>,
    /// Items.
    pub items: u64,
    /// Statements.
    pub statements: u64,
    /// Items of which sources and people are both unknown, or the period: they may be touched by any gap.
    pub vague: u64,
}

impl PastItem {
    /// Whether so little is known of it that a gap cannot be told not to touch it.
    pub fn is_vague(&self) -> bool {
        (self.sources.is_none() && self.people.is_none()) || self.from.is_none() || self.to.is_none()
    }
}

impl Workspace {
    /// Imports past requests from a CSV or TOML file; all of them or none.
    ///
    /// # Errors
    /// A file that cannot be read, or all mistakes in it; names that the register does not have are mistakes, since a name
    /// that nobody bears would never be touched by a gap.
    pub fn import_past(&mut self, file: &Path, actor: &Actor) -> Result<ImportReport, WorkspaceError> {
        let register = self.register()?;
        let shown = file.display().to_string();
        let size = std::fs::metadata(file).doing("read", file)?.len();
        if size > FILE_BYTES_MAX {
            let message = format!("found {size} bytes, expected at most {FILE_BYTES_MAX}");
            return Err(Mistakes::one(Mistake::of_file(shown, message)).into());
        }
        let bytes = std::fs::read(file).doing("read", file)?;
        let is_toml = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
        let (requests, places) = if is_toml {
            toml_file::read(&shown, &bytes)?
        } else {
            from_rows(&shown, &duces_register::read_past(&shown, &bytes)?)?
        };
        check_names(&shown, &requests, &places, &register)?;
        self.refuse_known(&shown, &requests, &places)?;
        let digest = self.ledger.store_bytes(&bytes)?;
        let bodies: Vec<_> = requests
            .iter()
            .map(|request| (request.request.clone(), serde_json::to_value(request).unwrap_or_default()))
            .collect();
        self.ledger.add_past_requests(&actor.act(), digest, &bodies)?;
        let items = || requests.iter().flat_map(|request| &request.items);
        Ok(ImportReport {
            file: shown,
            items: items().count() as u64,
            statements: requests.iter().map(|request| request.statements.len() as u64).sum(),
            vague: items().filter(|item| item.is_vague()).count() as u64,
            requests: requests.iter().map(|request| request.request.clone()).collect(),
        })
    }

    /// What is known of requests answered before this program, by their names.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn past_requests(&self) -> Result<Vec<PastRequest>, WorkspaceError> {
        let read = |record: duces_ledger::PastRequestRecord| {
            serde_json::from_value(record.body).map_err(|error| {
                WorkspaceError::Ledger(duces_ledger::LedgerError::Damaged {
                    what: format!("past request {}: {error}", record.request),
                })
            })
        };
        self.ledger.past_requests()?.into_iter().map(read).collect()
    }

    /// A past request has no name of a request that this program answers.
    fn refuse_known(
        &self,
        file: &str,
        requests: &[PastRequest],
        places: &[u64],
    ) -> Result<(), WorkspaceError> {
        let ours = self.requests()?;
        let mut mistakes = Vec::new();
        for (request, line) in requests.iter().zip(places) {
            if ours.contains(&request.request) {
                let message = format!(
                    "found request {}, which stands in requests/ and is answered here",
                    request.request
                );
                mistakes.push(Mistake::in_row(file, *line, Some("request"), message));
            }
        }
        Ok(Mistakes::or(mistakes, ())?)
    }
}

/// The requests that the rows of a table make, each with the line on which it begins.
fn from_rows(file: &str, rows: &[PastRow]) -> Result<(Vec<PastRequest>, Vec<u64>), Mistakes> {
    let (mut requests, mut places): (Vec<PastRequest>, Vec<u64>) = (Vec::new(), Vec::new());
    let mut mistakes = Vec::new();
    for row in rows {
        let at = requests.iter().position(|known| known.request == row.request).unwrap_or_else(|| {
            places.push(row.line);
            requests.push(PastRequest {
                request: row.request.clone(),
                authority: String::new(),
                number: String::new(),
                kind: String::new(),
                received: None,
                answered: None,
                items: Vec::new(),
                statements: Vec::new(),
                note: String::new(),
            });
            requests.len() - 1
        });
        let request = &mut requests[at];
        let mut wrong = |column: &str, found: String, known: String| {
            let message = format!(
                "found {found:?} where an earlier row of the request has {known:?}, expected the same or nothing"
            );
            mistakes.push(Mistake::in_row(file, row.line, Some(column), message));
        };
        for (column, known, found) in [
            ("authority", &mut request.authority, &row.authority),
            ("number", &mut request.number, &row.number),
            ("kind", &mut request.kind, &row.kind.to_lowercase()),
        ] {
            match (known.is_empty(), found.is_empty() || found == known) {
                (true, _) => known.clone_from(found),
                (false, true) => {}
                (false, false) => wrong(column, found.clone(), known.clone()),
            }
        }
        for (column, known, found) in [
            ("received", &mut request.received, row.received),
            ("answered", &mut request.answered, row.answered),
        ] {
            match (*known, found) {
                (Some(day), Some(other)) if day != other => wrong(column, other.to_string(), day.to_string()),
                (None, found) => *known = found,
                _ => {}
            }
        }
        if !row.note.is_empty() {
            request.note = [request.note.as_str(), &row.note].join("; ").trim_start_matches("; ").to_owned();
        }
        if !row.statement.is_empty() {
            request.statements.push(PastStatement {
                text: row.statement.clone(),
                stated_on: row.stated_on,
                item: row.item.clone(),
            });
        }
        if !row.item.is_empty() && request.items.iter().any(|known| known.item == row.item) {
            if row.says_what_was_asked() {
                let message = format!(
                    "found item {:?} twice, expected one row, or only a statement in the second",
                    row.item
                );
                mistakes.push(Mistake::in_row(file, row.line, Some("item"), message));
            }
        } else if !row.item.is_empty() || row.says_what_was_asked() {
            request.items.push(PastItem {
                item: row.item.clone(),
                text: row.item_text.clone(),
                people: row.people.clone(),
                sources: row.sources.clone(),
                from: row.from,
                to: row.to,
                bates: row.bates.clone(),
            });
        }
    }
    finish(file, &mut requests, &places, &mut mistakes);
    Mistakes::or(mistakes, (requests, places))
}

/// What holds for each request, wherever it was read: a kind that is known, and at least one item.
fn finish(file: &str, requests: &mut [PastRequest], places: &[u64], mistakes: &mut Vec<Mistake>) {
    for (request, line) in requests.iter_mut().zip(places) {
        if request.kind.is_empty() {
            request.kind = KINDS[0].to_owned();
        }
        if !KINDS.contains(&request.kind.as_str()) {
            let message = format!("found {:?}, expected one of {}", request.kind, KINDS.join(", "));
            mistakes.push(Mistake::in_row(file, *line, Some("kind"), message));
        }
        // An item that only a statement names is one of which nothing else is known.
        let mut vague: Vec<String> = request.statements.iter().map(|one| one.item.clone()).collect();
        vague.retain(|name| !name.is_empty() && request.items.iter().all(|item| item.item != *name));
        vague.sort();
        vague.dedup();
        if request.items.is_empty() && vague.is_empty() {
            vague.push(String::new());
        }
        for item in vague {
            request.items.push(PastItem {
                item,
                text: String::new(),
                people: None,
                sources: None,
                from: None,
                to: None,
                bates: None,
            });
        }
    }
}

fn check_names(
    file: &str,
    requests: &[PastRequest],
    places: &[u64],
    register: &Register,
) -> Result<(), Mistakes> {
    let mut mistakes = Vec::new();
    for (request, line) in requests.iter().zip(places) {
        for item in &request.items {
            let people = item.people.iter().flatten().filter(|id| register.person(id).is_none());
            let sources = item.sources.iter().flatten().filter(|id| register.source(id).is_none());
            let strange = people
                .map(|id| ("people", "person", id.to_string()))
                .chain(sources.map(|id| ("sources", "source", id.to_string())));
            for (column, what, name) in strange {
                let message = format!(
                    "found {what} {name:?} of request {}, which the register does not have",
                    request.request
                );
                let hint = "add it to the register, with the days of its service, or write unknown: a gap is looked for by the register's names";
                mistakes.push(Mistake::in_row(file, *line, Some(column), message).hint(hint));
            }
        }
    }
    Mistakes::or(mistakes, ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Vec<PastRequest>, Vec<u64>), Mistakes> {
        from_rows("past.csv", &duces_register::read_past("past.csv", text.as_bytes())?)
    }

    #[test]
    fn rows_of_one_name_are_one_request_and_nothing_unknown_is_filled_in() {
        let text = "request,authority,kind,item,people,sources,from,to,statement,stated_on\n\
                    HO-1,SEC,,1,ann-lee,,2019-01-01,2019-06-30,,\n\
                    HO-1,,,2,,desk,2019-01-01,unknown,,\n\
                    HO-1,,,,,,,,All documents have been produced.,2019-08-01\n\
                    ARB-7,AAA,arbitration,,,,,,We produced everything.,\n";
        let (requests, places) = read(text).unwrap();
        assert_eq!(places, [2, 5]);
        assert_eq!((requests[0].items.len(), requests[0].statements.len()), (2, 1));
        assert_eq!(requests[0].kind, "regulatory");
        assert!(!requests[0].items[0].is_vague() && requests[0].items[1].is_vague());
        assert_eq!(requests[1].items.len(), 1, "items that are not known are one that may be anything");
        assert!(requests[1].items[0].is_vague());
    }

    #[test]
    fn rows_that_contradict_each_other_are_mistakes() {
        let text = "request,authority,kind,item,people\nHO-1,SEC,court,1,a\nHO-1,FINRA,,1,b\n";
        let mistakes = read(text).unwrap_err();
        let found: Vec<_> = mistakes.iter().map(|m| (m.line, m.field.clone().unwrap_or_default())).collect();
        assert_eq!(found, [(2, "kind".to_owned()), (3, "authority".to_owned()), (3, "item".to_owned())]);
    }
}
