//! The files that a row names: there, its own, and with the digests and size that the row states.

use crate::code::Code;
use crate::fields::Field;
use crate::files::{FileEntry, Files, Part};
use crate::finding::{Findings, shown};
use crate::linked::{Target, resolve};
use crate::row::DocumentRow;
use crate::row_values::whole_number;

/// Checks the files of one row, marks them as named, and gives the native's place.
pub(crate) fn check(
    row: &DocumentRow<'_>,
    volume: &str,
    files: &mut Files,
    load_file: &str,
    findings: &mut Findings,
) -> Option<usize> {
    let mut check = Check { row, volume, files, load_file, findings };
    let native = check.named(Field::Link, Part::Native);
    let text = check.named(Field::OcrPath, Part::Text);
    if let Some(at) = native {
        check.judge_native(at);
    } else if row.get(Field::Link).is_none() {
        check.judge_no_native();
    }
    let has = |field| row.get(field).is_some();
    if (row.columns.has(Field::Link) || row.columns.has(Field::OcrPath))
        && !has(Field::Link)
        && !has(Field::OcrPath)
    {
        check.add(Code::RowWithoutContent, Field::Link, "found neither a native nor a text".into());
    } else if row.columns.has(Field::OcrPath) && !has(Field::OcrPath) {
        check.add(Code::TextMissing, Field::OcrPath, "found nothing".into());
    }
    if let Some(at) = text
        && let Some(problem) = check.files.get(at).encoding.and_then(|encoding| encoding.problem)
    {
        let path = check.files.get(at).path.clone();
        check.findings.of_file(Code::TextUndecodable, &path, problem);
    }
    native
}

struct Check<'a, 'r> {
    row: &'a DocumentRow<'r>,
    volume: &'a str,
    files: &'a mut Files,
    load_file: &'a str,
    findings: &'a mut Findings,
}

impl Check<'_, '_> {
    fn add(&mut self, code: Code, field: Field, message: String) {
        let name = self.row.columns.name_of(field);
        self.findings.in_row(code, self.load_file, self.row.number, Some(&name), message);
    }

    fn named(&mut self, field: Field, part: Part) -> Option<usize> {
        let written = self.row.get(field)?;
        if written.contains(';') {
            self.add(Code::FilesSeveral, field, format!("found {}, expected one path", shown(written)));
        }
        let resolved = resolve(self.files, self.volume, self.load_file, written);
        if resolved.absolute {
            self.add(
                Code::PathAbsolute,
                field,
                format!("found {}, expected a path inside the volume", shown(written)),
            );
        }
        let at = match resolved.found {
            Target::File(at) => at,
            Target::OtherCase(at) => {
                let message =
                    format!("found {}, the volume holds {}", shown(written), shown(&self.files.get(at).path));
                self.add(Code::FileCaseDiffers, field, message);
                at
            }
            Target::Missing => {
                self.add(Code::FileMissing, field, format!("{} is not in the volume", shown(written)));
                return None;
            }
            Target::Outside => {
                self.add(
                    Code::PathLeavesVolume,
                    field,
                    format!("found {}; it was not opened", shown(written)),
                );
                return None;
            }
        };
        self.mark(at, field, part);
        Some(at)
    }

    fn mark(&mut self, at: usize, field: Field, part: Part) {
        let path = self.files.get(at).path.clone();
        match self.files.get(at).named {
            Some((row, _)) => {
                let message = format!("{} is named by row {row} already", shown(&path));
                self.add(Code::FileShared, field, message);
            }
            None => self.files.get_mut(at).named = Some((self.row.number, part)),
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if let Some(first) = self.row.get(Field::FirstBates)
            && stem != first
        {
            let message = format!("found {}, expected a file named {}", shown(name), shown(first));
            self.add(Code::FileMisnamed, field, message);
        }
    }

    fn judge_native(&mut self, at: usize) {
        let FileEntry { path, bytes, readable, digests, .. } = self.files.get(at).clone();
        if !readable {
            return;
        }
        if bytes == 0 {
            self.findings.of_file(Code::NativeEmpty, &path, "found no bytes");
        }
        for field in Field::FILLED_WITH_NATIVE {
            if self.row.columns.has(field) && self.row.get(field).is_none() {
                self.add(Code::FieldEmpty, field, "found nothing in a row with a native".into());
            }
        }
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if let Some(stated) = self.row.get(Field::FileExten)
            && !stated.trim_start_matches('.').eq_ignore_ascii_case(ending)
        {
            let message = format!("found {}, the native ends in {}", shown(stated), shown(ending));
            self.add(Code::ExtensionDiffers, Field::FileExten, message);
        }
        if let Some((sha256, md5)) = digests {
            self.judge_hash(Field::Md5Hash, &md5.to_string());
            self.judge_hash(Field::Sha256Hash, &sha256.to_string());
        }
        if let Some(stated) = self.row.get(Field::FileSize)
            && !size_fits(stated, bytes)
        {
            let message = format!(
                "found {}, the native has {bytes} bytes, that is {} KB",
                shown(stated),
                bytes.div_ceil(1024)
            );
            self.add(Code::SizeDiffers, Field::FileSize, message);
        }
    }

    fn judge_hash(&mut self, field: Field, actual: &str) {
        let Some(stated) = self.row.get(field) else { return };
        if stated.len() != actual.len() || !stated.bytes().all(|c| c.is_ascii_hexdigit()) {
            let message = format!("found {}, expected {} hexadecimal digits", shown(stated), actual.len());
            self.add(Code::HashMalformed, field, message);
        } else if !stated.eq_ignore_ascii_case(actual) {
            self.add(Code::HashDiffers, field, format!("found {stated}, the native's is {actual}"));
        }
    }

    fn judge_no_native(&mut self) {
        for field in [Field::Md5Hash, Field::Sha1Hash, Field::Sha256Hash] {
            if self.row.columns.has(Field::Link) && self.row.get(field).is_some() {
                self.add(
                    Code::HashWithoutNative,
                    field,
                    "found a digest in a row that names no native".into(),
                );
            }
        }
    }
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
