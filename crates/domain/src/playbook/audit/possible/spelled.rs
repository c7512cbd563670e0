//! Values that stand spelled out in an expression.

use chrono::Datelike;
use rust_decimal::Decimal;

use super::domain::Constant;
use crate::expr::{Expr, Function, Node, Operator};

pub(super) fn truth(flag: bool) -> Constant {
    Constant::Word(if flag { "true".into() } else { "false".into() })
}

/// The value of what is spelled out; days are counted.
pub(super) fn constant(expr: &Expr) -> Option<Constant> {
    match &expr.node {
        Node::Number(number) => Some(Constant::Number(*number)),
        Node::Text(text) => Some(Constant::Word(text.clone())),
        Node::Bool(flag) => Some(truth(*flag)),
        Node::Call(Function::Date, arguments) => match &arguments.first()?.node {
            Node::Text(text) => {
                let day = text.parse::<chrono::NaiveDate>().ok()?;
                Some(Constant::Number(day.num_days_from_ce().into()))
            }
            _ => None,
        },
        _ => number(expr).map(Constant::Number),
    }
}

/// The number a sum or product of spelled-out numbers makes.
pub(in crate::playbook::audit) fn number(expr: &Expr) -> Option<Decimal> {
    match &expr.node {
        Node::Number(number) => Some(*number),
        Node::Negative(inner) => number(inner).map(|number| -number),
        Node::Binary(operator, a, b) => {
            let (a, b) = (number(a)?, number(b)?);
            match operator {
                Operator::Plus => a.checked_add(b),
                Operator::Minus => a.checked_sub(b),
                Operator::Times => a.checked_mul(b),
                Operator::Divide => a.checked_div(b),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `count(x) + 1` as `count(x)` and 1.
pub(super) fn without_addends(term: &Expr) -> (&Expr, Decimal) {
    let Node::Binary(operator @ (Operator::Plus | Operator::Minus), a, b) = &term.node else {
        return (term, Decimal::ZERO);
    };
    match (operator, number(a), number(b)) {
        (Operator::Plus, _, Some(added)) => (a, added),
        (Operator::Plus, Some(added), _) => (b, added),
        (Operator::Minus, _, Some(taken)) => (a, -taken),
        _ => (term, Decimal::ZERO),
    }
}
