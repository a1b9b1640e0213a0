//! Sums per source, and per source and day.
//!
//! Sources are those of attributions; a source of the register to which nothing is attributed has no
//! row here. One occurrence may belong to several sources, so these sums do not add up to the archive's:
//! each source's own sums close.

use crate::Ledger;
use crate::checkpoint::require_settled;
use crate::columns::{day, word_or_none};
use crate::containers::kind_and_form;
use crate::error::{Fault, Outcome};
use chrono::NaiveDate;
use duces_model::accounting::check_sum;
use duces_model::{ContainerKind, DocumentAccount, SourceId};
use rusqlite::{Connection, Row};

/// How many occurrences belong to a source on which basis. An occurrence with several bases counts under
/// the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BasisCounts {
    /// By a container or path rule.
    pub rule: u64,
    /// By a journal envelope.
    pub envelope: u64,
    /// By headers only.
    pub header: u64,
}

/// The account of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAccount {
    /// Which; absent for the bucket of what belongs to no source.
    pub source: Option<SourceId>,
    /// Occurrences by basis; all zero in the bucket without a source.
    pub by_basis: BasisCounts,
    /// Messages (and loose files).
    pub occurrences: u64,
    /// Those and their attachments.
    pub documents: u64,
    /// Word searches can answer for them.
    pub indexed: u64,
    /// They cannot.
    pub unsearchable: u64,
    /// First day of a message with a date.
    pub first_day: Option<NaiveDate>,
    /// Last day of a message with a date.
    pub last_day: Option<NaiveDate>,
    /// Occurrences without a usable date.
    pub undated: u64,
}

/// A form in which something of a source is retained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceForm {
    /// Which; absent for what belongs to no source.
    pub source: Option<SourceId>,
    /// The kind of the containers.
    pub kind: ContainerKind,
    /// Their form, where the kind has several.
    pub form: Option<String>,
    /// How many containers.
    pub containers: u64,
}

/// What was captured of a source on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedDay {
    /// Which source.
    pub source: SourceId,
    /// The civil day in the firm's zone, as it was when indexed.
    pub day: NaiveDate,
    /// Occurrences: the same mail in two containers of the source counts twice.
    pub occurrences: u64,
    /// The same, but all journal reports of one delivery count once. Occurrences that are no journal
    /// reports count each, also where they are copies of one mail.
    pub deliveries: u64,
}

impl Ledger {
    /// The account of each source by its id, and last the bucket of what belongs to none (always there).
    ///
    /// # Errors
    /// [`crate::LedgerError::Unexplained`] for the first source whose sums do not close.
    pub fn source_accounts(&self) -> Outcome<Vec<SourceAccount>> {
        self.read("add up the sources", |connection| {
            require_settled(connection)?;
            source_accounts(connection)
        })
    }

    /// In which forms something of each source is retained; of documents of no source too.
    pub fn forms_of_sources(&self) -> Outcome<Vec<SourceForm>> {
        self.read("list the forms of sources", |connection| {
            let mut statement = connection.prepare(FORMS)?;
            let mut rows = statement.query([])?;
            let mut forms = Vec::new();
            while let Some(row) = rows.next()? {
                let (kind, form) = kind_and_form(row, 1)?;
                forms.push(SourceForm { source: word_or_none(row, 0)?, kind, form, containers: row.get(2)? });
            }
            Ok(forms)
        })
    }

    /// Rows of the documents that belong to one of the sources, sorted.
    pub fn source_rows(&self, sources: &[SourceId]) -> Outcome<Vec<u64>> {
        self.read("list the documents of sources", |connection| {
            let mut families = Vec::new();
            let mut statement = connection.prepare_cached(
                "SELECT o.first_row, o.documents FROM attribution a JOIN occurrence o ON o.key = a.occurrence
                 WHERE a.source = (SELECT key FROM source WHERE id = ?1)",
            )?;
            for source in sources {
                let mut rows = statement.query([source.as_str()])?;
                while let Some(row) = rows.next()? {
                    families.push((row.get(0)?, row.get(1)?));
                }
            }
            Ok(rows_of_families(families))
        })
    }

    /// Rows of the documents that belong to no source, or to some by their headers only, sorted: of which
    /// source they really are cannot be told.
    pub fn weakly_attributed_rows(&self) -> Outcome<Vec<u64>> {
        self.read("list the documents of no certain source", |connection| {
            let mut statement = connection.prepare(
                "SELECT o.first_row, o.documents FROM occurrence o
                 WHERE NOT EXISTS (SELECT 1 FROM attribution a WHERE a.occurrence = o.key AND a.bases & 3 != 0)",
            )?;
            let mut rows = statement.query([])?;
            let mut families = Vec::new();
            while let Some(row) = rows.next()? {
                families.push((row.get(0)?, row.get(1)?));
            }
            Ok(rows_of_families(families))
        })
    }
}

/// All rows of families given by first row and size, sorted, each once.
fn rows_of_families(mut families: Vec<(u64, u64)>) -> Vec<u64> {
    families.sort_unstable();
    families.dedup();
    families.into_iter().flat_map(|(first, size)| first..first + size).collect()
}

/// Each source (or none), kind and form, and how many containers.
const FORMS: &str = "
SELECT src.id, s.kind, COUNT(*)
FROM (SELECT DISTINCT o.container, a.source FROM occurrence o LEFT JOIN attribution a ON a.occurrence = o.key) held
  JOIN container_state s ON s.container = held.container
    AND s.version = (SELECT MAX(version) FROM container_state WHERE container = held.container)
  LEFT JOIN source src ON src.key = held.source
GROUP BY src.id, s.kind ORDER BY src.id, s.kind";

const SUMS: &str = "COUNT(*), COALESCE(SUM(o.documents), 0), COALESCE(SUM(o.indexed), 0),
  COALESCE(SUM(o.unsearchable), 0), MIN(o.day), MAX(o.day), COALESCE(SUM(o.day IS NULL), 0)";

fn source_accounts(connection: &Connection) -> Result<Vec<SourceAccount>, Fault> {
    let attributed = format!(
        "SELECT s.id, {SUMS}, SUM(a.bases & 1 = 1), SUM(a.bases & 3 = 2), SUM(a.bases & 7 = 4)
         FROM attribution a JOIN occurrence o ON o.key = a.occurrence JOIN source s ON s.key = a.source
         GROUP BY s.id ORDER BY s.id"
    );
    let unattributed = format!(
        "SELECT NULL, {SUMS}, 0, 0, 0 FROM occurrence o
         WHERE NOT EXISTS (SELECT 1 FROM attribution a WHERE a.occurrence = o.key)"
    );
    let mut accounts = Vec::new();
    for sql in [attributed, unattributed] {
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let account = source_account(row)?;
            check(&account)?;
            accounts.push(account);
        }
    }
    Ok(accounts)
}

fn source_account(row: &Row<'_>) -> Result<SourceAccount, Fault> {
    Ok(SourceAccount {
        source: word_or_none(row, 0)?,
        occurrences: row.get(1)?,
        documents: row.get(2)?,
        indexed: row.get(3)?,
        unsearchable: row.get(4)?,
        first_day: day(row, 5)?,
        last_day: day(row, 6)?,
        undated: row.get(7)?,
        by_basis: BasisCounts { rule: row.get(8)?, envelope: row.get(9)?, header: row.get(10)? },
    })
}

fn check(account: &SourceAccount) -> Result<(), Fault> {
    let place = account.source.as_ref().map_or("no source", SourceId::as_str);
    if account.source.is_some() {
        let by = account.by_basis;
        let parts = [("rule", by.rule), ("envelope", by.envelope), ("header", by.header)];
        check_sum(place, ("occurrences", account.occurrences), &parts)?;
    }
    let SourceAccount { documents, indexed, unsearchable, .. } = *account;
    DocumentAccount { documents, indexed, unsearchable }.check(place)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Mail, attribution, index, ledger};
    use duces_model::AttributionBasis::{Envelope, Header, Rule};

    fn mails() -> Vec<Mail> {
        vec![
            Mail::new("a.mbox", 0)
                .attachments(1)
                .day("2024-01-02")
                .attributed(&[("ann", Rule), ("ann", Envelope)]),
            Mail::new("a.mbox", 1).undated().attributed(&[("ann", Header), ("bob", Rule)]),
            Mail::new("a.mbox", 2).attachments(2),
            Mail::new("j.mbox", 0).day("2024-01-02").journal("one").attributed(&[("bob", Envelope)]),
            Mail::new("j.mbox", 1).day("2024-01-02").journal("one").attributed(&[("bob", Envelope)]),
            Mail::new("j.mbox", 2).day("2024-01-02").journal("two").attributed(&[("bob", Envelope)]),
        ]
    }

    #[test]
    fn an_occurrence_counts_once_per_source_under_its_strongest_basis() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &mails());
        let accounts = ledger.source_accounts().unwrap();
        let named: Vec<_> = accounts
            .iter()
            .map(|a| (a.source.as_ref().map(SourceId::as_str), a.occurrences, a.documents))
            .collect();
        assert_eq!(named, [(Some("ann"), 2, 3), (Some("bob"), 4, 4), (None, 1, 3)]);
        assert_eq!(accounts[0].by_basis, BasisCounts { rule: 1, envelope: 0, header: 1 });
        assert_eq!((accounts[0].undated, accounts[0].first_day), (1, "2024-01-02".parse().ok()));
        assert_eq!((accounts[2].indexed, accounts[2].unsearchable), (1, 2));
        assert_eq!(ledger.document(&mails()[0].id()).unwrap().unwrap().attributions.len(), 2);
    }

    #[test]
    fn forms_are_told_by_source_and_for_what_belongs_to_none() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &mails());
        let all = "UPDATE container_state SET kind = 'chat/slack-export'";
        ledger.connection.execute(all, []).unwrap();
        let forms = ledger.forms_of_sources().unwrap();
        let told: Vec<_> = forms
            .iter()
            .map(|row| (row.source.as_ref().map(SourceId::as_str), row.kind, row.form.as_deref()))
            .collect();
        let form = Some("slack-export");
        let expected = [None, Some("ann"), Some("bob")].map(|source| (source, ContainerKind::Chat, form));
        assert_eq!(told, expected);
    }

    #[test]
    fn several_reports_of_one_delivery_are_one_delivery() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &mails());
        let days = ledger.evidence(&crate::Asked::default()).unwrap().captured;
        let counts: Vec<_> = days.iter().map(|d| (d.source.as_str(), d.occurrences, d.deliveries)).collect();
        assert_eq!(counts, [("ann", 1, 1), ("bob", 3, 2)]);
    }

    #[test]
    fn rows_of_sources_are_whole_families_and_those_of_none_are_the_rest() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &mails());
        let sources = |ids: &[&str]| ids.iter().map(|id| id.parse().unwrap()).collect::<Vec<SourceId>>();
        assert_eq!(ledger.source_rows(&sources(&["ann"])).unwrap(), [1, 2, 3]);
        assert_eq!(ledger.source_rows(&sources(&["bob", "ann", "nobody"])).unwrap(), [1, 2, 3, 7, 8, 9]);
        assert_eq!(ledger.weakly_attributed_rows().unwrap(), [4, 5, 6]);
    }

    #[test]
    fn an_empty_archive_has_the_bucket_of_no_source_and_nothing_in_it() {
        let (_folder, ledger) = ledger();
        let accounts = ledger.source_accounts().unwrap();
        assert_eq!((accounts.len(), accounts[0].source.clone(), accounts[0].occurrences), (1, None, 0));
    }

    #[test]
    fn a_source_whose_sum_does_not_close_is_an_error() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0).attributed(&[("ann", Rule)])]);
        assert_eq!(ledger.documents(&[1]).unwrap()[0].attributions, [attribution("ann", Rule)]);
        ledger.connection.execute("UPDATE occurrence SET indexed = 7", []).unwrap();
        assert!(matches!(ledger.source_accounts(), Err(LedgerError::Unexplained(_))));
    }
}
