//! From decisions to a sealed volume.
//!
//! Numbers are reserved in one transaction, the volume is built and renamed, then recorded as sealed.
//! A volume whose numbers are reserved and which is not sealed was interrupted: producing it again
//! under its name finishes it with the same numbers, or its numbers are voided with a reason.

mod account;
mod elsewhere;
pub(crate) mod gather;
pub(crate) mod journal;
mod profiles;
mod replace;
mod report;
pub(crate) mod retained;
mod trial;

pub use account::{Differing, VolumeAccount};
pub(crate) use replace::LastSealed;
pub use replace::ReplaceTarget;
pub(crate) use report::breach;
pub use report::{MockReport, MockRow, Produced, RebuildReport};

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use duces_ledger::{EarlierNumbers, Ledger, Replacement, SealedVolume, VolumeState};
use duces_model::production::Member;
use duces_model::{
    BatesNumber, BatesPrefix, BatesRange, Disposition, DocId, Observer, RequestId, VolumeName,
};
use duces_packager::{
    Candidate, Covered, Elsewhere, Encryption, Mock, NumberError, NumberSeries, Obstacle, Order, PageKind,
    Press,
};
use duces_volume::Password;
use gather::Gathered;
use report::report;
use retained::ArchiveReader;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The profile where none is named.
pub(crate) const PROFILE: &str = "native-by-agreement";

/// What to produce.
#[derive(Debug, Clone)]
pub struct ProduceOptions {
    /// The request.
    pub request: RequestId,
    /// Name of the volume; absent for the next free one.
    pub volume: Option<VolumeName>,
    /// Leave families with an open decision out, for a later volume.
    pub partial: bool,
    /// Replace these, with their families, and produce nothing else; empty for a volume of what is new.
    pub replaces: Vec<ReplaceTarget>,
    /// Why they are replaced.
    pub why: Option<String>,
    /// Name of the delivery profile; absent for natives by agreement.
    pub profile: Option<String>,
    /// The password of a volume that is encrypted and has none yet.
    pub password: Option<Password>,
}

impl ProduceOptions {
    fn profile_name(&self) -> &str {
        self.profile.as_deref().unwrap_or(PROFILE)
    }
}

impl Workspace {
    /// Counts, sizes, exceptions and order of what would be produced, every page counted where the profile has
    /// pages; spends no number.
    ///
    /// # Errors
    /// No population yet, a register that is wrong, originals that cannot be read where pages are counted.
    pub fn mock(
        &self,
        request: &RequestId,
        profile: Option<&str>,
        observer: &dyn Observer,
    ) -> Result<MockReport, WorkspaceError> {
        let gathered = self.gather_decided(request, profile.unwrap_or(PROFILE))?;
        let table = format!("account-{request}-mock.csv");
        let account = self.account_of(gathered.population, &gathered.candidates, &[], (&table, false))?;
        Ok(MockReport::of(self.outline(request, &gathered, observer)?, account))
    }

    /// Produces a volume from the decisions of a request.
    ///
    /// # Errors
    /// Open decisions, conflicting decisions, retained bytes that changed, a volume that exists.
    pub fn produce(
        &mut self,
        options: &ProduceOptions,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<Produced, WorkspaceError> {
        self.require_whole_index()?;
        let (mut gathered, replaced) =
            self.gather_for(&options.request, &options.replaces, options.profile_name())?;
        // A replacement holds only what it replaces: what is new waits for a volume of its own.
        let leave_out = options.partial || !replaced.is_empty();
        let waiting = if leave_out { leave_out_undecided(&mut gathered.candidates) } else { Vec::new() };
        refuse_pending(&options.request, &gathered.candidates)?;
        self.refuse_open_questions(&options.request, &gathered, &replaced, observer)?;
        let name = match &options.volume {
            Some(name) => name.clone(),
            None => self.next_volume_name()?,
        };
        let about = (format!("account-{name}.csv"), !replaced.is_empty());
        let account =
            self.account_of(gathered.population, &gathered.candidates, &waiting, (&about.0, about.1))?;
        let reserved = self.reserved(&name, &options.request)?;
        self.clear_unsealed(&name, reserved.is_some())?;
        let out_dir = self.productions();
        files::make_folder(&out_dir)?;
        let (mut elsewhere, mut documents) = self.elsewhere(&options.request, &gathered, &replaced)?;
        // The gate has held a replacement against what went out: what is left of that a person has answered for.
        if !replaced.is_empty() {
            elsewhere.shown.clear();
        }
        documents.extend(gathered.documents.clone());
        let replaces =
            replaced.values().map(|one| (one.document, (one.volume.clone(), one.bates.clone()))).collect();
        gathered.threads = self.thread_fields(&options.request, &gathered, observer)?;
        let (_, profile_text) = self.profile_text(options.profile_name())?;
        let kept = self.password(&gathered.profile, &name, options.password.as_ref())?;
        let password = kept.password.clone();
        let made = self.order(&gathered, &name, &options.request, &out_dir)?;
        let order = Order { elsewhere, replaces, password, ..made };
        let mut press = Press::new(gathered.zone);
        let mut retained =
            ArchiveReader::new(&self.root, &self.config, &documents, self.journal_reports(&documents)?);
        let mut numbers = Series {
            prefix: self.config.bates_prefix.clone(),
            width: self.config.bates_width,
            ledger: &mut self.ledger,
            actor,
            name: &name,
            request: &options.request,
            reserved: reserved.clone(),
        };
        let made = duces_packager::produce(&order, &mut numbers, &mut retained, &mut press, observer);
        let produced = kept.unless_made(made.map_err(Into::into))?;
        // What the volume was made by, so that it can be made again when the files say otherwise.
        let profile_text = self.ledger.store_bytes(profile_text.as_bytes())?;
        let described = serde_json::to_vec(&gathered.described()).unwrap_or_default();
        let described = self.ledger.store_bytes(&described)?;
        // The ledger holds one member for each document of the population: those that wait stand there as pending.
        let mut members = produced.production.members().to_vec();
        members.extend(waiting);
        let record = SealedVolume {
            request: options.request.clone(),
            population: gathered.population,
            manifest_sha256: produced.volume.manifest_sha256,
            path: format!("productions/{name}"),
            members,
            facts: serde_json::json!({
                "profile": gathered.profile.name,
                "profile_text": profile_text,
                "zip_sha256": produced.volume.archives.first().map(|archive| archive.sha256),
                "zips": archives(&produced),
                "described": described,
                "redactions_known": gathered.redaction_sheet,
                "redaction_sheet": gathered.redaction_sheet.filter(|_| redacts(&gathered.candidates)),
            }),
        };
        if replaced.is_empty() {
            self.ledger.seal(&actor.act(), &name, &record)?;
        } else {
            let why = options.why.clone().unwrap_or_default();
            let replacement = Replacement { why, replaced: replaced.into_values().collect() };
            self.ledger.seal_replacement(&actor.act(), &name, &record, &replacement)?;
        }
        let password_file = order.password.is_some().then(|| self.password_path(&name));
        let made = report(&name, &gathered.profile, &produced, reserved.is_some(), (password_file, false));
        Ok(Produced { account: Some(account), ..made })
    }

    /// What a volume would be. Originals are read where the profile has pages.
    pub(crate) fn outline(
        &self,
        request: &RequestId,
        gathered: &Gathered,
        observer: &dyn Observer,
    ) -> Result<Mock, WorkspaceError> {
        let volume = TRIAL.parse().map_err(unnamed)?;
        let out_dir = self.productions();
        let order = self.order(gathered, &volume, request, &out_dir)?;
        if gathered.profile.delivery.pages.value == PageKind::None {
            return Ok(duces_packager::mock(&order));
        }
        let mut retained = ArchiveReader::new(
            &self.root,
            &self.config,
            &gathered.documents,
            self.journal_reports(&gathered.documents)?,
        );
        let mut press = Press::new(gathered.zone);
        Ok(duces_packager::mock_on_pages(&order, &mut retained, &mut press, observer)?)
    }

    /// What a volume is made of: all that is decided, or what it replaces.
    pub(crate) fn gather_for(
        &self,
        request: &RequestId,
        replaces: &[ReplaceTarget],
        profile: &str,
    ) -> Result<(Gathered, BTreeMap<DocId, EarlierNumbers>), WorkspaceError> {
        if replaces.is_empty() {
            return Ok((self.gather_decided(request, profile)?, BTreeMap::new()));
        }
        self.gather_replacing(request, replaces, profile)
    }

    /// All that is in the way of the next volume of a request.
    pub(crate) fn obstacles(
        &self,
        request: &RequestId,
        observer: &dyn Observer,
    ) -> Result<Vec<Obstacle>, WorkspaceError> {
        let gathered = self.gather_decided(request, PROFILE)?;
        self.obstacles_of(request, &gathered, &BTreeMap::new(), observer)
    }

    /// The same for what was gathered already; `replaced` is what the volume replaces and so puts right.
    pub(crate) fn obstacles_of(
        &self,
        request: &RequestId,
        gathered: &Gathered,
        replaced: &BTreeMap<DocId, EarlierNumbers>,
        observer: &dyn Observer,
    ) -> Result<Vec<Obstacle>, WorkspaceError> {
        let (elsewhere, mut documents) = self.elsewhere(request, gathered, replaced)?;
        documents.extend(gathered.documents.clone());
        let volume = TRIAL.parse().map_err(unnamed)?;
        let out_dir = self.productions();
        let order = Order { elsewhere, ..self.order(gathered, &volume, request, &out_dir)? };
        let mut retained =
            ArchiveReader::new(&self.root, &self.config, &documents, self.journal_reports(&documents)?);
        let mut press = Press::new(gathered.zone);
        Ok(duces_packager::obstacles(&order, &mut retained, &mut press, observer)?)
    }

    /// Where words that are to be covered stand uncovered in what would go out, and what regions cover.
    pub(crate) fn covered(
        &self,
        request: &RequestId,
        gathered: &Gathered,
        observer: &dyn Observer,
    ) -> Result<Covered, WorkspaceError> {
        if !redacts(&gathered.candidates) {
            return Ok(Covered::default());
        }
        let volume = TRIAL.parse().map_err(unnamed)?;
        let out_dir = self.productions();
        let order = self.order(gathered, &volume, request, &out_dir)?;
        let mut retained = ArchiveReader::new(
            &self.root,
            &self.config,
            &gathered.documents,
            self.journal_reports(&gathered.documents)?,
        );
        let mut press = Press::new(gathered.zone);
        Ok(duces_packager::covered(&order, &mut retained, &mut press, observer)?)
    }

    /// Voids the numbers of a volume that was begun and will not be finished.
    ///
    /// # Errors
    /// A volume that is sealed or unknown.
    pub fn void(&mut self, name: &VolumeName, why: &str, actor: &Actor) -> Result<(), WorkspaceError> {
        let reserved = matches!(self.ledger.volume(name)?, Some(record) if matches!(record.state, VolumeState::Reserved));
        self.ledger.void(&actor.act(), name, why)?;
        if reserved {
            self.clear_unsealed(name, true)?;
        }
        Ok(())
    }

    /// Builds a sealed volume again in a scratch folder and compares every byte.
    ///
    /// # Errors
    /// An unknown volume, or retained material that is no longer what it was.
    pub fn rebuild(
        &mut self,
        name: &VolumeName,
        observer: &dyn Observer,
    ) -> Result<RebuildReport, WorkspaceError> {
        let sealed = self.sealed(name)?;
        let mut gathered = self.gather_sealed(&sealed)?;
        leave_out_undecided(&mut gathered.candidates);
        let scratch = self.root.join(".duces").join(format!("rebuild-{name}"));
        files::remove_folder(&scratch)?;
        files::make_folder(&scratch)?;
        let mut retained = ArchiveReader::new(
            &self.root,
            &self.config,
            &gathered.documents,
            self.journal_reports_until(&gathered.documents, gathered.next_row)?,
        );
        let replaces = self.replaced_in(name)?;
        // The scratch volume's archive goes away unread: what is compared is what lies in the folder.
        gathered.profile.delivery.encryption.value = Encryption::None;
        let order = Order { replaces, ..self.order(&gathered, name, &sealed.request, &scratch)? };
        let mut press = Press::new(gathered.zone);
        let first =
            sealed.members.iter().find_map(|member| member.bates.as_ref()).map(|bates| bates.first().clone());
        if let Some(first) = first {
            duces_packager::rebuild(&order, &first, &mut retained, &mut press, observer)?;
        }
        let compared = files::compare_trees(&self.volume_path(name), &scratch.join(name.as_str()))?;
        files::remove_folder(&scratch)?;
        Ok(RebuildReport { volume: name.clone(), files: compared.files, differing: compared.differing })
    }

    /// Numbers of documents that sealed volumes of this request hold.
    pub(crate) fn already_produced(
        &self,
        request: &RequestId,
    ) -> Result<BTreeMap<DocId, BatesNumber>, WorkspaceError> {
        let mut produced = BTreeMap::new();
        for volume in self.ledger.volumes()? {
            let Some(sealed) = volume.sealed().filter(|sealed| sealed.request == *request) else { continue };
            for member in &sealed.members {
                // A withheld member's sheet stands there too: its number is not spent twice either.
                if let Some(bates) = &member.bates {
                    produced.insert(member.document, bates.first().clone());
                }
            }
        }
        Ok(produced)
    }

    /// A sealed volume of ours.
    pub(crate) fn sealed(&self, name: &VolumeName) -> Result<SealedVolume, WorkspaceError> {
        match self.ledger.volume(name)? {
            Some(record) => record.sealed().cloned().ok_or_else(|| WorkspaceError::TooEarly {
                missing: format!("volume {name} is not sealed"),
                hint: format!("finish it with duces produce … --volume {name}, or void it"),
            }),
            None => {
                let known = self.ledger.volumes()?.iter().map(|volume| volume.name.to_string()).collect();
                Err(WorkspaceError::Unknown { what: "volume", name: name.to_string(), known })
            }
        }
    }

    fn order<'a>(
        &self,
        gathered: &'a Gathered,
        volume: &VolumeName,
        request: &RequestId,
        out_dir: &'a Path,
    ) -> Result<Order<'a>, WorkspaceError> {
        Ok(Order {
            profile: &gathered.profile,
            volume: volume.clone(),
            request: request.clone(),
            zone: gathered.zone,
            candidates: gathered.candidates.clone(),
            elsewhere: Elsewhere::default(),
            replaces: BTreeMap::new(),
            redactions: gathered.redactions.clone(),
            threads: gathered.threads.clone(),
            out_dir,
            firm: self.config.firm.name.clone(),
            password: None,
            approvals: self.approvals(request)?,
            test: false,
            tool: concat!("duces ", env!("CARGO_PKG_VERSION")).to_owned(),
            extra_manifest: serde_json::Value::Null,
        })
    }

    /// The next name that no volume ever had: prefix and three digits.
    fn next_volume_name(&self) -> Result<VolumeName, WorkspaceError> {
        let taken: BTreeSet<String> =
            self.ledger.volumes()?.iter().map(|volume| volume.name.to_string()).collect();
        let prefix = self.config.bates_prefix.as_str().replace('-', "_");
        let unfinished =
            self.ledger.volumes()?.into_iter().find(|volume| matches!(volume.state, VolumeState::Reserved));
        if let Some(volume) = unfinished {
            return Err(WorkspaceError::TooEarly {
                missing: format!("volume {} was begun and is not sealed", volume.name),
                hint: format!(
                    "finish it with --volume {}, or void it with --void {} --why …",
                    volume.name, volume.name
                ),
            });
        }
        let free = (1..=u32::MAX)
            .map(|n| format!("{prefix}{n:03}"))
            .find(|name| !taken.contains(name) && !self.productions().join(name).exists());
        free.unwrap_or(prefix).parse().map_err(unnamed)
    }

    fn reserved(&self, name: &VolumeName, request: &RequestId) -> Result<Option<BatesRange>, WorkspaceError> {
        match self.ledger.volume(name)? {
            None => Ok(None),
            Some(record) if matches!(record.state, VolumeState::Reserved) && record.request == *request => {
                Ok(Some(record.range))
            }
            Some(_) => Err(WorkspaceError::Exists { path: self.volume_path(name) }),
        }
    }

    /// Removes what an interrupted run left of a volume that was never sealed; refuses anything else.
    fn clear_unsealed(&self, name: &VolumeName, reserved: bool) -> Result<(), WorkspaceError> {
        duces_volume::discard_partial(&self.productions(), name).map_err(duces_packager::PackError::from)?;
        let path = self.volume_path(name);
        let zip = self.productions().join(format!("{name}.zip"));
        if reserved {
            files::remove_folder(&path)?;
            for place in 2.. {
                let part = self.productions().join(format!("{name}-{place}.zip"));
                if part.symlink_metadata().is_err() {
                    break;
                }
                files::remove_file(&part)?;
            }
            return files::remove_file(&zip);
        }
        match [path, zip].into_iter().find(|path| path.symlink_metadata().is_ok()) {
            Some(path) => Err(WorkspaceError::Exists { path }),
            None => Ok(()),
        }
    }
}

/// Name of a volume that is asked about and never written.
const TRIAL: &str = "TRIAL";

fn unnamed(error: duces_model::ids::IdError) -> WorkspaceError {
    WorkspaceError::TooEarly { missing: error.to_string(), hint: "name the volume with --volume".to_owned() }
}

/// Whether anything is to be redacted.
fn redacts(candidates: &[Candidate]) -> bool {
    candidates.iter().any(|candidate| candidate.disposition.is_redacted())
}

/// Name and digest of each archive.
fn archives(produced: &duces_packager::Produced) -> serde_json::Value {
    let archives = produced.volume.archives.iter().map(|archive| {
        let name = archive.path.file_name().map(|name| name.to_string_lossy().into_owned());
        serde_json::json!({ "name": name, "sha256": archive.sha256 })
    });
    archives.collect()
}

/// A family with an open decision waits whole for a later volume; says which documents wait.
pub(crate) fn leave_out_undecided(candidates: &mut Vec<Candidate>) -> Vec<Member> {
    let open: BTreeSet<DocId> = candidates
        .iter()
        .filter(|candidate| candidate.disposition == Disposition::Pending)
        .map(|candidate| candidate.family)
        .collect();
    let (waiting, ready): (Vec<_>, Vec<_>) =
        candidates.drain(..).partition(|candidate| open.contains(&candidate.family));
    *candidates = ready;
    waiting
        .into_iter()
        .map(|candidate| Member {
            document: candidate.document,
            family: candidate.family,
            disposition: Disposition::Pending,
            bates: None,
        })
        .collect()
}

fn refuse_pending(request: &RequestId, candidates: &[Candidate]) -> Result<(), WorkspaceError> {
    let pending = candidates.iter().filter(|candidate| candidate.disposition == Disposition::Pending).count();
    if pending == 0 {
        return Ok(());
    }
    Err(WorkspaceError::Refused {
        what: format!("request {request} is not decided"),
        reasons: vec![format!("{pending} of {} documents are pending", candidates.len())],
        hint: format!(
            "duces review export {request} writes a sheet to decide them on, and duces review import {request} FILE takes \
             it back; or produce what is decided with --partial, and the certificate will say that it is partial"
        ),
    })
}

/// The ledger's series: the only way to a number.
struct Series<'a> {
    ledger: &'a mut Ledger,
    actor: &'a Actor,
    name: &'a VolumeName,
    request: &'a RequestId,
    prefix: BatesPrefix,
    width: u8,
    /// What an interrupted run of the same volume had reserved.
    reserved: Option<BatesRange>,
}

impl NumberSeries for Series<'_> {
    fn reserve(&mut self, numbers: u64) -> Result<BatesRange, NumberError> {
        match &self.reserved {
            None => self
                .ledger
                .reserve(&self.actor.act(), &self.prefix, self.width, numbers, self.name, self.request)
                .map_err(NumberError::new),
            Some(range) if range.pages() == numbers => Ok(range.clone()),
            Some(range) => Err(NumberError::new(format!(
                "{range} holds {} numbers and the decisions now need {numbers}: void the volume and produce another",
                range.pages()
            ))),
        }
    }
}
