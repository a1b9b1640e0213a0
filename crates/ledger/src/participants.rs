//! Who takes part in an occurrence's message: a compact list over a dictionary of addresses.

use crate::error::{Fault, damaged};
use crate::varint;
use duces_model::{EmailAddress, Role, Sha256};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::{BTreeSet, HashMap};

/// So many addresses are kept in memory beside the dictionary in the file; past that, the memory starts anew.
const REMEMBERED_MAX: usize = 200_000;

/// The digest of everybody who takes part: SHA-256 over the lines `role address`, each ended by a line
/// feed, sorted and without repetition.
pub(crate) fn participants_sha256(participants: &[(Role, EmailAddress)]) -> Sha256 {
    let lines: BTreeSet<(&str, &str)> =
        participants.iter().map(|(role, address)| (role.as_str(), address.as_str())).collect();
    let mut hasher = Sha256::hasher();
    for (role, address) in lines {
        hasher.update(format!("{role} {address}\n"));
    }
    hasher.finish()
}

/// As stored: for each, a byte with the role's place in [`Role::ALL`] and the address's key as a varint.
pub(crate) fn to_bytes(participants: &[(Role, u64)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(participants.len() * 4);
    for (role, address) in participants {
        let code = Role::ALL.iter().position(|known| known == role).unwrap_or_default();
        varint::push(&mut bytes, crate::columns::count(code));
        varint::push(&mut bytes, *address);
    }
    bytes
}

/// Reads what [`to_bytes`] wrote.
pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Vec<(Role, u64)>, Fault> {
    each(bytes).collect()
}

/// Reads what [`to_bytes`] wrote, one after another; nothing follows an error.
pub(crate) fn each(mut bytes: &[u8]) -> impl Iterator<Item = Result<(Role, u64), Fault>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let taken = take(bytes);
        bytes = taken.map_or(&[], |(_, rest)| rest);
        let wrong = || damaged("found participants that are no list of roles and addresses");
        Some(taken.map(|(participant, _)| participant).ok_or_else(wrong))
    })
}

fn take(bytes: &[u8]) -> Option<((Role, u64), &[u8])> {
    let (code, rest) = varint::take(bytes)?;
    let (address, rest) = varint::take(rest)?;
    let role = Role::ALL.get(usize::try_from(code).ok()?)?;
    Some(((*role, address), rest))
}

/// The dictionary's most recent part, in memory. It is only ever asked by name, so that its order
/// reaches nothing.
#[derive(Debug, Default)]
pub(crate) struct AddressKeys(HashMap<String, u64>);

impl AddressKeys {
    /// The key of an address, which is added to the dictionary where it is new.
    pub(crate) fn key(&mut self, connection: &Connection, address: &EmailAddress) -> Result<u64, Fault> {
        if let Some(key) = self.0.get(address.as_str()) {
            return Ok(*key);
        }
        let found: Option<u64> = connection
            .prepare_cached("SELECT key FROM address WHERE address = ?1")?
            .query_row([address.as_str()], |row| row.get(0))
            .optional()?;
        let key = match found {
            Some(key) => key,
            None => {
                connection
                    .prepare_cached("INSERT INTO address (address) VALUES (?1)")?
                    .execute([address.as_str()])?;
                u64::try_from(connection.last_insert_rowid()).map_err(|_| damaged("found a negative key"))?
            }
        };
        if self.0.len() >= REMEMBERED_MAX {
            self.0.clear();
        }
        self.0.insert(address.as_str().to_owned(), key);
        Ok(key)
    }

    /// Forgets: needed whenever keys given in a transaction were taken back with it.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

/// The dictionary read from the other side: addresses by key.
#[derive(Debug, Default)]
pub(crate) struct AddressNames(HashMap<u64, EmailAddress>);

impl AddressNames {
    /// The participants of an occurrence, from their stored form.
    pub(crate) fn named(
        &mut self,
        connection: &Connection,
        stored: &[u8],
    ) -> Result<Vec<(Role, EmailAddress)>, Fault> {
        from_bytes(stored)?.into_iter().map(|(role, key)| Ok((role, self.name(connection, key)?))).collect()
    }

    fn name(&mut self, connection: &Connection, key: u64) -> Result<EmailAddress, Fault> {
        if let Some(address) = self.0.get(&key) {
            return Ok(address.clone());
        }
        let text: Option<String> = connection
            .prepare_cached("SELECT address FROM address WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        let text = text.ok_or_else(|| damaged(format!("found no address with key {key}")))?;
        if self.0.len() >= REMEMBERED_MAX {
            self.0.clear();
        }
        let address = EmailAddress::from_stored(text);
        self.0.insert(key, address.clone());
        Ok(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::new(text).unwrap()
    }

    #[test]
    fn the_digest_of_participants_depends_on_neither_order_nor_repetition() {
        let (a, b) = ((Role::From, address("a@x.example")), (Role::To, address("b@x.example")));
        let digest = participants_sha256(&[a.clone(), b.clone()]);
        assert_eq!(digest, participants_sha256(&[b.clone(), a.clone(), b.clone()]));
        assert_ne!(digest, participants_sha256(&[(Role::Cc, b.1), a]));
        assert_eq!(digest, Sha256::of("from a@x.example\nto b@x.example\n"));
    }

    #[test]
    fn bytes_that_are_no_participants_are_refused() {
        assert!(from_bytes(&[0]).is_err());
        assert!(from_bytes(&[7, 1]).is_err());
    }

    proptest! {
        #[test]
        fn participants_read_back_as_they_were_written(list in prop::collection::vec((0_usize..7, any::<u64>()), 0..20)) {
            let list: Vec<_> = list.into_iter().map(|(role, key)| (Role::ALL[role], key)).collect();
            prop_assert_eq!(from_bytes(&to_bytes(&list)).unwrap(), list);
        }
    }
}
