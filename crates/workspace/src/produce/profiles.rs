//! Delivery profiles: those of the program, and the firm's own in `profiles/`.

use crate::error::WorkspaceError;
use crate::files::{self, Doing as _};
use crate::home::Workspace;
use duces_ledger::SealedVolume;
use duces_model::{Mistake, Mistakes, Sha256, VolumeName};
use duces_packager::{Encryption, Profile};
use duces_volume::Password;
use std::path::PathBuf;

/// A volume's password, and its file where it was written just now.
pub(crate) struct Kept {
    pub(crate) password: Option<Password>,
    new: Option<PathBuf>,
}

impl Kept {
    /// Takes the file back where the volume was not made: a password of nothing is not to lie about.
    pub(crate) fn unless_made<T>(self, made: Result<T, WorkspaceError>) -> Result<T, WorkspaceError> {
        match (made, self.new) {
            (Err(error), Some(path)) => {
                // What went wrong first is told; a file that cannot be removed holds a password of nothing.
                let _ = files::remove_file(&path);
                Err(error)
            }
            (made, _) => made,
        }
    }
}

fn parsed(file: &str, name: &str, text: &str) -> Result<Profile, WorkspaceError> {
    let profile = Profile::parse(file, text)?;
    if profile.name != name {
        let message = format!("found the name {:?}, expected {name:?}, as the file says", profile.name);
        return Err(Mistakes::one(Mistake::of_file(file, message)).into());
    }
    Ok(profile)
}

impl Workspace {
    /// The profile of this name.
    pub(crate) fn profile(&self, name: &str) -> Result<Profile, WorkspaceError> {
        let (file, text) = self.profile_text(name)?;
        parsed(&file, name, &text)
    }

    /// The text of the profile of this name, and the name of its file. A profile of the firm's lies in
    /// `profiles/NAME.toml` and never stands for one of the program's.
    pub(crate) fn profile_text(&self, name: &str) -> Result<(String, String), WorkspaceError> {
        let own = self.own_profiles()?;
        let file = own.iter().find(|(known, _)| known == name).map(|(_, path)| path);
        match (Profile::builtin_text(name), file) {
            (Some(_), Some(path)) => Err(WorkspaceError::Exists { path: path.clone() }),
            (Some((file, text)), None) => Ok((file, text.to_owned())),
            (None, Some(path)) => {
                let text = std::fs::read_to_string(path).doing("read", path)?;
                Ok((format!("profiles/{name}.toml"), text))
            }
            (None, None) => {
                let known = Profile::builtin_names().map(str::to_owned);
                let known = known.chain(own.into_iter().map(|(name, _)| name)).collect();
                Err(WorkspaceError::Unknown { what: "profile", name: name.to_owned(), known })
            }
        }
    }

    /// The profile that a sealed volume was made by: its text as the ledger keeps it, whatever the files say now. Of a
    /// volume that was sealed before texts were kept, the profile of that name.
    pub(crate) fn profile_of_sealed(&self, sealed: &SealedVolume) -> Result<Profile, WorkspaceError> {
        let name = sealed.facts["profile"].as_str().unwrap_or(super::PROFILE);
        if sealed.facts["profile_text"].is_null() {
            return self.profile(name);
        }
        let lost = || WorkspaceError::TooEarly {
            missing: format!(
                "the ledger no longer holds the text of profile {name}, by which the volume was made"
            ),
            hint: "restore .duces/ledger.sqlite from its copy".to_owned(),
        };
        let digest: Sha256 =
            serde_json::from_value(sealed.facts["profile_text"].clone()).map_err(|_| lost())?;
        let bytes = self.ledger.bytes(&digest)?.ok_or_else(lost)?;
        let text = String::from_utf8(bytes).map_err(|_| lost())?;
        parsed(&format!("profile {name} as it was when the volume was sealed"), name, &text)
    }

    fn own_profiles(&self) -> Result<Vec<(String, PathBuf)>, WorkspaceError> {
        let folder = self.root.join("profiles");
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&folder).doing("read the folder", &folder)? {
            let path = entry.doing("read the folder", &folder)?.path();
            let name = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
            if path.extension().is_some_and(|ending| ending == "toml")
                && let Some(name) = name
            {
                found.push((name, path));
            }
        }
        found.sort();
        Ok(found)
    }

    /// The password of a volume, where its profile asks for encryption: the one in `passwords/NAME.txt`, or
    /// else `made`, which is written there first. It lies outside the volume and leaves by another way; the
    /// ledger never holds it.
    pub(crate) fn password(
        &self,
        profile: &Profile,
        name: &VolumeName,
        made: Option<&Password>,
    ) -> Result<Kept, WorkspaceError> {
        if profile.delivery.encryption.value != Encryption::Aes256 {
            return Ok(Kept { password: None, new: None });
        }
        let path = self.password_path(name);
        if !path.exists() {
            let Some(made) = made else { return Ok(Kept { password: None, new: None }) };
            files::make_folder(&self.root.join("passwords"))?;
            files::create(&path, format!("{}\n", made.reveal()).as_bytes())?;
            return Ok(Kept { password: Some(made.clone()), new: Some(path) });
        }
        let text = std::fs::read_to_string(&path).doing("read", &path)?;
        match Password::new(text.trim()) {
            Some(password) => Ok(Kept { password: Some(password), new: None }),
            None => {
                let message = format!("found no password of at least {} visible signs", Password::LEAST);
                Err(Mistakes::one(Mistake::of_file(format!("passwords/{name}.txt"), message)).into())
            }
        }
    }

    /// Where the password of a volume lies.
    pub(crate) fn password_path(&self, name: &VolumeName) -> PathBuf {
        self.root.join("passwords").join(format!("{name}.txt"))
    }
}
