//! Capture tests: a marked message for each source that evidence cannot judge, to be sent by whatever means; and whether
//! it arrived in the archive and in review. What arrived proves that capture worked on that day, and nothing more.

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use chrono::{Days, NaiveDate};
use duces_coverage::CoverageWord;
use duces_ledger::{CaptureTest, CaptureTestRecord, CaptureTestSeen};
use duces_model::window::day_of;
use duces_model::{AttributionBasis, DateWindow, DocumentKind, EmailAddress, Sha256, SourceId};
use duces_query::AdHoc;
use duces_register::{Register, Source};
use serde::Serialize;
use std::path::PathBuf;

/// Over how many days, up to today or the last that the archive reaches, a source is asked whether evidence can judge it.
const JUDGED_OVER_DAYS: u64 = 91;

/// Which sources are to be tested.
#[derive(Debug, Clone)]
pub enum TestOf {
    /// Those that evidence cannot judge over the last quarter.
    Unjudged,
    /// Every source in service.
    All,
    /// These.
    Sources(Vec<SourceId>),
}

/// Test messages were written.
#[derive(Debug, Serialize)]
pub struct TestsPlanned {
    /// The messages.
    pub written: Vec<TestWritten>,
    /// Sources that are not tested, and why.
    pub left_out: Vec<(SourceId, String)>,
}

/// A test message that was written.
#[derive(Debug, Serialize)]
pub struct TestWritten {
    /// The source that it is to reach.
    pub source: SourceId,
    /// The address that it is to be sent to.
    pub address: String,
    /// The mark by which it is known: it stands in the subject, in the text and in the Message-ID.
    pub token: String,
    /// The message as a file.
    pub file: PathBuf,
    /// Why the source is tested.
    pub because: String,
}

/// What a look for test messages found.
#[derive(Debug, Serialize)]
pub struct TestsChecked {
    /// Each test, as this look found it.
    pub tests: Vec<TestFound>,
    /// How many have not arrived in the archive under their source.
    pub missing: u64,
}

/// A test message and where it arrived.
#[derive(Debug, Serialize)]
pub struct TestFound {
    /// The mark.
    pub token: String,
    /// The source.
    pub source: SourceId,
    /// The day on which the message was written.
    pub written_on: NaiveDate,
    /// The day of the copy in the archive under the source; absent where there is none.
    pub archived_on: Option<NaiveDate>,
    /// Sources under which it arrived instead.
    pub elsewhere: Vec<String>,
    /// Other documents that hold the mark, such as replies and bounces: they prove nothing.
    pub mentions: u64,
    /// The day on which it was reviewed, by the log of review; absent where the log does not have it.
    pub reviewed_on: Option<NaiveDate>,
}

impl Workspace {
    /// Writes one marked message for each source that is to be tested.
    ///
    /// # Errors
    /// Mistakes in the register, a source that it does not have, a file that cannot be written.
    pub fn plan_capture_tests(
        &mut self,
        of: &TestOf,
        sender: &EmailAddress,
        actor: &Actor,
    ) -> Result<TestsPlanned, WorkspaceError> {
        let register = self.register()?;
        let today = day_of(actor.now, self.config.firm.zone);
        let (mut written, mut left_out) = (Vec::new(), Vec::new());
        for (source, because) in self.to_be_tested(of, &register, today, &mut left_out)? {
            match source.addresses.first() {
                _ if !source.is_in_service(today) => {
                    left_out.push((source.id.clone(), "it is not in service today".to_owned()));
                }
                Some(address) => written.push((source, address, because)),
                None => {
                    let why = "the register gives it no address to write to: test it by hand".to_owned();
                    left_out.push((source.id.clone(), why));
                }
            }
        }
        let salt = self.ledger.audit_head()?.hash;
        let folder = self.root.join("capture-tests");
        files::make_folder(&folder)?;
        let mut tests = Vec::new();
        let mut planned = Vec::new();
        for (source, address, because) in written {
            let token = token(&salt, &source.id, actor);
            let file = folder.join(format!("{token}.eml"));
            files::create(&file, message(&token, sender, address, source, actor).as_bytes())?;
            tests.push(CaptureTest {
                token: token.clone(),
                source: source.id.clone(),
                address: address.clone(),
            });
            planned.push(TestWritten {
                source: source.id.clone(),
                address: address.to_string(),
                token,
                file,
                because,
            });
        }
        if !tests.is_empty() {
            self.ledger.add_capture_tests(&actor.act(), &tests)?;
        }
        Ok(TestsPlanned { written: planned, left_out })
    }

    /// Looks for the test messages in the archive and in the log of review, and records what was found.
    ///
    /// # Errors
    /// A missing or interrupted index, mistakes in the register.
    pub fn check_capture_tests(&mut self, actor: &Actor) -> Result<TestsChecked, WorkspaceError> {
        let register = self.register()?;
        self.require_attributed(&register)?;
        let snapshot = self.snapshot()?;
        let mut found = Vec::new();
        let mut seen = Vec::new();
        for record in self.ledger.capture_tests()? {
            let (test, look) = self.look_for(&record, &register, &snapshot)?;
            seen.push((record.test.token.clone(), look));
            found.push(test);
        }
        if !seen.is_empty() {
            self.ledger.see_capture_tests(&actor.act(), &seen)?;
        }
        let missing = found.iter().filter(|test| test.archived_on.is_none()).count() as u64;
        Ok(TestsChecked { tests: found, missing })
    }

    /// The sources to be tested, each with the reason.
    fn to_be_tested<'r>(
        &self,
        of: &TestOf,
        register: &'r Register,
        today: NaiveDate,
        left_out: &mut Vec<(SourceId, String)>,
    ) -> Result<Vec<(&'r Source, String)>, WorkspaceError> {
        let named = |source: &'r Source| (source, "it was asked for".to_owned());
        match of {
            TestOf::All => {
                Ok(register.sources.iter().filter(|one| one.is_in_service(today)).map(named).collect())
            }
            TestOf::Sources(ids) => {
                let known = || register.sources.iter().map(|source| source.id.to_string()).collect();
                let source = |id: &SourceId| {
                    register.source(id).map(named).ok_or_else(|| WorkspaceError::Unknown {
                        what: "source",
                        name: id.to_string(),
                        known: known(),
                    })
                };
                ids.iter().map(source).collect()
            }
            TestOf::Unjudged => {
                let coverage = self.assess(register)?;
                let gaps: Vec<_> = self.counting_gaps()?.into_iter().map(|row| row.gap).collect();
                let last = coverage.judged_days.map_or(today, |(_, last)| last.min(today));
                let first = last.checked_sub_days(Days::new(JUDGED_OVER_DAYS)).unwrap_or(last);
                let window = DateWindow::new(first, last, self.config.firm.zone);
                let Ok(window) = window else { return Ok(Vec::new()) };
                let mut found = Vec::new();
                for source in register.sources.iter().filter(|source| source.is_in_service(today)) {
                    let word = coverage.sources.iter().find(|one| one.source == source.id);
                    match word.map(|one| one.says(&window, &gaps)) {
                        Some(CoverageWord::CannotTell { because }) => found.push((source, because)),
                        None => found.push((source, "coverage does not know it".to_owned())),
                        // That its capture is broken is known: a test comes once somebody says that it is mended.
                        Some(CoverageWord::Gap { gaps }) => left_out.push((
                            source.id.clone(),
                            format!("it is in a gap from {first} to {last} already: {}", gaps.join(", ")),
                        )),
                        Some(CoverageWord::Covered { .. }) => {}
                    }
                }
                Ok(found)
            }
        }
    }

    fn look_for(
        &self,
        record: &CaptureTestRecord,
        register: &Register,
        snapshot: &duces_indexer::Snapshot,
    ) -> Result<(TestFound, CaptureTestSeen), WorkspaceError> {
        let test = &record.test;
        let terms = duces_query::parse_terms("dtsearch", &test.token, "a capture test")?;
        let asked = AdHoc { terms: Some(terms), ..AdHoc::default() };
        let rows = duces_query::search(snapshot, &asked, usize::MAX)?.rows;
        let documents = self.ledger.documents(&rows)?;
        // By its headers alone nobody knows where a message was captured.
        let captured = |document: &duces_ledger::DocumentRow| -> Vec<SourceId> {
            let strong = document.attributions.iter().filter(|a| a.basis != AttributionBasis::Header);
            strong.map(|a| a.source.clone()).collect()
        };
        let zone = self.config.firm.zone;
        let written_on = day_of(record.at, zone);
        // A reply or a bounce repeats the mark too, and proves nothing.
        let (mut copies, mut mentions) = (Vec::new(), 0);
        for document in &documents {
            let card = snapshot.card(document.row)?;
            let itself =
                card.as_ref().and_then(|card| card.subject.as_deref()) == Some(subject(&test.token).as_str());
            let later = card.and_then(|card| card.sent_at).is_none_or(|at| written_on <= day_of(at, zone));
            if itself && later && document.kind == DocumentKind::Message {
                copies.push(document);
            } else {
                mentions += 1;
            }
        }
        let own = copies.iter().find(|document| captured(document).contains(&test.source));
        let mut elsewhere: Vec<String> =
            copies.iter().flat_map(|document| captured(document)).map(|source| source.to_string()).collect();
        elsewhere.retain(|name| name != test.source.as_str());
        elsewhere.sort();
        elsewhere.dedup();
        let message_id = message_id(&test.token, &test.address);
        let reviewed = register.review_log.iter().filter(|row| {
            row.source == test.source && row.is_review() && row.message_id.as_deref() == Some(&message_id)
        });
        let archived_on = own.map(|document| document.sent_at.map_or(written_on, |at| day_of(at, zone)));
        let seen = CaptureTestSeen {
            sent_on: archived_on.or(Some(written_on)),
            archived_on,
            occurrence: None,
            reviewed_on: reviewed.filter_map(|row| row.reviewed_on).min(),
        };
        let found = TestFound {
            token: test.token.clone(),
            source: test.source.clone(),
            written_on,
            archived_on,
            elsewhere,
            mentions,
            reviewed_on: seen.reviewed_on,
        };
        Ok((found, seen))
    }
}

/// A word that stands nowhere else: from the head of the audit trail, the source and the instant.
fn token(salt: &Sha256, source: &SourceId, actor: &Actor) -> String {
    let digest = Sha256::of(format!("{salt} {source} {}", actor.now.to_rfc3339()));
    format!("ducestest{}", &digest.to_string()[..20])
}

fn subject(token: &str) -> String {
    format!("Capture test {token}")
}

fn message_id(token: &str, address: &EmailAddress) -> String {
    format!("{token}@{}", address.domain())
}

fn message(token: &str, from: &EmailAddress, to: &EmailAddress, source: &Source, actor: &Actor) -> String {
    let lines = [
        format!("From: {from}"),
        format!("To: {to}"),
        format!("Subject: {}", subject(token)),
        format!("Date: {}", actor.now.to_rfc2822()),
        format!("Message-ID: <{}>", message_id(token, to)),
        format!("X-Duces-Capture-Test: {token}"),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=utf-8".to_owned(),
        String::new(),
        format!("This message tests whether communications of {to} are retained and reviewed."),
        format!("Source: {}. Mark: {token}.", source.id),
        "It may be sent from any program, with this subject and nothing before or behind it.".to_owned(),
        "Please leave it where it arrives.".to_owned(),
        String::new(),
    ];
    lines.join("\r\n")
}
