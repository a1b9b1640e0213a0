//! What every PDF of this crate holds to.

use chrono::{DateTime, Utc};
use duces_model::Sha256;
use duces_render::{Block, Column, Pages, RenderError, to_pdf};

fn pages(blocks: Vec<Block>) -> Pages {
    Pages {
        title: "Certification".into(),
        language: "en-US".into(),
        dated: DateTime::<Utc>::from_timestamp(1_727_877_780, 0).unwrap(),
        header: "Example Capital Partners LLC · FINRA 8210-2024-0042".into(),
        footer: "As known at 2024-10-02".into(),
        mark: Some("DRAFT".into()),
        blocks,
    }
}

fn everything() -> Vec<Block> {
    vec![
        Block::Title("Certification of Completeness".into()),
        Block::Heading { level: 1, text: "Items".into() },
        Block::Heading { level: 2, text: "Item 1".into() },
        Block::Paragraph("שלום. Figures follow:".into()),
        Block::Table {
            columns: vec![Column::new("Name", 3), Column::figures("Count", 1)],
            rows: vec![vec!["in scope".into(), "1,204".into()], vec![String::new(), "株".into()]],
        },
        Block::Note("A note.".into()),
        Block::List(vec!["one".into(), "two".into()]),
        Block::Fields(vec![("Digest".into(), Sha256::of("x").to_string())]),
        Block::Together(vec![Block::Checkbox("I affirm.".into()), Block::Blank { label: "Name".into() }]),
        Block::PageBreak,
        Block::Heading { level: 9, text: "Last".into() },
    ]
}

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn the_same_pages_give_the_same_bytes() {
    let first = to_pdf(&pages(everything())).unwrap();
    let second = to_pdf(&pages(everything())).unwrap();
    assert_eq!(Sha256::of(&first.bytes), Sha256::of(&second.bytes));
    assert_eq!(first.pages, 2);
    assert_eq!(first.substituted, vec!['株']);
}

#[test]
fn the_file_says_that_it_is_pdf_a_2a_tagged_with_a_language_and_a_title() {
    let bytes = to_pdf(&pages(everything())).unwrap().bytes;
    for needle in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "/Marked true", "/Lang", "/Outlines", "en-US"]
    {
        assert!(contains(&bytes, needle), "{needle}");
    }
    assert!(contains(&bytes, "D:20241002140300"), "the date is the one given, not the clock's");
}

#[test]
fn a_text_without_blocks_is_one_blank_page() {
    assert_eq!(to_pdf(&pages(Vec::new())).unwrap().pages, 1);
}

#[test]
fn a_row_with_a_cell_too_many_is_refused_with_its_place() {
    let columns = vec![Column::new("a", 1)];
    let rows = vec![vec!["x".to_owned()], vec!["x".to_owned(), "y".to_owned()]];
    let error = to_pdf(&pages(vec![Block::PageBreak, Block::Table { columns, rows }])).unwrap_err();
    assert_eq!(error, RenderError::RaggedRow { block: 2, row: 2, found: 2, expected: 1 });
    let none = Block::Table { columns: Vec::new(), rows: Vec::new() };
    assert_eq!(to_pdf(&pages(vec![none])).unwrap_err(), RenderError::NoColumns { block: 1 });
}

#[test]
fn a_cell_longer_than_a_page_goes_on_over_the_next_pages() {
    let long = "evidence ".repeat(3_000);
    let columns = vec![Column::new("Source", 1), Column::new("Finding", 3)];
    let table = Block::Table { columns, rows: vec![vec!["ann-lee".into(), long]] };
    assert!(to_pdf(&pages(vec![table])).unwrap().pages > 5);
}

#[test]
fn ten_thousand_rows_become_pages() {
    let row = |n: usize| vec![n.to_string(), Sha256::of(n.to_string()).to_string(), "candidate".into()];
    let columns = vec![Column::figures("No.", 1), Column::new("SHA-256", 4), Column::new("Status", 1)];
    let table = Block::Table { columns, rows: (0..10_000).map(row).collect() };
    let rendition =
        to_pdf(&pages(vec![Block::Heading { level: 1, text: "Schedule".into() }, table])).unwrap();
    assert!(rendition.pages > 200 && rendition.bytes.len() < 20_000_000);
}
