//! What a picture on a sheet holds to.

mod made;

use duces_render::{Content, Printer, Raster, SheetDefect, Sheets, pages};
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, GrayImage, ImageFormat, Luma, RgbaImage};
use made::endorsement;
use std::io::Cursor;
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

/// White, 300 × 200, with a black quarter at the upper left.
fn sample() -> GrayImage {
    GrayImage::from_fn(300, 200, |x, y| Luma([if x < 150 && y < 100 { 0 } else { 255 }]))
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageLuma8(sample());
    let picture =
        if format == ImageFormat::Jpeg { picture } else { DynamicImage::ImageRgb8(picture.into_rgb8()) };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn set(bytes: Vec<u8>) -> (Sheets, Vec<Raster>, Vec<u8>) {
    let mut printer = Printer::new().unwrap();
    let sheets = printer.lay_out(&Content::Picture(bytes)).unwrap();
    let written = printer.pdf(&sheets, &endorsement(&sheets)).unwrap();
    let drawn = pages(&written).unwrap().map(Result::unwrap).collect();
    (sheets, drawn, written)
}

/// Whether the dots at places of a page of letter paper, in points from its upper left corner, are black.
fn black<const N: usize>(page: &Raster, places: [(f32, f32); N]) -> [bool; N] {
    let dots = |points: f32| (points * 300.0 / 72.0) as u32;
    places.map(|(x, y)| page.bitmap.is_black(dots(x), dots(y)))
}

#[test]
fn each_kind_of_picture_stands_upright_in_its_size_above_the_number() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP]
    {
        let (sheets, drawn, written) = set(encoded(format));
        assert_eq!((sheets.pages(), sheets.defect(), sheets.is_whole()), (1, None, true), "{format:?}");
        assert_eq!(sheets.notes(), [], "{format:?}");
        // 300 × 200 pixels are 225 × 150 points; the paper is 612 wide, the margin 36.
        let found =
            black(&drawn[0], [(200.0, 42.0), (300.0, 105.0), (310.0, 105.0), (300.0, 115.0), (190.0, 42.0)]);
        assert_eq!(found, [true, true, false, false, false], "{format:?}");
        assert_eq!(set(encoded(format)).2, written);
    }
}

#[test]
fn a_photograph_is_turned_as_its_camera_says() {
    let jpeg = encoded(ImageFormat::Jpeg);
    // The corner of the paper's middle at which the black quarter is seen, for each of EXIF's eight numbers.
    let corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (1, 0), (1, 1), (0, 1)];
    for (orientation, (right, low)) in (1_u8..).zip(corners) {
        let mut exif = b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let mut turned = jpeg[..2].to_vec();
        turned.extend([0xFF, 0xE1]);
        turned.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        turned.extend(&exif);
        turned.extend(&jpeg[2..]);
        let (_, drawn, _) = set(turned);
        let (wide, high) = if orientation >= 5 { (150.0, 225.0) } else { (225.0, 150.0) };
        let left = 306.0 - wide / 2.0;
        let places = [(0, 0), (1, 0), (0, 1), (1, 1)];
        let at = places
            .map(|(x, y)| (left + wide * (0.25 + 0.5 * x as f32), 36.0 + high * (0.25 + 0.5 * y as f32)));
        assert_eq!(black(&drawn[0], at), places.map(|place| place == (right, low)), "{orientation}");
    }
}

#[test]
fn a_scan_of_several_pages_keeps_them_all_in_its_size() {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    for page in 0..3_u32 {
        let mut image = encoder.new_image::<colortype::Gray8>(850, 1_100).unwrap();
        image.resolution(tiff::tags::ResolutionUnit::Inch, tiff::encoder::Rational { n: 100, d: 1 });
        let dots: Vec<u8> =
            (0..850 * 1_100_u32).map(|at| if at / 850 / 300 == page { 0 } else { 255 }).collect();
        image.write_data(&dots).unwrap();
    }
    // A small image for lists is no page.
    let mut small = encoder.new_image::<colortype::Gray8>(10, 10).unwrap();
    small.encoder().write_tag(Tag::NewSubfileType, 1_u32).unwrap();
    small.write_data(&[0; 100]).unwrap();
    let (sheets, drawn, _) = set(file.into_inner());
    assert_eq!((sheets.pages(), sheets.defect(), drawn.len()), (3, None, 3));
    for (at, page) in drawn.iter().enumerate() {
        let shown = [100.0, 300.0, 500.0].map(|y| black(page, [(300.0, y)])[0]);
        assert_eq!(shown, [at == 0, at == 1, at == 2]);
    }
    assert_eq!(sheets.notes(), []);
}

#[test]
fn what_moves_or_is_cut_off_shows_what_there_is_and_says_so() {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    for shade in [0, 255] {
        let frame = RgbaImage::from_pixel(40, 40, image::Rgba([shade, shade, shade, 255]));
        encoder.encode_frame(Frame::new(frame)).unwrap();
    }
    drop(encoder);
    let (sheets, drawn, _) = set(file);
    assert_eq!((sheets.pages(), sheets.is_whole()), (2, false));
    assert!(black(&drawn[0], [(306.0, 46.0)])[0]);
    let jpeg = encoded(ImageFormat::Jpeg);
    let (sheets, _, _) = set(jpeg[..jpeg.len() - 200].to_vec());
    assert!(!sheets.is_whole());
}

#[test]
fn what_cannot_be_shown_gets_a_slip_sheet_that_says_what_it_is() {
    let png = encoded(ImageFormat::Png);
    let cases: [(Vec<u8>, &str); 6] = [
        (Vec::new(), "found an empty file"),
        (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), "found a HEIC picture"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "found a drawing (SVG)"),
        (png[..png.len() / 2].to_vec(), "it is broken"),
        (b"II\x2A\0\x08\0\0\0\0\0".to_vec(), "it is broken"),
        (b"hello".to_vec(), "found no picture that is known, expected PNG, JPEG, GIF, BMP, TIFF or WebP"),
    ];
    for (bytes, why) in cases {
        let (sheets, drawn, _) = set(bytes);
        let Some(SheetDefect::Picture { reason }) = sheets.defect() else {
            panic!("{why}: {:?}", sheets.defect())
        };
        assert!(reason.contains(why), "{reason}");
        assert_eq!((drawn.len(), sheets.is_whole()), (1, false));
    }
}

#[test]
fn a_picture_of_too_many_pixels_is_not_unpacked() {
    // A BMP that says it has 40,000 × 40,000 pixels.
    let mut bytes = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bytes.extend(40_000_u32.to_le_bytes());
    bytes.extend(40_000_u32.to_le_bytes());
    bytes.extend(b"\x01\0\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let (sheets, _, _) = set(bytes);
    let Some(SheetDefect::Picture { reason }) = sheets.defect() else { panic!("{:?}", sheets.defect()) };
    assert_eq!(reason, "found 40000 × 40000 pixels, expected at most 64000000 in all");
}
