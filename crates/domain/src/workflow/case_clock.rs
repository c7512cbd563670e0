//! The clocks of open moves: what they count from, how long they stood still, and how far along they are (C3).

use chrono::{NaiveDate, NaiveDateTime};

use super::case::CaseScope;
use super::deadline::{day_zero, night};
use super::{Actor, CaseView, Clock, Deadline, DueRule, Facts, Process, Transition};
use crate::calendar::{self, Marks, Pause, Stage, Unit};
use crate::expr::{Datum, Expr, evaluate, holds};

/// The clock of a move, with how its due moment came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseClock {
    /// The moment it counts from.
    pub from: NaiveDateTime,
    /// Day 0 of a limit of working days.
    pub day_zero: Option<NaiveDate>,
    /// What it counts in.
    pub unit: Unit,
    /// When it would be due had it never stood still.
    pub unpaused: NaiveDateTime,
    /// The times it stood still; the last one may last.
    pub pauses: Vec<Pause>,
    /// Minutes it stood still, in its unit.
    pub paused_minutes: i64,
    /// The moment set by others that it is due by at the latest.
    pub not_after: Option<NaiveDateTime>,
    /// When it is due; while it stands still, if it went on at once.
    pub due: NaiveDateTime,
    /// When the case goes up a level.
    pub marks: Marks,
    /// The last of these marks that is reached.
    pub stage: Stage,
}

impl CaseClock {
    /// Whether it stands still now.
    pub fn is_paused(&self) -> bool {
        self.pauses.iter().any(|pause| pause.to.is_none())
    }
}

/// The clock of a move of the case's step; `None` where there is no deadline or what it counts from is not known.
pub fn clock_of(process: &Process, transition: &Transition, case: &CaseView, facts: &Facts<'_>) -> Option<CaseClock> {
    let running = Running::of(transition, &CaseScope { process, case, actor: &Actor::App, facts })?;
    let marks = calendar::marks(facts.calendar, running.unit, running.from, running.due, facts.calendar.escalation());
    let stage = marks.stage(facts.now);
    let is_in_days = matches!(running.rule.by, Deadline::WorkingDays(_));
    Some(CaseClock {
        from: running.from,
        day_zero: is_in_days.then(|| day_zero(running.from, facts.calendar)),
        unit: running.unit,
        unpaused: running.unpaused,
        pauses: running.pauses,
        paused_minutes: running.paused_minutes,
        not_after: running.not_after,
        due: running.due,
        marks,
        stage,
    })
}

/// When a move is due, its pauses included.
pub(super) fn due(transition: &Transition, scope: &CaseScope<'_>) -> Option<NaiveDateTime> {
    Running::of(transition, scope).map(|running| running.due)
}

/// A clock without its marks.
struct Running<'p> {
    rule: &'p DueRule,
    from: NaiveDateTime,
    unit: Unit,
    unpaused: NaiveDateTime,
    pauses: Vec<Pause>,
    paused_minutes: i64,
    not_after: Option<NaiveDateTime>,
    due: NaiveDateTime,
}

impl<'p> Running<'p> {
    fn of(transition: &'p Transition, scope: &CaseScope<'_>) -> Option<Self> {
        let applies = |when: &Option<Expr>| when.as_ref().is_none_or(|when| holds(when, scope));
        let rule = transition.due.iter().find(|rule| applies(&rule.when))?;
        let CaseScope { process, case, facts, .. } = *scope;
        let from = counted_from(rule, transition, scope)?;
        let unpaused = rule.by.due(&Clock {
            from,
            planned_on: scope.planned_on(),
            calendar: facts.calendar,
            by_rule: &|name| facts.rule_dues.get(name).copied(),
            by_expr: &|expr| moment(&evaluate(expr, scope)),
        })?;
        let unpaused = off_the_day_off(rule, unpaused, facts);
        // A deadline of a wait that counts from its beginning is there to end it.
        let is_of_wait = rule.from.is_none() && process.is_paused(transition.from);
        let mut pauses = case.pauses(process);
        pauses.retain(|pause| rule.stands_still() && !is_of_wait && pause.to.is_none_or(|to| to > from));
        let unit = rule.counts_in();
        let paused_minutes = calendar::paused(facts.calendar, unit, from, &pauses, facts.now);
        let due = match paused_minutes {
            0 => unpaused,
            minutes => off_the_day_off(rule, calendar::delayed(facts.calendar, unit, unpaused, minutes), facts),
        };
        let not_after = rule.not_after.as_ref().and_then(|latest| moment(&evaluate(latest, scope)));
        let due = not_after.map_or(due, |latest| due.min(latest));
        Some(Self { rule, from, unit, unpaused, pauses, paused_minutes, not_after, due })
    }
}

/// The moment a deadline counts from. What came with a case whose moment is not known counts from its beginning.
fn counted_from(rule: &DueRule, transition: &Transition, scope: &CaseScope<'_>) -> Option<NaiveDateTime> {
    let CaseScope { process, case, .. } = *scope;
    match &rule.from {
        None => case.counted_from(process, transition),
        Some(from) => match evaluate(from, scope) {
            Datum::Moment(moment) => Some(moment),
            _ => case.beginning(),
        },
    }
}

fn off_the_day_off(rule: &DueRule, at: NaiveDateTime, facts: &Facts<'_>) -> NaiveDateTime {
    match rule.day_off.filter(|_| !facts.calendar.is_working(at.date())) {
        Some(time) => facts.calendar.add_working_days(at.date(), 1).and_time(time),
        None => at,
    }
}

fn moment(datum: &Datum) -> Option<NaiveDateTime> {
    match datum {
        Datum::Date(day) => Some(night(*day)),
        Datum::Moment(moment) => Some(*moment),
        _ => None,
    }
}
