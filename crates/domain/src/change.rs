//! A change: some fields of one record, set at one moment, by one person on one device.

use std::collections::HashMap;

use serde::de::{self, MapAccess};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::book::{Book, Record};
use crate::key::Key;
use crate::stamp::{Clock, RecordId, Stamp};
use crate::value::Value;

/// Set to `true`, it makes a record deleted; the record stays in history and can come back.
pub const DELETED: Key = Key::of("deleted");

/// Set to `true`, it drops every older value of the record wherever it is met; spec L3.
pub const FORGOTTEN: Key = Key::of("forgotten");

/// Under this name, `over` holds the stamps of the changes of the record that a change takes back: it is part of an undo.
///
/// No field has this name, so that an undo neither adds to a record nor clashes with another one.
pub const UNDOES: Key = Key::of("undoes");

/// Some fields of one record, set at one moment by one person on one device.
///
/// The order of the struct's fields is the canonical order of changes: by stamp, then by content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When and on which node; later stamps win.
    pub stamp: Stamp,
    /// The stamp of the act it belongs to: all changes of one thing a person did share it.
    pub act: Stamp,
    /// Who did it: a record of kind staff, or [`crate::book::SYSTEM`].
    pub by: RecordId,
    /// The kind of record.
    pub kind: Key,
    /// The record.
    pub record: RecordId,
    /// The new content of each field it sets.
    pub set: Cells<Value>,
    /// The stamps of the content it saw and replaced, field by field; absent where there was none.
    #[serde(default, skip_serializing_if = "Cells::is_empty")]
    pub over: Cells<Vec<Stamp>>,
}

/// Names with contents, sorted by name, each once: a small map that costs one allocation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cells<T>(Vec<(Key, T)>);

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Cells<T> {
    /// The content under `key`, if the name is here.
    pub fn get(&self, key: Key) -> Option<&T> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, content)| content)
    }

    /// Puts `content` under `key`, replacing what was there.
    pub fn put(&mut self, key: Key, content: T) {
        match self.0.binary_search_by(|(name, _)| name.cmp(&key)) {
            Ok(place) => self.0[place].1 = content,
            Err(place) => self.0.insert(place, (key, content)),
        }
    }

    /// All names with their contents, by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Key, &T)> {
        self.0.iter().map(|(key, content)| (*key, content))
    }

    /// Whether there is nothing here.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> FromIterator<(Key, T)> for Cells<T> {
    fn from_iter<I: IntoIterator<Item = (Key, T)>>(items: I) -> Self {
        let mut cells: Vec<_> = items.into_iter().collect();
        cells.sort_by_key(|cell| cell.0);
        // Of a name given twice the last content counts, as with repeated `put`.
        cells.reverse();
        cells.dedup_by(|a, b| a.0 == b.0);
        cells.reverse();
        Self(cells)
    }
}

impl<T: Serialize> Serialize for Cells<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, content) in self.iter() {
            map.serialize_entry(&key, content)?;
        }
        map.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Cells<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = Cells<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("fields by name")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells<T>, A::Error> {
                let mut cells: Vec<(Key, T)> = Vec::with_capacity(16);
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                if !cells.is_sorted_by_key(|cell| cell.0) {
                    cells.sort_by_key(|cell| cell.0);
                }
                if let Some(pair) = cells.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                    return Err(de::Error::custom(format!("the field {} stands twice", pair[0].0)));
                }
                cells.shrink_to_fit();
                Ok(Cells(cells))
            }
        }
        deserializer.deserialize_map(Visitor(std::marker::PhantomData))
    }
}

/// One thing a person does: collects its changes, so that they are saved and undone together.
///
/// All changes of one record within the act become one change.
pub struct Act<'c> {
    clock: &'c mut Clock,
    wall_ms: u64,
    by: RecordId,
    stamp: Option<Stamp>,
    changes: Vec<Change>,
    places: HashMap<RecordId, usize>,
}

impl<'c> Act<'c> {
    /// Begins an act of `by` at `wall_ms` (milliseconds since 1970-01-01 UTC).
    pub fn begin(clock: &'c mut Clock, wall_ms: u64, by: RecordId) -> Self {
        Self { clock, wall_ms, by, stamp: None, changes: Vec::new(), places: HashMap::new() }
    }

    /// Makes a new record and gives its name.
    pub fn create(&mut self, kind: Key, set: Cells<Value>) -> RecordId {
        let record = self.clock.record_id(self.wall_ms);
        self.create_as(kind, record, set);
        record
    }

    /// Makes a new record under a name known beforehand.
    pub fn create_as(&mut self, kind: Key, record: RecordId, set: Cells<Value>) {
        for (key, value) in set.0 {
            self.put(kind, record, key, value, Vec::new());
        }
    }

    /// Sets one field of a record, unless it already holds just that.
    pub fn set(&mut self, book: &Book, kind: Key, record: RecordId, key: Key, value: Value) {
        let before = book.get(record);
        if before.map_or(Value::NULL, |record| record.get(key)) == &value && !self.touches(record, key) {
            return;
        }
        self.note(book, kind, record, key, value);
    }

    /// Sets one field of a record even if it already holds just that: an event that happened once more.
    pub fn note(&mut self, book: &Book, kind: Key, record: RecordId, key: Key, value: Value) {
        let over = book.get(record).and_then(|record| record.written(key)).map(|change| change.stamp);
        self.put(kind, record, key, value, over.into_iter().collect());
    }

    /// Settles a clash: `value` replaces every one of the clashing contents.
    pub fn settle(&mut self, record: &Record, key: Key, value: Value) {
        let over = record.heads(key).map(|(change, _)| change.stamp).collect();
        self.put(record.kind, record.id, key, value, over);
    }

    /// Says that what this act sets in `record` takes back the changes of these stamps.
    pub(crate) fn take_back(&mut self, kind: Key, record: RecordId, stamps: Vec<Stamp>) {
        let place = self.place(kind, record);
        self.changes[place].over.put(UNDOES, stamps);
    }

    /// The act's own name, if it has changed anything yet.
    pub fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }

    /// The changes in the order they were begun; none when nothing was really changed.
    pub fn finish(self) -> Vec<Change> {
        self.changes
    }

    fn touches(&self, record: RecordId, key: Key) -> bool {
        self.places.get(&record).is_some_and(|place| self.changes[*place].set.get(key).is_some())
    }

    fn put(&mut self, kind: Key, record: RecordId, key: Key, value: Value, over: Vec<Stamp>) {
        let place = self.place(kind, record);
        let change = &mut self.changes[place];
        change.set.put(key, value);
        if !over.is_empty() {
            change.over.put(key, over);
        }
    }

    fn place(&mut self, kind: Key, record: RecordId) -> usize {
        match self.places.get(&record) {
            Some(place) => *place,
            None => self.begin_change(kind, record),
        }
    }

    fn begin_change(&mut self, kind: Key, record: RecordId) -> usize {
        let stamp = self.clock.tick(self.wall_ms);
        let act = *self.stamp.get_or_insert(stamp);
        let (set, over) = (Cells::default(), Cells::default());
        self.changes.push(Change { stamp, act, by: self.by, kind, record, set, over });
        self.places.insert(record, self.changes.len() - 1);
        self.changes.len() - 1
    }
}
