//! Certificates, declarations, reports and letters.

use chrono::NaiveDate;
use clap::Args as ClapArgs;
use duces_workspace::InstrumentKind;

const KINDS: &str = "\
What is certified:
  VOLUME or REQUEST                  the completeness certificate
  gap-certification GAP… or REQUEST  gaps, each with evidence, quantity, cause, scope, impact; for counsel's review
  issue-summary GAP… or REQUEST      cause, scope and impact of gaps, always a draft
  custodian VOLUME or REQUEST        declaration of the custodian of records, Rules 803(6) and 902(11)
  system VOLUME or REQUEST           certification of the process, Rule 902(13)
  copies VOLUME or REQUEST           certification of copies by their digests, Rule 902(14)
  nil REQUEST                        items for which nothing was found, with what backs that
  scope REQUEST                      what was searched for each item, and what was not
  check FILE                         whether the facts in an edited or signed PDF, DOCX or JSON still stand

Exit codes: 0 done · 1 could not be done · 2 wrong command line · 3 done, but some items need a person (listed) ·
            4 looked, and the answer is no (the record does not carry it, or the facts do not agree)";

const LETTERS: &str = "\
Kinds of letter:
  transmittal VOLUME or REQUEST  what is delivered, and what is not in it
  password VOLUME                the password of encrypted archives, apart; the signer writes it in
  rule-83 VOLUME                 request for confidential treatment, 17 CFR 200.83 (SEC)
  foia-copy VOLUME               its copy for the FOIA office
  supplement VOLUME              what the volume adds to, or replaces in, what went before
  claw-back NUMBER               notice of a claw-back that is on record (duces clawback)

Exit codes: 0 done · 1 could not be done · 2 wrong command line · 3 done, but some items need a person (listed) ·
            4 looked, and the answer is no (the record does not carry what the letter would say)";

#[derive(Debug, ClapArgs)]
#[command(after_help = KINDS)]
pub(crate) struct CertifyArgs {
    /// The volume, or the request, for the completeness certificate; else the kind, or check
    pub(crate) what: String,
    /// For another kind: what it is about; for check: the file
    pub(crate) about: Vec<String>,
    /// Return the stored bytes of the newest one issued up to this day instead
    #[arg(long, value_name = "DAY", conflicts_with = "draft")]
    pub(crate) as_known_on: Option<NaiveDate>,
    /// Which one, where several were issued on that day: its number
    #[arg(long, value_name = "NUMBER", requires = "as_known_on", visible_alias = "number")]
    pub(crate) certificate: Option<i64>,
    /// Keep it a draft, whatever its facts: with the mark and the open questions, in drafts/
    #[arg(long, requires = "about")]
    pub(crate) draft: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = LETTERS)]
pub(crate) struct LetterArgs {
    /// Which letter
    #[arg(value_parser = letter)]
    pub(crate) kind: InstrumentKind,
    /// The volume, the request, or the number of the claw-back
    pub(crate) about: String,
    /// Return the stored bytes of the newest one issued up to this day instead
    #[arg(long, value_name = "DAY", conflicts_with = "draft")]
    pub(crate) as_known_on: Option<NaiveDate>,
    /// Which one, where several were issued on that day: its number
    #[arg(long, value_name = "NUMBER", requires = "as_known_on")]
    pub(crate) number: Option<i64>,
    /// Keep it a draft, whatever its facts
    #[arg(long)]
    pub(crate) draft: bool,
}

fn letter(text: &str) -> Result<InstrumentKind, String> {
    kind(text, true)
}

/// A kind of letter, or of what a declarant signs.
pub(crate) fn kind(text: &str, letter: bool) -> Result<InstrumentKind, String> {
    let of: Vec<InstrumentKind> =
        InstrumentKind::ALL.into_iter().filter(|kind| kind.is_letter() == letter).collect();
    of.iter().copied().find(|kind| kind.as_str() == text).ok_or_else(|| {
        let known: Vec<&str> = of.iter().map(|kind| kind.as_str()).collect();
        format!("found {text:?}, expected one of {}", known.join(", "))
    })
}
