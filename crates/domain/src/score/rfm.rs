//! Recency, frequency and amount of a customer's purchases, and the segment they make, M02.

use std::fmt;

use super::ladder::Ladder;
use super::ratio::{Hundredths, Ratio};
use crate::text::Text;

/// The tables of M02.
#[derive(Clone, Debug, PartialEq)]
pub struct RfmTable {
    /// Which issue of the tables.
    pub version: u32,
    /// What people call it.
    pub title: Text,
    /// How many days count, the evaluation day being the last of them.
    pub window_days: u32,
    /// Points from this on count as high, `2..=5`.
    pub high: u8,
    /// The fewest buyers for which quintiles mean something.
    pub quintile_minimum: u32,
    /// Days since the last purchase; fewer is better.
    pub recency: RfmAxis,
    /// Number of purchases.
    pub frequency: RfmAxis,
    /// Amount in CNY.
    pub monetary: RfmAxis,
    /// The eight segments, each combination once.
    pub segments: Vec<Segment>,
}

/// One of the three things M02 looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct RfmAxis {
    /// What people call it.
    pub label: Text,
    /// What it is counted in.
    pub unit: Text,
    /// Its weight in the index, in basis points.
    pub weight: u16,
    /// The fixed table, 5 points to 1.
    pub ladder: Ladder,
}

/// Which of the three are high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct High {
    /// Bought lately.
    pub recency: bool,
    /// Buys often.
    pub frequency: bool,
    /// Buys much.
    pub monetary: bool,
}

/// A kind of buyer and what to do for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Which of the three are high.
    pub high: High,
    /// What people call it.
    pub label: Text,
    /// What to do.
    pub action: Text,
}

/// What a customer bought within the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purchases {
    /// Days since the last purchase.
    pub days: u32,
    /// Number of purchases; 0 is "no purchase 未交易".
    pub count: u32,
    /// Amount in fen, returns deducted.
    pub amount: i64,
}

/// How points are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RfmMode {
    /// By the tables, so that months compare.
    #[default]
    Fixed,
    /// By rank among the buyers, a fifth each.
    Quintile,
}

/// Points of the three, 1–5 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RfmPoints {
    /// Recency.
    pub recency: u8,
    /// Frequency.
    pub frequency: u8,
    /// Amount.
    pub monetary: u8,
}

/// The result for one buyer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RfmScore<'t> {
    /// The three points; shown as the cell "535".
    pub points: RfmPoints,
    /// The index, `20.00..=100.00`.
    pub index: Hundredths,
    /// The segment; none only in a table that failed its checks.
    pub segment: Option<&'t Segment>,
}

impl RfmTable {
    /// The three axes: recency, frequency, amount.
    pub fn axes(&self) -> [&RfmAxis; 3] {
        [&self.recency, &self.frequency, &self.monetary]
    }

    /// The score that the points make: weighted index, rounded once, and segment.
    pub fn score(&self, points: RfmPoints) -> RfmScore<'_> {
        let parts =
            [(&self.recency, points.recency), (&self.frequency, points.frequency), (&self.monetary, points.monetary)];
        let sum: i128 = parts.iter().map(|(axis, points)| i128::from(axis.weight) * i128::from(*points)).sum();
        // Weights are basis points and five points are the most, so this is out of 100.
        let index = Ratio::new(sum, 500).unwrap_or(Ratio::ZERO).rounded();
        let high = High {
            recency: points.recency >= self.high,
            frequency: points.frequency >= self.high,
            monetary: points.monetary >= self.high,
        };
        RfmScore { points, index, segment: self.segments.iter().find(|segment| segment.high == high) }
    }

    fn fixed(&self, bought: &Purchases) -> RfmPoints {
        let points = |axis: &RfmAxis, value| axis.ladder.line(value).map_or(1, |line| line.points);
        RfmPoints {
            recency: points(&self.recency, Ratio::whole(bought.days.into())),
            frequency: points(&self.frequency, Ratio::whole(bought.count.into())),
            monetary: points(&self.monetary, Ratio::hundredth(bought.amount)),
        }
    }
}

/// The score of every customer, in the order given; none for those who bought nothing.
///
/// With fewer buyers than the table asks for, quintiles fall back to the fixed tables.
pub fn rfm<'t>(table: &'t RfmTable, mode: RfmMode, customers: &[Purchases]) -> Vec<Option<RfmScore<'t>>> {
    let buyers: Vec<&Purchases> = customers.iter().filter(|bought| bought.count > 0).collect();
    let is_ranked = mode == RfmMode::Quintile && buyers.len() as u64 >= u64::from(table.quintile_minimum);
    let ranks = is_ranked.then(|| Ranks::of(&buyers));
    let points = |bought: &Purchases| ranks.as_ref().map_or_else(|| table.fixed(bought), |ranks| ranks.points(bought));
    customers.iter().map(|bought| (bought.count > 0).then(|| table.score(points(bought)))).collect()
}

/// The buyers' values, worst first.
struct Ranks {
    days: Vec<std::cmp::Reverse<u32>>,
    counts: Vec<u32>,
    amounts: Vec<i64>,
}

impl Ranks {
    fn of(buyers: &[&Purchases]) -> Self {
        let mut ranks = Self {
            days: buyers.iter().map(|bought| std::cmp::Reverse(bought.days)).collect(),
            counts: buyers.iter().map(|bought| bought.count).collect(),
            amounts: buyers.iter().map(|bought| bought.amount).collect(),
        };
        ranks.days.sort_unstable();
        ranks.counts.sort_unstable();
        ranks.amounts.sort_unstable();
        ranks
    }

    fn points(&self, bought: &Purchases) -> RfmPoints {
        RfmPoints {
            recency: quintile(&self.days, &std::cmp::Reverse(bought.days)),
            frequency: quintile(&self.counts, &bought.count),
            monetary: quintile(&self.amounts, &bought.amount),
        }
    }
}

/// `1 + ⌊5·p ÷ n⌋` with `p` the number of strictly worse values; ties share points.
fn quintile<T: Ord>(worst_first: &[T], value: &T) -> u8 {
    let worse = worst_first.partition_point(|other| other < value);
    let fifth = (worse as u64 * 5).checked_div(worst_first.len() as u64).unwrap_or_default();
    // A value of the list itself has at most n − 1 worse ones, so this is 1 to 5.
    1 + u8::try_from(fifth.min(4)).unwrap_or(4)
}

impl fmt::Display for RfmPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.recency, self.frequency, self.monetary)
    }
}
