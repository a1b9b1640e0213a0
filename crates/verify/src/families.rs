//! Families: ranges, parents and children that must tell one story.

use crate::code::Code;
use crate::fields::Field;
use crate::finding::{Findings, shown};
use crate::kept_back::KeptBack;
use crate::number::{self, Number};
use crate::row::DocumentRow;
use std::collections::BTreeMap;

/// Rows of one family that are kept to be compared; a larger family is checked up to here.
const FAMILY_ROWS_MAX: usize = 200_000;

/// A member of the family that is being read.
#[derive(Debug)]
struct Kin {
    row: u64,
    written: String,
    first: Number,
    last: Number,
    parent: Option<String>,
    children: Vec<String>,
    /// Whether its row names a native.
    native: bool,
    kept_back: Option<KeptBack>,
}

/// Which columns the load file has.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    parents: bool,
    children: bool,
}

#[derive(Debug)]
struct Family {
    /// First number of the family's range, as its rows state it.
    begins: Option<Number>,
    ends: Option<Number>,
    members: Vec<Kin>,
}

/// Follows the rows and judges each family when it is complete.
#[derive(Debug)]
pub(crate) struct Families {
    file: String,
    told: Told,
    current: Option<Family>,
    /// How many families were read.
    pub(crate) count: u64,
    /// Whether a family was larger than is kept.
    pub(crate) cut: bool,
}

impl Families {
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), told: Told::default(), current: None, count: 0, cut: false }
    }

    /// Takes the next row, whose own numbers are `first` to `last`.
    pub(crate) fn add(
        &mut self,
        row: &DocumentRow<'_>,
        first: &Number,
        last: &Number,
        findings: &mut Findings,
    ) {
        self.told.parents = row.columns.has(Field::ParentBates);
        self.told.children = row.columns.has(Field::ChildBates);
        let range = self.range_of(row, first, last, findings);
        let kin = Kin {
            row: row.number,
            written: row.get(Field::FirstBates).unwrap_or_default().to_owned(),
            first: first.clone(),
            last: last.clone(),
            parent: row.get(Field::ParentBates).map(str::to_owned),
            children: row.list(Field::ChildBates).into_iter().map(str::to_owned).collect(),
            native: row.get(Field::Link).is_some(),
            kept_back: KeptBack::of(row),
        };
        let belongs = self.current.as_ref().is_some_and(|family| match (&range, &family.begins) {
            (Some((begins, _)), Some(known)) => begins == known,
            // No range is stated: a row belongs where its parent stands.
            (None, None) => family.members.iter().any(|member| Some(&member.written) == kin.parent.as_ref()),
            _ => false,
        });
        if !belongs {
            self.close(findings);
            self.count += 1;
            let (begins, ends) = range.unzip();
            self.current = Some(Family { begins, ends, members: Vec::new() });
        } else if let (Some(family), Some((_, ends))) = (&self.current, &range)
            && family.ends.as_ref() != Some(ends)
        {
            let message =
                format!("found a family that ends at {ends}, its parent's row says {}", show(&family.ends));
            findings.in_row(Code::AttachRange, &self.file, row.number, Some("ENDATTACH"), message);
        }
        if let Some(family) = &mut self.current {
            if family.members.len() < FAMILY_ROWS_MAX {
                family.members.push(kin);
            } else {
                self.cut = true;
            }
        }
    }

    /// The family's range as the row states it, checked against itself and the row's own numbers.
    fn range_of(
        &self,
        row: &DocumentRow<'_>,
        first: &Number,
        last: &Number,
        findings: &mut Findings,
    ) -> Option<(Number, Number)> {
        let mut wrong = |field: Field, message: String| {
            findings.in_row(
                Code::AttachRange,
                &self.file,
                row.number,
                Some(&row.columns.name_of(field)),
                message,
            );
        };
        let mut end = |field: Field| {
            let text = row.get(field)?;
            let (number, problem) = number::read(text);
            if let Some(problem) = problem {
                wrong(field, format!("found {}, {problem}", shown(text)));
            }
            number
        };
        let separate = end(Field::BegAttach).zip(end(Field::EndAttach));
        let joint = row.get(Field::AttachRange).and_then(|text| {
            // The usual spelling is that of the two ends, which are read already.
            if let (Some(_), Some(begin), Some(end)) =
                (&separate, row.get(Field::BegAttach), row.get(Field::EndAttach))
                && text.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end)) == Some(" - ")
            {
                return separate.clone();
            }
            let range = number::read_range(text);
            if range.is_none() {
                wrong(Field::AttachRange, format!("found {}, expected FIRST - LAST", shown(text)));
            }
            range
        });
        if let (Some((begin, end)), Some((first, last))) = (&separate, &joint)
            && (begin, end) != (first, last)
        {
            wrong(
                Field::AttachRange,
                format!("found {first} - {last}, BEGATTACH and ENDATTACH say {begin} - {end}"),
            );
        }
        let lone_end = row.get(Field::BegAttach).is_some() != row.get(Field::EndAttach).is_some();
        if lone_end && row.columns.has(Field::BegAttach) && row.columns.has(Field::EndAttach) {
            wrong(Field::EndAttach, "found one end of the range without the other".into());
        }
        let (begin, end) = separate.or(joint)?;
        let inside = begin.same_series(first)
            && end.same_series(first)
            && begin.position <= first.position
            && last.position <= end.position;
        if !inside {
            wrong(
                Field::BegAttach,
                format!("found the range {begin} - {end}, which does not hold {first} - {last}"),
            );
        }
        Some((begin, end))
    }

    /// Judges the family read last.
    pub(crate) fn close(&mut self, findings: &mut Findings) {
        let Some(family) = self.current.take() else { return };
        let mut add = |code: Code, kin: &Kin, field: &str, message: String| {
            findings.in_row(code, &self.file, kin.row, Some(field), message);
        };
        family.judge_range(&mut add);
        if self.told.parents {
            family.judge_parents(&mut add);
            family.judge_natives(&mut add);
        }
        if self.told.parents && self.told.children {
            family.judge_children(&mut add);
        }
    }
}

type Add<'a> = dyn FnMut(Code, &Kin, &str, String) + 'a;

fn show(number: &Option<Number>) -> String {
    number.as_ref().map_or_else(|| "nothing".into(), Number::to_string)
}

impl Family {
    fn judge_range(&self, add: &mut Add<'_>) {
        let (Some(root), Some(last)) = (self.members.first(), self.members.last()) else { return };
        if let Some(begins) = &self.begins
            && *begins != root.first
        {
            let message = format!(
                "{} belongs to the family from {begins}, but its rows do not stand before it",
                root.first
            );
            add(Code::FamilySplit, root, "BEGATTACH", message);
        }
        for pair in self.members.windows(2) {
            let follows = pair[0].last.same_series(&pair[1].first)
                && pair[0].last.position.checked_add(1) == Some(pair[1].first.position);
            if !follows {
                let message = format!("{} does not follow {} in one family", pair[1].first, pair[0].last);
                add(Code::FamilyBroken, &pair[1], "FIRSTBATES", message);
            }
        }
        if let Some(ends) = &self.ends
            && *ends != last.last
            && self.members.len() < FAMILY_ROWS_MAX
        {
            let message = format!("the family's last row ends at {}, its range at {ends}", last.last);
            add(Code::FamilyBroken, last, "ENDATTACH", message);
        }
    }

    fn judge_parents(&self, add: &mut Add<'_>) {
        let mut before: BTreeMap<&str, u64> = BTreeMap::new();
        for (at, kin) in self.members.iter().enumerate() {
            match (&kin.parent, at) {
                (None, 0) => {}
                (Some(parent), 0) => {
                    let message = format!("found {}, but no row of its family stands before", shown(parent));
                    add(Code::ParentMissing, kin, "PARENT_BATES", message);
                }
                (None, _) => {
                    add(
                        Code::ParentMissing,
                        kin,
                        "PARENT_BATES",
                        "found nothing, expected the parent's first number".into(),
                    );
                }
                (Some(parent), _) if !before.contains_key(parent.as_str()) => {
                    let message = format!("found {}, which is no row before it in its family", shown(parent));
                    add(Code::ParentMissing, kin, "PARENT_BATES", message);
                }
                _ => {}
            }
            before.insert(&kin.written, kin.row);
        }
    }

    /// A native holds what is attached to it: none may stand above a member that is kept back.
    fn judge_natives(&self, add: &mut Add<'_>) {
        if !self.members.iter().any(|kin| kin.kept_back.is_some()) {
            return;
        }
        let places: BTreeMap<&str, usize> =
            self.members.iter().enumerate().map(|(at, kin)| (kin.written.as_str(), at)).collect();
        // What is above was looked at once a member below it was kept back, so no way is gone twice.
        let mut seen = vec![false; self.members.len()];
        for kin in &self.members {
            let Some(kept) = kin.kept_back else { continue };
            let mut above = kin.parent.as_deref();
            while let Some(at) = above.and_then(|parent| places.get(parent)).copied().filter(|at| !seen[*at])
            {
                seen[at] = true;
                let ancestor = &self.members[at];
                if ancestor.native {
                    let message =
                        format!("found a native, while {} below it is marked as {}", kin.first, kept.word());
                    add(Code::NativeAboveKeptBack, ancestor, "LINK", message);
                }
                above = ancestor.parent.as_deref();
            }
        }
    }

    fn judge_children(&self, add: &mut Add<'_>) {
        let mut stated: BTreeMap<(&str, &str), &Kin> = BTreeMap::new();
        for kin in &self.members {
            for child in &kin.children {
                stated.insert((&kin.written, child), kin);
            }
        }
        for kin in &self.members {
            if let Some(parent) = &kin.parent
                && stated.remove(&(parent.as_str(), kin.written.as_str())).is_none()
            {
                let message =
                    format!("{} names {} as its parent, which does not list it", kin.first, shown(parent));
                add(Code::ParentChildDiffer, kin, "PARENT_BATES", message);
            }
        }
        for ((parent, child), kin) in stated {
            let message = format!("{parent} lists {}, which does not name it as its parent", shown(child));
            add(Code::ParentChildDiffer, kin, "CHILD_BATES", message);
        }
    }
}
