//! Which documents a replacement volume holds: what is named, with its families.

use super::gather::Gathered;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_ledger::EarlierNumbers;
use duces_model::{BatesError, BatesNumber, BatesRange, Disposition, DocId, RequestId, VolumeName};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// What is to be replaced: numbers, or a document by its identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplaceTarget {
    /// Every document with a number of this range.
    Numbers(BatesRange),
    /// One document.
    Document(DocId),
}

impl FromStr for ReplaceTarget {
    type Err = BatesError;

    /// `ECP0000001`, `ECP0000001-ECP0000007` (also with spaces around the hyphen), or 64 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, BatesError> {
        if let Ok(document) = text.parse() {
            return Ok(Self::Document(document));
        }
        // A prefix may hold hyphens, so that each is tried; a number ends in digits, so that one fits at most.
        let ends = text.match_indices('-').find_map(|(at, _)| {
            let (first, last) = (text[..at].trim(), text[at + 1..].trim());
            Some((first.parse().ok()?, last.parse().ok()?))
        });
        match ends {
            Some((first, last)) => BatesRange::new(first, last).map(Self::Numbers),
            None => BatesRange::starting_at(text.trim().parse()?, 1).map(Self::Numbers),
        }
    }
}

/// A document's numbers as last sealed for a request.
pub(crate) struct LastSealed {
    pub(crate) numbers: EarlierNumbers,
    family: DocId,
    disposition: Disposition,
}

impl Workspace {
    /// Of each document with numbers for a request the newest ones.
    pub(crate) fn last_sealed(
        &self,
        request: &RequestId,
    ) -> Result<BTreeMap<DocId, LastSealed>, WorkspaceError> {
        let mut found = BTreeMap::new();
        for volume in self.ledger.volumes()? {
            let Some(sealed) = volume.sealed().filter(|sealed| sealed.request == *request) else { continue };
            for member in &sealed.members {
                let Some(bates) = member.bates.clone() else { continue };
                let numbers =
                    EarlierNumbers { document: member.document, volume: volume.name.clone(), bates };
                let (family, disposition) = (member.family, member.disposition.clone());
                found.insert(member.document, LastSealed { numbers, family, disposition });
            }
        }
        Ok(found)
    }

    /// The documents that targets name, by what they are named with; numbers that were replaced already are refused.
    pub(crate) fn targeted(
        &self,
        request: &RequestId,
        targets: &[ReplaceTarget],
        last: &BTreeMap<DocId, LastSealed>,
    ) -> Result<BTreeSet<DocId>, WorkspaceError> {
        let mut reasons = Vec::new();
        let mut named = BTreeSet::new();
        let replaced = self.ledger.replacements()?;
        for target in targets {
            let range = match target {
                ReplaceTarget::Document(document) => {
                    if !last.contains_key(document) {
                        reasons.push(format!("document {document} has no number for request {request}"));
                    }
                    named.insert(*document);
                    continue;
                }
                ReplaceTarget::Numbers(range) => range,
            };
            let own: Vec<_> = last.values().filter(|one| one.numbers.bates.overlaps(range)).collect();
            let covered = own.iter().map(|one| shared(&one.numbers.bates, range)).sum::<u64>();
            let old = replaced.iter().filter(|one| one.earlier.bates.overlaps(range));
            reasons.extend(old.map(|one| {
                format!("{} was replaced by {} in volume {}", one.earlier.bates, one.bates, one.volume)
            }));
            if covered != range.pages() && reasons.is_empty() {
                reasons.push(format!(
                    "{range}: {covered} of its {} numbers stand in volumes of request {request}",
                    range.pages()
                ));
            }
            named.extend(own.iter().map(|one| one.numbers.document));
        }
        if reasons.is_empty() {
            return Ok(named);
        }
        Err(WorkspaceError::Refused {
            what: "what is named cannot be taken up".to_owned(),
            reasons,
            hint: "duces bates list shows which numbers stand in which volume, duces bates explain NUMBER what became of one"
                .to_owned(),
        })
    }

    /// Gathers a replacement volume: what is named, and what of its families has numbers, by what is decided now.
    /// Everything else stays where it is.
    pub(super) fn gather_replacing(
        &self,
        request: &RequestId,
        targets: &[ReplaceTarget],
        profile: &str,
    ) -> Result<(Gathered, BTreeMap<DocId, EarlierNumbers>), WorkspaceError> {
        let last = self.last_sealed(request)?;
        let named = self.targeted(request, targets, &last)?;
        let families: BTreeSet<DocId> =
            named.iter().filter_map(|document| last.get(document)).map(|one| one.family).collect();
        let replaced: BTreeMap<DocId, EarlierNumbers> = last
            .iter()
            .filter(|(_, one)| families.contains(&one.family))
            .map(|(document, one)| (*document, one.numbers.clone()))
            .collect();
        let clawed_back = self.clawed_back_documents()?;
        let population = self.population(request)?;
        let mut decided = BTreeMap::new();
        let mut reasons = Vec::new();
        for row in self.ledger.dispositions(population.key)? {
            let Some(numbers) = replaced.get(&row.document) else {
                let stays = match (row.disposition, last.get(&row.document)) {
                    (disposition, Some(one)) if disposition.takes_number() => {
                        Disposition::ExcludeAlreadyProduced { bates: one.numbers.bates.first().clone() }
                    }
                    // What never went out waits for a volume of its own.
                    (disposition, None) if disposition.takes_number() => Disposition::Pending,
                    (disposition, _) => disposition,
                };
                decided.insert(row.document, stays);
                continue;
            };
            let before = last.get(&row.document).map(|one| one.disposition.clone());
            let disposition = match (row.disposition, before) {
                (Disposition::ExcludeAlreadyProduced { .. }, Some(before)) => before,
                (now, _) => now,
            };
            if !disposition.takes_number() {
                reasons.push(format!("{} is decided {disposition} by now", numbers.bates.first()));
            } else if clawed_back.contains(&(request.clone(), row.document)) && !disposition.bars_content() {
                reasons
                    .push(format!("{} was clawed back, and is decided {disposition}", numbers.bates.first()));
            }
            decided.insert(row.document, disposition);
        }
        reasons.extend(
            replaced
                .iter()
                .filter(|(document, _)| !decided.contains_key(document))
                .map(|(_, numbers)| format!("{} is not in the newest population", numbers.bates.first())),
        );
        let marks = self.marks(&population)?;
        let mut gathered = self.gather(&self.register()?, population, decided, profile)?;
        gathered.mark(&marks);
        let waits = |disposition: &Disposition| *disposition == Disposition::Pending;
        reasons.extend(
            gathered
                .candidates
                .iter()
                .filter(|candidate| families.contains(&candidate.family) && waits(&candidate.disposition))
                .map(|candidate| {
                    format!(
                        "document {} belongs to a replaced family and never went out, or is pending",
                        candidate.document
                    )
                }),
        );
        if !reasons.is_empty() {
            return Err(WorkspaceError::Refused {
                what: "the replacement cannot be made from what is decided".to_owned(),
                reasons,
                hint: "decide each replaced document anew (produce, slip-sheet, redact or withhold): duces select --decisions; \
                       what never went out is produced before its family is replaced"
                    .to_owned(),
            });
        }
        Ok((gathered, replaced))
    }

    /// What a sealed volume replaces, by document.
    pub(super) fn replaced_in(
        &self,
        volume: &VolumeName,
    ) -> Result<BTreeMap<DocId, (VolumeName, BatesRange)>, WorkspaceError> {
        let all = self.ledger.replacements()?.into_iter();
        Ok(all
            .filter(|one| one.volume == *volume)
            .map(|one| (one.earlier.document, (one.earlier.volume, one.earlier.bates)))
            .collect())
    }
}

/// How many numbers two overlapping ranges of one series share.
fn shared(a: &BatesRange, b: &BatesRange) -> u64 {
    let position = BatesNumber::position;
    let first = position(a.first()).max(position(b.first()));
    let last = position(a.last()).min(position(b.last()));
    (last + 1).saturating_sub(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::Sha256;

    #[test]
    fn a_target_is_a_number_a_range_or_a_document() {
        let range = |first: &str, last: &str| {
            ReplaceTarget::Numbers(BatesRange::new(first.parse().unwrap(), last.parse().unwrap()).unwrap())
        };
        for (text, expected) in [
            ("ECP0001", range("ECP0001", "ECP0001")),
            ("ECP0001-ECP0003", range("ECP0001", "ECP0003")),
            ("ECP0001 - ECP0003", range("ECP0001", "ECP0003")),
            ("E-CP-0001-E-CP-0003", range("E-CP-0001", "E-CP-0003")),
            ("ECP2024-0001", range("ECP2024-0001", "ECP2024-0001")),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        let id = DocId::from_digest(Sha256::of("x"));
        assert_eq!(id.to_string().parse(), Ok(ReplaceTarget::Document(id)));
        for wrong in ["", "ECP", "ECP0003-ECP0001", "ECP0001-ECQ0002"] {
            assert!(wrong.parse::<ReplaceTarget>().is_err(), "{wrong}");
        }
    }
}
