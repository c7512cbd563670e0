//! Finding customers while typing: one index, kept up to date with every commit.

use kehu_domain::book::{Book, Record};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::search::{Entry, Index};
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;

use leptos::prelude::Track;

use super::Workspace;
use crate::moment::breathe;

/// How many customers are indexed before the page may answer.
const INDEX_SLICE: usize = 400;

/// The fields of a customer that are found, with their importance and whether they are numbers.
const CUSTOMER_FIELDS: [(Key, u8, bool); 4] =
    [(kind::NAME, 9, false), (kind::SHORT_NAME, 7, false), (kind::CODE, 6, true), (kind::USCC, 2, true)];

/// The fields of a contact, found under their customer.
const CONTACT_FIELDS: [(Key, u8, bool); 3] = [(kind::NAME, 5, false), (kind::MOBILE, 3, true), (kind::PHONE, 3, true)];

impl Workspace {
    /// The customers that match the words, the best match first, at most `limit`.
    pub fn find_customers(&self, query: &str, limit: usize) -> Vec<RecordId> {
        self.pulse().track();
        self.index().find(query, limit).hits.into_iter().map(|hit| hit.record).collect()
    }

    /// Indexes every customer, in slices between which the page answers.
    pub(super) async fn index_all(&self) {
        let ids: Vec<RecordId> = self.roster_once(|roster| roster.lines().iter().map(|line| line.id).collect());
        self.index_some(&ids).await;
    }

    /// Indexes some customers again.
    pub(super) async fn index_some(&self, customers: &[RecordId]) {
        for slice in customers.chunks(INDEX_SLICE) {
            self.read_once(|book| {
                let mut index = self.index_mut();
                for id in slice {
                    put(&mut index, book, *id);
                }
            });
            breathe().await;
        }
    }
}

fn put(index: &mut Index, book: &Book, id: RecordId) {
    let Some(customer) = book.get(id).filter(|record| record.kind == kind::CUSTOMER && record.exists()) else {
        index.remove(id);
        return;
    };
    let mut entries: Vec<Entry<'_>> = entries(customer, &CUSTOMER_FIELDS).collect();
    let contacts: Vec<&Record> = book.of_customer(id, kind::CONTACT).collect();
    entries.extend(aliases(customer, kind::OTHER_CODES, 5, true));
    entries.extend(aliases(customer, kind::OTHER_NAMES, 4, false));
    entries.extend(contacts.iter().flat_map(|contact| self::entries(contact, &CONTACT_FIELDS)));
    index.put(id, 0, &entries);
}

/// What else a customer is called, from mergers.
fn aliases(customer: &Record, field: Key, weight: u8, is_number: bool) -> impl Iterator<Item = Entry<'_>> {
    let texts = customer.get(field).items().iter().filter_map(Value::as_text);
    texts.map(move |text| Entry { field, text, weight, is_number })
}

fn entries<'r>(record: &'r Record, fields: &'r [(Key, u8, bool)]) -> impl Iterator<Item = Entry<'r>> {
    fields
        .iter()
        .map(|(field, weight, is_number)| Entry {
            field: *field,
            text: record.text(*field),
            weight: *weight,
            is_number: *is_number,
        })
        .filter(|entry| !entry.text.is_empty())
}
