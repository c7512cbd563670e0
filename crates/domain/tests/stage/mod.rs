//! A case on a stage: its process, its people, its customer and the clock, moved by nothing but the engine.
#![allow(clippy::unwrap_used, dead_code)]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use kehu_domain::calendar::Calendar;
use kehu_domain::expr::{Datum, Names, Records, Register};
use kehu_domain::form::{self, Answers, Context, Posts, Problem};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::{
    Actor, CaseView, Facts, Filed, Move, MoveError, Moved, Process, Role, Started, WorkCalendar, attempt, begin,
    begin_context, context, context_of_latest, opened,
};

/// The superior of whoever owns a case; holds no post.
pub const SUPERIOR: RecordId = RecordId::fixed(99);
/// The customer of the case.
pub const CUSTOMER: RecordId = RecordId::fixed(20);
/// The case itself.
pub const OWN_CASE: RecordId = RecordId::fixed(40);
/// A case that others may refer to.
pub const OTHER_CASE: RecordId = RecordId::fixed(30);

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::shipped().unwrap());

/// One person for every post of the playbook, and [`SUPERIOR`].
pub static CAST: LazyLock<Arc<Posts>> = LazyLock::new(|| {
    let roles = Playbook::built_in().roles.iter().filter(|role| !role.is_relative && role.code != *"SYS");
    let posted = roles.zip(100..).map(|(role, number)| (RecordId::fixed(number), vec![role.code]));
    Arc::new(posted.chain([(SUPERIOR, Vec::new())]).collect())
});

/// The person who holds the post.
pub fn holder(post: Key) -> RecordId {
    *CAST.iter().find(|(_, posts)| posts.contains(&post)).unwrap().0
}

/// That person, acting.
pub fn acting(staff: RecordId) -> Actor {
    Actor::Person { staff, posts: CAST.get(&staff).cloned().unwrap_or_default() }
}

pub fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

pub fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

/// The rows of a list.
pub fn rows(rows: &[&[(&str, Value)]]) -> Value {
    Value::List(rows.iter().map(|row| Value::Map(Box::new(answers(row)))).collect())
}

/// A calendar of weekdays without holidays, where working time runs around the clock.
pub struct Weekdays;

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

/// Records in which every process has one other case, [`OTHER_CASE`], still open.
struct OneOtherCase;

impl Records for OneOtherCase {
    fn documents(&self, _: &str) -> Vec<Datum> {
        Vec::new()
    }

    fn cases(&self, _: &str) -> Vec<Datum> {
        let other = (Key::of("case_id"), Datum::text(&OTHER_CASE.to_string()));
        vec![Datum::Row([other].into_iter().collect())]
    }

    fn records(&self, _: &str) -> Vec<Datum> {
        Vec::new()
    }

    fn customers(&self) -> Vec<Datum> {
        Vec::new()
    }

    fn label(&self, _: &str, _: Key, _: Option<&str>) -> Option<Box<str>> {
        None
    }
}

/// A case with all that surrounds it.
#[derive(Clone)]
pub struct Stage {
    pub process: &'static Process,
    pub case: CaseView,
    /// Facts about the customer that people and the app keep elsewhere.
    pub customer: BTreeMap<Key, Value>,
    pub now: NaiveDateTime,
}

impl Stage {
    /// Before the case is there; its owner is nobody yet.
    pub fn empty(process: &'static Process, now: NaiveDateTime) -> Self {
        let customer = [("type", "enterprise"), ("stage", "active"), ("grade", "A"), ("tier", "A")];
        let customer = customer.into_iter().map(|(key, value)| (Key::of(key), value.into())).collect();
        let case = CaseView { id: Some(OWN_CASE), superiors: vec![SUPERIOR], ..CaseView::begun(process, None, now) };
        Self { process, case, customer, now }
    }

    pub fn facts(&self) -> Facts<'static> {
        let playbook = Playbook::built_in();
        let customer = playbook.customer_facts(|key| self.customer.get(&key).cloned().unwrap_or(Value::Null));
        Facts {
            now: self.now,
            forms: playbook.forms(),
            calendar: &*CALENDAR,
            known: Names::from([(Key::of("customer"), customer.clone()), (Key::of("client"), customer)]),
            rule_dues: BTreeMap::from([("C4".into(), self.now + TimeDelta::days(7))]),
            posts: CAST.clone(),
            register: Register::new(OneOtherCase),
        }
    }

    /// Begins the case as a person does.
    pub fn begin(&mut self, actor: &Actor, given: &Answers) -> Result<(), MoveError> {
        let fields = begin(self.process, actor, &self.facts(), given)?;
        self.place(actor.staff(), fields);
        Ok(())
    }

    /// What surrounds the questions of a beginning.
    pub fn begin_context(&self, actor: &Actor) -> Context {
        begin_context(self.process, actor, &self.facts())
    }

    /// The case that a move of another one opened.
    pub fn opened(process: &'static Process, started: &Started, origin: &Stage) -> Self {
        let mut stage = Self { now: origin.now, customer: origin.customer.clone(), ..Self::empty(process, origin.now) };
        let fields = opened(process, started, OTHER_CASE, &stage.facts());
        stage.place(origin.case.owner, fields);
        stage
    }

    fn place(&mut self, owner: Option<RecordId>, fields: Answers) {
        self.case = CaseView {
            id: Some(OWN_CASE),
            superiors: vec![SUPERIOR],
            ..CaseView::begun(self.process, owner, self.now)
        };
        self.take(fields);
    }

    /// Fields of the case as they were set, with the persons they name.
    fn take(&mut self, fields: Answers) {
        self.case.fields.extend(fields);
        let person = |fields: &Answers, key: Key| fields.get(&key)?.as_text()?.parse::<RecordId>().ok();
        self.case.owner = person(&self.case.fields, Key::of("owner")).or(self.case.owner);
        let roles = self.process.transitions.iter().flat_map(|made| &made.roles);
        let named = roles.filter_map(|role| match role {
            Role::Person(field) => Some((*field, person(&self.case.fields, *field)?)),
            _ => None,
        });
        self.case.persons = named.collect();
    }

    pub fn context(&self, actor: &Actor) -> Context {
        context(self.process, &self.case, actor, &self.facts())
    }

    /// What surrounds the form `id` while it is filled: the latest one, or a new one.
    pub fn form_context(&self, id: &str, goes_on: bool, actor: &Actor) -> Context {
        if goes_on {
            return context_of_latest(self.process, &self.case, id, actor, &self.facts());
        }
        self.context(actor)
    }

    /// Files the form as its page does: with everything worked out, unless something is wrong with it. Whoever goes on
    /// with a form leaves it its author.
    pub fn file(
        &mut self,
        id: &str,
        by: &Actor,
        stage: Option<Key>,
        goes_on: bool,
        given: &Answers,
    ) -> Result<(), Vec<Problem>> {
        let template = Playbook::built_in().form(id).unwrap();
        let context = Context { stage, ..self.form_context(id, goes_on, by) };
        let problems = form::check(template, given, &context);
        if !problems.is_empty() {
            return Err(problems);
        }
        let answers = form::state(template, given, &context).completed(given);
        match self.case.documents.iter_mut().rfind(|filed| goes_on && *filed.form == *id) {
            Some(filed) => filed.answers = answers,
            None => {
                let (created_by, created_at) = (by.staff(), Some(self.now));
                self.case.documents.push(Filed { form: id.into(), created_by, created_at, answers });
            }
        }
        self.now += TimeDelta::minutes(1);
        Ok(())
    }

    /// Makes the move and writes what it sets, as the app does in one act.
    pub fn attempt(&mut self, actor: &Actor, event: Key, given: &Answers) -> Result<Move, MoveError> {
        let made = attempt(self.process, &self.case, event, actor, &self.facts(), given)?;
        if made.from != made.to {
            self.case.entered_at = Some(self.now);
        }
        self.case.step = made.to;
        self.take(made.fields.clone());
        for started in &made.starts {
            self.case.fields.extend(started.link.map(|link| (link, OTHER_CASE.into())));
            self.case.opened.extend(started.row.clone());
        }
        self.case.history.push(Moved { event: made.event, from: made.from, to: made.to, at: self.now });
        self.now += TimeDelta::minutes(1);
        Ok(made)
    }
}
