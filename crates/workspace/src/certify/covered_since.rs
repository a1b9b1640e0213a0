//! Redactions that changed after a volume was sealed.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_ledger::SealedVolume;
use duces_model::{Disposition, RequestId};

impl Workspace {
    /// What a newer sheet of redactions covers otherwise than a sealed volume shows cannot be certified as produced.
    pub(super) fn refuse_newer_redactions(&self, request: &RequestId) -> Result<(), WorkspaceError> {
        let Some(newest) = self.ledger.redactions(request)? else { return Ok(()) };
        let undone_on_record = self.clawed_back_or_replaced()?;
        let mut reasons = Vec::new();
        for volume in self.ledger.volumes()? {
            let Some(sealed) = volume.sealed().filter(|sealed| sealed.request == *request) else { continue };
            let (_, made_by) = self.redactions_of_sealed(sealed)?;
            for member in &sealed.members {
                let Some(bates) = &member.bates else { continue };
                if undone_on_record.contains(&(volume.name.clone(), member.document)) {
                    continue;
                }
                let now = newest.redactions.get(&member.document);
                let differs = match &member.disposition {
                    redacted if redacted.is_redacted() => now != made_by.get(&member.document),
                    // What was known when the volume was made was a question of the gate.
                    whole if *whole == Disposition::WHOLE => now.is_some() && is_newer(sealed, newest.key),
                    _ => false,
                };
                if differs {
                    let told = if now.is_some() { "is covered otherwise" } else { "is covered no more" };
                    reasons.push(format!("{} in volume {}: it {told}", bates.first(), volume.name));
                }
            }
        }
        if reasons.is_empty() {
            return Ok(());
        }
        Err(WorkspaceError::Refused {
            what: format!(
                "the newest sheet of redactions, taken in on {} by {}, is not what the volumes were made by",
                newest.at.date_naive(),
                newest.by
            ),
            reasons,
            hint: "replace what has to be covered otherwise (duces produce --replaces), or hand the sheet in again by which the \
                   volumes were made (duces review redactions)"
                .to_owned(),
        })
    }
}

/// Whether a sheet was taken in after a volume was made. Of volumes that were sealed before it was kept which sheet
/// was known, this cannot be told, and nothing is said of what went out whole.
fn is_newer(sealed: &SealedVolume, sheet: i64) -> bool {
    match &sealed.facts["redactions_known"] {
        serde_json::Value::Number(known) => known.as_i64().is_some_and(|known| known < sheet),
        _ => sealed.facts.get("redactions_known").is_some(),
    }
}
