//! Segments larger than the blocks and horizons in which the engine reads and skips.

use super::archive::index_in_segments;
use super::*;

const DOCUMENTS: u64 = 20_000;
const VOCABULARY: [&str; 12] = [
    "the", "of", "trade", "trader", "trading", "wash", "layering", "spoof", "fee", "refund", "order",
    "client",
];

/// Messages whose words are drawn by a fixed rule, the first word of the list most often.
fn families() -> Vec<Family> {
    let mut state = 1_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let messages = (0..DOCUMENTS).map(|number| {
        let length = draw(12);
        let words: Vec<&str> = (0..length)
            .map(|_| {
                let most = draw(VOCABULARY.len()) + 1;
                VOCABULARY[draw(most)]
            })
            .collect();
        let mut message = message(words.first().copied().unwrap_or(""), &words.join(" "));
        message.sent_at = (number % 17 != 0).then(|| {
            instant("2024-01-01T00:00:00Z") + TimeDelta::hours(i64::try_from(number % 9_000).unwrap())
        });
        if number % 1_000 == 0 {
            message.searchability = unsearchable(DefectCode::NoText);
        }
        alone(message)
    });
    messages.collect()
}

#[test]
fn in_large_segments_too_every_answer_is_the_one_that_reading_each_document_gives() {
    let families = families();
    let snapshot = index_in_segments(&families, DOCUMENTS - 100);
    for query in [
        "layering",
        "\"wash trade\"",
        "\"the of\"",
        "\"client wash\"",
        "\"wash trad*\"",
        "\"t* f* tra*\"",
        "tra*",
        "not tra*",
        "(\"wash trade\" or \"spoof order\") and not subject::the",
        "subject::client and not \"fee refund\" and not \"order order\"",
        "not (layering or \"the the\" or refund)",
    ] {
        let mut item = item(Some(query));
        item.period = window("2024-02-01", "2024-09-30");
        let findings = run(&snapshot, &item).unwrap();
        let (yes, open) = told_by_reading(&families, &item.criteria());
        assert!(
            findings.yes == yes,
            "{query}: found {} documents, expected {}",
            findings.yes.len(),
            yes.len()
        );
        assert!(findings.cannot_tell == open, "{query}: what cannot be told differs");
        assert!(!yes.is_empty() && !open.is_empty(), "{query} tests nothing");
    }
}
