//! The clock of a case stands still while it waits, and says how far along it is (C3), through the workflow.
#![allow(clippy::unwrap_used)]

mod stage;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use kehu_domain::calendar::{Calendar, Pause, Stage, Unit};
use kehu_domain::expr::{Names, Register};
use kehu_domain::playbook::{FILES, Playbook, PlaybookProblemKind as Kind};
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::{CaseClock, CaseView, Facts, Moved, Process, clock_of, due_of};
use serde_json::Value as Json;
use stage::{answers, key};

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::shipped().unwrap());

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

// ---- a case with moves at given moments ------------------------------------------------------------------------

struct World {
    playbook: &'static Playbook,
    process: &'static Process,
    case: CaseView,
    now: NaiveDateTime,
}

impl World {
    fn new(playbook: &'static Playbook, process: &str, begun: &str, fields: &[(&str, Value)]) -> Self {
        let process = playbook.process(process).unwrap();
        let mut case = CaseView::begun(process, Some(RecordId::fixed(1)), at(begun));
        case.fields = answers(fields);
        Self { playbook, process, case, now: at(begun) }
    }

    /// The handling of a complaint that was received at a moment.
    fn complaint(received: &str, fields: &[(&str, Value)]) -> Self {
        let mut world = Self::new(Playbook::built_in(), "W-6.2", received, fields);
        world.case.fields.insert(key("received_at"), at(received).into());
        world
    }

    /// As [`kehu_domain::workflow::attempt`] would have it, whatever its conditions.
    fn go(&mut self, event: &str, moment: &str) {
        let transition = self.process.transitions_from(self.case.step).find(|made| made.event == *event).unwrap();
        self.now = at(moment);
        // A move is written to the millisecond.
        let moved = self.now + TimeDelta::milliseconds(59_400);
        self.case.history.push(Moved { event: key(event), from: transition.from, to: transition.to, at: moved });
        if !transition.is_loop() {
            self.case.entered_at = Some(self.now);
        }
        self.case.step = transition.to;
    }

    fn wait(&mut self, from: &str, to: &str) {
        self.go("wait_customer", from);
        self.go("resume", to);
    }

    fn facts(&self) -> Facts<'static> {
        Facts {
            now: self.now,
            forms: self.playbook.forms(),
            calendar: &*CALENDAR,
            known: Names::new(),
            rule_dues: BTreeMap::from([("C4".into(), at("2026-12-07 18:00"))]),
            posts: Arc::default(),
            register: Register::default(),
        }
    }

    fn clock(&self, event: &str) -> CaseClock {
        let transition = self.process.transitions_from(self.case.step).find(|made| made.event == *event).unwrap();
        let clock = clock_of(self.process, transition, &self.case, &self.facts()).unwrap();
        assert_eq!(due_of(self.process, transition, &self.case, &self.facts()), Some(clock.due));
        clock
    }

    fn due(&self, event: &str) -> String {
        self.clock(event).due.format("%m-%d %H:%M").to_string()
    }
}

fn due(moment: &str) -> Value {
    at(moment).into()
}

// ---- C3 through complaint handling -----------------------------------------------------------------------------

#[test]
fn c3_e11_a_wait_moves_the_plan_by_its_working_minutes() {
    let fields = [("priority", "P3".into()), ("plan_due", due("2026-11-26 18:00"))];
    let mut world = World::complaint("2026-11-23 10:20", &fields);
    assert_eq!(world.clock("propose").unpaused, at("2026-11-26 18:00"));
    world.wait("2026-11-24 10:00", "2026-11-25 15:00");
    let clock = world.clock("propose");
    assert_eq!((clock.from, clock.unit, clock.day_zero), (at("2026-11-23 10:20"), Unit::Working, None));
    assert_eq!((clock.unpaused, clock.due), (at("2026-11-26 18:00"), at("2026-11-30 14:00")));
    assert_eq!(clock.paused_minutes, 720);
    assert_eq!(clock.pauses, [Pause { from: at("2026-11-24 10:00"), to: Some(at("2026-11-25 15:00")) }]);
    // After a pause the marks are those of the new due moment (ruling 16).
    assert_eq!(clock.marks.total, 1_840 + 720);
}

#[test]
fn c3_e12_to_e14_a_case_goes_up_level_by_level() {
    let told: Json = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    let told = told["vectors"]["C3"].as_array().unwrap().iter();
    let mut compared = 0;
    for (id, event, priority, field) in [
        ("C3-E12", "propose", "P3", "plan_due"),
        ("C3-E13", "respond", "P1", "first_due"),
        ("C3-E14", "complete", "P4", "resolve_due"),
    ] {
        let vector = told.clone().find(|vector| vector["id"] == id).unwrap();
        let (given, expected) = (&vector["in"], &vector["expect"]);
        let text = |name: &str| given[name].as_str().unwrap();
        let mut world = World::complaint(text("received"), &[("priority", priority.into()), (field, due(text("due")))]);
        if event == "complete" {
            // The clock of the resolution runs on from step to step.
            for (event, moment) in [("propose", "24"), ("approve", "25"), ("accept", "26")] {
                world.go(event, &format!("2026-11-{moment} 11:00"));
            }
        }
        let clock = world.clock(event);
        assert_eq!(clock.unit == Unit::Calendar, text_of(given, "unit") == "calendar", "{id}");
        let mark = |name: &str| expected[name].as_str().map(at);
        for (name, moment, stage) in [
            ("p50", clock.marks.shares[0].1, Stage::Used(50)),
            ("p80", clock.marks.shares[1].1, Stage::Used(80)),
            ("plus1", clock.marks.next_day, Stage::NextDay),
        ] {
            let Some(told) = mark(name) else { continue };
            assert_eq!(moment, told, "{id} {name}");
            world.now = moment;
            assert_eq!(world.clock(event).stage, stage, "{id} {name}");
            world.now = moment - TimeDelta::minutes(1);
            assert!(world.clock(event).stage < stage, "{id} {name}");
            compared += 1;
        }
        world.now = clock.due;
        assert_eq!(world.clock(event).stage, Stage::Due, "{id}");
        if let Some(total) = expected["total"].as_i64() {
            assert_eq!(clock.marks.total, total, "{id}");
        }
    }
    assert_eq!(compared, 7);
}

fn text_of<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap()
}

#[test]
fn a_first_answer_moves_by_the_time_around_the_clock() {
    let fields = |priority: &str| [("priority", priority.into()), ("first_due", due("2026-11-20 22:00"))];
    // Friday evening, a wait of 10 hours: Saturday morning, or for P3 and P4 Monday noon.
    for (priority, expected) in [("P2", "11-21 08:00"), ("P3", "11-23 12:00")] {
        let mut world = World::complaint("2026-11-20 10:00", &fields(priority));
        world.wait("2026-11-20 11:00", "2026-11-20 21:00");
        assert_eq!(world.due("respond"), expected);
        assert_eq!((world.clock("respond").unit, world.clock("respond").paused_minutes), (Unit::Calendar, 600));
    }
    // The plan of P1 has 24 hours, whatever the hour.
    let fields = [("priority", "P1".into()), ("plan_due", due("2026-11-24 10:00"))];
    let mut world = World::complaint("2026-11-23 10:00", &fields);
    world.wait("2026-11-23 12:00", "2026-11-23 13:00");
    assert_eq!(world.due("propose"), "11-24 11:00");
}

#[test]
fn waits_add_up_and_those_before_the_moment_counted_from_do_not() {
    let fields = [("priority", "P3".into()), ("plan_due", due("2026-11-26 18:00"))];
    let mut world = World::complaint("2026-11-23 10:20", &fields);
    world.wait("2026-11-23 14:00", "2026-11-23 15:00");
    world.go("wait_third", "2026-11-24 09:00");
    world.go("resume", "2026-11-24 10:30");
    let clock = world.clock("propose");
    assert_eq!((clock.paused_minutes, clock.due), (60 + 90, at("2026-11-27 11:30")));
    assert_eq!(clock.pauses.len(), 2);
    world.case.fields.insert(key("received_at"), at("2026-11-24 09:30").into());
    let clock = world.clock("propose");
    assert_eq!((clock.paused_minutes, clock.pauses.len()), (60, 1));
    // A case that came without the moment counts from its beginning.
    world.case.fields.remove(&key("received_at"));
    assert_eq!((world.clock("propose").from, world.clock("propose").paused_minutes), (at("2026-11-23 10:20"), 150));
}

#[test]
fn the_deadline_of_a_wait_runs_while_it_lasts() {
    let mut world = World::complaint("2026-11-23 10:20", &[("priority", "P3".into())]);
    world.wait("2026-11-23 14:00", "2026-11-23 15:00");
    world.go("wait_customer", "2026-11-24 09:00");
    world.now = at("2026-11-30 09:00");
    let clock = world.clock("no_answer");
    assert_eq!((clock.from, clock.day_zero), (at("2026-11-24 09:00"), NaiveDate::from_ymd_opt(2026, 11, 24)));
    assert_eq!((clock.due, clock.paused_minutes), (at("2026-12-08 18:00"), 0));
    assert!(!clock.is_paused());
}

#[test]
fn what_is_set_outside_does_not_move() {
    let fields = [
        ("priority", "P2".into()),
        ("channel", "regulator".into()),
        ("plan_due", due("2026-11-25 18:00")),
        ("external_due", "2026-11-26".into()),
    ];
    let mut world = World::complaint("2026-11-23 10:20", &fields);
    world.wait("2026-11-24 09:00", "2026-11-30 09:00");
    let clock = world.clock("propose");
    assert_eq!((clock.due, clock.not_after), (at("2026-11-26 23:59"), Some(at("2026-11-26 23:59"))));
    world.case.step = key("external");
    let clock = world.clock("settled");
    assert_eq!((clock.from, clock.unit, clock.pauses.len()), (at("2026-11-23 10:20"), Unit::Working, 0));
    // 45 working days from the day the complaint was received.
    assert_eq!(clock.due, at("2027-01-26 18:00"));
}

// ---- every notation --------------------------------------------------------------------------------------------

const SECTION: &str = r#"
id = "9.1"
title = { zh = "节", en = "Section" }
purpose = { zh = "目的", en = "Purpose" }
owners = ["MGR"]
tags = ["Q1"]
"#;

const PROCESS: &str = r#"
id = "W-9.1"
title = { zh = "流程", en = "Process" }
[[field]]
key = "planned_on"
label = { zh = "计划日期", en = "Planned for" }
type = "date"
[begin]
roles = ["MGR"]
customer = "none"
asks = [{ key = "planned_on" }]
[[step]]
key = "work"
title = { zh = "处理", en = "Work" }
EVENTS
[[step.event]]
key = "call"
title = { zh = "致电", en = "Call" }
to = "work"
roles = ["MGR"]
due = "2WH"
[[step.event]]
key = "wait_customer"
title = { zh = "等待", en = "Wait" }
to = "waiting"
roles = ["MGR"]
[[step]]
key = "waiting"
title = { zh = "等待中", en = "Waiting" }
paused = true
[[step.event]]
key = "resume"
title = { zh = "恢复", en = "Resume" }
to = "work"
roles = ["MGR"]
[[step.event]]
key = "wait_on"
title = { zh = "改等", en = "Wait on" }
to = "still_waiting"
roles = ["MGR"]
due = [{ by = "1WD", from = "entered_at" }]
[[step]]
key = "still_waiting"
title = { zh = "仍在等待", en = "Still waiting" }
paused = true
[[step.event]]
key = "resume"
title = { zh = "恢复", en = "Resume" }
to = "work"
roles = ["MGR"]
[[step.event]]
key = "skip"
title = { zh = "跳过", en = "Skip" }
to = "rest"
roles = ["MGR"]
[[step]]
key = "rest"
title = { zh = "收尾", en = "Rest" }
[[step.event]]
key = "finish"
title = { zh = "完成", en = "Finish" }
to = "end"
roles = ["MGR"]
due = "3WD"
[[step]]
key = "end"
title = { zh = "结束", en = "End" }
terminal = true
"#;

/// The deadlines of the moves out of the first step.
const DUES: [&str; 17] = [
    "\"3WD\"",
    "\"2WH\"",
    "\"30 working min\"",
    "\"24h\"",
    "\"15min\"",
    "\"2 days\"",
    "\"1 months\"",
    "\"day\"",
    "\"planned date\"",
    "\"d-2WD\"",
    "\"01-31\"",
    "\"quarter end\"",
    "\"C4\"",
    "[{ at = \"planned_on\" }]",
    "[{ at = \"planned_on\", unit = \"calendar\" }]",
    "[{ at = \"planned_on\", unit = \"fixed\" }]",
    "[{ by = \"3WD\", unit = \"fixed\" }]",
];

fn load(dues: &[&str]) -> Result<Playbook, Vec<Kind>> {
    let event = |(index, due): (usize, &&str)| {
        format!(
            "[[step.event]]\nkey = \"e{index}\"\ntitle = {{ zh = \"去\", en = \"Go\" }}\nto = \"rest\"\n\
             roles = [\"MGR\"]\ndue = {due}\n"
        )
    };
    let events: String = dues.iter().enumerate().map(event).collect();
    let shared = |name: &str| FILES.iter().find(|(path, _)| *path == name).unwrap().1;
    let process = PROCESS.replace("EVENTS\n", &events);
    let files = [
        ("common.toml", shared("common.toml")),
        ("roles.toml", shared("roles.toml")),
        ("9/9.1/section.toml", SECTION),
        ("9/9.1/process.toml", &process),
    ];
    Playbook::load(&files).map_err(|problems| problems.into_iter().map(|problem| problem.kind).collect())
}

static SMALL: LazyLock<Playbook> = LazyLock::new(|| load(&DUES).unwrap());

fn small() -> World {
    World::new(&SMALL, "W-9.1", "2026-11-23 10:20", &[("planned_on", "2026-12-01".into())])
}

#[test]
fn every_span_stands_still_in_its_unit_and_every_day_of_the_calendar_stays() {
    let mut world = small();
    let before: Vec<String> = (0..DUES.len()).map(|index| world.due(&format!("e{index}"))).collect();
    world.wait("2026-11-23 11:00", "2026-11-24 10:00");
    // 420 working minutes, 23 hours around the clock.
    let expected = [
        ("11-26 18:00", "11-27 17:00"),
        ("11-23 13:20", "11-24 11:20"),
        ("11-23 10:50", "11-24 09:50"),
        ("11-24 10:20", "11-25 09:20"),
        ("11-23 10:35", "11-24 09:35"),
        ("11-25 23:59", "11-26 22:59"),
        ("12-23 23:59", "12-24 22:59"),
        ("11-23 23:59", "11-24 22:59"),
        ("12-01 23:59", "12-01 23:59"),
        ("11-27 18:00", "11-27 18:00"),
        ("01-31 23:59", "01-31 23:59"),
        ("12-31 18:00", "12-31 18:00"),
        ("12-07 18:00", "12-07 18:00"),
        ("12-01 23:59", "12-02 17:00"),
        ("12-01 23:59", "12-02 22:59"),
        ("12-01 23:59", "12-01 23:59"),
        ("11-26 18:00", "11-26 18:00"),
    ];
    for (index, (first, moved)) in expected.iter().enumerate() {
        let now = world.due(&format!("e{index}"));
        assert_eq!((&*before[index], &*now), (*first, *moved), "{}", DUES[index]);
    }
}

#[test]
fn a_step_goes_on_after_a_wait_and_another_one_begins() {
    let mut world = small();
    world.go("call", "2026-11-23 10:30");
    world.wait("2026-11-23 11:00", "2026-11-23 14:00");
    // One wait may lead to the next.
    world.go("wait_customer", "2026-11-23 15:00");
    world.go("wait_on", "2026-11-23 15:30");
    world.go("resume", "2026-11-23 16:00");
    let clock = world.clock("e0");
    assert_eq!((clock.from, clock.day_zero), (at("2026-11-23 10:20"), NaiveDate::from_ymd_opt(2026, 11, 23)));
    assert_eq!((clock.paused_minutes, clock.pauses.len()), (120 + 60, 2));
    assert_eq!(clock.pauses[1], Pause { from: at("2026-11-23 15:00"), to: Some(at("2026-11-23 16:00")) });
    // A loop counts from its last time, before the wait or after.
    assert_eq!((world.due("call"), world.clock("call").paused_minutes), ("11-23 16:30".into(), 180));
    world.go("call", "2026-11-23 16:10");
    assert_eq!((world.due("call"), world.clock("call").paused_minutes), ("11-24 09:10".into(), 0));
    world.go("wait_customer", "2026-11-24 11:00");
    world.go("wait_on", "2026-11-24 11:30");
    world.go("skip", "2026-11-25 09:00");
    let clock = world.clock("finish");
    assert_eq!((clock.from, clock.paused_minutes, clock.due), (at("2026-11-25 09:00"), 0, at("2026-11-30 18:00")));
}

#[test]
fn while_it_waits_a_case_is_due_as_if_it_went_on_at_once() {
    let mut world = small();
    world.go("wait_customer", "2026-11-23 11:00");
    world.now = at("2026-11-23 17:00");
    let clock = world.clock("wait_on");
    assert_eq!((clock.paused_minutes, clock.due), (300, at("2026-11-25 15:00")));
    assert!(clock.is_paused());
    assert_eq!(clock.pauses, [Pause { from: at("2026-11-23 11:00"), to: None }]);
}

#[test]
fn a_deadline_that_cannot_be_is_refused() {
    let wrong = |due: &str| load(&[due]).unwrap_err().remove(0);
    assert_eq!(wrong("[{ by = \"3WD\", unit = \"calendar\" }]"), Kind::Contradiction("unit and by"));
    assert_eq!(wrong("[{ by = \"3WD\", day_off = \"noon\" }]"), Kind::BadDeadline("noon".into()));
    for due in ["[{ by = \"3WD\", from = \"planned_on\" }]", "[{ by = \"3WD\", not_after = \"owner\" }]"] {
        assert!(matches!(wrong(due), Kind::BadCondition(_, _)), "{due}");
    }
    assert!(matches!(wrong("[{ at = \"planned_on\", unit = \"moon\" }]"), Kind::Unreadable(_)));
    assert!(
        load(&["[{ by = \"24h\", from = \"entered_at\", day_off = \"12:00\", not_after = \"planned_on\" }]"]).is_ok()
    );
}
