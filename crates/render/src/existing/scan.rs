//! TIFF: scans and faxes, a page for each of their images.

use super::fax::{self, Coding};
use super::image::{Image, Samples};
use super::picture::{Writer, over, within};
use super::place::{LONG_MAX, Place};
use crate::printer::PAGES_MAX;
use hayro_ccitt::EncodingMode;
use std::io::Cursor;
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

type Source<'a> = Decoder<Cursor<&'a [u8]>>;

/// A scan at least this wide and high, in points, is a page and keeps its size; a smaller one is a picture.
const PAGE_MIN: f32 = 360.0;
/// The tag of what a Group 3 fax does (TIFF 6.0, section 11).
const T4_OPTIONS: u16 = 292;
/// Pixels an inch where none is stated.
const PER_INCH: f32 = 96.0;
/// Most bytes of one image, decoded.
const DECODED_BYTES_MAX: usize = 512 << 20;

/// Writes a page for each image of a TIFF. Small ones that stand for a larger one are left out.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer) -> Result<(), String> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = DECODED_BYTES_MAX;
    let mut source = Decoder::new(Cursor::new(bytes)).map_err(broken)?.with_limits(limits);
    loop {
        let kind: u32 = source.find_tag_unsigned(Tag::NewSubfileType).map_err(broken)?.unwrap_or(0);
        let alone = writer.pages() == 0 && !source.more_images();
        if kind & 1 == 0 || alone {
            let number = writer.pages() + 1;
            let at = |reason: String| format!("its page {number}: {reason}");
            let (image, place) = page(&mut source, bytes).map_err(at)?;
            writer.add(&image, place)?;
        }
        if writer.pages() > PAGES_MAX as usize {
            return Err(format!("found more than {PAGES_MAX} pages, the most that are set"));
        }
        if !source.more_images() {
            break;
        }
        source.next_image().map_err(broken)?;
    }
    if writer.pages() == 0 {
        return Err("found small images only, and none that they stand for".to_owned());
    }
    Ok(())
}

fn page(source: &mut Source<'_>, bytes: &[u8]) -> Result<(Image, Place), String> {
    let (width, height) = source.dimensions().map_err(broken)?;
    within((width, height))?;
    let orientation = source.find_tag_unsigned::<u8>(Tag::Orientation).map_err(broken)?.unwrap_or(1);
    let image = match fax(source)? {
        Some(coding) => faxed(source, bytes, (width, height), coding, orientation)?,
        None => decoded(source, (width, height), orientation)?,
    };
    let (across, down) = resolution(source);
    let points = |pixels: u32, per_inch: f32| pixels as f32 * 72.0 / per_inch;
    let (mut wide, mut high) = (points(width, across), points(height, down));
    if orientation >= 5 {
        std::mem::swap(&mut wide, &mut high);
    }
    let is_page = wide.min(high) >= PAGE_MIN && wide.max(high) <= LONG_MAX;
    let place = if is_page { Place::of_page(wide, high) } else { Place::of_picture(wide, high) };
    Ok((image, place.ok_or("it has no size")?))
}

/// How the image is encoded, where it is as fax machines do.
fn fax(source: &mut Source<'_>) -> Result<Option<Coding>, String> {
    let mut tag = |tag, unless: u32| -> Result<u32, String> {
        Ok(source.find_tag_unsigned(tag).map_err(broken)?.unwrap_or(unless))
    };
    let options = tag(Tag::Unknown(T4_OPTIONS), 0)?;
    let (mode, aligned) = match tag(Tag::Compression, 1)? {
        2 => (EncodingMode::Group3_1D, true),
        3 if options & 1 != 0 => (EncodingMode::Group3_2D { k: 1 }, options & 4 != 0),
        3 => (EncodingMode::Group3_1D, options & 4 != 0),
        4 => (EncodingMode::Group4, false),
        _ => return Ok(None),
    };
    let reversed = tag(Tag::FillOrder, 1)? == 2;
    let white_is_zero = tag(Tag::PhotometricInterpretation, 0)? == 0;
    Ok(Some(Coding { mode, aligned, reversed, white_is_zero }))
}

fn faxed(
    source: &mut Source<'_>,
    bytes: &[u8],
    (width, height): (u32, u32),
    coding: Coding,
    orientation: u8,
) -> Result<Image, String> {
    let places = source.get_tag_u64_vec(Tag::StripOffsets).map_err(broken)?;
    let lengths = source.get_tag_u64_vec(Tag::StripByteCounts).map_err(broken)?;
    let rows = source.find_tag_unsigned::<u32>(Tag::RowsPerStrip).map_err(broken)?.unwrap_or(height);
    let strip = |(place, length): (&u64, &u64)| {
        let from = usize::try_from(*place).ok()?;
        bytes.get(from..from.checked_add(usize::try_from(*length).ok()?)?)
    };
    let strips: Option<Vec<&[u8]>> = places.iter().zip(&lengths).map(strip).collect();
    let strips = strips.ok_or("it is broken (a strip lies outside the file)")?;
    fax::read(&strips, (width, height), rows.max(1), coding, orientation)
}

fn decoded(source: &mut Source<'_>, (width, height): (u32, u32), orientation: u8) -> Result<Image, String> {
    if source.find_tag_unsigned::<u32>(Tag::FillOrder).map_err(broken)? == Some(2) {
        return Err("found bits from right to left, expected them so in faxes only".to_owned());
    }
    let colours = source.colortype().map_err(broken)?;
    let pixels = width as usize * height as usize;
    let (samples, data) = samples(source, colours, pixels)?;
    let expected = match samples {
        Samples::Bits => width.div_ceil(8) as usize * height as usize,
        Samples::Rgb => pixels * 3,
        Samples::Cmyk => pixels * 4,
        Samples::Grey | Samples::GreyJpeg | Samples::ColourJpeg => pixels,
    };
    if data.len() != expected {
        return Err(format!("found {} bytes of pixels, expected {expected}", data.len()));
    }
    Ok(Image { width, height, samples, data, orientation })
}

/// Pixels an inch, across and down.
fn resolution(source: &mut Source<'_>) -> (f32, f32) {
    let unit = source.find_tag_unsigned::<u16>(Tag::ResolutionUnit).ok().flatten().unwrap_or(2);
    let per = match unit {
        2 => 1.0,
        3 => 2.54,
        _ => return (PER_INCH, PER_INCH),
    };
    let mut stated = |tag| source.get_tag_f32(tag).ok().map(|value| value * per);
    match (stated(Tag::XResolution), stated(Tag::YResolution)) {
        (Some(across), Some(down))
            if (10.0..=4_800.0).contains(&across) && (10.0..=4_800.0).contains(&down) =>
        {
            (across, down)
        }
        _ => (PER_INCH, PER_INCH),
    }
}

fn samples(source: &mut Source<'_>, colours: ColorType, pixels: usize) -> Result<(Samples, Vec<u8>), String> {
    let map = match colours {
        ColorType::Palette(_) => source.get_tag_u16_vec(Tag::ColorMap).map_err(broken)?,
        _ => Vec::new(),
    };
    let unknown = || format!("found colours of a kind that is not shown ({colours:?})");
    let data = match source.read_image().map_err(broken)? {
        DecodingResult::U8(data) => data,
        DecodingResult::U16(data) => data.into_iter().map(|sample| (sample >> 8) as u8).collect(),
        _ => return Err(unknown()),
    };
    let through =
        |pick: fn(&[u8]) -> [u8; 3], parts: usize| data.chunks_exact(parts).flat_map(pick).collect();
    Ok(match colours {
        ColorType::Gray(1) => (Samples::Bits, data),
        ColorType::Gray(8 | 16) => (Samples::Grey, data),
        ColorType::GrayA(8 | 16) => {
            (Samples::Grey, data.chunks_exact(2).map(|pixel| over(pixel[0], pixel[1])).collect())
        }
        ColorType::RGB(8 | 16) => (Samples::Rgb, data),
        ColorType::RGBA(8 | 16) => {
            (Samples::Rgb, through(|pixel| [0, 1, 2].map(|at| over(pixel[at], pixel[3])), 4))
        }
        ColorType::CMYK(8 | 16) => (Samples::Cmyk, data),
        ColorType::YCbCr(8) => (Samples::Rgb, through(|pixel| rgb(pixel[0], pixel[1], pixel[2]), 3)),
        ColorType::Palette(8) if map.len() == 3 * 256 && data.len() == pixels => {
            let colour = |index: &u8| [0, 256, 512].map(|part| (map[part + usize::from(*index)] >> 8) as u8);
            (Samples::Rgb, data.iter().flat_map(colour).collect())
        }
        _ => return Err(unknown()),
    })
}

/// A colour of ITU-R BT.601, as TIFF has it (TIFF 6.0, section 21).
fn rgb(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let (luma, blue, red) = (f32::from(luma), f32::from(blue) - 128.0, f32::from(red) - 128.0);
    [luma + 1.402 * red, luma - 0.344_136 * blue - 0.714_136 * red, luma + 1.772 * blue]
        .map(|part| part.round().clamp(0.0, 255.0) as u8)
}

fn broken(error: tiff::TiffError) -> String {
    match error {
        tiff::TiffError::UnsupportedError(what) => format!("it is of a kind that cannot be shown ({what})"),
        other => format!("it is broken ({other})"),
    }
}
