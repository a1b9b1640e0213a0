//! `ToUnicode` maps (9.10.3): what the codes of a font stand for.

use std::collections::BTreeMap;

/// Most codes that one map may name.
const CODES_MAX: usize = 200_000;

/// Codes to text.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Bytes of a code, by the first code space; absent where the map names none.
    pub(super) code_bytes: Option<usize>,
    texts: BTreeMap<u32, String>,
}

enum Token {
    Hex(Vec<u8>),
    Open,
    Close,
    Word(String),
}

impl CMap {
    /// Reads a map; what is wrong in it names nothing.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut tokens = tokens(bytes).into_iter();
        while let Some(token) = tokens.next() {
            let Token::Word(word) = token else { continue };
            match word.as_str() {
                "begincodespacerange" => {
                    if let Some(Token::Hex(low)) = tokens.next() {
                        map.code_bytes.get_or_insert(low.len().clamp(1, 4));
                    }
                }
                "beginbfchar" => {
                    while let Some(Token::Hex(code)) = tokens.next() {
                        let Some(Token::Hex(text)) = tokens.next() else { break };
                        map.insert(number(&code), &text, 0);
                    }
                }
                "beginbfrange" => map.ranges(&mut tokens),
                _ => {}
            }
        }
        map
    }

    /// What a code stands for; `None` where the map does not say.
    pub(super) fn text(&self, code: u32) -> Option<&str> {
        self.texts.get(&code).map(String::as_str)
    }

    fn ranges(&mut self, tokens: &mut impl Iterator<Item = Token>) {
        while let Some(Token::Hex(low)) = tokens.next() {
            let Some(Token::Hex(high)) = tokens.next() else { return };
            let (low, high) = (number(&low), number(&high));
            match tokens.next() {
                Some(Token::Hex(text)) => {
                    for code in low..=high.min(low.saturating_add(0xFFFF)) {
                        if !self.insert(code, &text, code - low) {
                            return;
                        }
                    }
                }
                Some(Token::Open) => {
                    let mut code = low;
                    while let Some(Token::Hex(text)) = tokens.next() {
                        if code <= high {
                            self.insert(code, &text, 0);
                        }
                        code = code.saturating_add(1);
                    }
                }
                _ => return,
            }
        }
    }

    /// Notes a code; the last UTF-16 unit of its text is raised by `more`.
    fn insert(&mut self, code: u32, utf16: &[u8], more: u32) -> bool {
        if self.texts.len() >= CODES_MAX {
            return false;
        }
        let mut units: Vec<u16> = match utf16 {
            [byte] => vec![u16::from(*byte)],
            _ => utf16.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect(),
        };
        if let (Some(last), Ok(more)) = (units.last_mut(), u16::try_from(more)) {
            *last = last.wrapping_add(more);
        }
        if let Ok(text) = String::from_utf16(&units)
            && !text.is_empty()
            && text.chars().all(|c| c != '\0' && c != '\u{fffd}')
        {
            self.texts.insert(code, text);
        }
        true
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

fn tokens(bytes: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'[' => tokens.push(Token::Open),
            b']' => tokens.push(Token::Close),
            b'%' => at += bytes[at..].iter().take_while(|byte| !b"\r\n".contains(byte)).count(),
            b'<' if bytes.get(at) == Some(&b'<') => at += 1,
            b'<' => {
                let inside: Vec<u8> = bytes[at..].iter().copied().take_while(|byte| *byte != b'>').collect();
                at += inside.len() + 1;
                let digits: Vec<u8> = inside
                    .iter()
                    .filter_map(|byte| char::from(*byte).to_digit(16))
                    .filter_map(|digit| u8::try_from(digit).ok())
                    .collect();
                tokens.push(Token::Hex(
                    digits.chunks(2).map(|pair| pair[0] * 16 + pair.get(1).copied().unwrap_or(0)).collect(),
                ));
            }
            byte if byte.is_ascii_alphabetic() => {
                let start = at - 1;
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                tokens.push(Token::Word(String::from_utf8_lossy(&bytes[start..at]).into_owned()));
            }
            _ => {}
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_codes_ranges_and_lists_are_read() {
        let map = CMap::read(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0003> <0020> <0010> \
              <00660069> endbfchar 2 beginbfrange <0024> <0026> <0041> <0030> <0031> [<0061> <D835DC00>] \
              endbfrange",
        );
        let text = |code| map.text(code).unwrap_or("?");
        assert_eq!(map.code_bytes, Some(2));
        assert_eq!(
            [text(3), text(0x10), text(0x26), text(0x30), text(0x31), text(0x27)],
            [" ", "fi", "C", "a", "𝐀", "?"]
        );
    }
}
