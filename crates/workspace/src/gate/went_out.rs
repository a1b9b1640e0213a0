//! What a replacement withholds after a claw-back, and what gave it away in other volumes.
//!
//! That went out, and no decision about the replacement undoes it: it has to be clawed back where it went. The
//! replacement need not wait for that, where a person answers for it.

use super::Question;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_ledger::EarlierNumbers;
use duces_model::{DocId, RequestId, VolumeName};
use duces_packager::Obstacle;
use std::collections::{BTreeMap, BTreeSet};

impl Workspace {
    /// Takes from the obstacles those that went out elsewhere and give away what was clawed back and is replaced now;
    /// the question names the claw-back of each.
    pub(super) fn went_out_elsewhere(
        &self,
        request: &RequestId,
        replaced: &BTreeMap<DocId, EarlierNumbers>,
        obstacles: &mut Vec<Obstacle>,
    ) -> Result<Option<Question>, WorkspaceError> {
        if replaced.is_empty() {
            return Ok(None);
        }
        let clawed_back = self.clawed_back_documents()?;
        let (mut facts, mut others) = (BTreeSet::new(), BTreeSet::new());
        obstacles.retain(|obstacle| match obstacle {
            Obstacle::WentOut { barred, other, .. }
                if replaced.contains_key(barred) && clawed_back.contains(&(request.clone(), *barred)) =>
            {
                facts.insert(obstacle.to_string());
                others.insert(*other);
                false
            }
            _ => true,
        });
        if facts.is_empty() {
            return Ok(None);
        }
        let requests: BTreeMap<VolumeName, RequestId> =
            self.ledger.volumes()?.into_iter().map(|record| (record.name, record.request)).collect();
        let mut numbers: BTreeMap<&RequestId, BTreeSet<String>> = BTreeMap::new();
        for other in &others {
            // The newest numbers in each request are those that stand there.
            let mut newest = BTreeMap::new();
            for (volume, bates) in self.ledger.numbers_of(other)? {
                if let Some(of) = requests.get(&volume) {
                    newest.insert(of, bates);
                }
            }
            for (of, bates) in newest {
                let put_right = of == request && replaced.contains_key(other);
                if !put_right && !clawed_back.contains(&(of.clone(), *other)) {
                    numbers.entry(of).or_default().insert(bates.first().to_string());
                }
            }
        }
        let commands: Vec<String> = numbers
            .iter()
            .flat_map(|(of, all)| all.iter().map(move |one| format!("duces clawback {of} --documents {one}")))
            .collect();
        let what = "what was clawed back went out elsewhere too, in the same words or bytes, and this volume does not \
                    undo that";
        let settle = format!("{}, each with its days and reasons", commands.join("; "));
        Ok(Some(Question::new("went-out-elsewhere", what.to_owned(), &facts).settled_by(settle)))
    }
}
