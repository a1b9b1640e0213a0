//! Documents onto pages.

use crate::admit::Gate;
use crate::compositor::{Compositor, Frame, Sink};
use crate::content::{Body, Content, SlipSheet, TextRendition};
use crate::embedded::Subsets;
use crate::error::RenderError;
use crate::existing::{Placed, Reading};
use crate::glyph::Glyphs;
use crate::line::Breaker;
use crate::note::{Note, Remarks, SheetDefect};
use crate::pager::{MEASURE, Page, Pager};
use crate::reader::Reader;
use crate::word::Words;
use chrono::{DateTime, Utc};

/// Most pages that one document is set on. A longer one gets a slip-sheet with
/// [`SheetDefect::TooManyPages`]: what is laid out is held in memory.
pub const PAGES_MAX: u32 = 5_000;
/// Most bytes of text that one document is set from. A longer one gets a slip-sheet with
/// [`SheetDefect::TextTooLong`].
pub const TEXT_BYTES_MAX: usize = 24 << 20;

/// Sets documents on pages and writes them. Fonts are read once, and words shaped once, so one printer
/// serves a whole run; it remembers nothing that changes what comes out.
pub struct Printer {
    pub(crate) words: Words,
    pub(crate) breaker: Breaker,
    pub(crate) gate: Gate,
    /// Lets the signs of boxes through.
    boxing: Gate,
    pub(crate) glyphs: Glyphs,
    pub(crate) subsets: Subsets,
}

/// A document laid out on pages that have no numbers yet.
#[derive(Debug, Clone)]
pub struct Sheets {
    /// Existing pages; what was set here stands behind them.
    pub(crate) placed: Option<Placed>,
    pub(crate) pages: Vec<Page>,
    pub(crate) notes: Vec<Note>,
    whole: bool,
    defect: Option<SheetDefect>,
}

impl Sheets {
    /// How many pages; at least 1.
    pub fn pages(&self) -> u32 {
        let placed = self.placed.as_ref().map_or(0, |placed| placed.pages.len());
        u32::try_from(placed + self.pages.len()).unwrap_or(u32::MAX)
    }

    /// What the pages show otherwise than the document had it. The pages say it too, below the
    /// document, except those of an existing PDF or a picture.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Whether all that the document holds is on the pages. A PDF can hold files, layers that are off, and
    /// parts that cannot be read; a moving picture has more than the one that is shown.
    pub fn is_whole(&self) -> bool {
        self.whole && self.defect.is_none()
    }

    /// Why a slip-sheet stands here instead of the document.
    pub fn defect(&self) -> Option<&SheetDefect> {
        self.defect.as_ref()
    }
}

/// What is put onto the pages beside the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsement {
    /// A number for each page, at its lower right.
    pub numbers: Vec<String>,
    /// Stands at the lower left of each page, in at most three lines.
    pub legend: Option<String>,
    /// The day and time that the PDF states of itself (krilla writes no PDF/A-2 without). It is part of the
    /// input like any other, so that the bytes depend on nothing else.
    pub dated: DateTime<Utc>,
}

impl Printer {
    /// A printer with all shipped fonts.
    ///
    /// # Errors
    /// [`RenderError::Font`] where a shipped font cannot be read.
    pub fn new() -> Result<Self, RenderError> {
        Ok(Self {
            words: Words::new()?,
            breaker: Breaker::new(),
            gate: Gate::new(false),
            boxing: Gate::new(true),
            glyphs: Glyphs::default(),
            subsets: Subsets::default(),
        })
    }

    /// Lays a document out. What cannot be set is no error: a slip-sheet that says why comes back, with
    /// [`Sheets::defect`].
    ///
    /// # Errors
    /// None at present; kinds of content to come can fail to be read.
    pub fn lay_out(&mut self, content: &Content) -> Result<Sheets, RenderError> {
        Ok(self.laid_out(content, false))
    }

    /// As [`Printer::lay_out`], but words between [`crate::BOX_STARTS`] and [`crate::BOX_ENDS`] stand white in a
    /// black box, which is as long as they are: nothing shows how much the box stands for.
    ///
    /// # Errors
    /// As [`Printer::lay_out`].
    pub fn lay_out_boxed(&mut self, content: &Content) -> Result<Sheets, RenderError> {
        Ok(self.laid_out(content, true))
    }

    fn laid_out(&mut self, content: &Content, boxes: bool) -> Sheets {
        let placed = match content {
            Content::Pdf(bytes) => Some(Placed::pdf(bytes)),
            Content::Picture(bytes) => Some(Placed::picture(bytes)),
            _ => None,
        };
        match placed {
            Some(Ok(reading)) => return self.behind(reading),
            Some(Err(defect)) => return self.stand_in(defect),
            None => {}
        }
        let found = bytes_of_text(content);
        if found > TEXT_BYTES_MAX {
            return self.stand_in(SheetDefect::TextTooLong { found, bytes_max: TEXT_BYTES_MAX });
        }
        match self.set(content, boxes) {
            Some(sheets) => sheets,
            None => self.stand_in(SheetDefect::TooManyPages { pages_max: PAGES_MAX }),
        }
    }

    /// Existing pages, with a sheet of what they do not show where there is anything.
    fn behind(&mut self, reading: Reading) -> Sheets {
        let Reading { placed, remarks, told } = reading;
        let mut pages = Vec::new();
        if !told.lines.is_empty() {
            let content = Content::Text(TextRendition {
                title: "NOT ON THE PAGES BEFORE THIS SHEET".to_owned(),
                label: "What the document holds and its pages do not show".to_owned(),
                text: told.lines.join("\n"),
            });
            let found = bytes_of_text(&content);
            if found > TEXT_BYTES_MAX {
                return self.stand_in(SheetDefect::TextTooLong { found, bytes_max: TEXT_BYTES_MAX });
            }
            match self.set(&content, false) {
                Some(sheets) => pages = sheets.pages,
                None => return self.stand_in(SheetDefect::TooManyPages { pages_max: PAGES_MAX }),
            }
        }
        let whole = !told.missing;
        let sheets = Sheets { placed: Some(placed), pages, notes: remarks.notes(), whole, defect: None };
        if sheets.pages() > PAGES_MAX {
            return self.stand_in(SheetDefect::TooManyPages { pages_max: PAGES_MAX });
        }
        sheets
    }

    /// The pages of a content, unless there are too many.
    fn set(&mut self, content: &Content, boxes: bool) -> Option<Sheets> {
        self.words.failed.clear();
        let mut pager = Pager::new(PAGES_MAX);
        let gate = if boxes { &self.boxing } else { &self.gate };
        let mut reader = Reader { gate, faces: &mut self.words.faces, remarks: Remarks::default() };
        let matter = reader.read(content);
        let remarks = reader.remarks;
        self.compose(&matter, &mut pager);
        drop(matter);
        let mut reader = Reader { gate: &self.gate, faces: &mut self.words.faces, remarks };
        for c in std::mem::take(&mut self.words.failed) {
            reader.remarks.substituted(c, || "the document".to_owned());
        }
        let remarked = reader.remarked();
        let notes = reader.remarks.notes();
        self.compose(&remarked, &mut pager);
        (!pager.is_over()).then_some(Sheets {
            placed: None,
            pages: pager.pages,
            notes,
            whole: true,
            defect: None,
        })
    }

    fn compose(&mut self, matter: &[crate::matter::Matter], pager: &mut Pager) {
        let mut compositor = Compositor { words: &mut self.words, breaker: &mut self.breaker };
        compositor.set(matter, &mut Frame::new(0.0, MEASURE), &mut Sink::Pages(pager));
    }

    /// Where a slip-sheet stands instead of the document, the same with these lines above the reason: what the document
    /// is called. Any other sheets are left as they are.
    pub fn named(&mut self, sheets: Sheets, lines: Vec<String>) -> Sheets {
        match sheets.defect {
            Some(defect) => self.slip_sheet(lines, defect),
            None => sheets,
        }
    }

    /// A slip-sheet that says why the document is not set.
    pub(crate) fn stand_in(&mut self, defect: SheetDefect) -> Sheets {
        self.slip_sheet(Vec::new(), defect)
    }

    fn slip_sheet(&mut self, mut lines: Vec<String>, defect: SheetDefect) -> Sheets {
        lines.push(format!("This document could not be set on pages: {defect}."));
        let sheet = SlipSheet { title: "DOCUMENT NOT SET ON PAGES".to_owned(), lines };
        let sheets = self.set(&Content::SlipSheet(sheet), false);
        let pages = sheets.map_or_else(|| vec![Page::default()], |sheets| sheets.pages);
        Sheets { placed: None, pages, notes: Vec::new(), whole: false, defect: Some(defect) }
    }
}

/// Bytes of text in a content.
fn bytes_of_text(content: &Content) -> usize {
    let pairs = |fields: &[(String, String)]| -> usize {
        fields.iter().map(|(label, value)| label.len() + value.len()).sum()
    };
    let all = |lines: &[String]| -> usize { lines.iter().map(String::len).sum() };
    match content {
        Content::Message(message) => {
            let (Body::Plain(body) | Body::Html { html: body, .. }) = &message.body;
            pairs(&message.headers) + body.len() + all(&message.attachments) + all(&message.notes)
        }
        Content::Text(text) => text.title.len() + text.label.len() + text.text.len(),
        Content::Conversation(conversation) => {
            let entry = |entry: &crate::content::Entry| {
                entry.time.len()
                    + entry.who.len()
                    + entry.text.len()
                    + all(&entry.notes)
                    + all(&entry.attachments)
            };
            let entries: usize = conversation.entries.iter().map(entry).sum();
            pairs(&conversation.heading) + entries + all(&conversation.notes)
        }
        Content::Pdf(_) | Content::Picture(_) => 0,
        Content::SlipSheet(sheet) => sheet.title.len() + all(&sheet.lines),
    }
}
