//! One font: from the bytes that are shown to characters and widths.

use super::characters::{self, Encoding};
use super::cmap::CMap;
use super::guard;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use std::collections::BTreeMap;

/// A shown character.
pub(super) struct Shown {
    /// What it stands for; `None` where the font does not say.
    pub(super) text: Option<String>,
    /// How far it moves, in sizes.
    pub(super) advance: f32,
    /// Whether word spacing applies: the one-byte code 32 (9.3.3).
    pub(super) is_space_code: bool,
}

/// A font as far as its text goes.
#[derive(Default)]
pub(super) struct Font {
    to_unicode: Option<CMap>,
    /// By code, for simple fonts.
    characters: BTreeMap<u8, String>,
    code_bytes: usize,
    /// Whether codes are UTF-16 themselves.
    unicode_codes: bool,
    widths: BTreeMap<u32, f32>,
    width_else: Option<f32>,
    /// Thousandths for all fonts but those drawn by procedures.
    scale: f32,
}

impl Font {
    /// Reads a font's dictionary.
    pub(super) fn read(dict: &Dict<'_>) -> Self {
        let to_unicode = dict.get::<Stream<'_>>("ToUnicode").and_then(|stream| guard::unpack(&stream));
        let to_unicode = to_unicode.map(|bytes| CMap::read(&bytes));
        match dict.get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Type0") => Self::composite(dict, to_unicode),
            subtype => Self::simple(dict, to_unicode, subtype),
        }
    }

    fn composite(dict: &Dict<'_>, to_unicode: Option<CMap>) -> Self {
        let encoding = dict.get::<Name<'_>>("Encoding").map(|name| name.to_vec()).unwrap_or_default();
        let has = |part: &[u8]| encoding.windows(part.len()).any(|found| found == part);
        let unicode_codes = has(b"UCS2") || has(b"UTF16");
        let descendant =
            dict.get::<Array<'_>>("DescendantFonts").and_then(|array| array.iter::<Dict<'_>>().next());
        let widths = descendant.as_ref().and_then(|font| font.get::<Array<'_>>("W")).map(|w| cid_widths(&w));
        let width_else = descendant.as_ref().and_then(|font| font.get::<f32>("DW")).unwrap_or(1000.0);
        // Codes of the encodings that matter have two bytes; a map's own code space goes before.
        let code_bytes = to_unicode.as_ref().and_then(|map| map.code_bytes).unwrap_or(2);
        Self {
            to_unicode,
            code_bytes,
            unicode_codes,
            widths: widths.unwrap_or_default(),
            width_else: Some(width_else),
            scale: 0.001,
            ..Self::default()
        }
    }

    fn simple(dict: &Dict<'_>, to_unicode: Option<CMap>, subtype: Option<&[u8]>) -> Self {
        let base_font = dict.get::<Name<'_>>("BaseFont").map(|name| name.to_vec()).unwrap_or_default();
        let of_symbols = [b"Symbol".as_slice(), b"Dingbats", b"Wingdings", b"Webdings"]
            .iter()
            .any(|part| base_font.windows(part.len()).any(|found| found == *part));
        let named = dict.get::<Name<'_>>("Encoding").and_then(|name| Encoding::named(&name));
        let differing = dict.get::<Dict<'_>>("Encoding");
        let base = named.or_else(|| {
            let base = differing.as_ref()?.get::<Name<'_>>("BaseEncoding")?;
            Encoding::named(&base)
        });
        let by_kind = match subtype {
            Some(b"TrueType") => Some(Encoding::WinAnsi),
            Some(b"Type3") => None,
            _ => Some(Encoding::Standard),
        };
        let base = base.or(by_kind.filter(|_| !of_symbols));
        let mut characters: BTreeMap<u8, String> = BTreeMap::new();
        for code in 0..=255 {
            if let Some(c) = base.and_then(|base| base.character(code)) {
                characters.insert(code, c.to_string());
            }
        }
        if let Some(differences) = differing.and_then(|dict| dict.get::<Array<'_>>("Differences")) {
            differ(&differences, &mut characters);
        }
        let first = dict.get::<u32>("FirstChar").unwrap_or(0);
        let widths = dict.get::<Array<'_>>("Widths").map(|widths| {
            let given = widths.iter::<f32>().take(256).enumerate();
            given
                .filter_map(|(at, width)| Some((first.checked_add(u32::try_from(at).ok()?)?, width)))
                .collect()
        });
        let matrix = dict.get::<Array<'_>>("FontMatrix").and_then(|matrix| matrix.iter::<f32>().next());
        let scale = matrix.filter(|_| subtype == Some(b"Type3")).unwrap_or(0.001);
        Self {
            to_unicode,
            characters,
            code_bytes: 1,
            widths: widths.unwrap_or_default(),
            scale,
            ..Self::default()
        }
    }

    /// The characters of a shown string.
    pub(super) fn shown(&self, bytes: &[u8]) -> Vec<Shown> {
        bytes.chunks(self.code_bytes.max(1)).map(|code| self.one(code)).collect()
    }

    fn one(&self, bytes: &[u8]) -> Shown {
        let code = bytes.iter().fold(0_u32, |code, byte| (code << 8) | u32::from(*byte));
        let simple = u8::try_from(code).ok().filter(|_| self.code_bytes == 1);
        let text = self.to_unicode.as_ref().and_then(|map| map.text(code)).map(str::to_owned).or_else(|| {
            if self.unicode_codes {
                return char::from_u32(code).map(String::from);
            }
            self.characters.get(&simple?).cloned()
        });
        let width = self.widths.get(&code).copied().or(self.width_else).unwrap_or_else(|| {
            let c = text.as_deref().and_then(|text| text.chars().next());
            c.map_or(500.0, characters::usual_width)
        });
        Shown { text, advance: width * self.scale, is_space_code: simple == Some(32) }
    }
}

fn differ(differences: &Array<'_>, characters: &mut BTreeMap<u8, String>) {
    let mut code = 0_u32;
    for object in differences.iter::<Object<'_>>() {
        match object {
            Object::Number(number) => code = u32::try_from(number.as_i64()).unwrap_or(0),
            Object::Name(name) => {
                if let Ok(at) = u8::try_from(code) {
                    match std::str::from_utf8(&name).ok().and_then(characters::by_name) {
                        Some(text) => characters.insert(at, text),
                        None => characters.remove(&at),
                    };
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
}

/// Most glyphs whose widths are kept.
const WIDTHS_MAX: usize = 100_000;

/// `W` of a composite font (9.7.4.3): `c [w …]` or `first last w`.
fn cid_widths(array: &Array<'_>) -> BTreeMap<u32, f32> {
    let mut widths = BTreeMap::new();
    let mut numbers: Vec<f32> = Vec::new();
    let cid = |number: f32| if (0.0..65_536.0).contains(&number) { number as u32 } else { 0 };
    for object in array.iter::<Object<'_>>() {
        match object {
            Object::Number(number) => {
                numbers.push(number.as_f32());
                if let [first, last, width] = numbers[..] {
                    for at in cid(first)..=cid(last) {
                        widths.insert(at, width);
                    }
                    numbers.clear();
                }
            }
            Object::Array(given) => {
                let first = numbers.last().copied().map_or(0, cid);
                for (at, width) in given.iter::<f32>().take(65_536).enumerate() {
                    widths.insert(first.saturating_add(u32::try_from(at).unwrap_or(0)), width);
                }
                numbers.clear();
            }
            _ => numbers.clear(),
        }
        if widths.len() > WIDTHS_MAX {
            break;
        }
    }
    widths
}
