//! Periods of a request: civil days in a zone, both ends included.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why two days are no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// The last day stands before the first.
    #[error("last day {last} stands before first day {first}")]
    Backwards {
        /// First day as given.
        first: NaiveDate,
        /// Last day as given.
        last: NaiveDate,
    },
    /// A day outside the years that a retained communication can have.
    #[error("day {day} is outside 1970 to 2199")]
    OutOfRange {
        /// The day as given.
        day: NaiveDate,
    },
}

/// Two civil days, both included to their last instant, in a stated zone.
///
/// A period from [`DateWindow::EARLIEST`] has no beginning, one to [`DateWindow::LATEST`] no end: no
/// retained communication has a day beyond them, and no instant falls outside on that side.
///
/// The zone table is the one compiled in (chrono-tz), never the host's, so that the same period
/// means the same instants on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawWindow", into = "RawWindow")]
pub struct DateWindow {
    first: NaiveDate,
    last: NaiveDate,
    zone: Tz,
}

#[derive(Serialize, Deserialize)]
struct RawWindow {
    first: NaiveDate,
    last: NaiveDate,
    zone: Tz,
}

impl TryFrom<RawWindow> for DateWindow {
    type Error = WindowError;
    fn try_from(raw: RawWindow) -> Result<Self, WindowError> {
        Self::new(raw.first, raw.last, raw.zone)
    }
}

impl From<DateWindow> for RawWindow {
    fn from(window: DateWindow) -> Self {
        Self { first: window.first, last: window.last, zone: window.zone }
    }
}

impl DateWindow {
    /// The first day that a retained communication can have; a period from here has no beginning.
    pub const EARLIEST: NaiveDate = match NaiveDate::from_ymd_opt(1970, 1, 1) {
        Some(day) => day,
        None => panic!("1970 has a first day"),
    };
    /// The last day that a retained communication can have; a period to here has no end.
    pub const LATEST: NaiveDate = match NaiveDate::from_ymd_opt(2199, 12, 31) {
        Some(day) => day,
        None => panic!("2199 has a last day"),
    };

    /// The period from `first`, or without a beginning, to `last`, or without an end.
    pub fn open(first: Option<NaiveDate>, last: Option<NaiveDate>, zone: Tz) -> Result<Self, WindowError> {
        Self::new(first.unwrap_or(Self::EARLIEST), last.unwrap_or(Self::LATEST), zone)
    }

    /// Whether it has a first day.
    pub fn has_beginning(&self) -> bool {
        self.first != Self::EARLIEST
    }

    /// Whether it has a last day.
    pub fn has_end(&self) -> bool {
        self.last != Self::LATEST
    }

    /// The period from `first` to `last` in `zone`.
    pub fn new(first: NaiveDate, last: NaiveDate, zone: Tz) -> Result<Self, WindowError> {
        use chrono::Datelike as _;
        for day in [first, last] {
            if !(1970..=2199).contains(&day.year()) {
                return Err(WindowError::OutOfRange { day });
            }
        }
        if last < first {
            return Err(WindowError::Backwards { first, last });
        }
        Ok(Self { first, last, zone })
    }

    /// First day.
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// Last day, included.
    pub fn last(&self) -> NaiveDate {
        self.last
    }

    /// The zone in which the days are meant.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first instant of the period; one day before all that there are where it has no beginning.
    pub fn start(&self) -> DateTime<Utc> {
        if self.has_beginning() {
            start_of_day(self.first, self.zone)
        } else {
            DateTime::UNIX_EPOCH - TimeDelta::days(1)
        }
    }

    /// The first instant after the period: the period is `start() <= t < end()`.
    pub fn end(&self) -> DateTime<Utc> {
        // A day more than there are, in whatever zone.
        let past = if self.has_end() { 1 } else { 2 };
        start_of_day(next_day(self.last, past), self.zone)
    }

    /// Whether the instant lies in the period.
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.start() <= instant && instant < self.end()
    }

    /// How many civil days.
    pub fn days(&self) -> u64 {
        u64::try_from((self.last - self.first).num_days()).unwrap_or(0) + 1
    }

    /// Every day of the period, in order.
    pub fn iter_days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }

    /// Whether the two periods share an instant.
    pub fn crosses(&self, other: &Self) -> bool {
        self.start() < other.end() && other.start() < self.end()
    }
}

impl fmt::Display for DateWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.has_beginning(), self.has_end()) {
            (true, true) => write!(f, "{} to {} ({})", self.first, self.last, self.zone),
            (true, false) => write!(f, "from {} on ({})", self.first, self.zone),
            (false, true) => write!(f, "up to {} ({})", self.last, self.zone),
            (false, false) => write!(f, "any day ({})", self.zone),
        }
    }
}

/// The civil day on which `instant` falls in `zone`.
pub fn day_of(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

fn next_day(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// First instant of a civil day: midnight, or the end of the hour that the clocks skipped, or the
/// earlier of two midnights.
fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight: NaiveDateTime = day.and_hms_opt(0, 0, 0).unwrap_or_default();
    match zone.from_local_datetime(&midnight) {
        chrono::LocalResult::Single(at) | chrono::LocalResult::Ambiguous(at, _) => at.to_utc(),
        chrono::LocalResult::None => first_after_skip(midnight, zone),
    }
}

/// The instant at which the clocks jumped over `midnight`: with the offset of just before.
fn first_after_skip(midnight: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let before = zone.offset_from_utc_datetime(&(midnight - TimeDelta::days(1))).fix();
    let guess = (midnight - before).and_utc();
    // Zones that drop a whole day (Samoa, 30 December 2011) land here too: the jump is the
    // first instant whose local time is not before the midnight that never was.
    let mut at = guess - TimeDelta::hours(26);
    while at.with_timezone(&zone).naive_local() < midnight {
        at += TimeDelta::minutes(15);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn window(first: &str, last: &str, zone: Tz) -> DateWindow {
        DateWindow::new(day(first), day(last), zone).unwrap()
    }

    #[test]
    fn last_day_counts_to_its_last_instant_even_when_clocks_change() {
        let spring = window("2021-03-14", "2021-03-14", chrono_tz::America::New_York);
        assert_eq!((spring.end() - spring.start()).num_hours(), 23);
        let autumn = window("2021-11-07", "2021-11-07", chrono_tz::America::New_York);
        assert_eq!((autumn.end() - autumn.start()).num_hours(), 25);
        assert!(autumn.contains(autumn.end() - TimeDelta::nanoseconds(1)));
        assert!(!autumn.contains(autumn.end()));
    }

    #[test]
    fn a_day_that_starts_after_midnight_starts_when_the_clocks_jumped() {
        let day = window("2018-11-04", "2018-11-04", chrono_tz::America::Sao_Paulo);
        assert_eq!(day.start().to_rfc3339(), "2018-11-04T03:00:00+00:00");
        assert_eq!((day.end() - day.start()).num_hours(), 23);
    }

    #[test]
    fn a_day_that_never_was_is_empty() {
        let skipped = window("2011-12-30", "2011-12-30", chrono_tz::Pacific::Apia);
        assert_eq!(skipped.start(), skipped.end());
    }

    #[test]
    fn a_backward_period_and_a_year_beyond_mail_are_refused() {
        let zone = chrono_tz::UTC;
        assert!(DateWindow::new(day("2021-01-02"), day("2021-01-01"), zone).is_err());
        assert!(DateWindow::new(day("1901-01-02"), day("2021-01-01"), zone).is_err());
    }

    #[test]
    fn a_period_without_a_beginning_or_an_end_holds_every_instant_on_that_side() {
        let zone = chrono_tz::America::New_York;
        let before = DateWindow::open(None, Some(day("2019-12-31")), zone).unwrap();
        assert!(before.contains(DateTime::UNIX_EPOCH) && !before.contains(before.end()));
        assert_eq!(before.to_string(), "up to 2019-12-31 (America/New_York)");
        let after = DateWindow::open(Some(day("2020-01-01")), None, zone).unwrap();
        assert_eq!(before.end(), after.start());
        for zone in [chrono_tz::Pacific::Kiritimati, chrono_tz::Pacific::Pago_Pago] {
            let any = DateWindow::open(None, None, zone).unwrap();
            assert!(any.contains(DateTime::UNIX_EPOCH));
            assert!(any.contains("2199-12-31T23:59:59Z".parse().unwrap()));
            assert!(!any.has_beginning() && !any.has_end());
        }
    }

    proptest! {
        #[test]
        fn an_instant_is_inside_exactly_when_its_civil_day_is(
            zone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..]),
            first in 1_u64..20_000, days in 0_u64..400, seconds in 0_i64..1_900_000_000
        ) {
            let epoch = day("1970-01-01");
            let first = epoch + Days::new(first);
            let window = DateWindow::new(first, first + Days::new(days), zone).unwrap();
            let instant = DateTime::from_timestamp(seconds, 0).unwrap();
            let civil = day_of(instant, zone);
            prop_assert_eq!(window.contains(instant), window.first() <= civil && civil <= window.last());
        }

        #[test]
        fn adjacent_periods_share_no_instant_and_leave_none_out(
            zone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..]), first in 1_u64..20_000, n in 0_u64..40, m in 0_u64..40
        ) {
            let start = day("1970-01-01") + Days::new(first);
            let middle = start + Days::new(n);
            let a = DateWindow::new(start, middle, zone).unwrap();
            let b = DateWindow::new(middle + Days::new(1), middle + Days::new(1 + m), zone).unwrap();
            prop_assert_eq!(a.end(), b.start());
            prop_assert!(!a.crosses(&b));
        }
    }
}
