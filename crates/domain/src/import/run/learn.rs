//! Learning what is there before rows are read: records by what they are recognised by, and by their codes and names.

use std::collections::{HashMap, HashSet};

use super::{Importer, Stage};
use crate::book::Book;
use crate::dictionary::{Dictionary, folded};
use crate::field::FieldType;
use crate::field_text::Meanings;
use crate::key::Key;
use crate::kind::{CODE, NAME, OTHER_CODES, OTHER_NAMES};
use crate::stamp::RecordId;
use crate::text::Lang;
use crate::value::Value;

/// What a record is learnt for.
#[derive(Clone, Copy)]
pub(super) enum Lesson {
    Own,
    Carried,
    Named(Key),
}

/// Records by code and name, for columns that refer to them; `None` where a name stands for several.
#[derive(Default)]
pub(super) struct Names(HashMap<Key, HashMap<String, Option<RecordId>>>);

impl Names {
    fn learn(&mut self, kind: Key, word: &str, id: RecordId, is_code: bool) {
        if word.is_empty() {
            return;
        }
        let words = self.0.entry(kind).or_default();
        match words.entry(folded(word)) {
            std::collections::hash_map::Entry::Vacant(place) => drop(place.insert(Some(id))),
            std::collections::hash_map::Entry::Occupied(mut place) if is_code => drop(place.insert(Some(id))),
            std::collections::hash_map::Entry::Occupied(mut place) if *place.get() != Some(id) => {
                place.insert(None);
            }
            std::collections::hash_map::Entry::Occupied(_) => (),
        }
    }
}

/// The dictionary's choices together with the workspace's records.
pub(super) struct Known<'k> {
    pub(super) dictionary: &'k Dictionary,
    pub(super) records: &'k Names,
}

impl Meanings for Known<'_> {
    fn choice(&self, group: Key, text: &str) -> Option<Key> {
        self.dictionary.choice(group, text)
    }

    fn choice_label(&self, group: Key, key: &str, lang: Lang) -> Option<String> {
        self.dictionary.choice_label(group, key, lang)
    }

    fn record(&self, kind: Key, text: &str) -> Option<RecordId> {
        self.records.0.get(&kind)?.get(&folded(text)).copied().flatten()
    }

    fn record_label(&self, _kind: Key, _id: RecordId) -> Option<String> {
        None
    }
}

impl Importer {
    /// What is to be learnt. Lessons are taken from the end, so owners stand behind what they carry.
    pub(super) fn lessons(&self) -> Stage {
        let references: HashSet<Key> = self
            .columns
            .iter()
            .flatten()
            .filter_map(|plan| if let FieldType::Reference(kind) = plan.field.kind { Some(kind) } else { None })
            .collect();
        let mut kinds = vec![(Lesson::Own, self.kind)];
        kinds.extend(self.with.map(|with| (Lesson::Carried, with)));
        kinds.extend(references.into_iter().map(|kind| (Lesson::Named(kind), kind)));
        Stage::Listing { kinds, work: Vec::new() }
    }

    pub(super) fn list(&mut self, book: &Book) {
        let Stage::Listing { kinds, work } = &mut self.stage else { return };
        let Some((lesson, kind)) = kinds.pop() else {
            let work = std::mem::take(work);
            let records = work.len() + self.table.lines();
            self.standing.expect(records, &self.marks);
            self.reports.reserve(self.table.lines());
            self.stage = Stage::Learning { total: work.len(), work };
            return;
        };
        let start = work.len();
        work.extend(book.of_kind(kind).map(|record| (lesson, record.id)));
        if let Some(new) = work.get_mut(start..) {
            new.reverse();
        }
    }

    pub(super) fn learn(&mut self, book: &Book, max_records: usize) {
        let Stage::Learning { work, .. } = &mut self.stage else { return };
        for _ in 0..max_records.max(1) {
            let Some((lesson, id)) = work.pop() else {
                self.stage = Stage::Reading;
                return;
            };
            let Some(record) = book.get(id) else { continue };
            match lesson {
                Lesson::Own => self.standing.know(record, book.customer_of(record), &self.marks),
                Lesson::Carried => {
                    if let Some(owner) = book.customer_of(record) {
                        self.standing.know_carried(record, owner);
                    }
                }
                Lesson::Named(kind) => {
                    self.records.learn(kind, record.text(CODE), id, true);
                    for code in record.get(OTHER_CODES).items().iter().filter_map(Value::as_text) {
                        self.records.learn(kind, code, id, false);
                    }
                    self.records.learn(kind, record.text(NAME), id, false);
                    for name in record.get(OTHER_NAMES).items().iter().filter_map(Value::as_text) {
                        self.records.learn(kind, name, id, false);
                    }
                }
            }
        }
    }
}
