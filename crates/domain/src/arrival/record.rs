//! The record of an arrival: which file brought what, how, when and by whom; and whether it was taken back.

use super::Stamps;
use crate::book::{Book, Record};
use crate::change::Act;
use crate::key::Key;
use crate::kind;
use crate::stamp::{RecordId, Stamp};
use crate::value::Value;

const FILE: Key = Key::of("file");
const MODE: Key = Key::of("mode");
const CHANGES: Key = Key::of("changes");
const RECORDS: Key = Key::of("records");
const CUSTOMERS: Key = Key::of("customers");
const CLASHES: Key = Key::of("clashes");
const WORKSPACE: Key = Key::of("workspace");
const STAMPS: Key = Key::of("stamps");
pub(super) const UNDONE: Key = Key::of("undone");

/// How a file came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything of it.
    Everything,
    /// A choice of it.
    Choice,
    /// The workspace was made as it is in the file.
    GoneBack,
    /// It was a hand-over packet.
    Packet,
}

impl Mode {
    /// The key in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Choice => "choice",
            Self::GoneBack => "gone_back",
            Self::Packet => "packet",
        }
    }

    fn of(key: &str) -> Self {
        match key {
            "choice" => Self::Choice,
            "gone_back" => Self::GoneBack,
            "packet" => Self::Packet,
            _ => Self::Everything,
        }
    }
}

/// What is written down of an arrival.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What the file is called.
    pub file: String,
    /// How it came in.
    pub mode: Mode,
    /// The identity of the workspace it is of.
    pub workspace: String,
    /// How many changes came in.
    pub changes: usize,
    /// How many records they concern.
    pub records: usize,
    /// How many customers.
    pub customers: usize,
    /// How many fields clashed then.
    pub clashes: usize,
}

impl Note {
    /// Writes it down, with the stamps of the changes that came in.
    pub fn write(&self, stamps: &Stamps, act: &mut Act<'_>) -> RecordId {
        let count = |count: usize| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
        let cells = [
            (FILE, Value::text(self.file.as_str())),
            (MODE, self.mode.as_str().into()),
            (WORKSPACE, Value::text(self.workspace.as_str())),
            (CHANGES, count(self.changes)),
            (RECORDS, count(self.records)),
            (CUSTOMERS, count(self.customers)),
            (CLASHES, count(self.clashes)),
            (STAMPS, stamps.value()),
        ];
        act.create(kind::ARRIVAL, cells.into_iter().collect())
    }
}

/// An arrival as it is known later.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// Its record.
    pub record: RecordId,
    /// The act that brought it in.
    pub act: Stamp,
    /// Who did it.
    pub by: RecordId,
    /// What was written down.
    pub note: Note,
    /// The act that took it back, while it is taken back.
    pub undone_by: Option<Stamp>,
}

impl Arrival {
    /// The arrival a record tells of; `None` for any other record.
    pub fn of(record: &Record) -> Option<Self> {
        let made = record.created().filter(|_| record.kind == kind::ARRIVAL)?;
        let count = |key| record.get(key).as_int().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
        let note = Note {
            file: record.text(FILE).to_owned(),
            mode: Mode::of(record.text(MODE)),
            workspace: record.text(WORKSPACE).to_owned(),
            changes: count(CHANGES),
            records: count(RECORDS),
            customers: count(CUSTOMERS),
            clashes: count(CLASHES),
        };
        let undone = record.written(UNDONE).filter(|_| *record.get(UNDONE) == Value::Bool(true));
        Some(Self { record: record.id, act: made.act, by: made.by, note, undone_by: undone.map(|change| change.act) })
    }
}

/// The stamps of the changes that came with an arrival; `None` where its record does not say.
pub(super) fn stamps(record: &Record) -> Option<Stamps> {
    Stamps::read(record.get(STAMPS))
}

/// Every arrival, also those taken back, the latest first.
pub fn arrivals(book: &Book) -> Vec<Arrival> {
    let mut all: Vec<Arrival> = book.ever_of_kind(kind::ARRIVAL).filter_map(Arrival::of).collect();
    all.sort_unstable_by_key(|arrival| std::cmp::Reverse((arrival.act, arrival.record)));
    all
}

/// The arrival an act brought in or took back, if it did; a history takes such acts back by [`super::undo`] and [`super::redo`].
pub fn of_act(book: &Book, act: Stamp) -> Option<Arrival> {
    let has = |record: &&Record| record.changes().iter().any(|change| change.act == act);
    book.ever_of_kind(kind::ARRIVAL).find(has).and_then(Arrival::of)
}
