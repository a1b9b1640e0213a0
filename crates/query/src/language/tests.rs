use super::*;
use proptest::prelude::*;

fn read_all(text: &str) -> Result<Terms, Vec<TermMistake>> {
    read(Dialect::DtSearch, &TextField::ALL, text)
}

fn canonical(text: &str) -> String {
    match read_all(text) {
        Ok(terms) => terms.canonical(),
        Err(mistakes) => panic!("{text}: {mistakes:?}"),
    }
}

/// Every mistake of a query, as `the text meant: message`.
fn mistakes(text: &str) -> Vec<String> {
    let shown = |mistake: TermMistake| format!("{}: {}", &text[mistake.span], mistake.message);
    read_all(text).unwrap_err().into_iter().map(shown).collect()
}

fn hints(text: &str) -> String {
    read_all(text).unwrap_err().into_iter().filter_map(|mistake| mistake.hint).collect::<Vec<_>>().join("; ")
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
        ("回扣*", "\"回 扣\""),
        ("\"401(k) - plan\"", "\"401 k plan\""),
        ("e-mail*", "\"e mail*\""),
    ] {
        assert_eq!(canonical(written), expected, "{written}");
        assert_eq!(canonical(expected), expected);
    }
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
    assert!(read_all("(a and b) or c").is_ok());
}

#[test]
fn every_operator_of_a_later_version_is_refused_and_none_is_read_as_text() {
    for (query, meant) in [
        ("apple w/6 pear", "w/6"),
        ("apple W/6 pear", "W/6"),
        ("apple pre/6 pear", "pre/6"),
        ("apple not w/5 pear", "w/5"),
        ("x w/3 xfirstword", "w/3"),
        ("x and xlastword", "xlastword"),
        ("a andany b", "andany"),
        ("wom?n", "?"),
        ("wom*n", "*"),
        ("*man", "*"),
        ("\"wash *de\"", "*"),
        ("trade**", "*"),
        ("12==", "="),
        ("apply~", "~"),
        ("12~~24", "~~"),
        ("ba%nana", "%"),
        ("#smith", "#"),
        ("fast&", "&"),
        ("\"fast& car\"", "&"),
        ("\"##ab+\"", "##ab+"),
        ("##ab", "##"),
        ("fraud!", "!"),
        ("re: fee", ":"),
        ("word:5", ":"),
        ("merger & rumor", "&"),
        ("a /5 b", "/5"),
        ("a /s b", "/s"),
        ("a +5 b", "+5"),
        ("date(2024)", "date"),
        ("atleast5(fraud)", "atleast5"),
        ("-fee", "-"),
        ("fee; cost", ";"),
        ("fee, cost", ","),
        ("buy and/or sell", "and/or"),
        ("'fee", "'"),
        ("fee 👍", "👍"),
        ("fee and. cost", "and."),
        ("* and fee", "*"),
        ("foo-*", "-"),
    ] {
        let found = read_all(query).unwrap_err();
        assert!(found.iter().any(|mistake| &query[mistake.span.clone()] == meant), "{query}: {found:?}");
        assert!(found.iter().all(|mistake| mistake.hint.is_some()), "{query}: {found:?}");
    }
    assert_eq!(hints("fraud!"), "write \"fraud*\"");
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
    assert_eq!(mistakes("a w/5 b and x? or re:").len(), 3);
    assert!(hints("subjcet::x").contains("did you mean \"subject\"?"));
}

#[test]
fn a_field_that_is_not_searched_is_not_named() {
    let refused = read(Dialect::DtSearch, &[TextField::Subject], "body::x").unwrap_err();
    assert_eq!(refused[0].message, "this field is not among the fields to be searched");
}

#[test]
fn nesting_without_end_is_a_mistake_and_no_crash() {
    let deep = format!("{}a{}", "(".repeat(50_000), ")".repeat(50_000));
    assert!(mistakes(&deep).iter().any(|mistake| mistake.contains("nested too deep")));
    assert!(!mistakes(&"not ".repeat(50_000)).is_empty());
}

#[test]
fn another_dialect_is_refused_and_never_read_as_this_one() {
    for dialect in ["westlaw", "lexis"] {
        let mistakes = parse_terms(dialect, "insider trading", "query").unwrap_err();
        let first = mistakes.iter().next().unwrap();
        assert!(first.message.contains("not read by this version yet"), "{}", first.message);
    }
    let mistakes = parse_terms("dtserch", "a", "query").unwrap_err();
    assert_eq!(mistakes.iter().next().unwrap().hint.as_deref(), Some("did you mean \"dtsearch\"?"));
    assert!(parse_terms("relativity", "insider trading", "query").is_ok());
}

#[test]
fn a_mistake_at_a_terminal_names_the_place_in_the_query() {
    let mistakes = parse_terms("dtsearch", "fee or\nwom?n", "--query").unwrap_err();
    let first = mistakes.iter().next().unwrap();
    assert_eq!((first.file.as_str(), first.line, first.column), ("--query", 2, 4));
}

#[test]
fn the_alternatives_on_top_keep_what_was_written() {
    let written = |text: &str| -> Vec<String> {
        read_all(text).unwrap().alternatives().iter().map(|one| one.written.clone()).collect()
    };
    assert_eq!(
        written("(Layering or (a and b)  OR \"Wash  Trade\")"),
        ["Layering", "(a and b)", "\"Wash  Trade\""]
    );
    assert_eq!(written("  a and (b or c) "), ["a and (b or c)"]);
}

#[test]
fn the_explanation_shows_the_tree() {
    let lines = read_all("(Layering or \"wash trade*\") and not subject::newsletter").unwrap().explain();
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

fn any_node() -> impl Strategy<Value = Node> {
    let word = prop::sample::select(vec![
        "fee",
        "and",
        "contains",
        "resume",
        "q3_a",
        "回",
        "שלום",
        "हिन्दी",
        "w",
        "7",
    ]);
    let element = (word, prop::bool::weighted(0.2)).prop_map(|(word, prefix)| match prefix && word != "回" {
        true => Element::Prefix(word.to_owned()),
        false => Element::Word(word.to_owned()),
    });
    let phrase = prop::collection::vec(element, 1..4)
        .prop_map(|elements| Node::Phrase(Phrase::new(elements).unwrap()));
    phrase.prop_recursive(4, 24, 4, |inner| {
        let several = |inner: BoxedStrategy<Node>, own: fn(&Node) -> bool| {
            prop::collection::vec(inner.prop_filter("dissolves in its parent", move |node| !own(node)), 2..4)
        };
        let inner = inner.boxed();
        let in_field = inner.clone().prop_filter("a field in a field", |node| !has_field(node));
        prop_oneof![
            several(inner.clone(), |node| matches!(node, Node::And(_))).prop_map(Node::And),
            several(inner.clone(), |node| matches!(node, Node::Or(_))).prop_map(Node::Or),
            inner.prop_map(|node| Node::Not(Box::new(node))),
            (prop::sample::select(&TextField::ALL[..]), in_field)
                .prop_map(|(field, node)| Node::Field(field, Box::new(node))),
        ]
    })
}

fn has_field(node: &Node) -> bool {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().any(has_field),
        Node::Not(node) => has_field(node),
        Node::Field(..) => true,
        Node::Phrase(_) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_canonical_form_of_a_tree_reads_as_that_tree(node in any_node()) {
        let terms = read_all(&node.to_string()).unwrap();
        prop_assert_eq!(terms.node(), &node);
        prop_assert_eq!(terms.canonical(), node.to_string());
    }

    #[test]
    fn no_text_makes_the_parser_panic_and_every_mistake_has_a_place(
        text in "([a-z\"()*&/:~%# ]|and |or |not |contains |subject|w/5 |[\\PC]){0,30}"
    ) {
        match read_all(&text) {
            Ok(terms) => {
                let again = read_all(&terms.canonical()).unwrap();
                prop_assert_eq!(again.node(), terms.node());
            }
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty());
                for mistake in mistakes {
                    prop_assert!(text.get(mistake.span.clone()).is_some(), "{:?}", mistake);
                }
            }
        }
    }
}
