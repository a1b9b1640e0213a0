//! Text into lines of glyphs.

use crate::error::RenderError;
use crate::fonts::{Fonts, SANS, SERIF};
use krilla::surface::Location;
use krilla::text::{Glyph, GlyphId};
use parley::{FontFamily, FontWeight, Layout, LayoutContext, LineHeight, OverflowWrap, StyleProperty};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// What stands for a character that cannot be shown.
const REPLACEMENT: &str = "\u{FFFD}";

/// How a text looks. Sizes are in points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) serif: bool,
    pub(crate) bold: bool,
    pub(crate) size: f32,
    /// From one line to the next.
    pub(crate) leading: f32,
    /// 0 is black, 255 white.
    pub(crate) grey: u8,
}

/// A glyph with its advance and shift, all in parts of the font size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlacedGlyph {
    pub(crate) id: u32,
    pub(crate) advance: f32,
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Which bytes of the text it stands for.
    pub(crate) from: u32,
    pub(crate) to: u32,
}

impl Glyph for PlacedGlyph {
    fn glyph_id(&self) -> GlyphId {
        GlyphId::new(self.id)
    }
    fn text_range(&self) -> Range<usize> {
        self.from as usize..self.to as usize
    }
    fn x_advance(&self, size: f32) -> f32 {
        self.advance * size
    }
    fn x_offset(&self, size: f32) -> f32 {
        self.x * size
    }
    fn y_offset(&self, size: f32) -> f32 {
        self.y * size
    }
    fn y_advance(&self, _: f32) -> f32 {
        0.0
    }
    fn location(&self) -> Option<Location> {
        None
    }
}

/// Glyphs of one font, side by side.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) font: usize,
    pub(crate) size: f32,
    /// From the start of the line.
    pub(crate) x: f32,
    pub(crate) glyphs: Vec<PlacedGlyph>,
}

/// One line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) text: Rc<str>,
    pub(crate) runs: Vec<Run>,
    /// Without the blanks at its end.
    pub(crate) width: f32,
    /// From the top of the line down to the feet of the letters.
    pub(crate) baseline: f32,
    /// Of a paragraph that is read from right to left.
    pub(crate) from_right: bool,
}

/// Breaks text into lines, and remembers what could not be shown.
pub(crate) struct Shaper {
    pub(crate) fonts: Fonts,
    layouts: LayoutContext<()>,
    pub(crate) substituted: BTreeSet<char>,
}

impl Shaper {
    pub(crate) fn new() -> Result<Self, RenderError> {
        Ok(Self { fonts: Fonts::load()?, layouts: LayoutContext::new(), substituted: BTreeSet::new() })
    }

    /// The lines of `text` at a width in points. A word that is wider than a line is broken; an empty
    /// text is one line that holds a blank.
    pub(crate) fn lines(&mut self, text: &str, style: &Style, width: f32) -> Vec<Line> {
        let clean = self.cleaned(text);
        let mut lines = Vec::new();
        for paragraph in clean.split('\n') {
            let paragraph = if paragraph.trim().is_empty() { " " } else { paragraph };
            let (text, layout) = self.shaped(paragraph, style, width);
            let from_right = layout.is_rtl();
            lines.extend(layout.lines().map(|line| self.line(&text, &line, from_right)));
        }
        lines
    }

    /// Leaves out what cannot stand on a page, visibly.
    fn cleaned(&mut self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut previous = ' ';
        for c in text.chars() {
            match c {
                '\n' if previous == '\r' => {}
                '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
                '\t' => clean.push_str("    "),
                c if is_unprintable(c) => {
                    self.substituted.insert(c);
                    clean.push_str(REPLACEMENT);
                }
                c => clean.push(c),
            }
            previous = c;
        }
        clean
    }

    /// Shapes one paragraph. Where the fonts have no glyph for a cluster, the cluster is replaced and
    /// the paragraph shaped again: a replacement can change what its neighbours are shaped with, so
    /// this is repeated, and what still fails after that is replaced down to ASCII.
    fn shaped(&mut self, paragraph: &str, style: &Style, width: f32) -> (Rc<str>, Layout<()>) {
        let mut text = Cow::Borrowed(paragraph);
        for _ in 0..4 {
            let layout = self.layout(&text, style, width);
            let missing = missing(&layout);
            if missing.is_empty() {
                return (text.into(), layout);
            }
            let mut shown = text.into_owned();
            for range in missing.into_iter().rev() {
                self.substituted.extend(shown[range.clone()].chars());
                shown.replace_range(range, REPLACEMENT);
            }
            text = Cow::Owned(shown);
        }
        let ascii: String = text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        self.substituted.extend(text.chars().filter(|c| !c.is_ascii()));
        let layout = self.layout(&ascii, style, width);
        (ascii.into(), layout)
    }

    fn layout(&mut self, text: &str, style: &Style, width: f32) -> Layout<()> {
        let families: &[_] = if style.serif { &SERIF } else { &SANS };
        let mut builder = self.layouts.ranged_builder(&mut self.fonts.context, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(families))));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::Absolute(style.leading)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if style.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(width));
        layout
    }

    fn line(&self, text: &Rc<str>, line: &parley::Line<'_, ()>, from_right: bool) -> Line {
        let metrics = line.metrics();
        let mut x = 0.0;
        let mut runs: Vec<Run> = Vec::new();
        for run in line.runs() {
            let size = run.font_size();
            let glyphs: Vec<PlacedGlyph> = placed(&run, size);
            let advance: f32 = glyphs.iter().map(|glyph| glyph.advance * size).sum();
            if let Some(font) = self.fonts.place(run.font())
                && !glyphs.is_empty()
            {
                runs.push(Run { font, size, x, glyphs });
            }
            x += advance;
        }
        Line {
            text: Rc::clone(text),
            runs,
            width: metrics.advance - metrics.hanging_advance,
            baseline: metrics.baseline - metrics.block_min_coord,
            from_right,
        }
    }
}

/// The glyphs of a run from left to right. Those of a ligature all stand for its whole text.
fn placed(run: &parley::Run<'_, ()>, size: f32) -> Vec<PlacedGlyph> {
    let mut glyphs: Vec<PlacedGlyph> = Vec::new();
    let mut atom = 0;
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    for cluster in run.visual_clusters() {
        let range = cluster.text_range();
        if cluster.is_ligature_continuation() {
            for glyph in &mut glyphs[atom..] {
                glyph.from = glyph.from.min(place(range.start));
                glyph.to = glyph.to.max(place(range.end));
            }
            continue;
        }
        atom = glyphs.len();
        glyphs.extend(cluster.glyphs().map(|glyph| PlacedGlyph {
            id: glyph.id,
            advance: glyph.advance / size,
            x: glyph.x / size,
            y: glyph.y / size,
            from: place(range.start),
            to: place(range.end),
        }));
    }
    glyphs
}

/// The places in the text for which no font had a glyph, from front to back, none touching another.
fn missing(layout: &Layout<()>) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = layout
        .lines()
        .flat_map(|line| line.runs().collect::<Vec<_>>())
        .flat_map(|run| run.clusters().collect::<Vec<_>>())
        .filter(|cluster| cluster.glyphs().any(|glyph| glyph.id == 0))
        .map(|cluster| cluster.text_range())
        .collect();
    places.sort_by_key(|range| range.start);
    places.dedup_by(|next, before| next.start < before.end);
    places
}

/// Whether a character must not reach a page: controls, the private use areas and noncharacters
/// (PDF/A-2a forbids to map glyphs to them), marks that change the direction in which other characters
/// are read (a name could then show as another name), and soft hyphens, which hide.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}'
            | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}'
            | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STYLE: Style = Style { serif: true, bold: false, size: 10.0, leading: 14.0, grey: 0 };

    fn shown(line: &Line) -> String {
        let glyphs = line.runs.iter().flat_map(|run| &run.glyphs);
        let mut places: Vec<_> = glyphs.map(|glyph| glyph.text_range()).collect();
        places.sort_by_key(|range| range.start);
        places.dedup();
        places.into_iter().map(|range| line.text[range].to_owned()).collect()
    }

    #[test]
    fn a_digest_wider_than_its_column_is_broken_and_no_digit_is_lost() {
        let mut shaper = Shaper::new().unwrap();
        let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let lines = shaper.lines(digest, &STYLE, 90.0);
        assert!(lines.len() > 3);
        assert!(lines.iter().all(|line| line.width <= 90.0));
        assert_eq!(lines.iter().map(shown).collect::<String>(), digest);
    }

    #[test]
    fn what_no_font_has_is_replaced_in_sight_and_reported() {
        let mut shaper = Shaper::new().unwrap();
        let lines = shaper.lines("Ωmega Привет שלום مرحبا 株式会社 😀", &STYLE, 900.0);
        assert!(lines[0].text.starts_with("Ωmega Привет שלום مرحبا \u{FFFD}"), "{}", lines[0].text);
        let substituted: String = shaper.substituted.iter().collect();
        assert_eq!(substituted, "会式株社😀");
    }

    #[test]
    fn a_mark_that_turns_the_reading_direction_does_not_reach_the_page() {
        let mut shaper = Shaper::new().unwrap();
        let lines = shaper.lines("invoice\u{202E}fdp.exe", &STYLE, 900.0);
        assert_eq!(&*lines[0].text, "invoice\u{FFFD}fdp.exe");
        assert_eq!(shaper.substituted.len(), 1);
    }

    #[test]
    fn line_ends_of_every_kind_start_a_line() {
        let mut shaper = Shaper::new().unwrap();
        assert_eq!(shaper.lines("a\r\nb\rc\n\u{2028}d", &STYLE, 900.0).len(), 5);
        assert_eq!(shaper.lines("", &STYLE, 900.0).len(), 1);
    }

    #[test]
    fn a_mark_without_a_letter_of_its_own_script_is_replaced_not_left_blank() {
        let mut shaper = Shaper::new().unwrap();
        let lines = shaper.lines("a\u{5B0}\u{93E}\u{1F3FB}x", &STYLE, 900.0);
        let glyphs = lines[0].runs.iter().flat_map(|run| &run.glyphs);
        assert!(glyphs.clone().count() > 1 && glyphs.clone().all(|glyph| glyph.id != 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn every_text_has_lines_inside_their_width_and_a_glyph_for_each_character(
            text in any::<Vec<char>>(), width in 40_f32..500.0
        ) {
            let text: String = text.into_iter().collect();
            let mut shaper = Shaper::new().unwrap();
            for line in shaper.lines(&text, &STYLE, width) {
                prop_assert!(line.width <= width + 0.01, "{} > {width}", line.width);
                prop_assert!(line.runs.iter().flat_map(|run| &run.glyphs).all(|glyph| glyph.id != 0));
            }
        }
    }
}
