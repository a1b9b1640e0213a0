//! What a file is, told by its bytes.

use memchr::memmem;
use std::io::{Cursor, Read};

/// Kinds of files that are read, or told by name where they are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Pdf,
    Word,
    Sheet,
    BinarySheet,
    Slides,
    OldWord,
    OldSheet,
    OldSlides,
    LockedOffice,
    OtherOle,
    OpenDocument,
    Zip,
    Tar,
    Gzip,
    Bzip2,
    Xz,
    SevenZip,
    Picture(&'static str),
    Sound(&'static str),
    Video(&'static str),
    Unread(&'static str),
}

impl FileKind {
    /// What it is called in the list of defects.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF document",
            Self::Word => "Word document (DOCX)",
            Self::Sheet => "Excel workbook (XLSX)",
            Self::BinarySheet => "Excel workbook (XLSB)",
            Self::Slides => "PowerPoint presentation (PPTX)",
            Self::OldWord => "old Word document (DOC)",
            Self::OldSheet => "old Excel workbook (XLS)",
            Self::OldSlides => "old PowerPoint presentation (PPT)",
            Self::LockedOffice => "office document under a password",
            Self::OtherOle => "compound file of an unknown program",
            Self::OpenDocument => "OpenDocument file",
            Self::Zip => "ZIP archive",
            Self::Tar => "tar archive",
            Self::Gzip => "gzip file",
            Self::Bzip2 => "bzip2 file",
            Self::Xz => "xz file",
            Self::SevenZip => "7z archive",
            Self::Picture(name) | Self::Sound(name) | Self::Video(name) | Self::Unread(name) => name,
        }
    }

    /// The type of such a file, where one is usual.
    pub(crate) fn media_type(self) -> Option<&'static str> {
        Some(match self {
            Self::Pdf => "application/pdf",
            Self::Word => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Sheet => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::BinarySheet => "application/vnd.ms-excel.sheet.binary.macroenabled.12",
            Self::Slides => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::OldWord => "application/msword",
            Self::OldSheet => "application/vnd.ms-excel",
            Self::OldSlides => "application/vnd.ms-powerpoint",
            Self::Zip => "application/zip",
            Self::Tar => "application/x-tar",
            Self::Gzip => "application/gzip",
            Self::Bzip2 => "application/x-bzip2",
            Self::Xz => "application/x-xz",
            Self::SevenZip => "application/x-7z-compressed",
            Self::Picture("JPEG picture") => "image/jpeg",
            Self::Picture("PNG picture") => "image/png",
            Self::Picture("GIF picture") => "image/gif",
            Self::Picture("BMP picture") => "image/bmp",
            Self::Picture("TIFF picture") => "image/tiff",
            Self::Picture("WebP picture") => "image/webp",
            _ => return None,
        })
    }
}

/// Tells the kind of a file; none for text, and for what is not known.
pub(crate) fn file_kind(bytes: &[u8]) -> Option<FileKind> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let at = |place: usize, magic: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(magic));
    let head = &bytes[..bytes.len().min(1024)];
    Some(match () {
        () if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") || starts(b"PK\x07\x08PK") => zip_kind(bytes),
        () if starts(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) => ole_kind(bytes),
        () if starts(&[0x1F, 0x8B, 8]) => FileKind::Gzip,
        () if starts(b"BZh") && (at(4, b"1AY&SY") || at(4, b"\x17\x72\x45\x38\x50\x90")) => FileKind::Bzip2,
        () if starts(b"\xFD7zXZ\0") => FileKind::Xz,
        () if starts(b"7z\xBC\xAF\x27\x1C") => FileKind::SevenZip,
        () if starts(b"Rar!\x1A\x07") => FileKind::Unread("RAR archive"),
        () if starts(b"MSCF\0\0\0\0") => FileKind::Unread("cabinet archive (CAB)"),
        () if at(2, b"-lh") && at(6, b"-") => FileKind::Unread("LHA archive"),
        () if starts(&[0x28, 0xB5, 0x2F, 0xFD]) => FileKind::Unread("Zstandard file"),
        () if starts(&[0x1F, 0x9D]) => FileKind::Unread("compress file (Z)"),
        () if is_tar(bytes) => FileKind::Tar,
        () if is_pdf(bytes) => FileKind::Pdf,
        () if starts(b"\xFF\xD8\xFF") => FileKind::Picture("JPEG picture"),
        () if starts(b"\x89PNG\r\n\x1A\n") => FileKind::Picture("PNG picture"),
        () if starts(b"GIF87a") || starts(b"GIF89a") => FileKind::Picture("GIF picture"),
        () if starts(b"BM") && at(6, &[0; 4]) && bytes.len() > 26 => FileKind::Picture("BMP picture"),
        () if starts(b"II*\0") || starts(b"MM\0*") => FileKind::Picture("TIFF picture"),
        () if starts(b"RIFF") && at(8, b"WEBP") => FileKind::Picture("WebP picture"),
        () if starts(&[0xD7, 0xCD, 0xC6, 0x9A]) => FileKind::Picture("WMF picture"),
        () if starts(&[1, 0, 0, 0]) && at(40, b" EMF") => FileKind::Picture("EMF picture"),
        () if starts(&[0, 0, 1, 0]) && at(5, &[0]) && bytes.len() > 22 => FileKind::Picture("icon"),
        () if at(4, b"ftypheic") || at(4, b"ftypheix") || at(4, b"ftypmif1") || at(4, b"ftypavif") => {
            FileKind::Picture("HEIF picture")
        }
        () if at(4, b"ftypM4A") => FileKind::Sound("MPEG-4 sound"),
        () if at(4, b"ftypqt") || at(4, b"moov") || at(4, b"mdat") => FileKind::Video("QuickTime video"),
        () if at(4, b"ftyp") => FileKind::Video("MPEG-4 video"),
        () if starts(b"RIFF") && at(8, b"WAVE") => FileKind::Sound("WAV sound"),
        () if starts(b"RIFF") && at(8, b"AVI ") => FileKind::Video("AVI video"),
        () if starts(b"ID3") || is_mpeg_audio(bytes) => FileKind::Sound("MP3 sound"),
        () if starts(b"fLaC") => FileKind::Sound("FLAC sound"),
        () if starts(b"OggS") => FileKind::Sound("Ogg sound"),
        () if starts(b"#!AMR") => FileKind::Sound("AMR sound"),
        () if starts(b"FORM") && at(8, b"AIF") => FileKind::Sound("AIFF sound"),
        () if starts(&[0x1A, 0x45, 0xDF, 0xA3]) => FileKind::Video("Matroska or WebM video"),
        () if starts(&[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) => {
            FileKind::Video("Windows Media file")
        }
        () if starts(&[0, 0, 1, 0xBA]) || starts(&[0, 0, 1, 0xB3]) => FileKind::Video("MPEG video"),
        () if starts(b"FLV\x01") => FileKind::Video("Flash video"),
        () if starts(b"MZ") && memmem::find(head, b"PE\0\0").is_some() => FileKind::Unread("Windows program"),
        () if starts(b"\x7FELF") => FileKind::Unread("Linux program"),
        () if starts(b"\xFFWPC") => FileKind::Unread("WordPerfect document"),
        () if starts(b"SQLite format 3\0") => FileKind::Unread("SQLite database"),
        () if starts(&[0x09, 0x08, 0x10, 0])
            || starts(&[0x09, 0x00, 0x04, 0x00])
            || starts(&[0x09, 0x04, 0x06, 0x00]) =>
        {
            FileKind::OldSheet
        }
        () => return None,
    })
}

/// The mark of a PDF stands in its first 1024 bytes (ISO 32000-1 annex H.3.4.1); where it is not the first
/// thing, objects must follow, since a text may speak of it.
fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    head.trim_ascii_start().starts_with(b"%PDF-")
        || memmem::find(head, b"%PDF-").is_some() && memmem::find(bytes, b"endobj").is_some()
}

/// The tar header's checksum holds (POSIX.1-2008 ustar; older tars have no magic).
fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(..512).is_some_and(tar_checksum_holds)
}

/// Whether a block of 512 bytes is a tar header by its checksum.
pub(crate) fn tar_checksum_holds(header: &[u8]) -> bool {
    let Some(field) = header.get(148..156) else { return false };
    let digits: Vec<u8> = field.iter().copied().filter(u8::is_ascii_digit).collect();
    let Some(stated) = std::str::from_utf8(&digits).ok().and_then(|text| u32::from_str_radix(text, 8).ok())
    else {
        return false;
    };
    if digits.is_empty() || header[0] == 0 {
        return false;
    }
    let sum: u32 = header
        .iter()
        .take(512)
        .enumerate()
        .map(|(place, byte)| if (148..156).contains(&place) { 32 } else { u32::from(*byte) })
        .sum();
    sum == stated
}

/// Two frames of MPEG audio layer III in a row (ISO 11172-3 section 2.4.1): one header alone is too short
/// to tell it from text.
fn is_mpeg_audio(bytes: &[u8]) -> bool {
    bytes.len() > 4
        && bytes[0] == 0xFF
        && bytes[1] & 0xE6 == 0xE2
        && bytes[2] & 0xF0 != 0xF0
        && bytes[2] & 0x0C != 0x0C
}

/// What a ZIP holds: an office document tells itself by the names of its parts.
fn zip_kind(bytes: &[u8]) -> FileKind {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return broken_zip_kind(bytes);
    };
    let mut kind = FileKind::Zip;
    let mut typed = false;
    let names: Vec<String> = archive.file_names().flatten().map(std::borrow::Cow::into_owned).collect();
    for name in &names {
        match name.as_str() {
            "[Content_Types].xml" => typed = true,
            "mimetype" if holds_open_document(bytes) => return FileKind::OpenDocument,
            "content.xml"
                if kind == FileKind::Zip && names.iter().any(|name| name == "META-INF/manifest.xml") =>
            {
                return FileKind::OpenDocument;
            }
            _ => {
                let lower = name.to_ascii_lowercase().replace('\\', "/");
                let told = match lower.as_str() {
                    "word/document.xml" | "word/document2.xml" => Some(FileKind::Word),
                    "xl/workbook.xml" => Some(FileKind::Sheet),
                    "xl/workbook.bin" => Some(FileKind::BinarySheet),
                    "ppt/presentation.xml" => Some(FileKind::Slides),
                    _ => None,
                };
                kind = told.unwrap_or(kind);
            }
        }
    }
    if kind == FileKind::Zip && typed {
        // Parts may have other names; the package says what its main part is.
        let mut types = Vec::new();
        if let Ok(part) = archive.by_name("[Content_Types].xml") {
            // What was read before a flaw tells as much.
            let _ = part.take(1 << 20).read_to_end(&mut types);
        }
        let says = |word: &[u8]| memmem::find(&types, word).is_some();
        kind = match () {
            () if says(b"wordprocessingml.") => FileKind::Word,
            () if says(b"spreadsheetml.") => FileKind::Sheet,
            () if says(b"presentationml.") => FileKind::Slides,
            () => FileKind::Zip,
        };
    }
    kind
}

fn holds_open_document(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(256)];
    memmem::find(head, b"application/vnd.oasis.opendocument").is_some()
        || memmem::find(head, b"application/vnd.sun.xml").is_some()
}

/// A ZIP whose directory cannot be read, or whose parts have unusual names, is judged by the names in it.
fn broken_zip_kind(bytes: &[u8]) -> FileKind {
    let holds = |name: &[u8]| memmem::find(bytes, name).is_some();
    match () {
        () if holds_open_document(bytes) => FileKind::OpenDocument,
        () if holds(b"word/") && holds(b"_rels/") => FileKind::Word,
        () if holds(b"xl/") && holds(b"_rels/") => FileKind::Sheet,
        () if holds(b"ppt/") && holds(b"_rels/") => FileKind::Slides,
        () => FileKind::Zip,
    }
}

/// The streams at the root of a compound file name the program that wrote it.
fn ole_kind(bytes: &[u8]) -> FileKind {
    let wide = |name: &str| name.bytes().flat_map(|byte| [byte, 0]).collect::<Vec<u8>>();
    let names: Vec<String> = match cfb::CompoundFile::open(Cursor::new(bytes)) {
        Ok(file) => file.read_root_storage().map(|entry| entry.name().to_lowercase()).collect(),
        // A damaged one is judged by the names that stand in it.
        Err(_) => ["encryptedpackage", "worddocument", "workbook", "book", "powerpoint document"]
            .into_iter()
            .zip(["EncryptedPackage", "WordDocument", "Workbook", "Book", "PowerPoint Document"])
            .filter(|(_, written)| memmem::find(bytes, &[wide(written), vec![0, 0]].concat()).is_some())
            .map(|(name, _)| name.to_owned())
            .collect(),
    };
    let has = |name: &str| names.iter().any(|known| known == name);
    match () {
        () if has("encryptedpackage") => FileKind::LockedOffice,
        () if has("worddocument") => FileKind::OldWord,
        () if has("workbook") || has("book") => FileKind::OldSheet,
        () if has("powerpoint document") => FileKind::OldSlides,
        () => FileKind::OtherOle,
    }
}
