//! Letters and statements about a request: the sentences that each state of the record calls for, and no others.

use crate::dossiers::*;
use crate::sample::{at, plain, sized};
use duces_instruments::InstrumentError;
use duces_instruments::facts::{CompletenessFacts, CoverageWord, VolumeFacts};
use duces_instruments::form::dossier::*;
use duces_instruments::form::fill::{self, RequestsOnRecord};
use duces_model::{GapStatus, Sha256};

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

#[test]
fn an_archive_that_is_not_encrypted_is_a_question_before_it_goes_to_finra_on_portable_media() {
    let asked = |dossier: &Dossier| {
        let sheet = fill::transmittal(dossier, &taken()).unwrap();
        sheet.questions.iter().any(|question| question.contains("8210(g)"))
    };
    let opened = |mut dossier: Dossier| {
        dossier.delivered.iter_mut().for_each(|one| one.encrypted = false);
        dossier
    };
    assert!(!asked(&dossier(plain())), "it is encrypted");
    assert!(asked(&opened(dossier(plain()))));
    assert!(!asked(&opened(sec(plain()))), "the rule is FINRA's");
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
fn a_claw_back_says_neither_how_it_came_about_nor_what_the_documents_are() {
    let text = words(&fill::claw_back(&clawback(), ("SEC", "HO-1", "In the Matter of"), &taken()).unwrap());
    assert!(text.contains("attorney-client") && text.contains("ECP0000001 to ECP0000011"), "{text}");
    assert!(text.contains("No replacement has been produced yet."), "{text}");
    assert!(
        text.contains("Steps taken to prevent disclosure, and to rectify it (for counsel to state): ____")
    );
}
