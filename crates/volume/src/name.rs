//! Names that every receiver's file system takes.

use crate::error::VolumeError;

/// Longest ending that is kept.
const EXTENSION_MAX: usize = 10;

/// The ending under which a native is written: lower-case letters and digits, at most ten of them.
/// Anything else, a name's path or second ending included, becomes `bin`.
///
/// "File and folder names hold only letters, digits and underscore" (SEC data delivery standards,
/// general instruction 10; secondary source: DISCO).
pub fn safe_extension(extension: &str) -> String {
    let lower = extension.to_ascii_lowercase();
    let fits = (1..=EXTENSION_MAX).contains(&lower.len()) && lower.bytes().all(|b| b.is_ascii_alphanumeric());
    if fits { lower } else { "bin".to_owned() }
}

/// Refuses a name that Windows keeps for a device, whatever its ending.
pub(crate) fn refuse_device(name: &str) -> Result<(), VolumeError> {
    let upper = name.to_ascii_uppercase();
    let numbered = |device: &str| {
        upper.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    let device = ["CON", "PRN", "AUX", "NUL"].contains(&upper.as_str()) || numbered("COM") || numbered("LPT");
    if device { Err(VolumeError::DeviceName { name: name.to_owned() }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_ending_is_kept_only_where_it_is_plain() {
        assert_eq!(safe_extension("EML"), "eml");
        assert_eq!(safe_extension("mp3"), "mp3");
        for wild in ["", "tar.gz", "../x", "e xe", "ｅｘｅ", "abcdefghijk", "exe\u{202e}"] {
            assert_eq!(safe_extension(wild), "bin", "{wild}");
        }
    }

    #[test]
    fn a_device_of_windows_is_no_name_and_what_only_resembles_one_is() {
        for device in ["CON", "nul", "COM1", "lpt9"] {
            assert!(refuse_device(device).is_err(), "{device}");
        }
        for name in ["CON1", "COM0000001", "ECP001", "COM", "AUXX"] {
            assert!(refuse_device(name).is_ok(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_mail_says_the_ending_leaves_no_folder(wild in "\\PC{0,16}") {
            let safe = safe_extension(&wild);
            prop_assert!(!safe.is_empty() && safe.len() <= EXTENSION_MAX);
            prop_assert!(safe.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()));
        }
    }
}
