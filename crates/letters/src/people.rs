//! People, addresses and domains in a text, and what the words say of their part.
//!
//! A name counts where it stands in full, as `Last, First`, or as `Mr. Last` where only one person is
//! called so. What could be two people is listed and never placed. A name alone makes no criterion:
//! the words before it must say that messages are from, to, of or between somebody.

use crate::pattern::pattern;
use duces_model::{EmailAddress, PersonId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A person of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// Id in the register.
    pub id: PersonId,
    /// Full name, first name first.
    pub name: String,
    /// Other full names.
    pub aliases: Vec<String>,
    /// Every address.
    pub addresses: Vec<EmailAddress>,
}

/// Who can be recognised; implemented over the register.
pub trait KnownPeople {
    /// Every person.
    fn people(&self) -> Vec<KnownPerson>;
}

/// Somebody who is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A person of the register.
    Person(PersonId),
    /// An address of nobody in the register.
    Address(EmailAddress),
    /// A domain, in small letters.
    Domain(String),
    /// It could be several people.
    Ambiguous(Vec<PersonId>),
    /// `Mr. Last`, or an all but equal name, of nobody in the register.
    Unknown(String),
}

/// Somebody, where they are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) at: Range<usize>,
    pub(crate) who: Who,
}

/// Which part the words give to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// They send.
    From(Vec<Who>),
    /// They receive.
    Recipients(Vec<Who>),
    /// They take part in any way.
    Participants(Vec<Who>),
    /// One of the first and one of the second take part.
    Between(Vec<Who>, Vec<Who>),
}

/// Names of the register, ready to be looked for.
pub(crate) struct Names {
    full: BTreeMap<Vec<String>, BTreeSet<PersonId>>,
    last: BTreeMap<String, BTreeSet<PersonId>>,
    /// First and last name alone, to find names with another middle name.
    outer: BTreeMap<(String, String), BTreeSet<PersonId>>,
    addresses: BTreeMap<EmailAddress, PersonId>,
}

fn words(text: &str) -> Vec<(Range<usize>, String)> {
    let found = pattern!(r"[\pL\pM][\pL\pM'’\-]*").find_iter(text);
    found.map(|word| (word.range(), fold(word.as_str()))).collect()
}

fn fold(word: &str) -> String {
    let lower = word.to_lowercase().replace('’', "'");
    lower.strip_suffix("'s").unwrap_or(&lower).to_owned()
}

impl Names {
    pub(crate) fn new(known: &dyn KnownPeople) -> Self {
        let mut names = Self {
            full: BTreeMap::new(),
            last: BTreeMap::new(),
            outer: BTreeMap::new(),
            addresses: BTreeMap::new(),
        };
        for person in known.people() {
            for name in std::iter::once(&person.name).chain(&person.aliases) {
                let parts: Vec<String> = words(name).into_iter().map(|(_, word)| word).collect();
                let [first, .., last] = parts.as_slice() else { continue };
                names.last.entry(last.clone()).or_default().insert(person.id.clone());
                names.outer.entry((first.clone(), last.clone())).or_default().insert(person.id.clone());
                names.full.entry(parts).or_default().insert(person.id.clone());
            }
            for address in person.addresses {
                names.addresses.insert(address, person.id.clone());
            }
        }
        names
    }

    /// Everybody who is named in a text, in order.
    pub(crate) fn mentions(&self, text: &str) -> Vec<Mention> {
        let mut found: Vec<Mention> = Vec::new();
        let addresses = pattern!(
            r"[A-Za-z0-9][A-Za-z0-9._%+\-]*@[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?)+"
        );
        for one in addresses.find_iter(text) {
            if let Ok(address) = EmailAddress::new(one.as_str()) {
                let who = self.addresses.get(&address).cloned().map_or(Who::Address(address), Who::Person);
                found.push(Mention { at: one.range(), who });
            }
        }
        let domains = pattern!(
            r"(?i)@?\b(?:\*\.)?(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+(?:com|net|org|example|io|co|biz|info|bank|fund|us|uk|de|ch|fr|jp|hk|sg|ca|eu)\b"
        );
        for one in domains.find_iter(text) {
            if !overlaps(&found, &one.range()) {
                let domain = one.as_str().trim_start_matches('@').to_lowercase();
                let domain = domain.strip_prefix("www.").unwrap_or(&domain).to_owned();
                found.push(Mention { at: one.range(), who: Who::Domain(domain) });
            }
        }
        self.names(text, &mut found);
        found.sort_by_key(|mention| mention.at.start);
        found
    }

    fn names(&self, text: &str, found: &mut Vec<Mention>) {
        let words = words(text);
        let longest = self.full.keys().map(Vec::len).max().unwrap_or(0);
        let between = |a: usize, b: usize| text.get(words[a].0.end..words[b].0.start).unwrap_or_default();
        let mut at = 0;
        while at < words.len() {
            let most = longest.min(words.len() - at);
            let full = (2..=most).rev().find_map(|count| {
                let joined = (at..at + count - 1).all(|of| matches!(between(of, of + 1).trim(), "" | "."));
                let key: Vec<String> = words[at..at + count].iter().map(|(_, word)| word.clone()).collect();
                let ids = self.full.get(&key).filter(|_| joined)?;
                Some((count, ids))
            });
            let turned = || {
                // `Lee, Ann`
                let (next, comma) = (words.get(at + 1)?, between(at, at + 1).trim() == ",");
                let ids = self.full.get(&vec![next.1.clone(), words[at].1.clone()]).filter(|_| comma)?;
                Some((2, ids))
            };
            let titled = || {
                let title = matches!(words[at].1.as_str(), "mr" | "ms" | "mrs" | "dr" | "miss" | "messrs");
                let next =
                    words.get(at + 1).filter(|_| title && matches!(between(at, at + 1).trim(), "" | "."))?;
                let shown = text.get(next.0.clone()).filter(|word| word.starts_with(char::is_uppercase))?;
                Some((self.last.get(&next.1), shown))
            };
            let (count, who) = if let Some((count, ids)) = full.or_else(turned) {
                (count, one_or_several(ids))
            } else if let Some((ids, _)) = titled() {
                let range = words[at].0.start..words[at + 1].0.end;
                let unknown = Who::Unknown(text.get(range).unwrap_or_default().to_owned());
                (2, ids.map_or(unknown, one_or_several))
            } else if let Some(count) = self.with_middle_name(&words[at..], text) {
                let range = words[at].0.start..words[at + count - 1].0.end;
                (count, Who::Unknown(text.get(range).unwrap_or_default().to_owned()))
            } else {
                at += 1;
                continue;
            };
            let range = words[at].0.start..words[at + count - 1].0.end;
            if !overlaps(found, &range) {
                found.push(Mention { at: range, who });
            }
            at += count;
        }
    }

    /// `Ann M. Lee` where the register has `Ann Lee`: all but the same name, which is not the same.
    fn with_middle_name(&self, words: &[(Range<usize>, String)], text: &str) -> Option<usize> {
        let [first, middle, last, ..] = words else { return None };
        let capital = |word: &(Range<usize>, String)| {
            text.get(word.0.clone()).is_some_and(|word| word.starts_with(char::is_uppercase))
        };
        let near = text
            .get(first.0.end..last.0.start)
            .is_some_and(|link| link.len() <= 16 && !link.contains([',', ';']));
        let known = self.outer.contains_key(&(first.1.clone(), last.1.clone()));
        (near && known && capital(middle) && capital(last)).then_some(3)
    }
}

fn one_or_several(ids: &BTreeSet<PersonId>) -> Who {
    let mut all: Vec<PersonId> = ids.iter().cloned().collect();
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => Who::Person(one),
        (last, _) => {
            all.extend(last);
            Who::Ambiguous(all)
        }
    }
}

fn overlaps(found: &[Mention], at: &Range<usize>) -> bool {
    found.iter().any(|other| other.at.start < at.end && at.start < other.at.end)
}

/// A part that the words give, with the words and whether they can be read otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) part: Part,
    pub(crate) words: String,
    pub(crate) remark: Option<String>,
    /// Mentions that it covers.
    pub(crate) covers: Vec<usize>,
}

/// One mention as a sign that no letter has.
const ONE: &str = "\u{2}[0-9]+\u{3}";

fn list() -> String {
    let lead = r"(?:(?:any|each|either|one|all|both)(?:\s+or\s+more)?\s+(?:of\s+)?)?(?:the\s+following(?:\s+\w+)?:?\s+)?";
    let link = r"\s*(?:\([^()]{0,60}\))?\s*(?:,|;|/)?\s*(?:and/or|and|or)?\s*(?:any\s+of\s+)?";
    format!("{lead}{ONE}(?:{link}{ONE})*")
}

/// The parts that a text gives to those whom it mentions.
pub(crate) fn said(text: &str, mentions: &[Mention]) -> Vec<Said> {
    let mut signs = String::new();
    let mut from = 0;
    for (number, mention) in mentions.iter().enumerate() {
        signs.push_str(text.get(from..mention.at.start).unwrap_or_default());
        signs.push_str(&format!("\u{2}{number}\u{3}"));
        from = mention.at.end;
    }
    signs.push_str(text.get(from..).unwrap_or_default());
    let mut found: Vec<Said> = Vec::new();
    between(&signs, text, mentions, &mut found);
    let both = pattern!(format!(
        r"(?i)\b(?:sent\s+(?:to\s+)?or\s+received\s+by|received\s+or\s+sent\s+by|(?:sent\s+)?to\s+(?:or|and|and/or)\s+from|(?:sent\s+)?from\s+(?:or|and|and/or)\s+to|to,\s+from|by\s+or\s+to|of|belonging\s+to|involving|with|among(?:st)?)\s+(?:[A-Z][\w&.,'’ ]{{0,60}}\(\s*)?({})",
        list()
    ));
    let sends = pattern!(format!(
        r"(?i)\b(?:sent\s+by|from|authored\s+by|written\s+by|originating\s+from)\s+({})",
        list()
    ));
    let receives = pattern!(format!(r"(?i)\b(?:sent\s+to|addressed\s+to|received\s+by|to)\s+({})", list()));
    for (pattern, part) in [
        (both, Part::Participants as fn(Vec<Who>) -> Part),
        (sends, Part::From as fn(Vec<Who>) -> Part),
        (receives, Part::Recipients as fn(Vec<Who>) -> Part),
    ] {
        for one in pattern.captures_iter(&signs) {
            let covers = numbers(&one[1]);
            if !found.iter().any(|said| said.covers.iter().any(|of| covers.contains(of))) {
                let (who, words) = (people(&covers, mentions), shown(&one[0], text, mentions));
                found.push(Said { part: part(who), words, remark: None, covers });
            }
        }
    }
    found
}

fn between(signs: &str, text: &str, mentions: &[Mention], found: &mut Vec<Said>) {
    let pairs = pattern!(format!(
        r"(?i)\bbetween\s+({list})(?P<hand>,?\s*on\s+(?:the\s+)?one\s+(?:hand|side))?,?\s+and\s+({list})",
        list = list()
    ));
    for one in pairs.captures_iter(signs) {
        let (a, b) = (numbers(&one[1]), numbers(&one[3]));
        let covers: Vec<usize> = a.iter().chain(&b).copied().collect();
        let any_of = pattern!(r"(?i)\b(?:any|one|each|either)\b").find_iter(&one[0]).count() >= 2;
        let plain = a.len() == 1 && b.len() == 1;
        let words = shown(&one[0], text, mentions);
        if plain || one.name("hand").is_some() || any_of {
            let part = Part::Between(people(&a, mentions), people(&b, mentions));
            found.push(Said { part, words, remark: None, covers });
        } else {
            let remark =
                "it is not plain who stands on which side, so everybody named is proposed as a participant";
            let part = Part::Participants(people(&covers, mentions));
            found.push(Said { part, words, remark: Some(remark.to_owned()), covers });
        }
    }
    // One side known, the other not.
    let half = pattern!(format!(
        r"(?i)\bbetween\s+({})\s+and\s+((?:any|all|each|the|its|a|an|one or more)?\s*[A-Za-z][^.;:\x02]{{0,80}})",
        list()
    ));
    for one in half.captures_iter(signs) {
        let covers = numbers(&one[1]);
        if found.iter().any(|said| said.covers.iter().any(|of| covers.contains(of))) {
            continue;
        }
        let other = shown(one[2].trim(), text, mentions);
        let remark = format!(
            "the other side, {other:?}, could not be placed: as it stands, every message in which these take part is meant"
        );
        let part = Part::Participants(people(&covers, mentions));
        found.push(Said { part, words: shown(&one[0], text, mentions), remark: Some(remark), covers });
    }
}

fn numbers(signs: &str) -> Vec<usize> {
    let found = pattern!("\u{2}([0-9]+)\u{3}").captures_iter(signs);
    found.filter_map(|one| one[1].parse().ok()).collect()
}

fn people(numbers: &[usize], mentions: &[Mention]) -> Vec<Who> {
    let mut who: Vec<Who> = Vec::new();
    for mention in numbers.iter().filter_map(|of| mentions.get(*of)) {
        if !who.contains(&mention.who) {
            who.push(mention.who.clone());
        }
    }
    who
}

/// The letter's words behind signs.
fn shown(signs: &str, text: &str, mentions: &[Mention]) -> String {
    let mut words = signs.to_owned();
    for number in numbers(signs) {
        let name = mentions.get(number).and_then(|mention| text.get(mention.at.clone())).unwrap_or_default();
        words = words.replace(&format!("\u{2}{number}\u{3}"), name);
    }
    words
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(id) => write!(f, "{id}"),
            Self::Address(address) => f.write_str(address.as_str()),
            Self::Domain(domain) => f.write_str(domain),
            Self::Ambiguous(ids) => {
                let ids: Vec<&str> = ids.iter().map(PersonId::as_str).collect();
                write!(f, "one of {}", ids.join(", "))
            }
            Self::Unknown(words) => write!(f, "{words:?}"),
        }
    }
}
