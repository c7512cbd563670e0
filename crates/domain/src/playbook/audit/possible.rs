//! Whether a condition can hold at all: what it asks of each field is brought together and compared with what the field
//! can contain.
//!
//! Conditions are taken apart along `and`, `or`, `not` and `if`; what is left are demands on single terms (`way = "visit"`,
//! `size > 3`, `filled(owner)`) and on pairs of them (`a < b`). A term that nothing is known about can contain anything,
//! so whatever is called impossible is impossible; the reverse is not promised.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::Datelike;
use rust_decimal::Decimal;

use crate::expr::{Expr, Function, Node, Operator};
use crate::field::{Choices, Field, FieldType};
use crate::key::Key;

/// Attempts after which a condition is taken for possible.
const PATIENCE: u32 = 20_000;

const VALUE: u8 = 1;
const BLANK: u8 = 2;
const NOT_APPLICABLE: u8 = 4;
const MISSING: u8 = 8;
const ANYTHING: u8 = VALUE | BLANK | NOT_APPLICABLE | MISSING;

/// What a term can be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Domain {
    /// Which of value, blank, N/A and missing.
    states: u8,
    /// A list is blank when it is empty, and is compared all the same.
    is_list: bool,
    content: Content,
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    Any,
    /// One of these; yes and no are `true` and `false`.
    OneOf(BTreeSet<Box<str>>),
    /// Any text but these.
    NoneOf(BTreeSet<Box<str>>),
    Number(Range),
}

/// Numbers between two bounds, some of them left out; dates are counted in days.
#[derive(Clone, Debug, Default, PartialEq)]
struct Range {
    from: Option<Bound>,
    to: Option<Bound>,
    is_whole: bool,
    without: BTreeSet<Decimal>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Bound {
    at: Decimal,
    is_included: bool,
}

/// A spelled-out value.
#[derive(Clone, Debug, PartialEq)]
enum Constant {
    Word(Box<str>),
    Number(Decimal),
}

impl Domain {
    /// Nothing is known about it.
    pub(super) const ANY: Self = Self { states: ANYTHING, is_list: false, content: Content::Any };

    /// What `field` can contain.
    pub(super) fn of(field: &Field) -> Self {
        let mut domain = Self::of_type(&field.kind);
        if !field.takes_marks {
            domain.states = VALUE | BLANK;
        }
        domain
    }

    fn of_type(kind: &FieldType) -> Self {
        let within = |from: i64, to: i64, is_whole| Range {
            from: Some(Bound { at: from.into(), is_included: true }),
            to: Some(Bound { at: to.into(), is_included: true }),
            is_whole,
            ..Range::default()
        };
        let content = match kind {
            FieldType::Bool => Content::OneOf(["true".into(), "false".into()].into()),
            FieldType::Choice(Choices::Given(choices)) => {
                Content::OneOf(choices.iter().map(|choice| choice.key.as_str().into()).collect())
            }
            FieldType::Int { min, max } => {
                let bound = |at: Option<i64>| at.map(|at| Bound { at: at.into(), is_included: true });
                Content::Number(Range { from: bound(*min), to: bound(*max), is_whole: true, ..Range::default() })
            }
            FieldType::Rating => Content::Number(within(1, 5, true)),
            FieldType::Seconds => Content::Number(within(0, 86_400, true)),
            FieldType::Percent | FieldType::Score => Content::Number(within(0, 100, false)),
            FieldType::Money | FieldType::Decimal { .. } => Content::Number(Range::default()),
            FieldType::Date => Content::Number(Range { is_whole: true, ..Range::default() }),
            FieldType::Rows(_) | FieldType::ChoiceSet(_) | FieldType::Tags | FieldType::DateTime => Content::Any,
            _ => Content::NoneOf(BTreeSet::new()),
        };
        let is_list = matches!(kind, FieldType::Rows(_) | FieldType::ChoiceSet(_) | FieldType::Tags);
        Self { states: ANYTHING, is_list, content }
    }

    /// The same for what is worked out, which no form holds to the bounds of its type.
    pub(super) fn computed(field: &Field) -> Self {
        Self { states: ANYTHING, content: Content::Any, ..Self::of(field) }
    }

    /// The same for a question that nobody is ever asked.
    pub(super) fn never_answered(self) -> Self {
        Self { states: BLANK, ..self }
    }

    fn count(most: Option<usize>) -> Self {
        let to = most.map(|most| Bound { at: most.into(), is_included: true });
        let from = Some(Bound { at: Decimal::ZERO, is_included: true });
        let range = Range { from, to, is_whole: true, ..Range::default() };
        Self { states: VALUE, is_list: false, content: Content::Number(range) }
    }

    fn is_possible(&self) -> bool {
        let has_content = match &self.content {
            Content::OneOf(words) => !words.is_empty(),
            Content::Number(range) => range.is_possible(),
            Content::Any | Content::NoneOf(_) => true,
        };
        self.states & !VALUE != 0 || (self.states & VALUE != 0 && has_content)
    }

    fn must_be(&mut self, states: u8) -> bool {
        self.states &= states;
        self.is_possible()
    }

    /// Whatever is compared has a value; only a list may be empty.
    fn is_compared(&mut self) -> bool {
        self.is_list || self.must_be(VALUE)
    }

    fn is(&mut self, constant: &Constant, wanted: bool) -> bool {
        if matches!(self.content, Content::Any) {
            self.content = match constant {
                Constant::Word(_) => Content::NoneOf(BTreeSet::new()),
                Constant::Number(_) => Content::Number(Range::default()),
            };
        }
        match (&mut self.content, constant) {
            (Content::OneOf(words), Constant::Word(word)) => words.retain(|other| (other == word) == wanted),
            (Content::NoneOf(words), Constant::Word(word)) if !wanted => {
                words.insert(word.clone());
            }
            (Content::NoneOf(words), Constant::Word(word)) => {
                let is_left = !words.contains(word);
                self.content = Content::OneOf(Some(word.clone()).filter(|_| is_left).into_iter().collect());
            }
            (Content::Number(range), Constant::Number(number)) if wanted => {
                let bound = Bound { at: *number, is_included: true };
                range.at_least(bound);
                range.at_most(bound);
            }
            (Content::Number(range), Constant::Number(number)) => {
                range.without.insert(*number);
            }
            _ => {}
        }
        self.is_compared() && self.is_possible()
    }

    fn is_above(&mut self, at: Decimal, is_included: bool) -> bool {
        self.narrowed(|range| range.at_least(Bound { at, is_included }))
    }

    fn is_below(&mut self, at: Decimal, is_included: bool) -> bool {
        self.narrowed(|range| range.at_most(Bound { at, is_included }))
    }

    fn narrowed(&mut self, narrow: impl FnOnce(&mut Range)) -> bool {
        let mut range = match std::mem::replace(&mut self.content, Content::Any) {
            Content::Number(range) => range,
            _ => Range::default(),
        };
        narrow(&mut range);
        self.content = Content::Number(range);
        self.is_compared() && self.is_possible()
    }
}

impl Range {
    fn at_least(&mut self, bound: Bound) {
        let is_tighter = |known: Bound| bound.at > known.at || (bound.at == known.at && !bound.is_included);
        if self.from.is_none_or(is_tighter) {
            self.from = Some(bound);
        }
    }

    fn at_most(&mut self, bound: Bound) {
        let is_tighter = |known: Bound| bound.at < known.at || (bound.at == known.at && !bound.is_included);
        if self.to.is_none_or(is_tighter) {
            self.to = Some(bound);
        }
    }

    fn is_possible(&self) -> bool {
        let (Some(mut from), Some(mut to)) = (self.from, self.to) else { return true };
        if self.is_whole {
            let (up, down) = (from.at.ceil(), to.at.floor());
            from =
                Bound { at: if from.is_included || up != from.at { up } else { up + Decimal::ONE }, is_included: true };
            to = Bound {
                at: if to.is_included || down != to.at { down } else { down - Decimal::ONE },
                is_included: true,
            };
            let left_out =
                self.without.iter().filter(|one| one.is_integer() && (from.at..=to.at).contains(*one)).count();
            return to.at - from.at + Decimal::ONE > Decimal::from(left_out);
        }
        from.at < to.at || (from.at == to.at && from.is_included && to.is_included && !self.without.contains(&from.at))
    }
}

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

/// What has been asked so far.
#[derive(Clone, Default)]
struct Demands {
    /// Of single terms, by how they are written.
    terms: BTreeMap<String, Domain>,
    /// Of pairs: `(a, b)` with whether a is equal to, and whether it is less than b.
    equal: BTreeMap<(String, String), bool>,
    less: BTreeMap<(String, String), bool>,
}

struct Search<'g> {
    ground: &'g Ground,
    patience: u32,
}

type Goals = Vec<(Expr, bool)>;

impl Search<'_> {
    /// Whether every goal can be true, or false, as wanted, besides what was demanded before.
    fn is_possible(&mut self, mut goals: Goals, mut demands: Demands) -> bool {
        while let Some((goal, wanted)) = goals.pop() {
            if self.patience == 0 {
                return true;
            }
            self.patience -= 1;
            match &goal.node {
                Node::Bool(flag) if *flag == wanted => {}
                Node::Bool(_) => return false,
                Node::Not(inner) => goals.push(((**inner).clone(), !wanted)),
                Node::Binary(operator @ (Operator::And | Operator::Or), a, b) => {
                    let (a, b) = (((**a).clone(), wanted), ((**b).clone(), wanted));
                    if (*operator == Operator::And) == wanted {
                        goals.extend([b, a]);
                    } else {
                        return self.either(vec![vec![a], vec![b]], &goals, &demands);
                    }
                }
                Node::Binary(operator, a, b) => match branches(*operator, a, b, wanted) {
                    Some(branches) => return self.either(branches, &goals, &demands),
                    None if self.compare(*operator, a, b, wanted, &mut demands) => {}
                    None => return false,
                },
                Node::In(item, list) => match &list.node {
                    Node::List(items) => {
                        let is = |one: &Expr| {
                            let equal = Node::Binary(Operator::Equal, item.clone(), Box::new(one.clone()));
                            (Expr::new(equal, goal.at), wanted)
                        };
                        if wanted {
                            let branches = items.iter().map(|one| vec![is(one)]).collect();
                            return self.either(branches, &goals, &demands);
                        }
                        // An item of the list that is not known is equal to nothing.
                        goals.extend(items.iter().filter(|one| constant(one).is_some()).map(is));
                    }
                    _ if self.demand(item, &mut demands, Domain::is_compared) => {}
                    _ => return false,
                },
                Node::Call(Function::If, arguments) => {
                    let Some(branches) = chosen(arguments, |branch| (branch.clone(), wanted)) else { continue };
                    return self.either(branches, &goals, &demands);
                }
                Node::Call(Function::OrElse, arguments) => {
                    let [first, second] = arguments.as_slice() else { continue };
                    return self.either(
                        vec![vec![(first.clone(), wanted)], vec![(second.clone(), wanted)]],
                        &goals,
                        &demands,
                    );
                }
                Node::Call(function, arguments) => {
                    if !self.asks(*function, arguments, &goal, wanted, &mut demands) {
                        return false;
                    }
                }
                _ => {
                    if !self.is(&goal, &truth(wanted), true, &mut demands) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Whether one of `branches` can be, besides the goals that are left.
    fn either(&mut self, branches: Vec<Goals>, goals: &Goals, demands: &Demands) -> bool {
        branches.into_iter().any(|branch| {
            let mut goals = goals.clone();
            goals.extend(branch);
            self.is_possible(goals, demands.clone())
        })
    }

    /// A call that is true or false by itself.
    fn asks(
        &mut self,
        function: Function,
        arguments: &[Expr],
        goal: &Expr,
        wanted: bool,
        demands: &mut Demands,
    ) -> bool {
        let Some(first) = arguments.first() else { return true };
        let states = match function {
            Function::Filled => VALUE,
            Function::Blank => BLANK,
            Function::NotApplicable => NOT_APPLICABLE,
            Function::Missing => MISSING,
            Function::Any if wanted => {
                let Some(condition) = arguments.get(1) else { return true };
                return self.demand(first, demands, |rows| rows.must_be(VALUE)) && self.some_row(first, condition);
            }
            _ => return self.is(goal, &truth(wanted), true, demands),
        };
        self.demand(first, demands, |term| term.must_be(if wanted { states } else { ANYTHING & !states }))
    }

    /// Whether the condition can hold for a row, whose cells hide other names.
    fn some_row(&mut self, rows: &Expr, condition: &Expr) -> bool {
        let Some(cells) = filed(rows).and_then(|form| self.ground.documents.as_ref()?.get(form)) else { return true };
        let mut ground = self.ground.clone();
        ground.names.extend(cells.iter().map(|(key, domain)| (*key, domain.clone())));
        let mut inner = Search { ground: &ground, patience: self.patience };
        let is_possible = inner.is_possible(vec![(condition.clone(), true)], Demands::default());
        self.patience = inner.patience;
        is_possible
    }

    fn demand(&self, term: &Expr, demands: &mut Demands, narrow: impl FnOnce(&mut Domain) -> bool) -> bool {
        let domain = demands.terms.entry(term.to_string()).or_insert_with(|| self.ground.domain(term));
        narrow(domain)
    }

    fn is(&self, term: &Expr, constant: &Constant, wanted: bool, demands: &mut Demands) -> bool {
        self.demand(term, demands, |domain| domain.is(constant, wanted))
    }

    fn compare(&self, operator: Operator, a: &Expr, b: &Expr, wanted: bool, demands: &mut Demands) -> bool {
        use Operator::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
        // `a > b` is `b < a`, and what is not wanted is its opposite.
        let (a, b, is_equality, wanted) = match operator {
            Equal => (a, b, true, wanted),
            NotEqual => (a, b, true, !wanted),
            Less => (a, b, false, wanted),
            AtLeast => (a, b, false, !wanted),
            Greater => (b, a, false, wanted),
            AtMost => (b, a, false, !wanted),
            _ => return true,
        };
        match (constant(a), constant(b)) {
            (Some(a), Some(b)) => match (a, b) {
                (Constant::Number(a), Constant::Number(b)) => (if is_equality { a == b } else { a < b }) == wanted,
                (a, b) => !is_equality || (a == b) == wanted,
            },
            (None, Some(bound)) => self.against(a, bound, is_equality, wanted, false, demands),
            (Some(bound), None) => self.against(b, bound, is_equality, wanted, true, demands),
            (None, None) => self.pair(a, b, is_equality, wanted, demands),
        }
    }

    /// A term against a constant; `is_right` where the term stands to the right of `<`.
    fn against(
        &self,
        term: &Expr,
        bound: Constant,
        is_equality: bool,
        wanted: bool,
        is_right: bool,
        demands: &mut Demands,
    ) -> bool {
        let (term, bound) = match bound {
            Constant::Number(number) => {
                let (term, added) = without_addends(term);
                (term, number.checked_sub(added).map(Constant::Number))
            }
            word @ Constant::Word(_) => (term, Some(word)),
        };
        match bound {
            None => true,
            Some(bound) if is_equality => self.is(term, &bound, wanted, demands),
            Some(Constant::Number(at)) => self.demand(term, demands, |domain| match (is_right, wanted) {
                (false, true) => domain.is_below(at, false),
                (false, false) => domain.is_above(at, true),
                (true, true) => domain.is_above(at, false),
                (true, false) => domain.is_below(at, true),
            }),
            // How texts are ordered is not looked at.
            Some(Constant::Word(_)) => self.demand(term, demands, Domain::is_compared),
        }
    }

    /// Two terms against each other.
    fn pair(&self, a: &Expr, b: &Expr, is_equality: bool, wanted: bool, demands: &mut Demands) -> bool {
        if !self.demand(a, demands, Domain::is_compared) || !self.demand(b, demands, Domain::is_compared) {
            return false;
        }
        let (a, b) = (a.to_string(), b.to_string());
        if a == b {
            return is_equality == wanted;
        }
        let pairs = [(a.clone(), b.clone()), (b, a)];
        let [there, back] = &pairs;
        let known = if is_equality { &mut demands.equal } else { &mut demands.less };
        if known.insert(there.clone(), wanted) == Some(!wanted) {
            return false;
        }
        if is_equality {
            known.insert(back.clone(), wanted);
        }
        let is = |pair, wanted| demands.less.get(pair) == Some(&wanted);
        let is_less = is(there, true) || is(back, true);
        let is_neither = is(there, false) && is(back, false);
        let contradicts = match demands.equal.get(there) {
            Some(true) => is_less,
            Some(false) => is_neither,
            None => is(there, true) && is(back, true),
        };
        !contradicts
    }
}

/// The ways in which a comparison with `if` or `or_else` on one side can come out as wanted.
fn branches(operator: Operator, a: &Expr, b: &Expr, wanted: bool) -> Option<Vec<Goals>> {
    let compared = |a: &Expr, b: &Expr| {
        let node = Node::Binary(operator, Box::new(a.clone()), Box::new(b.clone()));
        (Expr::new(node, a.at), wanted)
    };
    let on_side = |side: &Expr, compared: &dyn Fn(&Expr) -> (Expr, bool)| match &side.node {
        Node::Call(Function::If, arguments) => chosen(arguments, compared),
        Node::Call(Function::OrElse, arguments) => {
            let [first, second] = arguments.as_slice() else { return None };
            Some(vec![vec![compared(first)], vec![compared(second)]])
        }
        _ => None,
    };
    on_side(a, &|side| compared(side, b)).or_else(|| on_side(b, &|side| compared(a, side)))
}

/// Both outcomes of an `if`, each with its condition.
fn chosen(arguments: &[Expr], outcome: impl Fn(&Expr) -> (Expr, bool)) -> Option<Vec<Goals>> {
    let [condition, yes, no] = arguments else { return None };
    Some(vec![vec![outcome(yes), (condition.clone(), true)], vec![outcome(no), (condition.clone(), false)]])
}

fn truth(flag: bool) -> Constant {
    Constant::Word(if flag { "true".into() } else { "false".into() })
}

/// The value of what is spelled out; days are counted.
fn constant(expr: &Expr) -> Option<Constant> {
    match &expr.node {
        Node::Number(number) => Some(Constant::Number(*number)),
        Node::Text(text) => Some(Constant::Word(text.clone())),
        Node::Bool(flag) => Some(truth(*flag)),
        Node::Call(Function::Date, arguments) => match &arguments.first()?.node {
            Node::Text(text) => {
                let day = text.parse::<chrono::NaiveDate>().ok()?;
                Some(Constant::Number(day.num_days_from_ce().into()))
            }
            _ => None,
        },
        _ => number(expr).map(Constant::Number),
    }
}

/// The number a sum or product of spelled-out numbers makes.
pub(super) fn number(expr: &Expr) -> Option<Decimal> {
    match &expr.node {
        Node::Number(number) => Some(*number),
        Node::Negative(inner) => number(inner).map(|number| -number),
        Node::Binary(operator, a, b) => {
            let (a, b) = (number(a)?, number(b)?);
            match operator {
                Operator::Plus => a.checked_add(b),
                Operator::Minus => a.checked_sub(b),
                Operator::Times => a.checked_mul(b),
                Operator::Divide => a.checked_div(b),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `count(x) + 1` as `count(x)` and 1.
fn without_addends(term: &Expr) -> (&Expr, Decimal) {
    let Node::Binary(operator @ (Operator::Plus | Operator::Minus), a, b) = &term.node else {
        return (term, Decimal::ZERO);
    };
    match (operator, number(a), number(b)) {
        (Operator::Plus, _, Some(added)) => (a, added),
        (Operator::Plus, Some(added), _) => (b, added),
        (Operator::Minus, _, Some(taken)) => (a, -taken),
        _ => (term, Decimal::ZERO),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::expr::parse;
    use crate::field::Choice;
    use crate::text::Text;

    fn text() -> Text {
        Text { zh: "甲".into(), en: "A".into() }
    }

    fn field(kind: FieldType) -> Field {
        Field { key: Key::of("x"), label: text(), kind, takes_marks: false }
    }

    fn can_hold(source: &str) -> bool {
        let choice = |key| Choice { key: Key::of(key), label: text() };
        let way = FieldType::Choice(Choices::Given(vec![choice("visit"), choice("phone"), choice("letter")]));
        let marked = Field { takes_marks: true, ..field(FieldType::Rating) };
        let fields = [
            ("way", Domain::of(&field(way.clone()))),
            ("yes", Domain::of(&field(FieldType::Bool))),
            ("size", Domain::of(&field(FieldType::Int { min: Some(0), max: Some(9) }))),
            ("share", Domain::of(&field(FieldType::Percent))),
            ("paid", Domain::of(&field(FieldType::Money))),
            ("owed", Domain::of(&field(FieldType::Money))),
            ("mark", Domain::of(&marked)),
            ("on", Domain::of(&field(FieldType::Date))),
            ("note", Domain::of(&field(FieldType::Long))),
            ("tags", Domain::of(&field(FieldType::Tags))),
            ("never", Domain::of(&field(way)).never_answered()),
        ];
        let names: BTreeMap<Key, Domain> = fields.into_iter().map(|(key, domain)| (Key::of(key), domain)).collect();
        let documents = BTreeMap::from([("F-1".into(), names.clone())]);
        let rows = BTreeMap::from([(Key::of("case"), names.clone())]);
        let events = Some([Key::of("call")].into());
        let ground = Ground { names, rows, documents: Some(Arc::new(documents)), events };
        ground.can_hold([&parse(source).unwrap()])
    }

    #[test]
    fn what_contradicts_itself_cannot_hold() {
        for source in [
            "false",
            "way = \"visit\" and way = \"phone\"",
            "way = \"visit\" and way in (\"phone\", \"letter\")",
            "way != \"visit\" and way != \"phone\" and way != \"letter\"",
            "not (way in (\"visit\", \"phone\", \"letter\"))",
            "yes and not yes",
            "size > 9",
            "size < 0",
            "size > 3 and size < 4",
            "size * 1 = size and 3 > 4",
            "size + 1 > 10",
            "size >= 9 and size != 9",
            "share > 100",
            "paid > 1000 and paid <= 1000",
            "paid > 5 and not (paid > 3)",
            "paid < owed and owed < paid",
            "paid = owed and paid != owed",
            "paid = owed and paid > owed",
            "paid < paid",
            "paid >= owed and owed >= paid and paid != owed",
            "filled(way) and blank(way)",
            "na(way)",
            "mark = 3 and na(mark)",
            "blank(note) and note = \"x\"",
            "on > date(\"2026-12-31\") and on < date(\"2026-01-01\")",
            "note = \"a\" and note = \"b\"",
            "never = \"visit\"",
            "filled(never) or never != \"visit\"",
            "if(yes, way = \"visit\", false) and not yes",
            "if(yes, 1, 2) > 2",
            "or_else(size, 3) > 9",
            "count(tags) < 0",
            "rated(way, size) > 2",
            "last(documents(\"F-1\")).size > 9",
            "case.size = 3 and case.size = 4",
            "any(documents(\"F-1\"), way = \"visit\" and way = \"phone\")",
            "any(documents(\"F-1\"), size > 9)",
            "count(moves(\"done\")) > 0",
            "filled(moves(\"done\"))",
            "distinct_days(moves(\"done\")) >= 1",
        ] {
            assert!(!can_hold(source), "{source}");
        }
    }

    #[test]
    fn what_can_be_is_never_called_impossible() {
        for source in [
            "true",
            "way = \"visit\" or way = \"phone\"",
            "way != \"visit\" and way != \"phone\"",
            "size > 8",
            "size >= 9",
            "share > 99.99",
            "paid > 1000 and paid < 1000.01",
            "paid <= owed and owed <= paid",
            "paid != owed and not (paid < owed)",
            "blank(way) and (way = \"visit\" or yes)",
            "na(mark) or missing(mark)",
            "not filled(mark)",
            "blank(never)",
            "tags = case.tags and blank(tags)",
            "if(yes, size, 20) > 9",
            "or_else(size, 20) > 9",
            "count(moves(\"call\")) + 1 <= 3",
            "on >= today and on <= add_days(today, 3)",
            "any(documents(\"F-1\"), way = \"visit\") and any(documents(\"F-1\"), way = \"phone\")",
            "size = 3 and case.size = 4 and last(documents(\"F-1\")).size = 5",
            "note = \"a\" or length(note) > 3",
            "sum(tags) = 100 and way in (case.way, \"visit\")",
        ] {
            assert!(can_hold(source), "{source}");
        }
    }
}
