//! Declarations, reports and letters: what must stand in them, what must not, and what is refused.

mod dossiers;
mod letters;
#[path = "../sample/mod.rs"]
mod sample;
mod states;

use dossiers::*;
use duces_instruments::InstrumentError;
use duces_instruments::form::dossier::*;
use duces_instruments::form::fill;
use duces_instruments::form::{Kind, Sheet, SheetFile, Wording, make, pieces, text};
use duces_instruments::{Compared, Draft, Piece, PieceFacts, Standing, compare};
use duces_render::Block;
use sample::plain;

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
