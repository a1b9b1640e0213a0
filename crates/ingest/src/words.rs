//! Header text: folds, encoded words (RFC 2047), Message-IDs.

use crate::charset;
use crate::transfer;
use encoding_rs::WINDOWS_1252;
use memchr::memmem;
use std::borrow::Cow;

/// Longest encoded word that is looked for, in bytes; the standard's own bound is 75.
const WORD_BYTES_MAX: usize = 8192;

/// Decoded header text.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// What had to be guessed or did not decode.
    pub(crate) flaw: Option<String>,
}

/// The raw value of a field without its folds, as text, encoded words left as they are.
pub(crate) fn unfold(value: &[u8]) -> (String, bool) {
    let (text, guessed) = charset::header_text(value);
    if !text.contains(['\r', '\n']) {
        return (text.trim().to_owned(), guessed);
    }
    let mut whole = String::with_capacity(text.len());
    for (at, line) in text.split(['\r', '\n']).filter(|line| !line.is_empty()).enumerate() {
        // A fold stands for the one space or tab that it starts with.
        if at > 0 && line.starts_with([' ', '\t']) {
            whole.push(' ');
            whole.push_str(&line[1..]);
        } else {
            whole.push_str(line);
        }
    }
    (whole.trim().to_owned(), guessed)
}

/// The text of an unstructured field such as Subject.
pub(crate) fn unstructured(value: &[u8]) -> Text {
    let (raw, guessed) = unfold(value);
    let mut decoded = decode(&raw);
    if guessed && decoded.flaw.is_none() {
        decoded.flaw = Some("8-bit bytes that are not UTF-8, read as windows-1252".to_owned());
    }
    decoded
}

struct Word<'a> {
    charset: &'a str,
    base64: bool,
    data: &'a str,
    length: usize,
}

/// The encoded word at the start of `text`: `=?charset?B|Q?data?=`. Spaces inside the data are
/// against the rules and common.
fn word_at(text: &str) -> Option<Word<'_>> {
    let rest = text.strip_prefix("=?")?;
    let window = &rest.as_bytes()[..rest.len().min(WORD_BYTES_MAX)];
    let name_end = window.iter().take(80).position(|byte| matches!(byte, b'?' | b' ' | b'\t'))?;
    let charset = rest.get(..name_end)?.split('*').next().unwrap_or("");
    let base64 = match window.get(name_end..name_end + 3)? {
        [b'?', b'b' | b'B', b'?'] => true,
        [b'?', b'q' | b'Q', b'?'] => false,
        _ => return None,
    };
    let data_at = name_end + 3;
    let length = memmem::find(&window[data_at..], b"?=")?;
    let data = rest.get(data_at..data_at + length)?;
    let plausible = !charset.is_empty() && !data.contains("=?");
    plausible.then_some(Word { charset, base64, data, length: 2 + data_at + length + 2 })
}

fn word_bytes(word: &Word<'_>, bytes: &mut Vec<u8>) -> Option<String> {
    // Raw 8-bit bytes inside the word are against the rules, and are in the word's own character set;
    // as text they were read as windows-1252.
    let raw = if word.data.is_ascii() || word.charset.eq_ignore_ascii_case("utf-8") {
        Cow::Borrowed(word.data.as_bytes())
    } else {
        WINDOWS_1252.encode(word.data).0
    };
    let decoded = if word.base64 {
        transfer::base64(&raw)
    } else {
        let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'_' { b' ' } else { *byte }).collect();
        // Quoted-printable strips space before a line end; in a word it counts.
        let mut decoded = transfer::quoted_printable(spaced.trim_ascii_end());
        decoded.bytes.to_mut().extend_from_slice(&spaced[spaced.trim_ascii_end().len()..]);
        decoded
    };
    bytes.extend_from_slice(&decoded.bytes);
    decoded.damage
}

/// Decodes the encoded words of `text`. Space between two of them goes; neighbours in one character
/// set are joined before decoding, because writers cut through characters.
pub(crate) fn decode(text: &str) -> Text {
    let (mut out, mut flaw) = (String::with_capacity(text.len()), None);
    let mut rest = text;
    while let Some(at) = rest.find("=?") {
        let Some(word) = word_at(&rest[at..]) else {
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        out.push_str(&rest[..at]);
        rest = &rest[at + word.length..];
        let mut bytes = Vec::new();
        flaw = flaw.or(word_bytes(&word, &mut bytes));
        while let Some(next) = word_at(rest.trim_start()) {
            let gap = rest.len() - rest.trim_start().len();
            if !next.charset.eq_ignore_ascii_case(word.charset) {
                rest = &rest[gap..];
                break;
            }
            flaw = flaw.or(word_bytes(&next, &mut bytes));
            rest = &rest[gap + next.length..];
        }
        let decoded = charset::decode(Some(word.charset), &bytes);
        out.push_str(&decoded.text);
        if decoded.replaced > 0 {
            flaw = flaw.or(Some(format!("{} places do not fit {}", decoded.replaced, word.charset)));
        }
        flaw = flaw.or(decoded.guess);
    }
    out.push_str(rest);
    if out.contains(['\r', '\n', '\0']) {
        out = out.replace(['\r', '\n', '\0'], " ");
    }
    Text { text: out.trim().to_owned(), flaw }
}

/// The Message-IDs of a field, without angle brackets; where none stands in brackets, each bare word
/// that looks like one.
pub(crate) fn message_ids(value: &[u8]) -> Vec<String> {
    let (text, _) = unfold(value);
    let mut ids = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once('<') {
        let Some((id, later)) = after.split_once('>') else { break };
        let id: String = id.split_whitespace().collect();
        if !id.is_empty() {
            ids.push(id);
        }
        rest = later;
    }
    if ids.is_empty() {
        ids.extend(
            text.split_whitespace()
                .filter(|word| word.contains('@'))
                .map(|word| word.trim_matches(['<', '>', '"', ',', ';']).to_owned()),
        );
    }
    ids
}

/// Whether text holds control characters that a load file cannot carry.
pub(crate) fn holds_controls(text: &str) -> bool {
    text.bytes().any(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7F)
}

/// The value cut to a length fit for a defect's detail.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encoded_words_become_text() {
        for (raw, text) in [
            ("=?iso-8859-1?Q?Die_Hasen_und_die_Fr=F6sche?=", "Die Hasen und die Frösche"),
            ("=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"),
            ("=?utf-8?B?ww==?= =?utf-8?B?qQ==?=", "é"),
            ("a =?utf-8?Q?b?= c", "a b c"),
            ("=?utf-8?Q?b?= =?iso-8859-1?Q?=E9?=", "bé"),
            ("=?utf-8*en?Q?b?=", "b"),
            ("=?us-ascii?q?with space?=", "with space"),
            ("no =? word", "no =? word"),
            ("=?utf-8?X?b?=", "=?utf-8?X?b?="),
        ] {
            assert_eq!(decode(raw).text, text, "{raw}");
        }
        assert!(decode("=?x-nobody?Q?=E9?=").flaw.is_some());
    }

    #[test]
    fn raw_bytes_inside_an_encoded_word_are_in_its_own_character_set() {
        assert_eq!(unstructured(b"=?iso-8859-1?Q?Fr\xf6sche?=").text, "Frösche");
        assert_eq!(unstructured(b"=?koi8-r?Q?\xf0\xd2_=C9?=").text, "Пр и");
    }

    #[test]
    fn a_folded_subject_keeps_one_space_at_the_fold() {
        assert_eq!(unstructured(b" one\r\n two\r\n\tthree\r\n").text, "one two three");
    }

    #[test]
    fn ids_are_read_out_of_folds_and_chatter() {
        assert_eq!(message_ids(b" <a@b>\r\n <c@\r\n d>"), ["a@b", "c@d"]);
        assert_eq!(message_ids(b"Your message of Monday <x@y>"), ["x@y"]);
        assert_eq!(message_ids(b" bare@id "), ["bare@id"]);
        assert!(message_ids(b"no id here").is_empty());
    }

    proptest! {
        #[test]
        fn text_without_encoded_words_stays_as_it_is(text in "[a-zA-Z0-9 .,;é]{0,80}") {
            prop_assert_eq!(decode(&text).text, text.trim());
        }

        #[test]
        fn any_bytes_are_some_text(bytes: Vec<u8>) {
            unstructured(&bytes);
            message_ids(&bytes);
        }

        #[test]
        fn words_cut_anywhere_read_as_one(text in "\\PC{1,30}", cut in 0_usize..60) {
            let bytes = text.as_bytes();
            let cut = cut.min(bytes.len());
            let quote = |part: &[u8]| part.iter().map(|byte| format!("={byte:02X}")).collect::<String>();
            let raw = format!("=?utf-8?q?{}?= =?utf-8?q?{}?=", quote(&bytes[..cut]), quote(&bytes[cut..]));
            prop_assert_eq!(decode(&raw).text, text.trim());
        }
    }
}
