//! Old office files made by hand, stream by stream.

use super::tests::extract;
use crate::outlook::storage::{Storage, object_file};
use duces_model::DefectCode;

fn file(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut root = Storage::default();
    for (name, bytes) in streams {
        root.put(name, bytes.clone());
    }
    object_file(&root).unwrap()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A record of a workbook.
fn row(kind: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    [&kind.to_le_bytes(), &length.to_le_bytes(), body].concat()
}

fn workbook(sheet: &[u8], hidden: u8) -> Vec<u8> {
    let start = row(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0]);
    let strings = row(
        0x00FC,
        &[&[2, 0, 0, 0, 2, 0, 0, 0][..], &[3, 0, 0], b"fee", &[2, 0, 1], &wide("\u{20AC}x")].concat(),
    );
    let formats = [row(0x00E0, &[0; 4]), row(0x00E0, &[0, 0, 14, 0])].concat();
    let entry = |at: usize| {
        row(0x0085, &[&u32::try_from(at).unwrap().to_le_bytes()[..], &[hidden, 0, 4, 0], b"Fees"].concat())
    };
    let end = row(0x000A, &[]);
    let at = start.len() + strings.len() + formats.len() + entry(0).len() + end.len();
    [start.clone(), strings, formats, entry(at), end.clone(), start, sheet.to_vec(), end].concat()
}

#[test]
fn an_old_workbook_gives_rows_strings_and_numbers_as_shown() {
    let sheet = [
        row(0x00FD, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        row(0x00FD, &[0, 0, 1, 0, 0, 0, 1, 0, 0, 0]),
        row(0x0203, &[&[1, 0, 0, 0, 1, 0][..], &45_352.0_f64.to_le_bytes()].concat()),
        row(0x0208, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0]),
        row(0x0006, &[1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        row(0x0207, &[&[5, 0, 0][..], b"found"].concat()),
    ]
    .concat();
    let found = extract(&file(&[("Workbook", workbook(&sheet, 1))]));
    assert_eq!(found.text, "[sheet Fees, hidden]\nfee\t\u{20AC}x\n[hidden row] 2024-03-01\tfound\n");
    assert_eq!(found.incomplete, None);
}

#[test]
fn a_cell_whose_string_is_not_there_and_a_password_leave_the_text_not_all() {
    let lost = row(0x00FD, &[0, 0, 0, 0, 0, 0, 9, 0, 0, 0]);
    let code =
        |sheet: &[u8]| extract(&file(&[("Workbook", workbook(sheet, 0))])).incomplete.map(|why| why.code);
    assert_eq!(code(&lost), Some(DefectCode::DamagedFile));
    let mut locked = workbook(&[], 0);
    locked.splice(12..12, row(0x002F, &[0; 6]));
    assert_eq!(extract(&file(&[("Workbook", locked)])).incomplete.unwrap().code, DefectCode::Encrypted);
}

/// A Word 97 document of one piece: main text of `main` characters, then footnotes.
fn document(text: &str, main: usize, deleted: Option<(usize, usize)>) -> Vec<u8> {
    let mut stream = vec![0_u8; 0x600];
    let mut put = |at: usize, value: usize| {
        stream[at..at + 4].copy_from_slice(&u32::try_from(value).unwrap().to_le_bytes())
    };
    let count = text.chars().count();
    put(0x4C, main);
    put(0x50, count - main);
    put(0x1A2, 0);
    put(0x1A6, 21);
    put(0xFA, 21);
    put(0xFE, if deleted.is_some() { 12 } else { 0 });
    stream[0..4].copy_from_slice(&[0xEC, 0xA5, 0xC1, 0]);
    let start = stream.len();
    stream.extend(wide(text));
    let mut table = vec![2, 16, 0, 0, 0, 0, 0, 0, 0];
    table.extend(u32::try_from(count).unwrap().to_le_bytes());
    table.extend([0, 0]);
    table.extend(u32::try_from(start).unwrap().to_le_bytes());
    table.extend([0, 0]);
    if let Some((from, to)) = deleted {
        stream.resize(0x800, 0);
        let places = [start + from * 2, start + to * 2];
        let mut page = vec![0_u8; 512];
        for (number, place) in places.iter().enumerate() {
            page[number * 4..number * 4 + 4].copy_from_slice(&u32::try_from(*place).unwrap().to_le_bytes());
        }
        page[8] = 50;
        page[100..104].copy_from_slice(&[3, 0x00, 0x08, 1]);
        page[511] = 1;
        stream.extend(page);
        table.extend([0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 4, 0, 0, 0]);
    }
    file(&[("WordDocument", stream), ("0Table", table)])
}

#[test]
fn an_old_document_gives_tables_fields_and_notes() {
    let text = "a\u{13}HYPERLINK x\u{14}link\u{15}\rleft\u{7}right\u{7}\u{7}\rnote\r";
    let found = extract(&document(text, text.chars().count() - 5, None));
    assert_eq!(found.text, "alink\nleft\tright\n\n[footnotes]\nnote\n");
    assert_eq!(found.incomplete, None);
}

#[test]
fn what_is_deleted_in_an_old_document_is_told_behind_it() {
    let found = extract(&document("he is not guilty\r", 17, Some((6, 10))));
    assert!(found.text.starts_with("he is guilty\n"), "{}", found.text);
    assert!(
        found.text.contains("[deleted] not\n") && found.text.contains("\nhe is not guilty\n"),
        "{}",
        found.text
    );
}

/// A whole document.
pub(super) fn sample_document() -> Vec<u8> {
    document("he is not guilty\r", 17, Some((6, 10)))
}

/// A whole workbook.
pub(super) fn sample_workbook() -> Vec<u8> {
    file(&[("Workbook", workbook(&row(0x00FD, &[0; 10]), 0))])
}

/// A record of a presentation.
fn atom(head: u16, kind: u16, body: &[u8]) -> Vec<u8> {
    [&head.to_le_bytes()[..], &kind.to_le_bytes(), &u32::try_from(body.len()).unwrap().to_le_bytes(), body]
        .concat()
}

#[test]
fn an_old_presentation_gives_its_newest_slides_and_not_what_was_before() {
    let before = atom(0, 0x0FA0, &wide("old words"));
    let slide = atom(0xF, 0x03EE, &atom(0, 0x0FA8, b"on the slide"));
    let place = [1_u32.to_le_bytes(), [0; 4], [0; 4], [0; 4], [0; 4]].concat();
    let list = atom(0xF, 0x0FF0, &[atom(0, 0x03F3, &place), atom(0, 0x0FA0, &wide("the title"))].concat());
    let deck = atom(0xF, 0x03E8, &list);
    let (first, second) = (before.len(), before.len() + slide.len());
    let third = second + deck.len();
    let number = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    let places = atom(0, 0x1772, &[(2_u32 << 20 | 1).to_le_bytes(), number(first), number(second)].concat());
    let edit = [number(0), number(0), number(0), number(third), number(2), number(0), number(0)].concat();
    let at = third + places.len();
    let stream = [before, slide, deck, places, atom(0, 0x0FF5, &edit)].concat();
    let user = [&[0; 16][..], &number(at)].concat();
    let found = extract(&file(&[("PowerPoint Document", stream.clone()), ("Current User", user)]));
    assert_eq!((found.text.as_str(), found.incomplete), ("[slide 1]\nthe title\non the slide\n", None));
    // Without a directory all texts stand in the file's order, which is told.
    let found = extract(&file(&[("PowerPoint Document", stream)]));
    assert!(found.text.starts_with("old words\n"));
    assert_eq!(found.incomplete.unwrap().code, DefectCode::DamagedFile);
}

#[test]
fn a_file_embedded_as_a_package_is_taken_out() {
    let inside = [
        &[0; 6][..],
        b"a.txt\0C:\\a.txt\0",
        &[0, 0, 3, 0],
        &4_u32.to_le_bytes(),
        b"C:\\\0",
        &3_u32.to_le_bytes(),
        b"pay",
    ]
    .concat();
    let found = extract(&file(&[("\u{1}Ole10Native", inside)]));
    assert_eq!((found.members[0].name.as_str(), found.members[0].bytes.as_slice()), ("a.txt", &b"pay"[..]));
}
