//! Every path of both processes can be walked with the app's own offers, and nothing else can be done.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use kehu_domain::calendar::{CallRules, CallTask, DayTable};
use kehu_domain::expr::{Names, Register};
use kehu_domain::form::{Answers, Context, defaults, state};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::{Mark, Value};
use kehu_domain::workflow::{
    Actor, CANCEL, CaseView, Facts, Filed, Move, MoveError, Moved, Offer, Process, Refusal, Role, WorkCalendar,
    app_move, attempt, begin, begin_context, call_attempts, context, offers,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

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

// ---- a world with one case -------------------------------------------------------------------------------------

const OWNER: RecordId = RecordId::fixed(1);
const SUPERIOR: RecordId = RecordId::fixed(2);
const MANAGER: RecordId = RecordId::fixed(7);

#[derive(Clone)]
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

fn row(pairs: &[(&str, Value)]) -> Value {
    Value::Map(Box::new(answers(pairs)))
}

fn person(staff: RecordId, post: &str) -> Actor {
    Actor::Person { staff, posts: vec![key(post)] }
}

/// Somebody who holds `role`.
fn holder(role: Role) -> Actor {
    match role {
        Role::App => Actor::App,
        Role::Owner => person(OWNER, "CR-E"),
        Role::Supervisor => person(SUPERIOR, "CR-S"),
        Role::Post(code) | Role::Person(code) => person(RecordId::fixed(9), code.as_str()),
    }
}

impl World {
    fn new(process: &str) -> Self {
        let process = Playbook::built_in().process(process).unwrap();
        let now = "2026-11-23T10:00:00".parse().unwrap();
        let mut case = CaseView::begun(process, Some(OWNER), now);
        case.superiors = vec![SUPERIOR];
        case.fields = answers(&[
            ("kind", "routine".into()),
            ("way", "phone".into()),
            ("phone", "13800000000".into()),
            ("planned_on", "2026-12-01".into()),
            ("trigger", "yearly".into()),
        ]);
        Self { process, case, now, tier: "B" }
    }

    fn facts(&self) -> Facts<'static> {
        let customer = Playbook::built_in().customer_facts(|field| match field.as_str() {
            "type" => "enterprise".into(),
            "tier" => self.tier.into(),
            _ => Value::Null,
        });
        Facts {
            now: self.now,
            forms: Playbook::built_in().forms(),
            calendar: &Weekdays,
            known: Names::from([(key("customer"), customer)]),
            rule_dues: BTreeMap::from([("C4".into(), self.now + TimeDelta::days(7))]),
            posts: Arc::new(BTreeMap::from([
                (OWNER, vec![key("CR-E")]),
                (SUPERIOR, vec![key("CR-S")]),
                (MANAGER, vec![key("MGR")]),
            ])),
            register: Register::default(),
        }
    }

    fn offers(&self, actor: &Actor) -> Vec<Offer<'static>> {
        offers(self.process, &self.case, actor, &self.facts())
    }

    fn offer(&self, actor: &Actor, event: &str) -> Offer<'static> {
        self.offers(actor).into_iter().find(|offer| offer.transition.event == *event).unwrap()
    }

    fn attempt(&mut self, actor: &Actor, event: &str, given: &Answers) -> Result<(), MoveError> {
        let made = attempt(self.process, &self.case, key(event), actor, &self.facts(), given)?;
        let moved = Moved { event: made.event, from: made.from, to: made.to, at: self.now };
        if let Some(at) = made.fields.get(&key("entered_at")) {
            assert_eq!(at, &Value::from(self.now));
            self.case.entered_at = Some(self.now);
        }
        assert_eq!(made.fields.get(&key("step")), Some(&Value::from(made.to.as_str())));
        self.case.step = made.to;
        self.case.fields.extend(made.fields);
        for link in made.starts.into_iter().filter_map(|started| started.link) {
            let old = self.case.fields.insert(link, "opened".into());
            assert!(old.is_none_or(|old| old.is_blank()), "a case is opened once");
        }
        self.case.history.push(moved);
        Ok(())
    }

    fn file(&mut self, form: &str, by: RecordId, pairs: &[(&str, Value)]) {
        let filed =
            Filed { form: form.into(), created_by: Some(by), created_at: Some(self.now), answers: answers(pairs) };
        self.case.documents.push(filed);
    }

    fn fill_in(&mut self, form: &str, pairs: &[(&str, Value)]) {
        if let Some(filed) = self.case.documents.iter_mut().rfind(|filed| *filed.form == *form) {
            filed.answers.extend(answers(pairs));
        }
    }

    fn context(&self) -> Context {
        context(self.process, &self.case, &person(OWNER, "CR-E"), &self.facts())
    }

    /// What a new form of the case begins with.
    fn begun(&self, form: &str) -> Answers {
        defaults(Playbook::built_in().form(form).unwrap(), &self.context(), Lang::Zh)
    }

    /// What is asked for when such a case is begun, as it stands at first.
    fn begun_with(&self) -> Answers {
        let asks = self.process.begin.as_ref().unwrap().asks.as_ref().unwrap();
        defaults(asks, &begin_context(self.process, &person(OWNER, "CR-E"), &self.facts()), Lang::Zh)
    }

    fn pass(&mut self, days: i64) {
        self.now += TimeDelta::days(days);
    }

    fn is_over(&self) -> bool {
        self.process.step(self.case.step).unwrap().is_terminal
    }

    // ---- what can be filed ----

    fn file_record(&mut self, result: &str) {
        let na = Value::Mark(Mark::NotApplicable);
        let way = self.case.fields.get(&key("way")).cloned().unwrap();
        self.file(
            "F-3.1-2",
            OWNER,
            &[
                ("kind", "routine".into()),
                ("way", way),
                ("at", self.now.into()),
                ("duration_min", Value::Int(20)),
                ("respondent", "c1".into()),
                ("attempt_no", Value::Int(1)),
                ("result", result.into()),
                ("r_use", Value::Int(5)),
                ("r_quality", Value::Int(4)),
                ("r_delivery", na.clone()),
                ("r_service", Value::Int(4)),
                ("r_price", na),
            ],
        );
    }

    fn file_issue(&mut self) {
        self.file(
            "F-3.1-3",
            OWNER,
            &[("issue", "parts".into()), ("severity", "minor".into()), ("owner_dept", "service".into())],
        );
    }

    fn solve(&mut self, view: &str) {
        let now = Value::from(self.now);
        self.fill_in("F-3.1-3", &[("solution", "sent".into()), ("solved_at", now), ("customer_confirm", view.into())]);
    }

    fn file_sheet(&mut self, grade: &str) {
        let source = row(&[("item", "V1".into()), ("source", "ledger".into()), ("on", "2026-11-01".into())]);
        self.file(
            "F-4.1-1",
            RecordId::fixed(7),
            &[
                ("v1_sales", Value::Int(600_000_000)),
                ("v3_ontime", Value::Mark(Mark::NotApplicable)),
                ("sources", Value::List(vec![source])),
                ("grade", grade.into()),
            ],
        );
    }

    fn file_proposal(&mut self, by: RecordId, proposed: &str, exception: bool) {
        let reason = if exception { "strategic".into() } else { Value::Null };
        let grade = row(&[
            ("customer", "c1".into()),
            ("score", Value::Int(8_500)),
            ("proposed", proposed.into()),
            ("exception", exception.into()),
            ("reason", reason),
        ]);
        self.file("F-4.1-2", by, &[("rows", Value::List(vec![grade]))]);
    }
}

/// Does what an event of a case needs before it may happen, and gives what it asks for.
fn prepare(world: &mut World, event: &str) -> Answers {
    let given = |pairs: &[(&str, Value)]| answers(pairs);
    match (world.case.step.as_str(), event) {
        (_, "cancel" | "decline" | "return") => given(&[("reason", "asked for".into())]),
        ("planned", "appoint") => {
            world.case.fields.insert(key("way"), "visit".into());
            let at = Value::from(world.now + TimeDelta::days(3));
            given(&[("appointed_at", at), ("place", "their office".into())])
        }
        ("planned", "record") => {
            world.case.fields.insert(key("way"), "phone".into());
            world.file_record("done");
            given(&[])
        }
        ("planned", "no_answer") => {
            world.pass(1);
            given(&[])
        }
        ("planned", "give_up") => {
            while world.case.stay().len() < 3 {
                world.pass(1);
                world.attempt(&person(OWNER, "CR-E"), "no_answer", &given(&[])).unwrap();
            }
            given(&[])
        }
        ("appointed", "postpone") => given(&[("planned_on", (world.now.date() + TimeDelta::days(9)).into())]),
        ("appointed", "record") => {
            world.file_record("done");
            given(&[])
        }
        ("done", "raise_issue") => {
            world.pass(1);
            world.file_issue();
            given(&[])
        }
        ("done", "to_complaint") => given(&[("complaint", "complaint1".into())]),
        ("issue_open", "confirm") => {
            world.solve("accept");
            given(&[])
        }
        ("issue_open", "reject_fix") => {
            world.solve("refuse");
            given(&[("supervisor_told", SUPERIOR.into())])
        }
        ("unreachable", "retry") => given(&[("phone", "13900000000".into())]),
        ("unreachable", "close") => given(&[("last_word", "sms".into()), ("last_word_on", world.now.date().into())]),
        ("collecting", "score") => {
            world.file_sheet("A");
            given(&[])
        }
        ("scored", "submit") => {
            world.file_proposal(RecordId::fixed(8), "A", false);
            given(&[])
        }
        ("scored", "recollect") => given(&[("missing_list", "V1".into())]),
        _ => given(&[]),
    }
}

// ---- every path ------------------------------------------------------------------------------------------------

#[derive(Default)]
struct Walk {
    ends: BTreeSet<Key>,
    moves: BTreeSet<(Key, Key)>,
    paths: usize,
}

/// Follows every path on which no move is made twice.
fn walk(world: &World, made: &[(Key, Key)], walked: &mut Walk) {
    if world.is_over() {
        walked.ends.insert(world.case.step);
        walked.paths += 1;
        assert_nothing_is_offered(world);
        return;
    }
    for offer in world.offers(&Actor::App) {
        let transition = offer.transition;
        let this = (transition.from, transition.event);
        if made.contains(&this) {
            continue;
        }
        let mut next = world.clone();
        next.pass(1);
        let given = prepare(&mut next, transition.event.as_str());
        // The last role named is the highest: it may always.
        let actor = holder(*transition.roles.last().unwrap());
        next.attempt(&actor, transition.event.as_str(), &given)
            .unwrap_or_else(|refused| panic!("{} {this:?} after {made:?}: {refused:?}", next.process.id));
        assert_eq!(next.case.step, transition.to);
        walked.moves.insert(this);
        walk(&next, &[made, &[this]].concat(), walked);
    }
}

fn assert_nothing_is_offered(world: &World) {
    let events: BTreeSet<Key> = world.process.transitions.iter().map(|made| made.event).collect();
    for actor in [Actor::App, holder(Role::Supervisor), holder(Role::Owner)] {
        assert!(world.offers(&actor).is_empty());
        for event in &events {
            let refused = world.clone().attempt(&actor, event.as_str(), &Answers::new());
            assert_eq!(refused, Err(MoveError::Closed));
        }
    }
}

fn walk_all(process: &str) -> Walk {
    let world = World::new(process);
    let mut walked = Walk::default();
    walk(&world, &[], &mut walked);
    let ends: BTreeSet<Key> = world.process.steps.iter().filter(|step| step.is_terminal).map(|step| step.key).collect();
    let moves: BTreeSet<(Key, Key)> = world.process.transitions.iter().map(|made| (made.from, made.event)).collect();
    assert_eq!(walked.ends, ends);
    assert_eq!(walked.moves, moves);
    walked
}

#[test]
fn every_path_of_a_follow_up_can_be_walked_to_every_end() {
    assert!(walk_all("W-3.1").paths > 100);
}

#[test]
fn every_path_of_a_grading_can_be_walked_to_every_end() {
    assert!(walk_all("W-4.1").paths > 5);
}

// ---- nothing illegal -------------------------------------------------------------------------------------------

#[derive(Clone, Debug)]
enum Deed {
    Try { actor: usize, event: usize, is_here: bool, is_well_given: bool },
    Prepare(usize),
    Record(&'static str),
    Issue,
    Solve(&'static str),
    Sheet(&'static str),
    Proposal { by: u32, proposed: &'static str, exception: bool },
    Way(&'static str),
    Wait,
}

fn deeds() -> impl Strategy<Value = Deed> {
    let grade = || prop::sample::select(vec!["A", "B", "C", "D"]);
    prop_oneof![
        8 => (0..9usize, 0..40usize, prop::bool::weighted(0.9), prop::bool::weighted(0.8))
            .prop_map(|(actor, event, is_here, is_well_given)| Deed::Try { actor, event, is_here, is_well_given }),
        2 => (0..20usize).prop_map(Deed::Prepare),
        1 => prop::sample::select(vec!["done", "no_answer"]).prop_map(Deed::Record),
        1 => Just(Deed::Issue),
        1 => prop::sample::select(vec!["accept", "partly", "refuse"]).prop_map(Deed::Solve),
        1 => grade().prop_map(Deed::Sheet),
        1 => (1..10u32, grade(), any::<bool>()).prop_map(|(by, proposed, exception)| Deed::Proposal { by, proposed, exception }),
        1 => prop::sample::select(vec!["visit", "phone"]).prop_map(Deed::Way),
        1 => Just(Deed::Wait),
    ]
}

fn cast() -> Vec<(Actor, &'static str)> {
    let mut cast: Vec<(Actor, &'static str)> = ["CR-E", "KA-E", "CC-A", "CR-S", "KA-S", "MGR", "DIR"]
        .iter()
        .zip([1, 3, 4, 5, 6, 7, 8])
        .map(|(post, id)| (person(RecordId::fixed(id), post), *post))
        .collect();
    cast.push((person(SUPERIOR, "FIN"), "supervisor"));
    cast.push((Actor::App, "SYS"));
    cast
}

/// Whether the spec's table has this move for one of these roles; cancelling is R-0-4.
fn spec_allows(process: &str, moved: &Moved, role: &str) -> bool {
    if moved.event == CANCEL {
        return role == "supervisor" && moved.to == *"cancelled";
    }
    static SPEC: OnceLock<Vec<serde_json::Value>> = OnceLock::new();
    let spec = SPEC.get_or_init(|| serde_json::from_str(include_str!("spec/workflows.json")).unwrap());
    let told = spec.iter().find(|told| told["id"] == process).unwrap();
    told["transitions"].as_array().unwrap().iter().any(|made| {
        made["from"] == moved.from.as_str()
            && made["event"] == moved.event.as_str()
            && made["to"] == moved.to.as_str()
            && made["roles"].as_array().unwrap().iter().any(|known| known == role)
    })
}

/// What must be true after a move, in terms of what has been filed and done; checked without the engine's conditions.
fn assert_earned(world: &World, moved: &Moved, actor: &Actor) {
    let text = |filed: &Filed, name: &str| {
        filed.answers.get(&key(name)).and_then(Value::as_text).unwrap_or_default().to_owned()
    };
    let latest = |form: &str| world.case.documents.iter().rfind(|filed| *filed.form == *form);
    match moved.event.as_str() {
        "record" => assert_eq!(text(latest("F-3.1-2").unwrap(), "result"), "done"),
        "give_up" => {
            let no_answer = world.case.history.iter().filter(|moved| moved.event == *"no_answer");
            let days: BTreeSet<NaiveDate> = no_answer.map(|moved| moved.at.date()).collect();
            assert!(days.len() >= 3);
        }
        "to_complaint" => {
            let complaint = world.case.fields.get(&key("complaint")).and_then(Value::as_text).unwrap_or_default();
            assert!(["complaint1", "opened"].contains(&complaint));
        }
        "close" if moved.from == *"done" => {
            let issues = world.case.documents.iter().filter(|filed| *filed.form == *"F-3.1-3");
            assert!(issues.into_iter().all(|filed| ["accept", "partly"].contains(&&*text(filed, "customer_confirm"))));
        }
        "approve" => {
            let proposal = latest("F-4.1-2").unwrap();
            assert_ne!(proposal.created_by, actor.staff());
            let grade = proposal.answers[&key("rows")].items()[0].cell(key("proposed")).as_text().unwrap();
            let is_high = ["A", "B"].contains(&grade);
            let Actor::Person { posts, .. } = actor else { panic!() };
            assert!(!is_high || posts.contains(&key("MGR")) || posts.contains(&key("DIR")));
        }
        "submit" => {
            let grade = text(latest("F-4.1-1").unwrap(), "grade");
            let proposal = &latest("F-4.1-2").unwrap().answers[&key("rows")].items()[0];
            let proposed = proposal.cell(key("proposed")).as_text().unwrap();
            let place = |grade: &str| "ABCD".find(grade).unwrap() as i64;
            assert!((place(&grade) - place(proposed)).abs() <= 1);
            assert!(grade == proposed || proposal.cell(key("exception")).as_bool() == Some(true));
        }
        _ => {}
    }
}

/// Does `deeds` one after the other, and notes in `made` every move that came of them.
fn run(process: &str, deeds: Vec<Deed>, made: &mut BTreeSet<(Key, Key)>) {
    let mut world = World::new(process);
    let everywhere: Vec<Key> = world.process.transitions.iter().map(|made| made.event).collect();
    let cast = cast();
    for deed in deeds {
        let here: Vec<Key> = world.process.transitions_from(world.case.step).map(|made| made.event).collect();
        let step = world.case.step;
        match deed {
            Deed::Try { actor, event, is_here, is_well_given } => {
                let (actor, role) = &cast[actor];
                let events = if is_here && !here.is_empty() { &here } else { &everywhere };
                let event = events[event % events.len()];
                // What an event asks for is given without doing what it needs: that is another deed.
                let given = if is_well_given { prepare(&mut world.clone(), event.as_str()) } else { Answers::new() };
                let offered = world.offers(actor).into_iter().find(|offer| offer.transition.event == event);
                match world.attempt(actor, event.as_str(), &given) {
                    Ok(()) => {
                        assert!(offered.unwrap().is_open());
                        let moved = *world.case.history.last().unwrap();
                        assert!(spec_allows(process, &moved, role), "{moved:?} by {role}");
                        assert_earned(&world, &moved, actor);
                        made.insert((moved.from, moved.event));
                    }
                    Err(MoveError::Refused(reasons)) => assert_eq!(reasons, offered.unwrap().refusals),
                    Err(MoveError::Incomplete(problems)) => assert!(!problems.is_empty() && offered.unwrap().is_open()),
                    Err(MoveError::NoSuchEvent(_)) => assert!(offered.is_none()),
                    Err(MoveError::Closed) => assert!(world.is_over()),
                }
                continue;
            }
            Deed::Prepare(event) if !here.is_empty() => {
                prepare(&mut world, here[event % here.len()].as_str());
            }
            Deed::Prepare(_) => {}
            Deed::Record(result) => world.file_record(result),
            Deed::Issue => world.file_issue(),
            Deed::Solve(view) => world.solve(view),
            Deed::Sheet(grade) => world.file_sheet(grade),
            Deed::Proposal { by, proposed, exception } => world.file_proposal(RecordId::fixed(by), proposed, exception),
            Deed::Way(way) => {
                world.case.fields.insert(key("way"), way.into());
            }
            Deed::Wait => world.pass(1),
        }
        assert_eq!(world.case.step, step, "filing forms moves nothing");
    }
}

/// Lets random people try random things, the same in every run, until every move has happened.
fn try_everything(process: &str) {
    let mut runner = TestRunner::deterministic();
    let lives = prop::collection::vec(deeds(), 150);
    let transitions = &Playbook::built_in().process(process).unwrap().transitions;
    let all: BTreeSet<(Key, Key)> = transitions.iter().map(|made| (made.from, made.event)).collect();
    let mut made = BTreeSet::new();
    for life in 0..250 {
        if life > 40 && made == all {
            return;
        }
        let deeds = lives.new_tree(&mut runner).unwrap().current();
        run(process, deeds, &mut made);
    }
    assert_eq!(made, all);
}

#[test]
fn whatever_people_try_a_follow_up_only_does_what_the_spec_allows() {
    try_everything("W-3.1");
}

#[test]
fn whatever_people_try_a_grading_only_does_what_the_spec_allows() {
    try_everything("W-4.1");
}

// ---- reasons ---------------------------------------------------------------------------------------------------

#[test]
fn a_refused_event_stays_in_the_list_with_every_reason() {
    let world = World::new("W-3.1");
    let stranger = person(RecordId::fixed(9), "FIN");
    let listed: Vec<&str> = world.offers(&stranger).iter().map(|offer| offer.transition.event.as_str()).collect();
    assert_eq!(listed, ["appoint", "record", "no_answer", "give_up", "decline", "cancel"]);
    let reasons = world.offer(&stranger, "record").refusals;
    assert!(matches!(&reasons[0], Refusal::WrongRole { may } if may.len() == 3));
    assert_eq!(reasons[1], Refusal::FormMissing("F-3.1-2".into()));
    assert!(matches!(&reasons[2], Refusal::Guard(reason) if reason.en.contains("latest record")));
}

#[test]
fn the_app_s_own_moves_are_open_to_nobody_else() {
    let mut world = World::new("W-4.1");
    world.file_sheet("A");
    for (actor, role) in cast() {
        assert_eq!(world.offer(&actor, "score").is_open(), role == "SYS", "{role}");
    }
}

#[test]
fn only_a_superior_of_the_owner_cancels_and_gives_the_reason() {
    let mut world = World::new("W-3.1");
    let superior = person(SUPERIOR, "CR-S");
    assert!(!world.offer(&person(OWNER, "CR-E"), "cancel").is_open());
    assert!(matches!(world.attempt(&superior, "cancel", &Answers::new()), Err(MoveError::Incomplete(_))));
    let given = answers(&[("reason", "entered twice".into())]);
    world.attempt(&superior, "cancel", &given).unwrap();
    assert_eq!(world.case.step, *"cancelled");
    assert_eq!(world.case.fields[&key("reason")], "entered twice".into());
}

#[test]
fn an_incomplete_form_is_a_reason_that_names_its_fields() {
    let mut world = World::new("W-3.1");
    world.file_record("done");
    world.fill_in("F-3.1-2", &[("duration_min", Value::Int(601)), ("respondent", Value::Null)]);
    let refusals = world.offer(&person(OWNER, "CR-E"), "record").refusals;
    let [Refusal::FormIncomplete { form, problems }] = refusals.as_slice() else { panic!("{refusals:?}") };
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.unwrap().as_str()).collect();
    assert_eq!((&**form, fields), ("F-3.1-2", vec!["duration_min", "respondent"]));
}

#[test]
fn a_form_of_an_earlier_visit_does_not_count_again() {
    let mut world = World::new("W-3.1");
    let owner = person(OWNER, "CR-E");
    world.file_record("done");
    world.attempt(&owner, "record", &Answers::new()).unwrap();
    world.pass(1);
    world.file_issue();
    world.attempt(&owner, "raise_issue", &Answers::new()).unwrap();
    world.pass(1);
    world.solve("partly");
    world.pass(1);
    world.attempt(&owner, "confirm", &Answers::new()).unwrap();
    assert_eq!(world.offer(&owner, "raise_issue").refusals, [Refusal::FormMissing("F-3.1-3".into())]);
}

#[test]
fn two_attempts_on_one_day_are_one_too_many_and_a_loop_keeps_its_clock() {
    let mut world = World::new("W-3.1");
    let owner = person(OWNER, "CR-E");
    let entered = world.case.entered_at;
    world.attempt(&owner, "no_answer", &Answers::new()).unwrap();
    assert!(matches!(world.attempt(&owner, "no_answer", &Answers::new()), Err(MoveError::Refused(_))));
    world.pass(1);
    world.attempt(&owner, "no_answer", &Answers::new()).unwrap();
    assert!(!world.offer(&owner, "give_up").is_open());
    world.pass(1);
    world.attempt(&owner, "no_answer", &Answers::new()).unwrap();
    assert!(world.offer(&owner, "give_up").is_open());
    assert_eq!(world.case.entered_at, entered);
}

#[test]
fn only_who_is_to_be_phoned_is_and_three_times_on_three_days() {
    let mut world = World::new("W-3.1");
    let owner = person(OWNER, "CR-E");
    let attempts = |world: &World| call_attempts(world.process, &world.case, &world.facts());
    let rule = world.process.calls.as_ref().unwrap().rule;
    assert_eq!((rule.most, rule.hours_apart, rule.days), (3, 4, 3));
    assert_eq!(attempts(&world), Some(Vec::new()));
    world.attempt(&owner, "no_answer", &Answers::new()).unwrap();
    let first = attempts(&world).unwrap();
    assert_eq!(first.iter().map(NaiveDateTime::date).collect::<Vec<_>>(), [world.now.date()]);
    let mut visited = World::new("W-3.1");
    visited.case.fields.insert(key("way"), "visit".into());
    assert_eq!(attempts(&visited), None);
    let task = CallTask {
        is_marketing: false,
        promised: None,
        do_not_call: false,
        has_consent: true,
        attempts: &first,
        own_rule: Some(rule),
    };
    let (call, days) = (CallRules::shipped().unwrap(), DayTable::shipped().unwrap());
    // Phoned in the morning: not again that day, and then from nine on.
    let next = call.next_slot(&days, first[0] + TimeDelta::hours(5), &task).unwrap();
    assert_eq!(next, world.now.date().succ_opt().unwrap().and_hms_opt(9, 0, 0).unwrap());
}

#[test]
fn deadlines_follow_the_case() {
    let mut world = World::new("W-3.1");
    let owner = person(OWNER, "CR-E");
    let due = |world: &World, event: &str| {
        world.offer(&owner, event).due.map(|due| due.format("%m-%d %H:%M").to_string()).unwrap_or_default()
    };
    assert_eq!(due(&world, "appoint"), "11-27 18:00");
    assert_eq!(due(&world, "record"), "11-30 10:00");
    assert_eq!(due(&world, "decline"), "");
    world.file_record("done");
    world.attempt(&owner, "record", &Answers::new()).unwrap();
    assert_eq!(due(&world, "to_complaint"), "11-23 23:59");
    world.file_issue();
    world.attempt(&owner, "raise_issue", &Answers::new()).unwrap();
    assert_eq!(due(&world, "confirm"), "11-26 18:00");
    world.fill_in("F-3.1-3", &[("severity", "serious".into())]);
    assert_eq!(due(&world, "confirm"), "12-02 18:00");
}

#[test]
fn a_complaint_found_on_a_follow_up_is_linked_or_opened_exactly_once() {
    let mut world = World::new("W-3.1");
    let owner = person(OWNER, "CR-E");
    world.file_record("done");
    world.attempt(&owner, "record", &Answers::new()).unwrap();
    let hand_over = |given: &Answers| {
        attempt(world.process, &world.case, key("to_complaint"), &owner, &world.facts(), given).unwrap()
    };
    let linked = hand_over(&answers(&[("complaint", "complaint1".into())]));
    assert_eq!((linked.fields[&key("complaint")].clone(), linked.starts), ("complaint1".into(), Vec::new()));
    let mut opened = hand_over(&Answers::new()).starts;
    let started = opened.pop().unwrap();
    assert!(opened.is_empty());
    assert_eq!((&*started.process, started.link), ("W-6.1", Some(key("complaint"))));
    let fields = Playbook::built_in().process("W-6.1").unwrap().first_fields(&started.given);
    assert_eq!(fields[&key("channel")], "phone".into());
    assert_eq!(fields[&key("receiver")], OWNER.to_string().as_str().into());
    world.case.fields.insert(key("complaint"), "complaint1".into());
    let again = attempt(world.process, &world.case, key("to_complaint"), &owner, &world.facts(), &Answers::new());
    assert_eq!(again.unwrap().starts, Vec::new());
}

/// What the one case a move opened knows from the beginning.
fn opened_by(made: &Move, process: &str, link: &str) -> Answers {
    let [started] = made.starts.as_slice() else { panic!("{:?}", made.starts) };
    assert_eq!((&*started.process, started.link), (process, Some(key(link))));
    Playbook::built_in().process(process).unwrap().first_fields(&started.given)
}

fn made(world: &World, actor: &Actor, event: &str, given: &[(&str, Value)]) -> Result<Move, MoveError> {
    attempt(world.process, &world.case, key(event), actor, &world.facts(), &answers(given))
}

fn problem_fields(result: Result<Move, MoveError>) -> Vec<Key> {
    let Err(MoveError::Incomplete(problems)) = result else { panic!("{result:?}") };
    problems.into_iter().filter_map(|problem| problem.field).collect()
}

#[test]
fn a_visit_is_due_on_the_day_it_was_appointed_for_and_the_manager_knows_of_one_to_a_vip() {
    let mut world = World::new("W-3.1");
    let owner = person(OWNER, "CR-E");
    let given = prepare(&mut world, "appoint");
    let given: Vec<(&str, Value)> = given.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    let appointed = made(&world, &owner, "appoint", &given).unwrap();
    assert_eq!(appointed.fields[&key("planned_on")], "2026-11-26".into());
    world.tier = "VIP";
    assert_eq!(problem_fields(made(&world, &owner, "appoint", &given)), [key("manager_told")]);
    let told = |person: RecordId| [&given[..], &[("manager_told", person.into())]].concat();
    assert_eq!(problem_fields(made(&world, &owner, "appoint", &told(SUPERIOR))), [key("manager_told")]);
    world.attempt(&owner, "appoint", &answers(&told(MANAGER))).unwrap();
    world.pass(3);
    assert_eq!(world.begun("F-3.1-2")[&key("at")], world.case.fields[&key("appointed_at")]);
}

#[test]
fn a_customer_who_declines_the_visit_is_phoned() {
    let mut world = World::new("W-3.1");
    let owner = person(OWNER, "CR-E");
    world.case.fields.insert(key("way"), "visit".into());
    world.file_record("done");
    let reasons = world.offer(&owner, "record").refusals;
    assert!(matches!(&reasons[..], [Refusal::Guard(reason)] if reason.en.contains("appointed first")));
    world.fill_in("F-3.1-2", &[("way", "phone".into())]);
    assert_eq!(made(&world, &owner, "record", &[]).unwrap().fields[&key("way")], "phone".into());
}

#[test]
fn a_record_counts_the_attempts_made() {
    let mut world = World::new("W-3.1");
    for attempt in 1..=4_i64 {
        assert_eq!(world.begun("F-3.1-2")[&key("attempt_no")], Value::Int(attempt.min(3)));
        world.pass(1);
        assert_eq!(world.attempt(&person(OWNER, "CR-E"), "no_answer", &Answers::new()).is_ok(), attempt <= 3);
    }
}

#[test]
fn a_suggestion_becomes_a_proposal_once() {
    let mut world = World::new("W-3.1");
    let owner = person(OWNER, "CR-E");
    world.file_record("done");
    assert_eq!(made(&world, &owner, "record", &[]).unwrap().starts, Vec::new());
    world.fill_in("F-3.1-2", &[("suggestions", "fewer lids".into())]);
    let proposal = opened_by(&made(&world, &owner, "record", &[]).unwrap(), "W-3.4", "proposal_case");
    assert_eq!(proposal[&key("way")], "phone".into());
    assert_eq!(proposal[&key("proposal")], "fewer lids".into());
    assert_eq!(proposal[&key("received_at")], world.now.into());
}

#[test]
fn an_issue_found_is_raised_before_the_follow_up_closes() {
    let mut world = World::new("W-3.1");
    let owner = person(OWNER, "CR-E");
    let issue =
        |issue: &'static str, severity: &'static str| row(&[("issue", issue.into()), ("severity", severity.into())]);
    world.file_record("done");
    world.fill_in("F-3.1-2", &[("issues", Value::List(vec![issue("parts", "minor"), issue("noise", "serious")]))]);
    world.attempt(&owner, "record", &Answers::new()).unwrap();
    let supervisor = person(RecordId::fixed(5), "CR-S");
    assert!(matches!(&world.offer(&supervisor, "close").refusals[..], [Refusal::Guard(_)]));
    assert_eq!(world.begun("F-3.1-3"), answers(&[("issue", "parts".into()), ("severity", "minor".into())]));
    world.pass(1);
    world.file_issue();
    assert_eq!(world.begun("F-3.1-3"), answers(&[("issue", "noise".into()), ("severity", "serious".into())]));
    world.attempt(&owner, "raise_issue", &Answers::new()).unwrap();
    world.solve("refuse");
    let told = |person: RecordId| [("supervisor_told", Value::from(person))];
    assert_eq!(problem_fields(made(&world, &owner, "reject_fix", &[])), [key("supervisor_told")]);
    assert_eq!(problem_fields(made(&world, &owner, "reject_fix", &told(OWNER))), [key("supervisor_told")]);
    world.attempt(&owner, "reject_fix", &answers(&told(SUPERIOR))).unwrap();
    world.solve("accept");
    world.attempt(&owner, "confirm", &Answers::new()).unwrap();
    assert!(world.offer(&supervisor, "close").is_open());
}

#[test]
fn the_sheet_of_an_issue_says_the_day_its_clock_says() {
    for (raised, severity) in [
        ("2026-11-23T17:59:00", "minor"),
        ("2026-11-23T18:00:00", "minor"),
        ("2026-11-28T09:00:00", "normal"),
        ("2026-11-27T19:00:00", "serious"),
    ] {
        let mut world = World::new("W-3.1");
        let owner = person(OWNER, "CR-E");
        world.now = raised.parse().unwrap();
        world.file_record("done");
        world.attempt(&owner, "record", &Answers::new()).unwrap();
        world.file_issue();
        world.fill_in("F-3.1-3", &[("severity", severity.into())]);
        let due_on = |world: &World| {
            let sheet = Playbook::built_in().form("F-3.1-3").unwrap();
            let looks = state(sheet, &world.case.latest("F-3.1-3").unwrap().answers, &world.context());
            looks.field(key("due_on")).unwrap().computed.clone().unwrap()
        };
        let first = due_on(&world);
        world.attempt(&owner, "raise_issue", &Answers::new()).unwrap();
        assert_eq!(Value::from(world.offer(&owner, "confirm").due.unwrap().date()), first, "{raised}");
        world.pass(2);
        assert_eq!(due_on(&world), first);
    }
}

#[test]
fn the_next_follow_up_comes_with_the_rhythm_of_the_tier_when_this_one_counts() {
    let mut world = World::new("W-3.1");
    world.file_record("done");
    let given = world.case.documents.remove(0).answers;
    let next = |world: &World, result: &str| {
        let form = Playbook::built_in().form("F-3.1-2").unwrap();
        let given = Answers::from_iter(given.clone().into_iter().chain([(key("result"), result.into())]));
        state(form, &given, &world.context()).completed(&given)[&key("next_on")].clone()
    };
    world.tier = "VIP";
    assert_eq!(next(&world, "done"), "2026-11-30".into());
    assert_eq!(next(&world, "declined"), Value::Null);
}

#[test]
fn every_form_of_a_section_is_asked_for_or_filled_when_it_is_needed() {
    let playbook = Playbook::built_in();
    for (section, others) in [("3.1", vec!["F-3.1-1", "F-3.1-4"]), ("4.1", vec![])] {
        let section = playbook.section(section).unwrap();
        let asked = playbook.process(&section.processes[0]).unwrap().forms();
        let free: Vec<&str> = section.forms.iter().map(|form| &**form).filter(|form| !asked.contains(form)).collect();
        assert_eq!(free, others);
    }
}

#[test]
fn the_right_posts_begin_follow_ups_and_gradings() {
    for (process, may, may_not) in [("W-3.1", "CC-A", "FIN"), ("W-4.1", "FIN", "CC-A")] {
        let mut world = World::new(process);
        world.case.fields.clear();
        let begun = |post: &str| begin(world.process, &person(OWNER, post), &world.facts(), &world.begun_with());
        assert!(begun(may).is_ok(), "{process}");
        assert!(matches!(begun(may_not), Err(MoveError::Refused(_))), "{process}");
    }
}

#[test]
fn a_grading_ends_with_the_next_one() {
    let mut world = World::new("W-4.1");
    world.case.step = key("published");
    for (days, trigger) in [(20, "event"), (345, "yearly")] {
        world.pass(days);
        let next = opened_by(&made(&world, &Actor::App, "regrade", &[]).unwrap(), "W-4.1", "regrade_case");
        assert_eq!((next[&key("trigger")].clone(), next[&key("owner")].clone()), (trigger.into(), OWNER.into()));
    }
}

#[test]
fn a_vip_or_key_customer_who_is_lowered_is_talked_to() {
    let vips = || {
        Value::List(vec![row(&[
            ("customer", "c1".into()),
            ("score", Value::Int(9_500)),
            ("until", "2027-11-22".into()),
        ])])
    };
    for (previous, grade, vip, is_lowered) in [
        ("A", "B", false, true),
        ("A", "A", false, false),
        ("B", "C", false, false),
        ("VIP", "A", false, true),
        ("VIP", "A", true, false),
        ("", "D", false, false),
    ] {
        let mut world = World::new("W-4.1");
        world.case.step = key("submitted");
        world.file_sheet(grade);
        world.fill_in("F-4.1-1", &[("previous_grade", previous.into())]);
        world.file_proposal(RecordId::fixed(8), grade, false);
        if vip {
            world.fill_in("F-4.1-2", &[("vip_approvals", vips())]);
        }
        let approved = made(&world, &person(MANAGER, "DIR"), "approve", &[]).unwrap();
        if is_lowered {
            let talk = opened_by(&approved, "W-3.1", "talk_case");
            assert_eq!(talk[&key("planned_on")], "2026-12-07".into());
        } else {
            assert_eq!(approved.starts, Vec::new(), "{previous} {grade}");
        }
    }
}

#[test]
fn nobody_approves_a_form_they_filed() {
    let mut world = World::new("W-4.1");
    let manager = RecordId::fixed(7);
    world.file_sheet("B");
    world.attempt(&Actor::App, "score", &Answers::new()).unwrap();
    world.file_proposal(manager, "B", false);
    world.attempt(&person(RecordId::fixed(6), "KA-S"), "submit", &Answers::new()).unwrap();
    assert_eq!(world.offer(&person(manager, "MGR"), "approve").refusals, [Refusal::OwnWork("F-4.1-2".into())]);
    assert!(world.offer(&person(RecordId::fixed(8), "MGR"), "approve").is_open());
    let superior = world.offer(&person(SUPERIOR, "CR-S"), "approve").refusals;
    assert!(matches!(superior.as_slice(), [Refusal::Guard(reason)] if reason.en.contains("manager")));
}

#[test]
fn within_its_limit_one_s_own_work_may_be_approved_and_is_marked() {
    let mut world = World::new("W-4.1");
    world.case.step = key("submitted");
    world.file_sheet("B");
    world.file_proposal(RecordId::fixed(7), "B", false);
    let mut process = world.process.clone();
    let limit = |limit: &str| kehu_domain::expr::parse(limit).ok();
    let mut is_self_approval = |rule: &str| {
        for made in &mut process.transitions {
            made.self_approval = limit(rule);
        }
        let actor = person(RecordId::fixed(7), "MGR");
        let listed = offers(&process, &world.case, &actor, &world.facts());
        let offer = listed.into_iter().find(|offer| offer.transition.event == *"approve").unwrap();
        assert_eq!(offer.is_open(), offer.is_self_approval);
        offer.is_self_approval
    };
    assert!(is_self_approval("count(last(documents(\"F-4.1-2\")).rows) <= 1"));
    assert!(!is_self_approval("count(last(documents(\"F-4.1-2\")).rows) <= 0"));
}

#[test]
fn a_customer_without_the_required_inputs_stays_in_collecting() {
    let mut world = World::new("W-4.1");
    world.file_sheet("A");
    world.fill_in("F-4.1-1", &[("v1_sales", Value::Null)]);
    let refusals = world.offer(&Actor::App, "score").refusals;
    assert!(refusals.iter().any(|refusal| matches!(refusal, Refusal::Guard(reason) if reason.en.contains("sales"))));
    assert!(refusals.iter().any(|refusal| matches!(refusal, Refusal::FormIncomplete { .. })));
}

#[test]
fn the_app_makes_its_own_moves_when_their_time_has_come_and_not_before() {
    let mut world = World::new("W-4.1");
    let app = |world: &World| app_move(world.process, &world.case, &world.facts());
    assert_eq!(app(&world), None, "nothing was filed");
    (world.case.step, world.case.entered_at) = (key("published"), Some(world.now));
    assert_eq!(app(&world), None, "the grade is in force");
    world.now += TimeDelta::days(400);
    assert_eq!(app(&world), Some(key("regrade")));
}
