//! The writer: rows, natives and texts in, one volume out.

use crate::dat::{self, MARK, Replacement, Tally, Writing};
use crate::entry::{Content, Entry, Value, VolumePlan, WrittenVolume};
use crate::error::VolumeError;
use crate::extras::{self, Extras};
use crate::forms::{Extra, PageFile, PageKind};
use crate::leftover::Places;
use crate::manifest::{self, Counts, MANIFEST, MANIFEST_JSON, Written};
use crate::name::{refuse_device, safe_extension};
use crate::staging::{Running, Staging};
use crate::store::{Disk, Store};
use crate::{archive, readme};
use duces_model::{BatesNumber, BatesRange, Observer, Sha256};
use std::path::Path;

/// Writes one volume. Dropped before [`VolumeWriter::finish`] succeeded, it removes what it made.
pub struct VolumeWriter {
    plan: VolumePlan,
    writing: Writing,
    data: Running,
    extras: Extras,
    /// Pages and PDF of the next document.
    pages: Vec<PageFile>,
    pdf: String,
    counts: Counts,
    bates: Option<BatesRange>,
    before: Option<BatesRange>,
    replacements: Vec<Replacement>,
    // Last, so that the load file is closed before its folder is removed.
    staging: Staging,
}

impl VolumeWriter {
    /// Starts a volume in `out_dir`, which has to exist.
    ///
    /// # Errors
    /// Where the volume, its archive or a killed run's staging folder is there already, the folder is
    /// missing, read-only or full, or a name of the plan cannot be written.
    pub fn create(out_dir: &Path, plan: VolumePlan) -> Result<Self, VolumeError> {
        Self::create_in(Box::new(Disk), out_dir, plan)
    }

    pub(crate) fn create_in(
        store: Box<dyn Store>,
        out_dir: &Path,
        plan: VolumePlan,
    ) -> Result<Self, VolumeError> {
        refuse_device(plan.name.as_str())?;
        let writing = Writing { signs: plan.forms.delimiters, encoding: plan.forms.encoding };
        let header = writing.header(&plan.fields)?;
        let mut staging = Staging::make(store, Places::new(out_dir, &plan.name))?;
        let mut data = staging.start(&format!("DATA/{}.dat", plan.name))?;
        data.write(&writing.encode(&header))?;
        let extras = Extras::start(&plan, &mut staging)?;
        Ok(Self {
            plan,
            writing,
            data,
            extras,
            pages: Vec::new(),
            pdf: String::new(),
            counts: Counts::default(),
            bates: None,
            before: None,
            replacements: Vec::new(),
            staging,
        })
    }

    /// Says that the next document is the first of its family. Its pages, PDF, native and text are kept in one
    /// archive with those of the family.
    pub fn start_family(&mut self) {
        self.staging.family += 1;
    }

    /// Adds the next page of the next document.
    ///
    /// # Errors
    /// Where the disk fails, or the page's number does not follow the one before.
    pub fn page(&mut self, number: &BatesNumber, bytes: &[u8], kind: PageKind) -> Result<(), VolumeError> {
        let before = self.pages.last().map(|page| &page.number);
        let before = before.or_else(|| self.before.as_ref().map(BatesRange::last));
        if let Some(before) = before
            && before.plus(1).ok().as_ref() != Some(number)
        {
            let expected = before.plus(1).unwrap_or_else(|_| before.clone());
            return Err(VolumeError::PageNumber {
                found: Box::new(number.clone()),
                expected: Box::new(expected),
            });
        }
        let folder = self.counts.images / u64::from(self.plan.files_per_folder.get()) + 1;
        let path = format!("IMAGES/{folder:04}/{number}.{}", kind.extension());
        refuse_device(&number.to_string())?;
        self.staging.write(&path, bytes)?;
        self.counts.images += 1;
        self.pages.push(PageFile { number: number.clone(), path, kind });
        Ok(())
    }

    /// Adds the PDF of the next document.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn pdf(&mut self, first: &BatesNumber, bytes: &[u8]) -> Result<(), VolumeError> {
        let folder = self.counts.documents / u64::from(self.plan.files_per_folder.get()) + 1;
        refuse_device(&first.to_string())?;
        self.pdf = format!("PDF/{folder:04}/{first}.pdf");
        self.staging.write(&self.pdf, bytes)?;
        self.counts.pdfs += 1;
        Ok(())
    }

    /// Adds a table for people, `REPORTS/NAME.csv`, where the plan asks for it.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn report(&mut self, extra: Extra, rows: &[Vec<String>]) -> Result<(), VolumeError> {
        if !self.plan.forms.extras.contains(&extra) {
            return Ok(());
        }
        self.staging.family = 0;
        let mut text = MARK.to_owned();
        rows.iter().for_each(|row| text.push_str(&extras::csv_row(row)));
        self.staging.write(&format!("REPORTS/{extra}.csv"), text.as_bytes())
    }

    /// Adds the next document: its native, its text and its row. Its pages or PDF were added before.
    ///
    /// # Errors
    /// Where the disk fails, the numbers do not follow those before, or a value is missing. Drop the
    /// writer then: the volume lacks a document.
    pub fn add(&mut self, entry: &Entry<'_>) -> Result<(), VolumeError> {
        self.check(entry)?;
        let stem = entry.bates.first().to_string();
        refuse_device(&stem)?;
        // One folder number for native and text, so that a document's two files lie side by side.
        let folder = self.counts.documents / u64::from(self.plan.files_per_folder.get()) + 1;
        let mut native = String::new();
        match entry.content {
            Content::Native { bytes, extension } => {
                native = format!("NATIVES/{folder:04}/{stem}.{}", safe_extension(extension));
                self.staging.write(&native, bytes)?;
                self.counts.natives += 1;
            }
            Content::Pages => self.counts.paged += 1,
            Content::TextOnly => self.counts.text_only += 1,
            Content::SlipSheet => self.counts.slip_sheets += 1,
        }
        let text = format!("TEXT/{folder:04}/{stem}.txt");
        self.staging.write(&text, encode_text(entry.text).as_bytes())?;
        self.counts.texts += 1;
        let row = self.row(entry, &native, &text);
        self.data.write(&self.writing.encode(&row))?;
        let (pages, pdf) = (std::mem::take(&mut self.pages), std::mem::take(&mut self.pdf));
        let row = extras::Row { entry, native: &native, text: &text, pdf: &pdf, pages: &pages };
        self.extras.add(&self.plan, &row)?;
        self.counts.documents += 1;
        self.counts.numbers += entry.bates.pages();
        self.before = Some(entry.bates.clone());
        let first = self.bates.as_ref().unwrap_or(entry.bates).first().clone();
        self.bates = BatesRange::new(first, entry.bates.last().clone()).ok();
        Ok(())
    }

    fn check(&self, entry: &Entry<'_>) -> Result<(), VolumeError> {
        if entry.values.len() != self.plan.fields.len() {
            return Err(VolumeError::ValueCount {
                bates: Box::new(entry.bates.clone()),
                found: entry.values.len(),
                expected: self.plan.fields.len(),
            });
        }
        let imaged = matches!(self.plan.forms.paging, crate::forms::Paging::Images { .. });
        let found = self.pages.len() as u64;
        let first = self.pages.first().is_none_or(|page| page.number == *entry.bates.first());
        if found != if imaged { entry.bates.pages() } else { 0 } || !first {
            return Err(VolumeError::PageCount { bates: Box::new(entry.bates.clone()), found });
        }
        match &self.before {
            Some(before) if before.last().plus(1).ok().as_ref() != Some(entry.bates.first()) => {
                Err(VolumeError::NotContiguous {
                    before: Box::new(before.clone()),
                    after: Box::new(entry.bates.clone()),
                })
            }
            _ => Ok(()),
        }
    }

    fn row(&mut self, entry: &Entry<'_>, native: &str, text: &str) -> String {
        let mut row = String::new();
        for (n, (value, field)) in entry.values.iter().zip(&self.plan.fields).enumerate() {
            if n > 0 {
                row.push(self.writing.signs.field);
            }
            let mut tally = Tally::default();
            match value {
                Value::Text(value) => self.writing.push_text(&mut row, value, &mut tally),
                Value::List(entries) => self.writing.push_list(&mut row, entries, &mut tally),
                Value::NativePath => self.writing.push_text(&mut row, native, &mut tally),
                Value::TextPath => self.writing.push_text(&mut row, text, &mut tally),
                Value::PdfPath => self.writing.push_text(&mut row, &self.pdf, &mut tally),
            }
            self.replacements.extend(tally.iter().map(|(what, count)| Replacement {
                bates: entry.bates.first().clone(),
                field: field.clone(),
                what,
                count,
            }));
        }
        row.push_str(dat::ROW_END);
        row
    }

    /// Adds a list that stands beside the documents, as text with the byte-order mark and CRLF of all texts.
    ///
    /// # Errors
    /// Where the disk fails. Drop the writer then.
    pub fn add_list(&mut self, path: &str, text: &str) -> Result<(), VolumeError> {
        self.staging.write(path, encode_text(text).as_bytes())
    }

    /// Writes the lists and the archive, and gives the volume its name.
    ///
    /// # Errors
    /// Where the disk fails or what is read back differs; nothing then stands under the final name.
    pub fn finish(self, observer: &dyn Observer) -> Result<WrittenVolume, VolumeError> {
        let Self { plan, data, extras, counts, bates, replacements, mut staging, .. } = self;
        staging.family = 0;
        let data_path = data.path().to_owned();
        let data_sha256 = staging.close(data)?;
        extras.finish(&plan, &mut staging)?;
        let readme = readme::readme(&plan, &data_path, bates.as_ref(), counts);
        staging.write("README.txt", encode_text(&readme).as_bytes())?;
        staging.sort();
        let written = Written {
            data_path: &data_path,
            bates: bates.as_ref(),
            counts,
            replacements: &replacements,
            sorted_files: &staging.files,
        };
        let json = manifest::json(&plan, &written).map_err(|error| {
            VolumeError::io("write", &staging.places.staging.join(MANIFEST_JSON), error.into())
        })?;
        staging.write(MANIFEST_JSON, &json)?;
        staging.sort();
        let lines = manifest::sha256sum_lines(&staging.files);
        staging.write(MANIFEST, lines.as_bytes())?;
        staging.sort();
        staging.sync_folders()?;
        let bytes = staging.files.iter().map(|file| file.bytes).sum();
        observer.stage("writing the archive", "bytes", Some(bytes));
        let archives = archive::write(&mut staging, &plan, observer)?;
        let (places, files) = staging.give_names()?;
        Ok(WrittenVolume {
            name: plan.name,
            folder: places.folder,
            archives,
            manifest_sha256: Sha256::of(&lines),
            data_sha256,
            bates,
            counts,
            files: files.len() as u64,
            bytes,
            replacements,
        })
    }
}

/// UTF-8 with the byte-order mark and CRLF line ends, the same for every text of every volume:
/// "ANSI or Unicode, but the same for all text files of one production" (SEC, from memory), and the
/// mark because receiving tools tell the encoding by it alone (Relativity, verified). The character of value zero, at which
/// some programs take a text for ended, is U+FFFD; the README says so.
fn encode_text(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + text.len() / 32 + MARK.len());
    encoded.push_str(MARK);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\r' if signs.peek() == Some(&'\n') => {}
            '\r' | '\n' => encoded.push_str("\r\n"),
            '\0' => encoded.push('\u{FFFD}'),
            plain => encoded.push(plain),
        }
    }
    encoded
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "forms_tests.rs"]
mod forms_tests;
