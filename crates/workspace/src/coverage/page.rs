//! The coverage report as one page that needs nothing from elsewhere: a heat map of sources by months, each source's days,
//! the gaps, and addresses without a source. Every mark is a sign as well as a shade, so that it prints in black and white.

use super::{CoverageReport, GapsOfSource};
use crate::gaps::{GapRow, day_in_words};
use crate::html::{escape, grouped, page as whole};
use chrono::{Datelike as _, Days, NaiveDate};
use duces_coverage::{SourceCoverage, Traffic};
use duces_model::{Axis, SourceId};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const STYLE: &str = "
.gaps { table-layout: fixed; width: 100%; } .gaps th:nth-child(1) { width: 30%; } .gaps th:nth-child(2) { width: 20%; }
.addresses td:nth-child(n+5) { white-space: nowrap; }
.map { font-size: .78rem; } .map td, .map th { padding: .1rem .22rem; border: 1px solid #ddd; text-align: center; white-space: nowrap; }
.map th.s { text-align: left; max-width: 14rem; white-space: normal; overflow-wrap: anywhere; } .scroll { overflow-x: auto; }
.map td.l1 { background: #e9eef2; } .map td.l2 { background: #d3dde5; } .map td.l3 { background: #b5c6d3; } .map td.l4 { background: #8fa9bc; }
.map td.gap { outline: 2px solid #8a1c00; outline-offset: -2px; font-weight: bold; color: #8a1c00; background: #fff; }
.map td.zero { font-weight: bold; } .map td.out { color: #bbb; border-style: dotted; }
pre { font: .78rem/1.25 ui-monospace, Menlo, Consolas, monospace; overflow-x: auto; margin: .3rem 0 1rem; }
details summary { cursor: pointer; }
@media print { .map td.gap { color: #000; outline-color: #000; } .map { font-size: 6.5pt; } details:not([open]) { display: none; } }
";

/// The most characters of days that the page draws; beyond them a source's days stand in `coverage-days.csv` only.
const DAYS_DRAWN_MAX: usize = 3_000_000;

/// What was captured of each source on each day.
pub(super) type ByDay = BTreeMap<SourceId, BTreeMap<NaiveDate, u64>>;

/// The whole page.
pub(super) fn page(firm: &str, report: &CoverageReport, days: &ByDay, traffic: &[Traffic]) -> String {
    let mut body = String::from("<h1>Coverage of the archive</h1>\n");
    let _ = writeln!(
        body,
        "<p class=\"quiet\">{}. Internal work product, as known on {}.</p>",
        escape(firm),
        report.looked_at.format("%Y-%m-%d %H:%M UTC")
    );
    unknown_first(&mut body, report);
    gaps(&mut body, &report.gaps);
    let of = report.not_preserved();
    heat_map(&mut body, report, &of);
    addresses(&mut body, &report.gaps, traffic);
    sources(&mut body, report, days, &of);
    whole("Coverage of the archive", STYLE, &body)
}

/// What cannot be told is said before anything else.
fn unknown_first(body: &mut String, report: &CoverageReport) {
    body.push_str("<h2>What cannot be told</h2>\n<ul>\n");
    match report.archive_days {
        Some((first, last)) => {
            let _ = writeln!(
                body,
                "<li>The archive's dated communications reach from {first} to {last}. Nothing is judged by absence outside these days.</li>"
            );
        }
        None => body.push_str(
            "<li>Nothing in the archive has a usable date: nothing can be judged by absence.</li>\n",
        ),
    }
    let blind: Vec<&SourceCoverage> =
        report.sources.iter().filter(|source| !source.not_judged_because.is_empty()).collect();
    for source in &blind {
        let _ = writeln!(
            body,
            "<li><b>{}</b> ({}): {}</li>",
            escape(&source.name),
            escape(source.source.as_str()),
            escape(&source.not_judged_because.join("; "))
        );
    }
    if blind.is_empty() {
        body.push_str("<li>Each source was judged by some evidence on all days of its service that the archive reaches; what each kind cannot see stands with the gaps.</li>\n");
    }
    for (day, n) in &report.set_aside {
        let _ = writeln!(
            body,
            "<li>{} dated {day} lie far from all others and were set aside as wrong dates.</li>",
            grouped(*n)
        );
    }
    for doubt in &report.review_doubts {
        let _ = writeln!(body, "<li>{}</li>", escape(doubt));
    }
    if report.archive_days.is_some() {
        let _ = writeln!(body, "<li>{}</li>", escape(&report.false_findings()));
    }
    body.push_str("</ul>\n");
}

fn gaps(body: &mut String, gaps: &[GapRow]) {
    let _ = writeln!(
        body,
        "<h2>Gaps</h2>\n<p>{} on record; those marked with a dagger (†) count through another.</p>",
        gaps.len()
    );
    if gaps.is_empty() {
        body.push_str("<p>None. That is no proof that there are none: see above what cannot be told.</p>\n");
        return;
    }
    body.push_str("<table class=\"gaps\">\n<thead><tr><th>gap, of what</th><th>days, how many</th><th>finding</th></tr></thead>\n<tbody>\n");
    for row in gaps {
        let gap = &row.gap;
        let sources: Vec<&str> = gap.sources.iter().map(SourceId::as_str).collect();
        let whose = gap.address.clone().unwrap_or_else(|| sources.join(", "));
        let again = row.reopened.as_ref().map(|open| format!(" (was {}; more was found)", open.was.as_str()));
        let axis = match gap.axis {
            Axis::Preserved => "not preserved",
            Axis::Reviewed => "not reviewed",
        };
        let _ = writeln!(
            body,
            "<tr><td><code>{}</code>{}<br>{}<br><b>{}</b>{}{}</td><td>{}<br>to {}<br>{axis}: {}</td>\
             <td>{}<br><span class=\"quiet\">Blind: {}</span></td></tr>",
            escape(&gap.id),
            if row.counts { "" } else { " †" },
            escape(&whose),
            gap.status.as_str(),
            escape(&again.unwrap_or_default()),
            if row.current { "" } else { "; not found by the latest look" },
            day_in_words(gap.first_day, gap.first_between),
            day_in_words(gap.last_day, gap.last_between),
            escape(&gap.quantity.to_string()),
            escape(&gap.finding),
            escape(&gap.blind_to)
        );
    }
    body.push_str("</tbody></table>\n");
}

/// The months of the report, first to last.
fn months(report: &CoverageReport) -> Vec<(i32, u32)> {
    let mut all: Vec<(i32, u32)> = report
        .sources
        .iter()
        .flat_map(|source| &source.months)
        .map(|(year, month, _)| (*year, *month))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn heat_map(body: &mut String, report: &CoverageReport, of: &GapsOfSource<'_>) {
    let months = months(report);
    body.push_str("<h2>Sources by month</h2>\n");
    body.push_str(
        "<p>A cell holds the communications of the month, darker where there are more for that source. \
         <b>!</b> and a frame: an open gap touches the month. <b>–</b> explained or dismissed gap. <b>0</b>: none, and no gap. Empty and dotted: not in \
         service, or the archive does not reach. Years are under each other; a source's name leads to its days, below.</p>\n",
    );
    let mut years: Vec<i32> = months.iter().map(|(year, _)| *year).collect();
    years.dedup();
    for year in years {
        let of_year: Vec<u32> = months.iter().filter(|(y, _)| *y == year).map(|(_, month)| *month).collect();
        let _ = writeln!(
            body,
            "<div class=\"scroll\"><table class=\"map\">\n<caption>{year}</caption>\n<thead><tr><th class=\"s\">source</th>"
        );
        for month in &of_year {
            let _ = write!(body, "<th>{month:02}</th>");
        }
        body.push_str("</tr></thead>\n<tbody>\n");
        for source in &report.sources {
            let gaps = of.get(&source.source).map_or(&[][..], Vec::as_slice);
            let counts: BTreeMap<u32, u64> = source
                .months
                .iter()
                .filter(|(y, _, _)| *y == year)
                .map(|(_, month, n)| (*month, *n))
                .collect();
            let touched = of_year.iter().any(|month| marked(report, gaps, year, *month).is_some());
            if counts.is_empty() && !touched {
                continue;
            }
            let most = source.months.iter().map(|(_, _, n)| *n).max().unwrap_or(0);
            let _ = write!(
                body,
                "<tr><th class=\"s\"><a href=\"#days-{0}\">{0}</a></th>",
                escape(source.source.as_str())
            );
            for month in &of_year {
                let count = counts.get(month).copied();
                let (class, text) = match (marked(report, gaps, year, *month), count) {
                    (Some(true), count) => ("gap", format!("!{}", count.map(short).unwrap_or_default())),
                    (Some(false), count) => (
                        shade(count.unwrap_or(0), most),
                        format!("–{}", count.map(short).unwrap_or_default()),
                    ),
                    (None, Some(count)) => (shade(count, most), short(count)),
                    (None, None) => ("out", String::new()),
                };
                let _ = write!(body, "<td class=\"{class}\">{text}</td>");
            }
            body.push_str("</tr>\n");
        }
        body.push_str("</tbody></table></div>\n");
    }
}

/// Whether one of a source's gaps touches the month: an open one, or only closed ones.
fn marked(report: &CoverageReport, gaps: &[&GapRow], year: i32, month: u32) -> Option<bool> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let last = first.checked_add_months(chrono::Months::new(1))?.pred_opt()?;
    let (from, to) = report.archive_days.unwrap_or((first, last));
    if to < first || last < from {
        return None;
    }
    let crossing = gaps.iter().filter(|row| row.counts && row.gap.crosses_days(first, last));
    let mut any = None;
    for row in crossing {
        any = Some(any.unwrap_or(false) || row.gap.status.is_open());
    }
    any
}

fn shade(count: u64, most: u64) -> &'static str {
    match (count, count.saturating_mul(4).checked_div(most.max(1)).unwrap_or(0)) {
        (0, _) => "zero",
        (_, 0) => "l1",
        (_, 1) => "l2",
        (_, 2) => "l3",
        _ => "l4",
    }
}

/// `950`, `1.2k`, `34k`, `2.1M`.
fn short(count: u64) -> String {
    match count {
        0..=999 => count.to_string(),
        1_000..=9_999 => format!("{}.{}k", count / 1_000, count % 1_000 / 100),
        10_000..=999_999 => format!("{}k", count / 1_000),
        1_000_000..=9_999_999 => format!("{}.{}M", count / 1_000_000, count % 1_000_000 / 100_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

/// Addresses of the firm that no source has, the busiest first.
fn addresses(body: &mut String, gaps: &[GapRow], traffic: &[Traffic]) {
    body.push_str("<h2>Addresses without a source</h2>\n");
    let mut ranked: Vec<(&Traffic, bool)> = traffic
        .iter()
        .map(|one| (one, gaps.iter().any(|row| row.gap.address.as_deref() == Some(one.address.as_str()))))
        .collect();
    ranked.sort_by(|(a, _), (b, _)| {
        (b.internal_or_answered, b.sent + b.received, &a.address).cmp(&(
            a.internal_or_answered,
            a.sent + a.received,
            &b.address,
        ))
    });
    if ranked.is_empty() {
        body.push_str(
            "<p>No retained message names an address of the firm's domains that no source has.</p>\n",
        );
        return;
    }
    body.push_str("<table class=\"addresses\">\n<thead><tr><th>address</th><th class=\"n\">from inside or answered</th><th class=\"n\">sent</th><th class=\"n\">received</th><th>first day</th><th>last day</th><th>gap</th></tr></thead>\n<tbody>\n");
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
    for (one, is_gap) in ranked {
        let _ = writeln!(
            body,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(one.address.as_str()),
            grouped(one.internal_or_answered),
            grouped(one.sent),
            grouped(one.received),
            day(one.first_day),
            day(one.last_day),
            if is_gap { "yes" } else { "no (*)" }
        );
    }
    body.push_str("</tbody></table>\n<p>(*) It only received, or only seems to have sent: a From line can be spoofed or mistyped.</p>\n");
}

fn sources(body: &mut String, report: &CoverageReport, days: &ByDay, of: &GapsOfSource<'_>) {
    body.push_str(
        "<h2>Each source by day</h2>\n<p>One line a month, one sign a day: <code>.</code> weekend without any, <code>0</code> weekday without any, \
         <code>1</code>–<code>9</code> that many, <code>a</code> 10 to 31, <code>b</code> 32 to 99, <code>c</code> 100 to 315, <code>d</code> 316 to 999, <code>e</code> 1,000 and more; \
         <code>!</code> a day of an open gap without any; <code>~</code> not in service or beyond the archive. Above them, what each kind of evidence could (<b>+</b>) and could not (<b>–</b>) have seen of it. Open a source to see it; what is open is printed.</p>\n",
    );
    let none = BTreeMap::new();
    let mut drawn = 0;
    for source in &report.sources {
        let counts = days.get(&source.source).unwrap_or(&none);
        let by = source.judged_by.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            body,
            "<details id=\"days-{}\"><summary><b>{}</b> ({}): {} captured, {} without a date; judged by {}</summary>",
            escape(source.source.as_str()),
            escape(&source.name),
            escape(source.source.as_str()),
            grouped(source.captured),
            grouped(source.undated),
            if by.is_empty() { "nothing".to_owned() } else { escape(&by) }
        );
        seen(body, report, source);
        let gaps = of.get(&source.source).map_or(&[][..], Vec::as_slice);
        // Once there are too many, none is drawn.
        let text =
            if drawn > DAYS_DRAWN_MAX { String::new() } else { calendar(source, counts, report, gaps) };
        drawn += text.len();
        if drawn > DAYS_DRAWN_MAX {
            body.push_str("<p>Too many days for one page: they stand in reports/coverage-days.csv.</p>\n");
        } else {
            let _ = writeln!(body, "<pre>{text}</pre>");
        }
        body.push_str("</details>\n");
    }
}

/// What each kind of evidence could and could not have seen of a source.
fn seen(body: &mut String, report: &CoverageReport, source: &SourceCoverage) {
    body.push_str("<ul>\n");
    for one in report.evidence.iter().filter(|one| one.source == source.source) {
        let _ = writeln!(
            body,
            "<li>{} {}: {}</li>",
            if one.could_see { "<b>+</b>" } else { "<b>–</b> (cannot tell)" },
            one.evidence.as_str(),
            escape(&one.says)
        );
    }
    body.push_str("</ul>\n");
}

/// The days of a source: a line a month.
fn calendar(
    source: &SourceCoverage,
    counts: &BTreeMap<NaiveDate, u64>,
    report: &CoverageReport,
    gaps: &[&GapRow],
) -> String {
    let Some((first, last)) = report.archive_days else { return String::new() };
    let from = first.max(source.in_service.0).with_day(1).unwrap_or(first);
    let to = last.min(source.in_service.1.unwrap_or(last));
    let mut text = String::new();
    let mut month = from;
    while month <= to {
        let _ = write!(text, "{}  ", month.format("%Y-%m"));
        let mut day = month;
        while day.month() == month.month() && day.year() == month.year() {
            let outside = day < first.max(source.in_service.0) || to < day;
            text.push(sign(counts.get(&day).copied().unwrap_or(0), day, outside, gaps));
            let Some(next) = day.checked_add_days(Days::new(1)) else { break };
            day = next;
        }
        text.push('\n');
        if day <= month {
            break;
        }
        month = day;
    }
    text
}

fn sign(count: u64, day: NaiveDate, outside: bool, gaps: &[&GapRow]) -> char {
    let open = || gaps.iter().any(|row| row.is_open() && row.gap.crosses_days(day, day));
    match count {
        0 if outside => '~',
        0 if open() => '!',
        0 if matches!(day.weekday(), chrono::Weekday::Sat | chrono::Weekday::Sun) => '.',
        0..=9 => char::from_digit(u32::try_from(count).unwrap_or(0), 10).unwrap_or('?'),
        10..=31 => 'a',
        32..=99 => 'b',
        100..=315 => 'c',
        316..=999 => 'd',
        _ => 'e',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_short_and_never_zero_where_there_is_one() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1_234, "1.2k"),
            (34_999, "34k"),
            (2_150_000, "2.1M"),
            (45_000_000, "45M"),
        ];
        for (count, text) in cases {
            assert_eq!(short(count), text);
        }
        assert_eq!((shade(0, 100), shade(1, 100), shade(100, 100)), ("zero", "l1", "l4"));
    }
}
