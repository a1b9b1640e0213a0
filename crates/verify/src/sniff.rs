//! What kind of file bytes are, told from the bytes and never from a name.

/// What can be done with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    Gzip,
    /// Messages behind `From ` lines.
    Mailbox,
    /// An archive or mail container that is not opened, with its name.
    Closed(&'static str),
    /// A document that may embed others and is not opened, with its name.
    Embedding(&'static str),
    /// Nothing that holds files, or a message.
    Other,
}

/// Signs at the start of archives that are not opened.
const CLOSED: [(&[u8], &str); 10] = [
    (b"!BDN", "an Outlook mailbox (PST or OST)"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"MSCF", "a cabinet archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xFD7zXZ", "an xz file"),
    (b"\x28\xB5\x2F\xFD", "a zstd file"),
    (b"\x78\x9F\x3E\x22", "a TNEF file (winmail.dat)"),
    (b"-----BEGIN PGP MESSAGE", "a PGP message"),
    (b"LZIP", "an lzip file"),
];

/// Names of streams in an Outlook message, as UTF-16LE.
const OUTLOOK_MESSAGE: &[u8] = b"_\0_\0p\0r\0o\0p\0e\0r\0t\0i\0e\0s\0_\0v\0e\0r\0s\0i\0o\0n\0";

/// Tells the kind.
pub(crate) fn kind(bytes: &[u8]) -> Kind {
    if let Some((_, name)) = CLOSED.iter().find(|(sign, _)| bytes.starts_with(sign)) {
        return Kind::Closed(name);
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Zip,
        [0x1F, 0x8B, 8, ..] => Kind::Gzip,
        [b'F', b'r', b'o', b'm', b' ', ..] => Kind::Mailbox,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            if bytes.windows(OUTLOOK_MESSAGE.len()).any(|window| window == OUTLOOK_MESSAGE) {
                Kind::Closed("an Outlook message (MSG)")
            } else {
                Kind::Embedding("a compound file (older Office)")
            }
        }
        [b'%', b'P', b'D', b'F', ..] => Kind::Embedding("a PDF file"),
        [b'{', b'\\', b'r', b't', b'f', ..] => Kind::Embedding("an RTF file"),
        _ if bytes.get(257..262) == Some(b"ustar") => Kind::Closed("a tar archive"),
        _ => Kind::Other,
    }
}

/// Whether a part of this content type is encrypted.
pub(crate) fn is_encrypted_mail(media_type: &str) -> bool {
    matches!(media_type, "application/pkcs7-mime" | "application/x-pkcs7-mime" | "application/pgp-encrypted")
}
