//! Making and opening the file, and the two ways of using it: reading, and one transaction per call.

use crate::columns::instant;
use crate::error::{Fault, LedgerError, Outcome};
use crate::participants::AddressKeys;
use crate::schema::{APPLICATION_ID, FORMAT};
use crate::{Act, audit, schema};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long another handle is waited for: long enough for one that is just closing.
const PATIENCE: Duration = Duration::from_millis(250);

/// One firm's ledger, open. No other process can open it until this is dropped.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    pub(crate) addresses: AddressKeys,
}

impl Ledger {
    /// Makes a new ledger at `path` and opens it. It appears whole or not at all.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] where there is a file already; the folder must exist.
    pub fn create(path: &Path, act: &Act) -> Outcome<Self> {
        if path.symlink_metadata().is_ok() {
            return Err(LedgerError::Exists { path: path.to_owned() });
        }
        let partial = partial_path(path);
        let io = |source| LedgerError::Io { doing: "create", path: partial.clone(), source };
        remove_leftovers(&partial).map_err(io)?;
        fs::File::create_new(&partial).map_err(io)?;
        let made = build(&partial, act).map_err(|fault| fault.explain("create the ledger", path));
        if let Err(error) = made {
            // The reason is already known; what cannot be tidied up now is tidied up by the next try.
            let _ = remove_leftovers(&partial);
            return Err(error);
        }
        fs::rename(&partial, path).map_err(io)?;
        sync_folder(path)?;
        Self::open(path)
    }

    /// Opens the ledger at `path`.
    ///
    /// # Errors
    /// [`LedgerError::Missing`], [`LedgerError::NotALedger`], [`LedgerError::Newer`], [`LedgerError::Busy`]:
    /// in each of these cases its content is left as it is.
    pub fn open(path: &Path) -> Outcome<Self> {
        let not = |why: &str| LedgerError::NotALedger { path: path.to_owned(), why: why.to_owned() };
        // The file is never opened other than by SQLite: closing any handle on it would give up the
        // lock that this process may hold through another (POSIX advisory locks).
        match fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(LedgerError::Missing { path: path.to_owned() });
            }
            Err(source) => return Err(LedgerError::Io { doing: "open", path: path.to_owned(), source }),
            Ok(found) if !found.is_file() => return Err(not("it is no file")),
            Ok(found) if found.len() == 0 => return Err(not("the file is empty")),
            Ok(_) => {}
        }
        let mut connection = connect(path).map_err(|fault| match fault {
            Fault::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
                not("it is no SQLite database")
            }
            fault => fault.explain("open the ledger", path),
        })?;
        move_up(&mut connection).map_err(|fault| fault.explain("move the ledger up to this format", path))?;
        Ok(Self { connection, path: path.to_owned(), addresses: AddressKeys::default() })
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What SQLite's own check of the whole file finds; nothing where it is sound. Reads all of it.
    pub fn integrity(&self) -> Outcome<Vec<String>> {
        self.read("check the ledger's file", |connection| {
            let mut statement = connection.prepare("PRAGMA integrity_check")?;
            let found = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
            Ok(found.into_iter().filter(|line| line != "ok").collect())
        })
    }

    /// Reads; `doing` completes "could not …".
    pub(crate) fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Outcome<T> {
        work(&self.connection).map_err(|fault| fault.explain(doing, &self.path))
    }

    /// Writes in one transaction, which is durable when this returns and leaves nothing where it fails.
    pub(crate) fn write<T>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Outcome<T> {
        transact(&mut self.connection, work).map_err(|fault| fault.explain(doing, &self.path))
    }

    /// An act of a person: writes in one transaction, with its row of the audit trail. `action` is the
    /// row's word and completes "could not …".
    pub(crate) fn act<T>(
        &mut self,
        act: &Act,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<(T, Value), Fault>,
    ) -> Outcome<T> {
        named(act, action)?;
        self.write(action, |transaction| {
            let (value, detail) = work(transaction)?;
            audit::append(transaction, act, action, &detail)?;
            Ok(value)
        })
    }
}

/// Checks that the act names a person.
pub(crate) fn named(act: &Act, doing: &'static str) -> Outcome<()> {
    if act.by.trim().is_empty() { Err(LedgerError::NoPerson { doing }) } else { Ok(()) }
}

fn transact<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = work(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

fn partial_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

/// Removes what a killed `create` left behind.
fn remove_leftovers(partial: &Path) -> std::io::Result<()> {
    for ending in ["", "-journal", "-wal", "-shm"] {
        let mut name = partial.as_os_str().to_owned();
        name.push(ending);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn build(partial: &Path, act: &Act) -> Result<(), Fault> {
    named(act, "create the ledger")?;
    let mut connection = Connection::open_with_flags(
        partial,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    transact(&mut connection, |transaction| {
        schema::create(transaction)?;
        audit::start(transaction)?;
        audit::append(transaction, act, "create the ledger", &json!({ "format": FORMAT }))
    })?;
    connection.close().map_err(|(_, error)| Fault::Sqlite(error))
}

/// Makes the new name durable; folders cannot be opened for that on every system.
fn sync_folder(path: &Path) -> Outcome<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let io = |source| LedgerError::Io { doing: "create", path: folder.to_owned(), source };
        fs::File::open(folder).map_err(io)?.sync_all().map_err(io)?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn connect(path: &Path) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(PATIENCE)?;
    // Exclusive before the first access: one process at a time, and no shared memory, which network
    // shares do not have.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        let why = format!("found application id {application:#x}, expected {APPLICATION_ID:#x}");
        return Err(LedgerError::NotALedger { path: path.to_owned(), why }.into());
    }
    let format: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if format > FORMAT {
        return Err(LedgerError::Newer { path: path.to_owned(), found: format, known: FORMAT }.into());
    }
    if format == 0 {
        let why = "its format is 0, expected 1 or more".to_owned();
        return Err(LedgerError::NotALedger { path: path.to_owned(), why }.into());
    }
    connection.execute_batch(SETTINGS)?;
    // Takes the lock at once, whatever was read so far.
    connection.execute_batch("BEGIN IMMEDIATE; COMMIT")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Moves a ledger of an older format up, in one transaction with its audit row. Opening is no act of a
/// person and knows no clock: the row bears the instant of the row before it, and says so.
fn move_up(connection: &mut Connection) -> Result<(), Fault> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == FORMAT {
        return Ok(());
    }
    transact(connection, |transaction| {
        let last = "SELECT at FROM audit ORDER BY seq DESC LIMIT 1";
        let at = transaction.query_row(last, [], |row| Ok(instant(row, 0)))??;
        schema::move_up(transaction, found)?;
        let act = Act { at, by: "duces".to_owned() };
        let detail = json!({ "from": found, "to": FORMAT, "at": "the instant of the row before" });
        audit::append(transaction, &act, "move the ledger up to this format", &detail)
    })
}

/// A write-ahead log costs one sync per transaction; `synchronous = FULL` makes that sync happen before
/// a commit returns. 64 MiB of pages are cached, and the log is cut back to 64 MiB after use.
const SETTINGS: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA cache_size = -65536;
PRAGMA journal_size_limit = 67108864;
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{act, ledger};

    #[test]
    fn a_ledger_opens_again_and_the_format_is_on_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        drop(Ledger::create(&path, &act()).unwrap());
        let ledger = Ledger::open(&path).unwrap();
        assert_eq!(ledger.path(), path);
        assert!(ledger.integrity().unwrap().is_empty());
        let synchronous: i64 =
            ledger.connection.pragma_query_value(None, "synchronous", |r| r.get(0)).unwrap();
        assert_eq!(synchronous, 2, "FULL");
        drop(ledger);
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(names, ["ledger.sqlite"], "one file, nothing beside it");
    }

    #[test]
    fn what_is_no_ledger_is_told_apart_and_left_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        assert!(matches!(Ledger::open(&path), Err(LedgerError::Missing { .. })));
        for content in [&b""[..], b"plain text that is longer than one hundred bytes: SQLite looks at the first hundred bytes of any file."] {
            fs::write(&path, content).unwrap();
            assert!(matches!(Ledger::open(&path), Err(LedgerError::NotALedger { .. })));
            assert_eq!(fs::read(&path).unwrap(), content);
        }
        assert!(matches!(Ledger::open(folder.path()), Err(LedgerError::NotALedger { .. })));
        fs::remove_file(&path).unwrap();
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        let other = fs::read(&path).unwrap();
        assert!(matches!(Ledger::open(&path), Err(LedgerError::NotALedger { .. })));
        assert_eq!(fs::read(&path).unwrap(), other, "another program's database is not changed");
    }

    #[test]
    fn a_newer_format_is_refused_untouched() {
        let (folder, ledger) = ledger();
        let path = ledger.path().to_owned();
        drop(ledger);
        Connection::open(&path).unwrap().pragma_update(None, "user_version", FORMAT + 1).unwrap();
        let before = fs::read(&path).unwrap();
        match Ledger::open(&path) {
            Err(LedgerError::Newer { found, known, .. }) => assert_eq!((found, known), (FORMAT + 1, FORMAT)),
            other => panic!("{other:?}"),
        }
        assert_eq!(fs::read(&path).unwrap(), before);
        drop(folder);
    }

    /// All tables, indexes and triggers as they were made.
    fn tables(ledger: &Ledger) -> String {
        let read = "SELECT group_concat(type || name || sql) FROM (SELECT * FROM sqlite_schema
                    WHERE sql IS NOT NULL ORDER BY type, name)";
        ledger.connection.query_row(read, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_ledger_of_format_1_is_moved_up_once_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        Connection::open(&path).unwrap().execute_batch(include_str!("../fixtures/format-1.sql")).unwrap();
        let before = {
            let connection = Connection::open(&path).unwrap();
            connection.query_row("SELECT COUNT(*) FROM audit", [], |row| row.get::<_, u64>(0)).unwrap()
        };
        let ledger = Ledger::open(&path).unwrap();
        assert_eq!(ledger.audit_check().unwrap(), before + 1);
        let rows = ledger.audit_rows().unwrap();
        let [.., last, moved] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!((moved.at, moved.detail["from"].clone()), (last.at, json!(1)));
        let searches = ledger.searches(&"r1".parse().unwrap()).unwrap();
        assert_eq!(searches.len(), 1);
        assert!(searches[0].kept.is_none(), "format 1 did not keep the documents of a search");
        assert!(ledger.population(&"r1".parse().unwrap()).unwrap().is_some());
        assert!(ledger.integrity().unwrap().is_empty());
        let ledger = crate::fixture::reopen(ledger);
        assert_eq!(ledger.audit_check().unwrap(), before + 1, "and once only");
        let tables = |ledger: &Ledger| crate::fixture::dump(ledger).into_keys().collect::<Vec<_>>();
        assert_eq!(tables(&ledger), tables(&crate::fixture::ledger().1));
        assert!(ledger.connection.execute("DELETE FROM search_run", []).is_err());
        let columns = |ledger: &Ledger| {
            let read = "SELECT group_concat(name) FROM pragma_table_info('index_run_ended')";
            ledger.connection.query_row(read, [], |row| row.get::<_, String>(0)).unwrap()
        };
        assert_eq!(columns(&ledger), columns(&crate::fixture::ledger().1));
    }

    #[test]
    fn a_ledger_of_format_2_keeps_its_gaps_and_what_was_said_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        Connection::open(&path).unwrap().execute_batch(include_str!("../fixtures/format-2.sql")).unwrap();
        let mut ledger = Ledger::open(&path).unwrap();
        assert!(ledger.integrity().unwrap().is_empty());
        let gaps = ledger.gaps().unwrap();
        let said: Vec<_> = gaps
            .iter()
            .map(|one| (one.gap.sources[0].as_str(), one.gap.status.as_str(), one.counts))
            .collect();
        assert_eq!(said, [("desk", "dismissed", true), ("ann", "candidate", true)]);
        let mut more = gaps[0].gap.clone();
        more.sources.push("other".parse().unwrap());
        let later = Act { at: act().at + chrono::TimeDelta::days(3_650), ..act() };
        ledger.record_gaps(&later, &[more]).unwrap();
        assert_eq!(ledger.gaps().unwrap()[0].gap.status, duces_model::GapStatus::Candidate);
        assert_eq!(
            tables(&ledger),
            tables(&crate::fixture::ledger().1),
            "moved up and newly made are the same"
        );
    }

    #[test]
    fn a_ledger_of_format_3_keeps_its_numbers_and_can_replace_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        Connection::open(&path).unwrap().execute_batch(include_str!("../fixtures/format-3.sql")).unwrap();
        let ledger = Ledger::open(&path).unwrap();
        assert!(ledger.integrity().unwrap().is_empty());
        assert!(ledger.audit_check().is_ok());
        let volumes = ledger.volumes().unwrap();
        let [volume] = volumes.as_slice() else { panic!("{volumes:?}") };
        assert_eq!(volume.range.to_string(), "SF0000001 - SF0000002");
        let number = ledger.number(volume.range.last()).unwrap().unwrap();
        assert!(matches!(number.state, crate::NumberState::Issued(_)));
        assert!(ledger.replacements().unwrap().is_empty() && ledger.clawbacks().unwrap().is_empty());
        assert_eq!(
            tables(&ledger),
            tables(&crate::fixture::ledger().1),
            "moved up and newly made are the same"
        );
    }

    #[test]
    fn a_ledger_of_format_4_keeps_its_volume_and_takes_its_delivery() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        Connection::open(&path).unwrap().execute_batch(include_str!("../fixtures/format-4.sql")).unwrap();
        let mut ledger = Ledger::open(&path).unwrap();
        assert!(ledger.integrity().unwrap().is_empty());
        let before = ledger.audit_check().unwrap();
        let delivery = crate::Delivery {
            volume: "SF001".parse().unwrap(),
            delivered_on: "2024-09-30".parse().unwrap(),
            recipient: "S. Staff".into(),
            means: "portal".into(),
        };
        ledger.deliver(&act(), &delivery).unwrap();
        assert_eq!(ledger.audit_check().unwrap(), before + 1);
        assert_eq!(
            tables(&ledger),
            tables(&crate::fixture::ledger().1),
            "moved up and newly made are the same"
        );
    }

    #[test]
    fn a_ledger_of_format_3_keeps_its_decisions_and_takes_marks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        Connection::open(&path).unwrap().execute_batch(include_str!("../fixtures/format-3.sql")).unwrap();
        let mut ledger = Ledger::open(&path).unwrap();
        assert!(ledger.integrity().unwrap().is_empty());
        ledger.audit_check().unwrap();
        let population = ledger.population(&"r1".parse().unwrap()).unwrap().unwrap();
        let decided = ledger.dispositions(population.key).unwrap();
        let mut buckets: Vec<_> = decided.iter().map(|one| one.disposition.bucket()).collect();
        buckets.sort_unstable();
        assert_eq!(buckets, ["produced-whole", "produced-whole"]);
        assert!(ledger.codings(population.key).unwrap().is_empty());
        let sheet = ledger.begin_review_sheet(&act(), population.key, duces_model::Sha256::of("")).unwrap();
        ledger.take_review(&act(), sheet, duces_model::Sha256::of("file"), &[]).unwrap();
        assert_eq!(ledger.review_imports(population.key).unwrap().len(), 1);
    }

    #[test]
    fn what_a_run_of_format_1_did_not_read_is_still_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let unread = r#"{"ignored":[{"file":"mail:x","reason":"a link"}],"notes":[{"container":"mail:a","what":"changed","detail":"other bytes"}]}"#;
        let dump = include_str!("../fixtures/format-1.sql").replace(r#"{"ignored":[],"notes":[]}"#, unread);
        Connection::open(&path).unwrap().execute_batch(&dump).unwrap();
        let ledger = Ledger::open(&path).unwrap();
        let mut told = Vec::new();
        ledger.unread(1, &mut |note| told.push((note.file, note.what, note.detail))).unwrap();
        let row =
            |file: &str, what: &str, detail: &str| (file.to_owned(), what.to_owned(), detail.to_owned());
        assert_eq!(told, [row("mail:a", "changed", "other bytes"), row("mail:x", "ignored", "a link")]);
    }

    #[test]
    fn a_second_handle_is_busy_until_the_first_is_dropped() {
        let (_folder, ledger) = ledger();
        let path = ledger.path().to_owned();
        assert!(matches!(Ledger::open(&path), Err(LedgerError::Busy { .. })));
        drop(ledger);
        assert!(Ledger::open(&path).is_ok());
    }

    #[test]
    fn nothing_is_overwritten_and_a_killed_creation_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        fs::write(partial_path(&path), "half").unwrap();
        drop(Ledger::create(&path, &act()).unwrap());
        assert!(matches!(Ledger::create(&path, &act()), Err(LedgerError::Exists { .. })));
        let nowhere = folder.path().join("no").join("ledger.sqlite");
        assert!(matches!(Ledger::create(&nowhere, &act()), Err(LedgerError::Io { .. })));
        let nobody = Act { by: "  ".into(), ..act() };
        let other = folder.path().join("other.sqlite");
        assert!(matches!(Ledger::create(&other, &nobody), Err(LedgerError::NoPerson { .. })));
        assert!(!other.exists() && !partial_path(&other).exists());
    }

    #[test]
    fn a_full_disk_is_said_and_leaves_nothing() {
        let (_folder, mut ledger) = ledger();
        let pages: i64 = ledger.connection.pragma_query_value(None, "page_count", |r| r.get(0)).unwrap();
        ledger.connection.pragma_update(None, "max_page_count", pages + 3).unwrap();
        let before = crate::fixture::dump(&ledger);
        let error = ledger.audit(&act(), "note", &json!({ "long": "x".repeat(100_000) })).unwrap_err();
        assert!(matches!(error, LedgerError::DiskFull { .. }), "{error:?}");
        assert_eq!(error.to_string(), "could not write an audit row: the disk is full");
        assert_eq!(crate::fixture::dump(&ledger), before);
        ledger.connection.pragma_update(None, "max_page_count", pages + 3000).unwrap();
        ledger.audit(&act(), "note", &json!({ "long": "x".repeat(100_000) })).unwrap();
        assert!(ledger.audit_check().is_ok(), "and the ledger goes on once there is room");
    }
}
