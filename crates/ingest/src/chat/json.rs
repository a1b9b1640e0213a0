//! A JSON list taken apart element by element, so that one broken element costs no other; and its count by
//! another program's rules.

use serde::de::IgnoredAny;

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        }
    }
}
