//! How a volume is delivered: load file, pages, natives, legend, sheets beside the load file, archives.

use super::{Authority, Rule, Severity};
use duces_volume::{Delimiters, Encoding, Extra, Method};
use std::fmt;

words! {
    /// Which pages a volume holds.
    PageKind {
        /// None: natives and texts only.
        None = "none",
        /// Single-page TIFF, Group IV, black and white.
        Tiff = "tiff-g4",
        /// Single-page TIFF, and JPEG for pages in colour.
        JpegWhereColour = "jpeg-where-colour",
        /// One searchable PDF for each document.
        Pdf = "pdf",
    }
}

words! {
    /// Whose natives are in the volume.
    Natives {
        /// Those of all documents that may be shown whole.
        All = "all",
        /// Those of documents that are not set on pages only.
        Unpaged = "unpaged",
    }
}

words! {
    /// Where the legend stands.
    LegendPlace {
        /// At the lower left of each page; the number stands at the lower right.
        LowerLeft = "lower-left",
    }
}

words! {
    /// Whether duplicates may be left out.
    DedupPolicy {
        /// Never.
        Off = "off",
        /// Only where an approval by the requesting staff is recorded.
        Approved = "approved",
        /// Within one custodian freely; across custodians only where an approval is recorded.
        WithinCustodian = "within-custodian",
    }
}

words! {
    /// Which of the two fields that receivers dispute the image cross-reference fills.
    OptForm {
        /// Volume label and page count.
        LabelAndCount = "label and count",
        /// The volume label.
        Label = "label",
        /// The page count.
        Count = "count",
        /// Neither.
        Neither = "neither",
    }
}

words! {
    /// Whether archives are encrypted.
    Encryption {
        /// No.
        None = "none",
        /// WinZip AES with 256 bits.
        Aes256 = "aes-256",
    }
}

words! {
    /// After what files are named.
    NameRule {
        /// First Bates number of the document, or number of the page.
        Bates = "bates-number",
    }
}

words! {
    /// A letter that goes with a volume.
    Letter {
        /// What is delivered: ranges, custodians, counts, fields.
        Transmittal = "transmittal",
        /// A request for confidential treatment (17 CFR 200.83).
        Rule83 = "rule-83-request",
        /// The copy of that request for the FOIA Office, without records.
        FoiaCopy = "foia-copy",
        /// A declaration under penalty of perjury (28 U.S.C. 1746).
        Declaration = "declaration-1746",
    }
}

words! {
    /// A form that a request may ask for and that is not written.
    NotWritten {
        /// Outlook data files.
        Pst = "pst",
    }
}

/// How a volume is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Encoding of the load file.
    pub encoding: Rule<Encoding>,
    /// Signs of the load file.
    pub delimiters: Rule<Delimiters>,
    /// Which pages there are.
    pub pages: Rule<PageKind>,
    /// Whose natives there are.
    pub natives: Rule<Natives>,
    /// Endings of files that are never set on pages: a numbered placeholder and the native stand for them.
    pub native_only: Rule<Vec<String>>,
    /// Words on each page and in the load file; `{firm}` is filled in. Absent for none.
    pub legend: Rule<Option<String>>,
    /// Where the legend stands.
    pub legend_place: Rule<LegendPlace>,
    /// After what files are named.
    pub names: Rule<NameRule>,
    /// Whether duplicates may be left out.
    pub dedup: Rule<DedupPolicy>,
    /// What the image cross-reference fills.
    pub opt: Rule<OptForm>,
    /// Files beside the load file.
    pub extras: Rule<Vec<Extra>>,
    /// How archives are compressed.
    pub archive: Rule<Method>,
    /// Most bytes of one archive before compression; absent for one archive whatever its size.
    pub archive_bytes: Rule<Option<u64>>,
    /// Whether archives are encrypted.
    pub encryption: Rule<Encryption>,
    /// Most bytes of a volume; absent for no bound.
    pub volume_bytes: Rule<Option<u64>>,
    /// Letters that go with the volume.
    pub letters: Rule<Vec<Letter>>,
    /// Forms that are not written, whatever a request asks.
    pub not_written: Rule<Vec<NotWritten>>,
}

impl Delivery {
    /// Names of the rules, as profiles write them.
    pub(super) const NAMES: [&'static str; 17] = [
        "encoding",
        "delimiters",
        "pages",
        "natives",
        "native_only",
        "legend",
        "legend_place",
        "names",
        "dedup",
        "opt",
        "extras",
        "archive",
        "archive_bytes",
        "encryption",
        "volume_bytes",
        "letters",
        "not_written",
    ];

    /// Severity and authority of each rule, in the order of [`Delivery::NAMES`].
    pub(super) fn grounds(&self) -> [(Severity, &Authority); 17] {
        fn of<T>(rule: &Rule<T>) -> (Severity, &Authority) {
            (rule.severity, &rule.authority)
        }
        [
            of(&self.encoding),
            of(&self.delimiters),
            of(&self.pages),
            of(&self.natives),
            of(&self.native_only),
            of(&self.legend),
            of(&self.legend_place),
            of(&self.names),
            of(&self.dedup),
            of(&self.opt),
            of(&self.extras),
            of(&self.archive),
            of(&self.archive_bytes),
            of(&self.encryption),
            of(&self.volume_bytes),
            of(&self.letters),
            of(&self.not_written),
        ]
    }

    /// Whether files with this ending, without a dot, are never set on pages.
    pub fn stays_native(&self, extension: &str) -> bool {
        self.native_only.value.iter().any(|ending| ending.eq_ignore_ascii_case(extension))
    }
}
