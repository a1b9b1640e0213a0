//! Existing pages with number and legend, as a PDF.

use super::Placed;
use super::copier::{Copier, plain};
use crate::error::RenderError;
use crate::pager::{HEIGHT, Page, WIDTH};
use crate::pdf::Leaf;
use crate::printer::{Endorsement, Printer};
use crate::raster;
use crate::write::refused;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};

impl Printer {
    /// The placed pages, and behind them pages that were set here, with number and legend on each.
    pub(crate) fn stamped(
        &mut self,
        placed: &Placed,
        behind: &[Page],
        endorsement: &Endorsement,
    ) -> Result<Vec<u8>, RenderError> {
        let own = placed.pages.iter().map(|page| Leaf { size: page.place.sheet, page: None });
        let set = behind.iter().map(|page| Leaf { size: (WIDTH, HEIGHT), page: Some(page) });
        let leaves: Vec<Leaf<'_>> = own.chain(set).collect();
        let feet = self.leaves(&leaves, endorsement)?;
        let feet = raster::open(feet).map_err(refused)?;
        let mut copier = Copier::new(&feet, placed.next);
        let mut forms = Vec::with_capacity(leaves.len());
        for (page, leaf) in feet.pages().iter().zip(&leaves) {
            let content = page.page_stream().unwrap_or_default();
            let form = copier.page(page, content, [0.0, 0.0, leaf.size.0, leaf.size.1]);
            forms.push(form.map_err(|_| refused("the foot of a page"))?);
        }
        copier.settle().map_err(|_| refused("the foot of a page"))?;
        let (objects, mut next) = copier.finish();

        let mut pdf = Pdf::with_settings(plain());
        pdf.set_version(1, 7);
        let (catalog, tree, about) = (next.bump(), next.bump(), next.bump());
        pdf.extend(&placed.objects);
        pdf.extend(&objects);
        let mut kids: Vec<Ref> = Vec::with_capacity(leaves.len());
        for (at, (leaf, foot)) in leaves.iter().zip(forms).enumerate() {
            let (id, stream) = (next.bump(), next.bump());
            kids.push(id);
            let under = placed.pages.get(at);
            let mut page = pdf.page(id);
            page.parent(tree).media_box(Rect::new(0.0, 0.0, leaf.size.0, leaf.size.1)).contents(stream);
            if let Some(group) = under.and_then(|under| under.group) {
                page.pair(Name(b"Group"), group);
            }
            let mut resources = page.resources();
            let mut forms = resources.x_objects();
            for (name, form) in under.iter().flat_map(|under| &under.drawn) {
                forms.pair(Name(name.as_bytes()), *form);
            }
            forms.pair(Name(b"F"), foot);
            forms.finish();
            if let Some(under) = under.filter(|under| !under.layers.is_empty()) {
                let mut layers = resources.insert(Name(b"Properties")).dict();
                for (name, layer) in &under.layers {
                    layers.pair(Name(name.as_bytes()), *layer);
                }
            }
            resources.finish();
            page.finish();
            let mut pen = Content::new();
            pen.x_object(Name(b"F"));
            let mut content = under.map(|under| under.content.clone()).unwrap_or_default();
            content.push(b'\n');
            content.extend_from_slice(&pen.finish());
            pdf.stream(stream, &content);
        }
        let count = i32::try_from(kids.len()).map_err(|_| refused("too many pages"))?;
        pdf.pages(tree).kids(kids).count(count);
        let mut root = pdf.catalog(catalog);
        root.pages(tree);
        if let Some(layers) = placed.layers {
            root.pair(Name(b"OCProperties"), layers);
        }
        root.finish();
        let title = endorsement.numbers.first().map_or("", String::as_str);
        pdf.document_info(about).title(TextStr(title));
        Ok(pdf.finish())
    }
}
