//! Usual sentences of regulators' letters, each recognised by a rule that has a name.

use crate::pattern::pattern;

/// What a definition defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    /// The word or words.
    pub(crate) term: String,
    /// What they mean, verbatim: the words after "means".
    pub(crate) means: String,
}

const QUOTED: &str = r#"[“"„]([^”"“]{1,80})[”"]"#;

/// Reads a sentence that says what a word means.
pub(crate) fn definition(text: &str) -> Option<Definition> {
    let means = pattern!(format!(
        r"^(?:As used (?:in this \w+|here(?:in)?),?\s+)?(?:The\s+)?(?:terms?|words?|phrases?|definitions?)?\s*(?:of\s+)?{QUOTED}(?:,?\s*(?:or|and|/)\s*{QUOTED})*\s*,?\s*(?:\([^)]{{0,80}}\)\s*)?(?i:(?:shall\s+|will\s+|is\s+|are\s+|also\s+)*(?:means?|refers?\s+to|includes?|defined\s+as|have the (?:same )?meaning|constitutes?|be\s+(?:defined|understood)\s+(?:as|to\s+mean))\b)[,:]?\s*(?P<means>.+)$"
    ));
    let found = means.captures(text)?;
    let term = found[1].trim_end_matches([',', '.']).trim().to_owned();
    Some(Definition { term, means: found["means"].to_owned() })
}

/// Names given in passing: `(the "Firm")`.
pub(crate) fn named_in_passing(text: &str) -> Vec<String> {
    let named = pattern!(format!(
        r"\((?:(?:the|this|collectively,?|together,?|hereinafter,?|each,? an?|or)\s+|the\s+)*{QUOTED}[^()]{{0,60}}\)"
    ));
    named.captures_iter(text).map(|found| found[1].trim_end_matches([',', '.']).to_owned()).collect()
}

/// Whether words ask for something to be sent.
pub(crate) fn asks(text: &str) -> bool {
    const THINGS: &str = r"(?:documents?|communications?|correspondence|e-?mails?|records?|messages?|recordings?|information|copies|statements?|spreadsheets?|lists?|policies|procedures|chats?|texts?)";
    let all = pattern!(format!(
        r"(?i)^(?:(?:please\s+)?(?:provide|produce|send|submit|furnish|identify|describe|explain|state|list)\b.*)?\b(?:all|any|each|every|copies\s+of)\b.{{0,80}}\b{THINGS}\b"
    ));
    let verb = pattern!(format!(
        r"(?i)^(?:please\s+)?(?:also\s+)?(?:provide|produce|send|submit|furnish|identify|describe|explain)\b.{{0,120}}\b{THINGS}\b"
    ));
    (all.is_match(text) || verb.is_match(text)) && !introduces(text)
}

/// Whether words only announce the items that follow.
fn introduces(text: &str) -> bool {
    pattern!(r"(?i)\b(?:the\s+following|listed\s+(?:below|on|in)|set\s+forth|described\s+(?:below|in)|enclosed|attached\s+(?:list|schedule|request)|items\s+below)\b").is_match(text)
        && !pattern!(r"(?i)\bof the following\b").is_match(text)
}

/// Rules in their order: the first that holds names the paragraph.
const RULES: &[(&str, &str)] = &[
    (
        "a declaration or certificate that is asked for",
        r"(?i)\b(?:1746|penalty of perjury|business[- ]records?\s+(?:declaration|certification)|certif(?:y|ication|icate) (?:of|that|as to)|searching carefully and thoroughly|signed (?:certification|declaration))",
    ),
    ("what is withheld, and privilege", r"(?i)\bprivileged?\b|\bwithheld\b"),
    (
        "what was lost or destroyed",
        r"(?i)\b(?:lost|thrown away|destroyed|discarded|no longer in your possession)\b",
    ),
    (
        "what must be kept",
        r"(?i)\b(?:preserve|retain|do not destroy|litigation hold|maintain(?:ed)? and preserv)",
    ),
    (
        "how words are read",
        r"(?i)\b(?:conjunctively|disjunctively|singular|plural|masculine|feminine|past tense|present tense|vice versa)\b",
    ),
    (
        "how the answer is delivered",
        r"(?i)\b(?:encrypt\w*|portable media|load files?|bates|native (?:format|form)|tiff|upload\w*|portal|secure (?:e-?mail|file)|electronic(?:ally)? (?:format|form|media|searchable)|machine[- ]readable|delivery standards|sftp|password)\b",
    ),
    (
        "how the answer is arranged",
        r"(?i)\b(?:label each|labell?ed|cross-refer\w*|N/A|number of the item|nothing (?:that )?(?:responds|answers)|organi[sz]ed? (?:by|to correspond)|correspond(?:s|ing)? to (?:the|each)|which (?:item|paragraph|request)|no (?:responsive )?documents? (?:exist|respond)|rolling basis|enclose a list)",
    ),
    (
        "what is searched",
        r"(?i)\b(?:possession,? custody,? (?:or|and) control|reasonable search|diligent search|continuing (?:obligation|request)|supplement)\b",
    ),
    (
        "confidentiality",
        r"(?i)\b(?:confidential(?:ity)?|freedom of information|FOIA|rule 83|200\.83|nonpublic|non-public)\b",
    ),
    (
        "no finding is meant",
        r"(?i)\b(?:should not be (?:construed|taken|considered|interpreted)|not be construed|no indication|has (?:not )?determined that|any violations?.{0,40}have occurred)\b",
    ),
    (
        "forms and enclosures",
        r"(?i)\b(?:form 166[0-9]|supplemental information for persons|enclosed (?:is|are|please))",
    ),
    (
        "when it is due",
        r"(?i)\b(?:due (?:on|by|no later)|deadline|no later than|not later than|on or before|(?:by|within)\b.{0,40}\b(?:20[0-9]{2}|days|close of business))",
    ),
    (
        "the period",
        r"(?i)\b(?:(?:relevant|review|examination|time|applicable|covered) period|unless otherwise (?:noted|specified|stated|indicated)|unless a request says otherwise|for the period)\b",
    ),
    (
        "what the law requires",
        r"(?i)\b(?:requires you to|failure to (?:comply|respond|provide)|pursuant to|under (?:section|rule)|subject to (?:sanction|disciplin)|required to (?:respond|provide|comply)|you are (?:hereby )?(?:commanded|required))",
    ),
    (
        "why the letter is sent",
        r"(?i)\b(?:is conducting|has (?:commenced|opened|begun)|in connection with (?:the|an|our|its|this)|as part of (?:the|an|our|its))\b",
    ),
    (
        "whom to ask",
        r"(?i)\b(?:any questions|have questions|questions (?:about|concerning|regarding)|please (?:call|contact|do not hesitate|feel free)|(?:call|contact|reach) me|at \(?[0-9]{3}\)?[- ][0-9]{3}[- ][0-9]{4})\b",
    ),
    (
        "the words that introduce the items",
        r"(?i)\b(?:(?:please|asks?|requests?|requested|required|directed)\b.{0,120}\b(?:following|below|attached|enclosed|listed)\b|the following (?:documents|information|items|requests))",
    ),
    ("thanks", r"(?i)^thank you\b"),
];

/// Where the sentences of a text stand; an abbreviation ends none.
pub(crate) fn sentences(text: &str) -> Vec<std::ops::Range<usize>> {
    let short = pattern!(r"(?:^|[\s(])(?:Mr|Ms|Mrs|Dr|No|Nos|Inc|Corp|Co|Ltd|St|U\.S|[A-Z])\.$");
    let mut found = Vec::new();
    let mut start = 0;
    for end in pattern!(r#"[.?!][”"')]?\s+"#).find_iter(text) {
        let words = text.get(start..end.end()).unwrap_or_default().trim_end();
        let after = text.get(end.end()..).unwrap_or_default();
        if !short.is_match(words) && after.starts_with(|c: char| !c.is_lowercase()) {
            found.push(start..start + words.len());
            start = end.end();
        }
    }
    found.push(start..text.len());
    found
}

/// The name of the first rule that holds.
pub(crate) fn recognised(text: &str) -> Option<&'static str> {
    static COMPILED: std::sync::LazyLock<Vec<(&'static str, regex::Regex)>> =
        std::sync::LazyLock::new(|| {
            RULES
                .iter()
                .map(|(name, rule)| (*name, regex::Regex::new(rule).expect("a pattern of this crate")))
                .collect()
        });
    COMPILED.iter().find(|(_, rule)| rule.is_match(text)).map(|(name, _)| *name)
}

/// Whether a numbered paragraph without any head tells how to answer, and asks for nothing.
pub(crate) fn is_instruction(text: &str) -> bool {
    const TELLING: [&str; 6] = [
        "what is withheld, and privilege",
        "what was lost or destroyed",
        "how the answer is delivered",
        "how the answer is arranged",
        "how words are read",
        "confidentiality",
    ];
    recognised(text).is_some_and(|rule| TELLING.contains(&rule))
}

/// Whether the letter calls for a declaration under 28 U.S.C. § 1746.
pub(crate) fn declaration(text: &str) -> bool {
    pattern!(r"(?i)\b1746\b|under penalty of perjury").is_match(text)
}

/// `Dear Ms. Whitlock:`
pub(crate) fn salutation(text: &str) -> bool {
    pattern!(r"(?i)^(?:dear\s.{1,80}|to whom it may concern|(?:good (?:morning|afternoon)|hello|hi)\b.{0,40}|counsel|ladies and gentlemen)\s*[:,—–-]$").is_match(text)
}

/// `Sincerely,`
pub(crate) fn closing(text: &str) -> bool {
    pattern!(r"(?i)^(?:sincerely|very truly yours|yours (?:very )?truly|respectfully(?: submitted)?|(?:best |kind |warm )?regards|thank you|thanks|many thanks|best)\b[^a-z]*(?:,|$)").is_match(text)
}

/// `From: …`, `Subject: …`
pub(crate) fn mail_head(text: &str) -> bool {
    pattern!(r"(?i)^(?:from|to|cc|bcc|sent|date|subject|re|attachments?|via)\s*:").is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_read_with_what_they_mean() {
        for (text, term, means) in [
            (
                "“Document” shall include, but is not limited to, any writing.",
                "Document",
                "but is not limited to, any writing.",
            ),
            (
                "The term \"Relevant Period\" means the period from A to B.",
                "Relevant Period",
                "the period from A to B.",
            ),
            ("\"You\" and \"Your\" refers to the Firm.", "You", "the Firm."),
            ("As used herein, \"Firm\" means X LLC.", "Firm", "X LLC."),
        ] {
            let found = definition(text).expect(text);
            assert_eq!((found.term.as_str(), found.means.as_str()), (term, means));
        }
        assert_eq!(definition("All e-mails that contain \"fraud\" and mean harm."), None);
        assert_eq!(
            named_in_passing("Harbor LLC (the \"Firm\") and (\"HPS\") and (a \"x\" y"),
            ["Firm", "HPS"]
        );
    }

    #[test]
    fn what_asks_and_what_only_introduces_are_told_apart() {
        assert!(asks("All communications of Ann Lee.") && asks("Please send any e-mails about it."));
        assert!(asks("Copies of all statements") && asks("Provide a list of accounts."));
        assert!(
            !asks("Please provide the following documents by May 1:")
                && !asks("The staff is conducting an examination.")
        );
    }
}
