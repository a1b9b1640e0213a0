//! Pages made by `duces-render`.

use super::{Counted, Covering, Made, PageError, Paginate, Shown, Stamp, Take};
use crate::fields::{people, senders};
use crate::profile::PageKind;
use crate::redact::label;
use crate::retained::{Fetched, Markup, Said};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use duces_model::{DocumentKind, Points, RedactedPlace, Redaction, Role, Searchability};
use duces_render::{
    Body, Content, Conversation, Cover, Endorsement, Entry, ImageFile, ImageKind, Inline, Message, Printer,
    Sheets, SlipSheet, TextRendition,
};
use duces_volume::PageKind as FileKind;

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

    /// The pages; what is covered is not on them.
    fn lay_out(&mut self, shown: &Shown<'_>) -> Result<Sheets, PageError> {
        let (sheets, covering) = self.laid_out(shown)?;
        match covering.wrong.first() {
            None => Ok(sheets),
            Some(wrong) => Err(PageError::Other(wrong.clone().into())),
        }
    }

    fn laid_out(&mut self, shown: &Shown<'_>) -> Result<(Sheets, Covering), PageError> {
        let content = self.content(shown);
        let redaction = match shown {
            Shown::Document { redaction, .. } => *redaction,
            Shown::Sheet { .. } => None,
        };
        let printer = self.printer()?;
        let boxed = redaction.is_some_and(<[_]>::is_empty);
        let laid_out = if boxed { printer.lay_out_boxed(&content) } else { printer.lay_out(&content) };
        let mut sheets = laid_out.map_err(|error| PageError::Other(error.into()))?;
        if let Shown::Document { fetched, .. } = shown {
            let name = fetched.document.file_name.clone();
            sheets = printer.named(sheets, name.into_iter().collect());
        }
        let covers: Vec<Cover> = redaction.unwrap_or_default().iter().filter_map(cover).collect();
        let mut covering = Covering::default();
        if !covers.is_empty() {
            match printer.cover(&mut sheets, &covers) {
                Ok(taken) => covering.words = taken.into_iter().map(|one| one.words).collect(),
                Err(wrong) => covering.wrong = wrong.iter().map(|(_, error)| error.to_string()).collect(),
            }
            covering.text = sheets.text();
        }
        Ok((sheets, covering))
    }

    fn content(&self, shown: &Shown<'_>) -> Content {
        match shown {
            Shown::Sheet { title, lines } => {
                Content::SlipSheet(SlipSheet { title: (*title).to_owned(), lines: lines.to_vec() })
            }
            Shown::Document { fetched, notes, talk: Some(talk), .. } => {
                let entry = |said: &Said| Entry {
                    time: said.time.clone(),
                    who: said.who.clone(),
                    text: said.text.clone(),
                    ..Entry::default()
                };
                let around = (!talk.around.is_empty())
                    .then(|| format!("Text of the file around the events:\n{}", talk.around));
                Content::Conversation(Conversation {
                    heading: self.headers(fetched),
                    entries: talk.said.iter().map(entry).collect(),
                    notes: around.into_iter().chain(notes.iter().cloned()).collect(),
                })
            }
            Shown::Document { fetched, attachments, notes, markup, .. }
                if fetched.document.kind == DocumentKind::Message =>
            {
                Content::Message(Message {
                    headers: self.headers(fetched),
                    body: body(fetched, *markup),
                    attachments: attachments.to_vec(),
                    notes: notes.iter().cloned().chain(unread(fetched)).collect(),
                })
            }
            Shown::Document { fetched, as_is: true, .. } => {
                let bytes = fetched.native.clone();
                if fetched.document.native.extension.eq_ignore_ascii_case("pdf") {
                    Content::Pdf(bytes)
                } else {
                    Content::Picture(bytes)
                }
            }
            Shown::Document { fetched, notes, rendition, redaction, .. } => {
                let title = fetched.document.file_name.clone().unwrap_or_default();
                let mut label = match (rendition, redaction) {
                    (true, None) => format!("Text of {title}; the file itself is produced natively"),
                    (true, Some(_)) => {
                        format!(
                            "Text of {title}; the file itself is not produced, because parts of it are redacted"
                        )
                    }
                    (false, _) => String::new(),
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

/// What is to be said of a message whose page would else be blank, or holds less than the message does.
fn unread(fetched: &Fetched) -> Option<String> {
    let document = &fetched.document;
    match &document.searchability {
        Searchability::Unsearchable(defect) => {
            Some(format!("The text of this message could not be read in full: {}.", defect.code))
        }
        Searchability::Indexed if document.text.trim().is_empty() => {
            Some("This message has no text.".to_owned())
        }
        Searchability::Indexed => None,
    }
}

/// As wide as a number is in practice: what stands beside it must leave it room.
const WIDE_NUMBER: &str = "WWWWWW0000000000";

/// Whether pages can hold what was not set here: a file placed on them, or pictures of HTML.
fn foreign(shown: &Shown<'_>) -> bool {
    matches!(shown, Shown::Document { as_is: true, .. } | Shown::Document { markup: Some(_), .. })
}

/// How pages of that kind are drawn; nothing where none are.
fn drawn_as(kind: PageKind) -> Option<ImageKind> {
    match kind {
        PageKind::None | PageKind::Pdf => None,
        PageKind::Tiff => Some(ImageKind::Bilevel),
        PageKind::JpegWhereColour => Some(ImageKind::ColourWhereNeeded),
    }
}

/// A region as the printer takes it.
fn cover(redaction: &Redaction) -> Option<Cover> {
    let RedactedPlace::Region { page, x, y, width, height } = &redaction.place else { return None };
    let points = |points: &Points| points.as_f64() as f32;
    Some(Cover {
        page: *page,
        x: points(x),
        y: points(y),
        width: points(width),
        height: points(height),
        label: label(&redaction.reason),
    })
}

/// The HTML where there is one to show, else the text.
fn body(fetched: &Fetched, markup: Option<&Markup>) -> Body {
    let Some(markup) = markup else { return Body::Plain(fetched.document.text.clone()) };
    let inline = markup.inline.iter().map(|part| Inline {
        content_id: part.called.clone(),
        media_type: part.media_type.clone(),
        bytes: part.bytes.clone(),
    });
    Body::Html { html: markup.html.clone(), inline: inline.collect() }
}

impl Paginate for Press {
    fn makes(&self, kind: PageKind) -> bool {
        match kind {
            PageKind::None | PageKind::Pdf | PageKind::Tiff | PageKind::JpegWhereColour => true,
        }
    }

    fn fits(&mut self, words: &str) -> Result<(), PageError> {
        let sheet = SlipSheet { title: "SHEET".to_owned(), lines: Vec::new() };
        let sheets = self.printer()?.lay_out(&Content::SlipSheet(sheet)).map_err(other)?;
        let numbers = vec![WIDE_NUMBER.to_owned()];
        let endorsement =
            Endorsement { numbers, legend: Some(words.to_owned()), dated: DateTime::UNIX_EPOCH };
        self.printer()?.pdf(&sheets, &endorsement).map(drop).map_err(other)
    }

    fn count(&mut self, shown: &Shown<'_>, kind: PageKind) -> Result<Counted, PageError> {
        let sheets = self.lay_out(shown)?;
        let asked = drawn_as(kind).is_some() && sheets.defect().is_none() && foreign(shown);
        let undrawn = if asked { self.printer()?.undrawn(&sheets).map_err(other)? } else { None };
        Ok(Counted {
            undrawn: undrawn.map(|defect| defect.to_string()),
            pages: u64::from(sheets.pages()),
            remarks: sheets.notes().iter().map(ToString::to_string).collect(),
            defect: sheets.defect().map(ToString::to_string),
            partial: !sheets.is_whole(),
        })
    }

    fn covered(&mut self, shown: &Shown<'_>) -> Result<Covering, PageError> {
        Ok(self.laid_out(shown)?.1)
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
                let wanted = drawn_as(kind).unwrap_or(ImageKind::Bilevel);
                let images = self.printer()?.images(&sheets, &endorsement, wanted);
                for (image, number) in images.map_err(other)?.zip(&stamp.numbers) {
                    let image = image.map_err(other)?;
                    if image.missing > 0 {
                        return Err(PageError::Missing { number: number.clone(), parts: image.missing });
                    }
                    let file = match image.file {
                        ImageFile::Tiff => FileKind::Tiff,
                        ImageFile::Jpeg => FileKind::Jpeg,
                    };
                    take(Made::Page(file, image.bytes)).map_err(other)?;
                }
                Ok(())
            }
        }
    }
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> PageError {
    PageError::Other(error.into())
}
