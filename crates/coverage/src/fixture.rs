//! Registers for the tests of modules.

use chrono::NaiveDate;
use duces_register::Register;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A register of these sources (rows of `source,in_service_from,in_service_to,capture_path,system,review_from,
/// review_to,review_days_max,addresses`) and further files.
pub(crate) fn register(sources: &[&str], files: &[(&str, &str)]) -> Register {
    let mut text =
        "source,in_service_from,in_service_to,capture_path,system,review_from,review_to,review_days_max,\
                    addresses,name,channel\n"
            .to_owned();
    for row in sources {
        let commas = 8_usize.saturating_sub(row.matches(',').count());
        text.push_str(&format!("{row}{},Somebody,email\n", ",".repeat(commas)));
    }
    let mut all = vec![
        ("sources.csv".to_owned(), text.into_bytes()),
        ("people.csv".to_owned(), b"person,name,addresses\n".to_vec()),
    ];
    all.extend(files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    Register::from_files(all).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}
