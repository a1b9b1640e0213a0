//! Certificates, declarations, reports and letters.

use crate::args::{CertifyArgs, LetterArgs, kind};
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use duces_workspace::{InstrumentKind, Workspace};
use std::path::Path;

pub(crate) fn certify(
    session: &Session,
    workspace: &mut Workspace,
    args: &CertifyArgs,
) -> Result<Exit, CommandError> {
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
        (word, about) => {
            let kind = kind(word, false).map_err(|message| CommandError::Usage {
                message,
                hint: "duces certify --help lists what can be certified".to_owned(),
            })?;
            made(session, workspace, kind, about, args.draft)
        }
    }
}

pub(crate) fn letter(
    session: &Session,
    workspace: &mut Workspace,
    args: &LetterArgs,
) -> Result<Exit, CommandError> {
    require_name(session)?;
    made(session, workspace, args.kind, std::slice::from_ref(&args.about), args.draft)
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
