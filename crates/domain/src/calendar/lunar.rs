//! Converts between solar and lunar dates, 1901–2099, and dates Qingming (C6.2).

use chrono::{Datelike, Days, NaiveDate};

use super::lunar_years::{FIRST_YEAR, YEARS, Year};

/// A day of the lunar calendar.
///
/// Any numbers may stand here; [`LunarDate::to_solar`] says whether there is such a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LunarDate {
    /// Lunar year, named after the solar year it begins in; the table holds 1901–2099.
    pub year: i32,
    /// Month, 1–12; the leap month has the number of the month before it.
    pub month: u8,
    /// Whether the month is the leap month.
    pub leap: bool,
    /// Day of the month, 1–30.
    pub day: u8,
}

impl LunarDate {
    /// The lunar date of a solar one; `None` outside 1901-02-19 … 2100-02-08.
    pub fn from_solar(date: NaiveDate) -> Option<Self> {
        let this_year = date.year();
        let (year, first) = [this_year, this_year - 1]
            .into_iter()
            .filter_map(|year| Some((year, new_year(year)?)))
            .find(|&(_, first)| first <= date)?;
        let mut rest = u64::try_from((date - first).num_days()).ok()?;
        for (month, leap, length) in months(year)? {
            if rest < u64::from(length) {
                let day = u8::try_from(rest + 1).ok()?;
                return Some(Self { year, month, leap, day });
            }
            rest -= u64::from(length);
        }
        None
    }

    /// The solar date; `None` when the table lacks the year or the year lacks the day.
    pub fn to_solar(self) -> Option<NaiveDate> {
        let mut before = 0u64;
        for (month, leap, length) in months(self.year)? {
            if (month, leap) == (self.month, self.leap) {
                let offset = self.day.checked_sub(1).filter(|_| self.day <= length)?;
                return new_year(self.year)?.checked_add_days(Days::new(before + u64::from(offset)));
            }
            before += u64::from(length);
        }
        None
    }
}

/// Month 1 day 1 of a lunar year, the Spring Festival; `None` outside 1901–2099.
pub fn new_year(year: i32) -> Option<NaiveDate> {
    let (month, day) = row(year)?.first;
    NaiveDate::from_ymd_opt(year, u32::from(month), u32::from(day))
}

/// The month after which the leap month of a lunar year stands, if it has one.
pub fn leap_month(year: i32) -> Option<u8> {
    row(year).map(|row| row.leap).filter(|&leap| leap > 0)
}

/// Days in a lunar month, 29 or 30; `None` when there is no such month.
pub fn month_length(year: i32, month: u8, leap: bool) -> Option<u8> {
    months(year)?.find(|&(m, l, _)| (m, l) == (month, leap)).map(|(_, _, length)| length)
}

/// Whether a lunar year has a month whose beginning the table cannot settle.
///
/// In 2057 the new moon of month 9 lies within seconds of midnight.
pub fn is_uncertain(year: i32) -> bool {
    year == 2057
}

/// Qingming of a solar year, when the sun's longitude reaches 15°; `None` outside 1901–2099.
///
/// The mean-year formula agrees with the sun's computed place in every one of these years.
pub fn qingming(year: i32) -> Option<NaiveDate> {
    if !(1901..=2099).contains(&year) {
        return None;
    }
    // In ten-thousandths of a day: a constant per century, 0.2422 days a year, less the leap days.
    let (base, years) = if year < 2000 { (55_900, year - 1900) } else { (48_100, year - 2000) };
    let day = (base + 2_422 * years) / 10_000 - years / 4;
    NaiveDate::from_ymd_opt(year, 4, u32::try_from(day).ok()?)
}

/// The row of a lunar year.
fn row(year: i32) -> Option<&'static Year> {
    YEARS.get(usize::try_from(year.checked_sub(FIRST_YEAR)?).ok()?)
}

/// The months of a lunar year in order: number, whether leap, days.
fn months(year: i32) -> Option<impl Iterator<Item = (u8, bool, u8)>> {
    let row = row(year)?;
    Some((0..row.months).map(|index| {
        // Behind the leap month every month's number lags its place by one.
        let shifted = row.leap > 0 && index >= row.leap;
        let month = if shifted { index } else { index + 1 };
        let leap = row.leap > 0 && index == row.leap;
        let long = row.lengths >> (row.months - 1 - index) & 1 == 1;
        (month, leap, if long { 30 } else { 29 })
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn every_day_survives_the_round_trip() {
        let mut date = day(1901, 2, 19);
        let mut before = None;
        while date <= day(2099, 12, 31) {
            let lunar = LunarDate::from_solar(date).unwrap();
            assert_eq!(lunar.to_solar(), Some(date), "{lunar:?}");
            assert_ne!(Some(lunar), before);
            before = Some(lunar);
            date = date.succ_opt().unwrap();
        }
    }

    #[test]
    fn each_year_ends_where_the_next_begins() {
        for year in 1901..2099 {
            let days: u64 = months(year).unwrap().map(|(_, _, length)| u64::from(length)).sum();
            assert!((353..=355).contains(&days) || (383..=385).contains(&days), "{year}: {days}");
            assert_eq!(new_year(year).unwrap() + Days::new(days), new_year(year + 1).unwrap(), "{year}");
        }
    }

    #[test]
    fn the_new_year_lies_between_21_january_and_21_february() {
        for year in 1901..=2099 {
            let first = new_year(year).unwrap();
            assert!((day(year, 1, 21)..=day(year, 2, 21)).contains(&first), "{first}");
        }
    }

    #[test]
    fn month_eleven_holds_the_winter_solstice() {
        for year in 1901..2099 {
            // The solstice falls on 21–23 December; one of these days lies in month 11.
            let holds = (21..=23).any(|d| {
                let lunar = LunarDate::from_solar(day(year, 12, d)).unwrap();
                lunar.month == 11 && !lunar.leap
            });
            assert!(holds, "{year}");
        }
    }

    #[test]
    fn days_that_are_not_there_are_none() {
        let leapless = LunarDate { year: 2026, month: 6, leap: true, day: 1 };
        assert_eq!(leapless.to_solar(), None);
        assert_eq!(LunarDate { year: 2026, month: 12, leap: false, day: 30 }.to_solar(), None);
        assert_eq!(LunarDate { year: 2026, month: 12, leap: false, day: 0 }.to_solar(), None);
        assert_eq!(LunarDate { year: 2026, month: 13, leap: false, day: 1 }.to_solar(), None);
        assert_eq!(LunarDate { year: i32::MIN, month: 1, leap: false, day: 1 }.to_solar(), None);
        assert_eq!(LunarDate::from_solar(day(1901, 2, 18)), None);
        assert_eq!(LunarDate::from_solar(NaiveDate::MIN), None);
        assert_eq!(LunarDate::from_solar(NaiveDate::MAX), None);
        assert_eq!(qingming(2100), None);
    }

    #[test]
    fn the_table_of_festivals_holds() {
        // Lunar year: new year, 1/15, 5/5, 7/7, 8/15, 9/9, 12/8, leap month, Qingming.
        type Row = (
            i32,
            &'static str,
            &'static str,
            &'static str,
            &'static str,
            &'static str,
            &'static str,
            &'static str,
            u8,
            u32,
        );
        #[rustfmt::skip]
        const TABLE: [Row; 13] = [
            (2024, "2024-02-10", "2024-02-24", "2024-06-10", "2024-08-10", "2024-09-17", "2024-10-11", "2025-01-07", 0, 4),
            (2025, "2025-01-29", "2025-02-12", "2025-05-31", "2025-08-29", "2025-10-06", "2025-10-29", "2026-01-26", 6, 4),
            (2026, "2026-02-17", "2026-03-03", "2026-06-19", "2026-08-19", "2026-09-25", "2026-10-18", "2027-01-15", 0, 5),
            (2027, "2027-02-06", "2027-02-20", "2027-06-09", "2027-08-08", "2027-09-15", "2027-10-08", "2028-01-04", 0, 5),
            (2028, "2028-01-26", "2028-02-09", "2028-05-28", "2028-08-26", "2028-10-03", "2028-10-26", "2029-01-22", 5, 4),
            (2029, "2029-02-13", "2029-02-27", "2029-06-16", "2029-08-16", "2029-09-22", "2029-10-16", "2030-01-11", 0, 4),
            (2030, "2030-02-03", "2030-02-17", "2030-06-05", "2030-08-05", "2030-09-12", "2030-10-05", "2031-01-01", 0, 5),
            (2031, "2031-01-23", "2031-02-06", "2031-06-24", "2031-08-24", "2031-10-01", "2031-10-24", "2032-01-20", 3, 5),
            (2032, "2032-02-11", "2032-02-25", "2032-06-12", "2032-08-12", "2032-09-19", "2032-10-12", "2033-01-08", 0, 4),
            (2033, "2033-01-31", "2033-02-14", "2033-06-01", "2033-08-01", "2033-09-08", "2033-10-01", "2034-01-27", 11, 4),
            (2034, "2034-02-19", "2034-03-05", "2034-06-20", "2034-08-20", "2034-09-27", "2034-10-20", "2035-01-16", 0, 5),
            (2035, "2035-02-08", "2035-02-22", "2035-06-10", "2035-08-10", "2035-09-16", "2035-10-09", "2036-01-05", 0, 5),
            (2036, "2036-01-28", "2036-02-11", "2036-05-30", "2036-08-28", "2036-10-04", "2036-10-27", "2037-01-23", 6, 4),
        ];
        for (year, spring, lantern, dragon, seventh, moon, ninth, laba, leap, clear) in TABLE {
            let cases = [
                (1, 1, spring),
                (1, 15, lantern),
                (5, 5, dragon),
                (7, 7, seventh),
                (8, 15, moon),
                (9, 9, ninth),
                (12, 8, laba),
            ];
            for (month, day, solar) in cases {
                let lunar = LunarDate { year, month, leap: false, day };
                assert_eq!(lunar.to_solar().unwrap().to_string(), solar, "{lunar:?}");
            }
            assert_eq!(leap_month(year).unwrap_or(0), leap, "{year}");
            assert_eq!(qingming(year), Some(day(year, 4, clear)));
        }
    }

    #[test]
    fn qingming_is_always_4_to_6_april() {
        for year in 1901..=2099 {
            assert!((4..=6).contains(&qingming(year).unwrap().day()), "{year}");
        }
        // The two years in which the sun passes 15° only minutes after midnight.
        assert_eq!(qingming(1943), Some(day(1943, 4, 6)));
        assert_eq!(qingming(2071), Some(day(2071, 4, 5)));
    }
}
