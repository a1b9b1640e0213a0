//! Samples of the forms in which mail is kept or wrapped, made for tests after their specifications.
#![allow(dead_code, unreachable_pub)]

pub const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:price of\r\n  copper\r\nORGANIZER;CN=Ann:mailto:a@x.example\r\n\
     ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@y.example\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:aGVsbG8=\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

pub const CARD: &str = "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;QUOTED-PRINTABLE:M=C3=BCl=\nler;Eva\nitem1.EMAIL:e@x.example\nEND:VCARD\n";

pub fn emlx() -> Vec<u8> {
    let mail = "From: a@x.example\nTo: b@y.example\nSubject: apple\n\nthe body\n";
    let list = "<?xml version=\"1.0\"?><plist><dict><key>flags</key><integer>5</integer></dict></plist>\n";
    format!("{}      \n{mail}{list}", mail.len()).into_bytes()
}

fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
    let sum = data.iter().fold(0_u16, |all, byte| all.wrapping_add(u16::from(*byte)));
    [&[level][..], &id.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data, &sum.to_le_bytes()].concat()
}

fn property(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = [kind.to_le_bytes(), id.to_le_bytes()].concat();
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend((value.len() as u32).to_le_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn properties(list: &[Vec<u8>]) -> Vec<u8> {
    [&(list.len() as u32).to_le_bytes()[..], &list.concat()].concat()
}

/// A message with a file and a message attached.
pub fn tnef() -> Vec<u8> {
    let head = [&[0x78, 0x9F, 0x3E, 0x22][..], &[1, 0]].concat();
    let inner_properties = properties(&[
        property(0x1E, 0x001A, b"IPM.Note\0"),
        property(0x1E, 0x0037, b"inner\0"),
        property(0x1E, 0x1000, b"inner words\0"),
    ]);
    let inner = [head.clone(), attribute(1, 0x0006_9003, &inner_properties)].concat();
    let interface = [0x07, 0x03, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];
    let object = [&interface[..], &inner].concat();
    [
        head,
        attribute(1, 0x0007_8008, b"IPM.Note\0"),
        attribute(1, 0x0001_8004, b"packed\0"),
        attribute(1, 0x0006_9003, &properties(&[property(0x1E, 0x1000, b"the words\0")])),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"a.txt\0"),
        attribute(2, 0x0006_800F, b"the file"),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"inner\0"),
        attribute(2, 0x0006_9005, &properties(&[property(0x0D, 0x3701, &object)])),
    ]
    .concat()
}

pub fn uuencoded() -> Vec<u8> {
    b"From: a@x.example\nTo: b@y.example\nDate: Fri, 1 Mar 2024 09:30:00 -0500\nMessage-ID: <1@x>\n\nbefore\nbegin 644 a.txt\n#0V%T\n`\nend\nafter\n".to_vec()
}

pub fn yenc() -> Vec<u8> {
    b"From: a@x.example\nTo: b@y.example\n\nbefore\n=ybegin line=128 size=3 name=a.txt\n\x6d\x8b\x9e\n=yend size=3\nafter\n".to_vec()
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x82], &(content.len() as u16).to_be_bytes()[..], content].concat()
}

/// Signed data whose content is a multipart.
pub fn smime() -> Vec<u8> {
    let content = "Content-Type: multipart/mixed; boundary=s\r\n\r\n--s\r\nContent-Type: text/plain\r\n\r\nsigned words\r\n--s\r\n\
                   Content-Type: text/plain; name=b.txt\r\nContent-Disposition: attachment\r\n\r\nattached\r\n--s--\r\n";
    let id = |last: u8| element(6, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, last]);
    let held = element(0x30, &[id(1), element(0xA0, &element(4, content.as_bytes()))].concat());
    let data = element(0x30, &[element(2, &[1]), element(0x31, &[]), held, element(0x31, &[])].concat());
    let whole = element(0x30, &[id(2), element(0xA0, &data)].concat());
    let head = "From: a@x.example\r\nTo: b@y.example\r\nDate: Fri, 1 Mar 2024 09:30:00 -0500\r\nMessage-ID: <1@x>\r\n\
                Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    [head.as_bytes(), &whole].concat()
}

/// A mail that S/MIME compressed (RFC 3274); `cut` bytes are missing at its end.
pub fn smime_compressed(cut: usize) -> Vec<u8> {
    let content = "Content-Type: multipart/mixed; boundary=s\r\n\r\n--s\r\nContent-Type: text/plain\r\n\r\ncopper words\r\n--s\r\n\
                   Content-Type: text/plain; name=b.txt\r\nContent-Disposition: attachment\r\n\r\nattached\r\n--s--\r\n";
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, content.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let ours =
        |kind: u8, last: u8| element(6, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, kind, last]);
    let plain = element(6, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01]);
    let held = element(0x30, &[plain, element(0xA0, &element(4, &packed[..packed.len() - cut]))].concat());
    let data = element(0x30, &[element(2, &[0]), element(0x30, &ours(3, 8)), held].concat());
    let whole = element(0x30, &[ours(1, 9), element(0xA0, &data)].concat());
    let head = "From: a@x.example\r\nTo: b@y.example\r\nDate: Fri, 1 Mar 2024 09:30:00 -0500\r\nMessage-ID: <1@x>\r\n\
                Content-Type: application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    [head.as_bytes(), &whole].concat()
}

pub fn report() -> Vec<u8> {
    b"From: postmaster@y.example\nTo: a@x.example\nMessage-ID: <r@y.example>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
      --b\n\nIt failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.y.example\n\nFinal-Recipient: rfc822; b@y.example\nAction: failed\n\
      Status: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\nFrom: a@x.example\nMessage-ID: <original@x.example>\n\n--b--\n"
        .to_vec()
}
