//! Plans the care of a year's festivals: messages, greetings and gifts (C6.1).

use crate::written;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::{DayTable, LunarDate, add_days};

/// The shipped festivals.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/calendar/festivals.json"));

/// The festivals a firm may greet on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Festivals {
    /// Festivals that share a message when close together.
    pub combine: Combine,
    /// The festivals, those switched off included.
    #[serde(rename = "festival")]
    pub all: Vec<Festival>,
}

/// Festivals that share one message when close together.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Combine {
    /// Keys of the two festivals.
    pub festivals: [String; 2],
    /// The most days between them (ruling 18).
    pub days: u16,
}

/// One festival and its care.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Festival {
    /// Its key, e.g. `mid_autumn`.
    pub key: String,
    /// Solar month and day.
    pub solar: Option<[u8; 2]>,
    /// Lunar month and day; exactly one of the two dates stands.
    pub lunar: Option<[u8; 2]>,
    /// Whether it is greeted; optional festivals are switched on by the firm.
    #[serde(default = "yes")]
    pub on: bool,
    /// Days from the festival to the message: 0 the day itself, negative before.
    #[serde(default)]
    pub message: i16,
    /// Days from the festival between which to call.
    pub call: Option<[i16; 2]>,
    /// A greeting on a working day before, besides the message.
    pub greet: Option<GreetBefore>,
    /// Tasks beforehand.
    #[serde(default)]
    pub tasks: Vec<LeadTask>,
}

/// A greeting on a working day before a festival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GreetBefore {
    /// Working days before.
    pub working_days: u16,
}

/// A task before a festival, counted in days or in working days.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadTask {
    /// Its key: `card` or `gift`.
    pub what: String,
    /// Days before; a day off moves to the previous working day.
    pub days: Option<u16>,
    /// Working days before; exactly one of the two stands.
    pub working_days: Option<u16>,
    /// Tiers it is for.
    pub tiers: Vec<String>,
}

/// The care of one festival, or of two combined, for a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FestivalPlan {
    /// Keys of the festivals, in order of days; two share the message.
    pub keys: Vec<String>,
    /// The day of the (earlier) festival.
    pub date: NaiveDate,
    /// The day of the message.
    pub message: NaiveDate,
    /// The days to call between, both included.
    pub call: Option<(NaiveDate, NaiveDate)>,
    /// The working day to greet on beforehand.
    pub greet: Option<NaiveDate>,
    /// Key and day of each task for the customer's tier.
    pub tasks: Vec<(String, NaiveDate)>,
    /// Whether a day rests on a year without a published table.
    pub is_provisional: bool,
}

/// What is wrong with festivals.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FestivalError {
    /// Not TOML, or not of this shape; the text names the place.
    #[error("the festivals cannot be read: {0}")]
    Syntax(String),
    /// A festival listed twice.
    #[error("{0} is listed twice")]
    Twice(String),
    /// A festival without a date, with two, or with one no year has.
    #[error("{0} needs one date, solar or lunar")]
    Date(String),
    /// A task of this festival without a lead time or with two.
    #[error("a task of {0} needs one lead time, days or working days")]
    Lead(String),
}

impl Festivals {
    /// The festivals of a TOML text, as in `playbook/calendar/festivals.toml`.
    ///
    /// # Errors
    /// Every problem found, not only the first.
    pub fn parse(text: &str) -> Result<Self, Vec<FestivalError>> {
        let festivals: Self = written::read(text).map_err(|err| vec![FestivalError::Syntax(err)])?;
        let problems = festivals.problems();
        if problems.is_empty() { Ok(festivals) } else { Err(problems) }
    }

    /// The festivals the app ships with.
    ///
    /// # Errors
    /// As [`Self::parse`]; the shipped festivals themselves have no problems.
    pub fn shipped() -> Result<Self, Vec<FestivalError>> {
        Self::parse(SHIPPED)
    }

    /// The care of the festivals switched on in a solar year, for a tier, in order of days.
    ///
    /// Lunar festivals are missing outside the lunar table (1901–2099).
    pub fn plan(&self, days: &DayTable, year: i32, tier: &str) -> Vec<FestivalPlan> {
        let on = self.all.iter().filter(|festival| festival.on);
        let mut plans: Vec<FestivalPlan> = on.filter_map(|festival| festival.plan(days, year, tier)).collect();
        plans.sort_by_key(|plan| plan.date);
        self.combined(plans)
    }

    /// Joins the two that share a message, if both are there and close enough.
    fn combined(&self, mut plans: Vec<FestivalPlan>) -> Vec<FestivalPlan> {
        let shares = |plan: &FestivalPlan| plan.keys.iter().any(|key| self.combine.festivals.contains(key));
        let Some(first) = plans.iter().position(shares) else {
            return plans;
        };
        let Some(second) = plans.iter().skip(first + 1).position(shares) else {
            return plans;
        };
        let later = plans.remove(first + 1 + second);
        match plans.get_mut(first) {
            Some(earlier) if (later.date - earlier.date).num_days() <= i64::from(self.combine.days) => {
                earlier.keys.extend(later.keys);
                earlier.tasks.extend(later.tasks);
                earlier.call = earlier.call.or(later.call);
                earlier.greet = earlier.greet.or(later.greet);
                earlier.is_provisional |= later.is_provisional;
            }
            _ => plans.insert(first + 1 + second, later),
        }
        plans
    }

    fn problems(&self) -> Vec<FestivalError> {
        let mut problems = Vec::new();
        for (place, festival) in self.all.iter().enumerate() {
            let key = || festival.key.clone();
            if self.all.iter().take(place).any(|above| above.key == festival.key) {
                problems.push(FestivalError::Twice(key()));
            }
            if !festival.has_one_date() {
                problems.push(FestivalError::Date(key()));
            }
            if festival.tasks.iter().any(|task| task.days.is_some() == task.working_days.is_some()) {
                problems.push(FestivalError::Lead(key()));
            }
        }
        problems
    }
}

impl Festival {
    /// Its day in a solar year.
    pub fn date(&self, year: i32) -> Option<NaiveDate> {
        if let Some([month, day]) = self.solar {
            return NaiveDate::from_ymd_opt(year, u32::from(month), u32::from(day));
        }
        let [month, day] = self.lunar?;
        // The end of a lunar year lies in the next solar one.
        [year, year.checked_sub(1)?]
            .into_iter()
            .filter_map(|year| LunarDate { year, month, leap: false, day }.to_solar())
            .find(|date| date.year() == year)
    }

    fn has_one_date(&self) -> bool {
        match (self.solar, self.lunar) {
            (Some([month, day]), None) => NaiveDate::from_ymd_opt(2024, u32::from(month), u32::from(day)).is_some(),
            (None, Some([month, day])) => (1..=12).contains(&month) && (1..=30).contains(&day),
            _ => false,
        }
    }

    fn plan(&self, days: &DayTable, year: i32, tier: &str) -> Option<FestivalPlan> {
        let date = self.date(year)?;
        let offset = |by: i16| add_days(date, i32::from(by));
        let tasks: Vec<(String, NaiveDate)> = self
            .tasks
            .iter()
            .filter(|task| task.tiers.iter().any(|listed| listed == tier))
            .map(|task| (task.what.clone(), task.day(days, date)))
            .collect();
        let greet = self.greet.map(|greet| days.add_wd(date, -i32::from(greet.working_days)));
        let earliest = tasks.iter().map(|&(_, day)| day).chain(greet).min();
        Some(FestivalPlan {
            keys: vec![self.key.clone()],
            date,
            message: offset(self.message),
            call: self.call.map(|[from, to]| (offset(from), offset(to))),
            greet,
            tasks,
            is_provisional: earliest.is_some_and(|day| days.is_provisional(day, add_days(date, -1))),
        })
    }
}

impl LeadTask {
    fn day(&self, days: &DayTable, festival: NaiveDate) -> NaiveDate {
        match (self.working_days, self.days) {
            (Some(n), _) => days.add_wd(festival, -i32::from(n)),
            (None, n) => days.previous_working(add_days(festival, -i32::from(n.unwrap_or(0)))),
        }
    }
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn plan(year: i32, tier: &str) -> Vec<FestivalPlan> {
        Festivals::shipped().unwrap().plan(&DayTable::shipped().unwrap(), year, tier)
    }

    #[test]
    fn a_year_has_its_festivals_in_order() {
        let plans = plan(2026, "VIP");
        let shown: Vec<_> = plans.iter().map(|p| (p.keys.join("+"), p.message.to_string())).collect();
        let expected = [
            ("new_year", "2026-01-01"),
            ("spring_festival", "2026-02-16"),
            ("labour_day", "2026-05-01"),
            ("mid_autumn", "2026-09-25"),
            ("national_day", "2026-10-01"),
        ];
        assert_eq!(shown, expected.map(|(key, on)| (key.to_owned(), on.to_owned())));
    }

    #[test]
    fn gifts_and_greetings_come_in_time() {
        let plans = plan(2026, "A");
        let [new_year, spring, _, moon, _] = plans.as_slice() else { panic!("{plans:?}") };
        assert_eq!(new_year.greet, Some(day("2025-12-31")));
        assert_eq!(new_year.tasks, [("card".to_owned(), day("2025-12-22"))]);
        assert_eq!(spring.call, Some((day("2026-02-10"), day("2026-02-16"))));
        // 14, 13 … 9, 6 … 2 February, 30 … 27 January: fifteen working days back.
        assert_eq!(spring.tasks, [("gift".to_owned(), day("2026-01-27"))]);
        // 24 … 20 September (a make-up Sunday), 18 … 14 September: ten.
        assert_eq!(moon.tasks, [("gift".to_owned(), day("2026-09-14"))]);
        assert!(plan(2026, "B").iter().all(|plan| plan.tasks.is_empty()));
    }

    #[test]
    fn mid_autumn_close_to_national_day_shares_its_message() {
        let joined = |year| {
            let plans = plan(year, "VIP");
            let both = plans.iter().find(|plan| plan.keys.len() == 2);
            both.map(|plan| (plan.keys.join("+"), plan.message.to_string(), plan.tasks.len()))
        };
        let expected = |keys: &str, on: &str| Some((keys.to_owned(), on.to_owned(), 1));
        assert_eq!(joined(2026), None);
        assert_eq!(joined(2025), None);
        assert_eq!(joined(2028), expected("national_day+mid_autumn", "2028-10-01"));
        assert_eq!(joined(2036), expected("national_day+mid_autumn", "2036-10-01"));
        assert_eq!(joined(2031), expected("mid_autumn+national_day", "2031-10-01"));
    }

    #[test]
    fn a_plan_over_unpublished_days_is_provisional() {
        let provisional: Vec<bool> = plan(2027, "VIP").iter().map(|plan| plan.is_provisional).collect();
        // New Year is prepared in 2026; Labour Day and National Day ask no working day.
        assert_eq!(provisional, [false, true, false, true, false]);
    }

    #[test]
    fn bad_festivals_name_all_their_problems() {
        let text = include_str!("../../../../playbook/calendar/festivals.toml")
            .replace("\"lantern\"", "\"new_year\"")
            .replace("solar = [3, 8]", "solar = [2, 30]")
            .replace("working_days = 15", "working_days = 15, days = 3");
        assert_eq!(
            Festivals::parse(&text),
            Err(vec![
                FestivalError::Lead("spring_festival".into()),
                FestivalError::Twice("new_year".into()),
                FestivalError::Date("womens_day".into()),
            ])
        );
        assert!(matches!(Festivals::parse("x = 1").unwrap_err().as_slice(), [FestivalError::Syntax(_)]));
    }

    #[test]
    fn years_without_lunar_dates_keep_the_solar_festivals() {
        assert_eq!(plan(2200, "VIP").len(), 3);
        assert_eq!(plan(i32::MIN, "VIP").len(), 0);
    }
}
