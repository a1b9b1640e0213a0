//! What each form of container cannot contain, however well it is read: data for plans and certificates.
//!
//! A blind spot is a property of the export, not of this reader: what the reader could not read is a defect. Each stands
//! with how it is known: `verified` in the maker's own documentation or source, `secondary` from others who read the form, `from memory` where
//! nobody looked it up for this table, `inference` from what is known of it.

use duces_model::ContainerKind;

/// How a blind spot is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The maker's own documentation or source says so.
    Verified,
    /// Others who read or archive the form say so.
    Secondary,
    /// It is commonly said, and nobody looked it up for this table.
    Memory,
    /// It follows from what is known of the form.
    Inference,
}

impl Known {
    /// The word that is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Secondary => "secondary",
            Self::Memory => "from memory",
            Self::Inference => "inference",
        }
    }
}

/// What a form cannot contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlindSpot {
    /// What, as a sentence without its full stop.
    pub what: &'static str,
    /// How it is known.
    pub known: Known,
    /// Who says so.
    pub says: &'static str,
}

/// A form of container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// The word that is stored.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it cannot contain.
    pub blind: &'static [BlindSpot],
}

const fn blind(what: &'static str, known: Known, says: &'static str) -> BlindSpot {
    BlindSpot { what, known, says }
}

const MAIL_OF_A_BOX: &[BlindSpot] = &[
    blind(
        "Who received a blind copy, and who was in a group at the time: that stands in a journal's envelope alone",
        Known::Verified,
        "Microsoft, journal reports; OpenArchiver issue 311",
    ),
    blind(
        "Mail that its owner removed before the copy was made",
        Known::Inference,
        "a mailbox holds what is in it",
    ),
];

/// Every form of which something is known.
pub const FORMS: &[Form] = &[
    Form { name: "eml", title: "mail files (EML)", blind: MAIL_OF_A_BOX },
    Form { name: "mbox", title: "mailboxes (mbox)", blind: MAIL_OF_A_BOX },
    Form { name: "maildir", title: "Maildir", blind: MAIL_OF_A_BOX },
    Form { name: "msg", title: "Outlook messages (MSG)", blind: MAIL_OF_A_BOX },
    Form { name: "pst", title: "Outlook data files (PST, OST)", blind: MAIL_OF_A_BOX },
    Form {
        name: "slack-export",
        title: "Slack export",
        blind: &[
            blind(
                "Private channels and direct messages, unless the workspace's plan and its settings allowed their export",
                Known::Memory,
                "Slack, export documentation",
            ),
            blind(
                "What a message said before an edit, and deleted messages, unless the workspace's retention kept them",
                Known::Memory,
                "Slack, export documentation",
            ),
            blind("Contents of files: the export has links", Known::Memory, "Slack, export documentation"),
            blind(
                "Whether an account is of the firm or from outside, and who was invited from outside",
                Known::Verified,
                "Relativity Trace documentation",
            ),
            blind("Calls and huddles", Known::Inference, "the export holds messages"),
        ],
    },
    Form {
        name: "whatsapp-text",
        title: "WhatsApp text export",
        blind: &[
            blind(
                "In which zone the phone's clock stood; the firm's is taken",
                Known::Inference,
                "the text has no zone",
            ),
            blind(
                "What a message said before it was edited or deleted, reactions, and to which message one answers",
                Known::Inference,
                "the text has no place for them",
            ),
            blind(
                "Messages beyond the newest 40,000 (10,000 with media)",
                Known::Secondary,
                "WhatsApp, help pages on exporting chats",
            ),
            blind("Who was in a group", Known::Inference, "the text names who wrote"),
        ],
    },
    Form {
        name: "zendesk-json",
        title: "Zendesk tickets, comments and audits (JSON)",
        blind: &[
            blind(
                "What was said in a ticket, where the dump is of tickets alone: comments stand in comments and audits",
                Known::Verified,
                "Zendesk, developer documentation",
            ),
            blind(
                "Contents of attachments: the dump has links",
                Known::Verified,
                "Zendesk, developer documentation",
            ),
            blind(
                "Words that were redacted in a comment before the dump",
                Known::Verified,
                "Zendesk, developer documentation",
            ),
            blind("Voice", Known::Inference, "the dump holds text and links"),
        ],
    },
    Form {
        name: "intercom-json",
        title: "Intercom conversations (JSON)",
        blind: &[
            blind(
                "Contents of attachments: the dump has links",
                Known::Verified,
                "Intercom, developer documentation",
            ),
            blind(
                "Words of a part that was redacted before the dump",
                Known::Verified,
                "Intercom, developer documentation",
            ),
            blind(
                "Which of his colleagues read a conversation",
                Known::Inference,
                "the record names those who took part",
            ),
        ],
    },
    Form {
        name: "teams-json",
        title: "Teams messages (JSON)",
        blind: &[
            blind(
                "What a message said before its last edit",
                Known::Verified,
                "Relativity Trace documentation",
            ),
            blind(
                "Chats with oneself, GIFs, messages of unlicensed users, chats during calls hosted elsewhere, summaries of meetings and calls",
                Known::Verified,
                "Relativity Trace documentation",
            ),
            blind(
                "Who was in a chat and neither wrote, came nor left",
                Known::Verified,
                "Relativity Trace documentation",
            ),
            blind("Contents of files: the export has links", Known::Verified, "Microsoft Graph, chatMessage"),
        ],
    },
    Form {
        name: "mapped-table",
        title: "tables and JSON read by a mapping",
        blind: &[blind(
            "What the table leaves out, and what columns hold that the mapping does not name",
            Known::Inference,
            "a mapping names the columns that are read",
        )],
    },
    Form {
        name: "sms-backup-restore",
        title: "SMS Backup & Restore",
        blind: &[
            blind("Whose phone it is", Known::Inference, "the file has the numbers of the others"),
            blind(
                "Messages that were deleted from the phone before the backup",
                Known::Inference,
                "the app reads the phone's own store",
            ),
            blind(
                "Messages of other programs (iMessage, WhatsApp, RCS where the phone keeps it apart)",
                Known::Secondary,
                "SyncTech, questions on the app",
            ),
        ],
    },
    Form {
        name: "rsmf",
        title: "RSMF",
        blind: &[blind(
            "What the program that made the file left out: edits, deletions, reactions and receipts have fields that need not be filled",
            Known::Verified,
            "Relativity, RSMF reference; its JSON schema",
        )],
    },
    Form {
        name: "bloomberg-ib",
        title: "Instant Bloomberg dump",
        blind: &[
            blind(
                "Anything of a day whose file was not fetched while Bloomberg's server kept it, about 21 to 30 days",
                Known::Verified,
                "Comma Compliance, guide to the feed",
            ),
            blind(
                "People whom the firm did not put under the feed",
                Known::Secondary,
                "AppRiver, guide to Bloomberg archiving",
            ),
            blind(
                "Who was in a room and neither entered nor was listed on the day",
                Known::Inference,
                "the schema is not public",
            ),
            blind(
                "Edits, deletions and reactions: the known elements have none",
                Known::Inference,
                "the schema is not public",
            ),
            blind("Voice and screen sharing", Known::Inference, "the dump holds text and files"),
        ],
    },
    Form {
        name: "bloomberg-msg",
        title: "Bloomberg message dump",
        blind: &[
            blind(
                "Anything of a day whose file was not fetched while Bloomberg's server kept it, about 21 to 30 days",
                Known::Verified,
                "Comma Compliance, guide to the feed",
            ),
            blind(
                "Objects of the terminal that a message refers to: the dump has their names alone",
                Known::Secondary,
                "public readers of the form",
            ),
            blind(
                "People whom the firm did not put under the feed",
                Known::Secondary,
                "AppRiver, guide to Bloomberg archiving",
            ),
        ],
    },
    Form {
        name: "mattermost-actiance",
        title: "Mattermost export, Actiance form",
        blind: &[
            blind(
                "To which message a message answers: the form has no field for it",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
            blind(
                "Reactions: a message that got one is exported again without it",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
            blind(
                "Files that the server could not read: a warning names them",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
        ],
    },
    Form {
        name: "mattermost-csv",
        title: "Mattermost export, table",
        blind: &[
            blind(
                "Reactions: a message that got one is exported again without it",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
            blind(
                "Files that the server could not read: a warning names them",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
            blind(
                "In exports of earlier versions the time of an edit",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
        ],
    },
    Form {
        name: "mattermost-global-relay",
        title: "Mattermost export for Global Relay",
        blind: &[
            blind(
                "Deleted messages, in exports of earlier versions",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
            blind(
                "Files beyond 250 MiB a message: a note stands in their place",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
            blind(
                "To which message a message answers, and reactions: the form has no field for them",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
            blind(
                "Parts of a second: times are whole seconds",
                Known::Verified,
                "Mattermost, source of the message export",
            ),
        ],
    },
    Form {
        name: "symphony-json",
        title: "Symphony messages in JSON",
        blind: &[
            blind(
                "Who was in a room: the interface tells who wrote",
                Known::Verified,
                "Symphony, REST API, Get Messages",
            ),
            blind(
                "Contents of files: the interface gives them one by one, elsewhere",
                Known::Verified,
                "Symphony, REST API, Attachment",
            ),
            blind(
                "Messages of streams that were not asked for: the interface answers stream by stream",
                Known::Verified,
                "Symphony, REST API, Get Messages",
            ),
        ],
    },
    Form {
        name: "skype-persistent-chat",
        title: "Skype for Business persistent chat",
        blind: &[
            blind(
                "Who was in a room and neither came nor went in the period",
                Known::Verified,
                "Microsoft, compliance service for Persistent Chat Server",
            ),
            blind(
                "Contents of files",
                Known::Verified,
                "Microsoft, compliance service for Persistent Chat Server",
            ),
            blind(
                "Whether a message is new or was shown again on request",
                Known::Inference,
                "Microsoft's sample transform writes both alike",
            ),
        ],
    },
    Form {
        name: "skype-persistent-chat-xml",
        title: "Skype for Business persistent chat, as the Compliance service writes it",
        blind: &[
            blind(
                "Who was in a room and neither came nor went in the period",
                Known::Verified,
                "Microsoft, compliance service for Persistent Chat Server",
            ),
            blind(
                "Contents of files",
                Known::Verified,
                "Microsoft, compliance service for Persistent Chat Server",
            ),
            blind(
                "What was shown of the history that somebody asked for",
                Known::Inference,
                "Microsoft, compliance service for Persistent Chat Server",
            ),
        ],
    },
    Form {
        name: "actiance-dump",
        title: "conversation dump in Actiance's form",
        blind: &[blind(
            "What the program that made it left out, which is not known",
            Known::Inference,
            "the program is not named in it",
        )],
    },
];

/// What is known of a form, by its word: the one that a container states, else the word of its kind.
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name)
}

/// The word under which a container's form is known: its own, else that of its kind.
pub fn form_name(kind: ContainerKind, own: Option<&str>) -> &str {
    own.unwrap_or_else(|| kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_one_name_a_title_and_blind_spots_that_say_who_knows_them() {
        let mut names = std::collections::BTreeSet::new();
        for form in FORMS {
            assert!(names.insert(form.name), "{} stands twice", form.name);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(form.name.chars().all(plain) && !form.title.is_empty() && !form.blind.is_empty());
            for spot in form.blind {
                let sentence = spot.what.starts_with(char::is_uppercase) && !spot.what.ends_with('.');
                assert!(sentence && !spot.says.is_empty(), "{}", spot.what);
            }
        }
    }
}
