//! When two families are the same: recipes with a name and a version.
//!
//! A recipe speaks of families, never of attachments alone, and of what lies in the archive by itself
//! apart from what is attached: a loose copy never equals an attached one. What a recipe cannot judge
//! (text or addresses that could not be read, no date, no Message-ID) is the same only where every byte is.
//! A recipe that is changed gets a new version: recorded names keep their meaning.

use crate::threads::ThreadRule;
use duces_model::{Document, DocumentKind, Participant, Role, Searchability, Sha256, Sha256Hasher};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// When two families are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipe {
    /// All natives of the two are the same, byte for byte.
    Native,
    /// Message-ID, date sent, addresses by role, subject, body but for its spacing, and all attachments with their
    /// names are the same. Blind copies count: the sender's copy, which names them, is not the same as
    /// a recipient's.
    Message,
    /// As [`Recipe::Message`], with blind copies aside: a copy that names them stands for those that do not.
    MessageBccAside,
}

/// Among whose families equal ones are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Among those of one custodian.
    Custodian,
    /// Among all of the population.
    Population,
}

/// A recipe with its reach, as an approval names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DedupRule {
    /// The recipe.
    pub recipe: Recipe,
    /// Its reach.
    pub reach: Reach,
}

/// What the requesting staff approved of what is left out, and did not take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Approvals {
    /// The rule by which duplicates may be left out.
    pub dedup: Option<DedupRule>,
    /// The rule by which messages that a later one contains may be left out.
    pub threads: Option<ThreadRule>,
}

/// Why a text is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {found:?}, expected one of {}", DedupRule::all().map(|rule| rule.to_string()).join(", "))]
pub struct DedupRuleError {
    /// The text as found.
    pub found: String,
}

impl Recipe {
    /// All recipes.
    pub const ALL: [Self; 3] = [Self::Native, Self::Message, Self::MessageBccAside];

    /// Its name with its version.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native-family-1",
            Self::Message => "message-family-1",
            Self::MessageBccAside => "message-family-bcc-aside-1",
        }
    }
}

impl Reach {
    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Custodian => "custodian",
            Self::Population => "population",
        }
    }
}

impl DedupRule {
    /// All rules.
    pub fn all() -> [Self; 6] {
        let rule = |recipe, reach| Self { recipe, reach };
        let [a, b, c] = Recipe::ALL;
        [
            rule(a, Reach::Custodian),
            rule(a, Reach::Population),
            rule(b, Reach::Custodian),
            rule(b, Reach::Population),
            rule(c, Reach::Custodian),
            rule(c, Reach::Population),
        ]
    }
}

impl fmt::Display for DedupRule {
    /// `message-family-1/population`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.recipe.as_str(), self.reach.as_str())
    }
}

impl FromStr for DedupRule {
    type Err = DedupRuleError;

    fn from_str(text: &str) -> Result<Self, DedupRuleError> {
        let found = Self::all().into_iter().find(|rule| rule.to_string() == text);
        found.ok_or_else(|| DedupRuleError { found: text.to_owned() })
    }
}

/// By what a family is the same as another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FamilyKey {
    /// The same for families that are the same.
    pub digest: Sha256,
    /// Whether the recipe could not judge the family, so that only the same bytes make it the same.
    pub by_bytes: bool,
    /// Addresses of blind copies, where the recipe leaves them aside. Two families that name different ones
    /// are not the same.
    pub bcc: BTreeSet<String>,
}

impl Recipe {
    /// The key of a family: its documents in order, the root first. None for a family without documents.
    pub fn key(self, family: &[Document]) -> Option<FamilyKey> {
        let root = family.first()?;
        let by_bytes = self == Self::Native || !can_be_judged(root);
        let mut digest = Fields::new(if by_bytes { Self::Native } else { self });
        digest.field(root.kind.as_str());
        let mut bcc = BTreeSet::new();
        if by_bytes {
            family.iter().for_each(|document| digest.field(document.native.sha256.as_bytes()));
        } else {
            message(&mut digest, root, self == Self::Message);
            for document in &family[1..] {
                digest.field(document.part.as_str());
                digest.field(document.kind.as_str());
                digest.field(document.file_name.as_deref().unwrap_or_default());
                digest.field(document.native.sha256.as_bytes());
            }
            if self == Self::MessageBccAside {
                bcc = addresses(&root.participants, Role::Bcc);
            }
        }
        Some(FamilyKey { digest: digest.0.finish(), by_bytes, bcc })
    }
}

/// Whether everything could be read of which the recipes for messages speak.
fn can_be_judged(root: &Document) -> bool {
    root.kind == DocumentKind::Message
        && root.participants_complete
        && root.sent_at.is_some()
        && root.searchability == Searchability::Indexed
        && root.message_id.as_deref().is_some_and(|id| !id.trim().is_empty())
}

fn message(digest: &mut Fields, root: &Document, bcc_counts: bool) {
    digest.field(root.message_id.as_deref().unwrap_or_default().trim());
    digest.field(root.sent_at.map_or(0, |at| at.timestamp()).to_be_bytes());
    for role in [Role::From, Role::Sender, Role::To, Role::Cc, Role::Bcc] {
        if role != Role::Bcc || bcc_counts {
            digest.field(role.as_str());
            addresses(&root.participants, role).iter().for_each(|address| digest.field(address));
        }
    }
    digest.field("subject");
    digest.field(root.subject.as_deref().unwrap_or_default().trim());
    digest.field(root.text.split_whitespace().collect::<Vec<_>>().join(" "));
}

/// Addresses of a role, each once, sorted; what is no address stands as written.
fn addresses(participants: &[Participant], role: Role) -> BTreeSet<String> {
    let own = participants.iter().filter(|one| one.role == role);
    own.map(|one| match (&one.address, &one.name) {
        (Some(address), _) => address.to_string(),
        (None, name) => name.clone().unwrap_or_default(),
    })
    .collect()
}

/// Fields that cannot run into each other: each stands behind its length.
struct Fields(Sha256Hasher);

impl Fields {
    fn new(recipe: Recipe) -> Self {
        let mut fields = Self(Sha256::hasher());
        fields.field("duces family");
        fields.field(recipe.as_str());
        fields
    }

    fn field(&mut self, field: impl AsRef<[u8]>) {
        let field = field.as_ref();
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Case, id};
    use duces_model::EmailAddress;

    /// A message with one attachment.
    fn family() -> Vec<Document> {
        let (_, archive) = Case::default().message(1).attach(2, 1).build();
        let mut root = archive.documents[&id(1)].document.clone();
        root.participants = vec![who(Role::From, "a@x.example"), who(Role::To, "b@x.example")];
        vec![root, archive.documents[&id(2)].document.clone()]
    }

    fn who(role: Role, address: &str) -> Participant {
        Participant { role, address: EmailAddress::new(address).ok(), name: None, by_way_of: None }
    }

    fn same(recipe: Recipe, change: impl FnOnce(&mut Vec<Document>)) -> bool {
        let mut other = family();
        // Another mailbox holds it in other bytes.
        other[0].native.sha256 = Sha256::of("the same mail with another Received line");
        change(&mut other);
        recipe.key(&family()) == recipe.key(&other)
    }

    #[test]
    fn a_copy_in_another_mailbox_is_the_same_message_and_not_the_same_bytes() {
        assert!(same(Recipe::Message, |_| {}) && same(Recipe::MessageBccAside, |_| {}));
        assert!(!same(Recipe::Native, |_| {}));
        assert!(same(Recipe::Message, |f| f[0].text = format!("  {}\r\n", f[0].text)));
        assert!(same(Recipe::Message, |f| f[0].participants.reverse()));
    }

    #[test]
    fn any_difference_that_a_reader_would_see_makes_another_message() {
        let changes: [fn(&mut Vec<Document>); 8] = [
            |f| f[0].text.push('x'),
            |f| f[0].subject = Some("other".into()),
            |f| f[0].message_id = Some("other@x".into()),
            |f| f[0].sent_at = f[0].sent_at.map(|at| at + chrono::TimeDelta::seconds(1)),
            |f| f[0].participants.push(who(Role::Cc, "c@x.example")),
            |f| f[1].native.sha256 = Sha256::of("another attachment"),
            |f| f[1].file_name = Some("other.doc".into()),
            |f| f.truncate(1),
        ];
        for change in changes {
            assert!(!same(Recipe::Message, change) && !same(Recipe::MessageBccAside, change));
        }
    }

    #[test]
    fn the_bcc_policy_is_the_recipes() {
        let bcc = |f: &mut Vec<Document>| f[0].participants.push(who(Role::Bcc, "s@x.example"));
        assert!(!same(Recipe::Message, bcc));
        let mut other = family();
        bcc(&mut other);
        let (own, other) = (Recipe::MessageBccAside.key(&family()), Recipe::MessageBccAside.key(&other));
        let (Some(own), Some(other)) = (own, other) else { panic!() };
        assert_eq!(own.digest, other.digest);
        assert_eq!((own.bcc.len(), other.bcc.len()), (0, 1));
    }

    #[test]
    fn what_cannot_be_judged_is_the_same_only_where_every_byte_is() {
        let changes: [fn(&mut Document); 5] = [
            |d| d.message_id = None,
            |d| d.message_id = Some("  ".into()),
            |d| d.sent_at = None,
            |d| d.participants_complete = false,
            |d| d.kind = DocumentKind::LooseFile,
        ];
        for change in changes {
            let (mut one, mut other) = (family(), family());
            change(&mut one[0]);
            change(&mut other[0]);
            assert_eq!(Recipe::Message.key(&one), Recipe::Message.key(&other));
            assert!(Recipe::Message.key(&one).is_some_and(|key| key.by_bytes));
            other[0].native.sha256 = Sha256::of("other bytes");
            assert_ne!(Recipe::Message.key(&one), Recipe::Message.key(&other));
        }
    }

    #[test]
    fn a_loose_copy_never_equals_an_attached_one() {
        let attached = family()[1].clone();
        let mut loose = attached.clone();
        loose.kind = DocumentKind::LooseFile;
        for recipe in Recipe::ALL {
            assert_ne!(recipe.key(std::slice::from_ref(&attached)), recipe.key(std::slice::from_ref(&loose)));
        }
    }

    #[test]
    fn a_rule_reads_back_as_it_is_written_and_nothing_else_does() {
        for rule in DedupRule::all() {
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
        assert!("message-family-2/population".parse::<DedupRule>().is_err());
        assert!("message-family-1".parse::<DedupRule>().is_err(), "the reach is part of what is approved");
    }
}
