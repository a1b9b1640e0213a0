//! The account of what was read, closed and written down.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::sheet::Sheet;
use duces_indexer::Index;
use duces_ledger::{ContainerAccountRow, ContainerFate, LedgerError, SourceAccount};
use duces_model::{
    ContainerAccount, DocumentAccount, Observer, Sha256, SnapshotId, Unexplained, accounting::check_sum,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What `duces index` did and found.
#[derive(Debug, Serialize)]
pub struct IndexReport {
    /// Identity of the index now.
    pub snapshot: SnapshotId,
    /// Files in the archive that were not known before.
    pub containers_new: u64,
    /// Files unchanged since they were read.
    pub containers_unchanged: u64,
    /// Mailboxes that grew and were read on.
    pub containers_grown: u64,
    /// Files whose reading an earlier run had begun and not finished.
    pub containers_resumed: u64,
    /// Files that moved, changed or vanished since they were read, or could not be read: the first hundred
    /// of each kind.
    pub notes: Vec<ContainerNote>,
    /// How many there are of each kind; `reports/files.csv` lists all.
    pub note_counts: BTreeMap<String, u64>,
    /// Files that are no retained material, by rule, with the reason: the first hundred.
    pub ignored: Vec<Ignored>,
    /// How many there are; `reports/files.csv` lists all.
    pub ignored_count: u64,
    /// Sum over all containers ever read.
    pub containers: ContainerAccount,
    /// How many containers there are.
    pub container_count: u64,
    /// Sum over all documents.
    pub documents: DocumentAccount,
    /// Unsearchable documents by reason, most first.
    pub unsearchable: Vec<(String, u64)>,
    /// Flaws by code, most first.
    pub defects: Vec<(String, u64)>,
    /// Per source; the one without a name is what belongs to none.
    pub sources: Vec<SourceRow>,
    /// How many attributions changed because the register did, or because files moved; absent where none
    /// was asked anew.
    pub reattributed: Option<u64>,
    /// Sheets written.
    pub reports: Vec<PathBuf>,
}

/// Something about one container that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContainerNote {
    /// Archive and path.
    pub container: String,
    /// `moved`, `changed`, `vanished`, `unreadable` or `name-taken`.
    pub what: String,
    /// What follows from it.
    pub detail: String,
}

/// A file that is not read, by rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// Archive and path.
    pub file: String,
    /// The rule.
    pub reason: String,
}

/// The account of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceRow {
    /// Which; absent for what belongs to none.
    pub source: Option<duces_model::SourceId>,
    /// Messages and loose files.
    pub occurrences: u64,
    /// Of these, by a rule of the register.
    pub by_rule: u64,
    /// Of these, by a journal envelope.
    pub by_envelope: u64,
    /// Of these, by headers only, which is weak.
    pub by_header: u64,
    /// Those and their attachments.
    pub documents: u64,
    /// Word searches can answer for them.
    pub indexed: u64,
    /// They cannot.
    pub unsearchable: u64,
    /// First day of a message with a date.
    pub first_day: Option<chrono::NaiveDate>,
    /// Last day of a message with a date.
    pub last_day: Option<chrono::NaiveDate>,
    /// Messages without a usable date.
    pub undated: u64,
}

impl From<&SourceAccount> for SourceRow {
    fn from(account: &SourceAccount) -> Self {
        Self {
            source: account.source.clone(),
            occurrences: account.occurrences,
            by_rule: account.by_basis.rule,
            by_envelope: account.by_basis.envelope,
            by_header: account.by_basis.header,
            documents: account.documents,
            indexed: account.indexed,
            unsearchable: account.unsearchable,
            first_day: account.first_day,
            last_day: account.last_day,
            undated: account.undated,
        }
    }
}

impl IndexReport {
    /// Whether nothing was read because nothing is new.
    pub fn nothing_to_do(&self) -> bool {
        self.containers_new + self.containers_grown + self.containers_resumed == 0
    }

    /// Whether a person should look at a file.
    pub fn needs_person(&self) -> bool {
        self.note_counts.keys().any(|what| what != "moved")
    }
}

/// All sums of the ledger, checked.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// How many containers there are.
    pub(crate) containers: u64,
    /// How many of them were counted by a second method.
    pub(crate) counted_twice: u64,
    /// The sum over all containers.
    pub(crate) total: ContainerAccount,
    pub(crate) documents: DocumentAccount,
    pub(crate) sources: Vec<SourceAccount>,
    pub(crate) unexplained: Vec<Unexplained>,
}

impl Account {
    /// Draws up the account from the ledger and holds the index against it.
    pub(crate) fn close(workspace: &Workspace) -> Result<Self, WorkspaceError> {
        Self::draw_up(workspace, &mut |_| Ok(()))
    }

    /// The same, and lists every container in `reports/containers.csv`.
    pub(super) fn close_with_sheet(
        workspace: &Workspace,
        observer: &dyn Observer,
    ) -> Result<(Self, PathBuf), WorkspaceError> {
        let path = workspace.report("containers.csv");
        let mut sheet = Sheet::staged(&path, &CONTAINER_HEADS)?;
        let account = Self::draw_up(workspace, &mut |row| {
            if observer.stop_requested() {
                return Err(WorkspaceError::Stopped);
            }
            observer.advance(1);
            sheet.row(container_cells(row));
            Ok(())
        })?;
        sheet.finish()?;
        Ok((account, path))
    }

    fn draw_up(
        workspace: &Workspace,
        each: &mut dyn FnMut(&ContainerAccountRow) -> Result<(), WorkspaceError>,
    ) -> Result<Self, WorkspaceError> {
        let mut account = Self::default();
        workspace.ledger.each_container_account(|row| {
            account.add(&row);
            each(&row)
        })?;
        let unexplained = &mut account.unexplained;
        let documents = closed(workspace.ledger.document_account(), unexplained)?;
        account.sources = closed(workspace.ledger.source_accounts(), unexplained)?.unwrap_or_default();
        if let Some(documents) = &documents {
            let indexed = Index::open(&workspace.index_path())?.snapshot()?.documents();
            let parts = [("in the ledger", documents.documents)];
            unexplained.extend(check_sum("the index", ("documents in the index", indexed), &parts).err());
        }
        account.documents = documents.unwrap_or_default();
        Ok(account)
    }

    fn add(&mut self, row: &ContainerAccountRow) {
        self.containers += 1;
        self.counted_twice += u64::from(row.account.independent.is_some());
        self.total.found += row.account.found;
        self.total.parsed += row.account.parsed;
        self.total.defective += row.account.defective;
        if row.complete {
            self.unexplained.extend(row.account.check(&format!("{}:{}", row.archive, row.path)).err());
        }
    }
}

/// A sum of the ledger, or none where it does not close: that is listed with the others.
fn closed<T>(
    sum: Result<T, LedgerError>,
    unexplained: &mut Vec<Unexplained>,
) -> Result<Option<T>, WorkspaceError> {
    match sum {
        Ok(sum) => Ok(Some(sum)),
        Err(LedgerError::Unexplained(difference)) => {
            unexplained.push(difference);
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

impl Workspace {
    /// The identity of the index as the ledger records its content.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn snapshot_id(&self) -> Result<SnapshotId, WorkspaceError> {
        Ok(identity(self.ledger.snapshot_content()?))
    }

    /// The same, computed from every document and held against what indexing remembered: what an officer
    /// signs rests on no memory.
    pub(crate) fn checked_snapshot_id(&self) -> Result<SnapshotId, WorkspaceError> {
        Ok(identity(self.ledger.checked_content()?))
    }
}

fn identity((documents, content): (u64, Sha256)) -> SnapshotId {
    SnapshotId::new(duces_indexer::SCHEMA_VERSION, duces_indexer::ANALYZER_VERSION, documents, content)
}

pub(super) fn write(
    workspace: &mut Workspace,
    found: &super::survey::Outcome,
    account: &Account,
    containers_sheet: PathBuf,
    reattributed: Option<u64>,
) -> Result<IndexReport, WorkspaceError> {
    let by_code = |rows: Vec<(duces_model::DefectCode, u64)>| {
        let mut rows: Vec<_> = rows.into_iter().map(|(code, n)| (code.as_str().to_owned(), n)).collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        rows
    };
    let (mut notes, files_sheet) = super::notes::write(workspace)?;
    let reports =
        vec![containers_sheet, sources_sheet(workspace, account)?, defects_sheet(workspace)?, files_sheet];
    let (ignored, shown): (Vec<_>, Vec<_>) = notes.shown.into_iter().partition(|note| note.what == "ignored");
    Ok(IndexReport {
        snapshot: workspace.snapshot_id()?,
        containers_new: found.totals.new,
        containers_unchanged: found.unchanged,
        containers_grown: found.totals.grown,
        containers_resumed: found.totals.resumed,
        notes: shown,
        ignored_count: notes.counts.remove("ignored").unwrap_or_default(),
        note_counts: notes.counts,
        ignored: ignored
            .into_iter()
            .map(|note| Ignored { file: note.container, reason: note.detail })
            .collect(),
        containers: account.total,
        container_count: account.containers,
        documents: account.documents,
        unsearchable: by_code(workspace.ledger.unsearchable_by_reason()?),
        defects: by_code(workspace.ledger.defects_by_code()?),
        sources: account.sources.iter().map(SourceRow::from).collect(),
        reattributed,
        reports,
    })
}

const CONTAINER_HEADS: [&str; 10] = [
    "archive",
    "path",
    "kind",
    "found",
    "independent count",
    "parsed",
    "defective",
    "unexplained",
    "state",
    "defects",
];

fn container_cells(row: &ContainerAccountRow) -> [String; 10] {
    let unexplained = row.account.check("").err().map_or(0, |sum| sum.unexplained);
    [
        row.archive.clone(),
        row.path.to_string(),
        row.kind.as_str().to_owned(),
        row.account.found.to_string(),
        row.account.independent.map_or_else(|| "none".to_owned(), |count| count.to_string()),
        row.account.parsed.to_string(),
        row.account.defective.to_string(),
        unexplained.to_string(),
        state_of(row).to_owned(),
        row.defects.to_string(),
    ]
}

/// Read whole or not, and what became of the file since.
fn state_of(row: &ContainerAccountRow) -> &'static str {
    match (row.complete, &row.fate) {
        (false, _) => "not read to its end",
        (true, ContainerFate::Present) => "read",
        (true, fate) => fate.as_str(),
    }
}

fn sources_sheet(workspace: &Workspace, account: &Account) -> Result<PathBuf, WorkspaceError> {
    let heads = [
        "source",
        "occurrences",
        "by rule",
        "by envelope",
        "by header",
        "documents",
        "indexed",
        "unsearchable",
        "first day",
        "last day",
        "undated",
    ];
    let mut sheet = Sheet::new(&heads);
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    for row in account.sources.iter().map(SourceRow::from) {
        sheet.row([
            row.source.as_ref().map_or_else(|| "(unattributed)".to_owned(), ToString::to_string),
            row.occurrences.to_string(),
            row.by_rule.to_string(),
            row.by_envelope.to_string(),
            row.by_header.to_string(),
            row.documents.to_string(),
            row.indexed.to_string(),
            row.unsearchable.to_string(),
            day(row.first_day),
            day(row.last_day),
            row.undated.to_string(),
        ]);
    }
    let path = workspace.report("sources.csv");
    sheet.replace(&path)?;
    Ok(path)
}

fn defects_sheet(workspace: &Workspace) -> Result<PathBuf, WorkspaceError> {
    let path = workspace.report("defects.csv");
    let heads = ["archive", "path", "message", "part", "document", "defect", "detail", "meaning"];
    let mut sheet = Sheet::staged(&path, &heads)?;
    workspace.ledger.defect_rows(&mut |row| {
        sheet.row([
            row.archive,
            row.path.to_string(),
            row.ordinal.map(|ordinal| (ordinal + 1).to_string()).unwrap_or_default(),
            row.part.map(|part| part.to_string()).unwrap_or_default(),
            row.document.map(|id| id.to_string()).unwrap_or_default(),
            row.code.as_str().to_owned(),
            row.detail,
            row.code.meaning().to_owned(),
        ]);
    })?;
    sheet.finish()?;
    Ok(path)
}
