//! What the app keeps up to date in a case, from the records of its customer.

use super::case::CaseScope;
use super::{Actor, CaseView, Facts, Process, fitting};
use crate::expr::{Datum, Expr, Names, RowScope, evaluate};
use crate::form::Answers;
use crate::key::Key;
use crate::model::SIGNALS;
use crate::value::Value;

/// Fields of a case that follow the records of its customer while it is in certain steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// The steps.
    pub steps: Vec<Key>,
    /// The fields, each worked out over the case and [`SIGNALS`].
    pub sets: Vec<(Key, Expr)>,
}

impl Process {
    /// Whether something of a case in `step` follows the records.
    pub fn watches_in(&self, step: Key) -> bool {
        self.watches.iter().any(|watch| watch.steps.contains(&step))
    }
}

/// The fields of the case that no longer say what the records say, each with its new content; blank where it is not
/// known any more. `signals` are those of its customer, a row.
///
/// It depends on the records and the day alone, so that every device that looks works out the same.
pub fn watched(process: &Process, case: &CaseView, facts: &Facts<'_>, signals: Datum) -> Answers {
    let row = Datum::Row(Names::from([(SIGNALS, signals)]));
    let scope = CaseScope { process, case, actor: &Actor::App, facts };
    let scope = RowScope { row: &row, outer: &scope };
    let watches = process.watches.iter().filter(|watch| watch.steps.contains(&case.step));
    let changed = |(key, expr): &(Key, Expr)| {
        let field = process.fields.iter().find(|field| field.key == *key)?;
        let value = fitting(field, &evaluate(expr, &scope)).unwrap_or(Value::Null);
        let stands = case.fields.get(key).unwrap_or(Value::NULL);
        (value != *stands && !(value.is_blank() && stands.is_blank())).then_some((*key, value))
    };
    watches.flat_map(|watch| &watch.sets).filter_map(changed).collect()
}
