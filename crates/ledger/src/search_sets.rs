//! Which documents a search found, kept exactly: what an index answered cannot be asked again once
//! it has changed.

use crate::columns::count;
use crate::error::{Fault, Outcome, damaged};
use crate::{Ledger, row_list};
use duces_model::Sha256;
use rusqlite::{Connection, Transaction, params};

/// The documents of one search, by row; each list sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchSets {
    /// The criteria hold.
    pub hits: Vec<u64>,
    /// It cannot be told.
    pub cannot_tell: Vec<u64>,
    /// Per term, in the order written: its canonical form and its documents.
    pub terms: Vec<(String, Vec<u64>)>,
}

impl Ledger {
    /// The documents of a search; none for one that was recorded before documents were kept.
    pub fn search_sets(&self, search: i64) -> Outcome<Option<SearchSets>> {
        self.read("read the documents of a search", |connection| read(connection, search))
    }
}

/// Equal lists are stored once: they are blobs addressed by their content.
pub(crate) fn insert(transaction: &Transaction<'_>, search: i64, sets: &SearchSets) -> Result<(), Fault> {
    let found = [("hit", "", &sets.hits), ("cannot-tell", "", &sets.cannot_tell)];
    let terms = sets.terms.iter().map(|(term, rows)| ("term", term.as_str(), rows));
    for (place, (kind, term, rows)) in found.into_iter().chain(terms).enumerate() {
        let bytes = row_list::to_bytes(rows)?;
        let digest = Sha256::of(&bytes);
        transaction
            .prepare_cached("INSERT OR IGNORE INTO blob (sha256, bytes) VALUES (?1, ?2)")?
            .execute(params![digest.as_bytes(), bytes])?;
        transaction
            .prepare_cached(
                "INSERT INTO search_set (search, place, kind, term, documents, rows_sha256)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![search, count(place), kind, term, count(rows.len()), digest.as_bytes()])?;
    }
    Ok(())
}

fn read(connection: &Connection, search: i64) -> Result<Option<SearchSets>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT s.kind, s.term, s.documents, s.rows_sha256, b.bytes FROM search_set s
         JOIN blob b ON b.sha256 = s.rows_sha256 WHERE s.search = ?1 ORDER BY s.place",
    )?;
    let mut rows = statement.query([search])?;
    let mut sets = SearchSets::default();
    let mut kinds = 0;
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(4)?;
        if *Sha256::of(&bytes).as_bytes() != row.get::<_, [u8; 32]>(3)? {
            return Err(damaged(format!("search {search}: a list of documents is not what was stored")));
        }
        let found = row_list::from_bytes(&bytes)?;
        if count(found.len()) != row.get::<_, u64>(2)? {
            return Err(damaged(format!("search {search}: a list of documents has lost some")));
        }
        kinds += 1;
        match row.get::<_, String>(0)?.as_str() {
            "hit" => sets.hits = found,
            "cannot-tell" => sets.cannot_tell = found,
            _ => sets.terms.push((row.get(1)?, found)),
        }
    }
    Ok((kinds > 0).then_some(sets))
}
