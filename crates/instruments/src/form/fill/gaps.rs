//! Gaps as counsel reviews them: the certification, and the summary of cause, scope and impact.

use super::{Taken, blank, declarant};
use crate::error::InstrumentError;
use crate::form::dossier::{GapFile, UNKNOWN};
use crate::form::{About, Kind, Passage, Sheet};
use crate::wording::{count, number};

/// How the requests on record stand to the gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestsOnRecord {
    /// All of them: the sum of the four.
    pub in_all: u64,
    /// Touched.
    pub touched: u64,
    /// Of which too little is known to say that they are not.
    pub may_be: u64,
    /// Not touched.
    pub untouched: u64,
    /// That could not be checked.
    pub unread: u64,
}

/// The certification of gaps, for counsel's review (I-2). A draft while nobody has judged one of them.
///
/// # Errors
/// [`InstrumentError::Refused`] where there is no gap to certify.
pub fn gap_certification(gaps: &[GapFile], taken: &Taken) -> Result<Sheet, InstrumentError> {
    let mut sheet = told(Kind::GapCertification, "Certification of Gaps", gaps, taken)?;
    sheet.draft |= gaps.iter().any(|gap| gap.is_candidate);
    declarant(&mut sheet, &["read", "inquiry", "cause", "others"], true);
    Ok(sheet)
}

/// The factual summary of an issue: cause, scope and impact (I-9). It is always a draft, for counsel to edit.
///
/// # Errors
/// [`InstrumentError::Refused`] where there is no gap; [`InstrumentError::Unexplained`] where requests do not add up.
pub fn issue_summary(
    gaps: &[GapFile],
    requests: RequestsOnRecord,
    taken: &Taken,
) -> Result<Sheet, InstrumentError> {
    let parts = [
        ("touched", requests.touched),
        ("may be touched", requests.may_be),
        ("not touched", requests.untouched),
        ("could not be checked", requests.unread),
    ];
    duces_model::accounting::check_sum("issue summary", ("requests on record", requests.in_all), &parts)?;
    let mut sheet = told(Kind::IssueSummary, "Cause, Scope and Impact", gaps, taken)?;
    sheet.draft = true;
    let mut unknown = Passage::default().say("heading", &[]);
    for gap in gaps {
        let fields = unknown_fields(gap);
        if !fields.is_empty() {
            unknown = unknown.say("what", &[("gap", gap.id.clone()), ("fields", fields.join(", "))]);
        }
    }
    let nothing = !unknown.says.contains_key("what");
    sheet.put("unknown", unknown.say_if(nothing, "none", &[]));
    let figures = [
        ("in_all", count(requests.in_all, "request")),
        ("touched", number(requests.touched)),
        ("may_be", number(requests.may_be)),
        ("untouched", number(requests.untouched)),
        ("unread", number(requests.unread)),
    ];
    sheet.put("requests", Passage::default().say("heading", &[]).say("account", &figures));
    sheet.put("affirmation", Passage::default());
    Ok(sheet)
}

fn told(kind: Kind, title: &str, gaps: &[GapFile], taken: &Taken) -> Result<Sheet, InstrumentError> {
    if gaps.is_empty() {
        return Err(InstrumentError::Refused {
            what: format!("no {kind} can be made"),
            missing: vec!["no gap is named, and none of the record's touches what was named".to_owned()],
        });
    }
    let about = About { gaps: gaps.iter().map(|gap| gap.id.clone()).collect(), ..About::default() };
    let mut sheet = blank(kind, title, about, taken);
    let candidates = gaps.iter().filter(|gap| gap.is_candidate).count() as u64;
    let front = Passage::default()
        .say("purpose", &[("gaps", count(gaps.len() as u64, "gap"))])
        .say("unknown", &[])
        .say_if(candidates > 0, "candidates", &[("candidates", count(candidates, "gap"))]);
    sheet.put("front", front);
    for (at, gap) in gaps.iter().enumerate() {
        sheet.put("gap", passage(at + 1, gap));
        sheet.questions.extend(questions(gap));
    }
    sheet.put("limits", Passage::default().all(&["heading", "these", "axis", "quantity", "people"]));
    Ok(sheet)
}

fn passage(place: usize, gap: &GapFile) -> Passage {
    let fields = [
        ("status", &gap.status),
        ("whose", &gap.whose),
        ("channels", &gap.channels),
        ("axis", &gap.axis),
        ("first_day", &gap.first_day),
        ("last_day", &gap.last_day),
        ("quantity", &gap.quantity),
        ("basis", &gap.basis),
        ("stated", &gap.stated),
        ("evidence", &gap.evidence),
        ("finding", &gap.finding),
        ("blind_to", &gap.blind_to),
        ("cause", &gap.cause),
        ("scope", &gap.scope),
        ("impact", &gap.impact),
        ("detected", &gap.detected),
        ("first_known", &gap.first_known),
        ("first_seen", &gap.first_seen),
        ("remediation", &gap.remediation),
        ("recovered", &gap.recovered),
        ("concluded", &gap.concluded),
    ];
    let heading = [("place", place.to_string()), ("gap", gap.id.clone())];
    let mut passage = Passage::default().say("heading", &heading);
    for (key, text) in fields {
        passage = passage.say(key, &[(key, text.clone())]);
    }
    passage = passage.say(if gap.history.is_empty() { "nobody" } else { "said" }, &[]);
    for word in &gap.history {
        passage = passage.say("word", &[("word", word.clone())]);
    }
    passage = passage.say(if gap.touched.is_empty() { "touches_none" } else { "touches" }, &[]);
    for request in &gap.touched {
        let key = if request.certain { "request" } else { "may_touch" };
        passage = passage.say(key, &[("request", request.name.clone()), ("what", request.what.clone())]);
        for line in &request.lines {
            passage = passage.say("line", &[("line", line.clone())]);
        }
    }
    passage
}

/// What the record does not know of a gap, in words.
fn unknown_fields(gap: &GapFile) -> Vec<&'static str> {
    let fields = [
        ("first day", &gap.first_day),
        ("last day", &gap.last_day),
        ("quantity", &gap.quantity),
        ("cause", &gap.cause),
        ("scope", &gap.scope),
        ("impact", &gap.impact),
        ("how it was found", &gap.detected),
        ("when it was first known", &gap.first_known),
        ("what was done", &gap.remediation),
        ("what was recovered", &gap.recovered),
    ];
    fields.into_iter().filter(|(_, text)| *text == UNKNOWN).map(|(name, _)| name).collect()
}

fn questions(gap: &GapFile) -> Vec<String> {
    let mut questions = Vec::new();
    if gap.is_candidate {
        questions.push(format!("{}: nobody has judged it (duces gap confirm, explain or dismiss).", gap.id));
    }
    let unknown = unknown_fields(gap);
    if !unknown.is_empty() {
        questions.push(format!("{}: unknown are {} (duces gap note).", gap.id, unknown.join(", ")));
    }
    questions
}
