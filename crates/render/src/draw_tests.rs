//! What is drawn straight from a layout shows what the PDF of the layout shows.

use crate::admit::{BOX_ENDS, BOX_STARTS};
use crate::bitmap::Bitmap;
use crate::content::{Body, Content, Message};
use crate::image::ImageKind;
use crate::pager::{HEIGHT, Page, WIDTH};
use crate::pdf::Leaf;
use crate::printer::{Endorsement, Printer};
use crate::raster::{Raster, pages};
use chrono::{DateTime, Utc};

/// Every script that is placed in a way of its own, strokes, a table, a box with words.
fn content() -> Content {
    let html = format!(
        "<p>Plain words, <b>bold</b>, <i>italic</i>, <u>under</u>, <s>through</s>, H<sub>2</sub>O, x<sup>2</sup></p>\
         <p>株式会社エグザンプル 漢字 한국어 Ωμέγα Привет</p><p>שלום עולם 1,204 العربية مُحَمَّد</p>\
         <p>ไทย สวัสดีครับ हिन्दी தமிழ் é e\u{301} a\u{308}\u{304} 😀 ☎ ✓</p><blockquote>quoted {BOX_STARTS}REDACTED{BOX_ENDS}</blockquote>\
         <table border=1><tr><th>head<td>1,204.50<tr><td>cell<td>x</table><hr>"
    );
    Content::Message(Message {
        headers: vec![("From".to_owned(), "Ann <ann@small.example>".to_owned())],
        body: Body::Html { html, inline: Vec::new() },
        attachments: vec!["budget.xlsx".to_owned()],
        ..Message::default()
    })
}

fn endorsement(count: u32) -> Endorsement {
    Endorsement {
        numbers: (1..=count).map(|n| format!("EXC-{n:07}")).collect(),
        legend: Some("Confidential\nsecond line".to_owned()),
        dated: DateTime::<Utc>::UNIX_EPOCH,
    }
}

fn dots(bitmap: &Bitmap) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    for (y, row) in (0..).zip(bitmap.rows()) {
        for (at, _) in (0..).zip(row).filter(|(_, word)| **word != 0) {
            found.extend((at * 64..at * 64 + 64).filter(|x| bitmap.is_black(*x, y)).map(|x| (x, y)));
        }
    }
    found
}

/// Dots of one page with none of the other within two dots of them.
fn alone(one: &[(u32, u32)], other: &Bitmap) -> Vec<(u32, u32)> {
    let near = |(x, y): &&(u32, u32)| {
        (y.saturating_sub(2)..=y + 2).any(|y| (x.saturating_sub(2)..=x + 2).any(|x| other.is_black(x, y)))
    };
    one.iter().filter(|dot| !near(dot)).copied().collect()
}

fn drawn(printer: &mut Printer) -> (Raster, Bitmap) {
    let sheets = printer.lay_out_boxed(&content()).unwrap();
    assert_eq!(sheets.pages(), 1);
    let endorsement = endorsement(1);
    let pdf = printer.pdf(&sheets, &endorsement).unwrap();
    let other = pages(&pdf).unwrap().next().unwrap().unwrap().bitmap;
    let legend = endorsement.legend.as_deref();
    (printer.drawn(&sheets.pages[0], &endorsement.numbers[0], legend).unwrap(), other)
}

#[test]
fn the_image_of_a_page_shows_what_its_pdf_shows_and_nothing_else() {
    let mut printer = Printer::new().unwrap();
    let (Raster { bitmap, missing }, other) = drawn(&mut printer);
    assert_eq!(missing, 0);
    assert_eq!((bitmap.width(), bitmap.height()), (other.width(), other.height()));
    let (ours, theirs) = (dots(&bitmap), dots(&other));
    assert!(ours.len() > 50_000, "{}", ours.len());
    assert_eq!(alone(&ours, &other), [], "drawn, and not in the PDF");
    assert_eq!(alone(&theirs, &bitmap), [], "in the PDF, and not drawn");
    let share = ours.len() as f64 / theirs.len() as f64;
    assert!((0.9..1.1).contains(&share), "as heavy as there: {share}");
}

#[test]
fn what_was_drawn_before_changes_nothing() {
    let mut printer = Printer::new().unwrap();
    let image = |printer: &mut Printer, content: &Content| {
        let sheets = printer.lay_out(content).unwrap();
        let endorsement = endorsement(sheets.pages());
        let images = printer.images(&sheets, &endorsement, ImageKind::Bilevel).unwrap();
        images.map(Result::unwrap).collect::<Vec<_>>()
    };
    let first = image(&mut printer, &content());
    let large = format!("<p style='font-size: 30pt'>other words 漢字 {}</p>", "x ".repeat(3_000));
    let body = Body::Html { html: large, inline: Vec::new() };
    image(&mut printer, &Content::Message(Message { body, ..Message::default() }));
    assert_eq!(image(&mut printer, &content()), first);
    assert_eq!(image(&mut Printer::new().unwrap(), &content()), first);
}

/// Words of which each character has a glyph of its own, a blank that does not break, a table, a box with words.
fn plain_words() -> Content {
    let html = format!(
        "<p>Plain words, <b>bold</b>, <i>italic</i>, <u>under</u>, <s>through</s>, H<sub>2</sub>O (AVATAR) \\ office</p>\
         <p>no\u{A0}break 株式会社エグザンプル 漢字 한국어 Ωμέγα Привет שלום עולם 1,204 é</p>\
         <blockquote>quoted {BOX_STARTS}REDACTED{BOX_ENDS}</blockquote>\
         <table border=1><tr><th>head<td>1,204.50<tr><td>cell<td>x</table><hr>"
    );
    let headers = vec![("From".to_owned(), "Ann <ann@small.example>".to_owned())];
    Content::Message(Message { headers, body: Body::Html { html, inline: Vec::new() }, ..Message::default() })
}

#[test]
fn both_writers_of_pdf_show_the_same() {
    let mut printer = Printer::new().unwrap();
    let sheets = printer.lay_out_boxed(&plain_words()).unwrap();
    let endorsement = endorsement(1);
    let legend = endorsement.legend.as_deref();
    let foot = printer.foot(&endorsement.numbers[0], legend, (WIDTH, HEIGHT)).unwrap();
    let ours = printer.plain(&sheets.pages, &[foot], &endorsement).unwrap().expect("plain words");
    assert!(ours == printer.pdf(&sheets, &endorsement).unwrap());
    let leaf = Leaf { size: (WIDTH, HEIGHT), page: Some(&sheets.pages[0]) };
    let theirs = printer.leaves(&[leaf], &endorsement).unwrap();
    let shown = |pdf: &[u8]| pages(pdf).unwrap().next().unwrap().unwrap();
    let (one, other) = (shown(&ours), shown(&theirs));
    assert_eq!((one.missing, other.missing), (0, 0));
    let (left, right) = (dots(&one.bitmap), dots(&other.bitmap));
    assert!(left.len() > 30_000, "{}", left.len());
    assert_eq!(alone(&left, &other.bitmap), []);
    assert_eq!(alone(&right, &one.bitmap), []);
    let share = left.len() as f64 / right.len() as f64;
    assert!((0.97..1.03).contains(&share), "as heavy as there: {share}");
}

#[test]
fn characters_that_share_glyphs_are_left_to_the_general_writer() {
    let mut printer = Printer::new().unwrap();
    let plain = [
        "words (AVATAR) \\ office é",
        "a\u{A0}b",
        "株式会社 漢字",
        "한국어",
        "Ωμέγα Привет",
        "שלום עולם 1,204",
    ];
    let shared = ["สวัสดีครับ นี้", "مُحَمَّد", "हिन्दी"];
    for (text, plainly) in plain.map(|text| (text, true)).into_iter().chain(shared.map(|text| (text, false)))
    {
        let content = Content::Message(Message { body: Body::Plain(text.to_owned()), ..Message::default() });
        let sheets = printer.lay_out(&content).unwrap();
        let endorsement = endorsement(1);
        let written = printer.plain(&sheets.pages, &[Page::default()], &endorsement).unwrap();
        assert_eq!(written.is_some(), plainly, "{text}");
    }
}
