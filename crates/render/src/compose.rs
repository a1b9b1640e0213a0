//! Blocks onto paper.

use crate::block::{Block, Pages};
use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::paper::{Bookmark, MEASURE, Mark, Paper, Sheet, Slab};
use crate::tags::{Part, PartId, Tags};
use crate::text::{Line, Shaper, Style};
use std::collections::BTreeSet;

const BODY: Style = Style { serif: true, bold: false, size: 10.0, leading: 14.0, grey: 0 };
const TITLE: Style = Style { serif: true, bold: true, size: 18.0, leading: 23.0, grey: 0 };
const HEADING: [Style; 3] = [
    Style { serif: false, bold: true, size: 12.5, leading: 16.0, grey: 0 },
    Style { serif: false, bold: true, size: 10.5, leading: 14.0, grey: 0 },
    Style { serif: false, bold: true, size: 9.0, leading: 12.0, grey: 60 },
];
/// White above and below a heading of each level.
const HEADING_SPACE: [(f32, f32); 3] = [(22.0, 3.0), (15.0, 2.0), (11.0, 1.0)];
const NOTE: Style = Style { serif: false, bold: false, size: 8.5, leading: 11.5, grey: 70 };
const NAME: Style = Style { serif: false, bold: true, size: 8.5, leading: 13.0, grey: 70 };
const VALUE: Style = Style { serif: true, bold: false, size: 9.25, leading: 13.0, grey: 0 };
const RUNNING: Style = Style { serif: false, bold: false, size: 7.5, leading: 10.0, grey: 90 };

/// White above a paragraph, a list or a table.
pub(crate) const SPACE: f32 = 7.0;
/// How far the text of a point or choice stands from its sign.
const HANG: f32 = 17.0;
/// How many steps a point can stand in.
const STEPS: usize = 8;
/// Width of the names in a list of names and values, with the white between.
const NAME_WIDTH: f32 = 124.0;
/// From the edge of the paper to the header and from the footer to the edge.
const EDGE: f32 = 40.0;
/// Between header or footer and the text.
const CLEAR: f32 = 16.0;

/// What the writer needs.
pub(crate) struct Set {
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) bookmarks: Vec<Bookmark>,
    pub(crate) tags: Tags,
    pub(crate) fonts: Fonts,
    pub(crate) substituted: BTreeSet<char>,
    /// For every page, the lines above the text and below it.
    pub(crate) running: Vec<Running>,
    pub(crate) mark: Option<Line>,
}

/// Header and footer of one page.
pub(crate) struct Running {
    pub(crate) header: Vec<Mark>,
    pub(crate) footer: Vec<Mark>,
    /// From the top edge.
    pub(crate) footer_y: f32,
}

impl Running {
    /// From the top edge.
    pub(crate) const HEADER_Y: f32 = EDGE;
}

/// Sets blocks one after the other.
pub(crate) struct Setter {
    pub(crate) shaper: Shaper,
    pub(crate) tags: Tags,
    pub(crate) paper: Paper,
    header: String,
    footer: String,
    mark: Option<String>,
}

impl Setter {
    pub(crate) fn new(pages: &Pages) -> Result<Self, RenderError> {
        let mut shaper = Shaper::new()?;
        let rows = |lines: usize| lines as f32 * RUNNING.leading;
        let header = rows(shaper.lines(&pages.header, &RUNNING, MEASURE).len());
        let footer = rows(shaper.lines(&pages.footer, &RUNNING, MEASURE - 80.0).len());
        let bottom = crate::paper::HEIGHT - EDGE - footer - CLEAR;
        Ok(Self {
            shaper,
            tags: Tags::default(),
            paper: Paper::new(EDGE + header + CLEAR, bottom),
            header: pages.header.clone(),
            footer: pages.footer.clone(),
            mark: pages.mark.clone(),
        })
    }

    /// Sets a block; `at` is its place in the text, from 0, for errors. What is said just before a table stays with
    /// its first row.
    pub(crate) fn set(&mut self, at: usize, block: &Block, next: Option<&Block>) -> Result<(), RenderError> {
        let before_table = matches!(next, Some(Block::Table { .. }));
        match block {
            Block::Title(text) => self.title(text),
            Block::Heading { level, text } => self.heading(*level, text),
            Block::Paragraph(text) => self.paragraph(text, &BODY, before_table),
            Block::Note(text) => self.paragraph(text, &NOTE, before_table),
            Block::List(points) => self.list(points),
            Block::Fields(fields) => self.fields(fields),
            Block::Table { columns, rows } => self.table(at, columns, rows)?,
            Block::Blank { label } => self.blank(label),
            Block::Checkbox(text) => self.checkbox(text),
            Block::PageBreak => self.paper.turn(),
            Block::Together(blocks) => {
                self.paper.together += 1;
                let set: Result<(), _> = blocks
                    .iter()
                    .enumerate()
                    .try_for_each(|(n, block)| self.set(at, block, blocks.get(n + 1)));
                self.paper.together -= 1;
                if self.paper.together == 0 {
                    self.paper.settle();
                }
                set?;
            }
        }
        Ok(())
    }

    fn title(&mut self, text: &str) {
        let part = self.tags.open(Part::Heading(1, text.to_owned()), None);
        let lines = self.shaper.lines(text, &TITLE, MEASURE);
        for line in lines {
            let mut slab = self.line_slab(line, 0.0, &TITLE, part, 0.0);
            slab.keep = true;
            self.paper.add(slab);
        }
        let mut rule = Slab { keep: true, ..Slab::new(6.0, 4.0) };
        rule.marks.push(Mark::Rule { from: 0.0, to: MEASURE, y: 0.0, weight: 1.2, grey: 0 });
        self.paper.add(rule);
    }

    fn heading(&mut self, level: u8, text: &str) {
        let level = level.clamp(1, 3);
        let at = usize::from(level) - 1;
        let (above, below) = HEADING_SPACE[at];
        let part = self.tags.open(Part::Heading(u16::from(level) + 1, text.to_owned()), None);
        let lines = self.shaper.lines(text, &HEADING[at], MEASURE);
        let last = lines.len() - 1;
        for (n, line) in lines.into_iter().enumerate() {
            let mut slab = self.line_slab(line, 0.0, &HEADING[at], part, if n == 0 { above } else { 0.0 });
            slab.keep = true;
            if n == 0 {
                slab.bookmark = Some((level, text.to_owned()));
            }
            if n == last {
                slab.height += below;
            }
            self.paper.add(slab);
        }
    }

    fn paragraph(&mut self, text: &str, style: &Style, before_table: bool) {
        let part = self.tags.open(Part::Paragraph, None);
        let introduces = before_table || text.trim_end().ends_with(':');
        let lines = self.shaper.lines(text, style, MEASURE);
        self.flow(lines, 0.0, style, part, SPACE, introduces);
    }

    /// Lines one below the other, never the first or the last alone on a page.
    fn flow(&mut self, lines: Vec<Line>, x: f32, style: &Style, part: PartId, above: f32, introduces: bool) {
        let count = lines.len();
        for (n, line) in lines.into_iter().enumerate() {
            let mut slab = self.line_slab(line, x, style, part, if n == 0 { above } else { 0.0 });
            slab.keep = if n + 1 == count { introduces } else { n == 0 || n + 2 == count };
            self.paper.add(slab);
        }
    }

    fn line_slab(&self, line: Line, x: f32, style: &Style, part: PartId, before: f32) -> Slab {
        let mut slab = Slab::new(before, style.leading);
        slab.marks.push(text_mark(line, x, MEASURE - x, style, Some(part)));
        slab
    }

    fn list(&mut self, points: &[String]) {
        let list = self.tags.open(Part::List, None);
        for (n, point) in points.iter().enumerate() {
            let item = self.tags.open(Part::Item, Some(list));
            let label = self.tags.open(Part::Label, Some(item));
            let bullet = self.shaper.lines("•", &BODY, HANG).into_iter().next();
            let (depth, point) = depth(point);
            let step = depth as f32 * HANG;
            let sign = bullet.map(|line| text_mark(line, step + 4.0, HANG, &BODY, Some(label)));
            self.signed(point, sign, step, item, if n == 0 { SPACE } else { 3.0 });
        }
    }

    fn checkbox(&mut self, text: &str) {
        let list = self.tags.open(Part::List, None);
        let item = self.tags.open(Part::Item, Some(list));
        let label = self.tags.open(Part::Label, Some(item));
        let sign = Mark::Box { x: 1.0, y: 3.0, side: 8.5, part: label };
        self.signed(text, Some(sign), 0.0, item, SPACE);
    }

    /// Text beside a sign that stands in by a step.
    fn signed(&mut self, text: &str, sign: Option<Mark>, step: f32, item: PartId, above: f32) {
        let body = self.tags.open(Part::Body, Some(item));
        let lines = self.shaper.lines(text, &BODY, MEASURE - HANG - step);
        let count = lines.len();
        let mut sign = sign;
        for (n, line) in lines.into_iter().enumerate() {
            let mut slab = self.line_slab(line, HANG + step, &BODY, body, if n == 0 { above } else { 0.0 });
            slab.marks.splice(0..0, sign.take());
            slab.keep = n + 1 < count && (n == 0 || n + 2 == count);
            self.paper.add(slab);
        }
    }

    fn fields(&mut self, fields: &[(String, String)]) {
        let table = self.tags.open(Part::Table, None);
        let body = self.tags.open(Part::Rows, Some(table));
        for (n, (name, value)) in fields.iter().enumerate() {
            let row = self.tags.open(Part::Row, Some(body));
            let head = self.tags.open(Part::RowHead, Some(row));
            let cell = self.tags.open(Part::Cell, Some(row));
            let mut names = self.shaper.lines(name, &NAME, NAME_WIDTH - 10.0).into_iter();
            let mut values = self.shaper.lines(value, &VALUE, MEASURE - NAME_WIDTH).into_iter();
            let count = names.len().max(values.len());
            for line in 0..count {
                let first = if n == 0 { SPACE } else { 2.0 };
                let mut slab = Slab::new(if line == 0 { first } else { 0.0 }, VALUE.leading);
                let name = names.next().map(|text| text_mark(text, 0.0, NAME_WIDTH, &NAME, Some(head)));
                let width = MEASURE - NAME_WIDTH;
                let value = values.next().map(|text| text_mark(text, NAME_WIDTH, width, &VALUE, Some(cell)));
                slab.marks.extend(name.into_iter().chain(value));
                slab.keep = line + 1 < count && count <= 6;
                self.paper.add(slab);
            }
        }
    }

    fn blank(&mut self, label: &str) {
        let part = self.tags.open(Part::Paragraph, None);
        let lines = self.shaper.lines(label, &BODY, MEASURE);
        let count = lines.len();
        for (n, line) in lines.into_iter().enumerate() {
            let width = line.width;
            let mut slab = self.line_slab(line, 0.0, &BODY, part, if n == 0 { 13.0 } else { 0.0 });
            slab.keep = n + 1 < count;
            let beside = width + 170.0 < MEASURE;
            if n + 1 == count && beside {
                slab.marks.push(ruled(width + 6.0, 12.0));
                self.paper.add(slab);
            } else {
                slab.keep = true;
                self.paper.add(slab);
            }
            if n + 1 == count && !beside {
                let mut below = Slab::new(0.0, 22.0);
                below.marks.push(ruled(0.0, 20.0));
                self.paper.add(below);
            }
        }
    }

    /// Puts the last slabs onto paper, and header and footer onto every page.
    pub(crate) fn finish(mut self) -> Set {
        self.paper.settle();
        let count = self.paper.sheets.len();
        let running = (1..=count).map(|page| self.running(page, count)).collect();
        let style = Style { serif: false, bold: true, size: 130.0, leading: 130.0, grey: 232 };
        let mark = self
            .mark
            .as_deref()
            .and_then(|word| self.shaper.lines(word, &style, f32::MAX).into_iter().next());
        Set {
            sheets: self.paper.sheets,
            bookmarks: self.paper.bookmarks,
            tags: self.tags,
            substituted: self.shaper.substituted,
            fonts: self.shaper.fonts,
            running,
            mark,
        }
    }

    fn running(&mut self, page: usize, count: usize) -> Running {
        let mut header = self.stack(&self.header.clone(), MEASURE);
        if !header.is_empty() {
            let y = header.len() as f32 * RUNNING.leading + 4.0;
            header.push(Mark::Rule { from: 0.0, to: MEASURE, y, weight: 0.4, grey: 150 });
        }
        let mut footer = self.stack(&self.footer.clone(), MEASURE - 80.0);
        let rows = footer.len().max(1) as f32;
        let place = format!("Page {page} of {count}");
        for line in self.shaper.lines(&place, &RUNNING, 80.0) {
            let x = MEASURE - line.width;
            footer.push(text_mark(line, x, 80.0, &RUNNING, None));
        }
        let footer_y = crate::paper::HEIGHT - EDGE - rows * RUNNING.leading;
        Running { header, footer, footer_y }
    }

    fn stack(&mut self, text: &str, width: f32) -> Vec<Mark> {
        if text.trim().is_empty() {
            return Vec::new();
        }
        let lines = self.shaper.lines(text, &RUNNING, width).into_iter().enumerate();
        lines.map(|(n, line)| lowered(text_mark(line, 0.0, width, &RUNNING, None), n)).collect()
    }
}

fn lowered(mark: Mark, lines: usize) -> Mark {
    match mark {
        Mark::Text { x, y, line, grey, part } => {
            Mark::Text { x, y: y + lines as f32 * RUNNING.leading, line, grey, part }
        }
        other => other,
    }
}

fn ruled(from: f32, y: f32) -> Mark {
    Mark::Rule { from, to: MEASURE, y, weight: 0.6, grey: 60 }
}

/// A line in a box `width` wide at `x`; text that is read from the right stands at the right.
pub(crate) fn text_mark(line: Line, x: f32, width: f32, style: &Style, part: Option<PartId>) -> Mark {
    let x = if line.from_right { x + (width - line.width).max(0.0) } else { x };
    Mark::Text { x, y: line.baseline, line, grey: style.grey, part }
}

/// How deep a point stands by the spaces before it, two a step, and its text. Deeper ones stand at the last
/// step, so that their text keeps its width.
fn depth(point: &str) -> (usize, &str) {
    let text = point.trim_start_matches(' ');
    (((point.len() - text.len()) / 2).min(STEPS), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Column;
    use chrono::DateTime;

    fn set(blocks: Vec<Block>) -> Set {
        let pages = Pages {
            title: "t".into(),
            language: "en-US".into(),
            dated: DateTime::UNIX_EPOCH,
            header: "h".into(),
            footer: String::new(),
            mark: None,
            blocks,
        };
        let mut setter = Setter::new(&pages).unwrap();
        for (at, block) in pages.blocks.iter().enumerate() {
            setter.set(at, block, pages.blocks.get(at + 1)).unwrap();
        }
        setter.finish()
    }

    fn table() -> Block {
        let rows = (0..4).map(|n| vec![n.to_string()]).collect();
        Block::Table { columns: vec![Column::new("n", 1)], rows }
    }

    #[test]
    fn a_heading_is_never_the_last_thing_on_a_page_nor_is_the_head_of_a_table() {
        for above in 0..60 {
            let mut blocks = vec![Block::Paragraph("line".into()); above];
            blocks.push(Block::Heading { level: 1, text: "one".into() });
            blocks.push(Block::Heading { level: 2, text: "two".into() });
            let introduced = if above % 2 == 0 { "introduced:" } else { "What stands before a table." };
            blocks.push(Block::Paragraph(introduced.into()));
            blocks.push(table());
            let set = set(blocks);
            let last = set.bookmarks.last().unwrap();
            assert_eq!(last.page, set.bookmarks[0].page);
            // The paragraph, the head of the table and two rows stand below the heading.
            let below = set.sheets[last.page].slabs.iter().filter(|(y, _)| *y > last.y);
            assert!(below.count() >= 4, "{above} lines above");
        }
    }

    #[test]
    fn a_point_stands_in_by_its_spaces_and_never_further_than_the_last_step() {
        assert_eq!(depth("all of:"), (0, "all of:"));
        assert_eq!(depth("    to ann"), (2, "to ann"));
        assert_eq!(depth(&format!("{}x", " ".repeat(99))), (STEPS, "x"));
        let set = set(vec![Block::List(vec!["all of:".into(), "  one".into()])]);
        let starts: Vec<f32> = set.sheets[0].slabs.iter().map(|(_, marks)| start(marks)).collect();
        assert_eq!(starts[1] - starts[0], HANG);
    }

    #[test]
    fn a_word_of_a_table_is_not_broken_while_another_column_has_white() {
        let columns = vec![Column::new("How", 1), Column::new("Finding", 20)];
        let rows = vec![vec!["communications".into(), "none".into()]; 2];
        let set = set(vec![Block::Table { columns, rows }]);
        // The head and one strip a row.
        assert_eq!(set.sheets[0].slabs.len(), 3);
    }

    /// Where the first mark of a line stands.
    fn start(marks: &[Mark]) -> f32 {
        match &marks[0] {
            Mark::Text { x, .. } => *x,
            other => panic!("found {other:?}, expected text"),
        }
    }

    #[test]
    fn nothing_reaches_below_the_last_line_of_a_page() {
        let set = set((0..40).flat_map(|_| [Block::Paragraph("word ".repeat(90)), table()]).collect());
        assert!(set.sheets.len() > 5);
        let footer = set.running[0].footer_y;
        assert!(set.sheets.iter().flat_map(|sheet| &sheet.slabs).all(|(y, _)| y + 14.0 <= footer));
    }
}
