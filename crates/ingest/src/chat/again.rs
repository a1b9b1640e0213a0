//! Room-days of an export, made again one after another.

use crate::chat::export::{Export, Found, NOTHING, Unit, empty, written};
use crate::chat::slack_files;
use crate::limits::Limits;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// An export that is open for room-days to be made of it again. It is taken apart once, and the piece that was read last is
/// kept, so that the days of a file cost one reading of it and not one each.
pub(crate) struct Reopened {
    path: PathBuf,
    stamp: Stamp,
    export: Box<Export>,
    piece: Option<(u64, Vec<(u64, Unit)>)>,
}

/// What tells that a file was changed.
type Stamp = (u64, Option<SystemTime>);

fn stamp(path: &Path) -> std::io::Result<Stamp> {
    let found = path.metadata()?;
    Ok((found.len(), found.modified().ok()))
}

impl Reopened {
    /// Opens an export.
    ///
    /// # Errors
    /// In words, where the file is no export any more or cannot be read.
    pub(crate) fn open(path: &Path, limits: &Limits) -> Result<Self, String> {
        let stamp = stamp(path).map_err(|error| error.to_string())?;
        let head = slack_files::head(path).map_err(|error| error.to_string())?;
        let Some(Found::Export(export)) = Export::detect(path, stamp.0, &head, limits) else {
            return Err("it is no export of chats any more".to_owned());
        };
        Ok(Self { path: path.to_owned(), stamp, export, piece: None })
    }

    /// Whether it is this file's, which has neither another size nor another time since it was opened.
    pub(crate) fn is_of(&self, path: &Path) -> bool {
        self.path == path && stamp(path).is_ok_and(|now| now == self.stamp)
    }

    /// One room-day, written as a file again.
    ///
    /// # Errors
    /// In words, where there is no such room-day.
    pub(crate) fn bytes(&mut self, place: u64) -> Result<Vec<u8>, String> {
        if place == NOTHING {
            return Ok(written(place, empty(), self.export.limits()).bytes);
        }
        let missing =
            || format!("the export has no room-day {} in its piece {}", place & 0xFF_FFFF, place >> 24);
        let at = self.export.piece_of(place).ok_or_else(missing)?;
        if self.piece.as_ref().is_none_or(|(own, _)| *own != at) {
            self.piece = Some((at, self.export.units(at).ok_or_else(missing)?));
        }
        let units = self.piece.iter().flat_map(|(_, units)| units);
        let found = units.into_iter().find(|(known, _)| *known == place);
        let (_, unit) = found.ok_or_else(missing)?;
        Ok(unit.clone().item(place, self.export.limits()).bytes)
    }
}
