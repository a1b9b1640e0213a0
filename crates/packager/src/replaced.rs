//! The list, inside a volume, of the earlier numbers that it replaces.

use crate::plan::Plan;
use crate::produce::Order;
use duces_model::BatesRange;
use std::fmt::Write as _;

/// Where it lies in the volume.
pub(crate) const REPLACED: &str = "DATA/REPLACED.csv";

/// Old numbers to new ones, in the order of the volume; none where the volume replaces nothing. Why is not told: a
/// reason may give away what a sheet holds back.
pub(crate) fn list(order: &Order<'_>, plan: &Plan<'_>, dealt: &[Option<BatesRange>]) -> Option<String> {
    if order.replaces.is_empty() {
        return None;
    }
    // Names of volumes and numbers hold no comma and no quote.
    let mut text = String::from("OLD_VOLUME,OLD_FIRSTBATES,OLD_LASTBATES,NEW_FIRSTBATES,NEW_LASTBATES\n");
    for (placed, bates) in plan.placed.iter().zip(dealt) {
        if let (Some(bates), Some((volume, old))) = (bates, order.replaces.get(&placed.candidate.document)) {
            let _ =
                writeln!(text, "{volume},{},{},{},{}", old.first(), old.last(), bates.first(), bates.last());
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use crate::produce::produce;
    use crate::sample::fake::Fake;
    use crate::sample::made::order;
    use crate::sample::{Case, Series, id, profile};
    use duces_model::{BatesRange, Silent};

    #[test]
    fn a_volume_that_replaces_lists_old_and_new_numbers_and_any_other_holds_no_such_file() {
        let (candidates, mut archive) = Case::default().message(1).message(2).build();
        let (profile, folder) = (profile(), tempfile::tempdir().unwrap());
        let mut order = order(&profile, candidates, folder.path());
        let old = BatesRange::starting_at("OLD0007".parse().unwrap(), 2).unwrap();
        order.replaces = [(id(2), ("OLD001".parse().unwrap(), old))].into();
        produce(&order, &mut Series::at(11), &mut archive, &mut Fake::default(), &Silent).unwrap();
        let text = std::fs::read_to_string(folder.path().join("ECP001/DATA/REPLACED.csv")).unwrap();
        assert_eq!(
            text,
            "\u{feff}OLD_VOLUME,OLD_FIRSTBATES,OLD_LASTBATES,NEW_FIRSTBATES,NEW_LASTBATES\r\n\
             OLD001,OLD0007,OLD0008,ECP0000012,ECP0000012\r\n"
        );
        let manifest = std::fs::read_to_string(folder.path().join("ECP001/MANIFEST.sha256")).unwrap();
        assert!(manifest.contains("DATA/REPLACED.csv"));
        order.volume = "ECP002".parse().unwrap();
        order.replaces.clear();
        produce(&order, &mut Series::at(13), &mut archive, &mut Fake::default(), &Silent).unwrap();
        assert!(!folder.path().join("ECP002/DATA/REPLACED.csv").exists());
    }
}
