//! A working list of the files that lie in the archives, held against the containers on record.
//!
//! It lies on disk beside the ledger, as a database of its own that is attached while a run of indexing
//! needs it, so that memory does not grow with the number of files. It is no part of the record: a new
//! survey removes what an earlier one left, and [`Ledger::end_survey`] removes it. What it notes of files
//! that were not read goes into the record when the run ends ([`Ledger::end_run`]).

mod files;

pub use files::{FileNote, Sighting, SurveyTotals, Surveyed, ToRead, Todo};

use crate::columns::{modified, modified_number, sha256};
use crate::containers::{self, ContainerFate, ContainerState};
use crate::error::{Fault, LedgerError, Outcome};
use crate::{Act, Ledger};
use duces_model::{ArchivePath, ContainerId, Sha256};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// `synchronous = OFF`: what a crash leaves of a survey is thrown away.
const TABLES: &str = "
PRAGMA survey.journal_mode = MEMORY;
PRAGMA survey.synchronous = OFF;
PRAGMA survey.cache_size = -32768;
CREATE TABLE survey.sighting (
  archive TEXT NOT NULL, path TEXT NOT NULL, identity BLOB NOT NULL, bytes INTEGER NOT NULL, modified INTEGER,
  maildir INTEGER NOT NULL
) STRICT;
CREATE TABLE survey.file (
  place INTEGER PRIMARY KEY, archive TEXT NOT NULL, path TEXT NOT NULL, identity BLOB NOT NULL,
  bytes INTEGER NOT NULL, modified INTEGER, maildir INTEGER NOT NULL,
  container INTEGER, id BLOB, todo INTEGER NOT NULL DEFAULT 0, passed_over INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE survey.known (
  container INTEGER PRIMARY KEY, id BLOB NOT NULL, archive TEXT NOT NULL, path TEXT NOT NULL, fate TEXT NOT NULL,
  bytes INTEGER NOT NULL, file_sha256 BLOB
) STRICT;
CREATE TABLE survey.pair (container INTEGER PRIMARY KEY, place INTEGER NOT NULL) STRICT;
CREATE TABLE survey.fate (id BLOB PRIMARY KEY, fate TEXT NOT NULL, path TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE survey.note (place INTEGER PRIMARY KEY, file TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
";

/// Orders the files, and matches them with containers: first by where a container was last seen (two
/// that were last seen in one place: the one with the higher identity), then by the identity that the
/// name gives, for a Maildir message whose flags changed; a container that moved is told by its bytes alone.
const MATCH: &str = "
INSERT INTO survey.file (archive, path, identity, bytes, modified, maildir)
  SELECT archive, path, identity, bytes, modified, maildir FROM survey.sighting ORDER BY archive, path;
DROP TABLE survey.sighting;
INSERT INTO survey.known
  SELECT c.key, c.id, c.archive, s.path, s.fate, s.file_bytes, s.file_sha256
  FROM container c JOIN container_state s ON s.container = c.key
    AND s.version = (SELECT MAX(version) FROM container_state WHERE container = c.key);
CREATE INDEX survey.known_by_path ON known (archive, path, id);
CREATE INDEX survey.known_by_id ON known (id);
CREATE INDEX survey.known_by_bytes ON known (archive, bytes, file_sha256, id);
UPDATE survey.file SET container =
  (SELECT k.container FROM survey.known k WHERE k.archive = file.archive AND k.path = file.path ORDER BY k.id DESC LIMIT 1);
CREATE INDEX survey.file_by_container ON file (container) WHERE container IS NOT NULL;
INSERT INTO survey.pair
  SELECT k.container, MIN(f.place) FROM survey.file f JOIN survey.known k ON k.id = f.identity
  WHERE f.container IS NULL AND k.fate <> 'moved'
    AND NOT EXISTS (SELECT 1 FROM survey.file g WHERE g.container = k.container)
  GROUP BY k.container;
UPDATE survey.file SET container = pair.container FROM survey.pair WHERE pair.place = file.place;
CREATE TABLE survey.missing_size (archive TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (archive, bytes)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO survey.missing_size
  SELECT k.archive, k.bytes FROM survey.known k
  WHERE k.file_sha256 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM survey.file g WHERE g.container = k.container);
";

/// A container whose file lies nowhere.
const MISSING: &str = "NOT EXISTS (SELECT 1 FROM survey.file g WHERE g.container = k.container)";

/// Numbers the files that are on record under no name: the first of those that share an identity has it.
const NUMBER: &str = "
DELETE FROM survey.pair;
INSERT INTO survey.pair
  SELECT MIN(f.place), MIN(f.place) FROM survey.file f
  WHERE f.container IS NULL AND f.passed_over = 0
    AND NOT EXISTS (SELECT 1 FROM survey.known k WHERE k.id = f.identity)
  GROUP BY f.identity;
UPDATE survey.file SET id = file.identity, todo = 1 FROM survey.pair WHERE pair.place = file.place;
";

const FATES: &str = "SELECT id, fate, path FROM survey.fate";

const FILE: &str = "f.place, f.archive, f.path, f.identity, f.bytes, f.modified, f.maildir";

impl Ledger {
    /// Begins a survey; one that was left behind is removed.
    pub fn begin_survey(&mut self) -> Outcome<()> {
        self.end_survey()?;
        let path = self.survey_path();
        // An empty file is an empty database; the ledger's connection makes no files.
        std::fs::File::create_new(&path).map_err(|source| LedgerError::Io {
            doing: "create",
            path: path.clone(),
            source,
        })?;
        let name = path.to_string_lossy().into_owned();
        self.read("begin a survey", |connection| {
            connection.execute("ATTACH DATABASE ?1 AS survey", [name])?;
            Ok(connection.execute_batch(TABLES)?)
        })
    }

    /// Ends the survey, if there is one, and removes it.
    pub fn end_survey(&mut self) -> Outcome<()> {
        self.read("end a survey", |connection| {
            connection.flush_prepared_statement_cache();
            if attached(connection)? {
                connection.execute_batch("DETACH DATABASE survey")?;
            }
            Ok(())
        })?;
        let path = self.survey_path();
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(LedgerError::Io { doing: "remove", path, source })
            }
            _ => Ok(()),
        }
    }

    fn survey_path(&self) -> PathBuf {
        self.path.with_file_name("survey.sqlite")
    }

    /// The survey that was begun.
    pub fn survey(&mut self) -> Survey<'_> {
        Survey { ledger: self }
    }

    /// Records what the survey found to have become of containers, and forgets it there. Where nothing is
    /// new, nothing is written, not even an audit row.
    pub fn mark_surveyed(&mut self, act: &Act) -> Outcome<()> {
        if !self.read("mark containers", |connection| containers::any_differs(connection, FATES))? {
            return Ok(());
        }
        self.act(act, "mark containers", |transaction| {
            let counts = containers::mark_all(transaction, FATES)?;
            transaction.execute("DELETE FROM survey.fate", [])?;
            Ok(((), json!({ "containers": counts })))
        })
    }
}

fn attached(connection: &Connection) -> Result<bool, Fault> {
    let mut statement = connection.prepare("SELECT 1 FROM pragma_database_list WHERE name = 'survey'")?;
    Ok(statement.exists([])?)
}

/// A survey in the making.
#[derive(Debug)]
pub struct Survey<'l> {
    ledger: &'l mut Ledger,
}

impl Survey<'_> {
    fn write<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Outcome<T> {
        self.ledger.write("survey the archive", |transaction| work(transaction))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Outcome<T> {
        self.ledger.read("survey the archive", work)
    }

    /// Adds files, in any order.
    pub fn add(&mut self, files: &[Sighting]) -> Outcome<()> {
        self.write(|connection| {
            let mut statement =
                connection.prepare_cached("INSERT INTO survey.sighting VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
            for file in files {
                statement.execute(params![
                    file.archive,
                    file.path.as_str(),
                    file.identity.digest().as_bytes(),
                    file.bytes,
                    modified_number(file.modified),
                    file.maildir,
                ])?;
            }
            Ok(())
        })
    }

    /// Orders all files that were added, and matches them with the containers on record.
    pub fn match_known(&mut self) -> Outcome<()> {
        self.write(|connection| Ok(connection.execute_batch(MATCH)?))
    }

    /// The next files that are on record, behind a place, each with what is on record.
    pub fn known(&self, after: i64, limit: u32) -> Outcome<Vec<(Surveyed, ContainerState)>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {FILE}, f.container FROM survey.file f
                 WHERE f.container IS NOT NULL AND f.place > ?1 ORDER BY f.place LIMIT ?2"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![after, limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push((surveyed(row)?, containers::by_key(connection, row.get(7)?)?));
            }
            Ok(found)
        })
    }

    /// The next files behind a place that are on record under no name, and have the size of a container
    /// whose file lay nowhere when the files were matched.
    pub fn strangers(&self, after: i64, limit: u32) -> Outcome<Vec<Surveyed>> {
        self.files(
            "f.container IS NULL AND f.bytes > 0 AND EXISTS
               (SELECT 1 FROM survey.missing_size m WHERE m.archive = f.archive AND m.bytes = f.bytes)",
            after,
            limit,
        )
    }

    /// The container whose file lies nowhere and had these bytes in this archive; of several the one with
    /// the lowest identity.
    pub fn missing(&self, file: &Sighting, digest: Sha256) -> Outcome<Option<ContainerState>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT k.container FROM survey.known k
                 WHERE k.archive = ?1 AND k.bytes = ?2 AND k.file_sha256 = ?3 AND {MISSING} ORDER BY k.id LIMIT 1"
            );
            let found: Option<i64> = connection
                .prepare_cached(&sql)?
                .query_row(params![file.archive, file.bytes, digest.as_bytes()], |row| row.get(0))
                .optional()?;
            found.map(|key| containers::by_key(connection, key)).transpose()
        })
    }

    /// Says which container a file is.
    pub fn is(&mut self, place: i64, id: ContainerId) -> Outcome<()> {
        self.write(|connection| {
            let set = "UPDATE survey.file SET container = (SELECT container FROM survey.known WHERE id = ?2) WHERE place = ?1";
            connection.prepare_cached(set)?.execute(params![place, id.digest().as_bytes()])?;
            Ok(())
        })
    }

    /// Leaves a file out of this run.
    pub fn pass_over(&mut self, place: i64) -> Outcome<()> {
        self.write(|connection| {
            connection.execute("UPDATE survey.file SET passed_over = 1 WHERE place = ?1", [place])?;
            Ok(())
        })
    }

    /// Gives every file that is on record under no name the identity of its name, where that is free: it
    /// is then to be read.
    pub fn number(&mut self) -> Outcome<()> {
        self.write(|connection| Ok(connection.execute_batch(NUMBER)?))
    }

    /// The next files behind a place whose name is another's identity.
    pub fn second_names(&self, after: i64, limit: u32) -> Outcome<Vec<Surveyed>> {
        self.files("f.container IS NULL AND f.passed_over = 0 AND f.todo = 0", after, limit)
    }

    /// Gives a file this identity, where it is free; says whether it was.
    pub fn number_as(&mut self, place: i64, id: ContainerId) -> Outcome<bool> {
        self.write(|connection| {
            connection.execute_batch(
                "CREATE INDEX IF NOT EXISTS survey.file_by_id ON file (id) WHERE id IS NOT NULL",
            )?;
            let set = "UPDATE survey.file SET id = ?2, todo = 1 WHERE place = ?1
                AND NOT EXISTS (SELECT 1 FROM survey.known k WHERE k.id = ?2)
                AND NOT EXISTS (SELECT 1 FROM survey.file f WHERE f.id = ?2)";
            Ok(connection.prepare_cached(set)?.execute(params![place, id.digest().as_bytes()])? == 1)
        })
    }

    /// Marks files that are on record as ones to be read.
    pub fn to_read(&mut self, places: &[(i64, Todo)]) -> Outcome<()> {
        self.write(|connection| {
            let set = "UPDATE survey.file SET todo = ?2,
                id = (SELECT k.id FROM survey.known k WHERE k.container = file.container) WHERE place = ?1";
            let mut statement = connection.prepare_cached(set)?;
            for (place, todo) in places {
                statement.execute(params![place, todo.code()])?;
            }
            Ok(())
        })
    }

    /// How many files are to be read.
    pub fn totals(&self) -> Outcome<SurveyTotals> {
        self.read(|connection| {
            let sum =
                "SELECT COALESCE(SUM(todo = 1), 0), COALESCE(SUM(todo = 2), 0), COALESCE(SUM(todo = 3), 0),
                COALESCE(SUM(bytes), 0) FROM survey.file WHERE todo > 0";
            Ok(connection.query_row(sum, [], |row| {
                Ok(SurveyTotals {
                    new: row.get(0)?,
                    resumed: row.get(1)?,
                    grown: row.get(2)?,
                    bytes: row.get(3)?,
                })
            })?)
        })
    }

    /// The next files to be read, behind a place.
    pub fn next(&self, after: i64, limit: u32) -> Outcome<Vec<ToRead>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {FILE}, f.id, f.todo FROM survey.file f
                 WHERE f.todo > 0 AND f.place > ?1 ORDER BY f.place LIMIT ?2"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![after, limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let code: i64 = row.get(8)?;
                let todo = Todo::ALL.into_iter().find(|todo| todo.code() == code).unwrap_or(Todo::New);
                let id = ContainerId::from_digest(sha256(row, 7)?);
                found.push(ToRead { surveyed: surveyed(row)?, id, todo });
            }
            Ok(found)
        })
    }

    /// Notes what became of containers.
    pub fn fates(&mut self, fates: &[(ContainerId, ContainerFate)]) -> Outcome<()> {
        self.write(|connection| {
            let mut statement =
                connection.prepare_cached("INSERT OR REPLACE INTO survey.fate VALUES (?1, ?2, ?3)")?;
            for (id, fate) in fates {
                let path = match fate {
                    ContainerFate::Moved(path) => Some(path.as_str()),
                    _ => None,
                };
                statement.execute(params![id.digest().as_bytes(), fate.as_str(), path])?;
            }
            Ok(())
        })
    }

    /// Notes every container whose file lies nowhere as vanished, with a note of this detail.
    pub fn vanished(&mut self, detail: &str) -> Outcome<()> {
        self.write(|connection| {
            connection.execute(
                &format!(
                    "INSERT OR REPLACE INTO survey.fate
                     SELECT k.id, 'vanished', NULL FROM survey.known k WHERE k.fate <> 'vanished' AND {MISSING}"
                ),
                [],
            )?;
            connection.execute(
                &format!(
                    "INSERT INTO survey.note (file, what, detail)
                     SELECT k.archive || ':' || k.path, 'vanished', ?1 FROM survey.known k WHERE {MISSING}
                     ORDER BY k.archive, k.path, k.id"
                ),
                [detail],
            )?;
            Ok(())
        })
    }

    /// Notes things about files.
    pub fn notes(&mut self, notes: &[FileNote]) -> Outcome<()> {
        self.write(|connection| {
            let mut statement = connection
                .prepare_cached("INSERT INTO survey.note (file, what, detail) VALUES (?1, ?2, ?3)")?;
            for note in notes {
                statement.execute(params![note.file, note.what, note.detail])?;
            }
            Ok(())
        })
    }

    /// Puts the notes made so far in the order of archives and paths.
    pub fn sort_notes(&mut self) -> Outcome<()> {
        self.write(|connection| {
            Ok(connection.execute_batch(
                "CREATE TABLE survey.sorted AS SELECT file, what, detail FROM survey.note ORDER BY file, what, detail;
                 DELETE FROM survey.note;
                 INSERT INTO survey.note (file, what, detail) SELECT file, what, detail FROM survey.sorted ORDER BY rowid;
                 DROP TABLE survey.sorted;",
            )?)
        })
    }

    /// How many notes there are of each word.
    pub fn note_counts(&self) -> Outcome<BTreeMap<String, u64>> {
        self.read(note_counts)
    }

    /// Tells every note in the order in which they were made, until it is told to stop.
    pub fn each_note(&self, tell: &mut dyn FnMut(FileNote) -> bool) -> Outcome<()> {
        self.read(|connection| {
            let mut statement =
                connection.prepare("SELECT file, what, detail FROM survey.note ORDER BY place")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if !tell(FileNote { file: row.get(0)?, what: row.get(1)?, detail: row.get(2)? }) {
                    break;
                }
            }
            Ok(())
        })
    }

    fn files(&self, which: &str, after: i64, limit: u32) -> Outcome<Vec<Surveyed>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {FILE} FROM survey.file f WHERE {which} AND f.place > ?1 ORDER BY f.place LIMIT ?2"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![after, limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(surveyed(row)?);
            }
            Ok(found)
        })
    }
}

/// How many notes there are of each word.
pub(crate) fn note_counts(connection: &Connection) -> Result<BTreeMap<String, u64>, Fault> {
    let mut statement = connection.prepare("SELECT what, COUNT(*) FROM survey.note GROUP BY what")?;
    let mut rows = statement.query([])?;
    let mut counts = BTreeMap::new();
    while let Some(row) = rows.next()? {
        counts.insert(row.get(0)?, row.get(1)?);
    }
    Ok(counts)
}

fn surveyed(row: &Row<'_>) -> Result<Surveyed, Fault> {
    Ok(Surveyed {
        place: row.get(0)?,
        file: Sighting {
            archive: row.get(1)?,
            path: ArchivePath::from_escaped(row.get::<_, String>(2)?),
            identity: ContainerId::from_digest(sha256(row, 3)?),
            bytes: row.get(4)?,
            modified: modified(row, 5)?,
            maildir: row.get(6)?,
        },
    })
}

#[cfg(test)]
mod tests;
