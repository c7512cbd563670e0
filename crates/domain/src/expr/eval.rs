//! Works out what an expression says about what is known.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Datum, Expr, Function, Node, Operator, Register};
use crate::key::Key;
use crate::text::Lang;

/// What an expression may ask about.
pub trait Scope {
    /// The value of a name; `None` when there is no such name, which counts as blank.
    fn name(&self, name: Key) -> Option<Datum>;

    /// The filed forms of template `form`, oldest first, each a [`Datum::Row`].
    fn documents(&self, form: &str) -> Vec<Datum> {
        let _ = form;
        Vec::new()
    }

    /// When `event` happened since the case came to its step.
    fn moves(&self, event: &str) -> Vec<NaiveDateTime> {
        let _ = event;
        Vec::new()
    }

    /// Whether the acting person holds `role` for the case.
    fn has_role(&self, role: &str) -> bool {
        let _ = role;
        false
    }

    /// The language of the words a model gives.
    fn lang(&self) -> Lang {
        Lang::Zh
    }

    /// Whether the member of staff with this id holds `post`; `None` when there is nobody of that id.
    fn holds_post(&self, person: &str, post: &str) -> Option<bool> {
        let _ = (person, post);
        None
    }

    /// The records of all cases; `None` where only the case itself is known.
    fn register(&self) -> Option<&Register> {
        None
    }
}

/// Names with their values, the simplest scope.
pub type Names = BTreeMap<Key, Datum>;

impl Scope for Names {
    fn name(&self, name: Key) -> Option<Datum> {
        self.get(&name).cloned()
    }
}

/// Whether `expr` is known to be true.
pub fn holds(expr: &Expr, scope: &dyn Scope) -> bool {
    evaluate(expr, scope) == Datum::Bool(true)
}

/// The value of `expr`; [`Datum::Blank`] when what it asks about is not known, does not fit, overflows or
/// divides by zero. Never fails.
pub fn evaluate(expr: &Expr, scope: &dyn Scope) -> Datum {
    match &expr.node {
        Node::Number(number) => Datum::Number(*number),
        Node::Text(text) => Datum::Text(text.clone()),
        Node::Bool(flag) => Datum::Bool(*flag),
        Node::Name(name) => scope.name(*name).unwrap_or_default(),
        Node::Not(inner) => truth(&evaluate(inner, scope)).map_or(Datum::Blank, |flag| Datum::Bool(!flag)),
        Node::Negative(inner) => match evaluate(inner, scope) {
            Datum::Number(number) => Datum::Number(-number),
            _ => Datum::Blank,
        },
        Node::Binary(Operator::And, a, b) => connect(a, b, scope, false),
        Node::Binary(Operator::Or, a, b) => connect(a, b, scope, true),
        Node::Binary(operator, a, b) => combine(*operator, &evaluate(a, scope), &evaluate(b, scope)),
        Node::In(item, list) => is_in(&evaluate(item, scope), &evaluate(list, scope)),
        Node::List(items) => Datum::List(items.iter().map(|item| evaluate(item, scope)).collect()),
        Node::Cell(inner, cell) => match rows_of_all(inner, scope) {
            Some(rows) => Datum::List(rows.iter().map(|row| cell_in(row, *cell)).collect()),
            None => cell_of_kept(inner, *cell, scope).unwrap_or_else(|| cell_of(evaluate(inner, scope), *cell)),
        },
        Node::Call(function, arguments) => call(*function, arguments, scope),
    }
}

fn truth(datum: &Datum) -> Option<bool> {
    match datum {
        Datum::Bool(flag) => Some(*flag),
        _ => None,
    }
}

fn flag(known: Option<bool>) -> Datum {
    known.map_or(Datum::Blank, Datum::Bool)
}

/// `and` and `or`: the deciding value on either side decides, however unknown the other is.
fn connect(a: &Expr, b: &Expr, scope: &dyn Scope, deciding: bool) -> Datum {
    let left = truth(&evaluate(a, scope));
    if left == Some(deciding) {
        return Datum::Bool(deciding);
    }
    match (left, truth(&evaluate(b, scope))) {
        (_, Some(right)) if right == deciding => Datum::Bool(deciding),
        (Some(_), Some(_)) => Datum::Bool(!deciding),
        _ => Datum::Blank,
    }
}

fn combine(operator: Operator, a: &Datum, b: &Datum) -> Datum {
    let ordering = compare(a, b);
    match operator {
        Operator::Equal => flag(equal(a, b)),
        Operator::NotEqual => flag(equal(a, b).map(|same| !same)),
        Operator::Less => flag(ordering.map(Ordering::is_lt)),
        Operator::AtMost => flag(ordering.map(Ordering::is_le)),
        Operator::Greater => flag(ordering.map(Ordering::is_gt)),
        Operator::AtLeast => flag(ordering.map(Ordering::is_ge)),
        Operator::Plus => arithmetic(a, b, Decimal::checked_add),
        Operator::Minus => arithmetic(a, b, Decimal::checked_sub),
        Operator::Times => arithmetic(a, b, Decimal::checked_mul),
        Operator::Divide => arithmetic(a, b, Decimal::checked_div),
        Operator::And | Operator::Or => Datum::Blank,
    }
}

fn equal(a: &Datum, b: &Datum) -> Option<bool> {
    (is_known(a) && is_known(b)).then(|| a == b)
}

/// Whether something was said; unlike a filled field, an empty list is known to be empty.
fn is_known(datum: &Datum) -> bool {
    !matches!(datum, Datum::Blank | Datum::NotApplicable | Datum::Missing)
}

fn compare(a: &Datum, b: &Datum) -> Option<Ordering> {
    match (a, b) {
        (Datum::Number(a), Datum::Number(b)) => Some(a.cmp(b)),
        (Datum::Text(a), Datum::Text(b)) => Some(a.cmp(b)),
        (Datum::Date(a), Datum::Date(b)) => Some(a.cmp(b)),
        (Datum::Moment(a), Datum::Moment(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn arithmetic(a: &Datum, b: &Datum, operation: fn(Decimal, Decimal) -> Option<Decimal>) -> Datum {
    match (a, b) {
        (Datum::Number(a), Datum::Number(b)) => operation(*a, *b).map_or(Datum::Blank, Datum::Number),
        _ => Datum::Blank,
    }
}

fn is_in(item: &Datum, list: &Datum) -> Datum {
    match list {
        Datum::List(items) if is_known(item) => Datum::Bool(items.contains(item)),
        _ => Datum::Blank,
    }
}

/// A cell of a row that stays where it is.
fn cell_in(datum: &Datum, cell: Key) -> Datum {
    match datum {
        Datum::Row(cells) => cells.get(&cell).cloned().unwrap_or_default(),
        other => cell_of(other.clone(), cell),
    }
}

fn cell_of(datum: Datum, cell: Key) -> Datum {
    match datum {
        Datum::Row(mut cells) => cells.remove(&cell).unwrap_or_default(),
        Datum::List(rows) => Datum::List(rows.into_iter().map(|row| cell_of(row, cell)).collect()),
        _ => Datum::Blank,
    }
}

fn call(function: Function, arguments: &[Expr], scope: &dyn Scope) -> Datum {
    let argument = |index: usize| arguments.get(index).map(|expr| evaluate(expr, scope)).unwrap_or_default();
    match function {
        Function::Filled => Datum::Bool(argument(0).is_filled()),
        Function::Blank => Datum::Bool(is_blank(&argument(0))),
        Function::NotApplicable => Datum::Bool(argument(0) == Datum::NotApplicable),
        Function::Missing => Datum::Bool(argument(0) == Datum::Missing),
        Function::Rated => number(arguments.iter().filter(|expr| evaluate(expr, scope).is_filled()).count()),
        Function::Count if arguments.len() == 1 => number(list(argument(0)).len()),
        Function::Count | Function::Any | Function::All | Function::Filter | Function::Map => {
            over_rows(function, arguments, scope)
        }
        Function::Sum => total(&list(argument(0))).map_or(Datum::Blank, Datum::Number),
        Function::Mean => mean(&list(argument(0))),
        Function::Min => extreme(list(argument(0)), Ordering::Less),
        Function::Max => extreme(list(argument(0)), Ordering::Greater),
        Function::Distinct => Datum::List(distinct(list(argument(0)))),
        Function::Days => Datum::List(days(list(argument(0)))),
        Function::DistinctDays => number(distinct(days(list(argument(0)))).len()),
        Function::First => list(argument(0)).into_iter().next().unwrap_or_default(),
        Function::Last => list(argument(0)).into_iter().next_back().unwrap_or_default(),
        Function::Day => day_of(&argument(0)).map_or(Datum::Blank, Datum::Date),
        Function::DaysBetween => days_between(&argument(0), &argument(1)),
        Function::WorkingDaysBetween => match (day_of(&argument(0)), day_of(&argument(1))) {
            (Some(from), Some(to)) => crate::model::working_days_between(from, to),
            _ => Datum::Blank,
        },
        Function::AddDays => add_days(&argument(0), &argument(1)),
        Function::AddMonths => match (day_of(&argument(0)), argument(1)) {
            (Some(day), Datum::Number(count)) => {
                count.to_i32().map_or(Datum::Blank, |count| Datum::Date(crate::calendar::add_months(day, count)))
            }
            _ => Datum::Blank,
        },
        Function::Rows => Datum::List(arguments.iter().map(|row| evaluate(row, scope)).collect()),
        Function::AddWorkingDays => match (day_of(&argument(0)), argument(1)) {
            (Some(day), Datum::Number(count)) => {
                count.to_i32().map_or(Datum::Blank, |count| crate::model::add_working_days(day, count))
            }
            _ => Datum::Blank,
        },
        Function::Date => text_of(&argument(0)).and_then(|text| text.parse().ok()).map_or(Datum::Blank, Datum::Date),
        Function::AddMinutes => add_minutes(&argument(0), &argument(1)),
        Function::MinutesBetween => minutes_between(&argument(0), &argument(1)),
        Function::Time => time(&argument(0)),
        Function::Year => day_of(&argument(0)).map_or(Datum::Blank, |day| Datum::Number(day.year().into())),
        Function::Quarter => period(&argument(0), |day| format!("{:04}-Q{}", day.year(), day.month0() / 3 + 1)),
        Function::Month => period(&argument(0), |day| format!("{:04}-{:02}", day.year(), day.month())),
        Function::Week => period(&argument(0), |day| {
            let week = day.iso_week();
            format!("{:04}-W{:02}", week.year(), week.week())
        }),
        Function::IsMonth => flag(text_of(&argument(0)).map(is_month)),
        Function::Length => text_of(&argument(0)).map_or(Datum::Blank, |text| number(text.chars().count())),
        Function::Round => round(&argument(0), &argument(1)),
        Function::If => match truth(&argument(0)) {
            Some(true) => argument(1),
            Some(false) => argument(2),
            None => Datum::Blank,
        },
        Function::OrElse => Some(argument(0)).filter(Datum::is_filled).unwrap_or_else(|| argument(1)),
        Function::Documents => text_of(&argument(0)).map_or(Datum::Blank, |form| Datum::List(scope.documents(form))),
        Function::AllDocuments | Function::AllCases | Function::AllRecords => {
            all_of(function, &argument(0), scope).map_or(Datum::Blank, |rows| Datum::List(rows.to_vec()))
        }
        Function::AllCustomers => Datum::List(scope.register().map(Register::customers).unwrap_or_default()),
        Function::Row => row_of(arguments, scope),
        Function::Join => Datum::List(arguments.iter().flat_map(|expr| joined(evaluate(expr, scope))).collect()),
        Function::Tally => Datum::List(tally(list(argument(0)))),
        Function::Label => label(&argument(0), &argument(1), &argument(2), scope),
        Function::Moves => text_of(&argument(0))
            .map_or(Datum::Blank, |event| Datum::List(scope.moves(event).into_iter().map(Datum::Moment).collect())),
        Function::Role => flag(text_of(&argument(0)).map(|role| scope.has_role(role))),
        Function::HoldsPost => match (argument(0), argument(1)) {
            (Datum::Text(person), Datum::Text(post)) => flag(scope.holds_post(&person, &post)),
            _ => Datum::Blank,
        },
        Function::Model => match argument(0) {
            Datum::Text(name) => {
                let cards = scope.name(crate::model::CARDS);
                crate::model::evaluate(&name, &argument(1), &argument(2), cards, scope.lang())
            }
            _ => Datum::Blank,
        },
    }
}

fn is_blank(datum: &Datum) -> bool {
    match datum {
        Datum::Blank => true,
        Datum::List(items) => items.is_empty(),
        _ => false,
    }
}

fn number(count: usize) -> Datum {
    Datum::Number(Decimal::from(count))
}

fn list(datum: Datum) -> Vec<Datum> {
    match datum {
        Datum::List(items) => items,
        _ => Vec::new(),
    }
}

fn text_of(datum: &Datum) -> Option<&str> {
    match datum {
        Datum::Text(text) => Some(text),
        _ => None,
    }
}

/// A row's cells in front of everything else in scope.
pub(crate) struct RowScope<'a> {
    /// The cells; what is no row hides nothing.
    pub row: &'a Datum,
    /// Everything else.
    pub outer: &'a dyn Scope,
}

impl Scope for RowScope<'_> {
    fn name(&self, name: Key) -> Option<Datum> {
        match self.row {
            Datum::Row(cells) => cells.get(&name).cloned().or_else(|| self.outer.name(name)),
            _ => self.outer.name(name),
        }
    }

    fn documents(&self, form: &str) -> Vec<Datum> {
        self.outer.documents(form)
    }

    fn moves(&self, event: &str) -> Vec<NaiveDateTime> {
        self.outer.moves(event)
    }

    fn has_role(&self, role: &str) -> bool {
        self.outer.has_role(role)
    }

    fn lang(&self) -> Lang {
        self.outer.lang()
    }

    fn holds_post(&self, person: &str, post: &str) -> Option<bool> {
        self.outer.holds_post(person, post)
    }

    fn register(&self) -> Option<&Register> {
        self.outer.register()
    }
}

/// The rows of every case that `expr` itself asks for, without copying them.
fn rows_of_all(expr: &Expr, scope: &dyn Scope) -> Option<Arc<[Datum]>> {
    let Node::Call(function, arguments) = &expr.node else { return None };
    let name = arguments.first().filter(|_| function.is_of_all())?;
    all_of(*function, &evaluate(name, scope), scope)
}

fn all_of(function: Function, name: &Datum, scope: &dyn Scope) -> Option<Arc<[Datum]>> {
    let (register, name) = (scope.register()?, text_of(name)?);
    Some(match function {
        Function::AllCases => register.cases(name),
        Function::AllRecords => register.records(name),
        _ => register.documents(name),
    })
}

/// One cell of those rows of every case that `expr` keeps, without copying the rows; `None` where it asks anything else.
fn cell_of_kept(expr: &Expr, cell: Key, scope: &dyn Scope) -> Option<Datum> {
    let Node::Call(function @ Function::Filter, arguments) = &expr.node else { return None };
    let [rows, condition] = arguments.as_slice() else { return None };
    let all = rows_of_all(rows, scope)?;
    let question = question(*function, arguments, all.first(), scope)?;
    Some(scope.register()?.remembered(format!("{question} .{cell}"), || {
        let is_kept = |row: &&Datum| truth(&evaluate(condition, &RowScope { row, outer: scope })) == Some(true);
        Datum::List(all.iter().filter(is_kept).map(|row| cell_in(row, cell)).collect())
    }))
}

fn over_rows(function: Function, arguments: &[Expr], scope: &dyn Scope) -> Datum {
    let [rows, asked] = arguments else { return Datum::Blank };
    let (Some(all), Some(register)) = (rows_of_all(rows, scope), scope.register()) else {
        return of_rows(function, &list(evaluate(rows, scope)), asked, scope);
    };
    match question(function, arguments, all.first(), scope) {
        Some(question) => register.remembered(question, || of_rows(function, &all, asked, scope)),
        None => of_rows(function, &all, asked, scope),
    }
}

/// What is asked of the rows of every case, with what it depends on besides them; `None` when that cannot be said.
fn question(function: Function, arguments: &[Expr], row: Option<&Datum>, scope: &dyn Scope) -> Option<String> {
    let [rows, asked] = arguments else { return None };
    let depends = |part: &Expr| {
        matches!(part.node, Node::Call(Function::Documents | Function::Moves | Function::Role | Function::Label, _))
    };
    if asked.any(&depends) {
        return None;
    }
    let mut question = format!("{}({rows}, {asked})", function.name());
    let mut parts = vec![asked];
    while let Some(part) = parts.pop() {
        match (&part.node, row) {
            (Node::Name(name), Some(Datum::Row(cells))) if cells.contains_key(name) => {}
            (Node::Name(name), _) => write!(question, "; {name} = {:?}", scope.name(*name)).ok()?,
            _ => parts.extend(part.parts()),
        }
    }
    Some(question)
}

fn of_rows(function: Function, rows: &[Datum], asked: &Expr, scope: &dyn Scope) -> Datum {
    let answers = rows.iter().map(|row| evaluate(asked, &RowScope { row, outer: scope }));
    if function == Function::Map {
        return Datum::List(answers.collect());
    }
    let answers: Vec<Option<bool>> = answers.map(|answer| truth(&answer)).collect();
    let is_unknown = answers.contains(&None);
    match function {
        Function::Filter => {
            let kept = rows.iter().zip(answers).filter(|(_, answer)| *answer == Some(true));
            Datum::List(kept.map(|(row, _)| row.clone()).collect())
        }
        Function::Any if answers.contains(&Some(true)) => Datum::Bool(true),
        Function::All if answers.contains(&Some(false)) => Datum::Bool(false),
        Function::Any | Function::All if is_unknown => Datum::Blank,
        Function::Any => Datum::Bool(false),
        Function::All => Datum::Bool(true),
        _ => number(answers.iter().filter(|answer| **answer == Some(true)).count()),
    }
}

/// A row of named cells, each name spelled out before its value.
fn row_of(arguments: &[Expr], scope: &dyn Scope) -> Datum {
    let cell = |pair: &[Expr]| match pair {
        [Expr { node: Node::Text(name), .. }, value] => Some((Key::new(name).ok()?, evaluate(value, scope))),
        _ => None,
    };
    Datum::Row(arguments.chunks(2).filter_map(cell).collect())
}

/// The elements of a list, those of the lists in it among them; a row by itself is one.
fn joined(datum: Datum) -> Vec<Datum> {
    match datum {
        Datum::List(items) => items
            .into_iter()
            .flat_map(|item| match item {
                Datum::List(inner) => inner,
                item => vec![item],
            })
            .collect(),
        Datum::Blank => Vec::new(),
        item => vec![item],
    }
}

/// How often each value occurs, the most frequent first and equal ones in order; shares add up in per cent.
fn tally(items: Vec<Datum>) -> Vec<Datum> {
    let mut counted: Vec<(Datum, usize)> = Vec::new();
    for item in items.into_iter().filter(is_known) {
        match counted.iter_mut().find(|(value, _)| *value == item) {
            Some((_, count)) => *count += 1,
            None => counted.push((item, 1)),
        }
    }
    counted.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| compare(a, b).unwrap_or(Ordering::Equal)));
    let all: usize = counted.iter().map(|(_, count)| count).sum();
    let mut so_far = 0;
    let row = |(value, count): (Datum, usize)| {
        so_far += count;
        let share = Decimal::from(so_far).checked_mul(Decimal::ONE_HUNDRED);
        let share = share.and_then(|share| share.checked_div(all.into())).map_or(Datum::Blank, Datum::Number);
        let cells = [(VALUE, value), (COUNT, number(count)), (CUMULATIVE, round(&share, &Datum::Number(2.into())))];
        Datum::Row(cells.into_iter().collect())
    };
    counted.into_iter().map(row).collect()
}

/// The cells of what `tally` gives.
pub(super) const VALUE: Key = Key::of("value");
pub(super) const COUNT: Key = Key::of("count");
pub(super) const CUMULATIVE: Key = Key::of("cumulative");

/// What a field or its choice is called; a choice that has no name goes by its key.
fn label(place: &Datum, field: &Datum, choice: &Datum, scope: &dyn Scope) -> Datum {
    let (Some(register), Some(place), Some(field)) = (scope.register(), text_of(place), text_of(field)) else {
        return Datum::Blank;
    };
    let Ok(field) = Key::new(field) else { return Datum::Blank };
    let found = register.label(place, field, text_of(choice));
    found.map_or_else(|| choice.clone(), |label| Datum::text(&label))
}

fn numbers(items: &[Datum]) -> Vec<Decimal> {
    let number = |item: &Datum| match item {
        Datum::Number(number) => Some(*number),
        _ => None,
    };
    items.iter().filter_map(number).collect()
}

fn total(items: &[Datum]) -> Option<Decimal> {
    numbers(items).into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)
}

fn mean(items: &[Datum]) -> Datum {
    let count = Decimal::from(numbers(items).len());
    total(items).and_then(|sum| sum.checked_div(count)).map_or(Datum::Blank, Datum::Number)
}

/// The item that stands in `wanted` order to every other; values that cannot be compared are passed over.
fn extreme(items: Vec<Datum>, wanted: Ordering) -> Datum {
    let better = |best: Datum, item: Datum| match compare(&item, &best) {
        Some(order) if order == wanted => item,
        _ => best,
    };
    items.into_iter().filter(|item| compare(item, item).is_some()).reduce(better).unwrap_or_default()
}

fn distinct(items: Vec<Datum>) -> Vec<Datum> {
    let mut seen: Vec<Datum> = Vec::new();
    for item in items.into_iter().filter(is_known) {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

fn day_of(datum: &Datum) -> Option<NaiveDate> {
    match datum {
        Datum::Date(date) => Some(*date),
        Datum::Moment(moment) => Some(moment.date()),
        _ => None,
    }
}

fn days(items: Vec<Datum>) -> Vec<Datum> {
    items.iter().filter_map(day_of).map(Datum::Date).collect()
}

fn days_between(a: &Datum, b: &Datum) -> Datum {
    match (day_of(a), day_of(b)) {
        (Some(a), Some(b)) => Datum::Number((b - a).num_days().into()),
        _ => Datum::Blank,
    }
}

fn add_days(date: &Datum, count: &Datum) -> Datum {
    let (Some(date), Datum::Number(count)) = (day_of(date), count) else { return Datum::Blank };
    let Some(count) = count.to_i32() else { return Datum::Blank };
    let distance = Days::new(count.unsigned_abs().into());
    let moved = if count < 0 { date.checked_sub_days(distance) } else { date.checked_add_days(distance) };
    moved.map_or(Datum::Blank, Datum::Date)
}

fn add_minutes(moment: &Datum, count: &Datum) -> Datum {
    let (Datum::Moment(moment), Datum::Number(count)) = (moment, count) else { return Datum::Blank };
    let distance = count.to_i64().and_then(TimeDelta::try_minutes);
    distance.and_then(|distance| moment.checked_add_signed(distance)).map_or(Datum::Blank, Datum::Moment)
}

fn minutes_between(a: &Datum, b: &Datum) -> Datum {
    match (a, b) {
        (Datum::Moment(a), Datum::Moment(b)) => Datum::Number((*b - *a).num_minutes().into()),
        _ => Datum::Blank,
    }
}

fn time(moment: &Datum) -> Datum {
    match moment {
        Datum::Moment(moment) => Datum::Text(moment.format("%H:%M").to_string().into()),
        _ => Datum::Blank,
    }
}

/// The part of the year a day belongs to, as a text.
fn period(datum: &Datum, name: impl Fn(NaiveDate) -> String) -> Datum {
    day_of(datum).map_or(Datum::Blank, |day| Datum::Text(name(day).into()))
}

fn is_month(text: &str) -> bool {
    text.len() == 7 && format!("{text}-01").parse::<NaiveDate>().is_ok()
}

fn round(number: &Datum, places: &Datum) -> Datum {
    let (Datum::Number(number), Datum::Number(places)) = (number, places) else { return Datum::Blank };
    let Some(places) = places.to_u32() else { return Datum::Blank };
    Datum::Number(number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero))
}
