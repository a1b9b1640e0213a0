//! Where a message lies, for a person who wants to look at it.

use crate::error::{Fault, damaged};
use duces_model::ArchivePath;
use rusqlite::Connection;
use std::fmt;

/// So many places are told of each day: enough to look at some by hand, few enough for any archive.
pub(crate) const PLACES_MAX: usize = 3;

/// A message in a container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessagePlace {
    /// Name of the archive.
    pub archive: String,
    /// The container's path below the archive's root, as last known.
    pub path: ArchivePath,
    /// Place among the messages of the container, counted from 0.
    pub ordinal: u64,
}

impl MessagePlace {
    /// Where the occurrence with this key lies.
    pub(crate) fn of(connection: &Connection, occurrence: i64) -> Result<Self, Fault> {
        let mut statement = connection.prepare_cached(
            "SELECT c.archive, s.path, o.ordinal FROM occurrence o JOIN container c ON c.key = o.container
             JOIN container_state s ON s.container = c.key
             WHERE o.key = ?1 ORDER BY s.version DESC LIMIT 1",
        )?;
        let mut rows = statement.query([occurrence])?;
        let row =
            rows.next()?.ok_or_else(|| damaged(format!("found no occurrence with key {occurrence}")))?;
        Ok(Self {
            archive: row.get(0)?,
            path: ArchivePath::from_escaped(row.get::<_, String>(1)?),
            ordinal: row.get(2)?,
        })
    }
}

impl fmt::Display for MessagePlace {
    /// `archive:path, message 1`, the messages counted from 1.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}, message {}", self.archive, self.path, self.ordinal + 1)
    }
}
