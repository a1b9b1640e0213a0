//! From decisions to a sealed volume.
//!
//! Numbers are reserved in one transaction, the volume is built and renamed, then recorded as sealed.
//! A volume whose numbers are reserved and which is not sealed was interrupted: the same command
//! finishes it with the same numbers, or its numbers are voided with a reason.

mod retained;

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use duces_ledger::{DocumentRow, Ledger, Population, SealedVolume, VolumeState};
use duces_model::production::Member;
use duces_model::{
    BatesNumber, BatesPrefix, BatesRange, Disposition, DocId, ItemId, Observer, RequestId, Sha256, VolumeName,
};
use duces_packager::{Candidate, Mock, NumberError, NumberSeries, Order, Profile};
use duces_register::Register;
use retained::ArchiveReader;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The profile of this version.
const PROFILE: &str = "native-by-agreement";

/// What to produce.
#[derive(Debug, Clone)]
pub struct ProduceOptions {
    /// The request.
    pub request: RequestId,
    /// Name of the volume; absent for the next free one.
    pub volume: Option<VolumeName>,
    /// Leave families with an open decision out, for a later volume.
    pub partial: bool,
}

/// A sealed volume.
#[derive(Debug, Serialize)]
pub struct Produced {
    /// Its name.
    pub volume: VolumeName,
    /// Its folder.
    pub path: PathBuf,
    /// Its archive.
    pub zip: PathBuf,
    /// Its numbers.
    pub bates: Option<BatesRange>,
    /// Documents in each disposition.
    pub dispositions: BTreeMap<&'static str, u64>,
    /// Digest of its manifest.
    pub manifest_sha256: String,
    /// What the profile says of itself.
    pub profile: String,
    /// What a technician should know.
    pub exceptions: Vec<String>,
    /// Whether an interrupted run was finished.
    pub finished_earlier: bool,
}

/// What a production would be; no number is spent.
#[derive(Debug, Serialize)]
pub struct MockReport {
    /// Documents of the population.
    pub documents: u64,
    /// Numbers that would be reserved.
    pub numbers: u64,
    /// Families of which something would be in the volume.
    pub families: u64,
    /// Natives that would be written.
    pub natives: u64,
    /// Their size together.
    pub bytes: u64,
    /// Numbers by custodian.
    pub by_custodian: BTreeMap<String, u64>,
    /// Documents in each disposition.
    pub by_bucket: BTreeMap<&'static str, u64>,
    /// What a technician should know.
    pub exceptions: Vec<String>,
    /// What must be settled before numbers can be spent.
    pub obstacles: Vec<String>,
    /// The documents in the order of the volume.
    pub order: Vec<MockRow>,
}

/// A line of the order.
#[derive(Debug, Serialize)]
pub struct MockRow {
    /// Its first number, counted from 1 within the volume.
    pub position: u64,
    /// How many numbers it takes.
    pub pages: u64,
    /// Which document.
    pub document: String,
    /// Its custodian.
    pub custodian: String,
    /// When its family was sent.
    pub sorted_at: Option<DateTime<Utc>>,
    /// Its disposition.
    pub bucket: &'static str,
}

/// The comparison of a volume with its rebuild.
#[derive(Debug, Serialize)]
pub struct RebuildReport {
    /// The volume.
    pub volume: VolumeName,
    /// Files compared.
    pub files: u64,
    /// Files that differ, by path.
    pub differing: Vec<String>,
}

/// What a production needs, gathered from the ledger.
struct Gathered {
    profile: Profile,
    population: i64,
    zone: Tz,
    candidates: Vec<Candidate>,
    documents: BTreeMap<DocId, DocumentRow>,
}

impl Workspace {
    /// Counts, sizes, exceptions and order of what would be produced; spends no number.
    ///
    /// # Errors
    /// No population yet, or a register that is wrong.
    pub fn mock(&self, request: &RequestId) -> Result<MockReport, WorkspaceError> {
        let gathered = self.gather_decided(request)?;
        Ok(MockReport::from(duces_packager::mock(&gathered.profile, &gathered.candidates)))
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
        let register = self.pin_register()?;
        let mut gathered = self.gather_decided(&options.request)?;
        let waiting = if options.partial { leave_out_undecided(&mut gathered.candidates) } else { Vec::new() };
        refuse_pending(&options.request, &gathered.candidates)?;
        let name = match &options.volume {
            Some(name) => name.clone(),
            None => self.next_volume_name()?,
        };
        let reserved = self.reserved(&name)?;
        self.clear_unsealed(&name, reserved.is_some())?;
        let out_dir = self.productions();
        files::make_folder(&out_dir)?;
        let order = self.order(&gathered, &name, &options.request, &out_dir);
        let mut retained = ArchiveReader::new(&self.root, &self.config.archives, &gathered.documents);
        let mut numbers = Series {
            prefix: self.config.bates_prefix.clone(),
            width: self.config.bates_width,
            ledger: &mut self.ledger,
            actor,
            name: &name,
            reserved: reserved.clone(),
        };
        let produced = duces_packager::produce(&order, &mut numbers, &mut retained, observer)?;
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
                "profile": PROFILE,
                "zip_sha256": produced.volume.zip_sha256,
                "register": register,
            }),
        };
        self.ledger.seal(&actor.act(), &name, &record)?;
        Ok(report(&name, &gathered.profile, &produced, reserved.is_some()))
    }

    /// Voids the numbers of a volume that was begun and will not be finished.
    ///
    /// # Errors
    /// A volume that is sealed or unknown.
    pub fn void(&mut self, name: &VolumeName, why: &str, actor: &Actor) -> Result<(), WorkspaceError> {
        let reserved = matches!(self.ledger.volume(name)?, Some(record) if matches!(record.state, VolumeState::Reserved));
        if reserved {
            self.clear_unsealed(name, true)?;
        }
        Ok(self.ledger.void(&actor.act(), name, why)?)
    }

    /// Builds a sealed volume again in a scratch folder and compares every byte.
    ///
    /// # Errors
    /// An unknown volume, or retained material that is no longer what it was.
    pub fn rebuild(&mut self, name: &VolumeName, observer: &dyn Observer) -> Result<RebuildReport, WorkspaceError> {
        let sealed = self.sealed(name)?;
        let decided = sealed.members.iter().map(|member| (member.document, member.disposition.clone())).collect();
        let population = self.ledger.population_numbered(sealed.population)?;
        let mut gathered = self.gather(&self.register_of(&sealed)?, population, decided)?;
        leave_out_undecided(&mut gathered.candidates);
        let scratch = self.root.join(".duces").join(format!("rebuild-{name}"));
        files::remove_folder(&scratch)?;
        files::make_folder(&scratch)?;
        let mut retained = ArchiveReader::new(&self.root, &self.config.archives, &gathered.documents);
        let order = self.order(&gathered, name, &sealed.request, &scratch);
        let first = sealed.members.iter().find_map(|member| member.bates.as_ref()).map(|bates| bates.first().clone());
        if let Some(first) = first {
            duces_packager::rebuild(&order, &first, &mut retained, observer)?;
        }
        let compared = files::compare_trees(&self.volume_path(name), &scratch.join(name.as_str()))?;
        files::remove_folder(&scratch)?;
        Ok(RebuildReport { volume: name.clone(), files: compared.files, differing: compared.differing })
    }

    /// Numbers of documents that sealed volumes of this request hold.
    pub(crate) fn already_produced(&self, request: &RequestId) -> Result<BTreeMap<DocId, BatesNumber>, WorkspaceError> {
        let mut produced = BTreeMap::new();
        for volume in self.ledger.volumes()? {
            let Some(sealed) = volume.sealed().filter(|sealed| sealed.request == *request) else { continue };
            for member in &sealed.members {
                if let (Disposition::Produce { .. }, Some(bates)) = (&member.disposition, &member.bates) {
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
    ) -> Order<'a> {
        Order {
            profile: &gathered.profile,
            volume: volume.clone(),
            request: request.clone(),
            zone: gathered.zone,
            candidates: gathered.candidates.clone(),
            out_dir,
            tool: concat!("duces ", env!("CARGO_PKG_VERSION")).to_owned(),
            extra_manifest: serde_json::Value::Null,
        }
    }

    /// The next name that no volume ever had: prefix and three digits.
    fn next_volume_name(&self) -> Result<VolumeName, WorkspaceError> {
        let taken: BTreeSet<String> = self.ledger.volumes()?.iter().map(|volume| volume.name.to_string()).collect();
        let prefix = self.config.bates_prefix.as_str().replace('-', "_");
        let unfinished = self.ledger.volumes()?.into_iter().find(|volume| matches!(volume.state, VolumeState::Reserved));
        if let Some(volume) = unfinished {
            return Err(WorkspaceError::TooEarly {
                missing: format!("volume {} was begun and is not sealed", volume.name),
                hint: format!("finish it with --volume {}, or void it with --void {} --why …", volume.name, volume.name),
            });
        }
        let free = (1..=u32::MAX).map(|n| format!("{prefix}{n:03}")).find(|name| {
            !taken.contains(name) && !self.productions().join(name).exists()
        });
        free.unwrap_or(prefix).parse().map_err(|error: duces_model::ids::IdError| WorkspaceError::TooEarly {
            missing: error.to_string(),
            hint: "name the volume with --volume".to_owned(),
        })
    }

    fn reserved(&self, name: &VolumeName) -> Result<Option<BatesRange>, WorkspaceError> {
        match self.ledger.volume(name)? {
            None => Ok(None),
            Some(record) if matches!(record.state, VolumeState::Reserved) => Ok(Some(record.range)),
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
            return files::remove_file(&zip);
        }
        match [path, zip].into_iter().find(|path| path.symlink_metadata().is_ok()) {
            Some(path) => Err(WorkspaceError::Exists { path }),
            None => Ok(()),
        }
    }

    fn gather_decided(&self, request: &RequestId) -> Result<Gathered, WorkspaceError> {
        let population = self.population(request)?;
        let decided = self.ledger.dispositions(population.key)?;
        let register = self.register()?;
        let decided = decided.into_iter().map(|row| (row.document, row.disposition)).collect();
        self.gather(&register, population, decided)
    }

    /// The register as it was when the volume was sealed: the ledger keeps its bytes.
    fn register_of(&self, sealed: &SealedVolume) -> Result<Register, WorkspaceError> {
        let pinned: Vec<(String, Sha256)> = serde_json::from_value(sealed.facts["register"].clone()).unwrap_or_default();
        let mut files = Vec::new();
        for (path, digest) in pinned {
            let bytes = self.ledger.bytes(&digest)?.ok_or_else(|| WorkspaceError::TooEarly {
                missing: format!("the ledger no longer holds register/{path} as it was"),
                hint: "restore .duces/ledger.sqlite from its copy".to_owned(),
            })?;
            files.push((path, bytes));
        }
        Ok(Register::from_files(files)?)
    }

    /// Keeps the register's bytes, so that the volume can be built again after the register changed.
    fn pin_register(&mut self) -> Result<Vec<(String, Sha256)>, WorkspaceError> {
        let register = self.register()?;
        let mut pinned = Vec::new();
        for file in &register.files {
            pinned.push((file.path.clone(), self.ledger.store_bytes(&file.bytes)?));
        }
        Ok(pinned)
    }

    fn gather(
        &self,
        register: &Register,
        population: Population,
        decided: BTreeMap<DocId, Disposition>,
    ) -> Result<Gathered, WorkspaceError> {
        let profile = Profile::builtin(PROFILE).ok_or_else(|| WorkspaceError::Unknown {
            what: "profile",
            name: PROFILE.to_owned(),
            known: Profile::builtin_names().map(str::to_owned).collect(),
        })??;
        let items = items_by_document(&population);
        let ids: Vec<DocId> = decided.keys().copied().collect();
        let rows = self.ledger.families(&self.ledger.rows_of(&ids)?)?;
        let families = self.ledger.documents(&rows)?;
        let embedded = embedded_digests(&families);
        let mut documents = BTreeMap::new();
        let mut candidates = Vec::new();
        for document in families {
            if let Some(disposition) = decided.get(&document.id) {
                let inside = embedded.get(&document.id).cloned().unwrap_or_default();
                candidates.push(candidate(&document, disposition.clone(), inside, &items, register));
                documents.insert(document.id, document);
            }
        }
        // The zone of the request's own period, from the request as it was frozen.
        let request = self.pinned_request(&population.request, &population, register)?;
        let zone = request.items().first().map_or(self.config.firm.zone, |item| item.period.zone());
        Ok(Gathered { profile, population: population.key, zone, candidates, documents })
    }
}

/// For each document the digests of everything inside it, at any depth, in the population or not.
fn embedded_digests(families: &[DocumentRow]) -> BTreeMap<DocId, Vec<Sha256>> {
    let parents: BTreeMap<DocId, Option<DocId>> =
        families.iter().map(|document| (document.id, document.parent)).collect();
    let mut inside: BTreeMap<DocId, Vec<Sha256>> = BTreeMap::new();
    for document in families {
        let mut above = document.parent;
        while let Some(holder) = above {
            inside.entry(holder).or_default().push(document.native_sha256);
            above = parents.get(&holder).copied().flatten();
        }
    }
    inside
}

fn items_by_document(population: &Population) -> BTreeMap<DocId, Vec<ItemId>> {
    let mut items: BTreeMap<DocId, Vec<ItemId>> = BTreeMap::new();
    for item in &population.items {
        for (document, _) in &item.members {
            items.entry(*document).or_default().push(item.item.clone());
        }
    }
    items
}

fn candidate(
    document: &DocumentRow,
    disposition: Disposition,
    embedded: Vec<Sha256>,
    items: &BTreeMap<DocId, Vec<ItemId>>,
    register: &Register,
) -> Candidate {
    let custodians: BTreeSet<String> =
        document.attributions.iter().map(|attribution| register.custodian_of(&attribution.source)).collect();
    let custodian = document.attributions.iter().min_by_key(|a| (a.basis, a.source.clone()));
    Candidate {
        document: document.id,
        family: document.root,
        parent: document.parent,
        part: document.part.clone(),
        kind: document.kind,
        custodian: custodian.map_or_else(|| "Unattributed".to_owned(), |a| register.custodian_of(&a.source)),
        all_custodians: custodians.into_iter().collect(),
        all_paths: vec![format!("{}/{}", document.archive, document.path)],
        sorted_at: document.sent_at,
        disposition,
        native_sha256: document.native_sha256,
        bytes: document.bytes,
        embedded,
        items: items.get(&document.id).cloned().unwrap_or_default(),
    }
}

/// A family with an open decision waits whole for a later volume; says which documents wait.
fn leave_out_undecided(candidates: &mut Vec<Candidate>) -> Vec<Member> {
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
            "decide them in review/decisions-{request}.csv and run duces select {request} --decisions …; or produce \
             what is decided with --partial, and the certificate will say that it is partial"
        ),
    })
}

fn report(name: &VolumeName, profile: &Profile, produced: &duces_packager::Produced, finished_earlier: bool) -> Produced {
    Produced {
        volume: name.clone(),
        path: produced.volume.folder.clone(),
        zip: produced.volume.zip.clone(),
        bates: produced.production.bates(),
        dispositions: produced.production.counts(),
        manifest_sha256: produced.volume.manifest_sha256.to_string(),
        profile: profile.statement.clone(),
        exceptions: produced.exceptions.iter().map(words).collect(),
        finished_earlier,
    }
}

/// An exception in one line: by its number where it has one, else by its document.
fn words(exception: &duces_packager::Exception) -> String {
    match &exception.bates {
        Some(bates) => format!("{}: {}", bates.first(), exception.kind),
        None => format!("document {}: {}", exception.document, exception.kind),
    }
}

impl From<Mock> for MockReport {
    fn from(mock: Mock) -> Self {
        Self {
            documents: mock.documents,
            numbers: mock.numbers,
            families: mock.families,
            natives: mock.natives,
            bytes: mock.bytes,
            by_custodian: mock.by_custodian.iter().map(|(name, count)| (name.clone(), count.numbers)).collect(),
            by_bucket: mock.by_bucket,
            exceptions: mock.exceptions.iter().map(words).collect(),
            obstacles: mock.obstacles.iter().map(ToString::to_string).collect(),
            order: mock
                .order
                .iter()
                .map(|line| MockRow {
                    position: line.position,
                    pages: line.pages,
                    document: line.document.to_string(),
                    custodian: line.custodian.clone(),
                    sorted_at: line.sorted_at,
                    bucket: line.bucket,
                })
                .collect(),
        }
    }
}

/// The ledger's series: the only way to a number.
struct Series<'a> {
    ledger: &'a mut Ledger,
    actor: &'a Actor,
    name: &'a VolumeName,
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
                .reserve(&self.actor.act(), &self.prefix, self.width, numbers, self.name)
                .map_err(NumberError::new),
            Some(range) if range.pages() == numbers => Ok(range.clone()),
            Some(range) => Err(NumberError::new(format!(
                "{range} holds {} numbers and the decisions now need {numbers}: void the volume and produce another",
                range.pages()
            ))),
        }
    }
}
