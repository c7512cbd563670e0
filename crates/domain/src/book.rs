//! The records of a workspace in memory: changes folded by stamp, merged as sets, undone by act.

mod past;
mod undo;
mod united;

use std::collections::{BTreeMap, HashMap};

use crate::change::{Change, DELETED, FORGOTTEN};
use crate::key::Key;
use crate::kind::{
    CASE, CASE_REF, CONSENT, CONTACT_REF, CUSTOMER_REF, ORIGIN, PROPOSED_BY, PROPOSED_GRADE, PROPOSED_SCORE,
};
use crate::shelf::Shelf;
use crate::stamp::{MAX_AHEAD_MS, RecordId, Stamp};
use crate::value::Value;

pub use undo::{Obstacle, Obstacles, Undone};

/// The author of what the app does by itself; spec role SYS.
pub const SYSTEM: RecordId = RecordId::fixed(0);

/// Fields the app works out from others: they neither make a record nor count as an edit of it.
const DERIVED: [Key; 3] = [PROPOSED_GRADE, PROPOSED_SCORE, PROPOSED_BY];

/// A record: its changes in order; a field holds what the latest of them set.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What kind of thing it is.
    pub kind: Key,
    /// Its name.
    pub id: RecordId,
    changes: Vec<Change>,
    /// Whether another record stands for it since a merger; kept by the book.
    is_merged: bool,
}

/// Two people set one field without having seen each other's content.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// The record.
    pub record: RecordId,
    /// The field.
    pub field: Key,
    /// Each content with the change that set it, the winning one first.
    pub sides: Vec<(Change, Value)>,
    /// What both replaced, if it is known.
    pub before: Option<Value>,
}

impl Record {
    fn new(change: Change) -> Self {
        Self { kind: change.kind, id: change.record, changes: vec![change], is_merged: false }
    }

    /// What the field holds now; [`Value::Null`] when it was never set or is cleared.
    pub fn get(&self, key: Key) -> &Value {
        self.written(key).and_then(|change| change.set.get(key)).unwrap_or(Value::NULL)
    }

    /// The text a field holds; empty when it holds none.
    pub fn text(&self, key: Key) -> &str {
        self.get(key).as_text().unwrap_or_default()
    }

    /// The record a field refers to, if any.
    pub fn reference(&self, key: Key) -> Option<RecordId> {
        self.get(key).as_text()?.parse().ok()
    }

    /// The change that gave the field its present content.
    pub fn written(&self, key: Key) -> Option<&Change> {
        winner(self.changes.iter().rev(), key)
    }

    /// The record with the changes of another copy of it.
    #[must_use]
    pub fn united(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for change in &other.changes {
            all.insert(change.clone());
        }
        all
    }

    /// Whether this very change is among its own.
    pub fn has(&self, change: &Change) -> bool {
        self.changes.binary_search(change).is_ok()
    }

    /// Every change, oldest first.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// All fields that hold something, by name; the canonical content of the record.
    pub fn fields(&self) -> BTreeMap<Key, &Value> {
        self.changes
            .iter()
            .flat_map(|change| change.set.iter().map(|(key, _)| key))
            .map(|key| (key, self.get(key)))
            .filter(|(_, value)| **value != Value::Null)
            .collect()
    }

    /// Whether it was erased for good (L3); whatever somebody wrote of it since without knowing stays unseen.
    pub fn is_forgotten(&self) -> bool {
        // The marker dropped everything older; beside it at the front can only be changes of its own stamp.
        let front = self.changes.first().map(|change| change.stamp);
        let mut at_front = self.changes.iter().take_while(|change| Some(change.stamp) == front);
        at_front.any(|change| change.set.get(FORGOTTEN) == Some(&Value::Bool(true)))
    }

    /// Whether the record is there for people: something is set, and it is not deleted, erased or merged into another.
    pub fn exists(&self) -> bool {
        !self.is_merged
            && !self.is_forgotten()
            && *self.get(DELETED) != Value::Bool(true)
            && self.changes.iter().any(|change| {
                change.set.iter().any(|(key, value)| {
                    *value != Value::Null && !DERIVED.contains(&key) && *self.get(key) != Value::Null
                })
            })
    }

    /// The change that made it.
    pub fn created(&self) -> Option<&Change> {
        self.changes.first()
    }

    /// The contents of a field that no standing change has replaced; more than one means a clash.
    pub fn heads(&self, key: Key) -> impl Iterator<Item = (&Change, &Value)> {
        let standing = self.standing();
        let replaced = self.replaced(key, &standing);
        let setting = standing.into_iter().filter_map(move |change| Some((change, change.set.get(key)?)));
        setting.filter(move |(change, _)| !replaced.contains(&change.stamp))
    }

    /// The stamps that standing changes replaced in a field; who replaces an undo replaces what it had put back as well.
    fn replaced(&self, key: Key, standing: &[&Change]) -> Vec<Stamp> {
        let over = |change: &Change| change.over.get(key).cloned().unwrap_or_default();
        let mut replaced: Vec<Stamp> = standing.iter().flat_map(|change| over(change)).collect();
        if standing.len() < self.changes.len() {
            let mut next = 0;
            while let Some(stamp) = replaced.get(next).copied() {
                let gone = self.changes.iter().filter(|change| change.stamp == stamp);
                let gone = gone.filter(|change| !standing.contains(change));
                let more: Vec<Stamp> = gone.flat_map(over).filter(|stamp| !replaced.contains(stamp)).collect();
                replaced.extend(more);
                next += 1;
            }
        }
        replaced
    }

    /// The clashes of the record, field by field.
    pub fn clashes(&self) -> Vec<Clash> {
        if self.changes.len() < 2 {
            return Vec::new();
        }
        let mut keys: Vec<Key> = self.changes.iter().flat_map(|change| change.set.iter().map(|(key, _)| key)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().filter_map(|key| self.clash(key)).collect()
    }

    fn clash(&self, key: Key) -> Option<Clash> {
        let mut sides: Vec<(Change, Value)> =
            self.heads(key).map(|(change, value)| (change.clone(), value.clone())).collect();
        let first = &sides.first()?.1;
        if sides.iter().all(|(_, value)| value == first) {
            return None;
        }
        let winner = self.written(key)?;
        sides.sort_by(|a, b| (b.0 == *winner, &b.0).cmp(&(a.0 == *winner, &a.0)));
        let before = sides
            .iter()
            .filter_map(|(change, _)| change.over.get(key)?.first())
            .find_map(|stamp| self.changes.iter().find(|change| change.stamp == *stamp))
            .and_then(|change| change.set.get(key).cloned());
        Some(Clash { record: self.id, field: key, sides, before })
    }

    fn forgotten_at(&self) -> Option<Stamp> {
        let front = self.changes.first().map(|change| change.stamp);
        front.filter(|_| self.is_forgotten())
    }

    /// Takes in one change; says whether it was new.
    fn insert(&mut self, change: Change) -> bool {
        if self.forgotten_at().is_some_and(|forgotten| change.stamp < forgotten) {
            return false;
        }
        match self.changes.binary_search(&change) {
            Ok(_) => false,
            Err(place) => {
                let forgets = change.set.get(FORGOTTEN) == Some(&Value::Bool(true));
                let stamp = change.stamp;
                self.changes.insert(place, change);
                if forgets {
                    self.changes.retain(|older| older.stamp >= stamp);
                }
                // The kind is that of the first change, whatever order they came in.
                self.kind = self.changes.first().map_or(self.kind, |first| first.kind);
                true
            }
        }
    }
}

/// The fields by which a record of a kind belongs to another.
fn owners_of(kind: Key) -> impl Iterator<Item = Key> {
    // What else names a contact, such as a call, does not belong to them.
    let contact = (kind == CONSENT).then_some(CONTACT_REF);
    [CUSTOMER_REF, CASE_REF, ORIGIN].into_iter().chain(contact)
}

/// The change that decides a field; they come newest first.
fn winner<'r>(changes: impl Iterator<Item = &'r Change>, key: Key) -> Option<&'r Change> {
    let mut setting = changes.filter(|change| change.set.get(key).is_some());
    let mut winner = setting.next()?;
    let latest = winner.stamp;
    // Equal stamps come from a cloned device; the larger canonical bytes win on every device.
    for twin in setting.take_while(|change| change.stamp == latest) {
        let (Some(ours), Some(other)) = (winner.set.get(key), twin.set.get(key)) else { continue };
        if other.canonical() > ours.canonical() {
            winner = twin;
        }
    }
    Some(winner)
}

/// What a merge brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// The changes that were not here before, in their order.
    pub new: Vec<Change>,
    /// How many were already here.
    pub known: usize,
    /// Changes whose stamp lies more than 24 h ahead; they were left out.
    pub set_aside: Vec<Change>,
}

/// All records of a workspace, and through them all changes.
#[derive(Clone, Debug, Default)]
pub struct Book {
    records: Shelf<Record>,
    by_kind: HashMap<Key, Vec<RecordId>>,
    /// Every record that ever belonged to a customer, a case or a contact, or was opened by a case, by that; readers check that it still does.
    belongings: Shelf<Vec<RecordId>>,
    united: united::United,
    newest: Stamp,
    changes: usize,
    /// How many changes were dropped or not taken in, because their record was forgotten.
    dropped: usize,
}

impl Book {
    /// A workspace without anything in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in one change; says whether it was new.
    pub fn insert(&mut self, change: Change) -> bool {
        let stamp = change.stamp;
        let merges = self.concerns_union(&change);
        self.note_owners(&change);
        let is_new = match self.records.get_mut(change.record) {
            Some(record) => {
                let (kind, count) = (record.kind, record.changes.len());
                let is_late = record.forgotten_at().is_some_and(|forgotten| change.stamp < forgotten);
                let is_new = record.insert(change);
                self.dropped += usize::from(is_late) + count + usize::from(is_new) - record.changes.len();
                self.changes = self.changes + record.changes.len() - count;
                if record.kind != kind {
                    let (id, new_kind) = (record.id, record.kind);
                    if let Some(ids) = self.by_kind.get_mut(&kind) {
                        ids.retain(|other| *other != id);
                    }
                    self.by_kind.entry(new_kind).or_default().push(id);
                }
                is_new
            }
            None => {
                self.by_kind.entry(change.kind).or_default().push(change.record);
                self.records.put(change.record, Record::new(change));
                self.changes += 1;
                true
            }
        };
        self.newest = self.newest.max(stamp);
        if let Some(record) = merges {
            self.unite(record);
        }
        is_new
    }

    fn note_owners(&mut self, change: &Change) {
        let is_known = self.records.contains(change.record);
        for reference in owners_of(change.kind) {
            let Some(text) = change.set.get(reference).and_then(Value::as_text) else { continue };
            let Ok(owner) = text.parse() else { continue };
            match self.belongings.get_mut(owner) {
                Some(belongings) if !is_known || !belongings.contains(&change.record) => belongings.push(change.record),
                Some(_) => (),
                None => self.belongings.put(owner, vec![change.record]),
            }
        }
    }

    /// The existing records of one kind that belong to a customer, in the order they came in.
    pub fn of_customer(&self, customer: RecordId, kind: Key) -> impl Iterator<Item = &Record> {
        self.belonging(customer, CUSTOMER_REF, kind)
    }

    /// The existing records of one kind that belong to a case, in the order they came in.
    pub fn of_case(&self, case: RecordId, kind: Key) -> impl Iterator<Item = &Record> {
        self.belonging(case, CASE_REF, kind)
    }

    /// The existing cases that a case has opened, in the order they came in.
    pub fn opened_by(&self, case: RecordId) -> impl Iterator<Item = &Record> {
        self.belonging(case, ORIGIN, CASE)
    }

    fn belonging(&self, owner: RecordId, reference: Key, kind: Key) -> impl Iterator<Item = &Record> {
        self.ever_of_customer(owner)
            .filter(move |record| record.kind == kind)
            .filter(move |record| record.reference(reference).map(|other| self.survivor(other)) == Some(owner))
            .filter(|record| record.exists())
    }

    /// Every record that belongs or once belonged to a customer or to one merged into it, deleted ones too; for its history.
    pub fn ever_of_customer(&self, customer: RecordId) -> impl Iterator<Item = &Record> {
        self.united_in(customer)
            .filter_map(|owner| self.belongings.get(owner))
            .flatten()
            .filter_map(|id| self.records.get(*id))
    }

    /// Whether this very change is here.
    pub fn contains(&self, change: &Change) -> bool {
        self.records.get(change.record).is_some_and(|record| record.has(change))
    }

    /// What a merge of these changes would bring, without doing it.
    ///
    /// Stamps too far ahead of `wall_ms` are set aside; the new changes come in canonical order.
    pub fn preview(&self, changes: impl IntoIterator<Item = Change>, wall_ms: u64) -> Merged {
        let latest = wall_ms.saturating_add(MAX_AHEAD_MS);
        let mut merged = Merged::default();
        for change in changes {
            if change.stamp.millis() > latest {
                merged.set_aside.push(change);
            } else if self.contains(&change) || self.has_forgotten(&change) {
                merged.known += 1;
            } else {
                merged.new.push(change);
            }
        }
        merged.new.sort_unstable();
        let count = merged.new.len();
        merged.new.dedup();
        merged.known += count - merged.new.len();
        merged
    }

    /// Unites with changes from elsewhere; stamps too far ahead of `wall_ms` are set aside.
    pub fn merge(&mut self, changes: impl IntoIterator<Item = Change>, wall_ms: u64) -> Merged {
        let merged = self.preview(changes, wall_ms);
        for change in &merged.new {
            self.insert(change.clone());
        }
        merged
    }

    /// Whether the record was forgotten (L3) after this change was made.
    pub fn has_forgotten(&self, change: &Change) -> bool {
        let forgotten = self.records.get(change.record).and_then(Record::forgotten_at);
        forgotten.is_some_and(|forgotten| change.stamp < forgotten)
    }

    /// The record `id`, deleted or not.
    pub fn get(&self, id: RecordId) -> Option<&Record> {
        self.records.get(id)
    }

    /// The records of one kind that exist, in the order they came in.
    pub fn of_kind(&self, kind: Key) -> impl Iterator<Item = &Record> {
        self.ever_of_kind(kind).filter(|record| record.exists())
    }

    /// The records of one kind that exist or once did, in the order they came in.
    pub fn ever_of_kind(&self, kind: Key) -> impl Iterator<Item = &Record> {
        self.by_kind.get(&kind).into_iter().flatten().filter_map(|id| self.records.get(*id))
    }

    /// The names of the records of one kind that exist or once did, in the order they came in; to go through them in parts.
    pub fn ids_of_kind(&self, kind: Key) -> &[RecordId] {
        self.by_kind.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every record, in no particular order.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// The kinds there are records of.
    pub fn kinds(&self) -> impl Iterator<Item = Key> {
        self.by_kind.keys().copied()
    }

    /// How many changes there are.
    pub fn len(&self) -> usize {
        self.changes
    }

    /// Whether there is no change at all.
    pub fn is_empty(&self) -> bool {
        self.changes == 0
    }

    /// How many changes were dropped or not taken in since the book was made, because their record was forgotten (L3): where
    /// they came from, they still lie.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Since when which records are forgotten (L3).
    pub fn forgotten(&self) -> HashMap<RecordId, Stamp> {
        self.records.values().filter_map(|record| Some((record.id, record.forgotten_at()?))).collect()
    }

    /// The latest stamp of all.
    pub fn newest(&self) -> Stamp {
        self.newest
    }

    /// All changes in canonical order: by stamp, then by content.
    pub fn changes(&self) -> Vec<&Change> {
        let mut changes: Vec<&Change> = self.records.values().flat_map(Record::changes).collect();
        changes.sort_unstable();
        changes
    }

    /// Every clash that waits to be settled, by record.
    pub fn clashes(&self) -> Vec<Clash> {
        let mut clashes: Vec<Clash> = self.records.values().flat_map(Record::clashes).collect();
        clashes.sort_by_key(|clash| (clash.record, clash.field));
        clashes
    }

    /// How many fields would clash if these changes were merged, beyond those that clash already.
    pub fn clashes_with(&self, changes: &[Change]) -> usize {
        let mut touched: HashMap<RecordId, Vec<&Change>> = HashMap::new();
        for change in changes {
            touched.entry(change.record).or_default().push(change);
        }
        touched
            .into_iter()
            .filter_map(|(id, changes)| {
                let here = self.records.get(id)?;
                let mut united = here.clone();
                for change in changes {
                    united.insert(change.clone());
                }
                Some(united.clashes().len().saturating_sub(here.clashes().len()))
            })
            .sum()
    }
}
