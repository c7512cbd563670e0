//! What fields, choices and records are called in this workspace.

use std::sync::Arc;

use kehu_domain::book::{Book, Record, SYSTEM};
use kehu_domain::dictionary::{Dictionary, folded};
use kehu_domain::field::{Field, FieldType};
use kehu_domain::field_text::{Meanings, Showing, show};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use leptos::prelude::*;

use crate::device::shown_language;
use crate::workspace::{Workspace, erased};

/// The workspace's data dictionary, worked out once per page and again when it changes.
#[derive(Clone, Copy)]
pub struct Terms(Memo<Arc<Dictionary>>);

impl Terms {
    /// The dictionary of `workspace`.
    pub fn of(workspace: &Workspace) -> Self {
        let workspace = workspace.clone();
        Self(Memo::new(move |_| workspace.read(|book| Arc::new(Dictionary::built_in().with_records(book)))))
    }

    /// The dictionary; whatever calls this runs again when it changes.
    pub fn get(self) -> Arc<Dictionary> {
        self.0.get()
    }
}

/// What texts mean and values are called, choices from a dictionary and records from a book.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The choices.
    pub dictionary: &'a Dictionary,
    /// The records.
    pub book: &'a Book,
}

impl Names<'_> {
    /// A field's content as people read it; empty when there is none.
    pub fn shown(self, field: &Field, value: &Value, lang: Lang) -> String {
        self.shown_as(&field.kind, value, lang)
    }

    /// The content of a field of this type as people read it.
    pub fn shown_as(self, kind: &FieldType, value: &Value, lang: Lang) -> String {
        show(kind, value, lang, Showing::new(&self))
    }
}

impl Meanings for Names<'_> {
    fn choice(&self, group: Key, text: &str) -> Option<Key> {
        self.dictionary.choice(group, text)
    }

    fn choice_label(&self, group: Key, key: &str, lang: Lang) -> Option<String> {
        self.dictionary.choice_label(group, key, lang)
    }

    fn record(&self, kind: Key, text: &str) -> Option<RecordId> {
        let wanted = folded(text);
        let is_called = |text: &str| !text.is_empty() && folded(text) == wanted;
        self.book
            .of_kind(kind)
            .find(|record| is_called(record.text(kind::CODE)) || is_called(record.text(kind::NAME)))
            .map(|record| record.id)
    }

    fn record_label(&self, _kind: Key, id: RecordId) -> Option<String> {
        if self.book.get(id).is_some_and(Record::is_forgotten) {
            return Some(erased(shown_language()).to_owned());
        }
        let name = record_name(self.book, id);
        (!name.is_empty()).then_some(name)
    }
}

/// A record's name, else its code or number; empty when it has none.
pub fn record_name(book: &Book, id: RecordId) -> String {
    let Some(record) = book.get(id) else { return String::new() };
    [kind::NAME, kind::CODE, kind::FORM_NO]
        .into_iter()
        .map(|key| record.text(key))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// Who did something: a member of staff, or the app when nobody was chosen.
pub fn author_name(book: &Book, author: RecordId) -> String {
    let name = if author == SYSTEM { String::new() } else { record_name(book, author) };
    if name.is_empty() { "Kehu".to_owned() } else { name }
}
