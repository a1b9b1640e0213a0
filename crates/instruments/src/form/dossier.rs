//! What the record holds for letters, reports and declarations, beside the facts of the completeness certification.

use crate::facts::{CompletenessFacts, NumberRange};
use chrono::{DateTime, NaiveDate, Utc};
use duces_model::{ItemId, RequestId, Sha256, VolumeName};

/// Everything about one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// What the completeness certification rests on.
    pub facts: CompletenessFacts,
    /// The verified volumes of which the instrument is to speak, in the order of their names.
    pub delivered: Vec<Delivered>,
    /// What was issued or delivered before, oldest first.
    pub earlier: Vec<Earlier>,
    /// How many rows the privilege log of what was delivered has.
    pub logged: u64,
}

/// A verified volume as it is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Which.
    pub name: VolumeName,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
    /// The zone of its dates.
    pub zone: String,
    /// Words on each page, where there are any.
    pub legend: Option<String>,
    /// Whether its archives are encrypted.
    pub encrypted: bool,
    /// Its archives with their digests.
    pub archives: Vec<(String, Sha256)>,
    /// Names of the load file's fields, in order, as read back.
    pub fields: Vec<String>,
    /// Page images that the load files name, as read back.
    pub images: u64,
    /// Custodians as the load file names them: documents, and unbroken runs of numbers.
    pub custodians: Vec<(String, u64, Vec<NumberRange>)>,
    /// What its rows stand for.
    pub made_of: MadeOf,
    /// For each item, its documents with a number in this volume, and unbroken runs of their numbers.
    pub items: Vec<(ItemId, u64, Vec<NumberRange>)>,
    /// Each native: its first number and digest.
    pub copies: Vec<Copied>,
    /// When it went out, to whom and how.
    pub deliveries: Vec<(NaiveDate, String, String)>,
    /// What it replaces: the volume, the old numbers, the new numbers, why.
    pub replaces: Vec<(VolumeName, NumberRange, NumberRange, String)>,
}

/// What the rows of a volume stand for; they add up to the rows of its load file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MadeOf {
    /// E-mail messages.
    pub emails: u64,
    /// Days of chat rooms, and other messages that are no e-mail.
    pub chats: u64,
    /// Attachments.
    pub attachments: u64,
    /// Files that lay in an archive by themselves, or were added by hand.
    pub loose: u64,
    /// Sheets that stand for what is not produced.
    pub sheets: u64,
    /// Of the records, those that went out with parts covered.
    pub redacted: u64,
}

impl MadeOf {
    /// All rows.
    pub const fn rows(&self) -> u64 {
        self.emails
            .saturating_add(self.chats)
            .saturating_add(self.attachments)
            .saturating_add(self.loose)
            .saturating_add(self.sheets)
    }
}

/// A native in a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its first number.
    pub number: String,
    /// SHA-256 as recorded when it was read from the archive; the volume's file was found to have the same.
    pub sha256: Sha256,
    /// The conversion that made it; absent where it is the retained bytes themselves.
    pub conversion: Option<String>,
}

/// Something that was issued before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// When.
    pub at: DateTime<Utc>,
    /// What, in words.
    pub what: String,
    /// Ids of the gaps that it lists as candidate or confirmed; absent where it lists none by its nature.
    pub gaps: Option<Vec<String>>,
}

/// A gap in words, as its record tells it. What the record does not know reads [`UNKNOWN`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapFile {
    /// Its name.
    pub id: String,
    /// Candidate, confirmed, explained or dismissed.
    pub status: String,
    /// Whether nobody has judged it.
    pub is_candidate: bool,
    /// `preserved` or `reviewed`, in words of what failed.
    pub axis: String,
    /// Its sources or address, with their days in service.
    pub whose: String,
    /// What the sources carry.
    pub channels: String,
    /// First day, with its uncertainty.
    pub first_day: String,
    /// Last day, with its uncertainty.
    pub last_day: String,
    /// How much.
    pub quantity: String,
    /// On what the quantity rests.
    pub basis: String,
    /// What a person has stated of the quantity.
    pub stated: String,
    /// The kinds of evidence.
    pub evidence: String,
    /// The finding.
    pub finding: String,
    /// What the evidence could not have seen.
    pub blind_to: String,
    /// Cause.
    pub cause: String,
    /// Scope.
    pub scope: String,
    /// Impact, as a person notes it.
    pub impact: String,
    /// How it was found.
    pub detected: String,
    /// When it was first known.
    pub first_known: String,
    /// Since when this record has it.
    pub first_seen: String,
    /// What was done.
    pub remediation: String,
    /// What was recovered, and from where.
    pub recovered: String,
    /// What was concluded.
    pub concluded: String,
    /// Who said what, oldest first.
    pub history: Vec<String>,
    /// Requests that it touches: name, what of it, lines.
    pub touched: Vec<TouchedFile>,
}

/// A request that a gap touches, or may touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedFile {
    /// Its name, authority and number.
    pub name: String,
    /// Whether it is certain.
    pub certain: bool,
    /// Its items.
    pub what: String,
    /// Productions, certificates, letters and statements that it bears on.
    pub lines: Vec<String>,
}

/// A claw-back as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClawbackFile {
    /// Its number.
    pub key: i64,
    /// Of which request.
    pub request: RequestId,
    /// What is claimed.
    pub basis: String,
    /// The day on which it went out.
    pub disclosed_on: NaiveDate,
    /// The day on which somebody saw that.
    pub discovered_on: NaiveDate,
    /// Volume, numbers, and where what replaces it stands.
    pub documents: Vec<(VolumeName, NumberRange, Option<Numbered>)>,
    /// Notices on record: day and recipient.
    pub notices: Vec<(NaiveDate, String)>,
}

/// A volume, and numbers in it.
pub type Numbered = (VolumeName, NumberRange);

/// The word for what the record does not know.
pub const UNKNOWN: &str = "unknown";
