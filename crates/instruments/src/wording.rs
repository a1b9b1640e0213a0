//! Figures, days and instants as they stand in a text.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use duces_model::{DayBounds, Evidence, Gap, GapStatus, Quantity};

/// `1,204`.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 document`, `2 documents`; words whose plural is not made with an s are not given here.
pub(crate) fn count(n: u64, one: &str) -> String {
    format!("{} {one}{}", number(n), if n == 1 { "" } else { "s" })
}

/// `2024-10-02 10:03 EDT`, in the firm's zone.
pub(crate) fn instant(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string()
}

/// The day, or the word for none.
pub(crate) fn day(day: Option<NaiveDate>, none: &str) -> String {
    day.map_or_else(|| none.to_owned(), |day| day.to_string())
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// Days of a gap. An end that the evidence cannot bound is called unknown.
pub(crate) fn days(gap: &Gap) -> String {
    let first = between(day(gap.first_day, "unknown"), gap.first_between);
    let last = between(day(gap.last_day, "unknown"), gap.last_between);
    if gap.first_day.is_some() && first == last { first } else { format!("{first} to {last}") }
}

fn between(day: String, bounds: Option<DayBounds>) -> String {
    match bounds {
        Some(bounds) => format!("{day} (between {} and {})", bounds.earliest, bounds.latest),
        None => day,
    }
}

/// How much is missing. There is no wording that makes a number of what is not known.
pub(crate) fn quantity(quantity: Quantity) -> String {
    match quantity {
        Quantity::Exact { count: n } => count(n, "communication"),
        Quantity::AtLeast { count: n } => format!("at least {}", count(n, "communication")),
        Quantity::AtMost { count: n } => format!("at most {}", count(n, "communication")),
        Quantity::Estimated { count: n, low, high } => {
            format!("estimated at {}; between {low} and {high} at 95 % confidence", count(n, "communication"))
        }
        Quantity::NetDifference { count: n } => {
            format!("{} net; duplicates and retries can hide further loss", count(n, "communication"))
        }
        Quantity::Unknown => "quantity unknown".to_owned(),
    }
}

/// The evidence in words for counsel.
pub(crate) fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::NothingCaptured => "nothing captured",
        Evidence::Silence => "silence",
        Evidence::ControlTotal => "control totals",
        Evidence::UnregisteredTraffic => "unregistered traffic",
        Evidence::DanglingReference => "dangling references",
        Evidence::OneSidedMail => "one-sided mail",
        Evidence::BrokenSequence => "broken sequence",
        Evidence::DeclaredChange => "declared change of capture",
        Evidence::OutsideReport => "report of another system",
        Evidence::UnlawfulDisposal => "disposal of what had to be kept",
        Evidence::CaptureTest => "capture test",
        Evidence::NotConnectedToReview => "not connected to review",
        Evidence::ReviewedLate => "not reviewed in time",
        Evidence::ReviewUnproven => "evidence of review lacking",
    }
}

/// The status in words for counsel.
pub(crate) fn status(status: GapStatus) -> &'static str {
    match status {
        GapStatus::Candidate => "Candidate",
        GapStatus::Confirmed => "Confirmed",
        GapStatus::Explained => "Explained",
        GapStatus::Dismissed => "Dismissed",
    }
}

/// The text with its first letter large.
/// The parts of a finding, one by one: it joins what each evidence and the register say of the same event by semicolons.
/// A semicolon within brackets joins nothing.
pub(crate) fn points(finding: &str) -> Vec<&str> {
    let (mut points, mut from, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, c) in finding.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' if depth == 0 && finding[at + 1..].starts_with(' ') => {
                points.push(&finding[from..at]);
                from = at + 2;
            }
            _ => {}
        }
    }
    points.push(&finding[from..]);
    points
}

pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_and_one_is_singular() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_000), "1,000");
        assert_eq!(number(22_600_000), "22,600,000");
        assert_eq!(count(1, "document"), "1 document");
        assert_eq!(count(0, "document"), "0 documents");
    }

    #[test]
    fn an_unknown_quantity_is_called_unknown_and_never_a_number() {
        let text = quantity(Quantity::Unknown);
        assert!(text.contains("unknown") && !text.contains(|c: char| c.is_ascii_digit()));
    }

    #[test]
    fn a_finding_falls_into_its_parts_and_brackets_hold_together() {
        let found = "no communication on 3 days; the last before it is of 2024-04-12 (a; b); ticket 7;8";
        assert_eq!(
            points(found),
            ["no communication on 3 days", "the last before it is of 2024-04-12 (a; b)", "ticket 7;8"]
        );
        assert_eq!(points(""), [""]);
    }

    #[test]
    fn a_list_of_words_ends_in_and() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&words), "a, b and c");
        assert_eq!(list(&words[..1]), "a");
        assert_eq!(list(&[]), "");
    }
}
