//! The register as a whole.

use crate::attorney::Attorney;
use crate::attribution::{Attributor, OccurrenceFacts};
use crate::capture::CaptureChange;
use crate::closure::Closure;
use crate::control::{ControlId, ControlTotal};
use crate::folder;
use crate::group::GroupRow;
use crate::held::{DatedAddress, HeldAddress};
use crate::person::Person;
use crate::reading::{self, Read};
use crate::references;
use crate::report::{ReportedDay, ReportedGap};
use crate::retention::{Disposal, Hold};
use crate::review::ReviewConnection;
use crate::review_log::ReviewRow;
use crate::schedule::RetentionClass;
use crate::sequence::Sequence;
use crate::source::Source;
use chrono::NaiveDate;
use duces_model::{Attribution, EmailAddress, GroupId, Mistake, Mistakes, PersonId, Sha256, SourceId};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// A register without mistakes. Its parts are to be read: attribution follows the files, not changes
/// made to the values afterwards.
#[derive(Debug)]
pub struct Register {
    /// Sources, in the order of their file.
    pub sources: Vec<Source>,
    /// People, in the order of their file.
    pub people: Vec<Person>,
    /// Addresses of people with their days, in the order of their file.
    pub addresses: Vec<HeldAddress>,
    /// Rows of groups, in the order of their file.
    pub groups: Vec<GroupRow>,
    /// Counsel of the firm, in the order of their file.
    pub attorneys: Vec<Attorney>,
    /// Changes of capture paths, in the order of their file.
    pub captures: Vec<CaptureChange>,
    /// Disposals, in the order of their file.
    pub disposals: Vec<Disposal>,
    /// Holds, in the order of their file.
    pub holds: Vec<Hold>,
    /// The firm's own closed days, in the order of their file.
    pub closures: Vec<Closure>,
    /// Classes of the retention schedule, in the order of their file.
    pub retention: Vec<RetentionClass>,
    /// Connections to supervisory review, in the order of their file: what its rows say. Where a source has
    /// none, its columns in `sources.csv` may: [`Register::reviewed_days`] asks both.
    pub review: Vec<ReviewConnection>,
    /// What logs of supervisory review say, in the order of their files.
    pub review_log: Vec<ReviewRow>,
    /// Numbers that should not skip, in the order of their file.
    pub sequences: Vec<Sequence>,
    /// Control totals, in the order of their files: with what reports expected, where their mapping says that
    /// it counts as such.
    pub controls: Vec<ControlTotal>,
    /// Communications that systems of record have, in the order of their files.
    pub control_ids: Vec<ControlId>,
    /// What other systems report of sources and days, in the order of their files.
    pub reports: Vec<ReportedDay>,
    /// Where other systems report gaps, in the order of their files.
    pub reported_gaps: Vec<ReportedGap>,
    /// The files read, sorted by path.
    pub files: Vec<RegisterFile>,
    /// Files that a register may have and this one has not, sorted.
    pub absent: Vec<String>,
    /// What lies in the folder and was not read, sorted.
    pub ignored: Vec<String>,
    attributor: Attributor,
}

/// A file of the register as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterFile {
    /// Path below the register's folder, with `/`: `sources.csv`, `controls/journal.csv`.
    pub path: String,
    /// Digest of the content.
    pub sha256: Sha256,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Why there is no register.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// A folder or file that cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Everything that is wrong in the files.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
}

impl Register {
    /// Reads the folder `register` of a workspace.
    ///
    /// # Errors
    /// Where the folder or a file cannot be read; otherwise all mistakes in all files at once.
    pub fn read(dir: &Path) -> Result<Self, RegisterError> {
        let folder = folder::read(dir)?;
        Ok(Self::build(folder.files, folder.ignored, folder.mistakes)?)
    }

    /// The register that these files make, each with its path below the register's folder: for files
    /// kept from an earlier day.
    ///
    /// # Errors
    /// All mistakes in all files at once.
    pub fn from_files(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Self, Mistakes> {
        Self::build(files.into_iter().collect(), Vec::new(), Vec::new())
    }

    fn build(
        files: BTreeMap<String, Vec<u8>>,
        ignored: Vec<String>,
        mistakes: Vec<Mistake>,
    ) -> Result<Self, Mistakes> {
        let Read { rows, absent, mut mistakes } = reading::read(&files, mistakes);
        references::check(&rows, &mut mistakes);
        let rows = Mistakes::or(mistakes, rows)?;
        let file =
            |(path, bytes): (String, Vec<u8>)| RegisterFile { sha256: Sha256::of(&bytes), path, bytes };
        Ok(Self {
            attributor: Attributor::new(&rows.sources),
            sources: rows.sources,
            people: rows.people,
            addresses: rows.addresses,
            groups: rows.groups,
            attorneys: rows.attorneys,
            captures: rows.captures,
            disposals: rows.disposals,
            holds: rows.holds,
            closures: rows.closures,
            retention: rows.retention,
            review: rows.review,
            review_log: rows.review_log,
            sequences: rows.sequences,
            controls: rows.controls,
            control_ids: rows.control_ids,
            reports: rows.reports,
            reported_gaps: rows.reported_gaps,
            files: files.into_iter().map(file).collect(),
            absent,
            ignored,
        })
    }

    /// Digest over all files: their paths and contents, in the order of the paths.
    pub fn digest(&self) -> Sha256 {
        let fields = self.files.iter().flat_map(|file| [file.path.as_bytes(), file.sha256.as_bytes()]);
        digest_fields("duces register 1", fields)
    }

    /// Digest over what attribution depends on and nothing else: ids, addresses, path rules, journal and
    /// service dates of the sources, whatever their order in the file.
    pub fn attribution_digest(&self) -> Sha256 {
        let mut sources: Vec<&Source> = self.sources.iter().collect();
        sources.sort_by(|a, b| a.id.cmp(&b.id));
        let texts: Vec<String> = sources.into_iter().flat_map(attribution_fields).collect();
        digest_fields("duces attribution 2", texts.iter().map(String::as_bytes))
    }

    /// The source of that id.
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == *id)
    }

    /// The person of that id.
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// Every address of a person with the days on which it counts as theirs, sorted.
    ///
    /// An address of `addresses.csv` counts on the days of its row. One of `people.csv` counts always;
    /// where it passed from one person to another, it counts for each while they were with the firm.
    pub fn addresses_of(&self, person: &Person) -> Vec<DatedAddress> {
        let passed_on = |address: &EmailAddress| {
            self.people.iter().any(|other| other.id != person.id && other.addresses.contains(address))
                || self.addresses.iter().any(|other| other.person != person.id && other.address == *address)
        };
        let listed = person.addresses.iter().map(|address| {
            let (from, to) = if passed_on(address) { (person.from, person.to) } else { (None, None) };
            DatedAddress { address: address.clone(), from, to }
        });
        let own = self.addresses.iter().filter(|held| held.person == person.id);
        let held =
            own.map(|held| DatedAddress { address: held.address.clone(), from: held.from, to: held.to });
        let mut all: Vec<DatedAddress> = listed.chain(held).collect();
        all.sort();
        all
    }

    /// The rows of a group, in the order of their file; none where there is no such group.
    pub fn group(&self, id: &GroupId) -> Vec<&GroupRow> {
        self.groups.iter().filter(|row| row.group == *id).collect()
    }

    /// Every group, sorted.
    pub fn group_ids(&self) -> BTreeSet<&GroupId> {
        self.groups.iter().map(|row| &row.group).collect()
    }

    /// The name under which a source's documents are produced: its owner's, else its own. A source that
    /// the register does not have is named by its id.
    pub fn custodian_of(&self, source: &SourceId) -> String {
        let Some(source) = self.source(source) else { return source.to_string() };
        let owner = source.owner.as_ref().and_then(|owner| self.person(owner));
        owner.map_or_else(|| source.name.clone(), |person| person.name.clone())
    }

    /// The sources to which an occurrence belongs, each once on its strongest basis, sorted by source.
    ///
    /// Path rules come first and journal envelopes next, side by side: a message of a mailbox's own
    /// folder may have been journalled to others. Headers are asked only where neither gave anything.
    pub fn attribute(&self, occurrence: &OccurrenceFacts<'_>) -> Vec<Attribution> {
        self.attributor.attribute(occurrence, None)
    }

    /// As [`Register::attribute`], for a message of a known civil day: of several sources that had one
    /// address one after the other, only those in service on that day. Without it, each of them.
    pub fn attribute_on(&self, occurrence: &OccurrenceFacts<'_>, day: Option<NaiveDate>) -> Vec<Attribution> {
        self.attributor.attribute(occurrence, day)
    }

    /// Whether some source has the address, at whatever time.
    pub fn is_registered(&self, address: &EmailAddress) -> bool {
        self.attributor.has_address(address)
    }

    /// The archives that path rules name, for checking against those that the workspace has.
    pub fn archives(&self) -> BTreeSet<&str> {
        let rules = self.sources.iter().flat_map(|source| &source.archive_paths);
        rules.map(|rule| rule.archive.as_str()).collect()
    }
}

fn attribution_fields(source: &Source) -> Vec<String> {
    let mut addresses: Vec<String> = source.addresses.iter().map(ToString::to_string).collect();
    let mut rules: Vec<String> = source.archive_paths.iter().map(ToString::to_string).collect();
    addresses.sort();
    rules.sort();
    let to = source.in_service_to.map_or_else(String::new, |to| to.to_string());
    let scalars = [source.id.to_string(), source.journal.to_string(), source.in_service_from.to_string(), to];
    let counts = [addresses.len().to_string(), rules.len().to_string()];
    scalars.into_iter().chain(counts).chain(addresses).chain(rules).collect()
}

/// Digests fields that cannot run into each other: each stands behind its length.
fn digest_fields<'a>(kind: &'a str, fields: impl IntoIterator<Item = &'a [u8]>) -> Sha256 {
    let mut hasher = Sha256::hasher();
    for field in std::iter::once(kind.as_bytes()).chain(fields) {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field);
    }
    hasher.finish()
}
