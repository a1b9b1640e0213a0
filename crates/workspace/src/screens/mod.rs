//! Screens: what a document's words and participants suggest to a reviewer. A suggestion decides nothing.
//!
//! - **Privilege**: counsel of the register takes part in its message or is named in it, or a term of the list
//!   stands in it. Told in the review sheet.
//! - **Personal data**: numbers and days of birth, told in the review sheet by kind and last digits only.
//! - **Legal bar**: terms and sources that suggest suspicious-activity material (31 CFR 1023.320(e), from memory). Told in
//!   an internal sheet and nowhere else: not in the review sheet, the ledger, a log, a load file or a letter.

mod personal;
mod terms;

use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_ledger::DocumentRow;
use duces_model::{Document, Sha256};
use duces_packager::Fetched;
use duces_register::Register;
use std::collections::BTreeSet;
use terms::{Terms, Tokens};

const PRIVILEGE: &str = "privilege-terms.txt";
const LEGAL_BAR: &str = "legal-bar-terms.txt";

/// The screens of a workspace, with its own terms where it has any.
pub(crate) struct Screens<'r> {
    register: &'r Register,
    privilege: Terms,
    legal_bar: Terms,
    sha256: Sha256,
}

/// What the screens suggest of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Suggested {
    /// Why it may be privileged.
    pub(crate) privilege: Vec<String>,
    /// What personal data it seems to hold.
    pub(crate) personal: Vec<String>,
    /// Why the law may bar it. Internal.
    pub(crate) legal_bar: Vec<String>,
}

impl Workspace {
    /// The screens by the terms of today.
    ///
    /// # Errors
    /// Mistakes in the workspace's own terms.
    pub(crate) fn screens<'r>(&self, register: &'r Register) -> Result<Screens<'r>, WorkspaceError> {
        let own = |file: &str, builtin: &'static str| -> Result<(String, String), WorkspaceError> {
            let path = self.root.join("templates").join(file);
            match std::fs::read_to_string(&path) {
                Ok(text) => Ok((format!("templates/{file}"), text)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    Ok((file.to_owned(), builtin.to_owned()))
                }
                Err(source) => Err(WorkspaceError::Io { doing: "read", path, source }),
            }
        };
        let privilege = own(PRIVILEGE, include_str!("../../../../templates/screens/privilege-terms.txt"))?;
        let legal_bar = own(LEGAL_BAR, include_str!("../../../../templates/screens/legal-bar-terms.txt"))?;
        let mut hasher = Sha256::hasher();
        let counsel = register.files.iter().find(|file| file.path == "attorneys.csv");
        let counsel = counsel.map(|file| file.sha256.to_string()).unwrap_or_default();
        for part in ["duces screens 1", &privilege.1, &legal_bar.1, &counsel] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Ok(Screens {
            register,
            privilege: Terms::read(&privilege.0, &privilege.1, false, register)?,
            legal_bar: Terms::read(&legal_bar.0, &legal_bar.1, true, register)?,
            sha256: hasher.finish(),
        })
    }
}

impl Screens<'_> {
    /// Digest of everything by which they suggest.
    pub(crate) fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// What they suggest of a document.
    pub(crate) fn suggest(&self, row: &DocumentRow, fetched: &Fetched) -> Suggested {
        let Fetched { document, message, .. } = fetched;
        let tokens = Tokens::new(&texts(document, message));
        let mut privilege = self.counsel(message, &tokens);
        privilege.extend(self.privilege.found(&tokens).into_iter().map(|term| format!("\"{term}\"")));
        let mut legal_bar: Vec<String> =
            self.legal_bar.found(&tokens).into_iter().map(|term| format!("\"{term}\"")).collect();
        let sources = row.attributions.iter().filter(|one| self.legal_bar.sources.contains(&one.source));
        legal_bar.extend(sources.map(|one| format!("source {}", one.source)));
        let personal = personal::found(&format!(
            "{}\n{}",
            message.subject.as_deref().unwrap_or_default(),
            document.text
        ));
        Suggested { privilege, personal, legal_bar }
    }

    /// Whether a text holds a term of the legal-bar list: no log may hold one.
    pub(crate) fn barred_words(&self, text: &str) -> bool {
        !self.legal_bar.found(&Tokens::new(&[text])).is_empty()
    }

    /// Counsel among the participants, and counsel that is named in the text.
    fn counsel(&self, message: &Document, tokens: &Tokens<'_>) -> Vec<String> {
        let day = message.sent_at.map(|at| at.date_naive());
        let mut found = BTreeSet::new();
        for participant in &message.participants {
            if let Some(address) = &participant.address {
                let counsel = self.register.counsel_at(address, day);
                found.extend(counsel.map(|one| format!("{} ({address})", one.name)));
            }
        }
        let named = self.register.attorneys.iter().filter(|one| one.serves_on(day));
        let named =
            named.filter(|one| tokens.holds_name(&one.name)).map(|one| format!("named: {}", one.name));
        found.into_iter().chain(named.collect::<BTreeSet<_>>()).collect()
    }
}

fn texts<'d>(document: &'d Document, message: &'d Document) -> Vec<&'d str> {
    let mut texts = vec![document.text.as_str()];
    texts.extend(message.subject.as_deref());
    texts.extend(document.file_name.as_deref());
    texts.extend(message.participants.iter().filter_map(|one| one.name.as_deref()));
    texts
}
