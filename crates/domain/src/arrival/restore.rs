//! Going back to the day of a file, taking an arrival back as one, and bringing it back.

use std::collections::BTreeSet;

use super::record::{UNDONE, stamps};
use super::{Arrival, Inside, Scope, Stamps};
use crate::book::{Book, Obstacle, Record, SYSTEM, Undone};
use crate::change::{Act, Change, DELETED};
use crate::key::Key;
use crate::kind;
use crate::stamp::{RecordId, Stamp};
use crate::value::Value;

/// What goes with no day: who the workspace is, which device took which code, and the logs of what came in and went out.
const STANDING: [Key; 5] = [kind::WORKSPACE, kind::DEVICE, kind::ARRIVAL, kind::PACKET, Key::of("export")];

/// Makes every record as it is in a file: fields are set back, records that are not in it are deleted.
///
/// `here` already holds the changes of the file. Nothing is lost: what is set back or deleted is one act like any other. Gives
/// how many records it changed. Where the file was written without attachments, these stay.
pub fn go_back(here: &Book, inside: &Inside, scope: Scope, act: &mut Act<'_>) -> usize {
    let mut ids: Vec<RecordId> = here.records().map(|record| record.id).collect();
    ids.sort_unstable();
    let mut changed = 0;
    // What was erased for good stays so, whatever the file still says of it.
    let goes_back = |record: &&Record| !STANDING.contains(&record.kind) && !record.is_forgotten();
    for record in ids.into_iter().filter_map(|id| here.get(id)).filter(goes_back) {
        let is_changed = match inside.there().get(record.id) {
            Some(then) => set_back(here, record, then, act),
            None if record.exists() && scope.counts_missing(record.kind) => {
                act.set(here, record.kind, record.id, DELETED, true.into());
                true
            }
            None => false,
        };
        changed += usize::from(is_changed);
    }
    changed
}

/// Sets the fields of a record as they were; says whether any was different.
fn set_back(here: &Book, record: &Record, then: &Record, act: &mut Act<'_>) -> bool {
    let keys: BTreeSet<Key> = record.fields().into_keys().chain(then.fields().into_keys()).collect();
    let differing: Vec<Key> = keys.into_iter().filter(|key| record.get(*key) != then.get(*key)).collect();
    for key in &differing {
        act.set(here, record.kind, record.id, *key, then.get(*key).clone());
    }
    !differing.is_empty()
}

/// Takes an arrival back: every field is put back to what it was without the changes that came in.
///
/// Records that were edited since are left alone and listed. Nothing is done where the record is no arrival or is taken back.
pub fn undo(book: &Book, arrival: RecordId, act: &mut Act<'_>) -> Undone {
    Turning::undo(book, arrival).map(|turning| turning.at_once(book, act)).unwrap_or_default()
}

/// Brings an arrival back that was taken back.
pub fn redo(book: &Book, arrival: RecordId, act: &mut Act<'_>) -> Undone {
    Turning::redo(book, arrival).map(|turning| turning.at_once(book, act)).unwrap_or_default()
}

/// An arrival on its way back, or forth again, some records at a time, so that somebody can be told how far it is.
///
/// The book has to stay as it is until the end; however many records a step takes, the same changes come of it.
pub struct Turning {
    arrival: RecordId,
    way: Way,
    /// The kinds still to be gone through; of the last one, how many records are done.
    kinds: Vec<Key>,
    done_of_kind: usize,
    done: usize,
    total: usize,
    undone: Undone,
}

/// Which changes are put back.
enum Way {
    /// Those that came in, and those of the act that brought them.
    Back { arrived: Stamp, stamps: Stamps },
    /// Those of the act that took the arrival back.
    Forth { undo: Stamp },
}

impl Way {
    fn means(&self, record: &Record, change: &Change) -> bool {
        record.kind != kind::ARRIVAL
            && match self {
                Self::Back { arrived, stamps } => change.act == *arrived || stamps.contains(change.stamp),
                Self::Forth { undo } => change.act == *undo,
            }
    }

    /// Whether nothing stands in the way of putting a record back.
    fn is_free(&self, book: &Book, id: RecordId) -> bool {
        let means = |record: &Record, change: &Change| self.means(record, change);
        let obstacles = book.obstacles(id, means);
        match self {
            Self::Back { arrived, .. } => {
                !obstacles.iter().any(|obstacle| is_since(book, id, obstacle, *arrived, &means))
            }
            Self::Forth { .. } => obstacles.is_empty(),
        }
    }
}

impl Turning {
    /// The way back of an arrival; `None` where the record is none, or is taken back already.
    pub fn undo(book: &Book, arrival: RecordId) -> Option<Self> {
        let record = book.get(arrival)?;
        let known = Arrival::of(record).filter(|known| known.undone_by.is_none())?;
        Some(Self::new(book, arrival, Way::Back { arrived: known.act, stamps: stamps(record)? }))
    }

    /// The way forth of an arrival that was taken back; `None` where it was not.
    pub fn redo(book: &Book, arrival: RecordId) -> Option<Self> {
        let undo = book.get(arrival).and_then(Arrival::of)?.undone_by?;
        Some(Self::new(book, arrival, Way::Forth { undo }))
    }

    fn new(book: &Book, arrival: RecordId, way: Way) -> Self {
        let mut kinds: Vec<Key> = book.kinds().collect();
        kinds.sort_unstable();
        let total = kinds.iter().map(|kind| book.ids_of_kind(*kind).len()).sum();
        Self { arrival, way, kinds, done_of_kind: 0, done: 0, total, undone: Undone::default() }
    }

    /// How many records are gone through, of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.done, self.total)
    }

    /// Goes through the next `count` records; whether there are more.
    pub fn step(&mut self, book: &Book, count: usize, act: &mut Act<'_>) -> bool {
        let mut left = count;
        while let Some(kind) = self.kinds.last().filter(|_| left > 0) {
            let rest = book.ids_of_kind(*kind).get(self.done_of_kind..).unwrap_or_default();
            let slice = rest.get(..left.min(rest.len())).unwrap_or_default();
            slice.iter().for_each(|id| put_back(book, *id, &self.way, &mut self.undone, act));
            left -= slice.len();
            self.done += slice.len();
            self.done_of_kind += slice.len();
            if slice.len() == rest.len() {
                self.kinds.pop();
                self.done_of_kind = 0;
            }
        }
        !self.kinds.is_empty()
    }

    /// Notes in the arrival which way it was turned; what was put back and what was left alone, in order.
    pub fn finish(mut self, book: &Book, act: &mut Act<'_>) -> Undone {
        let undone = if matches!(self.way, Way::Back { .. }) { true.into() } else { Value::Null };
        act.set(book, kind::ARRIVAL, self.arrival, UNDONE, undone);
        self.undone.restored.sort_unstable();
        self.undone.kept.sort_unstable();
        self.undone
    }

    fn at_once(mut self, book: &Book, act: &mut Act<'_>) -> Undone {
        while self.step(book, usize::MAX, act) {}
        self.finish(book, act)
    }
}

/// Puts one record back, if the way means any of it and nothing stands in it.
fn put_back(book: &Book, id: RecordId, way: &Way, undone: &mut Undone, act: &mut Act<'_>) {
    let means = |record: &Record, change: &Change| way.means(record, change);
    if !book.is_touched(id, means) {
        return;
    }
    if way.is_free(book, id) {
        book.put_back(id, means, act);
        undone.restored.push(id);
    } else {
        undone.kept.push(id);
    }
}

/// Whether what stands in the way came after the arrival: what was here before, or came with another file, does not.
fn is_since(
    book: &Book,
    id: RecordId,
    obstacle: &Obstacle,
    arrived: Stamp,
    came_in: &impl Fn(&Record, &Change) -> bool,
) -> bool {
    let brought = |key: Key| {
        let changes =
            book.get(id).into_iter().flat_map(|record| record.changes().iter().map(move |change| (record, change)));
        changes.into_iter().any(|(record, change)| came_in(record, change) && change.set.get(key).is_some())
    };
    match obstacle {
        Obstacle::Edited { field, at, .. } => match brought(*field) {
            true => builds_upon(book, id, *field, came_in),
            false => *at > arrived,
        },
        Obstacle::MovedOn { at, .. } => *at > arrived,
        Obstacle::Belongings { .. } => book.ever_of_customer(id).any(|other| {
            let made = other.created().filter(|made| made.by != SYSTEM && !came_in(other, made));
            other.exists() && made.is_some_and(|made| made.stamp > arrived)
        }),
        Obstacle::Forgotten => true,
    }
}

/// Whether what a field holds replaced something that came in; what never met it has nothing to do with it.
fn builds_upon(book: &Book, id: RecordId, key: Key, came_in: &impl Fn(&Record, &Change) -> bool) -> bool {
    let Some(record) = book.get(id) else { return false };
    let over = |change: &Change| change.over.get(key).cloned().unwrap_or_default();
    let mut replaced = record.written(key).map(over).unwrap_or_default();
    let mut next = 0;
    while let Some(stamp) = replaced.get(next).copied() {
        for change in record.changes().iter().filter(|change| change.stamp == stamp) {
            if came_in(record, change) {
                return true;
            }
            let more: Vec<Stamp> = over(change).into_iter().filter(|stamp| !replaced.contains(stamp)).collect();
            replaced.extend(more);
        }
        next += 1;
    }
    false
}
