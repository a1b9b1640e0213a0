//! One element of a day file as an event.

use crate::chat::event::{Edit, Event, EventKind, Reaction, SharedFile};
use crate::chat::slack::Workspace;
use chrono::{DateTime, FixedOffset, TimeZone};
use chrono_tz::Tz;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

pub(crate) struct Reader<'w> {
    pub(crate) workspace: &'w Workspace,
    pub(crate) zone: Tz,
    pub(crate) folder: &'w str,
}

/// Whether a text is a Slack time: seconds since 1970, a dot, a number that tells messages of a second apart.
pub(crate) fn is_ts(text: &str) -> bool {
    let digits =
        |part: &str| !part.is_empty() && part.len() <= 12 && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((seconds, rest)) => seconds.len() >= 9 && digits(seconds) && digits(rest),
        None => text.len() >= 9 && digits(text),
    }
}

/// The instant of a Slack time; the fraction is kept to the microsecond.
pub(crate) fn instant(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    if !is_ts(text) {
        return None;
    }
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let micros: u32 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let at = zone.timestamp_opt(seconds.parse().ok()?, micros * 1000).single()?;
    Some(at.fixed_offset())
}

fn string<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

impl Reader<'_> {
    /// The element as an event; one that cannot be read is an event of its own text.
    pub(crate) fn event(&self, element: &[u8]) -> Event {
        let value: Value = match serde_json::from_slice(element) {
            Ok(value) => value,
            Err(error) => {
                return Event::unread(String::from_utf8_lossy(element), format!("no JSON: {error}"));
            }
        };
        if !value.is_object() {
            return Event::unread(value.to_string(), "expected a message, found another JSON value");
        }
        let subtype = string(&value, "subtype").unwrap_or_default();
        let kind = match subtype {
            "channel_join" | "group_join" => EventKind::Join,
            "channel_leave" | "group_leave" => EventKind::Leave,
            _ if string(&value, "type") == Some("message") => EventKind::Message,
            _ => EventKind::Unknown,
        };
        let mut event = Event::new(kind);
        let ts = string(&value, "ts").unwrap_or_default();
        event.at = instant(ts, self.zone);
        if event.at.is_none() {
            event.flaw = Some(format!("found ts {:?}, expected seconds since 1970", crate::words::shown(ts)));
        }
        event.id = Some(ts.to_owned()).filter(|ts| !ts.is_empty());
        event.parent = string(&value, "thread_ts").filter(|thread| *thread != ts).map(str::to_owned);
        event.by = self.sender(&value);
        event.text = self.words(&value);
        if !subtype.is_empty() {
            event.custom.push(("subtype".to_owned(), subtype.to_owned()));
        }
        self.versions(&value, subtype, &mut event);
        event.reactions = list(&value, "reactions")
            .map(|reaction| Reaction {
                value: string(reaction, "name").unwrap_or_default().to_owned(),
                count: reaction.get("count").and_then(Value::as_u64),
                by: list(reaction, "users").filter_map(|user| user.as_str().map(str::to_owned)).collect(),
            })
            .collect();
        let single = value.get("file").filter(|_| value.get("files").is_none());
        event.files = list(&value, "files").chain(single).map(|file| self.file(file)).collect();
        event
    }

    /// Who wrote: an account, else the name under which a program wrote.
    fn sender(&self, value: &Value) -> Option<String> {
        let comment = value.get("comment").and_then(|comment| string(comment, "user"));
        let named = string(value, "user").or(comment).or_else(|| string(value, "bot_id"));
        named.or_else(|| string(value, "username")).map(str::to_owned)
    }

    /// Edits and deletions: an event that says of another what it was before, or a mark on the message itself.
    fn versions(&self, value: &Value, subtype: &str, event: &mut Event) {
        let previous = value.get("previous_message").or_else(|| value.get("original"));
        let words =
            |value: Option<&Value>| value.map(|value| self.words(value)).filter(|text| !text.is_empty());
        let user = |value: Option<&Value>| value.and_then(|value| string(value, "user")).map(str::to_owned);
        match subtype {
            "message_changed" => {
                let new = value.get("message");
                event.by = event.by.take().or_else(|| user(new)).or_else(|| user(previous));
                event.text = words(new).unwrap_or_default();
                let by = new
                    .and_then(|new| new.get("edited"))
                    .and_then(|edited| string(edited, "user"))
                    .map_or_else(|| event.by.clone().unwrap_or_default(), str::to_owned);
                event.edits.push(Edit { by, at: event.at, previous: words(previous), new: words(new) });
                self.of_message(new, value, event);
            }
            "message_deleted" => {
                event.deleted = true;
                event.by = event.by.take().or_else(|| user(previous));
                event.text = words(previous).unwrap_or_default();
                self.of_message(previous, value, event);
            }
            "tombstone" => event.deleted = true,
            _ => {}
        }
        if let Some(edited) = value.get("edited").filter(|edited| edited.is_object()) {
            let by = string(edited, "user").map(str::to_owned).or_else(|| event.by.clone());
            let at = string(edited, "ts").and_then(|ts| instant(ts, self.zone));
            let before = words(previous).filter(|_| subtype != "message_changed");
            event.edits.push(Edit { by: by.unwrap_or_default(), at, previous: before, new: None });
        }
    }

    /// Names the message that an edit or a deletion is of.
    fn of_message(&self, of: Option<&Value>, value: &Value, event: &mut Event) {
        let ts = of.and_then(|of| string(of, "ts")).or_else(|| string(value, "deleted_ts"));
        if let Some(ts) = ts {
            event.custom.push(("of message".to_owned(), ts.to_owned()));
        }
    }

    /// The words of a message: its text, and what stands in its cards, blocks and comments beside it.
    fn words(&self, value: &Value) -> String {
        let mut text = self.plain(string(value, "text").unwrap_or_default());
        let mut more = Vec::new();
        for name in ["attachments", "blocks"] {
            list(value, name).for_each(|card| gather(card, &mut more, 0));
        }
        if let Some(comment) = value.get("comment").and_then(|comment| string(comment, "comment")) {
            more.push(comment.to_owned());
        }
        for file in list(value, "files").chain(value.get("file")) {
            more.extend(
                ["title", "preview", "plain_text"]
                    .iter()
                    .filter_map(|key| string(file, key).map(str::to_owned)),
            );
        }
        // Cards and blocks repeat each other; comparing is left aside where there are very many of them.
        let few = more.len() <= 100;
        let mut seen = BTreeSet::new();
        for words in more {
            let words = self.plain(&words);
            let new = !(few && text.contains(words.trim())) && seen.insert(words.trim().to_owned());
            if !words.trim().is_empty() && new {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(words.trim());
            }
        }
        text
    }

    /// Slack's marks as a reader sees them: `<@U1>` is a name, `<url|label>` a label and its target.
    fn plain(&self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            plain.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let Some(end) = rest.find('>') else {
                plain.push('<');
                break;
            };
            let (inner, label) = match rest[..end].split_once('|') {
                Some((inner, label)) => (inner, Some(label)),
                None => (&rest[..end], None),
            };
            if let Some(id) = inner.strip_prefix('@') {
                let name = self.workspace.people.get(id).and_then(|person| person.name.as_deref());
                let _ = write!(plain, "@{}", name.or(label).unwrap_or(id));
            } else if let Some(id) = inner.strip_prefix('#') {
                let _ = write!(plain, "#{}", label.or(self.workspace.room_name(id)).unwrap_or(id));
            } else if let Some(label) = label.filter(|label| *label != inner) {
                let _ = write!(plain, "{label} ({inner})");
            } else {
                plain.push_str(inner);
            }
            rest = &rest[end + 1..];
        }
        plain.push_str(rest);
        plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    fn file(&self, file: &Value) -> SharedFile {
        let id = string(file, "id").unwrap_or_default();
        let name = string(file, "name").or_else(|| string(file, "title")).unwrap_or(if id.is_empty() {
            "file"
        } else {
            id
        });
        match self.workspace.content(self.folder, id, name) {
            Some(bytes) => SharedFile { name: name.to_owned(), bytes, held: true },
            None => SharedFile { name: name.to_owned(), bytes: file.to_string().into_bytes(), held: false },
        }
    }
}

/// How deep cards and blocks are looked into.
const DEPTH_MAX: usize = 24;

/// The words of a card or block, in the order of their keys.
fn gather(value: &Value, words: &mut Vec<String>, depth: usize) {
    const SHOWN: [&str; 9] =
        ["pretext", "author_name", "title", "text", "value", "label", "fallback", "footer", "alt_text"];
    if depth > DEPTH_MAX {
        words.push(value.to_string());
        return;
    }
    match value {
        Value::Object(object) => {
            for key in SHOWN {
                if let Some(text) = object.get(key).and_then(Value::as_str) {
                    words.push(text.to_owned());
                }
            }
            object.values().filter(|inner| inner.is_object() || inner.is_array()).for_each(|inner| {
                gather(inner, words, depth + 1);
            });
        }
        Value::Array(list) => list.iter().for_each(|inner| gather(inner, words, depth + 1)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Event {
        let workspace = Workspace::default();
        Reader { workspace: &workspace, zone: chrono_tz::UTC, folder: "desk" }.event(text.as_bytes())
    }

    #[test]
    fn an_edit_keeps_the_words_before_and_after_and_a_deletion_what_was_deleted() {
        let edit = read(
            r#"{"type":"message","subtype":"message_changed","ts":"1700000100.000001",
                "message":{"ts":"1700000000.000001","user":"U1","text":"sell 5","edited":{"user":"U1","ts":"1700000100.000000"}},
                "previous_message":{"ts":"1700000000.000001","user":"U1","text":"sell 50"}}"#,
        );
        assert_eq!((edit.text.as_str(), edit.by.as_deref()), ("sell 5", Some("U1")));
        assert_eq!(edit.edits[0].previous.as_deref(), Some("sell 50"));
        assert!(edit.custom.contains(&("of message".to_owned(), "1700000000.000001".to_owned())));
        let gone = read(
            r#"{"type":"message","subtype":"message_deleted","ts":"1700000200.000001","deleted_ts":"1700000000.000001",
                "previous_message":{"user":"U1","text":"off the record"}}"#,
        );
        assert_eq!(
            (gone.deleted, gone.text.as_str(), gone.by.as_deref()),
            (true, "off the record", Some("U1"))
        );
        let marked = read(
            r#"{"type":"message","ts":"1700000000.000001","user":"U1","text":"x","edited":{"user":"U2","ts":"1700000050.000000"}}"#,
        );
        assert_eq!((marked.edits[0].by.as_str(), &marked.edits[0].previous), ("U2", &None));
    }

    #[test]
    fn words_of_cards_and_blocks_are_found_and_what_cannot_be_read_is_kept() {
        let card = read(
            r#"{"type":"message","ts":"1700000000.1","bot_id":"B1","text":"","attachments":[{"pretext":"Build","fields":[{"title":"Desk","value":"red"}]}]}"#,
        );
        assert_eq!(card.text, "Build\nDesk\nred");
        let linked = read(
            r#"{"type":"message","ts":"1700000000.1","text":"see <http://x.example|the plan> &amp; <@U9>"}"#,
        );
        assert_eq!(linked.text, "see the plan (http://x.example) & @U9");
        let broken = read("{oops");
        assert_eq!(
            (broken.kind, broken.text.as_str(), broken.flaw.is_some()),
            (EventKind::Unknown, "{oops", true)
        );
        let undated = read(r#"{"type":"message","ts":"soon","text":"x"}"#);
        assert!(undated.at.is_none() && undated.flaw.is_some());
    }

    #[test]
    fn a_slack_time_is_an_instant_to_the_microsecond() {
        let at = instant("1700000000.000250", chrono_tz::UTC).unwrap();
        assert_eq!(at.to_rfc3339(), "2023-11-14T22:13:20.000250+00:00");
        assert!(instant("17.5.1", chrono_tz::UTC).is_none() && instant("x", chrono_tz::UTC).is_none());
    }
}
