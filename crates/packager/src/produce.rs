//! The production itself: check, reserve, deal, seal, write.

mod counted;
mod weighed;
mod written;

pub(crate) use counted::count_pages;
pub(crate) use weighed::weighed;

use crate::candidate::Candidate;
use crate::dedup::Approvals;
use crate::elsewhere::Elsewhere;
use crate::error::{Obstacle, Obstacles, PackError};
use crate::exception::{Exception, ExceptionKind};
use crate::numbers::{Again, NumberSeries, deal};
use crate::pages::Paginate;
use crate::plan::Plan;
use crate::profile::{Authority, Encryption, OptForm, PageKind, Profile, Severity};
use crate::redact::Redactor;
use crate::replaced::{self, REPLACED};
use crate::retained::{Fetched, Retained};
use crate::standing::{self, TypeOnPages};
use crate::threads::ThreadValue;
use crate::twins;
use chrono_tz::Tz;
use duces_model::{
    BatesNumber, BatesRange, DocId, Observer, Production, Redaction, RequestId, Sealed, Sha256, VolumeName,
};
use duces_volume::{ArchiveForm, Forms, Paging, Password, VolumePlan, VolumeWriter, WrittenVolume};
use std::collections::BTreeMap;
use std::path::Path;
use written::Run;

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
    /// What stands on the pages, by type of file; empty where the profile has no pages.
    pub on_pages: BTreeMap<String, TypeOnPages>,
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
    let on_pages = standing::by_type(&plan);
    Ok(Produced { production, volume, exceptions, remarks, on_pages })
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
    let archive = archive_form(order);
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

fn archive_form(order: &Order<'_>) -> ArchiveForm {
    let delivery = &order.profile.delivery;
    let encrypted = delivery.encryption.value == Encryption::Aes256;
    ArchiveForm {
        method: delivery.archive.value,
        bytes_max: delivery.archive_bytes.value,
        password: order.password.clone().filter(|_| encrypted),
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
