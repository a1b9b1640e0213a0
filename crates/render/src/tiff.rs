//! A page in black and white as a TIFF: one page, CCITT Group 4, nothing of time or program.

use crate::bitmap::{Bitmap, DPI};
use crate::g4::group_4;

/// Tags of baseline TIFF (TIFF 6.0, sections 2 to 4 and 11), in the order that the format asks for.
const TAGS: u16 = 12;
/// What comes before the directory: byte order, 42, where the directory stands.
const HEAD: u32 = 8;
/// The directory, and behind it the two resolutions.
const DIRECTORY: u32 = 2 + TAGS as u32 * 12 + 4;
const RESOLUTIONS: u32 = HEAD + DIRECTORY;
/// Where the dots start.
const STRIP: u32 = RESOLUTIONS + 16;

const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

/// A page as a TIFF with one strip: little-endian, Group 4 (ITU-T T.6), white is zero, 300 dots an inch.
/// The same page gives the same bytes.
pub fn tiff(bitmap: &Bitmap) -> Vec<u8> {
    let strip = group_4(bitmap);
    // No page within `DOTS_MAX` comes near what 32 bits can count: T.6 takes at most some 6 bits a dot.
    let length = u32::try_from(strip.len()).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(STRIP as usize + strip.len());
    file.extend(b"II*\0");
    file.extend(HEAD.to_le_bytes());
    file.extend(TAGS.to_le_bytes());
    let mut tag = |tag: u16, kind: u16, value: u32| {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(1u32.to_le_bytes());
        file.extend(value.to_le_bytes());
    };
    tag(256, LONG, bitmap.width()); // ImageWidth
    tag(257, LONG, bitmap.height()); // ImageLength
    tag(258, SHORT, 1); // BitsPerSample
    tag(259, SHORT, 4); // Compression: T.6
    tag(262, SHORT, 0); // PhotometricInterpretation: white is zero
    tag(266, SHORT, 1); // FillOrder: the highest bit is the leftmost
    tag(273, LONG, STRIP); // StripOffsets
    tag(278, LONG, bitmap.height()); // RowsPerStrip
    tag(279, LONG, length); // StripByteCounts
    tag(282, RATIONAL, RESOLUTIONS); // XResolution
    tag(283, RATIONAL, RESOLUTIONS + 8); // YResolution
    tag(296, SHORT, 2); // ResolutionUnit: inch
    file.extend(0u32.to_le_bytes()); // no further page
    for part in [DPI, 1, DPI, 1] {
        file.extend(part.to_le_bytes());
    }
    file.extend(strip);
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::RenderError;
    use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode, decode};
    use proptest::prelude::*;

    fn bitmap(width: u32, height: u32, black: impl Fn(u32, u32) -> bool) -> Bitmap {
        let mut bitmap = Bitmap::white(width, height).unwrap();
        for y in 0..height {
            (0..width).filter(|x| black(*x, y)).for_each(|x| bitmap.blacken(x, y));
        }
        bitmap
    }

    /// What a reader that shares nothing with the writer makes of a file.
    fn read(file: &[u8]) -> Bitmap {
        let long = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        let short = |at: usize| u16::from_le_bytes(file[at..at + 2].try_into().unwrap());
        assert_eq!((&file[..4], long(4)), (&b"II*\0"[..], 8));
        let tags: Vec<(u16, u16, u32)> = (0..usize::from(short(8)))
            .map(|n| 10 + n * 12)
            .map(|at| {
                assert_eq!(long(at + 4), 1);
                (short(at), short(at + 2), long(at + 8))
            })
            .collect();
        assert!(tags.is_sorted());
        assert_eq!(long(10 + tags.len() * 12), 0);
        let value = |wanted: u16| tags.iter().find(|(tag, ..)| *tag == wanted).unwrap().2;
        let fixed = [(258, 1), (259, 4), (262, 0), (266, 1), (296, 2)];
        assert!(fixed.iter().all(|(tag, expected)| value(*tag) == *expected));
        for tag in [282, 283] {
            assert_eq!((long(value(tag) as usize), long(value(tag) as usize + 4)), (300, 1));
        }
        let (width, height) = (value(256), value(257));
        assert_eq!(value(278), height);
        let from = value(273) as usize;
        assert_eq!(file.len(), from + value(279) as usize);
        let mut reader = Reader { bitmap: Bitmap::white(width, height).unwrap(), x: 0, y: 0 };
        let settings = DecodeSettings {
            columns: width,
            rows: height,
            end_of_block: true,
            end_of_line: false,
            rows_are_byte_aligned: false,
            encoding: EncodingMode::Group4,
            invert_black: false,
        };
        decode(&file[from..], &mut reader, &mut DecoderContext::new(settings)).unwrap();
        assert_eq!(reader.y, height);
        reader.bitmap
    }

    struct Reader {
        bitmap: Bitmap,
        x: u32,
        y: u32,
    }

    impl Decoder for Reader {
        fn push_pixels(&mut self, white: bool, count: u32) {
            if !white {
                (self.x..self.x + count).for_each(|x| self.bitmap.blacken(x, self.y));
            }
            self.x += count;
        }

        fn next_line(&mut self) {
            (self.x, self.y) = (0, self.y + 1);
        }
    }

    proptest! {
        #[test]
        fn every_page_reads_back_dot_for_dot(
            width in 1u32..90, rows in prop::collection::vec(any::<[u128; 2]>(), 1..20), sparse in any::<bool>(),
        ) {
            let height = rows.len() as u32;
            let page = bitmap(width, height, |x, y| {
                let [a, b] = rows[y as usize];
                (if sparse { a & b & a.rotate_left(1) } else { a }) >> x & 1 == 1
            });
            prop_assert_eq!(read(&tiff(&page)), page);
        }

        #[test]
        fn long_runs_read_back_dot_for_dot(
            rows in prop::collection::vec(prop::collection::vec(0u32..6_000, 0..6), 1..8), width in 1u32..6_000,
        ) {
            let page = bitmap(width, rows.len() as u32, |x, y| {
                rows[y as usize].iter().filter(|edge| **edge <= x).count() % 2 == 1
            });
            prop_assert_eq!(read(&tiff(&page)), page);
        }
    }

    #[test]
    fn white_black_and_chequered_pages_read_back() {
        for page in [
            bitmap(2_550, 30, |_, _| false),
            bitmap(2_550, 30, |_, _| true),
            bitmap(1, 1, |_, _| true),
            bitmap(61, 40, |x, y| (x + y) % 2 == 0),
        ] {
            assert_eq!(read(&tiff(&page)), page);
        }
    }

    #[test]
    fn the_same_page_gives_the_same_bytes_and_a_white_one_few() {
        let page = || bitmap(2_550, 3_300, |_, _| false);
        assert_eq!(tiff(&page()), tiff(&page()));
        assert!(tiff(&page()).len() < 600);
    }

    #[test]
    fn a_page_without_dots_or_with_too_many_is_refused() {
        for (width, height) in [(0, 10), (10, 0), (30_001, 1), (10_000, 4_001)] {
            assert_eq!(Bitmap::white(width, height), Err(RenderError::Dots { width, height }));
        }
        assert!(Bitmap::white(5_100, 6_600).is_ok());
    }
}
