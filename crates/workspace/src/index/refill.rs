//! A lost index made again: every recorded occurrence is read from the archive and put back under the
//! rows that the ledger holds for it.

use super::family::add_family;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::limits;
use duces_indexer::{Index, Writer};
use duces_ingest::FoundFile;
use duces_ledger::ContainerState;
use duces_model::{ContainerKind, Observer, Occurrence};

/// Fills an empty index from the archive, and settles it with the ledger.
///
/// What cannot be read any more is missing in the index; the account then does not close, and says so.
pub(super) fn refill(
    workspace: &mut Workspace,
    index: &Index,
    observer: &dyn Observer,
) -> Result<(), WorkspaceError> {
    let settled = workspace.ledger.checkpoints()?.settled;
    if settled == 0 {
        return Ok(());
    }
    observer.stage("making the index again", "files", Some(workspace.ledger.container_count()?));
    let heap = usize::try_from(workspace.config.index_memory_mb << 20).unwrap_or(usize::MAX) / 2;
    let mut writer = index.writer(heap, 2)?;
    workspace.ledger.each_container(|state| {
        if observer.stop_requested() {
            return Err(WorkspaceError::Stopped);
        }
        // Whatever became of the file: it may have been put back, and what is put back is told by identity.
        refill_container(workspace, &state, &writer)?;
        observer.advance(1);
        Ok(())
    })?;
    writer.commit(settled)?;
    writer.finish()?;
    workspace.ledger.settle(settled)?;
    Ok(())
}

/// Reads one container again. A message whose bytes changed has another identity, so it is not found
/// in the ledger and not put back.
fn refill_container(
    workspace: &Workspace,
    state: &ContainerState,
    writer: &Writer,
) -> Result<(), WorkspaceError> {
    let Some(archive) = workspace.archive(&state.entry.archive) else { return Ok(()) };
    let maildir = state.entry.kind == ContainerKind::Maildir;
    let root = archive.absolute(&workspace.root);
    let file = FoundFile::recorded(&root, &state.entry.archive, &state.entry.path, maildir);
    let limits = limits(&workspace.config);
    let Ok(mut opened) = duces_ingest::open(&file, &limits) else { return Ok(()) };
    while let Some(Ok(message)) = opened.next_message() {
        let name = Some(file.file_name());
        let occurrence = duces_ingest::parse(state.entry.id, state.entry.kind, &message, name, &limits);
        if let Some(row) = recorded_row(workspace, &occurrence)? {
            add_family(writer, row, &occurrence, &state.entry.path)?;
        }
    }
    Ok(())
}

/// The row of a family's root, where the ledger holds the same documents in the same order: one that
/// reads otherwise now would stand under the rows of others. The account then does not close.
fn recorded_row(workspace: &Workspace, occurrence: &Occurrence) -> Result<Option<u64>, WorkspaceError> {
    let Some(root) = occurrence.documents.first() else { return Ok(None) };
    let Some(recorded) = workspace.ledger.document(&root.id)? else { return Ok(None) };
    let rows = workspace.ledger.families(&[recorded.row])?;
    let ids = workspace.ledger.ids_of(&rows)?;
    let same = rows.first() == Some(&recorded.row)
        && ids.iter().eq(occurrence.documents.iter().map(|document| &document.id));
    Ok(same.then_some(recorded.row))
}
