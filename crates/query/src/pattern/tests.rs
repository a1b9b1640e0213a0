use super::*;
use crate::language::{GlobPart, Pattern};
use crate::near::tests::oracle::stands_for;
use proptest::prelude::*;

fn glob(text: &str) -> Pattern {
    let mut parts: Vec<GlobPart> = Vec::new();
    for c in text.chars() {
        match (c, parts.last_mut()) {
            ('?', _) => parts.push(GlobPart::One),
            ('=', _) => parts.push(GlobPart::Digit),
            ('*', _) => parts.push(GlobPart::Many),
            (c, Some(GlobPart::Text(text))) => text.push(c),
            (c, _) => parts.push(GlobPart::Text(c.to_string())),
        }
    }
    Pattern::Glob(parts)
}

fn stands(pattern: &Pattern, words: &[&str]) -> Vec<bool> {
    words.iter().map(|word| pattern.matches(word)).collect()
}

#[test]
fn wildcards_cover_the_whole_word() {
    assert_eq!(stands(&glob("trade*"), &["trade", "trader", "trad", "atrade"]), [true, true, false, false]);
    assert_eq!(stands(&glob("wom?n"), &["woman", "women", "womn", "womenn"]), [true, true, false, false]);
    assert_eq!(stands(&glob("19=="), &["1999", "19a9", "199"]), [true, false, false]);
    assert_eq!(stands(&glob("*ing"), &["trading", "ing", "ingot"]), [true, true, false]);
    assert_eq!(stands(&glob("a*b*c"), &["abc", "axbxbxc", "acb", "ab"]), [true, true, false, false]);
    assert_eq!(stands(&glob("q3*"), &["q3_report", "q3"]), [true, true]);
}

/// Words with their stems from the sample vocabulary that stands in the description of the algorithm
/// (<https://snowballstem.org/algorithms/english/stemmer.html>), and its exceptional forms; written out
/// here, so that a mistake of the stemmer's own crate would show.
const SAMPLE: &[(&str, &str)] = &[
    ("consign", "consign consigned consigning consignment"),
    ("consist", "consist consisted consistency consistent consistently consisting consists"),
    ("consol", "consolation consolations console consoled consoles consoling consolingly consols"),
    ("consolatori", "consolatory"),
    ("consolid", "consolidate consolidated consolidating"),
    ("conson", "consonant"),
    ("consort", "consort consorted consorting"),
    ("conspicu", "conspicuous conspicuously"),
    ("conspiraci", "conspiracy"),
    ("conspir", "conspirator conspirators conspire conspired conspiring"),
    ("constabl", "constable constables"),
    ("constanc", "constance constancy"),
    ("constant", "constant"),
    ("knack", "knack knacks"),
    ("knackeri", "knackeries"),
    ("knave", "knave knaves"),
    ("knavish", "knavish"),
    ("knead", "kneaded kneading"),
    ("knee", "knee knees"),
    ("kneel", "kneel kneeled kneeling kneels"),
    ("knelt", "knelt"),
    ("knife", "knife"),
    ("knive", "knives"),
    ("knight", "knight knightly knights"),
    ("knit", "knit knits knitted knitting"),
    ("knob", "knob knobs"),
    ("knock", "knock knocked knocking knocks"),
    ("knocker", "knocker knockers"),
    ("knot", "knot knots"),
    ("generous", "generous generously"),
    ("general", "general generally"),
    ("ski", "skis"),
    ("sky", "sky skies"),
    ("die", "dying"),
    ("lie", "lying"),
    ("news", "news"),
    ("proceed", "proceed proceeded proceeds"),
    ("exceed", "exceeding"),
    ("succeed", "succeed"),
];

#[test]
fn stems_are_those_of_the_published_sample() {
    let stemmer = Stemmer::new(Algorithm::English);
    for (stem, words) in SAMPLE {
        for word in words.split(' ') {
            assert_eq!(stemmer.stem(word), *stem, "{word}");
        }
    }
}

#[test]
fn a_stem_stands_for_the_words_of_its_family_in_english() {
    let apply = Pattern::Stem("apply".into());
    assert_eq!(
        stands(&apply, &["apply", "applied", "applies", "applying", "apple"]),
        [true, true, true, true, false]
    );
}

#[test]
fn a_range_is_of_numbers_and_of_words_of_digits_alone() {
    let range = Pattern::Range(12, 24);
    let words = ["12", "24", "007", "0013", "25", "13a", "", "٣٤", "99999999999999999999999"];
    assert_eq!(stands(&range, &words), [true, true, false, true, false, false, false, false, false]);
}

#[test]
fn a_regular_expression_covers_the_whole_word_and_a_broken_one_nothing() {
    assert_eq!(stands(&Pattern::Regex("a|bc".into()), &["a", "bc", "ac", "abc"]), [true, true, false, false]);
    assert!(Pattern::Regex("TRADE[rs]".into()).matches("trader"));
    for broken in ["a)(b", "(", "[", "a{1000}{1000}{1000}"] {
        assert!(whole_word(broken).is_err(), "{broken}");
        assert!(!Pattern::Regex(broken.into()).matches("a"));
    }
}

fn any_pattern() -> impl Strategy<Value = Pattern> {
    let fuzzy = ("[ab]{0,2}", "[abc]{1,5}", 1..4_u8).prop_map(|(exact, rest, differences)| Pattern::Fuzzy {
        exact,
        rest,
        differences,
    });
    prop_oneof![
        "[ab1?=*]{1,7}".prop_map(|text| glob(&text)),
        fuzzy,
        (0..300_u64, 0..300_u64).prop_map(|(from, more)| Pattern::Range(from, from + more)),
        "[ab?|]{0,4}[ab]"
            .prop_filter("an expression", |text| whole_word(text).is_ok())
            .prop_map(Pattern::Regex),
        "[a-z]{1,9}(ing|ed|s|ly|ies|ness)?".prop_map(Pattern::Stem),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_pattern_stands_for_the_words_that_the_slow_way_says(
        pattern in any_pattern(), words in prop::collection::vec("[abc]{0,7}|[0-9ab]{1,4}|[a-z]{2,9}(ing|ed|s)?", 20)
    ) {
        for word in words {
            prop_assert_eq!(pattern.matches(&word), stands_for(&pattern, &word), "{:?} {}", pattern, word);
        }
    }

    /// So that only words with the same first character need to be looked at.
    #[test]
    fn stemming_leaves_the_first_character(word in "[a-zäé0-9_]{1,4}[a-z]{0,6}(ing|ed|ies|y|s|ly|ingly|eedly)?") {
        let stemmer = Stemmer::new(Algorithm::English);
        let stem = stemmer.stem(&word).into_owned();
        prop_assert_eq!(stem.chars().next(), word.chars().next(), "{}", stem);
    }
}
