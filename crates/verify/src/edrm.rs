//! EDRM XML (version 1.2 in a copy that was read; 1.1 is alike): documents with tags, files and relations.
//!
//! A tag is a column, `#From` being FROM. Where no tag says it, the number is the document's own identifier, the paths
//! are those of its files, and the parent is that of the relations; where both say it, they must agree.

use crate::dat::{Row, VALUES_MAX};
use crate::decode::Decoder;
use crate::fields::Field;
use crate::finding::shown;
use crate::load_file::Stop;
use crate::record::{self, Record, Take};
use crate::xml::{Event, Xml, damage};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Relations that are held.
const RELATIONS_MAX: usize = 1_000_000;

/// What a first reading says of the whole.
#[derive(Default)]
pub(crate) struct Plan {
    columns: Vec<String>,
    /// Parent of each child, by their identifiers.
    parents: BTreeMap<String, String>,
}

/// Whether a file begins as EDRM XML does.
pub(crate) fn begins(bytes: impl Read) -> bool {
    let Ok(decoder) = Decoder::new(bytes) else { return false };
    let mut xml = Xml::new(decoder);
    matches!(xml.next(), Ok(Some(event)) if event.starts("Root")
        && ["DataInterchangeType", "MajorVersion"].iter().any(|name| event.attribute(name).is_some()))
}

/// Reads it once, for its columns and relations.
pub(crate) fn plan(bytes: impl Read) -> io::Result<Plan> {
    let (mut xml, mut plan, mut files) = (Xml::new(Decoder::new(bytes)?), Plan::default(), Vec::new());
    let mut known = std::collections::BTreeSet::new();
    while let Some(event) = xml.next()? {
        if event.starts("Tag") {
            let name = tag_name(&event);
            if known.insert(name.clone()) {
                plan.columns.push(name);
            }
        } else if event.starts("File") {
            files.extend(event.attribute("FileType").and_then(field_of));
        } else if event.starts("Relationship")
            && let (Some(parent), Some(child)) =
                (event.attribute("ParentDocID"), event.attribute("ChildDocID"))
        {
            plan.parents.insert(child.to_owned(), parent.to_owned());
        }
        if plan.columns.len() + 4 > VALUES_MAX || plan.parents.len() > RELATIONS_MAX {
            return Err(damage("it has more tags or relations than are read here (10,000 and 1,000,000)"));
        }
    }
    // What no tag says is said by the document, its files and its relations.
    plan.complete(Field::FirstBates, true);
    plan.complete(Field::Link, files.contains(&Field::Link));
    plan.complete(Field::OcrPath, files.contains(&Field::OcrPath));
    let related = !plan.parents.is_empty();
    plan.complete(Field::ParentBates, related);
    Ok(plan)
}

impl Plan {
    fn place(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|name| Field::of(name) == Some(field))
    }

    fn complete(&mut self, field: Field, wanted: bool) {
        if wanted && self.place(field).is_none() {
            self.columns.push(field.name());
        }
    }
}

fn tag_name(tag: &Event) -> String {
    tag.attribute("TagName").unwrap_or_default().trim_start_matches('#').to_owned()
}

fn field_of(kind: &str) -> Option<Field> {
    match kind.to_ascii_lowercase().as_str() {
        "native" => Some(Field::Link),
        "text" => Some(Field::OcrPath),
        _ => None,
    }
}

/// A document as it is read.
#[derive(Default)]
struct Document {
    id: String,
    values: Vec<String>,
    files: Vec<(Option<Field>, String)>,
    digest: Option<String>,
}

/// Gives the header and each document.
pub(crate) fn each(bytes: impl Read, plan: &Plan, take: &mut Take<'_>) -> Result<(), Stop> {
    let mut row = Row::new();
    row.refill(1, plan.columns.iter().cloned());
    record::plain(&row, take)?;
    let mut xml = Xml::new(Decoder::new(bytes)?);
    let places: BTreeMap<&str, usize> =
        plan.columns.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let (mut open, mut number, mut kind) = (None, 1, None);
    while let Some(event) = xml.next()? {
        if event.starts("Document") {
            let id = event.attribute("DocID").unwrap_or_default().to_owned();
            open =
                Some(Document { id, values: vec![String::new(); plan.columns.len()], ..Document::default() });
        } else if event.ends("Document")
            && let Some(document) = open.take()
        {
            number += 1;
            document.hand_on(number, plan, &mut row, take)?;
        }
        let Some(document) = &mut open else { continue };
        if event.starts("Tag") {
            let name = tag_name(&event);
            if let Some(value) = places.get(name.as_str()).and_then(|at| document.values.get_mut(*at)) {
                let more = event.attribute("TagValue").unwrap_or_default();
                value.push_str(if value.is_empty() || more.is_empty() { "" } else { "; " });
                value.push_str(more);
            }
        } else if event.starts("File") {
            kind = event.attribute("FileType").and_then(field_of);
        } else if event.starts("ExternalFile") {
            let [folder, name] =
                ["FilePath", "FileName"].map(|part| event.attribute(part).unwrap_or_default());
            let folder = folder.trim_end_matches(['/', '\\']);
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let md5 = event.attribute("HashType").is_some_and(|kind| kind.eq_ignore_ascii_case("md5"));
            if kind == Some(Field::Link) && md5 {
                document.digest = event.attribute("Hash").map(str::to_owned);
            }
            document.files.push((kind, path));
        }
    }
    Ok(())
}

impl Document {
    fn hand_on(mut self, number: u64, plan: &Plan, row: &mut Row, take: &mut Take<'_>) -> Result<(), Stop> {
        let mut said = vec![(Field::FirstBates, self.id.clone())];
        said.extend(plan.parents.get(&self.id).map(|parent| (Field::ParentBates, parent.clone())));
        said.extend(self.digest.take().map(|digest| (Field::Md5Hash, digest)));
        let mut pages = Vec::new();
        for (kind, path) in std::mem::take(&mut self.files) {
            match kind {
                Some(field) => said.push((field, path)),
                None => pages.push(path),
            }
        }
        let mut contradictions = Vec::new();
        for (field, other) in said {
            let Some(value) = plan.place(field).and_then(|at| self.values.get_mut(at)) else { continue };
            if value.is_empty() {
                *value = other;
            } else if !same(field, value, &other) {
                let name = field.name();
                contradictions.push(format!(
                    "its tag {name} says {}, the rest of it {}",
                    shown(value),
                    shown(&other)
                ));
            }
        }
        row.refill(number, self.values.drain(..));
        take(Record { row, contradictions: &contradictions, pages: &pages })
    }
}

/// Whether two values of one meaning are the same; both slashes part a path.
fn same(field: Field, one: &str, other: &str) -> bool {
    match field {
        Field::Link | Field::OcrPath => one.trim().replace('\\', "/") == other.replace('\\', "/"),
        Field::Md5Hash => one.trim().eq_ignore_ascii_case(other.trim()),
        _ => one.trim() == other.trim(),
    }
}
