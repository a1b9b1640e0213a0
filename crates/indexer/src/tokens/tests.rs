use super::*;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

fn words(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|token| token.text).collect()
}

#[test]
fn every_example_of_the_page_is_tokenised_as_written_there() {
    let page = include_str!("../../TOKENISATION.md");
    let (page, _) = page.split_once("## Sentences and paragraphs").unwrap();
    let mut examples = 0;
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let quoted =
            |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
        let text: String = quoted(cells[0]).concat();
        assert_eq!(words(&text), quoted(cells[1]), "{line}");
        examples += 1;
    }
    assert!(examples >= 40, "only {examples} examples read");
}

#[test]
fn every_example_of_sentences_is_marked_as_written_there() {
    let page = include_str!("../../TOKENISATION.md");
    let (_, page) = page.split_once("## Sentences and paragraphs").unwrap();
    let mut examples = 0;
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.strip_prefix("| ").unwrap().split(" | ").map(str::trim).collect();
        let quoted =
            |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
        let text = quoted(cells[0]).concat().replace('⏎', "\n");
        let placed = placed_words(&text);
        let at = |starts: &[u32]| -> Vec<String> {
            starts.iter().map(|start| placed.words[*start as usize].text.clone()).collect()
        };
        assert_eq!(at(&placed.sentences), quoted(cells[1]), "{line}");
        assert_eq!(at(&placed.paragraphs), quoted(cells[2]), "{line}");
        examples += 1;
    }
    assert!(examples >= 15, "only {examples} examples read");
}

#[test]
fn a_text_without_words_has_no_marks_and_each_other_has_one_end() {
    let marked = |text: &str| {
        let mut stream = Words::marked(text);
        let mut found = Vec::new();
        while stream.advance() {
            found.push((stream.token().text.clone(), stream.token().position));
        }
        assert!(!stream.advance(), "it stays at its end");
        found
    };
    assert_eq!(marked(" . \n\n !"), []);
    let of =
        |list: &[(&str, usize)]| list.iter().map(|(text, at)| ((*text).to_owned(), *at)).collect::<Vec<_>>();
    assert_eq!(marked("one"), of(&[("one", 0), ("\u{1}p", 0), ("\u{1}e", 0)]));
    let two = [("one", 0), ("\u{1}p", 0), ("two", 1), ("\u{1}s", 1), ("\u{1}e", 1)];
    assert_eq!(marked("one. two"), of(&two));
}

#[test]
fn a_direction_mark_or_soft_hyphen_is_not_part_of_a_word_and_does_not_end_it() {
    assert_eq!(words("\u{200f}שלום\u{200e}"), ["שלום"]);
    assert_eq!(words("guar\u{ad}antee"), ["guarantee"]);
    assert_eq!(words("zero\u{200b}width"), ["zero", "width"]);
}

#[test]
fn a_long_word_is_cut_into_tokens_in_a_row_and_none_is_lost() {
    let ascii = "a".repeat(600);
    assert_eq!(words(&ascii).iter().map(String::len).collect::<Vec<_>>(), [255, 255, 90]);
    assert_eq!(words(&ascii).concat(), ascii);
    let cyrillic = "ж".repeat(300);
    assert_eq!(words(&cyrillic).concat(), cyrillic);
    assert!(words(&cyrillic).iter().all(|token| token.len() <= TOKEN_BYTES_MAX));
    let places: Vec<u32> = tokens(&ascii).iter().map(|token| token.position).collect();
    assert_eq!(places, [0, 1, 2]);
}

#[test]
fn a_token_knows_where_it_stands_in_the_text_as_written() {
    let text = "Das (Résumé) — 回扣!";
    let shown: Vec<&str> = tokens(text).iter().map(|token| &text[token.from..token.to]).collect();
    assert_eq!(shown, ["Das", "Résumé", "回", "扣"]);
}

#[test]
fn before_a_star_the_last_word_is_open_and_the_others_are_whole() {
    let split = |text: &str| prefix_tokens(text).map(|p| (p.whole, p.open));
    assert_eq!(split("Trade"), Some((vec![], Some("trade".into()))));
    assert_eq!(split("wash-trad"), Some((vec!["wash".into()], Some("trad".into()))));
    assert_eq!(split("q3_"), Some((vec![], Some("q3_".into()))));
    assert_eq!(split("résu"), Some((vec![], Some("resu".into()))));
    assert_eq!(split("回扣"), Some((vec!["回".into(), "扣".into()], None)));
    assert_eq!(split(&"a".repeat(255)), Some((vec!["a".repeat(255)], None)));
    for nothing in ["", "-", "foo-", "…"] {
        assert_eq!(split(nothing), None, "{nothing:?}");
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let c = prop_oneof![
        4 => prop::char::range(' ', '~'),
        3 => prop::char::range('\u{a0}', '\u{24f}'),
        2 => prop::char::range('\u{300}', '\u{52f}'),
        2 => prop::char::range('\u{590}', '\u{11ff}'),
        2 => prop::char::range('\u{1e00}', '\u{33ff}'),
        1 => prop::char::range('\u{ac00}', '\u{d7a3}'),
        1 => prop::char::range('\u{f900}', '\u{ffff}'),
        1 => any::<char>(),
    ];
    prop::collection::vec(c, 0..40).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_token_read_again_is_itself(text in any_text()) {
        for token in tokens(&text) {
            prop_assert_eq!(words(&token.text), vec![token.text.clone()], "in {:?}", text);
        }
    }

    #[test]
    fn marks_move_no_word_and_no_text_can_write_one(
        text in any_text(), hostile in "(\u{1}[spe]|[ .!?\n>a-]|\u{1}){0,12}"
    ) {
        for text in [text.clone(), hostile.clone(), text + &hostile] {
            let placed = placed_words(&text);
            prop_assert!(placed.words.iter().all(|word| !Mark::is(&word.text)));
            prop_assert_eq!(&placed.words, &tokens(&text));
            prop_assert_eq!(placed.paragraphs.first().copied(), placed.words.first().map(|word| word.position));
            prop_assert!(placed.paragraphs.iter().all(|start| placed.sentences.contains(start)));
            prop_assert!(placed.sentences.is_sorted_by(|one, two| one < two));
        }
    }

    #[test]
    fn tokens_joined_by_spaces_read_again_are_the_same(text in any_text()) {
        prop_assert_eq!(words(&words(&text).join(" ")), words(&text));
    }

    #[test]
    fn composed_and_decomposed_text_have_the_same_words(text in any_text()) {
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(words(&composed), words(&decomposed));
    }

    #[test]
    fn positions_count_up_by_one_and_places_lie_in_the_text(text in any_text()) {
        for (at, token) in tokens(&text).into_iter().enumerate() {
            prop_assert_eq!(token.position as usize, at);
            prop_assert!(token.from < token.to && text.get(token.from..token.to).is_some());
            prop_assert!(!token.text.is_empty() && token.text.len() <= TOKEN_BYTES_MAX);
        }
    }

    #[test]
    fn a_word_starts_with_what_stands_before_its_star(head in "[a-zA-Z0-9éüßжя_]{1,8}", tail in "[a-z0-9éüß]{0,5}") {
        if let Some(PrefixTokens { whole, open: Some(open) }) = prefix_tokens(&head) {
            let full = words(&format!("{head}{tail}z"));
            prop_assert_eq!(full.len(), whole.len() + 1);
            prop_assert!(full[whole.len()].starts_with(&open), "{:?} {:?}", full, open);
        }
    }
}
