//! The statements of each instrument: what each is on the page, and the facts that it is given and has to use.

use super::kind::{Entry, Kind, Shape};
use Shape::{Blank, Choice, Field, Finding, Heading, Note, Point, Running, Table, Text};

type Row = (&'static str, Shape, &'static [&'static str]);

const RUNNING: &[Row] = &[("page.header", Running, &[]), ("page.footer", Running, &[])];

const DECLARATION: &[Row] = &[
    ("affirmation.heading", Heading(1), &[]),
    ("affirmation.note", Text, &[]),
    ("declaration.heading", Heading(1), &[]),
    ("declaration.choose", Text, &[]),
    ("declaration.within", Choice, &[]),
    ("declaration.outside", Choice, &[]),
    ("declaration.name", Blank, &[]),
    ("declaration.position", Blank, &[]),
    ("declaration.authority", Blank, &[]),
    ("declaration.place", Blank, &[]),
    ("declaration.date", Blank, &[]),
    ("declaration.signature", Blank, &[]),
    ("reviewer.heading", Heading(1), &[]),
    ("reviewer.note", Note, &[]),
    ("reviewer.name", Blank, &[]),
    ("reviewer.date", Blank, &[]),
];

const LETTER: &[Row] = &[
    ("head.sender", Blank, &[]),
    ("head.addressee", Blank, &[]),
    ("head.date", Blank, &[]),
    ("head.matter", Field, &["matter"]),
    ("head.asked", Field, &["asked"]),
    ("signature.heading", Heading(1), &[]),
    ("signature.name", Blank, &[]),
    ("signature.for_firm", Blank, &[]),
    ("signature.date", Blank, &[]),
    ("signature.signature", Blank, &[]),
];

/// Who declares, of which request: what stands on the first page of a declaration.
const PARTIES: &[Row] = &[
    ("parties.firm", Field, &[]),
    ("parties.asked", Field, &["asked"]),
    ("parties.matter", Field, &["matter"]),
    ("parties.known", Field, &[]),
];

const VOLUMES: &[Row] = &[
    ("volumes.heading", Heading(1), &[]),
    ("volumes.table", Table(&[4, 8, 3, 3, 12]), &[]),
    ("volumes.meaning", Text, &["verified_at"]),
];

const GAP: &[Row] = &[
    ("front.purpose", Text, &["gaps"]),
    ("front.unknown", Text, &[]),
    ("front.candidates", Text, &["candidates"]),
    ("gap.heading", Heading(1), &["place", "gap"]),
    ("gap.status", Field, &["status"]),
    ("gap.whose", Field, &["whose"]),
    ("gap.channels", Field, &["channels"]),
    ("gap.axis", Field, &["axis"]),
    ("gap.first_day", Field, &["first_day"]),
    ("gap.last_day", Field, &["last_day"]),
    ("gap.quantity", Field, &["quantity"]),
    ("gap.basis", Field, &["basis"]),
    ("gap.stated", Field, &["stated"]),
    ("gap.evidence", Field, &["evidence"]),
    ("gap.finding", Finding, &["finding"]),
    ("gap.blind_to", Field, &["blind_to"]),
    ("gap.cause", Field, &["cause"]),
    ("gap.scope", Field, &["scope"]),
    ("gap.impact", Field, &["impact"]),
    ("gap.detected", Field, &["detected"]),
    ("gap.first_known", Field, &["first_known"]),
    ("gap.first_seen", Field, &["first_seen"]),
    ("gap.remediation", Field, &["remediation"]),
    ("gap.recovered", Field, &["recovered"]),
    ("gap.concluded", Field, &["concluded"]),
    ("gap.said", Text, &[]),
    ("gap.word", Point, &["word"]),
    ("gap.nobody", Text, &[]),
    ("gap.touches", Text, &[]),
    ("gap.request", Point, &["request", "what"]),
    ("gap.may_touch", Point, &["request", "what"]),
    ("gap.line", Point, &["line"]),
    ("gap.touches_none", Text, &[]),
    ("limits.heading", Heading(1), &[]),
    ("limits.these", Point, &[]),
    ("limits.axis", Point, &[]),
    ("limits.quantity", Point, &[]),
    ("limits.people", Point, &[]),
];

const GAP_CERTIFICATION: &[Row] = &[
    ("affirmation.read", Choice, &[]),
    ("affirmation.inquiry", Choice, &[]),
    ("affirmation.cause", Choice, &[]),
    ("affirmation.others", Choice, &[]),
];

const CUSTODIAN: &[Row] = &[
    ("front.purpose", Text, &[]),
    ("front.sheets", Text, &["sheets"]),
    ("front.redacted", Text, &["redacted"]),
    ("front.converted", Text, &["converted"]),
    ("front.by_hand", Text, &["by_hand"]),
    ("affirmation.custodian", Choice, &[]),
    ("affirmation.qualified", Choice, &[]),
    ("affirmation.made", Choice, &[]),
    ("affirmation.kept", Choice, &[]),
    ("affirmation.regular", Choice, &[]),
    ("affirmation.copies", Choice, &[]),
];

const SYSTEM: &[Row] = &[
    ("front.purpose", Text, &[]),
    ("process.heading", Heading(1), &[]),
    ("process.version", Field, &["version"]),
    ("process.read", Point, &["containers", "found", "parsed", "defective"]),
    ("process.twice", Point, &["twice", "containers"]),
    ("process.documents", Point, &["documents", "indexed", "unsearchable"]),
    ("process.three", Point, &[]),
    ("process.written", Point, &[]),
    ("process.verified", Point, &[]),
    ("process.unread", Point, &["unread"]),
    ("process.unsupported", Point, &["unsupported"]),
    ("affirmation.operator", Choice, &[]),
    ("affirmation.order", Choice, &[]),
    ("affirmation.accurate", Choice, &[]),
];

const COPIES: &[Row] = &[
    ("front.purpose", Text, &[]),
    ("match.heading", Heading(1), &[]),
    ("match.same", Text, &["natives", "verified_at"]),
    ("match.algorithm", Text, &["version"]),
    ("match.converted", Text, &["converted"]),
    ("match.sheets", Text, &["sheets"]),
    ("match.not_opened", Text, &["not_opened"]),
    ("copies.heading", Heading(1), &[]),
    ("copies.table", Table(&[5, 13, 7]), &[]),
    ("copies.none", Text, &[]),
    ("affirmation.qualified", Choice, &[]),
    ("affirmation.acquired", Choice, &[]),
    ("affirmation.compared", Choice, &[]),
];

const TRANSMITTAL: &[Row] = &[
    ("opening.delivered", Text, &["volumes"]),
    ("volume.heading", Heading(1), &["volume"]),
    ("volume.numbers", Field, &["numbers"]),
    ("volume.records", Field, &["records"]),
    ("volume.made_of", Field, &["emails", "chats", "attachments", "loose"]),
    ("volume.sheets", Field, &["sheets"]),
    ("volume.files", Field, &["natives", "texts", "images"]),
    ("volume.zone", Field, &["zone"]),
    ("volume.legend", Field, &["legend"]),
    ("volume.manifest", Field, &["manifest"]),
    ("volume.medium", Field, &["medium"]),
    ("volume.medium_blank", Blank, &[]),
    ("volume.encrypted", Text, &[]),
    ("volume.not_encrypted", Text, &[]),
    ("volume.text_only", Text, &["text_only"]),
    ("volume.replaces", Text, &["replaced"]),
    ("volume.archives", Table(&[4, 12]), &[]),
    ("volume.custodians_before", Text, &[]),
    ("volume.custodians", Table(&[7, 3, 9]), &[]),
    ("volume.items_before", Text, &[]),
    ("volume.items", Table(&[3, 3, 12]), &[]),
    ("volume.fields", Note, &["fields"]),
    ("answers.heading", Heading(1), &[]),
    ("answers.nil", Point, &["item"]),
    ("answers.not_backed", Point, &["item"]),
    ("answers.not_answered", Point, &["item", "kind"]),
    ("answers.not_here", Point, &["item"]),
    ("answers.withheld", Point, &["withheld"]),
    ("answers.pending", Point, &["pending"]),
    ("answers.queue", Point, &["item", "documents"]),
    ("answers.gaps", Point, &["gaps"]),
    ("answers.no_gaps", Point, &[]),
    ("answers.moved", Point, &["what"]),
    ("answers.unread", Point, &["files"]),
    ("enclosures.heading", Heading(1), &[]),
    ("enclosures.volume", Point, &["volume"]),
    ("enclosures.log", Point, &[]),
    ("enclosures.certificate", Point, &["certificate"]),
    ("enclosures.password", Point, &[]),
    ("declaration.heading", Heading(1), &[]),
    ("declaration.note", Text, &[]),
    ("declaration.searched", Choice, &[]),
    ("declaration.sent", Choice, &[]),
    ("declaration.not_met", Choice, &[]),
];

const PASSWORD: &[Row] = &[
    ("opening.password", Text, &["volumes"]),
    ("opening.apart", Text, &[]),
    ("volume.heading", Heading(1), &["volume"]),
    ("volume.archives", Table(&[4, 12]), &[]),
    ("volume.method", Text, &[]),
    ("volume.password", Blank, &[]),
];

const RULE_83: &[Row] = &[
    ("head.address", Blank, &[]),
    ("head.telephone", Blank, &[]),
    ("opening.asked", Text, &[]),
    ("opening.notice", Text, &[]),
    ("opening.copy", Text, &[]),
    ("volume.table", Table(&[4, 10, 4, 10]), &[]),
    ("volume.legend", Text, &["legend"]),
    ("grounds.heading", Heading(1), &[]),
    ("grounds.note", Text, &[]),
    ("grounds.blank", Blank, &[]),
];

const FOIA_COPY: &[Row] = &[
    ("head.address", Blank, &[]),
    ("head.telephone", Blank, &[]),
    ("opening.copy", Text, &[]),
    ("opening.no_records", Text, &[]),
    ("volume.table", Table(&[4, 10, 4, 10]), &[]),
    ("volume.legend", Text, &["legend"]),
];

const NIL: &[Row] = &[
    ("front.meaning", Text, &[]),
    ("item.heading", Heading(1), &["item"]),
    ("item.asked", Text, &["text"]),
    ("item.period", Field, &["period"]),
    ("item.counts", Field, &["in_scope", "hit", "not_hit", "cannot_tell"]),
    ("item.criteria", Text, &[]),
    ("item.criterion", Point, &["criterion"]),
    ("item.searched", Table(&[5, 3, 10]), &[]),
    ("item.not_searched_before", Text, &[]),
    ("item.not_searched", Table(&[5, 4, 9]), &[]),
    ("item.nil", Text, &["item"]),
    ("item.backed", Text, &[]),
    ("item.not_backed", Text, &["why"]),
    ("limits.heading", Heading(1), &[]),
    ("limits.made", Point, &[]),
    ("limits.unsearchable", Point, &["unsearchable"]),
    ("limits.unread", Point, &["unread"]),
    ("limits.outside", Point, &[]),
    ("affirmation.read", Choice, &[]),
    ("affirmation.search", Choice, &[]),
];

const SCOPE: &[Row] = &[
    ("front.meaning", Text, &[]),
    ("front.limits", Text, &[]),
    ("item.heading", Heading(1), &["item"]),
    ("item.asked", Text, &["text"]),
    ("item.period", Field, &["period"]),
    ("item.counts", Field, &["in_scope", "hit", "not_hit", "cannot_tell"]),
    ("item.criteria", Text, &[]),
    ("item.criterion", Point, &["criterion"]),
    ("item.searched", Table(&[5, 3, 10]), &[]),
    ("item.searched_none", Text, &[]),
    ("item.not_searched_before", Text, &[]),
    ("item.not_searched", Table(&[5, 4, 9]), &[]),
    ("item.not_searched_none", Text, &[]),
    ("beside.heading", Heading(1), &["item", "kind"]),
    ("beside.asked", Text, &["text"]),
    ("beside.none", Text, &[]),
    ("register.heading", Heading(1), &[]),
    ("register.table", Table(&[6, 3, 6, 4, 4]), &[]),
    ("register.outside", Text, &["unattributed"]),
    ("register.unsearchable", Text, &["unsearchable"]),
    ("register.unread", Text, &["unread"]),
    ("affirmation.sources", Choice, &[]),
];

const SUPPLEMENT: &[Row] = &[
    ("opening.supplement", Text, &["volume"]),
    ("earlier.heading", Heading(1), &[]),
    ("earlier.statement", Point, &["day", "what"]),
    ("changed.heading", Heading(1), &[]),
    ("changed.new", Text, &["volume", "numbers", "records"]),
    ("changed.replaced_before", Text, &[]),
    ("changed.replaced", Table(&[3, 7, 7, 8]), &[]),
    ("changed.stands", Text, &[]),
    ("changed.gaps", Text, &[]),
    ("changed.gap", Point, &["gap", "finding"]),
    ("changed.gaps_same", Text, &[]),
    ("changed.reason", Blank, &[]),
    ("unknown.heading", Heading(1), &[]),
    ("unknown.quantity", Point, &["gaps"]),
    ("unknown.not_backed", Point, &["item"]),
    ("unknown.pending", Point, &["documents"]),
    ("unknown.none", Text, &[]),
];

const CLAW_BACK: &[Row] = &[
    ("opening.notice", Text, &["disclosed_on", "discovered_on"]),
    ("opening.basis", Text, &["basis"]),
    ("documents.heading", Heading(1), &[]),
    ("documents.table", Table(&[3, 8, 3, 8]), &[]),
    ("documents.holders", Text, &[]),
    ("asked.heading", Heading(1), &[]),
    ("asked.return", Point, &[]),
    ("asked.use", Point, &[]),
    ("asked.confirm", Point, &[]),
    ("asked.replacement", Text, &["volumes"]),
    ("asked.no_replacement", Text, &[]),
    ("asked.notices", Text, &["notices"]),
    ("asked.no_waiver", Text, &[]),
    ("asked.steps", Blank, &[]),
];

const ISSUE_SUMMARY: &[Row] = &[
    ("unknown.heading", Heading(1), &[]),
    ("unknown.what", Point, &["gap", "fields"]),
    ("unknown.none", Text, &[]),
    ("requests.heading", Heading(1), &[]),
    ("requests.account", Text, &["in_all", "touched", "may_be", "untouched", "unread"]),
];

/// Every statement of an instrument's template.
pub(super) fn entries(kind: Kind) -> Vec<Entry> {
    let lists: &[&[Row]] = match kind {
        Kind::GapCertification => &[RUNNING, GAP, GAP_CERTIFICATION, DECLARATION],
        Kind::IssueSummary => &[RUNNING, GAP, ISSUE_SUMMARY],
        Kind::Custodian => &[RUNNING, PARTIES, VOLUMES, CUSTODIAN, DECLARATION],
        Kind::System => &[RUNNING, PARTIES, VOLUMES, SYSTEM, DECLARATION],
        Kind::Copies => &[RUNNING, PARTIES, VOLUMES, COPIES, DECLARATION],
        Kind::Transmittal => &[RUNNING, LETTER, TRANSMITTAL],
        Kind::Password => &[RUNNING, LETTER, PASSWORD],
        Kind::Rule83 => &[RUNNING, LETTER, RULE_83],
        Kind::FoiaCopy => &[RUNNING, LETTER, FOIA_COPY],
        Kind::Nil => &[RUNNING, PARTIES, NIL, DECLARATION],
        Kind::Scope => &[RUNNING, PARTIES, SCOPE, DECLARATION],
        Kind::Supplement => &[RUNNING, LETTER, SUPPLEMENT],
        Kind::ClawBack => &[RUNNING, LETTER, CLAW_BACK],
    };
    let rows = lists.iter().flat_map(|list| list.iter());
    rows.map(|(name, shape, facts)| Entry { name, shape: *shape, facts }).collect()
}
