//! Matter into strips of marks.

use crate::line::{Breaker, Line};
use crate::matter::{Matter, Words as Spoken, spans};
use crate::pager::{Mark, Pager, ROOM};
use crate::word::Words;

/// How far quoted matter stands in.
const QUOTE: f32 = 12.0;
/// How far the matter of a point in a list stands in; its sign stands close to it.
pub(crate) const ITEM: f32 = 20.0;
/// Quotations stand in no further than leaves this room, points no further than leaves the other.
const QUOTE_WIDTH_MIN: f32 = 90.0;
const ITEM_WIDTH_MIN: f32 = 24.0;
/// Lines that go to a page in one strip.
const LINES_A_STRIP: usize = 40;
/// A paragraph of no more lines than this is not cut by the end of a page.
const LINES_WHOLE: usize = 3;

/// Where strips go: onto pages, or into a cell.
pub(crate) enum Sink<'a> {
    Pages(&'a mut Pager),
    Cell(&'a mut Galley),
}

/// The marks of a cell, one below the other.
#[derive(Debug, Default)]
pub(crate) struct Galley {
    pub(crate) marks: Vec<Mark>,
    pub(crate) height: f32,
}

impl Sink<'_> {
    pub(crate) fn add(&mut self, marks: Vec<Mark>, height: f32, whole: bool) {
        match self {
            Self::Pages(pager) => pager.add(marks, height, whole),
            Self::Cell(galley) => {
                let down = galley.height;
                galley.marks.extend(marks.into_iter().map(|mark| mark.moved(0.0, down)));
                galley.height += height;
            }
        }
    }

    fn space(&mut self, height: f32) {
        match self {
            Self::Pages(pager) => pager.space(height),
            Self::Cell(galley) if galley.marks.is_empty() => {}
            Self::Cell(galley) => galley.height += height,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self, Self::Pages(pager) if pager.is_over())
    }
}

/// Where matter stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    pub(crate) x: f32,
    pub(crate) width: f32,
    /// Where the bars beside quotations stand.
    bars: Vec<f32>,
    /// Stands before the next line.
    sign: Option<(f32, Line)>,
}

impl Frame {
    pub(crate) fn new(x: f32, width: f32) -> Self {
        Self { x, width, ..Self::default() }
    }
}

/// Sets matter.
pub(crate) struct Compositor<'a> {
    pub(crate) words: &'a mut Words,
    pub(crate) breaker: &'a mut Breaker,
}

impl Compositor<'_> {
    pub(crate) fn lines(&mut self, words: &[Spoken], width: f32) -> Vec<Line> {
        self.breaker.lines(self.words, &spans(words), width)
    }

    /// Sets matter from top to bottom.
    pub(crate) fn set(&mut self, matter: &[Matter], frame: &mut Frame, sink: &mut Sink<'_>) {
        for part in matter {
            if sink.is_over() {
                return;
            }
            match part {
                Matter::Paragraph { words, before } => self.paragraph(words, *before, frame, sink),
                Matter::Rule => {
                    let rule = Mark::Box { x: frame.x, y: 5.0, width: frame.width, height: 0.6, grey: 120 };
                    strip(vec![rule], 11.0, 0.0, true, frame, sink);
                }
                Matter::Picture { picture, width, height } => {
                    let shrink = (frame.width / width).min((ROOM * 0.9) / height).min(1.0);
                    let (width, height) = (width * shrink, height * shrink);
                    let picture =
                        Mark::Picture { x: frame.x, y: 0.0, width, height, picture: picture.clone() };
                    strip(vec![picture], height, 4.0, true, frame, sink);
                }
                Matter::Label(words) => self.label(words, frame, sink),
                Matter::Quote(matter) => {
                    let mut inner = self.inner(frame, QUOTE, QUOTE_WIDTH_MIN);
                    if inner.x > frame.x {
                        inner.bars.push(frame.x + 2.0);
                    }
                    self.set(matter, &mut inner, sink);
                }
                Matter::White(height) => sink.add(Vec::new(), *height, true),
                Matter::Item { sign, step, matter } => {
                    let mut inner = self.inner(frame, *step, ITEM_WIDTH_MIN);
                    if inner.x > frame.x {
                        let line = self.lines(sign, f32::MAX).into_iter().next();
                        let beside =
                            |line: &Line| if *step > ITEM { frame.x } else { inner.x - line.width - 5.0 };
                        inner.sign = line.map(|line| (beside(&line).max(frame.x), line));
                    } else {
                        // No room beside it: the sign stands above.
                        self.paragraph(sign, 0.0, frame, sink);
                    }
                    self.set(matter, &mut inner, sink);
                }
                Matter::Table(table) => self.table(table, frame, sink),
            }
        }
    }

    /// A frame that stands in, where there is room for that.
    fn inner(&self, frame: &Frame, step: f32, width_min: f32) -> Frame {
        let step = if frame.width - step < width_min { 0.0 } else { step };
        Frame { x: frame.x + step, width: frame.width - step, bars: frame.bars.clone(), sign: None }
    }

    fn paragraph(&mut self, words: &[Spoken], before: f32, frame: &mut Frame, sink: &mut Sink<'_>) {
        let lines = self.lines(words, frame.width);
        let whole = lines.len() <= LINES_WHOLE;
        let mut lines = lines.into_iter().peekable();
        let mut before = before;
        while lines.peek().is_some() {
            let mut marks = Vec::new();
            let mut y = 0.0;
            for line in lines.by_ref().take(LINES_A_STRIP) {
                if let Some((x, sign)) = frame.sign.take() {
                    let lower = (line.up - sign.up).max(0.0);
                    marks.push(Mark::Text { x, y: lower, line: sign });
                }
                let x = frame.x + if line.from_right { (frame.width - line.width).max(0.0) } else { 0.0 };
                let height = line.height();
                marks.push(Mark::Text { x, y, line });
                y += height;
            }
            strip(marks, y, before, whole, frame, sink);
            before = 0.0;
        }
    }

    /// Words in a box.
    fn label(&mut self, words: &[Spoken], frame: &mut Frame, sink: &mut Sink<'_>) {
        const PAD: f32 = 4.0;
        let lines = self.lines(words, (frame.width - 2.0 * PAD).max(8.0));
        let (mut marks, mut y) = (Vec::new(), PAD);
        let wide = lines.iter().map(|line| line.width).fold(0.0, f32::max) + 2.0 * PAD;
        for line in lines {
            let height = line.height();
            marks.push(Mark::Text { x: frame.x + PAD, y, line });
            y += height;
        }
        y += PAD;
        let (x, grey) = (frame.x, 140);
        marks.push(Mark::Box { x, y: 0.0, width: wide, height: 0.5, grey });
        marks.push(Mark::Box { x, y: y - 0.5, width: wide, height: 0.5, grey });
        marks.push(Mark::Box { x, y: 0.0, width: 0.5, height: y, grey });
        marks.push(Mark::Box { x: x + wide - 0.5, y: 0.0, width: 0.5, height: y, grey });
        strip(marks, y, 4.0, true, frame, sink);
    }
}

/// Adds a strip with the bars and the sign that stand beside it.
pub(crate) fn strip(
    mut marks: Vec<Mark>,
    mut height: f32,
    before: f32,
    whole: bool,
    frame: &mut Frame,
    sink: &mut Sink<'_>,
) {
    if let Some((x, sign)) = frame.sign.take() {
        marks.push(Mark::Text { x, y: 0.0, line: sign });
    }
    if frame.bars.is_empty() {
        sink.space(before);
    } else {
        marks = marks.into_iter().map(|mark| mark.moved(0.0, before)).collect();
        height += before;
        let bar = |x: &f32| Mark::Box { x: *x, y: 0.0, width: 1.2, height, grey: 190 };
        marks.extend(frame.bars.iter().map(bar));
    }
    sink.add(marks, height, whole);
}
