//! A population as a working sheet, with each document opened beside it.

use super::columns::{self, COLUMNS};
use super::{Standing, standing};
use crate::error::WorkspaceError;
use crate::files::{self, Doing as _};
use crate::home::{Actor, Workspace};
use crate::produce::retained::ArchiveReader;
use crate::screens::Suggested;
use crate::sheet::Sheet;
use duces_ledger::DocumentRow;
use duces_model::{Coding, Disposition, DocId, Observer, Participant, RequestId, Role};
use duces_packager::{Fetched, Retained as _};
use duces_register::Register;
use duces_volume::safe_extension;
use duces_volume::workbook::{self, Cell, Column};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Most documents of a sheet that is written as a workbook too: more of them could not be read back from one
/// (1,000,000 elements). Larger populations have the CSV alone.
pub(super) const WORKBOOK_DOCUMENTS_MAX: usize = 5_000;

/// Most characters of a cell of the sheet; the whole text lies beside it.
const CELL_CHARS_MAX: usize = 2_000;

/// A review sheet was written.
#[derive(Debug, Serialize)]
pub struct ReviewExported {
    /// The request.
    pub request: RequestId,
    /// The population.
    pub population: i64,
    /// Number of the sheet.
    pub sheet: i64,
    /// Its documents.
    pub documents: u64,
    /// Of them without a decision.
    pub pending: u64,
    /// The folder with sheets, texts and natives.
    pub folder: PathBuf,
    /// The sheet as CSV.
    pub csv: PathBuf,
    /// The sheet as a workbook; absent where it has more documents than can be read back from one.
    pub workbook: Option<PathBuf>,
    /// Documents for which the privilege screen suggests something.
    pub privilege_suggested: u64,
    /// Documents in which the screen for personal data found something.
    pub personal_data: u64,
    /// The internal sheet: what the screen for legal bars suggests. It is written whether or not it has rows.
    pub internal: PathBuf,
    /// Documents whose original could not be opened, with the reason.
    pub not_opened: Vec<(DocId, String)>,
}

/// What the rows of a sheet are made from.
struct Source<'a> {
    register: &'a Register,
    sheet: i64,
    standing: &'a BTreeMap<DocId, Standing>,
    marks: &'a BTreeMap<DocId, Coding>,
    decided: &'a BTreeMap<DocId, Disposition>,
}

/// A document opened beside the sheet.
struct Opened {
    from: String,
    to: String,
    subject: String,
    text: String,
    native: String,
    suggested: Suggested,
}

impl Workspace {
    /// Writes the working sheet of the newest population of a request as CSV and as a workbook, with the text and
    /// the native of each document beside it. What stood before is left as it is: each sheet has a folder of its own.
    ///
    /// # Errors
    /// No population yet, a folder that exists already.
    pub fn review_export(
        &mut self,
        request: &RequestId,
        to: Option<&Path>,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<ReviewExported, WorkspaceError> {
        let population = self.population(request)?;
        let register = self.register()?;
        let screens = self.screens(&register)?;
        let rows = self.population_rows(&population)?;
        let documents: BTreeMap<DocId, DocumentRow> = rows.iter().map(|row| (row.id, row.clone())).collect();
        let decided = self.ledger.dispositions(population.key)?.into_iter();
        let decided: BTreeMap<DocId, Disposition> =
            decided.map(|decision| (decision.document, decision.disposition)).collect();
        let marks = self.marks(&population)?;
        if let Some(folder) = to.filter(|folder| folder.symlink_metadata().is_ok()) {
            return Err(WorkspaceError::Exists { path: folder.to_owned() });
        }
        let sheet = self.ledger.begin_review_sheet(&actor.act(), population.key, screens.sha256())?;
        let folder = match to {
            Some(folder) => folder.to_owned(),
            None => self.root.join("review").join(format!("{request}-{sheet}")),
        };
        let staged = files::StagedFolder::new(&folder)?;
        for below in ["text", "native"] {
            files::make_folder(&staged.path().join(below))?;
        }
        let standing = standing(&population, &rows);
        let source =
            Source { register: &register, sheet, standing: &standing, marks: &marks, decided: &decided };
        let mut reader =
            ArchiveReader::new(&self.root, &self.config, &documents, self.journal_reports(&documents)?);
        let mut table = Sheet::staged(&staged.path().join("sheet.csv"), &COLUMNS)?;
        let mut cells = Vec::new();
        let mut not_opened = Vec::new();
        let (mut privilege_suggested, mut personal_data) = (0, 0);
        let internal_path = self.root.join("internal").join(format!("review-{request}-{sheet}.csv"));
        let mut internal = Sheet::staged_internal(&internal_path, &INTERNAL)?;
        observer.stage("opening documents", "documents", Some(rows.len() as u64));
        for (place, row) in rows.iter().enumerate() {
            if observer.stop_requested() {
                return Err(WorkspaceError::Stopped);
            }
            let opened = match reader.fetch(&row.id) {
                Ok(fetched) => {
                    Some(open(&staged.path(), place + 1, row, &fetched, screens.suggest(row, &fetched))?)
                }
                Err(error) => {
                    not_opened.push((row.id, error.to_string()));
                    None
                }
            };
            if let Some(Opened { from, subject, suggested, .. }) = &opened {
                privilege_suggested += u64::from(!suggested.privilege.is_empty());
                personal_data += u64::from(!suggested.personal.is_empty());
                if !suggested.legal_bar.is_empty() {
                    internal.row(internal_row(sheet, row, from, subject, &suggested.legal_bar));
                }
            }
            let row = source.row(row, &rows, opened.as_ref());
            table.row(&row);
            if rows.len() <= WORKBOOK_DOCUMENTS_MAX {
                cells.push(row);
            }
            observer.advance(1);
        }
        table.finish()?;
        internal.finish()?;
        let with_workbook = rows.len() <= WORKBOOK_DOCUMENTS_MAX;
        if with_workbook {
            let path = staged.path().join("sheet.xlsx");
            files::replace(
                &path,
                &book(cells)
                    .map_err(|error| WorkspaceError::Workbook { path: path.clone(), source: error })?,
            )?;
        }
        staged.finish()?;
        let pending = decided.values().filter(|one| **one == Disposition::Pending).count() as u64;
        Ok(ReviewExported {
            request: request.clone(),
            population: population.key,
            sheet,
            documents: rows.len() as u64,
            pending,
            csv: folder.join("sheet.csv"),
            workbook: with_workbook.then(|| folder.join("sheet.xlsx")),
            folder,
            privilege_suggested,
            personal_data,
            internal: internal_path,
            not_opened,
        })
    }
}

impl Source<'_> {
    fn row(&self, row: &DocumentRow, rows: &[DocumentRow], opened: Option<&Opened>) -> [String; 30] {
        let none = Standing::default();
        let stands = self.standing.get(&row.id).unwrap_or(&none);
        let custodian = row.attributions.iter().min_by_key(|one| (one.basis, one.source.clone()));
        let custodian = custodian.map(|one| self.register.custodian_of(&one.source));
        let pending = Disposition::Pending;
        let decided = self.decided.get(&row.id).unwrap_or(&pending);
        let coding = self.marks.get(&row.id).map_or_else(Default::default, columns::cells);
        let said = |of: fn(&Opened) -> &String| opened.map(of).cloned().unwrap_or_default();
        let [
            responsive,
            privileged,
            basis,
            attorney,
            description,
            bar,
            redact,
            slip,
            duplicate,
            confidential,
            by,
            note,
        ] = coding;
        [
            self.sheet.to_string(),
            row.id.to_string(),
            row.root.to_string(),
            position(row, rows),
            items(self.marks.get(&row.id), stands),
            stands.why().to_owned(),
            custodian.unwrap_or_else(|| "(unattributed)".to_owned()),
            row.sent_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
            said(|opened| &opened.from),
            said(|opened| &opened.to),
            said(|opened| &opened.subject),
            shortened(row.file_name.as_deref().unwrap_or_default()),
            columns::word(decided),
            responsive,
            privileged,
            basis,
            attorney,
            description,
            bar,
            redact,
            slip,
            duplicate,
            confidential,
            by,
            note,
            suggestions(opened, |suggested| &suggested.privilege),
            suggestions(opened, |suggested| &suggested.personal),
            said(|opened| &opened.text),
            said(|opened| &opened.native),
            format!("{}:{}", row.archive, row.path),
        ]
    }
}

/// The columns of the internal sheet.
const INTERNAL: [&str; 8] =
    ["sheet", "document", "family", "sent", "from", "subject", "suggested by", "path"];

fn internal_row(
    sheet: i64,
    row: &DocumentRow,
    from: &str,
    subject: &str,
    suggested: &[String],
) -> [String; 8] {
    [
        sheet.to_string(),
        row.id.to_string(),
        row.root.to_string(),
        row.sent_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        from.to_owned(),
        subject.to_owned(),
        suggested.join("; "),
        format!("{}:{}", row.archive, row.path),
    ]
}

fn suggestions(opened: Option<&Opened>, of: fn(&Suggested) -> &Vec<String>) -> String {
    opened.map(|opened| shortened(&of(&opened.suggested).join("; "))).unwrap_or_default()
}

/// Those that a person assigned, else those of the searches.
fn items(marks: Option<&Coding>, stands: &Standing) -> String {
    columns::items(marks.and_then(|coding| coding.items.as_deref()).unwrap_or(&stands.items))
}

/// Where it stands in its family: `alone`, `parent`, or `attachment` with its part.
fn position(row: &DocumentRow, rows: &[DocumentRow]) -> String {
    if row.parent.is_some() {
        return format!("attachment {}", row.part);
    }
    let at = rows.binary_search_by_key(&row.row, |other| other.row).unwrap_or(0);
    let next = rows.get(at + 1).is_some_and(|next| next.root == row.id);
    (if next { "parent" } else { "alone" }).to_owned()
}

/// Writes text and native of a document beside the sheet.
fn open(
    folder: &Path,
    place: usize,
    row: &DocumentRow,
    fetched: &Fetched,
    suggested: Suggested,
) -> Result<Opened, WorkspaceError> {
    let id = row.id.to_string();
    let stem = format!("{place:06}-{}", id.get(..16).unwrap_or(&id));
    let text = format!("text/{stem}.txt");
    let native = format!("native/{stem}.{}", safe_extension(&row.extension));
    for (name, bytes) in [(&text, opened_text(row, fetched).as_bytes()), (&native, &fetched.native)] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).doing("write", &path)?;
    }
    let people = |of: &dyn Fn(Role) -> bool| {
        let named = fetched.message.participants.iter().filter(|one| of(one.role)).map(written);
        shortened(&named.collect::<Vec<_>>().join("; "))
    };
    Ok(Opened {
        from: people(&|role| role == Role::From),
        to: people(&|role| matches!(role, Role::To | Role::Cc | Role::Bcc)),
        subject: shortened(fetched.message.subject.as_deref().unwrap_or_default()),
        text,
        native,
        suggested,
    })
}

/// A document as a person reads it: who, when, about what, then its text.
fn opened_text(row: &DocumentRow, fetched: &Fetched) -> String {
    let mut text = String::new();
    for one in &fetched.message.participants {
        let _ = writeln!(text, "{}: {}", one.role.as_str(), written(one));
    }
    if let Some(at) = row.sent_at {
        let _ = writeln!(text, "sent: {}", at.to_rfc3339());
    }
    if let Some(subject) = &fetched.message.subject {
        let _ = writeln!(text, "subject: {subject}");
    }
    if let Some(name) = &row.file_name {
        let _ = writeln!(text, "file: {name}");
    }
    if let Some(defect) = &row.unsearchable {
        let _ = writeln!(text, "its text could not be read in full: {defect}; open the native");
    }
    text + "\n" + &fetched.document.text
}

fn written(participant: &Participant) -> String {
    match (&participant.name, &participant.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(address)) => address.to_string(),
        (Some(name), None) => name.clone(),
        (None, None) => String::new(),
    }
}

/// A text in one line, cut where it is too long for a cell, and that is said.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= CELL_CHARS_MAX {
        return line;
    }
    line.chars().take(CELL_CHARS_MAX).collect::<String>() + " … (cut; the text beside the sheet has all)"
}

fn book(rows: Vec<[String; 30]>) -> Result<Vec<u8>, workbook::WorkbookError> {
    let width = |head: &str| match head {
        "sheet" | "redact" | "slip-sheet" | "responsive" => 9,
        "subject" | "description" | "note" => 36,
        "document" | "family" | "path" | "duplicate of" => 14,
        _ => 18,
    };
    let columns: Vec<Column> =
        COLUMNS.iter().map(|head| Column { head: (*head).to_owned(), width: width(head) }).collect();
    let cell = |(head, text): (&&str, String)| match *head {
        "text" | "native" if !text.is_empty() => Cell::Link { shown: format!("open {head}"), target: text },
        _ => Cell::Text(text),
    };
    let rows: Vec<Vec<Cell>> =
        rows.into_iter().map(|row| COLUMNS.iter().zip(row).map(cell).collect()).collect();
    workbook::workbook(columns::SHEET, &columns, &rows)
}
