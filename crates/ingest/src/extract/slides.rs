//! PowerPoint presentations (ECMA-376 part 1, PresentationML): slides in their order, with notes and comments.

use super::package::{Package, Relation};
use super::xml::{Piece, Xml};
use super::{FileToRead, Found, drawing, package, properties};
use duces_model::DefectCode;
use std::collections::BTreeSet;

/// Reads a presentation.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(mut package) = Package::open(file, found) else { return };
    let main = package.main_part("ppt/presentation.xml", found);
    let Some(text) = package.text(&main, found) else {
        found.incomplete(DefectCode::DamagedFile, format!("its main part {main} is missing"));
        return;
    };
    let relations = package.relations(&main, found);
    let mut layouts = BTreeSet::new();
    let mut number = 0;
    for id in slide_ids(&text, &main, found) {
        number += 1;
        let Some(slide) = relations.iter().find(|relation| relation.id == id) else {
            found.incomplete(DefectCode::DamagedFile, format!("slide {number} leads nowhere"));
            continue;
        };
        one(&mut package, number, &slide.path, &mut layouts, found);
    }
    // What layouts and masters show on the slides that use them.
    let mut masters = BTreeSet::new();
    for layout in &layouts {
        fixed(&mut package, layout, "on the layout of slides", found);
        masters.extend(
            package
                .relations(layout, found)
                .into_iter()
                .filter(|to| to.kind == "slideMaster")
                .map(|to| to.path),
        );
    }
    for master in &masters {
        fixed(&mut package, master, "on the master of slides", found);
    }
    package.embedded("ppt/embeddings/", found);
    properties::of_package(&mut package, found);
    let pictures =
        package.names().iter().filter(|name| name.to_ascii_lowercase().starts_with("ppt/media/")).count();
    if pictures > 0 && !found.has_text() {
        found.incomplete(DefectCode::NoText, "it holds pictures and no text; pictures are not read");
    }
}

fn slide_ids(text: &str, path: &str, found: &mut Found) -> Vec<String> {
    let mut ids = Vec::new();
    let mut xml = Xml::new(text);
    while let Some(piece) = xml.next() {
        if let Piece::Start(element) = piece
            && element.name() == "sldId"
            && let Some(id) = element.relation_id()
        {
            ids.push(id);
        }
    }
    package::told(&xml, path, found);
    ids
}

fn one(
    package: &mut Package<'_>,
    number: usize,
    path: &str,
    layouts: &mut BTreeSet<String>,
    found: &mut Found,
) {
    let Some(text) = package.text(path, found) else {
        found.incomplete(DefectCode::DamagedFile, format!("slide {number}: its part {path} is missing"));
        return;
    };
    let hidden = hidden(&text);
    found.label(&if hidden { format!("slide {number}, hidden") } else { format!("slide {number}") });
    drawing::shapes(&text, path, false, found);
    let mut relations: Vec<Relation> = package.relations(path, found);
    relations.sort_by(|a, b| (&a.kind, &a.path).cmp(&(&b.kind, &b.path)));
    for relation in relations {
        match relation.kind.as_str() {
            "notesSlide" => {
                drawing::part(package, &relation.path, &format!("notes of slide {number}"), found)
            }
            "comments" => comments(package, &relation.path, number, found),
            "chart" | "chartEx" => drawing::part(package, &relation.path, "chart", found),
            "diagramData" => drawing::part(package, &relation.path, "diagram", found),
            "slideLayout" => {
                layouts.insert(relation.path);
            }
            _ => {}
        }
    }
}

fn hidden(text: &str) -> bool {
    let mut xml = Xml::new(text);
    while let Some(piece) = xml.next() {
        if let Piece::Start(element) = piece {
            return matches!(element.attribute("show").as_deref(), Some("0" | "false"));
        }
    }
    false
}

/// Comments of both forms: `p:text`, and since 2018 paragraphs of a text body.
fn comments(package: &mut Package<'_>, path: &str, number: usize, found: &mut Found) {
    let Some(text) = package.text(path, found) else { return };
    let mut xml = Xml::new(&text);
    found.label(&format!("comments of slide {number}"));
    while let Some(piece) = xml.next() {
        match piece {
            Piece::Start(element) if matches!(element.name(), "text" | "t") => {
                let text = xml.text_inside();
                found.text(&text);
            }
            Piece::End(name) if matches!(name.as_str(), "cm" | "p" | "reply" | "text") => found.end_line(),
            _ => {}
        }
    }
    package::told(&xml, path, found);
}

fn fixed(package: &mut Package<'_>, path: &str, label: &str, found: &mut Found) {
    let Some(text) = package.text(path, found) else { return };
    let mut own = Found::new(found.bounds());
    drawing::shapes(&text, path, true, &mut own);
    let own = own.finish();
    if !own.text.trim().is_empty() {
        found.label(label);
        found.text(&own.text);
    }
}
