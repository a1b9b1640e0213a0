//! Whether what a person writes of a privileged document gives its content away.

use duces_model::Document;

/// So many words of a document in a row are more than chance and common phrases give.
pub(crate) const WORDS_MAX: usize = 5;

/// Why a text may not stand in the log beside this document: it repeats more than [`WORDS_MAX`] of its words in a row,
/// or its subject or file name. Letter case, punctuation and spacing do not count. Paraphrase is not found.
pub(crate) fn leaks(written: &str, document: &Document) -> Option<String> {
    let own = words(written);
    if own.is_empty() {
        return None;
    }
    let text = format!(" {} ", words(&document.text).join(" "));
    let mut windows = own.windows(WORDS_MAX + 1);
    if let Some(run) = windows.find(|run| text.contains(&format!(" {} ", run.join(" ")))) {
        return Some(format!("it repeats {} words of the document in a row: {:?}", run.len(), run.join(" ")));
    }
    let written = format!(" {} ", own.join(" "));
    for (what, name) in [("subject", &document.subject), ("file name", &document.file_name)] {
        let Some(name) = name else { continue };
        let mut name = words(name);
        while name.first().is_some_and(|first| matches!(first.as_str(), "re" | "fw" | "fwd" | "aw" | "wg")) {
            name.remove(0);
        }
        // One word alone ("Privileged") says nothing that the log does not say anyway.
        if name.len() > 1 && written.contains(&format!(" {} ", name.join(" "))) {
            return Some(format!("it repeats the document's {what}"));
        }
    }
    None
}

/// The words of a text, in lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::{DocId, DocumentKind, Md5, Native, PartPath, Searchability, Sha256};

    fn document(subject: &str, text: &str) -> Document {
        Document {
            id: DocId::from_digest(Sha256::of("x")),
            parent: None,
            part: PartPath::whole(),
            kind: DocumentKind::Message,
            native: Native {
                sha256: Sha256::of("x"),
                md5: Md5::of(b"x"),
                bytes: 1,
                conversion: None,
                extension: "eml".into(),
            },
            media_type: "message/rfc822".into(),
            file_name: Some("Settlement offer.docx".into()),
            subject: Some(subject.into()),
            participants: Vec::new(),
            participants_complete: true,
            sent_at: None,
            received_at: None,
            message_id: None,
            in_reply_to: Vec::new(),
            references: Vec::new(),
            header_block: None,
            text: text.into(),
            searchability: Searchability::Indexed,
            defects: Vec::new(),
        }
    }

    #[test]
    fn a_long_run_of_the_documents_words_is_found_whatever_its_spacing_and_a_short_one_is_not() {
        let document =
            document("Re: Our exposure", "We think the desk marked\n its positions late in March.");
        let found = leaks("Advice that THE DESK marked its positions, late", &document);
        assert!(found.is_some_and(|why| why.contains("6 words")));
        assert_eq!(leaks("Advice on how the desk marked its positions", &document), None);
    }

    #[test]
    fn a_subject_or_file_name_is_found_and_a_single_word_is_not() {
        let document = document("Fwd: RE: Our exposure", "text");
        assert!(leaks("message \"our exposure\" from counsel", &document).is_some());
        assert!(leaks("file settlement_offer.docx", &document).is_some());
        assert_eq!(leaks("exposure", &document), None);
        assert_eq!(leaks("", &document), None);
    }
}
