//! The production itself: check, reserve, deal, seal, write.

use crate::candidate::Candidate;
use crate::elsewhere::Elsewhere;
use crate::error::{Obstacle, Obstacles, PackError};
use crate::exception::{Exception, ExceptionKind};
use crate::fields::Row;
use crate::numbers::{Again, NumberSeries, deal};
use crate::plan::{Form, Placed, Plan};
use crate::profile::Profile;
use crate::replaced::{self, REPLACED};
use crate::retained::{Fetched, Retained};
use crate::sheets;
use crate::twins;
use chrono_tz::Tz;
use duces_model::{
    BatesNumber, BatesRange, DocId, Observer, Production, RequestId, Sealed, Searchability, Sha256,
    VolumeName,
};
use duces_volume::{Content, Entry, VolumePlan, VolumeWriter, WrittenVolume};
use std::collections::BTreeMap;
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
    /// The folder in which volumes are kept; it has to exist.
    pub out_dir: &'a Path,
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
    observer: &dyn Observer,
) -> Result<Produced, PackError> {
    make(order, numbers, retained, observer, true)
}

/// All that is in the way of a production, twins of withheld documents too. Reads the originals, writes
/// nothing and spends no number.
///
/// # Errors
/// Originals that cannot be read, or are not what they were; too many withheld words.
pub fn obstacles(
    order: &Order<'_>,
    retained: &mut dyn Retained,
    observer: &dyn Observer,
) -> Result<Vec<Obstacle>, PackError> {
    let mut plan = Plan::new(order.profile, &order.candidates);
    let mut found = std::mem::take(&mut plan.obstacles);
    found.extend(twins::check(&plan, order, retained, observer)?);
    Ok(found)
}

/// What is made again was let through once: its twins are not looked for anew.
fn make(
    order: &Order<'_>,
    numbers: &mut dyn NumberSeries,
    retained: &mut dyn Retained,
    observer: &dyn Observer,
    first_time: bool,
) -> Result<Produced, PackError> {
    let mut plan = Plan::new(order.profile, &order.candidates);
    Obstacles::none(std::mem::take(&mut plan.obstacles))?;
    let zone = order.profile.zone.value.of(order.zone);
    let writer = VolumeWriter::create(order.out_dir, volume_plan(order, zone))?;
    if first_time {
        Obstacles::none(twins::check(&plan, order, retained, observer)?)?;
    }
    let asked = plan.numbers();
    let range = numbers.reserve(asked)?;
    if range.pages() != asked {
        return Err(PackError::OtherCount { asked, got: range.into() });
    }
    let dealt = deal(range.first(), plan.placed.iter().map(|placed| placed.pages))?;
    let production = Production::draft(order.volume.clone(), order.request.clone(), plan.members(&dealt))
        .seal()
        .map_err(|(_, violations)| PackError::NotSealed(violations))?;
    let mut run =
        Run { order, zone, plan: &plan, dealt: &dealt, writer, exceptions: plan.exceptions.clone() };
    run.write(retained, observer)?;
    if let Some(list) = replaced::list(order, &plan, &dealt) {
        run.writer.add_list(REPLACED, &list)?;
    }
    let volume = run.writer.finish(observer)?;
    let exceptions = exceptions(&plan, &dealt, run.exceptions, &volume);
    Ok(Produced { production, volume, exceptions })
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
    observer: &dyn Observer,
) -> Result<Produced, PackError> {
    make(order, &mut Again(first.clone()), retained, observer, false)
}

fn volume_plan(order: &Order<'_>, zone: Tz) -> VolumePlan {
    VolumePlan {
        name: order.volume.clone(),
        request: order.request.to_string(),
        profile: order.profile.name.clone(),
        profile_title: order.profile.title.clone(),
        statement: order.profile.statement.clone(),
        tool: order.tool.clone(),
        time_zone: zone.name().to_owned(),
        fields: order.profile.fields.iter().map(|field| field.name.clone()).collect(),
        files_per_folder: order.profile.files_per_folder.value,
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
    dealt: &'a [Option<BatesRange>],
    writer: VolumeWriter,
    exceptions: Vec<(usize, ExceptionKind)>,
}

impl Run<'_> {
    fn write(&mut self, retained: &mut dyn Retained, observer: &dyn Observer) -> Result<(), PackError> {
        let documents = self.dealt.iter().flatten().count() as u64;
        observer.stage("writing the volume", "documents", Some(documents));
        for (at, placed) in self.plan.placed.iter().enumerate() {
            let (Some(form), Some(bates)) = (placed.form, &self.dealt[at]) else { continue };
            if observer.stop_requested() {
                return Err(PackError::Stopped);
            }
            match sheets::withheld(&self.order.profile.words, &placed.candidate.disposition) {
                Some(says) => self.write_withheld(at, bates, &says)?,
                None => self.write_shown(at, placed, form, bates, retained)?,
            }
            observer.advance(1);
        }
        Ok(())
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
            withheld: None,
        }
    }

    /// The document is not read: nothing of it can get into the volume.
    fn write_withheld(&mut self, at: usize, bates: &BatesRange, says: &str) -> Result<(), PackError> {
        let values = Row { withheld: Some(says), ..self.row(at, bates, Form::SlipSheet) }.values();
        let text = sheets::sheet(bates, says);
        Ok(self.writer.add(&Entry { bates, values, content: Content::SlipSheet, text: &text })?)
    }

    fn write_shown(
        &mut self,
        at: usize,
        placed: &Placed<'_>,
        form: Form,
        bates: &BatesRange,
        retained: &mut dyn Retained,
    ) -> Result<(), PackError> {
        let fetched = fetch(retained, placed.candidate.document, placed.candidate.native_sha256)?;
        let document = &fetched.document;
        let words = &self.order.profile.words;
        let values = Row { fetched: Some(&fetched), ..self.row(at, bates, form) }.values();
        let made;
        let (content, text) = match form {
            Form::Native => {
                let extension = document.native.extension.as_str();
                (Content::Native { bytes: &fetched.native, extension }, document.text.as_str())
            }
            Form::TextOnly => {
                let inside = placed.withheld_inside.iter().filter_map(|at| self.dealt[*at].as_ref());
                made = sheets::with_notes(words, &document.text, inside);
                (Content::TextOnly, made.as_str())
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
        Ok(self.writer.add(&Entry { bates, values, content, text })?)
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
