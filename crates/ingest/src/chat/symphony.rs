//! Symphony's messages in JSON, as its REST API gives them (Symphony, "Get Messages", V4Message): a list of messages of
//! one stream or of several.
//!
//! Symphony's own content export has three forms (Symphony support, article 360000721003): Actiance's, which is read as any
//! other dump; EML, which is mail; and XML of its own, whose schema is not public and which is not read. The API says
//! who wrote and not who could read, so that a room's members are not known.

use crate::chat::day::{self, Presence};
use crate::chat::event::{Event, EventKind, Person, Room, RoomKind, SharedFile};
use crate::chat::json;
use crate::chat::page::Page;
use crate::html;
use chrono::{DateTime, FixedOffset, TimeZone};
use chrono_tz::Tz;
use duces_model::{Defect, DefectCode, EmailAddress};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Fields kept beside an event as they are written.
const KEPT: [&str; 4] = ["externalRecipients", "userAgent", "originalFormat", "sid"];

/// Whether the bytes start like a list of messages: the first element has a message's id, its time and its stream.
pub(crate) fn is_messages(head: &[u8]) -> bool {
    let Some(first) = json::elements(head).and_then(|elements| elements.list.first().copied()) else {
        return false;
    };
    match serde_json::from_slice::<Value>(first) {
        Ok(value) => {
            value.get("messageId").is_some_and(Value::is_string)
                && value.get("timestamp").is_some_and(Value::is_number)
                && value.get("stream").and_then(|stream| stream.get("streamId")).is_some()
        }
        // The first message is longer than what was looked at, or broken: its own words decide.
        Err(_) => {
            let holds = |word: &str| memchr::memmem::find(first, word.as_bytes()).is_some();
            first.starts_with(b"{")
                && holds("\"messageId\"")
                && holds("\"timestamp\"")
                && holds("\"streamId\"")
        }
    }
}

/// Reads a list of messages.
pub(crate) fn page(bytes: &[u8], zone: Tz) -> Page {
    let mut page = Page { counted: json::count(bytes), ..Page::default() };
    let Some(elements) = json::elements(bytes) else { return page };
    if let Some(damage) = elements.damage {
        page.flaws.push(Defect::new(DefectCode::BadChat, damage));
    }
    let mut people = BTreeMap::new();
    let mut streams: BTreeMap<(String, RoomWords), Vec<Event>> = BTreeMap::new();
    for element in elements.list {
        let (stream, event) = match serde_json::from_slice::<Value>(element) {
            Ok(value) if value.is_object() => (of_stream(&value), event(&value, &mut people, zone)),
            Ok(value) => (Default::default(), Event::unread(value.to_string(), "expected a message")),
            Err(error) => {
                let why = format!("no JSON: {error}");
                (Default::default(), Event::unread(String::from_utf8_lossy(element), why))
            }
        };
        streams.entry(stream).or_default().push(event);
    }
    for ((id, words), events) in streams {
        let kind = if words.closed { RoomKind::Direct } else { RoomKind::Channel };
        let room = Room { platform: "symphony".to_owned(), id, name: words.name, kind };
        let presence = Presence::from_events(false, BTreeSet::new(), &events);
        page.days.extend(day::days(&room, &people, &presence, events, zone));
    }
    page
}

/// What is said of a stream beside its id.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct RoomWords {
    name: Option<String>,
    /// Whether its members never change.
    closed: bool,
}

fn string(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn of_stream(value: &Value) -> (String, RoomWords) {
    let Some(stream) = value.get("stream") else { return Default::default() };
    let closed = matches!(string(stream, "streamType").as_deref(), Some("IM" | "MIM"));
    (string(stream, "streamId").unwrap_or_default(), RoomWords { name: string(stream, "roomName"), closed })
}

fn event(value: &Value, people: &mut BTreeMap<String, Person>, zone: Tz) -> Event {
    let mut event = Event::new(EventKind::Message);
    event.id = string(value, "messageId");
    // Of an edited message its own id is new, and this is the one before it.
    event.custom.extend(string(value, "replacing").map(|id| ("replaces".to_owned(), id)));
    event.custom.extend(string(value, "initialMessageId").map(|id| ("first version".to_owned(), id)));
    event.parent = string(value, "parentMessageId");
    event.at = value.get("timestamp").and_then(|at| instant(at, zone));
    if event.at.is_none() {
        let shown = value.get("timestamp").map(ToString::to_string).unwrap_or_default();
        let shown = crate::words::shown(&shown).into_owned();
        event.flaw = Some(format!("found timestamp {shown}, expected milliseconds since 1970"));
    }
    event.by = value.get("user").and_then(|user| person(user, people));
    // The message is in PresentationML, which is XHTML.
    event.text = html::to_text(&string(value, "message").unwrap_or_default()).trim().to_owned();
    // Structured objects (mentions, cards) in JSON: their words need not stand in the message.
    event.custom.extend(string(value, "data").map(|data| ("data".to_owned(), data)));
    for field in KEPT {
        event.custom.extend(string(value, field).map(|found| (field.to_owned(), found)));
    }
    for file in value.get("attachments").and_then(Value::as_array).into_iter().flatten() {
        let name = string(file, "name").or_else(|| string(file, "id")).unwrap_or_else(|| "file".to_owned());
        event.files.push(SharedFile { name, bytes: file.to_string().into_bytes(), held: false });
    }
    event
}

fn instant(at: &Value, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let millis = at.as_i64().filter(|millis| *millis > 0)?;
    Some(zone.timestamp_millis_opt(millis).single()?.fixed_offset())
}

/// Takes in who wrote; gives the account.
fn person(user: &Value, people: &mut BTreeMap<String, Person>) -> Option<String> {
    let id = string(user, "userId").or_else(|| string(user, "username")).or_else(|| string(user, "email"))?;
    let person = people.entry(id.clone()).or_insert_with(|| Person { id: id.clone(), ..Person::default() });
    let names: Vec<String> = ["firstName", "lastName"].iter().filter_map(|name| string(user, name)).collect();
    let both = Some(names.join(" ")).filter(|name| !name.is_empty());
    person.name = person.name.take().or_else(|| string(user, "displayName")).or(both);
    if let Some(address) = string(user, "email").and_then(|mail| EmailAddress::new(&mail).ok())
        && !person.addresses.contains(&address)
    {
        person.addresses.push(address);
    }
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[
      {"messageId":"m1","timestamp":1709305200000,"message":"<div data-format=\"PresentationML\">buy <b>5</b></div>",
       "user":{"userId":7,"displayName":"Ann Lee","email":"ann@firm.example"},"stream":{"streamId":"s1","streamType":"ROOM"},
       "attachments":[{"id":"f1","name":"plan.pdf","size":9}],"externalRecipients":true},
      {"messageId":"m2","parentMessageId":"m1","timestamp":1709305260000,"message":"<div>done</div>",
       "user":{"userId":8,"firstName":"Bob","lastName":"Ray"},"stream":{"streamId":"s1","streamType":"ROOM"}},
      {"messageId":"m3","message":"lost","stream":{"streamId":"s2","streamType":"IM"}}]"#;

    #[test]
    fn a_list_of_messages_gives_room_days_by_stream_whose_members_are_not_known() {
        assert!(is_messages(LIST.as_bytes()) && is_messages(&LIST.as_bytes()[..LIST.find("ROOM").unwrap()]));
        assert!(!is_messages(br#"[{"type":"message","ts":"1709305200.1"}]"#));
        let page = page(LIST.as_bytes(), chrono_tz::UTC);
        assert_eq!((page.counted, page.events(), page.days.len()), (Some(3), 3, 2));
        let day = &page.days[0];
        assert_eq!(
            (day.room.id.as_str(), day.room.kind, day.members_known),
            ("s1", RoomKind::Channel, false)
        );
        let texts: Vec<_> = day.events.iter().map(|event| event.text.as_str()).collect();
        assert_eq!(texts, ["buy 5", "done"]);
        assert_eq!(day.events[1].parent.as_deref(), Some("m1"));
        assert_eq!(day.person("8").and_then(|person| person.name.as_deref()), Some("Bob Ray"));
        assert_eq!((day.events[0].files.len(), day.events[0].files[0].held), (1, false));
        assert!(page.days[1].day.is_none() && page.days[1].events[0].flaw.is_some());
    }
}
