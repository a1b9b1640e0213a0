//! The bytes that stand for a document, and what a produced file of them is called.

use duces_model::{Md5, Native, Sha256};

/// The part's bytes lie in the retained bytes just so.
pub(crate) const EXTRACT: &str = "mime-extract";
/// The part's bytes were taken out of base64 or quoted-printable.
pub(crate) const DECODE: &str = "mime-decode";
/// The same two, from a message whose lines end with CR alone and were read as LF.
pub(crate) const CR_EXTRACT: &str = "cr-to-lf, mime-extract";
/// See `CR_EXTRACT`.
pub(crate) const CR_DECODE: &str = "cr-to-lf, mime-decode";

/// A native over these bytes.
pub(crate) fn native(bytes: &[u8], conversion: Option<&'static str>, extension: String) -> Native {
    Native {
        sha256: Sha256::of(bytes),
        md5: Md5::of(bytes),
        bytes: bytes.len() as u64,
        conversion,
        extension,
    }
}

/// The usual ending of a type's files; empty where none is known.
fn usual_extension(media_type: &str) -> &'static str {
    match media_type {
        "text/plain" => "txt",
        "text/html" | "application/xhtml+xml" => "html",
        "text/csv" => "csv",
        "text/calendar" => "ics",
        "text/vcard" | "text/x-vcard" | "text/directory" => "vcf",
        "text/rtf" | "application/rtf" => "rtf",
        "text/xml" | "application/xml" => "xml",
        "application/json" => "json",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pgp-signature" | "application/pgp-encrypted" => "asc",
        "application/ms-tnef" => "dat",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/tiff" => "tif",
        "image/bmp" => "bmp",
        "image/svg+xml" => "svg",
        "audio/mpeg" => "mp3",
        "audio/wav" | "audio/x-wav" => "wav",
        "video/mp4" => "mp4",
        "message/rfc822" | "message/global" => "eml",
        _ if media_type.starts_with("message/") || media_type.starts_with("text/") => "txt",
        _ => "",
    }
}

/// The ending of a produced file: the name's own where it is short and plain, else the type's, else `bin`.
pub(crate) fn extension(file_name: Option<&str>, media_type: &str) -> String {
    if let Some(ending) = file_name.and_then(ending_of) {
        return ending;
    }
    match usual_extension(media_type) {
        "" => "bin".to_owned(),
        usual => usual.to_owned(),
    }
}

/// The name's ending, lower case, where it is 1 to 8 letters and digits.
pub(crate) fn ending_of(file_name: &str) -> Option<String> {
    let (start, ending) = file_name.trim_end().rsplit_once('.')?;
    let plain = (1..=8).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain && !start.is_empty()).then(|| ending.to_ascii_lowercase())
}

/// The type that a loose file's ending stands for.
pub(crate) fn media_type_of(file_name: Option<&str>) -> &'static str {
    match file_name.and_then(ending_of).as_deref() {
        Some("txt" | "log" | "md" | "ini" | "text") => "text/plain",
        Some("html" | "htm") => "text/html",
        Some("csv") => "text/csv",
        Some("tsv") => "text/tab-separated-values",
        Some("ics") => "text/calendar",
        Some("vcf") => "text/vcard",
        Some("xml") => "application/xml",
        Some("json") => "application/json",
        Some("rtf") => "application/rtf",
        Some("pdf") => "application/pdf",
        Some("zip") => "application/zip",
        Some("doc") => "application/msword",
        Some("xls") => "application/vnd.ms-excel",
        Some("ppt") => "application/vnd.ms-powerpoint",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("pptx") => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("gif") => "image/gif",
        Some("tif" | "tiff") => "image/tiff",
        Some("msg") => "application/vnd.ms-outlook",
        Some("pst" | "ost") => "application/vnd.ms-outlook-pst",
        _ => "application/octet-stream",
    }
}

/// Why an attachment's name must not name a file of ours, where there is a reason.
pub(crate) fn unsafe_name(name: &str) -> Option<&'static str> {
    if name.contains(['/', '\\']) || name == ".." || name.contains("../") {
        return Some("it holds a path");
    }
    if name.chars().any(char::is_control) {
        return Some("it holds control characters");
    }
    // Marks that turn the direction of writing make `exe` look like another ending.
    let turns =
        |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}');
    if name.chars().any(turns) {
        return Some("it holds marks that turn the direction of writing");
    }
    if name.len() > 1 && name.as_bytes()[1] == b':' {
        return Some("it starts with a drive letter");
    }
    name.ends_with(['.', ' ']).then_some("it ends with a dot or space")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn endings_come_from_the_name_then_the_type() {
        assert_eq!(extension(Some("a.PDF"), "application/octet-stream"), "pdf");
        assert_eq!(extension(Some("a.b/../c"), "text/plain"), "txt");
        assert_eq!(extension(None, "image/png"), "png");
        assert_eq!(extension(Some(".hidden"), "x/y"), "bin");
    }

    #[test]
    fn names_that_could_do_harm_are_told() {
        for name in ["../a", "a\\b", "a\u{202E}fdp.exe", "C:x", "a.txt ", "a\nb"] {
            assert!(unsafe_name(name).is_some(), "{name:?}");
        }
        assert!(unsafe_name("Plan (2).v1.pdf").is_none());
    }

    proptest! {
        #[test]
        fn an_ending_is_always_plain(name: String, media in "\\PC{0,20}") {
            let ending = extension(Some(&name), &media);
            prop_assert!(!ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }
}
