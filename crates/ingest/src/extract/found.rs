//! What is found in a file, put together within bounds.

use super::{Extracted, FileBounds, Member};
use crate::notes::Notes;
use duces_model::{Defect, DefectCode};

/// Text, properties and flaws as they are found.
pub(crate) struct Found {
    text: String,
    text_max: usize,
    bounds: FileBounds,
    /// Where text stands that is no label.
    spoken: bool,
    properties: Vec<(String, String)>,
    incomplete: Option<Defect>,
    notes: Notes,
    pub(crate) members: Vec<Member>,
}

impl Found {
    /// Nothing yet.
    pub(crate) fn new(bounds: FileBounds) -> Self {
        Self {
            text: String::new(),
            text_max: usize::try_from(bounds.text_bytes_max).unwrap_or(usize::MAX),
            bounds,
            spoken: false,
            properties: Vec::new(),
            incomplete: None,
            notes: Notes::default(),
            members: Vec::new(),
        }
    }

    /// Adds text as it stands; says whether more is wanted.
    pub(crate) fn text(&mut self, text: &str) -> bool {
        if self.text.len() + text.len() > self.text_max {
            let detail = format!("more text than the limit of {} bytes", self.text_max);
            self.incomplete(DefectCode::ExpandsTooFar, detail);
            return false;
        }
        self.spoken |= !text.trim().is_empty();
        self.text.push_str(text);
        true
    }

    /// Ends a cell of a table: a tab instead of the end of its last paragraph.
    pub(crate) fn end_cell(&mut self) {
        // The cell's own last paragraph; an empty cell has one too.
        if self.text.ends_with('\n') {
            self.text.pop();
        }
        self.text("\t");
    }

    /// Ends the line, if one has begun.
    pub(crate) fn end_line(&mut self) {
        while self.text.ends_with([' ', '\t']) {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// A line of its own.
    pub(crate) fn line(&mut self, line: &str) -> bool {
        self.end_line();
        let more = self.text(line);
        self.end_line();
        more
    }

    /// A label: a line in square brackets, which stands for something that is not in the file itself.
    pub(crate) fn label(&mut self, label: &str) {
        let spoken = self.spoken;
        self.line(&format!("[{label}]"));
        self.spoken = spoken;
    }

    /// What this is held to.
    pub(crate) fn bounds(&self) -> FileBounds {
        self.bounds
    }

    /// Whether any text was found, labels aside.
    pub(crate) fn has_text(&self) -> bool {
        self.spoken
    }

    /// Whether the text holds this already.
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// Adds a property, unless it says nothing or was said before.
    pub(crate) fn property(&mut self, name: &str, value: &str) {
        let value = value.trim().trim_matches('\0');
        let said = |(known, said): &(String, String)| known == name && said == value;
        if !value.is_empty() && self.properties.len() < PROPERTIES_MAX && !self.properties.iter().any(said) {
            let kept: String = value.chars().take(VALUE_MAX).collect();
            self.properties.push((name.to_owned(), kept));
        }
    }

    /// The text is not all of it, and why; the first reason stands for all.
    pub(crate) fn incomplete(&mut self, code: DefectCode, detail: impl Into<String>) {
        let why = Defect::new(code, detail);
        if self.incomplete.is_none() {
            self.incomplete = Some(why);
        } else {
            self.notes.extend([why]);
        }
    }

    /// Something is wrong, and the text is all of it nevertheless.
    pub(crate) fn note(&mut self, code: DefectCode, detail: impl Into<String>) {
        self.notes.add(code, detail);
    }

    /// The password at this place of the list (from 0) opened the file. Which one it is, is not told.
    pub(crate) fn opened_with(&mut self, at: usize) {
        self.note(DefectCode::Encrypted, format!("opened with line {} of the password list", at + 1));
    }

    /// No password of a list of so many opened the file.
    pub(crate) fn locked(&mut self, tried: usize) {
        let detail = match tried {
            0 => "a password is needed, and no list of passwords was given".to_owned(),
            1 => "a password is needed, and the one given does not open it".to_owned(),
            many => format!("a password is needed, and none of the {many} given opens it"),
        };
        self.incomplete(DefectCode::Encrypted, detail);
    }

    /// Takes over all that was found apart.
    pub(crate) fn take(&mut self, other: Self) {
        let other = other.finish();
        self.text(&other.text);
        self.properties.extend(other.properties);
        self.notes.extend(other.defects);
        if let Some(why) = other.incomplete {
            self.incomplete(why.code, why.detail);
        }
        self.members.extend(other.members);
    }

    /// All that was found.
    pub(crate) fn finish(mut self) -> Extracted {
        self.end_line();
        Extracted {
            text: self.text,
            properties: self.properties,
            incomplete: self.incomplete,
            defects: self.notes.finish(),
            members: self.members,
        }
    }
}

/// Most properties of one file.
const PROPERTIES_MAX: usize = 200;
/// Most characters of a property.
const VALUE_MAX: usize = 10_000;
