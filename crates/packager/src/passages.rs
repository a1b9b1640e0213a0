//! Runs of words that stand in one text and again, verbatim, in another.
//!
//! Texts are compared by words: what is neither letter nor digit only parts them, and letter case does not
//! count, so that quote marks and other line breaks hide nothing. A sign of a script that is written
//! without spaces is a word of its own. Of each barred text the shingles of [`SHINGLE`] words are
//! thinned by winnowing (Schleimer, Wilkerson and Aiken, "Winnowing", SIGMOD 2003): of each
//! [`WINDOW`] in a row one is kept. So every shared run of [`RUN_FOUND`] words or more is found, none of
//! fewer than [`SHINGLE`] is reported, and about one shingle in three is held in memory.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// Words of a shingle: no shorter shared run is reported.
pub const SHINGLE: usize = 20;
/// Of so many shingles in a row one is kept.
const WINDOW: usize = 5;
/// Every shared run of so many words is found.
pub const RUN_FOUND: usize = SHINGLE + WINDOW - 1;
/// A text of fewer words than [`RUN_FOUND`] is looked for as a whole where it has at least so many; a
/// shorter one ("thank you, will do") stands everywhere and is not looked for.
pub const WHOLE_MIN: usize = 6;
/// So many shingles of barred texts are held: some 150 MiB, and some 12 million words.
const HELD_MAX: usize = 4_000_000;

/// The barred texts are more than can be held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooManyWords;

/// A kept shingle, of one barred text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept {
    owner: u32,
    /// The next one with the same words.
    next: Option<u32>,
}

/// The passages of barred texts.
#[derive(Debug, Default)]
pub(crate) struct Passages {
    kept: Vec<Kept>,
    long: HashMap<u64, u32>,
    /// Short texts as a whole, by their count of words.
    whole: BTreeMap<usize, HashMap<u64, u32>>,
    /// What bars nothing: all shingles of texts that a person named, and short ones as a whole.
    allowed: HashSet<u64>,
    allowed_whole: HashSet<(usize, u64)>,
}

impl Passages {
    /// Says that the words of this text bar nothing. Counts for texts barred after it.
    pub(crate) fn allow(&mut self, text: &str) {
        let mut words = Vec::new();
        each_word(text, |word| words.push(word));
        if words.len() < RUN_FOUND {
            self.allowed_whole.insert((words.len(), whole(&words)));
        }
        let mut rolling = Rolling::new(SHINGLE);
        let shingles = words.into_iter().filter_map(|word| rolling.push(word));
        self.allowed.extend(shingles);
    }

    /// Bars a text; `owner` comes back from [`Passages::owner`].
    pub(crate) fn bar(&mut self, owner: u32, text: &str) -> Result<(), TooManyWords> {
        let mut head = Vec::new();
        let mut rolling = Rolling::new(SHINGLE);
        let mut winnowing = Winnowing::default();
        let mut kept = Vec::new();
        each_word(text, |word| {
            if head.len() < RUN_FOUND {
                head.push(word);
            }
            if let Some(shingle) = rolling.push(word) {
                kept.extend(winnowing.push(shingle));
            }
        });
        if head.len() < RUN_FOUND {
            let named = (head.len(), whole(&head));
            if head.len() >= WHOLE_MIN && !self.allowed_whole.contains(&named) {
                let map = self.whole.entry(named.0).or_default();
                keep(&mut self.kept, map, named.1, owner)?;
            }
            return Ok(());
        }
        for shingle in kept {
            if !self.allowed.contains(&shingle) {
                keep(&mut self.kept, &mut self.long, shingle, owner)?;
            }
        }
        Ok(())
    }

    /// The kept shingles that stand in this text, sorted, each once.
    pub(crate) fn find(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        if self.kept.is_empty() {
            return found;
        }
        let mut rolling = Rolling::new(SHINGLE);
        let mut short: Vec<(Rolling, &HashMap<u64, u32>)> =
            self.whole.iter().map(|(length, map)| (Rolling::new(*length), map)).collect();
        each_word(text, |word| {
            if let Some(head) = rolling.push(word).and_then(|shingle| self.long.get(&shingle)) {
                found.push(*head);
            }
            for (rolling, map) in &mut short {
                if let Some(head) = rolling.push(word).and_then(|run| map.get(&run)) {
                    found.push(*head);
                }
            }
        });
        found.sort_unstable();
        found.dedup();
        let heads = found.len();
        for at in 0..heads {
            let mut next = self.kept[found[at] as usize].next;
            while let Some(more) = next {
                found.push(more);
                next = self.kept[more as usize].next;
            }
        }
        found.sort_unstable();
        found
    }

    /// Whose a kept shingle is.
    pub(crate) fn owner(&self, shingle: u32) -> u32 {
        self.kept[shingle as usize].owner
    }

    /// How many shingles are held of each of so many owners.
    pub(crate) fn held(&self, owners: usize) -> Vec<u64> {
        let mut held = vec![0; owners];
        for kept in &self.kept {
            held[kept.owner as usize] += 1;
        }
        held
    }
}

fn keep(
    kept: &mut Vec<Kept>,
    map: &mut HashMap<u64, u32>,
    shingle: u64,
    owner: u32,
) -> Result<(), TooManyWords> {
    let place = u32::try_from(kept.len()).map_err(|_| TooManyWords)?;
    if kept.len() >= HELD_MAX {
        return Err(TooManyWords);
    }
    match map.entry(shingle) {
        std::collections::hash_map::Entry::Vacant(entry) => {
            entry.insert(place);
            kept.push(Kept { owner, next: None });
        }
        std::collections::hash_map::Entry::Occupied(entry) => {
            let head = *entry.get() as usize;
            // The newest stands right behind the head: a text that repeats itself is told at a look.
            let newest = kept[head].next.unwrap_or(*entry.get()) as usize;
            if kept[newest].owner == owner {
                return Ok(());
            }
            let next = kept[head].next.replace(place);
            kept.push(Kept { owner, next });
        }
    }
    Ok(())
}

/// The run of all these words.
fn whole(words: &[u64]) -> u64 {
    let mut rolling = Rolling::new(words.len());
    words.iter().filter_map(|word| rolling.push(*word)).last().unwrap_or_default()
}

/// Digests of the last so many words, updated word by word.
struct Rolling {
    words: VecDeque<u64>,
    length: usize,
    power: u64,
    sum: u64,
}

/// An odd number without pattern (the fraction of the golden ratio).
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

impl Rolling {
    fn new(length: usize) -> Self {
        let power = (0..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
        Self { words: VecDeque::with_capacity(length + 1), length, power, sum: 0 }
    }

    fn push(&mut self, word: u64) -> Option<u64> {
        self.sum = self.sum.wrapping_mul(BASE).wrapping_add(word);
        self.words.push_back(word);
        if self.words.len() > self.length
            && let Some(gone) = self.words.pop_front()
        {
            self.sum = self.sum.wrapping_sub(gone.wrapping_mul(self.power));
        }
        (self.words.len() == self.length).then(|| mixed(self.sum))
    }
}

/// Of each window of shingles the smallest, the last of several: the same for the same window anywhere.
#[derive(Default)]
struct Winnowing {
    window: VecDeque<(usize, u64)>,
    next: usize,
    last: Option<usize>,
}

impl Winnowing {
    fn push(&mut self, shingle: u64) -> Option<u64> {
        self.window.push_back((self.next, shingle));
        self.next += 1;
        if self.window.len() > WINDOW {
            self.window.pop_front();
        }
        if self.window.len() < WINDOW {
            return None;
        }
        let (place, smallest) =
            self.window.iter().copied().min_by_key(|(place, shingle)| (*shingle, usize::MAX - place))?;
        (self.last.replace(place) != Some(place)).then_some(smallest)
    }
}

/// Spreads a number over all its bits (the finalizer of SplitMix64).
fn mixed(number: u64) -> u64 {
    let a = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let b = (a ^ (a >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    b ^ (b >> 31)
}

/// The digest of each word of a text, in order.
pub(crate) fn word_digests(text: &str) -> Vec<u64> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(word));
    words
}

/// Tells the digest of each word.
fn each_word(text: &str, mut tell: impl FnMut(u64)) {
    const START: u64 = 0xCBF2_9CE4_8422_2325;
    let mut word = START;
    let mut inside = false;
    for sign in text.chars() {
        if !sign.is_alphanumeric() {
            if inside {
                tell(mixed(word));
            }
            (word, inside) = (START, false);
            continue;
        }
        let alone = is_word(sign);
        if alone && inside {
            tell(mixed(word));
            word = START;
        }
        for lower in sign.to_lowercase() {
            // FNV-1a over code points.
            word = (word ^ u64::from(u32::from(lower))).wrapping_mul(0x0000_0100_0000_01B3);
        }
        inside = true;
        if alone {
            tell(mixed(word));
            (word, inside) = (START, false);
        }
    }
    if inside {
        tell(mixed(word));
    }
}

/// Whether a sign belongs to a script that is written without spaces: Thai, Lao, Burmese, Khmer, kana,
/// Chinese.
fn is_word(sign: char) -> bool {
    matches!(sign, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(from: usize, count: usize) -> String {
        (from..from + count).map(|n| format!("word{n} ")).collect()
    }

    fn finds(barred: &str, text: &str) -> bool {
        let mut passages = Passages::default();
        passages.bar(7, barred).unwrap();
        let found = passages.find(text);
        assert!(found.iter().all(|shingle| passages.owner(*shingle) == 7));
        !found.is_empty()
    }

    #[test]
    fn quote_marks_line_breaks_and_case_hide_nothing() {
        let barred = "Our counsel said: the settlement should not exceed five million dollars, and the board \
            agreed on Tuesday that nobody outside is to be told of this before the hearing ends.";
        let quoted = format!("> {}", barred.replace(", and", ",\n>> and").to_uppercase());
        assert!(finds(barred, &format!("See below.\n{quoted}\nRegards")));
    }

    #[test]
    fn a_short_text_is_found_as_a_whole_and_not_in_part() {
        let barred = "Settle it for five million, counsel says.";
        assert!(finds(barred, "On Monday Ann wrote:\n> settle it for five\n> million; counsel says\nok"));
        assert!(!finds(barred, "Settle it for five million."));
        assert!(!finds("Thank you, will do!", "Thank you, will do!"), "it stands everywhere");
    }

    #[test]
    fn scripts_without_spaces_have_a_word_for_each_sign() {
        let barred = "本函件仅供内部法律顾问使用未经许可不得向任何第三方披露或者引用其中内容";
        assert!(finds(barred, &format!("请看下面的内容。{barred}。谢谢")));
        assert!(!finds(barred, "请看下面的内容。谢谢"));
    }

    #[test]
    fn what_a_person_named_bars_nothing_and_what_stands_beside_it_still_does() {
        let footer = words(1_000, 40);
        let mut passages = Passages::default();
        passages.allow(&footer);
        passages.bar(0, &format!("{}{footer}", words(0, 60))).unwrap();
        assert!(passages.find(&format!("hello {footer} bye")).is_empty());
        assert!(!passages.find(&words(10, 30)).is_empty());
    }

    #[test]
    fn one_passage_of_two_texts_is_told_of_both_once() {
        let mut passages = Passages::default();
        let shared = words(0, 24);
        passages.bar(0, &format!("{shared}{shared}{shared}")).unwrap();
        passages.bar(1, &format!("{} {shared}", words(500, 30))).unwrap();
        let owners: Vec<u32> =
            passages.find(&shared).iter().map(|shingle| passages.owner(*shingle)).collect();
        assert!(owners.contains(&0) && owners.contains(&1), "{owners:?}");
        assert_eq!(passages.held(2).iter().sum::<u64>(), passages.kept.len() as u64);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_run_of_twenty_four_words_is_found_and_none_under_twenty(
            before in 0_usize..50, length in 5_usize..60, after in 0_usize..50, around in 0_usize..40
        ) {
            let run = words(100, length);
            let barred = format!("{}{run}{}", words(1_000, before), words(2_000, after));
            let text = format!("{}{run}{}", words(3_000, around), words(4_000, around));
            let found = finds(&barred, &text);
            // A barred text that is short is looked for as a whole only.
            let total = before + length + after;
            if total >= RUN_FOUND && length >= RUN_FOUND {
                prop_assert!(found);
            }
            if total >= RUN_FOUND && length < SHINGLE {
                prop_assert!(!found);
            }
            if total < RUN_FOUND {
                prop_assert_eq!(found, before + after == 0 && length >= WHOLE_MIN);
            }
        }

        #[test]
        fn about_one_shingle_in_three_is_held(seed in 0_usize..1_000_000) {
            let mut passages = Passages::default();
            passages.bar(0, &words(seed, 6_000)).unwrap();
            let held = passages.kept.len();
            prop_assert!((1_700..2_300).contains(&held), "{}", held);
        }
    }
}
