//! Whether the facts of an edited or signed document still stand: as issued, and as the record knows them now.

mod certificate;
mod moved;

pub use moved::StatementChanged;

use crate::error::WorkspaceError;
use crate::files::Doing as _;
use crate::home::{Actor, Workspace};
use duces_indexer::IndexError;
use duces_instruments::form::{Kind, SheetFile, Wording, pieces};
use duces_instruments::{Compared, Piece, compare};
use duces_ledger::{IssuedInstrument, LedgerError};
use duces_model::{Observer, Sha256};
use moved::differ;
use serde::Serialize;
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
    /// Words of denial that came or went, and words put into a table: they turn a sentence around without a figure.
    pub turned: Vec<String>,
    /// Figures behind a choice or a line to be filled in, with the words about them: what a signer put there.
    pub filled: Vec<String>,
    /// What could not be told of it.
    pub limits: Vec<&'static str>,
    /// Whether it is the issued file, with nothing or something (a signature) put behind it.
    pub bytes: &'static str,
    /// Facts that the record has otherwise now.
    pub now: Vec<StatementChanged>,
    /// Why the record could not be asked how it knows the facts now; absent where it was.
    pub unasked: Option<String>,
}

/// Whether a document says what was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactsVerdict {
    /// Every fact stands in it as it was issued.
    AsIssued,
    /// Every fact does, and figures or denials stand in it that were not issued.
    AddedTo,
    /// Some do not.
    Changed,
}

impl FactsVerdict {
    fn of(compared: &Compared) -> Self {
        match compared {
            Compared { changed, .. } if !changed.is_empty() => Self::Changed,
            Compared { added, turned, .. } if !(added.is_empty() && turned.is_empty()) => Self::AddedTo,
            _ => Self::AsIssued,
        }
    }
}

impl FactsCheck {
    /// Whether nothing in the document or the record was found otherwise than it was issued.
    pub fn agrees(&self) -> bool {
        self.document != FactsVerdict::Changed && self.now.is_empty()
    }

    /// Whether a person has to look at what this check cannot judge.
    pub fn needs_person(&self) -> bool {
        self.document == FactsVerdict::AddedTo || self.unasked.is_some()
    }
}

/// The cells of a table in a PDF that another program made have no order.
const CELLS_WITHOUT_ORDER: &str = "the PDF was made by another program: what stands in its tables was looked for near \
     its place, so that figures which changed places within a table are not seen; check the document that it was made of";

/// What the file is where its bytes are the very ones.
const THE_ISSUED: &str = "the file is the one that was issued";

/// What a document says against what was issued.
#[derive(Default)]
struct Held {
    compared: Compared,
    limits: Vec<&'static str>,
}

/// How the record knows the facts now.
#[derive(Default)]
struct Now {
    changed: Vec<StatementChanged>,
    unasked: Option<String>,
}

impl Now {
    /// Facts taken now against those of then; why they could not be taken is an answer too.
    fn of<T: Serialize>(then: &T, taken: Result<T, WorkspaceError>) -> Result<Self, WorkspaceError> {
        let value = |facts: &T| serde_json::to_value(facts).unwrap_or_default();
        match taken {
            Ok(now) => Ok(Self { changed: differ(&value(then), &value(&now)), unasked: None }),
            Err(error) if error.answer_is_no() => Ok(Self {
                changed: vec![StatementChanged {
                    place: "the whole".to_owned(),
                    was: Some("could be made".to_owned()),
                    is: Some(error.to_string()),
                }],
                unasked: None,
            }),
            Err(error) if cannot_be_asked(&error) => {
                let hint = error.hint().map_or_else(String::new, |hint| format!(" ({hint})"));
                Ok(Self { changed: Vec::new(), unasked: Some(format!("{error}{hint}")) })
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether the record's own state keeps it from being asked. The document can be judged all the same.
fn cannot_be_asked(error: &WorkspaceError) -> bool {
    matches!(
        error,
        WorkspaceError::TooEarly { .. }
            | WorkspaceError::Mistakes(_)
            | WorkspaceError::Register(duces_register::RegisterError::Mistakes(_))
            | WorkspaceError::Index(
                IndexError::Missing { .. }
                    | IndexError::OlderSchema { .. }
                    | IndexError::AnalyzerDiffers { .. }
                    | IndexError::Damaged { .. }
            )
            | WorkspaceError::Ledger(
                LedgerError::IndexBehind { .. }
                    | LedgerError::IndexAhead { .. }
                    | LedgerError::Unsettled { .. }
            )
    )
}

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
        if let Some(issued) = self.certificate_of_bytes(&bytes)? {
            return self.check_certificate(file, issued, Held::default(), THE_ISSUED, (actor, observer));
        }
        let read = read(file, &bytes)?;
        let squeezed = squeeze(&read.all);
        if let Some(issued) = self.certificate_of_words(&bytes, &squeezed)? {
            let held = self.held_certificate(file, &bytes, &read, &issued)?;
            let said = self.compare_bytes(&bytes, &[issued.record.pdf_sha256])?;
            return self.check_certificate(file, issued, held, said, (actor, observer));
        }
        let all = self.ledger.instruments()?;
        let Some(issued) = all.iter().rev().find(|one| squeezed.contains(&printed(one.record.facts_sha256)))
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
            document: FactsVerdict::of(&held.compared),
            changed: held.compared.changed,
            added: held.compared.added,
            turned: held.compared.turned,
            filled: held.compared.filled,
            limits: held.limits,
            bytes: self.compare_bytes(&bytes, &[issued.record.pdf_sha256, issued.record.docx_sha256])?,
            now: now.changed,
            unasked: now.unasked,
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
        self.held_words(bytes, read, issued.record.pdf_sha256, || {
            let wording = self.stored_wording(issued, stored.sheet.instrument)?;
            Ok(pieces(&wording, &stored.sheet)?)
        })
    }

    /// Holds the words of a document against its pages as they were issued, or else against the issued text.
    fn held_words(
        &self,
        bytes: &[u8],
        read: &ReadWords,
        pdf_sha256: Sha256,
        pieces: impl FnOnce() -> Result<Vec<Piece>, WorkspaceError>,
    ) -> Result<Held, WorkspaceError> {
        let is_pdf = bytes.starts_with(b"%PDF");
        if is_pdf && let Some(kept) = self.ledger.bytes(&pdf_sha256)? {
            // Its pages are those that were issued, whatever was put behind them.
            if squeeze(&self::read(Path::new("issued.pdf"), &kept)?.all) == squeeze(&read.all) {
                return Ok(Held::default());
            }
        }
        Ok(Held {
            compared: compare(&pieces()?, &read.body, !is_pdf),
            limits: if is_pdf { vec![CELLS_WITHOUT_ORDER] } else { Vec::new() },
        })
    }

    /// Whether the file begins with, or is, one that the ledger keeps.
    fn compare_bytes(&self, bytes: &[u8], kept: &[Sha256]) -> Result<&'static str, WorkspaceError> {
        for digest in kept {
            let Some(kept) = self.ledger.bytes(digest)? else { continue };
            if kept == bytes {
                return Ok(THE_ISSUED);
            }
            if kept.starts_with(b"%PDF") && bytes.starts_with(&kept) {
                return Ok(
                    "the file is the one that was issued, with something put behind it, as a signature is",
                );
            }
        }
        Ok("the file is not the one that was issued: its words were compared")
    }

    pub(super) fn stored_sheet(&self, issued: &IssuedInstrument) -> Result<SheetFile, WorkspaceError> {
        let bytes = self.ledger.bytes(&issued.record.json_sha256)?.ok_or_else(|| lost(issued))?;
        Ok(SheetFile::read(&bytes)?)
    }

    pub(super) fn stored_wording(
        &self,
        issued: &IssuedInstrument,
        kind: Kind,
    ) -> Result<Wording, WorkspaceError> {
        let bytes = self.ledger.bytes(&issued.record.template_sha256)?.ok_or_else(|| lost(issued))?;
        Ok(Wording::parse(kind, "the kept wording", &String::from_utf8_lossy(&bytes))?)
    }

    /// Facts that would be otherwise, were the instrument made now.
    fn as_of_now(
        &mut self,
        stored: &SheetFile,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<Now, WorkspaceError> {
        let named = super::named(&stored.sheet);
        let taken = self.sheet(stored.sheet.instrument, &named, stored.sheet.draft, actor, observer);
        Now::of(&stored.sheet, taken)
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

/// How the foot of a page names facts, squeezed.
fn printed(facts_sha256: Sha256) -> String {
    format!("factssha256{facts_sha256}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_dashes_do_not_make_a_difference_and_digits_do() {
        assert_eq!(squeeze("1,204 docu-\nments"), squeeze("1204 documents"));
        assert_ne!(squeeze("1,204 documents"), squeeze("1,205 documents"));
    }
}
