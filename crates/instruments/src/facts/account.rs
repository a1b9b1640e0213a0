//! What was read, by source and over all.

use chrono::NaiveDate;
use duces_model::{Channel, DefectCode, SourceId};
use serde::{Deserialize, Serialize};

/// A source of the register with its account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFacts {
    /// Which.
    pub source: SourceId,
    /// Its name in the register.
    pub name: String,
    /// What it carries.
    pub channel: Channel,
    /// First day in service.
    pub in_service_from: NaiveDate,
    /// Last day in service; absent while it is.
    pub in_service_to: Option<NaiveDate>,
    /// Messages and loose files that belong to it.
    pub occurrences: u64,
    /// Those of them that belong to it by their headers only, the weakest basis.
    pub by_headers_only: u64,
    /// Documents: messages and attachments.
    pub documents: u64,
    /// Documents for which word searches can answer.
    pub indexed: u64,
    /// Documents for which they cannot.
    pub unsearchable: u64,
    /// Messages without a usable date.
    pub undated: u64,
    /// Day of the earliest dated message.
    pub first_day: Option<NaiveDate>,
    /// Day of the latest dated message.
    pub last_day: Option<NaiveDate>,
}

/// What was read over all archives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveFacts {
    /// Containers (files) read.
    pub containers: u64,
    /// Those of them whose messages were counted by a second, independent method.
    pub counted_twice: u64,
    /// Messages and loose files found.
    pub found: u64,
    /// Found and read.
    pub parsed: u64,
    /// Found and not read as a message; kept with a defect.
    pub defective: u64,
    /// Documents: messages and attachments.
    pub documents: u64,
    /// Documents for which word searches can answer.
    pub indexed: u64,
    /// Documents for which they cannot.
    pub unsearchable: u64,
    /// Unsearchable documents by reason, each document under one; the counts add up to `unsearchable`.
    pub unsearchable_by_reason: Vec<CodeCount>,
    /// Defects by code. One document can have several, and a container some of its own.
    pub defects: Vec<CodeCount>,
    /// Mail containers that this version has no reader for: the messages inside are not counted.
    pub unsupported: Vec<UnsupportedContainer>,
    /// Files that were found and not read, or not to their end, and those that are no retained material
    /// by a rule.
    pub unread: Vec<UnreadFile>,
    /// Containers that were no longer there, or no longer the same, when last looked at.
    pub altered: Vec<Altered>,
}

/// A form in which is retained what the request's items search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormFacts {
    /// Its word.
    pub form: String,
    /// What it is called.
    pub title: String,
    /// The sources of which something is retained in it, among those that are searched.
    pub sources: Vec<SourceId>,
    /// Whether documents of no source are retained in it, where an item asks for them too.
    pub of_no_source: bool,
    /// What it cannot contain, however well it is read.
    pub cannot_contain: Vec<BlindSpotFacts>,
}

/// What a form cannot contain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlindSpotFacts {
    /// What, as a sentence without its full stop.
    pub what: String,
    /// How it is known: `verified`, `secondary`, `from memory` or `inference`.
    pub known: String,
    /// Who says so.
    pub says: String,
}

/// How often a defect was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeCount {
    /// Which.
    pub code: DefectCode,
    /// How often.
    pub count: u64,
}

/// A container that could not be opened as what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnsupportedContainer {
    /// Name of its archive.
    pub archive: String,
    /// Path below the archive's root.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// A file of an archive that was not read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnreadFile {
    /// Archive and path.
    pub file: String,
    /// Why.
    pub reason: String,
    /// Whether a rule says that it is no retained material, so that nothing is missing by it.
    pub by_rule: bool,
}

/// A container that is not what it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Altered {
    /// Name of its archive.
    pub archive: String,
    /// Path below the archive's root.
    pub path: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a container after it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is not there any more.
    Vanished,
    /// It is there with other content.
    Changed,
}
