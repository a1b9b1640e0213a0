//! Pieces of text into glyphs, each piece once: most words of a mail were shaped in the mail before.

use crate::error::RenderError;
use crate::faces::{Face, Faces, Kind};
use harfrust::{BufferFlags, Direction, Script, ShapeOptions, ShapePlan, Tag, UnicodeBuffer};
use icu_properties::props::Script as Writing;
use icu_segmenter::{GraphemeClusterSegmenter, GraphemeClusterSegmenterBorrowed};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Longest piece, in bytes, that is kept for the next time.
const KEPT_BYTES_MAX: usize = 48;
/// How many pieces are kept; beyond it all are forgotten, so that memory stays bounded.
const KEPT_MAX: usize = 60_000;

/// A glyph, in units of its font.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordGlyph {
    pub(crate) id: u16,
    pub(crate) advance: i16,
    pub(crate) x: i16,
    pub(crate) y: i16,
    /// Which bytes of the piece it stands for.
    pub(crate) from: u16,
    pub(crate) to: u16,
}

/// Glyphs of one face, from left to right.
#[derive(Debug)]
pub(crate) struct WordRun {
    pub(crate) face: u8,
    pub(crate) glyphs: Box<[WordGlyph]>,
    /// In parts of the size.
    pub(crate) width: f32,
}

/// A shaped piece of text.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) text: Box<str>,
    /// From left to right.
    pub(crate) runs: Box<[WordRun]>,
    /// In parts of the size, as all that follow.
    pub(crate) width: f32,
    pub(crate) up: f32,
    pub(crate) down: f32,
}

impl Word {
    /// Width of the glyphs that stand for bytes before a place.
    pub(crate) fn width_before(&self, place: usize, faces: &Faces) -> f32 {
        let before = |run: &WordRun| {
            let units: i32 = run
                .glyphs
                .iter()
                .filter(|glyph| usize::from(glyph.from) < place)
                .map(|glyph| i32::from(glyph.advance))
                .sum();
            units as f32 / faces.at(run.face).units
        };
        self.runs.iter().map(before).sum()
    }
}

/// Shapes pieces of text and remembers them.
pub(crate) struct Words {
    pub(crate) faces: Faces,
    /// For each face asked for and each direction; only ever looked up.
    kept: [HashMap<Box<str>, Arc<Word>>; 2 * Kind::COUNT],
    count: usize,
    /// Characters for which the shaper found no glyph although the face has them; they stand as U+FFFD.
    pub(crate) failed: BTreeSet<char>,
    plans: HashMap<(u8, bool, Option<Script>), ShapePlan>,
    buffer: Option<UnicodeBuffer>,
    clusters: GraphemeClusterSegmenterBorrowed<'static>,
}

impl Words {
    pub(crate) fn new() -> Result<Self, RenderError> {
        Ok(Self {
            faces: Faces::load()?,
            kept: std::array::from_fn(|_| HashMap::new()),
            count: 0,
            failed: BTreeSet::new(),
            plans: HashMap::new(),
            buffer: None,
            clusters: GraphemeClusterSegmenter::new(),
        })
    }

    /// The glyphs of a piece of text that is read in one direction. A piece has at most 65,535 bytes.
    pub(crate) fn word(&mut self, text: &str, kind: Kind, rtl: bool) -> Arc<Word> {
        let shelf = 2 * kind as usize + usize::from(rtl);
        if let Some(word) = self.kept[shelf].get(text) {
            return Arc::clone(word);
        }
        let mut word = self.shaped(text, kind, rtl);
        if let Some(shown) = self.replaced(&word) {
            word = self.shaped(&shown, kind, rtl);
            return Arc::new(word);
        }
        let word = Arc::new(word);
        if text.len() <= KEPT_BYTES_MAX {
            if self.count >= KEPT_MAX {
                self.kept.iter_mut().for_each(HashMap::clear);
                self.count = 0;
            }
            self.kept[shelf].insert(text.into(), Arc::clone(&word));
            self.count += 1;
        }
        word
    }

    fn shaped(&mut self, text: &str, kind: Kind, rtl: bool) -> Word {
        let mut runs: Vec<WordRun> = self
            .parts(text, kind)
            .into_iter()
            .map(|(from, to, face, script)| self.run(text, from, to, face, script, rtl))
            .collect();
        if rtl {
            runs.reverse();
        }
        let plain = [Faces::plain(kind)];
        let used = runs.iter().map(|run| run.face).chain(plain).map(|face| self.faces.at(face));
        let (up, down) =
            used.fold((0.0_f32, 0.0_f32), |(up, down), face| (up.max(face.up), down.max(face.down)));
        Word { text: text.into(), width: runs.iter().map(|run| run.width).sum(), runs: runs.into(), up, down }
    }

    /// Replaces clusters for which the shaper found no glyph after all, and remembers them in
    /// [`Words::failed`].
    fn replaced(&mut self, word: &Word) -> Option<String> {
        let blank = |glyph: &&WordGlyph| glyph.id == 0;
        let mut places: Vec<(usize, usize)> = word
            .runs
            .iter()
            .flat_map(|run| run.glyphs.iter().filter(blank))
            .map(|glyph| (usize::from(glyph.from), usize::from(glyph.to)))
            .collect();
        places.sort_unstable();
        places.dedup();
        let mut shown = word.text.to_string();
        for (from, to) in places.iter().rev() {
            self.failed.extend(word.text[*from..*to].chars());
            shown.replace_range(*from..*to, "\u{FFFD}");
        }
        (!places.is_empty()).then_some(shown)
    }

    /// Stretches of one face and one script.
    fn parts(&mut self, text: &str, kind: Kind) -> Vec<(usize, usize, u8, Option<Script>)> {
        if text.is_ascii() {
            return vec![(0, text.len(), Faces::plain(kind), Some(harfrust::script::LATIN))];
        }
        let mut parts: Vec<(usize, usize, u8, Option<Script>)> = Vec::new();
        let mut from = 0;
        let clusters = self.clusters;
        for to in clusters.segment_str(text).skip(1) {
            let cluster = &text[from..to];
            let face = self.faces.showing(kind, cluster).unwrap_or_else(|| Faces::plain(kind));
            let script = cluster.chars().find_map(script);
            match parts.last_mut() {
                Some((_, end, last, known))
                    if *last == face && (known.is_none() || script.is_none() || *known == script) =>
                {
                    *end = to;
                    *known = known.or(script);
                }
                _ => parts.push((from, to, face, script)),
            }
            from = to;
        }
        parts
    }

    fn run(
        &mut self,
        text: &str,
        from: usize,
        to: usize,
        face: u8,
        script: Option<Script>,
        rtl: bool,
    ) -> WordRun {
        let direction = if rtl { Direction::RightToLeft } else { Direction::LeftToRight };
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.push_str(&text[from..to]);
        buffer.set_direction(direction);
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        if let Some(script) = script {
            buffer.set_script(script);
        }
        let Face { reading, shaping, units, .. } = self.faces.at(face);
        let shaper = shaping.shaper(reading).build();
        let plan = self
            .plans
            .entry((face, rtl, script))
            .or_insert_with(|| ShapePlan::new(&shaper, direction, script, None, &[]));
        let shaped = shaper.shape(buffer, ShapeOptions::new().plan(Some(plan)));
        let infos = shaped.glyph_infos();
        let mut glyphs: Vec<WordGlyph> = infos
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| WordGlyph {
                id: small(info.glyph_id),
                advance: unit(position.x_advance),
                x: unit(position.x_offset),
                y: unit(position.y_offset),
                from: small(info.cluster),
                to: 0,
            })
            .collect();
        reach(&mut glyphs, to - from, rtl);
        for glyph in &mut glyphs {
            glyph.from = small(u32::from(glyph.from) + small(from) as u32);
            glyph.to = small(u32::from(glyph.to) + small(from) as u32);
        }
        let width: i32 = glyphs.iter().map(|glyph| i32::from(glyph.advance)).sum();
        let width = width as f32 / units;
        self.buffer = Some(shaped.clear());
        WordRun { face, glyphs: glyphs.into(), width }
    }
}

/// Fills in where the bytes of each glyph end: where those of the next cluster start.
fn reach(glyphs: &mut [WordGlyph], length: usize, rtl: bool) {
    let mut end = small(length as u32);
    let mut start = end;
    let mut step = |glyph: &mut WordGlyph| {
        if glyph.from != start {
            if glyph.from < start {
                end = start;
            }
            start = glyph.from;
        }
        glyph.to = end;
    };
    // Clusters fall from the last character to the first.
    if rtl { glyphs.iter_mut().for_each(&mut step) } else { glyphs.iter_mut().rev().for_each(&mut step) }
}

fn small(value: impl TryInto<u16>) -> u16 {
    value.try_into().unwrap_or(u16::MAX)
}

fn unit(value: i32) -> i16 {
    i16::try_from(value).unwrap_or(if value < 0 { i16::MIN } else { i16::MAX })
}

/// The script that a character is written in; none for those that every script uses.
fn script(c: char) -> Option<Script> {
    let writing = icu_properties::CodePointMapData::<Writing>::new().get(c);
    if matches!(writing, Writing::Common | Writing::Inherited | Writing::Unknown) {
        return None;
    }
    let name = icu_properties::PropertyNamesShort::<Writing>::new().get(writing)?;
    let bytes: [u8; 4] = name.as_bytes().try_into().ok()?;
    Script::from_iso15924_tag(Tag::new(&bytes))
}
