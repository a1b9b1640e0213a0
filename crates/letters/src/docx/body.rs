//! Paragraphs and tables in reading order.

use super::numbering::Numbering;
use super::{attribute, child, is, switched_on, value};
use crate::letter::{LINES_MAX, Line, Place};
use roxmltree::Node;
use std::collections::BTreeSet;

/// How deep tables and frames may lie in each other.
const DEPTH_MAX: usize = 24;
/// Twentieths of a point that count as one character of indent.
const TWIPS_PER_CHARACTER: i64 = 120;

/// Lines as they are gathered.
pub(super) struct Body {
    numbering: Numbering,
    lines: Vec<Line>,
    remarks: BTreeSet<String>,
    paragraphs: usize,
    tables: usize,
    /// Text boxes met inside a paragraph wait until it ends.
    gap: bool,
}

/// What a paragraph says, broken where Word breaks it by a sign of its own.
#[derive(Default)]
struct Words {
    lines: Vec<String>,
    open: String,
}

impl Words {
    fn end_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.open));
    }
}

impl Body {
    pub(super) fn new(numbering: Numbering) -> Self {
        Self { numbering, lines: Vec::new(), remarks: BTreeSet::new(), paragraphs: 0, tables: 0, gap: true }
    }

    pub(super) fn finish(mut self) -> (Vec<Line>, Vec<String>) {
        self.remarks.extend(self.numbering.remarks());
        (self.lines, self.remarks.into_iter().collect())
    }

    /// Reads the blocks under a node.
    pub(super) fn blocks(&mut self, parent: Node<'_, '_>, depth: usize) -> Result<(), String> {
        if depth > DEPTH_MAX {
            return Err(format!("its tables and frames lie more than {DEPTH_MAX} deep in each other"));
        }
        for node in parent.children().filter(Node::is_element) {
            match node.tag_name().name() {
                "p" => {
                    self.paragraphs += 1;
                    let place = Place::Paragraph(self.paragraphs);
                    self.paragraph(node, &place, depth)?;
                }
                "tbl" => self.table(node, depth)?,
                "del" | "moveFrom" => self.left_out_changes(),
                "ins" | "moveTo" | "sdt" | "sdtContent" | "customXml" | "smartTag" => {
                    self.blocks(node, depth + 1)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads a note, a header or a footer; each of its paragraphs stands at `place`.
    pub(super) fn aside(&mut self, node: Node<'_, '_>, place: &Place) -> Result<(), String> {
        let paragraphs: Vec<_> = node.descendants().filter(|node| is(*node, "p")).collect();
        for paragraph in paragraphs {
            self.paragraph(paragraph, place, 0)?;
        }
        Ok(())
    }

    fn table(&mut self, table: Node<'_, '_>, depth: usize) -> Result<(), String> {
        self.tables += 1;
        let number = self.tables;
        for (row_at, row) in table.children().filter(|node| is(*node, "tr")).enumerate() {
            self.gap = true;
            for (cell_at, cell) in row.children().filter(|node| is(*node, "tc")).enumerate() {
                let place = Place::Cell { table: number, row: row_at + 1, cell: cell_at + 1 };
                for node in cell.children().filter(Node::is_element) {
                    match node.tag_name().name() {
                        "p" => {
                            self.paragraph(node, &place, depth)?;
                            // The cells of a row are read as one paragraph.
                            self.gap = false;
                        }
                        "tbl" | "sdt" => {
                            let inner = node.descendants().filter(|node| is(*node, "p")).collect::<Vec<_>>();
                            for paragraph in inner {
                                self.paragraph(paragraph, &place, depth)?;
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        self.gap = true;
        Ok(())
    }

    fn paragraph(&mut self, node: Node<'_, '_>, place: &Place, depth: usize) -> Result<(), String> {
        let properties = child(node, "pPr");
        let label = properties.and_then(|properties| self.numbering.label(properties));
        let mut words = Words::default();
        let mut boxes = Vec::new();
        self.runs(node, &mut words, &mut boxes, depth)?;
        words.end_line();
        let indent = properties.map_or(0, indent);
        let mut label = label.filter(|_| words.lines.iter().any(|line| !line.trim().is_empty()));
        let in_cell = matches!(place, Place::Cell { .. });
        for line in words.lines {
            let text = line.trim();
            if text.is_empty() {
                self.gap = true;
                continue;
            }
            if self.lines.len() > LINES_MAX {
                return Err(format!("it has more than {LINES_MAX} lines: split it"));
            }
            self.lines.push(Line {
                place: place.clone(),
                text: text.to_owned(),
                auto_label: label.take(),
                indent,
                after_gap: self.gap,
            });
            self.gap = false;
        }
        // Outside tables each paragraph is one.
        self.gap = !in_cell;
        for inner in boxes {
            self.blocks(inner, depth + 1)?;
        }
        Ok(())
    }

    fn runs<'a, 'i>(
        &mut self,
        parent: Node<'a, 'i>,
        words: &mut Words,
        boxes: &mut Vec<Node<'a, 'i>>,
        depth: usize,
    ) -> Result<(), String> {
        if depth > DEPTH_MAX {
            return Err(format!("its runs lie more than {DEPTH_MAX} deep in each other"));
        }
        for node in parent.children().filter(Node::is_element) {
            match node.tag_name().name() {
                "t" => words.open.push_str(node.text().unwrap_or_default()),
                "tab" | "ptab" => words.open.push(' '),
                "br" | "cr" => words.end_line(),
                "noBreakHyphen" => words.open.push('-'),
                "sym" => {
                    words.open.push('\u{fffd}');
                    self.remark("signs of a symbol font stand as \u{fffd}: compare them with the letter");
                }
                "del" | "moveFrom" => self.left_out_changes(),
                "txbxContent" => boxes.push(node),
                // The other half of a choice repeats the first for older programs.
                "Fallback" | "pPr" | "rPr" | "instrText" | "delText" => {}
                "r" if child(node, "rPr").is_some_and(|properties| switched_on(properties, "vanish")) => {
                    if node.descendants().any(|node| is(node, "t")) {
                        self.remark("text that is formatted as hidden was left out");
                    }
                }
                other => {
                    if matches!(other, "ins" | "moveTo") {
                        self.remark("tracked changes: insertions were read, deletions were left out");
                    }
                    if matches!(other, "drawing" | "pict" | "object") && has_picture(node) {
                        self.remark("pictures were not read: look whether there are words in them");
                    }
                    self.runs(node, words, boxes, depth + 1)?;
                }
            }
        }
        Ok(())
    }

    fn left_out_changes(&mut self) {
        self.remark("tracked changes: insertions were read, deletions were left out");
    }

    fn remark(&mut self, text: &str) {
        self.remarks.insert(text.to_owned());
    }
}

fn has_picture(node: Node<'_, '_>) -> bool {
    node.descendants().any(|node| is(node, "blip") || is(node, "imagedata"))
}

fn indent(properties: Node<'_, '_>) -> usize {
    let twips = child(properties, "ind")
        .and_then(|ind| attribute(ind, "left").or_else(|| attribute(ind, "start")))
        .and_then(|text| text.parse::<i64>().ok());
    let level = child(properties, "numPr").and_then(|numbers| value(numbers, "ilvl")?.parse::<i64>().ok());
    let characters =
        twips.map_or_else(|| level.map_or(0, |level| (level + 1) * 6), |twips| twips / TWIPS_PER_CHARACTER);
    usize::try_from(characters.clamp(0, 200)).unwrap_or(0)
}
