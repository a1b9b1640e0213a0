//! What every document on pages holds to. The text is read back by the reader of letters, which shares
//! nothing with the writer.

use chrono::{DateTime, Utc};
use duces_letters::read_letter;
use duces_render::{
    Body, Content, Conversation, Endorsement, Entry, Inline, Message, Note, PAGES_MAX, Printer, RenderError,
    SheetDefect, Sheets, SlipSheet, TEXT_BYTES_MAX, TextRendition,
};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    /// Reading all fonts takes a while in tests: one printer serves them all, as it serves a run.
    static PRINTER: RefCell<Printer> = RefCell::new(Printer::new().unwrap());
}

fn laid_out(content: &Content) -> Sheets {
    PRINTER.with_borrow_mut(|printer| printer.lay_out(content)).unwrap()
}

fn numbered(sheets: &Sheets) -> Endorsement {
    Endorsement {
        numbers: (1..=sheets.pages()).map(|n| format!("EXC-{n:07}")).collect(),
        legend: Some("CONFIDENTIAL".to_owned()),
        dated: DateTime::<Utc>::from_timestamp(1_727_877_780, 0).unwrap(),
    }
}

fn printed(content: &Content) -> Vec<u8> {
    let sheets = laid_out(content);
    PRINTER.with_borrow_mut(|printer| printer.pdf(&sheets, &numbered(&sheets))).unwrap()
}

/// Every line of the pages, as another program reads them.
fn read_back(content: &Content) -> String {
    let letter = read_letter("pages.pdf", &printed(content)).unwrap();
    letter.lines().iter().map(|line| format!("{}\n", line.text)).collect()
}

fn plain(text: impl Into<String>) -> Content {
    Content::Message(Message {
        headers: vec![
            ("From".into(), "Ann Lee <ann@example.com>".into()),
            ("Subject".into(), "見積書".into()),
        ],
        body: Body::Plain(text.into()),
        attachments: vec!["budget.xlsx (12 KB)".into()],
        notes: vec!["Time zone of the sender: −04:00.".into()],
    })
}

fn html(html: impl Into<String>) -> Content {
    let body = Body::Html { html: html.into(), inline: Vec::new() };
    Content::Message(Message { body, ..Message::default() })
}

fn said(content: &Content) -> Vec<String> {
    laid_out(content).notes().iter().map(Note::to_string).collect()
}

/// Letters without the blanks between them.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn a_page_made_twice_is_the_same_bytes_whatever_was_printed_in_between() {
    let content = plain("Hello 漢字 שלום مرحبا 😀\n".repeat(80));
    let first = printed(&content);
    printed(&html("<p>something <b>else</b> 漢字"));
    assert!(first == printed(&content));
    let mut other = Printer::new().unwrap();
    let sheets = other.lay_out(&content).unwrap();
    assert!(first == other.pdf(&sheets, &numbered(&sheets)).unwrap());
}

#[test]
fn the_file_says_that_it_is_pdf_a_2u() {
    let bytes = printed(&plain("text"));
    for needle in ["<pdfaid:part>2<", "<pdfaid:conformance>U<", "D:20241002140300"] {
        assert!(bytes.windows(needle.len()).any(|window| window == needle.as_bytes()), "{needle}");
    }
}

#[test]
fn text_is_found_again_in_every_script() {
    let text = read_back(&plain(
        "Quick brown fox.\nкраткий Ελλάδα\n株式会社エグザンプル 한국어\nשלום עולם\nمرحبا\nनमस्ते ไทย\n",
    ));
    for word in [
        "Ann Lee <ann@example.com>",
        "見積書",
        "Quick brown fox.",
        "краткий Ελλάδα",
        "株式会社エグザンプル",
        "한국어",
        "EXC-0000001",
        "CONFIDENTIAL",
        "budget.xlsx (12 KB)",
    ] {
        assert!(bare(&text).contains(&bare(word)), "{word} in {text}");
    }
    // The other reader takes letters from left to right: what is read from the right comes turned round.
    assert!(text.contains(&"שלום".chars().rev().collect::<String>()), "{text}");
    for letter in "مرحباनไทย".chars() {
        assert!(text.contains(letter), "{letter} in {text}");
    }
}

#[test]
fn ten_thousand_lines_are_all_there() {
    let text: String = (0..10_000).map(|n| format!("line number {n} of the body\n")).collect();
    let read = read_back(&plain(text));
    let lines: BTreeSet<&str> = read.lines().collect();
    assert!((0..10_000).all(|n| lines.contains(format!("line number {n} of the body").as_str())));
}

#[test]
fn a_word_of_a_megabyte_is_broken_and_no_character_is_lost() {
    let word: String = ('a'..='z').cycle().take(1 << 20).collect();
    let sheets = laid_out(&plain(word.clone()));
    assert!(sheets.defect().is_none() && sheets.notes().is_empty());
    let read = read_back(&plain(word));
    // Foot and header aside, every line is letters only.
    let letters: usize = read
        .lines()
        .filter(|line| line.len() > 60)
        .map(|line| line.bytes().filter(u8::is_ascii_lowercase).count())
        .sum();
    assert!(letters.abs_diff(1 << 20) < 100, "{letters}");
}

#[test]
fn what_is_too_long_gets_a_slip_sheet_that_says_so() {
    let sheets = laid_out(&plain("x".repeat(TEXT_BYTES_MAX)));
    assert!(matches!(sheets.defect(), Some(SheetDefect::TextTooLong { .. })));
    assert_eq!(sheets.pages(), 1);
    let sheets = laid_out(&plain("\n".repeat(PAGES_MAX as usize * 60)));
    assert_eq!(sheets.defect(), Some(&SheetDefect::TooManyPages { pages_max: PAGES_MAX }));
}

#[test]
fn a_character_that_cannot_be_shown_is_said_with_code_point_and_place() {
    let content = plain("fine\nbad \u{E000} and \u{13000} and \u{0}");
    let notes = said(&content);
    for code in ["U+E000", "U+13000", "U+0000"] {
        let of =
            notes.iter().find(|note| note.contains(code)).unwrap_or_else(|| panic!("{code} in {notes:?}"));
        assert!(of.ends_with("in the body, line 2"), "{of}");
        assert!(read_back(&content).contains(code), "the page says it too");
    }
}

#[test]
fn a_remote_picture_is_not_fetched_and_its_address_is_shown() {
    let content = html("<p>see<img src='https://track.example.com/p.gif' width=1 alt='a chart'></p>");
    let text = read_back(&content);
    assert!(
        text.contains("not fetched: https://track.example.com/p.gif") && text.contains("a chart"),
        "{text}"
    );
    assert_eq!(said(&content), ["a picture that is not in the message was not fetched"]);
}

#[test]
fn what_a_message_hides_is_shown_and_what_only_its_containers_shrink_is_not_called_hidden() {
    for (source, why) in [
        ("<div style='display:none'>secret words</div>", "not displayed"),
        ("<span style='font-size:0px'>secret words</span>", "of size 0"),
        ("<font color='#FFFFFF'>secret words</font>", "white on white"),
        ("<p style='visibility: hidden'>secret words</p>", "made invisible"),
    ] {
        let text = read_back(&html(format!("<p>seen</p>{source}")));
        assert!(text.contains(&format!("[hidden in the message ({why}): secret words]")), "{text}");
    }
    for seen in [
        "<td style='font-size:0'><span style='font-size:14px'>open words</span></td>",
        "<table bgcolor=navy><tr><td style='color:white'>open words</td></tr></table>",
        "<style>p { display: none }</style><p>open words</p>",
    ] {
        let text = read_back(&html(seen));
        assert!(text.contains("open words") && !text.contains("hidden"), "{text}");
    }
}

#[test]
fn scripts_are_left_out_and_said_and_links_show_where_they_lead() {
    let content = html(
        "<script>run()</script><a href='https://example.com/x'>here</a> <a href='https://example.com/'>example.com</a>",
    );
    let text = read_back(&content);
    assert!(text.contains("here <https://example.com/x> example.com") && !text.contains("run()"), "{text}");
    assert_eq!(said(&content), ["a script was left out"]);
}

#[test]
fn tables_keep_their_cells_and_ten_thousand_rows_become_pages() {
    let rows: String = (0..10_000).map(|n| format!("<tr><td>item {n}</td><td>{n}.50</td></tr>")).collect();
    let content =
        html(format!("<table border=1><thead><tr><th>Name</th><th>Price</th></tr></thead>{rows}</table>"));
    let text = read_back(&content);
    let lines: BTreeSet<&str> = text.lines().collect();
    assert!((0..10_000).all(|n| lines.contains(format!("item {n} {n}.50").as_str())));
    assert!(text.matches("Name Price").count() > 100, "the head stands on each page");
}

#[test]
fn nested_tables_lists_quotations_and_wide_tables_lose_nothing() {
    let wide: String = (0..60).map(|n| format!("<td>w{n}w</td>")).collect();
    let content = html(format!(
        "<table><tr><td><table><tr><td>inner<td>beside<ol><li>first<li>second</ol></table><td rowspan=2>tall<tr><td>below</table>\
         <blockquote>quoted<blockquote>deeper</blockquote></blockquote><table><tr>{wide}</table><pre>a  b\nc</pre>"
    ));
    let text = bare(&read_back(&content));
    for word in [
        "inner", "beside", "1.first", "2.second", "tall", "below", "quoted", "deeper", "w0w", "w59w", "ab",
        "c",
    ] {
        assert!(text.contains(word), "{word} in {text}");
    }
}

#[test]
fn html_nested_beyond_all_measure_is_shown_all_the_same() {
    for open in ["<div>", "<table><tr><td>", "<blockquote>", "<b><i>", "<ul><li>"] {
        let text = bare(&read_back(&html(format!("{}words at the bottom", open.repeat(400)))));
        assert!(text.contains("wordsatthebottom"), "{open}: {text}");
    }
}

#[test]
fn cells_that_claim_all_columns_and_rows_cost_no_more_than_others() {
    let row = format!("<tr>{}</tr>", "<td colspan=1000 rowspan=60000>x</td>".repeat(200));
    let content = html(format!("<table><tr><td><table>{}</table></table>", row.repeat(40)));
    let found = read_back(&content).lines().filter(|line| line.trim() == "x").count();
    assert_eq!(found, 8_000);
}

#[test]
fn a_picture_of_the_message_is_shown_and_a_broken_one_is_a_box_that_says_so() {
    let dot = b"GIF89a\x01\0\x01\0\x80\0\0\xFF\xFF\xFF\0\0\0!\xF9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let message = |bytes: &[u8]| {
        let inline =
            vec![Inline { content_id: "a@b".into(), media_type: "image/gif".into(), bytes: bytes.to_vec() }];
        Content::Message(Message {
            body: Body::Html { html: "<img src='cid:a@b' alt='logo'>".into(), inline },
            ..Message::default()
        })
    };
    assert_eq!(said(&message(dot)), Vec::<String>::new());
    assert!(printed(&message(dot)).windows(8).any(|window| window == b"/Image/W" || window == b"/Subtype"));
    let broken = message(b"\x89PNG\r\n\x1a\nnot a picture");
    assert!(said(&broken)[0].starts_with("a picture cannot be shown"));
    assert!(read_back(&broken).contains("“logo” cannot be shown"));
}

#[test]
fn a_conversation_a_text_and_a_slip_sheet_say_all_that_they_were_given() {
    let entry = Entry {
        time: "09:15".into(),
        who: "Bo Chen".into(),
        text: "did you see it?\nsecond line".into(),
        notes: vec!["edited 09:20".into()],
        attachments: vec!["a.png".into()],
    };
    let conversation = Conversation {
        heading: vec![("Room".into(), "#desk".into())],
        entries: vec![entry],
        notes: vec!["end".into()],
    };
    let text = read_back(&Content::Conversation(conversation));
    for words in [
        "Room #desk",
        "Bo Chen 09:15",
        "did you see it?\nsecond line",
        "Attachment: a.png",
        "[edited 09:20]",
        "end",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let rendition =
        TextRendition { title: "budget.xlsx".into(), label: "Text of it".into(), text: "a\tb".into() };
    let text = read_back(&Content::Text(rendition));
    assert!(text.contains("budget.xlsx\nText of it\na b"), "{text}");
    let sheet = SlipSheet { title: "WITHHELD".into(), lines: vec!["Privileged.".into()] };
    let text = read_back(&Content::SlipSheet(sheet));
    assert!(text.starts_with("WITHHELD\nPrivileged."), "{text}");
}

#[test]
fn numbers_that_do_not_fit_the_pages_are_refused() {
    let sheets = laid_out(&plain("one page"));
    let refused = |change: fn(&mut Endorsement)| {
        let mut endorsement = numbered(&sheets);
        change(&mut endorsement);
        PRINTER.with_borrow_mut(|printer| printer.pdf(&sheets, &endorsement)).unwrap_err()
    };
    assert_eq!(refused(|all| all.numbers.clear()), RenderError::Numbers { found: 0, expected: 1 });
    let long = refused(|all| all.legend = Some("word ".repeat(200)));
    assert!(matches!(long, RenderError::NoRoom { .. }), "{long}");
    let unknown = refused(|all| all.legend = Some("\u{E000}".into()));
    assert!(matches!(unknown, RenderError::Endorsement { code: 0xE000, .. }), "{unknown}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_text_becomes_pages(text in any::<Vec<char>>()) {
        let text: String = text.into_iter().collect();
        prop_assert!(!printed(&plain(text)).is_empty());
    }

    #[test]
    fn any_markup_becomes_pages_and_keeps_its_words(
        tags in proptest::collection::vec(
            prop_oneof![
                Just("<p>"), Just("</p>"), Just("<table>"), Just("<tr>"), Just("<td>"), Just("</table>"), Just("<ul><li>"),
                Just("</ul>"), Just("<b>"), Just("<pre>"), Just("</pre>"), Just("<blockquote>"), Just("<br>"), Just("<a href='x'>"),
                Just("<td colspan=3 rowspan=2>"), Just("<sup>"), Just("<div style='color:white'>"),
            ],
            0..40,
        )
    ) {
        let source: String = tags.iter().enumerate().map(|(n, tag)| format!("{tag}q{n}q ")).collect();
        let text = bare(&read_back(&html(format!("<body>{source}"))));
        for n in 0..tags.len() {
            prop_assert!(text.contains(&format!("q{n}q")), "q{n}q of {source} in {text}");
        }
    }
}
