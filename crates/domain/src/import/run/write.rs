//! Writing what the dry run found, as one act: the batch, new choices and fields, and the records.

use super::plan::NewField;
use super::{Importer, Stage, TAG};
use crate::book::Book;
use crate::change::{Act, Cells};
use crate::dictionary::{DICT_ITEM, FIELD_DEF, names};
use crate::import::outcome::Progress;
use crate::import::standing::united;
use crate::key::Key;
use crate::kind::{BATCH, CUSTOMER_REF, TAGS};
use crate::stamp::RecordId;
use crate::value::Value;

/// How much of the act is written.
#[derive(Default)]
pub(super) struct Written {
    pub(super) has_begun: bool,
    pub(super) slots: usize,
}

impl Importer {
    /// Writes at most `max_records` more into `act`; begins with the batch itself. An unfinished dry run writes nothing.
    ///
    /// When no row brings anything new, not even a batch is written. To stop, drop the act.
    pub fn commit(&mut self, book: &Book, act: &mut Act<'_>, max_records: usize) -> Progress {
        let total = self.standing.slots.len();
        if !matches!(self.stage, Stage::Finished) {
            return Progress { done: 0, total: 1, is_finished: false };
        }
        if !self.written.has_begun {
            self.written.has_begun = true;
            if !self.has_news() {
                self.written.slots = total;
            } else {
                self.write_batch(act);
            }
        }
        let end = self.written.slots.saturating_add(max_records.max(1)).min(total);
        for slot in self.written.slots..end {
            self.write_slot(book, act, slot);
        }
        self.written.slots = end;
        Progress { done: end, total, is_finished: end == total }
    }

    fn has_news(&self) -> bool {
        let own = self.standing.slots.iter().any(|slot| !slot.pending.is_empty());
        own || self.standing.carried.iter().any(|slot| !slot.pending.is_empty())
    }

    fn write_batch(&self, act: &mut Act<'_>) {
        let count = |number: u32| Value::Int(i64::from(number));
        let counts = self.counts;
        let cells: Cells<Value> = [
            (TAG, Value::from(self.options.tag.as_str())),
            (Key::of("file"), Value::from(self.options.file.as_str())),
            (Key::of("of"), Value::from(self.kind.as_str())),
            (Key::of("rows"), count(counts.rows)),
            (Key::of("new"), count(counts.new)),
            (Key::of("changed"), count(counts.changed)),
            (Key::of("same"), count(counts.same)),
            (Key::of("refused"), count(counts.refused)),
            (Key::of("doubles"), count(counts.doubles)),
            (Key::of("passed_over"), count(counts.passed_over)),
        ]
        .into_iter()
        .collect();
        act.create(BATCH, cells);
        for ((group, _), label) in &self.new_items {
            let label = Value::from(label.as_ref());
            let cells = [
                (names::GROUP, Value::from(group.as_str())),
                (names::KEY, label.clone()),
                (names::ZH, label.clone()),
                (names::EN, label),
            ];
            act.create(DICT_ITEM, cells.into_iter().collect());
        }
        for NewField { key, label, notation } in &self.fields {
            let cells = [
                (names::ENTITY, Value::from(self.kind.as_str())),
                (names::KEY, Value::from(key.as_str())),
                (names::ZH, Value::from(label.zh.as_ref())),
                (names::EN, Value::from(label.en.as_ref())),
                (names::TYPE, Value::from(notation.as_ref())),
            ];
            act.create(FIELD_DEF, cells.into_iter().collect());
        }
    }

    fn write_slot(&mut self, book: &Book, act: &mut Act<'_>, place: usize) {
        let tag = Value::List(vec![Value::from(self.options.tag.as_str())]);
        let tags = united(self.standing.current(book, place, TAGS), &tag);
        let Some(slot) = self.standing.slots.get_mut(place) else { return };
        let carried = std::mem::take(&mut slot.carried);
        let brings = |place: &usize| self.standing.carried.get(*place).is_some_and(|slot| !slot.pending.is_empty());
        if slot.pending.is_empty() && !carried.iter().any(brings) {
            return;
        }
        let mut pending = std::mem::take(&mut slot.pending);
        pending.retain(|(key, _)| *key != TAGS);
        pending.push((TAGS, tags));
        let owner = match slot.record {
            Some(record) => {
                for (key, value) in pending {
                    act.set(book, self.kind, record, key, value);
                }
                record
            }
            None => {
                let record = act.create(self.kind, pending.into_iter().collect());
                slot.record = Some(record);
                record
            }
        };
        for place in carried {
            self.write_carried(book, act, place, owner);
        }
    }

    fn write_carried(&mut self, book: &Book, act: &mut Act<'_>, place: usize, owner: RecordId) {
        let (Some(kind), Some(slot)) = (self.with, self.standing.carried.get_mut(place)) else { return };
        let mut pending = std::mem::take(&mut slot.pending);
        if pending.is_empty() {
            return;
        }
        match slot.record {
            Some(record) => {
                for (key, value) in pending {
                    act.set(book, kind, record, key, value);
                }
            }
            None => {
                pending.push((CUSTOMER_REF, Value::from(owner)));
                slot.record = Some(act.create(kind, pending.into_iter().collect()));
            }
        }
    }
}
