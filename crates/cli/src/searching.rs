//! The commands that look: free searches, hit reports, samples.

use crate::args::{Format, HitsArgs, SampleArgs, SearchArgs};
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name, write};
use crate::show;
use duces_model::RequestId;
use duces_workspace::{Asked, HitOptions, NullSampleOptions, Sampling, Workspace};
use std::io::IsTerminal as _;
use std::path::Path;

/// Shows or saves one document, runs a request's searches, or searches freely.
pub(crate) fn search(
    session: &Session,
    workspace: &mut Workspace,
    args: &SearchArgs,
) -> Result<Exit, CommandError> {
    if let Some(document) = &args.open {
        session.print(&workspace.open_document(document, &session.actor)?, show::search::opened)?;
        return Ok(Exit::Done);
    }
    if let Some([document, file]) = args.save.as_deref() {
        let saved = workspace.save_document(document, Path::new(file), &session.actor)?;
        session.print(&saved, show::search::saved)?;
        return Ok(Exit::Done);
    }
    if args.dialect.is_some() || (args.what.is_none() && args.has_criteria()) {
        return free(session, workspace, args);
    }
    let hint = "duces search --dialect dtsearch 'wash sale*'; or duces search --from PERSON".to_owned();
    let Some(what) = &args.what else {
        let message =
            "expected the name of a request, terms with --dialect, or people, sources or days".to_owned();
        return Err(CommandError::Usage { message, hint });
    };
    if args.has_criteria() {
        let message =
            "a request says itself whom and what it asks; people, sources and days go with --dialect"
                .to_owned();
        return Err(CommandError::Usage { message, hint });
    }
    let request = what.parse::<RequestId>().map_err(|_| CommandError::Usage {
        message: format!("found {what:?}, expected the name of a request, or terms together with --dialect"),
        hint,
    })?;
    let report = workspace.search_request(&request, args.item.as_ref(), &session.actor)?;
    session.print(&report, show::hits::hits)?;
    Ok(Exit::needing_person(report.needs_person()))
}

fn free(session: &Session, workspace: &mut Workspace, args: &SearchArgs) -> Result<Exit, CommandError> {
    let asked = Asked {
        dialect: args.dialect.clone(),
        terms: args.what.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
        people: args.person.clone(),
        sources: args.source.clone(),
        channels: args.channel.clone(),
        since: args.since,
        until: args.until,
        page: args.page,
        limit: args.limit,
    };
    let report = workspace.search_terms(&asked, &session.actor)?;
    match session.format {
        // What comes from messages is made harmless piece by piece, so that the marks of the words found
        // are the only thing that steers the terminal.
        Format::Human => write(show::search::found(&report, std::io::stdout().is_terminal()).as_bytes())?,
        Format::Json => session.print(&report, |_| String::new())?,
    }
    Ok(Exit::needing_person(report.needs_person()))
}

/// The hit report of a request, or what changed since an earlier run.
pub(crate) fn hits(
    session: &Session,
    workspace: &mut Workspace,
    args: &HitsArgs,
) -> Result<Exit, CommandError> {
    if let Some(earlier) = args.compare {
        let report = workspace.compare_hits(&args.request, earlier, &session.actor)?;
        session.print(&report, show::hits::compared)?;
        return Ok(Exit::needing_person(report.changed() || report.needs_person));
    }
    let sampling = args.sample.zip(args.seed).map(|(size, seed)| Sampling { size, seed });
    let report = workspace.hits(&args.request, &HitOptions { sampling }, &session.actor)?;
    session.print(&report, show::hits::hits)?;
    Ok(Exit::needing_person(report.needs_person()))
}

/// Draws a sample of what was not selected, or takes the answers to one.
pub(crate) fn sample(
    session: &Session,
    workspace: &mut Workspace,
    args: &SampleArgs,
) -> Result<Exit, CommandError> {
    require_name(session)?;
    if let Some(sheet) = &args.answers {
        let report = workspace.answer_null_sample(&args.request, args.of, sheet, &session.actor)?;
        session.print(&report, show::sample::answered)?;
        return Ok(Exit::needing_person(report.needs_person()));
    }
    let Some((size, seed)) = args.null_set.zip(args.seed) else {
        let hint = "duces sample REQUEST --null-set N --seed S".to_owned();
        return Err(CommandError::Usage {
            message: "expected a size and a seed, or answers".to_owned(),
            hint,
        });
    };
    let options = NullSampleOptions {
        request: args.request.clone(),
        item: args.item.clone(),
        size,
        seed,
        families: args.families,
        universe: args.universe,
    };
    let report = workspace.draw_null_sample(&options, &session.actor)?;
    session.print(&report, show::sample::drawn)?;
    // Somebody has to read what was drawn.
    Ok(Exit::NeedsPerson)
}
