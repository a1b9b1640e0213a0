//! Whatever the bytes are: no panic, no endless work, and never a pass by accident.

use crate::tiny::{Tiny, check, seal, zipped_files};
use duces_model::Silent;
use duces_verify::verify;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn random_bytes_as_a_load_file_never_pass(
        mark in prop::sample::select(vec![b"".to_vec(), b"\xEF\xBB\xBF".to_vec(), b"\xFF\xFE".to_vec()]),
        bytes: Vec<u8>
    ) {
        let files = Tiny::valid().sealed_with([mark, bytes].concat());
        prop_assert!(!check(&files, None).passed());
    }

    #[test]
    fn a_load_file_made_of_its_own_pieces_never_panics(
        pieces in prop::collection::vec((0_usize..4000, 0_usize..60), 1..20)
    ) {
        let tiny = Tiny::valid();
        let data = tiny.data();
        let shuffled = pieces.iter().flat_map(|(at, length)| {
            let at = at % data.len();
            data[at..(at + length).min(data.len())].iter().copied()
        }).collect();
        check(&tiny.sealed_with(shuffled), None);
    }

    #[test]
    fn random_damage_to_an_archive_never_panics(changes in prop::collection::vec((0_usize..100_000, any::<u8>()), 1..6)) {
        let mut bytes = zipped_files(&Tiny::valid().sealed(), "ECP001/");
        let length = bytes.len();
        // Half of the changes go where the directory is.
        for (at, byte) in changes {
            let at = if at % 2 == 0 { length - 1 - at % 1200 } else { at % length };
            bytes[at] = byte;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ECP001.zip");
        std::fs::write(&path, bytes).unwrap();
        let _ = verify(&path, None, &Silent);
    }

    #[test]
    fn random_manifests_never_panic(digests: Vec<u8>, counts in "\\PC{0,40}") {
        let mut files = Tiny::valid().sealed();
        files.insert("manifest.json".into(), counts.into_bytes());
        seal(&mut files);
        files.get_mut("MANIFEST.sha256").unwrap().extend(digests);
        check(&files, None);
    }
}
