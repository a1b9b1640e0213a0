//! The value of each field of the load file.
//!
//! Names and order: SEC data delivery standards, Addendum A, by a third-party transcription; the
//! definitions are known less well, and the profile says of each field how. What describes the native
//! (size, digests, conversion) stands only where the native is in the volume.

use crate::header::without_body_fields;
use crate::plan::{Form, Placed, Plan};
use crate::profile::{DateForm, FieldValue, Profile, SizeUnit, TimeForm, UNDESIGNATED};
use crate::redact::{BLANKED, CoveredWords, bracketed};
use crate::retained::Fetched;
use crate::threads::ThreadValue;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use duces_model::{
    BatesRange, Disposition, DocumentKind, Md5, Participant, Role, Searchability, Sha256, mih,
};
use duces_render::BOX_STARTS;
use duces_volume::{Value, safe_extension};

/// A row being made.
pub(crate) struct Row<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) zone: Tz,
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) dealt: &'a [Option<BatesRange>],
    pub(crate) at: usize,
    pub(crate) bates: &'a BatesRange,
    pub(crate) form: Form,
    /// Absent for a withheld document: nothing of it is at hand, so nothing of it can be written.
    pub(crate) fetched: Option<&'a Fetched>,
    /// The legend of the profile.
    pub(crate) legend: Option<&'a str>,
    /// What a withheld document's sheet says.
    pub(crate) withheld: Option<&'a str>,
    /// The words that are covered in its family.
    pub(crate) covered: Option<&'a CoveredWords>,
    /// The thread of its family's root.
    pub(crate) thread: Option<ThreadValue>,
}

impl Row<'_> {
    /// One value for each field of the profile.
    pub(crate) fn values(&self) -> Vec<Value> {
        self.profile.fields.iter().map(|field| self.value(field.rule.value)).collect()
    }

    fn value(&self, value: FieldValue) -> Value {
        let text = |text: Option<String>| Value::Text(text.unwrap_or_default());
        let first = |range: &BatesRange| range.first().to_string();
        match value {
            FieldValue::FirstBates => text(Some(first(self.bates))),
            FieldValue::LastBates => text(Some(self.bates.last().to_string())),
            FieldValue::PageCount => text(Some(self.bates.pages().to_string())),
            FieldValue::FamilyRange => text(self.family().map(|range| range.to_string())),
            FieldValue::FamilyFirst => text(self.family().as_ref().map(first)),
            FieldValue::FamilyLast => text(self.family().map(|range| range.last().to_string())),
            FieldValue::ParentBates => text(self.parent().map(first)),
            FieldValue::ChildBates => Value::List(self.children().map(first).collect()),
            FieldValue::Custodian => text(Some(self.placed().candidate.custodian.clone())),
            FieldValue::AllCustodians => Value::List(self.placed().custodians.clone()),
            FieldValue::RequestItems => {
                Value::List(self.placed().candidate.items.iter().map(ToString::to_string).collect())
            }
            FieldValue::ProducedAs => text(Some(self.form.to_string())),
            FieldValue::Withheld => text(self.withheld.map(str::to_owned)),
            FieldValue::Redacted => text(self.placed().redacted().then(|| "Yes".to_owned())),
            FieldValue::Confidentiality => text(self.designation()),
            FieldValue::Legend => text(self.legend.map(str::to_owned)),
            FieldValue::Properties => text(Some(self.properties())),
            FieldValue::NativePath => Value::NativePath,
            FieldValue::TextPath => Value::TextPath,
            FieldValue::PdfPath => Value::PdfPath,
            FieldValue::NotHeld => text(None),
            other => match self.fetched {
                Some(fetched) => self.told(other, self.document_value(other, fetched)),
                None => text(None),
            },
        }
    }

    /// A value that tells of the document itself.
    fn document_value(&self, value: FieldValue, fetched: &Fetched) -> Value {
        let document = &fetched.document;
        let message = document.kind == DocumentKind::Message;
        let native = self.form == Form::Native;
        let people = |role| Value::List(people(&document.participants, role));
        let text = match value {
            FieldValue::From => return Value::List(senders(&document.participants)),
            FieldValue::To => return people(Role::To),
            FieldValue::Cc => return people(Role::Cc),
            FieldValue::Bcc => return people(Role::Bcc),
            FieldValue::EnvelopeRecipients => return Value::List(envelope_only(&document.participants)),
            FieldValue::AllPaths => return Value::List(self.paths().to_vec()),
            FieldValue::Subject => document.subject.clone().filter(|_| message),
            FieldValue::FileName => document.file_name.clone().filter(|_| !message),
            FieldValue::DateSent => document.sent_at.filter(|_| message).map(|at| self.date(at)),
            FieldValue::TimeSent => document.sent_at.filter(|_| message).map(|at| self.time(at)),
            FieldValue::DateTimeSent => {
                let both = |at| format!("{} {}", self.date(at), self.time(at));
                document.sent_at.filter(|_| message).map(both)
            }
            FieldValue::TimeZone => message.then(|| self.zone.name().to_owned()),
            FieldValue::FamilyDate => {
                fetched.message.sent_at.filter(|_| !self.placed().inside_withheld).map(|at| self.date(at))
            }
            FieldValue::MediaType => Some(document.media_type.clone()),
            FieldValue::Extension => Some(safe_extension(&document.native.extension).to_ascii_uppercase()),
            FieldValue::FileSize => native.then(|| self.size(fetched.native.len() as u64)),
            FieldValue::Path => self.own_path(document.kind == DocumentKind::LooseFile),
            FieldValue::InternalPath => self.own_path(message),
            FieldValue::MessageId => document.message_id.as_ref().map(|id| format!("<{id}>")),
            FieldValue::MessageHash => self.message_hash(document.message_id.as_deref().filter(|_| message)),
            FieldValue::ThreadId => self.thread().map(|value| value.thread.to_string()),
            FieldValue::Inclusive => {
                let value = self.thread().filter(|_| self.heads_family());
                value.map(|value| value.inclusive.as_str().to_owned())
            }
            FieldValue::Header => self.header(document.header_block.as_deref()),
            FieldValue::Md5 => native.then(|| Md5::of(&fetched.native).to_string()),
            FieldValue::Sha256 => native.then(|| Sha256::of(&fetched.native).to_string()),
            FieldValue::Conversion => document.native.conversion.filter(|_| native).map(str::to_owned),
            FieldValue::TextStatus => (self.form != Form::SlipSheet).then(|| match &document.searchability {
                Searchability::Indexed => "complete".to_owned(),
                Searchability::Unsearchable(defect) => format!("not read: {}", defect.code),
            }),
            // All others were answered without the document.
            _ => None,
        };
        Value::Text(text.unwrap_or_default())
    }

    /// The value as it may be told: without what is covered in the family, and with brackets for boxes. Days, sizes and
    /// digests are no words.
    fn told(&self, of: FieldValue, value: Value) -> Value {
        let Some(words) = self.covered else { return value };
        let looked_at = !matches!(
            of,
            FieldValue::DateSent
                | FieldValue::TimeSent
                | FieldValue::DateTimeSent
                | FieldValue::TimeZone
                | FieldValue::FamilyDate
                | FieldValue::FileSize
                | FieldValue::Md5
                | FieldValue::Sha256
                | FieldValue::MessageHash
                | FieldValue::ThreadId
                | FieldValue::Inclusive
                | FieldValue::TextStatus
        );
        let told = |text: String| {
            let blank = looked_at && words.stand_in(&text);
            if blank { format!("[{BLANKED}]") } else { bracketed(&text) }
        };
        match value {
            Value::Text(text) => Value::Text(told(text)),
            Value::List(all) => Value::List(all.into_iter().map(told).collect()),
            other => other,
        }
    }

    fn designation(&self) -> Option<String> {
        let any = self.plan.placed.iter().any(|placed| placed.designation().is_some());
        let own = self.placed().designation().map(str::to_owned);
        own.or_else(|| any.then(|| UNDESIGNATED.to_owned()))
    }

    /// Of a message only, and of none whose Message-ID is blanked. An attachment is no message and has none: the hash
    /// is of a message's own Message-ID.
    fn message_hash(&self, id: Option<&str>) -> Option<String> {
        let known = id.filter(|id| !id.contains(BOX_STARTS));
        known.and_then(mih).map(|hash| hash.to_string().to_ascii_uppercase())
    }

    /// Nothing stands for what lies inside a withheld message: it would tell of that message's thread.
    fn thread(&self) -> Option<ThreadValue> {
        self.thread.filter(|_| !self.placed().inside_withheld)
    }

    fn heads_family(&self) -> bool {
        self.placed().candidate.document == self.placed().candidate.family
    }

    /// Kind of record, and whether it is redacted; of a withheld document only that it is, and for privilege why (DOJ
    /// Antitrust Division, documents 246380 and 246379).
    fn properties(&self) -> String {
        let candidate = self.placed().candidate;
        match (&candidate.disposition, self.withheld, candidate.kind) {
            (Disposition::WithholdPrivilege { .. }, _, _) => {
                "Document Withheld Based On Privilege".to_owned()
            }
            (_, Some(says), _) => says.to_owned(),
            (disposition, None, kind) => {
                let kind = match kind {
                    DocumentKind::Message => "E-Mail",
                    DocumentKind::Attachment => "Attachment",
                    DocumentKind::LooseFile => "Loose File",
                };
                if disposition.is_redacted() { format!("{kind}, Redacted") } else { kind.to_owned() }
            }
        }
    }

    fn placed(&self) -> &Placed<'_> {
        &self.plan.placed[self.at]
    }

    /// From the first number of the family to its last; a document alone is its own family.
    fn family(&self) -> Option<BatesRange> {
        let mut dealt = self.dealt[self.placed().family.clone()].iter().flatten();
        let first = dealt.next()?;
        let last = dealt.next_back().unwrap_or(first);
        BatesRange::new(first.first().clone(), last.last().clone()).ok()
    }

    fn parent(&self) -> Option<&BatesRange> {
        self.dealt[self.placed().parent?].as_ref()
    }

    fn children(&self) -> impl Iterator<Item = &BatesRange> {
        let below = self.placed().family.clone();
        below
            .filter(|at| self.plan.placed[*at].parent == Some(self.at))
            .filter_map(|at| self.dealt[at].as_ref())
    }

    /// No path stands for what lies inside a withheld message: it may be the name of that message's file.
    fn paths(&self) -> &[String] {
        let placed = &self.plan.placed[self.at];
        if placed.inside_withheld { &[] } else { &placed.paths }
    }

    fn own_path(&self, held: bool) -> Option<String> {
        self.paths().first().filter(|_| held).cloned()
    }

    fn header(&self, block: Option<&str>) -> Option<String> {
        if self.placed().withheld_inside.is_empty() || self.placed().redacted() {
            block.map(str::to_owned)
        } else {
            block.map(without_body_fields)
        }
    }

    fn date(&self, at: DateTime<Utc>) -> String {
        let form = match self.profile.date.value {
            DateForm::MonthDayYear => "%m/%d/%Y",
            DateForm::DayMonthYear => "%d/%m/%Y",
            DateForm::YearMonthDay => "%Y-%m-%d",
            DateForm::Digits => "%Y%m%d",
        };
        at.with_timezone(&self.zone).format(form).to_string()
    }

    fn time(&self, at: DateTime<Utc>) -> String {
        let form = match self.profile.time.value {
            TimeForm::TwelveHoursZone => "%I:%M %p %Z",
            TimeForm::DayHoursZone => "%H:%M %Z",
            TimeForm::SecondsZone => "%H:%M:%S %Z",
        };
        at.with_timezone(&self.zone).format(form).to_string()
    }

    fn size(&self, bytes: u64) -> String {
        match self.profile.file_size.value {
            SizeUnit::Kilobytes => bytes.div_ceil(1024).to_string(),
            SizeUnit::Bytes => bytes.to_string(),
        }
    }
}

/// `Name <address>`, or what there is of the two.
fn written(participant: &Participant) -> String {
    let name = participant.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    match (name, &participant.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(address)) => address.to_string(),
        (Some(name), None) => name.to_owned(),
        (None, None) => String::new(),
    }
}

pub(crate) fn people(participants: &[Participant], role: Role) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for one in participants.iter().filter(|one| one.role == role) {
        // A journal envelope repeats whom the header names.
        let entry = written(one);
        if !entry.is_empty() && !found.contains(&entry) {
            found.push(entry);
        }
    }
    found
}

/// From, and Sender where there is no From.
pub(crate) fn senders(participants: &[Participant]) -> Vec<String> {
    let from = people(participants, Role::From);
    if from.is_empty() { people(participants, Role::Sender) } else { from }
}

/// Recipients of the journal envelope whom no header and no Bcc of the envelope names: the message was
/// delivered to them, in which role is not known. A group through which it came stands behind.
fn envelope_only(participants: &[Participant]) -> Vec<String> {
    let named = |one: &Participant| {
        participants.iter().any(|other| {
            matches!(other.role, Role::To | Role::Cc | Role::Bcc)
                && other.address.is_some()
                && other.address == one.address
        })
    };
    let mut found: Vec<String> = Vec::new();
    for one in participants.iter().filter(|one| one.role == Role::EnvelopeTo && !named(one)) {
        let entry = match &one.by_way_of {
            Some(group) => format!("{} (by way of {group})", written(one)),
            None => written(one),
        };
        if !entry.is_empty() && !found.contains(&entry) {
            found.push(entry);
        }
    }
    found
}
