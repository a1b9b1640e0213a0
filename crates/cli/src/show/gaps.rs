//! Gaps: the list, and one of them whole.

use super::words::{count, cut};
use duces_model::{Axis, DayBounds, GapField, Quantity};
use duces_workspace::{CoverageCheck, GapRow};
use std::fmt::Write as _;

/// How many of the rows that a gap rests on are shown at a terminal; JSON has all that are kept.
const GROUNDS_SHOWN_MAX: usize = 20;

pub(crate) fn list(gaps: &[GapRow], open: bool) -> String {
    if gaps.is_empty() {
        let none = if open { "No gap is open." } else { "No gaps are recorded." };
        return format!("{none} That is no proof that there are none: see what each source is judged by.\n");
    }
    let mut text = format!("{}:\n", count(gaps.len() as u64, "gap", "gaps"));
    for row in gaps {
        text += &gap(row);
    }
    text
}

/// A nightly look in one line, and what is new below it.
pub(crate) fn check(check: &CoverageCheck) -> String {
    let fresh = &check.freshness;
    let feed = match (fresh.judged, fresh.overdue.len()) {
        (0, _) => "FRESHNESS NOT JUDGED (no source declares cadence_days)".to_owned(),
        (judged, 0) => format!("{judged} sources fresh"),
        (judged, late) => format!("{late} OF {judged} SOURCES OVERDUE"),
    };
    let new = match check.new_gaps.len() {
        0 => "no new gap".to_owned(),
        n => format!("{n} NEW {}", if n == 1 { "GAP" } else { "GAPS" }),
    };
    let mut text = format!(
        "duces coverage {}: {new}, {} open before, {feed}, archive to {}\n",
        check.looked_at.format("%Y-%m-%dT%H:%M:%SZ"),
        check.candidates_before,
        check.archive_days.map_or_else(|| "no day".to_owned(), |(_, last)| last.to_string()),
    );
    for gap in &check.new_gaps {
        let what = if check.reopened_gaps.contains(gap) { "closed, and more was found" } else { "new" };
        let _ = writeln!(text, "  {what}: {gap}");
    }
    for late in &fresh.overdue {
        let last =
            late.last_day.map_or_else(|| "nothing was ever captured".to_owned(), |day| format!("last {day}"));
        let _ = writeln!(
            text,
            "  overdue: {}: {last}, {} business days, expected within {}",
            late.source, late.business_days, late.cadence_days
        );
    }
    if fresh.judged > 0 && fresh.not_declared > 0 {
        let _ = writeln!(
            text,
            "  not judged for freshness: {} without cadence_days",
            count(fresh.not_declared, "source", "sources")
        );
    }
    text
}

/// The line of a nightly look that could not look.
pub(crate) fn could_not_look(at: chrono::DateTime<chrono::Utc>, why: &str) -> String {
    format!(
        "duces coverage {}: COULD NOT LOOK: {}\n",
        at.format("%Y-%m-%dT%H:%M:%SZ"),
        why.replace('\n', "; ")
    )
}

/// A gap in a few lines.
pub(crate) fn gap(row: &GapRow) -> String {
    let gap = &row.gap;
    let mut text = format!(
        "  {} [{}] {}, {}\n      {}\n",
        gap.id,
        gap.status.as_str(),
        days(row),
        quantity(row),
        cut(&gap.finding, 400)
    );
    text += &standing(row);
    if let Some(word) = row.history.last() {
        let _ = writeln!(text, "      {} on {}: {}", word.by, word.at.date_naive(), word.why);
    }
    text
}

/// A gap with everything that is on record of it.
pub(crate) fn whole(row: &GapRow) -> String {
    let gap = &row.gap;
    let axis = match gap.axis {
        Axis::Preserved => "not preserved",
        Axis::Reviewed => "not reviewed",
    };
    let sources: Vec<&str> = gap.sources.iter().map(duces_model::SourceId::as_str).collect();
    let whose = gap.address.clone().unwrap_or_else(|| sources.join(", "));
    let mut text = format!("{} [{}]\n", gap.id, gap.status.as_str());
    let _ = writeln!(text, "  Axis:      {axis}");
    let _ = writeln!(text, "  {}{whose}", if gap.address.is_some() { "Address:   " } else { "Sources:   " });
    let _ = writeln!(text, "  Days:      {}", days(row));
    let _ = writeln!(text, "  Quantity:  {}", quantity(row));
    let _ = writeln!(text, "  Evidence:  {}", gap.evidence_in_words());
    let _ = writeln!(text, "  Finding:   {}", gap.finding);
    let _ = writeln!(text, "  Blind to:  {}", gap.blind_to);
    let _ = writeln!(
        text,
        "  Found:     first on {}, last on {}",
        row.first_seen.date_naive(),
        row.last_seen.date_naive()
    );
    text += &standing(row);
    if gap.grounds_in_all > 0 {
        let _ = writeln!(text, "Rests on {}:", count(gap.grounds_in_all, "row", "rows"));
        for ground in gap.grounds.iter().take(GROUNDS_SHOWN_MAX) {
            let day = ground.day.map(|day| format!("{day} ")).unwrap_or_default();
            let source = ground.source.as_ref().map(|source| format!("{source}: ")).unwrap_or_default();
            let _ = writeln!(text, "  {day}{source}{}", ground.says);
        }
        let shown = gap.grounds.len().min(GROUNDS_SHOWN_MAX) as u64;
        if shown < gap.grounds_in_all {
            let _ = writeln!(
                text,
                "  and {} more; --format json shows the {} that are kept",
                gap.grounds_in_all - shown,
                gap.grounds.len()
            );
        }
    }
    if !row.notes.is_empty() {
        text += "Noted:\n";
        for field in GapField::ALL {
            if let Some(note) = row.note(field) {
                let _ = writeln!(
                    text,
                    "  {}: {} ({}, {})",
                    field.as_str(),
                    note.text,
                    note.by,
                    note.at.date_naive()
                );
            }
        }
    }
    if !row.history.is_empty() {
        text += "Said:\n";
        for word in &row.history {
            let _ = writeln!(
                text,
                "  {} {} by {}: {}",
                word.at.date_naive(),
                word.status.as_str(),
                word.by,
                word.why
            );
        }
    }
    text
}

fn days(row: &GapRow) -> String {
    let day = |day: Option<chrono::NaiveDate>, between: Option<DayBounds>| {
        let day = day.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
        between.map_or_else(
            || day.clone(),
            |bounds| format!("{day} (between {} and {})", bounds.earliest, bounds.latest),
        )
    };
    let gap = &row.gap;
    format!("{} to {}", day(gap.first_day, gap.first_between), day(gap.last_day, gap.last_between))
}

fn quantity(row: &GapRow) -> String {
    let what = match row.gap.axis {
        Axis::Preserved => "missing",
        Axis::Reviewed => "not reviewed",
    };
    match row.gap.quantity {
        Quantity::Unknown => "quantity unknown".to_owned(),
        ref known => format!("{known} {what}"),
    }
}

/// Whether the latest look found it, whether it is open again, and to what it belongs.
fn standing(row: &GapRow) -> String {
    let mut text = String::new();
    if !row.current {
        text += "      (the latest look did not find it again; it stays listed)\n";
    }
    if let Some(open) = &row.reopened {
        let _ = writeln!(
            text,
            "      open again: it was {}, and more was found on {}",
            open.was.as_str(),
            open.since.date_naive()
        );
    }
    if let Some(link) = &row.merged_into {
        let _ = writeln!(text, "      merged into {} by {}: {}", link.gap, link.by, link.why);
    }
    if let Some(link) = &row.part_of {
        let _ = writeln!(text, "      part of {}, split by {}: {}", link.gap, link.by, link.why);
    }
    if !row.parts.is_empty() {
        let counts =
            if row.counts { "more was found since, so it counts again beside" } else { "counts through" };
        let _ = writeln!(text, "      {counts} its parts: {}", row.parts.join(", "));
    }
    if !row.merged.is_empty() {
        let _ = writeln!(text, "      with {} merged into it", row.merged.join(", "));
    }
    text
}
