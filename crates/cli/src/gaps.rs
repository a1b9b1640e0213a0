//! The commands on gaps, and on the capture tests that rule them out.

use crate::args::{CaptureTestCommand, GapCommand, GapNoteArgs, ImpactArgs, MergeArgs, SplitArgs};
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use duces_model::{EmailAddress, GapStatus};
use duces_workspace::{TestOf, Workspace, WorkspaceError};
use serde_json::json;
use std::path::Path;

/// The nightly look: one line always, also where it could not look.
pub(crate) fn nightly(session: &Session, root: &Path) -> Result<Exit, CommandError> {
    let looked = Workspace::open(root, &session.actor)
        .and_then(|mut workspace| workspace.coverage_check(&session.actor));
    match looked {
        Ok(check) => {
            session.print(&check, show::gaps::check)?;
            Ok(match (check.new_gaps.is_empty(), check.is_stale()) {
                (false, _) => Exit::AnswerIsNo,
                (true, true) => Exit::Failed,
                (true, false) => Exit::needing_person(check.candidates_before > 0),
            })
        }
        Err(error) => {
            let why = in_one_line(&error);
            let said = json!({ "looked_at": session.actor.now, "could_not_look": why });
            session.print(&said, |_| show::gaps::could_not_look(session.actor.now, &why))?;
            // The line says it; an account that does not close is no finding of a gap.
            Ok(Exit::Failed)
        }
    }
}

/// An error with the first mistakes in files, where these are what it is.
fn in_one_line(error: &WorkspaceError) -> String {
    const TOLD: usize = 3;
    let Some(mistakes) = error.mistakes() else { return error.to_string() };
    let first: Vec<String> = mistakes.iter().take(TOLD).map(ToString::to_string).collect();
    let more = mistakes.iter().count().saturating_sub(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{mistakes}: {}{more}", first.join("; "))
}

/// Writes test messages, or looks which arrived.
pub(crate) fn capture_test(
    session: &Session,
    workspace: &mut Workspace,
    command: CaptureTestCommand,
) -> Result<Exit, CommandError> {
    match command {
        CaptureTestCommand::Plan { from, all, source } => {
            require_name(session)?;
            let sender = EmailAddress::new(&from).map_err(|error| CommandError::Usage {
                message: error.to_string(),
                hint: "--from takes the address that the messages are sent from".to_owned(),
            })?;
            let of = match (all, source.is_empty()) {
                (true, _) => TestOf::All,
                (false, false) => TestOf::Sources(source),
                (false, true) => TestOf::Unjudged,
            };
            let planned = workspace.plan_capture_tests(&of, &sender, &session.actor)?;
            session.print(&planned, show::capture_tests::planned)?;
            Ok(Exit::needing_person(!planned.written.is_empty() || !planned.left_out.is_empty()))
        }
        CaptureTestCommand::Check => {
            let checked = workspace.check_capture_tests(&session.actor)?;
            session.print(&checked, show::capture_tests::checked)?;
            Ok(Exit::needing_person(checked.missing > 0))
        }
    }
}

/// Lists, shows, judges, notes, merges or splits gaps.
pub(crate) fn gap(
    session: &Session,
    workspace: &mut Workspace,
    command: GapCommand,
) -> Result<Exit, CommandError> {
    let (word, status) = match command {
        GapCommand::List { open } => {
            let mut gaps = workspace.gaps()?;
            gaps.retain(|row| !open || row.is_open());
            session.print(&gaps, |gaps| show::gaps::list(gaps, open))?;
            return Ok(Exit::Done);
        }
        GapCommand::Show { gap } => {
            session.print(&workspace.gap(&gap)?, show::gaps::whole)?;
            return Ok(Exit::Done);
        }
        GapCommand::Note(args) => return note(session, workspace, &args),
        GapCommand::Merge(args) => return merge(session, workspace, &args),
        GapCommand::Split(args) => return split(session, workspace, &args),
        GapCommand::Impact(args) => return impact(session, workspace, &args),
        GapCommand::Summary { gaps } => {
            require_name(session)?;
            let drafted = workspace.gap_summary(&gaps, &session.actor)?;
            session.print(&drafted, show::impact::drafted)?;
            // A draft is for a person to go through.
            return Ok(Exit::NeedsPerson);
        }
        GapCommand::Confirm(word) => (word, GapStatus::Confirmed),
        GapCommand::Explain(word) => (word, GapStatus::Explained),
        GapCommand::Dismiss(word) => (word, GapStatus::Dismissed),
    };
    require_name(session)?;
    workspace.judge_gap(&word.gap, status, &word.why, &session.actor)?;
    let said =
        json!({ "gap": word.gap, "status": status.as_str(), "by": session.actor.name, "why": word.why });
    session.print(&said, |_| {
        format!("{}: {} by {}. It stays listed.\n", word.gap, status.as_str(), session.actor.name)
    })?;
    Ok(Exit::Done)
}

fn note(session: &Session, workspace: &mut Workspace, args: &GapNoteArgs) -> Result<Exit, CommandError> {
    require_name(session)?;
    workspace.note_gap(&args.gap, args.field.0, &args.text, &session.actor)?;
    let said = json!({ "gap": args.gap, "field": args.field.0, "text": args.text, "by": session.actor.name });
    session.print(&said, |_| {
        format!("{}: {} noted by {}.\n", args.gap, args.field.0.as_str(), session.actor.name)
    })?;
    Ok(Exit::Done)
}

fn merge(session: &Session, workspace: &mut Workspace, args: &MergeArgs) -> Result<Exit, CommandError> {
    require_name(session)?;
    workspace.merge_gap(&args.gap, args.into.as_deref(), &args.why, &session.actor)?;
    let said = json!({ "gap": args.gap, "into": args.into, "by": session.actor.name, "why": args.why });
    session.print(&said, |_| match &args.into {
        Some(into) => {
            format!("{} is one event with {into} now and counts with it. It stays listed.\n", args.gap)
        }
        None => format!("{} counts by itself again.\n", args.gap),
    })?;
    Ok(Exit::Done)
}

fn impact(session: &Session, workspace: &mut Workspace, args: &ImpactArgs) -> Result<Exit, CommandError> {
    require_name(session)?;
    match &args.supplement {
        Some(request) => {
            let report = workspace.supplement(&args.gap, request, &session.actor)?;
            session.print(&report, show::impact::supplement)?;
            Ok(Exit::NeedsPerson)
        }
        None => {
            let report = workspace.impact(&args.gap, &session.actor)?;
            session.print(&report, show::impact::impact)?;
            Ok(Exit::needing_person(report.needs_person()))
        }
    }
}

fn split(session: &Session, workspace: &mut Workspace, args: &SplitArgs) -> Result<Exit, CommandError> {
    require_name(session)?;
    let parts = workspace.split_gap(&args.gap, &args.parts, &args.why, &session.actor)?;
    let said = json!({ "gap": args.gap, "parts": parts, "by": session.actor.name, "why": args.why });
    session.print(&said, |_| {
        format!(
            "{} is split into {}. Its parts count now; it stays listed, and counts again where more of it is found.\n",
            args.gap,
            parts.join(", ")
        )
    })?;
    Ok(Exit::Done)
}
