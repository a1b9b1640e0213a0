//! Damages, each with the finding that must come of it.

use crate::imaged::{Imaged as Volume, broken, jpeg, pdf, stamped, tiff};
use crate::tiny::{Files, Tiny, seal};
use duces_model::Sha256;
use duces_verify::Code;

/// Where a damage is done.
pub(crate) enum Damage {
    /// In the cells, before the load file is written and sealed.
    Cells(fn(&mut Tiny)),
    /// In the load file's text (behind its mark), before sealing.
    Text(fn(String) -> String),
    /// In the load file's bytes, before sealing.
    Bytes(fn(Vec<u8>) -> Vec<u8>),
    /// In the files, sealed anew.
    Files(fn(&mut Files)),
    /// In the files, after sealing.
    Sealed(fn(&mut Files)),
    /// In the lines or files of a volume with pages, before sealing.
    Imaged(fn(&mut Volume)),
    /// In the text of its Opticon file, before sealing.
    ImagedText(fn(String) -> String),
}

use Damage::{Bytes, Cells, Files as InFiles, Imaged, ImagedText, Sealed, Text};

/// The files of a damaged volume.
pub(crate) fn damaged(damage: &Damage) -> Files {
    let mut tiny = Tiny::valid();
    let anew = |mut files: Files, change: fn(&mut Files)| {
        change(&mut files);
        seal(&mut files);
        files
    };
    match damage {
        Cells(change) => {
            change(&mut tiny);
            tiny.sealed()
        }
        Text(change) => {
            let text = String::from_utf8(tiny.data()).unwrap();
            tiny.sealed_with(change(text).into_bytes())
        }
        Bytes(change) => tiny.sealed_with(change(tiny.data())),
        InFiles(change) => anew(tiny.sealed(), *change),
        Sealed(change) => {
            let mut files = tiny.sealed();
            change(&mut files);
            files
        }
        Imaged(change) => {
            let mut imaged = Volume::valid();
            change(&mut imaged);
            imaged.sealed()
        }
        ImagedText(change) => {
            let imaged = Volume::valid();
            let text = String::from_utf8(imaged.opt()).unwrap();
            imaged.sealed_with(change(text).into_bytes())
        }
    }
}

fn edit(files: &mut Files, path: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains(from));
    files.insert(path.into(), text.replacen(from, to, 1).into_bytes());
}

/// Path of the load file.
pub(crate) const DATA: &str = "DATA/ECP001.dat";
const NATIVE: &str = "NATIVES/0001/ECP0000004.eml";
const LONE_TEXT: &str = "TEXT/0001/ECP0000004.txt";

#[rustfmt::skip]
pub(crate) const TABLE: &[(&str, Damage, Code)] = &[
    ("a name with a comma", InFiles(|f| { f.insert("a,b.txt".into(), b"x".to_vec()); }), Code::NameUnusable),
    ("a name with a space", InFiles(|f| { f.insert("a b.txt".into(), b"x".to_vec()); }), Code::NameNotPlain),
    ("names in two cases", InFiles(|f| { f.insert("readme.TXT".into(), b"x".to_vec()); }), Code::NamesDifferInCase),
    ("a file that no row names", InFiles(|f| { f.insert("NATIVES/0001/ECP0000009.eml".into(), b"x".to_vec()); }), Code::FileUnreferenced),
    ("a folder with too many files", InFiles(|f| for n in 0..2_001 { f.insert(format!("X/n{n}.bin"), vec![1]); }), Code::FolderTooFull),
    ("a load file of another kind", InFiles(|f| { f.insert("DATA/ECP001.dii".into(), b"@T ECP0000001\r\n".to_vec()); }), Code::LoadFileNotChecked),
    ("no load file", InFiles(|f| { f.remove(DATA); }), Code::LoadFileMissing),
    ("two load files", InFiles(|f| { let d = f[DATA].clone(); f.insert("DATA/ECP001b.dat".into(), d); }), Code::LoadFileTwin),
    ("no rows", Cells(|t| t.cells.truncate(1)), Code::LoadFileEmpty),
    ("an empty load file", Bytes(|_| Vec::new()), Code::LoadFileEmpty),
    ("no mark", Bytes(|b| b[3..].to_vec()), Code::MarkMissing),
    ("Windows-1252", Text(|t| t.trim_start_matches('\u{FEFF}').to_owned()), Code::MarkMissing),
    ("bytes of an older code page", Bytes(|b| { let thorn = "þ".as_bytes(); let mut out = Vec::new(); let mut rest = &b[3..];
        while let Some((first, tail)) = rest.split_first() { if rest.starts_with(thorn) { out.push(0xFE); rest = &rest[2..]; } else { out.push(*first); rest = tail; } } out }), Code::NotUnicode),
    ("half a mark", Bytes(|b| b[1..].to_vec()), Code::NotUnicode),
    ("a byte that is no UTF-8", Bytes(|mut b| { let at = b.windows(5).position(|w| w == b"lunch").unwrap(); b[at] = 0xFF; b }), Code::BytesUndecodable),
    ("other delimiters", Text(|t| t.replace('\u{14}', "|").replace('þ', "^")), Code::DelimitersUnusual),
    ("no header", Text(|t| { let (_, rest) = t.split_once("\r\n").unwrap(); format!("\u{FEFF}{rest}") }), Code::HeaderMissing),
    ("no identifier", Cells(|t| t.set(0, "FIRSTBATES", "SOMETHING")), Code::IdentifierMissing),
    ("a column twice", Cells(|t| t.set(0, "AUTHOR", "Subject")), Code::HeaderRepeated),
    ("two columns of one meaning", Cells(|t| t.set(0, "AUTHOR", "Email Subject")), Code::ColumnShadowed),
    ("a column misspelt", Cells(|t| t.set(0, "MD5HASH", "MD5HASI")), Code::ColumnMisspelt),
    ("a required column missing", Cells(|t| t.set(0, "MIME_TYPE", "KIND")), Code::ColumnMissing),
    ("a field too many", Cells(|t| t.cells[2].push("x".into())), Code::FieldCount),
    ("a field too few", Cells(|t| { t.cells[2].pop(); }), Code::FieldCount),
    ("a quote missing at an end", Text(|t| t.replacen("lunchþ", "lunch", 1)), Code::QuoteInside),
    ("a quote inside", Text(|t| t.replacen("lunch", "lunþch", 1)), Code::QuoteInside),
    ("a separator inside", Text(|t| t.replacen("lunch", "lun\u{14}ch", 1)), Code::SeparatorInside),
    ("a line break inside", Text(|t| t.replacen("lunch", "lun\nch", 1)), Code::NewlineInside),
    ("a value without quotes", Text(|t| t.replacen("þlunchþ", "lunch", 1)), Code::ValueUnquoted),
    ("two kinds of line ends", Text(|t| t.replacen("\r\n", "\n", 1)), Code::NewlinesMixed),
    ("an empty line", Text(|t| t.replacen("\r\n", "\r\n\r\n", 1)), Code::RowBlank),
    ("no line end at the end", Text(|t| t.trim_end().to_owned()), Code::FinalNewline),
    ("a row longer than any loader takes", Cells(|t| t.set(3, "SUBJECT", &"x".repeat(17 << 20))), Code::FieldTooLong),
    ("no number", Cells(|t| t.set(3, "FIRSTBATES", "")), Code::NumberMissing),
    ("a space in a number", Cells(|t| t.set(3, "FIRSTBATES", "ECP 0000004")), Code::NumberMalformed),
    ("a suffix behind a number", Cells(|t| t.set(3, "FIRSTBATES", "ECP0000004-DUP")), Code::NumberMalformed),
    ("a range that runs backwards", Cells(|t| t.set(2, "LASTBATES", "ECP0000001")), Code::NumberBackwards),
    ("another count of digits", Cells(|t| { t.set(3, "FIRSTBATES", "ECP00000004"); t.set(3, "LASTBATES", "ECP00000004"); }), Code::DigitsVary),
    ("a number twice", Cells(|t| { t.set(3, "FIRSTBATES", "ECP0000003"); }), Code::NumbersOverlap),
    ("rows out of order", Cells(|t| { let row = t.cells.pop().unwrap(); t.cells.insert(1, row); }), Code::NotSorted),
    ("a hole in the numbers", Cells(|t| renumber(t, "ECP0000006")), Code::NumbersMissing),
    ("a page with another number", Cells(|t| { t.set(0, "AUTHOR", "PDFPATH"); t.set(3, "AUTHOR", "PDF/0001/ECP0000004.pdf"); t.files.insert("PDF/0001/ECP0000004.pdf".into(), stamped("ECP0000005")); }), Code::StampDiffers),
    ("another hash of the Message-ID", Cells(|t| { t.set(0, "AUTHOR", "MIH"); t.set(1, "AUTHOR", &duces_model::Md5::of("<2@ecp.example>").to_string()); }), Code::MessageHashDiffers),
    ("a message of no thread that is inclusive", Cells(|t| { t.set(0, "AUTHOR", "THREAD_ID"); t.set(0, "LAST_AUTHOR", "INCLUSIVE"); t.set(1, "LAST_AUTHOR", "Y"); }), Code::ThreadWithoutName),
    ("a wrong count of pages", Cells(|t| t.set(2, "PGCOUNT", "3")), Code::PageCount),
    ("a range that says otherwise", Cells(|t| t.set(2, "ATTACHRANGE", "ECP0000001 - ECP0000002")), Code::AttachRange),
    ("a range that is none", Cells(|t| t.set(2, "ATTACHRANGE", "see above")), Code::AttachRange),
    ("a family without its end", Cells(|t| t.set(3, "ENDATTACH", "")), Code::AttachRange),
    ("a family that ends too late", Cells(|t| for row in 1..3 { t.set(row, "ENDATTACH", "ECP0000005"); t.set(row, "ATTACHRANGE", "ECP0000001 - ECP0000005"); }), Code::FamilyBroken),
    ("a child without its parent's row", Cells(|t| { t.cells.remove(1); }), Code::FamilySplit),
    ("a child after another family", Cells(|t| t.cells.swap(2, 3)), Code::FamilySplit),
    ("a child without a parent", Cells(|t| t.set(2, "PARENT_BATES", "")), Code::ParentMissing),
    ("a parent that is nowhere", Cells(|t| t.set(2, "PARENT_BATES", "ECP0000009")), Code::ParentMissing),
    ("a lone document with a parent", Cells(|t| t.set(3, "PARENT_BATES", "ECP0000001")), Code::ParentMissing),
    ("a child that its parent does not list", Cells(|t| t.set(1, "CHILD_BATES", "")), Code::ParentChildDiffer),
    ("a listed child that is none", Cells(|t| t.set(1, "CHILD_BATES", "ECP0000002; ECP0000004")), Code::ParentChildDiffer),
    ("a native that is missing", InFiles(|f| { f.remove(NATIVE); }), Code::FileMissing),
    ("a text that is missing", InFiles(|f| { f.remove(LONE_TEXT); }), Code::FileMissing),
    ("a path in another case", Cells(|t| t.set(3, "LINK", "NATIVES/0001/ECP0000004.EML")), Code::FileCaseDiffers),
    ("a path outside the volume", Cells(|t| t.set(3, "LINK", "../ECP001/NATIVES/0001/ECP0000004.eml")), Code::PathLeavesVolume),
    ("a path with a drive", Cells(|t| t.set(3, "LINK", "D:\\NATIVES\\0001\\ECP0000004.eml")), Code::PathAbsolute),
    ("two files in one row", Cells(|t| t.set(3, "LINK", "NATIVES/0001/ECP0000004.eml;NATIVES/0001/ECP0000001.eml")), Code::FilesSeveral),
    ("one file for two rows", Cells(|t| t.set(3, "OCRPATH", "TEXT/0001/ECP0000001.txt")), Code::FileShared),
    ("a file named otherwise", Cells(|t| { let f = t.files.remove(LONE_TEXT).unwrap(); t.files.insert("TEXT/0001/X4.txt".into(), f); t.set(3, "OCRPATH", "TEXT/0001/X4.txt"); }), Code::FileMisnamed),
    ("a native without bytes", Cells(|t| { t.native(3, "eml", b""); t.set(3, "FILE_SIZE", "0"); }), Code::NativeEmpty),
    ("another ending", Cells(|t| t.set(3, "FILE_EXTEN", "msg")), Code::ExtensionDiffers),
    ("no text", Cells(|t| t.set(3, "OCRPATH", "")), Code::TextMissing),
    ("neither native nor text", Cells(|t| { t.set(3, "OCRPATH", ""); t.set(3, "LINK", ""); }), Code::RowWithoutContent),
    ("texts in two encodings", InFiles(|f| { f.insert(LONE_TEXT.into(), b"\xFF\xFEa\0".to_vec()); }), Code::TextEncodingMixed),
    ("a text that breaks its mark", InFiles(|f| { f.insert(LONE_TEXT.into(), b"\xEF\xBB\xBF\xFF".to_vec()); }), Code::TextUndecodable),
    ("a digest that is none", Cells(|t| t.set(3, "MD5HASH", "none")), Code::HashMalformed),
    ("a wrong MD5", Cells(|t| { let c = t.cell(3, "MD5HASH"); *c = c.replace(|c: char| c.is_ascii_digit(), "0"); }), Code::HashDiffers),
    ("a wrong SHA-256", Cells(|t| { let c = t.cell(3, "SHA256HASH"); *c = c.replace(|c: char| c.is_ascii_digit(), "0"); }), Code::HashDiffers),
    ("a native with another byte", InFiles(|f| edit(f, NATIVE, "noon", "nine")), Code::HashDiffers),
    ("a digest without a native", Cells(|t| t.set(3, "LINK", "")), Code::HashWithoutNative),
    ("a wrong size", Cells(|t| t.set(3, "FILE_SIZE", "7")), Code::SizeDiffers),
    ("two load files of different documents", InFiles(|f| { let t = String::from_utf8(f[DATA].clone()).unwrap(); let at = t.trim_end().rfind("\r\n").unwrap() + 2; f.insert("DATA/ECP001b.dat".into(), t.as_bytes()[..at].to_vec()); }), Code::LoadFilesSeveral),
    ("another prefix", Cells(|t| renumber(t, "XYZ0000001")), Code::PrefixesSeveral),
    ("a day that no calendar has", Cells(|t| t.set(3, "DATE_SENT", "02/30/2024")), Code::DateImpossible),
    ("dates of two forms", Cells(|t| t.set(3, "DATE_SENT", "05.03.2024 11:40")), Code::DateFormsMixed),
    ("a designation in one row only", Cells(|t| t.column("BCC", "CONFIDENTIALITY", 1, "Confidential")), Code::ConfidentialityEmpty),
    ("a native of a redacted row", Cells(|t| t.column("BCC", "REDACTED", 3, "Yes")), Code::RedactedNative),
    ("a native of a withheld row", Cells(|t| t.column("BCC", "WITHHELD", 3, "Withheld for privilege")), Code::WithheldNative),
    ("a native of a row whose properties say withheld", Cells(|t| t.column("BCC", "PRPRTIES", 3, "Withheld; Other")), Code::WithheldNative),
    ("a native above a redacted member", Cells(|t| t.column("BCC", "REDACTED", 2, "Yes")), Code::NativeAboveKeptBack),
    ("a text without words", InFiles(|f| { f.insert(LONE_TEXT.into(), b"\xEF\xBB\xBF\r\n".to_vec()); }), Code::TextEmpty),
    ("texts without words", InFiles(|f| for (path, bytes) in f.iter_mut() { if path.starts_with("TEXT/") { bytes.clear(); } }), Code::TextsMostlyEmpty),
    ("a subject of another row", Cells(|t| t.set(3, "SUBJECT", "orders")), Code::MailDiffers),
    ("sender and recipient exchanged", Cells(|t| { t.set(3, "FROM", "ann@ecp.example"); t.set(3, "TO", "bob@ecp.example"); }), Code::MailDiffers),
    ("a header that says another day", Cells(|t| t.set(3, "HEADER", "Date: Tue, 5 Mar 2019 11:40:00 -0500")), Code::MailDiffers),
    ("a header of another message", Cells(|t| t.set(3, "HEADER", "From: bob@ecp.example®Message-ID: <9@ecp.example>")), Code::MailDiffers),
    ("another mail, its digests made anew", Cells(|t| t.native(3, "eml", b"From: bob@ecp.example\r\nSubject: dinner\r\n\r\nAt eight.\r\n")), Code::MailDiffers),
    ("a zero sign in a value", Text(|t| t.replacen("lunch", "lun\0ch", 1)), Code::ZeroInside),
    ("a control sign in a value", Text(|t| t.replacen("lunch", "lun\u{7}ch", 1)), Code::ControlInside),
    ("a time that no clock has", Cells(|t| t.set(3, "TIME_SENT/TIME_ZONE", "25:99 PM EST")), Code::TimeImpossible),
    ("a time of another zone", Cells(|t| t.set(3, "TIME_SENT/TIME_ZONE", "11:40 AM PST")), Code::ZoneDiffers),
    ("a year with a digit exchanged", Cells(|t| t.set(2, "DATE_CREATED", "03/05/2204")), Code::DateUnlikely),
    ("a native with a password", Cells(|t| t.native(2, "zip", b"PK\x03\x04\x14\0\x01\0\0\0")), Code::NativeProtected),
    ("a native that is not what its name says", Cells(|t| t.native(2, "pdf", b"a note")), Code::NativeDamaged),
    ("a wrong SHA-1", Cells(|t| t.column("BCC", "SHA1HASH", 3, "0123456789abcdef0123456789abcdef01234567")), Code::HashDiffers),
    ("a PDF that has another count of pages", Cells(|t| { t.column("BCC", "PDFPATH", 2, "PDF/0001/ECP0000002.pdf"); t.files.insert("PDF/0001/ECP0000002.pdf".into(), pdf(3)); }), Code::ImagePages),
    ("no custodian", Cells(|t| t.set(3, "CUSTODIAN", "")), Code::FieldEmpty),
    ("a date of another form", Cells(|t| t.set(3, "DATE_SENT", "2024-03-05")), Code::DateForm),
    ("a time without its zone", Cells(|t| t.set(3, "TIME_SENT/TIME_ZONE", "11:40 AM")), Code::TimeWithoutZone),
    ("no manifest", Sealed(|f| { f.remove("MANIFEST.sha256"); }), Code::ManifestMissing),
    ("a line of the manifest that is none", Sealed(|f| edit(f, "MANIFEST.sha256", "  DATA", " DATA")), Code::ManifestMalformed),
    ("a text changed after sealing", Sealed(|f| edit(f, LONE_TEXT, "noon", "nine")), Code::ManifestDigestDiffers),
    ("a file listed twice in the statement", InFiles(|f| edit(f, "manifest.json", "\"files\":[", &format!("\"files\":[{{\"path\":\"README.txt\",\"bytes\":16,\"sha256\":\"{}\"}},", Sha256::of("A tiny volume.\r\n")))), Code::ManifestFileTwice),
    ("a size that differs from the statement", InFiles(|f| edit(f, "manifest.json", "\"bytes\":16", "\"bytes\":17")), Code::ManifestDigestDiffers),
    ("a statement of another maker", InFiles(|f| { f.insert("manifest.json".into(), b"{}".to_vec()); }), Code::ManifestJsonForeign),
    ("a statement of a later version", InFiles(|f| edit(f, "manifest.json", "\"format_version\":1", "\"format_version\":2")), Code::ManifestJsonMalformed),
    ("a file lost after sealing", Sealed(|f| { f.remove("README.txt"); }), Code::ManifestFileMissing),
    ("a file listed twice", Sealed(|f| { let m = f.get_mut("MANIFEST.sha256").unwrap(); let line = m.split(|b| *b == b'\n').next().unwrap().to_vec(); m.extend(line); m.push(b'\n'); }), Code::ManifestFileTwice),
    ("a file added after sealing", Sealed(|f| { f.insert("X/extra.txt".into(), b"x".to_vec()); }), Code::ManifestFileUnlisted),
    ("counts that are no JSON", InFiles(|f| edit(f, "manifest.json", "{", "[")), Code::ManifestJsonMalformed),
    ("a count that differs", InFiles(|f| edit(f, "manifest.json", "\"natives\":3", "\"natives\":4")), Code::CountDiffers),
    ("a stated number that differs", InFiles(|f| edit(f, "manifest.json", "\"ECP0000004\"", "\"ECP0000005\"")), Code::CountDiffers),
    ("a row less than stated", Cells(|t| { t.cells.pop(); }), Code::CountDiffers),
    ("fields in another order than stated", InFiles(|f| edit(f, "manifest.json", "\"CC\",\"BCC\"", "\"BCC\",\"CC\"")), Code::CountDiffers),
];

/// The lone message under another number, with its files.
fn renumber(t: &mut Tiny, number: &str) {
    for (column, folder, ending) in [("LINK", "NATIVES", "eml"), ("OCRPATH", "TEXT", "txt")] {
        let old = t.cell(3, column).clone();
        let bytes = t.files.remove(&old).unwrap();
        let path = format!("{folder}/0001/{number}.{ending}");
        t.set(3, column, &path);
        t.files.insert(path, bytes);
    }
    for column in ["FIRSTBATES", "LASTBATES", "BEGATTACH", "ENDATTACH"] {
        t.set(3, column, number);
    }
    t.set(3, "ATTACHRANGE", &format!("{number} - {number}"));
}

/// Changes the text of an IPRO file beside the Opticon file.
fn ipro(i: &mut Volume, from: &str, to: &str) {
    *i = Volume::with_lfp();
    let text = i.lfp.take().unwrap();
    assert!(text.contains(from));
    i.lfp = Some(text.replacen(from, to, 1));
}

fn line(key: &str, ending: &str) -> Vec<String> {
    [key, "", &format!("IMAGES/0001/{key}.{ending}"), "Y", "", "", "1"].map(str::to_owned).to_vec()
}

#[rustfmt::skip]
pub(crate) const IMAGES: &[(&str, Damage, Code)] = &[
    ("a field too many", Imaged(|i| i.lines[1].push("x".into())), Code::ImageFieldCount),
    ("a comma in a path", Imaged(|i| i.lines[1][2] = "IMAGES/00,01/ECP0000002.tif".into()), Code::ImageFieldCount),
    ("no Y on the first line", Imaged(|i| i.lines[0][3].clear()), Code::ImageFirstBreak),
    ("a folder break", Imaged(|i| i.lines[0][4] = "1".into()), Code::ImageBreakMalformed),
    ("another sign for a break", Imaged(|i| i.lines[3][3] = "y".into()), Code::ImageBreakMalformed),
    ("a count that is too high", Imaged(|i| i.lines[1][6] = "3".into()), Code::ImagePageCount),
    ("a count behind the first page", Imaged(|i| i.lines[2][6] = "1".into()), Code::ImagePageCount),
    ("a count that is none", Imaged(|i| i.lines[1][6] = "two".into()), Code::ImagePageCount),
    ("a page without a number", Imaged(|i| i.lines[2][0].clear()), Code::PageKeyMissing),
    ("a space in a page's number", Imaged(|i| i.lines[2][0] = "ECP 0000003".into()), Code::PageKeyMalformed),
    ("a page twice", Imaged(|i| i.lines[2][0] = "ECP0000002".into()), Code::PageKeyRepeated),
    ("a page out of its order", Imaged(|i| i.lines[2][0] = "ECP0000009".into()), Code::PageKeysBroken),
    ("pages of no row", Imaged(|i| { i.lines.push(line("ECP0000005", "tif")); i.replace(4, tiff(1, 4, 300)); }), Code::ImagesWithoutRow),
    ("a row without pages", Imaged(|i| i.remove(3)), Code::RowWithoutImages),
    ("a page too few", Imaged(|i| { i.remove(2); i.lines[1][6] = "1".into(); }), Code::ImageCountDiffers),
    ("a break too many", Imaged(|i| { i.lines[1][6] = "1".into(); i.lines[2][3] = "Y".into(); }), Code::ImageCountDiffers),
    ("a count in some documents only", Imaged(|i| i.lines[1][6].clear()), Code::ImagePageCountsPartly),
    ("an IPRO file that lacks a page", Imaged(|i| ipro(i, "IM,ECP0000003,,0,@ECP001;IMAGES\\0001;ECP0000003.jpg;4\r\n", "")), Code::ImageListsDiffer),
    ("an IPRO line that ran into another", Imaged(|i| ipro(i, ";2\r\n", ";2")), Code::ImageFieldCount),
    ("several labels", Imaged(|i| i.lines[0][1] = "X1".into()), Code::VolumeLabels),
    ("a path that starts with a dot", Imaged(|i| i.lines[0][2] = ".\\IMAGES\\0001\\ECP0000001.tif".into()), Code::PathDotted),
    ("a page file that is missing", Imaged(|i| { let path = i.path(0); i.tiny.files.remove(&path); }), Code::FileMissing),
    ("a page file named otherwise", Imaged(|i| { let path = i.path(0); let bytes = i.tiny.files.remove(&path).unwrap(); i.lines[0][2] = "IMAGES/0001/X1.tif".into(); i.replace(0, bytes); }), Code::FileMisnamed),
    ("a page file that two lines name", Imaged(|i| { let path = i.path(0); i.lines[1][2] = path; }), Code::FileShared),
    ("a text that is called a TIFF", Imaged(|i| i.replace(0, b"no picture".to_vec())), Code::ImageKindDiffers),
    ("a TIFF that is cut short", Imaged(|i| { let mut bytes = tiff(1, 4, 300); bytes.truncate(bytes.len() - 2); i.replace(0, bytes); }), Code::ImageDamaged),
    ("a JPEG that is cut short", Imaged(|i| { let mut bytes = jpeg(); bytes.truncate(bytes.len() - 2); i.replace(2, bytes); }), Code::ImageDamaged),
    ("a PDF that is cut short", Imaged(|i| { let mut bytes = pdf(1); bytes.truncate(bytes.len() - 30); i.replace(3, bytes); }), Code::ImageDamaged),
    ("a page without bytes", Imaged(|i| i.replace(0, Vec::new())), Code::ImageDamaged),
    ("a TIFF of two pages for one", Imaged(|i| i.replace(0, tiff(2, 4, 300))), Code::ImagePages),
    ("a PDF of two pages for one", Imaged(|i| i.replace(3, pdf(2))), Code::ImagePages),
    ("a TIFF that holds its document", Imaged(|i| { i.remove(2); i.replace(1, tiff(2, 4, 300)); }), Code::ImageMultipage),
    ("a TIFF that is not packed", Imaged(|i| i.replace(0, tiff(1, 1, 300))), Code::ImageCompression),
    ("a TIFF whose dots are broken", Imaged(|i| i.replace(0, broken())), Code::ImageBreaksOff),
    ("a TIFF of 200 dpi", Imaged(|i| i.replace(0, tiff(1, 4, 200))), Code::ImageResolution),
    ("a PNG", Imaged(|i| { i.remove(0); i.lines.insert(0, line("ECP0000001", "png")); i.replace(0, b"\x89PNG\r\n\x1a\n".to_vec()); }), Code::ImageKindUnusual),
    ("an empty line among pages", ImagedText(|t| t.replacen("\r\n", "\r\n\r\n", 1)), Code::RowBlank),
    ("an image load file without lines", ImagedText(|_| String::new()), Code::LoadFileEmpty),
    ("two kinds of line ends among pages", ImagedText(|t| t.replacen("\r\n", "\n", 1)), Code::NewlinesMixed),
    ("an IPRO line without a path", Imaged(|i| ipro(i, "IM,ECP0000003,,0,@ECP001;IMAGES\\0001;ECP0000003.jpg;4", "IM,ECP0000003,,0")), Code::ImageFieldCount),
    ("an IPRO page of a file that has fewer", Imaged(|i| ipro(i, "ECP0000001,D,0", "ECP0000001,D,2")), Code::ImagePages),
    ("an IPRO document that has no start", Imaged(|i| ipro(i, "ECP0000004,D", "ECP0000004,")), Code::ImageCountDiffers),
    ("an IPRO document that starts twice", Imaged(|i| ipro(i, "ECP0000003,", "ECP0000003,D")), Code::ImageCountDiffers),
];
