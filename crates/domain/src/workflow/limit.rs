//! Who may approve up to which amount (2.2), read off the conditions of an approval.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Role, Transition};
use crate::expr::{Datum, Expr, Function, Node, Operator, Scope, holds};
use crate::key::Key;

/// How much one role may approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The role.
    pub role: Role,
    /// The most, in yuan; none where there is no bound.
    pub up_to: Option<Decimal>,
}

impl Transition {
    /// The limits of those who may approve, where its conditions set any against an amount of the form it approves;
    /// in the order of its roles. A role that may approve nothing is left out.
    pub fn limits(&self) -> Vec<Limit> {
        let Some(form) = &self.approves else { return Vec::new() };
        let asked: Vec<&Expr> = self.guards.iter().map(|guard| &guard.holds).filter(|holds| asks_role(holds)).collect();
        let mut amount = None;
        let mut bounds = Vec::new();
        asked.iter().for_each(|expr| collect(expr, form, &mut amount, &mut bounds));
        bounds.sort_unstable();
        bounds.dedup();
        let (Some(amount), Some(most)) = (amount, bounds.last().copied()) else { return Vec::new() };
        let may = |role: Role, value: Decimal| {
            let scope = Asking { form, amount, value, roles: stands_in(role, &asked) };
            asked.iter().all(|expr| holds(expr, &scope))
        };
        let limit = |role: &Role| {
            let up_to = bounds.iter().rev().find(|bound| may(*role, **bound)).copied();
            match may(*role, most + Decimal::ONE) {
                true => Some(Limit { role: *role, up_to: None }),
                false => up_to.map(|bound| Limit { role: *role, up_to: Some(bound) }),
            }
        };
        self.roles.iter().filter_map(limit).collect()
    }
}

/// The roles somebody acts with who has this one: a relative role goes with the posts asked for beside it.
fn stands_in(role: Role, asked: &[&Expr]) -> Vec<Key> {
    let mut roles = vec![role.code()];
    for expr in asked {
        together(expr, role.code(), &mut roles);
    }
    roles
}

/// Roles that a condition asks for together with `role`.
fn together(expr: &Expr, role: Key, roles: &mut Vec<Key>) {
    match &expr.node {
        Node::Binary(Operator::Or, a, b) => {
            together(a, role, roles);
            together(b, role, roles);
        }
        Node::Binary(Operator::And, _, _) => {
            let mut all = Vec::new();
            named_roles(expr, &mut all);
            if all.contains(&role) {
                roles.extend(all);
            }
        }
        _ => {}
    }
}

fn named_roles(expr: &Expr, roles: &mut Vec<Key>) {
    match &expr.node {
        Node::Binary(_, a, b) => {
            named_roles(a, roles);
            named_roles(b, roles);
        }
        Node::Call(Function::Role, arguments) => {
            let codes = arguments.iter().filter_map(|argument| match &argument.node {
                Node::Text(code) => Key::new(code).ok(),
                _ => None,
            });
            roles.extend(codes);
        }
        _ => {}
    }
}

fn asks_role(expr: &Expr) -> bool {
    let mut roles = Vec::new();
    named_roles(expr, &mut roles);
    !roles.is_empty()
}

/// The cell of the form that amounts are held against, and the amounts.
fn collect(expr: &Expr, form: &str, amount: &mut Option<Key>, bounds: &mut Vec<Decimal>) {
    let Node::Binary(operator, a, b) = &expr.node else { return };
    if let (true, Some(cell), Node::Number(number)) = (operator.is_comparison(), cell_of(a, form), &b.node) {
        *amount = Some(cell);
        bounds.push(*number);
        return;
    }
    collect(a, form, amount, bounds);
    collect(b, form, amount, bounds);
}

/// `last(documents("F-…")).cell` of that form.
fn cell_of(expr: &Expr, form: &str) -> Option<Key> {
    let Node::Cell(of, cell) = &expr.node else { return None };
    let Node::Call(Function::Last, rows) = &of.node else { return None };
    let Node::Call(Function::Documents, ids) = &rows.first()?.node else { return None };
    matches!(&ids.first()?.node, Node::Text(id) if **id == *form).then_some(*cell)
}

/// Somebody with some roles before a form with an amount.
struct Asking<'a> {
    form: &'a str,
    amount: Key,
    value: Decimal,
    roles: Vec<Key>,
}

impl Scope for Asking<'_> {
    fn name(&self, _: Key) -> Option<Datum> {
        None
    }

    fn documents(&self, form: &str) -> Vec<Datum> {
        let row = || Datum::Row(BTreeMap::from([(self.amount, Datum::Number(self.value))]));
        if form == self.form { vec![row()] } else { Vec::new() }
    }

    fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| *held == *role)
    }
}
