//! A certificate of the past made again from what the ledger kept: are its pins there, do its facts rest on
//! them, and do the same facts and wording give the same document today?

use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_instruments::{CompletenessFacts, Stored, Template};
use duces_ledger::{IssuedCertificate, LedgerError};
use duces_model::{Mistakes, Sha256};
use duces_register::Register;
use serde::Serialize;
use std::collections::BTreeSet;

/// Names of pins that are digests of kept bytes, beside those of the register's files.
const KEPT: [&str; 3] = ["request", "template", "gap list"];
/// What a register's file is called among the pins, before its path.
const REGISTER_FILE: &str = "register/";

/// What came of making a certificate of the past again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reproduction {
    /// Each pin, and whether it stands.
    pub pins: Vec<PinCheck>,
    /// Whether the facts that were kept rest on the pins: register, request, wording, index and gaps.
    pub facts: PinState,
    /// The facts' file, made again by this version.
    pub json: Remade,
    /// The document, made again by this version.
    pub pdf: Remade,
    /// What differs between then and now, in words; empty where nothing does.
    pub because: Vec<String>,
}

impl Reproduction {
    /// Whether every pin is there and matches, and the facts rest on them. A document that a later version
    /// sets otherwise does not change that.
    pub fn holds(&self) -> bool {
        self.facts.holds() && self.pins.iter().all(|pin| pin.found.holds())
    }
}

/// A pin of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PinCheck {
    /// What it is of.
    pub what: String,
    /// The digest.
    pub sha256: Sha256,
    /// Whether it stands.
    pub found: PinState,
}

/// What was found of something that a certificate relied on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "detail", rename_all = "kebab-case")]
pub enum PinState {
    /// It is there and it matches; how that was seen.
    Matches(&'static str),
    /// It names a state of which no bytes are kept; what stands for it.
    NameOnly(&'static str),
    /// It is not there.
    Missing(String),
    /// It is there and is not what the certificate relied on.
    Differs(String),
}

impl PinState {
    /// Whether nothing is missing and nothing differs.
    pub const fn holds(&self) -> bool {
        matches!(self, Self::Matches(_) | Self::NameOnly(_))
    }
}

/// A file of the certificate made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remade {
    /// Byte for byte the same.
    Identical,
    /// It came out otherwise.
    Differs,
    /// It could not be made.
    NotMade,
}

impl Workspace {
    /// Checks an issued certificate's pins and makes it again from its facts, kept as `json`.
    pub(super) fn reproduce(
        &self,
        issued: &IssuedCertificate,
        pdf: &[u8],
        json: Option<&[u8]>,
    ) -> Result<Reproduction, WorkspaceError> {
        let mut files = Vec::new();
        let mut wording = None;
        let mut gaps = None;
        let mut pins = Vec::new();
        for (what, sha256) in &issued.record.pins {
            let file = what.strip_prefix(REGISTER_FILE);
            let found = if file.is_some() || KEPT.contains(&what.as_str()) {
                let (found, bytes) = kept(self.ledger.bytes(sha256))?;
                match (file, what.as_str()) {
                    (Some(path), _) => files.extend(bytes.map(|bytes| (path.to_owned(), bytes))),
                    (None, "template") => wording = bytes,
                    (None, "gap list") => gaps = bytes,
                    (None, _) => {}
                }
                found
            } else if what == "head of the audit trail" {
                self.in_the_trail(*sha256)?
            } else {
                PinState::NameOnly("compared with what the facts say")
            };
            pins.push(PinCheck { what: what.clone(), sha256: *sha256, found });
        }
        let stored = match json.map(duces_instruments::stored) {
            None => Err("the ledger no longer holds the facts".to_owned()),
            Some(Err(error)) => Err(format!("this version cannot read the facts: {error}")),
            Some(Ok(stored)) => Ok(stored),
        };
        let stored = match stored {
            Ok(stored) => stored,
            Err(why) => {
                return Ok(Reproduction {
                    pins,
                    facts: PinState::Missing(why),
                    json: Remade::NotMade,
                    pdf: Remade::NotMade,
                    because: Vec::new(),
                });
            }
        };
        let register = Register::from_files(files);
        let facts = rests_on(&stored, &issued.record.pins, register, gaps.as_deref());
        let (remade_json, remade_pdf, because) = remake(&stored, wording, json.unwrap_or_default(), pdf);
        Ok(Reproduction { pins, facts, json: remade_json, pdf: remade_pdf, because })
    }

    fn in_the_trail(&self, hash: Sha256) -> Result<PinState, WorkspaceError> {
        if let Err(broken) = self.ledger.audit_check() {
            return Ok(PinState::Differs(format!("the audit trail does not hold: {broken}")));
        }
        let there = self.ledger.audit_rows()?.iter().any(|row| row.hash == hash);
        Ok(if there {
            PinState::Matches("it stands in the audit trail, which holds")
        } else {
            PinState::Missing("no row of the audit trail has it".to_owned())
        })
    }
}

/// What became of bytes that must be kept, and the bytes where they are as they were.
fn kept(read: Result<Option<Vec<u8>>, LedgerError>) -> Result<(PinState, Option<Vec<u8>>), WorkspaceError> {
    match read {
        Ok(Some(bytes)) => Ok((PinState::Matches("its bytes are kept and have this digest"), Some(bytes))),
        Ok(None) => Ok((PinState::Missing("its bytes are not in the ledger".to_owned()), None)),
        Err(damaged @ LedgerError::Damaged { .. }) => Ok((PinState::Differs(damaged.to_string()), None)),
        Err(error) => Err(error.into()),
    }
}

/// Whether the facts rest on the pins: every pin that the facts name is the one that they name, the
/// register's files make the register that was found then, and the gaps are those of the pinned list.
fn rests_on(
    stored: &Stored,
    pins: &[(String, Sha256)],
    register: Result<Register, Mistakes>,
    gaps: Option<&[u8]>,
) -> PinState {
    let facts = &stored.facts;
    let named = [
        ("index snapshot", facts.rests_on.index_snapshot.digest()),
        ("register", facts.rests_on.register_sha256),
        ("request", facts.rests_on.request_sha256),
        ("template", stored.template_sha256),
    ];
    for (what, digest) in named {
        match pins.iter().find(|(pin, _)| pin == what) {
            None => return PinState::Missing(format!("the certificate has no pin of the {what}")),
            Some((_, pin)) if *pin != digest => {
                return PinState::Differs(format!("the facts rest on {what} {digest}, and the pin is {pin}"));
            }
            Some(_) => {}
        }
    }
    match register {
        Err(mistakes) => {
            return PinState::Differs(format!(
                "this version cannot read the register of that day: {mistakes}"
            ));
        }
        Ok(register) if register.digest() != facts.as_found.register_sha256 => {
            return PinState::Differs(format!(
                "the register's files make {}, and the facts say {}",
                register.digest(),
                facts.as_found.register_sha256
            ));
        }
        Ok(_) => {}
    }
    match gaps.map(gap_states) {
        None => PinState::Missing("the list of gaps is not there to be compared".to_owned()),
        Some(None) => PinState::Differs("the list of gaps cannot be read".to_owned()),
        Some(Some(listed)) if listed != states_of(facts) => PinState::Differs(
            "the facts have other gaps, or other words on them, than the pinned list".to_owned(),
        ),
        Some(Some(_)) => {
            PinState::Matches("the pinned register was rebuilt; the pinned gaps, request and wording agree")
        }
    }
}

/// The gaps of a kept list that count by themselves, with their status.
fn gap_states(bytes: &[u8]) -> Option<BTreeSet<(String, String)>> {
    let list: Vec<serde_json::Value> = serde_json::from_slice(bytes).ok()?;
    let counting = list.iter().filter(|row| row["counts"] != false);
    counting.map(|row| Some((row["id"].as_str()?.to_owned(), row["status"].as_str()?.to_owned()))).collect()
}

fn states_of(facts: &CompletenessFacts) -> BTreeSet<(String, String)> {
    let state = |gap: &duces_model::Gap| (gap.id.clone(), gap.status.as_str().to_owned());
    facts.gaps.iter().map(|gap| state(&gap.gap)).collect()
}

/// Sets the facts anew with the wording that was kept, and says what came out otherwise and why.
fn remake(
    stored: &Stored,
    wording: Option<Vec<u8>>,
    json: &[u8],
    pdf: &[u8],
) -> (Remade, Remade, Vec<String>) {
    let mut because = Vec::new();
    let this = env!("CARGO_PKG_VERSION");
    if stored.facts.tool_version != this {
        because.push(format!("the facts were taken by Duces {}; this is {this}", stored.facts.tool_version));
    }
    if stored.facts.format != duces_instruments::facts::FACTS_FORMAT {
        let now = duces_instruments::facts::FACTS_FORMAT;
        because.push(format!("the facts are of format {}; this version writes {now}", stored.facts.format));
    }
    let template = match template(wording) {
        Ok(template) => template,
        Err(why) => {
            because
                .push(format!("the kept wording cannot be used, and this version's own is another: {why}"));
            match Template::builtin() {
                Ok(template) => template,
                Err(mistakes) => {
                    because.push(mistakes.to_string());
                    return (Remade::NotMade, Remade::NotMade, because);
                }
            }
        }
    };
    match duces_instruments::completeness_with(&template, &stored.facts, stored.draft) {
        Ok(made) => {
            let same = |same: bool| if same { Remade::Identical } else { Remade::Differs };
            let (json, pdf) = (same(made.json == json), same(made.pdf == pdf));
            if because.is_empty() && (json, pdf) != (Remade::Identical, Remade::Identical) {
                because.push(
                    "version, format and wording are the same: the program differs within its version"
                        .to_owned(),
                );
            }
            (json, pdf, because)
        }
        Err(error) => {
            because.push(format!("this version does not set these facts: {error}"));
            (Remade::NotMade, Remade::NotMade, because)
        }
    }
}

fn template(wording: Option<Vec<u8>>) -> Result<Template, String> {
    let bytes = wording.ok_or("it is not kept")?;
    let text = String::from_utf8(bytes).map_err(|_| "it is no text")?;
    Template::parse("the kept wording", &text).map_err(|mistakes| mistakes.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_missing_or_damaged_do_not_hold_and_another_failure_is_no_answer() {
        let (there, bytes) = kept(Ok(Some(b"x".to_vec()))).unwrap();
        assert!(there.holds() && bytes.is_some());
        assert!(!kept(Ok(None)).unwrap().0.holds());
        let damaged = LedgerError::Damaged { what: "found another digest".to_owned() };
        assert!(!kept(Err(damaged)).unwrap().0.holds());
        assert!(kept(Err(LedgerError::DiskFull { doing: "read" })).is_err());
    }

    #[test]
    fn gaps_that_were_merged_away_are_not_compared_and_a_list_that_cannot_be_read_is_none() {
        let list = br#"[{"id":"a","status":"candidate","counts":true},{"id":"b","status":"confirmed","counts":false}]"#;
        let states = gap_states(list).unwrap();
        assert_eq!(states, BTreeSet::from([("a".to_owned(), "candidate".to_owned())]));
        assert_eq!(gap_states(b"[{}]"), None);
        assert_eq!(gap_states(b"no list"), None);
    }

    #[test]
    fn a_wording_of_an_earlier_version_is_said_to_be_unusable() {
        assert!(template(Some(b"format = 1\n".to_vec())).is_err());
        assert!(template(None).is_err());
        assert!(template(Some(Template::builtin_text().as_bytes().to_vec())).is_ok());
    }
}
