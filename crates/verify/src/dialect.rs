//! How a load file is written: what was detected of its encoding, signs, line ends and dates.

use crate::code::Code;
use crate::dat::Ending;
use crate::decode::{Detected, Encoding};
use crate::delimiters::Delimiters;
use crate::documents::ImageFormat;
use crate::finding::Findings;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A load file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoadFileSummary {
    /// Path below the volume.
    pub path: String,
    /// `data`, `workbook`, `edrm-xml`, `opticon` or `lfp`.
    pub kind: &'static str,
    /// How its bytes were read.
    pub encoding: &'static str,
    /// Whether a byte-order mark says so.
    pub marked: bool,
    /// What stands between two values; nothing in a workbook or in XML.
    pub separator: String,
    /// What stands around a value.
    pub quote: Option<String>,
    /// How its lines end.
    pub line_ends: BTreeSet<&'static str>,
    /// Rows of documents, or lines of pages.
    pub rows: u64,
    /// Columns whose name is another than the SEC's, with the SEC's name for what they were taken as.
    pub read_as: BTreeMap<String, String>,
    /// How the dates of each column are written.
    pub dates: BTreeMap<String, BTreeSet<String>>,
}

pub(crate) const DATA: &str = "data";
pub(crate) const WORKBOOK: &str = "workbook";
pub(crate) const EDRM: &str = "edrm-xml";

pub(crate) fn kind_of(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Opticon => "opticon",
        ImageFormat::Ipro => "lfp",
    }
}

fn sign(sign: char) -> String {
    if sign.is_control() { format!("U+{:04X}", u32::from(sign)) } else { sign.to_string() }
}

impl LoadFileSummary {
    pub(crate) fn new(path: &str, kind: &'static str, detected: Detected, delimiters: Delimiters) -> Self {
        let encoding = match detected.encoding {
            _ if !detected.marked && detected.ascii => "ASCII",
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le => "UTF-16LE",
            Encoding::Utf16Be => "UTF-16BE",
            Encoding::Windows1252 => "Windows-1252",
        };
        Self {
            path: path.to_owned(),
            kind,
            encoding,
            marked: detected.marked,
            separator: sign(delimiters.separator),
            quote: delimiters.quote.map(sign),
            line_ends: BTreeSet::new(),
            rows: 0,
            read_as: BTreeMap::new(),
            dates: BTreeMap::new(),
        }
    }

    /// Of a load file that holds values in elements, not in rows of text.
    pub(crate) fn of_elements(path: &str, kind: &'static str) -> Self {
        let detected = Detected { encoding: Encoding::Utf8, marked: true, ascii: false };
        let delimiters = Delimiters { separator: ',', quote: None };
        let encoding = if kind == EDRM { "XML" } else { "XLSX" };
        Self { encoding, separator: String::new(), ..Self::new(path, kind, detected, delimiters) }
    }

    pub(crate) fn take_ending(&mut self, ending: Ending) {
        let name = match ending {
            Ending::CrLf => "CRLF",
            Ending::Lf => "LF",
            Ending::Cr => "CR",
            Ending::Nothing => return,
        };
        if !self.line_ends.contains(name) {
            self.line_ends.insert(name);
        }
    }
}

/// Says what a loader may take the encoding for. A data load file without a mark is worth a word even if it is
/// ASCII; an image load file usually is.
pub(crate) fn judge_encoding(detected: Detected, path: &str, data: bool, findings: &mut Findings) {
    if detected.marked {
        return;
    }
    let mut add = |code, message| findings.of_file(code, path, message);
    match detected.encoding {
        Encoding::Windows1252 => add(Code::NotUnicode, "found no mark; read as Windows-1252"),
        _ if detected.ascii && data => add(Code::NotUnicode, "found no mark; the part looked at is ASCII"),
        _ if detected.ascii => {}
        Encoding::Utf8 => add(Code::MarkMissing, "found UTF-8 without the mark EF BB BF"),
        Encoding::Utf16Le => add(Code::MarkMissing, "found UTF-16LE without the mark FF FE"),
        Encoding::Utf16Be => add(Code::MarkMissing, "found UTF-16BE without the mark FE FF"),
    }
}

/// Says what only the whole file shows.
pub(crate) fn judge_end(summary: &LoadFileSummary, undecodable: u64, path: &str, findings: &mut Findings) {
    if undecodable > 0 {
        let message = format!("found {undecodable} places that do not fit the encoding {}", summary.encoding);
        findings.of_file(Code::BytesUndecodable, path, message);
    }
    if summary.line_ends.len() > 1 {
        let ends: Vec<_> = summary.line_ends.iter().copied().collect();
        findings.of_file(
            Code::NewlinesMixed,
            path,
            format!("found rows that end in {}", ends.join(" and in ")),
        );
    }
}
