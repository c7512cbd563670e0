//! The card of M15: rows of signals with their points, how far back is looked, and the colours.

use std::num::NonZeroU16;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::calendar::{add_days, add_months};
use crate::key::Key;
use crate::score::ladder::Ladder;
use crate::score::ledger::Period;
use crate::score::ratio::Hundredths;
use crate::score::scorecard::Band;
use crate::text::Text;

/// How churn is foreseen; spec M15.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Its name, `M15`.
    pub id: Key,
    /// Which issue of the card; a stored result names it (N7).
    pub version: u32,
    /// What people call it.
    pub title: Text,
    /// How many complaints of level IV count as one of level III (ruling 13).
    pub slight_per_ordinary: NonZeroU16,
    /// How many months of sales are compared.
    pub sales_months: u16,
    /// How many days a complaint counts, the evaluation day being the last of them.
    pub complaint_days: u16,
    /// How many months the last satisfaction counts.
    pub satisfaction_months: u16,
    /// What is looked at; the highest points of all together are at most 100.
    pub rows: Vec<Row>,
    /// The colours, worst first; lower bounds are inclusive.
    pub colours: Vec<Band>,
}

/// Signals of one kind, of which the one with the most points counts (ruling 13).
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name, such as `contact`.
    pub code: Key,
    /// What people call it.
    pub label: Text,
    /// The signals.
    pub signals: Vec<SignalScale>,
}

/// A signal and its points.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalScale {
    /// The signal.
    pub signal: Signal,
    /// Its lines, the first that holds decides.
    pub ladder: Ladder,
}

/// What may say that a customer is about to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Change of sales against the same months of the year before, per cent; a fall is below 0.
    SalesChange,
    /// Days since the last order ÷ the customer's own mean interval.
    OrderGap,
    /// Number of complaints of level I or II.
    GraveComplaints,
    /// Number of complaints of level III, those of level IV counted in part.
    OrdinaryComplaints,
    /// Last satisfaction, 0–100.
    Satisfaction,
    /// 1 when a key person left without a successor, else 0.
    KeyPersonLeft,
    /// How long the visit is overdue, in intervals between visits.
    VisitOverdue,
    /// Days the payment longest overdue is past its due day.
    OverdueDays,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::SalesChange,
        Self::OrderGap,
        Self::GraveComplaints,
        Self::OrdinaryComplaints,
        Self::Satisfaction,
        Self::KeyPersonLeft,
        Self::VisitOverdue,
        Self::OverdueDays,
    ];

    /// Its name in the playbook.
    pub fn code(self) -> Key {
        Key::of(match self {
            Self::SalesChange => "sales_change",
            Self::OrderGap => "order_gap",
            Self::GraveComplaints => "grave_complaints",
            Self::OrdinaryComplaints => "ordinary_complaints",
            Self::Satisfaction => "satisfaction",
            Self::KeyPersonLeft => "key_person_left",
            Self::VisitOverdue => "visit_overdue",
            Self::OverdueDays => "overdue_days",
        })
    }

    /// Whether a higher value is the worse one, so that the scale of the signal asks for more.
    pub fn warns_when_high(self) -> bool {
        !matches!(self, Self::SalesChange | Self::Satisfaction)
    }
}

impl Row {
    /// Every number of points it can give; none without a signal.
    pub fn all_points(&self) -> Vec<u8> {
        self.signals.iter().flat_map(|scale| scale.ladder.all_points()).chain([0]).collect()
    }

    /// The most points it can give.
    pub fn highest(&self) -> u8 {
        self.signals.iter().map(|scale| scale.ladder.highest()).max().unwrap_or_default()
    }
}

impl Card {
    /// The worst colour whose lower bound the score reaches; none only in a card that failed its checks.
    pub fn colour(&self, score: u8) -> Option<&Band> {
        let score = Hundredths(i64::from(score) * 100);
        self.colours.iter().find(|colour| score >= colour.from)
    }

    /// The full months before an evaluation day whose sales are compared, and the same months a year earlier.
    pub fn sales_periods(&self, day: NaiveDate) -> (Period, Period) {
        let this_month = day.with_day(1).unwrap_or(day);
        let before = |month: NaiveDate| Period {
            from: add_months(month, -i32::from(self.sales_months)),
            to: month.pred_opt().unwrap_or(month),
        };
        (before(this_month), before(add_months(this_month, -12)))
    }

    /// The first day whose complaints count on an evaluation day.
    pub fn complaints_from(&self, day: NaiveDate) -> NaiveDate {
        add_days(day, 1 - i32::from(self.complaint_days))
    }

    /// The first day whose satisfaction counts on an evaluation day.
    pub fn satisfaction_from(&self, day: NaiveDate) -> NaiveDate {
        add_months(day, -i32::from(self.satisfaction_months))
    }
}
