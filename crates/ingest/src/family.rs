//! A message and everything attached to it, as documents.
//!
//! Parts are cut from the outside in, each level once, so the work is at most the nesting limit times
//! the size. Part numbers are those of IMAP (RFC 3501 section 6.4.5).

use crate::attachment::Attached;
use crate::body::Body;
use crate::cms::{self, Content};
use crate::coded::Parted;
use crate::header::Header;
use crate::journal::Envelope;
use crate::limits::Limits;
use crate::markup::{Collected, InlinePart};
use crate::metadata::{self, Metadata};
use crate::native;
use crate::notes::Notes;
use crate::outlook::OutlookFile;
use crate::part::{self, Part};
use crate::report::{self, Report};
use crate::text::{self, Form};
use crate::transfer::{self, Decoded};
use crate::{coded, detect, multipart, words};
use duces_model::{
    Defect, DefectCode, DocId, Document, DocumentKind, Native, OccurrenceId, PartPath, Searchability,
};

/// How deep the place is at which something is read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Depth {
    nesting: usize,
    encoded: usize,
}

impl Depth {
    /// One message deeper.
    pub(crate) fn below(self) -> Self {
        Self { nesting: self.nesting + 1, ..self }
    }

    /// Whether a message that lies here is not opened any more.
    pub(crate) fn beyond(self, limits: &Limits) -> bool {
        self.nesting + 1 > limits.nesting_max
    }
}

/// A message to be read.
pub(crate) struct Enclosed<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) native: Native,
    pub(crate) part: PartPath,
    pub(crate) parent: Option<DocId>,
    pub(crate) file_name: Option<String>,
    pub(crate) notes: Notes,
    /// Envelope of the journal report around it.
    pub(crate) envelope: Option<Envelope>,
    /// Set where `bytes` are not all of it: only the header is read.
    pub(crate) header_only: Option<Defect>,
}

/// Documents as they are found.
pub(crate) struct Family<'l> {
    limits: &'l Limits,
    pub(crate) occurrence: OccurrenceId,
    pub(crate) documents: Vec<Document>,
    parts: usize,
    /// How many bytes the files of the family may still be unpacked to.
    pub(crate) unpacked_left: u64,
    cr_lines: bool,
    wanted: Option<PartPath>,
    /// The folder in which the root says that it lies.
    pub(crate) folder: Option<String>,
    /// The native that was wanted.
    pub(crate) captured: Option<Vec<u8>>,
    /// The body parts of the message that was wanted.
    pub(crate) collected: Collected,
}

/// The message whose parts are being read.
struct Scope {
    at: usize,
    id: DocId,
    path: PartPath,
    body: Body,
    notes: Notes,
    incomplete: Option<Defect>,
    leaves: usize,
    alternatives: usize,
    /// What a report in it says.
    report: Option<String>,
}

impl Scope {
    fn incomplete(&mut self, code: DefectCode, detail: String) {
        self.notes.add(code, detail.clone());
        self.incomplete.get_or_insert_with(|| Defect::new(code, detail));
    }
}

/// Where a part stands among others.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    alternative: Option<usize>,
    in_digest: bool,
}

/// A part as defects name it.
pub(crate) fn named(path: &PartPath) -> String {
    if path.as_str().is_empty() { "message".to_owned() } else { format!("part {path}") }
}

impl<'l> Family<'l> {
    /// An empty family. `cr_lines` says that the bytes had CR alone at their line ends, read as LF;
    /// `wanted` names the part whose native is to be kept.
    pub(crate) fn new(
        limits: &'l Limits,
        occurrence: OccurrenceId,
        cr_lines: bool,
        wanted: Option<PartPath>,
    ) -> Self {
        Self {
            limits,
            occurrence,
            documents: Vec::new(),
            parts: 0,
            unpacked_left: limits.file.unpacked_bytes_max,
            cr_lines,
            wanted,
            folder: None,
            captured: None,
            collected: Collected::default(),
        }
    }

    /// Reads a message with all that is attached to it; says its metadata's Message-ID and where its
    /// body starts.
    pub(crate) fn message(&mut self, message: Enclosed<'_>, depth: Depth) -> DocId {
        let Enclosed { bytes, native, part: path, parent, file_name, mut notes, envelope, header_only } =
            message;
        let header = Header::of_message(bytes, self.limits.header_bytes_max);
        let mut metadata = metadata::read(&header, &mut notes);
        if let Some(envelope) = envelope {
            add_envelope(&mut metadata, envelope, &mut notes);
        }
        if let Some(name) = &file_name {
            note_name(name, &mut notes);
        }
        let id = DocId::new(self.occurrence, &path);
        let at = self.documents.len();
        self.documents.push(document(id, parent, path.clone(), native, file_name, &header, metadata));
        let mut scope = Scope {
            at,
            id,
            path: path.clone(),
            body: Body::default(),
            notes,
            incomplete: None,
            leaves: 0,
            alternatives: 0,
            report: None,
        };
        match header_only {
            Some(defect) => scope.incomplete(defect.code, defect.detail),
            None => {
                let part = Part::new(&header, bytes, false);
                let path = if part.is_multipart() { path } else { path.child(1) };
                self.part(&mut scope, &part, path, depth, Around::default());
            }
        }
        self.close(scope);
        id
    }

    /// Parts that lie beside the enclosed message of a journal report: attachments of the root.
    pub(crate) fn beside(&mut self, others: &[(PartPath, &[u8])]) {
        let Some(root) = self.documents.first().map(|root| root.id) else { return };
        for (path, bytes) in others {
            let header = Header::of_part(bytes, self.limits.header_bytes_max);
            let part = Part::new(&header, bytes, false);
            self.parts += 1;
            // What a multipart would be cut into is not known to belong to the message.
            let multipart = part.is_multipart();
            let decoded = if multipart {
                Decoded::plain(part.body)
            } else {
                transfer::decode(&part.transfer, part.body)
            };
            let mut attached = Attached::new(path.clone(), &part, &decoded);
            attached.forced =
                multipart.then(|| Defect::new(DefectCode::NoExtractor, "a part beside the envelope"));
            self.attachment(root, attached, Depth::default());
        }
    }

    fn close(&mut self, scope: Scope) {
        let document = &mut self.documents[scope.at];
        document.text = scope.body.finish_with(scope.report);
        document.defects = scope.notes.finish();
        document.searchability = scope.incomplete.map_or(Searchability::Indexed, Searchability::Unsearchable);
    }

    fn part(&mut self, scope: &mut Scope, part: &Part<'_>, path: PartPath, depth: Depth, around: Around) {
        if self.parts >= self.limits.parts_max {
            let detail =
                format!("{} and what follows, the limit being {} parts", named(&path), self.limits.parts_max);
            scope.incomplete(DefectCode::TooManyParts, detail);
            return;
        }
        self.parts += 1;
        if part.is_multipart() {
            self.multipart(scope, part, &path, depth, around);
        } else {
            self.leaf(scope, part, path, depth, around);
        }
    }

    fn multipart(
        &mut self,
        scope: &mut Scope,
        part: &Part<'_>,
        path: &PartPath,
        depth: Depth,
        around: Around,
    ) {
        if depth.nesting >= self.limits.nesting_max {
            scope.incomplete(DefectCode::NestingTooDeep, named(path));
            // A message's own multipart has the message's number; what stands for it is its first part.
            let path = if *path == scope.path { path.child(1) } else { path.clone() };
            return self.too_deep(scope, part, path, &Decoded::plain(part.body));
        }
        let boundary = part.media.parameter("boundary").unwrap_or("").trim_end();
        let split = if boundary.is_empty() {
            None
        } else {
            Some(multipart::split(part.body, boundary, self.limits.parts_max - self.parts))
        };
        let Some(split) = split.filter(|split| !split.parts.is_empty() || split.more) else {
            return self.without_boundary(scope, part, path, around);
        };
        if !split.closed && !split.more {
            let outermost = *path == scope.path;
            let code = if outermost { DefectCode::TruncatedMessage } else { DefectCode::BadMimeStructure };
            scope.notes.add(code, format!("{}: its boundary is never closed", named(path)));
        }
        if split.more {
            let detail = format!("{}: more than the limit of {} parts", named(path), self.limits.parts_max);
            scope.incomplete(DefectCode::TooManyParts, detail);
        }
        if part.media.essence == "multipart/encrypted" {
            scope.incomplete(DefectCode::Encrypted, named(path));
        }
        let mut inside =
            Around { alternative: around.alternative, in_digest: part.media.essence == "multipart/digest" };
        if part.media.essence == "multipart/alternative" && inside.alternative.is_none() {
            inside.alternative = Some(scope.alternatives);
            scope.alternatives += 1;
        }
        if part.media.essence == "multipart/report" {
            self.report(scope, report::read(&split.parts, self.limits.header_bytes_max));
        }
        let depth = Depth { nesting: depth.nesting + 1, ..depth };
        for (number, bytes) in (1..).zip(split.parts) {
            let header = Header::of_part(bytes, self.limits.header_bytes_max);
            if header.malformed.is_some() || header.too_large {
                let code =
                    if header.too_large { DefectCode::HeaderTooLarge } else { DefectCode::MalformedHeader };
                scope.notes.add(code, named(&path.child(number)));
            }
            let child = Part::new(&header, bytes, inside.in_digest);
            self.part(scope, &child, path.child(number), depth, inside);
        }
    }

    /// What a report says: the message that it is on stands among the references of its own.
    fn report(&mut self, scope: &mut Scope, report: Report) {
        scope.report = report.text();
        let document = &mut self.documents[scope.at];
        for id in report.answers {
            let known = document.in_reply_to.contains(&id) || document.references.contains(&id);
            if !known && document.message_id.as_ref() != Some(&id) {
                document.references.push(id);
            }
        }
    }

    /// A multipart that cannot be cut: its words are kept as they stand, and are not all.
    fn without_boundary(&mut self, scope: &mut Scope, part: &Part<'_>, path: &PartPath, around: Around) {
        let extracted = text::extract(Form::Plain, None, part.body, &named(path), &mut scope.notes);
        scope.body.add(extracted.text, false, around.alternative);
        scope
            .incomplete(DefectCode::BadMimeStructure, format!("{}: no boundary line was found", named(path)));
    }

    fn too_deep(&mut self, scope: &mut Scope, part: &Part<'_>, path: PartPath, decoded: &Decoded<'_>) {
        let forced = Defect::new(DefectCode::NestingTooDeep, named(&path));
        scope.notes.add(forced.code, forced.detail.clone());
        let mut attached = Attached::new(path, part, decoded);
        attached.forced = Some(forced);
        self.attachment(scope.id, attached, Depth::default());
    }

    fn leaf(&mut self, scope: &mut Scope, part: &Part<'_>, path: PartPath, depth: Depth, around: Around) {
        let first = scope.leaves == 0;
        scope.leaves += 1;
        let decoded = transfer::decode(&part.transfer, part.body);
        let mail_by_name =
            || part.file_name.as_deref().and_then(native::ending_of).is_some_and(|ending| ending == "eml");
        if part.is_message()
            || !part.is_body(first) && mail_by_name() && detect::looks_like_mail(&decoded.bytes)
        {
            return self.nested(scope, part, path, &decoded, depth);
        }
        let collects = self.collects(&scope.path);
        if part.is_body(first) {
            let files = if part.media.essence == "text/plain" { coded::part(&decoded.bytes) } else { None };
            let (decoded, files) = match files {
                Some(Parted { text, files }) => (Decoded { bytes: text.into(), ..decoded }, files),
                None => (decoded, Vec::new()),
            };
            let text = body_text(scope, part, &path, &decoded, around);
            if collects {
                let is_html = part.media.essence == "text/html";
                let source = || text::html_source(part.media.parameter("charset"), &decoded.bytes);
                self.collected.piece(text, is_html.then(source));
            }
            return self.members(scope.id, &path, files, depth);
        }
        if collects && let Some(called) = &part.called {
            self.collected.inline(InlinePart {
                called: called.clone(),
                media_type: part.media.essence.clone(),
                bytes: decoded.bytes.to_vec(),
            });
        }
        if detect::is_outlook_message(&decoded.bytes, part.file_name.as_deref())
            && !depth.beyond(self.limits)
            && self.outlook_part(scope.id, part, &path, &decoded, depth)
        {
            return;
        }
        let content = if part.is_smime() { self.unwrapped(&decoded.bytes) } else { Content::Closed };
        match &content {
            Content::Whole(content) => {
                return self.unsealed(scope, part, path, &decoded, content, depth, around);
            }
            Content::Broken(content, why) => {
                let detail = format!("{}: compressed S/MIME content: {why}", named(&path));
                scope.incomplete(DefectCode::TruncatedMessage, detail);
                return self.unsealed(scope, part, path, &decoded, content, depth, around);
            }
            Content::TooMuch | Content::Closed => {}
        }
        let mut attached = Attached::new(path, part, &decoded);
        if part.is_smime() {
            let why = part::sealed(&part.media, &decoded.bytes, &content, &named(&attached.path));
            if first && attached.path == scope.path.child(1) {
                scope.incomplete(why.code, why.detail.clone());
            }
            attached.forced = Some(why);
        }
        self.attachment(scope.id, attached, depth);
    }

    /// What S/MIME data gives without a key, within the bounds of files that are unpacked.
    pub(crate) fn unwrapped(&mut self, bytes: &[u8]) -> Content {
        let most = self.limits.file.unpacked_max(bytes.len()).min(self.unpacked_left);
        let mut left = most;
        let content = cms::content(bytes, &mut left);
        self.unpacked_left -= most - left;
        content
    }

    /// The content inside an S/MIME signature, or that S/MIME compressed: parts like any other, below the part that
    /// holds the signature.
    #[expect(clippy::too_many_arguments, reason = "the place of a part, and its content")]
    fn unsealed(
        &mut self,
        scope: &mut Scope,
        part: &Part<'_>,
        path: PartPath,
        decoded: &Decoded<'_>,
        content: &[u8],
        depth: Depth,
        around: Around,
    ) {
        let depth = Depth { nesting: depth.nesting + 1, encoded: depth.encoded + 1 };
        if depth.nesting > self.limits.nesting_max || depth.encoded > self.limits.encoded_nesting_max {
            return self.too_deep(scope, part, path, decoded);
        }
        if let Some(damage) = &decoded.damage {
            scope.incomplete(DefectCode::BadTransferEncoding, format!("{}: {damage}", named(&path)));
        }
        let header = Header::of_part(content, self.limits.header_bytes_max);
        let inner = Part::new(&header, content, false);
        // The first of a signed message is the first of the message.
        scope.leaves -= 1;
        let path = if inner.is_multipart() { path } else { path.child(1) };
        self.part(scope, &inner, path, depth, around);
    }

    /// Whether the body of the message there is wanted.
    pub(crate) fn collects(&self, message: &PartPath) -> bool {
        self.wanted.as_ref() == Some(message)
    }

    fn nested(
        &mut self,
        scope: &mut Scope,
        part: &Part<'_>,
        path: PartPath,
        decoded: &Decoded<'_>,
        depth: Depth,
    ) {
        let (bytes, changed) = (&*decoded.bytes, part.transfer.changes());
        let depth = Depth { nesting: depth.nesting + 1, encoded: depth.encoded + usize::from(changed) };
        if depth.nesting > self.limits.nesting_max || depth.encoded > self.limits.encoded_nesting_max {
            return self.too_deep(scope, part, path, decoded);
        }
        let mut notes = Notes::default();
        if Header::of_message(bytes, self.limits.header_bytes_max).fields.is_empty() {
            notes.add(DefectCode::NotAMessage, named(&path));
            let mut attached = Attached::new(path, part, decoded);
            attached.notes = notes;
            return self.attachment(scope.id, attached, depth);
        }
        if let Some(damage) = &decoded.damage {
            notes.add(DefectCode::BadTransferEncoding, damage.clone());
        }
        let native = self.native(&path, bytes, changed, "eml".to_owned());
        let enclosed = Enclosed {
            bytes,
            native,
            part: path,
            parent: Some(scope.id),
            file_name: part.file_name.clone(),
            notes,
            envelope: None,
            header_only: None,
        };
        self.message(enclosed, depth);
    }

    /// Opens an Outlook message that is attached to a mail; says whether it could.
    fn outlook_part(
        &mut self,
        parent: DocId,
        part: &Part<'_>,
        path: &PartPath,
        decoded: &Decoded<'_>,
        depth: Depth,
    ) -> bool {
        let mut notes = Notes::default();
        if let Some(damage) = &decoded.damage {
            notes.add(DefectCode::BadTransferEncoding, damage.clone());
        }
        let native = self.native(path, &decoded.bytes, part.transfer.changes(), "msg".to_owned());
        let file = OutlookFile {
            bytes: &decoded.bytes,
            native,
            part: path.clone(),
            parent: Some(parent),
            file_name: part.file_name.clone(),
            notes,
            lost: None,
        };
        self.outlook(file, depth.below()).is_ok()
    }

    /// What the reading is held to.
    pub(crate) fn limits(&self) -> &'l Limits {
        self.limits
    }

    /// Counts one more part; says whether the limit allows it.
    pub(crate) fn takes_part(&mut self) -> bool {
        let allowed = self.parts < self.limits.parts_max;
        self.parts += usize::from(allowed);
        allowed
    }

    /// Digests a part's native under the name of its conversion, and keeps it where it is the wanted one.
    pub(crate) fn native_as(
        &mut self,
        path: &PartPath,
        bytes: &[u8],
        conversion: &'static str,
        extension: String,
    ) -> Native {
        if self.wanted.as_ref() == Some(path) {
            self.captured = Some(bytes.to_vec());
        }
        native::native(bytes, Some(conversion), extension)
    }

    /// Digests a part's native, and keeps it where it is the wanted one.
    pub(crate) fn native(
        &mut self,
        path: &PartPath,
        bytes: &[u8],
        changed: bool,
        extension: String,
    ) -> Native {
        let conversion = match (changed, self.cr_lines) {
            (false, false) => native::EXTRACT,
            (true, false) => native::DECODE,
            (false, true) => native::CR_EXTRACT,
            (true, true) => native::CR_DECODE,
        };
        self.native_as(path, bytes, conversion, extension)
    }
}

/// Notes a name that could do harm.
pub(crate) fn note_name(name: &str, notes: &mut Notes) {
    if let Some(why) = native::unsafe_name(name) {
        notes.add(DefectCode::UnsafeName, format!("{:?}: {why}", words::shown(name)));
    }
}

/// Adds a body part's text to its message's, and says it.
fn body_text(
    scope: &mut Scope,
    part: &Part<'_>,
    path: &PartPath,
    decoded: &Decoded<'_>,
    around: Around,
) -> String {
    let place = named(path);
    let form = text::form(&part.media.essence, None);
    let charset = part.media.parameter("charset");
    let extracted = text::extract(form, charset, &decoded.bytes, &place, &mut scope.notes);
    if let Some(why) = extracted.incomplete {
        scope.incomplete(why.code, why.detail);
    }
    if let Some(damage) = &decoded.damage {
        let detail = format!("{place}: {damage}");
        if decoded.lossy {
            scope.incomplete(DefectCode::BadTransferEncoding, detail);
        } else {
            scope.notes.add(DefectCode::BadTransferEncoding, detail);
        }
    }
    scope.body.add(extracted.text.clone(), form == Form::Markup, around.alternative);
    extracted.text
}

/// Adds the envelope's people behind the header's.
fn add_envelope(metadata: &mut Metadata, envelope: Envelope, notes: &mut Notes) {
    if let Some(unread) = envelope.unread {
        metadata.participants_complete = false;
        notes.add(DefectCode::BadAddress, format!("journal envelope: found {unread:?}"));
    }
    metadata.participants.extend(envelope.participants);
}

fn document(
    id: DocId,
    parent: Option<DocId>,
    part: PartPath,
    native: Native,
    file_name: Option<String>,
    header: &Header<'_>,
    metadata: Metadata,
) -> Document {
    Document {
        id,
        parent,
        part,
        kind: DocumentKind::Message,
        native,
        media_type: "message/rfc822".to_owned(),
        file_name,
        subject: metadata.subject,
        participants: metadata.participants,
        participants_complete: metadata.participants_complete,
        sent_at: metadata.sent_at,
        received_at: metadata.received_at,
        message_id: metadata.message_id,
        in_reply_to: metadata.in_reply_to,
        references: metadata.references,
        header_block: Some(String::from_utf8_lossy(header.block).into_owned()),
        text: String::new(),
        searchability: Searchability::Indexed,
        defects: Vec::new(),
    }
}
