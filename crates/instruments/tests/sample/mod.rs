//! Facts of an invented firm, in any size.
#![allow(unreachable_pub, dead_code, reason = "shared by tests and an example, none of which uses all of it")]

use chrono::{DateTime, NaiveDate, Utc};
use duces_instruments::facts::*;
use duces_model::{
    Axis, Channel, DateWindow, DefectCode, Evidence, Gap, GapStatus, Quantity, Sha256, SnapshotId, Unknown,
};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn pins() -> Pins {
    Pins {
        index_snapshot: SnapshotId::from_digest(Sha256::of("snapshot")),
        register_sha256: Sha256::of("register"),
        request_sha256: Sha256::of("request"),
    }
}

/// A request with one item, three sources, and nothing open: the plain title.
pub fn plain() -> CompletenessFacts {
    sized(1, 0, 3)
}

pub fn sized(items: usize, gaps: usize, sources: usize) -> CompletenessFacts {
    let sources: Vec<SourceFacts> = (1..=sources).map(source).collect();
    let mut facts = CompletenessFacts {
        format: FACTS_FORMAT,
        as_known_at: at("2024-09-27T14:03:00Z"),
        zone: chrono_tz::America::New_York,
        tool_version: "0.1.0".into(),
        firm: FirmFacts { name: "Example Capital Partners LLC".into(), crd: "000000".into() },
        on_behalf_of: Vec::new(),
        request: RequestFacts {
            id: "8210-2024-0042".parse().unwrap(),
            authority: "FINRA".into(),
            number: "8210-2024-0042".into(),
            title: "Order handling inquiry".into(),
            received: Some(day("2024-09-03")),
            due: Some(day("2024-10-01")),
            declaration_1746: true,
        },
        rests_on: pins(),
        as_found: pins(),
        item_numbers: (1..=items).map(|n| n.to_string().parse().unwrap()).collect(),
        items: Vec::new(),
        beside: Vec::new(),
        unattributed_documents: 1,
        archive: archive(),
        forms: forms(),
        population: None,
        volumes: vec![VolumeFacts::Verified(volume(0))],
        gaps: (1..=gaps).map(|n| gap(n, &sources)).collect(),
        sources,
    };
    facts.items = (1..=items).map(|n| item(n, &facts)).collect();
    let decisions = Decisions {
        produced_whole: 9 * items as u64,
        produced_redacted: items as u64,
        withheld: items as u64,
        excluded_non_responsive: items as u64,
        ..Decisions::default()
    };
    let (frozen_at, frozen_by) = (at("2024-09-25T20:00:00Z"), "P. Gray".to_owned());
    facts.population = Some(PopulationFacts { frozen_at, frozen_by, members: 12 * items as u64, decisions });
    facts.volumes = vec![VolumeFacts::Verified(volume(11 * items as u64))];
    facts
}

pub fn volume(rows: u64) -> VerifiedVolume {
    VerifiedVolume {
        name: "ECP001".parse().unwrap(),
        numbers: (rows > 0).then(|| NumberRange {
            first: "ECP0000001".parse().unwrap(),
            last: format!("ECP{rows:07}").parse().unwrap(),
        }),
        rows,
        rows_of_population: rows,
        rows_whole: Some(rows),
        natives: rows.saturating_sub(1),
        texts: rows,
        files: 2 * rows + 5,
        bytes: 123_456 + rows,
        manifest_sha256: Sha256::of("manifest"),
        load_file_sha256: Sha256::of("load file"),
        verified_at: at("2024-09-26T15:30:00Z"),
        natives_not_opened: 2,
        warnings: 1,
        notes: 0,
    }
}

fn source(n: usize) -> SourceFacts {
    SourceFacts {
        source: format!("group-mailbox-{n:02}").parse().unwrap(),
        name: format!("Trade desk {n}"),
        channel: if n.is_multiple_of(3) { Channel::Notification } else { Channel::Email },
        in_service_from: day("2019-01-01"),
        in_service_to: (n.is_multiple_of(4)).then(|| day("2024-02-29")),
        occurrences: 120 + n as u64,
        by_headers_only: (n % 2) as u64,
        documents: 150,
        indexed: 147,
        unsearchable: 3,
        undated: (n % 3) as u64,
        first_day: Some(day("2023-11-02")),
        last_day: Some(day("2024-06-28")),
    }
}

fn forms() -> Vec<FormFacts> {
    let spot = |what: &str, known: &str| BlindSpotFacts {
        what: what.into(),
        known: known.into(),
        says: "Slack, export documentation".into(),
    };
    vec![FormFacts {
        form: "slack-export".into(),
        title: "Slack export".into(),
        sources: vec!["group-mailbox-01".parse().unwrap()],
        of_no_source: true,
        cannot_contain: vec![
            spot("Contents of files: the export has links", "verified"),
            spot("Calls and huddles", "inference"),
        ],
    }]
}

fn archive() -> ArchiveFacts {
    ArchiveFacts {
        containers: 14,
        counted_twice: 9,
        found: 1_204,
        parsed: 1_201,
        defective: 3,
        documents: 1_610,
        indexed: 1_598,
        unsearchable: 12,
        unsearchable_by_reason: vec![
            CodeCount { code: DefectCode::NoExtractor, count: 8 },
            CodeCount { code: DefectCode::Encrypted, count: 1 },
            CodeCount { code: DefectCode::UnsupportedContainer, count: 3 },
        ],
        defects: vec![
            CodeCount { code: DefectCode::UnquotedFromLine, count: 1 },
            CodeCount { code: DefectCode::NoDate, count: 4 },
            CodeCount { code: DefectCode::UnknownCharset, count: 21 },
        ],
        unsupported: vec![UnsupportedContainer {
            archive: "mail".into(),
            path: "legacy/2019/sales-desk-archive-before-the-migration.pst".into(),
            bytes: 734_003_200,
        }],
        unread: vec![UnreadFile {
            file: "mail:box/tmp/1".to_owned(),
            reason: "in tmp of a Maildir: a delivery that was never finished".to_owned(),
            by_rule: true,
        }],
        altered: Vec::new(),
    }
}

pub fn item(n: usize, facts: &CompletenessFacts) -> ItemFacts {
    let period = DateWindow::new(day("2024-01-01"), day("2024-03-31"), facts.zone).unwrap();
    let mut item = ItemFacts {
        id: n.to_string().parse().unwrap(),
        text:
            "All communications between any member of the trade desk and Orchard Client Holdings concerning \
               layering, wash trading or the handling of orders in ACME, including attachments."
                .into(),
        period,
        criteria: vec![
            "participants: any of Ann Lee (ann.lee@ecp.example), Trade desk (desk@ecp.example)".into(),
            "and participants: any address of orchard.example".into(),
            "and subject, body or attachment name: (layering or \"wash trade*\") and not newsletter".into(),
            "excluded: from news.example (newsletter agreed with staff on 2024-09-10)".into(),
        ],
        searched: Vec::new(),
        not_searched: Vec::new(),
        counts: ItemCounts {
            in_scope: 450,
            hit: 10,
            not_hit: 439,
            cannot_tell: vec![CannotTellCount {
                reasons: vec![Unknown::NoDate, Unknown::Text],
                documents: 1,
            }],
        },
        queue_open: 0,
        population: Some(ItemPopulation {
            by_hit: 10,
            by_family: 1,
            by_queue: 1,
            decisions: Decisions {
                produced_whole: 9,
                produced_redacted: 1,
                withheld: 1,
                excluded_non_responsive: 1,
                ..Decisions::default()
            },
        }),
        see: Vec::new(),
        expects_nil: false,
        sufficient: None,
        added: Vec::new(),
    };
    for (at, source) in facts.sources.iter().enumerate() {
        if at % 5 == 4 {
            item.not_searched.push(SourceNotSearched {
                source: source.source.clone(),
                name: source.name.clone(),
                why: NotSearched::NotAskedFor,
                reason: "The item names other sources.".into(),
            });
        } else {
            item.searched.push(SourceSearched {
                source: source.source.clone(),
                name: source.name.clone(),
                coverage: CoverageWord::Covered,
                reason: "Control totals of 91 days agree with what was captured.".into(),
            });
        }
    }
    let gapped = |source: &SourceSearched| {
        let of = |gap: &&GapFacts| gap.gap.is_of(&source.source);
        facts
            .gaps
            .iter()
            .filter(of)
            .any(|gap| gap.gap.status.is_open() && gap.gap.crosses_days(period.first(), period.last()))
    };
    for source in &mut item.searched {
        if gapped(source) {
            source.coverage = CoverageWord::Gap;
            source.reason = "Days below the control totals; see Schedule A.".into();
        }
    }
    item
}

/// Gap `n`: its status, evidence, quantity and bounds vary with it.
pub fn gap(n: usize, sources: &[SourceFacts]) -> GapFacts {
    let status =
        [GapStatus::Candidate, GapStatus::Confirmed, GapStatus::Explained, GapStatus::Dismissed][n % 4];
    let source = &sources[n % sources.len()];
    let registered = !n.is_multiple_of(7);
    let quantity = [
        Quantity::Unknown,
        Quantity::Exact { count: 1 },
        Quantity::AtLeast { count: 2_314 },
        Quantity::NetDifference { count: 57 },
    ][n / 2 % 4];
    let evidence = if registered { Evidence::ControlTotal } else { Evidence::UnregisteredTraffic };
    GapFacts {
        gap: Gap {
            id: format!("gap-{n:03}"),
            axis: Axis::Preserved,
            sources: registered.then(|| source.source.clone()).into_iter().collect(),
            address: (!registered).then(|| format!("desk-{n}@ecp.example")),
            first_day: (!n.is_multiple_of(3)).then(|| day("2024-02-12")),
            last_day: (!n.is_multiple_of(5)).then(|| day("2024-03-08")),
            first_between: None,
            last_between: None,
            evidence,
            also: Vec::new(),
            quantity,
            finding: format!(
                "Fewer communications were captured than the system of record counts (business days: {n})."
            ),
            blind_to: "Loss on a day on which duplicates made up for it.".into(),
            grounds: Vec::new(),
            grounds_in_all: 0,
            status,
        },
        source_names: registered.then(|| source.name.clone()).into_iter().collect(),
        first_known_at: at("2024-09-20T09:00:00Z"),
        history: match status {
            GapStatus::Candidate => Vec::new(),
            judged => vec![Judgement {
                status: judged,
                by: "R. Records".into(),
                at: at("2024-09-21T16:45:00Z"),
                why: "Compared with the journal report of the vendor.".into(),
            }],
        },
    }
}
