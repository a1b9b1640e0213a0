//! Criteria on people taken apart, and the domains outside the firm.

use crate::criteria::{Domain, Side};
use crate::error::QueryError;
use crate::formula::{Formula, Leaf};
use crate::party::Party;
use duces_indexer::{Snapshot, exact_term};
use duces_model::DateWindow;
use std::collections::{BTreeMap, BTreeSet};

/// Some people as a formula: an address with days counts where it takes part *and* the message was sent on
/// them, so that an undated message that names it cannot be told.
pub(crate) fn of_party(side: Side, party: &Party) -> Formula {
    let of = |addresses: BTreeSet<&duces_model::EmailAddress>, domains: Vec<Domain>| {
        let addresses = addresses.into_iter().cloned().collect();
        Formula::Leaf(Leaf::Party(side, Party { addresses, domains, ..Party::default() }))
    };
    let (addresses, domains) = (party.always(), party.domains());
    let counts_always = !addresses.is_empty() || !domains.is_empty();
    let always = of(addresses, domains.into_iter().cloned().collect());
    let on_days = |(days, addresses): (DateWindow, BTreeSet<_>)| {
        Formula::All(vec![of(addresses, Vec::new()), Formula::Leaf(Leaf::Sent(days))])
    };
    let mut parts: Vec<Formula> = party.on_days().into_iter().map(on_days).collect();
    if parts.is_empty() {
        return always;
    }
    // Where nobody counts at all times, a message of another day is nobody's, however little of its
    // addresses could be read.
    if counts_always {
        parts.insert(0, always);
    }
    Formula::Any(parts)
}

/// The domains of an index that lie outside a firm's, remembered for each firm.
#[derive(Default)]
pub(crate) struct OutsideDomains(BTreeMap<Vec<Domain>, Vec<String>>);

impl OutsideDomains {
    /// The terms of all of them, sorted.
    pub(crate) fn of(&mut self, snapshot: &Snapshot, firm: &[Domain]) -> Result<&[String], QueryError> {
        if !self.0.contains_key(firm) {
            let found = outside(snapshot, firm)?;
            self.0.insert(firm.to_vec(), found);
        }
        Ok(&self.0[firm])
    }
}

/// Every domain of the index is looked at: none is left out for their number.
fn outside(snapshot: &Snapshot, firm: &[Domain]) -> Result<Vec<String>, QueryError> {
    let own: BTreeSet<String> = firm.iter().map(|domain| exact_term(domain.as_str())).collect();
    let names: BTreeSet<&str> = firm.iter().map(|domain| domain.as_str().trim_start_matches("*.")).collect();
    let mut found = BTreeSet::new();
    for reader in snapshot.searcher().segment_readers() {
        let reading = || "read the domains of the index";
        let index =
            reader.inverted_index(snapshot.fields().domain_any).map_err(QueryError::engine(reading()))?;
        let mut stream = index.terms().range().into_stream().map_err(QueryError::engine(reading()))?;
        while stream.advance() {
            let term = std::str::from_utf8(stream.key())
                .map_err(|_| QueryError::Damaged { detail: "a domain is no UTF-8".to_owned() })?;
            // `*.` stands before what a domain lies below, which is no domain of an address itself.
            let inside = own.contains(term) || lies_in(&names, term);
            if !term.starts_with("*.") && !inside {
                found.insert(term.to_owned());
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// Whether a domain is one of these or lies below one: each domain above it is looked up, so that the
/// number of these does not matter.
fn lies_in(names: &BTreeSet<&str>, domain: &str) -> bool {
    let above = std::iter::successors(Some(domain), |rest| rest.split_once('.').map(|(_, above)| above));
    above.into_iter().any(|name| names.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_domain_lies_in_a_firm_s_where_one_of_them_holds_it(
            firm in prop::collection::vec("(\\*\\.)?[ab]{1,2}(\\.[ab]{1,2}){1,2}", 0..5), domain in "[ab]{1,2}(\\.[ab]{1,2}){0,4}",
        ) {
            let firm: Vec<Domain> = firm.iter().map(|text| Domain::new(text).unwrap()).collect();
            let names = firm.iter().map(|own| own.as_str().trim_start_matches("*.")).collect();
            prop_assert_eq!(lies_in(&names, &domain), firm.iter().any(|own| own.holds(&domain)));
        }
    }
}
