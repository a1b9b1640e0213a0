//! Who takes part in a message, as a privilege log names them.

use chrono::NaiveDate;
use chrono_tz::Tz;
use duces_instruments::ATTORNEY_MARK;
use duces_model::{DocumentKind, EmailAddress, Participant, Role};
use duces_packager::Fetched;
use duces_register::Register;
use std::collections::BTreeSet;

/// Names people by the register.
pub(super) struct People<'r> {
    pub(super) register: &'r Register,
    pub(super) zone: Tz,
}

/// Who takes part in the nearest message of a document, and when it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) date: String,
    pub(super) author: String,
    pub(super) to: String,
    pub(super) cc: String,
    pub(super) bcc: String,
    pub(super) attorneys: Vec<String>,
}

impl People<'_> {
    pub(super) fn of(&self, fetched: &Fetched) -> Named {
        let message = &fetched.message;
        let day = message.sent_at.map(|at| at.with_timezone(&self.zone).date_naive());
        let listed = |roles: &[Role]| -> Vec<String> {
            let mut seen = BTreeSet::new();
            let of = message.participants.iter().filter(|one| roles.contains(&one.role));
            of.map(|one| self.named(one, day))
                .filter(|name| !name.is_empty() && seen.insert(name.clone()))
                .collect()
        };
        let mut author = listed(&[Role::From]);
        if author.is_empty() {
            author = listed(&[Role::Sender]);
        }
        // Who wrote an attachment the message does not say, only who sent it.
        let sent_by = match fetched.document.kind {
            DocumentKind::Attachment => format!("not known; sent by {}", author.join("; ")),
            _ => author.join("; "),
        };
        let attorneys: BTreeSet<String> = message
            .participants
            .iter()
            .filter_map(|one| one.address.as_ref())
            .flat_map(|address| self.register.counsel_at(address, day))
            .map(|one| one.name.clone())
            .collect();
        Named {
            date: day.map(|day| day.to_string()).unwrap_or_default(),
            author: if author.is_empty() { String::new() } else { sent_by },
            to: listed(&[Role::To]).join("; "),
            cc: listed(&[Role::Cc]).join("; "),
            bcc: listed(&[Role::Bcc]).join("; "),
            attorneys: attorneys.into_iter().collect(),
        }
    }

    /// `Name* <address> (title)`: an attorney is marked, the title is the register's.
    fn named(&self, participant: &Participant, day: Option<NaiveDate>) -> String {
        let name = participant.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let Some(address) = &participant.address else { return name.unwrap_or_default().to_owned() };
        let mark = if self.register.counsel_at(address, day).next().is_some() {
            ATTORNEY_MARK.to_string()
        } else {
            String::new()
        };
        let mut shown = match name {
            Some(name) => format!("{name}{mark} <{address}>"),
            None => format!("{address}{mark}"),
        };
        if let Some(title) = self.title(address, day) {
            shown.push_str(&format!(" ({title})"));
        }
        shown
    }

    /// What the person did whose address it was on that day.
    fn title(&self, address: &EmailAddress, day: Option<NaiveDate>) -> Option<&str> {
        let held = |person: &&duces_register::Person| {
            self.register.addresses_of(person).iter().any(|one| {
                one.address == *address
                    && day.is_none_or(|day| {
                        one.from.is_none_or(|from| from <= day) && one.to.is_none_or(|to| day <= to)
                    })
            })
        };
        self.register
            .people
            .iter()
            .find(held)
            .map(|person| person.role.as_str())
            .filter(|role| !role.is_empty())
    }
}
