//! Deadlines that nobody can meet, or that can never be worked out.

use rust_decimal::Decimal;

use super::possible::number;
use super::{Audit, Kind};
use crate::expr::{Expr, Function, Node};
use crate::field::FieldType;
use crate::key::Key;
use crate::workflow::{Deadline, DueRule, Process, RULES, Transition};

const PLANNED_ON: Key = Key::of("planned_on");

/// The most working days a quarter can have.
const QUARTER: u16 = 66;

/// The longest span, in days: beyond ten years no calendar says which days are working days.
const LONGEST: u32 = 3_653;

impl Audit<'_> {
    pub(super) fn deadlines(&mut self, process: &Process, transition: &Transition, place: &str) {
        let mut has_general = false;
        for due in &transition.due {
            if has_general {
                self.problem(place, Kind::Superseded(due.by.to_string().into()));
            }
            has_general |= due.when.is_none();
            if let Some(kind) = self.deadline(process, due) {
                self.problem(place, kind);
            }
        }
    }

    /// What makes a deadline impossible in the calendar, if anything does.
    fn deadline(&self, process: &Process, due: &DueRule) -> Option<Kind> {
        let written = || due.by.to_string().into();
        let too_long = |days: u32| (days > LONGEST).then(|| Kind::TooFarAhead(written()));
        let impossible = match &due.by {
            Deadline::WorkingHours(0) | Deadline::WorkingMinutes(0) | Deadline::Hours(0) | Deadline::Minutes(0) => {
                Some(Kind::NoTime(written()))
            }
            // Five working days are a week, eight working hours a day.
            Deadline::WorkingDays(count) => too_long(u32::from(*count) * 7 / 5),
            Deadline::WorkingHours(count) => too_long(u32::from(*count) * 7 / 40),
            Deadline::Days(count) => too_long((*count).into()),
            Deadline::Months(count) => too_long(u32::from(*count) * 30),
            Deadline::QuarterStart { working_day: count } if *count > QUARTER => Some(Kind::TooFarAhead(written())),
            Deadline::QuarterEnd { working_days: count } if *count > QUARTER => Some(Kind::TooFarAhead(written())),
            Deadline::FromPlanned { working_days } if u32::from(working_days.unsigned_abs()) * 7 / 5 > LONGEST => {
                Some(Kind::TooFarAhead(written()))
            }
            Deadline::Planned | Deadline::FromPlanned { .. } if !self.is_planned(process) => {
                Some(Kind::NoPlannedDate(written()))
            }
            Deadline::Rule(name) if !RULES.contains(&&**name) => Some(Kind::UnknownRule(name.clone())),
            Deadline::At(at) if due.from.is_none() && is_before_arrival(at) => Some(Kind::NoTime(written())),
            _ => None,
        };
        impossible.or_else(|| {
            let latest = due.not_after.as_ref()?;
            let never_counts = match &due.by {
                Deadline::At(at) => matches!((moved(at), moved(latest)), ((a, x), (b, y)) if a == b && y < x),
                _ => false,
            };
            let is_over = due.from.is_none() && is_arrival_or_before(latest);
            match (is_over, never_counts) {
                (true, _) => Some(Kind::NoTime(latest.to_string().into())),
                (_, true) => Some(Kind::Superseded(written())),
                _ => None,
            }
        })
    }

    /// Whether a case of the process can have a day it is planned for.
    fn is_planned(&self, process: &Process) -> bool {
        let is_date = process.fields.iter().any(|field| field.key == PLANNED_ON && field.kind == FieldType::Date);
        is_date && self.is_ever_given(process, PLANNED_ON)
    }
}

/// What `expr` counts from, and how many days later it is.
fn moved(expr: &Expr) -> (&Expr, Decimal) {
    if let Node::Call(function @ (Function::AddDays | Function::AddMinutes), arguments) = &expr.node
        && let [from, count] = arguments.as_slice()
        && let Some(count) = number(count)
    {
        let days = if *function == Function::AddDays { count } else { count / Decimal::from(24 * 60) };
        let (base, before) = moved(from);
        return (base, before + days);
    }
    (expr, Decimal::ZERO)
}

/// Whether a date or moment is the beginning of the step, or the present one, less something.
fn is_before_arrival(expr: &Expr) -> bool {
    match &expr.node {
        Node::Call(Function::AddDays | Function::AddWorkingDays | Function::AddMinutes, arguments) => {
            let [from, count] = arguments.as_slice() else { return false };
            is_arrival_or_before(from) && number(count).is_some_and(|count| count < Decimal::ZERO)
        }
        _ => false,
    }
}

fn is_arrival_or_before(expr: &Expr) -> bool {
    let is_arrival = match &expr.node {
        Node::Name(name) => *name == *"entered_at",
        Node::Cell(case, cell) => matches!(&case.node, Node::Name(name) if *name == *"case") && *cell == *"entered_at",
        _ => false,
    };
    is_arrival || is_before_arrival(expr)
}
