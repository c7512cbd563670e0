//! What M15 is told of a customer, and how two of its signals are worked out.

use chrono::NaiveDate;

use super::card::{Card, Signal};
use crate::score::complaint::Level;
use crate::score::ratio::Ratio;

/// What is known of a customer; none where there is no data, which is not the same as nought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// Change of sales, per cent, over [`Card::sales_periods`]; see [`sales_change`].
    pub sales_change: Option<Ratio>,
    /// Days since the last order ÷ the mean interval between orders; see [`order_gap`].
    pub order_gap: Option<Ratio>,
    /// Complaints since [`Card::complaints_from`].
    pub complaints: Option<ComplaintCounts>,
    /// The last satisfaction since [`Card::satisfaction_from`], 0–100.
    pub satisfaction: Option<Ratio>,
    /// Whether a key person left and has no successor.
    pub key_person_left: Option<bool>,
    /// Days the visit is overdue ÷ days between visits; nought when it is not overdue (C4).
    pub visit_overdue: Option<Ratio>,
    /// Days the payment longest overdue is past its due day; nought when none is.
    pub overdue_days: Option<i64>,
}

/// How many complaints there were of each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComplaintCounts {
    /// Level I.
    pub first: u32,
    /// Level II.
    pub second: u32,
    /// Level III.
    pub third: u32,
    /// Level IV.
    pub fourth: u32,
}

impl FromIterator<Level> for ComplaintCounts {
    fn from_iter<I: IntoIterator<Item = Level>>(levels: I) -> Self {
        let mut counts = Self::default();
        for level in levels {
            let count = match level {
                Level::I => &mut counts.first,
                Level::II => &mut counts.second,
                Level::III => &mut counts.third,
                Level::IV => &mut counts.fourth,
            };
            *count = count.saturating_add(1);
        }
        counts
    }
}

impl Signals {
    /// The value of one signal in its unit; none without data.
    pub fn value(&self, card: &Card, signal: Signal) -> Option<Ratio> {
        match signal {
            Signal::SalesChange => self.sales_change,
            Signal::OrderGap => self.order_gap,
            Signal::GraveComplaints => self.complaints.map(|counts| counts.grave()),
            Signal::OrdinaryComplaints => self.complaints.and_then(|counts| counts.ordinary(card)),
            Signal::Satisfaction => self.satisfaction,
            Signal::KeyPersonLeft => self.key_person_left.map(|left| Ratio::whole(left.into())),
            Signal::VisitOverdue => self.visit_overdue,
            Signal::OverdueDays => self.overdue_days.map(Ratio::whole),
        }
    }
}

impl ComplaintCounts {
    fn grave(self) -> Ratio {
        Ratio::whole(i64::from(self.first) + i64::from(self.second))
    }

    /// Complaints of level III, so many of level IV counted as one of them (ruling 13).
    fn ordinary(self, card: &Card) -> Option<Ratio> {
        let slight = i128::from(card.slight_per_ordinary.get());
        Ratio::new(i128::from(self.third) * slight + i128::from(self.fourth), slight)
    }
}

/// The change from one amount to another, per cent, both in fen; none when there was nothing to fall from (N5).
pub fn sales_change(before: i64, now: i64) -> Option<Ratio> {
    let change = i128::from(now) - i128::from(before);
    if before > 0 { Ratio::new(change * 100, before.into()) } else { None }
}

/// Days since the last order ÷ the mean interval between orders, both on an evaluation day.
///
/// Orders of one day count once, orders after the evaluation day not at all; with fewer than two days there is no
/// interval, and so no value.
pub fn order_gap(orders: &[NaiveDate], day: NaiveDate) -> Option<Ratio> {
    let mut days: Vec<NaiveDate> = orders.iter().copied().filter(|order| *order <= day).collect();
    days.sort_unstable();
    days.dedup();
    let (first, last) = (*days.first()?, *days.last()?);
    let intervals = i128::try_from(days.len().checked_sub(1)?).ok()?;
    Ratio::new(i128::from((day - last).num_days()) * intervals, (last - first).num_days().into())
}
