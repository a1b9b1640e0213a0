//! The catalogue of everything that can be found wrong with a volume.

use serde::{Serialize, Serializer};
use std::fmt;

/// What a finding means for the volume. What breaks a load, or our own agreement, fails, whatever
/// its source; the source stands beside it as the authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The volume does not verify.
    Fails,
    /// A person has to look at it.
    Warns,
    /// Worth knowing; nobody has to act.
    Notes,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fails => "fails",
            Self::Warns => "warns",
            Self::Notes => "notes",
        })
    }
}

macro_rules! codes {
    ($($name:ident = $text:literal, $severity:ident, $authority:expr, $meaning:literal;)*) => {
        /// What kind of finding. The word that is stored and printed never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            /// All codes, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word that is stored and printed.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What it means for the volume.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// Status and source of the rule, in the status words of the delivery reference:
            /// `verified`, `secondary`, `older revision`, `from memory`, or our own choice.
            pub const fn authority(self) -> &'static str {
                match self { $(Self::$name => $authority,)* }
            }

            /// What it means, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }
        }
    };
}

const OURS: &str = "our own agreement";
const DISCO_MISSING: &str = "verified: DISCO 360033243672 (LF-01)";
const DISCO_FIELDS: &str = "verified: DISCO 360033243672 (LF-04)";
const FAMILY: &str = "inference: our own reading of the family fields (LF-23)";
const OVERLAP: &str = "verified: ediscovery.org technical standards 5.05 (LF-07)";
const PREFIX: &str = "verified: ediscovery.org technical standards 5.05 (LF-08)";
const MARK: &str = "verified: Relativity, Load file specifications (LF-20)";
const HASH: &str = "verified: finchcontext.com (LF-17)";
const COUNTS: &str = "verified: finchcontext.com (LF-13)";
const NAMES: &str = "secondary: DISCO (LF-24)";
const DDS_12: &str = "verified: SEC DDS Rev 8/2021, general instruction 12 (copy on pdf4pro)";
const DATES: &str = "from memory: SEC DDS, data file";

codes! {
    // --- the archive and its files
    ZipDamaged = "zip-damaged", Fails, OURS, "The ZIP file is cut short or its directory does not read.";
    ZipMethodRefused = "zip-method-refused", Fails, DDS_12, "An entry uses the JPEG method (96), which the SEC cannot accept.";
    ZipCertificateEncryption = "zip-certificate-encryption", Fails, DDS_12, "An entry or the directory uses PKWARE strong or certificate encryption, which the SEC cannot accept.";
    ZipEntryEncrypted = "zip-entry-encrypted", Fails, OURS, "An entry is encrypted and no password was given that opens it, so nobody could look inside.";
    ZipPasswordWrong = "zip-password-wrong", Fails, OURS, "The password does not open an entry.";
    ZipEncryptionWeak = "zip-encryption-weak", Warns, "secondary: Smarsh on FINRA Rule 8210(g), 256 bits or more suggested", "An entry is encrypted otherwise than by AES with 256 bits.";
    ZipMethodUnknown = "zip-method-unknown", Fails, OURS, "An entry is neither stored nor deflated, so nobody could look inside.";
    ZipEntryDamaged = "zip-entry-damaged", Fails, OURS, "An entry does not unpack to the size and checksum that the directory states.";
    ZipHeadersDiffer = "zip-headers-differ", Fails, OURS, "An entry's own header disagrees with the directory, so two programs would unpack two things.";
    ZipEntriesOverlap = "zip-entries-overlap", Fails, OURS, "Two entries share bytes of the archive.";
    ZipNameRepeated = "zip-name-repeated", Fails, OURS, "Two entries have one name.";
    ZipBomb = "zip-bomb", Fails, OURS, "An entry expands beyond all proportion; it was not unpacked.";
    ZipPartMissing = "zip-part-missing", Fails, OURS, "The volume lies in several archives, and one of them is not there.";
    ZipHiddenBytes = "zip-hidden-bytes", Warns, OURS, "The archive holds bytes that belong to no entry.";
    PathLeavesVolume = "path-leaves-volume", Fails, OURS, "A path points outside the volume.";
    SymbolicLink = "symbolic-link", Fails, OURS, "The volume holds a symbolic link or another thing that is no file; it was not followed.";
    NameUnusable = "name-unusable", Fails, "inference: a comma breaks an image load file, the others break Windows (LF-24)", "A file or folder name holds a sign that a load or a file system cannot carry.";
    NameNotPlain = "name-not-plain", Warns, NAMES, "A file or folder name holds more than letters, digits and underscores.";
    NamesDifferInCase = "names-differ-in-case", Fails, OURS, "Two files differ in the case of letters only, so one overwrites the other on Windows.";
    FolderTooFull = "folder-too-full", Warns, "from memory: SEC DDS, at most 2,000 files per folder (LF-24)", "A folder holds more files than the standard allows.";
    FileUnreferenced = "file-unreferenced", Warns, "verified: DISCO 360033243672 (LF-06)", "A file is named by no row of the load file.";
    LoadFileNotChecked = "load-file-not-checked", Warns, OURS, "The volume holds a load file of a kind that is not read here (Summation DII, XML of an unknown kind).";
    LimitReached = "limit-reached", Warns, OURS, "A limit of this program was reached, so not everything was compared.";

    // --- the load file as a file
    LoadFileMissing = "load-file-missing", Fails, "secondary: DISCO, one data load file per collection", "The volume holds no data load file (.dat, or .csv, .txt or .xlsx with a column for the first number, or EDRM XML).";
    LoadFilesSeveral = "load-files-several", Fails, "secondary: DISCO, one data load file per collection", "The volume holds several data load files that list different documents; each was checked by itself.";
    PrivilegeLogDiffers = "privilege-log-differs", Fails, "verified: finchcontext.com (LF-18)", "The privilege log and the volume disagree: a number that no row has, a native of what the log withholds, or a withheld document that it does not list.";
    StatedCountDiffers = "stated-count-differs", Fails, COUNTS, "The letter states another count than the volume holds.";
    LoadFileDamaged = "load-file-damaged", Fails, OURS, "A workbook or XML that lists documents cannot be read to its end.";
    LoadFileContradicts = "load-file-contradicts-itself", Fails, OURS, "EDRM XML says two things of a document: in its tags, and in its identifier, files or relations.";
    LoadFileTwin = "load-file-twin", Notes, OURS, "A second data load file lists the same documents.";
    LoadFileEmpty = "load-file-empty", Fails, OURS, "The load file holds no rows of documents.";
    MarkMissing = "mark-missing", Fails, MARK, "The load file has no byte-order mark, so a loader takes its default encoding.";
    NotUnicode = "not-unicode", Warns, MARK, "The load file has no byte-order mark and reads as plain ASCII or Windows-1252.";
    BytesUndecodable = "bytes-undecodable", Fails, MARK, "Bytes of the load file do not fit its encoding.";
    DelimitersUnusual = "delimiters-unusual", Warns, "verified: FTC BC Production Guide 1.6; from memory: SEC DDS", "The load file does not use the Concordance delimiters U+0014 and U+00FE.";
    HeaderMissing = "header-missing", Fails, "verified: ediscovery.org technical standards 5.05 (LF-09)", "The first row is no header.";
    HeaderRepeated = "header-repeated", Fails, OURS, "Two columns have one name.";
    ColumnShadowed = "column-shadowed", Notes, OURS, "A column means the same as one before it; only the first was read.";
    IdentifierMissing = "identifier-missing", Fails, "verified: Relativity, Load file specifications (LF-26)", "The header names no column for the first number.";
    ColumnMissing = "column-missing", Warns, "secondary: Reductech transcription, required fields", "The header lacks a field that the standard requires.";
    ColumnMisspelt = "column-misspelt", Warns, "inference: a column that is not known is not checked", "A column has nearly the name of one that is known and not there, so it was read as nothing.";
    FieldCount = "field-count", Fails, DISCO_FIELDS, "A row has another number of fields than the header.";
    FieldTooLong = "field-too-long", Fails, "verified: DISCO 360033243672 (LF-05); the limit is ours", "A value or row is longer than any loader takes; the rest was not read.";
    ZeroInside = "zero-inside", Fails, "inference: many loaders end a value, or a file, there", "A zero sign (U+0000) stands inside a value.";
    ControlInside = "control-inside", Warns, "inference: loaders read control signs in different ways", "A control sign stands inside a value.";
    QuoteInside = "quote-inside", Fails, DISCO_FIELDS, "A quote stands inside a value or is missing at its end, so a loader may split the row elsewhere.";
    SeparatorInside = "separator-inside", Warns, OURS, "The field separator stands inside a quoted value.";
    NewlineInside = "newline-inside", Warns, "verified: FTC BC Production Guide 1.6 (new lines inside values are U+00AE)", "A line break stands inside a quoted value.";
    ValueUnquoted = "value-unquoted", Warns, "inference: quote every value", "A value is not quoted although others are.";
    NewlinesMixed = "newlines-mixed", Warns, "inference: rows end in CRLF", "Rows end in different ways.";
    RowBlank = "row-blank", Warns, OURS, "An empty line stands between rows.";
    FinalNewline = "final-newline", Notes, OURS, "The last row has no line end: the file may be cut short.";

    // --- numbers
    NumberMissing = "number-missing", Fails, "verified: Relativity, Load file specifications (LF-26)", "A row has no first number.";
    NumberMalformed = "number-malformed", Fails, PREFIX, "A number has spaces, no digits, or a prefix with other signs than letters, digits, hyphens and underscores.";
    NumberBackwards = "number-backwards", Fails, OVERLAP, "The last number stands before the first, or belongs to another series.";
    DigitsVary = "digits-vary", Fails, "verified: FTC BC Production Guide 1.6, constant count of digits", "Numbers of one prefix have different counts of digits.";
    PrefixesSeveral = "prefixes-several", Notes, PREFIX, "Numbers have several prefixes; the receiver must have agreed to each.";
    NumbersOverlap = "numbers-overlap", Fails, OVERLAP, "Two rows share a number.";
    NotSorted = "not-sorted", Fails, "verified: ediscovery.org technical standards 5.05 (LF-11)", "A row stands after one with a higher number.";
    NumbersMissing = "numbers-missing", Warns, "verified: DISCO 360033243672 (LF-03)", "Numbers between two documents are used by no row, and nothing explains why.";
    NumbersExplained = "numbers-explained", Notes, OURS, "Numbers between two documents are used by an earlier volume.";
    PageCount = "page-count", Fails, "verified: finchcontext.com (LF-14)", "PGCOUNT is not last number minus first number plus one.";
    OverlapsEarlier = "overlaps-earlier", Fails, "verified: finchcontext.com (LF-12)", "A number was already issued in an earlier volume.";

    // --- families
    AttachRange = "attach-range", Fails, FAMILY, "ATTACHRANGE, BEGATTACH and ENDATTACH disagree with each other or with the row's own numbers.";
    FamilyBroken = "family-broken", Fails, FAMILY, "The rows of a family do not fill its range from first to last number.";
    FamilySplit = "family-split", Fails, FAMILY, "The rows of a family do not stand together.";
    ParentMissing = "parent-missing", Fails, "verified: DISCO 360033243672 (LF-02)", "A row names a parent that does not stand before it in its family, or a member names none.";
    ParentChildDiffer = "parent-child-differ", Fails, FAMILY, "PARENT_BATES and CHILD_BATES do not tell the same story.";

    // --- files that rows name
    FileMissing = "file-missing", Fails, DISCO_MISSING, "A file that a row names is not in the volume.";
    FileCaseDiffers = "file-case-differs", Fails, DISCO_MISSING, "A file that a row names is there only under another case of letters.";
    PathAbsolute = "path-absolute", Warns, "from memory: SEC sample D:\\001; Nuix refuses leading separators", "A path names a drive or starts at a root; it was looked for below the volume.";
    FilesSeveral = "files-several", Fails, "verified: ediscovery.org technical standards 5.05 (LF-10)", "One row names several files in one field.";
    FileShared = "file-shared", Fails, "verified: ediscovery.org technical standards 5.05 (LF-10)", "Two rows name one file.";
    FileMisnamed = "file-misnamed", Warns, "verified: FreeEed issues 551, 590 (LF-28); from memory: SEC DDS", "A file is not named by the first number of its row.";
    StampDiffers = "stamp-differs", Warns, "verified: FreeEed issues 551, 590 (LF-28)", "The text of a page says another number of the series, and nowhere its own.";
    NativeEmpty = "native-empty", Warns, "inference (LF-25)", "A native holds no bytes.";
    NativeProtected = "native-protected", Warns, "inference (LF-25)", "A native cannot be opened without a password.";
    NativeDamaged = "native-damaged", Warns, "inference (LF-25)", "A native is cut short, or its bytes are not what its name says.";
    ExtensionDiffers = "extension-differs", Warns, OURS, "FILE_EXTEN differs from the ending of the native's name.";
    TextMissing = "text-missing", Warns, "from memory: SEC DDS, OCRPATH is required", "A row names no text file although the load file has a column for it.";
    RowWithoutContent = "row-without-content", Fails, "verified: finchcontext.com (LF-16)", "Neither a native nor a text nor a slip-sheet stands for a row.";
    TextEmpty = "text-empty", Notes, "inference: a document of no text has an empty one, and so has one whose text was lost", "A text file holds no text.";
    TextsMostlyEmpty = "texts-mostly-empty", Warns, "inference: most documents have words", "More than half of the text files hold no text: they may have been lost on the way.";
    TextEncodingMixed = "text-encoding-mixed", Warns, "from memory: SEC DDS, one encoding for all text files (LF-24)", "Text files of one volume have different encodings.";
    TextUndecodable = "text-undecodable", Warns, "from memory: SEC DDS, text is ANSI or Unicode (LF-24)", "A text file's bytes do not fit the encoding that its mark states, or it holds zero bytes.";
    HashMalformed = "hash-malformed", Fails, HASH, "A digest field holds no digest.";
    HashDiffers = "hash-differs", Fails, HASH, "A native's bytes do not have the digest that its row states.";
    MessageHashDiffers = "message-hash-differs", Warns, "verified: pages of Nuix and Reveal on the EDRM Message Identification Hash 1.0; that brackets belong to it is an inference", "The EDRM Message Identification Hash of a row is no MD5, or not that of the row's Message-ID.";
    ThreadWithoutName = "thread-without-name", Warns, OURS, "A row says whether its message is inclusive and names no thread.";
    HashWithoutNative = "hash-without-native", Warns, OURS, "A row states a digest but no native.";
    SizeDiffers = "size-differs", Warns, "from memory: SEC DDS, FILE_SIZE in KB", "FILE_SIZE does not fit the native's bytes.";
    FieldEmpty = "field-empty", Warns, "secondary: DISCO (custodian); Reductech transcription, required fields", "A field that the standard requires is empty.";
    ConfidentialityEmpty = "confidentiality-empty", Warns, "verified: finchcontext.com (LF-19)", "Some rows have a confidentiality designation and others none.";
    RedactedNative = "redacted-native", Warns, "verified: finchcontext.com (LF-15); from memory: SEC DDS, the native is withheld or redacted itself", "A row is marked as redacted and names a native; somebody has to open it and see that nothing is left in it.";
    WithheldNative = "withheld-native", Fails, "verified: finchcontext.com (LF-15, LF-18)", "A withheld member has a native.";
    NativeAboveKeptBack = "native-above-kept-back", Warns, "inference: a native holds what is attached to it (LF-15)", "A document has a native while a member of its family below it is marked as withheld or redacted; somebody has to open it and see that the member is not inside.";
    MailDiffers = "mail-differs", Warns, "inference: a value that stands in another row, or a native that was exchanged", "Message-ID, subject, sender or day of a row differ from those in its own header field or in its native.";
    DateForm = "date-form", Warns, DATES, "A date is not mm/dd/yyyy, or date and time stand in one field.";
    DateImpossible = "date-impossible", Fails, "inference: a loader refuses the row", "A date is no day of the calendar.";
    DateUnlikely = "date-unlikely", Warns, "inference: what computers write where they know no date, or a digit too many", "A date lies before 1970 or after 2100.";
    DateFormsMixed = "date-forms-mixed", Warns, DATES, "Dates of one load file are written in several ways, so some may be read wrongly.";
    TimeImpossible = "time-impossible", Fails, "inference: a loader refuses the row", "A time is none that a clock has.";
    ZoneDiffers = "zone-differs", Warns, DATES, "The zone of a time is another than the one that the row's field for the zone names.";
    TimeWithoutZone = "time-without-zone", Warns, DATES, "A time field does not end in a time zone.";

    // --- image load files
    ImageFieldCount = "image-field-count", Fails, "verified: ZyLAB, Opticon file; inference: a comma in a path breaks the line", "A line of an image load file has another number of fields than its format.";
    ImageFirstBreak = "image-first-break", Fails, "verified: ZyLAB, Opticon file (LF-22)", "The first line of an image load file does not start a document.";
    ImageBreakMalformed = "image-break-malformed", Warns, "verified: ZyLAB, Opticon file", "A document break is neither Y nor empty, or a folder or box break is filled.";
    ImagePageCount = "image-page-count", Fails, "verified: ZyLAB, Opticon file; finchcontext.com (LF-14)", "The page count of a document in an image load file is not the number of its lines.";
    ImagePageCountsPartly = "image-page-counts-partly", Warns, "verified: ZyLAB, Opticon file", "Some documents of an image load file have a page count and others none.";
    PageKeyMissing = "page-key-missing", Fails, "verified: ZyLAB, Opticon file", "A line of an image load file names no page.";
    PageKeyMalformed = "page-key-malformed", Fails, PREFIX, "A page's number has spaces or quotes.";
    PageKeyRepeated = "page-key-repeated", Fails, "verified: Enterprise Vault article 100012341; ZyLAB (LF-27)", "Two lines of the image load files name one page.";
    PageKeysBroken = "page-keys-broken", Fails, "inference: one number for each page (LF-14)", "The pages of a document are not numbered one after the other.";
    ImageListsDiffer = "image-lists-differ", Fails, OURS, "Image load files of different formats list different pages.";
    ImagesWithoutRow = "images-without-row", Fails, "verified: finchcontext.com (LF-13)", "A document of an image load file has no row in the data load file.";
    RowWithoutImages = "row-without-images", Warns, "verified: finchcontext.com (LF-13); secondary: Percipient, a slip-sheet stands for what is not imaged", "A row has no page in the image load file.";
    ImageCountDiffers = "image-count-differs", Fails, "verified: finchcontext.com (LF-14)", "The image load file lists another number of pages for a document than its row.";
    VolumeLabels = "volume-labels", Notes, "verified: Nuix, the volume field is to be empty; ZyLAB, it may be blank", "An image load file states several volume labels.";
    PathDotted = "path-dotted", Notes, "verified: Nuix, paths do not start with .\\", "Paths start with a dot, which one importer refuses.";

    // --- images
    ImageKindDiffers = "image-kind-differs", Fails, OURS, "A file that stands for a page is no picture, or is not of the kind that its name says.";
    ImageDamaged = "image-damaged", Fails, OURS, "A file that stands for a page cannot be read to its end, or not without a password.";
    ImagePages = "image-pages", Fails, "verified: finchcontext.com (LF-14)", "A file of pages holds another number of pages than the load files say.";
    ImageMultipage = "image-multipage", Warns, "from memory: SEC DDS, single-page TIFF", "A TIFF holds all pages of its document; single pages are expected.";
    ImageBreaksOff = "image-breaks-off", Warns, "inference: a viewer shows the lines that it can read and leaves the rest white", "The dots of a TIFF in Group IV cannot be read to its last line.";
    ImageCompression = "image-compression", Warns, "from memory: SEC DDS, Group IV; verified: Relativity loads Group IV", "A TIFF is not black-and-white Group IV.";
    ImageResolution = "image-resolution", Warns, "from memory: SEC DDS, 300 dpi; also secondary: Percipient", "A TIFF does not have 300 dots to the inch.";
    ImageKindUnusual = "image-kind-unusual", Warns, "verified: Relativity loads TIFF, JPEG and PDF", "A picture is neither TIFF nor JPEG nor PDF.";
    ImageNotRead = "image-not-read", Warns, OURS, "A file of pages is too large to be looked into, so its pages were not counted.";

    // --- manifests
    ManifestMissing = "manifest-missing", Notes, OURS, "The volume has no MANIFEST.sha256, so nothing says whether it is still what was sealed.";
    ManifestMalformed = "manifest-malformed", Fails, OURS, "A line of MANIFEST.sha256 is not a digest, two signs and a path.";
    ManifestDigestDiffers = "manifest-digest-differs", Fails, OURS, "A file's bytes do not have the digest that the manifest states.";
    ManifestFileMissing = "manifest-file-missing", Fails, OURS, "A file that the manifest lists is not in the volume.";
    ManifestFileTwice = "manifest-file-twice", Fails, OURS, "The manifest lists a file twice.";
    ManifestFileUnlisted = "manifest-file-unlisted", Fails, OURS, "A file of the volume is not listed in the manifest.";
    ManifestJsonMalformed = "manifest-json-malformed", Fails, OURS, "manifest.json is not JSON of the agreed shape.";
    ManifestJsonForeign = "manifest-json-foreign", Notes, OURS, "manifest.json is of another maker, so nothing in it was compared.";
    CountDiffers = "count-differs", Fails, COUNTS, "A count or range stated in manifest.json is not what the volume holds.";

    // --- against the ledger
    MemberMissing = "member-missing", Fails, OURS, "A member that takes a number has no row.";
    RowUnexpected = "row-unexpected", Fails, OURS, "A row's numbers were given to no member.";
    RangeDiffers = "range-differs", Fails, OURS, "A row's numbers are not those of the ledger, or the order of rows differs.";
    NativeDiffers = "native-differs", Fails, OURS, "A native is not the one that was retained.";
    NativeNotProduced = "native-not-produced", Fails, OURS, "A member produced whole has no native, and no member of its family is held back.";
    NativeHeldBack = "native-held-back", Notes, OURS, "A member produced whole has no native because a member of its family is held back.";
    WithheldHash = "withheld-hash", Fails, OURS, "A withheld member has a digest.";
    NotProducedFound = "not-produced-found", Fails, OURS, "The volume holds a native that is pending, excluded or suppressed and that no produced member shares.";
    MemberPending = "member-pending", Fails, OURS, "A member is still pending.";
    BarredInside = "barred-inside", Fails, OURS, "Content that must not be recoverable lies in the volume or inside one of its files.";
    BarredDigest = "barred-digest", Fails, OURS, "A digest from which barred content could be recognised stands in the volume.";
    NotLookedThrough = "not-looked-through", Warns, OURS, "A file was too large, too deep or too costly to look through to its end for barred content.";
    ArchiveNotOpened = "archive-not-opened", Warns, OURS, "An archive or mail container could not be opened to look for barred content.";
    EmbeddingNotOpened = "embedding-not-opened", Notes, OURS, "A file of a type that can embed others was compared as a whole but not opened to look for barred content.";
    ManifestNotSealed = "manifest-not-sealed", Fails, OURS, "MANIFEST.sha256 is not the one that the ledger sealed.";
    VolumeNameDiffers = "volume-name-differs", Fails, OURS, "The volume's name is not the one that was expected.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_codes_share_a_word_and_each_word_is_kebab_case() {
        let mut words: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }

    #[test]
    fn the_page_of_rules_leaves_no_rule_out_and_names_findings_only() {
        let page = include_str!("../RULES.md");
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| LF-")).collect();
        let ids: Vec<String> = (1..=28).map(|rule| format!("LF-{rule:02}")).collect();
        assert!(rows.iter().map(|row| &row[2..7]).eq(ids.iter().map(String::as_str)));
        for row in rows {
            let findings = row.split('|').nth(3).unwrap();
            for word in findings.split(',').map(|word| word.trim().trim_matches('`')) {
                assert!(Code::ALL.iter().any(|code| code.as_str() == word), "{word}");
            }
        }
    }

    #[test]
    fn every_authority_states_its_status() {
        let known = ["verified: ", "secondary: ", "older revision: ", "from memory: ", "inference", OURS];
        for code in Code::ALL {
            assert!(known.iter().any(|word| code.authority().starts_with(word)), "{code}");
        }
    }
}
