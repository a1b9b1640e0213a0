//! A workspace opened: its folders, its lock, its ledger.

use crate::collected::ARCHIVE;
use crate::config::{self, Archive, Config};
use crate::error::WorkspaceError;
use crate::files::{self, Doing};
use crate::mappings;
use chrono::{DateTime, Utc};
use duces_indexer::{Index, Snapshot};
use duces_ingest::extract::{Extractor, Passwords};
use duces_ledger::{Act, Ledger};
use duces_model::{Mistakes, RequestId, VolumeName};
use duces_register::Register;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Who does something, and when: the face knows, no library asks the clock.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The person, as the audit trail will name them.
    pub name: String,
    /// When the command was given.
    pub now: DateTime<Utc>,
}

impl Actor {
    /// The same for the ledger.
    pub(crate) fn act(&self) -> Act {
        Act { at: self.now, by: self.name.clone() }
    }
}

/// One firm's directory, opened by one process at a time.
#[derive(Debug)]
pub struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) config: Config,
    pub(crate) ledger: Ledger,
    /// Held as long as the workspace is open; the system releases it when the process ends, however.
    _lock: File,
}

/// The passwords for encrypted files, a line each, in `file-passwords.txt` beside the settings; none where there is no such
/// file.
fn passwords(root: &Path) -> Result<Passwords, WorkspaceError> {
    let path = root.join("file-passwords.txt");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Passwords::of_lines(&text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Passwords::default()),
        Err(error) => Err(error).doing("read the passwords", &path),
    }
}

/// What `duces init` writes into a new workspace.
#[derive(Debug, Clone)]
pub struct NewFirm {
    /// Legal name.
    pub name: String,
    /// CRD number.
    pub crd: String,
    /// Mail domains.
    pub domains: Vec<String>,
    /// Home time zone.
    pub zone: chrono_tz::Tz,
    /// Where the retained communications lie.
    pub archive: PathBuf,
    /// Prefix of its Bates numbers.
    pub prefix: String,
}

impl Workspace {
    /// Makes a new workspace: settings, empty register with its column heads, folders, ledger.
    ///
    /// # Errors
    /// Where the folder holds a workspace already, or cannot be written.
    pub fn init(root: &Path, firm: &NewFirm, actor: &Actor) -> Result<Vec<PathBuf>, WorkspaceError> {
        let settings = root.join("duces.toml");
        if settings.exists() {
            return Err(WorkspaceError::Exists { path: settings });
        }
        let text = settings_text(firm);
        config::parse("duces.toml", &text)?;
        let mut written = Vec::new();
        for (name, content) in duces_register::EMPTY_FILES {
            let path = root.join("register").join(name);
            if !path.exists() {
                files::create(&path, content.as_bytes())?;
                written.push(path);
            }
        }
        for folder in ["register/controls", "register/review-log", "requests"] {
            let path = root.join(folder);
            fs::create_dir_all(&path).doing("create the folder", &path)?;
        }
        Self::begin(root, actor)?;
        // Last, because it makes the folder a workspace.
        files::create(&settings, text.as_bytes())?;
        written.push(settings);
        Ok(written)
    }

    /// Makes the ledger of a workspace whose settings stand there already.
    ///
    /// # Errors
    /// Where there is a ledger already, or it cannot be written.
    pub fn begin(root: &Path, actor: &Actor) -> Result<(), WorkspaceError> {
        let state = root.join(".duces");
        fs::create_dir_all(&state).doing("create the folder", &state)?;
        let ledger = state.join("ledger.sqlite");
        if ledger.exists() {
            return Err(WorkspaceError::Exists { path: ledger });
        }
        Ledger::create(&ledger, &actor.act())?;
        Ok(())
    }

    /// Opens the workspace at `root` for this process alone.
    ///
    /// # Errors
    /// No workspace, mistakes in its settings, another process at work, a ledger of a newer version.
    pub fn open(root: &Path, actor: &Actor) -> Result<Self, WorkspaceError> {
        let mut config = read_config(root)?;
        config.mappings = mappings::read(&root.join("register").join("mappings"))?;
        refuse_entangled(root, &config)?;
        if root.join(ARCHIVE).is_dir() {
            config.archives.push(Archive { name: ARCHIVE.to_owned(), path: ARCHIVE.into() });
        }
        config.passwords = passwords(root)?;
        let state = root.join(".duces");
        let lock = lock(&state, root)?;
        let path = state.join("ledger.sqlite");
        if !path.exists() {
            refuse_lost_ledger(root)?;
            Self::begin(root, actor)?;
        }
        let ledger = Ledger::open(&path)?;
        Ok(Self { root: root.to_owned(), config, ledger, _lock: lock })
    }

    /// Has text taken out of files by `extractor` from now on, instead of in this process.
    pub fn read_files_with(&mut self, extractor: Arc<dyn Extractor>) {
        self.config.extractor = extractor;
    }

    /// The workspace's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Its settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Its register, read and checked anew.
    ///
    /// # Errors
    /// All mistakes in the register's files.
    pub fn register(&self) -> Result<Register, WorkspaceError> {
        Ok(Register::read(&self.root.join("register"))?)
    }

    pub(crate) fn index_path(&self) -> PathBuf {
        self.root.join(".duces").join("index")
    }

    /// The index as it stands, held against the ledger: a result over an index that lacks documents, or
    /// that an interrupted run left behind, would be wrong without a sign of it.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, WorkspaceError> {
        if !self.index_path().exists() {
            return Err(WorkspaceError::TooEarly {
                missing: "nothing is indexed yet".to_owned(),
                hint: "run duces index first".to_owned(),
            });
        }
        let index = Index::open(&self.index_path())?;
        let marks = self.ledger.checkpoints()?;
        let snapshot = index.snapshot()?;
        // Rows are dense from 1. That they add up was checked when the run ended; here it is asked quickly.
        let recorded = self.ledger.next_row()? - 1;
        if marks.pending.is_some() || index.checkpoint()? != marks.settled || snapshot.documents() != recorded
        {
            return Err(WorkspaceError::TooEarly {
                missing: format!(
                    "the index holds {} documents and the ledger {recorded}: an indexing was interrupted",
                    snapshot.documents()
                ),
                hint: "run duces index; where that does not help, duces index --rebuild".to_owned(),
            });
        }
        Ok(snapshot)
    }

    /// Refuses where the register's rules of attribution changed since the last indexing: what belongs to
    /// which source is then not known.
    pub(crate) fn require_attributed(&self, register: &Register) -> Result<(), WorkspaceError> {
        match self.ledger.attribution_digest()? {
            Some(recorded) if recorded == register.attribution_digest() => Ok(()),
            None => Err(WorkspaceError::TooEarly {
                missing: "nothing is indexed yet".to_owned(),
                hint: "run duces index first".to_owned(),
            }),
            Some(_) => Err(WorkspaceError::TooEarly {
                missing: "the register changed since the last indexing, so it is not known what belongs to which source"
                    .to_owned(),
                hint: "run duces index: it attributes everything anew".to_owned(),
            }),
        }
    }

    pub(crate) fn report(&self, name: &str) -> PathBuf {
        self.root.join("reports").join(name)
    }

    pub(crate) fn productions(&self) -> PathBuf {
        self.root.join("productions")
    }

    pub(crate) fn volume_path(&self, name: &VolumeName) -> PathBuf {
        self.productions().join(name.as_str())
    }

    pub(crate) fn archive(&self, name: &str) -> Option<&Archive> {
        self.config.archives.iter().find(|archive| archive.name == name)
    }

    /// Names of the request files, in order.
    pub fn requests(&self) -> Result<Vec<RequestId>, WorkspaceError> {
        let folder = self.root.join("requests");
        let mut names = Vec::new();
        if !folder.is_dir() {
            return Ok(names);
        }
        for entry in fs::read_dir(&folder).doing("read the folder", &folder)? {
            let path = entry.doing("read the folder", &folder)?.path();
            // A draft is no request until a person has accepted it.
            if path.extension().is_some_and(|ending| ending == "toml")
                && !path.to_string_lossy().ends_with(".draft.toml")
                && let Some(Ok(id)) = path.file_stem().and_then(|stem| stem.to_str()).map(str::parse)
            {
                names.push(id);
            }
        }
        names.sort();
        Ok(names)
    }
}

/// Reads and checks the settings at `root` without opening the workspace.
///
/// # Errors
/// No workspace there, or mistakes in its settings.
pub fn read_config(root: &Path) -> Result<Config, WorkspaceError> {
    let path = root.join("duces.toml");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(config::parse("duces.toml", &text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(WorkspaceError::NotAWorkspace { path: root.to_owned() })
        }
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Err(WorkspaceError::Mistakes(
            Mistakes::one(duces_model::Mistake::of_file("duces.toml", "expected UTF-8 text")),
        )),
        Err(source) => Err(WorkspaceError::Io { doing: "read", path, source }),
    }
}

/// A workspace that has output and no ledger lost it: a new one would issue old numbers again.
fn refuse_lost_ledger(root: &Path) -> Result<(), WorkspaceError> {
    let holds_something =
        |folder: &&str| fs::read_dir(root.join(folder)).is_ok_and(|mut entries| entries.next().is_some());
    let left: Vec<_> = ["productions", "certificates", "review", ".duces/index"]
        .into_iter()
        .filter(holds_something)
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    Err(WorkspaceError::Refused {
        what: format!("{} has no ledger, and its output is still there", root.display()),
        reasons: left.iter().map(|folder| format!("{folder} is not empty")).collect(),
        hint: "restore .duces/ledger.sqlite from its copy: a new ledger would issue the same Bates numbers again".to_owned(),
    })
}

/// An archive is only read, so it can neither hold the workspace nor be one of the folders that are written,
/// and no file lies in two archives.
fn refuse_entangled(root: &Path, config: &Config) -> Result<(), WorkspaceError> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let root_real = real(root);
    let written: Vec<PathBuf> =
        [".duces", "productions", "certificates", "reports", "review", "register", "requests", ARCHIVE]
            .iter()
            .map(|folder| root_real.join(folder))
            .collect();
    let archives: Vec<PathBuf> =
        config.archives.iter().map(|archive| real(&archive.absolute(root))).collect();
    let mut reasons = Vec::new();
    for (at, (archive, path)) in config.archives.iter().zip(&archives).enumerate() {
        if root_real.starts_with(path) {
            reasons.push(format!("archive {} holds the workspace itself", archive.name));
        } else if let Some(folder) = written.iter().find(|folder| path.starts_with(folder)) {
            reasons.push(format!(
                "archive {} lies in {}, which duces writes",
                archive.name,
                folder.display()
            ));
        }
        for (other, beside) in config.archives.iter().zip(&archives).skip(at + 1) {
            if path.starts_with(beside) || beside.starts_with(path) {
                reasons.push(format!("archives {} and {} share files", archive.name, other.name));
            }
        }
    }
    if reasons.is_empty() {
        return Ok(());
    }
    Err(WorkspaceError::Refused {
        what: "the archives of duces.toml cannot be read as they lie".to_owned(),
        reasons,
        hint: "give each archive a folder of its own".to_owned(),
    })
}

fn lock(state: &Path, root: &Path) -> Result<File, WorkspaceError> {
    fs::create_dir_all(state).doing("create the folder", state)?;
    let path = state.join("lock");
    let file = File::options().create(true).append(true).open(&path).doing("open", &path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(WorkspaceError::Busy { path: root.to_owned() }),
        // A file system that cannot lock (some network shares) cannot carry the ledger or the index
        // safely either.
        Err(TryLockError::Error(source)) => Err(WorkspaceError::Io { doing: "lock", path, source }),
    }
}

fn settings_text(firm: &NewFirm) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let domains: Vec<_> = firm.domains.iter().map(|domain| quoted(domain)).collect();
    format!(
        "# Settings of this workspace. crates/workspace/SETTINGS.md in the source explains each.\n\
         format = 1\n\n[firm]\nname = {}\ncrd = {}\ndomains = [{}]\nzone = {}\n\n\
         [[archive]]\nname = \"mail\"\npath = {}\n\n[index]\nmemory_mb = 512\n\n\
         [production]\nprefix = {}\nwidth = 7\n",
        quoted(&firm.name),
        quoted(&firm.crd),
        domains.join(", "),
        quoted(firm.zone.name()),
        quoted(&firm.archive.to_string_lossy()),
        quoted(&firm.prefix),
    )
}
