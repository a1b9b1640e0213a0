//! PDF (ISO 32000-1): the characters of each page with their places, put together to lines.
//!
//! `hayro-syntax` reads the objects; what characters stand for is read here, from `ToUnicode` maps and
//! encodings (9.10.2). A font that does not say what its characters stand for is never guessed at: they
//! stand as U+FFFD, and a letter with more than a few of them is refused. Nothing is recognised in
//! pictures: a scanned letter is refused as one.

mod characters;
mod cmap;
mod content;
mod font;
mod guard;
mod lines;
mod tree;

use crate::error::LettersError;
use crate::letter::{Form, Line, PAGES_MAX, UNPACKED_MAX};
use crate::read::Read;
use content::Interpreter;
use hayro_syntax::object::{Array, Stream};
use hayro_syntax::page::Page;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use std::sync::Arc;

/// Of how many characters one may be unknown, before the letter is refused.
const UNKNOWN_ONE_IN: usize = 50;

/// Reads a PDF. A panic of the reader of objects, which no file is known to cause, is a file that cannot
/// be read, not the end of the program.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Read, LettersError> {
    std::panic::catch_unwind(|| read_objects(name, bytes))
        .unwrap_or_else(|_| Err(damaged(name, "the reader failed on it: print it to a new PDF")))
}

fn read_objects(name: &str, bytes: &[u8]) -> Result<Read, LettersError> {
    guard::check(name, bytes)?;
    let pdf = Pdf::new(Arc::new(bytes.to_vec())).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => protected(name),
        _ => damaged(name, "its table of objects cannot be read: print it to a new PDF"),
    })?;
    let pages = pdf.pages();
    if pages.len() > PAGES_MAX {
        return Err(LettersError::TooMuch { name: name.to_owned(), what: "pages", max: PAGES_MAX });
    }
    let mut found = Interpreter::new(name);
    let mut lines: Vec<Line> = Vec::new();
    let mut without_text = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        let content = content_of(name, page, &mut found)?;
        let characters = found.page(&content, page.resources())?;
        let before = lines.len();
        lines::put_together(at + 1, characters, &mut lines);
        if lines.len() == before {
            without_text.push(at + 1);
        }
    }
    if lines.is_empty() {
        let what = if found.pictures > 0 { "scanned pages" } else { "empty pages" };
        return Err(LettersError::NoText {
            name: name.to_owned(),
            why: format!(", only {} {what}", pages.len()),
            hint: "run text recognition over it first, and compare the result with the letter",
        });
    }
    let characters: usize = lines.iter().map(|line| line.text.chars().count()).sum();
    if found.unknown * UNKNOWN_ONE_IN > characters {
        return Err(LettersError::Unreadable { name: name.to_owned(), unknown: found.unknown, characters });
    }
    let remarks = remarks(&found, &without_text);
    Ok(Read { form: Form::Pdf, lines, remarks })
}

fn remarks(found: &Interpreter<'_>, without_text: &[usize]) -> Vec<String> {
    let mut remarks = Vec::new();
    if found.unknown > 0 {
        remarks.push(format!(
            "{} characters have no known meaning and stand as \u{fffd}: compare them with the letter",
            found.unknown
        ));
    }
    if !without_text.is_empty() {
        let pages: Vec<String> = without_text.iter().map(ToString::to_string).collect();
        remarks.push(format!("no text was found on page {}: look at it", pages.join(", ")));
    }
    if found.pictures > 0 {
        remarks
            .push(format!("{} pictures were not read: look whether there are words in them", found.pictures));
    }
    if found.broken > 0 {
        remarks.push(format!("{} parts of pages could not be read: compare with the letter", found.broken));
    }
    remarks
}

/// The page's content, unpacked within what is still allowed.
fn content_of(name: &str, page: &Page<'_>, found: &mut Interpreter<'_>) -> Result<Vec<u8>, LettersError> {
    let dict = page.raw();
    let streams: Vec<Stream<'_>> = match dict.get::<Stream<'_>>("Contents") {
        Some(stream) => vec![stream],
        None => dict
            .get::<Array<'_>>("Contents")
            .into_iter()
            .flat_map(|array| array.iter::<Stream<'_>>())
            .collect(),
    };
    let mut content = Vec::new();
    for stream in streams {
        match guard::unpack(&stream) {
            Some(bytes) => {
                found.take(bytes.len()).ok_or_else(|| unpacked(name))?;
                content.extend_from_slice(&bytes);
                content.push(b' ');
            }
            None => found.broken += 1,
        }
    }
    Ok(content)
}

fn unpacked(name: &str) -> LettersError {
    LettersError::TooMuch { name: name.to_owned(), what: "bytes once unpacked", max: UNPACKED_MAX }
}

fn protected(name: &str) -> LettersError {
    damaged(name, "it is protected by a password: print it to a new PDF without one")
}

fn damaged(name: &str, detail: &str) -> LettersError {
    LettersError::Damaged { name: name.to_owned(), form: "PDF", detail: detail.to_owned() }
}
