//! Reads an expression from its source.

use rust_decimal::Decimal;
use winnow::ascii::multispace0;
use winnow::combinator::{alt, delimited, opt, preceded, separated};
use winnow::error::{EmptyError, ErrMode};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location, Stateful};
use winnow::token::{literal, one_of, take_while};

use super::{Expr, Function, Node, Operator};
use crate::key::Key;

/// The longest source, in bytes.
pub const MAX_BYTES: usize = 2_000;
/// The deepest nesting of parentheses, arguments and signs.
pub const MAX_DEPTH: u16 = 24;
/// The most parts of one expression.
pub const MAX_NODES: u16 = 256;

/// Why a source is no expression, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: {problem}")]
pub struct ParseError {
    /// Byte offset of the trouble.
    pub at: usize,
    /// What it is.
    pub problem: ParseProblem,
}

/// What can be wrong with a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseProblem {
    /// Something else was expected here.
    #[error("this cannot stand here")]
    Unexpected,
    /// The source ends too early.
    #[error("the expression is not finished")]
    Unfinished,
    /// Longer than [`MAX_BYTES`] or of more than [`MAX_NODES`] parts.
    #[error("the expression is too long")]
    TooLong,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("the expression is nested too deeply")]
    TooDeep,
    /// No function has this name.
    #[error("there is no function {0}")]
    UnknownFunction(Box<str>),
    /// A function got too few or too many arguments.
    #[error("{0} takes another number of arguments")]
    WrongArity(&'static str),
    /// A condition on rows within a condition on rows.
    #[error("a condition on rows cannot contain another")]
    NestedRows,
    /// A number of more digits than an exact decimal has.
    #[error("the number has too many digits")]
    BadNumber,
}

/// Reads `source` as one expression.
///
/// # Errors
/// [`ParseError`] with the place of the first trouble; never panics, whatever the source.
pub fn parse(source: &str) -> Result<Expr, ParseError> {
    if source.len() > MAX_BYTES {
        return Err(ParseError { at: MAX_BYTES, problem: ParseProblem::TooLong });
    }
    let mut input = Stateful { input: LocatingSlice::new(source), state: Progress::default() };
    let parsed = expression(&mut input);
    let rest = multispace0::<_, ErrMode<EmptyError>>.parse_next(&mut input);
    match (parsed, rest, input.state.trouble.take()) {
        (_, _, Some(trouble)) => Err(trouble),
        (Ok(expr), Ok(_), None) if input.input.is_empty() => Ok(expr),
        _ => Err(unexpected(source, input.state.furthest.max(input.current_token_start()))),
    }
}

fn unexpected(source: &str, at: usize) -> ParseError {
    let is_end = source.get(at..).is_none_or(|rest| rest.trim().is_empty());
    ParseError { at, problem: if is_end { ParseProblem::Unfinished } else { ParseProblem::Unexpected } }
}

#[derive(Clone, Debug, Default)]
struct Progress {
    depth: u16,
    nodes: u16,
    furthest: usize,
    trouble: Option<ParseError>,
}

type Input<'i> = Stateful<LocatingSlice<&'i str>, Progress>;
type Parsed<T> = Result<T, ErrMode<EmptyError>>;

const KEYWORDS: [&str; 6] = ["and", "or", "not", "in", "true", "false"];

fn expression(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, conjunction, |input| keyword("or").value(Operator::Or).parse_next(input))
}

fn conjunction(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, negation, |input| keyword("and").value(Operator::And).parse_next(input))
}

fn negation(input: &mut Input<'_>) -> Parsed<Expr> {
    let at = next_start(input);
    if opt(keyword("not")).parse_next(input)?.is_some() {
        let inner = deeper(input, negation)?;
        return built(input, Node::Not(Box::new(inner)), at);
    }
    comparison(input)
}

fn comparison(input: &mut Input<'_>) -> Parsed<Expr> {
    let left = sum(input)?;
    let at = left.at;
    if let Some(operator) = opt(comparator).parse_next(input)? {
        let right = sum(input)?;
        return built(input, Node::Binary(operator, Box::new(left), Box::new(right)), at);
    }
    let is_negated = opt((keyword("not"), keyword("in"))).parse_next(input)?.is_some();
    if is_negated || opt(keyword("in")).parse_next(input)?.is_some() {
        let list = list(input)?;
        let is_in = built(input, Node::In(Box::new(left), Box::new(list)), at)?;
        return if is_negated { built(input, Node::Not(Box::new(is_in)), at) } else { Ok(is_in) };
    }
    Ok(left)
}

fn sum(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, product, |input| {
        alt((symbol("+").value(Operator::Plus), symbol("-").value(Operator::Minus))).parse_next(input)
    })
}

fn product(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, signed, |input| {
        alt((symbol("*").value(Operator::Times), symbol("/").value(Operator::Divide))).parse_next(input)
    })
}

fn signed(input: &mut Input<'_>) -> Parsed<Expr> {
    let at = next_start(input);
    if opt(symbol("-")).parse_next(input)?.is_some() {
        let inner = deeper(input, signed)?;
        return built(input, Node::Negative(Box::new(inner)), at);
    }
    cells(input)
}

/// A primary expression and the cells asked of it.
fn cells(input: &mut Input<'_>) -> Parsed<Expr> {
    let mut expr = primary(input)?;
    while opt(symbol(".")).parse_next(input)?.is_some() {
        let cell = name(input)?;
        let at = expr.at;
        expr = built(input, Node::Cell(Box::new(expr), cell), at)?;
    }
    Ok(expr)
}

fn primary(input: &mut Input<'_>) -> Parsed<Expr> {
    let at = next_start(input);
    if let Some(flag) = opt(alt((keyword("true").value(true), keyword("false").value(false)))).parse_next(input)? {
        return built(input, Node::Bool(flag), at);
    }
    if let Some(text) = opt(quoted).parse_next(input)? {
        return built(input, Node::Text(text), at);
    }
    if let Some(digits) = opt(preceded(multispace0, digits)).parse_next(input)? {
        let Ok(number) = Decimal::from_str_exact(digits) else { return trouble(input, at, ParseProblem::BadNumber) };
        return built(input, Node::Number(number), at);
    }
    if opt(symbol("(")).parse_next(input)?.is_some() {
        let inner = deeper(input, expression)?;
        symbol(")").parse_next(input)?;
        return Ok(inner);
    }
    let word = word(input)?;
    if opt(symbol("(")).parse_next(input)?.is_some() {
        return call(input, word, at);
    }
    match Key::new(word) {
        Ok(key) => built(input, Node::Name(key), at),
        Err(_) => trouble(input, at, ParseProblem::TooLong),
    }
}

fn call(input: &mut Input<'_>, word: &str, at: usize) -> Parsed<Expr> {
    let Some(function) = Function::named(word) else {
        return trouble(input, at, ParseProblem::UnknownFunction(word.into()));
    };
    let arguments: Vec<Expr> =
        separated(0.., |input: &mut Input<'_>| deeper(input, expression), symbol(",")).parse_next(input)?;
    symbol(")").parse_next(input)?;
    let (fewest, most) = function.arity();
    let is_uneven = function == Function::Row && arguments.len() % 2 == 1;
    if is_uneven || !(fewest..=most).contains(&arguments.len()) {
        return trouble(input, at, ParseProblem::WrongArity(function.name()));
    }
    if function.takes_rows() && arguments.get(1).is_some_and(|condition| condition.any(&asks_rows)) {
        return trouble(input, at, ParseProblem::NestedRows);
    }
    built(input, Node::Call(function, arguments), at)
}

fn asks_rows(expr: &Expr) -> bool {
    matches!(&expr.node, Node::Call(function, arguments) if function.takes_rows() && arguments.len() > 1)
}

fn list(input: &mut Input<'_>) -> Parsed<Expr> {
    let at = next_start(input);
    let items = |input: &mut Input<'_>| deeper(input, expression);
    let given: Option<Vec<Expr>> =
        opt(delimited(symbol("("), separated(1.., items, symbol(",")), symbol(")"))).parse_next(input)?;
    match given {
        Some(items) => built(input, Node::List(items), at),
        None => cells(input),
    }
}

fn comparator(input: &mut Input<'_>) -> Parsed<Operator> {
    alt((
        symbol("!=").value(Operator::NotEqual),
        symbol("<=").value(Operator::AtMost),
        symbol(">=").value(Operator::AtLeast),
        symbol("=").value(Operator::Equal),
        symbol("<").value(Operator::Less),
        symbol(">").value(Operator::Greater),
    ))
    .parse_next(input)
}

/// One or more `part`s with operators between them, grouped from the left.
fn chain(
    input: &mut Input<'_>,
    part: fn(&mut Input<'_>) -> Parsed<Expr>,
    operator: impl Fn(&mut Input<'_>) -> Parsed<Operator>,
) -> Parsed<Expr> {
    let mut left = part(input)?;
    while let Some(operator) = opt(&operator).parse_next(input)? {
        let right = part(input)?;
        let at = left.at;
        left = built(input, Node::Binary(operator, Box::new(left), Box::new(right)), at)?;
    }
    Ok(left)
}

/// Runs `inner` one level deeper, unless that is too deep.
fn deeper(input: &mut Input<'_>, inner: fn(&mut Input<'_>) -> Parsed<Expr>) -> Parsed<Expr> {
    if input.state.depth >= MAX_DEPTH {
        let at = next_start(input);
        return trouble(input, at, ParseProblem::TooDeep);
    }
    input.state.depth += 1;
    let parsed = inner(input);
    input.state.depth -= 1;
    parsed
}

/// Counts one more part of the expression.
fn built(input: &mut Input<'_>, node: Node, at: usize) -> Parsed<Expr> {
    if input.state.nodes >= MAX_NODES {
        return trouble(input, at, ParseProblem::TooLong);
    }
    input.state.nodes += 1;
    Ok(Expr::new(node, at))
}

/// Remembers the first trouble and stops.
fn trouble<T>(input: &mut Input<'_>, at: usize, problem: ParseProblem) -> Parsed<T> {
    input.state.trouble.get_or_insert(ParseError { at, problem });
    Err(ErrMode::Cut(EmptyError))
}

/// Where the next token begins.
fn next_start(input: &mut Input<'_>) -> usize {
    let _ = multispace0::<_, ErrMode<EmptyError>>.parse_next(input);
    let at = input.current_token_start();
    input.state.furthest = input.state.furthest.max(at);
    at
}

fn symbol<'i>(text: &'static str) -> impl Parser<Input<'i>, (), ErrMode<EmptyError>> {
    move |input: &mut Input<'i>| {
        next_start(input);
        literal(text).void().parse_next(input)
    }
}

fn keyword<'i>(text: &'static str) -> impl Parser<Input<'i>, (), ErrMode<EmptyError>> {
    move |input: &mut Input<'i>| {
        next_start(input);
        letters.verify(|word: &str| word == text).void().parse_next(input)
    }
}

fn word<'i>(input: &mut Input<'i>) -> Parsed<&'i str> {
    next_start(input);
    letters.verify(|word: &str| !KEYWORDS.contains(&word)).parse_next(input)
}

fn name(input: &mut Input<'_>) -> Parsed<Key> {
    let at = next_start(input);
    let word = letters.parse_next(input)?;
    Key::new(word).or_else(|_| trouble(input, at, ParseProblem::TooLong))
}

fn letters<'i>(input: &mut Input<'i>) -> Parsed<&'i str> {
    (
        one_of(|c: char| c.is_ascii_lowercase() || c == '_'),
        take_while(0.., |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
    )
        .take()
        .parse_next(input)
}

fn digits<'i>(input: &mut Input<'i>) -> Parsed<&'i str> {
    let whole = || take_while(1.., |c: char| c.is_ascii_digit());
    (whole(), opt((literal("."), whole()))).take().parse_next(input)
}

/// A text in double quotes; `\"` and `\\` stand for the quote and the backslash.
fn quoted(input: &mut Input<'_>) -> Parsed<Box<str>> {
    symbol("\"").parse_next(input)?;
    let mut text = String::new();
    loop {
        let plain = take_while(0.., |c: char| c != '"' && c != '\\').parse_next(input)?;
        text.push_str(plain);
        let closing: Option<char> = opt(one_of(['"'])).parse_next(input)?;
        if closing.is_some() {
            return Ok(text.into());
        }
        text.push(preceded(literal("\\"), one_of(['"', '\\'])).parse_next(input)?);
    }
}
