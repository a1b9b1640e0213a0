//! The elements of a dump counted by their tags, byte by byte: the second count. It shares nothing with the
//! reader: it knows no entities, no names but those that it is given, and holds nothing but a name.

/// Where in the text a byte lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Text,
    /// Behind `<`, or in the name behind it.
    Name,
    /// In a tag behind its name; the quote that is open, and whether the last byte was a slash.
    Tag(Option<u8>, bool),
    /// In `<!`: a comment, a CDATA section or a declaration, not yet told apart.
    Bang,
    /// In a comment; how many dashes came last.
    Comment(u8),
    /// In a CDATA section; how many brackets came last.
    Data(u8),
    /// In `<?`; whether a question mark came last.
    Instruction(bool),
    /// In a declaration such as a document type; how many brackets are open.
    Declaration(u32),
}

/// Counts elements of a text that is fed to it.
#[derive(Debug)]
pub(super) struct Counter {
    /// The element, one level below the root, whose children count; none where these elements count themselves.
    parent: Option<&'static str>,
    /// A child of a parent whose own children count in its place; none where there is no such.
    list: Option<&'static str>,
    /// Children that do not count.
    aside: &'static [&'static str],
    inside: Inside,
    name: Vec<u8>,
    level: usize,
    /// Whether the open element one level below the root is a parent.
    in_parent: bool,
    /// Whether the open child of it is the list.
    in_list: bool,
    found: u64,
    broken: bool,
}

/// A longer name is of no element that is asked about.
const NAME_MAX: usize = 64;

impl Counter {
    /// A counter of the children of `parent`, those named in `aside` left out; each other element one level
    /// below the root counts as one.
    pub(super) fn new(parent: Option<&'static str>, aside: &'static [&'static str]) -> Self {
        let (inside, name) = (Inside::Text, Vec::new());
        let (list, in_parent, in_list) = (None, false, false);
        Self { parent, list, aside, inside, name, level: 0, in_parent, in_list, found: 0, broken: false }
    }

    /// The same, with the children of each `list` in a parent counted in place of it.
    pub(super) fn through(self, list: &'static str) -> Self {
        Self { list: Some(list), ..self }
    }

    /// Takes the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.inside == Inside::Text {
                let Some(at) = memchr::memchr(b'<', rest) else { return };
                rest = &rest[at + 1..];
                (self.inside, self.name) = (Inside::Name, Vec::new());
                continue;
            }
            self.byte(rest[0]);
            rest = &rest[1..];
        }
    }

    /// The count; none where tags do not fit together, because nobody can say then what is inside what.
    pub(super) fn finish(self) -> Option<u64> {
        (!self.broken && self.level == 0 && self.inside == Inside::Text).then_some(self.found)
    }

    fn byte(&mut self, byte: u8) {
        self.inside = match (self.inside, byte) {
            (Inside::Name, b'!') if self.name.is_empty() => Inside::Bang,
            (Inside::Name, b'?') if self.name.is_empty() => Inside::Instruction(false),
            (Inside::Name, b'>') => self.ended(false),
            (Inside::Name, b'/') if !self.name.is_empty() => Inside::Tag(None, true),
            (Inside::Name, byte) if byte.is_ascii_whitespace() => Inside::Tag(None, false),
            (Inside::Name, byte) => {
                if self.name.len() < NAME_MAX {
                    self.name.push(byte);
                }
                Inside::Name
            }
            (Inside::Tag(None, slash), b'>') => self.ended(slash),
            (Inside::Tag(None, _), quote @ (b'"' | b'\'')) => Inside::Tag(Some(quote), false),
            (Inside::Tag(None, _), byte) => Inside::Tag(None, byte == b'/'),
            (Inside::Tag(Some(open), _), byte) => Inside::Tag((byte != open).then_some(open), false),
            (Inside::Bang, byte) => {
                self.name.push(byte);
                match self.name.as_slice() {
                    b"--" => Inside::Comment(0),
                    b"[CDATA[" => Inside::Data(0),
                    begun if b"--".starts_with(begun) || b"[CDATA[".starts_with(begun) => Inside::Bang,
                    _ if byte == b'>' => Inside::Text,
                    begun => Inside::Declaration(u32::from(begun.contains(&b'['))),
                }
            }
            (Inside::Comment(2..), b'>') | (Inside::Data(2..), b'>') | (Inside::Instruction(true), b'>') => {
                Inside::Text
            }
            (Inside::Comment(dashes), byte) => {
                Inside::Comment(if byte == b'-' { dashes.saturating_add(1).min(2) } else { 0 })
            }
            (Inside::Data(brackets), byte) => {
                Inside::Data(if byte == b']' { brackets.saturating_add(1).min(2) } else { 0 })
            }
            (Inside::Instruction(_), byte) => Inside::Instruction(byte == b'?'),
            (Inside::Declaration(0), b'>') => Inside::Text,
            (Inside::Declaration(open), b'[') => Inside::Declaration(open.saturating_add(1)),
            (Inside::Declaration(open), b']') => Inside::Declaration(open.saturating_sub(1)),
            (Inside::Declaration(open), _) => Inside::Declaration(open),
            (Inside::Text, _) => Inside::Text,
        };
    }

    /// A tag ended.
    fn ended(&mut self, empty: bool) -> Inside {
        if self.name.first() == Some(&b'/') {
            match self.level.checked_sub(1) {
                Some(level) => self.level = level,
                None => self.broken = true,
            }
            return Inside::Text;
        }
        let local = self.name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        let named = |name: &str| name.as_bytes() == local;
        if self.level == 1 {
            self.in_parent = self.parent.is_some_and(named);
            self.found += u64::from(!self.in_parent);
        } else if self.level == 2 && self.in_parent {
            self.in_list = self.list.is_some_and(named);
            self.found += u64::from(!self.in_list && !self.aside.iter().any(|name| named(name)));
        } else if self.level == 3 && self.in_parent && self.in_list {
            self.found += 1;
        }
        self.broken |= local.is_empty();
        self.level += usize::from(!empty);
        Inside::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn count(text: &[u8], parent: Option<&'static str>, piece: usize) -> Option<u64> {
        let mut counter = Counter::new(parent, &["h"]);
        text.chunks(piece).for_each(|bytes| counter.feed(bytes));
        counter.finish()
    }

    #[test]
    fn children_of_the_parent_are_counted_and_look_alikes_are_not() {
        let text = br#"<?xml version="1.0"?><!DOCTYPE r [<!ELEMENT c ANY>]><!-- <c><m/></c> --><r><c>
            <m x="a>b"/><m><![CDATA[<m>]]></m><h>1</h><m><n><m/></n></m></c><c/><d><m/></d></r>"#;
        for piece in [1, 7, 1000] {
            assert_eq!(count(text, Some("c"), piece), Some(4), "three of c, and d");
            assert_eq!(count(text, None, piece), Some(3), "two c and d");
        }
    }

    #[test]
    fn children_of_a_list_in_the_parent_are_counted_in_its_place() {
        let text = b"<r><c><h/><l><m><n/></m><m/></l><x/><l/></c><d><l><m/></l></d><l><m/></l></r>";
        let mut counter = Counter::new(Some("c"), &["h"]).through("l");
        counter.feed(text);
        assert_eq!(counter.finish(), Some(5), "two of the list, x, d, and l beside c");
    }

    #[test]
    fn tags_that_do_not_fit_give_no_count() {
        for text in [&b"<r><m></r>"[..], b"<r><m", b"<r></r></r>", b"<r><!-- ", b"<r><![CDATA[</r>"] {
            assert_eq!(count(text, None, 5), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_counted_or_refused_however_they_arrive(text: Vec<u8>, piece in 1_usize..9) {
            prop_assert_eq!(count(&text, Some("c"), piece), count(&text, Some("c"), 1000));
        }
    }
}
