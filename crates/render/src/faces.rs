//! The shipped fonts, as documents are set with them: which face shows which character.
//!
//! Every face is compiled in; no other is ever looked for, so a page looks the same on every machine.

use crate::error::RenderError;
use harfrust::{FontRef, ShaperData};
use krilla::text::Font;
use skrifa::MetadataProvider;
use skrifa::charmap::Charmap;
use std::collections::HashMap;

/// A font file of this crate.
pub(crate) struct Shipped {
    pub(crate) file: &'static str,
    pub(crate) bytes: &'static [u8],
}

macro_rules! shipped {
    ($($file:literal),* $(,)?) => {
        [$(Shipped { file: $file, bytes: include_bytes!(concat!("../fonts/", $file)) }),*]
    };
}

/// Noto fonts, SIL Open Font License 1.1 (`fonts/OFL.txt`); Droid Sans Fallback, Apache License 2.0
/// (`fonts/APACHE-2.0.txt`). Hints for screens of old are taken out of those of documents: without
/// them a measured page fell from 20 to 15 KB. The first six are those of certificates, in their order. After the faces that a
/// text asks for by name, the order is the one in which a glyph is looked for.
pub(crate) static SHIPPED: [Shipped; 33] = shipped![
    "NotoSerif-Regular.ttf",
    "NotoSerif-Bold.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSans-Regular-Unhinted.ttf",
    "NotoSans-Bold-Unhinted.ttf",
    "NotoSans-Italic.ttf",
    "NotoSansMono-Regular.ttf",
    "NotoSansArmenian-Regular.ttf",
    "NotoSansGeorgian-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoSansLao-Regular.ttf",
    "NotoSansKhmer-Regular.ttf",
    "NotoSansMyanmar-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansBengali-Regular.ttf",
    "NotoSansGurmukhi-Regular.ttf",
    "NotoSansGujarati-Regular.ttf",
    "NotoSansOriya-Regular.ttf",
    "NotoSansTamil-Regular.ttf",
    "NotoSansTelugu-Regular.ttf",
    "NotoSansKannada-Regular.ttf",
    "NotoSansMalayalam-Regular.ttf",
    "NotoSansSinhala-Regular.ttf",
    "NotoSansEthiopic-Regular.ttf",
    "NotoSansSymbols-Regular.ttf",
    "NotoSansMath-Regular.ttf",
    "NotoEmoji-Regular.ttf",
    "NotoSansSymbols2-Regular.ttf",
    "NotoSansKR-Hangul.ttf",
    "DroidSansFallbackFull.ttf",
];

/// How many of [`SHIPPED`] are the fonts of certificates.
pub(crate) const OF_CERTIFICATES: usize = 6;

/// Places in [`SHIPPED`].
const SERIF: u8 = 0;
const HEBREW: u8 = 4;
const ARABIC: u8 = 5;
const SANS: u8 = 6;
const BOLD: u8 = 7;
const ITALIC: u8 = 8;
const MONO: u8 = 9;
const EMOJI: u8 = 29;
/// From here on all are looked through, one after the other.
const OTHERS: u8 = 10;

/// Which face a text asks for; another shows what that one does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Sans,
    Bold,
    Italic,
    Mono,
}

impl Kind {
    pub(crate) const COUNT: usize = 4;

    /// Looked at before all others.
    fn first(self) -> &'static [u8] {
        match self {
            Self::Sans => &[SANS, HEBREW, ARABIC],
            Self::Bold => &[BOLD, SANS, HEBREW, ARABIC],
            Self::Italic => &[ITALIC, SANS, HEBREW, ARABIC],
            Self::Mono => &[MONO, SANS, HEBREW, ARABIC],
        }
    }

    fn order(self) -> impl Iterator<Item = u8> {
        let others = OTHERS..u8::try_from(SHIPPED.len()).unwrap_or(u8::MAX);
        self.first().iter().copied().chain(others).chain([SERIF])
    }
}

/// A face as the shaper, the PDF writer and the search for glyphs know it.
pub(crate) struct Face {
    pub(crate) font: Font,
    pub(crate) reading: FontRef<'static>,
    pub(crate) shaping: ShaperData,
    charmap: Charmap<'static>,
    pub(crate) units: f32,
    /// Above and below the feet of the letters, in parts of the size.
    pub(crate) up: f32,
    pub(crate) down: f32,
}

impl Face {
    fn read(shipped: &Shipped) -> Option<Self> {
        let reading = FontRef::new(shipped.bytes).ok()?;
        let metrics =
            reading.metrics(skrifa::instance::Size::unscaled(), skrifa::instance::LocationRef::default());
        let units = f32::from(metrics.units_per_em);
        Some(Self {
            font: Font::new(shipped.bytes.into(), 0)?,
            shaping: ShaperData::new(&reading),
            charmap: reading.charmap(),
            reading,
            units,
            up: metrics.ascent / units,
            down: -metrics.descent / units,
        })
    }
}

/// All faces.
pub(crate) struct Faces {
    faces: Vec<Face>,
    /// What was found before; only ever looked up.
    known: HashMap<(Kind, char), Option<u8>>,
}

impl Faces {
    pub(crate) fn load() -> Result<Self, RenderError> {
        let read = |shipped| Face::read(shipped).ok_or(RenderError::Font { name: shipped.file });
        let faces = SHIPPED.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { faces, known: HashMap::new() })
    }

    pub(crate) fn at(&self, face: u8) -> &Face {
        &self.faces[usize::from(face)]
    }

    /// The face that every letter of ASCII is taken from.
    pub(crate) fn plain(kind: Kind) -> u8 {
        kind.first()[0]
    }

    /// Whether running text is set in a face.
    pub(crate) fn sets_text(face: u8) -> bool {
        (SANS..OTHERS).contains(&face)
    }

    /// The glyph of a character; 0 where the face has none.
    pub(crate) fn glyph(&self, face: u8, c: char) -> u16 {
        self.at(face).charmap.map(c).and_then(|glyph| u16::try_from(glyph.to_u32()).ok()).unwrap_or(0)
    }

    /// The first face that has all characters of a cluster; those that never show are not asked for.
    pub(crate) fn showing(&mut self, kind: Kind, cluster: &str) -> Option<u8> {
        let mut asked = cluster.chars().filter(|c| !never_shows(*c));
        let Some(first) = asked.next() else { return Some(Self::plain(kind)) };
        if cluster.contains(EMOJI_STYLE) && cluster.chars().all(|c| never_shows(c) || self.has(EMOJI, c)) {
            return Some(EMOJI);
        }
        match asked.next() {
            None => self.showing_one(kind, first),
            Some(_) => {
                let shown = |face: &u8| cluster.chars().all(|c| never_shows(c) || self.has(*face, c));
                kind.order().find(shown)
            }
        }
    }

    fn showing_one(&mut self, kind: Kind, c: char) -> Option<u8> {
        if let Some(known) = self.known.get(&(kind, c)) {
            return *known;
        }
        let found = kind.order().find(|face| self.has(*face, c));
        self.known.insert((kind, c), found);
        found
    }

    fn has(&self, face: u8, c: char) -> bool {
        self.at(face).charmap.map(c).is_some_and(|glyph| glyph.to_u32() != 0)
    }
}

/// Asks for the picture of a character that is also a sign of text.
const EMOJI_STYLE: char = '\u{FE0F}';

/// Whether a character steers its neighbours and has no look of its own (a part of Unicode's
/// `Default_Ignorable_Code_Point`: joiners, variation selectors, marks of direction, soft hyphens, tags).
pub(crate) fn never_shows(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_that_mail_is_written_in_have_a_face() {
        let mut faces = Faces::load().unwrap();
        let text = "aéΩЖאبあ漢字株式会社한ไทยहिन्दीবাংলাதமிழ్తెలుగుಕನ್ನಡമലയാളംසිංහලՀայքართულიአማርኛລາວខ្មែរမြန်မာ€→✓☎≤∑😀🙏\u{FFFD}";
        for kind in [Kind::Sans, Kind::Bold, Kind::Italic, Kind::Mono] {
            for c in text.chars() {
                assert!(
                    faces.showing(kind, c.encode_utf8(&mut [0; 4])).is_some(),
                    "{c} U+{:04X} {kind:?}",
                    u32::from(c)
                );
            }
        }
        assert_eq!(faces.showing(Kind::Sans, "\u{13000}"), None);
    }

    #[test]
    fn a_sequence_of_emoji_is_taken_from_one_face() {
        let mut faces = Faces::load().unwrap();
        assert_eq!(faces.showing(Kind::Sans, "👩\u{200D}💻"), Some(EMOJI));
        assert_eq!(faces.showing(Kind::Sans, "❤\u{FE0F}"), Some(EMOJI));
        assert_eq!(SHIPPED[usize::from(EMOJI)].file, "NotoEmoji-Regular.ttf");
    }

    #[test]
    fn every_letter_of_ascii_is_in_the_face_that_the_text_asks_for() {
        let mut faces = Faces::load().unwrap();
        for kind in [Kind::Sans, Kind::Bold, Kind::Italic, Kind::Mono] {
            for c in ' '..='~' {
                assert_eq!(faces.showing(kind, c.encode_utf8(&mut [0; 4])), Some(Faces::plain(kind)));
            }
        }
    }
}
