//! What a person should know about files: all of it in a sheet and in the ledger, the first of each kind
//! in the report.

use super::report::ContainerNote;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::sheet::Sheet;
use duces_ledger::FileNote;
use duces_model::ArchivePath;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// So many notes of each kind stand in the report itself; the sheet has all.
pub(super) const NOTES_SHOWN: u64 = 100;

/// A note about a file.
pub(super) fn note(archive: &str, path: &ArchivePath, what: &str, detail: impl Into<String>) -> FileNote {
    FileNote { file: format!("{archive}:{path}"), what: what.to_owned(), detail: detail.into() }
}

/// The notes of a run.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The first of each kind, in the order in which they were made.
    pub(super) shown: Vec<ContainerNote>,
    /// How many there are of each kind.
    pub(super) counts: BTreeMap<String, u64>,
}

/// Reads the survey's notes, and writes all of them to `reports/files.csv`.
pub(super) fn write(workspace: &mut Workspace) -> Result<(Notes, PathBuf), WorkspaceError> {
    let path = workspace.report("files.csv");
    let mut sheet = Sheet::staged(&path, &["file", "what", "detail"])?;
    let mut notes = Notes::default();
    workspace.ledger.survey().each_note(&mut |note| {
        let count = notes.counts.entry(note.what.clone()).or_default();
        *count += 1;
        sheet.row([&note.file, &note.what, &note.detail]);
        if *count <= NOTES_SHOWN {
            notes.shown.push(ContainerNote { container: note.file, what: note.what, detail: note.detail });
        }
        !sheet.has_failed()
    })?;
    sheet.finish()?;
    Ok((notes, path))
}
