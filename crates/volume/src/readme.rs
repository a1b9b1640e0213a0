//! README.txt: what the receiving technician reads first.

use crate::dat::{FIELD_SEPARATOR, NEW_LINE, QUOTE};
use crate::entry::VolumePlan;
use crate::manifest::{Counts, MANIFEST, MANIFEST_JSON};
use duces_model::BatesRange;

/// Longest line of the profile's statement.
const LINE_MAX: usize = 96;

/// The text of README.txt, with LF line ends.
pub(crate) fn readme(
    plan: &VolumePlan,
    data_path: &str,
    bates: Option<&BatesRange>,
    counts: Counts,
) -> String {
    let Counts { documents, numbers, natives, texts, text_only, slip_sheets } = counts;
    let range = bates.map_or_else(|| "none".to_owned(), ToString::to_string);
    let code = |sign: char| format!("U+{:04X}, decimal {:03}", u32::from(sign), u32::from(sign));
    let fields: String =
        plan.fields.iter().enumerate().map(|(n, field)| format!("  {:>3}  {field}\n", n + 1)).collect();
    format!(
        "\
VOLUME {name}

Request:         {request}
Profile:         {profile} ({title})
Bates numbers:   {range} ({numbers} numbers)
Documents:       {documents}
Native files:    {natives}
Text files:      {texts}
Text only:       {text_only} (documents produced as text, without a native)
Slip-sheets:     {slip_sheets} (a numbered sheet stands for the document)
Time zone:       {zone}
Written by:      {tool}

{statement}

WHAT IS HERE

  {data_path}
      The load file: one row for each document; the first row holds the field names.
  NATIVES/0001/ ...
      Native files, named by first Bates number; the load file holds each path.
  TEXT/0001/ ...
      Text files, named by first Bates number; the load file holds each path.
  {MANIFEST}
      SHA-256 of every other file.
  {MANIFEST_JSON}
      The same with counts and field names, for programs.

All paths are relative to this folder and use '/'. A folder of natives or texts holds at most
{cap} files. There are no images in this volume.

THE LOAD FILE

  Encoding                  UTF-8 with byte-order mark
  Row end                   CRLF
  Between fields            {separator}
  Around every value        {quote}, also around an empty one
  New line inside a value   {new_line}
  Between several values    semicolon and space
  Dates and times           separate fields; every time carries its zone

  Where a value held one of these signs itself, it was replaced: the quote by th, the separator by
  a space, the new-line sign by (R), and in lists a semicolon by a comma. Control characters were
  left out. {MANIFEST_JSON} counts this by field.

  Fields, in the order of the load file:

{fields}
THE TEXT FILES

  All are UTF-8 with byte-order mark and CRLF line ends. Every document has one. Where no text
  could be read from a document, its text file holds the mark only, and the load file's field for
  the status of the text, where it has one, says why. For a slip-sheet, the text file is the sheet.

HOW TO CHECK THIS VOLUME

  In this folder, on Linux, macOS or Git for Windows:

      sha256sum -c {MANIFEST}

  (on macOS: shasum -a 256 -c {MANIFEST}). Every line has to end in OK.
",
        name = plan.name,
        request = plan.request,
        profile = plan.profile,
        title = plan.profile_title,
        zone = plan.time_zone,
        tool = plan.tool,
        statement = wrapped(&plan.statement),
        cap = plan.files_per_folder,
        separator = code(FIELD_SEPARATOR),
        quote = code(QUOTE),
        new_line = code(NEW_LINE),
    )
}

/// The same words in lines of at most [`LINE_MAX`] signs.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= LINE_MAX => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn wrapping_changes_no_word_and_keeps_to_the_line(text in "([a-zä]{1,20}[ \n]{1,2}){0,40}") {
            let wrapped = wrapped(&text);
            prop_assert!(wrapped.lines().all(|line| line.chars().count() <= LINE_MAX));
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(&wrapped), words(&text));
        }
    }
}
