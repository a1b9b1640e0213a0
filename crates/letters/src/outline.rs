//! From lines to paragraphs with their numbers, and from numbers to levels.
//!
//! A number counts as one only where it fits: it goes on from an open level, begins a new one with its
//! first value, or skips a few after a gap (which is said). So `8210. The` at the start of a wrapped
//! line is no item.

use crate::furniture;
use crate::label::{Figures, Label, Marks, Start, in_cell, start};
use crate::letter::{LetterText, Line, Place};
use crate::pattern::pattern;
use crate::sections::section_named;

/// Most numbers that may be missing between two of one level.
const SKIPPED_MAX: u32 = 5;

/// Some lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paragraph {
    /// Positions of its lines in the letter.
    pub(crate) lines: Vec<usize>,
    /// Where each of these lines starts in the text.
    pub(crate) starts: Vec<usize>,
    /// Its words without its number.
    pub(crate) text: String,
    /// Numbers from the outermost level to its own; empty where it has none.
    pub(crate) path: Vec<String>,
    /// Whether it says that it is a part: `PART II`.
    pub(crate) part: bool,
    pub(crate) bullet: bool,
    pub(crate) indent: usize,
    /// What is odd about its number.
    pub(crate) remark: Option<String>,
}

struct Level {
    figures: Figures,
    marks: Marks,
    value: u32,
    shown: String,
    /// Space before its last number: a line that begins there may go on counting.
    indent: usize,
}

/// The paragraphs of a letter, heads and feet of pages left out, and which lines those are.
pub(crate) fn paragraphs(letter: &LetterText) -> (Vec<Paragraph>, Vec<usize>) {
    let furniture = furniture::find(&letter.lines);
    let mut outline =
        Outline { letter, levels: Vec::new(), ended: None, after_heading: false, found: Vec::new() };
    let mut before: Option<usize> = None;
    for (at, line) in letter.lines.iter().enumerate() {
        if !furniture[at] {
            outline.line(at, line, before.map(|before| &letter.lines[before]));
            before = Some(at);
        }
    }
    let aside = furniture.iter().enumerate().filter(|(_, is)| **is).map(|(at, _)| at).collect();
    (outline.found, aside)
}

struct Outline<'l> {
    letter: &'l LetterText,
    levels: Vec<Level>,
    /// The level, and its depth, that ended because a part above it began: its numbers may go on.
    ended: Option<(usize, Level)>,
    after_heading: bool,
    found: Vec<Paragraph>,
}

/// Whether a text is at its end: the next line begins something.
fn ended(text: &str) -> bool {
    let text = text.trim_end_matches(['”', '"', ')', '’', ']']);
    text.ends_with(['.', ';', ':', '?', '!']) || pattern!(r"(?i)[;,]\s*(?:and|or|and/or)$").is_match(text)
}

/// Whether a line looks like a head by its letters alone.
pub(crate) fn in_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() >= 4 && letters.clone().all(char::is_uppercase)
}

impl Outline<'_> {
    fn line(&mut self, at: usize, line: &Line, before: Option<&Line>) {
        let turned = before.is_some_and(|before| before.place.page() != line.place.page());
        let last = self.found.last();
        let last_ended = last.is_none_or(|last| ended(&last.text));
        let last_text = last.map_or_else(String::new, |last| last.text.clone());
        let last_bullet = last.is_some_and(|last| last.bullet);
        let last_is_head = last.is_none_or(|last| {
            (in_capitals(&last.text) && last.path.is_empty()) || section_named(&last.text).is_some()
        });
        let gap = if turned { last_ended || last_is_head } else { line.after_gap || before.is_none() };
        let indented = before.is_some_and(|before| line.indent != before.indent);
        let loose = gap || last_ended || last_text.is_empty() || indented || last_is_head;
        let number = match &line.auto_label {
            Some(auto) => match start(auto) {
                Start::Number(label, _) => Some((label, line.text.as_str())),
                Start::Bullet(_) => return self.open(at, line, &line.text, Vec::new(), true, None),
                Start::Words => in_cell(auto).map(|label| (label, line.text.as_str())),
            },
            None => match start(&line.text) {
                Start::Number(label, rest) => Some((label, rest)),
                Start::Bullet(rest) if loose || last_bullet => {
                    return self.open(at, line, rest, Vec::new(), true, None);
                }
                _ if matches!(line.place, Place::Cell { cell: 1, .. }) => {
                    in_cell(&line.text).map(|label| (label, ""))
                }
                _ => None,
            },
        };
        if let Some((label, rest)) = number {
            let certain = gap || line.auto_label.is_some();
            if let Some((path, remark)) = self.place(&label, line.indent, certain, loose) {
                let part = matches!(&label.marks, Marks::Word(word) if word == "part" || word == "section");
                self.open(at, line, rest, path, false, remark);
                if let Some(opened) = self.found.last_mut() {
                    opened.part = part;
                }
                return;
            }
        }
        let head =
            (in_capitals(&line.text) || section_named(&line.text).is_some()) && !in_capitals(&last_text);
        let goes_on =
            line.text.starts_with(|c: char| c.is_lowercase()) && !last_ended && !last_text.is_empty();
        let begins =
            (gap && !goes_on) || (head && (gap || loose)) || (last_is_head && !in_capitals(&line.text));
        match self.found.last_mut() {
            // A number that stands alone in its line or cell is followed by its words.
            Some(last) if last.text.is_empty() && !last.path.is_empty() && !(gap && head) => {
                last.add(at, &line.text);
            }
            Some(last) if !begins => {
                last.add(at, &line.text);
            }
            _ => self.open(at, line, &line.text, Vec::new(), false, None),
        }
        if head {
            self.after_heading = true;
        }
    }

    fn open(
        &mut self,
        at: usize,
        line: &Line,
        text: &str,
        path: Vec<String>,
        bullet: bool,
        remark: Option<String>,
    ) {
        debug_assert!(at < self.letter.lines.len(), "a line of this letter");
        let mut opened = Paragraph {
            lines: Vec::new(),
            starts: Vec::new(),
            text: String::new(),
            path,
            part: false,
            bullet,
            indent: line.indent,
            remark,
        };
        opened.add(at, text);
        self.found.push(opened);
    }

    /// Where a number fits; `None` where it does not. `certain`: a blank line or Word's own numbering
    /// says that something begins; `loose`: something may begin.
    fn place(
        &mut self,
        label: &Label,
        indent: usize,
        certain: bool,
        loose: bool,
    ) -> Option<(Vec<String>, Option<String>)> {
        let after_heading = std::mem::take(&mut self.after_heading);
        let placed = self.fit(label, indent, certain, loose, after_heading);
        if placed.is_none() {
            self.after_heading = after_heading;
        }
        let remark = placed?;
        if let Some(level) = self.levels.last_mut() {
            level.indent = indent;
        }
        Some((self.levels.iter().map(|level| level.shown.clone()).collect(), remark))
    }

    fn fit(
        &mut self,
        label: &Label,
        indent: usize,
        certain: bool,
        loose: bool,
        after_heading: bool,
    ) -> Option<Option<String>> {
        if !label.above.is_empty() {
            return self.path(label, certain, loose);
        }
        let same = |level: &Level, figures: Figures| level.figures == figures && level.marks == label.marks;
        // It goes on from an open level; the deepest goes first.
        for depth in (0..self.levels.len()).rev() {
            for (figures, value) in &label.readings {
                let level = &self.levels[depth];
                if same(level, *figures)
                    && *value == level.value + 1
                    && (loose || *figures == Figures::Arabic || (indent > 0 && indent == level.indent))
                {
                    self.set(depth, *figures, *value, label);
                    return Some(None);
                }
            }
        }
        if let Some(remark) = self.through_parts(label, certain, loose) {
            return Some(Some(remark));
        }
        let is_word = matches!(label.marks, Marks::Word(_));
        // It goes on, written in another way, as a hurried writer does.
        if let (Some(level), Some((Figures::Arabic, value))) =
            (self.levels.last(), label.readings.first().copied())
            && level.figures == Figures::Arabic
            && value == level.value + 1
            && value > 1
            && (loose || certain)
            && !is_word
        {
            let depth = self.levels.len() - 1;
            self.set(depth, Figures::Arabic, value, label);
            return Some(Some("its number is written in another way than the one before".to_owned()));
        }
        // It begins a level.
        if let Some((figures, value)) = label.readings.iter().rev().find(|(_, value)| *value == 1)
            && (loose || is_word)
        {
            let part = matches!(&label.marks, Marks::Word(word) if word == "part" || word == "section");
            let open = self.levels.iter().position(|level| same(level, *figures));
            let depth = match open {
                // The same kind of number begins anew: the level starts again.
                Some(depth) => depth,
                None if part => 0,
                None if after_heading && !self.levels.first().is_some_and(|top| is_part(&top.marks)) => 0,
                None => self.levels.len(),
            };
            let again = open.is_some() && !after_heading;
            self.set(depth, *figures, *value, label);
            return Some(again.then(|| format!("the numbers begin again with {}", label.shown)));
        }
        if !certain && !is_word {
            return None;
        }
        // It skips a few.
        for depth in (0..self.levels.len()).rev() {
            for (figures, value) in &label.readings {
                let level = &self.levels[depth];
                if same(level, *figures) && *value > level.value && *value - level.value <= SKIPPED_MAX + 1 {
                    let from = level.shown.clone();
                    self.set(depth, *figures, *value, label);
                    return Some(Some(format!("the number before is {from}: one may be missing")));
                }
            }
        }
        // A list that does not begin with its first number, as the first list of all or after a head.
        let (figures, value) = label.readings.first()?;
        if (self.levels.is_empty() || after_heading) && (*figures == Figures::Arabic || is_word) {
            let depth = if after_heading { 0 } else { self.levels.len() };
            let (figures, value) = (*figures, *value);
            self.set(depth, figures, value, label);
            return Some(Some(format!("the list begins with {}", label.shown)));
        }
        None
    }

    /// Numbers that go on through parts: part I has 1 to 5, part II goes on with 6.
    fn through_parts(&mut self, label: &Label, certain: bool, loose: bool) -> Option<String> {
        let (depth, level) = self.ended.as_ref()?;
        let (figures, value) = *label.readings.first()?;
        let next = level.figures == figures && level.marks == label.marks && value == level.value + 1;
        let counted = figures == Figures::Arabic && (loose || certain);
        if !(next && counted && *depth == self.levels.len()) {
            return None;
        }
        let (depth, before) = (*depth, level.shown.clone());
        self.set(depth, figures, value, label);
        Some(format!("its number goes on from {before}, in the part before"))
    }

    /// A number such as `II.4`, which brings the levels above it along.
    fn path(&mut self, label: &Label, certain: bool, loose: bool) -> Option<Option<String>> {
        let (figures, value) = *label.readings.first()?;
        let depth = label.above.len();
        let same_above = self.levels.len() >= depth
            && self.levels.iter().zip(&label.above).all(|(level, shown)| level.shown == *shown);
        let next = same_above
            && match self.levels.get(depth) {
                Some(level) => value == level.value + 1,
                None => value == 1,
            };
        if !((next && loose) || (certain && value <= 200)) {
            return None;
        }
        if !same_above {
            self.levels.clear();
            for shown in &label.above {
                let reading = crate::label::start(&format!("{shown}. x")).reading();
                let (figures, value) = reading.unwrap_or((Figures::Arabic, 0));
                self.levels.push(Level {
                    figures,
                    marks: Marks::Dot,
                    value,
                    shown: shown.clone(),
                    indent: 0,
                });
            }
        }
        self.set(depth, figures, value, label);
        Some((!next && value != 1).then(|| "the number does not follow the one before".to_owned()))
    }

    fn set(&mut self, depth: usize, figures: Figures, value: u32, label: &Label) {
        if self.levels.len() > depth + 1 {
            self.ended = Some((depth + 1, self.levels.swap_remove(depth + 1)));
        } else if self.ended.as_ref().is_some_and(|(of, _)| *of == depth) {
            self.ended = None;
        }
        self.levels.truncate(depth);
        let (marks, shown) = (label.marks.clone(), label.shown.clone());
        self.levels.push(Level { figures, marks, value, shown, indent: 0 });
    }
}

fn is_part(marks: &Marks) -> bool {
    matches!(marks, Marks::Word(word) if word == "part" || word == "section")
}

impl Start<'_> {
    /// The first reading of a number.
    fn reading(&self) -> Option<(Figures, u32)> {
        match self {
            Self::Number(label, _) => label.readings.first().copied(),
            _ => None,
        }
    }
}

impl Paragraph {
    /// Adds a wrapped line: one space between, none after a hyphen that joins two letters.
    fn add(&mut self, at: usize, line: &str) {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let hyphen =
            pattern!(r"[\pL]-$").is_match(&self.text) && words.starts_with(|c: char| c.is_alphabetic());
        if !self.text.is_empty() && !hyphen {
            self.text.push(' ');
        }
        self.lines.push(at);
        self.starts.push(self.text.len());
        self.text.push_str(&words);
    }

    /// The line of the letter on which a byte of the text stands.
    pub(crate) fn line_at(&self, byte: usize) -> Option<usize> {
        let of = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        self.lines.get(of).copied()
    }
}
