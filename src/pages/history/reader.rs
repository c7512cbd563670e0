//! What was done to records, read from their changes: who, when, what, before and after.

use std::collections::{BTreeMap, HashMap, HashSet};

use kehu_domain::book::{Book, Record};
use kehu_domain::change::{Change, DELETED, FORGOTTEN, UNDOES};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::{Field, FieldType};
use kehu_domain::form::Form;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::Process;

use super::words::{batch_file, kind_label, record_title, undo_name};
use crate::i18n::{Locale, td_string};
use crate::pages::customers::{Names, Terms, author_name, hundredths};
use crate::words::lang_of;
use crate::workspace::Workspace;

/// One thing somebody did to one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The act it was part of.
    pub act: Stamp,
    /// When.
    pub at: Stamp,
    /// Who.
    pub who: String,
    /// What, in a sentence.
    pub what: String,
    /// The fields it changed; none when the sentence says all.
    pub lines: Vec<Line>,
    /// Whether an import did it.
    pub is_import: bool,
    /// Whether an undo took it back.
    pub is_undone: bool,
}

/// A field that was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What the field is called.
    pub label: String,
    /// What it held before, if anything.
    pub before: Option<String>,
    /// What it holds after, if anything.
    pub after: Option<String>,
    /// Whether others wrote something else without having seen it.
    pub is_clashing: bool,
}

/// Everything done to a customer's card, contacts, cases and their forms, newest first.
pub fn of_customer(workspace: &Workspace, customer: RecordId, terms: Terms, locale: Locale) -> Vec<Entry> {
    let dictionary = terms.get();
    workspace.read(|book| {
        let reader = Reader::new(book, &dictionary, locale);
        let belongings = book
            .ever_of_customer(customer)
            .filter(|record| [kind::CONTACT, kind::CASE, kind::DOCUMENT].contains(&record.kind));
        // Of those merged into it, too.
        let cards = book.united_in(customer).filter_map(|id| book.get(id));
        let mut entries: Vec<Entry> = cards.chain(belongings).flat_map(|record| reader.record(record)).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        // An import is one line, however many of the customer's records it touched.
        let mut told = HashSet::new();
        entries.retain(|entry| !entry.is_import || told.insert(entry.act));
        entries
    })
}

/// Everything done to one record, field by field, newest first.
pub fn of_record(workspace: &Workspace, record: RecordId, terms: Terms, locale: Locale) -> Vec<Entry> {
    let dictionary = terms.get();
    workspace.read(|book| {
        let reader = Reader { is_full: true, ..Reader::new(book, &dictionary, locale) };
        let mut entries = book.get(record).map(|record| reader.record(record)).unwrap_or_default();
        entries.reverse();
        entries
    })
}

/// What one act did to one record, field by field.
pub fn of_act(book: &Book, act: Stamp, record: RecordId, dictionary: &Dictionary, locale: Locale) -> Option<Entry> {
    let reader = Reader { is_full: true, ..Reader::new(book, dictionary, locale) };
    let record = book.get(record)?;
    reader.record(record).into_iter().find(|entry| entry.act == act)
}

/// A field's content as people read it in a record of a customer, as it is or once was.
pub fn fields_of(book: &Book, record: &Record, dictionary: &Dictionary, locale: Locale) -> Vec<(String, String)> {
    let reader = Reader::new(book, dictionary, locale);
    let known =
        dictionary.kind(record.kind).into_iter().flat_map(|kind| kind.fields.iter().map(|field| field.field.key));
    let mut keys: Vec<Key> = known.collect();
    keys.extend(record.fields().into_keys().filter(|key| !is_hidden(*key)));
    let mut seen = HashSet::new();
    keys.retain(|key| seen.insert(*key) && !record.get(*key).is_blank() && *key != kind::CUSTOMER_REF);
    keys.into_iter()
        .map(|key| (reader.label(record, key), reader.content(record, key, record.get(key))))
        .filter(|(_, content)| !content.is_empty())
        .collect()
}

/// What a field of a record is called.
pub fn field_label(book: &Book, record: RecordId, field: Key, locale: Locale) -> String {
    if field == DELETED {
        return td_string!(locale, history.deleted_field).to_owned();
    }
    let reader = Reader { book, dictionary: Dictionary::built_in(), locale, imports: HashMap::new(), is_full: false };
    book.get(record).map_or_else(|| field.to_string(), |record| reader.label(record, field))
}

struct Reader<'a> {
    book: &'a Book,
    dictionary: &'a Dictionary,
    locale: Locale,
    imports: HashMap<Stamp, String>,
    /// Whether every field is told, also those of an import and of a filed form.
    is_full: bool,
}

impl<'a> Reader<'a> {
    fn new(book: &'a Book, dictionary: &'a Dictionary, locale: Locale) -> Self {
        let imports = book.ever_of_kind(kind::BATCH);
        let imports = imports.filter_map(|batch| Some((batch.created()?.act, batch_file(batch)))).collect();
        Self { book, dictionary, locale, imports, is_full: false }
    }

    fn record(&self, record: &Record) -> Vec<Entry> {
        let clashing: Vec<Key> = record.clashes().into_iter().map(|clash| clash.field).collect();
        let taken = record.taken_back();
        let mut held: BTreeMap<Key, &Value> = BTreeMap::new();
        let mut entries = Vec::new();
        for (place, change) in record.changes().iter().enumerate() {
            let entry = self.entry(record, change, &held, &clashing, place == 0);
            for (key, value) in change.set.iter() {
                held.insert(key, value);
            }
            entries.extend(entry.map(|entry| Entry { is_undone: taken.contains(&change.stamp), ..entry }));
        }
        entries
    }

    fn entry(
        &self,
        record: &Record,
        change: &Change,
        held: &BTreeMap<Key, &Value>,
        clashing: &[Key],
        is_first: bool,
    ) -> Option<Entry> {
        let import = self.imports.get(&change.act);
        let is_brief = !self.is_full && (import.is_some() || is_first && record.kind == kind::DOCUMENT);
        // What a form said when it was filed is read on the form itself.
        let lines = if is_brief { Vec::new() } else { self.lines(record, change, held, clashing) };
        let undo = undo_name(self.locale, record, change);
        let is_deleted = change.set.get(DELETED).map(|deleted| *deleted == Value::Bool(true));
        let is_forgotten = change.set.get(FORGOTTEN).is_some();
        let says_something = undo.is_some() || import.is_some() || is_deleted.is_some() || is_forgotten;
        // What only the app itself keeps track of is nobody's deed.
        if lines.is_empty() && !says_something && !is_first {
            return None;
        }
        let what = match (undo, import, is_deleted) {
            _ if is_forgotten => td_string!(self.locale, history.forgotten).to_owned(),
            (Some(undo), ..) => {
                td_string!(self.locale, history.of, what = undo, name = record_title(self.book, record, self.locale))
            }
            (_, Some(file), _) => td_string!(self.locale, customers.history.imported, file = file),
            (.., Some(true)) => self.sentence(record, Deal::Deleted),
            (.., Some(false)) => self.sentence(record, Deal::Restored),
            _ if is_first => self.sentence(record, Deal::Made),
            _ => self.sentence(record, Deal::Changed),
        };
        let (who, is_import) =
            (author_name(self.book, change.by), import.is_some() && change.over.get(UNDOES).is_none());
        Some(Entry { act: change.act, at: change.stamp, who, what, lines, is_import, is_undone: false })
    }

    fn lines(&self, record: &Record, change: &Change, held: &BTreeMap<Key, &Value>, clashing: &[Key]) -> Vec<Line> {
        change
            .set
            .iter()
            .filter(|(key, value)| !is_hidden(*key) && held.get(key).copied().unwrap_or(Value::NULL) != *value)
            .map(|(key, value)| {
                let shown = |value: &Value| {
                    (!value.is_blank()).then(|| self.content(record, key, value)).filter(|text| !text.is_empty())
                };
                Line {
                    label: self.label(record, key),
                    before: held.get(&key).and_then(|before| shown(before)),
                    after: shown(value),
                    is_clashing: clashing.contains(&key),
                }
            })
            .collect()
    }

    /// What was done to a record of its kind.
    fn sentence(&self, record: &Record, deal: Deal) -> String {
        let locale = self.locale;
        if record.kind == kind::CUSTOMER {
            return match deal {
                Deal::Made => td_string!(locale, customers.history.card_made),
                Deal::Changed => td_string!(locale, customers.history.card_changed),
                Deal::Deleted => td_string!(locale, customers.history.card_deleted),
                Deal::Restored => td_string!(locale, customers.history.card_restored),
            }
            .to_owned();
        }
        if record.kind == kind::CASE {
            let name = self.case_title(record);
            return match deal {
                Deal::Made => td_string!(locale, customers.history.case_made, name = name),
                Deal::Changed => td_string!(locale, customers.history.case_changed, name = name),
                Deal::Deleted => td_string!(locale, customers.history.case_deleted, name = name),
                Deal::Restored => td_string!(locale, customers.history.case_restored, name = name),
            };
        }
        if record.kind == kind::DOCUMENT {
            let form = form(record).map_or_else(|| ever(record, kind::FORM), |form| form.title.get(self.lang()));
            let (form, no) = (form.to_owned(), ever(record, kind::FORM_NO));
            return match deal {
                Deal::Made => td_string!(locale, customers.history.document_made, form = form, no = no),
                Deal::Changed => td_string!(locale, customers.history.document_changed, form = form, no = no),
                Deal::Deleted => td_string!(locale, customers.history.document_deleted, form = form, no = no),
                Deal::Restored => td_string!(locale, customers.history.document_restored, form = form, no = no),
            };
        }
        if record.kind == kind::CONTACT {
            let name = record_title(self.book, record, locale);
            return match deal {
                Deal::Made => td_string!(locale, customers.history.contact_made, name = name),
                Deal::Changed => td_string!(locale, customers.history.contact_changed, name = name),
                Deal::Deleted => td_string!(locale, customers.history.contact_deleted, name = name),
                Deal::Restored => td_string!(locale, customers.history.contact_restored, name = name),
            };
        }
        let kind = kind_label(locale, self.dictionary, record.kind);
        let name = record_title(self.book, record, locale);
        match deal {
            Deal::Made => td_string!(locale, history.made, kind = kind, name = name),
            Deal::Changed => td_string!(locale, history.changed, kind = kind, name = name),
            Deal::Deleted => td_string!(locale, history.deleted, kind = kind, name = name),
            Deal::Restored => td_string!(locale, history.restored, kind = kind, name = name),
        }
    }

    fn lang(&self) -> Lang {
        lang_of(self.locale)
    }

    fn case_title(&self, case: &Record) -> String {
        process(case)
            .map_or_else(|| ever(case, kind::PROCESS).to_owned(), |process| process.title.get(self.lang()).to_owned())
    }

    fn label(&self, record: &Record, key: Key) -> String {
        let locale = self.locale;
        let known = self.field(record, key).map(|field| field.label.get(self.lang()).to_owned());
        known.unwrap_or_else(|| {
            match key.as_str() {
                "grade" => td_string!(locale, customers.history.field.grade),
                "grade_until" => td_string!(locale, customers.history.field.grade_until),
                "proposed_grade" => td_string!(locale, customers.history.field.proposed_grade),
                "proposed_score" => td_string!(locale, customers.history.field.proposed_score),
                "vip_until" => td_string!(locale, customers.history.field.vip_until),
                "credit_grade" => td_string!(locale, customers.history.field.credit_grade),
                "step" => td_string!(locale, customers.history.field.step),
                "owner" => td_string!(locale, customers.card.owner),
                "reason" => td_string!(locale, customers.history.field.reason),
                other => other,
            }
            .to_owned()
        })
    }

    fn content(&self, record: &Record, key: Key, value: &Value) -> String {
        let names = Names { dictionary: self.dictionary, book: self.book };
        if let Some(field) = self.field(record, key) {
            if matches!(field.kind, FieldType::File | FieldType::Photo | FieldType::Sign) {
                return td_string!(self.locale, history.attached).to_owned();
            }
            return names.shown(field, value, self.lang());
        }
        match (key.as_str(), value) {
            ("proposed_score", Value::Int(score)) => hundredths(*score),
            ("owner", Value::Text(id)) => id.parse().map(|id| author_name(self.book, id)).unwrap_or_default(),
            ("step", Value::Text(step)) => process(record)
                .and_then(|process| process.steps.iter().find(|known| known.key == **step))
                .map_or_else(|| step.to_string(), |step| step.label.get(self.lang()).to_owned()),
            (_, Value::Text(text)) => {
                let named = text.parse().ok().and_then(|id| self.book.get(id));
                named.map_or_else(|| text.to_string(), |named| record_title(self.book, named, self.locale))
            }
            (_, Value::List(items)) if items.iter().all(|item| item.as_text().is_some()) => {
                items.iter().filter_map(Value::as_text).collect::<Vec<_>>().join(td_string!(self.locale, history.comma))
            }
            (_, other) => other.canonical(),
        }
    }

    /// The field of a record's kind, or of a case's process.
    fn field(&self, record: &Record, key: Key) -> Option<&Field> {
        let kind = self.dictionary.kind(record.kind).and_then(|kind| kind.field(key)).map(|field| &field.field);
        let graded = || Playbook::built_in().customer_field(key).filter(|_| record.kind == kind::CUSTOMER);
        let own = || process(record)?.fields.iter().find(|field| field.key == key);
        kind.or_else(graded).or_else(own).or_else(|| Some(&form(record)?.field(key)?.field))
    }
}

#[derive(Clone, Copy)]
enum Deal {
    Made,
    Changed,
    Deleted,
    Restored,
}

fn form(document: &Record) -> Option<&'static Form> {
    Playbook::built_in().form(ever(document, kind::FORM))
}

fn process(case: &Record) -> Option<&'static Process> {
    Playbook::built_in().process(ever(case, kind::PROCESS))
}

/// What a field of a record held last, also where that was undone since.
pub fn ever(record: &Record, key: Key) -> &str {
    let told = record.changes().iter().rev().filter_map(|change| change.set.get(key)?.as_text());
    told.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

/// Fields that only tie records together or repeat what the sentence says.
fn is_hidden(key: Key) -> bool {
    const HIDDEN: [Key; 16] = [
        kind::PROPOSED_BY,
        kind::SCORECARD,
        kind::CUSTOMER_REF,
        kind::CASE_REF,
        kind::PROCESS,
        kind::ENTERED_AT,
        kind::EVENT,
        kind::ORIGIN,
        kind::ORIGIN_ROW,
        kind::FORM,
        kind::FORM_NO,
        kind::DATA,
        kind::SHA256,
        FORGOTTEN,
        kind::MERGED_INTO,
        DELETED,
    ];
    HIDDEN.contains(&key)
}
