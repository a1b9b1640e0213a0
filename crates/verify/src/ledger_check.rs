//! The volume against the ledger: each row a member, each native the retained one, nothing else produced.

use crate::code::Code;
use crate::expectations::Expectations;
use crate::fields::Field;
use crate::files::{FileEntry, Files, Part};
use crate::finding::Findings;
use crate::number::Number;
use crate::row::DocumentRow;
use duces_model::production::Member;
use duces_model::{Disposition, DocId, ProducedAs, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Compares rows with the members of the production as they are read.
pub(crate) struct LedgerCheck<'a> {
    expected: &'a Expectations,
    /// Members that take a number, in the order of the volume, with that number.
    numbered: Vec<(&'a Member, Number, Number)>,
    /// Place among them of each first number.
    places: BTreeMap<Number, usize>,
    seen: Vec<bool>,
    /// The place that the next row should have.
    next: usize,
    /// Families of which a member's content is barred: their other members may lack a native.
    held_back: BTreeSet<DocId>,
    /// Spellings of digests that would give barred content away.
    digests: BTreeSet<String>,
    /// Whether the volume has an image load file: rows without pages in it are told elsewhere.
    pub(crate) imaged: bool,
}

impl<'a> LedgerCheck<'a> {
    pub(crate) fn new(expected: &'a Expectations) -> Self {
        let numbered: Vec<_> = expected
            .members
            .iter()
            .filter(|member| member.disposition.takes_number())
            .filter_map(|member| {
                let bates = member.bates.as_ref()?;
                Some((member, Number::from(bates.first()), Number::from(bates.last())))
            })
            .collect();
        let places = numbered.iter().enumerate().map(|(at, (_, first, _))| (first.clone(), at)).collect();
        let held_back = expected.members.iter().filter(|member| member.disposition.bars_content());
        Self {
            seen: vec![false; numbered.len()],
            places,
            numbered,
            next: 0,
            held_back: held_back.map(|member| member.family).collect(),
            digests: barred_digests(expected),
            imaged: false,
            expected,
        }
    }

    /// Compares one row, whose native is this file.
    pub(crate) fn row(
        &mut self,
        row: &DocumentRow<'_>,
        range: Option<&(Number, Number)>,
        native: Option<&FileEntry>,
        file: &str,
        findings: &mut Findings,
    ) {
        for (value, name) in row.row.values().zip(&row.columns.names) {
            if self.gives_away(value) {
                let message = "found the digest of a document whose content is barred";
                findings.in_row(Code::BarredDigest, file, row.number, Some(name), message);
            }
        }
        let mut add = |code: Code, field: Field, message: String| {
            findings.in_row(code, file, row.number, Some(&row.columns.name_of(field)), message);
        };
        let Some((first, last)) = range else { return };
        let Some(place) = self.places.get(first).copied() else {
            add(Code::RowUnexpected, Field::FirstBates, format!("{first} - {last} was given to no member"));
            return;
        };
        let (member, _, expected_last) = self.numbered[place].clone();
        if *last != expected_last {
            let message = format!("found {first} - {last}, the ledger gave {first} - {expected_last}");
            add(Code::RangeDiffers, Field::LastBates, message);
        }
        if place != self.next {
            let message =
                format!("{first} is row {} of the ledger's order, found as row {}", place + 1, self.next + 1);
            add(Code::RangeDiffers, Field::FirstBates, message);
        }
        self.next = place + 1;
        self.seen[place] = true;
        let stated = [Field::Md5Hash, Field::Sha1Hash, Field::Sha256Hash]
            .into_iter()
            .find(|field| row.get(*field).is_some());
        self.judge_native(member, row, native, stated, &mut add);
    }

    fn judge_native(
        &self,
        member: &Member,
        row: &DocumentRow<'_>,
        native: Option<&FileEntry>,
        stated: Option<Field>,
        add: &mut dyn FnMut(Code, Field, String),
    ) {
        let document = member.document;
        let retained = self.expected.natives.get(&document);
        let found = native.and_then(|file| file.sha256);
        let bucket = member.disposition.bucket();
        match &member.disposition {
            Disposition::WithholdPrivilege { .. } | Disposition::WithholdLegalBar { .. } => {
                if row.get(Field::Link).is_some() {
                    add(Code::WithheldNative, Field::Link, format!("{document} is {bucket}, found a native"));
                }
                if let Some(field) = stated {
                    add(Code::WithheldHash, field, format!("{document} is {bucket}, found a digest"));
                }
            }
            Disposition::Produce { form: ProducedAs::Redacted } => {
                if found.is_some() && found.as_ref() == retained {
                    add(
                        Code::WithheldNative,
                        Field::Link,
                        format!("{document} is {bucket}, found its retained native"),
                    );
                }
            }
            _ => match (found, retained) {
                (Some(found), Some(retained)) if found != *retained => {
                    let message = format!("found {found}, {document} was retained as {retained}");
                    add(Code::NativeDiffers, Field::Link, message);
                }
                (Some(found), None) => {
                    add(
                        Code::NativeDiffers,
                        Field::Link,
                        format!("found {found}, the ledger knows no native of {document}"),
                    );
                }
                (None, Some(_))
                    if row.get(Field::Link).is_none()
                        && row.get(Field::PdfPath).is_none()
                        && !self.stands_on_images(row)
                        && member.disposition == Disposition::WHOLE =>
                {
                    let held = self.held_back.contains(&member.family);
                    let code = if held { Code::NativeHeldBack } else { Code::NativeNotProduced };
                    add(code, Field::Link, format!("{document} is {bucket}, found no native"));
                }
                _ => {}
            },
        }
    }

    /// Whether a row says that its document is its page images, in a volume that has such.
    fn stands_on_images(&self, row: &DocumentRow<'_>) -> bool {
        self.imaged && row.get(Field::ProducedAs) == Some("pages")
    }

    /// Whether a text holds a digest of barred content.
    pub(crate) fn gives_away(&self, text: &str) -> bool {
        !self.digests.is_empty()
            && text.split(|c: char| !c.is_ascii_hexdigit()).any(|run| {
                (run.len() == 32 || run.len() == 64) && self.digests.contains(&run.to_ascii_lowercase())
            })
    }

    /// What only the whole volume can say: members without a row, files that should not be here.
    pub(crate) fn finish(&self, files: &Files, findings: &mut Findings) {
        for ((member, first, _), seen) in self.numbered.iter().zip(&self.seen) {
            if !seen {
                let bucket = member.disposition.bucket();
                let message = format!("no row has {first}, given to {} ({bucket})", member.document);
                findings.of_volume(Code::MemberMissing, message);
            }
        }
        for member in &self.expected.members {
            if member.disposition == Disposition::Pending {
                findings
                    .of_volume(Code::MemberPending, format!("nobody has decided about {}", member.document));
            } else if member.disposition.takes_number() && member.bates.is_none() {
                findings
                    .of_volume(Code::MemberMissing, format!("the ledger gave {} no number", member.document));
            }
        }
        let native_of = |member: &Member| self.expected.natives.get(&member.document).copied();
        let (numbered, left): (Vec<&Member>, Vec<&Member>) =
            self.expected.members.iter().partition(|member| member.disposition.takes_number());
        let produced: BTreeSet<Sha256> = numbered.into_iter().filter_map(native_of).collect();
        let left: BTreeMap<Sha256, &Member> =
            left.into_iter().filter_map(|member| Some((native_of(member)?, member))).collect();
        for file in files.iter().filter(|file| file.bytes > 0 && !file.is(Part::Text)) {
            if let Some(sha256) = file.sha256
                && !produced.contains(&sha256)
                && let Some(member) = left.get(&sha256)
            {
                let message = format!(
                    "it is the native of {}, which is {}",
                    member.document,
                    member.disposition.bucket()
                );
                findings.of_file(Code::NotProducedFound, &file.path, message);
            }
        }
    }
}

fn barred_digests(expected: &Expectations) -> BTreeSet<String> {
    let barred = expected.barred.iter().filter(|barred| barred.bytes > 0);
    barred.flat_map(|barred| [barred.sha256.to_string(), barred.md5.to_string()]).collect()
}
