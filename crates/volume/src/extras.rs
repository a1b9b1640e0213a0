//! Files beside the load file, written row by row as the volume grows.

use crate::dat::{MARK, ROW_END};
use crate::entry::{Entry, Value, VolumePlan};
use crate::error::VolumeError;
use crate::forms::{Extra, PageFile, Paging, lfp_lines, opt_lines};
use crate::staging::{Running, Staging};
use crate::workbook::{self, Cell, Column};
use duces_model::Md5;
use std::fmt::Write as _;

/// Most links of a workbook: with more documents the paths stand as text.
const LINKS_MAX: usize = 65_530;

/// The files being written.
pub(crate) struct Extras {
    opt: Option<Running>,
    lfp: Option<Running>,
    csv: Option<Running>,
    xml: Option<Running>,
    /// Rows of the workbook, held until the end.
    rows: Option<Vec<Vec<Cell>>>,
    /// Parent and child, for the end of the EDRM XML.
    relations: Vec<(String, String)>,
}

/// What a row says and where its files lie.
pub(crate) struct Row<'a> {
    pub(crate) entry: &'a Entry<'a>,
    pub(crate) native: &'a str,
    pub(crate) text: &'a str,
    pub(crate) pdf: &'a str,
    pub(crate) pages: &'a [PageFile],
}

impl Row<'_> {
    fn value(&self, value: &Value, list: char) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::List(entries) => entries.join(&format!("{list} ")),
            Value::NativePath => self.native.to_owned(),
            Value::TextPath => self.text.to_owned(),
            Value::PdfPath => self.pdf.to_owned(),
        }
    }
}

impl Extras {
    pub(crate) fn start(plan: &VolumePlan, staging: &mut Staging) -> Result<Self, VolumeError> {
        let asked = |extra| plan.forms.extras.contains(&extra);
        let mut file = |ending: &str, wanted: bool, head: &str| -> Result<Option<Running>, VolumeError> {
            if !wanted {
                return Ok(None);
            }
            let mut file = staging.start(&format!("DATA/{}.{ending}", plan.name))?;
            file.write(head.as_bytes())?;
            Ok(Some(file))
        };
        let images = matches!(plan.forms.paging, Paging::Images { .. });
        let head: Vec<String> = plan.fields.clone();
        Ok(Self {
            opt: file("opt", images, "")?,
            lfp: file("lfp", images && asked(Extra::Lfp), "")?,
            csv: file("csv", asked(Extra::Csv), &format!("{MARK}{}", csv_row(&head)))?,
            xml: file("xml", asked(Extra::EdrmXml), XML_HEAD)?,
            rows: asked(Extra::Xlsx).then(Vec::new),
            relations: Vec::new(),
        })
    }

    pub(crate) fn add(&mut self, plan: &VolumePlan, row: &Row<'_>) -> Result<(), VolumeError> {
        let list = plan.forms.delimiters.list;
        if let (Some(opt), Paging::Images { label, count }) = (&mut self.opt, plan.forms.paging) {
            opt.write(opt_lines(&plan.name, row.pages, label, count).as_bytes())?;
        }
        if let Some(lfp) = &mut self.lfp {
            lfp.write(lfp_lines(&plan.name, row.pages, row.entry.parent.is_some()).as_bytes())?;
        }
        if let Some(csv) = &mut self.csv {
            let values: Vec<String> = row.entry.values.iter().map(|value| row.value(value, list)).collect();
            csv.write(csv_row(&values).as_bytes())?;
        }
        if let Some(rows) = &mut self.rows {
            if rows.len() + 1 >= workbook::ROWS_MAX {
                return Err(VolumeError::Workbook {
                    message: format!("found more than {} documents, the most that a sheet holds", rows.len()),
                });
            }
            let cell = |value: &Value| match value {
                Value::NativePath if !row.native.is_empty() => {
                    Cell::Link { shown: row.native.to_owned(), target: format!("../{}", row.native) }
                }
                other => Cell::Text(cut(row.value(other, list))),
            };
            rows.push(row.entry.values.iter().map(cell).collect());
        }
        if let Some(xml) = &mut self.xml {
            xml.write(document(plan, row).as_bytes())?;
            if let Some(parent) = row.entry.parent {
                self.relations.push((parent.to_string(), row.entry.bates.first().to_string()));
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self, plan: &VolumePlan, staging: &mut Staging) -> Result<(), VolumeError> {
        for file in [self.opt, self.lfp, self.csv].into_iter().flatten() {
            staging.close(file)?;
        }
        if let Some(mut xml) = self.xml {
            xml.write(b"    </Documents>\n    <Relationships>\n")?;
            for (parent, child) in &self.relations {
                let line = format!(
                    "      <Relationship Type=\"Attachment\" ParentDocID=\"{parent}\" ChildDocID=\"{child}\"/>\n"
                );
                xml.write(line.as_bytes())?;
            }
            xml.write(b"    </Relationships>\n  </Batch>\n</Root>\n")?;
            staging.close(xml)?;
        }
        if let Some(mut rows) = self.rows {
            if rows.len() > LINKS_MAX {
                for cell in rows.iter_mut().flatten() {
                    if let Cell::Link { shown, .. } = cell {
                        *cell = Cell::Text(std::mem::take(shown));
                    }
                }
            }
            let column = |name: &String| Column { head: name.clone(), width: 24 };
            let columns: Vec<Column> = plan.fields.iter().map(column).collect();
            let bytes = workbook::workbook(plan.name.as_str(), &columns, &rows)
                .map_err(|error| VolumeError::Workbook { message: error.to_string() })?;
            staging.write(&format!("DATA/{}.xlsx", plan.name), &bytes)?;
        }
        Ok(())
    }
}

/// A value that no cell can hold is cut, and says so.
fn cut(value: String) -> String {
    if value.encode_utf16().count() <= workbook::CELL_UNITS_MAX {
        return value;
    }
    let said =
        format!(" […] cut here: {} characters in all; the load file holds them", value.chars().count());
    let (mut units, mut end) = (0, 0);
    for (at, sign) in value.char_indices() {
        units += sign.len_utf16();
        if units + said.encode_utf16().count() > workbook::CELL_UNITS_MAX {
            break;
        }
        end = at + sign.len_utf8();
    }
    format!("{}{said}", &value[..end])
}

/// A row of a CSV file (RFC 4180), every value quoted.
pub(crate) fn csv_row(values: &[String]) -> String {
    let mut row = String::new();
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            row.push(',');
        }
        row.push('"');
        row.push_str(&value.replace('"', "\"\""));
        row.push('"');
    }
    row + ROW_END
}

const XML_HEAD: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
    "<Root MajorVersion=\"1\" MinorVersion=\"2\" Description=\"Production\" Locale=\"US\" DataInterchangeType=\"Update\">\n",
    "  <Batch>\n    <Documents>\n"
);

/// A document in EDRM XML 1.2, as a copy of it and two public writers of it have it (the schema itself was not at hand):
/// every value is a tag, so that there are no fields; several values are joined by `;`. DocType says what the original
/// is, and so stands on nothing that is withheld.
fn document(plan: &VolumePlan, row: &Row<'_>) -> String {
    let entry = row.entry;
    let id = entry.bates.first();
    let kind = entry.kind.map(|kind| format!(" DocType=\"{}\"", kind.as_str())).unwrap_or_default();
    let mut xml = format!("      <Document DocID=\"{id}\"{kind}>\n        <Tags>\n");
    for (name, value) in plan.fields.iter().zip(&entry.values) {
        let value = match value {
            Value::List(entries) => entries.join(";"),
            other => row.value(other, plan.forms.delimiters.list),
        };
        if !value.is_empty() {
            let _ = writeln!(
                xml,
                "          <Tag TagName=\"{}\" TagDataType=\"Text\" TagValue=\"{}\"/>",
                escaped(name),
                escaped(&value)
            );
        }
    }
    xml.push_str("        </Tags>\n        <Files>\n");
    let mut file = |kind: &str, path: &str, native: Option<&[u8]>| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let hash = native.map_or_else(String::new, |bytes| {
            format!(" FileSize=\"{}\" HashType=\"MD5\" Hash=\"{}\"", bytes.len(), Md5::of(bytes))
        });
        let _ = writeln!(
            xml,
            "          <File FileType=\"{kind}\"><ExternalFile FilePath=\"{folder}\" FileName=\"{name}\"{hash}/></File>"
        );
    };
    if !row.native.is_empty() {
        file("Native", row.native, entry.native());
    }
    file("Text", row.text, None);
    if !row.pdf.is_empty() {
        file("Image", row.pdf, None);
    }
    for page in row.pages {
        file("Image", &page.path, None);
    }
    xml.push_str("        </Files>\n      </Document>\n");
    xml
}

/// Text in an attribute of XML 1.0; a character that XML cannot carry stands as U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            c if (c < ' ') || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_a_csv_file_stays_inside_its_quotes() {
        assert_eq!(csv_row(&["a\"b".into(), "c,d\n".into(), String::new()]), "\"a\"\"b\",\"c,d\n\",\"\"\r\n");
    }

    #[test]
    fn a_value_longer_than_a_cell_is_cut_and_says_so() {
        let long = "ä".repeat(40_000);
        let cut = cut(long);
        assert!(cut.encode_utf16().count() <= workbook::CELL_UNITS_MAX);
        assert!(cut.ends_with("40000 characters in all; the load file holds them"));
        assert_eq!(super::cut("short".into()), "short");
    }

    #[test]
    fn markup_in_a_value_is_text() {
        assert_eq!(escaped("<a \"b\">\u{1}&\n"), "&lt;a &quot;b&quot;&gt;\u{fffd}&amp;&#10;");
    }
}
