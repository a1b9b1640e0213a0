//! The small trial volume that technicians ask for before the first real one.

use super::report::{Produced, report};
use super::retained::ArchiveReader;
use super::{ProduceOptions, refuse_pending};
use crate::error::WorkspaceError;
use crate::files;
use crate::home::Workspace;
use duces_model::{BatesNumber, BatesPrefix, BatesRange, DocId, Observer, VolumeName};
use duces_packager::{Candidate, NumberError, NumberSeries, Order, Press};
use std::collections::{BTreeMap, BTreeSet};

/// Families of each kind in a trial.
const OF_EACH: usize = 2;

/// A series that no request has: it starts at 1 for each trial and is recorded nowhere.
struct TrialSeries {
    prefix: BatesPrefix,
    width: u8,
}

impl NumberSeries for TrialSeries {
    fn reserve(&mut self, numbers: u64) -> Result<BatesRange, NumberError> {
        let first = BatesNumber::new(self.prefix.clone(), self.width, 1).map_err(NumberError::new)?;
        BatesRange::starting_at(first, numbers).map_err(NumberError::new)
    }
}

impl Workspace {
    /// Writes a trial volume into `trials/`: a few families of each kind, numbers of a series of its own, marked
    /// as a test everywhere. The ledger does not know it, so that it can never be certified.
    ///
    /// # Errors
    /// As [`Workspace::produce`]; and a trial of that name that stands there already.
    pub fn test_volume(
        &mut self,
        options: &ProduceOptions,
        observer: &dyn Observer,
    ) -> Result<Produced, WorkspaceError> {
        self.require_whole_index()?;
        let mut gathered = self.gather_decided(&options.request, options.profile_name())?;
        super::leave_out_undecided(&mut gathered.candidates);
        refuse_pending(&options.request, &gathered.candidates)?;
        keep_a_few(&mut gathered.candidates);
        let named = |text: String| {
            text.parse().map_err(|error: duces_model::ids::IdError| WorkspaceError::TooEarly {
                missing: error.to_string(),
                hint: "name the volume with --volume".to_owned(),
            })
        };
        let base = self.config.bates_prefix.as_str().replace('-', "_");
        let name: VolumeName = match &options.volume {
            Some(name) => named(format!("TEST_{name}"))?,
            None => named(format!("TEST_{base}"))?,
        };
        let out_dir = self.root.join("trials");
        files::make_folder(&out_dir)?;
        duces_volume::discard_partial(&out_dir, &name).map_err(duces_packager::PackError::from)?;
        let prefix = BatesPrefix::new(&format!("TEST{}", self.config.bates_prefix)).map_err(|error| {
            WorkspaceError::TooEarly { missing: error.to_string(), hint: "shorten the prefix".to_owned() }
        })?;
        gathered.threads = self.thread_fields(&options.request, &gathered, observer)?;
        let mut numbers = TrialSeries { prefix, width: self.config.bates_width };
        let kept = self.password(&gathered.profile, &name, options.password.as_ref())?;
        let password = kept.password.clone();
        let order =
            Order { password, test: true, ..self.order(&gathered, &name, &options.request, &out_dir)? };
        let mut retained = ArchiveReader::new(
            &self.root,
            &self.config,
            &gathered.documents,
            self.journal_reports(&gathered.documents)?,
        );
        let mut press = Press::new(gathered.zone);
        let made = duces_packager::produce(&order, &mut numbers, &mut retained, &mut press, observer);
        let produced = kept.unless_made(made.map_err(Into::into))?;
        let password_file = order.password.is_some().then(|| self.password_path(&name));
        Ok(report(&name, &gathered.profile, &produced, false, (password_file, true)))
    }
}

/// Keeps the first families of each kind: with and without attachments, of each ending, of each disposition.
fn keep_a_few(candidates: &mut Vec<Candidate>) {
    let mut families: BTreeMap<DocId, BTreeSet<String>> = BTreeMap::new();
    for candidate in candidates.iter() {
        let kinds = families.entry(candidate.family).or_default();
        kinds.insert(format!("{} {}", candidate.kind.as_str(), candidate.extension));
        kinds.insert(candidate.disposition.bucket().to_owned());
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept = BTreeSet::new();
    for (family, kinds) in &families {
        if kinds.iter().any(|kind| seen.get(kind).is_none_or(|count| *count < OF_EACH)) {
            kept.insert(*family);
            kinds.iter().for_each(|kind| *seen.entry(kind.clone()).or_default() += 1);
        }
    }
    candidates.retain(|candidate| kept.contains(&candidate.family));
}
