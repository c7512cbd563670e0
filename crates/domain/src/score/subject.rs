//! Whom M05 and M15 are asked about: complaints on record, and key accounts under watch.

use super::complaint::{Card, ComplaintFacts};
use crate::book::{Book, Record};
use crate::key::Key;
use crate::kind;
use crate::playbook::Playbook;
use crate::stamp::RecordId;

/// The complaint record and the process that watches key accounts.
const COMPLAINT_RECORD: &str = "F-6.1-1";
const KEY_ACCOUNTS: &str = "W-4.2";
const TIER: Key = Key::of("tier");

/// The latest complaint record of a case; `None` when none is filed.
pub fn complaint_of(book: &Book, case: RecordId) -> Option<&Record> {
    book.of_case(case, kind::DOCUMENT)
        .filter(|document| document.text(kind::FORM) == COMPLAINT_RECORD)
        .max_by_key(|document| document.created().map(|change| change.stamp))
}

/// What M05 is told of the complaint of a case, by its latest record; `None` without one.
pub fn complaint_facts(book: &Book, card: &Card, case: RecordId) -> Option<ComplaintFacts> {
    let told = complaint_of(book, case)?;
    let tier = Key::new(told.text(TIER)).ok();
    Some(ComplaintFacts::of(card, tier, |key| told.get(key)))
}

/// The customer an open case of key account management watches; `None` for any other case.
pub fn watched_customer(case: &Record) -> Option<RecordId> {
    if case.text(kind::PROCESS) != KEY_ACCOUNTS {
        return None;
    }
    let step = Key::new(case.text(kind::STEP)).ok();
    let process = Playbook::built_in().process(KEY_ACCOUNTS);
    let step = process.zip(step).and_then(|(process, step)| process.step(step));
    step.filter(|step| !step.is_terminal).and_then(|_| case.reference(kind::CUSTOMER_REF))
}
