//! Records of one kind as a table whose headings and cells the import of that kind reads back as the same records.

use std::collections::BTreeMap;

use super::{Cell, Sheet};
use crate::book::{Book, Record};
use crate::dictionary::{Dictionary, Kind, KindField};
use crate::field_text::{Meanings, Showing};
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::text::Lang;

/// The records `ids` as a table, in that order, with the fields `keys`, in that order; fields that the kind does not
/// have are left out. `None` when the dictionary does not know the kind.
pub fn records_with(
    book: &Book,
    dictionary: &Dictionary,
    kind: Key,
    ids: &[RecordId],
    keys: &[Key],
    lang: Lang,
) -> Option<Sheet> {
    let known = dictionary.kind(kind)?;
    let fields: Vec<&KindField> = keys.iter().filter_map(|key| known.field(*key)).collect();
    Some(table(book, dictionary, known, ids, &fields, lang))
}

/// The records `ids` as a table with the fields of [`filled`]. `None` when the dictionary does not know the kind.
pub fn records(book: &Book, dictionary: &Dictionary, kind: Key, ids: &[RecordId], lang: Lang) -> Option<Sheet> {
    records_with(book, dictionary, kind, ids, &filled(book, dictionary, kind, ids), lang)
}

/// The fields that one of the records `ids` fills, and those an import asks for, in the order of the dictionary.
pub fn filled(book: &Book, dictionary: &Dictionary, kind: Key, ids: &[RecordId]) -> Vec<Key> {
    let Some(known) = dictionary.kind(kind) else { return Vec::new() };
    let is_filled = |key: Key| ids.iter().filter_map(|id| book.get(*id)).any(|record| !record.get(key).is_blank());
    let fields = known.fields.iter().filter(|field| field.is_mandatory || is_filled(field.field.key));
    fields.map(|field| field.field.key).collect()
}

/// Every record of a kind, in the order of their codes, then of their making.
pub fn all_of(book: &Book, kind: Key) -> Vec<RecordId> {
    let mut records: Vec<&Record> = book.of_kind(kind).collect();
    records.sort_by(|a, b| (a.text(kind::CODE), a.id).cmp(&(b.text(kind::CODE), b.id)));
    records.iter().map(|record| record.id).collect()
}

fn table(
    book: &Book,
    dictionary: &Dictionary,
    known: &Kind,
    ids: &[RecordId],
    fields: &[&KindField],
    lang: Lang,
) -> Sheet {
    let words = Words { book, dictionary, names: names(book) };
    let row = |record: &Record| {
        let cell =
            |field: &&KindField| Cell::of(&field.field.kind, record.get(field.field.key), lang, Showing::new(&words));
        fields.iter().map(cell).collect()
    };
    Sheet {
        name: known.label.get(lang).to_owned(),
        columns: fields.iter().map(|field| field.field.label.get(lang).to_owned()).collect(),
        rows: ids.iter().filter_map(|id| book.get(*id)).map(row).collect(),
    }
}

/// How often each name of a member of staff occurs: one that several have does not say who is meant.
fn names(book: &Book) -> BTreeMap<&str, u32> {
    let mut names = BTreeMap::new();
    for member in book.of_kind(kind::STAFF) {
        *names.entry(member.text(kind::NAME)).or_insert(0) += 1;
    }
    names
}

/// What choices and records are called in a table for the import.
struct Words<'b> {
    book: &'b Book,
    dictionary: &'b Dictionary,
    names: BTreeMap<&'b str, u32>,
}

impl Meanings for Words<'_> {
    fn choice(&self, group: Key, text: &str) -> Option<Key> {
        self.dictionary.choice(group, text)
    }

    fn choice_label(&self, group: Key, key: &str, lang: Lang) -> Option<String> {
        self.dictionary.choice_label(group, key, lang)
    }

    fn record(&self, _kind: Key, _text: &str) -> Option<RecordId> {
        None
    }

    /// Customers by their code, people by their name, unless several have it.
    fn record_label(&self, kind: Key, id: RecordId) -> Option<String> {
        let record = self.book.get(id)?;
        let (code, name) = (record.text(kind::CODE), record.text(kind::NAME));
        let is_clear = !name.is_empty() && self.names.get(name).is_none_or(|count| *count <= 1);
        let label = if (kind == kind::STAFF && is_clear) || code.is_empty() { name } else { code };
        Some(label).filter(|label| !label.is_empty()).map(str::to_owned)
    }
}
