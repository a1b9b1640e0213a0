//! The files into which synthetic mails go.

use super::Form;
use super::compose::{Letter, MAILBOXES, mailbox_name};
use crate::staging::SamplesError;
use chrono::Datelike as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A Maildir sets flags behind a colon, which Windows allows in no file name.
const FLAGS: &str = if cfg!(windows) { ";2,S" } else { ":2,S" };

/// One mailbox.
enum Mailbox {
    Maildir { folder: PathBuf },
    Mbox { folder: PathBuf, open: Option<OpenMbox> },
    Files { folder: PathBuf },
}

/// The mbox of the year that is being written.
struct OpenMbox {
    year: i32,
    path: PathBuf,
    writer: BufWriter<File>,
}

impl OpenMbox {
    fn append(&mut self, letter: &Letter, bytes: &[u8]) -> Result<(), SamplesError> {
        let stamp = letter.at.format("%a %b %e %H:%M:%S %Y");
        writeln!(self.writer, "From {} {stamp}", letter.sender)
            .and_then(|()| self.writer.write_all(bytes))
            .and_then(|()| self.writer.write_all(b"\n"))
            .map_err(SamplesError::io("write", &self.path))
    }

    fn close(mut self) -> Result<(), SamplesError> {
        self.writer.flush().map_err(SamplesError::io("write", &self.path))
    }
}

/// All mailboxes.
pub(super) struct Sink {
    mailboxes: Vec<Mailbox>,
    files: u64,
}

impl Sink {
    pub(super) fn new(root: &Path, form: Form) -> Result<Self, SamplesError> {
        let mailboxes =
            (0..MAILBOXES).map(|number| Mailbox::new(root, form, number)).collect::<Result<_, _>>()?;
        Ok(Self { mailboxes, files: 0 })
    }

    /// Writes a mail into its mailbox. No body holds a line that starts with `From ` (see the
    /// vocabulary), so a mailbox needs no quoting.
    pub(super) fn write(&mut self, letter: &Letter, bytes: &[u8]) -> Result<(), SamplesError> {
        self.files += self.mailboxes[letter.mailbox].write(letter, bytes)?;
        Ok(())
    }

    /// Closes all files and says how many there are.
    pub(super) fn finish(self) -> Result<u64, SamplesError> {
        for mailbox in self.mailboxes {
            if let Mailbox::Mbox { open: Some(open), .. } = mailbox {
                open.close()?;
            }
        }
        Ok(self.files)
    }
}

impl Mailbox {
    fn new(root: &Path, form: Form, number: usize) -> Result<Self, SamplesError> {
        let folder = root.join(mailbox_name(number));
        let make = |folder: &Path| fs::create_dir_all(folder).map_err(SamplesError::io("make", folder));
        Ok(match (form, number % 3) {
            (Form::Maildir, _) | (Form::Mixed, 0) => {
                for name in ["cur", "new", "tmp"] {
                    make(&folder.join(name))?;
                }
                Self::Maildir { folder: folder.join("cur") }
            }
            (Form::Mbox, _) | (Form::Mixed, 1) => {
                make(&folder)?;
                Self::Mbox { folder, open: None }
            }
            (Form::Mixed, _) => {
                make(&folder)?;
                Self::Files { folder }
            }
        })
    }

    /// Writes the mail and says how many files that made.
    fn write(&mut self, letter: &Letter, bytes: &[u8]) -> Result<u64, SamplesError> {
        match self {
            Self::Maildir { folder } => {
                let name =
                    format!("{}.M{}P1.mx.synthetic.example{FLAGS}", letter.at.timestamp(), letter.number);
                write_new(&folder.join(name), bytes)
            }
            Self::Files { folder } => write_new(&folder.join(format!("{:08}.eml", letter.number)), bytes),
            Self::Mbox { folder, open } => {
                let year = letter.at.year();
                let mut made = 0;
                let mut current = match open.take() {
                    Some(current) if current.year == year => current,
                    old => {
                        old.map_or(Ok(()), OpenMbox::close)?;
                        made = 1;
                        let path = folder.join(format!("{year}.mbox"));
                        let file = File::create_new(&path).map_err(SamplesError::io("make", &path))?;
                        OpenMbox { year, path, writer: BufWriter::with_capacity(1 << 16, file) }
                    }
                };
                current.append(letter, bytes)?;
                *open = Some(current);
                Ok(made)
            }
        }
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<u64, SamplesError> {
    fs::write(path, bytes).map_err(SamplesError::io("write", path))?;
    Ok(1)
}
