//! Beginning a case: who may, and what it knows from its first moment.

use super::case::CaseScope;
use super::{Actor, CaseView, Facts, MoveError, Process, Refusal, Started};
use crate::form::{self, Answers, Context};
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::value::Value;

/// The event under which a beginning stands in a case's history.
const START: Key = Key::of("start");

/// The first fields of a new case, with what the person gave for it.
///
/// # Errors
/// [`MoveError::NoSuchEvent`] when people do not begin such cases, [`MoveError::Refused`] when others do,
/// [`MoveError::Incomplete`] with every problem of the answers.
pub fn begin(process: &Process, actor: &Actor, facts: &Facts<'_>, given: &Answers) -> Result<Answers, MoveError> {
    let begin = process.begin.as_ref().ok_or(MoveError::NoSuchEvent(START))?;
    let case = CaseView::begun(process, actor.staff(), facts.now);
    if !begin.roles.iter().any(|role| actor.has(*role, &case)) {
        return Err(MoveError::Refused(vec![Refusal::WrongRole { may: begin.roles.clone() }]));
    }
    let mut fields = Answers::new();
    if let Some(asks) = &begin.asks {
        let context = begin_context(process, actor, facts);
        let problems = form::check(asks, given, &context);
        if !problems.is_empty() {
            return Err(MoveError::Incomplete(problems));
        }
        let asked = given.iter().filter(|(key, value)| asks.field(**key).is_some() && !value.is_blank());
        fields.extend(asked.map(|(key, value)| (*key, value.clone())));
    }
    fields.extend(first_fields(process, facts));
    Ok(fields)
}

/// What surrounds the small form of a beginning.
pub fn begin_context(process: &Process, actor: &Actor, facts: &Facts<'_>) -> Context {
    let case = CaseView::begun(process, actor.staff(), facts.now);
    CaseScope { process, case: &case, actor, facts }.context(None)
}

/// The first fields of a case that a move of the case `origin` opens; its owner and customer where they were given.
pub fn opened(process: &Process, started: &Started, origin: RecordId, facts: &Facts<'_>) -> Answers {
    let mut fields = first_fields(process, facts);
    fields.extend(process.first_fields(&started.given));
    fields.insert(kind::ORIGIN, origin.into());
    fields.extend(started.row.as_ref().map(|row| (kind::ORIGIN_ROW, Value::from(&**row))));
    fields
}

/// What every new case of a process carries, however it was begun.
pub fn first_fields(process: &Process, facts: &Facts<'_>) -> Answers {
    let step = process.first_step().map_or(super::CANCELLED, |step| step.key);
    [
        (kind::PROCESS, Value::from(&*process.id)),
        (kind::STEP, Value::from(step.as_str())),
        (kind::ENTERED_AT, Value::from(facts.now)),
        (kind::EVENT, Value::from(START.as_str())),
    ]
    .into_iter()
    .collect()
}
