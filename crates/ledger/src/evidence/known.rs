//! The addresses that evidence asks of, by a place of their own: those of the firm's domains, and those of sources.

use crate::error::Fault;
use duces_model::EmailAddress;
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap};

/// An address by its place among the known ones, which is its place in their order.
pub(crate) type AddressPlace = u32;

/// The addresses asked of, sorted.
#[derive(Debug)]
pub(crate) struct KnownAddresses {
    /// Each with whether it is the firm's.
    pub(crate) listed: Vec<(EmailAddress, bool)>,
    /// Places by the dictionary's keys. It is only ever asked by key, so that its order reaches nothing.
    places: HashMap<u64, AddressPlace>,
}

impl KnownAddresses {
    /// Those of the dictionary that are of one of the domains (letter case aside; subdomains are other domains) or
    /// among `others`.
    pub(crate) fn of(
        connection: &Connection,
        domains: &[String],
        others: &BTreeSet<&EmailAddress>,
    ) -> Result<Self, Fault> {
        let domains: BTreeSet<String> = domains.iter().map(|domain| domain.to_lowercase()).collect();
        let mut found: Vec<(EmailAddress, bool, u64)> = Vec::new();
        let mut statement = connection.prepare("SELECT key, address FROM address")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let address = EmailAddress::from_stored(row.get::<_, String>(1)?);
            let firm = domains.contains(address.domain());
            if firm || others.contains(&address) {
                found.push((address, firm, row.get(0)?));
            }
        }
        found.sort();
        let place = |at: usize| AddressPlace::try_from(at).map_err(|_| too_many());
        let places = found.iter().enumerate().map(|(at, (.., key))| Ok((*key, place(at)?)));
        let places = places.collect::<Result<_, Fault>>()?;
        Ok(Self { listed: found.into_iter().map(|(address, firm, _)| (address, firm)).collect(), places })
    }

    /// The place of an address by its key, where it is known.
    pub(crate) fn place(&self, key: u64) -> Option<AddressPlace> {
        self.places.get(&key).copied()
    }

    /// The place of an address by itself.
    pub(crate) fn place_of(&self, address: &EmailAddress) -> Option<AddressPlace> {
        let at = self.listed.binary_search_by(|(listed, _)| listed.cmp(address)).ok()?;
        AddressPlace::try_from(at).ok()
    }

    /// Whether it is the firm's.
    pub(crate) fn is_firm(&self, place: AddressPlace) -> bool {
        self.listed.get(place as usize).is_some_and(|(_, firm)| *firm)
    }
}

fn too_many() -> Fault {
    crate::error::damaged("found more addresses of the firm than can be counted, expected at most 4294967295")
}
