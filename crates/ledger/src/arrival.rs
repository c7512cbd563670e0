//! Looking into files, bringing them in and taking that back, and packets: what a page asks and what it hears.
//!
//! The worker keeps what it has looked into until it is asked to open another file, so that a page asks for as much of it as
//! it shows. Texts come ready to be read, in the language asked for.

use kehu_domain::arrival::{Chosen, Mode, Scope, State, Tally};
use kehu_domain::stamp::{RecordId, Stamp};
use serde::{Deserialize, Serialize};

/// How many lines of a list are given at a time.
pub const PAGE_LINES: usize = 50;

/// What a page asks about files that come in and packets that go out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Open the file that goes along and compare it with what is here; gives a [`Summary`].
    Open {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// What the file is called.
        file: String,
        /// What unseals it.
        passphrase: Option<String>,
    },
    /// Some of the customers in the opened file; gives a [`Page`] of [`GroupLine`].
    Groups {
        /// Only those of which a record stands like this.
        show: Option<State>,
        /// Only those whose name or code has this in it.
        find: String,
        /// How many to leave out at the beginning.
        from: usize,
        /// In English rather than Chinese.
        is_english: bool,
    },
    /// Some of a customer's records; gives a [`Page`] of [`RecordLine`].
    Records {
        /// The customer; none for what belongs to no customer.
        customer: Option<RecordId>,
        /// Only those that stand like this.
        show: Option<State>,
        /// How many to leave out at the beginning.
        from: usize,
        /// In English rather than Chinese.
        is_english: bool,
    },
    /// The fields of a record that differ; gives a list of [`FieldLine`].
    Fields {
        /// The record.
        record: RecordId,
        /// In English rather than Chinese.
        is_english: bool,
    },
    /// Bring in what was chosen of the opened file, as one; gives a [`Brought`].
    Bring {
        /// How much of it.
        choice: Choice,
        /// Who does it.
        by: RecordId,
    },
    /// Take an arrival back, or bring it back; gives a [`TakenBack`].
    TakeBack {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// The arrival's record.
        arrival: RecordId,
        /// Whether it is brought back.
        is_redo: bool,
        /// Who does it.
        by: RecordId,
    },
    /// What a packet of these customers would hold; gives a [`Packed`] without a file.
    Weigh {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// The customers.
        customers: Vec<RecordId>,
    },
    /// Write a packet of these customers, and write down that it was given; gives a [`Packed`] and the file.
    Pack {
        /// The workspace, by the store's name for it.
        workspace: String,
        /// The customers.
        customers: Vec<RecordId>,
        /// To whom.
        given_to: Option<RecordId>,
        /// What is said along with it.
        words: String,
        /// What seals it.
        passphrase: Option<String>,
        /// Who does it.
        by: RecordId,
    },
}

/// How much of a file is brought in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Choice {
    /// Everything.
    Everything,
    /// Some customers or records, with what belongs to them.
    Some(Chosen),
    /// Everything, and the workspace is made as it is in the file.
    GoBack,
}

impl Choice {
    /// How it is written down.
    pub fn mode(&self, scope: Scope) -> Mode {
        match self {
            Self::GoBack => Mode::GoneBack,
            Self::Some(_) => Mode::Choice,
            Self::Everything if scope == Scope::Part => Mode::Packet,
            Self::Everything => Mode::Everything,
        }
    }
}

/// What is in an opened file, in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// How much of a workspace it is.
    pub scope: Scope,
    /// Its latest moment, in milliseconds since 1970-01-01 UTC.
    pub newest_ms: u64,
    /// How many changes it has.
    pub in_file: usize,
    /// How many of them are not here.
    pub new_changes: usize,
    /// How many of them are.
    pub known: usize,
    /// How its records stand.
    pub tally: Tally,
    /// How many customers there are in it or here.
    pub customers: usize,
    /// How many customers are not the same in it and here.
    pub differing: usize,
    /// How many changes are dated more than a day ahead, and the first of them.
    pub set_aside: usize,
    /// Some of those dated ahead.
    pub ahead: Vec<AheadLine>,
    /// Who handed it over, if it is a packet.
    pub packet: Option<PacketLine>,
    /// Whether there is nothing here yet.
    pub is_first: bool,
}

/// A change that is dated too far ahead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AheadLine {
    /// What the record is called, as far as the change tells.
    pub name: String,
    /// The moment it claims.
    pub at_ms: u64,
}

/// What a packet says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacketLine {
    /// Who handed it over.
    pub by: String,
    /// When.
    pub at_ms: u64,
    /// To whom; empty if that was not said.
    pub given_to: String,
    /// What was said along with it.
    pub words: String,
    /// How many customers.
    pub customers: usize,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// How long the list is.
    pub total: usize,
    /// The lines asked for.
    pub lines: Vec<T>,
}

/// A customer in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupLine {
    /// The customer; none for what belongs to no customer.
    pub customer: Option<RecordId>,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// How its records stand.
    pub tally: Tally,
    /// How many changes of it are not here.
    pub new_changes: usize,
}

/// A record in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordLine {
    /// The record.
    pub record: RecordId,
    /// What kind of thing it is.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// How many changes of it are not here.
    pub new_changes: usize,
}

/// A field of a record, here and in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldLine {
    /// What it is called.
    pub label: String,
    /// How it stands.
    pub state: State,
    /// What it holds here.
    pub here: SideLine,
    /// What it holds in the file.
    pub there: SideLine,
    /// What it held before both, where they clash.
    pub before: Option<String>,
}

/// What a field holds on one side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SideLine {
    /// Its content; empty when there is none.
    pub text: String,
    /// Who set it; empty when nobody did.
    pub who: String,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: Option<u64>,
}

/// What came of bringing in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brought {
    /// The latest change: once it is heard of, all of them are.
    pub last: Stamp,
    /// The arrival's record; none where there was nothing before, so that there is nothing to go back to.
    pub arrival: Option<RecordId>,
    /// How many changes came in.
    pub changes: usize,
    /// How many records they concern.
    pub records: usize,
    /// How many customers.
    pub customers: usize,
    /// How many fields clash because of it.
    pub clashes: usize,
    /// How many records were set back or deleted, when going back.
    pub set_back: usize,
}

/// What came of taking an arrival back or bringing it back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TakenBack {
    /// The last change it made; none when there was nothing to do.
    pub last: Option<Stamp>,
    /// How many records were put back.
    pub restored: usize,
    /// How many were left alone, because they were edited since.
    pub kept: usize,
    /// Some of those left alone.
    pub kept_records: Vec<RecordId>,
}

/// What a packet holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Packed {
    /// How many customers.
    pub customers: usize,
    /// How many records in all, by kind as they are stored, the most first.
    pub kinds: Vec<(String, usize)>,
    /// How many changes.
    pub changes: usize,
    /// The last change of the note; none while it was only weighed.
    pub last: Option<Stamp>,
    /// Whether the file was read back and is as it should be.
    pub is_proven: bool,
}
