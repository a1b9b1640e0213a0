//! A tiny valid volume, written here from literal bytes: the writer under test elsewhere has no part in it.

use duces_model::{Md5, Sha256, Silent};
use duces_verify::{Code, Expectations, Verification, verify};
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) const HEADER: [&str; 38] = [
    "FIRSTBATES",
    "LASTBATES",
    "ATTACHRANGE",
    "BEGATTACH",
    "ENDATTACH",
    "PARENT_BATES",
    "CHILD_BATES",
    "CUSTODIAN",
    "FROM",
    "TO",
    "CC",
    "BCC",
    "SUBJECT",
    "FILE_NAME",
    "DATE_SENT",
    "TIME_SENT/TIME_ZONE",
    "TIME_ZONE",
    "LINK",
    "MIME_TYPE",
    "FILE_EXTEN",
    "AUTHOR",
    "LAST_AUTHOR",
    "DATE_CREATED",
    "TIME_CREATED/TIME_ZONE",
    "DATE_MOD",
    "TIME_MOD/TIME_ZONE",
    "DATE_ACCESSD",
    "TIME_ACCESSD/TIME_ZONE",
    "PRINTED_DATE",
    "FILE_SIZE",
    "PGCOUNT",
    "PATH",
    "INTFILEPATH",
    "INTMSGID",
    "HEADER",
    "MD5HASH",
    "OCRPATH",
    "SHA256HASH",
];

/// The attachment's content, long enough to be looked for among the lines of a text.
pub(crate) const ATTACHMENT: &[u8] =
    b"account,side,quantity,price\r\n1001,BUY,500,10.25\r\n1001,SELL,500,10.31\r\n1002,BUY,75,99.10\r\n";
/// The attachment in base64, as it stands in its message.
const ATTACHMENT_BASE64: &str = "YWNjb3VudCxzaWRlLHF1YW50aXR5LHByaWNlDQoxMDAxLEJVWSw1MDAsMTAuMjUN\r\n\
    CjEwMDEsU0VMTCw1MDAsMTAuMzENCjEwMDIsQlVZLDc1LDk5LjEwDQo=\r\n";

pub(crate) fn parent_native() -> Vec<u8> {
    format!(
        "From: ann@ecp.example\r\nTo: bob@ecp.example\r\nSubject: orders\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee attached.\r\n\
         --b\r\nContent-Type: text/csv; name=orders.csv\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {ATTACHMENT_BASE64}--b--\r\n"
    )
    .into_bytes()
}

const LONE_NATIVE: &[u8] =
    b"From: bob@ecp.example\r\nTo: ann@ecp.example\r\nSubject: lunch\r\n\r\nAt noon.\r\n";

/// A volume in memory: the cells of its load file and its other files.
#[derive(Clone)]
pub(crate) struct Tiny {
    /// The header and the rows behind it.
    pub(crate) cells: Vec<Vec<String>>,
    /// Natives and texts.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

fn row(values: &[(&str, &str)]) -> Vec<String> {
    let value = |name: &&str| values.iter().find(|(known, _)| known == name).map_or("", |(_, value)| *value);
    HEADER.iter().map(|name| value(name).to_owned()).collect()
}

impl Tiny {
    /// A message of one page with an attachment of two pages, and a lone message.
    pub(crate) fn valid() -> Self {
        let mut tiny = Self { cells: vec![HEADER.map(str::to_owned).to_vec()], files: BTreeMap::new() };
        let family = [
            ("ATTACHRANGE", "ECP0000001 - ECP0000003"),
            ("BEGATTACH", "ECP0000001"),
            ("ENDATTACH", "ECP0000003"),
        ];
        let parent = [
            ("FIRSTBATES", "ECP0000001"),
            ("LASTBATES", "ECP0000001"),
            ("CHILD_BATES", "ECP0000002"),
            ("CUSTODIAN", "Lee, Ann"),
            ("FROM", "ann@ecp.example"),
            ("TO", "bob@ecp.example"),
            ("SUBJECT", "orders"),
            ("DATE_SENT", "03/04/2024"),
            ("TIME_SENT/TIME_ZONE", "09:15 AM EST"),
            ("TIME_ZONE", "EST"),
            ("MIME_TYPE", "message/rfc822"),
            ("FILE_SIZE", "1"),
            ("PGCOUNT", "1"),
            ("INTFILEPATH", "Inbox"),
            ("INTMSGID", "<1@ecp.example>"),
        ];
        let child = [
            ("FIRSTBATES", "ECP0000002"),
            ("LASTBATES", "ECP0000003"),
            ("PARENT_BATES", "ECP0000001"),
            ("CUSTODIAN", "Lee, Ann"),
            ("FILE_NAME", "orders.csv"),
            ("MIME_TYPE", "text/csv"),
            ("FILE_SIZE", "1"),
            ("PGCOUNT", "2"),
        ];
        let lone = [
            ("FIRSTBATES", "ECP0000004"),
            ("LASTBATES", "ECP0000004"),
            ("ATTACHRANGE", "ECP0000004 - ECP0000004"),
            ("BEGATTACH", "ECP0000004"),
            ("ENDATTACH", "ECP0000004"),
            ("CUSTODIAN", "Roe, Bob"),
            ("FROM", "bob@ecp.example"),
            ("TO", "ann@ecp.example"),
            ("SUBJECT", "lunch"),
            ("DATE_SENT", "03/05/2024"),
            ("TIME_SENT/TIME_ZONE", "11:40 AM EST"),
            ("TIME_ZONE", "EST"),
            ("MIME_TYPE", "message/rfc822"),
            ("FILE_SIZE", "1"),
            ("PGCOUNT", "1"),
            ("INTFILEPATH", "Sent"),
            ("INTMSGID", "<2@ecp.example>"),
        ];
        tiny.add(&[&parent[..], &family].concat(), "eml", &parent_native(), "See attached.\r\n");
        tiny.add(&[&child[..], &family].concat(), "csv", ATTACHMENT, "account side quantity price\r\n");
        tiny.add(&lone, "eml", LONE_NATIVE, "At noon.\r\n");
        tiny
    }

    fn add(&mut self, values: &[(&str, &str)], ending: &str, native: &[u8], text: &str) {
        let first = values.iter().find(|(name, _)| *name == "FIRSTBATES").unwrap().1;
        let (link, ocr) = (format!("NATIVES/0001/{first}.{ending}"), format!("TEXT/0001/{first}.txt"));
        let (md5, sha256) = (Md5::of(native).to_string(), Sha256::of(native).to_string());
        let more = [
            ("LINK", link.as_str()),
            ("OCRPATH", &ocr),
            ("FILE_EXTEN", ending),
            ("MD5HASH", &md5),
            ("SHA256HASH", &sha256),
        ];
        self.cells.push(row(&[values, &more].concat()));
        self.files.insert(link.clone(), native.to_vec());
        self.files.insert(ocr.clone(), [b"\xEF\xBB\xBF", text.as_bytes()].concat());
    }

    /// The cell of a row (from 1, the header being 0) and column.
    pub(crate) fn cell(&mut self, row: usize, column: &str) -> &mut String {
        let at = HEADER.iter().position(|name| *name == column).unwrap();
        &mut self.cells[row][at]
    }

    pub(crate) fn set(&mut self, row: usize, column: &str, value: &str) {
        *self.cell(row, column) = value.to_owned();
    }

    /// The load file's bytes.
    pub(crate) fn data(&self) -> Vec<u8> {
        let mut text = String::from("\u{FEFF}");
        for row in &self.cells {
            let quoted: Vec<String> = row.iter().map(|value| format!("þ{value}þ")).collect();
            text.push_str(&quoted.join("\u{14}"));
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    /// All files, with the manifests.
    pub(crate) fn sealed(&self) -> Files {
        self.sealed_with(self.data())
    }

    /// All files, with the manifests, around these bytes of a load file.
    pub(crate) fn sealed_with(&self, data: Vec<u8>) -> Files {
        let mut files = self.files.clone();
        files.insert("DATA/ECP001.dat".into(), data);
        files.insert("README.txt".into(), b"A tiny volume.\r\n".to_vec());
        state(&mut files, &Counts { documents: 3, numbers: 4, natives: 3 }, &self.cells[0]);
        seal(&mut files);
        files
    }

    /// Gives a row another native, with its name and digests.
    pub(crate) fn native(&mut self, row: usize, ending: &str, bytes: &[u8]) {
        let old = self.cell(row, "LINK").clone();
        self.files.remove(&old);
        let link = format!("NATIVES/0001/{}.{ending}", self.cell(row, "FIRSTBATES"));
        self.set(row, "LINK", &link);
        self.set(row, "FILE_EXTEN", ending);
        self.set(row, "MD5HASH", &Md5::of(bytes).to_string());
        self.set(row, "SHA256HASH", &Sha256::of(bytes).to_string());
        self.files.insert(link, bytes.to_vec());
    }

    /// Gives a column another name and fills it in one row.
    pub(crate) fn column(&mut self, from: &str, to: &str, row: usize, value: &str) {
        self.set(row, from, value);
        self.set(0, from, to);
    }
}

/// Counts that the volume states of itself.
pub(crate) struct Counts {
    pub(crate) documents: usize,
    pub(crate) numbers: usize,
    pub(crate) natives: usize,
}

/// Writes `manifest.json` over whatever is there; `fields` are the load file's columns.
pub(crate) fn state(files: &mut Files, counts: &Counts, fields: &[String]) {
    files.retain(|path, _| path != "manifest.json" && path != "MANIFEST.sha256");
    let fields: Vec<String> = fields.iter().map(|name| format!("\"{name}\"")).collect();
    let listed: Vec<String> = files
        .iter()
        .map(|(path, bytes)| {
            let sha256 = Sha256::of(bytes);
            format!("{{\"path\":\"{path}\",\"bytes\":{},\"sha256\":\"{sha256}\"}}", bytes.len())
        })
        .collect();
    let Counts { documents, numbers, natives } = counts;
    let images = match files.keys().filter(|path| path.starts_with("IMAGES/")).count() {
        0 => String::new(),
        images => format!(",\"images\":{images}"),
    };
    let json = format!(
        "{{\"format\":\"duces-volume\",\"format_version\":1,\"volume\":\"ECP001\",\
         \"counts\":{{\"documents\":{documents},\"numbers\":{numbers},\"natives\":{natives},\"texts\":{documents},\
         \"text_only\":0,\"slip_sheets\":{}{images}}},\"bates\":{{\"first\":\"ECP0000001\",\"last\":\"ECP0000004\"}},\
         \"load_file\":{{\"path\":\"DATA/ECP001.dat\",\"fields\":[{}]}},\"files\":[{}]}}",
        documents - natives,
        fields.join(","),
        listed.join(",\n")
    );
    files.insert("manifest.json".into(), json.into_bytes());
}

/// Writes `MANIFEST.sha256` over whatever is there.
pub(crate) fn seal(files: &mut Files) {
    files.remove("MANIFEST.sha256");
    let lines: Vec<String> =
        files.iter().map(|(path, bytes)| format!("{}  {path}\n", Sha256::of(bytes))).collect();
    files.insert("MANIFEST.sha256".into(), lines.concat().into_bytes());
}

/// Writes files into a folder.
pub(crate) fn write(files: &Files, folder: &Path) {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Verifies files as a folder named `ECP001`.
pub(crate) fn check(files: &Files, expected: Option<&Expectations>) -> Verification {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ECP001");
    write(files, &root);
    verify(&root, expected, &Silent).unwrap()
}

pub(crate) fn codes(verification: &Verification) -> Vec<Code> {
    verification.findings.iter().map(|finding| finding.code).collect()
}

/// How an entry of an archive is to be written.
#[derive(Clone, Copy, Default)]
pub(crate) struct Packing {
    pub(crate) deflate: bool,
    pub(crate) flags: u16,
    /// Another method than the true one, to be stated.
    pub(crate) method: Option<u16>,
    /// Another size than the true one, to be stated.
    pub(crate) bytes: Option<u32>,
}

/// A ZIP file of these entries.
pub(crate) fn zipped<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8], Packing)>) -> Vec<u8> {
    let (mut archive, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (name, bytes, packing) in files {
        let data = if packing.deflate { deflated(bytes) } else { bytes.to_vec() };
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        let size = |size: usize| u32::try_from(size).unwrap();
        let mut shared = Vec::new();
        let method = packing.method.unwrap_or(if packing.deflate { 8 } else { 0 });
        for word in [20, packing.flags, method, 0, 0x21] {
            shared.extend(u16::to_le_bytes(word));
        }
        for word in [sum.sum(), size(data.len()), packing.bytes.unwrap_or(size(bytes.len()))] {
            shared.extend(u32::to_le_bytes(word));
        }
        shared.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        let header_at = size(archive.len());
        archive.extend([b"PK\x03\x04".as_slice(), &shared, &[0, 0], name.as_bytes(), &data].concat());
        directory
            .extend([b"PK\x01\x02\x14\x00".as_slice(), &shared, &[0; 12], &header_at.to_le_bytes()].concat());
        directory.extend(name.as_bytes());
        count += 1;
    }
    let (at, size) = (archive.len(), directory.len());
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend(u32::try_from(size).unwrap().to_le_bytes());
    archive.extend(u32::try_from(at).unwrap().to_le_bytes());
    archive.extend([0, 0]);
    archive
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut packed = Vec::new();
    flate2::read::DeflateEncoder::new(bytes, flate2::Compression::best()).read_to_end(&mut packed).unwrap();
    packed
}

/// The sealed files as a ZIP file, below a folder.
pub(crate) fn zipped_files(files: &Files, top: &str) -> Vec<u8> {
    let named: Vec<(String, &[u8])> =
        files.iter().map(|(path, bytes)| (format!("{top}{path}"), bytes.as_slice())).collect();
    zipped(
        named
            .iter()
            .map(|(name, bytes)| (name.as_str(), *bytes, Packing { deflate: true, ..Packing::default() })),
    )
}

/// Verifies bytes as a file named `ECP001.zip`.
pub(crate) fn check_zip(bytes: &[u8], expected: Option<&Expectations>) -> Verification {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ECP001.zip");
    std::fs::write(&path, bytes).unwrap();
    verify(&path, expected, &Silent).unwrap()
}
