//! From a regulator's letter to a request file: a draft is proposed, and nothing runs until a person has
//! gone through it and accepted it.

use crate::error::WorkspaceError;
use crate::files::{self, Doing as _};
use crate::home::{Actor, Workspace};
use duces_letters::{BYTES_MAX, KnownPeople, KnownPerson};
use duces_model::{Mistake, Mistakes, RequestId, Sha256};
use duces_register::Register;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// A draft was made of a letter.
#[derive(Debug, Serialize)]
pub struct DraftReport {
    /// The name that the request will have.
    pub request: RequestId,
    /// Where the draft lies.
    pub draft: PathBuf,
    /// What is proposed, and what could not be placed, in words.
    pub told: String,
    /// Items that are proposed.
    pub items: u64,
    /// Lines of the letter that could not be placed.
    pub not_placed: u64,
}

/// A draft was accepted.
#[derive(Debug, Serialize)]
pub struct AcceptReport {
    /// The request.
    pub request: RequestId,
    /// Its file.
    pub file: PathBuf,
    /// Who went through the draft, as it says.
    pub accepted_by: String,
    /// Its items, searched or not.
    pub items: u64,
}

/// The register as a letter is read against.
struct Known<'r>(&'r Register);

impl KnownPeople for Known<'_> {
    fn people(&self) -> Vec<KnownPerson> {
        let known = |person: &duces_register::Person| KnownPerson {
            id: person.id.clone(),
            name: person.name.clone(),
            aliases: Vec::new(),
            addresses: self.0.addresses_of(person).into_iter().map(|held| held.address).collect(),
        };
        self.0.people.iter().map(known).collect()
    }
}

impl Workspace {
    fn draft_path(&self, id: &RequestId) -> PathBuf {
        self.root.join("requests").join(format!("{id}.draft.toml"))
    }

    /// Reads a letter and writes what it seems to ask for as a draft beside the requests. The letter's bytes
    /// are kept.
    ///
    /// # Errors
    /// A letter that cannot be read, mistakes in the register, a draft or request of that name.
    pub fn draft_request(
        &mut self,
        letter: &Path,
        id: &RequestId,
        actor: &Actor,
    ) -> Result<DraftReport, WorkspaceError> {
        let request = self.root.join(format!("requests/{id}.toml"));
        let path = self.draft_path(id);
        for taken in [&request, &path] {
            if taken.symlink_metadata().is_ok() {
                return Err(WorkspaceError::Exists { path: taken.clone() });
            }
        }
        let register = self.register()?;
        let name = letter.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = read_letter(letter)?;
        let text = duces_letters::read_letter(&name, &bytes)
            .map_err(|error| Mistakes::one(Mistake::of_file(&name, error.to_string())))?;
        let draft = duces_letters::draft(&text, &Known(&register));
        self.ledger.store_bytes(&bytes)?;
        files::create(&path, draft.to_toml().as_bytes())?;
        let (items, not_placed) = (draft.items.len() as u64, draft.not_placed.len() as u64);
        let detail = serde_json::json!({
            "request": id, "letter": name, "letter_sha256": Sha256::of(&bytes), "items": items, "not_placed": not_placed,
        });
        self.ledger.audit(&actor.act(), "draft a request", &detail)?;
        Ok(DraftReport { request: id.clone(), draft: path, told: draft.report(), items, not_placed })
    }

    /// Makes a request of a draft that a person has gone through.
    ///
    /// # Errors
    /// Everything in it that is not confirmed yet, or that is wrong in the request that it makes.
    pub fn accept_request(&mut self, id: &RequestId, actor: &Actor) -> Result<AcceptReport, WorkspaceError> {
        let path = self.draft_path(id);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let known = self.drafts()?.iter().map(ToString::to_string).collect();
                return Err(WorkspaceError::Unknown { what: "draft", name: id.to_string(), known });
            }
            Err(source) => return Err(WorkspaceError::Io { doing: "read", path, source }),
        };
        let accepted = duces_letters::check_accepted(&format!("requests/{id}.draft.toml"), &text)?;
        let file = self.root.join(format!("requests/{id}.toml"));
        let register = self.register()?;
        let name = format!("requests/{id}.toml");
        let request = self.read_request_text(&name, &accepted.text, &register)?;
        files::create(&file, accepted.text.as_bytes())?;
        // The draft as it was accepted stays in the record.
        let draft_sha256 = self.ledger.store_bytes(text.as_bytes())?;
        let detail = serde_json::json!({
            "request": id, "accepted_by": accepted.accepted_by, "letter": accepted.letter,
            "letter_sha256": accepted.letter_sha256, "draft_sha256": draft_sha256,
            "request_sha256": Sha256::of(&accepted.text),
        });
        self.ledger.audit(&actor.act(), "accept a draft", &detail)?;
        files::remove_file(&path)?;
        let items = request.numbers().len() as u64;
        Ok(AcceptReport { request: id.clone(), file, accepted_by: accepted.accepted_by, items })
    }

    /// Drafts that wait for a person, in order.
    pub fn drafts(&self) -> Result<Vec<RequestId>, WorkspaceError> {
        let folder = self.root.join("requests");
        let mut names: Vec<RequestId> = Vec::new();
        if !folder.is_dir() {
            return Ok(names);
        }
        for entry in fs::read_dir(&folder).doing("read the folder", &folder)? {
            let name = entry.doing("read the folder", &folder)?.file_name();
            let name = name.to_string_lossy();
            names.extend(name.strip_suffix(".draft.toml").and_then(|id| id.parse().ok()));
        }
        names.sort();
        Ok(names)
    }
}

/// The letter's bytes, refused before they are read where there are too many.
fn read_letter(letter: &Path) -> Result<Vec<u8>, WorkspaceError> {
    let size = fs::metadata(letter).doing("read", letter)?.len();
    if size > BYTES_MAX as u64 {
        let message = format!("the letter has {size} bytes, and one has at most {BYTES_MAX}");
        return Err(Mistakes::one(Mistake::of_file(letter.display().to_string(), message)).into());
    }
    fs::read(letter).doing("read", letter)
}
