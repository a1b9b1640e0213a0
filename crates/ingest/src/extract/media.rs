//! Pictures, sound and video: what they say of themselves, without looking at what they show.
//!
//! Their words are not read: a word search cannot answer for them.

mod exif;

use super::{FileKind, FileToRead, Found};
use duces_model::DefectCode;

/// Reads the properties of a picture, a sound or a video.
pub(crate) fn read(file: &FileToRead<'_>, kind: FileKind, found: &mut Found) {
    let bytes = file.bytes;
    found.property("Kind", kind.name());
    match kind {
        FileKind::Picture(_) => {
            if let Some((width, height)) = size(bytes) {
                found.property("Size", &format!("{width} x {height}"));
            }
            if let Some(exif) = exif::block(bytes) {
                exif::read(exif, found);
            }
            let why = "the words of a picture are not read: this version has no text recognition (OCR)";
            found.incomplete(DefectCode::NoText, why);
        }
        _ => {
            if let Some(seconds) = seconds(bytes) {
                let clock = format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
                found.property("Duration", &clock);
            }
            found.incomplete(DefectCode::NoText, "what is spoken or shown is not read");
        }
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?)))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?)))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// Width and height in dots, where the head of the file states them.
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes {
        [0x89, b'P', ..] => Some((be32(bytes, 16)?, be32(bytes, 20)?)),
        [b'G', b'I', b'F', ..] => Some((le16(bytes, 6)?, le16(bytes, 8)?)),
        [b'B', b'M', ..] => Some((le32(bytes, 18)?, le32(bytes, 22)?.cast_signed().unsigned_abs())),
        [0xFF, 0xD8, ..] => segments(bytes).find_map(|(mark, body)| {
            // Starts of frames, without the tables among them (ITU-T T.81 table B.1).
            let frame = matches!(mark, 0xC0..=0xCF) && !matches!(mark, 0xC4 | 0xC8 | 0xCC);
            if frame { Some((be16(body, 3)?, be16(body, 1)?)) } else { None }
        }),
        [b'R', b'I', b'F', b'F', ..] => match bytes.get(12..16)? {
            b"VP8X" => Some(((le32(bytes, 24)? & 0xFF_FFFF) + 1, (le32(bytes, 26)? >> 8) + 1)),
            b"VP8 " => Some((le16(bytes, 26)? & 0x3FFF, le16(bytes, 28)? & 0x3FFF)),
            b"VP8L" => {
                let packed = le32(bytes, 21)?;
                Some(((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The segments of a JPEG up to its first scan: mark and body.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let mark = *bytes.get(at + 1).filter(|_| bytes.get(at) == Some(&0xFF))?;
        if mark == 0xDA || mark == 0xD9 {
            return None;
        }
        let length = usize::try_from(be16(bytes, at + 2)?).ok()?;
        let body = bytes.get(at + 4..(at + 2).checked_add(length)?)?;
        at += 2 + length;
        Some((mark, body))
    })
}

/// How long a sound or video runs, in whole seconds, where the file states it.
fn seconds(bytes: &[u8]) -> Option<u64> {
    match bytes {
        // WAV: bytes a second, and the length of the data.
        [b'R', b'I', b'F', b'F', ..] if bytes.get(8..12) == Some(b"WAVE") => {
            let mut at = 12;
            let mut rate = None;
            loop {
                let length = le32(bytes, at + 4)?;
                match bytes.get(at..at + 4)? {
                    b"fmt " => rate = le32(bytes, at + 16),
                    b"data" => return Some(u64::from(length) / u64::from(rate.filter(|rate| *rate > 0)?)),
                    _ => {}
                }
                at = at.checked_add(8)?.checked_add(usize::try_from(length).ok()?.next_multiple_of(2))?;
            }
        }
        // AVI: microseconds a frame, and frames.
        [b'R', b'I', b'F', b'F', ..] if bytes.get(24..28) == Some(b"avih") => {
            Some(u64::from(le32(bytes, 32)?) * u64::from(le32(bytes, 48)?) / 1_000_000)
        }
        [b'f', b'L', b'a', b'C', ..] => {
            let rate = u64::from(be32(bytes, 18)? >> 12);
            let samples = u64::from(be32(bytes, 21)? & 0xF) << 32 | u64::from(be32(bytes, 22)?);
            samples.checked_div(rate)
        }
        _ => movie(bytes),
    }
}

/// The movie header of an MPEG-4 or QuickTime file (ISO 14496-12 section 8.2.2).
fn movie(bytes: &[u8]) -> Option<u64> {
    let inside = boxed(bytes, b"moov")?;
    let header = boxed(inside, b"mvhd")?;
    let (scale, length) = match header.first()? {
        1 => (be32(header, 20)?, u64::from(be32(header, 24)?) << 32 | u64::from(be32(header, 28)?)),
        _ => (be32(header, 12)?, u64::from(be32(header, 16)?)),
    };
    length.checked_div(u64::from(scale))
}

/// The body of the first box of that kind.
fn boxed<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    let mut at = 0_usize;
    loop {
        let (mut length, mut head) = (u64::from(be32(bytes, at)?), 8);
        let found = bytes.get(at + 4..at + 8)?;
        if length == 1 {
            length = u64::from(be32(bytes, at + 8)?) << 32 | u64::from(be32(bytes, at + 12)?);
            head = 16;
        }
        let end = match usize::try_from(length).ok()? {
            0 => bytes.len(),
            length if length < head => return None,
            length => at.checked_add(length)?.min(bytes.len()),
        };
        if found == kind {
            return bytes.get(at + head..end);
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::extract;

    fn told(bytes: &[u8]) -> Vec<String> {
        let found = extract(bytes);
        assert!(found.incomplete.is_some());
        found.properties.iter().map(|(name, value)| format!("{name}: {value}")).collect()
    }

    #[test]
    fn pictures_tell_their_size_and_when_they_were_taken() {
        let png = [&b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"[..], &[0, 0, 1, 0, 0, 0, 0, 32, 8, 0]].concat();
        assert_eq!(told(&png), ["Kind: PNG picture", "Size: 256 x 32"]);
        let exif = [
            &b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x32\0\x02\0\0\0\x14\0\0\0\x1A\0\0\0\0"[..],
            b"2024:03:01 10:20:30\0",
        ]
        .concat();
        let segment = |mark: u8, body: &[u8]| {
            let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
            [&[0xFF, mark], &length[..], body].concat()
        };
        let frame = segment(0xC0, &[8, 0, 32, 1, 0, 3]);
        let jpeg = [&[0xFF, 0xD8][..], &segment(0xE1, &exif), &frame, &[0xFF, 0xDA]].concat();
        assert_eq!(told(&jpeg), ["Kind: JPEG picture", "Size: 256 x 32", "Changed: 2024:03:01 10:20:30"]);
    }

    #[test]
    fn sounds_and_videos_tell_how_long_they_are() {
        let wav = [
            &b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\0\0\0\0\xE8\x03\0\0\0\0\0\0data"[..],
            &(65_000_u32).to_le_bytes(),
        ]
        .concat();
        assert_eq!(told(&wav), ["Kind: WAV sound", "Duration: 0:01:05"]);
        let header = [&[0; 12][..], &600_u32.to_be_bytes(), &(3661 * 600_u32).to_be_bytes()].concat();
        let put = |kind: &[u8], body: &[u8]| {
            [&u32::try_from(body.len() + 8).unwrap().to_be_bytes()[..], kind, body].concat()
        };
        let mp4 = [put(b"ftyp", b"isom"), put(b"moov", &put(b"mvhd", &header))].concat();
        assert_eq!(told(&mp4), ["Kind: MPEG-4 video", "Duration: 1:01:01"]);
    }
}
