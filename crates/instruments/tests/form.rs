//! Declarations, reports and letters: what must stand in them, what must not, and what is refused.

mod sample;

use duces_instruments::InstrumentError;
use duces_instruments::facts::{CompletenessFacts, CoverageWord, FirmFacts, VolumeFacts};
use duces_instruments::form::dossier::*;
use duces_instruments::form::fill::{self, RequestsOnRecord, Taken};
use duces_instruments::form::{Kind, Sheet, SheetFile, Wording, make, pieces, text};
use duces_instruments::{Compared, Draft, Piece, PieceFacts, Standing, compare};
use duces_model::{GapStatus, Sha256};
use duces_render::Block;
use sample::{at, day, plain, sized};

fn taken() -> Taken {
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
fn dossier(facts: CompletenessFacts) -> Dossier {
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

fn gap_file(n: usize) -> GapFile {
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

fn requests() -> RequestsOnRecord {
    RequestsOnRecord { in_all: 3, touched: 1, may_be: 1, untouched: 1, unread: 0 }
}

fn clawback() -> ClawbackFile {
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
fn nil(mut facts: CompletenessFacts) -> CompletenessFacts {
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
fn big() -> CompletenessFacts {
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
    facts.volumes = vec![VolumeFacts::Verified(sample::volume(5_011))];
    facts
}

fn sec(mut facts: CompletenessFacts) -> Dossier {
    facts.request.authority = "SEC".into();
    let mut dossier = dossier(facts);
    dossier.delivered[0].legend =
        Some("Confidential Treatment Requested by Example Capital Partners LLC".into());
    dossier
}

/// One of each kind.
fn sheets() -> Vec<Sheet> {
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

fn words_of(blocks: &[Block]) -> String {
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

fn words(sheet: &Sheet) -> String {
    words_of(&text(&Wording::builtin(sheet.instrument).unwrap(), sheet).unwrap())
}

#[test]
fn each_kind_has_a_sheet_here_and_makes_pdf_docx_and_json_the_same_each_time() {
    let sheets = sheets();
    let kinds: Vec<Kind> = sheets.iter().map(|sheet| sheet.instrument).collect();
    assert_eq!(kinds, Kind::ALL);
    for sheet in &sheets {
        let wording = Wording::builtin(sheet.instrument).unwrap();
        let made = make(&wording, sheet).unwrap();
        assert_eq!(made, make(&wording, sheet).unwrap(), "{}", sheet.instrument);
        assert!(made.pdf.starts_with(b"%PDF") && made.docx.starts_with(b"PK"), "{}", sheet.instrument);
        assert!(made.substituted.is_empty(), "{}", sheet.instrument);
        let read = SheetFile::read(&made.json).unwrap();
        let mut written = sheet.clone();
        if !sheet.draft {
            written.questions.clear();
        }
        assert_eq!((read.sheet, read.facts_sha256), (written, made.facts_sha256));
    }
}

#[test]
fn open_questions_stand_in_a_draft_and_in_nothing_that_is_issued() {
    const QUESTION: &str = "Did anybody look into the locker of the second desk?";
    for sheet in sheets() {
        let kind = sheet.instrument;
        let wording = Wording::builtin(kind).unwrap();
        let set = |draft, questions: &[&str]| {
            let questions = questions.iter().map(|&question| question.to_owned()).collect();
            make(&wording, &Sheet { draft, questions, ..sheet.clone() }).unwrap()
        };
        // Every byte of PDF, DOCX (which holds the JSON) and JSON is the same as though nobody had asked.
        let issued = set(false, &[QUESTION]);
        assert_eq!(issued, set(false, &[]), "{kind}");
        assert!(!String::from_utf8_lossy(&issued.json).contains(QUESTION), "{kind}");
        let (draft, unasked) = (set(true, &[QUESTION]), set(true, &[]));
        assert!(String::from_utf8_lossy(&draft.json).contains(QUESTION), "{kind}");
        assert!(draft.pdf != unasked.pdf && draft.docx != unasked.docx, "{kind}");
    }
}

#[test]
fn a_run_of_one_number_is_that_number_and_the_lines_to_sign_stand_together() {
    let mut facts = dossier(plain());
    let mut one = facts.delivered[0].items[0].2[0].clone();
    one.last = one.first.clone();
    assert_eq!(one.to_string(), one.first.to_string());
    facts.delivered[0].items[0].2 = vec![one];
    let sheet = fill::transmittal(&facts, &taken()).unwrap();
    assert!(!words(&sheet).contains("ECP0000001 to ECP0000001"));
    let blocks = text(&Wording::builtin(sheet.instrument).unwrap(), &sheet).unwrap();
    let Some(Block::Together(signature)) = blocks.last() else { panic!("the signature is parted") };
    assert!(matches!(signature.first(), Some(Block::Heading { text, .. }) if text == "Enclosures"));
    assert!(signature.iter().any(|one| matches!(one, Block::Heading { text, .. } if text == "Signature")));
    assert!(matches!(signature.last(), Some(Block::Blank { label }) if label == "Signature"));
}

#[test]
fn facts_that_were_edited_in_the_json_no_longer_have_their_digest() {
    let sheet = &sheets()[4];
    let made = make(&Wording::builtin(sheet.instrument).unwrap(), sheet).unwrap();
    let json = String::from_utf8(made.json).unwrap();
    let edited = json.replace("22 records", "23 records");
    assert_ne!(json, edited);
    assert!(matches!(SheetFile::read(edited.as_bytes()), Err(InstrumentError::Contradiction { .. })));
}

#[test]
fn a_statement_taken_out_of_any_template_is_an_error_that_names_it() {
    for kind in Kind::ALL {
        let template = kind.builtin();
        let mut section = String::new();
        for (at, line) in template.lines().enumerate() {
            if line.starts_with('[') {
                section = line.trim_matches(['[', ']']).to_owned();
            }
            let Some((key, _)) = line.split_once(" = \"") else { continue };
            let cut: Vec<&str> =
                template.lines().enumerate().filter(|(n, _)| *n != at).map(|(_, line)| line).collect();
            let found = Wording::parse(kind, "t.toml", &cut.join("\n")).unwrap_err();
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            let expected = format!("found no statement \"{section}.{key}\", which is required");
            assert!(found.iter().any(|mistake| mistake.contains(&expected)), "{kind}: {found:?}");
        }
    }
}

#[test]
fn an_unknown_fact_a_claim_in_the_first_person_and_a_lost_column_have_their_line() {
    let kind = Kind::Transmittal;
    let wrong = |from: &str, to: &str| {
        let text = kind.builtin();
        let line = text.lines().position(|line| line.contains(from)).unwrap() + 1;
        let found = Wording::parse(kind, "mine.toml", &text.replace(from, to)).unwrap_err();
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(found[0].starts_with(&format!("mine.toml:{line}:")), "{found:?}");
        found.join("\n")
    };
    assert!(wrong("{{ images }}", "{{ imges }}").contains("imges"));
    assert!(
        wrong("The archives are not encrypted.", "I know the archives are not encrypted.")
            .contains("first person")
    );
    assert!(wrong("Archive | SHA-256", "Archive and digest").contains("columns"));
    assert!(
        wrong("Withheld from the production", "All responsive documents but")
            .contains("no certification can know")
    );
}

#[test]
fn a_firm_orders_and_adds_and_what_it_adds_stands() {
    let text = Kind::Transmittal.builtin();
    let added = text.replace("\n[closing]\n", "\n[closing]\nthanks = \"Questions go to the undersigned.\"\n");
    let wording = Wording::parse(Kind::Transmittal, "mine.toml", &added).unwrap();
    let sheet = fill::transmittal(&dossier(plain()), &taken()).unwrap();
    let mine = words_of(&duces_instruments::form::text(&wording, &sheet).unwrap());
    assert!(mine.contains("Questions go to the undersigned."));
    let (head, tail) = text.split_once("[answers]").unwrap();
    let (answers, rest) = tail.split_once("\n[enclosures]").unwrap();
    let moved = format!("{head}[enclosures]{rest}\n[answers]{answers}");
    let wording = Wording::parse(Kind::Transmittal, "mine.toml", &moved).unwrap();
    let mine = words_of(&duces_instruments::form::text(&wording, &sheet).unwrap());
    assert!(mine.find("Enclosures") < mine.find("What is not in these volumes"));
}

#[test]
fn nobodys_knowledge_is_filled_in() {
    for sheet in sheets() {
        let text = words(&sheet);
        let blocks =
            duces_instruments::form::text(&Wording::builtin(sheet.instrument).unwrap(), &sheet).unwrap();
        let mut choices = String::new();
        fn gather(blocks: &[Block], choices: &mut String) {
            for block in blocks {
                match block {
                    Block::Checkbox(text) => *choices += text,
                    Block::Together(blocks) => gather(blocks, choices),
                    _ => {}
                }
            }
        }
        gather(&blocks, &mut choices);
        let count =
            |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|word| *word == "I").count();
        assert_eq!(count(&text), count(&choices), "{}", sheet.instrument);
    }
}

#[test]
fn no_letter_is_made_of_a_volume_that_does_not_verify() {
    let mut facts = plain();
    facts.volumes = vec![VolumeFacts::Unverified {
        name: "ECP001".parse().unwrap(),
        numbers: None,
        manifest_sha256: Sha256::of("manifest"),
        failures: Some(2),
    }];
    let dossier = dossier(facts);
    for fill in
        [fill::transmittal, fill::password, fill::custodian, fill::system, fill::copies, fill::supplement]
    {
        let refused = fill(&dossier, &taken()).unwrap_err();
        assert!(matches!(refused, InstrumentError::Refused { .. }));
        assert!(refused.to_string().contains("volume ECP001 does not verify"), "{refused}");
    }
    let scope = fill::scope(&dossier, &taken()).unwrap();
    assert!(scope.draft, "what is not verified keeps the report a draft");
}

#[test]
fn counts_that_do_not_close_make_no_letter() {
    let mut rows = dossier(plain());
    rows.delivered[0].made_of.emails += 1;
    assert!(matches!(fill::transmittal(&rows, &taken()), Err(InstrumentError::Unexplained(_))));
    let mut copies = dossier(plain());
    copies.delivered[0].copies.pop();
    assert!(matches!(fill::copies(&copies, &taken()), Err(InstrumentError::Unexplained(_))));
    let wrong = RequestsOnRecord { in_all: 4, ..requests() };
    assert!(matches!(
        fill::issue_summary(&[gap_file(1)], wrong, &taken()),
        Err(InstrumentError::Unexplained(_))
    ));
}

#[test]
fn rule_83_is_the_secs_and_asks_for_its_legend() {
    let refused = fill::rule_83(&dossier(plain()), &taken()).unwrap_err().to_string();
    assert!(refused.contains("a rule of the SEC") && refused.contains("carries no legend"), "{refused}");
    let text = words(&fill::rule_83(&sec(plain()), &taken()).unwrap());
    assert!(text.contains("FOIA CONFIDENTIAL TREATMENT REQUEST") && text.contains("Telephone"), "{text}");
    assert!(
        words(&fill::foia_copy(&sec(plain()), &taken()).unwrap())
            .contains("records themselves are not enclosed")
    );
}

/// A state of the record, the letter that goes with it, and sentences that must and must not stand.
#[test]
fn every_state_of_the_record_has_its_sentences_and_no_others() {
    const NO_GAPS: &str = "No candidate or confirmed gap of the firm's record touches";
    const GAPS: &str = "does not show that all communications";
    const NIL: &str = "and evidence backs the coverage";
    const NOT_BACKED: &str = "does not back this result";
    const PENDING: &str = "Not decided yet, and in no volume: 2 documents";
    const QUEUE: &str = "it cannot be told whether the criteria are met, and no person has decided";
    const WITHHELD: &str = "Withheld from the production";
    const SEC: &str = "How the request is met";
    let all = [NO_GAPS, GAPS, NIL, NOT_BACKED, PENDING, QUEUE, WITHHELD, SEC];
    let status = |status: GapStatus| {
        let mut facts = sized(1, 1, 3);
        let gap = &mut facts.gaps[0].gap;
        gap.status = status;
        if !status.is_open() {
            for source in &mut facts.items[0].searched {
                source.coverage = CoverageWord::Covered;
            }
        }
        facts.gaps[0].history = match status {
            GapStatus::Candidate => Vec::new(),
            judged => vec![duces_instruments::facts::Judgement {
                status: judged,
                by: "R. Records".into(),
                at: at("2024-09-21T16:45:00Z"),
                why: "Compared.".into(),
            }],
        };
        facts
    };
    let mut pending = plain();
    let population = pending.population.as_mut().unwrap();
    population.decisions.pending = 2;
    population.members += 2;
    let of_item = pending.items[0].population.as_mut().unwrap();
    of_item.decisions.pending = 2;
    of_item.by_family += 2;
    let mut queue = plain();
    queue.items[0].queue_open = 1;
    let mut asked_by_sec = plain();
    asked_by_sec.request.authority = "SEC".into();
    let states: [(&str, CompletenessFacts, &[&str]); 8] = [
        ("plain", plain(), &[NO_GAPS, WITHHELD]),
        ("gap open", status(GapStatus::Candidate), &[GAPS, WITHHELD]),
        ("gap confirmed", status(GapStatus::Confirmed), &[GAPS, WITHHELD]),
        ("gap explained", status(GapStatus::Explained), &[NO_GAPS, WITHHELD]),
        ("gap dismissed", status(GapStatus::Dismissed), &[NO_GAPS, WITHHELD]),
        ("review pending", pending, &[NO_GAPS, WITHHELD, PENDING]),
        ("queue open", queue, &[NO_GAPS, WITHHELD, QUEUE]),
        ("asked by the SEC", asked_by_sec, &[NO_GAPS, WITHHELD, SEC]),
    ];
    for (state, facts, expected) in states {
        let text = words(&fill::transmittal(&dossier(facts), &taken()).unwrap());
        for sentence in all {
            assert_eq!(text.contains(sentence), expected.contains(&sentence), "{state}: {sentence}\n{text}");
        }
    }
}

#[test]
fn the_log_is_enclosed_where_it_has_rows_and_not_for_what_is_withheld_without_one() {
    const LOG: &str = "Log of what is withheld or redacted for privilege";
    let logged = dossier(plain());
    assert!(words(&fill::transmittal(&logged, &taken()).unwrap()).contains(LOG));
    let barred = Dossier { logged: 0, ..logged };
    let text = words(&fill::transmittal(&barred, &taken()).unwrap());
    assert!(!text.contains(LOG) && text.contains("Withheld from the production"), "{text}");
}

#[test]
fn a_scope_report_says_once_what_is_said_of_several_sources() {
    let mut facts = plain();
    let item = &mut facts.items[0];
    assert!(item.searched.len() > 1, "the facts have several sources");
    let first = item.searched[0].clone();
    item.searched
        .iter_mut()
        .for_each(|one| (one.coverage, one.reason) = (first.coverage, first.reason.clone()));
    let names: Vec<String> = item.searched.iter().map(|one| one.name.clone()).collect();
    let text = words(&fill::scope(&dossier(facts), &taken()).unwrap());
    assert!(text.contains(&names.join(", ")), "{text}");
    assert_eq!(text.matches(first.reason.as_str()).count(), 1, "{text}");
}

#[test]
fn a_nil_statement_says_whether_coverage_backs_it_and_what_could_not_be_seen() {
    let backed = words(&fill::nil(&dossier(nil(plain())), &taken()).unwrap());
    assert!(backed.contains("showed none. A nil result says what the search returned"), "{backed}");
    assert!(!backed.contains("not backed by coverage"));
    assert!(backed.contains("no word search can answer for 12 documents"), "{backed}");
    let mut facts = nil(plain());
    facts.items[0].searched[0].coverage = CoverageWord::CannotTell;
    facts.archive.unsearchable = 0;
    facts.archive.unsearchable_by_reason.clear();
    facts.archive.indexed = facts.archive.documents;
    let unbacked = words(&fill::nil(&dossier(facts), &taken()).unwrap());
    assert!(unbacked.contains("not backed by coverage: no evidence can judge the coverage"), "{unbacked}");
    assert!(!unbacked.contains("showed none") && !unbacked.contains("no word search"), "{unbacked}");
    let refused = fill::nil(&dossier(plain()), &taken()).unwrap_err().to_string();
    assert!(refused.contains("item 1: 10 documents meet its criteria, of 1 it cannot be told"), "{refused}");
}

#[test]
fn an_unknown_of_a_gap_stays_unknown_and_is_an_open_question() {
    let sheet = fill::gap_certification(&[gap_file(2)], &taken()).unwrap();
    assert!(sheet.draft && sheet.questions.iter().any(|question| question.contains("nobody has judged it")));
    let text = words(&sheet);
    assert!(text.starts_with("Draft for review: open questions"), "{text}");
    assert!(text.contains("Quantity: unknown") && text.contains("What was recovered: unknown"), "{text}");
    assert!(text.contains("Nobody has judged 1 gap of these"), "{text}");
    let judged = fill::gap_certification(&[gap_file(1)], &taken()).unwrap();
    assert!(!judged.draft && !words(&judged).contains("Nobody has judged"));
    assert!(fill::gap_certification(&[], &taken()).is_err());
    let summary = fill::issue_summary(&[gap_file(1)], requests(), &taken()).unwrap();
    assert!(summary.draft, "a summary is always for counsel to edit");
}

#[test]
fn a_draft_is_headed_as_internal_and_marked_and_what_goes_out_is_not() {
    let mut draft = taken();
    draft.draft = true;
    let wording = Wording::builtin(Kind::Transmittal).unwrap();
    let sheet = fill::transmittal(&dossier(plain()), &draft).unwrap();
    let made = make(&wording, &sheet).unwrap();
    assert!(made.draft && words(&sheet).contains(duces_instruments::form::INTERNAL_MARK));
    let out = fill::transmittal(&dossier(plain()), &taken()).unwrap();
    assert!(
        !words(&out).contains(duces_instruments::form::INTERNAL_MARK) && !make(&wording, &out).unwrap().draft
    );
    assert!(!out.questions.is_empty(), "the medium is not on record");
    assert!(out.questions.iter().all(|question| !words(&out).contains(question.as_str())));
}

#[test]
fn every_fact_of_a_document_is_looked_for_when_it_is_checked() {
    let sheet = fill::transmittal(&dossier(plain()), &taken()).unwrap();
    let wording = Wording::builtin(sheet.instrument).unwrap();
    let issued = pieces(&wording, &sheet).unwrap();
    let records = issued.iter().find(|piece| piece.text == "Records of the load file: 11 records").unwrap();
    assert_eq!(records.facts, PieceFacts::Values(vec!["11 records".to_owned()]));
    assert!(issued.contains(&Piece { text: "Ann Lee".to_owned(), facts: PieceFacts::Cell }));
    let said = words(&sheet);
    assert_eq!(compare(&issued, &said, true), Compared::default());
    let compared = compare(&issued, &said.replace("11 records", "110 records"), true);
    assert!(compared.changed.contains(&records.text), "{compared:?}");
}

#[test]
fn a_custodian_declares_what_was_covered_in_the_volumes_and_nothing_of_the_whole_population() {
    let mut many = dossier(plain());
    let covered = "went out with parts covered";
    assert!(!words(&fill::custodian(&many, &taken()).unwrap()).contains(covered));
    many.delivered[0].made_of.redacted = 2;
    assert!(
        words(&fill::custodian(&many, &taken()).unwrap()).contains("2 documents went out with parts covered")
    );
}

#[test]
fn a_claw_back_says_neither_how_it_came_about_nor_what_the_documents_are() {
    let text = words(&fill::claw_back(&clawback(), ("SEC", "HO-1", "In the Matter of"), &taken()).unwrap());
    assert!(text.contains("attorney-client") && text.contains("ECP0000001 to ECP0000011"), "{text}");
    assert!(text.contains("No replacement has been produced yet."), "{text}");
    assert!(
        text.contains("Steps taken to prevent disclosure, and to rectify it (for counsel to state): ____")
    );
}

#[test]
fn long_ones_are_set_whole() {
    let gaps: Vec<GapFile> = (1..=200).map(gap_file).collect();
    let sheet = fill::gap_certification(&gaps, &taken()).unwrap();
    let made = make(&Wording::builtin(sheet.instrument).unwrap(), &sheet).unwrap();
    assert!(made.pages > 100, "{} pages", made.pages);
    let mut many = dossier(plain());
    many.delivered[0].custodians =
        (1..=40).map(|n| (format!("Custodian number {n} of a long list"), 1, Vec::new())).collect();
    let letter = fill::transmittal(&many, &taken()).unwrap();
    let made = make(&Wording::builtin(letter.instrument).unwrap(), &letter).unwrap();
    assert!((3..=8).contains(&made.pages), "{} pages", made.pages);
    let copies = fill::copies(&dossier(big()), &taken()).unwrap();
    let made = make(&Wording::builtin(copies.instrument).unwrap(), &copies).unwrap();
    assert!(made.pages > 60, "{} pages", made.pages);
}

#[test]
fn what_is_only_drafted_as_plain_text_says_that_it_is_a_draft() {
    for draft in [Draft::GapSummary, Draft::SupplementNotice] {
        assert!(draft.builtin().contains("DRAFT FOR COUNSEL"));
    }
    assert!(Standing::of(&plain()).may_be_issued());
}
