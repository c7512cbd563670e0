//! Taking acts back: what they changed is put back as a new act, what was built upon since is left alone, with the reasons.
//!
//! An undo says of every record which of its changes it takes back ([`UNDOES`](crate::change::UNDOES)); undoing an undo is a
//! redo. Nothing is ever removed, so undo and redo can follow one another for ever, on any device.

use std::collections::HashSet;

use super::{Book, DERIVED, Record, SYSTEM, owners_of};
use crate::change::{Act, Change, DELETED, FORGOTTEN, UNDOES};
use crate::key::Key;
use crate::kind::{BATCH, CASE, CASE_REF, CUSTOMER_REF, DEVICE, DOCUMENT, EVENT, SCORE, STEP, WORKSPACE};
use crate::stamp::{RecordId, Stamp};
use crate::value::Value;

/// Records the app keeps for itself: they go with no undo.
const HOUSEKEEPING: [Key; 2] = [WORKSPACE, DEVICE];

/// The acts that bring much at once, by the record that each of them makes; they are taken back record by record.
const BULK: [Key; 3] = [BATCH, Key::of("arrival"), Key::of("merger")];

/// How deep belongings of belongings are looked into.
const DEPTH: usize = 4;

/// What an undo did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Undone {
    /// Records put back as they were.
    pub restored: Vec<RecordId>,
    /// Records left alone; [`Book::obstacles`] says why.
    pub kept: Vec<RecordId>,
}

/// Why a record is left alone by an undo.
#[derive(Clone, Debug, PartialEq)]
pub enum Obstacle {
    /// A field was set anew since, or a record it had made got one more.
    Edited {
        /// The field.
        field: Key,
        /// Who did it.
        by: RecordId,
        /// When.
        at: Stamp,
    },
    /// Others belong to the record since, such as orders to a customer.
    Belongings {
        /// The first of them.
        first: RecordId,
        /// How many.
        count: usize,
    },
    /// The case has gone on since.
    MovedOn {
        /// The case.
        case: RecordId,
        /// Who moved it.
        by: RecordId,
        /// When.
        at: Stamp,
    },
    /// What was forgotten does not come back (L3).
    Forgotten,
}

/// The reasons against putting a record back; none when it can be.
pub type Obstacles = Vec<Obstacle>;

impl Book {
    /// The records that some changes touch, in order, without those the app keeps for itself.
    pub fn touched(&self, which: impl Fn(&Record, &Change) -> bool) -> Vec<RecordId> {
        let mut touched: Vec<RecordId> =
            self.records().filter(|record| record.is_touched(&which)).map(|record| record.id).collect();
        touched.sort_unstable();
        touched
    }

    /// Whether some changes touch a record, and no undo has taken them back.
    pub fn is_touched(&self, record: RecordId, which: impl Fn(&Record, &Change) -> bool) -> bool {
        self.get(record).is_some_and(|record| record.is_touched(&which))
    }

    /// Puts back what `act` changed, as a new act.
    ///
    /// What was built upon since is left alone and listed. An act that moves a case or files a form is taken back whole or not
    /// at all, and together with what the app did upon it by itself. Undoing the act of an undo is a redo.
    pub fn undo(&self, act: Stamp, undo: &mut Act<'_>) -> Undone {
        let acts = self.with_consequences(&[act], &self.touched(|_, change| change.act == act));
        let which = |_: &Record, change: &Change| acts.contains(&change.act);
        let touched = self.touched(which);
        if self.is_whole(&touched, which) && touched.iter().any(|id| !self.obstacles(*id, which).is_empty()) {
            return Undone { restored: Vec::new(), kept: touched };
        }
        self.undo_where(which, undo)
    }

    /// Puts back what some changes did, as a new act, record by record; those that were built upon since are left alone and
    /// listed.
    pub fn undo_where(&self, which: impl Fn(&Record, &Change) -> bool, undo: &mut Act<'_>) -> Undone {
        let touched = self.touched(&which);
        let (free, kept): (Vec<RecordId>, Vec<RecordId>) =
            touched.into_iter().partition(|id| self.obstacles(*id, &which).is_empty());
        for id in &free {
            self.put_back(*id, &which, undo);
        }
        Undone { restored: free, kept }
    }

    /// The acts together with what the app did by itself upon them in the cases among the records they touch.
    ///
    /// Undoing a form takes back the move the app made because of it, unless a person went on from there.
    pub fn with_consequences(&self, acts: &[Stamp], touched: &[RecordId]) -> Vec<Stamp> {
        let mut all = acts.to_vec();
        for record in touched.iter().filter_map(|id| self.get(*id)) {
            let Some(case) = self.case_of(record) else { continue };
            let of_acts = |change: &&Change| acts.contains(&change.act);
            let Some(last) = record.changes.iter().filter(of_acts).map(|change| change.stamp).max() else { continue };
            let later = case.standing().into_iter().filter(|change| change.stamp > last && !acts.contains(&change.act));
            for change in later.take_while(|change| change.by == SYSTEM) {
                if !all.contains(&change.act) {
                    all.push(change.act);
                }
            }
        }
        all
    }

    /// Whether these changes make sense only together: they move a case or file a form, and are no import or merge.
    pub fn is_whole(&self, touched: &[RecordId], which: impl Fn(&Record, &Change) -> bool) -> bool {
        let records = || touched.iter().filter_map(|id| self.get(*id));
        let is_bulk = records().any(|record| BULK.contains(&record.kind));
        let says = |record: &Record, is_meant: fn(Key) -> bool| {
            let meant = record.changes.iter().filter(|change| which(record, change));
            meant.flat_map(|change| change.set.iter()).any(|(key, _)| is_meant(key))
        };
        let moves = |record: &Record| {
            (record.kind == CASE && says(record, |key| key == STEP))
                || (record.kind == DOCUMENT && says(record, |key| key != DELETED && key != CUSTOMER_REF))
        };
        !is_bulk && records().any(moves)
    }

    /// What stands in the way of putting back what some changes did to a record.
    pub fn obstacles(&self, record: RecordId, which: impl Fn(&Record, &Change) -> bool) -> Obstacles {
        self.get(record).map(|record| self.obstacles_within(record, &which, DEPTH)).unwrap_or_default()
    }

    fn obstacles_within<W: Fn(&Record, &Change) -> bool>(&self, record: &Record, which: &W, depth: usize) -> Obstacles {
        let forgets = |change: &Change| change.set.get(FORGOTTEN) == Some(&Value::Bool(true));
        if record.changes.iter().any(|change| forgets(change) && which(record, change)) {
            return vec![Obstacle::Forgotten];
        }
        let mut obstacles = record.edits_since(which);
        obstacles.extend(self.moved_on(record, which));
        if record.vanishes(which) {
            obstacles.extend(self.belongings_since(record, which, depth));
        }
        obstacles
    }

    /// Whether the case of a record went on after the changes: by a move, or by a form filed in the step they led to.
    fn moved_on<W: Fn(&Record, &Change) -> bool>(&self, record: &Record, which: &W) -> Option<Obstacle> {
        let case = self.case_of(record)?;
        let is_move = |change: &Change| change.set.get(EVENT).is_some();
        let done = record.changes.iter().filter(|change| which(record, change));
        // What else was said of a case counts field by field; only its moves build upon one another.
        let last = done.filter(|change| record.kind == DOCUMENT || is_move(change)).map(|change| change.stamp).max()?;
        let goes_on = |change: &&Change| change.stamp > last && is_move(change) && !which(case, change);
        let moved = case.standing().into_iter().find(goes_on);
        let filed = self
            .of_case(case.id, DOCUMENT)
            .filter(|_| record.kind == CASE)
            .find_map(|document| document.created().filter(|made| made.stamp > last && !which(document, made)));
        let on = moved.or(filed)?;
        Some(Obstacle::MovedOn { case: case.id, by: on.by, at: on.stamp })
    }

    /// The records that belong to one that would vanish, and would not vanish with it.
    fn belongings_since<W: Fn(&Record, &Change) -> bool>(
        &self,
        record: &Record,
        which: &W,
        depth: usize,
    ) -> Option<Obstacle> {
        let stays = |other: &&Record| {
            let goes_along = other.vanishes(which)
                && depth.checked_sub(1).is_none_or(|depth| self.obstacles_within(other, which, depth).is_empty());
            !goes_along && !other.is_of_the_app()
        };
        let mut staying = self.belongings_of(record.id).filter(stays);
        let first = staying.next()?.id;
        Some(Obstacle::Belongings { first, count: 1 + staying.count() })
    }

    /// Everything that exists and belongs to a record, and to what belongs to it: what goes to the bin with it.
    pub fn everything_of(&self, owner: RecordId) -> Vec<&Record> {
        let mut all: Vec<&Record> = Vec::new();
        let mut seen = HashSet::from([owner]);
        let mut owners = vec![owner];
        while let Some(owner) = owners.pop() {
            for record in self.belongings_of(owner).filter(|record| seen.insert(record.id)) {
                owners.push(record.id);
                all.push(record);
            }
        }
        all
    }

    /// The existing records that belong to another as it is now.
    fn belongings_of(&self, owner: RecordId) -> impl Iterator<Item = &Record> {
        let belongs = move |record: &&Record| {
            record.id != owner
                && record.exists()
                && owners_of(record.kind).any(|key| record.reference(key) == Some(owner))
        };
        self.ever_of_customer(owner).filter(belongs)
    }

    /// Puts back what some changes did to one record, whatever was done since.
    pub fn put_back(&self, record: RecordId, which: impl Fn(&Record, &Change) -> bool, undo: &mut Act<'_>) {
        let Some(record) = self.get(record) else { return };
        let taken = record.taken_back();
        let is_meant = |change: &Change| which(record, change) && !taken.contains(&change.stamp);
        let meant: Vec<&Change> = record.changes.iter().filter(|change| is_meant(change)).collect();
        if meant.is_empty() {
            return;
        }
        if record.vanishes(&which) {
            // What the app made for it by itself, such as planned care, goes with it.
            for own in self.belongings_of(record.id).filter(|own| own.is_of_the_app() && !own.vanishes(&which)) {
                undo.set(self, own.kind, own.id, DELETED, true.into());
            }
        }
        let mut keys: Vec<Key> = meant.iter().flat_map(|change| change.set.iter().map(|(key, _)| key)).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            undo.note(self, record.kind, record.id, key, record.without(key, is_meant));
        }
        undo.take_back(record.kind, record.id, meant.iter().map(|change| change.stamp).collect());
    }

    /// The undos that are in force and took back changes of `act` in these records; to undo them is to redo it.
    pub fn undos_of(&self, act: Stamp, touched: &[RecordId]) -> Vec<Stamp> {
        let mut undos = Vec::new();
        for record in touched.iter().filter_map(|id| self.get(*id)) {
            let taken = record.taken_back();
            let stamps: Vec<Stamp> =
                record.changes.iter().filter(|change| change.act == act).map(|change| change.stamp).collect();
            let takes = |change: &&Change| {
                let back = change.over.get(UNDOES).into_iter().flatten();
                !taken.contains(&change.stamp) && back.into_iter().any(|stamp| stamps.contains(stamp))
            };
            undos.extend(record.changes.iter().filter(takes).map(|change| change.act));
        }
        undos.sort_unstable();
        undos.dedup();
        undos
    }

    fn case_of<'b>(&'b self, record: &'b Record) -> Option<&'b Record> {
        if record.kind == CASE {
            return Some(record);
        }
        if record.kind != DOCUMENT {
            return None;
        }
        // The document may be undone now, and belongs to its case all the same.
        let told = record.changes.iter().rev().filter_map(|change| change.set.get(CASE_REF)?.as_text());
        told.filter_map(|id| id.parse().ok()).find_map(|id| self.get(id))
    }
}

impl Record {
    /// Whether some changes of the record are meant that no undo has taken back.
    fn is_touched(&self, which: &impl Fn(&Self, &Change) -> bool) -> bool {
        if HOUSEKEEPING.contains(&self.kind) {
            return false;
        }
        let mut meant = self.changes.iter().filter(|change| which(self, change)).peekable();
        if meant.peek().is_none() {
            return false;
        }
        let taken = self.taken_back();
        meant.any(|change| !taken.contains(&change.stamp))
    }

    /// Whether the record would no longer be there: the change that made it is among those taken back.
    fn vanishes(&self, which: &impl Fn(&Self, &Change) -> bool) -> bool {
        self.created().is_some_and(|first| which(self, first)) && self.exists()
    }

    /// The fields that hold something else than the changes gave them, and those a record they had made got since.
    fn edits_since(&self, which: &impl Fn(&Self, &Change) -> bool) -> Obstacles {
        let taken = self.taken_back();
        let is_meant = |change: &Change| which(self, change) && !taken.contains(&change.stamp);
        let given = |key: Key| self.changes.iter().rev().filter(|change| is_meant(change)).find_map(|c| c.set.get(key));
        let is_made_here = self.created().is_some_and(is_meant);
        let mut keys: Vec<Key> = self.changes.iter().flat_map(|change| change.set.iter().map(|(key, _)| key)).collect();
        keys.sort_unstable();
        keys.dedup();
        let edit = |key: Key| {
            let is_edited = match given(key) {
                Some(value) => self.get(key) != value,
                None => is_made_here && !DERIVED.contains(&key) && *self.get(key) != Value::Null,
            };
            let change = self.written(key).filter(|_| is_edited)?;
            Some(Obstacle::Edited { field: key, by: change.by, at: change.stamp })
        };
        keys.into_iter().filter_map(edit).collect()
    }

    /// Whether only the app has ever written it, or it is a score, which is worked out again from what is there.
    fn is_of_the_app(&self) -> bool {
        self.kind == SCORE || self.changes.iter().all(|change| change.by == SYSTEM)
    }
}
