//! Existing PDFs and pictures of the corpora on sheets: none is lost, and few get a slip-sheet.

#![allow(clippy::disallowed_methods, reason = "a test is told by the environment where the corpora lie")]

mod made;

use duces_render::{Content, Printer, pages};
use made::endorsement;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most files of a hundred that may get a slip-sheet, by type. Among the corpora's are a text that is called PNG
/// and one that is called TIFF, and PDFs that no reader opens.
const CEILINGS: [(&str, usize); 7] =
    [("pdf", 4), ("png", 15), ("jpg", 0), ("gif", 0), ("bmp", 0), ("tif", 13), ("webp", 0)];

fn files(under: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(under) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn kind(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()?.to_lowercase().as_str() {
        "pdf" => "pdf",
        "png" => "png",
        "jpg" | "jpeg" => "jpg",
        "gif" => "gif",
        "tif" | "tiff" => "tif",
        "bmp" => "bmp",
        "webp" => "webp",
        _ => return None,
    })
}

#[test]
fn the_share_of_slip_sheets_of_each_type_stays_below_its_ceiling() {
    let Some(root) = std::env::var("DUCES_CORPORA").ok().map(PathBuf::from) else {
        println!("skipped: DUCES_CORPORA names no folder of corpora");
        return;
    };
    let mut all = Vec::new();
    files(&root, &mut all);
    all.sort();
    // A folder to which the stamped files are written, to be looked at and compared.
    let kept = std::env::var("DUCES_STAMPED").ok().map(PathBuf::from);
    let mut printer = Printer::new().unwrap();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for path in &all {
        let Some(kind) = kind(path) else { continue };
        let bytes = std::fs::read(path).unwrap();
        let start = std::time::Instant::now();
        let content = if kind == "pdf" { Content::Pdf(bytes) } else { Content::Picture(bytes) };
        let sheets = printer.lay_out(&content).unwrap();
        let pdf = printer.pdf(&sheets, &endorsement(&sheets)).unwrap();
        let took = start.elapsed().as_millis();
        let name = path.strip_prefix(&root).unwrap().display();
        let mut drawn = pages(&pdf).unwrap();
        assert_eq!(drawn.size_hint().0, sheets.pages() as usize, "{name}");
        drawn.next().unwrap().unwrap_or_else(|error| panic!("{name}: {error}"));
        let (found, slips) = counts.entry(kind).or_default();
        *found += 1;
        match sheets.defect() {
            Some(defect) => {
                *slips += 1;
                println!("slip-sheet: {name}: {defect}");
            }
            None => {
                println!("set: {name}: {} pages in {took} ms, whole: {}", sheets.pages(), sheets.is_whole());
            }
        }
        if let Some(folder) = &kept {
            let flat = name.to_string().replace('/', "+");
            std::fs::write(folder.join(format!("{flat}.pdf")), &pdf).unwrap();
        }
    }
    for (kind, (found, slips)) in &counts {
        println!("{kind}: {slips} slip-sheets of {found} files");
    }
    for (kind, ceiling) in CEILINGS {
        if let Some((found, slips)) = counts.get(kind) {
            assert!(slips * 100 <= ceiling * found, "{kind}: {slips} slip-sheets of {found} files");
        }
    }
}
