//! The archive around a workbook (ECMA-376 part 2): its parts and how they refer to each other.

use crate::language::rows::Refused;
use roxmltree::{Document, Node};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// Most files in the archive.
const FILES_MAX: usize = 2_000;
/// Most bytes of all parts read once unpacked; what the archive says of sizes is not believed.
pub(super) const UNPACKED_MAX: usize = 32 * 1024 * 1024;
/// Most nodes of one part: some 100 bytes of memory each.
const NODES_MAX: u32 = 1_000_000;

/// A part that another one refers to.
pub(super) struct Related {
    pub(super) id: String,
    /// Last word of the relation's type, such as `worksheet`.
    pub(super) kind: String,
    /// Path in the archive.
    pub(super) path: String,
}

/// An open archive with what may still be unpacked from it.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    left: usize,
}

pub(super) fn damaged(detail: &str) -> Refused {
    (
        format!("the workbook is damaged, or none: {detail}"),
        "open it in a spreadsheet program and save it again as .xlsx, or as CSV (UTF-8)".to_owned(),
    )
}

pub(super) fn missing(path: &str) -> Refused {
    damaged(&format!("there is no {path}"))
}

/// What goes beyond a bound.
pub(super) fn too_much(what: &str) -> Refused {
    (
        format!("the workbook has more than {what}"),
        "keep the terms alone in a workbook, or save them as CSV (UTF-8)".to_owned(),
    )
}

pub(super) fn parse(text: &str) -> Result<Document<'_>, Refused> {
    let options = roxmltree::ParsingOptions { nodes_limit: NODES_MAX, ..Default::default() };
    Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => too_much(&format!("{NODES_MAX} elements in one part")),
        error => damaged(&error.to_string()),
    })
}

/// Whether it is an element of that name. Names are compared without their namespace, of which there are
/// two (transitional and strict).
pub(super) fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

pub(super) fn elements<'a, 'i>(of: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    of.children().filter(move |node| is(*node, name))
}

pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|one| one.namespace().is_none() && one.name() == name).map(|one| one.value())
}

/// Whether a true-or-false attribute is true.
pub(super) fn flag(node: Node<'_, '_>, name: &str) -> bool {
    attribute(node, name).is_some_and(|value| matches!(value, "1" | "true" | "on"))
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Refused> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
        if archive.len() > FILES_MAX {
            return Err(too_much(&format!("{FILES_MAX} files inside")));
        }
        Ok(Self { archive, left: UNPACKED_MAX })
    }

    /// A part's text; `None` where there is no such part.
    pub(super) fn part(&mut self, path: &str) -> Result<Option<String>, Refused> {
        let file = match self.archive.by_name(path) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(&format!("{path}: {error}"))),
        };
        let mut bytes = Vec::new();
        // One byte more than is left shows that there is more.
        let limit = u64::try_from(self.left).unwrap_or(u64::MAX).saturating_add(1);
        file.take(limit).read_to_end(&mut bytes).map_err(|error| damaged(&format!("{path}: {error}")))?;
        self.left = self
            .left
            .checked_sub(bytes.len())
            .ok_or_else(|| too_much(&format!("{UNPACKED_MAX} bytes once unpacked")))?;
        let text = String::from_utf8(bytes).map_err(|_| damaged(&format!("{path} is no UTF-8")))?;
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    /// Path of the workbook's own part.
    pub(super) fn main_part(&mut self) -> Result<String, Refused> {
        let main = self.relations("_rels/.rels", "")?.into_iter().find(|part| part.kind == "officeDocument");
        main.map(|part| part.path).ok_or_else(|| damaged("the archive holds no workbook"))
    }

    /// The parts to which the part at `path` refers.
    pub(super) fn related(&mut self, path: &str) -> Result<Vec<Related>, Refused> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let slash = if folder.is_empty() { "" } else { "/" };
        self.relations(&format!("{folder}{slash}_rels/{file}.rels"), folder)
    }

    fn relations(&mut self, path: &str, folder: &str) -> Result<Vec<Related>, Refused> {
        let Some(text) = self.part(path)? else { return Ok(Vec::new()) };
        let document = parse(&text)?;
        let mut parts = Vec::new();
        for node in elements(document.root_element(), "Relationship") {
            let (Some(id), Some(kind), Some(target)) =
                (attribute(node, "Id"), attribute(node, "Type"), attribute(node, "Target"))
            else {
                continue;
            };
            if attribute(node, "TargetMode") == Some("External") {
                continue;
            }
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None if folder.is_empty() => target.to_owned(),
                None => format!("{folder}/{target}"),
            };
            let kind = kind.rsplit('/').next().unwrap_or(kind).to_owned();
            parts.push(Related { id: id.to_owned(), kind, path });
        }
        Ok(parts)
    }
}
