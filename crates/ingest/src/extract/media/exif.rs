//! What a camera or scanner wrote into a picture (Exif 2.32, in the form of TIFF 6.0).

use super::super::Found;
use super::segments;

/// The names of what is read, by tag.
const TAGS: [(u16, &str); 8] = [
    (0x010E, "Title"),
    (0x010F, "Maker"),
    (0x0110, "Model"),
    (0x0131, "Program"),
    (0x0132, "Changed"),
    (0x013B, "Author"),
    (0x9003, "Taken"),
    (0x9004, "Digitised"),
];
/// The tag that leads to more of them.
const MORE: u16 = 0x8769;

/// The block of a JPEG, PNG, WebP or TIFF.
pub(super) fn block(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [0xFF, 0xD8, ..] => {
            segments(bytes).find_map(|(mark, body)| body.strip_prefix(b"Exif\0\0").filter(|_| mark == 0xE1))
        }
        [0x89, b'P', ..] => after(bytes, b"eXIf"),
        [b'R', b'I', b'F', b'F', ..] => {
            let body = bytes.get(memchr::memmem::find(bytes, b"EXIF")? + 8..)?;
            Some(body.strip_prefix(b"Exif\0\0").unwrap_or(body))
        }
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Some(bytes),
        _ => None,
    }
}

fn after<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    bytes.get(memchr::memmem::find(bytes, name)? + name.len()..)
}

/// Reads the names above out of the first directory, and the one that it leads to.
pub(super) fn read(block: &[u8], found: &mut Found) {
    let tiff = Tiff { block, big: block.starts_with(b"MM") };
    let Some(first) = tiff.long(4) else { return };
    if let Some(more) = tiff.directory(first, found) {
        tiff.directory(more, found);
    }
}

struct Tiff<'a> {
    block: &'a [u8],
    big: bool,
}

impl Tiff<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.block.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = self.block.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }).ok()
    }

    /// Reads a directory; says where it leads to more.
    fn directory(&self, at: usize, found: &mut Found) -> Option<usize> {
        let mut more = None;
        for number in 0..usize::from(self.short(at)?) {
            let entry = at.checked_add(2 + number * 12)?;
            let (tag, kind, count) = (self.short(entry)?, self.short(entry + 2)?, self.long(entry + 4)?);
            if tag == MORE {
                more = self.long(entry + 8);
            }
            let Some((_, name)) = TAGS.iter().find(|(known, _)| *known == tag && kind == 2) else { continue };
            let place = if count <= 4 { entry + 8 } else { self.long(entry + 8)? };
            if let Some(text) = self.block.get(place..place.saturating_add(count)) {
                found.property(name, String::from_utf8_lossy(text).trim_end_matches('\0'));
            }
        }
        more
    }
}
