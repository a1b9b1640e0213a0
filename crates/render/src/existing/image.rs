//! A picture as an image of a PDF.

use super::copier::deflated;
use pdf_writer::{Chunk, Filter, Finish, Name, Ref};

/// What the bytes of an image are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Samples {
    /// One bit a pixel, 0 for black, each row from a byte of its own.
    Bits,
    /// A byte a pixel.
    Grey,
    /// Three bytes a pixel.
    Rgb,
    /// Four bytes a pixel.
    Cmyk,
    /// A JPEG file with one component.
    GreyJpeg,
    /// A JPEG file with three components.
    ColourJpeg,
}

/// An image, upright or as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) samples: Samples,
    pub(crate) data: Vec<u8>,
    /// How it is to be turned: EXIF's number from 1 to 8 (CIPA DC-008, 4.6.4).
    pub(crate) orientation: u8,
}

impl Image {
    /// Width and height as it is shown.
    pub(crate) fn upright(&self) -> (u32, u32) {
        if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// Puts the unit square that the image fills onto the same square, turned.
    pub(crate) fn turn(&self) -> [f32; 6] {
        match self.orientation {
            2 => [-1.0, 0.0, 0.0, 1.0, 1.0, 0.0],
            3 => [-1.0, 0.0, 0.0, -1.0, 1.0, 1.0],
            4 => [1.0, 0.0, 0.0, -1.0, 0.0, 1.0],
            5 => [0.0, -1.0, -1.0, 0.0, 1.0, 1.0],
            6 => [0.0, -1.0, 1.0, 0.0, 0.0, 1.0],
            7 => [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
            8 => [0.0, 1.0, -1.0, 0.0, 1.0, 0.0],
            _ => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        }
    }

    /// Writes the image. Nothing for one whose sides no PDF can state.
    pub(crate) fn write(&self, chunk: &mut Chunk, id: Ref) -> Option<()> {
        let (width, height) = (i32::try_from(self.width).ok()?, i32::try_from(self.height).ok()?);
        let (space, bits, jpeg) = match self.samples {
            Samples::Bits => ("DeviceGray", 1, false),
            Samples::Grey => ("DeviceGray", 8, false),
            Samples::Rgb => ("DeviceRGB", 8, false),
            Samples::Cmyk => ("DeviceCMYK", 8, false),
            Samples::GreyJpeg => ("DeviceGray", 8, true),
            Samples::ColourJpeg => ("DeviceRGB", 8, true),
        };
        let packed = if jpeg { None } else { Some(deflated(&self.data)) };
        let mut image = chunk.image_xobject(id, packed.as_deref().unwrap_or(&self.data));
        image.filter(if jpeg { Filter::DctDecode } else { Filter::FlateDecode });
        image.width(width).height(height).bits_per_component(bits);
        image.pair(Name(b"ColorSpace"), Name(space.as_bytes()));
        image.finish();
        Some(())
    }
}
