//! The rules by which an identifier is spelled, and the check digits that catch a slip of the hand.

use super::IdentifierKind;
use duces_indexer::tokens;

/// Every spelling, as words in a row; sorted, at least one. The error is what to tell the user.
pub(super) fn all(
    kind: IdentifierKind,
    value: &str,
    leading_zeros: bool,
) -> Result<Vec<Vec<String>>, String> {
    let words: Vec<String> = tokens(value).into_iter().map(|token| token.text).collect();
    if words.is_empty() {
        return Err(format!("found {value:?}, expected letters or digits"));
    }
    let numbered = matches!(kind, IdentifierKind::Account | IdentifierKind::Order | IdentifierKind::Other);
    if leading_zeros && !numbered {
        return Err(format!("leading_zeros means nothing for kind {:?}", kind.as_str()));
    }
    let mut spellings = match kind {
        IdentifierKind::Account | IdentifierKind::Order | IdentifierKind::Other => {
            number(words, leading_zeros, value)?
        }
        IdentifierKind::Cusip => cusip(&words, value)?,
        IdentifierKind::Isin => isin(&words, value)?,
        IdentifierKind::Ticker => vec![vec![words.concat()], words],
        IdentifierKind::Phone => phone(words, value)?,
    };
    spellings.iter_mut().for_each(|words| words.retain(|word| !word.is_empty()));
    spellings.sort();
    spellings.dedup();
    Ok(spellings)
}

/// As written, as one word, and parted where letters meet digits; on demand each without leading zeros.
fn number(words: Vec<String>, leading_zeros: bool, value: &str) -> Result<Vec<Vec<String>>, String> {
    let mut starts = vec![words];
    if leading_zeros {
        let stripped = without_zeros(&starts[0]);
        if stripped == starts[0] || stripped.is_empty() {
            return Err(format!("leading_zeros: {value:?} has no zeros before other digits"));
        }
        starts.push(stripped);
    }
    Ok(starts
        .into_iter()
        .flat_map(|words| {
            let parted = words.iter().flat_map(|word| at_borders(word)).collect();
            [vec![words.concat()], parted, words]
        })
        .collect())
}

fn without_zeros(words: &[String]) -> Vec<String> {
    let mut rest = words.to_vec();
    while let Some(first) = rest.first_mut() {
        *first = first.trim_start_matches('0').to_owned();
        if !first.is_empty() {
            break;
        }
        rest.remove(0);
    }
    rest
}

/// `ord12345` as `ord`, `12345`.
fn at_borders(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut last: Option<bool> = None;
    for c in word.chars() {
        let digit = c.is_ascii_digit();
        match parts.last_mut().filter(|_| last == Some(digit)) {
            Some(part) => part.push(c),
            None => parts.push(c.to_string()),
        }
        last = Some(digit);
    }
    parts
}

/// Cuts a text of ASCII letters and digits into words of these lengths; the last length is the rest.
fn cut(text: &str, lengths: &[usize]) -> Vec<String> {
    let mut rest = text;
    let mut words = Vec::new();
    for length in lengths {
        let (word, behind) = rest.split_at((*length).min(rest.len()));
        words.push(word.to_owned());
        rest = behind;
    }
    if !rest.is_empty() {
        words.push(rest.to_owned());
    }
    words
}

fn plain(words: &[String], value: &str, expected: &str) -> Result<String, String> {
    let text = words.concat();
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { Ok(text) } else { Err(format!("found {value:?}, expected {expected}")) }
}

fn cusip(words: &[String], value: &str) -> Result<Vec<Vec<String>>, String> {
    let expected = "a CUSIP: eight letters or digits, with or without the check digit behind them";
    let text = plain(words, value, expected)?;
    let (base, check) = match text.len() {
        8 => (text.as_str(), None),
        9 => (&text[..8], text[8..].parse::<u32>().ok()),
        length => return Err(format!("found {value:?} of {length} characters, expected {expected}")),
    };
    let right = cusip_check(base);
    if text.len() == 9 && check != Some(right) {
        return Err(format!("found {value:?}, whose check digit would be {right}: a slip of the hand?"));
    }
    let whole = format!("{base}{right}");
    let with = [&[9][..], &[6, 2, 1], &[6, 3], &[8, 1]].map(|lengths| cut(&whole, lengths));
    let without = [&[8][..], &[6, 2]].map(|lengths| cut(base, lengths));
    Ok(with.into_iter().chain(without).collect())
}

/// The "modulus 10 double add double" of ANSI X9.6.
fn cusip_check(base: &str) -> u32 {
    let sum: u32 = base
        .chars()
        .zip(0..)
        .map(|(c, at)| {
            let value = c.to_digit(36).unwrap_or(0) * if at % 2 == 1 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

fn isin(words: &[String], value: &str) -> Result<Vec<Vec<String>>, String> {
    let expected = "an ISIN: two letters, nine letters or digits, a check digit";
    let text = plain(words, value, expected)?;
    let country = text.bytes().take(2).all(|byte| byte.is_ascii_alphabetic());
    if text.len() != 12 || !country || !text[11..].bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("found {value:?}, expected {expected}"));
    }
    if !luhn(&text) {
        return Err(format!("found {value:?}, whose check digit does not fit: a slip of the hand?"));
    }
    let cuts =
        [&[12][..], &[2, 10], &[2, 9, 1], &[2, 6, 3, 1], &[2, 6, 2, 1, 1], &[2, 6, 4], &[11, 1], &[4, 4, 4]];
    Ok(cuts.iter().map(|lengths| cut(&text, lengths)).collect())
}

/// The check of ISO 6166: letters become two digits, every second digit from the right is doubled.
fn luhn(text: &str) -> bool {
    let digits: String = text.chars().filter_map(|c| c.to_digit(36)).map(|value| value.to_string()).collect();
    let sum: u32 = digits
        .chars()
        .rev()
        .zip(0..)
        .filter_map(|(c, at)| {
            let value = c.to_digit(10)? * if at % 2 == 1 { 2 } else { 1 };
            Some(value / 10 + value % 10)
        })
        .sum();
    sum.is_multiple_of(10)
}

fn phone(words: Vec<String>, value: &str) -> Result<Vec<Vec<String>>, String> {
    let digits = words.concat();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !(4..=15).contains(&digits.len()) {
        return Err(format!("found {value:?}, expected a telephone number of 4 to 15 digits"));
    }
    let foreign = value.trim_start().starts_with('+') && !digits.starts_with('1');
    let national = match digits.len() {
        10 if !foreign => Some(digits.as_str()),
        11 if digits.starts_with('1') => Some(&digits[1..]),
        _ => None,
    };
    if let Some(national) = national {
        // The North American plan: area, exchange, line.
        let cuts = [&[10][..], &[3, 3, 4], &[3, 7], &[6, 4]].map(|lengths| cut(national, lengths));
        let with_country = cuts.clone().map(|mut words| {
            words[0].insert(0, '1');
            words
        });
        return Ok(cuts.into_iter().chain(with_country).collect());
    }
    let mut spellings = vec![vec![digits], words.clone()];
    if foreign && words.len() > 1 {
        // Within the country: without its code, with or without the zero before it.
        let inner = words[1..].to_vec();
        let mut zeroed = inner.clone();
        zeroed[0].insert(0, '0');
        let mut dialled = words;
        dialled[0].insert_str(0, "00");
        for words in [inner, zeroed, dialled] {
            spellings.push(vec![words.concat()]);
            spellings.push(words);
        }
    }
    Ok(spellings)
}
