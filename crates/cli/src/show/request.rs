//! Plans, searches, hit reports.

use super::words::{count, cut, grouped, table};
use duces_workspace::{AdHocReport, HitReport, ItemHits, PlanReport};
use std::fmt::Write as _;

pub(crate) fn plan(report: &PlanReport) -> String {
    let mut text = format!("Request {} ({} {})", report.request, report.authority, report.number);
    if let Some(due) = report.due {
        let _ = write!(text, ", due {due}");
    }
    text.push('\n');
    for item in &report.items {
        let _ = writeln!(text, "\nItem {}: {}\n  period: {}", item.item, cut(&item.text, 300), item.period);
        for line in &item.criteria {
            let _ = writeln!(text, "  {line}");
        }
        let rows: Vec<_> = item
            .searched
            .iter()
            .map(|source| vec![source.source.to_string(), source.coverage.clone(), source.because.clone()])
            .collect();
        if rows.is_empty() {
            text += "  No source will be searched.\n";
        } else {
            text += &table(&["searched", "coverage of the period", "because"], &rows);
        }
        for (source, why) in &item.not_searched {
            let _ = writeln!(text, "  not searched: {source}: {why}");
        }
        for gap in &item.gaps {
            let _ = writeln!(text, "  crossed by gap {} [{}]", gap.gap.id, gap.gap.status.as_str());
        }
    }
    text
}

pub(crate) fn hits(report: &HitReport) -> String {
    let mut text = format!(
        "Request {}, snapshot {}\n",
        report.request,
        &report.snapshot[..16.min(report.snapshot.len())]
    );
    for item in &report.items {
        text += &item_hits(item);
    }
    if let Some(path) = &report.report {
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
    for (reason, n) in &item.cannot_tell_because {
        let _ = writeln!(text, "  cannot tell, {reason}: {}", grouped(*n));
    }
    let rows: Vec<_> = item
        .terms
        .iter()
        .map(|term| {
            vec![
                grouped(term.hits),
                grouped(term.hits_with_family),
                grouped(term.unique),
                term.canonical.clone(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        text += &table(&["documents", "with family", "unique", "term"], &rows);
    }
    for expansion in item.terms.iter().flat_map(|term| &term.expansions) {
        let first: Vec<_> = expansion.words.iter().take(8).map(String::as_str).collect();
        let more = if expansion.words.len() > first.len() { ", …" } else { "" };
        let n = count(expansion.words.len() as u64, "word", "words");
        let _ = writeln!(text, "  {} stands for {n}: {}{more}", expansion.pattern, first.join(", "));
    }
    text
}

pub(crate) fn free(report: &AdHocReport) -> String {
    let mut text = format!(
        "{}\n{} of {} searched; for {} it cannot be told\n",
        report.canonical,
        count(report.hits, "document", "documents"),
        grouped(report.searched),
        grouped(report.cannot_tell)
    );
    let rows: Vec<_> = report
        .cards
        .iter()
        .map(|card| {
            vec![
                card.sent_at
                    .map_or_else(|| "undated".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string()),
                cut(&card.from, 32),
                cut(&card.sources.join(" "), 24),
                cut(&card.title, 60),
            ]
        })
        .collect();
    text += &table(&["sent (UTC)", "from", "sources", "subject or name"], &rows);
    if (report.cards.len() as u64) < report.hits {
        let _ = writeln!(text, "The newest {} are listed; --limit shows more.", report.cards.len());
    }
    text
}
