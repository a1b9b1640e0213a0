//! WinZip's AES encryption of ZIP entries, AE-1 and AE-2 ("AES Encryption Information", winzip.com/aes_info).

use crate::zip::{Bytes, Span};
use ::aes::cipher::{Array, BlockCipherEncrypt as _, KeyInit as _};
use ::aes::{Aes128, Aes192, Aes256};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use std::io::{self, Read};

/// Rounds of PBKDF2 that the format fixes.
const ROUNDS: usize = 1000;
const CODE_BYTES: u64 = 10;
const CHECK_BYTES: usize = 2;

type Sum = Hmac<Sha1>;

/// What the extra field of an entry says of its encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Aes {
    /// 1, 2, 3: keys of 128, 192 and 256 bits.
    pub(crate) strength: u8,
}

/// The keys of one entry.
pub(crate) struct Keys {
    cipher: Cipher,
    code: Vec<u8>,
}

enum Cipher {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

impl Aes {
    /// Bits of its key, where the strength is a known one.
    pub(crate) fn bits(self) -> Option<u16> {
        match self.strength {
            1 => Some(128),
            2 => Some(192),
            3 => Some(256),
            _ => None,
        }
    }

    fn salt_bytes(self) -> u64 {
        4 + 4 * u64::from(self.strength)
    }

    /// Bytes before and behind the packed ones.
    pub(crate) fn around(self) -> (u64, u64) {
        (self.salt_bytes() + CHECK_BYTES as u64, CODE_BYTES)
    }

    /// The keys for the entry whose bytes start at `at`; nothing where the password is not that of the entry.
    pub(crate) fn keys<B: Bytes + ?Sized>(
        self,
        archive: &B,
        at: u64,
        password: &[u8],
    ) -> io::Result<Option<Keys>> {
        let Some(bits) = self.bits() else { return Ok(None) };
        let salt = usize::try_from(self.salt_bytes()).unwrap_or(0);
        let head = crate::zip::exact(archive, at, salt + CHECK_BYTES)?;
        let (salt, check) = head.split_at(salt);
        let size = usize::from(bits / 8);
        let derived = derive(password, salt, 2 * size + CHECK_BYTES);
        if derived[2 * size..] != *check {
            return Ok(None);
        }
        let key = &derived[..size];
        let cipher = match size {
            16 => Aes128::new_from_slice(key).ok().map(Cipher::Short),
            24 => Aes192::new_from_slice(key).ok().map(Cipher::Middle),
            _ => Aes256::new_from_slice(key).ok().map(Cipher::Long),
        };
        Ok(cipher.map(|cipher| Keys { cipher, code: derived[size..2 * size].to_vec() }))
    }
}

/// PBKDF2 with HMAC-SHA1 (RFC 8018, 5.2).
fn derive(password: &[u8], salt: &[u8], size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let Ok(keyed) = Sum::new_from_slice(password) else { return vec![0; size] };
    let mut block = 1_u32;
    while out.len() < size {
        let mut sum = keyed.clone();
        sum.update(salt);
        sum.update(&block.to_be_bytes());
        let mut last: Vec<u8> = sum.finalize().into_bytes().to_vec();
        let mut whole = last.clone();
        for _ in 1..ROUNDS {
            let mut sum = keyed.clone();
            sum.update(&last);
            last = sum.finalize().into_bytes().to_vec();
            whole.iter_mut().zip(&last).for_each(|(whole, last)| *whole ^= last);
        }
        out.extend(whole);
        block += 1;
    }
    out.truncate(size);
    out
}

impl Keys {
    /// Whether the bytes of the span have the code that stands behind them.
    pub(crate) fn authentic<B: Bytes + ?Sized>(&self, archive: &B, from: u64, to: u64) -> io::Result<bool> {
        let Ok(mut sum) = Sum::new_from_slice(&self.code) else { return Ok(false) };
        let mut span = Span { bytes: archive, at: from, end: to };
        let mut buffer = vec![0; 1 << 16];
        loop {
            match span.read(&mut buffer)? {
                0 => break,
                count => sum.update(&buffer[..count]),
            }
        }
        let code = crate::zip::exact(archive, to, usize::try_from(CODE_BYTES).unwrap_or(0))?;
        Ok(sum.finalize().into_bytes()[..code.len()] == code[..])
    }

    /// The bytes that `reader` gives, decrypted.
    pub(crate) fn decrypting<R: Read>(self, reader: R) -> Decrypting<R> {
        Decrypting { reader, cipher: self.cipher, counter: 0, pad: [0; 16], used: 16 }
    }
}

/// Counter mode; the counter starts at 1, least significant byte first.
pub(crate) struct Decrypting<R> {
    reader: R,
    cipher: Cipher,
    counter: u128,
    pad: [u8; 16],
    used: usize,
}

impl<R: Read> Read for Decrypting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(into)?;
        for byte in &mut into[..count] {
            if self.used == 16 {
                self.counter += 1;
                let mut block = Array::from(self.counter.to_le_bytes());
                match &self.cipher {
                    Cipher::Short(cipher) => cipher.encrypt_block(&mut block),
                    Cipher::Middle(cipher) => cipher.encrypt_block(&mut block),
                    Cipher::Long(cipher) => cipher.encrypt_block(&mut block),
                }
                self.pad = block.into();
                self.used = 0;
            }
            *byte ^= self.pad[self.used];
            self.used += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value is that of Python's hashlib.pbkdf2_hmac.
    #[test]
    fn keys_are_derived_as_others_derive_them() {
        let hex: String =
            derive(b"password", b"saltsalt", 34).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "e9febff54bfce668fde301acc85563cc9dc71ef6f8d7aaef067365be0e5e6522ef61");
    }
}
