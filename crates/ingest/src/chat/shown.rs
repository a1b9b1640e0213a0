//! A room-day as it is set on pages: what was said, each time under who said it.
//!
//! Whatever stands in the transcript of an event stands here too, since it is cut from that: no word of the text that is
//! searched is missing from what is shown.

use crate::chat::event::{Event, RoomDay};
use crate::chat::family::room_days;
use crate::chat::{rsmf_file, rsmf_read, transcript};
use crate::limits::Limits;

/// What was said in a room on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversation {
    /// In order.
    pub said: Vec<Said>,
    /// Text of the file around the events; empty where there is none.
    pub around: String,
}

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// When, with its zone, as in the text; empty for a heading.
    pub time: String,
    /// By whom; empty where the text itself says it.
    pub who: String,
    /// The words with all that is told of them: changes, signs put to them, names of files.
    pub text: String,
}

/// The room-day of an RSMF file; nothing where it cannot be opened.
pub(crate) fn conversation(bytes: &[u8], limits: &Limits) -> Option<Conversation> {
    let file = rsmf_file::open(bytes, limits).ok()?;
    let manifest = rsmf_read::manifest(&file).ok()?;
    let days = room_days(&manifest.people, manifest.conversations);
    let mut shown = Conversation::default();
    let mut words = String::new();
    for day in &days {
        if days.len() > 1 {
            shown.said.push(Said { who: day.title(), ..Said::default() });
        }
        shown.said.extend(day.events.iter().map(|event| said(day, event)));
        words.push_str(&transcript::text(day));
    }
    if !file.body.trim().is_empty() && file.body.trim() != words.trim() {
        file.body.trim().clone_into(&mut shown.around);
    }
    Some(shown)
}

/// The paragraph of an event, cut into time, sender and the rest.
fn said(day: &RoomDay, event: &Event) -> Said {
    let mut paragraph = String::new();
    transcript::paragraph(&mut paragraph, day, event);
    let time = transcript::clock(event.at);
    let rest = paragraph.strip_prefix(&time).unwrap_or(&paragraph).trim();
    let who = event.by.as_deref().map(|id| transcript::shown(day, id)).unwrap_or_default();
    // What is said of a kind stands between the name and the colon.
    let text = rest.strip_prefix(&who).filter(|_| !who.is_empty());
    match text.map(|text| text.strip_prefix(':').unwrap_or(text)) {
        Some(text) => Said { text: text.trim().to_owned(), time, who },
        None => Said { text: rest.to_owned(), time, who: String::new() },
    }
}
