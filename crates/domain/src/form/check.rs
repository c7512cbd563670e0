//! Everything that keeps an answer sheet from being filed, at once.

use super::fit::{Misfit, fit};
use super::state::{Sheet, state};
use super::{Answers, Context, Form, FormField, Rule};
use crate::expr::{Datum, RowScope, Scope, evaluate};
use crate::field::FieldType;
use crate::key::Key;
use crate::text::Text;
use crate::value::Value;

/// One thing to put right, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The field; none when it concerns the form as a whole.
    pub field: Option<Key>,
    /// The row of a list, counted from 0.
    pub row: Option<usize>,
    /// The cell of that row.
    pub cell: Option<Key>,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What can be wrong with an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// It must be filled.
    Required,
    /// It does not fit the field's type.
    Misfit(Misfit),
    /// A rule is broken; the text says which.
    Broken(Text),
}

/// Everything wrong with `answers`, in the form's order; empty when the form can be filed.
///
/// Fields that are hidden, and fields and cells filled by the app, are not looked at.
pub fn check(form: &Form, answers: &Answers, context: &Context) -> Vec<Problem> {
    let looks = state(form, answers, context);
    let mut sheet = Sheet::new(form, answers, context);
    for field in form.fields() {
        sheet.compute(field);
    }
    let mut problems = Vec::new();
    for (field, looks) in form.fields().zip(&looks.fields) {
        if looks.is_visible && !looks.is_auto {
            let value = answers.get(&field.field.key).unwrap_or(Value::NULL);
            check_field(field, value, looks.is_required, &mut problems);
        }
        if looks.is_visible {
            for rule in &field.rules {
                check_rule(rule, Some(field), &sheet, &mut problems);
            }
        }
    }
    for rule in &form.rules {
        check_rule(rule, None, &sheet, &mut problems);
    }
    problems
}

fn check_field(field: &FormField, value: &Value, is_required: bool, problems: &mut Vec<Problem>) {
    let key = field.field.key;
    if value.is_blank() {
        if is_required {
            problems.push(Problem { field: Some(key), row: None, cell: None, kind: ProblemKind::Required });
        }
        return;
    }
    if let Err(misfit) = fit(value, &field.field) {
        problems.push(Problem { field: Some(key), row: None, cell: None, kind: ProblemKind::Misfit(misfit) });
        return;
    }
    if let FieldType::Rows(cells) = &field.field.kind {
        for (index, row) in value.items().iter().enumerate() {
            for cell in cells.iter().filter(|cell| cell.auto.is_none()) {
                let kind = match row.cell(cell.field.key) {
                    content if content.is_blank() && cell.is_optional => continue,
                    content if content.is_blank() => ProblemKind::Required,
                    content => match fit(content, &cell.field) {
                        Ok(()) => continue,
                        Err(misfit) => ProblemKind::Misfit(misfit),
                    },
                };
                problems.push(Problem { field: Some(key), row: Some(index), cell: Some(cell.field.key), kind });
            }
        }
    }
}

fn check_rule(rule: &Rule, field: Option<&FormField>, sheet: &Sheet<'_>, problems: &mut Vec<Problem>) {
    let key = field.map(|field| field.field.key);
    let broken = |row| Problem { field: key, row, cell: None, kind: ProblemKind::Broken(rule.otherwise.clone()) };
    if !rule.is_per_row {
        if evaluate(&rule.holds, sheet) == Datum::Bool(false) {
            problems.push(broken(None));
        }
        return;
    }
    let Some(Datum::List(rows)) = key.and_then(|key| sheet.name(key)) else { return };
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| matches!(row, Datum::Row(_))) {
        if evaluate(&rule.holds, &RowScope { row, outer: sheet }) == Datum::Bool(false) {
            problems.push(broken(Some(index)));
        }
    }
}
