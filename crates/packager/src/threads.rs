//! Threads: which messages belong together, and which of them a later one contains.
//!
//! Messages are joined by Message-ID, In-Reply-To and References (RFC 5322, section 3.6.4) and by nothing
//! else: a subject joins what has nothing to do with each other. Identifiers of messages that are not
//! retained join too. A message is inclusive where no later message of its thread that answers it, directly or by way of
//! others, holds its whole text in one run of words and all its attachments.
//!
//! In a load file nothing may tell of a message that is withheld: it neither joins messages there nor contains one.
//! A message that goes out with parts covered, or without all its attachments, is joined and
//! [stands alone](ThreadMessage::stand_alone).

use crate::passages::word_digests;
use chrono::{DateTime, Utc};
use duces_model::{DocId, Document, DocumentKind, Searchability, Sha256};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// A text of fewer words stands in others by chance, so that it cannot be told whether one contains it.
pub const WORDS_MIN: usize = 6;
/// In a thread of more messages it is not looked which contains which.
pub const MESSAGES_MAX: usize = 2_000;

/// By which rule messages are left out because a later one contains them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThreadRule {
    /// Those that are not inclusive: a later message, which is produced whole, holds the text in one run of words
    /// and all attachments.
    InclusiveOnly,
}

impl ThreadRule {
    /// Its name with its version.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InclusiveOnly => "inclusive-only-1",
        }
    }
}

impl fmt::Display for ThreadRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {found:?}, expected {}", ThreadRule::InclusiveOnly)]
pub struct ThreadRuleError {
    /// The text as found.
    pub found: String,
}

impl FromStr for ThreadRule {
    type Err = ThreadRuleError;

    fn from_str(text: &str) -> Result<Self, ThreadRuleError> {
        match text {
            "inclusive-only-1" => Ok(Self::InclusiveOnly),
            _ => Err(ThreadRuleError { found: text.to_owned() }),
        }
    }
}

/// A message of a thread: what is compared, and not its text.
#[derive(Debug, Clone)]
pub struct ThreadMessage {
    /// Root of its family.
    pub document: DocId,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    id: Option<String>,
    answers: Vec<String>,
    /// Absent where its text could not be read in full.
    words: Option<Vec<u64>>,
    attachments: BTreeSet<Sha256>,
    alone: bool,
}

/// The name of a thread: the same for the same messages, whatever their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ThreadId(Sha256);

impl fmt::Display for ThreadId {
    /// Sixteen hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_string()[..16])
    }
}

/// Whether a message has to be read, or a later one contains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inclusive {
    /// No later message of its thread contains it.
    Yes,
    /// This later message contains its whole text and attachments.
    No(DocId),
    /// It cannot be told: a text is missing or too short, a date is missing, or the thread is too long.
    CannotTell,
}

impl Inclusive {
    /// The word for a load file: `Y`, `N`, or `cannot tell`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "Y",
            Self::No(_) => "N",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// What a load file says of a message's thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadValue {
    /// Its thread.
    pub thread: ThreadId,
    /// Whether it is inclusive.
    pub inclusive: Inclusive,
}

impl ThreadMessage {
    /// Takes what is compared of a family, the root first; none where the root is no message.
    pub fn of(family: &[Document]) -> Option<Self> {
        let root = family.first().filter(|root| root.kind == DocumentKind::Message)?;
        let named = |id: &&String| !id.trim().is_empty();
        Some(Self {
            document: root.id,
            sent_at: root.sent_at,
            id: root.message_id.as_ref().filter(named).map(|id| id.trim().to_owned()),
            answers: root
                .references
                .iter()
                .chain(&root.in_reply_to)
                .filter(named)
                .map(|id| id.trim().to_owned())
                .collect(),
            words: (root.searchability == Searchability::Indexed).then(|| word_digests(&root.text)),
            attachments: family[1..].iter().map(|document| document.native.sha256).collect(),
            alone: false,
        })
    }

    /// How many words of its text are held.
    pub fn words(&self) -> usize {
        self.words.as_ref().map_or(0, Vec::len)
    }

    /// Lets its text go: it stays joined, and of whether it is inclusive it cannot be told.
    pub fn forget_words(&mut self) {
        self.words = None;
    }

    /// For a message that does not go out whole: it contains no other, and has to be read itself.
    pub fn stand_alone(&mut self) {
        self.alone = true;
        self.words = None;
    }

    /// Whether it holds all of the other, which has a text of its own.
    fn contains(&self, other: &Self, words: &[u64]) -> bool {
        self.words.as_ref().is_some_and(|own| holds_run(own, words))
            && other.attachments.is_subset(&self.attachments)
    }
}

fn holds_run(words: &[u64], run: &[u64]) -> bool {
    words.windows(run.len()).any(|window| window == run)
}

/// Joins messages to threads, and says of each whether it is inclusive.
pub fn threads(messages: &[ThreadMessage]) -> BTreeMap<DocId, ThreadValue> {
    let mut joined = Joined::default();
    for message in messages {
        let own = message.id.clone().unwrap_or_else(|| format!("\0{}", message.document));
        message.answers.iter().for_each(|answered| joined.join(&own, answered));
        joined.find(&own);
    }
    let mut members: BTreeMap<String, Vec<&ThreadMessage>> = BTreeMap::new();
    for message in messages {
        let own = message.id.clone().unwrap_or_else(|| format!("\0{}", message.document));
        members.entry(joined.find(&own)).or_default().push(message);
    }
    let mut found = BTreeMap::new();
    for (name, mut members) in members {
        let thread = ThreadId(Sha256::of(format!("duces thread 1\n{name}")));
        members.sort_by_key(|message| (message.sent_at, message.document));
        let answered = Answered::of(&members);
        for (at, message) in members.iter().enumerate() {
            let inclusive = inclusive(message, &members[at + 1..], &answered, members.len());
            found.insert(message.document, ThreadValue { thread, inclusive });
        }
    }
    found
}

fn inclusive(
    message: &ThreadMessage,
    later: &[&ThreadMessage],
    answered: &Answered<'_>,
    size: usize,
) -> Inclusive {
    // What has no Message-ID cannot be answered.
    let Some(id) = message.id.as_ref().filter(|_| !message.alone) else { return Inclusive::Yes };
    let after = |other: &&&ThreadMessage| {
        !other.alone && other.id.as_ref() != Some(id) && answered.by(other).contains(id.as_str())
    };
    let mut answers = later.iter().filter(after).peekable();
    // An answer without a date stands before those with one.
    if answered.undated.iter().any(|other| answered.by(other).contains(id.as_str())) {
        return Inclusive::CannotTell;
    }
    if answers.peek().is_none() {
        return Inclusive::Yes;
    }
    let Some(words) = message.words.as_ref().filter(|words| words.len() >= WORDS_MIN) else {
        return Inclusive::CannotTell;
    };
    if size > MESSAGES_MAX || message.sent_at.is_none() {
        return Inclusive::CannotTell;
    }
    let mut missing = false;
    for other in answers {
        if other.sent_at > message.sent_at && other.contains(message, words) {
            return Inclusive::No(other.document);
        }
        missing |= other.words.is_none();
    }
    if missing { Inclusive::CannotTell } else { Inclusive::Yes }
}

/// Which messages a message answers, directly or by way of others of its thread.
struct Answered<'a> {
    all: BTreeMap<DocId, BTreeSet<&'a str>>,
    undated: Vec<&'a ThreadMessage>,
}

impl<'a> Answered<'a> {
    fn of(members: &[&'a ThreadMessage]) -> Self {
        let undated = |message: &&&ThreadMessage| message.sent_at.is_none() && !message.alone;
        let undated = members.iter().filter(undated).copied().collect();
        if members.len() > MESSAGES_MAX {
            // Only what is named directly: enough to see that there is an answer.
            let direct = |message: &&'a ThreadMessage| {
                (message.document, message.answers.iter().map(String::as_str).collect())
            };
            return Self { all: members.iter().map(direct).collect(), undated };
        }
        let mut by_id: BTreeMap<&str, BTreeSet<&'a str>> = BTreeMap::new();
        for message in members {
            if let Some(id) = &message.id {
                by_id.entry(id).or_default().extend(message.answers.iter().map(String::as_str));
            }
        }
        let all = members.iter().map(|message| {
            let mut seen = BTreeSet::new();
            let mut open: Vec<&'a str> = message.answers.iter().map(String::as_str).collect();
            while let Some(id) = open.pop() {
                if seen.insert(id) {
                    open.extend(by_id.get(id).into_iter().flatten());
                }
            }
            (message.document, seen)
        });
        Self { all: all.collect(), undated }
    }

    fn by(&self, message: &ThreadMessage) -> &BTreeSet<&'a str> {
        static NONE: BTreeSet<&str> = BTreeSet::new();
        self.all.get(&message.document).unwrap_or(&NONE)
    }
}

/// Identifiers joined to sets; the smallest of a set is its name.
#[derive(Default)]
struct Joined(BTreeMap<String, String>);

impl Joined {
    fn find(&mut self, id: &str) -> String {
        let mut name = id.to_owned();
        loop {
            match self.0.get(&name) {
                Some(next) if *next != name => name = next.clone(),
                Some(_) => break,
                None => {
                    self.0.insert(name.clone(), name.clone());
                    break;
                }
            }
        }
        // The way is short the next time.
        let mut at = id.to_owned();
        while at != name {
            match self.0.insert(at, name.clone()) {
                Some(next) => at = next,
                None => break,
            }
        }
        name
    }

    fn join(&mut self, a: &str, b: &str) {
        let (a, b) = (self.find(a), self.find(b));
        let (small, large) = if a <= b { (a, b) } else { (b, a) };
        self.0.insert(large, small);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(n: usize) -> String {
        (0..8).map(|word| format!("m{n}w{word} ")).collect()
    }

    fn message(n: usize, answers: &[usize], text: &str) -> ThreadMessage {
        ThreadMessage {
            document: DocId::from_digest(Sha256::of(n.to_string())),
            sent_at: DateTime::from_timestamp(1_700_000_000 + n as i64 * 3_600, 0),
            id: Some(format!("id{n}@x")),
            answers: answers.iter().map(|n| format!("id{n}@x")).collect(),
            words: Some(word_digests(text)),
            attachments: BTreeSet::new(),
            alone: false,
        }
    }

    fn inclusive_of(messages: &[ThreadMessage]) -> Vec<&'static str> {
        let found = threads(messages);
        messages.iter().map(|message| found[&message.document].inclusive.as_str()).collect()
    }

    #[test]
    fn the_last_message_that_quotes_all_before_it_is_the_inclusive_one() {
        let first = message(1, &[], &text(1));
        let second = message(2, &[1], &format!("{}> {}", text(2), text(1)));
        let third = message(3, &[1, 2], &format!("{}> {}>> {}", text(3), text(2), text(1)));
        assert_eq!(inclusive_of(&[first.clone(), second.clone(), third.clone()]), ["N", "N", "Y"]);
        let found = threads(&[third.clone(), first.clone(), second.clone()]);
        assert_eq!(found[&first.document].inclusive, Inclusive::No(second.document));
        assert_eq!(found[&first.document].thread, found[&third.document].thread);
    }

    #[test]
    fn a_branch_a_changed_quotation_or_a_lost_attachment_keeps_a_message_inclusive() {
        let first = message(1, &[], &text(1));
        let left = message(2, &[1], &format!("{} {}", text(2), text(1)));
        let right = message(3, &[1], &format!("{} {}", text(3), text(1)));
        assert_eq!(inclusive_of(&[first.clone(), left, right]), ["N", "Y", "Y"]);
        let cut = message(2, &[1], &format!("{} {}", text(2), &text(1)[8..]));
        assert_eq!(inclusive_of(&[first.clone(), cut]), ["Y", "Y"]);
        let mut with_file = first;
        with_file.attachments = [Sha256::of("file")].into();
        let answer = message(2, &[1], &format!("{} {}", text(2), text(1)));
        assert_eq!(inclusive_of(&[with_file.clone(), answer.clone()]), ["Y", "Y"]);
        let forward = ThreadMessage { attachments: with_file.attachments.clone(), ..answer };
        assert_eq!(inclusive_of(&[with_file, forward]), ["N", "Y"]);
    }

    #[test]
    fn where_a_text_or_a_date_is_missing_it_cannot_be_told() {
        let first = message(1, &[], &text(1));
        let answer = message(2, &[1], &format!("{} {}", text(2), text(1)));
        let unread = ThreadMessage { words: None, ..first.clone() };
        assert_eq!(inclusive_of(&[unread, answer.clone()])[0], "cannot tell");
        let short = message(1, &[], "ok thanks");
        assert_eq!(
            inclusive_of(&[short, message(2, &[1], "ok thanks, done as you said yesterday")])[0],
            "cannot tell"
        );
        let dark = ThreadMessage { words: None, ..answer.clone() };
        assert_eq!(inclusive_of(&[first.clone(), dark])[0], "cannot tell");
        let undated = ThreadMessage { sent_at: None, ..answer.clone() };
        assert_eq!(inclusive_of(&[first.clone(), undated])[0], "cannot tell");
        let undated = ThreadMessage { sent_at: None, ..first };
        assert_eq!(inclusive_of(&[undated, answer])[0], "cannot tell");
    }

    #[test]
    fn a_message_that_does_not_go_out_whole_is_joined_and_contains_nothing() {
        let first = message(1, &[], &text(1));
        let mut second = message(2, &[1], &format!("{} {}", text(2), text(1)));
        assert_eq!(inclusive_of(&[first.clone(), second.clone()]), ["N", "Y"]);
        second.stand_alone();
        let third = message(3, &[2], &format!("{} {} {}", text(3), text(2), text(1)));
        assert_eq!(inclusive_of(&[first.clone(), second.clone()]), ["Y", "Y"]);
        let all = [first.clone(), second.clone(), third];
        assert_eq!(inclusive_of(&all), ["N", "Y", "Y"], "and no other contains it");
        second.sent_at = None;
        let found = threads(&[first.clone(), second.clone()]);
        assert_eq!(found[&first.document].thread, found[&second.document].thread);
        assert_eq!(found[&first.document].inclusive, Inclusive::Yes);
    }

    #[test]
    fn a_text_that_stands_elsewhere_in_the_thread_by_chance_contains_nothing() {
        let first = message(1, &[], &text(1));
        let other_branch = message(3, &[9], &text(1));
        let root = message(2, &[1, 9], &text(2));
        assert_eq!(inclusive_of(&[first, root, other_branch])[0], "Y", "it does not answer it");
    }

    #[test]
    fn copies_in_other_mailboxes_do_not_contain_each_other_and_no_message_id_joins_nothing() {
        let first = message(1, &[], &text(1));
        let mut copy = first.clone();
        copy.document = DocId::from_digest(Sha256::of("copy"));
        assert_eq!(inclusive_of(&[first.clone(), copy.clone()]), ["Y", "Y"]);
        let nameless = |n: usize| ThreadMessage { id: None, answers: vec![], ..message(n, &[], &text(n)) };
        let found = threads(&[nameless(4), nameless(5), first]);
        let names: BTreeSet<ThreadId> = found.values().map(|value| value.thread).collect();
        assert_eq!(names.len(), 3);
    }

    #[test]
    fn messages_are_joined_by_way_of_one_that_is_not_retained() {
        let found =
            threads(&[message(2, &[1], &text(2)), message(3, &[1], &text(3)), message(4, &[], &text(4))]);
        let names: BTreeSet<ThreadId> = found.values().map(|value| value.thread).collect();
        assert_eq!(names.len(), 2);
    }

    proptest! {
        #[test]
        fn the_order_of_messages_changes_nothing_and_threads_are_what_joining_says(
            links in prop::collection::vec((0_usize..12, 0_usize..12), 0..12), shuffle in any::<u64>()
        ) {
            let made = |n: usize| {
                let answers: Vec<usize> = links.iter().filter(|(a, _)| *a == n).map(|(_, b)| *b).collect();
                message(n, &answers, &text(n))
            };
            let messages: Vec<ThreadMessage> = (0..12).map(made).collect();
            let found = threads(&messages);
            let mut other = messages.clone();
            other.rotate_left(usize::try_from(shuffle % 12).unwrap());
            other.reverse();
            prop_assert_eq!(&threads(&other), &found);
            // Reachable by links in either direction: the slow way.
            let mut group: Vec<usize> = (0..12).collect();
            for _ in 0..12 {
                for (a, b) in &links {
                    let small = group[*a].min(group[*b]);
                    (group[*a], group[*b]) = (small, small);
                }
            }
            for a in 0..12 {
                for b in 0..12 {
                    let same = found[&messages[a].document].thread == found[&messages[b].document].thread;
                    prop_assert_eq!(same, group[a] == group[b], "{} {}", a, b);
                }
            }
        }
    }
}
