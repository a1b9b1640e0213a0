//! Text in drawings, charts and diagrams (ECMA-376 part 1, DrawingML).

use super::Found;
use super::package::{self, Package};
use super::xml::{Piece, Xml};

/// Reads the text of one part of drawings, behind a label if there is any.
pub(crate) fn part(package: &mut Package<'_>, path: &str, label: &str, found: &mut Found) {
    let Some(text) = package.text(path, found) else { return };
    let mut own = Found::new(found.bounds());
    shapes(&text, path, false, &mut own);
    let own = own.finish();
    if !own.text.trim().is_empty() {
        found.label(label);
        found.text(&own.text);
    }
    if let Some(why) = own.incomplete {
        found.incomplete(why.code, why.detail);
    }
}

/// Reads the paragraphs of the shapes in a part. `own_only` leaves aside what a layout only asks for
/// (placeholders), whose text nobody is shown.
pub(crate) fn shapes(text: &str, path: &str, own_only: bool, found: &mut Found) {
    let mut xml = Xml::new(text);
    let mut in_prompt = false;
    let mut cached = 0_usize;
    while let Some(piece) = xml.next() {
        match piece {
            Piece::Start(element) => match element.name() {
                "t" => {
                    let text = xml.text_inside();
                    if !(own_only && in_prompt) {
                        found.text(&text);
                    }
                }
                "sp" | "graphicFrame" => in_prompt = false,
                "ph" => in_prompt = true,
                "br" => {
                    found.text("\n");
                }
                "tab" if element.attribute("pos").is_none() => {
                    found.text("\t");
                }
                // Names and values that a chart keeps of its sheet.
                "strCache" | "numCache" | "strLit" | "numLit" => cached += 1,
                "v" if cached > 0 => {
                    let text = xml.text_inside();
                    found.text(&text);
                    found.text("\t");
                }
                "Fallback" | "instrText" => xml.skip(),
                "docPr" | "cNvPr" => {
                    for name in ["title", "descr"] {
                        if let Some(text) = element.attribute(name).filter(|text| !text.trim().is_empty()) {
                            found.line(&text);
                        }
                    }
                }
                _ => {}
            },
            Piece::End(name) => match name.as_str() {
                "p" => {
                    found.text("\n");
                }
                "tc" => found.end_cell(),
                "strCache" | "numCache" | "strLit" | "numLit" => {
                    cached = cached.saturating_sub(1);
                    found.end_line();
                }
                "tr" | "pt" | "sp" | "graphicFrame" if cached == 0 => found.end_line(),
                _ => {}
            },
            Piece::Text(_) => {}
        }
    }
    found.end_line();
    package::told(&xml, path, found);
}
