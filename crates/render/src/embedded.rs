//! Fonts as a PDF carries them: the glyphs that a document uses, and what each is read as.
//!
//! Most mails use the same glyphs of a face that sets running text. Such a face always takes all of ASCII along,
//! so that the same few subsets serve most documents; they are made once and kept. What is kept changes no byte.

use crate::error::RenderError;
use crate::faces::{Faces, SHIPPED};
use crate::write::refused;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use skrifa::string::StringId;
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use subsetter::GlyphRemapper;

/// Most glyphs of a subset that is kept: those of mail in Chinese are many, and never the same.
const KEPT_GLYPHS_MAX: usize = 512;
/// Most bytes of subsets that are kept; beyond it all are forgotten, so that memory stays bounded.
const KEPT_BYTES_MAX: usize = 8 << 20;
/// How hard a font is pressed: lightly what is used once, well what is kept.
const ONCE: Compression = Compression::new(1);
const OFTEN: Compression = Compression::new(6);

const SYSTEM: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// A glyph that is used, and what it is read as.
pub(crate) type Meant<'a> = (u16, &'a str);

/// A face as a PDF carries it.
pub(crate) struct Embedded {
    /// The glyphs in their order; the place of one, counted from 1, is its code.
    glyphs: Box<[u16]>,
    /// In thousandths of the size, by code.
    widths: Box<[f32]>,
    name: String,
    /// Deflated, and its length before.
    file: (Vec<u8>, usize),
    /// Deflated.
    cmap: Vec<u8>,
}

impl Embedded {
    fn new(faces: &Faces, face: u8, meant: &[Meant<'_>], tag: u64) -> Result<Self, RenderError> {
        let (shipped, read) = (&SHIPPED[usize::from(face)], faces.at(face));
        let glyphs: Box<[u16]> = meant.iter().map(|(glyph, _)| *glyph).collect();
        let mapper = GlyphRemapper::new_from_glyphs_sorted(&glyphs);
        let file = subsetter::subset(shipped.bytes, 0, &mapper)
            .map_err(|_| RenderError::Font { name: shipped.file })?;
        let metrics = read.reading.glyph_metrics(Size::unscaled(), LocationRef::default());
        let wide = |glyph: u16| metrics.advance_width(glyph.into()).unwrap_or(0.0) * 1_000.0 / read.units;
        let widths = [0].iter().chain(&glyphs).map(|glyph| wide(*glyph)).collect();
        let mut cmap = UnicodeCmap::new(Name(b"Custom"), SYSTEM);
        for (code, (_, text)) in (1_u16..).zip(meant) {
            cmap.pair_with_multiple(code, text.chars());
        }
        let level = if glyphs.len() > KEPT_GLYPHS_MAX { ONCE } else { OFTEN };
        let post = read.reading.localized_strings(StringId::POSTSCRIPT_NAME).english_or_first();
        let post = post.map_or_else(|| shipped.file.to_owned(), |name| name.to_string());
        let letter = |n: u32| char::from(b'A' + (tag / 26_u64.pow(n) % 26) as u8);
        Ok(Self {
            glyphs,
            widths,
            name: format!("{}+{post}", (0..6).map(letter).collect::<String>()),
            file: (deflated(&file, level)?, file.len()),
            cmap: deflated(&cmap.finish(), level)?,
        })
    }

    /// The code of a glyph of the subset.
    pub(crate) fn code(&self, glyph: u16) -> Option<u16> {
        let at = self.glyphs.binary_search(&glyph).ok()?;
        u16::try_from(at + 1).ok()
    }

    /// In thousandths of the size.
    pub(crate) fn width(&self, code: u16) -> f32 {
        self.widths.get(usize::from(code)).copied().unwrap_or(0.0)
    }

    /// Writes the font under `id`; `next` gives numbers to its parts.
    pub(crate) fn write(&self, pdf: &mut Pdf, id: Ref, next: &mut Ref, faces: &Faces, face: u8) {
        let (cid, descriptor, cmap, file) = (next.bump(), next.bump(), next.bump(), next.bump());
        let name = Name(self.name.as_bytes());
        pdf.type0_font(id)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(cmap);
        let mut font = pdf.cid_font(cid);
        font.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM).font_descriptor(descriptor);
        font.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        font.widths().consecutive(0, self.widths.iter().copied());
        font.finish();
        let read = faces.at(face);
        let metrics = read.reading.metrics(Size::unscaled(), LocationRef::default());
        let part = |units: f32| units * 1_000.0 / read.units;
        let bounds = metrics.bounds.unwrap_or_default();
        let mut flags = FontFlags::SYMBOLIC;
        flags.set(FontFlags::FIXED_PITCH, metrics.is_monospace);
        flags.set(FontFlags::ITALIC, metrics.italic_angle != 0.0);
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(flags)
            .bbox(Rect::new(part(bounds.x_min), part(bounds.y_min), part(bounds.x_max), part(bounds.y_max)))
            .italic_angle(metrics.italic_angle)
            .ascent(part(metrics.ascent))
            .descent(part(metrics.descent))
            .cap_height(part(metrics.cap_height.unwrap_or(metrics.ascent)))
            .stem_v(10.0 + 0.244 * (read.reading.attributes().weight.value() - 50.0))
            .font_file2(file);
        pdf.stream(cmap, &self.cmap).filter(Filter::FlateDecode);
        let (bytes, length) = &self.file;
        let mut stream = pdf.stream(file, bytes);
        stream.filter(Filter::FlateDecode);
        stream.pair(Name(b"Length1"), i32::try_from(*length).unwrap_or(i32::MAX));
    }
}

/// Subsets that were made before; only ever looked up.
#[derive(Default)]
pub(crate) struct Subsets {
    kept: HashMap<(u8, Box<[u8]>), Arc<Embedded>>,
    bytes: usize,
}

impl Subsets {
    /// A face with these glyphs, which are in ascending order.
    pub(crate) fn embedded(
        &mut self,
        faces: &Faces,
        face: u8,
        meant: &[Meant<'_>],
    ) -> Result<Arc<Embedded>, RenderError> {
        let mut key = Vec::with_capacity(meant.len() * 5);
        for (glyph, text) in meant {
            key.extend(glyph.to_le_bytes());
            key.extend(text.as_bytes());
            key.push(0);
        }
        let tag = digest([SHIPPED[usize::from(face)].file.as_bytes(), &key]);
        if meant.len() > KEPT_GLYPHS_MAX {
            return Embedded::new(faces, face, meant, tag).map(Arc::new);
        }
        let key = (face, key.into_boxed_slice());
        if let Some(embedded) = self.kept.get(&key) {
            return Ok(Arc::clone(embedded));
        }
        let embedded = Arc::new(Embedded::new(faces, face, meant, tag)?);
        if self.bytes > KEPT_BYTES_MAX {
            self.kept.clear();
            self.bytes = 0;
        }
        self.bytes += key.1.len() + embedded.file.0.len() + embedded.cmap.len() + meant.len() * 6;
        self.kept.insert(key, Arc::clone(&embedded));
        Ok(embedded)
    }
}

/// A digest that tells files apart and hides nothing (FNV-1a).
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let byte = |state: u64, byte: &u8| (state ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    parts.into_iter().flatten().fold(0xcbf2_9ce4_8422_2325, byte)
}

/// Pressed as zlib does.
pub(crate) fn deflated(bytes: &[u8], level: Compression) -> Result<Vec<u8>, RenderError> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), level);
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_err(|_| refused("a stream that cannot be pressed"))
}
