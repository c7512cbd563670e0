//! Tasks, receptions and care: what they may cost and who may say so, walked with the app's own offers.
#![allow(clippy::unwrap_used)]

mod stage;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDateTime, TimeDelta};
use kehu_domain::expr::{Datum, Names, Register};
use kehu_domain::form::{Answers, Context, Problem, check, defaults, state};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, Move, MoveError, Moved, Process, Refusal, attempt, begin, context, due_of,
};
use stage::{Weekdays, answers, key, rows};

const OWNER: RecordId = RecordId::fixed(1);
const SUPERIOR: RecordId = RecordId::fixed(2);
const MANAGER: RecordId = RecordId::fixed(3);
const DIRECTOR: RecordId = RecordId::fixed(4);
const GENERAL: RecordId = RecordId::fixed(5);

fn yuan(yuan: i64) -> Value {
    Value::Int(yuan * 100)
}

fn person(staff: RecordId, post: &str) -> Actor {
    Actor::Person { staff, posts: vec![key(post)] }
}

fn specialist() -> Actor {
    person(OWNER, "CR-E")
}

fn supervisor() -> Actor {
    person(SUPERIOR, "CR-S")
}

fn manager() -> Actor {
    person(MANAGER, "MGR")
}

fn director() -> Actor {
    person(DIRECTOR, "DIR")
}

fn id(staff: RecordId) -> Value {
    staff.to_string().as_str().into()
}

/// A case with everything around it.
#[derive(Clone)]
struct World {
    process: &'static Process,
    case: CaseView,
    tier: &'static str,
    now: NaiveDateTime,
    register: Register,
}

impl World {
    fn new(process: &str, fields: &[(&str, Value)]) -> Self {
        let process = Playbook::built_in().process(process).unwrap();
        let now = "2026-11-23T10:00:00".parse().unwrap();
        let mut case = CaseView::begun(process, Some(OWNER), now);
        case.superiors = vec![SUPERIOR];
        case.fields = answers(fields);
        Self { process, case, tier: "B", now, register: Register::default() }
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
                (SUPERIOR, vec![key("CR-S")]),
                (MANAGER, vec![key("MGR")]),
                (DIRECTOR, vec![key("DIR")]),
                (GENERAL, vec![key("GM")]),
            ])),
            register: self.register.clone(),
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

    fn context(&self) -> Context {
        context(self.process, &self.case, &Actor::App, &self.facts())
    }

    /// Files a form with what the app works out on it, as the page does.
    fn file(&mut self, form: &str, pairs: &[(&str, Value)]) {
        let template = Playbook::built_in().form(form).unwrap();
        let given = answers(pairs);
        let answers = state(template, &given, &self.context()).completed(&given);
        self.now += TimeDelta::minutes(1);
        let filed = Filed { form: form.into(), created_by: Some(OWNER), created_at: Some(self.now), answers };
        self.case.documents.push(filed);
    }

    /// What a new form begins with.
    fn fresh(&self, form: &str) -> Answers {
        defaults(Playbook::built_in().form(form).unwrap(), &self.context(), Lang::En)
    }

    /// The fields of a form that have something wrong.
    fn wrong(&self, form: &str, given: &Answers) -> BTreeSet<Key> {
        let template = Playbook::built_in().form(form).unwrap();
        let context = Context { stage: template.first_stage(), ..self.context() };
        check(template, given, &context).iter().filter_map(|problem| problem.field).collect()
    }

    fn is_over(&self) -> bool {
        self.process.step(self.case.step).unwrap().is_terminal
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
        let plan = plan_of(level);
        let plan: Vec<(&str, Value)> = plan.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        self.file("F-3.2-2", &plan);
    }

    fn file_checklist(&mut self, is_done: bool, substitute: Value) {
        let cells: [(&str, Value); 6] = [
            ("item", "car".into()),
            ("standard", "clean".into()),
            ("owner", id(OWNER)),
            ("due", "2026-11-30T12:00".into()),
            ("done", is_done.into()),
            ("substitute", substitute),
        ];
        self.file("F-3.2-3", &[("items", rows(&[&cells]))]);
    }

    fn file_record(&mut self, cost: i64, rating: i64, reason: Option<&str>) {
        self.file_promises(&["samples"], cost, rating, reason);
    }

    /// A record with these promises and one request of the guests.
    fn file_promises(&mut self, promises: &[&str], cost: i64, rating: i64, reason: Option<&str>) {
        let row = |text: &str, kind: &str| {
            let cells: [(&str, Value); 4] =
                [("text", text.into()), ("kind", kind.into()), ("owner", id(DIRECTOR)), ("due", "2026-12-10".into())];
            Value::Map(Box::new(answers(&cells)))
        };
        let mut requests = vec![row("parking", "request")];
        requests.extend(promises.iter().map(|text| row(text, "promise")));
        self.file(
            "F-3.2-4",
            &[
                ("actual_start", "2026-11-20T09:00".into()),
                ("actual_end", "2026-11-22T17:00".into()),
                ("participants", "all".into()),
                ("summary", "talks".into()),
                ("requests", Value::List(requests)),
                ("r_overall", Value::Int(rating)),
                ("cost_lines", rows(&[&[("item", "all".into()), ("amount", yuan(cost))]])),
                ("over_reason", reason.map_or(Value::Null, Value::from)),
            ],
        );
    }
}

fn lead_of(level: &str) -> RecordId {
    match level {
        "A" | "B" => DIRECTOR,
        "C" => SUPERIOR,
        _ => OWNER,
    }
}

fn plan_of(level: &str) -> Answers {
    let lead = lead_of(level);
    let other = if lead == OWNER { SUPERIOR } else { OWNER };
    let stop: &[(&str, Value)] =
        &[("at", "2026-12-01T09:00".into()), ("place", "lobby".into()), ("item", "welcome".into()), ("host", id(lead))];
    answers(&[
        ("level", level.into()),
        ("lead_host", id(lead)),
        ("hosts", rows(&[&[("item", id(lead))], &[("item", id(other))]])),
        ("schedule", rows(&[stop])),
        ("meals", Value::Int(3)),
        ("nights", Value::Int(2)),
        ("car_cost", yuan(600)),
        ("gift_allowed", true.into()),
    ])
}

/// Between them the worlds have made every move of their process and come to every end of it.
#[track_caller]
fn assert_all_walked(worlds: &[World]) {
    let process = worlds[0].process;
    let moved: BTreeSet<(Key, Key)> =
        worlds.iter().flat_map(|world| &world.case.history).map(|moved| (moved.from, moved.event)).collect();
    let moves: BTreeSet<(Key, Key)> = process.transitions.iter().map(|made| (made.from, made.event)).collect();
    assert_eq!(moved, moves);
    let reached: BTreeSet<Key> = worlds.iter().map(|world| world.case.step).collect();
    let ends: BTreeSet<Key> = process.steps.iter().filter(|step| step.is_terminal).map(|step| step.key).collect();
    assert_eq!(reached, ends);
}

fn cancelled(mut world: World) -> World {
    world.attempt(&supervisor(), "cancel", &[("reason", "entered twice".into())]).unwrap();
    world
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

// ---- tasks -----------------------------------------------------------------------------------------------------

fn task() -> World {
    World::new("A-1", &[("topic", "send samples".into()), ("due_on", "2026-12-10".into())])
}

#[test]
fn every_move_of_a_task_can_be_made() {
    let mut done = task();
    done.attempt(&specialist(), "start", &[]).unwrap();
    let under_way = done.clone();
    let to_nobody_else = done.attempt(&supervisor(), "hand_over", &[("owner", OWNER.into())]);
    assert_eq!(missing(to_nobody_else), [key("owner")]);
    done.attempt(&supervisor(), "hand_over", &[("owner", DIRECTOR.into())]).unwrap();
    assert_eq!(done.case.fields[&key("owner")], DIRECTOR.into());
    done.case.owner = Some(DIRECTOR);
    assert!(matches!(refusals(done.attempt(&specialist(), "start", &[])).as_slice(), [Refusal::WrongRole { .. }]));
    done.attempt(&director(), "start", &[]).unwrap();
    done.attempt(&director(), "finish", &[("output", "sent".into())]).unwrap();

    let mut at_once = task();
    assert_eq!(missing(at_once.attempt(&specialist(), "finish", &[])), [key("output")]);
    at_once.attempt(&specialist(), "finish", &[("output", "sent".into())]).unwrap();
    let mut skipped = task();
    assert_eq!(missing(skipped.attempt(&supervisor(), "skip", &[])), [key("reason")]);
    skipped.attempt(&supervisor(), "skip", &[("reason", "no longer wanted".into())]).unwrap();
    assert_all_walked(&[done, at_once, skipped, cancelled(task()), cancelled(under_way)]);
}

#[test]
fn anybody_at_work_may_note_a_task() {
    let world = task();
    let begin = |post: &str, due: &str| {
        let given = answers(&[("topic", "call back".into()), ("due_on", due.into())]);
        begin(world.process, &person(OWNER, post), &world.facts(), &given)
    };
    let posts = Playbook::built_in().roles.iter().filter(|role| !role.is_relative && role.code != *"SYS");
    for post in posts.map(|role| role.code) {
        assert!(begin(post.as_str(), "2026-11-23").is_ok(), "{post}");
    }
    assert!(matches!(begin("CR-E", "2026-11-22"), Err(MoveError::Incomplete(_))));
}

// ---- receptions ------------------------------------------------------------------------------------------------

fn noticed(guests: i64) -> World {
    let mut world = World::new("W-3.2", &[("visitor", "Yunhe".into()), ("arrive_at", "2026-12-01T09:00".into())]);
    world.file_notice(guests);
    world
}

#[test]
fn the_budget_is_worked_out_anew_with_the_level() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    let example = &vectors["vectors"]["R-3.2"][0];
    assert_eq!((&example["in"]["level"], &example["in"]["guests"]), (&"B".into(), &4.into()));
    let form = Playbook::built_in().form("F-3.2-2").unwrap();
    let context = noticed(4).context();
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

#[test]
fn what_is_known_is_not_asked_again() {
    let mut world = World::new("W-3.2", &[]);
    let given = answers(&[("visitor", "Yunhe".into()), ("arrive_at", "2026-12-01T09:00".into())]);
    let fields = begin(world.process, &specialist(), &world.facts(), &given).unwrap();
    world.case.fields.extend(fields);
    let notice = world.fresh("F-3.2-1");
    assert_eq!(notice, answers(&[("organisation", "Yunhe".into()), ("arrive_at", "2026-12-01T09:00".into())]));
    world.file_notice(4);
    let plan = world.fresh("F-3.2-2");
    assert_eq!((&plan[&key("level")], &plan[&key("nights")]), (&"B".into(), &Value::Int(2)));
    world.file_plan("B");
    let made = world.attempt(&specialist(), "plan", &[]).unwrap();
    assert_eq!((&made.fields[&key("level")], &made.fields[&key("planned_on")]), (&"B".into(), &"2026-12-01".into()));
    assert_eq!(world.fresh("F-3.2-3")[&key("items")].items().len(), 16);
}

#[test]
fn the_lead_host_has_the_rank_the_level_asks_for() {
    let world = noticed(4);
    let ranks = |level: &str| -> Vec<RecordId> {
        let may = |lead: &RecordId| {
            let mut plan = plan_of(level);
            plan.insert(key("lead_host"), id(*lead));
            plan.insert(key("hosts"), rows(&[&[("item", id(*lead))]]));
            world.wrong("F-3.2-2", &plan).is_empty()
        };
        [OWNER, SUPERIOR, MANAGER, DIRECTOR, GENERAL].into_iter().filter(may).collect()
    };
    assert_eq!(ranks("A"), [DIRECTOR, GENERAL]);
    assert_eq!(ranks("B"), [MANAGER, DIRECTOR, GENERAL]);
    assert_eq!(ranks("C"), [SUPERIOR, MANAGER, DIRECTOR, GENERAL]);
    assert_eq!(ranks("D"), [OWNER, SUPERIOR, MANAGER, DIRECTOR, GENERAL]);
    let mut specialist_of_others = plan_of("D");
    let stranger = RecordId::fixed(99);
    specialist_of_others.insert(key("lead_host"), id(stranger));
    assert!(world.wrong("F-3.2-2", &specialist_of_others).contains(&key("hosts")));
}

#[test]
fn there_are_at_most_half_as_many_hosts_as_guests() {
    let hosts = |guests: i64| noticed(guests).wrong("F-3.2-2", &plan_of("B"));
    assert!(hosts(3).is_empty());
    assert_eq!(hosts(2), BTreeSet::from([key("hosts")]));
}

fn planned(level: &str) -> World {
    let mut world = noticed(4);
    world.file_plan(level);
    world.attempt(&specialist(), "plan", &[]).unwrap();
    world
}

#[test]
fn a_reception_is_approved_by_whoever_the_amount_asks_for() {
    let may = |world: &World, actor: &Actor| {
        attempt(world.process, &world.case, key("approve"), actor, &world.facts(), &Answers::new()).is_ok()
    };
    let who = |level: &str| -> BTreeSet<&str> {
        let world = planned(level);
        let cast =
            [("supervisor", supervisor()), ("MGR", manager()), ("DIR", director()), ("GM", person(GENERAL, "GM"))];
        cast.into_iter().filter(|(_, actor)| may(&world, actor)).map(|(name, _)| name).collect()
    };
    assert_eq!(who("B"), BTreeSet::from(["DIR", "GM"]));
    assert_eq!(who("C"), BTreeSet::from(["MGR", "DIR", "GM"]));
    assert_eq!(who("D"), BTreeSet::from(["supervisor", "MGR", "DIR", "GM"]));
    // R-0-2, whatever the post.
    assert!(!may(&planned("B"), &person(OWNER, "GM")));
}

#[test]
fn the_budget_approved_is_that_of_the_guests_who_come() {
    let mut world = World::new("W-3.2", &[]);
    // Without a notice there is nobody to reckon with.
    world.file_plan("B");
    world.file_notice(4);
    assert!(matches!(refusals(world.attempt(&specialist(), "plan", &[])).as_slice(), [Refusal::Guard(_)]));
    world.file_plan("B");
    let made = world.attempt(&specialist(), "plan", &[]).unwrap();
    assert!(!made.fields.contains_key(&key("budget")));
    // One more guest is announced.
    world.file_notice(5);
    assert!(matches!(refusals(world.attempt(&director(), "approve", &[])).as_slice(), [Refusal::Guard(_)]));
    world.attempt(&director(), "return", &[("reason", "five guests".into())]).unwrap();
    world.file_plan("B");
    world.attempt(&specialist(), "plan", &[]).unwrap();
    let made = world.attempt(&director(), "approve", &[]).unwrap();
    assert_eq!(made.fields[&key("budget")], yuan(8_830));
}

#[test]
fn a_vip_is_received_at_level_a_only() {
    let mut world = noticed(4);
    world.tier = "VIP";
    assert_eq!(world.fresh("F-3.2-2")[&key("level")], "A".into());
    world.file_plan("B");
    let found = refusals(world.attempt(&specialist(), "plan", &[]));
    assert!(matches!(found.as_slice(), [Refusal::FormIncomplete { problems, .. }] if problems.len() == 1));
    assert_eq!(missing(world.attempt(&specialist(), "walk_in", &[("level", "C".into())])), [key("level")]);
}

#[test]
fn guests_without_notice_at_level_b_need_the_supervisor_s_word() {
    let world = World::new("W-3.2", &[]);
    let comes = |agreed: Option<RecordId>| {
        let mut given = vec![("level", "B".into())];
        given.extend(agreed.map(|agreed| ("agreed_by", id(agreed))));
        world.clone().attempt(&specialist(), "walk_in", &given)
    };
    assert_eq!(missing(comes(None)), [key("agreed_by")]);
    for nobody in [OWNER, MANAGER] {
        assert_eq!(missing(comes(Some(nobody))), [key("agreed_by")]);
    }
    let made = comes(Some(SUPERIOR)).unwrap();
    assert_eq!(made.fields[&key("planned_on")], "2026-11-23".into());
}

fn walked_in(cost: i64) -> World {
    let mut world = World::new("W-3.2", &[]);
    world.attempt(&specialist(), "walk_in", &[("level", "C".into())]).unwrap();
    world.file_record(cost, 5, None);
    world
}

#[test]
fn guests_without_notice_are_registered_and_their_cost_approved_before_it_is_settled() {
    let mut world = walked_in(200);
    let found = refusals(world.attempt(&specialist(), "settle", &[]));
    assert_eq!(found, [Refusal::FormMissing("F-3.2-1".into())]);
    world.file_notice(2);
    assert_eq!(missing(world.attempt(&specialist(), "settle", &[])), [key("over_approved_by")]);
    world.attempt(&specialist(), "settle", &[("over_approved_by", id(SUPERIOR))]).unwrap();
    let mut free = walked_in(0);
    free.file_notice(2);
    free.attempt(&specialist(), "settle", &[]).unwrap();
}

fn prepared() -> World {
    let mut world = planned("B");
    world.attempt(&director(), "approve", &[]).unwrap();
    let adm = person(RecordId::fixed(6), "ADM");
    world.file_checklist(false, Value::Null);
    let found = refusals(world.attempt(&adm, "ready", &[]));
    assert!(matches!(found.as_slice(), [Refusal::FormIncomplete { .. }]));
    world.file_checklist(false, "taxi".into());
    world.attempt(&adm, "ready", &[]).unwrap();
    world
}

fn receiving() -> World {
    let mut world = prepared();
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
    for nobody in [OWNER, SUPERIOR, MANAGER] {
        let given = [("over_approved_by", id(nobody))];
        assert_eq!(missing(world.attempt(&specialist(), "settle", &given))[0], key("over_approved_by"));
    }
    // Nobody approves what they settle themselves.
    let director_settles = Actor::Person { staff: DIRECTOR, posts: vec![key("CR-E"), key("DIR")] };
    let by_oneself = world.attempt(&director_settles, "settle", &[("over_approved_by", id(DIRECTOR))]);
    assert_eq!(missing(by_oneself), [key("over_approved_by")]);
    let made = world.attempt(&specialist(), "settle", &[("over_approved_by", id(DIRECTOR))]).unwrap();
    assert_eq!(made.fields[&key("spent")], yuan(8_075));
}

#[test]
fn every_promise_becomes_a_task_and_a_poor_rating_a_corrective_action() {
    for (rating, corrective) in [(2, true), (3, false)] {
        let mut world = receiving();
        world.file_promises(&["samples", "a quote"], 8_074, rating, None);
        let made = world.attempt(&specialist(), "settle", &[]).unwrap();
        let task = Playbook::built_in().process("A-1").unwrap();
        assert!(made.starts.iter().all(|started| &*started.process == "A-1"));
        let tasks: Vec<Answers> = made.starts.iter().map(|started| task.first_fields(&started.given)).collect();
        let topics: Vec<&Value> = tasks.iter().map(|fields| &fields[&key("topic")]).collect();
        assert_eq!(topics, [&"samples".into(), &"a quote".into()]);
        for fields in &tasks {
            assert_eq!((&fields[&key("owner")], &fields[&key("due_on")]), (&DIRECTOR.into(), &"2026-12-10".into()));
        }
        let mut known = world.clone();
        let made = world.attempt(&supervisor(), "close", &[("evaluation", "seen".into())]).unwrap();
        let opened: Vec<&str> = made.starts.iter().map(|started| &*started.process).collect();
        assert_eq!(opened, if corrective { vec!["A-0"] } else { Vec::new() });
        assert!(world.is_over());
        if corrective {
            let given = [("evaluation", "seen".into()), ("corrective_case", id(RecordId::fixed(70)))];
            assert!(known.attempt(&supervisor(), "close", &given).unwrap().starts.is_empty());
        }
    }
}

#[test]
fn a_promise_written_down_after_settling_has_a_task_as_well() {
    let mut world = receiving();
    world.file_record(7_000, 5, None);
    world.attempt(&specialist(), "settle", &[]).unwrap();
    world.file_promises(&["samples", "a quote", "a visit"], 7_000, 5, None);
    let close = |tasks: &[u32]| {
        let task = |number: &u32| Value::Map(Box::new(answers(&[("task", id(RecordId::fixed(*number)))])));
        let tasks = Value::List(tasks.iter().map(task).collect());
        world.clone().attempt(&supervisor(), "close", &[("evaluation", "seen".into()), ("late_tasks", tasks)])
    };
    for too_few in [&[][..], &[70], &[70, 70]] {
        assert_eq!(missing(close(too_few)), [key("late_tasks")]);
    }
    close(&[70, 71]).unwrap();
}

#[test]
fn every_move_of_a_reception_can_be_made() {
    let mut postponed = planned("B");
    postponed.attempt(&director(), "approve", &[]).unwrap();
    let approved = postponed.clone();
    let earlier = postponed.attempt(&specialist(), "postpone", &[("planned_on", "2026-11-20".into())]);
    assert_eq!(missing(earlier), [key("planned_on")]);
    postponed.attempt(&specialist(), "postpone", &[("planned_on", "2026-12-08".into())]).unwrap();
    postponed.attempt(&director(), "approve", &[]).unwrap();
    postponed.file_checklist(true, Value::Null);
    postponed.attempt(&specialist(), "ready", &[]).unwrap();
    postponed.attempt(&specialist(), "postpone", &[("planned_on", "2026-12-15".into())]).unwrap();
    postponed.attempt(&director(), "return", &[("reason", "too long ago".into())]).unwrap();
    let mut closed = receiving();
    closed.file_record(7_000, 5, None);
    closed.attempt(&specialist(), "settle", &[]).unwrap();
    let settled = closed.clone();
    closed.attempt(&supervisor(), "close", &[("evaluation", "well done".into())]).unwrap();
    let given_up = [postponed, planned("C"), approved, prepared(), walked_in(200), settled].map(cancelled);
    assert_all_walked(&[&given_up[..], &[closed]].concat());
}

// ---- care ------------------------------------------------------------------------------------------------------

fn ways(ways: &[&str]) -> Value {
    Value::List(ways.iter().map(|way| (*way).into()).collect())
}

fn care() -> World {
    World::new("W-3.3a", &[("planned_on", "2026-12-10".into()), ("way", ways(&["gift", "card"]))])
}

fn care_record(way: &str, cost: i64) -> Vec<(&'static str, Value)> {
    vec![
        ("contact", id(RecordId::fixed(50))),
        ("occasion", "birthday".into()),
        ("way", ways(&[way])),
        ("done_on", "2026-11-23".into()),
        ("cost", yuan(cost)),
    ]
}

#[test]
fn a_gift_above_ones_own_limit_is_approved_by_amount() {
    let mut world = care();
    world.file("F-3.3-2", &care_record("gift", 100));
    assert!(matches!(refusals(world.attempt(&specialist(), "ask_gift", &[])).as_slice(), [Refusal::Guard(_)]));
    world.file("F-3.3-2", &care_record("gift", 500));
    assert!(matches!(refusals(world.attempt(&specialist(), "do", &[])).as_slice(), [Refusal::Guard(_)]));
    let made = world.attempt(&specialist(), "ask_gift", &[]).unwrap();
    assert_eq!(made.fields[&key("way")], ways(&["gift"]));
    let approved = [("approved_cost", yuan(500))];
    assert!(matches!(refusals(world.attempt(&supervisor(), "approve", &approved)).as_slice(), [Refusal::Guard(_)]));
    let too_much = world.attempt(&manager(), "approve", &[("approved_cost", yuan(501))]);
    assert_eq!(missing(too_much), [key("approved_cost")]);
    let as_before = world.attempt(&supervisor(), "refuse", &[("way", ways(&["gift"]))]);
    assert_eq!(missing(as_before), [key("way")]);
    world.attempt(&manager(), "approve", &approved).unwrap();
    world.attempt(&specialist(), "do", &[]).unwrap();
}

#[test]
fn who_approves_a_gift_follows_from_its_cost() {
    let who = |cost: i64| -> Vec<&str> {
        let mut world = care();
        world.file("F-3.3-2", &care_record("gift", cost));
        world.attempt(&specialist(), "ask_gift", &[]).unwrap();
        let cast = [("CR-S", supervisor()), ("MGR", manager()), ("DIR", director()), ("GM", person(GENERAL, "GM"))];
        let may = |actor: &Actor| world.clone().attempt(actor, "approve", &[("approved_cost", yuan(cost))]).is_ok();
        cast.into_iter().filter(|(_, actor)| may(actor)).map(|(post, _)| post).collect()
    };
    assert_eq!(who(300), ["CR-S", "MGR", "DIR", "GM"]);
    assert_eq!(who(301), ["MGR", "DIR", "GM"]);
    assert_eq!(who(801), ["DIR", "GM"]);
    assert_eq!(who(2_001), ["GM"]);
}

#[test]
fn a_refused_gift_is_replaced_by_another_way() {
    let mut world = care();
    world.file("F-3.3-2", &care_record("gift", 900));
    world.attempt(&specialist(), "ask_gift", &[]).unwrap();
    world.attempt(&supervisor(), "refuse", &[("way", ways(&["card"]))]).unwrap();
    // Not even a small one.
    world.file("F-3.3-2", &care_record("gift", 80));
    assert!(matches!(refusals(world.attempt(&specialist(), "do", &[])).as_slice(), [Refusal::Guard(_)]));
    world.file("F-3.3-2", &care_record("card", 20));
    world.attempt(&specialist(), "do", &[]).unwrap();
}

#[test]
fn every_move_of_a_care_action_can_be_made() {
    let mut waiting = care();
    waiting.file("F-3.3-2", &care_record("gift", 500));
    waiting.attempt(&specialist(), "ask_gift", &[]).unwrap();
    let mut done = waiting.clone();
    done.attempt(&manager(), "approve", &[("approved_cost", yuan(500))]).unwrap();
    done.attempt(&specialist(), "do", &[]).unwrap();
    let mut skipped = waiting.clone();
    skipped.attempt(&manager(), "refuse", &[("way", ways(&["card"]))]).unwrap();
    assert_eq!(missing(skipped.attempt(&specialist(), "skip", &[])), [key("skip_reason")]);
    skipped.attempt(&specialist(), "skip", &[("skip_reason", "customer_wish".into())]).unwrap();
    assert_all_walked(&[done, skipped, cancelled(care()), cancelled(waiting)]);
}

#[test]
fn care_falls_due_around_its_day() {
    let world = care();
    let due = |from: &str, event: &str| due(&world, from, event);
    assert_eq!(due("due", "ask_gift"), "12-03 23:59");
    assert_eq!(due("awaiting_approval", "approve"), "12-07 18:00");
    assert_eq!(due("due", "do"), "12-10 23:59");
}

fn due(world: &World, from: &str, event: &str) -> String {
    let made = world.process.transitions.iter().find(|made| made.from == *from && made.event == *event).unwrap();
    due_of(world.process, made, &world.case, &world.facts()).unwrap().format("%m-%d %H:%M").to_string()
}

// ---- the plan of a quarter -------------------------------------------------------------------------------------

fn quarter(last_day: &str) -> World {
    World::new("W-3.3", &[("planned_on", last_day.into())])
}

fn file_quarter(world: &mut World, measure: &str) {
    let plan: [(&str, Value); 9] = [
        ("segment", "A".into()),
        ("customers", Value::Int(30)),
        ("aim", "keep".into()),
        ("measure", measure.into()),
        ("frequency", "monthly".into()),
        ("owner", id(OWNER)),
        ("unit_cost", yuan(200)),
        ("metric", "loss".into()),
        ("expected", "5".into()),
    ];
    let period = world.fresh("F-3.3-1")[&key("period_value")].clone();
    world.file("F-3.3-1", &[("period_value", period), ("rows", rows(&[&plan]))]);
}

fn file_evaluation(world: &mut World, judgement: &str) {
    let compared: &[(&str, Value)] =
        &[("segment", "A".into()), ("metric", "loss".into()), ("before", "6".into()), ("after", "5".into())];
    let evaluation = [("rows", rows(&[compared])), ("judgement", judgement.into()), ("next_step", "go on".into())];
    world.file("F-3.3-4", &evaluation);
}

/// From the draft to the evaluation.
fn evaluated(world: &mut World, measure: &str, judgement: &str) {
    file_quarter(world, measure);
    world.attempt(&supervisor(), "submit", &[]).unwrap();
    world.attempt(&manager(), "approve", &[("budget_limit", yuan(6_000))]).unwrap();
    world.attempt(&Actor::App, "start", &[]).unwrap();
    file_evaluation(world, judgement);
    world.attempt(&supervisor(), "evaluate", &[]).unwrap();
}

#[test]
fn a_quarter_is_planned_in_it_or_in_the_one_before() {
    let world = quarter("2026-12-31");
    let begins = |last_day: &str| {
        let given = answers(&[("planned_on", last_day.into())]);
        begin(world.process, &supervisor(), &world.facts(), &given).is_ok()
    };
    assert!(begins("2026-12-31") && begins("2027-03-31"));
    for other in ["2026-12-30", "2027-01-01", "2026-09-30", "2027-06-30"] {
        assert!(!begins(other), "{other}");
    }
    let due = |world: &World| [("draft", "submit"), ("approved", "start")].map(|(from, event)| due(world, from, event));
    assert_eq!(due(&world), ["10-14 18:00", "10-01 18:00"]);
    assert_eq!(due(&quarter("2027-03-31")), ["01-14 18:00", "01-01 18:00"]);
}

#[test]
fn a_quarter_s_plan_adds_up_stays_within_its_limit_and_becomes_tasks() {
    let mut world = quarter("2027-03-31");
    assert_eq!(world.fresh("F-3.3-1")[&key("period_value")], "2027-Q1".into());
    file_quarter(&mut world, "calls");
    let plan = &world.case.latest("F-3.3-1").unwrap().answers;
    assert_eq!(plan[&key("rows")].items()[0].cell(key("budget")), &yuan(6_000));
    assert_eq!(plan[&key("total_budget")], yuan(6_000));
    let mut of_another = plan.clone();
    of_another.insert(key("period_value"), "2027-Q2".into());
    assert_eq!(world.wrong("F-3.3-1", &of_another), BTreeSet::from([key("period_value")]));
    world.attempt(&supervisor(), "submit", &[]).unwrap();
    let too_dear = world.attempt(&manager(), "approve", &[("budget_limit", yuan(5_999))]);
    assert_eq!(missing(too_dear), [key("budget_limit")]);
    world.attempt(&manager(), "approve", &[("budget_limit", yuan(6_000))]).unwrap();
    assert!(matches!(refusals(world.attempt(&Actor::App, "start", &[])).as_slice(), [Refusal::Guard(_)]));
    world.now = "2027-01-01T08:00:00".parse().unwrap();
    let made = world.attempt(&Actor::App, "start", &[]).unwrap();
    let [task] = made.starts.as_slice() else { panic!("{:?}", made.starts) };
    let fields = Playbook::built_in().process("A-1").unwrap().first_fields(&task.given);
    let of_the_plan = [
        ("topic", "calls".into()),
        ("expected", "keep".into()),
        ("due_on", "2027-03-31".into()),
        ("owner", OWNER.into()),
    ];
    assert_eq!(fields, answers(&of_the_plan));
    assert_eq!(due(&world, "running", "evaluate"), "04-14 18:00");
}

#[test]
fn a_measure_without_effect_for_two_quarters_is_replaced() {
    let mut world = quarter("2026-12-31");
    evaluated(&mut world, "calls", "none");
    let mut effective_before = world.clone();
    let evaluated_so = |quarter: &str, judgement: &str| {
        let planned_on = Datum::Date(quarter.parse().unwrap());
        told::told(&[("W-3.3", &[("planned_on", planned_on), ("judgement", Datum::text(judgement))])])
    };
    world.register = evaluated_so("2026-09-30", "none");
    assert!(matches!(refusals(world.attempt(&manager(), "close", &[])).as_slice(), [Refusal::Guard(_)]));
    for (quarter, judgement) in [("2026-09-30", "weak"), ("2026-06-30", "none")] {
        effective_before.register = evaluated_so(quarter, judgement);
        effective_before.clone().attempt(&manager(), "close", &[]).unwrap();
    }
    world.register = Register::default();
    world.now = "2027-01-05T09:00:00".parse().unwrap();
    let revised = [("planned_on", "2027-03-31".into()), ("measure_change", "visits, not calls".into())];
    world.attempt(&supervisor(), "revise", &revised).unwrap();
    file_quarter(&mut world, "calls");
    assert!(matches!(refusals(world.attempt(&supervisor(), "submit", &[])).as_slice(), [Refusal::Guard(_)]));
    evaluated(&mut world, "visits", "none");
    let failed = world.attempt(&manager(), "close", &[]);
    assert!(matches!(refusals(failed).as_slice(), [Refusal::Guard(_)]));
    let unchanged = world.attempt(&supervisor(), "revise", &revised);
    assert_eq!(missing(unchanged), [key("measure_change")]);
}

#[test]
fn a_quarter_is_closed_when_what_its_events_cost_is_known() {
    let mut world = quarter("2026-12-31");
    world.file("F-3.3-3", &[("theme", "tea".into())]);
    evaluated(&mut world, "calls", "effective");
    assert!(matches!(refusals(world.attempt(&manager(), "close", &[])).as_slice(), [Refusal::Guard(_)]));
    let mut settled = quarter("2026-12-31");
    settled.file("F-3.3-3", &[("theme", "tea".into()), ("cost_total", yuan(800))]);
    evaluated(&mut settled, "calls", "effective");
    assert_eq!(settled.case.latest("F-3.3-4").unwrap().answers[&key("cost_total")], yuan(800));
    // The care of the quarter costs as well, whoever's case it was.
    let care =
        |day: &str, cost: i64| [("done_on", Datum::Date(day.parse().unwrap())), ("cost", Datum::Number(cost.into()))];
    settled.register = told::told(&[
        ("F-3.3-2", &care("2026-10-01", 50)),
        ("F-3.3-2", &care("2026-12-31", 20)),
        ("F-3.3-2", &care("2027-01-01", 9)),
    ]);
    file_evaluation(&mut settled, "effective");
    assert_eq!(settled.case.latest("F-3.3-4").unwrap().answers[&key("cost_total")], yuan(870));
    settled.attempt(&manager(), "close", &[]).unwrap();
}

#[test]
fn every_move_of_a_quarter_can_be_made() {
    let mut submitted = quarter("2026-12-31");
    file_quarter(&mut submitted, "calls");
    submitted.attempt(&supervisor(), "submit", &[]).unwrap();
    let mut returned = submitted.clone();
    returned.attempt(&manager(), "return", &[("reason", "too dear".into())]).unwrap();
    let mut approved = submitted.clone();
    approved.attempt(&manager(), "approve", &[("budget_limit", yuan(6_000))]).unwrap();
    let mut running = approved.clone();
    running.attempt(&Actor::App, "start", &[]).unwrap();
    let mut closed = running.clone();
    file_evaluation(&mut closed, "weak");
    closed.attempt(&supervisor(), "evaluate", &[]).unwrap();
    let rated = closed.clone();
    let mut revised = closed.clone();
    let given = [("planned_on", "2026-12-31".into()), ("measure_change", "visits".into())];
    revised.attempt(&supervisor(), "revise", &given).unwrap();
    closed.attempt(&manager(), "close", &[]).unwrap();
    let given_up = [submitted, returned, approved, running, rated, revised].map(cancelled);
    assert_all_walked(&[&given_up[..], &[closed]].concat());
}
