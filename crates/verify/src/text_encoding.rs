//! Which encoding a text file has, told from its bytes as they pass.

use std::fmt;

/// How a text file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// No mark and nothing but ASCII: fits every other kind but UTF-16.
    Ascii,
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 behind its mark.
    Utf8Marked,
    /// UTF-16, least significant byte first, behind its mark.
    Utf16Le,
    /// UTF-16, most significant byte first, behind its mark.
    Utf16Be,
    /// No mark and no UTF-8: some older code page.
    CodePage,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ascii => "ASCII",
            Self::Utf8 => "UTF-8 without a mark",
            Self::Utf8Marked => "UTF-8 with a mark",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::CodePage => "a code page",
        })
    }
}

/// A text file's encoding, and whether its bytes keep to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextEncoding {
    pub(crate) kind: Kind,
    /// Why a reader of that encoding stumbles, if so.
    pub(crate) problem: Option<&'static str>,
    /// Whether it holds nothing but a mark, white and zero bytes.
    pub(crate) blank: bool,
}

/// Takes a file's bytes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Classifier {
    /// The first three bytes, which may be a mark.
    start: Vec<u8>,
    /// The end of a piece that may be the start of a sign of several bytes.
    pending: Vec<u8>,
    bytes: u64,
    not_ascii: bool,
    not_utf8: bool,
    zero: bool,
    /// Whether a byte behind the first three shows anything.
    shown: bool,
}

impl Classifier {
    pub(crate) fn take(&mut self, piece: &[u8]) {
        let want = 3_usize.saturating_sub(self.start.len()).min(piece.len());
        self.start.extend_from_slice(&piece[..want]);
        self.shown = self.shown || piece[want..].iter().any(shows);
        self.bytes += piece.len() as u64;
        self.zero |= piece.contains(&0);
        self.not_ascii |= !piece.is_ascii();
        if !self.not_utf8 {
            let joined = if self.pending.is_empty() {
                None
            } else {
                Some([std::mem::take(&mut self.pending).as_slice(), piece].concat())
            };
            let bytes = joined.as_deref().unwrap_or(piece);
            if let Err(error) = std::str::from_utf8(bytes) {
                match error.error_len() {
                    Some(_) => self.not_utf8 = true,
                    None => self.pending = bytes[error.valid_up_to()..].to_vec(),
                }
            }
        }
    }

    pub(crate) fn finish(self) -> TextEncoding {
        let marks: [&[u8]; 3] = [&[0xEF, 0xBB, 0xBF], &[0xFF, 0xFE], &[0xFE, 0xFF]];
        let mark = marks.into_iter().find(|mark| self.start.starts_with(mark)).map_or(0, <[u8]>::len);
        let blank = !self.shown && !self.start[mark..].iter().any(shows);
        let utf8 = !self.not_utf8 && self.pending.is_empty();
        let zero = self.zero.then_some("it holds zero bytes, as UTF-16 without a mark does");
        let odd = (self.bytes % 2 == 1).then_some("it has an odd count of bytes");
        let (kind, problem) = match self.start.as_slice() {
            [0xEF, 0xBB, 0xBF] if utf8 => (Kind::Utf8Marked, zero),
            [0xEF, 0xBB, 0xBF] => (Kind::Utf8Marked, Some("its mark says UTF-8, its bytes are none")),
            [0xFF, 0xFE, ..] => (Kind::Utf16Le, odd),
            [0xFE, 0xFF, ..] => (Kind::Utf16Be, odd),
            _ if !self.not_ascii => (Kind::Ascii, zero),
            _ if utf8 => (Kind::Utf8, zero),
            _ => (Kind::CodePage, zero),
        };
        TextEncoding { kind, problem, blank }
    }
}

/// Whether a byte is more than white or the half of a sign of two bytes.
fn shows(byte: &u8) -> bool {
    *byte != 0 && !byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(bytes: &[u8]) -> TextEncoding {
        let mut classifier = Classifier::default();
        classifier.take(bytes);
        classifier.finish()
    }

    #[test]
    fn a_mark_decides_and_bytes_that_break_it_are_a_problem() {
        assert_eq!(of(b"plain").kind, Kind::Ascii);
        assert_eq!(of("ü".as_bytes()).kind, Kind::Utf8);
        assert_eq!(
            of(b"\xEF\xBB\xBFx"),
            TextEncoding { kind: Kind::Utf8Marked, problem: None, blank: false }
        );
        assert!(of(b"\xEF\xBB\xBF\xFF").problem.is_some());
        assert_eq!(of(b"\xFF\xFEa\0").kind, Kind::Utf16Le);
        assert!(of(b"\xFE\xFF\0a\0").problem.is_some());
        assert_eq!(of(b"caf\xE9").kind, Kind::CodePage);
        assert!(of(b"a\0b\0").problem.is_some());
    }

    #[test]
    fn a_text_of_a_mark_and_white_alone_is_blank() {
        for bytes in [&b""[..], b"\xEF\xBB\xBF", b"\xEF\xBB\xBF \r\n", b"\xFF\xFE\n\0", b"\t"] {
            assert!(of(bytes).blank, "{bytes:?}");
        }
        for bytes in [&b"a"[..], b"\xEF\xBB\xBF.", b"\xEF", b"\xFF\xFEa\0"] {
            assert!(!of(bytes).blank, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn pieces_are_told_like_the_whole(text in "\\PC{0,40}", noise: Vec<u8>, cut in 0_usize..60) {
            let bytes = [text.as_bytes(), &noise].concat();
            let (a, b) = bytes.split_at(cut.min(bytes.len()));
            let mut classifier = Classifier::default();
            classifier.take(a);
            classifier.take(b);
            prop_assert_eq!(classifier.finish(), of(&bytes));
        }
    }
}
