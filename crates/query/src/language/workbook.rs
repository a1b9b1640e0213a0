//! A list that is a workbook (XLSX, ECMA-376 part 1): one sheet's cells as rows.
//!
//! What a person sees in a cell must be what is searched for. Where the two may differ - a formula, a date,
//! a number shown by a format, something hidden, words struck through - the cell is refused by its name.

mod format;
mod package;
mod place;
mod sheet;
mod strings;
mod table;
#[cfg(test)]
mod tests;

use super::rows::{Refused, Row};
use package::{Package, attribute, elements, is};
pub(super) use place::cell_name;
use sheet::Reader;
use std::ops::RangeInclusive;
pub use table::{TableCell, TableRow, workbook_table};

/// Most columns of a list, in a sheet and in CSV.
pub(super) const COLUMNS_MAX: usize = 200;

/// The sheet that was read.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
    /// Columns that are not shown, from 0.
    hidden: Vec<RangeInclusive<usize>>,
}

impl Sheet {
    /// Whether a column, from 0, is hidden.
    pub(super) fn hides(&self, column: usize) -> bool {
        self.hidden.iter().any(|hidden| hidden.contains(&column))
    }
}

/// One sheet as the workbook lists it.
struct Listed {
    name: String,
    hidden: bool,
    path: String,
}

/// Reads the sheet of that name, or the only one that has content; what is hidden is refused.
pub(super) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Refused> {
    read_sheet(bytes, wanted, true)
}

fn read_sheet(bytes: &[u8], wanted: Option<&str>, shown_only: bool) -> Result<Sheet, Refused> {
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let message = "the workbook has a password, or is of the old kind (.xls)".to_owned();
        return Err((message, "save it without a password as .xlsx, or as CSV (UTF-8)".to_owned()));
    }
    let mut package = Package::open(bytes)?;
    let book = package.main_part()?;
    let related = package.related(&book)?;
    let listed = sheets(&mut package, &book, &related)?;
    let mut part = |kind: &str| match related.iter().find(|part| part.kind == kind) {
        Some(part) => package.part(&part.path),
        None => Ok(None),
    };
    let strings = part("sharedStrings")?.map_or(Ok(Vec::new()), |text| strings::shared(&text))?;
    let styles = part("styles")?.map_or(Ok(format::Styles::default()), |text| format::Styles::read(&text))?;
    let reader = Reader { strings: &strings, styles: &styles, shown_only };
    let mut sheet = |listed: &Listed| -> Result<Sheet, Refused> {
        let text = package.part(&listed.path)?.ok_or_else(|| package::missing(&listed.path))?;
        let (rows, hidden) = reader.sheet(&text)?;
        Ok(Sheet { name: listed.name.clone(), rows, hidden })
    };
    let (chosen, found) = match wanted {
        Some(wanted) => {
            let chosen = named(&listed, wanted)?;
            (chosen, sheet(chosen)?)
        }
        None => {
            let mut filled = Vec::new();
            for listed in &listed {
                let found = sheet(listed)
                    .map_err(|(message, hint)| (format!("sheet {:?}: {message}", listed.name), hint))?;
                if !found.rows.is_empty() {
                    filled.push((listed, found));
                }
            }
            if filled.len() > 1 {
                let names: Vec<String> = filled.iter().map(|(listed, _)| in_words(listed)).collect();
                let message =
                    format!("{} sheets have content, expected one: {}", names.len(), names.join(", "));
                let hint = format!("name the one with the terms, sheet = {:?}", filled[0].0.name);
                return Err((message, hint));
            }
            filled.pop().ok_or_else(|| {
                ("no sheet of the workbook holds a term".to_owned(), "write one term a row".to_owned())
            })?
        }
    };
    if chosen.hidden && shown_only {
        let message = format!("sheet {:?} is hidden", chosen.name);
        return Err((message, "show it, so that what is searched for is seen".to_owned()));
    }
    Ok(found)
}

fn in_words(listed: &Listed) -> String {
    format!("{:?}{}", listed.name, if listed.hidden { " (hidden)" } else { "" })
}

fn named<'l>(listed: &'l [Listed], wanted: &str) -> Result<&'l Listed, Refused> {
    let lower = wanted.trim().to_lowercase();
    listed.iter().find(|sheet| sheet.name.trim().to_lowercase() == lower).ok_or_else(|| {
        let names: Vec<&str> = listed.iter().map(|sheet| sheet.name.as_str()).collect();
        let hint = crate::suggest::hint(wanted, &names)
            .unwrap_or_else(|| format!("its sheets are: {}", names.join(", ")));
        (format!("the workbook has no sheet {wanted:?}"), hint)
    })
}

/// The sheets of cells, in their order; sheets of another kind, such as a chart's, hold none.
fn sheets(
    package: &mut Package<'_>,
    book: &str,
    related: &[package::Related],
) -> Result<Vec<Listed>, Refused> {
    let text = package.part(book)?.ok_or_else(|| package::missing(book))?;
    let document = package::parse(&text)?;
    let mut found = Vec::new();
    for list in elements(document.root_element(), "sheets") {
        for sheet in elements(list, "sheet") {
            let id = sheet.attributes().find(|one| one.name() == "id").map(|one| one.value());
            let part = related.iter().find(|part| Some(part.id.as_str()) == id);
            let (Some(name), Some(part)) = (attribute(sheet, "name"), part) else {
                return Err(package::damaged("a sheet without a name or a place"));
            };
            if part.kind == "worksheet" {
                found.push(Listed {
                    name: name.to_owned(),
                    hidden: attribute(sheet, "state").is_some_and(|state| state != "visible"),
                    path: part.path.clone(),
                });
            }
        }
    }
    Ok(found)
}
