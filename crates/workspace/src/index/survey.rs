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
    /// It was read to its end before, and grew since.
    pub(super) complete: bool,
}

/// A recorded file that lies elsewhere now.
#[derive(Debug)]
pub(super) struct Move {
    pub(super) archive: String,
    pub(super) from: ArchivePath,
    pub(super) to: ArchivePath,
}

/// The result of the survey.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) to_read: Vec<ToRead>,
    pub(super) fates: Vec<(ContainerId, ContainerFate)>,
    pub(super) moves: Vec<Move>,
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
    let mut elsewhere = Vec::new();
    for archive in &workspace.config.archives {
        for found in duces_ingest::walk(&archive.name, &archive.absolute(&workspace.root))? {
            observer.advance(1);
            match found? {
                Found::Ignored { path, reason } => {
                    survey.ignored.push((archive.name.clone(), path.to_string(), reason));
                }
                Found::Container(file) => match known.at(&file) {
                    Some(state) => {
                        seen.insert(state.entry.id);
                        survey.known_file(state, file, options);
                    }
                    None => elsewhere.push(file),
                },
            }
        }
    }
    // Only now: a Maildir message can lie there under two names, and the recorded one has the identity.
    let mut strangers = Vec::new();
    for file in elsewhere {
        match known.renamed(&file).filter(|state| seen.insert(state.entry.id)) {
            Some(state) => survey.known_file(state, file, options),
            None => strangers.push(file),
        }
    }
    let mut missing = Missing::new(known.by_id.values().filter(|state| !seen.contains(&state.entry.id)));
    let mut taken = BTreeSet::new();
    for file in strangers {
        survey.stranger(file, &mut missing, &known, &mut taken);
    }
    for state in missing.by_id.values() {
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

    /// The container that was last seen where this file lies.
    fn at(&self, file: &FoundFile) -> Option<&ContainerState> {
        let id = self.by_path.get(&(file.archive.clone(), file.path.clone()))?;
        self.by_id.get(id)
    }

    /// The container that this file is under another name: a Maildir message whose flags changed. One that
    /// moved since is told by its bytes.
    fn renamed(&self, file: &FoundFile) -> Option<&ContainerState> {
        let state = self.by_id.get(&ContainerId::new(&file.archive, &file.identity_path))?;
        (!matches!(state.fate, ContainerFate::Moved(_))).then_some(state)
    }
}

/// Recorded containers whose files were not found where they lay, to be found by size.
struct Missing<'a> {
    by_id: BTreeMap<ContainerId, &'a ContainerState>,
    by_size: BTreeMap<(String, u64), Vec<ContainerId>>,
}

impl<'a> Missing<'a> {
    fn new(states: impl Iterator<Item = &'a ContainerState>) -> Self {
        let by_id: BTreeMap<_, _> = states.map(|state| (state.entry.id, state)).collect();
        let mut by_size: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, state) in &by_id {
            by_size.entry((state.entry.archive.clone(), state.entry.file_bytes)).or_default().push(*id);
        }
        Self { by_id, by_size }
    }

    /// Takes out the one that this file is, told by its bytes. The file is read only where one of its size
    /// is missing.
    fn take(&mut self, file: &FoundFile) -> Result<Option<&'a ContainerState>, IngestError> {
        let Some(of_size) = self.by_size.get_mut(&(file.archive.clone(), file.bytes)) else {
            return Ok(None);
        };
        if of_size.is_empty() || file.bytes == 0 {
            return Ok(None);
        }
        let digest = sha256(file)?;
        let by_id = &self.by_id;
        let same = |id: &ContainerId| {
            let tally = by_id.get(id).and_then(|state| state.entry.tally.as_ref());
            tally.is_some_and(|tally| tally.file_sha256 == digest)
        };
        let Some(at) = of_size.iter().position(same) else { return Ok(None) };
        let id = of_size.remove(at);
        Ok(self.by_id.remove(&id))
    }
}

impl Survey {
    /// Decides about a file that was read before. One that cannot be read now keeps its state.
    fn known_file(&mut self, state: &ContainerState, file: FoundFile, options: SurveyOptions) {
        match look(state, &file, options) {
            Ok(Look::Same) => {
                self.unchanged += 1;
                if !self.moved(state, &file)
                    && matches!(state.fate, ContainerFate::Vanished | ContainerFate::Changed)
                {
                    self.fates.push((state.entry.id, ContainerFate::Present));
                }
            }
            Ok(Look::ReadOn { complete }) => {
                if complete {
                    self.grown += 1;
                } else {
                    self.resumed += 1;
                }
                self.moved(state, &file);
                self.to_read.push(ToRead { file, id: state.entry.id, known: true, complete });
            }
            Ok(Look::Changed) => {
                self.fates.push((state.entry.id, ContainerFate::Changed));
                self.note(state, "changed", "its recorded bytes are no longer there; it was not read again");
            }
            Err(error) => self.note(state, "unreadable", &format!("it keeps its record: {}", cause(&error))),
        }
    }

    /// Records where the file lies now, where that is elsewhere: a Maildir flag changes the name.
    fn moved(&mut self, state: &ContainerState, file: &FoundFile) -> bool {
        if file.path == state.entry.path {
            return false;
        }
        let (archive, from) = (state.entry.archive.clone(), state.entry.path.clone());
        self.moves.push(Move { archive, from, to: file.path.clone() });
        self.fates.push((state.entry.id, ContainerFate::Moved(file.path.clone())));
        true
    }

    fn stranger(
        &mut self,
        file: FoundFile,
        missing: &mut Missing<'_>,
        known: &Known,
        taken: &mut BTreeSet<ContainerId>,
    ) {
        match missing.take(&file) {
            Ok(None) => {}
            Ok(Some(state)) => {
                self.unchanged += 1;
                self.note(state, "moved", &format!("now at {}; same bytes, same identity", file.path));
                self.moved(state, &file);
                return;
            }
            Err(error) => {
                // It may be one of the missing; read under a new identity it would stand there twice.
                let detail = format!("it was not read: {}", cause(&error));
                let container = format!("{}:{}", file.archive, file.path);
                self.notes.push(ContainerNote { container, what: "unreadable".to_owned(), detail });
                return;
            }
        }
        let by_identity = ContainerId::new(&file.archive, &file.identity_path);
        let by_path = ContainerId::new(&file.archive, &file.path);
        let free = |id: &ContainerId| !known.by_id.contains_key(id) && !taken.contains(id);
        // A second name of one Maildir message is a container of its own: nothing is merged unsaid.
        let Some(id) = [by_identity, by_path].into_iter().find(free) else {
            let detail = "another file was first seen under this name, and is recorded; this one was not read: give it another name";
            let container = format!("{}:{}", file.archive, file.path);
            self.notes.push(ContainerNote {
                container,
                what: "name-taken".to_owned(),
                detail: detail.to_owned(),
            });
            return;
        };
        taken.insert(id);
        self.fresh += 1;
        self.to_read.push(ToRead { file, id, known: false, complete: false });
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

/// What became of a file that was read before.
enum Look {
    Same,
    /// There is more of it to be read.
    ReadOn {
        complete: bool,
    },
    Changed,
}

fn look(state: &ContainerState, file: &FoundFile, options: SurveyOptions) -> Result<Look, IngestError> {
    let Some(tally) = &state.entry.tally else { return Ok(Look::ReadOn { complete: false }) };
    let same_size = file.bytes == state.entry.file_bytes;
    if same_size && file.modified == state.entry.modified && !options.rehash {
        return Ok(Look::Same);
    }
    if same_size && sha256(file)? == tally.file_sha256 {
        return Ok(Look::Same);
    }
    if state.entry.kind == ContainerKind::Mbox && grew(state, tally, file)? {
        return Ok(Look::ReadOn { complete: true });
    }
    Ok(Look::Changed)
}

/// The digest of the file as it lies on disk.
fn sha256(file: &FoundFile) -> Result<Sha256, IngestError> {
    duces_ingest::prefix_sha256(&file.absolute, false, file.bytes)
}

/// Whether the mailbox still starts with every byte that was recorded, and has more after them.
fn grew(state: &ContainerState, tally: &ContainerTally, file: &FoundFile) -> Result<bool, IngestError> {
    match duces_ingest::prefix_sha256(&file.absolute, state.entry.compressed, tally.stream_bytes) {
        Ok(prefix) => Ok(prefix == tally.stream_sha256),
        Err(IngestError::Short { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the system said, without the path of this machine.
fn cause(error: &IngestError) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
