//! Edits and deletions as Mattermost's exports tell them (its source, message export): an edit as two messages, a
//! deletion as the message once more. An edit or a deletion is an event of the time at which it was done.

use crate::chat::event::{Edit, Event};
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;

/// Names of what is kept beside an event.
const UPDATED: &str = "updated";
const EDITED_AS: &str = "edited as";
const SAID: &str = "said";

/// Applies what an export says of a version: its word, when it was made, and the id of the newer message.
pub(crate) fn apply(event: &mut Event, word: &str, at: Option<DateTime<FixedOffset>>, newer: Option<&str>) {
    let said = event.at.map(|at| at.to_rfc3339());
    event.custom.push((UPDATED.to_owned(), word.to_owned()));
    let by = event.by.clone().unwrap_or_default();
    match word {
        "Deleted" | "FileDeleted" => {
            event.deleted = true;
            let bare = event.text.strip_prefix("delete ");
            event.text = bare.unwrap_or(&event.text).to_owned();
        }
        "EditedOriginalMsg" => {
            event.custom.push((EDITED_AS.to_owned(), newer.unwrap_or_default().to_owned()));
            event.edits.push(Edit { by, at, ..Edit::default() });
            return;
        }
        "EditedNewMsg" => event.edits.push(Edit { by, at, ..Edit::default() }),
        _ => return,
    }
    event.custom.extend(said.map(|said| (SAID.to_owned(), said)));
    event.at = at.or(event.at);
}

/// Puts the words of each other into the two messages that tell an edit.
pub(crate) fn join(events: &mut [Event]) {
    let of = |event: &Event, name: &str| {
        event.custom.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let mut older: BTreeMap<String, String> = BTreeMap::new();
    let mut newer: BTreeMap<String, String> = BTreeMap::new();
    for event in &*events {
        match (of(event, UPDATED).as_deref(), of(event, EDITED_AS), &event.id) {
            (Some("EditedOriginalMsg"), Some(as_id), _) => older.insert(as_id, event.text.clone()),
            (Some("EditedNewMsg"), _, Some(id)) => newer.insert(id.clone(), event.text.clone()),
            _ => None,
        };
    }
    for event in events {
        let as_id = of(event, EDITED_AS);
        let own = event.id.clone().unwrap_or_default();
        let Some(edit) = event.edits.first_mut() else { continue };
        match as_id {
            // Where the new words are not in this conversation, its own words are those before the edit.
            Some(as_id) => match newer.get(&as_id) {
                Some(words) => edit.new = Some(words.clone()),
                None => edit.previous = Some(event.text.clone()),
            },
            None => edit.previous = older.get(&own).cloned(),
        }
    }
}
