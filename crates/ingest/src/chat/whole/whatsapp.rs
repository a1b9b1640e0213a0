//! WhatsApp's "export chat": a text of lines that start with a time, and the files that it names beside it.
//!
//! ```text
//! 31/12/2023, 21:15 - Ann Lee: words          (Android)
//! [31.12.23, 21:15:03] Ann Lee: words         (iPhone)
//! ```
//!
//! The form of days is that of the phone's language. Whether the day or the month stands first is told from all days of
//! the file: an order in which one of them does not exist, or in which the chat would go back by days, is not
//! it. Where both orders remain, the file cannot tell: its messages are kept without a time, and nothing is guessed.
//! Times have no zone; they are taken as the firm's, and the export says so.

use crate::chat::event::{Edit, Event, EventKind, Room, RoomKind, SharedFile};
use crate::chat::whole::gathered::{Gathered, local};
use crate::chat::whole::stamp::{Order, Stamp, order};
use chrono_tz::Tz;
use std::path::Path;

/// How WhatsApp names the text in its ZIP on an iPhone.
const IPHONE_NAME: &str = "_chat.txt";

/// Whether a file is named as WhatsApp names its texts, in whatever language.
pub(crate) fn is_chat_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let file = lower.rsplit('/').next().unwrap_or(&lower);
    file == IPHONE_NAME || file.ends_with(".txt") && file.contains("whatsapp")
}

/// Whether the name tells whose chat it is.
pub(crate) fn has_own_name(name: &str) -> bool {
    !name.ends_with(IPHONE_NAME)
}

/// Whether the bytes start like such a text, and are named or worded like one.
pub(crate) fn is_export(head: &[u8], name: &str) -> bool {
    let text = crate::charset::decode(None, head).text;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let stamped = Stamp::read(first).is_some();
    let lower = name.to_lowercase();
    let surely = lower.ends_with(IPHONE_NAME)
        || lower.rsplit('/').next().is_some_and(|file| file.starts_with("whatsapp chat"));
    let worded = text.contains("end-to-end encrypted") && lower.ends_with(".txt");
    stamped && (is_chat_name(name) || worded) || surely && lower.ends_with(".txt")
}

/// The name of the chat, as the file's name has it.
pub(crate) fn room_of(path: &Path) -> String {
    let own = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = if own == IPHONE_NAME {
        path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()).unwrap_or(own)
    } else {
        own
    };
    let bare = named.strip_suffix(".txt").or_else(|| named.strip_suffix(".zip")).unwrap_or(&named);
    let known = [
        "WhatsApp Chat with ",
        "WhatsApp Chat - ",
        "WhatsApp-Chat mit ",
        "Chat de WhatsApp con ",
        "Discussion WhatsApp avec ",
    ];
    known.iter().find_map(|start| bare.strip_prefix(start)).unwrap_or(bare).trim().to_owned()
}

/// Marks of writing direction, which WhatsApp puts before what it says itself.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{FEFF}'))
}

/// Reads the text.
pub(crate) fn read(bytes: &[u8], room: &str, zone: Tz) -> Gathered {
    let mut gathered = Gathered::default();
    let text = gathered.text(bytes, None);
    gathered.counted = Some(count(&text));
    let mut said: Vec<(Stamp, String)> = Vec::new();
    let mut before = String::new();
    let mut bracket = None;
    for line in text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        match Stamp::read(line) {
            Some(stamp) if bracket.is_none_or(|bracket| bracket == stamp.bracket) => {
                bracket = Some(stamp.bracket);
                let words = line[stamp.rest..].to_owned();
                said.push((stamp, words));
            }
            _ => {
                let words = said.last_mut().map_or(&mut before, |(_, words)| words);
                words.push('\n');
                words.push_str(line);
            }
        }
    }
    let order = order(said.iter().map(|(stamp, _)| stamp));
    if let Err(why) = &order {
        gathered.flaw(why.clone());
    }
    if !said.is_empty() {
        gathered.flaw(format!("its times have no zone; they were taken as of {zone}"));
    }
    let mut events = Vec::new();
    if !before.trim().is_empty() {
        gathered.counted = gathered.counted.map(|count| count + 1);
        events
            .push(Event::unread(before.trim_matches('\n'), "lines before the first that starts with a time"));
    }
    let mut reader = Reader { gathered, zone, order: order.ok() };
    for (stamp, words) in said {
        let event = reader.event(stamp, &words);
        events.push(event);
    }
    let mut gathered = reader.gathered;
    let talk = gathered.talks.entry(room.to_owned()).or_default();
    let (platform, id, kind) = ("whatsapp".to_owned(), room.to_owned(), RoomKind::Channel);
    talk.room = Room { platform, id, name: Some(room.to_owned()), kind };
    talk.events = events;
    gathered
}

struct Reader {
    gathered: Gathered,
    zone: Tz,
    order: Option<Order>,
}

impl Reader {
    fn event(&mut self, stamp: Stamp, words: &str) -> Event {
        let trimmed = bare(words.trim_end());
        let mut event = match sender(trimmed) {
            Some((name, said)) => {
                let mut event = Event { by: Some(name.to_owned()), ..Event::new(EventKind::Message) };
                self.gathered.person(name).name = Some(name.to_owned());
                self.words(said, &mut event);
                event
            }
            None => self.system(trimmed),
        };
        match self.order.map(|order| stamp.time(order).and_then(|time| local(time, self.zone))) {
            Some(Ok((at, twice))) => {
                event.at = Some(at);
                event.custom.extend(twice.map(|twice| ("time".to_owned(), twice)));
            }
            Some(Err(why)) => event.flaw = Some(why),
            None => event.flaw = Some(format!("found {:?}: date order cannot be told", stamp.written)),
        }
        event
    }

    /// What WhatsApp itself says: who came and left, where it says so of one person by name, and everything else.
    fn system(&mut self, text: &str) -> Event {
        let left = text.strip_suffix(" left").map(|who| (EventKind::Leave, who));
        let joined = text
            .strip_suffix(" joined using this group's invite link")
            .or_else(|| text.strip_suffix(" joined using a group link"))
            .map(|who| (EventKind::Join, who));
        let mut event = Event::new(EventKind::Unknown);
        if let Some((kind, who)) = left.or(joined) {
            let who = bare(who).trim();
            if !who.is_empty() && !who.contains(':') {
                event.kind = kind;
                event.by = Some(who.to_owned());
                self.gathered.person(who).name = Some(who.to_owned());
            }
        }
        event.text = text.to_owned();
        event.custom.push(("said by".to_owned(), "WhatsApp".to_owned()));
        event
    }

    /// The words of a message, with what WhatsApp put into them: deletion, edit, files.
    fn words(&mut self, said: &str, event: &mut Event) {
        let text = bare(said.trim());
        event.text = text.to_owned();
        let plain = text.trim_end_matches('.');
        event.deleted = matches!(plain, "This message was deleted" | "You deleted this message")
            || plain.starts_with("This message was deleted by admin");
        if text.ends_with("<This message was edited>") {
            let by = event.by.clone().unwrap_or_default();
            event.edits.push(Edit { by, ..Edit::default() });
        }
        let first = bare(text.lines().next().unwrap_or_default());
        if let Some(name) = named_file(first) {
            let record = serde_json::json!({ "name": name }).to_string().into_bytes();
            event.files.push(SharedFile { name: name.to_owned(), bytes: record, held: false });
        } else if is_omitted(first) {
            let record = serde_json::json!({ "left out by WhatsApp": first }).to_string().into_bytes();
            event.files.push(SharedFile { name: "omitted media".to_owned(), bytes: record, held: false });
        }
    }
}

/// Who wrote, and what. A line without a name before a colon is WhatsApp's own; so is one in which the name would
/// hold a quotation (`Ann changed the subject to “a: b”`).
fn sender(text: &str) -> Option<(&str, &str)> {
    let (name, said) = match text.split_once(": ") {
        Some(parts) => parts,
        None => (text.lines().next()?.strip_suffix(':')?, text.split_once('\n').map_or("", |(_, rest)| rest)),
    };
    let name = bare(name).trim();
    let own = name.is_empty() || name.contains(['"', '\u{201C}', '\n']) || name.chars().count() > 100;
    (!own).then_some((name, said))
}

/// The file that a message names: `<attached: NAME>` in whatever language, or `NAME (file attached)`.
fn named_file(line: &str) -> Option<&str> {
    if let Some(inner) = line.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')).map(|(_, inner)| inner)
        && let Some((word, name)) = inner.split_once(": ")
        && !word.is_empty()
        && word.chars().all(|c| c.is_alphabetic() || c == ' ')
        && crate::native::ending_of(name).is_some()
    {
        return Some(bare(name.trim()));
    }
    const ATTACHED: [&str; 6] = [
        "file attached)",
        "Datei angehängt)",
        "archivo adjunto)",
        "fichier joint)",
        "file allegato)",
        "arquivo anexado)",
    ];
    let (name, rest) = line.rsplit_once(" (")?;
    let name = bare(name.trim());
    // In other languages the name's own form tells: `IMG-20240301-WA0001.jpg`.
    let own = name.contains("-WA") && !name.contains(' ') && rest.ends_with(')');
    ((ATTACHED.contains(&rest) || own) && crate::native::ending_of(name).is_some()).then_some(name)
}

/// Whether WhatsApp left a file out of the export.
fn is_omitted(line: &str) -> bool {
    const WHOLE: [&str; 6] = [
        "<Media omitted>",
        "<Medien ausgeschlossen>",
        "<Multimedia omitido>",
        "<Médias omis>",
        "<Media omessi>",
        "<Mídia oculta>",
    ];
    const KINDS: [&str; 8] =
        ["image", "video", "audio", "sticker", "document", "GIF", "Contact card", "video note"];
    WHOLE.contains(&line)
        || line.strip_suffix(" omitted").is_some_and(|kind| {
            KINDS.iter().any(|known| kind == *known || kind.ends_with(&format!("\u{200E}{known}")))
        })
        || line
            .strip_suffix(" document omitted")
            .is_some_and(|name| name.contains(" • ") || name.contains('.'))
}

/// How many lines start with a time, by another rule than the reader's: a sign that is a digit (behind a bracket in
/// the form of iPhones), then within forty signs two equal separators, a clock and the mark that ends it.
fn count(text: &str) -> u64 {
    let mut form = None;
    let mut lines = 0;
    for line in text.as_bytes().split(|byte| *byte == b'\n') {
        // Marks of direction are three bytes each, none of them ASCII.
        let from = line.iter().position(u8::is_ascii).unwrap_or(line.len());
        let line = &line[from..line.len().min(from + 48)];
        let bracket = line.first() == Some(&b'[');
        let body = &line[usize::from(bracket)..];
        let end = if bracket { memchr::memchr(b']', body) } else { memchr::memmem::find(body, b" - ") };
        let Some(time) = end.map(|end| &body[..end]) else { continue };
        let first = time.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(0);
        let Some(separator) = time.get(first).filter(|byte| b"/.-".contains(byte)) else { continue };
        let day_ends = time
            .iter()
            .position(|byte| matches!(byte, b','))
            .or_else(|| time.iter().rposition(|byte| *byte == b' '));
        let separated =
            time[..day_ends.unwrap_or(time.len())].iter().filter(|byte| *byte == separator).count();
        let digits = time.iter().filter(|byte| byte.is_ascii_digit()).count();
        let has_clock = time.iter().skip(first + 3).any(|byte| matches!(byte, b':' | b'.'));
        if first == 0 || separated < 2 || digits < 6 || !has_clock || *form.get_or_insert(bracket) != bracket
        {
            continue;
        }
        lines += 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Gathered {
        read(text.as_bytes(), "desk", chrono_tz::UTC)
    }

    #[test]
    fn an_android_text_has_senders_long_messages_files_and_what_the_program_says() {
        let gathered = read_text(
            "2/28/24, 9:15\u{202F}PM - Messages and calls are end-to-end encrypted.\r\n2/28/24, 9:16\u{202F}PM - Ann Lee: sell: five\r\nsecond line\r\n\r\nfourth\r\n\
             3/1/24, 12:05\u{202F}AM - Bob: IMG-20240301-WA0001.jpg (file attached)\r\n3/1/24, 12:06\u{202F}AM - Bob: <Media omitted>\r\n\
             3/1/24, 12:07\u{202F}AM - Bob left\r\n3/1/24, 12:08\u{202F}AM - Ann Lee: This message was deleted\r\n3/1/24, 12:09\u{202F}AM - Ann Lee changed the subject to \u{201C}a: b\u{201D}\r\n",
        );
        let events = &gathered.talks["desk"].events;
        assert_eq!((events.len() as u64, gathered.counted), (7, Some(7)));
        assert_eq!(events[1].text, "sell: five\nsecond line\n\nfourth");
        assert_eq!(events[1].at.unwrap().to_rfc3339(), "2024-02-28T21:16:00+00:00");
        let names: Vec<_> = events[2..4].iter().map(|event| event.files[0].name.as_str()).collect();
        assert_eq!(names, ["IMG-20240301-WA0001.jpg", "omitted media"]);
        assert_eq!(events[2].at.unwrap().to_rfc3339(), "2024-03-01T00:05:00+00:00");
        assert_eq!((events[4].kind, events[4].by.as_deref()), (EventKind::Leave, Some("Bob")));
        assert!(events[5].deleted);
        assert_eq!((events[6].kind, events[6].by.as_deref()), (EventKind::Unknown, None));
    }

    #[test]
    fn an_iphones_text_is_read_and_a_day_that_can_be_two_days_is_not_guessed() {
        let gathered = read_text(
            "\u{200E}[31.12.23, 21:15:03] Ann: \u{200E}<Anhang: IMG-20240301-WA0001.jpg>\n\u{200E}[01.01.24, 00:00:09] Bob: hello\n",
        );
        let events = &gathered.talks["desk"].events;
        assert_eq!(events[0].files[0].name, "IMG-20240301-WA0001.jpg");
        assert_eq!(events[1].at.unwrap().to_rfc3339(), "2024-01-01T00:00:09+00:00");
        let unclear = read_text("03/04/2024, 21:15 - Ann: a\n03/04/2024, 21:16 - Bob: b\n");
        let events = &unclear.talks["desk"].events;
        assert!(events.iter().all(|event| event.at.is_none() && event.flaw.is_some()));
        assert_eq!((events[0].text.as_str(), events[0].by.as_deref()), ("a", Some("Ann")));
        assert!(unclear.flaws.iter().any(|flaw| flaw.detail.contains("date order cannot be told")));
    }

    #[test]
    fn only_texts_of_whatsapp_are_taken_as_such() {
        let line = b"2/28/24, 9:15 PM - Ann: x\n";
        assert!(
            is_export(line, "WhatsApp Chat with Ann.txt")
                && is_export(b"[28.02.24, 21:15:00] Ann: x", "_chat.txt")
        );
        assert!(!is_export(line, "server.txt") && !is_export(b"Dear Bob", "notes on whatsapp.txt"));
        assert_eq!(room_of(Path::new("x/WhatsApp Chat with Ann.txt")), "Ann");
        assert_eq!(room_of(Path::new("x/WhatsApp Chat - Desk/_chat.txt")), "Desk");
    }
}
