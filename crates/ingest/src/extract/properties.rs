//! What a document says of itself: title, author, times (ECMA-376 part 2 section 8; ODF 1.3 part 3 section 4.3).

use super::Found;
use super::package::{self, Package};
use super::xml::{Piece, Xml};

/// Elements of the property parts, and what they are called in the text.
const NAMES: [(&str, &str); 17] = [
    ("title", "Title"),
    ("subject", "Subject"),
    ("creator", "Author"),
    ("initial-creator", "First author"),
    ("lastModifiedBy", "Last modified by"),
    ("created", "Created"),
    ("creation-date", "Created"),
    ("modified", "Modified"),
    ("date", "Modified"),
    ("lastPrinted", "Printed"),
    ("print-date", "Printed"),
    ("keywords", "Keywords"),
    ("keyword", "Keywords"),
    ("description", "Comments"),
    ("category", "Category"),
    ("Company", "Company"),
    ("Manager", "Manager"),
];

/// The properties of an Office Open XML document.
pub(crate) fn of_package(package: &mut Package<'_>, found: &mut Found) {
    for path in ["docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"] {
        if let Some(text) = package.text(path, found) {
            read(&text, path, found);
        }
    }
}

/// The properties in one part.
pub(crate) fn read(text: &str, path: &str, found: &mut Found) {
    let mut xml = Xml::new(text);
    while let Some(piece) = xml.next() {
        let Piece::Start(element) = piece else { continue };
        let name = element.name();
        if let Some((_, told)) = NAMES.iter().find(|(known, _)| *known == name) {
            let value = xml.text_inside();
            found.property(told, &value);
        } else if matches!(name, "property" | "user-defined")
            && let Some(own) = element.attribute("name")
        {
            let value = xml.text_inside();
            found.property(&own, &value);
        }
    }
    package::told(&xml, path, found);
}
