//! Content-Type and Content-Disposition: type and parameters (RFC 2045, 2183, 2231).

use crate::{charset, words};

/// A type with its parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Media {
    /// `text/plain`, lower case; for a disposition the one word.
    pub(crate) essence: String,
    parameters: Vec<(String, String)>,
}

impl Media {
    /// Reads a field's raw value.
    pub(crate) fn read(value: &[u8]) -> Self {
        let (text, _) = words::unfold(value);
        let mut pieces = pieces(&text).into_iter();
        let head = pieces.next().unwrap_or_default();
        let essence = head.text.split_whitespace().collect::<String>().to_ascii_lowercase();
        let raw = pieces.filter_map(|piece| {
            let (name, value) = piece.text.split_at(piece.equals?);
            Some((name.trim().to_ascii_lowercase(), value[1..].trim().to_owned()))
        });
        Self { essence, parameters: joined(raw.filter(|(name, _)| !name.is_empty()).collect()) }
    }

    /// The parameter of that name (lower case).
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter with its encoded words decoded: against the rules, and what many programs write.
    pub(crate) fn name(&self, name: &str) -> Option<String> {
        let decoded = words::decode(self.parameter(name)?).text;
        (!decoded.is_empty()).then_some(decoded)
    }
}

#[derive(Default)]
struct Piece {
    text: String,
    /// Where the first `=` outside quotes stands.
    equals: Option<usize>,
}

/// Splits at semicolons outside quotes; quotes and comments go.
fn pieces(text: &str) -> Vec<Piece> {
    let mut list = vec![Piece::default()];
    let mut chars = text.chars();
    let mut depth = 0_usize;
    while let Some(c) = chars.next() {
        let Some(piece) = list.last_mut() else { break };
        match c {
            // In a value a bracket is no comment: `filename=a(1).pdf`.
            '(' if depth > 0 || piece.equals.is_none() => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            '"' => quoted(&mut chars, &mut piece.text),
            ';' => list.push(Piece::default()),
            '=' if piece.equals.is_none() => {
                piece.equals = Some(piece.text.len());
                piece.text.push('=');
            }
            c => piece.text.push(c),
        }
    }
    list
}

fn quoted(chars: &mut std::str::Chars<'_>, text: &mut String) {
    while let Some(c) = chars.next() {
        match c {
            '"' => return,
            // Windows paths stand in quotes unescaped; only a quote or backslash is escaped by one.
            '\\' if chars.as_str().starts_with(['"', '\\']) => text.extend(chars.next()),
            c => text.push(c),
        }
    }
}

/// Joins the continuations of RFC 2231 (`name*0*=`, `name*1=`), in the order of their numbers.
fn joined(raw: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut plain: Vec<(String, String)> = Vec::new();
    let mut sections: Vec<(String, u32, bool, String)> = Vec::new();
    for (name, value) in raw {
        match name.split_once('*') {
            None => plain.push((name, value)),
            Some((base, rest)) => {
                let encoded = rest.is_empty() || rest.ends_with('*');
                let number = rest.trim_end_matches('*').parse().unwrap_or(0);
                sections.push((base.to_owned(), number, encoded, value));
            }
        }
    }
    sections.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut extended = Vec::new();
    for group in sections.chunk_by(|a, b| a.0 == b.0) {
        extended.push((group[0].0.clone(), section_text(group)));
    }
    // The extended form wins over the plain one (RFC 6266 says so for its twin in HTTP).
    extended.extend(plain);
    extended
}

fn section_text(group: &[(String, u32, bool, String)]) -> String {
    let (mut bytes, mut charset) = (Vec::new(), None);
    for (at, (_, _, encoded, value)) in group.iter().enumerate() {
        let mut value = value.as_str();
        if *encoded && at == 0 {
            let mut fields = value.splitn(3, '\'');
            if let (Some(name), Some(_), Some(rest)) = (fields.next(), fields.next(), fields.next()) {
                (charset, value) = (Some(name), rest);
            }
        }
        if *encoded {
            percent(value.as_bytes(), &mut bytes)
        } else {
            bytes.extend_from_slice(value.as_bytes())
        }
    }
    charset::decode(charset, &bytes).text.into_owned()
}

fn percent(value: &[u8], bytes: &mut Vec<u8>) {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut at = 0;
    while at < value.len() {
        match (value[at], digit(value.get(at + 1)), digit(value.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(high << 4 | low));
                at += 3;
            }
            (byte, ..) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parameter(text: &str, name: &str) -> Option<String> {
        Media::read(text.as_bytes()).name(name)
    }

    #[test]
    fn types_and_parameters_are_read_in_their_written_forms() {
        let media = Media::read(b" Text/Plain ; charset=\"UTF-8\" ;\r\n\tformat=flowed");
        assert_eq!(media.essence, "text/plain");
        assert_eq!(media.parameter("charset"), Some("UTF-8"));
        assert_eq!(media.parameter("format"), Some("flowed"));
        assert_eq!(Media::read(b"text/html (a; comment)").essence, "text/html");
        for (text, name) in [
            ("attachment; filename=a.pdf", "a.pdf"),
            ("attachment; filename=\"a; b.pdf\"", "a; b.pdf"),
            ("attachment; filename=a(1).pdf", "a(1).pdf"),
            ("attachment; filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
            ("attachment; filename*1=\"b.txt\"; filename*0=\"a\"", "ab.txt"),
            ("attachment; filename*0*=utf-8'en'%C3; filename*1*=%A9.txt", "é.txt"),
            ("attachment; filename=x.txt; filename*=utf-8''y.txt", "y.txt"),
            ("attachment; filename=\"=?utf-8?Q?=C3=A9.txt?=\"", "é.txt"),
            ("attachment; filename=\"C:\\dir\\a.txt\"", "C:\\dir\\a.txt"),
            ("attachment; filename=two words.txt", "two words.txt"),
        ] {
            assert_eq!(parameter(text, "filename").as_deref(), Some(name), "{text}");
        }
        assert_eq!(parameter("attachment", "filename"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>) {
            Media::read(&bytes);
        }

        #[test]
        fn a_quoted_boundary_reads_back(boundary in "[0-9A-Za-z'()+_,./:=? -]{0,60}[0-9A-Za-z]") {
            let media = Media::read(format!("multipart/mixed; boundary=\"{boundary}\"").as_bytes());
            prop_assert_eq!(media.parameter("boundary"), Some(boundary.trim()));
        }
    }
}
