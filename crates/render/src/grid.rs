//! Tables of a document: how wide the columns are, and rows as strips.

use crate::compositor::{Compositor, Frame, Galley, Sink, strip};
use crate::matter::{Matter, Row, Table, Words as Spoken, spans};
use crate::pager::{Mark, ROOM};

/// White around the matter of a cell.
const PAD: f32 = 3.0;
/// Columns are not narrower than this; a table with more of them than fit is set row by row.
const COLUMN_MIN: f32 = 22.0;
/// A row is moved to the next page whole where it is no higher than this.
const WHOLE_MAX: f32 = ROOM * 0.35;
const RULE: f32 = 0.5;
const RULE_GREY: u8 = 150;

/// The least width of matter, and the width that it takes where there is room.
#[derive(Debug, Clone, Copy, Default)]
struct Want {
    least: f32,
    most: f32,
}

impl Compositor<'_> {
    pub(crate) fn table(&mut self, table: &Table, frame: &mut Frame, sink: &mut Sink<'_>) {
        let count = columns(table);
        if count == 0 {
            return;
        }
        if frame.width / (count as f32) < COLUMN_MIN {
            self.row_by_row(table, frame, sink);
            return;
        }
        let widths = self.widths(table, count, frame.width);
        let mut head = (Vec::new(), 0.0);
        for (n, row) in table.rows.iter().enumerate() {
            if let Sink::Pages(pager) = sink
                && n == table.head
                && n > 0
                && n < table.rows.len()
            {
                pager.head(Some(std::mem::take(&mut head)));
            }
            let (marks, height) = self.row(row, &widths, table.ruled, n == 0, frame);
            if n < table.head {
                let down = head.1;
                head.0.extend(marks.iter().cloned().map(|mark| mark.moved(0.0, down)));
                head.1 += height;
            }
            strip(marks, height, if n == 0 { 5.0 } else { 0.0 }, height <= WHOLE_MAX, frame, sink);
        }
        if let Sink::Pages(pager) = sink {
            pager.head(None);
        }
    }

    fn row(
        &mut self,
        row: &Row,
        widths: &[f32],
        ruled: bool,
        first: bool,
        frame: &Frame,
    ) -> (Vec<Mark>, f32) {
        let mut marks = Vec::new();
        let mut height = 0.0_f32;
        for cell in &row.cells {
            let last = (cell.column + cell.span).min(widths.len());
            let x = frame.x + widths[..cell.column].iter().sum::<f32>();
            let width: f32 = widths[cell.column..last].iter().sum();
            let mut galley = Galley::default();
            let mut inner = Frame::new(x + PAD, (width - 2.0 * PAD).max(4.0));
            self.set(&cell.matter, &mut inner, &mut Sink::Cell(&mut galley));
            height = height.max(galley.height);
            marks.extend(galley.marks.into_iter().map(|mark| mark.moved(0.0, PAD)));
        }
        let height = height + 2.0 * PAD;
        if ruled {
            let whole: f32 = widths.iter().sum();
            let across = |y| Mark::Box { x: frame.x, y, width: whole, height: RULE, grey: RULE_GREY };
            marks.push(across(height - RULE));
            marks.extend(first.then(|| across(0.0)));
            let mut edges = vec![0.0, whole - RULE];
            edges.extend(
                row.cells
                    .iter()
                    .filter(|cell| cell.column > 0)
                    .map(|cell| widths[..cell.column].iter().sum::<f32>()),
            );
            let down = |x: f32| Mark::Box { x: frame.x + x, y: 0.0, width: RULE, height, grey: RULE_GREY };
            marks.extend(edges.into_iter().map(down));
        }
        (marks, height)
    }

    /// Cells one below the other, each row below a rule: for tables of more columns than a page has room for.
    fn row_by_row(&mut self, table: &Table, frame: &mut Frame, sink: &mut Sink<'_>) {
        for row in &table.rows {
            self.set(&[Matter::Rule], frame, sink);
            for cell in &row.cells {
                self.set(&cell.matter, frame, sink);
            }
        }
    }

    /// How wide each column is. Columns get what they take on one line where all fit; otherwise what they
    /// cannot do without, and the rest by what they would take.
    fn widths(&mut self, table: &Table, count: usize, room: f32) -> Vec<f32> {
        let mut wants = vec![Want::default(); count];
        let cells = table.rows.iter().flat_map(|row| &row.cells);
        let mut wide: Vec<(usize, usize, Want)> = Vec::new();
        for cell in cells {
            let own = self.want(&cell.matter, room);
            let own = Want { least: own.least + 2.0 * PAD, most: own.most + 2.0 * PAD };
            if cell.span == 1 {
                wants[cell.column].least = wants[cell.column].least.max(own.least);
                wants[cell.column].most = wants[cell.column].most.max(own.most);
            } else {
                wide.push((cell.column, (cell.column + cell.span).min(count), own));
            }
        }
        // What a cell over several columns takes beyond theirs is shared among them.
        for (from, to, own) in wide {
            let least: f32 = wants[from..to].iter().map(|want| want.least).sum();
            let most: f32 = wants[from..to].iter().map(|want| want.most).sum();
            let share = (to - from).max(1) as f32;
            for want in &mut wants[from..to] {
                want.least += (own.least - least).max(0.0) / share;
                want.most += (own.most - most).max(0.0) / share;
            }
        }
        wants.iter_mut().for_each(|want| want.most = want.most.max(want.least));
        let least: f32 = wants.iter().map(|want| want.least).sum();
        let most: f32 = wants.iter().map(|want| want.most).sum();
        if most <= room {
            return wants.iter().map(|want| want.most).collect();
        }
        if least >= room {
            // Every column keeps what all can have; the rest goes by what they cannot do without.
            let spare = room - COLUMN_MIN * count as f32;
            return wants.iter().map(|want| COLUMN_MIN + spare * want.least / least).collect();
        }
        let (spare, asked) = (room - least, (most - least).max(0.1));
        wants.iter().map(|want| want.least + spare * (want.most - want.least) / asked).collect()
    }

    fn want(&mut self, matter: &[Matter], room: f32) -> Want {
        matter.iter().fold(Want::default(), |want, part| {
            let own = self.want_of(part, room);
            Want { least: want.least.max(own.least), most: want.most.max(own.most) }
        })
    }

    fn want_of(&mut self, part: &Matter, room: f32) -> Want {
        let within = |want: Want, step: f32| Want { least: want.least + step, most: want.most + step };
        match part {
            Matter::Paragraph { words, .. } => self.want_of_words(words),
            Matter::Label(words) => within(self.want_of_words(words), 8.0),
            Matter::Rule | Matter::White(_) => Want::default(),
            Matter::Picture { width, .. } => Want { least: width.min(60.0), most: width.min(room) },
            Matter::Quote(matter) => within(self.want(matter, room), 12.0),
            Matter::Item { matter, step, .. } => within(self.want(matter, room), *step),
            Matter::Table(table) => {
                let count = columns(table);
                let mut wants = vec![Want::default(); count];
                for cell in table.rows.iter().flat_map(|row| &row.cells) {
                    let own = self.want(&cell.matter, room);
                    let want = &mut wants[cell.column];
                    want.least = want.least.max(own.least + 2.0 * PAD);
                    want.most = want.most.max(own.most + 2.0 * PAD);
                }
                wants.into_iter().fold(Want::default(), |sum, want| Want {
                    least: sum.least + want.least,
                    most: sum.most + want.most,
                })
            }
        }
    }

    fn want_of_words(&mut self, words: &[Spoken]) -> Want {
        let (least, most) = self.breaker.measure(self.words, &spans(words));
        // The least is a word, but a word without end is broken rather than given the page.
        Want { least: least.min(110.0), most }
    }
}

fn columns(table: &Table) -> usize {
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    cells.map(|cell| cell.column + cell.span).max().unwrap_or(0)
}
