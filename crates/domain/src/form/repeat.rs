//! The answers of last time, offered when the same form is filled in again for the same customer.
//!
//! What is true again and again may be taken over; what has to be seen or heard anew may not: dates and times, ratings
//! and marks, signatures, photos and files, what the app fills in, and what went on to another form or process.

use super::{Answers, Form, FormField, Requirement, fit};
use crate::dictionary::Dictionary;
use crate::field::{Cell, Choices, Field, FieldType};
use crate::key::Key;
use crate::value::Value;

/// What there is to choose from at present.
pub trait Present {
    /// Whether a record of the kind is still there.
    fn has_record(&self, kind: Key, id: &str) -> bool;
}

/// Whether a field is one whose answer may be taken over.
pub fn may_repeat(field: &FormField) -> bool {
    !matches!(field.requirement, Requirement::Auto(_)) && field.carries.is_none() && lasts(&field.field)
}

/// Whether content of the field stays true from one time to the next.
fn lasts(field: &Field) -> bool {
    let is_new_each_time = matches!(
        field.kind,
        FieldType::Rating
            | FieldType::Seconds
            | FieldType::Score
            | FieldType::Date
            | FieldType::DateTime
            | FieldType::Time
            | FieldType::Lunar
            | FieldType::DateOrLunar
            | FieldType::File
            | FieldType::Photo
            | FieldType::Sign
            | FieldType::Place
    );
    !is_new_each_time && !field.takes_marks
}

/// The answers of `earlier` that may be taken over and still fit.
///
/// Of a list those rows are kept that have anything left; their cells are looked at like fields.
pub fn repeatable(form: &Form, earlier: &Answers, present: &dyn Present) -> Answers {
    let fields = form.fields().filter(|field| may_repeat(field));
    let kept = fields.filter_map(|field| {
        let key = field.field.key;
        Some((key, fitting(&field.field, earlier.get(&key)?, present)?))
    });
    kept.collect()
}

/// `answers` with what of `repeated` is not answered yet, or only by what a new form begins with.
pub fn taken_over(answers: &Answers, repeated: &Answers, defaults: &Answers) -> Answers {
    let mut taken = answers.clone();
    for (key, value) in repeated {
        let is_open = answers.get(key).is_none_or(|given| given.is_blank() || defaults.get(key) == Some(given));
        if is_open {
            taken.insert(*key, value.clone());
        }
    }
    taken
}

/// The content as far as it still fits; `None` when nothing of it does.
fn fitting(field: &Field, value: &Value, present: &dyn Present) -> Option<Value> {
    if value.is_blank() || matches!(value, Value::Mark(_)) || fit(value, field).is_err() {
        return None;
    }
    match &field.kind {
        FieldType::Choice(choices) => is_offered(choices, value).then(|| value.clone()),
        FieldType::ChoiceSet(choices) => {
            let items: Vec<Value> = value.items().iter().filter(|item| is_offered(choices, item)).cloned().collect();
            (!items.is_empty()).then_some(Value::List(items))
        }
        FieldType::Reference(kind) => present.has_record(*kind, value.as_text()?).then(|| value.clone()),
        FieldType::Rows(cells) => {
            let rows: Vec<Value> = value.items().iter().filter_map(|row| fitting_row(cells, row, present)).collect();
            (!rows.is_empty()).then_some(Value::List(rows))
        }
        _ => Some(value.clone()),
    }
}

fn fitting_row(cells: &[Cell], row: &Value, present: &dyn Present) -> Option<Value> {
    let lasting = cells.iter().filter(|cell| cell.auto.is_none() && lasts(&cell.field));
    let kept: Answers = lasting
        .filter_map(|cell| Some((cell.field.key, fitting(&cell.field, row.cell(cell.field.key), present)?)))
        .collect();
    (!kept.is_empty()).then(|| Value::Map(Box::new(kept)))
}

/// Whether a choice may still be made: one that was switched off stays on old records only (R-P-1).
fn is_offered(choices: &Choices, value: &Value) -> bool {
    match choices {
        Choices::Given(_) => true,
        Choices::Group(group) => Dictionary::built_in()
            .group(*group)
            .is_some_and(|group| group.offered().any(|item| value.as_text() == Some(item.key.as_str()))),
    }
}
