//! The completeness certificate: facts gathered from the ledger and from volumes read back, and nothing
//! taken on the writer's word.

mod covered_since;
mod facts;
mod reasons;
mod reproduced;

pub use reproduced::{PinCheck, PinState, Remade, Reproduction};

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use crate::index::Account;
use chrono::{DateTime, NaiveDate, Utc};
use duces_instruments::facts::{CompletenessFacts, VolumeFacts};
use duces_instruments::{Instrument, Standing, Template};
use duces_ledger::{CertificateRecord, CertificateText, IssuedCertificate, Population, VolumeState};
use duces_model::window::day_of;
use duces_model::{Disposition, DocId, ItemId, Observer, RequestId, Sha256, VolumeName};
use duces_register::Register;
use duces_verify::{Severity, VolumeSummary};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A certificate was issued.
#[derive(Debug, Serialize)]
pub struct CertifyOutcome {
    /// Its number in the ledger.
    pub certificate: i64,
    /// Its title, which follows from the facts.
    pub title: String,
    /// Whether something is still open.
    pub partial: bool,
    /// Why the title is what it is.
    pub reasons: Vec<String>,
    /// Items for which nothing was found and nothing is produced, and whose coverage does not back that; and
    /// why not.
    pub nil_not_backed: Vec<(ItemId, Vec<String>)>,
    /// The document.
    pub pdf: PathBuf,
    /// The same to be edited.
    pub docx: PathBuf,
    /// The facts.
    pub json: PathBuf,
    /// Pages of the document.
    pub pages: usize,
    /// Digest of the document.
    pub pdf_sha256: String,
    /// Digest of the facts, as printed on it.
    pub facts_sha256: Sha256,
}

/// A certificate of the past, as it was issued.
#[derive(Debug, Serialize)]
pub struct StoredCertificate {
    /// Its number in the ledger.
    pub certificate: i64,
    /// Its title.
    pub title: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// By whom.
    pub issued_by: String,
    /// Where its bytes now lie.
    pub pdf: PathBuf,
    /// Digest of the document.
    pub pdf_sha256: String,
    /// Where the same to be edited now lies; absent where the ledger does not hold it.
    pub docx: Option<PathBuf>,
    /// Where its facts now lie; absent where the ledger no longer holds them.
    pub json: Option<PathBuf>,
    /// Digest of the facts' file.
    pub facts_sha256: String,
    /// What it relied on, whether all of that is there, and what comes of making it again.
    pub reproduction: Reproduction,
}

/// A firm's own wording of the certificate, below the workspace.
const OWN_WORDING: &str = "templates/completeness.toml";

/// The certificates of a request and of its volumes, each with what it is about and its day.
fn all_of(all: &[IssuedCertificate], request: &RequestId, zone: chrono_tz::Tz) -> Vec<String> {
    let of_request = all.iter().filter(|issued| issued.record.request == *request);
    let line = |issued: &IssuedCertificate| {
        let about = issued.record.volume.as_ref().map_or_else(|| request.to_string(), ToString::to_string);
        format!("of {about} on {}", day_of(issued.at, zone))
    };
    of_request.map(line).collect()
}

/// Something issued, as it is told apart from others of its day.
pub(crate) struct Issued<'a> {
    pub(crate) key: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: &'a str,
    pub(crate) title: &'a str,
}

/// On a day on which several were issued, each was what was known at its hour: none of them is chosen. `command` asks for one.
pub(crate) fn refuse_several(
    what: &str,
    day: NaiveDate,
    all: &[Issued<'_>],
    zone: chrono_tz::Tz,
    command: &str,
) -> Result<(), WorkspaceError> {
    let of_day: Vec<_> = all.iter().filter(|issued| day_of(issued.at, zone) == day).collect();
    let ([.., last], true) = (of_day.as_slice(), of_day.len() > 1) else { return Ok(()) };
    let (noun, about) = what.split_once(' ').unwrap_or((what, ""));
    let line = |issued: &&Issued<'_>| {
        let at = issued.at.with_timezone(&zone).format("%H:%M:%S");
        format!("{noun} {} of {at}, issued by {}: {}", issued.key, issued.by, issued.title)
    };
    Err(WorkspaceError::Several {
        what: format!("found {} {noun}s {about} issued on {day}, expected one", of_day.len()),
        found: of_day.iter().map(line).collect(),
        hint: format!("name the one that you mean by its number: {command} {}", last.key),
    })
}

/// What a certificate is about.
pub(crate) struct Subject {
    pub(crate) request: RequestId,
    pub(crate) volume: Option<VolumeName>,
}

/// The facts of a request, with what they were taken from.
pub(crate) struct Taken {
    pub(crate) facts: CompletenessFacts,
    pub(crate) register: Register,
    pub(crate) population: Population,
    /// What was read in each volume that was looked at.
    pub(crate) summaries: BTreeMap<VolumeName, VolumeSummary>,
}

impl Workspace {
    /// Issues the completeness certificate of a sealed volume that verifies, or of a request.
    ///
    /// # Errors
    /// [`WorkspaceError::Refused`] while the volume does not verify or an account does not close.
    pub fn certify(
        &mut self,
        about: &str,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<CertifyOutcome, WorkspaceError> {
        let subject = self.subject(about)?;
        let Taken { facts, register, population, .. } = self.take_facts(&subject, actor, observer)?;
        let (wording, template) = self.completeness_wording()?;
        let instrument = duces_instruments::completeness_with(&template, &facts, false)?;
        let standing = Standing::of(&facts);
        let folder = self.root.join("certificates");
        files::make_folder(&folder)?;
        let record = self.issue(&subject, (&register, &population, &wording), &instrument, actor)?;
        let stem = format!(
            "{}-{}-{}",
            subject.request,
            subject.volume.as_ref().map_or("request", |v| v.as_str()),
            record
        );
        let place = |ending: &str| folder.join(format!("{stem}.{ending}"));
        let (pdf, docx, json) = (place("pdf"), place("docx"), place("json"));
        files::create(&pdf, &instrument.pdf)?;
        files::create(&docx, &instrument.docx)?;
        files::create(&json, &instrument.json)?;
        Ok(CertifyOutcome {
            certificate: record,
            title: instrument.title,
            partial: standing.is_partial(),
            reasons: reasons::reasons(&standing, &facts),
            nil_not_backed: reasons::nil_not_backed(&facts),
            pdf,
            docx,
            json,
            pages: instrument.pages,
            facts_sha256: instrument.facts_sha256,
            pdf_sha256: Sha256::of(&instrument.pdf).to_string(),
        })
    }

    /// The wording of the certificate, and what it says: the firm's own, else the program's.
    fn completeness_wording(&self) -> Result<(String, Template), WorkspaceError> {
        match self.own_template(OWN_WORDING)? {
            Some(text) => {
                let template = Template::parse(OWN_WORDING, &text)?;
                Ok((text, template))
            }
            None => Ok((Template::builtin_text().to_owned(), Template::builtin()?)),
        }
    }

    /// Takes the facts of a request as they are known now: gaps are looked for, and every volume is read back.
    pub(crate) fn take_facts(
        &mut self,
        subject: &Subject,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<Taken, WorkspaceError> {
        self.require_whole_index()?;
        let account = Account::close(self)?;
        if !account.unexplained.is_empty() {
            return Err(WorkspaceError::Unexplained(account.unexplained));
        }
        let register = self.register()?;
        let population = self.population(&subject.request)?;
        // Gaps are looked for now: a certificate that rests on an old look, or on none, says "none" of
        // what nobody looked for.
        let coverage = self.assess_at(&register, actor)?;
        self.record_look(&register, &coverage, actor)?;
        let (volumes, summaries) = self.read_back(subject, &population, actor, observer)?;
        let facts = self.facts(&subject.request, &register, &account, &population, volumes, actor)?;
        Ok(Taken { facts, register, population, summaries })
    }

    /// Returns the stored bytes of the newest certificate issued up to the end of a day, or of that number among these,
    /// and makes it again from what the ledger kept.
    ///
    /// # Errors
    /// Where there is none; where several were issued on that very day and none is named, each with its number.
    pub fn certificate_as_known_on(
        &mut self,
        about: &str,
        day: NaiveDate,
        number: Option<i64>,
    ) -> Result<StoredCertificate, WorkspaceError> {
        let subject = self.subject(about)?;
        let zone = self.config.firm.zone;
        let mut all = self.ledger.certificates()?;
        let listed = all_of(&all, &subject.request, zone);
        all.retain(|issued| {
            issued.record.request == subject.request
                && issued.record.volume == subject.volume
                && day_of(issued.at, zone) <= day
        });
        let known = all.iter().map(|issued| issued.key.to_string()).collect();
        match number {
            Some(number) => {
                all.retain(|issued| issued.key == number);
                if all.is_empty() {
                    let what = "certificate up to that day";
                    return Err(WorkspaceError::Unknown { what, name: number.to_string(), known });
                }
            }
            None => {
                let command = format!("duces certify {about} --as-known-on {day} --certificate");
                let listed: Vec<Issued<'_>> = all
                    .iter()
                    .map(|one| Issued { key: one.key, at: one.at, by: &one.by, title: &one.record.title })
                    .collect();
                refuse_several(&format!("certificate of {about}"), day, &listed, zone, &command)?;
            }
        }
        let Some(issued) = all.pop() else {
            return Err(WorkspaceError::TooEarly {
                missing: format!("no certificate of {about} was issued up to {day}"),
                hint: match listed.as_slice() {
                    [] => format!("none was issued for request {} at all", subject.request),
                    listed => format!("issued for request {}: {}", subject.request, listed.join("; ")),
                },
            });
        };
        let gone = || WorkspaceError::Refused {
            what: format!("certificate {} cannot be given out", issued.key),
            reasons: vec![format!(
                "the ledger no longer holds its bytes, of which the digest is {}",
                issued.record.pdf_sha256
            )],
            hint: "restore .duces/ledger.sqlite from its copy".to_owned(),
        };
        let bytes = match self.ledger.bytes(&issued.record.pdf_sha256) {
            Ok(bytes) => bytes.ok_or_else(gone)?,
            Err(duces_ledger::LedgerError::Damaged { .. }) => return Err(gone()),
            Err(error) => return Err(error.into()),
        };
        let facts = self.bytes_if_whole(&issued.record.facts_sha256)?;
        let docx = match issued.record.text {
            Some(text) => self.bytes_if_whole(&text.docx_sha256)?,
            None => None,
        };
        let reproduction = self.reproduce(&issued, &bytes, facts.as_deref())?;
        let put = |ending: &str, bytes: &[u8]| {
            let name = format!("as-known-on-{day}-certificate-{}.{ending}", issued.key);
            self.put_out("certificates", &name, bytes)
        };
        let pdf = put("pdf", &bytes)?;
        let docx = docx.map(|docx| put("docx", &docx)).transpose()?;
        let json = facts.map(|facts| put("json", &facts)).transpose()?;
        Ok(StoredCertificate {
            certificate: issued.key,
            title: issued.record.title,
            issued_at: issued.at,
            issued_by: issued.by,
            pdf,
            pdf_sha256: issued.record.pdf_sha256.to_string(),
            docx,
            json,
            facts_sha256: issued.record.facts_sha256.to_string(),
            reproduction,
        })
    }

    /// Kept bytes, where they are there and are what they were.
    pub(crate) fn bytes_if_whole(&self, digest: &Sha256) -> Result<Option<Vec<u8>>, WorkspaceError> {
        match self.ledger.bytes(digest) {
            Err(duces_ledger::LedgerError::Damaged { .. }) => Ok(None),
            read => Ok(read?),
        }
    }

    /// Writes a file of the past below the workspace, unless it lies there already.
    pub(crate) fn put_out(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<PathBuf, WorkspaceError> {
        let folder = self.root.join(folder);
        let path = folder.join(name);
        if std::fs::read(&path).ok().as_deref() != Some(bytes) {
            files::make_folder(&folder)?;
            files::create(&path, bytes)?;
        }
        Ok(path)
    }

    /// A volume by its name, else a request.
    pub(crate) fn subject(&self, about: &str) -> Result<Subject, WorkspaceError> {
        if let Ok(name) = about.parse::<VolumeName>()
            && self.ledger.volume(&name)?.is_some()
        {
            let request = self.sealed(&name)?.request;
            return Ok(Subject { request, volume: Some(name) });
        }
        // A request whose file is gone was still certified: the ledger knows it.
        let mut known = self.requests()?;
        known.extend(self.ledger.certificates()?.into_iter().map(|issued| issued.record.request));
        known.sort();
        known.dedup();
        match about.parse::<RequestId>() {
            Ok(request) if known.contains(&request) => Ok(Subject { request, volume: None }),
            _ => {
                let mut names: Vec<String> =
                    self.ledger.volumes()?.iter().map(|v| v.name.to_string()).collect();
                names.extend(known.iter().map(ToString::to_string));
                Err(WorkspaceError::Unknown {
                    what: "volume or request",
                    name: about.to_owned(),
                    known: names,
                })
            }
        }
    }

    /// Reads every volume of the request back, now. The volume that the certificate is about must verify.
    fn read_back(
        &mut self,
        subject: &Subject,
        population: &Population,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<(Vec<VolumeFacts>, BTreeMap<VolumeName, VolumeSummary>), WorkspaceError> {
        let decisions = self.decisions(population)?;
        self.refuse_changed_decisions(&subject.request, &decisions)?;
        self.refuse_newer_redactions(&subject.request)?;
        let (mut volumes, mut summaries) = (Vec::new(), BTreeMap::new());
        let replaced: BTreeSet<(VolumeName, DocId)> = self
            .ledger
            .replacements()?
            .into_iter()
            .map(|one| (one.earlier.volume, one.earlier.document))
            .collect();
        for record in self.ledger.volumes()?.into_iter().filter(|record| record.request == subject.request) {
            let VolumeState::Sealed { volume: sealed, .. } = &record.state else {
                volumes.extend(facts::unsealed(&record));
                continue;
            };
            let checked = self.check(&record.name, sealed, observer)?;
            let findings = serde_json::to_value(&checked.findings).unwrap_or_default();
            let zip = self.check_zip(&record.name, sealed)?;
            let agreed = checked.passed() && checked.summary.compared_with_ledger && zip.is_none();
            self.ledger.record_verification(&actor.act(), &record.name, &findings, agreed)?;
            if !agreed && subject.volume.as_ref() == Some(&record.name) {
                return Err(WorkspaceError::Refused {
                    what: format!("volume {} does not verify, so nothing is certified", record.name),
                    reasons: checked
                        .findings
                        .iter()
                        .filter(|finding| finding.severity == Severity::Fails)
                        .map(ToString::to_string)
                        .chain(zip)
                        .collect(),
                    hint: format!("duces verify {} shows all findings", record.name),
                });
            }
            summaries.insert(record.name.clone(), checked.summary.clone());
            volumes.push(facts::sealed(&record, sealed, checked, agreed, (&decisions, &replaced), actor));
        }
        Ok((volumes, summaries))
    }

    /// What went out whole cannot be certified as withheld or left out: that is a claw-back, and says so.
    fn refuse_changed_decisions(
        &self,
        request: &RequestId,
        decided: &facts::Decided,
    ) -> Result<(), WorkspaceError> {
        let mut reasons = Vec::new();
        let undone_on_record = self.clawed_back_or_replaced()?;
        for volume in self.ledger.volumes()? {
            let Some(sealed) = volume.sealed().filter(|sealed| sealed.request == *request) else { continue };
            for member in &sealed.members {
                if undone_on_record.contains(&(volume.name.clone(), member.document)) {
                    continue;
                }
                let (Disposition::Produce { .. }, Some(bates)) = (&member.disposition, &member.bates) else {
                    continue;
                };
                let now = decided.get(&member.document);
                let undone = now.is_some_and(|now| {
                    // What went out redacted is decided so still.
                    (now.bars_content() && *now != member.disposition)
                        || matches!(now, Disposition::ExcludeNonResponsive { .. } | Disposition::Pending)
                });
                if let (true, Some(now)) = (undone, now) {
                    reasons.push(format!(
                        "{} is in volume {}, and is now decided {now}",
                        bates.first(),
                        volume.name
                    ));
                }
            }
        }
        if reasons.is_empty() {
            return Ok(());
        }
        Err(WorkspaceError::Refused {
            what: "decisions changed after the volume was sealed, so no certificate can speak of both"
                .to_owned(),
            reasons,
            hint: "what went out by mistake has to be clawed back (duces clawback) and replaced (duces produce --replaces); \
                   else set the decisions back to what was produced"
                .to_owned(),
        })
    }

    /// Documents of volumes that were clawed back, or that a later volume replaces.
    pub(super) fn clawed_back_or_replaced(&self) -> Result<BTreeSet<(VolumeName, DocId)>, WorkspaceError> {
        let clawed_back = self.ledger.clawbacks()?.into_iter().flat_map(|record| record.clawback.documents);
        let replaced = self.ledger.replacements()?.into_iter().map(|one| one.earlier);
        Ok(clawed_back.chain(replaced).map(|one| (one.volume, one.document)).collect())
    }

    /// Keeps the bytes of everything that the certificate relied on, and records that it was issued.
    fn issue(
        &mut self,
        subject: &Subject,
        (register, population, wording): (&Register, &Population, &str),
        instrument: &Instrument,
        actor: &Actor,
    ) -> Result<i64, WorkspaceError> {
        let mut pins = vec![
            ("index snapshot".to_owned(), population.pins.snapshot.digest()),
            ("register".to_owned(), population.pins.register_sha256),
            ("request".to_owned(), population.pins.request_sha256),
            ("template".to_owned(), instrument.template_sha256),
        ];
        pins.push(("head of the audit trail".to_owned(), self.ledger.audit_head()?.hash));
        for file in &register.files {
            pins.push((format!("register/{}", file.path), self.ledger.store_bytes(&file.bytes)?));
        }
        let gaps = serde_json::to_vec(&self.gaps()?).unwrap_or_default();
        pins.push(("gap list".to_owned(), self.ledger.store_bytes(&gaps)?));
        self.ledger.store_bytes(wording.as_bytes())?;
        let record = CertificateRecord {
            request: subject.request.clone(),
            volume: subject.volume.clone(),
            title: instrument.title.clone(),
            pdf_sha256: self.ledger.store_bytes(&instrument.pdf)?,
            facts_sha256: self.ledger.store_bytes(&instrument.json)?,
            pins,
            text: Some(CertificateText {
                docx_sha256: self.ledger.store_bytes(&instrument.docx)?,
                printed_sha256: instrument.facts_sha256,
            }),
        };
        Ok(self.ledger.issue_certificate(&actor.act(), &record)?)
    }
}
