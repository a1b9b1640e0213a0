//! Evidence: another system reports that communications are missing.
//!
//! Reports with counts: per source and day, what the report expected, received and failed to process, held against
//! what was captured. A day is *short* where the report received less than it expected, or failed on some, or where
//! fewer were captured than it expected or received; but not where it says how many it expected and at least as many
//! were captured and received: what failed was then made up for. What is short of a day is the largest of these
//! differences. Short days are one gap as long as the days between them may have been spared by chance (module
//! `runs`). The quantity is exact where on each short day the report accounts for what it expected (expected = received
//! \+ failed) and what it received was captured; at least what failed where that is all that the report says; else a
//! net difference.
//!
//! Lists of users or mailboxes with gaps: each listed source, or address where no single source has it, is a gap of
//! unknown quantity over the days listed; rows of one source whose days overlap are one. Sources that the same reports
//! list with the very same days are one gap.
//!
//! Assumptions: the report is right about its own system, and cuts its days as the archive does. Limits: blind to what
//! never reached the reporting system; duplicates and retries can hide loss; days lawfully disposed of are not judged.

use crate::calendar::counted;
use crate::candidate::{Grounded as _, candidate};
use crate::runs::{DayLoss, runs};
use chrono::NaiveDate;
use duces_model::{EmailAddress, Evidence, Gap, Ground, Quantity, Sha256, SourceId};
use duces_register::{Register, ReportedDay, ReportedGap};
use std::collections::{BTreeMap, BTreeSet};

const BLIND_TO: &str = "it cannot see what never reached the reporting system, nor loss that duplicates or retries make \
                        up for";
const BLIND_TO_LIST: &str = "it cannot see how much is missing, nor what the report does not list";

/// The gaps that other systems report. `captured` is what was captured per source and day, in any order and pieces.
pub(crate) fn find(register: &Register, captured: &[(SourceId, NaiveDate, u64)]) -> Vec<Gap> {
    let mut counts: BTreeMap<(&SourceId, NaiveDate), u64> = BTreeMap::new();
    for (source, day, count) in captured {
        *counts.entry((source, *day)).or_default() += count;
    }
    let mut by_source: BTreeMap<&SourceId, BTreeMap<NaiveDate, Vec<Compared<'_>>>> = BTreeMap::new();
    for row in &register.reports {
        if register.lawfully_disposed(&row.source, row.day).is_none() {
            let captured = counts.get(&(&row.source, row.day)).copied().unwrap_or(0);
            let days = by_source.entry(&row.source).or_default();
            days.entry(row.day).or_default().push(Compared { row, captured });
        }
    }
    let mut gaps = Vec::new();
    for (source, days) in &by_source {
        let losses: Vec<DayLoss> = days.iter().map(|(day, rows)| loss(*day, rows)).collect();
        gaps.extend(runs(&losses).into_iter().map(|run| counted_gap(source, run, days)));
    }
    gaps.extend(listed(register));
    gaps.sort_by(|a, b| {
        (&a.sources, &a.address, a.first_day, &a.id).cmp(&(&b.sources, &b.address, b.first_day, &b.id))
    });
    gaps
}

/// A reported day and what was captured on it.
#[derive(Clone, Copy)]
struct Compared<'r> {
    row: &'r ReportedDay,
    captured: u64,
}

impl Compared<'_> {
    /// How many communications there should be, at least.
    fn owed(self) -> u64 {
        self.row.expected.unwrap_or(0).max(self.row.received.unwrap_or(0))
    }

    /// What is short of the day.
    fn short(self) -> u64 {
        if self.row.expected.is_some() && self.captured >= self.owed() {
            return 0;
        }
        let refused = match (self.row.expected, self.row.received) {
            (Some(expected), Some(received)) => expected.saturating_sub(received),
            _ => 0,
        };
        refused.max(self.row.failed.unwrap_or(0)).max(self.owed().saturating_sub(self.captured))
    }

    /// Whether the report accounts for all it expected and what it received was captured.
    fn closes(self) -> bool {
        let ReportedDay { expected, received, failed, .. } = self.row;
        let accounted = received.zip(*failed).and_then(|(received, failed)| received.checked_add(failed));
        expected.is_some() && *expected == accounted && *received == Some(self.captured)
    }

    /// Whether the report says nothing but how many failed.
    fn says_failed_only(self) -> bool {
        self.row.expected.is_none() && self.row.received.is_none()
    }

    fn says(self) -> String {
        let number = |what: &str, count: Option<u64>| count.map(|count| format!("{count} {what}"));
        let row = self.row;
        let numbers = [
            number("expected", row.expected),
            number("received", row.received),
            number("failed", row.failed),
            Some(format!("{} captured", self.captured)),
        ];
        let numbers: Vec<String> = numbers.into_iter().flatten().collect();
        format!("{} line {}: {}", row.file, row.line, numbers.join(", "))
    }
}

/// What several reports say of a day: the largest shortage.
fn loss(day: NaiveDate, rows: &[Compared<'_>]) -> DayLoss {
    let lost = rows.iter().map(|row| row.short()).max().unwrap_or(0);
    let of = rows.iter().map(|row| row.owed().max(row.captured)).max().unwrap_or(0).max(lost);
    DayLoss { day, lost, of }
}

/// The gap of a run, which is not empty.
fn counted_gap(source: &SourceId, run: &[DayLoss], days: &BTreeMap<NaiveDate, Vec<Compared<'_>>>) -> Gap {
    let (first, last) = (run[0].day, run[run.len() - 1].day);
    let count: u64 = run.iter().map(|day| day.lost).sum();
    let short: Vec<Compared<'_>> =
        days.range(first..=last).flat_map(|(_, rows)| rows).copied().filter(|row| row.short() > 0).collect();
    let quantity = if short.iter().all(|row| row.closes()) {
        Quantity::Exact { count }
    } else if short.iter().all(|row| row.says_failed_only()) {
        Quantity::AtLeast { count }
    } else {
        Quantity::NetDifference { count }
    };
    let files: BTreeSet<&str> = short.iter().map(|row| &*row.row.file).collect();
    let files: Vec<&str> = files.into_iter().collect();
    let sum = |what: &str, of: fn(&ReportedDay) -> Option<u64>| {
        let known: Vec<u64> = short.iter().filter_map(|row| of(row.row)).collect();
        (!known.is_empty()).then(|| format!("{} {what}", known.iter().sum::<u64>()))
    };
    let sums = [
        sum("expected", |row| row.expected),
        sum("received", |row| row.received),
        sum("failed", |row| row.failed),
        Some(format!("{} captured", short.iter().map(|row| row.captured).sum::<u64>())),
    ];
    let sums: Vec<String> = sums.into_iter().flatten().collect();
    let mut rows = short.clone();
    rows.sort_by_key(|row| (row.row.day, &row.row.file, row.row.line));
    let ground = |row: &Compared<'_>| Ground {
        source: Some(source.clone()),
        day: Some(row.row.day),
        says: row.says(),
    };
    let gap =
        candidate(Evidence::OutsideReport, source.as_str(), vec![source.clone()], (Some(first), Some(last)));
    Gap {
        quantity,
        finding: format!(
            "{} of {} report {} short, {first} to {last}: {}; {count} short in all",
            counted(short.len() as u64, "row"),
            files.join(" and "),
            counted(run.iter().filter(|day| day.lost > 0).count() as u64, "day"),
            sums.join(", "),
        ),
        blind_to: BLIND_TO.to_owned(),
        ..gap
    }
    .resting_on(rows.iter().map(ground))
}

/// Whom a list is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Source(SourceId),
    Address(EmailAddress),
}

/// Days of a list, the ends absent where it does not say.
type Days = (Option<NaiveDate>, Option<NaiveDate>);

/// A source with the rows that list it.
type Listed<'r> = (SourceId, Vec<&'r ReportedGap>);

/// The gaps of lists.
fn listed(register: &Register) -> Vec<Gap> {
    let mut rows: BTreeMap<About, Vec<&ReportedGap>> = BTreeMap::new();
    for row in &register.reported_gaps {
        let about = match (&row.source, &row.address) {
            (Some(source), _) => About::Source(source.clone()),
            (None, Some(address)) => {
                sole_owner(register, address).map_or_else(|| About::Address(address.clone()), About::Source)
            }
            (None, None) => continue,
        };
        rows.entry(about).or_default().push(row);
    }
    let mut shared: BTreeMap<(Days, Vec<&str>), Vec<Listed<'_>>> = BTreeMap::new();
    let mut gaps = Vec::new();
    for (about, rows) in rows {
        for (days, rows) in overlapping(rows) {
            match &about {
                About::Address(address) => gaps.push(listed_gap(&[], Some(address), days, &rows)),
                About::Source(source) => {
                    let files: BTreeSet<&str> = rows.iter().map(|row| &*row.file).collect();
                    let group = shared.entry((days, files.into_iter().collect())).or_default();
                    group.push((source.clone(), rows));
                }
            }
        }
    }
    for ((days, _), members) in shared {
        let sources: Vec<SourceId> = members.iter().map(|(source, _)| source.clone()).collect();
        let rows: Vec<&ReportedGap> = members.into_iter().flat_map(|(_, rows)| rows).collect();
        gaps.push(listed_gap(&sources, None, days, &rows));
    }
    gaps
}

/// The source that has the address, where it is one.
fn sole_owner(register: &Register, address: &EmailAddress) -> Option<SourceId> {
    let mut owners = register.sources.iter().filter(|source| source.addresses.contains(address));
    let owner = owners.next()?;
    owners.next().is_none().then(|| owner.id.clone())
}

/// Rows whose days overlap, together, with the days from the first to the last of them.
fn overlapping(mut rows: Vec<&ReportedGap>) -> Vec<(Days, Vec<&ReportedGap>)> {
    rows.sort_by_key(|row| (row.from, row.to, row.file.clone(), row.line));
    let mut found: Vec<(Days, Vec<&ReportedGap>)> = Vec::new();
    for row in rows {
        match found.last_mut() {
            Some((days, of)) if row.from.is_none() || days.1.is_none_or(|last| row.from <= Some(last)) => {
                days.1 = days.1.zip(row.to).map(|(a, b)| a.max(b));
                of.push(row);
            }
            _ => found.push(((row.from, row.to), vec![row])),
        }
    }
    found
}

fn listed_gap(
    sources: &[SourceId],
    address: Option<&EmailAddress>,
    days: Days,
    rows: &[&ReportedGap],
) -> Gap {
    let files: BTreeSet<&str> = rows.iter().map(|row| &*row.file).collect();
    let files: Vec<&str> = files.into_iter().collect();
    let (about, whom) = match (sources, address) {
        (_, Some(address)) => (address.to_string(), address.to_string()),
        ([one], None) => (format!("{one}:listed"), "this source".to_owned()),
        (several, None) => {
            let names: Vec<&str> = several.iter().map(SourceId::as_str).collect();
            let digest = Sha256::of(names.join("\n")).to_string();
            let more = names.len().saturating_sub(1);
            (
                format!("{}+{more}:{}:listed", names.first().unwrap_or(&""), &digest[..8]),
                counted(names.len() as u64, "source"),
            )
        }
    };
    let when = match days {
        (Some(first), Some(last)) if first == last => format!("on {first}"),
        (Some(first), Some(last)) => format!("from {first} to {last}"),
        (Some(first), None) => format!("from {first}, without an end"),
        (None, Some(last)) => format!("until {last}, without a beginning"),
        (None, None) => "without saying when".to_owned(),
    };
    let row = |row: &&ReportedGap| Ground {
        source: row.source.clone(),
        day: row.from,
        says: format!(
            "{} line {}: {}{}",
            row.file,
            row.line,
            row.source
                .as_ref()
                .map(ToString::to_string)
                .or(row.address.as_ref().map(ToString::to_string))
                .unwrap_or_default(),
            if row.note.is_empty() { String::new() } else { format!(": {}", row.note) },
        ),
    };
    let gap = candidate(Evidence::OutsideReport, &about, sources.to_vec(), days);
    Gap {
        address: address.map(ToString::to_string),
        finding: format!(
            "{} list {whom} among those of whom communications are missing, {when}",
            files.join(" and ")
        ),
        blind_to: BLIND_TO_LIST.to_owned(),
        ..gap
    }
    .resting_on(rows.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{day, register};

    const MAPPING: &str = "kind = \"counts\"\nday_format = \"%Y-%m-%d\"\n[columns]\nsource = \"source\"\nday = \"day\"\n\
                           expected = \"expected\"\nreceived = \"received\"\nfailed = \"failed\"\n";
    const LIST: &str = "kind = \"gap-list\"\nday_format = \"%Y-%m-%d\"\n[columns]\naddress = \"address\"\nfrom = \"from\"\nto = \"to\"\n";

    fn reported(
        rows: &str,
        captured: &[(&str, u64)],
    ) -> Vec<(Option<NaiveDate>, Option<NaiveDate>, Quantity)> {
        let report = format!("source,day,expected,received,failed\n{rows}");
        let register = register(
            &["desk,2020-01-01"],
            &[("controls/feed.csv", &report), ("controls/feed.toml", MAPPING)],
        );
        let captured: Vec<_> =
            captured.iter().map(|(date, count)| ("desk".parse().unwrap(), day(date), *count)).collect();
        find(&register, &captured)
            .into_iter()
            .map(|gap| (gap.first_day, gap.last_day, gap.quantity))
            .collect()
    }

    #[test]
    fn a_report_that_received_more_than_was_captured_is_a_net_difference() {
        let found = reported("desk,2024-01-02,,100,\n", &[("2024-01-02", 80)]);
        assert_eq!(
            found,
            [(Some(day("2024-01-02")), Some(day("2024-01-02")), Quantity::NetDifference { count: 20 })]
        );
        assert_eq!(reported("desk,2024-01-02,,100,\n", &[("2024-01-02", 100)]), []);
    }

    #[test]
    fn what_failed_is_exact_where_the_report_accounts_for_all() {
        let captured = [("2024-01-02", 95)];
        assert_eq!(reported("desk,2024-01-02,100,95,5\n", &captured)[0].2, Quantity::Exact { count: 5 });
        assert_eq!(reported("desk,2024-01-02,,,5\n", &captured)[0].2, Quantity::AtLeast { count: 5 });
        assert_eq!(
            reported("desk,2024-01-02,100,95,2\n", &captured)[0].2,
            Quantity::NetDifference { count: 5 }
        );
    }

    #[test]
    fn what_came_later_after_all_is_no_gap() {
        assert_eq!(reported("desk,2024-01-02,100,95,5\n", &[("2024-01-02", 100)]), []);
    }

    #[test]
    fn short_days_are_one_gap_until_a_whole_one() {
        let rows =
            "desk,2024-01-02,50,0,\ndesk,2024-01-03,50,0,\ndesk,2024-01-04,50,50,\ndesk,2024-01-05,50,0,\n";
        let found = reported(rows, &[("2024-01-04", 50)]);
        assert_eq!(
            found.iter().map(|gap| gap.2).collect::<Vec<_>>(),
            [Quantity::NetDifference { count: 100 }, Quantity::NetDifference { count: 50 }]
        );
    }

    #[test]
    fn listed_mailboxes_with_the_same_days_are_one_gap_and_unknown_addresses_their_own() {
        let list = "address,from,to\na@ecp.example,2024-01-02,2024-01-09\nb@ecp.example,2024-01-02,2024-01-09\n\
                    c@ecp.example,2024-01-02,2024-01-09\n";
        let register = register(
            &["a,2020-01-01,,,,,,,a@ecp.example", "b,2020-01-01,,,,,,,b@ecp.example"],
            &[("controls/list.csv", list), ("controls/list.toml", LIST)],
        );
        let gaps = find(&register, &[]);
        assert_eq!(gaps.len(), 2, "{gaps:?}");
        assert_eq!((gaps[0].address.as_deref(), gaps[0].sources.len()), (Some("c@ecp.example"), 0));
        assert_eq!(
            (gaps[1].sources.len(), gaps[1].quantity, gaps[1].grounds_in_all),
            (2, Quantity::Unknown, 2)
        );
    }
}
