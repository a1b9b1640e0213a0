//! Writes completeness certifications of an invented firm into the folder named by the first argument,
//! to be looked at: plain, partial with gaps, a draft without a volume, and a long one.

#[path = "../tests/sample/mod.rs"]
mod sample;

use duces_instruments::{CompletenessFacts, completeness};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("expected a folder to write into")?;
    write(&folder, "plain", &sample::plain())?;
    let mut partial = sample::sized(3, 6, 6);
    partial.items[0].queue_open = 1;
    partial.rests_on.register_sha256 = duces_model::Sha256::of("an older register");
    nil(&mut partial);
    write(&folder, "partial", &partial)?;
    let mut draft = sample::sized(2, 3, 3);
    draft.volumes.clear();
    write(&folder, "draft", &draft)?;
    write(&folder, "long", &sample::sized(40, 200, 30))?;
    Ok(())
}

/// Makes the second item nil.
fn nil(facts: &mut CompletenessFacts) {
    let item = &mut facts.items[1];
    item.counts.not_hit += item.counts.hit;
    item.counts.hit = 0;
    if let Some(population) = &mut item.population {
        population.by_hit = 0;
        population.by_family = 0;
        population.decisions = duces_instruments::facts::Decisions::default();
        population.decisions.excluded_non_responsive = 1;
    }
    if let Some(population) = &mut facts.population {
        population.members = 25;
        population.decisions.excluded_non_responsive = 3;
        population.decisions.produced_whole = 18;
        population.decisions.produced_redacted = 2;
        population.decisions.withheld = 2;
    }
    facts.volumes = vec![duces_instruments::facts::VolumeFacts::Verified(sample::volume(22))];
}

fn write(folder: &str, name: &str, facts: &CompletenessFacts) -> Result<(), Box<dyn std::error::Error>> {
    let instrument = completeness(facts, false)?;
    std::fs::write(Path::new(folder).join(format!("{name}.pdf")), &instrument.pdf)?;
    std::fs::write(Path::new(folder).join(format!("{name}.json")), &instrument.json)?;
    Ok(())
}
