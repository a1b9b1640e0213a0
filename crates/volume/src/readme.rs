//! README.txt: what the receiving technician reads first.

use crate::entry::VolumePlan;
use crate::forms::{Encoding, Extra, Paging};
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
    let Counts { documents, numbers, natives, texts, text_only, slip_sheets, .. } = counts;
    let (forms, signs) = (&plan.forms, plan.forms.delimiters);
    let range = bates.map_or_else(|| "none".to_owned(), ToString::to_string);
    let code = |sign: char| format!("U+{:04X}, decimal {:03}", u32::from(sign), u32::from(sign));
    let fields: String =
        plan.fields.iter().enumerate().map(|(n, field)| format!("  {:>3}  {field}\n", n + 1)).collect();
    let list = match signs.list {
        ';' => "semicolon and space".to_owned(),
        other => format!("{} and a space", code(other)),
    };
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
{paged}Time zone:       {zone}
Written by:      {tool}

{statement}

WHAT IS HERE

  {data_path}
      The load file: one row for each document; the first row holds the field names.
  NATIVES/0001/ ...
      Native files, named by first Bates number; the load file holds each path.
  TEXT/0001/ ...
      Text files, named by first Bates number; the load file holds each path.
{more}  {MANIFEST}
      SHA-256 of every other file.
  {MANIFEST_JSON}
      The same with counts and field names, for programs.

All paths are relative to this folder and use '/'. A folder of natives or texts holds at most
{cap} files. {images}

THE LOAD FILE

  Encoding                  {encoding}
  Row end                   CRLF
  Between fields            {separator}
  Around every value        {quote}, also around an empty one
  New line inside a value   {new_line}
  Between several values    {list}
  Dates and times           separate fields; every time carries its zone

{replaced}
  Fields, in the order of the load file:

{fields}
THE TEXT FILES

  All are UTF-8 with byte-order mark and CRLF line ends. Every document has one. Where no text
  could be read from a document, its text file holds the mark only, and the load file's field for
  the status of the text, where it has one, says why. For a slip-sheet, the text file is the sheet.
  A character of value zero, at which some programs take a text for ended, stands as U+FFFD.

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
        paged = paged(forms.paging, counts),
        more = more(plan),
        images = images(forms.paging),
        encoding = forms.encoding,
        list = list,
        replaced = replaced(plan),
        separator = code(signs.field),
        quote = code(signs.quote),
        new_line = code(signs.new_line),
    )
}

/// Lines that only volumes with pages have.
fn paged(paging: Paging, counts: Counts) -> String {
    let own = format!("Pages only:      {} (documents produced on pages, without a native)\n", counts.paged);
    match paging {
        Paging::None => String::new(),
        Paging::Images { .. } => format!("{own}Page images:     {}\n", counts.images),
        Paging::Pdf => format!("{own}PDF files:       {}\n", counts.pdfs),
    }
}

fn images(paging: Paging) -> &'static str {
    match paging {
        Paging::None => "There are no images in this volume.",
        Paging::Images { .. } => {
            "So does a folder of images; every page has one image, named by its number.\nThe lists of images alone write \
             their paths with '\\'."
        }
        Paging::Pdf => "So does a folder of PDFs; every document has one PDF.",
    }
}

/// What else lies in the volume.
fn more(plan: &VolumePlan) -> String {
    let name = plan.name.as_str();
    let mut said = String::new();
    let mut say = |path: String, what: &str| said.push_str(&format!("  {path}\n      {what}\n"));
    match plan.forms.paging {
        Paging::None => {}
        Paging::Images { .. } => {
            say("IMAGES/0001/ ...".to_owned(), "Images of single pages, named by the number of the page.");
            say(format!("DATA/{name}.opt"), "The image cross-reference (Opticon): one line for each page.");
        }
        Paging::Pdf => {
            say("PDF/0001/ ...".to_owned(), "PDF files with searchable text, named by first Bates number.");
        }
    }
    for extra in &plan.forms.extras {
        match extra {
            Extra::Csv => {
                say(format!("DATA/{name}.csv"), "The rows of the load file as CSV, UTF-8 with mark.")
            }
            Extra::EdrmXml => say(format!("DATA/{name}.xml"), "The documents in EDRM XML."),
            Extra::Lfp if matches!(plan.forms.paging, Paging::Images { .. }) => {
                say(format!("DATA/{name}.lfp"), "The page images for IPRO.");
            }
            Extra::Lfp => {}
            Extra::Xlsx => say(
                format!("DATA/{name}.xlsx"),
                "The rows of the load file as a workbook, with links to the natives.",
            ),
            Extra::Items => {
                say("REPORTS/items.csv".to_owned(), "Which documents answer which item of the request.")
            }
            Extra::Custodians => say("REPORTS/custodians.csv".to_owned(), "Counts and ranges by custodian."),
            Extra::Exceptions => {
                say("REPORTS/exceptions.csv".to_owned(), "What to know of single documents.");
            }
        }
    }
    if plan.forms.archive.bytes_max.is_some() {
        said.push_str("\nThis volume may come in several archives; unpack all of them into one folder.\n");
    }
    said
}

/// What was done with signs that the load file cannot carry.
fn replaced(plan: &VolumePlan) -> String {
    let signs = plan.forms.delimiters;
    let mut said = if signs == crate::forms::Delimiters::default() {
        format!(
            "  Where a value held one of these signs itself, it was replaced: the quote by th, the separator by\n  \
             a space, the new-line sign by (R), and in lists a semicolon by a comma. Control characters were\n  \
             left out. {MANIFEST_JSON} counts this by field.\n"
        )
    } else {
        format!(
            "  Where a value held one of these signs itself, it was replaced. Control characters were left\n  \
             out. {MANIFEST_JSON} counts this by field.\n"
        )
    };
    if plan.forms.encoding == Encoding::Windows1252 {
        said.push_str("  Where a value held a sign that Windows-1252 lacks, ? stands for it.\n");
    }
    said
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
