//! The impact of a gap as a table.

use super::ImpactReport;
use super::certified::Sentence;
use super::telling::{UNKNOWN, file_name};
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::sheet::Sheet;
use std::path::PathBuf;

impl Workspace {
    pub(super) fn impact_sheet(&self, report: &ImpactReport) -> Result<PathBuf, WorkspaceError> {
        let heads = [
            "request",
            "kind",
            "touched",
            "item or sentence",
            "what",
            "verdict",
            "new documents",
            "run of the search log",
            "volumes or Bates ranges",
        ];
        let mut sheet = Sheet::internal(&heads);
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
                    item.run.map(|run| run.to_string()).unwrap_or_default(),
                    volumes.join("; "),
                ]);
            }
            for sentence in &request.sentences {
                sheet.row(sentence_row(request.request.to_string(), sentence));
            }
        }
        for sentence in &report.statements {
            sheet.row(sentence_row(String::new(), sentence));
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
                    past.statements_are.to_owned(),
                    String::new(),
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

/// A sentence that was issued; under no request's name where it answers no one request.
fn sentence_row(request: String, sentence: &Sentence) -> [String; 9] {
    [
        request,
        "here".to_owned(),
        "yes".to_owned(),
        format!("{} of {}", sentence.who(), sentence.issued_at.date_naive()),
        format!("{}; {}", sentence.says, sentence.because),
        sentence.verdict.as_str().to_owned(),
        String::new(),
        String::new(),
        String::new(),
    ]
}
