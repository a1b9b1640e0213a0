//! What cannot be told of supervisory review, because the register does not say it.

use chrono::NaiveDate;
use duces_model::SourceId;
use duces_register::Register;
use std::collections::BTreeSet;

/// So many sources are named in one line.
const NAMED_MAX: usize = 5;

/// What cannot be told of review, a line each; none where the register says all of it.
pub(super) fn doubts(register: &Register, today: NaiveDate) -> Vec<String> {
    let in_service: Vec<_> = register.sources.iter().filter(|source| source.is_in_service(today)).collect();
    let connected: BTreeSet<&SourceId> = register
        .sources
        .iter()
        .map(|source| &source.id)
        .filter(|id| !register.reviewed_days(id).is_empty())
        .collect();
    if connected.is_empty() {
        return vec![
            "review: the register connects no source to supervisory review (review.csv): nothing can be told of it"
                .to_owned(),
        ];
    }
    let mut found = Vec::new();
    let is_verified = |id: &SourceId| {
        let rows = register.review.iter().filter(|row| row.source == *id);
        let mut rows = rows.filter(|row| row.covers(today)).peekable();
        rows.peek().is_some() && rows.all(|row| row.verified_on.is_some())
    };
    let goes_on = |id: &SourceId| {
        let days = register.reviewed_days(id);
        days.iter().any(|(from, to)| *from <= today && to.is_none_or(|to| today <= to))
    };
    let doubtful = in_service.iter().map(|source| &source.id).filter(|id| goes_on(id) && !is_verified(id));
    found.extend(line(
        &doubtful.collect::<Vec<_>>(),
        "nobody says that the connection was verified (review.csv)",
    ));
    if register.review_log.is_empty() {
        found.push(
            "review: there is no review log (review-log): whether what was connected was reviewed cannot be told"
                .to_owned(),
        );
        return found;
    }
    let logged: BTreeSet<&SourceId> = register.review_log.iter().map(|row| &row.source).collect();
    let silent: Vec<&SourceId> = connected.iter().copied().filter(|id| !logged.contains(*id)).collect();
    found.extend(line(&silent, "no review log has anything: whether it was reviewed cannot be told"));
    let states = |id: &SourceId| register.source(id).is_some_and(|source| source.review_days_max.is_some());
    let timeless: Vec<&SourceId> = logged.iter().copied().filter(|id| !states(id)).collect();
    found
        .extend(line(&timeless, "no time for review is stated (review_days_max): lateness cannot be judged"));
    found
}

/// One line on some sources; nothing where there is none.
fn line(sources: &[&SourceId], says: &str) -> Option<String> {
    let mut named: Vec<String> = sources.iter().take(NAMED_MAX).map(ToString::to_string).collect();
    if sources.len() > NAMED_MAX {
        named.push(format!("{} more", sources.len() - NAMED_MAX));
    }
    (!named.is_empty()).then(|| format!("review: of {} {says}", named.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(review: &str, log: &str) -> Vec<String> {
        let sources = "source,name,channel,in_service_from,review_days_max\nann,Ann,email,2020-01-01,10 business days\n\
                       box,Box,email,2020-01-01,\nold,Old,email,2020-01-01,\n";
        let mut files = vec![("sources.csv", sources.to_owned()), ("people.csv", "person,name\n".to_owned())];
        files.push(("review.csv", format!("source,from,to,verified_on,verified_how\n{review}")));
        if !log.is_empty() {
            files.push(("review-log/a.csv", format!("source,message_id,reviewer,reviewed_on,action\n{log}")));
        }
        let files = files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes()));
        doubts(&Register::from_files(files).unwrap(), "2024-03-01".parse().unwrap())
    }

    #[test]
    fn what_the_register_does_not_say_of_review_is_said_to_be_unknown() {
        assert!(said("", "")[0].contains("connects no source"));
        let unlogged = said("ann,2020-01-01,,2020-01-02,seen\nbox,2020-01-01,,,\n", "");
        assert_eq!(unlogged.len(), 2, "{unlogged:?}");
        assert!(unlogged[0].starts_with("review: of box nobody says that the connection was verified"));
        assert!(unlogged[1].contains("no review log"));
        let logged = said(
            "ann,2020-01-01,,2020-01-02,seen\nbox,2020-01-01,,2020-01-02,seen\nold,2020-01-01,2020-12-31,,\n",
            "box,1@x,Ann,2024-01-02,approved\n",
        );
        assert_eq!(logged.len(), 2, "{logged:?}");
        assert!(logged[0].starts_with("review: of ann, old no review log has anything"));
        assert!(logged[1].starts_with("review: of box no time for review is stated"));
    }

    #[test]
    fn where_all_of_it_is_said_nothing_is_in_doubt() {
        let log = "ann,1@x,Ann,2024-01-02,approved\n";
        assert_eq!(said("ann,2020-01-01,,2020-01-02,seen\n", log), [""; 0]);
    }
}
