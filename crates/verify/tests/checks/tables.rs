//! Load files that are no rows of text: a workbook, and EDRM XML; each alone, and each damaged in every class of bytes.

use crate::imaged::Imaged;
use crate::tiny::{Files, HEADER, Packing, Tiny, check, codes, seal, zipped};
use duces_verify::Code;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A workbook of these cells, as a spreadsheet program writes it: strings that cells share, empty cells left out.
pub(crate) fn xlsx(cells: &[Vec<String>]) -> Vec<u8> {
    let mut shared: Vec<&str> = Vec::new();
    let mut rows = String::new();
    for (at, row) in cells.iter().enumerate() {
        rows += &format!("<row r=\"{}\">", at + 1);
        for (column, value) in row.iter().enumerate().filter(|(_, value)| !value.is_empty()) {
            let place = shared.iter().position(|known| known == value).unwrap_or_else(|| {
                shared.push(value);
                shared.len() - 1
            });
            let letter = |n: usize| char::from(b'A' + u8::try_from(n).unwrap());
            let tens = if column < 26 { String::new() } else { letter(column / 26 - 1).to_string() };
            rows += &format!("<c r=\"{tens}{}{}\" t=\"s\"><v>{place}</v></c>", letter(column % 26), at + 1);
        }
        rows += "</row>";
    }
    let strings: String = shared.iter().map(|text| format!("<si><t>{}</t></si>", escaped(text))).collect();
    let parts = [
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"Index\" sheetId=\"1\" r:id=\"rId7\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId7\" Type=\"w\" Target=\"worksheets/sheet1.xml\"/></Relationships>".into(),
        ),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\">{strings}</sst>")),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    let packing = Packing { deflate: true, ..Packing::default() };
    zipped(parts.iter().map(|(name, text)| (*name, text.as_bytes(), packing)))
}

/// EDRM XML of the tiny volume's rows: the number, the paths, the digest and the parent stand outside the tags.
pub(crate) fn edrm(tiny: &Tiny, pages: &[(&str, String)]) -> String {
    const OUTSIDE: [&str; 4] = ["FIRSTBATES", "LINK", "OCRPATH", "PARENT_BATES"];
    let (mut documents, mut relations) = (String::new(), String::new());
    for row in &tiny.cells[1..] {
        let value = |name: &str| row[HEADER.iter().position(|known| *known == name).unwrap()].as_str();
        let id = value("FIRSTBATES");
        documents += &format!("<Document DocID=\"{id}\"><Tags>\n");
        for (name, value) in
            HEADER.iter().zip(row).filter(|(name, value)| !OUTSIDE.contains(name) && !value.is_empty())
        {
            documents +=
                &format!("<Tag TagName=\"{name}\" TagDataType=\"Text\" TagValue=\"{}\"/>\n", escaped(value));
        }
        documents += "</Tags><Files>\n";
        let mut file = |kind: &str, path: &str, hash: &str| {
            let (folder, name) = path.rsplit_once('/').unwrap();
            documents += &format!(
                "<File FileType=\"{kind}\"><ExternalFile FilePath=\"{folder}\" FileName=\"{name}\"{hash}/></File>\n"
            );
        };
        file("Native", value("LINK"), &format!(" HashType=\"MD5\" Hash=\"{}\"", value("MD5HASH")));
        file("Text", value("OCRPATH"), "");
        for (_, path) in pages.iter().filter(|(first, _)| *first == id) {
            file("Image", path, "");
        }
        documents += "</Files></Document>\n";
        if !value("PARENT_BATES").is_empty() {
            let parent = value("PARENT_BATES");
            relations += &format!(
                "<Relationship Type=\"Attachment\" ParentDocID=\"{parent}\" ChildDocID=\"{id}\"/>\n"
            );
        }
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Root MajorVersion=\"1\" MinorVersion=\"2\" DataInterchangeType=\"Update\">\
         <Batch><Documents>\n{documents}</Documents><Relationships>\n{relations}</Relationships></Batch></Root>\n"
    )
}

/// The tiny volume with another load file alone.
fn alone(path: &str, bytes: Vec<u8>) -> Files {
    let mut files = Tiny::valid().sealed();
    files.retain(|path, _| !path.ends_with(".dat") && path != "manifest.json");
    files.insert(path.into(), bytes);
    seal(&mut files);
    files
}

#[test]
fn a_workbook_may_be_the_only_load_file() {
    let tiny = Tiny::valid();
    for path in ["DATA/ECP001.xlsx", "index.xlsx"] {
        let found = check(&alone(path, xlsx(&tiny.cells)), None);
        assert_eq!(found.findings, []);
        let kinds: Vec<_> = found.summary.load_files.iter().map(|file| (file.kind, file.rows)).collect();
        assert_eq!((found.summary.rows, found.summary.families, kinds), (3, 2, vec![("workbook", 3)]));
    }
    let mut other = tiny;
    other.set(2, "PGCOUNT", "3");
    let found = check(&alone("index.xlsx", xlsx(&other.cells)), None);
    assert_eq!(codes(&found), [Code::PageCount]);
    assert_eq!((found.findings[0].row, found.findings[0].field.as_deref()), (Some(3), Some("PGCOUNT")));
}

#[test]
fn a_workbook_that_lists_no_documents_is_a_file_like_any_other() {
    let cells = vec![vec!["Item".to_owned(), "Count".to_owned()], vec!["1".to_owned(), "2".to_owned()]];
    let mut files = Tiny::valid().sealed();
    files.insert("counts.xlsx".into(), xlsx(&cells));
    files.remove("manifest.json");
    seal(&mut files);
    assert_eq!(codes(&check(&files, None)), [Code::FileUnreferenced]);
}

#[test]
fn a_second_list_of_the_same_documents_is_told_and_of_others_fails() {
    let tiny = Tiny::valid();
    let with = |tiny: &Tiny| {
        let mut files = tiny.sealed();
        files.insert("DATA/ECP001.xlsx".into(), xlsx(&tiny.cells));
        files.insert("DATA/ECP001.xml".into(), edrm(tiny, &[]).into_bytes());
        files.remove("manifest.json");
        files
    };
    let mut files = with(&tiny);
    seal(&mut files);
    let found = check(&files, None);
    assert_eq!(codes(&found), [Code::LoadFileTwin]);
    assert_eq!(found.findings[0].count, 2);
    let mut fewer = tiny.clone();
    fewer.cells.pop();
    files.insert("DATA/ECP001.xlsx".into(), xlsx(&fewer.cells));
    seal(&mut files);
    assert!(codes(&check(&files, None)).contains(&Code::LoadFilesSeveral));
}

#[test]
fn edrm_xml_may_be_the_only_load_file_and_names_the_pages() {
    let found = check(&alone("DATA/ECP001.xml", edrm(&Tiny::valid(), &[]).into_bytes()), None);
    assert_eq!(found.findings, []);
    assert_eq!((found.summary.rows, found.summary.families, found.summary.natives), (3, 2, 3));
    let imaged = Imaged::valid();
    let pages: Vec<(&str, String)> =
        [("ECP0000001", 0), ("ECP0000002", 1), ("ECP0000002", 2), ("ECP0000004", 3)]
            .map(|(first, line)| (first, imaged.path(line)))
            .to_vec();
    let mut files = imaged.sealed();
    files.retain(|path, _| !path.ends_with(".dat") && !path.ends_with(".opt") && path != "manifest.json");
    files.insert("DATA/ECP001.xml".into(), edrm(&Tiny::valid(), &pages).into_bytes());
    seal(&mut files);
    let found = check(&files, None);
    assert_eq!((found.findings, found.summary.images), (Vec::new(), 4));
    files.remove(&imaged.path(2));
    seal(&mut files);
    assert_eq!(codes(&check(&files, None)), [Code::FileMissing]);
}

#[test]
fn edrm_xml_that_contradicts_itself_or_is_cut_fails() {
    let whole = edrm(&Tiny::valid(), &[]);
    let with = |text: &str| codes(&check(&alone("DATA/ECP001.xml", text.as_bytes().to_vec()), None));
    assert_eq!(with(&contradicting()), [Code::LoadFileContradicts]);
    for cut in (whole.len() / 2..whole.len() - 1).step_by(97) {
        assert!(with(&whole[..cut]).contains(&Code::LoadFileDamaged), "cut to {cut}");
    }
}

/// EDRM XML with a number in a tag that is not the document's own.
pub(crate) fn contradicting() -> String {
    let tag = "<Tags>\n<Tag TagName=\"FIRSTBATES\" TagDataType=\"Text\" TagValue=\"ECP0000001\"/>";
    let whole = edrm(&Tiny::valid(), &[]);
    whole.replacen("<Tags>", tag, 1).replacen("Hash=\"", "Hash=\"0", 1).replacen("Hash=\"0", "Hash=\"f", 1)
}

/// A byte of a value of EDRM XML that something else in the volume repeats.
#[test]
fn damage_to_the_numbers_paths_and_relations_of_edrm_xml_is_found() {
    let whole = edrm(&Tiny::valid(), &[]);
    let mut done = 0;
    let held = [
        "DocID=\"",
        "FilePath=\"",
        "FileName=\"",
        "Hash=\"",
        "ParentDocID=\"",
        "ChildDocID=\"",
        "TagName=\"LASTBATES\" TagDataType=\"Text\" TagValue=\"",
        "TagName=\"PGCOUNT\" TagDataType=\"Text\" TagValue=\"",
        "TagName=\"BEGATTACH\" TagDataType=\"Text\" TagValue=\"",
        "TagName=\"MD5HASH\" TagDataType=\"Text\" TagValue=\"",
    ];
    for part in held {
        for (start, _) in whole.match_indices(part) {
            let from = start + part.len();
            let length = whole[from..].find('"').unwrap();
            for at in (from..from + length).step_by(3) {
                let mut bytes = whole.clone().into_bytes();
                bytes[at] = match bytes[at] {
                    b'9' | b'z' | b'Z' => bytes[at] - 1,
                    other if other.is_ascii_alphanumeric() => other + 1,
                    other => other ^ 1,
                };
                // Either slash parts a path.
                if whole.as_bytes()[at] == b'/' {
                    continue;
                }
                done += 1;
                let found = codes(&check(&alone("DATA/ECP001.xml", bytes), None));
                assert!(!found.is_empty(), "{part} at {at}: {:?}", &whole[from..from + length]);
            }
        }
    }
    assert!(done > 100, "{done}");
}

#[test]
fn any_changed_byte_of_a_workbook_is_found_without_the_manifest() {
    let tiny = Tiny::valid();
    let whole = xlsx(&tiny.cells);
    let mut files = alone("DATA/ECP001.xlsx", whole.clone());
    files.remove("MANIFEST.sha256");
    // When, by what and on what system an entry was written carries nothing, and stands twice for each part.
    let mut survived = 0;
    for at in (0..whole.len()).step_by(5) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        files.insert("DATA/ECP001.xlsx".into(), bytes);
        let found = codes(&check(&files, None));
        survived += usize::from(found == [Code::ManifestMissing]);
    }
    assert!(survived * 8 < whole.len() / 5, "{survived} of {}", whole.len() / 5);
}

#[test]
fn a_line_break_in_quotes_is_as_it_should_be_in_a_csv_file() {
    let tiny = Tiny::valid();
    let mut files = tiny.sealed();
    let cell = |cell: &String| format!("\"{}\"", cell.replace("orders", "or\r\nders"));
    let row = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n";
    let csv: String = tiny.cells.iter().map(row).collect();
    files.insert("DATA/ECP001.csv".into(), format!("\u{FEFF}{csv}").into_bytes());
    seal(&mut files);
    assert!(!codes(&check(&files, None)).contains(&Code::NewlineInside));
}
