use super::grammar::Grammar;
use super::*;
use duces_indexer::TextField;

mod dialects;
mod explained;
mod golden;
mod page;
mod properties;
mod proximity;

fn read(dialect: Dialect, text: &str) -> Result<Terms, Vec<TermMistake>> {
    Reading::new(dialect).read(text)
}

fn canonical_in(dialect: Dialect, text: &str) -> String {
    match read(dialect, text) {
        Ok(terms) => terms.canonical(),
        Err(mistakes) => panic!("{text}: {mistakes:?}"),
    }
}

fn canonical(text: &str) -> String {
    canonical_in(Dialect::DtSearch, text)
}

/// Every mistake of a query, as `the text meant: message`.
fn mistakes_in(dialect: Dialect, text: &str) -> Vec<String> {
    let shown = |mistake: TermMistake| format!("{}: {}", &text[mistake.span], mistake.message);
    match read(dialect, text) {
        Ok(terms) => panic!("{text} is read as {}", terms.canonical()),
        Err(mistakes) => mistakes.into_iter().map(shown).collect(),
    }
}

fn mistakes(text: &str) -> Vec<String> {
    mistakes_in(Dialect::DtSearch, text)
}

fn hints_in(dialect: Dialect, text: &str) -> String {
    let mistakes = read(dialect, text).unwrap_err();
    mistakes.into_iter().filter_map(|mistake| mistake.hint).collect::<Vec<_>>().join("; ")
}

fn hints(text: &str) -> String {
    hints_in(Dialect::DtSearch, text)
}

fn warnings_in(dialect: Dialect, text: &str) -> Vec<String> {
    read(dialect, text).unwrap().warnings().iter().map(|warning| warning.message.clone()).collect()
}

fn noisy(text: &str) -> Result<Terms, Vec<TermMistake>> {
    let reading = Reading::new(Dialect::DtSearch);
    reading.with_noise("Of").unwrap().with_noise("the").unwrap().read(text)
}

/// The tree of a canonical text.
fn recanonical(text: &str) -> Node {
    match reading::tree(Grammar::Canonical, &TextField::ALL, &[], text) {
        Ok((tree, _)) => tree.lower(),
        Err(mistakes) => panic!("{text}: {mistakes:?}"),
    }
}

#[test]
fn a_query_has_one_canonical_form() {
    for (written, expected) in [
        ("Layering", "layering"),
        ("insider trading", "\"insider trading\""),
        ("insider \"Trading desk\"", "\"insider trading desk\""),
        ("“wash trade*”", "\"wash trade*\""),
        (
            "(layering or \"wash trade*\") and not newsletter",
            "(layering or \"wash trade*\") and not newsletter",
        ),
        ("a AND b And c", "a and b and c"),
        ("(a or (b OR c))", "a or b or c"),
        ("not not a", "not (not a)"),
        ("not (a and b)", "not (a and b)"),
        ("O'Brien", "\"o brien\""),
        ("AT&T or $1,000.00 or Inc.", "\"at t\" or \"1 000 00\" or inc"),
        ("ann.lee@ecp.example", "\"ann lee ecp example\""),
        ("\"and\" or \"not\"", "\"and\" or \"not\""),
        (
            "subject contains (fee or fees) and body::Wash",
            "subject contains (fee or fees) and body contains (wash)",
        ),
        ("Attachment-Name::\"q3 report\"", "attachment-name contains (\"q3 report\")"),
        ("subject::(a and b)", "subject contains (a and b)"),
        ("\"401(k) - plan\"", "\"401 k plan\""),
        ("e-mail*", "\"e mail*\""),
        ("Q3_*", "q3_*"),
    ] {
        assert_eq!(canonical(written), expected, "{written}");
        assert_eq!(canonical(expected), expected);
    }
}

#[test]
fn wildcards_stand_anywhere_in_a_word_and_are_folded_like_it() {
    for (written, expected) in [
        ("wom?n", "wom?n"),
        ("WOM*N", "wom*n"),
        ("*man", "*man"),
        ("*trad*", "*trad*"),
        ("19==", "19=="),
        ("===", "==="),
        ("=*", "=*"),
        ("Résum?", "resum?"),
        ("e-m?il", "\"e m?il\""),
        ("\"wash* ?rade\"", "\"wash* ?rade\""),
        ("apply~", "apply~"),
        ("O'Brien~", "\"o brien~\""),
        ("ba%nana", "ba%nana"),
        ("b%%anana", "b%%anana"),
        ("%banana", "%banana"),
        ("12~~24", "12~~24"),
        ("007~~007", "7~~7"),
        ("\"section 12~~24\"", "\"section 12~~24\""),
        ("\"##199[0-9]\"", "\"##199[0-9]\""),
        ("wash \"##trad(e|ing)\" \"desk head\"", "\"wash\" \"##trad(e|ing)\" \"desk head\""),
        ("回?x", "\"回 ?x\""),
    ] {
        assert_eq!(canonical(written), expected, "{written}");
        assert_eq!(recanonical(expected), *read(Dialect::DtSearch, written).unwrap().node());
    }
}

#[test]
fn a_pattern_that_says_nothing_or_two_things_is_refused() {
    for (query, said) in [
        ("*", "stands for any word"),
        ("? and fee", "stands for any word"),
        ("?*", "stands for any word"),
        ("trade**", "found '*' twice"),
        ("回扣*", "a word of its own"),
        ("ap~ply", "inside a word"),
        ("~", "without a word"),
        ("ba%na%na", "several places"),
        ("%%", "without a word"),
        ("100%", "at the end of a word"),
        ("b%%%%%%%%%%%anana", "expected at most 10"),
        ("wom?n~", "mixes"),
        ("ba%n*", "mixes"),
        ("24~~12", "behind its end"),
        ("12~~", "one end is missing"),
        ("1,000~~2,000", "several words"),
        ("a~~b", "no whole number"),
        ("1~~99999999999999999999", "too great"),
        ("\"##Fee\"", "never stand in a word"),
        ("\"##a b\"", "never stand in a word"),
        ("\"##(\"", "no regular expression"),
        ("##ab", "without quotes"),
    ] {
        let found = read(Dialect::DtSearch, query).unwrap_err();
        assert!(found.iter().any(|mistake| mistake.message.contains(said)), "{query}: {found:?}");
        assert!(found.iter().all(|mistake| mistake.hint.is_some()), "{query}: {found:?}");
    }
    let long = format!("{}*", "a".repeat(300));
    assert!(mistakes(&long)[0].contains("expected at most 255"));
}

#[test]
fn where_and_and_or_mix_without_parentheses_both_readings_are_shown() {
    assert_eq!(
        mistakes("a and b or c"),
        ["a and b or c: \"and\" and \"or\" are mixed without parentheses, which reads two ways"]
    );
    assert_eq!(hints("a and b or c"), "write (a and b) or c or a and (b or c)");
    let hint = hints("\"x y\" or b and not c or d");
    assert_eq!(hint, "write \"x y\" or (b and not c) or d or (\"x y\" or b) and (not c or d)");
    assert!(read(Dialect::DtSearch, "(a and b) or c").is_ok());
}

#[test]
fn what_no_dialect_here_knows_is_refused_by_name_and_none_is_read_as_text() {
    for (query, meant) in [
        ("a andany b", "andany"),
        ("#smith", "#"),
        ("fast&", "&"),
        ("\"fast& car\"", "&"),
        ("fraud!", "!"),
        ("re: fee", ":"),
        ("word:5", ":"),
        ("merger & rumor", "&"),
        ("merger % rumor", "%"),
        ("a /5 b", "/5"),
        ("a /s b", "/s"),
        ("a +5 b", "+5"),
        ("a w/s b", "w/s"),
        ("a w/0 b", "w/0"),
        ("a w/10001 b", "w/10001"),
        ("fee w/o tax", "w/o"),
        ("fee near/5 tax", "near/5"),
        ("fee | tax", "|"),
        ("date(2024)", "date"),
        ("atleast5(fraud)", "atleast5"),
        ("-fee", "-"),
        ("fee; cost", ";"),
        ("fee, cost", ","),
        ("buy and/or sell", "and/or"),
        ("'fee", "'"),
        ("fee 👍", "👍"),
        ("fee and. cost", "and."),
        ("foo-*", "foo-*"),
    ] {
        let found = read(Dialect::DtSearch, query).unwrap_err();
        assert!(found.iter().any(|mistake| &query[mistake.span.clone()] == meant), "{query}: {found:?}");
        assert!(found.iter().all(|mistake| mistake.hint.is_some()), "{query}: {found:?}");
    }
    assert!(hints("fraud!").contains("write \"fraud*\""));
}

#[test]
fn what_is_unbalanced_or_missing_has_its_place() {
    for (query, expected) in [
        ("(a or b", "(: this parenthesis is never closed"),
        ("a) and b", "): this parenthesis was never opened"),
        ("\"a b", "\": this quote is never closed"),
        ("a\"b c\"", "\"b c\": a quote touches a word"),
        ("a and", ": expected a word, a phrase or a group here"),
        ("and a", "and: expected a word, a phrase or a group here"),
        ("()", "): expected a word, a phrase or a group here"),
        ("", ": the query is empty"),
        ("\"  \"", "  : there is no word between the quotes"),
        ("a (b or c)", "(: expected an operator before this"),
        ("(a) b", "b: expected an operator before this"),
        ("a not b", "not: expected an operator before this"),
        ("sender contains (x)", "sender: there is no field \"sender\""),
        ("subjcet::x", "subjcet: there is no field \"subjcet\""),
        ("subject:: x", "subject::: nothing follows the field's name"),
        ("fee subject contains x", "fee: expected an operator behind this"),
        ("subject contains (body::x)", "body::: a field inside a field can hold nothing"),
        ("a(b)", "a: \"a\" touches a parenthesis"),
    ] {
        assert!(mistakes(query).contains(&expected.to_owned()), "{query}: {:?}", mistakes(query));
    }
    assert!(hints("subjcet::x").contains("did you mean \"subject\"?"));
}

#[test]
fn all_mistakes_of_a_text_are_found_at_once_those_of_signs_and_those_of_structure() {
    assert_eq!(
        mistakes("(fraud! and re: or b w/5 c w/6 d"),
        [
            "(: this parenthesis is never closed",
            "fraud! and re: or b w/5 c w/6 d: \"and\" and \"or\" are mixed without parentheses, which reads two ways",
            "!: \"!\" means nothing in this dialect",
            ":: a colon is never searchable",
            "b w/5 c w/6 d: several proximities in a row read two ways without parentheses",
        ]
    );
}

#[test]
fn a_field_that_is_not_searched_is_not_named() {
    let reading = Reading::new(Dialect::DtSearch).over(&[TextField::Subject]);
    let refused = reading.read("body::x").unwrap_err();
    assert_eq!(refused[0].message, "this field is not among the fields to be searched");
}

#[test]
fn nesting_and_length_have_limits_and_beyond_them_is_a_mistake_and_no_crash() {
    for dialect in Dialect::ALL {
        let deep = format!("{}a{}", "(".repeat(50_000), ")".repeat(50_000));
        assert!(mistakes_in(dialect, &deep).iter().any(|mistake| mistake.contains("nested too deep")));
        let allowed = format!("{}a{}", "(".repeat(99), ")".repeat(99));
        assert!(read(dialect, &allowed).is_ok());
    }
    assert!(!mistakes(&"not ".repeat(50_000)).is_empty());
    let not = read(Dialect::DtSearch, &format!("{}a", "not ".repeat(99))).unwrap();
    assert_eq!(recanonical(&not.canonical()), *not.node());
    assert!(mistakes(&"a ".repeat(600_000))[0].contains("expected at most 1048576"));
}

#[test]
fn a_hostile_text_of_great_length_is_read_or_refused_in_time_and_memory() {
    for piece in
        [": ", "a! ", "a w/5 ", "a /5 ", "(a and b) w/5 ", "a and b or ", "\"", "a ", "( ", "a* ", "% "]
    {
        let text = piece.repeat(20_000 / piece.len());
        for dialect in Dialect::ALL {
            if let Err(mistakes) = read(dialect, &text) {
                assert!((1..=101).contains(&mistakes.len()));
            }
        }
    }
    let sides = format!("({}z) w/5 ({}z)", "a and ".repeat(5_000), "b and ".repeat(5_000));
    assert!(hints(&sides).contains("a proximity for each part of one side"));
    assert_eq!(
        mistakes(&": ".repeat(300)).last().unwrap(),
        ":: 200 more mistakes from here on are not shown"
    );
}

#[test]
fn an_operator_in_quotes_is_words_and_a_warning_says_so() {
    assert_eq!(canonical("\"a w/5 b\""), "\"a w 5 b\"");
    assert!(warnings_in(Dialect::DtSearch, "\"a w/5 b\"")[0].contains("\"w/5\" stands in quotes"));
    assert!(warnings_in(Dialect::DtSearch, "\"a and b\"").is_empty());
}

#[test]
fn a_line_break_between_words_is_refused_with_both_readings_at_the_word_behind_it() {
    let query = "fee and (insider\n  trading) or x";
    assert!(mistakes(query).iter().any(|one| {
        one == "trading: a line break stands before this, and would make it one phrase with \"insider\""
    }));
    assert!(
        hints(query)
            .contains("\"insider trading\" in quotes on one line, for either word insider or trading")
    );
    assert!(warnings_in(Dialect::Westlaw, "insider\ntrading")[0].contains("\"or\" in Westlaw"));
}

#[test]
fn an_operator_of_another_program_is_answered_with_this_dialects_own_and_its_number() {
    for (dialect, query, hint) in [
        (Dialect::DtSearch, "fee near/7 tax", "\"w/7\", or \"pre/7\""),
        (Dialect::Relativity, "fee NEAR tax", "\"w/5\""),
        (Dialect::Westlaw, "fee adj12 tax", "\"/12\", or \"+12\""),
        (Dialect::Lexis, "fee within 3 words of tax", "\"w/3\", or \"pre/3\""),
        (Dialect::DtSearch, "fee XOR tax", "(a or b) and not (a and b)"),
    ] {
        let found = read(dialect, query).unwrap_err();
        assert!(found.len() == 1 && found[0].hint.as_ref().unwrap().contains(hint), "{query}: {found:?}");
    }
    let warning = &warnings_in(Dialect::DtSearch, "x and fee near tax due")[0];
    assert!(
        warning.contains("of the phrase \"fee near tax due\"") && warning.contains("\"w/5\""),
        "{warning}"
    );
}

#[test]
fn no_hint_of_a_sign_between_words_leads_to_a_phrase_unsaid() {
    for query in
        ["insider – trading", "insider - trading", "insider — trading", "re: fee", "a 👍 b", "a … b", "a _ b"]
    {
        let hint = hints(query);
        assert!(
            hint.starts_with("for the phrase write") || hint.starts_with("write the words in quotes"),
            "{query}: {hint}"
        );
        assert!(hint.contains("or join them with"), "{query}: {hint}");
    }
}

#[test]
fn the_dialect_must_be_one_that_is_known() {
    let mistakes = parse_terms("dtserch", "a", "query").unwrap_err();
    assert_eq!(mistakes.iter().next().unwrap().hint.as_deref(), Some("did you mean \"dtsearch\"?"));
    for dialect in Dialect::ALL {
        assert!(parse_terms(dialect.as_str(), "trading", "query").is_ok());
    }
}

#[test]
fn a_mistake_at_a_terminal_names_the_place_in_the_query() {
    let mistakes = parse_terms("dtsearch", "fee or\nwom!n", "--query").unwrap_err();
    let first = mistakes.iter().next().unwrap();
    assert_eq!((first.file.as_str(), first.line, first.column), ("--query", 2, 4));
}

#[test]
fn the_alternatives_on_top_keep_what_was_written() {
    let written = |dialect, text: &str| -> Vec<String> {
        read(dialect, text).unwrap().alternatives().iter().map(|one| one.written.clone()).collect()
    };
    assert_eq!(
        written(Dialect::DtSearch, "(Layering or (a and b)  OR \"Wash  Trade\")"),
        ["Layering", "(a and b)", "\"Wash  Trade\""]
    );
    assert_eq!(written(Dialect::DtSearch, "  a and (b or c) "), ["a and (b or c)"]);
    assert_eq!(written(Dialect::Westlaw, "insider \"wash trade\""), ["insider", "\"wash trade\""]);
}

#[test]
fn a_noise_word_is_any_word_inside_a_phrase_and_nothing_at_its_edge() {
    let terms = noisy("statue of liberty").unwrap();
    assert_eq!(terms.canonical(), "\"statue * liberty\"");
    assert_eq!(recanonical("\"statue * liberty\""), *terms.node());
    let terms = noisy("\"the statue of the liberty of\" and fee").unwrap();
    assert_eq!(terms.canonical(), "\"statue * * liberty\" and fee");
    assert!(terms.warnings()[0].message.contains("left out: \"the\", \"of\""), "{:?}", terms.warnings());
    assert_eq!(&terms.written()[terms.warnings()[0].span.clone()], "\"the statue of the liberty of\"");
    for only in ["of", "fee and the", "\"of the\"", "fee w/5 of"] {
        assert!(noisy(only).unwrap_err()[0].message.contains("only noise words"), "{only}");
    }
    assert_eq!(noisy("of*").unwrap().canonical(), "of*");
    assert_eq!(canonical("statue of liberty"), "\"statue of liberty\"");
    assert!(Reading::new(Dialect::DtSearch).with_noise("of the").is_err());
}

#[test]
fn a_text_that_means_something_else_in_another_dialect_says_so_with_both_readings() {
    assert_eq!(
        warnings_in(Dialect::Relativity, "insider trading"),
        ["the same text means something else in westlaw: insider(s) or trading(s); \
          here (relativity) it means: \"insider trading\""]
    );
    assert_eq!(
        warnings_in(Dialect::Westlaw, "wom*n"),
        ["the same text means something else in dtsearch: wom*n; here (westlaw) it means: wom?n"]
    );
    assert!(
        warnings_in(Dialect::DtSearch, "wom*n")[0]
            .contains("in westlaw: wom?n; here (dtsearch) it means: wom*n")
    );
    assert!(warnings_in(Dialect::Lexis, "merger and fee").is_empty(), "a plural alone is no other meaning");
    assert!(warnings_in(Dialect::DtSearch, "a w/5 b").is_empty());
    assert!(warnings_in(Dialect::DtSearch, "\"insider trading\"").is_empty());
}
