//! From the bytes of a file to the text of a letter, by what the bytes are.

use crate::error::LettersError;
use crate::letter::{BYTES_MAX, Form, LINES_MAX, LetterText, Line};
use crate::{docx, pdf, plain};
use duces_model::Sha256;

/// What a reader of one form gives back.
pub(crate) struct Read {
    pub(crate) form: Form,
    pub(crate) lines: Vec<Line>,
    pub(crate) remarks: Vec<String>,
}

/// Reads a letter: plain text, PDF or DOCX, told apart by its bytes and never by its name.
///
/// # Errors
/// [`LettersError`], among others for what is none of these, is too large, or has no text in it.
pub fn read_letter(name: &str, bytes: &[u8]) -> Result<LetterText, LettersError> {
    if bytes.len() > BYTES_MAX {
        return Err(LettersError::TooLarge { name: name.to_owned(), found: bytes.len(), max: BYTES_MAX });
    }
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let read = match bytes {
        _ if head.windows(5).any(|part| part == b"%PDF-") => pdf::read(name, bytes)?,
        [b'P', b'K', 3, 4, ..] => docx::read(name, bytes)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            return Err(kind(
                name,
                "an old Word document or another Office file",
                "save it as DOCX or as PDF",
            ));
        }
        [b'{', b'\\', b'r', b't', b'f', ..] => {
            return Err(kind(name, "rich text (RTF)", "save it as DOCX or as PDF"));
        }
        _ => plain::read(name, bytes)?,
    };
    if read.lines.len() > LINES_MAX {
        return Err(LettersError::TooMuch { name: name.to_owned(), what: "lines", max: LINES_MAX });
    }
    if read.lines.is_empty() {
        let why = String::new();
        return Err(LettersError::NoText { name: name.to_owned(), why, hint: "is it the right file?" });
    }
    let (form, lines, remarks) = (read.form, read.lines, read.remarks);
    Ok(LetterText { name: name.to_owned(), sha256: Sha256::of(bytes), form, lines, remarks })
}

fn kind(name: &str, found: &'static str, hint: &'static str) -> LettersError {
    LettersError::Kind { name: name.to_owned(), found, hint }
}
