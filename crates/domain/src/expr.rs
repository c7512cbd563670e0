//! The one small language of conditions, computed fields and rules: parsed, checked, evaluated.
//!
//! It has no loops, no side effects and no run-time errors: an expression over what is not known yet is
//! itself not known ([`Datum::Blank`]), as in Kleene's three-valued logic. `playbook/README.md` describes it
//! for those who write playbooks.

mod check;
mod datum;
mod eval;
mod function;
mod parse;
mod print;
mod register;
mod settle;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use check::{Known, Type, TypeProblem, TypeProblemKind, type_of_field};
pub use datum::Datum;
pub(crate) use eval::RowScope;
pub use eval::{Names, Scope, evaluate, holds};
pub use function::Function;
pub use parse::{MAX_BYTES, MAX_DEPTH, MAX_NODES, ParseError, ParseProblem, parse};
pub use register::{Records, Register};

use crate::key::Key;

/// The case a row of all cases or all documents belongs to, by its id.
pub const CASE_ID: Key = Key::of("case_id");
/// The customer such a row is about, by their id.
pub const CUSTOMER_ID: Key = Key::of("customer_id");

/// An expression: what it says and where it stands in its source.
///
/// Two expressions are equal when they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it says.
    pub node: Node,
    /// Byte offset of its beginning in the source.
    pub at: usize,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A number, exact, not negative.
    Number(Decimal),
    /// A text, or the key of a choice.
    Text(Box<str>),
    /// `true` or `false`.
    Bool(bool),
    /// The value of a name.
    Name(Key),
    /// `not a`.
    Not(Box<Expr>),
    /// `-a`.
    Negative(Box<Expr>),
    /// `a + b`, `a and b`, `a <= b` …
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `a in ("x", "y")` or `a in list`.
    In(Box<Expr>, Box<Expr>),
    /// `("x", "y")`, to the right of `in` only.
    List(Vec<Expr>),
    /// `row.cell`, or `rows.cell` for that cell of every row.
    Cell(Box<Expr>, Key),
    /// `function(a, b)`.
    Call(Function, Vec<Expr>),
}

/// The operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `or`.
    Or,
    /// `and`.
    And,
    /// `=`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Times,
    /// `/`.
    Divide,
}

impl Operator {
    /// Whether it compares two values.
    pub const fn is_comparison(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual | Self::Less | Self::AtMost | Self::Greater | Self::AtLeast)
    }

    /// The comparison that holds where this one is known not to; of others themselves.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Greater => Self::AtMost,
            Self::AtLeast => Self::Less,
            other => other,
        }
    }

    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Divide => "/",
        }
    }
}

impl Expr {
    /// An expression that stands at byte `at`.
    pub fn new(node: Node, at: usize) -> Self {
        Self { node, at }
    }

    /// The expressions it is made of, in order.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.node {
            Node::Number(_) | Node::Text(_) | Node::Bool(_) | Node::Name(_) => Vec::new(),
            Node::Not(a) | Node::Negative(a) | Node::Cell(a, _) => vec![a],
            Node::Binary(_, a, b) | Node::In(a, b) => vec![a, b],
            Node::List(items) | Node::Call(_, items) => items.iter().collect(),
        }
    }

    /// Whether it asks about the case around it, its forms or its moves, or about other cases.
    pub fn needs_case(&self) -> bool {
        let asks =
            |function: Function| matches!(function, Function::Documents | Function::Moves) || function.is_of_all();
        self.any(&|part| matches!(part.node, Node::Call(function, _) if asks(function)))
    }

    /// Whether `matches` holds for it or for any of its parts.
    pub fn any(&self, matches: &impl Fn(&Expr) -> bool) -> bool {
        matches(self) || self.parts().into_iter().any(|part| part.any(matches))
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        parse(&source).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    fn names() -> Names {
        let number = |number: i64| Datum::Number(number.into());
        let day = |day: &str| Datum::Date(day.parse().unwrap());
        let row = |topic: &str, amount: Datum| {
            Datum::Row(BTreeMap::from([(Key::of("topic"), Datum::text(topic)), (Key::of("amount"), amount)]))
        };
        let rows = vec![row("a", number(2)), row("b", number(3)), row("b", Datum::Blank)];
        Names::from([
            (Key::of("five"), number(5)),
            (Key::of("half"), Datum::Number(Decimal::new(5, 1))),
            (Key::of("way"), Datum::text("visit")),
            (Key::of("yes"), Datum::Bool(true)),
            (Key::of("nothing"), Datum::Blank),
            (Key::of("not_applicable"), Datum::NotApplicable),
            (Key::of("unknown"), Datum::Missing),
            (Key::of("today"), day("2026-11-23")),
            (Key::of("then"), day("2026-11-20")),
            (Key::of("now"), Datum::Moment("2026-11-23T10:20:30".parse().unwrap())),
            (Key::of("rows"), Datum::List(rows)),
            (Key::of("empty"), Datum::List(Vec::new())),
        ])
    }

    fn value(source: &str) -> Datum {
        evaluate(&parse(source).unwrap(), &names())
    }

    #[track_caller]
    fn is(source: &str, expected: &str) {
        assert_eq!(value(source), value(expected), "{source}");
    }

    #[track_caller]
    fn is_unknown(source: &str) {
        assert_eq!(value(source), Datum::Blank, "{source}");
    }

    #[test]
    fn arithmetic_is_exact_and_binds_as_usual() {
        is("1 + 2 * 3", "7");
        is("(1 + 2) * 3", "9");
        is("10 - 3 - 2", "5");
        is("0.1 + 0.2", "0.3");
        is("-five + 1", "-4");
        is("round(2.345, 2)", "2.35");
        is("round(-2.345, 2)", "-2.35");
        is_unknown("1 / 0");
        is_unknown("79228162514264337593543950335 + 1");
        is_unknown("five + nothing");
    }

    #[test]
    fn conditions_bind_not_before_and_before_or() {
        is("false and false or true", "true");
        is("not false and true", "true");
        is("not (yes or false)", "false");
        is("1 < 2 and 2 <= 2 and 3 > 2 and 3 >= 3 and 1 != 2", "true");
        is("way in (\"visit\", \"phone\")", "true");
        is("way not in (\"phone\")", "true");
        is("\"b\" in rows.topic", "true");
    }

    #[test]
    fn what_is_not_known_stays_so_unless_the_other_side_decides() {
        is_unknown("nothing = 1");
        is_unknown("nothing != 1");
        is_unknown("not_applicable >= 1");
        is_unknown("not (unknown = 1)");
        is_unknown("nothing = 1 and yes");
        is("nothing = 1 and false", "false");
        is("nothing = 1 or yes", "true");
        is_unknown("nothing in (1, 2)");
        is_unknown("if(nothing = 1, 2, 3)");
        assert!(!holds(&parse("nothing = 1").unwrap(), &names()));
    }

    #[test]
    fn the_kinds_of_nothing_are_told_apart() {
        is("blank(nothing) and not blank(not_applicable) and blank(empty)", "true");
        is("na(not_applicable) and missing(unknown) and not filled(unknown)", "true");
        is("rated(five, nothing, not_applicable, half)", "2");
        is("or_else(unknown, 7)", "7");
    }

    #[test]
    fn lists_and_rows_can_be_counted_and_summed() {
        is("count(rows)", "3");
        is("count(rows, topic = \"b\")", "2");
        is("sum(rows.amount)", "5");
        is("mean(rows.amount)", "2.5");
        is("max(rows.amount) - min(rows.amount)", "1");
        is("sum(empty)", "0");
        is_unknown("mean(empty)");
        is("count(distinct(rows.topic))", "2");
        is("last(rows).topic", "\"b\"");
        is("any(rows, amount = 3)", "true");
        is_unknown("all(rows, amount > 1)");
        is("all(rows, amount > 2)", "false");
        is("all(empty, amount > 2)", "true");
        is("all(rows, five = 5)", "true");
    }

    #[test]
    fn dates_are_compared_and_counted() {
        is("then < today", "true");
        is("days_between(then, today)", "3");
        is("add_days(then, 3) = today", "true");
        is("add_days(today, -3) = then", "true");
        is("date(\"2026-11-23\") = today", "true");
        is("is_month(\"2026-11\") and not is_month(\"2026-13\")", "true");
        is_unknown("add_days(today, 99999999999)");
    }

    #[test]
    fn days_are_named_by_the_part_of_the_year_they_lie_in() {
        is("quarter(today)", "\"2026-Q4\"");
        is("quarter(date(\"2026-03-31\"))", "\"2026-Q1\"");
        is("month(now)", "\"2026-11\"");
        is("year(today)", "2026");
        is("week(today)", "\"2026-W48\"");
        is("week(date(\"2027-01-03\"))", "\"2026-W53\"");
        is_unknown("quarter(nothing)");
        is_unknown("year(five)");
    }

    #[test]
    fn moments_are_counted_in_minutes() {
        is("time(now)", "\"10:20\"");
        is("time(add_minutes(now, 100))", "\"12:00\"");
        is("day(add_minutes(now, -24 * 60)) = add_days(today, -1)", "true");
        is("minutes_between(now, add_minutes(now, 90))", "90");
        is("minutes_between(now, add_minutes(now, -5))", "-5");
        is("time(now) < \"12:00\"", "true");
        is_unknown("add_minutes(today, 1)");
        is_unknown("add_minutes(now, 99999999999999999999)");
        is_unknown("minutes_between(now, nothing)");
    }

    /// Knows one person, `p1`, and their post.
    struct People;

    impl Scope for People {
        fn name(&self, name: Key) -> Option<Datum> {
            (name == *"actor").then(|| Datum::text("p1"))
        }

        fn holds_post(&self, person: &str, post: &str) -> Option<bool> {
            (person == "p1").then(|| post == "DIR")
        }
    }

    #[test]
    fn posts_of_people_who_are_not_known_are_not_known_either() {
        let asked = |source: &str| evaluate(&parse(source).unwrap(), &People);
        assert_eq!(asked("holds_post(actor, \"DIR\")"), Datum::Bool(true));
        assert_eq!(asked("holds_post(actor, \"MGR\")"), Datum::Bool(false));
        assert_eq!(asked("holds_post(\"p2\", \"DIR\")"), Datum::Blank);
        assert_eq!(asked("holds_post(nobody, \"DIR\")"), Datum::Blank);
    }

    #[track_caller]
    fn refused(source: &str) -> (usize, ParseProblem) {
        let error = parse(source).unwrap_err();
        (error.at, error.problem)
    }

    #[test]
    fn errors_say_where_and_what() {
        assert_eq!(refused("1 + "), (4, ParseProblem::Unfinished));
        assert_eq!(refused(""), (0, ParseProblem::Unfinished));
        assert_eq!(refused("way == 1"), (5, ParseProblem::Unexpected));
        assert_eq!(refused("a b"), (2, ParseProblem::Unexpected));
        assert_eq!(refused("1 + shuffle(2)"), (4, ParseProblem::UnknownFunction("shuffle".into())));
        assert_eq!(refused("1 + if(yes, 2)"), (4, ParseProblem::WrongArity("if")));
        assert_eq!(refused("any(rows, any(rows, true))"), (0, ParseProblem::NestedRows));
        assert_eq!(refused("123456789012345678901234567890").1, ParseProblem::BadNumber);
        assert_eq!(refused(&format!("{}1", "(".repeat(25))).1, ParseProblem::TooDeep);
        assert_eq!(refused(&format!("{}yes", "not ".repeat(25))).1, ParseProblem::TooDeep);
        assert_eq!(refused(&format!("1{}", "+1".repeat(130))).1, ParseProblem::TooLong);
        assert_eq!(refused(&" ".repeat(2_001)).1, ParseProblem::TooLong);
    }

    fn known() -> Known {
        let row = Type::Row(BTreeMap::from([(Key::of("topic"), Type::Text), (Key::of("amount"), Type::Number)]));
        let names = [
            ("five", Type::Number),
            ("yes", Type::Bool),
            ("way", Type::Choice(vec![Key::of("visit"), Key::of("phone")])),
            ("today", Type::Date),
            ("now", Type::Moment),
            ("rows", Type::List(Box::new(row.clone()))),
        ];
        Known {
            names: names.into_iter().map(|(name, kind)| (Key::of(name), kind)).collect(),
            forms: Arc::new(BTreeMap::from([("F-1".into(), row.clone())])),
            cases: Arc::new(BTreeMap::from([("W-1".into(), row)])),
            events: [Key::of("go")].into(),
            roles: [Key::of("MGR")].into(),
            posts: [Key::of("DIR")].into(),
        }
    }

    #[track_caller]
    fn problems(source: &str) -> Vec<(usize, TypeProblemKind)> {
        let found = known().condition_problems(&parse(source).unwrap());
        found.into_iter().map(|problem| (problem.at, problem.kind)).collect()
    }

    #[test]
    fn a_sound_condition_has_no_problem() {
        for source in [
            "five > 1 and yes",
            "way = \"visit\" or way in (\"phone\", \"visit\")",
            "sum(rows.amount) = 5 and any(rows, topic = \"a\" and five > amount)",
            "days_between(today, now) >= 0 and day(now) = today",
            "count(documents(\"F-1\")) > 0 and last(documents(\"F-1\")).amount > 1",
            "today in days(moves(\"go\")) and role(\"MGR\")",
            "if(yes, five, 0) = or_else(five, 1)",
            "holds_post(\"p1\", \"DIR\") and time(add_minutes(now, five)) < \"12:00\"",
            "minutes_between(now, now) = 0 and year(now) > 2000 and quarter(today) != week(now)",
        ] {
            assert_eq!(problems(source), [], "{source}");
        }
    }

    #[test]
    fn what_cannot_work_is_named_with_its_place() {
        let wrong = |expected, found| TypeProblemKind::WrongType { expected, found };
        assert_eq!(problems("yes and ways"), [(8, TypeProblemKind::UnknownName(Key::of("ways")))]);
        assert_eq!(problems("five"), [(0, wrong(Type::Bool, Type::Number))]);
        assert_eq!(problems("yes and five + yes > 1"), [(15, wrong(Type::Number, Type::Bool))]);
        assert_eq!(problems("way = \"vizit\""), [(0, TypeProblemKind::UnknownChoice("vizit".into()))]);
        assert_eq!(problems("way in (\"visit\", \"air\")"), [(17, TypeProblemKind::UnknownChoice("air".into()))]);
        assert_eq!(problems("today = five"), [(0, TypeProblemKind::Incomparable(Type::Date, Type::Number))]);
        assert_eq!(problems("today < now"), [(0, TypeProblemKind::Incomparable(Type::Date, Type::Moment))]);
        assert_eq!(problems("last(rows).size = 1"), [(0, TypeProblemKind::UnknownCell(Key::of("size")))]);
        assert_eq!(problems("any(rows, size = 1)"), [(10, TypeProblemKind::UnknownName(Key::of("size")))]);
        let nothing = |name: &str| TypeProblemKind::UnknownReference(name.into());
        assert_eq!(problems("count(documents(\"F-2\")) > 0"), [(16, nothing("F-2"))]);
        assert_eq!(problems("count(moves(\"stay\")) > 0"), [(12, nothing("stay"))]);
        assert_eq!(problems("role(\"GM\")"), [(5, nothing("GM"))]);
        assert_eq!(problems("date(\"2026-02-30\") = today"), [(5, nothing("2026-02-30"))]);
        assert_eq!(problems("role(way)"), [(5, TypeProblemKind::NotSpelledOut)]);
        assert_eq!(problems("holds_post(way, \"GM\")"), [(16, nothing("GM"))]);
        assert_eq!(problems("holds_post(five, \"DIR\")"), [(11, wrong(Type::Text, Type::Number))]);
        assert_eq!(problems("time(today) = way"), [(5, wrong(Type::Moment, Type::Date))]);
        assert_eq!(problems("year(five) = 1"), [(5, wrong(Type::Date, Type::Number))]);
    }

    #[test]
    fn what_a_choice_is_set_to_must_be_one_of_the_choices() {
        let choice = Type::Choice(vec![Key::of("visit"), Key::of("phone")]);
        let problems = |source: &str| known().problems(&parse(source).unwrap(), &choice);
        assert_eq!(problems("if(yes, \"visit\", or_else(way, \"phone\"))"), []);
        let air = |at| TypeProblem { at, kind: TypeProblemKind::UnknownChoice("air".into()) };
        assert_eq!(problems("\"air\""), [air(0)]);
        assert_eq!(problems("if(yes, \"visit\", or_else(way, \"air\"))"), [air(30)]);
    }

    fn expressions() -> impl Strategy<Value = Expr> {
        let plain = |node| Expr::new(node, 0);
        let leaf = prop_oneof![
            (0..10_000u64, 0..4u32).prop_map(move |(digits, scale)| plain(Node::Number(
                Decimal::from_i128_with_scale(digits.into(), scale)
            ))),
            "[ -~客\"\\\\]{0,6}".prop_map(move |text| plain(Node::Text(text.into()))),
            any::<bool>().prop_map(move |flag| plain(Node::Bool(flag))),
            prop::sample::select(vec!["five", "way", "rows", "nothing", "today", "now"])
                .prop_map(move |name| plain(Node::Name(Key::of(name)))),
        ];
        leaf.prop_recursive(4, 24, 3, move |inner| {
            let boxed = inner.clone().prop_map(Box::new);
            let operator = prop::sample::select(vec![
                Operator::Or,
                Operator::And,
                Operator::Equal,
                Operator::NotEqual,
                Operator::Less,
                Operator::AtMost,
                Operator::Greater,
                Operator::AtLeast,
                Operator::Plus,
                Operator::Minus,
                Operator::Times,
                Operator::Divide,
            ]);
            let simple = Function::ALL.iter().copied().filter(|function| !function.takes_rows()).collect::<Vec<_>>();
            let list = prop::collection::vec(inner.clone(), 1..3).prop_map(move |items| plain(Node::List(items)));
            let reference =
                prop::sample::select(vec!["rows", "way"]).prop_map(move |name| plain(Node::Name(Key::of(name))));
            prop_oneof![
                boxed.clone().prop_map(move |a| plain(Node::Not(a))),
                boxed.clone().prop_map(move |a| plain(Node::Negative(a))),
                (operator, boxed.clone(), boxed.clone()).prop_map(move |(o, a, b)| plain(Node::Binary(o, a, b))),
                (boxed.clone(), prop_oneof![list, reference].prop_map(Box::new))
                    .prop_map(move |(a, b)| plain(Node::In(a, b))),
                boxed.clone().prop_map(move |a| plain(Node::Cell(a, Key::of("topic")))),
                (prop::sample::select(simple), prop::collection::vec(inner.clone(), 3)).prop_map(
                    move |(function, mut arguments)| {
                        arguments.truncate(function.arity().0);
                        plain(Node::Call(function, arguments))
                    }
                ),
                inner.prop_map(move |condition| {
                    let rows = plain(Node::Name(Key::of("rows")));
                    let is_nested =
                        condition.any(&|part| matches!(part.node, Node::Call(function, _) if function.takes_rows()));
                    let arguments = if is_nested { vec![rows] } else { vec![rows, condition] };
                    let function = if is_nested { Function::Count } else { Function::Any };
                    plain(Node::Call(function, arguments))
                }),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn what_is_printed_reads_back_as_the_same(expr in expressions()) {
            let printed = expr.to_string();
            match parse(&printed) {
                Ok(read) => prop_assert_eq!(read, expr, "{}", printed),
                Err(error) => prop_assert!(
                    matches!(error.problem, ParseProblem::TooDeep | ParseProblem::TooLong),
                    "{}: {}", printed, error
                ),
            }
        }

        #[test]
        fn no_input_panics_in_any_stage(source in "\\PC{0,60}") {
            if let Ok(expr) = parse(&source) {
                let _ = known().condition_problems(&expr);
                let _ = evaluate(&expr, &names());
            }
        }

        #[test]
        fn no_sequence_of_words_panics_in_any_stage(words in prop::collection::vec(prop::sample::select(vec![
            "and", "or", "not", "in", "true", "(", ")", ",", ".", "=", "!=", "<", "+", "-", "*", "/", "1", "0.5", "99999999999",
            "\"a\"", "\"", "rows", "topic", "nothing", "today", "five", "count", "any", "all", "sum", "if", "last", "days",
            "add_days", "round", "documents", "role", "moves", "holds_post", "add_minutes", "week", "now", "客",
            "all_documents", "all_cases", "map", "row", "join", "tally", "label", "filter", "\"F-1\"", "\"topic\"", "value",
        ]), 0..40)) {
            let source = words.join(" ");
            match parse(&source) {
                Ok(expr) => {
                    let _ = known().condition_problems(&expr);
                    let _ = evaluate(&expr, &names());
                }
                Err(error) => prop_assert!(error.at <= source.len()),
            }
        }

        #[test]
        fn no_expression_panics_in_any_stage(expr in expressions()) {
            let _ = known().condition_problems(&expr);
            let _ = known().type_of(&expr);
            let _ = evaluate(&expr, &names());
            let _ = evaluate(&expr, &Names::new());
        }

        #[test]
        fn a_sound_expression_gives_its_type_or_nothing(expr in expressions()) {
            for expected in [Type::Bool, Type::Number, Type::Date] {
                if known().problems(&expr, &expected).is_empty() {
                    let given = evaluate(&expr, &sound_names());
                    let fits = match expected {
                        Type::Bool => matches!(given, Datum::Bool(_)),
                        Type::Number => matches!(given, Datum::Number(_)),
                        _ => matches!(given, Datum::Date(_)),
                    };
                    prop_assert!(fits || !given.is_filled() || is_loose(&expr), "{} gives {:?}", expr, given);
                }
            }
        }
    }

    /// The values of [`known`].
    fn sound_names() -> Names {
        let mut names = names();
        names.retain(|name, _| known().names.contains_key(name));
        names
    }

    /// Whether a part of it has no type of its own: elements of lists the checker cannot see into.
    fn is_loose(expr: &Expr) -> bool {
        expr.any(&|part| matches!(part.node, Node::List(_)))
    }
}
