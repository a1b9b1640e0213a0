//! What a PDF holds and its pages do not show.

use super::string::text;
use crate::note::Remarks;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{self, Array, Dict, MaybeRef, Name, ObjRef, Object};
use std::collections::BTreeSet;

/// Most levels of a tree of names, and most files named.
const LEVELS_MAX: usize = 32;
const FILES_MAX: usize = 10_000;

/// What is gathered while pages are copied.
#[derive(Default)]
pub(crate) struct Unseen {
    lines: Vec<String>,
    files: BTreeSet<String>,
    layers: BTreeSet<String>,
    links: u64,
    missing: bool,
    scripts: bool,
    signed: bool,
}

impl Unseen {
    /// Words that stand on no page: the sheet behind the pages shows them.
    pub(crate) fn words(&mut self, line: String) {
        self.lines.push(line);
    }

    /// A thing that no sheet can show.
    pub(crate) fn missing(&mut self, line: String) {
        self.lines.push(line);
        self.missing = true;
    }

    /// A file inside the document.
    pub(crate) fn file(&mut self, name: String) {
        self.files.insert(if name.trim().is_empty() { "(a file without a name)".to_owned() } else { name });
    }

    /// A link.
    pub(crate) fn link(&mut self) {
        self.links += 1;
    }

    /// A program, or something that is set off.
    pub(crate) fn script(&mut self) {
        self.scripts = true;
    }

    /// An electronic signature.
    pub(crate) fn signed(&mut self) {
        self.signed = true;
    }

    /// What of the document as a whole its pages do not show.
    pub(crate) fn document(&mut self, root: &Dict<'_>) {
        if let Some(names) = root.get::<Dict<'_>>(b"Names") {
            self.scripts |= names.contains_key(b"JavaScript");
            if let Some(tree) = names.get::<Dict<'_>>(b"EmbeddedFiles") {
                self.embedded(&tree, 0);
            }
        }
        let opening = root.get::<Dict<'_>>(b"OpenAction");
        let runs = opening.and_then(|action| action.get::<Name<'_>>(b"S"));
        self.scripts |= root.contains_key(b"AA") || runs.is_some_and(|kind| kind.as_ref() != b"GoTo");
        if let Some(layers) = root.get::<Dict<'_>>(b"OCProperties") {
            self.hidden(&layers);
        }
        if root.get::<Dict<'_>>(b"AcroForm").is_some_and(|form| form.contains_key(b"XFA")) {
            self.missing("The PDF holds its form a second time, for another program (XFA).".to_owned());
        }
    }

    /// Files in a tree of names.
    fn embedded(&mut self, tree: &Dict<'_>, level: usize) {
        if let Some(names) = tree.get::<Array<'_>>(b"Names") {
            for file in names.iter::<Object<'_>>().filter_map(Object::into_dict) {
                if self.files.len() < FILES_MAX {
                    self.file(file_name(&file));
                }
            }
        }
        let kids =
            tree.get::<Array<'_>>(b"Kids").filter(|_| level < LEVELS_MAX && self.files.len() < FILES_MAX);
        for below in kids.iter().flat_map(|kids| kids.iter::<Dict<'_>>()) {
            self.embedded(&below, level + 1);
        }
    }

    /// Layers that are off when the document is opened (8.11.4.3).
    fn hidden(&mut self, layers: &Dict<'_>) {
        let Some(rules) = layers.get::<Dict<'_>>(b"D") else { return };
        let refs = |dict: &Dict<'_>, key: &[u8]| -> Vec<ObjRef> {
            let all = dict.get::<Array<'_>>(key);
            let all = all.iter().flat_map(Array::raw_iter);
            all.filter_map(|item| if let MaybeRef::Ref(to) = item { Some(to) } else { None }).collect()
        };
        let (all, on, off) = (refs(layers, b"OCGs"), refs(&rules, b"ON"), refs(&rules, b"OFF"));
        let base_off = rules.get::<Name<'_>>(b"BaseState").is_some_and(|state| state.as_ref() == b"OFF");
        let hidden = |layer: &ObjRef| off.contains(layer) || (base_off && !on.contains(layer));
        let groups = layers.get::<Array<'_>>(b"OCGs");
        let groups = groups.iter().flat_map(|groups| groups.iter::<Dict<'_>>());
        for (layer, group) in all.iter().zip(groups) {
            if hidden(layer) {
                let name = group.get::<object::String<'_>>(b"Name").map(|name| text(name.as_bytes()));
                self.layers.insert(name.unwrap_or_else(|| "(without a name)".to_owned()));
            }
        }
    }

    /// What is to be said of the pages goes to `remarks`.
    pub(crate) fn told(self, remarks: &mut Remarks) -> Told {
        if self.scripts {
            remarks.say("programs and actions in the PDF are left out");
        }
        if self.signed {
            remarks.say("the electronic signature of the PDF is shown as it looks; it cannot be checked on these pages");
        }
        if self.links > 0 {
            remarks.say(format!("{} links of the PDF lead nowhere on these pages", self.links));
        }
        let missing = self.missing || !self.layers.is_empty() || !self.files.is_empty();
        let mut lines = self.lines;
        lines.extend(
            self.layers.iter().map(|name| format!("Layer that is off when the PDF is opened: {name}")),
        );
        lines.extend(self.files.iter().map(|name| format!("File inside the PDF: {name}")));
        if missing {
            remarks.say("the PDF holds more than its pages show; the sheet behind them lists it");
        } else if !lines.is_empty() {
            remarks.say("comments and fields of the PDF stand on the sheet behind its pages");
        }
        Told { lines, missing }
    }
}

/// What no page of a PDF shows.
pub(crate) struct Told {
    /// For a sheet behind the pages; none where there is nothing to be said.
    pub(crate) lines: Vec<String>,
    /// Whether there is more than a sheet can show: files, layers, a form for another program.
    pub(crate) missing: bool,
}

/// The name of a file specification.
pub(crate) fn file_name(file: &Dict<'_>) -> String {
    let name = file.get::<object::String<'_>>(b"UF").or_else(|| file.get::<object::String<'_>>(b"F"));
    name.map(|name| text(name.as_bytes())).unwrap_or_default()
}

/// The document's catalog.
pub(crate) fn root(pdf: &Pdf) -> Option<Dict<'_>> {
    pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())
}
