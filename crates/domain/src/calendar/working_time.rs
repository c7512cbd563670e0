//! Counts and adds working minutes within business hours (C3).

use crate::written;
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde::Deserialize;

use super::Calendar;

/// Minutes in a day.
const DAY: u16 = 24 * 60;

/// The shipped hours.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/calendar/hours.json"));

/// The periods of a working day in which time counts; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessHours {
    /// From and to in minutes of the day, in order, without overlap.
    periods: Vec<(u16, u16)>,
}

/// What is wrong with business hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not TOML, or not of this shape; the text names the place.
    #[error("the business hours cannot be read: {0}")]
    Syntax(String),
    /// No period at all: no clock could ever run.
    #[error("there are no business hours")]
    Empty,
    /// A period that does not end after it begins.
    #[error("the period from {from} does not end after it begins")]
    Backwards {
        /// Its beginning.
        from: NaiveTime,
    },
    /// A period that begins before the one above it has ended.
    #[error("the period from {from} begins before the one above it ends")]
    Overlap {
        /// Its beginning.
        from: NaiveTime,
    },
    /// A value that is no time of day in whole minutes.
    #[error("{0} is not a time of day in whole minutes")]
    NotATime(String),
    /// An escalation share that is not above 0 and below 100, or not above the one before it.
    #[error("{0} % is not a share that rises between 0 and 100")]
    NotAShare(u8),
}

impl BusinessHours {
    /// Hours made of periods, each from a time up to but without another.
    ///
    /// Seconds are dropped.
    ///
    /// # Errors
    /// The first of [`HoursError::Empty`], `Backwards` or `Overlap` that applies.
    pub fn new(periods: &[(NaiveTime, NaiveTime)]) -> Result<Self, HoursError> {
        if periods.is_empty() {
            return Err(HoursError::Empty);
        }
        let mut known: Vec<(u16, u16)> = Vec::with_capacity(periods.len());
        for &(from, to) in periods {
            let (start, end) = (minute_of(from), minute_of(to));
            if start >= end {
                return Err(HoursError::Backwards { from });
            }
            if known.last().is_some_and(|&(_, before)| start < before) {
                return Err(HoursError::Overlap { from });
            }
            known.push((start, end));
        }
        Ok(Self { periods: known })
    }

    /// The periods in order, each from a time up to but without another.
    pub fn periods(&self) -> impl Iterator<Item = (NaiveTime, NaiveTime)> {
        self.periods.iter().map(|&(from, to)| (time_of(from), time_of(to)))
    }

    /// The end of the last period, when working-day deadlines fall due.
    pub fn closing(&self) -> NaiveTime {
        time_of(self.periods.last().map_or(DAY, |&(_, to)| to))
    }

    /// Whether a time of day lies in a period; its end does not.
    pub fn contains(&self, time: NaiveTime) -> bool {
        let minute = minute_of(time);
        self.periods.iter().any(|&(from, to)| (from..to).contains(&minute))
    }

    /// The first time from a time on that lies in a period; `None` after the last.
    pub fn opening_from(&self, time: NaiveTime) -> Option<NaiveTime> {
        let minute = minute_of(time);
        let &(from, _) = self.periods.iter().find(|&&(_, to)| minute < to)?;
        Some(if minute < from { time_of(from) } else { time })
    }

    /// Working minutes of a whole working day; at least 1.
    pub fn minutes_a_day(&self) -> i64 {
        self.until(DAY).max(1)
    }

    /// Working minutes of a working day before a minute of it.
    fn until(&self, minute: u16) -> i64 {
        let part = |&(from, to): &(u16, u16)| i64::from(minute.clamp(from, to) - from);
        self.periods.iter().map(part).sum()
    }

    /// The earliest minute of a day by which `worked` minutes, at least 1, have passed.
    fn earliest(&self, worked: i64) -> u16 {
        self.locate(worked, |left, length| left <= length)
    }

    /// The latest minute of a day by which only `worked` minutes have passed.
    fn latest(&self, worked: i64) -> u16 {
        self.locate(worked, |left, length| left < length)
    }

    fn locate(&self, worked: i64, lies_within: impl Fn(i64, i64) -> bool) -> u16 {
        let mut left = worked;
        for &(from, to) in &self.periods {
            let length = i64::from(to - from);
            if lies_within(left, length) {
                return u16::try_from(i64::from(from) + left).unwrap_or(to);
            }
            left -= length;
        }
        self.periods.last().map_or(DAY, |&(_, to)| to)
    }
}

impl Calendar {
    /// Working minutes from one moment to another, negative when `to` comes first (C3).
    ///
    /// Seconds are dropped.
    pub fn minutes(&self, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
        self.worked_until(to) - self.worked_until(from)
    }

    /// The moment `minutes` working minutes later, earlier when negative (C3).
    ///
    /// An addition that ends exactly at the end of a period stays there; 0 gives the moment
    /// itself. Stays within chrono's first and last day.
    pub fn add_minutes(&self, from: NaiveDateTime, minutes: i64) -> NaiveDateTime {
        // Far more than all of chrono's minutes, far less than could overflow below.
        const MOST: i64 = 1 << 50;
        let target = self.worked_until(from) + minutes.clamp(-MOST, MOST);
        let a_day = self.hours.minutes_a_day();
        if minutes > 0 {
            let full_days = (target - 1).div_euclid(a_day);
            let day = self.days.first_reaching(full_days + 1);
            at_minute(day, self.hours.earliest(target - full_days * a_day))
        } else if minutes < 0 {
            let full_days = target.div_euclid(a_day);
            let day = self.days.first_reaching(full_days + 1);
            at_minute(day, self.hours.latest(target - full_days * a_day))
        } else {
            from
        }
    }

    /// Working minutes before a moment, from an arbitrary zero.
    fn worked_until(&self, moment: NaiveDateTime) -> i64 {
        let day = moment.date();
        let whole = self.days.working_through(day.num_days_from_ce() - 1);
        let part = if self.days.is_working(day) { self.hours.until(minute_of(moment.time())) } else { 0 };
        whole * self.hours.minutes_a_day() + part
    }
}

/// What `playbook/calendar/hours.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursFile {
    /// The periods of a working day.
    pub business: BusinessHours,
    /// Escalation marks on the way to a due moment, in percent, rising, 1–99 each.
    pub escalation: Vec<u8>,
}

impl HoursFile {
    /// The hours the app ships with.
    ///
    /// # Errors
    /// As [`parse_hours`]; the shipped file itself has no problems.
    pub fn shipped() -> Result<Self, HoursError> {
        parse_hours(SHIPPED)
    }
}

/// Business hours and escalation shares of a TOML text.
///
/// # Errors
/// The first problem met.
pub fn parse_hours(text: &str) -> Result<HoursFile, HoursError> {
    let raw: RawHours = written::read(text).map_err(HoursError::Syntax)?;
    let periods = raw
        .business
        .into_iter()
        .map(|period| Ok((plain_time(&period.from)?, plain_time(&period.to)?)))
        .collect::<Result<Vec<_>, HoursError>>()?;
    let mut before = 0;
    for &share in &raw.escalation {
        if share <= before || share >= 100 {
            return Err(HoursError::NotAShare(share));
        }
        before = share;
    }
    Ok(HoursFile { business: BusinessHours::new(&periods)?, escalation: raw.escalation })
}

/// A time of day without a date, in whole minutes.
pub(crate) fn plain_time(written: &str) -> Result<NaiveTime, HoursError> {
    written
        .parse()
        .ok()
        .filter(|time: &NaiveTime| time.second() == 0 && time.nanosecond() == 0)
        .ok_or_else(|| HoursError::NotATime(written.to_owned()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHours {
    business: Vec<RawPeriod>,
    escalation: Vec<u8>,
}

/// A period as a TOML file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPeriod {
    pub from: Box<str>,
    pub to: Box<str>,
}

/// The minute of the day, seconds dropped.
fn minute_of(time: NaiveTime) -> u16 {
    u16::try_from(time.hour() * 60 + time.minute()).unwrap_or(DAY)
}

/// The time of a minute of the day; the day's last minute at most.
fn time_of(minute: u16) -> NaiveTime {
    let minute = u32::from(minute.min(DAY - 1));
    NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap_or(NaiveTime::MIN)
}

fn at_minute(day: NaiveDate, minute: u16) -> NaiveDateTime {
    day.and_time(time_of(minute))
}

/// The moment that many minutes later; within chrono's first and last moment.
pub(super) fn add_clock_minutes(from: NaiveDateTime, minutes: i64) -> NaiveDateTime {
    let end = if minutes < 0 { NaiveDateTime::MIN } else { NaiveDateTime::MAX };
    Duration::try_minutes(minutes).and_then(|span| from.checked_add_signed(span)).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::calendar::DayTable;

    fn calendar() -> &'static Calendar {
        static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::shipped().unwrap());
        &CALENDAR
    }

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn clock(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    fn any_moment() -> impl Strategy<Value = NaiveDateTime> {
        (0..1100i64 * 1440).prop_map(|minute| add_clock_minutes(at("2024-01-01 00:00"), minute))
    }

    /// C3 as it is worded: minute by minute, those inside the periods of working days.
    fn counted(calendar: &Calendar, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
        let mut moment = from;
        let mut count = 0;
        while moment < to {
            let counts = calendar.days.is_working(moment.date()) && calendar.hours.contains(moment.time());
            count += i64::from(counts);
            moment = add_clock_minutes(moment, 1);
        }
        count
    }

    proptest! {
        #[test]
        fn what_was_added_is_what_passed(from in any_moment(), minutes in -20_000..20_000i64) {
            let calendar = calendar();
            let to = calendar.add_minutes(from, minutes);
            prop_assert_eq!(calendar.minutes(from, to), minutes);
        }

        #[test]
        fn added_in_two_steps_is_added_at_once(from in any_moment(), a in 1..5_000i64, b in 1..5_000i64) {
            let calendar = calendar();
            let twice = calendar.add_minutes(calendar.add_minutes(from, a), b);
            prop_assert_eq!(twice, calendar.add_minutes(from, a + b));
        }

        #[test]
        fn minutes_are_those_counted_one_by_one(from in any_moment(), span in 0..8_000i64) {
            let calendar = calendar();
            let to = add_clock_minutes(from, span);
            prop_assert_eq!(calendar.minutes(from, to), counted(calendar, from, to));
            prop_assert_eq!(calendar.minutes(to, from), -calendar.minutes(from, to));
        }

        #[test]
        fn an_addition_ends_at_the_earliest_such_moment(from in any_moment(), minutes in 1..5_000i64) {
            let calendar = calendar();
            let to = calendar.add_minutes(from, minutes);
            let before = add_clock_minutes(to, -1);
            prop_assert!(calendar.minutes(from, before) < minutes);
        }
    }

    #[test]
    fn hours_of_ones_own_count() {
        let hours = BusinessHours::new(&[(clock(8, 30), clock(11, 30)), (clock(11, 30), clock(17, 0))]);
        let calendar = Calendar { days: DayTable::shipped().unwrap(), hours: hours.unwrap() };
        assert_eq!(calendar.hours.closing(), clock(17, 0));
        assert_eq!(calendar.hours.minutes_a_day(), 510);
        assert_eq!(calendar.add_minutes(at("2026-11-23 11:00"), 60), at("2026-11-23 12:00"));
    }

    #[test]
    fn hours_that_cannot_be_are_refused() {
        assert_eq!(BusinessHours::new(&[]), Err(HoursError::Empty));
        let (nine, ten) = (clock(9, 0), clock(10, 0));
        assert_eq!(BusinessHours::new(&[(ten, nine)]), Err(HoursError::Backwards { from: ten }));
        let overlap = BusinessHours::new(&[(nine, ten), (clock(9, 59), clock(11, 0))]);
        assert_eq!(overlap, Err(HoursError::Overlap { from: clock(9, 59) }));
        let text = "business = [{ from = 09:00:00, to = 12:00:30 }]\nescalation = []";
        assert_eq!(parse_hours(text), Err(HoursError::NotATime("12:00:30".into())));
        let text = "business = [{ from = 09:00:00, to = 12:00:00 }]\nescalation = [80, 50]";
        assert_eq!(parse_hours(text), Err(HoursError::NotAShare(50)));
        assert!(matches!(parse_hours("business = 9"), Err(HoursError::Syntax(_))));
    }

    #[test]
    fn the_ends_of_time_hold() {
        let calendar = calendar();
        let far = calendar.add_minutes(at("2026-11-23 10:00"), i64::MAX);
        assert_eq!(far.date(), NaiveDate::MAX);
        let early = calendar.add_minutes(at("2026-11-23 10:00"), i64::MIN);
        assert_eq!(early.date(), NaiveDate::MIN);
        assert!(calendar.minutes(NaiveDateTime::MIN, NaiveDateTime::MAX) > 0);
    }
}
