//! Images and natives looked into: how many pages a file has, how they are written, whether it can be read
//! to its end, whether it is protected. Told from the bytes, never from the name.

mod jpeg;
mod pdf;
mod stamps;
mod syntax;
mod tiff;

/// A larger file is not looked into.
pub(crate) const LOOKED_BYTES_MAX: u64 = 64 << 20;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Tiff,
    Jpeg,
    Pdf,
    /// Another kind of picture, with its name.
    OtherPicture(&'static str),
    /// An older Office file.
    Compound,
    Zip,
    /// None of these.
    Unknown,
}

impl Kind {
    /// What to call it in a message.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tiff => "a TIFF",
            Self::Jpeg => "a JPEG",
            Self::Pdf => "a PDF",
            Self::OtherPicture(name) => name,
            Self::Compound => "an older Office file",
            Self::Zip => "a ZIP or newer Office file",
            Self::Unknown => "no picture",
        }
    }
}

/// How the pages of a TIFF are written; of several pages the first that is not whole in Group IV at 300 dpi.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scan {
    /// TIFF 6.0, field 259; 4 is Group IV.
    pub(crate) compression: u64,
    /// Bits of one sample, and samples of one dot.
    pub(crate) bits: u64,
    pub(crate) samples: u64,
    /// Dots to the inch across and down, where the file says so.
    pub(crate) dpi: Option<(u64, u64)>,
    /// Of a page in Group IV whose code breaks off: up to which line it can be read, and how many it states.
    pub(crate) breaks_off: Option<(u64, u64)>,
}

/// What was seen in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) kind: Kind,
    /// Pages, where they could be counted.
    pub(crate) pages: Option<u64>,
    /// Why it cannot be read to its end.
    pub(crate) damage: Option<String>,
    /// Why nobody can open it without a password.
    pub(crate) protected: Option<&'static str>,
    /// Of each page of a PDF what in its text looks like a number; absent where its text could not be read.
    pub(crate) numbers: Option<Vec<Vec<String>>>,
    /// How a TIFF is written.
    pub(crate) scan: Option<Scan>,
}

impl Picture {
    fn of(kind: Kind) -> Self {
        Self { kind, pages: None, damage: None, protected: None, numbers: None, scan: None }
    }

    fn damaged(kind: Kind, damage: impl Into<String>) -> Self {
        Self { damage: Some(damage.into()), ..Self::of(kind) }
    }
}

/// Kinds that an ending promises. A file of such an ending is looked into.
pub(crate) fn promised(path: &str) -> Option<Kind> {
    let (_, ending) = path.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "tif" | "tiff" => Kind::Tiff,
        "jpg" | "jpeg" => Kind::Jpeg,
        "pdf" => Kind::Pdf,
        "png" => Kind::OtherPicture("a PNG"),
        "docx" | "xlsx" | "pptx" | "zip" => Kind::Zip,
        "doc" | "xls" | "ppt" | "msg" => Kind::Compound,
        _ => return None,
    })
}

/// Looks into a file.
pub(crate) fn look(bytes: &[u8]) -> Picture {
    match bytes {
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => tiff::look(bytes),
        [0xFF, 0xD8, ..] => jpeg::look(bytes),
        [0x89, b'P', b'N', b'G', ..] => {
            Picture { pages: Some(1), ..Picture::of(Kind::OtherPicture("a PNG")) }
        }
        [b'G', b'I', b'F', b'8', ..] => {
            Picture { pages: Some(1), ..Picture::of(Kind::OtherPicture("a GIF")) }
        }
        [b'B', b'M', ..] if bytes.len() > 54 && bytes[14] == 40 => {
            Picture { pages: Some(1), ..Picture::of(Kind::OtherPicture("a BMP")) }
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            Picture { protected: compound_protected(bytes), ..Picture::of(Kind::Compound) }
        }
        [b'P', b'K', 3, 4, _, _, flags, ..] => {
            let protected = (flags & 1 != 0).then_some("its first entry is encrypted");
            Picture { protected, ..Picture::of(Kind::Zip) }
        }
        [b'P', b'K', 5, 6, ..] => Picture::of(Kind::Zip),
        // A mark or a few bytes may stand before the sign (ISO 32000-1, annex H, note 13).
        _ if bytes.get(..1024.min(bytes.len())).is_some_and(|start| find(start, b"%PDF-").is_some()) => {
            pdf::look(bytes)
        }
        _ => Picture::of(Kind::Unknown),
    }
}

/// Newer Office files with a password are older ones that hold this stream (MS-OFFCRYPTO 2.3.4.4).
fn compound_protected(bytes: &[u8]) -> Option<&'static str> {
    const STREAM: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
    find(bytes, STREAM).map(|_| "it is an Office file with a password")
}

/// Where `part` stands first.
fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    let first = *part.first()?;
    let mut at = 0;
    while let Some(step) = bytes.get(at..)?.iter().position(|byte| *byte == first) {
        at += step;
        if bytes[at..].starts_with(part) {
            return Some(at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_are_told_by_their_bytes() {
        assert_eq!(look(b"plain").kind, Kind::Unknown);
        assert_eq!(look(b"\x89PNG\r\n").pages, Some(1));
        assert!(look(b"PK\x03\x04\x14\0\x01\0rest").protected.is_some());
        assert!(
            look(b"\xD0\xCF\x11\xE0..E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0").protected.is_some()
        );
        assert_eq!(promised("A/b.TIF"), Some(Kind::Tiff));
        assert_eq!(promised("A/b.eml"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            sign in prop::sample::select(vec![
                b"II*\0\x08\0\0\0".to_vec(), b"MM\0*\0\0\0\x08".to_vec(), b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0".to_vec(),
                b"\xFF\xD8\xFF".to_vec(), b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj".to_vec(),
            ]),
            bytes in prop::collection::vec(prop::sample::select(
                b"\0\x01\x02\x03\x04\x08\xFF\xC0\xDA\xD9<>[]()/ 12R\nobjstreamendKidsPagesCountType".to_vec()), 0..200)
        ) {
            look(&[sign, bytes].concat());
        }
    }
}
