//! What an export tells: people, rooms, events, and the room-days into which they are laid.

use chrono::{DateTime, FixedOffset, NaiveDate};
use duces_model::EmailAddress;

/// An account of a chat or ticket system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The export's own id, by which events name it.
    pub id: String,
    /// The name shown.
    pub name: Option<String>,
    /// Every mail address that the export gives for it.
    pub addresses: Vec<EmailAddress>,
}

/// How a room's members change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RoomKind {
    /// The same people from beginning to end.
    #[default]
    Direct,
    /// People may come and go.
    Channel,
}

/// A room, a direct conversation or a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Room {
    /// The system, in lower case: `slack`, `bloomberg`, `zendesk`.
    pub platform: String,
    /// The system's id of it.
    pub id: String,
    /// The name shown.
    pub name: Option<String>,
    /// How its members change.
    pub kind: RoomKind,
}

/// What an event is; the kinds of RSMF 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// Somebody said something.
    Message,
    /// A text that the system or a firm puts below or between messages.
    Disclaimer,
    /// Somebody came.
    Join,
    /// Somebody left.
    Leave,
    /// A message said earlier that was shown again.
    History,
    /// Anything else, and what could not be read.
    Unknown,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Message, Self::Disclaimer, Self::Join, Self::Leave, Self::History, Self::Unknown];

    /// The word of RSMF.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Disclaimer => "disclaimer",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::History => "history",
            Self::Unknown => "unknown",
        }
    }
}

/// A change of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// Who changed it.
    pub by: String,
    /// When, where the export says so.
    pub at: Option<DateTime<FixedOffset>>,
    /// The words before, where the export has them.
    pub previous: Option<String>,
    /// The words after, where the export has them.
    pub new: Option<String>,
}

/// A sign that people put to a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reaction {
    /// Which.
    pub value: String,
    /// How many did.
    pub count: Option<u64>,
    /// Who did, as far as the export says.
    pub by: Vec<String>,
}

/// A file of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SharedFile {
    /// Its name as written.
    pub name: String,
    /// Its content; where the export does not hold that, the export's record of the file.
    pub bytes: Vec<u8>,
    /// Whether `bytes` are its content.
    pub held: bool,
}

/// What an export tells as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What it is.
    pub kind: EventKind,
    /// The system's id of it, the same in every export.
    pub id: Option<String>,
    /// The message that it answers, by its id.
    pub parent: Option<String>,
    /// When, in the zone in which it is shown.
    pub at: Option<DateTime<FixedOffset>>,
    /// Whose it is, by the id of a person.
    pub by: Option<String>,
    /// The words.
    pub text: String,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whether it was marked as important.
    pub important: bool,
    /// Signs put to it.
    pub reactions: Vec<Reaction>,
    /// How it was changed.
    pub edits: Vec<Edit>,
    /// Its files.
    pub files: Vec<SharedFile>,
    /// What else the export says of it, in the order of names.
    pub custom: Vec<(String, String)>,
    /// What is wrong with it, in words.
    pub flaw: Option<String>,
}

impl Event {
    /// An event of that kind with nothing in it.
    pub fn new(kind: EventKind) -> Self {
        Self {
            kind,
            id: None,
            parent: None,
            at: None,
            by: None,
            text: String::new(),
            deleted: false,
            important: false,
            reactions: Vec::new(),
            edits: Vec::new(),
            files: Vec::new(),
            custom: Vec::new(),
            flaw: None,
        }
    }

    /// An event that could not be read: the export's own text of it, and why.
    pub fn unread(text: impl Into<String>, why: impl Into<String>) -> Self {
        Self { text: text.into(), flaw: Some(why.into()), ..Self::new(EventKind::Unknown) }
    }
}

/// What happened in one room on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomDay {
    /// The room.
    pub room: Room,
    /// The day, in the firm's zone; none for events without a time.
    pub day: Option<NaiveDate>,
    /// Everybody whom an event or the room's members name, in the order of their ids.
    pub people: Vec<Person>,
    /// Who was in the room at its first event, by id.
    pub present: Vec<String>,
    /// Whether the export says who was in the room.
    pub members_known: bool,
    /// What happened, in the order of time.
    pub events: Vec<Event>,
}

impl RoomDay {
    /// The person of this id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// What the room-day is called: its room, its day.
    pub fn title(&self) -> String {
        let room = self.room.name.as_deref().unwrap_or(&self.room.id);
        let day = self.day.map_or_else(|| "no day".to_owned(), |day| day.to_string());
        format!("{room} ({}), {day}", self.room.platform)
    }
}
