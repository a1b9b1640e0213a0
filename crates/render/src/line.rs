//! Pieces of text into lines: where lines may end (UAX #14), and what stands left of what (UAX #9).

use crate::faces::Kind;
use crate::word::{Word, Words};
use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{
    GraphemeClusterSegmenter, GraphemeClusterSegmenterBorrowed, LineSegmenter, LineSegmenterBorrowed,
};
use std::sync::Arc;
use unicode_bidi::BidiInfo;

/// Longest piece, in bytes, that is shaped at once: a word of a megabyte is shaped in parts.
const PIECE_BYTES_MAX: usize = 160;

/// A line drawn through or below words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stroke {
    None,
    Under,
    Through,
}

/// How words look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Look {
    /// In points.
    pub(crate) size: f32,
    pub(crate) kind: Kind,
    /// 0 is black, 255 white.
    pub(crate) grey: u8,
    pub(crate) stroke: Stroke,
    /// Above the feet of the letters beside it, in tenths of the size.
    pub(crate) rise: i8,
    /// In a black box, which stands for words that are covered.
    pub(crate) boxed: bool,
}

impl Look {
    pub(crate) const fn new(kind: Kind, size: f32, grey: u8) -> Self {
        Self { size, kind, grey, stroke: Stroke::None, rise: 0, boxed: false }
    }
}

impl Look {
    /// The same words, white in a black box.
    pub(crate) const fn in_box(self) -> Self {
        Self { grey: 255, stroke: Stroke::None, rise: 0, boxed: true, ..self }
    }

    /// How far the feet of the letters stand above those beside them, in points.
    pub(crate) fn risen(&self) -> f32 {
        self.size * f32::from(self.rise) / 10.0
    }
}

/// Words of one look. The text has passed the gate and holds no line end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span<'a> {
    pub(crate) text: &'a str,
    pub(crate) look: Look,
}

/// A shaped piece at its place on a line.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// From the start of the line.
    pub(crate) x: f32,
    pub(crate) word: Arc<Word>,
    pub(crate) look: Look,
}

/// One line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// From left to right.
    pub(crate) pieces: Box<[Placed]>,
    /// Without the blanks at its end.
    pub(crate) width: f32,
    /// Above and below the feet of the letters.
    pub(crate) up: f32,
    pub(crate) down: f32,
    /// Of a paragraph that is read from right to left.
    pub(crate) from_right: bool,
}

impl Line {
    pub(crate) fn height(&self) -> f32 {
        self.up + self.down
    }
}

/// A stretch of a paragraph with one look, in one direction, all blank or not at all.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: usize,
    to: usize,
    span: usize,
    level: u8,
    blank: bool,
    /// A line may end after it.
    ends: bool,
}

/// Breaks paragraphs into lines.
pub(crate) struct Breaker {
    ends: LineSegmenterBorrowed<'static>,
    clusters: GraphemeClusterSegmenterBorrowed<'static>,
    text: String,
    pieces: Vec<Piece>,
}

impl Breaker {
    pub(crate) fn new() -> Self {
        Self {
            ends: LineSegmenter::new_dictionary(LineBreakOptions::default()),
            clusters: GraphemeClusterSegmenter::new(),
            text: String::new(),
            pieces: Vec::new(),
        }
    }

    /// The lines of one paragraph at a width in points; a paragraph without words is one blank line. A word
    /// that is wider than a line is broken where characters end.
    pub(crate) fn lines(&mut self, words: &mut Words, spans: &[Span<'_>], width: f32) -> Vec<Line> {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        spans.iter().for_each(|span| text.push_str(span.text));
        let mut pieces = std::mem::take(&mut self.pieces);
        pieces.clear();
        let base = self.cut(&text, spans, &mut pieces);
        let look = spans.first().map_or(Look::new(Kind::Sans, 10.0, 0), |span| span.look);
        let mut filler = Filler { words, width, base, look, row: Vec::new(), x: 0.0, lines: Vec::new() };
        let mut from = 0;
        while from < pieces.len() {
            let to =
                pieces[from..].iter().position(|piece| piece.ends).map_or(pieces.len(), |at| from + at + 1);
            filler.unit(&text, spans, &pieces[from..to], self.clusters);
            from = to;
        }
        filler.end();
        let lines = filler.lines;
        (self.text, self.pieces) = (text, pieces);
        lines
    }

    /// The width of the longest stretch that a line does not end in, and of all on one line.
    pub(crate) fn measure(&mut self, words: &mut Words, spans: &[Span<'_>]) -> (f32, f32) {
        let text: String = spans.iter().map(|span| span.text).collect();
        let mut pieces = Vec::new();
        self.cut(&text, spans, &mut pieces);
        let (mut unit, mut least, mut most) = (0.0_f32, 0.0_f32, 0.0_f32);
        for piece in pieces {
            let look = spans[piece.span].look;
            let word = words.word(&text[piece.from..piece.to], look.kind, piece.level % 2 == 1);
            let wide = word.width * look.size;
            most += wide;
            unit += if piece.blank { 0.0 } else { wide };
            least = least.max(unit);
            if piece.ends {
                unit = 0.0;
            }
        }
        (least, most + 0.05)
    }

    /// Cuts the paragraph into pieces, in the order of reading; tells whether it is read from the right.
    fn cut(&self, text: &str, spans: &[Span<'_>], pieces: &mut Vec<Piece>) -> bool {
        let bidi = text.chars().any(turns).then(|| BidiInfo::new(text, None));
        let level = |at: usize| bidi.as_ref().map_or(0, |bidi| bidi.levels[at].number());
        let base =
            bidi.as_ref().is_some_and(|bidi| bidi.paragraphs.first().is_some_and(|one| one.level.is_rtl()));
        let mut ends = self.ends.segment_str(text).skip(1).peekable();
        let mut span = 0;
        let mut span_end = spans.first().map_or(0, |span| span.text.len());
        let mut open: Option<Piece> = None;
        for (at, c) in text.char_indices() {
            let ends_here = at > 0 && ends.next_if(|end| *end <= at).is_some();
            while at >= span_end && span + 1 < spans.len() {
                span += 1;
                span_end += spans[span].text.len();
            }
            let (blank, level) = (c == ' ', level(at));
            if let Some(piece) = &mut open {
                let long = at - piece.from >= PIECE_BYTES_MAX && !joins(c);
                if ends_here || long || piece.span != span || piece.blank != blank || piece.level != level {
                    pieces.push(Piece { to: at, ends: ends_here, ..*piece });
                    open = None;
                }
            }
            open.get_or_insert(Piece { from: at, to: at, span, level, blank, ends: false });
        }
        pieces.extend(open.map(|piece| Piece { to: text.len(), ends: true, ..piece }));
        base
    }
}

/// Whether a character can make that not all is read from left to right.
fn turns(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Whether a character belongs to the one before it, so that a long word is not cut between them.
fn joins(c: char) -> bool {
    use icu_properties::CodePointMapData;
    use icu_properties::props::GraphemeClusterBreak as Break;
    !c.is_ascii()
        && !matches!(
            CodePointMapData::<Break>::new().get(c),
            Break::Other | Break::L | Break::LV | Break::LVT | Break::Control
        )
}

/// Fills lines from pieces.
struct Filler<'a> {
    words: &'a mut Words,
    width: f32,
    base: bool,
    look: Look,
    /// The line being filled, in the order of reading, with the direction of each piece.
    row: Vec<(u8, bool, Placed)>,
    x: f32,
    lines: Vec<Line>,
}

impl Filler<'_> {
    /// Adds pieces between which no line may end.
    fn unit(
        &mut self,
        text: &str,
        spans: &[Span<'_>],
        pieces: &[Piece],
        clusters: GraphemeClusterSegmenterBorrowed<'static>,
    ) {
        let solid = pieces.iter().rposition(|piece| !piece.blank).map_or(0, |last| last + 1);
        let mut wide = 0.0;
        for piece in &pieces[..solid] {
            wide += self.shaped(text, spans, piece).width * spans[piece.span].look.size;
            if wide > self.width {
                break;
            }
        }
        if !self.row.is_empty() && self.x + wide > self.width {
            self.end();
        }
        for piece in pieces {
            let look = spans[piece.span].look;
            if wide <= self.width || piece.blank {
                let word = self.shaped(text, spans, piece);
                self.push(piece, word, look);
            } else {
                self.broken(text, piece, look, clusters);
            }
        }
    }

    fn shaped(&mut self, text: &str, spans: &[Span<'_>], piece: &Piece) -> Arc<Word> {
        self.words.word(&text[piece.from..piece.to], spans[piece.span].look.kind, piece.level % 2 == 1)
    }

    /// Adds a piece over as many lines as it takes.
    fn broken(
        &mut self,
        text: &str,
        piece: &Piece,
        look: Look,
        clusters: GraphemeClusterSegmenterBorrowed<'static>,
    ) {
        let mut from = piece.from;
        while from < piece.to {
            let rest = &text[from..piece.to];
            let word = self.words.word(rest, look.kind, piece.level % 2 == 1);
            let room = (self.width - self.x) / look.size;
            if word.width <= room {
                self.push(piece, word, look);
                return;
            }
            let mut fits = 0;
            for end in clusters.segment_str(rest).skip(1) {
                if word.width_before(end, &self.words.faces) > room {
                    // A line holds at least one character, however narrow it is.
                    if fits == 0 && self.row.is_empty() {
                        fits = end;
                    }
                    break;
                }
                fits = end;
            }
            if fits > 0 {
                let part = self.words.word(&rest[..fits], look.kind, piece.level % 2 == 1);
                self.push(piece, part, look);
                from += fits;
            }
            if from < piece.to {
                self.end();
            }
        }
    }

    fn push(&mut self, piece: &Piece, word: Arc<Word>, look: Look) {
        let width = word.width * look.size;
        self.row.push((piece.level, piece.blank, Placed { x: 0.0, word, look }));
        self.x += width;
    }

    /// Ends the line.
    fn end(&mut self) {
        while self.row.last().is_some_and(|(_, blank, _)| *blank) {
            self.row.pop();
        }
        reorder(&mut self.row);
        let plain = self.words.word(" ", self.look.kind, false);
        let (mut up, mut down) = (plain.up * self.look.size, plain.down * self.look.size);
        let mut x = 0.0;
        let place = |(_, _, mut placed): (u8, bool, Placed)| {
            placed.x = x;
            x += placed.word.width * placed.look.size;
            let (size, rise) = (placed.look.size, placed.look.risen());
            up = up.max(placed.word.up * size + rise);
            down = down.max(placed.word.down * size - rise);
            placed
        };
        let pieces: Box<[Placed]> = self.row.drain(..).map(place).collect();
        self.lines.push(Line { pieces, width: x, up, down, from_right: self.base });
        self.x = 0.0;
    }
}

/// Puts what is read into what stands from left to right (UAX #9, rule L2).
fn reorder(row: &mut [(u8, bool, Placed)]) {
    let highest = row.iter().map(|(level, ..)| *level).max().unwrap_or(0);
    let lowest_odd = row.iter().map(|(level, ..)| *level | 1).min().unwrap_or(1);
    for level in (lowest_odd..=highest).rev() {
        let mut from = 0;
        while from < row.len() {
            let run = row[from..].iter().take_while(|(own, ..)| *own >= level).count();
            row[from..from + run].reverse();
            from += run.max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LOOK: Look = Look::new(Kind::Sans, 10.0, 0);

    fn lines(text: &str, width: f32) -> Vec<Line> {
        let mut words = Words::new().unwrap();
        Breaker::new().lines(&mut words, &[Span { text, look: LOOK }], width)
    }

    /// The pieces of a line from left to right.
    fn shown(line: &Line) -> Vec<&str> {
        line.pieces.iter().map(|piece| &*piece.word.text).filter(|text| *text != " ").collect()
    }

    #[test]
    fn what_is_read_from_the_right_stands_from_the_right_and_figures_in_it_do_not() {
        let lines = lines("שלום עולם 1,204 abc def", 900.0);
        assert!(lines[0].from_right);
        assert_eq!(shown(&lines[0]), ["abc", "def", "1,204", "עולם", "שלום"]);
    }

    #[test]
    fn a_line_ends_between_ideographs_and_between_words_of_thai() {
        assert!(lines("株式会社エグザンプル", 35.0).len() > 2);
        assert_eq!(shown(&lines("สวัสดีครับ", 30.0)[0]), ["สวัสดี"]);
    }

    #[test]
    fn blanks_at_the_end_of_a_line_take_no_room_and_those_at_its_start_do() {
        let lines = lines("  a    b", 12.0);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].pieces.len(), 2);
        assert_eq!(shown(&lines[1]), ["b"]);
    }

    #[test]
    fn a_paragraph_without_words_is_one_line() {
        assert_eq!(lines("", 100.0).len(), 1);
        assert_eq!(lines("   ", 100.0).len(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_line_is_inside_its_width_and_no_character_is_lost(
            text in "[a-zé漢ש€ -]{0,120}", width in 30_f32..300.0
        ) {
            let lines = lines(&text, width);
            let mut found: Vec<char> = lines.iter().flat_map(|line| &line.pieces).flat_map(|piece| piece.word.text.chars()).filter(|c| *c != ' ').collect();
            let mut meant: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
            found.sort_unstable();
            meant.sort_unstable();
            prop_assert_eq!(found, meant);
            prop_assert!(lines.iter().all(|line| line.width <= width + 0.01));
        }
    }
}
