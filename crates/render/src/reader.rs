//! Content into matter.

use crate::admit::{BOX_ENDS, BOX_STARTS, Gate};
use crate::compositor::ITEM;
use crate::content::{Body, Content, Conversation, Message, SlipSheet, TextRendition};
use crate::faces::{Faces, Kind};
use crate::html::Walker;
use crate::line::Look;
use crate::matter::{Matter, Words};
use crate::note::Remarks;

pub(crate) const TEXT: Look = Look::new(Kind::Sans, 10.0, 0);
const STRONG: Look = Look::new(Kind::Bold, 10.0, 0);
/// In the face of the values: one more face in a file is one more to subset and pack.
const LABEL: Look = Look::new(Kind::Sans, 9.0, 100);
pub(crate) const MONO: Look = Look::new(Kind::Mono, 9.0, 0);
pub(crate) const SMALL: Look = Look::new(Kind::Sans, 8.0, 80);
const TITLE: Look = Look::new(Kind::Bold, 13.0, 0);
const SHEET_TITLE: Look = Look::new(Kind::Bold, 20.0, 0);
const SHEET_LINE: Look = Look::new(Kind::Sans, 12.0, 0);
/// Width of the labels above a message.
const LABELS: f32 = 82.0;

/// Reads content; what cannot be shown as it is goes into the remarks.
pub(crate) struct Reader<'a> {
    pub(crate) gate: &'a Gate,
    pub(crate) faces: &'a mut Faces,
    pub(crate) remarks: Remarks,
}

impl Reader<'_> {
    pub(crate) fn read(&mut self, content: &Content) -> Vec<Matter> {
        match content {
            Content::Message(message) => self.message(message),
            Content::Text(text) => self.text(text),
            Content::Conversation(conversation) => self.conversation(conversation),
            Content::SlipSheet(sheet) => self.slip_sheet(sheet),
            // Placed as it is: nothing of it is set.
            Content::Pdf(_) | Content::Picture(_) => Vec::new(),
        }
    }

    /// A paragraph for each line of a text; `part` says of what it is the text.
    pub(crate) fn lines(&mut self, text: &str, look: Look, part: &str) -> Vec<Matter> {
        let clean = self.gate.admit(text, look.kind, part, self.faces, &mut self.remarks);
        let clean = clean.strip_suffix('\n').unwrap_or(&clean);
        let boxes = self.gate.boxes;
        let paragraph = |line| match boxes {
            true => Matter::Paragraph { words: boxed(line, look), before: 0.0 },
            false => Matter::paragraph(line, look, 0.0),
        };
        clean.split('\n').map(paragraph).collect()
    }

    /// Words in one line, past the gate.
    fn in_line(&self, clean: &str, look: Look) -> Vec<Words> {
        let clean = clean.replace('\n', " ");
        if self.gate.boxes { boxed(&clean, look) } else { vec![Words { text: clean, look }] }
    }

    fn labelled(&mut self, fields: &[(String, String)], part: &str) -> Vec<Matter> {
        let mut matter = Vec::new();
        for (label, value) in fields {
            let place = format!("{part} {label}");
            let label = self.gate.admit(label, LABEL.kind, part, self.faces, &mut self.remarks);
            let sign = vec![Words { text: label.replace('\n', " "), look: LABEL }];
            matter.push(Matter::Item { sign, step: LABELS, matter: self.lines(value, TEXT, &place) });
        }
        matter
    }

    fn message(&mut self, message: &Message) -> Vec<Matter> {
        let mut matter = self.labelled(&message.headers, "the header");
        matter.extend(self.attachments(&message.attachments));
        matter.push(Matter::Rule);
        match &message.body {
            Body::Plain(text) => matter.extend(self.lines(text, MONO, "the body")),
            Body::Html { html, inline } => matter.extend(Walker::new(self, inline).read(html)),
        }
        matter.extend(self.notes(&message.notes));
        matter
    }

    fn attachments(&mut self, attachments: &[String]) -> Option<Matter> {
        let sign = vec![Words { text: "Attachments".to_owned(), look: LABEL }];
        let each = attachments.iter().flat_map(|line| self.lines(line, TEXT, "the list of attachments"));
        let matter: Vec<Matter> = each.collect();
        (!matter.is_empty()).then_some(Matter::Item { sign, step: LABELS, matter })
    }

    fn text(&mut self, text: &TextRendition) -> Vec<Matter> {
        let mut matter = self.lines(&text.title, TITLE, "the title");
        if !text.label.trim().is_empty() {
            let label = self.gate.admit(&text.label, TEXT.kind, "the label", self.faces, &mut self.remarks);
            matter.push(Matter::Label(self.in_line(&label, TEXT)));
        }
        matter.push(Matter::Rule);
        matter.extend(self.lines(&text.text, MONO, "the text"));
        matter
    }

    fn conversation(&mut self, conversation: &Conversation) -> Vec<Matter> {
        let mut matter = self.labelled(&conversation.heading, "the heading");
        matter.push(Matter::Rule);
        for (n, entry) in conversation.entries.iter().enumerate() {
            let part = format!("entry {}", n + 1);
            let mut head = self.words(&entry.who, STRONG, &part);
            head.extend(self.words(&format!("   {}", entry.time), SMALL, &part));
            matter.push(Matter::Paragraph { words: head, before: 6.0 });
            let mut said = self.lines(&entry.text, TEXT, &part);
            for line in &entry.attachments {
                said.extend(self.lines(&format!("Attachment: {line}"), TEXT, &part));
            }
            for note in &entry.notes {
                said.extend(self.lines(&format!("[{note}]"), SMALL, &part));
            }
            matter.push(Matter::Item { sign: Vec::new(), step: ITEM, matter: said });
        }
        matter.extend(self.notes(&conversation.notes));
        matter
    }

    fn words(&mut self, text: &str, look: Look, part: &str) -> Vec<Words> {
        let clean = self.gate.admit(text, look.kind, part, self.faces, &mut self.remarks);
        self.in_line(&clean, look)
    }

    fn slip_sheet(&mut self, sheet: &SlipSheet) -> Vec<Matter> {
        let mut matter = vec![Matter::White(190.0)];
        matter.extend(self.lines(&sheet.title, SHEET_TITLE, "the title"));
        matter.push(Matter::White(10.0));
        for line in &sheet.lines {
            let mut lines = self.lines(line, SHEET_LINE, "the reason");
            if let Some(Matter::Paragraph { before, .. }) = lines.first_mut() {
                *before = 5.0;
            }
            matter.extend(lines);
        }
        matter
    }

    /// What is to be said, below a rule.
    fn notes(&mut self, notes: &[String]) -> Vec<Matter> {
        let mut matter = Vec::new();
        for note in notes {
            matter.extend(self.lines(note, SMALL, "the notes"));
        }
        if !matter.is_empty() {
            matter.insert(0, Matter::Rule);
        }
        matter
    }

    /// What these pages show otherwise than the document had it, to stand below it.
    pub(crate) fn remarked(&mut self) -> Vec<Matter> {
        let notes = self.remarks.notes();
        if notes.is_empty() {
            return Vec::new();
        }
        let mut matter = vec![Matter::Rule, Matter::paragraph("On these pages:", SMALL, 0.0)];
        for note in notes {
            // A note can quote from the document: it passes the gate, and says no more of what it quotes.
            let mut unsaid = Remarks::default();
            let note = note.to_string();
            let clean = self.gate.admit(&note, SMALL.kind, "", self.faces, &mut unsaid);
            let sign = vec![Words { text: "•".to_owned(), look: SMALL }];
            let paragraphs = clean.split('\n').map(|line| Matter::paragraph(line, SMALL, 0.0)).collect();
            matter.push(Matter::Item { sign, step: 12.0, matter: paragraphs });
        }
        matter
    }
}

/// The words of a line, those between the signs of a box in one. A box reaches over no line's end.
fn boxed(line: &str, look: Look) -> Vec<Words> {
    let mut words = Vec::new();
    let mut inside = false;
    for part in line.split_inclusive([BOX_STARTS, BOX_ENDS]) {
        let text = part.trim_end_matches([BOX_STARTS, BOX_ENDS]);
        if !text.is_empty() {
            words.push(Words { text: text.to_owned(), look: if inside { look.in_box() } else { look } });
        }
        inside = part.ends_with(BOX_STARTS);
    }
    words
}
