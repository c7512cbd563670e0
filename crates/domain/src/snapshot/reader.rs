//! Reading a backup as its bytes come, part by verified part.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{FORMAT, Header, SnapshotError, VERSION, hex};
use crate::change::Change;
use crate::stamp::Stamp;

/// The longest line that is read, in bytes; no app ever wrote one nearly as long.
const MAX_LINE_BYTES: usize = 64 << 20;

/// How many bytes show whether a file is ours.
const MARK_BYTES: usize = 64;

/// Some changes of a backup, as they were written.
#[derive(Debug)]
pub struct Part {
    number: usize,
    /// How many changes stand before it in the file.
    before: usize,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Part {
    /// Which part of the file it is, from 1.
    pub fn number(&self) -> usize {
        self.number
    }

    /// How many changes it holds.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The lines of its changes.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.text.get(start..*end).unwrap_or_default())
    }

    /// Its changes.
    ///
    /// # Errors
    /// [`SnapshotError::BadChange`] when one cannot be read, although its checksum is right.
    pub fn changes(&self) -> Result<Vec<Change>, SnapshotError> {
        let read = |(place, line)| {
            serde_json::from_slice(line)
                .map_err(|err| SnapshotError::BadChange { line: self.before + place + 1, reason: err.to_string() })
        };
        self.lines().enumerate().map(read).collect()
    }
}

/// Takes a backup piece by piece and gives out its parts, each verified.
///
/// A part given out is as it was written; whether all of them are there, in order, only [`Reader::finish`] can say. So
/// nothing may be made of the parts before it has. It holds one part at a time.
#[derive(Default)]
pub struct Reader {
    place: Place,
    /// A line whose end has not come yet.
    line: Vec<u8>,
    whole: Sha256,
    header: Option<Header>,
    parts: usize,
    changes: usize,
}

/// Where in the file the next line stands.
#[derive(Default)]
enum Place {
    /// Before the header.
    #[default]
    Start,
    /// Where a part begins, or the file ends.
    Between(Next),
    /// In a part.
    Inside(Box<Under>),
    /// After the last line.
    End,
}

/// What may come between two parts.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Part,
    Closing,
    Either,
}

/// A part under way.
struct Under {
    part: Part,
    claims: PartHead,
    sum: Sha256,
    /// Whether the last line said that another one follows.
    is_open: bool,
}

#[derive(Deserialize)]
struct FileHead {
    workspace: String,
    newest: Stamp,
    count: usize,
    #[serde(default)]
    without: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartHead {
    count: usize,
    sha256: String,
    /// Empty: the changes stand on the lines that follow.
    #[serde(rename = "changes")]
    _changes: [(); 0],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Closing {
    /// Empty: the parts stood on the lines before.
    #[serde(rename = "parts")]
    _parts: [(); 0],
    sha256: String,
}

impl Reader {
    /// A reader that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the file says about itself, once that much of it has come; not proven before [`Reader::finish`].
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Takes the next bytes of the file and gives out the parts that end in them.
    ///
    /// # Errors
    /// [`SnapshotError`] says what is wrong with the file; the reader is of no more use then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Part>, SnapshotError> {
        let mut parts = Vec::new();
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = (rest.get(..end).unwrap_or_default(), rest.get(end + 1..).unwrap_or_default());
            if self.line.is_empty() {
                parts.extend(self.take(line)?);
            } else {
                self.keep(line)?;
                let line = std::mem::take(&mut self.line);
                parts.extend(self.take(&line)?);
                self.line = line;
                self.line.clear();
            }
            rest = after;
        }
        self.keep(rest)?;
        if matches!(self.place, Place::Start) && !is_ours(&self.line) {
            return Err(SnapshotError::Foreign);
        }
        Ok(parts)
    }

    /// Says that the file has no more bytes.
    ///
    /// # Errors
    /// [`SnapshotError::Truncated`] when the file is not at its end, [`SnapshotError::Altered`] when its parts are not the
    /// ones it was written with, in that order; [`SnapshotError::Empty`] when nothing ever came.
    pub fn finish(mut self) -> Result<Header, SnapshotError> {
        let line = std::mem::take(&mut self.line);
        match self.place {
            Place::Start if is_blank(&line) => return Err(SnapshotError::Empty),
            // A newer format may be one line alone.
            Place::Start => {
                if let Err(problem @ (SnapshotError::TooNew { .. } | SnapshotError::Foreign)) = version(&line) {
                    return Err(problem);
                }
            }
            Place::Between(_) if line.ends_with(b"}") => _ = self.take(&line)?,
            _ => (),
        }
        match (self.place, self.header) {
            (Place::End, Some(header)) => Ok(header),
            _ => Err(SnapshotError::Truncated),
        }
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        if self.line.len() + bytes.len() > MAX_LINE_BYTES {
            return Err(match self.place {
                Place::Start if !is_ours(&self.line) => SnapshotError::Foreign,
                _ => self.altered(),
            });
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    /// The error that the part under way, or the file as a whole, is not as it was written.
    fn altered(&self) -> SnapshotError {
        let part = match &self.place {
            Place::Inside(under) => under.part.number,
            Place::Between(Next::Part) => self.parts + 1,
            _ => 0,
        };
        SnapshotError::Altered { part }
    }

    /// Takes one line; gives the part that it ends.
    fn take(&mut self, line: &[u8]) -> Result<Option<Part>, SnapshotError> {
        match &mut self.place {
            Place::Start if is_blank(line) => Ok(None),
            Place::Start => self.take_header(line).map(|()| None),
            Place::Between(next) => {
                let next = *next;
                if next != Next::Part && line.starts_with(b"]") {
                    self.take_closing(line).map(|()| None)
                } else if next == Next::Closing {
                    Err(self.altered())
                } else {
                    self.begin_part(line).map(|()| None)
                }
            }
            Place::Inside(_) if line == b"]}" => self.end_part(Next::Closing).map(Some),
            Place::Inside(_) if line == b"]}," => self.end_part(Next::Part).map(Some),
            Place::Inside(under) => match under.take(line) {
                Some(()) => Ok(None),
                None => Err(self.altered()),
            },
            Place::End if is_blank(line) => Ok(None),
            Place::End => Err(self.altered()),
        }
    }

    fn take_header(&mut self, line: &[u8]) -> Result<(), SnapshotError> {
        version(line)?;
        let whole = [line, b"]}"].concat();
        let head: FileHead = serde_json::from_slice(&whole).map_err(|_| self.altered())?;
        self.whole.update(line);
        self.whole.update(b"\n");
        let FileHead { workspace, newest, count, without } = head;
        self.header = Some(Header { workspace, newest, count, without });
        self.place = Place::Between(Next::Either);
        Ok(())
    }

    fn begin_part(&mut self, line: &[u8]) -> Result<(), SnapshotError> {
        let number = self.parts + 1;
        let whole = [line, b"]}"].concat();
        let claims = serde_json::from_slice(&whole).map_err(|_| SnapshotError::Altered { part: number })?;
        let part = Part { number, before: self.changes, text: Vec::new(), ends: Vec::new() };
        self.place = Place::Inside(Box::new(Under { part, claims, sum: Sha256::new(), is_open: true }));
        Ok(())
    }

    fn end_part(&mut self, next: Next) -> Result<Part, SnapshotError> {
        let Place::Inside(under) = std::mem::replace(&mut self.place, Place::Between(next)) else {
            return Err(SnapshotError::Altered { part: 0 });
        };
        let Under { part, claims, sum, is_open } = *under;
        if is_open || claims.count != part.count() || claims.sha256 != hex(&sum.finalize()) {
            return Err(SnapshotError::Altered { part: part.number });
        }
        self.whole.update(claims.sha256.as_bytes());
        self.parts += 1;
        self.changes += part.count();
        Ok(part)
    }

    fn take_closing(&mut self, line: &[u8]) -> Result<(), SnapshotError> {
        let altered = SnapshotError::Altered { part: 0 };
        let whole = [b"{\"parts\":[", line].concat();
        let closing: Closing = serde_json::from_slice(&whole).map_err(|_| altered.clone())?;
        let is_whole = self.header.as_ref().is_some_and(|header| header.count == self.changes);
        if !is_whole || closing.sha256 != hex(&self.whole.clone().finalize()) {
            return Err(altered);
        }
        self.place = Place::End;
        Ok(())
    }
}

impl Under {
    /// Takes the line of a change; `None` when there cannot be one here.
    fn take(&mut self, line: &[u8]) -> Option<()> {
        if !self.is_open || self.part.count() == self.claims.count {
            return None;
        }
        let line = match line.split_last() {
            Some((b',', line)) => line,
            _ => {
                self.is_open = false;
                line
            }
        };
        self.sum.update(line);
        self.sum.update(b"\n");
        self.part.text.extend_from_slice(line);
        self.part.ends.push(self.part.text.len());
        Some(())
    }
}

/// The version a header line names, if it is one that is read here.
fn version(line: &[u8]) -> Result<u32, SnapshotError> {
    let Some(rest) = line.strip_prefix(format!("{{\"format\":\"{FORMAT}\",\"version\":").as_bytes()) else {
        return Err(if is_ours(line) { SnapshotError::Altered { part: 0 } } else { SnapshotError::Foreign });
    };
    let digits: String = rest.iter().take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    match digits.parse() {
        Ok(found) if found > VERSION => Err(SnapshotError::TooNew { found, known: VERSION }),
        Ok(found) => Ok(found),
        Err(_) => Err(SnapshotError::Altered { part: 0 }),
    }
}

/// Whether this may be the beginning of a backup, however somebody has spaced it out.
fn is_ours(start: &[u8]) -> bool {
    let start: Vec<u8> = start.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(MARK_BYTES).collect();
    let mark = format!("{{\"format\":\"{FORMAT}\"");
    start.starts_with(mark.as_bytes()) || mark.as_bytes().starts_with(&start)
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}
