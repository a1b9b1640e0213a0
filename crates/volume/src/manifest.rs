//! The two lists of what a volume holds: one for `sha256sum -c`, one for programs.

use crate::dat::{Replaced, Replacement};
use crate::entry::VolumePlan;
use duces_model::{BatesRange, Sha256};
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the layout that `FORMAT.md` documents, written into `manifest.json`.
pub const FORMAT_VERSION: u32 = 1;
/// The list for `sha256sum -c`.
pub(crate) const MANIFEST: &str = "MANIFEST.sha256";
/// The list for programs.
pub(crate) const MANIFEST_JSON: &str = "manifest.json";

/// One file of a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRecord {
    /// Path below the volume, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Digest of the file.
    pub sha256: Sha256,
    /// Which family it belongs to, counted from 1; 0 for what belongs to none.
    #[serde(skip)]
    pub family: u64,
}

/// How many of what a volume holds. Why a sheet stands for a document is not counted here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Rows of the load file.
    pub documents: u64,
    /// Bates numbers used.
    pub numbers: u64,
    /// Documents whose native is in the volume.
    pub natives: u64,
    /// Text files: one for each document.
    pub texts: u64,
    /// Documents that go out as text without native.
    pub text_only: u64,
    /// Documents for which a numbered sheet stands.
    pub slip_sheets: u64,
    /// Documents that go out as pages without native, because the profile asks for no native of them.
    #[serde(skip_serializing_if = "is_zero")]
    pub paged: u64,
    /// Files of single pages.
    #[serde(skip_serializing_if = "is_zero")]
    pub images: u64,
    /// PDF files.
    #[serde(skip_serializing_if = "is_zero")]
    pub pdfs: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The content of MANIFEST.sha256: one line for each file, sorted by path, as `sha256sum` writes it.
pub(crate) fn sha256sum_lines(sorted: &[FileRecord]) -> String {
    sorted.iter().map(|file| format!("{}  {}\n", file.sha256, file.path)).collect()
}

#[derive(Serialize)]
struct Profile<'a> {
    name: &'a str,
    title: &'a str,
    statement: &'a str,
}

#[derive(Serialize)]
struct LoadFile<'a> {
    path: &'a str,
    encoding: &'static str,
    row_end: &'static str,
    field_separator: String,
    quote: String,
    new_line: String,
    list_separator: String,
    fields: &'a [String],
    replaced: BTreeMap<&'a str, BTreeMap<Replaced, u64>>,
}

#[derive(Serialize)]
struct Json<'a> {
    format: &'static str,
    format_version: u32,
    volume: &'a str,
    request: &'a str,
    profile: Profile<'a>,
    tool: &'a str,
    time_zone: &'a str,
    bates: Option<&'a BatesRange>,
    counts: Counts,
    load_file: LoadFile<'a>,
    text_encoding: &'static str,
    files: &'a [FileRecord],
    extra: &'a serde_json::Value,
}

/// What `manifest.json` is made of, besides the plan.
pub(crate) struct Written<'a> {
    pub(crate) data_path: &'a str,
    pub(crate) bates: Option<&'a BatesRange>,
    pub(crate) counts: Counts,
    pub(crate) replacements: &'a [Replacement],
    pub(crate) sorted_files: &'a [FileRecord],
}

/// The content of `manifest.json`.
pub(crate) fn json(plan: &VolumePlan, written: &Written<'_>) -> Result<Vec<u8>, serde_json::Error> {
    let code = |sign: char| format!("U+{:04X}", u32::from(sign));
    let mut replaced: BTreeMap<&str, BTreeMap<Replaced, u64>> = BTreeMap::new();
    for one in written.replacements {
        *replaced.entry(&one.field).or_default().entry(one.what).or_default() += one.count;
    }
    let signs = plan.forms.delimiters;
    let json = Json {
        format: "duces-volume",
        format_version: FORMAT_VERSION,
        volume: plan.name.as_str(),
        request: &plan.request,
        profile: Profile { name: &plan.profile, title: &plan.profile_title, statement: &plan.statement },
        tool: &plan.tool,
        time_zone: &plan.time_zone,
        bates: written.bates,
        counts: written.counts,
        load_file: LoadFile {
            path: written.data_path,
            encoding: plan.forms.encoding.as_str(),
            row_end: "CRLF",
            field_separator: code(signs.field),
            quote: code(signs.quote),
            new_line: code(signs.new_line),
            list_separator: format!("{} ", signs.list),
            fields: &plan.fields,
            replaced,
        },
        text_encoding: "UTF-8 with byte-order mark, CRLF",
        files: written.sorted_files,
        extra: &plan.extra,
    };
    let mut text = serde_json::to_vec_pretty(&json)?;
    text.push(b'\n');
    Ok(text)
}
