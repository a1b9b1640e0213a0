//! Regions of existing pages, covered: burned into the dots of the page.
//!
//! Every page of the document becomes a picture of itself, not only those with a region: pages of a PDF share fonts,
//! forms and pictures, which could carry along what a region covers. No object of the document is left behind it, and
//! its text is what the signs outside the regions say.

use super::image::{Image, Samples};
use super::picture::Writer;
use super::place::{BAND, Place};
use super::signs::{self, Sign};
use super::{Placed, PlacedPage};
use crate::bitmap::DPI;
use crate::cover::{Area, Cover, CoverError, Covered};
use crate::draw::Drawer;
use crate::error::RenderError;
use crate::jpeg::jpeg;
use crate::note::Note;
use crate::pager::Page;
use crate::printer::{Endorsement, Printer, Sheets};
use crate::raster::{self, Shot};
use chrono::DateTime;
use hayro::hayro_syntax::Pdf;
use std::collections::BTreeMap;

/// Dots a point.
const SCALE: f32 = DPI as f32 / 72.0;
/// What a page may have below the place of a document: the cover ends where number and legend begin.
const EDGE: f32 = 2.0;

/// What the covers of one page do.
struct Leaf<'a> {
    page: usize,
    covers: &'a [(usize, &'a Cover)],
    place: Place,
}

/// A page as it is after its covers.
struct Burned {
    shot: Shot,
    text: String,
    notes: Vec<Note>,
}

impl Printer {
    /// Makes a picture of every existing page and burns the covers in. `covers` are those of existing pages, by page
    /// from 0, each with its place in the caller's list; what each takes out goes to `taken`.
    ///
    /// # Errors
    /// Every cover that cannot be laid; the sheets are as they were then.
    pub(crate) fn burn(
        &mut self,
        sheets: &mut Sheets,
        covers: &BTreeMap<usize, Vec<(usize, &Cover)>>,
        taken: &mut [Covered],
    ) -> Result<(), Vec<(usize, CoverError)>> {
        let Some(placed) = &sheets.placed else { return Ok(()) };
        let all = || covers.values().flatten().map(|(at, _)| *at);
        let undrawn = |page: usize| -> Vec<(usize, CoverError)> {
            all().map(|at| (at, CoverError::Undrawn { page: (page + 1) as u32 })).collect()
        };
        let places: Vec<Place> = placed.pages.iter().map(|page| page.place).collect();
        let pdf = self.bare(sheets).map_err(|_| undrawn(0))?;
        let mut writer = Writer::new();
        let (mut texts, mut notes, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        for (page, place) in places.iter().enumerate() {
            let here = covers.get(&page).map(Vec::as_slice).unwrap_or_default();
            let leaf = Leaf { page, covers: here, place: *place };
            let burned = self.burned(&pdf, &leaf, taken, &mut wrong).ok_or_else(|| undrawn(page))?;
            let image = pictured(&burned.shot).map_err(|_| undrawn(page))?;
            let whole = Place { sheet: place.sheet, left: 0.0, top: 0.0, size: place.sheet, scale: 1.0 };
            writer.add(&image, whole).map_err(|_| undrawn(page))?;
            texts.push(burned.text);
            notes.extend(burned.notes);
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut made = writer.finish();
        for (page, text) in made.pages.iter_mut().zip(texts) {
            page.text = Some(text);
        }
        sheets.placed = Some(made);
        sheets.notes.extend(notes);
        Ok(())
    }

    /// The pages without number and legend.
    fn bare(&mut self, sheets: &Sheets) -> Result<Pdf, RenderError> {
        let numbers = vec![String::new(); sheets.pages() as usize];
        let endorsement = Endorsement { numbers, legend: None, dated: DateTime::UNIX_EPOCH };
        raster::opened(self.pdf(sheets, &endorsement)?)
    }

    /// A page with its covers burned in; nothing where it cannot be drawn or read whole.
    fn burned(
        &mut self,
        pdf: &Pdf,
        leaf: &Leaf<'_>,
        taken: &mut [Covered],
        wrong: &mut Vec<(usize, CoverError)>,
    ) -> Option<Burned> {
        let mut shot = raster::guarded(pdf, leaf.page).ok().filter(|shot| shot.missing == 0)?;
        let signs = signs::of_page(pdf, leaf.page)?;
        let mut notes = Vec::new();
        let areas: Vec<(usize, Area)> =
            leaf.covers.iter().map(|(at, cover)| (*at, area(cover, leaf.place))).collect();
        let under = |sign: &Sign| areas.iter().position(|(_, area)| area.meets(&hull(sign)));
        let places: Vec<Option<usize>> = signs.iter().map(under).collect();
        for (which, ((at, area), (_, cover))) in areas.iter().zip(leaf.covers).enumerate() {
            let gone = || signs.iter().zip(&places).filter(|(_, under)| **under == Some(which));
            let boxes: Vec<Area> = gone().map(|(sign, _)| hull(sign)).chain([*area]).collect();
            if !boxes.iter().any(|area| shot.has_ink(dots(area))) {
                wrong.push((*at, CoverError::Nothing { page: cover.page }));
                continue;
            }
            let words = signs::text(gone().map(|(sign, _)| sign)).replace('\n', " ");
            let unknown = gone().filter(|(sign, _)| sign.text.is_none()).count();
            let mut say = |what: String| notes.push(Note::Said { what, count: 1 });
            if unknown > 0 {
                say(format!(
                    "{unknown} signs under a region of page {} cannot be read: what stands for them elsewhere is not found",
                    cover.page
                ));
            } else if words.trim().is_empty() {
                say(format!(
                    "a region of page {} covers a picture or drawing, of which no words are known",
                    cover.page
                ));
                taken[*at].pictures += 1;
            }
            taken[*at].words = words.trim().to_owned();
            self.black_out(&mut shot, leaf.place.sheet, cover, area, &boxes, &mut notes).ok()?;
        }
        // What a scanner's program read may stand beside the words that it read: none of it stays near a cover.
        let stays = |sign: &Sign| leaf.covers.is_empty() || !sign.unseen;
        if signs.iter().any(|sign| !stays(sign)) {
            let what = format!(
                "words of page {} that are not seen on it, as a scanner's program read them, are left out of its text",
                leaf.page + 1
            );
            notes.push(Note::Said { what, count: 1 });
        }
        let rest = signs.iter().zip(&places).filter(|(sign, under)| under.is_none() && stays(sign));
        let kept = rest.map(|(sign, _)| sign);
        let labels = leaf.covers.iter().map(|(_, cover)| format!("[{}]\n", cover.label));
        let text = format!("{}\n{}", signs::text(kept), labels.collect::<String>());
        Some(Burned { shot, text: text.trim_end().to_owned(), notes })
    }

    /// Makes the boxes black and prints the label into the cover's own.
    fn black_out(
        &mut self,
        shot: &mut Shot,
        sheet: (f32, f32),
        cover: &Cover,
        area: &Area,
        boxes: &[Area],
        notes: &mut Vec<Note>,
    ) -> Result<(), RenderError> {
        let mut marks = Page { marks: boxes.iter().map(Area::black).collect() };
        self.label(cover, area, &mut marks, notes);
        let mut drawer = Drawer::sized(&self.words.faces, &mut self.glyphs, sheet)?;
        drawer.page(&marks);
        let drawn = drawer.finish().bitmap;
        for area in boxes {
            shot.put(dots(area), &drawn);
        }
        Ok(())
    }
}

/// The rectangle of a cover, which is measured on the page, on the sheet: as far as it lies where a document can stand.
fn area(cover: &Cover, place: Place) -> Area {
    let (across, down) = (|x: f32| place.left + x * place.scale, |y: f32| place.top + y * place.scale);
    Area {
        left: across(cover.x).max(0.0),
        top: down(cover.y).max(0.0),
        right: across(cover.x + cover.width).min(place.sheet.0),
        bottom: down(cover.y + cover.height).min(place.sheet.1 - BAND + EDGE),
    }
}

fn hull(sign: &Sign) -> Area {
    let [left, top, right, bottom] =
        [sign.hull.x0, sign.hull.y0, sign.hull.x1, sign.hull.y1].map(|edge| edge as f32);
    Area { left, top, right, bottom }
}

/// All dots that an area touches: from the first to the one after the last.
fn dots(area: &Area) -> [u32; 4] {
    let [left, top] = [area.left, area.top].map(|edge| (edge * SCALE).floor().max(0.0) as u32);
    let [right, bottom] = [area.right, area.bottom].map(|edge| (edge * SCALE).ceil().max(0.0) as u32);
    [left, top, right, bottom]
}

/// The dots as a picture: a JPEG where the page has colours or shades, else black and white.
fn pictured(shot: &Shot) -> Result<Image, RenderError> {
    if shot.needs_colour() {
        let (width, height, rgb) = shot.rgb();
        let data = jpeg(width, height, &rgb)?;
        return Ok(Image { width, height, samples: Samples::ColourJpeg, data, orientation: 1 });
    }
    let bitmap = shot.inked()?.bitmap;
    let (width, height) = (bitmap.width(), bitmap.height());
    let bytes = width.div_ceil(8) as usize;
    // 1 is black in the bitmap, and white here.
    let rows = bitmap
        .rows()
        .flat_map(|row| row.iter().flat_map(|word| (!word).to_be_bytes()).take(bytes).collect::<Vec<u8>>());
    Ok(Image { width, height, samples: Samples::Bits, data: rows.collect(), orientation: 1 })
}

impl Placed {
    /// The text of each page that was made a picture of itself.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().filter_map(|PlacedPage { text, .. }| text.as_deref())
    }
}
