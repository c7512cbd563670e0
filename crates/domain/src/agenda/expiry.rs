//! Ends of validity on the agenda, from the first reminder until the chain is over (C7, C8).

use chrono::NaiveDate;

use super::{Ask, EntryKind, Item, Pace, Subject, night};
use crate::book::{Book, Record};
use crate::calendar::{DayTable, ReminderRules, Term, add_days, loan_due};
use crate::key::Key;
use crate::kind;
use crate::roster::{self, Tier};
use crate::stamp::RecordId;

/// How many days the last reminder of a chain stays, so that nobody misses it over a holiday.
const LAST_STAYS_DAYS: i32 = 7;

/// Something that is valid until a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Validity {
    /// The last valid day; the day a loan is due.
    pub end: NaiveDate,
    /// The chain of its reminders, such as `designation`.
    pub chain: Box<str>,
    /// The record it is a part of.
    pub record: RecordId,
    /// Its customer.
    pub customer: Option<RecordId>,
    /// Who looks after it.
    pub owner: Option<RecordId>,
    /// The day it was entered: reminders before it are made up for at once.
    pub entered: NaiveDate,
    /// The reminder that has come: days before the end it stands for, negative after it.
    pub lead: Option<i32>,
}

/// The chain of a borrowed file.
const LOAN_CHAIN: &str = "loan";

/// The fields of a customer that say until when something is valid, with the chain of their reminders.
const OF_CUSTOMER: [(Key, &str); 2] = [(kind::VIP_UNTIL, "designation"), (kind::GRADE_UNTIL, "grade")];

/// Everything in the book that is valid until a day. `day_of` gives the civil day of milliseconds since 1970.
pub fn validities(book: &Book, days: &DayTable, day_of: impl Fn(u64) -> NaiveDate) -> Vec<Validity> {
    let customers = book.of_kind(kind::CUSTOMER).filter(|customer| is_served(customer));
    let mut all: Vec<Validity> = customers
        .flat_map(|customer| OF_CUSTOMER.map(|field| of_customer(customer, field, &day_of)))
        .flatten()
        .collect();
    all.extend(book.of_kind(kind::AGREEMENT).filter_map(|agreement| of_agreement(book, agreement, &day_of)));
    all.extend(book.of_kind(kind::LOAN).filter_map(|loan| of_loan(book, days, loan, &day_of)));
    all
}

/// Whether anybody would renew something of a customer.
fn is_served(customer: &Record) -> bool {
    customer.exists() && !matches!(customer.text(kind::STAGE), "lost" | "blacklisted")
}

fn of_customer(customer: &Record, (field, chain): (Key, &str), day_of: &impl Fn(u64) -> NaiveDate) -> Option<Validity> {
    let end = roster::date(customer.get(field))?;
    Some(Validity {
        end,
        chain: chain.into(),
        record: customer.id,
        customer: Some(customer.id),
        owner: customer.reference(kind::OWNER),
        entered: customer.written(field).map_or(end, |change| day_of(change.stamp.millis())),
        lead: None,
    })
}

/// An agreement that was neither renewed nor cancelled; without a last day it ends with its term.
fn of_agreement(book: &Book, agreement: &Record, day_of: &impl Fn(u64) -> NaiveDate) -> Option<Validity> {
    if !agreement.exists() || !agreement.get(kind::ENDED_ON).is_blank() {
        return None;
    }
    let chain = agreement.text(kind::AGREEMENT_KIND);
    let end = roster::date(agreement.get(kind::END_ON)).or_else(|| {
        let start = roster::date(agreement.get(kind::START_ON))?;
        let months = u16::try_from(agreement.get(kind::MONTHS).as_int()?).ok()?;
        let term = if chain == "warranty" { Term::Legal } else { Term::Contract };
        Some(term.end(start, months))
    })?;
    let customer = book.customer_of(agreement).and_then(|customer| book.get(customer))?;
    is_served(customer).then(|| Validity {
        end,
        chain: chain.into(),
        record: agreement.id,
        customer: Some(customer.id),
        owner: customer.reference(kind::OWNER),
        entered: agreement.created().map_or(end, |change| day_of(change.stamp.millis())),
        lead: None,
    })
}

/// A borrowed file that is not back; the borrower brings it (C8).
fn of_loan(book: &Book, days: &DayTable, loan: &Record, day_of: &impl Fn(u64) -> NaiveDate) -> Option<Validity> {
    if !loan.exists() || !loan.get(kind::RETURNED_ON).is_blank() {
        return None;
    }
    let lent = roster::date(loan.get(kind::LENT_ON))?;
    let loan_days = u16::try_from(loan.get(kind::LOAN_DAYS).as_int()?).ok()?;
    let end = loan_due(days, lent, loan_days).due;
    Some(Validity {
        end,
        chain: LOAN_CHAIN.into(),
        record: loan.id,
        customer: book.customer_of(loan),
        owner: loan.reference(kind::BORROWER),
        entered: loan.created().map_or(end, |change| day_of(change.stamp.millis())),
        lead: None,
    })
}

/// The item of a validity on a day, between its first reminder and the end of its chain.
///
/// A loan stays until the file is back, whatever its reminders.
pub(super) fn item(
    mut validity: Validity,
    tier: Option<Tier>,
    people: Vec<RecordId>,
    (reminders, days): (&ReminderRules, &DayTable),
    today: NaiveDate,
) -> Option<Item> {
    let tier_key = tier.map_or("", Tier::as_str);
    let chain = reminders.of_expiry(days, &validity.chain, tier_key, validity.end, validity.entered)?;
    let come = chain.iter().rfind(|reminder| reminder.on <= today)?;
    let last = chain.last()?.on;
    if *validity.chain != *LOAN_CHAIN && today > add_days(last, LAST_STAYS_DAYS) {
        return None;
    }
    validity.lead = Some(come.lead);
    let ask = Ask { people, is_approval: false, due: Some(night(validity.end)), pace: Pace::Day };
    let customer = validity.customer;
    let subject = Subject::Expiry(validity);
    Some(Item { subject, kind: EntryKind::Expiry, customer, tier, asks: vec![ask], told: Vec::new() })
}
