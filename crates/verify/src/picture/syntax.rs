//! The things of PDF's syntax (ISO 32000-1, 7.3), read from bytes that may hold anything.

use std::collections::BTreeMap;

/// How deep things may lie in each other.
pub(super) const DEPTH_MAX: usize = 32;

pub(super) type Dict = BTreeMap<Vec<u8>, Thing>;

/// A thing.
#[derive(Debug, Clone)]
pub(super) enum Thing {
    Nothing,
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    List(Vec<Thing>),
    Dict(Dict),
    Reference(u64),
    /// An operator of a page's content, or a word such as `true`.
    Word(Vec<u8>),
}

impl Thing {
    pub(super) fn get(&self, key: &[u8]) -> Option<&Self> {
        if let Self::Dict(dict) = self { dict.get(key) } else { None }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn is_name(&self, name: &[u8]) -> bool {
        self.name() == Some(name)
    }

    pub(super) fn whole(&self) -> Option<usize> {
        match self {
            Self::Number(number) if *number >= 0.0 && *number < 4e9 => Some(*number as usize),
            _ => None,
        }
    }
}

/// Reads the things of PDF's syntax.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

fn ends_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0 || b"()<>[]{}/%".contains(&byte)
}

impl Reader<'_> {
    pub(super) fn space(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            if *byte == b'%' {
                let rest = &self.bytes[self.at..];
                self.at += rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
            } else if byte.is_ascii_whitespace() || *byte == 0 {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The next thing; nothing at the end.
    pub(super) fn next(&mut self) -> Option<Thing> {
        self.space();
        (self.at < self.bytes.len()).then(|| self.thing(0))
    }

    fn word(&mut self) -> Vec<u8> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| ends_word(*byte)).unwrap_or(rest.len());
        self.at += length;
        rest[..length].to_vec()
    }

    /// Reads one thing, and goes on by a byte at least where there is any.
    pub(super) fn thing(&mut self, depth: usize) -> Thing {
        self.space();
        let before = self.at;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let thing = match rest {
            [] => return Thing::Nothing,
            _ if depth > DEPTH_MAX => {
                self.at = self.bytes.len();
                Thing::Nothing
            }
            [b'<', b'<', ..] => self.dict(depth),
            [b'<', ..] => self.hex(),
            [b'(', ..] => self.literal(),
            [b'[', ..] => self.list(depth),
            [b'/', ..] => {
                self.at += 1;
                Thing::Name(self.word())
            }
            _ => self.number_or_word(),
        };
        self.at = self.at.max(before + 1);
        thing
    }

    fn number_or_word(&mut self) -> Thing {
        let word = self.word();
        let Some(number) = std::str::from_utf8(&word).ok().and_then(|word| word.parse::<f64>().ok()) else {
            return Thing::Word(word);
        };
        // `12 0 R`
        let after = self.at;
        if number >= 0.0 && number.fract() == 0.0 {
            self.space();
            let generation = self.word();
            self.space();
            let digits = !generation.is_empty() && generation.iter().all(u8::is_ascii_digit);
            if digits && self.word() == b"R" {
                return Thing::Reference(number as u64);
            }
        }
        self.at = after;
        Thing::Number(number)
    }

    fn dict(&mut self, depth: usize) -> Thing {
        self.at += 2;
        let mut dict = Dict::new();
        loop {
            self.space();
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if rest.is_empty() || rest.starts_with(b">>") {
                self.at += 2.min(rest.len());
                return Thing::Dict(dict);
            }
            if let Thing::Name(key) = self.thing(depth + 1) {
                let value = self.thing(depth + 1);
                dict.insert(key, value);
            }
        }
    }

    fn list(&mut self, depth: usize) -> Thing {
        self.at += 1;
        let mut list = Vec::new();
        loop {
            self.space();
            match self.bytes.get(self.at) {
                None => return Thing::List(list),
                Some(b']') => {
                    self.at += 1;
                    return Thing::List(list);
                }
                Some(_) => list.push(self.thing(depth + 1)),
            }
        }
    }

    fn hex(&mut self) -> Thing {
        let rest = &self.bytes[self.at + 1..];
        let length = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        self.at += length + 2;
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digits: Vec<u8> = rest[..length].iter().filter_map(digit).collect();
        Thing::Text(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect())
    }

    fn literal(&mut self) -> Thing {
        let (mut text, mut open) = (Vec::new(), 0_usize);
        while let Some(byte) = self.bytes.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'\\' => self.escaped(&mut text),
                b'(' if open == 0 => open = 1,
                b')' if open == 1 => break,
                other => {
                    open = if other == b'(' { open + 1 } else { open - usize::from(other == b')') };
                    text.push(other);
                }
            }
        }
        Thing::Text(text)
    }

    fn escaped(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.bytes.get(self.at).copied() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\r' => self.at += usize::from(self.bytes.get(self.at) == Some(&b'\n')),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit) = self.bytes.get(self.at).filter(|digit| (b'0'..=b'7').contains(*digit))
                    else {
                        break;
                    };
                    code = code << 3 | u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push(u8::try_from(code & 0xFF).unwrap_or(0));
            }
            other => text.push(other),
        }
    }
}
