//! From the text of a profile to the profile, or to everything that is wrong in it.

use super::parse_delivery::delivery;
use super::reader::{Found, Reader, Table};
use super::{
    Authority, AuthorityStatus, DateForm, Delivery, Field, FieldValue, NameForm, NumberingUnit, OrderKey,
    PageKind, Profile, Rule, Severity, SizeUnit, TimeForm, Words, ZoneRule,
};
use chrono_tz::Tz;
use duces_model::{Mistake, Mistakes};
use std::collections::BTreeSet;
use std::num::NonZeroU32;
use toml::de::DeTable;

/// The version of profile files that this version reads.
const FORMAT: u32 = 1;
const RULE_KEYS: [&str; 3] = ["value", "severity", "authority"];
/// Fields without which no row says what it is of and where it lies.
const NEEDED: [FieldValue; 4] =
    [FieldValue::FirstBates, FieldValue::LastBates, FieldValue::NativePath, FieldValue::TextPath];

pub(super) fn profile(file: &str, text: &str) -> Result<Profile, Mistakes> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader::new(file, text);
    for error in errors {
        reader.mistake(error.span().unwrap_or(0..0), error.message().to_lowercase());
    }
    let read = if reader.mistakes.is_empty() { whole(&mut reader, root.get_ref()) } else { None };
    let lacking = || Mistakes::one(Mistake::of_file(file, "found no profile, expected one"));
    Mistakes::or(reader.mistakes, read)?.ok_or_else(lacking)
}

fn whole<'t>(reader: &mut Reader<'t>, root: &'t DeTable<'t>) -> Option<Profile> {
    let known = ["format", "name", "title", "statement", "rule", "words", "field"];
    let root = reader.table("the profile", root, 0, &known);
    let format = reader.whole_number(root, "format");
    if let Some((format, span)) = format
        && format != FORMAT
    {
        reader.mistake(span, format!("found format {format}, expected {FORMAT}"));
    }
    let name = reader.text(root, "name");
    let title = reader.text(root, "title");
    let statement = reader.text(root, "statement");
    let names = ["order", "numbering", "files_per_folder", "zone", "date", "time", "file_size"];
    let names: Vec<&str> = names.into_iter().chain(Delivery::NAMES).collect();
    let rules = reader.subtable(root, "rule", "[rule]", &names);
    let order = rules.and_then(|rules| rule(reader, rules, "order", "[rule.order]", order));
    let numbering = rules.and_then(|rules| {
        rule(reader, rules, "numbering", "[rule.numbering]", |r, t| {
            one_word(r, t, NumberingUnit::ALL, NumberingUnit::as_str)
        })
    });
    let files_per_folder = rules
        .and_then(|rules| rule(reader, rules, "files_per_folder", "[rule.files_per_folder]", at_least_one));
    let zone = rules.and_then(|rules| rule(reader, rules, "zone", "[rule.zone]", zone));
    let date = rules.and_then(|rules| {
        rule(reader, rules, "date", "[rule.date]", |r, t| one_word(r, t, DateForm::ALL, DateForm::as_str))
    });
    let time = rules.and_then(|rules| {
        rule(reader, rules, "time", "[rule.time]", |r, t| one_word(r, t, TimeForm::ALL, TimeForm::as_str))
    });
    let file_size = rules.and_then(|rules| {
        rule(reader, rules, "file_size", "[rule.file_size]", |r, t| {
            one_word(r, t, SizeUnit::ALL, SizeUnit::as_str)
        })
    });
    let delivery = rules.and_then(|rules| delivery(reader, rules));
    let words = words(reader, root);
    let fields = fields(reader, root);
    if let (Some(numbering), Some(delivery)) = (&numbering, &delivery)
        && delivery.pages.value != PageKind::None
        && numbering.value != NumberingUnit::Page
    {
        let message = format!(
            "found pages {:?} with numbers by {}, expected numbers by page",
            delivery.pages.value.as_str(),
            numbering.value
        );
        reader.mistake(0..0, message);
    }
    Some(Profile {
        name: name?.0,
        title: title?.0,
        statement: statement?.0.trim().to_owned(),
        order: order?,
        numbering: numbering?,
        files_per_folder: files_per_folder?,
        zone: zone?,
        date: date?,
        time: time?,
        file_size: file_size?,
        words: words?,
        delivery: delivery?,
        fields,
    })
}

pub(super) fn rule<'t, T>(
    reader: &mut Reader<'t>,
    rules: Table<'t>,
    key: &str,
    name: &'t str,
    value: impl FnOnce(&mut Reader<'t>, Table<'t>) -> Option<T>,
) -> Option<Rule<T>> {
    let table = reader.subtable(rules, key, name, &RULE_KEYS)?;
    let value = value(reader, table);
    let (severity, authority) = grounds(reader, table);
    Some(Rule { value: value?, severity: severity?, authority: authority? })
}

fn grounds<'t>(reader: &mut Reader<'t>, table: Table<'t>) -> (Option<Severity>, Option<Authority>) {
    let severity = reader.value(table, "severity");
    let severity = severity.and_then(|found| reader.word(&found, Severity::ALL, Severity::as_str));
    let authority = reader.subtable(table, "authority", "authority", &["status", "source"]);
    let authority = authority.and_then(|table| {
        let status = reader.value(table, "status");
        let status =
            status.and_then(|found| reader.word(&found, AuthorityStatus::ALL, AuthorityStatus::as_str));
        let source = reader.text(table, "source");
        Some(Authority { status: status?, source: source?.0 })
    });
    (severity, authority)
}

pub(super) fn one_word<'t, T: Copy>(
    reader: &mut Reader<'t>,
    table: Table<'t>,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Option<T> {
    let found = reader.value(table, "value")?;
    reader.word(&found, all, word)
}

fn order<'t>(reader: &mut Reader<'t>, table: Table<'t>) -> Option<Vec<OrderKey>> {
    let entries = reader.list(table, "value");
    let (last, mut keys) = (entries.last().map(|found| found.span.clone())?, Vec::new());
    for Found { value, span } in entries {
        let found = Found { value, span: span.clone() };
        if let Some(key) = reader.word(&found, OrderKey::ALL, OrderKey::as_str) {
            if keys.contains(&key) {
                reader.mistake(span, format!("found {key} twice, expected each key once"));
            }
            keys.push(key);
        }
    }
    if keys.last() != Some(&OrderKey::StableId) {
        let message = format!(
            "found another last key than {}, which alone makes the order complete",
            OrderKey::StableId
        );
        reader.mistake(last, message);
    }
    Some(keys)
}

fn at_least_one<'t>(reader: &mut Reader<'t>, table: Table<'t>) -> Option<NonZeroU32> {
    let (number, span) = reader.whole_number(table, "value")?;
    let least = NonZeroU32::new(number);
    if least.is_none() {
        reader.mistake(span, "found 0, expected at least 1 file in a folder");
    }
    least
}

fn zone<'t>(reader: &mut Reader<'t>, table: Table<'t>) -> Option<ZoneRule> {
    let (text, span) = reader.text(table, "value")?;
    if text == "request" {
        return Some(ZoneRule::Request);
    }
    let zone = text.parse::<Tz>().ok();
    if zone.is_none() {
        let message =
            format!("found zone {text:?}, expected \"request\" or a zone such as \"America/New_York\"");
        reader.mistake(span, message);
    }
    zone.map(ZoneRule::Fixed)
}

fn words<'t>(reader: &mut Reader<'t>, root: Table<'t>) -> Option<Words> {
    let keys = ["privilege", "legal_bar", "not_producible", "withheld_member"];
    let table = reader.subtable(root, "words", "[words]", &keys)?;
    let privilege = wording(reader, table, keys[0], Some("{privilege}"));
    let legal_bar = wording(reader, table, keys[1], None);
    let not_producible = wording(reader, table, keys[2], Some("{reason}"));
    let withheld_member = wording(reader, table, keys[3], Some("{bates}"));
    Some(Words {
        privilege: privilege?,
        legal_bar: legal_bar?,
        not_producible: not_producible?,
        withheld_member: withheld_member?,
    })
}

/// A wording with its one placeholder, and no other.
fn wording<'t>(
    reader: &mut Reader<'t>,
    table: Table<'t>,
    key: &str,
    placeholder: Option<&str>,
) -> Option<String> {
    let (text, span) = reader.text(table, key)?;
    let rest = placeholder.map_or_else(|| text.clone(), |name| text.replacen(name, "", 1));
    let fits = !rest.contains(['{', '}']) && (placeholder.is_none() || rest != text);
    if !fits {
        let expected =
            placeholder.map_or_else(|| "no {…}".to_owned(), |name| format!("{name} once and no other {{…}}"));
        reader.mistake(span, format!("found {text:?}, expected {expected}"));
    }
    fits.then_some(text)
}

fn fields<'t>(reader: &mut Reader<'t>, root: Table<'t>) -> Vec<Field> {
    let (mut fields, mut names) = (Vec::new(), BTreeSet::new());
    let entries = reader.list(root, "field");
    let (whole, complete) = (entries.last().map_or(0..0, |found| found.span.clone()), entries.len());
    for found in entries {
        let Some(entry) = found.value.as_table() else {
            reader.mistake(found.span, "found a value, expected a table [[field]]");
            continue;
        };
        let known = ["name", "value", "names", "severity", "authority"];
        let table = reader.table("[[field]]", entry, found.span.start, &known);
        let name =
            reader.text(table, "name").and_then(|(name, span)| field_name(reader, name, span, &mut names));
        let value = one_word(reader, table, FieldValue::ALL, FieldValue::as_str);
        let names = name_form(reader, table, value);
        let (severity, authority) = grounds(reader, table);
        if let (Some(name), Some(value), Some(severity), Some(authority)) = (name, value, severity, authority)
        {
            fields.push(Field { name, names, rule: Rule { value, severity, authority } });
        }
    }
    if fields.len() == complete {
        for needed in NEEDED {
            if !fields.iter().any(|field| field.rule.value == needed) {
                reader.mistake(
                    whole.clone(),
                    format!("found no field with value {needed:?}, expected one", needed = needed.as_str()),
                );
            }
        }
    }
    fields
}

/// How the names in a field of custodians have to stand.
fn name_form<'t>(reader: &mut Reader<'t>, table: Table<'t>, value: Option<FieldValue>) -> Option<NameForm> {
    let found = reader.value_if_there(table, "names")?;
    if value.is_some_and(|value| !matches!(value, FieldValue::Custodian | FieldValue::AllCustodians)) {
        reader.mistake(found.span, "found a form of names, expected it at a field of custodians alone");
        return None;
    }
    reader.word(&found, NameForm::ALL, NameForm::as_str)
}

fn field_name(
    reader: &mut Reader<'_>,
    name: String,
    span: std::ops::Range<usize>,
    names: &mut BTreeSet<String>,
) -> Option<String> {
    let sign = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'/' || b == b'#';
    if !name.bytes().all(sign) {
        reader
            .mistake(span, format!("found field name {name:?}, expected letters, digits, '_', '/' and '#'"));
        return None;
    }
    if !names.insert(name.clone()) {
        reader.mistake(span, format!("found field {name} twice, expected each name once"));
        return None;
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builtin_text() -> &'static str {
        include_str!("../../../../templates/profiles/native-by-agreement.toml")
    }

    fn mistakes(text: &str) -> Vec<String> {
        profile("p.toml", text)
            .err()
            .map(|all| all.iter().map(ToString::to_string).collect())
            .unwrap_or_default()
    }

    #[test]
    fn the_builtin_profile_holds_the_37_fields_in_their_order_and_then_extras() {
        let profile = Profile::builtin("native-by-agreement").unwrap().unwrap();
        let names: Vec<&str> = profile.fields.iter().map(|field| field.name.as_str()).collect();
        let expected = "FIRSTBATES LASTBATES ATTACHRANGE BEGATTACH ENDATTACH PARENT_BATES CHILD_BATES CUSTODIAN FROM TO \
            CC BCC SUBJECT FILE_NAME DATE_SENT TIME_SENT/TIME_ZONE TIME_ZONE LINK MIME_TYPE FILE_EXTEN AUTHOR \
            LAST_AUTHOR DATE_CREATED TIME_CREATED/TIME_ZONE DATE_MOD TIME_MOD/TIME_ZONE DATE_ACCESSD \
            TIME_ACCESSD/TIME_ZONE PRINTED_DATE FILE_SIZE PGCOUNT PATH INTFILEPATH INTMSGID HEADER MD5HASH OCRPATH";
        let expected: Vec<&str> = expected.split_whitespace().collect();
        assert_eq!(expected.len(), 37);
        assert_eq!(names[..37], expected);
        for extra in ["ALL_CUSTODIANS", "ALL_PATHS", "REQUEST_PARA", "SHA256HASH", "WITHHELD"] {
            assert!(names[37..].contains(&extra), "{extra}");
        }
        assert!(Profile::builtin("sec-enf-2021-08").is_none());
    }

    #[test]
    fn every_builtin_profile_is_read_under_its_own_name() {
        for name in Profile::builtin_names() {
            let profile = Profile::builtin(name).unwrap();
            let profile = profile.unwrap_or_else(|mistakes| panic!("{mistakes}"));
            assert_eq!(profile.name, name);
        }
    }

    #[test]
    fn finra_has_no_legend_and_no_letter_of_the_sec_and_an_index_for_people() {
        let finra = Profile::builtin("finra").unwrap().unwrap().delivery;
        assert_eq!(finra.legend.value, None);
        assert_eq!(finra.letters.value, [crate::profile::Letter::Transmittal]);
        assert!(finra.extras.value.contains(&duces_volume::Extra::Xlsx));
        assert_eq!(finra.archive_bytes.value, Some(500_000_000));
    }

    #[test]
    fn bounds_signs_and_pages_without_page_numbers_are_told_with_their_place() {
        let wrong = |from: &str, to: &str| mistakes(&builtin_text().replacen(from, to, 1));
        let bound =
            wrong("[rule.archive_bytes]\nvalue = \"none\"", "[rule.archive_bytes]\nvalue = \"500 MiB\"");
        assert!(bound[0].contains("500 MiB"), "{bound:?}");
        let sign = wrong("quote = \"U+00FE\"", "quote = \"U+0014\"");
        assert!(sign[0].contains("two roles"), "{sign:?}");
        let pages = wrong("[rule.pages]\nvalue = \"none\"", "[rule.pages]\nvalue = \"pdf\"");
        assert!(pages[0].contains("expected numbers by page"), "{pages:?}");
    }

    #[test]
    fn the_builtin_profile_says_that_it_was_not_compared() {
        let profile = Profile::builtin("native-by-agreement").unwrap().unwrap();
        assert!(profile.title.contains("by agreement with staff"));
        assert!(profile.statement.contains("has not been compared with the SEC's own document"));
        assert_eq!(profile.rules().len(), 7 + Delivery::NAMES.len() + profile.fields.len());
        let from_memory = |(_, severity, authority): &(String, Severity, &Authority)| {
            *severity == Severity::Fails && authority.status == AuthorityStatus::FromMemory
        };
        assert!(profile.rules().iter().any(from_memory), "severity does not follow from authority");
    }

    #[test]
    fn every_mistake_is_told_at_once_with_its_place() {
        let text = builtin_text()
            .replacen("title =", "titel =", 1)
            .replacen("value = 2000", "value = 0", 1)
            .replacen("severity = \"warns\"", "severity = \"fatal\"", 1)
            .replacen("\"first-bates\"", "\"first-page\"", 1)
            .replacen("name = \"TO\"", "name = \"FROM\"", 1)
            .replacen("Withheld\"", "Withheld {why}\"", 1);
        let found = mistakes(&text);
        let lines: Vec<&str> = found.iter().map(|m| m.split_once(": ").unwrap().1).collect();
        assert_eq!(lines.len(), 7, "{found:#?}");
        for part in
            ["\"titel\"", "no key \"title\"", "found 0", "\"fatal\"", "\"first-page\"", "FROM twice", "{why}"]
        {
            assert!(lines.iter().any(|line| line.contains(part)), "{part}: {found:#?}");
        }
        assert!(found.iter().all(|m| m.starts_with("p.toml:")), "{found:#?}");
    }

    #[test]
    fn an_order_that_could_leave_two_documents_equal_is_refused() {
        let text = builtin_text().replacen(", \"stable-id\"]", "]", 1);
        assert_eq!(mistakes(&text).len(), 1);
        let text = builtin_text().replacen(
            "\"custodian\", \"chronological\"",
            "\"chronological\", \"chronological\"",
            1,
        );
        assert!(mistakes(&text)[0].contains("twice"));
    }

    #[test]
    fn a_profile_without_the_fields_that_identify_is_refused() {
        let text = builtin_text().replacen("value = \"text-path\"", "value = \"not-held\"", 1);
        assert!(mistakes(&text)[0].contains("text-path"));
    }

    #[test]
    fn broken_toml_has_a_place_and_an_empty_profile_lists_what_it_lacks() {
        assert!(mistakes("format = = 1")[0].starts_with("p.toml:1:"));
        assert!(mistakes("").len() >= 6);
        assert!(mistakes("format = 2\n").iter().any(|m| m.contains("found format 2, expected 1")));
    }

    #[test]
    fn a_fixed_zone_stands_for_every_request() {
        let text = builtin_text().replacen("value = \"request\"", "value = \"Europe/Berlin\"", 1);
        let zone = profile("p", &text).unwrap().zone.value;
        assert_eq!(zone.of(chrono_tz::UTC), chrono_tz::Europe::Berlin);
        assert_eq!(ZoneRule::Request.of(chrono_tz::UTC), chrono_tz::UTC);
        let text = builtin_text().replacen("value = \"request\"", "value = \"Mars/Olympus\"", 1);
        assert!(mistakes(&text)[0].contains("Mars/Olympus"));
    }
}
