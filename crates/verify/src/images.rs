//! Image load files: Opticon (`.opt`, `.log`) and IPRO (`.lfp`), line by line.

use crate::code::Code;
use crate::dat::{Row, RowReader};
use crate::decode::Decoder;
use crate::delimiters::Delimiters;
use crate::dialect::{self, LoadFileSummary};
use crate::documents::{Documents, ImageFormat};
use crate::files::{Files, Named, Part};
use crate::finding::{Findings, shown};
use crate::image_files;
use crate::linked::{Target, resolve};
use crate::load_file::Stop;
use crate::number::{self, Number};
use crate::picture::Kind;
use crate::row_values::whole_number;
use crate::volume::Volume;
use duces_model::Observer;
use std::collections::BTreeSet;

/// Fields of a line of an Opticon file.
const FIELDS: usize = 7;
/// Volume labels that are told apart.
const LABELS_MAX: usize = 1_000;

/// Files that are image load files by name; a `.log` only where its first line is one of Opticon.
pub(crate) fn candidates(volume: &Volume) -> Vec<(usize, ImageFormat)> {
    let format = |at: &usize| match volume.files.get(*at).ending().as_str() {
        "opt" => Some((*at, ImageFormat::Opticon)),
        "lfp" => Some((*at, ImageFormat::Ipro)),
        "log" if starts_as_opticon(volume, *at) => Some((*at, ImageFormat::Opticon)),
        _ => None,
    };
    (0..volume.files.len()).filter_map(|at| format(&at)).collect()
}

fn starts_as_opticon(volume: &Volume, at: usize) -> bool {
    let file = volume.files.get(at);
    let Some(decoder) =
        file.readable.then(|| volume.read(file).ok()).flatten().and_then(|b| Decoder::new(b).ok())
    else {
        return false;
    };
    let line = decoder.ahead().lines().next().unwrap_or_default();
    let fields: Vec<&str> = line.split(',').collect();
    fields.len() == FIELDS && matches!(fields[3], "Y" | "y" | "")
}

/// The document whose lines are being read.
struct Open {
    key: String,
    line: u64,
    stated: Option<u64>,
    lines: u64,
    /// Pages of the file on its first line, where they could be counted, and what the file is.
    file: Option<(u64, Kind)>,
    last: Option<Number>,
}

/// One line, whatever the format.
struct Line<'a> {
    key: &'a str,
    label: &'a str,
    path: String,
    starts: bool,
    stated: &'a str,
    /// Which page of its file it is, from 1; nothing where the file has one.
    page_of_file: Option<u64>,
}

/// Reads one image load file.
pub(crate) struct Reading<'a> {
    pub(crate) volume: &'a str,
    pub(crate) path: &'a str,
    pub(crate) format: ImageFormat,
    pub(crate) by: u32,
    pub(crate) files: &'a mut Files,
    pub(crate) documents: &'a mut Documents,
    pub(crate) findings: &'a mut Findings,
    pub(crate) observer: &'a dyn Observer,
}

impl Reading<'_> {
    /// Reads it to its end.
    pub(crate) fn run(&mut self, bytes: Box<dyn std::io::Read + '_>) -> Result<LoadFileSummary, Stop> {
        let decoder = Decoder::new(bytes)?;
        let detected = decoder.detected();
        dialect::judge_encoding(detected, self.path, false, self.findings);
        let mut rows = RowReader::with(decoder, Delimiters { separator: ',', quote: None });
        let mut summary =
            LoadFileSummary::new(self.path, dialect::kind_of(self.format), detected, rows.delimiters());
        let file = self.documents.file(self.path, self.format);
        let mut labels: BTreeSet<String> = BTreeSet::new();
        let mut open: Option<Open> = None;
        let mut starts_before: Option<Number> = None;
        let mut row = Row::new();
        let (mut lines, mut dotted, mut counted_lines, mut uncounted) = (0_u64, 0_u64, 0_u64, None);
        while rows.next_row(&mut row)? {
            self.observer.advance(1);
            if self.observer.stop_requested() {
                return Err(Stop::Asked);
            }
            summary.take_ending(row.ending);
            if row.blank() {
                self.add(Code::RowBlank, row.number, "found an empty line");
                continue;
            }
            let Some(line) = self.read_line(&row) else { continue };
            lines += 1;
            dotted += u64::from(line.path.starts_with('.'));
            if labels.len() < LABELS_MAX && !labels.contains(line.label) {
                labels.insert(line.label.to_owned());
            }
            let starts = line.starts || open.is_none();
            if starts && !line.starts {
                self.add(
                    Code::ImageFirstBreak,
                    row.number,
                    "expected Y in the fourth field of the first line",
                );
            }
            if starts && let Some(before) = open.take() {
                self.close(file, before)?;
            }
            self.documents.page(file, self.format, line.key, row.number)?;
            let counted = self.image(&line, row.number);
            let key = self.judge_key(&line, row.number, open.as_ref().and_then(|open| open.last.clone()));
            if let (true, Some(number)) = (starts, &key) {
                if let Some(before) =
                    starts_before.as_ref().filter(|before: &&Number| before.same_series(number))
                    && before.position > number.position
                {
                    let message = format!("{number} stands behind {before}");
                    self.add(Code::NotSorted, row.number, &message);
                }
                starts_before = Some(number.clone());
            }
            match &mut open {
                Some(open) => {
                    open.lines += 1;
                    open.last = key;
                    if !line.stated.is_empty() {
                        let message = "found a page count behind the first page of a document";
                        self.add(Code::ImagePageCount, row.number, message);
                    }
                }
                None => {
                    let stated = whole_number(line.stated);
                    match line.stated {
                        "" => uncounted = uncounted.or(Some(row.number)),
                        _ => counted_lines += 1,
                    }
                    if stated.is_none() && !line.stated.is_empty() {
                        let message = format!("found {}, expected a number", shown(line.stated));
                        self.add(Code::ImagePageCount, row.number, &message);
                    }
                    let (key_text, at) = (line.key.to_owned(), row.number);
                    open = Some(Open { key: key_text, line: at, stated, lines: 1, file: counted, last: key });
                }
            }
        }
        if let Some(open) = open {
            self.close(file, open)?;
        }
        if lines == 0 {
            self.findings.of_file(Code::LoadFileEmpty, self.path, "found no line of a page");
        }
        if let (true, Some(line)) = (counted_lines > 0, uncounted) {
            let message = format!("found no page count, {counted_lines} documents have one");
            self.add(Code::ImagePageCountsPartly, line, &message);
        }
        if dotted > 0 {
            let message = format!("found {dotted} paths that start with a dot");
            self.findings.of_file(Code::PathDotted, self.path, message);
        }
        if labels.len() > 1 {
            let message = format!("found {} labels, the first are {}", labels.len(), first_of(&labels));
            self.findings.of_file(Code::VolumeLabels, self.path, message);
        }
        dialect::judge_end(&summary, rows.undecodable(), self.path, self.findings);
        summary.rows = lines;
        Ok(summary)
    }

    fn add(&mut self, code: Code, line: u64, message: &str) {
        self.findings.in_row(code, self.path, line, None, message);
    }

    fn read_line<'r>(&mut self, row: &'r Row) -> Option<Line<'r>> {
        match self.format {
            ImageFormat::Opticon => self.read_opticon(row),
            ImageFormat::Ipro => self.read_ipro(row),
        }
    }

    fn read_opticon<'r>(&mut self, row: &'r Row) -> Option<Line<'r>> {
        if row.len() != FIELDS {
            let message =
                format!("found {} fields, expected {FIELDS}; a comma in a path splits it", row.len());
            self.add(Code::ImageFieldCount, row.number, &message);
        }
        let value = |at: usize| row.value(at).unwrap_or_default().trim();
        let (starts, folder, holder) = (value(3), value(4), value(5));
        if !matches!(starts, "Y" | "") {
            let message = format!("found {}, expected Y or nothing", shown(starts));
            self.add(Code::ImageBreakMalformed, row.number, &message);
        }
        if !folder.is_empty() || !holder.is_empty() {
            let message = format!("found {} and {}, expected nothing", shown(folder), shown(holder));
            self.add(Code::ImageBreakMalformed, row.number, &message);
        }
        (row.len() >= 4).then(|| Line {
            key: row.value(0).unwrap_or_default(),
            label: value(1),
            path: value(2).to_owned(),
            starts: starts.eq_ignore_ascii_case("y"),
            stated: value(6),
            page_of_file: None,
        })
    }

    /// `IM,key,D,0,@volume;folder;file;2`: the third field is D, C, B or F where a document starts, the fourth the
    /// page within its file (0 where it is alone in it). Lines of other kinds are about boxes and full text.
    fn read_ipro<'r>(&mut self, row: &'r Row) -> Option<Line<'r>> {
        let value = |at: usize| row.value(at).unwrap_or_default().trim();
        if value(0) != "IM" {
            return None;
        }
        // A turn of the page may follow as a sixth field.
        if !(5..=6).contains(&row.len()) {
            let message = format!("found {} fields, expected 5 or 6", row.len());
            self.add(Code::ImageFieldCount, row.number, &message);
        }
        if row.len() < 5 {
            return None;
        }
        let parts: Vec<&str> = value(4).split(';').collect();
        let [label, folder, name, ..] = parts.as_slice() else {
            let message = format!("found {}, expected @volume;folder;file;kind", shown(value(4)));
            self.add(Code::ImageFieldCount, row.number, &message);
            return None;
        };
        let starts = value(2);
        if !matches!(starts, "D" | "C" | "B" | "F" | "S" | "") {
            let message = format!("found {}, expected D, C, B, F, S or nothing", shown(starts));
            self.add(Code::ImageBreakMalformed, row.number, &message);
        }
        let page = whole_number(value(3));
        if page.is_none() {
            let message = format!("found {} as the page within its file, expected a number", shown(value(3)));
            self.add(Code::ImagePageCount, row.number, &message);
        }
        let folder = folder.trim_end_matches(['\\', '/']);
        Some(Line {
            key: row.value(1).unwrap_or_default(),
            label: label.trim_start_matches('@'),
            path: if folder.is_empty() { (*name).to_owned() } else { format!("{folder}\\{name}") },
            starts: matches!(starts, "D" | "C" | "B" | "F"),
            stated: "",
            page_of_file: page.filter(|page| *page > 0),
        })
    }

    /// The page's number, which follows the one before it in its document.
    fn judge_key(&mut self, line: &Line<'_>, at: u64, before: Option<Number>) -> Option<Number> {
        let key = line.key.trim();
        if key.is_empty() {
            self.add(Code::PageKeyMissing, at, "found no page number");
            return None;
        }
        if key != line.key || key.contains(|c: char| c.is_whitespace() || c == '"' || c == 'þ') {
            let message = format!("found {}, expected no spaces or quotes", shown(line.key));
            self.add(Code::PageKeyMalformed, at, &message);
        }
        let (number, _) = number::read(key);
        if let (Some(before), Some(number)) = (&before, &number)
            && !(before.same_series(number) && before.position.checked_add(1) == Some(number.position))
        {
            let message = format!("{number} stands behind {before} in one document");
            self.add(Code::PageKeysBroken, at, &message);
        }
        number
    }

    /// The file of a page; gives its pages and kind, where they could be told.
    fn image(&mut self, line: &Line<'_>, at: u64) -> Option<(u64, Kind)> {
        let written = line.path.as_str();
        if written.is_empty() {
            self.add(Code::FileMissing, at, "found no path");
            return None;
        }
        let resolved = resolve(self.files, self.volume, self.path, written);
        if resolved.absolute {
            let message = format!("found {}, expected a path inside the volume", shown(written));
            self.add(Code::PathAbsolute, at, &message);
        }
        let place = match resolved.found {
            Target::File(place) => place,
            Target::OtherCase(place) => {
                let path = shown(&self.files.get(place).path);
                self.add(
                    Code::FileCaseDiffers,
                    at,
                    &format!("found {}, the volume holds {path}", shown(written)),
                );
                place
            }
            Target::Missing => {
                self.add(Code::FileMissing, at, &format!("{} is not in the volume", shown(written)));
                return None;
            }
            Target::Outside => {
                self.add(Code::PathLeavesVolume, at, &format!("found {}; it was not opened", shown(written)));
                return None;
            }
        };
        let file = self.files.get(place);
        let counted = file.picture.as_ref().and_then(|picture| Some((picture.pages?, picture.kind)));
        match (file.named, line.page_of_file) {
            (Some(named), page) if named.by == self.by && page.is_none_or(|page| page == 1) => {
                let message = format!("{} is named by line {} already", shown(&file.path), named.row);
                self.add(Code::FileShared, at, &message);
            }
            (Some(_), _) => {}
            (None, _) => {
                image_files::check(file, self.findings);
                let name = file.path.rsplit('/').next().unwrap_or_default();
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                if stem != line.key.trim() {
                    let message = format!("found {}, expected a file named {}", shown(name), shown(line.key));
                    self.findings.in_row(Code::FileMisnamed, self.path, at, None, message);
                }
                self.files.get_mut(place).named = Some(Named { by: self.by, row: at, part: Part::Image });
            }
        }
        if let (Some((pages, _)), Some(page)) = (counted, line.page_of_file)
            && page > pages
        {
            self.add(Code::ImagePages, at, &format!("found page {page} of a file that holds {pages}"));
        }
        match line.page_of_file {
            // Pages of one file are listed one by one, so the file's own count is no document's.
            Some(_) => None,
            None => counted,
        }
    }

    /// Judges a document when all its lines are read. A file of several pages may stand for the whole document.
    fn close(&mut self, file: u64, open: Open) -> Result<(), Stop> {
        let mut pages = open.lines;
        if let Some((held, kind)) = open.file
            && held != 1
        {
            let whole = open.lines == 1 && open.stated.is_none_or(|stated| stated == held);
            if !whole {
                let stated = open.stated.unwrap_or(open.lines);
                let message = format!("the file holds {held} pages, the load file says {stated}");
                self.add(Code::ImagePages, open.line, &message);
            } else if kind == Kind::Tiff {
                let message = format!("found {held} pages in one TIFF");
                self.add(Code::ImageMultipage, open.line, &message);
            }
            if open.lines == 1 {
                pages = held;
            }
        }
        if let Some(stated) = open.stated
            && stated != pages
        {
            let message = format!("found {stated}, the document has {pages}");
            self.add(Code::ImagePageCount, open.line, &message);
        }
        self.documents.document(file, &open.key, open.line, Some(pages))?;
        Ok(())
    }
}

fn first_of(labels: &BTreeSet<String>) -> String {
    labels.iter().take(3).map(|label| shown(label)).collect::<Vec<_>>().join(", ")
}
