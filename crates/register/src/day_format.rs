//! Days as reports of other systems write them: in one of a few forms, named by the mapping.

use crate::day::YEARS;
use chrono::{Datelike as _, NaiveDate, NaiveDateTime};

/// The forms, in the letters of `strftime`. Of a form with a time the day is taken as written.
const FORMS: [&str; 15] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
];

/// One of the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayFormat(&'static str);

impl DayFormat {
    /// The form written so; absent where there is none.
    pub(crate) fn named(text: &str) -> Option<Self> {
        FORMS.iter().find(|form| **form == text).map(|form| Self(form))
    }

    /// All forms, for a message.
    pub(crate) fn all() -> String {
        FORMS.map(|form| format!("\"{form}\"")).join(", ")
    }

    /// Reads a day of the years 1970 to 2199, or says what was found and expected.
    pub(crate) fn read(self, text: &str) -> Result<NaiveDate, String> {
        let day = if self.0.contains("%M") {
            NaiveDateTime::parse_from_str(text, self.0).map(|time| time.date())
        } else {
            NaiveDate::parse_from_str(text, self.0)
        };
        match day {
            Ok(day) if YEARS.contains(&day.year()) => Ok(day),
            Ok(day) => Err(format!(
                "found year {}, expected a year from {} to {}",
                day.year(),
                YEARS.start(),
                YEARS.end()
            )),
            Err(_) => Err(format!("found {text:?}, expected a day as {}", self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(form: &str, text: &str) -> Result<String, String> {
        DayFormat::named(form).unwrap().read(text).map(|day| day.to_string())
    }

    #[test]
    fn a_day_is_read_in_the_form_that_is_named_and_in_no_other() {
        for (form, text) in [
            ("%m/%d/%Y", "4/3/2024"),
            ("%d/%m/%Y", "03/04/2024"),
            ("%Y%m%d", "20240403"),
            ("%d-%b-%Y", "3-Apr-2024"),
            ("%b %d, %Y", "apr 3, 2024"),
            ("%m/%d/%Y %I:%M:%S %p", "4/3/2024 11:59:59 PM"),
            ("%Y-%m-%d %H:%M:%S", "2024-04-03 00:00:00"),
        ] {
            assert_eq!(read(form, text), Ok("2024-04-03".to_owned()), "{form} {text}");
        }
        for (form, text) in [
            ("%m/%d/%Y", "13/4/2024"),
            ("%m/%d/%Y", "4/3/24"),
            ("%Y-%m-%d", "2024-04-03 00:00:00"),
            ("%Y%m%d", "202404031"),
            ("%Y-%m-%d", "45352"),
        ] {
            assert!(read(form, text).is_err(), "{form} {text}");
        }
        assert_eq!(DayFormat::named("%d%m%Y"), None);
    }

    proptest! {
        #[test]
        fn every_day_written_in_a_form_reads_back(days in 0_u64..83_000, form in prop::sample::select(FORMS.to_vec())) {
            let day = NaiveDate::default() + chrono::Days::new(days);
            let text = day.and_hms_opt(13, 5, 9).unwrap().format(form).to_string();
            prop_assert_eq!(read(form, &text), Ok(day.to_string()));
        }

        #[test]
        fn no_text_makes_it_fail_otherwise_than_by_saying_so(text in "\\PC{0,14}", form in prop::sample::select(FORMS.to_vec())) {
            let _ = read(form, &text);
        }
    }
}
