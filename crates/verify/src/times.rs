//! Times of day as producers write them: whether a clock has them, and in which zone they are.

/// The hours of a day, as a clock without halves counts them.
const HOURS: u32 = 24;

/// Zones of the United States and universal time: short names of times, and what names the same zone in a field of its
/// own. A short name that is not here is held against nothing.
const ZONES: [(&[&str], &[&str]); 5] = [
    (&["EST", "EDT"], &["america/new_york", "us/eastern", "eastern", "est", "edt", "est5edt"]),
    (&["CST", "CDT"], &["america/chicago", "us/central", "central", "cst", "cdt", "cst6cdt"]),
    (
        &["MST", "MDT"],
        &["america/denver", "us/mountain", "mountain", "mst", "mdt", "mst7mdt", "america/phoenix"],
    ),
    (&["PST", "PDT"], &["america/los_angeles", "us/pacific", "pacific", "pst", "pdt", "pst8pdt"]),
    (&["GMT", "UTC"], &["gmt", "utc", "etc/utc", "etc/gmt", "z", "europe/london"]),
];

/// The zone at the end of a time: `07:05 PM GMT`, `19:05 America/New_York`, `07:05 PM -05:00`.
pub(crate) fn zone(text: &str) -> Option<&str> {
    let last = text.split_whitespace().last().unwrap_or_default();
    let half_of_day = ["AM", "PM"].iter().any(|half| half.eq_ignore_ascii_case(last));
    let name = last.starts_with(|c: char| c.is_ascii_alphabetic()) && !half_of_day;
    let offset = last.starts_with(['+', '-', '−', '(']) && last.len() > 1;
    ((name || offset) && text.split_whitespace().count() > 1).then_some(last)
}

/// Whether a clock has the time that stands in a text, by itself or behind a day. True where none is found: what
/// cannot be read is not judged.
pub(crate) fn exists(text: &str) -> bool {
    let morning = text.split_whitespace().any(|word| word.eq_ignore_ascii_case("AM"));
    let time =
        text.split([' ', 'T']).find(|word| word.contains(':') && !word.starts_with(['+', '-', '−', '(']));
    let Some(time) = time else { return true };
    let cut = time.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(time.len());
    let mut parts = time[..cut].split([':', '.']).map(|part| part.parse::<u32>().ok());
    let (Some(Some(hour)), Some(Some(minute))) = (parts.next(), parts.next()) else { return true };
    // A leap second is the sixty-first.
    let second = parts.next().flatten().unwrap_or(0);
    // The end of a day may be written as hour 24.
    let end = hour == HOURS && minute == 0 && second == 0;
    (hour < HOURS || end) && minute < 60 && second <= 60 && !(morning && hour > 12)
}

/// Whether the zone of a time contradicts the zone that a field of its own names. Short names are the same in
/// winter and summer here: which of the two a day has is not asked.
pub(crate) fn contradict(of_time: &str, stated: &str) -> bool {
    let short = |zone: &str| {
        ZONES.iter().position(|(names, _)| names.iter().any(|name| name.eq_ignore_ascii_case(zone)))
    };
    let long = |zone: &str| {
        let zone = zone.trim().to_lowercase();
        ZONES.iter().position(|(_, names)| names.contains(&zone.as_str()))
    };
    matches!((short(of_time), long(stated)), (Some(one), Some(other)) if one != other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_time_needs_its_zone() {
        for (text, found) in [
            ("07:05 PM GMT", Some("GMT")),
            ("07:05 PM -05:00", Some("-05:00")),
            ("19:05 America/New_York", Some("America/New_York")),
            ("07:05 PM", None),
            ("19:05", None),
            ("GMT", None),
        ] {
            assert_eq!(zone(text), found, "{text}");
        }
    }

    #[test]
    fn a_clock_has_the_time_or_not() {
        for text in [
            "07:05 PM GMT",
            "23:59:60",
            "24:00 UTC",
            "00:30 AM EST",
            "2024-03-04T19:05:09.123Z",
            "noon",
            "",
            "12:30 AM -05:00",
        ] {
            assert!(exists(text), "{text}");
        }
        for text in ["25:99 PM EST", "24:01", "07:60 PM", "13:00 AM", "03/04/2024 19:75", "01:02:61"] {
            assert!(!exists(text), "{text}");
        }
    }

    #[test]
    fn a_zone_contradicts_another_only_where_both_are_known() {
        assert!(contradict("PST", "America/New_York") && contradict("EST", "UTC"));
        assert!(!contradict("EDT", "America/New_York") && !contradict("EST", "EST"));
        assert!(
            !contradict("IST", "America/New_York")
                && !contradict("EST", "Asia/Tokyo")
                && !contradict("-05:00", "UTC")
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}", digits in "[0-9:. TAMP+-]{0,20}") {
            prop_assert!(zone(&text).is_none_or(|zone| text.contains(zone)));
            prop_assert!(exists(&digits) || digits.contains(':'));
            prop_assert!(!contradict(&text, &text));
        }
    }
}
