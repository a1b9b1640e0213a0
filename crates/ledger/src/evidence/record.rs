//! What the pass over the occurrences keeps of each, until the records of one digest are together.

use super::known::AddressPlace;
use crate::error::{Fault, damaged};
use crate::varint;
use duces_model::Role;

/// The bases that say whose copy it is: by rule or journal envelope. Headers say only who took part.
pub(crate) const CAPTURED: u64 = 3;

/// One occurrence of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Copy {
    /// The occurrence's key: keys are in the order of indexing.
    pub(crate) key: i64,
    /// Its day, where it has one.
    pub(crate) day: Option<i64>,
    /// Whether anybody is known to take part, an outsider too.
    pub(crate) has_people: bool,
    /// Who of the known addresses takes part.
    pub(crate) people: Vec<(Role, AddressPlace)>,
    /// The keys of its sources, with the bases as bits.
    pub(crate) sources: Vec<(i64, u64)>,
}

impl Copy {
    /// Whether a source holds it by rule or journal envelope.
    pub(crate) fn is_captured(&self) -> bool {
        self.sources.iter().any(|(_, bases)| bases & CAPTURED != 0)
    }
}

/// What is known of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Record {
    /// An occurrence has this Message-ID.
    Copy(Copy),
    /// A reply to an address of the firm, with that address, names it as its one parent.
    Reply { key: i64, day: i64, author: AddressPlace },
    /// Something that the firm wrote answers it.
    Answered,
    /// A journal report of the delivery that this digest names came to a source on a day.
    Delivery { source: i64, day: i64 },
    /// Somebody lists it, as a message of a source: its place in the list, and the source's key where it has one.
    Listed { place: u64, source: Option<i64> },
}

impl Record {
    /// Appends it as it is kept.
    pub(super) fn push(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Copy(copy) => {
                bytes.push(0);
                signed(bytes, copy.key);
                bytes.push(u8::from(copy.has_people) << 1 | u8::from(copy.day.is_some()));
                copy.day.iter().for_each(|day| signed(bytes, *day));
                varint::push(bytes, crate::columns::count(copy.people.len()));
                for (role, place) in &copy.people {
                    let code = Role::ALL.iter().position(|known| known == role).unwrap_or_default();
                    varint::push(bytes, crate::columns::count(code));
                    varint::push(bytes, u64::from(*place));
                }
                for (source, bases) in &copy.sources {
                    signed(bytes, *source);
                    varint::push(bytes, *bases);
                }
            }
            Self::Reply { key, day, author } => {
                bytes.push(1);
                signed(bytes, *key);
                signed(bytes, *day);
                varint::push(bytes, u64::from(*author));
            }
            Self::Answered => bytes.push(2),
            Self::Delivery { source, day } => {
                bytes.push(3);
                signed(bytes, *source);
                signed(bytes, *day);
            }
            Self::Listed { place, source } => {
                bytes.push(4);
                varint::push(bytes, *place);
                source.iter().for_each(|source| signed(bytes, *source));
            }
        }
    }

    /// Reads what [`Record::push`] wrote.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let mut left = Left(bytes);
        left.record().ok_or_else(|| damaged("found a record of a look that does not read back"))
    }
}

/// What is left to be read.
struct Left<'b>(&'b [u8]);

impl Left<'_> {
    fn record(&mut self) -> Option<Record> {
        Some(match self.byte()? {
            0 => {
                let (key, flags) = (self.signed()?, self.byte()?);
                let day = if flags & 1 == 1 { Some(self.signed()?) } else { None };
                let mut copy = Copy { key, day, has_people: flags & 2 == 2, ..Copy::default() };
                for _ in 0..self.number()? {
                    let role = Role::ALL.get(usize::try_from(self.number()?).ok()?)?;
                    copy.people.push((*role, self.place()?));
                }
                while !self.0.is_empty() {
                    copy.sources.push((self.signed()?, self.number()?));
                }
                Record::Copy(copy)
            }
            1 => Record::Reply { key: self.signed()?, day: self.signed()?, author: self.place()? },
            2 => Record::Answered,
            3 => Record::Delivery { source: self.signed()?, day: self.signed()? },
            4 => {
                let place = self.number()?;
                Record::Listed { place, source: if self.0.is_empty() { None } else { Some(self.signed()?) } }
            }
            _ => return None,
        })
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = varint::take(self.0)?;
        self.0 = rest;
        Some(number)
    }

    fn place(&mut self) -> Option<AddressPlace> {
        AddressPlace::try_from(self.number()?).ok()
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

/// Numbers near zero, of either sign, in few bytes.
fn signed(bytes: &mut Vec<u8>, number: i64) {
    varint::push(bytes, (number << 1 ^ number >> 63).cast_unsigned());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn copy() -> impl Strategy<Value = Copy> {
        let people = prop::collection::vec((0_usize..7, any::<u32>()), 0..5);
        let sources = prop::collection::vec((any::<i64>(), any::<u64>()), 0..4);
        (any::<i64>(), any::<Option<i64>>(), any::<bool>(), people, sources).prop_map(
            |(key, day, has_people, people, sources)| {
                let people = people.into_iter().map(|(role, place)| (Role::ALL[role], place)).collect();
                Copy { key, day, has_people, people, sources }
            },
        )
    }

    fn record() -> impl Strategy<Value = Record> {
        prop_oneof![
            copy().prop_map(Record::Copy),
            (any::<i64>(), any::<i64>(), any::<u32>()).prop_map(|(key, day, author)| Record::Reply {
                key,
                day,
                author
            }),
            Just(Record::Answered),
            (any::<i64>(), any::<i64>()).prop_map(|(source, day)| Record::Delivery { source, day }),
            (any::<u64>(), any::<Option<i64>>()).prop_map(|(place, source)| Record::Listed { place, source }),
        ]
    }

    proptest! {
        #[test]
        fn a_record_reads_back_as_it_was_kept(record in record()) {
            let mut bytes = Vec::new();
            record.push(&mut bytes);
            prop_assert_eq!(Record::read(&bytes).unwrap(), record);
        }
    }

    #[test]
    fn bytes_that_are_no_record_are_refused() {
        for bytes in [&[][..], &[9], &[0, 1], &[1, 2], &[3, 0x80]] {
            assert!(Record::read(bytes).is_err(), "{bytes:?}");
        }
    }
}
