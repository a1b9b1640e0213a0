//! What is not known, which the page says first: of all items in a few lines, then item by item.

use super::{counts, escape, grouped};
use crate::hits::backing::by_word;
use crate::hits::report::{HitReport, ItemHits};
use crate::hits::zero::by_reason;
use crate::item_coverage::Said;
use chrono::NaiveDate;
use duces_model::{DefectCode, Unknown};
use std::fmt::Write as _;

/// How many names a line of the overview shows.
const NAMES_SHOWN: usize = 6;

/// What is not known of each item, in a box at the head of the page.
pub(super) fn first(page: &mut String, report: &HitReport) {
    *page += "<div class=\"first\">\n<h2>What is not known</h2>\n<ul>\n";
    for item in &report.items {
        let open = open(item);
        let said = match (open.is_empty(), item.hit) {
            (true, 0) => "nothing found, which coverage backs; nothing is open".to_owned(),
            (true, _) => "nothing is open: every source is covered, every document told".to_owned(),
            (false, _) => open.join("; "),
        };
        let number = escape(item.item.as_str());
        let _ = writeln!(page, "<li><b>Item {number}</b>: {}.</li>", escape(&said));
    }
    *page += "</ul>\n<p class=\"quiet\">Hits and zeros below hold of what was captured, preserved and searchable, and of nothing else.</p>\n</div>\n";
}

/// What is open of an item, a part each, what weighs most first.
fn open(item: &ItemHits) -> Vec<String> {
    let mut parts = Vec::new();
    match (item.expects_nil, item.hit, item.backing.backed) {
        (true, 1.., _) => parts.push("nothing was expected, and something was found".to_owned()),
        (_, 0, false) => parts.push(format!(
            "nothing was found, and coverage does not back that{}",
            item.backing.because_of_gaps()
        )),
        _ => {}
    }
    if item.no_source {
        parts.push("no source was searched".to_owned());
    }
    for group in by_word(&item.coverage).iter().filter(|group| group.said.weakens()) {
        let names: Vec<&str> = group.sources.iter().map(|source| source.as_str()).collect();
        let words = match group.said {
            Said::NeverCaptured => "never captured",
            Said::Gap => "crossed by a gap",
            _ => "coverage cannot be told",
        };
        parts.push(format!("{words}: {}", shown(&names)));
    }
    if !item.backing.gaps_of_no_source.is_empty() {
        let gaps: Vec<&str> = item.backing.gaps_of_no_source.iter().map(String::as_str).collect();
        parts.push(format!("crossed by a gap of no registered source: {}", shown(&gaps)));
    }
    for (count, what) in [
        (item.cannot_tell, "of which it cannot be told"),
        (item.not_searchable, "that no word search can answer for"),
    ] {
        if count > 0 {
            let documents = if count == 1 { "document" } else { "documents" };
            parts.push(format!("{} {documents} {what}", grouped(count)));
        }
    }
    parts
}

fn shown(names: &[&str]) -> String {
    let first = names.iter().take(NAMES_SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// What is not known of one item, in full.
pub(super) fn of_item(page: &mut String, item: &ItemHits) {
    *page += "<h3>What is not known</h3>\n";
    if item.expects_nil {
        let _ =
            writeln!(page, "<p class=\"flag\">Nothing was expected, {}.</p>", escape(item.expected_nil()));
    }
    let zero = item.zero.iter().chain(item.terms.iter().filter_map(|term| term.zero.as_ref())).next();
    if let Some(zero) = zero {
        let backed = if zero.backed { "coverage backs it" } else { "coverage does not back it" };
        let gaps = if zero.backed { String::new() } else { item.backing.because_of_gaps() };
        let whose = if item.hit == 0 { "Nothing was found" } else { "Some terms found nothing" };
        let _ = writeln!(
            page,
            "<p class=\"flag\">{whose}. A zero here: {backed}{} (see the table); {}.</p>",
            escape(&gaps),
            escape(&zero.limits())
        );
    }
    coverage(page, item);
    gaps(page, item);
    if !item.not_searchable_because.is_empty() || !item.cannot_tell_because.is_empty() {
        let meant = item.not_searchable_because.iter().map(|(code, count)| {
            let meaning = code.parse::<DefectCode>().map_or("", DefectCode::meaning);
            (format!("{code}: {meaning}"), *count)
        });
        *page += &counts("Not searchable, because", &meant.collect());
        let told = item.cannot_tell_because.iter().map(|(code, count)| {
            let known = Unknown::ALL.into_iter().find(|reason| reason.as_str() == code);
            (known.map_or_else(|| code.clone(), |reason| reason.to_string()), *count)
        });
        *page += &counts("Cannot tell, because (a document may have several reasons)", &told.collect());
    }
    let left: Vec<_> =
        item.not_searched.iter().filter(|(source, _)| !item.not_captured.contains(source)).cloned().collect();
    for (why, sources) in by_reason(&left) {
        let _ = writeln!(
            page,
            "<p class=\"quiet\">Not searched, {}: {}.</p>",
            escape(why),
            escape(&sources.join(", "))
        );
    }
}

/// What coverage says of each source that the item asks for, the sources of one word and reason together.
fn coverage(page: &mut String, item: &ItemHits) {
    *page += "<table>\n<caption>Coverage of the period</caption>\n              <thead><tr><th>coverage</th><th>sources</th><th>because</th></tr></thead>\n<tbody>\n";
    for group in by_word(&item.coverage) {
        for because in &group.because {
            let same =
                item.coverage.iter().filter(|plan| plan.said == group.said && plan.because == *because);
            let names: Vec<&str> = same.map(|plan| plan.source.as_str()).collect();
            let class = if group.said.weakens() { " class=\"word flag\"" } else { " class=\"word\"" };
            let _ = writeln!(
                page,
                "<tr><td{class}>{}</td><td>{}</td><td>{}</td></tr>",
                group.said.as_str(),
                escape(&names.join(", ")),
                escape(because)
            );
        }
    }
    if item.coverage.is_empty() {
        *page += "<tr><td>none</td><td>the item asks for no registered source</td><td></td></tr>\n";
    }
    *page += "</tbody>\n</table>\n";
}

fn gaps(page: &mut String, item: &ItemHits) {
    if item.all_gaps().next().is_none() {
        return;
    }
    *page += "<table>\n<caption>Gaps that cross the item</caption>\n\
              <thead><tr><th>gap</th><th>days</th><th>finding</th></tr></thead>\n<tbody>\n";
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
    for gap in item.all_gaps() {
        let none = if item.backing.gaps_of_no_source.contains(&gap.id) {
            " Of no registered source: what was lost could have been in any."
        } else {
            ""
        };
        let _ = writeln!(
            page,
            "<tr><td>{} ({})</td><td class=\"word\">{} to {}</td><td>{}.{none}</td></tr>",
            escape(&gap.id),
            gap.status.as_str(),
            day(gap.first_day),
            day(gap.last_day),
            escape(&gap.finding)
        );
    }
    *page += "</tbody>\n</table>\n";
}
