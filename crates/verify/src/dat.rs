//! Rows of a load file, one at a time.

use crate::code::Code;
use crate::decode::Decoder;
use crate::delimiters::{Delimiters, SEPARATOR};
use std::io::{self, Read};

/// Longest row that is kept, in bytes of UTF-8; the rest of a longer one is passed over.
pub(crate) const ROW_BYTES_MAX: usize = 16 << 20;
/// Most values of a row that are kept.
pub(crate) const VALUES_MAX: usize = 10_000;

/// How a row ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    CrLf,
    Lf,
    Cr,
    /// By the end of the file.
    Nothing,
}

/// One row as read. It is filled again for each row, so that a million rows take the memory of one.
#[derive(Debug)]
pub(crate) struct Row {
    /// Which row of the file, from 1; the header is row 1. Empty lines count.
    pub(crate) number: u64,
    pub(crate) ending: Ending,
    /// What is wrong with its form: kind, place among the values from 0, what.
    pub(crate) flaws: Vec<(Code, usize, &'static str)>,
    /// All values, one behind the other.
    text: String,
    /// Where each value ends in the text.
    ends: Vec<usize>,
}

impl Row {
    pub(crate) fn new() -> Self {
        Self { number: 0, ending: Ending::Nothing, flaws: Vec::new(), text: String::new(), ends: Vec::new() }
    }

    /// How many bytes its values take.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// How many values it has.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The first control sign among its values, with the place of its value, from 0; none that parts lines, words or
    /// values.
    pub(crate) fn control(&self) -> Option<(usize, u32)> {
        let is_control =
            |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x14) || *byte == 0x7F;
        // All bytes are looked at without a way out, which is faster: nearly no row has one.
        if !self.text.as_bytes().iter().fold(false, |found, byte| found | is_control(byte)) {
            return None;
        }
        let at = self.text.bytes().position(|byte| is_control(&byte))?;
        let place = self.ends.iter().position(|end| at < *end)?;
        Some((place, u32::from(self.text.as_bytes()[at])))
    }

    /// The value of this place, from 0.
    pub(crate) fn value(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { *self.ends.get(at - 1)? };
        self.text.get(start..end)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|at| self.value(at))
    }

    /// Whether it is an empty line.
    pub(crate) fn blank(&self) -> bool {
        self.ends.as_slice() == [0]
    }

    /// Fills it with values that were read elsewhere.
    pub(crate) fn refill(&mut self, number: u64, values: impl Iterator<Item = String>) {
        self.clear();
        (self.number, self.ending) = (number, Ending::CrLf);
        for value in values {
            self.push(&value);
            self.end_value();
        }
    }

    fn clear(&mut self) {
        self.flaws.clear();
        self.text.clear();
        self.ends.clear();
        // One long row must not be paid for by all that stand in its place later.
        self.text.shrink_to(1 << 12);
        self.ends.shrink_to(1 << 10);
    }

    fn push(&mut self, part: &str) {
        if self.text.len() + part.len() > ROW_BYTES_MAX {
            self.flaw(Code::FieldTooLong, "found a row longer than 16 MiB; what follows was passed over");
        } else {
            self.text.push_str(part);
        }
    }

    fn push_sign(&mut self, sign: char) {
        self.push(sign.encode_utf8(&mut [0; 4]));
    }

    fn end_value(&mut self) {
        if self.ends.len() < VALUES_MAX {
            self.ends.push(self.text.len());
        } else {
            self.flaw(Code::FieldTooLong, "found more than 10,000 values in one row");
        }
    }

    /// Each flaw is told once per value, so that a damaged row stays small.
    fn flaw(&mut self, code: Code, message: &'static str) {
        let flaw = (code, self.ends.len(), message);
        if self.flaws.last() != Some(&flaw) && self.flaws.len() < VALUES_MAX {
            self.flaws.push(flaw);
        }
    }
}

/// Reads rows.
pub(crate) struct RowReader<R> {
    decoder: Decoder<R>,
    delimiters: Delimiters,
    /// First bytes of the signs at which reading has to look.
    stops: [bool; 256],
    /// The quote's bytes, and the separator where it is one byte.
    quote: Option<Vec<u8>>,
    separator: Option<u8>,
    row: u64,
}

impl<R: Read> RowReader<R> {
    /// Reads a file whose signs are told from its first rows.
    pub(crate) fn new(decoder: Decoder<R>) -> Self {
        let delimiters = Delimiters::detect(decoder.ahead());
        Self::with(decoder, delimiters)
    }

    /// Reads a file of these signs.
    pub(crate) fn with(decoder: Decoder<R>, delimiters: Delimiters) -> Self {
        let mut stops = [false; 256];
        for sign in
            [Some(delimiters.separator), delimiters.quote, Some('\r'), Some('\n')].into_iter().flatten()
        {
            let mut bytes = [0; 4];
            sign.encode_utf8(&mut bytes);
            stops[usize::from(bytes[0])] = true;
        }
        let quote = delimiters.quote.map(|quote| quote.to_string().into_bytes());
        let separator = u8::try_from(delimiters.separator).ok().filter(u8::is_ascii);
        Self { decoder, delimiters, stops, quote, separator, row: 0 }
    }

    pub(crate) fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    pub(crate) fn undecodable(&self) -> u64 {
        self.decoder.undecodable()
    }

    /// Reads the next row into `row`; false at the end of the file.
    pub(crate) fn next_row(&mut self, row: &mut Row) -> io::Result<bool> {
        row.clear();
        if self.decoder.peek()?.is_none() {
            return Ok(false);
        }
        self.row += 1;
        row.number = self.row;
        let mut unquoted = false;
        row.ending = loop {
            while let (Some(quote), Some(separator)) = (&self.quote, self.separator)
                && let Some(value) = self.decoder.simple_value(quote, separator, &self.stops)
            {
                row.push(value);
                row.end_value();
            }
            let quoted = self.delimiters.quote.is_some() && self.decoder.peek()? == self.delimiters.quote;
            if quoted {
                self.quoted_value(row)?;
            } else {
                unquoted |= self.delimiters.quote == Delimiters::CONCORDANCE.quote;
            }
            let ending = self.bare_value(row, quoted)?;
            row.end_value();
            if let Some(ending) = ending {
                break ending;
            }
        };
        if row.blank() {
            row.flaws = vec![(Code::RowBlank, 0, "found an empty line")];
        } else if unquoted {
            row.flaws.push((Code::ValueUnquoted, row.len() - 1, "found a value without quotes"));
        }
        Ok(true)
    }

    /// Reads up to the closing quote, which stands before a separator or the end of a row.
    fn quoted_value(&mut self, row: &mut Row) -> io::Result<()> {
        let quote = self.decoder.next()?;
        loop {
            row.push(self.decoder.run(&self.stops));
            let sign = self.decoder.next()?;
            let Some(sign) = sign else {
                row.flaw(Code::QuoteInside, "found the end of the file before the closing quote");
                return Ok(());
            };
            if Some(sign) == quote {
                let next = self.decoder.peek()?;
                match next {
                    None | Some('\r' | '\n') => return Ok(()),
                    Some(next) if next == self.delimiters.separator => return Ok(()),
                    // A doubled quote stands for one in files of spreadsheets; in Concordance it is a flaw.
                    Some('"') if sign == '"' => {
                        self.decoder.next()?;
                    }
                    Some(_) => row.flaw(Code::QuoteInside, "found a quote that does not end its value"),
                }
            } else if sign == self.delimiters.separator && sign == SEPARATOR {
                row.flaw(Code::SeparatorInside, "found the field separator inside quotes");
            } else if sign == '\n' || sign == '\r' {
                row.flaw(Code::NewlineInside, "found a line break inside quotes, expected U+00AE");
            }
            row.push_sign(sign);
        }
    }

    /// Reads up to the separator (nothing) or the end of the row (how it ends).
    fn bare_value(&mut self, row: &mut Row, after_quotes: bool) -> io::Result<Option<Ending>> {
        loop {
            row.push(self.decoder.run(&self.stops));
            match self.decoder.next()? {
                None => return Ok(Some(Ending::Nothing)),
                Some('\n') => return Ok(Some(Ending::Lf)),
                Some('\r') => {
                    if self.decoder.peek()? == Some('\n') {
                        self.decoder.next()?;
                        return Ok(Some(Ending::CrLf));
                    }
                    return Ok(Some(Ending::Cr));
                }
                Some(sign) if sign == self.delimiters.separator => return Ok(None),
                Some(sign) => {
                    if Some(sign) == self.delimiters.quote && sign != '"' && !after_quotes {
                        row.flaw(Code::QuoteInside, "found a quote inside a value that starts without one");
                    }
                    row.push_sign(sign);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(bytes: &[u8]) -> Vec<Row> {
        let mut reader = RowReader::new(Decoder::new(bytes).unwrap());
        let next = || {
            let mut row = Row::new();
            reader.next_row(&mut row).unwrap().then_some(row)
        };
        std::iter::from_fn(next).collect()
    }

    fn values(row: &Row) -> Vec<&str> {
        row.values().collect()
    }

    fn codes(text: &str) -> Vec<Code> {
        rows(text.as_bytes()).into_iter().flat_map(|row| row.flaws).map(|(code, ..)| code).collect()
    }

    #[test]
    fn a_well_formed_file_has_no_flaws_and_empty_values_are_values() {
        let read = rows("þAþ\u{14}þBþ\r\nþ1þ\u{14}þþ\r\n".as_bytes());
        assert_eq!(read.len(), 2);
        assert_eq!(values(&read[1]), ["1", ""]);
        assert!(read.iter().all(|row| row.flaws.is_empty() && row.ending == Ending::CrLf));
    }

    #[test]
    fn a_damaged_quote_is_found_whichever_it_is() {
        assert!(codes("þAþ\u{14}þBþ\nþ1þ\u{14}þ2\n").contains(&Code::NewlineInside));
        assert!(codes("þAþ\u{14}þBþ\nþ1þ\u{14}þ2").contains(&Code::QuoteInside));
        assert!(codes("þAþ\u{14}þBþ\n1þ\u{14}þ2þ\n").contains(&Code::QuoteInside));
        assert!(codes("þAþ\u{14}þBþ\nþ1þ2þ\u{14}þ2þ\n").contains(&Code::QuoteInside));
        assert!(codes("þAþ\u{14}þBþ\nþ1\u{14}þ2þ\n").contains(&Code::SeparatorInside));
        assert_eq!(codes("þAþ\u{14}þBþ\n1\u{14}þ2þ\n"), [Code::ValueUnquoted]);
    }

    #[test]
    fn an_empty_line_is_counted_and_told() {
        let read = rows("þAþ\u{14}þBþ\n\nþ1þ\u{14}þ2þ".as_bytes());
        assert_eq!(read[1].flaws[0].0, Code::RowBlank);
        assert_eq!((read[2].number, read[2].ending), (3, Ending::Nothing));
    }

    proptest! {
        #[test]
        fn what_was_quoted_reads_back(
            table in prop::collection::vec(prop::collection::vec("[^\u{14}þ\r\n]{0,12}", 3), 1..8)
        ) {
            let text: String = table.iter().map(|row| {
                let quoted: Vec<_> = row.iter().map(|value| format!("þ{value}þ")).collect();
                quoted.join("\u{14}") + "\r\n"
            }).collect();
            let read = rows(&[b"\xEF\xBB\xBF", text.as_bytes()].concat());
            let values: Vec<_> = read.iter().map(values).collect();
            prop_assert_eq!(values, table);
        }

        #[test]
        fn no_bytes_make_it_panic_and_rows_are_numbered_without_holes(
            bytes in prop::collection::vec(prop::sample::select(
                b"\xFE\xC3\xBE\x14\r\n,|\"^AB01\0\xFF".to_vec()), 0..200)
        ) {
            let numbers: Vec<_> = rows(&bytes).iter().map(|row| row.number).collect();
            prop_assert_eq!(&numbers, &(1..=numbers.len() as u64).collect::<Vec<_>>());
        }
    }
}
