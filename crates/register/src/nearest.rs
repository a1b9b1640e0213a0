//! "Did you mean": the known word nearest to a mistyped one.

/// The candidate that differs least from `word`, if it differs little enough to be meant.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(100).collect();
    let most = ((word.len() + 1) / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The hint that goes with [`nearest`].
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean {candidate}"))
}

/// How many letters are to be put in, left out or changed to get from one word to the other.
fn distance(word: &[char], candidate: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (taken, letter) in candidate.to_lowercase().chars().take(100).enumerate() {
        let mut diagonal = row[0];
        row[0] = taken + 1;
        for (at, other) in word.iter().enumerate() {
            let change = diagonal + usize::from(*other != letter);
            diagonal = row[at + 1];
            row[at + 1] = change.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mistyped_word_finds_its_neighbour_and_a_strange_one_finds_none() {
        let known = ["in_service_from", "in_service_to", "owner"];
        assert_eq!(nearest("in_servce_from", known), Some("in_service_from"));
        assert_eq!(nearest("Ower", known), Some("owner"));
        assert_eq!(nearest("department", known), None);
    }

    proptest! {
        #[test]
        fn a_word_is_at_distance_nothing_from_itself_and_distance_is_symmetric(a in "[a-z]{0,9}", b in "[a-z]{0,9}") {
            let chars = |word: &str| word.chars().collect::<Vec<_>>();
            prop_assert_eq!(distance(&chars(&a), &a), 0);
            prop_assert_eq!(distance(&chars(&a), &b), distance(&chars(&b), &a));
        }
    }
}
