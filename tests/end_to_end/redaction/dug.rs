//! Everything that can be dug out of a volume, and a search of it for words.

use crate::firm::tree;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hayro_syntax::Pdf;
use hayro_syntax::object::Object;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

/// A piece of a volume, with where it was dug out.
pub(crate) struct Piece {
    pub(crate) place: String,
    bytes: Vec<u8>,
}

/// Names and bytes of all files, of all members of archives, every stream of each PDF, unpacked, and its text as
/// another reader has it.
pub(crate) fn dug(folder: &Path, archives: &[&Path]) -> Vec<Piece> {
    let mut files = tree(folder);
    for path in archives {
        let bytes = std::fs::read(path).expect("an archive");
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).expect("a ZIP");
        for at in 0..zip.len() {
            let mut member = zip.by_index(at).expect("a member");
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).expect("it is unpacked");
            files.push((format!("zip:{}", member.name().expect("a name")), bytes));
        }
        files.push((path.to_string_lossy().into_owned(), bytes));
    }
    let mut pieces = Vec::new();
    for (name, bytes) in files {
        if bytes.starts_with(b"%PDF") {
            let pdf = Pdf::new(Arc::new(bytes.clone())).expect("a PDF");
            let mut streams = 0;
            for object in pdf.objects() {
                if let Object::Stream(stream) = object {
                    streams += 1;
                    let unpacked = stream.decoded().expect("a stream is unpacked").into_owned();
                    pieces.push(Piece { place: format!("{name}, stream {streams}"), bytes: unpacked });
                }
            }
            assert!(streams > 0, "{name} has streams");
            let text = duces_letters::read_letter(&name, &bytes).expect("its text is read");
            let text: Vec<&str> = text.lines().iter().map(|line| line.text.as_str()).collect();
            pieces.push(Piece { place: format!("{name}, text"), bytes: text.join("\n").into_bytes() });
        }
        pieces.push(Piece { place: format!("name of {name}"), bytes: name.clone().into_bytes() });
        pieces.push(Piece { place: name, bytes });
    }
    pieces
}

/// A word in every form in which it could lie there.
fn forms(word: &str) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::new();
    let lower = word.to_lowercase();
    for text in [word.to_owned(), lower, word.to_uppercase()] {
        let utf16: Vec<u16> = text.encode_utf16().collect();
        let low: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let high: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [text.into_bytes(), low, high] {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            forms.insert(hex.to_uppercase().into_bytes());
            forms.insert(hex.into_bytes());
            // Quoted-printable and percent, with every byte escaped.
            for sign in ['=', '%'] {
                forms.insert(
                    bytes.iter().map(|byte| format!("{sign}{byte:02X}")).collect::<String>().into_bytes(),
                );
            }
            // Base64 at each of three places, without what its neighbours change.
            for shift in 0..3 {
                let padded: Vec<u8> = vec![0; shift].into_iter().chain(bytes.iter().copied()).collect();
                let coded = STANDARD_NO_PAD.encode(&padded);
                let (from, to) = ([0, 2, 3][shift], padded.len() / 3 * 4);
                forms.insert(coded.as_bytes()[from..to.max(from)].to_vec());
            }
            forms.insert(bytes);
        }
    }
    forms.retain(|form| form.len() >= 6);
    forms
}

/// The places of pieces that hold a word, in any form, also where lines end inside it.
pub(crate) fn holding(pieces: &[Piece], word: &str) -> Vec<String> {
    let forms = forms(word);
    let mut begins = vec![false; 1 << 16];
    let pair = |bytes: &[u8]| (usize::from(bytes[0]) << 8) | usize::from(bytes[1]);
    forms.iter().for_each(|form| begins[pair(form)] = true);
    let holds = |bytes: &[u8]| {
        (0..bytes.len().saturating_sub(1))
            .any(|at| begins[pair(&bytes[at..])] && forms.iter().any(|form| bytes[at..].starts_with(form)))
    };
    let found = pieces.iter().filter(|piece| {
        let joined = String::from_utf8_lossy(&piece.bytes).replace("=\r\n", "").replace(['\r', '\n'], "");
        let apart: String = joined.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        holds(&piece.bytes) || holds(joined.as_bytes()) || holds(apart.as_bytes())
    });
    found.map(|piece| piece.place.clone()).collect()
}
