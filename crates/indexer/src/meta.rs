//! The index's own small file, `duces-index.json`: which versions it was made with.

use crate::error::IndexError;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::Path;

/// Version of the fields and of how documents fill them.
pub const SCHEMA_VERSION: u32 = 3;
/// Version of the tokenisation; `TOKENISATION.md` states it.
pub const ANALYZER_VERSION: u32 = 2;

const FILE: &str = "duces-index.json";

#[derive(Serialize, Deserialize)]
pub(crate) struct Meta {
    schema: u32,
    analyzer: u32,
}

impl Meta {
    pub(crate) const CURRENT: Self = Self { schema: SCHEMA_VERSION, analyzer: ANALYZER_VERSION };

    /// Writes the file whole: under another name first, on disk, then renamed.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), IndexError> {
        let failed = |error| IndexError::io(dir, "write duces-index.json", error);
        let partial = dir.join(format!(".{FILE}.partial"));
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        let mut file = std::fs::File::create(&partial).map_err(failed)?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed)?;
        std::fs::rename(&partial, dir.join(FILE)).map_err(failed)
    }

    /// Whether an index of ours lies there at all.
    pub(crate) fn exists(dir: &Path) -> bool {
        dir.join(FILE).exists()
    }

    /// Reads the file and refuses versions that this program cannot search as they are meant.
    pub(crate) fn check(dir: &Path) -> Result<(), IndexError> {
        let path = || dir.to_owned();
        let text = match std::fs::read(dir.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(IndexError::Missing { path: path() });
            }
            Err(error) => return Err(IndexError::io(dir, "read duces-index.json", error)),
        };
        let damaged = |error: serde_json::Error| IndexError::Damaged {
            path: path(),
            detail: format!("duces-index.json cannot be read ({error})"),
        };
        let meta: Self = serde_json::from_slice(&text).map_err(damaged)?;
        let (found, known) = (meta.schema, SCHEMA_VERSION);
        if found > known {
            return Err(IndexError::NewerSchema { path: path(), found, known });
        }
        if found < known {
            return Err(IndexError::OlderSchema { path: path(), found, known });
        }
        if meta.analyzer != ANALYZER_VERSION {
            let (found, known) = (meta.analyzer, ANALYZER_VERSION);
            return Err(IndexError::AnalyzerDiffers { path: path(), found, known });
        }
        Ok(())
    }
}
