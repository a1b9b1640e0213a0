//! From a draft that a person has gone through to a request file.
//!
//! Three things must be done by hand before it is one: each mark `# CHECK` deleted, each `"?"` replaced,
//! and a name and `status = "accepted"` written under `[draft]`. Everything that is still undone is said
//! at once, with its place.

use crate::file::{CHECK, UNSAID, commented};
use duces_model::{Mistake, Mistakes};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A request file that came from a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The file's text, without the table `[draft]`.
    pub text: String,
    /// Who accepted it.
    pub accepted_by: String,
    /// Name of the letter.
    pub letter: String,
    /// Digest of the letter, in hexadecimal.
    pub letter_sha256: String,
}

/// Checks a draft that a person has gone through and makes the request file of it. `file` is its name
/// as the user knows it. Whether the result is a right request file is for its own reader to say.
///
/// # Errors
/// Everything that is not confirmed yet, and what TOML does not allow.
pub fn check_accepted(file: &str, text: &str) -> Result<Accepted, Mistakes> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut mistakes: Vec<Mistake> = errors
        .iter()
        .map(|error| Mistake::in_text(file, text, error.span().unwrap_or(0..0), error.message()))
        .collect();
    Mistakes::or(std::mem::take(&mut mistakes), ())?;
    let wrong = |span: Range<usize>, message: &str, hint: &str| {
        Mistake::in_text(file, text, span, message).hint(hint)
    };
    let lines = scan(text);
    for line in &lines {
        if let Some(comment) = &line.comment
            && text.get(comment.clone()).is_some_and(is_mark)
        {
            mistakes.push(wrong(
                comment.clone(),
                "found a mark that says that nobody has compared this with the letter",
                "compare it, put right what is wrong, and delete the line",
            ));
        }
    }
    unsaid(document.get_ref(), &mut |span| {
        mistakes.push(wrong(
            span,
            "found \"?\", expected a value",
            "the letter does not say it plainly: a person must",
        ));
    });
    let place = lines
        .iter()
        .position(|line| !line.inside && text.get(line.at.clone()).map(str::trim) == Some("[draft]"));
    let draft = document.get_ref().get("draft").and_then(|draft| draft.get_ref().as_table());
    let (Some(place), Some(draft)) = (place, draft) else {
        mistakes.push(Mistake::of_file(file, "the file has no table [draft], so it is no draft"));
        return Err(all(mistakes));
    };
    let at = lines[place].at.clone();
    let mut word = |key: &str| {
        let value =
            draft.get(key).and_then(|value| value.get_ref().as_str()).unwrap_or_default().trim().to_owned();
        if value.is_empty() {
            let message = format!("[draft] has no {key}");
            mistakes.push(wrong(at.clone(), &message, "draft the letter again if the line was lost"));
        }
        value
    };
    let (status, accepted_by) = (word("status"), word("accepted_by"));
    let (letter, letter_sha256) = (word("letter"), word("letter_sha256"));
    if !status.is_empty() && status != "accepted" {
        let message = format!("the status is {status:?}, expected \"accepted\"");
        mistakes.push(wrong(
            at.clone(),
            &message,
            "write status = \"accepted\" once all is compared with the letter",
        ));
    }
    Mistakes::or(mistakes, ())?;
    let end = lines.iter().skip(place + 1).find(|line| {
        !line.inside && text.get(line.at.clone()).is_some_and(|line| line.trim_start().starts_with('['))
    });
    // Comments above the next table belong to it.
    let end = end.map_or(text.len(), |line| line.at.start);
    let kept = lines
        .iter()
        .skip(place + 1)
        .filter(|line| line.at.start < end && !line.inside)
        .filter(|line| text.get(line.at.clone()).is_some_and(|line| line.trim_start().starts_with('#')))
        .filter_map(|line| text.get(line.at.clone()))
        .map(|line| format!("{}\n", line.trim_end()))
        .collect::<String>();
    let head = text.get(..at.start).unwrap_or_default();
    let rest = text.get(end..).unwrap_or_default();
    let by = format!(
        "# Drafted from the letter {} (SHA-256 {}), accepted by {}.\n",
        commented(&letter),
        commented(&letter_sha256),
        commented(&accepted_by)
    );
    Ok(Accepted { text: format!("{head}{by}\n{kept}{rest}"), accepted_by, letter, letter_sha256 })
}

fn all(mistakes: Vec<Mistake>) -> Mistakes {
    let first = mistakes.first().cloned();
    match (Mistakes::or(mistakes, ()), first) {
        (Err(mistakes), _) => mistakes,
        (Ok(()), first) => Mistakes::one(first.unwrap_or_else(|| Mistake::of_file("", "no draft"))),
    }
}

fn is_mark(comment: &str) -> bool {
    let words = comment.trim_start_matches(['#', ' ', '\t']);
    words.strip_prefix(CHECK).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Every string that is `?` and nothing else.
fn unsaid(table: &DeTable<'_>, found: &mut dyn FnMut(Range<usize>)) {
    let mut open: Vec<&Spanned<DeValue<'_>>> = table.values().collect();
    while let Some(value) = open.pop() {
        match value.get_ref() {
            DeValue::String(text) if text.trim() == UNSAID => found(value.span()),
            DeValue::Array(values) => open.extend(values.iter()),
            DeValue::Table(table) => open.extend(table.values()),
            _ => {}
        }
    }
}

/// A line of a TOML file.
struct Scanned {
    at: Range<usize>,
    /// Whether it begins inside a string.
    inside: bool,
    comment: Option<Range<usize>>,
}

/// Lines with their comments; what stands in strings is none (TOML 1.1, "Comment", "String").
fn scan(text: &str) -> Vec<Scanned> {
    let mut lines = Vec::new();
    let mut open: Option<&str> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let inside = open.is_some();
        let mut comment = None;
        let mut at = 0;
        while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
            let step = rest.chars().next().map_or(1, char::len_utf8);
            match open {
                Some(quotes) if rest.starts_with(quotes) => {
                    // A string of three quotes may end in up to two more.
                    let more = if quotes.len() == 3 {
                        rest[3..].chars().take(2).take_while(|c| quotes.starts_with(*c)).count()
                    } else {
                        0
                    };
                    open = None;
                    at += quotes.len() + more;
                }
                Some(quotes) if quotes.starts_with('"') && rest.starts_with('\\') => {
                    at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                }
                Some(_) => at += step,
                None if rest.starts_with('#') => {
                    comment = Some(start + at..start + line.trim_end_matches(['\n', '\r']).len());
                    break;
                }
                None => {
                    open = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| rest.starts_with(quotes));
                    at += open.map_or(step, str::len);
                }
            }
        }
        // A string of one quote ends with its line, whatever is wrong with it.
        open = open.filter(|quotes| quotes.len() == 3);
        lines.push(Scanned { at: start..start + line.len(), inside, comment });
        start += line.len();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const DONE: &str = "format = 1\n\n[draft]\nstatus = \"accepted\"\naccepted_by = \"Dana Whitlock\"\nletter = \"l.txt\"\nletter_sha256 = \"ab\"\n\n# why\n[request]\ntitle = \"x # CHECK y\"\nnote = '''\n# CHECK in a string\n[draft]\n'''\n";

    #[test]
    fn a_draft_that_was_gone_through_becomes_a_request_without_its_draft_table() {
        let accepted = check_accepted("d.toml", DONE).unwrap();
        assert_eq!(accepted.accepted_by, "Dana Whitlock");
        assert_eq!(
            accepted.text,
            "format = 1\n\n# Drafted from the letter l.txt (SHA-256 ab), accepted by Dana Whitlock.\n\n# why\n[request]\ntitle = \"x # CHECK y\"\nnote = '''\n# CHECK in a string\n[draft]\n'''\n"
        );
    }

    #[test]
    fn everything_that_is_not_confirmed_is_said_at_once_with_its_place() {
        let text = DONE
            .replace("accepted\"", "proposed\"")
            .replace("# why", "# CHECK item 1: compare it")
            .replace("\"x # CHECK y\"", "\"?\" # CHECK")
            .replace("Dana Whitlock", "?");
        let mistakes = check_accepted("d.toml", &text).unwrap_err();
        let places: Vec<(u64, &str)> =
            mistakes.iter().map(|mistake| (mistake.line, mistake.message.as_str())).collect();
        assert_eq!(places.len(), 5, "{places:#?}");
        assert_eq!(places.iter().map(|place| place.0).collect::<Vec<_>>(), [3, 5, 9, 11, 11]);
    }

    #[test]
    fn a_file_that_is_no_draft_is_refused() {
        assert!(check_accepted("d.toml", "format = 1\n").is_err());
        assert!(check_accepted("d.toml", "draft = { status = \"accepted\" }\n").is_err());
        assert!(check_accepted("d.toml", "not toml").is_err());
    }
}
