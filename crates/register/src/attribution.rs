//! To which sources an occurrence belongs, asked once for each of millions.
//!
//! Path rules lie in a tree by their leading literal names, so that a path is compared only with the
//! rules of the folders in which it lies; addresses lie in a map.

use crate::glob::{self, Segment};
use crate::source::Source;
use chrono::NaiveDate;
use duces_model::{ArchivePath, Attribution, AttributionBasis, EmailAddress, Role, SourceId};
use std::collections::BTreeMap;

/// What attribution needs to know of an occurrence.
#[derive(Debug, Clone, Copy)]
pub struct OccurrenceFacts<'a> {
    /// Name of the archive in which its container lies.
    pub archive: &'a str,
    /// The container's path.
    pub path: &'a ArchivePath,
    /// Whether it is a journal report.
    pub journal: bool,
    /// Everybody with an address who takes part, by envelope or header.
    pub participants: &'a [(Role, EmailAddress)],
}

/// The register's rules, made ready.
#[derive(Debug, Default)]
pub(crate) struct Attributor {
    sources: Vec<Ruled>,
    archives: BTreeMap<String, Folder>,
    addresses: BTreeMap<EmailAddress, Vec<usize>>,
}

#[derive(Debug)]
struct Ruled {
    id: SourceId,
    journal: bool,
    in_service: (NaiveDate, Option<NaiveDate>),
}

/// The rules whose literal names lead to this folder.
#[derive(Debug, Default)]
struct Folder {
    folders: BTreeMap<String, Folder>,
    /// What the rest of the path must match, and the source it then belongs to.
    rules: Vec<(Vec<Segment>, usize)>,
}

impl Attributor {
    pub(crate) fn new(sources: &[Source]) -> Self {
        let mut attributor = Self::default();
        for (at, source) in sources.iter().enumerate() {
            for rule in &source.archive_paths {
                let root = attributor.archives.entry(rule.archive.clone()).or_default();
                root.add(rule.glob.segments(), at);
            }
            for address in &source.addresses {
                attributor.addresses.entry(address.clone()).or_default().push(at);
            }
            let in_service = (source.in_service_from, source.in_service_to);
            attributor.sources.push(Ruled { id: source.id.clone(), journal: source.journal, in_service });
        }
        attributor
    }

    pub(crate) fn has_address(&self, address: &EmailAddress) -> bool {
        self.addresses.contains_key(address)
    }

    pub(crate) fn attribute(&self, facts: &OccurrenceFacts<'_>, day: Option<NaiveDate>) -> Vec<Attribution> {
        let mut found: Vec<(usize, AttributionBasis)> = Vec::new();
        self.by_path(facts, &mut found);
        if facts.journal {
            let enveloped = facts.participants.iter().filter(|(role, _)| is_enveloped(*role));
            let sources = enveloped.flat_map(|(_, address)| self.by_address(address, day));
            let journalled = sources.filter(|at| self.sources[*at].journal);
            found.extend(journalled.map(|at| (at, AttributionBasis::Envelope)));
        }
        if found.is_empty() {
            let sources = facts.participants.iter().flat_map(|(_, address)| self.by_address(address, day));
            found.extend(sources.map(|at| (at, AttributionBasis::Header)));
        }
        let name = |(at, basis): (usize, _)| Attribution { source: self.sources[at].id.clone(), basis };
        let mut attributions: Vec<Attribution> = found.into_iter().map(name).collect();
        // Sorted by source and then from the strongest basis, of which alone is kept.
        attributions.sort();
        attributions.dedup_by(|later, earlier| later.source == earlier.source);
        attributions
    }

    fn by_path(&self, facts: &OccurrenceFacts<'_>, found: &mut Vec<(usize, AttributionBasis)>) {
        let Some(mut folder) = self.archives.get(facts.archive) else { return };
        let path = glob::normal(facts.path.as_str());
        let names: Vec<&str> = path.split('/').collect();
        for depth in 0..=names.len() {
            let rest = &names[depth..];
            let fitting = folder.rules.iter().filter(|(segments, _)| glob::segments_match(segments, rest));
            found.extend(fitting.map(|(_, at)| (*at, AttributionBasis::Rule)));
            match rest.first().and_then(|name| folder.folders.get(*name)) {
                Some(inner) => folder = inner,
                None => return,
            }
        }
    }

    /// The sources with an address: those in service on that day, or all where none was or no day is known.
    fn by_address(&self, address: &EmailAddress, day: Option<NaiveDate>) -> impl Iterator<Item = usize> {
        let all = self.addresses.get(address).map_or([].as_slice(), Vec::as_slice);
        let served = move |at: usize, day: NaiveDate| {
            let (from, to) = self.sources[at].in_service;
            from <= day && to.is_none_or(|to| day <= to)
        };
        let day = day.filter(|day| all.iter().any(|at| served(*at, *day)));
        all.iter().copied().filter(move |at| day.is_none_or(|day| served(*at, day)))
    }
}

/// Whether an address stands in the envelope of a journal report. A Bcc can only be known from there; the
/// other roles without "envelope" are the message's own headers, which name whom the sender pleased.
fn is_enveloped(role: Role) -> bool {
    matches!(role, Role::EnvelopeFrom | Role::EnvelopeTo | Role::Bcc)
}

impl Folder {
    fn add(&mut self, segments: &[Segment], at: usize) {
        match segments.split_first() {
            Some((Segment::Literal(name), rest)) => {
                self.folders.entry(name.clone()).or_default().add(rest, at);
            }
            _ => self.rules.push((segments.to_vec(), at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{OccurrenceFacts, Register};
    use duces_model::{ArchivePath, EmailAddress, Role};
    use proptest::prelude::*;

    fn register(rows: &str) -> Register {
        let sources = format!(
            "source,name,channel,addresses,in_service_from,in_service_to,archive_paths,journal\n{rows}"
        );
        Register::from_files([
            ("sources.csv".to_owned(), sources.into_bytes()),
            ("people.csv".to_owned(), b"person,name\n".to_vec()),
        ])
        .unwrap()
    }

    fn firm() -> Register {
        register(
            "ann,Ann,email,ann@x.example,2020-01-01,,mail:mailboxes/ann/**,yes\n\
             bob,Bob,email,bob@x.example;b@x.example,2020-01-01,,mail:mailboxes/*/bob.mbox,yes\n\
             desk,Desk,email,desk@x.example,2020-01-01,2021-12-31,,no\n\
             desk2,Desk 2,email,desk@x.example,2022-01-01,,,no\n\
             all,All,email,,2020-01-01,,mail:**/*.mbox,no\n",
        )
    }

    fn say(
        register: &Register,
        path: &str,
        journal: bool,
        people: &[(Role, &str)],
        day: Option<&str>,
    ) -> String {
        let participants: Vec<_> =
            people.iter().map(|(role, text)| (*role, EmailAddress::new(text).unwrap())).collect();
        let path = ArchivePath::from_escaped(path);
        let facts = OccurrenceFacts { archive: "mail", path: &path, journal, participants: &participants };
        let found = register.attribute_on(&facts, day.map(|day| day.parse().unwrap()));
        found.iter().map(|a| format!("{}/{}", a.source, a.basis)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_path_rule_comes_first_and_headers_are_then_not_asked() {
        let people = [(Role::From, "desk@x.example")];
        assert_eq!(say(&firm(), "mailboxes/ann/cur/1", false, &people, None), "ann/rule");
        assert_eq!(
            say(&firm(), "mailboxes/ann/bob.mbox", false, &people, None),
            "all/rule ann/rule bob/rule"
        );
        assert_eq!(say(&firm(), "mailboxes/zoe/cur/1", false, &people, None), "desk/header desk2/header");
        assert_eq!(say(&firm(), "mailboxes/zoe/cur/1", false, &[(Role::To, "x@y.example")], None), "");
    }

    #[test]
    fn a_rule_holds_in_its_own_archive_only() {
        let path = ArchivePath::from_escaped("mailboxes/ann/cur/1");
        let facts = OccurrenceFacts { archive: "old", path: &path, journal: false, participants: &[] };
        assert!(firm().attribute(&facts).is_empty());
    }

    #[test]
    fn a_journal_envelope_attributes_to_sources_with_journal_only_and_beside_path_rules() {
        let people = [
            (Role::EnvelopeFrom, "ann@x.example"),
            (Role::EnvelopeTo, "B@x.example"),
            (Role::Bcc, "desk@x.example"),
        ];
        assert_eq!(say(&firm(), "journal/1.eml", true, &people, None), "ann/envelope bob/envelope");
        assert_eq!(say(&firm(), "mailboxes/ann/1.eml", true, &people, None), "ann/rule bob/envelope");
        assert_eq!(
            say(&firm(), "journal/1.eml", false, &people, None),
            "ann/header bob/header desk/header desk2/header"
        );
    }

    #[test]
    fn the_headers_of_a_journal_report_are_not_its_envelope() {
        let spoofed =
            [(Role::From, "ann@x.example"), (Role::To, "ann@x.example"), (Role::EnvelopeTo, "bob@x.example")];
        assert_eq!(say(&firm(), "journal/1.eml", true, &spoofed, None), "bob/envelope");
        let only_header = [(Role::From, "ann@x.example"), (Role::EnvelopeTo, "x@y.example")];
        assert_eq!(say(&firm(), "journal/1.eml", true, &only_header, None), "ann/header");
    }

    #[test]
    fn an_address_that_passed_on_belongs_to_the_source_in_service_on_the_day() {
        let people = [(Role::To, "desk@x.example")];
        assert_eq!(say(&firm(), "a", false, &people, Some("2021-12-31")), "desk/header");
        assert_eq!(say(&firm(), "a", false, &people, Some("2022-01-01")), "desk2/header");
        assert_eq!(say(&firm(), "a", false, &people, Some("1999-01-01")), "desk/header desk2/header");
    }

    #[test]
    fn the_attribution_digest_follows_what_attribution_depends_on_and_nothing_else() {
        let base = "ann,Ann,email,a@x.example,2020-01-01,,mail:a/**,yes\nbob,Bob,email,b@x.example,2020-01-01,,,no\n";
        let digest = |rows: &str| register(rows).attribution_digest();
        let reordered = "bob,Robert,chat,b@x.example,2020-01-01,,,no\nann,Ann,email,A@x.example,2020-01-01,,mail:a/**,yes\n";
        assert_eq!(digest(base), digest(reordered));
        assert_ne!(register(base).digest(), register(reordered).digest());
        for (from, to) in [
            ("a@x", "c@x"),
            ("a/**", "a/*"),
            ("yes", "no"),
            ("2020-01-01,,,", "2020-01-01,2021-01-01,,"),
            ("ann,", "anne,"),
        ] {
            assert_ne!(digest(base), digest(&base.replace(from, to)), "{from}");
        }
    }

    proptest! {
        #[test]
        fn the_tree_of_rules_finds_what_each_rule_by_itself_finds(
            globs in prop::collection::vec("([ab*]|\\*\\*)(/([ab*]|\\*\\*)){0,3}", 1..8), path in "[ab](/[ab]){0,4}"
        ) {
            let rows: String = globs.iter().enumerate().map(|(n, g)| format!("s{n},S,email,,2020-01-01,,mail:{g},no\n")).collect();
            let register = register(&rows);
            let expected: Vec<_> = register.sources.iter()
                .filter(|source| source.archive_paths.iter().any(|rule| rule.glob.matches(&path)))
                .map(|source| format!("{}/rule", source.id)).collect();
            prop_assert_eq!(say(&register, &path, false, &[], None), expected.join(" "));
        }
    }
}
