//! Delivery profiles: rules as data, each with its severity and its authority.

use chrono_tz::Tz;
use duces_model::Mistakes;
use std::fmt;
use std::num::NonZeroU32;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// All of them, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word that profiles use.
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

mod delivery;
mod parse;
mod parse_delivery;
mod reader;

pub use delivery::{
    DedupPolicy, Delivery, Encryption, LegendPlace, Letter, NameRule, Natives, NotWritten, OptForm, PageKind,
};

words! {
    /// What happens where a volume breaks a rule, whatever the rule's source.
    Severity {
        /// The volume is not fit to go out.
        Fails = "fails",
        /// A person should look.
        Warns = "warns",
        /// It is said and nothing more.
        Notes = "notes",
    }
}

words! {
    /// How a rule is known. Only what was read in the named source is called verified, and even that
    /// does not prove that every regulator requires it.
    AuthorityStatus {
        /// The named source was read and says this.
        Verified = "verified",
        /// Read in a document that restates the rule.
        Secondary = "secondary",
        /// Read in an earlier edition.
        OlderRevision = "older revision",
        /// Not checked against the document.
        FromMemory = "from memory",
        /// A choice of ours, or a conclusion from other rules.
        Inference = "inference",
    }
}

words! {
    /// By what documents are put in order.
    OrderKey {
        /// Custodian of the family's root, by code point.
        Custodian = "custodian",
        /// When the family's root was sent; the undated last.
        Chronological = "chronological",
        /// The identity of the family's root: it makes the order complete.
        StableId = "stable-id",
    }
}

words! {
    /// What takes a number.
    NumberingUnit {
        /// Each document takes one.
        Document = "document",
        /// Each document takes as many as it has pages; one where it is not set on pages.
        Page = "page",
    }
}

words! {
    /// How days are written.
    DateForm {
        /// `10/12/2010`.
        MonthDayYear = "mm/dd/yyyy",
        /// `12/10/2010`.
        DayMonthYear = "dd/mm/yyyy",
        /// `2010-10-12`.
        YearMonthDay = "yyyy-mm-dd",
        /// `20101012`.
        Digits = "yyyymmdd",
    }
}

words! {
    /// How times are written.
    TimeForm {
        /// `07:05 PM EST`.
        TwelveHoursZone = "hh:mm AM/PM ZONE",
        /// `19:05 EST`.
        DayHoursZone = "HH:MM ZONE",
        /// `19:05:31 EST`.
        SecondsZone = "HH:MM:SS ZONE",
    }
}

words! {
    /// How sizes are written.
    SizeUnit {
        /// Kilobytes of 1,024 bytes, rounded up.
        Kilobytes = "KB",
        /// Bytes.
        Bytes = "bytes",
    }
}

words! {
    /// What a field of the load file holds.
    FieldValue {
        /// First number.
        FirstBates = "first-bates",
        /// Last number.
        LastBates = "last-bates",
        /// First and last number of the family, ` - ` between.
        FamilyRange = "family-range",
        /// First number of the family.
        FamilyFirst = "family-first",
        /// Last number of the family.
        FamilyLast = "family-last",
        /// First number of the document to which it is attached.
        ParentBates = "parent-bates",
        /// First numbers of the documents attached to it.
        ChildBates = "child-bates",
        /// Custodian.
        Custodian = "custodian",
        /// Senders of a message.
        From = "from",
        /// Recipients of a message.
        To = "to",
        /// Copy recipients of a message.
        Cc = "cc",
        /// Blind-copy recipients of a message, by its header or its journal envelope.
        Bcc = "bcc",
        /// Recipients that only the journal envelope names.
        EnvelopeRecipients = "envelope-recipients",
        /// Subject of a message.
        Subject = "subject",
        /// Name of a file that is no message.
        FileName = "file-name",
        /// Day on which a message was sent.
        DateSent = "date-sent",
        /// Time at which a message was sent.
        TimeSent = "time-sent",
        /// Day and time at which a message was sent, in one value.
        DateTimeSent = "date-time-sent",
        /// Zone of a message's day and time.
        TimeZone = "time-zone",
        /// Day on which the nearest message of the family was sent.
        FamilyDate = "family-date",
        /// Where the native lies in the volume.
        NativePath = "native-path",
        /// Content type.
        MediaType = "media-type",
        /// Ending of the native.
        Extension = "extension",
        /// Size of the native.
        FileSize = "file-size",
        /// Numbers that the document takes.
        PageCount = "page-count",
        /// Where a loose file was found.
        Path = "path",
        /// Where a message was found.
        InternalPath = "internal-path",
        /// Message-ID, in angle brackets.
        MessageId = "message-id",
        /// EDRM Message Identification Hash of a message.
        MessageHash = "message-hash",
        /// Thread of the family.
        ThreadId = "thread-id",
        /// Of the message that heads a family, whether a later one contains it.
        Inclusive = "inclusive",
        /// Header block of a message.
        Header = "header",
        /// MD5 of the native.
        Md5 = "md5",
        /// SHA-256 of the native.
        Sha256 = "sha256",
        /// Where the text lies in the volume.
        TextPath = "text-path",
        /// Where the PDF lies, where the profile has PDFs.
        PdfPath = "pdf-path",
        /// All custodians, those of suppressed duplicates included.
        AllCustodians = "all-custodians",
        /// All places where it was found, those of suppressed duplicates included.
        AllPaths = "all-paths",
        /// Items of the request that it answers.
        RequestItems = "request-items",
        /// `native`, `pages`, `text-only`, `redacted` or `slip-sheet`.
        ProducedAs = "produced-as",
        /// What the sheet of a withheld document says.
        Withheld = "withheld",
        /// `Yes` where parts of the document are covered.
        Redacted = "redacted",
        /// Kind of record; of a withheld document what its sheet stands for.
        Properties = "properties",
        /// Confidentiality designation by a reviewer; [`UNDESIGNATED`] where others of the volume have one.
        Confidentiality = "confidentiality",
        /// The legend; empty where the profile has none.
        Legend = "legend",
        /// Whether all text could be read.
        TextStatus = "text-status",
        /// The conversion that made the native from the retained bytes; empty where it is these bytes.
        Conversion = "conversion",
        /// Nothing: this version does not hold such a value.
        NotHeld = "not-held",
    }
}

/// What stands for a designation where there is none and other documents of the volume have one: an empty value would
/// not tell what was not designated from what nobody looked at.
pub const UNDESIGNATED: &str = "Not designated";

/// How a rule is known, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// How.
    pub status: AuthorityStatus,
    /// From where.
    pub source: String,
}

/// A rule. What happens where it is broken and how it is known are two things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<T> {
    /// What it says.
    pub value: T,
    /// What happens where it is broken.
    pub severity: Severity,
    /// How it is known.
    pub authority: Authority,
}

/// In which zone times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneRule {
    /// That of the request's period.
    Request,
    /// Always this one.
    Fixed(Tz),
}

impl ZoneRule {
    /// The zone for a request with this one.
    pub fn of(self, request: Tz) -> Tz {
        match self {
            Self::Request => request,
            Self::Fixed(zone) => zone,
        }
    }
}

/// What sheets and notes say; `{…}` is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// On the sheet of a privileged document, with `{privilege}`.
    pub privilege: String,
    /// On the sheet of a document that the law bars, whichever the bar; takes nothing.
    pub legal_bar: String,
    /// On the sheet of a document that cannot be produced, with `{reason}`.
    pub not_producible: String,
    /// In the text of a document without native, with `{bates}` of the withheld member's sheet.
    pub withheld_member: String,
}

words! {
    /// How names have to stand in a field.
    NameForm {
        /// Family name, comma, given name.
        LastFirst = "last-first",
    }
}

impl NameForm {
    /// Whether a name has this form, as far as its signs tell.
    pub fn holds(self, name: &str) -> bool {
        match self {
            Self::LastFirst => name
                .split_once(',')
                .is_some_and(|(last, first)| !last.trim().is_empty() && !first.trim().is_empty()),
        }
    }
}

/// A field of the load file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name in the header.
    pub name: String,
    /// How names have to stand in it; absent where any form will do. Names stand as the register writes them.
    pub names: Option<NameForm>,
    /// What it holds, by which severity and authority.
    pub rule: Rule<FieldValue>,
}

/// A delivery profile, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Name, as `produce --profile` takes it.
    pub name: String,
    /// What it calls itself.
    pub title: String,
    /// What it says of its own conformance; written into each volume.
    pub statement: String,
    /// Order of families.
    pub order: Rule<Vec<OrderKey>>,
    /// What takes a number.
    pub numbering: Rule<NumberingUnit>,
    /// Most files in one folder of natives or texts.
    pub files_per_folder: Rule<NonZeroU32>,
    /// Zone of days and times.
    pub zone: Rule<ZoneRule>,
    /// Form of days.
    pub date: Rule<DateForm>,
    /// Form of times.
    pub time: Rule<TimeForm>,
    /// Unit of sizes.
    pub file_size: Rule<SizeUnit>,
    /// What sheets and notes say.
    pub words: Words,
    /// How it is delivered.
    pub delivery: Delivery,
    /// Fields of the load file, in order.
    pub fields: Vec<Field>,
}

/// The profiles that come with the program, by name.
const BUILTIN: [(&str, &str); 7] = [
    ("doj-atr", include_str!("../../../templates/profiles/doj-atr.toml")),
    ("finra", include_str!("../../../templates/profiles/finra.toml")),
    ("ftc-bc-2015", include_str!("../../../templates/profiles/ftc-bc-2015.toml")),
    ("native-by-agreement", include_str!("../../../templates/profiles/native-by-agreement.toml")),
    ("sec-enf-2021-08-imaged", include_str!("../../../templates/profiles/sec-enf-2021-08-imaged.toml")),
    ("sec-enf-2021-08-native", include_str!("../../../templates/profiles/sec-enf-2021-08-native.toml")),
    ("sec-enf-2021-08-pdf", include_str!("../../../templates/profiles/sec-enf-2021-08-pdf.toml")),
];

impl Profile {
    /// Reads a profile; `file` is its name in messages.
    ///
    /// # Errors
    /// All that is wrong in it, each with its place: unknown keys, missing keys, words that are none,
    /// field names that repeat or that a load file cannot carry, and missing identifying fields.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        parse::profile(file, text)
    }

    /// A profile that comes with the program; `None` where none has that name.
    pub fn builtin(name: &str) -> Option<Result<Self, Mistakes>> {
        let (file, text) = Self::builtin_text(name)?;
        Some(Self::parse(&file, text))
    }

    /// The text of a profile that comes with the program, and the name of its file.
    pub fn builtin_text(name: &str) -> Option<(String, &'static str)> {
        let (name, text) = BUILTIN.iter().find(|(known, _)| *known == name)?;
        Some((format!("templates/profiles/{name}.toml"), text))
    }

    /// Names of the profiles that come with the program.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// Whether a field of the load file holds this.
    pub fn holds(&self, value: FieldValue) -> bool {
        self.fields.iter().any(|field| field.rule.value == value)
    }

    /// Every rule as `name`, severity and authority, in the order of the profile: for people to read.
    pub fn rules(&self) -> Vec<(String, Severity, &Authority)> {
        let mut rules = vec![
            ("order".to_owned(), self.order.severity, &self.order.authority),
            ("numbering".to_owned(), self.numbering.severity, &self.numbering.authority),
            ("files_per_folder".to_owned(), self.files_per_folder.severity, &self.files_per_folder.authority),
            ("zone".to_owned(), self.zone.severity, &self.zone.authority),
            ("date".to_owned(), self.date.severity, &self.date.authority),
            ("time".to_owned(), self.time.severity, &self.time.authority),
            ("file_size".to_owned(), self.file_size.severity, &self.file_size.authority),
        ];
        let delivery = Delivery::NAMES.into_iter().zip(self.delivery.grounds());
        rules.extend(delivery.map(|(name, (severity, authority))| (name.to_owned(), severity, authority)));
        let fields = self.fields.iter();
        rules.extend(fields.map(|f| (format!("field {}", f.name), f.rule.severity, &f.rule.authority)));
        rules
    }
}
