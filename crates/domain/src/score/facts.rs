//! The inputs of M01 as they follow from orders, receivables and the customer's card, each with its source.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

use super::ledger::{Ledger, Period, Tally, months_before};
use super::outcome::{Fact, Input, Inputs};
use super::ratio::Ratio;
use crate::book::Record;
use crate::key::Key;
use crate::kind;
use crate::value::{Mark, Value};

/// Annual sales.
pub const V1: Key = Key::of("V1");
/// Gross margin.
pub const V2: Key = Key::of("V2");
/// On-time payment.
pub const V3: Key = Key::of("V3");
/// Active months.
pub const V4: Key = Key::of("V4");
/// Years together.
pub const V5: Key = Key::of("V5");
/// Sales growth.
pub const V6: Key = Key::of("V6");
/// Strategic influence.
pub const V7: Key = Key::of("V7");
/// Service cost ratio.
pub const V8: Key = Key::of("V8");
/// Whether the customer is blacklisted.
pub const BLACKLISTED: Key = Key::of("blacklisted");
/// The credit grade of M03.
pub const CREDIT_GRADE: Key = Key::of("credit_grade");
/// Days the receivable longest overdue is past its due day.
pub const OVERDUE_DAYS: Key = Key::of("overdue_days");

/// What a person wrote on the card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given {
    /// Nothing.
    #[default]
    Nothing,
    /// A value.
    Value(Ratio),
    /// Said not to apply.
    NotApplicable,
    /// Said to be missing.
    Missing,
    /// Something that is no number.
    Unreadable,
}

/// What the customer's card says that M01 needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CardFacts {
    /// The recorded start of the relation.
    pub since: Option<NaiveDate>,
    /// On-time payment by hand, in per cent; counts when receivables give no value.
    pub on_time: Given,
    /// Strategic influence, a rating.
    pub influence: Given,
    /// Service cost in per cent of sales.
    pub service_cost: Given,
    /// Whether the customer is blacklisted.
    pub is_blacklisted: bool,
    /// The credit grade in force.
    pub credit_grade: Option<Key>,
}

/// The inputs of one customer and where each came from.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueFacts {
    /// What the card M01 is given.
    pub inputs: Inputs,
    /// The origin of each item, V1 to V8.
    pub origins: [ItemFact; 8],
}

/// Where the input of one item came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemFact {
    /// The item.
    pub code: Key,
    /// What was given to the card.
    pub input: Input,
    /// What it was worked out from.
    pub source: Source,
    /// Why there is no value; none when there is one.
    pub why: Option<Why>,
}

/// What an input was worked out from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// So many orders of the period.
    Orders(u32, Period),
    /// So many orders of the period and of the period before.
    Growth(u32, Period, u32, Period),
    /// So many receivables that fell due in the period.
    Receivables(u32, Period),
    /// The recorded start of the relation.
    Start(NaiveDate),
    /// The first purchase, no start being recorded.
    FirstPurchase(NaiveDate),
    /// What a person wrote on the card.
    Card,
}

/// Why an input has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Missing: no order of anybody is known.
    NoOrders,
    /// Missing: the customer is older than the orders known, which begin on this day.
    HistoryFrom(NaiveDate),
    /// N/A: no sales in the period (ruling 9).
    NoSales,
    /// Missing: the margin of so many orders is unknown.
    MarginUnknown(u32),
    /// N/A: nothing fell due in the period.
    NothingDue,
    /// Missing: of so many receivables it is unknown what was paid when.
    PaymentUnknown(u32),
    /// Missing: neither a start nor a purchase is known.
    NoStart,
    /// Missing: the recorded start lies after the evaluation day.
    StartAhead(NaiveDate),
    /// N/A: the relation, begun on this day, is younger than 24 months.
    Young(NaiveDate),
    /// N/A: no sales in the 12 months before, so there is nothing to compare with (N5).
    NoSalesBefore,
    /// Missing: nobody wrote it down.
    NotRecorded,
    /// N/A or missing: a person said so.
    Said,
    /// Missing: what stands on the card is no number.
    Unreadable,
}

type Worked = (Input, Source, Option<Why>);

impl CardFacts {
    /// What the customer's record says.
    pub fn of(customer: &Record) -> Self {
        Self {
            since: customer.text(kind::SINCE).parse().ok(),
            on_time: Given::percent(customer.get(kind::V3)),
            influence: Given::number(customer.get(kind::V7)),
            service_cost: Given::number(customer.get(kind::V8)),
            is_blacklisted: customer.text(kind::STAGE) == "blacklisted",
            credit_grade: Key::new(customer.text(kind::CREDIT_GRADE)).ok(),
        }
    }
}

impl Given {
    /// A decimal text or a whole number.
    pub fn number(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Int(number) => Self::Value(Ratio::whole(*number)),
            Value::Text(text) => text.parse().map_or(Self::Unreadable, Self::Value),
            Value::Mark(Mark::NotApplicable) => Self::NotApplicable,
            Value::Mark(Mark::Missing) => Self::Missing,
            _ => Self::Unreadable,
        }
    }

    /// A percentage in basis points.
    pub fn percent(value: &Value) -> Self {
        match value {
            Value::Int(basis_points) => Self::Value(Ratio::hundredth(*basis_points)),
            other => Self::number(other),
        }
    }

    fn input(self) -> Worked {
        let (input, why) = match self {
            Self::Value(value) => (Input::Value(value), None),
            Self::Nothing => (Input::Missing, Some(Why::NotRecorded)),
            Self::NotApplicable => (Input::NotApplicable, Some(Why::Said)),
            Self::Missing => (Input::Missing, Some(Why::Said)),
            Self::Unreadable => (Input::Missing, Some(Why::Unreadable)),
        };
        (input, Source::Card, why)
    }
}

impl Ledger {
    /// The inputs of M01 for one customer; none when there is no such customer.
    pub fn value_facts(&self, customer: usize, card: &CardFacts) -> Option<ValueFacts> {
        let tally = self.tally(customer)?;
        let relation = Relation::of(card, tally, self);
        let no_cost_ratio = relation.unknown_from(self.period()).is_none() && tally.net <= 0;
        let worked = [
            (V1, sales(self, tally, &relation)),
            (V2, margin(self, tally, &relation)),
            (V3, on_time(self, tally, card)),
            (V4, active_months(self, tally, &relation)),
            (V5, relation.years(self.day())),
            (V6, growth(self, tally, &relation)),
            (V7, card.influence.input()),
            (V8, if no_cost_ratio { na(Source::Card, Why::NoSales) } else { card.service_cost.input() }),
        ];
        let origins = worked.map(|(code, (input, source, why))| ItemFact { code, input, source, why });
        let facts = [
            Some((BLACKLISTED, Fact::Is(card.is_blacklisted))),
            card.credit_grade.map(|grade| (CREDIT_GRADE, Fact::Word(grade))),
            Some((OVERDUE_DAYS, Fact::Number(Ratio::whole(tally.overdue_days)))),
        ];
        let inputs = Inputs {
            items: origins.iter().map(|origin| (origin.code, origin.input)).collect(),
            facts: facts.into_iter().flatten().collect(),
        };
        Some(ValueFacts { inputs, origins })
    }
}

/// Since when the customer is one, and from when on their orders are known.
struct Relation {
    start: Option<Source>,
    day: Option<NaiveDate>,
    evaluated: NaiveDate,
    history_from: Option<NaiveDate>,
}

impl Relation {
    fn of(card: &CardFacts, tally: &Tally, ledger: &Ledger) -> Self {
        let recorded = card.since.map(|day| (Source::Start(day), day));
        let start = recorded.or_else(|| tally.first_purchase.map(|day| (Source::FirstPurchase(day), day)));
        Self {
            start: start.map(|(source, _)| source),
            day: start.map(|(_, day)| day),
            evaluated: ledger.day(),
            history_from: ledger.history_from(),
        }
    }

    /// Why the customer's orders of a period are not all known; none when they are.
    ///
    /// Orders before the history began are unknown, unless the customer came later.
    fn unknown_from(&self, period: Period) -> Option<Why> {
        match self.history_from {
            None => Some(Why::NoOrders),
            Some(from) if from > period.from && self.day.is_some_and(|day| day < from) => Some(Why::HistoryFrom(from)),
            Some(_) => None,
        }
    }

    /// Whole years and the part of the running one, exact; so an anniversary is a whole number.
    fn years(&self, day: NaiveDate) -> Worked {
        let (Some(source), Some(start)) = (self.start, self.day) else { return missing(Source::Card, Why::NoStart) };
        match years_between(start, day) {
            Some(years) => (Input::Value(years), source, None),
            None => missing(source, Why::StartAhead(start)),
        }
    }

    fn is_young(&self) -> Option<NaiveDate> {
        self.day.filter(|day| *day > months_before(self.evaluated, 24))
    }
}

fn missing(source: Source, why: Why) -> Worked {
    (Input::Missing, source, Some(why))
}

fn na(source: Source, why: Why) -> Worked {
    (Input::NotApplicable, source, Some(why))
}

fn sales(ledger: &Ledger, tally: &Tally, relation: &Relation) -> Worked {
    let source = Source::Orders(tally.orders, ledger.period());
    match (relation.unknown_from(ledger.period()), Ratio::new(tally.net, 100)) {
        (Some(why), _) => missing(source, why),
        (None, Some(sales)) => (Input::Value(sales), source, None),
        (None, None) => missing(source, Why::Unreadable),
    }
}

/// Margin kept ÷ sales kept (N5); unknown as soon as one order's margin is.
fn margin(ledger: &Ledger, tally: &Tally, relation: &Relation) -> Worked {
    let source = Source::Orders(tally.orders, ledger.period());
    if let Some(why) = relation.unknown_from(ledger.period()) {
        return missing(source, why);
    }
    if tally.net <= 0 {
        return na(source, Why::NoSales);
    }
    if tally.orders_without_margin > 0 {
        return missing(source, Why::MarginUnknown(tally.orders_without_margin));
    }
    per_cent(tally.margin, tally.net, source)
}

/// Receivables decide where they give a value; otherwise the card, if anything is written there.
fn on_time(ledger: &Ledger, tally: &Tally, card: &CardFacts) -> Worked {
    let source = Source::Receivables(tally.fell_due, ledger.period());
    let is_known = tally.fell_due > 0 && tally.payments_unknown == 0;
    match card.on_time {
        _ if is_known => per_cent(tally.on_time, tally.due, source),
        Given::Nothing if tally.fell_due == 0 => na(source, Why::NothingDue),
        Given::Nothing => missing(source, Why::PaymentUnknown(tally.payments_unknown)),
        // Something is recorded as due, so saying that nothing could be is not believed.
        Given::NotApplicable if tally.fell_due > 0 => missing(source, Why::PaymentUnknown(tally.payments_unknown)),
        given => given.input(),
    }
}

fn active_months(ledger: &Ledger, tally: &Tally, relation: &Relation) -> Worked {
    let source = Source::Orders(tally.orders, ledger.period());
    match relation.unknown_from(ledger.period()) {
        Some(why) => missing(source, why),
        None => (Input::Value(Ratio::whole(tally.active_months().into())), source, None),
    }
}

/// Sales against those of the 12 months before, in per cent.
fn growth(ledger: &Ledger, tally: &Tally, relation: &Relation) -> Worked {
    let source = Source::Growth(tally.orders, ledger.period(), tally.previous_orders, ledger.previous());
    if let Some(start) = relation.is_young() {
        return na(source, Why::Young(start));
    }
    if let Some(why) = relation.unknown_from(ledger.previous()) {
        return missing(source, why);
    }
    if tally.previous_net <= 0 {
        return na(source, Why::NoSalesBefore);
    }
    per_cent(tally.net - tally.previous_net, tally.previous_net, source)
}

fn per_cent(part: i128, whole: i128, source: Source) -> Worked {
    match Ratio::new(part.saturating_mul(100), whole) {
        Some(share) => (Input::Value(share), source, None),
        None => missing(source, Why::Unreadable),
    }
}

/// Years from `start` to `day`; none when the start lies ahead. Born on 29 February, it turns on the 28th.
fn years_between(start: NaiveDate, day: NaiveDate) -> Option<Ratio> {
    let anniversary = |years: u32| start.checked_add_months(Months::new(years.checked_mul(12)?));
    let by_calendar = u32::try_from(day.year() - start.year()).ok()?;
    let years = if anniversary(by_calendar)? > day { by_calendar.checked_sub(1)? } else { by_calendar };
    let (last, next) = (anniversary(years)?, anniversary(years + 1)?);
    let (gone, length) = (i128::from((day - last).num_days()), i128::from((next - last).num_days()));
    Ratio::new(i128::from(years) * length + gone, length)
}

impl fmt::Display for Source {
    /// The compact form a stored score keeps, such as "orders 41 2025-11-01 2026-10-31".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Orders(count, Period { from, to }) => write!(f, "orders {count} {from} {to}"),
            Self::Growth(count, now, before, previous) => {
                write!(f, "growth {count} {} {} {before} {} {}", now.from, now.to, previous.from, previous.to)
            }
            Self::Receivables(count, Period { from, to }) => write!(f, "receivables {count} {from} {to}"),
            Self::Start(day) => write!(f, "start {day}"),
            Self::FirstPurchase(day) => write!(f, "first_purchase {day}"),
            Self::Card => f.write_str("card"),
        }
    }
}

/// A text that is no stored source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a source: {0:?}")]
pub struct BadSource(pub String);

impl FromStr for Source {
    type Err = BadSource;

    fn from_str(text: &str) -> Result<Self, BadSource> {
        parse_source(text).ok_or_else(|| BadSource(text.to_owned()))
    }
}

fn parse_source(text: &str) -> Option<Source> {
    let words: Vec<&str> = text.split(' ').collect();
    let period = |from: &str, to: &str| Some(Period { from: from.parse().ok()?, to: to.parse().ok()? });
    Some(match words.as_slice() {
        ["orders", count, from, to] => Source::Orders(count.parse().ok()?, period(from, to)?),
        ["growth", count, from, to, before, previous_from, previous_to] => Source::Growth(
            count.parse().ok()?,
            period(from, to)?,
            before.parse().ok()?,
            period(previous_from, previous_to)?,
        ),
        ["receivables", count, from, to] => Source::Receivables(count.parse().ok()?, period(from, to)?),
        ["start", day] => Source::Start(day.parse().ok()?),
        ["first_purchase", day] => Source::FirstPurchase(day.parse().ok()?),
        ["card"] => Source::Card,
        _ => return None,
    })
}
