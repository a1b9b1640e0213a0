//! Small archives in memory, and what criteria answer of their documents when read one by one.

use crate::criteria::{Criteria, Documents, Side};
use crate::language::Node;
use crate::near::tests::oracle::{self, Text};
use crate::party::{HeldAddress, Party};
use crate::state::Resolved;
use chrono::{DateTime, Utc};
use duces_indexer::{HEAP_BYTES_MIN, Index, IndexedDocument, Snapshot, TextField, is_unreadable};
use duces_model::{
    Answer, Defect, DefectCode, DocId, Document, DocumentKind, EmailAddress, Md5, Native, PartPath,
    Participant, Role, Searchability, Sha256, Unknown,
};
use std::collections::BTreeSet;

/// A message and its attachments.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    pub(crate) message: Document,
    pub(crate) attachments: Vec<Document>,
}

/// A document with nothing in it.
pub(crate) fn document(kind: DocumentKind) -> Document {
    Document {
        id: DocId::from_digest(Sha256::of("")),
        parent: None,
        part: PartPath::whole(),
        kind,
        native: Native {
            sha256: Sha256::of(""),
            md5: Md5::of(""),
            bytes: 0,
            conversion: None,
            extension: "eml".to_owned(),
        },
        media_type: "text/plain".to_owned(),
        file_name: None,
        subject: None,
        participants: Vec::new(),
        participants_complete: true,
        sent_at: None,
        received_at: None,
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        header_block: None,
        text: String::new(),
        searchability: Searchability::Indexed,
        defects: Vec::new(),
    }
}

pub(crate) fn unsearchable(code: DefectCode) -> Searchability {
    Searchability::Unsearchable(Defect::new(code, ""))
}

pub(crate) fn participant(role: Role, address: &str) -> Participant {
    Participant { role, address: EmailAddress::new(address).ok(), name: None, by_way_of: None }
}

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The documents with their nearest messages, in the order of their rows, which count from 1.
pub(crate) fn documents(families: &[Family]) -> Vec<(&Document, &Document, Vec<&str>)> {
    let mut all = Vec::new();
    for family in families {
        let names: Vec<&str> = family.attachments.iter().filter_map(|a| a.file_name.as_deref()).collect();
        all.push((&family.message, &family.message, names.clone()));
        all.extend(family.attachments.iter().map(|attachment| (attachment, &family.message, names.clone())));
    }
    all
}

/// An index of the families in memory, in a few segments.
pub(crate) fn index(families: &[Family]) -> Snapshot {
    index_in_segments(families, 7)
}

/// An index of the families in memory, whose segments hold so many documents.
pub(crate) fn index_in_segments(families: &[Family], documents_each: u64) -> Snapshot {
    index_deliveries(families, &vec![None; families.len()], documents_each)
}

/// The same of families that are journal reports of these deliveries, where they are any.
pub(crate) fn index_deliveries(
    families: &[Family],
    deliveries: &[Option<Sha256>],
    documents_each: u64,
) -> Snapshot {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer(HEAP_BYTES_MIN, 1).unwrap();
    let of = |(family, delivery): (&Family, &Option<Sha256>)| vec![*delivery; 1 + family.attachments.len()];
    let deliveries = families.iter().zip(deliveries).flat_map(of);
    for ((row, delivery), (document, message, attachment_names)) in
        (1..).zip(deliveries).zip(documents(families))
    {
        let root = message.id;
        writer
            .add(
                row,
                &IndexedDocument {
                    document,
                    message,
                    root,
                    attachment_names,
                    thread: None,
                    delivery,
                    folder: "",
                },
            )
            .unwrap();
        if row % documents_each == 0 {
            writer.commit(row).unwrap();
        }
    }
    writer.commit(u64::MAX).unwrap();
    index.snapshot().unwrap()
}

/// An index of messages alone, each with the names of its attachments, in segments of so many.
pub(crate) fn index_messages(messages: &[(Document, Vec<String>)], documents_each: u64) -> Snapshot {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer(HEAP_BYTES_MIN, 1).unwrap();
    for (row, (message, names)) in (1..).zip(messages) {
        let attachment_names = names.iter().map(String::as_str).collect();
        let indexed = IndexedDocument {
            document: message,
            message,
            root: message.id,
            attachment_names,
            thread: None,
            delivery: None,
            folder: "",
        };
        writer.add(row, &indexed).unwrap();
        if row % documents_each == 0 {
            writer.commit(row).unwrap();
        }
    }
    writer.commit(u64::MAX).unwrap();
    index.snapshot().unwrap()
}

pub(crate) type Told = (Answer, BTreeSet<Unknown>);

/// What criteria answer of one document, by the definitions of the answers alone.
pub(crate) fn answer(
    criteria: &Criteria<Resolved>,
    (document, message, names): &(&Document, &Document, Vec<&str>),
) -> Told {
    let here = (*document, *message, names.clone());
    match criteria {
        Criteria::All(parts) => {
            combine(parts.iter().map(|part| answer(part, &here)), Answer::Yes, Answer::and)
        }
        Criteria::Any(parts) => combine(parts.iter().map(|part| answer(part, &here)), Answer::No, Answer::or),
        Criteria::Not(part) => {
            let (told, reasons) = answer(part, &here);
            (!told, reasons)
        }
        Criteria::Sent(window) => {
            let holds = message.sent_at.is_some_and(|sent_at| window.contains(sent_at));
            leaf(holds, &here, &[Unknown::NoDate])
        }
        Criteria::Received(window) => {
            let holds = message.received_at.is_some_and(|received_at| window.contains(received_at));
            let (told, reasons) = leaf(holds, &here, &[]);
            match told {
                Answer::No if message.received_at.is_none() => {
                    (Answer::CannotTell, BTreeSet::from([Unknown::NoDate]))
                }
                _ => (told, reasons),
            }
        }
        Criteria::Party { side, party } => answer_party(*side, party, &here),
        Criteria::Outside(firm) => {
            let outside = |address: &EmailAddress| !firm.iter().any(|domain| domain.holds(address.domain()));
            let holds = named(message, &Role::ALL).any(outside);
            leaf(holds, &here, &[Unknown::Participants])
        }
        Criteria::Documents(rule) => {
            let is_message = document.kind == DocumentKind::Message;
            let holds = match rule {
                Documents::All => true,
                Documents::Messages => is_message,
                Documents::Attachments => !is_message,
            };
            (if holds { Answer::Yes } else { Answer::No }, BTreeSet::new())
        }
        Criteria::Terms(terms) => answer_words(terms.node(), terms.fields(), &here),
        Criteria::Identifier(one) => answer_words(&one.node(), one.fields(), &here),
    }
}

/// Everybody who takes part in one of the roles, the groups through which the envelope says it came too.
fn named<'d>(message: &'d Document, roles: &'d [Role]) -> impl Iterator<Item = &'d EmailAddress> {
    message.participants.iter().flat_map(move |participant| {
        let own = participant.address.iter().filter(|_| roles.contains(&participant.role));
        own.chain(participant.by_way_of.iter().filter(|_| roles.contains(&Role::EnvelopeTo)))
    })
}

/// One address after the other: each that could be meant is asked by itself.
fn answer_party(side: Side, party: &Party, here: &(&Document, &Document, Vec<&str>)) -> Told {
    let message = here.1;
    let by = |fits: &dyn Fn(&EmailAddress) -> bool| {
        leaf(named(message, side.roles()).any(fits), here, &[Unknown::Participants])
    };
    let held = |held: &HeldAddress| {
        let takes_part = by(&|address| *address == held.address);
        let Some(days) = held.days else { return takes_part };
        let sent = leaf(message.sent_at.is_some_and(|at| days.contains(at)), here, &[Unknown::NoDate]);
        combine([takes_part, sent].into_iter(), Answer::Yes, Answer::and)
    };
    let mut told: Vec<Told> = Vec::new();
    if !party.addresses.is_empty() {
        told.push(by(&|address| party.addresses.contains(address)));
    }
    if !party.domains.is_empty() {
        told.push(by(&|address| party.domains.iter().any(|domain| domain.covers(address.domain()))));
    }
    told.extend(party.people.iter().flat_map(|person| person.addresses.iter().map(held)));
    for group in &party.groups {
        told.extend(group.own.iter().map(held));
        told.extend(group.members.iter().flat_map(|member| member.addresses.iter().map(held)));
    }
    told.extend(party.defined.iter().map(|(_, party)| answer_party(side, party, here)));
    if told.is_empty() {
        told.push(by(&|_| false));
    }
    combine(told.into_iter(), Answer::No, Answer::or)
}

pub(crate) fn answer_words(
    node: &Node,
    fields: &[TextField],
    here: &(&Document, &Document, Vec<&str>),
) -> Told {
    let each = |nodes: &[Node]| nodes.iter().map(|node| answer_words(node, fields, here)).collect::<Vec<_>>();
    match node {
        Node::And(nodes) => combine(each(nodes).into_iter(), Answer::Yes, Answer::and),
        Node::Or(nodes) => combine(each(nodes).into_iter(), Answer::No, Answer::or),
        Node::Not(node) => {
            let (told, reasons) = answer_words(node, fields, here);
            (!told, reasons)
        }
        Node::Field(field, node) => answer_words(node, &[*field], here),
        Node::Words(words) => {
            let mut texts = fields.iter().flat_map(|field| texts(*field, here));
            leaf(
                texts.any(|text| !oracle::matches(words, &Text::of(text)).is_empty()),
                here,
                asked_of(fields),
            )
        }
        Node::AtLeast(times, words) => {
            let texts = fields.iter().flat_map(|field| texts(*field, here));
            let count: usize = texts.map(|text| oracle::matches(words, &Text::of(text)).len()).sum();
            leaf(count >= *times as usize, here, asked_of(fields))
        }
    }
}

fn asked_of(fields: &[TextField]) -> &'static [Unknown] {
    if fields.contains(&TextField::Body) { &[Unknown::Text] } else { &[] }
}

/// The texts of a field; a phrase does not reach from one to the next.
fn texts<'d>(
    field: TextField,
    (document, message, names): &(&'d Document, &'d Document, Vec<&'d str>),
) -> Vec<&'d str> {
    match field {
        TextField::Subject => message.subject.as_deref().into_iter().collect(),
        TextField::Body => vec![&document.text],
        // These archives' documents lie nowhere.
        TextField::Folder => Vec::new(),
        TextField::AttachmentName => {
            let own = document.file_name.as_deref();
            let names = if document.kind == DocumentKind::Message { names.as_slice() } else { &[] };
            names.iter().copied().chain(own).collect()
        }
    }
}

fn leaf(holds: bool, (document, message, _): &(&Document, &Document, Vec<&str>), asked: &[Unknown]) -> Told {
    if holds {
        return (Answer::Yes, BTreeSet::new());
    }
    if is_unreadable(message) || is_unreadable(document) {
        return (Answer::CannotTell, BTreeSet::from([Unknown::Unreadable]));
    }
    let unknown = |reason: &Unknown| match reason {
        Unknown::NoDate => message.sent_at.is_none(),
        Unknown::Participants => !message.participants_complete,
        Unknown::Text => document.searchability != Searchability::Indexed,
        Unknown::Unreadable | Unknown::Unattributed | Unknown::TooManyMatches => false,
    };
    let reasons: BTreeSet<Unknown> = asked.iter().copied().filter(unknown).collect();
    (if reasons.is_empty() { Answer::No } else { Answer::CannotTell }, reasons)
}

/// Kleene's rules; where the whole cannot be told, every part that cannot be told is a reason.
fn combine(parts: impl Iterator<Item = Told>, start: Answer, join: fn(Answer, Answer) -> Answer) -> Told {
    let parts: Vec<Told> = parts.collect();
    let told = parts.iter().fold(start, |told, part| join(told, part.0));
    let open =
        parts.into_iter().filter(|(part, _)| *part == Answer::CannotTell && told == Answer::CannotTell);
    (told, open.flat_map(|(_, reasons)| reasons).collect())
}
