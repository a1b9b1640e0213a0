//! "Did you mean": the known word nearest to what was written.

/// The nearest of the known words, where one is near enough to be a slip of the hand.
pub(crate) fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let written = written.to_lowercase();
    let allowed = (written.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (distance(&written, &word.to_lowercase()), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, word)| word)
}

/// The hint that goes with an unknown word: the nearest known one, else all of them where they are few.
pub(crate) fn hint(written: &str, known: &[&str]) -> Option<String> {
    if let Some(word) = nearest(written, known.iter().copied()) {
        return Some(format!("did you mean {word:?}?"));
    }
    (1..=20).contains(&known.len()).then(|| format!("expected one of: {}", known.join(", ")))
}

/// How many characters must be put in, left out, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + changed);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_is_recognised_and_another_word_is_not() {
        let known = ["subject", "body", "attachment-name"];
        assert_eq!(nearest("subjcet", known), Some("subject"));
        assert_eq!(nearest("Body", known), Some("body"));
        assert_eq!(nearest("sender", known), None);
        assert_eq!(hint("sender", &known).unwrap(), "expected one of: subject, body, attachment-name");
    }
}
