//! A tree of HTML into matter.

use super::style::{Style, number};
use super::tree::{Node, NodeId, NodeKind, Tree, parse};
use crate::compositor::ITEM;
use crate::content::Inline;
use crate::line::{Look, Stroke};
use crate::matter::{Cell, Matter, Row, Table, Words};
use crate::picture::Picture;
use crate::reader::{Reader, SMALL, TEXT};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Deepest nesting that is set as structure; what is deeper is set as running text.
const DEPTH_MAX: u32 = 100;
/// Most columns that a cell takes (HTML standard, section 4.9.11).
const SPAN_MAX: usize = 1_000;
/// Columns beyond which cells take one column each and do not reach down into further rows: hostile tables
/// would cost rows times columns else.
const COLUMNS_MAX: usize = 2_000;
/// Points of a pixel.
const PIXEL: f32 = 0.75;
const TARGET: Look = Look::new(crate::faces::Kind::Sans, 7.0, 80);

/// Elements that start and end a line.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "html",
    "legend",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "section",
    "summary",
    "ul",
    "textarea",
    "listing",
    "xmp",
    "plaintext",
];

/// Reads a tree.
pub(crate) struct Walker<'a, 'r> {
    reader: &'a mut Reader<'r>,
    inline: &'a [Inline],
    pictures: BTreeMap<String, Result<Picture, String>>,
    paragraphs: usize,
}

/// Matter as it grows.
#[derive(Default)]
struct Flow {
    matter: Vec<Matter>,
    words: Vec<Words>,
    /// A blank is due before the next word.
    blank: bool,
    /// White above the next paragraph.
    before: f32,
    /// How the text of the open bracket is hidden.
    bracket: Option<&'static str>,
}

impl Flow {
    /// Ends the line.
    fn end(&mut self) {
        if self.bracket.take().is_some() {
            self.words.push(Words { text: "]".to_owned(), look: SMALL });
        }
        self.blank = false;
        if !self.words.is_empty() {
            let words = std::mem::take(&mut self.words);
            self.matter.push(Matter::Paragraph { words, before: self.before });
            self.before = 0.0;
        }
    }

    /// Ends the line, or leaves a blank one.
    fn line_end(&mut self, look: Look) {
        if self.words.is_empty() {
            self.words.push(Words { text: String::new(), look });
        }
        self.end();
    }

    fn push(&mut self, text: &str, look: Look) {
        let mut text = text.to_owned();
        if std::mem::take(&mut self.blank) {
            // No line is drawn below the blank beside a word that has one.
            match self.words.last_mut() {
                Some(last) if last.look == look || last.look.stroke == Stroke::None => last.text.push(' '),
                Some(_) => text.insert(0, ' '),
                None => {}
            }
        }
        match self.words.last_mut() {
            Some(last) if last.look == look => last.text.push_str(&text),
            _ => self.words.push(Words { text, look }),
        }
    }

    fn space(&mut self, white: f32) {
        self.end();
        self.before = self.before.max(white);
    }

    fn add(&mut self, matter: Matter) {
        self.end();
        self.matter.push(matter);
    }
}

impl<'a, 'r> Walker<'a, 'r> {
    pub(crate) fn new(reader: &'a mut Reader<'r>, inline: &'a [Inline]) -> Self {
        Self { reader, inline, pictures: BTreeMap::new(), paragraphs: 0 }
    }

    /// The matter of a document; one that goes beyond the limits comes as its source.
    pub(crate) fn read(&mut self, html: &str) -> Vec<Matter> {
        let tree = match parse(html) {
            Ok(tree) => tree,
            Err(limit) => {
                self.reader.remarks.say(format!("the HTML of the body is shown as its source: {limit}"));
                return self.reader.lines(html, crate::reader::MONO, "the body");
            }
        };
        let mut flow = Flow::default();
        self.children(&tree, 0, Style::new(TEXT.size), 0, &mut flow);
        flow.end();
        flow.matter
    }

    fn children(&mut self, tree: &Tree, id: NodeId, style: Style, depth: u32, flow: &mut Flow) {
        for child in &tree.nodes[id].children {
            self.node(tree, *child, style, depth + 1, flow);
        }
    }

    fn node(&mut self, tree: &Tree, id: NodeId, style: Style, depth: u32, flow: &mut Flow) {
        let node = &tree.nodes[id];
        match &node.kind {
            NodeKind::Text(text) => self.text(text, style, flow),
            NodeKind::Other => {}
            NodeKind::Element { .. } if depth > DEPTH_MAX => self.deep(tree, id, style, flow),
            NodeKind::Element { name, .. } => self.element(tree, id, name, style.inside(node), depth, flow),
        }
    }

    fn element(&mut self, tree: &Tree, id: NodeId, name: &str, style: Style, depth: u32, flow: &mut Flow) {
        let node = &tree.nodes[id];
        match name {
            "style" | "meta" | "link" | "base" | "col" | "colgroup" | "noframes" => {}
            "script" => self.reader.remarks.say("a script was left out"),
            "title" => self.title(&text_of(tree, id)),
            "template" => self.children(tree, id, style, depth, flow),
            "br" => flow.line_end(style.look()),
            "hr" => flow.add(Matter::Rule),
            "img" | "image" => self.image(node, flow),
            "a" => self.link(tree, id, style, depth, flow),
            "q" => {
                flow.push("“", style.look());
                self.children(tree, id, style, depth, flow);
                flow.push("”", style.look());
            }
            "input" => self.input(node, style, flow),
            "iframe" | "object" | "embed" | "video" | "audio" | "canvas" | "frame" | "applet" => {
                let address = node.attribute("src").or(node.attribute("data")).unwrap_or("no address");
                self.reader.remarks.say(format!("what an element `{name}` would load was not fetched"));
                self.label(&format!("Not fetched: {name} at {address}"), flow);
                if name != "iframe" {
                    self.children(tree, id, style, depth, flow);
                }
            }
            "svg" | "math" => {
                if name == "svg" {
                    self.reader.remarks.say("a drawing (SVG) is not shown but for its text");
                }
                let text = text_of(tree, id);
                self.text(&text, style, flow);
            }
            "ul" | "ol" | "menu" | "dir" => self.list(tree, id, style, depth, flow),
            "li" => self.item("•", tree, id, style, depth, flow),
            "dd" => self.item("", tree, id, style, depth, flow),
            "blockquote" => {
                let mut inner = Flow::default();
                self.children(tree, id, style, depth, &mut inner);
                inner.end();
                flow.add(Matter::Quote(inner.matter));
            }
            "table" => self.table(tree, id, style, depth, flow),
            name if BLOCKS.contains(&name) => {
                let white = match name {
                    "p" => 5.0,
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => 8.0,
                    _ => 0.0,
                };
                flow.space(white);
                self.children(tree, id, style, depth, flow);
                flow.space(white);
            }
            _ => self.children(tree, id, style, depth, flow),
        }
    }

    fn text(&mut self, text: &str, style: Style, flow: &mut Flow) {
        if style.pre {
            self.preformatted(text, style, flow);
            return;
        }
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{0C}');
        flow.blank |= text.starts_with(blank);
        if text.chars().all(blank) {
            return;
        }
        let hidden = style.hidden();
        if hidden.is_some() && text.chars().all(|c| c.is_whitespace() || crate::faces::never_shows(c)) {
            return;
        }
        self.bracket(hidden, flow);
        let mut shown = String::with_capacity(text.len());
        for word in text.split(blank).filter(|word| !word.is_empty()) {
            if !shown.is_empty() {
                shown.push(' ');
            }
            shown.push_str(word);
        }
        let look = style.look();
        let clean = self.admitted(&shown, look);
        for (n, line) in clean.split('\n').enumerate() {
            if n > 0 {
                flow.end();
            }
            flow.push(line, look);
        }
        flow.blank = text.ends_with(blank);
    }

    fn preformatted(&mut self, text: &str, style: Style, flow: &mut Flow) {
        self.bracket(style.hidden(), flow);
        let look = style.look();
        let clean = self.admitted(text, look);
        let mut lines = clean.split('\n').peekable();
        while let Some(line) = lines.next() {
            flow.push(line, look);
            if lines.peek().is_some() {
                flow.line_end(look);
            }
        }
    }

    fn admitted(&mut self, text: &str, look: Look) -> String {
        self.paragraphs += 1;
        let part = format!("the body, text {}", self.paragraphs);
        let Reader { gate, faces, remarks } = &mut *self.reader;
        gate.admit(text, look.kind, &part, faces, remarks).into_owned()
    }

    /// Opens or ends the brackets around what the message hides.
    fn bracket(&mut self, hidden: Option<&'static str>, flow: &mut Flow) {
        if flow.bracket == hidden {
            return;
        }
        if flow.bracket.take().is_some() {
            flow.blank = false;
            flow.push("]", SMALL);
            flow.blank = true;
        }
        if let Some(why) = hidden {
            self.reader.remarks.say(format!("text that the message hides ({why}) is shown in brackets"));
            flow.push(&format!("[hidden in the message ({why}): "), SMALL);
            flow.bracket = hidden;
        }
    }

    /// What is nested too deep, as running text.
    fn deep(&mut self, tree: &Tree, id: NodeId, style: Style, flow: &mut Flow) {
        self.reader.remarks.say(format!("matter nested more than {DEPTH_MAX} deep is set as running text"));
        flow.end();
        let text = text_of(tree, id);
        self.text(&text, style, flow);
        flow.end();
    }

    fn title(&mut self, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.reader.remarks.say(format!("the HTML of the body is titled “{text}”"));
        }
    }

    fn link(&mut self, tree: &Tree, id: NodeId, style: Style, depth: u32, flow: &mut Flow) {
        self.children(tree, id, style, depth, flow);
        let Some(target) = tree.nodes[id].attribute("href") else { return };
        let target = target.trim();
        let bare = target.trim_start_matches("mailto:").trim_start_matches("tel:").trim_end_matches('/');
        let shown = text_of(tree, id);
        if bare.is_empty() || target.starts_with('#') || shown.contains(bare) {
            return;
        }
        let target = self.admitted(target, TARGET).replace('\n', " ");
        flow.blank = true;
        flow.push(&format!("<{target}>"), TARGET);
    }

    fn input(&mut self, node: &Node, style: Style, flow: &mut Flow) {
        let value = node.attribute("value").unwrap_or_default();
        let shown = match node.attribute("type").unwrap_or_default() {
            "checkbox" | "radio" if node.attribute("checked").is_some() => "[x]".to_owned(),
            "checkbox" | "radio" => "[ ]".to_owned(),
            _ if value.is_empty() => return,
            _ => format!("[{value}]"),
        };
        self.text(&shown, style, flow);
    }

    fn label(&mut self, text: &str, flow: &mut Flow) {
        let look = SMALL;
        let text = self.admitted(text, look).replace('\n', " ");
        flow.add(Matter::Label(vec![Words { text, look }]));
    }

    fn image(&mut self, node: &Node, flow: &mut Flow) {
        let source = node.attribute("src").unwrap_or_default().trim();
        let told = node.attribute("alt").map(str::trim).filter(|alt| !alt.is_empty());
        let alt = told.map_or_else(String::new, |alt| format!(" “{alt}”"));
        let scheme = source.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
        if !matches!(scheme.as_str(), "cid" | "data") && self.part(source).is_none() {
            let is_dot = ["width", "height"]
                .iter()
                .any(|side| node.attribute(side).and_then(number).is_some_and(|n| n <= 2.0));
            let address = if source.is_empty() { "no address" } else { source };
            self.reader.remarks.say("a picture that is not in the message was not fetched");
            let kind = if is_dot { "Picture of a dot" } else { "Picture" };
            self.label(&format!("{kind}{alt} not fetched: {address}"), flow);
            return;
        }
        match self.picture(source, &scheme) {
            Ok(picture) => {
                let (width, height) = size(node, &picture);
                flow.add(Matter::Picture { picture: Arc::new(picture), width, height });
            }
            Err(why) => {
                let shown: String = source.chars().take(80).collect();
                self.reader.remarks.say(format!("a picture cannot be shown: {why}"));
                self.label(&format!("Picture{alt} cannot be shown ({shown}): {why}"), flow);
            }
        }
    }

    /// The part of the message that a picture's address names.
    fn part(&self, source: &str) -> Option<&'a Inline> {
        let wanted = source.strip_prefix("cid:").or(source.strip_prefix("CID:")).unwrap_or(source);
        let wanted = wanted.trim_matches(['<', '>']);
        let plain = wanted.replace("%40", "@");
        self.inline
            .iter()
            .find(|inline| !plain.is_empty() && inline.content_id.trim_matches(['<', '>']) == plain)
    }

    fn picture(&mut self, source: &str, scheme: &str) -> Result<Picture, String> {
        if let Some(known) = self.pictures.get(source) {
            return known.clone();
        }
        let read = if scheme == "data" {
            data_of(source).and_then(|bytes| Picture::read(&bytes))
        } else {
            let part = self.part(source).ok_or_else(|| "the message has no such part".to_owned());
            part.and_then(|part| Picture::read(&part.bytes))
        };
        self.pictures.insert(source.to_owned(), read.clone());
        read
    }

    fn list(&mut self, tree: &Tree, id: NodeId, style: Style, depth: u32, flow: &mut Flow) {
        let node = &tree.nodes[id];
        flow.space(2.0);
        let numbered = node.name() == "ol";
        let mut number: i64 =
            node.attribute("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
        for child in &node.children {
            let item = &tree.nodes[*child];
            if item.name() != "li" {
                self.node(tree, *child, style, depth + 1, flow);
                continue;
            }
            if let Some(value) = item.attribute("value").and_then(|value| value.trim().parse().ok()) {
                number = value;
            }
            let sign = if numbered { format!("{number}.") } else { "•".to_owned() };
            number = number.saturating_add(1);
            self.item(&sign, tree, *child, style.inside(item), depth + 1, flow);
        }
        flow.space(2.0);
    }

    fn item(&mut self, sign: &str, tree: &Tree, id: NodeId, style: Style, depth: u32, flow: &mut Flow) {
        let mut inner = Flow::default();
        self.children(tree, id, style, depth, &mut inner);
        inner.end();
        if let Some(Matter::Paragraph { before, .. }) = inner.matter.first_mut() {
            *before = 0.0;
        }
        let sign =
            if sign.is_empty() { Vec::new() } else { vec![Words { text: sign.to_owned(), look: TEXT }] };
        flow.add(Matter::Item { sign, step: ITEM, matter: inner.matter });
    }

    fn table(&mut self, tree: &Tree, id: NodeId, style: Style, depth: u32, flow: &mut Flow) {
        flow.end();
        let node = &tree.nodes[id];
        let mut table = Table { ruled: has_border(node), ..Table::default() };
        // How many rows more each column is taken by a cell from above.
        let mut taken: Vec<usize> = Vec::new();
        for group in &node.children {
            let part = &tree.nodes[*group];
            match part.name() {
                "tr" => self.row(tree, *group, style.inside(part), depth + 1, &mut table, &mut taken),
                "thead" | "tbody" | "tfoot" => {
                    for row in part.children.iter().filter(|row| tree.nodes[**row].name() == "tr") {
                        let style = style.inside(part).inside(&tree.nodes[*row]);
                        self.row(tree, *row, style, depth + 2, &mut table, &mut taken);
                    }
                    if part.name() == "thead" && table.head == 0 {
                        table.head = table.rows.len();
                    }
                }
                _ => self.node(tree, *group, style, depth + 1, flow),
            }
        }
        flow.add(Matter::Table(table));
    }

    fn row(
        &mut self,
        tree: &Tree,
        id: NodeId,
        style: Style,
        depth: u32,
        table: &mut Table,
        taken: &mut Vec<usize>,
    ) {
        let mut row = Row::default();
        let mut column = 0;
        let mut below: Vec<(usize, usize, usize)> = Vec::new();
        for child in &tree.nodes[id].children {
            let node = &tree.nodes[*child];
            if !matches!(node.name(), "td" | "th") {
                continue;
            }
            while taken.get(column).is_some_and(|rows| *rows > 0) {
                column += 1;
            }
            let whole =
                |name| node.attribute(name).and_then(|value| value.trim().parse::<usize>().ok()).unwrap_or(1);
            let far = column >= COLUMNS_MAX;
            let span = if far { 1 } else { whole("colspan").clamp(1, SPAN_MAX) };
            let rows = if far { 1 } else { whole("rowspan").clamp(1, 65_534) };
            table.ruled |= has_border(node);
            let mut inner = Flow::default();
            self.children(tree, *child, style.inside(node), depth + 1, &mut inner);
            inner.end();
            if rows > 1 {
                below.push((column, span, rows));
            }
            row.cells.push(Cell { column, span, matter: inner.matter });
            column += span;
        }
        taken.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        for (column, span, rows) in below {
            taken.resize(taken.len().max(column + span), 0);
            taken[column..column + span].iter_mut().for_each(|own| *own = (*own).max(rows - 1));
        }
        table.rows.push(row);
    }
}

/// All text below a node that a reader would see, without going deeper by calls.
fn text_of(tree: &Tree, id: NodeId) -> String {
    let mut text = String::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let node = &tree.nodes[id];
        match &node.kind {
            NodeKind::Text(own) => text.push_str(own),
            _ if matches!(node.name(), "script" | "style") => {}
            _ => {
                if BLOCKS.contains(&node.name()) || matches!(node.name(), "td" | "th" | "br" | "li" | "tr") {
                    text.push(' ');
                }
                open.extend(node.children.iter().rev());
            }
        }
    }
    text
}

fn has_border(node: &Node) -> bool {
    let attribute = node.attribute("border").is_some_and(|border| !matches!(border.trim(), "0" | ""));
    let style = node.attribute("style").unwrap_or_default();
    attribute || (style.contains("border") && (style.contains("solid") || style.contains("double")))
}

/// The size that the message wishes for a picture, in points; its own where it wishes none.
fn size(node: &Node, picture: &Picture) -> (f32, f32) {
    let (width, height) = picture.size();
    let asked = |name: &str| {
        let value = node.attribute(name).filter(|value| !value.contains('%')).and_then(number);
        value.filter(|side| *side >= 1.0)
    };
    let (wide, high) = match (asked("width"), asked("height")) {
        (Some(wide), Some(high)) => (wide, high),
        (Some(wide), None) => (wide, wide * height / width),
        (None, Some(high)) => (high * width / height, high),
        (None, None) => (width, height),
    };
    ((wide * PIXEL).max(1.0), (high * PIXEL).max(1.0))
}

/// The bytes of a `data:` address (RFC 2397).
fn data_of(address: &str) -> Result<Vec<u8>, String> {
    use base64::Engine;
    use base64::engine::general_purpose::GeneralPurposeConfig;
    use base64::engine::{DecodePaddingMode, GeneralPurpose};
    let (head, data) = address.split_once(',').ok_or("found a data address without data")?;
    if !head.to_ascii_lowercase().ends_with(";base64") {
        return Err("found a data address that is not in base64".to_owned());
    }
    let data: String = data.chars().filter(|c| !c.is_whitespace()).collect();
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    engine.decode(data).map_err(|_| "found a data address that is no base64".to_owned())
}
