//! RTF to text, and to the HTML that Outlook wraps in it (RTF 1.9.1; MS-OXRTFEX).
//!
//! What a reader sees, and hidden text, is text; field instructions (a link's target), tables of fonts,
//! colours and styles, and pictures are not. Bytes are decoded in the character set of their font, else
//! of the document.

use crate::charset;

/// Deepest groups that are followed; text below is not read, and that is told.
const DEPTH_MAX: usize = 1000;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Rtf {
    /// The text, or the HTML where there is one.
    pub(crate) text: String,
    /// Whether `text` is the HTML that was wrapped.
    pub(crate) html: bool,
    /// What had to be guessed or replaced.
    pub(crate) flaw: Option<String>,
    /// Why the text is not all of it.
    pub(crate) incomplete: Option<&'static str>,
}

/// Whether the bytes are RTF.
pub(crate) fn is_rtf(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"{\\rtf")
}

/// Reads RTF.
pub(crate) fn read(bytes: &[u8]) -> Rtf {
    let mut reader = Reader::new(bytes);
    reader.read();
    reader.finish()
}

/// Groups whose content is no text.
const NO_TEXT: &[&str] = &[
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "objdata",
    "objclass",
    "objname",
    "themedata",
    "datastore",
    "latentstyles",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "fldinst",
    "nonshppict",
    "filetbl",
    "revtbl",
    "colorschememapping",
    "datafield",
    "private",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrapped {
    Nothing,
    Html,
    Text,
}

#[derive(Debug, Clone, Copy)]
struct Group {
    silent: bool,
    fonts: bool,
    tag: bool,
    suppressed: bool,
    ignorable: bool,
    /// How many characters stand behind a `\u` for readers without Unicode.
    spare: usize,
    font: Option<i32>,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    group: Group,
    above: Vec<Group>,
    too_deep: usize,
    wrapped: Wrapped,
    document_set: String,
    fonts: Vec<(i32, String)>,
    default_font: Option<i32>,
    skip: usize,
    pending: Vec<u8>,
    high: Option<u16>,
    found: Rtf,
    replaced: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let group = Group {
            silent: false,
            fonts: false,
            tag: false,
            suppressed: false,
            ignorable: false,
            spare: 1,
            font: None,
        };
        Self {
            bytes,
            at: 0,
            group,
            above: Vec::new(),
            too_deep: 0,
            wrapped: Wrapped::Nothing,
            document_set: "windows-1252".to_owned(),
            fonts: Vec::new(),
            default_font: None,
            skip: 0,
            pending: Vec::new(),
            high: None,
            found: Rtf::default(),
            replaced: 0,
        }
    }

    fn read(&mut self) {
        while let Some(byte) = self.next() {
            match byte {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                plain => self.byte(plain),
            }
        }
    }

    fn finish(mut self) -> Rtf {
        self.flush();
        self.found.html = self.wrapped == Wrapped::Html;
        if self.too_deep > 0 || !self.above.is_empty() {
            self.found.incomplete.get_or_insert("its groups are not closed");
        }
        if self.replaced > 0 {
            self.found.flaw.get_or_insert(format!("{} places", self.replaced));
        }
        self.found
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn open(&mut self) {
        self.flush();
        self.skip = 0;
        if self.above.len() >= DEPTH_MAX {
            self.too_deep += 1;
            self.found.incomplete = Some("its groups are nested too deeply");
            return;
        }
        self.above.push(self.group);
        self.group.ignorable = false;
    }

    fn close(&mut self) {
        self.flush();
        self.skip = 0;
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else if let Some(group) = self.above.pop() {
            self.group = group;
        }
    }

    /// Whether what comes now is text.
    fn heard(&self) -> bool {
        let wrapped_html = self.wrapped == Wrapped::Html && !self.group.tag;
        self.too_deep == 0 && !self.group.silent && !(wrapped_html && self.group.suppressed)
    }

    fn byte(&mut self, byte: u8) {
        if self.group.fonts {
            return;
        }
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.heard() {
            self.lone_surrogate();
            self.pending.push(byte);
        }
    }

    fn text(&mut self, text: &str) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.heard() {
            self.flush();
            self.found.text.push_str(text);
        }
    }

    fn flush(&mut self) {
        self.lone_surrogate();
        if self.pending.is_empty() {
            return;
        }
        let font = self.group.font.or(self.default_font);
        let own = font.and_then(|font| self.fonts.iter().find(|(known, _)| *known == font));
        let set = own.map_or(self.document_set.as_str(), |(_, set)| set.as_str());
        let decoded = charset::decode(Some(set), &self.pending);
        self.found.text.push_str(&decoded.text);
        self.replaced += decoded.replaced;
        if let Some(guess) = decoded.guess {
            self.found.flaw.get_or_insert(guess);
        }
        self.pending.clear();
    }

    fn lone_surrogate(&mut self) {
        if self.high.take().is_some() {
            self.found.text.push('\u{FFFD}');
            self.replaced += 1;
        }
    }

    fn control(&mut self) {
        let Some(byte) = self.next() else { return };
        match byte {
            b'\\' | b'{' | b'}' => self.byte(byte),
            b'\'' => self.hex(),
            b'*' => self.group.ignorable = true,
            b'~' => self.text("\u{A0}"),
            b'_' => self.text("-"),
            b'-' => {}
            b'\r' | b'\n' => self.text("\n"),
            b'\t' => self.text("\t"),
            letter if letter.is_ascii_alphabetic() => self.word(),
            _ => {}
        }
    }

    fn hex(&mut self) {
        let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(self.bytes.get(self.at)), digit(self.bytes.get(self.at + 1)))
        else {
            return;
        };
        self.at += 2;
        if let Ok(byte) = u8::try_from(high * 16 + low) {
            self.byte(byte);
        }
    }

    fn word(&mut self) {
        let start = self.at - 1;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_alphabetic) {
            self.at += 1;
        }
        let word = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default().to_owned();
        let number_at = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        while self.at - number_at < 11 && self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        let number =
            std::str::from_utf8(&self.bytes[number_at..self.at]).ok().and_then(|text| text.parse().ok());
        if number.is_none() {
            self.at = number_at;
        }
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        let ignorable = std::mem::take(&mut self.group.ignorable);
        self.apply(&word, number, ignorable);
    }

    fn apply(&mut self, word: &str, number: Option<i32>, ignorable: bool) {
        match word {
            "u" => self.unicode(number.unwrap_or(0)),
            "uc" => self.group.spare = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(16),
            "bin" => {
                self.at += usize::try_from(number.unwrap_or(0)).unwrap_or(0).min(self.bytes.len() - self.at)
            }
            "ansicpg" => {
                if let Some(page) = number.and_then(|page| u32::try_from(page).ok()).filter(|page| *page > 0)
                {
                    self.document_set = charset::of_code_page(page);
                }
            }
            "mac" => self.document_set = "macintosh".to_owned(),
            "deff" => self.default_font = number,
            "fonttbl" => {
                self.group.silent = true;
                self.group.fonts = true;
            }
            "f" => {
                self.flush();
                self.group.font = number;
            }
            "fcharset" if self.group.fonts => {
                if let (Some(font), Some(set)) = (self.group.font, number.and_then(font_set)) {
                    self.fonts.retain(|(known, _)| *known != font);
                    self.fonts.push((font, set));
                }
            }
            "plain" => {
                self.flush();
                self.group.font = None;
            }
            "fromhtml" if number != Some(0) => self.wrapped = Wrapped::Html,
            "fromtext" => self.wrapped = Wrapped::Text,
            "htmlrtf" => {
                self.flush();
                self.group.suppressed = number != Some(0);
            }
            "htmltag" if ignorable => self.group.tag = true,
            "shppict" | "ud" | "pntext" => {}
            "par" | "line" | "row" | "sect" | "page" | "nestrow" => self.text("\n"),
            "tab" | "cell" | "nestcell" => self.text("\t"),
            "lquote" => self.text("\u{2018}"),
            "rquote" => self.text("\u{2019}"),
            "ldblquote" => self.text("\u{201C}"),
            "rdblquote" => self.text("\u{201D}"),
            "bullet" => self.text("\u{2022}"),
            "endash" => self.text("\u{2013}"),
            "emdash" => self.text("\u{2014}"),
            "emspace" | "enspace" | "qmspace" => self.text(" "),
            "zwj" => self.text("\u{200D}"),
            "zwnj" => self.text("\u{200C}"),
            other if NO_TEXT.contains(&other) || ignorable => self.group.silent = true,
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        let unit = u16::try_from(number.rem_euclid(0x1_0000)).unwrap_or(0xFFFD);
        let heard = self.heard();
        self.skip = self.group.spare;
        if !heard {
            return;
        }
        if !self.pending.is_empty() {
            self.flush();
        }
        let units = self.high.take().map_or_else(|| vec![unit], |high| vec![high, unit]);
        for (at, read) in char::decode_utf16(units.iter().copied()).enumerate() {
            match read {
                Ok(sign) => self.found.text.push(sign),
                Err(error) if at + 1 == units.len() && error.unpaired_surrogate() < 0xDC00 => {
                    self.high = Some(error.unpaired_surrogate());
                }
                Err(_) => {
                    self.found.text.push('\u{FFFD}');
                    self.replaced += 1;
                }
            }
        }
    }
}

/// The character set of a font's `\fcharset` (RTF 1.9.1, font table); none for the symbol sets, whose
/// bytes are no text in any set, and for the default.
fn font_set(number: i32) -> Option<String> {
    let page = match number {
        0 => 1252,
        77 => 10000,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    };
    Some(charset::of_code_page(page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(rtf: &str) -> String {
        read(rtf.as_bytes()).text
    }

    #[test]
    fn text_is_what_a_reader_sees() {
        let rtf = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss Arial;}}{\colortbl;\red0;}{\*\generator Word;}\pard Dear\~Bob,\par caf\'e9 \{x\}\tab y\line {\v hidden}}";
        assert_eq!(text(rtf), "Dear\u{A0}Bob,\ncafé {x}\ty\nhidden");
    }

    #[test]
    fn bytes_are_read_in_the_set_of_their_font_and_unicode_skips_its_stand_ins() {
        let rtf = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}\f0 \'e9\f1 \'cf\f0 \uc1\u8364?\u-10179?\u-8704?.}";
        assert_eq!(text(rtf), "éП€\u{1F600}.");
        assert_eq!(text(r"{\rtf1\uc2\u8364\'80\'80x\uc0\u65 y}"), "€xAy");
    }

    #[test]
    fn the_html_that_outlook_wraps_is_taken_out_whole() {
        let rtf = r"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}{\*\htmltag64 <p>}\htmlrtf {\b \htmlrtf0 a &amp; b\htmlrtf }\htmlrtf0 {\*\mhtmltag84 <b>}{\*\htmltag72 </p>}\par}";
        let found = read(rtf.as_bytes());
        assert!(found.html);
        assert_eq!(found.text, "<p>a &amp; b</p>\n");
    }

    #[test]
    fn link_targets_and_pictures_are_no_text() {
        let rtf =
            r#"{\rtf1{\field{\*\fldinst{HYPERLINK "http://x"}}{\fldrslt{the link}}}{\pict\bin3 abc 0102}.}"#;
        assert_eq!(text(rtf), "the link.");
    }

    #[test]
    fn what_is_cut_or_too_deep_is_not_all_of_the_text() {
        assert!(read(br"{\rtf1 a").incomplete.is_some());
        assert!(read(br"{\rtf1 a}").incomplete.is_none());
        let deep = format!("{{\\rtf1 {}x{}}}", "{".repeat(2000), "}".repeat(2000));
        assert!(read(deep.as_bytes()).incomplete.is_some());
    }

    proptest! {
        #[test]
        fn plain_words_come_back(words in "[a-z ]{0,40}") {
            let rtf = format!("{{\\rtf1\\ansi {words}}}");
            prop_assert_eq!(text(&rtf), words);
        }

        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>, tail in r"[\\{}'u0-9a-f* -]{0,60}") {
            let mut all = b"{\\rtf1 ".to_vec();
            all.extend(&bytes);
            all.extend(tail.bytes());
            read(&all);
        }
    }
}
