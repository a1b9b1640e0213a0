//! A volume being written, document by document.

use super::{Order, fetch};
use crate::error::PackError;
use crate::exception::ExceptionKind;
use crate::fields::Row;
use crate::pages::{Made, Paginate, Script, stamp};
use crate::plan::{Form, Placed, Plan};
use crate::profile::PageKind;
use crate::redact::{Redacted, Redactor, bracketed};
use crate::reports;
use crate::retained::{Fetched, Retained};
use crate::sheets;
use chrono_tz::Tz;
use duces_model::{BatesNumber, BatesRange, DocumentKind, Observer, Searchability};
use duces_volume::{Content, Entry, EntryKind, Extra, VolumeWriter};

/// A volume being written.
pub(super) struct Run<'a> {
    pub(super) order: &'a Order<'a>,
    pub(super) zone: Tz,
    pub(super) plan: &'a Plan<'a>,
    pub(super) redactor: &'a Redactor,
    pub(super) dealt: &'a [Option<BatesRange>],
    pub(super) writer: VolumeWriter,
    pub(super) exceptions: Vec<(usize, ExceptionKind)>,
    pub(super) legend: Option<String>,
}

impl Run<'_> {
    /// Writes every document in the order of the plan.
    pub(super) fn write(
        &mut self,
        retained: &mut dyn Retained,
        pages: &mut dyn Paginate,
        observer: &dyn Observer,
    ) -> Result<(), PackError> {
        let mut family = None;
        let documents = self.dealt.iter().flatten().count() as u64;
        observer.stage("writing the volume", "documents", Some(documents));
        for (at, placed) in self.plan.placed.iter().enumerate() {
            let (Some(form), Some(bates)) = (placed.form, &self.dealt[at]) else { continue };
            if observer.stop_requested() {
                return Err(PackError::Stopped);
            }
            if family.replace(placed.candidate.family) != Some(placed.candidate.family) {
                self.writer.start_family();
            }
            match sheets::withheld(&self.order.profile.words, &placed.candidate.disposition) {
                Some(says) => {
                    self.write_pages(at, bates, None, pages)?;
                    self.write_withheld(at, bates, &says)?;
                }
                None => {
                    let candidate = placed.candidate;
                    let fetched = fetch(retained, candidate.document, candidate.native_sha256)?;
                    if self.redactor.concerns(placed) {
                        self.write_clean(at, bates, form, fetched, pages)?;
                    } else {
                        self.write_pages(at, bates, Some(&fetched), pages)?;
                        self.write_shown(at, form, bates, &fetched, None)?;
                    }
                }
            }
            observer.advance(1);
        }
        Ok(())
    }

    /// A document in whose family something is covered; what was read of it goes no further than here.
    fn write_clean(
        &mut self,
        at: usize,
        bates: &BatesRange,
        form: Form,
        fetched: Fetched,
        pages: &mut dyn Paginate,
    ) -> Result<(), PackError> {
        let (redactor, placed) = (self.redactor, &self.plan.placed[at]);
        let document = placed.candidate.document;
        let on_pages = redactor.clean(placed, fetched.clone(), true);
        self.write_pages(at, bates, Some(&on_pages), pages)?;
        let text = match redactor.redacted(&document) {
            Some(_) => Some(redactor.rest(self.plan, self.order, at, &fetched, pages)?),
            None => None,
        };
        self.write_shown(at, form, bates, &redactor.clean(placed, fetched, false), text)
    }

    /// Its pages, or its PDF, where the profile has them.
    fn write_pages(
        &mut self,
        at: usize,
        bates: &BatesRange,
        fetched: Option<&Fetched>,
        pages: &mut dyn Paginate,
    ) -> Result<(), PackError> {
        let kind = self.order.profile.delivery.pages.value;
        if kind == PageKind::None {
            return Ok(());
        }
        let script = Script::of(self.order, self.plan, self.redactor, at, fetched);
        let writer = &mut self.writer;
        let mut taken = 0;
        let mut take = |made: Made| match made {
            Made::Pdf(bytes) => writer.pdf(bates.first(), &bytes),
            Made::Page(kind, bytes) => {
                let number = bates.first().plus(taken).unwrap_or_else(|_| bates.last().clone());
                taken += 1;
                writer.page(&number, &bytes, kind)
            }
        };
        let document = self.plan.placed[at].candidate.document;
        pages
            .make(
                &script.shown(fetched, self.redactor.regions(&document)),
                kind,
                &stamp(self.order, &self.plan.placed[at], bates),
                &mut take,
            )
            .map_err(|source| PackError::Pages { document, source })
    }

    /// Tables that go out with the volume.
    pub(super) fn report(&mut self) -> Result<(), PackError> {
        self.writer.report(Extra::Items, &reports::items(self.plan, self.dealt))?;
        self.writer.report(Extra::Custodians, &reports::custodians(self.plan, self.dealt))?;
        self.writer.report(Extra::Exceptions, &reports::exceptions(self.dealt, &self.exceptions))?;
        Ok(())
    }

    /// First number of the document to which it is attached.
    fn parent(&self, at: usize) -> Option<&BatesNumber> {
        self.dealt[self.plan.placed[at].parent?].as_ref().map(BatesRange::first)
    }

    fn row<'r>(&'r self, at: usize, bates: &'r BatesRange, form: Form) -> Row<'r> {
        Row {
            profile: self.order.profile,
            zone: self.zone,
            plan: self.plan,
            dealt: self.dealt,
            at,
            bates,
            form,
            fetched: None,
            legend: self.legend.as_deref(),
            withheld: None,
            covered: self.redactor.words(&self.plan.placed[at]),
            thread: self.order.threads.get(&self.plan.placed[at].candidate.family).copied(),
        }
    }

    /// The withheld and redacted documents inside a native, with their numbers.
    fn inside<'s>(&'s self, placed: &'s Placed<'_>) -> impl Iterator<Item = (bool, &'s BatesRange)> {
        let member = |at: &usize| Some((self.plan.placed[*at].redacted(), self.dealt[*at].as_ref()?));
        placed.withheld_inside.iter().filter_map(member)
    }

    /// The document is not read: nothing of it can get into the volume.
    fn write_withheld(&mut self, at: usize, bates: &BatesRange, says: &str) -> Result<(), PackError> {
        let values = Row { withheld: Some(says), ..self.row(at, bates, Form::SlipSheet) }.values();
        let text = sheets::sheet(bates, says);
        let parent = self.parent(at).cloned();
        let parent = parent.as_ref();
        let content = Content::SlipSheet;
        Ok(self.writer.add(&Entry { bates, parent, kind: None, values, content, text: &text })?)
    }

    fn write_shown(
        &mut self,
        at: usize,
        form: Form,
        bates: &BatesRange,
        fetched: &Fetched,
        rest: Option<String>,
    ) -> Result<(), PackError> {
        let placed = &self.plan.placed[at];
        let document = &fetched.document;
        let words = &self.order.profile.words;
        let values = Row { fetched: Some(fetched), ..self.row(at, bates, form) }.values();
        let made;
        let (content, text) = match form {
            Form::Native => {
                let extension = document.native.extension.as_str();
                (Content::Native { bytes: &fetched.native, extension }, document.text.as_str())
            }
            Form::Pages => (Content::Pages, document.text.as_str()),
            Form::TextOnly => {
                made = sheets::with_notes(words, &document.text, self.inside(placed));
                (Content::TextOnly, made.as_str())
            }
            Form::Redacted => {
                let paged = self.redactor.redacted(&document.id).is_some_and(Redacted::has_regions);
                let rest = bracketed(rest.as_deref().unwrap_or_default());
                // What stands on pages has the notes already.
                made = if paged { rest } else { sheets::with_notes(words, &rest, self.inside(placed)) };
                (Content::Pages, made.as_str())
            }
            Form::SlipSheet => {
                made = sheets::sheet(bates, &sheets::not_producible(words, document));
                (Content::SlipSheet, made.as_str())
            }
        };
        if form != Form::SlipSheet
            && let Searchability::Unsearchable(defect) = &document.searchability
        {
            self.exceptions.push((at, ExceptionKind::TextNotRead(defect.code)));
        }
        let parent = self.parent(at).cloned();
        let kind =
            Some(if document.kind == DocumentKind::Message { EntryKind::Message } else { EntryKind::File });
        Ok(self.writer.add(&Entry { bates, parent: parent.as_ref(), kind, values, content, text })?)
    }
}
