//! A cell's number as its format shows it (ECMA-376 part 1 section 18.8.30): dates, times, percent, grouped
//! thousands, decimals. Where a format is of another sort, the number stands as it is.

use chrono::{Duration, NaiveDate, NaiveDateTime, Timelike};

/// What a number format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum NumberForm {
    /// The number as it is.
    #[default]
    General,
    /// A day, a time of day, or both.
    Date { day: bool, time: bool },
    /// Hours, minutes and seconds that pass 24 hours.
    Elapsed,
    /// A number with so many decimals.
    Fixed { decimals: usize, grouped: bool, percent: bool },
}

/// The form of a format that every workbook knows by its number (section 18.8.30).
pub(crate) fn built_in(id: u32) -> NumberForm {
    match id {
        1 => NumberForm::Fixed { decimals: 0, grouped: false, percent: false },
        2 => NumberForm::Fixed { decimals: 2, grouped: false, percent: false },
        3 | 5 | 6 | 37 | 38 | 41 | 42 => NumberForm::Fixed { decimals: 0, grouped: true, percent: false },
        4 | 7 | 8 | 39 | 40 | 43 | 44 => NumberForm::Fixed { decimals: 2, grouped: true, percent: false },
        9 => NumberForm::Fixed { decimals: 0, grouped: false, percent: true },
        10 => NumberForm::Fixed { decimals: 2, grouped: false, percent: true },
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => NumberForm::Date { day: true, time: false },
        18..=21 | 32..=35 | 45 | 47 | 55 | 56 => NumberForm::Date { day: false, time: true },
        22 => NumberForm::Date { day: true, time: true },
        46 => NumberForm::Elapsed,
        _ => NumberForm::General,
    }
}

/// The form of a format that a workbook writes out.
pub(crate) fn written(format: &str) -> NumberForm {
    let first = section(format);
    let lower = first.bare.to_ascii_lowercase();
    if first.elapsed {
        return NumberForm::Elapsed;
    }
    if lower.contains("general") {
        return NumberForm::General;
    }
    let has = |signs: &[char]| lower.contains(signs);
    let time = has(&['h', 's']) || lower.contains("am/pm");
    let day = has(&['y', 'd']) || (has(&['m']) && !time);
    if day || time {
        return NumberForm::Date { day, time };
    }
    if lower.contains('@') || lower.contains('e') || lower.contains('?') || !has(&['0', '#']) {
        return NumberForm::General;
    }
    let decimals = lower.split_once('.').map_or(0, |(_, rest)| {
        rest.chars().take_while(|sign| matches!(sign, '0' | '#')).filter(|sign| *sign == '0').count()
    });
    // A comma behind the last digit divides by a thousand: the number stands as it is then.
    let whole = lower.split('.').next().unwrap_or_default();
    if lower.trim_end_matches(['%', ' ', ')']).ends_with(',') {
        return NumberForm::General;
    }
    NumberForm::Fixed {
        decimals: decimals.min(15),
        grouped: whole.contains(','),
        percent: lower.contains('%'),
    }
}

struct Section {
    /// Without quoted and escaped text, colours and conditions.
    bare: String,
    elapsed: bool,
}

/// The first section of a format, which is for positive numbers.
fn section(format: &str) -> Section {
    let (mut bare, mut elapsed) = (String::new(), false);
    let mut signs = format.chars();
    while let Some(sign) = signs.next() {
        match sign {
            ';' => break,
            '\\' | '_' | '*' => {
                signs.next();
            }
            '"' => {
                signs.by_ref().take_while(|sign| *sign != '"').for_each(drop);
            }
            '[' => {
                let inside: String = signs.by_ref().take_while(|sign| *sign != ']').collect();
                let lower = inside.to_ascii_lowercase();
                let unit = !lower.is_empty()
                    && (lower.chars().all(|c| c == 'h')
                        || lower.chars().all(|c| c == 'm')
                        || lower.chars().all(|c| c == 's'));
                elapsed |= unit;
            }
            sign => bare.push(sign),
        }
    }
    Section { bare, elapsed }
}

/// A number as its form shows it. `from_1904` says from which day the workbook counts.
pub(crate) fn shown(value: f64, form: NumberForm, from_1904: bool) -> String {
    match form {
        NumberForm::General => plain(value),
        NumberForm::Date { day, time } => dated(value, day, time, from_1904).unwrap_or_else(|| plain(value)),
        NumberForm::Elapsed if value.is_finite() && value.abs() < 1e9 => {
            let seconds = (value.abs() * 86_400.0).round() as u64;
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
        }
        NumberForm::Elapsed => plain(value),
        NumberForm::Fixed { decimals, grouped, percent } => {
            if !value.is_finite() || value.abs() >= 1e15 {
                return plain(value);
            }
            let scaled = if percent { value * 100.0 } else { value };
            let digits = format!("{scaled:.decimals$}");
            let digits = if grouped { group(&digits) } else { digits };
            if percent { format!("{digits}%") } else { digits }
        }
    }
}

/// A number with the fewest digits that give it back, at most 15 as a sheet shows.
pub(crate) fn plain(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let rounded = format!("{value:.14e}").parse::<f64>().unwrap_or(value);
    if rounded != 0.0 && (rounded.abs() >= 1e21 || rounded.abs() < 1e-9) {
        format!("{rounded:E}")
    } else {
        format!("{rounded}")
    }
}

fn group(digits: &str) -> String {
    let (sign, rest) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, decimals) =
        rest.split_once('.').map_or((rest, None), |(whole, decimals)| (whole, Some(decimals)));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(decimals) = decimals {
        grouped.push('.');
        grouped.push_str(decimals);
    }
    grouped
}

/// Days are counted from the end of 1899, with a 29 February 1900 that never was (ECMA-376 part 1 section
/// 18.17.4.1), or from 1 January 1904.
fn dated(value: f64, day: bool, time: bool, from_1904: bool) -> Option<String> {
    if !value.is_finite() || !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    let whole = value.floor();
    let seconds = ((value - whole) * 86_400.0).round() as i64;
    let mut days = whole as i64;
    let start = if from_1904 {
        NaiveDate::from_ymd_opt(1904, 1, 1)?
    } else {
        if days < 60 {
            days += 1;
        }
        NaiveDate::from_ymd_opt(1899, 12, 30)?
    };
    let at: NaiveDateTime = start.and_hms_opt(0, 0, 0)?.checked_add_signed(Duration::days(days))?;
    let at = at.checked_add_signed(Duration::seconds(seconds))?;
    let has_seconds = at.second() != 0;
    let clock = if has_seconds { "%H:%M:%S" } else { "%H:%M" };
    Some(match (day, time) {
        (true, true) => at.format(&format!("%Y-%m-%d {clock}")).to_string(),
        (false, true) => at.format(clock).to_string(),
        _ if seconds % 86_400 == 0 => at.format("%Y-%m-%d").to_string(),
        _ => at.format("%Y-%m-%d").to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_as_their_format_shows_them() {
        for (value, format, text) in [
            (0.25, "0.00%", "25.00%"),
            (1_234_567.891, "#,##0.00", "1,234,567.89"),
            (1_234.5, "\"$\"#,##0.00_);[Red]\\(\"$\"#,##0.00\\)", "1,234.50"),
            (45_352.0, "dd/mm/yyyy", "2024-03-01"),
            (45_352.5, "yyyy-mm-dd hh:mm", "2024-03-01 12:00"),
            (0.75, "h:mm AM/PM", "18:00"),
            (1.5, "[h]:mm:ss", "36:00:00"),
            (0.1 + 0.2, "General", "0.3"),
            (12_345.0, "0", "12345"),
            (5.0, "0.0,", "5"),
            (1e22, "General", "1E22"),
        ] {
            assert_eq!(shown(value, written(format), false), text, "{format}");
        }
        assert_eq!(shown(1.0, built_in(14), false), "1900-01-01");
        assert_eq!(shown(0.0, built_in(14), true), "1904-01-01");
    }
}
