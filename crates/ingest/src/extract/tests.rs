//! Office documents made by hand, part by part.

use super::*;
use std::io::Write as _;

/// A package of these parts.
pub(super) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn relations(list: &[(&str, &str, &str)]) -> String {
    let each = |(id, kind, to): &(&str, &str, &str)| {
        format!(r#"<Relationship Id="{id}" Type="http://x/{kind}" Target="{to}"/>"#)
    };
    format!("<Relationships>{}</Relationships>", list.iter().map(each).collect::<String>())
}

pub(super) fn extract(bytes: &[u8]) -> Extracted {
    InProcess.extract(&FileToRead { bytes, passwords: &[], bounds: FileBounds::default() }).unwrap()
}

fn document(body: &str) -> Vec<u8> {
    let notes = r#"<w:footnotes xmlns:w="w"><w:footnote w:id="2"><w:p><w:r><w:t>a note below</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let comments = r#"<w:comments xmlns:w="w"><w:comment w:author="Ann" w:date="2024-03-01T10:00:00Z"><w:p><w:r><w:t>really?</w:t></w:r></w:p></w:comment></w:comments>"#;
    let core = r#"<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>Plan</dc:title><dc:creator>Ann Lee</dc:creator><cp:lastModifiedBy>Bob</cp:lastModifiedBy></cp:coreProperties>"#;
    package(&[
        ("_rels/.rels", &relations(&[("r1", "officeDocument", "word/document.xml")])),
        ("word/document.xml", &format!(r#"<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#)),
        (
            "word/_rels/document.xml.rels",
            &relations(&[("r1", "footnotes", "footnotes.xml"), ("r2", "comments", "/word/comments.xml")]),
        ),
        ("word/footnotes.xml", notes),
        ("word/comments.xml", comments),
        ("docProps/core.xml", core),
        ("word/embeddings/sheet1.xlsx", "inside"),
    ])
}

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

#[test]
fn a_document_gives_its_words_tables_notes_comments_properties_and_files_inside() {
    let body = format!(
        "<w:p>{}{}</w:p><w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc><w:tc><w:p/></w:tc><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>",
        run("con"),
        run("tract &amp; deal&#8217;s"),
        run("left"),
        run("right")
    );
    let found = extract(&document(&body));
    assert_eq!(
        found.text,
        "contract & deal\u{2019}s\nleft\t\tright\n[footnotes]\na note below\n[comments]\n[comment by Ann, 2024-03-01T10:00:00Z]\nreally?\n"
    );
    let told = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        found.properties,
        [told("Title", "Plan"), told("Author", "Ann Lee"), told("Last modified by", "Bob")]
    );
    assert_eq!(found.members[0].name, "sheet1.xlsx");
    assert_eq!((found.incomplete, found.defects), (None, vec![]));
}

#[test]
fn a_document_with_tracked_changes_is_found_by_the_words_of_both_states() {
    let body = format!(
        r#"<w:p>{}<w:del w:author="Ann"><w:r><w:delText>not </w:delText></w:r></w:del><w:ins w:author="Bob" w:date="2024">{}</w:ins>{}</w:p>"#,
        run("he is "),
        run("very "),
        run("guilty")
    );
    let text = extract(&document(&body)).text;
    assert!(text.starts_with("he is very guilty\n"), "{text}");
    for line in ["[deleted by Ann] not", "[inserted by Bob, 2024] very", "he is not guilty"] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
}

#[test]
fn a_workbook_gives_rows_as_shown_and_tells_what_is_hidden() {
    let sheet = r#"<worksheet><cols><col min="2" max="3" hidden="1"/></cols><sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45352</v></c><c r="C1" s="2"><v>0.5</v></c></row>
        <row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>in
line</t></is></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="b"><v>1</v></c></row></sheetData>
        <headerFooter><oddHeader>&amp;C&amp;"Arial"Draft &amp;P</oddHeader></headerFooter></worksheet>"#;
    let bytes = package(&[
        ("_rels/.rels", &relations(&[("r1", "officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="r"><sheets><sheet name="Fees" sheetId="1" r:id="r1" state="veryHidden"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &relations(&[
                ("r1", "worksheet", "worksheets/s1.xml"),
                ("r2", "sharedStrings", "strings.xml"),
                ("r3", "styles", "styles.xml"),
            ]),
        ),
        ("xl/worksheets/s1.xml", sheet),
        ("xl/worksheets/_rels/s1.xml.rels", &relations(&[("r1", "comments", "../comments1.xml")])),
        (
            "xl/comments1.xml",
            r#"<comments><authors><author>Ann</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>check</t></r></text></comment></commentList></comments>"#,
        ),
        ("xl/strings.xml", "<sst><si><r><t>To</t></r><r><t>tal</t></r></si></sst>"),
        (
            "xl/styles.xml",
            r#"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="0.0%"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>"#,
        ),
    ]);
    let found = extract(&bytes);
    assert_eq!(
        found.text,
        "[sheet Fees, hidden]\nTotal\t2024-03-01\t50.0%\n[hidden row] in line\t2\tTRUE\n[header]\nDraft\n[hidden columns of this sheet: B to C]\n[comments of sheet Fees]\nA1 Ann: check\n"
    );
    assert_eq!(found.incomplete, None);
}

#[test]
fn a_presentation_gives_slides_in_their_order_with_notes() {
    let slide = |text: &str, attributes: &str| {
        format!(
            r#"<p:sld xmlns:p="p" xmlns:a="a" {attributes}><p:sp><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp></p:sld>"#
        )
    };
    let bytes = package(&[
        ("_rels/.rels", &relations(&[("r1", "officeDocument", "ppt/presentation.xml")])),
        (
            "ppt/presentation.xml",
            r#"<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/></p:sldIdLst></p:presentation>"#,
        ),
        (
            "ppt/_rels/presentation.xml.rels",
            &relations(&[("r1", "slide", "slides/slide1.xml"), ("r2", "slide", "slides/slide2.xml")]),
        ),
        ("ppt/slides/slide1.xml", &slide("one", r#"show="0""#)),
        ("ppt/slides/slide2.xml", &slide("two", "")),
        ("ppt/slides/_rels/slide2.xml.rels", &relations(&[("r1", "notesSlide", "../notes/n.xml")])),
        ("ppt/notes/n.xml", &slide("say it loud", "")),
    ]);
    assert_eq!(
        extract(&bytes).text,
        "[slide 1]\ntwo\n[notes of slide 1]\nsay it loud\n[slide 2, hidden]\none\n"
    );
}

#[test]
fn a_document_that_is_cut_or_broken_keeps_what_could_be_read_and_says_so() {
    let whole = document(&format!("<w:p>{}</w:p>", run("first")));
    let broken = document(&format!("<w:p>{}</w:p><w:p><w:r", run("first")));
    let found = extract(&broken);
    assert!(found.text.starts_with("first\n"));
    assert_eq!(found.incomplete.unwrap().code, DefectCode::DamagedFile);
    for end in (0..whole.len()).step_by(7) {
        let cut = extract(&whole[..end]);
        assert!(cut.incomplete.is_some(), "cut at {end}");
    }
}

#[test]
fn a_document_that_unpacks_past_the_limit_is_not_unpacked() {
    let bytes = document(&format!("<w:p>{}</w:p>", run(&"a".repeat(100_000))));
    let bounds = FileBounds { unpacked_bytes_max: 50_000, ..FileBounds::default() };
    let found = InProcess.extract(&FileToRead { bytes: &bytes, passwords: &[], bounds }).unwrap();
    assert_eq!(found.incomplete.unwrap().code, DefectCode::ExpandsTooFar);
}

#[test]
fn an_open_document_gives_its_words_rows_and_notes() {
    let body = r#"<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:automatic-styles><style:style xmlns:style="s" style:name="ta1">no<style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body>
        <text:p>Pay<text:s text:c="2"/>the
          fee<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>at once</text:p></text:note-body></text:note></text:p>
        <table:table table:name="Fees" table:style-name="ta1"><table:table-row table:visibility="collapse"><table:table-cell><text:p>a</text:p><text:p>b</text:p></table:table-cell>
        <table:table-cell office:value="2.5"/></table:table-row></table:table></office:body></office:document-content>"#;
    let meta = r#"<office:document-meta xmlns:office="o" xmlns:dc="d" xmlns:meta="m"><meta:initial-creator>Ann</meta:initial-creator></office:document-meta>"#;
    let bytes = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", body),
        ("meta.xml", meta),
    ]);
    let found = extract(&bytes);
    assert_eq!(found.text, "Pay  the fee [note: at once] \n[table Fees, hidden]\n[hidden row] a b\t2.5\n");
    assert_eq!(found.properties, [("First author".to_owned(), "Ann".to_owned())]);
    let locked = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", "<m><encryption-data/></m>"),
        ("content.xml", "x"),
    ]);
    assert_eq!(extract(&locked).incomplete.unwrap().code, DefectCode::Encrypted);
}
