//! A firm of three hundred mailboxes over six years of working days: who writes to whom, who answers whom, and whose
//! mailbox holds a copy. Drawn by a fixed rule from a message's number alone.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

/// Mailboxes, each a source with one address.
pub(crate) const SOURCES: u64 = 300;
/// Working days of 2018 to 2023, market holidays aside: 52 weeks of each year, Monday to Friday.
const WEEKS: u64 = 6 * 52;
/// 1 January 2018, a Monday, in seconds since 1970.
const FIRST_MONDAY: u64 = 1_514_764_800;
/// Outsiders.
const CLIENTS: u64 = 20_000;
/// A message answers one of so many before it.
const BACK: u64 = 4_000;
/// One copy in so many is in no mailbox.
const LOST: u64 = 400;
/// A hundred messages are held so many times.
const COPIES_OF_100: u64 = 155;

/// The register's sources.
pub(crate) fn sources() -> String {
    let mut text = String::from(
        "source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,silence_days_max\r\n",
    );
    for number in 0..SOURCES {
        let address = person(number);
        let _ =
            write!(text, "box-{number},Box {number},email,{address},,2018-01-01,,mail:{number}.mbox,\r\n");
    }
    text
}

/// Writes a mailbox for each source, so that they hold about `copies` messages together; tells how many they hold.
pub(crate) fn write_mailboxes(archive: &Path, copies: u64) -> io::Result<u64> {
    let open = |number| Ok(BufWriter::new(File::create(archive.join(format!("{number}.mbox")))?));
    let mut boxes = (0..SOURCES).map(open).collect::<io::Result<Vec<_>>>()?;
    let (messages, mut written) = (copies * 100 / COPIES_OF_100, 0);
    for number in 0..messages {
        let message = Message::of(number);
        let text = message.text(number, messages);
        for (place, holder) in message.holders().into_iter().enumerate() {
            if draw(number, 20 + place as u64).is_multiple_of(LOST) {
                continue;
            }
            let Some(file) = usize::try_from(holder).ok().and_then(|at| boxes.get_mut(at)) else { continue };
            // No line of a mail starts with "From ": the words are fixed, and in small letters.
            write!(file, "From bench@ecp.example Mon Jan  1 00:00:00 2018\n{text}\n")?;
            written += 1;
        }
    }
    boxes.iter_mut().try_for_each(BufWriter::flush)?;
    Ok(written)
}

/// An address: of a mailbox, or an outsider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Inside(u64),
    Outside(u64),
}

impl Who {
    fn address(self) -> String {
        match self {
            Self::Inside(number) => person(number),
            Self::Outside(number) => format!("client{number}@client.example"),
        }
    }
}

fn person(number: u64) -> String {
    format!("person{number}@ecp.example")
}

/// Who takes part, and what is answered.
struct Message {
    from: Who,
    to: Who,
    cc: Option<Who>,
    parent: Option<u64>,
}

impl Message {
    fn of(number: u64) -> Self {
        // Two of five answer one of the other three.
        let answered = number.checked_sub(1 + draw(number, 1) % BACK).map(|parent| parent - parent % 5);
        match answered {
            Some(parent) if number % 5 >= 3 => {
                let (from, to) = Self::first(parent);
                Self { from: to, to: from, cc: None, parent: Some(parent) }
            }
            _ => {
                let (from, to) = Self::first(number);
                let cc = draw(number, 2).is_multiple_of(4).then(|| Who::Inside(draw(number, 3) % SOURCES));
                Self { from, to, cc, parent: None }
            }
        }
    }

    /// Who begins a conversation, and with whom: seven of ten are begun inside.
    fn first(number: u64) -> (Who, Who) {
        let inside = |place| Who::Inside(draw(number, place) % SOURCES);
        let outside = Who::Outside(draw(number, 6) % CLIENTS);
        match draw(number, 7) % 10 {
            0..=2 => (outside, inside(4)),
            3..=5 => (inside(4), outside),
            _ => (inside(4), inside(5)),
        }
    }

    /// The mailboxes that should hold it, each once.
    fn holders(&self) -> Vec<u64> {
        let mut holders = Vec::new();
        for who in [Some(self.from), Some(self.to), self.cc].into_iter().flatten() {
            if let Who::Inside(number) = who
                && !holders.contains(&number)
            {
                holders.push(number);
            }
        }
        holders
    }

    fn text(&self, number: u64, messages: u64) -> String {
        let days = WEEKS * 5;
        let day = number * days / messages;
        let seconds = FIRST_MONDAY + (day / 5 * 7 + day % 5) * 86_400 + 50_000 + draw(number, 8) % 20_000;
        let date =
            chrono::DateTime::from_timestamp(seconds.cast_signed(), 0).unwrap_or_default().to_rfc2822();
        let mut text = format!("From: {}\nTo: {}\n", self.from.address(), self.to.address());
        if let Some(cc) = self.cc {
            let _ = writeln!(text, "Cc: {}", cc.address());
        }
        if let Some(parent) = self.parent {
            let _ = writeln!(text, "In-Reply-To: <{parent}@bench.example>");
        }
        let _ = write!(
            text,
            "Subject: note {number}\nDate: {date}\nMessage-ID: <{number}@bench.example>\n\nplease see the note of that day.\n"
        );
        text
    }
}

/// A number drawn from two (SplitMix64's last steps).
fn draw(number: u64, place: u64) -> u64 {
    let mut z = (number * 64 + place + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
