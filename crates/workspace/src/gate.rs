//! The gate before a volume is sealed: every open question, each settled or acknowledged by name.
//!
//! A question has a name that stays, and facts: the documents and decisions on which it rests. A person who
//! acknowledges it does so on these facts; where they change it is open again. What no word of a person can settle
//! (an undecided document, decisions that contradict each other) has to be decided.

mod covered;
mod duplicates;
mod inside;
mod internal;
mod names;
mod rules;
mod went_out;

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::naming::{DocumentNames, identities};
use crate::produce::gather::Gathered;
use crate::produce::retained::ArchiveReader;
use crate::produce::{PROFILE, ReplaceTarget};
use crate::review::twins;
use chrono::{DateTime, Utc};
use covered::covered_questions;
use duces_ledger::{DocumentRow, EarlierNumbers};
use duces_model::{Disposition, DocId, Observer, ProducedAs, RequestId, Sha256};
use duces_packager::{ExceptionKind, Mock, Obstacle, Retained as _};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The production that is asked about.
#[derive(Debug, Clone)]
pub struct GateOf {
    /// The request.
    pub request: RequestId,
    /// Whether what is undecided is left out.
    pub partial: bool,
    /// What a replacement volume would replace; empty for a volume of what is new.
    pub replaces: Vec<ReplaceTarget>,
    /// Name of the delivery profile; absent for natives by agreement.
    pub profile: Option<String>,
}

impl GateOf {
    /// The next volume of all that is decided of a request.
    pub fn whole(request: RequestId) -> Self {
        Self { request, partial: false, replaces: Vec::new(), profile: None }
    }
}

/// The open and the acknowledged questions of a production.
#[derive(Debug, Serialize)]
pub struct GateReport {
    /// The request.
    pub request: RequestId,
    /// Every question, in a fixed order.
    pub questions: Vec<Question>,
    /// What a person may want to know, and need not answer.
    pub notes: Vec<String>,
    /// The documents that stand in the first [`DETAILS_SHOWN`] details of each question.
    pub documents: DocumentNames,
}

/// How many details of a question a person is shown; JSON has all.
pub const DETAILS_SHOWN: usize = 10;

impl GateReport {
    /// The questions that stand in the way.
    pub fn open(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| question.acknowledged.is_none())
    }
}

/// A question of a production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Its name.
    pub id: &'static str,
    /// What is asked, in a sentence.
    pub what: String,
    /// On what it rests, one line each.
    pub details: Vec<String>,
    /// How it is settled.
    pub settle: String,
    /// Whether a person may acknowledge it; else it has to be settled.
    pub may_be_acknowledged: bool,
    /// Digest of its facts.
    pub facts_sha256: Sha256,
    /// The word of a person that holds for these facts.
    pub acknowledged: Option<Word>,
    /// The word of a person on other facts: it holds no more.
    pub lapsed: Option<Word>,
}

/// A person's word on a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Word {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why the production may go on.
    pub why: String,
}

impl Question {
    fn new(id: &'static str, what: String, facts: &BTreeSet<String>) -> Self {
        let mut hasher = Sha256::hasher();
        for part in std::iter::once(id).chain(facts.iter().map(String::as_str)) {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self {
            id,
            what,
            details: facts.iter().cloned().collect(),
            settle: String::new(),
            may_be_acknowledged: true,
            facts_sha256: hasher.finish(),
            acknowledged: None,
            lapsed: None,
        }
    }

    fn settled_by(mut self, how: impl Into<String>) -> Self {
        self.settle = how.into();
        self
    }

    fn only_settled(mut self) -> Self {
        self.may_be_acknowledged = false;
        self
    }

    /// Its details are told elsewhere and not here.
    fn without_details(mut self) -> Self {
        self.details.clear();
        self
    }
}

impl Workspace {
    /// Lists the questions of a production.
    ///
    /// # Errors
    /// No population yet, originals that cannot be read.
    pub fn gate(&self, asked: &GateOf, observer: &dyn Observer) -> Result<GateReport, WorkspaceError> {
        let (mut gathered, replaced) =
            self.gather_for(&asked.request, &asked.replaces, asked.profile.as_deref().unwrap_or(PROFILE))?;
        if asked.partial || !replaced.is_empty() {
            crate::produce::leave_out_undecided(&mut gathered.candidates);
        }
        self.questions(&asked.request, &gathered, &replaced, observer)
    }

    /// Records that a person knows of these questions and lets the production go on, all or none of them.
    ///
    /// # Errors
    /// A question that is not open now, or that cannot be acknowledged; no reason.
    pub fn acknowledge(
        &mut self,
        asked: &GateOf,
        ids: &[String],
        why: &str,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<GateReport, WorkspaceError> {
        let report = self.gate(asked, observer)?;
        let mut facts = Vec::new();
        for id in ids {
            let Some(question) = report.questions.iter().find(|question| question.id == *id) else {
                let known = report.questions.iter().map(|question| question.id.to_owned()).collect();
                return Err(WorkspaceError::Unknown { what: "open question", name: id.clone(), known });
            };
            if !question.may_be_acknowledged {
                return Err(WorkspaceError::Refused {
                    what: format!("question {id} cannot be acknowledged: {}", question.what),
                    reasons: question.details.clone(),
                    hint: question.settle.clone(),
                });
            }
            facts.push((id, question.facts_sha256));
        }
        for (id, facts_sha256) in facts {
            self.ledger.acknowledge(&actor.act(), &asked.request, id, facts_sha256, why)?;
        }
        self.gate(asked, observer)
    }

    /// Refuses where a question of what is to be produced stands open.
    pub(crate) fn refuse_open_questions(
        &self,
        request: &RequestId,
        gathered: &Gathered,
        replaced: &BTreeMap<DocId, EarlierNumbers>,
        observer: &dyn Observer,
    ) -> Result<(), WorkspaceError> {
        let report = self.questions(request, gathered, replaced, observer)?;
        let reasons: Vec<String> = report
            .open()
            .flat_map(|question| {
                let more = question.details.len().saturating_sub(SHOWN);
                let details = question
                    .details
                    .iter()
                    .take(SHOWN)
                    .map(|detail| format!("  {}", report.documents.in_words(detail)));
                let more = (more > 0).then(|| format!("  … and {more} more"));
                std::iter::once(format!("{}: {}", question.id, question.what)).chain(details).chain(more)
            })
            .collect();
        if reasons.is_empty() {
            return Ok(());
        }
        Err(WorkspaceError::Refused {
            what: format!("request {request} has open questions, and nothing is sealed over one"),
            reasons,
            hint: format!(
                "duces gate {request} shows them all and how each is settled; one that a person may answer for: \
                 duces gate {request} --acknowledge ID --why …"
            ),
        })
    }

    fn questions(
        &self,
        request: &RequestId,
        gathered: &Gathered,
        replaced: &BTreeMap<DocId, EarlierNumbers>,
        observer: &dyn Observer,
    ) -> Result<GateReport, WorkspaceError> {
        let mock = self.outline(request, gathered, observer)?;
        let mut rows: Vec<DocumentRow> = gathered.documents.values().cloned().collect();
        rows.sort_by_key(|row| row.row);
        let decided: BTreeMap<DocId, Disposition> =
            gathered.candidates.iter().map(|one| (one.document, one.disposition.clone())).collect();
        rows.retain(|row| decided.contains_key(&row.id));
        // What the decisions alone show stands among the mock's obstacles; the others take the originals and other
        // volumes.
        let shown: BTreeSet<String> = mock.obstacles.iter().map(ToString::to_string).collect();
        let mut obstacles = self.obstacles_of(request, gathered, replaced, observer)?;
        let went_out = self.went_out_elsewhere(request, replaced, &mut obstacles)?;
        let against: Vec<String> =
            obstacles.iter().map(ToString::to_string).filter(|obstacle| !shown.contains(obstacle)).collect();
        let facts = Facts { request, rows: &rows, decided: &decided, mock: &mock, against: &against };
        let mut questions: Vec<Question> = [
            facts.undecided(),
            facts.nothing_new(),
            facts.in_the_way(),
            went_out,
            facts.mixed(),
            facts.sheets_inside(),
            facts.broken(),
            facts.twins(),
            facts.before(),
            facts.duplicates_by_hand(),
            rules::fails(&mock),
            rules::warns(&mock),
            names::otherwise(gathered),
        ]
        .into_iter()
        .flatten()
        .collect();
        if replaced.is_empty() {
            questions.extend(self.rule_not_applied(&facts, observer)?);
        }
        questions.extend(self.internal_inside(&facts)?);
        questions.extend(self.unread(&facts, gathered)?);
        questions.extend(self.not_looked_at(&facts, gathered, observer)?);
        questions.extend(self.redaction_questions(&facts)?);
        questions.extend(covered_questions(&facts, &self.covered(request, gathered, observer)?));
        questions.extend(self.near_the_end(&mock)?);
        let words = self.ledger.acknowledgements(request)?;
        for question in &mut questions {
            let Some(said) = words.get(question.id).filter(|_| question.may_be_acknowledged) else {
                continue;
            };
            let word = Word { by: said.by.clone(), at: said.at, why: said.why.clone() };
            if said.facts_sha256 == question.facts_sha256 {
                question.acknowledged = Some(word);
            } else {
                question.lapsed = Some(word);
            }
        }
        let shown = questions.iter().flat_map(|question| question.details.iter().take(DETAILS_SHOWN));
        let documents = self.names(&shown.flat_map(|detail| identities(detail)).collect())?;
        Ok(GateReport { request: request.clone(), questions, notes: rules::notes(&mock), documents })
    }

    /// Documents that go out whole although no word search could read them and no person has.
    fn unread(&self, facts: &Facts<'_>, gathered: &Gathered) -> Result<Option<Question>, WorkspaceError> {
        if !self.ledger.review_imports(gathered.population)?.is_empty() {
            return Ok(None);
        }
        let unread = facts.rows.iter().filter(|row| facts.goes_out_whole(&row.id));
        let unread = unread
            .filter_map(|row| Some(format!("document {}: {}", row.id, row.unsearchable.as_ref()?.code)));
        Ok(facts
            .question("unread", unread.collect(), |n| {
                format!(
                    "{n} that no search could read in full and that nobody has looked at would be produced"
                )
            })
            .map(|question| question.settled_by(facts.by_review())))
    }

    /// Documents that go out whole for which a screen suggests something that nobody has looked at: the newest sheet
    /// that came back was written by other terms, or there is none. Which screen it was is told in the sheets alone.
    fn not_looked_at(
        &self,
        facts: &Facts<'_>,
        gathered: &Gathered,
        observer: &dyn Observer,
    ) -> Result<Option<Question>, WorkspaceError> {
        let register = self.register()?;
        let screens = self.screens(&register)?;
        if let Some(newest) = self.ledger.review_imports(gathered.population)?.last()
            && self
                .ledger
                .review_sheet(newest.sheet)?
                .is_some_and(|one| one.screens_sha256 == screens.sha256())
        {
            return Ok(None);
        }
        let mut reader = ArchiveReader::new(
            &self.root,
            &self.config,
            &gathered.documents,
            self.journal_reports(&gathered.documents)?,
        );
        let shown: Vec<&DocumentRow> =
            facts.rows.iter().filter(|row| facts.goes_out_whole(&row.id)).collect();
        observer.stage("screening documents", "documents", Some(shown.len() as u64));
        let mut suggested = BTreeSet::new();
        for row in shown {
            if observer.stop_requested() {
                return Err(WorkspaceError::Stopped);
            }
            let fetched = reader
                .fetch(&row.id)
                .map_err(|source| duces_packager::PackError::Retained { document: row.id, source })?;
            let found = screens.suggest(row, &fetched);
            if !found.privilege.is_empty() || !found.legal_bar.is_empty() {
                suggested.insert(format!("document {}", row.id));
            }
            observer.advance(1);
        }
        Ok(facts
            .question("screens", suggested, |n| {
                format!(
                    "{n} for which a screen suggests something that nobody has looked at would be produced"
                )
            })
            .map(|question| question.without_details().settled_by(facts.by_review())))
    }

    /// Documents that are to be redacted and have no redaction, and the other way round.
    fn redaction_questions(&self, facts: &Facts<'_>) -> Result<Vec<Question>, WorkspaceError> {
        let known = self.ledger.redactions(facts.request)?;
        let named = known.map(|sheet| sheet.redactions).unwrap_or_default();
        let to_redact = Disposition::Produce { form: ProducedAs::Redacted };
        let missing = facts.decided.iter().filter(|(id, one)| **one == to_redact && !named.contains_key(id));
        let missing = missing.map(|(id, _)| format!("document {id}")).collect();
        let unused = named
            .keys()
            .filter(|id| facts.decided.get(id).is_some_and(|one| one.takes_number() && *one != to_redact));
        let unused = unused.map(|id| format!("document {id}")).collect();
        let sheet = format!("duces review redactions {} FILE takes what is to be covered", facts.request);
        let missing = facts
            .question("redactions-missing", missing, |n| {
                format!("{n} to be redacted without a recorded redaction")
            })
            .map(|question| question.settled_by(sheet).only_settled());
        let unused = facts
            .question("redactions-unused", unused, |n| {
                format!("{n} with redactions and no decision to redact")
            })
            .map(|question| question.settled_by(facts.by_review()));
        Ok(missing.into_iter().chain(unused).collect())
    }

    /// Whether the series of numbers comes near its end with this volume.
    fn near_the_end(&self, mock: &Mock) -> Result<Option<Question>, WorkspaceError> {
        let width = u32::from(self.config.bates_width);
        let last = 10_u64.checked_pow(width).map_or(u64::MAX, |next| next - 1);
        let next = self.ledger.series(&self.config.bates_prefix)?.map_or(1, |series| series.next_position());
        let end = next.saturating_add(mock.numbers).saturating_sub(1);
        if end <= last - last / 10 {
            return Ok(None);
        }
        let facts = BTreeSet::from([format!("the volume would end at {end} of {last}")]);
        let what = format!(
            "the numbers of series {} run out: fewer than a tenth are left",
            self.config.bates_prefix
        );
        Ok(Some(
            Question::new("numbers-run-out", what, &facts).settled_by("begin a new prefix in duces.toml"),
        ))
    }
}

/// How many details a refusal shows; `duces gate` has all.
const SHOWN: usize = 5;

/// On what the questions rest.
struct Facts<'a> {
    request: &'a RequestId,
    rows: &'a [DocumentRow],
    decided: &'a BTreeMap<DocId, Disposition>,
    mock: &'a Mock,
    /// Documents that would go out with the bytes of one that is withheld in another volume.
    against: &'a [String],
}

impl Facts<'_> {
    /// A question where there are facts; `what` is told their number, in words.
    fn question(
        &self,
        id: &'static str,
        facts: BTreeSet<String>,
        what: impl FnOnce(&str) -> String,
    ) -> Option<Question> {
        let n = match facts.len() {
            0 => return None,
            1 => "1 document".to_owned(),
            n => format!("{n} documents"),
        };
        Some(Question::new(id, what(&n), &facts))
    }

    fn by_review(&self) -> String {
        let request = self.request;
        format!("duces review export {request}, then duces review import {request} FILE")
    }

    fn goes_out_whole(&self, document: &DocId) -> bool {
        self.decided.get(document).is_some_and(|one| *one == Disposition::WHOLE)
    }

    fn undecided(&self) -> Option<Question> {
        let pending = self.decided.iter().filter(|(_, one)| **one == Disposition::Pending);
        let pending = pending.map(|(id, _)| format!("document {id}")).collect();
        let how = format!("{}; or duces produce {} --partial", self.by_review(), self.request);
        self.question("undecided", pending, |n| format!("{n} without a decision"))
            .map(|question| question.settled_by(how).only_settled())
    }

    /// Whether no document would go out.
    fn nothing_new(&self) -> Option<Question> {
        let nothing = |obstacle: &&Obstacle| matches!(obstacle, Obstacle::NothingToProduce { .. });
        let found = self.mock.obstacles.iter().filter(nothing).map(ToString::to_string).collect();
        let request = self.request;
        let what = "nothing is new: every document is in a sealed volume, or is not decided to go out";
        self.question("nothing-new", found, |_| what.to_owned()).map(|question| {
            let how = format!(
                "there is nothing to seal; duces index and duces select {request} take in what was found since, and \
                 duces review export {request} changes decisions"
            );
            question.settled_by(how).only_settled()
        })
    }

    fn in_the_way(&self) -> Option<Question> {
        let pending = |obstacle: &&Obstacle| {
            !matches!(
                obstacle,
                Obstacle::Violation(duces_model::Violation::Pending { .. })
                    | Obstacle::NothingToProduce { .. }
            )
        };
        let obstacles = self.mock.obstacles.iter().filter(pending).map(ToString::to_string);
        let found: BTreeSet<String> = obstacles.chain(self.against.iter().cloned()).collect();
        let mut what = "decisions contradict each other, or cannot be carried out".to_owned();
        if !self.against.is_empty() {
            let request = self.request;
            what.push_str(&format!(
                "; duces twins {request} tells what shares content with what is withheld, and which pairs a person may let stand"
            ));
        }
        let question = (!found.is_empty()).then(|| Question::new("conflicting-decisions", what, &found));
        question.map(|question| question.settled_by(self.by_review()).only_settled())
    }

    /// Families of which something is withheld or redacted and something goes out whole.
    fn mixed(&self) -> Option<Question> {
        let pending = Disposition::Pending;
        let decided = |row: &DocumentRow| self.decided.get(&row.id).unwrap_or(&pending);
        let mut found = BTreeSet::new();
        for family in self.rows.chunk_by(|a, b| a.root == b.root) {
            let bars = family.iter().any(|row| decided(row).bars_content());
            let shows = family.iter().any(|row| decided(row).takes_number() && !decided(row).bars_content());
            if bars && shows {
                let said: Vec<String> =
                    family.iter().map(|row| format!("{} {}", row.id, decided(row).bucket())).collect();
                found.insert(format!("family {}: {}", family[0].root, said.join(", ")));
            }
        }
        let what = format!(
            "{} decided differently within: something is withheld or redacted, the rest goes out",
            families(found.len())
        );
        let question = (!found.is_empty()).then(|| Question::new("mixed-families", what, &found));
        question.map(|question| question.settled_by(self.by_review()))
    }

    /// Families that do not go out whole: a member is left out.
    fn broken(&self) -> Option<Question> {
        let broken = |kind: &ExceptionKind| {
            matches!(
                kind,
                ExceptionKind::ParentWithoutNumber
                    | ExceptionKind::SuppressedInFamily
                    | ExceptionKind::ExcludedFromFamily
            )
        };
        let found = self.mock.exceptions.iter().filter(|one| broken(&one.kind));
        let found = found.map(|one| format!("document {}: {}", one.document, one.kind)).collect();
        self.question("broken-families", found, |n| format!("{n} parted from a family that goes out"))
            .map(|question| question.settled_by(self.by_review()))
    }

    /// Documents with the same bytes that are decided differently, neither of them against a withholding: that is a
    /// contradiction.
    fn twins(&self) -> Option<Question> {
        let against = |id: &DocId| self.decided.get(id).is_some_and(Disposition::bars_content);
        let shown =
            |id: &DocId| self.decided.get(id).is_some_and(|one| one.takes_number() && !one.bars_content());
        let found: BTreeSet<String> = twins(self.rows, self.decided)
            .into_iter()
            .map(|twin| (twin.one, twin.other))
            .filter(|((one, _), (other, _))| !(against(one) && shown(other) || shown(one) && against(other)))
            .map(|((one, a), (other, b))| format!("document {one} {a}, document {other} {b}"))
            .collect();
        let what = "the same bytes are decided differently".to_owned();
        let question = (!found.is_empty()).then(|| Question::new("twins", what, &found));
        question.map(|question| question.settled_by(self.by_review()))
    }

    fn before(&self) -> Option<Question> {
        let found = self
            .mock
            .exceptions
            .iter()
            .filter(|one| matches!(one.kind, ExceptionKind::TwinProducedBefore { .. }));
        let found = found.map(|one| format!("document {}: {}", one.document, one.kind)).collect();
        self.question("produced-before", found, |n| format!("{n} withheld now that went out before"))
            .map(|question| question.settled_by("claw back what went out"))
    }
}

fn families(n: usize) -> String {
    if n == 1 { "1 family is".to_owned() } else { format!("{n} families are") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_of_a_question_are_those_of_no_other() {
        let facts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<BTreeSet<_>>();
        let digest =
            |id: &'static str, texts: &[&str]| Question::new(id, String::new(), &facts(texts)).facts_sha256;
        assert_eq!(digest("twins", &["a", "b"]), digest("twins", &["b", "a"]));
        assert_ne!(digest("twins", &["a", "b"]), digest("twins", &["ab"]));
        assert_ne!(digest("twins", &["a"]), digest("mixed-families", &["a"]));
    }
}
