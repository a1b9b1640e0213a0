//! The same for a completeness certificate, which is known by its bytes or by the digest in its foot.

use super::{FactsCheck, FactsVerdict, Held, Now, ReadWords, is_json, printed};
use crate::certify::Subject;
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use duces_instruments::{Compared, CompletenessFacts, Template, completeness_pieces, stored_facts};
use duces_ledger::IssuedCertificate;
use duces_model::{Observer, Sha256};
use std::path::Path;

impl Workspace {
    /// The certificate of which a file is the very one that was issued.
    pub(super) fn certificate_of_bytes(
        &self,
        bytes: &[u8],
    ) -> Result<Option<IssuedCertificate>, WorkspaceError> {
        let digest = Sha256::of(bytes);
        let is_of = |issued: &IssuedCertificate| {
            let docx = issued.record.text.map(|text| text.docx_sha256);
            [Some(issued.record.pdf_sha256), Some(issued.record.facts_sha256), docx].contains(&Some(digest))
        };
        Ok(self.ledger.certificates()?.into_iter().rev().find(is_of))
    }

    /// The certificate whose digest stands in a document, or whose PDF it begins with: those of earlier versions bear none.
    pub(super) fn certificate_of_words(
        &self,
        bytes: &[u8],
        squeezed: &str,
    ) -> Result<Option<IssuedCertificate>, WorkspaceError> {
        for issued in self.ledger.certificates()?.into_iter().rev() {
            let is_of = match issued.record.text {
                Some(text) => squeezed.contains(&printed(text.printed_sha256)),
                None if bytes.starts_with(b"%PDF") => {
                    let kept = self.ledger.bytes(&issued.record.pdf_sha256)?;
                    kept.is_some_and(|kept| bytes.starts_with(&kept))
                }
                None => false,
            };
            if is_of {
                return Ok(Some(issued));
            }
        }
        Ok(None)
    }

    /// Holds a document against the certificate as it was issued.
    pub(super) fn held_certificate(
        &self,
        file: &Path,
        bytes: &[u8],
        read: &ReadWords,
        issued: &IssuedCertificate,
    ) -> Result<Held, WorkspaceError> {
        let facts = self.certified(issued)?;
        if is_json(file) {
            let changed = match stored_facts(bytes) {
                Ok(read) if read == facts => Vec::new(),
                Ok(read) => {
                    let places = Now::of(&facts, Ok(read))?.changed;
                    let others = "the file's facts are others than were issued".to_owned();
                    std::iter::once(others).chain(places.iter().map(ToString::to_string)).collect()
                }
                Err(error) => vec![error.to_string()],
            };
            return Ok(Held { compared: Compared { changed, ..Compared::default() }, ..Held::default() });
        }
        self.held_words(bytes, read, issued.record.pdf_sha256, || {
            let pin = issued.record.pins.iter().find(|(what, _)| what == "template");
            let kept = pin.map(|(_, digest)| self.ledger.bytes(digest)).transpose()?.flatten();
            let kept = kept.ok_or_else(|| lost(issued))?;
            let wording = Template::parse("the kept wording", &String::from_utf8_lossy(&kept))?;
            Ok(completeness_pieces(&wording, &facts)?)
        })
    }

    /// What came of it, with how the record knows the facts now.
    pub(super) fn check_certificate(
        &mut self,
        file: &Path,
        issued: IssuedCertificate,
        held: Held,
        bytes: &'static str,
        (actor, observer): (&Actor, &dyn Observer),
    ) -> Result<FactsCheck, WorkspaceError> {
        let then = self.certified(&issued)?;
        let subject =
            Subject { request: issued.record.request.clone(), volume: issued.record.volume.clone() };
        let now = Now::of(&then, self.take_facts(&subject, actor, observer).map(|taken| taken.facts))?;
        Ok(FactsCheck {
            file: file.to_owned(),
            instrument: None,
            certificate: Some(issued.key),
            title: issued.record.title,
            document: FactsVerdict::of(&held.compared),
            changed: held.compared.changed,
            added: held.compared.added,
            turned: held.compared.turned,
            filled: held.compared.filled,
            limits: held.limits,
            bytes,
            now: now.changed,
            unasked: now.unasked,
        })
    }

    /// The facts with which a certificate was issued.
    fn certified(&self, issued: &IssuedCertificate) -> Result<CompletenessFacts, WorkspaceError> {
        let stored = self.ledger.bytes(&issued.record.facts_sha256)?.ok_or_else(|| lost(issued))?;
        Ok(stored_facts(&stored)?)
    }
}

fn lost(issued: &IssuedCertificate) -> WorkspaceError {
    WorkspaceError::Refused {
        what: format!("certificate {} cannot be checked", issued.key),
        reasons: vec!["the ledger no longer holds what it was made from".to_owned()],
        hint: "restore .duces/ledger.sqlite from its copy".to_owned(),
    }
}
