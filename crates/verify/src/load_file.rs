//! The data load files of a volume: found, read, and held against each other.

use crate::agreed::Agreed;
use crate::code::Code;
use crate::dat::{Row, RowReader};
use crate::decode::Decoder;
use crate::dialect::{self, LoadFileSummary};
use crate::documents::Documents;
use crate::earlier::Earlier;
use crate::edrm;
use crate::fields::{Columns, Field};
use crate::finding::Findings;
use crate::ledger_check::LedgerCheck;
use crate::privilege_log::PrivilegeLog;
use crate::reading::Reading;
use crate::record::Take;
use crate::runs::Runs;
use crate::verification::{CustodianSummary, VerifyError};
use crate::volume::Volume;
use crate::workbook;
use crate::zip;
use duces_model::Observer;
use std::collections::BTreeMap;
use std::io::Read;

/// Folders in which load files lie.
const FOLDERS: [&str; 5] = ["data", "load", "loadfile", "loadfiles", "load_files"];

/// What the rows came to.
#[derive(Debug, Default)]
pub(crate) struct LoadFile {
    /// Path below the volume.
    pub(crate) path: String,
    /// Rows of documents, the header not counted.
    pub(crate) rows: u64,
    pub(crate) families: u64,
    pub(crate) numbers: Runs,
    /// Files of pages that its documents name, each with its row.
    pub(crate) pages: Vec<(usize, u64)>,
    pub(crate) custodians: BTreeMap<String, (u64, Runs)>,
    pub(crate) header: Vec<String>,
    /// The header's name for the first number, where it has one.
    pub(crate) identifier: Option<String>,
    pub(crate) summary: Option<LoadFileSummary>,
    /// Whether it could not be read to its end, so that what it lists is not known.
    pub(crate) damaged: bool,
}

impl LoadFile {
    pub(crate) fn custodian_summaries(&self) -> BTreeMap<String, CustodianSummary> {
        let summary = |(documents, numbers): &(u64, Runs)| CustodianSummary {
            documents: *documents,
            ranges: numbers.ranges(),
        };
        self.custodians.iter().map(|(name, entry)| (name.clone(), summary(entry))).collect()
    }

    /// Name of the load file without folder and ending: the volume's own name in its bytes.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

/// Every file that may be a data load file, the likeliest first: in a folder of its name, else the least deep.
/// Natives may end in .dat too (winmail.dat), so what rows name is struck off later. Tables of other endings are
/// load files only where they lie like one and their header names the first number: of delimited text, and of
/// workbooks. So is EDRM XML by its first element.
pub(crate) fn candidates(volume: &Volume) -> Vec<usize> {
    let place = |at: &usize| {
        let path = volume.files.get(*at).path.to_ascii_lowercase();
        let mut folders: Vec<String> = path.split('/').map(str::to_owned).collect();
        folders.pop();
        folders
    };
    let own = |at: &usize| place(at).iter().any(|folder| FOLDERS.contains(&folder.as_str()));
    let rank = |at: &usize| match (volume.files.get(*at).ending().as_str(), own(at) || place(at).is_empty()) {
        ("dat", _) => Some(0),
        ("csv" | "txt" | "tsv", true) if names_documents(volume, *at) => Some(1),
        ("xlsx", true) if workbook_names_documents(volume, *at, own(at)) => Some(2),
        ("xml", true) if opened(volume, *at).is_some_and(edrm::begins) => Some(3),
        _ => None,
    };
    let ranked = (0..volume.files.len()).filter_map(|at| Some((at, rank(&at)?)));
    let mut found: Vec<(usize, u8)> = ranked.collect();
    found.sort_by_key(|(at, rank)| {
        let folders = place(at);
        let native = folders.iter().any(|folder| folder.starts_with("native"));
        (native, *rank, !own(at), folders.len(), *at)
    });
    found.into_iter().map(|(at, _)| at).collect()
}

/// The bytes of a file, where they can be read.
fn opened(volume: &Volume, at: usize) -> Option<Box<dyn Read + Send + '_>> {
    let file = volume.files.get(at);
    file.readable.then(|| volume.read(file).ok()).flatten()
}

/// Whether a header names the first number and something else that is known.
fn is_header(row: &Row) -> bool {
    let columns = Columns::new(row.values().map(str::to_owned).collect());
    columns.has(Field::FirstBates) && columns.known() >= 3
}

/// Whether the first row of a workbook is such a header. One that cannot be read is taken for a load file where it lies
/// among them; elsewhere it may be anybody's.
fn workbook_names_documents(volume: &Volume, at: usize, among_load_files: bool) -> bool {
    let mut named = None;
    let Some(bytes) = opened(volume, at) else { return false };
    // Reading ends with the first row, which is no error here.
    let read = workbook::each(bytes, &mut |record| {
        named.get_or_insert_with(|| is_header(record.row));
        Err(Stop::Asked)
    });
    let damaged = matches!(read, Err(Stop::Io(error)) if zip::is_damage(&error));
    named.unwrap_or(damaged && among_load_files)
}

/// Whether a file's first row is a header that names the first number and something else that is known.
fn names_documents(volume: &Volume, at: usize) -> bool {
    let Some(decoder) = opened(volume, at).and_then(|bytes| Decoder::new(bytes).ok()) else { return false };
    let (mut rows, mut row) = (RowReader::new(decoder), Row::new());
    rows.next_row(&mut row).unwrap_or(false) && is_header(&row)
}

/// Says where two data load files list different documents, or the same.
pub(crate) fn judge_several(first: &LoadFile, other: &LoadFile, findings: &mut Findings) {
    if first.rows == other.rows && first.numbers == other.numbers {
        let message = format!("it lists the same {} documents as {}", other.rows, first.path);
        findings.of_file(Code::LoadFileTwin, &other.path, message);
    } else {
        let message = format!("it lists other documents than {}", first.path);
        findings.of_file(Code::LoadFilesSeveral, &other.path, message);
    }
}

/// What a load file is read with.
pub(crate) struct Around<'a, 'l> {
    pub(crate) ledger: &'a mut Option<LedgerCheck<'l>>,
    /// A privilege log that rows are held against.
    pub(crate) log: Option<&'a mut PrivilegeLog>,
    pub(crate) earlier: &'a Earlier<'a>,
    /// What the volume's profile excuses.
    pub(crate) agreed: Agreed,
    /// Rows to be held against image load files, where there are any.
    pub(crate) documents: Option<&'a mut Documents>,
    /// Which load file, in the order of reading.
    pub(crate) by: u32,
    pub(crate) findings: &'a mut Findings,
    pub(crate) observer: &'a dyn Observer,
}

/// Reads the load file at this place of the volume's files.
pub(crate) fn check(volume: &mut Volume, at: usize, around: Around<'_, '_>) -> Result<LoadFile, VerifyError> {
    around.observer.stage("checking rows", "rows", None);
    let file = volume.files.get(at).clone();
    let mut checked = LoadFile { path: file.path.clone(), ..LoadFile::default() };
    if !file.readable {
        return Ok(checked);
    }
    // The file is read apart from the volume's list of files, which the rows mark as they name them.
    let mut files = std::mem::take(&mut volume.files);
    let mut damage = None;
    let read = volume.read(&file).and_then(|bytes| {
        let mut reading = Reading::new(&volume.name, &mut files, &mut checked, around);
        let (read, code) = match file.ending().as_str() {
            "xlsx" => (
                reading.run_records(dialect::WORKBOOK, |take| workbook::each(bytes, take)),
                Code::LoadFileDamaged,
            ),
            "xml" => {
                // Its relations stand behind its documents, so it is read twice.
                let again = volume.read(&file)?;
                let each = |take: &mut Take<'_>| edrm::each(again, &edrm::plan(bytes)?, take);
                (reading.run_records(dialect::EDRM, each), Code::LoadFileDamaged)
            }
            _ => (reading.run(bytes), Code::ZipEntryDamaged),
        };
        if let Err(Stop::Io(error)) = &read
            && zip::is_damage(error)
        {
            damage = Some(error.to_string());
            reading.damaged(code, error.to_string());
        }
        Ok(read)
    });
    volume.files = files;
    checked.damaged = damage.is_some();
    match read? {
        Err(Stop::Asked) => Err(VerifyError::Stopped),
        Err(Stop::Io(error)) if damage.is_none() => Err(volume.unreadable(&file, error)),
        _ => Ok(checked),
    }
}

/// Why reading ended before the end.
pub(crate) enum Stop {
    Asked,
    Io(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
