//! The backup file: a set of changes as canonical JSON in checksummed parts; version 1.
//!
//! ```text
//! {"format":"kehu-snapshot","version":1,"workspace":"…","newest":"…","count":3,"parts":[
//! {"count":3,"sha256":"…","changes":[
//! {…},
//! {…},
//! {…}
//! ]}
//! ],"sha256":"…"}
//! ```
//! One change a line. A part's checksum covers its lines, each with a line feed; the last one covers
//! the header line and the checksums of the parts, so that a part lost, doubled or moved shows too.

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::change::Change;
use crate::stamp::Stamp;

/// The version this program writes, and the newest it reads.
pub const VERSION: u32 = 1;

/// How many changes a part holds.
const PART_CHANGES: usize = 4_096;

const FORMAT: &str = "kehu-snapshot";

/// What a file says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The workspace it is a copy of.
    pub workspace: String,
    /// The latest stamp inside.
    pub newest: Stamp,
    /// How many changes it holds.
    pub count: usize,
}

/// An opened backup: whole, and with every checksum right.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// What the file says about itself.
    pub header: Header,
    /// Its changes, in the file's order.
    pub changes: Vec<Change>,
}

/// Why a file cannot be opened as a backup; nothing of it was used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The file is something else.
    #[error("not a Kehu backup")]
    Foreign,
    /// The file ends before its end.
    #[error("the backup is cut off")]
    Truncated,
    /// Somebody or something changed the file: checksum number `part` (from 1; 0 for the whole) is wrong.
    #[error("the backup was altered: part {part}")]
    Altered {
        /// The part, from 1; 0 when the parts do not fit together.
        part: usize,
    },
    /// A newer app wrote it.
    #[error("backup version {found}, this app knows {known}")]
    TooNew {
        /// The file's version.
        found: u32,
        /// The newest version read here.
        known: u32,
    },
    /// A change inside cannot be read, although its checksum is right.
    #[error("change {line} cannot be read: {reason}")]
    BadChange {
        /// Which change of the file, from 1.
        line: usize,
        /// The parser's words, for the log.
        reason: String,
    },
}

/// The backup of `changes`, which must be in canonical order, as [`crate::book::Book::changes`] gives them.
///
/// The same changes give the same bytes on any device.
pub fn write(workspace: &str, changes: &[&Change]) -> Vec<u8> {
    let mut writer = Writer::new(workspace, changes);
    let mut file = Vec::with_capacity(changes.len() * 320 + 256);
    while writer.write_part(&mut file) {}
    file
}

/// Writes a backup part by part, so that a page can breathe in between.
pub struct Writer<'c> {
    changes: &'c [&'c Change],
    header: Option<String>,
    written: usize,
    whole: Sha256,
}

impl<'c> Writer<'c> {
    /// A backup of `changes`, which must be in canonical order.
    pub fn new(workspace: &str, changes: &'c [&'c Change]) -> Self {
        let newest = changes.last().map_or(Stamp::ZERO, |change| change.stamp);
        let name = serde_json::Value::from(workspace);
        let header = format!(
            "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"workspace\":{name},\"newest\":\"{newest}\",\"count\":{},\"parts\":[\n",
            changes.len(),
        );
        let mut whole = Sha256::new();
        whole.update(header.as_bytes());
        Self { changes, header: Some(header), written: 0, whole }
    }

    /// Adds the next part to `file`; says whether more are to come.
    pub fn write_part(&mut self, file: &mut Vec<u8>) -> bool {
        if let Some(header) = self.header.take() {
            file.extend_from_slice(header.as_bytes());
        }
        let rest = self.changes.get(self.written..).unwrap_or_default();
        let part = rest.get(..PART_CHANGES).unwrap_or(rest);
        if !part.is_empty() {
            if self.written > 0 {
                file.extend_from_slice(b",\n");
            }
            self.add(part, file);
            self.written += part.len();
        }
        let more = self.written < self.changes.len();
        if !more {
            if self.written > 0 {
                file.push(b'\n');
            }
            let whole = hex(&self.whole.clone().finalize());
            file.extend_from_slice(format!("],\"sha256\":\"{whole}\"}}\n").as_bytes());
        }
        more
    }

    fn add(&mut self, part: &[&Change], file: &mut Vec<u8>) {
        let mut lines = Vec::with_capacity(part.len() * 320);
        let mut sum = Sha256::new();
        for (place, change) in part.iter().enumerate() {
            if place > 0 {
                lines.extend_from_slice(b",\n");
            }
            let start = lines.len();
            // Writing into memory cannot fail, and a change has no content JSON could refuse.
            let _ = serde_json::to_writer(&mut lines, change);
            sum.update(lines.get(start..).unwrap_or_default());
            sum.update(b"\n");
        }
        let sum = hex(&sum.finalize());
        self.whole.update(sum.as_bytes());
        file.extend_from_slice(format!("{{\"count\":{},\"sha256\":\"{sum}\",\"changes\":[\n", part.len()).as_bytes());
        file.extend_from_slice(&lines);
        file.extend_from_slice(b"\n]}");
    }
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

#[derive(Deserialize)]
struct File<'a> {
    workspace: String,
    newest: Stamp,
    count: usize,
    #[serde(borrow)]
    parts: Vec<Part<'a>>,
    sha256: String,
}

#[derive(Deserialize)]
struct Part<'a> {
    count: usize,
    sha256: String,
    #[serde(borrow)]
    changes: Vec<&'a RawValue>,
}

/// Opens a backup: version, completeness and every checksum are verified before anything is given out.
///
/// # Errors
/// [`SnapshotError`] says what is wrong with the file.
pub fn read(file: &[u8]) -> Result<Snapshot, SnapshotError> {
    if file.iter().all(u8::is_ascii_whitespace) {
        return Err(SnapshotError::Empty);
    }
    let text = std::str::from_utf8(file).map_err(|_| unreadable(file))?;
    let head: Head = serde_json::from_str(text).map_err(|err| broken(file, &err))?;
    if head.format != FORMAT {
        return Err(SnapshotError::Foreign);
    }
    if head.version > VERSION {
        return Err(SnapshotError::TooNew { found: head.version, known: VERSION });
    }
    let content: File<'_> = serde_json::from_str(text).map_err(|err| broken(file, &err))?;
    verify(text, &content)?;
    let mut changes = Vec::with_capacity(content.count);
    for raw in content.parts.iter().flat_map(|part| &part.changes) {
        let change = serde_json::from_str(raw.get())
            .map_err(|err| SnapshotError::BadChange { line: changes.len() + 1, reason: err.to_string() })?;
        changes.push(change);
    }
    let header = Header { workspace: content.workspace, newest: content.newest, count: content.count };
    Ok(Snapshot { header, changes })
}

fn verify(text: &str, content: &File<'_>) -> Result<(), SnapshotError> {
    let header_end = text.find('\n').map_or(text.len(), |end| end + 1);
    let mut whole = Sha256::new();
    whole.update(text.get(..header_end).unwrap_or_default().as_bytes());
    let mut count = 0;
    for (place, part) in content.parts.iter().enumerate() {
        let mut sum = Sha256::new();
        for raw in &part.changes {
            sum.update(raw.get().as_bytes());
            sum.update(b"\n");
        }
        let sum = hex(&sum.finalize());
        if sum != part.sha256 || part.count != part.changes.len() {
            return Err(SnapshotError::Altered { part: place + 1 });
        }
        whole.update(sum.as_bytes());
        count += part.count;
    }
    if hex(&whole.finalize()) != content.sha256 || count != content.count {
        return Err(SnapshotError::Altered { part: 0 });
    }
    Ok(())
}

/// What is wrong with JSON that does not parse: cut off, altered, or never ours.
fn broken(file: &[u8], err: &serde_json::Error) -> SnapshotError {
    if !is_ours(file) {
        SnapshotError::Foreign
    } else if err.is_eof() {
        SnapshotError::Truncated
    } else {
        SnapshotError::Altered { part: 0 }
    }
}

/// What is wrong with bytes that are no UTF-8: one of our files cut inside a character, altered, or foreign.
fn unreadable(file: &[u8]) -> SnapshotError {
    match std::str::from_utf8(file) {
        _ if !is_ours(file) => SnapshotError::Foreign,
        Err(err) if err.error_len().is_none() => SnapshotError::Truncated,
        _ => SnapshotError::Altered { part: 0 },
    }
}

fn is_ours(file: &[u8]) -> bool {
    let start: Vec<u8> = file.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(64).collect();
    let mark = format!("{{\"format\":\"{FORMAT}\"");
    start.starts_with(mark.as_bytes()) || mark.as_bytes().starts_with(&start)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
