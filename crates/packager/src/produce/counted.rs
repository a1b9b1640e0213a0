//! Pages counted before any number is spent, and what stands on them for each document.

use super::{Order, fetch};
use crate::error::{Obstacle, Obstacles, PackError};
use crate::exception::ExceptionKind;
use crate::pages::{Paginate, Script};
use crate::plan::{Form, Plan};
use crate::profile::PageKind;
use crate::redact::Redactor;
use crate::retained::Retained;
use duces_model::Observer;
use std::collections::BTreeSet;

/// Designations and legends that cannot stand at the foot of a page beside a number.
fn unfit_words(order: &Order<'_>, plan: &Plan<'_>, pages: &mut dyn Paginate) -> Vec<Obstacle> {
    let shown = plan.placed.iter().filter(|placed| placed.form.is_some());
    let words: BTreeSet<String> =
        shown.filter_map(|placed| order.words_on_pages(placed.designation())).collect();
    let told = |words: String| {
        let why = pages.fits(&words).err()?;
        Some(Obstacle::WordsDoNotFit { words: words.replace('\n', " / "), why: why.to_string() })
    };
    words.into_iter().filter_map(told).collect()
}

/// Counts the pages of every document that goes into the volume, where the profile has pages. Where they do not
/// show all of a document, its native goes out too.
pub(crate) fn count_pages(
    order: &Order<'_>,
    plan: &mut Plan<'_>,
    redactor: &Redactor,
    retained: &mut dyn Retained,
    pages: &mut dyn Paginate,
    observer: &dyn Observer,
) -> Result<(), PackError> {
    if order.profile.delivery.pages.value == PageKind::None {
        return Ok(());
    }
    let places: Vec<usize> = (0..plan.placed.len()).filter(|at| plan.placed[*at].form.is_some()).collect();
    Obstacles::none(unfit_words(order, plan, pages))?;
    observer.stage("counting pages", "documents", Some(places.len() as u64));
    let mut natives = false;
    for at in places {
        if observer.stop_requested() {
            return Err(PackError::Stopped);
        }
        let candidate = plan.placed[at].candidate;
        let fetched = if plan.placed[at].withheld() {
            None
        } else {
            let fetched = fetch(retained, candidate.document, candidate.native_sha256)?;
            Some(redactor.clean(&plan.placed[at], fetched, true))
        };
        let script = Script::of(order, plan, redactor, at, fetched.as_ref());
        let document = candidate.document;
        let counted = pages
            .count(
                &script.shown(fetched.as_ref(), redactor.regions(&document)),
                order.profile.delivery.pages.value,
            )
            .map_err(|source| PackError::Pages { document, source })?;
        let undrawn = counted.undrawn.is_some();
        plan.placed[at].standing =
            fetched.as_ref().map(|_| script.standing(counted.defect.is_some() || undrawn));
        plan.placed[at].pages = if undrawn { 1 } else { counted.pages.max(1) };
        plan.placed[at].undrawn = undrawn;
        if (counted.partial || undrawn) && plan.placed[at].form == Some(Form::Pages) {
            plan.placed[at].form = Some(Form::Native);
            natives = true;
        }
        plan.exceptions
            .extend(counted.defect.or(counted.undrawn).map(|why| (at, ExceptionKind::NotOnPages(why))));
        plan.exceptions
            .extend(counted.remarks.into_iter().map(|what| (at, ExceptionKind::PagesDiffer(what))));
        observer.advance(1);
    }
    // A native that goes out after all may give away what only pages would not.
    if natives { Ok(Obstacles::none(plan.conflicts())?) } else { Ok(()) }
}
