//! PDF and DOCX: what is read, what is refused, and that no bytes do harm.

use duces_letters::{LettersError, Place, UNPACKED_MAX, read_letter};
use duces_render::{Block, Pages, to_pdf};
use proptest::prelude::*;
use std::io::Write as _;
use std::path::Path;

const LETTER: &str = include_str!("letters/enforcement.txt");

fn made() -> Vec<u8> {
    let blocks: Vec<Block> = LETTER
        .split("\n\n")
        .map(|paragraph| Block::Paragraph(paragraph.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    let pages = Pages {
        title: "A letter".to_owned(),
        language: "en-US".to_owned(),
        dated: chrono::DateTime::UNIX_EPOCH,
        header: "NY-09876".to_owned(),
        footer: String::new(),
        mark: None,
        blocks,
    };
    to_pdf(&pages).expect("a PDF").bytes
}

fn docx() -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/letters/numbered.docx"))
        .expect("a letter")
}

/// A PDF by hand: one page of content streams, with the objects given besides.
fn by_hand(content: &[u8], more: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n".to_vec();
    out.extend(b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n");
    out.extend(b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>> endobj\n");
    out.extend(format!("4 0 obj <</Length {}>> stream\n", content.len()).bytes());
    out.extend(content);
    out.extend(b"\nendstream endobj\n");
    out.extend(
        b"5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>> endobj\n",
    );
    out.extend(more.bytes());
    out.extend(b"trailer <</Root 1 0 R>>\n%%EOF\n");
    out
}

#[test]
fn a_pdf_gives_the_words_in_their_order() {
    let letter = read_letter("l.pdf", &made()).unwrap();
    let words = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let found = words(letter.lines().iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" "));
    let mut left = found.iter();
    for word in words(LETTER.to_owned()) {
        assert!(left.any(|found| *found == word), "{word} is missing: {found:?}");
    }
    assert!(matches!(letter.lines()[0].place, Place::Page { page: 1, line: 1 }));
}

#[test]
fn text_by_hand_is_put_together_to_lines_with_spaces_where_gaps_are() {
    let content = b"BT /F 12 Tf 72 700 Td (1. All) Tj 60 0 Td (documents) Tj -60 -14 Td [(with) -400 (gaps \x93x\x94)] TJ \
                    0 -40 Td (end) Tj ET";
    let letter = read_letter("l.pdf", &by_hand(content, "")).unwrap();
    let lines: Vec<(&str, bool)> =
        letter.lines().iter().map(|line| (line.text.as_str(), line.after_gap)).collect();
    assert_eq!(lines, [("1. All documents", true), ("with gaps “x”", false), ("end", true)]);
}

#[test]
fn a_pdf_without_text_says_so() {
    let error = read_letter("scan.pdf", &by_hand(b"0 0 10 10 re f", "")).unwrap_err();
    assert!(matches!(error, LettersError::NoText { .. }), "{error}");
    assert!(error.to_string().contains("scan.pdf has no text"), "{error}");
}

#[test]
fn a_font_that_does_not_say_what_its_signs_mean_is_not_guessed_at() {
    let font = "6 0 obj <</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[7 0 R]>> endobj\n\
                7 0 obj <</Type/Font/Subtype/CIDFontType2/BaseFont/X>> endobj\n";
    let mut bytes = by_hand(b"BT /F 12 Tf 72 700 Td (abcdefgh) Tj ET", font);
    let at = bytes.windows(11).position(|part| part == b"/F 5 0 R>>>").unwrap();
    bytes[at + 3] = b'6';
    let error = read_letter("l.pdf", &bytes).unwrap_err();
    assert!(matches!(error, LettersError::Unreadable { unknown: 4, .. }), "{error}");
}

#[test]
fn a_protected_a_cyclic_and_a_deep_pdf_are_refused_and_do_no_harm() {
    let protected = by_hand(b"", "9 0 obj <</Encrypt 8 0 R>> endobj\n");
    assert!(read_letter("l.pdf", &protected).unwrap_err().to_string().contains("password"));
    let cyclic = String::from_utf8(by_hand(b"", "")).unwrap().replace("Kids[3 0 R]", "Kids[2 0 R]");
    assert!(read_letter("l.pdf", cyclic.as_bytes()).is_err());
    let deep = by_hand(b"", &format!("9 0 obj {} endobj\n", "[".repeat(200_000)));
    assert!(read_letter("l.pdf", &deep).unwrap_err().to_string().contains("too deep"));
    // Thirty levels of two pages each are a thousand million pages.
    let mut tree = String::new();
    for level in 10..40 {
        tree.push_str(&format!(
            "{level} 0 obj <</Type/Pages/Kids[{next} 0 R {next} 0 R]/Count 2>> endobj\n",
            next = level + 1
        ));
    }
    tree.push_str("40 0 obj <</Type/Page>> endobj\n");
    let wide = String::from_utf8(by_hand(b"", &tree)).unwrap().replace("Kids[3 0 R]", "Kids[10 0 R]");
    assert!(read_letter("l.pdf", wide.as_bytes()).unwrap_err().to_string().contains("pages"));
    let mut long = String::new();
    for level in 10..50_000 {
        long.push_str(&format!("{level} 0 obj <</Type/Pages/Kids[{} 0 R]>> endobj\n", level + 1));
    }
    let long = String::from_utf8(by_hand(b"", &long)).unwrap().replace("Kids[3 0 R]", "Kids[10 0 R]");
    assert!(read_letter("l.pdf", long.as_bytes()).is_err());
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b' '; UNPACKED_MAX + 1]).unwrap();
    let bytes = by_hand(&packed.finish().unwrap(), "");
    assert!(bytes.len() < 1_000_000);
    assert!(matches!(read_letter("l.pdf", &bytes), Err(LettersError::TooMuch { .. })));
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("_rels/.rels", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(&vec![b' '; UNPACKED_MAX + 1]).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    assert!(matches!(read_letter("l.docx", &bytes), Err(LettersError::TooMuch { .. })));
}

#[test]
fn word_counts_its_lists_itself_and_what_is_not_shown_is_left_out_and_said() {
    let letter = read_letter("numbered.docx", &docx()).unwrap();
    let labels: Vec<_> = letter.lines().iter().filter_map(|line| line.auto_label.as_deref()).collect();
    assert_eq!(labels, ["1.", "2.", "(a)", "(b)", "3."]);
    let text: Vec<&str> = letter.lines().iter().map(|line| line.text.as_str()).collect();
    assert!(text.contains(&"Copies of the current compliance manual."), "{text:?}");
    assert!(text.contains(&"Electronic copies will do.") && text.contains(&"Confidential - 801-77001"));
    assert_eq!(letter.remarks().len(), 2, "{:?}", letter.remarks());
}

#[test]
fn other_files_are_named_as_what_they_are() {
    for (bytes, word) in [
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), "old Word"),
        (b"{\\rtf1 x}", "RTF"),
        (b"PK\x03\x04", "DOCX"),
        (b"", "no text"),
        (b"\n \n", "no text"),
        (b"\x7fELF\0\0", "control character"),
    ] {
        let error = read_letter("x", bytes).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

/// Bytes changed in a few places, or cut off.
fn changed(bytes: &[u8], changes: &[(prop::sample::Index, u8)], cut: prop::sample::Index) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, byte) in changes {
        let at = at.index(bytes.len());
        bytes[at] = *byte;
    }
    let length = bytes.len();
    // Half of the files are whole.
    bytes.truncate((length / 2 + cut.index(length)).min(length));
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec(any::<(prop::sample::Index, u8)>(), 0..40)
}

struct Nobody;

impl duces_letters::KnownPeople for Nobody {
    fn people(&self) -> Vec<duces_letters::KnownPerson> {
        Vec::new()
    }
}

fn all_of_it(name: &str, bytes: &[u8]) {
    let Ok(letter) = read_letter(name, bytes) else { return };
    let draft = duces_letters::draft(&letter, &Nobody);
    let text = draft.to_toml();
    assert_eq!(text, duces_letters::draft(&letter, &Nobody).to_toml());
    assert!(text.parse::<toml::Table>().is_ok(), "{text}");
    assert_eq!(draft.account().of.values().sum::<usize>(), letter.lines().len());
    assert!(duces_letters::check_accepted("d.toml", &text).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_text_does_harm(changes in changes(), cut: prop::sample::Index) {
        all_of_it("l.txt", &changed(LETTER.as_bytes(), &changes, cut));
    }

    #[test]
    fn no_text_does_harm(text in "([0-9a-zA-Z(]{0,3}[.)] )?(All|“x”|means|between|and|from|1/2/2020|Ann Lee|the present|\\PC{0,6}| |\n|\n\n|\t|\u{c}){0,40}") {
        all_of_it("l.txt", text.as_bytes());
    }

    #[test]
    fn no_change_of_a_docx_does_harm(changes in changes(), cut: prop::sample::Index) {
        all_of_it("l.docx", &changed(&docx(), &changes, cut));
    }

    #[test]
    fn no_change_of_a_pdf_does_harm(changes in changes(), cut: prop::sample::Index) {
        let content = b"q 1 0 0 1 0 0 cm BT /F 12 Tf 14 TL 72 700 Td (1. All) ' [(documents) -400 (x)] TJ T* (2. Any) Tj ET Q /F Do";
        all_of_it("l.pdf", &changed(&by_hand(content, "6 0 obj [1 [2 <</A/B>>]] endobj\n"), &changes, cut));
    }

    #[test]
    fn no_change_of_a_made_pdf_does_harm(changes in changes(), cut: prop::sample::Index) {
        static MADE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(made);
        all_of_it("l.pdf", &changed(&MADE, &changes, cut));
    }

    #[test]
    fn no_bytes_do_harm(bytes: Vec<u8>) {
        all_of_it("x", &bytes);
        all_of_it("x", &[b"%PDF-1.4\n".as_slice(), &bytes].concat());
        all_of_it("x", &[b"PK\x03\x04".as_slice(), &bytes].concat());
    }
}
