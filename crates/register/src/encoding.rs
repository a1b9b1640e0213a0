//! From the bytes of a file to its text, without guessing how it was saved.
//!
//! Read: UTF-8 with or without a byte order mark, and UTF-16 with one (Excel's "Unicode text").
//! Refused: everything else, with the byte, the row and what to do. Windows-1252 is not guessed,
//! because a wrong guess turns a custodian's name into another name without anybody noticing.

use duces_model::Mistake;
use std::borrow::Cow;

const SAVE_AS: &str = "save it as \"CSV UTF-8\" (in a spreadsheet: Save As, CSV UTF-8)";

/// The text of a file.
pub(crate) fn decode<'b>(file: &str, bytes: &'b [u8]) -> Result<Cow<'b, str>, Box<Mistake>> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(refused(file, 0, "found a spreadsheet workbook, expected comma-separated text"));
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(file, rest, u16::from_le_bytes)?),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(file, rest, u16::from_be_bytes)?),
        _ => Cow::Borrowed(utf8(file, bytes)?.trim_start_matches('\u{feff}')),
    };
    if let Some(at) = text.find('\0') {
        let message = "found a NUL character, expected text (UTF-16 is read only with its byte order mark)";
        return Err(refused(file, row_of(&text.as_bytes()[..at]), message));
    }
    Ok(text)
}

/// A mistake of the file (row 0) or of a row.
fn refused(file: &str, row: u64, message: impl Into<String>) -> Box<Mistake> {
    Box::new(Mistake::in_row(file, row, None, message).hint(SAVE_AS))
}

fn utf8<'b>(file: &str, bytes: &'b [u8]) -> Result<&'b str, Box<Mistake>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        let (letter, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte));
        let message =
            format!("found byte 0x{byte:02X} ({letter:?} in Windows-1252) at offset {at}, expected UTF-8");
        refused(file, row_of(&bytes[..at]), message)
    })
}

fn utf16(file: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Box<Mistake>> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        let message =
            "found an odd number of bytes, expected UTF-16, in which each character has two or four";
        return Err(refused(file, 0, message));
    }
    let mut text = String::with_capacity(bytes.len() / 2);
    for letter in char::decode_utf16(pairs.map(|pair| unit([pair[0], pair[1]]))) {
        match letter {
            Ok(letter) => text.push(letter),
            Err(error) => {
                let unit = error.unpaired_surrogate();
                let message = format!("found half of a UTF-16 pair (0x{unit:04X}), expected UTF-16");
                return Err(refused(file, row_of(text.as_bytes()), message));
            }
        }
    }
    Ok(text)
}

/// The line on which the row starts that follows `before`; a line end inside quotes starts no row.
fn row_of(before: &[u8]) -> u64 {
    let (mut line, mut row, mut quoted, mut previous) = (1_u64, 1_u64, false, 0_u8);
    for byte in before {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if previous == b'\r' => {}
            b'\n' | b'\r' => line += 1,
            _ => {}
        }
        if matches!(byte, b'\n' | b'\r') && !quoted {
            row = line;
        }
        previous = *byte;
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16_of(text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    }

    #[test]
    fn windows_1252_is_refused_with_the_byte_and_the_row() {
        let error =
            decode("register/people.csv", b"person,name\r\n\"a\",\"x\r\ny\"\r\nb,M\xFCller\r\n").unwrap_err();
        assert_eq!(error.line, 4);
        assert_eq!(error.message, "found byte 0xFC (\"ü\" in Windows-1252) at offset 28, expected UTF-8");
        assert!(error.hint.unwrap().contains("CSV UTF-8"));
    }

    #[test]
    fn a_workbook_and_utf16_without_its_mark_are_refused_as_what_they_are() {
        assert!(decode("f", b"PK\x03\x04....").unwrap_err().message.contains("workbook"));
        assert!(decode("f", b"p\0e\0").unwrap_err().message.contains("byte order mark"));
        assert!(decode("f", &[0xFF, 0xFE, 0x00, 0xD8, 0x41, 0x00]).is_err());
        assert!(decode("f", &[0xFF, 0xFE, 0x41]).is_err());
    }

    proptest! {
        #[test]
        fn every_way_of_saving_that_is_read_gives_the_same_text(text in "[^\\x00\\uFEFF]{0,40}") {
            let mut marked = vec![0xEF, 0xBB, 0xBF];
            marked.extend(text.as_bytes());
            let little = utf16_of(&text, [0xFF, 0xFE], u16::to_le_bytes);
            let big = utf16_of(&text, [0xFE, 0xFF], u16::to_be_bytes);
            for bytes in [text.as_bytes(), &marked, &little, &big] {
                prop_assert_eq!(decode("f", bytes), Ok(Cow::Borrowed(text.as_str())));
            }
        }

        #[test]
        fn no_bytes_make_it_fail_otherwise_than_by_a_mistake(bytes: Vec<u8>) {
            let _ = decode("f", &bytes);
        }
    }
}
