//! Checks an expression against the names and types it may use, before anything is evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::eval::{COUNT, CUMULATIVE, VALUE};
use super::{CASE_ID, CUSTOMER_ID, Expr, Function, Node, Operator};
use crate::field::{Choices, FieldType};
use crate::key::Key;

/// What kind of value an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Cannot be said, and passes every check.
    Any,
    /// Yes or no.
    Bool,
    /// An exact number.
    Number,
    /// A text.
    Text,
    /// The key of one of these choices.
    Choice(Vec<Key>),
    /// A civil day.
    Date,
    /// A moment.
    Moment,
    /// Several of one kind.
    List(Box<Type>),
    /// Named cells.
    Row(BTreeMap<Key, Type>),
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "anything",
            Self::Bool => "yes or no",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Choice(_) => "a choice",
            Self::Date => "a date",
            Self::Moment => "a moment",
            Self::List(_) => "a list",
            Self::Row(_) => "a row",
        })
    }
}

/// The type expressions see when they ask for a field of type `kind`.
pub fn type_of_field(kind: &FieldType) -> Type {
    match kind {
        FieldType::Int { .. }
        | FieldType::Decimal { .. }
        | FieldType::Money
        | FieldType::Percent
        | FieldType::Score
        | FieldType::Rating
        | FieldType::Seconds => Type::Number,
        FieldType::Date => Type::Date,
        FieldType::DateTime => Type::Moment,
        FieldType::Bool => Type::Bool,
        FieldType::Choice(choices) => choice_type(choices),
        FieldType::ChoiceSet(choices) => Type::List(Box::new(choice_type(choices))),
        FieldType::Tags => Type::List(Box::new(Type::Text)),
        FieldType::Rows(cells) => {
            let cells = cells.iter().map(|cell| (cell.field.key, type_of_field(&cell.field.kind)));
            Type::List(Box::new(Type::Row(cells.collect())))
        }
        _ => Type::Text,
    }
}

fn choice_type(choices: &Choices) -> Type {
    match choices {
        Choices::Given(choices) => Type::Choice(choices.iter().map(|choice| choice.key).collect()),
        Choices::Group(_) => Type::Text,
    }
}

/// What an expression may use in its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Names and their types.
    pub names: BTreeMap<Key, Type>,
    /// Form templates and the row each filed form is; empty where documents cannot be asked about.
    pub forms: Arc<BTreeMap<Box<str>, Type>>,
    /// Processes and the row each of their cases is; empty where other cases cannot be asked about.
    pub cases: Arc<BTreeMap<Box<str>, Type>>,
    /// Events that `moves` may name.
    pub events: BTreeSet<Key>,
    /// Roles that `role` may name.
    pub roles: BTreeSet<Key>,
    /// Posts that `holds_post` may name.
    pub posts: BTreeSet<Key>,
}

/// A reason why an expression cannot work in its place.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("at byte {at}: {kind}")]
pub struct TypeProblem {
    /// Byte offset in the source.
    pub at: usize,
    /// What is wrong.
    pub kind: TypeProblemKind,
}

/// What can be wrong with an expression in its place.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TypeProblemKind {
    /// The name is not in scope.
    #[error("there is no {0}")]
    UnknownName(Key),
    /// The row has no such cell.
    #[error("there is no cell {0}")]
    UnknownCell(Key),
    /// No form, event or role is called so.
    #[error("there is nothing called {0:?}")]
    UnknownReference(Box<str>),
    /// The field has no such choice.
    #[error("{0:?} is not one of the choices")]
    UnknownChoice(Box<str>),
    /// A value of another kind is needed.
    #[error("{expected} is needed, not {found}")]
    WrongType {
        /// What is needed.
        expected: Type,
        /// What stands there.
        found: Type,
    },
    /// The two sides can never be compared.
    #[error("{0} cannot be compared with {1}")]
    Incomparable(Type, Type),
    /// A name of a form, event, role or date must be spelled out.
    #[error("a text in quotes is needed")]
    NotSpelledOut,
}

impl Known {
    /// Everything that keeps `expr` from giving `expected`; empty when it works.
    pub fn problems(&self, expr: &Expr, expected: &Type) -> Vec<TypeProblem> {
        let mut checker = Checker { known: self, row: None, problems: Vec::new() };
        checker.expect(expr, expected);
        checker.problems
    }

    /// The type of what `expr` gives; [`Type::Any`] where it cannot work.
    pub fn type_of(&self, expr: &Expr) -> Type {
        Checker { known: self, row: None, problems: Vec::new() }.type_of(expr)
    }

    /// The cells of the rows `expr` gives that the rows `expected` have no place for.
    pub fn lost_cells(&self, expr: &Expr, expected: &Type) -> Vec<TypeProblem> {
        let (Type::List(found), Type::List(expected)) = (self.type_of(expr), expected) else { return Vec::new() };
        let (Type::Row(found), Type::Row(expected)) = (*found, &**expected) else { return Vec::new() };
        let lost = found.into_keys().filter(|key| !expected.contains_key(key));
        lost.map(|key| TypeProblem { at: expr.at, kind: TypeProblemKind::UnknownCell(key) }).collect()
    }

    /// Everything that keeps `expr` from being a condition.
    pub fn condition_problems(&self, expr: &Expr) -> Vec<TypeProblem> {
        self.problems(expr, &Type::Bool)
    }
}

struct Checker<'a> {
    known: &'a Known,
    row: Option<BTreeMap<Key, Type>>,
    problems: Vec<TypeProblem>,
}

impl Checker<'_> {
    fn problem(&mut self, expr: &Expr, kind: TypeProblemKind) -> Type {
        self.problems.push(TypeProblem { at: expr.at, kind });
        Type::Any
    }

    fn expect(&mut self, expr: &Expr, expected: &Type) {
        let found = self.type_of(expr);
        if !fits(&found, expected) {
            let found = found.clone();
            self.problem(expr, TypeProblemKind::WrongType { expected: expected.clone(), found });
        }
        match expected {
            Type::Choice(choices) => self.expect_choice(expr, choices),
            Type::List(element) => self.expect_rows(expr, &found, element),
            _ => {}
        }
    }

    /// Rows that are made for a list have cells of the list's types; what the list has no cell for is left out.
    fn expect_rows(&mut self, expr: &Expr, found: &Type, expected: &Type) {
        let (Type::List(found), Type::Row(expected)) = (found, expected) else { return };
        let Type::Row(found) = &**found else { return };
        for (key, found) in found {
            let Some(expected) = expected.get(key).filter(|expected| !fits(found, expected)) else { continue };
            let (expected, found) = (expected.clone(), found.clone());
            self.problem(expr, TypeProblemKind::WrongType { expected, found });
        }
    }

    /// A spelled-out result must be one of the choices.
    fn expect_choice(&mut self, expr: &Expr, choices: &[Key]) {
        match &expr.node {
            Node::Text(text) if !choices.iter().any(|choice| *choice == **text) => {
                self.problem(expr, TypeProblemKind::UnknownChoice(text.clone()));
            }
            Node::Call(Function::If, arguments) => {
                arguments.iter().skip(1).for_each(|branch| self.expect_choice(branch, choices));
            }
            Node::Call(Function::OrElse, arguments) => {
                arguments.iter().for_each(|branch| self.expect_choice(branch, choices));
            }
            _ => {}
        }
    }

    fn type_of(&mut self, expr: &Expr) -> Type {
        match &expr.node {
            Node::Number(_) => Type::Number,
            Node::Text(_) => Type::Text,
            Node::Bool(_) => Type::Bool,
            Node::Name(name) => self.name(expr, *name),
            Node::Not(inner) => self.needs(inner, Type::Bool, Type::Bool),
            Node::Negative(inner) => self.needs(inner, Type::Number, Type::Number),
            Node::Binary(operator, a, b) => self.binary(expr, *operator, a, b),
            Node::In(item, list) => self.membership(item, list),
            Node::List(items) => {
                let types: Vec<Type> = items.iter().map(|item| self.type_of(item)).collect();
                Type::List(Box::new(types.into_iter().next().unwrap_or(Type::Any)))
            }
            Node::Cell(inner, cell) => {
                let inner = self.type_of(inner);
                self.cell(expr, inner, *cell)
            }
            Node::Call(function, arguments) => self.call(expr, *function, arguments),
        }
    }

    fn needs(&mut self, inner: &Expr, expected: Type, given: Type) -> Type {
        self.expect(inner, &expected);
        given
    }

    fn name(&mut self, expr: &Expr, name: Key) -> Type {
        let found = self.row.as_ref().and_then(|row| row.get(&name)).or_else(|| self.known.names.get(&name)).cloned();
        found.unwrap_or_else(|| self.problem(expr, TypeProblemKind::UnknownName(name)))
    }

    fn binary(&mut self, expr: &Expr, operator: Operator, a: &Expr, b: &Expr) -> Type {
        match operator {
            Operator::And | Operator::Or => {
                self.expect(a, &Type::Bool);
                self.needs(b, Type::Bool, Type::Bool)
            }
            Operator::Plus | Operator::Minus | Operator::Times | Operator::Divide => {
                self.expect(a, &Type::Number);
                self.needs(b, Type::Number, Type::Number)
            }
            Operator::Equal | Operator::NotEqual => {
                let (left, right) = (self.type_of(a), self.type_of(b));
                self.comparable(expr, (a, left), (b, right));
                Type::Bool
            }
            Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast => {
                let (left, right) = (self.type_of(a), self.type_of(b));
                if !has_order(&left) || !has_order(&right) || !fits(&left, &right) {
                    self.problem(expr, TypeProblemKind::Incomparable(left, right));
                }
                Type::Bool
            }
        }
    }

    /// Whether the two sides can be equal; a spelled-out text must be one of the other side's choices.
    fn comparable(&mut self, expr: &Expr, (a, left): (&Expr, Type), (b, right): (&Expr, Type)) {
        match (&a.node, &left, &b.node, &right) {
            (_, Type::Choice(choices), Node::Text(text), _) | (Node::Text(text), _, _, Type::Choice(choices)) => {
                if !choices.iter().any(|choice| *choice == **text) {
                    self.problem(expr, TypeProblemKind::UnknownChoice(text.clone()));
                }
            }
            _ if fits(&left, &right) => {}
            _ => {
                self.problem(expr, TypeProblemKind::Incomparable(left, right));
            }
        }
    }

    fn membership(&mut self, item: &Expr, list: &Expr) -> Type {
        let item_type = self.type_of(item);
        if let Node::List(items) = &list.node {
            for one in items {
                let one_type = self.type_of(one);
                self.comparable(one, (item, item_type.clone()), (one, one_type));
            }
            return Type::Bool;
        }
        match self.type_of(list) {
            Type::List(element) => self.comparable(list, (item, item_type), (list, *element)),
            Type::Any => {}
            found => {
                let expected = Type::List(Box::new(Type::Any));
                self.problem(list, TypeProblemKind::WrongType { expected, found });
            }
        }
        Type::Bool
    }

    fn cell(&mut self, expr: &Expr, inner: Type, cell: Key) -> Type {
        match inner {
            Type::Any => Type::Any,
            Type::Row(mut cells) => match cells.remove(&cell) {
                Some(found) => found,
                None => self.problem(expr, TypeProblemKind::UnknownCell(cell)),
            },
            Type::List(element) => Type::List(Box::new(self.cell(expr, *element, cell))),
            found => {
                let expected = Type::Row(BTreeMap::new());
                self.problem(expr, TypeProblemKind::WrongType { expected, found })
            }
        }
    }

    fn call(&mut self, expr: &Expr, function: Function, arguments: &[Expr]) -> Type {
        let Some((first, rest)) = arguments.split_first() else {
            return match function {
                Function::AllCustomers => Type::List(Box::new(crate::workflow::customer_row_type())),
                _ => Type::Any,
            };
        };
        match function {
            Function::Filled | Function::Blank | Function::NotApplicable | Function::Missing => {
                self.type_of(first);
                Type::Bool
            }
            Function::Rated => {
                for argument in arguments {
                    self.type_of(argument);
                }
                Type::Number
            }
            Function::Count | Function::Any | Function::All | Function::Filter | Function::Map => {
                self.rows(function, first, rest.first())
            }
            Function::Sum | Function::Mean => self.needs(first, Type::List(Box::new(Type::Number)), Type::Number),
            Function::Min | Function::Max => self.element(first, has_order),
            Function::First | Function::Last => self.element(first, |_| true),
            Function::Distinct => Type::List(Box::new(self.element(first, |_| true))),
            Function::Days => {
                self.element(first, has_day);
                Type::List(Box::new(Type::Date))
            }
            Function::DistinctDays => {
                self.element(first, has_day);
                Type::Number
            }
            Function::Day => {
                self.day(first);
                Type::Date
            }
            Function::DaysBetween | Function::WorkingDaysBetween => {
                arguments.iter().for_each(|argument| self.day(argument));
                Type::Number
            }
            Function::Rows => Type::List(Box::new(self.same(expr, arguments))),
            Function::AddDays | Function::AddMonths | Function::AddWorkingDays => {
                self.day(first);
                rest.iter().for_each(|count| self.expect(count, &Type::Number));
                Type::Date
            }
            Function::Date => self.date(first),
            Function::AddMinutes => {
                self.expect(first, &Type::Moment);
                rest.iter().for_each(|count| self.expect(count, &Type::Number));
                Type::Moment
            }
            Function::MinutesBetween => {
                arguments.iter().for_each(|argument| self.expect(argument, &Type::Moment));
                Type::Number
            }
            Function::Time => self.needs(first, Type::Moment, Type::Text),
            Function::Year => {
                self.day(first);
                Type::Number
            }
            Function::Quarter | Function::Month | Function::Week => {
                self.day(first);
                Type::Text
            }
            Function::IsMonth => self.needs(first, Type::Text, Type::Bool),
            Function::Length => self.needs(first, Type::Text, Type::Number),
            Function::Round => {
                arguments.iter().for_each(|argument| self.expect(argument, &Type::Number));
                Type::Number
            }
            Function::If => {
                self.expect(first, &Type::Bool);
                self.same(expr, rest)
            }
            Function::OrElse => self.same(expr, arguments),
            Function::Documents => {
                let known = self.known;
                let row = self.reference(first, |form| known.forms.get(form).cloned());
                Type::List(Box::new(row))
            }
            Function::AllDocuments => {
                let known = self.known;
                let of_case = [(CASE_ID, Type::Text), (CUSTOMER_ID, Type::Text)];
                let row = self.reference(first, |form| match known.forms.get(form)? {
                    Type::Row(cells) => Some(Type::Row(of_case.iter().cloned().chain(cells.clone()).collect())),
                    other => Some(other.clone()),
                });
                Type::List(Box::new(row))
            }
            Function::AllCases => {
                let known = self.known;
                let row = self.reference(first, |process| known.cases.get(process).cloned());
                Type::List(Box::new(row))
            }
            Function::AllRecords => {
                let row = self.reference(first, crate::workflow::record_row_type);
                Type::List(Box::new(row))
            }
            // It takes nothing, and the parser saw to that.
            Function::AllCustomers => Type::Any,
            Function::Row => Type::Row(arguments.chunks(2).filter_map(|pair| self.named_cell(pair)).collect()),
            Function::Join => self.joined(expr, arguments),
            Function::Tally => {
                let value = self.element(first, |_| true);
                let cells = [(VALUE, value), (COUNT, Type::Number), (CUMULATIVE, Type::Number)];
                Type::List(Box::new(Type::Row(cells.into_iter().collect())))
            }
            Function::Label => self.label(first, rest),
            Function::Moves => {
                let known = self.known;
                self.reference(first, |event| known.events.iter().any(|known| *known == *event).then_some(Type::Any));
                Type::List(Box::new(Type::Moment))
            }
            Function::Role => {
                let known = self.known;
                self.reference(first, |role| known.roles.iter().any(|known| *known == *role).then_some(Type::Any));
                Type::Bool
            }
            Function::HoldsPost => {
                let known = self.known;
                self.expect(first, &Type::Text);
                for post in rest {
                    self.reference(post, |post| known.posts.iter().any(|known| *known == *post).then_some(Type::Any));
                }
                Type::Bool
            }
            Function::Model => self.model(first, rest),
        }
    }

    /// What a model gives, when its argument has the cells it needs.
    fn model(&mut self, name: &Expr, arguments: &[Expr]) -> Type {
        let Node::Text(text) = &name.node else {
            return self.problem(name, TypeProblemKind::NotSpelledOut);
        };
        let Some(signature) = crate::model::signature(text) else {
            return self.problem(name, TypeProblemKind::UnknownReference(text.clone()));
        };
        let mut arguments = arguments.iter();
        if let Some(given) = arguments.next() {
            let element = match self.type_of(given) {
                Type::List(element) if signature.takes_list => *element,
                found => found,
            };
            for cell in signature.needs {
                self.cell(given, element.clone(), cell);
            }
        }
        arguments.for_each(|other| {
            self.type_of(other);
        });
        signature.gives
    }

    fn rows(&mut self, function: Function, rows: &Expr, condition: Option<&Expr>) -> Type {
        let element = self.element(rows, |_| true);
        let mut asked = Type::Bool;
        if let Some(condition) = condition {
            let outer = self.row.take();
            self.row = match &element {
                Type::Row(cells) => Some(cells.clone()),
                _ => None,
            };
            match function {
                Function::Map => asked = self.type_of(condition),
                _ => self.expect(condition, &Type::Bool),
            }
            self.row = outer;
        }
        match function {
            Function::Map => Type::List(Box::new(asked)),
            Function::Count => Type::Number,
            Function::Filter => Type::List(Box::new(element)),
            _ => Type::Bool,
        }
    }

    /// A cell with its name, which is spelled out.
    fn named_cell(&mut self, pair: &[Expr]) -> Option<(Key, Type)> {
        let [name, value] = pair else { return None };
        let kind = self.type_of(value);
        let Node::Text(text) = &name.node else {
            self.problem(name, TypeProblemKind::NotSpelledOut);
            return None;
        };
        let key = Key::new(text).ok();
        if key.is_none() {
            self.problem(name, TypeProblemKind::UnknownReference(text.clone()));
        }
        key.map(|key| (key, kind))
    }

    /// Lists and rows put together: what is common to them all.
    fn joined(&mut self, expr: &Expr, arguments: &[Expr]) -> Type {
        let mut all = Type::Any;
        for argument in arguments {
            let element = match self.type_of(argument) {
                Type::List(element) => match *element {
                    Type::List(inner) => *inner,
                    element => element,
                },
                row @ (Type::Row(_) | Type::Any) => row,
                found => {
                    let expected = Type::List(Box::new(Type::Any));
                    self.problem(argument, TypeProblemKind::WrongType { expected, found })
                }
            };
            all = match (all, element) {
                (Type::Any, element) => element,
                (all, Type::Any) => all,
                (Type::Row(mut cells), Type::Row(others)) => {
                    cells.retain(|key, kind| others.get(key).is_some_and(|other| fits(other, kind)));
                    Type::Row(cells)
                }
                (all, element) if fits(&element, &all) => all,
                (all, element) => self.problem(expr, TypeProblemKind::Incomparable(all, element)),
            };
        }
        Type::List(Box::new(all))
    }

    /// A field of a form or process, both spelled out, and a choice of it.
    fn label(&mut self, place: &Expr, rest: &[Expr]) -> Type {
        let known = self.known;
        let row = self.reference(place, |place| known.forms.get(place).or_else(|| known.cases.get(place)).cloned());
        let mut rest = rest.iter();
        if let (Type::Row(cells), Some(field)) = (row, rest.next()) {
            self.reference(field, |field| cells.get(&Key::new(field).ok()?).cloned());
        }
        rest.for_each(|choice| self.expect(choice, &Type::Text));
        Type::Text
    }

    /// The type of a list's elements, which must be `allowed`.
    fn element(&mut self, list: &Expr, allowed: fn(&Type) -> bool) -> Type {
        match self.type_of(list) {
            Type::Any => Type::Any,
            Type::List(element) if allowed(&element) => *element,
            found => {
                let expected = Type::List(Box::new(Type::Any));
                self.problem(list, TypeProblemKind::WrongType { expected, found })
            }
        }
    }

    fn day(&mut self, expr: &Expr) {
        let found = self.type_of(expr);
        if !has_day(&found) {
            self.problem(expr, TypeProblemKind::WrongType { expected: Type::Date, found });
        }
    }

    fn date(&mut self, expr: &Expr) -> Type {
        self.reference(expr, |text| text.parse::<chrono::NaiveDate>().ok().map(|_| Type::Date))
    }

    /// Several branches that must give the same kind of value.
    fn same(&mut self, expr: &Expr, branches: &[Expr]) -> Type {
        let mut types: Vec<Type> = branches.iter().map(|branch| self.type_of(branch)).collect();
        let Some(last) = types.pop() else { return Type::Any };
        if let Some(other) = types.into_iter().find(|other| !fits(other, &last)) {
            return self.problem(expr, TypeProblemKind::Incomparable(other, last));
        }
        last
    }

    /// What a spelled-out text refers to.
    fn reference(&mut self, expr: &Expr, find: impl Fn(&str) -> Option<Type>) -> Type {
        let Node::Text(text) = &expr.node else { return self.problem(expr, TypeProblemKind::NotSpelledOut) };
        find(text).unwrap_or_else(|| self.problem(expr, TypeProblemKind::UnknownReference(text.clone())))
    }
}

fn has_order(kind: &Type) -> bool {
    matches!(kind, Type::Any | Type::Number | Type::Text | Type::Date | Type::Moment)
}

fn has_day(kind: &Type) -> bool {
    matches!(kind, Type::Any | Type::Date | Type::Moment)
}

/// Whether a value of type `found` can stand where `expected` is needed; choices are texts.
fn fits(found: &Type, expected: &Type) -> bool {
    match (found, expected) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Text | Type::Choice(_), Type::Text | Type::Choice(_)) => true,
        (Type::List(a), Type::List(b)) => fits(a, b),
        (Type::Row(_), Type::Row(_)) => true,
        (a, b) => a == b,
    }
}
