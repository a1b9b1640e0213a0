//! Documents drawn by a fixed rule, straight into an index.

use super::failed;
use crate::failure::Failure;
use chrono::DateTime;
use duces_indexer::{Index, IndexedDocument};
use duces_model::{
    DocId, Document, DocumentKind, EmailAddress, Md5, Native, PartPath, Participant, Role, Searchability,
    Sha256,
};
use std::collections::BTreeSet;
use std::path::Path;

/// Different words.
const WORDS: usize = 60_000;
/// Words of a document on average.
pub(crate) const WORDS_MEAN: usize = 60;
/// People inside the firm.
const PEOPLE: usize = 200;
/// Memory for the index, in bytes.
const HEAP_BYTES: usize = 1 << 30;
/// First second of 2022.
const FIRST_SECOND: i64 = 1_640_995_200;
const SECONDS_OF_TWO_YEARS: usize = 2 * 365 * 86_400;

/// Knuth's linear congruential generator (MMIX).
pub(crate) struct Draws(u64);

impl Draws {
    pub(crate) fn of(number: u64) -> Self {
        let mut draws = Self(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d);
        draws.below(2);
        draws
    }

    pub(crate) fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(((u128::from(self.0 >> 32)) * below as u128) >> 32).unwrap_or_default()
    }
}

/// Words by rank, drawn by Zipf's law.
pub(crate) struct Vocabulary {
    words: Vec<String>,
    /// Sum of the weights up to each word.
    sums: Vec<usize>,
}

impl Vocabulary {
    pub(crate) fn new() -> Self {
        let syllables: Vec<String> = "b c d f g h l m n p r s t v st tr"
            .split(' ')
            .flat_map(|onset| {
                ["a", "e", "i", "o", "u", "ar", "en", "il", "on"].map(|rime| format!("{onset}{rime}"))
            })
            .collect();
        let (mut draws, mut known, mut words) = (Draws::of(7), BTreeSet::new(), Vec::new());
        while words.len() < WORDS {
            let count = if words.len() < 600 { 2 } else { 2 + draws.below(3) };
            let word: String = (0..count).map(|_| syllables[draws.below(syllables.len())].as_str()).collect();
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        let weights = (0..WORDS).scan(0, |sum: &mut usize, rank| {
            *sum += (1 << 30) / (10 * rank + 37);
            Some(*sum)
        });
        Self { sums: weights.collect(), words }
    }

    /// The word of that rank, the most frequent first.
    pub(crate) fn word(&self, rank: usize) -> &str {
        &self.words[rank]
    }

    fn draw(&self, draws: &mut Draws) -> &str {
        let total = self.sums.last().copied().unwrap_or_default();
        let at = draws.below(total);
        &self.words[self.sums.partition_point(|sum| *sum <= at)]
    }

    /// The text of a document: sentences, and a paragraph now and then.
    pub(crate) fn text(&self, draws: &mut Draws) -> String {
        let count = WORDS_MEAN / 3 + draws.below(WORDS_MEAN * 4 / 3);
        let mut text = String::with_capacity(count * 7);
        for _ in 0..count {
            text.push_str(self.draw(draws));
            text.push_str(match draws.below(60) {
                0..=3 => ". ",
                4 => ".\n\n",
                5..=9 => "\n",
                10..=13 => ", ",
                _ => " ",
            });
        }
        text
    }
}

/// The address of a person of the firm.
pub(crate) fn person(number: usize) -> String {
    format!("person{number}@ecp.example")
}

/// When a document was sent, in seconds since 1970.
pub(crate) fn sent(draws: &mut Draws) -> i64 {
    FIRST_SECOND + i64::try_from(draws.below(SECONDS_OF_TWO_YEARS)).unwrap_or_default()
}

/// Sender and recipient.
pub(crate) fn people(draws: &mut Draws) -> (String, String) {
    let from = person(draws.below(PEOPLE).min(draws.below(PEOPLE)));
    let to = match draws.below(3) {
        0 => format!("buyer{}@client.example", draws.below(5_000)),
        _ => person(draws.below(PEOPLE)),
    };
    (from, to)
}

pub(crate) fn make(dir: &Path, documents: u64, vocabulary: &Vocabulary) -> Result<Index, Failure> {
    let failed = failed("make", documents);
    let index = Index::create(dir).map_err(&failed)?;
    let mut writer = index.writer(HEAP_BYTES, crate::cores()).map_err(&failed)?;
    for row in 1..=documents {
        let document = document(row, vocabulary);
        let (message, root) = (&document, document.id);
        let indexed = IndexedDocument {
            document: &document,
            message,
            root,
            attachment_names: Vec::new(),
            thread: None,
            delivery: None,
            folder: "",
        };
        writer.add(row, &indexed).map_err(&failed)?;
    }
    writer.commit(1).map_err(&failed)?;
    writer.finish().map_err(&failed)?;
    Ok(index)
}

fn document(row: u64, vocabulary: &Vocabulary) -> Document {
    let mut draws = Draws::of(row);
    let bytes = row.to_be_bytes();
    let subject = format!("{} {}", vocabulary.draw(&mut draws), vocabulary.draw(&mut draws));
    let text = vocabulary.text(&mut draws);
    let (from, to) = people(&mut draws);
    let participant = |role, address: &str| Participant {
        role,
        address: EmailAddress::new(address).ok(),
        name: None,
        by_way_of: None,
    };
    Document {
        id: DocId::from_digest(Sha256::of(bytes)),
        parent: None,
        part: PartPath::whole(),
        kind: DocumentKind::Message,
        native: Native {
            sha256: Sha256::of(bytes),
            md5: Md5::of(bytes),
            bytes: 8,
            conversion: None,
            extension: "eml".to_owned(),
        },
        media_type: "message/rfc822".to_owned(),
        file_name: None,
        subject: Some(subject),
        participants: vec![participant(Role::From, &from), participant(Role::To, &to)],
        participants_complete: true,
        sent_at: DateTime::from_timestamp(sent(&mut draws), 0),
        received_at: None,
        message_id: Some(format!("{row}@bench.example")),
        in_reply_to: Vec::new(),
        references: Vec::new(),
        header_block: None,
        text,
        searchability: Searchability::Indexed,
        defects: Vec::new(),
    }
}

/// The same document as a mail.
pub(crate) fn mail(row: u64, vocabulary: &Vocabulary) -> String {
    let document = document(row, vocabulary);
    let address = |role| {
        let one = document.participants.iter().find(|one| one.role == role);
        one.and_then(|one| one.address.as_ref()).map(ToString::to_string).unwrap_or_default()
    };
    format!(
        "From: {}\nTo: {}\nSubject: {}\nDate: {}\nMessage-ID: <{row}@bench.example>\n\n{}\n",
        address(Role::From),
        address(Role::To),
        document.subject.as_deref().unwrap_or_default(),
        document.sent_at.unwrap_or_default().to_rfc2822(),
        document.text
    )
}
