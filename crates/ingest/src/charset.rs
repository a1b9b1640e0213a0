//! Bytes in a named (or unnamed) character set to text, with every guess told.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;
use std::panic::catch_unwind;

/// Text and how sure it is.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// How many places stand as U+FFFD because their bytes do not fit the set.
    pub(crate) replaced: usize,
    /// What was guessed, where the set is unknown or unnamed and the bytes are not plain.
    pub(crate) guess: Option<String>,
}

impl Decoded<'_> {
    /// Whether so much is guessed or replaced that words of the text are likely lost: more than one
    /// in ten of its characters.
    pub(crate) fn mostly_lost(&self) -> bool {
        let suspect = if self.guess.is_some() {
            self.text.chars().filter(|c| !c.is_ascii()).count()
        } else {
            self.replaced
        };
        suspect * 10 > self.text.chars().count()
    }
}

/// Decodes `bytes`. Without a name they are read as UTF-8 where they are that, else as windows-1252,
/// which is a guess.
pub(crate) fn decode<'a>(name: Option<&str>, bytes: &'a [u8]) -> Decoded<'a> {
    let name = name.map(|name| name.trim().trim_matches(['"', '\'']).trim()).filter(|name| !name.is_empty());
    // The names that UTF-7 is registered under; Exchange's reports of failure use the second.
    let lower = name.map(str::to_ascii_lowercase).map(|name| match name.as_str() {
        "unicode-1-1-utf-7" | "csunicode11utf7" | "csutf7" => "utf-7".to_owned(),
        _ => name,
    });
    match lower.as_deref() {
        None => unnamed(bytes, || "no character set is named and the bytes are not UTF-8".to_owned()),
        Some("us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us") if !bytes.is_ascii() => {
            let utf8 = std::str::from_utf8(bytes).is_ok();
            let as_what = if utf8 { "UTF-8" } else { "windows-1252" };
            let mut decoded = unnamed(bytes, String::new);
            decoded.guess = Some(format!("named us-ascii, holds 8-bit bytes, read as {as_what}"));
            decoded
        }
        Some(label) => named(label, bytes),
    }
}

fn named<'a>(label: &str, bytes: &'a [u8]) -> Decoded<'a> {
    if let Some(encoding) = Encoding::for_label_no_replacement(label.as_bytes()) {
        return by_encoding(encoding, bytes);
    }
    // UTF-7, IBM 850 and some others stand only in the mail library's own table. It is not written
    // for hostile bytes, so a panic there is taken as "not known".
    let replacement_only = Encoding::for_label(label.as_bytes()).is_some();
    let decoder = if replacement_only {
        None
    } else {
        mail_parser::decoders::charsets::map::charset_decoder(label.as_bytes())
    };
    if let Some(text) = decoder.and_then(|decoder| catch_unwind(|| decoder(bytes)).ok()) {
        let replaced = text.matches('\u{FFFD}').count();
        return Decoded { text: Cow::Owned(text), replaced, guess: None };
    }
    let shown: String = label.chars().take(40).collect();
    let mut decoded = unnamed(bytes, String::new);
    decoded.guess = Some(format!("character set {shown:?} is not known"));
    decoded
}

fn by_encoding<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, _, errors) = encoding.decode(bytes);
    let replaced = if errors { text.matches('\u{FFFD}').count() } else { 0 };
    Decoded { text, replaced, guess: None }
}

fn unnamed<'a>(bytes: &'a [u8], guess: impl FnOnce() -> String) -> Decoded<'a> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return by_encoding(UTF_8, bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            Decoded { text: Cow::Borrowed(text.trim_start_matches('\u{FEFF}')), replaced: 0, guess: None }
        }
        Err(_) => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            Decoded { text, replaced: 0, guess: Some(guess()) }
        }
    }
}

/// The name of the set that Windows knows by this number (its code page).
pub(crate) fn of_code_page(number: u32) -> String {
    match number {
        65001 => "utf-8".to_owned(),
        1200 => "utf-16le".to_owned(),
        1201 => "utf-16be".to_owned(),
        20127 => "us-ascii".to_owned(),
        874 | 1250..=1258 => format!("windows-{number}"),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        54936 => "gb18030".to_owned(),
        949 | 51949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10000 => "macintosh".to_owned(),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        28591..=28605 => format!("iso-8859-{}", number - 28590),
        50220..=50222 => "iso-2022-jp".to_owned(),
        51932 => "euc-jp".to_owned(),
        65000 => "utf-7".to_owned(),
        other => format!("ibm{other}"),
    }
}

/// The text of a raw header: UTF-8 (RFC 6532), else windows-1252 by guess (true).
pub(crate) fn header_text(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_sets_decode_and_unknown_ones_are_a_told_guess() {
        for (name, bytes, text, told) in [
            (Some("utf-8"), &b"caf\xc3\xa9"[..], "café", false),
            (Some("ISO-8859-1"), b"caf\xe9", "café", false),
            (Some("koi8-r"), b"\xf0\xd2\xc9\xd7\xc5\xd4", "Привет", false),
            (Some("iso-2022-jp"), b"\x1b$B%O%m!<\x1b(B", "ハロー", false),
            (Some("utf-7"), b"Hi Mom -+Jjo--!", "Hi Mom -☺-!", false),
            (Some("Unicode-1-1-UTF-7"), b"Hi Mom -+Jjo--!", "Hi Mom -☺-!", false),
            (Some("x-nobody"), b"caf\xe9", "café", true),
            (Some("us-ascii"), b"caf\xc3\xa9", "café", true),
            (None, b"caf\xc3\xa9", "café", false),
            (None, b"caf\xe9", "café", true),
        ] {
            let decoded = decode(name, bytes);
            assert_eq!(decoded.text, text, "{name:?}");
            assert_eq!(decoded.guess.is_some(), told, "{name:?}");
            assert_eq!(decoded.replaced, 0, "{name:?}");
        }
    }

    #[test]
    fn code_pages_that_mail_uses_have_a_known_set() {
        for page in [65001, 1250, 1252, 1255, 932, 936, 949, 950, 20866, 28591, 28599, 50220, 850] {
            let name = of_code_page(page);
            assert!(decode(Some(&name), b"\x83\x41").guess.is_none(), "{page}: {name}");
        }
    }

    #[test]
    fn bytes_that_do_not_fit_are_counted_and_too_many_of_them_mean_lost_text() {
        let one = decode(Some("utf-8"), b"a long enough line with \xff in it");
        assert_eq!(one.replaced, 1);
        assert!(!one.mostly_lost());
        assert!(decode(Some("utf-8"), b"ab\xff\xfd\xfd\xfc").mostly_lost());
        assert!(decode(Some("hz-gb-2312"), b"~{\xd5\xe2~}").guess.is_some());
    }

    proptest! {
        #[test]
        fn any_bytes_under_any_name_give_text(name in "[a-z0-9-]{0,12}", bytes: Vec<u8>) {
            decode(Some(&name), &bytes);
            decode(None, &bytes);
        }

        #[test]
        fn every_set_of_the_mail_library_survives_any_bytes(bytes: Vec<u8>) {
            for name in ["utf-7", "ibm850", "tis-620", "utf-16", "utf-16be", "850", "x-user-defined"] {
                decode(Some(name), &bytes);
            }
        }
    }
}
