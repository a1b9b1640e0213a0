//! The tags of an XML file of elements and attributes, one after another. A file that breaks off, or that refers to
//! halves of UTF-16 pairs as programs of phones do, is read as far as it goes.

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagKind {
    Open,
    Close,
    /// Opens and closes.
    Empty,
    /// The file ends inside it.
    Cut,
}

/// One tag.
#[derive(Debug)]
pub(crate) struct Tag<'t> {
    pub(crate) name: &'t str,
    pub(crate) kind: TagKind,
    /// As written, entities included.
    pub(crate) attributes: Vec<(&'t str, &'t str)>,
    /// The tag as it lies.
    pub(crate) raw: &'t str,
}

impl Tag<'_> {
    /// The value of an attribute, entities resolved.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let (_, raw) = self.attributes.iter().find(|(known, _)| *known == name)?;
        Some(plain(raw))
    }

    /// The value, where it says something: programs of phones write `null` for nothing.
    pub(crate) fn said(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.trim().is_empty() && value != "null")
    }
}

/// The tags of a text, declarations and comments left aside.
pub(crate) struct Tags<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tags<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    fn skip(&mut self, from: usize, end: &str) -> Option<()> {
        self.at = from + self.text[from..].find(end)? + end.len();
        Some(())
    }

    fn tag(&mut self, start: usize) -> Tag<'t> {
        let bytes = self.text.as_bytes();
        let closes = bytes.get(start + 1) == Some(&b'/');
        let from = start + 1 + usize::from(closes);
        let mut at = from;
        let ends_name = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'=' | b'<');
        while bytes.get(at).is_some_and(|byte| !ends_name(*byte)) {
            at += 1;
        }
        let name = &self.text[from..at];
        let mut attributes = Vec::new();
        let kind = loop {
            match bytes.get(at) {
                None => break TagKind::Cut,
                Some(b'>') if closes => break TagKind::Close,
                Some(b'>') if bytes[at - 1] == b'/' => break TagKind::Empty,
                Some(b'>') => break TagKind::Open,
                Some(byte) if ends_name(*byte) => at += 1,
                Some(_) => match attribute(self.text, at) {
                    (next, Some(pair)) => {
                        attributes.push(pair);
                        at = next;
                    }
                    (next, None) => at = next,
                },
            }
        };
        let end = (at + 1).min(self.text.len());
        self.at = end;
        Tag { name, kind, attributes, raw: &self.text[start..end] }
    }
}

/// The attribute at `at`, and where what follows it starts. All places are those of ASCII signs, or the end.
fn attribute(text: &str, at: usize) -> (usize, Option<(&str, &str)>) {
    let bytes = text.as_bytes();
    let mut end = at;
    while bytes
        .get(end)
        .is_some_and(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'>' | b'/'))
    {
        end += 1;
    }
    let name = &text[at..end];
    let mut from = end;
    while bytes.get(from).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'=') {
        from += 1;
    }
    match bytes.get(from) {
        Some(quote @ (b'"' | b'\'')) => match memchr::memchr(*quote, &bytes[from + 1..]) {
            Some(length) => (from + 2 + length, Some((name, &text[from + 1..from + 1 + length]))),
            None => (text.len(), Some((name, &text[from + 1..]))),
        },
        _ => (end.max(at + 1), None),
    }
}

impl<'t> Iterator for Tags<'t> {
    type Item = Tag<'t>;

    fn next(&mut self) -> Option<Tag<'t>> {
        loop {
            let start = self.at + memchr::memchr(b'<', &self.text.as_bytes()[self.at..])?;
            let rest = &self.text[start..];
            let skipped = if rest.starts_with("<!--") {
                self.skip(start + 4, "-->")
            } else if rest.starts_with("<?") {
                self.skip(start + 2, "?>")
            } else if rest.starts_with("<!") {
                self.skip(start + 2, ">")
            } else {
                return Some(self.tag(start));
            };
            if skipped.is_none() {
                self.at = self.text.len();
                return None;
            }
        }
    }
}

/// Entities resolved. Two references to the halves of a UTF-16 pair are one sign; half a pair is U+FFFD.
pub(crate) fn plain(raw: &str) -> String {
    let mut plain = String::with_capacity(raw.len());
    let mut high: Option<u32> = None;
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        if at > 0 && high.take().is_some() {
            plain.push(char::REPLACEMENT_CHARACTER);
        }
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        // No reference is longer than this.
        let window = rest.as_bytes().iter().take(12).position(|byte| *byte == b';');
        let Some((name, after)) = window.map(|end| (&rest[1..end], &rest[end + 1..])) else {
            plain.push('&');
            rest = &rest[1..];
            continue;
        };
        let named = match name {
            "amp" => Some(u32::from('&')),
            "lt" => Some(u32::from('<')),
            "gt" => Some(u32::from('>')),
            "quot" => Some(u32::from('"')),
            "apos" => Some(u32::from('\'')),
            _ => name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => digits.parse().ok(),
            }),
        };
        match (named, high.take()) {
            (Some(low @ 0xDC00..=0xDFFF), Some(first)) => {
                let sign = 0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00);
                plain.push(char::from_u32(sign).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (code, before) => {
                if before.is_some() {
                    plain.push(char::REPLACEMENT_CHARACTER);
                }
                match code {
                    Some(first @ 0xD800..=0xDBFF) => high = Some(first),
                    Some(code) => plain.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)),
                    None => {
                        plain.push('&');
                        rest = &rest[1..];
                        continue;
                    }
                }
            }
        }
        rest = after;
    }
    if high.is_some() {
        plain.push(char::REPLACEMENT_CHARACTER);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_are_given_with_their_attributes_and_a_cut_one_as_cut() {
        let text =
            "<?xml version='1.0'?><!-- <sms/> --><a n=\"2\"><b x='1 > 0' y=\"&lt;&#10;\"/></a><b x=\"cut";
        let seen: Vec<_> = Tags::of(text).map(|tag| (tag.name, tag.kind, tag.get("y"))).collect();
        assert_eq!(
            seen,
            [
                ("a", TagKind::Open, None),
                ("b", TagKind::Empty, Some("<\n".to_owned())),
                ("a", TagKind::Close, None),
                ("b", TagKind::Cut, None),
            ]
        );
    }

    #[test]
    fn a_sign_written_as_two_halves_is_one_sign_and_half_of_one_is_told() {
        assert_eq!(plain("ok &#55357;&#56832;!"), "ok \u{1F600}!");
        assert_eq!(plain("&#55357;x &#56832; AT&T &nope;"), "\u{FFFD}x \u{FFFD} AT&T &nope;");
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart_and_ends(text in "[<>a-c/='\"&;#é! ?-]{0,60}") {
            prop_assert!(Tags::of(&text).count() <= text.len());
            plain(&text);
        }
    }
}
