//! What text a part or file holds, and whether that is all of it.

use crate::charset;
use crate::html;
use crate::native;
use crate::notes::Notes;
use crate::rtf;
use crate::words;
use duces_model::{Defect, DefectCode};
use memchr::memmem;
use std::borrow::Cow;

/// How text is read out of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it stands.
    Plain,
    /// Markup, of which the words between the tags are read.
    Markup,
    /// Rich text (RTF), of which a reader's text is read.
    Rtf,
    /// Not in this version.
    Unread,
}

/// Text that was read.
#[derive(Debug, Default)]
pub(crate) struct Extracted {
    pub(crate) text: String,
    /// Why a word search over the text cannot say that a word is not there.
    pub(crate) incomplete: Option<Defect>,
}

/// How text of this type is read; a type that says nothing is judged by the name's ending.
pub(crate) fn form(media_type: &str, file_name: Option<&str>) -> Form {
    match media_type {
        "text/html" | "application/xhtml+xml" | "text/enriched" | "text/richtext" => Form::Markup,
        "text/rtf" | "application/rtf" | "text/x-rtf" => Form::Rtf,
        "message/partial" | "message/external-body" => Form::Unread,
        "application/json"
        | "application/xml"
        | "application/x-yaml"
        | "application/yaml"
        | "application/csv"
        | "application/ics"
        | "application/javascript"
        | "application/sql"
        | "application/pgp-keys"
        | "application/pgp-signature"
        | "application/pgp-encrypted" => Form::Plain,
        _ if media_type.starts_with("text/") || media_type.starts_with("message/") => Form::Plain,
        _ if media_type.starts_with("application/")
            && (media_type.ends_with("+xml") || media_type.ends_with("+json")) =>
        {
            Form::Plain
        }
        "application/octet-stream"
        | "application/unknown"
        | "application/x-unknown"
        | "application/download" => match native::media_type_of(file_name) {
            "application/octet-stream" => Form::Unread,
            told => form(told, None),
        },
        _ => Form::Unread,
    }
}

/// Reads the text of a part; `place` names it in defects.
pub(crate) fn extract(
    form: Form,
    charset: Option<&str>,
    bytes: &[u8],
    place: &str,
    notes: &mut Notes,
) -> Extracted {
    if form == Form::Rtf {
        return rich(bytes, place, notes);
    }
    if form == Form::Unread || is_binary(charset, bytes) {
        let why = if form == Form::Unread {
            place.to_owned()
        } else {
            format!("{place}: declared as text, holds binary data")
        };
        let incomplete = Some(Defect::new(DefectCode::NoExtractor, why));
        return Extracted { text: String::new(), incomplete };
    }
    let own = if form == Form::Markup && charset.is_none() { html::declared_charset(bytes) } else { None };
    let decoded = charset::decode(charset.or(own.as_deref()), bytes);
    let mut incomplete = None;
    if decoded.replaced > 0 {
        notes.add(DefectCode::UndecodableText, format!("{place}: {} places", decoded.replaced));
    }
    if let Some(guess) = &decoded.guess {
        notes.add(DefectCode::UnknownCharset, format!("{place}: {guess}"));
    }
    if (decoded.replaced > 0 || decoded.guess.is_some()) && decoded.mostly_lost() {
        let code =
            if decoded.guess.is_some() { DefectCode::UnknownCharset } else { DefectCode::UndecodableText };
        incomplete = Some(Defect::new(code, format!("{place}: more than a tenth of the text")));
    }
    let text = if form == Form::Markup { html::to_text(&decoded.text) } else { lines(decoded.text) };
    if words::holds_controls(&text) {
        notes.add(DefectCode::ControlCharacters, place);
    }
    if let Some(what) = wrapped(&text) {
        incomplete = Some(Defect::new(what.0, format!("{place}: {}", what.1)));
    }
    Extracted { text, incomplete }
}

/// HTML as it stands, decoded as [`extract`] decodes it.
pub(crate) fn html_source(charset: Option<&str>, bytes: &[u8]) -> String {
    let own = if charset.is_none() { html::declared_charset(bytes) } else { None };
    charset::decode(charset.or(own.as_deref()), bytes).text.into_owned()
}

/// The text of RTF, or of the HTML that it wraps.
fn rich(bytes: &[u8], place: &str, notes: &mut Notes) -> Extracted {
    if !rtf::is_rtf(bytes) {
        let why = format!("{place}: declared as RTF, and is not");
        return Extracted {
            text: String::new(),
            incomplete: Some(Defect::new(DefectCode::NoExtractor, why)),
        };
    }
    let found = rtf::read(bytes);
    if let Some(flaw) = found.flaw {
        notes.add(DefectCode::UndecodableText, format!("{place}: {flaw}"));
    }
    let text = if found.html { html::to_text(&found.text) } else { lines(Cow::Owned(found.text)) };
    let incomplete =
        found.incomplete.map(|why| Defect::new(DefectCode::TruncatedMessage, format!("{place}: {why}")));
    Extracted { text, incomplete }
}

/// Bytes that are no text in any set that mail uses: a zero byte outside UTF-16 and UTF-32.
fn is_binary(charset: Option<&str>, bytes: &[u8]) -> bool {
    let wide = charset.is_some_and(|name| {
        let lower = name.to_ascii_lowercase();
        ["utf-16", "utf16", "utf-32", "ucs-2", "unicode", "iso-10646"]
            .iter()
            .any(|start| lower.contains(start))
    });
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    !wide && !marked && memchr::memchr(0, &bytes[..bytes.len().min(8192)]).is_some() && zeros_are_many(bytes)
}

/// A stray zero byte does not make text binary; one in fifty does.
fn zeros_are_many(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8192)];
    memchr::memchr_iter(0, head).count() * 50 > head.len()
}

/// Line ends as LF.
pub(crate) fn lines(text: Cow<'_, str>) -> String {
    if !text.contains('\r') {
        return text.into_owned();
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find('\r') {
        whole.push_str(&rest[..at]);
        whole.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    whole.push_str(rest);
    whole
}

/// Content inside the text that is not readable as words.
fn wrapped(text: &str) -> Option<(DefectCode, &'static str)> {
    let bytes = text.as_bytes();
    if memmem::find(bytes, b"-----BEGIN PGP MESSAGE-----").is_some() {
        return Some((DefectCode::Encrypted, "a PGP message inside the text"));
    }
    let uu = memmem::find_iter(bytes, b"begin ").any(|at| {
        let starts_line = at == 0 || bytes[at - 1] == b'\n';
        let mode = bytes.get(at + 6..at + 10);
        starts_line
            && mode.is_some_and(|mode| {
                mode[..3].iter().all(|byte| (b'0'..b'8').contains(byte)) && mode[3] == b' '
            })
    });
    if uu {
        return Some((DefectCode::NoExtractor, "a uuencoded file inside the text"));
    }
    let yenc = bytes.starts_with(b"=ybegin ") || memmem::find(bytes, b"\n=ybegin ").is_some();
    yenc.then_some((DefectCode::NoExtractor, "a yEnc file inside the text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: Form, charset: Option<&str>, bytes: &[u8]) -> (String, bool, Vec<Defect>) {
        let mut notes = Notes::default();
        let extracted = extract(form, charset, bytes, "part 1", &mut notes);
        (extracted.text, extracted.incomplete.is_none(), notes.finish())
    }

    #[test]
    fn types_without_an_extractor_are_told_by_type_and_by_name() {
        assert_eq!(form("text/csv", None), Form::Plain);
        assert_eq!(form("application/octet-stream", Some("a.csv")), Form::Plain);
        assert_eq!(form("application/octet-stream", Some("a.htm")), Form::Markup);
        assert_eq!(form("application/octet-stream", Some("a.pdf")), Form::Unread);
        assert_eq!(form("application/pdf", Some("a.txt")), Form::Unread);
        assert_eq!(form("message/delivery-status", None), Form::Plain);
    }

    #[test]
    fn text_that_hides_other_content_is_kept_and_does_not_count_as_all() {
        for text in [
            "-----BEGIN PGP MESSAGE-----\nx",
            "hello\nbegin 644 a.doc\nM...",
            "=ybegin line=128 size=1 name=a",
        ] {
            let (kept, complete, _) = read(Form::Plain, None, text.as_bytes());
            assert_eq!(kept, text);
            assert!(!complete, "{text}");
        }
        assert!(read(Form::Plain, None, b"begin 2024 with a plan").1);
    }

    #[test]
    fn binary_under_the_name_of_text_is_no_text() {
        assert!(!read(Form::Plain, None, &[0, 1, 2, 3, 0, 0]).1);
        assert_eq!(read(Form::Plain, Some("utf-16le"), b"h\0i\0").0, "hi");
    }

    #[test]
    fn line_ends_become_one_kind() {
        assert_eq!(read(Form::Plain, None, b"a\r\nb\rc\n").0, "a\nb\nc\n");
    }
}
