//! Small PDFs for tests, and what is stamped onto them.

#![allow(dead_code, reason = "each test file uses a part of it")]

use chrono::{DateTime, Utc};
use duces_render::{Endorsement, Sheets};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// A number for each page, and a legend.
pub(crate) fn endorsement(sheets: &Sheets) -> Endorsement {
    Endorsement {
        numbers: (1..=sheets.pages()).map(|n| format!("EXC-{n:07}")).collect(),
        legend: Some("CONFIDENTIAL".to_owned()),
        dated: DateTime::<Utc>::from_timestamp(1_727_877_780, 0).unwrap(),
    }
}

/// A stream with entries of its dictionary.
pub(crate) fn stream(entries: &str, data: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{data}\nendstream", data.len())
}

/// A PDF of one page. Objects 1 to 4 are catalog, page tree, page and the font `F1`; more follow from 5 on, and
/// the content is the last.
pub(crate) fn document(page: &str, catalog: &str, content: &str, more: &[String]) -> Vec<u8> {
    let resources = if page.contains("/Resources") { "" } else { "/Resources << /Font << /F1 4 0 R >> >>" };
    let media = if page.contains("/MediaBox") { "" } else { "/MediaBox [0 0 612 792]" };
    let last = 5 + more.len();
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R {media} {resources} {page} /Contents {last} 0 R >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    objects.extend_from_slice(more);
    objects.push(stream("", content));
    pdf(&objects)
}

/// A PDF of these objects, numbered from 1; the first is the catalog.
pub(crate) fn pdf(objects: &[String]) -> Vec<u8> {
    raw(&objects.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>())
}

/// A PDF of these objects, as bytes.
pub(crate) fn raw(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let (start, size) = (bytes.len(), objects.len() + 1);
    bytes.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    bytes.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    bytes
}

/// Deflated.
pub(crate) fn packed(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}
