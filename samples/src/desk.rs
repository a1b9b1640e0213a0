//! The ordinary traffic of half a year, from the texts in `texts/routine.txt`.

use crate::calendar::{
    FIRST_DAY, LAST_DAY, at, business_day_after, business_days, day, header_date, starts_week,
};
use crate::confirmations;
use crate::draws::Draws;
use crate::encode::Charset;
use crate::mail::{Attachment, Kind, Mail, domain_of, name_of};
use crate::script::{Entry, entries, filled};
use chrono::{DateTime, Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;

pub(crate) const ANN: &str = "ann.lee@elmcedar.example";
pub(crate) const BEN: &str = "ben.ortiz@elmcedar.example";
pub(crate) const CARLA: &str = "carla.diaz@elmcedar.example";
pub(crate) const DEVI: &str = "devi.rao@elmcedar.example";
pub(crate) const TRADE_SUPPORT: &str = "trade-support@elmcedar.example";
pub(crate) const MARGIN_CALLS: &str = "margin-calls@elmcedar.example";
const HELPDESK: &str = "helpdesk@elmcedar.example";
const CONFIRMATIONS: &str = "confirmations@notify.elmcedar.example";
const NEWSLETTER: &str = "news@marketwire.example";
const GAIL: &str = "g.summers@northgate.example";

/// Clients: the name, the address that writes.
const CLIENTS: [(&str, &str); 3] = [
    ("Northgate Capital", GAIL),
    ("Birchway Trust", "t.quill@birchway.example"),
    ("Lakeshore Fund", "m.park@lakeshore.example"),
];
/// Invented securities.
const SYMBOLS: [&str; 8] = ["ALDR", "BRCH", "CEDR", "FERN", "HAZL", "LIND", "MAPL", "ROWN"];
/// The days on which a thread on Juniper Robotics starts.
const JUNIPER_DAYS: [NaiveDate; 8] = [
    day(2024, 1, 23),
    day(2024, 1, 31),
    day(2024, 2, 8),
    day(2024, 2, 14),
    day(2024, 2, 28),
    day(2024, 3, 7),
    day(2024, 3, 19),
    day(2024, 3, 26),
];

/// Writes the ordinary traffic.
pub(crate) struct Desk {
    draws: Draws,
    texts: Vec<Entry>,
    written: Vec<Mail>,
    tickets: u64,
}

/// Who writes what to whom, and when.
struct Note<'a> {
    at: DateTime<Tz>,
    from: &'a str,
    to: Vec<&'a str>,
    cc: Vec<&'a str>,
    text: &'a str,
    parent: Option<usize>,
    client: &'a str,
    ticket: String,
}

impl<'a> Note<'a> {
    fn new(at: DateTime<Tz>, from: &'a str, to: &[&'a str], text: &'a str) -> Self {
        Self {
            at,
            from,
            to: to.to_vec(),
            cc: Vec::new(),
            text,
            parent: None,
            client: "",
            ticket: String::new(),
        }
    }
}

/// All ordinary mails, in no particular order.
pub(crate) fn traffic() -> Vec<Mail> {
    let texts = entries(include_str!("../texts/routine.txt"));
    let mut desk = Desk { draws: Draws::new(20_240_102), texts, written: Vec::new(), tickets: 4 };
    for (count, day) in business_days(FIRST_DAY, LAST_DAY).into_iter().enumerate() {
        desk.write_day(count, day);
    }
    JUNIPER_DAYS.into_iter().for_each(|day| desk.juniper(day));
    desk.confirmations();
    desk.written
}

impl Desk {
    fn write_day(&mut self, count: usize, day: NaiveDate) {
        if starts_week(day) {
            self.status(day);
        }
        if count % 3 == 1 {
            self.allocation(day);
        }
        if count % 4 == 2 {
            self.client(day);
        }
        if count % 11 == 6 {
            self.margin(day);
        }
        if count % 9 == 3 {
            self.ticket(day);
        }
        if day.day() <= 7 && day.weekday() == Weekday::Thu {
            self.newsletter(day);
        }
        if count % 21 == 20 {
            self.review(day);
        }
    }

    fn minute(&mut self, from_hour: u64, to_hour: u64) -> u64 {
        self.draws.between(60 * from_hour, 60 * to_hour - 1)
    }

    fn status(&mut self, day: NaiveDate) {
        let (from, to) = if self.draws.chance(50) { (ANN, BEN) } else { (BEN, ANN) };
        let text = *self.draws.pick(&["status-1", "status-2", "status-3"]);
        let time = at(day, self.minute(7, 9));
        self.write(Note::new(time, from, &[to, CARLA], text));
    }

    fn allocation(&mut self, day: NaiveDate) {
        let trader = *self.draws.pick(&[ANN, BEN]);
        let time = at(day, self.minute(10, 16));
        if self.draws.chance(35) {
            let text = *self.draws.pick(&["support-1", "support-2"]);
            let asked = self.write(Note::new(time, TRADE_SUPPORT, &[trader], text));
            if text == "support-2" {
                let answer = at(day, self.minute(16, 18));
                let text = *self.draws.pick(&["answer-1", "answer-2"]);
                self.write(Note { parent: Some(asked), ..Note::new(answer, trader, &[TRADE_SUPPORT], text) });
            }
        } else {
            let text = *self.draws.pick(&["allocation-1", "allocation-2", "allocation-3", "allocation-4"]);
            self.write(Note::new(time, trader, &[TRADE_SUPPORT], text));
        }
    }

    fn client(&mut self, day: NaiveDate) {
        let (client, address) = *self.draws.pick(&CLIENTS);
        let member = *self.draws.pick(&[CARLA, CARLA, BEN]);
        let text = *self.draws.pick(&["client-1", "client-2"]);
        let asked = at(day, self.minute(8, 12));
        let asked = self.write(Note { client, ..Note::new(asked, address, &[member], text) });
        if self.draws.chance(60) {
            // Some answers go out in the evening, when it is the next day already in UTC.
            let hour = if self.draws.chance(15) { 20 } else { 13 };
            let time = at(day, self.minute(hour, hour + 3));
            let text = *self.draws.pick(&["answer-1", "answer-2"]);
            self.write(Note { client, parent: Some(asked), ..Note::new(time, member, &[address], text) });
        }
    }

    fn margin(&mut self, day: NaiveDate) {
        let (client, address) = *self.draws.pick(&CLIENTS);
        let trader = *self.draws.pick(&[ANN, BEN]);
        let time = at(day, self.minute(9, 11));
        let text = *self.draws.pick(&["margin-1", "margin-1", "margin-2"]);
        let call = Note { client, cc: vec![address], ..Note::new(time, MARGIN_CALLS, &[trader], text) };
        let call = self.write(call);
        if text == "margin-1" {
            let time = at(day, self.minute(14, 16));
            let answer = Note {
                client,
                parent: Some(call),
                ..Note::new(time, trader, &[MARGIN_CALLS], "margin-answer")
            };
            self.write(answer);
        }
    }

    fn ticket(&mut self, day: NaiveDate) {
        self.tickets += 1;
        // SD-0011 is the announcement of the migration, told in the story.
        if self.tickets == 11 {
            self.tickets += 1;
        }
        let ticket = format!("SD-{:04}", self.tickets);
        let person = *self.draws.pick(&[ANN, BEN, CARLA]);
        let text = if day.month() == 5 { "ticket-3" } else { *self.draws.pick(&["ticket-1", "ticket-2"]) };
        let asked = at(day, self.minute(9, 12));
        let asked =
            self.write(Note { ticket: ticket.clone(), ..Note::new(asked, person, &[HELPDESK], text) });
        let time = at(day, self.minute(13, 17));
        let answer =
            Note { ticket, parent: Some(asked), ..Note::new(time, HELPDESK, &[person], "ticket-answer") };
        self.write(answer);
    }

    fn newsletter(&mut self, day: NaiveDate) {
        let time = at(day, self.minute(6, 7));
        let issue = self.write(Note::new(time, NEWSLETTER, &[ANN, BEN], "newsletter"));
        self.written[issue].kind = Kind::Alternative;
    }

    fn review(&mut self, day: NaiveDate) {
        let time = at(day, self.minute(11, 13));
        let review = self.write(Note::new(time, DEVI, &[ANN, BEN, CARLA], "review"));
        let time = at(day, self.minute(15, 17));
        self.write(Note { parent: Some(review), ..Note::new(time, BEN, &[DEVI], "review-answer") });
    }

    fn juniper(&mut self, day: NaiveDate) {
        let with_ben = |at, from, to, text| Note {
            client: "Northgate Capital",
            cc: vec![BEN],
            ..Note::new(at, from, &[to], text)
        };
        let ordered = at(day, self.minute(9, 10));
        let order = self.write(with_ben(ordered, GAIL, ANN, "juniper-order"));
        let filled_at = at(day, self.minute(14, 16));
        let fill = Note { parent: Some(order), ..with_ben(filled_at, ANN, GAIL, "juniper-fill") };
        let fill = self.write(fill);
        let stamp = day.format("%Y%m%d");
        self.written[fill].attachments.push(Attachment::File(format!("fill-report-{stamp}.pdf")));
        let booked_at = at(business_day_after(day, 1), self.minute(9, 11));
        let letter = Note { parent: Some(fill), ..with_ben(booked_at, GAIL, ANN, "juniper-allocation") };
        let letter = self.write(letter);
        self.written[letter].attachments.push(Attachment::File(format!("allocation-letter-{stamp}.pdf")));
    }

    fn confirmations(&mut self) {
        let mut number = 0;
        for total in confirmations::controls() {
            for _ in 0..total.captured() {
                number += 1;
                let (client, address) = *self.draws.pick(&CLIENTS);
                // From the close to the evening: the last ones fall on the next day in UTC.
                let time = at(total.day, self.minute(16, 22));
                let ticket = format!("C-{number:06}");
                let notice =
                    Note { client, ticket, ..Note::new(time, CONFIRMATIONS, &[address], "confirmation") };
                let notice = self.write(notice);
                self.written[notice].kind = Kind::Alternative;
            }
            // The order system numbered those that were lost too.
            number += total.lost;
        }
    }

    /// Writes the mail and says where it stands in the list.
    fn write(&mut self, note: Note<'_>) -> usize {
        let entry = self.texts.iter().find(|entry| entry.key == note.text).cloned();
        let entry = entry.expect("texts/routine.txt has every text that the desk writes");
        let values = self.values(&note);
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let parent = note.parent.map(|at| &self.written[at]);
        let subject = match parent {
            Some(parent) if parent.subject.starts_with("Re: ") => parent.subject.clone(),
            Some(parent) => format!("Re: {}", parent.subject),
            None => filled(entry.get("subject").unwrap_or_default(), &values),
        };
        let quoted = parent.map(quotation).unwrap_or_default();
        let thread = parent
            .map_or_else(Vec::new, |parent| parent.thread.iter().chain([&parent.id]).cloned().collect());
        let mail = Mail {
            id: format!(
                "<{}.{:04}@mail.{}>",
                note.at.format("%Y%m%d"),
                self.written.len() + 1,
                domain_of(note.from)
            ),
            at: note.at,
            from: note.from.to_owned(),
            to: note.to.iter().map(|to| (*to).to_owned()).collect(),
            cc: note.cc.iter().map(|cc| (*cc).to_owned()).collect(),
            bcc: Vec::new(),
            subject,
            body: format!("{}\n{quoted}", filled(entry.body, &values)),
            charset: Charset::UTF_8,
            kind: Kind::Plain,
            attachments: entry
                .list("attach")
                .iter()
                .map(|name| Attachment::File(filled(name, &values)))
                .collect(),
            thread,
            unquoted: false,
        };
        self.written.push(mail);
        self.written.len() - 1
    }

    fn values(&mut self, note: &Note<'_>) -> Vec<(&'static str, String)> {
        let first_name = |address: &str| name_of(address).split(' ').next().unwrap_or_default().to_owned();
        let client = if note.client.is_empty() { self.draws.pick(&CLIENTS).0 } else { note.client };
        let cents = self.draws.between(1800, 9400);
        vec![
            ("day", note.at.format("%-d %B %Y").to_string()),
            ("stamp", note.at.format("%Y%m%d").to_string()),
            ("client", client.to_owned()),
            ("symbol", (*self.draws.pick(&SYMBOLS)).to_owned()),
            ("qty", (100 * self.draws.between(2, 80)).to_string()),
            ("price", format!("{}.{:02}", cents / 100, cents % 100)),
            ("side", (*self.draws.pick(&["bought", "sold"])).to_owned()),
            ("first", note.to.first().map(|to| first_name(to)).unwrap_or_default()),
            ("me", first_name(note.from)),
            ("ticket", note.ticket.clone()),
        ]
    }
}

/// What a reply quotes of the mail that it answers.
fn quotation(parent: &Mail) -> String {
    let lines: String = parent.body.trim_end().lines().map(|line| format!("> {line}\n")).collect();
    format!("\nOn {}, {} wrote:\n{lines}", header_date(parent.at), name_of(&parent.from))
}
