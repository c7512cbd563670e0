//! Records as they were: at a moment, and without what was taken back.

use super::{Book, Record, winner};
use crate::change::{Change, UNDOES};
use crate::key::Key;
use crate::kind::MERGED_INTO;
use crate::stamp::{RecordId, Stamp};
use crate::value::Value;

impl Record {
    /// The changes that stand, oldest first: without those an undo took back, and without the undos themselves.
    ///
    /// They tell what a record went through, such as the moves of a case. An undo that was itself taken back is as if it had
    /// never been.
    pub fn standing(&self) -> Vec<&Change> {
        standing(self.changes.iter())
    }

    /// Who decided on the present content of a field and when: not the undo or redo that put it back, but what it put back.
    pub fn decided(&self, key: Key) -> Option<&Change> {
        winner(self.standing().into_iter().rev(), key)
    }

    /// The stamps of the changes that an undo took back, as it is now.
    pub fn taken_back(&self) -> Vec<Stamp> {
        let mut taken = Vec::new();
        for change in self.changes.iter().rev() {
            if !taken.contains(&change.stamp) {
                taken.extend(change.over.get(UNDOES).into_iter().flatten());
            }
        }
        taken
    }

    /// The record as it was at the moment of `at`, that moment included; `None` when it was not there yet.
    ///
    /// What was forgotten since does not come back (L3).
    pub fn as_of(&self, at: Stamp) -> Option<Self> {
        let changes: Vec<Change> = self.changes.iter().filter(|change| change.stamp <= at).cloned().collect();
        let kind = changes.first()?.kind;
        let mut past = Self { kind, id: self.id, changes, is_merged: false };
        past.is_merged = self.is_merged && past.reference(MERGED_INTO).is_some();
        Some(past)
    }

    /// The content a field would hold without some of the changes.
    pub(super) fn without(&self, key: Key, is_left_out: impl Fn(&Change) -> bool) -> Value {
        let rest = standing(self.changes.iter().filter(|change| !is_left_out(change)));
        let decisive = winner(rest.into_iter().rev(), key);
        decisive.and_then(|change| change.set.get(key)).cloned().unwrap_or(Value::Null)
    }
}

/// The changes that no undo among them took back, without the undos.
fn standing<'r>(changes: impl DoubleEndedIterator<Item = &'r Change>) -> Vec<&'r Change> {
    let mut taken: Vec<Stamp> = Vec::new();
    let mut standing = Vec::new();
    for change in changes.rev() {
        match change.over.get(UNDOES) {
            _ if taken.contains(&change.stamp) => {}
            Some(stamps) => taken.extend(stamps),
            None => standing.push(change),
        }
    }
    standing.reverse();
    standing
}

impl Book {
    /// A customer and all that ever belonged to it as they were at the moment of `at`, that moment included; in a book of
    /// their own, empty when the customer was not there yet.
    pub fn customer_as_of(&self, customer: RecordId, at: Stamp) -> Self {
        let mut past = Self::new();
        if self.get(customer).and_then(|card| card.as_of(at)).is_none() {
            return past;
        }
        let cards = self.united_in(customer).filter_map(|card| self.get(card)?.as_of(at));
        let belongings = self.ever_of_customer(customer).filter_map(|record| record.as_of(at));
        for record in cards.chain(belongings) {
            for change in record.changes {
                past.insert(change);
            }
        }
        past
    }

    /// Every text that a field of a kind holds or ever held, so that a number is never given twice.
    pub fn ever_held(&self, kind: Key, key: Key) -> impl Iterator<Item = &str> {
        let changes = self.ever_of_kind(kind).flat_map(|record| &record.changes);
        changes.filter_map(move |change| change.set.get(key)?.as_text())
    }
}
