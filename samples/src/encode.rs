//! Transfer encodings of mail, written (never read) here.

use encoding_rs::Encoding;

/// A character set under the name that a mail gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charset {
    pub(crate) label: &'static str,
    encoding: &'static Encoding,
}

impl Charset {
    pub(crate) const UTF_8: Self = Self { label: "utf-8", encoding: encoding_rs::UTF_8 };

    /// The character set of that name.
    ///
    /// # Panics
    /// When the samples' own texts name one that does not exist.
    pub(crate) fn named(label: &'static str) -> Self {
        let encoding = Encoding::for_label(label.as_bytes()).expect("the samples name known character sets");
        Self { label, encoding }
    }

    /// The text in this character set; the samples hold no letter that it lacks.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        let (bytes, _, lacking) = self.encoding.encode(text);
        assert!(!lacking, "{} lacks a letter of {text:?}", self.label);
        bytes.into_owned()
    }
}

/// Two base64 digits for each twelve bits, so that three bytes cost two look-ups.
static PAIRS: [[u8; 2]; 4096] = pairs();

const fn pairs() -> [[u8; 2]; 4096] {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [[0; 2]; 4096];
    let mut at = 0;
    while at < 4096 {
        table[at] = [digits[at >> 6], digits[at & 63]];
        at += 1;
    }
    table
}

/// Bytes of content in one line of 76 digits (RFC 2045 section 6.8).
const LINE_BYTES: usize = 57;

/// Appends at most one line's worth of bytes, without a line end.
fn push_line(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut triples = bytes.chunks_exact(3);
    let mut digits = [0; 4 * LINE_BYTES / 3];
    let mut quads = digits.chunks_exact_mut(4);
    for (triple, quad) in (&mut triples).zip(&mut quads) {
        let bits = usize::from(triple[0]) << 16 | usize::from(triple[1]) << 8 | usize::from(triple[2]);
        quad[..2].copy_from_slice(&PAIRS[bits >> 12]);
        quad[2..].copy_from_slice(&PAIRS[bits & 0xfff]);
    }
    out.extend_from_slice(&digits[..bytes.len() / 3 * 4]);
    match *triples.remainder() {
        [a] => {
            out.extend_from_slice(&PAIRS[usize::from(a) << 4]);
            out.extend_from_slice(b"==");
        }
        [a, b] => {
            let bits = usize::from(a) << 16 | usize::from(b) << 8;
            out.extend_from_slice(&PAIRS[bits >> 12]);
            out.push(PAIRS[bits & 0xfff][0]);
            out.push(b'=');
        }
        _ => {}
    }
}

/// Appends `bytes` in base64, in lines of 76 digits that end in LF.
pub(crate) fn push_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.reserve(bytes.len() / LINE_BYTES * 77 + 80);
    for line in bytes.chunks(LINE_BYTES) {
        push_line(out, line);
        out.push(b'\n');
    }
}

/// Appends `bytes` as quoted-printable (RFC 2045 section 6.7); LF stays a line end.
pub(crate) fn push_quoted_printable(out: &mut Vec<u8>, bytes: &[u8]) {
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let (text, end) = match line.strip_suffix(b"\n") {
            Some(text) => (text, true),
            None => (line, false),
        };
        let mut width = 0;
        for (at, byte) in text.iter().enumerate() {
            let plain = matches!(byte, b' '..=b'<' | b'>'..=b'~') && !(*byte == b' ' && at + 1 == text.len());
            let needs = if plain { 1 } else { 3 };
            if width + needs > 75 {
                out.extend_from_slice(b"=\n");
                width = 0;
            }
            if plain {
                out.push(*byte);
            } else {
                out.extend_from_slice(format!("={byte:02X}").as_bytes());
            }
            width += needs;
        }
        if end {
            out.push(b'\n');
        }
    }
}

/// A header text as it may stand in a header: ASCII as it is, else encoded words (RFC 2047) in that
/// character set, each complete in itself.
pub(crate) fn header_text(text: &str, charset: Charset) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let words: Vec<String> = letters
        .chunks(10)
        .map(|chunk| {
            let chunk: String = chunk.iter().collect();
            let mut digits = Vec::new();
            push_line(&mut digits, &charset.encode(&chunk));
            format!("=?{}?B?{}?=", charset.label, String::from_utf8_lossy(&digits))
        })
        .collect();
    words.join("\n ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
    use proptest::prelude::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        // RFC 4648 section 10.
        for (plain, coded) in [("f", "Zg==\n"), ("fo", "Zm8=\n"), ("foo", "Zm9v\n"), ("foobar", "Zm9vYmFy\n")]
        {
            let mut out = Vec::new();
            push_base64(&mut out, plain.as_bytes());
            assert_eq!(String::from_utf8_lossy(&out), coded);
        }
    }

    #[test]
    fn an_encoded_word_is_never_too_long() {
        let japanese = header_text(&"約定確認".repeat(20), Charset::named("iso-2022-jp"));
        assert!(japanese.lines().all(|line| line.len() <= 76 && line.trim().starts_with("=?")), "{japanese}");
        assert_eq!(header_text("plain", Charset::UTF_8), "plain");
    }

    proptest! {
        #[test]
        fn what_is_encoded_reads_back(bytes: Vec<u8>) {
            let mut coded = Vec::new();
            push_base64(&mut coded, &bytes);
            prop_assert!(coded.split(|b| *b == b'\n').all(|line| line.len() <= 76));
            prop_assert_eq!(base64_decode(&coded).unwrap_or_default(), bytes.clone());
            let text: Vec<u8> = bytes.iter().map(|b| if *b == b'\r' { b'x' } else { *b }).collect();
            let mut quoted = Vec::new();
            push_quoted_printable(&mut quoted, &text);
            prop_assert!(quoted.split(|b| *b == b'\n').all(|line| line.len() <= 76));
            prop_assert_eq!(quoted_printable_decode(&quoted).unwrap_or_default(), text);
        }
    }
}
