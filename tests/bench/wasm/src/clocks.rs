//! The clocks of many open cases, worked out anew as after a night in which the app was shut.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDateTime, TimeDelta};
use kehu_domain::agenda::{
    Agenda, CaseAtHand, EscalationRules, Item, Organisation, State, Viewer, Whose, item_of_case,
};
use kehu_domain::calendar::{Calendar, Stage};
use kehu_domain::expr::{Names, Register};
use kehu_domain::form::Posts;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::{self, CaseView, Facts, Moved, Process};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::told;

/// How many people work on the cases.
const STAFF: u32 = 40;

/// Fields that deadlines ask for, as far as a process has them.
const DATES: [&str; 4] = ["planned_on", "due_on", "external_due", "decision_due"];
const MOMENTS: [&str; 5] = ["received_at", "plan_due", "first_due", "resolve_due", "promised_on"];

/// Open cases of all processes of the handbook, in all their steps.
#[wasm_bindgen]
pub struct Desk {
    cases: Vec<(&'static Process, CaseView)>,
    calendar: Calendar,
    organisation: Organisation,
    escalation: EscalationRules,
}

#[wasm_bindgen]
impl Desk {
    /// So many cases, begun in the weeks before `now`, written 2026-11-23T09:00.
    ///
    /// # Errors
    /// When the moment or the shipped rules cannot be read.
    #[wasm_bindgen(constructor)]
    pub fn new(count: u32, now: &str) -> Result<Desk, JsError> {
        let now = moment(now)?;
        let processes = &Playbook::built_in().processes;
        let of = |number: u32| {
            let process = processes.get(number as usize % processes.len().max(1))?;
            Some((process, walked(process, number, now)))
        };
        Ok(Self {
            cases: (0..count).filter_map(of).collect(),
            calendar: Calendar::shipped().map_err(told)?,
            organisation: organisation(),
            escalation: EscalationRules::shipped().map_err(told)?,
        })
    }

    /// How many cases there are.
    pub fn cases(&self) -> usize {
        self.cases.len()
    }

    /// Works out every clock of every case; gives how many have run out.
    ///
    /// # Errors
    /// When the moment cannot be read.
    pub fn clocks(&self, now: &str) -> Result<usize, JsError> {
        let facts = self.facts(moment(now)?);
        let clocks = self.cases.iter().flat_map(|(process, case)| {
            let moves = process.transitions_from(case.step);
            moves.filter_map(|transition| workflow::clock_of(process, transition, case, &facts))
        });
        Ok(clocks.filter(|clock| matches!(clock.stage, Stage::Due | Stage::NextDay)).count())
    }

    /// Works out the whole agenda from the cases: clocks, whose move it is, who is told, order; gives what is overdue.
    ///
    /// # Errors
    /// When the moment cannot be read.
    pub fn agenda(&self, now: &str) -> Result<usize, JsError> {
        let now = moment(now)?;
        let facts = self.facts(now);
        let item = |(number, (process, view)): (usize, &(&'static Process, CaseView))| {
            Arc::new(item_of_case(&CaseAtHand {
                id: RecordId::fixed(u32::try_from(number).unwrap_or(u32::MAX)),
                process,
                view,
                customer: None,
                tier: None,
                facts: &facts,
                organisation: &self.organisation,
                escalation: &self.escalation,
            }))
        };
        let items: Vec<Arc<Item>> = self.cases.iter().enumerate().map(item).collect();
        let entries = Agenda::new(items, &self.calendar, now).entries(&Whose::Everyone, &Viewer::default());
        Ok(entries.iter().filter(|entry| entry.state == State::Overdue).count())
    }

    fn facts(&self, now: NaiveDateTime) -> Facts<'_> {
        Facts {
            now,
            forms: Playbook::built_in().forms(),
            calendar: &self.calendar,
            known: Names::new(),
            rule_dues: BTreeMap::from([("C4".into(), now + TimeDelta::days(3))]),
            posts: self.organisation.posts().clone(),
            register: Register::default(),
        }
    }
}

fn moment(text: &str) -> Result<NaiveDateTime, JsError> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map_err(told)
}

/// A case that was moved a few times, whatever conditions say: its clocks are what is measured.
fn walked(process: &Process, number: u32, now: NaiveDateTime) -> CaseView {
    let hours = |count: u32| TimeDelta::hours(count.into());
    let begun = now - hours(100 + number % 900);
    let owner = RecordId::fixed(1_000 + number % STAFF);
    let mut case = CaseView::begun(process, Some(owner), begun);
    for name in DATES {
        case.fields.insert(Key::of(name), (begun + hours(200)).date().into());
    }
    for name in MOMENTS {
        case.fields.insert(Key::of(name), Value::from(begun + hours(90)));
    }
    case.fields.insert(kind::OWNER, owner.into());
    for round in 0..number / 13 % 6 {
        let moves: Vec<_> = process
            .transitions_from(case.step)
            .filter(|made| process.step(made.to).is_some_and(|step| !step.is_terminal))
            .collect();
        let Some(made) = moves.get((number / 7 + round) as usize % moves.len().max(1)) else { break };
        let at = begun + hours(round * 16 + 1);
        case.history.push(Moved { event: made.event, from: made.from, to: made.to, at });
        if !made.is_loop() {
            case.entered_at = Some(at);
        }
        case.step = made.to;
    }
    case
}

/// Forty people who hold the posts of the handbook in turn, one above four others.
fn organisation() -> Organisation {
    let person = |number: u32| RecordId::fixed(1_000 + number);
    let roles: Vec<Key> =
        Playbook::built_in().roles.iter().filter(|role| !role.is_relative).map(|role| role.code).collect();
    let post = |number: u32| roles.get(number as usize % roles.len().max(1)).copied();
    let posts: Posts = (0..STAFF).map(|number| (person(number), post(number).into_iter().collect())).collect();
    let superior = (1..STAFF).map(|number| (person(number), person((number - 1) / 4))).collect();
    Organisation::new(posts, superior)
}
