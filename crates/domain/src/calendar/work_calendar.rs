//! The working calendar as clocks need it, whatever it is made of.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::Calendar;

/// A calendar that working time is counted on; C1–C3.
pub trait WorkCalendar {
    /// Whether people work that day; C1.
    fn is_working(&self, day: NaiveDate) -> bool;

    /// The day `count` working days later, or earlier when negative; C2 `add_wd`.
    fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate;

    /// The moment `minutes` working minutes later; C3.
    fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime;

    /// Working minutes from one moment to a later one: as many as can be added without passing it; C3.
    fn working_minutes(&self, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
        let (mut fits, mut too_many) =
            (0, u32::try_from((to - from).num_minutes()).map_or(1, |most| most.saturating_add(1)));
        while too_many - fits > 1 {
            let middle = fits + (too_many - fits) / 2;
            if self.add_working_minutes(from, middle) <= to {
                fits = middle;
            } else {
                too_many = middle;
            }
        }
        fits.into()
    }

    /// When a working day ends, and with it a limit of working days.
    fn closing(&self) -> NaiveTime {
        NaiveTime::from_hms_opt(18, 0, 0).unwrap_or(NaiveTime::MIN)
    }

    /// The shares of a clock, in percent and rising, at which a case goes up a level; R-6.2-1.
    fn escalation(&self) -> &[u8] {
        &[50, 80]
    }
}

impl WorkCalendar for Calendar {
    fn is_working(&self, day: NaiveDate) -> bool {
        self.days.is_working(day)
    }

    fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
        self.days.add_wd(day, count)
    }

    fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        self.add_minutes(moment, minutes.into())
    }

    fn working_minutes(&self, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
        self.minutes(from, to)
    }

    fn closing(&self) -> NaiveTime {
        self.hours.closing()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::LazyLock;

    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::shipped().unwrap());

    /// A calendar that only says what it must.
    struct Plain;

    impl WorkCalendar for Plain {
        fn is_working(&self, day: NaiveDate) -> bool {
            CALENDAR.is_working(day)
        }

        fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
            CALENDAR.add_working_days(day, count)
        }

        fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime {
            CALENDAR.add_working_minutes(moment, minutes)
        }
    }

    proptest! {
        #[test]
        fn minutes_found_by_adding_are_those_counted(start in 0..500_000i64, span in 0..60_000i64) {
            let from = NaiveDateTime::default() + TimeDelta::days(19_700) + TimeDelta::minutes(start);
            let to = from + TimeDelta::minutes(span);
            prop_assert_eq!(Plain.working_minutes(from, to), CALENDAR.working_minutes(from, to));
            prop_assert_eq!(Plain.working_minutes(to, from), 0);
        }
    }

    #[test]
    fn the_shipped_calendar_closes_and_escalates_as_the_trait_says() {
        assert_eq!(Plain.closing(), CALENDAR.closing());
        let shipped = super::super::HoursFile::shipped().unwrap();
        assert_eq!(Plain.escalation(), shipped.escalation);
    }
}
