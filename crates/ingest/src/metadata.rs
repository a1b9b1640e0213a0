//! What a message's header says: who, when, about what, in which thread.

use crate::address;
use crate::date::{self, BadDate};
use crate::header::Header;
use crate::notes::Notes;
use crate::words;
use chrono::{DateTime, Utc};
use duces_model::{DefectCode, Participant, Role};

/// The header of a message, read.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) subject: Option<String>,
    pub(crate) participants: Vec<Participant>,
    pub(crate) participants_complete: bool,
    pub(crate) sent_at: Option<DateTime<Utc>>,
    pub(crate) received_at: Option<DateTime<Utc>>,
    pub(crate) message_id: Option<String>,
    pub(crate) in_reply_to: Vec<String>,
    pub(crate) references: Vec<String>,
}

const ADDRESSES: [(&str, Role); 5] =
    [("from", Role::From), ("sender", Role::Sender), ("to", Role::To), ("cc", Role::Cc), ("bcc", Role::Bcc)];

/// Reads the header; every flaw is noted.
pub(crate) fn read(header: &Header<'_>, notes: &mut Notes) -> Metadata {
    shape(header, notes);
    let subject = once(header, "subject", notes).map(|value| {
        let text = words::unstructured(value);
        if let Some(flaw) = text.flaw {
            notes.add(DefectCode::UnknownCharset, format!("header Subject: {flaw}"));
        }
        text.text
    });
    if subject.as_deref().is_some_and(words::holds_controls) {
        notes.add(DefectCode::ControlCharacters, "header Subject");
    }
    let message_id = once(header, "message-id", notes).and_then(message_id);
    if message_id.is_none() {
        notes.add(DefectCode::NoMessageId, "");
    }
    let ids = |name: &str| header.all(name).flat_map(words::message_ids).collect();
    let (participants, participants_complete) = participants(header, notes);
    Metadata {
        subject,
        participants,
        participants_complete,
        sent_at: sent_at(header, notes),
        received_at: received_at(header),
        message_id,
        in_reply_to: ids("in-reply-to"),
        references: ids("references"),
    }
}

fn shape(header: &Header<'_>, notes: &mut Notes) {
    if let Some((count, first)) = header.malformed {
        let what = if count == 1 { "line" } else { "lines" };
        notes.add(DefectCode::MalformedHeader, format!("{count} {what}, the first at byte {first}"));
    }
    if header.no_blank_line {
        let detail = format!("no blank line between header and body, at byte {}", header.body_at);
        notes.add(DefectCode::MalformedHeader, detail);
    }
    if header.too_large {
        notes.add(DefectCode::HeaderTooLarge, format!("read up to {} bytes", header.block.len()));
    }
}

/// The value of a field that may stand once: the first; others that differ are noted.
fn once<'a>(header: &Header<'a>, name: &str, notes: &mut Notes) -> Option<&'a [u8]> {
    let mut values = header.all(name);
    let first = values.next()?;
    if values.any(|value| value.trim_ascii() != first.trim_ascii()) {
        notes.add(DefectCode::RepeatedHeader, name);
    }
    Some(first)
}

fn message_id(value: &[u8]) -> Option<String> {
    let (text, _) = words::unfold(value);
    let first = words::message_ids(value).into_iter().next();
    // An id without an @ is against the rules and still an id.
    first.or_else(|| Some(text.trim_matches(['<', '>', ' ']).to_owned())).filter(|id| !id.is_empty())
}

fn sent_at(header: &Header<'_>, notes: &mut Notes) -> Option<DateTime<Utc>> {
    let Some(value) = once(header, "date", notes) else {
        notes.add(DefectCode::NoDate, "");
        return None;
    };
    let (text, _) = words::unfold(value);
    match date::read(&text) {
        Ok(instant) => Some(instant),
        Err(why) => {
            let shown = words::shown(&text);
            match why {
                BadDate::Form => notes.add(DefectCode::BadDate, format!("found {shown:?}")),
                BadDate::Zone => {
                    notes.add(DefectCode::BadDate, format!("found {shown:?}, whose zone is not stated"))
                }
                BadDate::Implausible => notes.add(DefectCode::ImplausibleDate, format!("found {shown:?}")),
            }
            None
        }
    }
}

/// The date behind the last `;` of the topmost Received field: each server puts its own on top (RFC 5321
/// section 4.4). A lower one is another server's, so it never stands in for it.
fn received_at(header: &Header<'_>) -> Option<DateTime<Utc>> {
    let (text, _) = words::unfold(header.all("received").next()?);
    date::read(text.rsplit_once(';')?.1).ok()
}

/// Everybody named in the header. An address header that stands twice counts twice: nobody named in
/// either may be missed.
fn participants(header: &Header<'_>, notes: &mut Notes) -> (Vec<Participant>, bool) {
    let mut complete = !header.too_large;
    let mut list = Vec::new();
    for (name, role) in ADDRESSES {
        let mut before: Option<&[u8]> = None;
        for value in header.all(name) {
            if before.is_some_and(|before| before.trim_ascii() != value.trim_ascii()) {
                notes.add(DefectCode::RepeatedHeader, format!("{name}; all of them were read"));
            } else if before.is_some() {
                continue;
            }
            before = Some(value);
            let found = address::read(value);
            if let Some(unread) = found.unread {
                complete = false;
                notes.add(DefectCode::BadAddress, format!("header {name}: found {unread:?}"));
            }
            if let Some(flaw) = found.flaw {
                notes.add(DefectCode::UnknownCharset, format!("header {name}: {flaw}"));
            }
            list.extend(found.list.into_iter().map(|mailbox| Participant {
                role,
                address: mailbox.address,
                name: mailbox.name,
                by_way_of: None,
            }));
        }
        if role == Role::From && before.is_none() {
            complete = false;
            notes.add(DefectCode::NoSender, "");
        }
    }
    (list, complete)
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::Defect;

    fn read_text(text: &str) -> (Metadata, Vec<Defect>) {
        let mut notes = Notes::default();
        let metadata = read(&Header::of_message(text.as_bytes(), 10_000), &mut notes);
        (metadata, notes.finish())
    }

    #[test]
    fn a_plain_header_is_read_without_a_flaw() {
        let (metadata, defects) = read_text(
            "From: Ann <a@x.example>\nTo: b@x.example\nSubject: =?utf-8?Q?caf=C3=A9?=\nDate: Fri, 1 Mar 2024 09:30:00 -0500\n\
             Message-ID: <1@x>\nReferences: <a@x> <b@x>\nIn-Reply-To: <b@x>\n\n",
        );
        assert_eq!(defects, []);
        assert_eq!(metadata.subject.as_deref(), Some("café"));
        assert_eq!(metadata.message_id.as_deref(), Some("1@x"));
        assert_eq!(metadata.references, ["a@x", "b@x"]);
        assert_eq!(metadata.in_reply_to, ["b@x"]);
        assert!(metadata.participants_complete && metadata.sent_at.is_some());
    }

    #[test]
    fn a_message_was_received_when_the_topmost_received_field_says_and_else_it_is_not_known() {
        let received = |fields: &str| {
            let (metadata, _) = read_text(&format!("{fields}From: a@x.example\n\n"));
            metadata.received_at.map(|at| at.to_rfc3339())
        };
        let top = "Received: from a (a; b) by c with SMTP id 1;\n\tFri, 1 Mar 2024 09:30:00 -0500 (EST)\n";
        let below = "Received: from z by a; Thu, 29 Feb 2024 09:30:00 +0000\n";
        assert_eq!(received(&format!("{top}{below}")).as_deref(), Some("2024-03-01T14:30:00+00:00"));
        assert_eq!(received(""), None);
        assert_eq!(received(&format!("Received: from a by c; soon\n{below}")), None);
        assert_eq!(received(&format!("Received: by c\n{below}")), None);
    }

    #[test]
    fn what_is_missing_or_unreadable_is_named_and_leaves_the_question_open() {
        let (metadata, defects) = read_text("To: Ann Lee\nTo: b@c.d\nDate: soon\nSubject: a\nSubject: b\n\n");
        let codes: Vec<_> = defects.iter().map(|defect| defect.code).collect();
        for code in [
            DefectCode::NoSender,
            DefectCode::BadAddress,
            DefectCode::BadDate,
            DefectCode::RepeatedHeader,
            DefectCode::NoMessageId,
        ] {
            assert!(codes.contains(&code), "{code}: {defects:?}");
        }
        assert!(!metadata.participants_complete);
        assert_eq!(metadata.participants.len(), 2);
        assert_eq!(metadata.subject.as_deref(), Some("a"));
    }
}
