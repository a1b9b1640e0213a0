//! Every query of `SYNTAX.md` is read as it stands there, or refused.

use super::*;

const SYNTAX: &str = include_str!("../../../SYNTAX.md");

/// The rows of the tables below the heading that starts so, each cut into its cells.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let from = SYNTAX.find(&format!("\n### {heading}")).unwrap_or_else(|| panic!("no heading {heading}"));
    let section = SYNTAX[from + 4..].split("\n#").next().unwrap();
    let cells = |line: &'static str| {
        let inner = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")).unwrap_or(line);
        inner.split(" | ").map(|cell| cell.trim().trim_matches('`')).collect()
    };
    section.lines().filter(|line| line.starts_with("| `")).map(cells).collect()
}

#[test]
fn every_query_that_the_page_says_is_read_is_read_as_written_there() {
    for (heading, dialects, least) in [
        ("Read in dtsearch and relativity", &[Dialect::DtSearch, Dialect::Relativity][..], 40),
        ("Read in westlaw", &[Dialect::Westlaw], 18),
        ("Read in lexis", &[Dialect::Lexis], 12),
    ] {
        let rows = rows(heading);
        assert!(rows.len() >= least, "{heading}: {}", rows.len());
        for row in rows {
            let [query, _, expected] = row.as_slice() else { panic!("{row:?}") };
            for dialect in dialects {
                let terms = read(*dialect, query).unwrap_or_else(|wrong| panic!("{query}: {wrong:?}"));
                assert_eq!(terms.canonical(), *expected, "{query}");
                assert_eq!(recanonical(expected), *terms.node(), "{query}");
            }
        }
    }
}

#[test]
fn every_query_that_the_page_says_is_refused_is_refused() {
    for (heading, dialects, least) in [
        ("Refused in dtsearch and relativity", &[Dialect::DtSearch, Dialect::Relativity][..], 30),
        ("Refused in westlaw", &[Dialect::Westlaw], 10),
        ("Refused in lexis", &[Dialect::Lexis], 10),
        ("Refused in every dialect", &Dialect::ALL, 5),
    ] {
        let rows = rows(heading);
        assert!(rows.len() >= least, "{heading}: {}", rows.len());
        for row in rows {
            for dialect in dialects {
                assert!(read(*dialect, row[0]).is_err(), "{} in {dialect:?}", row[0]);
            }
        }
    }
}

#[test]
fn every_line_break_and_tab_of_the_page_is_read_warned_of_or_refused_as_it_says() {
    let rows = rows("Line breaks and tabs");
    assert!(rows.len() >= 9);
    for row in rows {
        let [query, readings @ ..] = row.as_slice() else { panic!("{row:?}") };
        let query = query.replace('⏎', "\n").replace('⇥', "\t");
        assert_eq!(readings.len(), 3, "{query:?}");
        for (dialect, expected) in
            [Dialect::DtSearch, Dialect::Westlaw, Dialect::Lexis].into_iter().zip(readings)
        {
            read_as(dialect, &query, expected, "line break");
        }
    }
}

#[test]
fn every_operator_of_other_programs_on_the_page_is_refused_or_warned_of_as_it_says() {
    let rows = rows("Operators of other programs");
    assert!(rows.len() >= 15);
    for row in rows {
        let [query, readings @ ..] = row.as_slice() else { panic!("{row:?}") };
        assert_eq!(readings.len(), 3, "{query:?}");
        for (dialect, expected) in
            [Dialect::DtSearch, Dialect::Westlaw, Dialect::Lexis].into_iter().zip(readings)
        {
            read_as(dialect, query, expected, "is read as a word of the phrase");
        }
    }
}

/// Holds a query against a cell: `refused`, a canonical form, or one "with a warning" that has these words.
fn read_as(dialect: Dialect, query: &str, expected: &str, warned: &str) {
    let (form, warning) = match expected.strip_suffix("`, with a warning") {
        Some(form) => (form, true),
        None => (expected, false),
    };
    match read(dialect, query) {
        Ok(terms) => {
            assert_eq!(terms.canonical(), form, "{query:?} in {dialect:?}");
            let found = terms.warnings().iter().any(|one| one.message.contains(warned));
            assert_eq!(found, warning, "{query:?} in {dialect:?}: {:?}", terms.warnings());
        }
        Err(mistakes) => {
            assert_eq!(form, "refused", "{query:?} in {dialect:?}: {mistakes:?}");
            assert!(mistakes.iter().all(|mistake| mistake.hint.is_some()), "{query:?}: {mistakes:?}");
        }
    }
}

#[test]
fn the_table_of_conflicts_says_what_each_dialect_reads() {
    let rows = rows("The same text in three dialects");
    assert!(rows.len() >= 12);
    for row in rows {
        let [query, readings @ ..] = row.as_slice() else { panic!("{row:?}") };
        assert_eq!(readings.len(), 3, "{query}");
        let mut meanings = Vec::new();
        for (dialect, expected) in
            [Dialect::DtSearch, Dialect::Westlaw, Dialect::Lexis].into_iter().zip(readings)
        {
            match read(dialect, query) {
                Ok(terms) => {
                    assert_eq!(terms.canonical(), *expected, "{query} in {dialect:?}");
                    meanings.push(terms);
                }
                Err(_) => assert_eq!(*expected, "refused", "{query} in {dialect:?}"),
            }
        }
        let differ = meanings
            .windows(2)
            .any(|two| two[0].canonical().replace("(s)", "") != two[1].canonical().replace("(s)", ""));
        let warned = meanings
            .iter()
            .all(|terms| terms.warnings().iter().any(|one| one.message.contains("something else")));
        assert!(!differ || warned, "{query}");
    }
}

#[test]
fn the_examples_of_distance_are_queries() {
    let rows = rows("Distance");
    assert!(rows.len() >= 12);
    for row in rows {
        let [query, text, found] = row.as_slice() else { panic!("{row:?}") };
        assert!(read(Dialect::DtSearch, query).is_ok(), "{query}");
        assert!(!text.is_empty() && matches!(*found, "yes" | "no"), "{row:?}");
    }
}

#[test]
fn the_limits_of_the_page_are_those_of_the_program() {
    for stated in [
        "at most 1 MiB (1,048,576 bytes)",
        "100 levels",
        "1 to 10,000",
        "1 to 255",
        "at most 255 bytes",
        "at most 10 differences",
        "10,000 terms, 200 columns",
        "2,000 files inside, 32 MiB unpacked, 1,000,000 elements in a part, 8 MiB of text, 20,002 rows",
    ] {
        assert!(SYNTAX.contains(stated), "{stated}");
    }
    assert_eq!((TEXT_BYTES_MAX, LIST_BYTES_MAX, LIST_ROWS_MAX), (1_048_576, 1_048_576, 10_000));
}
