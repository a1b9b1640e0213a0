//! The fields of the index.

use chrono::{DateTime, Utc};
use duces_model::{Role, Sha256};
use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};

pub(crate) const TOKENISER: &str = "duces";

/// The field of deliveries, for who reads it as a column.
pub const DELIVERY_FIELD: &str = "delivery";
/// How many bytes name a delivery there: the first of its digest, enough to tell any number of them apart.
pub const DELIVERY_BYTES: usize = 16;

/// Longest exact term; a longer value is indexed by its digest.
const EXACT_BYTES_MAX: usize = 1024;

/// A field of running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextField {
    /// Subject of the nearest message.
    Subject,
    /// The document's own text.
    Body,
    /// A message's attachments' names; an attachment's or loose file's own name.
    AttachmentName,
    /// Where the document's family lies: its container's path in the archive, and behind it the folder that the item of an
    /// Outlook data file lies in, as `exports/ann.pst/Inbox/Deals`.
    Folder,
}

impl TextField {
    /// All fields of running text, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Subject, Self::Body, Self::AttachmentName, Self::Folder];

    /// Those that are searched where none is named: what a document says, not where it lies.
    pub const USUAL: [Self; 3] = [Self::Subject, Self::Body, Self::AttachmentName];

    /// The name that people write and the engine stores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
            Self::AttachmentName => "attachment-name",
            Self::Folder => "folder",
        }
    }
}

/// What could not be told of a document when it was indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// Its nearest message has no usable date.
    Date,
    /// Not all address headers of its nearest message could be read.
    Participants,
    /// Not all of its own text could be read.
    Text,
    /// Its nearest message (or the file itself) could not be read at all; no other flag is set then.
    Unreadable,
}

impl Flag {
    /// The term that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Date => "unknown-date",
            Self::Participants => "unknown-participants",
            Self::Text => "unknown-text",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The fields of the index, for `duces-query`.
#[derive(Debug, Clone)]
pub struct Fields {
    /// Row of the ledger: u64, fast, indexed.
    pub row: Field,
    /// Identity of the document: 32 bytes, indexed.
    pub doc_id: Field,
    /// Identity of its family's root: 32 bytes, indexed.
    pub family: Field,
    /// Digest of its native: 32 bytes, indexed.
    pub native_sha256: Field,
    /// Kind of document: exact term, stored.
    pub kind: Field,
    /// Size of its native in bytes: u64, fast.
    pub bytes: Field,
    /// When its nearest message was sent: microseconds since 1970, i64, fast, stored; absent where unknown.
    pub sent_at: Field,
    /// When its nearest message was received: microseconds since 1970, i64, fast; absent where unknown.
    pub received_at: Field,
    /// Message-ID, exact term.
    pub message_id: Field,
    /// Message-IDs that it answers or refers to, exact terms.
    pub references: Field,
    /// Thread, exact term.
    pub thread: Field,
    /// What could not be told: exact terms, see [`Flag`].
    pub flag: Field,
    /// Of which delivery its nearest message is a journal report: [`DELIVERY_BYTES`] bytes, fast; absent of all others.
    pub(crate) delivery: Field,
    /// Addresses in any role, exact terms.
    pub address_any: Field,
    /// Domains in any role, exact terms; see [`domain_terms`].
    pub domain_any: Field,
    pub(crate) from_shown: Field,
    pub(crate) file_name: Field,
    text: [Field; TextField::ALL.len()],
    addresses: [Field; Role::ALL.len()],
    domains: [Field; Role::ALL.len()],
}

impl Fields {
    /// A field of running text, with positions.
    pub fn text(&self, field: TextField) -> Field {
        self.text[field as usize]
    }

    /// Addresses in one role, exact terms.
    pub fn addresses(&self, role: Role) -> Field {
        self.addresses[place(role)]
    }

    /// Domains in one role, exact terms; see [`domain_terms`].
    pub fn domains(&self, role: Role) -> Field {
        self.domains[place(role)]
    }
}

fn place(role: Role) -> usize {
    Role::ALL.iter().position(|other| *other == role).unwrap_or(0)
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let fields = Fields {
        row: builder.add_u64_field("row", FAST | INDEXED | STORED),
        doc_id: builder.add_bytes_field("doc_id", BytesOptions::default().set_indexed()),
        family: builder.add_bytes_field("family", BytesOptions::default().set_indexed()),
        native_sha256: builder.add_bytes_field("native_sha256", BytesOptions::default().set_indexed()),
        kind: builder.add_text_field("kind", exact().set_stored()),
        bytes: builder.add_u64_field("bytes", FAST),
        sent_at: builder.add_i64_field("sent_at", FAST | STORED),
        received_at: builder.add_i64_field("received_at", FAST),
        message_id: builder.add_text_field("message_id", exact()),
        references: builder.add_text_field("references", exact()),
        thread: builder.add_text_field("thread", exact()),
        flag: builder.add_text_field("flag", exact()),
        delivery: builder.add_bytes_field(DELIVERY_FIELD, BytesOptions::default().set_fast()),
        address_any: builder.add_text_field("address", exact()),
        domain_any: builder.add_text_field("domain", exact()),
        from_shown: builder.add_text_field("from_shown", STORED),
        file_name: builder.add_text_field("file_name", STORED),
        text: TextField::ALL.map(|field| add_words(&mut builder, field)),
        addresses: Role::ALL.map(|role| add_exact(&mut builder, "address", role)),
        domains: Role::ALL.map(|role| add_exact(&mut builder, "domain", role)),
    };
    (builder.build(), fields)
}

fn add_words(builder: &mut SchemaBuilder, field: TextField) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TOKENISER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(false);
    let options = TextOptions::default().set_indexing_options(indexing);
    let options = if field == TextField::Subject { options.set_stored() } else { options };
    builder.add_text_field(field.as_str(), options)
}

fn add_exact(builder: &mut SchemaBuilder, what: &str, role: Role) -> Field {
    builder.add_text_field(&format!("{what}-{}", role.as_str()), exact())
}

fn exact() -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}

/// An exact value as it is indexed: itself, or `sha256:` and its digest where it is overlong (the
/// engine drops terms of more than 65,530 bytes without a word).
pub fn exact_term(value: &str) -> String {
    if value.len() <= EXACT_BYTES_MAX { value.to_owned() } else { format!("sha256:{}", Sha256::of(value)) }
}

/// The terms under which a domain is indexed: itself, and `*.` before each domain that it lies below.
///
/// `us.client.example` is found by `us.client.example`, `*.client.example` and `*.example`.
pub fn domain_terms(domain: &str) -> Vec<String> {
    let mut terms = vec![exact_term(domain)];
    let mut rest = domain;
    while let Some((_, above)) = rest.split_once('.') {
        terms.push(exact_term(&format!("*.{above}")));
        rest = above;
    }
    terms
}

/// An instant as it is indexed: whole microseconds since 1970, rounded down.
pub fn instant_value(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_micros()
}
