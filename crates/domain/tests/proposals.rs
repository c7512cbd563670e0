//! Proposals (W-3.4) and corrective actions, walked with the app's own offers; the decision follows M13.
#![allow(clippy::unwrap_used)]

mod stage;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDateTime, TimeDelta};
use kehu_domain::expr::{Names, Register};
use kehu_domain::form::{Answers, Context, check, defaults, state};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, Move, MoveError, Moved, Process, Refusal, attempt, begin, context, due_of, offers,
};
use serde_json::Value as Json;
use stage::{Weekdays, answers, key, rows};

// ---- a world with one case -------------------------------------------------------------------------------------

const OWNER: u32 = 1;
const SUPERIOR: u32 = 2;
const OTHER: u32 = 9;
const TODAY: &str = "2026-11-23";

#[derive(Clone)]
struct World {
    process: &'static Process,
    case: CaseView,
    now: NaiveDateTime,
}

impl World {
    fn new(process: &str) -> Self {
        let process = Playbook::built_in().process(process).unwrap();
        let now = format!("{TODAY}T10:00:00").parse().unwrap();
        let mut case = CaseView::begun(process, Some(RecordId::fixed(OWNER)), now);
        case.superiors = vec![RecordId::fixed(SUPERIOR)];
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
            register: Register::default(),
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
        for started in &made.starts {
            if let Some(link) = started.link {
                let old = self.case.fields.insert(link, "opened".into());
                assert!(old.is_none_or(|old| old.is_blank()), "a case is opened once");
            }
        }
        let named = |name: Key| self.case.fields.get(&name).and_then(Value::as_text).and_then(|id| id.parse().ok());
        self.case.owner = named(key("owner")).or(self.case.owner);
        self.case.persons =
            named(key("action_owner")).map(|person| (key("action_owner"), person)).into_iter().collect();
        Ok(made)
    }

    /// Files a form with what the app works out on it, or goes on with it when it passes stages, as the page does.
    fn file(&mut self, form: &str, pairs: &[(&str, Value)]) {
        self.file_up_to(None, form, pairs);
    }

    /// The same for a move that needs the form up to `stage`.
    fn file_up_to(&mut self, stage: Option<&str>, form: &str, pairs: &[(&str, Value)]) {
        let template = Playbook::built_in().form(form).unwrap();
        let known = self.case.documents.iter().rposition(|filed| *filed.form == *form);
        let known = known.filter(|_| !template.stages.is_empty());
        let mut given = known.map(|index| self.case.documents[index].answers.clone()).unwrap_or_default();
        given.extend(answers(pairs));
        let context = Context { stage: stage.map(key), ..self.context() };
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

    /// What surrounds a new form of the case.
    fn context(&self) -> Context {
        context(self.process, &self.case, &Actor::App, &self.facts())
    }

    fn due(&self, event: &str) -> String {
        let made = self.process.transitions_from(self.case.step).find(|made| made.event == *event).unwrap();
        due_of(self.process, made, &self.case, &self.facts()).unwrap().format("%m-%d").to_string()
    }

    fn is_over(&self) -> bool {
        self.process.step(self.case.step).unwrap().is_terminal
    }
}

/// What the one case a move opened knows from the beginning.
fn opened_by(made: &Move, process: &str, link: &str) -> Answers {
    let [started] = made.starts.as_slice() else { panic!("{:?}", made.starts) };
    assert_eq!((&*started.process, started.link), (process, Some(key(link))));
    Playbook::built_in().process(process).unwrap().first_fields(&started.given)
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
    world.accept();
    world.does(OTHER, "CR-S", "review", &[reviewers(&[1, 2, 3])]).unwrap();
    world
}

fn reviewers(people: &[u32]) -> (&'static str, Value) {
    let row = |person: &u32| Value::Map(Box::new(answers(&[("reviewer", RecordId::fixed(*person).into())])));
    ("reviewers", Value::List(people.iter().map(row).collect()))
}

/// A review with these scores.
fn review(reviewer: u32, scores: [i64; 5], is_conflict: bool) -> [(&'static str, Value); 8] {
    let [benefit, value, feasible, innovation, cost] = scores;
    [
        ("reviewer", RecordId::fixed(reviewer).into()),
        ("s_benefit", Value::Int(benefit)),
        ("s_value", Value::Int(value)),
        ("s_feasible", Value::Int(feasible)),
        ("s_innovation", Value::Int(innovation)),
        ("s_cost", Value::Int(cost)),
        ("comment", "yes".into()),
        ("conflict", is_conflict.into()),
    ]
}

impl World {
    fn accept(&mut self) {
        self.file_up_to(Some("accepted"), "F-3.4-1", &[("handler", "technical".into())]);
        self.does(OWNER, "CR-E", "accept", &[replied()]).unwrap();
    }

    fn review(&mut self, reviewer: u32, scores: [i64; 5], is_conflict: bool) {
        self.file("F-3.4-2", &review(reviewer, scores, is_conflict));
    }

    /// Reviews by different people, each with one score for everything.
    fn reviews(&mut self, scores: &[i64]) {
        for (reviewer, score) in (100..).zip(scores) {
            self.review(reviewer, [*score; 5], false);
        }
    }

    /// The decisions the manager, or else the director, may take.
    fn decisions(&self) -> Vec<String> {
        let mut open = Vec::new();
        for post in ["MGR", "DIR"] {
            for (event, given) in [("adopt", vec![implementer()]), ("keep", vec![]), ("not_adopt", vec![replied()])] {
                if self.clone().does(OTHER, post, event, &given).is_ok() {
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
        for (reviewer, review) in (100..).zip(vector["in"]["reviews"].as_array().unwrap()) {
            let scores: Vec<i64> = review.as_array().unwrap().iter().map(|score| score.as_i64().unwrap()).collect();
            world.review(reviewer, scores.try_into().unwrap(), false);
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
    world.review(7, [100; 5], true);
    assert_eq!(world.scores(), ["60.00", "60.00", ""]);
    assert_eq!(world.decisions(), [""; 0]);
    world.review(8, [60; 5], false);
    assert_eq!(world.decisions(), ["MGR adopt", "DIR adopt"]);
    // With the conflict there would be five, and the lowest would be dropped.
    world.review(9, [0; 5], false);
    assert_eq!(world.decisions(), ["MGR not_adopt"]);
}

#[test]
fn one_person_is_no_panel() {
    let mut world = reviewing();
    world.review(5, [70; 5], false);
    let again = answers(&review(5, [70; 5], false));
    let problems = check(Playbook::built_in().form("F-3.4-2").unwrap(), &again, &world.context());
    assert_eq!(problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>(), [Some(key("reviewer"))]);
    assert_eq!(world.decisions(), [""; 0]);
    // The score is not said to be too low while there is none.
    assert_eq!(guards(world.does(OTHER, "MGR", "adopt", &[implementer()])), 1);
    assert_eq!(guards(world.does(OTHER, "MGR", "keep", &[])), 1);
    assert_eq!(guards(world.does(OTHER, "MGR", "not_adopt", &[replied()])), 1);
    // Filed on two devices at once, it is one reviewer too few all the same.
    world.review(5, [70; 5], false);
    world.review(6, [70; 5], false);
    assert_eq!(world.decisions(), [""; 0]);
}

#[test]
fn accepting_names_the_handler_and_the_date_and_refusing_the_reason() {
    let mut world = received();
    assert!(is_incomplete_form(world.does(OWNER, "CR-E", "accept", &[replied()])));
    assert!(is_incomplete_form(world.does(OTHER, "CR-S", "refuse", &[replied()])));
    world.file_up_to(Some("accepted"), "F-3.4-1", &[("handler", "technical".into())]);
    assert_eq!(asked(world.does(OWNER, "CR-E", "accept", &[])), [key("replied_on")]);
    assert!(is_incomplete_form(world.does(OTHER, "CR-S", "refuse", &[replied()])));
    // The specialist who accepts it takes it over, with the date on the record: 13 working days from now.
    world.does(5, "CR-E", "accept", &[replied()]).unwrap();
    assert_eq!(world.case.owner, Some(RecordId::fixed(5)));
    assert_eq!(world.case.fields[&key("answer_by")], "2026-12-10".into());

    let mut world = received();
    world.file("F-3.4-1", &[("refuse_reason", "not ours".into())]);
    assert_eq!(asked(world.does(OTHER, "CR-S", "refuse", &[])), [key("replied_on")]);
    let tomorrow = ("replied_on", Value::from("2026-11-24"));
    assert_eq!(asked(world.does(OTHER, "CR-S", "refuse", &[tomorrow])), [key("replied_on")]);
    world.does(OTHER, "CR-S", "refuse", &[replied()]).unwrap();
    assert!(world.is_over());
}

#[test]
fn the_date_of_the_answer_counts_from_the_next_working_day_after_six_or_on_a_day_off() {
    for (now, date) in
        [("2026-11-23T17:59", "2026-12-10"), ("2026-11-23T18:00", "2026-12-11"), ("2026-11-28T09:00", "2026-12-17")]
    {
        let mut world = received();
        world.now = format!("{now}:00").parse().unwrap();
        world.file_up_to(Some("accepted"), "F-3.4-1", &[("handler", "technical".into())]);
        assert_eq!(world.case.latest("F-3.4-1").unwrap().answers[&key("answer_by")], date.into());
    }
}

#[test]
fn a_complaint_is_opened_once_with_what_is_known_of_it() {
    let mut world = received();
    world.case.fields = answers(&[("way", "email".into()), ("subject", "lids".into())]);
    let made = world.clone().does(OWNER, "CR-E", "to_complaint", &[]).unwrap();
    let complaint = opened_by(&made, "W-6.1", "complaint");
    assert_eq!(complaint[&key("channel")], "web".into());
    assert_eq!(complaint[&key("facts")], "two sizes".into());
    assert_eq!(complaint[&key("receiver")], RecordId::fixed(OWNER).into());
    let known = world.does(OWNER, "CR-E", "to_complaint", &[("complaint", "k".into())]).unwrap();
    assert_eq!(known.starts, Vec::new());
    assert!(world.is_over());
}

#[test]
fn three_reviewers_are_named() {
    let mut world = received();
    world.accept();
    assert_eq!(asked(world.does(OTHER, "CR-S", "review", &[reviewers(&[1, 2, 2])])), [key("reviewers")]);
}

#[test]
fn a_kept_proposal_is_reviewed_again_once_and_by_new_reviews_alone() {
    let mut world = reviewing();
    world.reviews(&[55, 55, 55]);
    world.does(OTHER, "MGR", "keep", &[]).unwrap();
    assert_eq!(world.case.fields[&key("final_score")], Value::Int(5_500));
    assert_eq!(world.due("drop"), "05-22");
    world.now += TimeDelta::days(100);
    let why = ("again_why", Value::from("cheaper now"));
    assert_eq!(asked(world.does(OTHER, "CR-S", "review_again", &[])), [key("again_why"), key("reviewers")]);
    assert_eq!(
        asked(world.does(OTHER, "CR-S", "review_again", &[why.clone(), reviewers(&[1, 2])])),
        [key("reviewers")]
    );
    let asks = world.process.transitions_from(world.case.step).find(|made| made.event == *"review_again").unwrap();
    let begun = defaults(asks.asks.as_ref().unwrap(), &world.context(), Lang::Zh);
    assert_eq!(begun[&key("reviewers")], world.case.fields[&key("reviewers")]);
    world.does(OTHER, "CR-S", "review_again", &[why.clone(), reviewers(&[1, 2, 3])]).unwrap();
    assert_eq!(world.decisions(), [""; 0]);
    // The same people may score it again, and what they said before no longer counts.
    let again = answers(&review(100, [90; 5], false));
    assert_eq!(check(Playbook::built_in().form("F-3.4-2").unwrap(), &again, &world.context()), []);
    for (scores, decisions) in [
        (vec![90, 90, 90], vec!["DIR adopt"]),
        (vec![60, 60, 60], vec!["MGR adopt", "DIR adopt"]),
        (vec![0, 60, 60, 60, 60], vec!["MGR adopt", "DIR adopt"]),
        (vec![49, 49, 49], vec!["MGR not_adopt"]),
    ] {
        let mut other = world.clone();
        other.reviews(&scores);
        assert_eq!(other.decisions(), decisions, "{scores:?}");
    }
    world.reviews(&[59, 59, 59]);
    world.does(OTHER, "MGR", "keep", &[]).unwrap();
    assert_eq!(world.case.fields[&key("final_score")], Value::Int(5_900));
    assert_eq!(guards(world.does(OTHER, "CR-S", "review_again", &[why, reviewers(&[1, 2, 3])])), 1);
    assert_eq!(asked(world.does(OTHER, "MGR", "drop", &[])), [key("replied_on")]);
    world.does(OTHER, "MGR", "drop", &[("replied_on", world.now.date().into())]).unwrap();
    assert!(world.is_over());
}

/// Whoever puts a proposal to use.
const IMPLEMENTER: u32 = 6;

fn implementer() -> (&'static str, Value) {
    ("implementer", RecordId::fixed(IMPLEMENTER).into())
}

fn adopted(scores: &[i64]) -> World {
    let mut world = reviewing();
    world.reviews(scores);
    let own = world.does(OWNER, "DIR", "adopt", &[implementer()]);
    assert_eq!(own, Err(MoveError::Refused(vec![Refusal::OwnWork("F-3.4-1".into())])));
    assert_eq!(asked(world.does(OTHER, "DIR", "adopt", &[])), [key("implementer")]);
    world.does(OTHER, "DIR", "adopt", &[implementer()]).unwrap();
    assert_eq!(world.case.owner, Some(RecordId::fixed(IMPLEMENTER)));
    world
}

/// One whose effect has been measured.
fn measured(scores: &[i64]) -> World {
    let mut world = adopted(scores);
    world.file("F-3.4-3", &[steps(true), ("metric", "sizes".into()), ("before", Value::Int(7))]);
    world.does(IMPLEMENTER, "AS-E", "implement", &[replied()]).unwrap();
    world.file("F-3.4-3", &[("after", Value::Int(2))]);
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
    let mut world = adopted(&[70, 70, 70]);
    assert!(is_incomplete_form(world.does(IMPLEMENTER, "AS-E", "implement", &[replied()])));
    world.file("F-3.4-3", &[steps(false), ("metric", "sizes".into()), ("before", Value::Int(7))]);
    assert_eq!(asked(world.does(IMPLEMENTER, "AS-E", "implement", &[])), [key("replied_on")]);
    let former = world.does(OWNER, "CR-E", "implement", &[replied()]);
    assert!(matches!(former, Err(MoveError::Refused(reasons)) if matches!(reasons[..], [Refusal::WrongRole { .. }])));
    world.does(IMPLEMENTER, "AS-E", "implement", &[replied()]).unwrap();
    assert_eq!(world.due("verify"), "01-30");

    world.file("F-3.4-3", &[("after", Value::Int(2))]);
    assert_eq!(guards(world.does(OTHER, "QC", "verify", &[("has_effect", true.into())])), 1);
    world.file("F-3.4-3", &[steps(true)]);
    let own = world.does(OWNER, "CR-S", "verify", &[("has_effect", true.into())]);
    assert_eq!(own, Err(MoveError::Refused(vec![Refusal::OwnWork("F-3.4-3".into())])));
    assert_eq!(asked(world.does(OTHER, "QC", "verify", &[])), [key("has_effect")]);
    let made = world.does(OTHER, "QC", "verify", &[("has_effect", true.into())]).unwrap();
    assert_eq!(made.starts, Vec::new());

    assert!(is_incomplete_form(world.does(OTHER, "FIN", "reward", &[])));
    world.file("F-3.4-3", &[("reward_way", "money".into()), ("given_on", TODAY.into())]);
    let sheet = &world.case.latest("F-3.4-3").unwrap().answers;
    assert_eq!(sheet.get(&key("grade")), Some(&Value::from("third")));
    assert_eq!(sheet.get(&key("reward_amount")), Some(&Value::Int(50_000)));
    world.does(OTHER, "FIN", "reward", &[]).unwrap();
    world.does(OTHER, "CR-S", "close", &[]).unwrap();
    assert!(world.is_over());
}

#[test]
fn a_reward_has_a_grade_and_an_amount_or_is_a_letter_of_thanks() {
    let mut world = measured(&[70, 70, 70]);
    world.does(OTHER, "CR-S", "verify", &[("has_effect", true.into())]).unwrap();
    world.case.fields.remove(&key("grade"));
    world.file("F-3.4-3", &[("reward_way", "money".into()), ("given_on", TODAY.into())]);
    assert_eq!(guards(world.does(OTHER, "FIN", "reward", &[])), 1);
    world.file("F-3.4-3", &[("reward_way", "letter".into())]);
    world.does(OTHER, "FIN", "reward", &[]).unwrap();
}

#[test]
fn grade_and_amount_follow_from_the_decision() {
    for (score, grade, yuan) in [
        (90, "first", 2_000),
        (89, "second", 1_000),
        (80, "second", 1_000),
        (79, "third", 500),
        (69, "encourage", 100),
        (60, "encourage", 100),
    ] {
        let sheet = &measured(&[score; 3]).case.latest("F-3.4-3").unwrap().answers.clone();
        assert_eq!(sheet.get(&key("final_score")), Some(&Value::Int(score * 100)));
        assert_eq!(sheet.get(&key("grade")), Some(&Value::from(grade)));
        assert_eq!(sheet.get(&key("reward_amount")), Some(&Value::Int(yuan * 100)));
    }
}

#[test]
fn without_effect_a_corrective_action_is_opened_once() {
    let mut world = measured(&[70, 70, 70]);
    let no_effect = ("has_effect", Value::from(false));
    let known =
        world.clone().does(OTHER, "QC", "verify", &[no_effect.clone(), ("corrective_case", "k".into())]).unwrap();
    assert_eq!((known.fields[&key("corrective_case")].clone(), known.starts), ("k".into(), Vec::new()));
    let made = world.does(OTHER, "QC", "verify", &[no_effect]).unwrap();
    let action = opened_by(&made, "A-0", "corrective_case");
    assert_eq!(action[&key("source")], "goal".into());
    assert_eq!(action[&key("problem")], "lids".into());
    assert_eq!(action[&key("owner")], RecordId::fixed(IMPLEMENTER).into());
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
    world.plan("gauges", "2026-12-15");
    world
}

fn planned(action: &str, due: &str) -> [(&'static str, Value); 6] {
    [
        ("action", action.into()),
        ("action_owner", RecordId::fixed(DOER).into()),
        ("action_due", due.into()),
        ("effect_metric", "leaks in 30 days".into()),
        ("metric_before", Value::Int(9)),
        ("metric_target", Value::Int(1)),
    ]
}

impl World {
    fn plan(&mut self, action: &str, due: &str) {
        self.file("F-0-1", &planned(action, due));
        self.does(OWNER, "CR-E", "plan", &[]).unwrap();
        assert_eq!(self.case.fields[&key("action_owner")], RecordId::fixed(DOER).into());
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
    let reason = ("reason", Value::from("leaks again"));
    assert_eq!(asked(world.does(OTHER, "QC", "verify_bad", &[])), [key("reason")]);
    world.verified(OTHER, true);
    assert_eq!(guards(world.does(OTHER, "QC", "verify_bad", std::slice::from_ref(&reason))), 1);
    world.verified(OTHER, false);
    world.does(OTHER, "QC", "verify_bad", &[reason]).unwrap();
    assert_eq!(guards(world.does(OWNER, "CR-E", "plan", &[])), 1);
    world.now += TimeDelta::days(40);
    world.file("F-0-1", &[("action", "new dies".into())]);
    assert!(is_incomplete_form(world.does(OWNER, "CR-E", "plan", &[])));
    world.plan("new dies", "2027-02-01");
    assert_eq!(world.case.fields[&key("failed_action")], "gauges".into());
    world.finish();
    // What was found before does not pass for a verification of the new action.
    assert_eq!(guards(world.does(OTHER, "QC", "verify_ok", &[])), 1);
}

#[test]
fn a_form_begins_with_what_the_case_that_opened_the_action_told() {
    let mut world = World::new("A-0");
    world.case.fields = answers(&[("source", "goal".into()), ("problem", "lids".into()), ("origin", "case1".into())]);
    let begun = defaults(Playbook::built_in().form("F-0-1").unwrap(), &world.context(), Lang::Zh);
    assert_eq!(
        begun,
        answers(&[("source", "goal".into()), ("problem", "lids".into()), ("source_ref", "case1".into())])
    );
}

// ---- every move ------------------------------------------------------------------------------------------------

/// What has been walked: moves by step and event, and the ends reached.
#[derive(Default)]
struct Walked {
    moves: BTreeSet<(Key, Key)>,
    ends: BTreeSet<Key>,
}

impl Walked {
    /// Makes each of `moves`, and from every step on the way cancels a copy.
    fn walk(&mut self, mut world: World, moves: &[(u32, &str, &str)]) {
        for (staff, post, event) in moves {
            let mut cancelled = world.clone();
            self.make(&mut cancelled, SUPERIOR, "CR-S", "cancel", &[("reason", "asked for".into())]);
            let given = prepare(&mut world, event);
            self.make(&mut world, *staff, post, event, &given);
        }
        assert!(world.is_over());
    }

    fn make(&mut self, world: &mut World, staff: u32, post: &str, event: &str, given: &[(&str, Value)]) {
        let actor = Actor::Person { staff: RecordId::fixed(staff), posts: vec![key(post)] };
        let listed = offers(world.process, &world.case, &actor, &world.facts());
        let offer = listed.into_iter().find(|offer| offer.transition.event == *event).unwrap();
        assert!(offer.is_open(), "{event}: {:?}", offer.refusals);
        let made = world.does(staff, post, event, given).unwrap();
        self.moves.insert((made.from, made.event));
        if world.is_over() {
            self.ends.insert(world.case.step);
        }
    }

    fn is_everything(&self, process: &Process) {
        let ends = process.steps.iter().filter(|step| step.is_terminal).map(|step| step.key);
        assert_eq!(self.moves, process.transitions.iter().map(|made| (made.from, made.event)).collect());
        assert_eq!(self.ends, ends.collect());
    }
}

/// Files what a move needs, and gives what it asks for.
fn prepare(world: &mut World, event: &str) -> Vec<(&'static str, Value)> {
    match event {
        "accept" => {
            world.file_up_to(Some("accepted"), "F-3.4-1", &[("handler", "technical".into())]);
            vec![replied()]
        }
        "refuse" => {
            world.file_up_to(Some("refused"), "F-3.4-1", &[("refuse_reason", "not ours".into())]);
            vec![replied()]
        }
        "review" => vec![reviewers(&[1, 2, 3])],
        "review_again" => vec![reviewers(&[1, 2, 3]), ("again_why", "cheaper now".into())],
        "adopt" => {
            world.reviews(&[70, 70, 70]);
            vec![implementer()]
        }
        "keep" => {
            world.reviews(&[55, 55, 55]);
            vec![]
        }
        "not_adopt" => {
            world.reviews(&[40, 40, 40]);
            vec![replied()]
        }
        "implement" => {
            world.file("F-3.4-3", &[steps(true), ("metric", "sizes".into()), ("before", Value::Int(7))]);
            vec![replied()]
        }
        "verify" => {
            world.file("F-3.4-3", &[("after", Value::Int(2))]);
            vec![("has_effect", true.into())]
        }
        "reward" => {
            world.file("F-3.4-3", &[("reward_way", "gift".into()), ("given_on", TODAY.into())]);
            vec![]
        }
        "drop" => vec![replied()],
        "analyse" => {
            let problem = [("source", "inspection".into()), ("problem", "leaks".into())];
            world.file("F-0-1", &problem);
            world.file("F-0-1", &[("cause_method", "five_why".into()), ("root_cause", "no gauge".into())]);
            vec![]
        }
        "plan" => {
            let action = if world.case.fields.contains_key(&key("failed_action")) { "new dies" } else { "gauges" };
            world.file("F-0-1", &planned(action, "2026-12-15"));
            vec![]
        }
        "finish" => vec![("evidence", rows(&[&[("file", "photo".into())]]))],
        "verify_ok" => {
            world.verified(OTHER, true);
            vec![]
        }
        "verify_bad" => {
            world.verified(OTHER, false);
            vec![("reason", "leaks again".into())]
        }
        "close" if world.process.id == "A-0".into() => {
            world.file("F-0-1", &[("standard_changed", true.into())]);
            vec![("standard_note", "4.2".into())]
        }
        _ => vec![],
    }
}

#[test]
fn every_move_of_a_proposal_can_be_made_and_every_end_reached() {
    let mut walked = Walked::default();
    let reviewed = [(OWNER, "CR-E", "accept"), (OTHER, "CR-S", "review")];
    let kept = [&reviewed[..], &[(OTHER, "MGR", "keep")]].concat();
    walked.walk(received(), &[(OTHER, "CR-S", "refuse")]);
    walked.walk(received(), &[(OWNER, "CR-E", "to_complaint")]);
    walked.walk(received(), &[&reviewed[..], &[(OTHER, "MGR", "not_adopt")]].concat());
    walked.walk(received(), &[&kept[..], &[(OTHER, "MGR", "drop")]].concat());
    let used = [
        (OTHER, "CR-S", "review_again"),
        (OTHER, "MGR", "adopt"),
        (IMPLEMENTER, "AS-E", "implement"),
        (OTHER, "QC", "verify"),
        (OTHER, "FIN", "reward"),
        (OTHER, "CR-S", "close"),
    ];
    walked.walk(received(), &[&kept[..], &used[..]].concat());
    walked.is_everything(received().process);
}

#[test]
fn every_move_of_a_corrective_action_can_be_made_and_every_end_reached() {
    let mut walked = Walked::default();
    let round = [(OWNER, "CR-E", "plan"), (DOER, "AS-E", "finish")];
    let end = [(OTHER, "QC", "verify_ok"), (OTHER, "MGR", "close")];
    let moves = [&[(OWNER, "CR-E", "analyse")][..], &round, &[(OTHER, "QC", "verify_bad")], &round, &end].concat();
    walked.walk(World::new("A-0"), &moves);
    walked.is_everything(World::new("A-0").process);
}

#[test]
fn anybody_who_meets_customers_begins_a_proposal_and_anybody_in_service_an_action() {
    let begun = |process: &str, post: &str, given: &[(&str, Value)]| {
        let world = World::new(process);
        let actor = Actor::Person { staff: RecordId::fixed(OWNER), posts: vec![key(post)] };
        begin(world.process, &actor, &world.facts(), &answers(given))
    };
    let heard = [("way", "talk".into()), ("received_at", "2026-11-23T09:00".into()), ("subject", "lids".into())];
    let fields = begun("W-3.4", "SAL", &heard).unwrap();
    assert_eq!((fields[&key("step")].clone(), fields[&key("subject")].clone()), ("received".into(), "lids".into()));
    assert!(matches!(begun("W-3.4", "LEG", &heard), Err(MoveError::Refused(_))));
    let Err(MoveError::Incomplete(problems)) = begun("W-3.4", "CR-E", &[]) else { panic!() };
    assert_eq!(problems.len(), 3);
    let found = [("source", "audit".into()), ("problem", "leaks".into())];
    assert_eq!(begun("A-0", "CC-A", &found).unwrap()[&key("step")], "open".into());
    assert!(matches!(begun("A-0", "CC-A", &found[..1]), Err(MoveError::Incomplete(_))));
}
