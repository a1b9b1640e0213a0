//! Pages of plain words into a PDF/A-2u (ISO 19005-2), without the generality of a library that writes any PDF.
//!
//! What is written is little: words, boxes, fonts. All colours are of one calibrated space, so that no output intent
//! is needed (6.2.4.2); each page names its resources (6.2.2); fonts are embedded, with widths and a map to Unicode
//! (6.2.11); metadata says what is claimed (6.6.4). Pages with anything else on them are krilla's.

use crate::embedded::{Embedded, deflated, digest};
use crate::error::RenderError;
use crate::pager::{HEIGHT, Page, WIDTH};
use crate::printer::{Endorsement, Printer};
use crate::script::{Meanings, Script};
use chrono::{DateTime, Datelike, Timelike, Utc};
use flate2::Compression;
use pdf_writer::{Date, Filter, Finish, Name, Pdf, Rect, Ref, Settings, TextStr};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The operators of a page are pressed quickly: most of a document's bytes are its fonts.
const PRESSED: Compression = Compression::new(1);

impl Printer {
    /// Pages with their feet, or nothing where they hold what is not written here.
    pub(crate) fn plain(
        &mut self,
        pages: &[Page],
        feet: &[Page],
        endorsement: &Endorsement,
    ) -> Result<Option<Vec<u8>>, RenderError> {
        let faces = &self.words.faces;
        let mut meanings = Meanings::default();
        if !pages.iter().chain(feet).all(|page| meanings.note(faces, page)) {
            return Ok(None);
        }
        let mut fonts: BTreeMap<u8, Arc<Embedded>> = BTreeMap::new();
        for (face, meant) in meanings.of_faces() {
            fonts.insert(face, self.subsets.embedded(faces, face, &meant)?);
        }
        let scripts = pages.iter().zip(feet).map(|(page, foot)| {
            let mut script = Script::new(faces, &meanings, &fonts, HEIGHT);
            script.page(page);
            script.page(foot);
            script.finish()
        });

        let mut next = Ref::new(1);
        let (catalog, tree, metadata) = (next.bump(), next.bump(), next.bump());
        let (about, grey, resources) = (next.bump(), next.bump(), next.bump());
        let mut pdf = Pdf::with_settings(Settings { pretty: false });
        pdf.set_version(1, 7);
        let mut kids = Vec::with_capacity(pages.len());
        let title = endorsement.numbers.first().map_or("", String::as_str);
        let mut told = digest([title.as_bytes()]);
        for script in scripts {
            told = digest([&told.to_le_bytes()[..], &script]);
            let (id, content) = (next.bump(), next.bump());
            kids.push(id);
            let mut page = pdf.page(id);
            page.parent(tree).media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).contents(content);
            page.pair(Name(b"Resources"), resources);
            page.finish();
            pdf.stream(content, &deflated(&script, PRESSED)?).filter(Filter::FlateDecode);
        }
        let faces_used: Vec<(u8, Ref)> = fonts.keys().map(|face| (*face, next.bump())).collect();
        for ((face, id), embedded) in faces_used.iter().zip(fonts.values()) {
            embedded.write(&mut pdf, *id, &mut next, faces, *face);
        }
        pdf.color_space(grey).d65_gray();
        let mut named = pdf.indirect(resources).start::<pdf_writer::writers::Resources<'_>>();
        named.color_spaces().pair(Name(b"G"), grey);
        let mut dict = named.fonts();
        for (face, id) in &faces_used {
            dict.pair(Name(format!("F{face}").as_bytes()), *id);
        }
        dict.finish();
        named.finish();

        let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
        pdf.pages(tree).kids(kids).count(count);
        pdf.metadata(metadata, described(title, endorsement.dated).as_bytes());
        pdf.document_info(about)
            .title(TextStr(title))
            .creator(TextStr("Duces"))
            .creation_date(date(endorsement.dated));
        pdf.catalog(catalog).pages(tree).metadata(metadata);
        let again = digest([&told.to_be_bytes()[..]]);
        let id: Vec<u8> = [told.to_be_bytes(), again.to_be_bytes()].concat();
        pdf.set_file_id((id.clone(), id));
        Ok(Some(pdf.finish()))
    }
}

fn date(at: DateTime<Utc>) -> Date {
    let small = |n: u32| u8::try_from(n).unwrap_or(0);
    Date::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// What the file says of itself (XMP, ISO 16684-1), the same as in its information dictionary.
fn described(title: &str, at: DateTime<Utc>) -> String {
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let at = at.format("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"><dc:format>application/pdf</dc:format><dc:title><rdf:Alt>\
         <rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title><xmp:CreatorTool>Duces</xmp:CreatorTool>\
         <xmp:CreateDate>{at}</xmp:CreateDate><pdfaid:part>2</pdfaid:part>\
         <pdfaid:conformance>U</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>"
    )
}
