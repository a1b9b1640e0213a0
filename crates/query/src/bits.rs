//! Sets of documents of one segment, and the algebra of three answers over them.

/// A set of the numbers below a fixed count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// No number, room for those below `count`.
    pub(crate) fn none(count: u32) -> Self {
        Self(vec![0; usize::try_from(count.div_ceil(64)).unwrap_or(usize::MAX)])
    }

    /// Every number below `count`.
    pub(crate) fn full(count: u32) -> Self {
        let mut bits = Self::none(count);
        bits.0.fill(u64::MAX);
        if let Some(last) = bits.0.last_mut()
            && !count.is_multiple_of(64)
        {
            *last = (1 << (count % 64)) - 1;
        }
        bits
    }

    fn place(number: u32) -> (usize, u64) {
        ((number / 64) as usize, 1 << (number % 64))
    }

    /// Adds a number below the count.
    pub(crate) fn insert(&mut self, number: u32) {
        let (word, bit) = Self::place(number);
        self.0[word] |= bit;
    }

    /// Takes a number below the count out.
    pub(crate) fn remove(&mut self, number: u32) {
        let (word, bit) = Self::place(number);
        self.0[word] &= !bit;
    }

    /// Whether a number below the count is in it.
    pub(crate) fn contains(&self, number: u32) -> bool {
        let (word, bit) = Self::place(number);
        self.0[word] & bit != 0
    }

    /// Keeps what is in the other set too.
    pub(crate) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }

    /// Adds what is in the other set.
    pub(crate) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// Takes out what is in the other set.
    pub(crate) fn take(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
    }

    /// How many numbers it has.
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Its first number that is not below `from`.
    pub(crate) fn next(&self, from: u32) -> Option<u32> {
        let (mut place, bit) = Self::place(from);
        let mut word = *self.0.get(place)? & !(bit - 1);
        while word == 0 {
            place += 1;
            word = *self.0.get(place)?;
        }
        Some(u32::try_from(place).unwrap_or(u32::MAX).saturating_mul(64) + word.trailing_zeros())
    }

    /// No number, room for as many as here.
    pub(crate) fn emptied(&self) -> Self {
        Self(vec![0; self.0.len()])
    }

    /// The numbers, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).step_by(64).zip(&self.0).flat_map(|(base, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(base + bit)
            })
        })
    }
}

/// How many reasons there are for which an answer of the index can be open.
pub(crate) const REASONS: usize = 5;

/// What is told of every document of a segment: where the answer is yes, and where it cannot be told,
/// by reason. Where it is neither, the answer is no. An open answer has every reason that keeps it
/// open: those of each open part from which only open parts lead up to the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) yes: Bits,
    pub(crate) open: [Bits; REASONS],
}

impl Told {
    /// An answer where some documents hold, and others cannot be told for the given reasons.
    pub(crate) fn leaf(yes: Bits, mut open: [Bits; REASONS]) -> Self {
        open.iter_mut().for_each(|reason| reason.take(&yes));
        Self { yes, open }
    }

    /// The same answer for every document.
    pub(crate) fn constant(yes: bool, all: &Bits) -> Self {
        let none = all.emptied();
        let open = std::array::from_fn(|_| none.clone());
        Self { yes: if yes { all.clone() } else { none }, open }
    }

    /// Where it holds or cannot be told.
    pub(crate) fn may(&self) -> Bits {
        let mut may = self.yes.clone();
        self.open.iter().for_each(|reason| may.add(reason));
        may
    }

    /// Where it cannot be told.
    pub(crate) fn cannot_tell(&self) -> Bits {
        let mut open = self.may();
        open.take(&self.yes);
        open
    }

    /// The same for those documents alone, and no for all others.
    pub(crate) fn within(mut self, documents: &Bits) -> Self {
        self.yes.keep(documents);
        self.open.iter_mut().for_each(|reason| reason.keep(documents));
        self
    }

    /// Where it does not hold; what cannot be told still cannot.
    pub(crate) fn not(self, all: &Bits) -> Self {
        let mut yes = all.clone();
        yes.take(&self.may());
        Self { yes, open: self.open }
    }

    /// Where both hold.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        let mut may = self.may();
        may.keep(&other.may());
        self.yes.keep(&other.yes);
        self.join_open(other);
        self.open.iter_mut().for_each(|reason| reason.keep(&may));
        self
    }

    /// Where one of them holds.
    pub(crate) fn or(mut self, other: &Self) -> Self {
        self.yes.add(&other.yes);
        self.join_open(other);
        self
    }

    fn join_open(&mut self, other: &Self) {
        for (reason, other) in self.open.iter_mut().zip(&other.open) {
            reason.add(other);
            reason.take(&self.yes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::Answer;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn of(numbers: &BTreeSet<u32>, count: u32) -> Bits {
        let mut bits = Bits::none(count);
        numbers.iter().for_each(|number| bits.insert(*number));
        bits
    }

    #[test]
    fn a_full_set_holds_every_number_and_none_beyond() {
        for count in [0, 1, 63, 64, 65, 128] {
            assert_eq!(Bits::full(count).iter().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        }
    }

    /// One document's answer: 0 is no, 1 yes, the rest open for the reasons of its bits.
    fn told(answers: &[u8]) -> Told {
        let count = u32::try_from(answers.len()).unwrap();
        let set = |fits: &dyn Fn(u8) -> bool| {
            let numbers =
                (0..count).zip(answers).filter(|(_, answer)| fits(**answer)).map(|(number, _)| number);
            of(&numbers.collect(), count)
        };
        let open = std::array::from_fn(|reason| set(&|answer| answer >> (reason + 1) & 1 == 1));
        Told::leaf(set(&|answer| answer == 1), open)
    }

    fn answer(answer: u8) -> Answer {
        match answer {
            0 => Answer::No,
            1 => Answer::Yes,
            _ => Answer::CannotTell,
        }
    }

    fn answers(told: &Told, count: usize) -> Vec<Answer> {
        let open = told.cannot_tell();
        (0..u32::try_from(count).unwrap())
            .map(|number| match (told.yes.contains(number), open.contains(number)) {
                (true, false) => Answer::Yes,
                (false, true) => Answer::CannotTell,
                (false, false) => Answer::No,
                (true, true) => panic!("{number} is both"),
            })
            .collect()
    }

    fn any_answer() -> impl Strategy<Value = u8> {
        prop_oneof![Just(0_u8), Just(1), (1_u8..16).prop_map(|reasons| reasons << 1)]
    }

    proptest! {
        #[test]
        fn sets_agree_with_sets(a in prop::collection::btree_set(0_u32..200, 0..50), b in prop::collection::btree_set(0_u32..200, 0..50)) {
            let list = |bits: &Bits| bits.iter().collect::<Vec<_>>();
            let mut kept = of(&a, 200);
            kept.keep(&of(&b, 200));
            prop_assert_eq!(list(&kept), a.intersection(&b).copied().collect::<Vec<_>>());
            let mut added = of(&a, 200);
            added.add(&of(&b, 200));
            prop_assert_eq!(list(&added), a.union(&b).copied().collect::<Vec<_>>());
            let mut taken = of(&a, 200);
            taken.take(&of(&b, 200));
            prop_assert_eq!(list(&taken), a.difference(&b).copied().collect::<Vec<_>>());
            b.iter().for_each(|number| added.remove(*number));
            prop_assert_eq!(added, taken);
            let bits = of(&a, 200);
            prop_assert_eq!(bits.count(), a.len() as u64);
            for from in 0..210 {
                prop_assert_eq!(bits.next(from), a.range(from..).next().copied());
            }
        }

        #[test]
        fn answers_combine_by_kleenes_rules(pairs in prop::collection::vec((any_answer(), any_answer()), 0..100)) {
            let (a, b): (Vec<u8>, Vec<u8>) = pairs.iter().copied().unzip();
            let all = Bits::full(u32::try_from(a.len()).unwrap());
            let expected = |join: fn(Answer, Answer) -> Answer| -> Vec<Answer> {
                pairs.iter().map(|(a, b)| join(answer(*a), answer(*b))).collect()
            };
            prop_assert_eq!(answers(&told(&a).and(&told(&b)), a.len()), expected(Answer::and));
            prop_assert_eq!(answers(&told(&a).or(&told(&b)), a.len()), expected(Answer::or));
            prop_assert_eq!(answers(&told(&a).not(&all), a.len()), expected(|a, _| !a));
        }
    }
}
