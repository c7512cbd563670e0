//! Two books side by side: the fields they fill differently, and which content stands when they are united.

use std::collections::BTreeSet;

use kehu_domain::book::{Book, Record};
use kehu_domain::change::Change;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use serde::Serialize;

/// Two books compared.
pub struct Comparison {
    /// Both as one.
    pub united: Book,
    /// How many changes are in both.
    pub shared: usize,
    /// The fields that differ, customer by customer, then by record and field.
    pub differences: Vec<Difference>,
}

/// A field that two books fill differently.
#[derive(Serialize)]
pub struct Difference {
    /// The customer the record is or belongs to.
    pub customer: Option<RecordId>,
    /// The record.
    pub record: RecordId,
    /// Its kind.
    pub kind: Key,
    /// The field.
    pub field: Key,
    /// What it holds in the first.
    pub a: Content,
    /// What it holds in the second.
    pub b: Content,
    /// What it would hold in both as one.
    pub stands: Stands,
}

/// What a field holds in one book.
#[derive(Serialize)]
pub struct Content {
    /// The content; blank where it was never set or is cleared.
    pub value: Value,
    /// The change that set it.
    #[serde(rename = "set_by", serialize_with = "author")]
    pub change: Option<Change>,
}

/// Whose content stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stands {
    /// That of the first.
    A,
    /// That of the second.
    B,
    /// Neither replaced the other: a clash, to be settled by somebody.
    Clash,
}

impl Comparison {
    /// Compares `a` and `b`.
    pub fn of(a: &Book, b: &Book) -> Self {
        let mut united = a.clone();
        let shared = b.records().flat_map(Record::changes).filter(|change| a.contains(change)).count();
        for change in b.records().flat_map(Record::changes) {
            united.insert(change.clone());
        }
        let ids: BTreeSet<RecordId> = a.records().chain(b.records()).map(|record| record.id).collect();
        let mut differences: Vec<Difference> =
            ids.into_iter().flat_map(|id| of_record(a.get(id), b.get(id), &united, id)).collect();
        differences
            .sort_by_key(|one| (one.customer.is_none(), one.customer, one.customer != Some(one.record), one.record));
        Self { united, shared, differences }
    }
}

fn of_record(a: Option<&Record>, b: Option<&Record>, united: &Book, id: RecordId) -> Vec<Difference> {
    let Some(both) = united.get(id) else { return Vec::new() };
    let keys: BTreeSet<Key> =
        [a, b].into_iter().flatten().flat_map(|record| record.fields().into_keys().collect::<Vec<_>>()).collect();
    let customer = if both.kind == kind::CUSTOMER { Some(id) } else { united.customer_of(both) };
    let clashing: Vec<Key> = both.clashes().into_iter().map(|clash| clash.field).collect();
    let differing = keys.into_iter().filter_map(|field| {
        let (a, b) = (content(a, field), content(b, field));
        if a.value == b.value {
            return None;
        }
        let stands = match both.get(field) {
            _ if clashing.contains(&field) => Stands::Clash,
            value if *value == a.value => Stands::A,
            _ => Stands::B,
        };
        Some(Difference { customer, record: id, kind: both.kind, field, a, b, stands })
    });
    differing.collect()
}

fn content(record: Option<&Record>, field: Key) -> Content {
    let value = record.map_or(Value::Null, |record| record.get(field).clone());
    Content { value, change: record.and_then(|record| record.written(field)).cloned() }
}

/// Who set it and when: the stamp and the author.
fn author<S: serde::Serializer>(change: &Option<Change>, serializer: S) -> Result<S::Ok, S::Error> {
    change.as_ref().map(|change| (change.stamp, change.by)).serialize(serializer)
}
