//! What lies over the pages of a PDF: fields of forms, stamps, comments.

use super::copier::{Copier, Refusal};
use super::string::{date, text};
use super::unseen::Unseen;
use hayro::hayro_syntax::object::{self, Array, Dict, Name, Rect, Stream};
use hayro::hayro_syntax::page::Page;
use pdf_writer::Ref;

/// Annotation flags (ISO 32000-1, table 165).
const HIDDEN: i32 = 1 << 1;
const PRINT: i32 = 1 << 2;
const NO_VIEW: i32 = 1 << 5;
/// How far up the fields of a form are followed.
const FIELDS_MAX: usize = 32;

/// An appearance on a page.
pub(crate) struct Drawn {
    pub(crate) form: Ref,
    /// Puts it onto its rectangle, in the page's space.
    pub(crate) matrix: [f32; 6],
    /// The layer that shows or hides it.
    pub(crate) layer: Option<Ref>,
}

/// What of the document's form matters for its pages.
#[derive(Default)]
pub(crate) struct FormRules<'a> {
    /// Resources for appearances that have none.
    pub(crate) resources: Option<Dict<'a>>,
    /// Whether what is kept as appearance is not what a reader would show.
    pub(crate) stale: bool,
}

/// The appearances over a page, in their order; what shows nothing goes to `unseen`.
pub(crate) fn drawn(
    copier: &mut Copier<'_>,
    page: &Page<'_>,
    number: usize,
    rules: &FormRules<'_>,
    unseen: &mut Unseen,
) -> Result<Vec<Drawn>, Refusal> {
    let Some(all) = page.raw().get::<Array<'_>>(b"Annots") else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for one in all.iter::<Dict<'_>>() {
        let kind = one.get::<Name<'_>>(b"Subtype").map(|name| name.to_vec()).unwrap_or_default();
        if kind == b"Popup" {
            continue;
        }
        actions(&one, &kind, unseen);
        let flags = one.get::<i32>(b"F").unwrap_or(0);
        let visible = flags & (HIDDEN | NO_VIEW) == 0;
        let look = Look::of(&one);
        let shown = visible && matches!(look, Look::Form(_));
        if kind == b"Widget" {
            field(&one, number, shown && !rules.stale, unseen);
        } else if kind != b"Link" {
            comment(&one, &kind, number, shown, unseen);
            if !visible && !matches!(look, Look::Nothing) {
                let how = if flags & PRINT != 0 && flags & HIDDEN == 0 {
                    "shows only on paper"
                } else {
                    "is hidden"
                };
                unseen.missing(format!("Page {number}: {} that {how} when the PDF is opened.", named(&kind)));
            }
        }
        if let (true, Look::Form(stream)) = (visible, look)
            && let Some(matrix) = matrix(&stream, &one)
        {
            let form = copier.appearance(&stream, rules.resources.as_ref())?;
            let layer = copier.entry(&one, b"OC")?;
            found.push(Drawn { form, matrix, layer });
        }
    }
    Ok(found)
}

enum Look<'a> {
    /// It has no appearance of its own; a reader may draw one.
    Absent,
    /// Its state shows nothing: a box that is not ticked.
    Nothing,
    Form(Stream<'a>),
}

impl<'a> Look<'a> {
    fn of(one: &Dict<'a>) -> Self {
        let Some(looks) = one.get::<Dict<'_>>(b"AP") else { return Self::Absent };
        if let Some(stream) = looks.get::<Stream<'_>>(b"N") {
            return Self::Form(stream);
        }
        let Some(states) = looks.get::<Dict<'_>>(b"N") else { return Self::Absent };
        let state = one.get::<Name<'_>>(b"AS").or_else(|| inherited::<Name<'_>>(one, b"V"));
        let state = state.map_or_else(|| b"Off".to_vec(), |name| name.to_vec());
        states.get::<Stream<'_>>(&state).map_or(Self::Nothing, Self::Form)
    }
}

/// What puts an appearance onto its annotation's rectangle (12.5.5, algorithm 8.1).
fn matrix(stream: &Stream<'_>, one: &Dict<'_>) -> Option<[f32; 6]> {
    let rect = one.get::<Rect>(b"Rect")?;
    let inner = stream.dict().get::<Rect>(b"BBox")?;
    let own: [f64; 6] = match stream.dict().get::<Array<'_>>(b"Matrix") {
        Some(array) => {
            let all: Vec<f64> = array.iter::<object::Number>().map(|number| number.as_f64()).collect();
            all.try_into().unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
        }
        None => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    };
    let [a, b, c, d, e, f] = own;
    let corners = [(inner.x0, inner.y0), (inner.x1, inner.y0), (inner.x0, inner.y1), (inner.x1, inner.y1)];
    let corners = corners.map(|(x, y)| (a * x + c * y + e, b * x + d * y + f));
    let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
    let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
    let (left, low) = (least(|at| at.0), least(|at| at.1));
    let (wide, high) = (most(|at| at.0) - left, most(|at| at.1) - low);
    let ratio = |room: f64, size: f64| if size > 0.0 { room / size } else { 1.0 };
    let (x, y) = (ratio(rect.width(), wide), ratio(rect.height(), high));
    let found = [x, 0.0, 0.0, y, rect.x0 - left * x, rect.y0 - low * y].map(|part| part as f32);
    found.iter().all(|part| part.is_finite()).then_some(found)
}

/// An entry of a field, or of the fields above it.
fn inherited<'a, T: TryFrom<object::Object<'a>>>(one: &Dict<'a>, key: &[u8]) -> Option<T> {
    let mut at = one.clone();
    for _ in 0..FIELDS_MAX {
        if let Some(found) = at.get::<object::Object<'_>>(key) {
            return T::try_from(found).ok();
        }
        at = at.get::<Dict<'_>>(b"Parent")?;
    }
    None
}

/// A field of a form with a value that its page does not show.
fn field(one: &Dict<'_>, page: usize, shown: bool, unseen: &mut Unseen) {
    let kind = inherited::<Name<'_>>(one, b"FT").map(|name| name.to_vec()).unwrap_or_default();
    if kind == b"Sig" {
        unseen.signed();
        return;
    }
    if shown || (kind == b"Btn" && !matches!(Look::of(one), Look::Absent)) {
        return;
    }
    let value = inherited::<object::Object<'_>>(one, b"V").map(|value| words(&value)).unwrap_or_default();
    let silent = value.trim().is_empty() || (kind == b"Btn" && value == "Off");
    if !silent {
        let name = inherited::<object::String<'_>>(one, b"T").map(|name| text(name.as_bytes()));
        let name = name.unwrap_or_default();
        unseen.words(format!("Page {page}: field of a form, {name}: {value}"));
    }
}

/// The value of a field; several stand in a list.
fn words(value: &object::Object<'_>) -> String {
    match value {
        object::Object::String(value) => text(value.as_bytes()),
        object::Object::Name(value) => String::from_utf8_lossy(value.as_ref()).into_owned(),
        object::Object::Stream(value) => value.decoded().map(|value| text(&value)).unwrap_or_default(),
        object::Object::Array(all) => {
            let all: Vec<String> =
                all.iter::<object::String<'_>>().map(|value| text(value.as_bytes())).collect();
            all.join("; ")
        }
        _ => String::new(),
    }
}

/// What a comment says: it stands in a window of its own, or, for text on the page, in its appearance.
fn comment(one: &Dict<'_>, kind: &[u8], page: usize, shown: bool, unseen: &mut Unseen) {
    let string = |key: &[u8]| one.get::<object::String<'_>>(key);
    let says = string(b"Contents").map(|says| text(says.as_bytes())).unwrap_or_default();
    // A note is a sign only, and text on the page is told below.
    if matches!(Look::of(one), Look::Absent) && !matches!(kind, b"Text" | b"FreeText") {
        unseen.missing(format!("Page {page}: {} that has no look of its own.", named(kind)));
    }
    let silent = says.trim().is_empty() || (shown && kind == b"FreeText");
    if !silent {
        let who = string(b"T").map(|who| format!(" by {}", text(who.as_bytes()))).unwrap_or_default();
        let when = string(b"M").or_else(|| string(b"CreationDate"));
        let when = when.map(|when| format!(", {}", date(when.as_bytes()))).unwrap_or_default();
        unseen.words(format!("Page {page}: {}{who}{when}: {}", named(kind), says.trim()));
    }
    if kind == b"FileAttachment" {
        let name =
            one.get::<Dict<'_>>(b"FS").map_or_else(String::new, |file| super::unseen::file_name(&file));
        unseen.file(name);
    }
}

/// Where a link leads and what an annotation sets off is not copied.
fn actions(one: &Dict<'_>, kind: &[u8], unseen: &mut Unseen) {
    if one.contains_key(b"AA") {
        unseen.script();
    }
    if kind == b"Link" {
        unseen.link();
    } else if one.contains_key(b"A") {
        unseen.script();
    }
}

/// What an annotation is called.
fn named(kind: &[u8]) -> &'static str {
    match kind {
        b"Text" => "comment",
        b"FreeText" => "text on the page",
        b"Highlight" => "highlight",
        b"Underline" | b"Squiggly" => "underline",
        b"StrikeOut" => "strike-out",
        b"Stamp" => "stamp",
        b"Ink" => "drawing",
        b"Line" | b"Square" | b"Circle" | b"Polygon" | b"PolyLine" => "drawn shape",
        b"Caret" => "mark of an insertion",
        b"FileAttachment" => "attached file",
        b"Sound" => "sound",
        b"Movie" | b"Screen" | b"RichMedia" => "film or player",
        b"3D" => "model in three dimensions",
        b"Watermark" => "watermark",
        b"Redact" => "area marked for redaction",
        _ => "annotation",
    }
}
