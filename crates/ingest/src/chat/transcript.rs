//! A room-day as text: a paragraph for each event, with its time, its zone and its sender.

use crate::chat::PRESENCE;
use crate::chat::event::{Edit, Event, EventKind, RoomDay};
use chrono::{DateTime, FixedOffset};
use std::fmt::Write as _;

/// The text for searching, and the body of the RSMF file.
pub(crate) fn text(day: &RoomDay) -> String {
    let mut text = String::new();
    for event in &day.events {
        paragraph(&mut text, day, event);
    }
    text
}

/// The name under which a person is shown.
pub(crate) fn shown(day: &RoomDay, id: &str) -> String {
    let Some(person) = day.person(id) else { return id.to_owned() };
    let address = || person.addresses.first().map(ToString::to_string);
    person.name.clone().or_else(address).unwrap_or_else(|| id.to_owned())
}

pub(crate) fn clock(at: Option<DateTime<FixedOffset>>) -> String {
    at.map_or_else(|| "(no time)".to_owned(), |at| at.format("%Y-%m-%d %H:%M:%S %:z").to_string())
}

// Writing to a string does not fail.
pub(crate) fn paragraph(text: &mut String, day: &RoomDay, event: &Event) {
    let who = event.by.as_deref().map(|id| shown(day, id));
    let _ = write!(text, "{} ", clock(event.at));
    let bound = event.custom.iter().find(|(name, _)| name == PRESENCE).map(|(_, bound)| bound);
    match (event.kind, who) {
        (EventKind::Join | EventKind::Leave, who) if bound.is_some() => {
            let (who, bound) = (who.as_deref().unwrap_or("somebody"), bound.map_or("", String::as_str));
            let _ = write!(text, "[{who} is in the room {bound}]");
        }
        (EventKind::Join, who) => {
            let _ = write!(text, "[{} joined]", who.as_deref().unwrap_or("somebody"));
        }
        (EventKind::Leave, who) => {
            let _ = write!(text, "[{} left]", who.as_deref().unwrap_or("somebody"));
        }
        (kind, who) => {
            text.push_str(who.as_deref().unwrap_or("(no sender)"));
            match kind {
                EventKind::Disclaimer => text.push_str(" [disclaimer]"),
                EventKind::History => text.push_str(" [shown again]"),
                EventKind::Unknown => text.push_str(" [event]"),
                _ => {}
            }
            text.push(':');
        }
    }
    if event.deleted {
        text.push_str(" [deleted]");
    }
    if event.important {
        text.push_str(" [important]");
    }
    if !event.text.is_empty() {
        let _ = write!(text, " {}", event.text.replace("\r\n", "\n").replace('\r', "\n").trim_end());
    }
    text.push('\n');
    event.edits.iter().for_each(|edit| edited(text, day, edit));
    for reaction in &event.reactions {
        let by: Vec<String> = reaction.by.iter().map(|id| shown(day, id)).collect();
        let count = reaction.count.map(|count| format!(" x{count}")).unwrap_or_default();
        let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(", ")) };
        let _ = writeln!(text, "[reaction {}{count}{by}]", reaction.value);
    }
    for file in &event.files {
        let held = if file.held { "" } else { ", not held by the export" };
        let _ = writeln!(text, "[file {}{held}]", file.name);
    }
    text.push('\n');
}

fn edited(text: &mut String, day: &RoomDay, edit: &Edit) {
    let at = edit.at.map(|at| format!(" {}", clock(Some(at)))).unwrap_or_default();
    let _ = write!(text, "[edited{at} by {}", shown(day, &edit.by));
    match (&edit.previous, &edit.new) {
        (None, None) => text.push_str("; the export does not hold what it said before"),
        (previous, new) => {
            if let Some(previous) = previous {
                let _ = write!(text, "; before: {previous}");
            }
            if let Some(new) = new {
                let _ = write!(text, "; after: {new}");
            }
        }
    }
    text.push_str("]\n");
}
