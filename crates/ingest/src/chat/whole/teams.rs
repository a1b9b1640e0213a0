//! Teams: messages as Graph's export API gives them, and the file `messages.json` of a user's own export.
//!
//! Source: Microsoft Graph, `chatMessage`. The form of `messages.json` has no public description; its members are those that
//! public readers of it name. Only the last version of an edited message is in either.

use crate::chat::event::{Edit, Event, EventKind, Reaction, Room, RoomKind};
use crate::chat::whole::records::{Reader, id, keep, list, named, string, words_of_html};
use serde_json::Value;

fn add(reader: &mut Reader<'_>, room: Room, event: Event) {
    let talk = reader.gathered.talks.entry(room.id.clone()).or_default();
    talk.room = room;
    talk.events.push(event);
}

/// A `chatMessage`.
pub(crate) fn message(reader: &mut Reader<'_>, value: &Value) {
    let null = Value::Null;
    let channel = value.get("channelIdentity").unwrap_or(&null);
    let (room, kind) = match (string(value, "chatId"), string(channel, "channelId")) {
        (Some(chat), _) => (chat, RoomKind::Direct),
        (None, Some(channel_id)) => {
            (format!("{}/{channel_id}", string(channel, "teamId").unwrap_or_default()), RoomKind::Channel)
        }
        (None, None) => ("without a chat".to_owned(), RoomKind::Channel),
    };
    let spoken = string(value, "messageType").as_deref() == Some("message");
    let mut event = Event::new(if spoken { EventKind::Message } else { EventKind::Unknown });
    event.id = id(value, "id");
    event.parent = id(value, "replyToId");
    reader.set_time(&mut event, value, "createdDateTime");
    let from = value.get("from").unwrap_or(&null);
    for kind in ["user", "application", "device"] {
        if let Some(who) = from.get(kind).and_then(|who| id(who, "id")) {
            reader.describe(
                &who,
                from.get(kind).and_then(|who| string(who, "displayName")),
                from.get(kind).and_then(|who| string(who, "email")),
            );
            event.by = Some(who);
            break;
        }
    }
    let body = value.get("body").unwrap_or(&null);
    let content = string(body, "content").unwrap_or_default();
    let html = string(body, "contentType").as_deref() == Some("html");
    event.text = if html { words_of_html(&content) } else { content };
    if let Some(subject) = string(value, "subject") {
        event.text = format!("{subject}\n{}", event.text);
    }
    event.important = matches!(string(value, "importance").as_deref(), Some("high" | "urgent"));
    event.deleted = string(value, "deletedDateTime").is_some();
    if string(value, "lastEditedDateTime").is_some() {
        let by = event.by.clone().unwrap_or_default();
        event.edits.push(Edit {
            by,
            at: reader.time(value, "lastEditedDateTime").ok().flatten(),
            ..Edit::default()
        });
    }
    event.reactions = list(value, "reactions")
        .map(|reaction| Reaction {
            value: string(reaction, "reactionType").unwrap_or_default(),
            count: None,
            by: reaction
                .get("user")
                .and_then(|user| user.get("user"))
                .and_then(|user| id(user, "id"))
                .into_iter()
                .collect(),
        })
        .collect();
    keep(&mut event, value, &["deletedDateTime", "policyViolation", "mentions"]);
    event.files = list(value, "attachments").map(|file| named(file, &["name", "id"])).collect();
    if let Some(detail) = value.get("eventDetail").filter(|detail| detail.is_object()) {
        came_or_left(reader, detail, &mut event);
    }
    add(reader, Room { platform: "teams".to_owned(), id: room, name: None, kind }, event);
}

/// Comings and goings. One that is of several people stays one event, with all of them in its words.
fn came_or_left(reader: &mut Reader<'_>, detail: &Value, event: &mut Event) {
    let word = string(detail, "@odata.type").unwrap_or_default();
    let members: Vec<String> = list(detail, "members").filter_map(|member| id(member, "id")).collect();
    for member in list(detail, "members") {
        if let Some(who) = id(member, "id") {
            reader.describe(&who, string(member, "displayName"), None);
        }
    }
    let kind = if word.ends_with("membersAddedEventMessageDetail") {
        Some(EventKind::Join)
    } else if word.ends_with("membersDeletedEventMessageDetail") {
        Some(EventKind::Leave)
    } else {
        None
    };
    if let (Some(kind), [one]) = (kind, members.as_slice()) {
        (event.kind, event.by) = (kind, Some(one.clone()));
    }
    event.text = detail.to_string();
}

/// A conversation of `messages.json`.
pub(crate) fn conversation(reader: &mut Reader<'_>, value: &Value) {
    let room = id(value, "id").unwrap_or_else(|| "without an id".to_owned());
    let name = string(value, "displayName");
    for message in list(value, "MessageList") {
        let word = string(message, "messagetype").unwrap_or_default();
        let spoken = word == "Text" || word.starts_with("RichText");
        let mut event = Event::new(if spoken { EventKind::Message } else { EventKind::Unknown });
        event.id = id(message, "id");
        reader.set_time(&mut event, message, "originalarrivaltime");
        if let Some(who) = string(message, "from") {
            // The address of a contact: `https://…/contacts/8:orgid:…`.
            let who = who.rsplit('/').next().unwrap_or(&who).to_owned();
            reader.describe(&who, string(message, "displayName"), None);
            event.by = Some(who);
        }
        let content = string(message, "content").unwrap_or_default();
        event.text = if spoken && word != "Text" { words_of_html(&content) } else { content };
        let properties = message.get("properties").filter(|properties| properties.is_object());
        event.deleted = properties.is_some_and(|properties| properties.get("deletetime").is_some());
        if properties.is_some_and(|properties| properties.get("edittime").is_some()) {
            let by = event.by.clone().unwrap_or_default();
            event.edits.push(Edit { by, ..Edit::default() });
        }
        keep(&mut event, message, &["messagetype", "properties", "amsreferences"]);
        let room = Room {
            platform: "teams".to_owned(),
            id: room.clone(),
            name: name.clone(),
            kind: RoomKind::Channel,
        };
        add(reader, room, event);
    }
}

#[cfg(test)]
mod tests {
    use crate::chat::event::EventKind;
    use crate::chat::whole::records::{Kind, read};

    #[test]
    fn a_chat_message_has_its_words_its_versions_and_its_people() {
        let text = r##"{"value":[
            {"id":"1","messageType":"message","createdDateTime":"2024-03-01T15:00:00.1Z","lastEditedDateTime":"2024-03-01T15:01:00Z","chatId":"19:x","importance":"high",
             "from":{"user":{"id":"u1","displayName":"Ann"}},"body":{"contentType":"html","content":"<p>sell <b>5</b></p>"},"attachments":[{"id":"f","name":"a.xlsx"}],
             "reactions":[{"reactionType":"like","user":{"user":{"id":"u2"}}}]},
            {"id":"2","messageType":"systemEventMessage","createdDateTime":"2024-03-01T15:02:00Z","chatId":"19:x","from":null,"body":{"content":"<systemEventMessage/>","contentType":"html"},
             "eventDetail":{"@odata.type":"#microsoft.graph.membersAddedEventMessageDetail","members":[{"id":"u3","displayName":"Cat"}]}}]}"##;
        let kind = Kind::of(text.as_bytes()).unwrap();
        let gathered = read(text.as_bytes(), kind, "m.json", None, chrono_tz::UTC);
        assert_eq!((kind, gathered.counted), (Kind::TeamsMessages, Some(2)));
        let events = &gathered.talks["19:x"].events;
        assert_eq!(
            (events[0].text.as_str(), events[0].edits.len(), events[0].important),
            ("sell 5", 1, true)
        );
        assert_eq!((events[1].kind, events[1].by.as_deref()), (EventKind::Join, Some("u3")));
    }

    #[test]
    fn a_users_own_export_is_read_message_by_message() {
        let text = r#"{"userId":"8:x","exportDate":"2024-03-02","conversations":[{"id":"19:y","displayName":"Desk","MessageList":[
            {"id":"5","originalarrivaltime":"2024-03-01T15:00:00Z","messagetype":"RichText/Html","content":"<div>hi</div>","from":"8:ann","displayName":"Ann","properties":{"deletetime":"1"}},7]}]}"#;
        let kind = Kind::of(text.as_bytes()).unwrap();
        let gathered = read(text.as_bytes(), kind, "messages.json", None, chrono_tz::UTC);
        assert_eq!((kind, gathered.counted), (Kind::TeamsConversations, Some(2)));
        let events = &gathered.talks["19:y"].events;
        assert_eq!((events.len(), events[0].text.as_str(), events[0].deleted), (2, "hi", true));
        assert!(events[1].flaw.is_some());
    }
}
