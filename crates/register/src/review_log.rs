//! `review-log/*.csv`: which communications somebody reviewed, who, when and with what outcome.

use crate::header::{Layout, optional, required};
use crate::row::Row;
use chrono::{Days, NaiveDate};
use duces_model::SourceId;
use std::sync::Arc;

/// What a log of supervisory review says of one communication, or of a number of them. What it lacks is
/// kept as lacking: a review without reviewer, date or action is evidence of deficient review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// Which source.
    pub source: SourceId,
    /// Message-ID of the communication, without angle brackets; absent where the row counts.
    pub message_id: Option<String>,
    /// How many communications; absent where the row names one.
    pub count: Option<u64>,
    /// The day on which the communications were sent; absent where the log does not say.
    pub sent_on: Option<NaiveDate>,
    /// Who reviewed; empty where the log does not say.
    pub reviewer: String,
    /// The day of the review; absent where the log does not say.
    pub reviewed_on: Option<NaiveDate>,
    /// What was done, as the log has it; empty where it does not say.
    pub action: String,
    /// The file that says so, below the register's folder: `review-log/2024.csv`.
    pub file: Arc<str>,
    /// Its line on which the row starts.
    pub line: u64,
}

impl ReviewRow {
    /// Whether the action says that somebody reviewed: that something was decided, not only looked at.
    ///
    /// Opening is not review. It is none where the action is empty, or has no other words than those for
    /// looking ("opened", "viewed", "marked as read"), for what is still to come ("pending", "assigned",
    /// "to be reviewed") and for its denial ("not reviewed", "unread"). Any other word counts as an outcome
    /// ("approved", "escalated", "no issue", "viewed and closed"), so this finds the actions that cannot
    /// be review, and does not prove of the others that they were one. `FORMAT.md` lists the words.
    pub fn is_review(&self) -> bool {
        is_review(&self.action)
    }

    /// Whether reviewer, day of the review or action is lacking.
    pub fn is_lacking(&self) -> bool {
        self.reviewer.is_empty() || self.reviewed_on.is_none() || self.action.is_empty()
    }
}

/// Words for looking at a communication.
const LOOKED: [&str; 20] = [
    "open",
    "opened",
    "opening",
    "view",
    "viewed",
    "viewing",
    "read",
    "reading",
    "seen",
    "see",
    "displayed",
    "display",
    "accessed",
    "access",
    "previewed",
    "preview",
    "clicked",
    "loaded",
    "downloaded",
    "printed",
];

/// Words for a review that has not been.
const TO_COME: [&str; 17] = [
    "pending",
    "awaiting",
    "queued",
    "queue",
    "assigned",
    "unassigned",
    "new",
    "unread",
    "unopened",
    "unreviewed",
    "unviewed",
    "skipped",
    "none",
    "na",
    "null",
    "waiting",
    "received",
];

/// Words that say nothing by themselves.
const PLAIN: [&str; 29] = [
    "a", "an", "and", "as", "at", "by", "been", "document", "e", "email", "file", "has", "is", "it", "item",
    "mail", "mark", "marked", "message", "messages", "n", "once", "only", "reviewer", "status", "the",
    "user", "was", "yet",
];

/// Words after which "reviewed" says that it was not.
const DENIED: [&str; 11] = ["not", "never", "un", "non", "no", "to", "be", "for", "under", "in", "without"];

fn is_review(action: &str) -> bool {
    let action = action.to_lowercase();
    let mut denied = false;
    for word in action.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        match word {
            _ if DENIED.contains(&word) || TO_COME.contains(&word) => denied = true,
            _ if LOOKED.contains(&word) => denied = false,
            "review" | "reviewed" | "reviewing" if denied => denied = false,
            _ if PLAIN.contains(&word) => {}
            _ => return true,
        }
    }
    false
}

pub(crate) const LAYOUT: Layout = &[
    required("source"),
    optional("message_id"),
    optional("count"),
    optional("sent_on"),
    optional("reviewer"),
    optional("reviewed_on"),
    optional("action"),
];

pub(crate) fn read(row: &mut Row<'_>, file: &Arc<str>) -> Option<ReviewRow> {
    let source = row.value("source");
    read_as(row, file, source, |row, column| row.maybe_day(column))
}

/// As [`read`], where source and days are written as another system writes them.
pub(crate) fn read_as(
    row: &mut Row<'_>,
    file: &Arc<str>,
    source: Option<SourceId>,
    day: impl Fn(&mut Row<'_>, &str) -> Option<Option<NaiveDate>>,
) -> Option<ReviewRow> {
    let (message_id, count) = which(row);
    let sent_on = day(row, "sent_on");
    let reviewed_on = day(row, "reviewed_on");
    let in_time = not_before(row, sent_on.flatten(), reviewed_on.flatten());
    let reviewer = row.text("reviewer");
    let action = row.text("action");
    let line = row.line();
    in_time?;
    Some(ReviewRow {
        source: source?,
        message_id: message_id?,
        count: count?,
        sent_on: sent_on?,
        reviewer: reviewer?,
        reviewed_on: reviewed_on?,
        action: action?,
        file: Arc::clone(file),
        line,
    })
}

/// The communication that a row names, or how many it counts.
fn which(row: &mut Row<'_>) -> (Option<Option<String>>, Option<Option<u64>>) {
    match (row.cell("message_id").is_empty(), row.cell("count").is_empty()) {
        (false, true) => (row.message_id("message_id").map(Some), Some(None)),
        (true, false) => (Some(None), row.count("count").map(Some)),
        (both_empty, _) => {
            let found =
                if both_empty { "found neither message_id nor count" } else { "found message_id and count" };
            let hint = "a row names one communication, or says how many there were".to_owned();
            row.wrong("message_id", format!("{found}, expected one of them"), Some(hint));
            (None, None)
        }
    }
}

/// A review that stands before the sending by more than another zone's day is mistyped.
fn not_before(row: &mut Row<'_>, sent_on: Option<NaiveDate>, reviewed_on: Option<NaiveDate>) -> Option<()> {
    let (Some(sent_on), Some(reviewed_on)) = (sent_on, reviewed_on) else { return Some(()) };
    if reviewed_on.checked_add_days(Days::new(1)).is_some_and(|next| next < sent_on) {
        let message = format!("found {reviewed_on}, which stands before sent_on {sent_on}");
        row.wrong("reviewed_on", message, None);
        return None;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_is_not_review() {
        for action in [
            "",
            " ",
            "-",
            "N/A",
            "opened",
            "Viewed",
            "read",
            "Marked as read",
            "Opened by reviewer only",
            "VIEWED ONCE",
            "not reviewed",
            "Not yet reviewed",
            "un-reviewed",
            "unread",
            "pending review",
            "to be reviewed",
            "assigned",
            "in review",
            "e-mail opened",
        ] {
            assert!(!is_review(action), "{action:?}");
        }
    }

    #[test]
    fn an_outcome_is_review_also_where_opening_is_told_before_it() {
        for action in [
            "reviewed",
            "Review",
            "approved",
            "escalated to compliance",
            "no issue",
            "No action required",
            "viewed and closed",
            "opened, reviewed",
            "read; approved",
            "not escalated",
            "released",
        ] {
            assert!(is_review(action), "{action:?}");
        }
    }
}
