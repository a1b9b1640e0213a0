//! The pages of a PDF (ISO 32000-1), counted without drawing them.
//!
//! The cross-reference table is not trusted: every object that stands in the file, or in a stream of objects,
//! is taken, the later one where two have one number; then the tree of pages is walked from the catalogue.
//! What is unpacked and walked is bounded.

use super::{Kind, Picture, find, stamps};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

/// Most objects, and most pages, of one file.
const OBJECTS_MAX: usize = 2_000_000;
/// Most bytes of streams of objects that are unpacked, all together.
const UNPACKED_MAX: u64 = 64 << 20;
/// How deep the tree of pages may be, and arrays and dictionaries within each other.
const DEPTH_MAX: usize = 64;

pub(super) fn look(bytes: &[u8]) -> Picture {
    if find(bytes, b"/Encrypt").is_some() && trailer_encrypts(bytes) {
        return Picture { protected: Some("it is encrypted"), ..Picture::of(Kind::Pdf) };
    }
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    if find(tail, b"%%EOF").is_none() || find(tail, b"startxref").is_none() {
        return Picture::damaged(Kind::Pdf, "it has no end (startxref, %%EOF): it is cut short");
    }
    match Objects::read(bytes).and_then(|objects| objects.pages()) {
        Ok(pages) => {
            let numbers = stamps::numbers(bytes).filter(|all| all.len() as u64 == pages);
            Picture { pages: Some(pages), numbers, ..Picture::of(Kind::Pdf) }
        }
        Err(damage) => Picture::damaged(Kind::Pdf, damage),
    }
}

/// Whether `/Encrypt` stands where a trailer does, rather than in some text.
fn trailer_encrypts(bytes: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], b"/Encrypt").map(|at| from + at) {
        let rest = Scanner { bytes, at: at + 8 }.peek_word();
        let reference = rest.first().is_some_and(u8::is_ascii_digit)
            || bytes
                .get(at + 8..)
                .is_some_and(|rest| rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<'));
        if reference {
            return true;
        }
        from = at + 8;
    }
    false
}

/// What of an object the tree of pages needs.
#[derive(Default, Clone)]
struct Object {
    kind: Vec<u8>,
    kids: Option<Vec<u64>>,
    kids_at: Option<u64>,
    pages: Option<u64>,
    count: Option<u64>,
    /// Streams of objects: how many, and where the first starts.
    objects: Option<usize>,
    first: Option<usize>,
    flate: bool,
    predicted: bool,
    length: Option<usize>,
    /// The object is an array of references.
    array: Option<Vec<u64>>,
}

struct Objects(BTreeMap<u64, Object>);

impl Objects {
    fn read(bytes: &[u8]) -> Result<Self, String> {
        let mut objects = Self(BTreeMap::new());
        let mut streams: Vec<(Object, &[u8])> = Vec::new();
        let mut at = 0;
        while let Some(place) = find(&bytes[at..], b"obj").map(|place| at + place) {
            at = place + 3;
            let Some(number) = number_before(bytes, place) else { continue };
            if objects.0.len() >= OBJECTS_MAX {
                return Err(format!("it has more than {OBJECTS_MAX} objects"));
            }
            let mut scanner = Scanner { bytes, at };
            let object = scanner.object(0);
            at = scanner.at.max(at);
            scanner.space();
            if bytes[scanner.at..].starts_with(b"stream") {
                let mut start = scanner.at + 6;
                start += usize::from(bytes.get(start) == Some(&b'\r'));
                start += usize::from(bytes.get(start) == Some(&b'\n'));
                let rest = bytes.get(start..).unwrap_or_default();
                let stated = object.length.filter(|length| {
                    rest.get(*length..).is_some_and(|after| {
                        let after = after.trim_ascii_start();
                        after.starts_with(b"endstream")
                    })
                });
                let length = stated.or_else(|| find(rest, b"endstream")).unwrap_or(rest.len());
                if object.kind == b"ObjStm" {
                    streams.push((object.clone(), &rest[..length]));
                }
                at = start + length;
            }
            objects.0.insert(number, object);
        }
        let mut left = UNPACKED_MAX;
        for (stream, packed) in streams {
            objects.unpack(&stream, packed, &mut left)?;
        }
        Ok(objects)
    }

    /// Takes the objects of a stream of objects (7.5.7).
    fn unpack(&mut self, stream: &Object, packed: &[u8], left: &mut u64) -> Result<(), String> {
        if stream.predicted {
            return Err("a stream of objects is packed in a way that is not read here".into());
        }
        let mut plain = Vec::new();
        if stream.flate {
            let read = flate2::read::ZlibDecoder::new(packed).take(*left + 1).read_to_end(&mut plain);
            if read.is_err() {
                return Err("a stream of objects does not unpack".into());
            }
        } else {
            plain.extend_from_slice(&packed[..packed.len().min(usize::try_from(*left).unwrap_or(0) + 1)]);
        }
        *left = left.checked_sub(plain.len() as u64).ok_or("its objects unpack to more than 64 MiB")?;
        let (count, first) = stream.objects.zip(stream.first).ok_or("a stream of objects states no count")?;
        let mut index = Scanner { bytes: &plain, at: 0 };
        for _ in 0..count.min(OBJECTS_MAX) {
            let (Some(number), Some(offset)) = (index.number(), index.number()) else { break };
            let at = usize::try_from(offset).ok().and_then(|offset| first.checked_add(offset));
            if let Some(at) = at.filter(|at| *at < plain.len())
                && self.0.len() < OBJECTS_MAX
            {
                let object = Scanner { bytes: &plain, at }.object(0);
                self.0.entry(number).or_insert(object);
            }
        }
        Ok(())
    }

    fn pages(&self) -> Result<u64, String> {
        let catalogs = self.0.values().filter(|object| object.kind == b"Catalog");
        let root =
            catalogs.filter_map(|catalog| catalog.pages).next_back().ok_or("it has no catalogue of pages")?;
        let mut seen = BTreeSet::new();
        let pages = self.walk(root, 0, &mut seen)?;
        let stated = self.0.get(&root).and_then(|object| object.count);
        if let Some(stated) = stated
            && stated != pages
        {
            return Err(format!("its tree states {stated} pages and holds {pages}"));
        }
        Ok(pages)
    }

    fn walk(&self, at: u64, depth: usize, seen: &mut BTreeSet<u64>) -> Result<u64, String> {
        if depth > DEPTH_MAX || !seen.insert(at) {
            return Err("its tree of pages runs in a circle".into());
        }
        let object = self.0.get(&at).ok_or("a page is missing")?;
        let far = object.kids_at.and_then(|at| self.0.get(&at)).and_then(|list| list.array.as_ref());
        let Some(kids) = object.kids.as_ref().or(far) else {
            return if object.kind == b"Pages" {
                Err("its tree of pages has no branches".into())
            } else {
                Ok(1)
            };
        };
        kids.iter().try_fold(0, |sum, kid| Ok(sum + self.walk(*kid, depth + 1, seen)?))
    }
}

/// The object's number in `12 0 obj`, which ends at `place`.
pub(super) fn number_before(bytes: &[u8], place: usize) -> Option<u64> {
    let before = bytes.get(place.saturating_sub(40)..place)?;
    let trimmed = before.trim_ascii_end();
    if trimmed.len() == before.len() && !before.last()?.is_ascii_digit() {
        return None;
    }
    let digits = |text: &[u8]| text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let generation = digits(trimmed);
    let rest = trimmed[..trimmed.len() - generation].trim_ascii_end();
    let number = digits(rest);
    if generation == 0 || number == 0 || rest.len() == trimmed.len() - generation {
        return None;
    }
    std::str::from_utf8(&rest[rest.len() - number..]).ok()?.parse().ok()
}

/// Reads the little of PDF's syntax that is needed.
struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

fn is_delimiter(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0 || b"()<>[]{}/%".contains(&byte)
}

impl<'a> Scanner<'a> {
    fn space(&mut self) {
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

    fn word(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| is_delimiter(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn peek_word(&self) -> &'a [u8] {
        let mut scanner = Scanner { bytes: self.bytes, at: self.at };
        scanner.space();
        scanner.word()
    }

    fn number(&mut self) -> Option<u64> {
        self.space();
        std::str::from_utf8(self.word()).ok()?.parse().ok()
    }

    /// A reference `12 0 R`, else one number, else passes one value over.
    fn reference_or_number(&mut self, depth: usize) -> (Option<u64>, Option<u64>) {
        let start = self.at;
        let Some(number) = self.number() else {
            self.at = start;
            self.pass(depth);
            return (None, None);
        };
        let after = self.at;
        if self.number().is_some() {
            self.space();
            if self.word() == b"R" {
                return (Some(number), None);
            }
        }
        self.at = after;
        (None, Some(number))
    }

    fn array(&mut self, depth: usize) -> Vec<u64> {
        let mut found = Vec::new();
        self.at += 1;
        loop {
            self.space();
            match self.bytes.get(self.at) {
                None => return found,
                Some(b']') => {
                    self.at += 1;
                    return found;
                }
                Some(_) => {
                    let before = self.at;
                    if let (Some(reference), _) = self.reference_or_number(depth + 1) {
                        found.push(reference);
                    }
                    self.at = self.at.max(before + 1);
                }
            }
        }
    }

    /// Reads one object; of dictionaries only the keys that are needed.
    fn object(&mut self, depth: usize) -> Object {
        let mut object = Object::default();
        self.space();
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(b"[") {
            object.array = Some(self.array(depth));
            return object;
        }
        if !rest.starts_with(b"<<") || depth > DEPTH_MAX {
            self.pass(depth);
            return object;
        }
        self.at += 2;
        loop {
            self.space();
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if rest.is_empty() || rest.starts_with(b">>") {
                self.at += 2.min(rest.len());
                return object;
            }
            if !rest.starts_with(b"/") {
                let before = self.at;
                self.pass(depth);
                self.at = self.at.max(before + 1);
                continue;
            }
            self.at += 1;
            let key = self.word();
            self.space();
            let next = self.bytes.get(self.at).copied();
            let small = |number: Option<u64>| number.and_then(|number| usize::try_from(number).ok());
            match key {
                b"Type" if next == Some(b'/') => {
                    self.at += 1;
                    object.kind = self.word().to_vec();
                }
                b"Kids" if next == Some(b'[') => object.kids = Some(self.array(depth)),
                b"Kids" => object.kids_at = self.reference_or_number(depth).0,
                b"Pages" => object.pages = self.reference_or_number(depth).0,
                b"Count" => object.count = self.reference_or_number(depth).1,
                b"N" => object.objects = small(self.reference_or_number(depth).1),
                b"First" => object.first = small(self.reference_or_number(depth).1),
                b"Length" => object.length = small(self.reference_or_number(depth).1),
                b"Filter" => {
                    let start = self.at;
                    self.pass(depth);
                    let filter = &self.bytes[start..self.at];
                    object.flate = find(filter, b"FlateDecode").is_some();
                    object.predicted |= !object.flate && !filter.trim_ascii().is_empty() && filter != b"[]";
                }
                b"DecodeParms" => {
                    let start = self.at;
                    self.pass(depth);
                    let stated = find(&self.bytes[start..self.at], b"/Predictor");
                    object.predicted |= stated.is_some_and(|at| {
                        Scanner { bytes: &self.bytes[..self.at], at: start + at + 10 }.number() != Some(1)
                    });
                }
                _ => self.pass(depth),
            }
        }
    }

    /// Passes one value over.
    fn pass(&mut self, depth: usize) {
        self.space();
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest {
            [] => {}
            _ if depth > DEPTH_MAX => self.at = self.bytes.len(),
            [b'<', b'<', ..] => {
                self.object(depth + 1);
            }
            [b'[', ..] => {
                self.array(depth + 1);
            }
            [b'<', ..] => {
                self.at += rest.iter().position(|byte| *byte == b'>').map_or(rest.len(), |at| at + 1)
            }
            [b'(', ..] => self.text(),
            [b'/', ..] => {
                self.at += 1;
                self.word();
            }
            _ => {
                let before = self.at;
                self.reference();
                self.at = self.at.max(before + 1);
            }
        }
    }

    /// Passes a word over, and a reference as a whole.
    fn reference(&mut self) {
        if self.number().is_none() {
            return;
        }
        let after = self.at;
        if self.number().is_some() {
            self.space();
            if self.word() == b"R" {
                return;
            }
        }
        self.at = after;
    }

    fn text(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
        self.at = self.at.min(self.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    const END: &str = "\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";

    fn pages(body: &str) -> Picture {
        look(format!("%PDF-1.4\n{body}{END}").as_bytes())
    }

    #[test]
    fn pages_are_counted_through_a_tree_and_the_later_object_counts() {
        let body = "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 3>>endobj \
            3 0 obj<</Type/Page/Note(a ) inside \\) 9 0 obj)>>endobj 4 0 obj<</Type /Pages /Kids 7 0 R>>endobj \
            5 0 obj<</Type/Page>>endobj 6 0 obj<< /Type /Page >>endobj 7 0 obj [5 0 R 6 0 R] endobj";
        assert_eq!(pages(body).pages, Some(3), "{:?}", pages(body));
        let changed = format!("{body} 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj");
        assert_eq!(pages(&changed).pages, Some(1));
    }

    #[test]
    fn objects_in_packed_streams_are_found() {
        let plain = "1 0 2 33 3 73 <</Type/Catalog/Pages 2 0 R>>      <</Type/Pages/Kids[3 0 R]/Count 1>>     <</Type/Page>>";
        let first = plain.find("<<").unwrap();
        let at = |part: &str| plain.find(part).unwrap() - first;
        let plain = plain.replacen("33", &at("<</Type/Pages").to_string(), 1);
        let plain = plain.replacen("73", &at("<</Type/Page>>").to_string(), 1);
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(plain.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        let head = format!(
            "%PDF-1.5\n8 0 obj<</Type/ObjStm/N 3/First {first}/Filter/FlateDecode/Length {}>>stream\n",
            packed.len()
        );
        let file = [head.as_bytes(), &packed, b"\nendstream endobj", END.as_bytes()].concat();
        assert_eq!(look(&file).pages, Some(1), "{:?}", look(&file));
    }

    #[test]
    fn what_is_cut_circular_or_encrypted_is_told() {
        assert!(look(b"%PDF-1.4\n1 0 obj<<>>endobj").damage.is_some());
        assert!(
            pages("1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]>>endobj")
                .damage
                .is_some()
        );
        assert!(pages("1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj").damage.is_some());
        let encrypted = b"%PDF-1.4\n1 0 obj<<>>endobj trailer<</Encrypt 5 0 R>>startxref 9 %%EOF";
        assert!(look(encrypted).protected.is_some());
    }
}
