//! The meaning of a load file's columns, told from their names.

use std::collections::BTreeMap;

macro_rules! fields {
    ($($name:ident = $spelling:literal $(| $other:literal)*;)*) => {
        /// What a column means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Field {
            $($name,)*
        }

        /// Each meaning with the names that stand for it, lower case; the first is the SEC's own.
        const NAMES: &[(Field, &[&str])] = &[$((Field::$name, &[$spelling $(, $other)*]),)*];
    };
}

// SEC data delivery standards, Addendum A (names verified in the Reductech transcription), with the names
// that a public load-file parser accepts, those of DOJ document 246380, and those that Reductech maps.
fields! {
    FirstBates = "firstbates" | "begdoc" | "begdoc#" | "begbates" | "beginbates" | "batesbegin" | "batestart"
        | "batesstart" | "startbates" | "begno" | "begin bates" | "beg bates" | "bates begin" | "bates beg" | "prodbeg" | "prod beg" | "beg_bates"
        | "begin_bates" | "bates_begin" | "control number" | "controlnumber" | "docid" | "doc id" | "doc_id";
    LastBates = "lastbates" | "enddoc" | "enddoc#" | "endbates" | "batesend" | "endno" | "end bates" | "endingbates"
        | "bates end" | "prodend" | "prod end" | "end_bates" | "bates_end";
    AttachRange = "attachrange" | "attach_docid" | "famlyrng";
    BegAttach = "begattach" | "begingroup" | "beg attach" | "attachbeg" | "prodbegattach" | "beg_attach";
    EndAttach = "endattach" | "endgroup" | "end attach" | "attachend" | "prodendattach" | "end_attach";
    ParentBates = "parent_bates" | "parent_docid" | "parentid" | "parentbates" | "parent document id";
    ChildBates = "child_bates" | "attchids" | "childbates";
    Custodian = "custodian" | "custdian";
    From = "from" | "email from" | "author/from";
    To = "to" | "email to";
    Cc = "cc" | "email cc";
    Bcc = "bcc" | "email bcc";
    Subject = "subject" | "email subject";
    FileName = "file_name" | "filename" | "file name" | "file";
    DateSent = "date_sent" | "datesent" | "date sent" | "sentdate" | "sent date";
    TimeSent = "time_sent/time_zone" | "timesent" | "time sent" | "senttime" | "sent time" | "time_sent";
    TimeZone = "time_zone" | "timezone" | "time zone";
    Link = "link" | "nativelink" | "native link" | "native_link" | "nativepath" | "native_path" | "native path"
        | "file_path" | "doclink";
    MimeType = "mime_type";
    FileExten = "file_exten" | "document extension" | "file extension" | "fileext" | "file_ext" | "docext";
    Author = "author";
    LastAuthor = "last_author";
    DateCreated = "date_created" | "date created";
    TimeCreated = "time_created/time_zone";
    DateMod = "date_mod" | "date last modified";
    TimeMod = "time_mod/time_zone";
    DateAccessed = "date_accessd";
    TimeAccessed = "time_accessd/time_zone";
    PrintedDate = "printed_date";
    FileSize = "file_size" | "filesize" | "file size";
    PageCount = "pgcount" | "pagecount" | "page count" | "page_count" | "pages";
    Path = "path";
    IntFilePath = "intfilepath";
    IntMsgId = "intmsgid" | "messageid" | "message id" | "message_id" | "msg_id" | "msg";
    Header = "header";
    Md5Hash = "md5hash" | "md5_hash" | "md5" | "md5 hash" | "hashvalue";
    OcrPath = "ocrpath" | "ocrlink" | "ocr link" | "ocr_link" | "ocr_path" | "ocr path" | "text_path" | "textpath"
        | "text path" | "extracted text";
    Confidentiality = "confidentiality" | "confidential" | "designation" | "confidentiality designation";
    Redacted = "redacted" | "redaction" | "redactions" | "has redactions";
    Properties = "prprties";
    Withheld = "withheld";
    ProducedAs = "produced_as" | "producedas";
    PdfPath = "pdfpath" | "pdf_path" | "pdflink" | "pdf_link" | "pdf link" | "pdf path" | "pdf";
    Sha1Hash = "sha1hash" | "sha1" | "sha1_hash" | "sha-1";
    Sha256Hash = "sha256hash" | "sha256" | "sha256_hash";
    ThreadId = "thread_id" | "threadid" | "thread id" | "email thread id" | "email thread group";
    Inclusive = "inclusive" | "is inclusive" | "inclusive email" | "inclusive_email";
    MessageHash = "mih" | "edrm_mih" | "edrm mih" | "edrm message identification hash" | "message identification hash";
}

impl Field {
    /// The meaning of a column of this name, ignoring case and space around it.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| *field)
    }

    /// Fields that must be filled in every row (Reductech transcription). SUBJECT is required there as
    /// well, but not every document has one, so its column is required here and its value is not.
    pub(crate) const FILLED: [Self; 6] = [
        Self::LastBates,
        Self::AttachRange,
        Self::BegAttach,
        Self::EndAttach,
        Self::Custodian,
        Self::PageCount,
    ];

    /// Fields that must be filled in a row with a native: the rest of the same list, and the digests, since
    /// a digest that was removed could not differ any more. A withheld member has none of them.
    pub(crate) const FILLED_WITH_NATIVE: [Self; 5] =
        [Self::MimeType, Self::FileExten, Self::FileSize, Self::Md5Hash, Self::Sha256Hash];

    /// Columns that the header must have (the same source).
    pub(crate) const REQUIRED: [Self; 11] = [
        Self::LastBates,
        Self::AttachRange,
        Self::BegAttach,
        Self::EndAttach,
        Self::Custodian,
        Self::Subject,
        Self::MimeType,
        Self::FileExten,
        Self::FileSize,
        Self::PageCount,
        Self::OcrPath,
    ];

    /// Fields that hold a day.
    pub(crate) const DATES: [Self; 5] =
        [Self::DateSent, Self::DateCreated, Self::DateMod, Self::DateAccessed, Self::PrintedDate];

    /// Fields that hold a time of day and its zone.
    pub(crate) const TIMES: [Self; 4] =
        [Self::TimeSent, Self::TimeCreated, Self::TimeMod, Self::TimeAccessed];

    /// The SEC's own name.
    pub(crate) fn name(self) -> String {
        NAMES
            .iter()
            .find(|(field, _)| *field == self)
            .map_or_else(String::new, |(_, names)| names[0].to_uppercase())
    }
}

/// Names shorter than this are near to too many words.
const SPELT_MIN: usize = 4;

/// Whether one sign was added, left out or changed between two texts.
fn one_sign_apart(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 1 || one == other {
        return false;
    }
    let same = |pair: &(&char, &char)| pair.0 == pair.1;
    let head = one.iter().zip(&other).take_while(same).count();
    let tail = one[head..].iter().rev().zip(other[head..].iter().rev()).take_while(same).count();
    one.len().max(other.len()) - head - tail <= 1
}

/// The columns of one load file.
#[derive(Debug)]
pub(crate) struct Columns {
    /// Names as the header writes them.
    pub(crate) names: Vec<String>,
    /// Whether the names are a document's values, since there is no header: nothing is called by them.
    pub(crate) nameless: bool,
    /// Where each known meaning stands.
    places: [Option<usize>; NAMES.len()],
    /// Names that repeat another column's name.
    pub(crate) repeated: Vec<String>,
    /// Names that mean what another column's name means.
    pub(crate) shadowed: Vec<String>,
}

impl Columns {
    pub(crate) fn new(names: Vec<String>) -> Self {
        let mut columns = Self {
            names: Vec::new(),
            nameless: false,
            places: [None; NAMES.len()],
            repeated: Vec::new(),
            shadowed: Vec::new(),
        };
        for (at, name) in names.iter().enumerate() {
            let again = names[..at].iter().any(|before| before.trim().eq_ignore_ascii_case(name.trim()));
            let known = Field::of(name);
            if again {
                columns.repeated.push(name.clone());
            } else if known.is_some_and(|field| columns.has(field)) {
                columns.shadowed.push(name.clone());
            } else if let Some(field) = known {
                columns.places[field as usize] = Some(at);
            }
        }
        columns.names = names;
        columns
    }

    /// Columns whose name means nothing and is one sign away from a name whose meaning no column has, with that name.
    pub(crate) fn misspelt(&self) -> Vec<(&str, &'static str)> {
        let unknown = self.names.iter().filter(|name| Field::of(name).is_none());
        let near = |name: &str| {
            let name = name.trim().to_lowercase();
            let absent = NAMES.iter().filter(|(field, _)| !self.has(*field));
            let mut spellings = absent.flat_map(|(_, spellings)| spellings.iter().copied());
            spellings.find(|known| known.len() >= SPELT_MIN && one_sign_apart(&name, known))
        };
        unknown.filter_map(|name| Some((name.as_str(), near(name)?))).collect()
    }

    pub(crate) fn place(&self, field: Field) -> Option<usize> {
        self.places[field as usize]
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.place(field).is_some()
    }

    pub(crate) fn known(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// Columns whose name is another than the SEC's, with the SEC's.
    pub(crate) fn read_as(&self) -> BTreeMap<String, String> {
        let named =
            NAMES.iter().filter_map(|(field, _)| Some((self.names.get(self.place(*field)?)?, field.name())));
        let other = named.filter(|(name, meaning)| name.trim() != meaning);
        other.map(|(name, meaning)| (name.clone(), meaning)).collect()
    }

    /// The column's name as the header writes it, else the SEC's.
    pub(crate) fn name_of(&self, field: Field) -> String {
        self.place(field).map_or_else(|| field.name(), |at| self.names[at].clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_for_two_meanings() {
        let mut names: Vec<_> = NAMES.iter().flat_map(|(_, names)| names.iter()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn names_are_told_ignoring_case_and_path_is_kept_apart_from_the_mail_folder() {
        assert_eq!(Field::of(" BegDoc# "), Some(Field::FirstBates));
        assert_eq!(Field::of("TIME_SENT/TIME_ZONE"), Some(Field::TimeSent));
        assert_ne!(Field::of("PATH"), Field::of("INTFILEPATH"));
        assert_eq!(Field::of("REQUEST_PARA"), None);
    }

    #[test]
    fn a_name_that_is_one_sign_away_from_an_absent_one_is_told() {
        let told = |names: &[&str]| {
            let columns = Columns::new(names.iter().map(|name| (*name).to_owned()).collect());
            columns.misspelt().into_iter().map(|(name, known)| (name.to_owned(), known)).collect::<Vec<_>>()
        };
        for name in ["MD5HASI", "MD5HSH", "MMD5HASH", "MD5HASHH"] {
            assert_eq!(told(&["FIRSTBATES", name]), [(name.to_owned(), "md5hash")], "{name}");
        }
        assert_eq!(told(&["FIRSTBATES", "MD5HASH", "MD5HASI", "REQUEST_PARA", "TOO", "MD5"]), []);
    }

    #[test]
    fn a_second_column_of_one_meaning_is_told_and_the_first_is_used() {
        let columns = Columns::new(["BEGDOC", "X", "FIRSTBATES", "x"].map(String::from).to_vec());
        assert_eq!(columns.place(Field::FirstBates), Some(0));
        assert_eq!((columns.repeated, columns.shadowed), (vec!["x".into()], vec!["FIRSTBATES".to_owned()]));
    }
}
