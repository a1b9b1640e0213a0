//! Hit reports, and what changed between two of them.

use super::words::{count, cut, grouped, table};
use duces_workspace::{
    CompareReport, HitReport, ItemChange, ItemHits, Moves, Subsuming, TermChange, TermRow, by_reason, by_word,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(crate) fn hits(report: &HitReport) -> String {
    let mut text = format!(
        "Request {}, run {}, snapshot {}\n",
        report.request,
        report.run,
        &report.snapshot[..16.min(report.snapshot.len())]
    );
    for item in &report.items {
        text += &item_hits(item);
    }
    let totals = &report.totals;
    let _ = writeln!(
        text,
        "\nAll items, each document once: hit {}, with family {}; cannot tell and hit by none {}",
        grouped(totals.hit),
        grouped(totals.hit_with_family),
        grouped(totals.cannot_tell)
    );
    for path in &report.reports {
        let _ = writeln!(text, "Written:  {}", path.display());
    }
    text
}

fn item_hits(item: &ItemHits) -> String {
    let mut text = format!(
        "\nItem {}: in scope {} = hit {} + not hit {} + cannot tell {}; hits with family {}\n",
        item.item,
        grouped(item.in_scope),
        grouped(item.hit),
        grouped(item.not_hit),
        grouped(item.cannot_tell),
        grouped(item.hit_with_family),
    );
    let _ = writeln!(
        text,
        "  in scope {} = searched {} + not searchable {}{}",
        grouped(item.in_scope),
        grouped(item.searched),
        grouped(item.not_searchable),
        because(&item.not_searchable_because)
    );
    for (reason, n) in &item.cannot_tell_because {
        let _ = writeln!(text, "  cannot tell, {reason}: {}", grouped(*n));
    }
    for warning in &item.warnings {
        let _ = writeln!(text, "  warning: {warning}");
    }
    text += &coverage(item);
    if item.expects_nil {
        let _ = writeln!(text, "  nothing was expected, {}", item.expected_nil());
    } else if item.hit == 0 {
        let backed = if item.backing.backed {
            "and coverage backs that".to_owned()
        } else {
            format!("but coverage does not back that{}: a person must look", item.backing.because_of_gaps())
        };
        let _ = writeln!(text, "  no hit, {backed}");
    }
    if !item.terms.is_empty() {
        text += &terms(item);
    }
    for expansion in item.terms.iter().flat_map(|term| &term.expansions) {
        let first: Vec<_> = expansion.words.iter().take(8).map(String::as_str).collect();
        let more = if expansion.words.len() > first.len() { ", …" } else { "" };
        let n = count(expansion.words.len() as u64, "word", "words");
        let list = if first.is_empty() { String::new() } else { format!(": {}{more}", first.join(", ")) };
        let _ = writeln!(text, "  {} stands for {n}{list}", expansion.pattern);
    }
    for term in &item.terms {
        text += &flags(term);
    }
    text += &zeros(item);
    let splits = [
        ("custodian", &item.splits.by_custodian),
        ("source", &item.splits.by_source),
        ("month", &item.splits.by_month),
    ];
    for (kind, counts) in splits.into_iter().filter(|(_, counts)| !counts.is_empty()) {
        let _ = writeln!(text, "  hits by {kind}: {}", list(counts));
    }
    text
}

/// What coverage says of the item's sources, the sources of one word in one line; and the gaps.
fn coverage(item: &ItemHits) -> String {
    let mut text = String::new();
    for group in by_word(&item.coverage) {
        let names: Vec<_> = group.sources.iter().map(|source| source.as_str()).collect();
        let because = match group.because.as_slice() {
            [one] => (*one).to_owned(),
            several => format!("{} different reasons, all in the sheet", several.len()),
        };
        let _ = writeln!(text, "  coverage, {}: {} ({because})", group.said.as_str(), first(&names));
    }
    for (why, sources) in by_reason(&item.not_searched) {
        let _ = writeln!(text, "  not searched, {why}: {}", first(&sources));
    }
    if item.no_source {
        text += "  No source of this item was searched: what is counted belongs to none for certain.\n";
    }
    for gap in item.all_gaps() {
        let none = if item.backing.gaps_of_no_source.contains(&gap.id) {
            ", of no registered source: what was lost could have been in any"
        } else {
            ""
        };
        let new = if item.new_gaps.contains(gap) { "; not recorded yet: run duces coverage" } else { "" };
        let _ = writeln!(text, "  crossed by gap {} [{}]{none}{new}", gap.id, gap.status.as_str());
    }
    text
}

/// The first names of a list, and how many more there are.
fn first(names: &[&str]) -> String {
    const SHOWN: usize = 6;
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {} more (all in the sheet)", grouped(more as u64)),
    }
}

/// The terms without a hit, and once for all of them what a zero of this item means.
fn zeros(item: &ItemHits) -> String {
    let mut text = String::new();
    let found_nothing = item.terms.iter().filter(|term| term.zero.is_some());
    let names: Vec<_> = found_nothing.map(|term| term.canonical.as_str()).collect();
    if !names.is_empty() {
        let _ = writeln!(text, "  zero hits: {}", names.join("; "));
    }
    let meaning = item.zero.iter().chain(item.terms.iter().filter_map(|term| term.zero.as_ref())).next();
    if let Some(zero) = meaning {
        let gaps = item.backing.because_of_gaps();
        let backed = match (zero.backed, gaps.as_str()) {
            (true, _) => "coverage backs it".to_owned(),
            (false, "") => "coverage does not back it (above)".to_owned(),
            (false, gaps) => format!("coverage does not back it{gaps}"),
        };
        let _ = writeln!(text, "  a zero here: {backed}; {}", zero.limits());
    }
    text
}

fn terms(item: &ItemHits) -> String {
    let mut rows: Vec<_> = item
        .terms
        .iter()
        .map(|term| {
            vec![
                grouped(term.hits),
                grouped(term.hits_with_family),
                grouped(term.unique),
                grouped(term.unique_with_family),
                term.canonical.clone(),
            ]
        })
        .collect();
    let any = &item.any_term;
    rows.push(vec![
        grouped(any.hits),
        grouped(any.hits_with_family),
        grouped(any.unique),
        grouped(any.unique_with_family),
        "any term, each document once".to_owned(),
    ]);
    table(&["documents", "with family", "unique", "with family", "term"], &rows)
}

fn flags(term: &TermRow) -> String {
    let mut text = String::new();
    if let Some(twins) = term.twins() {
        let _ = writeln!(text, "  counted once: {} {twins}", term.canonical);
    }
    if let Some(broad) = &term.over_broad {
        let _ = writeln!(text, "  over-broad: {}: {}", term.canonical, broad.because);
    }
    if let Some(first) = term.subsumed_by.iter().min_by_key(|other| other.hits) {
        let _ = writeln!(text, "  subsumed: {}", subsumed(term, first));
    }
    if let Some(samples) = &term.samples {
        for (from, documents) in [("hit", &samples.hits), ("non-hit", &samples.non_hits)] {
            for document in documents {
                let day = document.day.map_or_else(|| "undated".to_owned(), |day| day.to_string());
                let sources = document.sources.join(" ");
                let _ = writeln!(
                    text,
                    "  read ({from} of {}): {} {day} {sources}",
                    cut(&term.canonical, 40),
                    document.document
                );
            }
        }
    }
    text
}

/// A term that adds nothing to another, the smallest of those; and to how many more it adds nothing.
fn subsumed(term: &TermRow, first: &Subsuming) -> String {
    let n = count(first.hits, "hit", "hits");
    let same = if first.same { "has the same hits as" } else { "adds nothing to" };
    let more = term.subsumed_by.len().saturating_sub(1) as u64;
    let more = match (more, first.same) {
        (0, _) => String::new(),
        (more, false) => format!(", nor to {} more (all in the sheet)", grouped(more)),
        (more, true) => {
            format!(", and adds nothing to {} (all in the sheet)", count(more, "other term", "other terms"))
        }
    };
    format!("{} {same} {} ({n}){more}", term.canonical, first.term)
}

fn list(counts: &BTreeMap<String, u64>) -> String {
    counts.iter().map(|(name, count)| format!("{name} {}", grouped(*count))).collect::<Vec<_>>().join(", ")
}

fn because(counts: &BTreeMap<String, u64>) -> String {
    if counts.is_empty() { String::new() } else { format!(" ({})", list(counts)) }
}

pub(crate) fn compared(report: &CompareReport) -> String {
    let (before, after) = (&report.before, &report.after);
    let mut text = format!(
        "Request {}: run {} of {} by {}, against run {} now\n",
        report.request,
        before.run,
        before.at.format("%Y-%m-%d %H:%M UTC"),
        before.by,
        after.run
    );
    if report.differs.is_empty() {
        text += "Nothing that the two rest on differs: index, register, request, items, tokenisation.\n";
    }
    for line in &report.differs {
        let _ = writeln!(text, "  {line}");
    }
    for item in &report.items {
        text += &item_change(item, &report.otherwise_because);
    }
    let _ = writeln!(text, "Written:  {}", report.report.display());
    text
}

fn number(n: Option<u64>) -> String {
    n.map_or_else(|| "-".to_owned(), grouped)
}

fn item_change(item: &ItemChange, otherwise_because: &[String]) -> String {
    let mut text =
        format!("\nItem {}: hits {} then, {} now\n", item.item, number(item.before), number(item.after));
    if item.cannot_tell_before != item.cannot_tell_after {
        let (then, now) = (number(item.cannot_tell_before), number(item.cannot_tell_after));
        let _ = writeln!(text, "  cannot tell: {then} then, {now} now");
    }
    for line in &item.criteria {
        let _ = writeln!(text, "  criteria: {line}");
    }
    let moves = [
        ("came", item.entered),
        ("went", item.left),
        ("came to those that cannot be told", item.queue_entered),
        ("left those that cannot be told", item.queue_left),
    ];
    for (word, moves) in moves {
        if let Some(moves) = moves.filter(|moves| moves.documents > 0) {
            let _ = writeln!(text, "  {word}: {}", moved(&moves, otherwise_because));
        }
    }
    let searched_both = item.before.is_some() && item.after.is_some();
    let rows: Vec<_> = item.terms.iter().map(|term| term_change(term, searched_both)).collect();
    if !rows.is_empty() {
        text += &table(&["then", "now", "came", "went", "term", ""], &rows);
    }
    text
}

fn term_change(term: &TermChange, searched_both: bool) -> Vec<String> {
    let moved = |moves: &Option<Moves>| number(moves.map(|moves| moves.documents));
    let note = match (term.before, term.after) {
        // Of an item that was not searched both times no term is new.
        _ if !searched_both => "",
        (None, _) => "new term",
        (_, None) => "term gone",
        _ => "",
    };
    vec![
        number(term.before),
        number(term.after),
        moved(&term.entered),
        moved(&term.left),
        term.term.clone(),
        note.to_owned(),
    ]
}

fn moved(moves: &Moves, otherwise_because: &[String]) -> String {
    let mut parts = Vec::new();
    for (n, why) in [(moves.new_material, "indexed since"), (moves.criteria, "because the criteria changed")]
    {
        if n > 0 {
            parts.push(format!("{} {why}", grouped(n)));
        }
    }
    if moves.otherwise > 0 {
        let why = if otherwise_because.is_empty() {
            "by nothing that is recorded; look into it".to_owned()
        } else {
            otherwise_because.join("; ")
        };
        parts.push(format!("{} though asked the same way ({why})", grouped(moves.otherwise)));
    }
    format!("{} = {}", count(moves.documents, "document", "documents"), parts.join(" + "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_workspace::Splits;

    fn term(subsumed_by: &[(u64, bool)]) -> TermRow {
        let other =
            |(hits, same): &(u64, bool)| Subsuming { term: "fee*".to_owned(), hits: *hits, same: *same };
        TermRow {
            written: "fee".to_owned(),
            canonical: "fee".to_owned(),
            places: vec![1],
            also_written: Vec::new(),
            hits: 1,
            hits_with_family: 1,
            unique: 0,
            unique_with_family: 0,
            splits: Splits::default(),
            over_broad: None,
            subsumed_by: subsumed_by.iter().map(other).collect(),
            zero: None,
            samples: None,
            expansions: Vec::new(),
        }
    }

    #[test]
    fn a_subsumed_term_is_told_in_whole_sentences_for_one_and_for_several() {
        let told = |others: &[(u64, bool)]| {
            let term = term(others);
            subsumed(&term, &term.subsumed_by[0])
        };
        assert_eq!(told(&[(2, false)]), "fee adds nothing to fee* (2 hits)");
        assert_eq!(
            told(&[(2, false), (3, false)]),
            "fee adds nothing to fee* (2 hits), nor to 1 more (all in the sheet)"
        );
        assert_eq!(told(&[(1, true)]), "fee has the same hits as fee* (1 hit)");
        assert_eq!(
            told(&[(1, true), (3, false)]),
            "fee has the same hits as fee* (1 hit), and adds nothing to 1 other term (all in the sheet)"
        );
        assert!(
            told(&[(1, true), (3, false), (4, false)])
                .ends_with("nothing to 2 other terms (all in the sheet)")
        );
    }

    #[test]
    fn a_long_list_of_sources_is_cut_and_says_so() {
        assert_eq!(first(&["a", "b"]), "a, b");
        assert_eq!(
            first(&["a", "b", "c", "d", "e", "f", "g"]),
            "a, b, c, d, e, f and 1 more (all in the sheet)"
        );
    }
}
