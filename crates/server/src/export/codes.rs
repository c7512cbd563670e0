//! What the import knows records and choices by: codes, names that are nobody else's, keys.

use std::collections::HashMap;

use kehu_domain::book::{Book, Record};
use kehu_domain::dictionary::{Dictionary, folded};
use kehu_domain::field_text::Meanings;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;

/// The words by which a table is read back as it was.
pub struct Codes<'b> {
    book: &'b Book,
    dictionary: &'b Dictionary,
    /// Whether choices are written by their labels rather than by their keys.
    has_labels: bool,
    /// How many records of a kind are known by a word.
    known: HashMap<(Key, String), usize>,
}

impl<'b> Codes<'b> {
    /// The words of a book.
    pub fn new(book: &'b Book, dictionary: &'b Dictionary, has_labels: bool) -> Self {
        let mut known: HashMap<(Key, String), usize> = HashMap::new();
        for record in book.kinds().flat_map(|kind| book.of_kind(kind)) {
            for word in [record.text(kind::CODE), record.text(kind::NAME)] {
                if !word.is_empty() {
                    *known.entry((record.kind, folded(word))).or_default() += 1;
                }
            }
        }
        Self { book, dictionary, has_labels, known }
    }

    /// The code, or else the name, if it is that of no other record; else the id.
    fn word(&self, record: &Record) -> String {
        let is_own = |word: &&str| !word.is_empty() && self.known.get(&(record.kind, folded(word))) == Some(&1);
        let words = [record.text(kind::CODE), record.text(kind::NAME)];
        words.into_iter().find(is_own).map_or_else(|| record.id.to_string(), str::to_owned)
    }
}

impl Meanings for Codes<'_> {
    fn choice(&self, group: Key, text: &str) -> Option<Key> {
        self.dictionary.choice(group, text)
    }

    fn choice_label(&self, group: Key, key: &str, lang: Lang) -> Option<String> {
        let label = self.dictionary.choice_label(group, key, lang);
        // A label that means another item would be read back as that one.
        label.filter(|label| self.has_labels && self.choice(group, label).is_some_and(|found| found == *key))
    }

    /// Values are only written by these words, never read.
    fn record(&self, _kind: Key, _text: &str) -> Option<RecordId> {
        None
    }

    fn record_label(&self, _kind: Key, id: RecordId) -> Option<String> {
        self.book.get(id).map(|record| self.word(record))
    }
}
