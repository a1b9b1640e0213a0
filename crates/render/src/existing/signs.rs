//! The signs of a page that is drawn from a PDF, each with its place.

use hayro::hayro_interpret::font::Glyph;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, TransformExt, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::kurbo::{Affine, BezPath, Point, Rect, Shape, Vec2};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How far heights of one line may differ, in sizes.
const SAME_LINE: f64 = 0.5;
/// Gap between two signs that is a space, in sizes.
const SPACE: f64 = 0.17;
/// How far a sign may go back on its line, in sizes.
const BACK: f64 = 0.8;
/// A sign whose width is not stated is taken as this wide, in thousandths of its size.
const WIDTH: f64 = 600.0;
/// How far a sign reaches below and above its line where its outline is not known to reach further, likewise.
const REACH: (f64, f64) = (-200.0, 800.0);

/// A sign on a page.
#[derive(Debug, Clone)]
pub(super) struct Sign {
    /// What it stands for; nothing where the font does not say.
    pub(super) text: Option<String>,
    /// Its ink and its place on its line, in points from the upper left of the page.
    pub(super) hull: Rect,
    /// Whether it is not drawn: words that a scanner's program read, under the picture that it read them in.
    pub(super) unseen: bool,
    origin: Point,
    end: Point,
    size: f64,
}

/// All signs of a page in the order in which they are drawn; nothing where the page cannot be read.
pub(super) fn of_page(pdf: &Pdf, at: usize) -> Option<Vec<Sign>> {
    catch_unwind(AssertUnwindSafe(|| {
        let page = pdf.pages().get(at)?;
        let (width, height) = page.render_dimensions();
        let cache = InterpreterCache::new();
        let turn = page.initial_transform(true).to_kurbo();
        let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(turn, area, &cache, pdf.xref(), InterpreterSettings::default());
        let mut signs = Signs(Vec::new());
        interpret_page(page, &mut context, &mut signs);
        Some(signs.0)
    }))
    .ok()
    .flatten()
}

/// Signs put together to words and lines by their places.
pub(super) fn text<'a>(signs: impl Iterator<Item = &'a Sign>) -> String {
    let mut text = String::new();
    let mut before: Option<&Sign> = None;
    for sign in signs {
        if let Some(before) = before {
            let along = before.end - before.origin;
            let along = if along.hypot() > 0.0 { along / along.hypot() } else { Vec2::new(1.0, 0.0) };
            let scale = sign.size.max(before.size).max(f64::MIN_POSITIVE);
            let gap = sign.origin - before.end;
            let (forth, aside) = (gap.dot(along) / scale, gap.cross(along).abs() / scale);
            if aside > SAME_LINE || forth < -BACK {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
            } else if forth > SPACE && !text.ends_with([' ', '\n']) {
                text.push(' ');
            }
        }
        text.push_str(sign.text.as_deref().unwrap_or("\u{FFFD}"));
        before = Some(sign);
    }
    text
}

struct Signs(Vec<Sign>);

impl<'a> Device<'a> for Signs {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'a>,
        transform: Affine,
        glyph_transform: Affine,
        _: &Paint<'a>,
        mode: &GlyphDrawMode,
    ) {
        let place = transform * glyph_transform;
        let text = glyph.as_unicode().map(|sign| match sign {
            BfString::Char(sign) => sign.to_string(),
            BfString::String(text) => text,
        });
        let (advance, ink) = match glyph {
            Glyph::Outline(outline) => {
                let path = outline.outline();
                let ink = (!path.elements().is_empty()).then(|| (place * path).bounding_box());
                (outline.advance_width().map(f64::from), ink)
            }
            Glyph::Type3(_) => (None, None),
        };
        let advance = advance.unwrap_or(WIDTH);
        let on_line = place.transform_rect_bbox(Rect::new(0.0, REACH.0, advance, REACH.1));
        let hull = ink.map_or(on_line, |ink| on_line.union(ink));
        let (origin, end) = (place * Point::ORIGIN, place * Point::new(advance, 0.0));
        let size = (place * Point::new(0.0, 1_000.0) - origin).hypot();
        if [hull.x0, hull.y0, hull.x1, hull.y1, size].iter().all(|number| number.is_finite()) {
            let known = text.filter(|text| !text.is_empty() && !text.chars().any(says_nothing));
            let unseen = matches!(mode, GlyphDrawMode::Invisible);
            self.0.push(Sign { text: known, hull, unseen, origin, end, size });
        }
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// Characters by which a font says nothing: controls, and the private area.
fn says_nothing(sign: char) -> bool {
    sign.is_control() && !sign.is_whitespace()
        || matches!(sign, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '\u{F0000}'..='\u{10FFFD}')
}
