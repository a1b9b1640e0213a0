//! Documents that share content with withheld ones: listed for a person, and what a person lets stand.

use crate::error::WorkspaceError;
use crate::files::Doing as _;
use crate::home::{Actor, Workspace};
use crate::naming::{DocumentNames, identities};
use duces_model::{DocId, Observer, RequestId, Sha256};
use duces_packager::{Obstacle, RUN_FOUND, SHINGLE, WHOLE_MIN};
use serde::Serialize;
use std::path::Path;

/// What of the withheld would go out, or went out.
#[derive(Debug, Serialize)]
pub struct TwinsReport {
    /// The request.
    pub request: RequestId,
    /// Each pair, to be decided by a person.
    pub conflicts: Vec<TwinConflict>,
    /// What else is in the way of a production.
    pub others: Vec<String>,
    /// Pairs that a person let stand.
    pub let_stand: u64,
    /// Passages that a person said bar nothing.
    pub passages: u64,
    /// How twins are looked for, with the limits.
    pub rules: Vec<String>,
    /// The documents of the pairs and of what else is in the way.
    pub documents: DocumentNames,
}

/// A withheld document and another that shares content with it.
#[derive(Debug, Serialize)]
pub struct TwinConflict {
    /// The withheld or redacted document.
    pub barred: DocId,
    /// Where it is withheld, where that is in another volume or request.
    pub barred_in: Option<String>,
    /// The other document.
    pub other: DocId,
    /// As what the other went out, where it did.
    pub went_out_as: Option<String>,
    /// How the two are alike.
    pub how: String,
    /// Whether a person may let the pair stand: not where the same bytes or the same message would go out in the volume
    /// that withholds them.
    pub may_stand: bool,
}

impl Workspace {
    /// Looks for what of the withheld would go out in the next volume of a request, or went out. Spends no number.
    ///
    /// # Errors
    /// No population yet, originals of it that cannot be read.
    pub fn twins(
        &mut self,
        request: &RequestId,
        observer: &dyn Observer,
    ) -> Result<TwinsReport, WorkspaceError> {
        let mut report = TwinsReport {
            request: request.clone(),
            conflicts: Vec::new(),
            others: Vec::new(),
            let_stand: self.ledger.twins_allowed(request)?.len() as u64,
            passages: self.ledger.passages_allowed(request)?.len() as u64,
            rules: vec![
                "the same document, the same native, a native that holds it, the same Message-ID".to_owned(),
                format!(
                    "a shared run of {RUN_FOUND} or more words is always found, one of fewer than {SHINGLE} never reported; a \
                     text of {WHOLE_MIN} to {} words is looked for as a whole, a shorter one is not",
                    RUN_FOUND - 1
                ),
                "what a withheld message quotes from an earlier one that goes out bars nothing".to_owned(),
                "text that is only in images, or that could not be read, is not compared".to_owned(),
            ],
            documents: DocumentNames::default(),
        };
        for obstacle in self.obstacles(request, observer)? {
            match conflict(&obstacle) {
                Some(found) => report.conflicts.push(found),
                None => report.others.push(obstacle.to_string()),
            }
        }
        let pairs = report.conflicts.iter().flat_map(|pair| [pair.barred, pair.other]);
        let others = report.others.iter().flat_map(|other| identities(other));
        report.documents = self.names(&pairs.chain(others).collect())?;
        Ok(report)
    }

    /// Lets a pair stand: the other document may go out, or may stay out there, although it shares content with the
    /// barred one. A document paired with itself stands where its own original cannot be read.
    ///
    /// # Errors
    /// Documents that there are not, a reason that is missing.
    pub fn let_twin_stand(
        &mut self,
        request: &RequestId,
        (barred, other): (&DocId, &DocId),
        why: &str,
        actor: &Actor,
    ) -> Result<(), WorkspaceError> {
        self.population(request)?;
        self.ledger.rows_of(&[*barred, *other])?;
        Ok(self.ledger.allow_twin(&actor.act(), request, (barred, other), why)?)
    }

    /// Says of the text in a file that it bars nothing, for example of the firm's standard footer.
    ///
    /// # Errors
    /// A file that cannot be read, is no UTF-8 or holds fewer words than are compared; a reason that is missing.
    pub fn let_passage_stand(
        &mut self,
        request: &RequestId,
        file: &Path,
        why: &str,
        actor: &Actor,
    ) -> Result<Sha256, WorkspaceError> {
        self.population(request)?;
        let bytes = std::fs::read(file).doing("read", file)?;
        let words = std::str::from_utf8(&bytes).map(|text| text.split_whitespace().count());
        match words {
            Ok(words) if words >= WHOLE_MIN => {}
            found => {
                let found = found.map_or_else(|_| "no UTF-8".to_owned(), |words| format!("{words} words"));
                return Err(WorkspaceError::Refused {
                    what: format!(
                        "{}: found {found}, expected a text of {WHOLE_MIN} or more words",
                        file.display()
                    ),
                    reasons: Vec::new(),
                    hint: "put the passage alone into a text file, as it stands in the documents".to_owned(),
                });
            }
        }
        let digest = self.ledger.store_bytes(&bytes)?;
        self.ledger.allow_passage(&actor.act(), request, &digest, why)?;
        Ok(digest)
    }
}

fn conflict(obstacle: &Obstacle) -> Option<TwinConflict> {
    let (barred, barred_in, other, went_out_as, conflict) = match obstacle {
        Obstacle::Conflict { barred, other, conflict } => (barred, None, other, None, conflict),
        Obstacle::BarredElsewhere { barred, place, other, conflict } => {
            (barred, Some(place.clone()), other, None, conflict)
        }
        Obstacle::WentOut { barred, other, place, conflict } => {
            (barred, None, other, Some(place.clone()), conflict)
        }
        _ => return None,
    };
    let may_stand = barred_in.is_some() || went_out_as.is_some() || conflict.is_by_text();
    let (barred, other, how) = (*barred, *other, conflict.to_string());
    Some(TwinConflict { barred, barred_in, other, went_out_as, how, may_stand })
}
