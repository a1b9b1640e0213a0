//! Mattermost's compliance exports other than the Actiance form: `posts.csv` in a ZIP, and the mails that it makes for
//! Global Relay. Columns, elements and headers are those of its own source (message export).

mod posts;
mod relay;

pub(crate) use posts::Posts;
pub(crate) use relay::{Relay, is_relay};

/// The platform as it stands in room-days.
const PLATFORM: &str = "mattermost";

/// The room as it is called in every form of the export.
fn room(kind: &str, name: &str, id: &str, shown: &str) -> crate::chat::event::Room {
    use crate::chat::event::{Room, RoomKind};
    let closed = matches!(kind, "direct" | "group");
    Room {
        platform: PLATFORM.to_owned(),
        id: format!("{kind} - {name} - {id}"),
        name: Some(shown.to_owned()).filter(|shown| !shown.is_empty()),
        kind: if closed { RoomKind::Direct } else { RoomKind::Channel },
    }
}
