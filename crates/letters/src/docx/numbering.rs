//! The numbers that Word makes by itself (ECMA-376 part 1, 17.9).

use super::{attribute, child, is, switched_on, value};
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, BTreeSet};

const LEVELS: usize = 9;

/// How one level of a list is numbered.
#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: String,
    /// Such as `%1.%2)`, `%1` standing for the number of the first level.
    text: String,
    /// The level after which it starts again; `Some(0)` means never.
    restart: Option<usize>,
    /// Whether every number in it is shown in Arabic figures.
    legal: bool,
    /// Paragraph style that stands on this level.
    style: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct List {
    definition: String,
    starts: BTreeMap<usize, u32>,
    levels: BTreeMap<usize, Level>,
}

#[derive(Debug, Clone, Default)]
struct Style {
    based_on: Option<String>,
    list: Option<String>,
    level: Option<usize>,
}

/// Lists, with how far each has been counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: BTreeMap<String, BTreeMap<usize, Level>>,
    lists: BTreeMap<String, List>,
    styles: BTreeMap<String, Style>,
    /// By definition: lists that share one go on counting.
    counts: BTreeMap<String, [Option<u32>; LEVELS]>,
    begun: BTreeSet<(String, usize)>,
    remarks: BTreeSet<String>,
}

impl Numbering {
    pub(super) fn read(numbering: &Document<'_>, styles: Option<&Document<'_>>) -> Self {
        let mut found = Self::default();
        for node in numbering.root_element().children().filter(Node::is_element) {
            match node.tag_name().name() {
                "abstractNum" => {
                    let Some(id) = attribute(node, "abstractNumId") else { continue };
                    if child(node, "numStyleLink").is_some() {
                        found.remarks.insert(
                            "a list takes its numbers from a list style, which is not read: its numbers are missing"
                                .to_owned(),
                        );
                    }
                    found.definitions.insert(id.to_owned(), levels(node));
                }
                "num" => {
                    let (Some(id), Some(of)) = (attribute(node, "numId"), value(node, "abstractNumId"))
                    else {
                        continue;
                    };
                    found.lists.insert(id.to_owned(), list(node, of));
                }
                _ => {}
            }
        }
        for node in styles.into_iter().flat_map(|styles| styles.root_element().children().collect::<Vec<_>>())
        {
            if let (true, Some(id)) = (is(node, "style"), attribute(node, "styleId")) {
                let numbers = child(node, "pPr").and_then(|properties| child(properties, "numPr"));
                let style = Style {
                    based_on: value(node, "basedOn").map(str::to_owned),
                    list: numbers.and_then(|numbers| value(numbers, "numId")).map(str::to_owned),
                    level: numbers.and_then(|numbers| value(numbers, "ilvl")?.parse().ok()),
                };
                found.styles.insert(id.to_owned(), style);
            }
        }
        found
    }

    pub(super) fn remarks(&self) -> BTreeSet<String> {
        self.remarks.clone()
    }

    /// The label of the next paragraph with these properties; counts it. `None` where it has none.
    pub(super) fn label(&mut self, properties: Node<'_, '_>) -> Option<String> {
        let (list, level) = self.placed(properties)?;
        let list = self.lists.get(&list)?.clone();
        let level_of = |at: usize| {
            list.levels
                .get(&at)
                .or_else(|| self.definitions.get(&list.definition).and_then(|of| of.get(&at)))
                .cloned()
        };
        let levels: Vec<Option<Level>> = (0..LEVELS).map(level_of).collect();
        let this = levels.get(level)?.clone()?;
        self.count(&list, level, &levels);
        if this.format == "bullet" {
            return Some("•".to_owned());
        }
        let counts = self.counts.get(&list.definition)?;
        let mut label = String::new();
        let mut chars = this.text.chars().peekable();
        while let Some(c) = chars.next() {
            let of = (c == '%').then(|| chars.peek().and_then(|digit| digit.to_digit(10))).flatten();
            let Some(of) = of.and_then(|of| usize::try_from(of).ok()?.checked_sub(1)) else {
                label.push(c);
                continue;
            };
            chars.next();
            let shown = levels.get(of).and_then(Option::as_ref);
            let number = counts.get(of).copied().flatten().or_else(|| shown.map(|shown| shown.start));
            if let (Some(shown), Some(number)) = (shown, number) {
                let format = if this.legal { "decimal" } else { shown.format.as_str() };
                match written(format, number) {
                    Some(text) => label.push_str(&text),
                    None => {
                        self.remarks
                            .insert(format!("numbers of the kind {format:?} were written in figures"));
                        label.push_str(&number.to_string());
                    }
                }
            }
        }
        Some(label.trim().to_owned()).filter(|label| !label.is_empty())
    }

    fn count(&mut self, list: &List, level: usize, levels: &[Option<Level>]) {
        let first_of_list = self.begun.insert((format!("{}/{:?}", list.definition, list.starts), level));
        let counts = self.counts.entry(list.definition.clone()).or_default();
        let start = levels.get(level).and_then(Option::as_ref).map_or(1, |level| level.start);
        let next = match (list.starts.get(&level), first_of_list, counts[level]) {
            (Some(start), true, _) => *start,
            (_, _, Some(count)) => count.saturating_add(1),
            (_, _, None) => start,
        };
        counts[level] = Some(next);
        for (deeper, count) in counts.iter_mut().enumerate().skip(level + 1) {
            // 17.9.10: a level starts again after each higher one, unless it says after which.
            let restarts = match levels.get(deeper).and_then(Option::as_ref).and_then(|level| level.restart) {
                Some(after) => after > level,
                None => true,
            };
            if restarts {
                *count = None;
            }
        }
    }

    /// List and level of a paragraph: its own, else its style's.
    fn placed(&self, properties: Node<'_, '_>) -> Option<(String, usize)> {
        let own = child(properties, "numPr");
        let own_list = own.and_then(|own| value(own, "numId"));
        let own_level = own.and_then(|own| value(own, "ilvl")?.parse::<usize>().ok());
        if own_list == Some("0") {
            return None;
        }
        let (mut list, mut level) = (own_list.map(str::to_owned), own_level);
        let mut style = value(properties, "pStyle");
        let named = style;
        // A style that is based on itself through others ends here.
        for _ in 0..LEVELS {
            let Some(of) = style.and_then(|style| self.styles.get(style)) else { break };
            list = list.or_else(|| of.list.clone());
            level = level.or(of.level);
            style = of.based_on.as_deref();
        }
        let list = list.filter(|list| list != "0")?;
        let by_style = || {
            let definition = &self.lists.get(&list)?.definition;
            let levels = self.definitions.get(definition)?;
            levels
                .iter()
                .find(|(_, level)| level.style.as_deref() == named && named.is_some())
                .map(|(at, _)| *at)
        };
        let level = level.or_else(by_style).unwrap_or(0);
        (level < LEVELS).then_some((list, level))
    }
}

fn list(node: Node<'_, '_>, definition: &str) -> List {
    let mut list = List { definition: definition.to_owned(), ..List::default() };
    for change in node.children().filter(|node| is(*node, "lvlOverride")) {
        let Some(at) = attribute(change, "ilvl").and_then(|at| at.parse().ok()) else { continue };
        if let Some(start) = value(change, "startOverride").and_then(|start| start.parse().ok()) {
            list.starts.insert(at, start);
        }
        list.levels.extend(levels(change));
    }
    list
}

fn levels(parent: Node<'_, '_>) -> BTreeMap<usize, Level> {
    let level = |node: Node<'_, '_>| {
        let at = attribute(node, "ilvl")?.parse().ok()?;
        Some((
            at,
            Level {
                start: value(node, "start").and_then(|start| start.parse().ok()).unwrap_or(1),
                format: value(node, "numFmt").unwrap_or("decimal").to_owned(),
                text: value(node, "lvlText").unwrap_or_default().to_owned(),
                restart: value(node, "lvlRestart").and_then(|restart| restart.parse().ok()),
                legal: switched_on(node, "isLgl"),
                style: value(node, "pStyle").map(str::to_owned),
            },
        ))
    };
    parent.children().filter(|node| is(*node, "lvl")).filter_map(level).collect()
}

/// A number as a list writes it; `None` for a kind of number that is not known here.
fn written(format: &str, number: u32) -> Option<String> {
    Some(match format {
        "decimal" => number.to_string(),
        "decimalZero" => format!("{number:02}"),
        "none" => String::new(),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperLetter" => letters(number),
        "lowerLetter" => letters(number).to_lowercase(),
        _ => return None,
    })
}

/// `A` to `Z`, then `AA`, `BB`: as Word counts.
fn letters(number: u32) -> String {
    let Some(at) = number.checked_sub(1) else { return "0".to_owned() };
    let letter = char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    let times = usize::try_from(at / 26 + 1).unwrap_or(1).min(8);
    std::iter::repeat_n(letter, times).collect()
}

/// Roman figures; beyond 3999 there are none, and figures are written.
pub(crate) fn roman(number: u32) -> String {
    const FIGURES: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if !(1..4000).contains(&number) {
        return number.to_string();
    }
    let mut left = number;
    let mut text = String::new();
    for (worth, figure) in FIGURES {
        while left >= worth {
            text.push_str(figure);
            left -= worth;
        }
    }
    text
}
