//! People in plain words and in JSON: whom a group or a defined term stands for, and on which days.

use crate::party::{Group, HeldAddress, Party};
use duces_model::DateWindow;
use serde_json::{Value, json};

/// Some people in plain words.
pub(super) fn party(party: &Party) -> String {
    let people = party.people.iter().map(|person| format!("{} ({})", person.id, held(&person.addresses)));
    let groups = party.groups.iter().map(group);
    let defined = party.defined.iter().map(|(term, party)| format!("{term:?} ({})", self::party(party)));
    let addresses = party.addresses.iter().map(ToString::to_string);
    let domains = party.domains.iter().map(|domain| match domain.as_str().strip_prefix("*.") {
        Some(above) => format!("any address of a domain below {above}"),
        None => format!("any address of {domain}"),
    });
    people.chain(groups).chain(defined).chain(addresses).chain(domains).collect::<Vec<_>>().join(" or ")
}

/// What days mean, where any stand in it.
pub(super) fn rule(party: &Party) -> Option<String> {
    let zone = party.on_days().first()?.0.zone().name();
    Some(format!(
        "an address with days counts in messages sent on them, in {zone}; of an undated message that names \
         it, it cannot be told"
    ))
}

fn group(group: &Group) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !group.own.is_empty() {
        parts.push(format!("its own address {}", held(&group.own)));
    }
    for member in &group.members {
        let days = member.days.as_ref().map_or_else(String::new, |window| format!(" {}", days(window)));
        parts.push(match &member.person {
            None => held(&member.addresses),
            Some(person) if member.addresses.is_empty() => {
                format!("{person}{days} (without an address on these days)")
            }
            Some(person) => format!("{person}{days} ({})", held(&member.addresses)),
        });
    }
    format!("group {} ({})", group.id, parts.join("; "))
}

fn held(addresses: &[HeldAddress]) -> String {
    let one = |held: &HeldAddress| match &held.days {
        Some(window) => format!("{} {}", held.address, days(window)),
        None => held.address.to_string(),
    };
    addresses.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn days(window: &DateWindow) -> String {
    match (window.has_beginning(), window.has_end()) {
        (true, true) => format!("from {} to {}", window.first(), window.last()),
        (true, false) => format!("from {} on", window.first()),
        (false, true) => format!("until {}", window.last()),
        (false, false) => "on any day".to_owned(),
    }
}

/// Some people exactly and completely.
pub(super) fn party_json(party: &Party) -> Value {
    let people = party
        .people
        .iter()
        .map(|person| json!({ "person": person.id.as_str(), "addresses": held_json(&person.addresses) }));
    let groups = party.groups.iter().map(|group| {
        let members = group.members.iter().map(|member| {
            json!({
                "person": member.person.as_ref().map(|person| person.as_str()),
                "days": member.days.as_ref().map(super::window_json),
                "addresses": held_json(&member.addresses),
            })
        });
        json!({
            "group": group.id.as_str(),
            "own": held_json(&group.own),
            "members": members.collect::<Vec<_>>(),
        })
    });
    let defined =
        party.defined.iter().map(|(term, party)| json!({ "term": term, "people": party_json(party) }));
    json!({
        "people": people.collect::<Vec<_>>(),
        "groups": groups.collect::<Vec<_>>(),
        "defined": defined.collect::<Vec<_>>(),
        "addresses": party.addresses.iter().map(|address| address.as_str()).collect::<Vec<_>>(),
        "domains": party.domains.iter().map(|domain| domain.as_str()).collect::<Vec<_>>(),
    })
}

/// An address that counts always stands as its text, one with days with them.
fn held_json(addresses: &[HeldAddress]) -> Vec<Value> {
    let one = |held: &HeldAddress| match &held.days {
        Some(window) => json!({ "address": held.address.as_str(), "days": super::window_json(window) }),
        None => json!(held.address.as_str()),
    };
    addresses.iter().map(one).collect()
}
