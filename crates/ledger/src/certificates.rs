//! Issued certificates, and the bytes of everything that they rest on, by digest.

use crate::columns::{count, instant, instant_text, must_say, sha256, sha256_or_none, word, word_or_none};
use crate::error::{Fault, Outcome, damaged, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{RequestId, Sha256, VolumeName};
use rusqlite::{Connection, params};
use serde_json::json;

/// A certificate to be recorded as issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRecord {
    /// For which request.
    pub request: RequestId,
    /// About which volume; absent where nothing was produced.
    pub volume: Option<VolumeName>,
    /// Its title.
    pub title: String,
    /// Digest of the PDF as issued; its bytes are stored.
    pub pdf_sha256: Sha256,
    /// Digest of the facts (JSON); their bytes are stored.
    pub facts_sha256: Sha256,
    /// What it relied on, in words, and its digest: snapshot, register, template, gap list, manifest, head of the
    /// audit trail. Where the digest is of bytes that must be kept, [`Ledger::store_bytes`] keeps them.
    pub pins: Vec<(String, Sha256)>,
    /// The same text to be edited; absent of a certificate that was issued under an earlier format.
    pub text: Option<CertificateText>,
}

/// The text of a certificate as it is edited and handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateText {
    /// Digest of the document for a word processor; its bytes are stored.
    pub docx_sha256: Sha256,
    /// Digest of the facts themselves, as printed in the foot of every page. That of the file which holds them is
    /// [`CertificateRecord::facts_sha256`].
    pub printed_sha256: Sha256,
}

/// A certificate as it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// Its number.
    pub key: i64,
    /// What was issued.
    pub record: CertificateRecord,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Stores bytes under their digest; storing them again changes nothing.
    pub fn store_bytes(&mut self, bytes: &[u8]) -> Outcome<Sha256> {
        let digest = Sha256::of(bytes);
        self.write("store bytes", |transaction| {
            let insert = "INSERT INTO blob (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            transaction.execute(insert, params![digest.as_bytes(), bytes])?;
            Ok(digest)
        })
    }

    /// The bytes with this digest, where they are stored.
    ///
    /// # Errors
    /// [`crate::LedgerError::Damaged`] where what is stored has another digest by now.
    pub fn bytes(&self, digest: &Sha256) -> Outcome<Option<Vec<u8>>> {
        self.read("read stored bytes", |connection| {
            let mut statement = connection.prepare_cached("SELECT bytes FROM blob WHERE sha256 = ?1")?;
            let mut rows = statement.query([digest.as_bytes()])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let bytes: Vec<u8> = row.get(0)?;
            let found = Sha256::of(&bytes);
            if found != *digest {
                return Err(damaged(format!("found bytes with digest {found} stored as {digest}")));
            }
            Ok(Some(bytes))
        })
    }

    /// Records that a certificate was issued; returns its number.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where the bytes of its PDF, document or facts are not stored, or its volume is not known.
    pub fn issue_certificate(&mut self, act: &Act, certificate: &CertificateRecord) -> Outcome<i64> {
        self.act(act, "issue a certificate", |transaction| {
            must_say("title", &certificate.title)?;
            let document = certificate.text.map(|text| ("document", text.docx_sha256));
            let named = [("PDF", certificate.pdf_sha256), ("facts", certificate.facts_sha256)];
            for (what, digest) in named.into_iter().chain(document) {
                let stored = "SELECT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1)";
                if !transaction.query_row(stored, [digest.as_bytes()], |row| row.get::<_, bool>(0))? {
                    return Err(no_such(format!("bytes with digest {digest}, the certificate's {what}")));
                }
            }
            if let Some(volume) = &certificate.volume {
                let known = "SELECT EXISTS (SELECT 1 FROM reservation WHERE volume = ?1 COLLATE BINARY)";
                if !transaction.query_row(known, [volume.as_str()], |row| row.get::<_, bool>(0))? {
                    return Err(no_such(format!("volume {volume}")));
                }
            }
            transaction.execute(
                "INSERT INTO certificate (request, volume, title, pdf_sha256, facts_sha256, at, by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    certificate.request.as_str(),
                    certificate.volume.as_ref().map(VolumeName::as_str),
                    certificate.title,
                    certificate.pdf_sha256.as_bytes(),
                    certificate.facts_sha256.as_bytes(),
                    instant_text(act.at),
                    act.by,
                ],
            )?;
            let key = transaction.last_insert_rowid();
            let pin =
                "INSERT INTO certificate_pin (certificate, place, what, sha256) VALUES (?1, ?2, ?3, ?4)";
            for (place, (what, digest)) in certificate.pins.iter().enumerate() {
                transaction.execute(pin, params![key, count(place), what, digest.as_bytes()])?;
            }
            if let Some(text) = &certificate.text {
                transaction.execute(
                    "INSERT INTO certificate_text (certificate, docx_sha256, printed_sha256) VALUES (?1, ?2, ?3)",
                    params![key, text.docx_sha256.as_bytes(), text.printed_sha256.as_bytes()],
                )?;
            }
            let detail = json!({
                "certificate": key, "request": certificate.request, "volume": certificate.volume,
                "title": certificate.title, "pdf_sha256": certificate.pdf_sha256,
                "facts_sha256": certificate.facts_sha256, "pins": certificate.pins,
                "docx_sha256": certificate.text.map(|text| text.docx_sha256),
                "printed_sha256": certificate.text.map(|text| text.printed_sha256),
            });
            Ok((key, detail))
        })
    }

    /// All certificates, in the order in which they were issued.
    pub fn certificates(&self) -> Outcome<Vec<IssuedCertificate>> {
        self.read("list certificates", |connection| {
            let mut statement = connection.prepare(
                "SELECT key, request, volume, title, pdf_sha256, facts_sha256, at, by, docx_sha256, printed_sha256
                 FROM certificate LEFT JOIN certificate_text ON certificate = key ORDER BY key",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let key = row.get(0)?;
                let record = CertificateRecord {
                    request: word(row, 1)?,
                    volume: word_or_none(row, 2)?,
                    title: row.get(3)?,
                    pdf_sha256: sha256(row, 4)?,
                    facts_sha256: sha256(row, 5)?,
                    pins: pins(connection, key)?,
                    text: match sha256_or_none(row, 8)? {
                        Some(docx_sha256) => {
                            Some(CertificateText { docx_sha256, printed_sha256: sha256(row, 9)? })
                        }
                        None => None,
                    },
                };
                found.push(IssuedCertificate { key, record, at: instant(row, 6)?, by: row.get(7)? });
            }
            Ok(found)
        })
    }
}

fn pins(connection: &Connection, certificate: i64) -> Result<Vec<(String, Sha256)>, Fault> {
    let read = "SELECT what, sha256 FROM certificate_pin WHERE certificate = ?1 ORDER BY place";
    let mut statement = connection.prepare_cached(read)?;
    let mut rows = statement.query([certificate])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((row.get(0)?, sha256(row, 1)?));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{act, dump, ledger, reopen, request};
    use duces_model::BatesPrefix;
    use proptest::prelude::*;

    fn certificate(pdf_sha256: Sha256, facts_sha256: Sha256) -> CertificateRecord {
        CertificateRecord {
            request: "r1".parse().unwrap(),
            volume: None,
            title: "Certificate of Partial Completeness".into(),
            pdf_sha256,
            facts_sha256,
            pins: vec![("register".into(), Sha256::of("register")), ("gap list".into(), Sha256::of("gaps"))],
            text: None,
        }
    }

    #[test]
    fn a_certificate_comes_back_with_its_pins_and_its_very_bytes() {
        let (_folder, mut ledger) = ledger();
        let pdf = ledger.store_bytes(b"%PDF-1.7 ...").unwrap();
        let facts = ledger.store_bytes(b"{}").unwrap();
        let mut record = certificate(pdf, facts);
        let key = ledger.issue_certificate(&act(), &record).unwrap();
        record.volume = "V1".parse().ok();
        assert!(matches!(ledger.issue_certificate(&act(), &record), Err(LedgerError::NoSuch { .. })));
        ledger
            .reserve(&act(), &BatesPrefix::new("ECP").unwrap(), 7, 1, &"V1".parse().unwrap(), &request())
            .unwrap();
        record.text = Some(CertificateText {
            docx_sha256: pdf,
            printed_sha256: Sha256::of("facts without white space"),
        });
        ledger.issue_certificate(&act(), &record).unwrap();
        let ledger = reopen(ledger);
        let issued = ledger.certificates().unwrap();
        assert_eq!((issued.len(), issued[0].key, &issued[1].record), (2, key, &record));
        assert_eq!(issued[0].record, CertificateRecord { volume: None, text: None, ..record });
        assert_eq!(ledger.bytes(&pdf).unwrap().as_deref(), Some(&b"%PDF-1.7 ..."[..]));
        assert_eq!(ledger.bytes(&Sha256::of("other")).unwrap(), None);
    }

    #[test]
    fn a_certificate_without_its_bytes_or_title_is_not_issued() {
        let (_folder, mut ledger) = ledger();
        let pdf = ledger.store_bytes(b"%PDF").unwrap();
        let before = dump(&ledger);
        let issued = ledger.issue_certificate(&act(), &certificate(pdf, Sha256::of("not stored")));
        assert!(matches!(issued, Err(LedgerError::NoSuch { .. })));
        let lost = CertificateText { docx_sha256: Sha256::of("not stored"), printed_sha256: pdf };
        let undocumented = CertificateRecord { text: Some(lost), ..certificate(pdf, pdf) };
        assert!(matches!(ledger.issue_certificate(&act(), &undocumented), Err(LedgerError::NoSuch { .. })));
        let untitled = CertificateRecord { title: String::new(), ..certificate(pdf, pdf) };
        assert!(matches!(ledger.issue_certificate(&act(), &untitled), Err(LedgerError::Conflict { .. })));
        assert_eq!(dump(&ledger), before);
    }

    #[test]
    fn bytes_that_changed_on_disk_are_not_given_out() {
        let (_folder, mut ledger) = ledger();
        let digest = ledger.store_bytes(b"as issued").unwrap();
        assert!(
            ledger.connection.execute("UPDATE blob SET bytes = x'00'", []).is_err(),
            "the file itself refuses"
        );
        ledger
            .connection
            .execute_batch("DROP TRIGGER blob_no_UPDATE; UPDATE blob SET bytes = x'00'")
            .unwrap();
        assert!(matches!(ledger.bytes(&digest), Err(LedgerError::Damaged { .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn any_bytes_read_back_and_storing_them_twice_changes_nothing(bytes: Vec<u8>) {
            let (_folder, mut ledger) = ledger();
            let digest = ledger.store_bytes(&bytes).unwrap();
            let once = dump(&ledger);
            prop_assert_eq!(ledger.store_bytes(&bytes).unwrap(), digest);
            prop_assert_eq!(dump(&ledger), once);
            prop_assert_eq!(ledger.bytes(&digest).unwrap(), Some(bytes));
        }
    }
}
