//! Past requests as TOML: `[[request]]` tables with `[[request.item]]` and `[[request.statement]]`.

use super::{PastItem, PastRequest, PastStatement, finish};
use chrono::NaiveDate;
use duces_model::{Mistake, Mistakes, PersonId, RequestId, SourceId};
use serde::{Deserialize, Deserializer, de::Error as _};
use toml::Spanned;

/// The format of the file that this version reads.
const FORMAT: i64 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: i64,
    #[serde(default)]
    request: Vec<Spanned<toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    request: RequestId,
    #[serde(default)]
    authority: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    kind: String,
    #[serde(default, deserialize_with = "day")]
    received: Option<NaiveDate>,
    #[serde(default, deserialize_with = "day")]
    answered: Option<NaiveDate>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    item: Vec<Item>,
    #[serde(default)]
    statement: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    #[serde(default)]
    item: String,
    #[serde(default)]
    text: String,
    #[serde(default, deserialize_with = "list")]
    people: Option<Vec<PersonId>>,
    #[serde(default, deserialize_with = "list")]
    sources: Option<Vec<SourceId>>,
    #[serde(default, deserialize_with = "day")]
    from: Option<NaiveDate>,
    #[serde(default, deserialize_with = "day")]
    to: Option<NaiveDate>,
    #[serde(default, deserialize_with = "list")]
    bates: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    text: String,
    #[serde(default, deserialize_with = "day")]
    stated_on: Option<NaiveDate>,
    #[serde(default)]
    item: String,
}

/// A day, or `"unknown"`. A day of TOML comes as its text.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let found = toml::Value::deserialize(deserializer)?;
    let text = match &found {
        toml::Value::String(word) if word == "unknown" => return Ok(None),
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let expected =
        || D::Error::custom(format!("found {text:?}, expected a day such as 2019-03-31, or \"unknown\""));
    text.parse().map(Some).map_err(|_| expected())
}

/// A list of names, or `"unknown"`.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
    match toml::Value::deserialize(deserializer)? {
        toml::Value::String(word) if word == "unknown" => Ok(None),
        // An empty list names nobody, which is not to know that it was nobody.
        toml::Value::Array(list) if list.is_empty() => Ok(None),
        list @ toml::Value::Array(_) => Vec::<T>::deserialize(list).map(Some).map_err(D::Error::custom),
        other => Err(D::Error::custom(format!("found {other}, expected a list of names, or \"unknown\""))),
    }
}

/// Reads the file: the requests, each with the line on which it begins.
///
/// # Errors
/// The first mistake of each request that has one, or that the file is no TOML.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<(Vec<PastRequest>, Vec<u64>), Mistakes> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Mistakes::one(Mistake::of_file(file, "expected UTF-8 text")))?;
    let place = |span: Option<std::ops::Range<usize>>, message: &str| {
        Mistake::in_text(file, text, span.unwrap_or(0..0), message.to_owned())
    };
    let whole: File =
        toml::from_str(text).map_err(|error| Mistakes::one(place(error.span(), error.message())))?;
    if whole.format != FORMAT {
        let message = format!("found format {}, expected format = {FORMAT}", whole.format);
        return Err(Mistakes::one(Mistake::of_file(file, message)));
    }
    let (mut requests, mut places, mut mistakes) = (Vec::new(), Vec::new(), Vec::new());
    for table in whole.request {
        let span = table.span();
        let line = text[..span.start.min(text.len())].matches('\n').count() as u64 + 1;
        match Request::deserialize(table.into_inner()) {
            Ok(request) => {
                let mut request = assembled(request);
                let double = requests.iter().any(|known: &PastRequest| known.request == request.request);
                if double {
                    mistakes.push(place(Some(span), &format!("found request {} twice", request.request)));
                }
                request.kind = request.kind.to_lowercase();
                requests.push(request);
                places.push(line);
            }
            Err(error) => mistakes.push(place(Some(span), error.message())),
        }
    }
    finish(file, &mut requests, &places, &mut mistakes);
    Mistakes::or(mistakes, (requests, places))
}

fn assembled(read: Request) -> PastRequest {
    let item = |item: Item| PastItem {
        item: item.item,
        text: item.text,
        people: item.people,
        sources: item.sources,
        from: item.from,
        to: item.to,
        bates: item.bates,
    };
    let statement =
        |one: Statement| PastStatement { text: one.text, stated_on: one.stated_on, item: one.item };
    PastRequest {
        request: read.request,
        authority: read.authority,
        number: read.number,
        kind: read.kind,
        received: read.received,
        answered: read.answered,
        items: read.item.into_iter().map(item).collect(),
        statements: read.statement.into_iter().map(statement).collect(),
        note: read.note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"format = 1
[[request]]
request = "HO-1"
authority = "SEC"
received = 2019-03-01
answered = "unknown"
[[request.item]]
item = "1"
people = ["ann-lee"]
sources = "unknown"
from = 2018-01-01
to = 2018-12-31
[[request.statement]]
text = "All responsive documents have been produced."
stated_on = 2019-05-01
[[request]]
request = "HO-2"
"#;

    #[test]
    fn unknown_is_a_value_and_a_request_without_items_has_one_that_may_be_anything() {
        let (requests, places) = read("past.toml", GOOD.as_bytes()).unwrap();
        assert_eq!(requests.len(), 2);
        assert_eq!(places.len(), 2);
        assert_eq!((requests[0].answered, requests[0].items[0].sources.clone()), (None, None));
        assert_eq!(requests[0].items[0].people.as_ref().map(Vec::len), Some(1));
        assert!(requests[1].items[0].is_vague());
    }

    #[test]
    fn each_request_with_a_mistake_is_reported() {
        let text = GOOD.replace("2018-01-01", "\"long ago\"").replace("\"HO-2\"", "\"HO-2\"\ncolour = 1");
        let mistakes = read("past.toml", text.as_bytes()).unwrap_err();
        assert_eq!(mistakes.iter().count(), 2, "{mistakes:?}");
    }
}
