//! Zendesk: tickets with their comments (the account's JSON export), audits and ticket events (dumps of its API).
//!
//! Source: Zendesk, developer documentation (tickets, ticket comments, ticket audits, incremental exports). A ticket without
//! its comments holds no conversation; the export says so.

use crate::chat::event::{Event, EventKind, Room};
use crate::chat::whole::gathered::Talk;
use crate::chat::whole::records::{Reader, id, internal, keep, list, named, string, words_of_html};
use serde_json::Value;

/// The conversation of a ticket.
fn talk<'r>(reader: &'r mut Reader<'_>, ticket: &str) -> &'r mut Talk {
    let talk = reader.gathered.talks.entry(ticket.to_owned()).or_default();
    talk.room.platform = "zendesk".to_owned();
    talk.room.id = ticket.to_owned();
    talk.room.name.get_or_insert_with(|| format!("ticket {ticket}"));
    talk
}

/// A ticket: one event of its own, and one for each comment.
pub(crate) fn ticket(reader: &mut Reader<'_>, value: &Value) {
    let ticket = id(value, "id").unwrap_or_else(|| "without a number".to_owned());
    for role in ["requester", "submitter", "assignee"] {
        if let Some(person) = value.get(role).filter(|person| person.is_object())
            && let Some(who) = id(person, "id")
        {
            reader.describe(&who, string(person, "name"), string(person, "email"));
        }
    }
    let mut event = Event::new(EventKind::Unknown);
    event.id = Some(format!("ticket {ticket}"));
    reader.set_time(&mut event, value, "created_at");
    event.by = id(value, "submitter_id").or_else(|| id(value, "requester_id"));
    let subject = string(value, "subject").or_else(|| string(value, "raw_subject"));
    let status = string(value, "status").unwrap_or_default();
    event.text = format!("Ticket {ticket}: {} ({status})", subject.as_deref().unwrap_or("no subject"));
    let comments: Vec<&Value> = list(value, "comments").collect();
    let description = string(value, "description").unwrap_or_default();
    let repeated =
        comments.iter().any(|comment| comment.get("body").and_then(Value::as_str) == Some(&description));
    if !description.is_empty() && !repeated {
        event.text = format!("{}\n{description}", event.text);
    }
    keep(
        &mut event,
        value,
        &["priority", "type", "tags", "updated_at", "custom_fields", "fields", "via", "is_public"],
    );
    let mut events = vec![event];
    for comment in &comments {
        events.push(said(reader, comment, "created_at", None));
    }
    let no_comments = value.get("comments").and_then(Value::as_array).is_none();
    if no_comments {
        reader.gathered.flaw(format!(
            "ticket {ticket} has no list of comments: what was said in it is not in this file"
        ));
    }
    let mut members: Vec<String> =
        ["requester_id", "submitter_id", "assignee_id"].iter().filter_map(|name| id(value, name)).collect();
    for name in ["collaborator_ids", "follower_ids", "email_cc_ids"] {
        members.extend(list(value, name).filter_map(|id| id.as_u64().map(|id| id.to_string())));
    }
    let talk = talk(reader, &ticket);
    talk.room =
        Room { name: subject.map(|subject| format!("ticket {ticket}: {subject}")), ..talk.room.clone() };
    talk.room.name.get_or_insert_with(|| format!("ticket {ticket}"));
    talk.members_known = true;
    talk.members.extend(members);
    talk.events.extend(events);
}

/// A comment of a list that does not say of which ticket: the file's name is all there is.
pub(crate) fn bare_comment(reader: &mut Reader<'_>, value: &Value) {
    let ticket = id(value, "ticket_id").unwrap_or_else(|| format!("of {}", reader.name));
    let event = said(reader, value, "created_at", None);
    talk(reader, &ticket).events.push(event);
}

/// A comment. `outer` is the record around it, whose time and author are those of the comment where it has none.
fn said(reader: &mut Reader<'_>, value: &Value, time: &str, outer: Option<&Value>) -> Event {
    let mut event = Event::new(EventKind::Message);
    event.id = id(value, "id");
    let dated = if value.get(time).is_some() { value } else { outer.unwrap_or(value) };
    reader.set_time(&mut event, dated, time);
    let of = |value: &Value| id(value, "author_id").or_else(|| id(value, "updater_id"));
    event.by = of(value).or_else(|| outer.and_then(of));
    let html = || string(value, "html_body").map(|html| words_of_html(&html));
    event.text =
        string(value, "plain_body").or_else(|| string(value, "body")).or_else(html).unwrap_or_default();
    if value.get("public").and_then(Value::as_bool) == Some(false) {
        event.text = internal(&event.text);
    }
    keep(&mut event, value, &["public", "via", "audit_id"]);
    event.files =
        list(value, "attachments").map(|file| named(file, &["file_name", "filename", "name"])).collect();
    event
}

/// An audit (or ticket event): one event of its own, and one for each change or comment in it.
pub(crate) fn audit(reader: &mut Reader<'_>, value: &Value, children: &str) {
    let ticket = id(value, "ticket_id").unwrap_or_else(|| "without a number".to_owned());
    let time = if value.get("created_at").is_some() { "created_at" } else { "timestamp" };
    let mut event = Event::new(EventKind::Unknown);
    event.id = id(value, "id").map(|id| format!("audit {id}"));
    reader.set_time(&mut event, value, time);
    event.by = id(value, "author_id").or_else(|| id(value, "updater_id"));
    event.text = "Ticket updated".to_owned();
    keep(&mut event, value, &["via", "metadata", "event_type"]);
    let mut events = vec![event];
    for child in list(value, children) {
        let kind = string(child, "type").or_else(|| string(child, "event_type")).unwrap_or_default();
        if kind.contains("Comment") && child.get("body").is_some() {
            events.push(said(reader, child, time, Some(value)));
            continue;
        }
        let mut event = Event::new(EventKind::Unknown);
        event.id = id(child, "id");
        reader.set_time(&mut event, value, time);
        event.by = id(value, "author_id").or_else(|| id(value, "updater_id"));
        let changed = string(child, "field_name").map(|field| {
            let shown = |name: &str| child.get(name).map(ToString::to_string).unwrap_or_default();
            format!("{field}: {} -> {}", shown("previous_value"), shown("value"))
        });
        // Of other kinds (a notification, a change of privacy) all that the audit says is kept.
        event.text = format!("{kind} {}", changed.unwrap_or_else(|| child.to_string()));
        events.push(event);
    }
    talk(reader, &ticket).events.extend(events);
}

#[cfg(test)]
mod tests {
    use crate::chat::whole::records::{Kind, read};

    #[test]
    fn a_ticket_is_a_conversation_whose_internal_notes_say_so() {
        let text = r#"{"id":35,"requester_id":1,"submitter_id":1,"assignee_id":2,"subject":"refund","status":"open","created_at":"2024-03-01T15:00:00Z","description":"please",
            "comments":[{"id":9,"author_id":1,"body":"please","public":true,"created_at":"2024-03-01T15:00:00Z","attachments":[{"file_name":"a.pdf","size":3}]},
            {"id":10,"author_id":2,"body":"he is a risk","public":false,"created_at":"2024-03-01T15:05:00Z"}]}"#.replace('\n', " ");
        assert_eq!(Kind::of(text.as_bytes()), Some(Kind::ZendeskTickets));
        let users = br#"[{"id":1,"name":"Ann","email":"ann@client.example"}]"#;
        let gathered = read(
            format!("{text}\n{{oops\n").as_bytes(),
            Kind::ZendeskTickets,
            "t.json",
            Some(users),
            chrono_tz::UTC,
        );
        assert_eq!(gathered.counted, Some(4));
        let talk = &gathered.talks["35"];
        assert_eq!(talk.events.len(), 3);
        assert_eq!(talk.events[2].text, "[internal note] he is a risk");
        assert!(!talk.events[1].files[0].held && talk.members_known && talk.members.contains("2"));
        assert_eq!(gathered.people["1"].addresses[0].as_str(), "ann@client.example");
        assert_eq!(gathered.talks["unread records"].events.len(), 1);
    }

    #[test]
    fn audits_give_comments_and_changes_in_their_order() {
        let text = r#"{"audits":[{"id":1,"ticket_id":35,"author_id":2,"created_at":"2024-03-01T15:00:00Z","events":[
            {"id":5,"type":"Comment","body":"hello","public":true},{"id":6,"type":"Change","field_name":"status","value":"open","previous_value":"new"}]}],"count":1}"#;
        let kind = Kind::of(text.as_bytes()).unwrap();
        let gathered = read(text.as_bytes(), kind, "a.json", None, chrono_tz::UTC);
        let texts: Vec<_> = gathered.talks["35"].events.iter().map(|event| event.text.as_str()).collect();
        assert_eq!(texts, ["Ticket updated", "hello", "Change status: \"new\" -> \"open\""]);
        assert_eq!(gathered.counted, Some(3));
    }
}
