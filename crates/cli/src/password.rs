//! Passwords from the system's randomness.

use crate::report::CommandError;
use duces_workspace::Password;

/// 32 letters and digits that are not mistaken for each other: 160 bits.
const SIGNS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A password that nobody has had before.
pub(crate) fn made() -> Result<Password, CommandError> {
    let mut bytes = [0_u8; 32];
    let failed = |error: String| CommandError::Output(std::io::Error::other(error));
    getrandom::fill(&mut bytes).map_err(|error| failed(error.to_string()))?;
    let text: String = bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
    Password::new(&text).ok_or_else(|| failed("the password that was made is none".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_passwords_differ() {
        assert_ne!(made().unwrap(), made().unwrap());
    }
}
