//! The production itself: check, reserve, deal, seal, write.

use crate::candidate::Candidate;
use crate::dedup::Approvals;
use crate::elsewhere::Elsewhere;
use crate::error::{Obstacle, Obstacles, PackError};
use crate::exception::{Exception, ExceptionKind};
use crate::fields::Row;
use crate::numbers::{Again, NumberSeries, deal};
use crate::pages::{Made, Paginate, Script, stamp};
use crate::plan::{Form, Placed, Plan};
use crate::profile::{Authority, Encryption, OptForm, PageKind, Profile, Severity};
use crate::redact::{Redacted, Redactor, bracketed};
use crate::replaced::{self, REPLACED};
use crate::reports;
use crate::retained::{Fetched, Retained};
use crate::sheets;
use crate::threads::ThreadValue;
use crate::twins;
use chrono_tz::Tz;
use duces_model::{
    BatesNumber, BatesRange, DocId, DocumentKind, Observer, Production, Redaction, RequestId, Sealed,
    Searchability, Sha256, VolumeName,
};
use duces_volume::{
    ArchiveForm, Content, Entry, EntryKind, Extra, Forms, Paging, Password, VolumePlan, VolumeWriter,
    WrittenVolume,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is to be produced, how and where.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// The delivery profile.
    pub profile: &'a Profile,
    /// Name of the volume.
    pub volume: VolumeName,
    /// The request that it answers.
    pub request: RequestId,
    /// Zone of the request's period.
    pub zone: Tz,
    /// One candidate for each document of the population.
    pub candidates: Vec<Candidate>,
    /// What was decided and produced outside this volume.
    pub elsewhere: Elsewhere,
    /// By document the earlier volume and numbers that this volume replaces; empty for a volume that replaces nothing.
    pub replaces: BTreeMap<DocId, (VolumeName, BatesRange)>,
    /// By document what is covered of it; used for documents that are to be redacted.
    pub redactions: BTreeMap<DocId, Vec<Redaction>>,
    /// By root of a family what the load file says of its thread; needed where the profile has such fields.
    pub threads: BTreeMap<DocId, ThreadValue>,
    /// The folder in which volumes are kept; it has to exist.
    pub out_dir: &'a Path,
    /// Name of the firm, for the legend.
    pub firm: String,
    /// With this the archives are encrypted, where the profile asks for it. It is written nowhere.
    pub password: Option<Password>,
    /// What staff approved of what is left out.
    pub approvals: Approvals,
    /// Whether this is a trial of the form, marked so everywhere.
    pub test: bool,
    /// Name and version of the program, written into the volume.
    pub tool: String,
    /// Stored in the volume's `manifest.json` under `extra`; it goes out with the volume.
    pub extra_manifest: serde_json::Value,
}

/// A production that was made.
#[derive(Debug, Clone)]
pub struct Produced {
    /// One disposition and, where it takes any, the numbers of each document.
    pub production: Production<Sealed>,
    /// The volume as it was written.
    pub volume: WrittenVolume,
    /// What a person should know, in the order of the volume.
    pub exceptions: Vec<Exception>,
    /// What a person should know of the volume as a whole: rules of the profile that it breaks.
    pub remarks: Vec<String>,
}

/// What stands on everything of a trial.
const TEST: &str = "TEST - NOT A PRODUCTION";

impl Order<'_> {
    /// The words on each page of a document: how it is designated, above the legend.
    pub(crate) fn words_on_pages(&self, designation: Option<&str>) -> Option<String> {
        match (designation, self.legend()) {
            (None, legend) => legend,
            (Some(mark), None) => Some(mark.to_owned()),
            (Some(mark), Some(legend)) => Some(format!("{mark}\n{legend}")),
        }
    }

    /// The words on each page and in the load file's column for them.
    pub(crate) fn legend(&self) -> Option<String> {
        let legend =
            self.profile.delivery.legend.value.as_ref().map(|text| text.replace("{firm}", &self.firm));
        match (legend, self.test) {
            (legend, false) => legend,
            (None, true) => Some(TEST.to_owned()),
            (Some(legend), true) => Some(format!("{legend}\n{TEST}")),
        }
    }
}

/// Makes a production. All that can be checked is checked before numbers are reserved: decisions, bars,
/// the place to write to, and that every original still is what it was. Memory holds the list of
/// candidates and one document.
///
/// # Errors
/// See [`PackError`]. No volume of that name stands then; reserved numbers are the caller's to void.
pub fn produce(
    order: &Order<'_>,
    numbers: &mut dyn NumberSeries,
    retained: &mut dyn Retained,
    pages: &mut dyn Paginate,
    observer: &dyn Observer,
) -> Result<Produced, PackError> {
    make(order, numbers, retained, pages, observer, true)
}

/// All that is in the way of a production, twins of withheld documents too. Reads the originals, writes
/// nothing and spends no number.
///
/// # Errors
/// Originals that cannot be read, or are not what they were; too many withheld words.
pub fn obstacles(
    order: &Order<'_>,
    retained: &mut dyn Retained,
    pages: &mut dyn Paginate,
    observer: &dyn Observer,
) -> Result<Vec<Obstacle>, PackError> {
    let mut plan = Plan::new(order.profile, &order.candidates, &order.approvals);
    let mut found = std::mem::take(&mut plan.obstacles);
    let (redactor, obstacles) = Redactor::gather(&plan, order, retained, pages)?;
    found.extend(obstacles);
    found.extend(twins::check(&plan, order, &redactor, retained, pages, observer)?);
    Ok(found)
}

/// What is made again was let through once: its twins are not looked for anew.
fn make(
    order: &Order<'_>,
    numbers: &mut dyn NumberSeries,
    retained: &mut dyn Retained,
    pages: &mut dyn Paginate,
    observer: &dyn Observer,
    first_time: bool,
) -> Result<Produced, PackError> {
    let mut plan = Plan::new(order.profile, &order.candidates, &order.approvals);
    plan.obstacles.extend(cannot_be_made(order, pages));
    Obstacles::none(std::mem::take(&mut plan.obstacles))?;
    let zone = order.profile.zone.value.of(order.zone);
    let writer = VolumeWriter::create(order.out_dir, volume_plan(order, zone))?;
    let (redactor, found) = Redactor::gather(&plan, order, retained, pages)?;
    Obstacles::none(found)?;
    if first_time {
        Obstacles::none(twins::check(&plan, order, &redactor, retained, pages, observer)?)?;
    }
    count_pages(order, &mut plan, &redactor, retained, pages, observer)?;
    let asked = plan.numbers();
    let range = numbers.reserve(asked)?;
    if range.pages() != asked {
        return Err(PackError::OtherCount { asked, got: range.into() });
    }
    let dealt = deal(range.first(), plan.placed.iter().map(|placed| placed.pages))?;
    let production = Production::draft(order.volume.clone(), order.request.clone(), plan.members(&dealt))
        .seal()
        .map_err(|(_, violations)| PackError::NotSealed(violations))?;
    let mut run = Run {
        order,
        zone,
        plan: &plan,
        redactor: &redactor,
        dealt: &dealt,
        writer,
        exceptions: plan.exceptions.clone(),
        legend: order.legend(),
    };
    run.write(retained, pages, observer)?;
    run.report()?;
    if let Some(list) = replaced::list(order, &plan, &dealt) {
        run.writer.add_list(REPLACED, &list)?;
    }
    let volume = run.writer.finish(observer)?;
    let exceptions = exceptions(&plan, &dealt, run.exceptions, &volume);
    let remarks = remarks(order.profile, &volume);
    Ok(Produced { production, volume, exceptions, remarks })
}

/// Writes a production again, with the numbers that it had: the same order, profile and originals give
/// the same bytes. Spends no number.
///
/// # Errors
/// As [`produce`].
pub fn rebuild(
    order: &Order<'_>,
    first: &BatesNumber,
    retained: &mut dyn Retained,
    pages: &mut dyn Paginate,
    observer: &dyn Observer,
) -> Result<Produced, PackError> {
    make(order, &mut Again(first.clone()), retained, pages, observer, false)
}

/// What the profile asks for and cannot be had.
fn cannot_be_made(order: &Order<'_>, pages: &dyn Paginate) -> Vec<Obstacle> {
    let delivery = &order.profile.delivery;
    let kind = delivery.pages.value;
    let mut found = Vec::new();
    if !pages.makes(kind) {
        found.push(Obstacle::PagesNotMade { kind });
    }
    if delivery.encryption.value == Encryption::Aes256 && order.password.is_none() {
        found.push(Obstacle::NoPassword);
    }
    found
}

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

/// What of the volume as a whole breaks a rule of the profile.
fn remarks(profile: &Profile, volume: &WrittenVolume) -> Vec<String> {
    let delivery = &profile.delivery;
    let grounds = |severity: Severity, authority: &Authority| {
        format!("the rule {severity}; {}: {}", authority.status, authority.source)
    };
    let mut said = Vec::new();
    if let Some(most) = delivery.volume_bytes.value.filter(|most| volume.bytes > *most) {
        let grounds = grounds(delivery.volume_bytes.severity, &delivery.volume_bytes.authority);
        said.push(format!("the volume has {} bytes, more than {most} ({grounds})", volume.bytes));
    }
    for archive in volume.archives.iter().filter(|archive| archive.over) {
        let grounds = grounds(delivery.archive_bytes.severity, &delivery.archive_bytes.authority);
        let path = archive.path.display();
        said.push(format!(
            "{path} has {} bytes, more than the profile allows: one family, which stays whole, is so large ({grounds})",
            archive.bytes
        ));
    }
    said
}

fn volume_plan(order: &Order<'_>, zone: Tz) -> VolumePlan {
    let delivery = &order.profile.delivery;
    let fills = |wanted| delivery.opt.value == OptForm::LabelAndCount || delivery.opt.value == wanted;
    let paging = match delivery.pages.value {
        PageKind::None => Paging::None,
        PageKind::Pdf => Paging::Pdf,
        PageKind::Tiff | PageKind::JpegWhereColour => {
            Paging::Images { label: fills(OptForm::Label), count: fills(OptForm::Count) }
        }
    };
    let marked = |text: &str| if order.test { format!("{TEST}. {text}") } else { text.to_owned() };
    let encrypted = delivery.encryption.value == Encryption::Aes256;
    let archive = ArchiveForm {
        method: delivery.archive.value,
        bytes_max: delivery.archive_bytes.value,
        password: order.password.clone().filter(|_| encrypted),
    };
    let forms = Forms {
        encoding: delivery.encoding.value,
        delimiters: delivery.delimiters.value,
        paging,
        extras: delivery.extras.value.clone(),
        archive,
    };
    VolumePlan {
        name: order.volume.clone(),
        request: order.request.to_string(),
        profile: order.profile.name.clone(),
        profile_title: marked(&order.profile.title),
        statement: marked(&order.profile.statement),
        tool: order.tool.clone(),
        time_zone: zone.name().to_owned(),
        fields: order.profile.fields.iter().map(|field| field.name.clone()).collect(),
        files_per_folder: order.profile.files_per_folder.value,
        forms,
        extra: order.extra_manifest.clone(),
    }
}

/// Reads one document again and checks that it is the one, unchanged.
pub(crate) fn fetch(
    retained: &mut dyn Retained,
    document: DocId,
    expected: Sha256,
) -> Result<Fetched, PackError> {
    let fetched = retained.fetch(&document).map_err(|source| PackError::Retained { document, source })?;
    if fetched.document.id != document {
        return Err(PackError::OtherDocument { asked: document, found: fetched.document.id });
    }
    let found = Sha256::of(&fetched.native);
    if found != expected {
        return Err(PackError::RetainedChanged { document, expected, found });
    }
    Ok(fetched)
}

/// A volume being written.
struct Run<'a> {
    order: &'a Order<'a>,
    zone: Tz,
    plan: &'a Plan<'a>,
    redactor: &'a Redactor,
    dealt: &'a [Option<BatesRange>],
    writer: VolumeWriter,
    exceptions: Vec<(usize, ExceptionKind)>,
    legend: Option<String>,
}

impl Run<'_> {
    fn write(
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
    fn report(&mut self) -> Result<(), PackError> {
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

/// All exceptions with their numbers, in the order of the volume.
fn exceptions(
    plan: &Plan<'_>,
    dealt: &[Option<BatesRange>],
    mut found: Vec<(usize, ExceptionKind)>,
    volume: &WrittenVolume,
) -> Vec<Exception> {
    let places: BTreeMap<u64, usize> = dealt
        .iter()
        .enumerate()
        .filter_map(|(at, range)| Some((range.as_ref()?.first().position(), at)))
        .collect();
    for one in &volume.replacements {
        if let Some(at) = places.get(&one.bates.position()) {
            let (field, what, count) = (one.field.clone(), one.what, one.count);
            found.push((*at, ExceptionKind::Replaced { field, what, count }));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
        .into_iter()
        .map(|(at, kind)| Exception {
            document: plan.placed[at].candidate.document,
            bates: dealt[at].clone(),
            kind,
        })
        .collect()
}

#[cfg(test)]
#[path = "produce_tests.rs"]
mod tests;
