//! What covering promises, read back from the PDF.

use super::*;
use crate::content::{Body, Content, Message, TextRendition};
use crate::printer::Endorsement;
use crate::{BOX_ENDS, BOX_STARTS};
use chrono::DateTime;
use proptest::prelude::*;
use std::cell::RefCell;

thread_local! {
    static PRINTER: RefCell<Printer> = RefCell::new(Printer::new().expect("the shipped fonts are read"));
}

fn pdf_text(printer: &mut Printer, sheets: &Sheets) -> String {
    let numbers = (0..sheets.pages()).map(|n| format!("N{n:04}")).collect();
    let endorsement = Endorsement { numbers, legend: None, dated: DateTime::UNIX_EPOCH };
    let bytes = printer.pdf(sheets, &endorsement).expect("a PDF");
    let read = duces_letters::read_letter("pages.pdf", &bytes).expect("a PDF is read");
    read.lines().iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn plain(text: &str) -> Content {
    Content::Text(TextRendition { title: "t".into(), label: String::new(), text: text.into() })
}

/// Where the ink of a word stands on the first page.
fn place_of(sheets: &Sheets, wanted: &str) -> Area {
    let found = sheets.pages[0].marks.iter().find_map(|mark| match mark {
        Mark::Text { x, y, line } => {
            line.pieces.iter().find(|one| &*one.word.text == wanted).map(|one| Area {
                left: SIDE + x + one.x + 1.0,
                top: y + line.up - 4.0,
                right: SIDE + x + one.x + one.word.width * one.look.size - 1.0,
                bottom: y + line.up - 2.0,
            })
        }
        _ => None,
    });
    found.expect("the word stands on the page")
}

fn cover(area: Area) -> Cover {
    let (x, y) = (area.left, area.top);
    Cover { page: 1, x, y, width: area.right - x, height: area.bottom - y, label: "REDACTED: account".into() }
}

#[test]
fn what_lies_under_a_region_is_gone_from_page_and_text_and_the_rest_stays_in_its_place() {
    PRINTER.with_borrow_mut(|printer| {
        let content = plain("before 44712290 after\nthe line below stays");
        let whole = printer.lay_out(&content).unwrap();
        assert!(pdf_text(printer, &whole).contains("44712290"), "the search is able to find it");
        let mut sheets = whole.clone();
        let covered = printer.cover(&mut sheets, &[cover(place_of(&whole, "44712290"))]).unwrap();
        assert_eq!(covered, [Covered { words: "44712290".into(), pictures: 0 }]);
        let text = sheets.text();
        assert!(
            text.contains("before") && text.contains("after") && text.contains("the line below stays"),
            "{text}"
        );
        assert!(text.contains("[REDACTED: account]"), "{text}");
        assert!(!text.contains("4471") && !pdf_text(printer, &sheets).contains("4471"));
        assert_eq!(place_of(&sheets, "after"), place_of(&whole, "after"));
    });
}

#[test]
fn a_region_over_half_a_word_takes_its_signs_and_the_box_reaches_as_far_as_they() {
    PRINTER.with_borrow_mut(|printer| {
        let whole = printer.lay_out(&plain("abcdefgh")).unwrap();
        let place = place_of(&whole, "abcdefgh");
        let mut sheets = whole.clone();
        let middle = Area { right: (place.left + place.right) / 2.0 + 1.0, ..place };
        let covered = printer.cover(&mut sheets, &[cover(middle)]).unwrap();
        assert_eq!(covered[0].words, "abcde", "the sign that is cut goes with the others");
        let black = sheets.pages[0].marks.iter().filter_map(|mark| match mark {
            Mark::Box { x, width, grey: 0, .. } => Some(SIDE + x + width),
            _ => None,
        });
        assert!(black.fold(0.0, f32::max) > middle.right);
        assert!(sheets.text().contains("fgh"));
    });
}

#[test]
fn a_region_beside_the_document_or_on_a_page_that_is_not_there_is_a_mistake() {
    PRINTER.with_borrow_mut(|printer| {
        let mut sheets = printer.lay_out(&plain("x")).unwrap();
        let at = |page, y| Cover { page, x: 10.0, y, width: 20.0, height: 9.0, label: "r".into() };
        let wrong = printer.cover(&mut sheets, &[at(2, 0.0), at(1, 700.0), at(0, 0.0)]).unwrap_err();
        let said: Vec<String> = wrong.iter().map(|(at, error)| format!("{at}: {error}")).collect();
        assert_eq!(
            said,
            [
                "0: found no page 2, the document has 1",
                "1: nothing of the document lies under the region of page 1",
                "2: found no page 0, the document has 1",
            ]
        );
    });
}

#[test]
fn a_label_that_does_not_fit_is_said() {
    PRINTER.with_borrow_mut(|printer| {
        let mut sheets = printer.lay_out(&plain("secretword")).unwrap();
        let place = place_of(&sheets, "secretword");
        let small = Area { right: place.left + 3.0, bottom: place.top + 1.0, ..place };
        printer.cover(&mut sheets, &[cover(small)]).unwrap();
        assert_eq!(
            sheets.notes().iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["a box of page 1 is too small to read its words: REDACTED: account"]
        );
        assert!(sheets.text().contains("[REDACTED: account]"));
    });
}

#[test]
fn a_box_is_as_long_as_its_own_words_whatever_it_stands_for() {
    PRINTER.with_borrow_mut(|printer| {
        let message = Content::Message(Message {
            headers: vec![("Subject".into(), format!("Re: {BOX_STARTS}REDACTED: legal{BOX_ENDS}, final"))],
            body: Body::Plain(format!("a {BOX_STARTS}REDACTED: legal advice{BOX_ENDS}\u{301} b")),
            ..Message::default()
        });
        let sheets = printer.lay_out_boxed(&message).unwrap();
        let text = sheets.text();
        assert!(text.contains("Re: [REDACTED: legal] , final"), "{text}");
        assert!(text.contains("a [REDACTED: legal advice]"), "{text}");
        let plainly = printer.lay_out(&message).unwrap();
        assert_eq!(plainly.notes().len(), 2, "without boxes the signs reach no page: {:?}", plainly.notes());
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_under_any_region_is_left_in_the_text_of_the_pdf(
        words in prop::collection::vec("[a-z]{2,9}|[\u{5D0}-\u{5EA}]{2,6}|[\u{4E00}-\u{4E40}]{1,3}|[0-9]{2,6}", 8..40),
        x in 60.0_f32..500.0, y in 55.0_f32..150.0, width in 5.0_f32..400.0, height in 2.0_f32..60.0,
    ) {
        // Each word is told from all others by its number.
        let text: Vec<String> = words.iter().enumerate().map(|(n, word)| format!("{word}{}", sign(n))).collect();
        let content = plain(&text.join(" "));
        PRINTER.with_borrow_mut(|printer| {
            let mut sheets = printer.lay_out(&content).unwrap();
            let region = Cover { page: 1, x, y, width, height, label: "=".into() };
            let Ok(covered) = printer.cover(&mut sheets, &[region]) else { return Ok(()) };
            let left = pdf_text(printer, &sheets);
            for n in 0..words.len() {
                if covered[0].words.contains(&sign(n)) {
                    prop_assert!(!left.contains(&sign(n)) && !sheets.text().contains(&sign(n)), "{n}: {}", covered[0].words);
                }
            }
            let stays = (0..words.len()).filter(|n| left.contains(&sign(*n))).count();
            let goes = (0..words.len()).filter(|n| covered[0].words.contains(&sign(*n))).count();
            prop_assert_eq!(stays + goes, words.len(), "nothing else went");
            Ok(())
        })?;
    }
}

/// A sign that no other word has.
fn sign(n: usize) -> String {
    char::from_u32(0x391 + n as u32 + u32::from(n >= 17)).expect("a Greek letter").to_string()
}
