//! Cases: a known process, known steps, and a history in which each move follows a transition.

use kehu_domain::book::Record;
use kehu_domain::change::Change;
use kehu_domain::field::{Field, FieldType};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::value::Value;
use kehu_domain::workflow::Process;

use super::audit::Measure;
use super::finding::{Finding, Reason};
use super::records::{check_value, field, is_mark_of_a_record};

/// Checks a case with its whole history.
pub fn check_case(case: &Record, measure: &Measure<'_>, findings: &mut Vec<Finding>) {
    let id = case.text(kind::PROCESS);
    let Some(process) = measure.playbook.process(id) else {
        findings.push(Finding::at(case, kind::PROCESS, Reason::NotInHandbook(id.into())));
        return;
    };
    check_contents(case, process, measure, findings);
    check_moves(case, process, findings);
}

fn check_contents(case: &Record, process: &Process, measure: &Measure<'_>, findings: &mut Vec<Finding>) {
    let common = common_fields();
    for (key, value) in case.fields() {
        let asked = process.transitions.iter().filter_map(|transition| transition.asks.as_ref()?.field(key));
        let known: Option<&Field> = common
            .iter()
            .chain(&process.fields)
            .find(|known| known.key == key)
            .or_else(|| asked.map(|asked| &asked.field).next());
        match known {
            Some(known) => check_value(case, key, value, known, measure, findings),
            None if is_mark_of_a_record(key) => {}
            None => findings.push(Finding::at(case, key, Reason::UnknownField)),
        }
    }
}

/// What every case carries, whatever its process.
fn common_fields() -> [Field; 8] {
    let text = || FieldType::Text { max: 64 };
    [
        field(kind::PROCESS, text()),
        field(kind::CUSTOMER_REF, FieldType::Reference(kind::CUSTOMER)),
        field(kind::OWNER, FieldType::Reference(kind::STAFF)),
        field(kind::ORIGIN, FieldType::Reference(kind::CASE)),
        field(kind::STEP, text()),
        field(kind::EVENT, text()),
        field(kind::REASON, FieldType::Long),
        field(kind::ENTERED_AT, FieldType::DateTime),
    ]
}

/// Where a case stands: its step and the event that led there.
type Standing = (Key, Option<Key>);

/// Walks through the moves in their order; coming back to where the case stood before is an undo or a settled clash.
fn check_moves(case: &Record, process: &Process, findings: &mut Vec<Finding>) {
    let mut stood: Vec<Standing> = Vec::new();
    for change in case.changes() {
        let Some(now) = standing(change, stood.last()) else { continue };
        if process.step(now.0).is_none() {
            findings.push(Finding::at(case, kind::STEP, Reason::NotInHandbook(now.0.as_str().into())));
        }
        let before = before(case, change, &stood);
        match before {
            None if process.first_step().is_none_or(|first| first.key != now.0) => {
                findings.push(Finding::at(case, kind::STEP, Reason::WrongBeginning(now.0)));
            }
            Some(from) if !stood.contains(&now) => findings.extend(wrong_move(case, process, from, now)),
            _ => {}
        }
        stood.push(now);
    }
    if stood.is_empty() {
        findings.push(Finding::at(case, kind::STEP, Reason::Required));
    }
}

/// Where the change puts the case; none when it moves nothing.
fn standing(change: &Change, last: Option<&Standing>) -> Option<Standing> {
    let name = |key| change.set.get(key).and_then(Value::as_text).and_then(|text| Key::new(text).ok());
    let (step, event) = (name(kind::STEP), name(kind::EVENT));
    if step.is_none() && event.is_none() {
        return None;
    }
    Some((step.or(last.map(|last| last.0))?, event.or(last.and_then(|last| last.1))))
}

/// The step the change saw: on two devices a case may have moved twice from the same one.
fn before(case: &Record, change: &Change, stood: &[Standing]) -> Option<Key> {
    let seen = change.over.get(kind::STEP).and_then(|stamps| stamps.first());
    let written = seen.and_then(|seen| case.changes().iter().find(|other| other.stamp == *seen));
    let step = written.and_then(|written| written.set.get(kind::STEP)).and_then(Value::as_text);
    step.and_then(|step| Key::new(step).ok()).or(stood.last().map(|last| last.0))
}

fn wrong_move(case: &Record, process: &Process, from: Key, (to, event): Standing) -> Option<Finding> {
    let event = event?;
    let is_known = process.transitions_from(from).any(|known| known.event == event && known.to == to);
    (!is_known).then(|| Finding::at(case, kind::EVENT, Reason::NoSuchMove { from, event, to }))
}
