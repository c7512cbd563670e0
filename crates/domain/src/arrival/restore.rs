//! Going back to the day of a file, taking an arrival back as one, and bringing it back.

use std::collections::BTreeSet;

use super::record::{UNDONE, stamps};
use super::{Arrival, Inside, Scope};
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
    for record in ids.into_iter().filter_map(|id| here.get(id)).filter(|record| !STANDING.contains(&record.kind)) {
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
    let Some(record) = book.get(arrival) else { return Undone::default() };
    let (Some(known), Some(stamps)) = (Arrival::of(record), stamps(record)) else { return Undone::default() };
    if known.undone_by.is_some() {
        return Undone::default();
    }
    let came_in = |record: &Record, change: &Change| {
        record.kind != kind::ARRIVAL && (change.act == known.act || stamps.contains(change.stamp))
    };
    let is_free = |id: &RecordId| {
        let obstacles = book.obstacles(*id, came_in);
        !obstacles.iter().any(|obstacle| is_since(book, *id, obstacle, known.act, &came_in))
    };
    let (free, kept): (Vec<RecordId>, Vec<RecordId>) = book.touched(came_in).into_iter().partition(is_free);
    for id in &free {
        book.put_back(*id, came_in, act);
    }
    act.set(book, kind::ARRIVAL, arrival, UNDONE, true.into());
    Undone { restored: free, kept }
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

/// Brings an arrival back that was taken back.
pub fn redo(book: &Book, arrival: RecordId, act: &mut Act<'_>) -> Undone {
    let known = book.get(arrival).and_then(Arrival::of);
    let Some(undo) = known.and_then(|arrival| arrival.undone_by) else { return Undone::default() };
    let redone = book.undo_where(|record, change| record.kind != kind::ARRIVAL && change.act == undo, act);
    act.set(book, kind::ARRIVAL, arrival, UNDONE, Value::Null);
    redone
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
