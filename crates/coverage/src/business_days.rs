//! Business days between two days, for what is due: weekends, market holidays and the firm's own closures aside.
//!
//! Market holidays are known for the years of [`crate::holiday`]; outside them weekdays count.

use crate::calendar::{Calendar, Span, day_after};
use chrono::NaiveDate;
use duces_register::Register;

/// Business days after one day, up to another one and with it; none where the second is not later.
pub fn business_days_after(register: &Register, after: NaiveDate, to: NaiveDate) -> u64 {
    let calendar = Calendar::of(register);
    Span::new(day_after(after), to).map_or(0, |span| calendar.count(span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{day, register};

    #[test]
    fn weekends_holidays_and_closures_are_no_business_days() {
        let register = register(&[], &[("closures.csv", "from,to,reason\n2024-09-05,,moving\n")]);
        // Friday to the Tuesday after Labor Day: one business day.
        assert_eq!(business_days_after(&register, day("2024-08-30"), day("2024-09-03")), 1);
        assert_eq!(
            business_days_after(&register, day("2024-09-03"), day("2024-09-06")),
            2,
            "one is the closure"
        );
        assert_eq!(business_days_after(&register, day("2024-09-03"), day("2024-09-03")), 0);
        assert_eq!(business_days_after(&register, day("2024-09-06"), day("2024-09-03")), 0);
    }
}
