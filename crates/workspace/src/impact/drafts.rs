//! What is drafted from an impact: its table, the factual summary of gaps, and the supplement of an answer.

use super::{ImpactReport, TouchedRequest, Verdict};
use crate::error::WorkspaceError;
use crate::files::{self, Doing as _};
use crate::gaps::{GapRow, day_in_words};
use crate::home::{Actor, Workspace};
use crate::select::SelectReport;
use crate::sheet::Sheet;
use duces_instruments::Draft;
use duces_model::{Axis, GapField, Quantity, RequestId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The word for what the record does not know.
const UNKNOWN: &str = "unknown";

/// A text that was drafted for counsel.
#[derive(Debug, Serialize)]
pub struct DraftedText {
    /// The file.
    pub path: PathBuf,
    /// What it calls unknown.
    pub unknowns: Vec<String>,
}

/// A supplement that was prepared.
#[derive(Debug, Serialize)]
pub struct SupplementReport {
    /// The request.
    pub request: RequestId,
    /// The gap that is its reason.
    pub gap: String,
    /// Documents that meet the criteria now and that no answer took in; by item, so that one may count twice.
    pub new_hits: u64,
    /// Documents of which it cannot be told and that no answer took in.
    pub new_cannot_tell: u64,
    /// The new population, in which what went out before is excluded as already produced; absent where nothing new
    /// was found.
    pub selected: Option<SelectReport>,
    /// Where the decisions sheet of the population before it lies now.
    pub earlier_sheet: Option<PathBuf>,
    /// The draft notice.
    pub notice: PathBuf,
}

/// A gap as a summary tells it; every field is words.
#[derive(Serialize)]
struct Told {
    id: String,
    status: String,
    axis: &'static str,
    whose: String,
    first_day: String,
    last_day: String,
    quantity: String,
    basis: &'static str,
    stated: String,
    finding: String,
    blind_to: String,
    cause: String,
    scope: String,
    impact: String,
    detected: String,
    first_known: String,
    first_seen: String,
    remediation: String,
    recovered: String,
    concluded: String,
    history: Vec<String>,
}

/// A request as a summary tells it.
#[derive(Serialize)]
struct Named {
    name: String,
    what: String,
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Summary {
    firm: String,
    known_on: String,
    unknowns: Vec<String>,
    gaps: Vec<Told>,
    requests_in_all: u64,
    touched: Vec<Named>,
    may_be_touched: Vec<Named>,
    untouched: u64,
    unread: u64,
}

#[derive(Serialize)]
struct Notice {
    firm: String,
    known_on: String,
    authority: String,
    number: String,
    request: String,
    earlier: Vec<String>,
    gap: String,
    days: String,
    quantity: String,
    changed: Vec<String>,
    found: String,
    unknowns: Vec<String>,
}

impl Workspace {
    /// Drafts the factual summary of gaps: cause, scope and impact, with what is unknown said first.
    ///
    /// # Errors
    /// An unknown gap, a template that cannot be used, a draft of that name that somebody may have edited.
    pub fn gap_summary(&mut self, gaps: &[String], actor: &Actor) -> Result<DraftedText, WorkspaceError> {
        let reports =
            gaps.iter().map(|gap| self.impact(gap, actor)).collect::<Result<Vec<ImpactReport>, _>>()?;
        let told: Vec<Told> = reports.iter().map(|report| told(&report.gap)).collect();
        let unknowns: Vec<String> = told.iter().flat_map(unknowns).collect();
        let (mut touched, mut may_be) = (BTreeMap::new(), BTreeMap::new());
        let (mut untouched, mut unread) = (BTreeSet::new(), BTreeSet::new());
        let mut in_all = 0;
        for report in &reports {
            in_all = report.requests_in_all;
            for request in &report.requests {
                touched.entry(request.request.clone()).or_insert_with(|| ours(request));
            }
            for past in &report.past {
                let list = if past.certain { &mut touched } else { &mut may_be };
                list.entry(past.request.clone()).or_insert_with(|| theirs(past));
            }
            unread.extend(report.unread.iter().map(|(request, _)| request.clone()));
            untouched.extend(report.untouched.iter().cloned());
        }
        may_be.retain(|request, _| !touched.contains_key(request));
        unread.retain(|request| !touched.contains_key(request));
        untouched.retain(|request| {
            !touched.contains_key(request) && !may_be.contains_key(request) && !unread.contains(request)
        });
        let summary = Summary {
            firm: self.config.firm.name.clone(),
            known_on: actor.now.date_naive().to_string(),
            unknowns: unknowns.clone(),
            gaps: told,
            requests_in_all: in_all,
            touched: touched.into_values().collect(),
            may_be_touched: may_be.into_values().collect(),
            untouched: untouched.len() as u64,
            unread: unread.len() as u64,
        };
        let name = format!("gap-summary-{}-{}.txt", actor.now.date_naive(), file_name(gaps));
        let path = self.draft(Draft::GapSummary, &name, &summary)?;
        Ok(DraftedText { path, unknowns })
    }

    /// Prepares the supplement of an answer that a gap touches: freezes a population in which only what is new is to be
    /// produced, and drafts the notice.
    ///
    /// # Errors
    /// A request that the gap does not touch or that was never selected, and whatever stops a selection.
    pub fn supplement(
        &mut self,
        gap: &str,
        request: &RequestId,
        actor: &Actor,
    ) -> Result<SupplementReport, WorkspaceError> {
        let name =
            format!("supplement-{request}-{}-{}.txt", actor.now.date_naive(), file_name(&[gap.to_owned()]));
        let notice = self.root.join("drafts").join(&name);
        if notice.exists() {
            // Before anything is frozen or moved.
            return Err(WorkspaceError::Exists { path: notice });
        }
        let impact = self.impact(gap, actor)?;
        if impact.past.iter().any(|past| past.request == *request) {
            return Err(WorkspaceError::Refused {
                what: format!(
                    "request {request} was answered before this program: nothing of it can be searched anew here"
                ),
                reasons: vec![format!(
                    "gap {gap} touches it, or may touch it: duces gap impact {gap} lists its statements"
                )],
                hint: "write it anew as a request file in requests/, then select and produce from that"
                    .to_owned(),
            });
        }
        let Some(touched) = impact.requests.iter().find(|touched| touched.request == *request) else {
            return Err(WorkspaceError::Refused {
                what: format!(
                    "gap {gap} does not touch request {request}, so there is nothing to supplement"
                ),
                reasons: Vec::new(),
                hint: format!("duces gap impact {gap} lists what it touches"),
            });
        };
        let population = self.population(request)?;
        let new_hits: u64 = touched.items.iter().filter_map(|item| item.new_hits).sum();
        let new_cannot_tell: u64 = touched.items.iter().filter_map(|item| item.new_cannot_tell).sum();
        let (mut selected, mut earlier_sheet) = (None, None);
        if new_hits + new_cannot_tell > 0 {
            let sheet = self.decisions_path(request);
            if sheet.exists() {
                let kept =
                    sheet.with_file_name(format!("decisions-{request}-population-{}.csv", population.key));
                if kept.exists() {
                    return Err(WorkspaceError::Exists { path: kept });
                }
                std::fs::rename(&sheet, &kept).doing("set aside", &sheet)?;
                earlier_sheet = Some(kept);
            }
            selected = Some(self.select(request, actor)?);
        }
        let row = &impact.gap;
        let changed = touched.sentences.iter().filter(|sentence| sentence.verdict != Verdict::Stands);
        let notice = Notice {
            firm: self.config.firm.name.clone(),
            known_on: actor.now.date_naive().to_string(),
            authority: touched.authority.clone(),
            number: touched.number.clone(),
            request: request.to_string(),
            earlier: touched
                .volumes
                .iter()
                .map(|volume| format!("volume {}, {}", volume.volume, volume.bates))
                .chain(touched.sentences.iter().map(|s| format!("certificate {} of {}: {}", s.certificate, s.issued_at.date_naive(), s.says)))
                .collect(),
            gap: row.gap.finding.clone(),
            days: days(row),
            quantity: quantity(row.gap.quantity),
            changed: changed.map(|s| format!("{} is {} now: {}", s.says, s.verdict.as_str(), s.because)).collect(),
            found: match (new_hits, new_cannot_tell) {
                (0, 0) => "A new search over what is retained now finds nothing that the earlier answer did not take in.".to_owned(),
                (hits, unsure) => format!(
                    "Counted by item, {hits} documents meet the request's criteria now, and of {unsure} it cannot be told; no earlier \
                     answer took them in. They are under review."
                ),
            },
            unknowns: unknowns(&told(row)).into_iter().collect(),
        };
        let notice = self.draft(Draft::SupplementNotice, &name, &notice)?;
        Ok(SupplementReport {
            request: request.clone(),
            gap: gap.to_owned(),
            new_hits,
            new_cannot_tell,
            selected,
            earlier_sheet,
            notice,
        })
    }

    /// Writes a draft, by the firm's own wording where it has one.
    fn draft(&self, draft: Draft, name: &str, facts: &impl Serialize) -> Result<PathBuf, WorkspaceError> {
        let own = self.root.join("templates").join(draft.file());
        let text = match std::fs::read_to_string(&own) {
            Ok(text) => draft.fill(&format!("templates/{}", draft.file()), &text, facts)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                draft.fill(draft.file(), draft.builtin(), facts)?
            }
            Err(source) => return Err(WorkspaceError::Io { doing: "read", path: own, source }),
        };
        let folder = self.root.join("drafts");
        files::make_folder(&folder)?;
        let path = folder.join(name);
        files::create(&path, text.as_bytes())?;
        Ok(path)
    }

    pub(super) fn impact_sheet(&self, report: &ImpactReport) -> Result<PathBuf, WorkspaceError> {
        let heads = [
            "request",
            "kind",
            "touched",
            "item or sentence",
            "what",
            "verdict",
            "new documents",
            "volumes or Bates ranges",
        ];
        let mut sheet = Sheet::new(&heads);
        for request in &report.requests {
            let volumes: Vec<String> =
                request.volumes.iter().map(|volume| format!("{} {}", volume.volume, volume.bates)).collect();
            for item in &request.items {
                let new =
                    item.new_hits.map(|n| n.to_string()).unwrap_or_else(|| "not selected yet".to_owned());
                sheet.row([
                    request.request.to_string(),
                    "here".to_owned(),
                    "yes".to_owned(),
                    format!("item {}", item.item),
                    format!("period {}: {}", item.period, item.text),
                    String::new(),
                    new,
                    volumes.join("; "),
                ]);
            }
            for sentence in &request.sentences {
                sheet.row([
                    request.request.to_string(),
                    "here".to_owned(),
                    "yes".to_owned(),
                    format!("certificate {} of {}", sentence.certificate, sentence.issued_at.date_naive()),
                    format!("{}; {}", sentence.says, sentence.because),
                    sentence.verdict.as_str().to_owned(),
                    String::new(),
                    String::new(),
                ]);
            }
        }
        for past in &report.past {
            let touched = if past.certain { "yes" } else { "may be: too little is known" };
            for item in &past.items {
                sheet.row([
                    past.request.to_string(),
                    format!("past, {}", past.kind),
                    touched.to_owned(),
                    item.clone(),
                    String::new(),
                    String::new(),
                    String::new(),
                    past.bates.join("; "),
                ]);
            }
            for statement in &past.statements {
                sheet.row([
                    past.request.to_string(),
                    format!("past, {}", past.kind),
                    touched.to_owned(),
                    format!(
                        "statement of {}",
                        statement.stated_on.map_or(UNKNOWN.to_owned(), |day| day.to_string())
                    ),
                    statement.text.clone(),
                    Verdict::Unsupported.as_str().to_owned(),
                    String::new(),
                    String::new(),
                ]);
            }
        }
        for (request, why) in &report.unread {
            sheet.row([
                request.to_string(),
                "here".to_owned(),
                "could not be checked".to_owned(),
                String::new(),
                why.clone(),
                String::new(),
                String::new(),
                String::new(),
            ]);
        }
        for request in &report.untouched {
            let cells = [request.to_string(), String::new(), "no".to_owned()];
            sheet.row(cells.into_iter().chain(std::iter::repeat_n(String::new(), heads.len() - 3)));
        }
        let path =
            self.report(&format!("impact-{}.csv", file_name(std::slice::from_ref(&report.gap.gap.id))));
        sheet.replace(&path)?;
        Ok(path)
    }
}

fn told(row: &GapRow) -> Told {
    let gap = &row.gap;
    let note = |field| {
        row.note(field).map_or_else(
            || UNKNOWN.to_owned(),
            |note| format!("{} ({}, {})", note.text, note.by, note.at.date_naive()),
        )
    };
    let sources: Vec<&str> = gap.sources.iter().map(duces_model::SourceId::as_str).collect();
    Told {
        id: gap.id.clone(),
        status: gap.status.as_str().to_owned(),
        axis: match gap.axis {
            Axis::Preserved => "not preserved",
            Axis::Reviewed => "not reviewed",
        },
        whose: gap
            .address
            .as_ref()
            .map_or_else(|| sources.join(", "), |address| format!("{address}, which no source has")),
        first_day: day_in_words(gap.first_day, gap.first_between),
        last_day: day_in_words(gap.last_day, gap.last_between),
        quantity: quantity(gap.quantity),
        basis: match gap.quantity {
            Quantity::Exact { .. } => "counted",
            Quantity::AtLeast { .. } => "counted as far as it could be seen; there may be more",
            Quantity::AtMost { .. } => "an upper bound",
            Quantity::Estimated { .. } => "estimated by a statistical model, with its interval at 95 %",
            Quantity::NetDifference { .. } => {
                "the difference of two counts; duplicates and retries can hide further loss"
            }
            Quantity::Unknown => "none",
        },
        stated: note(GapField::Stated),
        finding: gap.finding.clone(),
        blind_to: gap.blind_to.clone(),
        cause: note(GapField::Cause),
        scope: note(GapField::Scope),
        impact: note(GapField::Impact),
        detected: note(GapField::Detected),
        first_known: note(GapField::FirstKnown),
        first_seen: row.first_seen.date_naive().to_string(),
        remediation: note(GapField::Remediation),
        recovered: note(GapField::Recovered),
        concluded: note(GapField::Concluded),
        history: row
            .history
            .iter()
            .map(|word| {
                format!("{} {} by {}: {}", word.at.date_naive(), word.status.as_str(), word.by, word.why)
            })
            .collect(),
    }
}

/// What a gap's summary calls unknown.
fn unknowns(gap: &Told) -> Vec<String> {
    let fields = [
        ("first day", &gap.first_day),
        ("last day", &gap.last_day),
        ("quantity", &gap.quantity),
        ("cause", &gap.cause),
        ("scope", &gap.scope),
        ("impact", &gap.impact),
        ("how it was found", &gap.detected),
        ("what was done", &gap.remediation),
        ("what was recovered", &gap.recovered),
    ];
    let unknown: Vec<&str> =
        fields.iter().filter(|(_, text)| *text == UNKNOWN).map(|(name, _)| *name).collect();
    if unknown.is_empty() { Vec::new() } else { vec![format!("{}: {}", gap.id, unknown.join(", "))] }
}

fn ours(request: &TouchedRequest) -> Named {
    let items: Vec<String> = request.items.iter().map(|item| item.item.to_string()).collect();
    let volumes =
        request.volumes.iter().map(|volume| format!("produced: volume {}, {}", volume.volume, volume.bates));
    let sentences = request.sentences.iter().map(|sentence| {
        format!(
            "certificate {}: {}: {}; {}",
            sentence.certificate,
            sentence.verdict.as_str(),
            sentence.says,
            sentence.because
        )
    });
    Named {
        name: format!("{} ({} {})", request.request, request.authority, request.number),
        what: match items.as_slice() {
            [] => "by its certificates".to_owned(),
            [one] => format!("item {one}"),
            several => format!("items {}", several.join(", ")),
        },
        lines: volumes.chain(sentences).collect(),
    }
}

fn theirs(past: &super::TouchedPast) -> Named {
    let statements = past.statements.iter().map(|statement| {
        let day = statement
            .stated_on
            .map_or_else(|| "on a day that is unknown".to_owned(), |day| format!("on {day}"));
        format!("stated {day}, and unsupported now: \"{}\"", statement.text)
    });
    Named {
        name: format!(
            "{} ({} {}, {}, before this program)",
            past.request, past.authority, past.number, past.kind
        ),
        what: past.items.join("; "),
        lines: past.bates.iter().map(|bates| format!("produced: {bates}")).chain(statements).collect(),
    }
}

fn quantity(quantity: Quantity) -> String {
    match quantity {
        Quantity::Unknown => UNKNOWN.to_owned(),
        known => format!("{known} communications"),
    }
}

fn days(row: &GapRow) -> String {
    let gap = &row.gap;
    format!(
        "{} to {}",
        day_in_words(gap.first_day, gap.first_between),
        day_in_words(gap.last_day, gap.last_between)
    )
}

/// Gap names in a file name: letters, digits, `.`, `-` and `_` stay, everything else becomes `-`; the first two, and how
/// many more.
fn file_name(gaps: &[String]) -> String {
    let plain = |name: &String| -> String {
        name.chars()
            .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' })
            .take(80)
            .collect()
    };
    let mut text = gaps.iter().take(2).map(plain).collect::<Vec<_>>().join("+");
    if gaps.len() > 2 {
        text += &format!("+{}", gaps.len() - 2);
    }
    text
}
