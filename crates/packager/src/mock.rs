//! What a production would be, before any number is spent.

use crate::error::Obstacle;
use crate::exception::Exception;
use crate::plan::{Form, Plan};
use crate::produce::Order;
use chrono::{DateTime, Utc};
use duces_model::{Disposition, DocId};
use std::collections::{BTreeMap, BTreeSet};

/// What a production would be.
#[derive(Debug, Clone)]
pub struct Mock {
    /// Documents of the population.
    pub documents: u64,
    /// Numbers that would be reserved.
    pub numbers: u64,
    /// Families of which at least one member would be in the volume.
    pub families: u64,
    /// Natives that would be written.
    pub natives: u64,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// By custodian.
    pub by_custodian: BTreeMap<String, CustodianCount>,
    /// By bucket of dispositions, all buckets listed; their sum is `documents`.
    pub by_bucket: BTreeMap<&'static str, u64>,
    /// What a person should know, in the order of the volume. Numbers are absent.
    pub exceptions: Vec<Exception>,
    /// What has to be settled before numbers can be spent.
    pub obstacles: Vec<Obstacle>,
    /// The documents that would be in the volume, in its order.
    pub order: Vec<MockLine>,
}

/// What one custodian has in a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CustodianCount {
    /// Documents of the population.
    pub documents: u64,
    /// Numbers in the volume.
    pub numbers: u64,
}

/// One document in the order of the volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MockLine {
    /// Its first number, counted from 1 within the volume.
    pub position: u64,
    /// How many numbers it takes.
    pub pages: u64,
    /// Which document.
    pub document: DocId,
    /// Root of its family.
    pub family: DocId,
    /// Custodian.
    pub custodian: String,
    /// When its family was sent.
    pub sorted_at: Option<DateTime<Utc>>,
    /// Bucket of its disposition.
    pub bucket: &'static str,
    /// In which form it would be there.
    pub form: Form,
}

/// Shows counts, sizes, exceptions and order of a production. Takes no number and reads no original, so that of
/// a profile with pages the numbers are the fewest: one for each document.
pub fn mock(order: &Order<'_>) -> Mock {
    let plan = Plan::new(order.profile, &order.candidates, &order.approvals);
    let mut by_bucket: BTreeMap<_, u64> = Disposition::BUCKETS.iter().map(|bucket| (*bucket, 0)).collect();
    let mut by_custodian: BTreeMap<String, CustodianCount> = BTreeMap::new();
    let (mut order, mut families, mut position) = (Vec::new(), BTreeSet::new(), 1);
    let (mut natives, mut bytes) = (0, 0);
    for placed in &plan.placed {
        let candidate = placed.candidate;
        *by_bucket.entry(candidate.disposition.bucket()).or_default() += 1;
        let custodian = by_custodian.entry(candidate.custodian.clone()).or_default();
        custodian.documents += 1;
        custodian.numbers += placed.pages;
        let Some(form) = placed.form else { continue };
        if form == Form::Native {
            natives += 1;
            bytes += candidate.bytes;
        }
        families.insert(candidate.family);
        order.push(MockLine {
            position,
            pages: placed.pages,
            document: candidate.document,
            family: candidate.family,
            custodian: candidate.custodian.clone(),
            sorted_at: candidate.sorted_at,
            bucket: candidate.disposition.bucket(),
            form,
        });
        position += placed.pages;
    }
    let exception = |(at, kind): &(usize, _)| Exception {
        document: plan.placed[*at].candidate.document,
        bates: None,
        kind: Clone::clone(kind),
    };
    Mock {
        documents: plan.placed.len() as u64,
        numbers: plan.numbers(),
        families: families.len() as u64,
        natives,
        bytes,
        by_custodian,
        by_bucket,
        exceptions: plan.exceptions.iter().map(exception).collect(),
        obstacles: plan.obstacles,
        order,
    }
}
