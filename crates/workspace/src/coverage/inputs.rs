//! What coverage is asked with: the ledger's counts and joins, the register's lists, numbers read from subjects, and the
//! capture tests.

use super::Workspace;
use crate::error::WorkspaceError;
use chrono::NaiveDate;
use duces_coverage::{
    AnsweredCounts, Captured, IdState, Inputs, Numbered, SidedCounts, TestMessage, Traffic,
};
use duces_ledger::{AddressTraffic, Asked, CapturedDay, IdFate, MessagePlace, Party};
use duces_model::SourceId;
use duces_model::window::day_of;
use duces_register::Register;

impl Workspace {
    /// Everything that coverage is asked with. `today` is the day of the look, for what has to be done within days;
    /// absent, review is not judged.
    pub(super) fn coverage_inputs(
        &self,
        register: &Register,
        today: Option<NaiveDate>,
    ) -> Result<Inputs, WorkspaceError> {
        let records = self.ledger.gaps()?;
        let superseded =
            records.iter().filter(|record| !record.counts).map(|record| record.gap.id.clone()).collect();
        // Parts are what people made of a finding: no finding takes the name of one.
        let found = records.into_iter().filter(|record| record.part_of.is_none());
        let known = found.map(|record| record.gap).collect();
        let parties = parties(register);
        let listed: Vec<_> =
            register.control_ids.iter().map(|row| (&row.source, row.message_id.as_str())).collect();
        let asked = Asked { domains: &self.config.firm.domains, parties: &parties, listed: &listed };
        let evidence = self.ledger.evidence(&asked)?;
        let places = |places: Vec<MessagePlace>| places.iter().map(ToString::to_string).collect();
        Ok(Inputs {
            captured: captured(evidence.captured, evidence.undated, evidence.archive_days),
            traffic: evidence.traffic.into_iter().map(traffic).collect(),
            firm_domains: self.config.firm.domains.clone(),
            known,
            superseded,
            answered_within_days: evidence.answered.delay_days.unwrap_or(0),
            answered: evidence
                .answered
                .days
                .into_iter()
                .map(|day| AnsweredCounts {
                    address: day.address,
                    day: day.day,
                    retained: day.retained,
                    misnamed: day.misnamed,
                    dangling: day.dangling,
                    replies: places(day.replies),
                })
                .collect(),
            sided: evidence
                .sided
                .into_iter()
                .map(|day| SidedCounts {
                    source: day.source,
                    others: day.others,
                    day: day.day,
                    own_only: day.own_only,
                    other_only: day.other_only,
                    both: day.both,
                    copies: places(day.copies),
                })
                .collect(),
            numbered: self.numbered(register)?,
            ids: evidence.fates.into_iter().map(id_state).collect(),
            tests: self.tests()?,
            today,
            on_record: false,
        })
    }

    /// The counts alone, where the gaps on record are all there is to find.
    pub(super) fn counts_on_record(&self) -> Result<Inputs, WorkspaceError> {
        let evidence = self.ledger.evidence(&Asked::default())?;
        let captured = captured(evidence.captured, evidence.undated, evidence.archive_days);
        Ok(Inputs { captured, on_record: true, ..Inputs::default() })
    }

    /// The numbers that subjects bear, by the patterns of `sequences.csv`. Subjects stand in the index.
    fn numbered(&self, register: &Register) -> Result<Vec<Numbered>, WorkspaceError> {
        let mut found = Vec::new();
        if register.sequences.is_empty() {
            return Ok(found);
        }
        let (snapshot, zone) = (self.snapshot()?, self.config.firm.zone);
        for sequence in &register.sequences {
            let finder = sequence.finder();
            for row in self.ledger.source_rows(std::slice::from_ref(&sequence.source))? {
                let Some(card) = snapshot.card(row)? else { continue };
                let (Some(subject), Some(sent_at)) = (card.subject, card.sent_at) else { continue };
                let day = day_of(sent_at, zone);
                let within =
                    sequence.from.is_none_or(|from| from <= day) && sequence.to.is_none_or(|to| day <= to);
                if let (true, Some(number)) = (within, finder.number_in(&subject)) {
                    found.push(Numbered { sequence: sequence.sequence.clone(), day, number });
                }
            }
        }
        Ok(found)
    }

    fn tests(&self) -> Result<Vec<TestMessage>, WorkspaceError> {
        let zone = self.config.firm.zone;
        let test = |record: duces_ledger::CaptureTestRecord| {
            let (seen, at) = match record.seen {
                Some((seen, at)) => (seen, Some(at)),
                None => (duces_ledger::CaptureTestSeen::default(), None),
            };
            TestMessage {
                source: record.test.source,
                sent_on: seen.sent_on.unwrap_or_else(|| day_of(record.at, zone)),
                token: record.test.token,
                arrived_on: seen.archived_on,
                seen_in_review_on: seen.reviewed_on,
                checked_on: at.map(|at| day_of(at, zone)),
            }
        };
        Ok(self.ledger.capture_tests()?.into_iter().map(test).collect())
    }
}

fn captured(
    days: Vec<CapturedDay>,
    undated: Vec<(SourceId, u64)>,
    archive_days: Option<(NaiveDate, NaiveDate)>,
) -> Captured {
    let by_day = days.into_iter().map(|row| (row.source, row.day, row.deliveries)).collect();
    Captured { by_day, undated, archive_days }
}

fn traffic(row: AddressTraffic) -> Traffic {
    Traffic {
        address: row.address,
        sent: row.internal_sent,
        received: row.received,
        internal_or_answered: row.answered_or_internal,
        first_day: row.first_day,
        last_day: row.last_day,
    }
}

fn id_state(fate: IdFate) -> IdState {
    match fate {
        IdFate::Missing => IdState::Missing,
        IdFate::Elsewhere => IdState::Elsewhere,
        IdFate::Retained => IdState::Retained,
    }
}

/// The register's sources by their addresses and days of service.
fn parties(register: &Register) -> Vec<Party> {
    let of_source = |source: &duces_register::Source| {
        let party = |address: &duces_model::EmailAddress| Party {
            source: source.id.clone(),
            address: address.clone(),
            from: source.in_service_from,
            to: source.in_service_to,
            capture_path: source.capture_path.as_ref().map(ToString::to_string),
        };
        source.addresses.iter().map(party).collect::<Vec<_>>()
    };
    register.sources.iter().flat_map(of_source).collect()
}
