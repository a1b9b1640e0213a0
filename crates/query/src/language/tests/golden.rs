//! The golden cases for reading queries; those on finding are the engine's, and here are only read.

use super::*;

#[test]
fn each_golden_case_is_read_or_refused() {
    for (case, text, expected) in [
        (1, "apple w/6 pear", "apple w/6 pear"),
        (2, "apple w/5 pear", "apple w/5 pear"),
        (3, "apple pre/6 pear", "apple pre/6 pear"),
        (7, "ba%nana", "ba%nana"),
        (11, "insider trading", "\"insider trading\""),
        (14, "apple not w/5 pear", "apple not w/5 pear"),
        (15, "x w/3 xfirstword", "x w/3 xfirstword"),
    ] {
        for dialect in [Dialect::DtSearch, Dialect::Relativity] {
            assert_eq!(canonical_in(dialect, text), expected, "case {case}");
        }
    }
    assert!(hints("a and b or c").contains("(a and b) or c"), "case 4");
    assert!(hints("(a and b) w/5 (c and d)").contains("((a and b) w/5 c) and"), "case 5");
    assert_eq!(noisy("statue of liberty").unwrap().canonical(), "\"statue * liberty\"", "case 6");
    let explained = read(Dialect::DtSearch, "ba%nana").unwrap().explain().join("\n");
    assert!(explained.contains("at most 1 letter different"), "case 7: that it is fuzzy is said");
    assert!(mistakes("re: fee")[0].contains("a colon is never searchable"), "case 9");
    assert_eq!(canonical_in(Dialect::Westlaw, "insider trading"), "insider(s) or trading(s)", "case 10");
    for dialect in [Dialect::DtSearch, Dialect::Westlaw] {
        let warning = &warnings_in(dialect, "wom*n")[0];
        assert!(warning.contains("wom*n") && warning.contains("wom?n"), "case 12");
    }
    assert!(hints("fraud!").contains("\"fraud*\""), "case 13");
}
