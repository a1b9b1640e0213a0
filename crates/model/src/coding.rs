//! What a reviewer marks of a document, and the disposition that follows from it.

use crate::disposition::{Disposition, LegalBar, ProducedAs};
use crate::document::DocId;
use crate::ids::ItemId;
use serde::{Deserialize, Serialize};

/// A privilege as it is claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivilegeClaim {
    /// Which, for example `attorney-client`.
    pub kind: String,
    /// On what it rests; for work product, the litigation that was anticipated. May be empty.
    pub basis: String,
    /// The attorney, where the reviewer names one; may be empty.
    pub attorney: String,
}

/// What a reviewer marks of a document. One disposition follows from it: [`Coding::disposition`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// Whether it answers the request; absent where nobody has said.
    pub responsive: Option<bool>,
    /// The privilege claimed: the document is withheld, or produced redacted where it is to be redacted.
    pub privilege: Option<PrivilegeClaim>,
    /// The law that bars production.
    pub bar: Option<LegalBar>,
    /// Parts of it are to be covered.
    pub redact: bool,
    /// A numbered sheet is to stand for it.
    pub slip_sheet: bool,
    /// It is left out as a duplicate of this one.
    pub duplicate_of: Option<DocId>,
    /// Confidentiality designation; may be empty.
    pub confidentiality: String,
    /// The items that it answers, where that is other than what the searches say.
    pub items: Option<Vec<ItemId>>,
    /// How the privilege log describes it, in the reviewer's words; may be empty.
    pub description: String,
    /// Anything else.
    pub note: String,
    /// Who decided.
    pub by: String,
}

/// Marks that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CodingError {
    /// Which mark, by the name of its column.
    pub column: &'static str,
    /// What was found and what was expected.
    pub message: String,
}

impl Coding {
    /// The marks from which a disposition follows that was set otherwise, by rule for instance.
    pub fn of(disposition: &Disposition, note: &str, by: &str) -> Self {
        let mut coding = Self {
            responsive: None,
            privilege: None,
            bar: None,
            redact: false,
            slip_sheet: false,
            duplicate_of: None,
            confidentiality: String::new(),
            items: None,
            description: String::new(),
            note: note.to_owned(),
            by: by.to_owned(),
        };
        match disposition {
            Disposition::Produce { form } => {
                coding.responsive = Some(true);
                coding.redact = *form == ProducedAs::Redacted;
                coding.slip_sheet = *form == ProducedAs::SlipSheet;
            }
            Disposition::WithholdPrivilege { privilege, by } => {
                let (basis, attorney) = (String::new(), String::new());
                coding.privilege = Some(PrivilegeClaim { kind: privilege.clone(), basis, attorney });
                coding.by.clone_from(by);
            }
            Disposition::WithholdLegalBar { bar, by } => {
                coding.bar = Some(*bar);
                coding.by.clone_from(by);
            }
            Disposition::Suppress { duplicate_of, .. } => coding.duplicate_of = Some(*duplicate_of),
            Disposition::ExcludeNonResponsive { by } => {
                coding.responsive = Some(false);
                coding.by.clone_from(by);
            }
            Disposition::ExcludeAlreadyProduced { .. } | Disposition::Contained { .. } => {
                coding.responsive = Some(true);
            }
            Disposition::Pending => {}
        }
        coding
    }

    /// What follows for the document. A legal bar goes before a privilege, and a privilege that is not met by
    /// redaction withholds the document.
    ///
    /// # Errors
    /// Marks that contradict each other, and a decision without its person.
    pub fn disposition(&self) -> Result<Disposition, CodingError> {
        self.contradiction().map_or(Ok(()), Err)?;
        let by = self.by.clone();
        let disposition = match self {
            Self { bar: Some(bar), .. } => Disposition::WithholdLegalBar { bar: *bar, by },
            Self { redact: true, .. } => Disposition::Produce { form: ProducedAs::Redacted },
            Self { privilege: Some(claim), .. } => {
                Disposition::WithholdPrivilege { privilege: claim.kind.clone(), by }
            }
            Self { duplicate_of: Some(survivor), .. } => Disposition::Suppress {
                duplicate_of: *survivor,
                recipe: format!("native-sha256 1, decided by {by}"),
            },
            Self { slip_sheet: true, .. } => Disposition::Produce { form: ProducedAs::SlipSheet },
            Self { responsive: Some(true), .. } => Disposition::WHOLE,
            Self { responsive: Some(false), .. } => Disposition::ExcludeNonResponsive { by },
            Self { responsive: None, .. } => Disposition::Pending,
        };
        let by_a_person = disposition != Disposition::WHOLE && disposition != Disposition::Pending;
        if by_a_person && self.by.trim().is_empty() {
            let message = format!("a decision ({disposition}) needs the name of the person who made it");
            return Err(CodingError { column: "by", message });
        }
        Ok(disposition)
    }

    fn contradiction(&self) -> Option<CodingError> {
        let wrong = |column, message: &str| Some(CodingError { column, message: message.to_owned() });
        let goes_out = self.redact || self.slip_sheet;
        let withheld = self.privilege.is_some() || self.bar.is_some();
        if self.responsive == Some(false) && (goes_out || withheld || self.duplicate_of.is_some()) {
            return wrong(
                "responsive",
                "found no, and another mark that speaks of producing or withholding it: a document that is not \
                 responsive is left out and needs none of these",
            );
        }
        if self.bar.is_some() && (goes_out || self.privilege.is_some()) {
            return wrong(
                "legal bar",
                "found a legal bar beside a privilege, a redaction or a slip-sheet, expected it alone: what the law \
                 bars is withheld whole",
            );
        }
        if self.duplicate_of.is_some() && (goes_out || withheld) {
            return wrong(
                "duplicate of",
                "found a duplicate that is also withheld or produced, expected one",
            );
        }
        if self.slip_sheet && (self.redact || self.privilege.is_some()) {
            return wrong(
                "slip-sheet",
                "found a slip-sheet beside a privilege or a redaction, expected one: a withheld document gets its \
                 numbered sheet by itself",
            );
        }
        if let Some(claim) = &self.privilege {
            if claim.kind.trim().is_empty() {
                return wrong("privileged", "expected the privilege claimed, for example attorney-client");
            }
        } else if !self.description.trim().is_empty() {
            return wrong(
                "description",
                "found a description for the privilege log, and no privilege claimed",
            );
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(change: impl FnOnce(&mut Coding)) -> Coding {
        let mut coding = Coding::of(&Disposition::Pending, "", "J. Roe");
        change(&mut coding);
        coding
    }

    fn claim(kind: &str) -> Option<PrivilegeClaim> {
        Some(PrivilegeClaim { kind: kind.into(), basis: String::new(), attorney: String::new() })
    }

    #[test]
    fn what_was_set_otherwise_is_marked_so_that_the_same_follows() {
        let by = || "J. Roe".to_owned();
        let all = [
            Disposition::WHOLE,
            Disposition::Produce { form: ProducedAs::Redacted },
            Disposition::Produce { form: ProducedAs::SlipSheet },
            Disposition::WithholdPrivilege { privilege: "work product".into(), by: by() },
            Disposition::WithholdLegalBar { bar: LegalBar::SuspiciousActivity, by: by() },
            Disposition::ExcludeNonResponsive { by: by() },
            Disposition::Pending,
        ];
        for disposition in all {
            assert_eq!(Coding::of(&disposition, "n", "J. Roe").disposition().unwrap(), disposition);
        }
    }

    #[test]
    fn a_privileged_document_is_withheld_unless_redaction_meets_the_privilege() {
        let withheld = marked(|coding| coding.privilege = claim("attorney-client"));
        assert_eq!(withheld.disposition().unwrap().bucket(), "withheld-privilege");
        let redacted = marked(|coding| {
            coding.privilege = claim("attorney-client");
            coding.redact = true;
        });
        assert_eq!(redacted.disposition().unwrap().bucket(), "produced-redacted");
    }

    #[test]
    fn marks_that_contradict_each_other_are_refused_by_their_column() {
        let column = |change: fn(&mut Coding)| marked(change).disposition().unwrap_err().column;
        assert_eq!(
            column(|c| {
                c.responsive = Some(false);
                c.privilege = claim("x");
            }),
            "responsive"
        );
        assert_eq!(
            column(|c| {
                c.bar = Some(LegalBar::Other);
                c.redact = true;
            }),
            "legal bar"
        );
        assert_eq!(
            column(|c| {
                c.slip_sheet = true;
                c.privilege = claim("x");
            }),
            "slip-sheet"
        );
        assert_eq!(column(|c| c.privilege = claim(" ")), "privileged");
        assert_eq!(column(|c| c.description = "advice".into()), "description");
        assert_eq!(
            column(|c| {
                c.responsive = Some(false);
                c.by = " ".into();
            }),
            "by"
        );
    }
}
