//! One page: its glyphs, as they are drawn, put together to words and lines by their places.
//!
//! The order is that of the page's program, in which a column is whole; a new line starts where a glyph
//! stands on another height or goes back. A gap of a fifth of the size is a space.

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::{BlendMode, ClipPath, Device, GlyphDrawMode, Image, Paint, PathDrawMode, SoftMask};
use kurbo::{Affine, BezPath, Point, Vec2};

/// How far heights of one line may differ, in sizes: superscripts stay on their line.
const SAME_LINE: f64 = 0.5;
/// Gap between two glyphs that is a space, in sizes.
const SPACE: f64 = 0.17;
/// Gap that parts cells of a table, in sizes.
const CELL: f64 = 2.0;
/// How far a glyph may go back on its line, in sizes: kerning and accents do.
const BACK: f64 = 0.8;
/// How far two equal glyphs lie apart that are one, drawn twice to look bold, in sizes.
const DRAWN_TWICE: f64 = 0.12;
/// Among how many glyphs before it a glyph's twin is looked for.
const TWINS: usize = 48;
/// A page with fewer letters than this, most of it under a picture, is taken for a scanned one.
const SCAN_LETTERS: usize = 100;
/// So many lines and areas may be letters.
const DRAWING: usize = 3;
/// A glyph whose width is not stated is taken as this wide, in sizes.
const WIDTH: f64 = 0.5;

struct Placed {
    at: usize,
    sign: String,
    origin: Point,
}

/// A page's text as it grows.
pub(super) struct PageText {
    area: f64,
    text: String,
    /// Where the line starts.
    line_at: usize,
    /// The glyphs of the line.
    line: Vec<Placed>,
    end: Option<Point>,
    direction: Vec2,
    size: f64,
    letters: usize,
    unknown: usize,
    unmeasured: usize,
    paths: usize,
    pictures: f64,
}

/// What a page holds.
pub(super) struct PageFound {
    pub(super) text: String,
    /// Characters that are known, blanks aside.
    pub(super) letters: usize,
    /// Glyphs of which it is not known what they stand for.
    pub(super) unknown: usize,
    /// Letters of fonts whose widths are not known.
    pub(super) unmeasured: usize,
    /// What share of the page lies under pictures.
    pictures_cover: f64,
    /// Lines and areas that are drawn.
    paths: usize,
    /// Words that a hyphen parts at the end of a line, joined.
    pub(super) parted: Vec<String>,
}

impl PageFound {
    /// Whether its words, if there are any, stand in a picture or a drawing.
    pub(super) fn is_picture(&self) -> bool {
        let none = self.letters == 0 && self.unknown == 0;
        self.pictures_cover > 0.5 && self.letters < SCAN_LETTERS
            || none && (self.pictures_cover > 0.0 || self.paths >= DRAWING)
    }
}

impl PageText {
    /// An empty page of that area.
    pub(super) fn new(area: f64) -> Self {
        Self {
            area,
            text: String::new(),
            line_at: 0,
            line: Vec::new(),
            end: None,
            direction: Vec2::new(1.0, 0.0),
            size: 1.0,
            letters: 0,
            unknown: 0,
            unmeasured: 0,
            paths: 0,
            pictures: 0.0,
        }
    }

    /// All of it.
    pub(super) fn finish(mut self) -> PageFound {
        self.end_line();
        let cover = if self.area > 0.0 {
            self.pictures / self.area
        } else {
            f64::from(u8::from(self.pictures > 0.0))
        };
        PageFound {
            parted: parted(&self.text),
            text: self.text,
            letters: self.letters,
            unknown: self.unknown,
            unmeasured: self.unmeasured,
            pictures_cover: cover,
            paths: self.paths,
        }
    }

    fn end_line(&mut self) {
        self.turn_right_to_left();
        self.line.clear();
        while self.text.ends_with([' ', '\t']) {
            self.text.pop();
        }
        if self.text.len() > self.line_at {
            self.text.push('\n');
        }
        self.line_at = self.text.len();
        self.end = None;
    }

    /// Hebrew and Arabic are mostly drawn from the left, their letters in the order in which they are not
    /// read: such runs are turned round.
    fn turn_right_to_left(&mut self) {
        if !self.line.iter().any(|placed| is_right_to_left(&placed.sign)) {
            return;
        }
        let direction = self.direction;
        let along = |placed: &Placed| placed.origin.to_vec2().dot(direction);
        let mut signs: Vec<(String, bool, f64)> = Vec::new();
        for (number, placed) in self.line.iter().enumerate() {
            let next = self.line.get(number + 1).map_or(self.text.len(), |next| next.at);
            let whole = self.text.get(placed.at..next).unwrap_or_default();
            let gap = &whole[placed.sign.len().min(whole.len())..];
            signs.push((placed.sign.clone(), is_right_to_left(&placed.sign), along(placed)));
            if !gap.is_empty() {
                signs.push((gap.to_owned(), false, f64::NAN));
            }
        }
        let mut turned = String::new();
        let mut at = 0;
        while at < signs.len() {
            if !signs[at].1 {
                turned.push_str(&signs[at].0);
                at += 1;
                continue;
            }
            let mut last = at;
            let mut to = at;
            while to < signs.len() && (signs[to].1 || !signs[to].0.chars().any(char::is_alphanumeric)) {
                if signs[to].1 {
                    last = to;
                }
                to += 1;
            }
            let run = &signs[at..=last];
            if run[run.len() - 1].2 > run[0].2 {
                run.iter().rev().for_each(|sign| turned.push_str(&sign.0));
            } else {
                run.iter().for_each(|sign| turned.push_str(&sign.0));
            }
            at = last + 1;
        }
        self.text.truncate(self.line.first().map_or(self.text.len(), |first| first.at));
        self.text.push_str(&turned);
    }

    fn glyph(&mut self, sign: Option<String>, place: Affine, advance: Option<f32>) {
        let origin = place * Point::ORIGIN;
        let up = place * Point::new(0.0, 1000.0) - origin;
        let along = place * Point::new(1000.0, 0.0) - origin;
        let size = if up.hypot() > 0.0 { up.hypot() } else { along.hypot() };
        if !(origin.x.is_finite() && origin.y.is_finite() && size.is_finite()) {
            return;
        }
        let direction = if along.hypot() > 0.0 { along / along.hypot() } else { Vec2::new(1.0, 0.0) };
        let width = advance.map_or(WIDTH * size, |advance| along.hypot() * f64::from(advance) / 1000.0);
        let known = sign.filter(|sign| !sign.is_empty() && !sign.chars().any(says_nothing));
        let blank = known.as_deref().is_some_and(|sign| sign.trim().is_empty());
        let sign = known.clone().unwrap_or_else(|| "\u{FFFD}".to_owned());
        let twin = |placed: &Placed| {
            placed.sign == sign
                && (placed.origin - origin).hypot() < DRAWN_TWICE * size.max(f64::MIN_POSITIVE)
        };
        if !blank && known.is_some() && self.line.iter().rev().take(TWINS).any(twin) {
            return;
        }
        if let Some(end) = self.end {
            let scale = size.max(self.size).max(f64::MIN_POSITIVE);
            let gap = origin - end;
            let (forth, aside) = (gap.dot(self.direction) / scale, gap.cross(self.direction).abs() / scale);
            let turned = self.direction.dot(direction) < 0.9;
            // A right-to-left line that is drawn in the order in which it is read goes back all the time.
            let goes_back = forth < -BACK && !is_right_to_left(&sign);
            if turned || aside > SAME_LINE || goes_back {
                self.end_line();
            } else if forth > CELL {
                self.blank('\t');
            } else if forth > SPACE {
                self.blank(' ');
            }
        }
        self.end = Some(origin + direction * width);
        self.direction = direction;
        self.size = size;
        if blank {
            return self.blank(' ');
        }
        match known {
            Some(_) => {
                self.letters += 1;
                self.unmeasured += usize::from(advance.is_none());
            }
            None => self.unknown += 1,
        }
        self.line.push(Placed { at: self.text.len(), sign: sign.clone(), origin });
        self.text.push_str(&sign);
    }

    fn blank(&mut self, blank: char) {
        if self.text.len() > self.line_at && !self.text.ends_with([' ', '\t']) {
            self.text.push(blank);
        }
    }
}

/// Characters by which a font says nothing: controls, and the private area.
fn says_nothing(sign: char) -> bool {
    sign.is_control() && !sign.is_whitespace()
        || matches!(sign, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '\u{F0000}'..='\u{10FFFD}')
}

/// Letters of scripts that are read from the right.
fn is_right_to_left(sign: &str) -> bool {
    sign.chars()
        .any(|sign| matches!(sign, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'))
}

/// Words whose hyphen at the end of a line may be there for the line's sake alone.
fn parted(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(next) = lines.peek() else { break };
        let Some(start) = line.strip_suffix(['-', '\u{AD}', '\u{2010}']) else { continue };
        let start = start.rsplit(|sign: char| !sign.is_alphabetic()).next().unwrap_or_default();
        let rest = next.split(|sign: char| !sign.is_alphabetic()).next().unwrap_or_default();
        if start.chars().count() > 1 && rest.starts_with(char::is_lowercase) {
            words.push(format!("{start}{rest}"));
        }
    }
    words
}

impl<'a> Device<'a> for PageText {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'a>,
        transform: Affine,
        glyph_transform: Affine,
        _: &Paint<'a>,
        _: &GlyphDrawMode,
    ) {
        let sign = glyph.as_unicode().map(|sign| match sign {
            BfString::Char(sign) => sign.to_string(),
            BfString::String(text) => text,
        });
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width(),
            Glyph::Type3(_) => None,
        };
        self.glyph(sign, transform * glyph_transform, advance);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, transform: Affine) {
        // The picture fills a square of its width and height in dots, as it is handed over.
        let area = f64::from(image.width()) * f64::from(image.height()) * transform.determinant().abs();
        if area.is_finite() {
            self.pictures += area;
        }
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {
        self.paths += 1;
    }
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts words at their places, each letter half a size wide.
    fn page(words: &[(&str, f64, f64)]) -> String {
        let mut page = PageText::new(1.0);
        for (word, x, y) in words {
            for (at, sign) in (0_u32..).zip(word.chars()) {
                let place = Affine::translate((x + f64::from(at) * 5.0, *y)) * Affine::scale(0.01);
                page.glyph(Some(sign.to_string()), place, Some(500.0));
            }
        }
        page.finish().text
    }

    #[test]
    fn words_and_lines_come_from_the_places_of_glyphs() {
        assert_eq!(
            page(&[("one", 0.0, 100.0), ("two", 18.0, 100.0), ("three", 0.0, 88.0)]),
            "one two\nthree\n"
        );
        assert_eq!(page(&[("cell", 0.0, 0.0), ("next", 100.0, 0.0)]), "cell\tnext\n");
        assert_eq!(page(&[("join", 0.0, 0.0), ("ed", 20.0, 0.0)]), "joined\n");
        // Drawn twice to look bold.
        assert_eq!(page(&[("bold", 0.0, 0.0), ("bold", 0.4, 0.0)]), "bold\n");
        // A note above the line belongs to it.
        assert_eq!(page(&[("fee", 0.0, 0.0), ("2", 15.0, 4.0)]), "fee2\n");
    }

    #[test]
    fn hebrew_that_is_drawn_from_the_left_reads_from_the_right() {
        assert_eq!(page(&[("\u{5D2}\u{5D1}\u{5D0} x", 0.0, 0.0)]), "\u{5D0}\u{5D1}\u{5D2} x\n");
    }

    #[test]
    fn a_word_parted_by_a_hyphen_is_known_whole() {
        assert_eq!(parted("the con-\ntract of sub-\nAnn\n"), ["contract"]);
    }
}
