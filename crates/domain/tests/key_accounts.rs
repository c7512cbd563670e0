//! A key account (W-4.2): what its conditions let through, when an alert is due, and what it hands over.
#![allow(clippy::unwrap_used)]

mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use kehu_domain::expr::{Datum, Names, Register};
use kehu_domain::form::{self, Answers, Context, Posts, check, defaults, state};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, Move, MoveError, Moved, Process, Refusal, WorkCalendar, attempt, begin, context,
    offers, opened,
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
const SUPERVISOR: RecordId = RecordId::fixed(3);
const MGR: RecordId = RecordId::fixed(4);
const DIR: RecordId = RecordId::fixed(5);
const STRANGER: RecordId = RecordId::fixed(9);
const CASE: RecordId = RecordId::fixed(20);

const STAFF: [(RecordId, &str); 5] =
    [(MANAGER, "KA-E"), (SUBSTITUTE, "KA-E"), (SUPERVISOR, "KA-S"), (MGR, "MGR"), (DIR, "DIR")];

struct World {
    process: &'static Process,
    case: CaseView,
    now: NaiveDateTime,
    register: Register,
    tier: &'static str,
}

fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

fn row(pairs: &[(&str, Value)]) -> Value {
    Value::List(vec![Value::Map(Box::new(answers(pairs)))])
}

fn person(staff: RecordId) -> Actor {
    let posts = STAFF.iter().filter(|(id, _)| *id == staff).map(|(_, post)| key(post)).collect();
    Actor::Person { staff, posts }
}

fn plan(owner: RecordId, substitute: RecordId) -> Answers {
    answers(&[
        ("year", Value::Int(2026)),
        ("owner", owner.into()),
        ("substitute", substitute.into()),
        ("basic_info", "maker of pumps".into()),
        ("important_info", "two lines next year".into()),
        (
            "decision_chain",
            row(&[
                ("contact", "c1".into()),
                ("role", "decision".into()),
                ("attitude", Value::Int(1)),
                ("influence", Value::Int(5)),
            ]),
        ),
        ("goals", row(&[("metric", "sales".into()), ("target", Value::Int(10)), ("unit", "m".into())])),
        ("actions", row(&[("action", "visit".into()), ("owner", owner.into()), ("due", "2026-12-31".into())])),
        ("budget", Value::Int(100_000)),
    ])
}

fn review(actual: &str) -> Answers {
    let result = [("metric", "sales".into()), ("target", Value::Int(10)), ("actual", actual.into())];
    answers(&[
        ("quarter", "2026Q4".into()),
        ("goal_results", row(&result)),
        ("improvements", row(&[("item", "stock".into()), ("owner", "both".into()), ("due", "2027-01-31".into())])),
        ("next_plan", "more visits".into()),
    ])
}

fn request(kind: &str, received_at: &str) -> Answers {
    answers(&[
        ("received_at", received_at.into()),
        ("account", RecordId::fixed(30).into()),
        ("way", "message".into()),
        ("kind", kind.into()),
        ("content", "the pump leaks".into()),
        ("answered_at", received_at.into()),
    ])
}

impl World {
    /// As the key-account supervisor begins it.
    fn nominated() -> Self {
        let process = Playbook::built_in().process("W-4.2").unwrap();
        let now = "2026-11-23T10:00:00".parse().unwrap();
        let mut world = Self {
            process,
            case: CaseView::begun(process, Some(MANAGER), now),
            now,
            tier: "A",
            register: Register::default(),
        };
        world.case.superiors = vec![SUPERVISOR, MGR];
        world.case.fields = world.begun(MANAGER, SUBSTITUTE).unwrap();
        world
    }

    fn begun(&self, owner: RecordId, substitute: RecordId) -> Result<Answers, MoveError> {
        let given = answers(&[("owner", owner.into()), ("substitute", substitute.into())]);
        begin(self.process, &person(SUPERVISOR), &self.facts(), &given)
    }

    fn serving() -> Self {
        let mut world = Self::nominated();
        world.file("F-4.2-1", plan(MANAGER, SUBSTITUTE));
        world.does(MANAGER, "plan", &[]).unwrap();
        world.does(MGR, "approve", &[]).unwrap();
        world
    }

    fn alert(colour: &str, score: i64) -> Self {
        let mut world = Self::serving();
        world.warn(colour, score);
        world
    }

    fn warn(&mut self, colour: &str, score: i64) {
        self.warned(colour, score);
        self.act(&Actor::App, "warn", &[]).unwrap();
    }

    /// The app works out the churn warning, a day later.
    fn warned(&mut self, colour: &str, score: i64) {
        self.now += TimeDelta::days(1);
        let found = [("churn_score", Value::Int(score * 100)), ("churn_colour", colour.into())];
        self.case.fields.extend(answers(&found));
        let month = self.now.date().format("%Y-%m-01T00:00").to_string();
        self.case.fields.insert(key("churn_at"), month.as_str().into());
    }

    fn facts(&self) -> Facts<'static> {
        let is_told = |field: &Key| ["tier", "grade"].contains(&field.as_str());
        let customer =
            Playbook::built_in().customer_facts(|field| if is_told(&field) { self.tier.into() } else { Value::Null });
        let posts: Posts = STAFF.iter().map(|(staff, post)| (*staff, vec![key(post)])).collect();
        Facts {
            now: self.now,
            forms: Playbook::built_in().forms(),
            calendar: &Weekdays,
            known: Names::from([(key("customer"), customer)]),
            rule_dues: BTreeMap::new(),
            posts: Arc::new(posts),
            register: self.register.clone(),
        }
    }

    /// What the account manager finds around a new form or what a move asks.
    fn context(&self) -> Context {
        context(self.process, &self.case, &person(MANAGER), &self.facts())
    }

    /// The account manager files a form, with what the app works out on it.
    fn file(&mut self, form: &str, answers: Answers) {
        let template = Playbook::built_in().form(form).unwrap();
        let answers = state(template, &answers, &self.context()).completed(&answers);
        self.now += TimeDelta::minutes(1);
        let created_at = Some(self.now);
        self.case.documents.push(Filed { form: form.into(), created_by: Some(MANAGER), created_at, answers });
    }

    fn does(&mut self, staff: RecordId, event: &str, given: &[(&str, Value)]) -> Result<Move, MoveError> {
        self.act(&person(staff), event, given)
    }

    fn act(&mut self, actor: &Actor, event: &str, given: &[(&str, Value)]) -> Result<Move, MoveError> {
        let made = attempt(self.process, &self.case, key(event), actor, &self.facts(), &answers(given))?;
        self.now += TimeDelta::minutes(1);
        self.case.history.push(Moved { event: made.event, from: made.from, to: made.to, at: self.now });
        if made.from != made.to {
            self.case.entered_at = Some(self.now);
        }
        self.case.step = made.to;
        self.case.fields.extend(made.fields.clone());
        self.case.opened.extend(made.starts.iter().filter_map(|started| started.row.clone()));
        Ok(made)
    }

    fn due(&self, event: &str) -> Option<String> {
        let offers = offers(self.process, &self.case, &Actor::App, &self.facts());
        let due = offers.iter().find(|offer| offer.transition.event == *event).unwrap().due;
        due.map(|due| due.format("%m-%d").to_string())
    }

    fn rescue(&mut self, approver: RecordId) -> Result<Move, MoveError> {
        let today = self.now.date();
        let given = [
            ("rescue_plan", "visit the owner".into()),
            ("rescue_approver", approver.into()),
            ("rescue_approved_on", today.into()),
        ];
        self.does(SUPERVISOR, "rescue", &given)
    }

    fn clear(&mut self, by: RecordId, on: NaiveDate) -> Result<Move, MoveError> {
        let given = [("contacted_by", by.into()), ("contacted_on", on.into()), ("reason", "stocktaking".into())];
        self.does(SUPERVISOR, "clear", &given)
    }

    /// A new alert at a colour, cleared by somebody today.
    fn cleared(colour: &str, score: i64, by: RecordId) -> bool {
        let mut world = Self::alert(colour, score);
        let today = world.now.date();
        world.clear(by, today).is_ok()
    }

    fn lose(&mut self, further: &[(&str, Value)]) {
        let today = self.now.date();
        let mut loss = answers(&[("lost_on", today.into()), ("reason", "price".into()), ("lesson", "ask".into())]);
        loss.extend(answers(further));
        self.file("F-4.2-6", loss);
        self.does(SUPERVISOR, "lose", &[]).unwrap();
    }

    /// What the last form of a template says.
    fn says(&self, form: &str, field: &str) -> Value {
        self.case.latest(form).unwrap().answers.get(&key(field)).cloned().unwrap_or_default()
    }
}

fn refusals(result: Result<Move, MoveError>) -> Vec<Refusal> {
    match result {
        Err(MoveError::Refused(refusals)) => refusals,
        other => panic!("{other:?}"),
    }
}

/// The answers that are missing or wrong.
fn asked(result: Result<Move, MoveError>) -> Vec<Key> {
    match result {
        Err(MoveError::Incomplete(problems)) => problems.into_iter().filter_map(|problem| problem.field).collect(),
        other => panic!("{other:?}"),
    }
}

fn is_incomplete(result: Result<Move, MoveError>) -> bool {
    matches!(result, Err(MoveError::Incomplete(_)))
}

// ---- the way ---------------------------------------------------------------------------------------------------

#[test]
fn every_move_can_be_made_and_every_end_be_reached() {
    let mut kept = World::nominated();
    for event in ["return", "approve"] {
        kept.file("F-4.2-1", plan(MANAGER, SUBSTITUTE));
        kept.does(MANAGER, "plan", &[]).unwrap();
        let given = [("reason", Value::from("no budget"))];
        kept.does(MGR, event, if event == "return" { &given } else { &[] }).unwrap();
    }
    kept.file("F-4.2-3", review("9"));
    kept.does(MANAGER, "review", &[]).unwrap();
    kept.warn("orange", 50);
    let today = kept.now.date();
    kept.clear(MGR, today).unwrap();
    kept.warn("red", 70);
    kept.rescue(DIR).unwrap();
    kept.warned("green", 10);
    kept.does(SUPERVISOR, "recovered", &[]).unwrap();
    kept.tier = "B";
    kept.does(MGR, "retire", &[]).unwrap();

    let mut lost = World::alert("orange", 50);
    lost.rescue(MGR).unwrap();
    lost.lose(&[]);
    lost.does(MGR, "close", &[("winback", "never".into())]).unwrap();

    let mut worlds = vec![World::nominated(), World::serving(), World::alert("red", 60)];
    let mut planned = World::nominated();
    planned.file("F-4.2-1", plan(MANAGER, SUBSTITUTE));
    planned.does(MANAGER, "plan", &[]).unwrap();
    let mut rescued = World::alert("red", 60);
    rescued.rescue(DIR).unwrap();
    let mut given_up = World::alert("red", 60);
    given_up.rescue(DIR).unwrap();
    given_up.lose(&[]);
    worlds.extend([planned, rescued, given_up]);
    for world in &mut worlds {
        world.does(SUPERVISOR, "cancel", &[("reason", "entered twice".into())]).unwrap();
    }

    worlds.extend([kept, lost]);
    let made: BTreeSet<(Key, Key)> =
        worlds.iter().flat_map(|world| &world.case.history).map(|moved| (moved.from, moved.event)).collect();
    let process = worlds[0].process;
    let all: BTreeSet<(Key, Key)> = process.transitions.iter().map(|made| (made.from, made.event)).collect();
    assert_eq!(made, all);
    let reached: BTreeSet<Key> = worlds.iter().map(|world| world.case.step).collect();
    let ends: BTreeSet<Key> = process.steps.iter().filter(|step| step.is_terminal).map(|step| step.key).collect();
    assert_eq!(reached, ends);
}

#[test]
fn only_a_key_account_is_nominated_with_a_manager_and_somebody_else_as_substitute() {
    let mut world = World::nominated();
    for (tier, is_key_account) in [("VIP", true), ("A", true), ("B", false), ("", false)] {
        world.tier = tier;
        assert_eq!(world.begun(MANAGER, SUBSTITUTE).is_ok(), is_key_account, "{tier}");
    }
    world.tier = "VIP";
    assert!(world.begun(MANAGER, MANAGER).is_err());
    assert!(world.begun(MGR, SUBSTITUTE).is_err());
    assert!(world.begun(STRANGER, SUBSTITUTE).is_err());
}

// ---- plan and reviews ------------------------------------------------------------------------------------------

#[test]
fn the_plan_names_the_manager_of_the_case_and_is_approved_by_somebody_else() {
    let mut world = World::nominated();
    assert!(refusals(world.does(MANAGER, "plan", &[])).contains(&Refusal::FormMissing("F-4.2-1".into())));
    world.file("F-4.2-1", plan(SUPERVISOR, SUBSTITUTE));
    assert_eq!(refusals(world.does(MANAGER, "plan", &[])).len(), 1);
    world.file("F-4.2-1", plan(MANAGER, SUPERVISOR));
    world.does(MANAGER, "plan", &[]).unwrap();
    // The substitute is the one of the plan.
    assert_eq!(world.case.fields[&key("substitute")], SUPERVISOR.into());
    let himself = Actor::Person { staff: MANAGER, posts: vec![key("MGR")] };
    assert_eq!(refusals(world.act(&himself, "approve", &[])), [Refusal::OwnWork("F-4.2-1".into())]);
    world.does(MGR, "approve", &[]).unwrap();
}

#[test]
fn a_new_plan_knows_what_the_case_knows() {
    let world = World::nominated();
    let begins_with = defaults(Playbook::built_in().form("F-4.2-1").unwrap(), &world.context(), Lang::En);
    let known = answers(&[("year", Value::Int(2026)), ("owner", MANAGER.into()), ("substitute", SUBSTITUTE.into())]);
    assert_eq!(begins_with, known);
}

#[test]
fn each_review_takes_a_sheet_of_its_own() {
    let mut world = World::serving();
    // 15 working days from the end of the quarter.
    assert_eq!(world.due("review").as_deref(), Some("01-21"));
    world.now = "2027-01-05T10:00:00".parse().unwrap();
    world.file("F-4.2-3", review("8"));
    world.does(MANAGER, "review", &[]).unwrap();
    assert_eq!(world.due("review").as_deref(), Some("04-21"));
    assert_eq!(refusals(world.does(MANAGER, "review", &[])), [Refusal::FormMissing("F-4.2-3".into())]);
    world.now += TimeDelta::days(90);
    world.file("F-4.2-3", review("8"));
    world.does(MANAGER, "review", &[]).unwrap();
}

#[test]
fn a_review_begins_with_the_goals_of_the_plan_and_works_out_attainment() {
    let world = World::serving();
    let template = Playbook::built_in().form("F-4.2-3").unwrap();
    let begins_with = defaults(template, &world.context(), Lang::En);
    let goals = row(&[("metric", "sales".into()), ("target", "10".into())]);
    assert_eq!(begins_with.get(&key("goal_results")), Some(&goals));
    for (actual, rate) in [("7.5", 7_500), ("10", 10_000), ("12", 10_000), ("0", 0), ("-1", 0), ("3.33333", 3_333)] {
        let answers = state(template, &review(actual), &world.context()).completed(&review(actual));
        assert_eq!(answers[&key("goal_results")].items()[0].cell(key("rate")), &Value::Int(rate), "{actual}");
    }
}

#[test]
fn goals_below_80_per_cent_change_the_plan() {
    let mut world = World::serving();
    world.file("F-4.2-3", review("7.99"));
    assert_eq!(asked(world.does(MANAGER, "review", &[])), [key("plan_change")]);
    world.does(MANAGER, "review", &[("plan_change", "two more visits, by March".into())]).unwrap();
    world.file("F-4.2-3", review("8"));
    world.does(MANAGER, "review", &[]).unwrap();
}

// ---- the duty log ----------------------------------------------------------------------------------------------

#[test]
fn an_answer_is_due_within_15_minutes_by_day_and_30_by_night() {
    for (received, due) in [
        ("2026-11-23T07:59", "2026-11-23T08:29"),
        ("2026-11-23T08:00", "2026-11-23T08:15"),
        ("2026-11-23T21:59", "2026-11-23T22:14"),
        ("2026-11-23T22:00", "2026-11-23T22:30"),
        ("2026-11-23T23:50", "2026-11-24T00:20"),
    ] {
        let mut world = World::serving();
        world.file("F-4.2-4", request("consult", received));
        assert_eq!(world.says("F-4.2-4", "answer_due"), due.into());
    }
}

#[test]
fn a_promise_ends_within_four_hours_and_is_kept_or_not() {
    let mut world = World::serving();
    let template = Playbook::built_in().form("F-4.2-4").unwrap();
    let begins_with = defaults(template, &world.context(), Lang::En);
    assert_eq!(begins_with.get(&key("promise_due")), Some(&(world.now + TimeDelta::hours(4)).into()));
    let promised = |until: &str| {
        let mut answers = request("consult", "2026-11-23T09:00");
        answers.insert(key("promise_due"), until.into());
        answers.insert(key("solved_at"), "2026-11-23T09:50".into());
        answers
    };
    let wrong = |until: &str| check(template, &promised(until), &world.context()).len();
    assert_eq!((wrong("2026-11-23T13:00"), wrong("2026-11-23T13:01"), wrong("2026-11-23T08:59")), (0, 1, 1));
    // An answer that came too late is written down all the same.
    let mut late = promised("2026-11-23T14:30");
    late.insert(key("answered_at"), "2026-11-23T14:00".into());
    late.insert(key("solved_at"), Value::Null);
    let evening = Context { now: "2026-11-23T18:00:00".parse().unwrap(), ..world.context() };
    assert!(check(template, &late, &evening.reaching(key("open"))).is_empty());
    for (until, is_kept) in [("2026-11-23T09:50", true), ("2026-11-23T09:49", false)] {
        world.file("F-4.2-4", promised(until));
        assert_eq!(world.says("F-4.2-4", "within_promise"), is_kept.into());
    }
}

#[test]
fn complaints_still_unsolved_in_the_duty_log_are_opened_once() {
    let mut world = World::serving();
    world.file("F-4.2-4", request("consult", "2026-11-23T09:00"));
    world.file("F-4.2-4", request("complaint", "2026-11-23T09:00"));
    let mut solved = request("complaint", "2026-11-23T09:00");
    solved.insert(key("solved_at"), "2026-11-23T09:30".into());
    world.file("F-4.2-4", solved);
    world.file("F-4.2-3", review("9"));
    let made = world.does(MANAGER, "review", &[]).unwrap();
    let [complaint] = made.starts.as_slice() else { panic!("{:?}", made.starts) };
    let target = Playbook::built_in().process(&complaint.process).unwrap();
    let fields = opened(target, complaint, CASE, &world.facts());
    for (name, value) in [
        ("process", "W-6.1".into()),
        ("customer", RecordId::fixed(30).into()),
        ("channel", "social".into()),
        ("facts", "the pump leaks".into()),
        ("receiver", MANAGER.into()),
        ("owner", MANAGER.into()),
        ("origin", CASE.into()),
    ] {
        assert_eq!(fields.get(&key(name)), Some(&value), "{name}");
    }
    world.file("F-4.2-3", review("9"));
    assert!(world.does(MANAGER, "review", &[]).unwrap().starts.is_empty());
    // What comes in later is opened at the next review, and only that.
    world.file("F-4.2-4", request("complaint", "2026-11-24T09:00"));
    world.file("F-4.2-3", review("9"));
    assert_eq!(world.does(MANAGER, "review", &[]).unwrap().starts.len(), 1);
}

#[test]
fn an_account_manager_looks_after_twenty_accounts_at_most() {
    let process = Playbook::built_in().process("W-4.2").unwrap();
    let mut world = World::serving();
    world.tier = "A";
    let account = |owner: RecordId, closed: bool| {
        let closed_at = if closed { Datum::Moment(world.now) } else { Datum::Blank };
        [("owner", Datum::text(&owner.to_string())), ("step", Datum::text("serving")), ("closed_at", closed_at)]
    };
    let nominate = |accounts: usize| {
        let mut rows = vec![account(MANAGER, false); accounts];
        rows.extend([account(MANAGER, true), account(SUPERVISOR, false)]);
        let rows: Vec<(&str, told::Cells<'_>)> = rows.iter().map(|row| ("W-4.2", row.as_slice())).collect();
        let facts = Facts { register: told::told(&rows), ..world.facts() };
        let given = answers(&[("owner", MANAGER.into()), ("substitute", SUPERVISOR.into())]);
        begin(process, &person(SUPERVISOR), &facts, &given)
    };
    assert!(nominate(19).is_ok(), "{:?}", nominate(19));
    let Err(MoveError::Incomplete(problems)) = nominate(20) else { panic!("20 are the most") };
    assert_eq!(problems.iter().map(|problem| problem.field).collect::<Vec<_>>(), [Some(key("owner"))]);
}

#[test]
fn the_weekly_review_counts_each_account_s_overdue_visits() {
    let mut world = World::serving();
    let visit = |customer: u8, day: &str, step: &str| {
        let customer = Datum::text(&RecordId::fixed(customer.into()).to_string());
        [("customer_id", customer), ("planned_on", Datum::Date(day.parse().unwrap())), ("step", Datum::text(step))]
    };
    world.register = told::told(&[
        ("W-3.1", &visit(30, "2026-11-20", "planned")),
        ("W-3.1", &visit(30, "2026-11-20", "closed")),
        ("W-3.1", &visit(30, "2026-12-20", "planned")),
        ("W-3.1", &visit(31, "2026-11-20", "appointed")),
        ("W-3.1", &visit(31, "2026-11-19", "planned")),
    ]);
    let account = |id: u8| Value::Map(Box::new(answers(&[("account", RecordId::fixed(id.into()).into())])));
    world.file("F-4.2-2", answers(&[("rows", Value::List(vec![account(30), account(31), account(32)]))]));
    let rows = world.says("F-4.2-2", "rows");
    let counts: Vec<_> = rows.items().iter().map(|row| row.cell(key("overdue_visits")).as_int()).collect();
    assert_eq!(counts, [Some(1), Some(2), Some(0)]);
}

#[test]
fn the_weekly_review_knows_its_week() {
    let mut world = World::serving();
    world.file("F-4.2-2", Answers::new());
    assert_eq!(world.says("F-4.2-2", "week"), "2026-W48".into());
}

// ---- alert and rescue ------------------------------------------------------------------------------------------

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
    // A warning that was dealt with is raised again when it gets worse, or next month.
    let mut world = World::alert("yellow", 29);
    let today = world.now.date();
    world.clear(MANAGER, today).unwrap();
    world.warned("yellow", 29);
    assert_eq!(refusals(world.act(&Actor::App, "warn", &[])).len(), 1);
    world.warned("yellow", 21);
    assert_eq!(refusals(world.act(&Actor::App, "warn", &[])).len(), 1);
    world.warn("yellow", 34);
    let today = world.now.date();
    world.clear(MANAGER, today).unwrap();
    world.now += TimeDelta::days(31);
    world.warn("yellow", 29);
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
    assert_eq!(asked(world.clear(MANAGER, today - TimeDelta::days(1))), [key("contacted_on")]);
    assert_eq!(asked(world.clear(MANAGER, today + TimeDelta::days(1))), [key("contacted_on")]);
    world.clear(SUBSTITUTE, today).unwrap();
}

#[test]
fn the_colour_says_who_makes_the_contact() {
    let everybody = [MANAGER, SUBSTITUTE, SUPERVISOR, MGR, DIR, STRANGER];
    for (colour, score, may) in
        [("yellow", 29, &[MANAGER, SUBSTITUTE][..]), ("orange", 50, &[MGR, DIR]), ("red", 60, &[DIR])]
    {
        let cleared: Vec<RecordId> =
            everybody.into_iter().filter(|person| World::cleared(colour, score, *person)).collect();
        assert_eq!(cleared, may, "{colour}");
    }
}

#[test]
fn a_rescue_takes_the_approval_of_its_colour() {
    assert_eq!(refusals(World::alert("yellow", 29).rescue(MGR)).len(), 1);
    let everybody = [MANAGER, SUBSTITUTE, SUPERVISOR, MGR, DIR, STRANGER];
    for (colour, score, may) in [("orange", 50, &[MGR, DIR][..]), ("red", 60, &[DIR])] {
        let approved: Vec<RecordId> =
            everybody.into_iter().filter(|person| World::alert(colour, score).rescue(*person).is_ok()).collect();
        assert_eq!(approved, may, "{colour}");
    }
    // Whoever enters the plan does not approve it, whatever the post.
    let mut world = World::alert("orange", 50);
    let given = [
        ("rescue_plan", "visit".into()),
        ("rescue_approver", MGR.into()),
        ("rescue_approved_on", world.now.date().into()),
    ];
    let both = Actor::Person { staff: MGR, posts: vec![key("MGR"), key("KA-S")] };
    assert_eq!(asked(world.act(&both, "rescue", &given)), [key("rescue_approver")]);
}

#[test]
fn a_rescue_ends_in_recovery_or_in_an_analysed_loss() {
    let mut world = World::alert("red", 60);
    world.rescue(DIR).unwrap();
    assert_eq!(refusals(world.does(SUPERVISOR, "recovered", &[])).len(), 1);
    assert_eq!(refusals(world.does(SUPERVISOR, "lose", &[])), [Refusal::FormMissing("F-4.2-6".into())]);
    world.lose(&[]);
    assert_eq!(world.says("F-4.2-6", "warning_shown"), true.into());
    assert_eq!(world.says("F-4.2-6", "warning_on"), "2026-11-24".into());
    assert!(is_incomplete(world.does(MGR, "close", &[])));
    assert!(is_incomplete(world.does(MGR, "close", &[("winback", "again".into())])));
    assert!(world.does(MGR, "close", &[("winback", "never".into())]).unwrap().starts.is_empty());

    let mut world = World::alert("orange", 50);
    world.rescue(MGR).unwrap();
    world.warned("green", 19);
    world.does(SUPERVISOR, "recovered", &[]).unwrap();
}

#[test]
fn a_date_to_win_back_opens_a_follow_up_for_that_day() {
    let mut world = World::alert("red", 60);
    world.rescue(DIR).unwrap();
    let step = [("step", "new offer".into()), ("owner", MANAGER.into()), ("due", "2027-02-01".into())];
    world.lose(&[("winback_on", "2027-03-01".into()), ("winback_steps", row(&step))]);
    let close = world.process.transitions_from(world.case.step).find(|made| made.event == *"close").unwrap();
    let given = form::defaults(close.asks.as_ref().unwrap(), &world.context(), Lang::En);
    assert_eq!(given, answers(&[("winback", "again".into()), ("winback_on", "2027-03-01".into())]));
    let given: Vec<(&str, Value)> = given.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    let made = world.does(MGR, "close", &given).unwrap();
    let [visit] = made.starts.as_slice() else { panic!("{:?}", made.starts) };
    assert_eq!(visit.link, Some(key("winback_visit")));
    let target = Playbook::built_in().process(&visit.process).unwrap();
    let fields = opened(target, visit, CASE, &world.facts());
    for (name, value) in [
        ("process", "W-3.1".into()),
        ("kind", "lapsed".into()),
        ("way", "visit".into()),
        ("planned_on", "2027-03-01".into()),
        ("purpose", "new offer".into()),
        ("owner", MANAGER.into()),
    ] {
        assert_eq!(fields.get(&key(name)), Some(&value), "{name}");
    }
}

#[test]
fn an_account_retires_only_below_grade_a() {
    for (tier, is_open) in [("VIP", false), ("A", false), ("", false), ("B", true)] {
        let mut world = World::serving();
        world.tier = tier;
        assert_eq!(world.does(MGR, "retire", &[]).is_ok(), is_open, "{tier}");
    }
}
