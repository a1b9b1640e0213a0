//! A query in plain words.

use super::*;

#[test]
fn the_explanation_shows_the_tree() {
    let lines = read(Dialect::DtSearch, "(Layering or \"wash trade*\") and not subject::newsletter")
        .unwrap()
        .explain();
    assert_eq!(
        lines,
        [
            "words (dtsearch) in the subject or the text or an attachment's name: \
             (layering or \"wash trade*\") and not subject contains (newsletter)",
            "  all of:",
            "    at least one of:",
            "      the word \"layering\"",
            "      side by side, in this order: \"wash\", a word that starts with \"trade\"",
            "    not:",
            "      in the subject only:",
            "        the word \"newsletter\"",
        ]
    );
}

#[test]
fn each_kind_of_pattern_and_proximity_is_explained_in_plain_words() {
    let explained = |text: &str| -> Vec<String> {
        let lines = noisy(text).unwrap().explain();
        lines
            .iter()
            .skip(1)
            .take_while(|line| line.starts_with(' '))
            .map(|line| line.trim().to_owned())
            .collect()
    };
    for (query, expected) in [
        ("wom?n", &["a word of the form \"wom?n\", where ? is one character"][..]),
        ("*man", &["a word that ends with \"man\""]),
        ("19==", &["a word of the form \"19==\", where = is one digit"]),
        ("apply~", &["a word with the same stem as \"apply\""]),
        ("ba%nana", &["a word like \"banana\", the first 2 letters exact, at most 1 letter different"]),
        ("12~~24", &["a number of digits alone from 12 to 24"]),
        ("statue of liberty", &["side by side, in this order: \"statue\", any word, \"liberty\""]),
        (
            "(a* or \"b c\") w/10 d",
            &[
                "within 10 words of each other, in either order:",
                "any of:",
                "a word that starts with \"a\"",
                "side by side, in this order: \"b\", \"c\"",
                "the word \"d\"",
            ],
        ),
        (
            "a pre/1 b",
            &["the first before the second, right beside each other:", "the word \"a\"", "the word \"b\""],
        ),
        (
            "a not w/5 b",
            &[
                "the first, where the second does not stand within 5 words of it, in either order:",
                "the word \"a\"",
                "the word \"b\"",
            ],
        ),
        (
            "(a and b) w/5 xfirstword",
            &[
                "within 5 words of the beginning of the text:",
                "each of these, near the same place of the other:",
                "the word \"a\"",
                "the word \"b\"",
            ],
        ),
    ] {
        assert_eq!(explained(query), expected, "{query}");
    }
    let westlaw = read(Dialect::Westlaw, "atleast3(merger /s \"hostile party\")").unwrap().explain();
    assert_eq!(
        westlaw[1..5],
        [
            "  at least 3 times, counted over all fields searched:",
            "    in the same sentence, in either order:",
            "      the word \"merger\" or its plural \"mergers\"",
            "      side by side, in this order: \"hostile\" or \"hostiles\", \"party\" or \"parties\"",
        ][..]
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()[..]
    );
}
