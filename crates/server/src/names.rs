//! What people call the records, fields, values and authors of a backup.

use kehu_domain::book::{Book, Record, SYSTEM};
use kehu_domain::calendar::civil;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::FieldType;
use kehu_domain::field_text::{Meanings, Showing, show};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::text::Lang;
use kehu_domain::value::Value;

/// The names in a backup, in one language.
pub struct Names<'b> {
    book: &'b Book,
    dictionary: Dictionary,
    lang: Lang,
}

impl<'b> Names<'b> {
    /// The names in `book`.
    pub fn new(book: &'b Book, lang: Lang) -> Self {
        Self { book, dictionary: Dictionary::built_in().with_records(book), lang }
    }

    /// What a kind of record is called; its key where the dictionary does not know it.
    pub fn kind(&self, kind: Key) -> String {
        self.dictionary.kind(kind).map_or_else(|| kind.to_string(), |kind| kind.label.get(self.lang).to_owned())
    }

    /// What a field is called; its key where the dictionary does not know it.
    pub fn field(&self, kind: Key, field: Key) -> String {
        let known = self.dictionary.kind(kind).and_then(|kind| kind.field(field));
        known.map_or_else(|| field.to_string(), |known| known.field.label.get(self.lang).to_owned())
    }

    /// A value as people read it.
    pub fn value(&self, kind: Key, field: Key, value: &Value) -> String {
        let known = self.dictionary.kind(kind).and_then(|kind| kind.field_type(field));
        show(known.unwrap_or(&FieldType::Long), value, self.lang, Showing::new(self))
    }

    /// What a record is called: by code and name, by number, or by its id where it has neither.
    pub fn record(&self, record: &Record) -> String {
        let parts = [kind::CODE, kind::FORM_NO, kind::NAME].map(|key| record.text(key));
        let told: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if told.is_empty() { record.id.to_string() } else { told.join(" ") }
    }

    /// Who did something, and when in Shanghai: "2026-11-24 10:20 王芳".
    pub fn author(&self, by: RecordId, at: Stamp) -> String {
        let at = civil(at.millis()).format("%Y-%m-%d %H:%M");
        match (self.book.get(by), self.lang) {
            (Some(staff), _) if !staff.text(kind::NAME).is_empty() => format!("{at} {}", staff.text(kind::NAME)),
            (_, Lang::Zh) if by == SYSTEM => format!("{at} 系统"),
            (_, Lang::En) if by == SYSTEM => format!("{at} system"),
            _ => format!("{at} {by}"),
        }
    }
}

impl Meanings for Names<'_> {
    fn choice(&self, group: Key, text: &str) -> Option<Key> {
        self.dictionary.choice(group, text)
    }

    fn choice_label(&self, group: Key, key: &str, lang: Lang) -> Option<String> {
        self.dictionary.choice_label(group, key, lang)
    }

    /// Values are only shown by these names, never read.
    fn record(&self, _kind: Key, _text: &str) -> Option<RecordId> {
        None
    }

    fn record_label(&self, _kind: Key, id: RecordId) -> Option<String> {
        self.book.get(id).map(|record| self.record(record))
    }
}
