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
        let places = places(columns).ok_or(RenderError::NoColumns { block: block + 1 })?;
        if let Some(row) = rows.iter().position(|row| row.len() != columns.len()) {
            let (found, expected) = (rows[row].len(), columns.len());
            return Err(RenderError::RaggedRow { block: block + 1, row: row + 1, found, expected });
        }
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

fn places(columns: &[Column]) -> Option<Vec<Place>> {
    let whole: u32 = columns.iter().map(|column| u32::from(column.share)).sum();
    if columns.iter().any(|column| column.share == 0) || whole == 0 {
        return None;
    }
    let mut from = 0.0;
    let place = |column: &Column| {
        let width = MEASURE * f32::from(column.share) / whole as f32;
        let place = Place { x: from + GUTTER, width: (width - 2.0 * GUTTER).max(8.0), align: column.align };
        from += width;
        place
    };
    Some(columns.iter().map(place).collect())
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
