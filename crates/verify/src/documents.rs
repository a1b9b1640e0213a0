//! Rows of the data load file held against the documents of image load files, in a bounded memory.

use crate::code::Code;
use crate::finding::Findings;
use crate::sorter::Sorter;
use duces_model::Sha256;
use std::io;

/// Which format an image load file has; one volume may hold both for the same pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ImageFormat {
    /// `.opt` and `.log`.
    Opticon,
    /// `.lfp`.
    Ipro,
}

/// Documents and pages of all load files of a volume, known by sums of their numbers.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    /// Sum (two halves), load file (0 is the data load file), row, pages plus one (0: not known), content.
    documents: Sorter<6>,
    /// Sum (two halves), format, load file, line.
    pages: Sorter<5>,
    /// Paths of the image load files.
    files: Vec<String>,
    /// The format of each of them.
    formats: Vec<ImageFormat>,
    rows: u64,
}

fn sum(key: &str) -> [u64; 2] {
    let sum = Sha256::of(key.trim());
    let half = |bytes: &[u8]| bytes.iter().fold(0, |half, byte| half << 8 | u64::from(*byte));
    [half(&sum.as_bytes()[..8]), half(&sum.as_bytes()[8..16])]
}

impl Documents {
    /// Takes a row: its first number, its pages where they are known, and whether it names any file.
    pub(crate) fn row(&mut self, first: &str, row: u64, pages: Option<u64>, content: bool) -> io::Result<()> {
        let [high, low] = sum(first);
        self.rows += 1;
        self.documents.push([high, low, 0, row, pages.map_or(0, |pages| pages + 1), u64::from(content)])
    }

    /// Takes an image load file; gives what stands for it.
    pub(crate) fn file(&mut self, path: &str, format: ImageFormat) -> u64 {
        self.formats.push(format);
        self.files.push(path.to_owned());
        self.files.len() as u64
    }

    /// Takes a page of an image load file.
    pub(crate) fn page(&mut self, file: u64, format: ImageFormat, key: &str, line: u64) -> io::Result<()> {
        let [high, low] = sum(key);
        self.pages.push([high, low, format as u64, file, line])
    }

    /// Takes a document of an image load file: its first page and how many it has, where that is known.
    pub(crate) fn document(&mut self, file: u64, key: &str, line: u64, pages: Option<u64>) -> io::Result<()> {
        let [high, low] = sum(key);
        self.documents.push([high, low, file, line, pages.map_or(0, |pages| pages + 1), 0])
    }

    /// Compares them; `load_file` is the path of the data load file, `field` its column of first numbers.
    pub(crate) fn finish(mut self, load_file: &str, field: &str, findings: &mut Findings) -> io::Result<()> {
        let files = std::mem::take(&mut self.files);
        let path = |file: u64| {
            let at = usize::try_from(file).unwrap_or(0).wrapping_sub(1);
            files.get(at).map(String::as_str).unwrap_or_default()
        };
        self.compare_pages(&path, findings)?;
        if self.rows == 0 || files.is_empty() {
            return Ok(());
        }
        let mut documents = self.documents.sorted()?;
        let mut next = documents.next()?;
        while let Some(first) = next {
            let mut row: Option<[u64; 6]> = None;
            let mut imaged = false;
            while let Some(document) = next.filter(|document| document[..2] == first[..2]) {
                let [.., file, place, pages, _] = document;
                match (file, row) {
                    (0, _) => row = Some(document),
                    (_, None) => {
                        let message = "the data load file has no row that starts with this number";
                        findings.in_row(Code::ImagesWithoutRow, path(file), place, None, message);
                    }
                    (_, Some([.., at, stated, _])) => {
                        imaged = true;
                        if pages > 0 && stated > 0 && pages != stated {
                            let message = format!(
                                "the row takes {}, {} line {place} lists {}",
                                counted(stated - 1),
                                path(file),
                                counted(pages - 1)
                            );
                            findings.in_row(Code::ImageCountDiffers, load_file, at, Some(field), message);
                        }
                    }
                }
                next = documents.next()?;
            }
            if let (Some([.., at, _, content]), false) = (row, imaged) {
                let (code, message) = if content == 0 {
                    (
                        Code::RowWithoutContent,
                        "found neither a native nor a page, nor a text that stands for the row",
                    )
                } else {
                    (Code::RowWithoutImages, "no document of the image load file starts with this number")
                };
                findings.in_row(code, load_file, at, Some(field), message);
            }
        }
        Ok(())
    }
}

impl Documents {
    /// No page stands twice in files of one format, and files of different formats list the same pages.
    fn compare_pages<'p>(
        &mut self,
        path: &impl Fn(u64) -> &'p str,
        findings: &mut Findings,
    ) -> io::Result<()> {
        let both = self.formats.contains(&ImageFormat::Opticon) && self.formats.contains(&ImageFormat::Ipro);
        let mut pages = std::mem::take(&mut self.pages).sorted()?;
        let mut next = pages.next()?;
        while let Some(first) = next {
            let (mut before, mut formats) = (first, 0_u64);
            while let Some(page) = next.filter(|page| page[..2] == first[..2]) {
                if formats > 0 && page[2] == before[2] {
                    let message =
                        format!("the page stands in {} line {} already", path(before[3]), before[4]);
                    findings.in_row(Code::PageKeyRepeated, path(page[3]), page[4], None, message);
                }
                formats |= 1 << page[2];
                before = page;
                next = pages.next()?;
            }
            if both && formats != 3 {
                let message = "the image load file of the other format does not list this page";
                findings.in_row(Code::ImageListsDiffer, path(first[3]), first[4], None, message);
            }
        }
        Ok(())
    }
}

fn counted(pages: u64) -> String {
    if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") }
}
