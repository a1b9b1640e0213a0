//! Calendars and cards (iCalendar, RFC 5545; vCard 2.1 to 4.0, RFC 6350): their lines as a reader would have them.
//!
//! Folded lines are joined, escapes and quoted-printable undone, addresses put out of their URIs; what is binary is
//! left aside and said. Every other line stays, since which of them matter is not for a reader to guess.

use crate::charset;
use crate::extract::Member;
use crate::transfer;
use duces_model::{Defect, DefectCode, EmailAddress, Participant, Role};
use std::fmt::Write;

/// Most files that are taken out of one calendar.
const FILES_MAX: usize = 100;

/// What a calendar or card says.
#[derive(Debug, Default)]
pub(crate) struct Card {
    pub(crate) text: String,
    /// Who organises, and who is asked: of a calendar alone.
    pub(crate) people: Vec<Participant>,
    /// Files that lie inside.
    pub(crate) files: Vec<Member>,
    /// What of it could not be read as lines.
    pub(crate) flaw: Option<Defect>,
}

/// Whether bytes are a calendar or a card.
pub(crate) fn is(bytes: &[u8]) -> bool {
    let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let starts = |mark: &[u8]| head.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    starts(b"BEGIN:VCALENDAR") || starts(b"BEGIN:VCARD")
}

/// One line, taken apart.
struct Line {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl Line {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a text that is one or several calendars or cards.
pub(crate) fn read(text: &str) -> Card {
    let mut card = Card::default();
    let mut odd = 0;
    for line in unfolded(text) {
        let Some(line) = taken_apart(&line) else {
            odd += usize::from(!line.trim().is_empty());
            let _ = writeln!(card.text, "{line}");
            continue;
        };
        card.line(&line);
    }
    if odd > 0 {
        let why = format!("calendar or card: {odd} lines are no 'name:value'");
        card.flaw = Some(Defect::new(DefectCode::DamagedFile, why));
    }
    card
}

/// A line that starts with a blank goes on the one before (RFC 5545 section 3.1); so does one behind a soft line
/// break of quoted-printable (vCard 2.1).
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let joined = match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.push_str(&line[1..]);
                true
            }
            Some(last) if last.ends_with('=') && last.to_ascii_uppercase().contains("QUOTED-PRINTABLE") => {
                last.pop();
                last.push_str(line);
                true
            }
            _ => false,
        };
        if !joined {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// `group.NAME;PARAMETER=value;…:value`, with quotes in parameters.
fn taken_apart(line: &str) -> Option<Line> {
    let mut quoted = false;
    let colon = line.char_indices().find_map(|(at, sign)| {
        quoted ^= sign == '"';
        (sign == ':' && !quoted).then_some(at)
    })?;
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let mut pieces = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, sign) in head.char_indices() {
        quoted ^= sign == '"';
        if sign == ';' && !quoted {
            pieces.push(&head[start..at]);
            start = at + 1;
        }
    }
    pieces.push(&head[start..]);
    let name = pieces[0].rsplit('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let plain = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !plain {
        return None;
    }
    let parameters = pieces[1..]
        .iter()
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or(("TYPE", piece));
            // vCard 2.1 names an encoding without saying that it is one.
            let name =
                if value.eq_ignore_ascii_case("quoted-printable") || value.eq_ignore_ascii_case("base64") {
                    "ENCODING"
                } else {
                    name
                };
            (name.trim().to_ascii_uppercase(), value.trim_matches('"').to_owned())
        })
        .collect();
    Some(Line { name, parameters, value: value.to_owned() })
}

impl Card {
    fn line(&mut self, line: &Line) {
        if matches!(line.name.as_str(), "BEGIN" | "END" | "VERSION" | "PRODID") && line.value.len() < 80 {
            if line.name == "BEGIN" {
                let _ = writeln!(self.text, "[{}]", line.value.trim().to_ascii_lowercase());
            }
            return;
        }
        let encoding = line.parameter("ENCODING").map(str::to_ascii_lowercase);
        if matches!(encoding.as_deref(), Some("base64" | "b"))
            || line.value.starts_with("data:") && line.value.contains(";base64,")
        {
            return self.binary(line);
        }
        let value = if encoding.as_deref() == Some("quoted-printable") {
            let bytes = transfer::quoted_printable(line.value.as_bytes()).bytes;
            charset::decode(line.parameter("CHARSET").or(Some("utf-8")), &bytes).text.into_owned()
        } else {
            line.value.clone()
        };
        let value = unescaped(&value);
        let address = address(&value);
        let called = line.parameter("CN").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let role = match line.name.as_str() {
            "ORGANIZER" => Some(Role::From),
            "ATTENDEE" => Some(Role::To),
            _ => None,
        };
        let shown = match (&address, &called) {
            (Some(address), Some(name)) => format!("{name} <{address}>"),
            (Some(address), None) => address.to_string(),
            (None, Some(name)) => format!("{name} <{value}>"),
            (None, None) => value,
        };
        let mut extra = String::new();
        for name in ["PARTSTAT", "ROLE", "TZID", "SENT-BY", "DELEGATED-TO", "MEMBER"] {
            if let Some(value) = line.parameter(name) {
                let _ = write!(extra, "; {}: {}", name.to_ascii_lowercase(), strip_uri(value));
            }
        }
        let _ = writeln!(self.text, "{}: {shown}{extra}", line.name.to_ascii_lowercase());
        if let Some(role) = role {
            let known = |one: &Participant| one.role == role && one.address == address && one.name == called;
            if (address.is_some() || called.is_some()) && !self.people.iter().any(known) {
                self.people.push(Participant { role, address, name: called, by_way_of: None });
            }
        }
    }

    /// A file inside: an attachment; of a picture, sound or key only that it is there.
    fn binary(&mut self, line: &Line) {
        let _ = writeln!(self.text, "{}: [binary]", line.name.to_ascii_lowercase());
        if line.name != "ATTACH" || self.files.len() >= FILES_MAX {
            return;
        }
        let coded = line.value.split_once(";base64,").map_or(line.value.as_str(), |(_, coded)| coded);
        let decoded = transfer::base64(coded.as_bytes());
        let name = ["FILENAME", "X-FILENAME", "X-APPLE-FILENAME", "X-LABEL"]
            .into_iter()
            .find_map(|name| line.parameter(name));
        let flaw = decoded.damage.map(|why| Defect::new(DefectCode::BadTransferEncoding, why));
        self.files.push(Member {
            name: name.unwrap_or_default().to_owned(),
            bytes: decoded.bytes.into_owned(),
            flaw,
        });
    }
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut signs = value.chars();
    while let Some(sign) = signs.next() {
        if sign != '\\' {
            text.push(sign);
            continue;
        }
        match signs.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(other @ (',' | ';' | ':' | '\\' | '"')) => text.push(other),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}

fn strip_uri(value: &str) -> &str {
    value.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:")).map_or(value, |_| &value[7..])
}

fn address(value: &str) -> Option<EmailAddress> {
    let bare = strip_uri(value.trim());
    if bare.len() == value.trim().len() { None } else { EmailAddress::new(bare.trim()).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_invitation_gives_its_words_and_its_people() {
        let card = read(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY;LANGUAGE=en:Price\\, vo\r\n lume\r\nDESCRIPTION:one\\ntwo\r\n\
             ORGANIZER;CN=\"Lee; Ann\":mailto:a@x.example\r\nATTENDEE;PARTSTAT=ACCEPTED:MAILTO:b@x.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        );
        assert_eq!(
            card.text,
            "[vcalendar]\n[vevent]\nsummary: Price, volume\ndescription: one\ntwo\norganizer: Lee; Ann <a@x.example>\n\
             attendee: b@x.example; partstat: ACCEPTED\n"
        );
        let people: Vec<_> =
            card.people.iter().map(|one| (one.role, one.address.as_ref().unwrap().to_string())).collect();
        assert_eq!(people, [(Role::From, "a@x.example".to_owned()), (Role::To, "b@x.example".to_owned())]);
    }

    #[test]
    fn a_card_of_the_old_form_is_read_with_its_encoding() {
        let card = read(
            "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;QUOTED-PRINTABLE:M=C3=BCl=\nler;Eva\nitem1.EMAIL:e@x.example\nPHOTO;BASE64:AAAA\nEND:VCARD\n",
        );
        assert_eq!(card.text, "[vcard]\nn: Müller;Eva\nemail: e@x.example\nphoto: [binary]\n");
        assert!(card.people.is_empty() && card.flaw.is_none());
    }

    #[test]
    fn a_file_in_a_calendar_is_an_attachment_and_odd_lines_stay_and_are_told() {
        let card = read(
            "BEGIN:VCALENDAR\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=a.txt:aGVsbG8=\nodd\nEND:VCALENDAR\n",
        );
        assert_eq!(card.files[0].bytes, b"hello");
        assert_eq!(card.files[0].name, "a.txt");
        assert!(card.text.contains("odd\n") && card.flaw.is_some());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(BEGIN:VCARD\n)?(\\PC|[\n\t ;:=\"\\\\]){0,80}") {
            read(&text);
        }
    }
}
