//! A draft as a request file: TOML with the words of the letter above each key.
//!
//! It is no request yet, in three ways: it has a table `[draft]`, which the reader of request files
//! refuses; what a person must say stands as `"?"`; and a mark `# CHECK` stands wherever somebody has
//! to compare with the letter.

use crate::draft::Draft;
use crate::people::{Part, Who};
use crate::proposal::{DraftItem, Period, Proposed, Source};
use crate::wording::Kind;
use chrono::NaiveDate;
use std::fmt::Write as _;

/// The mark of what a person has to compare with the letter.
pub(crate) const CHECK: &str = "CHECK";
/// What stands for a value that a person must say.
pub(crate) const UNSAID: &str = "?";

/// A text as a TOML string.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text as it may stand in a comment.
pub(crate) fn commented(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn day(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| quoted(UNSAID), |day| day.format("%Y-%m-%d").to_string())
}

fn period(period: &Period) -> String {
    format!("{{ from = {}, to = {} }}", day(period.from), day(period.to))
}

/// Writes line by line.
struct Writer {
    out: String,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn comment(&mut self, text: &str) {
        self.line(format!("# {}", commented(text)).trim_end());
    }

    fn check(&mut self, what: &str) {
        self.comment(&format!("{CHECK} {what}, then delete this line"));
    }

    fn from(&mut self, source: &Source, remarks: &[String]) {
        self.comment(&format!("{}: “{}”", source.place, source.words));
        for remark in remarks {
            self.comment(&format!("  {remark}"));
        }
    }

    fn key<T>(&mut self, key: &str, proposed: &Proposed<T>, value: &str) {
        self.from(&proposed.source, &proposed.remarks);
        self.line(&format!("{key} = {value}"));
    }
}

/// Writes a draft.
pub(crate) fn write(draft: &Draft) -> String {
    let mut writer = Writer { out: String::new() };
    front(&mut writer, draft);
    head(&mut writer, draft);
    for item in &draft.items {
        writer.line("");
        self::item(&mut writer, item);
    }
    for definition in draft.definitions.iter().filter(|definition| definition.means.is_some()) {
        writer.line("");
        writer.check(&format!("definition of {}: compare it with the letter", quoted(&definition.term)));
        writer.line("[[item]]");
        writer.line(&format!("id = {}", quoted(&definition.id)));
        writer.comment(&definition.source.place);
        writer.line(&format!("text = {}", quoted(&definition.text)));
        writer.line("kind = \"defined-term\"");
        writer.line(&format!("term = {}", quoted(&definition.term)));
        writer.line(&format!("means = {}", quoted(definition.means.as_deref().unwrap_or_default())));
    }
    rest(&mut writer, draft);
    writer.out
}

fn front(writer: &mut Writer, draft: &Draft) {
    writer.comment(
        "Proposed from a letter by the rules of LETTERS.md. Nothing here counts before a person accepts it.",
    );
    writer.comment("");
    writer.comment("Above each key stand the words from which it was read. Compare them with the letter, put right what is");
    writer.comment(
        "wrong, put a value for each \"?\", delete each line that begins with the mark, write your name and",
    );
    writer.comment("status = \"accepted\" below, and accept the draft.");
    for remark in &draft.remarks {
        writer.comment(remark);
    }
    writer.line("");
    writer.line("format = 1");
    writer.line("");
    writer.line("[draft]");
    writer.line("status = \"proposed\"");
    writer.line(&format!("accepted_by = {}", quoted(UNSAID)));
    writer.line(&format!("letter = {}", quoted(draft.letter.name())));
    writer.line(&format!("letter_sha256 = {}", quoted(&draft.letter.sha256().to_string())));
    writer.line("");
}

fn head(writer: &mut Writer, draft: &Draft) {
    let head = &draft.head;
    writer.check("the request: compare each value with the letter");
    writer.line("[request]");
    for (key, value) in [("authority", &head.authority), ("number", &head.number), ("title", &head.title)] {
        match value {
            Some(proposed) => writer.key(key, proposed, &quoted(&proposed.value)),
            None => {
                writer.comment("not found in the letter");
                writer.line(&format!("{key} = {}", quoted(UNSAID)));
            }
        }
        if key == "number" && !head.other_numbers.is_empty() {
            writer.comment(&format!("other numbers in the letter: {}", head.other_numbers.join(", ")));
        }
    }
    match &head.letter_date {
        Some(date) => {
            writer.from(&date.source, &date.remarks);
            writer.comment("  this is the letter's own day: put the day on which it arrived");
            writer.line(&format!("received = {}", day(Some(date.value))));
        }
        None => writer.comment("the letter's own day was not found: add received = DAY"),
    }
    match head.due.as_slice() {
        [] => writer.comment("no due day was found for the whole: add due = DAY where there is one"),
        [one] => writer.key("due", one, &day(one.value)),
        several => {
            writer.comment("several due days were found: put the one that counts for the whole, and the others at their items");
            for one in several {
                writer.from(&one.source, &one.remarks);
                writer.comment(&format!("  read as {}", day(one.value)));
            }
            writer.line(&format!("due = {}", quoted(UNSAID)));
        }
    }
    match head.period.as_slice() {
        [one] => writer.key("period", one, &period(&one.value)),
        several => {
            if several.is_empty() {
                writer.comment("no period was found for the whole: put one, or delete this line where each search has its own");
            } else {
                writer.comment(
                    "several periods were found: put the one that counts for items without their own",
                );
            }
            for one in several {
                writer.from(&one.source, &one.remarks);
                writer.comment(&format!("  read as {}", period(&one.value)));
            }
            writer.line(&format!("period = {}", period(&Period { from: None, to: None })));
        }
    }
    if let Some(declaration) = &head.declaration {
        writer.key("declaration_1746", declaration, &declaration.value.to_string());
    }
}

fn item(writer: &mut Writer, item: &DraftItem) {
    writer.check(&format!("item {}: compare it with the letter", item.id));
    for note in &item.notes {
        writer.comment(&format!("note: {note}"));
    }
    writer.line("[[item]]");
    writer.line(&format!("id = {}", quoted(&item.id)));
    writer.comment(&item.source.place);
    if !item.stem.is_empty() {
        writer.comment(&format!("  the words “{}” are shared with the items beside it", item.stem));
    }
    writer.line(&format!("text = {}", quoted(&item.text())));
    if item.kind_unsure {
        writer.comment("no words decide the kind: search, checklist, narrative or schedule");
        writer.line(&format!("kind = {}", quoted(item.kind.value.as_str())));
    } else {
        writer.key("kind", &item.kind, &quoted(item.kind.value.as_str()));
    }
    if let Some(due) = &item.due {
        writer.key("due", due, &day(due.value));
    }
    match item.kind.value {
        Kind::Search => criteria(writer, item),
        Kind::Checklist => {
            let entries: Vec<String> = item.entries.iter().map(|entry| quoted(entry)).collect();
            writer.line(&format!("entries = [{}]", entries.join(", ")));
            left_out(writer, item);
        }
        Kind::Narrative | Kind::Schedule => left_out(writer, item),
    }
}

/// Criteria that were read and have no place in an item that is not searched for.
fn left_out(writer: &mut Writer, item: &DraftItem) {
    for one in &item.periods {
        writer.comment(&format!("not written, since the item is no search: period = {}", period(&one.value)));
    }
    for one in &item.parts {
        writer.comment(&format!("not written, since the item is no search: {}", part(&one.value).1));
    }
    if !item.terms.is_empty() {
        writer.comment(&format!(
            "not written, since the item is no search: words in quotes: {}",
            item.terms.join("; ")
        ));
    }
}

fn criteria(writer: &mut Writer, item: &DraftItem) {
    match item.periods.as_slice() {
        [] => {}
        [one] => writer.key("period", one, &period(&one.value)),
        several => {
            writer.comment("several periods were found: put the one that is meant");
            for one in several {
                writer.from(&one.source, &one.remarks);
            }
            writer.line(&format!("period = {}", period(&Period { from: None, to: None })));
        }
    }
    if let Some(channels) = &item.channels {
        let named: Vec<String> = channels.value.iter().map(|channel| quoted(channel.as_str())).collect();
        writer.key("channels", channels, &format!("[{}]", named.join(", ")));
    }
    let mut written: Vec<&str> = Vec::new();
    for one in &item.parts {
        let (key, value) = part(&one.value);
        if written.contains(&key) {
            writer.from(&one.source, &one.remarks);
            writer.comment(&format!("  {value} cannot stand beside the {key} above: say which is meant"));
        } else {
            written.push(key);
            writer.from(&one.source, &one.remarks);
            writer.line(&value);
        }
    }
    if let Some(source) = &item.sufficient {
        writer.from(source, &[]);
        writer.comment("  less than all: write by which rule a person stops choosing, and why");
        writer.line(&format!("sufficient_to_show = {{ stop = {} }}", quoted(UNSAID)));
    }
    identifiers(writer, item);
    if !item.terms.is_empty() {
        writer.line("");
        writer.comment(
            "words in quotes; the dialect is never guessed, and whether the words are terms is for counsel",
        );
        writer.line("[item.terms]");
        writer.line(&format!("dialect = {}", quoted(UNSAID)));
        let terms: Vec<String> =
            item.terms.iter().map(|term| format!("\"{}\"", term.replace('"', " "))).collect();
        writer.line(&format!("query = {}", quoted(&terms.join(" or "))));
    }
}

/// Numbers that the item is about: as criteria they find only what names them.
fn identifiers(writer: &mut Writer, item: &DraftItem) {
    if item.identifiers.is_empty() {
        return;
    }
    let mut shown: Vec<&Source> = Vec::new();
    for one in &item.identifiers {
        if !shown.contains(&&one.source) {
            writer.from(&one.source, &one.remarks);
            shown.push(&one.source);
        }
    }
    writer.comment("  only what names one of these is found: delete the line where more is asked for");
    let all: Vec<String> = item
        .identifiers
        .iter()
        .map(|one| format!("{{ kind = {}, value = {} }}", quoted(one.value.0.as_str()), quoted(&one.value.1)))
        .collect();
    writer.line(&format!("identifiers = [{}]", all.join(", ")));
    if !item.terms.is_empty() {
        writer.comment("  the words below, or one of the numbers (\"or\"), or both (\"and\")?");
        writer.line(&format!("identifiers_with_terms = {}", quoted(UNSAID)));
    }
}

/// Key, and key with value.
fn part(part: &Part) -> (&'static str, String) {
    match part {
        Part::From(of) => ("from", format!("from = {}", who(of))),
        Part::Recipients(of) => ("recipients", format!("recipients = {}", who(of))),
        Part::Participants(of) => ("participants", format!("participants = {}", who(of))),
        Part::Between(a, b) => ("between", format!("between = {{ a = {}, b = {} }}", who(a), who(b))),
    }
}

fn who(all: &[Who]) -> String {
    let mut lists: [(&str, Vec<String>); 3] =
        [("people", vec![]), ("addresses", vec![]), ("domains", vec![])];
    for one in all {
        match one {
            Who::Person(id) => lists[0].1.push(quoted(id.as_str())),
            Who::Address(address) => lists[1].1.push(quoted(address.as_str())),
            Who::Domain(domain) => lists[2].1.push(quoted(domain)),
            Who::Ambiguous(_) | Who::Unknown(_) => {}
        }
    }
    let given = lists.into_iter().filter(|(_, of)| !of.is_empty());
    let given: Vec<String> = given.map(|(key, of)| format!("{key} = [{}]", of.join(", "))).collect();
    format!("{{ {} }}", given.join(", "))
}

fn rest(writer: &mut Writer, draft: &Draft) {
    let named: Vec<&str> = draft
        .definitions
        .iter()
        .filter(|definition| definition.means.is_none())
        .map(|definition| definition.term.as_str())
        .collect();
    if !named.is_empty() {
        writer.line("");
        writer.comment(&format!("names given in passing: {}", named.join("; ")));
    }
    if !draft.not_placed.is_empty() {
        writer.line("");
        writer.check("what could not be placed: see whether it asks for anything");
        for source in &draft.not_placed {
            writer.comment(&format!("{}: “{}”", source.place, source.words));
        }
    }
}
