//! Free searches: the only words that show what messages say.

use super::words::{count, cut, grouped};
use crate::run::harmless;
use duces_model::Unknown;
use duces_workspace::{
    AdHocReport, Facets, OpenedDocument, SavedDocument, SearchCard, Snippet, TermExpansion,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// So many values of a facet are listed; the JSON form has all.
const FACET_MAX: usize = 12;

/// So many words of a pattern are listed; the JSON form has all.
const EXPANSIONS_SHOWN: usize = 10;

/// The result as it goes to the terminal, already harmless; the words found stand bold on a terminal, else
/// in brackets.
pub(crate) fn found(report: &AdHocReport, terminal: bool) -> String {
    let mut text = String::new();
    for line in &report.asked {
        let _ = writeln!(text, "{}", harmless(line));
    }
    for warning in &report.warnings {
        let _ = writeln!(text, "warning: {}", harmless(warning));
    }
    for expansion in &report.expansions {
        text += &harmless(&expansion_line(expansion));
    }
    text += &counts(report);
    if let Some(facets) = &report.facets {
        text += &harmless(&facet_lines(facets));
    }
    for card in &report.cards {
        text += &card_lines(card, terminal);
    }
    if report.pages > 1 && !report.cards.is_empty() {
        let _ = writeln!(
            text,
            "\nPage {} of {}, the newest first; --page lists another.",
            report.page,
            grouped(report.pages)
        );
    } else if report.cards.is_empty() && report.hits > 0 && report.facets.is_some() {
        let _ = writeln!(text, "\nThere is no page {}; the last is {}.", report.page, grouped(report.pages));
    }
    if !report.cards.is_empty() {
        text += "duces search --open DOCUMENT shows one as text, --save DOCUMENT FILE saves its original.\n";
    }
    text
}

/// The first words that a pattern stands for; a pattern of no word is said to be one.
fn expansion_line(expansion: &TermExpansion) -> String {
    let words = &expansion.words;
    if words.is_empty() {
        return format!("{} stands for no word of the index\n", expansion.pattern);
    }
    let shown = words.len().min(EXPANSIONS_SHOWN);
    let first = words.iter().take(shown).map(String::as_str).collect::<Vec<_>>().join(", ");
    let n = count(words.len() as u64, "word", "words");
    let more = match words.len() - shown {
        0 => String::new(),
        more => format!(" and {} more (all with --format json)", grouped(more as u64)),
    };
    format!("{} stands for {n}: {first}{more}\n", expansion.pattern)
}

/// How many were found, among how many; that something was never captured is said first.
fn counts(report: &AdHocReport) -> String {
    let mut text = String::new();
    let names: Vec<&str> = report.not_captured.iter().map(|source| source.as_str()).collect();
    if !names.is_empty() {
        let _ = writeln!(text, "Nothing was captured of {}: it could not be searched.", names.join(", "));
    } else if report.no_source {
        text += "No source of the register is of the sources and channels asked: none could be searched.\n";
    } else if report.nothing_captured {
        text += "Nothing was captured at all: there was nothing to search.\n";
    }
    if report.searched == 0 {
        return text;
    }
    if report.nothing_captured {
        let n = count(report.searched, "document", "documents");
        let _ = writeln!(text, "{n} of no certain source may be of it.");
    } else {
        let matches = if report.hits == 1 { "matches" } else { "match" };
        let (hits, all) = (grouped(report.hits), count(report.searched, "document", "documents"));
        let _ = writeln!(text, "{hits} of {all} {matches}");
    }
    if report.cannot_tell > 0 {
        let reasons: Vec<String> = report
            .cannot_tell_because
            .iter()
            .map(|(reason, n)| format!("{} {}", in_words(reason), grouped(*n)))
            .collect();
        let _ = writeln!(
            text,
            "For {} it cannot be told whether they match: {}",
            count(report.cannot_tell, "document", "documents"),
            reasons.join(", ")
        );
    }
    text
}

/// A reason's word as the sentence that it stands for.
fn in_words(reason: &str) -> String {
    let known = Unknown::ALL.into_iter().find(|known| known.as_str() == reason);
    known.map_or_else(|| reason.to_owned(), |known| known.to_string())
}

fn facet_lines(facets: &Facets) -> String {
    let mut text = String::new();
    for (name, counts) in
        [("person", &facets.by_person), ("source", &facets.by_source), ("month", &facets.by_month)]
    {
        if !counts.is_empty() {
            let _ = writeln!(text, "  by {name}: {}", largest(counts, name == "month"));
        }
    }
    if let Some(why) = &facets.by_source_stale {
        let _ = writeln!(text, "  the sources are those of the last indexing: {why}");
    }
    text
}

/// Months in their order, all else by count.
fn largest(counts: &BTreeMap<String, u64>, in_order: bool) -> String {
    let mut rows: Vec<(&String, &u64)> = counts.iter().collect();
    if !in_order {
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    }
    let shown = if in_order { rows.len() } else { FACET_MAX.min(rows.len()) };
    let mut parts: Vec<String> =
        rows.iter().take(shown).map(|(name, count)| format!("{name} {}", grouped(**count))).collect();
    if shown < rows.len() {
        parts.push(format!("and {} more (all with --format json)", grouped((rows.len() - shown) as u64)));
    }
    parts.join(", ")
}

fn card_lines(card: &SearchCard, terminal: bool) -> String {
    let sent =
        card.sent_at.map_or_else(|| "undated".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string());
    let head = format!(
        "\n{}  {sent}  {}\n  {}\n  {}{}\n",
        card.document.get(..16).unwrap_or(&card.document),
        cut(&card.from, 48),
        cut(&card.title, 96),
        card.sources.join(" "),
        if card.kind == "message" { String::new() } else { format!(" ({})", card.kind) },
    );
    let mut text = harmless(&head);
    if let Some(snippet) = &card.snippet {
        let words = marked(snippet, terminal);
        let _ = writeln!(text, "  {}", if words.is_empty() { "(no text)" } else { &words });
    }
    if let Some(why) = &card.not_shown {
        let _ = writeln!(text, "  its text cannot be shown: {}", harmless(why));
    }
    text
}

/// A snippet with the words found marked.
fn marked(snippet: &Snippet, terminal: bool) -> String {
    let (open, close) = if terminal { ("\u{1b}[1m", "\u{1b}[0m") } else { ("[", "]") };
    let mut text = String::from(if snippet.cut_before { "…" } else { "" });
    for piece in &snippet.pieces {
        let words = harmless(&piece.text);
        if piece.found {
            let _ = write!(text, "{open}{words}{close}");
        } else {
            text.push_str(&words);
        }
    }
    if snippet.cut_after {
        text.push('…');
    }
    text.trim_end().to_owned()
}

pub(crate) fn opened(document: &OpenedDocument) -> String {
    let mut text = format!("Document {}\n", document.document);
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name:<13}{value}");
        }
    };
    fact("family", &document.family);
    fact("attached to", document.parent.as_deref().unwrap_or_default());
    fact("kind", &format!("{} ({})", document.kind, document.media_type));
    fact("file name", document.file_name.as_deref().unwrap_or_default());
    fact("lies in", &document.place);
    fact("sources", &document.sources.join(" "));
    fact("sent", &document.sent_at.map_or_else(|| "no usable date".to_owned(), |at| at.to_rfc3339()));
    fact("subject", document.subject.as_deref().unwrap_or_default());
    for person in &document.participants {
        let name = person.name.as_deref().unwrap_or_default();
        let address = person.address.as_ref().map(|address| format!("<{address}>")).unwrap_or_default();
        fact(person.role, format!("{name} {address}").trim());
    }
    for attachment in &document.attachments {
        let name = attachment.file_name.as_deref().unwrap_or("(no name)");
        let value = format!(
            "{} {name} ({}, {})",
            attachment.document.get(..16).unwrap_or_default(),
            attachment.media_type,
            count(attachment.bytes, "byte", "bytes")
        );
        fact("attachment", &value);
    }
    fact("unsearchable", document.unsearchable.as_deref().unwrap_or_default());
    for defect in &document.defects {
        fact("defect", defect);
    }
    if let Some(block) = &document.header_block {
        let _ = write!(text, "\n-- headers as written --\n{}\n", block.trim_end().replace("\r\n", "\n"));
    }
    let _ = write!(text, "\n-- text --\n{}\n", document.text.trim_end().replace("\r\n", "\n"));
    text
}

pub(crate) fn saved(saved: &SavedDocument) -> String {
    let what = match &saved.conversion {
        None => "its retained bytes".to_owned(),
        Some(conversion) => format!("taken out of the retained bytes by {conversion}"),
    };
    format!(
        "Saved {} in {}: {}, {what}\nSHA-256 {}\n",
        saved.document.get(..16).unwrap_or_default(),
        saved.file.display(),
        count(saved.bytes, "byte", "bytes"),
        saved.sha256
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_workspace::Piece;

    #[test]
    fn words_found_are_marked_and_nothing_in_a_message_steers_the_terminal() {
        let piece = |text: &str, found| Piece { text: text.into(), found };
        let snippet = Snippet {
            field: "body",
            pieces: vec![piece("a \u{1b}[2J\u{202e}b ", false), piece("juniper\u{7}", true)],
            cut_before: true,
            cut_after: false,
        };
        assert_eq!(marked(&snippet, false), "…a \u{fffd}[2J\u{fffd}b [juniper\u{fffd}]");
        assert_eq!(marked(&snippet, true), "…a \u{fffd}[2J\u{fffd}b \u{1b}[1mjuniper\u{fffd}\u{1b}[0m");
    }

    #[test]
    fn the_largest_counts_come_first_and_what_is_left_out_is_said() {
        let counts: BTreeMap<String, u64> = (1..=14).map(|n| (format!("p{n:02}"), n)).collect();
        let text = largest(&counts, false);
        assert!(
            text.starts_with("p14 14, p13 13")
                && text.ends_with("p03 3, and 2 more (all with --format json)")
        );
        assert!(largest(&counts, true).ends_with("p14 14"));
    }
}
