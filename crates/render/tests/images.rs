//! What pages as images hold to.

use chrono::{DateTime, Utc};
use duces_render::{
    Body, Content, Endorsement, ImageFile, ImageKind, Inline, Message, PageImage, Printer, RenderError,
    SlipSheet, TextRendition, pages,
};

fn endorsement(count: u32) -> Endorsement {
    Endorsement {
        numbers: (1..=count).map(|n| format!("EXC-{n:07}")).collect(),
        legend: Some("CONFIDENTIAL".to_owned()),
        dated: DateTime::<Utc>::from_timestamp(1_727_877_780, 0).unwrap(),
    }
}

fn text(lines: usize) -> Content {
    Content::Text(TextRendition { text: "a line of text\n".repeat(lines), ..TextRendition::default() })
}

fn images(printer: &mut Printer, content: &Content) -> Vec<PageImage> {
    let sheets = printer.lay_out(content).unwrap();
    let endorsement = endorsement(sheets.pages());
    let images = printer.images(&sheets, &endorsement, ImageKind::Bilevel).unwrap();
    images.map(Result::unwrap).collect()
}

#[test]
fn a_document_has_an_image_for_each_page_and_the_same_bytes_each_time() {
    let mut printer = Printer::new().unwrap();
    let once = images(&mut printer, &text(80));
    assert_eq!(once.len(), printer.lay_out(&text(80)).unwrap().pages() as usize);
    assert!(once.len() > 1);
    assert!(once.iter().all(|image| image.bytes.starts_with(b"II*\0") && image.missing == 0));
    assert_eq!(images(&mut printer, &text(80)), once);
}

#[test]
fn an_image_is_letter_paper_at_300_dots_an_inch_with_number_and_legend_at_its_foot() {
    let mut printer = Printer::new().unwrap();
    let slip = Content::SlipSheet(SlipSheet { title: "WITHHELD".to_owned(), lines: Vec::new() });
    let sheets = printer.lay_out(&slip).unwrap();
    let pdf = printer.pdf(&sheets, &endorsement(1)).unwrap();
    let page = pages(&pdf).unwrap().next().unwrap().unwrap().bitmap;
    assert_eq!((page.width(), page.height()), (2_550, 3_300));
    let inked = |from: u32, to: u32| {
        (3_060..3_300).map(|y| (from..to).filter(|x| page.is_black(*x, y)).count()).sum::<usize>()
    };
    assert!(inked(0, 1_000) > 500, "the legend");
    assert!(inked(1_900, 2_550) > 500, "the number");
    assert_eq!(inked(1_000, 1_900), 0, "white between them");
}

/// A page of words, and behind it one with a picture of one colour.
fn with_picture(colour: [u8; 3]) -> Content {
    let mut dot = b"GIF89a\x01\0\x01\0\x80\0\0\xFF\xFF\xFF\0\0\0!\xF9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec();
    dot[13..16].copy_from_slice(&colour);
    let html = format!("<p>{}</p><img width=90 height=90 src='cid:a@b'>", "word <br>".repeat(60));
    let inline = vec![Inline { content_id: "a@b".into(), media_type: "image/gif".into(), bytes: dot }];
    Content::Message(Message { body: Body::Html { html, inline }, ..Message::default() })
}

#[test]
fn a_page_with_a_picture_in_colour_or_shades_is_a_jpeg_where_that_is_wanted_and_no_other_page_is() {
    let mut printer = Printer::new().unwrap();
    for (colour, needed) in [([255, 0, 0], true), ([120, 120, 120], true), ([0, 0, 0], false)] {
        let content = with_picture(colour);
        let mut files = |kind| {
            let sheets = printer.lay_out(&content).unwrap();
            let endorsement = endorsement(sheets.pages());
            let images = printer.images(&sheets, &endorsement, kind).unwrap();
            images.map(Result::unwrap).collect::<Vec<_>>()
        };
        let made = files(ImageKind::ColourWhereNeeded);
        let kinds: Vec<ImageFile> = made.iter().map(|image| image.file).collect();
        let last = if needed { ImageFile::Jpeg } else { ImageFile::Tiff };
        assert_eq!(kinds, [ImageFile::Tiff, last], "{colour:?}");
        if needed {
            // JFIF: units are inches, 300 by 300; the frame says 3,300 rows and 2,550 columns.
            assert_eq!(made[1].bytes[..4], [0xFF, 0xD8, 0xFF, 0xE0]);
            assert_eq!(made[1].bytes[13..18], [1, 1, 44, 1, 44]);
            assert!(made[1].bytes.windows(4).any(|sides| sides == [0x0C, 0xE4, 0x09, 0xF6]));
        }
        assert_eq!(files(ImageKind::ColourWhereNeeded), made);
        assert!(files(ImageKind::Bilevel).iter().all(|image| image.file == ImageFile::Tiff));
    }
}

#[test]
fn what_is_no_pdf_is_refused() {
    for bytes in [&b""[..], b"%PDF-1.7\nnothing", b"PK\x03\x04"] {
        assert!(matches!(pages(bytes).map(|_| ()), Err(RenderError::PdfUnreadable { .. })));
    }
}
