//! Processes: their steps, who may move a case how, until when, and why not.

mod authority;
mod begin;
mod call;
mod case;
mod case_clock;
pub mod chart;
mod deadline;
mod limit;
mod offer;
mod role;
mod rows;
mod watch;

pub use authority::{Authority, authority};
pub use begin::{begin, begin_context, first_fields, opened};
pub use call::call_attempts;
pub use case::{ACTOR, Actor, CaseView, Facts, Filed, Forms, Moved};
pub use case_clock::{CaseClock, clock_of};
pub use deadline::{Clock, Deadline, DeadlineError, DueRule};
pub use limit::Limit;
pub use offer::{
    Elsewhere, Move, MoveError, Offer, Refusal, Started, Work, app_move, attempt, context, context_of_latest, due_of,
    offers, work_of,
};
pub use role::Role;
pub use rows::{
    all_cases, all_customers, all_documents, all_records, case_row_type, customer_row_type, record_row_type,
};
pub use watch::{Watch, watched};

use crate::calendar::AttemptRule;
pub use crate::calendar::WorkCalendar;
use crate::expr::{Datum, Expr};
use crate::field::Field;
use crate::form::{self, Answers, Form};
use crate::key::Key;
use crate::kind;
pub use crate::playbook::source::{DueUnit, WithCustomer};
use crate::stamp::RecordId;
use crate::text::Text;
use crate::value::Value;

/// The event that takes a case out of the way (R-0-4), from every step that is not terminal.
pub const CANCEL: Key = Key::of("cancel");
/// The terminal step it leads to.
pub const CANCELLED: Key = Key::of("cancelled");

/// Until when the move itself is due: a name for what it sets.
pub const DUE: Key = Key::of("due");
/// The other case: a name for what a move sets there.
pub const OTHER: Key = Key::of("other");
/// The rules of deadlines that the app works out (`due = "C4"`): the customer's rhythm.
pub const RULES: [&str; 1] = ["C4"];

/// Fields of every case that a move may set: references to records.
pub const SET_BY_MOVE: [Key; 1] = [kind::OWNER];
/// Fields of every case that the one that opens it may give: references to records.
pub const SET_AT_START: [Key; 2] = [kind::OWNER, kind::CUSTOMER_REF];

/// A process of the handbook, such as W-3.1: what a case of it may do.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// Its identifier, `W-x.y` or `A-n`.
    pub id: Box<str>,
    /// What people call it.
    pub title: Text,
    /// The field that says what a case is about, where its customer alone does not tell cases apart.
    pub subject: Option<Key>,
    /// What a case of it carries besides the fields of every case.
    pub fields: Vec<Field>,
    /// How a person begins a case; `None` when only other cases open one.
    pub begin: Option<Begin>,
    /// Its steps in order; the first one is where a case begins.
    pub steps: Vec<Step>,
    /// Its moves in order, `cancel` last.
    pub transitions: Vec<Transition>,
    /// What the app keeps up to date in its cases from the records of their customer.
    pub watches: Vec<Watch>,
    /// When its customer is to be phoned; never, if nothing is said.
    pub calls: Option<Calls>,
}

/// What `datum` is as the content of `field`; `None` when it is not known or does not fit.
fn fitting(field: &Field, datum: &Datum) -> Option<Value> {
    let value = datum.to_value(&field.kind);
    (!value.is_blank() && form::fit(&value, field).is_ok()).then_some(value)
}

/// When the customer of a case is to be phoned (C5).
#[derive(Clone, Debug, PartialEq)]
pub struct Calls {
    /// The step in which they are.
    pub step: Key,
    /// What must be known to hold.
    pub when: Expr,
    /// The event of that step that notes an attempt without an answer.
    pub attempt: Key,
    /// How often and how far apart it may be tried (ruling 17).
    pub rule: AttemptRule,
}

/// How a person begins a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Begin {
    /// Who may: any of them.
    pub roles: Vec<Role>,
    /// Whether it is about a customer.
    pub customer: WithCustomer,
    /// What is asked for, as a small form; its answers become fields of the case.
    pub asks: Option<Form>,
}

/// A step (state) of a process.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its name in changes.
    pub key: Key,
    /// What people call it.
    pub label: Text,
    /// Whether a case ends here.
    pub is_terminal: bool,
    /// Whether the clock stands still here, waiting for others (C3).
    pub is_paused: bool,
}

/// A move from one step to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// The step it leaves.
    pub from: Key,
    /// Its name; one step has no two events of the same name.
    pub event: Key,
    /// What people call it: a verb.
    pub label: Text,
    /// The step it leads to, possibly the same.
    pub to: Key,
    /// Who may do it: any of them.
    pub roles: Vec<Role>,
    /// Until when, counted from entering `from`: the first that applies; none when empty.
    pub due: Vec<DueRule>,
    /// Whether it need not happen: it may be done, and until when, but it is nobody's work.
    pub is_optional: bool,
    /// What must hold.
    pub guards: Vec<Guard>,
    /// The form that must have been filed in this step.
    pub files: Option<Box<str>>,
    /// The form that must be complete up to a stage.
    pub completes: Option<Completion>,
    /// What is asked of the person doing it, as a small form; its answers become fields of the case.
    pub asks: Option<Form>,
    /// The form this approves; nobody approves what they filed themselves (R-0-2).
    pub approves: Option<Box<str>>,
    /// When the person who filed it may approve it all the same (ruling 1).
    pub self_approval: Option<Expr>,
    /// Fields of the case that it sets, each worked out over the case and the answers to what it asks.
    pub sets: Vec<(Key, Expr)>,
    /// Fields of the case's customer that it sets.
    pub sets_customer: Vec<(Field, Expr)>,
    /// What it sets in other cases, those that fields of the case name.
    pub sets_of: Vec<SetsOf>,
    /// The cases of other processes that it opens.
    pub starts: Vec<Start>,
}

/// What a move sets in another case, in the same act.
#[derive(Clone, Debug, PartialEq)]
pub struct SetsOf {
    /// The field of this case, or the answer, that names the other one.
    pub case: Key,
    /// The process the other one must be of; a case of any other is left alone.
    pub process: Box<str>,
    /// Fields of the other case, each worked out over this one, its answers and `other`.
    pub set: Vec<(Key, Expr)>,
}

/// A case of another process that a move opens, or one for each row of a list.
///
/// It is opened once: not while `link` names a case; for a row that has not had one of the process yet; and with neither
/// link nor rows only when the event happens for the first time.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The process.
    pub process: Box<str>,
    /// The field of this case that names the new one; none where there are several.
    pub link: Option<Key>,
    /// The rows for each of which a case is opened.
    pub each: Option<Expr>,
    /// What must be known to hold; asked of every row where there are rows.
    pub when: Option<Expr>,
    /// What the new case knows from the beginning, worked out over this one and the row.
    pub set: Vec<(Key, Expr)>,
}

impl Transition {
    /// Whether the case stays in its step.
    pub fn is_loop(&self) -> bool {
        self.from == self.to
    }

    /// The form it takes, `F-x.y-n`: the one to be filed, else the one to be completed.
    pub fn form_to_fill(&self) -> Option<&str> {
        let completed = self.completes.as_ref().map(|completion| &completion.form);
        self.files.as_ref().or(completed).map(|form| &**form)
    }
}

/// A condition of a move, with what to say when it does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Guard {
    /// What must be known to hold.
    pub holds: Expr,
    /// The reason shown when it is not.
    pub otherwise: Text,
}

/// A form that must be complete up to a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The template.
    pub form: Box<str>,
    /// The stage; complete in all when none is named.
    pub stage: Option<Key>,
}

impl Process {
    /// The step a case begins with.
    pub fn first_step(&self) -> Option<&Step> {
        self.steps.first()
    }

    /// The step called `key`.
    pub fn step(&self, key: Key) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }

    /// What a case of it that was opened by another one knows from the beginning: its own fields, and its owner and
    /// customer where they are given. What does not fit is left out.
    pub fn first_fields(&self, given: &[(Key, Datum)]) -> Answers {
        let value = |(key, datum): &(Key, Datum)| Some((*key, self.value_of(*key, datum, &SET_AT_START)?));
        given.iter().filter_map(value).collect()
    }

    /// What a move of another case sets in one of it; what is not known or does not fit is left out.
    pub fn set_fields(&self, given: &[(Key, Datum)]) -> Answers {
        given.iter().filter_map(|(key, datum)| Some((*key, self.value_of(*key, datum, &[])?))).collect()
    }

    /// What `datum` is as the content of the field `key`, one of the process or of `common`; `None` when it is not
    /// known or does not fit.
    fn value_of(&self, key: Key, datum: &Datum, common: &[Key]) -> Option<Value> {
        if common.contains(&key) {
            let Datum::Text(id) = datum else { return None };
            return id.parse::<RecordId>().ok().map(Value::from);
        }
        fitting(self.fields.iter().find(|field| field.key == key)?, datum)
    }

    /// Whether the clock of a case stands still in the step `key` (C3).
    pub fn is_paused(&self, key: Key) -> bool {
        self.step(key).is_some_and(|step| step.is_paused)
    }

    /// The moves out of the step `from`, in order.
    pub fn transitions_from(&self, from: Key) -> impl Iterator<Item = &Transition> {
        self.transitions.iter().filter(move |transition| transition.from == from)
    }

    /// The forms its moves ask for, each once, in order.
    pub fn forms(&self) -> Vec<&str> {
        let mut forms: Vec<&str> = Vec::new();
        for transition in &self.transitions {
            let completed = transition.completes.as_ref().map(|completion| &completion.form);
            for form in [transition.files.as_ref(), completed, transition.approves.as_ref()].into_iter().flatten() {
                if !forms.contains(&&**form) {
                    forms.push(form);
                }
            }
        }
        forms
    }
}
