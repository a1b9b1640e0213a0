//! The completeness certification (instrument I-1).

mod beside;
mod front;
mod items;
mod lists;
mod pieces;
mod schedules;
mod scope;

use crate::check::check;
use crate::compare::Piece;
use crate::error::InstrumentError;
use crate::facts::CompletenessFacts;
use crate::nil::not_backed;
use crate::standing::Standing;
use crate::template::Template;
use crate::wording::instant;
use chrono::{DateTime, Utc};
use duces_model::Sha256;
use duces_render::{Block, Pages, to_docx, to_pdf};
use pieces::Said;
use serde::Serialize;
use std::cell::RefCell;

/// An instrument, ready to be stored and printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// The title that follows from the facts.
    pub title: String,
    /// Whether DRAFT stands across the pages: asked for, or because something produced is not sealed
    /// and verified.
    pub draft: bool,
    /// The PDF.
    pub pdf: Vec<u8>,
    /// The same text, to be edited in a word processor.
    pub docx: Vec<u8>,
    /// Digest of the facts, as printed in the foot of every page.
    pub facts_sha256: Sha256,
    /// The facts as JSON, with the title and what else was worked out from them (`FACTS.md`).
    pub json: Vec<u8>,
    /// How many pages.
    pub pages: usize,
    /// Digest of the template that worded it.
    pub template_sha256: Sha256,
    /// Characters of names and paths that no shipped font can show; each stands as U+FFFD in the PDF,
    /// and as it is in the JSON.
    pub substituted: Vec<char>,
}

/// What stands in the JSON beside the PDF.
#[derive(Serialize)]
struct Sidecar<'a> {
    instrument: &'static str,
    title: &'a str,
    draft: bool,
    partial: bool,
    subject_to_schedule_of_gaps: bool,
    nil_items: Vec<&'a str>,
    nil_items_not_backed: Vec<&'a str>,
    items_not_answered: Vec<&'a str>,
    scheduled_gaps: Vec<&'a str>,
    template_sha256: Sha256,
    facts_sha256: Sha256,
    facts: &'a CompletenessFacts,
}

/// What stands inside the DOCX. The facts know of gaps that touch no item and are not printed, and the document
/// goes to others: it names them by their digest alone.
#[derive(Serialize)]
struct Slip<'a> {
    instrument: &'static str,
    title: &'a str,
    template_sha256: Sha256,
    facts_sha256: Sha256,
}

/// What the JSON and the DOCX call the instrument.
const INSTRUMENT: &str = "completeness-certification";

/// Makes the completeness certification with the wording that the program carries.
///
/// The title follows the facts. `draft` puts DRAFT across the pages; without it DRAFT still stands
/// there while anything that is produced is not sealed and verified.
///
/// # Errors
/// [`InstrumentError::Unexplained`] where counts do not add up, [`InstrumentError::Contradiction`] where
/// facts exclude each other, and others where wording or pages cannot be made.
pub fn completeness(facts: &CompletenessFacts, draft: bool) -> Result<Instrument, InstrumentError> {
    completeness_with(&Template::builtin()?, facts, draft)
}

/// Makes the completeness certification with a firm's own wording.
///
/// # Errors
/// As [`completeness`].
pub fn completeness_with(
    template: &Template,
    facts: &CompletenessFacts,
    draft: bool,
) -> Result<Instrument, InstrumentError> {
    let text = Text::new(template, facts)?;
    let title = text.standing.title();
    let draft = draft || !text.standing.may_be_issued();
    let facts_sha256 = facts.sha256()?;
    let footer = text.say("page.footer", &[("title", title.clone()), ("as_known_at", text.as_known_at())])?;
    let pages = Pages {
        title: format!("{title}: {} {}", facts.request.authority, facts.request.number),
        language: "en-US".to_owned(),
        dated: facts.as_known_at,
        header: text.say("page.header", &[("crd", facts.firm.crd.clone())])?,
        footer: format!("{footer}\nFacts SHA-256 {facts_sha256}"),
        mark: draft.then(|| "DRAFT".to_owned()),
        blocks: text.blocks()?,
    };
    let rendition = to_pdf(&pages)?;
    let template_sha256 = template.sha256();
    let slip = Slip { instrument: INSTRUMENT, title: &title, template_sha256, facts_sha256 };
    Ok(Instrument {
        docx: to_docx(&pages, &serde_json::to_vec_pretty(&slip)?)?,
        facts_sha256,
        json: text.sidecar(&title, draft, facts_sha256)?,
        title,
        draft,
        pdf: rendition.bytes,
        pages: rendition.pages,
        template_sha256,
        substituted: rendition.substituted,
    })
}

/// The facts of a completeness certification as they stand in the JSON beside its PDF.
///
/// # Errors
/// [`InstrumentError::Json`] where it is no such JSON, or of a meaning that this version does not know.
pub fn stored_facts(json: &[u8]) -> Result<CompletenessFacts, InstrumentError> {
    Ok(stored(json)?.facts)
}

/// What stands in the JSON beside a PDF: enough to make both again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Stored {
    /// The facts.
    pub facts: CompletenessFacts,
    /// Whether DRAFT stands across the pages.
    pub draft: bool,
    /// Digest of the template that worded it.
    pub template_sha256: Sha256,
}

/// Reads the JSON beside a PDF. What was worked out from the facts is not taken from it.
///
/// # Errors
/// As [`stored_facts`].
pub fn stored(json: &[u8]) -> Result<Stored, InstrumentError> {
    Ok(serde_json::from_slice(json)?)
}

/// The text of the completeness certification before it is set on pages: what a test or another format
/// needs.
///
/// # Errors
/// As [`completeness`], less those of the pages.
pub fn completeness_text(
    template: &Template,
    facts: &CompletenessFacts,
) -> Result<Vec<Block>, InstrumentError> {
    Text::new(template, facts)?.blocks()
}

/// The text in reading order, part by part, and what of each part is fact: what an edited certificate is held against.
///
/// # Errors
/// As [`completeness_text`].
pub fn completeness_pieces(
    template: &Template,
    facts: &CompletenessFacts,
) -> Result<Vec<Piece>, InstrumentError> {
    let text = Text::new(template, facts)?;
    let blocks = text.blocks()?;
    Ok(pieces::pieces(&blocks, &text.said.borrow()))
}

/// The text being made: facts that were checked, where they stand, and the wording.
struct Text<'a> {
    template: &'a Template,
    facts: &'a CompletenessFacts,
    standing: Standing,
    /// The facts of each statement that was worded.
    said: RefCell<Said>,
}

impl<'a> Text<'a> {
    fn new(template: &'a Template, facts: &'a CompletenessFacts) -> Result<Self, InstrumentError> {
        check(facts)?;
        Ok(Self { template, facts, standing: Standing::of(facts), said: RefCell::default() })
    }

    /// Everything between header and footer.
    fn blocks(&self) -> Result<Vec<Block>, InstrumentError> {
        let mut blocks = self.front()?;
        blocks.extend(self.volumes()?);
        blocks.extend(self.items()?);
        blocks.extend(self.schedule_of_gaps()?);
        blocks.extend(self.schedule_of_exceptions()?);
        blocks.extend(self.scope()?);
        blocks.extend(self.pins()?);
        blocks.extend(self.lists()?);
        blocks.extend(self.declarant()?);
        Ok(blocks)
    }

    /// A statement of the template with its facts and those that every statement may use.
    fn say(&self, name: &str, facts: &[(&str, String)]) -> Result<String, InstrumentError> {
        let request = &self.facts.request;
        let mut all = vec![
            ("firm", self.facts.firm.name.clone()),
            ("authority", request.authority.clone()),
            ("number", request.number.clone()),
        ];
        all.extend(facts.iter().cloned());
        let text = self.template.say(name, &all)?;
        let used = self.template.used(name);
        let values = all.into_iter().filter(|(fact, _)| used.contains(fact)).map(|(_, value)| value);
        self.said.borrow_mut().insert(text.clone(), values.collect());
        Ok(text)
    }

    fn paragraph(&self, name: &str, facts: &[(&str, String)]) -> Result<Block, InstrumentError> {
        Ok(Block::Paragraph(self.say(name, facts)?))
    }

    fn note(&self, name: &str, facts: &[(&str, String)]) -> Result<Block, InstrumentError> {
        Ok(Block::Note(self.say(name, facts)?))
    }

    fn heading(&self, level: u8, name: &str) -> Result<Block, InstrumentError> {
        Ok(Block::Heading { level, text: self.say(name, &[])? })
    }

    fn instant(&self, at: DateTime<Utc>) -> String {
        instant(at, self.facts.zone)
    }

    fn as_known_at(&self) -> String {
        self.instant(self.facts.as_known_at)
    }

    fn sidecar(&self, title: &str, draft: bool, facts_sha256: Sha256) -> Result<Vec<u8>, InstrumentError> {
        let nil = || self.facts.items.iter().filter(|item| item.is_nil());
        let unbacked = nil().filter(|item| !not_backed(item, self.facts).is_empty());
        let unanswered = self.facts.not_answered();
        let sidecar = Sidecar {
            instrument: INSTRUMENT,
            title,
            draft,
            partial: self.standing.is_partial(),
            subject_to_schedule_of_gaps: self.standing.gaps_touch,
            nil_items: nil().map(|item| item.id.as_str()).collect(),
            nil_items_not_backed: unbacked.map(|item| item.id.as_str()).collect(),
            items_not_answered: unanswered.into_iter().map(|item| item.id.as_str()).collect(),
            scheduled_gaps: self.scheduled().map(|gap| gap.gap.id.as_str()).collect(),
            template_sha256: self.template.sha256(),
            facts_sha256,
            facts: self.facts,
        };
        let mut json = serde_json::to_vec_pretty(&sidecar)?;
        json.push(b'\n');
        Ok(json)
    }
}
