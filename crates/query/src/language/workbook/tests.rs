//! Workbooks as spreadsheet programs write them, built here part by part.

use super::COLUMNS_MAX;
use crate::language::{Dialect, LIST_BYTES_MAX, ListPart, Reading, Terms, term_list};
use duces_model::Mistakes;
use proptest::prelude::*;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="General"/>
<numFmt numFmtId="165" formatCode="00000"/><numFmt numFmtId="166" formatCode=";;;"/></numFmts>
<fonts><font/><font><strike/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="14" fontId="0"/>
<xf numFmtId="164" fontId="0"/><xf numFmtId="165" fontId="0"/><xf numFmtId="0" fontId="1"/>
<xf numFmtId="166" fontId="0"/><xf numFmtId="49" fontId="0"/></cellXfs></styleSheet>"#;

/// An archive of these files.
fn archive(files: &[(String, String)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The parts of a workbook of these sheets: name, state, and what stands in `<worksheet>`.
fn parts(sheets: &[(&str, &str, &str)], strings: &str) -> Vec<(String, String)> {
    let relation = |id: usize, kind: &str, target: &str| {
        format!(
            r#"<Relationship Id="rId{id}" Type="http://x.example/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let mut files = vec![(
        "_rels/.rels".to_owned(),
        format!("<Relationships>{}</Relationships>", relation(1, "officeDocument", "xl/workbook.xml")),
    )];
    let mut listed = String::new();
    let mut related =
        relation(90, "sharedStrings", "sharedStrings.xml") + &relation(91, "styles", "/xl/styles.xml");
    for (at, (name, state, content)) in sheets.iter().enumerate() {
        listed += &format!(r#"<sheet name="{name}" sheetId="{at}" state="{state}" r:id="rId{at}"/>"#);
        related += &relation(at, "worksheet", &format!("worksheets/sheet{at}.xml"));
        files.push((
            format!("xl/worksheets/sheet{at}.xml"),
            format!(r#"<?xml version="1.0" encoding="UTF-8"?><worksheet>{content}</worksheet>"#),
        ));
    }
    files.push((
        "xl/workbook.xml".to_owned(),
        format!(r#"<workbook xmlns:r="http://r.example"><sheets>{listed}</sheets></workbook>"#),
    ));
    files
        .push(("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{related}</Relationships>")));
    files.push(("xl/sharedStrings.xml".to_owned(), format!("<sst>{strings}</sst>")));
    files.push(("xl/styles.xml".to_owned(), STYLES.to_owned()));
    files
}

fn workbook(sheets: &[(&str, &str, &str)], strings: &str) -> Vec<u8> {
    archive(&parts(sheets, strings))
}

/// A workbook of one sheet "Terms" with these rows.
fn one(rows: &str) -> Vec<u8> {
    workbook(&[("Terms", "visible", &format!("<sheetData>{rows}</sheetData>"))], "")
}

/// A cell with its words in itself.
fn words(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn row(number: u32, cells: &str) -> String {
    format!(r#"<row r="{number}">{cells}</row>"#)
}

fn read(bytes: &[u8], part: ListPart<'_>) -> Result<Terms, Mistakes> {
    term_list(&Reading::new(Dialect::DtSearch), "t.xlsx", bytes, part)
}

fn canonical(bytes: &[u8]) -> String {
    read(bytes, ListPart::default()).unwrap_or_else(|wrong| panic!("{wrong:?}")).canonical()
}

fn mistakes(bytes: &[u8]) -> Vec<String> {
    read(bytes, ListPart::default()).unwrap_err().iter().map(ToString::to_string).collect()
}

const TERM: ListPart<'static> = ListPart { sheet: None, column: Some("term") };

#[test]
fn words_are_read_wherever_a_program_puts_them() {
    let strings = "<si><t>layering</t></si>\
        <si><r><t xml:space=\"preserve\">wash </t></r><r><rPr><b/></rPr><t>trade*</t></r><rPh sb=\"0\" eb=\"1\"><t>x</t></rPh></si>";
    let rows = [
        row(1, r#"<c r="A1" t="s"><v>0</v></c>"#),
        row(2, r#"<c r="A2" t="s"><v>1</v></c>"#),
        row(4, &words("A4", "fee &amp;amp refund").replace("&amp;amp", "and")),
        r#"<row><c t="str"><v>q3_x005F_report</v></c></row>"#.to_owned(),
        row(6, r#"<c r="A6" s="2"><v>1234567</v></c>"#),
        row(7, r#"<c r="A7" s="6"><v>007</v></c>"#),
        row(8, r#"<c r="A8"><v></v></c><c r="B8" s="1"/>"#),
    ];
    let sheet = format!("<sheetData>{}</sheetData>", rows.concat());
    let terms = read(&workbook(&[("Terms", "visible", &sheet)], strings), ListPart::default()).unwrap();
    assert_eq!(
        terms.canonical(),
        "layering or \"wash trade*\" or (fee and refund) or q3_report or 1234567 or 007"
    );
    let list = terms.list().unwrap();
    assert_eq!((list.sheet(), list.terms(), list.rows_without_term()), (Some("Terms"), 6, 1));
    assert!(
        terms.explain().contains(
            &"from the list t.xlsx, sheet Terms: 6 terms, 1 rows without one passed over".to_owned()
        )
    );
}

#[test]
fn a_column_is_found_by_its_header_and_what_stands_beside_it_is_not_read() {
    let rows = [
        row(3, &[words("B3", "No"), words("D3", "Term"), words("E3", "Agreed")].concat()),
        row(
            4,
            &[
                r#"<c r="B4"><f>1+0</f><v>1</v></c>"#,
                &words("D4", "fee"),
                r#"<c r="E4" s="1"><v>45000</v></c>"#,
            ]
            .concat(),
        ),
        row(5, r#"<c r="B5"><v>2</v></c>"#),
        row(6, &words("D6", "refund")),
    ];
    let terms = read(&one(&rows.concat()), TERM).unwrap();
    assert_eq!(terms.canonical(), "fee or refund");
    assert!(terms.warnings()[0].message.contains("row 5: it has content, but no term"));
    assert!(mistakes(&one(&rows.concat()))[0].contains("sheet \"Terms\": 3 columns have content"));
    let headed = row(1, &words("A1", "Term")) + &row(2, &words("A2", "fee"));
    assert!(mistakes(&one(&headed))[0].contains("looks like a header"));
}

#[test]
fn what_is_seen_and_what_is_stored_may_differ_and_the_cell_is_refused_by_its_name() {
    let cells = [
        (r#"<c r="A1"><f>A9</f><v>7</v></c>"#, "a formula"),
        (r#"<c r="A1" t="str"><f>A9</f><v>fee</v></c>"#, "a formula"),
        (r#"<c r="A1" t="str"><f t="shared" si="0"/><v>fee</v></c>"#, "a formula"),
        (r#"<c r="A1" s="1"><v>45000</v></c>"#, "a number or day that is shown by a format"),
        (r#"<c r="A1" s="3"><v>123</v></c>"#, "a number or day"),
        (r#"<c r="A1"><v>1.5E3</v></c>"#, "a number or day"),
        (r#"<c r="A1"><v>-5</v></c>"#, "a number or day"),
        (r#"<c r="A1"><v>123456789012</v></c>"#, "a number or day"),
        (r#"<c r="A1" t="d"><v>2024-01-01</v></c>"#, "a number or day"),
        (r#"<c r="A1" t="b"><v>1</v></c>"#, "a truth value"),
        (r##"<c r="A1" t="e"><v>#REF!</v></c>"##, "an error of a formula"),
        (r#"<c r="A1" s="4" t="inlineStr"><is><t>fee</t></is></c>"#, "words struck through"),
        (
            r#"<c r="A1" t="inlineStr"><is><r><t>fee</t></r><r><rPr><strike/></rPr><t> or x</t></r></is></c>"#,
            "words struck through",
        ),
        (r#"<c r="A1" s="5" t="inlineStr"><is><t>fee</t></is></c>"#, "shows otherwise, or hides"),
    ];
    for (cell, said) in cells {
        let seven = row(7, &cell.replace("A1", "A7"));
        let found = mistakes(&one(&(row(1, &words("A1", "fee")) + &seven)));
        assert_eq!(found.len(), 1, "{cell}: {found:?}");
        assert!(found[0].starts_with("t.xlsx:7: sheet \"Terms\", cell A7: found "), "{found:?}");
        assert!(found[0].contains(said), "{cell}: {found:?}");
        let header = read(&one(&(row(1, &cell.replace("fee", "Term")) + &row(2, &words("A2", "fee")))), TERM);
        assert!(header.is_err(), "{cell}");
    }
}

#[test]
fn every_mistake_of_every_cell_is_found_at_once_with_its_place_in_the_term() {
    let rows = [
        row(1, &words("B1", "fee")),
        row(2, &words("B2", "fraud!")),
        row(3, &words("B3", "layering\nspoofing")),
        row(4, r#"<c r="B4"><f>B1</f><v>1</v></c>"#),
    ];
    assert_eq!(
        mistakes(&one(&rows.concat())),
        [
            "t.xlsx:2:6: sheet \"Terms\", cell B2: \"!\" means nothing in this dialect",
            "t.xlsx:3:9: sheet \"Terms\", cell B3: a line break stands inside a term, expected one term on one line",
            "t.xlsx:4: sheet \"Terms\", cell B4: found a formula, expected words",
        ]
    );
}

#[test]
fn what_is_hidden_is_never_searched_for_unseen() {
    let fee = row(1, &words("A1", "fee"));
    let sheet = |before: &str, rows: &str, behind: &str| {
        workbook(&[("Terms", "visible", &format!("{before}<sheetData>{rows}</sheetData>{behind}"))], "")
    };
    let hidden = format!(r#"{fee}<row r="2" hidden="1">{}</row>"#, words("A2", "refund"));
    assert!(mistakes(&sheet("", &hidden, ""))[0].contains("cell A2: row 2 is hidden"));
    let low = hidden.replace("hidden=\"1\"", "ht=\"0\" customHeight=\"1\"");
    assert!(mistakes(&sheet("", &low, ""))[0].contains("row 2 is hidden"));
    let empty = format!(r#"{fee}<row r="2" hidden="1"><c r="A2" s="0"/></row>"#);
    assert_eq!(canonical(&sheet("", &empty, "")), "fee");
    for column in [r#"hidden="1""#, r#"width="0""#] {
        let columns = format!(r#"<cols><col min="1" max="2" {column}/></cols>"#);
        assert!(mistakes(&sheet(&columns, &fee, ""))[0].contains("the column of A1 is hidden"));
    }
    assert_eq!(canonical(&sheet(r#"<cols><col min="2" max="3" hidden="1"/></cols>"#, &fee, "")), "fee");
    assert!(mistakes(&sheet(r#"<sheetFormatPr zeroHeight="1"/>"#, &fee, ""))[0].contains("hides its rows"));
    let merged = r#"<mergeCells><mergeCell ref="A1:A2"/></mergeCells>"#;
    let below = fee.clone() + &row(2, &words("A2", "refund"));
    assert!(mistakes(&sheet("", &below, merged))[0].contains("cell A2: the cell lies below"));
    assert_eq!(canonical(&sheet("", &fee, merged)), "fee");
    let spilled = row(1, r#"<c r="A1" t="str"><f t="array" ref="A1:A2">X</f><v>fee</v></c>"#)
        + &row(2, r#"<c r="A2" t="str"><v>refund</v></c>"#);
    assert_eq!(mistakes(&sheet("", &spilled, "")).len(), 2);
}

#[test]
fn several_sheets_with_content_need_a_name_and_a_sheet_that_is_not_shown_is_refused() {
    let with = |term: &str| format!("<sheetData>{}</sheetData>", row(1, &words("A1", term)));
    let (fee, refund) = (with("fee"), with("refund"));
    let two = workbook(
        &[("Old", "hidden", &fee), ("Empty", "visible", "<sheetData/>"), ("New", "visible", &refund)],
        "",
    );
    assert!(mistakes(&two)[0].contains("2 sheets have content, expected one: \"Old\" (hidden), \"New\""));
    let named = |sheet: &'static str| read(&two, ListPart { sheet: Some(sheet), column: None });
    let terms = named("new").unwrap();
    assert_eq!((terms.canonical().as_str(), terms.list().unwrap().sheet()), ("refund", Some("New")));
    assert!(named("Old").unwrap_err().iter().next().unwrap().message.contains("is hidden"));
    let unknown = named("Nwe").unwrap_err();
    assert!(unknown.iter().next().unwrap().hint.as_ref().unwrap().contains("New"), "{unknown:?}");
    assert!(mistakes(&workbook(&[("Old", "veryHidden", &fee)], ""))[0].contains("is hidden"));
    assert!(mistakes(&workbook(&[("Empty", "visible", "<sheetData/>")], ""))[0].contains("no sheet"));
    let text = term_list(
        &Reading::new(Dialect::DtSearch),
        "t.csv",
        b"fee",
        ListPart { sheet: Some("New"), column: None },
    );
    assert!(text.unwrap_err().iter().next().unwrap().message.contains("has no sheet"));
}

#[test]
fn what_is_no_workbook_is_damaged_or_goes_beyond_a_bound_is_refused_whole() {
    for (bytes, said) in [
        (b"Term\nfee\n".to_vec(), "damaged, or none"),
        (vec![0xD0, 0xCF, 0x11, 0xE0, 1, 2], "a password, or is of the old kind"),
        (archive(&[("word/document.xml".to_owned(), "<x/>".to_owned())]), "holds no workbook"),
        (one(&row(1, r#"<c r="A1" t="s"><v>3</v></c>"#)), "words are missing"),
        (one(&(row(2, &words("A2", "a")) + &row(1, &words("A1", "b")))), "out of its order"),
        (one(&row(1, &(words("B1", "a") + &words("A1", "b")))), "cell A1 is out of its order"),
        (one(&row(1, &words("A2", "a"))), "out of its order"),
        (one(&row(9_999_999, "")), "a row without its number"),
        (one(&row(1, &words("GS1", "a"))), "cell GS1 has content, and a list has at most 200 columns"),
        (one("<!-- -->").split_off(1), "damaged, or none"),
        (one(&"<c/>".repeat(1_000_001)), "elements in one part"),
        (one(&format!("<!-- {} -->", " ".repeat(40 * 1024 * 1024))), "bytes once unpacked"),
        (archive(&(0..2_001).map(|at| (format!("{at}"), String::new())).collect::<Vec<_>>()), "files inside"),
    ] {
        let found = mistakes(&bytes);
        assert!(found.len() == 1 && found[0].contains(said), "{said}: {found:?}");
    }
    let entity = parts(&[("T", "visible", "<sheetData/>")], "").into_iter().map(|(name, content)| {
        let content = if name.ends_with("sharedStrings.xml") {
            format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{content}")
        } else {
            content
        };
        (name, content)
    });
    assert!(mistakes(&archive(&entity.collect::<Vec<_>>()))[0].contains("damaged"));
    let repeated = format!("<si><t>{}</t></si>", "x".repeat(1 << 20));
    let rows: String = (1..=9).map(|at| row(at, &format!(r#"<c r="A{at}" t="s"><v>0</v></c>"#))).collect();
    let bomb = workbook(&[("T", "visible", &format!("<sheetData>{rows}</sheetData>"))], &repeated);
    assert!(bomb.len() < LIST_BYTES_MAX && mistakes(&bomb)[0].contains("bytes of text"));
    assert_eq!(COLUMNS_MAX, 200);
}

proptest! {
    #[test]
    fn no_damage_to_a_workbook_makes_the_reader_panic(at in 0_usize..4000, put in any::<u8>(), inside in 0_usize..7, cut in 0_usize..400) {
        let rows = row(1, &words("A1", "fee")) + &row(2, r#"<c r="A2" s="3"><v>12</v></c>"#);
        let sheet = format!("<cols><col min=\"1\" max=\"2\"/></cols><sheetData>{rows}</sheetData>");
        let mut files = parts(&[("Terms", "visible", &sheet)], "<si><t>x</t></si>");
        let mut whole = archive(&files);
        let place = at % whole.len();
        whole[place] = put;
        let _ = read(&whole, ListPart::default());
        // Damage within a part, whose checksum then fits.
        let (_, content) = &mut files[inside % 6];
        if cut < content.len() && content.is_char_boundary(cut) {
            content.replace_range(cut..=cut, &char::from(put % 128).to_string());
        }
        let _ = read(&archive(&files), TERM);
    }
}

#[test]
fn rows_that_a_filter_hides_are_read_from_a_table_and_refused_in_a_list() {
    let rows = r#"<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>
        <row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>b</t></is></c><c r="B2"><f>1+1</f><v>2</v></c></row></sheetData>"#;
    let bytes = workbook(&[("S", "visible", rows)], "");
    let table = crate::language::workbook_table(&bytes, "S").unwrap();
    assert_eq!((table.len(), table[1].cells[0].text.as_str(), table[1].number), (2, "b", 2));
    assert!(
        table[1].cells[0].refused.is_none() && table[1].cells[1].refused.is_some(),
        "a formula stays one"
    );
    let reading = Reading::new(Dialect::DtSearch);
    let part = ListPart { sheet: Some("S"), column: Some("a") };
    assert!(term_list(&reading, "l.xlsx", &bytes, part).is_err());
    assert!(crate::language::workbook_table(&bytes, "T").is_err());
}
