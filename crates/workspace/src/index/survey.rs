//! What lies in the archive now, held against what the ledger knows.
//!
//! The list of files is the ledger's survey, on disk: memory does not grow with the archive.

use super::notes::note;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_ingest::{Found, FoundFile, IngestError};
use duces_ledger::{
    ContainerFate, ContainerState, ContainerTally, FileNote, Sighting, SurveyTotals, Surveyed, Todo,
};
use duces_model::{ArchivePath, ContainerId, ContainerKind, Observer, Sha256};
use duces_register::{OccurrenceFacts, Register};

/// Files taken from the survey, or given to it, together.
pub(super) const PAGE: u32 = 1024;

/// How closely to look.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SurveyOptions {
    /// Digest files that look unchanged by size and modification time.
    pub(super) rehash: bool,
}

/// The result of the survey; the files themselves, their fates and notes are in the ledger's survey.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) totals: SurveyTotals,
    pub(super) unchanged: u64,
    /// A file lies now where path rules of the register say something else of it.
    pub(super) ruled_otherwise: bool,
}

/// Walks every archive and decides about each file.
pub(super) fn survey(
    workspace: &mut Workspace,
    register: &Register,
    options: SurveyOptions,
    observer: &dyn Observer,
) -> Result<Outcome, WorkspaceError> {
    observer.stage("looking through the archive", "files", None);
    workspace.ledger.begin_survey()?;
    walk(workspace, observer)?;
    workspace.ledger.survey().match_known()?;
    let mut surveyor = Surveyor { workspace, register, options, observer, outcome: Outcome::default() };
    surveyor.known_files()?;
    surveyor.strangers()?;
    surveyor.new_files()?;
    surveyor
        .workspace
        .ledger
        .survey()
        .vanished("its record is kept; put the file back, or record why it is gone")?;
    let mut outcome = surveyor.outcome;
    outcome.totals = workspace.ledger.survey().totals()?;
    Ok(outcome)
}

/// Puts every file of every archive on the survey's list.
fn walk(workspace: &mut Workspace, observer: &dyn Observer) -> Result<(), WorkspaceError> {
    let (mut files, mut ignored) = (Vec::new(), Vec::new());
    let page = PAGE as usize;
    for archive in &workspace.config.archives {
        for found in duces_ingest::walk(&archive.name, &archive.absolute(&workspace.root))? {
            go_on(observer)?;
            observer.advance(1);
            match found? {
                Found::Ignored { path, reason } => {
                    ignored.push(note(&archive.name, &path, "ignored", reason))
                }
                Found::Container(file) => files.push(Sighting {
                    identity: ContainerId::new(&file.archive, &file.identity_path),
                    archive: file.archive,
                    path: file.path,
                    bytes: file.bytes,
                    modified: file.modified,
                    maildir: file.maildir,
                }),
            }
            if files.len() >= page || ignored.len() >= page {
                workspace.ledger.survey().add(&std::mem::take(&mut files))?;
                workspace.ledger.survey().notes(&std::mem::take(&mut ignored))?;
            }
        }
    }
    // The system lists files in no order; those that are left out are told in one.
    workspace.ledger.survey().add(&files)?;
    workspace.ledger.survey().notes(&ignored)?;
    Ok(workspace.ledger.survey().sort_notes()?)
}

/// Ends the survey where the user asks for it: it has changed nothing.
fn go_on(observer: &dyn Observer) -> Result<(), WorkspaceError> {
    if observer.stop_requested() { Err(WorkspaceError::Stopped) } else { Ok(()) }
}

/// The file of a sighting, as it lies on this machine.
pub(super) fn found_file(workspace: &Workspace, file: &Sighting) -> Result<FoundFile, WorkspaceError> {
    let archive = workspace.archive(&file.archive).ok_or_else(|| WorkspaceError::Unknown {
        what: "archive",
        name: file.archive.clone(),
        known: workspace.config.archives.iter().map(|archive| archive.name.clone()).collect(),
    })?;
    let root = archive.absolute(&workspace.root);
    Ok(FoundFile::seen(&root, &file.archive, &file.path, file.maildir, file.bytes, file.modified))
}

/// Decides about files, page by page.
struct Surveyor<'a> {
    workspace: &'a mut Workspace,
    register: &'a Register,
    options: SurveyOptions,
    observer: &'a dyn Observer,
    outcome: Outcome,
}

impl Surveyor<'_> {
    /// Files that were read before. One that cannot be read now keeps its state.
    fn known_files(&mut self) -> Result<(), WorkspaceError> {
        let mut after = 0;
        loop {
            let page = self.workspace.ledger.survey().known(after, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = last.place;
            let mut decided = Decided::default();
            for (surveyed, state) in &page {
                go_on(self.observer)?;
                self.known_file(surveyed, state, &mut decided)?;
            }
            decided.record(self.workspace)?;
        }
    }

    fn known_file(
        &mut self,
        surveyed: &Surveyed,
        state: &ContainerState,
        decided: &mut Decided,
    ) -> Result<(), WorkspaceError> {
        let id = state.entry.id;
        match look(state, &found_file(self.workspace, &surveyed.file)?, self.options) {
            Ok(Look::Same) => {
                self.outcome.unchanged += 1;
                if !self.moved(surveyed, state, decided)
                    && matches!(state.fate, ContainerFate::Vanished | ContainerFate::Changed)
                {
                    decided.fates.push((id, ContainerFate::Present));
                }
            }
            Ok(Look::ReadOn { complete }) => {
                self.moved(surveyed, state, decided);
                decided.to_read.push((surveyed.place, if complete { Todo::Grown } else { Todo::Resume }));
            }
            Ok(Look::Changed) => {
                decided.fates.push((id, ContainerFate::Changed));
                let detail = "its recorded bytes are no longer there; it was not read again";
                decided.notes.push(note(&state.entry.archive, &state.entry.path, "changed", detail));
            }
            Err(error) => {
                let detail = format!("it keeps its record: {}", cause(&error));
                decided.notes.push(note(&state.entry.archive, &state.entry.path, "unreadable", detail));
            }
        }
        Ok(())
    }

    /// Records where the file lies now, where that is elsewhere: a Maildir flag changes the name.
    fn moved(&mut self, surveyed: &Surveyed, state: &ContainerState, decided: &mut Decided) -> bool {
        let (from, to) = (&state.entry.path, &surveyed.file.path);
        if from == to {
            return false;
        }
        let archive = &state.entry.archive;
        let ruled = |path: &ArchivePath| {
            self.register.attribute(&OccurrenceFacts { archive, path, journal: false, participants: &[] })
        };
        self.outcome.ruled_otherwise |= ruled(from) != ruled(to);
        decided.fates.push((state.entry.id, ContainerFate::Moved(to.clone())));
        true
    }

    /// Files that are on record under no name, told by their bytes. They are read only where a recorded
    /// file of their size is missing.
    fn strangers(&mut self) -> Result<(), WorkspaceError> {
        let mut after = 0;
        loop {
            let page = self.workspace.ledger.survey().strangers(after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.place;
            let mut decided = Decided::default();
            for surveyed in &page {
                go_on(self.observer)?;
                self.stranger(surveyed, &mut decided)?;
            }
            decided.record(self.workspace)?;
        }
    }

    fn stranger(&mut self, surveyed: &Surveyed, decided: &mut Decided) -> Result<(), WorkspaceError> {
        let file = &surveyed.file;
        let digest = match sha256(&found_file(self.workspace, file)?) {
            Ok(digest) => digest,
            Err(error) => {
                // It may be one of the missing; read under a new identity it would stand there twice.
                self.workspace.ledger.survey().pass_over(surveyed.place)?;
                let detail = format!("it was not read: {}", cause(&error));
                decided.notes.push(note(&file.archive, &file.path, "unreadable", detail));
                return Ok(());
            }
        };
        let Some(state) = self.workspace.ledger.survey().missing(file, digest)? else { return Ok(()) };
        // At once: the next file of these bytes is another one.
        self.workspace.ledger.survey().is(surveyed.place, state.entry.id)?;
        self.outcome.unchanged += 1;
        let detail = format!("now at {}; same bytes, same identity", file.path);
        decided.notes.push(note(&state.entry.archive, &state.entry.path, "moved", detail));
        self.moved(surveyed, &state, decided);
        Ok(())
    }

    /// Everything else is new. A second name of one Maildir message is a container of its own: nothing is
    /// merged unsaid.
    fn new_files(&mut self) -> Result<(), WorkspaceError> {
        self.workspace.ledger.survey().number()?;
        let mut after = 0;
        loop {
            let page = self.workspace.ledger.survey().second_names(after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.place;
            let mut taken = Vec::new();
            for surveyed in &page {
                let file = &surveyed.file;
                let by_path = ContainerId::new(&file.archive, &file.path);
                if !self.workspace.ledger.survey().number_as(surveyed.place, by_path)? {
                    let detail = "another file was first seen under this name, and is recorded; this one was not read: give it another name";
                    taken.push(note(&file.archive, &file.path, "name-taken", detail));
                }
            }
            self.workspace.ledger.survey().notes(&taken)?;
        }
    }
}

/// What was decided about a page of files.
#[derive(Default)]
struct Decided {
    to_read: Vec<(i64, Todo)>,
    fates: Vec<(ContainerId, ContainerFate)>,
    notes: Vec<FileNote>,
}

impl Decided {
    fn record(self, workspace: &mut Workspace) -> Result<(), WorkspaceError> {
        let mut survey = workspace.ledger.survey();
        survey.to_read(&self.to_read)?;
        survey.fates(&self.fates)?;
        Ok(survey.notes(&self.notes)?)
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
