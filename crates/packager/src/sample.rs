//! Invented families and an archive in memory, for the tests of this crate.

pub(crate) mod fake;
pub(crate) mod made;

use crate::candidate::Candidate;
use crate::numbers::{NumberError, NumberSeries};
use crate::profile::Profile;
use crate::retained::{Fetched, Retained, RetainedError};
use chrono::DateTime;
use duces_model::{
    BatesNumber, BatesRange, Disposition, DocId, Document, DocumentKind, Md5, Native, PartPath,
    Searchability, Sha256,
};
use std::collections::BTreeMap;

pub(crate) fn id(n: u64) -> DocId {
    DocId::from_digest(Sha256::of(n.to_string()))
}

pub(crate) fn profile() -> Profile {
    Profile::builtin("native-by-agreement").unwrap().unwrap()
}

/// A message without attachments, to be produced whole.
pub(crate) fn candidate(n: u64) -> Candidate {
    Candidate {
        document: id(n),
        family: id(n),
        parent: None,
        part: PartPath::whole(),
        kind: DocumentKind::Message,
        file_name: None,
        extension: "eml".into(),
        custodian: "Lee, Ann".into(),
        all_custodians: vec!["Lee, Ann".into()],
        all_paths: vec![format!("ann/path-{n:04}.mbox")],
        sorted_at: DateTime::from_timestamp(1_700_000_000, 0),
        disposition: Disposition::WHOLE,
        native_sha256: Sha256::of(own(n)),
        bytes: own(n).len() as u64,
        embedded: Vec::new(),
        items: vec!["1".parse().unwrap()],
        confidentiality: String::new(),
    }
}

/// The bytes of a document that are in no other, but in its ancestors.
pub(crate) fn own(n: u64) -> String {
    format!("<own bytes of {n:04}>")
}

pub(crate) fn body(n: u64) -> String {
    format!("body text of {n:04}")
}

fn document(n: u64, candidate: &Candidate, native: &[u8]) -> Document {
    let message = candidate.kind == DocumentKind::Message;
    Document {
        id: candidate.document,
        parent: candidate.parent,
        part: candidate.part.clone(),
        kind: candidate.kind,
        native: Native {
            sha256: Sha256::of(native),
            md5: Md5::of(native),
            bytes: native.len() as u64,
            conversion: (!message).then_some("mime-decode"),
            extension: if message { "eml" } else { "doc" }.into(),
        },
        media_type: if message { "message/rfc822" } else { "application/msword" }.into(),
        file_name: (!message).then(|| format!("name-{n:04}.doc")),
        subject: message.then(|| format!("subject of {n:04}")),
        participants: Vec::new(),
        participants_complete: true,
        sent_at: candidate.sorted_at.filter(|_| message),
        received_at: None,
        message_id: message.then(|| format!("id-{n:04}@x")),
        in_reply_to: Vec::new(),
        references: Vec::new(),
        header_block: message.then(|| format!("Subject: subject of {n:04}\r\nContent-Type: x; name=n\r\n")),
        text: body(n),
        searchability: Searchability::Indexed,
        defects: Vec::new(),
    }
}

/// Candidates and their originals; document `n` is at key `n`.
#[derive(Default)]
pub(crate) struct Case {
    pub(crate) candidates: BTreeMap<u64, Candidate>,
}

impl Case {
    pub(crate) fn message(mut self, n: u64) -> Self {
        self.candidates.insert(n, candidate(n));
        self
    }

    /// Attaches document `n` to document `to`.
    pub(crate) fn attach(mut self, n: u64, to: u64) -> Self {
        let above = self.candidates[&to].clone();
        let part = above.part.child(usize::try_from(n).unwrap());
        let kind = DocumentKind::Attachment;
        let attached = Candidate {
            family: above.family,
            parent: Some(above.document),
            part,
            kind,
            file_name: Some(format!("name-{n:04}.doc")),
            extension: "doc".into(),
            ..candidate(n)
        };
        self.candidates.insert(n, attached);
        self
    }

    pub(crate) fn decide(self, n: u64, disposition: Disposition) -> Self {
        self.with(n, |candidate| candidate.disposition = disposition)
    }

    pub(crate) fn with(mut self, n: u64, change: impl FnOnce(&mut Candidate)) -> Self {
        change(self.candidates.get_mut(&n).unwrap());
        self
    }

    /// The native: the document's own bytes and the natives of what is attached to it.
    pub(crate) fn native(&self, n: u64) -> Vec<u8> {
        let this = self.candidates[&n].document;
        let mut native = own(n).into_bytes();
        for (child, _) in self.candidates.iter().filter(|(_, c)| c.parent == Some(this)) {
            native.extend(self.native(*child));
        }
        native
    }

    fn inside(&self, n: u64) -> Vec<Sha256> {
        let this = self.candidates[&n].document;
        let children = self.candidates.iter().filter(|(_, c)| c.parent == Some(this));
        children
            .flat_map(|(child, _)| {
                let mut inside = self.inside(*child);
                inside.push(Sha256::of(self.native(*child)));
                inside
            })
            .collect()
    }

    /// The candidates, in no helpful order, and the archive.
    pub(crate) fn build(self) -> (Vec<Candidate>, Archive) {
        let mut archive = Archive::default();
        let mut made = Vec::new();
        for (n, candidate) in self.candidates.iter().rev() {
            let native = self.native(*n);
            let mut candidate = candidate.clone();
            candidate.native_sha256 = Sha256::of(&native);
            candidate.bytes = native.len() as u64;
            candidate.embedded = self.inside(*n);
            let document = document(*n, &candidate, &native);
            let fetched = Fetched { message: document.clone(), document, native, markup: None, talk: None };
            archive.documents.insert(candidate.document, fetched);
            made.push(candidate);
        }
        (made, archive)
    }
}

/// Originals in memory.
#[derive(Default, Clone)]
pub(crate) struct Archive {
    pub(crate) documents: BTreeMap<DocId, Fetched>,
    /// Fails from this fetch on, counted from 0.
    pub(crate) fails_at: Option<u64>,
    pub(crate) fetches: u64,
}

impl Archive {
    pub(crate) fn change(&mut self, n: u64, change: impl FnOnce(&mut Fetched)) {
        change(self.documents.get_mut(&id(n)).unwrap());
    }
}

impl Retained for Archive {
    fn fetch(&mut self, document: &DocId) -> Result<Fetched, RetainedError> {
        self.fetches += 1;
        if self.fails_at.is_some_and(|at| self.fetches > at) {
            return Err(RetainedError::new("the share is gone"));
        }
        self.documents.get(document).cloned().ok_or_else(|| RetainedError::new("not there"))
    }
}

/// A series that remembers what it reserved.
pub(crate) struct Series {
    pub(crate) next: u64,
    pub(crate) reserved: Vec<BatesRange>,
}

impl Series {
    pub(crate) fn at(next: u64) -> Self {
        Self { next, reserved: Vec::new() }
    }
}

impl NumberSeries for Series {
    fn reserve(&mut self, numbers: u64) -> Result<BatesRange, NumberError> {
        let first: BatesNumber = format!("ECP{:07}", self.next).parse().map_err(NumberError::new)?;
        let range = BatesRange::starting_at(first, numbers).map_err(NumberError::new)?;
        self.next += numbers;
        self.reserved.push(range.clone());
        Ok(range)
    }
}
