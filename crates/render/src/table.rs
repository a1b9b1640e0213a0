//! Tables: columns, rows, and rows that are longer than a page.

use crate::block::{Align, Column};
use crate::compose::{SPACE, Setter, text_mark};
use crate::error::RenderError;
use crate::paper::{MEASURE, Mark, RunningHead, Slab};
use crate::tags::{Part, PartId};
use crate::text::{Line, Style};

const CELL: Style = Style { serif: false, bold: false, size: 8.0, leading: 10.8, grey: 0 };
const HEAD: Style = Style { serif: false, bold: true, size: 8.0, leading: 10.8, grey: 0 };
/// White between a rule and the text below or above it.
const PAD: f32 = 3.5;
/// White left and right of a cell's text.
const GUTTER: f32 = 4.0;
/// A row of more lines than this may be cut by the end of a page.
const LINES_KEPT_MAX: usize = 14;
/// A word wider than this, in points, is broken and asks for no room: a digest, a path.
const WORD_MAX: f32 = 110.0;
/// A line that no word fills, in points.
const ENDLESS: f32 = 100_000.0;
/// How many of a column's longest words are measured: the widest is nearly always among them.
const WORDS_MEASURED: usize = 4;

/// Where a column stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    x: f32,
    width: f32,
    align: Align,
}

/// What comes after a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// A row that may stand on the next page.
    Free,
    /// A row that stays on the same page.
    Kept,
    /// No row.
    End,
}

impl Setter {
    pub(crate) fn table(
        &mut self,
        block: usize,
        columns: &[Column],
        rows: &[Vec<String>],
    ) -> Result<(), RenderError> {
        let mut widths = widths(columns).ok_or(RenderError::NoColumns { block: block + 1 })?;
        if let Some(row) = rows.iter().position(|row| row.len() != columns.len()) {
            let (found, expected) = (rows[row].len(), columns.len());
            return Err(RenderError::RaggedRow { block: block + 1, row: row + 1, found, expected });
        }
        let least: Vec<f32> = (0..columns.len()).map(|at| self.least(columns, rows, at)).collect();
        make_room(&mut widths, &least);
        let places = places(columns, &widths);
        let table = self.tags.open(Part::Table, None);
        self.head(columns, &places, table, rows.is_empty());
        let body = self.tags.open(Part::Rows, Some(table));
        for (n, row) in rows.iter().enumerate() {
            let after = match n + 1 {
                last if last == rows.len() => After::End,
                // The first row and the last stand on no page alone.
                next if next == 1 || next + 1 == rows.len() => After::Kept,
                _ => After::Free,
            };
            self.row(row, &places, body, after);
        }
        Ok(())
    }

    /// What a column cannot do without: its widest word, where that is none that is broken anyway.
    fn least(&mut self, columns: &[Column], rows: &[Vec<String>], at: usize) -> f32 {
        let cells = std::iter::once((columns[at].head.as_str(), &HEAD))
            .chain(rows.iter().map(|row| (row[at].as_str(), &CELL)));
        let mut longest: Vec<(usize, &str, &Style)> = Vec::new();
        for (text, style) in cells {
            for word in text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '-' | '/')) {
                let word = word.trim_end();
                let length = word.chars().count();
                if longest.len() < WORDS_MEASURED || longest.last().is_some_and(|last| last.0 < length) {
                    longest.push((length, word, style));
                    longest.sort_by_key(|(length, ..)| std::cmp::Reverse(*length));
                    longest.truncate(WORDS_MEASURED);
                }
            }
        }
        let widest = longest.into_iter().filter(|(length, ..)| *length > 0).map(|(_, word, style)| {
            self.shaper.lines(word, style, ENDLESS).iter().map(|line| line.width).fold(0.0, f32::max)
        });
        let fits = |width: &f32| *width <= WORD_MAX;
        // Half a point over, so that what was measured alone is not broken by rounding.
        widest.filter(fits).fold(0.0, |most: f32, width| most.max(width + 0.5 + 2.0 * GUTTER))
    }

    fn head(&mut self, columns: &[Column], places: &[Place], table: PartId, alone: bool) {
        let group = self.tags.open(Part::HeadRows, Some(table));
        let row = self.tags.open(Part::Row, Some(group));
        let cells: Vec<(PartId, Vec<Line>)> = columns
            .iter()
            .zip(places)
            .map(|(column, place)| {
                let part = self.tags.open(Part::ColumnHead, Some(row));
                (part, self.shaper.lines(&column.head, &HEAD, place.width))
            })
            .collect();
        let lines = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
        let height = lines as f32 * HEAD.leading + 2.0 * PAD;
        let mut slab = Slab::new(SPACE, height);
        slab.marks.push(Mark::Ground { from: 0.0, to: MEASURE, height, grey: 236 });
        slab.marks.push(Mark::Rule { from: 0.0, to: MEASURE, y: height, weight: 0.8, grey: 0 });
        for ((part, lines), place) in cells.into_iter().zip(places) {
            for (n, line) in lines.into_iter().enumerate() {
                slab.marks.push(cell_mark(line, place, PAD + n as f32 * HEAD.leading, &HEAD, part));
            }
        }
        slab.keep = !alone;
        slab.head = if alone { RunningHead::AsBefore } else { RunningHead::ThisOne };
        self.paper.add(slab);
    }

    /// A row as strips of one line each: all cells have the same leading, so a strip cuts none.
    fn row(&mut self, cells: &[String], places: &[Place], body: PartId, after: After) {
        let row = self.tags.open(Part::Row, Some(body));
        let mut columns: Vec<(PartId, std::vec::IntoIter<Line>)> = cells
            .iter()
            .zip(places)
            .map(|(text, place)| {
                let part = self.tags.open(Part::Cell, Some(row));
                (part, self.shaper.lines(text, &CELL, place.width).into_iter())
            })
            .collect();
        let count = columns.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
        for n in 0..count {
            let (first, last) = (n == 0, n + 1 == count);
            let top = if first { PAD } else { 0.0 };
            let height = top + CELL.leading + if last { PAD } else { 0.0 };
            let mut slab = Slab::new(0.0, height);
            for ((part, lines), place) in columns.iter_mut().zip(places) {
                slab.marks.extend(lines.next().map(|line| cell_mark(line, place, top, &CELL, *part)));
            }
            if last {
                slab.marks.push(Mark::Rule { from: 0.0, to: MEASURE, y: height, weight: 0.4, grey: 170 });
            }
            slab.keep =
                if last { after == After::Kept } else { count <= LINES_KEPT_MAX || n < 2 || n + 3 >= count };
            if last && after == After::End {
                slab.head = RunningHead::Ends;
            }
            self.paper.add(slab);
        }
    }
}

/// The columns' widths by their shares.
fn widths(columns: &[Column]) -> Option<Vec<f32>> {
    let whole: u32 = columns.iter().map(|column| u32::from(column.share)).sum();
    if columns.iter().any(|column| column.share == 0) || whole == 0 {
        return None;
    }
    Some(columns.iter().map(|column| MEASURE * f32::from(column.share) / whole as f32).collect())
}

/// Widens the columns that would break a word, at the cost of the others' white; where there is not enough of
/// that, the shares stand.
fn make_room(widths: &mut [f32], least: &[f32]) {
    let short = |(width, least): (&f32, &f32)| (least - width).max(0.0);
    let spare = |(width, least): (&f32, &f32)| (width - least).max(0.0);
    let lacking: f32 = widths.iter().zip(least).map(short).sum();
    let given: f32 = widths.iter().zip(least).map(spare).sum();
    if lacking <= 0.0 || lacking > given {
        return;
    }
    for (width, least) in widths.iter_mut().zip(least) {
        *width = if *width < *least { *least } else { *width - (*width - least) * lacking / given };
    }
}

fn places(columns: &[Column], widths: &[f32]) -> Vec<Place> {
    let mut from = 0.0;
    let place = |(column, width): (&Column, &f32)| {
        let place = Place { x: from + GUTTER, width: (width - 2.0 * GUTTER).max(8.0), align: column.align };
        from += width;
        place
    };
    columns.iter().zip(widths).map(place).collect()
}

fn cell_mark(line: Line, place: &Place, top: f32, style: &Style, part: PartId) -> Mark {
    let slack = (place.width - line.width).max(0.0);
    let shift = if place.align == Align::Right && !line.from_right { slack } else { 0.0 };
    let mark = text_mark(line, place.x + shift, place.width, style, Some(part));
    match mark {
        Mark::Text { x, y, line, grey, part } => Mark::Text { x, y: y + top, line, grey, part },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_gets_the_room_that_its_longest_word_needs_from_those_with_white() {
        let mut widths = vec![40.0, 60.0, 300.0];
        make_room(&mut widths, &[70.0, 50.0, 100.0]);
        assert_eq!(widths[0], 70.0);
        assert!(widths[1] >= 50.0 && widths[2] >= 100.0);
        assert!((widths.iter().sum::<f32>() - 400.0).abs() < 0.01);
        let mut none = vec![40.0, 60.0];
        make_room(&mut none, &[70.0, 60.0]);
        assert_eq!(none, [40.0, 60.0], "there is no white to give");
    }
}
