//! Each command: call the workspace, print the report, say how it ended.

use crate::args::{Args, AuditCommand, Command, Format, InitArgs, ProduceArgs, RegisterCommand};
use crate::exit::Exit;
use crate::progress::{self, Bars};
use crate::report::CommandError;
use crate::{
    certify, clawback, dedup, demo, gaps, manual, numbers, password, requests, review, searching, show,
    threads,
};
use duces_workspace::{
    Actor, ChildReaders, IndexOptions, ItemPlan, NewFirm, ProduceOptions, Severity, Stated, VerifyOptions,
    Workspace, WorkspaceError,
};
use serde::Serialize;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Who acts where neither --by nor the system says it. Nobody decides under this name.
pub(crate) const UNNAMED: &str = "unnamed user";

/// What every command knows.
pub(crate) struct Session {
    pub(crate) format: Format,
    pub(crate) actor: Actor,
    pub(crate) bars: Bars,
}

impl Session {
    /// Prints a report, as words or as JSON.
    pub(crate) fn print<T: Serialize>(
        &self,
        report: &T,
        words: impl FnOnce(&T) -> String,
    ) -> Result<(), CommandError> {
        let text = match self.format {
            Format::Human => harmless(&words(report)),
            Format::Json => {
                let json = serde_json::to_string_pretty(report);
                json.map_err(|error| CommandError::Output(error.into()))? + "\n"
            }
        };
        write(text.as_bytes())
    }
}

/// A text without what could steer a terminal or turn its lines around: archives hold hostile names.
pub(crate) fn harmless(text: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// Writes to the standard output. A reader that has had enough (`| head`) is no failure.
pub(crate) fn write(bytes: &[u8]) -> Result<(), CommandError> {
    match std::io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(CommandError::Output(error)),
        _ => Ok(()),
    }
}

/// Runs the command.
pub(crate) fn run(args: Args) -> Result<Exit, CommandError> {
    progress::catch_ctrl_c();
    #[allow(clippy::disallowed_methods, reason = "the face is where the environment and the clock are read")]
    let actor = Actor {
        name: args
            .by
            .clone()
            .or_else(|| ["USER", "USERNAME"].into_iter().find_map(login_name))
            .unwrap_or_else(|| UNNAMED.to_owned()),
        now: args.now.unwrap_or_else(|| std::time::SystemTime::now().into()),
    };
    let session = Session { format: args.format, actor, bars: Bars::new() };
    let root = args.workspace.as_path();
    match args.command {
        Command::Demo { folder } => demo::run(&session, &folder),
        Command::ReadFiles => crate::reading::serve().map(|()| Exit::Done).map_err(CommandError::Output),
        Command::Init(init) => init_workspace(&session, root, init),
        Command::Completions { shell } => write(&manual::completions(shell)).map(|()| Exit::Done),
        Command::Man => write(&manual::page().map_err(CommandError::Output)?).map(|()| Exit::Done),
        Command::Verify {
            volume,
            earlier,
            password_file,
            privilege_log,
            stated_documents: documents,
            stated_natives: natives,
            stated_images: images,
        } => {
            let stated = Stated { documents, natives, images };
            verify(&session, root, &volume, &VerifyOptions { earlier, password_file, privilege_log, stated })
        }
        command => in_workspace(&session, root, command),
    }
}

/// A login name as the system says it; one that is blank names nobody.
#[allow(clippy::disallowed_methods, reason = "the face is where the environment is read")]
fn login_name(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|name| !name.trim().is_empty())
}

/// Children of this program that read files.
pub(crate) fn readers() -> Option<Arc<ChildReaders>> {
    let program = std::env::current_exe().ok()?;
    Some(Arc::new(ChildReaders::new(&program, &["read-files"])))
}

fn in_workspace(session: &Session, root: &Path, command: Command) -> Result<Exit, CommandError> {
    if let Command::Coverage { check: true } = command {
        return gaps::nightly(session, root);
    }
    let mut workspace = Workspace::open(root, &session.actor)?;
    if let Some(readers) = readers() {
        workspace.read_files_with(readers);
    }
    match command {
        Command::Register(RegisterCommand::Check) => {
            session.print(&workspace.check_register()?, show::steps::register)?;
            Ok(Exit::Done)
        }
        Command::Index { rehash, rebuild } => {
            let report = workspace.index(IndexOptions { rehash, rebuild }, &session.actor, &session.bars)?;
            session.print(&report, show::steps::index)?;
            Ok(Exit::needing_person(report.needs_person()))
        }
        Command::Coverage { .. } => {
            let report = workspace.coverage(&session.actor)?;
            session.print(&report, show::steps::coverage)?;
            Ok(Exit::needing_person(report.unjudged() > 0))
        }
        Command::CaptureTest(command) => gaps::capture_test(session, &mut workspace, command),
        Command::Gap(command) => gaps::gap(session, &mut workspace, command),
        Command::Request(command) => requests::request(session, &mut workspace, command),
        Command::Add { request, item, files, note } => {
            require_name(session)?;
            let report = workspace.add(&request, &item, &files, &note, &session.actor)?;
            session.print(&report, show::request::added)?;
            Ok(Exit::Done)
        }
        Command::Plan { request } => {
            let report = workspace.plan(&request)?;
            session.print(&report, show::request::plan)?;
            let handing = !report.hand_offs.is_empty();
            Ok(Exit::needing_person(handing || report.items.iter().any(ItemPlan::needs_person)))
        }
        Command::Search(args) => searching::search(session, &mut workspace, &args),
        Command::Hits(args) => searching::hits(session, &mut workspace, &args),
        Command::Sample(args) => searching::sample(session, &mut workspace, &args),
        Command::Review(command) => review::review(session, &mut workspace, command),
        Command::Select { request } => {
            require_name(session)?;
            let report = workspace.select(&request, &session.actor)?;
            session.print(&report, show::production::selected)?;
            Ok(Exit::needing_person(report.needs_person()))
        }
        Command::Gate(args) => review::gate(session, &mut workspace, &args),
        Command::PrivilegeLog { request, volume } => {
            review::privilege_log(session, &mut workspace, &request, volume.as_ref())
        }
        Command::Produce(args) => produce(session, &mut workspace, args),
        Command::Clawback(args) => clawback::clawback(session, &mut workspace, *args),
        Command::Dedup(command) => dedup::dedup(session, &mut workspace, command),
        Command::Overlay { volume } => dedup::overlay(session, &mut workspace, &volume),
        Command::Threads(args) => threads::threads(session, &mut workspace, args),
        Command::Twins(args) => numbers::twins(session, &mut workspace, &args),
        Command::Bates(command) => numbers::bates(session, &workspace, command),
        Command::Certify(args) => certify::certify(session, &mut workspace, &args),
        Command::Letter(args) => certify::letter(session, &mut workspace, &args),
        Command::Explain { certificate, words } => {
            let report = workspace.explain_figure(certificate, &words)?;
            session.print(&report, show::certify::explained)?;
            let stands = report.without_rows.is_some() || report.found == report.figure;
            Ok(if stands { Exit::Done } else { Exit::AnswerIsNo })
        }
        Command::Status => {
            let report = workspace.status(&session.actor)?;
            session.print(&report, show::status::status)?;
            Ok(Exit::needing_person(!report.waiting.is_empty()))
        }
        Command::Audit { command: Some(AuditCommand::Export) } => {
            session.print(&workspace.export_audit(&session.actor)?, show::status::audit)?;
            Ok(Exit::Done)
        }
        Command::Audit { command } => {
            let copy = match command {
                Some(AuditCommand::Verify { against }) => against,
                _ => None,
            };
            session.print(&workspace.check_audit(copy.as_deref())?, show::status::audit)?;
            Ok(Exit::Done)
        }
        Command::Demo { .. }
        | Command::Init(_)
        | Command::ReadFiles
        | Command::Completions { .. }
        | Command::Man
        | Command::Verify { .. } => Ok(Exit::Done),
    }
}

/// A judgement has a person: where the system knows no login name, one must be given.
pub(crate) fn require_name(session: &Session) -> Result<(), CommandError> {
    if session.actor.name != UNNAMED {
        return Ok(());
    }
    Err(CommandError::Usage {
        message: "a decision needs the name of the person who makes it".to_owned(),
        hint: "name the person with --by NAME".to_owned(),
    })
}

fn init_workspace(session: &Session, root: &Path, args: InitArgs) -> Result<Exit, CommandError> {
    let firm = NewFirm {
        name: args.firm,
        crd: args.crd,
        domains: args.domains,
        zone: args.zone,
        archive: args.archive,
        prefix: args.prefix,
    };
    let written = Workspace::init(root, &firm, &session.actor)?;
    session.print(&written, |written| show::steps::init(root, written))?;
    Ok(Exit::Done)
}

fn produce(session: &Session, workspace: &mut Workspace, args: ProduceArgs) -> Result<Exit, CommandError> {
    if let (Some(volume), Some(why)) = (&args.void, &args.why) {
        workspace.void(volume, why, &session.actor)?;
        let said = serde_json::json!({ "volume": volume, "voided": true, "why": why });
        session
            .print(&said, |_| format!("{volume}: its numbers are void and will not be issued again.\n"))?;
        return Ok(Exit::Done);
    }
    if let Some(volume) = &args.rebuild {
        let report = workspace.rebuild(volume, &session.bars)?;
        session.print(&report, show::production::rebuilt)?;
        return Ok(if report.differing.is_empty() { Exit::Done } else { Exit::AnswerIsNo });
    }
    let Some(request) = args.request else {
        let hint = "duces produce REQUEST".to_owned();
        return Err(CommandError::Usage { message: "expected the name of a request".to_owned(), hint });
    };
    if args.mock {
        let mock = workspace.mock(&request, args.profile.as_deref(), &session.bars)?;
        session.print(&mock, show::production::mock)?;
        return Ok(Exit::needing_person(!mock.obstacles.is_empty()));
    }
    require_name(session)?;
    let options = ProduceOptions {
        request,
        volume: args.volume,
        partial: args.partial,
        replaces: args.replaces,
        why: args.why,
        profile: args.profile,
        password: Some(password::made()?),
    };
    let produced = match args.test_volume {
        true => workspace.test_volume(&options, &session.bars)?,
        false => workspace.produce(&options, &session.actor, &session.bars)?,
    };
    session.print(&produced, show::production::produced)?;
    Ok(Exit::needing_person(!produced.exceptions.is_empty() || !produced.remarks.is_empty()))
}

/// Checks a volume of the workspace; outside a workspace, and where it is asked what only a volume of others needs, any
/// volume by its path.
fn verify(session: &Session, root: &Path, volume: &str, asked: &VerifyOptions) -> Result<Exit, CommandError> {
    let path = Path::new(volume);
    let report = if asked.is_empty() {
        match Workspace::open(root, &session.actor) {
            Ok(mut workspace) => workspace.verify(volume, &session.actor, &session.bars)?,
            Err(WorkspaceError::NotAWorkspace { .. }) if path.exists() => {
                duces_workspace::verify_foreign(path, asked, &session.bars)?
            }
            Err(error) => return Err(error.into()),
        }
    } else {
        duces_workspace::verify_foreign(path, asked, &session.bars)?
    };
    session.print(&report, show::production::verified)?;
    if !report.passed {
        return Ok(Exit::AnswerIsNo);
    }
    let warned = report.volumes.iter().flat_map(|volume| &volume.findings);
    let warned = warned.map(|finding| finding.severity).any(|severity| severity == Severity::Warns);
    Ok(Exit::needing_person(warned || !report.beside.is_empty()))
}
