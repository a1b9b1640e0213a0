//! What a withheld document keeps from going out in other documents.

use crate::candidate::Candidate;
use crate::error::{Conflict, Obstacle};
use crate::plan::Form;
use duces_model::Sha256;
use std::collections::{BTreeMap, BTreeSet};

/// The bars of a production, by place in the order of the volume.
pub(crate) struct Bars {
    /// Withheld and redacted documents that lie inside this one's native, in order; where there are any, the native
    /// is barred.
    pub(crate) withheld_inside: Vec<BTreeSet<usize>>,
    /// Whether the document lies inside a withheld one, so that its path and family date are barred.
    pub(crate) inside_withheld: Vec<bool>,
    /// Withheld documents by native digest. An empty file is no content to protect.
    digests: BTreeMap<Sha256, Vec<usize>>,
}

impl Bars {
    /// Finds what is barred. `parents` holds the place of each document's parent.
    pub(crate) fn new(candidates: &[&Candidate], parents: &[Option<usize>]) -> Self {
        let nothing = Sha256::of([]);
        let mut bars = Self {
            withheld_inside: vec![BTreeSet::new(); candidates.len()],
            inside_withheld: vec![false; candidates.len()],
            digests: BTreeMap::new(),
        };
        for (at, candidate) in candidates.iter().enumerate() {
            // A parent stands before its children, so what holds of it is known already.
            bars.inside_withheld[at] = parents[at].is_some_and(|parent| {
                let above = &candidates[parent].disposition;
                bars.inside_withheld[parent] || (above.bars_content() && !above.is_redacted())
            });
            if !candidate.disposition.bars_content() {
                continue;
            }
            let mut above = parents[at];
            while let Some(parent) = above {
                bars.withheld_inside[parent].insert(at);
                above = parents[parent].filter(|next| *next < parent);
            }
            if candidate.native_sha256 != nothing {
                bars.digests.entry(candidate.native_sha256).or_default().push(at);
            }
        }
        bars.bar_over_missing_links(candidates);
        bars
    }

    /// An ancestor is barred also where a link between the two is not in the population: then its own
    /// list of what it holds tells.
    fn bar_over_missing_links(&mut self, candidates: &[&Candidate]) {
        for (at, candidate) in candidates.iter().enumerate() {
            for digest in &candidate.embedded {
                let barred = self.digests.get(digest).into_iter().flatten().copied();
                let here = barred.filter(|barred| candidates[*barred].family == candidate.family);
                self.withheld_inside[at].extend(here);
            }
        }
    }

    /// Documents that would give a withheld one away by its bytes, each with the first such one.
    pub(crate) fn conflicts(&self, candidates: &[&Candidate], forms: &[Option<Form>]) -> Vec<Obstacle> {
        let mut found = BTreeSet::new();
        for (at, form) in forms.iter().enumerate() {
            if matches!(form, Some(Form::Native | Form::Pages | Form::TextOnly))
                && let Some(barred) = self.first(candidates[at].native_sha256)
            {
                found.insert((barred, at, Conflict::SameNative));
            }
            if matches!(form, Some(Form::Native)) {
                let inside = candidates[at].embedded.iter().filter_map(|digest| self.first(*digest));
                found.extend(inside.map(|barred| (barred, at, Conflict::InsideNative)));
            }
        }
        let obstacle = |(barred, other, conflict): (usize, usize, Conflict)| Obstacle::Conflict {
            barred: candidates[barred].document,
            other: candidates[other].document,
            conflict,
        };
        found.into_iter().map(obstacle).collect()
    }

    /// Whether a withheld document has these bytes.
    pub(crate) fn withholds(&self, native_sha256: Sha256) -> bool {
        self.digests.contains_key(&native_sha256)
    }

    fn first(&self, native_sha256: Sha256) -> Option<usize> {
        self.digests.get(&native_sha256).and_then(|barred| barred.first()).copied()
    }
}

#[cfg(test)]
#[path = "bars_tests.rs"]
mod tests;
