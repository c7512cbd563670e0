//! Counts and steps in working days and months (C2).

use chrono::{Datelike, Days, Months, NaiveDate};

use super::DayTable;

impl DayTable {
    /// Whether people work on a day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        self.kind(day).is_working()
    }

    /// The day `n` working days later, earlier when `n` is negative (C2).
    ///
    /// 0 gives the day itself, even a day off. Stays within chrono's first and last day.
    pub fn add_wd(&self, day: NaiveDate, n: i32) -> NaiveDate {
        let steps = i64::from(n);
        let day_ce = day.num_days_from_ce();
        if n > 0 {
            self.first_reaching(self.working_through(day_ce) + steps)
        } else if n < 0 {
            self.first_reaching(self.working_through(day_ce - 1) + steps + 1)
        } else {
            day
        }
    }

    /// Working days after `from` up to and including `to`; negative when `to` comes first (C2).
    pub fn between_wd(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        self.working_through(to.num_days_from_ce()) - self.working_through(from.num_days_from_ce())
    }

    /// The day itself when working, else the next working day.
    pub fn next_working(&self, day: NaiveDate) -> NaiveDate {
        if self.is_working(day) { day } else { self.add_wd(day, 1) }
    }

    /// The day itself when working, else the working day before.
    pub fn previous_working(&self, day: NaiveDate) -> NaiveDate {
        if self.is_working(day) { day } else { self.add_wd(day, -1) }
    }
}

/// The same day number `months` later or, if negative, earlier; at most the month's last (C2).
///
/// Stays within chrono's first and last day.
pub fn add_months(day: NaiveDate, months: i32) -> NaiveDate {
    let span = Months::new(months.unsigned_abs());
    if months < 0 {
        day.checked_sub_months(span).unwrap_or(NaiveDate::MIN)
    } else {
        day.checked_add_months(span).unwrap_or(NaiveDate::MAX)
    }
}

/// The day `days` calendar days later, or earlier; within chrono's first and last day.
pub fn add_days(day: NaiveDate, days: i32) -> NaiveDate {
    let span = Days::new(u64::from(days.unsigned_abs()));
    if days < 0 {
        day.checked_sub_days(span).unwrap_or(NaiveDate::MIN)
    } else {
        day.checked_add_days(span).unwrap_or(NaiveDate::MAX)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn table() -> &'static DayTable {
        static TABLE: LazyLock<DayTable> = LazyLock::new(|| DayTable::shipped().unwrap());
        &TABLE
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        // Inside the table, across its edges, and in the years with published days.
        prop_oneof![690_000..770_000i32, 738_800..740_200i32]
            .prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap())
    }

    /// C2 as it is worded: step day by day, count the working ones.
    fn stepped(table: &DayTable, day: NaiveDate, n: i32) -> NaiveDate {
        let mut day = day;
        let mut left = n.unsigned_abs();
        while left > 0 {
            day = add_days(day, n.signum());
            left -= u32::from(table.is_working(day));
        }
        day
    }

    proptest! {
        #[test]
        fn add_wd_is_stepping_day_by_day(day in any_day(), n in -300..300i32) {
            let table = table();
            prop_assert_eq!(table.add_wd(day, n), stepped(table, day, n));
        }

        #[test]
        fn from_a_working_day_there_and_back_is_the_same_day(day in any_day(), n in -500..500i32) {
            let table = table();
            let day = table.next_working(day);
            prop_assert_eq!(table.add_wd(table.add_wd(day, n), -n), day);
        }

        #[test]
        fn add_wd_never_runs_backwards(day in any_day(), later in 0..30i32, n in -300..300i32) {
            let table = table();
            prop_assert!(table.add_wd(day, n) <= table.add_wd(day, n + 1));
            if n != 0 {
                prop_assert!(table.add_wd(day, n) <= table.add_wd(add_days(day, later), n));
            }
        }

        #[test]
        fn between_wd_adds_up(a in any_day(), b in any_day(), c in any_day()) {
            let table = table();
            prop_assert_eq!(table.between_wd(a, b) + table.between_wd(b, c), table.between_wd(a, c));
            prop_assert_eq!(table.between_wd(a, b), -table.between_wd(b, a));
        }

        #[test]
        fn between_wd_counts_what_add_wd_steps(day in any_day(), n in 1..500i32) {
            let table = table();
            prop_assert_eq!(table.between_wd(day, table.add_wd(day, n)), i64::from(n));
        }
    }

    #[test]
    fn the_ends_of_time_hold() {
        let table = table();
        assert_eq!(table.add_wd(NaiveDate::MAX, i32::MAX), NaiveDate::MAX);
        assert_eq!(table.add_wd(NaiveDate::MIN, i32::MAX), NaiveDate::MAX);
        assert_eq!(table.add_wd(NaiveDate::MIN, i32::MIN), NaiveDate::MIN);
        assert_eq!(table.add_wd(NaiveDate::MAX, i32::MIN), NaiveDate::MIN);
        assert_eq!(add_months(NaiveDate::MAX, 1), NaiveDate::MAX);
        assert_eq!(add_months(NaiveDate::MIN, i32::MIN), NaiveDate::MIN);
        assert_eq!(add_days(NaiveDate::MAX, 1), NaiveDate::MAX);
        assert!(table.between_wd(NaiveDate::MIN, NaiveDate::MAX) > 100_000_000);
    }

    #[test]
    fn a_month_too_short_gives_its_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(add_months(day("2026-01-31"), 1), day("2026-02-28"));
        assert_eq!(add_months(day("2024-03-31"), -1), day("2024-02-29"));
        assert_eq!(add_months(day("2026-11-30"), 3), day("2027-02-28"));
        assert_eq!(add_months(day("2026-11-15"), -12), day("2025-11-15"));
    }
}
