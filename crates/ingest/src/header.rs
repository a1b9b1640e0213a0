//! A header block as it lies in the bytes: fields, where the body starts, and what is wrong.

use memchr::memchr;

/// Names that tell a mail header from other text of the form `name: value`.
const TELLING: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
    "received",
    "return-path",
    "sender",
    "reply-to",
    "delivered-to",
    "envelope-to",
    "mime-version",
    "content-type",
    "x-mailer",
    "in-reply-to",
    "references",
    "x-originating-ip",
    "x-sender",
    "x-from",
    "x-mozilla-status",
    "x-uidl",
    "dkim-signature",
    "authentication-results",
    "resent-from",
    "x-ms-journal-report",
    "delivery-date",
    "x-original-to",
    "content-transfer-encoding",
    "status",
    "x-rsmf-version",
    "mailing-list",
    "list-id",
    "precedence",
];

/// Whether a field of this name stands in mail and hardly elsewhere.
pub(crate) fn is_telling(name: &[u8]) -> bool {
    TELLING.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// One field; `value` is raw: folds and spaces as written, without the last line end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
}

/// A header block. It is read leniently, and each leniency is told.
#[derive(Debug)]
pub(crate) struct Header<'a> {
    pub(crate) fields: Vec<Field<'a>>,
    /// The bytes of the block as written.
    pub(crate) block: &'a [u8],
    /// Where the body starts.
    pub(crate) body_at: usize,
    /// Lines that are neither field nor fold, and where the first of them stands.
    pub(crate) malformed: Option<(u64, usize)>,
    /// Whether the body starts without a blank line before it.
    pub(crate) no_blank_line: bool,
    /// Whether the block goes on beyond the bound; fields beyond it are not here.
    pub(crate) too_large: bool,
}

/// The length of the field's name where `line` starts a field: printable ASCII without spaces before
/// a colon (RFC 5322 section 2.2), or with spaces just before the colon (section 4.5).
pub(crate) fn name_length(line: &[u8]) -> Option<usize> {
    let colon = memchr(b':', line.get(..line.len().min(1024))?)?;
    let name = line[..colon].trim_ascii_end();
    (!name.is_empty() && name.iter().all(|byte| (33..=126).contains(byte))).then_some(name.len())
}

/// The line that starts at `at`, without its end, and where the next one starts.
pub(crate) fn line_at(bytes: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &bytes[at..];
    match memchr(b'\n', rest) {
        Some(end) => {
            let line = &rest[..end];
            (line.strip_suffix(b"\r").unwrap_or(line), at + end + 1)
        }
        None => (rest, bytes.len()),
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

impl<'a> Header<'a> {
    /// Reads the header of a message; blank lines and a `From ` line before it are stepped over.
    pub(crate) fn of_message(bytes: &'a [u8], bytes_max: usize) -> Self {
        let mut at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut skipped = if at > 0 { Some((1, 0)) } else { None };
        while at < bytes.len() {
            let (line, next) = line_at(bytes, at);
            let postmark = line.starts_with(b"From ") || line.starts_with(b">From ");
            if !is_blank(line) && !postmark {
                break;
            }
            skipped =
                Some((skipped.map_or(1, |(count, _)| count + 1), skipped.map_or(at, |(_, first)| first)));
            at = next;
            if postmark {
                break;
            }
        }
        let mut header = Self::read(bytes, at, bytes_max);
        if header.fields.is_empty() {
            return Self::read(bytes, 0, bytes_max);
        }
        header.malformed = match (skipped, header.malformed) {
            (Some((count, first)), Some((more, _))) => Some((count + more, first)),
            (one, other) => one.or(other),
        };
        header
    }

    /// Reads the header of a part: a blank line first means that it has none.
    pub(crate) fn of_part(bytes: &'a [u8], bytes_max: usize) -> Self {
        Self::read(bytes, 0, bytes_max)
    }

    fn read(bytes: &'a [u8], from: usize, bytes_max: usize) -> Self {
        let limit = from.saturating_add(bytes_max).min(bytes.len());
        let mut header = Self {
            fields: Vec::new(),
            block: &bytes[from..from],
            body_at: bytes.len(),
            malformed: None,
            no_blank_line: false,
            too_large: false,
        };
        let (mut at, mut block_end) = (from, bytes.len());
        // Where the value of the last field started and ended: a fold prolongs it only if it follows directly.
        let mut value_at = (0, usize::MAX);
        let mut field_known_at = 0;
        while at < bytes.len() {
            if at >= limit {
                header.too_large = true;
                (block_end, header.body_at) = end_of_block(bytes, at);
                break;
            }
            let (line, next) = line_at(bytes, at);
            if line.is_empty() {
                (block_end, header.body_at) = (at, next);
                break;
            }
            if matches!(line[0], b' ' | b'\t') && value_at.1 == at {
                value_at.1 = next;
                if let Some(field) = header.fields.last_mut() {
                    field.value = &bytes[value_at.0..at + line.len()];
                }
            } else if let Some(length) = name_length(line).filter(|_| !matches!(line[0], b' ' | b'\t')) {
                let colon = memchr(b':', line).unwrap_or(length);
                header.fields.push(Field { name: &line[..length], value: &line[colon + 1..] });
                value_at = (at + colon + 1, next);
            } else if is_blank(line) && header.fields.is_empty() {
                (block_end, header.body_at) = (at, next);
                break;
            } else {
                if at >= field_known_at {
                    match field_ahead(bytes, next, limit) {
                        Some(found) => field_known_at = found,
                        None => {
                            header.no_blank_line = true;
                            (block_end, header.body_at) = (at, at);
                            break;
                        }
                    }
                }
                let (count, first) = header.malformed.unwrap_or((0, at));
                header.malformed = Some((count + 1, first));
            }
            at = next;
        }
        header.block = &bytes[from..block_end.min(limit).max(from)];
        header
    }

    /// The first field of that name (lower case).
    pub(crate) fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// All fields of that name (lower case), in order.
    pub(crate) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'a [u8]> + 'b {
        let fits = |field: &&Field<'a>| field.name.eq_ignore_ascii_case(name.as_bytes());
        self.fields.iter().filter(fits).map(|field| field.value)
    }
}

/// Where the block ends and the body starts, for a block whose rest is not read.
fn end_of_block(bytes: &[u8], from: usize) -> (usize, usize) {
    let mut at = from;
    while at < bytes.len() {
        let (line, next) = line_at(bytes, at);
        if line.is_empty() {
            return (at, next);
        }
        at = next;
    }
    (bytes.len(), bytes.len())
}

/// Where, before the next blank line, a field of mail starts; without one, the lines from here on are
/// a body that nothing separates from the header.
fn field_ahead(bytes: &[u8], from: usize, limit: usize) -> Option<usize> {
    let mut at = from;
    while at < limit {
        let (line, next) = line_at(bytes, at);
        if line.is_empty() {
            return None;
        }
        if name_length(line).is_some_and(|length| is_telling(&line[..length])) {
            return Some(at);
        }
        at = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Header<'_> {
        Header::of_message(text.as_bytes(), 1000)
    }

    #[test]
    fn fields_folds_and_body_are_told_apart_with_either_line_end() {
        for text in ["A: 1\n 2\nB:3\n\nbody", "A: 1\r\n 2\r\nB:3\r\n\r\nbody"] {
            let header = read(text);
            assert_eq!(header.fields.len(), 2);
            assert_eq!(header.first("b"), Some(&b"3"[..]));
            assert!(header.first("a").is_some_and(|value| value.ends_with(b"\n 2")));
            assert_eq!(&text[header.body_at..], "body");
            assert!(header.malformed.is_none() && !header.no_blank_line && !header.too_large);
        }
    }

    #[test]
    fn a_stray_line_between_fields_is_counted_and_stepped_over() {
        let header = read("From: a@b\n>From me\nTo: c@d\n\nx");
        assert_eq!(header.fields.len(), 2);
        assert_eq!(header.malformed, Some((1, 10)));
    }

    #[test]
    fn text_right_after_the_fields_is_the_body_and_no_word_of_it_is_lost() {
        let header = read("Subject: x\nHello team\nregarding: lunch\n\nmore");
        assert!(header.no_blank_line);
        assert_eq!(header.body_at, 11);
    }

    #[test]
    fn a_block_beyond_the_bound_is_cut_and_its_body_still_found() {
        let text = format!("From: a@b\nX: {}\nTo: late@x\n\nbody", "y".repeat(2000));
        let header = read(&text);
        assert!(header.too_large);
        assert!(header.first("to").is_none());
        assert_eq!(&text[header.body_at..], "body");
    }

    #[test]
    fn a_line_with_a_space_in_its_name_is_no_field() {
        assert_eq!(name_length(b"Dear Sir: hello"), None);
        assert_eq!(name_length(b"Subject : hello"), Some(7));
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_block_and_a_body_that_lie_inside_them(bytes: Vec<u8>, max in 0_usize..64) {
            for header in [Header::of_message(&bytes, max), Header::of_part(&bytes, max)] {
                prop_assert!(header.body_at <= bytes.len());
                prop_assert!(header.block.len() <= bytes.len());
            }
        }
    }
}
