//! A mail that Mattermost makes for Global Relay: one channel's messages in its HTML, with everybody who was there.
//!
//! The mail's own From and To name everybody of the period and say nothing of who wrote what: they are not used. Who was
//! there when stands in the table of participants, who wrote stands beside each message.

use super::room;
use crate::charset;
use crate::chat::day::{self, Presence};
use crate::chat::dump::element::{self, Element};
use crate::chat::event::{Event, EventKind, Person, SharedFile};
use crate::chat::page::Page;
use crate::chat::versions;
use crate::header::Header;
use crate::limits::Limits;
use crate::media::Media;
use crate::part::Part;
use crate::{multipart, transfer};
use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use duces_model::{Defect, DefectCode, EmailAddress};
use memchr::memmem;
use std::collections::{BTreeMap, BTreeSet};

/// What a file's line starts with, in place of words.
const UPLOADED: &str = "Uploaded file ";
const DELETED: &str = "Deleted file ";

/// Whether the bytes start with a mail header of a channel of Mattermost's.
pub(crate) fn is_relay(head: &[u8]) -> bool {
    let header = Header::of_message(head, head.len());
    let kind = header.first("x-globalrelay-msgtype").map(<[u8]>::trim_ascii);
    kind == Some(b"Mattermost") && header.first("x-mattermost-channelid").is_some()
}

/// The channel's mail.
pub(crate) struct Relay {
    html: String,
    files: Vec<SharedFile>,
    /// The channel's kind, by the header.
    kind: String,
    flaws: Vec<Defect>,
}

impl Relay {
    /// Opens the mail; none where its HTML is not of the known form.
    pub(crate) fn open(bytes: &[u8], limits: &Limits) -> Option<Self> {
        let header = Header::of_message(bytes, limits.header_bytes_max);
        let kind =
            header.first("x-mattermost-channeltype").map(|value| crate::words::unstructured(value).text);
        let mut relay = Self {
            html: String::new(),
            files: Vec::new(),
            kind: kind.unwrap_or_default(),
            flaws: Vec::new(),
        };
        relay.part(&header, bytes, 0, limits);
        (relay.html.contains("class=\"message-list\"") && relay.html.contains("class=\"participants\""))
            .then_some(relay)
    }

    fn part(&mut self, header: &Header<'_>, bytes: &[u8], depth: usize, limits: &Limits) {
        let media = header.first("content-type").map(Media::read).unwrap_or_default();
        if media.essence.starts_with("multipart/") && depth < limits.nesting_max {
            let boundary = media.parameter("boundary").unwrap_or("").trim_end();
            let split = multipart::split(&bytes[header.body_at..], boundary, limits.parts_max);
            if !split.closed {
                self.flaw("its boundary is never closed".to_owned());
            }
            for part in split.parts {
                let header = Header::of_part(part, limits.header_bytes_max);
                self.part(&header, part, depth + 1, limits);
            }
            return;
        }
        let part = Part::new(header, bytes, false);
        let decoded = transfer::decode(&part.transfer, part.body);
        if let Some(damage) = &decoded.damage {
            self.flaw(format!("{}: {damage}", media.essence));
        }
        match &part.file_name {
            Some(name) => {
                let bytes = decoded.bytes.into_owned();
                self.files.push(SharedFile { name: name.clone(), bytes, held: true });
            }
            None if media.essence == "text/html" && self.html.is_empty() => {
                self.html = charset::decode(media.parameter("charset"), &decoded.bytes).text.into_owned();
            }
            // The plain form is made of the HTML.
            None if media.essence == "text/plain" => {}
            None => self.flaw(format!("a part of type {:?}", crate::words::shown(&media.essence))),
        }
    }

    fn flaw(&mut self, why: String) {
        self.flaws.push(Defect::new(DefectCode::BadChat, why));
    }

    /// What the summary says under this name.
    fn summary(&self, name: &str) -> String {
        let label = format!(">{name}:</span>");
        let found = self.html.split_once(&label).and_then(|(_, rest)| rest.split_once("</li>"));
        let escaped = found.map(|(value, _)| value.trim()).unwrap_or_default();
        element::read(&format!("<v>{escaped}</v>")).root.text
    }

    /// The channel's room-days.
    pub(crate) fn page(mut self, limits: &Limits) -> Page {
        let mut page = Page { counted: Some(count(&self.html)), ..Page::default() };
        let zone = limits.zone;
        let instant = |text: &str| {
            let at = DateTime::parse_from_rfc3339(text.trim()).ok().filter(|at| at.timestamp() > 0)?;
            Some(at.with_timezone(&zone).fixed_offset())
        };
        let (start, end) = (instant(&self.summary("Started")), instant(&self.summary("Ended")));
        let mut reading = Reading { zone, people: BTreeMap::new(), stated: BTreeMap::new() };
        let mut events = Vec::new();
        for row in fragments(&self.html, "<tr>", "</tr>").filter(|row| row.contains("class=\"joined\"")) {
            if !row.contains("<td") {
                continue;
            }
            let read = element::read(row);
            let by = reading.person(&read.root, "td");
            let of = |class: &str| value(&read.root, "td", class).and_then(|text| instant(&text));
            let (joined, left) = (of("joined"), of("left"));
            // Who never left has no time of leaving, or one before the coming.
            let left = left.filter(|left| joined.is_none_or(|joined| *left >= joined)).or(end);
            if let (Some(by), Some(stated)) = (&by, value(&read.root, "td", "messages")) {
                let stated: u64 = stated.trim().parse().unwrap_or_default();
                *reading.stated.entry(by.clone()).or_default() += stated;
            }
            for (kind, at) in [(EventKind::Join, joined), (EventKind::Leave, left)] {
                let mut event = Event { by: by.clone(), at, ..Event::new(kind) };
                if at.is_none() || by.is_none() {
                    event.flaw = Some(format!("no row of a participant: {}", crate::words::shown(row)));
                }
                day::at_bounds(&mut event, start, end);
                events.push(event);
            }
        }
        let mut files = std::mem::take(&mut self.files);
        let mut wrote: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for item in fragments(&self.html, "<li class=\"message\">", "</li>") {
            let event = reading.message(item, &mut files, &instant);
            let of_files = !event.files.is_empty() || event.text.starts_with(DELETED);
            let counts = wrote.entry(event.by.clone().unwrap_or_default()).or_default();
            counts.0 += 1;
            counts.1 += u64::from(!of_files);
            events.push(event);
        }
        for (who, stated) in &reading.stated {
            // A line of a file belongs to a message that is counted already.
            let (lines, messages) = wrote.get(who).copied().unwrap_or_default();
            if !(messages..=lines).contains(stated) {
                let person = reading.people.get(who).and_then(|person| person.name.as_deref());
                let who = crate::words::shown(person.unwrap_or(who)).into_owned();
                self.flaws.push(Defect::new(
                    DefectCode::BadChat,
                    format!("the table states {stated} messages of {who:?}, {messages} are there"),
                ));
            }
        }
        if !files.is_empty() {
            let mut event = Event::new(EventKind::Unknown);
            event.text = "Files of the mail that no message names.".to_owned();
            event.files = files;
            events.push(event);
            page.counted = page.counted.map(|counted| counted + 1);
        }
        versions::join(&mut events);
        let entered: BTreeSet<String> = events
            .iter()
            .filter(|event| event.kind == EventKind::Join)
            .filter_map(|event| event.by.clone())
            .collect();
        let mut all = events.iter().filter_map(|event| event.by.as_ref());
        let known = !entered.is_empty() && all.all(|by| entered.contains(by));
        let presence = Presence::from_events(known, BTreeSet::new(), &events);
        let names = ["ChannelName", "ChannelId", "ChannelDisplayName"].map(|name| self.summary(name));
        let room = room(&self.kind, &names[0], &names[1], &names[2]);
        page.days = day::days(&room, &reading.people, &presence, events, reading.zone);
        page.flaws.append(&mut self.flaws);
        page
    }
}

struct Reading {
    zone: Tz,
    people: BTreeMap<String, Person>,
    /// How many messages the table states of each.
    stated: BTreeMap<String, u64>,
}

impl Reading {
    /// Takes in the person that the cells of a row, or the spans of a message, describe.
    fn person(&mut self, of: &Element, tag: &str) -> Option<String> {
        let field = |class: &str| value(of, tag, class);
        let mail = field("email").map(|mail| mail.trim_matches(['(', ')']).to_owned());
        let name = field("username").map(|name| name.trim_start_matches('@').to_owned());
        let id = field("userid").or_else(|| mail.clone()).or_else(|| name.clone())?;
        let person =
            self.people.entry(id.clone()).or_insert_with(|| Person { id: id.clone(), ..Person::default() });
        person.name = person.name.take().or(name);
        if let Some(address) = mail.and_then(|mail| EmailAddress::new(&mail).ok())
            && !person.addresses.contains(&address)
        {
            person.addresses.push(address);
        }
        Some(id)
    }

    fn message(
        &mut self,
        item: &str,
        files: &mut Vec<SharedFile>,
        instant: &impl Fn(&str) -> Option<DateTime<FixedOffset>>,
    ) -> Event {
        let read = element::read(item);
        if let Some((why, _)) = &read.damage {
            return Event::unread(item, format!("no HTML that can be read: {why}"));
        }
        let of = |class: &str| value(&read.root, "span", class);
        let mut event = Event::new(EventKind::Message);
        event.by = self.person(&read.root, "span");
        event.id = of("post_id");
        let written = of("sent_time").unwrap_or_default();
        event.at = instant(&written);
        if event.at.is_none() {
            event.flaw =
                Some(format!("found sent_time {:?}, expected a time", crate::words::shown(&written)));
        }
        event.text = of("message").unwrap_or_default();
        let shown_as = of("postusername").map(|name| name.trim_start_matches('@').to_owned());
        let own = of("username").map(|name| name.trim_start_matches('@').to_owned());
        event.custom.extend(
            shown_as.filter(|name| own.as_ref() != Some(name)).map(|name| ("shown as".to_owned(), name)),
        );
        event.custom.extend(of("usertype").map(|kind| ("UserType".to_owned(), kind)));
        if let Some(name) = event.text.strip_prefix(UPLOADED).map(str::to_owned) {
            match files.iter().position(|file| file.name == name) {
                Some(at) => event.files.push(files.remove(at)),
                None => {
                    let bytes = serde_json::json!({ "message": event.text }).to_string().into_bytes();
                    let named =
                        name.strip_prefix('"').and_then(|rest| rest.split_once('"')).map(|(name, _)| name);
                    let name = named.unwrap_or(&name).to_owned();
                    event.files.push(SharedFile { name, bytes, held: false });
                }
            }
        }
        if let Some(word) = of("update_type") {
            let at = of("update_time").and_then(|text| instant(&text));
            versions::apply(&mut event, &word, at, of("edited_new_msg_id").as_deref());
        }
        event
    }
}

/// The text of the child with this tag and class; none where it is blank.
fn value(of: &Element, tag: &str, class: &str) -> Option<String> {
    let mut children = of.children.iter();
    let found = children.find(|child| child.name == tag && child.attribute("class") == Some(class))?;
    let text = if class == "message" { found.text.as_str() } else { found.text.trim() };
    Some(text.to_owned()).filter(|text| !text.trim().is_empty())
}

/// The pieces of a text from one tag to the other.
fn fragments<'t>(text: &'t str, open: &'t str, close: &'t str) -> impl Iterator<Item = &'t str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(open)?;
        let piece = &rest[start..];
        let inside = &piece[open.len()..];
        // One that is never closed ends where the next starts.
        let next = inside.find(open).map_or(piece.len(), |at| at + open.len());
        let end = inside.find(close).map_or(piece.len(), |at| at + open.len() + close.len()).min(next);
        rest = &piece[end..];
        Some(&piece[..end])
    })
}

/// How many events the HTML has: by the cells and spans that each has once.
fn count(html: &str) -> u64 {
    let found = |tag: &str| memmem::find_iter(html.as_bytes(), tag.as_bytes()).count() as u64;
    found("<span class=\"sent_time\">") + 2 * found("<td class=\"joined\">")
}
