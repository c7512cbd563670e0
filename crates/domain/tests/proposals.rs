//! Proposals (W-3.4) and corrective actions, walked with the app's own offers; the decision follows M13.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use kehu_domain::expr::Names;
use kehu_domain::form::{Answers, state};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, Move, MoveError, Moved, Process, Refusal, WorkCalendar, attempt, context, due_of,
};
use serde_json::Value as Json;

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

// ---- a world with one case -------------------------------------------------------------------------------------

const OWNER: u32 = 1;
const OTHER: u32 = 9;
const TODAY: &str = "2026-11-23";

struct World {
    process: &'static Process,
    case: CaseView,
    now: NaiveDateTime,
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

impl World {
    fn new(process: &str) -> Self {
        let process = Playbook::built_in().process(process).unwrap();
        let now = format!("{TODAY}T10:00:00").parse().unwrap();
        let case = CaseView::begun(process, Some(RecordId::fixed(OWNER)), now);
        Self { process, case, now }
    }

    fn facts(&self) -> Facts<'static> {
        Facts {
            now: self.now,
            forms: Playbook::built_in().forms(),
            calendar: &Weekdays,
            known: Names::new(),
            rule_dues: BTreeMap::new(),
            posts: std::sync::Arc::default(),
        }
    }

    fn does(&mut self, staff: u32, post: &str, event: &str, given: &[(&str, Value)]) -> Result<Move, MoveError> {
        let actor = Actor::Person { staff: RecordId::fixed(staff), posts: vec![key(post)] };
        let made = attempt(self.process, &self.case, key(event), &actor, &self.facts(), &answers(given))?;
        self.now += TimeDelta::minutes(1);
        self.case.history.push(Moved { event: made.event, from: made.from, to: made.to, at: self.now });
        self.case.step = made.to;
        self.case.entered_at = Some(self.now);
        self.case.fields.extend(made.fields.clone());
        Ok(made)
    }

    /// Files a form with what the app works out on it, or goes on with it when it passes stages, as the page does.
    fn file(&mut self, form: &str, pairs: &[(&str, Value)]) {
        let template = Playbook::built_in().form(form).unwrap();
        let known = self.case.documents.iter().rposition(|filed| *filed.form == *form);
        let known = known.filter(|_| !template.stages.is_empty());
        let mut given = known.map(|index| self.case.documents[index].answers.clone()).unwrap_or_default();
        given.extend(answers(pairs));
        let context = context(self.process, &self.case, &Actor::App, &self.facts());
        let answers = state(template, &given, &context).completed(&given);
        match known {
            Some(index) => self.case.documents[index].answers = answers,
            None => self.case.documents.push(Filed {
                form: form.into(),
                created_by: Some(RecordId::fixed(OWNER)),
                created_at: Some(self.now),
                answers,
            }),
        }
    }

    fn due(&self, event: &str) -> String {
        let made = self.process.transitions_from(self.case.step).find(|made| made.event == *event).unwrap();
        due_of(self.process, made, &self.case, &self.facts()).unwrap().format("%m-%d").to_string()
    }

    fn is_over(&self) -> bool {
        self.process.step(self.case.step).unwrap().is_terminal
    }
}

/// How many conditions do not hold, when that is all that speaks against it.
fn guards(result: Result<Move, MoveError>) -> usize {
    let Err(MoveError::Refused(refusals)) = result else { panic!("{result:?}") };
    assert!(refusals.iter().all(|refusal| matches!(refusal, Refusal::Guard(_))), "{refusals:?}");
    refusals.len()
}

fn is_incomplete_form(result: Result<Move, MoveError>) -> bool {
    let Err(MoveError::Refused(refusals)) = result else { return false };
    matches!(refusals.as_slice(), [Refusal::FormIncomplete { .. } | Refusal::FormMissing(_)])
}

/// What is missing or wrong in what was given.
fn asked(result: Result<Move, MoveError>) -> Vec<Key> {
    let Err(MoveError::Incomplete(problems)) = result else { panic!("{result:?}") };
    problems.into_iter().filter_map(|problem| problem.field).collect()
}

// ---- proposals -------------------------------------------------------------------------------------------------

fn replied() -> (&'static str, Value) {
    ("replied_on", TODAY.into())
}

fn received() -> World {
    let mut world = World::new("W-3.4");
    world.file(
        "F-3.4-1",
        &[
            ("customer", "c".into()),
            ("contact", "p".into()),
            ("way", "phone".into()),
            ("received_at", "2026-11-23T09:00".into()),
            ("subject", "lids".into()),
            ("kind", "standard".into()),
            ("present_state", "seven sizes".into()),
            ("proposal", "two sizes".into()),
            ("naming_allowed", true.into()),
        ],
    );
    world
}

fn reviewing() -> World {
    let mut world = received();
    world.file("F-3.4-1", &[("handler", "technical".into())]);
    world.does(OWNER, "CR-E", "accept", &[replied(), ("answer_by", "2026-12-10".into())]).unwrap();
    let reviewer = |name: &'static str| [("reviewer", Value::from(name))];
    world
        .does(OTHER, "CR-S", "review", &[("reviewers", rows(&[&reviewer("a"), &reviewer("b"), &reviewer("c")]))])
        .unwrap();
    world
}

impl World {
    fn review(&mut self, reviewer: &str, scores: [i64; 5], is_conflict: bool) {
        let [benefit, value, feasible, innovation, cost] = scores;
        self.file(
            "F-3.4-2",
            &[
                ("reviewer", reviewer.into()),
                ("s_benefit", Value::Int(benefit)),
                ("s_value", Value::Int(value)),
                ("s_feasible", Value::Int(feasible)),
                ("s_innovation", Value::Int(innovation)),
                ("s_cost", Value::Int(cost)),
                ("comment", "yes".into()),
                ("conflict", is_conflict.into()),
            ],
        );
    }

    /// Reviews by different people, each with one score for everything.
    fn reviews(&mut self, scores: &[i64]) {
        for (index, score) in scores.iter().enumerate() {
            self.review(&format!("r{index}"), [*score; 5], false);
        }
    }

    /// The decisions the manager, or else the director, may take.
    fn decisions(&self) -> Vec<String> {
        let mut open = Vec::new();
        for post in ["MGR", "DIR"] {
            for (event, given) in
                [("adopt", vec![("owner", Value::from("o"))]), ("keep", vec![]), ("not_adopt", vec![replied()])]
            {
                let mut world = World { process: self.process, case: self.case.clone(), now: self.now };
                if world.does(OTHER, post, event, &given).is_ok() {
                    open.push(format!("{post} {event}"));
                }
            }
        }
        open
    }

    fn scores(&self) -> Vec<String> {
        let score = |filed: &Filed| match filed.answers.get(&key("score")) {
            Some(Value::Int(score)) => format!("{}.{:02}", score / 100, score % 100),
            _ => String::new(),
        };
        self.case.documents.iter().filter(|filed| *filed.form == *"F-3.4-2").map(score).collect()
    }
}

#[test]
fn a_review_s_score_and_the_decision_are_those_of_the_vectors() {
    let vectors: Json = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    for (vector, decisions) in vectors["vectors"]["M13"].as_array().unwrap().iter().zip([
        vec!["DIR adopt"],
        vec!["MGR adopt", "DIR adopt"],
        vec![],
    ]) {
        let mut world = reviewing();
        for (index, review) in vector["in"]["reviews"].as_array().unwrap().iter().enumerate() {
            let scores: Vec<i64> = review.as_array().unwrap().iter().map(|score| score.as_i64().unwrap()).collect();
            world.review(&format!("r{index}"), scores.try_into().unwrap(), false);
        }
        if let Some(each) = vector["expect"]["each"].as_array() {
            assert_eq!(world.scores(), each.iter().map(|score| score.as_str().unwrap()).collect::<Vec<_>>());
        }
        assert_eq!(world.decisions(), decisions, "{}", vector["id"]);
    }
}

#[test]
fn the_decision_follows_the_bands_of_the_rounded_mean() {
    for (scores, decisions) in [
        (vec![80, 80, 80], vec!["DIR adopt"]),
        (vec![79, 80, 80], vec!["MGR adopt", "DIR adopt"]),
        (vec![60, 60, 60], vec!["MGR adopt", "DIR adopt"]),
        (vec![59, 60, 60], vec!["MGR keep"]),
        (vec![50, 50, 50], vec!["MGR keep"]),
        (vec![49, 50, 50], vec!["MGR not_adopt"]),
        (vec![0, 0, 0], vec!["MGR not_adopt"]),
        // From five on without the highest and the lowest; with four all of them count.
        (vec![0, 60, 60, 60, 60], vec!["MGR adopt", "DIR adopt"]),
        (vec![100, 49, 49, 50, 50], vec!["MGR not_adopt"]),
        (vec![0, 60, 60, 60], vec!["MGR not_adopt"]),
    ] {
        let mut world = reviewing();
        world.reviews(&scores);
        assert_eq!(world.decisions(), decisions, "{scores:?}");
    }
}

#[test]
fn a_reviewer_with_a_conflict_is_not_counted() {
    let mut world = reviewing();
    world.reviews(&[60, 60]);
    world.review("x", [100; 5], true);
    assert_eq!(world.scores(), ["60.00", "60.00", ""]);
    assert_eq!(world.decisions(), [""; 0]);
    world.review("y", [60; 5], false);
    assert_eq!(world.decisions(), ["MGR adopt", "DIR adopt"]);
    // With the conflict there would be five, and the lowest would be dropped.
    world.review("z", [0; 5], false);
    assert_eq!(world.decisions(), ["MGR not_adopt"]);
}

#[test]
fn one_person_is_no_panel() {
    let mut world = reviewing();
    for _ in 0..3 {
        world.review("a", [70; 5], false);
    }
    assert_eq!(world.decisions(), [""; 0]);
}

#[test]
fn accepting_names_the_handler_and_the_date_and_refusing_the_reason() {
    let mut world = received();
    let given = [replied(), ("answer_by", "2026-12-10".into())];
    assert!(is_incomplete_form(world.does(OWNER, "CR-E", "accept", &given)));
    assert!(is_incomplete_form(world.does(OTHER, "CR-S", "refuse", &[replied()])));
    world.file("F-3.4-1", &[("handler", "technical".into())]);
    assert_eq!(asked(world.does(OWNER, "CR-E", "accept", &[])), [key("replied_on"), key("answer_by")]);
    assert!(is_incomplete_form(world.does(OTHER, "CR-S", "refuse", &[replied()])));

    let mut world = received();
    world.file("F-3.4-1", &[("refuse_reason", "not ours".into())]);
    assert_eq!(asked(world.does(OTHER, "CR-S", "refuse", &[])), [key("replied_on")]);
    let tomorrow = ("replied_on", Value::from("2026-11-24"));
    assert_eq!(asked(world.does(OTHER, "CR-S", "refuse", &[tomorrow])), [key("replied_on")]);
    world.does(OTHER, "CR-S", "refuse", &[replied()]).unwrap();
    assert!(world.is_over());
}

#[test]
fn a_complaint_is_opened_once() {
    let opened = received().does(OWNER, "CR-E", "to_complaint", &[]).unwrap().starts.into_iter().next().unwrap();
    assert_eq!((&*opened.process, opened.link), ("W-6.1", Some(key("complaint"))));
    let known = received().does(OWNER, "CR-E", "to_complaint", &[("complaint", "k".into())]).unwrap();
    assert_eq!(known.starts, Vec::new());
}

#[test]
fn three_reviewers_are_named() {
    let mut world = received();
    world.file("F-3.4-1", &[("handler", "technical".into())]);
    world.does(OWNER, "CR-E", "accept", &[replied(), ("answer_by", "2026-12-10".into())]).unwrap();
    let reviewer = |name: &'static str| [("reviewer", Value::from(name))];
    let twice = rows(&[&reviewer("a"), &reviewer("b"), &reviewer("b")]);
    assert_eq!(asked(world.does(OTHER, "CR-S", "review", &[("reviewers", twice)])), [key("reviewers")]);
}

#[test]
fn a_kept_proposal_is_reviewed_again_once_and_by_new_reviews() {
    let mut world = reviewing();
    world.reviews(&[55, 55, 55]);
    world.does(OTHER, "MGR", "keep", &[]).unwrap();
    assert_eq!(world.due("drop"), "05-22");
    world.now += TimeDelta::days(100);
    assert_eq!(asked(world.does(OTHER, "CR-S", "review_again", &[])), [key("again_why")]);
    world.does(OTHER, "CR-S", "review_again", &[("again_why", "cheaper now".into())]).unwrap();
    assert_eq!(world.decisions(), [""; 0]);
    world.reviews(&[59, 59, 59]);
    assert_eq!(world.decisions(), ["MGR keep"]);
    let mut better = World { process: world.process, case: world.case.clone(), now: world.now };
    better.reviews(&[90, 90, 90]);
    assert_eq!(better.decisions(), ["DIR adopt"]);
    world.does(OTHER, "MGR", "keep", &[]).unwrap();
    assert_eq!(guards(world.does(OTHER, "CR-S", "review_again", &[("again_why", "again".into())])), 1);
    assert_eq!(asked(world.does(OTHER, "MGR", "drop", &[])), [key("replied_on")]);
    world.does(OTHER, "MGR", "drop", &[("replied_on", world.now.date().into())]).unwrap();
    assert!(world.is_over());
}

fn adopted() -> World {
    let mut world = reviewing();
    world.reviews(&[70, 70, 70]);
    let own = world.does(OWNER, "MGR", "adopt", &[("owner", "o".into())]);
    assert_eq!(own, Err(MoveError::Refused(vec![Refusal::OwnWork("F-3.4-1".into())])));
    assert_eq!(asked(world.does(OTHER, "MGR", "adopt", &[])), [key("owner")]);
    world.does(OTHER, "MGR", "adopt", &[("owner", "o".into())]).unwrap();
    world
}

fn steps(is_done: bool) -> (&'static str, Value) {
    let step = |due: &'static str| {
        [("step", Value::from("mould")), ("owner", "o".into()), ("due", due.into()), ("done", is_done.into())]
    };
    ("steps", rows(&[&step("2026-12-31"), &step("2026-12-01")]))
}

#[test]
fn an_adopted_proposal_is_planned_verified_and_rewarded() {
    let mut world = adopted();
    assert!(is_incomplete_form(world.does(OWNER, "CR-E", "implement", &[replied()])));
    world.file("F-3.4-3", &[steps(false), ("metric", "sizes".into()), ("before", Value::Int(7))]);
    assert_eq!(asked(world.does(OWNER, "CR-E", "implement", &[])), [key("replied_on")]);
    world.does(OWNER, "CR-E", "implement", &[replied()]).unwrap();
    assert_eq!(world.due("verify"), "01-30");

    world.file("F-3.4-3", &[("after", Value::Int(2))]);
    assert_eq!(guards(world.does(OTHER, "QC", "verify", &[("has_effect", true.into())])), 1);
    world.file("F-3.4-3", &[steps(true)]);
    let own = world.does(OWNER, "CR-S", "verify", &[("has_effect", true.into())]);
    assert_eq!(own, Err(MoveError::Refused(vec![Refusal::OwnWork("F-3.4-3".into())])));
    let no_effect = ("has_effect", Value::from(false));
    assert_eq!(asked(world.does(OTHER, "QC", "verify", &[no_effect])), [key("corrective_case")]);
    world.does(OTHER, "QC", "verify", &[("has_effect", true.into())]).unwrap();

    assert!(matches!(world.does(OTHER, "FIN", "reward", &[]), Err(MoveError::Refused(_))));
    world.file("F-3.4-3", &[("reward_way", "money".into()), ("given_on", TODAY.into())]);
    assert_eq!(guards(world.does(OTHER, "FIN", "reward", &[])), 1);
    world.file("F-3.4-3", &[("final_score", Value::Int(7_000))]);
    let sheet = &world.case.latest("F-3.4-3").unwrap().answers;
    assert_eq!(sheet.get(&key("grade")), Some(&Value::from("third")));
    assert_eq!(sheet.get(&key("reward_amount")), Some(&Value::Int(50_000)));
    world.does(OTHER, "FIN", "reward", &[]).unwrap();
    world.does(OTHER, "CR-S", "close", &[]).unwrap();
    assert!(world.is_over());
}

#[test]
fn grade_and_amount_follow_from_the_score() {
    for (score, grade, yuan) in [
        (9_000, "first", 2_000),
        (8_999, "second", 1_000),
        (8_000, "second", 1_000),
        (7_999, "third", 500),
        (6_999, "encourage", 100),
        (6_000, "encourage", 100),
    ] {
        let mut world = World::new("W-3.4");
        world.file("F-3.4-3", &[("final_score", Value::Int(score))]);
        let sheet = &world.case.latest("F-3.4-3").unwrap().answers;
        assert_eq!(sheet.get(&key("grade")), Some(&Value::from(grade)));
        assert_eq!(sheet.get(&key("reward_amount")), Some(&Value::Int(yuan * 100)));
    }
}

#[test]
fn a_letter_of_thanks_needs_no_amount() {
    let mut world = adopted();
    world.file("F-3.4-3", &[steps(true), ("metric", "sizes".into()), ("before", Value::Int(7))]);
    world.does(OWNER, "CR-E", "implement", &[replied()]).unwrap();
    world.file("F-3.4-3", &[("after", Value::Int(2))]);
    let without = [("has_effect", Value::from(false)), ("corrective_case", "k".into())];
    world.does(OTHER, "CR-S", "verify", &without).unwrap();
    world.file("F-3.4-3", &[("reward_way", "letter".into()), ("given_on", TODAY.into())]);
    world.does(OTHER, "FIN", "reward", &[]).unwrap();
}

// ---- corrective actions ----------------------------------------------------------------------------------------

const DOER: u32 = 5;

fn acting() -> World {
    let mut world = World::new("A-0");
    let cause = [("cause_method", "five_why".into()), ("root_cause", "no gauge".into())];
    world.file("F-0-1", &[("source", "inspection".into()), ("problem", "leaks".into())]);
    assert!(is_incomplete_form(world.does(OWNER, "CR-E", "analyse", &[])));
    world.file("F-0-1", &cause);
    assert_eq!(world.due("analyse"), "11-26");
    world.does(OWNER, "CR-E", "analyse", &[]).unwrap();
    world.plan("2026-12-15");
    world
}

impl World {
    fn plan(&mut self, due: &str) {
        let doer = Value::from(RecordId::fixed(DOER));
        let plan = [
            ("action", "gauges".into()),
            ("action_owner", doer.clone()),
            ("action_due", due.into()),
            ("effect_metric", "leaks in 30 days".into()),
            ("metric_before", Value::Int(9)),
            ("metric_target", Value::Int(1)),
        ];
        self.file("F-0-1", &plan);
        assert_eq!(asked(self.does(OWNER, "CR-E", "plan", &[])), [key("action_owner")]);
        self.does(OWNER, "CR-E", "plan", &[("action_owner", doer)]).unwrap();
        self.case.persons.insert(key("action_owner"), RecordId::fixed(DOER));
    }

    fn finish(&mut self) {
        assert_eq!(self.case.step, key("acting"));
        assert!(matches!(self.does(OWNER, "CR-E", "finish", &[]), Err(MoveError::Refused(_))));
        assert_eq!(asked(self.does(DOER, "AS-E", "finish", &[])), [key("evidence")]);
        self.does(DOER, "AS-E", "finish", &[("evidence", rows(&[&[("file", "photo".into())]]))]).unwrap();
    }

    fn verified(&mut self, by: u32, is_effective: bool) {
        let by = Value::from(RecordId::fixed(by));
        self.file("F-0-1", &[("metric_after", Value::Int(1)), ("verified_by", by), ("effective", is_effective.into())]);
    }
}

#[test]
fn an_action_is_verified_by_somebody_else_and_closed_with_the_standard() {
    let mut world = acting();
    assert_eq!(world.due("finish"), "12-15");
    // Late is late, but it can still be finished and verified.
    world.now += TimeDelta::days(40);
    world.finish();
    assert!(matches!(world.does(OTHER, "QC", "verify_ok", &[]), Err(MoveError::Refused(_))));
    world.verified(OTHER, true);
    assert_eq!(guards(world.does(DOER, "QC", "verify_ok", &[])), 1);
    world.verified(OTHER, false);
    assert_eq!(guards(world.does(OTHER, "QC", "verify_ok", &[])), 1);
    world.verified(OTHER, true);
    world.does(OTHER, "QC", "verify_ok", &[]).unwrap();
    assert!(is_incomplete_form(world.does(OTHER, "MGR", "close", &[])));
    world.file("F-0-1", &[("standard_changed", true.into())]);
    assert_eq!(asked(world.does(OTHER, "MGR", "close", &[])), [key("standard_note")]);
    world.does(OTHER, "MGR", "close", &[("standard_note", "4.2".into())]).unwrap();
    assert!(world.is_over());
}

#[test]
fn an_action_without_effect_is_analysed_and_dated_again() {
    let mut world = acting();
    world.finish();
    assert_eq!(asked(world.does(OTHER, "QC", "verify_bad", &[])), [key("reason")]);
    world.does(OTHER, "QC", "verify_bad", &[("reason", "leaks again".into())]).unwrap();
    world.now += TimeDelta::days(40);
    let doer = [("action_owner", Value::from(RecordId::fixed(DOER)))];
    assert!(is_incomplete_form(world.does(OWNER, "CR-E", "plan", &doer)));
    world.plan("2027-02-01");
    world.finish();
}
