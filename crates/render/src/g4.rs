//! Rows of dots in the two-dimensional code of ITU-T Recommendation T.6 (CCITT Group 4).

use crate::bitmap::Bitmap;
use fax::maps::{EDFB_HALF, black, white};
use fax::{BitWriter, Bits, VecWriter};

const PASS: Bits = Bits { data: 0b0001, len: 4 };
const HORIZONTAL: Bits = Bits { data: 0b001, len: 3 };
/// From three dots left of the change above to three right of it.
const VERTICAL: [Bits; 7] = [
    Bits { data: 0b000_0010, len: 7 },
    Bits { data: 0b00_0010, len: 6 },
    Bits { data: 0b010, len: 3 },
    Bits { data: 0b1, len: 1 },
    Bits { data: 0b011, len: 3 },
    Bits { data: 0b00_0011, len: 6 },
    Bits { data: 0b000_0011, len: 7 },
];
/// Longest run that one code stands for.
const RUN_MAX: u32 = 2_560;

/// The dots in Group 4, with the end-of-block that T.6 asks for, filled up to a whole byte. The coder of `fax`
/// is asked dot by dot; this one finds changes of colour 64 dots at a time, and takes its tables of runs.
pub(crate) fn group_4(bitmap: &Bitmap) -> Vec<u8> {
    let mut writer = VecWriter::new();
    let (mut above, mut changes) = (Vec::new(), Vec::new());
    for row in bitmap.rows() {
        find_changes(row, bitmap.width(), &mut changes);
        encode_row(&mut writer, &above, &changes, bitmap.width());
        std::mem::swap(&mut above, &mut changes);
    }
    put(&mut writer, EDFB_HALF);
    put(&mut writer, EDFB_HALF);
    writer.finish()
}

fn put(writer: &mut VecWriter, bits: Bits) {
    let Ok(()) = writer.write(bits);
}

/// Where the colour changes along a row that starts white.
fn find_changes(row: &[u64], width: u32, changes: &mut Vec<u32>) {
    changes.clear();
    let mut last = 0;
    for (at, word) in (0_u32..).zip(row) {
        let mut edges = word ^ (word >> 1 | last << 63);
        last = word & 1;
        while edges != 0 {
            let zeros = edges.leading_zeros();
            let x = at * 64 + zeros;
            if x < width {
                changes.push(x);
            }
            edges &= !(1 << (63 - zeros));
        }
    }
}

/// T.6, 2.2: names of `a` and `b` as there.
fn encode_row(writer: &mut VecWriter, above: &[u32], changes: &[u32], width: u32) {
    let at = |changes: &[u32], n: usize| changes.get(n).copied().unwrap_or(width);
    // The first dot of a row stands right of an imagined white one.
    let mut a0: Option<u32> = None;
    let (mut next, mut over, mut black) = (0, 0, false);
    while a0.is_none_or(|a0| a0 < width) {
        let passed = |x: u32| a0.is_some_and(|a0| x <= a0);
        while next < changes.len() && passed(changes[next]) {
            next += 1;
        }
        while over > 0 && !passed(above[over - 1]) {
            over -= 1;
        }
        while over < above.len() && passed(above[over]) {
            over += 1;
        }
        let a1 = at(changes, next);
        let opposite = over + usize::from((over % 2 == 1) != black);
        let (b1, b2) = (at(above, opposite), at(above, opposite + 1));
        if b2 < a1 {
            put(writer, PASS);
            a0 = Some(b2);
        } else if a1.abs_diff(b1) <= 3 {
            put(writer, VERTICAL[(a1 + 3 - b1) as usize]);
            a0 = Some(a1);
            black = !black;
        } else {
            let a2 = at(changes, next + 1);
            put(writer, HORIZONTAL);
            run(writer, black, a1 - a0.unwrap_or(0));
            run(writer, !black, a2 - a1);
            a0 = Some(a2);
        }
    }
}

fn run(writer: &mut VecWriter, black: bool, mut length: u32) {
    let table: &[(u16, Bits)] = if black { &black::ENTRIES } else { &white::ENTRIES };
    let mut code = |place: u32| put(writer, Bits { ..table[place as usize].1 });
    while length >= RUN_MAX {
        code(63 + RUN_MAX / 64);
        length -= RUN_MAX;
    }
    if length >= 64 {
        code(63 + length / 64);
    }
    code(length % 64);
}
