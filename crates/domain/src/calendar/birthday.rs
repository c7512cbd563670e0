//! Finds the next birthday or anniversary, solar or lunar (C6).

use chrono::{Datelike, NaiveDate};

use super::lunar::{self, LunarDate};

/// A birthday as people keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Birthday {
    /// By the solar calendar.
    Solar {
        /// 1–12.
        month: u8,
        /// 1–31.
        day: u8,
    },
    /// By the lunar calendar.
    Lunar {
        /// 1–12; a leap month has the number of the month before it.
        month: u8,
        /// 1–30.
        day: u8,
        /// Whether it lies in a leap month.
        leap: bool,
    },
}

/// How the days are kept that not every year has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BirthdayRules {
    /// 29 February in other years.
    pub leap_day: LeapDay,
    /// A leap month in years without it.
    pub leap_month: LeapMonth,
}

/// Where 29 February is kept in a year without it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LeapDay {
    /// On 28 February.
    #[default]
    Before,
    /// On 1 March.
    After,
}

/// When a birthday in a leap month is kept in that month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LeapMonth {
    /// In the leap month when the year has it, else in the ordinary one: `leap_if_exists`.
    #[default]
    IfExists,
    /// Always in the ordinary month: `regular`.
    Regular,
}

impl Birthday {
    /// The next day it is kept, today included.
    ///
    /// `None` when there is no such day in any year, or past the lunar table (2099).
    pub fn next(self, rules: BirthdayRules, today: NaiveDate) -> Option<NaiveDate> {
        // A lunar day can fall twice into one solar year or into none.
        let year = today.year();
        (year.saturating_sub(1)..=year.saturating_add(2))
            .filter_map(|year| self.in_year(rules, year))
            .filter(|&day| day >= today)
            .min()
    }

    /// The day it is kept in a solar or lunar year.
    pub fn in_year(self, rules: BirthdayRules, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Solar { month, day } => solar_in(rules.leap_day, year, month, day),
            Self::Lunar { month, day, leap } => {
                let keeps_leap = leap && rules.leap_month == LeapMonth::IfExists;
                let leap = keeps_leap && lunar::leap_month(year) == Some(month);
                let last = lunar::month_length(year, month, leap)?;
                let day = if day == 30 { last } else { day };
                LunarDate { year, month, leap, day }.to_solar()
            }
        }
    }
}

/// The next anniversary of a day, today included, and its years; at least the first.
///
/// `None` only at the end of chrono's days.
pub fn next_anniversary(since: NaiveDate, leap_day: LeapDay, today: NaiveDate) -> Option<(NaiveDate, i32)> {
    let start = today.year().max(since.year().saturating_add(1));
    let (month, day) = (u8::try_from(since.month()).ok()?, u8::try_from(since.day()).ok()?);
    (start..=start.saturating_add(1))
        .filter_map(|year| solar_in(leap_day, year, month, day))
        .find(|&date| date >= today)
        .map(|date| (date, date.year() - since.year()))
}

fn solar_in(rule: LeapDay, year: i32, month: u8, day: u8) -> Option<NaiveDate> {
    let date = NaiveDate::from_ymd_opt(year, u32::from(month), u32::from(day));
    match rule {
        _ if (month, day) != (2, 29) => date,
        LeapDay::Before => date.or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)),
        LeapDay::After => date.or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_anniversary_counts_its_years() {
        let next = |today| next_anniversary(day("2024-02-29"), LeapDay::Before, day(today));
        assert_eq!(next("2020-01-01"), Some((day("2025-02-28"), 1)));
        assert_eq!(next("2024-02-29"), Some((day("2025-02-28"), 1)));
        assert_eq!(next("2025-02-28"), Some((day("2025-02-28"), 1)));
        assert_eq!(next("2027-03-01"), Some((day("2028-02-29"), 4)));
        let after = next_anniversary(day("2024-02-29"), LeapDay::After, day("2025-03-01"));
        assert_eq!(after, Some((day("2025-03-01"), 1)));
        assert_eq!(next_anniversary(NaiveDate::MAX, LeapDay::Before, NaiveDate::MAX), None);
    }

    #[test]
    fn a_day_no_year_has_is_none() {
        let rules = BirthdayRules::default();
        let never = [
            Birthday::Solar { month: 2, day: 30 },
            Birthday::Solar { month: 13, day: 1 },
            Birthday::Lunar { month: 13, day: 1, leap: false },
            Birthday::Lunar { month: 1, day: 31, leap: false },
            Birthday::Lunar { month: 1, day: 0, leap: true },
        ];
        for birthday in never {
            assert_eq!(birthday.next(rules, day("2026-11-23")), None, "{birthday:?}");
        }
        let lunar = Birthday::Lunar { month: 8, day: 15, leap: false };
        assert_eq!(lunar.next(rules, NaiveDate::MAX), None);
        assert_eq!(lunar.next(rules, NaiveDate::MIN), None);
    }

    proptest! {
        #[test]
        fn the_next_birthday_comes_within_thirteen_months(
            ce in 700_000..766_000i32, month in 1..=12u8, of_month in 1..=30u8, leap: bool, regular: bool,
        ) {
            let today = NaiveDate::from_num_days_from_ce_opt(ce).unwrap();
            let leap_month = if regular { LeapMonth::Regular } else { LeapMonth::IfExists };
            let rules = BirthdayRules { leap_month, ..BirthdayRules::default() };
            let next = Birthday::Lunar { month, day: of_month, leap }.next(rules, today).unwrap();
            // Kept in the ordinary month once and in the leap month the year after: 413 days.
            prop_assert!((0..=414).contains(&(next - today).num_days()));
        }
    }
}
