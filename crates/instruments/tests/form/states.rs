//! Every combination of the states of a record, and of a gap's: the sentences that must stand in each declaration, report
//! and letter, those that must not, and what is refused.

use crate::dossiers::*;
use crate::sample;
use duces_instruments::InstrumentError;
use duces_instruments::facts::{
    CompletenessFacts, CoverageWord, Decisions, UnreadFile, UnsupportedContainer, VolumeFacts,
};
use duces_instruments::form::Wording;
use duces_instruments::form::dossier::*;
use duces_instruments::form::fill;
use duces_instruments::form::{Kind, Sheet, make};
use duces_model::{GapStatus, Sha256};

/// What may be so of a record, independent of one another.
#[derive(Debug, Clone, Copy)]
struct State {
    gap: Option<GapStatus>,
    nil: bool,
    pending: bool,
    queue_open: bool,
    unsearchable: bool,
    unread: bool,
    failing: bool,
}

impl State {
    fn all() -> Vec<Self> {
        let gaps = [
            None,
            Some(GapStatus::Candidate),
            Some(GapStatus::Confirmed),
            Some(GapStatus::Explained),
            Some(GapStatus::Dismissed),
        ];
        let mut states = Vec::new();
        for flags in 0_u8..64 {
            let flag = |n: u8| flags & 1 << n != 0;
            states.extend(gaps.map(|gap| Self {
                gap,
                nil: flag(0),
                pending: flag(1),
                queue_open: flag(2),
                unsearchable: flag(3),
                unread: flag(4),
                failing: flag(5),
            }));
        }
        states
    }

    fn gap_open(&self) -> bool {
        self.gap.is_some_and(GapStatus::is_open)
    }

    /// Of two items the first is nil or not; the second is produced.
    fn facts(&self) -> CompletenessFacts {
        let mut facts = sample::sized(2, 0, 3);
        let whole = facts.population.as_mut().unwrap();
        if self.nil {
            let item = &mut facts.items[0];
            item.counts.not_hit += item.counts.hit;
            item.counts.hit = 0;
            let population = item.population.as_mut().unwrap();
            (population.by_hit, population.by_family) = (0, 0);
            population.decisions = Decisions { excluded_non_responsive: 1, ..Decisions::default() };
            whole.members = 13;
            whole.decisions = Decisions {
                produced_whole: 9,
                produced_redacted: 1,
                withheld: 1,
                excluded_non_responsive: 2,
                ..Decisions::default()
            };
        }
        if self.pending {
            let population = facts.items[1].population.as_mut().unwrap();
            population.decisions.pending = 2;
            population.by_family += 2;
            whole.decisions.pending = 2;
            whole.members += 2;
        }
        facts.items[0].queue_open = u64::from(self.queue_open);
        if !self.unsearchable {
            facts.archive.indexed += facts.archive.unsearchable;
            facts.archive.unsearchable = 0;
            facts.archive.unsearchable_by_reason.clear();
        }
        facts.archive.unsupported.clear();
        if self.unread {
            let (file, reason) = ("mail:box.mbox".into(), "permission denied".into());
            facts.archive.unread.push(UnreadFile { file, reason, by_rule: false });
        }
        if let Some(status) = self.gap {
            let number = match status {
                GapStatus::Candidate => 4,
                GapStatus::Confirmed => 1,
                GapStatus::Explained => 2,
                GapStatus::Dismissed => 3,
            };
            facts.gaps = vec![sample::gap(number, &facts.sources)];
            let gap = &facts.gaps[0].gap;
            let of_gap = |source: &&mut duces_instruments::facts::SourceSearched| gap.is_of(&source.source);
            if status.is_open() {
                let searched = facts.items.iter_mut().flat_map(|item| &mut item.searched);
                searched.filter(of_gap).for_each(|source| source.coverage = CoverageWord::Gap);
            }
        }
        let verified = sample::volume(if self.nil { 11 } else { 22 });
        facts.volumes = vec![if self.failing {
            VolumeFacts::Unverified {
                name: verified.name,
                numbers: verified.numbers,
                manifest_sha256: Sha256::of("manifest"),
                failures: Some(2),
            }
        } else {
            VolumeFacts::Verified(verified)
        }];
        facts
    }
}

/// Holds a text against sentences: each stands exactly where its condition holds.
fn hold(sheet: &Sheet, state: &impl std::fmt::Debug, sentences: &[(bool, &str)]) {
    let text = words(sheet);
    for (must, sentence) in sentences {
        assert!(
            text.contains(sentence) == *must,
            "{}: {must} {sentence}\n{state:?}\n{text}",
            sheet.instrument
        );
    }
    let lower = text.to_lowercase();
    for never in
        ["all responsive", "every responsive", " 1 documents", " 1 gaps", " 1 files", "{{", "}}", "  "]
    {
        let kept = never == "  " && sheet.instrument == Kind::GapCertification;
        assert!(kept || !lower.contains(never), "{}: {never:?}\n{state:?}\n{text}", sheet.instrument);
    }
}

#[test]
fn nothing_of_a_volume_is_declared_or_sent_while_it_does_not_verify() {
    for state in State::all() {
        let dossier = dossier(state.facts());
        let of_volumes = [
            fill::transmittal,
            fill::password,
            fill::custodian,
            fill::system,
            fill::copies,
            fill::supplement,
        ];
        for fill in of_volumes.into_iter().filter(|_| state.failing) {
            // The exit code of a refusal is 4.
            let refused = fill(&dossier, &taken()).unwrap_err();
            assert!(matches!(refused, InstrumentError::Refused { .. }), "{refused}");
            assert!(refused.to_string().contains("volume ECP001 does not verify"), "{refused}");
        }
        if !state.failing {
            let made = fill::system(&dossier, &taken()).unwrap();
            let read_back = "Each volume was read back from disk at 2024-09-26 11:30 EDT";
            hold(&made, &state, &[(true, read_back)]);
            assert!(!made.draft, "{state:?}");
        }
    }
}

#[test]
fn a_transmittal_says_what_is_not_in_it_in_every_state() {
    for state in State::all().into_iter().filter(|state| !state.failing) {
        let backed = state.nil && !state.gap_open() && !state.queue_open;
        let sheet = fill::transmittal(&dossier(state.facts()), &taken()).unwrap();
        hold(
            &sheet,
            &state,
            &[
                (
                    backed,
                    "Item 1: nil. The search found nothing that meets the item's criteria, and evidence backs the coverage of the sources searched.",
                ),
                (
                    state.nil && !backed,
                    "Item 1: nil. The search found nothing that meets the item's criteria. Coverage of the sources does not back this result: it does not show that nothing existed.",
                ),
                (false, "Item 2: nil."),
                (state.pending, "Not decided yet, and in no volume: 2 documents."),
                (
                    state.queue_open,
                    "Item 1: for 1 document it cannot be told whether the criteria are met, and no person has decided.",
                ),
                (
                    state.gap_open(),
                    "it has 1 candidate or confirmed gap touching the items, listed in the Schedule of Gaps",
                ),
                (
                    !state.gap_open(),
                    "No candidate or confirmed gap of the firm's record touches the sources and periods of the items.",
                ),
                (
                    state.unread,
                    "Of the archives, 1 file could not be read, or not to the end, or changed after being read.",
                ),
                (
                    true,
                    if state.nil {
                        "Withheld from the production over all volumes: 1 document."
                    } else {
                        "Withheld from the production over all volumes: 2 documents."
                    },
                ),
                (false, "How the request is met"),
            ],
        );
        let asks = sheet.questions.iter().any(|question| question.contains("no completeness certification"));
        assert_eq!(asks, state.gap_open(), "{state:?}");
    }
}

#[test]
fn a_scope_report_and_a_nil_statement_say_what_could_not_be_seen_in_every_state() {
    for state in State::all() {
        let dossier = dossier(state.facts());
        let unread = "Of the archives, 1 file could not be read or opened, or changed after being read.";
        let unsearchable = "Over all sources, no word search can answer for 12 documents.";
        let seen = [(state.unsearchable, unsearchable), (state.unread, unread)];
        let scope = fill::scope(&dossier, &taken()).unwrap();
        assert_eq!(scope.draft, state.failing, "{state:?}");
        hold(&scope, &state, &seen);
        hold(
            &scope,
            &state,
            &[
                (
                    true,
                    "It does not say that every communication that an item calls for was made, was kept, or was found.",
                ),
                (state.gap_open(), " gap "),
            ],
        );
        if !state.nil {
            let refused = fill::nil(&dossier, &taken()).unwrap_err();
            assert!(matches!(refused, InstrumentError::Refused { .. }), "{refused}");
            assert!(
                refused
                    .to_string()
                    .contains("item 1: 10 documents meet its criteria, of 1 it cannot be told")
            );
            continue;
        }
        let backed = !state.gap_open() && !state.queue_open;
        let nil = fill::nil(&dossier, &taken()).unwrap();
        assert_eq!(nil.draft, state.failing, "{state:?}");
        hold(&nil, &state, &seen);
        hold(
            &nil,
            &state,
            &[
                (true, "Nil. Searched, none found for item 1."),
                (false, "none found for item 2"),
                (backed, "evidence that could have shown a loss in the item's period showed none."),
                (!backed, "This nil result is not backed by coverage: "),
                (!backed, "It does not show that nothing existed."),
            ],
        );
    }
}

#[test]
fn a_declaration_says_what_was_made_for_the_production_and_nothing_where_nothing_was() {
    for flags in 0_u8..32 {
        let flag = |n: u8| flags & 1 << n != 0;
        let (sheets, redacted, converted, by_hand, unopened) = (flag(0), flag(1), flag(2), flag(3), flag(4));
        let mut facts = sample::plain();
        if by_hand {
            facts.items[0].added = vec![duces_instruments::facts::AddedFile {
                added_by: "P. Legal".into(),
                added_at: sample::at("2024-09-20T09:00:00Z"),
                documents: 1,
                taken_in: 1,
                named: None,
            }];
        }
        facts.archive.unsupported.clear();
        if unopened {
            let (archive, path) = ("mail".into(), "old.pst".into());
            facts.archive.unsupported = vec![UnsupportedContainer { archive, path, bytes: 1 }];
        }
        let mut dossier = dossier(facts);
        let one = &mut dossier.delivered[0];
        one.made_of.redacted = if redacted { 1 } else { 0 };
        if !sheets {
            (one.made_of.emails, one.made_of.sheets) = (one.made_of.emails + one.made_of.sheets, 0);
        }
        if converted {
            one.copies[0].conversion = Some("message of a mailbox, written as a file of its own".into());
        }
        let custodian = fill::custodian(&dossier, &taken()).unwrap();
        hold(
            &custodian,
            &flags,
            &[
                (
                    sheets,
                    "The volumes hold 1 numbered sheet in place of documents not produced. A sheet was made for the production; it is no record kept in the course of business, and nothing is declared of it.",
                ),
                (redacted, "Of the documents produced, 1 document went out with parts covered."),
                (
                    converted,
                    "Conversions that the record of the load file names made 1 native from the retained bytes.",
                ),
                (by_hand, "Persons added 1 file by hand."),
                (true, "I am a custodian of the records of Example Capital Partners LLC."),
                (true, "(Rule 803(6)(A))"),
                (true, "(Rule 803(6)(B))"),
                (true, "(Rule 803(6)(C))"),
                (true, "penalty of perjury"),
                (true, "Counsel reviews the form of this document and declares none of its facts."),
                (false, "902(13)"),
            ],
        );
        let copies = fill::copies(&dossier, &taken()).unwrap();
        hold(
            &copies,
            &flags,
            &[(converted, "written as a file of its own"), (true, "as retained"), (true, "902(14)")],
        );
        let system = fill::system(&dossier, &taken()).unwrap();
        hold(
            &system,
            &flags,
            &[
                (
                    unopened,
                    "No reader of this version opens 1 container. How many messages are inside is not known.",
                ),
                (true, "word searches can answer for 1,598 and cannot for 12."),
                (true, "When the records were found and produced, the system was in regular working order."),
                (false, "902(11)"),
            ],
        );
    }
}

#[test]
fn a_certification_of_gaps_says_of_each_state_of_a_gap_what_is_known_and_calls_the_rest_unknown() {
    for candidate in [true, false] {
        for known in [true, false] {
            for touched in [None, Some(true), Some(false)] {
                let of = (candidate, known, touched);
                let mut gap = gap_file(if candidate { 2 } else { 1 });
                if candidate {
                    gap.history.clear();
                }
                let set = |text: &str| if known { text.to_owned() } else { UNKNOWN.to_owned() };
                gap.quantity = set("exactly 57 communications");
                gap.last_day = set("2024-03-08");
                gap.impact = set("57 confirmations were not kept");
                match touched {
                    None => gap.touched.clear(),
                    Some(certain) => gap.touched[0].certain = certain,
                }
                let sheet = fill::gap_certification(&[gap], &taken()).unwrap();
                assert_eq!(sheet.draft, candidate, "{of:?}");
                hold(
                    &sheet,
                    &of,
                    &[
                        (true, "This states 1 gap of the firm's record"),
                        (candidate, "Nobody has judged 1 gap of these: each is called a candidate."),
                        (candidate, "Status: candidate"),
                        (!candidate, "Status: confirmed"),
                        (candidate, "No person has judged it. It is a candidate that the program found."),
                        (!candidate, "What named persons said of it, oldest first:"),
                        (!candidate, "confirmed by R. Records"),
                        (known, "Quantity: exactly 57 communications"),
                        (!known, "Quantity: unknown"),
                        (!known, "Last day: unknown"),
                        (!known, "Impact: unknown"),
                        (touched.is_none(), "It touches no request on record."),
                        (touched.is_some(), "Requests that it touches, or may touch"),
                        (
                            touched == Some(false),
                            "may be touched: too little is known of it to say that it is not",
                        ),
                        (touched == Some(true), "8210-2024-0042 (FINRA 8210-2024-0042): items 1, 2"),
                        (
                            true,
                            "It speaks of the gaps that it names and of no others. It does not say that there are no others.",
                        ),
                        (
                            true,
                            "Whether communications were preserved and whether they were reviewed are two questions.",
                        ),
                        (false, "Quantity: 0"),
                    ],
                );
                let text = words(&sheet);
                assert_eq!(text.contains("Draft for review"), candidate);
                let asked = sheet.questions.iter().any(|question| question.contains("nobody has judged it"));
                assert_eq!(asked, candidate, "{of:?}");
                let made = make(&Wording::builtin(Kind::GapCertification).unwrap(), &sheet).unwrap();
                assert_eq!(made.draft, candidate, "a draft is marked, and what is judged is not");
            }
        }
    }
    let none = fill::gap_certification(&[], &taken()).unwrap_err();
    assert!(matches!(none, InstrumentError::Refused { .. }) && none.to_string().contains("no gap is named"));
}
