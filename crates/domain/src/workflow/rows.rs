//! Every case and every filed form as rows, for expressions that look beyond one case.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::case::{to_the_minute, with_author};
use super::{Filed, Process};
use crate::book::{Book, Record};
use crate::dictionary::{Dictionary, KindField};
use crate::expr::{CASE_ID, CUSTOMER_ID, Datum, Names, Type, type_of_field};
use crate::field::{Field, FieldType};
use crate::form::Form;
use crate::key::Key;
use crate::kind;
use crate::roster::{Line, Roster};

/// When a case was begun, in rows of `all_cases`.
const BEGUN_AT: Key = Key::of("begun_at");
/// When it ended; blank while it has not.
pub(super) const CLOSED_AT: Key = Key::of("closed_at");

/// The filed forms of the template `form` of every case, oldest first, as `all_documents` gives them; `civil` tells the
/// moment of milliseconds since 1970 in Asia/Shanghai.
pub fn all_documents(book: &Book, form: &Form, civil: fn(u64) -> NaiveDateTime) -> Vec<Datum> {
    let is_filed = |document: &&Record| *document.text(kind::FORM) == *form.id && document.exists();
    let mut documents: Vec<&Record> = book.ever_of_kind(kind::DOCUMENT).filter(is_filed).collect();
    documents.sort_by_key(|document| document.created().map(|change| change.stamp));
    let row = |document: &Record| {
        let created = document.created();
        let filed = Filed {
            form: form.id.clone(),
            created_by: created.map(|change| change.by),
            created_at: created.map(|change| civil(change.stamp.millis())),
            answers: crate::form::Answers::new(),
        };
        let mut cells = with_author(&filed);
        for (cell, key) in [(CASE_ID, kind::CASE_REF), (CUSTOMER_ID, kind::CUSTOMER_REF)] {
            let named = document.reference(key).map(|named| book.survivor(named).to_string());
            cells.insert(cell, Datum::text(&named.unwrap_or_default()));
        }
        let own = form.fields().map(|field| &field.field);
        cells.extend(own.map(|field| cell(book, document, field)));
        Datum::Row(cells)
    };
    documents.into_iter().map(row).collect()
}

/// Every case of `process`, oldest first, as `all_cases` gives them; `civil` as for [`all_documents`].
pub fn all_cases(book: &Book, process: &Process, civil: fn(u64) -> NaiveDateTime) -> Vec<Datum> {
    let is_one = |case: &&Record| *case.text(kind::PROCESS) == *process.id && case.exists();
    let mut cases: Vec<&Record> = book.ever_of_kind(kind::CASE).filter(is_one).collect();
    cases.sort_by_key(|case| case.created().map(|change| change.stamp));
    cases.into_iter().map(|case| Datum::Row(case_row(book, case, process, civil))).collect()
}

fn case_row(book: &Book, case: &Record, process: &Process, civil: fn(u64) -> NaiveDateTime) -> Names {
    let entered = Datum::of(case.get(kind::ENTERED_AT), &FieldType::DateTime);
    let begun = case.created().map(|change| Datum::Moment(to_the_minute(civil(change.stamp.millis()))));
    let customer = book.customer_of(case).map(|customer| customer.to_string());
    let step = case.text(kind::STEP);
    let is_closed = process.steps.iter().any(|known| known.key == *step && known.is_terminal);
    let common = [
        (CASE_ID, Datum::text(&case.id.to_string())),
        (kind::STEP, Datum::text(step)),
        (kind::OWNER, Datum::text(case.text(kind::OWNER))),
        (CUSTOMER_ID, Datum::text(&customer.unwrap_or_default())),
        (kind::ORIGIN, Datum::text(case.text(kind::ORIGIN))),
        (CLOSED_AT, if is_closed { entered.clone() } else { Datum::Blank }),
        (kind::ENTERED_AT, entered),
        (BEGUN_AT, begun.unwrap_or_default()),
    ];
    let own = process.fields.iter().map(|field| cell(book, case, field));
    common.into_iter().chain(own).collect()
}

/// What a field of a record holds, as a cell of its row; a record that was merged is named by the one that stands for it.
fn cell(book: &Book, record: &Record, field: &Field) -> (Key, Datum) {
    let named = match field.kind {
        FieldType::Reference(_) => record.reference(field.key),
        _ => None,
    };
    let datum = match named {
        Some(named) => Datum::text(&book.survivor(named).to_string()),
        None => Datum::of(record.get(field.key), &field.kind),
    };
    (field.key, datum)
}

/// Every record of the kind `kind` of the dictionary, as `all_records` gives them.
pub fn all_records(book: &Book, kind: Key) -> Vec<Datum> {
    let Some(known) = Dictionary::built_in().kind(kind) else { return Vec::new() };
    let row = |record: &Record| Datum::Row(known.fields.iter().map(|known| cell(book, record, &known.field)).collect());
    book.ever_of_kind(kind).filter(|record| record.exists()).map(row).collect()
}

/// What a row of `all_records` is made of; `None` when the dictionary has no such kind.
pub fn record_row_type(kind: &str) -> Option<Type> {
    let known = Dictionary::built_in().kind(Key::new(kind).ok()?)?;
    let cell = |known: &KindField| (known.field.key, type_of_field(&known.field.kind));
    Some(Type::Row(known.fields.iter().map(cell).collect()))
}

/// When a customer is to be contacted next (C4), in rows of `all_customers`.
const NEXT_ON: Key = Key::of("next_on");
/// The day of the last effective contact.
const LAST_ON: Key = Key::of("last_on");
/// The tier in force.
const TIER: Key = Key::of("tier");

/// Every customer of the roster, as `all_customers` gives them.
pub fn all_customers(roster: &Roster) -> Vec<Datum> {
    let day = |day: Option<NaiveDate>| day.map_or(Datum::Blank, Datum::Date);
    let row = |line: &Line| {
        Datum::Row(Names::from([
            (CUSTOMER_ID, Datum::text(&line.id.to_string())),
            (kind::NAME, Datum::text(&line.name)),
            (kind::TYPE, Datum::text(&line.customer_type)),
            (kind::STAGE, Datum::text(&line.stage)),
            (kind::OWNER, line.owner.map_or(Datum::Blank, |owner| Datum::text(&owner.to_string()))),
            (TIER, line.tier.map_or(Datum::Blank, |tier| Datum::text(tier.as_str()))),
            (NEXT_ON, day(line.due.map(|due| due.on))),
            (LAST_ON, day(line.last)),
        ]))
    };
    roster.lines().iter().map(row).collect()
}

/// What a row of `all_customers` is made of.
pub fn customer_row_type() -> Type {
    let texts = [CUSTOMER_ID, kind::NAME, kind::TYPE, kind::STAGE, kind::OWNER, TIER].map(|key| (key, Type::Text));
    Type::Row(texts.into_iter().chain([(NEXT_ON, Type::Date), (LAST_ON, Type::Date)]).collect())
}

/// What a row of `all_cases` is made of.
pub fn case_row_type(process: &Process) -> Type {
    let texts = [CASE_ID, kind::OWNER, CUSTOMER_ID, kind::ORIGIN].map(|key| (key, Type::Text));
    let moments = [kind::ENTERED_AT, BEGUN_AT, CLOSED_AT].map(|key| (key, Type::Moment));
    let step = Type::Choice(process.steps.iter().map(|step| step.key).collect());
    let own = process.fields.iter().map(|field| (field.key, type_of_field(&field.kind)));
    let common: BTreeMap<Key, Type> = texts.into_iter().chain(moments).chain([(kind::STEP, step)]).collect();
    Type::Row(common.into_iter().chain(own).collect())
}
