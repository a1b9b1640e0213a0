//! A message's own HTML with the parts that it shows inside itself, for whoever sets the message on pages.
//!
//! It is given only where it is all that the message says: one HTML part, and beside it no text part that holds a word which
//! the HTML's text does not. Anything else is shown as text, where nothing is lost.

use crate::body;

/// A message's HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup {
    /// The document, decoded.
    pub html: String,
    /// Pictures among the message's parts, by which the HTML can refer to them.
    pub inline: Vec<InlinePart>,
}

/// A part that HTML can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlinePart {
    /// Its Content-ID without angle brackets (RFC 2392), else its Content-Location.
    pub called: String,
    /// As the message states it, lower case.
    pub media_type: String,
    /// Its bytes, decoded.
    pub bytes: Vec<u8>,
}

/// The body parts of one message, as they are found.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pieces: Vec<(String, Option<String>)>,
    inline: Vec<InlinePart>,
}

impl Collected {
    /// A body part: its text and, where it is HTML, its source.
    pub(crate) fn piece(&mut self, text: String, html: Option<String>) {
        self.pieces.push((text, html));
    }

    /// A part that HTML may refer to.
    pub(crate) fn inline(&mut self, part: InlinePart) {
        self.inline.push(part);
    }

    /// The HTML, where it is all that the message says.
    pub(crate) fn finish(self) -> Option<Markup> {
        let mut sources = self.pieces.iter().enumerate().filter(|(_, (_, html))| html.is_some());
        let (at, (text, html)) = sources.next()?;
        if sources.next().is_some() {
            return None;
        }
        let others = self.pieces.iter().enumerate().filter(|(other, _)| *other != at);
        let whole = others.into_iter().all(|(_, (other, _))| body::holds_words_of(text, other));
        whole.then(|| Markup { html: html.clone().unwrap_or_default(), inline: self.inline })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Limits, RawMessage, markup};
    use duces_model::{ContainerKind, Locator, PartPath};

    fn raw(mail: String) -> RawMessage {
        let locator = Locator { offset: 0, bytes: mail.len() as u64, ordinal: 0 };
        RawMessage::reread(locator, mail.into_bytes())
    }

    fn of(parts: &[(&str, &str)]) -> Option<super::Markup> {
        let mut mail = String::from(
            "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n",
        );
        for (head, body) in parts {
            mail.push_str(&format!("--B\r\n{head}\r\n\r\n{body}\r\n"));
        }
        mail.push_str("--B--\r\n");
        let message = raw(mail);
        markup(ContainerKind::Eml, &message, None, &PartPath::whole(), &Limits::default())
    }

    const HTML: &str =
        "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable";

    #[test]
    fn html_comes_decoded_with_the_pictures_that_it_names() {
        let picture = "Content-Type: image/png; name=l.png\r\nContent-ID: <logo@x>\r\nContent-Transfer-Encoding: base64";
        let found =
            of(&[(HTML, "<p>Stra=DFe <img src=3D\"cid:logo@x\"></p>"), (picture, "iVBORw==")]).unwrap();
        assert_eq!(found.html.trim_end(), "<p>Straße <img src=\"cid:logo@x\"></p>");
        let [logo] = found.inline.as_slice() else { panic!("{found:?}") };
        assert_eq!((logo.called.as_str(), logo.media_type.as_str()), ("logo@x", "image/png"));
        assert_eq!(logo.bytes, [0x89, b'P', b'N', b'G']);
    }

    #[test]
    fn html_that_is_not_all_of_the_message_is_not_given() {
        let plain = "Content-Type: text/plain";
        assert!(of(&[(plain, "the trade"), (HTML, "<p>The <b>trade</b></p>")]).is_some(), "the same words");
        assert!(of(&[(plain, "the other trade"), (HTML, "<p>The trade</p>")]).is_none());
        assert!(of(&[(HTML, "<p>one</p>"), (HTML, "<p>one</p>")]).is_none(), "which of two would be a guess");
        assert!(of(&[(plain, "no HTML")]).is_none());
    }

    #[test]
    fn html_of_an_enclosed_message_is_its_own() {
        let inner = "From: c@d.example\r\nContent-Type: text/html\r\n\r\n<p>inner</p>";
        let mail = format!(
            "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\
             Content-Type: text/plain\r\n\r\nouter\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--B--\r\n"
        );
        let message = raw(mail);
        let limits = Limits::default();
        let of = |part: &PartPath| markup(ContainerKind::Eml, &message, None, part, &limits);
        assert_eq!(of(&PartPath::whole()), None);
        assert_eq!(of(&PartPath::whole().child(2)).unwrap().html.trim_end(), "<p>inner</p>");
    }
}
