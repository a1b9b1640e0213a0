//! A question about what goes out inside something else.

use super::{Facts, Question};
use duces_model::{Disposition, DocId, ProducedAs};
use duces_packager::Form;
use std::collections::{BTreeMap, BTreeSet};

impl Facts<'_> {
    /// Documents for which a sheet stands, and whose bytes go out all the same inside the native of what they are
    /// attached to. A sheet says that a document is not shown, not that it must not be: what must not is withheld.
    pub(super) fn sheets_inside(&self) -> Option<Question> {
        let forms: BTreeMap<DocId, Form> =
            self.mock.order.iter().map(|line| (line.document, line.form)).collect();
        let parents: BTreeMap<DocId, DocId> =
            self.rows.iter().filter_map(|row| Some((row.id, row.parent?))).collect();
        let sheet = Disposition::Produce { form: ProducedAs::SlipSheet };
        let mut found = BTreeSet::new();
        for id in self.rows.iter().map(|row| row.id).filter(|id| self.decided.get(id) == Some(&sheet)) {
            let above = std::iter::successors(parents.get(&id), |above| parents.get(*above));
            for native in above.filter(|above| forms.get(*above) == Some(&Form::Native)) {
                found.insert(format!("document {id} lies inside the native of document {native}"));
            }
        }
        let question = self.question("sheets-inside", found, |n| {
            format!("{n} for which a sheet stands would go out inside the native of another")
        });
        question.map(|question| {
            question.settled_by(format!(
                "a document that must not be seen is withheld, and then no native holds it: {}",
                self.by_review()
            ))
        })
    }
}
