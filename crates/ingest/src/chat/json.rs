//! A JSON list taken apart element by element, so that one broken element costs no other; and its count by
//! another program's rules.

use serde::Deserialize as _;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The elements of a list as they lie, and what is wrong with the list around them.
pub(crate) struct Elements<'a> {
    pub(crate) list: Vec<&'a [u8]>,
    pub(crate) damage: Option<String>,
}

/// Cuts the list at the commas of its own level; none where the bytes do not start with a list.
pub(crate) fn elements(bytes: &[u8]) -> Option<Elements<'_>> {
    let start = usize::from(bytes.starts_with(b"\xef\xbb\xbf")) * 3;
    let mut at = space(bytes, start);
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    at += 1;
    let mut list = Vec::new();
    loop {
        at = space(bytes, at);
        match bytes.get(at) {
            None => return Some(Elements { list, damage: Some("the list is never closed".to_owned()) }),
            Some(b']') => {
                let rest = space(bytes, at + 1);
                let damage = (rest < bytes.len()).then(|| format!("bytes behind the list, at byte {rest}"));
                return Some(Elements { list, damage });
            }
            Some(b',') => at += 1,
            Some(_) => {
                let end = value_end(bytes, at);
                // A byte that neither starts a value nor parts two is taken as one, so that the cut goes on.
                let end = end.max(at + 1);
                list.push(bytes[at..end].trim_ascii_end());
                at = end;
            }
        }
    }
}

/// The members of an object: their names and values.
pub(crate) struct Members<'a> {
    pub(crate) list: Vec<(String, &'a [u8])>,
    pub(crate) damage: Option<String>,
}

/// Cuts the object at the commas of its own level; none where the bytes do not start with an object.
pub(crate) fn members(bytes: &[u8]) -> Option<Members<'_>> {
    let start = usize::from(bytes.starts_with(b"\xef\xbb\xbf")) * 3;
    let mut at = space(bytes, start);
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    at += 1;
    let mut list = Vec::new();
    loop {
        at = space(bytes, at);
        match bytes.get(at) {
            None => return Some(Members { list, damage: Some("the object is never closed".to_owned()) }),
            Some(b'}') => {
                let rest = space(bytes, at + 1);
                let damage = (rest < bytes.len()).then(|| format!("bytes behind the object, at byte {rest}"));
                return Some(Members { list, damage });
            }
            Some(b',') => at += 1,
            Some(_) => {
                let end = value_end(bytes, at).max(at + 1);
                let member = &bytes[at..end];
                // The name's own quotes end before the first colon outside them.
                let colon = colon(member).unwrap_or(member.len());
                let name = serde_json::from_slice::<String>(member[..colon].trim_ascii());
                let name = name.unwrap_or_else(|_| String::from_utf8_lossy(&member[..colon]).into_owned());
                let value = member.get(colon + 1..).unwrap_or_default().trim_ascii();
                list.push((name, value));
                at = end;
            }
        }
    }
}

/// The colon behind a name.
fn colon(member: &[u8]) -> Option<usize> {
    let (mut quoted, mut at) = (false, 0);
    while let Some(byte) = member.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b':' if !quoted => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

fn space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// Where the value that starts at `at` ends: before the comma or bracket of the level above.
fn value_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    let mut quoted = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// How many elements the list has by `serde_json`; none where that cannot read it.
pub(crate) fn count(bytes: &[u8]) -> Option<u64> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice::<Vec<IgnoredAny>>(bytes).ok().map(|list| list.len() as u64)
}

/// How many values stand at a path of the document, by `serde_json` alone: a step is the name of a member, or `*` for
/// each element of a list. None where the bytes are no JSON.
pub(crate) fn count_at(bytes: &[u8], path: &[&str]) -> Option<u64> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let found = At(path).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(found)
}

struct At<'p>(&'p [&'p str]);

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        if self.0.is_empty() {
            return IgnoredAny::deserialize(deserializer).map(|_| 1);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = u64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u64, A::Error> {
        let mut found = 0;
        while let Some(name) = map.next_key::<String>()? {
            match self.0.split_first() {
                Some((step, rest)) if *step == name => found += map.next_value_seed(At(rest))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u64, A::Error> {
        let mut found = 0;
        match self.0.split_first() {
            Some((&"*", rest)) => {
                while let Some(more) = list.next_element_seed(At(rest))? {
                    found += more;
                }
            }
            _ => while list.next_element::<IgnoredAny>()?.is_some() {},
        }
        Ok(found)
    }

    fn visit_bool<E>(self, _: bool) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_i64<E>(self, _: i64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_u64<E>(self, _: u64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_f64<E>(self, _: f64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_str<E>(self, _: &str) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_unit<E>(self) -> Result<u64, E> {
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn members_of_an_object_are_cut_and_values_at_a_path_are_counted() {
        let text =
            br#"{"users":[{"id":1}], "a:b" : {"x":"}"},"tickets":[{"comments":[1,2]},{"comments":[{}]},3]}"#;
        let found = members(text).unwrap();
        assert_eq!(
            found.list.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["users", "a:b", "tickets"]
        );
        assert_eq!((found.list[1].1, found.damage), (&br#"{"x":"}"}"#[..], None));
        assert_eq!(count_at(text, &["tickets", "*"]), Some(3));
        assert_eq!(count_at(text, &["tickets", "*", "comments", "*"]), Some(3));
        assert_eq!(count_at(b"{\"a\":", &["a"]), None);
        assert!(members(b"{\"a\":1").unwrap().damage.is_some() && members(b"[]").is_none());
    }

    #[test]
    fn a_broken_element_costs_no_other() {
        let found = elements(br#"[ {"a":"]},["} , {oops}, "x\"y", 3, [1,[2]] ]"#).unwrap();
        assert_eq!(found.list.len(), 5);
        assert!(found.damage.is_none());
        let cut = elements(br#"[{"a":1},{"b":"#).unwrap();
        assert_eq!((cut.list.len(), cut.damage.is_some()), (2, true));
        assert!(elements(b"{}").is_none());
    }

    proptest! {
        #[test]
        fn a_good_list_is_counted_alike_by_both(values in proptest::collection::vec("\\PC{0,9}", 0..9)) {
            let text = serde_json::to_string(&values).unwrap();
            let cut = elements(text.as_bytes()).unwrap();
            prop_assert_eq!(count(text.as_bytes()), Some(cut.list.len() as u64));
            prop_assert_eq!(cut.damage, None);
        }

        #[test]
        fn any_bytes_are_cut(mut bytes: Vec<u8>) {
            bytes.insert(0, b'[');
            elements(&bytes);
            bytes[0] = b'{';
            members(&bytes);
            count_at(&bytes, &["a", "*"]);
        }
    }
}
