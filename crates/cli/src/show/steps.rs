//! Register, index, coverage.

use super::words::{count, grouped, table};

use chrono::{Datelike as _, Months, NaiveDate};
use duces_model::Evidence;
use duces_workspace::{CoverageReport, GapRow, IndexReport, RegisterReport, SourceCoverage};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

pub(crate) fn init(root: &Path, written: &[PathBuf]) -> String {
    let mut text = format!("Made a workspace in {}:\n", root.display());
    for path in written {
        let _ = writeln!(text, "  {}", path.display());
    }
    text + "Next: fill register/sources.csv and register/people.csv, then duces register check; put what is retained into\n\
            archive/, or name where it lies under [[archive]] in duces.toml, then duces index.\n"
}

pub(crate) fn register(report: &RegisterReport) -> String {
    let mut text = String::from("The register reads without mistakes:\n");
    let rows = [
        ("sources", report.sources),
        ("people", report.people),
        ("attorneys, by person or domain", report.attorneys),
        ("changes of capture paths", report.captures),
        ("disposals", report.disposals),
        ("holds", report.holds),
        ("days with a control total", report.control_days),
        ("communications that a system of record lists by id", report.control_ids),
        ("days and lists in reports of other systems", report.reported),
        ("closed days of the firm's own", report.closures),
        ("sequences of numbers", report.sequences),
        ("connections to supervisory review", report.review),
        ("rows of the logs of review", report.review_rows),
        ("classes of the retention schedule", report.retention_classes),
    ];
    let rows: Vec<_> =
        rows.iter().filter(|(_, n)| *n > 0).map(|(name, n)| vec![grouped(*n), (*name).to_owned()]).collect();
    text += &table(&["", ""], &rows)[1..];
    for absent in &report.absent {
        let _ = writeln!(text, "  absent: register/{absent}");
    }
    let _ = writeln!(text, "Register digest: {}", report.register_sha256);
    text
}

pub(crate) fn index(report: &IndexReport) -> String {
    let mut text = String::new();
    if report.nothing_to_do() {
        let n = count(report.containers_unchanged, "file is", "files are");
        let _ = writeln!(
            text,
            "Nothing to do: {n} unchanged since indexing (by size and modification time; --rehash compares digests)."
        );
    } else {
        let _ = writeln!(
            text,
            "Files: {} new, {} grown, {} resumed, {} unchanged.",
            grouped(report.containers_new),
            grouped(report.containers_grown),
            grouped(report.containers_resumed),
            grouped(report.containers_unchanged),
        );
    }
    for note in &report.notes {
        let _ = writeln!(text, "  {}: {}: {}", note.what, note.container, note.detail);
    }
    let noted: u64 = report.note_counts.values().sum();
    if let Some(more) = noted.checked_sub(report.notes.len() as u64).filter(|more| *more > 0) {
        let _ =
            writeln!(text, "  and {}: reports/files.csv lists all", count(more, "more note", "more notes"));
    }
    let c = &report.containers;
    let _ = writeln!(
        text,
        "Account: {}: found {} = parsed {} + defective {}; unexplained 0",
        count(report.container_count, "container", "containers"),
        grouped(c.found),
        grouped(c.parsed),
        grouped(c.defective)
    );
    let d = &report.documents;
    let _ = writeln!(
        text,
        "         documents {} = indexed {} + unsearchable {}",
        grouped(d.documents),
        grouped(d.indexed),
        grouped(d.unsearchable)
    );
    if !report.unsearchable.is_empty() {
        let list: Vec<_> =
            report.unsearchable.iter().map(|(code, n)| format!("{code} {}", grouped(*n))).collect();
        let _ = writeln!(text, "         unsearchable because: {}", list.join(", "));
    }
    if !report.defects.is_empty() {
        let list: Vec<_> =
            report.defects.iter().take(10).map(|(code, n)| format!("{code} {}", grouped(*n))).collect();
        let _ = writeln!(text, "Defects: {}", list.join(", "));
    }
    if let Some(first) = report.ignored.first() {
        let n = count(report.ignored_count, "file", "files");
        let _ = writeln!(
            text,
            "Not retained material, by rule: {n}, the first: {} ({})",
            first.file, first.reason
        );
    }
    if let Some(changed) = report.reattributed {
        let _ = writeln!(
            text,
            "The register changed: {} now belong to other sources.",
            count(changed, "occurrence", "occurrences")
        );
    }
    let rows: Vec<_> = report
        .sources
        .iter()
        .map(|row| {
            let day =
                |day: Option<chrono::NaiveDate>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
            vec![
                row.source.as_ref().map_or_else(|| "(unattributed)".to_owned(), ToString::to_string),
                grouped(row.occurrences),
                grouped(row.documents),
                grouped(row.unsearchable),
                day(row.first_day),
                day(row.last_day),
            ]
        })
        .collect();
    text += &table(&["source", "occurrences", "documents", "unsearchable", "first day", "last day"], &rows);
    let _ = writeln!(text, "Snapshot: {}", report.snapshot);
    for path in &report.reports {
        let _ = writeln!(text, "Written:  {}", path.display());
    }
    text
}

/// How many months the calendar at a terminal reaches back; the page has all.
const MONTHS_SHOWN: usize = 24;

fn last_month(report: &CoverageReport) -> Option<(i32, u32)> {
    report.archive_days.map(|(_, last)| (last.year(), last.month()))
}

/// The last months of a source, a sign each.
fn calendar(source: &SourceCoverage, report: &CoverageReport, gaps: &[&GapRow]) -> String {
    let (Some((first, _)), Some((mut year, mut month))) = (report.archive_days, last_month(report)) else {
        return String::new();
    };
    let mut signs = Vec::new();
    while signs.len() < MONTHS_SHOWN && (year, month) >= (first.year(), first.month()) {
        let count = source.months.iter().find(|(y, m, _)| (*y, *m) == (year, month)).map(|(_, _, n)| *n);
        let days = NaiveDate::from_ymd_opt(year, month, 1)
            .and_then(|day| Some((day, day.checked_add_months(Months::new(1))?.pred_opt()?)));
        let in_gap = days
            .is_some_and(|(from, to)| gaps.iter().any(|row| row.is_open() && row.gap.crosses_days(from, to)));
        signs.push(match (count, in_gap) {
            (Some(_), true) => '!',
            (Some(0), false) => '0',
            (Some(_), false) => '+',
            (None, _) => '.',
        });
        (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
    }
    signs.into_iter().rev().collect()
}

pub(crate) fn coverage(report: &CoverageReport) -> String {
    let mut text = String::new();
    if let Some((first, last)) = report.archive_days {
        let _ = writeln!(text, "The archive holds dated communications from {first} to {last}.");
    }
    let of = report.not_preserved();
    let rows: Vec<_> = report
        .sources
        .iter()
        .map(|source| {
            let gaps = of.get(&source.source).map_or(&[][..], Vec::as_slice);
            let kinds: Vec<_> = source.judged_by.iter().map(|kind| kind.as_str()).collect();
            let judged = if kinds.is_empty() { "cannot tell".to_owned() } else { kinds.join(", ") };
            vec![source.source.to_string(), grouped(source.captured), calendar(source, report, gaps), judged]
        })
        .collect();
    let last =
        last_month(report).map_or_else(String::new, |(year, month)| format!("months to {year}-{month:02}"));
    text += &table(&["source", "captured", &last, "judged by"], &rows);
    text += "  (a sign a month: + some, 0 none, ! an open gap, . not in service or beyond the archive";
    let _ = writeln!(text, "; the last {MONTHS_SHOWN} months at most, the page has all)");
    for source in &report.sources {
        let days = source.resolution.as_ref().and_then(|told| told.alone_days);
        if source.judged_by.is_empty() || source.judged_by.contains(&Evidence::Silence) {
            continue;
        }
        let _ = match days {
            Some(days) => writeln!(
                text,
                "  cannot tell of {} by silence: too sparse, one would have to last {}",
                source.source,
                count(days, "working day", "working days")
            ),
            None => writeln!(text, "  cannot tell of {} by silence: nothing shows a pattern", source.source),
        };
    }
    for doubt in &report.review_doubts {
        let _ = writeln!(text, "  {doubt}");
    }
    text += &super::gaps::list(&report.gaps, false);
    if report.archive_days.is_some() {
        let _ = writeln!(text, "{}", report.false_findings());
    }
    if report.tests_pending > 0 {
        let tests = count(report.tests_pending, "capture test has", "capture tests have");
        let _ = writeln!(text, "{tests} not arrived yet (duces capture-test check)");
    }
    for (day, n) in &report.set_aside {
        let n = count(*n, "communication bears", "communications bear");
        let _ = writeln!(text, "  set aside: {n} the day {day}, far from all others; taken for a wrong date");
    }
    if !report.unconfirmed_addresses.is_empty() {
        let n = count(report.unconfirmed_addresses.len() as u64, "address", "addresses");
        let first = report.unconfirmed_addresses.iter().take(5).map(|row| row.address.as_str());
        let first = first.collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            text,
            "  {n} of the firm without a source only received, or only seem to have sent; no gap by that alone: {first}"
        );
    }
    if report.new_gaps.is_empty() {
        text += "No gap is new since the last look.\n";
    }
    for path in &report.reports {
        let _ = writeln!(text, "Written:  {}", path.display());
    }
    text
}
