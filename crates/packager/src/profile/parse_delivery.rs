//! The rules of delivery, from the text of a profile.

use super::delivery::{
    DedupPolicy, Delivery, Encryption, LegendPlace, Letter, NameRule, Natives, NotWritten, OptForm, PageKind,
};
use super::parse::{one_word, rule};
use super::reader::{Reader, Table};
use duces_volume::{Delimiters, Encoding, Extra, Method};
use std::collections::BTreeSet;
use std::ops::Range;

/// What stands for the absence of a text or bound.
const NONE: &str = "none";

pub(super) fn delivery<'t>(r: &mut Reader<'t>, rules: Table<'t>) -> Option<Delivery> {
    macro_rules! words {
        ($key:literal, $kind:ty) => {
            rule(r, rules, $key, concat!("[rule.", $key, "]"), |r, t| {
                one_word(r, t, <$kind>::ALL, <$kind>::as_str)
            })
        };
    }
    macro_rules! each_once {
        ($key:literal, $kind:ty) => {
            rule(r, rules, $key, concat!("[rule.", $key, "]"), |r, t| {
                Some(each_once(r, t, <$kind>::ALL, <$kind>::as_str))
            })
        };
    }
    let encoding = words!("encoding", Encoding);
    let delimiters = rule(r, rules, "delimiters", "[rule.delimiters]", delimiters);
    if let (Some(encoding), Some(signs)) = (&encoding, &delimiters)
        && encoding.value == Encoding::Windows1252
    {
        let signs = signs.value;
        for sign in [signs.field, signs.quote, signs.new_line, signs.list] {
            if !(sign.is_ascii() || ('\u{a0}'..='\u{ff}').contains(&sign)) {
                let message = format!(
                    "found U+{:04X} as a sign of the load file, which {} lacks",
                    u32::from(sign),
                    Encoding::Windows1252
                );
                r.mistake(0..0, message);
            }
        }
    }
    let pages = words!("pages", PageKind);
    let natives = words!("natives", Natives);
    let native_only = rule(r, rules, "native_only", "[rule.native_only]", endings);
    let legend = rule(r, rules, "legend", "[rule.legend]", legend);
    let legend_place = words!("legend_place", LegendPlace);
    let names = words!("names", NameRule);
    let dedup = words!("dedup", DedupPolicy);
    let opt = words!("opt", OptForm);
    let extras = each_once!("extras", Extra);
    let archive = words!("archive", Method);
    let archive_bytes = rule(r, rules, "archive_bytes", "[rule.archive_bytes]", bound);
    let encryption = words!("encryption", Encryption);
    let volume_bytes = rule(r, rules, "volume_bytes", "[rule.volume_bytes]", bound);
    let letters = each_once!("letters", Letter);
    let not_written = each_once!("not_written", NotWritten);
    Some(Delivery {
        encoding: encoding?,
        delimiters: delimiters?,
        pages: pages?,
        natives: natives?,
        native_only: native_only?,
        legend: legend?,
        legend_place: legend_place?,
        names: names?,
        dedup: dedup?,
        opt: opt?,
        extras: extras?,
        archive: archive?,
        archive_bytes: archive_bytes?,
        encryption: encryption?,
        volume_bytes: volume_bytes?,
        letters: letters?,
        not_written: not_written?,
    })
}

/// A list of known words, each at most once.
fn each_once<'t, T: Copy + PartialEq + std::fmt::Display>(
    reader: &mut Reader<'t>,
    table: Table<'t>,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Vec<T> {
    let mut found = Vec::new();
    for entry in reader.list(table, "value") {
        if let Some(one) = reader.word(&entry, all, word) {
            if found.contains(&one) {
                reader.mistake(entry.span, format!("found {one} twice, expected each word once"));
            }
            found.push(one);
        }
    }
    found
}

fn endings<'t>(reader: &mut Reader<'t>, table: Table<'t>) -> Option<Vec<String>> {
    let mut found = BTreeSet::new();
    for entry in reader.list(table, "value") {
        let ending = entry.value.as_str().unwrap_or_default();
        let plain = ending.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if ending.is_empty() || !plain {
            let message =
                format!("found ending {ending:?}, expected lower-case letters and digits without a dot");
            reader.mistake(entry.span, message);
        } else if !found.insert(ending.to_owned()) {
            reader.mistake(entry.span, format!("found ending {ending:?} twice, expected each once"));
        }
    }
    Some(found.into_iter().collect())
}

fn legend<'t>(reader: &mut Reader<'t>, table: Table<'t>) -> Option<Option<String>> {
    let (text, span) = reader.text(table, "value")?;
    if text == NONE {
        return Some(None);
    }
    if text.replace("{firm}", "").contains(['{', '}']) {
        reader.mistake(span, format!("found {text:?}, expected no other {{…}} than {{firm}}"));
        return None;
    }
    Some(Some(text))
}

/// `none`, or a whole number with `MB` or `GB`, which are 1,000,000 and 1,000,000,000 bytes.
fn bound<'t>(reader: &mut Reader<'t>, table: Table<'t>) -> Option<Option<u64>> {
    let (text, span) = reader.text(table, "value")?;
    if text == NONE {
        return Some(None);
    }
    let bytes = text.split_once(' ').and_then(|(number, unit)| {
        let unit: u64 = match unit {
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(unit).filter(|bytes| *bytes > 0)
    });
    if bytes.is_none() {
        reader.mistake(
            span,
            format!("found {text:?}, expected \"none\" or a size such as \"500 MB\" or \"20 GB\""),
        );
    }
    bytes.map(Some)
}

fn delimiters<'t>(reader: &mut Reader<'t>, table: Table<'t>) -> Option<Delimiters> {
    let keys = ["field", "quote", "new_line", "list"];
    let table = reader.subtable(table, "value", "the delimiters", &keys)?;
    let mut sign = |key: &str| -> Option<(char, Range<usize>)> {
        let (text, span) = reader.text(table, key)?;
        let code = text.strip_prefix("U+").and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let sign = code.and_then(char::from_u32).filter(|sign| !matches!(sign, '\r' | '\n' | '\u{feff}'));
        if sign.is_none() {
            reader.mistake(span.clone(), format!("found {text:?}, expected a sign such as \"U+0014\""));
        }
        Some((sign?, span))
    };
    let found = [sign("field"), sign("quote"), sign("new_line"), sign("list")];
    let mut seen = BTreeSet::new();
    for (sign, span) in found.iter().flatten() {
        if !seen.insert(*sign) {
            let message = format!("found U+{:04X} in two roles, expected a sign for each", u32::from(*sign));
            reader.mistake(span.clone(), message);
        }
    }
    let [field, quote, new_line, list] = found;
    Some(Delimiters { field: field?.0, quote: quote?.0, new_line: new_line?.0, list: list?.0 })
}
