//! XML read forwards, one element at a time, in bounded memory: the little of it that load files and workbooks need.
//!
//! Names are taken without their prefix. Entities of a document's own are not known (a load file has none), and one that
//! is met is damage, never left out.

use crate::decode::Decoder;
use std::io::{self, Read};

/// Longest text, value or name.
const TEXT_BYTES_MAX: usize = 16 << 20;
/// Most attributes of one element.
const ATTRIBUTES_MAX: usize = 1_000;
/// How deep elements may stand within each other.
const DEPTH_MAX: usize = 256;

/// What is met.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Start {
        name: String,
        attributes: Vec<(String, String)>,
    },
    End {
        name: String,
    },
    /// The text between two tags.
    Text(String),
}

impl Event {
    /// An attribute of an element that starts, whatever the case of its name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let Self::Start { attributes, .. } = self else { return None };
        attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether it starts an element of this name.
    pub(crate) fn starts(&self, wanted: &str) -> bool {
        matches!(self, Self::Start { name, .. } if name == wanted)
    }

    /// Whether it ends one.
    pub(crate) fn ends(&self, wanted: &str) -> bool {
        matches!(self, Self::End { name } if name == wanted)
    }
}

/// Reads a document.
pub(crate) struct Xml<R> {
    decoder: Decoder<R>,
    open: Vec<String>,
    /// The element that was met last was empty: its end is due.
    due: bool,
    begun: bool,
}

/// Damage of the document, as an error that [`crate::zip::is_damage`] knows.
pub(crate) fn damage(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}

impl<R: Read> Xml<R> {
    pub(crate) fn new(decoder: Decoder<R>) -> Self {
        Self { decoder, open: Vec::new(), due: false, begun: false }
    }

    /// The next event; nothing at the end of a document that is whole.
    pub(crate) fn next(&mut self) -> io::Result<Option<Event>> {
        loop {
            if std::mem::take(&mut self.due) {
                return Ok(self.open.pop().map(|name| Event::End { name }));
            }
            match self.decoder.peek()? {
                None => return self.end(),
                Some('<') => {
                    self.decoder.next()?;
                    if let Some(event) = self.markup()? {
                        return Ok(Some(event));
                    }
                }
                Some(_) => {
                    let text = self.text()?;
                    if !self.open.is_empty() {
                        return Ok(Some(Event::Text(text)));
                    }
                }
            }
        }
    }

    fn end(&self) -> io::Result<Option<Event>> {
        match self.open.last() {
            Some(name) => Err(damage(format!("found the end of the file inside {name:?}"))),
            None if !self.begun => Err(damage("found no element")),
            None if self.decoder.undecodable() > 0 => Err(damage("found bytes that do not fit its encoding")),
            None => Ok(None),
        }
    }

    fn take(&mut self) -> io::Result<char> {
        self.decoder.next()?.ok_or_else(|| damage("found the end of the file inside a tag"))
    }

    fn text(&mut self) -> io::Result<String> {
        let mut text = String::new();
        while let Some(sign) = self.decoder.peek()?.filter(|sign| *sign != '<') {
            self.decoder.next()?;
            self.put(&mut text, sign)?;
        }
        Ok(text)
    }

    /// Puts a sign, or what an entity stands for.
    fn put(&mut self, text: &mut String, sign: char) -> io::Result<()> {
        let sign = if sign == '&' { self.entity()? } else { sign };
        if text.len() >= TEXT_BYTES_MAX {
            return Err(damage("found a text longer than 16 MiB"));
        }
        text.push(sign);
        Ok(())
    }

    fn entity(&mut self) -> io::Result<char> {
        let mut name = String::new();
        loop {
            match self.take()? {
                ';' => break,
                sign if name.len() < 12 => name.push(sign),
                _ => return Err(damage(format!("found an & that begins no entity, before {name:?}"))),
            }
        }
        let number = match name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => name.strip_prefix('#').and_then(|digits| digits.parse().ok()),
        };
        let known = match name.as_str() {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number.and_then(char::from_u32),
        };
        known.ok_or_else(|| damage(format!("found an entity that is not known, {name:?}")))
    }

    /// What stands behind `<`.
    fn markup(&mut self) -> io::Result<Option<Event>> {
        match self.take()? {
            '?' => self.pass("?>").map(|()| None),
            '!' => self.declaration(),
            '/' => {
                let name = self.name(None)?;
                self.expect('>')?;
                match self.open.pop() {
                    Some(open) if open == name => Ok(Some(Event::End { name })),
                    open => Err(damage(format!("found the end of {name:?}, expected that of {open:?}"))),
                }
            }
            first => self.start(first).map(Some),
        }
    }

    fn declaration(&mut self) -> io::Result<Option<Event>> {
        let mut head = String::new();
        while head.len() < 7 && !head.starts_with("--") {
            head.push(self.take()?);
        }
        match head.as_str() {
            "--" => self.pass("-->").map(|()| None),
            "[CDATA[" => {
                let mut text = String::new();
                while !text.ends_with("]]>") {
                    if text.len() >= TEXT_BYTES_MAX {
                        return Err(damage("found a text longer than 16 MiB"));
                    }
                    let sign = self.take()?;
                    text.push(sign);
                }
                text.truncate(text.len() - 3);
                Ok(Some(Event::Text(text)))
            }
            "DOCTYPE" => {
                let mut inside = false;
                loop {
                    match self.take()? {
                        '[' => inside = true,
                        ']' => inside = false,
                        '>' if !inside => return Ok(None),
                        _ => {}
                    }
                }
            }
            _ => Err(damage(format!("found <!{head}, expected a comment or a text"))),
        }
    }

    fn start(&mut self, first: char) -> io::Result<Event> {
        if self.open.is_empty() && std::mem::replace(&mut self.begun, true) {
            return Err(damage("found a second element behind the first"));
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(damage(format!("found elements more than {DEPTH_MAX} deep")));
        }
        let name = self.name(Some(first))?;
        let mut attributes = Vec::new();
        loop {
            self.space()?;
            match self.take()? {
                '>' => break,
                '/' => {
                    self.expect('>')?;
                    self.due = true;
                    break;
                }
                first => {
                    let name = self.name(Some(first))?;
                    self.space()?;
                    self.expect('=')?;
                    self.space()?;
                    let value = self.value()?;
                    if attributes.len() >= ATTRIBUTES_MAX {
                        return Err(damage(format!("found more than {ATTRIBUTES_MAX} attributes")));
                    }
                    attributes.push((name, value));
                }
            }
        }
        self.open.push(name.clone());
        Ok(Event::Start { name, attributes })
    }

    fn value(&mut self) -> io::Result<String> {
        let quote = self.take()?;
        if !matches!(quote, '"' | '\'') {
            return Err(damage("found a value without quotes"));
        }
        let mut value = String::new();
        loop {
            let sign = self.take()?;
            if sign == quote {
                return Ok(value);
            }
            self.put(&mut value, sign)?;
        }
    }

    /// A name, without the prefix before its colon.
    fn name(&mut self, first: Option<char>) -> io::Result<String> {
        let mut name = String::new();
        name.extend(first);
        while let Some(sign) = self.decoder.peek()? {
            if sign.is_whitespace() || matches!(sign, '>' | '/' | '=' | '<' | '"' | '\'' | '&') {
                break;
            }
            self.decoder.next()?;
            name.push(sign);
            if name.len() > 1_000 {
                return Err(damage("found a name longer than 1,000 bytes"));
            }
        }
        let local = name.rsplit(':').next().unwrap_or_default();
        if local.is_empty() || !local.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return Err(damage(format!("found {name:?}, expected a name")));
        }
        Ok(local.to_owned())
    }

    fn space(&mut self) -> io::Result<()> {
        while self.decoder.peek()?.is_some_and(char::is_whitespace) {
            self.decoder.next()?;
        }
        Ok(())
    }

    fn expect(&mut self, wanted: char) -> io::Result<()> {
        self.space()?;
        match self.take()? {
            found if found == wanted => Ok(()),
            found => Err(damage(format!("found {found:?}, expected {wanted:?}"))),
        }
    }

    /// Passes everything over up to the end of `end`.
    fn pass(&mut self, end: &str) -> io::Result<()> {
        let mut tail = String::new();
        while !tail.ends_with(end) {
            if tail.len() > 64 {
                tail = tail.split_off(tail.char_indices().rev().nth(3).map_or(0, |(at, _)| at));
            }
            tail.push(self.take()?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str) -> io::Result<Vec<Event>> {
        let mut xml = Xml::new(Decoder::new(text.as_bytes())?);
        let mut events = Vec::new();
        while let Some(event) = xml.next()? {
            events.push(event);
        }
        Ok(events)
    }

    #[test]
    fn elements_attributes_and_texts_are_read_and_the_rest_is_passed_over() {
        let text = "\u{FEFF}<?xml version=\"1.0\"?><!DOCTYPE a [<!ELEMENT a ANY>]><!-- a > b -->\n\
            <x:a b='1 &amp; 2' x:C=\"&#228;\">t<![CDATA[<&]]><e/></x:a>\n";
        let events = all(text).unwrap();
        assert_eq!((events[0].attribute("B"), events[0].attribute("c")), (Some("1 & 2"), Some("ä")));
        assert_eq!(events[1..3], [Event::Text("t".into()), Event::Text("<&".into())]);
        assert!(events[3].starts("e") && events[4].ends("e") && events[5].ends("a") && events.len() == 6);
    }

    #[test]
    fn what_is_cut_or_crossed_or_not_known_is_damage() {
        for text in
            ["", "<a>", "<a><b></a></b>", "<a b=1/>", "<a>&nbsp;</a>", "<a/><b/>", "<a", "<1/>", "<a>&"]
        {
            assert!(all(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[<>/!?\\[\\]&;#x=\"' a-cA-D-]{0,60}") {
            let _ = all(&text);
        }

        #[test]
        fn cutting_a_document_anywhere_is_damage(cut in 0_usize..42) {
            let text = "<a b=\"c\"><d>text &lt; more</d><!-- e --></a>";
            prop_assert!(all(&text[..cut]).is_err());
        }
    }
}
