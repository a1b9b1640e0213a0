//! What stands on the sides of a proximity, and what is refused there.

use super::*;

#[test]
fn words_phrases_patterns_or_groups_and_nested_proximities_are_sides() {
    for (written, expected) in [
        ("apple W/6 pear", "apple w/6 pear"),
        ("apple pre/6 pear", "apple pre/6 pear"),
        ("apple not w/5 pear", "apple not w/5 pear"),
        ("x w/3 xfirstword", "x w/3 xfirstword"),
        ("xlastword w/3 x", "xlastword w/3 x"),
        ("x not w/3 xlastword", "x not w/3 xlastword"),
        ("(a* OR \"b c\") w/10 (d OR e~)", "(a* or \"b c\") w/10 (d or e~)"),
        ("insider trading w/5 fee", "\"insider trading\" w/5 fee"),
        ("(a w/5 b) w/10 c", "(a w/5 b) w/10 c"),
        ("a w/10 (b or (c pre/2 d))", "a w/10 (b or (c pre/2 d))"),
        ("(a and (b or c)) w/5 d", "(a and (b or c)) w/5 d"),
        ("d pre/5 (a and b)", "d pre/5 (a and b)"),
        ("(a and (b w/2 c)) w/5 d", "(a and (b w/2 c)) w/5 d"),
        ("subject contains (a w/5 b)", "subject contains (a w/5 b)"),
        ("a and b w/5 c", "a and (b w/5 c)"),
        ("a w/5 b and c w/6 d", "(a w/5 b) and (c w/6 d)"),
        ("not a w/5 b", "not (a w/5 b)"),
        ("(a or b) w/5 c", "(a or b) w/5 c"),
        ("a w/10000 b", "a w/10000 b"),
    ] {
        assert_eq!(canonical(written), expected, "{written}");
        assert_eq!(recanonical(expected), *read(Dialect::DtSearch, written).unwrap().node());
    }
}

#[test]
fn an_or_beside_a_proximity_is_read_and_a_warning_shows_both_readings() {
    assert_eq!(canonical("a or b w/5 c"), "a or (b w/5 c)");
    assert_eq!(
        warnings_in(Dialect::DtSearch, "a or b w/5 c or d"),
        [
            "\"or\" beside a proximity reads two ways; it is read as a or (b w/5 c) or d, not as (a or b) w/5 (c or d)"
        ]
    );
    assert_eq!(
        warnings_in(Dialect::DtSearch, "not a w/5 b or c"),
        [
            "\"or\" beside a proximity reads two ways; it is read as (not a w/5 b) or c, not as not a w/5 (b or c)"
        ]
    );
    for plain in ["a or (b w/5 c)", "(a or b) w/5 c", "a and b w/5 c"] {
        assert!(warnings_in(Dialect::DtSearch, plain).is_empty(), "{plain}");
    }
}

#[test]
fn two_complex_sides_are_refused_and_what_is_proposed_is_read() {
    for (dialect, query, proposal) in [
        (
            Dialect::DtSearch,
            "(a and b) w/5 (c and (d or e))",
            "((a and b) w/5 c) and ((a and b) w/5 (d or e))",
        ),
        (Dialect::Westlaw, "(a & b) +s (c & \"d e\")", "((a & b) +s c) & ((a & b) +s \"d e\")"),
        (Dialect::Lexis, "(a and b) w/p (c and d)", "((a and b) w/p c) and ((a and b) w/p d)"),
    ] {
        let hint = hints_in(dialect, query);
        assert_eq!(hint, format!("write {proposal}, if that is meant"));
        assert!(read(dialect, proposal).is_ok(), "{proposal}");
    }
    assert_eq!(hints("((a and b) or c) w/5 d"), "write ((a and b) w/5 d) or (c w/5 d)");
    assert!(read(Dialect::DtSearch, "((a and b) w/5 d) or (c w/5 d)").is_ok());
}

#[test]
fn chains_need_parentheses_and_both_readings_are_shown() {
    assert_eq!(
        mistakes("a w/10 b w/5 c"),
        ["a w/10 b w/5 c: several proximities in a row read two ways without parentheses"]
    );
    assert_eq!(hints("a w/10 b w/5 c"), "write (a w/10 b) w/5 c or a w/10 (b w/5 c)");
    assert_eq!(hints("a w/1 b w/2 c w/3 d"), "write ((a w/1 b) w/2 c) w/3 d or a w/1 (b w/2 (c w/3 d))");
}

#[test]
fn what_is_no_side_is_refused_with_its_place() {
    for (query, meant, said) in [
        ("a w/5 not b", "not b", "\"not\" stands inside one side"),
        ("(a and not b) w/5 c", "not b", "\"not\" stands inside one side"),
        ("subject::a w/5 b", "subject::a", "a field stands inside a proximity"),
        ("a w/5 subject contains (b)", "subject contains (b)", "a field stands inside a proximity"),
        ("((a and b) w/5 c) w/6 d", "((a and b) w/5 c)", "inside another proximity"),
        ("(a and (b or (c and d))) w/5 e", "(c and d)", "\"and\" stands inside an or-group"),
        ("(a and b) not w/5 c", "(a and b) not w/5 c", "beside \"not w/N\""),
        ("a not w/5 (b and c)", "a not w/5 (b and c)", "beside \"not w/N\""),
        ("a not pre/5 b", "not pre/5", "expected \"not w/N\""),
        ("xfirstword w/5 xlastword", "xfirstword w/5 xlastword", "both sides"),
        ("xfirstword not w/5 a", "xfirstword not w/5 a", "before \"not w/N\""),
        ("a pre/5 xfirstword", "a pre/5 xfirstword", "other than \"w/N\""),
        ("a and xlastword", "xlastword", "beside no proximity"),
        ("not xfirstword", "xfirstword", "beside no proximity"),
        ("a w/5", "", "expected a word"),
        ("w/5 a", "w/5", "expected a word"),
    ] {
        let found = read(Dialect::DtSearch, query).unwrap_err();
        let right = found
            .iter()
            .any(|mistake| &query[mistake.span.clone()] == meant && mistake.message.contains(said));
        assert!(right, "{query}: {found:?}");
    }
    for (query, said) in [
        ("atleast2(a) /5 b", "\"atleast\" stands inside a proximity"),
        ("atleast2(a & b)", "\"and\" stands inside \"atleast\""),
        ("atleast2(atleast2(a))", "\"atleast\" stands inside \"atleast\""),
        ("atleast2((a & b) /5 c)", "\"and\" stands inside \"atleast\""),
        ("atleast2(a % b)", "inside \"atleast\""),
        ("atleast0(a)", "expected 1 to 255"),
    ] {
        let found = mistakes_in(Dialect::Westlaw, query);
        assert!(found.iter().any(|mistake| mistake.contains(said)), "{query}: {found:?}");
    }
}
