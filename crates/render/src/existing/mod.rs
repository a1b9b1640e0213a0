//! Existing PDFs and pictures on sheets: nothing is rasterised and text stays text, unless a region is covered (`burned`).
//!
//! What draws on a page is copied as it is, as a form that is placed on a sheet; number and legend are a second
//! form on the same sheet. What lies over a page (fields, stamps, notes) is drawn as it looks when the document is
//! opened. Programs, actions, bookmarks, metadata, files inside and the structure for readers aloud are not copied.

mod annotation;
mod burned;
mod copier;
mod fax;
pub(crate) mod guard;
mod image;
mod picture;
mod place;
mod scan;
mod signs;
mod stamp;
mod string;
mod unseen;

use crate::note::{Remarks, SheetDefect};
use crate::printer::PAGES_MAX;
use crate::raster;
pub use picture::PIXELS_MAX;

use annotation::{Drawn, FormRules};
use copier::{Copier, Refusal};
use flate2::read::ZlibDecoder;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{self, Array, Dict, Rect, Stream};
use hayro::hayro_syntax::page::{Page, Rotation};
use pdf_writer::{Chunk, Content, Name, Ref};
use place::Place;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use unseen::{Told, Unseen};

/// Most bytes of a PDF or picture that is placed on sheets; a larger one gets a slip-sheet with
/// [`SheetDefect::FileTooLarge`].
pub const FILE_BYTES_MAX: usize = 256 << 20;
/// Most bytes of what draws on the pages of one document, as it is written.
pub(crate) const DRAWN_BYTES_MAX: usize = 512 << 20;
/// Most bytes of what draws on one page, unpacked.
const CONTENT_BYTES_MAX: u64 = 256 << 20;
/// A byte deflated is never more than this many (zlib's documentation).
const UNPACKED_PER_BYTE: u64 = 1_032;

/// Pages that were not set here, on sheets.
#[derive(Clone)]
pub(crate) struct Placed {
    /// What draws, as objects of a PDF.
    objects: Arc<Chunk>,
    /// The first number that no object of it has.
    next: Ref,
    pub(crate) pages: Vec<PlacedPage>,
    /// The rules of layers.
    layers: Option<Ref>,
}

impl std::fmt::Debug for Placed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Placed {{ {} pages, {} bytes }}", self.pages.len(), self.objects.len())
    }
}

/// A page on a sheet.
#[derive(Debug, Clone)]
pub(crate) struct PlacedPage {
    pub(crate) place: Place,
    /// Draws the forms and images.
    content: Vec<u8>,
    drawn: Vec<(String, Ref)>,
    layers: Vec<(String, Ref)>,
    /// The group of transparency that the page is.
    group: Option<Ref>,
    /// Of a page that was made a picture of itself, because something on it is covered, what can be read of it.
    text: Option<String>,
}

/// A document read, with what is to be said of it.
pub(crate) struct Reading {
    pub(crate) placed: Placed,
    pub(crate) remarks: Remarks,
    pub(crate) told: Told,
}

impl Placed {
    /// Reads a PDF.
    pub(crate) fn pdf(bytes: &[u8]) -> Result<Reading, SheetDefect> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(SheetDefect::FileTooLarge { found: bytes.len(), bytes_max: FILE_BYTES_MAX });
        }
        let pdf = raster::open(bytes.to_vec()).map_err(unreadable)?;
        // The reader may panic at a file from outside.
        catch_unwind(AssertUnwindSafe(|| Self::copied(&pdf)))
            .unwrap_or_else(|_| Err(unreadable("its pages cannot be copied")))
    }

    fn copied(pdf: &Pdf) -> Result<Reading, SheetDefect> {
        let count = pdf.pages().len();
        if count == 0 {
            return Err(unreadable("it has no pages"));
        }
        if u32::try_from(count).is_ok_and(|count| count > PAGES_MAX) {
            return Err(SheetDefect::TooManyPages { pages_max: PAGES_MAX });
        }
        let (mut remarks, mut unseen) = (Remarks::default(), Unseen::default());
        let root = unseen::root(pdf).unwrap_or_default();
        if root.get::<bool>(b"NeedsRendering") == Some(true) {
            return Err(unreadable("its pages are made by a program in it when it is opened (XFA)"));
        }
        let form = root.get::<Dict<'_>>(b"AcroForm").unwrap_or_default();
        let rules = FormRules {
            resources: form.get::<Dict<'_>>(b"DR"),
            stale: form.get::<bool>(b"NeedAppearances") == Some(true),
        };
        unseen.document(&root);
        let stated = root.get::<Dict<'_>>(b"Pages").and_then(|pages| pages.get::<i32>(b"Count"));
        if let Some(stated) =
            stated.filter(|stated| usize::try_from(*stated).is_ok_and(|stated| stated > count))
        {
            unseen.missing(format!("The PDF says that it has {stated} pages; {count} were found."));
        }
        let mut copier = Copier::new(pdf, Ref::new(1));
        let mut pages = Vec::with_capacity(count);
        for (at, page) in pdf.pages().iter().enumerate() {
            pages.push(Self::page(&mut copier, page, at + 1, &rules, &mut remarks, &mut unseen)?);
            copier.settle().map_err(refused)?;
        }
        let layers = copier.entry(&root, b"OCProperties").map_err(refused)?;
        copier.settle().map_err(refused)?;
        let lost = copier.numbers.lost;
        if lost > 0 {
            unseen.missing(format!("{lost} parts of what draws on the pages of the PDF could not be read."));
        }
        let told = unseen.told(&mut remarks);
        let (objects, next) = copier.finish();
        let placed = Self { objects: Arc::new(objects), next, pages, layers };
        Ok(Reading { placed, remarks, told })
    }

    fn page(
        copier: &mut Copier<'_>,
        page: &Page<'_>,
        number: usize,
        rules: &FormRules<'_>,
        remarks: &mut Remarks,
        unseen: &mut Unseen,
    ) -> Result<PlacedPage, SheetDefect> {
        let area = area(page);
        let (width, height) = ((area.x1 - area.x0) as f32, (area.y1 - area.y0) as f32);
        let turned = matches!(page.rotation(), Rotation::Horizontal | Rotation::FlippedHorizontal);
        let (across, down) = if turned { (height, width) } else { (width, height) };
        // A unit of the page's space, in points (PDF 1.6).
        let unit = page.raw().get::<f32>(b"UserUnit").filter(|unit| *unit > 0.0).unwrap_or(1.0);
        let place = Place::of_page(across * unit, down * unit)
            .ok_or_else(|| unreadable(&format!("its page {number} has no size")))?;
        if let Some(percent) = place.shrunk(across * unit) {
            remarks.say(format!("a page is shown at {percent} % of its size"));
        }
        if page.raw().contains_key(b"AA") {
            unseen.script();
        }
        let (content, lost) = content(page, number)?;
        copier.numbers.lost += lost;
        let edges = [area.x0, area.y0, area.x1, area.y1].map(|edge| edge as f32);
        let form = copier.page(page, &content, edges).map_err(refused)?;
        let over = annotation::drawn(copier, page, number, rules, unseen).map_err(refused)?;
        let group = copier.entry(page.raw(), b"Group").map_err(refused)?;
        let mut drawn = vec![("P".to_owned(), form)];
        let mut layers = Vec::new();
        let mut pen = Content::new();
        pen.save_state();
        pen.transform(onto(area, page.rotation(), place, across));
        pen.x_object(Name(b"P"));
        if !over.is_empty() {
            pen.rect(edges[0], edges[1], width, height).clip_nonzero().end_path();
        }
        for (at, Drawn { form, matrix, layer }) in over.into_iter().enumerate() {
            let (name, properties) = (format!("A{at}"), format!("L{at}"));
            if let Some(layer) = layer {
                pen.begin_marked_content_with_properties(Name(b"OC"))
                    .properties_named(Name(properties.as_bytes()));
                layers.push((properties, layer));
            }
            pen.save_state().transform(matrix).x_object(Name(name.as_bytes())).restore_state();
            if layer.is_some() {
                pen.end_marked_content();
            }
            drawn.push((name, form));
        }
        pen.restore_state();
        Ok(PlacedPage { place, content: pen.finish().into_vec(), drawn, layers, group, text: None })
    }
}

/// What of a page is shown.
fn area(page: &Page<'_>) -> Rect {
    let shown = page.intersected_crop_box();
    if shown.width() > 0.01 && shown.height() > 0.01 {
        return shown;
    }
    // As readers do where a page states no area: A4.
    Rect::new(0.0, 0.0, f64::from(page.base_dimensions().0), f64::from(page.base_dimensions().1))
}

/// What puts the page's space onto its place: turned as the page says, then scaled.
fn onto(area: Rect, rotation: Rotation, place: Place, across: f32) -> [f32; 6] {
    let (x0, y0, x1, y1) = (area.x0 as f32, area.y0 as f32, area.x1 as f32, area.y1 as f32);
    let [a, b, c, d, e, f] = match rotation {
        Rotation::None => [1.0, 0.0, 0.0, 1.0, -x0, -y0],
        Rotation::Horizontal => [0.0, -1.0, 1.0, 0.0, -y0, x1],
        Rotation::Flipped => [-1.0, 0.0, 0.0, -1.0, x1, y1],
        Rotation::FlippedHorizontal => [0.0, 1.0, -1.0, 0.0, y1, -x0],
    };
    let scale = place.size.0 / across;
    let low = place.sheet.1 - place.top - place.size.1;
    [a * scale, b * scale, c * scale, d * scale, e * scale + place.left, f * scale + low]
}

/// What draws on a page, unpacked, and how many parts of it could not be.
fn content(page: &Page<'_>, number: usize) -> Result<(Vec<u8>, u64), SheetDefect> {
    let raw = page.raw();
    let mut streams: Vec<Stream<'_>> = Vec::new();
    let mut lost = 0;
    if let Some(stream) = raw.get::<Stream<'_>>(b"Contents") {
        streams.push(stream);
    } else if let Some(array) = raw.get::<Array<'_>>(b"Contents") {
        streams.extend(array.iter::<Stream<'_>>());
        lost += array.raw_iter().count().saturating_sub(streams.len()) as u64;
    } else if raw.get_ref(b"Contents").is_some() {
        lost += 1;
    }
    let (mut all, mut room) = (Vec::new(), CONTENT_BYTES_MAX);
    for stream in streams {
        let large = || SheetDefect::ContentTooLarge { page: number, bytes_max: CONTENT_BYTES_MAX };
        if unpacks_to_more(&stream, room) {
            return Err(large());
        }
        match stream.decoded() {
            Ok(part) => {
                room = room.checked_sub(part.len() as u64).ok_or_else(large)?;
                if guard::nested(&part) {
                    return Err(refused(Refusal::Deep));
                }
                all.extend_from_slice(&part);
                all.push(b'\n');
            }
            Err(_) => lost += 1,
        }
    }
    Ok((all, lost))
}

/// Whether a deflated stream is larger than there is room for, found without holding it.
fn unpacks_to_more(stream: &Stream<'_>, room: u64) -> bool {
    let packed = stream.raw_data();
    let dict = stream.dict();
    let outer = dict.get::<object::Name<'_>>(b"Filter");
    let outer = outer.or_else(|| dict.get::<Array<'_>>(b"Filter")?.iter::<object::Name<'_>>().next());
    if !outer.is_some_and(|name| matches!(name.as_ref(), b"FlateDecode" | b"Fl"))
        || (packed.len() as u64).saturating_mul(UNPACKED_PER_BYTE) <= room
    {
        return false;
    }
    let counted = std::io::copy(&mut ZlibDecoder::new(&*packed).take(room + 1), &mut std::io::sink());
    counted.is_ok_and(|count| count > room)
}

fn unreadable(reason: &str) -> SheetDefect {
    SheetDefect::Unreadable { reason: reason.to_owned() }
}

fn refused(refusal: Refusal) -> SheetDefect {
    match refusal {
        Refusal::Deep => unreadable("its parts stand in each other too deeply"),
        Refusal::Large => SheetDefect::DrawnTooLarge { bytes_max: DRAWN_BYTES_MAX },
    }
}
