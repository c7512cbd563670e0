//! Writes an expression as a source that reads back as the same expression.

use std::fmt::{self, Display, Formatter};

use super::{Expr, Node, Operator};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Number(number) => write!(f, "{number}"),
            Node::Text(text) => write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Node::Bool(flag) => write!(f, "{flag}"),
            Node::Name(name) => write!(f, "{name}"),
            Node::Not(inner) => {
                f.write_str("not ")?;
                at_least(f, inner, 3)
            }
            Node::Negative(inner) => {
                f.write_str("-")?;
                at_least(f, inner, 7)
            }
            Node::Binary(operator, left, right) => binary(f, *operator, left, right),
            Node::In(left, right) => {
                at_least(f, left, 5)?;
                f.write_str(" in ")?;
                match &right.node {
                    Node::List(_) => right.fmt(f),
                    _ => at_least(f, right, 8),
                }
            }
            Node::List(items) => {
                f.write_str("(")?;
                separated(f, items)?;
                f.write_str(")")
            }
            Node::Cell(inner, cell) => {
                at_least(f, inner, 8)?;
                write!(f, ".{cell}")
            }
            Node::Call(function, arguments) => {
                write!(f, "{}(", function.name())?;
                separated(f, arguments)?;
                f.write_str(")")
            }
        }
    }
}

fn binary(f: &mut Formatter<'_>, operator: Operator, left: &Expr, right: &Expr) -> fmt::Result {
    let own = operator_rank(operator);
    // Comparisons do not chain, so both sides need parentheses; the others group from the left.
    let left_rank = if own == COMPARISON { own + 1 } else { own };
    at_least(f, left, left_rank)?;
    write!(f, " {} ", operator.symbol())?;
    at_least(f, right, own + 1)
}

fn separated(f: &mut Formatter<'_>, items: &[Expr]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

/// Writes `expr`, in parentheses if it binds weaker than `rank`.
fn at_least(f: &mut Formatter<'_>, expr: &Expr, rank: u8) -> fmt::Result {
    if rank_of(expr) < rank { write!(f, "({expr})") } else { expr.fmt(f) }
}

const COMPARISON: u8 = 4;

/// How strongly an expression binds; greater is stronger.
fn rank_of(expr: &Expr) -> u8 {
    match &expr.node {
        Node::Binary(operator, _, _) => operator_rank(*operator),
        Node::Not(_) => 3,
        Node::In(_, _) => COMPARISON,
        Node::Negative(_) => 7,
        _ => 8,
    }
}

fn operator_rank(operator: Operator) -> u8 {
    match operator {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::AtMost
        | Operator::Greater
        | Operator::AtLeast => COMPARISON,
        Operator::Plus | Operator::Minus => 5,
        Operator::Times | Operator::Divide => 6,
    }
}
