//! Pages being filled: what goes on which, and what must stay together.

use crate::tags::PartId;
use crate::text::Line;

/// US letter, in points.
pub(crate) const WIDTH: f32 = 612.0;
/// US letter, in points.
pub(crate) const HEIGHT: f32 = 792.0;
/// Margin left and right: an inch.
pub(crate) const SIDE: f32 = 72.0;
/// Width of the text.
pub(crate) const MEASURE: f32 = WIDTH - 2.0 * SIDE;

/// Something on a page. `y` counts down from the top of its slab, `x` from the left margin.
#[derive(Debug, Clone)]
pub(crate) enum Mark {
    /// A line of text; without a part it is decoration.
    Text { x: f32, y: f32, line: Line, grey: u8, part: Option<PartId> },
    /// A rule from left to right.
    Rule { from: f32, to: f32, y: f32, weight: f32, grey: u8 },
    /// A shaded ground.
    Ground { from: f32, to: f32, height: f32, grey: u8 },
    /// A box to be ticked.
    Box { x: f32, y: f32, side: f32, part: PartId },
}

/// What a slab does to the head that is repeated on the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunningHead {
    /// Nothing.
    AsBefore,
    /// It is the head, from the next page on.
    ThisOne,
    /// There is none any more.
    Ends,
}

/// A strip of a page that is never cut.
#[derive(Debug, Clone)]
pub(crate) struct Slab {
    /// White above it, left out at the top of a page.
    pub(crate) before: f32,
    pub(crate) height: f32,
    pub(crate) marks: Vec<Mark>,
    /// Stays on one page with the slab that follows.
    pub(crate) keep: bool,
    pub(crate) head: RunningHead,
    /// Level and words of the bookmark that leads here.
    pub(crate) bookmark: Option<(u8, String)>,
}

impl Slab {
    pub(crate) fn new(before: f32, height: f32) -> Self {
        Self { before, height, marks: Vec::new(), keep: false, head: RunningHead::AsBefore, bookmark: None }
    }
}

/// A page with the slabs on it, each with its distance from the top edge.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) slabs: Vec<(f32, Vec<Mark>)>,
}

/// Where a bookmark leads.
#[derive(Debug)]
pub(crate) struct Bookmark {
    pub(crate) level: u8,
    pub(crate) text: String,
    /// Page, from 0.
    pub(crate) page: usize,
    /// From the top edge.
    pub(crate) y: f32,
}

/// Fills pages from top to bottom.
pub(crate) struct Paper {
    top: f32,
    bottom: f32,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) bookmarks: Vec<Bookmark>,
    y: f32,
    held: Vec<Slab>,
    running: Option<Slab>,
    /// While above zero, every slab is kept with the next.
    pub(crate) together: u32,
}

impl Paper {
    /// Paper whose text stands between two distances from the top edge.
    pub(crate) fn new(top: f32, bottom: f32) -> Self {
        Self {
            top,
            bottom,
            sheets: vec![Sheet::default()],
            bookmarks: Vec::new(),
            y: top,
            held: Vec::new(),
            running: None,
            together: 0,
        }
    }

    /// Adds a slab; it goes onto a page once it is known what must stand with it.
    pub(crate) fn add(&mut self, slab: Slab) {
        let open = slab.keep || self.together > 0;
        self.held.push(slab);
        if !open {
            self.settle();
        }
    }

    /// Starts a new page, unless this one is still blank.
    pub(crate) fn turn(&mut self) {
        self.settle();
        if self.y > self.top {
            self.new_sheet();
        }
    }

    /// Puts what was held back onto pages.
    pub(crate) fn settle(&mut self) {
        let held = std::mem::take(&mut self.held);
        let needed: f32 = held.iter().map(|slab| slab.before + slab.height).sum();
        let whole_page = self.bottom - self.top;
        if self.y > self.top && self.y + needed > self.bottom && needed <= whole_page {
            self.new_sheet();
        }
        for slab in held {
            self.place(slab);
        }
    }

    fn new_sheet(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = self.top;
        if let Some(head) = self.running.clone() {
            self.put(head.height, head.marks);
        }
    }

    fn place(&mut self, slab: Slab) {
        let fits = self.y + slab.before + slab.height <= self.bottom;
        let blank = self.y <= self.top;
        if !fits && !blank {
            self.new_sheet();
        } else if !blank {
            self.y += slab.before;
        }
        if let Some((level, text)) = &slab.bookmark {
            let page = self.sheets.len() - 1;
            self.bookmarks.push(Bookmark { level: *level, text: text.clone(), page, y: self.y });
        }
        match slab.head {
            RunningHead::AsBefore => {}
            RunningHead::ThisOne => self.running = Some(repeated(&slab)),
            RunningHead::Ends => self.running = None,
        }
        self.put(slab.height, slab.marks);
    }

    fn put(&mut self, height: f32, marks: Vec<Mark>) {
        let y = self.y;
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.slabs.push((y, marks));
        }
        self.y += height;
    }
}

/// The same strip as decoration: a reader that does not see the page hears the head once.
fn repeated(slab: &Slab) -> Slab {
    let mut copy = slab.clone();
    for mark in &mut copy.marks {
        if let Mark::Text { part, .. } = mark {
            *part = None;
        }
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slab(height: f32, keep: bool) -> Slab {
        Slab { keep, ..Slab::new(0.0, height) }
    }

    fn heights(paper: &Paper) -> Vec<usize> {
        paper.sheets.iter().map(|sheet| sheet.slabs.len()).collect()
    }

    #[test]
    fn what_is_kept_together_moves_to_the_next_page_together() {
        let mut paper = Paper::new(0.0, 100.0);
        paper.add(slab(60.0, false));
        paper.add(slab(30.0, true));
        paper.add(slab(30.0, false));
        assert_eq!(heights(&paper), [1, 2]);
    }

    #[test]
    fn what_no_page_can_hold_together_is_cut_and_nothing_is_lost() {
        let mut paper = Paper::new(0.0, 100.0);
        (0..7).for_each(|_| paper.add(slab(30.0, true)));
        paper.settle();
        assert_eq!(heights(&paper), [3, 3, 1]);
    }

    #[test]
    fn a_head_is_repeated_until_its_table_ends() {
        let mut paper = Paper::new(0.0, 100.0);
        paper.add(Slab { head: RunningHead::ThisOne, ..slab(20.0, true) });
        (0..5).for_each(|_| paper.add(slab(30.0, false)));
        paper.add(Slab { head: RunningHead::Ends, ..slab(30.0, false) });
        (0..3).for_each(|_| paper.add(slab(30.0, false)));
        assert_eq!(heights(&paper), [3, 3, 3, 3]);
    }

    #[test]
    fn a_page_break_on_a_blank_page_adds_none() {
        let mut paper = Paper::new(0.0, 100.0);
        paper.turn();
        paper.add(slab(10.0, false));
        paper.turn();
        paper.turn();
        assert_eq!(paper.sheets.len(), 2);
    }
}
