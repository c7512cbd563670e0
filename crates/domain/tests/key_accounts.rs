//! A key account (W-4.2): what its conditions let through, and when an alert is due.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use kehu_domain::expr::Names;
use kehu_domain::form::{Answers, Context, check};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, MoveError, Moved, Process, Refusal, WorkCalendar, attempt, offers,
};

struct Weekdays;

impl WorkCalendar for Weekdays {
    fn is_working(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
        let (mut day, mut left) = (day, count);
        while left > 0 {
            day += TimeDelta::days(1);
            left -= i32::from(self.is_working(day));
        }
        day
    }

    fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        moment + TimeDelta::minutes(i64::from(minutes))
    }
}

const MANAGER: RecordId = RecordId::fixed(1);
const SUBSTITUTE: RecordId = RecordId::fixed(2);
const OTHER: RecordId = RecordId::fixed(9);

struct World {
    process: &'static Process,
    case: CaseView,
    now: NaiveDateTime,
    tier: &'static str,
}

fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

fn rows(pairs: &[(&str, Value)]) -> Value {
    Value::List(vec![Value::Map(Box::new(answers(pairs)))])
}

fn plan(owner: RecordId) -> Answers {
    answers(&[
        ("year", Value::Int(2026)),
        ("owner", owner.into()),
        ("substitute", SUBSTITUTE.into()),
        ("basic_info", "maker of pumps".into()),
        ("important_info", "two lines next year".into()),
        (
            "decision_chain",
            rows(&[
                ("contact", "c1".into()),
                ("role", "decision".into()),
                ("attitude", Value::Int(1)),
                ("influence", Value::Int(5)),
            ]),
        ),
        ("goals", rows(&[("metric", "sales".into()), ("target", Value::Int(10)), ("unit", "m".into())])),
        ("actions", rows(&[("action", "visit".into()), ("owner", owner.into()), ("due", "2026-12-31".into())])),
        ("budget", Value::Int(100_000)),
    ])
}

fn review(rate: i64) -> Answers {
    let result =
        [("metric", "sales".into()), ("target", Value::Int(10)), ("actual", "7.5".into()), ("rate", Value::Int(rate))];
    answers(&[
        ("quarter", "2026Q4".into()),
        ("goal_results", rows(&result)),
        ("improvements", rows(&[("item", "stock".into()), ("owner", "both".into()), ("due", "2027-01-31".into())])),
        ("next_plan", "more visits".into()),
    ])
}

impl World {
    fn nominated() -> Self {
        let process = Playbook::built_in().process("W-4.2").unwrap();
        let now = "2026-11-23T10:00:00".parse().unwrap();
        let mut case = CaseView::begun(process, Some(MANAGER), now);
        case.fields = answers(&[("substitute", SUBSTITUTE.into())]);
        Self { process, case, now, tier: "A" }
    }

    fn serving() -> Self {
        let mut world = Self::nominated();
        world.file("F-4.2-1", plan(MANAGER));
        world.does(MANAGER, "KA-E", "plan", &[]).unwrap();
        world.does(OTHER, "MGR", "approve", &[]).unwrap();
        world
    }

    fn alert(colour: &str, score: i64) -> Self {
        let mut world = Self::serving();
        world.warned(colour, score);
        world.act(&Actor::App, "warn", &[]).unwrap();
        world
    }

    /// The app works out the churn warning, a day later.
    fn warned(&mut self, colour: &str, score: i64) {
        self.now += TimeDelta::days(1);
        let found = [("churn_score", Value::Int(score * 100)), ("churn_colour", colour.into())];
        self.case.fields.extend(answers(&found));
        self.case.fields.insert(key("churn_at"), self.now.into());
    }

    fn facts(&self) -> Facts<'static> {
        let customer =
            Playbook::built_in().customer_facts(|field| if field == *"tier" { self.tier.into() } else { Value::Null });
        Facts {
            now: self.now,
            forms: Playbook::built_in().forms(),
            calendar: &Weekdays,
            known: Names::from([(key("customer"), customer)]),
            rule_dues: BTreeMap::new(),
            posts: std::sync::Arc::default(),
        }
    }

    fn file(&mut self, form: &str, answers: Answers) {
        let created_at = Some(self.now);
        self.case.documents.push(Filed { form: form.into(), created_by: Some(MANAGER), created_at, answers });
    }

    fn does(&mut self, staff: RecordId, post: &str, event: &str, given: &[(&str, Value)]) -> Result<(), MoveError> {
        self.act(&Actor::Person { staff, posts: vec![key(post)] }, event, given)
    }

    fn act(&mut self, actor: &Actor, event: &str, given: &[(&str, Value)]) -> Result<(), MoveError> {
        let made = attempt(self.process, &self.case, key(event), actor, &self.facts(), &answers(given))?;
        self.case.history.push(Moved { event: made.event, from: made.from, to: made.to, at: self.now });
        if made.from != made.to {
            self.case.entered_at = Some(self.now);
        }
        self.case.step = made.to;
        self.case.fields.extend(made.fields);
        Ok(())
    }

    fn due(&self, event: &str) -> Option<String> {
        let offers = offers(self.process, &self.case, &Actor::App, &self.facts());
        let due = offers.iter().find(|offer| offer.transition.event == *event).unwrap().due;
        due.map(|due| due.format("%m-%d").to_string())
    }

    fn rescue(&mut self, level: &str) -> Result<(), MoveError> {
        let today = self.now.date();
        self.does(
            OTHER,
            "KA-S",
            "rescue",
            &[
                ("rescue_plan", "visit the owner".into()),
                ("rescue_approver", OTHER.into()),
                ("rescue_level", level.into()),
                ("rescue_approved_on", today.into()),
            ],
        )
    }

    fn clear(&mut self, by: RecordId, on: NaiveDate) -> Result<(), MoveError> {
        let given = [("contacted_by", by.into()), ("contacted_on", on.into()), ("reason", "stocktaking".into())];
        self.does(OTHER, "KA-S", "clear", &given)
    }
}

fn refusals(result: Result<(), MoveError>) -> Vec<Refusal> {
    match result {
        Err(MoveError::Refused(refusals)) => refusals,
        other => panic!("{other:?}"),
    }
}

fn is_incomplete(result: Result<(), MoveError>) -> bool {
    matches!(result, Err(MoveError::Incomplete(_)))
}

#[test]
fn the_plan_names_the_manager_of_the_case_and_is_approved_by_somebody_else() {
    let mut world = World::nominated();
    assert!(refusals(world.does(MANAGER, "KA-E", "plan", &[])).contains(&Refusal::FormMissing("F-4.2-1".into())));
    world.file("F-4.2-1", plan(OTHER));
    assert_eq!(refusals(world.does(MANAGER, "KA-E", "plan", &[])).len(), 1);
    world.file("F-4.2-1", plan(MANAGER));
    world.does(MANAGER, "KA-E", "plan", &[]).unwrap();
    assert_eq!(refusals(world.does(MANAGER, "MGR", "approve", &[])), [Refusal::OwnWork("F-4.2-1".into())]);
    world.does(OTHER, "MGR", "approve", &[]).unwrap();
}

#[test]
fn each_review_takes_a_sheet_of_its_own() {
    let mut world = World::serving();
    world.file("F-4.2-3", review(7_500));
    world.does(MANAGER, "KA-E", "review", &[]).unwrap();
    world.now += TimeDelta::days(90);
    assert_eq!(refusals(world.does(MANAGER, "KA-E", "review", &[])).len(), 1);
    world.file("F-4.2-3", review(7_500));
    world.does(MANAGER, "KA-E", "review", &[]).unwrap();
}

#[test]
fn attainment_follows_from_actual_and_target() {
    let form = Playbook::built_in().form("F-4.2-3").unwrap();
    let context = Context::at("2026-12-31T10:00:00".parse().unwrap());
    assert!(check(form, &review(7_500), &context).is_empty());
    assert_eq!(check(form, &review(8_000), &context).len(), 1);
}

#[test]
fn an_alert_takes_20_points_the_colour_that_goes_with_them_and_a_new_warning() {
    for (colour, score, is_open) in [
        ("green", 19, false),
        ("yellow", 20, true),
        ("yellow", 39, true),
        ("yellow", 40, false),
        ("orange", 39, false),
        ("orange", 40, true),
        ("orange", 60, false),
        ("red", 59, false),
        ("red", 60, true),
        ("red", 100, true),
    ] {
        let mut world = World::serving();
        world.warned(colour, score);
        assert_eq!(world.act(&Actor::App, "warn", &[]).is_ok(), is_open, "{colour} {score}");
    }
    let mut world = World::alert("yellow", 29);
    world.now += TimeDelta::days(1);
    let today = world.now.date();
    world.clear(MANAGER, today).unwrap();
    assert_eq!(refusals(world.act(&Actor::App, "warn", &[])).len(), 1);
    world.warned("yellow", 29);
    world.act(&Actor::App, "warn", &[]).unwrap();
}

#[test]
fn the_colour_sets_the_deadlines_of_an_alert() {
    // The alert is raised on Tuesday the 24th.
    for (colour, score, clear, rescue) in
        [("yellow", 29, "12-01", None), ("orange", 50, "11-26", Some("12-01")), ("red", 60, "11-25", Some("11-27"))]
    {
        let world = World::alert(colour, score);
        assert_eq!(world.due("clear").as_deref(), Some(clear));
        assert_eq!(world.due("rescue").as_deref(), rescue);
    }
}

#[test]
fn an_alert_is_cleared_by_a_contact_made_since() {
    let mut world = World::alert("yellow", 29);
    let today = world.now.date();
    assert!(is_incomplete(world.clear(OTHER, today)));
    assert!(is_incomplete(world.clear(MANAGER, today - TimeDelta::days(1))));
    assert!(is_incomplete(world.clear(MANAGER, today + TimeDelta::days(1))));
    world.clear(SUBSTITUTE, today).unwrap();
    let mut world = World::alert("red", 60);
    world.clear(OTHER, today).unwrap();
}

#[test]
fn a_rescue_takes_the_approval_of_its_colour() {
    assert_eq!(refusals(World::alert("yellow", 29).rescue("manager")).len(), 1);
    World::alert("orange", 50).rescue("manager").unwrap();
    assert!(is_incomplete(World::alert("red", 60).rescue("manager")));
    World::alert("red", 60).rescue("director").unwrap();
}

#[test]
fn a_rescue_ends_in_recovery_or_in_an_analysed_loss() {
    let mut world = World::alert("red", 60);
    world.rescue("director").unwrap();
    assert_eq!(refusals(world.does(OTHER, "KA-S", "recovered", &[])).len(), 1);
    assert_eq!(refusals(world.does(OTHER, "KA-S", "lose", &[])), [Refusal::FormMissing("F-4.2-6".into())]);
    world.file(
        "F-4.2-6",
        answers(&[("lost_on", "2026-11-24".into()), ("reason", "price".into()), ("lesson", "ask earlier".into())]),
    );
    world.does(OTHER, "KA-S", "lose", &[]).unwrap();
    assert!(is_incomplete(world.does(OTHER, "MGR", "close", &[])));
    assert!(is_incomplete(world.does(OTHER, "MGR", "close", &[("winback", "again".into())])));
    world.does(OTHER, "MGR", "close", &[("winback", "never".into())]).unwrap();

    let mut world = World::alert("orange", 50);
    world.rescue("manager").unwrap();
    world.warned("green", 19);
    world.does(OTHER, "KA-S", "recovered", &[]).unwrap();
}

#[test]
fn an_account_retires_only_below_grade_a() {
    for (tier, is_open) in [("VIP", false), ("A", false), ("", false), ("B", true)] {
        let mut world = World::serving();
        world.tier = tier;
        assert_eq!(world.does(OTHER, "MGR", "retire", &[]).is_ok(), is_open, "{tier}");
    }
}
