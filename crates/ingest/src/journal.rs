//! Exchange and Office 365 journal reports: an envelope as text, the message itself attached
//! (MS-XJRNL; `X-MS-Journal-Report` marks them).

use crate::charset;
use crate::header::Header;
use crate::limits::Limits;
use crate::media::Media;
use crate::multipart;
use crate::transfer::{self, Transfer};
use crate::words;
use duces_model::{DeliveryPath, EmailAddress, PartPath, Participant, Role, Sha256};
use std::borrow::Cow;

/// Who really sent and got the message.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) participants: Vec<Participant>,
    pub(crate) sender: Option<EmailAddress>,
    /// The first line that should name an address and does not.
    pub(crate) unread: Option<String>,
    recipients: usize,
    foreign_lines: usize,
}

/// A report, taken apart.
pub(crate) struct Report<'a> {
    pub(crate) envelope: Envelope,
    /// The enclosed message.
    pub(crate) enclosed: Cow<'a, [u8]>,
    /// Its place in the report.
    pub(crate) part: PartPath,
    /// Whether it was transfer-encoded.
    pub(crate) encoded: bool,
    /// Parts beside envelope and message, with their places; normally none.
    pub(crate) others: Vec<(PartPath, &'a [u8])>,
}

/// What a message is in this respect.
pub(crate) enum Journal<'a> {
    /// No journal report.
    No,
    /// Marked as one and not readable as one.
    Bad(&'static str),
    /// A report.
    Report(Box<Report<'a>>),
}

/// Looks whether a message is a journal report and takes it apart.
pub(crate) fn open<'a>(header: &Header<'a>, bytes: &'a [u8], limits: &Limits) -> Journal<'a> {
    let marked = header.first("x-ms-journal-report").is_some();
    let media = header.first("content-type").map(Media::read).unwrap_or_default();
    let body = &bytes[header.body_at..];
    let Some(boundary) = media.parameter("boundary").filter(|_| media.essence.starts_with("multipart/"))
    else {
        return if marked { Journal::Bad("it has no parts") } else { Journal::No };
    };
    if !marked && (media.essence != "multipart/mixed" || !starts_with_envelope(body, boundary, limits)) {
        return Journal::No;
    }
    let split = multipart::split(body, boundary, limits.parts_max);
    let no = |why| if marked { Journal::Bad(why) } else { Journal::No };
    let Some((first, rest)) = split.parts.split_first() else { return no("it has no parts") };
    let Some(envelope) = envelope_of(first, limits) else { return no("its first part is no envelope") };
    let readable = envelope.sender.is_some() || envelope.recipients > 0;
    if !readable
        || !marked && (envelope.foreign_lines > 0 || envelope.sender.is_none() || envelope.recipients == 0)
    {
        return no("its envelope names nobody");
    }
    let mut others = Vec::new();
    let mut enclosed = None;
    for (number, part) in (2..).zip(rest) {
        let place = PartPath::whole().child(number);
        match message_in(part, limits) {
            Some((message, encoded)) if enclosed.is_none() => enclosed = Some((message, place, encoded)),
            _ => others.push((place, *part)),
        }
    }
    match enclosed {
        Some((enclosed, part, encoded)) => {
            Journal::Report(Box::new(Report { envelope, enclosed, part, encoded, others }))
        }
        None => no("it encloses no message"),
    }
}

/// A cheap look before the message is cut: does the first part's text start like an envelope?
fn starts_with_envelope(body: &[u8], boundary: &str, limits: &Limits) -> bool {
    let split = multipart::split(body, boundary, 1);
    let Some(first) = split.parts.first() else { return false };
    let header = Header::of_part(first, limits.header_bytes_max);
    let start = first[header.body_at..].trim_ascii_start();
    start.get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"sender:"))
}

fn message_in<'a>(part: &'a [u8], limits: &Limits) -> Option<(Cow<'a, [u8]>, bool)> {
    let header = Header::of_part(part, limits.header_bytes_max);
    let media = header.first("content-type").map(Media::read)?;
    if media.essence != "message/rfc822" && media.essence != "message/global" {
        return None;
    }
    let transfer = Transfer::of(header.first("content-transfer-encoding"));
    let decoded = transfer::decode(&transfer, &part[header.body_at..]);
    let readable = !Header::of_message(&decoded.bytes, limits.header_bytes_max).fields.is_empty();
    readable.then_some((decoded.bytes, transfer.changes()))
}

fn envelope_of(part: &[u8], limits: &Limits) -> Option<Envelope> {
    let header = Header::of_part(part, limits.header_bytes_max);
    let media = header.first("content-type").map(Media::read).unwrap_or_default();
    if !media.essence.is_empty() && media.essence != "text/plain" {
        return None;
    }
    let transfer = Transfer::of(header.first("content-transfer-encoding"));
    let decoded = transfer::decode(&transfer, &part[header.body_at..]);
    let text = charset::decode(media.parameter("charset"), &decoded.bytes).text;
    let mut envelope = Envelope::default();
    text.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| envelope.line(line));
    Some(envelope)
}

impl Envelope {
    fn line(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "sender" => self.sender_line(value, true),
            "on-behalf-of" => self.sender_line(value, false),
            "to" | "cc" | "recipient" => self.recipient(value, false),
            "bcc" => self.recipient(value, true),
            "subject" | "message-id" | "label" | "sentutc" | "receivedutc" => {}
            _ => self.foreign_lines += 1,
        }
    }

    fn sender_line(&mut self, value: &str, main: bool) {
        let address = self.address(value);
        if main && self.sender.is_none() {
            self.sender.clone_from(&address);
        }
        self.add(Role::EnvelopeFrom, address, value, None);
    }

    /// `address`, `address, Expanded: group` or `address, Forwarded: address`.
    fn recipient(&mut self, value: &str, blind: bool) {
        let lower = value.to_ascii_lowercase();
        let note = [", expanded:", ", forwarded:"]
            .iter()
            .find_map(|word| lower.find(word).map(|at| (at, word.len())));
        let (bare, by_way_of) = match note {
            Some((at, length)) => (value[..at].trim(), self.address(value[at + length..].trim())),
            None => (value, None),
        };
        let address = self.address(bare);
        self.recipients += usize::from(address.is_some());
        if blind {
            self.add(Role::Bcc, address.clone(), bare, by_way_of.clone());
        }
        self.add(Role::EnvelopeTo, address, bare, by_way_of);
    }

    fn add(
        &mut self,
        role: Role,
        address: Option<EmailAddress>,
        text: &str,
        by_way_of: Option<EmailAddress>,
    ) {
        let name =
            if address.is_none() { Some(text.to_owned()).filter(|text| !text.is_empty()) } else { None };
        if address.is_some() || name.is_some() {
            self.participants.push(Participant { role, address, name, by_way_of });
        }
    }

    fn address(&mut self, text: &str) -> Option<EmailAddress> {
        let address = EmailAddress::new(text).ok();
        if address.is_none() && !text.is_empty() && text != "<>" && self.unread.is_none() {
            self.unread = Some(words::shown(text).into_owned());
        }
        address
    }
}

/// What all reports of one delivered message share: the Message-ID and the bytes after the header,
/// since transport may write other trace fields into each copy. Without an id, all bytes.
pub(crate) fn delivery(
    sender: Option<EmailAddress>,
    message_id: Option<&str>,
    enclosed: &[u8],
    body_at: usize,
) -> DeliveryPath {
    let mut hasher = Sha256::hasher();
    match message_id {
        Some(id) => {
            hasher.update((id.len() as u64).to_be_bytes());
            hasher.update(id);
            hasher.update(&enclosed[body_at..]);
        }
        None => {
            hasher.update(u64::MAX.to_be_bytes());
            hasher.update(enclosed);
        }
    }
    DeliveryPath { sender, delivery_group: hasher.finish() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(mark: &str, envelope: &str, enclosed: &str) -> String {
        format!(
            "From: x@y\n{mark}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{envelope}\n--b\n\
             Content-Type: message/rfc822\n\n{enclosed}\n--b--\n"
        )
    }

    fn opened(text: &str) -> Option<(Vec<Participant>, Vec<u8>)> {
        let limits = Limits::default();
        let header = Header::of_message(text.as_bytes(), limits.header_bytes_max);
        match open(&header, text.as_bytes(), &limits) {
            Journal::Report(report) => Some((report.envelope.participants, report.enclosed.into_owned())),
            _ => None,
        }
    }

    const MARK: &str = "X-MS-Journal-Report:\n";
    const ENCLOSED: &str = "From: a@x.example\nSubject: s\n\nbody";

    #[test]
    fn sender_recipients_groups_and_blind_copies_are_read_from_the_envelope() {
        let envelope = "Sender: a@x.example\nSubject: s\nMessage-ID: <1@x>\nTo: b@x.example\n\
                        Cc: c@x.example, Expanded: group@x.example\nBcc: d@x.example\nRecipient: e@x.example, Forwarded: b@x.example\n";
        let (people, enclosed) = opened(&report(MARK, envelope, ENCLOSED)).unwrap();
        let plain: Vec<_> = people
            .iter()
            .map(|p| {
                let by = p.by_way_of.as_ref().map(|a| format!(" by {a}")).unwrap_or_default();
                format!("{} {}{by}", p.role.as_str(), p.address.as_ref().unwrap())
            })
            .collect();
        assert_eq!(
            plain,
            [
                "envelope-from a@x.example",
                "envelope-to b@x.example",
                "envelope-to c@x.example by group@x.example",
                "bcc d@x.example",
                "envelope-to d@x.example",
                "envelope-to e@x.example by b@x.example",
            ]
        );
        assert_eq!(enclosed, ENCLOSED.as_bytes());
    }

    #[test]
    fn an_unmarked_report_is_known_by_its_shape_and_a_forwarded_mail_is_not_one() {
        let envelope = "Sender: a@x.example\nSubject: s\nRecipient: b@x.example\n";
        assert!(opened(&report("", envelope, ENCLOSED)).is_some());
        assert!(opened(&report("", "Sender: a@x.example\nPlease read:\n", ENCLOSED)).is_none());
        assert!(opened(&report("", "see below", ENCLOSED)).is_none());
    }

    #[test]
    fn reports_of_one_message_share_a_group_whatever_trace_fields_they_carry() {
        let one = b"Received: a\n\nbody";
        let two = b"Received: longer b\n\nbody";
        let group = |bytes: &[u8], at| delivery(None, Some("1@x"), bytes, at).delivery_group;
        assert_eq!(group(one, 13), group(two, 20));
        assert_ne!(group(one, 13), delivery(None, Some("2@x"), one, 13).delivery_group);
    }
}
