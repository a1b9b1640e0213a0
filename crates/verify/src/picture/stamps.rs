//! The numbers that stand in the text of a PDF's pages (ISO 32000-1, 9.4 and 9.10).
//!
//! Read here by itself: nothing of what writes PDFs has a part in it. Words in a picture, in a font that does not say which
//! letters its signs are, and behind filters other than Flate are not read, and such a page has no numbers.

use super::find;
use super::syntax::{Dict, Reader, Thing};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

/// Most objects and pages of one file, and most bytes that its streams unpack to, all together.
const OBJECTS_MAX: usize = 500_000;
const PAGES_MAX: usize = 20_000;
const UNPACKED_MAX: u64 = 128 << 20;
/// Most numbers of one page.
const NUMBERS_MAX: usize = 64;
/// A number has so many digits or more at its end.
const DIGITS_MIN: usize = 4;

/// The numbers of each page, in the order of pages; nothing where the file could not be read so.
pub(super) fn numbers(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    let mut file = File::read(bytes)?;
    let mut pages = Vec::new();
    file.pages(&mut pages)?;
    let told = |(page, resources): (Dict, Dict)| {
        let mut text = String::new();
        file.page(&page, &resources, &mut text);
        numbers_of(&text)
    };
    Some(pages.into_iter().map(told).collect())
}

/// Words of letters, digits, `-` and `_` that begin with a letter and end in digits, each once.
fn numbers_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    let number = |word: &&str| {
        let digits = word.bytes().rev().take_while(u8::is_ascii_digit).count();
        digits >= DIGITS_MIN && digits < word.len() && word.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let found: BTreeSet<&str> = words.filter(number).collect();
    found.into_iter().take(NUMBERS_MAX).map(str::to_owned).collect()
}

struct File<'a> {
    bytes: &'a [u8],
    objects: BTreeMap<u64, (Thing, Option<(usize, usize)>)>,
    left: u64,
}

impl<'a> File<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut file = Self { bytes, objects: BTreeMap::new(), left: UNPACKED_MAX };
        let mut packed = Vec::new();
        let mut at = 0;
        while let Some(place) = find(&bytes[at..], b"obj").map(|place| at + place) {
            at = place + 3;
            let Some(number) = super::pdf::number_before(bytes, place) else { continue };
            if file.objects.len() >= OBJECTS_MAX {
                return None;
            }
            let mut reader = Reader { bytes, at };
            let thing = reader.thing(0);
            at = reader.at.max(at);
            reader.space();
            let mut stream = None;
            if bytes.get(reader.at..).is_some_and(|rest| rest.starts_with(b"stream")) {
                let mut start = reader.at + 6;
                start += usize::from(bytes.get(start) == Some(&b'\r'));
                start += usize::from(bytes.get(start) == Some(&b'\n'));
                let rest = bytes.get(start..).unwrap_or_default();
                let stated = thing.get(b"Length").and_then(Thing::whole).filter(|length| {
                    rest.get(*length..)
                        .is_some_and(|after| after.trim_ascii_start().starts_with(b"endstream"))
                });
                let length = stated.or_else(|| find(rest, b"endstream")).unwrap_or(rest.len());
                stream = Some((start, length));
                at = start + length;
            }
            if thing.get(b"Type").is_some_and(|kind| kind.is_name(b"ObjStm")) {
                packed.push((thing.clone(), stream));
            }
            file.objects.insert(number, (thing, stream));
        }
        for (thing, stream) in packed {
            let plain = file.unpack(&thing, stream?)?;
            let (count, first) = (thing.get(b"N")?.whole()?, thing.get(b"First")?.whole()?);
            let mut index = Reader { bytes: &plain, at: 0 };
            for _ in 0..count.min(OBJECTS_MAX) {
                let (Thing::Number(number), Thing::Number(offset)) = (index.thing(0), index.thing(0)) else {
                    break;
                };
                if file.objects.len() >= OBJECTS_MAX {
                    return None;
                }
                let thing = Reader { bytes: &plain, at: first.checked_add(offset as usize)? }.thing(0);
                file.objects.entry(number as u64).or_insert((thing, None));
            }
        }
        Some(file)
    }

    fn unpack(&mut self, thing: &Thing, (start, length): (usize, usize)) -> Option<Vec<u8>> {
        let raw = self.bytes.get(start..start + length)?;
        if thing.get(b"DecodeParms").is_some_and(|parms| !matches!(parms, Thing::Nothing)) {
            return None;
        }
        let filter = match thing.get(b"Filter") {
            None | Some(Thing::Nothing) => None,
            Some(Thing::List(all)) if all.is_empty() => None,
            Some(Thing::List(all)) if all.len() == 1 => all.first(),
            Some(one) => Some(one),
        };
        let mut plain = Vec::new();
        match filter {
            None => plain.extend_from_slice(raw),
            Some(name) if name.is_name(b"FlateDecode") => {
                flate2::read::ZlibDecoder::new(raw).take(self.left + 1).read_to_end(&mut plain).ok()?;
            }
            Some(_) => return None,
        }
        self.left = self.left.checked_sub(plain.len() as u64)?;
        Some(plain)
    }

    /// What a reference stands for; other things stand for themselves.
    fn resolve<'t>(&'t self, thing: &'t Thing) -> &'t Thing {
        match thing {
            Thing::Reference(number) => self.objects.get(number).map_or(&Thing::Nothing, |(thing, _)| thing),
            other => other,
        }
    }

    fn dict(&self, thing: Option<&Thing>) -> Dict {
        match thing.map(|thing| self.resolve(thing)) {
            Some(Thing::Dict(dict)) => dict.clone(),
            _ => Dict::new(),
        }
    }

    fn stream(&mut self, thing: &Thing) -> Option<Vec<u8>> {
        let Thing::Reference(number) = thing else { return None };
        let (thing, stream) = self.objects.get(number).cloned()?;
        self.unpack(&thing, stream?)
    }

    /// The leaves of the tree of pages, each with its resources.
    fn pages(&self, found: &mut Vec<(Dict, Dict)>) -> Option<()> {
        let catalogs = self
            .objects
            .values()
            .filter(|(thing, _)| thing.get(b"Type").is_some_and(|kind| kind.is_name(b"Catalog")));
        let root = catalogs.filter_map(|(catalog, _)| catalog.get(b"Pages")).next_back()?.clone();
        self.walk(&root, &Dict::new(), 0, found)
    }

    fn walk(&self, at: &Thing, above: &Dict, depth: usize, found: &mut Vec<(Dict, Dict)>) -> Option<()> {
        if depth > super::syntax::DEPTH_MAX || found.len() >= PAGES_MAX {
            return None;
        }
        let node = self.dict(Some(at));
        let own = node.get(b"Resources".as_slice()).map(|own| self.dict(Some(own)));
        let resources = own.unwrap_or_else(|| above.clone());
        let kids = match node.get(b"Kids".as_slice()).map(|kids| self.resolve(kids)) {
            Some(Thing::List(kids)) => kids.clone(),
            _ => Vec::new(),
        };
        if kids.is_empty() {
            found.push((node, resources));
            return Some(());
        }
        kids.iter().try_for_each(|kid| self.walk(kid, &resources, depth + 1, found))
    }

    fn page(&mut self, page: &Dict, resources: &Dict, text: &mut String) {
        let contents = page.get(b"Contents".as_slice()).cloned().unwrap_or(Thing::Nothing);
        let parts = match self.resolve(&contents) {
            Thing::List(parts) => parts.clone(),
            _ => vec![contents.clone()],
        };
        let mut content = Vec::new();
        for part in parts {
            content.extend(self.stream(&part).unwrap_or_default());
            content.push(b'\n');
        }
        self.content(&content, resources, 0, text);
    }

    /// The text of a content; what is placed elsewhere begins a new line.
    fn content(&mut self, content: &[u8], resources: &Dict, depth: usize, text: &mut String) {
        let mut fonts: BTreeMap<Vec<u8>, Letters> = BTreeMap::new();
        let mut font: Option<Vec<u8>> = None;
        let mut operands: Vec<Thing> = Vec::new();
        let mut reader = Reader { bytes: content, at: 0 };
        while let Some(thing) = reader.next() {
            let Thing::Word(operator) = thing else {
                if operands.len() < 1_024 {
                    operands.push(thing);
                }
                continue;
            };
            match operator.as_slice() {
                b"Tf" => {
                    font = operands.iter().find_map(Thing::name).map(<[u8]>::to_vec);
                    if let Some(name) = &font
                        && !fonts.contains_key(name)
                    {
                        let all = self.dict(resources.get(b"Font".as_slice()));
                        let letters = self.letters(all.get(name.as_slice()));
                        fonts.insert(name.clone(), letters);
                    }
                }
                b"Tj" | b"TJ" | b"'" | b"\"" => {
                    if operator.len() == 1 {
                        text.push('\n');
                    }
                    if let Some(letters) = font.as_ref().and_then(|name| fonts.get(name)) {
                        operands.iter().for_each(|operand| letters.read(operand, text));
                    }
                }
                b"BT" | b"ET" | b"Td" | b"TD" | b"Tm" | b"T*" => text.push('\n'),
                b"Do" if depth < 4 => {
                    let forms = self.dict(resources.get(b"XObject".as_slice()));
                    let form =
                        operands.iter().find_map(Thing::name).and_then(|name| forms.get(name)).cloned();
                    if let Some(form) = form {
                        self.form(&form, resources, depth, text);
                    }
                }
                _ => {}
            }
            operands.clear();
        }
    }

    fn form(&mut self, form: &Thing, above: &Dict, depth: usize, text: &mut String) {
        let about = self.dict(Some(form));
        if !about.get(b"Subtype".as_slice()).is_some_and(|kind| kind.is_name(b"Form")) {
            return;
        }
        let own = about.get(b"Resources".as_slice()).map(|own| self.dict(Some(own)));
        let Some(content) = self.stream(form) else { return };
        text.push('\n');
        self.content(&content, &own.unwrap_or_else(|| above.clone()), depth + 1, text);
        text.push('\n');
    }

    fn letters(&mut self, font: Option<&Thing>) -> Letters {
        let about = self.dict(font);
        let wide = about.get(b"Subtype".as_slice()).is_some_and(|kind| kind.is_name(b"Type0"));
        let map = about.get(b"ToUnicode".as_slice()).cloned().and_then(|map| self.stream(&map));
        Letters { wide, map: map.map(|map| unicode(&map)) }
    }
}

/// Which letters the signs of a font are.
struct Letters {
    /// Whether a sign takes two bytes.
    wide: bool,
    map: Option<BTreeMap<u32, String>>,
}

impl Letters {
    fn read(&self, shown: &Thing, text: &mut String) {
        match shown {
            Thing::List(parts) => parts.iter().for_each(|part| self.read(part, text)),
            Thing::Text(bytes) => {
                for sign in bytes.chunks(if self.wide { 2 } else { 1 }) {
                    let code = sign.iter().fold(0_u32, |code, byte| code << 8 | u32::from(*byte));
                    match &self.map {
                        Some(map) => text.push_str(map.get(&code).map_or("\u{fffd}", String::as_str)),
                        None if !self.wide && (32..127).contains(&code) => {
                            text.push(char::from_u32(code).unwrap_or(' '));
                        }
                        None => text.push('\u{fffd}'),
                    }
                }
            }
            _ => {}
        }
    }
}

/// A ToUnicode map (ISO 32000-1, 9.10.3).
fn unicode(map: &[u8]) -> BTreeMap<u32, String> {
    let code = |bytes: &[u8]| bytes.iter().fold(0_u32, |code, byte| code << 8 | u32::from(*byte));
    let units = |bytes: &[u8]| -> Vec<u16> {
        bytes.chunks(2).map(|unit| unit.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte))).collect()
    };
    let mut found = BTreeMap::new();
    let mut operands: Vec<Thing> = Vec::new();
    let mut reader = Reader { bytes: map, at: 0 };
    while let Some(thing) = reader.next() {
        let Thing::Word(word) = thing else {
            operands.push(thing);
            continue;
        };
        match word.as_slice() {
            b"endbfchar" => {
                for pair in operands.chunks(2) {
                    if let [Thing::Text(from), Thing::Text(to)] = pair {
                        found.insert(code(from), String::from_utf16_lossy(&units(to)));
                    }
                }
            }
            b"endbfrange" => {
                for range in operands.chunks(3) {
                    let [Thing::Text(first), Thing::Text(last), to] = range else { continue };
                    let (first, last) = (code(first), code(last).min(code(first).saturating_add(65_535)));
                    for (step, from) in (first..=last).enumerate() {
                        let letters = match to {
                            Thing::Text(to) => {
                                let mut letters = units(to);
                                if let Some(end) = letters.last_mut() {
                                    *end = end.wrapping_add(u16::try_from(step).unwrap_or(0));
                                }
                                letters
                            }
                            Thing::List(all) => match all.get(step) {
                                Some(Thing::Text(to)) => units(to),
                                _ => continue,
                            },
                            _ => continue,
                        };
                        found.insert(from, String::from_utf16_lossy(&letters));
                    }
                }
            }
            _ => {}
        }
        operands.clear();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(contents: &[&str], more: &str) -> Vec<u8> {
        let kids: String = (0..contents.len()).map(|n| format!("{} 0 R ", 10 + 2 * n)).collect();
        let mut text = format!(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[{kids}]/Count {}/Resources\
             <</Font<</F 3 0 R/W 4 0 R>>/XObject<</X 6 0 R>>>>>>endobj\n3 0 obj<</Type/Font/Subtype/Type1>>endobj\n{more}\n",
            contents.len()
        );
        for (n, content) in contents.iter().enumerate() {
            text += &format!(
                "{} 0 obj<</Type/Page/Contents {} 0 R>>endobj\n{} 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n",
                10 + 2 * n,
                11 + 2 * n,
                11 + 2 * n,
                content.len()
            );
        }
        text.into_bytes()
    }

    #[test]
    fn each_page_has_the_numbers_of_its_text_whole_or_in_pieces_and_of_its_forms() {
        let form = "6 0 obj<</Subtype/Form/Resources<</Font<</F 3 0 R>>>>/Length 34>>stream\nBT /F 9 Tf (ECP0000003) Tj ET     \nendstream endobj";
        let pages = [
            "BT /F 9 Tf 1 0 0 1 5 5 Tm (legend) Tj 1 0 0 1 9 9 Tm (ECP) Tj (0000001) Tj ET",
            "BT /F 9 Tf [(ECP0) -20 (00\\060002)] TJ ET q (no number) pop",
            "/X Do",
            "q 1 0 0 1 0 0 cm Q",
        ];
        let found = numbers(&file(&pages, form)).unwrap();
        assert_eq!(found, [vec!["ECP0000001"], vec!["ECP0000002"], vec!["ECP0000003"], vec![]]);
    }

    #[test]
    fn signs_of_two_bytes_are_read_by_the_fonts_own_map() {
        let map = "2 beginbfchar <0001> <0045> <0002> <00430050> endbfchar 1 beginbfrange <0010> <0019> <0030> endbfrange";
        let more = format!(
            "4 0 obj<</Type/Font/Subtype/Type0/ToUnicode 5 0 R>>endobj\n5 0 obj<</Length {}>>stream\n{map}\nendstream endobj",
            map.len()
        );
        let page = "BT /W 9 Tf <0001000200100010001000100017> Tj ET";
        assert_eq!(numbers(&file(&[page], &more)).unwrap(), [vec!["ECP00007"]]);
        let none = "4 0 obj<</Type/Font/Subtype/Type0>>endobj";
        assert_eq!(
            numbers(&file(&[page], none)).unwrap(),
            [Vec::<String>::new()],
            "nobody says which letters"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0_usize..400) {
            let mut whole = file(&["BT /F 9 Tf (ECP0000001) Tj ET"], "");
            let at = at % whole.len();
            whole.splice(at..at, bytes);
            let _ = numbers(&whole);
        }
    }
}
