//! Gaps as a certification or a summary tells them: their record, and what they touch.

use crate::error::WorkspaceError;
use crate::gaps::GapRow;
use crate::home::{Actor, Workspace};
use crate::impact::summary::{Named, ours, theirs};
use crate::impact::telling::{Told, told};
use duces_instruments::form::dossier::{GapFile, TouchedFile};
use duces_instruments::form::fill::RequestsOnRecord;
use duces_model::{GapStatus, RequestId};
use duces_register::Register;
use std::collections::BTreeSet;

impl Workspace {
    /// The gaps that are named, or those that touch a request; each with what it touches.
    pub(super) fn gap_files(
        &mut self,
        about: &[String],
        actor: &Actor,
    ) -> Result<(Vec<GapFile>, RequestsOnRecord), WorkspaceError> {
        let rows = self.gaps_named(about)?;
        let register = self.register()?;
        let mut files = Vec::new();
        let (mut touched, mut may_be) = (BTreeSet::new(), BTreeSet::new());
        let (mut untouched, mut unread) = (BTreeSet::new(), BTreeSet::new());
        let mut in_all = 0;
        for row in rows {
            let impact = self.impact(&row.gap.id, actor)?;
            in_all = impact.requests_in_all;
            let mut of_gap = Vec::new();
            for request in &impact.requests {
                touched.insert(request.request.clone());
                of_gap.push(touched_file(ours(request), true));
            }
            for past in &impact.past {
                let list = if past.certain { &mut touched } else { &mut may_be };
                list.insert(past.request.clone());
                of_gap.push(touched_file(theirs(past), past.certain));
            }
            unread.extend(impact.unread.iter().map(|(request, _)| request.clone()));
            untouched.extend(impact.untouched.iter().cloned());
            files.push(gap_file(&row, of_gap, &register));
        }
        let rest = |of: BTreeSet<RequestId>, above: &[&BTreeSet<RequestId>]| -> BTreeSet<RequestId> {
            of.into_iter().filter(|request| !above.iter().any(|list| list.contains(request))).collect()
        };
        let may_be = rest(may_be, &[&touched]);
        let unread = rest(unread, &[&touched, &may_be]);
        let untouched = rest(untouched, &[&touched, &may_be, &unread]);
        let requests = RequestsOnRecord {
            in_all,
            touched: touched.len() as u64,
            may_be: may_be.len() as u64,
            untouched: untouched.len() as u64,
            unread: unread.len() as u64,
        };
        Ok((files, requests))
    }

    /// The gaps that are named, each once; a request stands for the gaps that touch it and count by themselves.
    fn gaps_named(&self, about: &[String]) -> Result<Vec<GapRow>, WorkspaceError> {
        if let [one] = about
            && let Ok(request) = one.parse::<RequestId>()
            && self.requests()?.contains(&request)
        {
            let register = self.register()?;
            let asked = self.read_request(&request, &register)?.request;
            let touches = |row: &GapRow| {
                asked.items().iter().any(|item| {
                    let sources = crate::scope::sources_of(item, &register);
                    row.gap.crosses_days(item.period.first(), item.period.last())
                        && crate::coverage::concerns(&row.gap, &sources)
                })
            };
            return Ok(self.gaps()?.into_iter().filter(|row| row.counts && touches(row)).collect());
        }
        let mut named = BTreeSet::new();
        about.iter().filter(|gap| named.insert(*gap)).map(|gap| self.gap(gap)).collect()
    }
}

fn touched_file(named: Named, certain: bool) -> TouchedFile {
    TouchedFile { name: named.name, certain, what: named.what, lines: named.lines }
}

fn gap_file(row: &GapRow, touched: Vec<TouchedFile>, register: &Register) -> GapFile {
    let gap = &row.gap;
    let Told {
        id,
        status,
        axis,
        whose,
        first_day,
        last_day,
        quantity,
        basis,
        stated,
        finding,
        blind_to,
        cause,
        scope,
        impact,
        detected,
        first_known,
        first_seen,
        remediation,
        recovered,
        concluded,
        history,
    } = told(row);
    let sources: Vec<_> = gap.sources.iter().filter_map(|id| register.source(id)).collect();
    let in_service = |source: &&duces_register::Source| {
        let to = source.in_service_to.map_or_else(|| "present".to_owned(), |day| day.to_string());
        format!("{} ({}), {} to {to}", source.name, source.id, source.in_service_from)
    };
    let mut channels: Vec<String> = sources.iter().map(|source| source.channel.to_string()).collect();
    channels.sort();
    channels.dedup();
    GapFile {
        id,
        is_candidate: gap.status == GapStatus::Candidate,
        status: match &row.reopened {
            Some(open) => {
                format!("{status}; it was {} and is open again, since more was found", open.was.as_str())
            }
            None => status,
        },
        axis: match gap.axis {
            duces_model::Axis::Preserved => {
                format!(
                    "{axis}: communications were not kept. Whether they were reviewed is another question"
                )
            }
            duces_model::Axis::Reviewed => {
                format!(
                    "{axis}: communications did not reach review. Whether they were kept is another question"
                )
            }
        },
        whose: if sources.is_empty() {
            whose
        } else {
            sources.iter().map(in_service).collect::<Vec<_>>().join("; ")
        },
        channels: if channels.is_empty() {
            "not known: no source has the address".to_owned()
        } else {
            channels.join(", ")
        },
        first_day,
        last_day,
        quantity,
        basis: basis.to_owned(),
        stated,
        evidence: gap.evidence_in_words(),
        finding,
        blind_to,
        cause,
        scope,
        impact,
        detected,
        first_known,
        first_seen,
        remediation,
        recovered,
        concluded,
        history,
        touched,
    }
}
