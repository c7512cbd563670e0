//! Records merged into others: each stands under the one that survived, wherever it is referred to.
//!
//! A merger changes no reference. It says of the losers what they were merged into, and the book follows that whenever it
//! is asked what belongs to whom: so what a colleague wrote of a loser meanwhile is found with the survivor as soon as it
//! arrives, and undoing the merger puts everything back, that too.

use std::collections::HashMap;

use super::{Book, Record};
use crate::change::{Change, FORGOTTEN};
use crate::key::Key;
use crate::kind::{CONTACT, CUSTOMER, CUSTOMER_REF, MERGED_INTO};
use crate::stamp::{RecordId, Stamp};

/// Who stands for whom.
#[derive(Clone, Debug, Default)]
pub(super) struct United {
    /// Every record that was ever merged into another.
    ever: Vec<RecordId>,
    /// What stands for each of them now, to the end of the chain.
    survivors: HashMap<RecordId, RecordId>,
    /// Those each survivor stands for, in order.
    losers: HashMap<RecordId, Vec<RecordId>>,
    /// The records they were ever said to be merged into, there or not.
    targets: Vec<RecordId>,
}

impl Book {
    /// The record that stands for this one: itself, unless it was merged into another.
    pub fn survivor(&self, record: RecordId) -> RecordId {
        // Hardly any record was merged, and this is asked for each of very many.
        if self.united.survivors.is_empty() {
            return record;
        }
        self.united.survivors.get(&record).copied().unwrap_or(record)
    }

    /// The records merged into this one, directly or by way of others, in order.
    pub fn merged_into(&self, survivor: RecordId) -> &[RecordId] {
        self.united.losers.get(&survivor).map(Vec::as_slice).unwrap_or_default()
    }

    /// The record and those merged into it.
    pub fn united_in(&self, survivor: RecordId) -> impl Iterator<Item = RecordId> {
        std::iter::once(survivor).chain(self.merged_into(survivor).iter().copied())
    }

    /// The customer a record belongs to: the one its field names, or what that was merged into.
    pub fn customer_of(&self, record: &Record) -> Option<RecordId> {
        record.reference(CUSTOMER_REF).map(|customer| self.survivor(customer))
    }

    /// The record whose taking in makes it necessary to look anew at who stands for whom.
    pub(super) fn concerns_union(&self, change: &Change) -> Option<RecordId> {
        let is_known = || self.united.ever.contains(&change.record);
        let is_awaited = || self.united.targets.contains(&change.record) && !self.records.contains(change.record);
        let says = can_be_merged(change.kind) && change.set.get(MERGED_INTO).is_some();
        let forgets = || change.set.get(FORGOTTEN).is_some() && is_known();
        (says || (!self.united.ever.is_empty() && (is_awaited() || forgets()))).then_some(change.record)
    }

    /// Works out anew who stands for whom, after something was said of `record`.
    pub(super) fn unite(&mut self, record: RecordId) {
        let mut united = std::mem::take(&mut self.united);
        let says = |record: &Record| can_be_merged(record.kind) && record.written(MERGED_INTO).is_some();
        let says = self.records.get(record).is_some_and(says);
        if says && !united.ever.contains(&record) {
            united.ever.push(record);
        }
        let mut said: Vec<(Stamp, RecordId, RecordId)> = united.ever.iter().filter_map(|id| self.said(*id)).collect();
        united.targets = said.iter().map(|(_, _, into)| *into).collect();
        // Two people who merged the same two the other way round made a ring: the later one counts.
        said.sort_unstable_by(|one, other| other.cmp(one));
        let mut direct: HashMap<RecordId, RecordId> = HashMap::new();
        for (_, from, into) in said {
            if self.records.contains(into) && end_of(&direct, into) != from {
                direct.insert(from, into);
            }
        }
        united.survivors = direct.keys().map(|from| (*from, end_of(&direct, *from))).collect();
        united.losers.clear();
        for (loser, survivor) in &united.survivors {
            united.losers.entry(*survivor).or_default().push(*loser);
        }
        united.losers.values_mut().for_each(|losers| losers.sort_unstable());
        for id in &united.ever {
            if let Some(record) = self.records.get_mut(*id) {
                record.is_merged = united.survivors.contains_key(id);
            }
        }
        self.united = united;
    }

    /// What a record says it was merged into, and since when.
    fn said(&self, id: RecordId) -> Option<(Stamp, RecordId, RecordId)> {
        let record = self.records.get(id)?;
        let into = record.reference(MERGED_INTO).filter(|into| *into != id)?;
        Some((record.written(MERGED_INTO)?.stamp, id, into))
    }
}

/// Whether records of a kind are united; what others call by the same name is theirs.
fn can_be_merged(kind: Key) -> bool {
    [CUSTOMER, CONTACT].contains(&kind)
}

/// Where the chain of mergers that begins at `from` ends.
fn end_of(direct: &HashMap<RecordId, RecordId>, from: RecordId) -> RecordId {
    let mut end = from;
    while let Some(next) = direct.get(&end) {
        end = *next;
    }
    end
}
