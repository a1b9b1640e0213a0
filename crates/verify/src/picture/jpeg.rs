//! JPEG (ITU-T T.81): its segments, up to the end of the image.

use super::{Kind, Picture};

pub(super) fn look(bytes: &[u8]) -> Picture {
    match walk(bytes) {
        Ok(()) => Picture { pages: Some(1), ..Picture::of(Kind::Jpeg) },
        Err(damage) => Picture::damaged(Kind::Jpeg, damage),
    }
}

fn walk(bytes: &[u8]) -> Result<(), &'static str> {
    let mut at = 2;
    let (mut frame, mut scan) = (false, false);
    loop {
        if bytes.get(at) != Some(&0xFF) {
            return Err(if at >= bytes.len() {
                "it is cut short"
            } else {
                "a segment does not start with FF"
            });
        }
        let marker = *bytes.get(at + 1).ok_or("it is cut short")?;
        at += 2;
        match marker {
            // A filling byte before a marker.
            0xFF => at -= 1,
            0xD9 if frame && scan => return Ok(()),
            0xD9 => return Err("it ends without an image"),
            0x01 | 0xD0..=0xD7 => {}
            _ => {
                let length = bytes.get(at..at + 2).map(|two| usize::from(two[0]) << 8 | usize::from(two[1]));
                let length = length.filter(|length| *length >= 2).ok_or("a segment states no length")?;
                let body = bytes.get(at + 2..at + length).ok_or("it is cut short")?;
                // Frames: C0 to CF but DHT (C4), JPG (C8) and DAC (CC).
                if matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF) {
                    let empty = |at: usize| body.get(at..at + 2).is_none_or(|two| two == [0, 0]);
                    if empty(1) || empty(3) {
                        return Err("its frame states no width or height");
                    }
                    frame = true;
                }
                at += length;
                if marker == 0xDA {
                    scan = true;
                    at = end_of_scan(bytes, at).ok_or("it is cut short: its image has no end")?;
                }
            }
        }
    }
}

/// Where the next marker stands behind coded bytes; FF 00 and restarts belong to them.
fn end_of_scan(bytes: &[u8], from: usize) -> Option<usize> {
    let coded = bytes.get(from..)?;
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    coded.windows(2).position(ends).map(|at| from + at)
}
