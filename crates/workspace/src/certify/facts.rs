//! The facts of a certificate, gathered.

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::index::Account;
use crate::plan::plan_item;
use crate::requests::{BesideReport, beside};
use chrono::{DateTime, Utc};
use duces_instruments::facts::{
    Altered, ArchiveFacts, CannotTellCount, CodeCount, CompletenessFacts, CoverageWord, Decisions, Fate,
    FirmFacts, GapFacts, ItemCounts, ItemFacts, ItemPopulation, Judgement, NotSearched, NumberRange, Pins,
    PopulationFacts, RequestFacts, SourceFacts, SourceNotSearched, SourceSearched, UnreadFile,
    UnsupportedContainer, VerifiedVolume, VolumeFacts,
};
use duces_instruments::{Open, Standing};
use duces_ledger::{ContainerFate, Population, SealedVolume, VolumeRecord, VolumeState, Why};
use duces_model::{ContainerKind, Disposition, DocId, RequestId, Unknown};
use duces_query::{Item, Request, Resolved};
use duces_register::Register;
use duces_verify::{Code, Severity, Verification};
use std::collections::{BTreeMap, BTreeSet};

/// What is not as it should be with files and containers.
#[derive(Default)]
struct Exceptions {
    unsupported: Vec<UnsupportedContainer>,
    unread: Vec<UnreadFile>,
    altered: Vec<Altered>,
}

/// Each document of the population with what was decided.
pub(super) type Decided = BTreeMap<DocId, Disposition>;

/// A certificate does not list items that no search answers, so it cannot say that a request with any is
/// answered.
fn refuse_beside(request: &Request<Resolved>) -> Result<(), WorkspaceError> {
    let open: Vec<_> = beside(request).into_iter().filter(BesideReport::needs_answer).collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(WorkspaceError::Refused {
        what: "the request has items that no search answers, and a certificate would not name them"
            .to_owned(),
        reasons: open
            .iter()
            .map(|item| format!("item {} ({}): {}", item.item, item.kind, item.text))
            .collect(),
        hint: "answer them in a letter of their own, and keep them in a request file of their own".to_owned(),
    })
}

impl Workspace {
    pub(super) fn decisions(&self, population: &Population) -> Result<Decided, WorkspaceError> {
        let rows = self.ledger.dispositions(population.key)?;
        Ok(rows.into_iter().map(|row| (row.document, row.disposition)).collect())
    }

    pub(super) fn facts(
        &self,
        id: &RequestId,
        register: &Register,
        account: &Account,
        population: &Population,
        volumes: Vec<VolumeFacts>,
        actor: &Actor,
    ) -> Result<CompletenessFacts, WorkspaceError> {
        let read = self.read_request(id, register)?;
        let pinned = self.pinned_request(id, population, register)?;
        refuse_beside(&pinned)?;
        let decided = self.decisions(population)?;
        let coverage = self.assess(register)?;
        let gaps = self.counting_gaps()?;
        let items = pinned
            .items()
            .iter()
            .map(|item| {
                let plan = plan_item(item, register, &coverage, &gaps);
                item_facts(item, &plan, population, &decided, register)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let request = &read.request;
        let pins = &population.pins;
        Ok(CompletenessFacts {
            format: duces_instruments::facts::FACTS_FORMAT,
            as_known_at: actor.now,
            zone: self.config.firm.zone,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            firm: FirmFacts { name: self.config.firm.name.clone(), crd: self.config.firm.crd.clone() },
            on_behalf_of: Vec::new(),
            request: RequestFacts {
                id: id.clone(),
                authority: request.authority.clone(),
                number: request.number.clone(),
                title: request.title.clone(),
                received: request.received,
                due: request.due,
                declaration_1746: request.declaration_1746,
            },
            rests_on: Pins {
                index_snapshot: pins.snapshot,
                register_sha256: pins.register_sha256,
                request_sha256: pins.request_sha256,
            },
            as_found: Pins {
                index_snapshot: self.checked_snapshot_id()?,
                register_sha256: register.digest(),
                request_sha256: read.sha256(),
            },
            sources: source_facts(register, account),
            unattributed_documents: account
                .sources
                .iter()
                .filter(|row| row.source.is_none())
                .map(|row| row.documents)
                .sum(),
            archive: self.archive_facts(account)?,
            items,
            population: Some(PopulationFacts {
                frozen_at: population.frozen_at,
                frozen_by: population.frozen_by.clone(),
                members: decided.len() as u64,
                decisions: Decisions::of(decided.values()),
            }),
            volumes,
            gaps: self.gap_facts(register)?,
        })
    }

    fn archive_facts(&self, account: &Account) -> Result<ArchiveFacts, WorkspaceError> {
        let counts = |rows: Vec<(duces_model::DefectCode, u64)>| {
            rows.into_iter().map(|(code, count)| CodeCount { code, count }).collect()
        };
        let exceptions = self.exceptions()?;
        Ok(ArchiveFacts {
            containers: account.containers,
            counted_twice: account.counted_twice,
            found: account.total.found,
            parsed: account.total.parsed,
            defective: account.total.defective,
            documents: account.documents.documents,
            indexed: account.documents.indexed,
            unsearchable: account.documents.unsearchable,
            unsearchable_by_reason: counts(self.ledger.unsearchable_by_reason()?),
            defects: counts(self.ledger.defects_by_code()?),
            unsupported: exceptions.unsupported,
            unread: exceptions.unread,
            altered: exceptions.altered,
        })
    }

    /// Containers that cannot be read or are not as they were read, and files that the last indexing could
    /// not read or passed over by a rule.
    fn exceptions(&self) -> Result<Exceptions, WorkspaceError> {
        let mut found = Exceptions::default();
        let mut unread = BTreeMap::new();
        self.ledger.each_container(|state| {
            let (archive, path) = (&state.entry.archive, state.entry.path.to_string());
            if !state.complete() {
                let reason = ("it was not read to its end".to_owned(), false);
                unread.insert(format!("{archive}:{path}"), reason);
            }
            if state.entry.kind == ContainerKind::Unsupported {
                let (archive, path, bytes) = (archive.clone(), path.clone(), state.entry.file_bytes);
                found.unsupported.push(UnsupportedContainer { archive, path, bytes });
            }
            let fate = match state.fate {
                ContainerFate::Vanished => Fate::Vanished,
                ContainerFate::Changed => Fate::Changed,
                ContainerFate::Present | ContainerFate::Moved(_) => return Ok(()),
            };
            found.altered.push(Altered { archive: archive.clone(), path, fate });
            Ok::<_, WorkspaceError>(())
        })?;
        if let Some(run) = self.ledger.last_run()? {
            self.ledger.unread(run.key, &mut |note| match note.what.as_str() {
                "ignored" => drop(unread.insert(note.file, (note.detail, true))),
                // These stand among the altered ones.
                "changed" | "vanished" => {}
                what => drop(unread.insert(note.file, (format!("{what}: {}", note.detail), false))),
            })?;
        }
        let file = |(file, (reason, by_rule))| UnreadFile { file, reason, by_rule };
        found.unread = unread.into_iter().map(file).collect();
        Ok(found)
    }

    fn gap_facts(&self, register: &Register) -> Result<Vec<GapFacts>, WorkspaceError> {
        let records = self.ledger.gaps()?;
        Ok(records
            .into_iter()
            .filter(|record| record.counts)
            .map(|record| GapFacts {
                source_names: record
                    .gap
                    .sources
                    .iter()
                    .map(|id| {
                        register.source(id).map_or_else(|| id.to_string(), |source| source.name.clone())
                    })
                    .collect(),
                first_known_at: record.first_seen,
                history: record
                    .history
                    .into_iter()
                    .map(|word| Judgement { status: word.status, by: word.by, at: word.at, why: word.why })
                    .collect(),
                gap: with_last_look(record.gap, record.current, record.last_seen),
            })
            .collect())
    }
}

/// A gap that the latest look did not find again stays listed, and says so.
fn with_last_look(mut gap: duces_model::Gap, current: bool, last_seen: DateTime<Utc>) -> duces_model::Gap {
    if !current {
        let day = last_seen.date_naive();
        gap.finding = format!("{} (found last on {day}; the latest look did not find it again)", gap.finding);
    }
    gap
}

fn source_facts(register: &Register, account: &Account) -> Vec<SourceFacts> {
    register
        .sources
        .iter()
        .map(|source| {
            let row = account.sources.iter().find(|row| row.source.as_ref() == Some(&source.id));
            let count = |of: fn(&duces_ledger::SourceAccount) -> u64| row.map_or(0, of);
            SourceFacts {
                source: source.id.clone(),
                name: source.name.clone(),
                channel: source.channel,
                in_service_from: source.in_service_from,
                in_service_to: source.in_service_to,
                occurrences: count(|row| row.occurrences),
                by_headers_only: count(|row| row.by_basis.header),
                documents: count(|row| row.documents),
                indexed: count(|row| row.indexed),
                unsearchable: count(|row| row.unsearchable),
                undated: count(|row| row.undated),
                first_day: row.and_then(|row| row.first_day),
                last_day: row.and_then(|row| row.last_day),
            }
        })
        .collect()
}

fn item_facts(
    item: &Item<Resolved>,
    plan: &crate::plan::ItemPlan,
    population: &Population,
    decided: &Decided,
    register: &Register,
) -> Result<ItemFacts, WorkspaceError> {
    let frozen = population.items.iter().find(|frozen| frozen.item == item.id).ok_or_else(|| {
        WorkspaceError::TooEarly {
            missing: format!("item {} is not in the frozen population", item.id),
            hint: format!("freeze a new one: duces select {}", population.request),
        }
    })?;
    let of = |document: &DocId| decided.get(document).unwrap_or(&Disposition::Pending);
    let why = |wanted: Why| frozen.members.iter().filter(|(_, why)| *why == wanted).count() as u64;
    let mut cannot_tell: BTreeMap<BTreeSet<Unknown>, u64> = BTreeMap::new();
    for (_, reasons) in &frozen.cannot_tell {
        *cannot_tell.entry(reasons.iter().copied().collect()).or_default() += 1;
    }
    let open =
        frozen.cannot_tell.iter().filter(|(document, _)| *of(document) == Disposition::Pending).count();
    Ok(ItemFacts {
        id: item.id.clone(),
        text: item.text.clone(),
        period: item.period,
        criteria: item.explain(),
        searched: plan
            .searched
            .iter()
            .map(|source| SourceSearched {
                source: source.source.clone(),
                name: source.name.clone(),
                coverage: coverage_word(&source.coverage),
                reason: source.because.clone(),
            })
            .collect(),
        not_searched: plan
            .not_searched
            .iter()
            .map(|(source, reason)| not_searched(source, reason, item, register))
            .collect(),
        counts: ItemCounts {
            in_scope: frozen.in_scope,
            hit: frozen.hit,
            not_hit: frozen.not_hit,
            cannot_tell: cannot_tell
                .into_iter()
                .map(|(reasons, documents)| CannotTellCount {
                    reasons: reasons.into_iter().collect(),
                    documents,
                })
                .collect(),
        },
        queue_open: open as u64,
        population: Some(ItemPopulation {
            by_hit: why(Why::Hit),
            by_family: why(Why::Family),
            by_queue: why(Why::CannotTell),
            decisions: Decisions::of(frozen.members.iter().map(|(document, _)| of(document))),
        }),
    })
}

fn coverage_word(word: &str) -> CoverageWord {
    match word {
        "covered by evidence" => CoverageWord::Covered,
        "gap" => CoverageWord::Gap,
        _ => CoverageWord::CannotTell,
    }
}

fn not_searched(
    source: &duces_model::SourceId,
    reason: &str,
    item: &Item<Resolved>,
    register: &Register,
) -> SourceNotSearched {
    let asked = crate::scope::sources_of(item, register).contains(source);
    SourceNotSearched {
        source: source.clone(),
        name: register.source(source).map(|known| known.name.clone()).unwrap_or_default(),
        why: if asked { NotSearched::NothingHeld } else { NotSearched::NotAskedFor },
        reason: reason.to_owned(),
    }
}

/// A volume of which nothing was read back.
pub(super) fn unsealed(record: &VolumeRecord) -> Option<VolumeFacts> {
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
pub(super) fn sealed(
    record: &VolumeRecord,
    volume: &SealedVolume,
    checked: Verification,
    agreed: bool,
    decided: &Decided,
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

/// Why the title is what it is, in plain words.
pub(super) fn reasons(standing: &Standing, facts: &CompletenessFacts) -> Vec<String> {
    let mut reasons: Vec<String> = standing.open.iter().map(open_words).collect();
    if standing.gaps_touch {
        let touching: Vec<_> = facts
            .gaps
            .iter()
            .filter(|gap| gap.gap.status.is_open() && facts.items.iter().any(|item| gap.crosses(item)))
            .map(|gap| gap.gap.id.clone())
            .collect();
        reasons.push(format!("open gaps touch items of the request: {}", touching.join(", ")));
    }
    reasons
}

fn open_words(open: &Open) -> String {
    match open {
        Open::PopulationNotFrozen => "no population is frozen".to_owned(),
        Open::Queue { item, documents } => {
            format!("item {item}: {documents} documents of the queue are undecided")
        }
        Open::Pending { documents } => format!("{documents} documents of the population are undecided"),
        Open::Unsealed { volume } => format!("volume {volume} is not sealed"),
        Open::Unverified { volume } => format!("volume {volume} was not read back"),
        Open::Failed { volume, failures } => format!("volume {volume} does not verify: {failures} findings"),
        Open::NotProduced { documents } => {
            format!("{documents} documents that are to be produced are in no verified volume")
        }
        Open::Unread { files } => {
            format!("{files} files of the archives were not read, or changed after being read")
        }
        Open::Moved { what } => format!("{what} changed since the population was frozen"),
    }
}
