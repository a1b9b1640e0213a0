//! Plain text: its encoding, its pages and its lines.
//!
//! A byte order mark decides; without one, what is UTF-8 is read as UTF-8 and everything else as
//! Windows-1252, which is said in the draft. A form feed starts a page.

use crate::error::LettersError;
use crate::letter::{Encoding, Form, Line, PAGES_MAX, Place};
use crate::read::Read;

/// Reads a plain text.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Read, LettersError> {
    let (text, encoding) = decode(name, bytes)?;
    let strange = text.char_indices().find(|(_, c)| c.is_control() && !"\t\r\n\u{c}".contains(*c));
    if let Some((at, c)) = strange {
        let found = format!("the control character U+{:04X}", u32::from(c));
        return Err(LettersError::Encoding { name: name.to_owned(), found, at });
    }
    let mut remarks = Vec::new();
    if encoding == Encoding::Windows1252 {
        let count = bytes.iter().filter(|byte| !byte.is_ascii()).count();
        remarks.push(format!(
            "the text is no UTF-8, so its {count} characters beyond ASCII were read as Windows-1252: compare \
             names and quotes with the letter"
        ));
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = Vec::new();
    for (page, text) in text.split('\u{c}').enumerate() {
        if page >= PAGES_MAX {
            return Err(LettersError::TooMuch { name: name.to_owned(), what: "pages", max: PAGES_MAX });
        }
        page_lines(page + 1, text, &mut lines);
    }
    Ok(Read { form: Form::Text(encoding), lines, remarks })
}

fn page_lines(page: usize, text: &str, lines: &mut Vec<Line>) {
    let mut after_gap = true;
    for (at, raw) in text.split('\n').enumerate() {
        let words = raw.trim();
        if words.is_empty() {
            after_gap = true;
            continue;
        }
        lines.push(Line {
            place: Place::Page { page, line: at + 1 },
            text: words.to_owned(),
            auto_label: None,
            indent: indent(raw),
            after_gap,
        });
        after_gap = false;
    }
}

/// Columns before the first word; a tab goes to the next multiple of eight.
fn indent(raw: &str) -> usize {
    let blank = raw.chars().take_while(|c| c.is_whitespace());
    blank.fold(0, |at, c| if c == '\t' { (at / 8 + 1) * 8 } else { at + 1 })
}

fn decode(name: &str, bytes: &[u8]) -> Result<(String, Encoding), LettersError> {
    let wrong = |found: String, at| LettersError::Encoding { name: name.to_owned(), found, at };
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        match String::from_utf16(&units) {
            Ok(text) if bytes.len().is_multiple_of(2) => Ok((text, Encoding::Utf16)),
            _ => Err(wrong("a mark of UTF-16 and then half a character".to_owned(), 0)),
        }
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), Encoding::Utf8));
    }
    // The five bytes to which Windows-1252 gives no character.
    if let Some(at) = bytes.iter().position(|byte| [0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte)) {
        return Err(wrong(format!("byte 0x{:02X}", bytes[at]), at));
    }
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok((text.into_owned(), Encoding::Windows1252))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_told_by_the_bytes_and_named() {
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("Re: “x”".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, encoding) in [
            (b"Re: \x93x\x94".as_slice(), Encoding::Windows1252),
            ("Re: “x”".as_bytes(), Encoding::Utf8),
            ("\u{feff}Re: “x”".as_bytes(), Encoding::Utf8),
            (&utf16, Encoding::Utf16),
        ] {
            let read = read("l", bytes).unwrap();
            assert_eq!((read.form, read.lines[0].text.as_str()), (Form::Text(encoding), "Re: “x”"));
            assert_eq!(read.remarks.is_empty(), encoding != Encoding::Windows1252);
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        for (bytes, at) in
            [(b"ab\0c".as_slice(), 2), (b"a\xFF\x81", 2), (&[0xFF, 0xFE, 0x41], 0), (b"a\x1b[0m", 1)]
        {
            let Err(LettersError::Encoding { at: found, .. }) = read("l", bytes) else { panic!("{bytes:?}") };
            assert_eq!(found, at);
        }
    }

    #[test]
    fn lines_know_page_line_indent_and_the_gap_above() {
        let read = read("l", b"a\r\n\r\n  b\rc\x0c\td").unwrap();
        let found: Vec<_> = read
            .lines
            .iter()
            .map(|line| (line.place.to_string(), line.text.as_str(), line.indent, line.after_gap))
            .collect();
        assert_eq!(
            found,
            [
                ("page 1, line 1".to_owned(), "a", 0, true),
                ("page 1, line 3".to_owned(), "b", 2, true),
                ("page 1, line 4".to_owned(), "c", 0, false),
                ("page 2, line 1".to_owned(), "d", 8, true),
            ]
        );
    }
}
