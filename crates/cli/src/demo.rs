//! The whole job on an invented firm, step by step, as a person would type it.

use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, UNNAMED, write};
use crate::show;
use duces_model::RequestId;
use duces_samples::Decision;
use duces_workspace::{GateOf, HitOptions, IndexOptions, ProduceOptions, Workspace, WorkspaceError};
use std::path::{Path, PathBuf};

/// One step as JSON: the command and its report.
#[derive(serde::Serialize)]
struct Step {
    command: String,
    report: serde_json::Value,
}

/// Tells what is done, and gathers it for the JSON form.
struct Teller<'a> {
    session: &'a Session,
    folder: &'a Path,
    steps: Vec<Step>,
}

impl Teller<'_> {
    fn told<T: serde::Serialize>(
        &mut self,
        command: &str,
        report: &T,
        words: impl FnOnce(&T) -> String,
    ) -> Result<(), CommandError> {
        let command = format!("duces -C {} {command}", self.folder.display());
        if self.session.format == crate::args::Format::Human {
            write(format!("\n$ {command}\n{}", words(report)).as_bytes())?;
        }
        let report = serde_json::to_value(report).map_err(|error| CommandError::Output(error.into()))?;
        self.steps.push(Step { command, report });
        Ok(())
    }
}

/// Makes the invented firm in a new folder and runs every step of the flow on it.
pub(crate) fn run(session: &Session, folder: &Path) -> Result<Exit, CommandError> {
    let written = duces_samples::write_firm(folder)?;
    if session.format == crate::args::Format::Human {
        let text = format!(
            "Elm & Cedar Partners LLC, an invented broker-dealer: {} messages, its register and a FINRA request in {}\n",
            written.messages,
            folder.display()
        );
        write(text.as_bytes())?;
    }
    // The invented firm has an invented paralegal, where the system does not say who runs it.
    let mut actor = session.actor.clone();
    if actor.name == UNNAMED {
        "P. Legal (invented)".clone_into(&mut actor.name);
    }
    let actor = &actor;
    let mut workspace = Workspace::open(folder, actor)?;
    if let Some(readers) = crate::run::readers() {
        workspace.read_files_with(readers);
    }
    let request: RequestId = duces_samples::REQUEST.parse().map_err(|error: duces_model::ids::IdError| {
        CommandError::Usage { message: error.to_string(), hint: String::new() }
    })?;
    let mut teller = Teller { session, folder, steps: Vec::new() };
    let bars = &session.bars;

    teller.told("register check", &workspace.check_register()?, show::steps::register)?;
    let index = workspace.index(IndexOptions::default(), actor, bars)?;
    teller.told("index", &index, show::steps::index)?;
    let coverage = workspace.coverage(actor)?;
    teller.told("coverage", &coverage, show::steps::coverage)?;
    teller.told(&format!("plan {request}"), &workspace.plan(&request)?, show::request::plan)?;
    let hits = workspace.hits(&request, &HitOptions::default(), actor)?;
    teller.told(&format!("hits {request}"), &hits, show::hits::hits)?;
    let selected = workspace.select(&request, actor)?;
    teller.told(&format!("select {request}"), &selected, show::production::selected)?;

    let exported = workspace.review_export(&request, None, actor, bars)?;
    teller.told(&format!("review export {request}"), &exported, show::review::exported)?;
    decide(&exported.csv)?;
    let imported = workspace.review_import(&request, &exported.csv, actor)?;
    let sheet = exported.csv.display();
    teller.told(&format!("review import {request} {sheet}"), &imported, show::review::imported)?;
    teller.told(
        &format!("produce {request} --mock"),
        &workspace.mock(&request, None, &session.bars)?,
        show::production::mock,
    )?;
    let asked = GateOf::whole(request.clone());
    let gate = workspace.gate(&asked, bars)?;
    teller.told(&format!("gate {request}"), &gate, show::gate::gate)?;
    let open: Vec<String> =
        gate.open().filter(|one| one.may_be_acknowledged).map(|one| one.id.to_owned()).collect();
    if !open.is_empty() {
        let why = "read, and known to counsel (invented)";
        let answered = workspace.acknowledge(&asked, &open, why, actor, bars)?;
        let ids = open.join(" --acknowledge ");
        teller.told(
            &format!("gate {request} --acknowledge {ids} --why \"{why}\""),
            &answered,
            show::gate::gate,
        )?;
    }
    let options = ProduceOptions {
        request: request.clone(),
        volume: None,
        partial: false,
        replaces: Vec::new(),
        why: None,
        profile: None,
        password: None,
    };
    let produced = workspace.produce(&options, actor, bars)?;
    teller.told(&format!("produce {request}"), &produced, show::production::produced)?;
    let verified = workspace.verify(produced.volume.as_str(), actor, bars)?;
    teller.told(&format!("verify {}", produced.volume), &verified, show::production::verified)?;
    if !verified.passed {
        return Ok(Exit::AnswerIsNo);
    }
    let certified = workspace.certify(produced.volume.as_str(), actor, bars)?;
    teller.told(&format!("certify {}", produced.volume), &certified, show::production::certified)?;
    let log = workspace.privilege_log(&request, None, actor)?;
    teller.told(&format!("privilege-log {request}"), &log, show::privilege::log)?;
    teller.told("status", &workspace.status(actor)?, show::status::status)?;

    let steps = teller.steps;
    match session.format {
        crate::args::Format::Json => session.print(&steps, |_| String::new())?,
        crate::args::Format::Human => {
            write(closing(&certified.pdf, &produced.path, folder, &coverage).as_bytes())?
        }
    }
    Ok(Exit::Done)
}

fn closing(pdf: &Path, volume: &Path, folder: &Path, coverage: &duces_workspace::CoverageReport) -> String {
    format!(
        "\nOpen first:  {}\n  the completeness certificate; the officer reads, fills in and signs it\n\
         Then:        {}\n  the volume: natives, text, load file, manifest; README.txt says how to check it\n\
         And:         {}\n  the {} that the archive shows, to be judged by a person (duces gap confirm …)\n\
         The letter:  {}\n",
        pdf.display(),
        volume.display(),
        folder.join("reports").join("gaps.csv").display(),
        show::words::count(coverage.gaps.len() as u64, "gap", "gaps"),
        folder.join("requests").join(format!("{}.letter.txt", duces_samples::REQUEST)).display(),
    )
}

/// Fills the review sheet in as the invented firm's paralegal would.
fn decide(sheet: &Path) -> Result<(), CommandError> {
    let failed = |source: std::io::Error| {
        CommandError::Workspace(WorkspaceError::Io { doing: "fill in", path: PathBuf::from(sheet), source })
    };
    let bytes = std::fs::read(sheet).map_err(failed)?;
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let heads = reader.headers().map_err(|error| failed(error.into()))?.clone();
    let at = |name: &str| heads.iter().position(|head| head.trim_start_matches('\u{feff}') == name);
    let decisions = duces_samples::decisions();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&heads).map_err(|error| failed(error.into()))?;
    for row in reader.records() {
        let row = row.map_err(|error| failed(error.into()))?;
        let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
        let subject = at("subject").and_then(|at| row.get(at)).unwrap_or_default();
        let decision = decisions.iter().find(|decision| subject.contains(&decision.subject_contains));
        let filled = match decision {
            Some(decision) => {
                let Decision { responsive, privileged, attorney, by, note, .. } = decision;
                [responsive, privileged, attorney, by, note].map(String::as_str)
            }
            None => ["yes", "", "", "", ""],
        };
        for (name, value) in ["responsive", "privileged", "attorney", "by", "note"].into_iter().zip(filled) {
            if let Some(cell) = at(name).and_then(|at| cells.get_mut(at)) {
                value.clone_into(cell);
            }
        }
        writer.write_record(&cells).map_err(|error| failed(error.into()))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(std::io::Error::other(error.to_string())))?;
    std::fs::write(sheet, bytes).map_err(failed)
}
