//! Knows of every day whether it is a working day, and why (C1).

use crate::written;
use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;

use super::lunar::{self, LunarDate};

/// Years held day by day, those of the lunar table; outside them only weekends are off.
const YEARS: std::ops::RangeInclusive<i32> = 1901..=2099;

/// The shipped years.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/calendar/days.json"));

/// A public holiday with days off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// 元旦, 1 January.
    NewYear,
    /// 春节, from lunar New Year's Eve.
    SpringFestival,
    /// 清明.
    Qingming,
    /// 劳动节, from 1 May.
    LabourDay,
    /// 端午, lunar 5/5.
    DragonBoat,
    /// 中秋, lunar 8/15.
    MidAutumn,
    /// 国庆节, from 1 October.
    NationalDay,
}

/// Why a day is working or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// Monday to Friday, not listed: working.
    Weekday,
    /// Saturday or Sunday, not listed: off.
    Weekend,
    /// In the published break of a holiday, or its statutory day in a provisional year: off.
    Holiday(Holiday),
    /// Listed as a make-up working day 调休上班: working.
    MakeUp,
    /// A day off of the firm's own.
    OwnOff,
    /// A working day of the firm's own.
    OwnWorking,
}

impl DayKind {
    /// Whether people work on such a day.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Weekday | Self::MakeUp | Self::OwnWorking)
    }
}

/// What the State Council published for one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedYear {
    /// The solar year, 1901–2099.
    pub year: i32,
    /// Breaks: holiday, first and last day, both inside the year.
    pub off: Vec<(Holiday, NaiveDate, NaiveDate)>,
    /// Make-up working days.
    pub make_up: Vec<NaiveDate>,
}

/// Days of the firm's own, above every published table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnDays {
    /// First day.
    pub from: NaiveDate,
    /// Last day; before `from` the entry says nothing.
    pub to: NaiveDate,
    /// Whether the firm works on them; a day named both ways is working, as in C1.
    pub working: bool,
}

/// What is wrong in a table of published days.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DayTableError {
    /// Not TOML, or not of this shape; the text names the place.
    #[error("the day table cannot be read: {0}")]
    Syntax(String),
    /// A year outside 1901–2099.
    #[error("year {0} lies outside 1901–2099")]
    YearOutOfRange(i32),
    /// A year with two entries.
    #[error("year {0} is listed twice")]
    YearTwice(i32),
    /// A date of another year than its entry.
    #[error("{date} does not lie in {year}")]
    OtherYear {
        /// The year of the entry.
        year: i32,
        /// The stray date.
        date: NaiveDate,
    },
    /// A break whose last day comes before its first.
    #[error("the break from {from} ends on {to}, before it begins")]
    Backwards {
        /// First day as written.
        from: NaiveDate,
        /// Last day as written.
        to: NaiveDate,
    },
    /// A date without time of day was expected, or there is no such day.
    #[error("{0} is not a date")]
    NotADate(String),
    /// A day listed both as off and as make-up working day.
    #[error("{0} is listed both as off and as make-up working day")]
    BothWays(NaiveDate),
}

/// All published years of a TOML text, as in `playbook/calendar/days.toml`.
///
/// # Errors
/// Every problem found, not only the first.
pub fn parse_published(text: &str) -> Result<Vec<PublishedYear>, Vec<DayTableError>> {
    let file: DaysFile = written::read(text).map_err(|err| vec![DayTableError::Syntax(err)])?;
    let mut problems = Vec::new();
    let mut years: Vec<PublishedYear> = Vec::new();
    for entry in file.year {
        if years.iter().any(|known| known.year == entry.year) {
            problems.push(DayTableError::YearTwice(entry.year));
        }
        years.push(entry.published(&mut problems));
    }
    for year in &years {
        year.check(&mut problems);
    }
    problems.dedup();
    if problems.is_empty() { Ok(years) } else { Err(problems) }
}

impl PublishedYear {
    /// Notes what is wrong in the year's entry.
    fn check(&self, problems: &mut Vec<DayTableError>) {
        if !YEARS.contains(&self.year) {
            problems.push(DayTableError::YearOutOfRange(self.year));
        }
        let ends = self.off.iter().flat_map(|&(_, from, to)| [from, to]);
        for date in ends.chain(self.make_up.iter().copied()) {
            if date.year() != self.year {
                problems.push(DayTableError::OtherYear { year: self.year, date });
            }
        }
        for &(_, from, to) in &self.off {
            if to < from {
                problems.push(DayTableError::Backwards { from, to });
            }
        }
        for &day in &self.make_up {
            if self.off.iter().any(|&(_, from, to)| (from..=to).contains(&day)) {
                problems.push(DayTableError::BothWays(day));
            }
        }
    }
}

/// Every day's kind, with the working days counted; questions cost no allocation.
///
/// Years without a published table are provisional 暂定: weekends and statutory days are off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayTable {
    /// Day 0 of `kinds`, counted from the common era.
    first: i32,
    kinds: Vec<DayKind>,
    /// Working days up to and including each day, on the scale of [`weekdays_through`].
    working: Vec<i32>,
    /// Published years, sorted.
    published: Vec<i32>,
}

impl DayTable {
    /// The table of these years, with the firm's own days on top.
    ///
    /// A year listed twice follows its later entry; days outside 1901–2099 are left out.
    pub fn new(published: &[PublishedYear], own: &[OwnDays]) -> Self {
        let mut table = Self::weeks();
        for year in YEARS {
            match published.iter().rev().find(|entry| entry.year == year) {
                Some(entry) => table.lay_published(entry),
                None => table.lay_statutory(year),
            }
        }
        table.published = published.iter().map(|entry| entry.year).filter(|year| YEARS.contains(year)).collect();
        table.published.sort_unstable();
        table.published.dedup();
        for working in [false, true] {
            let kind = if working { DayKind::OwnWorking } else { DayKind::OwnOff };
            for days in own.iter().filter(|days| days.working == working) {
                table.lay(days.from, days.to, kind);
            }
        }
        table.count();
        table
    }

    /// The years the app ships with, without days of one's own.
    ///
    /// # Errors
    /// As [`parse_published`]; the shipped table itself has no problems.
    pub fn shipped() -> Result<Self, Vec<DayTableError>> {
        Ok(Self::new(&parse_published(SHIPPED)?, &[]))
    }

    /// What a day is.
    pub fn kind(&self, day: NaiveDate) -> DayKind {
        self.index(day).and_then(|at| self.kinds.get(at)).copied().unwrap_or_else(|| weekly(day))
    }

    /// The holiday whose days off a day belongs to; in a provisional year only statutory days do.
    pub fn holiday(&self, day: NaiveDate) -> Option<Holiday> {
        match self.kind(day) {
            DayKind::Holiday(holiday) => Some(holiday),
            _ => None,
        }
    }

    /// Whether a year has a published table; the others are provisional 暂定.
    pub fn is_published(&self, year: i32) -> bool {
        self.published.binary_search(&year).is_ok()
    }

    /// Whether any day from one to the other, in either order, lies in a provisional year.
    ///
    /// An answer computed over such days carries a mark and is computed anew after an import.
    pub fn is_provisional(&self, one: NaiveDate, other: NaiveDate) -> bool {
        let (first, last) = (one.min(other).year(), one.max(other).year());
        let below = |limit: i32| self.published.partition_point(|&year| year < limit);
        let known = below(last.saturating_add(1)) - below(first);
        usize::try_from(last - first + 1) != Ok(known)
    }

    /// Working days up to and including a day, from an arbitrary zero.
    pub(super) fn working_through(&self, day_ce: i32) -> i64 {
        let last = self.last();
        if day_ce < self.first {
            weekdays_through(day_ce)
        } else if let Some(&count) = usize::try_from(day_ce - self.first).ok().and_then(|at| self.working.get(at)) {
            i64::from(count)
        } else {
            self.working_in_all() + weekdays_through(day_ce) - weekdays_through(last)
        }
    }

    /// The first day whose [`Self::working_through`] reaches `count`; chrono's last if none does.
    pub(super) fn first_reaching(&self, count: i64) -> NaiveDate {
        let within = self.working.partition_point(|&known| i64::from(known) < count);
        let inside = (1..self.working.len()).contains(&within);
        let day = match i32::try_from(within) {
            Ok(within) if inside => self.first + within,
            _ => self.search(count),
        };
        NaiveDate::from_num_days_from_ce_opt(day).unwrap_or(NaiveDate::MAX)
    }

    /// [`Self::first_reaching`] by halving all of chrono's days, for counts outside the table.
    fn search(&self, count: i64) -> i32 {
        let mut low = NaiveDate::MIN.num_days_from_ce();
        let mut high = NaiveDate::MAX.num_days_from_ce();
        while low < high {
            let middle = low + (high - low) / 2;
            if self.working_through(middle) < count {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Monday to Friday working, nothing else known.
    fn weeks() -> Self {
        let first = start_of(*YEARS.start());
        let last = start_of(*YEARS.end() + 1) - 1;
        let kinds = (first..=last).filter_map(NaiveDate::from_num_days_from_ce_opt).map(weekly).collect();
        Self { first, kinds, working: Vec::new(), published: Vec::new() }
    }

    fn lay_published(&mut self, entry: &PublishedYear) {
        for &(holiday, from, to) in &entry.off {
            self.lay(from, to, DayKind::Holiday(holiday));
        }
        for &day in &entry.make_up {
            self.lay(day, day, DayKind::MakeUp);
        }
    }

    fn lay_statutory(&mut self, year: i32) {
        for (holiday, first, days) in statutory_days(year) {
            let last = first + chrono::Days::new(days - 1);
            self.lay(first, last, DayKind::Holiday(holiday));
        }
    }

    /// Gives the days of a span one kind.
    fn lay(&mut self, from: NaiveDate, to: NaiveDate, kind: DayKind) {
        let place = |day: NaiveDate| i64::from(day.num_days_from_ce()) - i64::from(self.first);
        let start = usize::try_from(place(from).max(0)).unwrap_or(usize::MAX);
        let end = usize::try_from(place(to) + 1).unwrap_or(0).min(self.kinds.len());
        if let Some(span) = self.kinds.get_mut(start..end) {
            span.fill(kind);
        }
    }

    fn count(&mut self) {
        let before = i32::try_from(weekdays_through(self.first - 1)).unwrap_or(i32::MAX);
        self.working = self
            .kinds
            .iter()
            .scan(before, |count, kind| {
                *count += i32::from(kind.is_working());
                Some(*count)
            })
            .collect();
    }

    fn working_in_all(&self) -> i64 {
        self.working.last().copied().map_or(0, i64::from)
    }

    fn last(&self) -> i32 {
        self.first + i32::try_from(self.kinds.len()).unwrap_or(0) - 1
    }

    fn index(&self, day: NaiveDate) -> Option<usize> {
        usize::try_from(day.num_days_from_ce() - self.first).ok()
    }
}

/// The statutory days of a year: holiday, first day, number of days.
///
/// Holidays by the moon or sun are missing outside 1901–2099.
pub fn statutory_days(year: i32) -> impl Iterator<Item = (Holiday, NaiveDate, u64)> {
    let solar = move |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let lunar = move |month, day| LunarDate { year, month, leap: false, day }.to_solar();
    [
        (Holiday::NewYear, solar(1, 1), 1),
        (Holiday::SpringFestival, lunar::new_year(year).and_then(|day| day.pred_opt()), 4),
        (Holiday::Qingming, lunar::qingming(year), 1),
        (Holiday::LabourDay, solar(5, 1), 2),
        (Holiday::DragonBoat, lunar(5, 5), 1),
        (Holiday::MidAutumn, lunar(8, 15), 1),
        (Holiday::NationalDay, solar(10, 1), 3),
    ]
    .into_iter()
    .filter_map(|(holiday, day, days)| Some((holiday, day?, days)))
}

/// The kind of a day in no list.
fn weekly(day: NaiveDate) -> DayKind {
    match day.weekday() {
        Weekday::Sat | Weekday::Sun => DayKind::Weekend,
        _ => DayKind::Weekday,
    }
}

/// Mondays to Fridays from day 1 of the common era, a Monday, up to and including a day.
fn weekdays_through(day_ce: i32) -> i64 {
    let day = i64::from(day_ce);
    day.div_euclid(7) * 5 + day.rem_euclid(7).min(5)
}

/// The days of the common era up to 1 January of a year.
fn start_of(year: i32) -> i32 {
    NaiveDate::from_yo_opt(year, 1).map_or(1, |day| day.num_days_from_ce())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DaysFile {
    #[serde(default)]
    year: Vec<YearEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearEntry {
    year: i32,
    #[serde(default)]
    off: Vec<BreakEntry>,
    #[serde(default)]
    make_up: Vec<Box<str>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BreakEntry {
    holiday: Holiday,
    from: Box<str>,
    to: Option<Box<str>>,
}

impl YearEntry {
    /// The entry with its dates read; those that are none are noted and left out.
    fn published(self, problems: &mut Vec<DayTableError>) -> PublishedYear {
        let mut date = |written: Box<str>| {
            let day = written.parse().ok();
            if day.is_none() {
                problems.push(DayTableError::NotADate(written.to_string()));
            }
            day
        };
        let mut off = Vec::new();
        for entry in self.off {
            let from = date(entry.from);
            let to = entry.to.map_or(from, &mut date);
            if let (Some(from), Some(to)) = (from, to) {
                off.push((entry.holiday, from, to));
            }
        }
        let make_up = self.make_up.into_iter().filter_map(&mut date).collect();
        PublishedYear { year: self.year, off, make_up }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn own(from: &str, to: &str, working: bool) -> OwnDays {
        OwnDays { from: day(from), to: day(to), working }
    }

    #[test]
    fn a_year_without_a_table_keeps_the_statutory_days_and_is_provisional() {
        let table = DayTable::shipped().unwrap();
        let off = |text| table.holiday(day(text));
        assert_eq!(off("2027-01-01"), Some(Holiday::NewYear));
        assert_eq!(off("2027-02-05"), Some(Holiday::SpringFestival));
        assert_eq!(off("2027-02-08"), Some(Holiday::SpringFestival));
        assert_eq!(off("2027-02-09"), None);
        assert_eq!(off("2027-04-05"), Some(Holiday::Qingming));
        assert_eq!(off("2027-05-02"), Some(Holiday::LabourDay));
        assert_eq!(off("2027-05-03"), None);
        assert_eq!(off("2027-06-09"), Some(Holiday::DragonBoat));
        assert_eq!(off("2027-09-15"), Some(Holiday::MidAutumn));
        assert_eq!(off("2027-10-03"), Some(Holiday::NationalDay));
        assert_eq!(off("2027-10-04"), None);
        assert!(table.is_provisional(day("2027-02-05"), day("2027-02-05")));
        assert!(!table.is_provisional(day("2024-01-01"), day("2026-12-31")));
        assert!(table.is_provisional(day("2027-01-01"), day("2026-12-31")));
        assert!(table.is_provisional(NaiveDate::MIN, NaiveDate::MAX));
    }

    #[test]
    fn breaks_know_their_holiday() {
        let table = DayTable::shipped().unwrap();
        assert_eq!(table.holiday(day("2026-09-26")), Some(Holiday::MidAutumn));
        assert_eq!(table.holiday(day("2025-10-06")), Some(Holiday::NationalDay));
        assert_eq!(table.kind(day("2026-01-04")), DayKind::MakeUp);
        assert_eq!(table.kind(day("2026-11-22")), DayKind::Weekend);
    }

    #[test]
    fn own_days_lie_on_top() {
        let published = parse_published(SHIPPED).unwrap();
        let days = [
            own("2026-11-21", "2026-11-22", true),
            own("2026-11-22", "2026-11-24", false),
            own("2026-10-10", "2026-10-10", false),
            own("1800-01-01", "1901-01-02", false),
            own("2099-12-30", "2500-01-01", false),
            own("2026-12-03", "2026-12-01", false),
        ];
        let table = DayTable::new(&published, &days);
        assert_eq!(table.kind(day("2026-11-21")), DayKind::OwnWorking);
        assert_eq!(table.kind(day("2026-11-22")), DayKind::OwnWorking);
        assert_eq!(table.kind(day("2026-11-24")), DayKind::OwnOff);
        assert_eq!(table.kind(day("2026-10-10")), DayKind::OwnOff);
        assert_eq!(table.kind(day("1901-01-02")), DayKind::OwnOff);
        assert_eq!(table.kind(day("2099-12-31")), DayKind::OwnOff);
        assert_eq!(table.kind(day("2026-12-02")), DayKind::Weekday);
    }

    #[test]
    fn days_beyond_the_table_follow_the_week() {
        let table = DayTable::shipped().unwrap();
        assert_eq!(table.kind(day("2100-01-01")), DayKind::Weekday);
        assert_eq!(table.kind(day("2100-01-02")), DayKind::Weekend);
        assert_eq!(table.kind(day("1900-12-30")), DayKind::Weekend);
        assert_eq!(table.kind(NaiveDate::MAX), weekly(NaiveDate::MAX));
        assert_eq!(table.kind(NaiveDate::MIN), weekly(NaiveDate::MIN));
    }

    #[test]
    fn a_bad_table_names_all_its_problems() {
        let text = r#"
            [[year]]
            year = 2027
            off = [
              { holiday = "new_year", from = 2027-01-03, to = 2027-01-01 },
              { holiday = "qingming", from = 2028-04-04 },
              { holiday = "national_day", from = 2027-10-01, to = 2027-10-07 },
            ]
            make_up = [2027-10-02, 2027-10-09T08:00:00]
            [[year]]
            year = 2027
            [[year]]
            year = 1850
        "#;
        let problems = parse_published(text).unwrap_err();
        assert_eq!(
            problems,
            [
                DayTableError::NotADate("2027-10-09T08:00:00".into()),
                DayTableError::YearTwice(2027),
                DayTableError::OtherYear { year: 2027, date: day("2028-04-04") },
                DayTableError::Backwards { from: day("2027-01-03"), to: day("2027-01-01") },
                DayTableError::BothWays(day("2027-10-02")),
                DayTableError::YearOutOfRange(1850),
            ]
        );
        let unknown = parse_published("[[year]]\nyear = 2027\nclosed = []").unwrap_err();
        assert!(matches!(unknown.as_slice(), [DayTableError::Syntax(text)] if text.contains("closed")));
    }
}
