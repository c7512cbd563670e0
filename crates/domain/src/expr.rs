//! The one small language of conditions, computed fields and rules: parsed, checked, evaluated.
//!
//! It has no loops, no side effects and no run-time errors: an expression over what is not known yet is
//! itself not known ([`Datum::Blank`]), as in Kleene's three-valued logic. `playbook/README.md` describes it
//! for those who write playbooks.

mod check;
mod datum;
mod eval;
mod function;
mod parse;
mod print;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use check::{Known, Type, TypeProblem, TypeProblemKind, type_of_field};
pub use datum::Datum;
pub use eval::{Names, Scope, evaluate, holds};
pub use function::Function;
pub use parse::{MAX_BYTES, MAX_DEPTH, MAX_NODES, ParseError, ParseProblem, parse};

use crate::key::Key;

/// An expression: what it says and where it stands in its source.
///
/// Two expressions are equal when they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it says.
    pub node: Node,
    /// Byte offset of its beginning in the source.
    pub at: usize,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A number, exact, not negative.
    Number(Decimal),
    /// A text, or the key of a choice.
    Text(Box<str>),
    /// `true` or `false`.
    Bool(bool),
    /// The value of a name.
    Name(Key),
    /// `not a`.
    Not(Box<Expr>),
    /// `-a`.
    Negative(Box<Expr>),
    /// `a + b`, `a and b`, `a <= b` …
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `a in ("x", "y")` or `a in list`.
    In(Box<Expr>, Box<Expr>),
    /// `("x", "y")`, to the right of `in` only.
    List(Vec<Expr>),
    /// `row.cell`, or `rows.cell` for that cell of every row.
    Cell(Box<Expr>, Key),
    /// `function(a, b)`.
    Call(Function, Vec<Expr>),
}

/// The operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `or`.
    Or,
    /// `and`.
    And,
    /// `=`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Times,
    /// `/`.
    Divide,
}

impl Operator {
    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Divide => "/",
        }
    }
}

impl Expr {
    /// An expression that stands at byte `at`.
    pub fn new(node: Node, at: usize) -> Self {
        Self { node, at }
    }

    /// The expressions it is made of, in order.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.node {
            Node::Number(_) | Node::Text(_) | Node::Bool(_) | Node::Name(_) => Vec::new(),
            Node::Not(a) | Node::Negative(a) | Node::Cell(a, _) => vec![a],
            Node::Binary(_, a, b) | Node::In(a, b) => vec![a, b],
            Node::List(items) | Node::Call(_, items) => items.iter().collect(),
        }
    }

    /// Whether `matches` holds for it or for any of its parts.
    pub fn any(&self, matches: &impl Fn(&Expr) -> bool) -> bool {
        matches(self) || self.parts().into_iter().any(|part| part.any(matches))
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        parse(&source).map_err(serde::de::Error::custom)
    }
}
