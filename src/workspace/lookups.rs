//! What forms may choose from: people, contacts and the dictionary.

use std::rc::Rc;

use kehu_domain::book::{Book, Record};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::Choice;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;

use super::Workspace;
use crate::components::Lookups;

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
    }
}

fn records(book: &Book, kind: Key, customer: Option<RecordId>) -> Vec<(String, String)> {
    let named = |record: &Record| (record.id.to_string(), record.text(kind::NAME).to_owned());
    match customer {
        Some(customer) if kind == kind::CONTACT => book.of_customer(customer, kind).map(named).collect(),
        Some(customer) if kind == kind::CUSTOMER => book.get(customer).map(named).into_iter().collect(),
        _ => book.of_kind(kind).map(named).collect(),
    }
}

fn choices(group: Key) -> Vec<Choice> {
    Dictionary::built_in()
        .group(group)
        .map(|group| group.items().iter().map(|item| Choice { key: item.key, label: item.label.clone() }).collect())
        .unwrap_or_default()
}
