//! What the reader of PDFs must not be given: it follows a page tree, and arrays in arrays, without an end, and a
//! stack that runs over ends the whole program.

use flate2::read::ZlibDecoder;
use std::collections::BTreeMap;
use std::io::Read;

/// Most levels of a page tree.
const LEVELS_MAX: usize = 100;
/// Most signs side by side that open arrays or dictionaries.
const OPENINGS_MAX: usize = 400;
/// Most bytes of packed objects that are looked through, unpacked.
const UNPACKED_BYTES_MAX: u64 = 256 << 20;

/// Says why a PDF cannot be opened safely, where it cannot. It looks at the bytes, not at the table of objects,
/// which may be broken: the last object of a number counts. Packed objects that are encrypted are not seen.
pub(crate) fn refused(bytes: &[u8]) -> Option<&'static str> {
    const NESTED: &str = "its arrays or dictionaries stand in each other too deeply";
    let mut trees = BTreeMap::new();
    let mut room = UNPACKED_BYTES_MAX;
    for (number, body) in objects(bytes) {
        // What a stream holds is no object, and may be anything.
        let head = memchr::memmem::find(body, b"stream").unwrap_or(body.len());
        let tail = memchr::memmem::rfind(body, b"endstream").unwrap_or(body.len());
        if nested(&body[..head]) || nested(&body[tail.max(head)..]) {
            return Some(NESTED);
        }
        note(number, &body[..head], &mut trees);
        if let Some(unpacked) = unpacked(body, &mut room) {
            if nested(&unpacked) {
                return Some(NESTED);
            }
            for (number, body) in packed(body, &unpacked) {
                note(number, body, &mut trees);
            }
        }
    }
    too_deep(&trees).then_some("its page tree runs in a circle or is too deep")
}

/// Whether openings stand side by side that no sound file has.
pub(super) fn nested(bytes: &[u8]) -> bool {
    let mut run = 0;
    bytes.iter().any(|byte| {
        match byte {
            b'[' | b'<' => run += 1,
            b' ' | b'\n' | b'\r' | b'\t' | 0 | 12 => {}
            _ => run = 0,
        }
        run > OPENINGS_MAX
    })
}

/// Each object's number, and the bytes from it to the next one.
fn objects(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let starts = memchr::memmem::find_iter(bytes, b" obj").map(|at| (at, at + 4));
    let mut starts: Vec<(u32, usize)> =
        starts.filter_map(|(at, body)| Some((number_before(&bytes[..at])?, body))).collect();
    starts.push((0, bytes.len()));
    let ends: Vec<usize> = starts.iter().skip(1).map(|(_, at)| *at).collect();
    starts.into_iter().zip(ends).map(|((number, from), to)| (number, &bytes[from..to]))
}

/// The `12` of `12 0`.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let tail = &bytes[bytes.len().saturating_sub(24)..];
    let mut words = tail.rsplit(|byte| byte.is_ascii_whitespace());
    let generation = words.next()?;
    if generation.is_empty() || !generation.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let word = words.find(|word| !word.is_empty())?;
    // What stands before may run into the number where white is missing.
    let from = word.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    std::str::from_utf8(&word[from..]).ok()?.parse().ok()
}

/// Notes what stands below a node of a page tree.
fn note(number: u32, body: &[u8], trees: &mut BTreeMap<u32, Vec<u32>>) {
    let is_tree = memchr::memmem::find_iter(body, b"/Pages").any(|at| {
        let before = body[..at].trim_ascii_end();
        before.ends_with(b"/Type") && !body.get(at + 6).is_some_and(u8::is_ascii_alphanumeric)
    });
    let kids = memchr::memmem::find(body, b"/Kids").filter(|_| is_tree);
    let below = kids.map(|at| references(&body[at + 5..])).unwrap_or_default();
    trees.insert(number, below);
}

/// The objects referred to, up to the end of an array.
fn references(bytes: &[u8]) -> Vec<u32> {
    let list = bytes.split(|byte| *byte == b']').next().unwrap_or_default();
    let words: Vec<&[u8]> = list
        .split(|byte| byte.is_ascii_whitespace() || *byte == b'[')
        .filter(|word| !word.is_empty())
        .collect();
    let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse().ok();
    words.windows(3).filter(|three| three[2].starts_with(b"R")).filter_map(|three| number(three[0])).collect()
}

/// A stream of objects, unpacked; nothing for any other object.
fn unpacked(body: &[u8], room: &mut u64) -> Option<Vec<u8>> {
    let at = memchr::memmem::find(body, b"stream")?;
    let head = &body[..at];
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    if !has(b"/ObjStm") || !(has(b"/FlateDecode") || has(b"/Fl")) {
        return None;
    }
    let data = body[at + 6..].strip_prefix(b"\r").unwrap_or(&body[at + 6..]);
    let data = data.strip_prefix(b"\n").unwrap_or(data);
    let mut found = Vec::new();
    // What is broken ends early; what was unpacked up to there counts.
    let _ = ZlibDecoder::new(data).take(*room).read_to_end(&mut found);
    *room -= found.len() as u64;
    Some(found)
}

/// The objects of a stream of objects (ISO 32000-1, 7.5.7).
fn packed<'u>(body: &[u8], unpacked: &'u [u8]) -> Vec<(u32, &'u [u8])> {
    let first = memchr::memmem::find(body, b"/First").map(|at| body[at + 6..].trim_ascii_start());
    let digits = first.map(|text| text.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let first =
        first.zip(digits).and_then(|(text, digits)| std::str::from_utf8(&text[..digits]).ok()?.parse().ok());
    let Some(first) = first.filter(|first: &usize| *first <= unpacked.len()) else { return Vec::new() };
    let (head, rest) = unpacked.split_at(first);
    let numbers: Vec<usize> =
        String::from_utf8_lossy(head).split_ascii_whitespace().map_while(|word| word.parse().ok()).collect();
    let pairs: Vec<(u32, usize)> =
        numbers.chunks_exact(2).filter_map(|pair| Some((u32::try_from(pair[0]).ok()?, pair[1]))).collect();
    let end = |at: usize| pairs.get(at + 1).map_or(rest.len(), |(_, to)| *to);
    pairs
        .iter()
        .enumerate()
        .filter_map(|(at, (number, from))| Some((*number, rest.get(*from..end(at))?)))
        .collect()
}

/// Whether a tree has a circle or more levels than are followed.
fn too_deep(trees: &BTreeMap<u32, Vec<u32>>) -> bool {
    // Levels at and below each node, once known; a node under way is in a circle with the one that asks.
    let mut levels: BTreeMap<u32, Option<usize>> = BTreeMap::new();
    for start in trees.keys() {
        let mut path: Vec<(u32, usize)> = vec![(*start, 0)];
        while let Some((node, next)) = path.last().copied() {
            if next == 0 && levels.get(&node).is_some_and(Option::is_some) {
                path.pop();
                continue;
            }
            levels.entry(node).or_insert(None);
            let below = trees.get(&node).map(Vec::as_slice).unwrap_or_default();
            match below.get(next) {
                Some(kid) => {
                    if let Some(last) = path.last_mut() {
                        last.1 += 1;
                    }
                    match levels.get(kid) {
                        Some(None) => return true,
                        Some(Some(_)) => {}
                        None => path.push((*kid, 0)),
                    }
                }
                None => {
                    let under = below.iter().filter_map(|kid| levels.get(kid).copied().flatten()).max();
                    let own = under.unwrap_or(0) + 1;
                    if own > LEVELS_MAX {
                        return true;
                    }
                    levels.insert(node, Some(own));
                    path.pop();
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    const CIRCLE: &str = "its page tree runs in a circle or is too deep";

    #[test]
    fn a_page_tree_that_runs_in_a_circle_is_found_and_a_sound_one_is_let_through() {
        let sound = b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type /Pages /Kids [3 0 R 4 0 R]>> endobj \
            3 0 obj <</Type/Pages/Kids[5 0 R]/Parent 2 0 R>> endobj 4 0 obj <</Type/Page/Parent 2 0 R>> endobj";
        assert_eq!(refused(sound), None);
        let circle =
            b"2 0 obj <</Type /Pages /Kids [3 0 R]>> endobj 3 0 obj <</Type/Pages\n/Kids[ 2 0 R ]>> endobj";
        assert_eq!(refused(circle), Some(CIRCLE));
        // Fields of forms have kids too, and may name their parent.
        assert_eq!(refused(b"2 0 obj <</Kids [2 0 R] /FT /Tx>> endobj"), None);
        // A later object of the same number stands for an earlier one.
        let mended = [&circle[..], b" 3 0 obj <</Type/Page>> endobj"].concat();
        assert_eq!(refused(&mended), None);
    }

    #[test]
    fn a_circle_among_packed_objects_is_found() {
        let text = "2 0 3 36 <</Type/Pages/Kids[3 0 R]>>            <</Type/Pages/Kids[2 0 R]>>";
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        let mut file = b"9 0 obj <</Type/ObjStm/N 2/First 9/Filter/FlateDecode>>\nstream\n".to_vec();
        file.extend(encoder.finish().unwrap());
        file.extend(b"\nendstream endobj");
        assert_eq!(refused(&file), Some(CIRCLE));
    }

    #[test]
    fn a_tree_too_deep_and_arrays_in_arrays_are_found() {
        let chain = |levels: u32| -> Vec<u8> {
            (1..=levels)
                .flat_map(|n| format!("{n} 0 obj <</Type/Pages/Kids[{} 0 R]>> endobj\n", n + 1).into_bytes())
                .collect()
        };
        assert_eq!(refused(&chain(50)), None);
        assert_eq!(refused(&chain(5_000)), Some(CIRCLE));
        let after = |head: &[u8]| head.iter().copied().chain([b'['; 5_000]).collect::<Vec<_>>();
        assert!(refused(&after(b"1 0 obj ")).is_some());
        assert_eq!(refused(&after(b"1 0 obj <</Length 5000>> stream\n")), None);
    }
}
