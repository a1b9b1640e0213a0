//! What criteria are mapped through; implemented over the register and the firm's settings.

use chrono::NaiveDate;
use chrono_tz::Tz;
use duces_model::{EmailAddress, GroupId, PersonId, SourceId};

/// Days on which something was so, both included; open on a side without a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

/// What the register says of a group, for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupPart {
    /// The person was a member.
    Person(PersonId),
    /// The address was a member.
    Address(EmailAddress),
    /// The address was the group's own.
    Own(EmailAddress),
}

/// What criteria are mapped through.
pub trait Directory {
    /// A person's addresses, each with the days on which it was theirs; `None` where the register has no
    /// such person.
    fn person(&self, id: &PersonId) -> Option<Vec<(EmailAddress, Days)>>;
    /// Every person, for suggestions.
    fn people(&self) -> Vec<PersonId>;
    /// A group's parts; `None` where the register has no such group.
    fn group(&self, id: &GroupId) -> Option<Vec<(GroupPart, Days)>>;
    /// Every group, for suggestions.
    fn groups(&self) -> Vec<GroupId>;
    /// The firm's mail domains; each stands for those below it too.
    fn firm_domains(&self) -> Vec<String>;
    /// Whether the register has such a source.
    fn has_source(&self, id: &SourceId) -> bool;
    /// Every source, for suggestions.
    fn source_ids(&self) -> Vec<SourceId>;
    /// The firm's zone: that of periods where the request names none, and of the register's days.
    fn default_zone(&self) -> Tz;
}
