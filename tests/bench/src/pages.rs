//! Times documents onto pages, in this process: laying out and writing PDF, then laying out and writing a TIFF a
//! page, on a fixed set of synthetic mail.

use crate::failure::Failure;
use crate::measure;
use clap::Args;
use duces_render::{Body, Content, Endorsement, ImageKind, Message, Printer, RenderError};
use std::thread;
use std::time::Instant;

/// What is to be timed.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    /// How many mails to set, of one to three pages each; a tenth with Chinese or Japanese in them, a
    /// quarter HTML.
    #[arg(long, default_value_t = 3_000)]
    documents: usize,
    /// Another seed is another set of the same kind.
    #[arg(long = "set", default_value_t = 1)]
    set: u64,
    /// Threads that set pages, each with fonts of its own.
    #[arg(long, default_value_t = 2)]
    workers: usize,
}

/// What one thread, or all of them, have set.
#[derive(Debug, Default, Clone, Copy)]
struct Done {
    pages: u64,
    characters: u64,
    bytes: u64,
}

/// What is written.
#[derive(Debug, Clone, Copy)]
enum Output {
    Pdf,
    Tiff,
}

/// Sets the pages and says how long it took.
pub(crate) fn run(asked: &Asked) -> Result<(), Failure> {
    let workers = asked.workers.max(1);
    timed(asked, workers, Output::Pdf)?;
    timed(asked, workers, Output::Tiff)
}

fn timed(asked: &Asked, workers: usize, output: Output) -> Result<(), Failure> {
    let (start, before) = (Instant::now(), measure::own_cpu());
    let done: Vec<Result<Done, RenderError>> = thread::scope(|scope| {
        // Each mail is made when its turn comes, so that the memory is that of the pages and not of the whole set.
        let share =
            |worker: usize| (worker..asked.documents).step_by(workers).map(|n| mail(asked.set, n as u64));
        let threads: Vec<_> =
            (0..workers).map(|worker| scope.spawn(move || set(share(worker), output))).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| Failure::Thread)).collect::<Result<_, _>>()
    })?;
    let (wall, cpu) = (start.elapsed(), measure::own_cpu());
    let mut sum = Done::default();
    for done in done {
        let done = done.map_err(|source| Failure::Pages { source })?;
        sum.pages += done.pages;
        sum.characters += done.characters;
        sum.bytes += done.bytes;
    }
    let rate = sum.pages as f64 / wall.as_secs_f64();
    println!(
        "{output:?}: {} documents, {} pages, {} characters a page",
        asked.documents,
        sum.pages,
        sum.characters / sum.pages.max(1)
    );
    println!("  {rate:.0} pages a second with {workers} threads, {:.1} s", wall.as_secs_f64());
    if let Some((after, before)) = cpu.zip(before) {
        let cpu = after.saturating_sub(before).as_secs_f64();
        println!("  {:.0} pages a CPU-second", sum.pages as f64 / cpu);
    }
    println!("  {:.1} KB a page", sum.bytes as f64 / 1_000.0 / sum.pages as f64);
    if let Some(peak) = measure::own_peak() {
        println!("  {} MiB at most so far", peak >> 20);
    }
    Ok(())
}

fn set(share: impl Iterator<Item = Content>, output: Output) -> Result<Done, RenderError> {
    let mut printer = Printer::new()?;
    let mut done = Done::default();
    let mut number = 0_u64;
    for content in share {
        let sheets = printer.lay_out(&content)?;
        let numbers = (0..sheets.pages()).map(|_| {
            number += 1;
            format!("BENCH-{number:08}")
        });
        let endorsement = Endorsement {
            numbers: numbers.collect(),
            legend: Some("CONFIDENTIAL TREATMENT REQUESTED".to_owned()),
            dated: chrono::DateTime::UNIX_EPOCH,
        };
        match output {
            Output::Pdf => done.bytes += printer.pdf(&sheets, &endorsement)?.len() as u64,
            Output::Tiff => {
                for image in printer.images(&sheets, &endorsement, ImageKind::Bilevel)? {
                    done.bytes += image?.bytes.len() as u64;
                }
            }
        }
        done.pages += u64::from(sheets.pages());
        done.characters += characters(&content);
    }
    Ok(done)
}

fn characters(content: &Content) -> u64 {
    match content {
        Content::Message(Message { body: Body::Plain(text), .. }) => text.chars().count() as u64,
        Content::Message(Message { body: Body::Html { html, .. }, .. }) => {
            let mut inside = false;
            html.chars()
                .filter(|c| {
                    inside = *c == '<' || (inside && *c != '>');
                    !inside && *c != '>'
                })
                .count() as u64
        }
        _ => 0,
    }
}

/// Numbers that look random and are the same everywhere (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }

    /// One of twenty thousand words, the first ones far more often than the last.
    fn word(&mut self) -> String {
        const PARTS: [&str; 27] = [
            "an", "ter", "or", "de", "con", "st", "ri", "mar", "ket", "pri", "ce", "ta", "ble", "es", "ly",
            "in", "po", "si", "tion", "al", "ed", "bo", "nd", "fu", "re", "qu", "est",
        ];
        let rank = self.below(142).pow(2) * self.below(142) / 142;
        let mut rest = rank;
        let mut word = String::new();
        loop {
            word.push_str(PARTS[(rest % 27) as usize]);
            rest /= 27;
            if rest == 0 {
                return word;
            }
        }
    }

    /// A line of words, about as long as mail programs make them.
    fn line(&mut self, columns: usize) -> String {
        let mut line = String::new();
        while line.len() < columns {
            line.push_str(&self.word());
            line.push_str(match self.below(14) {
                0 => ", ",
                1 => ". ",
                2 => " 1,204.50 ",
                _ => " ",
            });
        }
        line
    }

    fn ideographs(&mut self, count: u64) -> String {
        let one = |dice: &mut Self| match dice.below(3) {
            0 => char::from_u32(0x3041 + dice.below(80) as u32),
            _ => char::from_u32(0x4E00 + dice.below(3_000) as u32),
        };
        (0..count).filter_map(|_| one(self)).collect()
    }
}

/// A mail of the set.
fn mail(set: u64, n: u64) -> Content {
    let mut dice = Dice(set.wrapping_mul(1_000_003) ^ n);
    let pages = 1 + dice.below(3);
    // Full pages, so that there are never fewer than 2,500 glyphs on one: some 50 lines of plain text.
    let lines = pages * 53 - 14;
    let east = n % 10 == 3;
    let html = n % 4 == 1;
    let mut body = String::new();
    for line in 0..lines {
        let text = if east && line % 4 == 1 { dice.ideographs(38) } else { dice.line(72) };
        match (html, line % 6) {
            (true, 0) => body.push_str(&format!("<p>{text} ")),
            (true, 4) => body.push_str(&format!("<b>{text}</b> ")),
            (true, 5) => body.push_str(&format!("{text}</p>")),
            (true, _) => body.push_str(&text),
            (false, _) => body.push_str(&text),
        }
        body.push('\n');
    }
    let body = if html {
        let rows: String = (0..6).map(|n| format!("<tr><td>{}</td><td>{n}</td></tr>", dice.word())).collect();
        Body::Html {
            html: format!("<html><body>{body}<table border=1>{rows}</table></body></html>"),
            inline: Vec::new(),
        }
    } else {
        Body::Plain(body)
    };
    let person = |dice: &mut Dice| format!("{} {} <{}@example.com>", dice.word(), dice.word(), dice.word());
    Content::Message(Message {
        headers: vec![
            ("From".to_owned(), person(&mut dice)),
            ("To".to_owned(), (0..3).map(|_| person(&mut dice)).collect::<Vec<_>>().join("; ")),
            ("Sent".to_owned(), format!("2024-03-{:02} 09:{:02}:00 -0500", 1 + n % 28, n % 60)),
            ("Subject".to_owned(), dice.line(40)),
        ],
        body,
        attachments: Vec::new(),
        notes: Vec::new(),
    })
}
