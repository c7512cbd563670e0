//! The expression language against its written grammar, and against input nobody meant: whatever comes in, an answer or an
//! error with its place comes out.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use kehu_domain::expr::{
    Datum, Expr, Function, Known, MAX_BYTES, MAX_DEPTH, MAX_NODES, Names, ParseProblem, Type, evaluate, parse,
};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use proptest::prelude::*;

// ---- the grammar as it is written ----------------------------------------------------------------------------------

/// A part of a rule of the EBNF in `playbook/README.md`.
#[derive(Clone, Debug)]
enum Part {
    Word(String),
    Rule(String),
    Sequence(Vec<Part>),
    Choice(Vec<Part>),
    Optional(Box<Part>),
    Repeated(Box<Part>),
}

/// Reads the EBNF: `a , { b | "c" } ;`.
struct Ebnf {
    tokens: Vec<String>,
    at: usize,
}

impl Ebnf {
    fn rules() -> BTreeMap<String, Part> {
        let readme = include_str!("../../../playbook/README.md");
        let written = readme.split("```ebnf\n").nth(1).unwrap().split("```").next().unwrap();
        let mut ebnf = Self { tokens: tokens(written), at: 0 };
        let mut rules = BTreeMap::new();
        while ebnf.at < ebnf.tokens.len() {
            let name = ebnf.next();
            assert_eq!(ebnf.next(), "=");
            rules.insert(name, ebnf.choice());
            assert_eq!(ebnf.next(), ";");
        }
        rules
    }

    fn next(&mut self) -> String {
        self.at += 1;
        self.tokens[self.at - 1].clone()
    }

    fn takes(&mut self, token: &str) -> bool {
        let is_next = self.tokens.get(self.at).is_some_and(|next| next == token);
        self.at += usize::from(is_next);
        is_next
    }

    fn choice(&mut self) -> Part {
        let mut parts = vec![self.sequence()];
        while self.takes("|") {
            parts.push(self.sequence());
        }
        Part::Choice(parts)
    }

    fn sequence(&mut self) -> Part {
        let mut parts = vec![self.one()];
        while self.takes(",") {
            parts.push(self.one());
        }
        Part::Sequence(parts)
    }

    fn one(&mut self) -> Part {
        let token = self.next();
        let (inner, closing) = match token.as_str() {
            "{" => (Some(self.choice()), "}"),
            "[" => (Some(self.choice()), "]"),
            "(" => (Some(self.choice()), ")"),
            _ => (None, ""),
        };
        let Some(inner) = inner else {
            let quoted = token.strip_prefix(['"', '\'']).map(|rest| rest[..rest.len() - 1].to_owned());
            return quoted.map_or(Part::Rule(token), Part::Word);
        };
        assert_eq!(self.next(), closing);
        match closing {
            "}" => Part::Repeated(Box::new(inner)),
            "]" => Part::Optional(Box::new(inner)),
            _ => inner,
        }
    }
}

fn tokens(written: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = written.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => 2 + rest[1..].find(first).unwrap(),
            c if c.is_alphabetic() => rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

static RULES: LazyLock<BTreeMap<String, Part>> = LazyLock::new(Ebnf::rules);

/// Words of the grammar, as chance has it: each byte decides one choice, and none is left once they are used up.
struct Writer<'a> {
    choices: std::slice::Iter<'a, u8>,
    depth: u32,
    text: String,
}

impl Writer<'_> {
    fn write(choices: &[u8]) -> String {
        let mut writer = Writer { choices: choices.iter(), depth: 0, text: String::new() };
        writer.part(&RULES["expression"]);
        writer.text
    }

    fn next(&mut self) -> usize {
        self.choices.next().copied().unwrap_or_default().into()
    }

    fn part(&mut self, part: &Part) {
        self.depth += 1;
        let is_deep = self.depth > 120;
        match part {
            Part::Word(word) => self.word(word),
            Part::Rule(name) => self.rule(name),
            Part::Sequence(parts) => parts.iter().for_each(|part| self.part(part)),
            Part::Choice(parts) => {
                // The last one leads down: to a comparison, to cells.
                let choice = if is_deep { parts.len() - 1 } else { self.next() % parts.len() };
                self.part(&parts[choice]);
            }
            Part::Optional(inner) if !is_deep && self.next() % 4 == 1 => self.part(inner),
            Part::Repeated(inner) if !is_deep && self.next() % 4 == 1 => self.part(inner),
            Part::Optional(_) | Part::Repeated(_) => {}
        }
        self.depth -= 1;
    }

    fn word(&mut self, word: &str) {
        let touches = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        if touches(self.text.chars().last()) && touches(word.chars().next()) {
            self.text.push(' ');
        }
        self.text.push_str(word);
    }

    fn rule(&mut self, name: &str) {
        match name {
            "number" => {
                let number = ["0", "1", "2.50", "100", "0.001"][self.next() % 5];
                self.word(number);
            }
            "text" => {
                let text = ["\"\"", "\"visit\"", "\"a \\\" \\\\ b\"", "\"客户\"", "\"2026-11-23\""][self.next() % 5];
                self.word(text);
            }
            "name" => {
                let name = ["five", "way", "rows", "topic", "_a1", "nothing"][self.next() % 6];
                self.word(name);
            }
            "primary" if self.depth > 100 => self.word("five"),
            // A function takes its own number of arguments.
            "call" => {
                let functions: Vec<Function> =
                    Function::ALL.iter().copied().filter(|function| !function.takes_rows()).collect();
                let function = functions[self.next() % functions.len()];
                self.word(function.name());
                self.text.push('(');
                for index in 0..function.arity().0 {
                    self.text.push_str(if index > 0 { ", " } else { "" });
                    match self.depth > 60 {
                        true => self.word("five"),
                        false => self.part(&RULES["expression"]),
                    }
                }
                self.text.push(')');
            }
            name => self.part(&RULES[name]),
        }
    }
}

#[test]
fn the_grammar_is_complete() {
    let mut waiting = vec!["expression".to_owned()];
    let mut used: BTreeMap<String, ()> = BTreeMap::new();
    while let Some(name) = waiting.pop() {
        if ["digit", "lower", "character"].contains(&name.as_str()) || used.insert(name.clone(), ()).is_some() {
            continue;
        }
        let mut parts = vec![RULES.get(&name).unwrap_or_else(|| panic!("{name} is not defined"))];
        while let Some(part) = parts.pop() {
            match part {
                Part::Rule(rule) => waiting.push(rule.clone()),
                Part::Sequence(inner) | Part::Choice(inner) => parts.extend(inner),
                Part::Optional(inner) | Part::Repeated(inner) => parts.push(inner),
                Part::Word(_) => {}
            }
        }
    }
    assert_eq!(used.len(), RULES.len(), "a rule nothing uses");
}

/// Every expression of the built-in playbook, as it is written there.
fn written() -> &'static [String] {
    static WRITTEN: LazyLock<Vec<String>> = LazyLock::new(|| {
        let playbook = Playbook::built_in();
        let moves = playbook.processes.iter().flat_map(|process| &process.transitions);
        let guards = moves.clone().flat_map(|made| &made.guards).map(|guard| guard.holds.to_string());
        let sets = moves.flat_map(|made| &made.sets).map(|(_, expr)| expr.to_string());
        let rules = playbook.forms().values().flat_map(|form| form.fields()).flat_map(|field| &field.rules);
        let written: Vec<String> = guards.chain(sets).chain(rules.map(|rule| rule.holds.to_string())).collect();
        assert!(written.len() > 100);
        written
    });
    &WRITTEN
}

// ---- what the language works on ------------------------------------------------------------------------------------

fn known() -> Known {
    let row = Type::Row(BTreeMap::from([(Key::of("topic"), Type::Text), (Key::of("amount"), Type::Number)]));
    let names = [
        ("five", Type::Number),
        ("way", Type::Choice(vec![Key::of("visit")])),
        ("today", Type::Date),
        ("now", Type::Moment),
        ("rows", Type::List(Box::new(row.clone()))),
    ];
    Known {
        names: names.into_iter().map(|(name, kind)| (Key::of(name), kind)).collect(),
        forms: Arc::new(BTreeMap::from([("F-1".into(), row)])),
        ..Known::default()
    }
}

fn values() -> Names {
    let row =
        |amount: Datum| Datum::Row(BTreeMap::from([(Key::of("topic"), Datum::text("a")), (Key::of("amount"), amount)]));
    let largest = Datum::Number(rust_decimal::Decimal::MAX);
    Names::from([
        (Key::of("five"), Datum::Number(5.into())),
        (Key::of("way"), Datum::text("visit")),
        (Key::of("today"), Datum::Date("2026-11-23".parse().unwrap())),
        (Key::of("now"), Datum::Moment("2026-11-23T10:20:00".parse().unwrap())),
        (Key::of("rows"), Datum::List(vec![row(largest.clone()), row(largest.clone()), row(Datum::Blank)])),
        (Key::of("huge"), largest),
        (Key::of("last_day"), Datum::Date(chrono::NaiveDate::MAX)),
        (Key::of("first_moment"), Datum::Moment(chrono::NaiveDateTime::MIN)),
    ])
}

/// Through every stage; gives the expression if it is one.
fn through_all(source: &str) -> Option<Expr> {
    match parse(source) {
        Ok(expr) => {
            for expected in [Type::Bool, Type::Number, Type::List(Box::new(Type::Any))] {
                for problem in known().problems(&expr, &expected) {
                    assert!(problem.at <= source.len() && source.is_char_boundary(problem.at), "{source}: {problem}");
                }
            }
            let _ = known().type_of(&expr);
            let _ = evaluate(&expr, &values());
            let _ = evaluate(&expr, &Names::new());
            assert_eq!(parse(&expr.to_string()).as_ref().ok().unwrap_or(&expr), &expr, "{source}");
            Some(expr)
        }
        Err(error) => {
            assert!(error.at <= source.len().max(MAX_BYTES), "{source:?}: {error}");
            assert!(source.is_char_boundary(error.at) || error.problem == ParseProblem::TooLong, "{source:?}: {error}");
            assert!(!error.to_string().is_empty());
            None
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// What the grammar allows is read, unless it is too large; what is printed of it reads back as the same.
    #[test]
    fn whatever_the_grammar_gives_is_an_expression(choices in prop::collection::vec(any::<u8>(), 0..120)) {
        let source = Writer::write(&choices);
        match parse(&source) {
            Ok(expr) => {
                let printed = expr.to_string();
                // What is printed may have more parentheses than what was written.
                match parse(&printed) {
                    Ok(read) => prop_assert_eq!(read, expr, "{} / {}", source, printed),
                    Err(error) => prop_assert!(error.problem == ParseProblem::TooDeep, "{}: {}", printed, error),
                }
                through_all(&source);
            }
            Err(error) => prop_assert!(
                matches!(error.problem, ParseProblem::TooDeep | ParseProblem::TooLong | ParseProblem::NestedRows),
                "{}: {}", source, error
            ),
        }
    }

    #[test]
    fn any_bytes_go_through_all_stages(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        through_all(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_goes_through_all_stages(source in any::<String>()) {
        through_all(&source);
    }

    /// What the playbook says, with pieces cut out, doubled, put in or exchanged.
    #[test]
    fn a_damaged_expression_goes_through_all_stages(
        which in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        changes in prop::collection::vec((0..5u8, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..6),
    ) {
        let mut source: Vec<char> = which.get(written()).chars().collect();
        let donor: Vec<char> = other.get(written()).chars().collect();
        for (kind, from, to) in changes {
            let (from, to) = (from.index(source.len() + 1), to.index(source.len() + 1));
            let (from, to) = (from.min(to), from.max(to));
            match kind {
                0 => drop(source.drain(from..to)),
                1 => source.extend_from_within(from..to),
                2 => drop(source.splice(from..from, donor.iter().copied().take(to - from).collect::<Vec<_>>())),
                3 => drop(source.splice(from..to, "(".chars())),
                _ => drop(source.splice(from..from, ['客', '"', '-', '.', '0', ')', '\\', '\u{0}'].into_iter().take(to % 8))),
            }
        }
        through_all(&source.into_iter().collect::<String>());
    }
}

// ---- edges ---------------------------------------------------------------------------------------------------------

#[test]
fn what_is_deep_or_long_is_refused_at_once_with_its_place() {
    let began = Instant::now();
    for (opening, closing) in
        [("(", ")"), ("not ", ""), ("-", ""), ("sum(", ")"), ("1 in (", ")"), ("if(true, 1, ", ")")]
    {
        for depth in [usize::from(MAX_DEPTH) - 1, usize::from(MAX_DEPTH) + 1, 300, 2_000, 100_000] {
            let source = format!("{}1{}", opening.repeat(depth), closing.repeat(depth));
            let read = through_all(&source);
            assert!(read.is_none() || depth <= usize::from(MAX_DEPTH), "{opening} {depth}");
        }
    }
    for joint in [" and ", " or ", " + ", " * ", " = ", ".a", ", "] {
        for count in [usize::from(MAX_NODES), 1_000, 200_000] {
            let source = format!("a{}", format!("{joint}a").repeat(count));
            assert!(through_all(&source).is_none(), "{joint} {count}");
        }
    }
    for source in
        ["\"", "\"\\", "\"\\n\"", "1.", ".1", "1e5", "a.", "a..b", "in", "not", "()", "sum()", "1 2", "é", "\u{feff}1"]
    {
        assert!(through_all(source).is_none(), "{source:?}");
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn a_place_is_a_byte_not_a_character() {
    let error = parse("\"客户\" = = 1").unwrap_err();
    assert_eq!(error.to_string(), "at byte 11: this cannot stand here");
    let problems = known().condition_problems(&parse("\"客户\" = \"客\" and ways").unwrap());
    assert_eq!(problems[0].at, "\"客户\" = \"客\" and ".len());
}

#[test]
fn decimals_are_exact_and_too_large_ones_are_not_known() {
    let value = |source: &str| evaluate(&parse(source).unwrap(), &values());
    let number = |text: &str| Datum::Number(text.parse().unwrap());
    assert_eq!(value("0.1 + 0.2"), number("0.3"));
    assert_eq!(value("0.1 + 0.2 = 0.3"), Datum::Bool(true));
    assert_eq!(value("1.10 * 3"), number("3.30"));
    assert_eq!(value("round(2.345, 2)"), number("2.35"));
    assert_eq!(value("round(-2.345, 2)"), number("-2.35"));
    assert_eq!(value("79228162514264337593543950335 - 79228162514264337593543950334"), number("1"));
    for source in [
        "huge + 1",
        "huge * huge",
        "-huge - huge",
        "1 / 0",
        "sum(rows.amount)",
        "mean(rows.amount)",
        "add_days(last_day, 1)",
        "add_days(today, huge)",
        "add_minutes(first_moment, -1)",
        "add_minutes(now, huge)",
        "add_working_days(last_day, 2000000000)",
        "minutes_between(first_moment, today)",
        "round(huge, huge)",
    ] {
        let _ = value(source);
        assert!(
            !value(source).is_filled() || source.starts_with("add_working") || source.starts_with("round"),
            "{source}"
        );
    }
}
