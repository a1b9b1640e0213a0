//! The title and the sentences that must and must not appear, over every combination of states.

mod sample;

use duces_instruments::facts::*;
use duces_instruments::{CompletenessFacts, Standing, Template, completeness_text};
use duces_model::{GapStatus, Sha256};
use duces_render::Block;
use std::sync::LazyLock;

/// All words of the text, one block a line.
fn words(blocks: &[Block]) -> String {
    blocks.iter().map(|block| block_words(block) + "\n").collect()
}

fn block_words(block: &Block) -> String {
    match block {
        Block::Title(text) | Block::Heading { text, .. } => format!("# {text}"),
        Block::Paragraph(text) | Block::Note(text) => text.clone(),
        Block::List(points) => points.join("\n"),
        Block::Fields(fields) => fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect(),
        Block::Table { columns, rows } => {
            let heads: Vec<_> = columns.iter().map(|column| column.head.clone()).collect();
            let rows: Vec<_> = rows.iter().map(|row| row.join(" | ")).collect();
            format!("{}\n{}", heads.join(" | "), rows.join("\n"))
        }
        Block::Blank { label } => format!("{label} ____"),
        Block::Checkbox(text) => format!("[ ] {text}"),
        Block::PageBreak => String::new(),
        Block::Together(blocks) => words(blocks),
    }
}

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| Template::builtin().unwrap());

fn text_of(facts: &CompletenessFacts) -> String {
    words(&completeness_text(&TEMPLATE, facts).unwrap())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Volume {
    Verified,
    Unsealed,
    Unread,
    Failed,
    /// Verified, and another one voided.
    WithVoided,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GapState {
    None,
    Is(GapStatus),
    /// A confirmed gap of days that no item asks for.
    Elsewhere,
}

#[derive(Debug, Clone)]
struct State {
    queue_open: bool,
    pending: bool,
    frozen: bool,
    moved: bool,
    volume: Volume,
    gap: GapState,
    nil: bool,
    unsearchable: bool,
    declaration: bool,
}

impl State {
    fn partial(&self) -> bool {
        let volume = matches!(self.volume, Volume::Unsealed | Volume::Unread | Volume::Failed);
        self.queue_open || self.pending || !self.frozen || self.moved || volume
    }

    fn subject(&self) -> bool {
        matches!(self.gap, GapState::Is(GapStatus::Candidate | GapStatus::Confirmed))
    }

    /// Facts in this state.
    fn facts(&self) -> CompletenessFacts {
        let mut facts = sample::plain();
        self.set_decisions(&mut facts);
        self.set_gap(&mut facts);
        self.set_volume(&mut facts);
        if self.moved {
            facts.as_found.index_snapshot = duces_model::SnapshotId::from_digest(Sha256::of("later"));
        }
        if !self.unsearchable {
            facts.archive.indexed += facts.archive.unsearchable;
            facts.archive.unsearchable = 0;
            facts.archive.unsearchable_by_reason.clear();
        }
        facts.request.declaration_1746 = self.declaration;
        facts
    }

    fn set_decisions(&self, facts: &mut CompletenessFacts) {
        let item = &mut facts.items[0];
        let mut decisions = if self.nil {
            item.counts.not_hit += item.counts.hit;
            item.counts.hit = 0;
            Decisions { excluded_non_responsive: 1, ..Decisions::default() }
        } else {
            item.population.as_ref().unwrap().decisions
        };
        if self.pending {
            decisions.excluded_non_responsive -= 1;
            decisions.pending += 1;
        }
        item.queue_open = u64::from(self.queue_open);
        let population = item.population.as_mut().unwrap();
        if self.nil {
            (population.by_hit, population.by_family) = (0, 0);
        }
        population.decisions = decisions;
        let whole = facts.population.as_mut().unwrap();
        whole.members = population.members();
        whole.decisions = decisions;
        if !self.frozen {
            item.population = None;
            facts.population = None;
        }
    }

    fn set_gap(&self, facts: &mut CompletenessFacts) {
        let (status, elsewhere) = match self.gap {
            GapState::None => return,
            GapState::Is(status) => (status, false),
            GapState::Elsewhere => (GapStatus::Confirmed, true),
        };
        let number = match status {
            GapStatus::Candidate => 4,
            GapStatus::Confirmed => 1,
            GapStatus::Explained => 2,
            GapStatus::Dismissed => 3,
        };
        let mut gap = sample::gap(number, &facts.sources);
        if elsewhere {
            gap.gap.first_day = Some(sample::day("2021-01-01"));
            gap.gap.last_day = Some(sample::day("2021-12-31"));
        }
        facts.gaps = vec![gap];
        if self.subject() {
            let of = facts.gaps[0].gap.clone();
            for searched in &mut facts.items[0].searched {
                if of.is_of(&searched.source) {
                    searched.coverage = CoverageWord::Gap;
                }
            }
        }
    }

    fn set_volume(&self, facts: &mut CompletenessFacts) {
        let numbered = facts.population.as_ref().map_or(0, |population| population.decisions.numbered());
        let verified = sample::volume(numbered);
        let (name, numbers) = (verified.name.clone(), verified.numbers.clone());
        let manifest_sha256 = verified.manifest_sha256;
        let voided = VolumeFacts::Voided {
            name: "ECP002".parse().unwrap(),
            numbers: None,
            reason: "Disk full.".into(),
        };
        facts.volumes = match self.volume {
            Volume::Verified => vec![VolumeFacts::Verified(verified)],
            Volume::WithVoided => vec![VolumeFacts::Verified(verified), voided],
            Volume::Unsealed => vec![VolumeFacts::Unsealed { name, numbers }],
            Volume::Unread => {
                vec![VolumeFacts::Unverified { name, numbers, manifest_sha256, failures: None }]
            }
            Volume::Failed => {
                vec![VolumeFacts::Unverified { name, numbers, manifest_sha256, failures: Some(1) }]
            }
        };
    }
}

/// Every combination of states that can be.
fn states() -> Vec<State> {
    let volumes = [Volume::Verified, Volume::Unsealed, Volume::Unread, Volume::Failed, Volume::WithVoided];
    let gaps = [
        GapState::None,
        GapState::Is(GapStatus::Candidate),
        GapState::Is(GapStatus::Confirmed),
        GapState::Is(GapStatus::Explained),
        GapState::Is(GapStatus::Dismissed),
        GapState::Elsewhere,
    ];
    let mut states = Vec::new();
    for flags in 0_u8..128 {
        let flag = |n: u8| flags & 1 << n != 0;
        for volume in volumes {
            for gap in gaps {
                states.push(State {
                    queue_open: flag(0),
                    pending: flag(1),
                    frozen: flag(2),
                    moved: flag(3),
                    volume,
                    gap,
                    nil: flag(4),
                    unsearchable: flag(5),
                    declaration: flag(6),
                });
            }
        }
    }
    states.retain(|state| state.frozen || !state.pending);
    states
}

/// What must stand in the text exactly when the condition holds.
fn sentences(state: &State) -> Vec<(bool, &'static str)> {
    let status = |status| state.gap == GapState::Is(status);
    let closed = status(GapStatus::Explained) || status(GapStatus::Dismissed);
    let nil = state.nil && state.frozen;
    vec![
        (state.partial(), "# What is still open"),
        (state.partial(), "This certification is partial."),
        (
            state.subject(),
            "It is subject to the Schedule of Gaps (Schedule A), which lists 1 candidate or confirmed gap touching the items of the request.",
        ),
        (state.subject(), "Candidate or confirmed gaps that touch this item (numbers of Schedule A): A-1."),
        (!state.subject(), "No candidate or confirmed gap touches the sources and the period of this item."),
        (!state.subject(), "against the sources and the period of each item."),
        (status(GapStatus::Candidate), "Candidate, judged by nobody"),
        (status(GapStatus::Confirmed), "Confirmed by R. Records on 2024-09-21 12:45 EDT"),
        (closed, "No status removes a gap from view."),
        (!closed, "None. No gap that touches an item was explained or dismissed."),
        (status(GapStatus::Explained), "Explained by R. Records"),
        (status(GapStatus::Dismissed), "Dismissed by R. Records"),
        (state.gap == GapState::Elsewhere, "touch no item, and are not listed: 1."),
        (state.moved, "The index has changed since the population was frozen."),
        (!state.frozen, "No population is frozen: what the items call for is not fixed"),
        (state.queue_open || !state.frozen, "The queue of this item is open."),
        (state.queue_open || !state.frozen, "Item 1: a person has still to decide on 1 document of which"),
        (!state.queue_open && state.frozen, "The queue of this item is closed."),
        (state.pending, "No decision is recorded on 1 document of the population."),
        (
            state.volume == Volume::Unsealed,
            "Volume ECP001: numbers are reserved for it, and it is not sealed.",
        ),
        (state.volume == Volume::Unread, "Volume ECP001: it is sealed, and it has not been read back."),
        (state.volume == Volume::Failed, "Volume ECP001: it was read back and did not verify (1 finding)."),
        (
            state.volume == Volume::WithVoided,
            "Abandoned; its numbers are not issued again. Reason: Disk full.",
        ),
        (
            matches!(state.volume, Volume::Verified | Volume::WithVoided),
            "Read back from disk at 2024-09-26 11:30 EDT",
        ),
        (nil, "Nil. The search found no document that meets the criteria of item 1, and none is produced."),
        (nil && (state.subject() || state.queue_open), "This nil result is not backed by coverage"),
        (
            nil && !state.subject() && !state.queue_open,
            "For each source searched, evidence that could have shown a loss",
        ),
        (!state.unsearchable, "None. Looked at: 1,610 documents."),
        (state.unsearchable, "A word criterion cannot be answered for them"),
        (state.declaration, "penalty of perjury"),
        (
            state.declaration,
            "[ ] If executed outside the United States: I declare under penalty of perjury under the laws of the United States of America",
        ),
    ]
}

#[test]
fn the_title_and_the_sentences_follow_the_facts_in_every_state() {
    for state in states() {
        let facts = state.facts();
        let text = text_of(&facts);
        let title = match (state.partial(), state.subject()) {
            (false, false) => "Certification of Completeness",
            (true, false) => "Partial Certification of Completeness",
            (false, true) => "Certification of Completeness, Subject to the Schedule of Gaps",
            (true, true) => "Partial Certification of Completeness, Subject to the Schedule of Gaps",
        };
        let heading = format!("# {title}");
        assert_eq!(text.lines().next(), Some(heading.as_str()), "{state:?}");
        assert_eq!(Standing::of(&facts).title(), title);
        for (must, sentence) in sentences(&state) {
            assert_eq!(text.contains(sentence), must, "{sentence}\n{state:?}\n{text}");
        }
        let lower = text.to_lowercase();
        for never in ["all responsive", "every responsive", " 1 documents", " 1 gaps", "{{", "}}"] {
            assert!(!lower.contains(never), "{never}\n{state:?}");
        }
        assert_first_person_is_unticked(&text);
    }
}

/// The first person stands only behind a box that is not ticked.
fn assert_first_person_is_unticked(text: &str) {
    for line in text.lines().filter(|line| !line.starts_with("[ ] ")) {
        let mut words = line.split(|c: char| !c.is_alphanumeric());
        assert!(!words.any(|word| matches!(word, "I" | "my" | "me" | "we" | "our")), "{line}");
    }
}

#[test]
fn the_three_lists_stand_apart_and_in_order() {
    let text = text_of(&sample::plain());
    let at = |heading: &str| text.find(heading).unwrap();
    let first = at("# First list: holds by construction");
    let second = at("# Second list: checked, with counts and digests");
    let third = at("# Third list: affirmed by the declarant");
    assert!(first < second && second < third);
    assert!(!text[first..second].contains("SHA-256") && !text[first..second].contains("[ ]"));
    assert!(text[second..third].contains(&Sha256::of("manifest").to_string()));
    assert!(!text[second..third].contains("[ ]"));
    assert!(text[third..].contains("[ ] I caused the search that it describes to be made."));
}

#[test]
fn an_unknown_quantity_and_an_unknown_day_are_called_unknown() {
    let mut facts = sample::plain();
    let mut gap = sample::gap(1, &facts.sources);
    (gap.gap.first_day, gap.gap.last_day) = (None, None);
    gap.gap.quantity = duces_model::Quantity::Unknown;
    gap.gap.sources = Vec::new();
    gap.gap.address = Some("desk@ecp.example".into());
    facts.gaps = vec![gap];
    let text = text_of(&facts);
    assert!(text.contains("desk@ecp.example (no source) | unknown to unknown"));
    assert!(text.contains("Control totals; quantity unknown"));
}

#[test]
fn a_gap_of_a_source_that_the_item_does_not_ask_for_leaves_the_title_plain() {
    let mut facts = sample::sized(1, 0, 5);
    let source = facts.items[0].not_searched[0].source.clone();
    let mut gap = sample::gap(1, &facts.sources);
    gap.gap.sources = vec![source];
    facts.gaps = vec![gap];
    assert_eq!(Standing::of(&facts).title(), "Certification of Completeness");
    facts.items[0].not_searched[0].why = NotSearched::NothingHeld;
    assert!(Standing::of(&facts).gaps_touch);
}

#[test]
fn documents_that_no_verified_volume_holds_keep_it_partial() {
    let mut facts = sample::plain();
    facts.volumes.clear();
    let text = text_of(&facts);
    assert!(text.starts_with("# Partial Certification of Completeness\n"));
    assert!(text.contains("No verified volume holds 11 documents that the decisions place in one."));
    assert!(text.contains("None. No volume was made in answer to this request."));
}

#[test]
fn a_request_without_the_declaration_has_no_word_of_it() {
    let mut facts = sample::plain();
    facts.request.declaration_1746 = false;
    let text = text_of(&facts).to_lowercase();
    assert!(
        !text.contains("perjury") && !text.contains("declare under") && !text.contains("true and correct")
    );
    assert!(text.contains("place of execution"));
}

#[test]
fn stored_facts_are_read_back_as_they_were() {
    let facts = sample::plain();
    let instrument = duces_instruments::completeness(&facts, false).unwrap();
    assert_eq!(duces_instruments::stored_facts(&instrument.json).unwrap(), facts);
}

#[test]
fn what_a_person_brought_does_not_hide_that_the_search_found_nothing() {
    let mut item = sample::plain().items[0].clone();
    item.added = vec![duces_instruments::facts::AddedFile {
        added_by: "P. Legal".into(),
        added_at: sample::at("2024-09-20T09:00:00Z"),
        documents: 1,
        taken_in: 1,
        named: None,
    }];
    item.counts.hit = 1;
    assert!(item.is_nil_beside_added());
    item.counts.hit = 2;
    assert!(!item.is_nil_beside_added(), "the search found one");
    (item.counts.hit, item.added) = (1, Vec::new());
    assert!(!item.is_nil_beside_added(), "nobody added it");
}
