//! Strips of a TIFF as fax machines send them: T.4 (Group 3) and T.6 (Group 4).

use super::image::{Image, Samples};
use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode, decode};

/// How the strips are encoded (TIFF 6.0, sections 10 and 11).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coding {
    pub(crate) mode: EncodingMode,
    /// Whether each row starts at a byte.
    pub(crate) aligned: bool,
    /// Whether the lowest bit of a byte is the leftmost dot.
    pub(crate) reversed: bool,
    /// Whether 0 stands for white; else what is sent as white is black.
    pub(crate) white_is_zero: bool,
}

/// Decodes strips of so many rows each, the last of what is left.
pub(crate) fn read(
    strips: &[&[u8]],
    (width, height): (u32, u32),
    rows_per_strip: u32,
    coding: Coding,
    orientation: u8,
) -> Result<Image, String> {
    let stride = width.div_ceil(8) as usize;
    let mut dots = Dots { data: vec![0; stride * height as usize], stride, x: 0, y: 0, width, coding };
    let mut left = height;
    for strip in strips {
        let rows = rows_per_strip.min(left);
        let settings = DecodeSettings {
            columns: width,
            rows,
            end_of_block: true,
            end_of_line: false,
            rows_are_byte_aligned: coding.aligned,
            encoding: coding.mode,
            invert_black: false,
        };
        let turned: Vec<u8>;
        let data = if coding.reversed {
            turned = strip.iter().map(|byte| byte.reverse_bits()).collect();
            &turned
        } else {
            *strip
        };
        let from = dots.y;
        decode(data, &mut dots, &mut DecoderContext::new(settings))
            .map_err(|error| format!("it is broken ({error})"))?;
        let found = dots.y - from;
        if found != rows as usize {
            return Err(format!("it is broken (found {found} rows of a strip, expected {rows})"));
        }
        left -= rows;
    }
    if left > 0 {
        return Err(format!("it is broken ({left} of its {height} rows are missing)"));
    }
    Ok(Image { width, height, samples: Samples::Bits, data: dots.data, orientation })
}

/// One bit a dot, 0 for black; black until white is sent.
struct Dots {
    data: Vec<u8>,
    stride: usize,
    x: u32,
    y: usize,
    width: u32,
    coding: Coding,
}

impl Decoder for Dots {
    fn push_pixels(&mut self, white: bool, count: u32) {
        let to = self.x.saturating_add(count).min(self.width);
        if white == self.coding.white_is_zero {
            let start = self.y * self.stride;
            if let Some(row) = self.data.get_mut(start..start + self.stride) {
                for x in self.x..to {
                    row[(x / 8) as usize] |= 0x80 >> (x % 8);
                }
            }
        }
        self.x = to;
    }

    fn next_line(&mut self) {
        (self.x, self.y) = (0, self.y + 1);
    }
}
