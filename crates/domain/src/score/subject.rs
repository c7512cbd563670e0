//! What M05, M13 and M15 are asked about: complaints on record, proposals under review, and key accounts under watch.

use super::complaint::{Card, ComplaintFacts};
use super::proposal::{self, Review};
use crate::book::{Book, Record};
use crate::calendar::civil;
use crate::change::Change;
use crate::expr::Datum;
use crate::field::FieldType;
use crate::key::Key;
use crate::kind;
use crate::playbook::Playbook;
use crate::stamp::RecordId;
use crate::value::Value;

/// The complaint record and the process that watches key accounts.
const COMPLAINT_RECORD: &str = "F-6.1-1";
const KEY_ACCOUNTS: &str = "W-4.2";
const TIER: Key = Key::of("tier");

/// A proposal: its process, the step in which it is reviewed, and a reviewer's form.
const PROPOSALS: &str = "W-3.4";
const PROPOSAL_RECORD: &str = "F-3.4-1";
const UNDER_REVIEW: Key = Key::of("reviewing");
const REVIEW: &str = "F-3.4-2";
const REVIEWER: Key = Key::of("reviewer");

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

/// The reviews of a proposal in its last round, oldest first: those filed from the minute in which it came under review
/// until it left, as the moves that decide on it count them. `None` for a case that never came under review.
pub fn last_round(book: &Book, card: &proposal::Card, case: &Record) -> Option<Vec<Review>> {
    if case.text(kind::PROCESS) != PROPOSALS {
        return None;
    }
    let moves = case.standing().into_iter().filter_map(|change| {
        let step = change.set.get(kind::STEP).and_then(Value::as_text)?;
        Some((UNDER_REVIEW == *step, change))
    });
    let moves: Vec<(bool, &Change)> = moves.collect();
    // A move that stays does not begin a round.
    let begins = |place: &usize| {
        let is_under = |place: usize| moves.get(place).is_some_and(|(is_under, _)| *is_under);
        is_under(*place) && !(*place > 0 && is_under(*place - 1))
    };
    let place = (0..moves.len()).rfind(begins)?;
    let entered = moves.get(place)?.1.set.get(kind::ENTERED_AT)?;
    let Datum::Moment(from) = Datum::of(entered, &FieldType::DateTime) else { return None };
    let left = moves.iter().skip(place).find(|(is_under, _)| !is_under).map(|(_, change)| change.act);
    let is_of_round = |review: &&Record| {
        let filed = review.created();
        *review.text(kind::FORM) == *REVIEW
            && filed
                .is_some_and(|filed| civil(filed.stamp.millis()) >= from && left.is_none_or(|left| filed.act <= left))
    };
    let mut reviews: Vec<&Record> = book.of_case(case.id, kind::DOCUMENT).filter(is_of_round).collect();
    reviews.sort_by_key(|review| review.created().map(|change| change.stamp));
    let read = |review: &Record| Some(Review::of(card, review.reference(REVIEWER)?, |field| review.get(field)));
    Some(reviews.into_iter().filter_map(read).collect())
}

/// The proposal record of a case, filed first; `None` when none is.
pub fn proposal_of(book: &Book, case: RecordId) -> Option<&Record> {
    book.of_case(case, kind::DOCUMENT)
        .filter(|document| document.text(kind::FORM) == PROPOSAL_RECORD)
        .min_by_key(|document| document.created().map(|change| change.stamp))
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
