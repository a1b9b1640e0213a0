//! Other mail indexers, where they are installed, on the same files.
//!
//! They do less: notmuch and mu index messages but not the text of attachments, hash no natives and
//! keep no account. The ratio says how much slower or faster duces is although it does more.

use crate::failure::Failure;
use crate::measure::{self, Measured};
use crate::report::Indexing;
use duces_samples::synthetic::Totals;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether a program can be started.
pub(crate) fn is_there(program: &str) -> Result<bool, Failure> {
    let probe = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    match probe {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(Failure::io(format!("run {program}"), source)),
    }
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|source| Failure::io(format!("make {}", folder.display()), source))
}

fn checked(command: &mut Command) -> Result<Measured, Failure> {
    let measured = measure::run(command)?;
    measured.expect_code(command, &[0])?;
    Ok(measured)
}

/// `notmuch new` into a fresh database beside the files; nothing of the user's own set-up is read.
pub(crate) fn notmuch(archive: &Path, folder: &Path, totals: &Totals) -> Result<Indexing, Failure> {
    if !is_there("notmuch")? {
        return Ok(Indexing::absent("notmuch"));
    }
    let (config, measured) = notmuch_index(archive, folder)?;
    let counted = checked(notmuch_command(&config).args(["count", "*"]))?.output.trim().parse().ok();
    let index_bytes = measure::folder_bytes(&folder.join("database"))?;
    Ok(Indexing::measured("notmuch", measured, totals, counted, index_bytes))
}

/// As [`notmuch`], not measured; the configuration with which it can be asked.
pub(crate) fn notmuch_new(archive: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    notmuch_index(archive, folder).map(|(config, _)| config)
}

fn notmuch_index(archive: &Path, folder: &Path) -> Result<(PathBuf, Measured), Failure> {
    let database = folder.join("database");
    make(&database)?;
    let config = folder.join("config");
    fs::write(&config, notmuch_config(archive, &database))
        .map_err(|source| Failure::io("write the configuration of notmuch", source))?;
    let measured = checked(notmuch_command(&config).args(["new", "--quiet", "--no-hooks"]))?;
    Ok((config, measured))
}

/// notmuch with that configuration and nothing of the user's own.
pub(crate) fn notmuch_command(config: &Path) -> Command {
    let mut command = Command::new("notmuch");
    command.env("NOTMUCH_CONFIG", config).env_remove("NOTMUCH_DATABASE");
    command
}

fn notmuch_config(archive: &Path, database: &Path) -> String {
    format!(
        "[database]\npath={}\nmail_root={}\n[user]\nname=Bench\nprimary_email=bench@synthetic.example\n\
         [new]\ntags=\nignore=\n[maildir]\nsynchronize_flags=false\n",
        database.display(),
        archive.display()
    )
}

/// `mu index` into a fresh database. Only the indexing is timed, not `mu init`.
pub(crate) fn mu(archive: &Path, folder: &Path, totals: &Totals) -> Result<Indexing, Failure> {
    if !is_there("mu")? {
        return Ok(Indexing::absent("mu"));
    }
    make(folder)?;
    let home = format!("--muhome={}", folder.display());
    let maildir = format!("--maildir={}", archive.display());
    checked(Command::new("mu").args(["init", &home, &maildir, "--quiet"]))?;
    let measured = checked(Command::new("mu").args(["index", &home, "--quiet"]))?;
    // mu has no command that prints a bare count on every version.
    Ok(Indexing::measured("mu", measured, totals, None, measure::folder_bytes(folder)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notmuch_is_pointed_at_the_files_and_writes_beside_them() {
        let config = notmuch_config(Path::new("/mail"), Path::new("/db"));
        assert!(config.contains("\npath=/db\nmail_root=/mail\n"));
        assert!(config.contains("synchronize_flags=false"), "it must not rename the files");
    }

    #[test]
    fn a_program_that_is_not_installed_is_absent_and_no_error() {
        assert!(!is_there("duces-bench-no-such-program").unwrap());
    }
}
