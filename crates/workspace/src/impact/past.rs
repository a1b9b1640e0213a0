//! Whether a gap touches a request that was answered before this program.

use crate::past::{PastItem, PastRequest, PastStatement};
use chrono::NaiveDate;
use duces_model::{Axis, Gap, RequestId};
use duces_register::Register;
use serde::Serialize;

/// A request of the past that a gap touches, or of which too little is known to say that it does not.
#[derive(Debug, Serialize)]
pub struct TouchedPast {
    /// Which.
    pub request: RequestId,
    /// Who asked.
    pub authority: String,
    /// Under which number.
    pub number: String,
    /// What kind of inquiry.
    pub kind: String,
    /// When it was answered, where known.
    pub answered: Option<NaiveDate>,
    /// Whether an item of it is certainly touched: its sources or people, and its days, are known and cross the gap.
    pub certain: bool,
    /// Why, an item each.
    pub items: Vec<String>,
    /// Bates ranges on record for these items, as they were written.
    pub bates: Vec<String>,
    /// The statements that are on record for these items or for the whole answer: what they say of the days of the gap is
    /// unsupported now.
    pub statements: Vec<PastStatement>,
    /// What the gap does to these statements.
    pub statements_are: &'static str,
}

/// How an item of the past stands to a gap.
enum Crossing {
    /// By what is known.
    Certain(String),
    /// Too little is known to say no.
    Possible(String),
}

/// What the gap touches of the request; nothing where what is known rules it out.
pub(super) fn touched(request: &PastRequest, gap: &Gap, register: &Register) -> Option<TouchedPast> {
    let crossings: Vec<(&PastItem, Crossing)> =
        request.items.iter().filter_map(|item| Some((item, crossing(item, gap, register)?))).collect();
    if crossings.is_empty() {
        return None;
    }
    let about = |statement: &&PastStatement| {
        statement.item.is_empty() || crossings.iter().any(|(item, _)| item.item == statement.item)
    };
    Some(TouchedPast {
        request: request.request.clone(),
        authority: request.authority.clone(),
        number: request.number.clone(),
        kind: request.kind.clone(),
        answered: request.answered,
        certain: crossings.iter().any(|(_, how)| matches!(how, Crossing::Certain(_))),
        bates: crossings.iter().flat_map(|(item, _)| item.bates.iter().flatten()).cloned().collect(),
        statements: request.statements.iter().filter(about).cloned().collect(),
        statements_are: match gap.axis {
            Axis::Preserved => "unsupported",
            Axis::Reviewed => "unsupported as far as it speaks of review",
        },
        items: crossings
            .into_iter()
            .map(|(item, how)| {
                let name = if item.item.is_empty() {
                    "the request".to_owned()
                } else {
                    format!("item {}", item.item)
                };
                match how {
                    Crossing::Certain(why) => format!("{name}: {why}"),
                    Crossing::Possible(why) => format!("{name} may be touched: {why}"),
                }
            })
            .collect(),
    })
}

fn crossing(item: &PastItem, gap: &Gap, register: &Register) -> Option<Crossing> {
    let (first, last) = (item.from.unwrap_or(NaiveDate::MIN), item.to.unwrap_or(NaiveDate::MAX));
    if !gap.crosses_days(first, last) {
        return None;
    }
    let mut unknown = Vec::new();
    let days = match (item.from, item.to) {
        (Some(from), Some(to)) => format!("its period {from} to {to} shares days with the gap"),
        (from, to) => {
            unknown.push("an end of its period");
            let day = |day: Option<NaiveDate>| day.map_or("unknown".to_owned(), |day| day.to_string());
            format!("its period {} to {} may share days with the gap", day(from), day(to))
        }
    };
    let whose = if gap.sources.is_empty() {
        unknown.push("the source of the gap");
        "the gap is of an address without a source, which any answer may have needed".to_owned()
    } else if let Some(sources) = &item.sources {
        let shared: Vec<&str> =
            sources.iter().filter(|source| gap.is_of(source)).map(duces_model::SourceId::as_str).collect();
        if shared.is_empty() {
            return None;
        }
        format!("it was answered from {}", shared.join(", "))
    } else if let Some(people) = &item.people {
        let owned = |id: &&duces_model::SourceId| {
            let owner = register.source(id).and_then(|source| source.owner.as_ref());
            owner.is_some_and(|owner| people.contains(owner))
        };
        let owned: Vec<&str> = gap.sources.iter().filter(owned).map(duces_model::SourceId::as_str).collect();
        if owned.is_empty() {
            unknown.push("its sources");
            "it asked for people whose mail may lie in the gap's sources".to_owned()
        } else {
            format!("it asked for the owners of {}", owned.join(", "))
        }
    } else {
        unknown.push("its sources and people");
        "whom it asked for is not known".to_owned()
    };
    let said = format!("{whose}; {days}");
    Some(if unknown.is_empty() {
        Crossing::Certain(said)
    } else {
        Crossing::Possible(format!("{said} (unknown: {})", unknown.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::{Evidence, GapStatus, Quantity};

    fn register() -> Register {
        let sources = "source,name,channel,in_service_from,owner\ndesk,Desk,email,2015-01-01,\nann,Ann,email,2015-01-01,ann-lee\n";
        let people = "person,name\nann-lee,Ann Lee\nbob,Bob\n";
        let files = [("sources.csv", sources), ("people.csv", people)];
        Register::from_files(files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))).unwrap()
    }

    fn gap(sources: &[&str]) -> Gap {
        Gap {
            id: "g".into(),
            axis: Axis::Preserved,
            sources: sources.iter().map(|source| source.parse().unwrap()).collect(),
            address: None,
            first_day: "2019-03-01".parse().ok(),
            last_day: "2019-03-31".parse().ok(),
            first_between: None,
            last_between: None,
            evidence: Evidence::Silence,
            also: Vec::new(),
            quantity: Quantity::Unknown,
            finding: String::new(),
            blind_to: String::new(),
            grounds: Vec::new(),
            grounds_in_all: 0,
            status: GapStatus::Candidate,
        }
    }

    fn request(
        people: Option<&str>,
        sources: Option<&str>,
        from: Option<&str>,
        to: Option<&str>,
    ) -> PastRequest {
        PastRequest {
            request: "HO-1".parse().unwrap(),
            authority: "SEC".into(),
            number: String::new(),
            kind: "regulatory".into(),
            received: None,
            answered: None,
            items: vec![PastItem {
                item: "1".into(),
                text: String::new(),
                people: people.map(|id| vec![id.parse().unwrap()]),
                sources: sources.map(|id| vec![id.parse().unwrap()]),
                from: from.and_then(|day| day.parse().ok()),
                to: to.and_then(|day| day.parse().ok()),
                bates: None,
            }],
            statements: vec![PastStatement {
                text: "All of it.".into(),
                stated_on: None,
                item: String::new(),
            }],
            note: String::new(),
        }
    }

    #[test]
    fn what_is_known_decides_and_what_is_unknown_never_clears() {
        let register = register();
        let year = (Some("2019-01-01"), Some("2019-12-31"));
        let says =
            |request: PastRequest, gap: &Gap| touched(&request, gap, &register).map(|found| found.certain);
        assert_eq!(says(request(None, Some("desk"), year.0, year.1), &gap(&["desk"])), Some(true));
        assert_eq!(says(request(None, Some("desk"), year.0, year.1), &gap(&["ann"])), None);
        assert_eq!(says(request(Some("ann-lee"), None, year.0, year.1), &gap(&["ann"])), Some(true));
        assert_eq!(says(request(Some("bob"), None, year.0, year.1), &gap(&["ann"])), Some(false));
        assert_eq!(says(request(None, Some("desk"), None, year.1), &gap(&["desk"])), Some(false));
        assert_eq!(says(request(None, Some("desk"), None, Some("2019-02-28")), &gap(&["desk"])), None);
        assert_eq!(says(request(None, None, None, None), &gap(&["desk"])), Some(false));
        assert_eq!(says(request(None, Some("desk"), year.0, year.1), &gap(&[])), Some(false));
    }
}
