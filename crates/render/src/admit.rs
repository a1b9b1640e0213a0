//! Text as it may stand on a page: what cannot be shown is replaced in sight and said.

use crate::faces::{Faces, Kind, never_shows};
use crate::note::Remarks;
use icu_segmenter::{GraphemeClusterSegmenter, GraphemeClusterSegmenterBorrowed};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_width::UnicodeWidthChar;

/// What stands for a character that cannot be shown.
const REPLACEMENT: char = '\u{FFFD}';
/// The mark of byte order, left in by careless programs: PDF/A-2 forbids that any glyph stands for it.
const MARK_OF_ORDER: char = '\u{FEFF}';
/// Tabs lead to the next multiple of this many columns.
const TAB: usize = 8;

/// Starts words that stand in a black box, in content that is laid out with [`crate::Printer::lay_out_boxed`].
///
/// A noncharacter: Unicode (chapter 23.7) keeps it for a program's own use, and from elsewhere it reaches no page.
pub const BOX_STARTS: char = '\u{FDD0}';
/// Ends them.
pub const BOX_ENDS: char = '\u{FDD1}';

/// Lets text onto pages.
pub(crate) struct Gate {
    clusters: GraphemeClusterSegmenterBorrowed<'static>,
    /// Whether [`BOX_STARTS`] and [`BOX_ENDS`] mean something; they pass the gate then.
    pub(crate) boxes: bool,
}

impl Gate {
    pub(crate) fn new(boxes: bool) -> Self {
        Self { clusters: GraphemeClusterSegmenter::new(), boxes }
    }

    /// The text with line ends as `\n`, tabs as spaces, and U+FFFD for what cannot be shown; `part` says of
    /// what it is the text, for notes.
    pub(crate) fn admit<'a>(
        &self,
        text: &'a str,
        kind: Kind,
        part: &str,
        faces: &mut Faces,
        remarks: &mut Remarks,
    ) -> Cow<'a, str> {
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
            return Cow::Borrowed(text);
        }
        let mut clean = String::with_capacity(text.len() + 16);
        let mut column = 0;
        let mut line = 1_u64;
        let mut from = 0;
        for to in self.clusters.segment_str(text).skip(1) {
            let cluster = &text[from..to];
            from = to;
            match cluster {
                "\r\n" | "\n" | "\r" | "\u{0B}" | "\u{0C}" | "\u{85}" | "\u{2028}" | "\u{2029}" => {
                    clean.push('\n');
                    line += 1;
                    column = 0;
                }
                "\t" => {
                    let step = TAB - column % TAB;
                    clean.extend(std::iter::repeat_n(' ', step));
                    column += step;
                }
                _ if self.boxes && cluster.contains([BOX_STARTS, BOX_ENDS]) => {
                    let place = || format!("{part}, line {line}");
                    for c in cluster.chars() {
                        match c {
                            BOX_STARTS | BOX_ENDS => clean.push(c),
                            _ => {
                                let one = c.encode_utf8(&mut [0; 4]).to_owned();
                                admit_cluster(&one, kind, &place, faces, remarks, &mut clean);
                            }
                        }
                    }
                }
                _ => {
                    let place = || format!("{part}, line {line}");
                    admit_cluster(cluster, kind, &place, faces, remarks, &mut clean);
                    column += cluster.chars().next().and_then(UnicodeWidthChar::width).unwrap_or(0);
                }
            }
        }
        Cow::Owned(clean)
    }
}

fn admit_cluster(
    cluster: &str,
    kind: Kind,
    place: &dyn Fn() -> String,
    faces: &mut Faces,
    remarks: &mut Remarks,
    clean: &mut String,
) {
    let mut bytes = cluster.bytes();
    if let (Some(b' '..=b'~'), None) = (bytes.next(), bytes.next()) {
        clean.push_str(cluster);
        return;
    }
    let whole = !cluster.chars().any(must_not_stand) && faces.showing(kind, cluster).is_some();
    if !whole && !cluster.chars().any(must_not_stand) {
        // Names of files from a Mac come in pieces (Hangul, kana with marks) that only few fonts have.
        let composed: String = cluster.nfc().collect();
        if composed != cluster && faces.showing(kind, &composed).is_some() {
            clean.push_str(&composed);
            return;
        }
    }
    for c in cluster.chars() {
        if c == MARK_OF_ORDER {
            remarks.unseen(c, place);
        } else if never_shows(c) && !must_not_stand(c) {
            // Joiners inside a cluster do what they are there for: nothing is to be said of them.
            if cluster.len() == c.len_utf8() {
                remarks.unseen(c, place);
            }
            clean.push(c);
        } else if whole || (!must_not_stand(c) && faces.showing(kind, c.encode_utf8(&mut [0; 4])).is_some()) {
            clean.push(c);
        } else {
            remarks.substituted(c, place);
            clean.push(REPLACEMENT);
        }
    }
}

/// Whether a character must not reach a page: controls, the private use areas and noncharacters (no font can
/// know what they mean), and marks that reverse the order in which others are read (a name could then show
/// as another name).
fn must_not_stand(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{202D}' | '\u{202E}' | '\u{206A}'..='\u{206F}' | '\u{E000}'..='\u{F8FF}'
            | '\u{F0000}'..='\u{10FFFF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFF0}'..='\u{FFFB}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Note;

    fn admitted(text: &str) -> (String, Vec<String>) {
        let (mut faces, mut remarks) = (Faces::load().unwrap(), Remarks::default());
        let clean =
            Gate::new(false).admit(text, Kind::Mono, "the body", &mut faces, &mut remarks).into_owned();
        (clean, remarks.notes().iter().map(Note::to_string).collect())
    }

    #[test]
    fn what_cannot_be_shown_is_replaced_and_said_with_code_point_and_place() {
        let (clean, notes) = admitted("a\u{7}b\nc\u{E123}\u{E123}");
        assert_eq!(clean, "a\u{FFFD}b\nc\u{FFFD}\u{FFFD}");
        assert_eq!(
            notes,
            [
                "the character U+0007 cannot be shown and stands as \u{FFFD} in the body, line 1",
                "the character U+E123 cannot be shown and stands as \u{FFFD}, 2 times, first in the body, line 2",
            ]
        );
    }

    #[test]
    fn a_mark_that_reverses_the_order_of_reading_does_not_reach_the_page() {
        let (clean, notes) = admitted("invoice\u{202E}fdp.exe");
        assert_eq!(clean, "invoice\u{FFFD}fdp.exe");
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn the_signs_of_a_box_pass_only_where_boxes_are_asked_for() {
        let (mut faces, mut remarks) = (Faces::load().unwrap(), Remarks::default());
        let text = format!("a{BOX_STARTS}b{BOX_ENDS}\u{301}c");
        let clean =
            Gate::new(true).admit(&text, Kind::Mono, "the body", &mut faces, &mut remarks).into_owned();
        assert_eq!(clean, text);
        assert!(remarks.notes().is_empty());
        assert_eq!(admitted(&text).0, "a\u{FFFD}b\u{FFFD}\u{301}c");
    }

    #[test]
    fn joiners_do_their_work_unsaid_and_marks_that_show_nothing_are_said() {
        let (clean, notes) = admitted("\u{FEFF}👩\u{200D}💻 soft\u{AD}ware \u{200B}");
        assert_eq!(clean, "👩\u{200D}💻 soft\u{AD}ware \u{200B}");
        assert_eq!(notes.len(), 3, "{notes:?}");
    }

    #[test]
    fn tabs_lead_to_columns_and_every_line_end_is_one() {
        assert_eq!(admitted("a\tb\r\nc\rd\u{2028}漢\tx").0, "a       b\nc\nd\n漢      x");
    }
}
