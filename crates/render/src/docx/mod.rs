//! A text as a document for a word processor: the same parts in the same order as on the pages, to be edited.
//!
//! Office Open XML (ISO/IEC 29500-1, transitional), written by hand: styles, a numbered list for bullets, header with
//! the mark, footer with page x of y. Tables and fields stand in content controls that a word processor does not let be
//! edited, so that figures are not changed by a slip. The file whose digest the foot names lies inside as
//! `customXml/item1.xml`. The same input gives the same bytes.

mod parts;

use crate::block::{Align, Block, Column, Pages};
use crate::error::RenderError;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Width between the margins of a letter page, in twentieths of a point.
const MEASURE: u32 = 9360;

/// Writes the text as DOCX; `facts` is kept inside as it is.
///
/// # Errors
/// [`RenderError::RaggedRow`] and [`RenderError::NoColumns`] as for pages; [`RenderError::Docx`] where the archive
/// cannot be written.
pub fn to_docx(pages: &Pages, facts: &[u8]) -> Result<Vec<u8>, RenderError> {
    let mut body = Body { xml: String::new(), locks: 0 };
    for (at, block) in pages.blocks.iter().enumerate() {
        body.block(at, block, stands_before_table(block, pages.blocks.get(at + 1)))?;
    }
    let facts = String::from_utf8_lossy(facts);
    let files = [
        ("[Content_Types].xml", parts::CONTENT_TYPES.to_owned()),
        ("_rels/.rels", parts::ROOT_RELS.to_owned()),
        ("docProps/core.xml", parts::core(pages)),
        ("word/document.xml", parts::document(&body.xml)),
        ("word/styles.xml", parts::styles(&pages.language)),
        ("word/numbering.xml", parts::NUMBERING.to_owned()),
        ("word/header1.xml", parts::header(pages)),
        ("word/footer1.xml", parts::footer(pages)),
        ("word/_rels/document.xml.rels", parts::DOCUMENT_RELS.to_owned()),
        ("customXml/item1.xml", parts::custom(&facts)),
        ("customXml/itemProps1.xml", parts::CUSTOM_PROPS.to_owned()),
        ("customXml/_rels/item1.xml.rels", parts::CUSTOM_RELS.to_owned()),
    ];
    let refused = |error: zip::result::ZipError| RenderError::Docx { reason: error.to_string() };
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, text) in files {
        archive.start_file(name, options).map_err(refused)?;
        archive
            .write_all(text.as_bytes())
            .map_err(|error| RenderError::Docx { reason: error.to_string() })?;
    }
    Ok(archive.finish().map_err(refused)?.into_inner())
}

/// Whether a block is said just before a table, with whose first row it stays.
fn stands_before_table(block: &Block, next: Option<&Block>) -> bool {
    matches!(block, Block::Paragraph(_) | Block::Note(_)) && matches!(next, Some(Block::Table { .. }))
}

/// The body being written.
struct Body {
    xml: String,
    locks: u32,
}

impl Body {
    fn block(&mut self, at: usize, block: &Block, kept: bool) -> Result<(), RenderError> {
        match block {
            Block::Title(text) => self.paragraph("Title", text, kept),
            Block::Heading { level, text } => {
                self.paragraph(&format!("Heading{}", (*level).clamp(1, 3)), text, kept);
            }
            Block::Paragraph(text) => {
                self.paragraph("BodyText", text, kept || text.trim_end().ends_with(':'))
            }
            Block::Note(text) => self.paragraph("Note", text, kept),
            Block::List(points) => points.iter().for_each(|point| self.point(point, kept)),
            Block::Checkbox(text) => self.paragraph("Choice", &format!("\u{2610}\t{text}"), kept),
            Block::Blank { label } => self.blank(label, kept),
            Block::PageBreak => self.xml += "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>",
            Block::Fields(fields) => self.fields(fields),
            Block::Table { columns, rows } => self.table(at, columns, rows)?,
            Block::Together(blocks) => {
                for (within, block) in blocks.iter().enumerate() {
                    self.block(at, block, within + 1 < blocks.len())?;
                }
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, style: &str, text: &str, kept: bool) {
        self.xml += &format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{}</w:pPr>", keep(kept));
        self.run(text, "");
        self.xml += "</w:p>";
    }

    /// Words, with tabs and new lines as a word processor has them.
    fn run(&mut self, text: &str, properties: &str) {
        self.xml += "<w:r>";
        if !properties.is_empty() {
            self.xml += &format!("<w:rPr>{properties}</w:rPr>");
        }
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.xml += "<w:br/>";
            }
            for (n, piece) in line.split('\t').enumerate() {
                if n > 0 {
                    self.xml += "<w:tab/>";
                }
                self.xml += &format!("<w:t xml:space=\"preserve\">{}</w:t>", parts::escape(piece));
            }
        }
        self.xml += "</w:r>";
    }

    fn point(&mut self, point: &str, kept: bool) {
        let level = ((point.len() - point.trim_start_matches(' ').len()) / 2).min(3);
        self.xml += &format!(
            "<w:p><w:pPr><w:pStyle w:val=\"BodyText\"/>{}<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>",
            keep(kept)
        );
        self.run(point.trim_start_matches(' '), "");
        self.xml += "</w:p>";
    }

    fn blank(&mut self, label: &str, kept: bool) {
        self.xml += &format!(
            "<w:p><w:pPr><w:pStyle w:val=\"BodyText\"/>{}<w:tabs><w:tab w:val=\"right\" w:leader=\"underscore\" \
             w:pos=\"{MEASURE}\"/></w:tabs></w:pPr>",
            keep(kept)
        );
        self.run(&format!("{label}: \t"), "");
        self.xml += "</w:p>";
    }

    /// Opens a control whose content is not to be edited.
    fn lock(&mut self) {
        self.locks += 1;
        self.xml += &format!(
            "<w:sdt><w:sdtPr><w:alias w:val=\"Facts\"/><w:tag w:val=\"facts-{0}\"/><w:id w:val=\"{0}\"/>\
             <w:lock w:val=\"sdtContentLocked\"/></w:sdtPr><w:sdtContent>",
            self.locks
        );
    }

    fn unlock(&mut self) {
        self.xml += "</w:sdtContent></w:sdt><w:p><w:pPr><w:pStyle w:val=\"Space\"/></w:pPr></w:p>";
    }

    fn fields(&mut self, fields: &[(String, String)]) {
        self.lock();
        let widths = [MEASURE * 3 / 10, MEASURE - MEASURE * 3 / 10];
        self.open_table("FieldTable", &widths);
        for (name, value) in fields {
            self.xml += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
            self.cell(widths[0], name, "<w:b/>", Align::Start);
            self.cell(widths[1], value, "", Align::Start);
            self.xml += "</w:tr>";
        }
        self.xml += "</w:tbl>";
        self.unlock();
    }

    fn table(&mut self, at: usize, columns: &[Column], rows: &[Vec<String>]) -> Result<(), RenderError> {
        let whole: u32 = columns.iter().map(|column| u32::from(column.share)).sum();
        if columns.iter().any(|column| column.share == 0) || whole == 0 {
            return Err(RenderError::NoColumns { block: at + 1 });
        }
        if let Some(row) = rows.iter().position(|row| row.len() != columns.len()) {
            let (found, expected) = (rows[row].len(), columns.len());
            return Err(RenderError::RaggedRow { block: at + 1, row: row + 1, found, expected });
        }
        let widths: Vec<u32> =
            columns.iter().map(|column| MEASURE * u32::from(column.share) / whole).collect();
        self.lock();
        self.open_table("FactTable", &widths);
        self.xml += "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>";
        for (column, width) in columns.iter().zip(&widths) {
            self.cell(*width, &column.head, "<w:b/>", column.align);
        }
        self.xml += "</w:tr>";
        for row in rows {
            self.xml += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
            for ((text, column), width) in row.iter().zip(columns).zip(&widths) {
                self.cell(*width, text, "", column.align);
            }
            self.xml += "</w:tr>";
        }
        self.xml += "</w:tbl>";
        self.unlock();
        Ok(())
    }

    fn open_table(&mut self, style: &str, widths: &[u32]) {
        self.xml += &format!(
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"{style}\"/><w:tblW w:w=\"{MEASURE}\" w:type=\"dxa\"/>\
             <w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
        );
        for width in widths {
            self.xml += &format!("<w:gridCol w:w=\"{width}\"/>");
        }
        self.xml += "</w:tblGrid>";
    }

    fn cell(&mut self, width: u32, text: &str, properties: &str, align: Align) {
        let align = if align == Align::Right { "<w:jc w:val=\"right\"/>" } else { "" };
        self.xml += &format!(
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"Cell\"/>{align}</w:pPr>"
        );
        self.run(text, properties);
        self.xml += "</w:p></w:tc>";
    }
}

const fn keep(kept: bool) -> &'static str {
    if kept { "<w:keepNext/>" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn pages(blocks: Vec<Block>) -> Pages {
        Pages {
            title: "Certification".into(),
            language: "en-US".into(),
            dated: DateTime::UNIX_EPOCH,
            header: "Elm & Cedar".into(),
            footer: "Facts SHA-256 00".into(),
            mark: Some("DRAFT".into()),
            blocks,
        }
    }

    fn read(bytes: &[u8]) -> Vec<String> {
        let letter = duces_letters::read_letter("made.docx", bytes).unwrap();
        letter.lines().iter().map(|line| line.text.clone()).collect()
    }

    #[test]
    fn what_is_written_is_read_back_in_its_order_with_header_and_foot() {
        let table = Block::Table {
            columns: vec![Column::new("Volume", 1), Column::figures("Rows", 1)],
            rows: vec![vec!["ECP001".into(), "9 < 10 & more".into()]],
        };
        let blocks = vec![
            Block::Title("A title".into()),
            Block::Paragraph("Words.\nA new line.".into()),
            Block::List(vec!["one".into(), "  two".into()]),
            Block::Fields(vec![("Firm".into(), "Elm & Cedar".into())]),
            table,
            Block::Together(vec![
                Block::Checkbox("I did.".into()),
                Block::Blank { label: "Signature".into() },
            ]),
        ];
        let made = to_docx(&pages(blocks.clone()), b"{\"a\": \"<&\"}").unwrap();
        assert_eq!(made, to_docx(&pages(blocks), b"{\"a\": \"<&\"}").unwrap());
        let lines = read(&made).join("\n");
        let places: Vec<usize> = ["A title", "Words.", "one", "two", "ECP001", "9 < 10 & more", "I did."]
            .iter()
            .map(|words| lines.find(words).unwrap_or_else(|| panic!("{words} in {lines}")))
            .collect();
        assert!(places.is_sorted(), "{lines}");
        assert!(lines.contains("Elm & Cedar") && lines.contains("Facts SHA-256 00"), "{lines}");
    }

    #[test]
    fn a_row_that_does_not_fit_its_columns_is_refused() {
        let table =
            Block::Table { columns: vec![Column::new("a", 1)], rows: vec![vec!["1".into(), "2".into()]] };
        assert!(matches!(to_docx(&pages(vec![table]), b""), Err(RenderError::RaggedRow { .. })));
    }
}
