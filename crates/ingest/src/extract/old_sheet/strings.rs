//! Strings of Excel 97 and later (MS-XLS sections 2.5.293 and 2.5.294), which may go on in records that
//! continue the first; each starts with its own word on whether it takes one byte or two a character.

use super::super::ole;

/// A place in a record and those that continue it.
pub(super) struct Text<'a> {
    parts: &'a [&'a [u8]],
    part: usize,
    at: usize,
}

impl<'a> Text<'a> {
    /// The start.
    pub(super) fn new(parts: &'a [&'a [u8]]) -> Self {
        Self { parts, part: 0, at: 0 }
    }

    /// Passes over bytes, into the parts that follow.
    pub(super) fn skip(&mut self, mut count: usize) {
        while let Some(part) = self.parts.get(self.part) {
            let here = part.len().saturating_sub(self.at);
            if count <= here {
                self.at += count;
                return;
            }
            count -= here;
            self.part += 1;
            self.at = 0;
        }
    }

    fn byte(&mut self) -> Option<u8> {
        loop {
            let part = self.parts.get(self.part)?;
            if let Some(byte) = part.get(self.at) {
                self.at += 1;
                return Some(*byte);
            }
            self.part += 1;
            self.at = 0;
        }
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    /// A number of four bytes.
    pub(super) fn number(&mut self) -> Option<u32> {
        Some(u32::from(self.short()?) | u32::from(self.short()?) << 16)
    }

    /// A string behind a length of two bytes.
    pub(super) fn string(&mut self) -> Option<String> {
        let count = usize::from(self.short()?);
        self.behind(count)
    }

    /// A string behind a length of one byte.
    pub(super) fn short_string(&mut self) -> Option<String> {
        let count = usize::from(self.byte()?);
        self.behind(count)
    }

    fn behind(&mut self, count: usize) -> Option<String> {
        let flags = self.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { usize::from(self.short()?) };
        let more = if flags & 4 == 0 { 0 } else { usize::try_from(self.number()?).ok()? };
        let text = self.characters(count, flags & 1 != 0)?;
        self.skip(runs * 4);
        self.skip(more);
        Some(text)
    }

    fn characters(&mut self, count: usize, wide: bool) -> Option<String> {
        let (mut left, mut wide) = (count, wide);
        let mut units = Vec::new();
        while left > 0 {
            let part = self.parts.get(self.part)?;
            if self.at >= part.len() {
                self.part += 1;
                self.at = 0;
                // A part that goes on says anew how its characters are written.
                wide = *self.parts.get(self.part)?.first()? & 1 != 0;
                self.at = 1;
                continue;
            }
            let size = if wide { 2 } else { 1 };
            let here = ((part.len() - self.at) / size).min(left);
            if here == 0 {
                return None;
            }
            let bytes = &part[self.at..self.at + here * size];
            if wide {
                units.extend(bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])));
            } else {
                units.extend(bytes.iter().map(|byte| u16::from(*byte)));
            }
            self.at += here * size;
            left -= here;
        }
        Some(String::from_utf16_lossy(&units))
    }
}

/// The text of a comment or text box (section 2.4.329): its length stands in the record, its characters in
/// the part that continues it.
pub(super) fn object_text(parts: &[&[u8]]) -> Option<String> {
    let count = usize::from(ole::u16_at(parts.first()?, 10)?);
    let rest = parts.get(1..)?;
    let wide = rest.first()?.first()? & 1 != 0;
    let mut text = Text { parts: rest, part: 0, at: 1 };
    text.characters(count, wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_goes_on_in_the_next_record_in_its_own_form() {
        let parts: [&[u8]; 2] = [&[5, 0, 0, b'a', b'b'], &[1, b'c', 0, 0xAC, 0x20, b'e', 0, 9]];
        let mut text = Text::new(&parts);
        assert_eq!(text.string().as_deref(), Some("abc€e"));
        assert_eq!(text.byte(), Some(9));
        // Formatting runs behind it are passed over.
        let parts: [&[u8]; 1] = [&[1, 0, 8, 1, 0, b'x', 0, 0, 0, 0, 7]];
        let mut text = Text::new(&parts);
        assert_eq!((text.string().as_deref(), text.byte()), (Some("x"), Some(7)));
    }
}
