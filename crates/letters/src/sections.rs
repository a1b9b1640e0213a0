//! What the parts of a letter are: which paragraphs ask for something, and what the others do.

use crate::label::{Start, start};
use crate::letter::LetterText;
use crate::outline::{Paragraph, in_capitals};
use crate::pattern::pattern;
use crate::rules;

/// A part of a letter by its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Before any head.
    Front,
    /// Definitions.
    Definitions,
    /// Instructions.
    Instructions,
    /// What is asked for.
    Items,
    /// After the words that close a letter.
    Closing,
}

/// What a paragraph is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bucket {
    /// Head, foot or number of a page.
    Furniture,
    /// Letterhead, date, address, salutation, subject.
    Head,
    /// A head above a part.
    Heading,
    /// It asks for something: an item, or words that several items share.
    Item,
    /// It says what a word means.
    Definition,
    /// An instruction or a usual sentence, by the rule that recognised it.
    Recognised(&'static str),
    /// Closing words, signature.
    Closing,
    /// A person must look at it.
    NotPlaced,
}

/// The part that a head opens; `None` where the words are no such head.
pub(crate) fn section_named(text: &str) -> Option<Section> {
    if text.split_whitespace().count() > 9 || text.ends_with([';', ',', '?']) {
        return None;
    }
    let text = text.trim_end_matches([':', '.']).to_lowercase();
    let is = |pattern: &regex::Regex| pattern.is_match(&text);
    const LEAD: &str = r"^(?:the |general |additional |special )?";
    if is(pattern!(format!(
        r"{LEAD}(?:definitions?(?:\s+and\s+(?:instructions|rules of construction))?|defined terms|rules of construction)(?: used.*)?$"
    ))) {
        return Some(Section::Definitions);
    }
    if is(pattern!(format!(
        r"{LEAD}(?:instructions?(?:\s+and\s+definitions)?(?: for .*)?|(?:form|manner|format|method) of (?:production|delivery|response)|(?:production|delivery) (?:format|instructions|requirements|specifications))$"
    ))) {
        return Some(Section::Instructions);
    }
    let items = pattern!(
        r"^(?:the )?(?:initial |supplemental |follow-?up |first |second )?(?:(?:documents?|records|information|items|materials|communications|documents and information|information and documents|documents and communications)(?: (?:and|or) (?:documents?|records|information|communications))? (?:to be (?:produced|provided)|requested|required|sought|demanded)|(?:document|information|data|records?|document and information)? ?requests?(?: lists?)?|requests? for (?:documents?|information|records|production).*|requested (?:documents?|information|items|records).*|items|specifications|demands)$"
    );
    is(items).then_some(Section::Items)
}

/// What each paragraph is, and whether it stands under a head of definitions or instructions.
pub(crate) fn buckets(letter: &LetterText, paragraphs: &[Paragraph]) -> (Vec<Bucket>, Vec<bool>) {
    let mut walk = Walk {
        letter,
        paragraphs,
        section: Section::Front,
        section_depth: None,
        unsure: false,
        saluted: false,
        prose: false,
        last_item: None,
    };
    let numbered = paragraphs.iter().any(|paragraph| !paragraph.path.is_empty());
    let (mut buckets, under): (Vec<Bucket>, Vec<bool>) = (0..paragraphs.len())
        .map(|at| {
            let bucket = walk.one(at);
            (bucket, matches!(walk.section, Section::Definitions | Section::Instructions))
        })
        .unzip();
    if !buckets.contains(&Bucket::Item) {
        without_numbers(paragraphs, &mut buckets, numbered);
    }
    (buckets, under)
}

/// Whether a paragraph without a number goes on with the item above it.
pub(crate) fn goes_on(above: &Paragraph, paragraph: &Paragraph) -> bool {
    paragraph.path.is_empty()
        && (paragraph.bullet || (above.indent + 2..=above.indent + 24).contains(&paragraph.indent))
}

/// Letters whose requests bear no numbers: bullets ask, or else sentences that ask for communications.
fn without_numbers(paragraphs: &[Paragraph], buckets: &mut [Bucket], numbered: bool) {
    if numbered {
        return;
    }
    let bullets = paragraphs.iter().any(|paragraph| paragraph.bullet);
    for (paragraph, bucket) in paragraphs.iter().zip(buckets) {
        let free = matches!(bucket, Bucket::NotPlaced | Bucket::Recognised(_));
        let asks = if bullets { paragraph.bullet } else { rules::asks(&paragraph.text) };
        if free && asks {
            *bucket = Bucket::Item;
        }
    }
}

struct Walk<'l> {
    letter: &'l LetterText,
    paragraphs: &'l [Paragraph],
    section: Section,
    section_depth: Option<usize>,
    /// A head of no known kind stood inside definitions or instructions.
    unsure: bool,
    saluted: bool,
    /// Whether a sentence has been met.
    prose: bool,
    last_item: Option<usize>,
}

impl Walk<'_> {
    fn one(&mut self, at: usize) -> Bucket {
        let paragraph = &self.paragraphs[at];
        let depth = paragraph.path.len();
        if let Some(section) = section_named(&paragraph.text) {
            self.enter(section, (depth > 0).then_some(depth));
            return Bucket::Heading;
        }
        if paragraph.part && paragraph.text.split_whitespace().count() <= 15 {
            self.enter(Section::Items, None);
            return Bucket::Heading;
        }
        if depth > 0 { self.numbered(at, depth) } else { self.plain(at) }
    }

    fn enter(&mut self, section: Section, depth: Option<usize>) {
        (self.section, self.section_depth) = (section, depth);
        (self.unsure, self.last_item, self.prose) = (false, None, true);
    }

    fn has_children(&self, at: usize) -> bool {
        let path = &self.paragraphs[at].path;
        let next = self.paragraphs[at + 1..].iter().find(|paragraph| !paragraph.path.is_empty());
        next.is_some_and(|next| next.path.len() > path.len() && next.path.starts_with(path))
    }

    fn numbered(&mut self, at: usize, depth: usize) -> Bucket {
        let paragraph = &self.paragraphs[at];
        let text = &paragraph.text;
        self.prose = true;
        if is_title(text) && self.has_children(at) && !rules::asks(text) {
            if self.section_depth.is_none_or(|of| depth <= of) {
                self.enter(Section::Items, None);
            }
            return Bucket::Heading;
        }
        let defines = rules::definition(text).is_some();
        let under = matches!(self.section, Section::Definitions | Section::Instructions);
        if under && self.section_depth.is_some_and(|of| depth <= of) {
            self.enter(Section::Items, None);
        }
        if under && self.unsure && rules::asks(text) && !defines && rules::recognised(text).is_none() {
            self.enter(Section::Items, None);
        }
        match self.section {
            _ if defines => Bucket::Definition,
            Section::Definitions | Section::Instructions => Bucket::Recognised(self.rule_under(text)),
            Section::Front | Section::Closing if !rules::asks(text) && rules::is_instruction(text) => {
                Bucket::Recognised(rules::recognised(text).unwrap_or("an instruction"))
            }
            _ => {
                self.section = Section::Items;
                self.last_item = Some(at);
                Bucket::Item
            }
        }
    }

    fn rule_under(&self, text: &str) -> &'static str {
        rules::recognised(text).unwrap_or(match self.section {
            Section::Definitions => "stands under the head \"definitions\"",
            _ => "stands under the head \"instructions\"",
        })
    }

    fn plain(&mut self, at: usize) -> Bucket {
        let paragraph = &self.paragraphs[at];
        let text = &paragraph.text;
        if rules::salutation(text) {
            (self.saluted, self.prose) = (true, true);
            return Bucket::Head;
        }
        if rules::closing(text) {
            (self.section, self.last_item) = (Section::Closing, None);
            return Bucket::Closing;
        }
        let sentence = text.ends_with(['.', ':', '?', '!', ';']) && text.split_whitespace().count() > 6;
        if self.section == Section::Front && !self.prose {
            if !sentence || rules::mail_head(text) {
                return Bucket::Head;
            }
            self.prose = true;
        }
        if let Some(item) = self.last_item
            && self.section == Section::Items
            && goes_on(&self.paragraphs[item], paragraph)
        {
            return Bucket::Item;
        }
        let asks = rules::asks(text) && !rules::is_instruction(text);
        if (in_capitals(text) || is_title(text)) && !paragraph.bullet && !asks {
            return self.head(at);
        }
        if self.section == Section::Closing && !rules::asks(text) && self.same_page_as_closing(at) {
            return Bucket::Closing;
        }
        if rules::definition(text).is_some() {
            return Bucket::Definition;
        }
        // What asks, or bears a number that fits nowhere, must not be hidden by a usual sentence.
        let under = matches!(self.section, Section::Definitions | Section::Instructions);
        if !under && (asks || matches!(start(text), Start::Number(..))) {
            return Bucket::NotPlaced;
        }
        match (rules::recognised(text), self.section) {
            (Some(rule), _) => Bucket::Recognised(rule),
            (None, Section::Definitions | Section::Instructions) => Bucket::Recognised(self.rule_under(text)),
            _ => Bucket::NotPlaced,
        }
    }

    /// A head of no known kind.
    fn head(&mut self, at: usize) -> Bucket {
        let in_front = self.section == Section::Front && !self.saluted && at < 12;
        match self.section {
            Section::Closing if self.same_page_as_closing(at) && !in_capitals(&self.paragraphs[at].text) => {
                return Bucket::Closing;
            }
            Section::Closing => self.section = Section::Front,
            Section::Definitions | Section::Instructions => self.unsure = true,
            _ => {}
        }
        if in_front { Bucket::Head } else { Bucket::Heading }
    }

    fn same_page_as_closing(&self, at: usize) -> bool {
        let page = |at: usize| {
            let line = self.paragraphs.get(at).and_then(|paragraph| paragraph.lines.first())?;
            self.letter.lines.get(*line).map(|line| line.place.page())
        };
        at.checked_sub(1).is_none_or(|above| page(above) == page(at))
    }
}

/// A few words that are no sentence and begin with capitals, as heads do.
pub(crate) fn is_title(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() || words.len() > 10 || text.ends_with(['.', ';', ',', ':', '?', '!']) {
        return false;
    }
    let long: Vec<&&str> = words.iter().filter(|word| word.chars().count() > 3).collect();
    !long.is_empty() && long.iter().all(|word| word.starts_with(|c: char| !c.is_lowercase()))
}
