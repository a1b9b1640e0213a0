//! Content-Transfer-Encoding (RFC 2045 section 6), with everything that does not fit told.

use memchr::memchr;
use std::borrow::Cow;

/// How a part's bytes are wrapped for transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// The bytes are what they are: 7bit, 8bit, binary, or nothing named.
    Identity,
    /// Base64.
    Base64,
    /// Quoted-printable.
    QuotedPrintable,
    /// A name that is not known; the bytes are kept as they are.
    Unknown(String),
}

impl Transfer {
    /// Reads the field's value.
    pub(crate) fn of(value: Option<&[u8]>) -> Self {
        let Some(value) = value else { return Self::Identity };
        let text = String::from_utf8_lossy(value).to_ascii_lowercase();
        let word = text.trim().trim_matches('"');
        let word = word.split(|c: char| c.is_whitespace() || c == ';' || c == '(').next().unwrap_or("");
        match word {
            "" | "7bit" | "8bit" | "binary" | "7-bit" | "8-bit" => Self::Identity,
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            other => Self::Unknown(other.chars().take(40).collect()),
        }
    }

    /// Whether decoding makes other bytes.
    pub(crate) fn changes(&self) -> bool {
        matches!(self, Self::Base64 | Self::QuotedPrintable)
    }
}

/// What decoding gave.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    /// What did not fit, where anything did not.
    pub(crate) damage: Option<String>,
    /// Whether bytes were lost by it, so that a word may be missing.
    pub(crate) lossy: bool,
}

impl<'a> Decoded<'a> {
    /// Bytes that need no decoding.
    pub(crate) fn plain(bytes: &'a [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), damage: None, lossy: false }
    }
}

/// Decodes `body`; what does not decode is left out or kept literally, and told.
pub(crate) fn decode<'a>(transfer: &Transfer, body: &'a [u8]) -> Decoded<'a> {
    match transfer {
        Transfer::Identity => Decoded::plain(body),
        Transfer::Unknown(name) => {
            let damage = Some(format!("found encoding {name:?}, which is not known"));
            Decoded { bytes: Cow::Borrowed(body), damage, lossy: true }
        }
        Transfer::Base64 => base64(body),
        Transfer::QuotedPrintable => quoted_printable(body),
    }
}

/// Decodes base64. The library's decoder does clean data; it refuses or rounds off the rest, which is
/// read here once more, slowly, to say what is wrong.
pub(crate) fn base64(body: &[u8]) -> Decoded<'static> {
    let is_space = |byte: &u8| matches!(*byte, b' ' | b'\t' | b'\r' | b'\n');
    let significant = body.len() - body.iter().filter(|byte| is_space(byte)).count();
    let data = body.trim_ascii_end();
    let padding = data.iter().rev().take_while(|byte| **byte == b'=').count();
    let clean = significant.is_multiple_of(4)
        && padding <= 2
        && memchr(b'=', data).is_none_or(|first| first + padding == data.len());
    if clean && let Some(bytes) = mail_parser::decoders::base64::base64_decode(data) {
        return Decoded { bytes: Cow::Owned(bytes), damage: None, lossy: false };
    }
    base64_slowly(body)
}

fn base64_slowly(body: &[u8]) -> Decoded<'static> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let (mut group, mut filled, mut foreign) = (0_u32, 0_u8, 0_u64);
    let mut at = 0;
    while at < body.len() && body[at] != b'=' {
        let value = match body[at] {
            byte @ b'A'..=b'Z' => Some(byte - b'A'),
            byte @ b'a'..=b'z' => Some(byte - b'a' + 26),
            byte @ b'0'..=b'9' => Some(byte - b'0' + 52),
            b'+' => Some(62),
            b'/' => Some(63),
            b' ' | b'\t' | b'\r' | b'\n' => None,
            _ => {
                foreign += 1;
                None
            }
        };
        if let Some(value) = value {
            group = group << 6 | u32::from(value);
            filled += 1;
            if filled == 4 {
                bytes.extend_from_slice(&group.to_be_bytes()[1..]);
                (group, filled) = (0, 0);
            }
        }
        at += 1;
    }
    let tail = (group << (6 * u32::from(4 - filled))).to_be_bytes();
    bytes.extend_from_slice(&tail[1..1 + usize::from(filled.saturating_sub(1).min(2))]);
    let is_end = |byte: &u8| matches!(*byte, b'=' | b' ' | b'\t' | b'\r' | b'\n');
    let after = body[at..].iter().filter(|byte| !is_end(byte)).count();
    let mut damage = Vec::new();
    if foreign > 0 {
        damage.push(format!("{foreign} bytes that are no base64"));
    }
    if after > 0 {
        damage.push(format!("{after} bytes after the end of the encoded data, which were not decoded"));
    }
    if filled > 0 && at == body.len() || filled == 1 {
        damage.push("an end in the middle of a group".to_owned());
    }
    let damage = (!damage.is_empty()).then(|| format!("base64 with {}", damage.join(" and ")));
    Decoded { bytes: Cow::Owned(bytes), lossy: damage.is_some(), damage }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Decodes quoted-printable line by line: spaces before a line end go (RFC 2045 section 6.7 rule 3),
/// a `=` that starts no pair of digits stays as it is and is counted.
pub(crate) fn quoted_printable(body: &[u8]) -> Decoded<'static> {
    let mut bytes = Vec::with_capacity(body.len());
    let (mut at, mut literal) = (0, 0_u64);
    while at < body.len() {
        let end = memchr(b'\n', &body[at..]).map_or(body.len(), |end| at + end);
        let line = &body[at..end];
        let text = line.trim_ascii_end();
        let soft = text.ends_with(b"=");
        literal += quoted_line(if soft { &text[..text.len() - 1] } else { text }, &mut bytes);
        if !soft && end < body.len() {
            bytes.extend_from_slice(if line.ends_with(b"\r") { b"\r\n" } else { b"\n" });
        } else if !soft {
            bytes.extend_from_slice(&line[text.len()..]);
        }
        at = end + 1;
    }
    let damage = (literal > 0).then(|| format!("quoted-printable with {literal} '=' that start no code"));
    Decoded { bytes: Cow::Owned(bytes), damage, lossy: false }
}

fn quoted_line(line: &[u8], bytes: &mut Vec<u8>) -> u64 {
    let (mut rest, mut literal) = (line, 0);
    while let Some(at) = memchr(b'=', rest) {
        bytes.extend_from_slice(&rest[..at]);
        let pair = rest.get(at + 1).copied().and_then(hex).zip(rest.get(at + 2).copied().and_then(hex));
        match pair {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &rest[at + 3..];
            }
            None => {
                literal += 1;
                bytes.push(b'=');
                rest = &rest[at + 1..];
            }
        }
    }
    bytes.extend_from_slice(rest);
    literal
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encode64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let word =
                u32::from_be_bytes([0, chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)]);
            for place in 0..4 {
                let digit = DIGITS[(word >> (18 - 6 * place) & 63) as usize];
                text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
            }
        }
        text
    }

    #[test]
    fn damaged_base64_keeps_what_decodes_and_says_what_does_not() {
        for (text, bytes, told) in [
            ("aGVsbG8=", "hello", None),
            ("aGVs bG8=\r\n", "hello", None),
            ("aGVs*bG8=", "hello", Some("1 bytes that are no base64")),
            ("aGVsbG8=\n-- footer", "hello", Some("after the end")),
            ("aGVsbG8", "hello", Some("middle of a group")),
            ("aGVsb", "hel", Some("middle of a group")),
        ] {
            let decoded = base64(text.as_bytes());
            assert_eq!(&*decoded.bytes, bytes.as_bytes(), "{text}");
            assert_eq!(decoded.damage.is_some(), told.is_some(), "{text}: {:?}", decoded.damage);
            assert!(told.is_none_or(|told| decoded.damage.unwrap_or_default().contains(told)), "{text}");
        }
    }

    #[test]
    fn quoted_printable_follows_the_rules_for_line_ends_and_keeps_stray_signs() {
        for (text, bytes, clean) in [
            ("a=3Db", "a=b", true),
            ("soft =\r\nbreak", "soft break", true),
            ("trailing  \r\nspace", "trailing\r\nspace", true),
            ("1 = one", "1 = one", false),
            ("=C3=A9", "é", true),
            ("=ZZ", "=ZZ", false),
        ] {
            let decoded = quoted_printable(text.as_bytes());
            assert_eq!(&*decoded.bytes, bytes.as_bytes(), "{text}");
            assert_eq!(decoded.damage.is_none(), clean, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_decodes_without_damage(bytes: Vec<u8>) {
            let decoded = base64(encode64(&bytes).as_bytes());
            prop_assert_eq!(&*decoded.bytes, &bytes[..]);
            prop_assert!(decoded.damage.is_none());
            let quoted: String = bytes.iter().map(|byte| format!("={byte:02X}")).collect();
            let decoded = quoted_printable(quoted.as_bytes());
            prop_assert_eq!(&*decoded.bytes, &bytes[..]);
        }

        #[test]
        fn slow_and_fast_base64_agree(bytes: Vec<u8>) {
            let text = encode64(&bytes);
            let slow = base64_slowly(text.as_bytes());
            prop_assert_eq!(&*slow.bytes, &bytes[..]);
            prop_assert!(slow.damage.is_none());
        }

        #[test]
        fn any_bytes_decode_to_no_more_than_they_are(bytes: Vec<u8>) {
            prop_assert!(base64(&bytes).bytes.len() <= bytes.len() + 3);
            prop_assert!(quoted_printable(&bytes).bytes.len() <= bytes.len());
        }
    }
}
