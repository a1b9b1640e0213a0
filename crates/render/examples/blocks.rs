//! Writes `blocks.pdf` into the folder named by the first argument: every kind of block, to be looked at.

use chrono::{DateTime, Utc};
use duces_render::{Block, Column, Pages, to_pdf};

const TEXT: &str = "Communications of the period were searched in the sources listed below, and in no others. \
    What a source could not have shown is said beside it; a figure that is not known is called unknown and is \
    never zero. Names stay as they were written: Ωμέγα, Привет, שלום עולם, مرحبا بالعالم, 株式会社.";

fn table(rows: usize) -> Block {
    let columns = vec![
        Column::figures("No.", 1),
        Column::new("Source", 3),
        Column::new("Manifest SHA-256", 5),
        Column::new("Finding", 6),
        Column::figures("Count", 2),
    ];
    let row = |n: usize| {
        vec![
            n.to_string(),
            format!("group-mailbox-{n:03}"),
            format!("{:064x}", n * 7919 * 104_729),
            TEXT[..n * 37 % 200].to_owned(),
            (n * 1_111).to_string(),
        ]
    };
    Block::Table { columns, rows: (1..=rows).map(row).collect() }
}

fn blocks(rows: usize) -> Vec<Block> {
    vec![
        Block::Title("Certification of Completeness, Subject to the Schedule of Gaps".into()),
        Block::Note("Smaller text beside the main matter.".into()),
        Block::Fields(vec![
            ("Firm".into(), "Example Capital Partners LLC (CRD 000000)".into()),
            ("Manifest SHA-256".into(), format!("{:064x}", 7)),
            ("A name that is too long for its column".into(), TEXT.into()),
        ]),
        Block::Heading { level: 1, text: "1. The first heading".into() },
        Block::Paragraph(TEXT.into()),
        Block::List(vec!["A point.".into(), TEXT.into(), "Another point.".into()]),
        Block::Heading { level: 2, text: "1.1 A heading below it".into() },
        Block::Paragraph("The figures are these:".into()),
        table(rows),
        Block::Heading { level: 3, text: "The lowest heading".into() },
        Block::Together(vec![
            Block::Checkbox("I have read the facts stated above.".into()),
            Block::Checkbox(TEXT.into()),
            Block::Blank { label: "Name".into() },
            Block::Blank { label: "Place of execution (city and state, or city and country)".into() },
            Block::Blank {
                label: "Authority: on what ground the declarant speaks for the firm, in as many words as it takes"
                    .into(),
            },
        ]),
    ]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("expected a folder to write into")?;
    let rows = std::env::args().nth(2).map_or(Ok(24), |rows| rows.parse())?;
    let pages = Pages {
        title: "Specimen".into(),
        language: "en-US".into(),
        dated: DateTime::<Utc>::from_timestamp(1_727_877_780, 0).ok_or("date")?,
        header: "Example Capital Partners LLC (CRD 000000) · FINRA 8210-2024-0042".into(),
        footer: "Specimen of every kind of block".into(),
        mark: Some("DRAFT".into()),
        blocks: blocks(rows),
    };
    let rendition = to_pdf(&pages)?;
    std::fs::write(std::path::Path::new(&folder).join("blocks.pdf"), &rendition.bytes)?;
    Ok(())
}
