//! Pictures that are documents: photographs, drawings, scans.

use super::image::{Image, Samples};
use super::place::Place;
use super::scan;
use super::{DRAWN_BYTES_MAX, FILE_BYTES_MAX, Placed, PlacedPage, Reading};
use crate::note::{Remarks, SheetDefect};
use image::codecs::{
    bmp::BmpDecoder, gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder,
};
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageError, ImageResult};
use pdf_writer::{Chunk, Content, Name, Ref};
use std::io::Cursor;
use std::panic::catch_unwind;
use std::sync::Arc;

/// Most pixels of a picture that is placed on a sheet; a larger one gets a slip-sheet with
/// [`SheetDefect::Picture`].
pub const PIXELS_MAX: u64 = 64_000_000;
/// Pixels an inch where a picture states none (CSS).
const PER_INCH: f32 = 96.0;

/// What a picture needs to be said of.
#[derive(Default)]
pub(crate) struct Says {
    remarks: Remarks,
    lines: Vec<String>,
}

impl Placed {
    /// Reads a picture; the kind is taken from its bytes.
    pub(crate) fn picture(bytes: &[u8]) -> Result<Reading, SheetDefect> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(SheetDefect::FileTooLarge { found: bytes.len(), bytes_max: FILE_BYTES_MAX });
        }
        // A decoder may panic at a file from outside.
        catch_unwind(|| Self::pictured(bytes))
            .unwrap_or_else(|_| Err("it is broken".to_owned()))
            .map_err(|reason| SheetDefect::Picture { reason })
    }

    fn pictured(bytes: &[u8]) -> Result<Reading, String> {
        let mut says = Says::default();
        let mut writer = Writer::new();
        match Format::of(bytes) {
            Some(Format::Tiff) => scan::read(bytes, &mut writer)?,
            Some(format) => {
                let image = format.read(bytes, &mut says)?;
                let (width, height) = image.upright();
                let points = |pixels: u32| pixels as f32 * 72.0 / PER_INCH;
                let place = Place::of_picture(points(width), points(height)).ok_or("it has no size")?;
                writer.add(&image, place)?;
            }
            None => {
                return Err(format!("found {}, expected PNG, JPEG, GIF, BMP, TIFF or WebP", unread(bytes)));
            }
        }
        let told = super::unseen::Told { missing: !says.lines.is_empty(), lines: says.lines };
        let placed = writer.finish();
        Ok(Reading { placed, remarks: says.remarks, told })
    }
}

/// Writes images, one a page.
pub(crate) struct Writer {
    chunk: Chunk,
    next: Ref,
    pages: Vec<PlacedPage>,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { chunk: Chunk::with_settings(super::copier::plain()), next: Ref::new(1), pages: Vec::new() }
    }

    pub(crate) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Puts an image at its place on a sheet of its own.
    pub(crate) fn add(&mut self, image: &Image, place: Place) -> Result<(), String> {
        let id = self.next.bump();
        image.write(&mut self.chunk, id).ok_or("it is too wide or too high")?;
        if self.chunk.len() > DRAWN_BYTES_MAX {
            return Err(format!(
                "found more than {DRAWN_BYTES_MAX} bytes of its pages, the most that are copied"
            ));
        }
        let [a, b, c, d, e, f] = image.turn();
        let (width, height) = place.size;
        let low = place.sheet.1 - place.top - height;
        let mut pen = Content::new();
        pen.save_state();
        pen.transform([
            a * width,
            b * height,
            c * width,
            d * height,
            e * width + place.left,
            f * height + low,
        ]);
        pen.x_object(Name(b"P")).restore_state();
        self.pages.push(PlacedPage {
            place,
            content: pen.finish().into_vec(),
            drawn: vec![("P".to_owned(), id)],
            layers: Vec::new(),
            group: None,
            text: None,
        });
        Ok(())
    }

    pub(super) fn finish(self) -> Placed {
        Placed { objects: Arc::new(self.chunk), next: self.next, pages: self.pages, layers: None }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Png,
    Jpeg,
    Gif,
    Bmp,
    Tiff,
    WebP,
}

impl Format {
    fn of(bytes: &[u8]) -> Option<Self> {
        Some(match bytes {
            [0x89, b'P', b'N', b'G', ..] => Self::Png,
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [b'G', b'I', b'F', b'8', ..] => Self::Gif,
            [b'B', b'M', ..] => Self::Bmp,
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Self::Tiff,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::WebP,
            _ => return None,
        })
    }

    fn read(self, bytes: &[u8], says: &mut Says) -> Result<Image, String> {
        let source = || Cursor::new(bytes);
        let moving = match self {
            Self::Png => {
                let decoder = PngDecoder::new(source()).map_err(broken)?;
                decoder.is_apng().map_err(broken)?
            }
            Self::Gif => {
                let decoder = GifDecoder::new(source()).map_err(broken)?;
                within(decoder.dimensions())?;
                decoder.into_frames().take(2).count() > 1
            }
            Self::WebP => WebPDecoder::new(source()).map_err(broken)?.has_animation(),
            Self::Jpeg | Self::Bmp | Self::Tiff => false,
        };
        if moving {
            says.lines.push("The picture moves; its first state is shown.".to_owned());
            says.remarks.say("the picture moves; its first state is shown");
        }
        match self {
            Self::Png => decoded(PngDecoder::new(source())),
            Self::Gif => decoded(GifDecoder::new(source())),
            Self::WebP => decoded(WebPDecoder::new(source())),
            Self::Bmp => decoded(BmpDecoder::new(source())),
            Self::Jpeg | Self::Tiff => {
                let image = decoded(JpegDecoder::new(source()))?;
                let (components, ends) = jpeg(bytes);
                if !ends {
                    says.lines.push("The picture is cut off: its end is missing.".to_owned());
                    says.remarks.say("the picture is cut off");
                }
                // A picture in the colours of print is copied as it was decoded: readers differ on whether its
                // colours are inverted.
                Ok(match components {
                    1 => Image { samples: Samples::GreyJpeg, data: bytes.to_vec(), ..image },
                    3 => Image { samples: Samples::ColourJpeg, data: bytes.to_vec(), ..image },
                    _ => image,
                })
            }
        }
    }
}

/// A picture of these sides, unless it has none or too many pixels.
pub(crate) fn within((width, height): (u32, u32)) -> Result<(), String> {
    match u64::from(width) * u64::from(height) {
        0 => Err("it has no pixels".to_owned()),
        1..=PIXELS_MAX => Ok(()),
        _ => Err(format!("found {width} × {height} pixels, expected at most {PIXELS_MAX} in all")),
    }
}

fn broken(error: ImageError) -> String {
    match error {
        ImageError::Unsupported(_) => format!("it is of a kind that cannot be shown ({error})"),
        _ => format!("it is broken ({error})"),
    }
}

/// Decodes a picture; what is transparent is white.
fn decoded(decoder: ImageResult<impl ImageDecoder>) -> Result<Image, String> {
    let mut decoder = decoder.map_err(broken)?;
    let (width, height) = decoder.dimensions();
    within((width, height))?;
    let orientation = decoder.orientation().map_err(broken)?.to_exif();
    let picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    let grey = !picture.color().has_color();
    let (samples, data) = match (grey, picture.color().has_alpha()) {
        (true, false) => (Samples::Grey, picture.into_luma8().into_raw()),
        (true, true) => {
            let pixels = picture.into_luma_alpha8().into_raw();
            (Samples::Grey, pixels.chunks_exact(2).map(|pixel| over(pixel[0], pixel[1])).collect())
        }
        (false, false) => (Samples::Rgb, picture.into_rgb8().into_raw()),
        (false, true) => {
            let pixels = picture.into_rgba8().into_raw();
            let part = |pixel: &[u8]| [0, 1, 2].map(|at| over(pixel[at], pixel[3]));
            (Samples::Rgb, pixels.chunks_exact(4).flat_map(part).collect())
        }
    };
    Ok(Image { width, height, samples, data, orientation })
}

/// A sample over white.
pub(crate) fn over(sample: u8, alpha: u8) -> u8 {
    let (sample, alpha) = (u32::from(sample), u32::from(alpha));
    ((sample * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// How many components a JPEG has, and whether it has an end (ISO 10918-1, annex B).
fn jpeg(bytes: &[u8]) -> (u8, bool) {
    let (mut at, mut components) = (2, 0);
    while let [0xFF, marker, rest @ ..] = bytes.get(at..).unwrap_or_default() {
        match marker {
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            0xDA => break,
            _ => {
                let frame = matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
                if frame {
                    components = rest.get(7).copied().unwrap_or(0);
                }
                let [high, low, ..] = rest else { break };
                at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
            }
        }
    }
    let ends = bytes.get(at..).unwrap_or_default().windows(2).any(|pair| pair == [0xFF, 0xD9]);
    (components, ends)
}

/// What a file that is no picture for a sheet is.
fn unread(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(1_024)];
    let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    match bytes {
        [] => "an empty file",
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', b'e' | b'i', ..] => "a HEIC picture",
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', ..] => "an AVIF picture",
        [0xD7, 0xCD, 0xC6, 0x9A, ..] => "a Windows metafile",
        _ if has(b"<svg") => "a drawing (SVG)",
        _ => "no picture that is known",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_is_white() {
        assert_eq!([over(0, 0), over(0, 255), over(255, 7), over(0, 128)], [255, 0, 255, 127]);
    }

    #[test]
    fn the_components_and_the_end_of_a_jpeg_are_found() {
        let file = b"\xFF\xD8\xFF\xE0\x00\x04ab\xFF\xC2\x00\x0B\x08\x00\x01\x00\x01\x03xyz\xFF\xDA..\xFF\xD9";
        assert_eq!(jpeg(file), (3, true));
        assert_eq!(jpeg(&file[..file.len() - 1]), (3, false));
        assert_eq!(jpeg(b"\xFF\xD8\xFF"), (0, false));
    }
}
