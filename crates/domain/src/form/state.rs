//! Which fields of a form are shown, must be filled, and what the app works out itself.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::{Answers, Context, Form, FormField, Requirement};
use crate::expr::{Datum, Expr, Names, Register, RowScope, Scope, evaluate, holds};
use crate::field::{Cell, FieldType};
use crate::key::Key;
use crate::text::Lang;
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
    /// What the app works out for it, for a list with computed cells all its rows; none when nothing is to be
    /// worked out here.
    pub computed: Option<Value>,
}

impl FormState {
    /// The state of the field `key`.
    pub fn field(&self, key: Key) -> Option<&FieldState> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The answers with every computed field and cell filled in.
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

/// What a new form begins with; the texts of its first rows are in `lang`.
pub fn defaults(form: &Form, context: &Context, lang: Lang) -> Answers {
    let nothing = Answers::new();
    let mut sheet = Sheet::new(form, &nothing, context);
    let mut answers = Answers::new();
    for field in form.fields() {
        let kind = &field.field.kind;
        let value = match &field.default {
            Some(default) => evaluate(default, &sheet).to_value(kind),
            None => first_rows(field, lang),
        };
        if !value.is_blank() {
            sheet.fresh.insert(field.field.key, Datum::of(&value, kind));
            answers.insert(field.field.key, value);
        }
    }
    answers
}

fn first_rows(field: &FormField, lang: Lang) -> Value {
    if field.first_rows.is_empty() {
        return Value::Null;
    }
    let cell = |(key, text): &(Key, crate::text::Text)| (*key, Value::text(text.get(lang)));
    let row = |row: &Vec<_>| Value::Map(Box::new(row.iter().map(cell).collect()));
    Value::List(field.first_rows.iter().map(row).collect())
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

    /// Works out a computed field, or the computed cells of a list, so that later fields can use it.
    pub(super) fn compute(&mut self, field: &FormField) -> Option<(Key, Value)> {
        let (key, kind) = (field.field.key, &field.field.kind);
        let own = match &field.requirement {
            Requirement::Auto(Some(expr)) => Some(evaluate(expr, self).to_value(kind)),
            _ => None,
        };
        let rows = own.as_ref().or_else(|| self.answers.get(&key));
        let value = rows.and_then(|rows| self.completed_rows(rows, kind)).or(own)?;
        self.fresh.insert(key, Datum::of(&value, kind));
        Some((key, value))
    }

    /// The rows of a list with their computed cells; `None` where no cell is computed.
    fn completed_rows(&self, rows: &Value, kind: &FieldType) -> Option<Value> {
        let (Value::List(rows), FieldType::Rows(cells)) = (rows, kind) else { return None };
        let is_any_computed = cells.iter().any(|cell| cell.auto.is_some());
        is_any_computed.then(|| Value::List(rows.iter().map(|row| self.completed_row(row, cells)).collect()))
    }

    fn completed_row(&self, row: &Value, cells: &[Cell]) -> Value {
        let Value::Map(given) = row else { return row.clone() };
        let mut values = (**given).clone();
        let mut seen = BTreeMap::new();
        for cell in cells.iter().filter(|cell| cell.auto.is_none()) {
            seen.insert(cell.field.key, Datum::of(row.cell(cell.field.key), &cell.field.kind));
        }
        for cell in cells {
            let Some(expr) = &cell.auto else { continue };
            let (key, kind) = (cell.field.key, &cell.field.kind);
            let value = evaluate(expr, &RowScope { row: &Datum::Row(seen.clone()), outer: self }).to_value(kind);
            seen.insert(key, Datum::of(&value, kind));
            if value.is_blank() {
                values.remove(&key);
            } else {
                values.insert(key, value);
            }
        }
        Value::Map(Box::new(values))
    }

    /// All its answers, what was just worked out in front of what was given.
    fn own(&self) -> Names {
        let mut own = self.form.row(self.answers);
        own.extend(self.fresh.iter().map(|(key, datum)| (*key, datum.clone())));
        own
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
            "form" => Some(Datum::Row(self.own())),
            "stage" => Some(self.context.stage.map_or(Datum::Blank, |stage| Datum::text(stage.as_str()))),
            _ => self.context.known.get(&name).cloned(),
        }
    }

    fn documents(&self, form: &str) -> Vec<Datum> {
        self.context.background.documents.get(form).cloned().unwrap_or_default()
    }

    fn moves(&self, event: &str) -> Vec<NaiveDateTime> {
        let moves = self.context.background.moves.iter();
        moves.filter(|(happened, _)| *happened == *event).map(|(_, at)| *at).collect()
    }

    fn has_role(&self, role: &str) -> bool {
        self.context.background.roles.iter().any(|held| *held == *role)
    }

    fn lang(&self) -> Lang {
        self.context.background.lang
    }

    fn holds_post(&self, person: &str, post: &str) -> Option<bool> {
        super::holds_post(&self.context.background.posts, person, post)
    }

    fn register(&self) -> Option<&Register> {
        Some(&self.context.background.register)
    }
}
