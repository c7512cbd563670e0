//! What customers bought, returned and owed, summed up once so that any of them is graded at once.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::ratio::divided;
use super::rfm::Purchases;
use crate::book::Record;
use crate::kind;
use crate::roster::date;

/// One order as it was imported; amounts in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// The customer's place in the list that is graded.
    pub customer: usize,
    /// The day of the order.
    pub day: NaiveDate,
    /// What was charged.
    pub amount: i64,
    /// What was earned on all of it; none when unknown.
    pub margin: Option<i64>,
    /// The part of the amount that came back.
    pub returned: i64,
}

/// One receivable as it was imported; amounts in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receivable {
    /// The customer's place in the list that is graded.
    pub customer: usize,
    /// The day it falls due.
    pub due_on: NaiveDate,
    /// What is owed.
    pub amount: i64,
    /// What was paid; none when unknown, 0 when nothing was.
    pub paid: Option<i64>,
    /// The day it was paid.
    pub paid_on: Option<NaiveDate>,
}

/// Days from the first to the last, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// The sums of every customer as of one day; orders and receivables may be added in any order, in slices.
///
/// The period of M01 is the 12 calendar months before the month of the evaluation day. An order counts net
/// (amount less what came back) on its own day, since imports do not say when a return came. What came back
/// takes its share of the margin along, to the fen. An order of which everything came back is no purchase:
/// it makes no month active and counts for nothing in M02.
#[derive(Clone, Debug)]
pub struct Ledger {
    day: NaiveDate,
    period: Period,
    previous: Period,
    window: Period,
    tallies: Vec<Tally>,
    earliest: Option<NaiveDate>,
    stated_from: Option<NaiveDate>,
}

/// One customer's sums; money in fen.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) orders: u32,
    pub(super) net: i128,
    pub(super) margin: i128,
    pub(super) orders_without_margin: u32,
    months: u16,
    pub(super) previous_orders: u32,
    pub(super) previous_net: i128,
    pub(super) first_purchase: Option<NaiveDate>,
    last_purchase: Option<NaiveDate>,
    window_purchases: u32,
    window_net: i128,
    pub(super) fell_due: u32,
    pub(super) due: i128,
    pub(super) on_time: i128,
    pub(super) payments_unknown: u32,
    pub(super) overdue_days: i64,
}

impl Period {
    /// Whether `day` lies within.
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// The 12 full months before the month of `day`.
    pub fn full_year_before(day: NaiveDate) -> Self {
        let this_month = day.with_day(1).unwrap_or(day);
        Self { from: months_before(this_month, 12), to: this_month.pred_opt().unwrap_or(day) }
    }

    fn month_of(self, day: NaiveDate) -> i32 {
        (day.year() - self.from.year()) * 12 + day.month0() as i32 - self.from.month0() as i32
    }
}

/// The same day some months earlier; at the far end of the calendar its first day.
pub(super) fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

impl Ledger {
    /// No orders yet, for so many customers; M02 looks at `window_days` days, `day` being the last of them.
    pub fn new(day: NaiveDate, customers: usize, window_days: u32) -> Self {
        let period = Period::full_year_before(day);
        let window_from = day.checked_sub_days(Days::new(u64::from(window_days.max(1) - 1)));
        Self {
            day,
            period,
            previous: Period::full_year_before(period.from),
            window: Period { from: window_from.unwrap_or(NaiveDate::MIN), to: day },
            tallies: vec![Tally::default(); customers],
            earliest: None,
            stated_from: None,
        }
    }

    /// Says from which day on all orders are known; otherwise the month of the first one is taken.
    pub fn known_from(mut self, day: NaiveDate) -> Self {
        self.stated_from = Some(day);
        self
    }

    /// Adds orders; those after the evaluation day or of no known customer are left out.
    pub fn add_orders(&mut self, lines: &[OrderLine]) {
        for line in lines.iter().filter(|line| line.day <= self.day) {
            self.earliest = Some(self.earliest.map_or(line.day, |earliest| earliest.min(line.day)));
            if let Some(tally) = self.tallies.get_mut(line.customer) {
                tally.add_order(line, self.period, self.previous, self.window);
            }
        }
    }

    /// Adds receivables; those of no known customer are left out.
    pub fn add_receivables(&mut self, receivables: &[Receivable]) {
        for receivable in receivables {
            if let Some(tally) = self.tallies.get_mut(receivable.customer) {
                tally.add_receivable(receivable, self.period, self.day);
            }
        }
    }

    /// The evaluation day.
    pub fn day(&self) -> NaiveDate {
        self.day
    }

    /// The 12 full months of M01.
    pub fn period(&self) -> Period {
        self.period
    }

    /// The 12 months before the period of M01.
    pub fn previous(&self) -> Period {
        self.previous
    }

    /// How many customers there are.
    pub fn customers(&self) -> usize {
        self.tallies.len()
    }

    /// From which day on all orders are known; none when there are no orders at all.
    pub fn history_from(&self) -> Option<NaiveDate> {
        self.stated_from.or_else(|| self.earliest.map(|day| day.with_day(1).unwrap_or(day)))
    }

    /// Sales of the period net of returns, in fen, as M01b ranks them.
    pub fn sales(&self, customer: usize) -> i64 {
        self.tallies.get(customer).map_or(0, |tally| within_i64(tally.net))
    }

    /// What M02 looks at.
    pub fn purchases(&self, customer: usize) -> Purchases {
        let Some(tally) = self.tallies.get(customer) else { return Purchases::default() };
        let days = tally.last_purchase.map_or(0, |last| (self.day - last).num_days());
        Purchases {
            days: u32::try_from(days).unwrap_or_default(),
            count: tally.window_purchases,
            amount: within_i64(tally.window_net),
        }
    }

    /// Days the receivable longest overdue is past its due day, nought when none is; none when there is no such customer.
    pub fn overdue_days(&self, customer: usize) -> Option<i64> {
        self.tallies.get(customer).map(|tally| tally.overdue_days)
    }

    pub(super) fn tally(&self, customer: usize) -> Option<&Tally> {
        self.tallies.get(customer)
    }
}

impl Tally {
    /// The months of the period with a purchase, 0–12.
    pub(super) fn active_months(&self) -> u32 {
        self.months.count_ones()
    }

    fn add_order(&mut self, line: &OrderLine, period: Period, previous: Period, window: Period) {
        let net = i128::from(line.amount) - i128::from(line.returned);
        if period.holds(line.day) {
            self.orders += 1;
            self.net += net;
            match line.margin {
                Some(margin) => self.margin += margin_kept(margin, line.amount, net),
                None => self.orders_without_margin += 1,
            }
        } else if previous.holds(line.day) {
            self.previous_orders += 1;
            self.previous_net += net;
        }
        let is_in_window = window.holds(line.day);
        if is_in_window {
            self.window_net += net;
        }
        if net > 0 {
            self.first_purchase = Some(self.first_purchase.map_or(line.day, |first| first.min(line.day)));
            self.last_purchase = self.last_purchase.max(Some(line.day));
            self.window_purchases += u32::from(is_in_window);
            if period.holds(line.day) {
                self.months |= 1 << period.month_of(line.day).clamp(0, 11);
            }
        }
    }

    fn add_receivable(&mut self, receivable: &Receivable, period: Period, day: NaiveDate) {
        let Receivable { due_on, amount, .. } = *receivable;
        if amount <= 0 {
            return;
        }
        let paid = receivable.paid_by(day);
        if period.holds(due_on) {
            self.fell_due += 1;
            self.due += i128::from(amount);
            match receivable.paid_by(due_on) {
                Some(on_time) => self.on_time += i128::from(on_time.clamp(0, amount)),
                None => self.payments_unknown += 1,
            }
        }
        if paid.is_some_and(|paid| paid < amount) {
            self.overdue_days = self.overdue_days.max((day - due_on).num_days());
        }
    }
}

impl OrderLine {
    /// What a record of kind `order` says; none without a day or an amount.
    pub fn of(order: &Record, customer: usize) -> Option<Self> {
        Some(Self {
            customer,
            day: date(order.get(kind::ON))?,
            amount: order.get(kind::AMOUNT).as_int()?,
            margin: order.get(kind::MARGIN).as_int(),
            returned: order.get(kind::RETURNED).as_int().unwrap_or(0),
        })
    }
}

impl Receivable {
    /// What a record of kind `receivable` says; none without a due day or an amount.
    pub fn of(owed: &Record, customer: usize) -> Option<Self> {
        Some(Self {
            customer,
            due_on: date(owed.get(kind::DUE_ON))?,
            amount: owed.get(kind::AMOUNT).as_int()?,
            paid: owed.get(kind::PAID).as_int(),
            paid_on: date(owed.get(kind::PAID_ON)),
        })
    }

    /// What was paid up to `day`, in fen; none when that is unknown.
    ///
    /// A day of payment without an amount means all of it; an amount without a day leaves the time unknown,
    /// unless nothing was paid.
    fn paid_by(&self, day: NaiveDate) -> Option<i64> {
        match (self.paid, self.paid_on) {
            (_, Some(paid_on)) if paid_on > day => Some(0),
            (Some(paid), Some(_)) => Some(paid),
            (None, Some(_)) => Some(self.amount),
            (Some(paid), None) if paid <= 0 => Some(0),
            _ => None,
        }
    }
}

/// The margin on what was kept, to the fen: what came back takes its share along.
fn margin_kept(margin: i64, amount: i64, net: i128) -> i128 {
    match i128::from(amount) {
        amount if amount > 0 && net != amount => divided(i128::from(margin).saturating_mul(net), amount),
        _ => i128::from(margin),
    }
}

fn within_i64(fen: i128) -> i64 {
    i64::try_from(fen).unwrap_or(if fen < 0 { i64::MIN } else { i64::MAX })
}
