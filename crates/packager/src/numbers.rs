//! The only way to a Bates number.

use duces_model::{BatesError, BatesNumber, BatesRange};

/// Issues numbers of one series. Implemented above this crate, over the ledger: what was issued is
/// never issued again, also where the production is abandoned.
pub trait NumberSeries {
    /// Reserves the next `numbers` numbers, at least 1, as one range.
    ///
    /// # Errors
    /// Where the series ends before that, or the ledger cannot record it.
    fn reserve(&mut self, numbers: u64) -> Result<BatesRange, NumberError>;
}

/// Why no numbers could be reserved.
#[derive(Debug, thiserror::Error)]
#[error("no numbers could be reserved")]
pub struct NumberError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl NumberError {
    /// Takes the implementation's own error.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// The numbers of a volume that is written again.
pub(crate) struct Again(pub(crate) BatesNumber);

impl NumberSeries for Again {
    fn reserve(&mut self, numbers: u64) -> Result<BatesRange, NumberError> {
        BatesRange::starting_at(self.0.clone(), numbers).map_err(NumberError::new)
    }
}

/// Deals numbers in order: each document takes as many as it has pages, a document without pages none.
pub(crate) fn deal(
    first: &BatesNumber,
    pages: impl Iterator<Item = u64>,
) -> Result<Vec<Option<BatesRange>>, BatesError> {
    let mut taken = 0;
    pages
        .map(|pages| {
            if pages == 0 {
                return Ok(None);
            }
            let range = BatesRange::starting_at(first.plus(taken)?, pages)?;
            taken += pages;
            Ok(Some(range))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_dealt_without_hole_or_overlap(
            pages in prop::collection::vec(0_u64..9, 1..40), start in 1_u64..5_000
        ) {
            let first: BatesNumber = format!("ECP{start:07}").parse().unwrap();
            let dealt = deal(&first, pages.iter().copied()).unwrap();
            let mut next = start;
            for (range, pages) in dealt.iter().zip(&pages) {
                match range {
                    None => prop_assert_eq!(*pages, 0),
                    Some(range) => {
                        prop_assert_eq!(range.first().position(), next);
                        prop_assert_eq!(range.pages(), *pages);
                        next += pages;
                    }
                }
            }
            prop_assert_eq!(next - start, pages.iter().sum::<u64>());
        }
    }

    #[test]
    fn a_series_that_ends_too_early_deals_nothing() {
        let first: BatesNumber = "ECP98".parse().unwrap();
        assert!(deal(&first, [1, 1].into_iter()).is_ok());
        assert!(deal(&first, [1, 1, 1].into_iter()).is_err());
    }
}
