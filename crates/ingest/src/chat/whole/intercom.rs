//! Intercom: conversations with their parts, as its API and its export give them. Times are seconds since 1970.
//!
//! Source: Intercom, developer documentation (the conversation model).

use crate::chat::event::{Event, EventKind};
use crate::chat::whole::records::{Reader, id, internal, keep, list, named, string, words_of_html};
use serde_json::Value;

/// A conversation: the message that began it, and its parts.
pub(crate) fn conversation(reader: &mut Reader<'_>, value: &Value) {
    let room = id(value, "id").unwrap_or_else(|| "without an id".to_owned());
    let null = Value::Null;
    let source = value.get("source").unwrap_or(&null);
    let mut first = part(reader, source, value);
    first.id = id(source, "id").map(|id| format!("source {id}"));
    if let Some(subject) = string(source, "subject").map(|html| words_of_html(&html)) {
        first.text = format!("{subject}\n{}", first.text);
    }
    keep(&mut first, value, &["state", "priority", "tags"]);
    keep(&mut first, source, &["type", "delivered_as", "url"]);
    let mut events = vec![first];
    let parts = value.get("conversation_parts").unwrap_or(&null);
    for value in list(parts, "conversation_parts") {
        events.push(part(reader, value, value));
    }
    let found = events.len() as u64 - 1;
    if let Some(stated) = parts.get("total_count").and_then(Value::as_u64).filter(|stated| *stated != found) {
        reader
            .gathered
            .flaw(format!("conversation {room} says it has {stated} parts, the file holds {found}"));
    }
    let people = |outer: &str, inner: &str| -> Vec<String> {
        value
            .get(outer)
            .into_iter()
            .flat_map(|outer| list(outer, inner))
            .filter_map(|person| id(person, "id"))
            .collect()
    };
    let members = people("contacts", "contacts")
        .into_iter()
        .chain(people("teammates", "admins").into_iter().chain(people("teammates", "teammates")));
    let known = value.get("contacts").is_some();
    let members: Vec<String> = members.collect();
    let title = string(value, "title");
    let talk = reader.gathered.talks.entry(room.clone()).or_default();
    talk.room.platform = "intercom".to_owned();
    talk.room.name = title.or_else(|| Some(format!("conversation {room}")));
    talk.room.id = room;
    talk.members_known = known;
    talk.members.extend(members);
    talk.events.extend(events);
}

/// A part; `dated` is the record that has its time.
fn part(reader: &mut Reader<'_>, value: &Value, dated: &Value) -> Event {
    let kind = string(value, "part_type").unwrap_or_default();
    let html = string(value, "body");
    let spoken = html.is_some() || matches!(kind.as_str(), "" | "comment" | "note");
    let mut event = Event::new(if spoken { EventKind::Message } else { EventKind::Unknown });
    event.id = id(value, "id");
    reader.set_time(&mut event, dated, "created_at");
    if let Some(author) = value.get("author").filter(|author| author.is_object())
        && let Some(who) = id(author, "id")
    {
        reader.describe(&who, string(author, "name"), string(author, "email"));
        event.by = Some(who);
    }
    event.text = html.map(|html| words_of_html(&html)).unwrap_or_default();
    if kind == "note" {
        event.text = internal(&event.text);
    } else if !spoken {
        event.text = kind.replace('_', " ");
    }
    event.deleted = value.get("redacted").and_then(Value::as_bool) == Some(true);
    keep(&mut event, value, &["part_type", "assigned_to", "external_id"]);
    event.files = list(value, "attachments").map(|file| named(file, &["name"])).collect();
    event
}

#[cfg(test)]
mod tests {
    use crate::chat::whole::records::{Kind, read};

    #[test]
    fn a_conversation_has_its_first_message_its_parts_and_notes_that_say_so() {
        let text = r#"{"type":"conversation","id":"7","created_at":1709305200,"source":{"id":"3","body":"<p>Hello</p>","author":{"id":"a","type":"user","email":"ann@client.example"}},
            "contacts":{"contacts":[{"id":"a"}]},"conversation_parts":{"total_count":3,"conversation_parts":[
            {"id":"1","part_type":"note","body":"<b>careful</b>","created_at":1709305260,"author":{"id":"9","name":"Bob"}},
            {"id":"2","part_type":"close","body":null,"created_at":1709305270,"author":{"id":"9"}}]}}"#.replace('\n', " ");
        let kind = Kind::of(text.as_bytes()).unwrap();
        let gathered = read(text.as_bytes(), kind, "c.jsonl", None, chrono_tz::UTC);
        assert_eq!((kind, gathered.counted), (Kind::Intercom, Some(3)));
        let texts: Vec<_> = gathered.talks["7"].events.iter().map(|event| event.text.as_str()).collect();
        assert_eq!(texts, ["Hello", "[internal note] careful", "close"]);
        assert!(gathered.flaws[0].detail.contains("says it has 3 parts"));
    }
}
