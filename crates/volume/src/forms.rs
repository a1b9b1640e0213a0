//! The forms that a delivery profile chooses among.

use duces_model::{BatesNumber, VolumeName};
use std::fmt;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word that profiles and manifests use.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// How the load file is encoded.
    Encoding {
        /// UTF-8 with the mark `EF BB BF`.
        Utf8 = "UTF-8 with byte-order mark",
        /// UTF-16, the low byte first, with the mark `FF FE`.
        Utf16Le = "UTF-16LE with byte-order mark",
        /// One byte for each sign; a sign that it lacks stands as `?` and is logged.
        Windows1252 = "Windows-1252",
    }
}

words! {
    /// A file beside load file, pages, natives and texts.
    Extra {
        /// `DATA/NAME.csv`: the rows of the load file as CSV.
        Csv = "csv",
        /// `DATA/NAME.xml`: the documents in EDRM XML.
        EdrmXml = "edrm-xml",
        /// `DATA/NAME.lfp`: the page files for IPRO.
        Lfp = "lfp",
        /// `DATA/NAME.xlsx`: the rows of the load file as a workbook.
        Xlsx = "xlsx-index",
        /// `REPORTS/items.csv`: which documents answer which item of the request.
        Items = "items",
        /// `REPORTS/custodians.csv`: ranges and counts by custodian.
        Custodians = "custodians",
        /// `REPORTS/exceptions.csv`: what a technician should know of single documents.
        Exceptions = "exceptions",
    }
}

words! {
    /// How archives are compressed. There is no third: some receivers refuse others, such as ZIP method 96
    /// (SEC data delivery standards of 8/2021, general instruction 12).
    Method {
        /// Deflate, level 6.
        Deflate = "zip-deflate",
        /// Not at all.
        Store = "zip-store",
    }
}

/// Signs of the load file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiters {
    /// Between two values.
    pub field: char,
    /// Around every value.
    pub quote: char,
    /// For a new line inside a value.
    pub new_line: char,
    /// Between the entries of a value of several; a space follows it.
    pub list: char,
}

impl Default for Delimiters {
    /// Concordance's own (FTC Bureau of Competition Production Guide, revision 1.6, August 2015; verified).
    fn default() -> Self {
        Self { field: '\u{14}', quote: '\u{fe}', new_line: '\u{ae}', list: ';' }
    }
}

/// Which pages a volume holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// None.
    None,
    /// One file for each page, listed in `DATA/NAME.opt`.
    Images {
        /// Whether the second field of the list holds the name of the volume. Receivers differ.
        label: bool,
        /// Whether the seventh field holds the page count. Receivers differ.
        count: bool,
    },
    /// One PDF for each document.
    Pdf,
}

/// The password of an archive. It shows itself to nobody who does not ask by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Fewest signs of a password.
    pub const LEAST: usize = 16;

    /// Takes a password; `None` where it is shorter than [`Password::LEAST`] or holds other signs than visible
    /// ASCII, which archive programs encode in different ways.
    pub fn new(text: &str) -> Option<Self> {
        let fits = text.len() >= Self::LEAST && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The password itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// How the archive is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveForm {
    /// Compression.
    pub method: Method,
    /// Most bytes of one archive; families stay whole. Absent for one archive whatever its size.
    pub bytes_max: Option<u64>,
    /// With this the archive is encrypted by WinZip AES-256.
    pub password: Option<Password>,
}

/// The forms of a volume. The default is what this crate wrote before there was a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forms {
    /// Encoding of the load file.
    pub encoding: Encoding,
    /// Signs of the load file.
    pub delimiters: Delimiters,
    /// Pages.
    pub paging: Paging,
    /// Files beside the others.
    pub extras: Vec<Extra>,
    /// Archives.
    pub archive: ArchiveForm,
}

impl Default for Forms {
    fn default() -> Self {
        Self {
            encoding: Encoding::Utf8,
            delimiters: Delimiters::default(),
            paging: Paging::None,
            extras: Vec::new(),
            archive: ArchiveForm { method: Method::Deflate, bytes_max: None, password: None },
        }
    }
}

/// The kind of a page file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// TIFF, Group IV.
    Tiff,
    /// JPEG.
    Jpeg,
}

impl PageKind {
    /// Its ending.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Tiff => "tif",
            Self::Jpeg => "jpg",
        }
    }

    /// The type of the file in an LFP: 2 is a TIFF, 4 a JPEG (as in the sample on ZyLAB's page; verified).
    pub(crate) fn lfp(self) -> u8 {
        match self {
            Self::Tiff => 2,
            Self::Jpeg => 4,
        }
    }
}

/// A page file that lies in the volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageFile {
    pub(crate) number: BatesNumber,
    pub(crate) path: String,
    pub(crate) kind: PageKind,
}

/// The lines of one document in the image cross-reference (Opticon): seven fields, comma between, no quotes.
/// Key, volume, path, `Y` on the first page, folder break, box break, page count (ZyLAB's page; verified).
pub(crate) fn opt_lines(volume: &VolumeName, pages: &[PageFile], label: bool, count: bool) -> String {
    let label = if label { volume.as_str() } else { "" };
    let mut lines = String::new();
    for (n, page) in pages.iter().enumerate() {
        let path = page.path.replace('/', "\\");
        let (first, pages) = match (n, count) {
            (0, true) => ("Y", pages.len().to_string()),
            (0, false) => ("Y", String::new()),
            _ => ("", String::new()),
        };
        lines.push_str(&format!("{},{label},{path},{first},,,{pages}\r\n", page.number));
    }
    lines
}

/// The lines of one document in an LFP: `IM`, page key, `D` for a document and `C` for an attachment on the first
/// page, offset (0 for a file of one page), volume, folder, file and type.
///
/// Order, signs and `D` after IPRO's own page (eCapture help, "Import a New Page (IM)") and IPRO's section of the
/// litigation support standards at ediscovery.org (verified). `C` stands in the samples of ZyLAB and Sanction;
/// that it means an attachment is an inference. The rotation, which may follow the type, is left out.
pub(crate) fn lfp_lines(volume: &VolumeName, pages: &[PageFile], attached: bool) -> String {
    let mut lines = String::new();
    for (n, page) in pages.iter().enumerate() {
        let begins = match (n, attached) {
            (0, false) => "D",
            (0, true) => "C",
            _ => "",
        };
        let path = page.path.replace('/', "\\");
        let (folder, file) = path.rsplit_once('\\').unwrap_or(("", &path));
        lines.push_str(&format!(
            "IM,{},{begins},0,@{volume};{folder};{file};{}\r\n",
            page.number,
            page.kind.lfp()
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Vec<PageFile> {
        let page = |n: u64, kind: PageKind| PageFile {
            number: format!("ECP{n:07}").parse().unwrap(),
            path: format!("IMAGES/0001/ECP{n:07}.{}", kind.extension()),
            kind,
        };
        vec![page(1, PageKind::Tiff), page(2, PageKind::Jpeg)]
    }

    #[test]
    fn each_page_has_a_line_of_seven_fields_and_the_first_begins_the_document() {
        let name = "ECP001".parse().unwrap();
        assert_eq!(
            opt_lines(&name, &pages(), true, true),
            "ECP0000001,ECP001,IMAGES\\0001\\ECP0000001.tif,Y,,,2\r\nECP0000002,ECP001,IMAGES\\0001\\ECP0000002.jpg,,,,\r\n"
        );
        let bare = opt_lines(&name, &pages(), false, false);
        assert_eq!(bare.lines().next(), Some("ECP0000001,,IMAGES\\0001\\ECP0000001.tif,Y,,,"));
        assert!(bare.lines().all(|line| line.matches(',').count() == 6));
    }

    #[test]
    fn an_attachment_begins_with_another_letter_in_an_lfp() {
        let name = "ECP001".parse().unwrap();
        let lines = lfp_lines(&name, &pages(), true);
        assert_eq!(lines.lines().next(), Some("IM,ECP0000001,C,0,@ECP001;IMAGES\\0001;ECP0000001.tif;2"));
        assert!(lfp_lines(&name, &pages(), false).starts_with("IM,ECP0000001,D,"));
        assert!(lines.ends_with("IM,ECP0000002,,0,@ECP001;IMAGES\\0001;ECP0000002.jpg;4\r\n"));
    }

    #[test]
    fn a_password_is_long_plain_and_never_shown() {
        assert!(Password::new("short").is_none() && Password::new("with a space in its middle").is_none());
        let password = Password::new("correct-horse-battery").unwrap();
        assert_eq!(format!("{password:?}"), "Password(…)");
        assert_eq!(password.reveal(), "correct-horse-battery");
    }
}
