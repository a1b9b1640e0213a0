//! What a paralegal of the invented firm decides on the population of the request.

/// One decision: it holds for every message whose subject contains the text, and for its attachments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Text that the subject contains, letter for letter.
    pub subject_contains: String,
    /// `yes`, `no` or nothing, as in the column of a review sheet.
    pub responsive: String,
    /// The privilege claimed; empty where none is.
    pub privileged: String,
    /// The attorney; empty where no privilege is claimed.
    pub attorney: String,
    /// Who decided.
    pub by: String,
    /// Why.
    pub note: String,
}

/// The file as it is written into the sample workspace.
pub(crate) const DECISIONS: &str = include_str!("../firm/decisions.csv");

/// All decisions, in the order of the file; the first whose text is contained holds. What none
/// speaks of keeps the disposition that it has.
///
/// # Panics
/// When the file that was compiled in is not a table of six columns.
pub fn decisions() -> Vec<Decision> {
    let mut reader = csv::Reader::from_reader(DECISIONS.as_bytes());
    reader
        .records()
        .map(|row| {
            let row = row.expect("decisions.csv is a table");
            let [subject_contains, responsive, privileged, attorney, by, note] =
                [0, 1, 2, 3, 4, 5].map(|at| row.get(at).expect("decisions.csv has six columns").to_owned());
            Decision { subject_contains, responsive, privileged, attorney, by, note }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_has_a_person_and_only_a_withheld_one_a_privilege() {
        let all = decisions();
        assert!(!all.is_empty());
        for decision in all {
            assert!(!decision.by.is_empty() && !decision.subject_contains.is_empty());
            assert_eq!(decision.responsive.is_empty(), !decision.privileged.is_empty(), "{decision:?}");
            assert_eq!(decision.attorney.is_empty(), decision.privileged.is_empty(), "{decision:?}");
        }
    }
}
