//! Strips of marks onto numbered pages, with a foot kept free for numbers and legend.

use crate::line::Line;
use crate::picture::Picture;
use std::sync::Arc;

/// US letter, in points.
pub(crate) const WIDTH: f32 = 612.0;
/// US letter, in points.
pub(crate) const HEIGHT: f32 = 792.0;
/// Margin left and right.
pub(crate) const SIDE: f32 = 68.0;
/// Width of the text.
pub(crate) const MEASURE: f32 = WIDTH - 2.0 * SIDE;
/// Where the text starts, from the top edge.
const TOP: f32 = 50.0;
/// Where it ends: below lies the band for numbers and legend.
pub(crate) const BOTTOM: f32 = HEIGHT - 58.0;
/// Height of the text on a page.
pub(crate) const ROOM: f32 = BOTTOM - TOP;

/// Something on a page; `x` counts from the left margin, `y` from the top of its strip and, once on a page,
/// from the top edge.
#[derive(Debug, Clone)]
pub(crate) enum Mark {
    /// A line of text, `y` at its top.
    Text { x: f32, y: f32, line: Line },
    /// A filled box: a rule, a ground, the bar beside a quotation. A page's end may cut it.
    Box { x: f32, y: f32, width: f32, height: f32, grey: u8 },
    /// A picture.
    Picture { x: f32, y: f32, width: f32, height: f32, picture: Arc<Picture> },
}

impl Mark {
    pub(crate) fn top(&self) -> f32 {
        match self {
            Self::Text { y, .. } | Self::Box { y, .. } | Self::Picture { y, .. } => *y,
        }
    }

    fn bottom(&self) -> f32 {
        match self {
            Self::Text { y, line, .. } => y + line.height(),
            Self::Box { y, height, .. } | Self::Picture { y, height, .. } => y + height,
        }
    }

    /// The same mark moved right and down.
    pub(crate) fn moved(mut self, right: f32, down: f32) -> Self {
        let (Self::Text { x, y, .. } | Self::Box { x, y, .. } | Self::Picture { x, y, .. }) = &mut self;
        (*x, *y) = (*x + right, *y + down);
        self
    }
}

/// A page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) marks: Vec<Mark>,
}

impl Page {
    /// The marks in the order in which they are drawn: boxes lie below what else is there.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &Mark> {
        let boxes = |mark: &&Mark| matches!(mark, Mark::Box { .. });
        self.marks.iter().filter(boxes).chain(self.marks.iter().filter(move |mark| !boxes(mark)))
    }

    /// Whether a picture is on it.
    pub(crate) fn has_picture(&self) -> bool {
        self.marks.iter().any(|mark| matches!(mark, Mark::Picture { .. }))
    }
}

/// Fills pages from top to bottom.
pub(crate) struct Pager {
    pub(crate) pages: Vec<Page>,
    y: f32,
    pages_max: usize,
    /// Stands again at the top of each new page.
    head: Option<(Vec<Mark>, f32)>,
}

impl Pager {
    pub(crate) fn new(pages_max: u32) -> Self {
        let pages_max = usize::try_from(pages_max).unwrap_or(usize::MAX);
        Self { pages: vec![Page::default()], y: TOP, pages_max, head: None }
    }

    /// Whether there are more pages than allowed; what is added then is not kept.
    pub(crate) fn is_over(&self) -> bool {
        self.pages.len() > self.pages_max
    }

    /// White, left out at the top of a page.
    pub(crate) fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// What stands at the top of each new page from now on.
    pub(crate) fn head(&mut self, head: Option<(Vec<Mark>, f32)>) {
        self.head = head.filter(|(_, height)| *height < ROOM / 3.0);
    }

    /// Adds a strip. One that is `whole` moves to the next page where it fits that and not this one; any
    /// other is cut between marks, never through a line or a picture.
    pub(crate) fn add(&mut self, mut marks: Vec<Mark>, mut height: f32, whole: bool) {
        loop {
            if self.is_over() {
                return;
            }
            let room = BOTTOM - self.y;
            if height <= room + 0.01 {
                let y = self.y;
                self.page().extend(marks.into_iter().map(|mark| mark.moved(0.0, y)));
                self.y += height;
                return;
            }
            if whole && self.y > TOP && height <= ROOM {
                self.turn();
                continue;
            }
            // All that starts above the first solid mark that does not fit stays: nothing can straddle.
            let solid = marks.iter().filter(|mark| !matches!(mark, Mark::Box { .. }));
            let cut = solid
                .filter(|mark| mark.bottom() > room + 0.01)
                .map(Mark::top)
                .fold(height.min(room.max(0.0)), f32::min);
            if cut <= 0.01 && self.y > self.first() {
                self.turn();
                continue;
            }
            // On a blank page something must go on: a mark is never higher than a page.
            let cut = if cut <= 0.01 { room.max(1.0) } else { cut };
            let (y, mut rest) = (self.y, Vec::new());
            for mark in marks {
                match mark {
                    Mark::Box { x, y: top, width, height, grey } if top < cut && top + height > cut => {
                        let above = Mark::Box { x, y: top, width, height: cut - top, grey };
                        self.page().push(above.moved(0.0, y));
                        rest.push(Mark::Box { x, y: 0.0, width, height: top + height - cut, grey });
                    }
                    mark if mark.top() < cut => self.page().push(mark.moved(0.0, y)),
                    mark => rest.push(mark.moved(0.0, -cut)),
                }
            }
            marks = rest;
            height -= cut;
            self.turn();
        }
    }

    /// Starts a new page.
    fn turn(&mut self) {
        self.pages.push(Page::default());
        self.y = TOP;
        if let Some((marks, height)) = self.head.clone() {
            self.page().extend(marks.into_iter().map(|mark| mark.moved(0.0, TOP)));
            self.y += height;
        }
    }

    /// Where the text of a blank page starts.
    fn first(&self) -> f32 {
        TOP + self.head.as_ref().map_or(0.0, |(_, height)| *height)
    }

    fn page(&mut self) -> &mut Vec<Mark> {
        if self.pages.is_empty() {
            self.pages.push(Page::default());
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last].marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(x: f32, y: f32, height: f32) -> Mark {
        Mark::Box { x, y, width: 1.0, height, grey: 0 }
    }

    fn solid(x: f32, y: f32, height: f32) -> Mark {
        let line = Line { pieces: Box::default(), width: 1.0, up: height, down: 0.0, from_right: false };
        Mark::Text { x, y, line }
    }

    #[test]
    fn a_strip_higher_than_a_page_is_cut_between_lines_and_none_is_lost_or_cut() {
        let mut pager = Pager::new(100);
        pager.add(vec![solid(0.0, 0.0, 500.0)], 500.0, false);
        // Two columns of lines of different heights, as cells side by side have them.
        let mut marks: Vec<Mark> = (0..120).map(|n| solid(0.0, n as f32 * 13.0, 13.0)).collect();
        marks.extend((0..90).map(|n| solid(100.0, n as f32 * 17.0, 17.0)));
        marks.push(block(50.0, 0.0, 1_560.0));
        pager.add(marks, 1_560.0, false);
        let lines = |page: &Page| page.marks.iter().filter(|mark| matches!(mark, Mark::Text { .. })).count();
        assert_eq!(pager.pages.iter().map(lines).sum::<usize>(), 211);
        for mark in pager.pages.iter().flat_map(|page| &page.marks) {
            assert!(
                mark.top() >= TOP - 0.1 && mark.bottom() <= BOTTOM + 0.1,
                "{} to {}",
                mark.top(),
                mark.bottom()
            );
        }
        let bars: f32 = pager
            .pages
            .iter()
            .flat_map(|page| &page.marks)
            .map(|mark| match mark {
                Mark::Box { height, .. } => *height,
                _ => 0.0,
            })
            .sum();
        assert!((bars - 1_560.0).abs() < 0.1, "{bars}");
    }

    #[test]
    fn a_whole_strip_moves_to_the_next_page_and_a_head_stands_there_first() {
        let mut pager = Pager::new(100);
        pager.head(Some((vec![solid(0.0, 0.0, 20.0)], 20.0)));
        pager.add(vec![solid(0.0, 0.0, 600.0)], 600.0, true);
        pager.add(vec![solid(0.0, 0.0, 300.0)], 300.0, true);
        assert_eq!(pager.pages.iter().map(|page| page.marks.len()).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(pager.pages[1].marks[1].top(), TOP + 20.0);
    }

    #[test]
    fn beyond_the_most_pages_nothing_more_is_kept() {
        let mut pager = Pager::new(2);
        (0..50).for_each(|_| pager.add(vec![solid(0.0, 0.0, 600.0)], 600.0, true));
        assert!(pager.is_over());
        assert_eq!(pager.pages.len(), 3);
    }
}
