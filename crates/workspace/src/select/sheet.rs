//! The sheet on which people decide: one row for each document of a population.

use super::Standing;
use crate::error::WorkspaceError;
use crate::files::{self, Doing};
use crate::sheet::{Sheet, delimiter_of, line_of};
use duces_indexer::Snapshot;
use duces_ledger::DocumentRow;
use duces_model::disposition::LegalBar;
use duces_model::{Disposition, DocId, Mistake, Mistakes, ProducedAs};
use duces_register::Register;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The columns of the decisions sheet.
const COLUMNS: [&str; 14] = [
    "document",
    "family",
    "items",
    "why",
    "custodian",
    "sent",
    "from",
    "subject",
    "file name",
    "disposition",
    "privilege",
    "by",
    "note",
    "path",
];

/// What stands on the sheet when it is written.
pub(super) struct DecisionSheet<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) register: &'a Register,
    pub(super) documents: &'a [DocumentRow],
    pub(super) standing: &'a BTreeMap<u64, Standing>,
    /// The default decision of each document, with its note.
    pub(super) decided: &'a BTreeMap<DocId, (Disposition, String)>,
}

impl DecisionSheet<'_> {
    /// What is decided of a document.
    pub(super) fn disposition(&self, id: DocId) -> &Disposition {
        self.decided.get(&id).map_or(&Disposition::Pending, |(disposition, _)| disposition)
    }

    /// Writes the sheet; one that exists is not overwritten.
    pub(super) fn write(&self, path: &Path) -> Result<(), WorkspaceError> {
        let mut sheet = Sheet::new(&COLUMNS);
        for document in self.documents {
            if let Some(stands) = self.standing.get(&document.row) {
                sheet.row(self.row(document, stands)?);
            }
        }
        files::create(path, &sheet.into_bytes())
    }

    fn row(&self, document: &DocumentRow, stands: &Standing) -> Result<[String; 14], WorkspaceError> {
        let card = self.snapshot.card(document.row)?;
        let custodian = document.attributions.first().map(|a| self.register.custodian_of(&a.source));
        let why = match (stands.hit, stands.cannot_tell, stands.family) {
            (true, _, _) => "hit",
            (false, true, _) => "cannot tell",
            (false, false, true) => "family",
            (false, false, false) => "family of cannot tell",
        };
        let disposition = self.disposition(document.id);
        let (privilege, by) = person(disposition);
        Ok([
            document.id.to_string(),
            document.root.to_string(),
            stands.items.iter().cloned().collect::<Vec<_>>().join("; "),
            why.to_owned(),
            custodian.unwrap_or_else(|| "(unattributed)".to_owned()),
            document.sent_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
            card.as_ref().and_then(|card| card.from.clone()).unwrap_or_default(),
            card.as_ref().and_then(|card| card.subject.clone()).unwrap_or_default(),
            document.file_name.clone().unwrap_or_default(),
            word(disposition),
            privilege,
            by,
            self.decided.get(&document.id).map(|(_, note)| note.clone()).unwrap_or_default(),
            format!("{}:{}", document.archive, document.path),
        ])
    }
}

/// The privilege claimed and the person who decided, where a disposition has them.
fn person(disposition: &Disposition) -> (String, String) {
    match disposition {
        Disposition::WithholdPrivilege { privilege, by } => (privilege.clone(), by.clone()),
        Disposition::WithholdLegalBar { by, .. } | Disposition::ExcludeNonResponsive { by } => {
            (String::new(), by.clone())
        }
        _ => (String::new(), String::new()),
    }
}

/// The word of a disposition on the sheet.
fn word(disposition: &Disposition) -> String {
    match disposition {
        Disposition::Produce { form: ProducedAs::Whole } => "produce".to_owned(),
        Disposition::Produce { form: ProducedAs::Redacted } => "redact".to_owned(),
        Disposition::Produce { form: ProducedAs::SlipSheet } => "slip-sheet".to_owned(),
        Disposition::WithholdPrivilege { .. } => "withhold-privilege".to_owned(),
        Disposition::WithholdLegalBar { bar: LegalBar::SuspiciousActivity, .. } => "withhold-sar".to_owned(),
        Disposition::WithholdLegalBar { bar: LegalBar::Other, .. } => "withhold-legal-bar".to_owned(),
        Disposition::Suppress { duplicate_of, .. } => format!("duplicate-of {duplicate_of}"),
        Disposition::ExcludeNonResponsive { .. } => "non-responsive".to_owned(),
        Disposition::ExcludeAlreadyProduced { bates } => format!("already-produced {bates}"),
        Disposition::Pending => "pending".to_owned(),
    }
}

const WORDS: &str = "produce, slip-sheet, redact, withhold-privilege, withhold-sar, withhold-legal-bar, non-responsive, duplicate-of DOCUMENT, already-produced BATES or pending";

/// Reads the sheet whole; reports everything that is wrong in it.
pub(super) fn read_decisions(
    path: &Path,
    population: &BTreeMap<DocId, Disposition>,
) -> Result<Vec<(DocId, Disposition, String)>, WorkspaceError> {
    let bytes = std::fs::read(path).doing("read", path)?;
    let file = path.display().to_string();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(delimiter_of(bytes)).from_reader(bytes);
    let mut mistakes = Vec::new();
    let heads: Vec<String> = match reader.headers() {
        Ok(heads) => heads.iter().map(|head| head.trim().to_lowercase()).collect(),
        Err(error) => return Err(Mistakes::one(Mistake::of_file(&file, error.to_string())).into()),
    };
    let mut places = BTreeMap::new();
    for column in ["document", "disposition", "privilege", "by", "note"] {
        match heads.iter().position(|head| head == column) {
            Some(at) => {
                places.insert(column, at);
            }
            None => mistakes.push(Mistake::in_row(&file, 1, Some(column), "the column is missing")),
        }
    }
    let places = Mistakes::or(mistakes, places)?;
    let mut mistakes = Vec::new();
    let mut seen = BTreeSet::new();
    let mut decisions = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = line_of(bytes, error.position());
                mistakes.push(Mistake::in_row(&file, line, None, "expected UTF-8 text"));
                continue;
            }
        };
        let line = line_of(bytes, record.position());
        let cell =
            |column: &str| places.get(column).and_then(|at| record.get(*at)).unwrap_or("").trim().to_owned();
        let wrong = |column: &str, message: String| Mistake::in_row(&file, line, Some(column), message);
        let Ok(document) = cell("document").parse::<DocId>() else {
            mistakes.push(wrong(
                "document",
                format!("found {:?}, expected a document of the population", cell("document")),
            ));
            continue;
        };
        if !population.contains_key(&document) {
            mistakes.push(wrong("document", format!("document {document} is not in this population")));
            continue;
        }
        if !seen.insert(document) {
            mistakes.push(wrong("document", format!("document {document} stands in the sheet twice")));
            continue;
        }
        match decision(&cell("disposition"), &cell("privilege"), &cell("by"), population.get(&document)) {
            Ok(disposition) => decisions.push((document, disposition, cell("note"))),
            Err((column, message)) => mistakes.push(wrong(column, message)),
        }
    }
    for document in population.keys().filter(|document| !seen.contains(document)) {
        mistakes.push(Mistake::of_file(
            &file,
            format!("document {document} of the population is missing from the sheet"),
        ));
    }
    Ok(Mistakes::or(mistakes, decisions)?)
}

fn decision(
    word: &str,
    privilege: &str,
    by: &str,
    before: Option<&Disposition>,
) -> Result<Disposition, (&'static str, String)> {
    let unknown = || ("disposition", format!("found {word:?}, expected {WORDS}"));
    let by = by.to_owned();
    let disposition = match word.split_once(' ').unwrap_or((word, "")) {
        ("produce", "") => Disposition::WHOLE,
        ("redact", "") => Disposition::Produce { form: ProducedAs::Redacted },
        ("slip-sheet", "") if by.trim().is_empty() => {
            return Err((
                "by",
                "a slip-sheet in a document's place needs the name of the person who decided".to_owned(),
            ));
        }
        ("slip-sheet", "") => Disposition::Produce { form: ProducedAs::SlipSheet },
        ("withhold-privilege", "") if privilege.is_empty() => {
            return Err((
                "privilege",
                "expected the privilege claimed, for example attorney-client".to_owned(),
            ));
        }
        ("withhold-privilege", "") => Disposition::WithholdPrivilege { privilege: privilege.to_owned(), by },
        ("withhold-sar", "") => Disposition::WithholdLegalBar { bar: LegalBar::SuspiciousActivity, by },
        ("withhold-legal-bar", "") => Disposition::WithholdLegalBar { bar: LegalBar::Other, by },
        ("non-responsive", "") => Disposition::ExcludeNonResponsive { by },
        ("pending", "") => Disposition::Pending,
        // Left out by an approved rule already, and left as it is.
        ("duplicate-of", survivor) if matches!(before, Some(Disposition::Suppress { duplicate_of, .. }) if duplicate_of.to_string() == survivor.trim()) => {
            before.cloned().unwrap_or(Disposition::Pending)
        }
        ("duplicate-of", _) if by.trim().is_empty() => {
            return Err((
                "by",
                "leaving a document out as a duplicate needs the name of the person who decided".to_owned(),
            ));
        }
        ("duplicate-of", survivor) => Disposition::Suppress {
            duplicate_of: survivor.trim().parse().map_err(|_| unknown())?,
            recipe: format!("native-sha256 1, decided by {by}"),
        },
        ("already-produced", number) => {
            let bates = number.trim().parse().map_err(|_| unknown())?;
            let disposition = Disposition::ExcludeAlreadyProduced { bates };
            if before != Some(&disposition) {
                let message = "only the program says what was already produced; the sheet cannot add to it";
                return Err(("disposition", message.to_owned()));
            }
            disposition
        }
        _ => return Err(unknown()),
    };
    disposition.checked().map_err(|error| ("by", error.to_string()))
}
