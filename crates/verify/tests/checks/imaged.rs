//! A tiny volume with pages, written here from literal bytes: the writer under test elsewhere has no part in it.

use crate::tiny::{Files, Tiny};

/// One row of white dots in Group IV: one code for the row, then the end of the block (ITU-T T.6).
const WHITE: [u8; 4] = [0x80, 0x08, 0x00, 0x80];

/// A picture of eight by eight white dots, as a JPEG library writes it.
const JPEG: &str = "ffd8ffe000104a46494600010101012c012c0000ffdb00430050373c463c32504641465a55505f78c882786e6e78f5\
    afb991c8ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc0000b08000800080101110\
    0ffc40014000100000000000000000000000000000004ffc40014100100000000000000000000000000000000ffda0008010100003f006b\
    ffd9";

pub(crate) fn jpeg() -> Vec<u8> {
    let digits: Vec<u8> = JPEG.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

/// A TIFF of this many pages, each one row of sixteen white dots.
pub(crate) fn tiff(pages: usize, compression: u16, dpi: u32) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    for page in 0..pages {
        let start = u32::try_from(bytes.len()).unwrap();
        let fields: [(u16, u16, u32); 11] = [
            (256, 3, 16),
            (257, 3, 1),
            (258, 3, 1),
            (259, 3, u32::from(compression)),
            (262, 3, 0),
            (273, 4, start + 2 + 11 * 12 + 4 + 16),
            (277, 3, 1),
            (279, 4, 4),
            (282, 5, start + 2 + 11 * 12 + 4),
            (283, 5, start + 2 + 11 * 12 + 12),
            (296, 3, 2),
        ];
        bytes.extend(11_u16.to_le_bytes());
        for (tag, kind, value) in fields {
            bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            bytes.extend([1_u32.to_le_bytes(), value.to_le_bytes()].concat());
        }
        let next = if page + 1 == pages { 0 } else { start + 2 + 11 * 12 + 4 + 16 + 4 };
        bytes.extend(next.to_le_bytes());
        for number in [dpi, 1, dpi, 1] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(WHITE);
    }
    bytes
}

/// A TIFF in Group IV whose dots no code stands for.
pub(crate) fn broken() -> Vec<u8> {
    let mut bytes = tiff(1, 4, 300);
    let dots = bytes.len() - WHITE.len();
    bytes[dots..].fill(0);
    bytes
}

/// A PDF of this many empty pages.
pub(crate) fn pdf(pages: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", page + 3)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [ {} ] /Count {pages} >>", kids.join(" ")),
    ];
    objects.extend((0..pages).map(|_| "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>".to_owned()));
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    bytes.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    bytes
}

/// The tiny volume with a page for each number: TIFF, TIFF and JPEG, and a PDF.
#[derive(Clone)]
pub(crate) struct Imaged {
    pub(crate) tiny: Tiny,
    /// The lines of the Opticon file.
    pub(crate) lines: Vec<Vec<String>>,
    /// The IPRO file, where there is one.
    pub(crate) lfp: Option<String>,
}

const PAGES: [(&str, &str, bool, &str); 4] = [
    ("ECP0000001", "tif", true, "1"),
    ("ECP0000002", "tif", true, "2"),
    ("ECP0000003", "jpg", false, ""),
    ("ECP0000004", "pdf", true, "1"),
];

impl Imaged {
    pub(crate) fn valid() -> Self {
        let mut tiny = Tiny::valid();
        let mut lines = Vec::new();
        for (key, ending, starts, count) in PAGES {
            let path = format!("IMAGES/0001/{key}.{ending}");
            let bytes = match ending {
                "tif" => tiff(1, 4, 300),
                "jpg" => jpeg(),
                _ => pdf(1),
            };
            let line = [key, "", &path, if starts { "Y" } else { "" }, "", "", count];
            lines.push(line.map(str::to_owned).to_vec());
            tiny.files.insert(path, bytes);
        }
        Self { tiny, lines, lfp: None }
    }

    /// The same with an IPRO file beside the Opticon file.
    pub(crate) fn with_lfp() -> Self {
        let mut imaged = Self::valid();
        let lines = PAGES.map(|(key, ending, starts, _)| {
            let (start, kind) = (if starts { "D" } else { "" }, if ending == "tif" { 2 } else { 4 });
            format!("IM,{key},{start},0,@ECP001;IMAGES\\0001;{key}.{ending};{kind}\r\n")
        });
        imaged.lfp = Some(lines.concat());
        imaged
    }

    /// The path of the file on this line.
    pub(crate) fn path(&self, line: usize) -> String {
        self.lines[line][2].clone()
    }

    /// Puts other bytes in the place of a page's.
    pub(crate) fn replace(&mut self, line: usize, bytes: Vec<u8>) {
        let path = self.path(line);
        self.tiny.files.insert(path, bytes);
    }

    /// Takes a line and its file away.
    pub(crate) fn remove(&mut self, line: usize) {
        let path = self.lines.remove(line).swap_remove(2);
        self.tiny.files.remove(&path);
    }

    pub(crate) fn opt(&self) -> Vec<u8> {
        self.lines.iter().map(|line| line.join(",") + "\r\n").collect::<String>().into_bytes()
    }

    /// All files, with the manifests.
    pub(crate) fn sealed(&self) -> Files {
        self.sealed_with(self.opt())
    }

    /// All files, with the manifests, around these bytes of an Opticon file.
    pub(crate) fn sealed_with(&self, opt: Vec<u8>) -> Files {
        let mut tiny = self.tiny.clone();
        tiny.files.insert("DATA/ECP001.opt".into(), opt);
        if let Some(lfp) = &self.lfp {
            tiny.files.insert("DATA/ECP001.lfp".into(), lfp.clone().into_bytes());
        }
        tiny.sealed()
    }
}

/// A PDF of one page whose text is this.
pub(crate) fn stamped(text: &str) -> Vec<u8> {
    let content = format!("BT /F 9 Tf 1 0 0 1 500 20 Tm ({text}) Tj ET");
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n\
         4 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n\
         xref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n",
        content.len()
    )
    .into_bytes()
}
