//! DOCX (ECMA-376 part 1, WordprocessingML): paragraphs, tables, notes, headers and footers.
//!
//! Read are the words that Word shows: insertions that are tracked and not yet accepted count,
//! deletions and hidden text do not, and both are said in the remarks. A footnote is a line of its own.
//! Numbers that Word makes by itself are made again (`numbering`).

mod body;
mod numbering;
mod package;

use crate::error::LettersError;
use crate::letter::{Form, Line, Place};
use crate::read::Read;
use body::Body;
use numbering::Numbering;
pub(crate) use numbering::roman;
use package::Package;
use roxmltree::{Document, Node};

/// Namespace-free name test: transitional and strict files differ in their namespaces only.
fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| is(*child, name))
}

/// An attribute by its name without namespace.
fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.value())
}

/// `w:val` of a child.
fn value<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name).and_then(|child| attribute(child, "val"))
}

/// Whether a switch such as `w:vanish` is on: present and not said to be off.
fn switched_on(node: Node<'_, '_>, name: &str) -> bool {
    child(node, name).is_some_and(|it| !matches!(attribute(it, "val"), Some("0" | "false" | "off")))
}

/// Reads a DOCX.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Read, LettersError> {
    let mut package = Package::open(name, bytes)?;
    let main = package.main_part()?;
    let parts = package.related(&main)?;
    let text_of = |package: &mut Package<'_>, kind: &str| match parts.iter().find(|part| part.kind == kind) {
        Some(part) => package.part(&part.path).map(Some),
        None => Ok(None),
    };
    let document =
        package.part(&main)?.ok_or_else(|| damaged(name, "its main part is missing".to_owned()))?;
    let numbering = text_of(&mut package, "numbering")?.flatten();
    let styles = text_of(&mut package, "styles")?.flatten();
    let numbering = match (parse_some(name, numbering.as_deref())?, parse_some(name, styles.as_deref())?) {
        (Some(numbering), styles) => Numbering::read(&numbering, styles.as_ref()),
        (None, _) => Numbering::default(),
    };
    let mut body = Body::new(numbering);
    let document = parse(name, &document)?;
    let root = document.root_element();
    body.blocks(child(root, "body").unwrap_or(root), 0).map_err(|detail| damaged(name, detail))?;
    let mut count = [0_usize; 3];
    for kind in ["footnotes", "endnotes", "header", "footer"] {
        for part in parts.iter().filter(|part| part.kind == kind) {
            let Some(text) = package.part(&part.path)? else { continue };
            let part = parse(name, &text)?;
            let notes = matches!(kind, "footnotes" | "endnotes");
            for (slot, block) in blocks_of(part.root_element(), notes) {
                count[slot + usize::from(kind == "footer")] += 1;
                let number = count[slot + usize::from(kind == "footer")];
                let place = match kind {
                    "header" => Place::Header(number),
                    "footer" => Place::Footer(number),
                    _ => Place::Note(number),
                };
                body.aside(block, &place).map_err(|detail| damaged(name, detail))?;
            }
        }
    }
    let (lines, remarks): (Vec<Line>, Vec<String>) = body.finish();
    if lines.is_empty() {
        return Err(LettersError::NoText {
            name: name.to_owned(),
            why: ", only pictures or nothing at all".to_owned(),
            hint: "recognise the text of the pictures first, then draft from the result",
        });
    }
    Ok(Read { form: Form::Docx, lines, remarks })
}

/// The parts of an aside that count one by one: each note, or the header as a whole.
fn blocks_of<'a, 'i>(root: Node<'a, 'i>, notes: bool) -> Vec<(usize, Node<'a, 'i>)> {
    if !notes {
        return vec![(1, root)];
    }
    let real = |node: &Node<'_, '_>| {
        // Separators between text and notes are notes too, by a type of their own.
        node.is_element()
            && matches!(node.tag_name().name(), "footnote" | "endnote")
            && !matches!(
                attribute(*node, "type"),
                Some("separator" | "continuationSeparator" | "continuationNotice")
            )
    };
    root.children().filter(real).map(|node| (0, node)).collect()
}

fn damaged(name: &str, detail: String) -> LettersError {
    LettersError::Damaged { name: name.to_owned(), form: "DOCX", detail }
}

/// Most nodes of one part: some 100 bytes of memory each.
const NODES_MAX: u32 = 1_000_000;

fn parse<'t>(name: &str, text: &'t str) -> Result<Document<'t>, LettersError> {
    let options = roxmltree::ParsingOptions { nodes_limit: NODES_MAX, ..Default::default() };
    Document::parse_with_options(text, options).map_err(|error| damaged(name, error.to_string()))
}

fn parse_some<'t>(name: &str, text: Option<&'t str>) -> Result<Option<Document<'t>>, LettersError> {
    text.map(|text| parse(name, text)).transpose()
}
