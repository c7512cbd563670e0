//! Processes: their steps, who may move a case how, until when, and why not.

mod case;
pub mod chart;
mod deadline;
mod offer;
mod role;

pub use case::{Actor, CaseView, Facts, Filed, Forms, Moved};
pub use deadline::{Clock, Deadline, DeadlineError, DueRule, WorkCalendar};
pub use offer::{Move, MoveError, Offer, Refusal, Started, attempt, context, context_of_latest, due_of, offers};
pub use role::Role;

use crate::expr::{Datum, Expr};
use crate::field::Field;
use crate::form::{Answers, Form};
use crate::key::Key;
use crate::text::Text;

/// The event that takes a case out of the way (R-0-4), from every step that is not terminal.
pub const CANCEL: Key = Key::of("cancel");
/// The terminal step it leads to.
pub const CANCELLED: Key = Key::of("cancelled");

/// A process of the handbook, such as W-3.1: what a case of it may do.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// Its identifier, `W-x.y` or `A-n`.
    pub id: Box<str>,
    /// What people call it.
    pub title: Text,
    /// What a case of it carries besides the fields of every case.
    pub fields: Vec<Field>,
    /// Its steps in order; the first one is where a case begins.
    pub steps: Vec<Step>,
    /// Its moves in order, `cancel` last.
    pub transitions: Vec<Transition>,
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
    /// The case of another process that it opens.
    pub starts: Option<Start>,
}

/// A case of another process that a move opens, once: while `link` names a case, no second one is opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The process.
    pub process: Box<str>,
    /// The field of this case that names the new one.
    pub link: Key,
    /// What the new case knows from the beginning, worked out over this one.
    pub set: Vec<(Key, Expr)>,
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

    /// What a case of it that was opened by another one knows from the beginning; what does not fit is left out.
    pub fn first_fields(&self, given: &[(Key, Datum)]) -> Answers {
        let value = |(key, datum): &(Key, Datum)| {
            let field = self.fields.iter().find(|field| field.key == *key)?;
            let value = datum.to_value(&field.kind);
            (!value.is_blank()).then_some((*key, value))
        };
        given.iter().filter_map(value).collect()
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
