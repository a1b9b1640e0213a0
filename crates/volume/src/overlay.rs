//! A load file without files: values for rows that a receiver has already.

use crate::dat::{self, Replacement, Tally, Writing};
use crate::error::VolumeError;
use crate::forms::{Delimiters, Encoding};
use duces_model::BatesNumber;

/// A row of an overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlayRow {
    /// First number of the document that has the row; it fills the first field.
    pub bates: BatesNumber,
    /// For each further field its entries.
    pub values: Vec<Vec<String>>,
}

/// Writes an overlay load file: UTF-8 with a byte-order mark, the signs of [`Delimiters::default`], the first field
/// the number. Also says what had to be replaced in values.
///
/// # Errors
/// Where a field's name cannot stand in a load file, or a row has another count of values.
pub fn overlay(fields: &[String], rows: &[OverlayRow]) -> Result<(Vec<u8>, Vec<Replacement>), VolumeError> {
    let writing = Writing { signs: Delimiters::default(), encoding: Encoding::Utf8 };
    let mut text = writing.header(fields)?;
    let mut replacements = Vec::new();
    for row in rows {
        if row.values.len() + 1 != fields.len() {
            return Err(VolumeError::OverlayValues {
                bates: row.bates.clone().into(),
                found: row.values.len() + 1,
                expected: fields.len(),
            });
        }
        writing.push_text(&mut text, &row.bates.to_string(), &mut Tally::default());
        for (entries, field) in row.values.iter().zip(&fields[1..]) {
            text.push(writing.signs.field);
            let mut tally = Tally::default();
            writing.push_list(&mut text, entries, &mut tally);
            replacements.extend(tally.iter().map(|(what, count)| Replacement {
                bates: row.bates.clone(),
                field: field.clone(),
                what,
                count,
            }));
        }
        text.push_str(dat::ROW_END);
    }
    Ok((text.into_bytes(), replacements))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_is_a_load_file_whose_first_field_is_the_number() {
        let fields = ["FIRSTBATES".to_owned(), "ALL_CUSTODIANS".to_owned()];
        let bates: BatesNumber = "ECP0001".parse().unwrap();
        let row = OverlayRow { bates, values: vec![vec!["Lee; Ann".into(), "Bob".into()]] };
        let (bytes, replaced) = overlay(&fields, std::slice::from_ref(&row)).unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "\u{feff}\u{fe}FIRSTBATES\u{fe}\u{14}\u{fe}ALL_CUSTODIANS\u{fe}\r\n\
             \u{fe}ECP0001\u{fe}\u{14}\u{fe}Lee, Ann; Bob\u{fe}\r\n"
        );
        assert_eq!(replaced.len(), 1);
        assert!(overlay(&fields[..1], &[row]).is_err());
    }
}
