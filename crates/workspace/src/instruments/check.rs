//! Whether the facts of an edited or signed document still stand: as issued, and as the record knows them now.

use crate::certify::Subject;
use crate::error::WorkspaceError;
use crate::files::Doing as _;
use crate::home::{Actor, Workspace};
use duces_instruments::form::{Kind, SheetFile, Wording, pieces};
use duces_instruments::{Compared, compare};
use duces_ledger::IssuedInstrument;
use duces_model::{Observer, Sha256};
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What came of checking a document.
#[derive(Debug, Serialize)]
pub struct FactsCheck {
    /// The document.
    pub file: PathBuf,
    /// Its number among the instruments; absent for a completeness certificate.
    pub instrument: Option<i64>,
    /// Its number among the certificates.
    pub certificate: Option<i64>,
    /// Its title.
    pub title: String,
    /// Whether the document says what was issued.
    pub document: FactsVerdict,
    /// Sentences and cells with facts that the document no longer has as they were issued.
    pub changed: Vec<String>,
    /// Figures that stand in it and were not issued, with the words about them.
    pub added: Vec<String>,
    /// Figures behind a choice or a line to be filled in, with the words about them: what a signer put there.
    pub filled: Vec<String>,
    /// What could not be told of it.
    pub limits: Vec<&'static str>,
    /// Whether it is the issued file, with nothing or something (a signature) put behind it.
    pub bytes: &'static str,
    /// Facts that the record has otherwise now.
    pub now: Vec<StatementChanged>,
}

/// Whether a document says what was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactsVerdict {
    /// Every fact stands in it as it was issued.
    AsIssued,
    /// Every fact does, and figures stand in it that were not issued.
    AddedTo,
    /// Some do not.
    Changed,
}

/// A fact that the record has otherwise now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementChanged {
    /// Where in the facts.
    pub place: String,
    /// What it was; absent where it was not there.
    pub was: Option<String>,
    /// What it is; absent where it is no more.
    pub is: Option<String>,
}

impl FactsCheck {
    /// Whether the document and the record agree.
    pub fn agrees(&self) -> bool {
        self.document != FactsVerdict::Changed && self.now.is_empty()
    }
}

/// The cells of a table in a PDF that another program made have no order.
const CELLS_WITHOUT_ORDER: &str = "the PDF was made by another program: what stands in its tables was looked for near \
     its place, so that figures which changed places within a table are not seen; check the document that it was made of";

/// What a document says against what was issued.
#[derive(Default)]
struct Held {
    compared: Compared,
    limits: Vec<&'static str>,
}

/// Facts that differ with the instant and the program, and say nothing of the record.
const OF_THE_HOUR: [&str; 6] =
    ["as_known_at", "tool_version", "verified_at", "version", "draft", "questions"];

impl Workspace {
    /// Checks a document (PDF, DOCX, JSON) against the facts with which it was issued, and these against the record.
    ///
    /// # Errors
    /// [`WorkspaceError::Refused`] where nothing of this record issued it; a file that cannot be read.
    pub fn check_facts(
        &mut self,
        file: &Path,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<FactsCheck, WorkspaceError> {
        let bytes = std::fs::read(file).doing("read", file)?;
        if let Some(check) = self.check_certificate(file, &bytes, actor, observer)? {
            return Ok(check);
        }
        let read = read(file, &bytes)?;
        let squeezed = squeeze(&read.all);
        let all = self.ledger.instruments()?;
        let Some(issued) = all
            .iter()
            .rev()
            .find(|one| squeezed.contains(&format!("factssha256{}", one.record.facts_sha256)))
        else {
            return Err(WorkspaceError::Refused {
                what: format!("{} was not issued from this record", file.display()),
                reasons: vec![
                    "it is no certificate that the ledger keeps, and no digest of facts that the ledger knows stands in it"
                        .to_owned(),
                ],
                hint: "the digest stands in the foot of every page, as \"Facts SHA-256\": has it been taken out?".to_owned(),
            });
        };
        let stored = self.stored_sheet(issued)?;
        let held = self.held(file, &bytes, &read, issued, &stored)?;
        let now = self.as_of_now(&stored, actor, observer)?;
        Ok(FactsCheck {
            file: file.to_owned(),
            instrument: Some(issued.key),
            certificate: None,
            title: issued.record.title.clone(),
            document: match &held.compared {
                Compared { changed, .. } if !changed.is_empty() => FactsVerdict::Changed,
                Compared { added, .. } if !added.is_empty() => FactsVerdict::AddedTo,
                _ => FactsVerdict::AsIssued,
            },
            changed: held.compared.changed,
            added: held.compared.added,
            filled: held.compared.filled,
            limits: held.limits,
            bytes: self.compare_bytes(&bytes, &[issued.record.pdf_sha256, issued.record.docx_sha256])?,
            now,
        })
    }

    /// Holds the words of a document against those that were issued.
    fn held(
        &self,
        file: &Path,
        bytes: &[u8],
        read: &ReadWords,
        issued: &IssuedInstrument,
        stored: &SheetFile,
    ) -> Result<Held, WorkspaceError> {
        if is_json(file) {
            let changed = match SheetFile::read(bytes) {
                Ok(read) if read == *stored => return Ok(Held::default()),
                Ok(_) => "the file's facts are others than were issued".to_owned(),
                Err(error) => error.to_string(),
            };
            let compared = Compared { changed: vec![changed], ..Compared::default() };
            return Ok(Held { compared, ..Held::default() });
        }
        let is_pdf = bytes.starts_with(b"%PDF");
        if is_pdf && let Some(kept) = self.ledger.bytes(&issued.record.pdf_sha256)? {
            // Its pages are those that were issued, whatever was put behind them.
            if squeeze(&self::read(Path::new("issued.pdf"), &kept)?.all) == squeeze(&read.all) {
                return Ok(Held::default());
            }
        }
        let wording = self.stored_wording(issued, stored.sheet.instrument)?;
        let pieces = pieces(&wording, &stored.sheet)?;
        Ok(Held {
            compared: compare(&pieces, &read.body, !is_pdf),
            limits: if is_pdf { vec![CELLS_WITHOUT_ORDER] } else { Vec::new() },
        })
    }

    /// Whether the file begins with, or is, one that the ledger keeps.
    fn compare_bytes(&self, bytes: &[u8], kept: &[Sha256]) -> Result<&'static str, WorkspaceError> {
        for digest in kept {
            let Some(kept) = self.ledger.bytes(digest)? else { continue };
            if kept == bytes {
                return Ok("the file is the one that was issued");
            }
            if kept.starts_with(b"%PDF") && bytes.starts_with(&kept) {
                return Ok(
                    "the file is the one that was issued, with something put behind it, as a signature is",
                );
            }
        }
        Ok("the file is not the one that was issued: its words were compared")
    }

    fn stored_sheet(&self, issued: &IssuedInstrument) -> Result<SheetFile, WorkspaceError> {
        let bytes = self.ledger.bytes(&issued.record.json_sha256)?.ok_or_else(|| lost(issued))?;
        Ok(SheetFile::read(&bytes)?)
    }

    fn stored_wording(&self, issued: &IssuedInstrument, kind: Kind) -> Result<Wording, WorkspaceError> {
        let bytes = self.ledger.bytes(&issued.record.template_sha256)?.ok_or_else(|| lost(issued))?;
        Ok(Wording::parse(kind, "the kept wording", &String::from_utf8_lossy(&bytes))?)
    }

    /// Facts that would be otherwise, were the instrument made now.
    fn as_of_now(
        &mut self,
        stored: &SheetFile,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<Vec<StatementChanged>, WorkspaceError> {
        let about = &stored.sheet.about;
        let named: Vec<String> = match (stored.sheet.instrument, about.volumes.as_slice()) {
            (Kind::GapCertification | Kind::IssueSummary, _) => about.gaps.clone(),
            (Kind::ClawBack, _) => about.clawback.iter().map(ToString::to_string).collect(),
            (_, [one]) => vec![one.to_string()],
            _ => about.request.iter().map(ToString::to_string).collect(),
        };
        let made = self.sheet(stored.sheet.instrument, &named, stored.sheet.draft, actor, observer);
        let now = match made {
            Ok(sheet) => sheet,
            Err(error) if error.answer_is_no() => {
                return Ok(vec![StatementChanged {
                    place: "the whole".to_owned(),
                    was: Some("could be made".to_owned()),
                    is: Some(error.to_string()),
                }]);
            }
            Err(error) => return Err(error),
        };
        let value = |sheet| serde_json::to_value(sheet).unwrap_or_default();
        let mut changed = Vec::new();
        differ("", &value(&stored.sheet), &value(&now), &mut changed);
        Ok(changed)
    }

    /// The same for a completeness certificate, which is known by its bytes.
    fn check_certificate(
        &mut self,
        file: &Path,
        bytes: &[u8],
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<Option<FactsCheck>, WorkspaceError> {
        let digest = Sha256::of(bytes);
        for issued in self.ledger.certificates()?.into_iter().rev() {
            let is_json = issued.record.facts_sha256 == digest;
            let mut said = "the file is the one that was issued";
            if !is_json && issued.record.pdf_sha256 != digest {
                if !bytes.starts_with(b"%PDF") {
                    continue;
                }
                let Some(kept) = self.ledger.bytes(&issued.record.pdf_sha256)? else { continue };
                if !bytes.starts_with(&kept) {
                    continue;
                }
                said = "the file is the one that was issued, with something put behind it, as a signature is";
            }
            let stored = self.ledger.bytes(&issued.record.facts_sha256)?.unwrap_or_default();
            let then = duces_instruments::stored_facts(&stored)?;
            let subject =
                Subject { request: issued.record.request.clone(), volume: issued.record.volume.clone() };
            let now = self.take_facts(&subject, actor, observer)?.facts;
            let value = |facts| serde_json::to_value(facts).unwrap_or_default();
            let mut changed = Vec::new();
            differ("", &value(&then), &value(&now), &mut changed);
            return Ok(Some(FactsCheck {
                file: file.to_owned(),
                instrument: None,
                certificate: Some(issued.key),
                title: issued.record.title,
                document: FactsVerdict::AsIssued,
                changed: Vec::new(),
                added: Vec::new(),
                filled: Vec::new(),
                limits: Vec::new(),
                bytes: said,
                now: changed,
            }));
        }
        Ok(None)
    }
}

fn lost(issued: &IssuedInstrument) -> WorkspaceError {
    WorkspaceError::Refused {
        what: format!("instrument {} cannot be checked", issued.key),
        reasons: vec!["the ledger no longer holds what it was made from".to_owned()],
        hint: "restore .duces/ledger.sqlite from its copy".to_owned(),
    }
}

/// The words of a document.
struct ReadWords {
    /// With the heads and feet of its pages.
    all: String,
    /// Without them.
    body: String,
}

fn is_json(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "json")
}

fn read(file: &Path, bytes: &[u8]) -> Result<ReadWords, WorkspaceError> {
    if is_json(file) {
        return Ok(ReadWords { all: String::from_utf8_lossy(bytes).into_owned(), body: String::new() });
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let read = duces_letters::read_letter(&name, bytes).map_err(|error| WorkspaceError::Refused {
        what: format!("{} cannot be read", file.display()),
        reasons: vec![error.to_string()],
        hint: "give the PDF, DOCX or JSON that was issued, or what was made of it".to_owned(),
    })?;
    let joined = |lines: Vec<&str>| lines.join("\n");
    Ok(ReadWords {
        all: joined(read.lines().iter().map(|line| line.text.as_str()).collect()),
        body: joined(read.body().map(|line| line.text.as_str()).collect()),
    })
}

/// Letters and digits alone, small: how lines are broken and what stands between words does not count.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Every place at which two values differ.
fn differ(place: &str, was: &Value, is: &Value, changed: &mut Vec<StatementChanged>) {
    let below = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    match (was, is) {
        (Value::Object(then), Value::Object(now)) => {
            let mut keys: Vec<&String> = then.keys().chain(now.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys.into_iter().filter(|key| !OF_THE_HOUR.contains(&key.as_str())) {
                let null = Value::Null;
                differ(&below(key), then.get(key).unwrap_or(&null), now.get(key).unwrap_or(&null), changed);
            }
        }
        (Value::Array(then), Value::Array(now)) => {
            for at in 0..then.len().max(now.len()) {
                let null = Value::Null;
                let (was, is) = (then.get(at).unwrap_or(&null), now.get(at).unwrap_or(&null));
                differ(&below(&(at + 1).to_string()), was, is, changed);
            }
        }
        (then, now) if then == now => {}
        (then, now) => {
            let word = |value: &Value| match value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            changed.push(StatementChanged { place: place.to_owned(), was: word(then), is: word(now) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_changed_figure_is_named_with_its_place_and_the_hour_does_not_count() {
        let then = json!({"as_known_at": "then", "items": [{"hit": 4}, {"hit": 5}], "gone": 1});
        let now = json!({"as_known_at": "now", "items": [{"hit": 4}, {"hit": 6}, {"hit": 7}]});
        let mut changed = Vec::new();
        differ("", &then, &now, &mut changed);
        let places: Vec<&str> = changed.iter().map(|one| one.place.as_str()).collect();
        assert_eq!(places, ["gone", "items.2.hit", "items.3"]);
        assert_eq!((changed[1].was.as_deref(), changed[1].is.as_deref()), (Some("5"), Some("6")));
        assert_eq!(changed[0].is, None);
    }

    #[test]
    fn line_breaks_and_dashes_do_not_make_a_difference_and_digits_do() {
        assert_eq!(squeeze("1,204 docu-\nments"), squeeze("1204 documents"));
        assert_ne!(squeeze("1,204 documents"), squeeze("1,205 documents"));
    }
}
