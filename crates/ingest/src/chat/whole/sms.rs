//! Messages of a phone as the app SMS Backup & Restore keeps them: `smses` with `sms` and `mms`, `calls` with `call`.
//!
//! Source: SyncTech, "Fields in XML Backup Files". Times are milliseconds since 1970. The file's own `count` is the
//! second count; where it has none, the starts of elements are counted in the bytes.

use crate::chat::event::{Event, EventKind, Room, SharedFile};
use crate::chat::whole::gathered::{Gathered, from_millis};
use crate::chat::whole::tags::{Tag, TagKind, Tags};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono_tz::Tz;
use memchr::memmem;
use std::collections::BTreeSet;

/// Whose phone it is; the file does not say what its number was.
const OWNER: &str = "phone-owner";

/// Whether the bytes start like such a file.
pub(crate) fn is_backup(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if !head.trim_ascii_start().starts_with(b"<") {
        return false;
    }
    let text = String::from_utf8_lossy(head);
    Tags::of(&text).next().is_some_and(|tag| matches!(tag.name, "smses" | "calls"))
}

/// The elements that are events.
const ELEMENTS: [&str; 3] = ["sms", "mms", "call"];

/// How many elements start in the bytes.
fn starts(bytes: &[u8]) -> u64 {
    let of = |name: &str| memmem::find_iter(bytes, name).count() as u64;
    let all = |name: &str| {
        [" ", "\n", "\r", "\t", "/", ">"].iter().map(|end| of(&format!("<{name}{end}"))).sum::<u64>()
    };
    all("sms") + all("mms") + all("call")
}

/// Reads the file.
pub(crate) fn read(bytes: &[u8], zone: Tz) -> Gathered {
    let mut gathered = Gathered::default();
    let text = gathered.text(bytes, None);
    let mut reader = Reader { gathered, zone, stated: None };
    let mut tags = Tags::of(&text);
    let mut closed = false;
    let mut root = "";
    while let Some(tag) = tags.next() {
        match (tag.name, tag.kind) {
            ("smses" | "calls", TagKind::Close) => closed = true,
            (name @ ("smses" | "calls"), kind) => {
                root = name;
                closed = kind == TagKind::Empty;
                reader.stated = tag.said("count").and_then(|count| count.trim().parse::<u64>().ok());
            }
            (name, TagKind::Close) if ELEMENTS.contains(&name) => {}
            ("mms", _) => reader.mms(tag, &mut tags),
            ("sms", _) => reader.sms(&tag),
            ("call", _) => reader.call(&tag),
            _ => reader
                .gathered
                .flaw(format!("element {:?}, expected one of {ELEMENTS:?}", crate::words::shown(tag.name))),
        }
    }
    if !closed {
        reader.gathered.flaw(format!("the file breaks off: {root} is never closed"));
    }
    reader.gathered.counted = Some(reader.stated.unwrap_or_else(|| starts(text.as_bytes())));
    reader.gathered
}

struct Reader {
    gathered: Gathered,
    zone: Tz,
    stated: Option<u64>,
}

/// A number as the phone dials it; anything else (a name of a service) as it is written.
fn account(text: &str) -> String {
    let bare: String = text.chars().filter(|c| !" -().\u{a0}".contains(*c)).collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        bare
    } else {
        text.trim().to_owned()
    }
}

impl Reader {
    /// An element with its time.
    fn event(&self, tag: &Tag<'_>, kind: EventKind) -> Event {
        let mut event = Event::new(kind);
        let date = tag.said("date").unwrap_or_default();
        event.at = date.trim().parse().ok().and_then(|millis| from_millis(millis, self.zone));
        if event.at.is_none() {
            let shown = crate::words::shown(&date).into_owned();
            event.flaw = Some(format!("found date {shown:?}, expected milliseconds since 1970"));
        }
        if tag.kind == TagKind::Cut {
            event.flaw = Some(format!("{} breaks off", tag.name));
        }
        for name in ["date_sent", "status", "read", "locked", "sub_id", "service_center", "st", "ct_t"] {
            event.custom.extend(tag.said(name).map(|value| (name.to_owned(), value)));
        }
        event
    }

    /// Adds the event to the conversation with these numbers.
    fn add(&mut self, others: BTreeSet<String>, names: Option<String>, mut event: Event) {
        if others.is_empty() && event.flaw.is_none() {
            event.flaw = Some("no address".to_owned());
        }
        let id = if others.is_empty() {
            "no address".to_owned()
        } else {
            Vec::from_iter(others.clone()).join(", ")
        };
        let names = names.filter(|name| name != "(Unknown)");
        if let (1, Some(name), Some(one)) = (others.len(), &names, others.first()) {
            self.gathered.person(one).name = Some(name.clone());
        }
        others.iter().for_each(|one| {
            self.gathered.person(one);
        });
        self.gathered.person(OWNER).name = Some("the phone's owner".to_owned());
        let talk = self.gathered.talks.entry(id.clone()).or_default();
        // Who the owner is the file does not say: nobody's part in a conversation can be denied.
        talk.members_known = false;
        talk.members = others;
        talk.members.insert(OWNER.to_owned());
        talk.room = Room { platform: "sms".into(), name: names.or(Some(id.clone())), id, ..Room::default() };
        talk.events.push(event);
    }

    fn sms(&mut self, tag: &Tag<'_>) {
        let mut event = self.event(tag, EventKind::Message);
        event.text = tag.get("body").unwrap_or_default();
        if let Some(subject) = tag.said("subject") {
            event.text = format!("{subject}\n{}", event.text);
        }
        let other: BTreeSet<String> =
            tag.said("address").map(|address| account(&address)).into_iter().collect();
        let kind = tag.said("type").unwrap_or_default();
        self.direction(&mut event, &kind, other.first().cloned());
        self.add(other, tag.said("contact_name"), event);
    }

    /// Who wrote, by the number of the box: 1 received, 2 sent, 3 draft, 4 outbox, 5 failed, 6 queued.
    fn direction(&mut self, event: &mut Event, kind: &str, other: Option<String>) {
        let word = match kind.trim() {
            "1" => "incoming",
            "2" => "outgoing",
            "3" => "draft, not sent",
            "4" => "outbox, not known to be sent",
            "5" => "failed, not sent",
            "6" => "queued, not known to be sent",
            _ => {
                let shown = crate::words::shown(kind).into_owned();
                event.flaw.get_or_insert(format!("found type {shown:?}, expected 1 to 6"));
                return;
            }
        };
        event.by = if word == "incoming" { other } else { Some(OWNER.to_owned()) };
        event.custom.push(("direction".to_owned(), word.to_owned()));
        if !matches!(word, "incoming" | "outgoing") {
            event.text = format!("[{word}] {}", event.text);
        }
    }

    fn call(&mut self, tag: &Tag<'_>) {
        let mut event = self.event(tag, EventKind::Unknown);
        let other: BTreeSet<String> =
            tag.said("number").map(|address| account(&address)).into_iter().collect();
        let kind = tag.said("type").unwrap_or_default();
        let word = match kind.trim() {
            "1" => "incoming",
            "2" => "outgoing",
            "3" => "missed",
            "4" => "voicemail",
            "5" => "rejected",
            "6" => "refused list",
            other => other,
        };
        let seconds = tag.said("duration").unwrap_or_default();
        event.text = format!("Call, {word}, {seconds} seconds");
        event.by = if word == "outgoing" { Some(OWNER.to_owned()) } else { other.first().cloned() };
        self.add(other, tag.said("contact_name"), event);
    }

    fn mms(&mut self, tag: Tag<'_>, tags: &mut Tags<'_>) {
        let mut event = self.event(&tag, EventKind::Message);
        event.id = tag.said("m_id");
        let mut sender = None;
        let mut others: BTreeSet<String> = BTreeSet::new();
        if let Some(listed) = tag.said("address") {
            others.extend(
                listed.split('~').map(account).filter(|one| !one.is_empty() && one != "insert-address-token"),
            );
        }
        let mut words: Vec<String> = tag.said("sub").into_iter().collect();
        let mut closed = tag.kind != TagKind::Open;
        while !closed {
            let Some(inner) = tags.next() else { break };
            match (inner.name, inner.kind) {
                ("mms", TagKind::Close) => closed = true,
                ("part", TagKind::Open | TagKind::Empty | TagKind::Cut) => {
                    part(&inner, &mut event, &mut words)
                }
                ("addr", TagKind::Open | TagKind::Empty | TagKind::Cut) => {
                    let Some(address) = inner.said("address").filter(|one| one != "insert-address-token")
                    else {
                        continue;
                    };
                    let who = account(&address);
                    let role = match inner.get("type").as_deref() {
                        Some("137") => "from",
                        Some("151") => "to",
                        Some("130") => "cc",
                        Some("129") => "bcc",
                        _ => "address",
                    };
                    if role == "from" {
                        sender = Some(who.clone());
                    }
                    event.custom.push((role.to_owned(), who.clone()));
                    self.gathered.person(&who);
                    others.insert(who);
                }
                _ => {}
            }
            if inner.kind == TagKind::Cut {
                event.flaw = Some("mms breaks off".to_owned());
            }
        }
        if !closed {
            event.flaw = Some("mms breaks off".to_owned());
        }
        event.text = words.join("\n");
        let from = sender.or_else(|| others.first().filter(|_| others.len() == 1).cloned());
        self.direction(&mut event, &tag.said("msg_box").unwrap_or_default(), from);
        self.add(others, tag.said("contact_name"), event);
    }
}

/// A part of an MMS: words, the layout of its pages, or a file.
fn part(tag: &Tag<'_>, event: &mut Event, words: &mut Vec<String>) {
    let kind = tag.said("ct").unwrap_or_default().to_lowercase();
    let (text, data) = (tag.said("text"), tag.said("data"));
    if kind == "application/smil" {
        event.custom.extend(text.map(|layout| ("layout".to_owned(), layout)));
        return;
    }
    if kind.starts_with("text/plain") && data.is_none() {
        words.extend(text);
        return;
    }
    let name = ["name", "cl", "fn", "cid"].iter().find_map(|key| tag.said(key));
    let name = name.unwrap_or_else(|| format!("part {}", tag.said("seq").unwrap_or_default()));
    let decoded = data.as_deref().map(|data| {
        let bare: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        BASE64.decode(bare)
    });
    let file = match (decoded, text) {
        (Some(Ok(bytes)), _) => SharedFile { name, bytes, held: true },
        (None, Some(text)) => SharedFile { name, bytes: text.into_bytes(), held: true },
        (decoded, _) => {
            if let Some(Err(error)) = decoded {
                let shown = crate::words::shown(&name).into_owned();
                event.flaw = Some(format!("{shown:?}: {error}, expected base64"));
            }
            SharedFile { bytes: tag.raw.as_bytes().to_vec(), name, held: false }
        }
    };
    event.files.push(file);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Gathered {
        read(text.as_bytes(), chrono_tz::UTC)
    }

    #[test]
    fn directions_numbers_and_the_files_own_count_are_read() {
        let gathered = read_text(
            "<?xml version='1.0'?><smses count=\"3\">
             <sms address=\"+1 (555) 010-0001\" date=\"1709305200000\" type=\"1\" body=\"sell 5 &#55357;&#56832;\" contact_name=\"Ann\" />
             <sms address=\"+15550100001\" date=\"1709305260000\" type=\"2\" body=\"ok\" contact_name=\"(Unknown)\" />
             <sms address=\"+15550100001\" date=\"1709305270000\" type=\"3\" body=\"not yet\" /></smses>",
        );
        assert_eq!((gathered.counted, gathered.flaws.len(), gathered.talks.len()), (Some(3), 0, 1));
        let talk = &gathered.talks["+15550100001"];
        assert_eq!(talk.events[0].text, "sell 5 \u{1F600}");
        assert_eq!(talk.events[0].by.as_deref(), Some("+15550100001"));
        assert_eq!(talk.events[1].by.as_deref(), Some(OWNER));
        assert_eq!(talk.events[2].text, "[draft, not sent] not yet");
        assert_eq!(gathered.people["+15550100001"].name.as_deref(), Some("Ann"));
    }

    #[test]
    fn a_picture_message_has_its_words_its_people_and_its_file() {
        let gathered = read_text(
            "<smses count='1'><mms date='1709305200000' msg_box='1' address='+15550100001~+15550100002' m_id='x1'><parts>
             <part seq='-1' ct='application/smil' text='&lt;smil/>'/><part seq='0' ct='text/plain' text='look'/>
             <part seq='0' ct='image/jpeg' cl='a.jpg' data='/9j/'/><part ct='image/png' name='b.png' data='*'/></parts>
             <addrs><addr address='+15550100002' type='137'/><addr address='+15550100001' type='151'/></addrs></mms></smses>",
        );
        let event = &gathered.talks["+15550100001, +15550100002"].events[0];
        assert_eq!((event.text.as_str(), event.by.as_deref()), ("look", Some("+15550100002")));
        let files: Vec<_> = event.files.iter().map(|file| (file.name.as_str(), file.held)).collect();
        assert_eq!(files, [("a.jpg", true), ("b.png", false)]);
        assert!(event.flaw.is_some());
    }

    #[test]
    fn a_file_that_breaks_off_keeps_what_came_before_and_does_not_close() {
        let gathered = read_text(
            "<smses count='3'><sms address='1' date='1709305200000' type='1' body='a'/><sms address='1' da",
        );
        let events = &gathered.talks["1"].events;
        assert_eq!((events.len(), gathered.counted), (2, Some(3)));
        assert!(events[0].flaw.is_none() && events[1].flaw.is_some());
        assert!(!gathered.flaws.is_empty());
        let bare = read_text("<smses><sms address='1' date='soon' type='9' body='a'/></smses>");
        assert_eq!(bare.counted, Some(1));
        assert!(bare.talks["1"].events[0].flaw.is_some() && bare.talks["1"].events[0].at.is_none());
    }
}
