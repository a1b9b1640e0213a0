//! PDFs made by hand. They have no table of objects: the reader finds them one by one.

use super::super::tests::extract;
use duces_model::DefectCode;

fn pdf(content: &str, page: &str, more: &str) -> Vec<u8> {
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
    format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /I 9 0 R >> >> {page} >>\nendobj\n\
         4 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\n5 0 obj\n{font}\nendobj\n{more}\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n",
        content.len()
    )
    .into_bytes()
}

/// A whole PDF.
pub(in super::super) fn sample() -> Vec<u8> {
    pdf("BT /F1 12 Tf 10 100 Td (Pay the fee) Tj ET q 20 0 0 20 0 0 cm /I Do Q", "", PICTURE)
}

const PICTURE: &str = "9 0 obj\n<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>\nstream\nx\nendstream\nendobj";

#[test]
fn words_stand_in_the_order_of_the_page_with_comments_behind() {
    let content = "BT /F1 12 Tf 10 100 Td [(Pay) -400 (the) 20 ( fee)] TJ 0 -14 Td (at once) Tj ET";
    let annotation =
        "/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (why so late?) /T (Ann) >>]";
    let found = extract(&pdf(content, annotation, ""));
    assert_eq!(found.text, "Pay the fee\nat once\n[comment by Ann on page 1]\nwhy so late?\n");
    assert_eq!((found.incomplete, found.defects), (None, vec![]));
}

#[test]
fn a_scanned_page_is_no_text_even_under_a_stamp() {
    for stamp in ["", "BT /F1 12 Tf 10 100 Td (AB-0001) Tj ET"] {
        let found = extract(&pdf(&format!("q 200 0 0 200 0 0 cm /I Do Q {stamp}"), "", PICTURE));
        let why = found.incomplete.unwrap();
        assert_eq!(why.code, DefectCode::NoText, "{stamp}");
        assert!(why.detail.contains("page 1 of 1"), "{why}");
    }
    // A letterhead is no scan.
    let text = "BT /F1 12 Tf 10 100 Td (Dear Bob) Tj ET q 20 0 0 20 0 0 cm /I Do Q";
    assert_eq!(extract(&pdf(text, "", PICTURE)).incomplete, None);
}

#[test]
fn letters_whose_meaning_is_not_said_are_not_guessed() {
    let font = "5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [97 /odd1 /odd2] >> >>\nendobj";
    let found = extract(&pdf("BT /F1 12 Tf 10 100 Td (abab) Tj ET", "", font));
    assert_eq!(found.text, "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\n");
    assert_eq!(found.incomplete.unwrap().code, DefectCode::UndecodableText);
}

#[test]
fn values_of_fields_and_files_inside_are_found() {
    let more = "6 0 obj\n<< /FT /Tx /T (amount) /V (12 million) >>\nendobj\n\
        7 0 obj\n<< /Type /Filespec /F (terms.txt) /EF << /F 8 0 R >> >>\nendobj\n8 0 obj\n<< /Length 4 >>\nstream\nnone\nendstream\nendobj";
    let found = extract(&pdf("BT /F1 12 Tf 10 100 Td (form) Tj ET", "", more));
    assert_eq!(found.text, "form\n[field amount]\n12 million\n");
    assert_eq!(
        (found.members[0].name.as_str(), found.members[0].bytes.as_slice()),
        ("terms.txt", &b"none"[..])
    );
}
