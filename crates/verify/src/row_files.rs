//! The files that a row names: there, its own, and with the digests and size that the row states.

use crate::code::Code;
use crate::fields::Field;
use crate::files::{FileEntry, Files, Named, Part};
use crate::finding::{Example, Findings, shown};
use crate::image_files;
use crate::linked::{Target, resolve};
use crate::number::{self, Number};
use crate::picture::{self, Picture};
use crate::row::DocumentRow;
use crate::row_values::whole_number;

/// Where a row stands.
pub(crate) struct Place<'a> {
    /// The volume's name.
    pub(crate) volume: &'a str,
    /// Path of the load file.
    pub(crate) load_file: &'a str,
    /// Which load file, in the order of reading.
    pub(crate) by: u32,
    /// Whether image load files are read as well: only they can say that a row stands for nothing.
    pub(crate) images: bool,
}

/// What a row names.
pub(crate) struct RowFiles {
    /// Place of its native.
    pub(crate) native: Option<usize>,
    /// Whether it names a native, a text or a PDF.
    pub(crate) content: bool,
}

/// Checks the files of one row, whose numbers are `range`, and marks them as named.
pub(crate) fn check(
    row: &DocumentRow<'_>,
    range: Option<&(Number, Number)>,
    place: &Place<'_>,
    files: &mut Files,
    findings: &mut Findings,
) -> RowFiles {
    let Place { volume, load_file, by, images } = *place;
    let mut check = Check { row, volume, files, load_file, by, findings };
    let native = check.named(Field::Link, Part::Native);
    let text = check.named(Field::OcrPath, Part::Text);
    let pdf = check.named(Field::PdfPath, Part::Image);
    if let Some(at) = native {
        check.judge_native(at);
    } else if row.get(Field::Link).is_none() {
        check.judge_no_native();
    }
    if let Some(at) = pdf {
        image_files::check(check.files.get(at), check.findings);
        check.judge_pdf(at, range);
    }
    let parts = [Field::Link, Field::OcrPath, Field::PdfPath];
    let content = parts.iter().any(|field| row.get(*field).is_some());
    if parts.iter().any(|field| row.columns.has(*field)) && !content && !images {
        check.add(Code::RowWithoutContent, Field::Link, || "found neither a native nor a text".into());
    } else if row.columns.has(Field::OcrPath) && row.get(Field::OcrPath).is_none() {
        check.add(Code::TextMissing, Field::OcrPath, || "found nothing".into());
    }
    if let Some(at) = text
        && let Some(encoding) = check.files.get(at).encoding
    {
        if let Some(problem) = encoding.problem {
            check.of_file(at, Code::TextUndecodable, problem.to_string());
        }
        if encoding.blank {
            check.of_file(at, Code::TextEmpty, "found no letter and no digit".to_owned());
        }
    }
    RowFiles { native, content }
}

struct Check<'a, 'r> {
    row: &'a DocumentRow<'r>,
    volume: &'a str,
    files: &'a mut Files,
    load_file: &'a str,
    by: u32,
    findings: &'a mut Findings,
}

impl Check<'_, '_> {
    fn add(&mut self, code: Code, field: Field, message: impl FnOnce() -> String) {
        let (row, load_file) = (self.row, self.load_file);
        self.findings.add_with(code, || {
            let field = Some(row.columns.name_of(field));
            Example { row: Some(row.number), field, ..Example::of_file(load_file, message()) }
        });
    }

    /// What is wrong with a file itself is told once, though a second load file names it too.
    fn of_file(&mut self, at: usize, code: Code, message: String) {
        let file = self.files.get(at);
        if file.named.is_some_and(|named| named.by == self.by) {
            self.findings.of_file(code, &file.path, message);
        }
    }

    fn named(&mut self, field: Field, part: Part) -> Option<usize> {
        let written = self.row.get(field)?;
        if written.contains(';') {
            self.add(Code::FilesSeveral, field, || format!("found {}, expected one path", shown(written)));
        }
        let resolved = resolve(self.files, self.volume, self.load_file, written);
        if resolved.absolute {
            self.add(Code::PathAbsolute, field, || {
                format!("found {}, expected a path inside the volume", shown(written))
            });
        }
        let at = match resolved.found {
            Target::File(at) => at,
            Target::OtherCase(at) => {
                let held = shown(&self.files.get(at).path);
                self.add(Code::FileCaseDiffers, field, || {
                    format!("found {}, the volume holds {held}", shown(written))
                });
                at
            }
            Target::Missing => {
                self.add(Code::FileMissing, field, || format!("{} is not in the volume", shown(written)));
                return None;
            }
            Target::Outside => {
                self.add(Code::PathLeavesVolume, field, || {
                    format!("found {}; it was not opened", shown(written))
                });
                return None;
            }
        };
        self.mark(at, field, part);
        Some(at)
    }

    fn mark(&mut self, at: usize, field: Field, part: Part) {
        let path = self.files.get(at).path.clone();
        match self.files.get(at).named {
            Some(Named { row, by, .. }) if by == self.by => {
                self.add(Code::FileShared, field, || {
                    format!("{} is named by row {row} already", shown(&path))
                });
            }
            // A second load file of the same documents names the same files.
            Some(_) => {}
            None => self.files.get_mut(at).named = Some(Named { by: self.by, row: self.row.number, part }),
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if let Some(first) = self.row.get(Field::FirstBates)
            && stem != first
        {
            self.add(Code::FileMisnamed, field, || {
                format!("found {}, expected a file named {}", shown(name), shown(first))
            });
        }
    }

    fn judge_native(&mut self, at: usize) {
        let FileEntry { path, bytes, readable, sha256, older, picture, .. } = self.files.get(at).clone();
        if !readable {
            return;
        }
        if bytes == 0 {
            self.of_file(at, Code::NativeEmpty, "found no bytes".to_owned());
        }
        for field in Field::FILLED_WITH_NATIVE {
            if self.row.columns.has(field) && self.row.get(field).is_none() {
                self.add(Code::FieldEmpty, field, || "found nothing in a row with a native".into());
            }
        }
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if let Some(stated) = self.row.get(Field::FileExten)
            && !stated.trim_start_matches('.').eq_ignore_ascii_case(ending)
        {
            self.add(Code::ExtensionDiffers, Field::FileExten, || {
                format!("found {}, the native ends in {}", shown(stated), shown(ending))
            });
        }
        if let Some(sha256) = sha256 {
            self.judge_hash(Field::Sha256Hash, sha256.as_bytes());
        }
        match older {
            Some((md5, sha1)) => {
                self.judge_hash(Field::Md5Hash, md5.as_bytes());
                self.judge_hash(Field::Sha1Hash, &sha1);
            }
            None => self.add(Code::LimitReached, Field::Link, || {
                format!("{} was read as the load file, so its MD5 and SHA-1 were not compared", shown(&path))
            }),
        }
        if let Some(picture) = picture {
            self.judge_inside(at, &path, &picture);
        }
        if let Some(head) = self.files.get(at).head.clone() {
            for (field, stated) in head.against(self.row) {
                self.add(Code::MailDiffers, field, || {
                    format!("found {stated}, the native's header says otherwise")
                });
            }
        }
        if let Some(stated) = self.row.get(Field::FileSize)
            && !size_fits(stated, bytes)
        {
            self.add(Code::SizeDiffers, Field::FileSize, || {
                let kilobytes = bytes.div_ceil(1024);
                format!("found {}, the native has {bytes} bytes, that is {kilobytes} KB", shown(stated))
            });
        }
    }

    /// Whether anybody can open the native, as far as its bytes say.
    fn judge_inside(&mut self, at: usize, path: &str, picture: &Picture) {
        if let Some(why) = picture.protected {
            self.of_file(at, Code::NativeProtected, why.to_owned());
        }
        let promised = picture::promised(path);
        // Every newer Office file is a ZIP file; with a password it is an older one.
        let fits = promised.is_none_or(|promised| promised == picture.kind || picture.protected.is_some());
        if let Some(damage) = &picture.damage {
            self.of_file(at, Code::NativeDamaged, damage.clone());
        } else if let (false, Some(promised)) = (fits, promised) {
            let message = format!("its name says {}, its bytes are {}", promised.name(), picture.kind.name());
            self.of_file(at, Code::NativeDamaged, message);
        }
    }

    fn judge_hash(&mut self, field: Field, actual: &[u8]) {
        let Some(stated) = self.row.get(field) else { return };
        let digits = stated.as_bytes();
        let value = |digit: u8| char::from(digit).to_digit(16);
        if digits.len() != 2 * actual.len() || digits.iter().any(|digit| value(*digit).is_none()) {
            self.add(Code::HashMalformed, field, || {
                format!("found {}, expected {} hexadecimal digits", shown(stated), 2 * actual.len())
            });
            return;
        }
        let pairs = digits.chunks_exact(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?));
        if !pairs.eq(actual.iter().map(|byte| Some(u32::from(*byte)))) {
            self.add(Code::HashDiffers, field, || {
                let actual: String = actual.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("found {stated}, the native's is {actual}")
            });
        }
    }

    fn judge_pdf(&mut self, at: usize, range: Option<&(Number, Number)>) {
        let pages = self.files.get(at).picture.as_ref().and_then(|picture| picture.pages);
        let (Some(pages), Some((first, last))) = (pages, range) else { return };
        let numbers = last.position - first.position + 1;
        if pages != numbers {
            self.add(Code::ImagePages, Field::PdfPath, || {
                format!("the file has {pages} pages, {first} - {last} are {numbers}")
            });
            return;
        }
        let picture = self.files.get(at).picture.clone();
        for (page, words) in (0..).zip(picture.and_then(|picture| picture.numbers).unwrap_or_default()) {
            let expected = Number { position: first.position + page, ..first.clone() };
            if let Some(other) = stamped_otherwise(&words, &expected) {
                self.add(Code::StampDiffers, Field::PdfPath, || {
                    format!("page {} says {other} and nowhere {expected}", page + 1)
                });
            }
        }
    }

    fn judge_no_native(&mut self) {
        for field in [Field::Md5Hash, Field::Sha1Hash, Field::Sha256Hash] {
            if self.row.columns.has(Field::Link) && self.row.get(field).is_some() {
                self.add(Code::HashWithoutNative, field, || {
                    "found a digest in a row that names no native".into()
                });
            }
        }
    }
}

/// Another number of the series on a page that does not say its own. A page that says none may have it in a picture.
fn stamped_otherwise<'w>(words: &'w [String], expected: &Number) -> Option<&'w str> {
    let own = expected.to_string();
    if words.contains(&own) {
        return None;
    }
    let of_series = |word: &&String| number::read(word).0.is_some_and(|number| number.same_series(expected));
    words.iter().find(of_series).map(String::as_str)
}

/// Whether a stated size fits.
///
/// FILE_SIZE is in KB (SEC data delivery standards, from memory) and nobody says how it is rounded, so a
/// count of 1,024 or of 1,000 bytes, rounded up, down or to the nearest, fits; so do the bytes themselves,
/// which other producers write.
fn size_fits(stated: &str, bytes: u64) -> bool {
    let Some(stated) = whole_number(stated) else { return false };
    let kilobytes = |unit: u64| (bytes / unit..=bytes.div_ceil(unit)).contains(&stated);
    kilobytes(1024) || kilobytes(1000) || stated == bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_says_another_number_of_the_series_and_not_its_own_differs() {
        let expected = number::read("ECP0000004").0.unwrap();
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(stamped_otherwise(&words(&["ECP0000005"]), &expected), Some("ECP0000005"));
        assert_eq!(stamped_otherwise(&words(&["ECP0000004", "ECP0000005"]), &expected), None, "it is quoted");
        assert_eq!(stamped_otherwise(&words(&["ABC0000005", "ECP00005"]), &expected), None, "another series");
        assert_eq!(stamped_otherwise(&[], &expected), None, "it may stand in a picture");
    }

    #[test]
    fn sizes_may_be_rounded_either_way_and_no_further() {
        for (stated, bytes) in
            [("1", 10), ("0", 10), ("5,952", 6_094_848), ("2", 1500), ("1", 1500), ("2112", 2112)]
        {
            assert!(size_fits(stated, bytes), "{stated} {bytes}");
        }
        for (stated, bytes) in [("3", 1500), ("", 10), ("2", 10), ("x", 10), ("0", 1_024)] {
            assert!(!size_fits(stated, bytes), "{stated} {bytes}");
        }
    }
}
