//! One piece of a dump as elements, by a streaming reader of XML.
//!
//! No entity is expanded but the five of XML itself and numbers of characters; a document type is stepped over.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// How deep elements may lie inside each other; the known forms need four levels.
const DEPTH_MAX: usize = 32;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    /// The text that stands in it and in none of its children.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

/// The outermost element of a piece.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    /// It, with the children that could be read.
    pub(crate) root: Element,
    /// Why the rest could not be read, and the rest as it lies.
    pub(crate) damage: Option<(String, String)>,
}

impl Element {
    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of this name; none where that is blank.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }

    /// An attribute that is not blank.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All that it says, its children's words labelled by their names.
    pub(crate) fn told(&self) -> String {
        let mut told = self.text.trim().to_owned();
        for child in &self.children {
            let words = child.told();
            if !words.is_empty() {
                if !told.is_empty() {
                    told.push_str("; ");
                }
                told.push_str(&format!("{}: {words}", child.name));
            }
        }
        told
    }
}

/// Reads the text of one element. What follows a fault is not guessed at: the children before it stay.
pub(crate) fn read(text: &str) -> Piece {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut open: Vec<Element> = Vec::new();
    let mut piece = Piece::default();
    // Where the child that is being read starts.
    let mut child_at = 0;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        if open.len() <= 1 {
            child_at = at;
        }
        let why = match reader.read_event() {
            Err(error) => error.to_string(),
            Ok(Event::Eof) if open.is_empty() => return piece,
            Ok(Event::Eof) => "the text ends in the middle of an element".to_owned(),
            Ok(Event::Start(_)) if open.len() >= DEPTH_MAX => {
                format!("elements lie deeper than {DEPTH_MAX} levels")
            }
            Ok(event) => match take(event, &mut open) {
                Ok(None) => continue,
                Ok(Some(whole)) => {
                    piece.root = whole;
                    continue;
                }
                Err(why) => why,
            },
        };
        let rest = text.get(child_at..).unwrap_or_default();
        piece.damage = Some((why, rest.to_owned()));
        // Of what is still open only the outermost is kept, with its whole children.
        if let Some(root) = open.into_iter().next() {
            piece.root = root;
        }
        return piece;
    }
}

/// Takes in one event; gives the outermost element when it ends.
fn take(event: Event<'_>, open: &mut Vec<Element>) -> Result<Option<Element>, String> {
    let text = match event {
        Event::Start(start) => {
            open.push(element(&start)?);
            return Ok(None);
        }
        Event::Empty(start) => return Ok(close(element(&start)?, open)),
        Event::End(_) => {
            let element = open.pop().ok_or("an end without its start")?;
            return Ok(close(element, open));
        }
        Event::Text(text) => text.xml10_content().into_owned(),
        Event::CData(text) => text.xml10_content().into_owned(),
        Event::GeneralRef(reference) => referred(&reference),
        Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => {
            return Ok(None);
        }
    };
    if let Some(element) = open.last_mut() {
        element.text.push_str(&text);
    }
    Ok(None)
}

fn close(element: Element, open: &mut [Element]) -> Option<Element> {
    match open.last_mut() {
        Some(above) => {
            above.children.push(element);
            None
        }
        None => Some(element),
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let name = start.local_name().as_ref().to_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
        let value = value.map_err(|error| error.to_string())?;
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name, attributes, ..Element::default() })
}

/// The character that a reference stands for; one that XML does not know stays as it is written.
fn referred(reference: &BytesRef<'_>) -> String {
    let name = reference.xml10_content();
    match reference.resolve_char_ref() {
        Ok(Some(character)) => character.to_string(),
        _ => resolve_xml_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elements_are_read_with_their_text_and_no_entity_is_expanded() {
        let text = r#"<c a="1 &lt; 2"><m>5 &amp; 6 &#x20AC; &own; <![CDATA[<x>]]></m><n/></c>"#;
        let piece = read(text);
        assert_eq!(piece.damage, None);
        assert_eq!(piece.root.attribute("a"), Some("1 < 2"));
        assert_eq!(piece.root.value("m"), Some("5 & 6 \u{20ac} &own; <x>"));
        assert_eq!(piece.root.children.len(), 2);
    }

    #[test]
    fn a_fault_costs_the_child_in_which_it_lies_and_what_follows_and_is_told() {
        let piece = read("<c><m>one</m><m>two</n><m>three</m></c>");
        assert_eq!(piece.root.children.len(), 1);
        let (_, rest) = piece.damage.unwrap();
        assert_eq!(rest, "<m>two</n><m>three</m></c>");
        let cut = read("<c><m>one</m><m>tw");
        assert_eq!((cut.root.children.len(), cut.damage.unwrap().1.as_str()), (1, "<m>tw"));
        let deep = "<d>".repeat(40);
        assert!(read(&deep).damage.unwrap().0.contains("32 levels"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_told(text in "[<>/a-c&;!\\[\\]\\-?\"= ]{0,60}") {
            read(&text);
        }
    }
}
