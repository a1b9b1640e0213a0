//! Sources that are judged together: those of one capture path, one system, one address domain.
//!
//! What is too sparse to be judged alone may be plain together: ninety mailboxes at 0.2 messages a day are
//! eighteen a day. The counts of a pool are those of its members added up on the days on which each was in
//! service; its exposure is the sum of the members' own rates, so that a member that joins or leaves moves the
//! expectation and not the evidence.
//!
//! Limits: a pool hides the loss of a small member; that member's own series, or a smaller pool, must tell.

use crate::pattern::Series;
use crate::subject::Subject;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the members of a pool share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shared {
    Path(String),
    System(String),
    Domain(String),
}

impl Shared {
    /// As it stands in the name of a gap.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Path(name) => format!("path={name}"),
            Self::System(name) => format!("system={name}"),
            Self::Domain(name) => format!("domain={name}"),
        }
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(name) => write!(f, "capture path {name}"),
            Self::System(name) => write!(f, "system {name}"),
            Self::Domain(name) => write!(f, "address domain {name}"),
        }
    }
}

/// Sources that share something, by their numbers in the register; two at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pool {
    pub(crate) shared: Shared,
    pub(crate) members: Vec<usize>,
}

/// What a source shares with others.
pub(crate) fn shared_by(subject: &Subject<'_>) -> BTreeSet<Shared> {
    let source = subject.source;
    let mut shared = BTreeSet::new();
    shared.extend(source.capture_path.iter().map(|path| Shared::Path(path.to_string())));
    shared.extend(source.system.iter().map(|system| Shared::System(system.to_string())));
    shared.extend(source.addresses.iter().map(|address| Shared::Domain(address.domain().to_owned())));
    shared
}

/// The pools that have at least two members of which something was captured, none with the same members as
/// another; sorted.
pub(crate) fn pools(subjects: &[Subject<'_>], has_series: impl Fn(usize) -> bool) -> Vec<Pool> {
    let mut members: BTreeMap<Shared, Vec<usize>> = BTreeMap::new();
    for (n, subject) in subjects.iter().enumerate().filter(|(n, _)| has_series(*n)) {
        for shared in shared_by(subject) {
            members.entry(shared).or_default().push(n);
        }
    }
    let mut seen: BTreeSet<Vec<usize>> = BTreeSet::new();
    let pools = members.into_iter().filter(|(_, members)| members.len() > 1 && seen.insert(members.clone()));
    pools.map(|(shared, members)| Pool { shared, members }).collect()
}

/// The counts and exposure of some series added up; each with its own rate.
pub(crate) fn together(series: &[(&Series, f64)]) -> Option<Series> {
    let length = series.first()?.0.counts.len();
    let mut sum = Series { counts: vec![0.0; length], exposure: vec![0.0; length] };
    for (one, rate) in series {
        for at in (0..length).filter(|at| one.expects(*at)) {
            sum.counts[at] += one.counts[at];
            sum.exposure[at] += one.exposure[at] * rate;
        }
    }
    Some(sum)
}
