//! What pages as images hold to.

use chrono::{DateTime, Utc};
use duces_render::{
    Content, Endorsement, ImageKind, PageImage, Printer, RenderError, SlipSheet, TextRendition, pages,
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
    let images = printer.images(&sheets, &endorsement(sheets.pages()), ImageKind::Bilevel).unwrap();
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

#[test]
fn what_is_no_pdf_is_refused() {
    for bytes in [&b""[..], b"%PDF-1.7\nnothing", b"PK\x03\x04"] {
        assert!(matches!(pages(bytes).map(|_| ()), Err(RenderError::PdfUnreadable { .. })));
    }
}
