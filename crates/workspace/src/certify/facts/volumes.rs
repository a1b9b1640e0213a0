//! The volumes of the request.

use super::Decided;
use crate::home::Actor;
use duces_instruments::facts::{NumberRange, VerifiedVolume, VolumeFacts};
use duces_ledger::{SealedVolume, VolumeRecord, VolumeState};
use duces_model::{Disposition, DocId, ProducedAs, VolumeName};
use duces_verify::{Code, Severity, Verification};
use std::collections::BTreeSet;

/// A volume of which nothing was read back.
pub(in crate::certify) fn unsealed(record: &VolumeRecord) -> Option<VolumeFacts> {
    let numbers = Some(NumberRange::from(&record.range));
    match &record.state {
        VolumeState::Reserved => Some(VolumeFacts::Unsealed { name: record.name.clone(), numbers }),
        VolumeState::Voided { reason, .. } => {
            Some(VolumeFacts::Voided { name: record.name.clone(), numbers, reason: reason.clone() })
        }
        VolumeState::Sealed { .. } => None,
    }
}

/// A sealed volume as it was just read back; `agreed` says whether volume and archive both did.
pub(in crate::certify) fn sealed(
    record: &VolumeRecord,
    volume: &SealedVolume,
    checked: Verification,
    agreed: bool,
    (decided, replaced): (&Decided, &BTreeSet<(VolumeName, DocId)>),
    actor: &Actor,
) -> VolumeFacts {
    let of_severity = |severity: Severity| -> u64 {
        checked
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .map(|finding| finding.count)
            .sum()
    };
    let (failures, warnings, notes) =
        (of_severity(Severity::Fails), of_severity(Severity::Warns), of_severity(Severity::Notes));
    let not_opened = checked
        .findings
        .iter()
        .filter(|finding| matches!(finding.code, Code::ArchiveNotOpened | Code::EmbeddingNotOpened))
        .map(|finding| finding.count)
        .sum();
    let of_population = volume
        .members
        .iter()
        .filter(|member| member.bates.is_some())
        .filter(|member| decided.get(&member.document).is_some_and(Disposition::takes_number))
        // What a later volume replaces counts there.
        .filter(|member| !replaced.contains(&(record.name.clone(), member.document)))
        .count() as u64;
    let whole = volume
        .members
        .iter()
        .filter(|member| member.bates.is_some())
        .filter(|member| matches!(member.disposition, Disposition::Produce { form: ProducedAs::Whole }))
        .count() as u64;
    let unverified = VolumeFacts::Unverified {
        name: record.name.clone(),
        numbers: Some(NumberRange::from(&record.range)),
        manifest_sha256: volume.manifest_sha256,
        failures: Some(failures.max(1)),
    };
    let (true, Ok(verified)) = (agreed, checked.verified()) else { return unverified };
    let summary = verified.get();
    // Both were read back, or nothing is said of the volume: the writer's own digests stand for neither.
    let (Some(manifest_sha256), Some(load_file_sha256)) = (summary.manifest_sha256, summary.data_sha256)
    else {
        return unverified;
    };
    VolumeFacts::Verified(VerifiedVolume {
        name: record.name.clone(),
        numbers: summary.bates.as_ref().map(NumberRange::from),
        rows: summary.rows,
        rows_of_population: of_population,
        rows_whole: Some(whole),
        natives: summary.natives,
        texts: summary.texts,
        files: summary.files,
        bytes: summary.bytes,
        natives_not_opened: not_opened,
        manifest_sha256,
        load_file_sha256,
        verified_at: actor.now,
        warnings,
        notes,
    })
}
