//! What the words of an item say of its kind, its channels, its terms and its numbers.

use crate::pattern::pattern;
use crate::proposal::IdentifierKind;
use duces_model::Channel;

/// Kind of an item, as a request file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Searched for.
    Search,
    /// A list of documents that are fetched by hand.
    Checklist,
    /// Answered in words.
    Narrative,
    /// Answered with a table that is made for it.
    Schedule,
}

impl Kind {
    /// The word of the request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Checklist => "checklist",
            Self::Narrative => "narrative",
            Self::Schedule => "schedule",
        }
    }
}

/// The kind that words propose, and which words; no words where none of the rules holds.
pub(crate) fn kind(text: &str) -> (Kind, Option<String>) {
    const TABLE: &str = r"(?i)\b(?:spreadsheets?|schedules? (?:of|showing|listing|that)|(?:a |an |the |each )?(?:complete |current |detailed )?lists? (?:of|identifying|showing|that|setting)|(?:in )?(?:excel|csv) (?:format|file)|tables? (?:of|showing)|(?:a |an )?(?:log|inventory|register) (?:of|showing)|a chart (?:showing|listing|of))";
    const ANSWER: &str = r"(?i)^(?:please\s+)?(?:also\s+)?(?:(?:for|with respect to|as to|regarding) (?:each|every|any|the)\b[^,:]{0,80}[,:]\s*(?:please\s+)?)?(?:describe|explain|state|identify|discuss|confirm|indicate|disclose|name|summari[sz]e|answer|respond|advise|specify|tell)\b";
    const ACCOUNT: &str = r"(?i)\b(?:narrative|written (?:statement|description|explanation|response|narrative)|signed statement|the names? of|an? (?:brief |short |detailed |written )?(?:description|explanation|summary|statement|account) (?:of|that|by)|the (?:purpose|reasons?|dates?|circumstances) (?:of|for)|whether)\b";
    const MESSAGES: &str = r"(?i)\b(?:communications?|correspondence|e-?mails?|electronic mail|messages?|chats?|texts|recordings?|audio files?|voice ?mails?|memoranda|memos)\b";
    const PAPERS: &str = r"(?i)\b(?:organi[sz]ation(?:al)? charts?|policy|policies|procedures|manuals?|agreements?|contracts?|financial statements?|account (?:statements?|opening|documents?|records?)|statements? (?:for|of) accounts?|bank records?|wire records?|trial balances?|minutes|blotters?|ledgers?|tax returns?|resumes?|curricul\w+|licen[cs]es?|registrations?|audits?|reports?|organi[sz]ational documents|brochures?|form adv|exception reports?|insurance|confirmations|order tickets?|trade tickets?)\b";
    const ANYTHING: &str = r"(?i)\b(?:documents?|records|files|materials)\b";
    // The head of the item decides before what it only mentions.
    let head: String = text.chars().take(110).collect();
    let first = |pattern: &regex::Regex, text: &str| {
        pattern.find(text).map(|found| (found.start(), found.as_str().to_owned()))
    };
    if let Some((_, words)) = first(pattern!(ANSWER), text) {
        if let (Some((_, messages)), true) = (
            first(pattern!(MESSAGES), &head),
            pattern!(r"(?i)^(?:please\s+)?identify\s+(?:and\s+produce\s+)?(?:all|any|each)\b").is_match(text),
        ) {
            return (Kind::Search, Some(messages));
        }
        return (Kind::Narrative, Some(words));
    }
    // "E-mail retention policy" is a paper: a word for messages may only qualify what follows it.
    let qualifies = |(at, words): &(usize, String)| {
        let after = head.get(at + words.len()..).unwrap_or_default();
        let paper = pattern!(
            r"(?i)^[- ]+((?:[a-z-]+ ){0,2}?)(?:policy|policies|procedures|manuals?|audits?|reports?)\b"
        )
        .captures(after);
        paper.is_some_and(|paper| {
            !pattern!(r"(?i)\b(?:of|on|about|concerning|regarding|relating|with|to|from|by|in|and|or|for)\b")
                .is_match(&paper[1])
        })
    };
    let candidates = [
        (Kind::Schedule, first(pattern!(TABLE), &head)),
        (Kind::Narrative, first(pattern!(ACCOUNT), &head)),
        (Kind::Checklist, first(pattern!(PAPERS), &head)),
        (Kind::Search, first(pattern!(MESSAGES), &head).filter(|found| !qualifies(found))),
        (Kind::Search, first(pattern!(ANYTHING), &head)),
    ];
    // The earliest word wins; "documents concerning X" is a search whatever X is.
    let found = candidates
        .into_iter()
        .filter_map(|(kind, found)| found.map(|(at, words)| (at, kind, words)))
        .min_by_key(|(at, _, _)| *at);
    match found {
        Some((_, kind, words)) => (kind, Some(words.trim().to_owned())),
        None => (Kind::Search, None),
    }
}

/// Channels that words name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Channels {
    /// Each with its words.
    pub(crate) named: Vec<(Channel, String)>,
    /// Whether the words leave room for others: then they limit nothing.
    pub(crate) open: Option<String>,
}

/// The channels that a text names.
pub(crate) fn channels(text: &str) -> Channels {
    let mut found = Channels::default();
    let named = [
        (Channel::Email, pattern!(r"(?i)\b(?:e-?mails?|electronic mail)\b")),
        (
            Channel::Chat,
            pattern!(
                r"(?i)\b(?:instant[- ]messag(?:es?|ing)|IMs|chats?|bloomberg(?:\s+(?:messages?|chats?|e-?mails?))?|slack|whatsapp|symphony|microsoft teams|wechat|signal messages?)\b"
            ),
        ),
        (Channel::Text, pattern!(r"(?i)\b(?:text[- ]messag(?:es?|ing)|SMS|texts|imessages?)\b")),
        (
            Channel::Voice,
            pattern!(
                r"(?i)\b(?:voice ?mails?|(?:audio|voice|telephone|phone|call)[- ]recordings?|recordings?|audio files?)\b"
            ),
        ),
        (
            Channel::Ticket,
            pattern!(r"(?i)\b(?:support|service|help-?desk|customer[- ]service) (?:tickets?|cases?)\b"),
        ),
        (
            Channel::Notification,
            pattern!(r"(?i)\b(?:automated|automatic|system) (?:notifications?|notices?|alerts?)\b"),
        ),
    ];
    for (channel, pattern) in named {
        if let Some(one) = pattern.find(text) {
            found.named.push((channel, one.as_str().to_owned()));
        }
    }
    let open = pattern!(
        r"(?i)\b(?:includ(?:ing|es?)|such as|without limitation|for example|communications?|correspondence|documents?|records|files|materials|other (?:electronic )?messages)\b"
    );
    found.open = open.find(text).map(|words| words.as_str().to_owned());
    found
}

/// Words in quotes, names given in passing left out.
pub(crate) fn quoted(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for one in pattern!(r#"(\((?:the |this |collectively,? |each,? an? )?)?[“"]([^”"“]{1,80})[”"]"#)
        .captures_iter(text)
    {
        let words = one[2].trim_end_matches([',', '.']).trim().to_owned();
        if one.get(1).is_none() && !words.is_empty() && !found.contains(&words) {
            found.push(words);
        }
    }
    found
}

/// An account number or the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identifier {
    pub(crate) kind: IdentifierKind,
    pub(crate) value: String,
    /// The words that name it, verbatim.
    pub(crate) words: String,
    /// Whether the words leave no doubt what it is, and name it whole.
    pub(crate) plain: bool,
}

/// Account numbers and the like that a text names.
pub(crate) fn identifiers(text: &str) -> Vec<Identifier> {
    const NUMBER: &str = r"[A-Z]{0,4}[0-9][A-Z0-9]*(?:-[A-Z0-9]+)*";
    const FIGURES: &str = r"(?:(?P<said>numbers?|nos?\.?|#|ids?)\s*:?\s*)?";
    let lists = [
        (
            IdentifierKind::Account,
            pattern!(format!(
                r"(?i:\b(?:accounts?|acct\.?)\s*{FIGURES}(?P<part>ending\s+(?:in\s+|with\s+)?)?)(?P<list>{NUMBER}(?:(?:,?\s*(?:and|or)\s+|,\s*){NUMBER})*)"
            )),
        ),
        (
            IdentifierKind::Order,
            pattern!(format!(
                r"(?i:\b(?:orders?|tickets?)\s*(?P<said>ids?|numbers?|nos?\.?|#)\s*:?\s*(?P<part>ending\s+(?:in\s+|with\s+)?)?)(?P<list>{NUMBER}(?:(?:,?\s*(?:and|or)\s+|,\s*){NUMBER})*)"
            )),
        ),
        (
            IdentifierKind::Cusip,
            pattern!(format!(
                r"(?i:\b(?P<said>CUSIPs?)\s*(?:(?:numbers?|nos?\.?|#)\s*)?:?\s*(?P<part>ending\s+)?)(?P<list>{NUMBER}(?:(?:,?\s*(?:and|or)\s+|,\s*){NUMBER})*)"
            )),
        ),
    ];
    let mut found: Vec<Identifier> = Vec::new();
    for (kind, pattern) in lists {
        for list in pattern.captures_iter(text) {
            for one in pattern!(format!(r"\b{NUMBER}\b")).find_iter(&list["list"]) {
                let value = one.as_str();
                // "Account 2012" may be a year's.
                let year = list.name("said").is_none() && pattern!(r"^(?:19|20)[0-9]{2}$").is_match(value);
                let right = match kind {
                    IdentifierKind::Cusip => is_cusip(value),
                    _ => value.len() >= 4,
                };
                if right {
                    found.push(Identifier {
                        kind,
                        value: value.to_owned(),
                        words: list[0].to_owned(),
                        plain: list.name("part").is_none() && !year,
                    });
                }
            }
        }
    }
    // Nine signs whose check digit fits by chance are no CUSIP for certain.
    for one in pattern!(r"\b[0-9]{3}[0-9A-Z]{5}[0-9]\b").find_iter(text) {
        if is_cusip(one.as_str()) && !found.iter().any(|other| other.value == one.as_str()) {
            let value = one.as_str().to_owned();
            found.push(Identifier { kind: IdentifierKind::Cusip, words: value.clone(), value, plain: false });
        }
    }
    // In parentheses it stands behind a company's name, which names it as well.
    for one in
        pattern!(r"(?P<in>\()?(?:NYSE|NASDAQ|Nasdaq|AMEX|OTC|(?i:(?:ticker|stock|trading)(?:\s+symbol)?)|(?i:symbol))(?:\s+symbol)?:?\s*[“\x22]?(?P<ticker>[A-Z]{1,5})\b[”\x22]?(?P<end>\))?")
            .captures_iter(text)
    {
        let inside = one.name("in").is_some();
        let named = pattern!(r"(?i)(?:ticker|symbol)").is_match(&one[0]);
        if inside && one.name("end").is_some() || !inside && named {
            found.push(Identifier {
                kind: IdentifierKind::Ticker,
                value: one["ticker"].to_owned(),
                words: one[0].to_owned(),
                plain: !inside,
            });
        }
    }
    let mut seen = Vec::new();
    found.retain(|one| {
        let new = !seen.contains(&(one.kind, one.value.clone()));
        seen.push((one.kind, one.value.clone()));
        new
    });
    found
}

/// The words that ask for less than all.
pub(crate) fn sufficient(text: &str) -> Option<&str> {
    let words =
        pattern!(r"(?i)\bsufficient to (?:show|identify|establish|determine|demonstrate)\b").find(text)?;
    Some(words.as_str())
}

/// Check digit of a CUSIP (ANSI X9.6): every second value doubled, the digits of all summed.
fn is_cusip(text: &str) -> bool {
    let values: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(36)).collect();
    let Some(values) = values.filter(|values| values.len() == 9) else { return false };
    let sum: u32 = values[..8]
        .iter()
        .enumerate()
        .map(|(at, value)| if at % 2 == 1 { value * 2 } else { *value })
        .map(|value| value / 10 + value % 10)
        .sum();
    (10 - sum % 10) % 10 == values[8]
}

/// Words that a person must turn into a rule of their own.
pub(crate) fn notes(text: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(words) = pattern!(r"(?i)\b(?:attachments? included|including (?:all |any )?attachments?|with (?:all |any )?attachments?|(?:and|together with) (?:all |any |their )?attachments?)\b").find(text) {
        notes.push(format!("{:?}: whole families are the rule anyway (family = \"whole\")", words.as_str()));
    }
    if let Some(words) =
        pattern!(r"\b(?:w/[0-9]+|pre/[0-9]+|[A-Za-z]{3,}!|AND NOT|[a-z]+\* (?:AND|OR))").find(text)
    {
        notes.push(format!(
            "{:?} looks like a search of a lawyers' language, which is not read here: give it as terms",
            words.as_str()
        ));
    }
    if let Some(words) = pattern!(r"(?i)\b(?:see|in response to|responsive to|as (?:described|listed|set forth) in|listed in|identified in) (?:item|request|paragraph|exhibit|schedule|attachment|appendix)\s*(?:no\.?\s*)?[A-Z0-9.]+").find(text) {
        notes.push(format!("refers to another place: {:?}", words.as_str()));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_follow_the_head_of_the_item() {
        for (text, expected) in [
            ("All communications concerning the firm's policies.", Kind::Search),
            ("The Firm's policies and procedures for the retention of e-mail.", Kind::Checklist),
            ("Describe the firm's e-mail archive.", Kind::Narrative),
            ("A list of all e-mail accounts.", Kind::Schedule),
            ("Documents sufficient to show the audit.", Kind::Search),
            ("Identify all communications with Northgate.", Kind::Search),
            ("The firm's e-mail retention policy", Kind::Checklist),
            ("All e-mails about the manual", Kind::Search),
            ("For each trade, state the price.", Kind::Narrative),
        ] {
            assert_eq!(kind(text).0, expected, "{text}");
        }
    }

    /// Each identifier with whether it is one for certain.
    fn named(text: &str) -> Vec<(&'static str, String, bool)> {
        identifiers(text).into_iter().map(|one| (one.kind.as_str(), one.value, one.plain)).collect()
    }

    #[test]
    fn a_cusip_needs_its_check_digit() {
        assert_eq!(named("CUSIP 037833100"), [("cusip", "037833100".to_owned(), true)]);
        assert_eq!(named("CUSIP No. 037833101"), []);
        assert_eq!(named("the number 037833100"), [("cusip", "037833100".to_owned(), false)]);
    }

    #[test]
    fn a_number_is_an_identifier_where_the_words_before_it_say_so_and_name_it_whole() {
        let accounts = named("account numbers 4471-0093 and 4471-0101 of 2012");
        assert_eq!(
            accounts,
            [("account", "4471-0093".to_owned(), true), ("account", "4471-0101".to_owned(), true)]
        );
        assert_eq!(named("the accounts of 2012"), []);
        assert_eq!(named("account ending in 4471"), [("account", "4471".to_owned(), false)]);
        assert_eq!(named("account 2012"), [("account", "2012".to_owned(), false)]);
        assert_eq!(named("Order No. A77310-2"), [("order", "A77310-2".to_owned(), true)]);
        assert_eq!(named("in order to 7731"), []);
        assert_eq!(named("Acme Corp. (NYSE: ACME)"), [("ticker", "ACME".to_owned(), false)]);
        assert_eq!(named("the ticker symbol ACME"), [("ticker", "ACME".to_owned(), true)]);
        assert_eq!(named("a symbol of it; NYSE rules"), []);
    }

    #[test]
    fn open_lists_of_channels_limit_nothing() {
        let open = channels("All communications, including but not limited to e-mails");
        assert!(open.open.is_some() && open.named.len() == 1);
        assert!(channels("All e-mails and text messages of Ann Lee").open.is_none());
        assert!(channels("order tickets").named.is_empty());
    }

    #[test]
    fn quoted_words_are_terms_and_names_in_passing_are_not() {
        assert_eq!(
            quoted("contain “mark-ups,” or \"stale prices\" (the \"Terms\")"),
            ["mark-ups", "stale prices"]
        );
    }
}
