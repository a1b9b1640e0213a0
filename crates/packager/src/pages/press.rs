//! Pages made by `duces-render`.

use super::{Counted, Made, PageError, Paginate, Shown, Stamp, Take};
use crate::fields::{people, senders};
use crate::profile::PageKind;
use crate::retained::Fetched;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use duces_model::{DocumentKind, Role};
use duces_render::{Body, Content, Endorsement, Message, Printer, Sheets, SlipSheet, TextRendition};

/// Sets documents on pages. Fonts are read when the first page is.
pub struct Press {
    zone: Tz,
    printer: Option<Printer>,
}

impl Press {
    /// A press that writes times in this zone.
    pub fn new(zone: Tz) -> Self {
        Self { zone, printer: None }
    }

    fn printer(&mut self) -> Result<&mut Printer, PageError> {
        if self.printer.is_none() {
            self.printer = Some(Printer::new().map_err(|error| PageError::Other(error.into()))?);
        }
        self.printer.as_mut().ok_or_else(|| PageError::Other("found no printer, expected one".into()))
    }

    fn lay_out(&mut self, shown: &Shown<'_>) -> Result<Sheets, PageError> {
        let content = self.content(shown);
        self.printer()?.lay_out(&content).map_err(|error| PageError::Other(error.into()))
    }

    fn content(&self, shown: &Shown<'_>) -> Content {
        match shown {
            Shown::Sheet { title, lines } => {
                Content::SlipSheet(SlipSheet { title: (*title).to_owned(), lines: lines.to_vec() })
            }
            Shown::Document { fetched, attachments, notes, .. }
                if fetched.document.kind == DocumentKind::Message =>
            {
                Content::Message(Message {
                    headers: self.headers(fetched),
                    body: Body::Plain(fetched.document.text.clone()),
                    attachments: attachments.to_vec(),
                    notes: notes.to_vec(),
                })
            }
            Shown::Document { fetched, notes, rendition, .. } => {
                let title = fetched.document.file_name.clone().unwrap_or_default();
                let mut label = match rendition {
                    true => format!("Text of {title}; the file itself is produced natively"),
                    false => String::new(),
                };
                for note in *notes {
                    label = if label.is_empty() { note.clone() } else { format!("{label}. {note}") };
                }
                Content::Text(TextRendition { title, label, text: fetched.document.text.clone() })
            }
        }
    }

    fn headers(&self, fetched: &Fetched) -> Vec<(String, String)> {
        let document = &fetched.document;
        let sent =
            |at: DateTime<Utc>| at.with_timezone(&self.zone).format("%m/%d/%Y %I:%M %p %Z").to_string();
        let role = |role| people(&document.participants, role).join("; ");
        let lines = [
            ("From", senders(&document.participants).join("; ")),
            ("Sent", document.sent_at.map(sent).unwrap_or_default()),
            ("To", role(Role::To)),
            ("Cc", role(Role::Cc)),
            ("Bcc", role(Role::Bcc)),
            ("Subject", document.subject.clone().unwrap_or_default()),
        ];
        let filled = lines.into_iter().filter(|(_, value)| !value.is_empty());
        filled.map(|(label, value)| (label.to_owned(), value)).collect()
    }
}

impl Paginate for Press {
    fn makes(&self, kind: PageKind) -> bool {
        matches!(kind, PageKind::None | PageKind::Pdf)
    }

    fn count(&mut self, shown: &Shown<'_>) -> Result<Counted, PageError> {
        let sheets = self.lay_out(shown)?;
        Ok(Counted {
            pages: u64::from(sheets.pages()),
            remarks: sheets.notes().iter().map(ToString::to_string).collect(),
            defect: sheets.defect().map(ToString::to_string),
        })
    }

    fn make(
        &mut self,
        shown: &Shown<'_>,
        kind: PageKind,
        stamp: &Stamp,
        take: &mut Take<'_>,
    ) -> Result<(), PageError> {
        let sheets = self.lay_out(shown)?;
        let (found, counted) = (u64::from(sheets.pages()), stamp.numbers.len() as u64);
        if found != counted {
            return Err(PageError::Count { found, counted });
        }
        let endorsement = Endorsement {
            numbers: stamp.numbers.clone(),
            legend: stamp.legend.clone(),
            // The same for every document, so that it tells nothing of a withheld one.
            dated: DateTime::UNIX_EPOCH,
        };
        match kind {
            PageKind::None => Ok(()),
            PageKind::Pdf => {
                let bytes = self.printer()?.pdf(&sheets, &endorsement);
                let bytes = bytes.map_err(|error| PageError::Other(error.into()))?;
                take(Made::Pdf(bytes)).map_err(|error| PageError::Other(error.into()))
            }
            PageKind::Tiff | PageKind::JpegWhereColour => {
                Err(PageError::Other(format!("this version makes no pages of kind {kind}").into()))
            }
        }
    }
}
