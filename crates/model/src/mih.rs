//! The EDRM Message Identification Hash, by which programs tell each other that two messages are one.

use crate::digest::Md5;

/// The EDRM Message Identification Hash (MIH) of a message: the MD5 of its Message-ID, angle brackets
/// included. None for a message without a Message-ID, or all such messages would be one.
///
/// Version 1.0 of 11 January 2023 defines it as the MD5 of the ASCII string of the Message-ID header (verified on the
/// pages of two vendors; the text of the specification itself was not read). That the brackets belong to it
/// is shown by public scripts (an inference); these write the digest in upper case. It supplements a
/// program's own recipe and never replaces it: a Message-ID is easily used twice.
///
/// `message_id` is without angle brackets.
pub fn mih(message_id: &str) -> Option<Md5> {
    let id = message_id.trim();
    (!id.is_empty()).then(|| Md5::of(format!("<{id}>")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_has_one_hash_with_its_brackets_and_none_has_none() {
        assert_eq!(mih("a@x"), Some(Md5::of("<a@x>")));
        assert_ne!(mih("a@x"), mih("A@x"), "letter case counts: it is a string");
        assert_eq!((mih(""), mih("  ")), (None, None));
    }
}
