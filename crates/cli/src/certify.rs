//! Certificates, declarations, reports and letters.

use crate::args::{CertifyArgs, LetterArgs, kind};
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use chrono::NaiveDate;
use duces_workspace::{InstrumentKind, Workspace};
use std::path::Path;

pub(crate) fn certify(
    session: &Session,
    workspace: &mut Workspace,
    args: &CertifyArgs,
) -> Result<Exit, CommandError> {
    if let (Some(day), false) = (args.as_known_on, args.about.is_empty()) {
        return stored(session, workspace, of_kind(&args.what)?, &args.about, (day, args.certificate));
    }
    if let Some(day) = args.as_known_on {
        let stored = workspace.certificate_as_known_on(&args.what, day, args.certificate)?;
        session.print(&stored, show::production::stored)?;
        return Ok(if stored.reproduction.holds() { Exit::Done } else { Exit::AnswerIsNo });
    }
    if let ("check", [file]) = (args.what.as_str(), args.about.as_slice()) {
        let check = workspace.check_facts(Path::new(file), &session.actor, &session.bars)?;
        session.print(&check, show::certify::checked)?;
        return Ok(match check.agrees() {
            true => Exit::needing_person(check.needs_person()),
            false => Exit::AnswerIsNo,
        });
    }
    require_name(session)?;
    match (args.what.as_str(), args.about.as_slice()) {
        (about, []) => {
            let outcome = workspace.certify(about, &session.actor, &session.bars)?;
            session.print(&outcome, show::production::certified)?;
            Ok(Exit::needing_person(outcome.partial))
        }
        (word, about) => made(session, workspace, of_kind(word)?, about, args.draft),
    }
}

fn of_kind(word: &str) -> Result<InstrumentKind, CommandError> {
    kind(word, false).map_err(|message| CommandError::Usage {
        message,
        hint: "duces certify --help lists what can be certified".to_owned(),
    })
}

pub(crate) fn letter(
    session: &Session,
    workspace: &mut Workspace,
    args: &LetterArgs,
) -> Result<Exit, CommandError> {
    let about = std::slice::from_ref(&args.about);
    if let Some(day) = args.as_known_on {
        return stored(session, workspace, args.kind, about, (day, args.number));
    }
    require_name(session)?;
    made(session, workspace, args.kind, about, args.draft)
}

fn stored(
    session: &Session,
    workspace: &Workspace,
    kind: InstrumentKind,
    about: &[String],
    (day, number): (NaiveDate, Option<i64>),
) -> Result<Exit, CommandError> {
    let stored = workspace.instrument_as_known_on(kind, about, day, number)?;
    session.print(&stored, show::certify::stored)?;
    Ok(Exit::Done)
}

fn made(
    session: &Session,
    workspace: &mut Workspace,
    kind: InstrumentKind,
    about: &[String],
    draft: bool,
) -> Result<Exit, CommandError> {
    let report = workspace.instrument(kind, about, draft, &session.actor, &session.bars)?;
    session.print(&report, show::certify::made)?;
    Ok(Exit::needing_person(report.draft || !report.questions.is_empty()))
}
