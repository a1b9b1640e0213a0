//! HTML to text: what a reader sees, for searching and for the produced text file.
//!
//! The mail library's own converter joins words across table cells and blocks, so a phrase or a word
//! beside a cell's edge could not be found; this one does not. Hidden text (`display:none`) stays in:
//! a search must not miss it. Scripts, styles and comments go, link targets too; the alternative text
//! of images stays.

use encoding_rs::WINDOWS_1252;
use memchr::{memchr, memchr2, memmem};

/// Elements that start and end a line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "hr",
    "tr",
    "table",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "form",
    "fieldset",
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "main",
    "aside",
    "address",
    "center",
    "title",
    "body",
    "html",
    "head",
    "thead",
    "tbody",
    "tfoot",
    "caption",
    "option",
    "figure",
    "figcaption",
    "paragraph",
    "nl",
];

/// Elements whose content nobody reads.
const UNSEEN: &[&str] = &["script", "style", "template", "xml"];

/// The text of an HTML document.
pub(crate) fn to_text(html: &str) -> String {
    let mut reader = Reader {
        html,
        out: Text::with_capacity(html.len() / 2),
        at: 0,
        no_comment_end: false,
        no_tag_end: false,
    };
    reader.read();
    reader.out.finish()
}

/// The character set that the document names for itself, in its first two kilobytes.
pub(crate) fn declared_charset(html: &[u8]) -> Option<String> {
    let head = html[..html.len().min(2048)].to_ascii_lowercase();
    let at = memmem::find(&head, b"charset=")? + 8;
    let name: String = head[at..]
        .iter()
        .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.'))
        .map(|byte| char::from(*byte))
        .collect();
    (!name.is_empty()).then_some(name)
}

/// Text as it grows: runs of space become one, blank lines at most one.
struct Text {
    out: String,
    space: bool,
    newlines: usize,
}

impl Text {
    fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), space: false, newlines: 0 }
    }

    fn gap(&mut self) {
        if !self.out.is_empty() {
            if self.newlines > 0 {
                (0..self.newlines.min(2)).for_each(|_| self.out.push('\n'));
            } else if self.space {
                self.out.push(' ');
            }
        }
        (self.space, self.newlines) = (false, 0);
    }

    fn run(&mut self, text: &str) {
        for piece in text.split_inclusive([' ', '\t', '\r', '\n', '\u{A0}']) {
            let bare = piece.trim_end_matches([' ', '\t', '\r', '\n', '\u{A0}']);
            if !bare.is_empty() {
                self.gap();
                // A soft hyphen or zero-width space inside a word would hide the word from a search.
                if bare.contains(['\u{AD}', '\u{200B}', '\u{FEFF}']) {
                    self.out
                        .extend(bare.chars().filter(|c| !matches!(c, '\u{AD}' | '\u{200B}' | '\u{FEFF}')));
                } else {
                    self.out.push_str(bare);
                }
            }
            self.space |= bare.len() < piece.len();
        }
    }

    fn finish(self) -> String {
        self.out
    }
}

struct Reader<'a> {
    html: &'a str,
    out: Text,
    at: usize,
    /// No further end exists, so it is not looked for again: keeps the whole linear.
    no_comment_end: bool,
    no_tag_end: bool,
}

impl Reader<'_> {
    fn read(&mut self) {
        let bytes = self.html.as_bytes();
        while self.at < bytes.len() {
            match memchr2(b'<', b'&', &bytes[self.at..]) {
                None => {
                    self.out.run(&self.html[self.at..]);
                    return;
                }
                Some(length) => {
                    self.out.run(&self.html[self.at..self.at + length]);
                    self.at += length;
                    if bytes[self.at] == b'&' { self.entity() } else { self.tag() }
                }
            }
        }
    }

    fn literal(&mut self, bytes: usize) {
        let end = self.at + bytes;
        self.out.run(&self.html[self.at..end]);
        self.at = end;
    }

    fn entity(&mut self) {
        let window = &self.html.as_bytes()[self.at + 1..(self.at + 34).min(self.html.len())];
        let length = window.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
        let name = &self.html[self.at + 1..self.at + 1 + length];
        let closed = window.get(length) == Some(&b';');
        match decode_entity(name, closed) {
            Some(text) => {
                self.out.run(&text);
                self.at += 1 + length + usize::from(closed);
            }
            None => self.literal(1),
        }
    }

    fn tag(&mut self) {
        let bytes = self.html.as_bytes();
        let rest = &bytes[self.at..];
        if rest.starts_with(b"<!--") && !self.no_comment_end {
            match memmem::find(&rest[4..], b"-->") {
                Some(end) => self.at += 4 + end + 3,
                None => {
                    self.no_comment_end = true;
                    self.at += 4;
                }
            }
            return;
        }
        let named = match rest.get(1) {
            Some(b'/') => rest.get(2).is_some_and(u8::is_ascii_alphabetic),
            Some(byte) => byte.is_ascii_alphabetic() || matches!(byte, b'!' | b'?'),
            None => false,
        };
        let end = if named && !self.no_tag_end { tag_end(rest) } else { None };
        let Some(end) = end else {
            self.no_tag_end |= named;
            self.literal(1);
            return;
        };
        let tag = &self.html[self.at..self.at + end];
        self.at += end + 1;
        self.element(tag);
    }

    fn element(&mut self, tag: &str) {
        let closing = tag.starts_with("</");
        let body = tag.trim_start_matches(['<', '/']);
        let length = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
        let is = |names: &[&str]| names.iter().any(|name| body[..length].eq_ignore_ascii_case(name));
        if is(BLOCKS) {
            self.out.newlines += 1;
        } else if is(&["td", "th"]) {
            self.out.space = true;
        } else if is(&["img"]) {
            if let Some(text) = attribute(&body[length..], "alt") {
                self.out.space = true;
                self.out.run(text);
                self.out.space = true;
            }
        } else if !closing && is(UNSEEN) && !tag.ends_with('/') {
            self.skip_unseen(&body[..length]);
        }
    }

    /// Steps over everything up to the end tag of `name`; without one, to the end of the document,
    /// as every browser does.
    fn skip_unseen(&mut self, name: &str) {
        let bytes = self.html.as_bytes();
        let mut at = self.at;
        while let Some(found) = memmem::find(&bytes[at..], b"</") {
            at += found + 2;
            if bytes[at..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            {
                self.at = memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
                return;
            }
        }
        self.at = bytes.len();
    }
}

/// Where the tag's `>` stands; one inside a quoted attribute value does not count.
fn tag_end(rest: &[u8]) -> Option<usize> {
    let mut at = 1;
    let mut before = b' ';
    while at < rest.len() {
        let byte = rest[at];
        if byte == b'>' {
            return Some(at);
        }
        if matches!(byte, b'"' | b'\'') && before == b'=' {
            // A value that is never closed would swallow the document: then the first `>` ends the tag.
            match memchr(byte, &rest[at + 1..(at + 65_536).min(rest.len())]) {
                Some(length) => at += length + 1,
                None => return memchr(b'>', &rest[at..]).map(|end| at + end),
            }
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
        at += 1;
    }
    None
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let at = attributes.to_ascii_lowercase().find(&format!(" {name}="))? + name.len() + 2;
    let value = attributes.get(at..)?;
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split_whitespace().next(),
    }
}

/// The text of an entity; the five that old pages write without a semicolon are known without one.
fn decode_entity(name: &str, closed: bool) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(numbered(code).to_string());
    }
    if !closed && !["nbsp", "amp", "lt", "gt", "quot"].contains(&name) {
        return None;
    }
    let entity = format!("&{name};");
    let mut text = String::new();
    mail_parser::decoders::html::add_html_token(&mut text, entity.as_bytes(), false);
    (text != entity).then_some(text)
}

/// A numeric reference; 128 to 159 mean windows-1252 (HTML standard section 13.2.5.80).
fn numbered(code: u32) -> char {
    if let Some(byte) = u8::try_from(code).ok().filter(|byte| (128..160).contains(byte)) {
        return WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or('\u{FFFD}');
    }
    match char::from_u32(code) {
        Some(c) if c.is_control() => ' ',
        Some(c) => c,
        None => '\u{FFFD}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_what_a_reader_sees() {
        for (html, text) in [
            ("<p>one</p><p>two</p>", "one\n\ntwo"),
            ("<div>one</div><div>two</div>", "one\n\ntwo"),
            ("<tr><td>one</td><td>two</td></tr>", "one two"),
            ("w<b>or</b>d", "word"),
            ("a<br>b", "a\nb"),
            ("caf&eacute; &amp; t&#233; &#x41; &#150; &nbsp;x", "café & té A – x"),
            ("a &lt;b&gt; c", "a <b> c"),
            ("x < y and y > z", "x < y and y > z"),
            ("<style>p { color: red }</style>seen<script>var unseen = '</p>';</script>", "seen"),
            ("<!-- unseen -->seen<!--[if mso]>unseen<![endif]-->", "seen"),
            ("<a title=\"a > b\" href='x'>link</a>", "link"),
            ("<img src=x alt=\"a chart\">", "a chart"),
            ("soft&shy;ware", "software"),
            ("fish &chips; AT&T", "fish &chips; AT&T"),
            ("<title>T</title><body>B", "T\n\nB"),
        ] {
            assert_eq!(to_text(html).trim(), text, "{html}");
        }
    }

    #[test]
    fn what_is_never_closed_does_not_hide_the_rest() {
        assert_eq!(to_text("<!-- open seen").trim(), "open seen");
        assert!(to_text("<a href=\"open>seen</a>").contains("seen"));
        assert_eq!(to_text("<script>unseen"), "");
    }

    #[test]
    fn the_document_s_own_character_set_is_found() {
        assert_eq!(declared_charset(b"<meta charset=\"KOI8-R\">").as_deref(), Some("koi8-r"));
        assert_eq!(
            declared_charset(b"<meta content=\"text/html; charset=utf-8\">").as_deref(),
            Some("utf-8")
        );
        assert_eq!(declared_charset(b"<p>"), None);
    }

    #[test]
    fn hostile_tags_are_read_in_linear_time() {
        for piece in ["<!--", "<a href=\"", "<", "&", "<style", "</", "&#"] {
            let html = piece.repeat(200_000);
            assert!(to_text(&html).len() <= html.len(), "{piece}");
        }
    }

    proptest! {
        #[test]
        fn plain_words_pass_and_no_text_panics(html in "[a-z<>&;!/\"'= #-]{0,80}") {
            to_text(&html);
        }

        #[test]
        fn text_without_markup_keeps_its_words(text in "[a-z]{1,8}( [a-z]{1,8}){0,10}") {
            prop_assert_eq!(to_text(&text), text);
        }
    }
}
