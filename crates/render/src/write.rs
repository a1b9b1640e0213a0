//! Filled pages into PDF bytes.

use crate::block::Pages;
use crate::compose::{Running, Set};
use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::paper::{Bookmark, HEIGHT, Mark, SIDE, Sheet, WIDTH};
use crate::tags::{PartId, Tags};
use crate::text::Line;
use chrono::{DateTime, Datelike, Timelike, Utc};
use krilla::color::luma;
use krilla::configure::{Archival, ConfigurationBuilder, Validator};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};
use krilla::{Document, SerializeSettings};

/// Writes the pages.
pub(crate) fn write(pages: &Pages, mut set: Set) -> Result<Vec<u8>, RenderError> {
    let mut document = Document::new_with(settings()?);
    let mut tags = std::mem::take(&mut set.tags);
    for (sheet, running) in std::mem::take(&mut set.sheets).iter().zip(&set.running) {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| refused("page size"))?;
        let mut page = document.start_page_with(size);
        {
            let mut pen = Pen { surface: page.surface(), fonts: &set.fonts, tags: &mut tags };
            pen.page(sheet, running, set.mark.as_ref());
        }
        page.finish();
    }
    document.set_tag_tree(tags.into_tree(&pages.language));
    document.set_outline(outline(&set.bookmarks));
    document.set_metadata(metadata(pages));
    document.finish().map_err(|error| refused(&said(&error)))
}

fn settings() -> Result<SerializeSettings, RenderError> {
    let configuration = ConfigurationBuilder::new()
        .set_validator(Validator::A(Archival::A2_A))
        .finish()
        .map_err(|_| refused("PDF/A-2a is not offered"))?;
    Ok(SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() })
}

pub(crate) fn refused(reason: &str) -> RenderError {
    RenderError::Refused { reason: reason.to_owned() }
}

/// The writer's refusal with every rule that it names, which its own `Display` only counts.
pub(crate) fn said(error: &KrillaError) -> String {
    match error {
        KrillaError::Validation(errors) => {
            let each: Vec<String> = errors.iter().map(|(error, _)| format!("{error:?}")).collect();
            format!("{error}: {}", each.join("; "))
        }
        other => other.to_string(),
    }
}

fn metadata(pages: &Pages) -> Metadata {
    metadata_of(&pages.title, Some(&pages.language), pages.dated)
}

pub(crate) fn metadata_of(title: &str, language: Option<&str>, at: DateTime<Utc>) -> Metadata {
    let small = |n: u32| u8::try_from(n).unwrap_or(0);
    let dated = krilla::metadata::DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    let metadata = Metadata::new().title(title.to_owned()).creator("Duces".to_owned()).creation_date(dated);
    match language {
        Some(language) => metadata.language(language.to_owned()),
        None => metadata,
    }
}

/// Bookmarks as a tree: each under the last one of a higher level.
fn outline(bookmarks: &[Bookmark]) -> Outline {
    let mut outline = Outline::new();
    let mut open: Vec<(u8, OutlineNode)> = Vec::new();
    for bookmark in bookmarks {
        close(&mut open, &mut outline, bookmark.level);
        let at = Point::from_xy(SIDE, (bookmark.y - 6.0).max(0.0));
        let node = OutlineNode::new(bookmark.text.clone(), XyzDestination::new(bookmark.page, at));
        open.push((bookmark.level, node));
    }
    close(&mut open, &mut outline, 0);
    outline
}

/// Hands every open bookmark of this level or a lower one to the one above it.
fn close(open: &mut Vec<(u8, OutlineNode)>, outline: &mut Outline, level: u8) {
    while open.last().is_some_and(|(last, _)| *last >= level) {
        if let Some((_, node)) = open.pop() {
            match open.last_mut() {
                Some((_, above)) => above.push_child(node),
                None => outline.push_child(node),
            }
        }
    }
}

struct Pen<'a> {
    surface: Surface<'a>,
    fonts: &'a Fonts,
    tags: &'a mut Tags,
}

impl Pen<'_> {
    fn page(&mut self, sheet: &Sheet, running: &Running, mark: Option<&Line>) {
        if let Some(word) = mark {
            self.watermark(word);
        }
        self.decoration(ArtifactType::Header, &running.header, Running::HEADER_Y);
        for (top, marks) in &sheet.slabs {
            self.draw(marks, *top);
        }
        self.decoration(ArtifactType::Footer, &running.footer, running.footer_y);
    }

    fn draw(&mut self, marks: &[Mark], top: f32) {
        for mark in marks {
            match mark {
                Mark::Text { x, y, line, grey, part } => {
                    self.tagged(*part, SpanTag::empty(), |pen| pen.text(line, SIDE + x, top + y, *grey));
                }
                Mark::Box { x, y, side, part } => {
                    let span = SpanTag::empty().with_actual_text(Some("[ ]"));
                    self.tagged(Some(*part), span, |pen| pen.ticking_box(SIDE + x, top + y, *side));
                }
                Mark::Rule { from, to, y, weight, grey } => {
                    let (from, to) = (Point::from_xy(SIDE + from, top + y), SIDE + to);
                    self.tagged(None, SpanTag::empty(), |pen| pen.rule(from, to, *weight, *grey));
                }
                Mark::Ground { from, to, height, grey } => {
                    let ground = Rect::from_ltrb(SIDE + from, top, SIDE + to, top + height);
                    self.tagged(None, SpanTag::empty(), |pen| pen.ground(ground, *grey));
                }
            }
        }
    }

    /// Draws something as a piece of a part, or as decoration.
    fn tagged(&mut self, part: Option<PartId>, span: SpanTag<'_>, draw: impl FnOnce(&mut Self)) {
        let tag = match part {
            Some(_) => ContentTag::Span(span),
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        };
        let leaf: Identifier = self.surface.start_tagged(tag);
        draw(self);
        self.surface.end_tagged();
        if let Some(part) = part {
            self.tags.leaf(part, leaf);
        }
    }

    /// Header or footer.
    fn decoration(&mut self, kind: ArtifactType, marks: &[Mark], top: f32) {
        if marks.is_empty() {
            return;
        }
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        for mark in marks {
            match mark {
                Mark::Text { x, y, line, grey, .. } => self.text(line, SIDE + x, top + y, *grey),
                Mark::Rule { from, to, y, weight, grey } => {
                    self.rule(Point::from_xy(SIDE + from, top + y), SIDE + to, *weight, *grey);
                }
                Mark::Box { .. } | Mark::Ground { .. } => {}
            }
        }
        self.surface.end_tagged();
    }

    /// The word from the lower left to the upper right, below everything else, as wide as it fits.
    fn watermark(&mut self, word: &Line) {
        let angle = -(HEIGHT / WIDTH).atan().to_degrees();
        let room = WIDTH.hypot(HEIGHT) * 0.72;
        let scale = if word.width > room { room / word.width } else { 1.0 };
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark)));
        self.surface.push_transform(&Transform::from_translate(WIDTH / 2.0, HEIGHT / 2.0));
        self.surface.push_transform(&Transform::from_rotate(angle));
        self.surface.push_transform(&Transform::from_scale(scale, scale));
        self.text(word, -word.width / 2.0, 45.0, 232);
        (0..3).for_each(|_| self.surface.pop());
        self.surface.end_tagged();
    }

    fn text(&mut self, line: &Line, x: f32, baseline: f32, grey: u8) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill(grey)));
        for run in &line.runs {
            let font = self.fonts.at(run.font).clone();
            let start = Point::from_xy(x + run.x, baseline);
            self.surface.draw_glyphs(start, &run.glyphs, font, &line.text, run.size, false);
        }
    }

    fn rule(&mut self, from: Point, to: f32, weight: f32, grey: u8) {
        let mut path = PathBuilder::new();
        path.move_to(from.x, from.y);
        path.line_to(to, from.y);
        self.stroke(path, weight, grey);
    }

    fn ticking_box(&mut self, x: f32, y: f32, side: f32) {
        if let Some(rect) = Rect::from_xywh(x, y, side, side) {
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            self.stroke(path, 0.8, 0);
        }
    }

    fn stroke(&mut self, path: PathBuilder, weight: f32, grey: u8) {
        self.surface.set_fill(None);
        let paint = luma::Color::new(grey).into();
        self.surface.set_stroke(Some(Stroke { paint, width: weight, ..Stroke::default() }));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    fn ground(&mut self, rect: Option<Rect>, grey: u8) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill(grey)));
        let mut path = PathBuilder::new();
        rect.into_iter().for_each(|rect| path.push_rect(rect));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }
}

fn fill(grey: u8) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), ..Fill::default() }
}
