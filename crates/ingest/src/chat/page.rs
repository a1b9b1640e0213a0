//! One piece of an export that is read at once.

use crate::chat::dump::Mail;
use crate::chat::event::RoomDay;
use duces_model::Defect;

/// What a piece of an export gave.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Its room-days.
    pub(crate) days: Vec<RoomDay>,
    /// Its messages that are like mail.
    pub(crate) mails: Vec<Mail>,
    /// How many events there are by a second method; none where that cannot tell.
    pub(crate) counted: Option<u64>,
    /// What is wrong with the piece as a whole.
    pub(crate) flaws: Vec<Defect>,
}

impl Page {
    /// How many events the room-days hold, each mail being one.
    pub(crate) fn events(&self) -> u64 {
        self.days.iter().map(|day| day.events.len() as u64).sum::<u64>() + self.mails.len() as u64
    }
}
