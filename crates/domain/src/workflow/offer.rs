//! What may be done with a case next, until when, and what speaks against it.

use chrono::NaiveDateTime;

use super::case::{CaseScope, ROW};
use super::case_clock;
use super::rows::CLOSED_AT;
use super::{Actor, CaseView, DUE, Facts, OTHER, Process, Role, SET_BY_MOVE, SetsOf, Start, Transition, fitting};
use crate::book::Book;
use crate::change::Act;
use crate::expr::{CASE_ID, Datum, Expr, Names, RowScope, Scope, evaluate, holds};
use crate::field::Field;
use crate::form::{self, Answers, Context, Problem};
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::text::Text;
use crate::value::Value;

/// A move of the case's step, with everything that speaks against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer<'p> {
    /// The move.
    pub transition: &'p Transition,
    /// The reasons against it; it may be done when there are none.
    pub refusals: Vec<Refusal>,
    /// When it is due.
    pub due: Option<NaiveDateTime>,
    /// Whether the person would approve what they filed themselves, by ruling 1; to be marked on the case.
    pub is_self_approval: bool,
}

impl Offer<'_> {
    /// Whether nothing speaks against it.
    pub fn is_open(&self) -> bool {
        self.refusals.is_empty()
    }
}

/// A reason against a move.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Somebody else may do it.
    WrongRole {
        /// Who may.
        may: Vec<Role>,
    },
    /// A condition does not hold, or is not known to; the text says which.
    Guard(Text),
    /// This form must be filed first.
    FormMissing(Box<str>),
    /// This form is not complete.
    FormIncomplete {
        /// The template.
        form: Box<str>,
        /// What is wrong with it.
        problems: Vec<Problem>,
    },
    /// Nobody approves a form they created (R-0-2).
    OwnWork(Box<str>),
}

/// Why a case did not move.
#[derive(Clone, Debug, PartialEq)]
pub enum MoveError {
    /// The case has ended; a correction is a new, linked case (R-0-3).
    Closed,
    /// Its step has no such event.
    NoSuchEvent(Key),
    /// There are reasons against it.
    Refused(Vec<Refusal>),
    /// What the person gave with it is not right.
    Incomplete(Vec<Problem>),
}

/// A move to be written as one change.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// The event.
    pub event: Key,
    /// The step left.
    pub from: Key,
    /// The step reached.
    pub to: Key,
    /// The fields of the case to set: step, event, reason, entered_at and what was given.
    ///
    /// A loop into the same step leaves `entered_at` as it is: its clock runs on.
    pub fields: Answers,
    /// The fields of the case's customer to set, in the same act.
    pub customer_fields: Answers,
    /// Whether the person approved what they filed themselves (ruling 1).
    pub is_self_approval: bool,
    /// What it sets in other cases, in the same act.
    pub elsewhere: Vec<Elsewhere>,
    /// The cases of other processes to open with it, in the same act.
    pub starts: Vec<Started>,
}

/// What a move sets in another case.
#[derive(Clone, Debug, PartialEq)]
pub struct Elsewhere {
    /// The other case.
    pub case: RecordId,
    /// Its process; [`Process::set_fields`] makes fields of what is given.
    pub process: Box<str>,
    /// What is set.
    pub given: Vec<(Key, Datum)>,
}

/// A case to be opened by a move; its `origin` is the case that moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Started {
    /// Its process.
    pub process: Box<str>,
    /// The field of the moved case that is to name it.
    pub link: Option<Key>,
    /// The row for which it is opened: of a filed form, for ever the same; of anything else, of this very time.
    pub row: Option<Box<str>>,
    /// What it knows from the beginning; [`Process::first_fields`] makes them fields.
    pub given: Vec<(Key, Datum)>,
}

impl Move {
    /// Writes what it sets, in the case and in its customer, into one act, so that both are undone together.
    pub fn write(&self, book: &Book, act: &mut Act<'_>, case: RecordId, customer: Option<RecordId>) {
        for (key, value) in &self.fields {
            // The same event may happen again and again: each time it is written.
            if *key == kind::EVENT || *key == kind::STEP {
                act.note(book, kind::CASE, case, *key, value.clone());
            } else {
                act.set(book, kind::CASE, case, *key, value.clone());
            }
        }
        for (key, value) in &self.customer_fields {
            if let Some(customer) = customer {
                act.set(book, kind::CUSTOMER, customer, *key, value.clone());
            }
        }
    }
}

/// Every event of the case's step, each with the reasons against it, if any.
///
/// A refused event stays in the list: the page shows it with its reasons. A case that has ended offers nothing.
pub fn offers<'p>(process: &'p Process, case: &CaseView, actor: &Actor, facts: &Facts<'_>) -> Vec<Offer<'p>> {
    let scope = CaseScope { process, case, actor, facts };
    process.transitions_from(case.step).map(|transition| offer(transition, &scope)).collect()
}

/// Moves the case by `event`, with what the person gave for it.
///
/// # Errors
/// [`MoveError`] with every reason against it; the case stays as it is.
pub fn attempt(
    process: &Process,
    case: &CaseView,
    event: Key,
    actor: &Actor,
    facts: &Facts<'_>,
    given: &Answers,
) -> Result<Move, MoveError> {
    if process.step(case.step).is_some_and(|step| step.is_terminal) {
        return Err(MoveError::Closed);
    }
    let transition = process.transitions_from(case.step).find(|transition| transition.event == event);
    let transition = transition.ok_or(MoveError::NoSuchEvent(event))?;
    let scope = CaseScope { process, case, actor, facts };
    let offer = offer(transition, &scope);
    if !offer.is_open() {
        return Err(MoveError::Refused(offer.refusals));
    }
    let mut fields = taken(transition, &scope, given).map_err(MoveError::Incomplete)?;
    let answered = answered(transition, &fields);
    let due = Datum::Row([(DUE, offer.due.map_or(Datum::Blank, Datum::Moment))].into_iter().collect());
    let timed = RowScope { row: &due, outer: &scope };
    fields.extend(worked_out(transition, process, &RowScope { row: &answered, outer: &timed }));
    let after = after(case, &fields);
    let moved = CaseScope { case: &after, ..scope };
    let scope = RowScope { row: &answered, outer: &moved };
    let elsewhere = elsewhere(transition, facts, &scope);
    let starts = started(transition, &after, &scope);
    let customer_fields = of_customer(transition, &scope);
    Ok(Move {
        event,
        from: case.step,
        to: transition.to,
        fields: fields_set(transition, facts.now, fields),
        customer_fields,
        is_self_approval: offer.is_self_approval,
        elsewhere,
        starts,
    })
}

/// The move the app itself makes now, if there is one: one of `SYS` that nothing speaks against and that asks nothing.
///
/// A move that files a form, or has no deadline, is made at once; any other waits until its deadline has come.
pub fn app_move(process: &Process, case: &CaseView, facts: &Facts<'_>) -> Option<Key> {
    let has_come = |offer: &Offer<'_>| {
        offer.transition.files.is_some() || offer.due.map_or(offer.transition.due.is_empty(), |due| due <= facts.now)
    };
    offers(process, case, &Actor::App, facts)
        .into_iter()
        .filter(|offer| offer.transition.roles.contains(&Role::App) && offer.is_open())
        .find(|offer| offer.transition.asks.is_none() && has_come(offer))
        .map(|offer| offer.transition.event)
}

/// What surrounds a new form that `actor` fills for `case`, or what a move asks of them: for [`form::state`] and
/// [`form::check`].
pub fn context(process: &Process, case: &CaseView, actor: &Actor, facts: &Facts<'_>) -> Context {
    CaseScope { process, case, actor, facts }.context(None)
}

/// What surrounds the latest form of template `form` while `actor` goes on with it: all the others.
pub fn context_of_latest(process: &Process, case: &CaseView, form: &str, actor: &Actor, facts: &Facts<'_>) -> Context {
    CaseScope { process, case, actor, facts }.context(case.place_of_latest(form))
}

/// When a move is due, whoever may do it; `None` where there is no deadline or what it counts from is not known.
pub fn due_of(process: &Process, transition: &Transition, case: &CaseView, facts: &Facts<'_>) -> Option<NaiveDateTime> {
    case_clock::due(transition, &CaseScope { process, case, actor: &Actor::App, facts })
}

/// How much of a move is work for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// It is others' to make.
    NotTheirs,
    /// It is theirs, once its conditions hold.
    Later,
    /// It is theirs now, perhaps after a form is filed.
    Now,
}

/// Whether a move is the actor's to make, were its forms filed: they hold a role of it and did not file what it approves.
///
/// Conditions that wait for a form are not held against it: most of them ask about that very form. The app itself stands
/// for somebody who holds every role.
pub fn work_of(process: &Process, transition: &Transition, case: &CaseView, actor: &Actor, facts: &Facts<'_>) -> Work {
    let scope = CaseScope { process, case, actor, facts };
    let may = *actor == Actor::App || transition.roles.iter().any(|role| actor.has(*role, case));
    if !may || is_refused_as_own(transition, &scope) {
        return Work::NotTheirs;
    }
    let lacks_form = transition.files.as_ref().is_some_and(|form| case.filed_for(transition, form).is_none())
        || transition.completes.as_ref().is_some_and(|completion| case.latest(&completion.form).is_none());
    let is_now = lacks_form || transition.guards.iter().all(|guard| holds(&guard.holds, &scope));
    if is_now { Work::Now } else { Work::Later }
}

/// Whether it would approve the actor's own form, beyond the limit within which they may (R-0-2, ruling 1).
fn is_refused_as_own(transition: &Transition, scope: &CaseScope<'_>) -> bool {
    approves_own(transition, scope) && !transition.self_approval.as_ref().is_some_and(|limit| holds(limit, scope))
}

fn offer<'p>(transition: &'p Transition, scope: &CaseScope<'_>) -> Offer<'p> {
    let mut refusals = Vec::new();
    if !transition.roles.iter().any(|role| scope.actor.has(*role, scope.case)) {
        refusals.push(Refusal::WrongRole { may: transition.roles.clone() });
    }
    refusals.extend(form_refusals(transition, scope));
    for guard in &transition.guards {
        if !holds(&guard.holds, scope) {
            refusals.push(Refusal::Guard(guard.otherwise.clone()));
        }
    }
    let is_own = approves_own(transition, scope);
    let is_self_approval = is_own && transition.self_approval.as_ref().is_some_and(|limit| holds(limit, scope));
    if let (true, false, Some(form)) = (is_own, is_self_approval, &transition.approves) {
        refusals.push(Refusal::OwnWork(form.clone()));
    }
    Offer { transition, refusals, due: case_clock::due(transition, scope), is_self_approval }
}

fn form_refusals(transition: &Transition, scope: &CaseScope<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if let Some(form) = &transition.files {
        match scope.case.filed_for(transition, form) {
            None => refusals.push(Refusal::FormMissing(form.clone())),
            Some(_) => refusals.extend(incomplete(form, None, scope)),
        }
    }
    if let Some(completion) = &transition.completes {
        match scope.case.latest(&completion.form) {
            None => refusals.push(Refusal::FormMissing(completion.form.clone())),
            Some(_) => refusals.extend(incomplete(&completion.form, completion.stage, scope)),
        }
    }
    if let Some(form) = transition.approves.as_ref().filter(|form| scope.case.latest(form).is_none()) {
        refusals.push(Refusal::FormMissing(form.clone()));
    }
    refusals
}

/// What keeps the latest form of a template from being complete; one that passes stages is first filed at its first.
fn incomplete(id: &str, stage: Option<Key>, scope: &CaseScope<'_>) -> Option<Refusal> {
    let template = scope.facts.forms.get(id)?;
    let place = scope.case.place_of_latest(id)?;
    let filed = scope.case.documents.get(place)?;
    let stage = stage.or_else(|| template.first_stage());
    let context = Context { stage, ..scope.context(Some(place)) };
    let problems = form::check(template, &filed.answers, &context);
    (!problems.is_empty()).then(|| Refusal::FormIncomplete { form: id.into(), problems })
}

fn approves_own(transition: &Transition, scope: &CaseScope<'_>) -> bool {
    let approved = transition.approves.as_ref().and_then(|form| scope.case.latest(form));
    approved.is_some_and(|filed| filed.created_by.is_some() && filed.created_by == scope.actor.staff())
}

/// The answers to what the move asks, and nothing else.
fn taken(transition: &Transition, scope: &CaseScope<'_>, given: &Answers) -> Result<Answers, Vec<Problem>> {
    let Some(asks) = &transition.asks else { return Ok(Answers::new()) };
    let context = scope.context(None);
    let problems = form::check(asks, given, &context);
    if !problems.is_empty() {
        return Err(problems);
    }
    // What was left open leaves the case's field as it is.
    let is_answer = |key: Key, value: &Value| asks.field(key).is_some() && !value.is_blank();
    let completed = form::state(asks, given, &context).completed(given);
    Ok(completed.into_iter().filter(|(key, value)| is_answer(*key, value)).collect())
}

/// What was just answered, as expressions see it.
fn answered(transition: &Transition, answers: &Answers) -> Datum {
    let fields = transition.asks.iter().flat_map(form::Form::fields).map(|field| &field.field);
    let given = fields.filter_map(|field| Some((field.key, Datum::of(answers.get(&field.key)?, &field.kind))));
    Datum::Row(given.collect())
}

/// The fields the move sets of itself; what is not known or does not fit leaves the case's field as it is.
fn worked_out(transition: &Transition, process: &Process, scope: &dyn Scope) -> Answers {
    let value = |(key, expr): &(Key, Expr)| Some((*key, process.value_of(*key, &evaluate(expr, scope), &SET_BY_MOVE)?));
    transition.sets.iter().filter_map(value).collect()
}

/// The fields of the customer the move sets; what is not known or does not fit leaves the customer's field as it is.
fn of_customer(transition: &Transition, scope: &dyn Scope) -> Answers {
    let value = |(field, expr): &(Field, Expr)| Some((field.key, fitting(field, &evaluate(expr, scope))?));
    transition.sets_customer.iter().filter_map(value).collect()
}

/// The case with what the move sets, still in its step.
fn after(case: &CaseView, set: &Answers) -> CaseView {
    let mut after = case.clone();
    let owner = set.get(&kind::OWNER).and_then(Value::as_text).and_then(|owner| owner.parse().ok());
    after.owner = owner.or(case.owner);
    after.fields.extend(set.clone());
    after
}

/// What the move sets in the cases that its fields name, as far as they are there and not closed (R-0-3).
fn elsewhere(transition: &Transition, facts: &Facts<'_>, scope: &dyn Scope) -> Vec<Elsewhere> {
    let change = |sets: &SetsOf| {
        let Some(Datum::Text(named)) = scope.name(sets.case) else { return None };
        let cases = facts.register.cases(&sets.process);
        let other = cases.iter().find(|case| cell(case, CASE_ID) == Some(&Datum::Text(named.clone())))?;
        if cell(other, CLOSED_AT).is_some_and(Datum::is_filled) {
            return None;
        }
        let other = Datum::Row([(OTHER, other.clone())].into_iter().collect());
        let scope = RowScope { row: &other, outer: scope };
        let given = sets.set.iter().map(|(key, expr)| (*key, evaluate(expr, &scope))).collect();
        Some(Elsewhere { case: named.parse().ok()?, process: sets.process.clone(), given })
    };
    transition.sets_of.iter().filter_map(change).collect()
}

fn cell(row: &Datum, key: Key) -> Option<&Datum> {
    match row {
        Datum::Row(cells) => cells.get(&key),
        _ => None,
    }
}

/// The cases a move opens: none while the link names one, whether or not the person has just given it; none for a row
/// that has had one; and with neither link nor rows none after the first time.
fn started(transition: &Transition, case: &CaseView, scope: &dyn Scope) -> Vec<Started> {
    let is_same = |moved: &&super::Moved| moved.event == transition.event && moved.from == transition.from;
    let times = case.history.iter().filter(is_same).count();
    let mut started: Vec<Started> = Vec::new();
    for start in &transition.starts {
        let is_open = match start.link {
            Some(link) => {
                let is_linked = case.fields.get(&link).is_some_and(|value| !value.is_blank());
                !is_linked && !started.iter().any(|other| other.link == Some(link))
            }
            None => start.each.is_some() || times == 0,
        };
        let time = format!("{}.{}#{times}", transition.from, transition.event);
        for new in if is_open { cases_of(start, &time, scope) } else { Vec::new() } {
            let is_known =
                |row: &str| case.opened.contains(row) || started.iter().any(|other| other.row.as_deref() == Some(row));
            if !new.row.as_deref().is_some_and(is_known) {
                started.push(new);
            }
        }
    }
    started
}

/// The one case of `start`, or those of its rows, as far as its condition holds; `time` names this time of the event.
fn cases_of(start: &Start, time: &str, scope: &dyn Scope) -> Vec<Started> {
    let rows = match start.each.as_ref().map(|each| evaluate(each, scope)) {
        None => vec![Datum::Row(Names::new())],
        Some(Datum::List(rows)) => rows,
        Some(_) => Vec::new(),
    };
    let case_of = |(place, row): (usize, &Datum)| {
        let scope = RowScope { row, outer: scope };
        let is_wanted = start.when.as_ref().is_none_or(|when| holds(when, &scope));
        let given = || start.set.iter().map(|(key, expr)| (*key, evaluate(expr, &scope))).collect();
        let name = || match cell(row, ROW) {
            Some(Datum::Text(name)) => format!("{} {name}", start.process).into(),
            _ => format!("{} {time}/{place}", start.process).into(),
        };
        let row = start.each.is_some().then(name);
        is_wanted.then(|| Started { process: start.process.clone(), link: start.link, row, given: given() })
    };
    let rows = rows.iter().enumerate().filter(|(_, row)| matches!(row, Datum::Row(_)));
    rows.filter_map(case_of).collect()
}

fn fields_set(transition: &Transition, now: NaiveDateTime, given: Answers) -> Answers {
    let mut fields = given;
    fields.insert(kind::STEP, Value::from(transition.to.as_str()));
    fields.insert(kind::EVENT, Value::from(transition.event.as_str()));
    // An old reason must not seem to belong to a move that needs none.
    fields.entry(kind::REASON).or_default();
    if transition.from != transition.to {
        fields.insert(kind::ENTERED_AT, Value::from(now));
    }
    fields
}
