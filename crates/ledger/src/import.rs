//! What a page and its worker say about the import of a table. The worker keeps the table between two errands.
//!
//! ```text
//! Open (with the file) ─▶ Seen ─ Header ─▶ rows ─ Check ─▶ Checked ─ Page ─▶ rows of a list
//!      └ Sheet ─▶ Seen                          └ Write ─▶ Written   └ Refused ─▶ a file
//! ```

use kehu_domain::import::{Counts, Fault, Found, List, Mapping, Options};
use kehu_domain::key::Key;
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::text::{Lang, Text};
use serde::{Deserialize, Serialize};

pub use kehu_domain::import::{Encoding, ImportError, Origin};

/// How an import is going on, as [`crate::errand::Step::stage`].
pub mod stage {
    /// Reading the file, in bytes.
    pub const READING: u8 = 0;
    /// Counting rows, in bytes.
    pub const COUNTING: u8 = 1;
    /// Learning what is in the workspace, in changes.
    pub const LEARNING: u8 = 2;
    /// Rehearsing, in rows.
    pub const CHECKING: u8 = 3;
    /// Making the changes, in records.
    pub const WRITING: u8 = 4;
    /// Saving them.
    pub const SAVING: u8 = 5;
}

/// What a page asks about a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ImportAsk {
    /// Open the file that goes along; gives [`Seen`], or the [`Unopened`] that stands against it, in this language.
    Open(Lang),
    /// Take another sheet of the workbook, by its place from 0; gives as [`Self::Open`].
    Sheet(usize, Lang),
    /// Take the row at this place of the preview as the headings; gives how many rows with content stand below, `u64`.
    Header(usize),
    /// Rehearse; gives [`Checked`], or the [`ImportError`] that stands against it.
    Check(Box<Check>),
    /// Rows of one list of what was found; gives `Vec<Found>`.
    Page {
        /// Which list.
        list: List,
        /// From which place on.
        start: usize,
        /// At most how many.
        count: usize,
    },
    /// The refused rows as a file, with the reasons in this language.
    Refused(Lang),
    /// Write what was rehearsed, as one act in one transaction; gives [`Written`].
    Write {
        /// Who imports.
        author: RecordId,
        /// Whether a workspace without an identity is given one: not where it may only be damaged.
        names: bool,
    },
}

/// Why a file cannot be opened as a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Unopened {
    /// It is no table that can be imported.
    Table(ImportError),
    /// Something is wrong with the workbook: a sentence in the language asked for.
    Workbook(String),
}

impl From<ImportError> for Unopened {
    fn from(problem: ImportError) -> Self {
        Self::Table(problem)
    }
}

/// What is to be rehearsed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The workspace, by the store's name for it.
    pub workspace: String,
    /// What each column is.
    pub mapping: Mapping,
    /// The rules.
    pub options: Options,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// How it writes characters; `None` unless it is a text.
    pub encoding: Option<Encoding>,
    /// What stands between two cells; `None` unless it is a text.
    pub delimiter: Option<char>,
    /// Where its rows come from.
    pub origin: Origin,
    /// The sheets of a workbook, in order; none for anything else.
    pub sheets: Vec<String>,
    /// Which of them is open, from 0.
    pub sheet: usize,
    /// Its first rows with their numbers.
    pub preview: Vec<(u32, Vec<String>)>,
}

/// What a rehearsal found: numbers and reasons; rows are asked for page by page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// How many rows have which outcome; they add up.
    pub counts: Counts,
    /// How many doubles are left out.
    pub skipped: u32,
    /// Reasons for refusing rows.
    pub refused: Vec<Group>,
    /// Reasons for leaving cells out.
    pub dropped: Vec<Group>,
    /// Choices that groups will gain: group and label.
    pub choices: Vec<(Key, String)>,
    /// Fields that the kind will gain: key and label.
    pub fields: Vec<(Key, Text)>,
}

/// Rows with the same thing wrong in the same column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The column, from 0; `None` when it is the row as a whole.
    pub column: Option<usize>,
    /// The heading of the column; empty when it is the row as a whole.
    pub header: String,
    /// What is wrong.
    pub fault: Fault,
    /// How many rows.
    pub count: usize,
}

/// What came of writing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Written {
    /// It is saved: the act, or `None` when no row brought anything.
    Saved(Option<Stamp>),
    /// Records have changed since the rehearsal; nothing was written.
    Stale,
}

/// The rows of a list.
pub type Page = Vec<Found>;

impl Checked {
    /// How many rows bring something.
    pub fn writable(&self) -> u32 {
        self.counts.new + self.counts.changed + self.counts.doubles.saturating_sub(self.skipped)
    }
}
