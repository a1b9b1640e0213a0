//! Who takes which part in what an item asks for.

use super::items::Maker;
use crate::pattern::pattern;
use crate::people::{Part, Said, Who, said};
use crate::proposal::{Proposed, Source};

impl Maker<'_> {
    /// Who takes which part; everybody else who is named becomes a note.
    pub(super) fn parts(
        &self,
        text: &str,
        stem: &str,
        own: &str,
        of: &dyn Fn(&str) -> Source,
        notes: &mut Vec<String>,
    ) -> Vec<Proposed<Part>> {
        let mentions = self.names.mentions(text);
        let mut found = said(text, &mentions);
        if found.is_empty() {
            found.extend(self.listed(stem, own));
        }
        let covered: Vec<usize> = found.iter().flat_map(|said| said.covers.clone()).collect();
        for (at, mention) in mentions.iter().enumerate() {
            let words = text.get(mention.at.clone()).unwrap_or_default();
            match &mention.who {
                Who::Ambiguous(_) => {
                    notes.push(format!("{words:?} could be {}: say who is meant", mention.who))
                }
                Who::Unknown(_) => {
                    notes.push(format!("{words:?} is nobody in the register under exactly that name"))
                }
                who if !covered.contains(&at)
                    && !found.iter().any(|said| names(&said.part).contains(who)) =>
                {
                    notes.push(format!("{words:?} ({who}) is named, but the words do not say in which part"));
                }
                _ => {}
            }
        }
        let mut parts: Vec<Proposed<Part>> = Vec::new();
        for said in found {
            let (part, short) = placeable(said.part);
            let mut remarks: Vec<String> = said.remark.into_iter().collect();
            remarks
                .extend(short.then(|| "not everybody named there could be placed: see the notes".to_owned()));
            if let Some(part) = part {
                parts.push(Proposed { value: part, source: of(&said.words), remarks });
            }
        }
        parts
    }

    /// An item that is only names, below words such as "e-mails of the following employees:".
    fn listed(&self, stem: &str, own: &str) -> Option<Said> {
        let mentions = self.names.mentions(own);
        let mut left = own.to_owned();
        for mention in mentions.iter().rev() {
            left.replace_range(mention.at.clone(), "");
        }
        let only = !mentions.is_empty()
            && pattern!(r"(?i)^[\s,;.&]*(?:and|or)?[\s,;.&]*(?:and|or)?[\s,;.]*$").is_match(&left);
        let lead = pattern!(r"(?i)\b(sent or received by|to or from|to and from|from or to|sent by|from|received by|sent to|to|of|by|with|involving|between)\s+(?:any of |each of |all of )?the following\b").captures(stem)?;
        let who: Vec<Who> = mentions.iter().map(|mention| mention.who.clone()).collect();
        let part = match lead[1].to_lowercase().as_str() {
            "sent by" | "from" => Part::From(who),
            "received by" | "sent to" | "to" => Part::Recipients(who),
            _ => Part::Participants(who),
        };
        let words = format!("{} … {own}", &lead[0]);
        let remark =
            (&lead[1] == "between").then(|| "one of several between whom messages passed".to_owned());
        only.then_some(Said { part, words, remark, covers: Vec::new() })
    }
}

fn names(part: &Part) -> Vec<Who> {
    match part {
        Part::From(who) | Part::Recipients(who) | Part::Participants(who) => who.clone(),
        Part::Between(a, b) => a.iter().chain(b).cloned().collect(),
    }
}

/// The part with those alone who can be written as criteria; whether somebody was left out. A pair with
/// an empty side becomes everybody who is left: more is found so, never less.
fn placeable(part: Part) -> (Option<Part>, bool) {
    let keep = |who: Vec<Who>| -> (Vec<Who>, bool) {
        let all = who.len();
        let kept: Vec<Who> =
            who.into_iter().filter(|who| !matches!(who, Who::Ambiguous(_) | Who::Unknown(_))).collect();
        let short = kept.len() < all;
        (kept, short)
    };
    let one = |who: Vec<Who>, make: fn(Vec<Who>) -> Part| {
        // Without all of those named the criterion would find less than is asked for.
        let (kept, short) = keep(who);
        ((!kept.is_empty() && !short).then(|| make(kept)), short)
    };
    match part {
        Part::From(who) => one(who, Part::From),
        Part::Recipients(who) => one(who, Part::Recipients),
        Part::Participants(who) => one(who, Part::Participants),
        Part::Between(a, b) => {
            let ((a, short_a), (b, short_b)) = (keep(a), keep(b));
            match (short_a, short_b) {
                (false, false) => (Some(Part::Between(a, b)), false),
                (false, true) => (Some(Part::Participants(a)), true),
                (true, false) => (Some(Part::Participants(b)), true),
                (true, true) => (None, true),
            }
        }
    }
}
