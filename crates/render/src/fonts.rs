//! The fonts of certificates. No other font is ever looked for.

use crate::error::RenderError;
use crate::faces::{OF_CERTIFICATES, SHIPPED};
use krilla::text::Font;
use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::{FontContext, FontFamilyName};
use std::sync::Arc;

/// Families for running text, in the order in which a glyph is looked for.
pub(crate) const SERIF: [FontFamilyName<'static>; 4] = [
    FontFamilyName::named("Noto Serif"),
    FontFamilyName::named("Noto Sans"),
    FontFamilyName::named("Noto Sans Hebrew"),
    FontFamilyName::named("Noto Sans Arabic"),
];

/// Families for headings and tables, in the order in which a glyph is looked for.
pub(crate) const SANS: [FontFamilyName<'static>; 3] = [
    FontFamilyName::named("Noto Sans"),
    FontFamilyName::named("Noto Sans Hebrew"),
    FontFamilyName::named("Noto Sans Arabic"),
];

/// The fonts as the layout knows them and as the PDF writer knows them.
pub(crate) struct Fonts {
    pub(crate) context: FontContext,
    by_blob: Vec<(u64, Font)>,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, RenderError> {
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut collection = Collection::new(options);
        let mut by_blob = Vec::with_capacity(OF_CERTIFICATES);
        for shipped in &SHIPPED[..OF_CERTIFICATES] {
            let wrong = || RenderError::Font { name: shipped.file };
            let blob = Blob::new(Arc::new(shipped.bytes));
            by_blob.push((blob.id(), Font::new(shipped.bytes.into(), 0).ok_or_else(wrong)?));
            if collection.register_fonts(blob, None).is_empty() {
                return Err(wrong());
            }
        }
        Ok(Self { context: FontContext { collection, source_cache: SourceCache::default() }, by_blob })
    }

    /// Which shipped font the layout chose: its place in [`Fonts::at`].
    pub(crate) fn place(&self, font: &parley::FontData) -> Option<usize> {
        self.by_blob.iter().position(|(blob, _)| *blob == font.data.id())
    }

    /// The font at a place, for the PDF writer.
    pub(crate) fn at(&self, place: usize) -> &Font {
        &self.by_blob[place].1
    }
}
