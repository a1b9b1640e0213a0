//! Objects of one PDF into another: what draws, and nothing else.

use super::DRAWN_BYTES_MAX;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, ObjRef, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::{Page, Resources};
use pdf_writer::{Chunk, Finish, Obj, Ref, Settings};
use std::collections::BTreeMap;
use std::io::Write;

/// What is not copied: it leads out of what draws, to other pages, to files, to programs and to data of other
/// programs (ISO 32000-1, tables 89, 95, 317, 352).
const LEFT_OUT: [&[u8]; 19] = [
    b"A",
    b"AA",
    b"AF",
    b"Alternates",
    b"Annots",
    b"Dest",
    b"EF",
    b"JS",
    b"Kids",
    b"LastModified",
    b"Metadata",
    b"OPI",
    b"Parent",
    b"Pg",
    b"PieceInfo",
    b"PtData",
    b"Ref",
    b"StructParent",
    b"StructParents",
];
/// Dictionaries whose keys are names that the document chose: none is left out there.
const NAMED: [&[u8]; 9] = [
    b"CharProcs",
    b"Colorants",
    b"ColorSpace",
    b"ExtGState",
    b"Font",
    b"Pattern",
    b"Properties",
    b"Shading",
    b"XObject",
];
/// Deepest that arrays and dictionaries stand in each other.
const DEPTH_MAX: usize = 64;

/// Why a PDF cannot be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Arrays and dictionaries stand in each other more deeply than is followed.
    Deep,
    /// What draws is larger than is copied.
    Large,
}

/// Copies objects, and all that they refer to, under new numbers given in the order of the first reference.
pub(crate) struct Copier<'a> {
    pub(crate) chunk: Chunk,
    pub(crate) numbers: Numbers<'a>,
    forms: BTreeMap<ObjectIdentifier, Ref>,
}

pub(crate) struct Numbers<'a> {
    pdf: &'a Pdf,
    next: Ref,
    given: BTreeMap<ObjectIdentifier, Option<Ref>>,
    /// Objects referred to and not written yet, with whether their keys are names.
    waiting: Vec<(ObjectIdentifier, Ref, bool)>,
    /// Entries and streams that could not be read.
    pub(crate) lost: u64,
}

impl Numbers<'_> {
    pub(crate) fn fresh(&mut self) -> Ref {
        self.next.bump()
    }

    /// The new number of an object; absent for one that is not in the document, which counts as null.
    pub(crate) fn given(&mut self, to: ObjRef, named: bool) -> Option<Ref> {
        let id = ObjectIdentifier::from(to);
        if let Some(given) = self.given.get(&id) {
            return *given;
        }
        let there = self.pdf.xref().get::<Object<'_>>(id).is_some();
        let given = there.then(|| self.next.bump());
        self.given.insert(id, given);
        self.waiting.extend(given.map(|new| (id, new, named)));
        given
    }
}

pub(crate) fn plain() -> Settings {
    Settings { pretty: false }
}

impl<'a> Copier<'a> {
    /// A copier whose first new number is `next`.
    pub(crate) fn new(pdf: &'a Pdf, next: Ref) -> Self {
        let numbers = Numbers { pdf, next, given: BTreeMap::new(), waiting: Vec::new(), lost: 0 };
        Self { chunk: Chunk::with_settings(plain()), numbers, forms: BTreeMap::new() }
    }

    /// Writes all that was referred to.
    pub(crate) fn settle(&mut self) -> Result<(), Refusal> {
        while let Some((id, new, named)) = self.numbers.waiting.pop() {
            match self.numbers.pdf.xref().get::<Object<'_>>(id) {
                Some(Object::Stream(stream)) => {
                    let data = data(&stream, &mut self.numbers);
                    let mut written = self.chunk.stream(new, &data);
                    entries(&stream_entries(&stream), &mut written, &mut self.numbers, false, 0)?;
                }
                Some(object) => {
                    value(&MaybeRef::NotRef(object), self.chunk.indirect(new), &mut self.numbers, named, 0)?;
                }
                None => {
                    self.numbers.lost += 1;
                    self.chunk.indirect(new).primitive(pdf_writer::Null);
                }
            }
            if self.chunk.len() > DRAWN_BYTES_MAX {
                return Err(Refusal::Large);
            }
        }
        Ok(())
    }

    /// An entry of a dictionary as an object of its own.
    pub(crate) fn entry(&mut self, dict: &Dict<'_>, key: &[u8]) -> Result<Option<Ref>, Refusal> {
        match dict.get_raw::<Object<'_>>(key) {
            Some(MaybeRef::Ref(to)) => Ok(self.numbers.given(to, false)),
            Some(object) => {
                let new = self.numbers.fresh();
                value(&object, self.chunk.indirect(new), &mut self.numbers, false, 0)?;
                Ok(Some(new))
            }
            None => Ok(None),
        }
    }

    /// The content of a page as a form that draws in the page's own space, clipped to `area`.
    pub(crate) fn page(&mut self, page: &Page<'_>, content: &[u8], area: [f32; 4]) -> Result<Ref, Refusal> {
        let new = self.numbers.fresh();
        let packed = deflated(content);
        let mut form = self.chunk.stream(new, &packed);
        form.pair(pdf_writer::Name(b"Type"), pdf_writer::Name(b"XObject"));
        form.pair(pdf_writer::Name(b"Subtype"), pdf_writer::Name(b"Form"));
        form.filter(pdf_writer::Filter::FlateDecode);
        form.insert(pdf_writer::Name(b"BBox")).array().items(area);
        let mut dict = form.insert(pdf_writer::Name(b"Resources")).dict();
        for (key, pick) in KINDS {
            let mut all = BTreeMap::new();
            gather(page.resources(), *pick, &mut all);
            if !all.is_empty() {
                let mut named = dict.insert(pdf_writer::Name(key)).dict();
                for (name, object) in &all {
                    value(object, named.insert(pdf_writer::Name(name)), &mut self.numbers, false, 1)?;
                }
            }
        }
        dict.finish();
        form.finish();
        if self.chunk.len() > DRAWN_BYTES_MAX { Err(Refusal::Large) } else { Ok(new) }
    }

    /// What an annotation looks like, as a form; `resources` serve one that has none of its own.
    pub(crate) fn appearance(
        &mut self,
        stream: &Stream<'_>,
        resources: Option<&Dict<'_>>,
    ) -> Result<Ref, Refusal> {
        if let Some(known) = self.forms.get(&stream.obj_id()) {
            return Ok(*known);
        }
        let new = self.numbers.fresh();
        self.forms.insert(stream.obj_id(), new);
        let data = data(stream, &mut self.numbers);
        let mut form = self.chunk.stream(new, &data);
        let mut own = stream_entries(stream);
        own.retain(|(key, _)| !matches!(key.as_ref(), b"Type" | b"Subtype"));
        entries(&own, &mut form, &mut self.numbers, false, 0)?;
        form.pair(pdf_writer::Name(b"Type"), pdf_writer::Name(b"XObject"));
        form.pair(pdf_writer::Name(b"Subtype"), pdf_writer::Name(b"Form"));
        if let Some(resources) = resources.filter(|_| !stream.dict().contains_key(b"Resources")) {
            let written = form.insert(pdf_writer::Name(b"Resources"));
            value(&MaybeRef::NotRef(Object::Dict(resources.clone())), written, &mut self.numbers, false, 0)?;
        }
        form.finish();
        Ok(new)
    }

    /// The objects written, and the first number not given.
    pub(crate) fn finish(self) -> (Chunk, Ref) {
        (self.chunk, self.numbers.next)
    }
}

type Pick = for<'r, 'a> fn(&'r Resources<'a>) -> &'r Dict<'a>;

/// Kinds of resources.
const KINDS: &[(&[u8], Pick)] = &[
    (b"ExtGState", |all| &all.ext_g_states),
    (b"ColorSpace", |all| &all.color_spaces),
    (b"Pattern", |all| &all.patterns),
    (b"Shading", |all| &all.shadings),
    (b"XObject", |all| &all.x_objects),
    (b"Font", |all| &all.fonts),
    (b"Properties", |all| &all.properties),
];

/// The resources of one kind, with those that the page has from above it in the tree.
fn gather<'a>(resources: &Resources<'a>, pick: Pick, all: &mut BTreeMap<Vec<u8>, MaybeRef<Object<'a>>>) {
    if let Some(above) = resources.parent() {
        gather(above, pick, all);
    }
    let dict = pick(resources);
    for key in dict.keys() {
        if let Some(object) = dict.get_raw::<Object<'_>>(key.as_ref()) {
            all.insert(key.to_vec(), object);
        }
    }
}

fn value(
    from: &MaybeRef<Object<'_>>,
    to: Obj<'_>,
    numbers: &mut Numbers<'_>,
    named: bool,
    depth: usize,
) -> Result<(), Refusal> {
    if depth > DEPTH_MAX {
        return Err(Refusal::Deep);
    }
    match from {
        MaybeRef::Ref(target) => match numbers.given(*target, named) {
            Some(new) => to.primitive(new),
            None => to.primitive(pdf_writer::Null),
        },
        MaybeRef::NotRef(object) => match object {
            Object::Null(_) => to.primitive(pdf_writer::Null),
            Object::Boolean(value) => to.primitive(*value),
            Object::Number(number) => {
                let exact = number.as_f64();
                if exact.fract() == 0.0 && exact.abs() <= f64::from(i32::MAX) {
                    to.primitive(exact as i32);
                } else {
                    to.primitive(exact as f32);
                }
            }
            Object::String(text) => to.primitive(pdf_writer::Str(text.as_bytes())),
            Object::Name(name) => to.primitive(pdf_writer::Name(name.as_ref())),
            Object::Array(array) => items(array, to, numbers, depth)?,
            Object::Dict(dict) => entries(&sorted(dict), &mut to.dict(), numbers, named, depth)?,
            // A stream stands only by itself; one inside another object is a mistake of the file.
            Object::Stream(_) => {
                numbers.lost += 1;
                to.primitive(pdf_writer::Null);
            }
        },
    }
    Ok(())
}

fn items(from: &Array<'_>, to: Obj<'_>, numbers: &mut Numbers<'_>, depth: usize) -> Result<(), Refusal> {
    let mut array = to.array();
    for item in from.raw_iter() {
        value(&item, array.push(), numbers, false, depth + 1)?;
    }
    Ok(())
}

type Entries<'a> = Vec<(Name<'a>, Option<MaybeRef<Object<'a>>>)>;

fn sorted<'a>(dict: &Dict<'a>) -> Entries<'a> {
    let mut all: Entries<'a> =
        dict.keys().map(|key| (key.clone(), dict.get_raw::<Object<'_>>(key.as_ref()))).collect();
    all.sort_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
    all
}

fn stream_entries<'a>(stream: &Stream<'a>) -> Entries<'a> {
    let mut all = sorted(stream.dict());
    all.retain(|(key, _)| key.as_ref() != b"Length");
    all
}

fn entries(
    from: &Entries<'_>,
    to: &mut pdf_writer::Dict<'_>,
    numbers: &mut Numbers<'_>,
    named: bool,
    depth: usize,
) -> Result<(), Refusal> {
    for (key, object) in from {
        let key: &[u8] = key.as_ref();
        if !named && LEFT_OUT.contains(&key) {
            continue;
        }
        match object {
            Some(object) => {
                let below = !named && NAMED.contains(&key);
                value(object, to.insert(pdf_writer::Name(key)), numbers, below, depth + 1)?;
            }
            None => numbers.lost += 1,
        }
    }
    Ok(())
}

/// The bytes of a stream as they are, decrypted.
fn data<'s>(stream: &Stream<'s>, numbers: &mut Numbers<'_>) -> std::borrow::Cow<'s, [u8]> {
    let data = stream.raw_data();
    let stated = stream.dict().get::<i32>(b"Length").unwrap_or(0);
    if data.is_empty() && stated > 0 {
        numbers.lost += 1;
    }
    data
}

/// Deflated at one level, so that the same content gives the same bytes.
pub(crate) fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(data.len() / 2), Compression::new(6));
    // Writing to memory does not fail.
    let _ = encoder.write_all(data);
    encoder.finish().unwrap_or_default()
}
