//! Pages that are a line of text each, for the tests of this crate.

use crate::pages::{Counted, Covering, Made, PageError, Paginate, Shown, Stamp, Take};
use crate::profile::PageKind;
use duces_volume::PageKind as FileKind;

/// A page for each so many words. With `shifts`, the second time a document has one page more.
#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) shifts: bool,
    pub(crate) cannot: bool,
    pub(crate) partial: bool,
    pub(crate) undrawn: bool,
}

fn words(shown: &Shown<'_>) -> String {
    match shown {
        Shown::Document { talk: Some(talk), .. } => {
            talk.said.iter().map(|said| format!("{} said {}. ", said.who, said.text)).collect()
        }
        Shown::Document { fetched, attachments, notes, markup, rendition, .. } => {
            let text = markup.map_or(&fetched.document.text, |markup| &markup.html);
            let subject = fetched.document.subject.as_deref().unwrap_or_default();
            format!("{subject} {text} {} {} {rendition}", attachments.join(" "), notes.join(" "))
        }
        Shown::Sheet { title, lines } => format!("{title}: {}", lines.join(" ")),
    }
}

fn pages(shown: &Shown<'_>) -> u64 {
    match shown {
        Shown::Document { fetched, .. } if fetched.document.parent.is_none() => 3,
        Shown::Document { .. } => 2,
        Shown::Sheet { .. } => 1,
    }
}

impl Paginate for Fake {
    fn makes(&self, _: PageKind) -> bool {
        !self.cannot
    }

    fn fits(&mut self, words: &str) -> Result<(), PageError> {
        if words.len() < 200 { Ok(()) } else { Err(PageError::Other("too long".into())) }
    }

    fn count(&mut self, shown: &Shown<'_>, _: PageKind) -> Result<Counted, PageError> {
        let placed = matches!(shown, Shown::Document { as_is: true, .. });
        let undrawn = (self.undrawn && placed).then(|| "a part of page 2".to_owned());
        Ok(Counted { pages: pages(shown), partial: self.partial, undrawn, ..Counted::default() })
    }

    fn covered(&mut self, shown: &Shown<'_>) -> Result<Covering, PageError> {
        Ok(Covering { text: words(shown), ..Covering::default() })
    }

    fn make(
        &mut self,
        shown: &Shown<'_>,
        kind: PageKind,
        stamp: &Stamp,
        take: &mut Take<'_>,
    ) -> Result<(), PageError> {
        let (found, counted) = (pages(shown) + u64::from(self.shifts), stamp.numbers.len() as u64);
        if found != counted {
            return Err(PageError::Count { found, counted });
        }
        let page = |number: &String| {
            format!("{} | {} | {number}", words(shown), stamp.legend.clone().unwrap_or_default()).into_bytes()
        };
        let mut give = |made| take(made).map_err(|error| PageError::Other(error.into()));
        match kind {
            PageKind::Pdf => give(Made::Pdf(stamp.numbers.iter().flat_map(page).collect())),
            _ => stamp.numbers.iter().try_for_each(|number| give(Made::Page(FileKind::Tiff, page(number)))),
        }
    }
}
