//! PDF (ISO 32000-1): the words of each page in the order in which the page shows them, annotations and form
//! fields among them; comments, properties and files inside.
//!
//! `hayro-interpret` follows the pages' programs and says what each glyph stands for: by the font's table of
//! meanings, else by the glyph's name. A glyph without either is never guessed at: it stands as U+FFFD, and
//! a text with more than a few of them is not all. Nothing is recognised in pictures: a page that is one is told.

mod page;
mod string;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::sample;

use super::{FileToRead, Found};
use duces_model::DefectCode;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, InterpreterWarning, interpret_page};
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, ObjRef, Object, Stream, String as PdfString};
use hayro_syntax::page::Page;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use kurbo::{Affine, Rect};
use page::PageText;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Of how many characters one may be unknown, before the text counts as not all.
const UNKNOWN_ONE_IN: usize = 50;
/// Pages that are named one by one where something is wrong with them.
const PAGES_NAMED: usize = 20;

/// Reads a PDF.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(pdf) = open(file, found) else { return };
    let odd_font = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&odd_font);
    let settings = InterpreterSettings {
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::UnsupportedFont) {
                seen.store(true, Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    let cache = InterpreterCache::new();
    let (mut letters, mut unknown, mut unmeasured, mut cut_out) = (0, 0, 0, false);
    let mut scanned = Vec::new();
    let mut parted = BTreeSet::new();
    for (at, page) in pdf.pages().iter().enumerate() {
        let (width, height) = page.base_dimensions();
        let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(Affine::IDENTITY, area, &cache, pdf.xref(), settings.clone());
        let mut text = PageText::new(area.area());
        interpret_page(page, &mut context, &mut text);
        let text = text.finish();
        letters += text.letters;
        unknown += text.unknown;
        unmeasured += text.unmeasured;
        cut_out |= cuts_letters_out(page);
        if text.is_picture() {
            scanned.push((at + 1).to_string());
        }
        parted.extend(text.parted);
        if !found.line(&text.text) {
            break;
        }
        comments(page.raw(), at + 1, found);
    }
    if pdf.pages().is_empty() {
        found.incomplete(DefectCode::DamagedFile, "it has no page that can be read");
    }
    if !parted.is_empty() {
        found.label("words parted at the ends of lines");
        found.line(&parted.into_iter().collect::<Vec<_>>().join(" "));
    }
    if unknown > 0 {
        let detail = format!("{unknown} of {} characters do not say what they stand for", letters + unknown);
        if unknown * UNKNOWN_ONE_IN > letters {
            found.incomplete(DefectCode::UndecodableText, detail);
        } else {
            found.note(DefectCode::UndecodableText, detail);
        }
    }
    if unmeasured > 0 {
        let detail = format!("{unmeasured} letters of fonts without widths: words may be parted wrongly");
        found.incomplete(DefectCode::UndecodableText, detail);
    }
    if cut_out {
        found.incomplete(DefectCode::NoText, "letters that are only the outline of a picture are not read");
    }
    if odd_font.load(Ordering::Relaxed) {
        found.incomplete(DefectCode::UndecodableText, "a font of a kind that is not read");
    }
    if !scanned.is_empty() {
        let named = scanned.iter().take(PAGES_NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = if scanned.len() > PAGES_NAMED {
            format!(" and {} more", scanned.len() - PAGES_NAMED)
        } else {
            String::new()
        };
        let detail =
            format!("page {named}{more} of {}: pictures or drawings, which are not read", pdf.pages().len());
        found.incomplete(DefectCode::NoText, detail);
    }
    around_pages(&pdf, file, found);
}

/// Whether the page draws letters only to cut something out along them (mode 7, 9.3.6).
fn cuts_letters_out(page: &Page<'_>) -> bool {
    let mut operations = page.typed_operations();
    while let Some(operation) = operations.next() {
        if matches!(operation, TypedInstruction::TextRenderingMode(mode) if mode.0.as_i64() == 7) {
            return true;
        }
    }
    false
}

/// Opens a PDF, with the first password that fits where it asks for one.
fn open(file: &FileToRead<'_>, found: &mut Found) -> Option<Pdf> {
    let data: Arc<Vec<u8>> = Arc::new(file.bytes.to_vec());
    let mut refused = match Pdf::new(data.clone()) {
        Ok(pdf) => return Some(pdf),
        Err(error) => error,
    };
    if matches!(refused, LoadPdfError::Decryption(DecryptionError::PasswordProtected)) {
        for (at, password) in file.passwords.iter().enumerate() {
            match Pdf::new_with_password(data.clone(), password) {
                Ok(pdf) => {
                    found.opened_with(at);
                    return Some(pdf);
                }
                Err(error) => refused = error,
            }
        }
    }
    match refused {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => found.locked(file.passwords.len()),
        LoadPdfError::Decryption(_) => found.incomplete(DefectCode::Encrypted, "in a way that is not known"),
        LoadPdfError::Invalid => {
            found.incomplete(DefectCode::DamagedFile, "its table of objects cannot be read")
        }
    }
    None
}

/// What readers wrote beside the page: the words of comments, which an annotation's picture does not show.
fn comments(page: &Dict<'_>, number: usize, found: &mut Found) {
    let Some(list) = page.get::<Array<'_>>("Annots") else { return };
    for annotation in list.iter::<Dict<'_>>() {
        let kind = annotation.get::<Name<'_>>("Subtype");
        let kind = kind.as_deref().unwrap_or_default();
        if matches!(kind, b"Widget" | b"Link") {
            continue;
        }
        let Some(words) = annotation.get::<PdfString<'_>>("Contents") else { continue };
        let words = string::text(words.as_bytes());
        // Text that is written on the page is mostly drawn there.
        let drawn = kind == b"FreeText" && found.holds(words.trim());
        if !words.trim().is_empty() && !drawn {
            let by =
                annotation.get::<PdfString<'_>>("T").map(|by| format!(" by {}", string::text(by.as_bytes())));
            found.label(&format!("comment{} on page {number}", by.unwrap_or_default()));
            found.line(&words.replace('\r', "\n"));
        }
    }
}

/// Properties, values of fields that are shown nowhere, and files inside.
fn around_pages(pdf: &Pdf, file: &FileToRead<'_>, found: &mut Found) {
    let metadata = pdf.metadata();
    for (name, value) in [
        ("Title", &metadata.title),
        ("Author", &metadata.author),
        ("Subject", &metadata.subject),
        ("Keywords", &metadata.keywords),
        ("Program", &metadata.creator),
    ] {
        if let Some(value) = value {
            found.property(name, &string::text(value));
        }
    }
    for (name, at) in [("Created", metadata.creation_date), ("Modified", metadata.modification_date)] {
        if let Some(at) = at {
            let clock = format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second);
            found.property(name, &format!("{:04}-{:02}-{:02} {clock}", at.year, at.month, at.day));
        }
    }
    let mut left = file.bounds.unpacked_max(file.bytes.len());
    let mut seen = BTreeSet::new();
    for object in pdf.objects() {
        let Object::Dict(dict) = object else { continue };
        if dict.contains_key("XFA") {
            found.incomplete(
                DefectCode::NoExtractor,
                "a form in XFA, which is read only as far as pages show it",
            );
        }
        field(&dict, found);
        let Some(inside) = dict.get::<Dict<'_>>("EF") else { continue };
        let Some(stream) = ["UF", "F"].iter().find_map(|key| inside.get::<Stream<'_>>(key)) else { continue };
        let reference: Option<ObjRef> = ["UF", "F"].iter().find_map(|key| inside.get_ref(key));
        if let Some(reference) = reference
            && !seen.insert((reference.obj_number, reference.gen_number))
        {
            continue;
        }
        let name = ["UF", "F"].iter().find_map(|key| dict.get::<PdfString<'_>>(key));
        let name = name.map(|name| string::text(name.as_bytes())).unwrap_or_default();
        match stream.decoded() {
            Ok(bytes) if bytes.len() as u64 <= left => {
                left -= bytes.len() as u64;
                found.members.push(super::Member { name, bytes: bytes.into_owned(), flaw: None });
            }
            Ok(_) => found.incomplete(DefectCode::ExpandsTooFar, format!("the file {name:?} inside it")),
            Err(_) => found.incomplete(
                DefectCode::DamagedFile,
                format!("the file {name:?} inside it cannot be unpacked"),
            ),
        }
    }
}

/// The value of a form's field (12.7.4), where no page shows it.
fn field(dict: &Dict<'_>, found: &mut Found) {
    if !dict.contains_key("FT") && !dict.contains_key("Parent") {
        return;
    }
    let Some(value) = dict.get::<PdfString<'_>>("V") else { return };
    let value = string::text(value.as_bytes()).replace('\r', "\n");
    if !value.trim().is_empty() && !found.holds(value.trim()) {
        let name =
            dict.get::<PdfString<'_>>("T").map(|name| string::text(name.as_bytes())).unwrap_or_default();
        found.label(&format!("field {name}"));
        found.line(&value);
    }
}
