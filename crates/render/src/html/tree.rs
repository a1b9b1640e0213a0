//! HTML into a tree, with the parser that browsers agree on (html5ever), bounded in nodes and depth.

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_document};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Most nodes of a tree. One mail of ten thousand table rows has some hundred thousand.
const NODES_MAX: usize = 1_500_000;
/// Deepest nesting. The parser's work grows with it for every tag.
const DEPTH_MAX: u32 = 1_500;
/// Most blanks inside one tag, which bounds its attributes: the parser compares each with every other.
const TAG_BLANKS_MAX: usize = 20_000;
/// How much the parser is given before limits are looked at.
const STEP: usize = 8 << 10;

/// A node's place in its tree.
pub(crate) type NodeId = usize;

/// A node.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) children: Vec<NodeId>,
    parent: Option<NodeId>,
    depth: u32,
}

/// What a node is.
#[derive(Debug, Default)]
pub(crate) enum NodeKind {
    /// The document, a comment, a processing instruction.
    #[default]
    Other,
    /// An element: its name in lower case, and its attributes.
    Element { name: String, attributes: Vec<(String, String)> },
    /// Text.
    Text(String),
}

impl Node {
    pub(crate) fn name(&self) -> &str {
        match &self.kind {
            NodeKind::Element { name, .. } => name,
            _ => "",
        }
    }

    pub(crate) fn attribute(&self, wanted: &str) -> Option<&str> {
        let NodeKind::Element { attributes, .. } = &self.kind else { return None };
        attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

/// A document; the root is its first node.
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
}

/// Reads HTML.
///
/// # Errors
/// What limit it reaches, in words.
pub(crate) fn parse(html: &str) -> Result<Tree, String> {
    if blanks_in_a_tag(html) > TAG_BLANKS_MAX {
        return Err(format!("found a tag with more than {TAG_BLANKS_MAX} blanks"));
    }
    let builder = Builder::default();
    let over = Rc::clone(&builder.over);
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = false;
    options.tree_builder.drop_doctype = true;
    let mut parser = parse_document(builder, options);
    let mut rest = html;
    while !rest.is_empty() {
        let (step, next) = rest.split_at(rest.floor_char_boundary(STEP.min(rest.len())));
        parser.process(StrTendril::from(step));
        if let Some(limit) = over.get() {
            return Err(limit.to_owned());
        }
        rest = next;
    }
    Ok(parser.finish())
}

/// The most blanks between a `<` and the next `>`.
fn blanks_in_a_tag(html: &str) -> usize {
    let (mut most, mut count, mut inside) = (0, 0, false);
    for byte in html.bytes() {
        match byte {
            b'<' => (inside, count) = (true, 0),
            b'>' => inside = false,
            b' ' | b'\n' | b'\t' | b'\r' | b'/' if inside => {
                count += 1;
                most = most.max(count);
            }
            _ => {}
        }
    }
    most
}

/// An element or other node, as the parser holds it.
#[derive(Debug, Clone)]
struct Handle {
    id: NodeId,
    name: Rc<QualName>,
}

/// Takes what the parser finds.
struct Builder {
    nodes: RefCell<Vec<Node>>,
    nameless: Rc<QualName>,
    over: Rc<Cell<Option<&'static str>>>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            nodes: RefCell::new(vec![Node::default()]),
            nameless: Rc::new(QualName::new(None, ns!(), local_name!(""))),
            over: Rc::new(Cell::new(None)),
        }
    }
}

impl Builder {
    fn node(&self, kind: NodeKind) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        if nodes.len() >= NODES_MAX {
            self.over.set(Some("found more than 1,500,000 elements and texts"));
        }
        nodes.push(Node { kind, ..Node::default() });
        nodes.len() - 1
    }

    fn other(&self) -> Handle {
        Handle { id: self.node(NodeKind::Other), name: Rc::clone(&self.nameless) }
    }

    fn detach(&self, id: NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[id].parent.take() {
            let children = &mut nodes[parent].children;
            // What is moved was mostly added last.
            if let Some(at) = children.iter().rposition(|child| *child == id) {
                children.remove(at);
            }
        }
    }

    /// Puts a node or text below a parent, before one of its children or last.
    fn put(&self, parent: NodeId, before: Option<NodeId>, child: NodeOrText<Handle>) {
        let id = match child {
            NodeOrText::AppendNode(handle) => {
                self.detach(handle.id);
                handle.id
            }
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let at = place(&nodes[parent], before);
                let neighbour = at.checked_sub(1).map(|at| nodes[parent].children[at]);
                if let Some(Node { kind: NodeKind::Text(known), .. }) = neighbour.map(|id| &mut nodes[id]) {
                    known.push_str(&text);
                    return;
                }
                drop(nodes);
                self.node(NodeKind::Text(text.to_string()))
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        let at = place(&nodes[parent], before);
        let depth = nodes[parent].depth + 1;
        if depth > DEPTH_MAX {
            self.over.set(Some("found elements nested more than 1,500 deep"));
        }
        nodes[parent].children.insert(at, id);
        (nodes[id].parent, nodes[id].depth) = (Some(parent), depth);
    }
}

/// Where a child is to stand.
fn place(parent: &Node, before: Option<NodeId>) -> usize {
    let found = before.and_then(|before| parent.children.iter().rposition(|child| *child == before));
    found.unwrap_or(parent.children.len())
}

impl TreeSink for Builder {
    type Handle = Handle;
    type Output = Tree;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Tree {
        Tree { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle { id: 0, name: Rc::clone(&self.nameless) }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Handle {
        let each = |attribute: Attribute| (attribute.name.local.to_string(), attribute.value.to_string());
        let kind = NodeKind::Element {
            name: name.local.to_ascii_lowercase().to_string(),
            attributes: attributes.into_iter().map(each).collect(),
        };
        Handle { id: self.node(kind), name: Rc::new(name) }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.other()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.other()
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.put(parent.id, None, child);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        let parent = self.nodes.borrow()[element.id].parent;
        match parent {
            Some(parent) => self.put(parent, Some(element.id), child),
            None => self.put(previous.id, None, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let parent = self.nodes.borrow()[sibling.id].parent;
        self.put(parent.unwrap_or(0), Some(sibling.id), child);
    }

    fn add_attrs_if_missing(&self, target: &Handle, more: Vec<Attribute>) {
        if let NodeKind::Element { attributes, .. } = &mut self.nodes.borrow_mut()[target.id].kind {
            for attribute in more {
                let name = attribute.name.local.to_string();
                if !attributes.iter().any(|(known, _)| *known == name) {
                    attributes.push((name, attribute.value.to_string()));
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[node.id].children);
        for child in &children {
            nodes[*child].parent = Some(new_parent.id);
        }
        nodes[new_parent.id].children.extend(children);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_html_ends_soon_as_a_tree_or_as_a_limit() {
        for piece in [
            "<div>",
            "<b><p>",
            "<table><tr><td>",
            "<a href=1>",
            "<font color=1><p>",
            "<",
            "<!--",
            "&",
            "<svg>",
            "<option>",
        ] {
            let html = piece.repeat(60_000);
            let started = parse(&html);
            assert!(
                started.is_err() || started.is_ok_and(|tree| tree.nodes.len() <= NODES_MAX + STEP),
                "{piece}"
            );
        }
        assert!(parse(&format!("<a{}>", " x=1".repeat(60_000))).is_err());
    }
}
