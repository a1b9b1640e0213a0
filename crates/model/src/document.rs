//! Containers, occurrences and documents.
//!
//! A *container* is a file read; an *occurrence* is a message (or a loose file) found in it; a
//! *document* is the message itself or one attachment; a *family* is a message with its attachments.
//! Occurrences are never merged: the same mail in five mailboxes is five occurrences.

use crate::address::EmailAddress;
use crate::defect::Defect;
use crate::digest::{Md5, Sha256};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A file's path below the root of its archive, with `/` between the parts on every system.
///
/// Bytes that are no UTF-8 stand as `%XX`, and a literal `%` as `%25`, so that two files never share
/// a path here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArchivePath(String);

impl ArchivePath {
    /// Takes a relative path whose parts are already escaped and joined by `/`.
    pub fn from_escaped(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The escaped text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArchivePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! digest_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Sha256);

        impl $name {
            /// The digest itself.
            pub fn digest(&self) -> Sha256 {
                self.0
            }

            /// An identity read back from where it was stored.
            pub fn from_digest(digest: Sha256) -> Self {
                Self(digest)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = crate::digest::DigestError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

digest_id!(
    /// Which container: the digest of its archive's name and its path at first sight. It survives a
    /// moved archive, and growth; a file renamed inside its archive keeps it through the ledger.
    ContainerId
);
digest_id!(
    /// Which occurrence: the digest of its container's identity, its place there and its bytes.
    OccurrenceId
);
digest_id!(
    /// Which document: the digest of its occurrence and its part path. Never an engine's ordinal.
    DocId
);

/// Digests fields that cannot run into each other: each stands behind its length.
fn digest_fields(kind: &str, fields: &[&[u8]]) -> Sha256 {
    let mut hasher = Sha256::hasher();
    for field in std::iter::once(&kind.as_bytes()).chain(fields) {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field);
    }
    hasher.finish()
}

impl ContainerId {
    /// The identity of the file first seen at `path` of the archive named `archive`.
    pub fn new(archive: &str, path: &ArchivePath) -> Self {
        Self(digest_fields("duces container 1", &[archive.as_bytes(), path.as_str().as_bytes()]))
    }
}

impl OccurrenceId {
    /// The identity of the bytes with this digest at this offset of the container.
    pub fn new(container: ContainerId, offset: u64, retained_sha256: Sha256) -> Self {
        let fields: [&[u8]; 3] = [container.0.as_bytes(), &offset.to_be_bytes(), retained_sha256.as_bytes()];
        Self(digest_fields("duces occurrence 1", &fields))
    }
}

impl DocId {
    /// The identity of a part of an occurrence.
    pub fn new(occurrence: OccurrenceId, part: &PartPath) -> Self {
        Self(digest_fields("duces document 1", &[occurrence.0.as_bytes(), part.0.as_bytes()]))
    }
}

/// Where a document lies in its occurrence: empty for the retained bytes as a whole, else the
/// numbers of the parts from the outside in, from 1, as IMAP counts them: `2`, `2.1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct PartPath(String);

impl PartPath {
    /// The occurrence as a whole.
    pub fn whole() -> Self {
        Self(String::new())
    }

    /// The part `number` (from 1) below this one.
    #[must_use]
    pub fn child(&self, number: usize) -> Self {
        if self.0.is_empty() { Self(number.to_string()) } else { Self(format!("{}.{number}", self.0)) }
    }

    /// A path read back from where it was stored.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text; empty for the whole.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of file a container is, told by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContainerKind {
    /// One message.
    Eml,
    /// A mailbox of messages behind `From ` lines (mboxo, mboxrd, mboxcl, told per message).
    Mbox,
    /// One message, one file of a Maildir.
    Maildir,
    /// One Outlook message (MSG, OFT).
    Msg,
    /// An Outlook data file (PST, OST) of messages.
    Pst,
    /// An export of chats or tickets: its room-days are the messages.
    Chat,
    /// One room-day of a chat in RSMF.
    Rsmf,
    /// A file that is no mail: kept as a document of its own.
    LooseFile,
    /// A mail container that this version cannot open; its messages are not counted.
    Unsupported,
    /// No bytes.
    Empty,
}

impl ContainerKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Eml,
        Self::Mbox,
        Self::Maildir,
        Self::Msg,
        Self::Pst,
        Self::Chat,
        Self::Rsmf,
        Self::LooseFile,
        Self::Unsupported,
        Self::Empty,
    ];

    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eml => "eml",
            Self::Mbox => "mbox",
            Self::Maildir => "maildir",
            Self::Msg => "msg",
            Self::Pst => "pst",
            Self::Chat => "chat",
            Self::Rsmf => "rsmf",
            Self::LooseFile => "loose-file",
            Self::Unsupported => "unsupported",
            Self::Empty => "empty",
        }
    }
}

impl FromStr for ContainerKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("found container kind {text:?}, which this version does not know"))
    }
}

/// A container as a whole, after it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Identity.
    pub id: ContainerId,
    /// Name of its archive, from `duces.toml`.
    pub archive: String,
    /// Path below the archive's root.
    pub path: ArchivePath,
    /// Kind, told by content.
    pub kind: ContainerKind,
    /// Whether the file is gzip-compressed; offsets count uncompressed bytes.
    pub compressed: bool,
    /// Size of the file as it lies on disk, in bytes.
    pub file_bytes: u64,
    /// Digest of the file as it lies on disk.
    pub file_sha256: Sha256,
    /// Flaws of the container as a whole.
    pub defects: Vec<Defect>,
}

/// Where an occurrence's retained bytes lie in its container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Locator {
    /// Which message of the container, from 0.
    pub ordinal: u64,
    /// First byte, counted in the uncompressed container.
    pub offset: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// Whether an occurrence could be read as what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OccurrenceStatus {
    /// Read; small flaws are in its documents' defects.
    Parsed,
    /// Not read as a message: its one document holds the bytes and nothing else.
    Defective(Defect),
}

/// The envelope of a journal report: who really got the message, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryPath {
    /// Envelope sender, where the report names one.
    pub sender: Option<EmailAddress>,
    /// Same for every report of one delivered message: the digest of the enclosed message's
    /// Message-ID and content.
    pub delivery_group: Sha256,
}

/// A message (or loose file) found in a container, with its family.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// Identity.
    pub id: OccurrenceId,
    /// The container it was found in.
    pub container: ContainerId,
    /// Where.
    pub locator: Locator,
    /// Digest of the retained bytes.
    pub retained_sha256: Sha256,
    /// Whether it could be read.
    pub status: OccurrenceStatus,
    /// Present where the occurrence is a journal report; the family root is then the enclosed message.
    pub journal: Option<DeliveryPath>,
    /// The folder in which the container says that it lies, with `/` between folders; absent where it says none.
    pub folder: Option<String>,
    /// The family: never empty, the root first, each parent before its children, in part order.
    pub documents: Vec<Document>,
}

impl Occurrence {
    /// The family's root.
    ///
    /// # Panics
    /// When the family is empty, which no reader produces.
    pub fn root(&self) -> &Document {
        &self.documents[0]
    }
}

/// How somebody takes part in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Header From.
    From,
    /// Header Sender.
    Sender,
    /// Header To.
    To,
    /// Header Cc.
    Cc,
    /// Header Bcc, or Bcc named by a journal envelope.
    Bcc,
    /// Envelope sender of a journal report.
    EnvelopeFrom,
    /// Envelope recipient of a journal report, of no stated kind or by expansion of a group.
    EnvelopeTo,
}

impl Role {
    /// All roles, in the order in which they are listed; the place is the stored code.
    pub const ALL: [Self; 7] =
        [Self::From, Self::Sender, Self::To, Self::Cc, Self::Bcc, Self::EnvelopeFrom, Self::EnvelopeTo];

    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Sender => "sender",
            Self::To => "to",
            Self::Cc => "cc",
            Self::Bcc => "bcc",
            Self::EnvelopeFrom => "envelope-from",
            Self::EnvelopeTo => "envelope-to",
        }
    }

    /// Whether it is a sending role.
    pub const fn sends(self) -> bool {
        matches!(self, Self::From | Self::Sender | Self::EnvelopeFrom)
    }
}

/// Somebody who takes part in a message, as written there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Participant {
    /// How.
    pub role: Role,
    /// The address as it is compared; absent where what is written is no address.
    pub address: Option<EmailAddress>,
    /// The display name, or the text that could not be read as an address.
    pub name: Option<String>,
    /// The group through whose expansion the person received it, where the envelope says so.
    pub by_way_of: Option<EmailAddress>,
}

/// Which kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// A message, root of a family or itself attached to one.
    Message,
    /// An attachment that is not a message.
    Attachment,
    /// A file that lay in the archive by itself.
    LooseFile,
}

impl DocumentKind {
    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Attachment => "attachment",
            Self::LooseFile => "loose-file",
        }
    }
}

impl FromStr for DocumentKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Message, Self::Attachment, Self::LooseFile]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("found document kind {text:?}, which this version does not know"))
    }
}

/// The bytes that stand for a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Native {
    /// Digest of the native.
    pub sha256: Sha256,
    /// MD5 of the native, for the load file.
    pub md5: Md5,
    /// Size in bytes.
    pub bytes: u64,
    /// Absent where the native is the retained bytes themselves; else the named conversion that made
    /// it from them, for example `mime-decode`.
    pub conversion: Option<&'static str>,
    /// Ending for the produced file, without a dot, lower case: `eml`, `pdf`, `bin`.
    pub extension: String,
}

/// Whether word searches can answer for a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Searchability {
    /// All text that the reader knows of is in the index.
    Indexed,
    /// No word search can answer, and why.
    Unsearchable(Defect),
}

/// One message or attachment.
///
/// Message metadata (participants, date, subject, Message-ID) is the document's own where it is a
/// message. An attachment carries none: a search asks its family's nearest message.
#[derive(Debug, Clone)]
pub struct Document {
    /// Identity.
    pub id: DocId,
    /// The document to which it is attached; absent for a family's root.
    pub parent: Option<DocId>,
    /// Its place in the occurrence.
    pub part: PartPath,
    /// Which kind.
    pub kind: DocumentKind,
    /// The bytes that stand for it.
    pub native: Native,
    /// Content type as declared, lower case, without parameters; `application/octet-stream` where none is.
    pub media_type: String,
    /// File name as written (decoded), where there is one. Never used to name a file of ours.
    pub file_name: Option<String>,
    /// Subject as written (decoded), for messages.
    pub subject: Option<String>,
    /// Everybody who takes part, in the order written, envelope last.
    pub participants: Vec<Participant>,
    /// Whether all address headers could be read: where not, a criterion on people cannot be denied.
    pub participants_complete: bool,
    /// When it was sent, for messages with a usable Date header.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was received, for messages: the date of the topmost Received header, which the last
    /// server on its way wrote (RFC 5321 section 4.4). Absent where there is none, as in a sender's own
    /// copy, or where it cannot be read.
    pub received_at: Option<DateTime<Utc>>,
    /// Message-ID without angle brackets, for messages that have one.
    pub message_id: Option<String>,
    /// Message-ID that it answers, without angle brackets.
    pub in_reply_to: Vec<String>,
    /// Message-IDs of its thread, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// The header block as written, decoded as UTF-8 with U+FFFD for what does not fit; messages only. Behind it, a
    /// line each in square brackets, what the container keeps of the message: its folder, its flags.
    pub header_block: Option<String>,
    /// The text for searching and for the produced text file.
    pub text: String,
    /// Whether that text is all of it.
    pub searchability: Searchability,
    /// Everything that is wrong with it.
    pub defects: Vec<Defect>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(text: &str) -> ArchivePath {
        ArchivePath::from_escaped(text)
    }

    #[test]
    fn the_identities_of_known_things_never_change() {
        // Stored in every ledger: a change here orphans each decision and number ever recorded.
        let container = ContainerId::new("mail", &path("a/b.mbox"));
        let occurrence = OccurrenceId::new(container, 17, Sha256::of("x"));
        let document = DocId::new(occurrence, &PartPath::whole().child(2).child(1));
        assert_eq!(container.to_string(), "f0ec68603da295639212095e1be61f99d43f8925a7e0fca7030eeb25bdc54ebd");
        assert_eq!(document.to_string(), "4fe3275c6f1ad9909e411e32bbd673b4c1b7855afb349455ec0094177369dcc5");
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(ContainerId::new("ab", &path("c")), ContainerId::new("a", &path("bc")));
    }

    proptest! {
        #[test]
        fn documents_of_different_places_differ(a: u64, b: u64, p in 1_usize..9, q in 1_usize..9) {
            let container = ContainerId::new("mail", &path("x"));
            let id = |offset, part| DocId::new(
                OccurrenceId::new(container, offset, Sha256::of("x")), &PartPath::whole().child(part));
            prop_assert_eq!(id(a, p) == id(b, q), a == b && p == q);
        }
    }
}
