//! The cells of one sheet.

use super::COLUMNS_MAX;
use super::format::Styles;
use super::package::{attribute, damaged, elements, flag, parse, too_much};
use super::place::{Area, SHEET_ROWS, cell, cell_name};
use super::strings::{Words, unescaped, words};
use crate::language::list::LIST_ROWS_MAX;
use crate::language::rows::{Cell, Refused, Row};
use roxmltree::Node;
use std::ops::RangeInclusive;

/// Most bytes of text of all cells.
pub(super) const TEXT_MAX: usize = 8 * 1024 * 1024;
/// Most merged areas.
const MERGED_MAX: usize = 1_000;

/// Reads sheets with what they share.
pub(super) struct Reader<'b> {
    pub(super) strings: &'b [Words],
    pub(super) styles: &'b Styles,
    /// Whether what is hidden is refused: in a list, what is searched for must be seen. In a table that was
    /// written for filtering, rows are hidden by a filter and are rows nonetheless.
    pub(super) shown_only: bool,
}

/// Areas in which a cell is not what it looks like.
struct Areas {
    merged: Vec<Area>,
    /// Formulas that fill more than their own cell.
    filled: Vec<Area>,
}

impl Reader<'_> {
    /// The rows with content, those without it between them, and the hidden columns.
    pub(super) fn sheet(&self, text: &str) -> Result<(Vec<Row>, Vec<RangeInclusive<usize>>), Refused> {
        let document = parse(text)?;
        let root = document.root_element();
        let areas = areas(root)?;
        if self.shown_only && elements(root, "sheetFormatPr").any(|format| flag(format, "zeroHeight")) {
            let message = "the sheet hides its rows".to_owned();
            return Err((message, "show them, so that what is searched for is seen".to_owned()));
        }
        let mut rows: Vec<Row> = Vec::new();
        let (mut number, mut filled, mut left) = (0, 0_usize, TEXT_MAX);
        for row in elements(root, "sheetData").flat_map(|data| elements(data, "row")) {
            let own = attribute(row, "r").map_or(Some(number + 1), |own| own.parse().ok());
            number = own
                .filter(|own| (number + 1..=SHEET_ROWS).contains(own))
                .ok_or_else(|| damaged("a row without its number, or out of its order"))?;
            let hidden = self.shown_only && (flag(row, "hidden") || is_nothing(attribute(row, "ht")));
            let cells = self.cells(row, number, hidden, &areas, &mut left)?;
            if cells.is_empty() {
                continue;
            }
            filled += 1;
            // The terms, a header, and as many rows again that hold something else.
            if filled > 2 * (LIST_ROWS_MAX + 1) {
                return Err(too_much(&format!("{} rows with content", 2 * (LIST_ROWS_MAX + 1))));
            }
            let first = rows.last().map_or(1, |row| row.number + 1);
            rows.extend((first..number).map(|number| Row { number, cells: Vec::new() }));
            rows.push(Row { number, cells });
        }
        Ok((rows, hidden_columns(root)))
    }

    /// The cells of a row up to the last one with content; empty where none has any.
    fn cells(
        &self,
        row: Node<'_, '_>,
        number: u64,
        hidden: bool,
        areas: &Areas,
        left: &mut usize,
    ) -> Result<Vec<Cell>, Refused> {
        let mut cells: Vec<Cell> = Vec::new();
        let mut next = 0;
        for node in elements(row, "c") {
            let place = match attribute(node, "r") {
                Some(name) => cell(name).ok_or_else(|| damaged(&format!("a cell {name:?}")))?,
                None => (number, next),
            };
            if place.0 != number || place.1 < next {
                return Err(damaged(&format!("cell {} is out of its order", cell_name(place.0, place.1))));
            }
            next = place.1 + 1;
            let Some(mut found) = self.cell(node)? else { continue };
            if place.1 >= COLUMNS_MAX {
                let message = format!(
                    "cell {} has content, and a list has at most {COLUMNS_MAX} columns",
                    cell_name(place.0, place.1)
                );
                return Err((message, "keep the terms alone in a sheet".to_owned()));
            }
            *left = left
                .checked_sub(found.text.len())
                .ok_or_else(|| too_much(&format!("{TEXT_MAX} bytes of text")))?;
            if found.refused.is_none() {
                found.refused = refused_at(place, hidden, areas).map(Box::new);
            }
            cells.resize_with(place.1, Cell::default);
            cells.push(found);
        }
        Ok(cells)
    }

    /// One cell; `None` where it holds nothing.
    fn cell(&self, node: Node<'_, '_>) -> Result<Option<Cell>, Refused> {
        let style = match attribute(node, "s") {
            Some(style) => style.parse().map_err(|_| damaged("a cell whose style is no number"))?,
            None => 0,
        };
        let stored: String = elements(node, "v").filter_map(|value| value.text()).collect::<String>();
        if elements(node, "f").next().is_some() {
            return Ok(Some(refused(stored, FORMULA)));
        }
        let of = |found: Words| (!found.text.is_empty()).then(|| self.words(found, style));
        Ok(match attribute(node, "t").unwrap_or("n") {
            "s" => {
                let at = stored.trim().parse::<usize>().ok();
                let found = at.and_then(|at| self.strings.get(at));
                of(found.cloned().ok_or_else(|| damaged("a cell whose words are missing"))?)
            }
            "inlineStr" => of(elements(node, "is").map(words).next().unwrap_or_default()),
            "str" => of(Words { text: unescaped(&stored), struck: false }),
            _ if stored.trim().is_empty() => None,
            "n" => Some(match self.styles.number(style, stored.trim()) {
                Some(shown) if self.styles.strikes(style) => refused(shown.to_owned(), STRUCK),
                Some(shown) => plain(shown.to_owned()),
                None => refused(stored, NUMBER),
            }),
            "b" => Some(refused(stored, ("a truth value, expected words", "write it as text"))),
            "e" => Some(refused(stored, ("an error of a formula, expected words", "write the term"))),
            "d" => Some(refused(stored, NUMBER)),
            other => return Err(damaged(&format!("a cell of the kind {other:?}"))),
        })
    }

    fn words(&self, found: Words, style: usize) -> Cell {
        if found.struck || (self.styles.strikes(style) && !found.text.trim().is_empty()) {
            return refused(found.text, STRUCK);
        }
        if !self.styles.shows_words(style) {
            return refused(found.text, SHOWN_OTHERWISE);
        }
        plain(found.text)
    }
}

const FORMULA: (&str, &str) =
    ("a formula, expected words", "paste its value: what it gives today it may not give tomorrow");
const NUMBER: (&str, &str) = (
    "a number or day that is shown by a format, so that what is seen need not be what is stored",
    "write it as text, as it is to be searched for: a format \"Text\", then the words typed again",
);
const STRUCK: (&str, &str) =
    ("words struck through", "delete them where they are withdrawn, else take the line away");
const SHOWN_OTHERWISE: (&str, &str) =
    ("words that a format shows otherwise, or hides", "give the cell the format \"Text\" or \"General\"");

fn plain(text: String) -> Cell {
    Cell { text, ..Cell::default() }
}

fn refused(text: String, (what, hint): (&str, &str)) -> Cell {
    Cell { text, refused: Some(Box::new((format!("found {what}"), hint.to_owned()))), ..Cell::default() }
}

/// What is wrong with a cell for where it stands.
fn refused_at(place: (u64, usize), hidden: bool, areas: &Areas) -> Option<Refused> {
    if hidden {
        let message = format!("row {} is hidden", place.0);
        return Some((message, "show it, or delete it where its term is withdrawn".to_owned()));
    }
    if areas.filled.iter().any(|area| area.holds(place)) {
        return Some((format!("found {}", FORMULA.0), FORMULA.1.to_owned()));
    }
    if areas.merged.iter().any(|area| area.holds(place) && !area.starts_at(place)) {
        let message = "the cell lies below another one with which it is merged, so it is not seen";
        return Some((message.to_owned(), "part the merged cells".to_owned()));
    }
    None
}

fn areas(root: Node<'_, '_>) -> Result<Areas, Refused> {
    let read = |text: &str| Area::read(text).ok_or_else(|| damaged(&format!("an area {text:?}")));
    let merged = elements(root, "mergeCells").flat_map(|list| elements(list, "mergeCell"));
    let merged: Vec<Area> =
        merged.filter_map(|one| attribute(one, "ref")).map(read).collect::<Result<_, _>>()?;
    let formulas = root.descendants().filter(|node| super::is(*node, "f"));
    let filled = formulas.filter(|formula| attribute(*formula, "t").is_some_and(|kind| kind != "shared"));
    let filled: Vec<Area> =
        filled.filter_map(|one| attribute(one, "ref")).map(read).collect::<Result<_, _>>()?;
    if merged.len().max(filled.len()) > MERGED_MAX {
        return Err(too_much(&format!("{MERGED_MAX} merged areas, or formulas that fill several cells")));
    }
    Ok(Areas { merged, filled })
}

/// A width or height of nothing hides, too.
fn is_nothing(size: Option<&str>) -> bool {
    size.and_then(|size| size.parse::<f64>().ok()).is_some_and(|size| size <= 0.0)
}

fn hidden_columns(root: Node<'_, '_>) -> Vec<RangeInclusive<usize>> {
    let columns = elements(root, "cols").flat_map(|list| elements(list, "col"));
    let hidden = columns.filter(|column| flag(*column, "hidden") || is_nothing(attribute(*column, "width")));
    hidden
        .filter_map(|column| {
            let end = |name: &str| attribute(column, name)?.parse::<usize>().ok()?.checked_sub(1);
            Some(end("min")?..=end("max")?)
        })
        .collect()
}
