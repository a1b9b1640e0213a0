//! The archive around a DOCX (ECMA-376 part 2): its parts and how they refer to each other.

use super::{attribute, damaged, is};
use crate::error::LettersError;
use crate::letter::UNPACKED_MAX;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// Most files in the archive.
const FILES_MAX: usize = 10_000;

/// A part that another one refers to.
pub(super) struct Related {
    /// Last word of the relation's type, such as `footnotes`.
    pub(super) kind: String,
    /// Path in the archive.
    pub(super) path: String,
}

/// An open archive with what may still be unpacked from it.
pub(super) struct Package<'b> {
    name: String,
    archive: ZipArchive<Cursor<&'b [u8]>>,
    left: usize,
}

impl<'b> Package<'b> {
    pub(super) fn open(name: &str, bytes: &'b [u8]) -> Result<Self, LettersError> {
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(name, error.to_string()))?;
        if archive.len() > FILES_MAX {
            return Err(LettersError::TooMuch {
                name: name.to_owned(),
                what: "files inside",
                max: FILES_MAX,
            });
        }
        Ok(Self { name: name.to_owned(), archive, left: UNPACKED_MAX })
    }

    /// A part's text; `None` where there is no such part.
    pub(super) fn part(&mut self, path: &str) -> Result<Option<String>, LettersError> {
        let file = match self.archive.by_name(path) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(&self.name, format!("{path}: {error}"))),
        };
        let mut bytes = Vec::new();
        // One byte more than is left shows that there is more; what the archive says of sizes is not believed.
        let limit = u64::try_from(self.left).unwrap_or(u64::MAX).saturating_add(1);
        file.take(limit)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(&self.name, format!("{path}: {error}")))?;
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(|| LettersError::TooMuch {
            name: self.name.clone(),
            what: "bytes once unpacked",
            max: UNPACKED_MAX,
        })?;
        text_of(&bytes).map(Some).ok_or_else(|| damaged(&self.name, format!("{path} is no UTF-8 or UTF-16")))
    }

    /// Path of the main part.
    pub(super) fn main_part(&mut self) -> Result<String, LettersError> {
        let main = self.relations("_rels/.rels", "")?.into_iter().find(|part| part.kind == "officeDocument");
        main.map(|part| part.path).ok_or_else(|| {
            let detail = "the archive has no Word document in it: if it is an archive of letters, unpack it";
            damaged(&self.name, detail.to_owned())
        })
    }

    /// The parts to which the part at `path` refers.
    pub(super) fn related(&mut self, path: &str) -> Result<Vec<Related>, LettersError> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let relations = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        self.relations(&relations, folder)
    }

    fn relations(&mut self, path: &str, folder: &str) -> Result<Vec<Related>, LettersError> {
        let Some(text) = self.part(path)? else { return Ok(Vec::new()) };
        let document = super::parse(&self.name, &text)?;
        let mut parts = Vec::new();
        for node in document.root_element().children().filter(|node| is(*node, "Relationship")) {
            let (Some(kind), Some(target)) = (attribute(node, "Type"), attribute(node, "Target")) else {
                continue;
            };
            if attribute(node, "TargetMode") == Some("External") {
                continue;
            }
            let kind = kind.rsplit('/').next().unwrap_or(kind).to_owned();
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None if folder.is_empty() => target.to_owned(),
                None => format!("{folder}/{target}"),
            };
            parts.push(Related { kind, path });
        }
        Ok(parts)
    }
}

/// XML in UTF-8, or in UTF-16 with its mark.
fn text_of(bytes: &[u8]) -> Option<String> {
    let unit = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => {
            return std::str::from_utf8(bytes)
                .ok()
                .map(|text| text.trim_start_matches('\u{feff}').to_owned());
        }
    };
    let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units).ok()
}
