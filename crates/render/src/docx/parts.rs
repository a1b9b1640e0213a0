//! The parts of the archive beside its body.

use crate::block::Pages;
use chrono::SecondsFormat;

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
                     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
                     xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\"";

pub(super) const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>\
<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/customXml/itemProps1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.customXmlProperties+xml\"/>\
</Types>";

pub(super) const ROOT_RELS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
</Relationships>";

pub(super) const DOCUMENT_RELS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering\" Target=\"numbering.xml\"/>\
<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header1.xml\"/>\
<Relationship Id=\"rId4\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>\
<Relationship Id=\"rId5\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml\" Target=\"../customXml/item1.xml\"/>\
</Relationships>";

pub(super) const CUSTOM_PROPS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n\
<ds:datastoreItem ds:itemID=\"{6B8F3C52-6F3A-4B6E-9A0D-5D7C3E1F0A11}\" \
xmlns:ds=\"http://schemas.openxmlformats.org/officeDocument/2006/customXml\"><ds:schemaRefs/></ds:datastoreItem>";

pub(super) const CUSTOM_RELS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXmlProps\" Target=\"itemProps1.xml\"/>\
</Relationships>";

pub(super) const NUMBERING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<w:numbering xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:abstractNum w:abstractNumId=\"0\">\
<w:multiLevelType w:val=\"hybridMultilevel\"/>\
<w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\u{2022}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"426\" w:hanging=\"284\"/></w:pPr></w:lvl>\
<w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\u{2022}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"852\" w:hanging=\"284\"/></w:pPr></w:lvl>\
<w:lvl w:ilvl=\"2\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\u{2022}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"1278\" w:hanging=\"284\"/></w:pPr></w:lvl>\
<w:lvl w:ilvl=\"3\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\u{2022}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"1704\" w:hanging=\"284\"/></w:pPr></w:lvl>\
</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";

/// Text for XML. What XML 1.0 cannot hold stands as U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\t' | '\n' | '\r' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

pub(super) fn core(pages: &Pages) -> String {
    let at = pages.dated.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!(
        "{XML}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:language>{}</dc:language>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:created></cp:coreProperties>",
        escape(&pages.title),
        escape(&pages.language)
    )
}

pub(super) fn document(body: &str) -> String {
    format!(
        "{XML}<w:document {NAMES}><w:body>{body}<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/>\
         <w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:pgSz w:w=\"12240\" w:h=\"15840\"/>\
         <w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"720\" w:footer=\"720\" \
         w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    )
}

/// The header, with the mark across the page.
pub(super) fn header(pages: &Pages) -> String {
    let mark = pages.mark.as_ref().map_or_else(String::new, |mark| {
        format!(
            "<w:r><w:pict><v:shape id=\"mark\" type=\"#_x0000_t136\" style=\"position:absolute;margin-left:0;margin-top:0;\
             width:412pt;height:165pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;\
             mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin\" \
             fillcolor=\"silver\" stroked=\"f\"><v:fill opacity=\".5\"/><v:textpath style=\"font-family:&quot;Arial&quot;\
             ;font-size:1pt\" string=\"{}\"/></v:shape></w:pict></w:r>",
            escape(mark)
        )
    });
    format!("{XML}<w:hdr {NAMES}>{}</w:hdr>", lines(&pages.header, &mark))
}

/// The foot, with the page and how many there are.
pub(super) fn footer(pages: &Pages) -> String {
    let field =
        |name: &str| format!("<w:fldSimple w:instr=\" {name} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>");
    format!(
        "{XML}<w:ftr {NAMES}>{}<w:p><w:pPr><w:pStyle w:val=\"Running\"/></w:pPr><w:r><w:t xml:space=\"preserve\">Page </w:t></w:r>\
         {}<w:r><w:t xml:space=\"preserve\"> of </w:t></w:r>{}</w:p></w:ftr>",
        lines(&pages.footer, ""),
        field("PAGE"),
        field("NUMPAGES")
    )
}

fn lines(text: &str, before: &str) -> String {
    let mut xml = String::new();
    for (n, line) in text.split('\n').enumerate() {
        let before = if n == 0 { before } else { "" };
        xml += &format!(
            "<w:p><w:pPr><w:pStyle w:val=\"Running\"/></w:pPr>{before}<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
            escape(line)
        );
    }
    xml
}

pub(super) fn custom(facts: &str) -> String {
    format!("{XML}<facts xmlns=\"urn:duces:facts\">{}</facts>", escape(facts))
}

pub(super) fn styles(language: &str) -> String {
    let style = |id: &str, name: &str, paragraph: &str, run: &str| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        )
    };
    let sans = "<w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" w:cs=\"Arial\"/>";
    let heading = |level: u8, size: u8, before: u16| {
        style(
            &format!("Heading{level}"),
            &format!("heading {level}"),
            &format!(
                "<w:keepNext/><w:spacing w:before=\"{before}\" w:after=\"80\"/><w:outlineLvl w:val=\"{}\"/>",
                level - 1
            ),
            &format!("{sans}<w:b/><w:sz w:val=\"{size}\"/>"),
        )
    };
    let paragraphs = [
        style("Title", "Title", "<w:keepNext/><w:spacing w:after=\"240\"/>", &format!("{sans}<w:b/><w:sz w:val=\"36\"/>")),
        heading(1, 28, 360),
        heading(2, 24, 280),
        heading(3, 22, 200),
        style("BodyText", "Body Text", "<w:spacing w:after=\"120\"/>", ""),
        style("Note", "Note", "<w:spacing w:after=\"120\"/>", "<w:color w:val=\"444444\"/><w:sz w:val=\"18\"/>"),
        style("Choice", "Choice", "<w:tabs><w:tab w:val=\"left\" w:pos=\"426\"/></w:tabs><w:spacing w:after=\"120\"/><w:ind w:left=\"426\" w:hanging=\"426\"/>", ""),
        style("Cell", "Cell", "<w:spacing w:before=\"40\" w:after=\"40\"/>", &format!("{sans}<w:sz w:val=\"17\"/>")),
        style("Space", "Space", "<w:spacing w:after=\"60\"/>", "<w:sz w:val=\"8\"/>"),
        style("Running", "Running", "<w:spacing w:after=\"0\"/>", &format!("{sans}<w:color w:val=\"444444\"/><w:sz w:val=\"14\"/>")),
    ]
    .concat();
    let rule = |side: &str, size: u8| {
        format!("<w:{side} w:val=\"single\" w:sz=\"{size}\" w:space=\"0\" w:color=\"777777\"/>")
    };
    let table = |id: &str, borders: &str| {
        format!(
            "<w:style w:type=\"table\" w:styleId=\"{id}\"><w:name w:val=\"{id}\"/><w:tblPr><w:tblBorders>{borders}</w:tblBorders>\
             <w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>"
        )
    };
    let ruled = [rule("top", 8), rule("bottom", 8), rule("insideH", 4)].concat();
    format!(
        "{XML}<w:styles {NAMES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" \
         w:cs=\"Times New Roman\"/><w:sz w:val=\"22\"/><w:lang w:val=\"{}\"/></w:rPr></w:rPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>{paragraphs}{}{}</w:styles>",
        escape(language),
        table("FieldTable", ""),
        table("FactTable", &ruled)
    )
}
