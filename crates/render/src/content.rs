//! What is to be set on pages.

/// A document, as plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// An e-mail.
    Message(Message),
    /// The text of a file: of a text file itself, or of an office file that is produced natively.
    Text(TextRendition),
    /// A day of a chat room, or a ticket.
    Conversation(Conversation),
    /// An existing PDF, whose pages are placed as they are.
    Pdf(Vec<u8>),
    /// A picture that is a document: PNG, JPEG, GIF, BMP, TIFF (a page for each of its images) or WebP.
    Picture(Vec<u8>),
    /// A sheet that stands for what is not shown.
    SlipSheet(SlipSheet),
}

/// An e-mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Label and value of each header line to show, from top to bottom: `("From", "Ann Lee <ann@…>")`.
    pub headers: Vec<(String, String)>,
    /// The text.
    pub body: Body,
    /// A line for each attachment: its name, size, and number where it has one.
    pub attachments: Vec<String>,
    /// What is to be said of the message, below everything else.
    pub notes: Vec<String>,
}

/// The text of an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Plain text.
    Plain(String),
    /// HTML, decoded.
    Html {
        /// The document.
        html: String,
        /// The parts that it can show by `cid:`.
        inline: Vec<Inline>,
    },
}

impl Default for Body {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

/// A part of a message that its HTML can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inline {
    /// Its Content-ID without angle brackets (RFC 2392), or its Content-Location.
    pub content_id: String,
    /// As stated by the message; what it is, is taken from the bytes.
    pub media_type: String,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// The text of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextRendition {
    /// Name of the file.
    pub title: String,
    /// What this is: `Text of budget.xlsx; the file itself is produced natively at …`. May be empty.
    pub label: String,
    /// The text.
    pub text: String,
}

/// A day of a chat room, or a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversation {
    /// Label and value of each line above: room, day, members; or ticket, state, queue.
    pub heading: Vec<(String, String)>,
    /// What was said, in order.
    pub entries: Vec<Entry>,
    /// What is to be said of the whole, below everything else.
    pub notes: Vec<String>,
}

/// Something said in a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// When, as it is to be shown.
    pub time: String,
    /// By whom.
    pub who: String,
    /// The words.
    pub text: String,
    /// `edited`, `deleted`, `reply to …`, reactions.
    pub notes: Vec<String>,
    /// A line for each attachment.
    pub attachments: Vec<String>,
}

/// A sheet that stands for what is not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlipSheet {
    /// `DOCUMENT WITHHELD`, `PRODUCED IN NATIVE FORMAT`.
    pub title: String,
    /// Why, and what stands where.
    pub lines: Vec<String>,
}
