//! Pictures inside a message.

use crate::pdf::settings;
use crate::write::metadata_of;
use chrono::{DateTime, Utc};
use krilla::Document;
use krilla::geom::Size;
use krilla::image::Image;
use krilla::page::PageSettings;

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
const PIXELS_MAX: u64 = 25_000_000;

impl Picture {
    /// Reads a picture; the kind is taken from its bytes. It is decoded here, so that a broken one is known
    /// before pages are numbered.
    ///
    /// # Errors
    /// Why it cannot be shown, in words.
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
        }
        .map_err(|_| "found a picture that is broken".to_owned())?;
        let (width, height) = image.size();
        if u64::from(width) * u64::from(height) > PIXELS_MAX {
            return Err(format!("found {width} × {height} pixels, expected at most {PIXELS_MAX}"));
        }
        if width == 0 || height == 0 {
            return Err("found a picture without pixels".to_owned());
        }
        let picture = Self { image };
        picture
            .tried()
            .ok_or_else(|| "found a picture that is broken, or colours that PDF/A-2 forbids".to_owned())?;
        Ok(picture)
    }

    /// Width and height in pixels.
    pub(crate) fn size(&self) -> (f32, f32) {
        let (width, height) = self.image.size();
        (width as f32, height as f32)
    }

    /// Writes the picture onto a page of its own. The image keeps what was decoded for the real page.
    fn tried(&self) -> Option<()> {
        let mut document = Document::new_with(settings().ok()?);
        let mut page = document.start_page_with(PageSettings::from_wh(10.0, 10.0)?);
        page.surface().draw_image(self.image.clone(), Size::from_wh(10.0, 10.0)?);
        page.finish();
        document.set_metadata(metadata_of("", None, DateTime::<Utc>::UNIX_EPOCH));
        document.finish().ok().map(|_| ())
    }
}
