//! Sorted rows in as few bytes as they need: the difference to the row before, as a varint.
//!
//! A term that hits every tenth document costs about a byte a hit; one that hits all, a byte a document.
//! Rows are never given out twice within one ledger, so that a list stays readable as long as the ledger.

use crate::error::{Fault, damaged};
use crate::varint;

/// As stored. `rows` are sorted, each once, from 1.
pub(crate) fn to_bytes(rows: &[u64]) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::with_capacity(rows.len());
    let mut last = 0;
    for row in rows {
        let step = row.checked_sub(last).filter(|step| *step > 0);
        let step =
            step.ok_or_else(|| damaged(format!("found row {row} behind row {last} in a sorted list")))?;
        varint::push(&mut bytes, step);
        last = *row;
    }
    Ok(bytes)
}

/// Reads what [`to_bytes`] wrote.
pub(crate) fn from_bytes(mut bytes: &[u8]) -> Result<Vec<u64>, Fault> {
    let wrong = || damaged("found bytes that are no list of rows");
    let mut rows = Vec::new();
    let mut last: u64 = 0;
    while !bytes.is_empty() {
        let (step, rest) = varint::take(bytes).ok_or_else(wrong)?;
        last = last.checked_add(step).filter(|_| step > 0).ok_or_else(wrong)?;
        rows.push(last);
        bytes = rest;
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_list_that_is_not_sorted_or_not_whole_is_refused() {
        assert!(to_bytes(&[2, 1]).is_err() && to_bytes(&[1, 1]).is_err() && to_bytes(&[0]).is_err());
        assert!(from_bytes(&[0x80]).is_err() && from_bytes(&[0]).is_err());
    }

    proptest! {
        #[test]
        fn a_list_reads_back(rows: BTreeSet<u64>) {
            let rows: Vec<u64> = rows.into_iter().filter(|row| *row > 0).collect();
            prop_assert_eq!(from_bytes(&to_bytes(&rows).unwrap()).unwrap(), rows);
        }
    }
}
