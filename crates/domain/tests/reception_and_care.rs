//! Receptions and care: what they may cost and who may say so, walked with the app's own offers.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use kehu_domain::expr::{Datum, Names};
use kehu_domain::form::{Answers, Context, Problem, state};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, Move, MoveError, Moved, Process, Refusal, WorkCalendar, attempt, due_of,
};

const OWNER: RecordId = RecordId::fixed(1);
const SUPERIOR: RecordId = RecordId::fixed(2);

struct Weekdays;

impl WorkCalendar for Weekdays {
    fn is_working(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
        let (mut day, mut left) = (day, count.abs());
        while left > 0 {
            day = if count < 0 { day.pred_opt().unwrap() } else { day.succ_opt().unwrap() };
            left -= i32::from(self.is_working(day));
        }
        day
    }

    fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        moment + TimeDelta::minutes(i64::from(minutes))
    }
}

fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

fn rows(rows: &[&[(&str, Value)]]) -> Value {
    Value::List(rows.iter().map(|row| Value::Map(Box::new(answers(row)))).collect())
}

fn yuan(yuan: i64) -> Value {
    Value::Int(yuan * 100)
}

fn person(staff: u32, post: &str) -> Actor {
    Actor::Person { staff: RecordId::fixed(staff), posts: vec![key(post)] }
}

const MANAGER: RecordId = RecordId::fixed(5);
const DIRECTOR: RecordId = RecordId::fixed(6);

fn specialist() -> Actor {
    Actor::Person { staff: OWNER, posts: vec![key("CR-E")] }
}

fn supervisor() -> Actor {
    Actor::Person { staff: SUPERIOR, posts: vec![key("CR-S")] }
}

/// A case with everything around it.
struct World {
    process: &'static Process,
    case: CaseView,
    tier: &'static str,
    now: NaiveDateTime,
}

impl World {
    fn new(process: &str, fields: &[(&str, Value)]) -> Self {
        let process = Playbook::built_in().process(process).unwrap();
        let now = "2026-11-23T10:00:00".parse().unwrap();
        let mut case = CaseView::begun(process, Some(OWNER), now);
        case.superiors = vec![SUPERIOR];
        case.fields = answers(fields);
        Self { process, case, tier: "B", now }
    }

    fn facts(&self) -> Facts<'static> {
        let tier = self.tier;
        let customer =
            Playbook::built_in().customer_facts(|field| if field == *"tier" { tier.into() } else { Value::Null });
        Facts {
            now: self.now,
            forms: Playbook::built_in().forms(),
            calendar: &Weekdays,
            known: Names::from([(key("customer"), customer)]),
            rule_dues: BTreeMap::new(),
            posts: std::sync::Arc::new(BTreeMap::from([
                (OWNER, vec![key("CR-E")]),
                (MANAGER, vec![key("MGR")]),
                (DIRECTOR, vec![key("DIR")]),
            ])),
        }
    }

    fn attempt(&mut self, actor: &Actor, event: &str, given: &[(&str, Value)]) -> Result<Move, MoveError> {
        let made = attempt(self.process, &self.case, key(event), actor, &self.facts(), &answers(given))?;
        self.now += TimeDelta::minutes(1);
        self.case.history.push(Moved { event: made.event, from: made.from, to: made.to, at: self.now });
        self.case.step = made.to;
        self.case.entered_at = Some(self.now);
        self.case.fields.extend(made.fields.clone());
        Ok(made)
    }

    /// Files a form with what the app works out on it, as the page does.
    fn file(&mut self, form: &str, pairs: &[(&str, Value)]) {
        let template = Playbook::built_in().form(form).unwrap();
        let given = answers(pairs);
        let context = kehu_domain::workflow::context(self.process, &self.case, &Actor::App, &self.facts());
        let answers = state(template, &given, &context).completed(&given);
        self.now += TimeDelta::minutes(1);
        let filed = Filed { form: form.into(), created_by: Some(OWNER), created_at: Some(self.now), answers };
        self.case.documents.push(filed);
    }

    fn file_notice(&mut self, guests: i64) {
        let guest = rows(&[&[("name", "Lin".into()), ("title", "manager".into())]]);
        self.file(
            "F-3.2-1",
            &[
                ("organisation", "Yunhe".into()),
                ("guests", guest),
                ("head_count", Value::Int(guests)),
                ("arrive_at", "2026-12-01T09:00".into()),
                ("leave_at", "2026-12-03T17:00".into()),
                ("purpose", "business".into()),
                ("needs_car", true.into()),
                ("needs_hotel", true.into()),
            ],
        );
    }

    /// The plan of R-3.2-E1, at any level.
    fn file_plan(&mut self, level: &str) {
        let stop: &[(&str, Value)] = &[
            ("at", "2026-12-01T09:00".into()),
            ("place", "lobby".into()),
            ("item", "welcome".into()),
            ("host", "s1".into()),
        ];
        let mut plan = plan_of(level);
        plan.extend(answers(&[("lead_host", "s1".into()), ("schedule", rows(&[stop]))]));
        let plan: Vec<(&str, Value)> = plan.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        self.file("F-3.2-2", &plan);
    }

    fn file_record(&mut self, cost: i64, rating: i64, reason: Option<&str>) {
        let owner = DIRECTOR.to_string();
        let promise: &[(&str, Value)] = &[
            ("text", "samples".into()),
            ("kind", "promise".into()),
            ("owner", owner.as_str().into()),
            ("due", "2026-12-10".into()),
        ];
        self.file(
            "F-3.2-4",
            &[
                ("actual_start", "2026-11-20T09:00".into()),
                ("actual_end", "2026-11-22T17:00".into()),
                ("participants", "all".into()),
                ("summary", "talks".into()),
                ("requests", rows(&[promise])),
                ("r_overall", Value::Int(rating)),
                ("cost_lines", rows(&[&[("item", "all".into()), ("amount", yuan(cost))]])),
                ("over_reason", reason.map_or(Value::Null, Value::from)),
            ],
        );
    }
}

fn plan_of(level: &str) -> Answers {
    answers(&[
        ("level", level.into()),
        ("hosts", rows(&[&[("item", "s1".into())], &[("item", "s2".into())]])),
        ("meals", Value::Int(3)),
        ("nights", Value::Int(2)),
        ("car_cost", yuan(600)),
        ("gift_allowed", true.into()),
    ])
}

fn refusals(result: Result<Move, MoveError>) -> Vec<Refusal> {
    match result.unwrap_err() {
        MoveError::Refused(refusals) => refusals,
        other => panic!("{other:?}"),
    }
}

fn missing(result: Result<Move, MoveError>) -> Vec<Key> {
    match result.unwrap_err() {
        MoveError::Incomplete(problems) => problems.iter().filter_map(|problem: &Problem| problem.field).collect(),
        other => panic!("{other:?}"),
    }
}

// ---- receptions ------------------------------------------------------------------------------------------------

#[test]
fn the_budget_is_worked_out_anew_with_the_level() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    let example = &vectors["vectors"]["R-3.2"][0];
    assert_eq!((&example["in"]["level"], &example["in"]["guests"]), (&"B".into(), &4.into()));
    let form = Playbook::built_in().form("F-3.2-2").unwrap();
    let case = Names::from([(key("guests"), Datum::Number(4.into()))]);
    let context = Context::at("2026-11-23T10:00:00".parse().unwrap()).with(key("case"), Datum::Row(case));
    let worked_out = |answers: &Answers, field: &str| {
        let value = state(form, answers, &context).field(key(field)).unwrap().computed.clone().unwrap();
        let Datum::Number(number) = Datum::of(&value, &form.field(key(field)).unwrap().field.kind) else {
            panic!("{field} is not worked out")
        };
        format!("{number:.2}")
    };
    let budget = |level: &str| worked_out(&plan_of(level), "budget");
    assert_eq!(budget("B"), example["expect"]["budget"].as_str().unwrap());
    assert_eq!(budget("A"), "9300.00");
    assert_eq!(budget("C"), "2800.00");
    assert_eq!(budget("D"), "600.00");
    for (field, rate) in [("meal_rate", "130.00"), ("lodging_rate", "450.00"), ("gift_rate", "200.00")] {
        assert_eq!(worked_out(&plan_of("B"), field), rate);
    }
    let mut without_gifts = plan_of("B");
    without_gifts.insert(key("gift_allowed"), false.into());
    assert_eq!(worked_out(&without_gifts, "budget"), "6540.00");
}

fn planned(level: &str) -> World {
    let mut world = World::new("W-3.2", &[("planned_on", "2026-12-01".into()), ("guests", Value::Int(4))]);
    world.file_notice(4);
    world.file_plan(level);
    let budget = world.case.latest("F-3.2-2").unwrap().answers[&key("budget")].clone();
    world.attempt(&specialist(), "plan", &[("budget", budget)]).unwrap();
    world
}

#[test]
fn a_reception_is_approved_by_whoever_the_amount_asks_for() {
    let may = |world: &World, actor: &Actor| {
        attempt(world.process, &world.case, key("approve"), actor, &world.facts(), &Answers::new()).is_ok()
    };
    let who = |level: &str| -> BTreeSet<&str> {
        let world = planned(level);
        let mut cast = vec![("supervisor", supervisor())];
        cast.extend([("MGR", 3), ("DIR", 4), ("GM", 5)].map(|(post, staff)| (post, person(staff, post))));
        cast.into_iter().filter(|(_, actor)| may(&world, actor)).map(|(name, _)| name).collect()
    };
    assert_eq!(who("B"), BTreeSet::from(["DIR", "GM"]));
    assert_eq!(who("C"), BTreeSet::from(["MGR", "DIR", "GM"]));
    assert_eq!(who("D"), BTreeSet::from(["supervisor", "MGR", "DIR", "GM"]));
    // R-0-2, whatever the post.
    assert!(!may(&planned("B"), &Actor::Person { staff: OWNER, posts: vec![key("GM")] }));
}

#[test]
fn what_was_put_up_for_approval_is_what_the_plan_says() {
    let mut world = World::new("W-3.2", &[("guests", Value::Int(4))]);
    world.file_notice(5);
    world.file_plan("B");
    world.attempt(&specialist(), "plan", &[("budget", yuan(100))]).unwrap();
    let refusals = refusals(world.attempt(&person(4, "DIR"), "approve", &[]));
    assert_eq!(refusals.iter().filter(|refusal| matches!(refusal, Refusal::Guard(_))).count(), 2);
    let wrong = [("reason", "five guests".into()), ("guests", Value::Int(5))];
    world.attempt(&person(4, "DIR"), "return", &wrong).unwrap();
    world.file_plan("B");
    world.attempt(&specialist(), "plan", &[("budget", yuan(8_830))]).unwrap();
    world.attempt(&person(4, "DIR"), "approve", &[]).unwrap();
}

#[test]
fn a_vip_is_received_at_level_a_only() {
    let mut world = World::new("W-3.2", &[("guests", Value::Int(4))]);
    world.tier = "VIP";
    world.file_notice(4);
    world.file_plan("B");
    let found = refusals(world.attempt(&specialist(), "plan", &[("budget", yuan(7_340))]));
    assert!(matches!(found.as_slice(), [Refusal::FormIncomplete { problems, .. }] if problems.len() == 1));
    assert_eq!(missing(world.attempt(&specialist(), "walk_in", &[("level", "C".into())])), [key("level")]);
}

#[test]
fn guests_without_notice_at_level_b_need_the_supervisor_s_word() {
    let mut world = World::new("W-3.2", &[]);
    assert_eq!(missing(world.attempt(&specialist(), "walk_in", &[("level", "B".into())])), [key("agreed_by")]);
    world.attempt(&specialist(), "walk_in", &[("level", "C".into())]).unwrap();
    // They are registered before anything is settled.
    world.file_record(200, 5, None);
    let found = refusals(world.attempt(&specialist(), "settle", &[]));
    assert_eq!(found, [Refusal::FormMissing("F-3.2-1".into())]);
    world.file_notice(2);
    world.attempt(&specialist(), "settle", &[]).unwrap();
}

fn receiving() -> World {
    let mut world = planned("B");
    world.attempt(&person(4, "DIR"), "approve", &[]).unwrap();
    let item = |done: bool, substitute: Value| {
        let cells: [(&str, Value); 6] = [
            ("item", "car".into()),
            ("standard", "clean".into()),
            ("owner", "s1".into()),
            ("due", "2026-11-30T12:00".into()),
            ("done", done.into()),
            ("substitute", substitute),
        ];
        rows(&[&cells])
    };
    world.file("F-3.2-3", &[("items", item(false, Value::Null))]);
    let found = refusals(world.attempt(&person(6, "ADM"), "ready", &[]));
    assert!(matches!(found.as_slice(), [Refusal::FormIncomplete { .. }]));
    world.file("F-3.2-3", &[("items", item(false, "taxi".into()))]);
    world.attempt(&person(6, "ADM"), "ready", &[]).unwrap();
    world.attempt(&specialist(), "start", &[]).unwrap();
    world
}

#[test]
fn more_than_a_tenth_over_budget_takes_a_reason_and_the_approval_of_somebody_who_may() {
    let mut world = receiving();
    world.file_record(8_075, 5, None);
    let found = refusals(world.attempt(&specialist(), "settle", &[]));
    assert!(matches!(found.as_slice(), [Refusal::FormIncomplete { .. }]));
    world.file_record(8_075, 5, Some("one more night"));
    assert_eq!(missing(world.attempt(&specialist(), "settle", &[])), [key("over_approved_by")]);
    for nobody in [OWNER, MANAGER] {
        let given = [("over_approved_by", nobody.into())];
        assert_eq!(missing(world.attempt(&specialist(), "settle", &given))[0], key("over_approved_by"));
    }
    let made = world.attempt(&specialist(), "settle", &[("over_approved_by", DIRECTOR.into())]).unwrap();
    assert_eq!(made.fields[&key("spent")], yuan(8_075));
}

#[test]
fn every_promise_becomes_a_task_and_a_poor_rating_a_corrective_action() {
    for (rating, corrective) in [(2, true), (3, false)] {
        let mut world = receiving();
        world.file_record(8_074, rating, None);
        let made = world.attempt(&specialist(), "settle", &[]).unwrap();
        let [task] = made.starts.as_slice() else { panic!("{:?}", made.starts) };
        let fields = Playbook::built_in().process("A-1").unwrap().first_fields(&task.given);
        assert_eq!((&*task.process, &fields[&key("topic")]), ("A-1", &"samples".into()));
        assert_eq!((&fields[&key("owner")], &fields[&key("due_on")]), (&DIRECTOR.into(), &"2026-12-10".into()));
        let made = world.attempt(&supervisor(), "close", &[("evaluation", "seen".into())]).unwrap();
        let opened: Vec<&str> = made.starts.iter().map(|started| &*started.process).collect();
        assert_eq!(opened, if corrective { vec!["A-0"] } else { Vec::new() });
        assert!(world.process.step(world.case.step).unwrap().is_terminal);
    }
}

// ---- care ------------------------------------------------------------------------------------------------------

fn care() -> World {
    World::new(
        "W-3.3a",
        &[("planned_on", "2026-12-10".into()), ("way", Value::List(vec!["gift".into(), "card".into()]))],
    )
}

fn care_record(cost: i64) -> Vec<(&'static str, Value)> {
    vec![
        ("contact", "c1".into()),
        ("occasion", "birthday".into()),
        ("way", Value::List(vec!["gift".into()])),
        ("done_on", "2026-11-23".into()),
        ("cost", yuan(cost)),
    ]
}

#[test]
fn a_gift_above_ones_own_limit_is_approved_by_amount() {
    let mut world = care();
    world.file("F-3.3-2", &care_record(500));
    assert!(matches!(refusals(world.attempt(&specialist(), "do", &[])).as_slice(), [Refusal::Guard(_)]));
    let gift = Value::List(vec!["gift".into()]);
    let small = [("way", gift.clone()), ("cost", yuan(100))];
    assert_eq!(missing(world.attempt(&specialist(), "ask_gift", &small)), [key("cost")]);
    world.attempt(&specialist(), "ask_gift", &[("way", gift.clone()), ("cost", yuan(500))]).unwrap();
    let approved = [("approved_cost", yuan(500))];
    assert!(matches!(refusals(world.attempt(&supervisor(), "approve", &approved)).as_slice(), [Refusal::Guard(_)]));
    let too_much = world.attempt(&person(3, "MGR"), "approve", &[("approved_cost", yuan(501))]);
    assert_eq!(missing(too_much), [key("approved_cost")]);
    let as_before = world.attempt(&supervisor(), "refuse", &[("way", gift)]);
    assert_eq!(missing(as_before), [key("way")]);
    world.attempt(&person(3, "MGR"), "approve", &approved).unwrap();
    world.attempt(&specialist(), "do", &[]).unwrap();
}

#[test]
fn a_refused_gift_is_replaced_by_another_way() {
    let mut world = care();
    world.file("F-3.3-2", &care_record(900));
    let gift = Value::List(vec!["gift".into()]);
    world.attempt(&specialist(), "ask_gift", &[("way", gift), ("cost", yuan(900))]).unwrap();
    world.attempt(&supervisor(), "refuse", &[("way", Value::List(vec!["card".into()]))]).unwrap();
    assert!(matches!(refusals(world.attempt(&specialist(), "do", &[])).as_slice(), [Refusal::Guard(_)]));
    world.attempt(&specialist(), "skip", &[("skip_reason", "customer_wish".into())]).unwrap();
}

#[test]
fn care_falls_due_around_its_day() {
    let world = care();
    let due = |from: &str, event: &str| {
        let made = world.process.transitions.iter().find(|made| made.from == *from && made.event == *event).unwrap();
        due_of(world.process, made, &world.case, &world.facts()).unwrap().format("%m-%d %H:%M").to_string()
    };
    assert_eq!(due("due", "ask_gift"), "12-03 23:59");
    assert_eq!(due("awaiting_approval", "approve"), "12-07 18:00");
    assert_eq!(due("due", "do"), "12-10 23:59");
}

// ---- the plan of a quarter -------------------------------------------------------------------------------------

fn file_quarter(world: &mut World) {
    let plan: [(&str, Value); 10] = [
        ("segment", "A".into()),
        ("customers", Value::Int(30)),
        ("aim", "keep".into()),
        ("measure", "calls".into()),
        ("frequency", "monthly".into()),
        ("owner", "s1".into()),
        ("unit_cost", yuan(200)),
        ("budget", yuan(6_000)),
        ("metric", "loss".into()),
        ("expected", "5".into()),
    ];
    world.file("F-3.3-1", &[("period_value", "2027Q1".into()), ("rows", rows(&[&plan]))]);
}

#[test]
fn a_quarter_s_plan_stays_within_its_limit_and_is_evaluated() {
    let mut world = World::new("W-3.3", &[("planned_on", "2026-12-31".into())]);
    file_quarter(&mut world);
    world.attempt(&person(7, "CR-S"), "submit", &[("budget_limit", yuan(5_000))]).unwrap();
    assert!(matches!(refusals(world.attempt(&person(3, "MGR"), "approve", &[])).as_slice(), [Refusal::Guard(_)]));
    world.attempt(&person(3, "MGR"), "return", &[("reason", "too dear".into())]).unwrap();
    file_quarter(&mut world);
    world.attempt(&person(7, "CR-S"), "submit", &[("budget_limit", yuan(6_000))]).unwrap();
    world.attempt(&person(3, "MGR"), "approve", &[]).unwrap();
    assert_eq!(missing(world.attempt(&Actor::App, "start", &[])), [key("care_tasks")]);
    world.attempt(&Actor::App, "start", &[("care_tasks", Value::Int(12))]).unwrap();
    let compared: &[(&str, Value)] =
        &[("segment", "A".into()), ("metric", "loss".into()), ("before", "6".into()), ("after", "5".into())];
    let evaluation = [("rows", rows(&[compared])), ("judgement", "effective".into()), ("next_step", "go on".into())];
    world.file("F-3.3-4", &evaluation);
    world.attempt(&person(7, "CR-S"), "evaluate", &[]).unwrap();
    assert_eq!(missing(world.attempt(&person(7, "CR-S"), "revise", &[])), [key("measure_change")]);
    world.attempt(&person(3, "MGR"), "close", &[]).unwrap();
    assert!(world.process.step(world.case.step).unwrap().is_terminal);
}
