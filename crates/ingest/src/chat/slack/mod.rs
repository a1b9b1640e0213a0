//! Slack's export: a folder, or a ZIP, with lists of people and rooms, and for each room a folder with a
//! file for each day (Slack, "How to read Slack data exports").
//!
//! A page is one day file. People and rooms come from the lists at the export's root; who was in a channel on
//! a day follows from its members at the export and from all joins and leaves after that day. A day file
//! without those lists is read too; people then go by their ids, and who could read is not known.

mod message;
mod workspace;

pub(crate) use workspace::{ROOM_LISTS, Workspace, read_within};

use crate::chat::day;
use crate::chat::event::Event;
use crate::chat::json;
use crate::chat::page::Page;
use chrono_tz::Tz;
use duces_model::{Defect, DefectCode};
use serde_json::Value;

/// Whether the bytes start like a day of a room: a list whose first element is a message with a `ts`.
pub(crate) fn is_day(head: &[u8]) -> bool {
    let Some(elements) = json::elements(head) else { return false };
    let Some(first) = elements.list.first() else { return false };
    match serde_json::from_slice::<Value>(first) {
        Ok(value) => {
            value.get("ts").and_then(Value::as_str).is_some_and(message::is_ts)
                && value.get("type").and_then(Value::as_str).is_some()
        }
        // The first message is longer than what was looked at, or broken: its own words decide.
        Err(_) => {
            let holds = |word: &[u8]| memchr::memmem::find(first, word).is_some();
            first.starts_with(b"{") && holds(b"\"ts\"") && holds(b"\"type\"") && holds(b"\"message\"")
        }
    }
}

/// Reads one day file of the room whose folder is named so.
pub(crate) fn page(bytes: &[u8], folder: &str, workspace: &Workspace, zone: Tz) -> Page {
    let mut page = Page { counted: json::count(bytes), ..Page::default() };
    let reader = message::Reader { workspace, zone, folder };
    let events: Vec<Event> = match json::elements(bytes) {
        Some(elements) => {
            if let Some(damage) = elements.damage {
                page.flaws.push(Defect::new(DefectCode::BadChat, format!("{folder}: {damage}")));
            }
            elements.list.into_iter().map(|element| reader.event(element)).collect()
        }
        None => {
            page.counted = Some(1);
            vec![Event::unread(String::from_utf8_lossy(bytes), "expected a list of messages")]
        }
    };
    let (room, presence) = workspace.room(folder);
    page.days = day::days(&room, &workspace.people, &presence, events, zone);
    page
}
