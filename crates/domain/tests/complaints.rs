//! Complaints: the classification agrees with M05, every move of both processes can be made, and each guard bites.
#![allow(clippy::unwrap_used)]

mod told;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use kehu_domain::expr::{Datum, Names, Register};
use kehu_domain::form::{self, Answers, Context};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CANCEL, CaseView, Facts, Filed, Move, MoveError, Moved, Offer, Process, Refusal, Role, WorkCalendar,
    attempt, begin, begin_context, context, offers, opened,
};
use serde_json::Value as Json;
use told::told;

struct Weekdays;

impl WorkCalendar for Weekdays {
    fn is_working(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    fn add_working_days(&self, day: NaiveDate, count: i32) -> NaiveDate {
        (0..count).fold(day, |day, _| {
            let mut next = day.succ_opt().unwrap();
            while !self.is_working(next) {
                next = next.succ_opt().unwrap();
            }
            next
        })
    }

    /// Working time runs from the next day on, so that it is told from time around the clock.
    fn add_working_minutes(&self, moment: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        moment + TimeDelta::days(1) + TimeDelta::minutes(i64::from(minutes))
    }
}

// ---- a world with one complaint --------------------------------------------------------------------------------

/// The case owner, a complaint specialist.
const OWNER: RecordId = RecordId::fixed(1);
const SUPERIOR: RecordId = RecordId::fixed(2);
const RECEIVER: RecordId = RecordId::fixed(3);
const OTHER: RecordId = RecordId::fixed(9);
const CUSTOMER: RecordId = RecordId::fixed(20);
/// A complaint that came before.
const FIRST: RecordId = RecordId::fixed(40);

#[derive(Clone)]
struct World {
    process: &'static Process,
    case: CaseView,
    tier: &'static str,
    now: NaiveDateTime,
    register: Register,
}

fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

fn row(pairs: &[(&str, Value)]) -> Value {
    Value::Map(Box::new(answers(pairs)))
}

fn id(staff: RecordId) -> Value {
    staff.to_string().as_str().into()
}

fn person(staff: RecordId, post: &str) -> Actor {
    Actor::Person { staff, posts: vec![key(post)] }
}

fn holder(role: Role) -> Actor {
    match role {
        Role::App => Actor::App,
        Role::Owner => person(OWNER, "CP-E"),
        Role::Supervisor => person(SUPERIOR, "CP-S"),
        Role::Person(_) => person(RECEIVER, "CC-A"),
        Role::Post(code) => person(OTHER, code.as_str()),
    }
}

/// A complaint as the register of all cases has it.
fn complaint(case: RecordId, is_closed: bool) -> [(&'static str, Datum); 3] {
    let closed_at = if is_closed { Datum::Moment("2026-11-20T10:00:00".parse().unwrap()) } else { Datum::Blank };
    [("case_id", Datum::text(&case.to_string())), ("closed_at", closed_at), ("repeat_no", Datum::Number(2.into()))]
}

/// The points of the five factors.
fn points(points: [i64; 5]) -> Value {
    let rows = points.iter().zip(["F1", "F2", "F3", "F4", "F5"]);
    Value::List(
        rows.map(|(points, factor)| row(&[("factor", factor.into()), ("points", Value::Int(*points))])).collect(),
    )
}

impl World {
    /// A complaint somebody has just heard of, or the handling of one that was handed over.
    fn new(process: &str) -> Self {
        if process == "W-6.2" { Self::handed_over() } else { Self::heard() }
    }

    fn heard() -> Self {
        let process = Playbook::built_in().process("W-6.1").unwrap();
        let now: NaiveDateTime = "2026-11-23T10:00:00".parse().unwrap();
        let mut world = Self {
            process,
            case: CaseView::begun(process, Some(RECEIVER), now),
            tier: "C",
            now,
            register: told(&[("W-6.1", &complaint(FIRST, false))]),
        };
        let receiver = person(RECEIVER, "CC-A");
        let asks = process.begin.as_ref().unwrap().asks.as_ref().unwrap();
        let mut given = form::defaults(asks, &begin_context(process, &receiver, &world.facts()), Lang::Zh);
        given.insert(key("channel"), "phone".into());
        world.case.fields = begin(process, &receiver, &world.facts(), &given).unwrap();
        world.case.superiors = vec![SUPERIOR];
        world.case.persons = BTreeMap::from([(key("receiver"), RECEIVER)]);
        world
    }

    fn handed_over() -> Self {
        let mut heard = Self::after("W-6.1", &["acknowledge", "classify"]);
        let started = heard.go("transfer").starts.remove(0);
        let process = Playbook::built_in().process("W-6.2").unwrap();
        let now: NaiveDateTime = "2026-11-23T10:20:00".parse().unwrap();
        let mut world = Self {
            process,
            case: CaseView::begun(process, Some(OWNER), now),
            tier: "C",
            now,
            register: told(&[("W-6.1", &complaint(FIRST, false))]),
        };
        world.case.fields = opened(process, &started, RecordId::fixed(30), &world.facts());
        world.case.superiors = vec![SUPERIOR];
        world.case.fields.extend(answers(&[
            ("priority", "P2".into()),
            ("received_at", "2026-11-23T10:00".into()),
            ("first_due", "2026-11-23T22:00".into()),
            ("plan_due", "2026-11-25T18:00".into()),
            ("resolve_due", "2026-11-30T18:00".into()),
        ]));
        world
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
            register: self.register.clone(),
        }
    }

    fn context(&self) -> Context {
        context(self.process, &self.case, &Actor::App, &self.facts())
    }

    fn offer(&self, actor: &Actor, event: &str) -> Offer<'static> {
        let listed = offers(self.process, &self.case, actor, &self.facts());
        listed.into_iter().find(|offer| offer.transition.event == *event).unwrap()
    }

    fn due(&self, event: &str) -> String {
        let due = self.offer(&Actor::App, event).due;
        due.map(|due| due.format("%m-%d %H:%M").to_string()).unwrap_or_default()
    }

    /// The reasons against it, in English.
    fn reasons(&self, actor: &Actor, event: &str) -> Vec<String> {
        let refusals = self.offer(actor, event).refusals;
        refusals
            .iter()
            .map(|refusal| match refusal {
                Refusal::Guard(text) => text.en.to_string(),
                other => format!("{other:?}"),
            })
            .collect()
    }

    fn attempt(&mut self, actor: &Actor, event: &str, given: &Answers) -> Result<Move, MoveError> {
        let made = attempt(self.process, &self.case, key(event), actor, &self.facts(), given)?;
        if made.from != made.to {
            self.case.entered_at = Some(self.now);
        }
        self.case.step = made.to;
        self.case.fields.extend(made.fields.clone());
        if made.fields.contains_key(&key("owner")) {
            self.case.owner = Some(made.fields[&key("owner")].as_text().unwrap().parse().unwrap());
        }
        for started in &made.starts {
            assert!(Playbook::built_in().process(&started.process).is_some());
            self.case.fields.insert(started.link.unwrap(), "opened".into());
        }
        self.case.history.push(Moved { event: made.event, from: made.from, to: made.to, at: self.now });
        Ok(made)
    }

    /// Files a form as the page does: with what is worked out.
    fn file(&mut self, form: &str, by: RecordId, pairs: &[(&str, Value)]) {
        let template = Playbook::built_in().form(form).unwrap();
        let given = answers(pairs);
        let answers = form::state(template, &given, &self.context()).completed(&given);
        self.case.documents.push(Filed {
            form: form.into(),
            created_by: Some(by),
            created_at: Some(self.now),
            answers,
        });
    }

    fn pass(&mut self, days: i64) {
        self.now += TimeDelta::days(days);
    }

    // ---- what can be filed ----

    fn file_complaint(&mut self, loss: i64, safety: &str, scope: i64, exposure: &str) {
        self.file(
            "F-6.1-1",
            RECEIVER,
            &[
                ("received_at", self.now.into()),
                ("channel", "phone".into()),
                ("anonymous", false.into()),
                ("complainant", "顾客".into()),
                ("relation", "self".into()),
                ("contact_way", "13800000000".into()),
                ("customer", id(CUSTOMER)),
                ("type", "delivery".into()),
                ("occurred_at", self.now.into()),
                ("facts", "送晚了两天".into()),
                ("demands", Value::List(vec!["apology".into()])),
                ("claimed_loss", Value::Int(loss * 100)),
                ("safety", safety.into()),
                ("scope", Value::Int(scope)),
                ("exposure", exposure.into()),
            ],
        );
    }

    fn file_classification(&mut self, given: [i64; 5], more: &[(&str, Value)]) {
        let due = Value::from(self.now + TimeDelta::days(1));
        let mut pairs = vec![
            ("points", points(given)),
            ("first_due", due.clone()),
            ("plan_due", due.clone()),
            ("resolve_due", due),
            ("case_owner", id(OWNER)),
        ];
        pairs.extend(more.iter().cloned());
        self.file("F-6.1-2", OTHER, &pairs);
    }

    fn file_investigation(&mut self, share: i64) {
        let step = row(&[("at", self.now.into()), ("who", id(OWNER)), ("finding", "漏发".into())]);
        let party = row(&[("party", "us".into()), ("share", Value::Int(share * 100))]);
        self.file(
            "F-6.2-1",
            OWNER,
            &[
                ("steps", Value::List(vec![step])),
                ("dept_statement", "属实".into()),
                ("cause_code", "other".into()),
                ("root_cause", "没有复核".into()),
                ("responsibility", Value::List(vec![party])),
                ("assessed_loss", Value::Int(0)),
            ],
        );
    }

    fn file_plan(&mut self, by: RecordId, amount: i64) {
        let remedy =
            row(&[("kind", "refund".into()), ("content", "退款".into()), ("amount", Value::Int(amount * 100))]);
        let remedies = ("remedies", Value::List(vec![remedy]));
        self.file("F-6.2-2", by, &[remedies, ("law_checked", true.into()), ("prevention", "双人复核".into())]);
    }

    fn file_round(&mut self, result: &str) {
        let agreement = if result == "accept" { "agreement.pdf".into() } else { Value::Null };
        self.file(
            "F-6.2-3",
            OWNER,
            &[
                ("at", self.now.into()),
                ("offer", "退款".into()),
                ("position", "考虑".into()),
                ("result", result.into()),
                ("agreement", agreement),
            ],
        );
    }

    fn file_call_back(&mut self, caller: RecordId, rating: i64) {
        let attempt = row(&[("at", self.now.into()), ("result", "done".into())]);
        let rating = Value::Int(rating);
        self.file(
            "F-6.2-4",
            caller,
            &[
                ("attempts", Value::List(vec![attempt])),
                ("caller", id(caller)),
                ("r_speed", rating.clone()),
                ("r_attitude", rating.clone()),
                ("r_result", rating),
                ("accepted", true.into()),
            ],
        );
    }
}

/// Does what an event needs before it may happen, and gives what it asks for.
fn prepare(world: &mut World, event: &str) -> Answers {
    let file = || Value::from("file1");
    let asked: &[(&str, Value)] = match (world.case.step.as_str(), event) {
        (_, "cancel" | "return") => &[("reason", "重复".into())],
        ("received", "acknowledge") => {
            world.file_complaint(300, "none", 1, "none");
            &[("against_staff", false.into())]
        }
        ("acknowledged", "classify") => {
            world.file_classification([0, 5, 2, 0, 0], &[]);
            &[]
        }
        ("acknowledged", "merge") => {
            &[("merged_into", id(FIRST)), ("same_matter", true.into()), ("brings_new_facts", false.into())]
        }
        ("acknowledged", "refuse") => &[
            ("refusal_ground", "in_court".into()),
            ("written_answer", "法院已受理。".into()),
            ("answered_on", world.now.date().into()),
        ],
        ("classified", "solve") => {
            &[("spot_result", "已道歉".into()), ("spot_amount", Value::Int(20_000)), ("customer_agrees", true.into())]
        }
        ("classified", "transfer") => &[("confirmed_at", world.now.into())],
        ("classified", "reclassify") => &[("level_set", "II".into()), ("level_change_reason", "影响扩大".into())],
        ("not_accepted", "new_facts") => &[("new_facts", "又有一位客户反映".into())],
        ("not_accepted", "close") => &[("other_ways", Value::List(vec!["court".into()]))],
        ("negotiating", "escalate_out") => {
            world.file_round("refuse");
            while world.case.documents.last().unwrap().answers[&key("round")] != Value::Int(3) {
                world.file_round("refuse");
            }
            &[("other_ways", Value::List(vec!["court".into()]))]
        }
        (_, "respond") => {
            &[("responded_at", world.now.into()), ("response_way", "phone".into()), ("response", "正在查".into())]
        }
        (_, "wait_customer") => {
            &[("asked_for", "发票".into()), ("pause_evidence", file()), ("reason", "缺发票".into())]
        }
        (_, "wait_third") => &[("third_party", "质检院".into()), ("pause_evidence", file()), ("reason", "送检".into())],
        ("investigating", "propose") => {
            world.file_investigation(100);
            &[]
        }
        ("planned", "approve") => {
            world.file_plan(OWNER, 60_000);
            &[]
        }
        ("negotiating", "accept" | "refuse") => {
            world.file_round(event);
            &[]
        }
        ("executing", "complete") => &[("proof", file())],
        ("resolved", "call_back") => {
            let rating = if world.case.fields.contains_key(&key("reopened_at")) { 5 } else { 2 };
            world.file_call_back(OTHER, rating);
            &[]
        }
        ("called_back", "close") => {
            world.file_call_back(OTHER, 5);
            &[("lesson", "先复核再发货".into())]
        }
        ("waiting_customer", "no_answer") => {
            let tries =
                (0..3).map(|day| row(&[("at", (world.now + TimeDelta::days(day)).into()), ("way", "phone".into())]));
            let tries: Vec<Value> = tries.collect();
            world.pass(2);
            &[("contact_attempts", Value::List(tries))]
        }
        ("waiting_third", "resume") => &[("third_result", file())],
        ("external", "settled") => {
            world.pass(60);
            &[("no_external_case", true.into())]
        }
        _ => &[],
    };
    answers(asked)
}

impl World {
    /// The world after these events, each well prepared.
    fn after(process: &str, events: &[&str]) -> Self {
        let mut world = Self::new(process);
        for event in events {
            world.go(event);
        }
        world
    }

    fn go(&mut self, event: &str) -> Move {
        self.pass(1);
        let given = prepare(self, event);
        let transition = self.process.transitions_from(self.case.step).find(|made| made.event == *event).unwrap();
        // The last role named is the highest: it may always.
        let actor = holder(*transition.roles.last().unwrap());
        let from = self.case.step;
        self.attempt(&actor, event, &given).unwrap_or_else(|refused| panic!("{from} {event}: {refused:?}"))
    }
}

// ---- every move ------------------------------------------------------------------------------------------------

/// Makes every move of every step, from the first time the step was reached.
fn make_every_move(process: &str) {
    let mut reached = BTreeMap::from([(World::new(process).case.step, World::new(process))]);
    let mut waiting = vec![World::new(process)];
    let mut made = BTreeSet::new();
    while let Some(world) = waiting.pop() {
        for transition in world.process.transitions_from(world.case.step) {
            let mut next = world.clone();
            next.go(transition.event.as_str());
            assert_eq!(next.case.step, transition.to);
            made.insert((transition.from, transition.event));
            if reached.insert(next.case.step, next.clone()).is_none() {
                waiting.push(next);
            }
        }
    }
    let process = World::new(process).process;
    let all: BTreeSet<(Key, Key)> = process.transitions.iter().map(|made| (made.from, made.event)).collect();
    assert_eq!(made, all);
    assert_eq!(reached.len(), process.steps.len());
    assert!(process.transitions.iter().filter(|made| made.event == CANCEL).count() > 3);
}

#[test]
fn every_move_of_a_reception_can_be_made() {
    make_every_move("W-6.1");
}

#[test]
fn every_move_of_handling_can_be_made() {
    make_every_move("W-6.2");
}

// ---- M05 -------------------------------------------------------------------------------------------------------

#[test]
fn severity_level_and_priority_are_those_of_m05() {
    let told: Json = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    let vectors = told["vectors"]["M05"].as_array().unwrap();
    assert_eq!(vectors.len(), 9);
    for vector in vectors {
        let (given, expected) = (&vector["in"], &vector["expect"]);
        let mut world = World::new("W-6.1");
        world.tier = ["VIP", "A", "B", "C", "D"].into_iter().find(|tier| given["tier"] == *tier).unwrap();
        world.case.fields.insert(key("repeat_no"), Value::Int(given["repeat"].as_i64().unwrap()));
        world.case.fields.insert(key("tier"), world.tier.into());
        let text = |name: &str| given[name].as_str().unwrap();
        let number = |name: &str| given[name].as_i64().unwrap();
        world.file_complaint(number("loss"), text("safety"), number("scope"), text("exposure"));
        world.case.step = key("acknowledged");
        let mut expected_points = [0; 5];
        for (index, points) in expected["points"].as_array().unwrap().iter().enumerate() {
            expected_points[index] = points.as_i64().unwrap();
        }
        let outside = ("external_due", world.now.date().into());
        world.file_classification(expected_points, std::slice::from_ref(&outside));
        let sheet = &world.case.documents.last().unwrap().answers;
        assert_eq!(sheet[&key("severity")], Value::Int(expected["severity"].as_i64().unwrap()), "{vector}");
        let level = ["I", "II", "III", "IV"][expected["level"].as_u64().unwrap() as usize - 1];
        assert_eq!(sheet[&key("level")], level.into(), "{vector}");
        let priority = format!("P{}", expected["priority"]);
        assert_eq!(sheet[&key("priority")], priority.as_str().into(), "{vector}");
        // The sheet is checked against the record, and what may be P1 or P2 is classified around the clock.
        assert_eq!(world.reasons(&person(OTHER, "CP-E"), "classify"), Vec::<String>::new(), "{vector}");
        let due = if ["P1", "P2"].contains(&&*priority) { "11-23 11:00" } else { "11-24 11:00" };
        assert_eq!(world.due("classify"), due, "{vector}");
    }
}

#[test]
fn a_record_corrected_after_the_classification_asks_for_a_new_one() {
    let mut world = World::after("W-6.1", &["acknowledge"]);
    world.file_classification([0, 5, 2, 0, 0], &[]);
    assert_eq!(world.reasons(&person(OTHER, "CP-E"), "classify"), Vec::<String>::new());
    world.file_complaint(25_000, "none", 1, "none");
    assert!(world.reasons(&person(OTHER, "CP-E"), "classify")[0].contains("points do not agree"));
}

#[test]
fn without_all_five_factors_there_is_no_level() {
    let mut world = World::after("W-6.1", &["acknowledge"]);
    world.file("F-6.1-1", RECEIVER, &[("claimed_loss", Value::Int(30_000))]);
    world.file("F-6.1-2", OTHER, &[("case_owner", id(OWNER))]);
    let sheet = &world.case.documents.last().unwrap().answers;
    assert!(["severity", "level", "priority"].iter().all(|field| sheet[&key(field)].is_blank()));
    assert!(world.reasons(&person(OTHER, "CP-E"), "classify")[0].contains("have not been worked out"));
}

// ---- reception -------------------------------------------------------------------------------------------------

#[test]
fn only_the_receiver_acknowledges_and_says_whom_it_is_about() {
    let mut world = World::new("W-6.1");
    world.file_complaint(300, "none", 1, "none");
    assert!(!world.offer(&person(OTHER, "CP-E"), "acknowledge").is_open());
    let receiver = person(RECEIVER, "CC-A");
    let about_staff = answers(&[("against_staff", true.into())]);
    assert!(matches!(world.attempt(&receiver, "acknowledge", &about_staff), Err(MoveError::Incomplete(_))));
    let about = answers(&[("against_staff", true.into()), ("accused", id(OWNER))]);
    world.attempt(&receiver, "acknowledge", &about).unwrap();
    world.file_classification([0, 5, 2, 0, 0], &[]);
    let refusals = world.offer(&person(OTHER, "CP-E"), "classify").refusals;
    assert!(
        matches!(refusals.as_slice(), [Refusal::FormIncomplete { problems, .. }] if problems[0].field == Some(key("case_owner")))
    );
}

#[test]
fn whoever_hears_of_a_complaint_answers_for_it() {
    let mut world = World::new("W-6.1");
    assert_eq!(
        (&world.case.fields[&key("receiver")], &world.case.fields[&key("repeat_no")]),
        (&id(RECEIVER), &Value::Int(1))
    );
    world.case.owner = Some(OTHER);
    world.go("acknowledge");
    assert_eq!(world.case.owner, Some(RECEIVER));
    assert_eq!(world.case.fields[&key("tier")], "C".into());
    world.file_complaint(300, "none", 1, "none");
    let record = &world.case.documents.last().unwrap().answers;
    assert_eq!((&record[&key("receiver")], &record[&key("tier")]), (&id(RECEIVER), &"C".into()));
}

#[test]
fn what_is_merged_is_at_least_the_second_complaint() {
    let mut world = World::after("W-6.1", &["acknowledge"]);
    assert_eq!(world.clone().go("merge").fields[&key("repeat_no")], Value::Int(2));
    world.case.fields.insert(key("repeat_no"), Value::Int(3));
    assert_eq!(world.go("merge").fields[&key("repeat_no")], Value::Int(3));
}

#[test]
fn the_case_that_is_merged_into_counts_one_more_and_names_the_other() {
    let merged = RecordId::fixed(41);
    for process in ["W-6.1", "W-6.2"] {
        let mut world = World::after("W-6.1", &["acknowledge"]);
        world.case.id = Some(merged);
        world.register = told(&[(process, &complaint(FIRST, false))]);
        let [elsewhere] = &world.go("merge").elsewhere[..] else { panic!("one case, whatever its process: {process}") };
        assert_eq!((elsewhere.case, &*elsewhere.process), (FIRST, process));
        let fields = Playbook::built_in().process(process).unwrap().set_fields(&elsewhere.given);
        assert_eq!(fields, answers(&[("merged_case", merged.into()), ("repeat_no", Value::Int(3))]));
    }
}

#[test]
fn new_facts_restart_the_plan_clock_of_the_first_case_and_nothing_else() {
    let mut world = World::after("W-6.1", &["acknowledge"]);
    world.case.id = Some(RecordId::fixed(41));
    let planned: NaiveDateTime = "2026-11-20T18:00:00".parse().unwrap();
    let more = [("level", Datum::text("III")), ("plan_due", Datum::Moment(planned))];
    let cells: Vec<(&str, Datum)> = complaint(FIRST, false).into_iter().chain(more).collect();
    world.register = told(&[("W-6.2", &cells)]);
    let merged = |facts: bool| {
        let given = [("merged_into", id(FIRST)), ("same_matter", true.into()), ("brings_new_facts", facts.into())];
        let made = world.clone().attempt(&person(OTHER, "CP-E"), "merge", &answers(&given)).unwrap();
        Playbook::built_in().process("W-6.2").unwrap().set_fields(&made.elsewhere[0].given)
    };
    assert_eq!(merged(false)[&key("plan_due")], planned.into());
    let again = merged(true);
    assert!(again[&key("plan_due")] > Value::from(planned), "{again:?}");
    assert_eq!(again.keys().map(|key| key.as_str()).collect::<Vec<_>>(), ["merged_case", "plan_due", "repeat_no"]);
}

#[test]
fn a_complaint_is_merged_into_another_that_is_open() {
    let mut world = World::after("W-6.1", &["acknowledge"]);
    let mut broken = |register: Register, own: RecordId| {
        world.register = register;
        world.case.id = Some(own);
        let given =
            answers(&[("merged_into", id(FIRST)), ("same_matter", true.into()), ("brings_new_facts", false.into())]);
        match world.clone().attempt(&person(OTHER, "CP-E"), "merge", &given) {
            Err(MoveError::Incomplete(problems)) => problems.len(),
            other => panic!("{other:?}"),
        }
    };
    let other = RecordId::fixed(41);
    assert_eq!(broken(told(&[("W-6.1", &complaint(FIRST, false))]), FIRST), 1, "not into itself");
    assert_eq!(broken(told(&[("W-6.1", &complaint(FIRST, true))]), other), 1, "that one is over");
    assert_eq!(broken(told(&[("W-3.1", &complaint(FIRST, false))]), other), 1, "that is no complaint");
}

#[test]
fn a_hand_over_opens_the_handling_once_and_passes_on_what_is_known() {
    let mut world = World::after("W-6.1", &["acknowledge", "classify"]);
    let made = world.go("transfer");
    let started = made.starts.into_iter().next().unwrap();
    assert_eq!((&*started.process, started.link), ("W-6.2", Some(key("handling_case"))));
    let fields = Playbook::built_in().process("W-6.2").unwrap().first_fields(&started.given);
    let sheet = &world.case.documents.last().unwrap().answers;
    for field in ["severity", "level", "priority", "first_due", "plan_due", "resolve_due"] {
        assert_eq!(fields[&key(field)], sheet[&key(field)], "{field}");
    }
    assert_eq!((&fields[&key("owner")], &fields[&key("customer")]), (&id(OWNER), &id(CUSTOMER)));
    assert_eq!(fields[&key("received_at")], "2026-11-24T10:00".into());
    assert_eq!(fields[&key("facts")], "送晚了两天".into());
    assert_eq!((&fields[&key("channel")], &fields[&key("type")]), (&"phone".into(), &"delivery".into()));
    assert_eq!((&fields[&key("tier")], &fields[&key("anonymous")]), (&"C".into(), &false.into()));
}

#[test]
fn a_changed_level_asks_for_a_new_sheet_and_a_lower_one_for_the_supervisor() {
    let specialist = person(OTHER, "CP-E");
    let mut world = World::after("W-6.1", &["acknowledge", "classify"]);
    assert!(world.offer(&specialist, "solve").is_open());
    world.go("reclassify");
    let refusals = world.offer(&specialist, "transfer").refusals;
    assert!(matches!(refusals.as_slice(), [Refusal::FormIncomplete { .. }, Refusal::Guard(_)]), "{refusals:?}");
    world.file_classification([0, 5, 2, 0, 0], &[("level_change_reason", "影响扩大".into())]);
    assert_eq!(world.case.documents.last().unwrap().answers[&key("priority")], "P2".into());
    assert!(world.offer(&specialist, "transfer").is_open());
    assert_eq!(world.offer(&specialist, "solve").refusals.len(), 1);
    let mut world = World::after("W-6.1", &["acknowledge", "classify"]);
    world.file_complaint(25_000, "none", 1, "none");
    world.file_classification([0, 15, 2, 0, 0], &[]);
    assert!(world.offer(&specialist, "transfer").is_open());
    world.file_complaint(300, "none", 1, "none");
    world.file_classification([0, 5, 2, 0, 0], &[]);
    assert!(world.reasons(&specialist, "transfer")[0].contains("lower than before"));
}

#[test]
fn on_the_spot_only_what_is_within_authority_and_agreed() {
    let world = World::after("W-6.1", &["acknowledge", "classify"]);
    let receiver = person(RECEIVER, "CC-A");
    for (amount, agrees) in [(20_001, true), (0, false)] {
        let given = answers(&[
            ("spot_result", "已道歉".into()),
            ("spot_amount", Value::Int(amount)),
            ("customer_agrees", agrees.into()),
        ]);
        assert!(matches!(world.clone().attempt(&receiver, "solve", &given), Err(MoveError::Incomplete(_))));
    }
}

// ---- handling --------------------------------------------------------------------------------------------------

#[test]
fn the_first_answer_is_logged_once_and_its_deadline_is_over() {
    let mut world = World::new("W-6.2");
    assert_eq!((world.due("respond"), world.due("propose")), ("11-23 22:00".into(), "11-25 18:00".into()));
    world.go("respond");
    world.go("wait_third");
    world.go("resume");
    assert_eq!(world.reasons(&person(OWNER, "CP-E"), "respond"), ["The first answer is on record already."]);
    assert_eq!(world.due("respond"), "");
}

#[test]
fn a_pause_needs_reason_and_evidence() {
    let specialist = person(OWNER, "CP-E");
    for event in ["wait_customer", "wait_third"] {
        let world = World::new("W-6.2");
        let given = prepare(&mut world.clone(), event);
        for left_out in given.keys() {
            let mut given = given.clone();
            given.remove(left_out);
            let refused = world.clone().attempt(&specialist, event, &given);
            assert!(matches!(refused, Err(MoveError::Incomplete(_))), "{left_out}");
        }
    }
    let paused = World::new("W-6.2").process.steps.iter().filter(|step| step.is_paused).count();
    assert_eq!(paused, 2);
}

#[test]
fn no_answer_takes_attempts_on_three_days() {
    let mut world = World::after("W-6.2", &["wait_customer"]);
    let attempt = row(&[("at", world.now.into()), ("way", "phone".into())]);
    let given = answers(&[("contact_attempts", Value::List(vec![attempt.clone(), attempt.clone(), attempt]))]);
    assert!(matches!(world.attempt(&person(OTHER, "CP-S"), "no_answer", &given), Err(MoveError::Incomplete(_))));
}

#[test]
fn shares_that_do_not_add_up_are_no_investigation() {
    let mut world = World::new("W-6.2");
    world.file_investigation(90);
    let refusals = world.offer(&person(OWNER, "CP-E"), "propose").refusals;
    assert!(matches!(refusals.as_slice(), [Refusal::FormIncomplete { .. }, Refusal::Guard(_)]));
}

#[test]
fn the_approver_changes_with_the_amount() {
    let actors = [
        holder(Role::Owner),
        holder(Role::Supervisor),
        person(OTHER, "MGR"),
        person(OTHER, "DIR"),
        person(OTHER, "GM"),
    ];
    let levels = ["specialist", "supervisor", "manager", "director", "gm"];
    let limits = [(0, 0), (200, 0), (201, 1), (1_000, 1), (1_001, 2), (5_000, 2), (5_001, 3), (50_000, 3), (50_001, 4)];
    for (amount, least) in limits {
        let mut world = World::after("W-6.2", &["propose"]);
        world.file_plan(OWNER, amount);
        assert_eq!(world.case.documents.last().unwrap().answers[&key("approver_level")], levels[least].into());
        for (rank, actor) in actors.iter().enumerate() {
            let offer = world.offer(actor, "approve");
            assert_eq!(offer.is_open(), rank >= least, "{amount} {rank} {:?}", offer.refusals);
            assert_eq!(offer.is_self_approval, rank == 0 && least == 0);
        }
        assert!(!world.offer(&person(OTHER, "CP-E"), "approve").is_open());
    }
    let mut world = World::after("W-6.2", &["propose"]);
    world.file_plan(SUPERIOR, 100);
    assert_eq!(world.offer(&holder(Role::Supervisor), "approve").refusals, [Refusal::OwnWork("F-6.2-2".into())]);
}

#[test]
fn after_three_rounds_the_case_goes_outside() {
    let mut world = World::after("W-6.2", &["propose", "approve", "refuse", "approve", "refuse", "approve"]);
    assert!(!world.offer(&person(OTHER, "MGR"), "escalate_out").is_open());
    world.pass(1);
    world.file_round("refuse");
    let refused = world.reasons(&person(OWNER, "CP-E"), "refuse");
    assert!(refused[0].contains("three rounds"), "{refused:?}");
    let given = answers(&[("other_ways", Value::List(vec!["court".into()]))]);
    assert!(matches!(
        world.clone().attempt(&person(OTHER, "MGR"), "escalate_out", &Answers::new()),
        Err(MoveError::Incomplete(_))
    ));
    world.attempt(&person(OTHER, "MGR"), "escalate_out", &given).unwrap();
    // By the decision within 60 days; then by the manager, where no external case was opened.
    let (specialist, manager) = (person(OWNER, "CP-E"), person(OTHER, "MGR"));
    let (decision, none) =
        (answers(&[("decision", "ruling.pdf".into())]), answers(&[("no_external_case", true.into())]));
    assert!(world.offer(&specialist, "settled").is_open() && !world.offer(&manager, "settled").is_open());
    for given in [&Answers::new(), &none] {
        assert!(matches!(world.clone().attempt(&specialist, "settled", given), Err(MoveError::Incomplete(_))));
    }
    world.clone().attempt(&specialist, "settled", &decision).unwrap();
    assert_eq!(world.due("settled"), "01-29 23:59");
    world.pass(60);
    assert!(matches!(world.clone().attempt(&specialist, "settled", &none), Err(MoveError::Incomplete(_))));
    world.clone().attempt(&specialist, "settled", &decision).unwrap();
    for given in [&Answers::new(), &decision, &answers(&[("no_external_case", false.into())])] {
        assert!(matches!(world.clone().attempt(&manager, "settled", given), Err(MoveError::Incomplete(_))));
    }
    // One person may have both posts.
    let both = Actor::Person { staff: OTHER, posts: vec![key("CP-E"), key("MGR")] };
    for given in [&none, &decision] {
        world.clone().attempt(&both, "settled", given).unwrap();
    }
    world.attempt(&manager, "settled", &none).unwrap();
}

#[test]
fn what_is_decided_outside_has_the_time_set_there() {
    let path = ["propose", "approve", "refuse", "approve", "refuse", "approve", "escalate_out"];
    let mut world = World::after("W-6.2", &path);
    world.case.fields.insert(key("channel"), "regulator".into());
    assert_eq!(world.due("settled"), "01-25 18:00");
    world.case.fields.insert(key("decision_due"), "2026-12-24".into());
    assert_eq!(world.due("settled"), "12-24 23:59");
}

#[test]
fn a_round_counts_itself_and_there_is_no_fourth() {
    let mut world = World::after("W-6.2", &["propose", "approve"]);
    let round = |world: &World| world.case.documents.last().unwrap().answers[&key("round")].clone();
    for number in 1..=3 {
        world.file_round("refuse");
        assert_eq!(round(&world), Value::Int(number));
    }
    let template = Playbook::built_in().form("F-6.2-3").unwrap();
    let filed = world.case.documents.last().unwrap().answers.clone();
    let problems = form::check(template, &filed, &world.context());
    assert!(problems.iter().any(|problem| format!("{problem:?}").contains("three rounds")), "{problems:?}");
    world.pass(1);
    world.case.fields.insert(key("reopened_at"), world.now.into());
    world.file_round("refuse");
    assert_eq!(round(&world), Value::Int(1));
}

#[test]
fn the_person_complained_about_handles_nothing() {
    let accused = person(OTHER, "CP-E");
    let mut world = World::new("W-6.2");
    world.case.fields.insert(key("accused"), id(OTHER));
    let mut asked = 0;
    for step in world.process.steps.iter().filter(|step| !step.is_terminal) {
        world.case.step = step.key;
        for offer in offers(world.process, &world.case, &accused, &world.facts()) {
            if offer.transition.roles.contains(&Role::Post(key("CP-E"))) {
                let is_told =
                    |refusal: &Refusal| matches!(refusal, Refusal::Guard(text) if text.en.contains("complained about"));
                assert!(offer.refusals.iter().any(is_told), "{} {}", step.key, offer.transition.event);
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 10);
    let mut world = World::after("W-6.2", &["propose"]);
    world.case.fields.insert(key("accused"), id(SUPERIOR));
    world.file_plan(OWNER, 500);
    assert!(world.reasons(&holder(Role::Supervisor), "approve")[0].contains("complained about"));
}

#[test]
fn who_approves_their_own_plan_is_on_record() {
    let mut world = World::after("W-6.2", &["propose"]);
    world.file_plan(OWNER, 200);
    let mark = |made: Move| made.fields[&key("self_approved")].clone();
    let own = world.clone().attempt(&holder(Role::Owner), "approve", &Answers::new()).unwrap();
    assert!(own.is_self_approval);
    assert_eq!(mark(own), true.into());
    assert_eq!(mark(world.attempt(&holder(Role::Supervisor), "approve", &Answers::new()).unwrap()), false.into());
}

#[test]
fn an_outside_deadline_is_not_passed() {
    let mut world = World::new("W-6.2");
    world.case.fields.insert(key("external_due"), "2026-12-01".into());
    world.case.fields.insert(key("resolve_due"), "2026-12-02T18:00".into());
    assert_eq!(world.due("propose"), "11-25 18:00");
    world.case.step = key("executing");
    assert_eq!(world.due("complete"), "12-01 23:59");
}

#[test]
fn the_case_owner_does_not_call_back_and_a_poor_rating_reopens_once() {
    let path = ["propose", "approve", "accept", "complete"];
    let mut world = World::after("W-6.2", &path);
    world.file_call_back(OWNER, 5);
    assert!(!world.offer(&person(OTHER, "CR-E"), "call_back").is_open());
    let supervisor = person(OTHER, "CP-S");
    let mut world = World::after("W-6.2", &path);
    world.go("call_back");
    assert_eq!(world.case.documents.last().unwrap().answers[&key("reopen")], true.into());
    assert!(!world.offer(&supervisor, "close").is_open());
    assert_eq!(world.go("reopen").fields[&key("reopened_at")], world.now.into());
    for event in path {
        world.go(event);
    }
    world.pass(1);
    world.file_call_back(OTHER, 1);
    world.attempt(&person(OTHER, "CR-E"), "call_back", &Answers::new()).unwrap();
    assert_eq!(world.reasons(&supervisor, "reopen"), ["It has been reopened once already."]);
    assert!(matches!(world.attempt(&supervisor, "close", &Answers::new()), Err(MoveError::Incomplete(_))));
    // A poor rating even then opens a corrective action.
    let made = world.attempt(&supervisor, "close", &closing()).unwrap();
    let fields = Playbook::built_in().process("A-0").unwrap().first_fields(&made.starts[0].given);
    assert_eq!((&fields[&key("source")], &fields[&key("problem")]), (&"complaint".into(), &"送晚了两天".into()));
}

fn closing() -> Answers {
    answers(&[("lesson", "先复核".into())])
}

#[test]
fn three_complaints_of_one_cause_open_one_corrective_action() {
    let mut world = World::after("W-6.2", &["propose", "approve", "accept", "complete"]);
    world.file_call_back(OTHER, 5);
    world.attempt(&person(OTHER, "CR-E"), "call_back", &Answers::new()).unwrap();
    let own = RecordId::fixed(50);
    world.case.id = Some(own);
    let now = world.now;
    let found = |case: RecordId, cause: &str, days: i64| {
        let at = Datum::Moment(now - TimeDelta::days(days));
        [("case_id", Datum::text(&case.to_string())), ("cause_code", Datum::text(cause)), ("created_at", at)]
    };
    // Investigated anew, a complaint counts once; another cause, or one of long ago, does not count.
    let [second, third] = [RecordId::fixed(51), RecordId::fixed(52)];
    let two = [found(own, "other", 40), found(second, "other", 30), found(second, "other", 1)];
    let beside = [found(third, "staff", 1), found(RecordId::fixed(53), "other", 31)];
    let three = found(third, "other", 2);
    let closed = |rows: Vec<(&str, told::Cells<'_>)>| {
        let mut world = World { register: told(&rows), ..world.clone() };
        let made = world.attempt(&person(OTHER, "CP-S"), "close", &closing()).unwrap();
        (made.fields[&key("same_cause")].clone(), made.starts.len(), world.case.fields.get(&key("corrective")).cloned())
    };
    let mut rows: Vec<(&str, told::Cells<'_>)> = two.iter().chain(&beside).map(|row| ("F-6.2-1", &row[..])).collect();
    assert_eq!(closed(rows.clone()), (Value::Int(2), 0, None));
    rows.push(("F-6.2-1", &three));
    assert_eq!(closed(rows.clone()), (Value::Int(3), 1, Some("opened".into())));
    // One action for a cause at a time: the fourth complaint joins the one that is open.
    let action = RecordId::fixed(60);
    let acting = |cause: &str| [("case_id", Datum::text(&action.to_string())), ("cause_code", Datum::text(cause))];
    let (other_cause, same_cause) = (acting("staff"), acting("other"));
    rows.push(("A-0", &other_cause));
    assert_eq!(closed(rows.clone()).1, 1);
    rows.push(("A-0", &same_cause));
    assert_eq!(closed(rows), (Value::Int(3), 0, Some(action.into())));
}

#[test]
fn how_a_complaint_was_handled_is_kept_for_the_figures() {
    let mut world = World::new("W-6.2");
    let fields = |world: &World, name: &str| world.case.fields.get(&key(name)).cloned();
    world.go("respond");
    assert_eq!(fields(&world, "answered_in_time"), Some(false.into()), "a day later, and 12 hours are given");
    for event in ["propose", "approve", "accept", "complete"] {
        world.go(event);
    }
    assert_eq!(fields(&world, "resolved_in_time"), Some(true.into()));
    assert_eq!(fields(&world, "resolved_at"), Some(Value::from(world.now)));
    assert_eq!(fields(&world, "compensation"), Some(Value::Int(0)), "a refund is none");
}

#[test]
fn the_complaint_report_counts_the_month() {
    let at = |moment: &str| Datum::Moment(moment.parse().unwrap());
    let number = |number: i64| Datum::Number(number.into());
    let (november, december) = (at("2026-11-10T10:00:00"), at("2026-12-10T10:00:00"));
    let record = |received: &Datum, about: &str| [("received_at", received.clone()), ("type", Datum::text(about))];
    let handled = |in_time: bool, repeated: bool, paid: i64| {
        [
            ("received_at", november.clone()),
            ("level", Datum::text("III")),
            ("step", Datum::text("closed")),
            ("answered_in_time", Datum::Bool(in_time)),
            ("responded_at", november.clone()),
            ("resolve_due", november.clone()),
            ("resolved_at", at("2026-11-12T10:00:00")),
            ("resolved_in_time", Datum::Bool(true)),
            ("repeated", Datum::Bool(repeated)),
            ("compensation", number(paid)),
            ("lesson", if in_time { Datum::text("check twice") } else { Datum::Blank }),
            ("closed_at", at("2026-11-20T10:00:00")),
        ]
    };
    let still = [("received_at", at("2026-10-01T10:00:00")), ("step", Datum::text("executing"))];
    let on_the_spot = [
        ("begun_at", november.clone()),
        ("closed_at", november.clone()),
        ("step", Datum::text("solved_on_spot")),
        ("spot_amount", number(30)),
    ];
    let cause = |cause: &str, at: &Datum| [("cause_code", Datum::text(cause)), ("created_at", at.clone())];
    let rating = |rating: i64, at: &Datum| [("rating", number(rating)), ("created_at", at.clone())];
    let mut world = World::new("W-6.2");
    world.now = "2026-12-04T10:00:00".parse().unwrap();
    world.register = told(&[
        ("F-6.1-1", &record(&november, "delivery")),
        ("F-6.1-1", &record(&november, "quality")),
        ("F-6.1-1", &record(&november, "delivery")),
        ("F-6.1-1", &record(&december, "delivery")),
        ("W-6.1", &on_the_spot),
        ("W-6.2", &handled(true, true, 100)),
        ("W-6.2", &handled(false, false, 20)),
        ("W-6.2", &still),
        ("F-6.2-1", &cause("staff", &november)),
        ("F-6.2-1", &cause("staff", &november)),
        ("F-6.2-1", &cause("staff", &december)),
        ("F-6.2-1", &cause("other", &november)),
        ("F-6.2-4", &rating(5, &november)),
        ("F-6.2-4", &rating(4, &november)),
        ("F-6.2-4", &rating(1, &december)),
    ]);
    world.file("F-6.2-5", OTHER, &[("month", "2026-11".into()), ("analysis", "fine".into())]);
    let report = &world.case.documents.last().unwrap().answers;
    let count = |dimension: &str, name: &str, count: i64| {
        row(&[("dimension", dimension.into()), ("name", name.into()), ("count", Value::Int(count))])
    };
    let counted = [
        count("type", "<delivery>", 2),
        count("type", "<quality>", 1),
        count("level", "<III>", 2),
        count("level", "<IV>", 1),
    ];
    assert_eq!(report[&key("counts")].items(), counted);
    let rate = |kpi: &str, value: &str| row(&[("kpi", kpi.into()), ("value", value.into())]);
    let rates = [("K6-1", "50"), ("K6-2", "100"), ("K6-3", "90"), ("K6-4", "2"), ("K6-5", "50"), ("K6-6", "50")];
    assert_eq!(report[&key("rates")].items(), rates.map(|(kpi, value)| rate(kpi, value)));
    let cause = |cause: &str, count: i64, share: i64| {
        row(&[("cause", cause.into()), ("count", Value::Int(count)), ("cumulative", Value::Int(share))])
    };
    assert_eq!(report[&key("pareto")].items(), [cause("<staff>", 2, 6_667), cause("<other>", 1, 10_000)]);
    assert_eq!(report[&key("compensation")], Value::Int(15_000));
    assert_eq!(report[&key("open_over_30")], Value::Int(1));
}

#[test]
fn a_customer_who_cannot_be_reached_is_tried_on_three_days() {
    let mut world = World::after("W-6.2", &["propose", "approve", "accept", "complete"]);
    let caller = person(OTHER, "CR-E");
    let mut attempts = Vec::new();
    for days in 0..3 {
        world.pass(1);
        assert!(days == 0 || !world.offer(&caller, "call_back").is_open());
        attempts.push(row(&[("at", world.now.into()), ("result", "no_answer".into())]));
        world.file("F-6.2-4", OTHER, &[("attempts", Value::List(attempts.clone())), ("caller", id(OTHER))]);
    }
    assert!(world.offer(&caller, "call_back").is_open());
    world.case.fields.insert(key("anonymous"), true.into());
    world.file("F-6.2-4", OTHER, &[("attempts", Value::List(attempts[..1].to_vec())), ("caller", id(OTHER))]);
    assert!(world.offer(&caller, "call_back").is_open());
}
