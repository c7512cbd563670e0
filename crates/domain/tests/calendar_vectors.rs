//! Reproduces the calendar vectors of the specification, by ID.
#![allow(clippy::unwrap_used)]

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use kehu_domain::calendar::{
    Birthday, BirthdayRules, Cadence, Calendar, DayKind, HoursFile, LeapDay, LeapMonth, LunarDate, Pause, Term, Unit,
    days_left, last_day_of_right, loan_due, lunar, reminder_day,
};
use serde_json::Value;

/// The vectors of a group: ID, input, expected result.
fn vectors(group: &str) -> Vec<(String, Value, Value)> {
    let all: Value = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    let vectors = all["vectors"][group].as_array().unwrap();
    assert!(!vectors.is_empty());
    vectors.iter().map(|v| (v["id"].as_str().unwrap().to_owned(), v["in"].clone(), v["expect"].clone())).collect()
}

fn date(value: &Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

fn moment(value: &Value) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(value.as_str().unwrap(), "%Y-%m-%d %H:%M").unwrap()
}

fn int(value: &Value) -> i32 {
    i32::try_from(value.as_i64().unwrap()).unwrap()
}

fn calendar() -> Calendar {
    Calendar::shipped().unwrap()
}

#[test]
fn c1_days_of_the_published_years() {
    let table = calendar().days;
    for (id, input, expect) in vectors("C1") {
        let year = int(&input["year"]);
        let mut day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let (mut working, mut off, mut make_up) = (0, vec![], vec![]);
        while day.year() == year {
            working += i32::from(table.is_working(day));
            match table.kind(day) {
                DayKind::Holiday(_) => off.push(day.to_string()),
                DayKind::MakeUp => make_up.push(day.to_string()),
                _ => {}
            }
            day = day.succ_opt().unwrap();
        }
        assert_eq!(working, int(&expect["working_days"]), "{id}");
        assert_eq!(Value::from(off), expect["off"], "{id}");
        assert_eq!(Value::from(make_up), expect["make_up"], "{id}");
        assert!(table.is_published(year), "{id}");
    }
}

#[test]
fn c2_day_arithmetic() {
    let table = calendar().days;
    for (id, input, expect) in vectors("C2") {
        match input["fn"].as_str() {
            Some("add_wd") => {
                let got = table.add_wd(date(&input["d"]), int(&input["n"]));
                assert_eq!(got, date(&expect["date"]), "{id}");
            }
            Some("between_wd") => {
                let got = table.between_wd(date(&input["a"]), date(&input["b"]));
                assert_eq!(got, i64::from(int(&expect["days"])), "{id}");
            }
            other => panic!("{id}: unknown function {other:?}"),
        }
    }
}

#[test]
fn c3_clocks() {
    let calendar = calendar();
    for (id, input, expect) in vectors("C3") {
        match input["fn"].as_str() {
            Some("minutes") => {
                let got = calendar.minutes(moment(&input["a"]), moment(&input["b"]));
                assert_eq!(got, i64::from(int(&expect["minutes"])), "{id}");
            }
            Some("add_minutes") => {
                let got = calendar.add_minutes(moment(&input["t"]), i64::from(int(&input["m"])));
                assert_eq!(got, moment(&expect["t"]), "{id}");
            }
            None if input.get("pause").is_some() => pause(&calendar, &id, &input, &expect),
            None if input.get("unit").is_some() => escalation(&calendar, &id, &input, &expect),
            other => panic!("{id}: unknown function {other:?}"),
        }
    }
}

fn pause(calendar: &Calendar, id: &str, input: &Value, expect: &Value) {
    let pauses: Vec<Pause> = input["pause"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| Pause { from: moment(&span[0]), to: Some(moment(&span[1])) })
        .collect();
    let due = moment(&input["due"]);
    let paused = calendar.paused(Unit::Working, pauses[0].from, &pauses, due);
    assert_eq!(paused, i64::from(int(&expect["paused"])), "{id}");
    assert_eq!(calendar.delayed(Unit::Working, due, paused), moment(&expect["due"]), "{id}");
}

fn escalation(calendar: &Calendar, id: &str, input: &Value, expect: &Value) {
    let unit = match input["unit"].as_str().unwrap() {
        "working" => Unit::Working,
        "calendar" => Unit::Calendar,
        other => panic!("{id}: unknown unit {other}"),
    };
    let shares = HoursFile::shipped().unwrap().escalation;
    let marks = calendar.marks(unit, moment(&input["received"]), moment(&input["due"]), &shares);
    for (key, expected) in expect.as_object().unwrap() {
        match key.as_str() {
            "total" => assert_eq!(marks.total, i64::from(int(expected)), "{id}"),
            "p50" => assert_eq!(marks.shares[0], (50, moment(expected)), "{id}"),
            "p80" => assert_eq!(marks.shares[1], (80, moment(expected)), "{id}"),
            "plus1" => assert_eq!(marks.next_day, moment(expected), "{id}"),
            other => panic!("{id}: unknown mark {other}"),
        }
    }
}

#[test]
fn c4_rhythm() {
    let table = calendar().days;
    let grace = Cadence::shipped().unwrap().grace;
    for (id, input, expect) in vectors("C4") {
        let interval = u16::try_from(int(&input["interval"])).unwrap();
        if input.get("last").is_some() {
            let next = grace.next(&table, date(&input["last"]), interval);
            assert_eq!(next.raw, date(&expect["raw"]), "{id}");
            assert_eq!(next.due, date(&expect["due"]), "{id}");
            assert_eq!(next.is_moved(), next.raw != next.due, "{id}");
        } else {
            let from = grace.overdue_from(date(&input["due"]), interval);
            assert_eq!(from, date(&expect["overdue_from"]), "{id}");
        }
    }
}

#[test]
fn c6_birthdays_and_reminders() {
    let table = calendar().days;
    for (id, input, expect) in vectors("C6") {
        if input.get("event").is_some() {
            let got = reminder_day(&table, date(&input["event"]), int(&input["lead"]));
            assert_eq!(got, date(&expect["date"]), "{id}");
        } else if let Some(year) = input.get("year") {
            let leap = lunar::leap_month(int(year)).map(i32::from);
            assert_eq!(leap, Some(int(&expect["leap"])), "{id}");
            let next_new_year = lunar::new_year(int(year) + 1);
            assert_eq!(next_new_year, Some(date(&expect["next_new_year"])), "{id}");
        } else {
            birthday(&id, &input, &expect);
        }
    }
}

fn birthday(id: &str, input: &Value, expect: &Value) {
    let small = |value: &Value| u8::try_from(int(value)).unwrap();
    let birthday = if let Some(lunar) = input.get("lunar") {
        let leap = lunar[2].as_bool().unwrap();
        Birthday::Lunar { month: small(&lunar[0]), day: small(&lunar[1]), leap }
    } else {
        let (month, day) = input["solar"].as_str().unwrap().split_once('-').unwrap();
        Birthday::Solar { month: month.parse().unwrap(), day: day.parse().unwrap() }
    };
    for (key, expected) in expect.as_object().unwrap() {
        let mut rules = BirthdayRules::default();
        match key.as_str() {
            "leap_if_exists" => rules.leap_month = LeapMonth::IfExists,
            "regular" => rules.leap_month = LeapMonth::Regular,
            "feb28" => rules.leap_day = LeapDay::Before,
            "mar1" => rules.leap_day = LeapDay::After,
            other => panic!("{id}: unknown setting {other}"),
        }
        let got = birthday.next(rules, date(&input["today"]));
        assert_eq!(got, Some(date(expected)), "{id} {key}");
    }
}

#[test]
fn c7_expiry() {
    let table = calendar().days;
    for (id, input, expect) in vectors("C7") {
        let has = |key: &str| input.get(key).is_some();
        if has("start") {
            let months = u16::try_from(int(&input["months"])).unwrap();
            let end = Term::Contract.end(date(&input["start"]), months);
            assert_eq!(end, date(&expect["end"]), "{id}");
        } else if has("lead") {
            let got = reminder_day(&table, date(&input["end"]), int(&input["lead"]));
            assert_eq!(got, date(&expect["date"]), "{id}");
        } else if has("receipt") {
            let got = last_day_of_right(date(&input["receipt"]), 7);
            assert_eq!(got, date(&expect["last_return_day"]), "{id}");
        } else if has("today") {
            let left = days_left(date(&input["end"]), date(&input["today"]));
            assert_eq!(left, i64::from(int(&expect["days_left"])), "{id}");
            assert_eq!(left >= 0, expect["valid"].as_bool().unwrap(), "{id}");
        } else {
            panic!("{id}: unknown case {input}");
        }
    }
}

#[test]
fn c8_loans() {
    let table = calendar().days;
    for (id, input, expect) in vectors("C8") {
        let days = u16::try_from(int(&input["days"])).unwrap();
        let loan = loan_due(&table, date(&input["lent"]), days);
        assert_eq!(loan.raw, date(&expect["raw"]), "{id}");
        assert_eq!(loan.due, date(&expect["due"]), "{id}");
    }
}

#[test]
fn the_embedded_lunar_years_are_those_of_the_specification() {
    let file: Value = serde_json::from_str(include_str!("spec/lunar-years.json")).unwrap();
    let years = file["years"].as_array().unwrap();
    assert_eq!(years.len(), 199);
    for entry in years {
        let year = int(&entry["y"]);
        assert_eq!(lunar::new_year(year), Some(date(&entry["ny"])), "{year}");
        assert_eq!(lunar::leap_month(year).unwrap_or(0), u8::try_from(int(&entry["leap"])).unwrap());
        let mut day = date(&entry["ny"]);
        for (place, length) in entry["len"].as_str().unwrap().chars().enumerate() {
            let lunar = LunarDate::from_solar(day).unwrap();
            assert_eq!((lunar.year, lunar.day), (year, 1), "{year} {place}");
            let days = lunar::month_length(year, lunar.month, lunar.leap).unwrap();
            assert_eq!(days, if length == '1' { 30 } else { 29 }, "{year} {place}");
            day = day + chrono::Days::new(u64::from(days));
        }
    }
    for uncertain in file["uncertain"].as_array().unwrap() {
        assert!(lunar::is_uncertain(int(uncertain)));
    }
}
