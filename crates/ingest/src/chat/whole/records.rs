//! JSON exports of tickets and messages: a list, an object with a list in it, or a record on each line.

use crate::chat::event::{Event, Room, SharedFile};
use crate::chat::json;
use crate::chat::whole::gathered::Gathered;
use crate::chat::whole::{intercom, teams, zendesk};
use crate::html;
use chrono::{DateTime, FixedOffset, TimeZone};
use chrono_tz::Tz;
use duces_model::EmailAddress;
use memchr::memmem;
use serde_json::Value;

/// What the records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    ZendeskTickets,
    ZendeskComments,
    ZendeskAudits,
    ZendeskEvents,
    Intercom,
    TeamsMessages,
    TeamsConversations,
}

impl Kind {
    /// Told by the names of members in the first bytes.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        if !start.starts_with(b"{") && !start.starts_with(b"[") {
            return None;
        }
        let has = |names: &[&str]| {
            names.iter().all(|name| memmem::find(head, format!("\"{name}\"").as_bytes()).is_some())
        };
        if has(&["MessageList", "conversations"]) {
            Some(Self::TeamsConversations)
        } else if has(&["messageType", "body", "createdDateTime"])
            && (has(&["chatId"]) || has(&["channelIdentity"]))
        {
            Some(Self::TeamsMessages)
        } else if has(&["conversation_parts", "source"]) {
            Some(Self::Intercom)
        } else if has(&["ticket_id", "child_events"]) {
            Some(Self::ZendeskEvents)
        } else if has(&["ticket_id", "author_id", "events"]) {
            Some(Self::ZendeskAudits)
        } else if has(&["requester_id", "submitter_id"]) {
            Some(Self::ZendeskTickets)
        } else if has(&["author_id", "public", "audit_id", "body"]) {
            Some(Self::ZendeskComments)
        } else {
            None
        }
    }

    /// The member of an object that holds the records.
    const fn lists(self) -> &'static [&'static str] {
        match self {
            Self::ZendeskTickets => &["tickets", "ticket", "results"],
            Self::ZendeskComments => &["comments"],
            Self::ZendeskAudits => &["audits"],
            Self::ZendeskEvents => &["ticket_events"],
            Self::Intercom | Self::TeamsConversations => &["conversations"],
            Self::TeamsMessages => &["value", "messages"],
        }
    }

    /// Where events stand in a record; an empty path is the record itself.
    const fn events(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::ZendeskTickets => &[&[], &["comments", "*"]],
            Self::ZendeskComments | Self::TeamsMessages => &[&[]],
            Self::ZendeskAudits => &[&[], &["events", "*"]],
            Self::ZendeskEvents => &[&[], &["child_events", "*"]],
            Self::Intercom => &[&[], &["conversation_parts", "conversation_parts", "*"]],
            Self::TeamsConversations => &[&["MessageList", "*"]],
        }
    }

    /// The word of its form.
    pub(crate) const fn form(self) -> &'static str {
        match self {
            Self::ZendeskTickets | Self::ZendeskComments | Self::ZendeskAudits | Self::ZendeskEvents => {
                "zendesk-json"
            }
            Self::Intercom => "intercom-json",
            Self::TeamsMessages | Self::TeamsConversations => "teams-json",
        }
    }
}

/// Reads the file. `name` is the file's, `people` what lists of users beside it say.
pub(crate) fn read(bytes: &[u8], kind: Kind, name: &str, people: Option<&[u8]>, zone: Tz) -> Gathered {
    let mut gathered = Gathered::default();
    let text = gathered.text(bytes, None).into_owned();
    let bytes = text.as_bytes();
    let mut reader = Reader { gathered, zone, name };
    people.iter().for_each(|list| reader.people(list));
    let mut counted = None;
    if let Some(list) = json::elements(bytes) {
        counted = kind.events().iter().map(|path| json::count_at(bytes, &[&["*"], *path].concat())).sum();
        reader.list(list, kind);
    } else if let Some(members) = json::members(bytes)
        .filter(|object| object.list.iter().any(|(name, _)| kind.lists().contains(&name.as_str())))
    {
        if let Some(damage) = members.damage {
            reader.gathered.flaw(damage);
        }
        for (name, value) in &members.list {
            if name == "users" {
                reader.people(value);
            }
        }
        let mut sum = Some(0);
        for (name, value) in members.list.iter().filter(|(name, _)| kind.lists().contains(&name.as_str())) {
            let each: &[&str] = if value.starts_with(b"[") { &[name, "*"] } else { &[name] };
            let found: Option<u64> =
                kind.events().iter().map(|path| json::count_at(bytes, &[each, *path].concat())).sum();
            sum = sum.zip(found).map(|(sum, more)| sum + more);
            match json::elements(value) {
                Some(list) => reader.list(list, kind),
                None => reader.record(value, kind),
            }
        }
        counted = sum;
    } else {
        let mut sum = 0;
        for line in bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
        {
            let found: Option<u64> = kind.events().iter().map(|path| json::count_at(line, path)).sum();
            // A line that is no JSON is kept as one event.
            sum += found.unwrap_or(1);
            reader.record(line, kind);
            counted = Some(sum);
        }
    }
    reader.gathered.counted = counted;
    reader.gathered
}

/// A file being read.
pub(crate) struct Reader<'n> {
    pub(crate) gathered: Gathered,
    pub(crate) zone: Tz,
    /// The file's name.
    pub(crate) name: &'n str,
}

impl Reader<'_> {
    fn list(&mut self, list: json::Elements<'_>, kind: Kind) {
        if let Some(damage) = list.damage {
            self.gathered.flaw(damage);
        }
        list.list.into_iter().for_each(|element| self.record(element, kind));
    }

    fn record(&mut self, bytes: &[u8], kind: Kind) {
        let value: Value = match serde_json::from_slice(bytes) {
            Ok(value) => value,
            Err(error) => {
                return self.unread(&String::from_utf8_lossy(bytes), format!("no JSON: {error}"), kind);
            }
        };
        if !value.is_object() {
            return self.unread(&value.to_string(), "expected an object".to_owned(), kind);
        }
        match kind {
            Kind::ZendeskTickets => zendesk::ticket(self, &value),
            Kind::ZendeskComments => zendesk::bare_comment(self, &value),
            Kind::ZendeskAudits => zendesk::audit(self, &value, "events"),
            Kind::ZendeskEvents => zendesk::audit(self, &value, "child_events"),
            Kind::Intercom => intercom::conversation(self, &value),
            Kind::TeamsMessages => teams::message(self, &value),
            Kind::TeamsConversations => teams::conversation(self, &value),
        }
    }

    /// Keeps what cannot be read with the words of the export.
    fn unread(&mut self, text: &str, why: String, kind: Kind) {
        let platform = kind.form().split('-').next().unwrap_or("unknown").to_owned();
        let talk = self.gathered.talks.entry("unread records".to_owned()).or_default();
        talk.room = Room { platform, id: "unread records".to_owned(), ..Room::default() };
        talk.events.push(Event::unread(text, why));
    }

    /// A list of users: each with an id, a name and a mail address.
    fn people(&mut self, bytes: &[u8]) {
        // A dump of the API wraps the list into an object.
        let wrapped = json::members(bytes).and_then(|object| {
            object.list.into_iter().find(|(name, _)| name == "users").map(|(_, list)| list)
        });
        let list = json::elements(wrapped.unwrap_or(bytes)).map(|list| list.list).unwrap_or_default();
        for element in list {
            let Ok(value) = serde_json::from_slice::<Value>(element) else {
                self.gathered.flaw("a person of the list of users could not be read");
                continue;
            };
            if let Some(id) = id(&value, "id") {
                self.describe(&id, string(&value, "name"), string(&value, "email"));
            }
        }
    }

    /// Takes what is said of a person.
    pub(crate) fn describe(&mut self, id: &str, name: Option<String>, mail: Option<String>) {
        let person = self.gathered.person(id);
        person.name = person.name.take().or(name);
        if let Some(address) = mail.and_then(|mail| EmailAddress::new(&mail).ok())
            && !person.addresses.contains(&address)
        {
            person.addresses.push(address);
        }
    }

    /// A time of RFC 3339, or seconds since 1970, shown in the firm's zone.
    pub(crate) fn time(&self, value: &Value, name: &str) -> Result<Option<DateTime<FixedOffset>>, String> {
        let at = match value.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Number(number)) => number
                .as_i64()
                .filter(|seconds| (1..7_258_118_400).contains(seconds))
                .and_then(|seconds| self.zone.timestamp_opt(seconds, 0).single()),
            Some(Value::String(text)) => {
                DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&self.zone))
            }
            Some(_) => None,
        };
        let wrong = || {
            let found = value.get(name).map(ToString::to_string).unwrap_or_default();
            format!("found {name} {}, expected a time with its zone", crate::words::shown(&found))
        };
        at.map(|at| Some(at.fixed_offset())).ok_or_else(wrong)
    }

    /// Gives the event its time, or says why it has none.
    pub(crate) fn set_time(&self, event: &mut Event, value: &Value, name: &str) {
        match self.time(value, name) {
            Ok(Some(at)) => event.at = Some(at),
            Ok(None) => event.flaw = Some(format!("found no {name}")),
            Err(why) => event.flaw = Some(why),
        }
    }
}

/// A string that says something.
pub(crate) fn string(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// An id, which is a number or a string.
pub(crate) fn id(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// The elements of a list that a record has.
pub(crate) fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The words of HTML as a reader sees them.
pub(crate) fn words_of_html(html: &str) -> String {
    html::to_text(html).trim().to_owned()
}

/// A file of which the export has the record alone.
pub(crate) fn named(record: &Value, names: &[&str]) -> SharedFile {
    let name = names.iter().find_map(|name| string(record, name)).unwrap_or_else(|| "file".to_owned());
    SharedFile { name, bytes: record.to_string().into_bytes(), held: false }
}

/// Marks a text that people outside were not to see.
pub(crate) fn internal(text: &str) -> String {
    format!("[internal note] {text}")
}

/// Keeps simple members of a record beside its event.
pub(crate) fn keep(event: &mut Event, value: &Value, names: &[&str]) {
    for name in names {
        let kept = match value.get(name) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        event.custom.push(((*name).to_owned(), kept));
    }
}
