//! What an item that is no mail says beside its body: appointments, contacts, tasks, notes.

use super::properties::{NamedIds, Properties};
use std::fmt::Write;

/// Sets of named properties (MS-OXPROPS section 1.3.2), by the first number of their GUIDs.
const APPOINTMENT: u32 = 0x0006_2002;
const TASK: u32 = 0x0006_2003;
const ADDRESS: u32 = 0x0006_2004;

enum Place {
    Own(u16),
    Named(u32, u32),
}

use Place::{Named, Own};

/// What is read of each kind of item, by the start of its message class.
const FIELDS: &[(&str, &[(&str, Place)])] = &[
    (
        "ipm.appointment",
        &[
            ("Start", Named(APPOINTMENT, 0x820D)),
            ("End", Named(APPOINTMENT, 0x820E)),
            ("Location", Named(APPOINTMENT, 0x8208)),
            ("Attendees", Named(APPOINTMENT, 0x8238)),
        ],
    ),
    (
        "ipm.schedule",
        &[
            ("Start", Named(APPOINTMENT, 0x820D)),
            ("End", Named(APPOINTMENT, 0x820E)),
            ("Location", Named(APPOINTMENT, 0x8208)),
            ("Attendees", Named(APPOINTMENT, 0x8238)),
        ],
    ),
    (
        "ipm.contact",
        &[
            ("Name", Own(0x3001)),
            ("Company", Own(0x3A16)),
            ("Title", Own(0x3A17)),
            ("Business phone", Own(0x3A08)),
            ("Home phone", Own(0x3A09)),
            ("Mobile phone", Own(0x3A1C)),
            ("E-mail", Named(ADDRESS, 0x8083)),
            ("E-mail 2", Named(ADDRESS, 0x8093)),
            ("E-mail 3", Named(ADDRESS, 0x80A3)),
            ("Business address", Named(ADDRESS, 0x801B)),
            ("Home address", Named(ADDRESS, 0x801A)),
        ],
    ),
    (
        "ipm.task",
        &[("Start", Named(TASK, 0x8104)), ("Due", Named(TASK, 0x8105)), ("Owner", Named(TASK, 0x811F))],
    ),
    ("ipm.stickynote", &[]),
    ("ipm.activity", &[]),
    ("ipm.distlist", &[("Name", Own(0x3001))]),
];

/// Labelled lines for an item that is no mail; none for a mail. Kinds that are not known get their
/// class alone.
pub(crate) fn lines(class: &str, properties: &Properties<'_>, names: &NamedIds) -> Option<String> {
    let class = class.trim();
    let lower = class.to_ascii_lowercase();
    if lower.is_empty() || lower == "ipm" || lower.starts_with("ipm.note") || lower.starts_with("report.") {
        return None;
    }
    let mut lines = format!("Item: {class}\n");
    let fields =
        FIELDS.iter().find(|(start, _)| lower.starts_with(start)).map_or(&[][..], |(_, fields)| fields);
    for (label, place) in fields {
        let id = match place {
            Own(id) => Some(*id),
            Named(set, number) => names.of(*set, *number),
        };
        let Some(id) = id else { continue };
        let value = properties
            .words(id)
            .or_else(|| properties.time(id).map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string()));
        if let Some(value) = value {
            let _ = writeln!(lines, "{label}: {value}");
        }
    }
    Some(lines)
}
