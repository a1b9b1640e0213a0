//! The privilege log: what was withheld or redacted for privilege, in volumes or, where nothing is produced yet, as
//! decided.
//!
//! A row says who, when, what kind and on what claim. Subject and file name are no fields of it; what a person wrote
//! is held against the document's words ([`leak::leaks`]) and against the terms that no log may hold. Documents withheld
//! under a legal bar have no row and take no log number, whichever bar it is. People of a redacted document whose names
//! hold words that are covered in it are not named.

pub(crate) mod leak;
mod people;

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use crate::produce::retained::ArchiveReader;
use crate::screens::Screens;
use crate::sheet::Sheet;
use duces_instruments::{LOG_COLUMNS, LogEntry, PrivilegeLog};
use duces_ledger::{DocumentRow, Population};
use duces_model::{
    BatesRange, Coding, Disposition, DocId, Document, DocumentKind, Mistake, Mistakes, PrivilegeClaim,
    ProducedAs, RequestId, Sha256, VolumeName,
};
use duces_packager::{Fetched, Retained as _};
use duces_register::Register;
use duces_volume::workbook::{self, Cell, Column};
use people::People;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A privilege log was written.
#[derive(Debug, Serialize)]
pub struct PrivilegeLogReport {
    /// The request.
    pub request: RequestId,
    /// The volumes of which it speaks; none where nothing is produced yet and it speaks of the decisions.
    pub volumes: Vec<VolumeName>,
    /// Its rows.
    pub entries: u64,
    /// Rows in which no attorney is named, by log number: a claim without one needs a person's look.
    pub without_attorney: Vec<u64>,
    /// Rows whose basis nobody has written, by log number.
    pub without_basis: Vec<u64>,
    /// The log as CSV, as a workbook, and as PDF.
    pub files: Vec<PathBuf>,
    /// Pages of the PDF.
    pub pages: usize,
}

/// A document of the log, before it is read.
struct Claimed {
    document: DocId,
    bates: Option<String>,
    /// The volume in which it stands with the number.
    volume: Option<VolumeName>,
    disposition: Disposition,
}

/// What is claimed, each with its number in the log.
type Numbered = Vec<(u64, Claimed)>;

impl Workspace {
    /// Writes the privilege log of a request, or of one of its volumes, into `reports/` as CSV, XLSX and PDF.
    ///
    /// # Errors
    /// A volume that is not of the request, a description that gives the document's words away, originals that
    /// changed.
    pub fn privilege_log(
        &mut self,
        request: &RequestId,
        volume: Option<&VolumeName>,
        actor: &Actor,
    ) -> Result<PrivilegeLogReport, WorkspaceError> {
        let register = self.register()?;
        let population = self.population(request)?;
        let screens = self.screens(&register)?;
        let (volumes, claimed) = self.claimed(request, volume, &population)?;
        let entries = self.entries(&claimed, &population, &register, &screens)?;
        let name = match volume {
            Some(volume) => format!("privilege-log-{request}-{volume}"),
            None => format!("privilege-log-{request}"),
        };
        let asked = self.pinned_request(request, &population, &register)?;
        let log = PrivilegeLog {
            firm: self.config.firm.name.clone(),
            request: format!("{} {}", asked.authority, asked.number),
            volumes: volumes.iter().map(ToString::to_string).collect(),
            dated: actor.now,
            entries,
        };
        let pdf = duces_instruments::privilege_log(&log)?;
        let [csv, book, page] = ["csv", "xlsx", "pdf"].map(|ending| self.report(&format!("{name}.{ending}")));
        let mut sheet = Sheet::new(&LOG_COLUMNS);
        log.entries.iter().for_each(|entry| sheet.row(entry.cells()));
        let csv_bytes = sheet.into_bytes();
        let columns: Vec<Column> =
            LOG_COLUMNS.iter().map(|head| Column { head: (*head).to_owned(), width: 22 }).collect();
        let rows: Vec<Vec<Cell>> =
            log.entries.iter().map(|entry| entry.cells().into_iter().map(Cell::Text).collect()).collect();
        let book_bytes = workbook::workbook("privilege log", &columns, &rows)
            .map_err(|source| WorkspaceError::Workbook { path: book.clone(), source })?;
        let detail = serde_json::json!({
            "request": request, "volumes": volumes, "entries": log.entries.len(), "csv_sha256": Sha256::of(&csv_bytes),
            "pdf_sha256": Sha256::of(&pdf.bytes),
        });
        self.ledger.audit(&actor.act(), "write a privilege log", &detail)?;
        files::replace(&csv, &csv_bytes)?;
        files::replace(&book, &book_bytes)?;
        files::replace(&page, &pdf.bytes)?;
        let lacking = |lacks: fn(&LogEntry) -> bool| {
            log.entries.iter().filter(|entry| lacks(entry)).map(|entry| entry.number).collect()
        };
        Ok(PrivilegeLogReport {
            request: request.clone(),
            volumes,
            entries: log.entries.len() as u64,
            without_attorney: lacking(|entry| entry.attorneys.is_empty()),
            without_basis: lacking(|entry| entry.basis.is_empty()),
            files: vec![csv, book, page],
            pages: pdf.pages,
        })
    }

    /// How many rows the privilege log of a request has, or that of one of its volumes.
    pub(crate) fn logged(
        &self,
        request: &RequestId,
        volume: Option<&VolumeName>,
    ) -> Result<u64, WorkspaceError> {
        let population = self.population(request)?;
        let (_, claimed) = self.claimed(request, volume, &population)?;
        Ok(claimed.len() as u64)
    }

    /// The documents of the log, in the order of their numbers: those of the request's volumes, or where there is
    /// none, of its decisions.
    fn claimed(
        &self,
        request: &RequestId,
        only: Option<&VolumeName>,
        population: &Population,
    ) -> Result<(Vec<VolumeName>, Numbered), WorkspaceError> {
        let marks = self.marks(population)?;
        let privileged = |document: &DocId, disposition: &Disposition| match disposition {
            Disposition::WithholdPrivilege { .. } => true,
            Disposition::Produce { form: ProducedAs::Redacted } => {
                marks.get(document).is_some_and(|coding| coding.privilege.is_some())
            }
            _ => false,
        };
        let (mut volumes, mut claimed, mut number) = (Vec::new(), Vec::new(), 0);
        for record in self.ledger.volumes()? {
            let Some(sealed) = record.sealed().filter(|sealed| sealed.request == *request) else { continue };
            let wanted = only.is_none_or(|only| *only == record.name);
            if wanted {
                volumes.push(record.name.clone());
            }
            for member in sealed.members.iter().filter(|one| privileged(&one.document, &one.disposition)) {
                let Some(bates) = &member.bates else { continue };
                number += 1;
                if wanted {
                    let one = Claimed {
                        document: member.document,
                        bates: Some(numbers(bates)),
                        volume: Some(record.name.clone()),
                        disposition: member.disposition.clone(),
                    };
                    claimed.push((number, one));
                }
            }
        }
        if let (Some(only), true) = (only, volumes.is_empty()) {
            let known = self
                .ledger
                .volumes()?
                .iter()
                .filter(|one| one.request == *request)
                .map(|one| one.name.to_string())
                .collect();
            return Err(WorkspaceError::Unknown {
                what: "sealed volume of the request",
                name: only.to_string(),
                known,
            });
        }
        if volumes.is_empty() {
            let decided = self.decided(population)?;
            for row in self.population_rows(population)? {
                let Some(disposition) = decided.get(&row.id).filter(|one| privileged(&row.id, one)) else {
                    continue;
                };
                number += 1;
                claimed.push((
                    number,
                    Claimed { document: row.id, bates: None, volume: None, disposition: disposition.clone() },
                ));
            }
        }
        Ok((volumes, claimed))
    }

    /// Documents that are withheld under a legal bar now, or were in a volume of the request.
    fn under_legal_bar(&self, population: &Population) -> Result<BTreeSet<DocId>, WorkspaceError> {
        let bars = |disposition: &Disposition| matches!(disposition, Disposition::WithholdLegalBar { .. });
        let decided = self.decided(population)?.into_iter();
        let mut barred: BTreeSet<DocId> =
            decided.filter(|(_, one)| bars(one)).map(|(document, _)| document).collect();
        for record in self.ledger.volumes()? {
            let Some(sealed) = record.sealed().filter(|sealed| sealed.request == population.request) else {
                continue;
            };
            barred.extend(sealed.members.iter().filter(|one| bars(&one.disposition)).map(|one| one.document));
        }
        Ok(barred)
    }

    fn entries(
        &self,
        claimed: &[(u64, Claimed)],
        population: &Population,
        register: &Register,
        screens: &Screens<'_>,
    ) -> Result<Vec<LogEntry>, WorkspaceError> {
        let marks = self.marks(population)?;
        let standing = crate::review::standing(population, &self.population_rows(population)?);
        let ids: Vec<DocId> = claimed.iter().map(|(_, one)| one.document).collect();
        let families = self.ledger.documents(&self.ledger.families(&self.ledger.rows_of(&ids)?)?)?;
        let documents: BTreeMap<DocId, DocumentRow> =
            families.iter().map(|row| (row.id, row.clone())).collect();
        let volumes: BTreeSet<VolumeName> = self
            .ledger
            .volumes()?
            .into_iter()
            .filter(|record| record.request == population.request)
            .map(|record| record.name)
            .collect();
        let barred = self.under_legal_bar(population)?;
        let mut reader =
            ArchiveReader::new(&self.root, &self.config, &documents, self.journal_reports(&documents)?);
        let redactions = self.ledger.redactions(&population.request)?;
        let redactions = redactions.map(|sheet| sheet.redactions).unwrap_or_default();
        let people = People { register, zone: self.config.firm.zone };
        let (mut entries, mut mistakes) = (Vec::new(), Vec::new());
        for (number, one) in claimed {
            let Some(row) = documents.get(&one.document) else { continue };
            let mut fetched = reader
                .fetch(&one.document)
                .map_err(|source| duces_packager::PackError::Retained { document: one.document, source })?;
            let coding = marks.get(&one.document);
            let claim = claim(&one.disposition, coding);
            let described = described(coding, &fetched.document, &claim);
            mistakes.extend(given_away(&claim, coding, &fetched.document, screens).into_iter().map(|why| {
                Mistake::of_file("the privilege log", format!("document {}: {why}", one.document))
            }));
            if let Some(covered) = redactions.get(&one.document).filter(|_| one.disposition.is_redacted()) {
                match duces_packager::message_told(&fetched, covered) {
                    Ok(message) => fetched.message = message,
                    Err(why) => mistakes.push(Mistake::of_file(
                        "the privilege log",
                        format!("document {}: {why}", one.document),
                    )),
                }
            }
            // Of a message that the law bars nothing is told, whoever asks for what is attached to it.
            let named =
                if inside(row, &documents, &barred) { people::Named::default() } else { people.of(&fetched) };
            let items = coding.and_then(|coding| coding.items.clone());
            let items = items.or_else(|| standing.get(&one.document).map(|stands| stands.items.clone()));
            let mut attorneys = named.attorneys;
            if !claim.attorney.is_empty() && !attorneys.contains(&claim.attorney) {
                attorneys.push(claim.attorney.clone());
            }
            // The receiver ties it to its family by the number; a document under a legal bar is told in no log.
            let parent = row.parent.filter(|parent| one.volume.is_some() && !barred.contains(parent));
            let above = match parent {
                Some(parent) => {
                    let known = self.ledger.numbers_of(&parent)?;
                    let here = known.iter().find(|(volume, _)| one.volume.as_ref() == Some(volume));
                    let here = here.or_else(|| known.iter().rfind(|(volume, _)| volumes.contains(volume)));
                    here.map(|(_, bates)| numbers(bates))
                }
                None => None,
            };
            let custodians: BTreeSet<String> =
                row.attributions.iter().map(|one| register.custodian_of(&one.source)).collect();
            entries.push(LogEntry {
                number: *number,
                bates: one.bates.clone().unwrap_or_default(),
                family: family(row, &families, above.as_deref()),
                date: named.date,
                kind: kind(&fetched),
                author: named.author,
                to: named.to,
                cc: named.cc,
                bcc: named.bcc,
                attorneys: attorneys.join("; "),
                privilege: claim.kind.clone(),
                description: described,
                treatment: match one.disposition {
                    Disposition::Produce { .. } => "redacted".to_owned(),
                    _ => "withheld".to_owned(),
                },
                held_by: custodians.into_iter().collect::<Vec<_>>().join("; "),
                paragraphs: items
                    .unwrap_or_default()
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("; "),
                basis: claim.basis,
            });
        }
        Ok(Mistakes::or(mistakes, entries)?)
    }
}

/// What a person wrote that may not stand in the log beside this document.
pub(crate) fn given_away(
    claim: &PrivilegeClaim,
    coding: Option<&Coding>,
    document: &Document,
    screens: &Screens<'_>,
) -> Vec<String> {
    let description = coding.map(|coding| coding.description.as_str()).unwrap_or_default();
    let written =
        [("privileged", claim.kind.as_str()), ("basis", &claim.basis), ("description", description)];
    let mut found = Vec::new();
    for (column, text) in written {
        if let Some(why) = leak::leaks(text, document) {
            found.push(format!("the {column} would stand in the privilege log, and {why}"));
        }
    }
    for (column, text) in written.into_iter().chain([("attorney", claim.attorney.as_str())]) {
        if screens.barred_words(text) {
            found.push(format!("the {column} holds words that no log may hold; say it otherwise"));
        }
    }
    found
}

/// The claim of a document: as a person marked it, else as it was decided.
fn claim(disposition: &Disposition, coding: Option<&Coding>) -> PrivilegeClaim {
    let marked = coding.and_then(|coding| coding.privilege.clone());
    let kind = match disposition {
        Disposition::WithholdPrivilege { privilege, .. } => privilege.clone(),
        _ => marked.as_ref().map(|claim| claim.kind.clone()).unwrap_or_default(),
    };
    let (basis, attorney) = marked.map(|claim| (claim.basis, claim.attorney)).unwrap_or_default();
    PrivilegeClaim { kind, basis, attorney }
}

/// A person's description; else one that says no more than the other fields do.
fn described(coding: Option<&Coding>, document: &Document, claim: &PrivilegeClaim) -> String {
    match coding.map(|coding| coding.description.trim()).filter(|own| !own.is_empty()) {
        Some(own) => own.to_owned(),
        None => {
            let what = match document.kind {
                DocumentKind::Message => "Message",
                DocumentKind::Attachment => "Attachment to a message",
                DocumentKind::LooseFile => "File",
            };
            format!("{what} for which privilege is claimed: {}", claim.kind)
        }
    }
}

/// The numbers of a document; one alone stands by itself.
fn numbers(bates: &BatesRange) -> String {
    if bates.pages() == 1 { bates.first().to_string() } else { bates.to_string() }
}

/// Which kind of document, without its name.
fn kind(fetched: &Fetched) -> String {
    match fetched.document.kind {
        DocumentKind::Message => "e-mail message".to_owned(),
        DocumentKind::Attachment => format!("attachment ({})", fetched.document.native.extension),
        DocumentKind::LooseFile => format!("file ({})", fetched.document.native.extension),
    }
}

/// Its place in its family; with the number of the document to which it is attached where that has one.
fn family(row: &DocumentRow, families: &[DocumentRow], number: Option<&str>) -> String {
    match row.parent {
        Some(_) => match number {
            Some(bates) => format!("attachment of {bates}"),
            None => "attachment".to_owned(),
        },
        None if families.iter().any(|other| other.parent == Some(row.id)) => "parent".to_owned(),
        None => "alone".to_owned(),
    }
}

/// Whether a document to which it is attached, at any height, is among these.
fn inside(row: &DocumentRow, documents: &BTreeMap<DocId, DocumentRow>, barred: &BTreeSet<DocId>) -> bool {
    let mut above = row.parent;
    // A family is no deeper than it has members.
    for _ in 0..documents.len() {
        let Some(parent) = above else { return false };
        if barred.contains(&parent) {
            return true;
        }
        above = documents.get(&parent).and_then(|row| row.parent);
    }
    false
}
