//! What lies in the archive now, held against what the ledger knows.

use super::report::ContainerNote;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_ingest::{Found, FoundFile, IngestError};
use duces_ledger::{ContainerFate, ContainerState, ContainerTally};
use duces_model::{ArchivePath, ContainerId, ContainerKind, Observer, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// How closely to look.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SurveyOptions {
    /// Digest files that look unchanged by size and modification time.
    pub(super) rehash: bool,
}

/// A file to be read, and why.
#[derive(Debug)]
pub(super) struct ToRead {
    pub(super) file: FoundFile,
    pub(super) id: ContainerId,
    /// The ledger holds some of its messages already.
    pub(super) known: bool,
}

/// The result of the survey.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) to_read: Vec<ToRead>,
    pub(super) fates: Vec<(ContainerId, ContainerFate)>,
    pub(super) notes: Vec<ContainerNote>,
    pub(super) unchanged: u64,
    pub(super) fresh: u64,
    pub(super) grown: u64,
    pub(super) resumed: u64,
    pub(super) ignored: Vec<(String, String, String)>,
}

/// Walks every archive and decides about each file.
pub(super) fn survey(
    workspace: &Workspace,
    options: SurveyOptions,
    observer: &dyn Observer,
) -> Result<Survey, WorkspaceError> {
    observer.stage("looking through the archive", "files", None);
    let known = Known::new(workspace.ledger.containers()?);
    let mut survey = Survey::default();
    let mut seen = BTreeSet::new();
    let mut strangers = Vec::new();
    for archive in &workspace.config.archives {
        for found in duces_ingest::walk(&archive.name, &archive.absolute(&workspace.root))? {
            observer.advance(1);
            match found? {
                Found::Ignored { path, reason } => {
                    survey.ignored.push((archive.name.clone(), path.to_string(), reason));
                }
                Found::Container(file) => match known.of(&file) {
                    Some(state) => {
                        seen.insert(state.entry.id);
                        survey.known_file(state, file, options)?;
                    }
                    None => strangers.push(file),
                },
            }
        }
    }
    let mut missing: Vec<&ContainerState> =
        known.by_id.values().filter(|state| !seen.contains(&state.entry.id)).collect();
    for file in strangers {
        survey.stranger(file, &mut missing, &known)?;
    }
    for state in missing {
        survey.vanished(state);
    }
    Ok(survey)
}

/// What the ledger knows, by identity and by present path: a file that was moved inside its archive
/// keeps the identity of its first path.
struct Known {
    by_id: BTreeMap<ContainerId, ContainerState>,
    by_path: BTreeMap<(String, ArchivePath), ContainerId>,
}

impl Known {
    fn new(states: Vec<ContainerState>) -> Self {
        let by_path = states
            .iter()
            .map(|state| ((state.entry.archive.clone(), state.entry.path.clone()), state.entry.id))
            .collect();
        Self { by_id: states.into_iter().map(|state| (state.entry.id, state)).collect(), by_path }
    }

    fn of(&self, file: &FoundFile) -> Option<&ContainerState> {
        let by_path = self.by_path.get(&(file.archive.clone(), file.path.clone()));
        let id = by_path.copied().unwrap_or_else(|| ContainerId::new(&file.archive, &file.identity_path));
        self.by_id
            .get(&id)
            .filter(|state| by_path.is_some() || !matches!(state.fate, ContainerFate::Moved(_)))
    }
}

impl Survey {
    fn known_file(
        &mut self,
        state: &ContainerState,
        file: FoundFile,
        options: SurveyOptions,
    ) -> Result<(), WorkspaceError> {
        let Some(tally) = &state.entry.tally else {
            self.resumed += 1;
            self.to_read.push(ToRead { file, id: state.entry.id, known: true });
            return Ok(());
        };
        let looks_same = file.bytes == state.entry.file_bytes && file.modified == state.entry.modified;
        if looks_same && !options.rehash {
            self.unchanged(state, &file);
            return Ok(());
        }
        if file.bytes == state.entry.file_bytes && sha256(&file)? == tally.file_sha256 {
            self.unchanged(state, &file);
            return Ok(());
        }
        if state.entry.kind == ContainerKind::Mbox && grew(state, tally, &file)? {
            self.grown += 1;
            self.to_read.push(ToRead { file, id: state.entry.id, known: true });
            return Ok(());
        }
        self.fates.push((state.entry.id, ContainerFate::Changed));
        self.note(state, "changed", "its recorded bytes are no longer there; it was not read again");
        Ok(())
    }

    fn unchanged(&mut self, state: &ContainerState, file: &FoundFile) {
        self.unchanged += 1;
        if file.path != state.entry.path {
            // A Maildir flag changed the name; the message is the same.
            self.fates.push((state.entry.id, ContainerFate::Moved(file.path.clone())));
        } else if matches!(state.fate, ContainerFate::Vanished | ContainerFate::Changed) {
            self.fates.push((state.entry.id, ContainerFate::Present));
        }
    }

    fn stranger(
        &mut self,
        file: FoundFile,
        missing: &mut Vec<&ContainerState>,
        known: &Known,
    ) -> Result<(), WorkspaceError> {
        if let Some(at) = moved_here(&file, missing)? {
            let state = missing.remove(at);
            self.unchanged += 1;
            self.note(state, "moved", &format!("now at {}; same bytes, same identity", file.path));
            self.fates.push((state.entry.id, ContainerFate::Moved(file.path)));
            return Ok(());
        }
        let id = ContainerId::new(&file.archive, &file.identity_path);
        if let Some(state) = known.by_id.get(&id) {
            let detail = format!(
                "another file now lies at {}, where this one was first seen; it was not read: give it another name",
                file.path
            );
            self.note(state, "name-taken", &detail);
            return Ok(());
        }
        self.fresh += 1;
        self.to_read.push(ToRead { file, id, known: false });
        Ok(())
    }

    fn vanished(&mut self, state: &ContainerState) {
        if state.fate != ContainerFate::Vanished {
            self.fates.push((state.entry.id, ContainerFate::Vanished));
        }
        self.note(state, "vanished", "its record is kept; put the file back, or record why it is gone");
    }

    fn note(&mut self, state: &ContainerState, what: &str, detail: &str) {
        self.notes.push(ContainerNote {
            container: format!("{}:{}", state.entry.archive, state.entry.path),
            what: what.to_owned(),
            detail: detail.to_owned(),
        });
    }
}

/// The digest of the file as it lies on disk.
fn sha256(file: &FoundFile) -> Result<Sha256, WorkspaceError> {
    Ok(duces_ingest::prefix_sha256(&file.absolute, false, file.bytes)?)
}

/// Whether the mailbox still starts with every byte that was recorded, and has more after them.
fn grew(state: &ContainerState, tally: &ContainerTally, file: &FoundFile) -> Result<bool, WorkspaceError> {
    match duces_ingest::prefix_sha256(&file.absolute, state.entry.compressed, tally.stream_bytes) {
        Ok(prefix) => Ok(prefix == tally.stream_sha256),
        Err(IngestError::Short { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Which of the missing containers this file is, told by its bytes.
fn moved_here(file: &FoundFile, missing: &[&ContainerState]) -> Result<Option<usize>, WorkspaceError> {
    let same_size = |state: &ContainerState| {
        file.bytes > 0 && state.entry.archive == file.archive && state.entry.file_bytes == file.bytes
    };
    if !missing.iter().any(|state| same_size(state)) {
        return Ok(None);
    }
    let digest = sha256(file)?;
    Ok(missing.iter().position(|state| {
        same_size(state) && state.entry.tally.as_ref().is_some_and(|tally| tally.file_sha256 == digest)
    }))
}
