//! Delivery profiles: those of the program, and the firm's own in `profiles/`.

use crate::error::WorkspaceError;
use crate::files::{self, Doing as _};
use crate::home::Workspace;
use duces_model::{Mistake, Mistakes, VolumeName};
use duces_packager::{Encryption, Profile};
use duces_volume::Password;
use std::path::PathBuf;

impl Workspace {
    /// The profile of this name. A profile of the firm's lies in `profiles/NAME.toml` and never stands for one
    /// of the program's.
    pub(crate) fn profile(&self, name: &str) -> Result<Profile, WorkspaceError> {
        let own = self.own_profiles()?;
        let file = own.iter().find(|(known, _)| known == name).map(|(_, path)| path);
        match (Profile::builtin(name), file) {
            (Some(_), Some(path)) => Err(WorkspaceError::Exists { path: path.clone() }),
            (Some(profile), None) => Ok(profile?),
            (None, Some(path)) => {
                let text = std::fs::read_to_string(path).doing("read", path)?;
                let shown = format!("profiles/{name}.toml");
                let profile = Profile::parse(&shown, &text)?;
                if profile.name != name {
                    let message =
                        format!("found the name {:?}, expected {name:?}, as the file says", profile.name);
                    return Err(Mistakes::one(Mistake::of_file(&shown, message)).into());
                }
                Ok(profile)
            }
            (None, None) => {
                let known = Profile::builtin_names().map(str::to_owned);
                let known = known.chain(own.into_iter().map(|(name, _)| name)).collect();
                Err(WorkspaceError::Unknown { what: "profile", name: name.to_owned(), known })
            }
        }
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
    ) -> Result<Option<Password>, WorkspaceError> {
        if profile.delivery.encryption.value != Encryption::Aes256 {
            return Ok(None);
        }
        let path = self.password_path(name);
        if !path.exists() {
            let Some(made) = made else { return Ok(None) };
            files::make_folder(&self.root.join("passwords"))?;
            files::create(&path, format!("{}\n", made.reveal()).as_bytes())?;
            return Ok(Some(made.clone()));
        }
        let text = std::fs::read_to_string(&path).doing("read", &path)?;
        match Password::new(text.trim()) {
            Some(password) => Ok(Some(password)),
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
