//! What the header of a mail says of itself, to be held against the row that stands for it.

use crate::dates;
use crate::fields::Field;
use crate::finding::shown;
use crate::row::DocumentRow;
use duces_model::Sha256;
use mail_parser::MessageParser;

/// A header longer than this, in bytes, is read up to here.
pub(crate) const HEAD_BYTES_MAX: usize = 64 << 10;

/// How many days a row's day may stand from the header's: time zones part them by one.
const DAYS_APART_MAX: i64 = 1;

/// What a header says, as sums: a volume may have a million.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MailHead {
    id: Option<u64>,
    subject: Option<u64>,
    sender: Option<u64>,
    /// Days since 1970-01-01.
    day: Option<i64>,
}

impl MailHead {
    /// Reads a header; what is behind its first empty line is not looked at.
    pub(crate) fn of(header: &[u8]) -> Self {
        let header = &header[..header.len().min(HEAD_BYTES_MAX)];
        let Some(message) = MessageParser::default().parse_headers(header) else { return Self::default() };
        let sender = message.from().and_then(|from| {
            let mut senders = from.iter().filter_map(|one| one.address());
            // A mail of several senders is held against nothing.
            senders.next().filter(|_| from.iter().count() == 1).map(str::to_owned)
        });
        // Which of two a row means cannot be told.
        let once = |name: &'static str| message.header_values(name).count() == 1;
        Self {
            id: message.message_id().filter(|_| once("Message-ID")).and_then(id),
            // In which encoding bare letters of a header stand is nowhere said, and every program guesses otherwise.
            subject: message
                .subject()
                .filter(|subject| header.is_ascii() && once("Subject") && !subject.contains('\u{FFFD}'))
                .and_then(subject),
            sender: sender
                .as_deref()
                .filter(|one| is_plain(one) && once("From"))
                .map(|one| sum(&one.to_lowercase())),
            day: message
                .date()
                .filter(|date| date.is_valid() && once("Date"))
                .map(|date| date.to_timestamp_local().div_euclid(86_400)),
        }
    }

    /// Fields of the row that say otherwise, each with what it says.
    pub(crate) fn against(&self, row: &DocumentRow<'_>) -> Vec<(Field, String)> {
        let mut differing = Vec::new();
        let mut differs = |field: Field, own: Option<bool>| {
            if own == Some(false) {
                differing.push((field, shown(row.get(field).unwrap_or_default()).to_string()));
            }
        };
        let same = |own: Option<u64>, stated: Option<u64>| own.zip(stated).map(|(own, stated)| own == stated);
        differs(Field::IntMsgId, same(self.id, row.get(Field::IntMsgId).and_then(id)));
        differs(Field::Subject, same(self.subject, row.get(Field::Subject).and_then(subject)));
        let senders = row.get(Field::From).map(addresses).unwrap_or_default();
        differs(Field::From, self.sender.filter(|_| !senders.is_empty()).map(|own| senders.contains(&own)));
        let days = row.get(Field::DateSent).map(dates::days).unwrap_or_default();
        let near = |own: i64| days.iter().flatten().any(|day| (day - own).abs() <= DAYS_APART_MAX);
        differs(Field::DateSent, self.day.filter(|_| days[0].is_some()).map(near));
        differing
    }
}

/// Whether an address is a name, a sign and a domain, and not what a reader made of something else.
fn is_plain(address: &str) -> bool {
    let parts = address.split_once('@');
    parts.is_some_and(|(name, domain)| !name.is_empty() && !domain.contains('@'))
        && !address.contains(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | ';' | '('))
}

fn sum(text: &str) -> u64 {
    Sha256::of(text).as_bytes()[..8].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// A Message-ID without brackets and white.
fn id(text: &str) -> Option<u64> {
    let own = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
    // With comments or white inside, every program reads another one.
    let plain = !own.is_empty() && !own.contains(|c: char| c.is_whitespace() || c == '(');
    plain.then(|| sum(own))
}

/// A subject by its letters and digits: producers fold, trim and replace the rest, and some leave out what marks a
/// reply. One of no letters says nothing.
fn subject(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    while let Some((mark, behind)) = rest.split_once(':')
        && ["re", "fw", "fwd"].iter().any(|known| mark.trim().eq_ignore_ascii_case(known))
    {
        rest = behind.trim_start();
    }
    // Writers of Concordance files put these for the letter that is their quote and the sign that is their new line.
    let plain: String = rest
        .to_lowercase()
        .replace('þ', "th")
        .replace("(r)", "")
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    (!plain.is_empty()).then(|| sum(&plain))
}

/// Addresses in a field, as sums.
fn addresses(text: &str) -> Vec<u64> {
    let parts = text.split(|c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | ';' | ',' | '"' | '\'' | '(' | ')' | '[' | ']')
    });
    parts.filter(|part| part.contains('@')).map(|part| sum(&part.to_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_the_signs_of_a_load_file_is_no_difference() {
        assert_eq!(subject("Juniper þ order ® 10"), subject("Juniper th order (R) 10"));
    }

    #[test]
    fn subjects_are_one_whatever_was_folded_trimmed_or_put_before_them() {
        assert_eq!(subject("Re: FW: Orders,\r\n for þe desk"), subject(" orders for the desk "));
        assert_ne!(subject("orders"), subject("order"));
        assert_eq!(subject("Re: ?!"), None);
    }

    #[test]
    fn a_header_is_read_leniently_and_two_ids_are_none() {
        let head = MailHead::of(b"Message-ID: <a@x>\r\nSubject: =?utf-8?B?w7xiZXI=?=\r\nFrom: Ann <ANN@x.example>\r\nDate: Mon, 4 Mar 2024 23:30:00 -0500\r\n\r\nbody");
        assert_eq!((head.id, head.subject), (id("a@x"), subject("Über")));
        assert_eq!(head.sender, Some(sum("ann@x.example")));
        assert_eq!(head.day, Some(19_786));
        assert_eq!(MailHead::of(b"Message-ID: <a@x>\r\nMessage-ID: <b@x>\r\n\r\n").id, None);
        assert_eq!(MailHead::of(b"").day, None);
        assert_eq!(MailHead::of(b"Subject: caf\xE9\r\n\r\n").subject, None, "its encoding is not known");
    }
}
