//! What a production would be, before any number is spent.

use crate::error::{Obstacle, PackError};
use crate::exception::Exception;
use crate::pages::Paginate;
use crate::plan::{Form, Plan};
use crate::produce::{Order, count_pages, weighed};
use crate::profile::{Authority, PageKind, Profile, Severity};
use crate::redact::Redactor;
use crate::retained::Retained;
use crate::standing::{self, TypeOnPages};
use chrono::{DateTime, Utc};
use duces_model::{Disposition, DocId, Observer};
use duces_volume::Method;
use std::collections::BTreeMap;

/// What a production would be.
#[derive(Debug, Clone)]
pub struct Mock {
    /// Documents of the population.
    pub documents: u64,
    /// Numbers that would be reserved.
    pub numbers: u64,
    /// Whether these are all: pages are counted, or the profile has none.
    pub counted: bool,
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
    /// Bounds of the profile that the volume would break, or (as notes) come near to.
    pub breaches: Vec<Breach>,
    /// What stands on the pages, by type of file, where they are counted.
    pub on_pages: BTreeMap<String, TypeOnPages>,
    /// What has to be settled before numbers can be spent.
    pub obstacles: Vec<Obstacle>,
    /// The documents that would be in the volume, in its order.
    pub order: Vec<MockLine>,
}

/// A rule of the profile that a volume would break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The rule, as profiles name it.
    pub rule: &'static str,
    /// What happens where it is broken.
    pub severity: Severity,
    /// How the rule is known.
    pub authority: Authority,
    /// What was found, and what the rule says.
    pub what: String,
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
    of(order, Plan::new(order.profile, &order.candidates, &order.approvals), false, &BTreeMap::new())
}

/// The same with the pages counted, where the profile has pages: every number of the volume. Reads the originals.
/// Where redactions are in the way nothing is counted, and [`Mock::counted`] says so.
///
/// # Errors
/// Originals that cannot be read, or are not what they were.
pub fn mock_on_pages(
    order: &Order<'_>,
    retained: &mut dyn Retained,
    pages: &mut dyn Paginate,
    observer: &dyn Observer,
) -> Result<Mock, PackError> {
    let mut plan = Plan::new(order.profile, &order.candidates, &order.approvals);
    let (redactor, found) = Redactor::gather(&plan, order, retained, pages)?;
    let countable = found.is_empty() && pages.makes(order.profile.delivery.pages.value);
    plan.obstacles.extend(found);
    if countable {
        match count_pages(order, &mut plan, &redactor, retained, pages, observer) {
            Err(PackError::Refused(found)) => plan.obstacles.extend(found.iter().cloned()),
            counted => counted?,
        }
    }
    let weighed = match plan.obstacles.is_empty() {
        true => weighed(order, &plan, &redactor, retained, pages, observer)?,
        false => BTreeMap::new(),
    };
    Ok(of(order, plan, countable, &weighed))
}

fn of(order: &Order<'_>, mut plan: Plan<'_>, counted: bool, weighed: &BTreeMap<DocId, u64>) -> Mock {
    plan.exceptions.sort_by_key(|(at, _)| *at);
    let mut by_bucket: BTreeMap<_, u64> = Disposition::BUCKETS.iter().map(|bucket| (*bucket, 0)).collect();
    let mut by_custodian: BTreeMap<String, CustodianCount> = BTreeMap::new();
    let (mut lines, mut families, mut position) = (Vec::new(), BTreeMap::<_, u64>::new(), 1);
    let mut natives = 0;
    for placed in &plan.placed {
        let candidate = placed.candidate;
        *by_bucket.entry(candidate.disposition.bucket()).or_default() += 1;
        let custodian = by_custodian.entry(candidate.custodian.clone()).or_default();
        custodian.documents += 1;
        custodian.numbers += placed.pages;
        let Some(form) = placed.form else { continue };
        let bytes = families.entry(candidate.family).or_default();
        if form == Form::Native {
            natives += 1;
            *bytes += candidate.bytes;
        }
        lines.push(MockLine {
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
    let paged = order.profile.delivery.pages.value != PageKind::None;
    Mock {
        documents: plan.placed.len() as u64,
        numbers: plan.numbers(),
        counted: counted || !paged,
        families: families.len() as u64,
        natives,
        bytes: families.values().sum(),
        by_custodian,
        by_bucket,
        exceptions: plan.exceptions.iter().map(exception).collect(),
        on_pages: standing::by_type(&plan),
        breaches: breaches(order.profile, &families, weighed),
        obstacles: plan.obstacles,
        order: lines,
    }
}

/// What breaks a bound of the profile: of families that were weighed all that goes into an archive; else the natives alone,
/// whose sizes are known, so that texts, pages and load files come on top.
fn breaches(
    profile: &Profile,
    families: &BTreeMap<DocId, u64>,
    weighed: &BTreeMap<DocId, u64>,
) -> Vec<Breach> {
    let delivery = &profile.delivery;
    let mut found = Vec::new();
    let mut add = |rule, severity, authority: &Authority, what| {
        found.push(Breach { rule, severity, authority: authority.clone(), what });
    };
    let bytes: u64 = families.values().sum();
    let rule = &delivery.volume_bytes;
    if let Some(most) = rule.value {
        let what = format!("the natives alone have {bytes} bytes, the bound of a volume is {most}");
        if bytes > most {
            add("volume_bytes", rule.severity, &rule.authority, what);
        } else if bytes > most - most / 10 {
            add("volume_bytes", Severity::Notes, &rule.authority, what);
        }
    }
    let rule = &delivery.archive_bytes;
    // Compression may bring them below the bound, which only writing tells.
    let severity = match delivery.archive.value {
        Method::Store => rule.severity,
        Method::Deflate => rule.severity.max(Severity::Warns),
    };
    if let Some(most) = rule.value {
        for (family, bytes) in weighed.iter().filter(|(_, bytes)| **bytes > most) {
            let what = format!(
                "the files of family {family} take {bytes} bytes in an archive, the bound of one is {most}, and a family stays whole"
            );
            add("archive_bytes", rule.severity, &rule.authority, what);
        }
        let unweighed = families.iter().filter(|(family, _)| !weighed.contains_key(family));
        for (family, bytes) in unweighed.filter(|(_, bytes)| **bytes > most) {
            let what = format!(
                "the natives of family {family} have {bytes} bytes before compression, the bound of an archive is {most}, and \
                 a family stays whole"
            );
            add("archive_bytes", severity, &rule.authority, what);
        }
    }
    found
}
