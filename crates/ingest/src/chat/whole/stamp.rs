//! The time with which a line of a WhatsApp text starts.

use chrono::{NaiveDate, NaiveDateTime};

/// Which of the three numbers of a day is what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    DayMonth,
    MonthDay,
    YearMonth,
}

/// The time of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    day: [u32; 3],
    /// The first number has four digits.
    year_first: bool,
    separator: u8,
    hour: u32,
    minute: u32,
    second: u32,
    /// In the form of iPhones.
    pub(crate) bracket: bool,
    /// The day as it is written.
    pub(crate) written: String,
    /// Where the words start.
    pub(crate) rest: usize,
}

struct Cursor<'l> {
    line: &'l str,
    at: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
        &self.line[self.at..]
    }

    /// A number of so many digits at most.
    fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let number = self.rest().get(..digits).filter(|_| (1..=most).contains(&digits))?.parse().ok()?;
        self.at += digits;
        Some((number, digits))
    }

    fn take(&mut self, signs: &[char]) -> Option<char> {
        let next = self.rest().chars().next().filter(|c| signs.contains(c))?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn blanks(&mut self) {
        while self.take(&[' ', '\u{a0}', '\u{202F}', '\u{2009}']).is_some() {}
    }

    fn marks(&mut self) {
        while self.take(&['\u{200E}', '\u{200F}', '\u{202A}', '\u{202C}', '\u{FEFF}']).is_some() {}
    }

    /// Whether the clock says after noon; none where it says neither.
    fn half(&mut self) -> Option<bool> {
        let letters = |c: char| !matches!(c, '.' | ' ' | '\u{a0}' | '\u{202F}');
        for length in [7, 6, 5, 4, 3, 2] {
            let Some((end, last)) = self.rest().char_indices().nth(length - 1) else { continue };
            let end = end + last.len_utf8();
            let word: String = self.rest()[..end].chars().filter(|c| letters(*c)).collect();
            let after = match word.to_ascii_lowercase().as_str() {
                "am" => false,
                "pm" => true,
                _ => continue,
            };
            if matches!(last, '.' | 'm' | 'M') {
                self.at += end;
                return Some(after);
            }
        }
        None
    }
}

impl Stamp {
    /// The time at the start of the line, where there is one.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let mut cursor = Cursor { line, at: 0 };
        cursor.marks();
        let bracket = cursor.take(&['[']).is_some();
        let from = cursor.at;
        let (first, width) = cursor.number(4)?;
        let separator = cursor.take(&['/', '.', '-'])?;
        cursor.blanks();
        let (second, _) = cursor.number(2)?;
        cursor.take(&[separator])?;
        cursor.blanks();
        let (third, last) = cursor.number(4)?;
        let year_first = width == 4;
        let widths = if year_first { last <= 2 } else { width <= 2 && matches!(last, 2 | 4) };
        let written = line[from..cursor.at].to_owned();
        cursor.take(&['.']);
        cursor.take(&[',']);
        cursor.blanks();
        let (mut hour, _) = cursor.number(2)?;
        let colon = cursor.take(&[':', '.'])?;
        let (minute, _) = cursor.number(2)?;
        let seconds = if cursor.take(&[colon]).is_some() { cursor.number(2)?.0 } else { 0 };
        cursor.blanks();
        if let Some(after) = cursor.half() {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if after { 12 } else { 0 };
            cursor.blanks();
        }
        if bracket {
            cursor.take(&[']'])?;
            cursor.blanks();
        } else {
            cursor.take(&['-'])?;
            cursor.take(&[' '])?;
        }
        let separator = u8::try_from(separator).ok()?;
        let (day, rest) = ([first, second, third], cursor.at);
        (widths && hour < 24 && minute < 60 && seconds < 61).then_some(Self {
            day,
            year_first,
            separator,
            hour,
            minute,
            second: seconds.min(59),
            bracket,
            written,
            rest,
        })
    }

    fn date(&self, order: Order) -> Option<NaiveDate> {
        let [a, b, c] = self.day;
        let (year, month, day) = match order {
            Order::DayMonth => (c, b, a),
            Order::MonthDay => (c, a, b),
            Order::YearMonth => (a, b, c),
        };
        let year = if year < 100 { 2000 + year } else { year };
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }

    /// The time in this order.
    ///
    /// # Errors
    /// In words, where the day does not exist.
    pub(crate) fn time(&self, order: Order) -> Result<NaiveDateTime, String> {
        let day = self.date(order).and_then(|day| day.and_hms_opt(self.hour, self.minute, self.second));
        day.ok_or_else(|| format!("found {:?}, which is no day", self.written))
    }
}

/// The order in which all the days are written.
///
/// # Errors
/// In words, where more than one order remains, or none.
pub(crate) fn order<'s>(stamps: impl Iterator<Item = &'s Stamp> + Clone) -> Result<Order, String> {
    let Some(first) = stamps.clone().next() else { return Err("no line starts with a time".to_owned()) };
    let candidates: &[Order] = if first.year_first {
        &[Order::YearMonth]
    } else if first.separator == b'.' {
        // No language that parts days by dots puts the month first.
        &[Order::DayMonth]
    } else if first.separator == b'-' && !stamps.clone().any(|stamp| stamp.day[2] > 99) {
        &[Order::DayMonth, Order::MonthDay, Order::YearMonth]
    } else {
        &[Order::DayMonth, Order::MonthDay]
    };
    let exists = |order: Order| stamps.clone().all(|stamp| stamp.date(order).is_some());
    let possible: Vec<Order> = candidates.iter().copied().filter(|order| exists(*order)).collect();
    // A chat is written in the order of time; clocks are set back by hours, not by more than a day.
    let forward = |order: Order| {
        let mut days = stamps.clone().filter_map(|stamp| stamp.date(order));
        let mut latest = days.next();
        days.all(|day| {
            let goes_on = latest.is_none_or(|before| (before - day).num_days() <= 1);
            latest = latest.max(Some(day));
            goes_on
        })
    };
    let likely: Vec<Order> = possible.iter().copied().filter(|order| forward(*order)).collect();
    match (likely.as_slice(), possible.as_slice()) {
        ([one], _) | ([], [one]) => Ok(*one),
        ([], []) => Err("date order cannot be told: in none do all days exist".to_owned()),
        (several, _) => {
            let same =
                |order: &Order| stamps.clone().all(|stamp| stamp.date(*order) == stamp.date(several[0]));
            if !several.is_empty() && several.iter().all(same) {
                return Ok(several[0]);
            }
            Err("date order cannot be told: all days can be read in more than one".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(lines: &[&str]) -> Option<Order> {
        let stamps: Vec<Stamp> = lines.iter().map(|line| Stamp::read(line).expect(line)).collect();
        order(stamps.iter()).ok()
    }

    #[test]
    fn the_order_is_told_from_all_days_or_not_at_all() {
        assert_eq!(told(&["1/2/24, 10:00 - a", "1/13/24, 10:00 - b"]), Some(Order::MonthDay));
        assert_eq!(told(&["1/2/24, 10:00 - a", "13/2/24, 10:00 - b"]), Some(Order::DayMonth));
        // As days first it would go back from 12 January to 2 February and to 3 January.
        assert_eq!(told(&["1/12/24, 10:00 - a", "2/1/24, 10:00 - b"]), Some(Order::MonthDay));
        assert_eq!(told(&["3/4/24, 10:00 - a", "4/5/24, 10:00 - b"]), None);
        assert_eq!(told(&["13/13/24, 10:00 - a"]), None);
        assert_eq!(told(&["5/5/24, 10:00 - a"]), Some(Order::DayMonth));
        assert_eq!(told(&["23-05-24, 10:00 - a"]), None);
        assert_eq!(told(&["[2024-05-06, 10:00:01] a"]), Some(Order::YearMonth));
    }

    #[test]
    fn clocks_of_both_kinds_are_read() {
        for (line, clock) in [
            ("2/28/24, 9:15 PM - a", (21, 15, 0)),
            ("2/28/24, 12:15\u{202F}AM - a", (0, 15, 0)),
            ("28/02/2024 21:15 - a", (21, 15, 0)),
            ("28/2/2024, 9:15 p. m. - a", (21, 15, 0)),
            ("[28/02/2024, 9:15:07 p.m.] a", (21, 15, 7)),
            ("28.02.24, 21:15 - a", (21, 15, 0)),
        ] {
            let stamp = Stamp::read(line).expect(line);
            assert_eq!((stamp.hour, stamp.minute, stamp.second), clock, "{line}");
            assert_eq!(&line[stamp.rest..], "a");
        }
        for line in [
            "2/28/24 was fine",
            "1/2, 10:00 - a",
            "[1] note",
            "2/28/24, 25:00 - a",
            "2/28/24, 13:00 PM - a",
            "",
        ] {
            assert!(Stamp::read(line).is_none(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_looked_at(line in "[\\[\\]0-9/.,: \u{202F}apmAPM\u{200E}é-]{0,40}") {
            let _ = Stamp::read(&line);
        }
    }
}
