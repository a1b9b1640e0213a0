//! The bytes of a load file as characters, whatever its encoding.

use std::io::{self, Read};

/// How much is read at a time, and how much is looked at where no mark states the encoding.
const CHUNK_BYTES: usize = 1 << 18;

/// Encoding of a load file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// Windows-1252, as Concordance wrote before Unicode.
    Windows1252,
}

/// What the start of a load file says of its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Detected {
    pub(crate) encoding: Encoding,
    pub(crate) marked: bool,
    /// Whether the part looked at holds anything but ASCII.
    pub(crate) ascii: bool,
}

/// Signs of Windows-1252 at 80 to 9F; five places are not assigned and stand for themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Reads characters one by one.
pub(crate) struct Decoder<R> {
    reader: R,
    detected: Detected,
    /// Bytes read and not yet decoded.
    raw: Vec<u8>,
    text: String,
    at: usize,
    ended: bool,
    /// How often bytes did not fit the encoding; each such place stands as U+FFFD.
    undecodable: u64,
}

impl<R: Read> Decoder<R> {
    /// Looks at the start of the file and takes the mark off.
    pub(crate) fn new(mut reader: R) -> io::Result<Self> {
        let mut raw = Vec::new();
        reader.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut raw)?;
        let (detected, mark) = detect(&raw);
        raw.drain(..mark);
        let mut decoder =
            Self { reader, detected, raw, text: String::new(), at: 0, ended: false, undecodable: 0 };
        decoder.decode();
        Ok(decoder)
    }

    pub(crate) fn detected(&self) -> Detected {
        self.detected
    }

    pub(crate) fn undecodable(&self) -> u64 {
        self.undecodable
    }

    /// The part of the text that is decoded and not yet taken: at the start, the first rows.
    pub(crate) fn ahead(&self) -> &str {
        &self.text[self.at..]
    }

    /// The next character, without taking it.
    pub(crate) fn peek(&mut self) -> io::Result<Option<char>> {
        while self.at == self.text.len() && !self.ended {
            self.fill()?;
        }
        Ok(self.text[self.at..].chars().next())
    }

    /// Takes the next character.
    pub(crate) fn next(&mut self) -> io::Result<Option<char>> {
        let next = self.peek()?;
        self.at += next.map_or(0, char::len_utf8);
        Ok(next)
    }

    /// Takes a quoted value and the separator behind it, where both are decoded and nothing in the value has to be looked
    /// at: the usual value, in one step. `stops` are those of [`Self::run`].
    pub(crate) fn simple_value(&mut self, quote: &[u8], separator: u8, stops: &[bool; 256]) -> Option<&str> {
        let inner = without_prefix(&self.text.as_bytes()[self.at..], quote)?;
        let length = inner.iter().position(|byte| stops[usize::from(*byte)])?;
        let behind = without_prefix(&inner[length..], quote)?;
        if *behind.first()? != separator {
            return None;
        }
        let start = self.at + quote.len();
        self.at = start + length + quote.len() + 1;
        self.text.get(start..start + length)
    }

    /// Takes the characters that are decoded up to the first whose first byte is one of `stops`. Those must be
    /// ASCII or first bytes of a character in UTF-8.
    pub(crate) fn run(&mut self, stops: &[bool; 256]) -> &str {
        let start = self.at;
        let bytes = &self.text.as_bytes()[start..];
        let length = bytes.iter().position(|byte| stops[usize::from(*byte)]).unwrap_or(bytes.len());
        self.at += length;
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn fill(&mut self) -> io::Result<()> {
        let before = self.raw.len();
        self.reader.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut self.raw)?;
        self.ended = self.raw.len() == before;
        self.decode();
        Ok(())
    }

    /// Decodes what was read, up to a sign whose last bytes are still to come.
    fn decode(&mut self) {
        self.text.clear();
        self.at = 0;
        let raw = std::mem::take(&mut self.raw);
        let used = match self.detected.encoding {
            Encoding::Utf8 => self.decode_utf8(&raw),
            Encoding::Utf16Le => self.decode_utf16(&raw, u16::from_le_bytes),
            Encoding::Utf16Be => self.decode_utf16(&raw, u16::from_be_bytes),
            Encoding::Windows1252 => {
                self.text.extend(raw.iter().map(|byte| windows_1252(*byte)));
                raw.len()
            }
        };
        if self.ended && used < raw.len() {
            self.undecodable += 1;
            self.text.push(char::REPLACEMENT_CHARACTER);
        } else {
            self.raw = raw[used..].to_vec();
        }
    }

    fn decode_utf8(&mut self, raw: &[u8]) -> usize {
        let mut used = 0;
        loop {
            match std::str::from_utf8(&raw[used..]) {
                Ok(text) => {
                    self.text.push_str(text);
                    return raw.len();
                }
                Err(error) => {
                    let valid = used + error.valid_up_to();
                    self.text.push_str(&String::from_utf8_lossy(&raw[used..valid]));
                    let Some(bad) = error.error_len() else { return valid };
                    self.undecodable += 1;
                    self.text.push(char::REPLACEMENT_CHARACTER);
                    used = valid + bad;
                }
            }
        }
    }

    fn decode_utf16(&mut self, raw: &[u8], unit: fn([u8; 2]) -> u16) -> usize {
        let units: Vec<u16> = raw.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        let high_at_end = units.last().is_some_and(|last| (0xD800..0xDC00).contains(last));
        let whole = units.len() - usize::from(high_at_end && !self.ended);
        for sign in char::decode_utf16(units[..whole].iter().copied()) {
            self.undecodable += u64::from(sign.is_err());
            self.text.push(sign.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        whole * 2
    }
}

/// As `strip_prefix`, without a call for the one or two bytes of a quote: this runs for every value of every row.
fn without_prefix<'a>(bytes: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    match (prefix, bytes) {
        ([a], [b, rest @ ..]) => (a == b).then_some(rest),
        ([a, c], [b, d, rest @ ..]) => (a == b && c == d).then_some(rest),
        _ => bytes.strip_prefix(prefix),
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

/// The encoding, and how many bytes its mark takes.
fn detect(start: &[u8]) -> (Detected, usize) {
    let marked = |encoding| Detected { encoding, marked: true, ascii: false };
    match start {
        [0xEF, 0xBB, 0xBF, ..] => return (marked(Encoding::Utf8), 3),
        [0xFF, 0xFE, ..] => return (marked(Encoding::Utf16Le), 2),
        [0xFE, 0xFF, ..] => return (marked(Encoding::Utf16Be), 2),
        _ => {}
    }
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).take(64).filter(|byte| **byte == 0).count();
    let encoding = if zeros(1) > 16 && zeros(0) == 0 {
        Encoding::Utf16Le
    } else if zeros(0) > 16 && zeros(1) == 0 {
        Encoding::Utf16Be
    } else if std::str::from_utf8(start).is_err_and(|error| error.error_len().is_some()) {
        Encoding::Windows1252
    } else {
        Encoding::Utf8
    };
    (Detected { encoding, marked: false, ascii: start.is_ascii() && !start.contains(&0) }, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(bytes: &[u8]) -> (String, Detected, u64) {
        let mut decoder = Decoder::new(bytes).unwrap();
        let detected = decoder.detected();
        let mut text = String::new();
        while let Some(sign) = decoder.next().unwrap() {
            text.push(sign);
        }
        (text, detected, decoder.undecodable())
    }

    #[test]
    fn without_a_mark_thorn_as_one_byte_is_an_older_code_page() {
        let (text, detected, _) = all(b"\xFEA\xFE\x14\xFE\x93\xFE");
        assert_eq!((text.as_str(), detected.encoding), ("þAþ\u{14}þ“þ", Encoding::Windows1252));
    }

    #[test]
    fn a_sign_cut_by_the_end_is_undecodable_and_not_dropped() {
        assert_eq!(all(b"\xEF\xBB\xBFa\xC3"), ("a\u{FFFD}".into(), detect(b"\xEF\xBB\xBF").0, 1));
        assert_eq!(all(b"\xFF\xFEa\0b").2, 1);
        assert_eq!(all(b"\xFF\xFE\x00\xD8").2, 1);
    }

    proptest! {
        #[test]
        fn every_unicode_text_reads_back_in_every_marked_encoding(text in "\\PC{0,60}") {
            let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
            let files = [
                [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
                [b"\xFF\xFE".as_slice(), &utf16(u16::to_le_bytes)].concat(),
                [b"\xFE\xFF".as_slice(), &utf16(u16::to_be_bytes)].concat(),
            ];
            for file in files {
                let (read, _, undecodable) = all(&file);
                prop_assert_eq!((read.as_str(), undecodable), (text.as_str(), 0));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, mark in 0_usize..4) {
            let mark: &[u8] = [b"".as_slice(), b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"][mark];
            all(&[mark, &bytes].concat());
        }
    }
}
