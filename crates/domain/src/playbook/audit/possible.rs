//! Whether a condition can hold at all: what it asks of each field is brought together and compared with what the field
//! can contain.
//!
//! Conditions are taken apart along `and`, `or`, `not` and `if`; what is left are demands on single terms (`way = "visit"`,
//! `size > 3`, `filled(owner)`) and on pairs of them (`a < b`). A term that nothing is known about can contain anything,
//! so whatever is called impossible is impossible; the reverse is not promised.

mod domain;
mod search;
mod spelled;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::expr::{Expr, Function, Node};
use crate::key::Key;
use domain::{BLANK, Content, VALUE};
use search::{Demands, Search};

pub(super) use domain::Domain;
pub(super) use spelled::number;

/// Attempts after which a condition is taken for possible.
const PATIENCE: u32 = 20_000;

/// What the fields of filed forms can contain, by template.
pub(super) type Documents = BTreeMap<Box<str>, BTreeMap<Key, Domain>>;

/// What is known about the terms that conditions in one place can name.
#[derive(Clone, Default)]
pub(super) struct Ground {
    /// Names by themselves.
    pub names: BTreeMap<Key, Domain>,
    /// Names in front of a dot, such as `case` and `customer`.
    pub rows: BTreeMap<Key, BTreeMap<Key, Domain>>,
    /// Fields of filed forms.
    pub documents: Option<Arc<Documents>>,
    /// The events that can have happened since the case came to its step; `None` where that is not known.
    pub events: Option<BTreeSet<Key>>,
}

impl Ground {
    /// Whether all of `conditions` can hold at once.
    pub(super) fn can_hold<'e>(&self, conditions: impl IntoIterator<Item = &'e Expr>) -> bool {
        let goals = conditions.into_iter().map(|condition| (condition.clone(), true)).collect();
        Search { ground: self, patience: PATIENCE }.is_possible(goals, Demands::default())
    }

    /// What a term can be before anything is asked of it.
    fn domain(&self, term: &Expr) -> Domain {
        self.known(term).unwrap_or(Domain::ANY)
    }

    fn known(&self, term: &Expr) -> Option<Domain> {
        match &term.node {
            Node::Name(name) => self.names.get(name).cloned(),
            Node::Cell(row, cell) => match &row.node {
                Node::Name(name) if !self.names.contains_key(name) => self.rows.get(name)?.get(cell).cloned(),
                Node::Call(Function::First | Function::Last, rows) => {
                    self.documents.as_ref()?.get(filed(rows.first()?)?)?.get(cell).cloned()
                }
                _ => None,
            },
            Node::Call(Function::Count | Function::DistinctDays, arguments) => {
                Some(Domain::count(arguments.first().filter(|rows| self.never_happens(rows)).map(|_| 0)))
            }
            Node::Call(Function::Rated, arguments) => Some(Domain::count(Some(arguments.len()))),
            Node::Call(Function::Length, _) => Some(Domain { states: VALUE | BLANK, ..Domain::count(None) }),
            Node::Call(Function::Moves, _) => {
                let states = if self.never_happens(term) { BLANK } else { VALUE | BLANK };
                Some(Domain { states, is_list: true, content: Content::Any })
            }
            _ => None,
        }
    }

    /// Whether `rows` are the moves of an event that does not happen where this is asked.
    fn never_happens(&self, rows: &Expr) -> bool {
        let Node::Call(Function::Moves, arguments) = &rows.node else { return false };
        let Some(Node::Text(event)) = arguments.first().map(|event| &event.node) else { return false };
        self.events.as_ref().is_some_and(|events| !events.iter().any(|known| *known == **event))
    }
}

/// The template whose filed forms `rows` are, some of them or all.
fn filed(rows: &Expr) -> Option<&str> {
    match &rows.node {
        Node::Call(Function::Documents, arguments) => match &arguments.first()?.node {
            Node::Text(form) => Some(form),
            _ => None,
        },
        Node::Call(Function::Filter, arguments) => filed(arguments.first()?),
        _ => None,
    }
}
