//! The signals of M15 as they follow from the records of a customer.

use chrono::NaiveDate;

use super::{Card, ComplaintCounts, Signals, order_gap, sales_change};
use crate::book::{Book, Record};
use crate::calendar::{Cadence, DayTable, LastTouches, Next, Touch, add_months, civil};
use crate::key::Key;
use crate::kind;
use crate::roster::{date, tier};
use crate::score::complaint::Level;
use crate::score::ledger::{Ledger, OrderLine, Period, Receivable};
use crate::score::ratio::Ratio;
use crate::value::Value;

/// The form that classifies a complaint, and its answer.
const CLASSIFICATION: &str = "F-6.1-2";
const LEVEL: Key = Key::of("level");
/// The record of a contact, and how it was made.
const CONTACT_RECORD: &str = "F-3.1-2";
const WAY: Key = Key::of("way");
/// The quarterly review, and its satisfaction.
const REVIEW: &str = "F-4.2-3";
const SATISFACTION: Key = Key::of("satisfaction");
/// What a contact decides, and since when they are no longer there.
const ROLE: Key = Key::of("role");
const LEFT_ON: Key = Key::of("left_on");

/// What the records say of `customer` on `day`; what they do not say is left out, never guessed.
///
/// - Sales and orders: orders up to the day, net of returns. Sales compare only where the customer's orders reach back to
///   the months a year before.
/// - Complaints: those of the customer that were classified, by the level last given; those cancelled do not count.
/// - Satisfaction: of the last quarterly review.
/// - Key person: a contact who decides, left, and nobody else who decides is there; needs a contact who decides.
/// - Visit: the last effective one, or an imported day (ruling 29), against the rhythm of the tier (C4).
/// - Payment: receivables; unknown where none is recorded.
pub fn gather(
    book: &Book,
    customer: &Record,
    card: &Card,
    cadence: &Cadence,
    days: &DayTable,
    day: NaiveDate,
) -> Signals {
    let orders: Vec<OrderLine> =
        of(book, customer, kind::ORDER).filter_map(|order| OrderLine::of(order, 0)).filter(|o| o.day <= day).collect();
    let bought: Vec<NaiveDate> =
        orders.iter().filter(|order| order.amount > order.returned).map(|order| order.day).collect();
    Signals {
        sales_change: sales(&orders, card, day),
        order_gap: order_gap(&bought, day),
        complaints: Some(complaints(book, customer, card, day)),
        satisfaction: satisfaction(book, customer, card, day),
        key_person_left: key_person_left(book, customer, day),
        visit_overdue: visit_overdue(book, customer, cadence, days, day),
        overdue_days: overdue_days(book, customer, day),
    }
}

fn of<'b>(book: &'b Book, customer: &Record, kind: Key) -> impl Iterator<Item = &'b Record> {
    book.of_customer(customer.id, kind)
}

fn forms<'b>(book: &'b Book, customer: &Record, form: &'static str) -> impl Iterator<Item = &'b Record> {
    of(book, customer, kind::DOCUMENT).filter(move |document| document.text(kind::FORM) == form)
}

/// The day a record was made, in Asia/Shanghai.
fn made_on(record: &Record) -> Option<NaiveDate> {
    record.created().map(|change| civil(change.stamp.millis()).date())
}

fn sales(orders: &[OrderLine], card: &Card, day: NaiveDate) -> Option<Ratio> {
    let (now, before) = card.sales_periods(day);
    let first = orders.iter().map(|order| order.day).min()?;
    let is_known = first < add_months(before.from, 1);
    let net = |period: Period| {
        orders
            .iter()
            .filter(|order| period.holds(order.day))
            .map(|order| order.amount.saturating_sub(order.returned))
            .fold(0, i64::saturating_add)
    };
    if is_known { sales_change(net(before), net(now)) } else { None }
}

fn complaints(book: &Book, customer: &Record, card: &Card, day: NaiveDate) -> ComplaintCounts {
    let counted = Period { from: card.complaints_from(day), to: day };
    of(book, customer, kind::CASE)
        .filter(|case| case.text(kind::STEP) != crate::workflow::CANCELLED.as_str())
        .filter(|case| made_on(case).is_some_and(|made| counted.holds(made)))
        .filter_map(|case| {
            let last = book
                .of_case(case.id, kind::DOCUMENT)
                .filter(|document| document.text(kind::FORM) == CLASSIFICATION)
                .max_by_key(|document| document.created().map(|change| change.stamp))?;
            Key::new(last.text(LEVEL)).ok().and_then(Level::of)
        })
        .collect()
}

fn satisfaction(book: &Book, customer: &Record, card: &Card, day: NaiveDate) -> Option<Ratio> {
    let counted = Period { from: card.satisfaction_from(day), to: day };
    let told = forms(book, customer, REVIEW).filter_map(|review| {
        let on = made_on(review).filter(|on| counted.holds(*on))?;
        Some(((on, review.id), review.get(SATISFACTION).as_int()?))
    });
    told.max().map(|(_, score)| Ratio::hundredth(score))
}

fn key_person_left(book: &Book, customer: &Record, day: NaiveDate) -> Option<bool> {
    let deciding = of(book, customer, kind::CONTACT).filter(|contact| contact.text(ROLE) == "decision");
    let left: Vec<bool> = deciding.map(|contact| date(contact.get(LEFT_ON)).is_some_and(|left| left <= day)).collect();
    (!left.is_empty()).then(|| left.iter().all(|left| *left))
}

fn visit_overdue(book: &Book, customer: &Record, cadence: &Cadence, days: &DayTable, day: NaiveDate) -> Option<Ratio> {
    let rhythm = cadence.rhythm(tier(customer, day).0?.as_str())?;
    let visit = forms(book, customer, CONTACT_RECORD)
        .filter(|record| *record.get(kind::EFFECTIVE) == Value::Bool(true) && record.text(WAY) == "visit")
        .filter_map(|record| date(record.get(kind::AT)))
        .chain(date(customer.get(kind::LAST_CONTACT)))
        .filter(|visit| *visit <= day)
        .max();
    match cadence.next(days, rhythm, Touch::Visit, &LastTouches { visit, ..LastTouches::default() }) {
        Next::On(next) => Ratio::new(i128::from((day - next.due).num_days().max(0)), next.interval.into()),
        Next::NotPlanned => Some(Ratio::ZERO),
        Next::NoneYet => None,
    }
}

fn overdue_days(book: &Book, customer: &Record, day: NaiveDate) -> Option<i64> {
    let owed: Vec<Receivable> =
        of(book, customer, kind::RECEIVABLE).filter_map(|owed| Receivable::of(owed, 0)).collect();
    if owed.is_empty() {
        return None;
    }
    let mut ledger = Ledger::new(day, 1, 1);
    ledger.add_receivables(&owed);
    ledger.overdue_days(0)
}
