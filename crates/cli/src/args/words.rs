//! What a person says on the command line: a name, a reason, a note. Nothing is taken for said where nothing stands.

/// Who gives the command.
pub(super) fn name(text: &str) -> Result<String, String> {
    said(text, "the name of a person", "\"Ann Lee\"")
}

/// Why.
pub(super) fn reason(text: &str) -> Result<String, String> {
    said(text, "a reason in words", "\"the copy rule was deleted in the migration of 13 April\"")
}

/// A note.
pub(super) fn note(text: &str) -> Result<String, String> {
    said(text, "a text in words", "\"found by IT in the logs of the mail server\"")
}

/// The text without blanks around it; what only looks empty (zero-width characters) is empty too.
fn said(text: &str, what: &str, example: &str) -> Result<String, String> {
    let is_blank =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let said = text.trim_matches(is_blank);
    if said.is_empty() {
        return Err(format!("it is empty; expected {what}, such as {example}"));
    }
    Ok(said.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_or_blank_is_not_said_and_the_refusal_shows_what_to_type() {
        for blank in ["", " ", "\t\n", "\u{a0}", "\u{200b}", "\u{feff} "] {
            assert!(name(blank).unwrap_err().contains("\"Ann Lee\""), "{blank:?}");
            assert!(reason(blank).unwrap_err().contains("expected a reason"), "{blank:?}");
            assert!(note(blank).is_err(), "{blank:?}");
        }
        assert_eq!(reason("  an outage ").as_deref(), Ok("an outage"));
        assert_eq!(name("Zoë Brontë").as_deref(), Ok("Zoë Brontë"));
    }
}
