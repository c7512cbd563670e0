//! Hand-over: the customers somebody gives to a colleague, with all that is needed to work with them and nothing else.
//!
//! A packet is a snapshot whose newest change is the note of it, a record of kind [`kind::PACKET`] that says how many records
//! lie beside it; so no whole backup is ever taken for one. The colleague opens it like any backup, works, and sends a packet
//! of the same customers back: what comes back is united like everything else.
//!
//! A workspace that begins with a packet is a part of its company, and so is every backup of it ([`is_part`]). What tells is
//! a record that each whole workspace has and no packet takes along, [`WHOLE_RECORD`]: so whole and part united are whole, as
//! they should be, and no device has to remember where its records came from.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::belonging::{Lead, leads, owner};
use crate::book::{Book, Record};
use crate::change::{Act, Change};
use crate::dictionary::{DICT_ITEM, FIELD_DEF};
use crate::key::Key;
use crate::kind;
use crate::stamp::{RecordId, Stamp};
use crate::value::Value;

/// What every packet takes along: the identity of the workspace, its people, and what it set up for itself.
const COMMON: [Key; 6] = [kind::WORKSPACE, kind::SETTINGS, kind::STAFF, kind::SCORECARD, DICT_ITEM, FIELD_DEF];

/// What never goes along by being named: work without a customer may tell of others, and logs are their workspace's own.
const NEVER: [Key; 8] = [
    kind::CASE,
    kind::DOCUMENT,
    kind::BATCH,
    kind::ARRIVAL,
    kind::PACKET,
    kind::DEVICE,
    Key::of("export"),
    Key::of("merger"),
];

/// The record that says that a workspace is whole; it is of the workspace's own kind, which nobody sees, undoes or sets back.
pub const WHOLE_RECORD: RecordId = RecordId::fixed(3);

const WHOLE: Key = Key::of("whole");
const CUSTOMERS: Key = Key::of("customers");
const FOR: Key = Key::of("for");
const NOTE: Key = Key::of("note");
const RECORDS: Key = Key::of("records");

/// The records of a packet of these customers.
///
/// They are: the customers and all that belongs to them, deleted things too; what every packet takes along; and what those
/// name that belongs to no customer, such as pictures. Markers of what was forgotten (L3) go along, so that it is forgotten
/// there as well. Nothing that belongs to another customer is among them.
pub fn records(book: &Book, customers: &BTreeSet<RecordId>) -> BTreeSet<RecordId> {
    let goes = |record: &&Record| {
        // A foreign file may use its name for something else.
        (record.id != WHOLE_RECORD || record.kind != kind::WORKSPACE)
            && (COMMON.contains(&record.kind)
                || record.is_forgotten()
                || (!is_log(record) && owner(book, record).is_some_and(|customer| customers.contains(&customer))))
    };
    let mut waiting: Vec<&Record> = book.records().filter(goes).collect();
    let attachments: HashMap<&str, &Record> =
        book.ever_of_kind(kind::ATTACHMENT).map(|record| (record.text(kind::SHA256), record)).collect();
    let mut taken = HashSet::new();
    while let Some(record) = waiting.pop() {
        if !taken.insert(record.id) {
            continue;
        }
        leads(record, &mut |lead| {
            let named = match lead {
                Lead::Record(id) => book.get(id).filter(|named| may_follow(book, named, customers)),
                Lead::Attachment(sha256) => attachments.get(sha256).copied(),
            };
            waiting.extend(named.filter(|named| !taken.contains(&named.id)));
        });
    }
    taken.into_iter().collect()
}

/// Whether these records are only what was handed over, with what was added to it: there is a note of a hand-over, and nothing
/// of the whole workspace it was taken from.
pub fn is_part(book: &Book) -> bool {
    book.get(WHOLE_RECORD).is_none() && !book.ids_of_kind(kind::PACKET).is_empty()
}

/// Says of a workspace that is no part that it is whole, unless it says so already.
pub fn note_whole(book: &Book, act: &mut Act<'_>) {
    if book.get(WHOLE_RECORD).is_none() && !is_part(book) {
        act.create_as(kind::WORKSPACE, WHOLE_RECORD, [(WHOLE, true.into())].into_iter().collect());
    }
}

/// The changes of a packet whose note was written down just now, in canonical order.
pub fn packet<'b>(book: &'b Book, note: &Note) -> Vec<&'b Change> {
    let records = records(book, &note.customers.iter().copied().collect());
    let mut changes: Vec<&Change> =
        records.iter().chain([&note.record]).filter_map(|id| book.get(*id)).flat_map(Record::changes).collect();
    changes.sort_unstable();
    changes
}

/// Whether a record may go along because another names it: it belongs to no customer and names none that stays.
fn may_follow(book: &Book, record: &Record, customers: &BTreeSet<RecordId>) -> bool {
    if NEVER.contains(&record.kind) || owner(book, record).is_some() {
        return false;
    }
    let mut names_others = false;
    leads(record, &mut |lead| {
        let Lead::Record(id) = lead else { return };
        let customer = book.get(id).and_then(|named| owner(book, named));
        names_others |= customer.is_some_and(|customer| !customers.contains(&customer));
    });
    !names_others
}

fn is_log(record: &Record) -> bool {
    record.kind != kind::CASE && record.kind != kind::DOCUMENT && NEVER.contains(&record.kind)
}

/// A hand-over as its note tells of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Its record.
    pub record: RecordId,
    /// Who gave the customers.
    pub by: RecordId,
    /// When.
    pub at: Stamp,
    /// To whom, if that was said.
    pub given_to: Option<RecordId>,
    /// What was said along with it.
    pub words: String,
    /// The customers.
    pub customers: Vec<RecordId>,
    records: usize,
}

impl Note {
    /// The hand-over a record tells of; `None` for any other record.
    pub fn of(record: &Record) -> Option<Self> {
        let made = record.created().filter(|_| record.kind == kind::PACKET && record.exists())?;
        let ids = record.get(CUSTOMERS).items().iter().filter_map(|id| id.as_text()?.parse().ok());
        Some(Self {
            record: record.id,
            by: made.by,
            at: made.stamp,
            given_to: record.reference(FOR),
            words: record.text(NOTE).to_owned(),
            customers: ids.collect(),
            records: record.get(RECORDS).as_int().and_then(|count| usize::try_from(count).ok())?,
        })
    }

    /// The note of the packet that a file's changes are; `None` where they are a whole workspace.
    pub fn of_file(there: &Book) -> Option<Self> {
        let latest = there.ever_of_kind(kind::PACKET).filter_map(Self::of).max_by_key(|note| note.at)?;
        let is_all = latest.at == there.newest() && latest.records + 1 == there.records().count();
        is_all.then_some(latest)
    }
}

/// Every hand-over, the latest first.
pub fn notes(book: &Book) -> Vec<Note> {
    let mut all: Vec<Note> = book.of_kind(kind::PACKET).filter_map(Note::of).collect();
    all.sort_unstable_by_key(|note| std::cmp::Reverse(note.at));
    all
}

/// Writes down that customers are given to somebody. The packet is the [`records`] of now together with this note.
///
/// From then on only [`WHOLE_RECORD`] tells the workspace from what it gave away, so it is made first.
pub fn write_down(
    book: &Book,
    customers: &BTreeSet<RecordId>,
    given_to: Option<RecordId>,
    words: &str,
    act: &mut Act<'_>,
) -> RecordId {
    note_whole(book, act);
    let list = customers.iter().map(|id| id.to_string().into()).collect();
    let count = i64::try_from(records(book, customers).len()).unwrap_or(i64::MAX);
    let given_to = given_to.map_or(Value::Null, |id| id.to_string().into());
    let cells =
        [(CUSTOMERS, Value::List(list)), (RECORDS, count.into()), (FOR, given_to), (NOTE, Value::text(words.trim()))];
    act.create(kind::PACKET, cells.into_iter().filter(|(_, value)| *value != Value::Null).collect())
}
