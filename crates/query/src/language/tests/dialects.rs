//! Westlaw and Lexis, and where they contradict dtSearch.

use super::*;

#[test]
fn westlaw_has_its_own_signs() {
    for (written, expected) in [
        ("insider trading", "insider(s) or trading(s)"),
        ("\"insider trading\"", "\"insider(s) trading(s)\""),
        ("fee & refund", "fee(s) and refund(s)"),
        ("merger % rumor", "merger(s) and not rumor(s)"),
        ("fraud!", "fraud*"),
        ("wom*n", "wom?n"),
        ("#smith", "smith"),
        ("\"#john smith\"", "\"john smith(s)\""),
        ("merger /5 fee", "merger(s) w/5 fee(s)"),
        ("merger +5 fee", "merger(s) pre/5 fee(s)"),
        ("merger /s fee", "merger(s) w/s fee(s)"),
        ("merger /P fee", "merger(s) w/p fee(s)"),
        ("merger +s fee", "merger(s) pre/s fee(s)"),
        ("merger +p fee", "merger(s) pre/p fee(s)"),
        (
            "(merger takeover) /5 (fee \"wash trade\")",
            "(merger(s) or takeover(s)) w/5 (fee(s) or \"wash(s) trade(s)\")",
        ),
        ("atleast5(fraud scam)", "atleast5(fraud(s) or scam(s))"),
        ("atleast5 (merger /s fee)", "atleast5(merger(s) w/s fee(s))"),
        ("(a & b) (c & d)", "(a and b) or (c and d)"),
        ("fee % tax", "fee(s) and not tax(s)"),
        ("\"and\"", "and(s)"),
        ("401 fees", "401 or fees"),
    ] {
        assert_eq!(canonical_in(Dialect::Westlaw, written), expected, "{written}");
        assert_eq!(recanonical(expected), *read(Dialect::Westlaw, written).unwrap().node());
    }
}

#[test]
fn lexis_has_its_own_signs() {
    for (written, expected) in [
        ("merger and fee", "merger(s) and fee(s)"),
        ("merger or fee", "merger(s) or fee(s)"),
        ("merger and not fee", "merger(s) and not fee(s)"),
        ("fraud!", "fraud*"),
        ("wom?n", "wom?n"),
        ("merger /5 fee", "merger(s) w/5 fee(s)"),
        ("merger w/5 fee", "merger(s) w/5 fee(s)"),
        ("merger pre/5 fee", "merger(s) pre/5 fee(s)"),
        ("merger w/s fee", "merger(s) w/s fee(s)"),
        ("merger /p fee", "merger(s) w/p fee(s)"),
        ("ATLEAST5(fraud)", "atleast5(fraud(s))"),
        ("(a or b) and c", "(a or b) and c"),
    ] {
        assert_eq!(canonical_in(Dialect::Lexis, written), expected, "{written}");
        assert_eq!(recanonical(expected), *read(Dialect::Lexis, written).unwrap().node());
    }
}

#[test]
fn what_the_services_do_not_know_or_know_in_two_ways_is_refused_with_what_to_write() {
    for (dialect, query, meant, hint) in [
        (Dialect::Westlaw, "merger w/5 fee", "w/5", "\"/5\""),
        (Dialect::Westlaw, "merger pre/5 fee", "pre/5", "\"+5\""),
        (Dialect::Westlaw, "merger and fee", "and", "\"&\""),
        (Dialect::Westlaw, "merger or fee", "or", "a space"),
        (Dialect::Westlaw, "not fee", "not", "\"%\""),
        (Dialect::Westlaw, "wom?n", "?", "\"*\""),
        (Dialect::Westlaw, "apply~", "~", "apply!"),
        (Dialect::Westlaw, "a&b", "&", "spaces"),
        (Dialect::Westlaw, "fee%tax", "%", "spaces"),
        (Dialect::Westlaw, "fee/5 tax", "fee/5", "spaces around \"/5\""),
        (Dialect::Westlaw, "fr!aud", "!", "behind the first letters"),
        (Dialect::Westlaw, "subject::fee", "subject::", "\"fields\""),
        (Dialect::Westlaw, "\"##fee\"", "##fee", "root expander"),
        (Dialect::Westlaw, "x /3 xfirstword", "xfirstword", "dtSearch"),
        (Dialect::Westlaw, "a /256 b", "/256", "255"),
        (Dialect::Westlaw, "a & b c", "a & b c", "write (a & b) c or a & (b c)"),
        (Dialect::Westlaw, "a % b c", "a % b c", "write (a % b) c or a % (b c)"),
        (Dialect::Westlaw, "a % b & c", "a % b & c", "write (a % b) & c or a % (b & c)"),
        (Dialect::Westlaw, "a b /5 c", "a b /5 c", "write a (b /5 c) or (a b) /5 c"),
        (Dialect::Westlaw, "% b", "%", "quotes"),
        (
            Dialect::Lexis,
            "insider trading",
            "trading",
            "\"insider trading\" in quotes for the phrase, or insider or trading",
        ),
        (Dialect::Lexis, "wom*n", "*", "\"?\""),
        (Dialect::Lexis, "trade*", "*", "\"!\""),
        (Dialect::Lexis, "a +5 b", "+5", "\"pre/5\""),
        (Dialect::Lexis, "a +s b", "+s", "\"/s\""),
        (Dialect::Lexis, "a pre/s b", "pre/s", "\"/s\""),
        (Dialect::Lexis, "a & b", "&", "\"and\""),
        (Dialect::Lexis, "a % b", "%", "\"and not\""),
        (Dialect::Lexis, "#smith", "#", "leave it out"),
        (Dialect::Lexis, "not a", "not", "\"a and not b\""),
        (Dialect::Lexis, "a not w/5 b", "not w/5", "\"and not\""),
        (
            Dialect::Lexis,
            "a and not b and c",
            "a and not b and c",
            "write (a and not b) and c or a and not (b and c)",
        ),
        (Dialect::Lexis, "a or b w/5 c", "a or b w/5 c", "write a or (b w/5 c) or (a or b) w/5 c"),
        (Dialect::Lexis, "a and b or c", "a and b or c", "write (a and b) or c or a and (b or c)"),
        (Dialect::Lexis, "atleast5 fraud", "atleast5", "atleast5(…)"),
        (Dialect::Lexis, "12~~24", "~~", "!"),
    ] {
        let found = read(dialect, query).unwrap_err();
        let right = found.iter().any(|mistake| {
            &query[mistake.span.clone()] == meant
                && mistake.hint.as_ref().is_some_and(|found| found.contains(hint))
        });
        assert!(right, "{query}: {found:?}");
    }
}

#[test]
fn the_two_readings_that_are_shown_are_read() {
    for (dialect, query) in [
        (Dialect::DtSearch, "a and b or c"),
        (Dialect::DtSearch, "a w/5 b w/6 c"),
        (Dialect::Westlaw, "a & b c"),
        (Dialect::Westlaw, "a b /5 c d"),
        (Dialect::Westlaw, "a % b & c"),
        (Dialect::Lexis, "a or b w/5 c"),
        (Dialect::Lexis, "a and not b and c"),
    ] {
        let hint = hints_in(dialect, query);
        let both = hint.strip_prefix("write ").unwrap();
        let readings = both.match_indices(" or ").map(|(at, or)| [&both[..at], &both[at + or.len()..]]);
        let mut read_both = readings.filter(|texts| texts.iter().all(|text| read(dialect, text).is_ok()));
        assert!(read_both.next().is_some(), "{hint}");
    }
}

#[test]
fn a_star_at_the_end_of_a_word_in_westlaw_is_one_character_and_a_warning_says_so() {
    let warnings = warnings_in(Dialect::Westlaw, "object**");
    assert!(warnings[0].contains("object??"), "{warnings:?}");
    assert_eq!(canonical_in(Dialect::Westlaw, "object**"), "object??");
}

#[test]
fn an_automatic_plural_stands_for_whole_words_of_letters_alone() {
    assert_eq!(canonical_in(Dialect::Lexis, "\"AT-T party 401 loss\""), "\"at t party(s) 401 loss(s)\"");
    assert_eq!(canonical_in(Dialect::Lexis, "fraud! or womens"), "fraud* or womens");
    assert_eq!(canonical("party"), "party");
}
