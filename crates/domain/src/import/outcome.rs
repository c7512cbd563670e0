//! What an import will do, or did, with each row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::mapping::Target;
use crate::field_text::FieldProblem;
use crate::key::Key;
use crate::stamp::RecordId;
use crate::value::Value;

/// What a person decides about an import; platform 3.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The name of the file, for the batch.
    pub file: String,
    /// The tag every record of the batch gets, as `导入-20261124-1`.
    pub tag: String,
    /// What becomes of a row with a cell that cannot be read.
    pub bad_cells: BadCell,
    /// What becomes of likely doubles.
    pub decisions: Decisions,
    /// Whether records are added, updated, or both.
    pub writes: Writes,
    /// What a row and a record are the same by.
    pub match_by: MatchBy,
    /// What an empty cell does to a known record.
    pub blanks: Blanks,
    /// Cells that were put right: by row number as the spreadsheet counts, then by column from 0.
    pub corrections: BTreeMap<u32, BTreeMap<usize, String>>,
    /// Rows written anew from their first cell to their last, by row number: those that had another number of cells than
    /// headings. Corrections of single cells come on top.
    pub rewritten: BTreeMap<u32, Vec<String>>,
}

impl Options {
    /// The usual rules for a file and a batch with this tag.
    pub fn new(file: impl Into<String>, tag: impl Into<String>) -> Self {
        Self { file: file.into(), tag: tag.into(), ..Self::default() }
    }

    /// Puts one cell right; an empty text empties it.
    pub fn correct(&mut self, row: u32, column: usize, text: impl Into<String>) {
        self.corrections.entry(row).or_default().insert(column, text.into());
    }

    /// Puts a whole row right; what was said of single cells of it no longer fits and goes.
    pub fn rewrite(&mut self, row: u32, cells: Vec<String>) {
        self.corrections.remove(&row);
        self.rewritten.insert(row, cells);
    }

    /// Leaves every row as the file has it.
    pub fn drop_corrections(&mut self) {
        self.corrections.clear();
        self.rewritten.clear();
    }
}

/// Whether records are added, updated, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writes {
    /// New records are added and known ones updated.
    #[default]
    Both,
    /// Known records stay as they are.
    OnlyNew,
    /// Nothing is added.
    OnlyKnown,
}

/// What a row and a record are the same by; for customers, whatever else looks alike is then only suspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    /// Code; for customers then credit code, then name and telephone number; for contacts customer with mobile or
    /// name; without a code everything the file says.
    #[default]
    Usual,
    /// The code alone.
    Code,
    /// The unified social credit code alone.
    Uscc,
    /// Name and telephone number together.
    NameAndPhone,
    /// One field of the imported kind.
    Field(Key),
}

/// What an empty cell does to a known record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blanks {
    /// The record keeps what it says.
    #[default]
    Keep,
    /// The field is emptied; never a mandatory one, a code or tags.
    Clear,
}

/// What becomes of a row with a cell that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadCell {
    /// The row is refused, with the reason.
    #[default]
    RefuseRow,
    /// The cell is left out and the rest imported, unless the field is mandatory.
    DropCell,
}

/// What becomes of a row that looks like something already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// A record of its own.
    New,
    /// United with what it looks like.
    Merge,
    /// Left out.
    Skip,
}

/// What becomes of likely doubles: two rules, and exceptions by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decisions {
    /// For rows that are certainly the same customer, under another code.
    pub certain: Decision,
    /// For rows that may be the same customer.
    pub suspected: Decision,
    /// Decided row by row, by row number.
    pub rows: BTreeMap<u32, Decision>,
}

impl Default for Decisions {
    fn default() -> Self {
        Self { certain: Decision::Merge, suspected: Decision::New, rows: BTreeMap::new() }
    }
}

/// One row with what becomes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RowReport {
    /// Its number as a spreadsheet counts, from 1.
    pub row: u32,
    /// What becomes of it.
    pub outcome: Outcome,
    /// Cells that were left out, under [`BadCell::DropCell`].
    pub dropped: Vec<Refusal>,
    /// Where it begins in the decoded text, in bytes.
    pub(super) at: u64,
}

/// What becomes of a row; every row has exactly one outcome.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A new record.
    New,
    /// A known record changes in these fields.
    Changed(Vec<FieldChange>),
    /// Everything in it is known already.
    Same,
    /// It is left out, for these reasons.
    Refused(Vec<Refusal>),
    /// It is left out because only new, or only known, records were wanted.
    PassedOver,
    /// It looks like something already there.
    Double {
        /// What it looks like, the likeliest first.
        of: Vec<Twin>,
        /// Whether there is no doubt.
        is_certain: bool,
        /// What becomes of it, by rule or by choice.
        decision: Decision,
    },
}

/// One field that changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    pub target: Target,
    /// What it holds now.
    pub before: Value,
    /// What it will hold.
    pub after: Value,
}

/// Something a row looks like, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// What it looks like.
    pub who: Who,
    /// Why.
    pub why: Why,
}

/// A record, or an earlier row of the same file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// A record that was there before.
    Record(RecordId),
    /// The earlier row that makes it.
    Row(u32),
}

/// Why two customers may be the same; platform 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The same unified social credit code: certain.
    Uscc,
    /// The same name and the same telephone number: certain.
    NameAndPhone,
    /// The same telephone number.
    Phone,
    /// The same name.
    Name,
}

/// Why a row, or a cell of it, was left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// The column, from 0; `None` when it is the row as a whole.
    pub column: Option<usize>,
    /// The heading of the column; empty when it is the row as a whole.
    pub header: Box<str>,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a row or cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// The cell of a mandatory field is empty.
    Missing(Target),
    /// The cell cannot be read.
    Cell(FieldProblem),
    /// The row has another number of cells than the header.
    Ragged {
        /// How many the header has.
        expected: usize,
        /// How many the row has.
        found: usize,
    },
    /// A cell has more than a megabyte; usually a quotation mark is not closed.
    CellTooLarge,
    /// An earlier row has the same code but says something else.
    RepeatedCode {
        /// The earlier row.
        row: u32,
    },
    /// The code belongs to another record than the one the row is the same as.
    CodeTaken,
    /// So many records have what the row is recognised by; none can be told to be meant.
    Ambiguous {
        /// How many.
        count: usize,
    },
}

/// How many rows there are of each outcome; they add up to `rows`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// All rows with anything in them.
    pub rows: u32,
    /// New records.
    pub new: u32,
    /// Changed records.
    pub changed: u32,
    /// Rows that bring nothing new.
    pub same: u32,
    /// Refused rows.
    pub refused: u32,
    /// Likely doubles.
    pub doubles: u32,
    /// Rows left out by the rule what is written.
    pub passed_over: u32,
}

impl Counts {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        self.rows += 1;
        *match outcome {
            Outcome::New => &mut self.new,
            Outcome::Changed(_) => &mut self.changed,
            Outcome::Same => &mut self.same,
            Outcome::Refused(_) => &mut self.refused,
            Outcome::Double { .. } => &mut self.doubles,
            Outcome::PassedOver => &mut self.passed_over,
        } += 1;
    }
}

/// How far a stage has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Units done.
    pub done: usize,
    /// Units in all.
    pub total: usize,
    /// Whether the stage is through.
    pub is_finished: bool,
}
