//! The plurals that Westlaw and Lexis add by themselves. Their rules are not published; these are ours.
//!
//! A word of fewer than three letters, and one that does not end in a letter of `a`–`z`, stands for itself
//! alone (`a` must not become `as`, nor `it` `its`). Else it stands for itself and for these:
//!
//! 1. ending in s, x, z, ch or sh: with `es` (`tax` taxes);
//! 2. ending in a consonant and y: `ies` for the y (`policy` policies);
//! 3. ending in o: with `s` and with `es` (`memo` memos, `veto` vetoes);
//! 4. else: with `s`;
//! 5. ending in sis: `ses` as well (`analysis` analyses);
//! 6. ending in man: `men` as well (`salesman` salesmen);
//! 7. the irregular plurals of the list below, as well.
//!
//! A word that is a plural already is not brought back to its singular.

/// Words with a plural that no rule gives.
const IRREGULAR: [(&str, &str); 29] = [
    ("appendix", "appendices"),
    ("calf", "calves"),
    ("child", "children"),
    ("criterion", "criteria"),
    ("datum", "data"),
    ("foot", "feet"),
    ("goose", "geese"),
    ("half", "halves"),
    ("index", "indices"),
    ("knife", "knives"),
    ("leaf", "leaves"),
    ("life", "lives"),
    ("loaf", "loaves"),
    ("matrix", "matrices"),
    ("medium", "media"),
    ("memorandum", "memoranda"),
    ("mouse", "mice"),
    ("ox", "oxen"),
    ("person", "people"),
    ("phenomenon", "phenomena"),
    ("quiz", "quizzes"),
    ("self", "selves"),
    ("shelf", "shelves"),
    ("thief", "thieves"),
    ("tooth", "teeth"),
    ("vertex", "vertices"),
    ("wife", "wives"),
    ("wolf", "wolves"),
    ("addendum", "addenda"),
];

/// Whether a word as typed is one to which its plural is added: of letters a to z alone, with a plural
/// by these rules, and none that looks like a plural already.
pub(super) fn is_singular(word: &str) -> bool {
    let looks_plural =
        word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("sis")
            || IRREGULAR.iter().any(|(_, many)| *many == word)
            || word.ends_with("men");
    word.bytes().all(|byte| byte.is_ascii_lowercase()) && !looks_plural && plural_forms(word).len() > 1
}

/// The word and its plurals, sorted: what [`super::Pattern::Plural`] stands for.
pub fn plural_forms(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    forms.extend(IRREGULAR.iter().filter(|(one, _)| *one == word).map(|(_, many)| (*many).to_owned()));
    if word.chars().count() >= 3 && word.ends_with(|c: char| c.is_ascii_lowercase()) {
        forms.extend(regular(word));
    }
    forms.sort();
    forms.dedup();
    forms
}

fn regular(word: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let with = |end: &str| format!("{word}{end}");
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        forms.push(with("es"));
    } else if let Some(stem) =
        word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']))
    {
        forms.push(format!("{stem}ies"));
    } else {
        forms.push(with("s"));
        if word.ends_with('o') {
            forms.push(with("es"));
        }
    }
    forms.extend(word.strip_suffix("sis").map(|stem| format!("{stem}ses")));
    forms.extend(word.strip_suffix("man").map(|stem| format!("{stem}men")));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plural_follows_the_rule_and_short_words_have_none() {
        for (singular, expected) in [
            ("merger", &["merger", "mergers"][..]),
            ("loss", &["loss", "losses"]),
            ("tax", &["tax", "taxes"]),
            ("party", &["parties", "party"]),
            ("day", &["day", "days"]),
            ("memo", &["memo", "memoes", "memos"]),
            ("analysis", &["analyses", "analysises"]),
            ("salesman", &["salesman", "salesmans", "salesmen"]),
            ("index", &["index", "indexes", "indices"]),
            ("at", &["at"]),
            ("401", &["401"]),
        ] {
            let forms = plural_forms(singular);
            assert!(
                expected.iter().all(|form| forms.iter().any(|found| found == form)),
                "{singular}: {forms:?}"
            );
        }
        assert_eq!(plural_forms("at"), ["at"]);
    }

    #[test]
    fn what_looks_like_a_plural_is_not_taken_for_a_singular() {
        for singular in ["merger", "loss", "bonus", "analysis", "woman", "party"] {
            assert!(is_singular(singular), "{singular}");
        }
        for other in ["mergers", "women", "at", "t", "401", "q3_a", "société", "回", "criteria"] {
            assert!(!is_singular(other), "{other}");
        }
    }
}
