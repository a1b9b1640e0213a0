//! Word documents (ECMA-376 part 1, WordprocessingML).
//!
//! The text reads as if all tracked changes were accepted; behind it stands each paragraph with deletions as
//! it was before them, and every insertion and deletion with who and when, so that words and phrases of both
//! states are found. Notes, comments, headers and footers follow behind labels. Hidden text is text.

use super::changes::{Change, Changes, Paragraph};
use super::package::{Package, Relation};
use super::xml::{Element, Piece, Xml};
use super::{FileToRead, Found, drawing, package, properties};
use duces_model::DefectCode;

/// Reads a document.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(mut package) = Package::open(file, found) else { return };
    let main = package.main_part("word/document.xml", found);
    let Some(text) = package.text(&main, found) else {
        found.incomplete(DefectCode::DamagedFile, format!("its main part {main} is missing"));
        return;
    };
    let mut changes = Changes::default();
    story(&text, &main, found, &mut changes);
    let relations = package.relations(&main, found);
    for (kind, label) in STORIES {
        for relation in of_kind(&relations, kind) {
            aside(&mut package, relation, label, found, &mut changes);
        }
    }
    for (kind, label) in [("chart", "chart"), ("chartEx", "chart"), ("diagramData", "diagram")] {
        for relation in of_kind(&relations, kind) {
            drawing::part(&mut package, &relation.path, label, found);
        }
    }
    changes.told(found);
    package.embedded("word/embeddings/", found);
    for relation in of_kind(&relations, "aFChunk") {
        if let Some(bytes) = package.bytes(&relation.path, found) {
            let name = relation.path.rsplit('/').next().unwrap_or_default().to_owned();
            found.members.push(super::Member { name, bytes, flaw: None });
        }
    }
    properties::of_package(&mut package, found);
    let pictures =
        package.names().iter().filter(|name| name.to_ascii_lowercase().starts_with("word/media/")).count();
    // A file inside shows itself as a picture too.
    if !found.has_text() && pictures > found.members.len() {
        found.incomplete(DefectCode::NoText, "it holds pictures and no text; pictures are not read");
    }
}

/// Parts beside the main one, in the order in which they stand in the text.
const STORIES: [(&str, &str); 6] = [
    ("header", "header"),
    ("footer", "footer"),
    ("footnotes", "footnotes"),
    ("endnotes", "endnotes"),
    ("comments", "comments"),
    ("glossaryDocument", "building blocks"),
];

fn of_kind<'r>(relations: &'r [Relation], kind: &'r str) -> impl Iterator<Item = &'r Relation> {
    let mut list: Vec<&Relation> = relations.iter().filter(|relation| relation.kind == kind).collect();
    list.sort_by(|a, b| a.path.cmp(&b.path));
    list.dedup_by(|a, b| a.path == b.path);
    list.into_iter()
}

fn aside(
    package: &mut Package<'_>,
    relation: &Relation,
    label: &str,
    found: &mut Found,
    changes: &mut Changes,
) {
    let Some(text) = package.text(&relation.path, found) else {
        found.incomplete(DefectCode::DamagedFile, format!("its part {} is missing", relation.path));
        return;
    };
    let mut own = Found::new(found.bounds());
    story(&text, &relation.path, &mut own, changes);
    let own = own.finish();
    if !own.text.trim().is_empty() {
        found.label(label);
        found.text(&own.text);
    }
    if let Some(why) = own.incomplete {
        found.incomplete(why.code, why.detail);
    }
}

/// The state of one story: body, header, notes.
#[derive(Default)]
struct Story {
    paragraph: Paragraph,
}

/// Reads one part's paragraphs in their order.
fn story(text: &str, path: &str, found: &mut Found, changes: &mut Changes) {
    let mut xml = Xml::new(text);
    let mut story = Story::default();
    while let Some(piece) = xml.next() {
        match piece {
            Piece::Start(element) => story.start(&element, &mut xml, found),
            Piece::End(name) => story.end(&name, found, changes),
            Piece::Text(_) => {}
        }
    }
    found.end_line();
    package::told(&xml, path, found);
}

impl Story {
    fn start(&mut self, element: &Element<'_>, xml: &mut Xml<'_>, found: &mut Found) {
        match element.name() {
            "t" | "delText" => {
                let text = xml.text_inside();
                self.paragraph.say(&text, found);
            }
            "tab" if !in_properties(element) => self.paragraph.say("\t", found),
            "br" | "cr" => self.paragraph.say("\n", found),
            "noBreakHyphen" => self.paragraph.say("-", found),
            "sym" => {
                let sign = element.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                // Symbol fonts use the private area, whose signs say nothing in text.
                let sign =
                    sign.and_then(char::from_u32).filter(|sign| !('\u{E000}'..='\u{F8FF}').contains(sign));
                self.paragraph.say(&sign.map_or_else(|| " ".to_owned(), String::from), found);
            }
            // The same drawing once more, for programs that do not know the first form; instructions of
            // fields; what a change of properties or a block to be filled in was before.
            "Fallback" | "instrText" | "delInstrText" | "pPr" | "rPr" | "sectPr" | "tblPr" | "trPr"
            | "tcPr" | "sdtPr" => {
                xml.skip();
            }
            "ins" | "moveTo" => {
                self.paragraph.open(Change { deleted: false, by: by(element), text: String::new() })
            }
            "del" | "moveFrom" => {
                self.paragraph.open(Change { deleted: true, by: by(element), text: String::new() })
            }
            "comment" => {
                let by = by(element);
                found.label(&format!("comment{by}"));
            }
            "docPr" | "cNvPr" => {
                // What is said for those who cannot see a picture.
                for name in ["title", "descr"] {
                    if let Some(text) = element.attribute(name).filter(|text| !text.trim().is_empty()) {
                        self.paragraph.say(&format!(" {text} "), found);
                    }
                }
            }
            "txbxContent" => found.end_line(),
            _ => {}
        }
    }

    fn end(&mut self, name: &str, found: &mut Found, changes: &mut Changes) {
        match name {
            "p" => {
                self.paragraph.end(changes);
                found.text("\n");
            }
            "tc" => found.end_cell(),
            "tr" => found.end_line(),
            "ins" | "moveTo" | "del" | "moveFrom" => self.paragraph.close(changes),
            _ => {}
        }
    }
}

/// A tab stop of a paragraph's properties is no tab; it states where it stands.
fn in_properties(element: &Element<'_>) -> bool {
    element.attribute("pos").is_some()
}

fn by(element: &Element<'_>) -> String {
    let author = element.attribute("author").filter(|author| !author.is_empty());
    let date = element.attribute("date").filter(|date| !date.is_empty());
    match (author, date) {
        (Some(author), Some(date)) => format!(" by {author}, {date}"),
        (Some(one), None) | (None, Some(one)) => format!(" by {one}"),
        (None, None) => String::new(),
    }
}
