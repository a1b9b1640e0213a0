//! Whole numbers in as few bytes as they need (LEB128, unsigned).

/// Appends the number: seven bits a byte, lowest first, the high bit set on all but the last.
pub(crate) fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes the number at the front and what follows it; nothing where there is none or it does not fit.
pub(crate) fn take(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (place, byte) in bytes.iter().enumerate() {
        let part = u64::from(byte & 0x7f);
        let shift = u32::try_from(place * 7).ok().filter(|shift| *shift < 64)?;
        let shifted = part << shift;
        if shifted >> shift != part {
            return None;
        }
        number |= shifted;
        if byte & 0x80 == 0 {
            return Some((number, &bytes[place + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_or_too_large_number_is_none() {
        assert_eq!(take(&[]), None);
        assert_eq!(take(&[0x80]), None);
        assert_eq!(take(&[0xff; 11]), None);
        assert_eq!(take(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]), None);
    }

    proptest! {
        #[test]
        fn a_number_reads_back_and_what_follows_is_left(number: u64, rest: Vec<u8>) {
            let mut bytes = Vec::new();
            push(&mut bytes, number);
            bytes.extend(&rest);
            prop_assert_eq!(take(&bytes), Some((number, &rest[..])));
        }
    }
}
