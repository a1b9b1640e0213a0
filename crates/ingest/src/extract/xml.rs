//! XML of office documents, read as it goes by: names without their prefixes, text with its entities put in.
//!
//! Nothing is expanded but characters by number and the five names of XML, so no entity can blow up.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// What comes next.
pub(crate) enum Piece<'a> {
    /// An element starts.
    Start(Element<'a>),
    /// An element ends; its local name.
    End(String),
    /// Text.
    Text(Cow<'a, str>),
}

/// The start of an element.
pub(crate) struct Element<'a> {
    start: BytesStart<'a>,
}

impl Element<'_> {
    /// The name without its prefix.
    pub(crate) fn name(&self) -> &str {
        local(self.start.name().into_inner())
    }

    /// An attribute by its name without its prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        attributes.with_checks(false);
        let found = attributes.flatten().find(|attribute| local(attribute.key.into_inner()) == name);
        found.map(|attribute| unescaped(&attribute.value))
    }

    /// The id of a relationship, whose prefix tells it from a plain `id`.
    pub(crate) fn relation_id(&self) -> Option<String> {
        let mut attributes = self.start.attributes();
        attributes.with_checks(false);
        let found = attributes.flatten().find(|attribute| {
            let key = attribute.key.into_inner();
            key.contains(':') && local(key) == "id"
        });
        found.map(|attribute| unescaped(&attribute.value))
    }

    /// Whether an attribute is switched on (`1`, `true`, `on`).
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.attribute(name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"))
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn unescaped(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), Cow::into_owned)
}

/// XML being read.
pub(crate) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    /// What was wrong, once it was.
    pub(crate) flaw: Option<String>,
    depth: usize,
}

/// Deepest elements that are followed.
const DEPTH_MAX: usize = 10_000;

impl<'a> Xml<'a> {
    /// Over the text of a part.
    pub(crate) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self { reader, flaw: None, depth: 0 }
    }

    /// The next piece; none at the end, and where the XML breaks off, which `flaw` then says.
    pub(crate) fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    self.flaw = Some(format!("broken at byte {}: {error}", self.reader.error_position()));
                    return None;
                }
            };
            match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        self.flaw = Some(format!("nested deeper than {DEPTH_MAX} elements"));
                        return None;
                    }
                    return Some(Piece::Start(Element { start }));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Some(Piece::End(local(end.name().into_inner()).to_owned()));
                }
                Event::Text(text) => return Some(Piece::Text(text.xml10_content())),
                Event::CData(text) => return Some(Piece::Text(text.xml10_content())),
                Event::GeneralRef(reference) => {
                    let sign = match reference.resolve_char_ref() {
                        Ok(Some(sign)) => Some(sign.to_string()),
                        Ok(None) => quick_xml::escape::resolve_xml_entity(&reference.xml10_content())
                            .map(str::to_owned),
                        Err(_) => None,
                    };
                    return Some(Piece::Text(Cow::Owned(sign.unwrap_or_else(|| "\u{FFFD}".to_owned()))));
                }
                Event::Eof => {
                    if self.depth > 0 {
                        self.flaw = Some("it ends before its elements do".to_owned());
                    }
                    return None;
                }
                _ => {}
            }
        }
    }

    /// The text up to the end of the element that has just started, and past it.
    pub(crate) fn text_inside(&mut self) -> String {
        let (mut text, mut depth) = (String::new(), 1_usize);
        while let Some(piece) = self.next() {
            match piece {
                Piece::Start(_) => depth += 1,
                Piece::End(_) => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                Piece::Text(piece) => text.push_str(&piece),
            }
        }
        text
    }

    /// Passes over the element that has just started.
    pub(crate) fn skip(&mut self) {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next() {
                Some(Piece::Start(_)) => depth += 1,
                Some(Piece::End(_)) => depth -= 1,
                Some(Piece::Text(_)) => {}
                None => return,
            }
        }
    }
}

/// The text of a part: UTF-8, or UTF-16 by its mark or its first bytes.
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let wide = match bytes {
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] | [0, b'<', ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    let (text, ..) = wide.unwrap_or(encoding_rs::UTF_8).decode(bytes);
    text
}
