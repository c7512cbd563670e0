//! A form looked at apart from the case it was filled for.

use std::borrow::Cow;

use super::{Form, FormField, Requirement, Rule};
use crate::expr::Expr;
use crate::field::FieldType;

impl Form {
    /// The form without what only its case can tell: the forms and moves around it as they then were.
    ///
    /// What was computed from them is taken as it was filed; what was asked, shown or ruled by them is not held
    /// against the answers.
    pub fn apart_from_case(&self) -> Cow<'_, Form> {
        if !self.needs_case() {
            return Cow::Borrowed(self);
        }
        let mut form = self.clone();
        form.rules.retain(stands_alone);
        for section in &mut form.sections {
            section.visible_when.take_if(|when| when.needs_case());
            section.fields.iter_mut().for_each(set_apart);
        }
        Cow::Owned(form)
    }

    fn needs_case(&self) -> bool {
        let sections = self.sections.iter().filter_map(|section| section.visible_when.as_ref());
        sections.chain(self.fields().flat_map(asked_of)).any(Expr::needs_case)
            || !self.fields().flat_map(|field| &field.rules).chain(&self.rules).all(stands_alone)
    }
}

/// The expressions that say how a field is shown, asked for and computed.
fn asked_of(field: &FormField) -> Vec<&Expr> {
    let requirement = match &field.requirement {
        Requirement::Auto(expr) => expr.as_ref(),
        Requirement::When(expr) => Some(expr),
        _ => None,
    };
    let cells = match &field.field.kind {
        FieldType::Rows(cells) => cells.as_slice(),
        _ => &[],
    };
    let computed = cells.iter().filter_map(|cell| cell.auto.as_ref());
    requirement.into_iter().chain(&field.visible_when).chain(computed).collect()
}

fn stands_alone(rule: &Rule) -> bool {
    !rule.holds.needs_case()
}

fn set_apart(field: &mut FormField) {
    field.rules.retain(stands_alone);
    field.visible_when.take_if(|when| when.needs_case());
    match &field.requirement {
        Requirement::Auto(Some(expr)) if expr.needs_case() => field.requirement = Requirement::Auto(None),
        Requirement::When(expr) if expr.needs_case() => field.requirement = Requirement::Optional,
        _ => {}
    }
    if let FieldType::Rows(cells) = &mut field.field.kind {
        for cell in cells.iter_mut().filter(|cell| cell.auto.as_ref().is_some_and(Expr::needs_case)) {
            cell.auto = None;
            cell.is_optional = true;
        }
    }
}
