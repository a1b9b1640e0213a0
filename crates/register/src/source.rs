//! `sources.csv`: every mailbox, group mailbox, chat tenant and notification system that should be captured.

use crate::glob::PathRule;
use crate::header::{Layout, optional, required};
use crate::name::{CapturePathId, SystemId};
use crate::row::Row;
use chrono::NaiveDate;
use duces_model::{Channel, EmailAddress, PersonId, SourceId};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// A source: where communications come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Identity.
    pub id: SourceId,
    /// Name as it is written to a regulator.
    pub name: String,
    /// What kind of communication it carries.
    pub channel: Channel,
    /// Every address and alias, in the order of the file.
    pub addresses: Vec<EmailAddress>,
    /// The person whose source it is; absent for what belongs to no single person.
    pub owner: Option<PersonId>,
    /// First day on which communications of it had to be captured.
    pub in_service_from: NaiveDate,
    /// Last such day; absent while it is in service.
    pub in_service_to: Option<NaiveDate>,
    /// Which files of the archives are its own.
    pub archive_paths: Vec<PathRule>,
    /// Whether the envelopes of journal reports attribute to it.
    pub journal: bool,
    /// How its communications reach the archive.
    pub capture_path: Option<CapturePathId>,
    /// On which system it lives; absent where that is not said. Sources of one system are judged together.
    pub system: Option<SystemId>,
    /// The longest ordinary run of business days (Monday to Friday) without a communication; absent
    /// where nobody declares one, and silence is then judged by the source's own pattern alone.
    pub silence_days_max: Option<u64>,
    /// Fresh communications of it come into the archive at least every so many business days; at least 1.
    /// Absent where nobody says so, and a stalled feed of it is then not told from a quiet one.
    pub cadence_days: Option<u64>,
    /// Class of the retention schedule; may be empty.
    pub retention_class: String,
    /// First day on which it was connected to supervisory review.
    pub review_from: Option<NaiveDate>,
    /// Last such day.
    pub review_to: Option<NaiveDate>,
    /// A communication of it that was selected for review is reviewed within so many days after the day on which it
    /// was sent. Absent where the firm states no such time.
    pub review_days_max: Option<ReviewDays>,
    /// Anything else.
    pub note: String,
    /// Line of `sources.csv` on which the row starts.
    pub line: u64,
}

/// The time that the firm gives itself for a review, counted from the day after a communication was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewDays {
    /// So many days of the calendar; 0 is the day of the sending.
    Calendar(u64),
    /// So many days that are neither Saturday, Sunday, market holiday nor closure of the firm; 0 is the day of the
    /// sending, or the next such day where that is none.
    Business(u64),
}

impl ReviewDays {
    /// No firm gives itself more: ten years.
    pub const MAX: u64 = 3_660;
}

impl Display for ReviewDays {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (days, kind) = match self {
            Self::Calendar(days) => (days, "calendar"),
            Self::Business(days) => (days, "business"),
        };
        write!(f, "{days} {kind} {}", if *days == 1 { "day" } else { "days" })
    }
}

impl FromStr for ReviewDays {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split_whitespace();
        let count = words.next().unwrap_or_default();
        let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        let kind = words.next().unwrap_or("calendar").to_lowercase();
        let days = words.next().unwrap_or("days").to_lowercase();
        let count = count.parse::<u64>().ok().filter(|count| digits && *count <= Self::MAX);
        match (count, kind.as_str(), days.as_str(), words.next()) {
            (Some(count), "calendar" | "day" | "days", "day" | "days", None) => Ok(Self::Calendar(count)),
            (Some(count), "business", "day" | "days", None) => Ok(Self::Business(count)),
            _ => Err(format!(
                "found {text:?}, expected a number of days from 0 to {}, such as 30, or 10 business days",
                Self::MAX
            )),
        }
    }
}

impl Source {
    /// Whether the source was in service on that day.
    pub fn is_in_service(&self, day: NaiveDate) -> bool {
        self.in_service_from <= day && self.in_service_to.is_none_or(|last| day <= last)
    }
}

pub(crate) const LAYOUT: Layout = &[
    required("source"),
    required("name"),
    required("channel"),
    optional("addresses"),
    optional("owner"),
    required("in_service_from"),
    optional("in_service_to"),
    optional("archive_paths"),
    optional("journal"),
    optional("capture_path"),
    optional("system"),
    optional("silence_days_max"),
    optional("cadence_days"),
    optional("retention_class"),
    optional("review_from"),
    optional("review_to"),
    optional("review_days_max"),
    optional("note"),
];

pub(crate) fn read(row: &mut Row<'_>) -> Option<Source> {
    let id = row.value("source");
    let name = row.some_text("name");
    let channel = row.word("channel", &Channel::ALL.map(|channel| (channel.as_str(), channel)));
    let addresses = row.list("addresses", EmailAddress::new);
    let owner = row.maybe("owner");
    let (from, to) = (row.day("in_service_from"), row.maybe_day("in_service_to"));
    let in_service = row.in_order(("in_service_from", from), ("in_service_to", to.flatten()));
    let archive_paths = row.list("archive_paths", path_rule);
    let journal = row.word("journal", &[("yes", true), ("no", false), ("", false)]);
    let capture_path = row.maybe("capture_path");
    let system = row.maybe("system");
    let silence_days_max = row.maybe_count("silence_days_max");
    let cadence_days = cadence(row);
    let retention_class = row.text("retention_class");
    let (review_from, review_to) = (row.maybe_day("review_from"), row.maybe_day("review_to"));
    let review = in_review(row, review_from.flatten(), review_to.flatten());
    let review_days_max = row.maybe("review_days_max");
    let note = row.text("note");
    let line = row.line();
    in_service.and(review)?;
    Some(Source {
        id: id?,
        name: name?,
        channel: channel?,
        addresses: addresses?,
        owner: owner?,
        in_service_from: from?,
        in_service_to: to?,
        archive_paths: archive_paths?,
        journal: journal?,
        capture_path: capture_path?,
        system: system?,
        silence_days_max: silence_days_max?,
        cadence_days: cadence_days?,
        retention_class: retention_class?,
        review_from: review_from?,
        review_to: review_to?,
        review_days_max: review_days_max?,
        note: note?,
        line,
    })
}

fn cadence(row: &mut Row<'_>) -> Option<Option<u64>> {
    let days = row.maybe_count("cadence_days")?;
    if days == Some(0) {
        row.wrong("cadence_days", "found 0, expected at least 1 business day, or an empty cell", None);
        return None;
    }
    Some(days)
}

fn in_review(row: &mut Row<'_>, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<()> {
    if let (None, Some(to)) = (from, to)
        && row.cell("review_from").is_empty()
    {
        row.wrong("review_to", format!("found {to} without a review_from, expected both or neither"), None);
        return None;
    }
    row.in_order(("review_from", from), ("review_to", to))
}

fn path_rule(entry: &str) -> Result<PathRule, String> {
    let Some((archive, glob)) = entry.split_once(':') else {
        return Err(format!("found {entry:?}, expected archive:pattern, such as mail:mailboxes/ann-lee/**"));
    };
    if archive.trim().is_empty() {
        return Err(format!("found {entry:?} without an archive's name, expected archive:pattern"));
    }
    let glob = glob.trim().parse().map_err(|error: crate::GlobError| error.to_string())?;
    Ok(PathRule { archive: archive.trim().to_owned(), glob })
}
