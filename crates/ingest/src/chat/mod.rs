//! Chats and tickets: events in, room-days out.
//!
//! # Design
//!
//! ```text
//! export ──reader──▶ events ──by room and day──▶ room-day ──▶ RSMF file ──▶ documents
//! (a file)           (message, join, leave …)    (one occurrence)           (root, attachments)
//! ```
//!
//! - **Event.** What an export tells as one: a message, an edit, a deletion, a join, a leave. What cannot be
//!   read is an event too, of kind `Unknown`, with the export's own text in it. A reader never drops one: each
//!   page of an export says how many events it gave, and a second count, which shares nothing with the
//!   reader, says how many there are. A difference makes the container's sum not close, by that many.
//! - **Room-day.** The events of one room on one day of the firm's zone ([`crate::Limits::zone`]), so that a
//!   period of whole days never cuts through a document. Events without a time are a room-day without a day.
//! - **Retained bytes.** A room-day of an export has no bytes of its own, like an item of a data file. What is
//!   retained of it is an RSMF file (a mail with `rsmf.zip`), made the same way each time: a named
//!   conversion (`chat-to-rsmf`). A file that is one room-day in RSMF already is kept as it lies.
//! - **Messages that are like mail** (Bloomberg MSG) are no events of a room: each is made a mail, by a conversion of its
//!   own, and read as one.
//! - **Documents.** The root is the room-day: its text has a paragraph for each event, with time, zone and
//!   sender. Its attachments are the files of its messages. A file that the export names and does not
//!   hold is an attachment too: the export's record of it, which no word search can answer for.
//! - **People.** From: who wrote on that day. To: who was in the room on that day, which follows from its
//!   members and from joins and leaves; somebody who alone wrote is no recipient of his own words. Where the
//!   export does not say who could read, the list of people is not complete, and a search on people cannot
//!   be denied. The To and From of a wrapper (an RSMF file's mail header) are never used for this.
//! - **Accounts.** A person counts under each mail address that the export gives for the account. An account
//!   without one counts under `ACCOUNT@PLATFORM` (`u024be7lh@slack`), which the register can name among
//!   somebody's addresses.
//! - **Versions.** An edit keeps the words before and after where the export has them; a deletion keeps the
//!   words that were deleted. Both are in the text, marked.
//! - **Identity.** A message has the id that its system gave it. The Message-ID of a room-day is a digest of
//!   its room, its day and its events, so that overlapping exports that hold the same events agree.

mod again;
mod day;
mod dump;
mod event;
mod export;
mod family;
mod files;
mod json;
mod mapping;
mod mattermost;
mod page;
mod rsmf_file;
mod rsmf_read;
mod rsmf_write;
mod shown;
mod slack;
mod slack_files;
mod symphony;
mod tar;
mod transcript;
mod versions;
mod whole;

pub(crate) use again::Reopened;
pub(crate) use export::{DEFAULT_ZONE, Export, Found};
pub(crate) use family::{RoomDayFile, read};
pub(crate) use shown::conversation;
pub(crate) use tar::places as tar_places;

/// Whether what was made of an export's item is a mail.
pub(crate) fn is_mail(bytes: &[u8]) -> bool {
    bytes.starts_with(MAIL_MARK.as_bytes())
}

pub use event::{Edit, Event, EventKind, Person, Reaction, Room, RoomDay, RoomKind, SharedFile};
pub use mapping::Mapping;
pub use rsmf_write::write as write_rsmf;
pub use shown::{Conversation, Said};

/// The conversion that makes a room-day's bytes.
pub(crate) const AS_RSMF: &str = "chat-to-rsmf";
/// The conversion that makes a mail of a Bloomberg message.
pub(crate) const AS_MAIL: &str = "bloomberg-to-eml";
/// The first line of such a mail, which tells it from a room-day.
pub(crate) const MAIL_MARK: &str = "X-Converted-From: Bloomberg MSG XML\r\n";
/// The conversion that takes a shared file out of a room-day's RSMF file.
pub(crate) const FROM_RSMF: &str = "rsmf-extract";
/// Media type of a file that an export names and does not hold; what is kept is the export's record of it.
pub(crate) const NOT_HELD: &str = "message/external-body";
/// Name of what is kept of a coming or going that the bounds of an export's period make, and of nobody's doing.
pub(crate) const PRESENCE: &str = "presence";
/// In the room when the period begins.
pub(crate) const AT_START: &str = "at the start of the period";
/// Still in the room when the period ends.
pub(crate) const AT_END: &str = "at the end of the period";
