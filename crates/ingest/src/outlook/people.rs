//! Who takes part in an Outlook message: its sender's properties and its recipients' table.

use super::properties::{Level, Properties, id};
use super::storage::Storage;
use crate::metadata::Metadata;
use crate::notes::Notes;
use duces_model::{DefectCode, EmailAddress, Participant, Role};

/// Names the recipients' storages start with (MS-OXMSG section 2.2.1).
pub(crate) const RECIPIENT: &str = "__recip_version1.0_";

/// Adds the people of the message's properties to those of its header: a copy in a folder of sent mail
/// has no header, and one with a header names its blind recipients in the table alone.
pub(crate) fn add(
    metadata: &mut Metadata,
    message: &Properties<'_>,
    storage: &Storage,
    from_header: bool,
    notes: &mut Notes,
) {
    let mut complete = !from_header || metadata.participants_complete;
    if !metadata.participants.iter().any(|one| one.role == Role::From) {
        complete &= sender(metadata, message, notes);
    }
    for (_, recipient) in storage.storages(RECIPIENT) {
        let properties = Properties::read(recipient, Level::Below, Some(message.charset()));
        complete &= one(metadata, &properties, notes);
    }
    metadata.participants_complete = complete;
}

/// Adds the sender; says whether the address is known.
fn sender(metadata: &mut Metadata, message: &Properties<'_>, notes: &mut Notes) -> bool {
    let represented = written(
        message,
        &[id::SENT_REPRESENTING_SMTP_ADDRESS, id::SENT_REPRESENTING_ADDRESS],
        id::SENT_REPRESENTING_NAME,
    );
    let sender = written(message, &[id::SENDER_SMTP_ADDRESS, id::SENDER_ADDRESS], id::SENDER_NAME);
    let from = represented.clone().or_else(|| sender.clone());
    let Some((address, name)) = from else {
        notes.add(DefectCode::NoSender, "");
        return false;
    };
    let mut known = tell(&address, &name, "sender", notes);
    push(metadata, Role::From, address.clone(), name);
    if let Some((other, name)) = sender
        && represented.is_some()
        && other != address
    {
        known &= tell(&other, &name, "sender", notes);
        push(metadata, Role::Sender, other, name);
    }
    known
}

/// Adds a recipient that the header does not name; says whether the address is known.
fn one(metadata: &mut Metadata, recipient: &Properties<'_>, notes: &mut Notes) -> bool {
    // The low bits tell the kind (MS-OXOMSG section 2.2.3.1); 0 is the message's own originator.
    let role = match recipient.integer(id::RECIPIENT_TYPE).unwrap_or(1) & 0xF {
        0 => return true,
        2 => Role::Cc,
        3 => Role::Bcc,
        _ => Role::To,
    };
    let Some((address, name)) = written(recipient, &[id::SMTP_ADDRESS, id::ADDRESS], id::DISPLAY_NAME) else {
        notes.add(DefectCode::BadAddress, "recipients' table: one without address and name");
        return false;
    };
    let named = |one: &Participant| {
        one.role == role && if address.is_some() { one.address == address } else { one.name == name }
    };
    if metadata.participants.iter().any(named) {
        return true;
    }
    // The header names some people without an address; the table has it.
    let nameless = |one: &&mut Participant| one.role == role && one.address.is_none() && one.name == name;
    if address.is_some()
        && name.is_some()
        && let Some(one) = metadata.participants.iter_mut().find(nameless)
    {
        one.address = address;
        return true;
    }
    let known = tell(&address, &name, "recipients' table", notes);
    push(metadata, role, address, name);
    known
}

type Written = (Option<EmailAddress>, Option<String>);

/// The address and name that these properties give: an internet address where one of them is that.
/// An address of the directory alone (`/O=…/CN=…`) is kept as the name where there is no other.
fn written(properties: &Properties<'_>, addresses: &[u16], name: u16) -> Option<Written> {
    let texts: Vec<String> = addresses.iter().filter_map(|id| properties.words(*id)).collect();
    let address = texts.iter().find_map(|text| EmailAddress::new(text).ok());
    let name = properties.words(name).or_else(|| texts.into_iter().next().filter(|_| address.is_none()));
    (address.is_some() || name.is_some()).then_some((address, name))
}

fn tell(address: &Option<EmailAddress>, name: &Option<String>, place: &str, notes: &mut Notes) -> bool {
    if address.is_none() {
        let shown = crate::words::shown(name.as_deref().unwrap_or_default());
        notes.add(DefectCode::BadAddress, format!("{place}: found {shown:?} without an internet address"));
    }
    address.is_some()
}

fn push(metadata: &mut Metadata, role: Role, address: Option<EmailAddress>, name: Option<String>) {
    metadata.participants.push(Participant { role, address, name, by_way_of: None });
}
