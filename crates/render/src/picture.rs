//! Pictures inside a message.

use krilla::image::Image;

/// A picture as it goes into a PDF.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) image: Image,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (width, height) = self.image.size();
        write!(f, "Picture {{ {width} × {height} }}")
    }
}

/// Most pixels of a picture that is read.
const PIXELS_MAX: u64 = 40_000_000;

impl Picture {
    /// Reads a picture; the kind is taken from its bytes.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let data = || bytes.to_vec().into();
        let image = match bytes {
            [0x89, b'P', b'N', b'G', ..] => Image::from_png(data(), false),
            [0xFF, 0xD8, 0xFF, ..] => Image::from_jpeg(data(), false),
            [b'G', b'I', b'F', b'8', ..] => Image::from_gif(data(), false),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
                Image::from_webp(data(), false)
            }
            _ => return Err("found no PNG, JPEG, GIF or WebP".to_owned()),
        }?;
        let (width, height) = image.size();
        if u64::from(width) * u64::from(height) > PIXELS_MAX {
            return Err(format!("found {width} × {height} pixels, expected at most {PIXELS_MAX}"));
        }
        if width == 0 || height == 0 {
            return Err("found a picture without pixels".to_owned());
        }
        Ok(Self { image })
    }
}
