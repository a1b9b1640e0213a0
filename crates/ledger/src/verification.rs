//! Verifications of sealed volumes: all are kept, the latest counts.

use crate::columns::{instant, instant_text};
use crate::error::{Fault, Outcome, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{Sha256, VolumeName};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value, json};

/// One verification of a volume.
#[derive(Debug, Clone, PartialEq)]
pub struct VerificationRecord {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// What was found.
    pub findings: Value,
    /// Whether it passed.
    pub passed: bool,
}

impl Ledger {
    /// Records that a sealed volume was verified, and what came out.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where no such volume is sealed.
    pub fn record_verification(
        &mut self,
        act: &Act,
        volume: &VolumeName,
        findings: &Value,
        passed: bool,
    ) -> Outcome<()> {
        self.act(act, "record a verification", |transaction| {
            let key = sealed_key(transaction, volume)?;
            let key = key.ok_or_else(|| no_such(format!("sealed volume {volume}")))?;
            transaction.execute(
                "INSERT INTO verification (reservation, passed, findings, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![key, passed, findings.to_string(), instant_text(act.at), act.by],
            )?;
            let findings = Sha256::of(findings.to_string());
            Ok(((), json!({ "volume": volume, "passed": passed, "findings_sha256": findings })))
        })
    }

    /// The latest verification of a volume, where there is one.
    pub fn last_verification(&self, volume: &VolumeName) -> Outcome<Option<VerificationRecord>> {
        self.read("read a verification", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT v.at, v.by, v.findings, v.passed FROM verification v JOIN reservation r ON r.key = v.reservation
                 WHERE r.volume = ?1 COLLATE BINARY ORDER BY v.key DESC LIMIT 1",
            )?;
            let mut rows = statement.query([volume.as_str()])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let findings = serde_json::from_str(&row.get::<_, String>(2)?)?;
            Ok(Some(VerificationRecord { at: instant(row, 0)?, by: row.get(1)?, findings, passed: row.get(3)? }))
        })
    }
}

fn sealed_key(connection: &Connection, volume: &VolumeName) -> Result<Option<i64>, Fault> {
    let find = "SELECT r.key FROM reservation r JOIN volume_sealed e ON e.reservation = r.key
        WHERE r.volume = ?1 COLLATE BINARY";
    Ok(connection.prepare_cached(find)?.query_row([volume.as_str()], |row| row.get(0)).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Production, act, ledger, request};
    use duces_model::BatesPrefix;

    fn name(text: &str) -> VolumeName {
        text.parse().unwrap()
    }

    #[test]
    fn the_latest_verification_is_the_one_that_counts() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 1);
        let record = production.record(
            &ledger
                .reserve(&act(), &BatesPrefix::new("ECP").unwrap(), 7, 1, &name("V1"), &request())
                .unwrap(),
        );
        let findings = |n: u64| json!([{ "code": "x", "count": n }]);
        let early = ledger.record_verification(&act(), &name("V1"), &findings(1), true);
        assert!(
            matches!(early, Err(LedgerError::NoSuch { .. })),
            "a volume that is not sealed has nothing to verify"
        );
        ledger.seal(&act(), &name("V1"), &record).unwrap();
        assert_eq!(ledger.last_verification(&name("V1")).unwrap(), None);
        ledger.record_verification(&act(), &name("V1"), &findings(1), true).unwrap();
        ledger.record_verification(&act(), &name("V1"), &findings(2), false).unwrap();
        let last = ledger.last_verification(&name("V1")).unwrap().unwrap();
        assert_eq!((last.findings, last.passed, last.by), (findings(2), false, act().by));
        assert!(ledger.connection.execute("UPDATE verification SET passed = 1", []).is_err());
    }
}
