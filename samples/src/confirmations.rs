//! The notification system: how many confirmations it sent, and how many the archive holds.

use crate::calendar::day;
use chrono::NaiveDate;

/// The control totals as the firm keeps them.
pub(crate) const CONTROLS: &str = include_str!("../firm/register/controls/confirmations.csv");

/// Days on which the capture took less than the system sent, and by how much.
const LOST: [(NaiveDate, u64); 4] =
    [(day(2024, 5, 14), 2), (day(2024, 5, 15), 2), (day(2024, 6, 6), 3), (day(2024, 6, 20), 4)];

/// One day of the system of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Control {
    pub(crate) day: NaiveDate,
    pub(crate) sent: u64,
    pub(crate) lost: u64,
}

impl Control {
    pub(crate) fn captured(self) -> u64 {
        self.sent - self.lost
    }
}

/// All days of the control totals.
pub(crate) fn controls() -> Vec<Control> {
    let row = |line: &str| {
        let mut fields = line.split(',').skip(1);
        let day: NaiveDate = fields.next()?.parse().ok()?;
        let sent = fields.next()?.parse().ok()?;
        let lost = LOST.iter().find(|(lost_on, _)| *lost_on == day).map_or(0, |(_, lost)| *lost);
        Some(Control { day, sent, lost })
    };
    CONTROLS.lines().skip(1).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_no_day_loses_more_than_it_sent() {
        let read = controls();
        assert_eq!(read.len(), CONTROLS.lines().count() - 1);
        assert!(read.iter().all(|control| control.lost <= control.sent));
        assert_eq!(read.iter().filter(|control| control.lost > 0).count(), LOST.len());
    }
}
