//! Families that may not fit into one archive, weighed: packed as they would be, before any number is spent.

use super::{Order, archive_form, fetch};
use crate::error::PackError;
use crate::pages::{Made, Paginate, Script, Stamp};
use crate::plan::{Form, Plan};
use crate::profile::PageKind;
use crate::redact::Redactor;
use crate::retained::Retained;
use duces_model::{DocId, Observer};
use duces_volume::archived_bytes;
use std::collections::BTreeMap;

/// What a page takes at most in practice: a page of colour as JPEG takes more, of words far less. It says only which
/// families are weighed.
const PAGE_BYTES: u64 = 1 << 20;

/// As long as the path of a file in an archive is in practice, with the name of its volume.
const PATH: &str = "VOLUME000000/NATIVES/0000/PREFIX000000000000.extension";

/// By root of each family that may come over the bound of an archive what its files take in one.
pub(crate) fn weighed(
    order: &Order<'_>,
    plan: &Plan<'_>,
    redactor: &Redactor,
    retained: &mut dyn Retained,
    pages: &mut dyn Paginate,
    observer: &dyn Observer,
) -> Result<BTreeMap<DocId, u64>, PackError> {
    let delivery = &order.profile.delivery;
    let Some(most) = delivery.archive_bytes.value else { return Ok(BTreeMap::new()) };
    let paged = delivery.pages.value != PageKind::None;
    let mut guessed: BTreeMap<DocId, u64> = BTreeMap::new();
    for placed in plan.placed.iter().filter(|placed| placed.form.is_some()) {
        let native = if placed.form == Some(Form::Native) { placed.candidate.bytes } else { 0 };
        let pages = if paged { placed.pages.saturating_mul(PAGE_BYTES) } else { 0 };
        let family = guessed.entry(placed.candidate.family).or_default();
        *family = family.saturating_add(native).saturating_add(pages);
    }
    guessed.retain(|_, bytes| *bytes > most);
    let mut found: BTreeMap<DocId, u64> = BTreeMap::new();
    if guessed.is_empty() {
        return Ok(found);
    }
    let form = archive_form(order);
    let at: Vec<usize> = (0..plan.placed.len())
        .filter(|at| {
            plan.placed[*at].form.is_some() && guessed.contains_key(&plan.placed[*at].candidate.family)
        })
        .collect();
    observer.stage("weighing large families", "documents", Some(at.len() as u64));
    for at in at {
        if observer.stop_requested() {
            return Err(PackError::Stopped);
        }
        let placed = &plan.placed[at];
        let (candidate, document) = (placed.candidate, placed.candidate.document);
        let fetched = match placed.withheld() {
            true => None,
            false => {
                let fetched = fetch(retained, document, candidate.native_sha256)?;
                Some(redactor.clean(placed, fetched, true))
            }
        };
        let mut bytes = 0;
        if let Some(fetched) = &fetched {
            if placed.form == Some(Form::Native) {
                bytes += archived_bytes(&form, PATH, &fetched.native)?;
            }
            bytes += archived_bytes(&form, PATH, fetched.document.text.as_bytes())?;
        }
        if paged {
            let script = Script::of(order, plan, redactor, at, fetched.as_ref());
            let numbers =
                vec![String::from("PREFIX000000000000"); usize::try_from(placed.pages).unwrap_or(1)];
            let stamp = Stamp { numbers, legend: order.words_on_pages(placed.designation()) };
            let mut take = |made: Made| {
                let (Made::Page(_, page) | Made::Pdf(page)) = made;
                bytes += archived_bytes(&form, PATH, &page)?;
                Ok(())
            };
            let shown = script.shown(fetched.as_ref(), redactor.regions(&document));
            pages
                .make(&shown, delivery.pages.value, &stamp, &mut take)
                .map_err(|source| PackError::Pages { document, source })?;
        }
        *found.entry(candidate.family).or_default() += bytes;
        observer.advance(1);
    }
    Ok(found)
}
