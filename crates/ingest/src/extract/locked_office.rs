//! Office documents under a password (MS-OFFCRYPTO): opened with the first password of the list that fits.
//!
//! Two forms are read: that of Office 2010 and later (agile, section 2.3.4.10) and that of 2007 (standard,
//! section 2.3.4.5). A document that is only protected against changes is encrypted with a password that
//! all programs know (section 2.3.4.9); it is tried first, and no password was needed then.

use super::ole::{self, size_at, u32_at};
use super::xml::{Piece, Xml};
use super::{FileKind, FileToRead, Found, by_kind, file_kind};
use aes::cipher::{BlockCipherDecrypt as _, KeyInit as _};
use aes::{Aes128, Aes192, Aes256, Block};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use duces_model::DefectCode;
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha384, Sha512};

/// The password of documents that are protected against changes alone.
const KNOWN: &str = "VelvetSweatshop";
/// Most rounds of hashing, which section 2.3.4.10 allows.
const SPINS_MAX: u32 = 10_000_000;

/// Reads a document under a password.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(root) = ole::open(file, found) else { return };
    let (Some(info), Some(package)) = (root.stream("encryptioninfo"), root.stream("encryptedpackage")) else {
        return found.incomplete(DefectCode::DamagedFile, "what says how it is encrypted is missing");
    };
    let Some(lock) = Lock::read(info) else {
        return found.incomplete(DefectCode::Encrypted, "in a way that this version does not open");
    };
    let known = std::iter::once((None, KNOWN));
    let list = file.passwords.iter().enumerate().map(|(at, password)| (Some(at), password.as_str()));
    for (at, password) in known.chain(list) {
        let Some(key) = lock.key(password) else { continue };
        let Some(bytes) = lock.open(&key, package) else {
            return found.incomplete(DefectCode::DamagedFile, "its encrypted content is cut or damaged");
        };
        if let Some(at) = at {
            found.opened_with(at);
        }
        let inside = FileToRead { bytes: &bytes, ..*file };
        return match file_kind(&bytes) {
            Some(kind) if kind != FileKind::LockedOffice => by_kind(&inside, kind, found),
            _ => found.incomplete(DefectCode::DamagedFile, "what it holds is no document"),
        };
    }
    found.locked(file.passwords.len());
}

#[derive(Debug, Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SHA1" | "SHA-1" => Self::Sha1,
            "SHA256" | "SHA-256" => Self::Sha256,
            "SHA384" | "SHA-384" => Self::Sha384,
            "SHA512" | "SHA-512" => Self::Sha512,
            _ => return None,
        })
    }

    fn of(self, parts: [&[u8]; 2]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::new().chain_update(parts[0]).chain_update(parts[1]).finalize().to_vec(),
            Self::Sha256 => Sha256::new().chain_update(parts[0]).chain_update(parts[1]).finalize().to_vec(),
            Self::Sha384 => Sha384::new().chain_update(parts[0]).chain_update(parts[1]).finalize().to_vec(),
            Self::Sha512 => Sha512::new().chain_update(parts[0]).chain_update(parts[1]).finalize().to_vec(),
        }
    }

    /// The password with its salt, hashed so many times.
    fn spun(self, salt: &[u8], password: &str, spins: u32) -> Vec<u8> {
        let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let first = self.of([salt, &password]);
        (0..spins).fold(first, |hash, round| self.of([&round.to_le_bytes(), &hash]))
    }
}

/// How a document is encrypted.
enum Lock {
    Agile {
        spins: u32,
        hash: Hash,
        salt: Vec<u8>,
        key_bytes: usize,
        input: Vec<u8>,
        value: Vec<u8>,
        key: Vec<u8>,
        content_hash: Hash,
        content_salt: Vec<u8>,
    },
    Standard {
        key_bytes: usize,
        salt: Vec<u8>,
        input: Vec<u8>,
        value: Vec<u8>,
    },
}

impl Lock {
    fn read(info: &[u8]) -> Option<Self> {
        match (u32_at(info, 0)?, info.get(2)?) {
            (0x0004_0004, _) => Self::agile(std::str::from_utf8(info.get(8..)?).ok()?),
            (_, 2) => Self::standard(info),
            _ => None,
        }
    }

    fn agile(text: &str) -> Option<Self> {
        let (mut content, mut own) = (None, None);
        let mut xml = Xml::new(text);
        while let Some(piece) = xml.next() {
            let Piece::Start(element) = piece else { continue };
            let cipher = element.attribute("cipherAlgorithm");
            let readable = cipher.as_deref() == Some("AES")
                && element.attribute("cipherChaining").as_deref() == Some("ChainingModeCBC");
            let bytes = |name| STANDARD.decode(element.attribute(name)?).ok();
            match element.name() {
                "keyData" if readable => {
                    content = Hash::named(&element.attribute("hashAlgorithm")?).zip(bytes("saltValue"));
                }
                "encryptedKey" if readable && own.is_none() => {
                    let spins =
                        element.attribute("spinCount")?.parse().ok().filter(|spins| *spins <= SPINS_MAX)?;
                    let hash = Hash::named(&element.attribute("hashAlgorithm")?)?;
                    let key_bytes = element.attribute("keyBits")?.parse::<usize>().ok()? / 8;
                    let parts = (
                        bytes("saltValue")?,
                        bytes("encryptedVerifierHashInput")?,
                        bytes("encryptedVerifierHashValue")?,
                        bytes("encryptedKeyValue")?,
                    );
                    own = Some((spins, hash, key_bytes, parts));
                }
                _ => {}
            }
        }
        let (content_hash, content_salt) = content?;
        let (spins, hash, key_bytes, (salt, input, value, key)) = own?;
        Some(Self::Agile { spins, hash, salt, key_bytes, input, value, key, content_hash, content_salt })
    }

    fn standard(info: &[u8]) -> Option<Self> {
        let header = size_at(info, 8)?;
        let key_bytes = match u32_at(info, 20)? {
            0x660E => 16,
            0x660F => 24,
            0x6610 => 32,
            _ => return None,
        };
        let verifier = info.get(12_usize.checked_add(header)?..)?;
        let salt = verifier.get(4..20)?.to_vec();
        Some(Self::Standard {
            key_bytes,
            salt,
            input: verifier.get(20..36)?.to_vec(),
            value: verifier.get(40..72)?.to_vec(),
        })
    }

    /// The key of the content, where the password fits.
    fn key(&self, password: &str) -> Option<Vec<u8>> {
        match self {
            Self::Agile { spins, hash, salt, key_bytes, input, value, key, .. } => {
                let spun = hash.spun(salt, password, *spins);
                let opened = |block: [u8; 8], sealed: &[u8]| {
                    let key = sized(hash.of([&spun, &block]), *key_bytes);
                    chained(&key, &sized(salt.clone(), 16), sealed)
                };
                let input = opened([0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79], input)?;
                let value = opened([0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E], value)?;
                let expected = hash.of([&input, &[]]);
                if value.get(..expected.len())? != expected {
                    return None;
                }
                opened([0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], key)?
                    .get(..*key_bytes)
                    .map(<[u8]>::to_vec)
            }
            Self::Standard { key_bytes, salt, input, value } => {
                let spun = Hash::Sha1.of([&Hash::Sha1.spun(salt, password, 50_000), &[0; 4]]);
                let half = |fill: u8| {
                    let mut block = [fill; 64];
                    block.iter_mut().zip(&spun).for_each(|(byte, spun)| *byte ^= spun);
                    Hash::Sha1.of([&block, &[]])
                };
                let key = sized([half(0x36), half(0x5C)].concat(), *key_bytes);
                let expected = Hash::Sha1.of([&plain(&key, input)?, &[]]);
                (plain(&key, value)?.get(..20)? == expected).then_some(key)
            }
        }
    }

    /// The content: its length, then blocks.
    fn open(&self, key: &[u8], package: &[u8]) -> Option<Vec<u8>> {
        let length = size_at(package, 0).filter(|_| u32_at(package, 4) == Some(0))?;
        let sealed = package.get(8..)?;
        let mut bytes = match self {
            Self::Standard { .. } => plain(key, &sealed[..sealed.len() / 16 * 16])?,
            Self::Agile { content_hash, content_salt, .. } => {
                let mut bytes = Vec::with_capacity(sealed.len());
                for (number, segment) in (0_u32..).zip(sealed.chunks(4096)) {
                    let start = sized(content_hash.of([content_salt, &number.to_le_bytes()]), 16);
                    bytes.extend(chained(key, &start, &segment[..segment.len() / 16 * 16])?);
                }
                bytes
            }
        };
        if bytes.len() < length {
            return None;
        }
        bytes.truncate(length);
        Some(bytes)
    }
}

/// Cut to a length, or filled up to it (section 2.3.4.11).
fn sized(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.resize(length, 0x36);
    bytes
}

/// Blocks by themselves.
fn plain(key: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let opens: Box<dyn Fn(&mut Block)> = match key.len() {
        16 => {
            let cipher = Aes128::new_from_slice(key).ok()?;
            Box::new(move |block| cipher.decrypt_block(block))
        }
        24 => {
            let cipher = Aes192::new_from_slice(key).ok()?;
            Box::new(move |block| cipher.decrypt_block(block))
        }
        32 => {
            let cipher = Aes256::new_from_slice(key).ok()?;
            Box::new(move |block| cipher.decrypt_block(block))
        }
        _ => return None,
    };
    let mut bytes = sealed.to_vec();
    for part in bytes.chunks_exact_mut(16) {
        let mut block = Block::try_from(&*part).ok()?;
        opens(&mut block);
        part.copy_from_slice(&block);
    }
    Some(bytes)
}

/// Blocks of which each is mixed with the one before (CBC).
fn chained(key: &[u8], start: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = plain(key, sealed)?;
    let before = start.iter().chain(sealed);
    bytes.iter_mut().zip(before).for_each(|(byte, before)| *byte ^= before);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::{Extractor as _, FileBounds, InProcess};
    use super::*;

    /// A document of one line, encrypted by another program under the password `open sesame`.
    const LOCKED: &[u8] = include_bytes!("../../tests/locked/agile.docx");

    fn extract(bytes: &[u8], passwords: &[&str]) -> super::super::Extracted {
        let passwords: Vec<String> = passwords.iter().map(|word| (*word).to_owned()).collect();
        InProcess
            .extract(&FileToRead { bytes, passwords: &passwords, bounds: FileBounds::default() })
            .unwrap()
    }

    #[test]
    fn a_document_under_a_password_opens_with_the_list_and_else_is_told() {
        let found = extract(LOCKED, &["wrong", "open sesame"]);
        assert_eq!((found.text.as_str(), found.incomplete), ("the terms are secret\n", None));
        assert_eq!(found.defects[0].to_string(), "encrypted (opened with line 2 of the password list)");
        let found = extract(LOCKED, &["wrong"]);
        assert_eq!(found.incomplete.unwrap().code, DefectCode::Encrypted);
    }

    #[test]
    fn damage_gives_a_reason_and_no_end() {
        for end in (600..LOCKED.len()).step_by(97) {
            let found = extract(&LOCKED[..end], &["open sesame"]);
            // What lies behind the last part belongs to no part.
            assert!(found.incomplete.is_some() || found.text == "the terms are secret\n", "cut at {end}");
        }
    }
}
