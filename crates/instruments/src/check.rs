//! Facts that do not add up make no instrument.

use crate::error::InstrumentError;
use crate::facts::{
    AddedFile, AddedPopulation, AnyItem, ArchiveFacts, BesideFacts, CompletenessFacts, CoverageWord,
    Decisions, FACTS_FORMAT, GapFacts, ItemFacts, ItemPopulation, NumberRange, PopulationFacts,
    VerifiedVolume, VolumeFacts,
};
use duces_model::accounting::check_sum;
use duces_model::{BatesRange, GapStatus, ItemId};
use std::collections::BTreeSet;

/// Checks every sum, and that no fact contradicts another.
pub(crate) fn check(facts: &CompletenessFacts) -> Result<(), InstrumentError> {
    if facts.format != FACTS_FORMAT && facts.format != 1 {
        let what = format!("found format {}, expected {FACTS_FORMAT} or 1", facts.format);
        return Err(InstrumentError::contradiction("facts", what));
    }
    each_item_once(facts)?;
    archive(&facts.archive)?;
    sources(facts)?;
    facts.items.iter().try_for_each(|item| self::item(item, facts))?;
    facts.beside.iter().try_for_each(|item| beside(item, facts))?;
    facts.population.iter().try_for_each(|population| self::population(population, facts))?;
    volumes(facts)?;
    unique("gap", facts.gaps.iter().map(|gap| gap.gap.id.as_str()))?;
    facts.gaps.iter().try_for_each(gap)
}

fn unique<'a>(kind: &str, names: impl Iterator<Item = &'a str>) -> Result<(), InstrumentError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(InstrumentError::contradiction(
                format!("{kind} {name}"),
                "found twice, expected once",
            ));
        }
    }
    Ok(())
}

/// Every item of the request stands in the facts once, whether a search answers it or not, and refers to
/// earlier items only.
fn each_item_once(facts: &CompletenessFacts) -> Result<(), InstrumentError> {
    let listed: Vec<(&ItemId, &[ItemId])> = facts
        .items
        .iter()
        .map(|item| (&item.id, &item.see[..]))
        .chain(facts.beside.iter().map(|item| (&item.id, &item.see[..])))
        .collect();
    unique("item", listed.iter().map(|(id, _)| id.as_str()))?;
    if listed.is_empty() {
        return Err(InstrumentError::contradiction("facts", "found no item, expected at least one"));
    }
    if facts.format == 1 {
        let later = !facts.item_numbers.is_empty() || !facts.beside.is_empty();
        let what = "found numbers of items, or items beside the searches, expected none in format 1";
        return if later { Err(InstrumentError::contradiction("facts", what)) } else { Ok(()) };
    }
    unique("number of the request's items", facts.item_numbers.iter().map(ItemId::as_str))?;
    for number in &facts.item_numbers {
        if !listed.iter().any(|(id, _)| *id == number) {
            let what =
                "found it nowhere, expected it once among the items searched for or beside the searches";
            return Err(InstrumentError::contradiction(format!("item {number}"), what));
        }
    }
    let place = |id: &ItemId| facts.item_numbers.iter().position(|number| number == id);
    for (id, see) in listed {
        let Some(own) = place(id) else {
            let what = "found an item that the request does not have, expected only its items";
            return Err(InstrumentError::contradiction(format!("item {id}"), what));
        };
        if let Some(wrong) = see.iter().find(|seen| place(seen).is_none_or(|seen| seen >= own)) {
            let what = format!("found a reference to item {wrong}, expected earlier items only");
            return Err(InstrumentError::contradiction(format!("item {id}"), what));
        }
    }
    Ok(())
}

/// `part` of `whole`, each named, cannot be more than it.
fn at_most(place: &str, part: (&str, u64), whole: (&str, u64)) -> Result<(), InstrumentError> {
    if part.1 <= whole.1 {
        return Ok(());
    }
    let what = format!("found {} {}, expected at most the {} {}", part.0, part.1, whole.0, whole.1);
    Err(InstrumentError::contradiction(place, what))
}

fn archive(archive: &ArchiveFacts) -> Result<(), InstrumentError> {
    let read = [("parsed", archive.parsed), ("defective", archive.defective)];
    check_sum("archive", ("found", archive.found), &read)?;
    let documents = [("indexed", archive.indexed), ("unsearchable", archive.unsearchable)];
    check_sum("archive", ("documents", archive.documents), &documents)?;
    let reasons: Vec<(&str, u64)> =
        archive.unsearchable_by_reason.iter().map(|reason| (reason.code.as_str(), reason.count)).collect();
    check_sum("archive", ("unsearchable", archive.unsearchable), &reasons)?;
    at_most("archive", ("counted twice", archive.counted_twice), ("containers", archive.containers))
}

fn sources(facts: &CompletenessFacts) -> Result<(), InstrumentError> {
    unique("source", facts.sources.iter().map(|source| source.source.as_str()))?;
    for source in &facts.sources {
        let place = format!("source {}", source.source);
        let parts = [("indexed", source.indexed), ("unsearchable", source.unsearchable)];
        check_sum(&place, ("documents", source.documents), &parts)?;
        at_most(
            &place,
            ("documents", source.documents),
            ("documents of the archive", facts.archive.documents),
        )?;
    }
    let unattributed = ("unattributed documents", facts.unattributed_documents);
    at_most("archive", unattributed, ("documents", facts.archive.documents))
}

fn item(item: &ItemFacts, facts: &CompletenessFacts) -> Result<(), InstrumentError> {
    let place = format!("item {}", item.id);
    let counts = &item.counts;
    let queue = counts.cannot_tell_total();
    let parts = [("hit", counts.hit), ("not hit", counts.not_hit), ("cannot tell", queue)];
    check_sum(&place, ("in scope", counts.in_scope), &parts)?;
    at_most(&place, ("in scope", counts.in_scope), ("documents of the archive", facts.archive.documents))?;
    at_most(&place, ("open queue", item.queue_open), ("documents that cannot be told", queue))?;
    if counts.cannot_tell.iter().any(|count| count.reasons.is_empty()) {
        return Err(InstrumentError::contradiction(
            place,
            "found documents that cannot be told, expected the reason",
        ));
    }
    match (&item.population, &facts.population) {
        (Some(population), Some(whole)) => item_population(&place, item, population, whole)?,
        (None, None) => {}
        (found, _) => {
            let what = if found.is_some() { "a frozen population" } else { "no frozen population" };
            let what = format!("found {what}, expected the same of the item and of the request");
            return Err(InstrumentError::contradiction(place, what));
        }
    }
    let by_hand = added(&place, &item.added)?;
    at_most(&place, ("documents added by hand", by_hand), ("hit", counts.hit))?;
    listed_once(&place, item, facts)?;
    coverage(&place, item, facts)
}

fn item_population(
    place: &str,
    item: &ItemFacts,
    population: &ItemPopulation,
    whole: &PopulationFacts,
) -> Result<(), InstrumentError> {
    check_sum(place, ("population by hit", population.by_hit), &[("hit", item.counts.hit)])?;
    check_sum(place, ("population", population.members()), &population.decisions.buckets())?;
    let queue = item.counts.cannot_tell_total();
    at_most(place, ("population by queue", population.by_queue), ("documents that cannot be told", queue))?;
    at_most(place, ("population", population.members()), ("population of the request", whole.members))
}

/// What was added by hand for an item that no search answers is in the population, and nothing else is.
fn beside(item: &BesideFacts, facts: &CompletenessFacts) -> Result<(), InstrumentError> {
    let place = format!("item {}", item.id);
    let by_hand = added(&place, &item.added)?;
    let Some(population) = &item.population else {
        return Ok(check_sum(&place, ("population", 0), &[("documents added by hand", by_hand)])?);
    };
    let Some(whole) = &facts.population else {
        let what = "found a frozen population, expected the same of the item and of the request";
        return Err(InstrumentError::contradiction(place, what));
    };
    let parts = [("documents of the files added", by_hand)];
    check_sum(&place, ("population by hand", population.by_hand), &parts)?;
    check_sum(&place, ("population", population.members()), &population.decisions.buckets())?;
    at_most(&place, ("population", population.members()), ("population of the request", whole.members))
}

/// How many documents of the files are in the population. What may be withheld is not named.
fn added(place: &str, files: &[AddedFile]) -> Result<u64, InstrumentError> {
    for file in files {
        let whole = ("documents of the file", file.documents);
        at_most(place, ("documents of a file in the population", file.taken_in), whole)?;
        if file.added_by.trim().is_empty() {
            let what = "found a file added by nobody, expected the name of a person";
            return Err(InstrumentError::contradiction(place, what));
        }
        if file.named.is_some() && file.is_late() {
            let what = "found the name of a file on which nothing was decided, expected none";
            return Err(InstrumentError::contradiction(place, what));
        }
    }
    Ok(files.iter().fold(0, |sum, file| sum.saturating_add(file.taken_in)))
}

/// Each source of the register is searched for an item or not, and the item knows no others.
fn listed_once(place: &str, item: &ItemFacts, facts: &CompletenessFacts) -> Result<(), InstrumentError> {
    let searched = item.searched.iter().map(|source| &source.source);
    let listed: Vec<_> = searched.chain(item.not_searched.iter().map(|source| &source.source)).collect();
    let register: BTreeSet<_> = facts.sources.iter().map(|source| &source.source).collect();
    for source in &register {
        let times = listed.iter().filter(|listed| *listed == source).count();
        if times != 1 {
            let what =
                format!("found source {source} {times} times, expected once among those searched or not");
            return Err(InstrumentError::contradiction(place, what));
        }
    }
    match listed.iter().find(|source| !register.contains(*source)) {
        Some(source) => {
            let what = format!("found source {source}, expected only sources of the register");
            Err(InstrumentError::contradiction(place, what))
        }
        None => Ok(()),
    }
}

/// Where coverage says that there is a gap, the gap is listed; where it says that there is none, no
/// open gap says otherwise.
fn coverage(place: &str, item: &ItemFacts, facts: &CompletenessFacts) -> Result<(), InstrumentError> {
    for searched in &item.searched {
        let of_source = |gap: &&GapFacts| gap.gap.is_of(&searched.source) && gap.crosses(item);
        let mut gaps = facts.gaps.iter().filter(of_source);
        let wrong = match searched.coverage {
            CoverageWord::Gap => gaps.next().is_none().then_some("none that touches the item is listed"),
            CoverageWord::Covered => {
                gaps.any(|gap| gap.gap.status.is_open()).then_some("an open gap touches the item")
            }
            CoverageWord::CannotTell => None,
        };
        if let Some(wrong) = wrong {
            let word = if searched.coverage == CoverageWord::Gap { "a gap" } else { "no gap" };
            let what =
                format!("found that the coverage of source {} says {word}, while {wrong}", searched.source);
            return Err(InstrumentError::contradiction(place, what));
        }
    }
    Ok(())
}

fn population(population: &PopulationFacts, facts: &CompletenessFacts) -> Result<(), InstrumentError> {
    let buckets = population.decisions.buckets();
    check_sum("population", ("members", population.members), &buckets)?;
    let of_items: u64 = facts
        .items
        .iter()
        .filter_map(|item| item.population.as_ref().map(ItemPopulation::members))
        .chain(facts.beside.iter().filter_map(|item| item.population.as_ref().map(AddedPopulation::members)))
        .fold(0, u64::saturating_add);
    at_most("population", ("members", population.members), ("members of all items", of_items))
}

fn volumes(facts: &CompletenessFacts) -> Result<(), InstrumentError> {
    unique("volume", facts.volumes.iter().map(|volume| volume.name().as_str()))?;
    let mut ranges: Vec<BatesRange> = Vec::new();
    for volume in &facts.volumes {
        let place = format!("volume {}", volume.name());
        let range = volume.numbers().map(|numbers| range(&place, numbers)).transpose()?;
        if let Some(other) =
            range.as_ref().and_then(|range| ranges.iter().find(|other| other.overlaps(range)))
        {
            let what = format!("found numbers that another volume has too, {other}, expected each once");
            return Err(InstrumentError::contradiction(place, what));
        }
        if let VolumeFacts::Verified(volume) = volume {
            verified(&place, volume, range.as_ref())?;
        }
        ranges.extend(range);
    }
    let held: u64 = facts.volumes.iter().map(rows_of_population).fold(0, u64::saturating_add);
    let numbered = facts.population.as_ref().map_or(0, |population| population.decisions.numbered());
    at_most("volumes", ("rows of the population", held), ("documents decided to be in them", numbered))
}

fn rows_of_population(volume: &VolumeFacts) -> u64 {
    match volume {
        VolumeFacts::Verified(volume) => volume.rows_of_population,
        _ => 0,
    }
}

fn range(place: &str, numbers: &NumberRange) -> Result<BatesRange, InstrumentError> {
    BatesRange::new(numbers.first.clone(), numbers.last.clone())
        .map_err(|error| InstrumentError::contradiction(place, error.to_string()))
}

fn verified(place: &str, volume: &VerifiedVolume, range: Option<&BatesRange>) -> Result<(), InstrumentError> {
    at_most(place, ("rows of the population", volume.rows_of_population), ("rows", volume.rows))?;
    let whole = volume.rows_whole.unwrap_or(volume.rows);
    at_most(place, ("rows of documents produced whole", whole), ("rows", volume.rows))?;
    at_most(place, ("natives", volume.natives), ("rows of documents produced whole", whole))?;
    at_most(place, ("rows", volume.rows), ("numbers", range.map_or(0, BatesRange::pages)))
}

/// Only a named person moves a gap from candidate to anything else, and says why.
fn gap(gap: &GapFacts) -> Result<(), InstrumentError> {
    let place = format!("gap {}", gap.gap.id);
    let said = |judgement: &crate::facts::Judgement| {
        !judgement.by.trim().is_empty() && !judgement.why.trim().is_empty()
    };
    if !gap.history.iter().all(said) {
        let what = "found a judgement without a name or a reason, expected both";
        return Err(InstrumentError::contradiction(place, what));
    }
    let rests_on = gap.history.last().map_or(GapStatus::Candidate, |judgement| judgement.status);
    if rests_on != gap.gap.status {
        let (found, expected) = (gap.gap.status.as_str(), rests_on.as_str());
        let what =
            format!("found status {found}, expected the last one that a named person gave it, {expected}");
        return Err(InstrumentError::contradiction(place, what));
    }
    Ok(())
}

/// Every sum that was checked, as an equation with its figures, for the list of what was checked.
pub(crate) fn equations(facts: &CompletenessFacts) -> Vec<(String, String)> {
    let mut equations = Vec::new();
    let archive = &facts.archive;
    let mut add = |place: &str, whole: (&str, u64), parts: &[(&str, u64)]| {
        let figure = |(name, n): &(&str, u64)| format!("{name} {}", crate::wording::number(*n));
        let right: Vec<String> = parts.iter().map(figure).collect();
        equations.push((place.to_owned(), format!("{} = {}", figure(&whole), right.join(" + "))));
    };
    let read = [("parsed", archive.parsed), ("defective", archive.defective)];
    add("Archives", ("found", archive.found), &read);
    let documents = [("indexed", archive.indexed), ("unsearchable", archive.unsearchable)];
    add("Archives", ("documents", archive.documents), &documents);
    if !facts.item_numbers.is_empty() {
        let kinds = [
            ("searched for", facts.items.len() as u64),
            ("answered by no search", facts.beside.len() as u64),
        ];
        add("Items of the request", ("items", facts.item_numbers.len() as u64), &kinds);
    }
    let decided = |decisions: &Decisions| {
        let used: Vec<_> = decisions.buckets().into_iter().filter(|(_, n)| *n > 0).collect();
        if used.is_empty() { vec![("no decision", 0)] } else { used }
    };
    for item in facts.all_items() {
        let item = match item {
            AnyItem::Searched(item) => item,
            AnyItem::Beside(item) => {
                if let Some(population) = &item.population {
                    let place = format!("Item {}", item.id);
                    let parts = decided(&population.decisions);
                    add(&place, ("population added by hand", population.members()), &parts);
                }
                continue;
            }
        };
        let place = format!("Item {}", item.id);
        let counts = &item.counts;
        let queue = counts.cannot_tell_total();
        let parts = [("hit", counts.hit), ("not hit", counts.not_hit), ("cannot tell", queue)];
        add(&place, ("in scope", counts.in_scope), &parts);
        if let Some(population) = &item.population {
            add(&place, ("population", population.members()), &decided(&population.decisions));
        }
    }
    for volume in &facts.volumes {
        if let VolumeFacts::Verified(volume) = volume
            && let (Some(text_only), Some(sheets)) = (volume.text_only(), volume.sheets())
        {
            let parts = [("natives with text", volume.natives), ("text only", text_only), ("sheets", sheets)];
            add(&format!("Volume {}", volume.name), ("rows", volume.rows), &parts);
        }
    }
    equations
}
