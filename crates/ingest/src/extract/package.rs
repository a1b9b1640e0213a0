//! A ZIP of parts, as office documents are (ECMA-376 part 2; ODF 1.3 part 2), unpacked within bounds.

use super::{FileToRead, Found, xml};
use duces_model::DefectCode;
use std::io::{Cursor, Read};
use xml::{Piece, Xml};
use zip::ZipArchive;

/// An open package.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Paths as written, each at its place.
    paths: Vec<String>,
    left: u64,
    max: u64,
}

/// Where a part leads.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) id: String,
    /// The last word of its type: `slide`, `comments`, `header`.
    pub(crate) kind: String,
    /// The path of the part, from the root of the package.
    pub(crate) path: String,
}

impl<'a> Package<'a> {
    /// Opens a package; where it cannot be, says so in `found`.
    pub(crate) fn open(file: &FileToRead<'a>, found: &mut Found) -> Option<Self> {
        let max = file.bounds.unpacked_max(file.bytes.len());
        match ZipArchive::new(Cursor::new(file.bytes)) {
            Ok(archive) => {
                let paths = archive.file_names().map(|name| name.unwrap_or_default().into_owned()).collect();
                Some(Self { archive, paths, left: max, max })
            }
            Err(error) => {
                found.incomplete(DefectCode::DamagedFile, format!("its parts cannot be listed: {error}"));
                None
            }
        }
    }

    /// The names of all parts, in the order of their names.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = self.paths.clone();
        names.sort_unstable();
        names
    }

    /// The bytes of a part; none where there is no such part, or it cannot be read, which is then told.
    pub(crate) fn bytes(&mut self, path: &str, found: &mut Found) -> Option<Vec<u8>> {
        let at = self.index(path)?;
        let mut part = match self.archive.by_index(at) {
            Ok(part) => part,
            Err(error) => {
                found.incomplete(DefectCode::DamagedFile, format!("part {path}: {error}"));
                return None;
            }
        };
        let mut bytes = Vec::new();
        let read = (&mut part).take(self.left.saturating_add(1)).read_to_end(&mut bytes);
        if bytes.len() as u64 > self.left {
            let detail =
                format!("part {path}: its parts unpack to more than the limit of {} bytes", self.max);
            found.incomplete(DefectCode::ExpandsTooFar, detail);
            return None;
        }
        self.left -= bytes.len() as u64;
        if let Err(error) = read {
            found.incomplete(DefectCode::DamagedFile, format!("part {path}: {error}"));
        }
        Some(bytes)
    }

    /// Names are the same whatever their case (ECMA-376 part 2 section 6.2.2.3); some writers use backslashes.
    fn index(&self, path: &str) -> Option<usize> {
        let same = |name: &String| name.replace('\\', "/").trim_start_matches('/').eq_ignore_ascii_case(path);
        self.paths.iter().position(|name| name == path).or_else(|| self.paths.iter().position(same))
    }

    /// A part as text.
    pub(crate) fn text(&mut self, path: &str, found: &mut Found) -> Option<String> {
        let bytes = self.bytes(path, found)?;
        Some(xml::decoded(&bytes).into_owned())
    }

    /// What a part leads to inside the package, by its file of relationships.
    pub(crate) fn relations(&mut self, path: &str, found: &mut Found) -> Vec<Relation> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let at = if folder.is_empty() {
            format!("_rels/{name}.rels")
        } else {
            format!("{folder}/_rels/{name}.rels")
        };
        let Some(text) = self.text(&at, found) else { return Vec::new() };
        let mut relations = Vec::new();
        let mut xml = Xml::new(&text);
        while let Some(piece) = xml.next() {
            let Piece::Start(element) = piece else { continue };
            if element.name() != "Relationship"
                || element.attribute("TargetMode").as_deref() == Some("External")
            {
                continue;
            }
            let (Some(target), Some(kind)) = (element.attribute("Target"), element.attribute("Type")) else {
                continue;
            };
            relations.push(Relation {
                id: element.attribute("Id").unwrap_or_default(),
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                path: resolved(folder, &target),
            });
        }
        told(&xml, &at, found);
        relations
    }

    /// The main part of the package (ECMA-376 part 1 section 11.3.10 and its kin).
    pub(crate) fn main_part(&mut self, usual: &str, found: &mut Found) -> String {
        let relations = self.relations("", found);
        let main = relations.into_iter().find(|relation| relation.kind == "officeDocument");
        main.map(|main| main.path)
            .filter(|path| self.index(path).is_some())
            .unwrap_or_else(|| usual.to_owned())
    }

    /// Takes files that are embedded in the document out as members of it.
    pub(crate) fn embedded(&mut self, folder: &str, found: &mut Found) {
        for name in self.names() {
            let lower = name.to_ascii_lowercase();
            if !lower.starts_with(folder) || lower.ends_with('/') || lower.ends_with(".rels") {
                continue;
            }
            if let Some(bytes) = self.bytes(&name, found) {
                let short = name.rsplit('/').next().unwrap_or(&name).to_owned();
                found.members.push(super::Member { name: short, bytes, flaw: None });
            }
        }
    }
}

/// Says where the XML of a part is broken.
pub(crate) fn told(xml: &Xml<'_>, path: &str, found: &mut Found) {
    if let Some(flaw) = &xml.flaw {
        found.incomplete(DefectCode::DamagedFile, format!("part {path}: {flaw}"));
    }
}

/// A target seen from a folder of the package.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut parts: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
