//! How a file and what was found in it go between a process and its child: a length, a head in JSON, then
//! bytes whose lengths the head states.

use super::{Extracted, Extractor, FileBounds, FileToRead, InProcess, Member};
use duces_model::Defect;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};

/// Largest head, in bytes.
const HEAD_MAX: u64 = 256 << 20;

#[derive(Serialize, Deserialize)]
struct Question {
    bytes: u64,
    passwords: Vec<String>,
    bounds: FileBounds,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    text: u64,
    properties: Vec<(String, String)>,
    incomplete: Option<Defect>,
    defects: Vec<Defect>,
    members: Vec<MemberHead>,
}

#[derive(Serialize, Deserialize)]
struct MemberHead {
    name: String,
    bytes: u64,
    flaw: Option<Defect>,
}

/// Reads files for another process until it closes its end. `before` is called with the bytes of each file before it is
/// read, for limits that count from there.
///
/// # Errors
/// Where the other end breaks off, or does not keep to the form.
pub fn serve(mut input: impl Read, mut output: impl Write, mut before: impl FnMut(&[u8])) -> io::Result<()> {
    while let Some(question) = head::<Question>(&mut input)? {
        let bytes = body(&mut input, question.bytes)?;
        before(&bytes);
        let file = FileToRead { bytes: &bytes, passwords: &question.passwords, bounds: question.bounds };
        match InProcess.extract(&file) {
            Ok(found) => tell(&mut output, &found)?,
            Err(why) => put_head(&mut output, &Err::<Answer, _>(why))?,
        }
        output.flush()?;
    }
    Ok(())
}

/// Hands a file to a process that serves.
///
/// # Errors
/// Where it cannot be written.
pub fn ask(mut output: impl Write, file: &FileToRead<'_>) -> io::Result<()> {
    let bytes = file.bytes.len() as u64;
    put_head(&mut output, &Question { bytes, passwords: file.passwords.to_vec(), bounds: file.bounds })?;
    output.write_all(file.bytes)?;
    output.flush()
}

/// Takes the answer of a process that serves; the reader's own failure is the inner error.
///
/// # Errors
/// Where the answer breaks off, does not keep to the form, or holds more than `bytes_max` bytes.
pub fn answer(mut input: impl Read, bytes_max: u64) -> io::Result<Result<Extracted, String>> {
    let Some(head) = head::<Result<Answer, String>>(&mut input)? else {
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    let answer = match head {
        Ok(answer) => answer,
        Err(why) => return Ok(Err(why)),
    };
    let sum = answer.members.iter().fold(answer.text, |sum, member| sum.saturating_add(member.bytes));
    if sum > bytes_max {
        return Err(io::Error::other(format!(
            "found an answer of {sum} bytes, expected at most {bytes_max}"
        )));
    }
    let text = String::from_utf8(body(&mut input, answer.text)?).map_err(io::Error::other)?;
    let mut members = Vec::with_capacity(answer.members.len());
    for MemberHead { name, bytes, flaw } in answer.members {
        members.push(Member { name, bytes: body(&mut input, bytes)?, flaw });
    }
    let Answer { properties, incomplete, defects, .. } = answer;
    Ok(Ok(Extracted { text, properties, incomplete, defects, members }))
}

fn tell(output: &mut impl Write, found: &Extracted) -> io::Result<()> {
    let member = |member: &Member| MemberHead {
        name: member.name.clone(),
        bytes: member.bytes.len() as u64,
        flaw: member.flaw.clone(),
    };
    let head = Answer {
        text: found.text.len() as u64,
        properties: found.properties.clone(),
        incomplete: found.incomplete.clone(),
        defects: found.defects.clone(),
        members: found.members.iter().map(member).collect(),
    };
    put_head(output, &Ok::<_, String>(head))?;
    output.write_all(found.text.as_bytes())?;
    found.members.iter().try_for_each(|member| output.write_all(&member.bytes))
}

fn put_head(output: &mut impl Write, head: &impl Serialize) -> io::Result<()> {
    let head = serde_json::to_vec(head).map_err(io::Error::other)?;
    output.write_all(&(head.len() as u64).to_le_bytes())?;
    output.write_all(&head)
}

/// The next head; none where the other end has closed before it.
fn head<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 8];
    let mut filled = 0;
    while filled < length.len() {
        match input.read(&mut length[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = u64::from_le_bytes(length);
    if length > HEAD_MAX {
        return Err(io::Error::other(format!("found a head of {length} bytes, expected at most {HEAD_MAX}")));
    }
    serde_json::from_slice(&body(input, length)?).map(Some).map_err(io::Error::other)
}

/// So many bytes; room is taken as they come.
fn body(input: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_serving_process_answers_is_what_is_found_here() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"inside").unwrap();
        let passwords = ["secret".to_owned()];
        let files = [gzip.finish().unwrap(), b"%PDF-1.7 broken".to_vec(), b"nothing known".to_vec()];
        let mut questions = Vec::new();
        for bytes in &files {
            let file = FileToRead { bytes, passwords: &passwords, bounds: FileBounds::default() };
            ask(&mut questions, &file).unwrap();
        }
        let (mut answers, mut count) = (Vec::new(), 0);
        serve(&questions[..], &mut answers, |_| count += 1).unwrap();
        assert_eq!(count, files.len());
        let mut rest = &answers[..];
        for bytes in &files {
            let file = FileToRead { bytes, passwords: &passwords, bounds: FileBounds::default() };
            assert_eq!(answer(&mut rest, 1 << 20).unwrap(), InProcess.extract(&file));
        }
        // An answer that is cut or too large is an error.
        assert!(answer(&answers[..answers.len() - 1][..20], 1 << 20).is_err());
        assert!(answer(&answers[..], 3).is_err());
    }
}
