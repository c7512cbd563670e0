//! What was done in a workspace, act by act: what kind of deed, by whom, on what, and whether it stands.

use std::collections::HashMap;

use crate::book::Record;
use crate::change::{Change, DELETED, FORGOTTEN, UNDOES};
use crate::key::Key;
use crate::kind;
use crate::stamp::{RecordId, Stamp};
use crate::value::Value;

/// What kind of thing an act was; of several in one act the weightiest, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeedKind {
    /// An undo was taken back, so that what it had undone is in force again.
    Redone,
    /// An act was taken back.
    Undone,
    /// Values were erased for good (L3).
    Forgotten,
    /// A file of records came in by columns.
    Imported,
    /// A backup, a packet or another device's records came in.
    Arrived,
    /// Two customers became one.
    United,
    /// Records left as a file.
    Exported,
    /// A clash was settled.
    Settled,
    /// Something came back from the bin.
    Restored,
    /// Something went to the bin.
    Deleted,
    /// A case moved on.
    Moved,
    /// A form was filed or continued.
    Filed,
    /// A case was begun.
    Begun,
    /// Customers were graded.
    Graded,
    /// Something was made.
    Made,
    /// Something was changed.
    Edited,
}

impl DeedKind {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Edited,
        Self::Made,
        Self::Filed,
        Self::Moved,
        Self::Begun,
        Self::Graded,
        Self::Deleted,
        Self::Restored,
        Self::Undone,
        Self::Redone,
        Self::Imported,
        Self::Arrived,
        Self::United,
        Self::Exported,
        Self::Settled,
        Self::Forgotten,
    ];

    /// Its name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Redone => "redo",
            Self::Undone => "undo",
            Self::Forgotten => "forget",
            Self::Imported => "import",
            Self::Arrived => "arrival",
            Self::United => "merger",
            Self::Exported => "export",
            Self::Settled => "settle",
            Self::Restored => "restore",
            Self::Deleted => "delete",
            Self::Moved => "move",
            Self::Filed => "file",
            Self::Begun => "begin",
            Self::Graded => "grade",
            Self::Made => "make",
            Self::Edited => "edit",
        }
    }

    /// What one change of a record was, as part of its act; `is_first` says that it made the record.
    fn of(record: &Record, change: &Change, is_first: bool) -> Self {
        let sets = |key: Key| change.set.get(key);
        match turned_arrival(record, change) {
            Some(true) => return Self::Undone,
            Some(false) => return Self::Redone,
            None => {}
        }
        if change.over.get(UNDOES).is_some() {
            return if undoes_an_undo(record, change) { Self::Redone } else { Self::Undone };
        }
        if sets(FORGOTTEN) == Some(&Value::Bool(true)) {
            return Self::Forgotten;
        }
        match sets(DELETED) {
            Some(Value::Bool(true)) => return Self::Deleted,
            Some(_) => return Self::Restored,
            None => {}
        }
        if change.over.iter().any(|(_, stamps)| stamps.len() > 1) {
            return Self::Settled;
        }
        match (record.kind.as_str(), is_first) {
            ("batch", true) => Self::Imported,
            ("arrival", true) => Self::Arrived,
            ("merger", true) => Self::United,
            ("export", true) => Self::Exported,
            ("score", true) => Self::Graded,
            ("document", _) => Self::Filed,
            ("case", true) => Self::Begun,
            ("case", false) if sets(kind::EVENT).is_some() => Self::Moved,
            (_, true) => Self::Made,
            (_, false) => Self::Edited,
        }
    }
}

/// One act, summed up.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// The act.
    pub act: Stamp,
    /// Who did it: a member of staff, or [`crate::book::SYSTEM`].
    pub by: RecordId,
    /// What it was.
    pub kind: DeedKind,
    /// The record it is named after: the batch, the case, the customer.
    pub record: RecordId,
    /// How many records it touched, those the app keeps for itself left out.
    pub records: u32,
    /// In how many of them an undo has taken it back.
    pub taken_back: u32,
    /// The act it takes back, when it is an undo or a redo.
    pub undoes: Option<Stamp>,
    rank: u8,
}

impl Deed {
    /// Whether it is taken back in every record, as far as it is still known.
    pub fn is_undone(&self) -> bool {
        self.records > 0 && self.taken_back == self.records
    }

    /// Whether there is something to take back: what was forgotten does not come back (L3).
    pub fn can_be_undone(&self) -> bool {
        self.kind != DeedKind::Forgotten && self.taken_back < self.records
    }
}

/// All acts of a workspace, gathered record by record.
#[derive(Clone, Debug, Default)]
pub struct Deeds(HashMap<Stamp, Deed>);

impl Deeds {
    /// Takes in the changes of one record; every record once.
    pub fn gather(&mut self, record: &Record) {
        // What the app keeps for itself is nobody's deed.
        if [kind::WORKSPACE, kind::DEVICE].contains(&record.kind) {
            return;
        }
        let taken = record.taken_back();
        let rank = rank(record.kind);
        let mut of_act: Option<Stamp> = None;
        for (place, change) in record.changes().iter().enumerate() {
            let kind = DeedKind::of(record, change, place == 0);
            let undoes = taken_act(record, change);
            let is_taken = u32::from(taken.contains(&change.stamp) || is_arrival_taken(record, change));
            let deed = self.0.entry(change.act).or_insert(Deed {
                act: change.act,
                by: change.by,
                kind,
                record: record.id,
                records: 0,
                taken_back: 0,
                undoes,
                rank,
            });
            deed.kind = deed.kind.min(kind);
            // An act is named after the weightiest of its records, of like ones after the one made first.
            if (rank, record.id) < (deed.rank, deed.record) {
                (deed.rank, deed.record) = (rank, record.id);
                deed.undoes = undoes.or(deed.undoes);
            }
            deed.undoes = deed.undoes.or(undoes);
            // An act has one change for each record; a cloned device may have made two.
            if of_act != Some(change.act) {
                deed.records += 1;
                deed.taken_back += is_taken;
            }
            of_act = Some(change.act);
        }
    }

    /// All of them, the latest first.
    pub fn latest_first(self) -> Vec<Deed> {
        let mut deeds: Vec<Deed> = self.0.into_values().collect();
        deeds.sort_unstable_by_key(|deed| std::cmp::Reverse(deed.act));
        deeds
    }
}

/// How far in front a kind of record stands when an act is named after one of its records.
fn rank(kind: Key) -> u8 {
    match kind.as_str() {
        "batch" | "arrival" | "merger" | "export" => 0,
        "case" => 1,
        "customer" => 2,
        "document" => 3,
        "contact" => 4,
        "score" | "attachment" => 9,
        _ => 5,
    }
}

/// Whether a change of an arrival takes it back, or brings it back; none of any other change.
///
/// What a file brought are changes of other acts, so its record says whether it is taken back
/// ([`crate::arrival`]).
fn turned_arrival(record: &Record, change: &Change) -> Option<bool> {
    let undone = change.set.get(ARRIVAL_UNDONE).filter(|_| record.kind == kind::ARRIVAL)?;
    Some(*undone == Value::Bool(true))
}

/// Whether the arrival that a change brought, took back or brought back is no longer so.
fn is_arrival_taken(record: &Record, change: &Change) -> bool {
    if record.kind != kind::ARRIVAL {
        return false;
    }
    match turned_arrival(record, change) {
        Some(_) => record.written(ARRIVAL_UNDONE) != Some(change),
        None => *record.get(ARRIVAL_UNDONE) == Value::Bool(true),
    }
}

const ARRIVAL_UNDONE: Key = Key::of("undone");

/// The act whose changes of this record an undo takes back.
fn taken_act(record: &Record, undo: &Change) -> Option<Stamp> {
    if turned_arrival(record, undo).is_some() {
        return record.created().map(|made| made.act);
    }
    taken_change(record, undo).map(|change| change.act)
}

fn undoes_an_undo(record: &Record, undo: &Change) -> bool {
    taken_change(record, undo)
        .is_some_and(|change| change.over.get(UNDOES).is_some() && !undoes_an_undo(record, change))
}

fn taken_change<'r>(record: &'r Record, undo: &Change) -> Option<&'r Change> {
    let stamp = undo.over.get(UNDOES)?.first()?;
    // Only what came before it can be taken back, whatever a hostile file says.
    record.changes().iter().find(|change| change.stamp == *stamp && change.stamp < undo.stamp)
}
