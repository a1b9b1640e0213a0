//! Declarations, reports and letters: facts from the ledger and from volumes read back, set by one machinery, and
//! recorded. Issued ones lie in `certificates/` and `letters/`, drafts in `drafts/`.

mod check;
mod dossier;
mod gap_files;
mod stored;

pub use check::{FactsCheck, FactsVerdict, StatementChanged};
pub use stored::StoredInstrument;

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use duces_instruments::facts::FirmFacts;
use duces_instruments::form::fill::{self, Taken};
use duces_instruments::form::{Kind, Made, Sheet, Wording, make};
use duces_ledger::InstrumentRecord;
use duces_model::{Observer, Sha256};
use serde::Serialize;
use std::path::PathBuf;

/// An instrument was made.
#[derive(Debug, Serialize)]
pub struct InstrumentReport {
    /// Its number among the instruments of the ledger.
    pub instrument: i64,
    /// Which kind.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Whether it is a draft, which never leaves the firm.
    pub draft: bool,
    /// What a person has to look at, one sentence each.
    pub questions: Vec<String>,
    /// The document.
    pub pdf: PathBuf,
    /// The same to be edited.
    pub docx: PathBuf,
    /// The facts.
    pub json: PathBuf,
    /// Pages of the document.
    pub pages: usize,
    /// Digest of the PDF.
    pub pdf_sha256: Sha256,
    /// Digest of the facts, as printed on it.
    pub facts_sha256: Sha256,
    /// Characters that no shipped font can show.
    pub substituted: Vec<char>,
}

impl Workspace {
    /// Makes a declaration, report or letter, and records it. `about` is a volume, a request, gaps, or the number of a
    /// claw-back, as the kind asks.
    ///
    /// # Errors
    /// [`WorkspaceError::Refused`] and [`WorkspaceError::Instrument`] where the record does not carry what it would say;
    /// mistakes in a firm's own wording.
    pub fn instrument(
        &mut self,
        kind: Kind,
        about: &[String],
        draft: bool,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<InstrumentReport, WorkspaceError> {
        let wording = self.wording(kind)?;
        let sheet = self.sheet(kind, about, draft, actor, observer)?;
        let made = make(&wording.1, &sheet)?;
        let template = self.ledger.store_bytes(wording.0.as_bytes())?;
        let key = self.record_made(&sheet, &made, template, actor)?;
        let folder = self.root.join(folder(kind, sheet.draft));
        files::make_folder(&folder)?;
        let of = match (&sheet.about.request, sheet.about.volumes.as_slice()) {
            (_, [one]) => format!("-{one}"),
            (Some(request), _) => format!("-{request}"),
            (None, _) => String::new(),
        };
        let place = |ending: &str| folder.join(format!("{kind}{of}-{key}.{ending}"));
        let (pdf, docx, json) = (place("pdf"), place("docx"), place("json"));
        files::create(&pdf, &made.pdf)?;
        files::create(&docx, &made.docx)?;
        files::create(&json, &made.json)?;
        Ok(InstrumentReport {
            instrument: key,
            kind,
            title: made.title,
            draft: made.draft,
            questions: sheet.questions,
            pdf_sha256: Sha256::of(&made.pdf),
            facts_sha256: made.facts_sha256,
            pdf,
            docx,
            json,
            pages: made.pages,
            substituted: made.substituted,
        })
    }

    /// The wording of an instrument: the firm's own in `templates/`, else the program's; and its bytes.
    fn wording(&self, kind: Kind) -> Result<(String, Wording), WorkspaceError> {
        let file = format!("templates/{}", kind.file());
        match self.own_template(&file)? {
            Some(text) => {
                let wording = Wording::parse(kind, &file, &text)?;
                Ok((text, wording))
            }
            None => Ok((kind.builtin().to_owned(), Wording::builtin(kind)?)),
        }
    }

    /// A firm's own file of wording, where it has one.
    pub(crate) fn own_template(&self, file: &str) -> Result<Option<String>, WorkspaceError> {
        let path = self.root.join(file);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(WorkspaceError::Io { doing: "read", path, source }),
        }
    }

    /// The facts of an instrument as they are known now.
    fn sheet(
        &mut self,
        kind: Kind,
        about: &[String],
        draft: bool,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<Sheet, WorkspaceError> {
        let taken = Taken {
            firm: FirmFacts { name: self.config.firm.name.clone(), crd: self.config.firm.crd.clone() },
            as_known_at: actor.now,
            zone: self.config.firm.zone,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            draft,
        };
        match kind {
            Kind::GapCertification => {
                let (gaps, _) = self.gap_files(about, actor)?;
                Ok(fill::gap_certification(&gaps, &taken)?)
            }
            Kind::IssueSummary => {
                let (gaps, requests) = self.gap_files(about, actor)?;
                Ok(fill::issue_summary(&gaps, requests, &taken)?)
            }
            Kind::ClawBack => {
                let (clawback, asked) = self.clawback_file(only(kind, about)?)?;
                let asked = (asked.0.as_str(), asked.1.as_str(), asked.2.as_str());
                Ok(fill::claw_back(&clawback, asked, &taken)?)
            }
            _ => {
                let subject = self.subject(only(kind, about)?)?;
                let dossier = self.dossier(&subject, actor, observer)?;
                let fill = match kind {
                    Kind::Custodian => fill::custodian,
                    Kind::System => fill::system,
                    Kind::Copies => fill::copies,
                    Kind::Transmittal => fill::transmittal,
                    Kind::Password => fill::password,
                    Kind::Rule83 => fill::rule_83,
                    Kind::FoiaCopy => fill::foia_copy,
                    Kind::Nil => fill::nil,
                    Kind::Supplement => fill::supplement,
                    Kind::Scope | Kind::GapCertification | Kind::IssueSummary | Kind::ClawBack => fill::scope,
                };
                Ok(fill(&dossier, &taken)?)
            }
        }
    }

    /// Keeps the bytes of what was made, and records it.
    fn record_made(
        &mut self,
        sheet: &Sheet,
        made: &Made,
        template_sha256: Sha256,
        actor: &Actor,
    ) -> Result<i64, WorkspaceError> {
        let record = InstrumentRecord {
            kind: sheet.instrument.to_string(),
            request: sheet.about.request.clone(),
            title: sheet.title.clone(),
            draft: sheet.draft,
            facts_sha256: made.facts_sha256,
            json_sha256: self.ledger.store_bytes(&made.json)?,
            pdf_sha256: self.ledger.store_bytes(&made.pdf)?,
            docx_sha256: self.ledger.store_bytes(&made.docx)?,
            template_sha256,
        };
        Ok(self.ledger.issue_instrument(&actor.act(), &record)?)
    }
}

/// Where an instrument lies.
const fn folder(kind: Kind, draft: bool) -> &'static str {
    match (draft, kind.is_letter()) {
        (true, _) => "drafts",
        (false, true) => "letters",
        (false, false) => "certificates",
    }
}

/// What a sheet is about, as a person names it.
fn named(sheet: &Sheet) -> Vec<String> {
    let about = &sheet.about;
    match (sheet.instrument, about.volumes.as_slice()) {
        (Kind::GapCertification | Kind::IssueSummary, _) => about.gaps.clone(),
        (Kind::ClawBack, _) => about.clawback.iter().map(ToString::to_string).collect(),
        (_, [one]) => vec![one.to_string()],
        _ => about.request.iter().map(ToString::to_string).collect(),
    }
}

/// The one thing that an instrument is about.
fn only(kind: Kind, about: &[String]) -> Result<&str, WorkspaceError> {
    match about {
        [one] => Ok(one),
        several => Err(WorkspaceError::Refused {
            what: format!(
                "a {kind} is about one volume, request or claw-back, and {} are named",
                several.len()
            ),
            reasons: several.to_vec(),
            hint: "name one of them".to_owned(),
        }),
    }
}
