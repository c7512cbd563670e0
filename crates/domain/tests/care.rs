//! The care calendar of a month: whom, when, how, and why not (3.3.a, R-3.3-1…3, C6, C6.1, L2).
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::calendar::{
    BirthdayRules, DayTable, Festivals, LeapDay, LeapMonth, ReminderRules, add_days, parse_published,
};
use kehu_domain::care::{
    CARE_PROCESS, CareAction, CareCalendar, CarePlanning, CareRules, CareStandard, Errand, LeftOut, Month, NoCare,
    Occasion,
};
use kehu_domain::change::{Act, Cells};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::{Choices, FieldType};
use kehu_domain::form::{Answers, fit};
use kehu_domain::import::Proposal;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::roster::Tier;
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::value::Value;
use proptest::prelude::*;

static STANDARD: LazyLock<CareStandard> = LazyLock::new(|| CareStandard::shipped().unwrap());
static FESTIVALS: LazyLock<Festivals> = LazyLock::new(|| Festivals::shipped().unwrap());
/// Every festival there is, switched on.
static ALL_FESTIVALS: LazyLock<Festivals> = LazyLock::new(|| {
    let mut festivals = Festivals::shipped().unwrap();
    festivals.all.iter_mut().for_each(|festival| festival.on = true);
    festivals
});
static REMINDERS: LazyLock<ReminderRules> = LazyLock::new(|| ReminderRules::shipped().unwrap());
static DAYS: LazyLock<DayTable> = LazyLock::new(|| DayTable::shipped().unwrap());

fn rules() -> CareRules<'static> {
    CareRules {
        standard: &STANDARD,
        festivals: &FESTIVALS,
        birthdays: BirthdayRules::default(),
        reminders: &REMINDERS,
        days: &DAYS,
        playbook: Playbook::built_in(),
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
    Month::of(day(&format!("{text}-01")))
}

// ---- a book ----------------------------------------------------------------------------------------------------

struct World {
    book: Book,
    clock: Clock,
    wall: u64,
}

const CUSTOMER: RecordId = RecordId::fixed(1);
const CONTACT: RecordId = RecordId::fixed(2);
const OWNER: RecordId = RecordId::fixed(3);
const COMPLAINT: RecordId = RecordId::fixed(4);
const CARE: RecordId = RecordId::fixed(5);

impl World {
    fn empty() -> Self {
        Self { book: Book::new(), clock: Clock::new(1), wall: 1 }
    }

    fn put(&mut self, kind: Key, record: RecordId, fields: &[(&str, Value)]) {
        let cells: Cells<Value> = fields.iter().map(|(key, value)| (Key::new(key).unwrap(), value.clone())).collect();
        self.wall += 1;
        let mut act = Act::begin(&mut self.clock, self.wall, SYSTEM);
        act.create_as(kind, record, cells);
        for change in act.finish() {
            self.book.insert(change);
        }
    }

    /// A customer of a tier with one contact who consents to care.
    fn of(tier: &str, contact: &[(&str, Value)]) -> Self {
        let mut world = Self::empty();
        let grade: (&str, Value) =
            if tier == "VIP" { ("vip_until", "2099-12-31".into()) } else { ("grade", tier.into()) };
        world.put(kind::CUSTOMER, CUSTOMER, &[("name", "Yunhe".into()), ("owner", OWNER.into()), grade]);
        let known = [("customer", CUSTOMER.into()), ("name", "Li".into()), ("consent_care", true.into())];
        world.put(kind::CONTACT, CONTACT, &[&known[..], contact].concat());
        world
    }

    fn complain(&mut self, process: &str, fields: &[(&str, Value)]) {
        let known = [("process", process.into()), ("customer", CUSTOMER.into())];
        self.put(kind::CASE, COMPLAINT, &[&known[..], fields].concat());
    }

    fn care(&mut self, case: RecordId, occasion: &str, on: &str, further: &[(&str, Value)]) {
        let known = [
            ("process", CARE_PROCESS.into()),
            ("contact", CONTACT.into()),
            ("occasion", occasion.into()),
            ("planned_on", on.into()),
            ("step", "due".into()),
        ];
        self.put(kind::CASE, case, &[&known[..], further].concat());
    }

    fn month(&self, text: &str) -> CareCalendar {
        CareCalendar::of(&self.book, &rules(), month(text))
    }

    fn year(&self, year: i32) -> Vec<CareAction> {
        (1..=12).flat_map(|month| self.month(&format!("{year}-{month:02}")).actions).collect()
    }

    /// Why there is nothing on the first occasion of a month, sorted.
    fn reasons(&self, text: &str) -> Vec<NoCare> {
        let calendar = self.month(text);
        assert!(calendar.actions.is_empty(), "{:?}", calendar.actions);
        calendar.left_out.into_iter().next().unwrap().reasons
    }
}

fn name(occasion: &Occasion) -> String {
    match occasion {
        Occasion::Birthday => "birthday".into(),
        Occasion::Holiday(keys) => keys.join("+"),
    }
}

fn shown(actions: &[CareAction]) -> Vec<String> {
    let ways = |action: &CareAction| action.ways.iter().map(|way| way.as_str()).collect::<Vec<_>>().join(",");
    actions
        .iter()
        .map(|action| format!("{} {} {}", action.day.format("%m-%d"), name(&action.occasion), ways(action)))
        .collect()
}

fn preparations(action: &CareAction) -> Vec<String> {
    let what = |errand: Errand| match errand {
        Errand::Remember => "remember".to_owned(),
        Errand::Get(way) => way.to_string(),
        Errand::EndApproval => "approved".to_owned(),
    };
    action.preparations.iter().map(|errand| format!("{} {}", errand.on, what(errand.what))).collect()
}

fn birthday(text: &str) -> (&'static str, Value) {
    ("birthday", text.into())
}

// ---- the standard ----------------------------------------------------------------------------------------------

#[test]
fn each_tier_gets_what_the_standard_says() {
    let year = |tier| shown(&World::of(tier, &[birthday("1980-06-15")]).year(2026));
    // New Year of 2026 is greeted on the last working day of 2025, that of 2027 in December.
    assert_eq!(
        year("VIP"),
        [
            "02-14 spring_festival visit,gift",
            "04-30 labour_day phone",
            "06-15 birthday visit,flowers,cake,card,sms",
            "09-24 mid_autumn visit,gift",
            "09-30 national_day phone",
            "12-31 new_year phone,card",
        ]
    );
    assert_eq!(
        year("A"),
        [
            "02-14 spring_festival phone,gift",
            "04-30 labour_day phone",
            "06-15 birthday phone,card",
            "09-24 mid_autumn phone",
            "09-30 national_day phone",
            "12-31 new_year phone,card",
        ]
    );
    assert_eq!(
        year("B"),
        [
            "01-01 new_year sms",
            "02-16 spring_festival sms",
            "05-01 labour_day sms",
            "06-15 birthday sms,card",
            "09-25 mid_autumn sms",
            "10-01 national_day sms",
        ]
    );
    assert_eq!(year("C"), ["02-16 spring_festival sms", "06-15 birthday sms", "10-01 national_day sms"]);
    assert_eq!(year("D"), [""; 0]);
    assert_eq!(World::of("D", &[]).reasons("2026-05"), [NoCare::NotForTier(Tier::D)]);
    assert_eq!(World::of("C", &[]).reasons("2026-05"), [NoCare::NotForTier(Tier::C)]);
    assert_eq!(World::of("", &[]).reasons("2026-05"), [NoCare::Ungraded]);
}

#[test]
fn the_standard_speaks_the_words_of_care_actions_and_festivals() {
    let process = Playbook::built_in().process(CARE_PROCESS).unwrap();
    let choices = |field: &str| -> BTreeSet<Key> {
        let field = process.fields.iter().find(|known| known.key == *field).unwrap();
        let (FieldType::Choice(Choices::Given(choices)) | FieldType::ChoiceSet(Choices::Given(choices))) = &field.kind
        else {
            panic!("{field:?}")
        };
        choices.iter().map(|choice| choice.key).collect()
    };
    let tiers = STANDARD.tiers.iter();
    let ways = tiers.flat_map(|tier| tier.birthday.iter().chain(&tier.other).chain(tier.holidays.values().flatten()));
    let listed = STANDARD.ways.at_work.iter().chain(&STANDARD.ways.bought);
    assert!(ways.chain(listed).all(|way| choices("way").contains(way)));
    assert!(STANDARD.holidays.values().all(|holiday| choices("festival").contains(holiday)));
    assert!(choices("festival").contains(&STANDARD.festival("lantern")));
    let festivals: BTreeSet<&str> = FESTIVALS.all.iter().filter(|known| known.on).map(|known| &*known.key).collect();
    assert_eq!(STANDARD.holidays.keys().map(|key| &**key).collect::<BTreeSet<_>>(), festivals);
}

#[test]
fn the_tier_is_that_of_the_occasion() {
    let mut world = World::of("B", &[birthday("1980-06-15")]);
    world.put(kind::CUSTOMER, CUSTOMER, &[("vip_until", "2026-06-14".into())]);
    assert_eq!(world.month("2026-06").actions[0].tier, Tier::B);
    world.put(kind::CUSTOMER, CUSTOMER, &[("vip_until", "2026-06-15".into())]);
    assert_eq!(world.month("2026-06").actions[0].tier, Tier::Vip);
}

// ---- days ------------------------------------------------------------------------------------------------------

#[test]
fn birthdays_are_kept_as_the_vectors_say() {
    let file: serde_json::Value = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    let mut compared = 0;
    for vector in file["vectors"]["C6"].as_array().unwrap() {
        let (input, expect) = (&vector["in"], &vector["expect"]);
        if let Some(event) = input["event"].as_str() {
            // A reminder on a day off comes on the working day before.
            let world = World::of("A", &[birthday(event)]);
            let calendar = CareCalendar::of(&world.book, &rules(), Month::of(day(event)));
            let action = calendar.actions.iter().find(|action| action.occasion == Occasion::Birthday).unwrap();
            assert_eq!(action.day, day(event));
            let reminder = format!("{} remember", expect["date"].as_str().unwrap());
            assert!(preparations(action).contains(&reminder), "{vector}");
            compared += 1;
            continue;
        }
        let stored = match (&input["lunar"], &input["solar"]) {
            (serde_json::Value::Array(parts), _) => {
                let leap = if parts[2].as_bool().unwrap() { "+" } else { "" };
                format!("L{:02}-{:02}{leap}", parts[0].as_i64().unwrap(), parts[1].as_i64().unwrap())
            }
            (_, serde_json::Value::String(solar)) => format!("1980-{solar}"),
            _ => continue,
        };
        for (setting, expected) in expect.as_object().unwrap() {
            let mut rules = rules();
            match setting.as_str() {
                "regular" => rules.birthdays.leap_month = LeapMonth::Regular,
                "mar1" => rules.birthdays.leap_day = LeapDay::After,
                _ => {}
            }
            let world = World::of("B", &[birthday(&stored)]);
            let expected = day(expected.as_str().unwrap());
            let calendar = CareCalendar::of(&world.book, &rules, Month::of(expected));
            let found: Vec<_> =
                calendar.actions.iter().filter(|action| action.occasion == Occasion::Birthday).collect();
            assert_eq!(found.iter().map(|action| action.day).collect::<Vec<_>>(), [expected], "{vector} {setting}");
            compared += 1;
        }
    }
    assert!(compared > 20);
}

#[test]
fn what_is_bought_is_asked_for_in_time() {
    let world = World::of("VIP", &[birthday("1970-10-05")]);
    let birthday = &world.month("2026-10").actions[0];
    let expected = ["2026-09-28 remember", "2026-09-28 gift", "2026-09-28 approved", "2026-09-30 remember"];
    assert_eq!(preparations(birthday), expected);
    // 15 and 10 working days before the festival; approved 3 working days before the visit.
    let spring = &world.month("2026-02").actions[0];
    assert_eq!(preparations(spring), ["2026-01-27 gift", "2026-02-11 approved"]);
    let moon = &world.month("2026-09").actions[0];
    assert_eq!(preparations(moon), ["2026-09-14 gift", "2026-09-21 approved"]);
    let new_year = &world.month("2026-12").actions[0];
    assert_eq!(preparations(new_year), ["2026-12-22 card"]);
    assert!(World::of("A", &[]).month("2026-09").actions[0].preparations.is_empty());
}

#[test]
fn a_birthday_on_a_day_off_keeps_its_day() {
    // A Sunday, in the National Day holidays.
    let world = World::of("A", &[birthday("1970-10-04")]);
    assert_eq!(shown(&world.month("2026-10").actions), ["10-04 birthday phone,card"]);
}

#[test]
fn mid_autumn_close_to_national_day_is_one_greeting() {
    let of = |tier: &str, year: i32| shown(&World::of(tier, &[]).year(year));
    let combined = |tier, year| of(tier, year).into_iter().filter(|line| line.contains('+')).collect::<Vec<_>>();
    assert_eq!(combined("B", 2028), ["10-01 national_day+mid_autumn sms"]);
    assert_eq!(combined("C", 2028), ["10-01 national_day+mid_autumn sms"]);
    assert_eq!(combined("VIP", 2028), ["09-29 national_day+mid_autumn visit,gift"]);
    assert_eq!(combined("B", 2031), ["10-01 mid_autumn+national_day sms"]);
    assert_eq!(combined("B", 2026), [""; 0]);
    assert_eq!(of("B", 2028).len(), 4);
}

#[test]
fn what_rests_on_an_unpublished_year_says_so() {
    let provisional = |tier: &str, year| {
        World::of(tier, &[birthday("1970-06-15")]).year(year).iter().map(|action| action.is_provisional).collect()
    };
    let of_2027: Vec<bool> = provisional("A", 2027);
    assert_eq!(of_2027, [true; 6]);
    let messages: Vec<bool> = provisional("C", 2027);
    assert_eq!(messages, [false; 3]);
    let published: Vec<bool> = provisional("A", 2026);
    assert_eq!(published, [false; 6]);
}

// ---- who gets nothing ------------------------------------------------------------------------------------------

#[test]
fn without_consent_there_is_no_care() {
    // Consents, since, withdrawn, and whether that is consent on 15 June 2026.
    for (consents, given, withdrawn, is_consent) in [
        (Some(true), None, None, true),
        (Some(false), None, None, false),
        (None, None, None, false),
        (None, Some("2026-01-01"), None, false),
        (Some(true), Some("2026-06-15"), None, true),
        (Some(true), Some("2026-06-16"), None, false),
        (Some(true), None, Some("2026-01-01"), false),
        (Some(true), Some("2026-01-01"), Some("2026-01-01"), false),
        (Some(true), Some("2026-01-02"), Some("2026-01-01"), true),
    ] {
        let text = |text: Option<&str>| text.map(Value::from).unwrap_or_default();
        let world = World::of(
            "B",
            &[
                birthday("1980-06-15"),
                ("consent_care", consents.map(Value::from).unwrap_or_default()),
                ("consent_care_on", text(given)),
                ("consent_withdrawn_on", text(withdrawn)),
                ("consent_marketing", true.into()),
            ],
        );
        let calendar = world.month("2026-06");
        assert_eq!(calendar.actions.len(), usize::from(is_consent), "{consents:?} {given:?} {withdrawn:?}");
        if !is_consent {
            assert_eq!(calendar.left_out[0].reasons, [NoCare::NoConsent]);
        }
    }
}

#[test]
fn all_that_speaks_against_care_is_said_at_once() {
    let mut world =
        World::of("D", &[birthday("1980-05-01"), ("consent_care", Value::Null), ("do_not_call", true.into())]);
    world.put(kind::CUSTOMER, CUSTOMER, &[("stage", "blacklisted".into())]);
    let expected = [NoCare::NoConsent, NoCare::DoNotCall, NoCare::Resting, NoCare::NotForTier(Tier::D)];
    assert_eq!(world.reasons("2026-05"), expected);
    world.complain("W-6.2", &[("level", "I".into()), ("step", "investigating".into())]);
    let calendar = world.month("2026-05");
    let [_, holiday] = calendar.left_out.as_slice() else { panic!("{calendar:?}") };
    assert_eq!(holiday.reasons, [&expected[..], &[NoCare::OwnerDecides(COMPLAINT)]].concat());
}

#[test]
fn while_a_grave_complaint_is_open_the_owner_decides_on_holidays() {
    let world = |process: &str, fields: &[(&str, Value)]| {
        let mut world = World::of("B", &[birthday("1980-05-15")]);
        world.complain(process, fields);
        world
    };
    let held = |world: &World| {
        let calendar = world.month("2026-05");
        assert!(calendar.actions.iter().any(|action| action.occasion == Occasion::Birthday));
        calendar.left_out.iter().any(|left| left.reasons == [NoCare::OwnerDecides(COMPLAINT)])
    };
    for (level, is_held) in [("I", true), ("II", true), ("III", false), ("IV", false), ("", false)] {
        let level = [("level", level.into()), ("step", "accepted".into())];
        assert_eq!(held(&world("W-6.2", &level)), is_held, "{level:?}");
    }
    assert!(!held(&world("W-6.2", &[("level", "I".into()), ("step", "closed".into())])));
    assert!(!held(&world("W-3.1", &[("level", "I".into())])));
    // At the reception the classification says the level, unless it was changed.
    let mut classified = world("W-6.1", &[("step", "classified".into())]);
    let sheet = |level: &str| [("form", "F-6.1-2".into()), ("case", COMPLAINT.into()), ("level", level.into())];
    classified.put(kind::DOCUMENT, RecordId::fixed(6), &sheet("IV"));
    assert!(!held(&classified));
    classified.put(kind::DOCUMENT, RecordId::fixed(7), &sheet("II"));
    assert!(held(&classified));
    classified.put(kind::CASE, COMPLAINT, &[("level_set", "III".into())]);
    assert!(!held(&classified));
}

#[test]
fn a_complaint_that_names_its_contact_holds_back_nobody_else() {
    let other = RecordId::fixed(8);
    let reception = RecordId::fixed(9);
    let mut world = World::of("B", &[]);
    world.put(kind::CONTACT, other, &[("customer", CUSTOMER.into()), ("consent_care", true.into())]);
    world.put(kind::CASE, reception, &[("process", "W-6.1".into()), ("step", "transferred".into())]);
    world.complain("W-6.2", &[("level", "II".into()), ("step", "accepted".into()), ("origin", reception.into())]);
    assert!(world.month("2026-05").actions.is_empty());
    let named = [("form", "F-6.1-1".into()), ("case", reception.into()), ("contact", CONTACT.into())];
    world.put(kind::DOCUMENT, RecordId::fixed(10), &named);
    let calendar = world.month("2026-05");
    assert_eq!(calendar.actions.iter().map(|action| action.contact).collect::<Vec<_>>(), [other]);
}

#[test]
fn nobody_is_greeted_on_qingming() {
    let text = include_str!("../../../playbook/calendar/festivals.toml");
    let with = |key: &str| {
        let own = format!("{text}\n[[festival]]\nkey = \"{key}\"\nsolar = [4, 5]\n");
        let festivals = Festivals::parse(&own).unwrap();
        let world = World::of("B", &[birthday("1980-04-05")]);
        // In 2027 it is on the 5th, in 2028 on the 4th.
        [2027, 2028].map(|year| {
            let month = month(&format!("{year}-04"));
            let calendar = CareCalendar::of(&world.book, &CareRules { festivals: &festivals, ..rules() }, month);
            assert_eq!(shown(&calendar.actions), ["04-05 birthday sms,card"]);
            calendar.left_out[0].reasons.clone()
        })
    };
    assert_eq!(with("qingming"), [[NoCare::Qingming], [NoCare::Qingming]]);
    assert_eq!(with("founders_day"), [[NoCare::Qingming], [NoCare::DayFull]]);
}

// ---- limits ----------------------------------------------------------------------------------------------------

#[test]
fn a_birthday_goes_before_a_holiday_of_the_same_day() {
    let world = World::of("B", &[birthday("1980-05-01")]);
    let calendar = world.month("2026-05");
    assert_eq!(shown(&calendar.actions), ["05-01 birthday sms,card"]);
    assert_eq!(calendar.left_out[0].reasons, [NoCare::DayFull]);
}

#[test]
fn of_two_holidays_in_one_break_the_one_with_a_gift_is_kept() {
    // Mid-Autumn of 2025, 6 October, lies in the National Day break but is not close enough for one greeting.
    let calendar = World::of("VIP", &[]).month("2025-09");
    assert_eq!(shown(&calendar.actions), ["09-30 mid_autumn visit,gift"]);
    assert_eq!(name(&calendar.left_out[0].occasion), "national_day");
    assert_eq!(calendar.left_out[0].reasons, [NoCare::DayFull]);
    let messages = World::of("B", &[]).month("2025-10");
    assert_eq!(shown(&messages.actions), ["10-01 national_day sms", "10-06 mid_autumn sms"]);
}

#[test]
fn three_a_month_are_the_birthday_then_the_main_holidays() {
    let rules = CareRules { festivals: &ALL_FESTIVALS, ..rules() };
    // Lantern festival on 3 March, women's day on the 8th, and three more of the firm's own.
    let of = |birthdays: &str, text: &str| {
        let world = World::of("B", &[birthday(birthdays)]);
        CareCalendar::of(&world.book, &rules, month(text))
    };
    // Teachers' day on the 10th, Mid-Autumn on the 25th.
    assert_eq!(
        shown(&of("1980-09-30", "2026-09").actions),
        ["09-10 teachers_day sms", "09-25 mid_autumn sms", "09-30 birthday sms,card",]
    );
    // October 2028: National Day with Mid-Autumn on the 1st, Double Ninth on the 26th.
    let mut world = World::of("B", &[birthday("1980-10-30")]);
    world.care(CARE, "thanks", "2028-10-12", &[]);
    let calendar = CareCalendar::of(&world.book, &rules, month("2028-10"));
    assert_eq!(shown(&calendar.actions), ["10-01 national_day+mid_autumn sms", "10-30 birthday sms,card"]);
    let [double_ninth] = calendar.left_out.as_slice() else { panic!("{calendar:?}") };
    assert_eq!((double_ninth.day, &*double_ninth.reasons), (day("2028-10-26"), &[NoCare::MonthFull][..]));
    // What was not done leaves its place.
    world.put(kind::CASE, CARE, &[("step", "skipped".into())]);
    assert_eq!(CareCalendar::of(&world.book, &rules, month("2028-10")).actions.len(), 3);
}

#[test]
fn care_that_is_there_counts() {
    let mut world = World::of("B", &[birthday("1980-05-15")]);
    world.care(CARE, "thanks", "2026-05-15", &[]);
    let calendar = world.month("2026-05");
    assert_eq!(shown(&calendar.actions), ["05-01 labour_day sms"]);
    assert_eq!(calendar.left_out[0].reasons, [NoCare::DayFull]);
}

// ---- once ------------------------------------------------------------------------------------------------------

#[test]
fn a_care_action_becomes_a_case_its_process_takes() {
    let world = World::of("VIP", &[birthday("1980-06-15")]);
    let process = Playbook::built_in().process(CARE_PROCESS).unwrap();
    for action in world.year(2026) {
        let fields = action.fields(Playbook::built_in(), "2026-01-20T09:00:00".parse().unwrap());
        for field in &process.fields {
            assert_eq!(fit(fields.get(&field.key).unwrap_or(Value::NULL), field), Ok(()), "{fields:?}");
        }
        assert_eq!(fields[&kind::STEP], process.first_step().unwrap().key.as_str().into());
        assert_eq!(fields[&kind::OWNER], OWNER.into());
        let is_holiday = matches!(action.occasion, Occasion::Holiday(_));
        assert_eq!(fields.contains_key(&Key::of("festival")), is_holiday);
    }
}

#[test]
fn what_is_there_is_not_planned_again() {
    let there = |step: &str| {
        let mut world = World::of("A", &[birthday("1980-05-15")]);
        world.care(CARE, "birthday", "2026-05-15", &[("step", step.into())]);
        world.month("2026-05")
    };
    for step in ["due", "awaiting_approval", "done", "skipped", "cancelled"] {
        assert_eq!(there(step).left_out[0].reasons, [NoCare::Exists(CARE)], "{step}");
    }
    // Another occasion on that day is another matter, and so is a birthday that was put right.
    let mut world = World::of("A", &[birthday("1980-05-15")]);
    world.care(CARE, "birthday", "2026-05-16", &[]);
    assert_eq!(shown(&world.month("2026-05").actions), ["05-15 birthday phone,card"]);
}

#[test]
fn a_holiday_that_moves_with_a_new_table_of_days_stays_one() {
    let mut world = World::of("A", &[]);
    let planned = world.month("2026-12").actions.remove(0);
    assert_eq!(planned.day, day("2026-12-31"));
    let fields: Vec<(Key, Value)> =
        planned.fields(Playbook::built_in(), "2026-11-20T09:00:00".parse().unwrap()).into_iter().collect();
    let fields: Vec<(&str, Value)> = fields.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    world.put(kind::CASE, CARE, &fields);
    let published = include_str!("../../../playbook/calendar/days.toml").replace(
        "  { holiday = \"national_day\", from = 2026-10-01, to = 2026-10-07 },",
        "  { holiday = \"national_day\", from = 2026-10-01, to = 2026-10-07 },\n  { holiday = \"new_year\", from = 2026-12-31 },",
    );
    let days = DayTable::new(&parse_published(&published).unwrap(), &[]);
    let calendar = CareCalendar::of(&world.book, &CareRules { days: &days, ..rules() }, month("2026-12"));
    assert_eq!(calendar.left_out[0].day, day("2026-12-30"));
    assert_eq!(calendar.left_out[0].reasons, [NoCare::Exists(CARE)]);
}

#[test]
fn consent_is_read_from_files_under_its_usual_headings() {
    let headers =
        ["客户名称", "联系人", "接受关怀", "关怀同意日期", "同意营销", "Consent withdrawn on"].map(str::to_owned);
    let proposal = Proposal::new(Dictionary::built_in(), kind::CUSTOMER, &headers, &[]).unwrap();
    let fields: Vec<&str> =
        proposal.columns.iter().map(|column| column.proposed.unwrap().field.as_str()).collect::<Vec<_>>();
    let consent = ["consent_care", "consent_care_on", "consent_marketing", "consent_withdrawn_on"];
    assert_eq!(fields, [&["name", "name"], &consent[..]].concat());
}

// ---- laws ------------------------------------------------------------------------------------------------------

/// What chance says of one contact and its customer.
#[derive(Clone, Debug)]
struct Drawn {
    tier: &'static str,
    stage: &'static str,
    birthday: String,
    consents: bool,
    withdrawn: bool,
    do_not_call: bool,
    complaint: Option<&'static str>,
    /// Day of the month, occasion and step of care that is there.
    care: Vec<(u32, &'static str, &'static str)>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let birthday = prop_oneof![
        Just(String::new()),
        (1..=12u32, 1..=31u32).prop_map(|(month, day)| format!("1980-{month:02}-{day:02}")),
        (1..=12u32, 1..=30u32, any::<bool>())
            .prop_map(|(month, day, leap)| format!("L{month:02}-{day:02}{}", if leap { "+" } else { "" })),
    ];
    let care = prop::collection::vec(
        (
            1..=28u32,
            prop::sample::select(vec!["birthday", "holiday", "thanks"]),
            prop::sample::select(vec!["due", "done", "skipped", "cancelled"]),
        ),
        0..4,
    );
    let often = |probability| prop::bool::weighted(probability);
    (
        prop::sample::select(vec!["VIP", "A", "B", "C", "D", ""]),
        prop::sample::select(vec!["active", "active", "active", "lost"]),
        birthday,
        (often(0.8), often(0.1), often(0.1)),
        prop::option::weighted(0.2, prop::sample::select(vec!["I", "II", "III"])),
        prop_oneof![2 => Just(Vec::new()), 1 => care],
    )
        .prop_map(|(tier, stage, birthday, (consents, withdrawn, do_not_call), complaint, care)| Drawn {
            tier,
            stage,
            birthday,
            consents,
            withdrawn,
            do_not_call,
            complaint,
            care,
        })
}

fn contact_of(number: usize) -> RecordId {
    RecordId::fixed(1_000 + u32::try_from(number).unwrap())
}

fn drawn_world(people: &[Drawn], on: NaiveDate) -> World {
    let mut world = World::empty();
    let mut cases = 10_000..;
    for (number, drawn) in people.iter().enumerate() {
        let (customer, contact) = (RecordId::fixed(100 + u32::try_from(number).unwrap()), contact_of(number));
        let grade: (&str, Value) =
            if drawn.tier == "VIP" { ("vip_until", "2099-12-31".into()) } else { ("grade", drawn.tier.into()) };
        world.put(kind::CUSTOMER, customer, &[("name", "x".into()), ("stage", drawn.stage.into()), grade]);
        let mut fields = vec![
            ("customer", customer.into()),
            ("consent_care", drawn.consents.into()),
            ("do_not_call", drawn.do_not_call.into()),
            ("birthday", drawn.birthday.as_str().into()),
        ];
        fields.extend(drawn.withdrawn.then(|| ("consent_withdrawn_on", "2020-01-01".into())));
        world.put(kind::CONTACT, contact, &fields);
        if let Some(level) = drawn.complaint {
            let case = RecordId::fixed(cases.next().unwrap());
            let fields = [
                ("process", "W-6.2".into()),
                ("customer", customer.into()),
                ("level", level.into()),
                ("step", "accepted".into()),
            ];
            world.put(kind::CASE, case, &fields);
        }
        for (of_month, occasion, step) in &drawn.care {
            let planned_on = on.with_day(*of_month).unwrap();
            let fields = [
                ("process", CARE_PROCESS.into()),
                ("contact", contact.into()),
                ("occasion", (*occasion).into()),
                ("planned_on", planned_on.into()),
                ("step", (*step).into()),
            ];
            world.put(kind::CASE, RecordId::fixed(cases.next().unwrap()), &fields);
        }
    }
    world
}

/// The days of care that is there and counts.
fn counted(drawn: &Drawn, on: NaiveDate) -> Vec<NaiveDate> {
    let counts = drawn.care.iter().filter(|(_, _, step)| !matches!(*step, "skipped" | "cancelled"));
    counts.map(|(of_month, ..)| on.with_day(*of_month).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn care_keeps_consent_limits_and_ranks(
        people in prop::collection::vec(drawn(), 1..5),
        offset in 0..4_700i32,
        all_festivals: bool,
    ) {
        // Some month of 2024 to 2036.
        let on = add_days(day("2024-01-01"), offset).with_day(1).unwrap();
        let festivals: &Festivals = if all_festivals { &ALL_FESTIVALS } else { &FESTIVALS };
        let rules = CareRules { festivals, ..rules() };
        let month = Month::of(on);
        let mut world = drawn_world(&people, on);
        let calendar = CareCalendar::of(&world.book, &rules, month);

        // Planned some contacts at a time it is the same.
        let contacts: Vec<RecordId> = (0..people.len()).map(contact_of).collect();
        let mut planning = CarePlanning::begin(&world.book, rules, month);
        contacts.chunks(2).for_each(|slice| planning.decide_on(&world.book, slice));
        prop_assert_eq!(&planning.end(), &calendar);

        for (number, drawn) in people.iter().enumerate() {
            let contact = contact_of(number);
            let actions: Vec<&CareAction> =
                calendar.actions.iter().filter(|action| action.contact == contact).collect();
            let left_out: Vec<&LeftOut> = calendar.left_out.iter().filter(|left| left.contact == contact).collect();
            let there = counted(drawn, on);

            // No consent, no care; nor for whom else it is not.
            let may = drawn.consents && !drawn.withdrawn && !drawn.do_not_call && drawn.stage != "lost"
                && !matches!(drawn.tier, "D" | "");
            prop_assert!(may || actions.is_empty());

            // At most one a day and three a month, with what is there.
            for action in &actions {
                prop_assert!(month.contains(action.day));
                prop_assert!(!there.contains(&action.day));
                prop_assert_eq!(actions.iter().filter(|other| other.day == action.day).count(), 1);
                prop_assert!(!action.ways.is_empty());
                prop_assert!(action.preparations.iter().all(|errand| errand.on <= action.day));
                prop_assert!(action.preparations.is_sorted());
            }
            prop_assert!(actions.is_empty() || actions.len() + there.len() <= 3);

            // A birthday gives way only to what is there already, a main holiday also to a birthday.
            for left in &left_out {
                prop_assert!(!left.reasons.is_empty());
                let is_full = left.reasons.iter().any(|why| matches!(why, NoCare::DayFull | NoCare::MonthFull));
                if is_full && left.occasion == Occasion::Birthday {
                    prop_assert!(there.contains(&left.day) || there.len() >= 3);
                }
                let is_main = |keys: &[Box<str>]| keys.iter().any(|key| STANDARD.is_main(key));
                if let Occasion::Holiday(keys) = &left.occasion && is_full && is_main(keys) {
                    let others = actions.iter().filter(|action| match &action.occasion {
                        Occasion::Birthday => true,
                        Occasion::Holiday(keys) => is_main(keys),
                    });
                    let weightier: Vec<NaiveDate> = others.map(|action| action.day).chain(there.clone()).collect();
                    prop_assert!(weightier.contains(&left.day) || weightier.len() >= 3);
                }
            }

            // A grave complaint holds back holidays and nothing else.
            if matches!(drawn.complaint, Some("I" | "II")) {
                prop_assert!(actions.iter().all(|action| action.occasion == Occasion::Birthday));
            }

            // Every occasion is decided once.
            let occasions: Vec<(&Occasion, NaiveDate)> = actions
                .iter()
                .map(|action| (&action.occasion, action.day))
                .chain(left_out.iter().map(|left| (&left.occasion, left.day)))
                .collect();
            let distinct: BTreeSet<&Occasion> = occasions.iter().map(|(occasion, _)| *occasion).collect();
            prop_assert_eq!(distinct.len(), occasions.len());
        }

        // The same book in another order gives the same calendar.
        let mut shuffled = Book::new();
        let changes: Vec<_> = world.book.changes().into_iter().cloned().collect();
        for change in changes.into_iter().rev() {
            shuffled.insert(change);
        }
        prop_assert_eq!(&CareCalendar::of(&shuffled, &rules, month), &calendar);

        // Once its cases are there, nothing is due any more, and the rest stays as it was.
        for (number, action) in calendar.actions.iter().enumerate() {
            let fields: Answers = action.fields(Playbook::built_in(), on.and_hms_opt(9, 0, 0).unwrap());
            let fields: Vec<(&str, Value)> = fields.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
            world.put(kind::CASE, RecordId::fixed(20_000 + u32::try_from(number).unwrap()), &fields);
        }
        let again = CareCalendar::of(&world.book, &rules, month);
        prop_assert!(again.actions.is_empty(), "{:?}", again.actions);
        let kept = |left: &LeftOut| !matches!(left.reasons[..], [NoCare::Exists(case)] if case >= RecordId::fixed(20_000));
        let rest: Vec<LeftOut> = again.left_out.into_iter().filter(kept).collect();
        prop_assert_eq!(rest, calendar.left_out);
    }
}

// ---- consents of their own (L2) ----

const CONSENT: RecordId = RecordId::fixed(6);

impl World {
    fn consent(&mut self, record: RecordId, purpose: &str, channels: &[&str], further: &[(&str, Value)]) {
        let channels = Value::List(channels.iter().map(|channel| Value::from(*channel)).collect());
        let known = [
            ("customer", CUSTOMER.into()),
            ("contact", CONTACT.into()),
            ("purpose", purpose.into()),
            ("channels", channels),
            ("way", "written".into()),
        ];
        self.put(kind::CONSENT, record, &[&known[..], further].concat());
    }

    fn without_own_consent(tier: &str) -> Self {
        Self::of(tier, &[birthday("1980-06-15"), ("consent_care", Value::Null)])
    }
}

#[test]
fn a_consent_holds_for_its_purpose_from_the_day_it_was_given_until_it_is_withdrawn() {
    for (purpose, given, withdrawn, is_consent) in [
        ("care", "2026-01-01", "", true),
        ("care", "2026-06-15", "", true),
        ("care", "2026-06-16", "", false),
        ("care", "2026-01-01", "2026-06-15", false),
        ("care", "2026-01-01", "2026-06-16", true),
        ("marketing", "2026-01-01", "", false),
    ] {
        let mut world = World::without_own_consent("C");
        world.consent(CONSENT, purpose, &["sms"], &[("given_on", given.into()), ("withdrawn_on", withdrawn.into())]);
        let actions = world.month("2026-06").actions;
        assert_eq!(actions.len(), usize::from(is_consent), "{purpose} {given} {withdrawn}");
        if !is_consent {
            assert_eq!(world.reasons("2026-06"), [NoCare::NoConsent]);
        }
    }
}

#[test]
fn care_takes_only_the_channels_that_were_agreed_to() {
    let mut world = World::without_own_consent("VIP");
    world.consent(CONSENT, "care", &["sms", "post"], &[("given_on", "2026-01-01".into())]);
    let action = world.month("2026-06").actions.remove(0);
    let ways: Vec<&str> = action.ways.iter().map(|way| way.as_str()).collect();
    assert_eq!(ways, ["flowers", "cake", "card", "sms"]);
    // Nothing is bought for somebody who agreed to messages alone.
    let mut world = World::without_own_consent("VIP");
    world.consent(CONSENT, "care", &["sms"], &[("given_on", "2026-01-01".into())]);
    let action = world.month("2026-06").actions.remove(0);
    assert_eq!(action.ways.iter().map(|way| way.as_str()).collect::<Vec<_>>(), ["sms"]);
    assert!(action.preparations.iter().all(|one| one.what == Errand::Remember), "{:?}", action.preparations);
    // And none of a tier's ways may be left.
    let mut world = World::without_own_consent("C");
    world.consent(CONSENT, "care", &["visit"], &[("given_on", "2026-01-01".into())]);
    assert_eq!(world.reasons("2026-06"), [NoCare::NoConsent]);
}

#[test]
fn withdrawing_ends_open_care_and_what_was_agreed_to_stays_on_record() {
    use kehu_domain::care::consent::{CARE, consents, withdraw};
    use kehu_domain::care::{skipped, withdrawn};
    let mut world = World::of("C", &[birthday("1980-06-15"), ("consent_care_on", "2026-01-01".into())]);
    let planned = world.month("2026-06").actions.remove(0);
    let now = "2026-06-01T09:00:00".parse().unwrap();
    let fields = planned.fields(Playbook::built_in(), now);
    let fields: Vec<(&str, Value)> = fields.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    world.put(kind::CASE, planned.record_id(), &fields);
    let today = |text: &str| text.parse().unwrap();
    assert!(withdrawn(&world.book, Playbook::built_in(), today("2026-06-10")).is_empty());

    let contact = world.book.get(CONTACT).unwrap();
    let consent = consents(&world.book, contact).remove(0);
    let mut act = Act::begin(&mut world.clock, 99, OWNER);
    withdraw(&world.book, &mut act, contact, &consent, today("2026-06-10"), "spoken");
    for change in act.finish() {
        world.book.insert(change);
    }
    let contact = world.book.get(CONTACT).unwrap();
    let kept = consents(&world.book, contact);
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].purpose, kept[0].given_on), (CARE, Some(today("2026-01-01"))));
    assert_eq!((&*kept[0].way, &*kept[0].withdrawn_way), ("import", "spoken"));
    assert!(kept[0].record.is_some());

    // Not before the day; from then on the open one is skipped, once.
    assert!(withdrawn(&world.book, Playbook::built_in(), today("2026-06-09")).is_empty());
    assert_eq!(withdrawn(&world.book, Playbook::built_in(), today("2026-06-10")), [planned.record_id()]);
    let ends = skipped(now);
    let process = Playbook::built_in().process(CARE_PROCESS).unwrap();
    for (key, value) in &ends {
        // The process itself knows the step and the event, and the reason is one it offers.
        match key.as_str() {
            "step" => assert!(process.step(Key::new(value.as_text().unwrap()).unwrap()).unwrap().is_terminal),
            "event" => assert!(process.transitions.iter().any(|made| Some(made.event.as_str()) == value.as_text())),
            "skip_reason" => {
                let field = process.fields.iter().find(|field| field.key == *key).unwrap();
                assert_eq!(kehu_domain::form::fit(value, field), Ok(()));
            }
            _ => {}
        }
    }
    let ends: Vec<(&str, Value)> = ends.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    world.put(kind::CASE, planned.record_id(), &ends);
    assert!(withdrawn(&world.book, Playbook::built_in(), today("2026-06-10")).is_empty());
    assert!(world.month("2026-06").actions.is_empty());

    // Whoever agrees anew is greeted again.
    world.consent(CONSENT, "care", &["sms"], &[("given_on", "2026-06-12".into())]);
    assert_eq!(world.month("2027-06").actions.len(), 1);
}

#[test]
fn somebody_who_never_agreed_has_nothing_withdrawn() {
    let mut world = World::without_own_consent("C");
    world.care(CARE, "birthday", "2026-06-15", &[]);
    assert!(kehu_domain::care::withdrawn(&world.book, Playbook::built_in(), "2026-06-10".parse().unwrap()).is_empty());
}
