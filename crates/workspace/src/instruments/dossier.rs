//! What the record holds of a request's volumes, beside the facts of the completeness certification.

use crate::certify::{Subject, Taken};
use crate::error::WorkspaceError;
use crate::files::Doing as _;
use crate::home::{Actor, Workspace};
use chrono::{DateTime, Utc};
use duces_instruments::facts::{NumberRange, VolumeFacts};
use duces_instruments::form::dossier::{ClawbackFile, Copied, Delivered, Dossier, Earlier, MadeOf};
use duces_ledger::{DocumentRow, SealedVolume, VolumeRecord, VolumeState};
use duces_model::{
    BatesRange, ContainerKind, Disposition, DocId, DocumentKind, ItemId, Observer, ProducedAs, Sha256,
    VolumeName,
};
use duces_packager::Encryption;
use duces_verify::VolumeSummary;
use std::collections::BTreeMap;
use std::path::Path;

impl Workspace {
    /// Everything about a request; of its volumes those that verify, or the one that is named.
    pub(super) fn dossier(
        &mut self,
        subject: &Subject,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<Dossier, WorkspaceError> {
        let Taken { facts, summaries, .. } = self.take_facts(subject, actor, observer)?;
        let mut delivered = Vec::new();
        for record in self.ledger.volumes()? {
            let verified = facts
                .volumes
                .iter()
                .any(|volume| matches!(volume, VolumeFacts::Verified(one) if one.name == record.name));
            let named = subject.volume.as_ref().is_none_or(|name| *name == record.name);
            if let (true, true, Some(sealed), Some(summary)) =
                (verified, named, record.sealed(), summaries.get(&record.name))
            {
                delivered.push(self.delivered(&record, sealed, summary)?);
            }
        }
        let before = subject.volume.as_ref().and_then(|_| delivered.first().map(|one| one.sealed_at));
        let earlier = self.earlier(subject, before)?;
        let logged = match delivered.is_empty() {
            true => 0,
            false => self.logged(&subject.request, subject.volume.as_ref())?,
        };
        Ok(Dossier { facts, delivered, earlier, logged })
    }

    fn delivered(
        &self,
        record: &VolumeRecord,
        sealed: &SealedVolume,
        summary: &VolumeSummary,
    ) -> Result<Delivered, WorkspaceError> {
        let profile = self.profile(sealed.facts["profile"].as_str().unwrap_or_default())?;
        let ids: Vec<DocId> = sealed.members.iter().map(|member| member.document).collect();
        let rows = self.ledger.documents(&self.ledger.rows_of(&ids)?)?;
        let rows: BTreeMap<DocId, DocumentRow> = rows.into_iter().map(|row| (row.id, row)).collect();
        let described = self.described(sealed)?;
        let natives = self.natives_of(record, sealed)?;
        let mut made_of = MadeOf::default();
        let mut items: BTreeMap<ItemId, Vec<BatesRange>> = BTreeMap::new();
        let mut copies = Vec::new();
        for member in &sealed.members {
            let (Some(bates), Some(row)) = (&member.bates, rows.get(&member.document)) else { continue };
            match &member.disposition {
                Disposition::Produce { form: form @ (ProducedAs::Whole | ProducedAs::Redacted) } => {
                    *kind_of(&mut made_of, row) += 1;
                    made_of.redacted += u64::from(*form == ProducedAs::Redacted);
                }
                _ => made_of.sheets += 1,
            }
            for item in described.items_of(&member.document) {
                items.entry(item.clone()).or_default().push(bates.clone());
            }
            let number = bates.first().to_string();
            if let Some(found) = natives.get(&number) {
                if *found != row.native_sha256 {
                    return Err(WorkspaceError::Refused {
                        what: format!("native {number} of volume {} is not what was recorded", record.name),
                        reasons: vec![format!("found sha256 {found}, expected {}", row.native_sha256)],
                        hint: format!("duces verify {} shows all findings", record.name),
                    });
                }
                copies.push(Copied { number, sha256: *found, conversion: row.conversion.clone() });
            }
        }
        let ranges = |ranges: &[BatesRange]| ranges.iter().map(NumberRange::from).collect::<Vec<_>>();
        let custodians = summary
            .custodians
            .iter()
            .map(|(name, of)| (name.clone(), of.documents, ranges(&of.ranges)))
            .collect();
        let items = items.into_iter().map(|(item, all)| (item, all.len() as u64, runs(&all))).collect();
        let sealed_at = match &record.state {
            VolumeState::Sealed { at, .. } => *at,
            _ => record.reserved_at,
        };
        let deliveries = self.ledger.deliveries()?.into_iter().map(|one| one.delivery);
        let replaces = self.ledger.replacements()?.into_iter().filter(|one| one.volume == record.name);
        Ok(Delivered {
            name: record.name.clone(),
            sealed_at,
            zone: described.zone().to_string(),
            legend: profile
                .delivery
                .legend
                .value
                .as_ref()
                .map(|text| text.replace("{firm}", &self.config.firm.name)),
            encrypted: profile.delivery.encryption.value == Encryption::Aes256,
            archives: archives(&record.name, sealed),
            fields: summary.fields.clone(),
            images: summary.images,
            custodians,
            made_of,
            items,
            copies,
            deliveries: deliveries
                .filter(|one| one.volume == record.name)
                .map(|one| (one.delivered_on, one.recipient, one.means))
                .collect(),
            replaces: replaces
                .map(|one| {
                    let old = NumberRange::from(&one.earlier.bates);
                    (one.earlier.volume, old, NumberRange::from(&one.bates), one.why)
                })
                .collect(),
        })
    }

    /// The natives of a volume by the number that names them, with their digests as its manifest has them. The manifest is
    /// the one that was sealed, and the verifier held each file against it.
    fn natives_of(
        &self,
        record: &VolumeRecord,
        sealed: &SealedVolume,
    ) -> Result<BTreeMap<String, Sha256>, WorkspaceError> {
        let path = self.root.join(&sealed.path).join("MANIFEST.sha256");
        let bytes = std::fs::read(&path).doing("read", &path)?;
        let found = Sha256::of(&bytes);
        if found != sealed.manifest_sha256 {
            return Err(WorkspaceError::Refused {
                what: format!("the manifest of volume {} is not what was sealed", record.name),
                reasons: vec![format!("found sha256 {found}, expected {}", sealed.manifest_sha256)],
                hint: format!("duces verify {} shows all findings", record.name),
            });
        }
        let mut natives = BTreeMap::new();
        for line in String::from_utf8_lossy(&bytes).lines() {
            let Some((digest, file)) = line.split_once("  ") else { continue };
            let Some(file) = file.strip_prefix("NATIVES/") else { continue };
            let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
            if let (Some(stem), Ok(digest)) = (stem, digest.parse::<Sha256>()) {
                natives.insert(stem, digest);
            }
        }
        Ok(natives)
    }

    /// What was certified, written and delivered for a request, oldest first; before an instant, where one is given.
    fn earlier(
        &self,
        subject: &Subject,
        before: Option<DateTime<Utc>>,
    ) -> Result<Vec<Earlier>, WorkspaceError> {
        let mut earlier = Vec::new();
        for issued in self.ledger.certificates()? {
            if issued.record.request != subject.request {
                continue;
            }
            let bytes = self.ledger.bytes(&issued.record.facts_sha256)?;
            let facts = bytes.and_then(|bytes| duces_instruments::stored_facts(&bytes).ok());
            let listed = facts.map(|facts| {
                let open = facts.gaps.into_iter().filter(|gap| gap.gap.status.is_open());
                open.map(|gap| gap.gap.id).collect()
            });
            let of =
                issued.record.volume.as_ref().map_or_else(String::new, |volume| format!(", volume {volume}"));
            earlier.push(Earlier {
                at: issued.at,
                what: format!("certificate {}: {}{of}", issued.key, issued.record.title),
                gaps: Some(listed.unwrap_or_default()),
            });
        }
        for made in self.ledger.instruments()? {
            if made.record.draft || made.record.request.as_ref() != Some(&subject.request) {
                continue;
            }
            let what = format!("{} (instrument {})", made.record.title, made.key);
            earlier.push(Earlier { at: made.at, what, gaps: None });
        }
        for volume in self.ledger.volumes()? {
            if volume.request != subject.request || volume.sealed().is_none() {
                continue;
            }
            for one in self.ledger.deliveries()? {
                if one.delivery.volume == volume.name {
                    let what = format!(
                        "volume {}, {}, delivered on {} to {}",
                        volume.name, volume.range, one.delivery.delivered_on, one.delivery.recipient
                    );
                    earlier.push(Earlier { at: one.at, what, gaps: None });
                }
            }
        }
        earlier.sort_by(|a, b| (a.at, &a.what).cmp(&(b.at, &b.what)));
        if let Some(before) = before {
            let certified = |one: &Earlier| one.gaps.is_some();
            // A certificate about the volume itself comes later, and goes with its letter.
            earlier.retain(|one| one.at < before || certified(one));
        }
        Ok(earlier)
    }

    /// A claw-back in words, and who asks under which number in which matter.
    pub(super) fn clawback_file(
        &self,
        about: &str,
    ) -> Result<(ClawbackFile, (String, String, String)), WorkspaceError> {
        let records = self.ledger.clawbacks()?;
        let known = || records.iter().map(|record| record.key.to_string()).collect();
        let unknown =
            || WorkspaceError::Unknown { what: "claw-back", name: about.to_owned(), known: known() };
        let record = records.iter().find(|record| record.key.to_string() == about).ok_or_else(unknown)?;
        let replaced = self.ledger.replacements()?;
        let of = &record.clawback;
        let documents = of.documents.iter().map(|one| {
            let by = replaced
                .iter()
                .rfind(|later| later.earlier == *one)
                .map(|later| (later.volume.clone(), NumberRange::from(&later.bates)));
            (one.volume.clone(), NumberRange::from(&one.bates), by)
        });
        let file = ClawbackFile {
            key: record.key,
            request: of.request.clone(),
            basis: of.basis.clone(),
            disclosed_on: of.disclosed_on,
            discovered_on: of.discovered_on,
            documents: documents.collect(),
            notices: record.notices.iter().map(|one| (one.notified_on, one.recipient.clone())).collect(),
        };
        let register = self.register()?;
        let population = self.population(&of.request)?;
        let asked = self.pinned_request(&of.request, &population, &register)?;
        Ok((file, (asked.authority, asked.number, asked.title)))
    }
}

/// The figure under which a document counts.
fn kind_of<'a>(made_of: &'a mut MadeOf, row: &DocumentRow) -> &'a mut u64 {
    match row.kind {
        DocumentKind::Message if matches!(row.container_kind, ContainerKind::Chat | ContainerKind::Rsmf) => {
            &mut made_of.chats
        }
        DocumentKind::Message => &mut made_of.emails,
        DocumentKind::Attachment => &mut made_of.attachments,
        DocumentKind::LooseFile => &mut made_of.loose,
    }
}

/// Archives as they are delivered, with the digests that were taken when they were written and that agreed when they were
/// read back.
fn archives(name: &VolumeName, sealed: &SealedVolume) -> Vec<(String, Sha256)> {
    let digest = |value: &serde_json::Value| serde_json::from_value(value.clone()).ok();
    match sealed.facts["zips"].as_array() {
        Some(zips) => zips
            .iter()
            .filter_map(|zip| Some((zip["name"].as_str()?.to_owned(), digest(&zip["sha256"])?)))
            .collect(),
        None => {
            digest(&sealed.facts["zip_sha256"]).map(|one| (format!("{name}.zip"), one)).into_iter().collect()
        }
    }
}

/// Numbers as unbroken runs.
fn runs(ranges: &[BatesRange]) -> Vec<NumberRange> {
    let mut sorted: Vec<&BatesRange> = ranges.iter().collect();
    sorted.sort_by_key(|range| range.first().position());
    let mut runs: Vec<(NumberRange, u64)> = Vec::new();
    for range in sorted {
        let end = range.last().position();
        match runs.last_mut() {
            Some((run, last)) if range.first().position() <= *last + 1 => {
                if end > *last {
                    run.last = range.last().clone();
                    *last = end;
                }
            }
            _ => runs.push((NumberRange::from(range), end)),
        }
    }
    runs.into_iter().map(|(run, _)| run).collect()
}
