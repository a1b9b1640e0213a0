//! A review sheet that came back.

use super::marks::follows;
use super::table::{self, Table, TableRow};
use super::{columns, standing};
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::privilege::given_away;
use crate::produce::retained::ArchiveReader;
use crate::select::buckets;
use duces_ledger::{DocumentRow, Marked, Population, ReviewSheet};
use duces_model::{Coding, Disposition, DocId, ItemId, Mistake, Mistakes, RequestId, Sha256};
use duces_packager::Retained as _;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Marks were taken from a review sheet.
#[derive(Debug, Serialize)]
pub struct ReviewImported {
    /// The request.
    pub request: RequestId,
    /// Number of the sheet.
    pub sheet: i64,
    /// Number of this import.
    pub import: i64,
    /// Documents that are marked otherwise than before.
    pub changed: u64,
    /// Documents in each disposition now.
    pub dispositions: BTreeMap<&'static str, u64>,
    /// Documents still without a decision.
    pub pending: u64,
    /// Families whose members are decided differently.
    pub mixed: Vec<MixedFamily>,
    /// Documents with the same bytes that are decided differently.
    pub twins: Vec<DecidedTwin>,
}

impl ReviewImported {
    /// Whether something is left for a person to decide or to look at.
    pub fn needs_person(&self) -> bool {
        self.pending > 0 || !self.mixed.is_empty() || !self.twins.is_empty()
    }
}

/// A family whose members are decided differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MixedFamily {
    /// Root of the family.
    pub family: DocId,
    /// Its members with what is decided of each, in order.
    pub members: Vec<(DocId, &'static str)>,
}

/// Two documents with the same bytes that are decided differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecidedTwin {
    /// One of them, with what is decided.
    pub one: (DocId, &'static str),
    /// The other one.
    pub other: (DocId, &'static str),
}

impl Workspace {
    /// Takes back what people marked on a review sheet, CSV or workbook; all of it or nothing.
    ///
    /// # Errors
    /// Every mistake with its row: cells that cannot be read, marks that contradict each other, documents that are
    /// missing, foreign or there twice, and rows about which something else was decided since the sheet was written.
    pub fn review_import(
        &mut self,
        request: &RequestId,
        file: &Path,
        actor: &Actor,
    ) -> Result<ReviewImported, WorkspaceError> {
        let population = self.population(request)?;
        let table = table::read(file, columns::SHEET, &columns::READ)?;
        let sheet = self.sheet_of(request, &population, &table)?;
        let rows = self.population_rows(&population)?;
        let marks = self.marks(&population)?;
        let decided = self.decided(&population)?;
        let read = Reading {
            table: &table,
            population: &population,
            rows: &rows,
            marks: &marks,
            decided: &decided,
            beside: &self.ledger.decided_beside(sheet.key)?,
            person: &actor.name,
        };
        let changed = read.marked()?;
        self.check_descriptions(&table, &changed, &rows)?;
        let import = self.ledger.take_review(&actor.act(), sheet.key, table.sha256, &changed)?;
        let after = self.decided(&population)?;
        let dispositions = buckets(after.values());
        Ok(ReviewImported {
            request: request.clone(),
            sheet: sheet.key,
            import,
            changed: changed.len() as u64,
            pending: dispositions.get("pending").copied().unwrap_or(0),
            dispositions,
            mixed: mixed_families(&rows, &after),
            twins: twins(&rows, &after),
        })
    }

    /// What a person wrote for the privilege log is held against the document.
    fn check_descriptions(
        &self,
        table: &Table,
        changed: &[Marked],
        rows: &[DocumentRow],
    ) -> Result<(), WorkspaceError> {
        let register = self.register()?;
        let screens = self.screens(&register)?;
        let documents: BTreeMap<DocId, DocumentRow> = rows.iter().map(|row| (row.id, row.clone())).collect();
        let lines: BTreeMap<String, u64> =
            table.rows.iter().map(|row| (row.cell("document"), row.line)).collect();
        let mut reader =
            ArchiveReader::new(&self.root, &self.config, &documents, self.journal_reports(&documents)?);
        let mut mistakes = Vec::new();
        for Marked { document, coding, .. } in changed {
            let Some(claim) = &coding.privilege else { continue };
            let line = lines.get(&document.to_string()).copied().unwrap_or(0);
            let wrong = |message: String| Mistake::in_row(&table.file, line, Some("privileged"), message);
            match reader.fetch(document) {
                Ok(fetched) => {
                    let found = given_away(claim, Some(coding), &fetched.document, &screens);
                    mistakes.extend(found.into_iter().map(wrong));
                }
                Err(error) => {
                    mistakes.push(wrong(format!("the document cannot be read to check this: {error}")))
                }
            }
        }
        Ok(Mistakes::or(mistakes, ())?)
    }

    /// What is decided of each document of a population.
    pub(crate) fn decided(
        &self,
        population: &Population,
    ) -> Result<BTreeMap<DocId, Disposition>, WorkspaceError> {
        let rows = self.ledger.dispositions(population.key)?.into_iter();
        Ok(rows.map(|row| (row.document, row.disposition)).collect())
    }

    /// The sheet whose number the rows bear: one, and of the newest population of this request.
    fn sheet_of(
        &self,
        request: &RequestId,
        population: &Population,
        table: &Table,
    ) -> Result<ReviewSheet, WorkspaceError> {
        let Some(first) = table.rows.first() else {
            let message = "found no row below the head, expected one for each document";
            return Err(Mistakes::one(Mistake::of_file(&table.file, message)).into());
        };
        let number = first.cell("sheet");
        let wrong = |row: &TableRow, message: String| {
            Mistake::in_row(&table.file, row.line, Some("sheet"), message)
                .hint(format!("duces review export {request} writes a sheet of what is selected now"))
        };
        let other: Vec<Mistake> = table
            .rows
            .iter()
            .filter(|row| row.cell("sheet") != number)
            .map(|row| {
                wrong(
                    row,
                    format!("found a row of sheet {:?} among those of sheet {number:?}", row.cell("sheet")),
                )
            })
            .collect();
        Mistakes::or(other, ())?;
        let known = match number.parse::<i64>() {
            Ok(key) => self.ledger.review_sheet(key)?,
            Err(_) => None,
        };
        let message = match known {
            None => format!("found sheet {number:?}, which this workspace never wrote"),
            Some(sheet) if sheet.population == population.key => return Ok(sheet),
            Some(sheet) => format!(
                "found sheet {number} of population {}, and the newest population of request {request} is {}",
                sheet.population, population.key
            ),
        };
        Err(Mistakes::one(wrong(first, message)).into())
    }
}

/// What a sheet is read against.
struct Reading<'a> {
    table: &'a Table,
    population: &'a Population,
    rows: &'a [DocumentRow],
    marks: &'a BTreeMap<DocId, Coding>,
    decided: &'a BTreeMap<DocId, Disposition>,
    beside: &'a BTreeMap<DocId, (String, chrono::DateTime<chrono::Utc>)>,
    person: &'a str,
}

impl Reading<'_> {
    /// The documents that are marked otherwise than before.
    fn marked(&self) -> Result<Vec<Marked>, Mistakes> {
        let standing = standing(self.population, self.rows);
        let natives: BTreeMap<DocId, Sha256> =
            self.rows.iter().map(|row| (row.id, row.native_sha256)).collect();
        let known: Vec<ItemId> = self.population.items.iter().map(|item| item.item.clone()).collect();
        let mut mistakes = Vec::new();
        let mut seen: BTreeMap<DocId, u64> = BTreeMap::new();
        let mut changed = Vec::new();
        for row in &self.table.rows {
            let wrong = |column: &'static str, message: String| {
                Mistake::in_row(&self.table.file, row.line, Some(column), message)
            };
            let found = row.cell("document");
            let document = match found.parse::<DocId>() {
                Ok(document) if self.decided.contains_key(&document) => document,
                Ok(document) => {
                    let message = format!("document {document} is not in population {}", self.population.key);
                    mistakes.push(wrong("document", message));
                    continue;
                }
                Err(_) => {
                    let message = format!("found {found:?}, expected a document of the population");
                    mistakes.push(wrong("document", message));
                    continue;
                }
            };
            if let Some(line) = seen.insert(document, row.line) {
                mistakes.push(wrong("document", format!("document {document} stands in row {line} already")));
                continue;
            }
            let searched = standing.get(&document).map(|stands| stands.items.as_slice()).unwrap_or_default();
            match columns::read(|column| row.cell(column), searched, &known) {
                Err(all) => mistakes.extend(all.into_iter().map(|(column, message)| wrong(column, message))),
                Ok(coding) => match self.row(document, coding, &natives) {
                    Err((column, message)) => mistakes.push(wrong(column, message)),
                    Ok(marked) => changed.extend(marked),
                },
            }
        }
        for document in self.decided.keys().filter(|document| !seen.contains_key(document)) {
            let message = format!("document {document} of the population is missing from the sheet");
            mistakes.push(Mistake::of_file(&self.table.file, message));
        }
        Mistakes::or(mistakes, changed)
    }

    /// One document; nothing where it is marked as before.
    fn row(
        &self,
        document: DocId,
        mut coding: Coding,
        natives: &BTreeMap<DocId, Sha256>,
    ) -> Result<Option<Marked>, (&'static str, String)> {
        let before = self.marks.get(&document);
        if before == Some(&coding) {
            return Ok(None);
        }
        if let Some((by, at)) = self.beside.get(&document) {
            let message = format!(
                "document {document} was decided by {by} at {} after this sheet was written, and the row says otherwise; \
                 take the row from a sheet written now",
                at.to_rfc3339()
            );
            return Err(("document", message));
        }
        if coding.by.is_empty() {
            self.person.clone_into(&mut coding.by);
        }
        if let Some(survivor) = coding.duplicate_of
            && (survivor == document || natives.get(&survivor) != natives.get(&document))
        {
            let message = format!(
                "document {document} is no duplicate of {survivor}: their natives differ, it is the same document, or \
                 that one is not in the population"
            );
            return Err(("duplicate of", message));
        }
        let decided = self.decided.get(&document).unwrap_or(&Disposition::Pending);
        let disposition = follows(&coding, decided).map_err(|error| (error.column, error.message))?;
        Ok(Some(Marked { document, disposition, coding }))
    }
}

/// Families whose members are not all decided the same.
fn mixed_families(rows: &[DocumentRow], decided: &BTreeMap<DocId, Disposition>) -> Vec<MixedFamily> {
    let word = |row: &DocumentRow| decided.get(&row.id).unwrap_or(&Disposition::Pending).bucket();
    rows.chunk_by(|a, b| a.root == b.root)
        .map(|family| MixedFamily {
            family: family[0].root,
            members: family.iter().map(|row| (row.id, word(row))).collect(),
        })
        .filter(|family| family.members.iter().map(|(_, word)| word).collect::<BTreeSet<_>>().len() > 1)
        .collect()
}

/// Documents with the same bytes, one of which is withheld or left out and the other goes out.
pub(crate) fn twins(rows: &[DocumentRow], decided: &BTreeMap<DocId, Disposition>) -> Vec<DecidedTwin> {
    let mut by_native: BTreeMap<Sha256, Vec<&DocumentRow>> = BTreeMap::new();
    // An empty file is no content that two documents could share.
    for row in rows.iter().filter(|row| row.bytes > 0) {
        by_native.entry(row.native_sha256).or_default().push(row);
    }
    let mut found = Vec::new();
    for twins in by_native.values() {
        let decided = |row: &DocumentRow| decided.get(&row.id).unwrap_or(&Disposition::Pending);
        let said = |row: &DocumentRow| (row.id, decided(row).bucket());
        // A suppressed duplicate and its survivor are meant to differ, and so is what is still undecided.
        let counts = |row: &&&DocumentRow| {
            !matches!(
                decided(row),
                Disposition::Suppress { .. }
                    | Disposition::Contained { .. }
                    | Disposition::Pending
                    | Disposition::ExcludeAlreadyProduced { .. }
            )
        };
        let mut counted = twins.iter().filter(counts);
        let Some(first) = counted.next() else { continue };
        let others = counted.filter(|row| said(row).1 != said(first).1);
        found.extend(others.map(|row| DecidedTwin { one: said(first), other: said(row) }));
    }
    found
}
