//! Deadlines: how they are written, and when they fall due.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::DueUnit;
use crate::calendar::{Unit, WorkCalendar};
use crate::expr::Expr;

/// A deadline as the playbook writes it; spec workflows.md, ruling 19.
#[derive(Clone, Debug, PartialEq)]
pub enum Deadline {
    /// `3WD`: that many working days on the C3 clock, due at 18:00.
    WorkingDays(u16),
    /// `2WH`: that many working hours of 60 working minutes.
    WorkingHours(u16),
    /// `30 working min`.
    WorkingMinutes(u16),
    /// `24h`: hours around the clock.
    Hours(u16),
    /// `15min`: minutes around the clock.
    Minutes(u16),
    /// `30 days`: the end of the day that many civil days later.
    Days(u16),
    /// `12 months`: the end of the same day of a later month, or of that month's last day.
    Months(u16),
    /// `day`: the end of the same civil day.
    SameDay,
    /// `planned date`: the end of the day the case is planned for.
    Planned,
    /// `d-2WD`: 18:00 of the day so many working days from the planned date.
    FromPlanned {
        /// Working days; negative before the planned date.
        working_days: i16,
    },
    /// `01-31`: the end of that day, this year or next.
    Yearly {
        /// 1–12.
        month: u8,
        /// 1–31.
        day: u8,
    },
    /// `quarter start`, `quarter start + 10WD`: 18:00 of the first, or of a later, working day of the quarter.
    QuarterStart {
        /// Which working day, counted from 1; 0 where none is named, which is the first.
        working_day: u16,
    },
    /// `quarter end + 10WD`: 18:00 of the day so many working days after the quarter's last day.
    QuarterEnd {
        /// Working days after the end.
        working_days: u16,
    },
    /// `C4`, `M05 plan`: by a rule or model that the app works out.
    Rule(Box<str>),
    /// A date or moment worked out by an expression.
    At(Expr),
}

/// A text that is no deadline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no deadline")]
pub struct DeadlineError(pub Box<str>);

/// A deadline with the condition under which it is the one.
#[derive(Clone, Debug, PartialEq)]
pub struct DueRule {
    /// When it applies; always, if nothing is said.
    pub when: Option<Expr>,
    /// The deadline.
    pub by: Deadline,
    /// The moment it counts from; what its move counts from, if nothing is said.
    pub from: Option<Expr>,
    /// What it counts in, where that is not said by the notation.
    pub unit: Option<DueUnit>,
    /// Where a due moment on a day off moves: this time of the next working day.
    pub day_off: Option<NaiveTime>,
    /// The date or moment it is due by at the latest, whatever pauses.
    pub not_after: Option<Expr>,
}

impl From<Deadline> for DueRule {
    fn from(by: Deadline) -> Self {
        Self { when: None, by, from: None, unit: None, day_off: None, not_after: None }
    }
}

impl DueRule {
    /// What its clock counts in.
    pub fn counts_in(&self) -> Unit {
        match self.by {
            Deadline::WorkingDays(_) | Deadline::WorkingHours(_) | Deadline::WorkingMinutes(_) => Unit::Working,
            Deadline::At(_) if self.unit.is_none_or(|unit| unit == DueUnit::Working) => Unit::Working,
            _ => Unit::Calendar,
        }
    }

    /// Whether a pause moves it (C3). Days of the calendar stay where they are.
    pub fn stands_still(&self) -> bool {
        let is_span = match self.by {
            Deadline::WorkingDays(_)
            | Deadline::WorkingHours(_)
            | Deadline::WorkingMinutes(_)
            | Deadline::Hours(_)
            | Deadline::Minutes(_)
            | Deadline::Days(_)
            | Deadline::Months(_)
            | Deadline::SameDay
            | Deadline::At(_) => true,
            Deadline::Planned
            | Deadline::FromPlanned { .. }
            | Deadline::Yearly { .. }
            | Deadline::QuarterStart { .. }
            | Deadline::QuarterEnd { .. }
            | Deadline::Rule(_) => false,
        };
        is_span && self.unit != Some(DueUnit::Fixed)
    }
}

/// What a deadline is counted from.
pub struct Clock<'a> {
    /// When the step was entered, or the loop last happened.
    pub from: NaiveDateTime,
    /// The day the case is planned for.
    pub planned_on: Option<NaiveDate>,
    /// The working calendar.
    pub calendar: &'a dyn WorkCalendar,
    /// The due moment by a rule such as `C4`, if the app knows it.
    pub by_rule: &'a dyn Fn(&str) -> Option<NaiveDateTime>,
    /// The due moment by an expression.
    pub by_expr: &'a dyn Fn(&Expr) -> Option<NaiveDateTime>,
}

/// The last minute of a civil day.
pub(super) fn night(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN) + TimeDelta::minutes(24 * 60 - 1)
}

impl Deadline {
    /// When it falls due; `None` when what it counts from is not known.
    pub fn due(&self, clock: &Clock<'_>) -> Option<NaiveDateTime> {
        let from = clock.from;
        let evening = |day: NaiveDate| day.and_time(clock.calendar.closing());
        match self {
            Self::WorkingDays(count) => {
                let day_0 = day_zero(from, clock.calendar);
                Some(evening(clock.calendar.add_working_days(day_0, i32::from(*count))))
            }
            Self::WorkingHours(count) => Some(clock.calendar.add_working_minutes(from, u32::from(*count) * 60)),
            Self::WorkingMinutes(count) => Some(clock.calendar.add_working_minutes(from, u32::from(*count))),
            Self::Hours(count) => from.checked_add_signed(TimeDelta::hours(i64::from(*count))),
            Self::Minutes(count) => from.checked_add_signed(TimeDelta::minutes(i64::from(*count))),
            Self::Days(count) => from.date().checked_add_days(Days::new(u64::from(*count))).map(night),
            Self::Months(count) => from.date().checked_add_months(Months::new(u32::from(*count))).map(night),
            Self::SameDay => Some(night(from.date())),
            Self::Planned => clock.planned_on.map(night),
            Self::FromPlanned { working_days } => {
                let planned = clock.planned_on?;
                Some(evening(clock.calendar.add_working_days(planned, i32::from(*working_days))))
            }
            Self::Yearly { month, day } => next_yearly(from.date(), *month, *day).map(night),
            Self::QuarterStart { working_day } => {
                let before = quarter_start(from.date())?.pred_opt()?;
                Some(evening(clock.calendar.add_working_days(before, i32::from(*working_day.max(&1)))))
            }
            Self::QuarterEnd { working_days } => {
                let end = quarter_end(from.date())?;
                Some(evening(clock.calendar.add_working_days(end, i32::from(*working_days))))
            }
            Self::Rule(name) => (clock.by_rule)(name),
            Self::At(expr) => (clock.by_expr)(expr),
        }
    }
}

/// Day 0 of the n-WD clock: the day itself when work was still going on, else the next working day (C3).
pub(super) fn day_zero(from: NaiveDateTime, calendar: &dyn WorkCalendar) -> NaiveDate {
    let day = from.date();
    let is_counted = calendar.is_working(day) && from.time() < calendar.closing();
    if is_counted { day } else { calendar.add_working_days(day, 1) }
}

fn next_yearly(from: NaiveDate, month: u8, day: u8) -> Option<NaiveDate> {
    let in_year = |year| NaiveDate::from_ymd_opt(year, u32::from(month), u32::from(day));
    in_year(from.year()).filter(|date| *date >= from).or_else(|| in_year(from.year() + 1))
}

fn quarter_start(day: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1)
}

fn quarter_end(day: NaiveDate) -> Option<NaiveDate> {
    quarter_start(day)?.checked_add_months(Months::new(3))?.pred_opt()
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkingDays(count) => write!(f, "{count}WD"),
            Self::WorkingHours(count) => write!(f, "{count}WH"),
            Self::WorkingMinutes(count) => write!(f, "{count} working min"),
            Self::Hours(count) => write!(f, "{count}h"),
            Self::Minutes(count) => write!(f, "{count}min"),
            Self::Days(count) => write!(f, "{count} days"),
            Self::Months(count) => write!(f, "{count} months"),
            Self::SameDay => f.write_str("day"),
            Self::Planned => f.write_str("planned date"),
            Self::FromPlanned { working_days } => write!(f, "d{working_days:+}WD"),
            Self::Yearly { month, day } => write!(f, "{month:02}-{day:02}"),
            Self::QuarterStart { working_day: 0 } => f.write_str("quarter start"),
            Self::QuarterStart { working_day } => write!(f, "quarter start + {working_day}WD"),
            Self::QuarterEnd { working_days: 0 } => f.write_str("quarter end"),
            Self::QuarterEnd { working_days } => write!(f, "quarter end + {working_days}WD"),
            Self::Rule(name) => f.write_str(name),
            Self::At(expr) => write!(f, "{expr}"),
        }
    }
}

impl FromStr for Deadline {
    type Err = DeadlineError;

    fn from_str(text: &str) -> Result<Self, DeadlineError> {
        let count = |unit: &str| text.strip_suffix(unit).and_then(|count| count.trim().parse::<u16>().ok());
        let found = match text {
            "day" => Some(Self::SameDay),
            "planned date" => Some(Self::Planned),
            _ => count(" working min")
                .map(Self::WorkingMinutes)
                .or_else(|| count("WD").map(Self::WorkingDays))
                .or_else(|| count("WH").map(Self::WorkingHours))
                .or_else(|| count("min").map(Self::Minutes))
                .or_else(|| count("h").map(Self::Hours))
                .or_else(|| count(" days").map(Self::Days))
                .or_else(|| count(" months").map(Self::Months))
                .or_else(|| from_planned(text))
                .or_else(|| yearly(text))
                .or_else(|| quarter(text))
                .or_else(|| rule(text)),
        };
        found.ok_or_else(|| DeadlineError(text.into()))
    }
}

fn from_planned(text: &str) -> Option<Deadline> {
    let count = text.strip_prefix('d')?.strip_suffix("WD")?;
    let is_signed = count.starts_with(['+', '-']);
    is_signed.then_some(())?;
    count.parse().ok().map(|working_days| Deadline::FromPlanned { working_days })
}

fn yearly(text: &str) -> Option<Deadline> {
    let (month, day) = text.split_once('-')?;
    let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
    // A day that exists in a common year exists in every year.
    NaiveDate::from_ymd_opt(2001, month.into(), day.into())?;
    Some(Deadline::Yearly { month, day })
}

fn quarter(text: &str) -> Option<Deadline> {
    let count = |rest: &str| match rest {
        "" => Some(0),
        rest => rest.trim().strip_prefix('+')?.trim().strip_suffix("WD")?.parse().ok(),
    };
    match text.strip_prefix("quarter start") {
        Some(rest) => count(rest).map(|working_day| Deadline::QuarterStart { working_day }),
        None => count(text.strip_prefix("quarter end")?).map(|working_days| Deadline::QuarterEnd { working_days }),
    }
}

/// `C4`, `M05`, `R-8.1-2`, possibly with the part that is meant: `M05 plan`.
fn rule(text: &str) -> Option<Deadline> {
    let id = text.split(' ').next()?;
    let number = id.strip_prefix("R-").or_else(|| id.strip_prefix(['C', 'M']))?;
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    is_number.then(|| Deadline::Rule(text.into()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use chrono::Weekday;

    struct Weekdays;

    impl WorkCalendar for Weekdays {
        fn is_working(&self, day: NaiveDate) -> bool {
            !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
        }

        fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
            let (mut day, mut left) = (day, count.abs());
            while left > 0 {
                day = if count < 0 { day.pred_opt().unwrap() } else { day.succ_opt().unwrap() };
                left -= i32::from(self.is_working(day));
            }
            day
        }

        fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime {
            moment + TimeDelta::minutes(i64::from(minutes))
        }
    }

    fn due(notation: &str, entered: &str) -> String {
        let clock = Clock {
            from: entered.parse().unwrap(),
            planned_on: NaiveDate::from_ymd_opt(2026, 12, 1),
            calendar: &Weekdays,
            by_rule: &|name| (name == "C4").then(|| "2026-12-07T18:00:00".parse().unwrap()),
            by_expr: &|_| None,
        };
        let due = notation.parse::<Deadline>().unwrap().due(&clock).unwrap();
        due.format("%Y-%m-%d %H:%M").to_string()
    }

    #[test]
    fn deadlines_fall_due_as_c3_says() {
        let monday = "2026-11-23T10:20:00";
        assert_eq!(due("3WD", monday), "2026-11-26 18:00");
        assert_eq!(due("3WD", "2026-11-23T18:00:00"), "2026-11-27 18:00");
        assert_eq!(due("1WD", "2026-11-21T09:00:00"), "2026-11-24 18:00");
        assert_eq!(due("2WH", monday), "2026-11-23 12:20");
        assert_eq!(due("24h", monday), "2026-11-24 10:20");
        assert_eq!(due("15min", monday), "2026-11-23 10:35");
        assert_eq!(due("30 days", monday), "2026-12-23 23:59");
        assert_eq!(due("3 months", "2026-11-30T10:20:00"), "2027-02-28 23:59");
        assert_eq!(due("day", monday), "2026-11-23 23:59");
        assert_eq!(due("planned date", monday), "2026-12-01 23:59");
        assert_eq!(due("d-2WD", monday), "2026-11-27 18:00");
        assert_eq!(due("01-31", monday), "2027-01-31 23:59");
        assert_eq!(due("11-23", monday), "2026-11-23 23:59");
        assert_eq!(due("quarter end + 10WD", monday), "2027-01-14 18:00");
        assert_eq!(due("quarter start", monday), "2026-10-01 18:00");
        assert_eq!(due("quarter start", "2026-08-31T10:20:00"), "2026-07-01 18:00");
        assert_eq!(due("quarter start", "2028-01-01T10:20:00"), "2028-01-03 18:00");
        assert_eq!(due("quarter start + 1WD", "2028-01-01T10:20:00"), "2028-01-03 18:00");
        assert_eq!(due("quarter start + 10WD", monday), "2026-10-14 18:00");
        assert_eq!(due("C4", monday), "2026-12-07 18:00");
    }

    #[test]
    fn a_deadline_is_written_as_it_was_read() {
        for notation in ["3WD", "2WH", "30 working min", "24h", "15min", "30 days", "12 months", "day", "planned date"]
        {
            assert_eq!(notation.parse::<Deadline>().unwrap().to_string(), notation);
        }
        for notation in ["d-2WD", "d+1WD", "01-31", "quarter end + 15WD", "C4", "M05 plan", "R-8.1-2"] {
            assert_eq!(notation.parse::<Deadline>().unwrap().to_string(), notation);
        }
        for notation in ["quarter start", "quarter start + 1WD", "quarter start + 10WD", "quarter end"] {
            assert_eq!(notation.parse::<Deadline>().unwrap().to_string(), notation);
        }
    }

    #[test]
    fn what_is_no_deadline_is_refused() {
        let quarters = ["quarter", "quarter end - 3WD", "quarter start 3WD", "quarter starts"];
        for text in
            ["", "soon", "WD", "-3WD", "99999WD", "d2WD", "13-01", "02-30", "C", "3 weeks"].iter().chain(&quarters)
        {
            assert_eq!(text.parse::<Deadline>(), Err(DeadlineError((*text).into())));
        }
    }
}
