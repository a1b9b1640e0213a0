//! What an existing PDF on sheets holds to.

mod made;

use duces_letters::read_letter;
use duces_render::{
    Content, Cover, CoverError, ImageKind, Note, Printer, Raster, SheetDefect, Sheets, pages,
};
use made::{document, endorsement, pdf, stream};

fn laid(printer: &mut Printer, bytes: Vec<u8>) -> Sheets {
    printer.lay_out(&Content::Pdf(bytes)).unwrap()
}

/// Notes, the text of the stamped PDF, and its bytes.
fn stamped(bytes: Vec<u8>) -> (Sheets, String, Vec<u8>) {
    let mut printer = Printer::new().unwrap();
    let sheets = laid(&mut printer, bytes);
    let written = printer.pdf(&sheets, &endorsement(&sheets)).unwrap();
    let letter = read_letter("stamped.pdf", &written).unwrap();
    let text: Vec<&str> = letter.lines().iter().map(|line| line.text.as_str()).collect();
    (sheets, text.join("\n"), written)
}

fn notes(sheets: &Sheets) -> Vec<String> {
    sheets.notes().iter().map(Note::to_string).collect()
}

/// The dot at a place of a page, given in parts of its width and height.
fn black(page: &Raster, x: f32, y: f32) -> bool {
    let at = |part: f32, of: u32| (part * of as f32) as u32;
    page.bitmap.is_black(at(x, page.bitmap.width()), at(y, page.bitmap.height()))
}

fn drawn(written: &[u8]) -> Vec<Raster> {
    pages(written).unwrap().map(Result::unwrap).collect()
}

#[test]
fn an_existing_pdf_keeps_its_pages_and_text_and_gets_number_and_legend_the_same_each_time() {
    let bytes = document("", "", "BT /F1 24 Tf 72 700 Td (Quarterly figures) Tj ET", &[]);
    let (sheets, text, written) = stamped(bytes.clone());
    assert_eq!((sheets.pages(), sheets.defect(), sheets.is_whole()), (1, None, true));
    assert_eq!(sheets.notes(), []);
    for words in ["Quarterly figures", "EXC-0000001", "CONFIDENTIAL"] {
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(stamped(bytes).2, written);
    let mut printer = Printer::new().unwrap();
    let endorsement = endorsement(&sheets);
    let images = printer.images(&sheets, &endorsement, ImageKind::Bilevel).unwrap();
    assert!(images.map(Result::unwrap).all(|image| image.bytes.len() > 1_000 && image.missing == 0));
}

#[test]
fn a_page_is_shown_upright_and_from_its_own_corner() {
    // A black box at the corner of the shown area that is its upper left one, for each way to turn the page.
    for (turn, (x, y)) in [(0, (100, 600)), (90, (100, 100)), (180, (500, 100)), (270, (500, 600))] {
        let boxes = "/MediaBox [0 0 800 900] /CropBox [100 100 600 700]";
        let drawing = format!("0 g {x} {y} {} {} re f", 100, 100);
        let (_, _, written) = stamped(document(&format!("{boxes} /Rotate {turn}"), "", &drawing, &[]));
        let page = &drawn(&written)[0];
        let turned = turn % 180 == 90;
        assert_eq!(page.bitmap.width() > page.bitmap.height(), turned, "{turn}");
        let found: Vec<bool> = [(0.16, 0.06), (0.84, 0.06), (0.16, 0.8), (0.84, 0.8)]
            .into_iter()
            .map(|(x, y)| black(page, x, y))
            .collect();
        assert_eq!(found, [true, false, false, false], "{turn}");
    }
}

#[test]
fn a_tiny_and_a_huge_page_get_sheets_that_have_room_for_the_foot() {
    for (size, said) in [("0 0 3 3", None), ("0 0 14400 14400", Some(8)), ("-9000 0 9000 20", Some(9))] {
        let (sheets, text, written) = stamped(document(&format!("/MediaBox [{size}]"), "", "0 g", &[]));
        assert_eq!((sheets.pages(), sheets.defect()), (1, None), "{size}");
        let said = said.map(|percent| format!("a page is shown at {percent} % of its size"));
        assert_eq!(notes(&sheets), Vec::from_iter(said), "{size}");
        assert!(text.contains("EXC-0000001") && text.contains("CONFIDENTIAL"), "{size}: {text}");
        assert_eq!(drawn(&written).len(), 1);
    }
}

#[test]
fn what_a_field_or_stamp_looks_like_is_drawn_where_it_lies() {
    let look = stream("/Type /XObject /Subtype /Form /BBox [0 0 10 10]", "0 g 0 0 10 10 re f");
    let over =
        |extra: &str| format!("<< /Type /Annot /Subtype /Widget /FT /Btn /Rect [106 592 206 692] {extra} >>");
    let shown = [
        (over("/AP << /N 6 0 R >>"), true),
        (over("/AP << /N 6 0 R >> /F 4"), true),
        (over("/AP << /N 6 0 R >> /F 2"), false),
        (over("/AP << /N << /Yes 6 0 R >> >> /AS /Yes"), true),
        (over("/AP << /N << /Yes 6 0 R >> >> /AS /Off"), false),
        (over("/AP << /N << /Yes 6 0 R >> >> /V /Yes"), true),
    ];
    for (annotation, is_shown) in shown {
        let (_, _, written) =
            stamped(document("/Annots [5 0 R]", "", "", &[annotation.clone(), look.clone()]));
        assert_eq!(black(&drawn(&written)[0], 0.26, 0.17), is_shown, "{annotation}");
    }
}

#[test]
fn words_that_stand_on_no_page_stand_on_a_sheet_behind_them() {
    let comment = "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T (Ann Lee) /M (D:20240517093000) \
        /Contents (Please do not send this) >>";
    let field = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (4,500) /Rect [0 0 9 9] >>";
    let list = "<< /Type /Annot /Subtype /Widget /FT /Ch /T (funds) /V [(Elm) (Cedar)] /Rect [0 0 9 9] >>";
    let ticked = "<< /Type /Annot /Subtype /Widget /FT /Btn /T (agreed) /V /Yes /Rect [0 0 9 9] >>";
    let empty = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (other) /V () /Rect [0 0 9 9] >>";
    let all = [comment, field, list, ticked, empty].map(str::to_owned);
    let (sheets, text, _) = stamped(document("/Annots [5 0 R 6 0 R 7 0 R 8 0 R 9 0 R]", "", "", &all));
    assert_eq!((sheets.pages(), sheets.is_whole()), (2, true));
    assert!(text.contains("Page 1: comment by Ann Lee, 2024-05-17 09:30: Please do not send this"), "{text}");
    for field in ["amount: 4,500", "funds: Elm; Cedar", "agreed: Yes"] {
        assert!(text.contains(&format!("Page 1: field of a form, {field}")), "{text}");
    }
    assert!(text.contains("EXC-0000002") && !text.contains("other"), "{text}");
}

#[test]
fn a_mark_without_a_look_of_its_own_is_told_and_the_pages_are_not_whole() {
    let line = "<< /Type /Annot /Subtype /Line /Rect [9 9 90 90] /L [9 9 90 90] /Contents (see here) >>";
    let (sheets, text, _) = stamped(document("/Annots [5 0 R]", "", "", &[line.to_owned()]));
    assert!(text.contains("Page 1: drawn shape that has no look of its own."), "{text}");
    assert!(text.contains("Page 1: drawn shape: see here") && !sheets.is_whole());
}

#[test]
fn programs_and_files_inside_are_left_out_and_said() {
    let catalog = "/OpenAction << /S /JavaScript /JS (app.alert) >> \
        /Names << /EmbeddedFiles << /Names [(a) << /UF (secret.xlsx) /EF << /F 5 0 R >> >>] >> >>";
    let link = "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://a.example) >> >>";
    let file = stream("/Type /EmbeddedFile", "the very bytes");
    let (sheets, text, written) = stamped(document("/Annots [6 0 R]", catalog, "", &[file, link.to_owned()]));
    assert!(text.contains("File inside the PDF: secret.xlsx"), "{text}");
    assert!(!sheets.is_whole());
    assert_eq!(
        notes(&sheets),
        [
            "1 links of the PDF lead nowhere on these pages",
            "programs and actions in the PDF are left out",
            "the PDF holds more than its pages show; the sheet behind them lists it",
        ]
    );
    for gone in ["JavaScript", "app.alert", "the very bytes", "a.example"] {
        assert!(!written.windows(gone.len()).any(|part| part == gone.as_bytes()), "{gone}");
    }
}

#[test]
fn a_layer_that_is_off_stays_off_and_is_named() {
    let catalog = "/OCProperties << /OCGs [5 0 R 6 0 R] /D << /OFF [6 0 R] >> >>";
    let layers = ["<< /Type /OCG /Name (Plan) >>", "<< /Type /OCG /Name (Draft) >>"].map(str::to_owned);
    let page = "/Resources << /Font << /F1 4 0 R >> /Properties << /On 5 0 R /Off 6 0 R >> >>";
    let drawing = "/OC /On BDC 100 600 100 100 re f EMC /OC /Off BDC 400 600 100 100 re f EMC";
    let (sheets, text, written) = stamped(document(page, catalog, drawing, &layers));
    let first = &drawn(&written)[0];
    assert!(black(first, 0.27, 0.17) && !black(first, 0.72, 0.17));
    assert!(text.contains("Layer that is off when the PDF is opened: Draft") && !text.contains("Plan"));
    assert!(!sheets.is_whole());
}

#[test]
fn resources_are_found_above_the_page_and_under_any_name() {
    // `Ref` and `Parent` are left out of other dictionaries; here they are names that the document chose.
    let form = stream("/Type /XObject /Subtype /Form /BBox [0 0 800 800]", "0 g 100 600 100 100 re f");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] \
            /Resources << /XObject << /Ref 5 0 R /Parent 5 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents [4 0 R 6 0 R] >>".to_owned(),
        stream("", "q /Re"),
        form,
        // Streams of a page are one text, with white between them.
        stream("", "Q 1 0 0 1 200 0 cm /Parent Do"),
    ];
    let (_, _, written) = stamped(pdf(&objects));
    assert!(black(&drawn(&written)[0], 0.57, 0.17));
}

#[test]
fn a_broken_table_of_objects_is_mended_and_what_is_no_pdf_gets_a_slip_sheet_that_says_why() {
    let whole = document("", "", "BT /F1 24 Tf 72 700 Td (Still here) Tj ET", &[]);
    let at = whole.windows(4).rposition(|part| part == b"xref").unwrap();
    let (sheets, text, _) = stamped(whole[..at - 20].to_vec());
    assert_eq!(sheets.defect(), None);
    assert!(text.contains("Still here"));
    for bytes in [&b""[..], b"%PDF-1.7\nnothing", b"PK\x03\x04"] {
        let (sheets, text, _) = stamped(bytes.to_vec());
        let reason = "it is damaged or no PDF".to_owned();
        assert_eq!(sheets.defect(), Some(&SheetDefect::Unreadable { reason }));
        assert!(text.contains("damaged") && !sheets.is_whole());
        let mut printer = Printer::new().unwrap();
        let named = printer.named(sheets.clone(), vec!["figures.pdf".to_owned()]);
        let pdf = printer.pdf(&named, &endorsement(&named)).unwrap();
        let read = read_letter("pages.pdf", &pdf).unwrap();
        assert!(read.lines().iter().any(|line| line.text == "figures.pdf"));
        assert_eq!((named.defect(), named.pages()), (sheets.defect(), 1));
    }
    let mut printer = Printer::new().unwrap();
    let sound = laid(&mut printer, whole);
    assert_eq!(printer.named(sound, vec!["figures.pdf".to_owned()]).defect(), None);
}

#[test]
fn a_form_that_a_program_draws_and_a_page_that_unpacks_to_too_much_get_slip_sheets() {
    let (sheets, _, _) = stamped(document("", "/NeedsRendering true", "", &[]));
    assert!(matches!(sheets.defect(), Some(SheetDefect::Unreadable { .. })));
    let bomb = made::packed(&vec![b' '; 270 << 20]);
    let mut objects: Vec<Vec<u8>> = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    let mut packed = format!("<< /Filter /FlateDecode /Length {} >>\nstream\n", bomb.len()).into_bytes();
    packed.extend(bomb);
    packed.extend(b"\nendstream");
    objects.push(packed);
    let (sheets, _, _) = stamped(made::raw(&objects));
    assert!(matches!(sheets.defect(), Some(SheetDefect::ContentTooLarge { page: 1, .. })));
}

#[test]
fn a_region_of_an_existing_page_is_burned_into_its_dots_and_nothing_of_what_it_covers_is_left() {
    let mut printer = Printer::new().unwrap();
    let words =
        "BT /F1 24 Tf 72 700 Td (Account ) Tj (44712290) Tj ( is closed) Tj 0 -200 Td (Second line) Tj ET";
    let sheets = laid(&mut printer, document("", "/Title (44712290)", words, &[]));
    // Measured on the page itself, which stands on its sheet at 0.927 of its size.
    let cover = |x: f32, y: f32, width: f32, height: f32| {
        let label = "REDACTED: account".to_owned();
        Cover { page: 1, x, y, width, height, label }
    };
    let mut covered = sheets.clone();
    let taken = printer.cover(&mut covered, &[cover(170.0, 76.0, 98.0, 8.0)]).unwrap();
    assert_eq!(taken[0].words, "44712290");
    assert_eq!(covered.text(), "Account  is closed\nSecond line\n[REDACTED: account]\n");
    let pdf = printer.pdf(&covered, &endorsement(&covered)).unwrap();
    let read = read_letter("pages.pdf", &pdf).unwrap();
    let text: String = read.lines().iter().map(|line| line.text.as_str()).collect();
    assert!(text.contains("EXC-0000001") && !text.contains("447") && !text.contains("Account"), "{text}");
    for needle in [&b"44712290"[..], b"Helvetica", b"Title (4"] {
        assert!(!pdf.windows(needle.len()).any(|window| window == needle));
    }
    let page = &drawn(&pdf)[0];
    let dot = |x: f32, y: f32| page.bitmap.is_black((x / 0.24) as u32, (y / 0.24) as u32);
    assert!(dot(200.0, 73.0) && dot(265.0, 79.0), "a sign is black down to its foot");
    assert_eq!(pdf, printer.pdf(&covered, &endorsement(&covered)).unwrap());
    // What lies outside stays where it was.
    let before = &drawn(&printer.pdf(&sheets, &endorsement(&sheets)).unwrap())[0];
    let inked = |page: &Raster| {
        let rows = (1_000..1_300).flat_map(|y| (0..2_550).map(move |x| (x, y)));
        rows.filter(|(x, y)| page.bitmap.is_black(*x, *y)).count()
    };
    let (before, after) = (inked(before), inked(page));
    assert!(before > 100 && before.abs_diff(after) * 10 < before, "{before} and {after} dots");
    for (wrong, said) in [
        (cover(400.0, 500.0, 50.0, 50.0), CoverError::Nothing { page: 1 }),
        (Cover { page: 2, ..cover(0.0, 0.0, 9.0, 9.0) }, CoverError::Page { page: 2, pages: 1 }),
    ] {
        assert_eq!(printer.cover(&mut sheets.clone(), &[wrong]), Err(vec![(0, said)]));
    }
    let mut none = laid(&mut printer, b"no PDF at all".to_vec());
    let refused = printer.cover(&mut none, &[cover(0.0, 0.0, 600.0, 700.0)]);
    assert_eq!(refused, Err(vec![(0, CoverError::NotOnPages)]));
}

#[test]
fn a_region_of_a_picture_is_burned_in_and_said_to_cover_no_known_words() {
    let mut printer = Printer::new().unwrap();
    let dot =
        b"GIF89a\x01\0\x01\0\x80\0\0\xFF\0\0\0\0\0!\xF9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let mut sheets = printer.lay_out(&Content::Picture(dot.to_vec())).unwrap();
    let cover = Cover { page: 1, x: -20.0, y: -10.0, width: 40.0, height: 30.0, label: "R".to_owned() };
    let taken = printer.cover(&mut sheets, &[cover]).unwrap();
    assert_eq!((taken[0].words.as_str(), taken[0].pictures), ("", 1));
    assert!(notes(&sheets)[0].contains("no words are known"), "{:?}", notes(&sheets));
    let page = &drawn(&printer.pdf(&sheets, &endorsement(&sheets)).unwrap())[0];
    assert!(page.bitmap.is_black(1_208, 125));
}

#[test]
fn a_page_that_cannot_be_drawn_whole_is_told_before_it_has_a_number_and_any_other_is_not() {
    let picture =
        stream("/Type /XObject /Subtype /Image /Width 9 /Height 9 /Filter /JPXDecode", "no picture at all");
    let page = "/Resources << /XObject << /P 5 0 R >> >>";
    let mut printer = Printer::new().unwrap();
    let broken = laid(&mut printer, document(page, "", "90 0 0 90 99 600 cm /P Do", &[picture]));
    assert_eq!(broken.defect(), None);
    let told = printer.undrawn(&broken).unwrap();
    assert!(matches!(told, Some(SheetDefect::NotDrawn { page: 1, .. })), "{told:?}");
    let sound = laid(&mut printer, document("", "", "BT /F1 24 Tf 72 700 Td (Figures) Tj ET", &[]));
    assert_eq!(printer.undrawn(&sound).unwrap(), None);
}
