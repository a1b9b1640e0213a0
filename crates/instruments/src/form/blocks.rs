//! From a sheet and its wording to the parts of a page.

use super::{INTERNAL_MARK, Passage, Shape, Sheet, Wording};
use crate::compare::{Piece, PieceFacts};
use crate::error::InstrumentError;
use crate::wording::points;
use duces_render::{Block, Column};

/// What stands above the open questions of a draft.
const QUESTIONS: &str = "Draft for review: open questions";

/// Sections at the end that stand on one page where one page holds them, so that nobody signs a page that says nothing.
const TOGETHER: [&str; 4] = ["enclosures", "declaration", "signature", "reviewer"];

pub(super) fn blocks(wording: &Wording, sheet: &Sheet) -> Result<Vec<Block>, InstrumentError> {
    known(wording, sheet)?;
    let mut blocks = Vec::new();
    if sheet.draft {
        blocks.extend(in_front(sheet));
    }
    blocks.push(Block::Title(sheet.title.clone()));
    for (section, names, passage) in passages(wording, sheet) {
        let set = set(parts(wording, sheet, passage, &names)?);
        match blocks.last_mut() {
            Some(Block::Together(before)) if TOGETHER.contains(&section) => before.extend(set),
            _ if TOGETHER.contains(&section) => blocks.push(Block::Together(set)),
            _ => blocks.extend(set),
        }
    }
    Ok(blocks)
}

/// What stands in front of a draft, and goes with the mark.
fn in_front(sheet: &Sheet) -> Vec<Block> {
    let mut texts = in_front_texts(sheet).into_iter();
    vec![
        Block::Heading { level: 1, text: texts.next().unwrap_or_default() },
        Block::Note(texts.next().unwrap_or_default()),
        Block::List(texts.collect()),
        Block::PageBreak,
    ]
}

/// Its heading, its note, and its points.
fn in_front_texts(sheet: &Sheet) -> Vec<String> {
    let note = format!(
        "{INTERNAL_MARK}. This page and the mark across the pages go when nothing of this keeps the text a draft."
    );
    let mut texts = vec![QUESTIONS.to_owned(), note];
    match sheet.questions.as_slice() {
        [] => texts.push("None that the record shows. A draft was asked for.".to_owned()),
        some => texts.extend(some.iter().cloned()),
    }
    texts
}

/// A statement of the sheet that the kind does not have would go unsaid.
fn known(wording: &Wording, sheet: &Sheet) -> Result<(), InstrumentError> {
    if sheet.instrument != wording.kind() {
        let what = format!("found the wording of {}, expected {}", wording.kind(), sheet.instrument);
        return Err(InstrumentError::contradiction("instrument", what));
    }
    for (section, passages) in &sheet.sections {
        for passage in passages {
            for key in passage.says.keys().chain(passage.tables.keys()) {
                let name = format!("{section}.{key}");
                if wording.is_added(&name) {
                    let what = format!("found statement {name:?}, which {} does not have", wording.kind());
                    return Err(InstrumentError::contradiction("sections", what));
                }
            }
        }
    }
    Ok(())
}

/// A statement or a table of a passage, worded.
enum Part {
    Said { shape: Shape, text: String, values: Vec<String> },
    Table { heads: Vec<String>, shares: &'static [u16], rows: Vec<Vec<String>> },
}

/// The statements of a passage in the order of the wording.
fn parts(
    wording: &Wording,
    sheet: &Sheet,
    passage: &Passage,
    names: &[&str],
) -> Result<Vec<Part>, InstrumentError> {
    let mut parts = Vec::new();
    for name in names {
        let key = name.split_once('.').map_or(*name, |(_, key)| key);
        let shape = wording.shape(name);
        if let Shape::Table(shares) = shape {
            if let Some(rows) = passage.tables.get(key) {
                let heads = wording.say(name, sheet, &super::Facts::new())?;
                let heads = heads.split('|').map(|head| head.trim().to_owned()).collect();
                parts.push(Part::Table { heads, shares, rows: rows.clone() });
            }
            continue;
        }
        let nothing = [super::Facts::new()];
        let said: &[super::Facts] = match passage.says.get(key) {
            Some(said) => said,
            None if wording.is_added(name) => &nothing,
            None => continue,
        };
        for facts in said {
            let text = wording.say(name, sheet, facts)?;
            parts.push(Part::Said { shape, text, values: wording.used(name, sheet, facts) });
        }
    }
    Ok(parts)
}

/// The passages of the sheet in the order of the wording, each with its section and the names of its statements.
fn passages<'a>(
    wording: &'a Wording,
    sheet: &'a Sheet,
) -> impl Iterator<Item = (&'a str, Vec<&'a str>, &'a Passage)> {
    let order: Vec<&str> = wording.order().filter(|name| !name.starts_with("page.")).collect();
    let mut sections: Vec<&str> = order.iter().filter_map(|name| name.split('.').next()).collect();
    sections.dedup();
    sections.into_iter().flat_map(move |section| {
        let names: Vec<&str> =
            order.iter().copied().filter(|name| name.split('.').next() == Some(section)).collect();
        let of_section = sheet.sections.get(section).into_iter().flatten();
        of_section.map(move |passage| (section, names.clone(), passage))
    })
}

fn set(parts: Vec<Part>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for part in parts {
        match part {
            Part::Said { shape, text, .. } => one(&mut blocks, shape, text),
            Part::Table { heads, shares, rows } => {
                let columns =
                    heads.iter().zip(shares).map(|(head, share)| Column::new(head, *share)).collect();
                blocks.push(Block::Table { columns, rows });
            }
        }
    }
    blocks
}

/// The text in reading order, and what of it is fact.
pub(super) fn pieces(wording: &Wording, sheet: &Sheet) -> Result<Vec<Piece>, InstrumentError> {
    known(wording, sheet)?;
    let mut pieces = Vec::new();
    if sheet.draft {
        pieces.extend(in_front_texts(sheet).into_iter().map(|text| Piece { text, facts: PieceFacts::None }));
    }
    pieces.push(Piece { text: sheet.title.clone(), facts: PieceFacts::Values(vec![sheet.title.clone()]) });
    for (_, names, passage) in passages(wording, sheet) {
        for part in parts(wording, sheet, passage, &names)? {
            match part {
                Part::Said { shape: Shape::Choice | Shape::Blank, text, .. } => {
                    pieces.push(Piece { text, facts: PieceFacts::Open });
                }
                Part::Said { text, values, .. } => {
                    pieces.push(Piece { text, facts: PieceFacts::Values(values) });
                }
                Part::Table { heads, rows, .. } => {
                    let cells = heads.into_iter().chain(rows.into_iter().flatten());
                    pieces.extend(cells.map(|text| Piece { text, facts: PieceFacts::Cell }));
                }
            }
        }
    }
    Ok(pieces)
}

/// Puts a statement behind what stands already: points and fields join those before them.
fn one(blocks: &mut Vec<Block>, shape: Shape, text: String) {
    match (shape, blocks.last_mut()) {
        (Shape::Point, Some(Block::List(points))) => points.push(text),
        (Shape::Point, _) => blocks.push(Block::List(vec![text])),
        (Shape::Field | Shape::Finding, last) => {
            let (name, value) = text.split_once(": ").unwrap_or((&text, ""));
            let value = match shape {
                Shape::Finding => points(value).join(";\n"),
                _ => value.to_owned(),
            };
            let field = (name.to_owned(), value);
            match last {
                Some(Block::Fields(fields)) => fields.push(field),
                _ => blocks.push(Block::Fields(vec![field])),
            }
        }
        (Shape::Heading(level), _) => blocks.push(Block::Heading { level, text }),
        (Shape::Text | Shape::Running | Shape::Table(_), _) => blocks.push(Block::Paragraph(text)),
        (Shape::Note, _) => blocks.push(Block::Note(text)),
        (Shape::Choice, _) => blocks.push(Block::Checkbox(text)),
        (Shape::Blank, _) => blocks.push(Block::Blank { label: text }),
    }
}
