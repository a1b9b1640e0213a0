//! Spans of civil days, and which of them are business days.
//!
//! A business day is a day that is no Saturday, no Sunday, no market holiday (module `holiday`, 2000 to
//! 2035) and no closure that the register states. What a source does on the other days is learnt from the
//! source itself (module `pattern`): some have traffic on them.

use crate::holiday::{is_market_holiday, is_quiet, is_weekend};
use chrono::{Datelike as _, Days, NaiveDate};
use duces_register::Register;
use std::collections::BTreeSet;

/// Days from the first to the last, both included; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
}

impl Span {
    /// The days from `first` to `last`; nothing where there are none.
    pub(crate) fn new(first: NaiveDate, last: NaiveDate) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// The days in both.
    pub(crate) fn common(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }

    /// Whether `other` lies in it.
    pub(crate) fn holds(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    pub(crate) fn has(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    pub(crate) fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().take_while(move |day| *day <= self.last)
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{} to {}", self.first, self.last)
        }
    }
}

/// Days over which a neighbouring business day is looked for: longer than any closure.
const LOOK_DAYS: usize = 62;

/// Which days are business days for the firm.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Calendar {
    closures: BTreeSet<NaiveDate>,
}

impl Calendar {
    pub(crate) fn new(closures: impl IntoIterator<Item = NaiveDate>) -> Self {
        Self { closures: closures.into_iter().collect() }
    }

    /// That of a firm: with the closures of its register.
    pub(crate) fn of(register: &Register) -> Self {
        let closed = register.closures.iter().filter_map(|closure| Span::new(closure.from, closure.to));
        Self::new(closed.flat_map(Span::days))
    }

    pub(crate) fn is_business_day(&self, day: NaiveDate) -> bool {
        !is_weekend(day) && !is_market_holiday(day) && !self.closures.contains(&day)
    }

    pub(crate) fn business_days(&self, span: Span) -> impl Iterator<Item = NaiveDate> {
        span.days().filter(|day| self.is_business_day(*day))
    }

    /// The last business day before a day, where one lies within two months.
    pub(crate) fn business_day_before(&self, day: NaiveDate) -> Option<NaiveDate> {
        let first = day.checked_sub_days(Days::new(1))?;
        let before = std::iter::successors(Some(first), NaiveDate::pred_opt).take(LOOK_DAYS);
        before.into_iter().find(|day| self.is_business_day(*day))
    }

    /// The first business day after a day, where one lies within two months.
    pub(crate) fn business_day_after(&self, day: NaiveDate) -> Option<NaiveDate> {
        let first = day.checked_add_days(Days::new(1))?;
        first.iter_days().take(LOOK_DAYS).find(|day| self.is_business_day(*day))
    }

    /// The business day so many after a day; for none the day itself, or the next one where it is none. Nothing where
    /// two months go by without a business day.
    pub(crate) fn business_days_after(&self, day: NaiveDate, count: u64) -> Option<NaiveDate> {
        if count == 0 && self.is_business_day(day) {
            return Some(day);
        }
        (0..count.max(1)).try_fold(day, |day, _| self.business_day_after(day))
    }

    /// Business days of a span.
    pub(crate) fn count(&self, span: Span) -> u64 {
        self.business_days(span).count() as u64
    }

    /// Whether silence is looked at on a day: a business day, or one on which the firm is closed and its systems may
    /// go on.
    pub(crate) fn tells(&self, day: NaiveDate) -> bool {
        self.is_business_day(day) || self.kind(day).is_closure()
    }

    /// Business days of a span on which a firm is not nearly empty (module `holiday`).
    pub(crate) fn count_without_quiet(&self, span: Span) -> u64 {
        self.business_days(span).filter(|day| !is_quiet(*day)).count() as u64
    }

    /// The kind of a day, by which a source's own habits are learnt.
    pub(crate) fn kind(&self, day: NaiveDate) -> DayKind {
        if self.closures.contains(&day) {
            DayKind::CLOSURE
        } else if is_weekend(day) {
            DayKind(day.weekday().num_days_from_monday() as u8)
        } else if is_market_holiday(day) {
            DayKind::HOLIDAY
        } else if is_quiet(day) {
            DayKind::QUIET
        } else {
            DayKind(day.weekday().num_days_from_monday() as u8)
        }
    }
}

/// A kind of day: one of the seven weekdays, a market holiday, a closure of the firm, or a quiet business day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayKind(u8);

impl DayKind {
    const HOLIDAY: Self = Self(7);
    const CLOSURE: Self = Self(8);
    const QUIET: Self = Self(9);
    /// How many there are.
    pub(crate) const ALL: usize = 10;

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Whether it is a Monday to Friday of an ordinary week.
    pub(crate) fn is_ordinary(self) -> bool {
        self.0 < 5
    }

    /// Whether the register says that the firm is closed.
    pub(crate) fn is_closure(self) -> bool {
        self == Self::CLOSURE
    }

    /// Whether most firms are nearly empty on it, though they are open (module `holiday`).
    pub(crate) fn is_quiet(self) -> bool {
        self == Self::QUIET
    }

    pub(crate) fn is_business(self) -> bool {
        self.is_ordinary() || self.is_quiet()
    }
}

/// The days that the archive reaches over, numbered from 0, each with its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) days: Span,
    pub(crate) kinds: Vec<DayKind>,
}

impl Axis {
    pub(crate) fn new(days: Span, calendar: &Calendar) -> Self {
        Self { days, kinds: days.days().map(|day| calendar.kind(day)).collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// The day of a number; the last one for numbers beyond.
    pub(crate) fn day(&self, at: usize) -> NaiveDate {
        self.days.first.checked_add_days(Days::new(at as u64)).unwrap_or(self.days.last)
    }

    /// The number of a day, where the axis has it.
    pub(crate) fn at(&self, day: NaiveDate) -> Option<usize> {
        if !self.days.has(day) {
            return None;
        }
        usize::try_from((day - self.days.first).num_days()).ok()
    }

    /// The numbers of the days of a span that the axis has.
    pub(crate) fn range(&self, span: Span) -> std::ops::Range<usize> {
        let both = self.days.common(span);
        let ends = both.and_then(|both| Some((self.at(both.first)?, self.at(both.last)?)));
        ends.map_or(0..0, |(first, last)| first..last + 1)
    }

    pub(crate) fn is_business(&self, at: usize) -> bool {
        self.kinds[at].is_business()
    }

    pub(crate) fn span(&self, first: usize, last: usize) -> Span {
        Span { first: self.day(first), last: self.day(last) }
    }
}

pub(crate) fn day_after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

pub(crate) fn day_before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).unwrap_or(day)
}

/// Counts with their noun: `1 day`, `2 days`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
