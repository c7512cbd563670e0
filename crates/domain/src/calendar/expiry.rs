//! Ends of terms and rights, and the days left of them (C7).

use chrono::{Datelike, NaiveDate};

use super::{add_days, add_months};

/// How the end of a term is counted (ruling 28).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// A contract or subscription: ends the day before the same day number.
    Contract,
    /// A warranty or other legal term: ends on the same day number, the first day not counted.
    Legal,
}

impl Term {
    /// The last valid day of a term of so many months.
    ///
    /// Where the month has no such day number, its last day.
    pub fn end(self, start: NaiveDate, months: u16) -> NaiveDate {
        let same_day = add_months(start, i32::from(months));
        let is_clamped = same_day.day() != start.day();
        match self {
            Self::Contract if !is_clamped => add_days(same_day, -1),
            Self::Contract | Self::Legal => same_day,
        }
    }
}

/// The last day of a right that runs so many days from the day after receipt (ruling 28).
pub fn last_day_of_right(receipt: NaiveDate, days: u16) -> NaiveDate {
    add_days(receipt, i32::from(days))
}

/// Days of validity left; 0 on the last valid day, negative once expired.
pub fn days_left(end: NaiveDate, today: NaiveDate) -> i64 {
    (end - today).num_days()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_warranty_ends_a_day_later_than_a_contract() {
        assert_eq!(Term::Contract.end(day("2026-01-15"), 12), day("2027-01-14"));
        assert_eq!(Term::Legal.end(day("2026-01-15"), 12), day("2027-01-15"));
        assert_eq!(Term::Legal.end(day("2026-01-31"), 1), day("2026-02-28"));
        assert_eq!(Term::Contract.end(NaiveDate::MAX, 12), NaiveDate::MAX.pred_opt().unwrap());
    }

    #[test]
    fn the_last_day_is_valid_and_the_next_is_not() {
        assert_eq!(days_left(day("2026-11-23"), day("2026-11-23")), 0);
        assert_eq!(days_left(day("2026-11-23"), day("2026-11-24")), -1);
        assert_eq!(days_left(day("2026-12-31"), day("2026-11-23")), 38);
    }
}
