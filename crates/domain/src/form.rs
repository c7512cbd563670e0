//! Forms: their sections and fields, what is asked when, and everything wrong with an answer sheet at once.

mod apart;
mod check;
mod fit;
pub mod number;
pub mod repeat;
mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

pub use check::{Problem, ProblemKind, check};
pub use fit::{Misfit, fit};
pub use state::{FieldState, FormState, defaults, state};

use crate::expr::{Datum, Expr, Names, Node, Register};
use crate::field::Field;
use crate::key::Key;
use crate::stamp::RecordId;
use crate::text::{Lang, Text};
use crate::value::Value;

/// The answers of a form, by field; a draft may lack any of them.
pub type Answers = BTreeMap<Key, Value>;

/// The name of a form's own answers, as one row, in its expressions.
pub const OWN: Key = Key::of("form");

/// A form template, such as F-3.1-2.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its identifier, `F-x.y-n`.
    pub id: Box<str>,
    /// The form code of its numbers, such as `HF`; spec 1.6.
    pub code: Box<str>,
    /// Its version, from 1; raised whenever what it asks changes.
    pub version: u16,
    /// What people call it.
    pub title: Text,
    /// What it is for, in a sentence.
    pub purpose: Option<Text>,
    /// Whether it is about one customer, so that the header's customer is mandatory.
    pub is_customer_facing: bool,
    /// The process whose cases it is filled for, where that is not its section's main one.
    pub process: Option<Box<str>>,
    /// When the place it was filled in at is asked for; never, if nothing is said.
    pub place: Option<Expr>,
    /// The stages it passes, in order; empty when it is filled in one go.
    pub stages: Vec<Stage>,
    /// Its parts, in order.
    pub sections: Vec<Section>,
    /// Rules over several fields.
    pub rules: Vec<Rule>,
}

/// A stage of a form: later stages ask for more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name.
    pub key: Key,
    /// What people call it.
    pub label: Text,
}

/// A part of a form under one heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The heading.
    pub title: Text,
    /// A sentence below it.
    pub hint: Option<Text>,
    /// When it is shown; always, if nothing is said.
    pub visible_when: Option<Expr>,
    /// Its fields, in order.
    pub fields: Vec<FormField>,
}

/// A field in its place on a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Key, label and type.
    pub field: Field,
    /// Who fills it, and whether it may stay empty.
    pub requirement: Requirement,
    /// When it is shown; always, if nothing is said.
    pub visible_when: Option<Expr>,
    /// Help beside it.
    pub hint: Option<Text>,
    /// What it begins with on a new form.
    pub default: Option<Expr>,
    /// The rows a list begins with on a new form: texts for some of their cells.
    pub first_rows: Vec<Vec<(Key, Text)>>,
    /// Rules its content must keep.
    pub rules: Vec<Rule>,
    /// The form or process its content goes on to, such as `F-3.1-3`.
    pub carries: Option<Box<str>>,
}

/// The requirement column of the spec (1.2).
#[derive(Clone, Debug, PartialEq)]
pub enum Requirement {
    /// M: must be filled.
    Mandatory,
    /// O: may stay empty.
    Optional,
    /// A: filled by the app; computed here when there is an expression.
    Auto(Option<Expr>),
    /// C: must be filled when this holds.
    When(Expr),
    /// C: must be filled from this stage on.
    From(Key),
}

/// Something that must not be false.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The condition; while it cannot be known the rule is not broken.
    pub holds: Expr,
    /// What to say when it is broken.
    pub otherwise: Text,
    /// Whether it is asked of each row of the field, with the row's cells in scope.
    pub is_per_row: bool,
}

/// What surrounds a form while it is filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// The present moment in Asia/Shanghai.
    pub now: NaiveDateTime,
    /// The stage the form is to reach; the last one when nothing is said.
    pub stage: Option<Key>,
    /// Further names: `case`, `customer`, header fields.
    pub known: Names,
    /// What functions such as `documents` and `moves` tell.
    pub background: Background,
}

/// The posts of every member of staff.
pub type Posts = BTreeMap<RecordId, Vec<Key>>;

/// What a form may ask about its case and the staff, beyond names; nothing is known where it is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Background {
    /// The forms filed for the case by template, oldest first, each a row.
    pub documents: BTreeMap<Box<str>, Vec<Datum>>,
    /// The moves since the case came to its step.
    pub moves: Vec<(Key, NaiveDateTime)>,
    /// The codes of the roles the acting person has for the case.
    pub roles: BTreeSet<Key>,
    /// Who holds which posts.
    pub posts: Arc<Posts>,
    /// The records of all cases.
    pub register: Register,
    /// The language of texts the app writes into the form, such as why a grade is capped.
    pub lang: Lang,
}

/// Whether `person` holds `post`; `None` when that is the id of nobody on the staff.
pub(crate) fn holds_post(posts: &Posts, person: &str, post: &str) -> Option<bool> {
    let held = posts.get(&person.parse().ok()?)?;
    Some(held.iter().any(|held| *held == *post))
}

impl Context {
    /// A context that knows nothing but the time.
    pub fn at(now: NaiveDateTime) -> Self {
        Self { now, stage: None, known: Names::new(), background: Background::default() }
    }

    /// The same with one more name known.
    #[must_use]
    pub fn with(mut self, name: Key, datum: Datum) -> Self {
        self.known.insert(name, datum);
        self
    }

    /// The same with the form meant to reach `stage`.
    #[must_use]
    pub fn reaching(mut self, stage: Key) -> Self {
        self.stage = Some(stage);
        self
    }
}

impl Form {
    /// Every field, in order.
    pub fn fields(&self) -> impl Iterator<Item = &FormField> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The field called `key`.
    pub fn field(&self, key: Key) -> Option<&FormField> {
        self.fields().find(|field| field.field.key == key)
    }

    /// Whether anything on it is worked out from the name `name`.
    pub fn uses(&self, name: Key) -> bool {
        let names = |expr: &Expr| expr.any(&|part| matches!(&part.node, Node::Name(found) if *found == name));
        self.fields().any(|field| {
            let computed = match &field.requirement {
                Requirement::Auto(Some(computed)) => Some(computed),
                _ => None,
            };
            computed.into_iter().chain(&field.default).any(names)
        })
    }

    /// The answers as one row, as expressions see them.
    pub fn row(&self, answers: &Answers) -> Names {
        let datum = |field: &FormField| {
            let value = answers.get(&field.field.key).unwrap_or(Value::NULL);
            (field.field.key, Datum::of(value, &field.field.kind))
        };
        self.fields().map(datum).collect()
    }

    /// The stage a new form begins with; none when it is filled in one go.
    pub fn first_stage(&self) -> Option<Key> {
        self.stages.first().map(|stage| stage.key)
    }

    /// Whether a form that is to reach `wanted` has come to `stage`.
    ///
    /// Without a wanted stage the form is to be complete.
    fn has_reached(&self, stage: Key, wanted: Option<Key>) -> bool {
        let place = |key: Key| self.stages.iter().position(|stage| stage.key == key);
        match wanted.and_then(place) {
            Some(wanted) => place(stage).is_some_and(|stage| stage <= wanted),
            None => true,
        }
    }
}
