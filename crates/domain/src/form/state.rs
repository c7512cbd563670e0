//! Which fields of a form are shown, must be filled, and what the app works out itself.

use std::collections::BTreeMap;

use super::{Answers, Context, Form, FormField, Requirement};
use crate::expr::{Datum, Expr, Scope, evaluate, holds};
use crate::key::Key;
use crate::value::Value;

/// How a form looks with certain answers.
#[derive(Clone, Debug, PartialEq)]
pub struct FormState {
    /// Every field, in the form's order.
    pub fields: Vec<FieldState>,
}

/// How one field looks with certain answers.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldState {
    /// The field.
    pub key: Key,
    /// Whether it is shown. What was answered before it was hidden is kept, but not asked for.
    pub is_visible: bool,
    /// Whether it must be filled before the form can be filed.
    pub is_required: bool,
    /// Whether the app fills it.
    pub is_auto: bool,
    /// What the app works out for it; none when nothing is to be worked out here.
    pub computed: Option<Value>,
}

impl FormState {
    /// The state of the field `key`.
    pub fn field(&self, key: Key) -> Option<&FieldState> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The answers with every computed field filled in.
    pub fn completed(&self, answers: &Answers) -> Answers {
        let mut completed = answers.clone();
        for field in &self.fields {
            if let Some(value) = &field.computed {
                completed.insert(field.key, value.clone());
            }
        }
        completed
    }
}

/// How `form` looks with `answers`.
pub fn state(form: &Form, answers: &Answers, context: &Context) -> FormState {
    let mut sheet = Sheet::new(form, answers, context);
    let computed: BTreeMap<Key, Value> = form.fields().filter_map(|field| sheet.compute(field)).collect();
    let mut fields = Vec::new();
    for section in &form.sections {
        let is_section_visible = sheet.is_shown(section.visible_when.as_ref());
        for field in &section.fields {
            let is_visible = is_section_visible && sheet.is_shown(field.visible_when.as_ref());
            fields.push(FieldState {
                key: field.field.key,
                is_visible,
                is_required: is_visible && sheet.is_required(field),
                is_auto: matches!(field.requirement, Requirement::Auto(_)),
                computed: computed.get(&field.field.key).cloned(),
            });
        }
    }
    FormState { fields }
}

/// What a new form begins with.
pub fn defaults(form: &Form, context: &Context) -> Answers {
    let nothing = Answers::new();
    let mut sheet = Sheet::new(form, &nothing, context);
    let mut answers = Answers::new();
    for field in form.fields() {
        let Some(default) = &field.default else { continue };
        let datum = evaluate(default, &sheet);
        let value = datum.to_value(&field.field.kind);
        if !value.is_blank() {
            sheet.fresh.insert(field.field.key, datum);
            answers.insert(field.field.key, value);
        }
    }
    answers
}

/// A form with its answers, as the expressions on it see it.
pub(super) struct Sheet<'a> {
    form: &'a Form,
    answers: &'a Answers,
    context: &'a Context,
    fresh: BTreeMap<Key, Datum>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(form: &'a Form, answers: &'a Answers, context: &'a Context) -> Self {
        Self { form, answers, context, fresh: BTreeMap::new() }
    }

    /// Works out a computed field, so that later fields can use it.
    pub(super) fn compute(&mut self, field: &FormField) -> Option<(Key, Value)> {
        let Requirement::Auto(Some(expr)) = &field.requirement else { return None };
        let value = evaluate(expr, self).to_value(&field.field.kind);
        self.fresh.insert(field.field.key, Datum::of(&value, &field.field.kind));
        Some((field.field.key, value))
    }

    fn is_shown(&self, condition: Option<&Expr>) -> bool {
        condition.is_none_or(|condition| holds(condition, self))
    }

    fn is_required(&self, field: &FormField) -> bool {
        match &field.requirement {
            Requirement::Mandatory => true,
            Requirement::Optional | Requirement::Auto(_) => false,
            Requirement::When(condition) => holds(condition, self),
            Requirement::From(stage) => self.form.has_reached(*stage, self.context.stage),
        }
    }
}

impl Scope for Sheet<'_> {
    fn name(&self, name: Key) -> Option<Datum> {
        if let Some(datum) = self.fresh.get(&name) {
            return Some(datum.clone());
        }
        if let Some(field) = self.form.field(name) {
            let value = self.answers.get(&name).unwrap_or(Value::NULL);
            return Some(Datum::of(value, &field.field.kind));
        }
        match name.as_str() {
            "today" => Some(Datum::Date(self.context.now.date())),
            "now" => Some(Datum::Moment(self.context.now)),
            "stage" => Some(self.context.stage.map_or(Datum::Blank, |stage| Datum::text(stage.as_str()))),
            _ => self.context.known.get(&name).cloned(),
        }
    }
}
