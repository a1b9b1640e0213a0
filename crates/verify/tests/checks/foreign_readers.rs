//! A volume read back by programs of other makers, where they are installed: Python's `csv`, `hashlib` and
//! `zipfile`, and the packages Pillow (pages of TIFF and JPEG) and pypdf (pages of PDF).

use crate::imaged::Imaged;
use crate::tiny::{write, zipped_files};
use std::path::Path;
use std::process::Command;

/// Reads a volume's load files, and holds files, digests and pages against them.
const READER: &str = r#"
import csv, hashlib, io, os, sys, zipfile
root, archive = sys.argv[1], sys.argv[2]
data = open(os.path.join(root, 'DATA', 'ECP001.dat'), encoding='utf-8-sig', newline='').read()
rows = list(csv.DictReader(io.StringIO(data), delimiter='\x14', quotechar='\xfe'))
for row in rows:
    native = open(os.path.join(root, row['LINK']), 'rb').read()
    assert hashlib.sha256(native).hexdigest() == row['SHA256HASH'], row['FIRSTBATES']
    assert hashlib.md5(native).hexdigest() == row['MD5HASH'], row['FIRSTBATES']
    open(os.path.join(root, row['OCRPATH']), encoding='utf-8-sig').read()
pages, held = {}, []
for line in csv.reader(open(os.path.join(root, 'DATA', 'ECP001.opt'), newline='')):
    assert len(line) == 7
    if line[3] == 'Y':
        document = pages[line[0]] = []
    document.append(line[2])
    held.append(line[2])
for row in rows:
    assert len(pages[row['FIRSTBATES']]) == int(row['PGCOUNT']), row['FIRSTBATES']
with zipfile.ZipFile(archive) as packed:
    assert packed.testzip() is None
    assert len([name for name in packed.namelist() if '/IMAGES/' in name]) == len(held)
print('standard', len(rows), len(held))
try:
    from PIL import Image
    for path in held:
        if not path.endswith('.pdf'):
            with Image.open(os.path.join(root, path)) as image:
                image.load()
                assert getattr(image, 'n_frames', 1) == 1, path
                if path.endswith('.tif'):
                    assert image.mode == '1' and image.info['compression'] == 'group4', path
                    assert tuple(round(dpi) for dpi in image.info['dpi']) == (300, 300), path
    print('Pillow')
except ImportError:
    print('skipped: Pillow')
try:
    from pypdf import PdfReader
    for path in held:
        if path.endswith('.pdf'):
            assert len(PdfReader(os.path.join(root, path)).pages) == 1, path
    print('pypdf')
except ImportError:
    print('skipped: pypdf')
"#;

/// What the interpreter says of a volume; nothing where there is none.
fn read(python: &str, root: &Path, archive: &Path) -> Option<(bool, String)> {
    let output = Command::new(python).arg("-c").arg(READER).arg(root).arg(archive).output().ok()?;
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), said))
}

#[test]
fn a_volume_reads_the_same_by_programs_of_other_makers() {
    #[allow(clippy::disallowed_methods, reason = "a test is told by the environment")]
    let python = std::env::var("DUCES_PYTHON").unwrap_or_else(|_| "python3".into());
    let folder = tempfile::tempdir().unwrap();
    let (root, archive) = (folder.path().join("ECP001"), folder.path().join("ECP001.zip"));
    let files = Imaged::valid().sealed();
    write(&files, &root);
    std::fs::write(&archive, zipped_files(&files, "ECP001/")).unwrap();
    let Some((fine, said)) = read(&python, &root, &archive) else {
        println!("skipped: there is no {python} (DUCES_PYTHON names another)");
        return;
    };
    println!("{said}");
    assert!(fine && said.contains("standard 3 4"), "{said}");
    // And they find what is wrong, so that they do read.
    std::fs::write(root.join("NATIVES/0001/ECP0000004.eml"), b"other").unwrap();
    assert!(!read(&python, &root, &archive).unwrap().0);
}
