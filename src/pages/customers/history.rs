//! What was done to a customer's records, read from their changes: who, when, what, before and after.

use std::collections::{BTreeMap, HashMap, HashSet};

use kehu_domain::book::{Book, Record};
use kehu_domain::change::{Change, DELETED};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::Field;
use kehu_domain::form::Form;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::Process;

use super::names::{Names, Terms, author_name};
use super::trace_words::hundredths;
use crate::i18n::{Locale, td_string};
use crate::words::lang_of;
use crate::workspace::Workspace;

/// One thing somebody did to one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// Milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
    /// Who.
    pub who: String,
    /// What, in a sentence.
    pub what: String,
    /// The fields it changed; none when the sentence says all.
    pub lines: Vec<Line>,
    /// The act of the import that did it, if one did.
    pub import: Option<Stamp>,
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
pub fn deeds(workspace: &Workspace, customer: RecordId, terms: Terms, locale: Locale) -> Vec<Deed> {
    let dictionary = terms.get();
    workspace.read(|book| {
        let reader = Reader { book, dictionary: &dictionary, locale, imports: imports(book) };
        let belongings = book
            .ever_of_customer(customer)
            .filter(|record| [kind::CONTACT, kind::CASE, kind::DOCUMENT].contains(&record.kind));
        // Of those merged into it, too.
        let cards = book.united_in(customer).filter_map(|id| book.get(id));
        let mut deeds: Vec<(Stamp, Deed)> = cards.chain(belongings).flat_map(|record| reader.record(record)).collect();
        deeds.sort_by(|(a, _), (b, _)| b.cmp(a));
        // An import is one line, however many of the customer's records it touched.
        let mut told = HashSet::new();
        deeds.retain(|(_, deed)| deed.import.is_none_or(|act| told.insert(act)));
        deeds.into_iter().map(|(_, deed)| deed).collect()
    })
}

/// The files that were imported, by act.
fn imports(book: &Book) -> HashMap<Stamp, String> {
    let file = |batch: &Record| {
        let file = batch.text(FILE);
        if file.is_empty() { batch.text(TAG).to_owned() } else { file.to_owned() }
    };
    book.of_kind(kind::BATCH).filter_map(|batch| Some((batch.created()?.act, file(batch)))).collect()
}

const FILE: Key = Key::of("file");
const TAG: Key = Key::of("tag");

struct Reader<'a> {
    book: &'a Book,
    dictionary: &'a Dictionary,
    locale: Locale,
    imports: HashMap<Stamp, String>,
}

impl Reader<'_> {
    fn record(&self, record: &Record) -> Vec<(Stamp, Deed)> {
        let clashing: Vec<Key> = record.clashes().into_iter().map(|clash| clash.field).collect();
        let mut held: BTreeMap<Key, &Value> = BTreeMap::new();
        let mut deeds = Vec::new();
        for (place, change) in record.changes().iter().enumerate() {
            let deed = self.deed(record, change, &held, &clashing, place == 0);
            for (key, value) in change.set.iter() {
                held.insert(key, value);
            }
            deeds.extend(deed.map(|deed| (change.stamp, deed)));
        }
        deeds
    }

    fn deed(
        &self,
        record: &Record,
        change: &Change,
        held: &BTreeMap<Key, &Value>,
        clashing: &[Key],
        is_first: bool,
    ) -> Option<Deed> {
        let is_import = self.imports.get(&change.act);
        let lines: Vec<Line> = match is_import {
            Some(_) => Vec::new(),
            // What a form said when it was filed is read on the form itself.
            None if is_first && record.kind == kind::DOCUMENT => Vec::new(),
            None => self.lines(record, change, held, clashing),
        };
        let is_deleted = change.set.get(DELETED).map(|deleted| *deleted == Value::Bool(true));
        // What only the app itself keeps track of is nobody's deed.
        if lines.is_empty() && is_import.is_none() && is_deleted.is_none() && !is_first {
            return None;
        }
        let what = match (is_import, is_deleted) {
            (Some(file), _) => td_string!(self.locale, customers.history.imported, file = file),
            (None, Some(true)) => self.sentence(record, Deal::Deleted),
            (None, Some(false)) => self.sentence(record, Deal::Restored),
            (None, None) if is_first => self.sentence(record, Deal::Made),
            (None, None) => self.sentence(record, Deal::Changed),
        };
        let who = author_name(self.book, change.by);
        let import = is_import.map(|_| change.act);
        Some(Deed { at_ms: change.stamp.millis(), who, what, lines, import })
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
            let form = form(record).map_or_else(|| record.text(kind::FORM), |form| form.title.get(self.lang()));
            let (form, no) = (form.to_owned(), record.text(kind::FORM_NO));
            return match deal {
                Deal::Made => td_string!(locale, customers.history.document_made, form = form, no = no),
                Deal::Changed => td_string!(locale, customers.history.document_changed, form = form, no = no),
                Deal::Deleted => td_string!(locale, customers.history.document_deleted, form = form, no = no),
                Deal::Restored => td_string!(locale, customers.history.document_restored, form = form, no = no),
            };
        }
        let name = record.text(kind::NAME);
        match deal {
            Deal::Made => td_string!(locale, customers.history.contact_made, name = name),
            Deal::Changed => td_string!(locale, customers.history.contact_changed, name = name),
            Deal::Deleted => td_string!(locale, customers.history.contact_deleted, name = name),
            Deal::Restored => td_string!(locale, customers.history.contact_restored, name = name),
        }
    }

    fn lang(&self) -> Lang {
        lang_of(self.locale)
    }

    fn case_title(&self, case: &Record) -> String {
        process(case)
            .map_or_else(|| case.text(kind::PROCESS).to_owned(), |process| process.title.get(self.lang()).to_owned())
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
            return names.shown(field, value, self.lang());
        }
        match (key.as_str(), value) {
            ("proposed_score", Value::Int(score)) => hundredths(*score),
            ("owner", Value::Text(id)) => id.parse().map(|id| author_name(self.book, id)).unwrap_or_default(),
            ("step", Value::Text(step)) => process(record)
                .and_then(|process| process.steps.iter().find(|known| known.key == **step))
                .map_or_else(|| step.to_string(), |step| step.label.get(self.lang()).to_owned()),
            (_, Value::Text(text)) => text.to_string(),
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
    Playbook::built_in().form(document.text(kind::FORM))
}

fn process(case: &Record) -> Option<&'static Process> {
    Playbook::built_in().process(case.text(kind::PROCESS))
}

/// Fields that only tie records together or repeat what the sentence says.
fn is_hidden(key: Key) -> bool {
    const HIDDEN: [Key; 12] = [
        kind::PROPOSED_BY,
        kind::CUSTOMER_REF,
        kind::CASE_REF,
        kind::PROCESS,
        kind::ENTERED_AT,
        kind::EVENT,
        kind::ORIGIN,
        kind::ORIGIN_ROW,
        kind::FORM,
        kind::FORM_NO,
        kind::MERGED_INTO,
        DELETED,
    ];
    HIDDEN.contains(&key)
}
