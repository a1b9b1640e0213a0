//! The other journal reports of deliveries, so that a document has all people of its message.
//!
//! A server may write several reports of one message, each with a part of those who got it. Each is an occurrence and a
//! document of its own; the people of all of them are the message's.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_ledger::DocumentRow;
use duces_model::{DocId, Document, Participant, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

/// The reports of each delivery that has more than one.
#[derive(Debug, Default)]
pub(crate) struct JournalReports(BTreeMap<Sha256, Rc<[DocumentRow]>>);

impl JournalReports {
    /// The roots of all reports of a delivery, in the order in which they were indexed; none where there is but one.
    pub(super) fn of(&self, delivery: &Sha256) -> Option<Rc<[DocumentRow]>> {
        self.0.get(delivery).cloned()
    }
}

impl Workspace {
    /// The deliveries of which these documents are reports.
    pub(crate) fn journal_reports(
        &self,
        documents: &BTreeMap<DocId, DocumentRow>,
    ) -> Result<JournalReports, WorkspaceError> {
        self.journal_reports_until(documents, u64::MAX)
    }

    /// The same as they were when the next document was to have this row.
    pub(crate) fn journal_reports_until(
        &self,
        documents: &BTreeMap<DocId, DocumentRow>,
        next_row: u64,
    ) -> Result<JournalReports, WorkspaceError> {
        let asked: BTreeSet<Sha256> = documents.values().filter_map(|row| row.delivery_group).collect();
        if asked.is_empty() || next_row == 0 {
            return Ok(JournalReports::default());
        }
        let mut reports = BTreeMap::new();
        for (delivery, mut rows) in self.ledger.reports_of(&asked)? {
            rows.retain(|row| *row < next_row);
            if rows.len() > 1 {
                reports.insert(delivery, self.ledger.documents(&rows)?.into());
            }
        }
        Ok(JournalReports(reports))
    }
}

/// All people of a delivery's reports, each once, in the order of the reports.
#[derive(Debug, Default)]
pub(super) struct United {
    participants: Vec<Participant>,
    known: HashSet<Participant>,
    incomplete: bool,
}

impl United {
    /// Adds the people of a report.
    pub(super) fn add(&mut self, message: &Document) {
        self.incomplete |= !message.participants_complete;
        for one in &message.participants {
            if self.known.insert(one.clone()) {
                self.participants.push(one.clone());
            }
        }
    }

    /// Gives them to a report.
    pub(super) fn give(&self, message: &mut Document) {
        message.participants.clone_from(&self.participants);
        message.participants_complete = !self.incomplete;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::{Actor, NewFirm};
    use crate::index::IndexOptions;
    use crate::produce::retained::ArchiveReader;
    use duces_model::{Role, Silent};
    use duces_packager::Recipe;
    use std::fs;

    fn report(envelope: &str, id: &str) -> String {
        format!(
            "From: journal@small.example\nTo: archive@small.example\nX-MS-Journal-Report:\n\
             Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
             Sender: ann@small.example\nSubject: terms\nMessage-ID: <{id}>\nTo: bob@client.example\n{envelope}\n\n--b\n\
             Content-Type: message/rfc822\n\nFrom: ann@small.example\nTo: bob@client.example\n\
             Date: Mon, 08 Jan 2024 10:00:00 -0500\nSubject: terms\nMessage-ID: <{id}>\n\nthe terms\n--b--\n"
        )
    }

    #[test]
    fn a_report_has_the_people_of_all_reports_of_its_message_with_their_roles_and_paths() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("firm");
        fs::create_dir_all(root.join("archive")).unwrap();
        for (name, envelope, id) in [
            ("1.eml", "Bcc: carl@client.example", "1@x"),
            ("2.eml", "Recipient: dora@small.example, Expanded: desk@small.example", "1@x"),
            ("3.eml", "Bcc: eve@client.example", "2@x"),
        ] {
            fs::write(root.join("archive").join(name), report(envelope, id)).unwrap();
        }
        let firm = NewFirm {
            name: "Small Firm LLC".into(),
            crd: "000001".into(),
            domains: vec!["small.example".into()],
            zone: chrono_tz::America::New_York,
            archive: "archive".into(),
            prefix: "SF".into(),
        };
        let actor = Actor { name: "P. Legal".into(), now: chrono::DateTime::UNIX_EPOCH };
        Workspace::init(&root, &firm, &actor).unwrap();
        let mut workspace = Workspace::open(&root, &actor).unwrap();
        let indexed = workspace.index(IndexOptions::default(), &actor, &Silent).unwrap();
        assert_eq!(indexed.documents.documents, 3, "each report counts");
        let rows = workspace.ledger.documents(&[1, 2, 3]).unwrap();
        let documents: BTreeMap<DocId, DocumentRow> = rows.iter().map(|row| (row.id, row.clone())).collect();
        let reader = || {
            let deliveries = workspace.journal_reports(&documents).unwrap();
            ArchiveReader::new(&workspace.root, &workspace.config, &documents, deliveries)
        };
        let mut reports = reader();
        let read: Vec<Vec<Document>> = rows.iter().map(|row| reports.family(&row.id).unwrap()).collect();
        let got = |family: &[Document], role: Role| -> Vec<String> {
            let own = family[0].participants.iter().filter(|one| one.role == role);
            let shown = |one: &Participant| {
                let path = one.by_way_of.as_ref().map(|group| format!(" by {group}")).unwrap_or_default();
                format!("{}{path}", one.address.as_ref().unwrap())
            };
            own.map(shown).collect()
        };
        for family in &read[..2] {
            assert_eq!(got(family, Role::Bcc), ["carl@client.example"]);
            let received =
                ["bob@client.example", "carl@client.example", "dora@small.example by desk@small.example"];
            assert_eq!(got(family, Role::EnvelopeTo), received);
            assert_eq!(got(family, Role::To), ["bob@client.example"], "nobody stands twice");
        }
        assert_eq!(got(&read[2], Role::Bcc), ["eve@client.example"], "another message is none of it");
        let key = |family: &[Document]| Recipe::Message.key(family).unwrap();
        assert_eq!(key(&read[0]), key(&read[1]), "what differs is not the message");
        assert!(!key(&read[0]).by_bytes);
        // What is built again has the people of the reports that there were.
        let then = workspace.journal_reports_until(&documents, 2).unwrap();
        let alone =
            ArchiveReader::new(&workspace.root, &workspace.config, &documents, then).family(&rows[0].id);
        assert_eq!(got(&alone.unwrap(), Role::EnvelopeTo), ["bob@client.example", "carl@client.example"]);
        // A report that is gone is an error, not a message with fewer people.
        fs::remove_file(root.join("archive/2.eml")).unwrap();
        let why = reader().family(&rows[0].id).unwrap_err().to_string();
        assert!(why.contains("another journal report"), "{why}");
    }
}
