//! Expressions that look beyond their own case: what they are told of, how seldom, and how it is put together.
#![allow(clippy::unwrap_used)]

mod told;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use kehu_domain::book::Book;
use kehu_domain::change::{Act, DELETED};
use kehu_domain::expr::{Datum, Names, Records, Register, Scope, evaluate, parse};
use kehu_domain::form::{Context, defaults, state};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::{ACTOR, all_cases, all_documents};
use proptest::prelude::*;
use told::told;

const CUSTOMER: RecordId = RecordId::fixed(7);
const OWNER: RecordId = RecordId::fixed(8);

/// Names, and the records of all cases.
struct Desk {
    names: Names,
    register: Register,
}

impl Scope for Desk {
    fn name(&self, name: Key) -> Option<Datum> {
        self.names.name(name)
    }

    fn register(&self) -> Option<&Register> {
        Some(&self.register)
    }
}

fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

fn number(number: i64) -> Datum {
    Datum::Number(number.into())
}

fn asked(source: &str, register: &Register) -> Datum {
    let names = Names::from([(key("limit"), number(2))]);
    evaluate(&parse(source).unwrap(), &Desk { names, register: register.clone() })
}

// ---- from the records ------------------------------------------------------------------------------------------

fn civil(wall_ms: u64) -> NaiveDateTime {
    let utc = DateTime::from_timestamp_millis(i64::try_from(wall_ms).unwrap()).unwrap().naive_utc();
    utc + TimeDelta::hours(8)
}

fn act(book: &mut Book, clock: &mut Clock, wall_ms: u64, build: impl FnOnce(&Book, &mut Act<'_>)) {
    let mut act = Act::begin(clock, wall_ms, OWNER);
    build(book, &mut act);
    for change in act.finish() {
        book.insert(change);
    }
}

fn fields(pairs: &[(&str, Value)]) -> kehu_domain::change::Cells<Value> {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

#[test]
fn rows_say_what_the_records_say() {
    let (mut book, mut clock) = (Book::new(), Clock::new(1));
    let at = 1_795_399_200_000; // 2026-11-23 10:00 in Shanghai
    let mut made = Vec::new();
    act(&mut book, &mut clock, at, |_, act| {
        let case = |step: &str| {
            fields(&[
                ("process", "W-3.1".into()),
                ("step", step.into()),
                ("owner", OWNER.into()),
                ("customer", CUSTOMER.into()),
                ("entered_at", "2026-11-24T09:00".into()),
                ("planned_on", "2026-11-25".into()),
            ])
        };
        made.extend(["planned", "closed", "planned"].map(|step| act.create(kind::CASE, case(step))));
        made.push(act.create(kind::CASE, fields(&[("process", "W-6.1".into())])));
        let (form, case) = (("form", "F-3.1-2".into()), ("case", made[0].into()));
        let record =
            [form, case, ("customer", CUSTOMER.into()), ("at", "2026-11-23T09:00".into()), ("nps", Value::Int(9))];
        made.push(act.create(kind::DOCUMENT, fields(&record)));
    });
    let deleted = made[2];
    act(&mut book, &mut clock, at + 1_000, |book, act| act.set(book, kind::CASE, deleted, DELETED, true.into()));
    let process = Playbook::built_in().process("W-3.1").unwrap();
    let rows = all_cases(&book, process, civil);
    let cells = |row: &Datum, names: &[&str]| match row {
        Datum::Row(cells) => names.iter().map(|name| cells[&key(name)].clone()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let text = |id: RecordId| Datum::text(&id.to_string());
    let moment = |text: &str| Datum::Moment(text.parse().unwrap());
    assert_eq!(rows.len(), 2, "one is deleted, one of another process");
    assert_eq!(
        cells(
            &rows[0],
            &["case_id", "customer_id", "owner", "step", "begun_at", "entered_at", "closed_at", "planned_on"]
        ),
        [
            text(made[0]),
            text(CUSTOMER),
            text(OWNER),
            Datum::text("planned"),
            moment("2026-11-23T10:00:00"),
            moment("2026-11-24T09:00:00"),
            Datum::Blank,
            Datum::Date("2026-11-25".parse().unwrap()),
        ]
    );
    assert_eq!(cells(&rows[1], &["closed_at"]), [moment("2026-11-24T09:00:00")]);
    let filed = all_documents(&book, Playbook::built_in().form("F-3.1-2").unwrap(), civil);
    assert_eq!(
        cells(&filed[0], &["case_id", "customer_id", "created_by", "created_at", "at", "nps", "needs"]),
        [
            text(made[0]),
            text(CUSTOMER),
            text(OWNER),
            moment("2026-11-23T10:00:00"),
            moment("2026-11-23T09:00:00"),
            number(9),
            Datum::Blank,
        ]
    );
}

#[test]
fn cases_know_what_they_have_opened() {
    let (mut book, mut clock) = (Book::new(), Clock::new(1));
    let (origin, opened) = (RecordId::fixed(20), RecordId::fixed(21));
    act(&mut book, &mut clock, 1_000, |_, act| {
        act.create_as(kind::CASE, opened, fields(&[("origin", origin.into()), ("origin_row", "W-0.1 a".into())]));
        act.create(kind::CASE, fields(&[("origin", opened.into())]));
        act.create(kind::DOCUMENT, fields(&[("origin", origin.into())]));
    });
    assert_eq!(book.opened_by(origin).map(|case| case.id).collect::<Vec<_>>(), [opened]);
    assert_eq!(book.of_case(origin, kind::CASE).count(), 0);
    act(&mut book, &mut clock, 2_000, |book, act| act.set(book, kind::CASE, opened, DELETED, true.into()));
    assert_eq!(book.opened_by(origin).count(), 0);
}

// ---- how seldom ------------------------------------------------------------------------------------------------

/// Counts how often it is asked; every time there is one row more.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl Records for Counting {
    fn documents(&self, _: &str) -> Vec<Datum> {
        let times = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let row = |size: usize| Datum::Row(Names::from([(key("size"), Datum::Number(size.into()))]));
        (1..=times).map(row).collect()
    }

    fn cases(&self, process: &str) -> Vec<Datum> {
        self.documents(process)
    }

    fn records(&self, kind: &str) -> Vec<Datum> {
        self.documents(kind)
    }

    fn customers(&self) -> Vec<Datum> {
        self.documents("")
    }

    fn label(&self, _: &str, _: Key, _: Option<&str>) -> Option<Box<str>> {
        None
    }
}

#[test]
fn rows_are_made_when_they_are_asked_for_and_again_when_something_changed() {
    let counting = Counting::default();
    let register = Register::new(counting.clone());
    let times = || counting.0.load(Ordering::Relaxed);
    assert_eq!(asked("if(limit > 5, count(all_documents(\"F-1\")), 0)", &register), number(0));
    assert_eq!(times(), 0, "nobody asked");
    for _ in 0..3 {
        assert_eq!(asked("count(all_documents(\"F-1\"), size >= 1)", &register), number(1));
    }
    assert_eq!(times(), 1);
    register.forget(["W-1"]);
    assert_eq!(asked("count(all_documents(\"F-1\"), size >= 1)", &register), number(1));
    assert_eq!(times(), 1, "something else changed");
    register.forget(["F-1"]);
    assert_eq!(asked("count(all_documents(\"F-1\"), size >= 1)", &register), number(2));
    assert_eq!(times(), 2);
}

#[test]
fn an_answer_is_kept_for_the_names_it_was_worked_out_with() {
    let rows: Vec<_> = (0..5).map(|size| [("size", number(size))]).collect();
    let rows: Vec<(&str, told::Cells<'_>)> = rows.iter().map(|row| ("F-1", &row[..])).collect();
    let register = told(&rows);
    let above = |limit: i64| {
        let names = Names::from([(key("limit"), number(limit)), (key("size"), number(99))]);
        let expr = parse("count(all_documents(\"F-1\"), size > limit)").unwrap();
        evaluate(&expr, &Desk { names, register: register.clone() })
    };
    for _ in 0..2 {
        assert_eq!([above(0), above(3), above(9)], [number(4), number(1), number(0)]);
    }
}

#[test]
fn a_plan_begins_with_the_customers_due_next_month_of_whoever_makes_it() {
    let day = |text: &str| Datum::Date(text.parse().unwrap());
    let owner = Datum::text(&OWNER.to_string());
    let customer = |number: u32| Datum::text(&RecordId::fixed(number).to_string());
    let line = |number: u32, owner: &Datum, next: Datum| {
        [("customer_id", customer(number)), ("owner", owner.clone()), ("tier", Datum::text("B")), ("next_on", next)]
    };
    let rows = [
        line(1, &owner, day("2026-12-01")),
        line(2, &owner, day("2026-11-30")),
        line(3, &Datum::text(&CUSTOMER.to_string()), day("2026-12-02")),
        line(4, &owner, Datum::Blank),
        line(5, &owner, day("2026-12-31")),
    ];
    let rows: Vec<(&str, told::Cells<'_>)> = rows.iter().map(|row| ("customers", &row[..])).collect();
    let mut context = Context::at("2026-11-26T09:00:00".parse().unwrap()).with(ACTOR, owner.clone());
    context.background.register = told(&rows);
    let begun = defaults(Playbook::built_in().form("F-3.1-1").unwrap(), &context, Lang::Zh);
    assert_eq!(begun.get(&key("month")), Some(&"2026-12".into()));
    let planned: Vec<(&Value, &Value)> =
        begun[&key("rows")].items().iter().map(|row| (row.cell(key("customer")), row.cell(key("planned")))).collect();
    let expected: Vec<(Value, Value)> =
        [(1, "2026-12-01"), (5, "2026-12-31")].map(|(number, day)| (RecordId::fixed(number).into(), day.into())).into();
    assert_eq!(planned, expected.iter().map(|(customer, day)| (customer, day)).collect::<Vec<_>>());
}

#[test]
fn a_weekly_review_counts_what_ends_and_sums_what_is_overdue() {
    let day = |text: &str| Datum::Date(text.parse().unwrap());
    let account = Datum::text(&CUSTOMER.to_string());
    let other = Datum::text(&OWNER.to_string());
    let due = |who: &Datum, on: &str, paid: Datum, paid_on: Datum| {
        [
            ("customer", who.clone()),
            ("due_on", day(on)),
            ("amount", number(1_000)),
            ("paid", paid),
            ("paid_on", paid_on),
        ]
    };
    let receivables = [
        due(&account, "2026-11-25", Datum::Blank, Datum::Blank),
        due(&account, "2026-11-20", number(300), Datum::Blank),
        due(&account, "2026-11-20", Datum::Blank, day("2026-11-24")),
        due(&account, "2026-11-26", Datum::Blank, Datum::Blank),
        due(&other, "2026-11-01", Datum::Blank, Datum::Blank),
    ];
    let ends =
        |who: &Datum, on: &str, ended: Datum| [("customer", who.clone()), ("end_on", day(on)), ("ended_on", ended)];
    let agreements = [
        ends(&account, "2026-11-26", Datum::Blank),
        ends(&account, "2026-12-26", Datum::Blank),
        ends(&account, "2026-12-27", Datum::Blank),
        ends(&account, "2026-12-01", day("2026-11-20")),
        ends(&other, "2026-12-01", Datum::Blank),
    ];
    let mut rows: Vec<(&str, told::Cells<'_>)> = receivables.iter().map(|row| ("receivable", &row[..])).collect();
    rows.extend(agreements.iter().map(|row| ("agreement", &row[..])));
    let mut context = Context::at("2026-11-26T09:00:00".parse().unwrap());
    context.background.register = told(&rows);
    let form = Playbook::built_in().form("F-4.2-2").unwrap();
    let line = Value::Map(Box::new([(key("account"), CUSTOMER.into())].into_iter().collect()));
    let given = [(key("rows"), Value::List(vec![line]))].into_iter().collect();
    let filled = state(form, &given, &context).completed(&given);
    let line = &filled[&key("rows")].items()[0];
    assert_eq!(line.cell(key("expiring_30d")), &Value::Int(2));
    assert_eq!(line.cell(key("receivable_overdue")), &Value::Int(170_000), "in fen");
}

#[test]
fn where_there_is_no_register_nothing_is_known() {
    for source in
        ["count(all_documents(\"F-1\"))", "count(all_cases(\"W-1\"), true)", "sum(all_documents(\"F-1\").size)"]
    {
        assert_eq!(asked(source, &Register::default()), number(0), "{source}");
        assert_eq!(evaluate(&parse(source).unwrap(), &Names::new()), number(0), "{source}");
    }
    assert_eq!(asked("label(\"F-1\", \"size\")", &Register::default()), Datum::Blank);
    assert_eq!(
        asked("label(\"F-1\", \"size\", \"s\")", &Register::default()),
        Datum::text("s"),
        "its key, for want of a name"
    );
}

// ---- what is made of rows --------------------------------------------------------------------------------------

fn four() -> Register {
    let row = |cause: &str, size: Datum| [("cause", Datum::text(cause)), ("size", size)];
    let rows = [row("b", number(1)), row("a", number(2)), row("c", Datum::Blank), row("a", number(4))];
    told(&rows.each_ref().map(|row| ("F-1", &row[..])))
}

#[test]
fn rows_are_kept_counted_and_mapped() {
    let is = |source: &str, wanted: &str| {
        let register = four();
        assert_eq!(asked(source, &register), asked(wanted, &register), "{source}");
    };
    is("count(all_documents(\"F-1\"))", "4");
    is("sum(all_documents(\"F-1\").size)", "7");
    is("sum(filter(all_documents(\"F-1\"), cause = \"a\").size)", "6");
    is("any(all_documents(\"F-1\"), size > limit)", "true");
    is("all(all_documents(\"F-1\"), filled(cause))", "true");
    is("max(map(all_documents(\"F-1\"), size * limit))", "8");
    is("count(map(all_documents(\"F-1\"), size * limit))", "4");
    is("last(all_documents(\"F-1\")).cause", "\"a\"");
    is("first(map(all_documents(\"F-1\"), row(\"twice\", size * 2, \"of\", cause))).twice", "2");
    is("label(\"F-1\", \"cause\", \"a\")", "\"<a>\"");
    is("label(\"F-1\", \"cause\")", "\"<cause>\"");
}

#[test]
fn values_are_tallied_the_most_frequent_first() {
    let register = four();
    let row = |value: &str, count: i64, cumulative: Datum| {
        let cells =
            [(key("value"), Datum::text(value)), (key("count"), number(count)), (key("cumulative"), cumulative)];
        Datum::Row(cells.into())
    };
    let wanted = [row("a", 2, number(50)), row("b", 1, number(75)), row("c", 1, number(100))];
    assert_eq!(asked("tally(all_documents(\"F-1\").cause)", &register), Datum::List(wanted.to_vec()));
    let sizes = asked("tally(all_documents(\"F-1\").size).cumulative", &register);
    assert_eq!(
        sizes,
        Datum::List(vec![
            Datum::Number("33.33".parse().unwrap()),
            Datum::Number("66.67".parse().unwrap()),
            number(100)
        ])
    );
    assert_eq!(asked("count(tally(limit))", &register), number(0));
    let pairs = "tally(map(all_documents(\"F-1\"), row(\"cause\", cause)))";
    assert_eq!(asked(&format!("first({pairs}).count"), &register), number(2), "a row is a value, too");
}

#[test]
fn lists_and_rows_are_put_one_after_another() {
    let register = four();
    assert_eq!(asked("count(join(row(\"a\", 1), all_documents(\"F-1\"), row(\"a\", 2)))", &register), number(6));
    let lists = Datum::List(vec![Datum::List(vec![number(1), number(2)]), Datum::List(vec![number(3)])]);
    let desk = Desk { names: Names::from([(key("lists"), lists)]), register };
    assert_eq!(evaluate(&parse("sum(join(lists))").unwrap(), &desk), number(6));
    assert_eq!(evaluate(&parse("count(join(nothing))").unwrap(), &desk), number(0));
}

#[test]
fn working_days_are_counted() {
    let between =
        |from: &str, to: &str| asked(&format!("working_days_between(date(\"{from}\"), date(\"{to}\"))"), &four());
    assert_eq!(between("2026-11-20", "2026-11-23"), number(1), "over a weekend");
    assert_eq!(between("2026-11-23", "2026-11-23"), number(0));
    assert_eq!(between("2026-11-23", "2026-11-20"), number(-1));
    assert_eq!(asked("working_days_between(limit, limit)", &four()), Datum::Blank);
}

proptest! {
    #[test]
    fn a_tally_counts_everything_once(values in prop::collection::vec(0..6i64, 0..40)) {
        let rows: Vec<_> = values.iter().map(|value| [("size", number(*value))]).collect();
        let rows: Vec<(&str, told::Cells<'_>)> = rows.iter().map(|row| ("F-1", &row[..])).collect();
        let register = told(&rows);
        prop_assert_eq!(asked("sum(tally(all_documents(\"F-1\").size).count)", &register), number(i64::try_from(values.len()).unwrap()));
        let ends = asked("max(tally(all_documents(\"F-1\").size).cumulative)", &register);
        prop_assert_eq!(ends, if values.is_empty() { Datum::Blank } else { number(100) });
        let Datum::List(counts) = asked("tally(all_documents(\"F-1\").size).count", &register) else { panic!() };
        let falls = counts.windows(2).all(|pair| matches!(pair, [Datum::Number(a), Datum::Number(b)] if a >= b));
        prop_assert!(falls);
    }

    #[test]
    fn no_words_panic_over_a_register(words in prop::collection::vec(prop::sample::select(vec![
        "all_documents(\"F-1\")", "all_cases(\"W-1\")", "map(", "row(", "join(", "tally(", "label(", "filter(", "count(", "\"size\"",
        "\"F-1\"", "size", "cause", "limit", "value", "=", ">", "*", ",", ")", ".", "not", "and", "1", "working_days_between(",
    ]), 0..30)) {
        if let Ok(expr) = parse(&words.join(" ")) {
            let register = four();
            let once = evaluate(&expr, &Desk { names: Names::new(), register: register.clone() });
            let again = evaluate(&expr, &Desk { names: Names::new(), register });
            prop_assert_eq!(once, again, "what is kept says the same");
        }
    }
}
