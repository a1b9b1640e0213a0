//! What is withheld, found again in what goes out: the gate before any number is spent.
//!
//! The natives of one volume are held against each other by [`crate::bars`] already. Here the originals are read,
//! the barred ones first: messages with the Message-ID of a barred one, long verbatim runs of its text
//! ([`crate::passages`]), and both directions over other volumes: what is barred there and would go out
//! here, and what is barred here and went out there.
//!
//! A withheld message mostly quotes what came before it, and that may go out. So a passage bars nothing
//! where it also stands in a document that was sent before the withheld one and goes out itself, by its
//! own decision: the withheld one quotes it, not the other way round.

use crate::elsewhere::{Elsewhere, ElsewhereDocument};
use crate::error::{Conflict, Obstacle, PackError};
use crate::pages::Paginate;
use crate::passages::Passages;
use crate::plan::{Form, Placed, Plan};
use crate::produce::{Order, fetch};
use crate::redact::{Redactor, body_without, passages};
use crate::retained::{Fetched, Retained};
use chrono::{DateTime, Utc};
use duces_model::{DocId, Document, DocumentKind, Observer, RedactedPlace, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// So many shared passages are held: 32 MiB. More says that a passage stands nearly everywhere.
const SHARED_MAX: usize = 4_000_000;

/// A barred document.
struct Barred {
    document: DocId,
    /// Where it is barred, where that is not in this volume.
    place: Option<String>,
    /// When its nearest message was sent.
    sent_at: Option<DateTime<Utc>>,
}

/// A document that shares something with a barred one.
struct Other {
    document: DocId,
    /// Where it went out, where that is not this volume.
    went_out: Option<String>,
    sent_at: Option<DateTime<Utc>>,
}

/// The messages and texts that are barred.
#[derive(Default)]
struct Gate {
    barred: Vec<Barred>,
    /// By Message-ID: place among the barred ones and digest of the text.
    messages: BTreeMap<String, Vec<(u32, Option<Sha256>)>>,
    /// By native digest.
    natives: BTreeMap<Sha256, Vec<u32>>,
    passages: Passages,
    others: Vec<Other>,
    /// Shingle and place among the others.
    shared: Vec<(u32, u32)>,
    found: BTreeSet<(u32, DocId, Option<String>, Conflict)>,
}

/// Reads every original that the volume rests on, and what is barred or went out elsewhere; says what of the barred
/// would go out, or went out.
pub(crate) fn check(
    plan: &Plan<'_>,
    order: &Order<'_>,
    redactor: &Redactor,
    retained: &mut dyn Retained,
    pages: &mut dyn Paginate,
    observer: &dyn Observer,
) -> Result<Vec<Obstacle>, PackError> {
    let elsewhere = &order.elsewhere;
    let numbered = || plan.placed.iter().enumerate().filter(|(_, placed)| placed.pages > 0);
    // What is redacted is barred for what is covered, and goes out for the rest.
    let withheld: Vec<_> = numbered().filter(|(_, one)| one.candidate.disposition.bars_content()).collect();
    let shown: Vec<_> = numbered().filter(|(_, one)| !one.withheld()).collect();
    let here: BTreeSet<DocId> =
        withheld.iter().filter(|(_, one)| one.withheld()).map(|(_, one)| one.candidate.document).collect();
    let barred_elsewhere: Vec<&ElsewhereDocument> =
        elsewhere.barred.iter().filter(|one| !here.contains(&one.document)).collect();
    // What went out can be given away only by a document that this volume bars.
    let went_out = if withheld.is_empty() { &[][..] } else { &elsewhere.shown };
    let documents = withheld.len() + shown.len() + barred_elsewhere.len() + went_out.len();
    observer.stage("checking originals", "documents", Some(documents as u64));
    let mut gate = Gate::default();
    elsewhere.passages.iter().for_each(|text| gate.passages.allow(text));
    let next = |observer: &dyn Observer| {
        observer.advance(1);
        if observer.stop_requested() { Err(PackError::Stopped) } else { Ok(()) }
    };
    for (_, placed) in withheld {
        let fetched = fetch(retained, placed.candidate.document, placed.candidate.native_sha256)?;
        let which = (placed.candidate.document, placed.candidate.native_sha256);
        match redactor.redacted(&placed.candidate.document) {
            Some(redacted) => gate.bar_parts(which, None, &fetched, &redacted.passages)?,
            None => gate.bar(which, None, &fetched)?,
        }
        next(observer)?;
    }
    let mut unread = Vec::new();
    for one in barred_elsewhere {
        match readable(fetch(retained, one.document, one.native_sha256))? {
            Ok(fetched) => {
                let (which, place) = ((one.document, one.native_sha256), Some(one.place.clone()));
                match parts(one, &fetched) {
                    Some(parts) => gate.bar_parts(which, place, &fetched, &parts)?,
                    None => gate.bar(which, place, &fetched)?,
                }
            }
            Err(why) => {
                unread.push((one, why));
                gate.bar_native((one.document, one.native_sha256), &one.place)?;
            }
        }
        next(observer)?;
    }
    for (at, placed) in shown {
        let fetched = fetch(retained, placed.candidate.document, placed.candidate.native_sha256)?;
        match placed.form {
            Some(Form::SlipSheet) => {}
            Some(Form::Redacted) => {
                let document = placed.candidate.document;
                let text = redactor.rest(plan, order, at, &fetched, pages)?;
                gate.passages_of(document, None, &text, fetched.message.sent_at)?;
            }
            _ => gate.goes_out(placed, &fetched)?,
        }
        next(observer)?;
    }
    for one in went_out {
        match readable(fetch(retained, one.document, one.native_sha256))? {
            Ok(fetched) => gate.went_out(one, Some(&fetched))?,
            Err(why) => {
                unread.push((one, why));
                gate.went_out(one, None)?;
            }
        }
        next(observer)?;
    }
    let mut found = gate.obstacles(elsewhere);
    let settled = |one: &ElsewhereDocument| elsewhere.allowed.contains(&(one.document, one.document));
    found.extend(unread.into_iter().filter(|(one, _)| !settled(one)).map(|(one, why)| {
        Obstacle::CannotTellTwins { document: one.document, place: one.place.clone(), why }
    }));
    Ok(found)
}

/// What lies outside the volume and cannot be read is no failure: it cannot be told, and a person is asked.
fn readable(fetched: Result<Fetched, PackError>) -> Result<Result<Fetched, String>, PackError> {
    match fetched {
        Ok(fetched) => Ok(Ok(fetched)),
        Err(PackError::Retained { source, .. }) => Ok(Err(source.to_string())),
        Err(error @ PackError::RetainedChanged { .. }) => Ok(Err(error.to_string())),
        Err(error) => Err(error),
    }
}

/// Digest of a file without bytes, which is no content to protect.
fn is_empty(native: Sha256) -> bool {
    native == Sha256::of([])
}

impl Gate {
    /// Bars what is covered of a document. A passage that it quotes from an earlier document is barred like any other:
    /// a person covered it here.
    fn bar_parts(
        &mut self,
        (document, native): (DocId, Sha256),
        place: Option<String>,
        fetched: &Fetched,
        parts: &[String],
    ) -> Result<(), PackError> {
        let at = self.push((document, native), place, None)?;
        self.bar_message(at, &fetched.document);
        for part in parts {
            self.passages.bar(at, part).map_err(|_| PackError::TooMuchBarred)?;
        }
        Ok(())
    }

    fn bar_message(&mut self, at: u32, document: &Document) {
        if let Some(id) = message_id(document) {
            self.messages.entry(id.to_owned()).or_default().push((at, text_digest(document)));
        }
    }

    fn bar(
        &mut self,
        (document, native): (DocId, Sha256),
        place: Option<String>,
        fetched: &Fetched,
    ) -> Result<(), PackError> {
        let at = self.push((document, native), place, fetched.message.sent_at)?;
        self.bar_message(at, &fetched.document);
        self.passages.bar(at, &fetched.document.text).map_err(|_| PackError::TooMuchBarred)
    }

    /// Bars what cannot be read, by its digest alone.
    fn bar_native(&mut self, which: (DocId, Sha256), place: &str) -> Result<(), PackError> {
        self.push(which, Some(place.to_owned()), None).map(|_| ())
    }

    fn push(
        &mut self,
        (document, native): (DocId, Sha256),
        place: Option<String>,
        sent_at: Option<DateTime<Utc>>,
    ) -> Result<u32, PackError> {
        let at = u32::try_from(self.barred.len()).map_err(|_| PackError::TooMuchBarred)?;
        self.barred.push(Barred { document, place, sent_at });
        if !is_empty(native) {
            self.natives.entry(native).or_default().push(at);
        }
        Ok(at)
    }

    fn goes_out(&mut self, placed: &Placed<'_>, fetched: &Fetched) -> Result<(), PackError> {
        let candidate = placed.candidate;
        let embedded = if placed.form == Some(Form::Native) { &candidate.embedded[..] } else { &[] };
        let elsewhere = |gate: &Self, at: u32| gate.barred[at as usize].place.is_some();
        self.natives_of(candidate.document, candidate.native_sha256, embedded, None, elsewhere);
        self.text_of(candidate.document, None, fetched)
    }

    fn went_out(&mut self, one: &ElsewhereDocument, fetched: Option<&Fetched>) -> Result<(), PackError> {
        let place = Some(one.place.clone());
        let here = |gate: &Self, at: u32| gate.barred[at as usize].place.is_none();
        if let (Some(_), Some(fetched)) = (&one.redactions, fetched) {
            // Its native stayed here; what of its text went out is told by what was covered.
            return self.passages_of(one.document, place, &uncovered(one, fetched), fetched.message.sent_at);
        }
        self.natives_of(one.document, one.native_sha256, &one.embedded, place.as_ref(), here);
        fetched.map_or(Ok(()), |fetched| self.text_of(one.document, place, fetched))
    }

    /// Conflicts by the bytes, with barred documents of which `counts` holds.
    fn natives_of(
        &mut self,
        other: DocId,
        native: Sha256,
        embedded: &[Sha256],
        place: Option<&String>,
        counts: impl Fn(&Self, u32) -> bool,
    ) {
        let own = std::iter::once((native, Conflict::SameNative));
        for (digest, conflict) in own.chain(embedded.iter().map(|inner| (*inner, Conflict::InsideNative))) {
            let barred = self.natives.get(&digest).into_iter().flatten().copied();
            let barred: Vec<u32> = barred.filter(|at| counts(self, *at)).collect();
            for at in barred {
                let same = self.barred[at as usize].document == other;
                let conflict = if same { Conflict::SameDocument } else { conflict };
                self.found.insert((at, other, place.cloned(), conflict));
            }
        }
    }

    fn text_of(
        &mut self,
        document: DocId,
        went_out: Option<String>,
        fetched: &Fetched,
    ) -> Result<(), PackError> {
        if let Some(id) = message_id(&fetched.document)
            && let Some(known) = self.messages.get(id)
        {
            let text = text_digest(&fetched.document);
            for (at, barred) in known {
                let same = text.is_some() && text == *barred;
                let conflict = if same { Conflict::SameMessage } else { Conflict::SameMessageId };
                self.found.insert((*at, document, went_out.clone(), conflict));
            }
        }
        self.passages_of(document, went_out, &fetched.document.text, fetched.message.sent_at)
    }

    fn passages_of(
        &mut self,
        document: DocId,
        went_out: Option<String>,
        text: &str,
        sent_at: Option<DateTime<Utc>>,
    ) -> Result<(), PackError> {
        let shared = self.passages.find(text);
        if shared.is_empty() {
            return Ok(());
        }
        if self.shared.len() + shared.len() > SHARED_MAX {
            return Err(PackError::TooMuchShared);
        }
        let at = u32::try_from(self.others.len()).map_err(|_| PackError::TooMuchShared)?;
        self.others.push(Other { document, went_out, sent_at });
        self.shared.extend(shared.into_iter().map(|shingle| (shingle, at)));
        Ok(())
    }

    fn obstacles(mut self, elsewhere: &Elsewhere) -> Vec<Obstacle> {
        self.passages_shared();
        let mut found = Vec::new();
        for (at, other, went_out, conflict) in &self.found {
            let barred = &self.barred[*at as usize];
            // What is barred elsewhere and went out elsewhere was a matter of those volumes. A document is no twin of
            // itself within one volume.
            let here = barred.place.is_none();
            if (!here && went_out.is_some()) || (here && went_out.is_none() && barred.document == *other) {
                continue;
            }
            // The stronger reason is enough.
            let said = |conflict| self.found.contains(&(*at, *other, went_out.clone(), conflict));
            if conflict.is_implied(said) {
                continue;
            }
            let may_stand = !here || went_out.is_some() || conflict.is_by_text();
            if may_stand && elsewhere.allowed.contains(&(barred.document, *other)) {
                continue;
            }
            let (barred_id, other, conflict) = (barred.document, *other, *conflict);
            found.push(match (&barred.place, went_out) {
                (None, None) => Obstacle::Conflict { barred: barred_id, other, conflict },
                (Some(place), _) => {
                    Obstacle::BarredElsewhere { barred: barred_id, place: place.clone(), other, conflict }
                }
                (None, Some(place)) => {
                    Obstacle::WentOut { barred: barred_id, other, place: place.clone(), conflict }
                }
            });
        }
        found
    }

    /// Makes conflicts of shared passages, those aside that the barred document itself quotes.
    fn passages_shared(&mut self) {
        let mut held = self.passages.held(self.barred.len());
        let mut counts: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        self.shared.sort_unstable();
        for run in self.shared.chunk_by(|a, b| a.0 == b.0) {
            let owner = self.passages.owner(run[0].0);
            let barred = &self.barred[owner as usize];
            let before = |other: &Other| {
                other.document != barred.document
                    && matches!((other.sent_at, barred.sent_at), (Some(other), Some(barred)) if other < barred)
            };
            if run.iter().any(|(_, other)| before(&self.others[*other as usize])) {
                held[owner as usize] -= 1;
                continue;
            }
            for (_, other) in run {
                *counts.entry((owner, *other)).or_default() += 1;
            }
        }
        for ((owner, other), count) in counts {
            let other = &self.others[other as usize];
            // Nine tenths: a quotation loses a line to a cut or a changed sign here and there.
            let all = count * 10 >= held[owner as usize] * 9;
            let conflict = if all { Conflict::HoldsText } else { Conflict::QuotesText };
            self.found.insert((owner, other.document, other.went_out.clone(), conflict));
        }
    }
}

/// What is covered of a document elsewhere, where that can be told from its text; else all of it counts.
fn parts(one: &ElsewhereDocument, fetched: &Fetched) -> Option<Vec<String>> {
    let redactions = one.redactions.as_ref()?;
    let ranges = redactions.iter().all(|one| matches!(one.place, RedactedPlace::Range { .. }));
    let parts: Result<Vec<Vec<String>>, String> =
        redactions.iter().map(|one| passages(one, &fetched.document)).collect();
    parts.ok().filter(|_| ranges).map(|parts| parts.concat())
}

/// The text of a document that went out redacted, without what was covered where that can be told.
fn uncovered(one: &ElsewhereDocument, fetched: &Fetched) -> String {
    match (parts(one, fetched), &one.redactions) {
        (Some(_), Some(redactions)) => body_without(&fetched.document.text, redactions),
        _ => fetched.document.text.clone(),
    }
}

/// An empty Message-ID is none: it would make one message of many.
fn message_id(document: &Document) -> Option<&str> {
    let id = document.message_id.as_deref().filter(|_| document.kind == DocumentKind::Message)?;
    Some(id).filter(|id| !id.trim().is_empty())
}

/// Digest of the words of a text, whatever stands between them; none for a text without words.
fn text_digest(document: &Document) -> Option<Sha256> {
    let mut words = document.text.split_whitespace().peekable();
    words.peek()?;
    let mut hasher = Sha256::hasher();
    words.for_each(|word| {
        hasher.update(word);
        hasher.update(" ");
    });
    Some(hasher.finish())
}

#[cfg(test)]
#[path = "twins_tests.rs"]
mod tests;
