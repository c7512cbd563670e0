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
//! One change a line. A part ends after 4,096 changes, or once its lines have 4 MiB; so whoever reads it needs no more
//! memory than that at a time. Its checksum covers its lines, each with a line feed; the last one covers the header line
//! and the checksums of the parts, so that a part lost, doubled or moved shows too. Checksums stand after what they
//! cover, and the file is read and written line by line, in one pass.
//!
//! A file may leave a part of the set out, and then says so before its parts: `"without":["attachment"]`. What is left out
//! are whole changes (those that bring an attachment's bytes), so what is inside is a set of changes like any other, equal
//! sets still give equal bytes, and bringing it in never takes an attachment away from anybody.
//!
//! What a newer app may add: the header may gain members, which are passed over here (its checksum covers them); records
//! may gain fields and kinds, which are kept and shown as they are. A change may not gain members without a new version:
//! one that is not understood could neither be kept nor written again as it was, so the file is refused.

mod lines;
mod reader;
mod writer;

use crate::change::Change;
use crate::kind;
use crate::stamp::Stamp;
use crate::value::Value;

pub use lines::{BadLine, Lines};
pub use reader::{Part, Reader};
pub use writer::Writer;

/// The version this program writes, and the newest it reads.
pub const VERSION: u32 = 1;

/// How many changes a part holds at most.
const PART_CHANGES: usize = 4_096;

/// A part ends once its lines have so many bytes.
const PART_BYTES: usize = 4 << 20;

const FORMAT: &str = "kehu-snapshot";

/// The word in a header for the bytes of attachments left out.
const ATTACHMENTS: &str = "attachment";

/// What a file says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The workspace it is a copy of.
    pub workspace: String,
    /// The latest stamp inside.
    pub newest: Stamp,
    /// How many changes it holds.
    pub count: usize,
    /// What was left out of it; nothing as a rule.
    pub without: Vec<String>,
}

impl Header {
    /// How much of the set the file holds, as it says itself.
    pub fn extent(&self) -> Extent {
        if self.without.is_empty() { Extent::Whole } else { Extent::WithoutAttachments }
    }
}

/// How much of a set of changes a copy holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    #[default]
    Whole,
    /// All but the changes that bring the bytes of attachments; documents still name these by their hash.
    WithoutAttachments,
}

impl Extent {
    /// Whether a copy of this extent holds the change.
    pub fn admits(self, change: &Change) -> bool {
        let brings_bytes =
            || change.kind == kind::ATTACHMENT && matches!(change.set.get(kind::DATA), Some(Value::Text(_)));
        self == Self::Whole || !brings_bytes()
    }

    /// What the header of such a copy says was left out.
    fn without(self) -> Vec<String> {
        match self {
            Self::Whole => Vec::new(),
            Self::WithoutAttachments => vec![ATTACHMENTS.to_owned()],
        }
    }
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
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
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
    /// Somebody or something changed the file: part `part` (from 1; 0 for the whole) is not as it was written.
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
    write_extent(workspace, changes, Extent::Whole)
}

/// Like [`write`], of a part of the set.
pub fn write_extent(workspace: &str, changes: &[&Change], extent: Extent) -> Vec<u8> {
    let changes: Vec<&Change> = changes.iter().copied().filter(|change| extent.admits(change)).collect();
    let header = Header {
        workspace: workspace.to_owned(),
        newest: changes.last().map_or(Stamp::ZERO, |change| change.stamp),
        count: changes.len(),
        without: extent.without(),
    };
    let mut file = Vec::with_capacity(changes.len() * 320 + 256);
    let mut writer = Writer::begin(&header, &mut file);
    let mut line = Vec::with_capacity(512);
    for change in changes {
        line.clear();
        lines::put_line(&mut line, change);
        writer.add(&line, &mut file);
    }
    writer.finish(&mut file);
    file
}

/// Opens a backup: version, completeness and every checksum are verified before anything is given out.
///
/// # Errors
/// [`SnapshotError`] says what is wrong with the file.
pub fn read(file: &[u8]) -> Result<Snapshot, SnapshotError> {
    let mut reader = Reader::new();
    let mut changes = Vec::new();
    for part in reader.push(file)? {
        changes.extend(part.changes()?);
    }
    Ok(Snapshot { header: reader.finish()?, changes })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
