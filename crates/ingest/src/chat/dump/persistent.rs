//! A conversation of Skype for Business Persistent Chat as the Compliance service writes it by itself, before any transform
//! (Microsoft, "Configure the Compliance service for Persistent Chat Server"; the same of Lync Server 2013).

use super::Form;
use super::conversation::instant;
use super::element::{Element, Piece};
use crate::chat::day::{self, Presence};
use crate::chat::event::{Event, EventKind, Person, Room, RoomDay, RoomKind};
use crate::words;
use chrono_tz::Tz;
use duces_model::{Defect, DefectCode, EmailAddress};
use std::collections::{BTreeMap, BTreeSet};

/// The list of messages in a conversation.
pub(super) const LIST: &str = "Messages";
/// Children of a conversation beside it, which say something of it as a whole. The first message stands in the list too.
pub(super) const HEAD: [&str; 4] = ["Channel", FIRST, "StartTimeUTC", "EndTimeUTC"];
const FIRST: &str = "FirstMessage";

/// The room-days of a conversation; one without a room's address goes by the place where it was found.
pub(super) fn days(piece: Piece, place: u64, zone: Tz, flaws: &mut Vec<Defect>) -> Vec<RoomDay> {
    let root = piece.root;
    let mut people = BTreeMap::new();
    let mut events = Vec::new();
    for child in &root.children {
        match child.name.as_str() {
            LIST => events.extend(child.children.iter().map(|message| event(message, &mut people, zone))),
            name if HEAD.contains(&name) => {}
            _ => events.push(event(child, &mut people, zone)),
        }
    }
    if let Some(first) = root.child(FIRST) {
        let mut listed =
            root.children.iter().filter(|child| child.name == LIST).flat_map(|list| &list.children);
        let same =
            |other: &Element| (&other.attributes, &other.children) == (&first.attributes, &first.children);
        if !listed.any(same) {
            let mut first = event(first, &mut people, zone);
            first.flaw.get_or_insert_with(|| "the first message is not among the messages".to_owned());
            events.push(first);
        }
    }
    if let Some((why, rest)) = piece.damage {
        flaws.push(Defect::new(DefectCode::BadChat, format!("byte {place}: no XML that can be read: {why}")));
        if !rest.trim().is_empty() {
            events.push(Event::unread(rest, format!("no XML that can be read: {why}")));
        }
    }
    let channel = |name| root.child("Channel").and_then(|channel| channel.attribute(name)).map(str::to_owned);
    let room = Room {
        platform: Form::Persistent.platform().to_owned(),
        id: channel("uri").unwrap_or_else(|| format!("conversation at byte {place}")),
        name: channel("name"),
        kind: RoomKind::Channel,
    };
    // Comings and goings of the period are told, and not who was there before it.
    let presence = Presence::from_events(false, BTreeSet::new(), &events);
    day::days(&room, &people, &presence, events, zone)
}

fn event(element: &Element, people: &mut BTreeMap<String, Person>, zone: Tz) -> Event {
    let kind = element.attribute("type");
    let content = element.attribute("content").unwrap_or_default();
    let known = match kind.filter(|_| matches!(element.name.as_str(), "Message" | FIRST)) {
        Some("JOIN") => Some((EventKind::Join, content.to_owned())),
        Some("PART") => Some((EventKind::Leave, content.to_owned())),
        Some("CHAT") => Some((EventKind::Message, content.to_owned())),
        Some("BACKCHAT") => Some((EventKind::History, format!("history asked for: {content}"))),
        Some("FILEUPLOAD") => Some((EventKind::Message, format!("file uploaded: {content}"))),
        Some("FILEDOWNLOAD") => Some((EventKind::Unknown, format!("file downloaded: {content}"))),
        _ => None,
    };
    let mut event = match known {
        Some((kind, text)) => Event { text, ..Event::new(kind) },
        None => {
            let why = match kind {
                Some(kind) => format!("a message of the type {:?}, which is not known", words::shown(kind)),
                None => format!("an element {:?}, which is not known", words::shown(&element.name)),
            };
            let attributes = element.attributes.iter().map(|(name, value)| format!("{name}: {value}; "));
            Event::unread(attributes.collect::<String>() + &element.told(), why)
        }
    };
    // Comings and goings have no id of their own: the form writes 0.
    event.id = element.attribute("id").filter(|id| *id != "0").map(str::to_owned);
    let written = element.child("DateTimeUTC").and_then(|time| time.attribute("since1970"));
    event.at = written.and_then(|text| instant(text, zone));
    if event.at.is_none() {
        let shown = words::shown(written.unwrap_or_default()).into_owned();
        let why = format!("found since1970 {shown:?}, expected milliseconds since 1970");
        event.flaw.get_or_insert(why);
    }
    if let Some(sender) = element.child("Sender") {
        event.by = person(sender, people);
        event.custom.extend(sender.attribute("internal").map(|own| ("internal".to_owned(), own.to_owned())));
    }
    event
}

/// Takes in who did it; gives the account.
fn person(sender: &Element, people: &mut BTreeMap<String, Person>) -> Option<String> {
    let id = ["uri", "email", "id", "UserName"].iter().find_map(|name| sender.attribute(name))?.to_owned();
    let person = people.entry(id.clone()).or_insert_with(|| Person { id: id.clone(), ..Person::default() });
    if person.name.is_none() {
        person.name = sender.attribute("UserName").map(str::to_owned);
    }
    for written in ["email", "uri"].iter().filter_map(|name| sender.attribute(name)) {
        let bare = written.strip_prefix("sip:").unwrap_or(written);
        if let Ok(address) = EmailAddress::new(bare)
            && !person.addresses.contains(&address)
        {
            person.addresses.push(address);
        }
    }
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::super::element;
    use super::*;

    fn message(name: &str, kind: &str, content: &str, id: u32, who: &str, at: &str) -> String {
        format!(
            "<{name} type=\"{kind}\" content=\"{content}\" id=\"{id}\"><Sender UserName=\"{who}\" id=\"10\" \
             email=\"{who}@firm.example\" internal=\"true\" uri=\"sip:{who}@firm.example\"/>\
             <DateTimeUTC since1970=\"{at}\" string=\"\" long=\"\"/></{name}>"
        )
    }

    fn read(first: &str, list: &str) -> (Vec<RoomDay>, Vec<Defect>) {
        let text = format!(
            "<Conversation><Channel uri=\"ma-chan://firm.example/300\" name=\"Desk\"/>{first}<Messages>{list}</Messages>\
             <StartTimeUTC since1970=\"1709294400000\"/><EndTimeUTC since1970=\"1709308800000\"/></Conversation>"
        );
        let mut flaws = Vec::new();
        (days(element::read(&text), 7, chrono_tz::UTC, &mut flaws), flaws)
    }

    #[test]
    fn each_message_of_the_list_is_an_event_and_the_first_is_not_told_twice() {
        let joined = |name| message(name, "JOIN", "", 0, "ann", "1709294400000");
        let list = [
            joined("Message"),
            message("Message", "CHAT", "sell 5 &lt;now&gt;", 4, "ann", "1709305200000"),
            message("Message", "BACKCHAT", "1 day", 0, "bob", "1709305260000"),
            message("Message", "FILEUPLOAD", "plan.doc", 5, "bob", "1709305261000"),
            message("Message", "FILEDOWNLOAD", "plan.doc", 0, "ann", "1709305262000"),
            message("Message", "PART", "", 0, "ann", "1709308800000"),
        ]
        .concat();
        let (days, flaws) = read(&joined(FIRST), &list);
        assert!(flaws.is_empty() && days.len() == 1, "{flaws:?}");
        let day = &days[0];
        assert_eq!(
            (day.room.id.as_str(), day.room.name.as_deref()),
            ("ma-chan://firm.example/300", Some("Desk"))
        );
        assert!(!day.members_known);
        let told: Vec<_> = day.events.iter().map(|event| (event.kind, event.text.as_str())).collect();
        assert_eq!(
            told,
            [
                (EventKind::Join, ""),
                (EventKind::Message, "sell 5 <now>"),
                (EventKind::History, "history asked for: 1 day"),
                (EventKind::Message, "file uploaded: plan.doc"),
                (EventKind::Unknown, "file downloaded: plan.doc"),
                (EventKind::Leave, ""),
            ]
        );
        assert_eq!((day.events[0].id.as_deref(), day.events[1].id.as_deref()), (None, Some("4")));
        assert!(day.events.iter().all(|event| event.flaw.is_none() && event.at.is_some()));
        let ann = day.person("sip:ann@firm.example").unwrap();
        assert_eq!((ann.name.as_deref(), ann.addresses.len()), (Some("ann"), 1));
    }

    #[test]
    fn what_is_not_known_is_kept_in_its_own_words_and_told() {
        let first = message(FIRST, "CHAT", "lost", 3, "ann", "1709294400000");
        let list = message("Message", "SHOUT", "buy", 4, "ann", "x") + "<Note>by hand</Note>";
        let (days, _) = read(&first, &list);
        let mut events: Vec<_> = days.iter().flat_map(|day| &day.events).collect();
        events.sort_by_key(|event| event.text.clone());
        let flaws: Vec<_> = events.iter().map(|event| event.flaw.clone().unwrap_or_default()).collect();
        assert!(events.iter().any(|event| event.text.contains("content: buy")), "{events:?}");
        assert!(
            events.iter().any(|event| event.text == "by hand") && flaws.iter().all(|why| !why.is_empty())
        );
        assert!(flaws.iter().any(|why| why.contains("not among the messages")), "{flaws:?}");
    }
}
