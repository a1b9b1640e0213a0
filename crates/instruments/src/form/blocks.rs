//! From a sheet and its wording to the parts of a page.

use super::{INTERNAL_MARK, Passage, Shape, Sheet, Wording};
use crate::error::InstrumentError;
use duces_render::{Block, Column};

/// What stands above the open questions of a draft.
const QUESTIONS: &str = "Draft for review: open questions";

/// Sections that stand on one page where one page holds them.
const TOGETHER: [&str; 2] = ["declaration", "reviewer"];

pub(super) fn blocks(wording: &Wording, sheet: &Sheet) -> Result<Vec<Block>, InstrumentError> {
    known(wording, sheet)?;
    let mut blocks = Vec::new();
    if sheet.draft {
        blocks.extend(in_front(sheet));
    }
    blocks.push(Block::Title(sheet.title.clone()));
    let order: Vec<&str> = wording.order().filter(|name| !name.starts_with("page.")).collect();
    let mut sections: Vec<&str> = order.iter().filter_map(|name| name.split('.').next()).collect();
    sections.dedup();
    for section in sections {
        let names: Vec<&str> =
            order.iter().copied().filter(|name| name.split('.').next() == Some(section)).collect();
        for passage in sheet.sections.get(section).into_iter().flatten() {
            let set = set(wording, sheet, passage, &names)?;
            if TOGETHER.contains(&section) { blocks.push(Block::Together(set)) } else { blocks.extend(set) }
        }
    }
    Ok(blocks)
}

/// What stands in front of a draft, and goes with the mark.
fn in_front(sheet: &Sheet) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading { level: 1, text: QUESTIONS.to_owned() },
        Block::Note(format!(
            "{INTERNAL_MARK}. This page and the mark across the pages go when nothing of this keeps the text a draft."
        )),
    ];
    let questions = match sheet.questions.as_slice() {
        [] => vec!["None that the record shows. A draft was asked for.".to_owned()],
        some => some.to_vec(),
    };
    blocks.push(Block::List(questions));
    blocks.push(Block::PageBreak);
    blocks
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

fn set(
    wording: &Wording,
    sheet: &Sheet,
    passage: &Passage,
    names: &[&str],
) -> Result<Vec<Block>, InstrumentError> {
    let mut blocks: Vec<Block> = Vec::new();
    for name in names {
        let key = name.split_once('.').map_or(*name, |(_, key)| key);
        let shape = wording.shape(name);
        if let Shape::Table(shares) = shape {
            if let Some(rows) = passage.tables.get(key) {
                let heads = wording.say(name, sheet, &super::Facts::new())?;
                let heads = heads.split('|').map(str::trim);
                let columns = heads.zip(shares).map(|(head, share)| Column::new(head, *share)).collect();
                blocks.push(Block::Table { columns, rows: rows.clone() });
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
            one(&mut blocks, shape, wording.say(name, sheet, facts)?);
        }
    }
    Ok(blocks)
}

/// Every statement that carries facts, worded, and every cell of the tables.
pub(super) fn facts_in(wording: &Wording, sheet: &Sheet) -> Result<Vec<String>, InstrumentError> {
    known(wording, sheet)?;
    let mut facts_in = vec![sheet.title.clone()];
    for (section, passages) in sheet.sections.iter().filter(|(section, _)| *section != "page") {
        for passage in passages {
            for (key, said) in &passage.says {
                for facts in said.iter().filter(|facts| !facts.is_empty()) {
                    facts_in.push(wording.say(&format!("{section}.{key}"), sheet, facts)?);
                }
            }
            facts_in.extend(passage.tables.values().flatten().flatten().cloned());
        }
    }
    Ok(facts_in)
}

/// Puts a statement behind what stands already: points and fields join those before them.
fn one(blocks: &mut Vec<Block>, shape: Shape, text: String) {
    match (shape, blocks.last_mut()) {
        (Shape::Point, Some(Block::List(points))) => points.push(text),
        (Shape::Point, _) => blocks.push(Block::List(vec![text])),
        (Shape::Field, last) => {
            let (name, value) = text.split_once(": ").unwrap_or((&text, ""));
            let field = (name.to_owned(), value.to_owned());
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
