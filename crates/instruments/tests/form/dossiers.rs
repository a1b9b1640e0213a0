//! Dossiers and sheets to test with, and their words.

use crate::sample::{at, day, plain, sized, volume};
use duces_instruments::facts::{CompletenessFacts, FirmFacts, VolumeFacts};
use duces_instruments::form::dossier::*;
use duces_instruments::form::fill::{self, RequestsOnRecord, Taken};
use duces_instruments::form::{Sheet, Wording, text};
use duces_model::Sha256;
use duces_render::Block;

pub(crate) fn taken() -> Taken {
    let facts = plain();
    Taken {
        firm: FirmFacts { name: facts.firm.name, crd: facts.firm.crd },
        as_known_at: facts.as_known_at,
        zone: facts.zone,
        tool_version: facts.tool_version,
        draft: false,
    }
}

/// The dossier of facts with one verified volume.
pub(crate) fn dossier(facts: CompletenessFacts) -> Dossier {
    let delivered = facts.volumes.iter().filter_map(|volume| match volume {
        VolumeFacts::Verified(one) => Some(Delivered {
            name: one.name.clone(),
            sealed_at: at("2024-09-26T12:00:00Z"),
            zone: "America/New_York".into(),
            legend: None,
            encrypted: true,
            archives: vec![("ECP001.zip".into(), Sha256::of("zip"))],
            fields: ["BEGBATES", "ENDBATES", "CUSTODIAN"].map(str::to_owned).to_vec(),
            images: 0,
            custodians: vec![("Ann Lee".into(), one.rows, one.numbers.clone().into_iter().collect())],
            made_of: MadeOf { emails: one.rows - 1, sheets: 1, ..MadeOf::default() },
            items: facts
                .items
                .iter()
                .map(|item| (item.id.clone(), 11, one.numbers.clone().into_iter().collect()))
                .collect(),
            copies: (1..=one.natives)
                .map(|n| Copied {
                    number: format!("ECP{n:07}"),
                    sha256: Sha256::of(n.to_string()),
                    conversion: None,
                })
                .collect(),
            deliveries: Vec::new(),
            replaces: Vec::new(),
        }),
        _ => None,
    });
    let logged = facts.population.as_ref().map_or(0, |one| one.decisions.withheld);
    Dossier { delivered: delivered.collect(), earlier: Vec::new(), logged, facts }
}

pub(crate) fn gap_file(n: usize) -> GapFile {
    let text = |what: &str| format!("{what} of gap {n}");
    GapFile {
        id: format!("gap-{n:03}"),
        status: if n.is_multiple_of(2) { "candidate".into() } else { "confirmed".into() },
        is_candidate: n.is_multiple_of(2),
        axis: "not preserved".into(),
        whose: "Trade desk (desk), 2019-01-01 to present".into(),
        channels: "email".into(),
        first_day: "2024-02-12".into(),
        last_day: UNKNOWN.into(),
        quantity: UNKNOWN.into(),
        basis: "none".into(),
        stated: UNKNOWN.into(),
        evidence: "control totals".into(),
        finding: "Fewer communications were captured than the system of record counts.".into(),
        blind_to: "Loss on a day on which duplicates made up for it.".into(),
        cause: text("a journal rule that was lost, the cause"),
        scope: text("scope"),
        impact: UNKNOWN.into(),
        detected: text("how it was found"),
        first_known: "2024-09-20".into(),
        first_seen: "2024-09-20".into(),
        remediation: text("what was done"),
        recovered: UNKNOWN.into(),
        concluded: UNKNOWN.into(),
        history: vec!["2024-09-21 confirmed by R. Records: compared with the vendor's report".into()],
        touched: vec![TouchedFile {
            name: "8210-2024-0042 (FINRA 8210-2024-0042)".into(),
            certain: true,
            what: "items 1, 2".into(),
            lines: vec!["produced: volume ECP001, ECP0000001 to ECP0000011".into()],
        }],
    }
}

pub(crate) fn requests() -> RequestsOnRecord {
    RequestsOnRecord { in_all: 3, touched: 1, may_be: 1, untouched: 1, unread: 0 }
}

pub(crate) fn clawback() -> ClawbackFile {
    let range = || match &plain().volumes[0] {
        VolumeFacts::Verified(one) => one.numbers.clone().unwrap(),
        _ => unreachable!("the sample's volume is verified"),
    };
    ClawbackFile {
        key: 1,
        request: "8210-2024-0042".parse().unwrap(),
        basis: "attorney-client".into(),
        disclosed_on: day("2024-09-27"),
        discovered_on: day("2024-09-30"),
        documents: vec![("ECP001".parse().unwrap(), range(), None)],
        notices: Vec::new(),
    }
}

/// Item 1 with nothing found, and not produced.
pub(crate) fn nil(mut facts: CompletenessFacts) -> CompletenessFacts {
    let item = &mut facts.items[0];
    item.counts.not_hit += item.counts.hit + item.counts.cannot_tell_total();
    item.counts.hit = 0;
    item.counts.cannot_tell.clear();
    item.population = Some(duces_instruments::facts::ItemPopulation {
        by_hit: 0,
        by_family: 0,
        by_queue: 0,
        decisions: duces_instruments::facts::Decisions::default(),
    });
    if let Some(population) = &mut facts.population {
        population.members = 0;
        population.decisions = duces_instruments::facts::Decisions::default();
    }
    facts.volumes = Vec::new();
    facts
}

/// One item with 5,010 natives produced.
pub(crate) fn big() -> CompletenessFacts {
    let mut facts = plain();
    facts.archive.documents += 5_000;
    facts.archive.indexed += 5_000;
    let item = &mut facts.items[0];
    item.counts.in_scope += 5_000;
    item.counts.hit += 5_000;
    let of_item = item.population.as_mut().unwrap();
    of_item.by_hit += 5_000;
    of_item.decisions.produced_whole += 5_000;
    let population = facts.population.as_mut().unwrap();
    population.members += 5_000;
    population.decisions.produced_whole += 5_000;
    facts.volumes = vec![VolumeFacts::Verified(volume(5_011))];
    facts
}

pub(crate) fn sec(mut facts: CompletenessFacts) -> Dossier {
    facts.request.authority = "SEC".into();
    let mut dossier = dossier(facts);
    dossier.delivered[0].legend =
        Some("Confidential Treatment Requested by Example Capital Partners LLC".into());
    dossier
}

/// One of each kind.
pub(crate) fn sheets() -> Vec<Sheet> {
    let taken = taken();
    let mut supplemented = dossier(sized(2, 4, 3));
    supplemented.earlier.push(Earlier {
        at: at("2024-09-01T00:00:00Z"),
        what: "certificate 1".into(),
        gaps: Some(vec![]),
    });
    vec![
        fill::gap_certification(&[gap_file(1), gap_file(2)], &taken).unwrap(),
        fill::custodian(&dossier(plain()), &taken).unwrap(),
        fill::system(&dossier(plain()), &taken).unwrap(),
        fill::copies(&dossier(plain()), &taken).unwrap(),
        fill::transmittal(&dossier(sized(2, 4, 3)), &taken).unwrap(),
        fill::password(&dossier(plain()), &taken).unwrap(),
        fill::rule_83(&sec(plain()), &taken).unwrap(),
        fill::foia_copy(&sec(plain()), &taken).unwrap(),
        fill::issue_summary(&[gap_file(1)], requests(), &taken).unwrap(),
        fill::nil(&dossier(nil(plain())), &taken).unwrap(),
        fill::scope(&dossier(sized(2, 4, 3)), &taken).unwrap(),
        fill::supplement(&supplemented, &taken).unwrap(),
        fill::claw_back(&clawback(), ("FINRA", "8210-2024-0042", "Order handling"), &taken).unwrap(),
    ]
}

pub(crate) fn words_of(blocks: &[Block]) -> String {
    let mut words = String::new();
    for block in blocks {
        match block {
            Block::Title(text) | Block::Paragraph(text) | Block::Note(text) | Block::Checkbox(text) => {
                words += text
            }
            Block::Heading { text, .. } => words += text,
            Block::List(points) => words += &points.join("\n"),
            Block::Fields(fields) => {
                fields.iter().for_each(|(name, value)| words += &format!("{name}: {value}\n"))
            }
            Block::Table { columns, rows } => {
                columns.iter().for_each(|column| words += &format!("{} ", column.head));
                rows.iter().flatten().for_each(|cell| words += &format!("{cell} "));
            }
            Block::Blank { label } => words += &format!("{label}: ____"),
            Block::PageBreak => {}
            Block::Together(blocks) => words += &words_of(blocks),
        }
        words += "\n";
    }
    words
}

pub(crate) fn words(sheet: &Sheet) -> String {
    words_of(&text(&Wording::builtin(sheet.instrument).unwrap(), sheet).unwrap())
}
