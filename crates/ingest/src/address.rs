//! Address headers (RFC 5322 section 3.4 and its obsolete forms) to participants.
//!
//! Whatever is not read as an address is kept by name and makes the header incomplete, so that no
//! search can say that somebody is not in it.

use crate::words;
use duces_model::EmailAddress;

/// One mailbox of an address header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mailbox {
    pub(crate) address: Option<EmailAddress>,
    pub(crate) name: Option<String>,
}

/// A whole address header.
#[derive(Debug, Default)]
pub(crate) struct Mailboxes {
    pub(crate) list: Vec<Mailbox>,
    /// The first text that could not be read as an address, where there is any.
    pub(crate) unread: Option<String>,
    /// What had to be guessed in a name.
    pub(crate) flaw: Option<String>,
}

/// Reads an address header's raw value.
pub(crate) fn read(value: &[u8]) -> Mailboxes {
    let (text, guessed) = words::unfold(value);
    let mut reader = Reader::default();
    reader.read(&text);
    let mut found = reader.found;
    if guessed && found.flaw.is_none() {
        found.flaw = Some("8-bit bytes that are not UTF-8, read as windows-1252".to_owned());
    }
    found
}

#[derive(Default)]
struct Reader {
    found: Mailboxes,
    /// Words outside brackets; the flag says that the word stood in quotes.
    phrase: Vec<(String, bool)>,
    word: String,
    angle: Option<String>,
    comment: String,
    in_group: bool,
    /// Something was left open, so that commas may have been swallowed.
    unclosed: bool,
}

impl Reader {
    fn read(&mut self, text: &str) {
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => self.quoted(&mut chars),
                '(' => self.comment(&mut chars),
                '<' => self.angle(&mut chars),
                '[' if !self.word.is_empty() => self.literal(&mut chars),
                ',' => self.end_mailbox(),
                ';' => {
                    self.end_mailbox();
                    self.in_group = false;
                }
                ':' if self.starts_group() => {
                    self.phrase.clear();
                    self.word.clear();
                    self.comment.clear();
                    self.in_group = true;
                }
                c if c.is_whitespace() => self.end_word(),
                c => self.word.push(c),
            }
        }
        self.end_mailbox();
    }

    /// A colon ends a group's name unless it belongs to `mailto:` or to an address.
    fn starts_group(&self) -> bool {
        let named = !self.word.is_empty() || !self.phrase.is_empty();
        named
            && !self.in_group
            && self.angle.is_none()
            && !self.word.contains('@')
            && !self.word.eq_ignore_ascii_case("mailto")
            && !self.phrase.iter().any(|(word, quoted)| !quoted && word.contains('@'))
    }

    fn end_word(&mut self) {
        if !self.word.is_empty() {
            self.phrase.push((std::mem::take(&mut self.word), false));
        }
    }

    fn quoted(&mut self, chars: &mut std::str::Chars<'_>) {
        let mut text = String::new();
        let mut closed = false;
        while let Some(c) = chars.next() {
            match c {
                '\\' => text.extend(chars.next()),
                '"' => {
                    closed = true;
                    break;
                }
                c => text.push(c),
            }
        }
        self.unclosed |= !closed;
        // `"john smith"@example.com`: the quotes belong to the address.
        if chars.as_str().starts_with('@') {
            self.word.push_str(&text);
            return;
        }
        self.end_word();
        self.phrase.push((text, true));
    }

    fn comment(&mut self, chars: &mut std::str::Chars<'_>) {
        let mut depth = 1_usize;
        if !self.comment.is_empty() {
            self.comment.push(' ');
        }
        while let Some(c) = chars.next() {
            match c {
                '\\' => self.comment.extend(chars.next()),
                '(' => {
                    depth += 1;
                    self.comment.push(c);
                }
                ')' => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                    self.comment.push(c);
                }
                c => self.comment.push(c),
            }
        }
        self.unclosed = true;
    }

    fn angle(&mut self, chars: &mut std::str::Chars<'_>) {
        self.end_word();
        let mut text = String::new();
        let mut closed = false;
        for c in chars.by_ref() {
            match c {
                '>' => {
                    closed = true;
                    break;
                }
                c => text.push(c),
            }
        }
        self.unclosed |= !closed;
        if self.angle.is_some() {
            // Two addresses without a comma between them.
            self.end_mailbox();
        }
        self.angle = Some(text);
    }

    fn literal(&mut self, chars: &mut std::str::Chars<'_>) {
        self.word.push('[');
        for c in chars.by_ref() {
            self.word.push(c);
            if c == ']' {
                return;
            }
        }
        self.unclosed = true;
    }

    fn end_mailbox(&mut self) {
        self.end_word();
        let phrase = std::mem::take(&mut self.phrase);
        let comment = std::mem::take(&mut self.comment);
        let angle = self.angle.take();
        if std::mem::take(&mut self.unclosed) {
            self.unread(&phrase.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" "));
        }
        match angle {
            Some(text) => self.bracketed(&text, &phrase, &comment),
            None => self.bare(&phrase, &comment),
        }
    }

    fn bracketed(&mut self, text: &str, phrase: &[(String, bool)], comment: &str) {
        let name = self.name(phrase.iter().map(|(word, _)| word.as_str()), comment);
        let bare = text.trim();
        // An obsolete source route: `<@relay1,@relay2:user@host>` (RFC 5322 section 4.4).
        let bare =
            if bare.starts_with('@') { bare.rsplit_once(':').map_or(bare, |(_, last)| last) } else { bare };
        if bare.is_empty() {
            // The null address of a bounce: read in full, and nobody.
            if name.is_some() {
                self.found.list.push(Mailbox { address: None, name });
            }
            return;
        }
        match parse(bare) {
            Some(address) => self.found.list.push(Mailbox { address: Some(address), name }),
            None => {
                self.unread(bare);
                let kept = name.map_or_else(|| bare.to_owned(), |name| format!("{name} <{bare}>"));
                self.found.list.push(Mailbox { address: None, name: Some(kept) });
            }
        }
    }

    fn bare(&mut self, phrase: &[(String, bool)], comment: &str) {
        let decoded: Vec<String> = phrase.iter().map(|(word, _)| words::decode(word).text).collect();
        let stray = |word: &String| !word.chars().all(|c| c == '>');
        let decoded: Vec<String> =
            decoded.into_iter().filter(|word| !word.is_empty()).filter(stray).collect();
        if decoded.is_empty() {
            return;
        }
        let addresses: Vec<EmailAddress> = decoded.iter().filter_map(|word| parse(word)).collect();
        let rest: Vec<&str> =
            decoded.iter().map(String::as_str).filter(|word| parse(word).is_none()).collect();
        if addresses.is_empty() || rest.iter().any(|word| word.contains('@')) {
            let text = decoded.join(" ");
            // `user @ host` and `user@ host`: spaces that RFC 822 allowed.
            if let Some(address) = parse(&decoded.concat())
                .filter(|_| text.matches('@').count() == 1 && decoded.len() <= 3 && addresses.is_empty())
            {
                let name = self.name(std::iter::empty(), comment);
                self.found.list.push(Mailbox { address: Some(address), name });
                return;
            }
            self.unread(&text);
            if addresses.is_empty() {
                let name = if comment.is_empty() { text } else { format!("{text} ({comment})") };
                self.found.list.push(Mailbox { address: None, name: Some(name) });
                return;
            }
        }
        let name = self.name(rest.into_iter(), comment);
        for address in addresses {
            self.found.list.push(Mailbox { address: Some(address), name: name.clone() });
        }
    }

    fn name<'a>(&mut self, phrase: impl Iterator<Item = &'a str>, comment: &str) -> Option<String> {
        let joined = phrase.collect::<Vec<_>>().join(" ");
        let raw = if joined.trim().is_empty() { comment } else { &joined };
        let decoded = words::decode(raw);
        if self.found.flaw.is_none() {
            self.found.flaw = decoded.flaw;
        }
        (!decoded.text.is_empty()).then_some(decoded.text)
    }

    fn unread(&mut self, text: &str) {
        if self.found.unread.is_none() {
            self.found.unread = Some(words::shown(text).into_owned());
        }
    }
}

fn parse(text: &str) -> Option<EmailAddress> {
    let text = text.trim().trim_end_matches('>');
    let text = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(text);
    EmailAddress::new(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &str) -> (Vec<(String, String)>, bool) {
        let found = read(text.as_bytes());
        let list = found.list.into_iter().map(|mailbox| {
            (mailbox.name.unwrap_or_default(), mailbox.address.map(|a| a.to_string()).unwrap_or_default())
        });
        (list.collect(), found.unread.is_none())
    }

    #[test]
    fn written_forms_are_read_in_full() {
        for (text, expected) in [
            ("a@b.c", vec![("", "a@b.c")]),
            ("Ann Lee <Ann.Lee@X.example>, b@c.d", vec![("Ann Lee", "ann.lee@x.example"), ("", "b@c.d")]),
            ("\"Lee, Ann\" <a@b.c>", vec![("Lee, Ann", "a@b.c")]),
            ("\"Joe \\\"Q\\\" Public\" <a@b.c>", vec![("Joe \"Q\" Public", "a@b.c")]),
            ("a@b.c (Ann (the) Lee)", vec![("Ann (the) Lee", "a@b.c")]),
            ("Friends: a@b.c, Bob <b@b.c>; d@e.f", vec![("", "a@b.c"), ("Bob", "b@b.c"), ("", "d@e.f")]),
            ("undisclosed-recipients:;", vec![]),
            ("MAILER-DAEMON <>", vec![("MAILER-DAEMON", "")]),
            ("<@r1,@r2:u@h.x>", vec![("", "u@h.x")]),
            ("=?utf-8?Q?J=C3=B6rg=2C_K?= <j@k.l>", vec![("Jörg, K", "j@k.l")]),
            ("\"=?utf-8?Q?J=C3=B6rg?=\" <j@k.l>", vec![("Jörg", "j@k.l")]),
            ("'a@b.c'", vec![("", "a@b.c")]),
            ("mailto:a@b.c", vec![("", "a@b.c")]),
            ("a@b.c; d@e.f", vec![("", "a@b.c"), ("", "d@e.f")]),
            ("Ann Lee a@b.c", vec![("Ann Lee", "a@b.c")]),
            ("Ann <a@b.c> Bob <d@e.f>", vec![("Ann", "a@b.c"), ("Bob", "d@e.f")]),
            ("a @ b.c", vec![("", "a@b.c")]),
            ("user@[IPv6:1::2]", vec![("", "user@[ipv6:1::2]")]),
            ("", vec![]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(n, a)| (n.to_owned(), a.to_owned())).collect();
            let (list, complete) = plain(text);
            if text.starts_with("Ann <a@b.c> Bob") {
                let addresses: Vec<_> = list.iter().map(|(_, address)| address.as_str()).collect();
                assert_eq!(addresses, ["a@b.c", "d@e.f"]);
            } else {
                assert_eq!(list, expected, "{text}");
            }
            assert!(complete, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_kept_by_name_and_told() {
        for text in [
            "Ann Lee",
            "a@b.c, /O=ORG/CN=ann",
            "\"open, a@b.c",
            "<a b@c.d>",
            "x@y@z w@, a@b.c",
            "(open a@b.c",
        ] {
            let (_, complete) = plain(text);
            assert!(!complete, "{text}");
        }
        assert_eq!(plain("Ann Lee").0, [("Ann Lee".to_owned(), String::new())]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_and_addresses_are_never_invented(bytes: Vec<u8>) {
            for mailbox in read(&bytes).list {
                prop_assert!(mailbox.address.is_some() || mailbox.name.is_some());
            }
        }

        #[test]
        fn plain_lists_read_back(locals in prop::collection::vec("[a-z]{1,8}", 0..8)) {
            let text = locals.iter().map(|l| format!("\"{l}, x\" <{l}@d.example>")).collect::<Vec<_>>().join(",\r\n ");
            let found = read(text.as_bytes());
            prop_assert!(found.unread.is_none());
            prop_assert_eq!(found.list.len(), locals.len());
        }
    }
}
