//! Whose a record is, and what it leads to: the customer it belongs to, the records and attachments it names.

use crate::book::{Book, Record};
use crate::kind;
use crate::stamp::RecordId;
use crate::value::Value;

/// How many steps lead from a record to its customer at most: consent, contact, customer; document, case, its origin …
const STEPS: usize = 4;

/// How long the name of an attachment is, its SHA-256 in hexadecimal digits.
const SHA256_DIGITS: usize = 64;

/// The customer a record belongs to: itself, the one it names, or that of its case, contact or origin.
///
/// `find` gives records by name. A deleted record still belongs to the customer it belonged to.
pub fn customer_of<'b>(record: &'b Record, find: impl Fn(RecordId) -> Option<&'b Record>) -> Option<RecordId> {
    let mut at = record;
    for _ in 0..STEPS {
        if at.kind == kind::CUSTOMER {
            return Some(at.id);
        }
        if let Some(customer) = at.reference(kind::CUSTOMER_REF) {
            return Some(customer);
        }
        let above = [kind::CASE_REF, kind::CONTACT_REF, kind::ORIGIN];
        at = above.into_iter().filter_map(|key| at.reference(key)).find_map(&find)?;
    }
    None
}

/// The customer a record of a book belongs to, or what that was merged into.
pub fn owner<'b>(book: &'b Book, record: &'b Record) -> Option<RecordId> {
    customer_of(record, |id| book.get(id)).map(|customer| book.survivor(customer))
}

/// What a value leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lead<'v> {
    /// A record, by its name.
    Record(RecordId),
    /// An attachment, by the SHA-256 of its bytes.
    Attachment(&'v str),
}

/// Tells `heard` of everything a record names or ever named.
pub fn leads<'r>(record: &'r Record, heard: &mut impl FnMut(Lead<'r>)) {
    for change in record.changes() {
        for (key, value) in change.set.iter() {
            // An attachment names itself and holds its bytes as text.
            if record.kind != kind::ATTACHMENT || (key != kind::SHA256 && key != kind::DATA) {
                leads_of(value, heard);
            }
        }
    }
}

fn leads_of<'v>(value: &'v Value, heard: &mut impl FnMut(Lead<'v>)) {
    match value {
        Value::Text(text) => {
            if let Ok(id) = text.parse() {
                heard(Lead::Record(id));
            } else if text.len() == SHA256_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                heard(Lead::Attachment(text));
            }
        }
        Value::List(items) => items.iter().for_each(|item| leads_of(item, heard)),
        Value::Map(cells) => cells.values().for_each(|cell| leads_of(cell, heard)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Mark(_) => {}
    }
}
