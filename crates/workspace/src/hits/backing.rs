//! Whether coverage backs a nil result: not able to look is never "looked and found nothing".

use crate::coverage::concerns;
use crate::item_coverage::{ItemCoverage, Said, SourcePlan};
use duces_model::{Axis, SourceId};
use serde::Serialize;

/// Whether coverage backs it that an item, or a term of it, finds nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Backing {
    /// Whether every source that the item asks for and that was in service in its period, of which there
    /// is one at least, is covered by evidence, and no open gap of addresses without a source crosses.
    pub backed: bool,
    /// Open gaps that cross the item and are of no registered source: what was lost could have been in any.
    pub gaps_of_no_source: Vec<String>,
}

/// Sources of which the same is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameWord<'a> {
    /// What is said.
    pub said: Said,
    /// Why; each reason once.
    pub because: Vec<&'a str>,
    /// Of which.
    pub sources: Vec<&'a SourceId>,
}

/// The sources of an item by what coverage says of them, what weakens a nil result first.
pub fn by_word(coverage: &[SourcePlan]) -> Vec<SameWord<'_>> {
    let mut groups: Vec<SameWord<'_>> = Vec::new();
    let mut sorted: Vec<&SourcePlan> = coverage.iter().collect();
    sorted.sort_by_key(|plan| plan.said);
    for plan in sorted {
        if groups.last().is_none_or(|group| group.said != plan.said) {
            groups.push(SameWord { said: plan.said, because: Vec::new(), sources: Vec::new() });
        }
        let Some(group) = groups.last_mut() else { continue };
        group.sources.push(&plan.source);
        if !group.because.contains(&plan.because.as_str()) {
            group.because.push(&plan.because);
        }
    }
    groups
}

impl Backing {
    /// By what coverage says of the sources that the item asks, and the gaps that cross it.
    pub(super) fn of(coverage: &[SourcePlan], sources: &ItemCoverage) -> Self {
        let open = sources.all_gaps().filter(|gap| gap.status.is_open() && gap.axis == Axis::Preserved);
        let gaps_of_no_source: Vec<String> =
            open.filter(|gap| concerns(gap, &[])).map(|gap| gap.id.clone()).collect();
        let covered = coverage.iter().any(|plan| plan.said == Said::Covered);
        let weakened = coverage.iter().any(|plan| plan.said.weakens());
        Self { backed: covered && !weakened && gaps_of_no_source.is_empty(), gaps_of_no_source }
    }

    /// The gaps that leave it unbacked though every source may be covered, to be put behind a verdict; empty where
    /// there is none.
    pub fn because_of_gaps(&self) -> String {
        match self.gaps_of_no_source.as_slice() {
            [] => String::new(),
            gaps => format!(
                " (open: {}; it is of no registered source, so what was lost could be of any)",
                gaps.join(", ")
            ),
        }
    }

    /// In one sentence, with every source and every reason: what weakens it first.
    pub(super) fn sentence(&self, coverage: &[SourcePlan]) -> String {
        let mut parts = Vec::new();
        for gap in &self.gaps_of_no_source {
            parts.push(format!("gap of no registered source: {gap}"));
        }
        for group in by_word(coverage) {
            for because in &group.because {
                let same = coverage.iter().filter(|plan| plan.said == group.said && plan.because == *because);
                let names: Vec<&str> = same.map(|plan| plan.source.as_str()).collect();
                parts.push(format!("{} ({because}): {}", group.said.as_str(), names.join(", ")));
            }
        }
        if !coverage.iter().any(|plan| plan.said != Said::NotInService) {
            parts.insert(0, "no source that the item asks for was in service in its period".to_owned());
        }
        let verdict = if self.backed { "coverage backs it" } else { "coverage does not back it" };
        format!("{verdict}: {}", parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(source: &str, said: Said, because: &str) -> SourcePlan {
        SourcePlan {
            source: source.parse().unwrap(),
            name: source.to_owned(),
            coverage: said.as_str().to_owned(),
            because: because.to_owned(),
            said,
        }
    }

    fn backing(coverage: &[SourcePlan]) -> Backing {
        Backing::of(coverage, &ItemCoverage::default())
    }

    #[test]
    fn a_nil_is_backed_where_every_source_in_service_is_covered_and_there_is_one() {
        let covered = plan("a", Said::Covered, "no loss was seen by: silence");
        let closed = plan("b", Said::NotInService, "closed");
        assert!(backing(&[covered.clone(), closed.clone()]).backed);
        assert!(!backing(&[]).backed);
        assert!(!backing(&[closed]).backed, "nothing was there to be covered");
        for said in [Said::NeverCaptured, Said::Gap, Said::CannotTell] {
            assert!(!backing(&[covered.clone(), plan("c", said, "x")]).backed, "{said:?}");
        }
    }

    #[test]
    fn a_gap_of_no_source_that_leaves_covered_sources_unbacked_is_named() {
        let gaps_of_no_source = vec!["unregistered-traffic:x@ecp.example:2024-01-02".to_owned()];
        let said = Backing { backed: false, gaps_of_no_source }.because_of_gaps();
        assert!(said.contains("(open: unregistered-traffic:x@ecp.example:2024-01-02; it is of no"), "{said}");
        assert_eq!(backing(&[plan("c", Said::Gap, "x")]).because_of_gaps(), "");
    }

    #[test]
    fn the_sentence_names_what_weakens_first_and_groups_what_is_said_for_the_same_reason() {
        let coverage = [
            plan("a", Said::Covered, "no loss was seen by: silence"),
            plan("b", Said::CannotTell, "x"),
            plan("c", Said::CannotTell, "y"),
            plan("d", Said::NeverCaptured, "gap: g"),
            plan("e", Said::CannotTell, "x"),
        ];
        assert_eq!(
            backing(&coverage).sentence(&coverage),
            "coverage does not back it: never captured (gap: g): d; cannot tell (x): b, e; cannot tell (y): c; \
             covered by evidence (no loss was seen by: silence): a"
        );
        let groups = by_word(&coverage);
        let told: Vec<_> =
            groups.iter().map(|group| (group.said, group.because.len(), group.sources.len())).collect();
        assert_eq!(told, [(Said::NeverCaptured, 1, 1), (Said::CannotTell, 2, 3), (Said::Covered, 1, 1)]);
        assert_eq!(
            backing(&[]).sentence(&[]),
            "coverage does not back it: no source that the item asks for was in service in its period"
        );
    }
}
