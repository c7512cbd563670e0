//! What forms may choose from: people, contacts and the dictionary.

use std::rc::Rc;

use kehu_domain::book::{Book, Record};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::Choice;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;

use super::Workspace;
use crate::components::Lookups;
use crate::device::{position, shown_language};
use crate::i18n::{Locale, td_string};
use crate::moment::civil;

/// The choices of forms about a customer.
pub fn lookups(workspace: &Workspace, customer: Option<RecordId>) -> Lookups {
    let (reading, keeping, showing) = (workspace.clone(), workspace.clone(), workspace.clone());
    Lookups {
        records: Rc::new(move |kind| reading.read_once(|book| records(book, kind, customer))),
        group: Rc::new(choices),
        keep: Rc::new(move |file| {
            let workspace = keeping.clone();
            Box::pin(async move { workspace.attach(file).await })
        }),
        show: Rc::new(move |sha256| showing.attached(sha256)),
        locate: Rc::new(|| Box::pin(position())),
    }
}

/// How many cases or documents a menu offers at most, the newest.
const MOST: usize = 200;

fn records(book: &Book, kind: Key, customer: Option<RecordId>) -> Vec<(String, String)> {
    let named = |record: &Record| (record.id.to_string(), record_name(book, record, shown_language()));
    match customer {
        _ if kind == kind::CASE => {
            let is_open = |case: &&Record| {
                let process = Playbook::built_in().process(case.text(kind::PROCESS));
                let step =
                    process.and_then(|process| process.steps.iter().find(|step| step.key == *case.text(kind::STEP)));
                step.is_some_and(|step| !step.is_terminal)
            };
            let is_about = |case: &&Record| {
                let about = book.customer_of(case);
                customer.is_none() || about.is_none() || about == customer
            };
            newest(book.of_kind(kind).filter(is_open).filter(is_about)).map(named).collect()
        }
        // A filed form of a template, such as F-0-1.
        _ if kind.as_str().starts_with("F-") => {
            let is_one = |document: &&Record| document.text(kind::FORM) == kind.as_str();
            newest(book.of_kind(kind::DOCUMENT).filter(is_one)).map(named).collect()
        }
        Some(customer) if kind == kind::CONTACT => book.of_customer(customer, kind).map(named).collect(),
        Some(customer) if kind == kind::CUSTOMER => book.get(customer).map(named).into_iter().collect(),
        _ => book.of_kind(kind).map(named).collect(),
    }
}

fn newest<'b>(records: impl Iterator<Item = &'b Record>) -> impl Iterator<Item = &'b Record> {
    let mut records: Vec<&Record> = records.collect();
    records.sort_by_key(|record| std::cmp::Reverse(record.created().map(|change| change.stamp)));
    records.into_iter().take(MOST)
}

/// What a record is called: a case by its process, customer, step and first day, a document by its number.
pub fn record_name(book: &Book, record: &Record, lang: Lang) -> String {
    if record.is_forgotten() {
        return erased(lang).to_owned();
    }
    if record.kind == kind::DOCUMENT {
        return record.text(kind::FORM_NO).to_owned();
    }
    if record.kind != kind::CASE {
        return record.text(kind::NAME).to_owned();
    }
    let process = Playbook::built_in().process(record.text(kind::PROCESS));
    let title = process.map(|process| process.title.get(lang).to_owned());
    let customer = book.customer_of(record).and_then(|customer| book.get(customer));
    let customer = customer.map(|customer| customer.text(kind::NAME).to_owned());
    let step = process.and_then(|process| process.steps.iter().find(|step| step.key == *record.text(kind::STEP)));
    let step = step.map(|step| step.label.get(lang).to_owned());
    let day = record.created().map(|change| civil(change.stamp.millis()).format("%Y-%m-%d").to_string());
    [title, customer, step, day].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What stands in place of a record that was erased for good.
pub fn erased(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => td_string!(Locale::zh, history.erased),
        Lang::En => td_string!(Locale::en, history.erased),
    }
}

fn choices(group: Key) -> Vec<Choice> {
    Dictionary::built_in()
        .group(group)
        .map(|group| group.items().iter().map(|item| Choice { key: item.key, label: item.label.clone() }).collect())
        .unwrap_or_default()
}
