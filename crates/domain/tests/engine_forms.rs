//! Forms show, ask and compute what the spec says, and name everything wrong at once.
#![allow(clippy::unwrap_used)]

mod told;

use std::collections::BTreeMap;

use kehu_domain::expr::Datum;
use kehu_domain::field::{Choice, Choices, Field, FieldType};
use kehu_domain::form::{Answers, Context, Form, Misfit, Problem, ProblemKind, check, defaults, fit, state};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::text::{Lang, Text};
use kehu_domain::value::{Mark, Value};
use proptest::prelude::*;
use told::told;

const NA: Value = Value::Mark(Mark::NotApplicable);

fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

fn form(id: &str) -> &'static Form {
    Playbook::built_in().form(id).unwrap()
}

fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

fn row(pairs: &[(&str, Value)]) -> Value {
    Value::Map(Box::new(answers(pairs)))
}

fn context(customer: &str) -> Context {
    let customer = BTreeMap::from([(key("type"), Datum::text(customer))]);
    let case = BTreeMap::from([(key("kind"), Datum::text("routine")), (key("way"), Datum::text("phone"))]);
    Context::at("2026-11-23T10:20:00".parse().unwrap())
        .with(key("customer"), Datum::Row(customer))
        .with(key("case"), Datum::Row(case))
}

fn record() -> Answers {
    answers(&[
        ("kind", "routine".into()),
        ("way", "phone".into()),
        ("at", "2026-11-23T10:00".into()),
        ("duration_min", Value::Int(15)),
        ("respondent", "c1".into()),
        ("attempt_no", Value::Int(1)),
        ("result", "done".into()),
        ("r_use", Value::Int(5)),
        ("r_quality", Value::Int(4)),
        ("r_delivery", Value::Int(4)),
        ("r_service", NA),
        ("r_price", NA),
    ])
}

fn with(mut answers: Answers, pairs: &[(&str, Value)]) -> Answers {
    for (name, value) in pairs {
        answers.insert(key(name), value.clone());
    }
    answers
}

/// The places of the problems, as `field`, `field[row]` or `field[row].cell`.
fn places(problems: &[Problem]) -> Vec<String> {
    let place = |problem: &Problem| {
        let row = problem.row.map(|row| format!("[{row}]")).unwrap_or_default();
        let cell = problem.cell.map(|cell| format!(".{cell}")).unwrap_or_default();
        format!("{}{row}{cell}", problem.field.map(Key::as_str).unwrap_or_default())
    };
    problems.iter().map(place).collect()
}

// ---- the follow-up record --------------------------------------------------------------------------------------

fn is_effective(answers: &Answers) -> Option<bool> {
    let looks = state(form("F-3.1-2"), answers, &context("enterprise"));
    looks.field(key("effective")).unwrap().computed.as_ref().unwrap().as_bool()
}

#[test]
fn r_3_1_1_counts_three_rated_items_or_a_need() {
    assert_eq!(is_effective(&record()), Some(true));
    let two = with(record(), &[("r_delivery", NA)]);
    assert_eq!(is_effective(&two), Some(false));
    assert_eq!(is_effective(&with(two.clone(), &[("needs", "a bigger pump".into())])), Some(true));
    assert_eq!(is_effective(&with(two, &[("needs", "x".into()), ("result", "busy".into())])), Some(false));
    assert_eq!(is_effective(&with(record(), &[("result", Value::Null)])), None);
}

#[test]
fn a_complete_record_has_no_problem() {
    assert_eq!(check(form("F-3.1-2"), &record(), &context("enterprise")), []);
}

#[test]
fn an_empty_record_loads_and_lists_what_it_lacks() {
    let problems = check(form("F-3.1-2"), &Answers::new(), &context("enterprise"));
    assert_eq!(places(&problems), ["kind", "way", "at", "duration_min", "respondent", "attempt_no", "result"]);
    assert!(problems.iter().all(|problem| problem.kind == ProblemKind::Required));
}

#[test]
fn ratings_are_asked_once_the_follow_up_is_done() {
    let unanswered = with(record(), &[("r_price", Value::Null)]);
    assert_eq!(places(&check(form("F-3.1-2"), &unanswered, &context("enterprise"))), ["r_price"]);
    let busy = with(unanswered, &[("result", "busy".into())]);
    assert_eq!(check(form("F-3.1-2"), &busy, &context("enterprise")), []);
    let looks = state(form("F-3.1-2"), &busy, &context("enterprise"));
    assert!(!looks.field(key("r_price")).unwrap().is_visible);
}

#[test]
fn a_touring_visit_covers_all_four_topics() {
    let topic = |topic: &str| row(&[("topic", topic.into()), ("content", "as usual".into())]);
    let visit = with(record(), &[("way", "visit".into())]);
    let check = |answers: &Answers, customer: &str| check(form("F-3.1-2"), answers, &context(customer));
    assert_eq!(check(&visit, "enterprise"), []);
    assert_eq!(places(&check(&visit, "channel")), ["channel_report"]);
    let three = Value::List(vec![topic("business"), topic("stock"), topic("opinion"), topic("stock")]);
    let problems = check(&with(visit.clone(), &[("channel_report", three)]), "channel");
    assert!(matches!(&problems[..], [Problem { kind: ProblemKind::Broken(text), .. }] if text.en.contains("four")));
    let four = Value::List(vec![topic("business"), topic("stock"), topic("opinion"), topic("market")]);
    assert_eq!(check(&with(visit, &[("channel_report", four)]), "channel"), []);
}

#[test]
fn everything_wrong_is_said_at_once_with_field_row_and_cell() {
    let issues = Value::List(vec![
        row(&[("issue", "leaks".into()), ("severity", "minor".into())]),
        row(&[("issue", "x".repeat(201).into()), ("severity", "huge".into())]),
        row(&[("severity", "minor".into())]),
    ]);
    let wrong = with(
        record(),
        &[
            ("duration_min", Value::Int(601)),
            ("attempt_no", Value::Int(0)),
            ("r_use", Value::Int(6)),
            ("nps", NA),
            ("at", "2026-11-23T10:21".into()),
            ("issues", issues),
            ("kind", "lapsed".into()),
        ],
    );
    let problems = check(form("F-3.1-2"), &wrong, &context("enterprise"));
    let expected = [
        "at",
        "duration_min",
        "attempt_no",
        "r_use",
        "nps",
        "issues[1].issue",
        "issues[1].severity",
        "issues[2].issue",
        "loss_reason",
    ];
    assert_eq!(places(&problems), expected);
    let kinds: Vec<&ProblemKind> = problems.iter().map(|problem| &problem.kind).collect();
    assert_eq!(kinds[1], &ProblemKind::Misfit(Misfit::TooGreat { max: 600 }));
    assert_eq!(kinds[2], &ProblemKind::Misfit(Misfit::TooSmall { min: 1 }));
    assert_eq!(kinds[4], &ProblemKind::Misfit(Misfit::NoMarkHere(Mark::NotApplicable)));
    assert_eq!(kinds[5], &ProblemKind::Misfit(Misfit::TooLong { max: 200 }));
    assert_eq!(kinds[6], &ProblemKind::Misfit(Misfit::UnknownChoice));
    assert_eq!(kinds[7], &ProblemKind::Required);
}

#[test]
fn a_new_record_begins_with_what_the_case_says() {
    let begun = defaults(form("F-3.1-2"), &context("enterprise"), Lang::Zh);
    let expected = [
        ("kind", "routine".into()),
        ("way", "phone".into()),
        ("at", "2026-11-23T10:20".into()),
        ("attempt_no", Value::Int(1)),
    ];
    assert_eq!(begun, answers(&expected));
}

// ---- the other forms -------------------------------------------------------------------------------------------

#[test]
fn an_issue_asks_for_its_solution_only_when_it_is_to_be_solved() {
    let issue = form("F-3.1-3");
    let open = answers(&[("issue", "leaks".into()), ("severity", "minor".into()), ("owner_dept", "service".into())]);
    let at = |stage: &str| context("enterprise").reaching(key(stage));
    assert_eq!(issue.first_stage(), Some(key("open")));
    assert_eq!(check(issue, &open, &at("open")), []);
    let lacking = ["solution", "solved_at", "customer_confirm"];
    assert_eq!(places(&check(issue, &open, &at("solved"))), lacking);
    assert_eq!(places(&check(issue, &open, &context("enterprise"))), lacking);
}

#[test]
fn a_row_that_breaks_a_rule_is_named() {
    let grade = |exception: bool, reason: Value| {
        row(&[
            ("customer", "c1".into()),
            ("score", Value::Int(8_500)),
            ("proposed", "B".into()),
            ("exception", exception.into()),
            ("reason", reason),
        ])
    };
    let wrong = |rows: Vec<Value>| {
        places(&check(form("F-4.1-2"), &answers(&[("rows", Value::List(rows))]), &context("enterprise")))
    };
    assert_eq!(wrong(vec![grade(false, Value::Null)]), [""; 0]);
    assert_eq!(wrong(vec![grade(true, Value::Null)]), ["rows[0]"]);
    assert_eq!(wrong(vec![grade(true, "merger".into())]), [""; 0]);
    // One approval grades one customer.
    assert_eq!(wrong(vec![grade(false, Value::Null), grade(true, Value::Null)]), ["rows", "rows[1]"]);
}

#[test]
fn a_vip_needs_90_points_and_a_designation_ends_within_a_year() {
    let vip =
        |score: i64| row(&[("customer", "c1".into()), ("score", Value::Int(score)), ("until", "2027-11-22".into())]);
    let named = |until: &str| {
        row(&[("customer", "c".into()), ("kind", "group".into()), ("reason", "r".into()), ("until", until.into())])
    };
    let grade = row(&[
        ("customer", "c1".into()),
        ("score", Value::Int(9_000)),
        ("proposed", "A".into()),
        ("exception", false.into()),
    ]);
    let sheet = answers(&[
        ("rows", Value::List(vec![grade])),
        ("vip_approvals", Value::List(vec![vip(9_000), vip(8_999)])),
        ("designations", Value::List(vec![named("2027-11-23"), named("2028-01-01"), named("2026-11-22")])),
    ]);
    let problems = check(form("F-4.1-2"), &sheet, &context("enterprise"));
    assert_eq!(places(&problems), ["designations[1]", "designations[2]", "vip_approvals[1]"]);
}

#[test]
fn a_month_is_written_as_one_and_completion_is_worked_out() {
    let report = answers(&[
        ("month", "2026-13".into()),
        ("analysis", "fine".into()),
        (
            "actions",
            Value::List(vec![row(&[("action", "a".into()), ("owner", "s".into()), ("due", "2026-12-05".into())])]),
        ),
    ]);
    assert_eq!(places(&check(form("F-3.1-4"), &report, &context("enterprise"))), ["month"]);
    let none = state(form("F-3.1-4"), &report, &context("enterprise"));
    assert_eq!(none.field(key("completion")).unwrap().computed, Some(Value::Null));
}

#[test]
fn the_figures_of_a_month_come_from_the_cases_and_records_of_that_month() {
    let planned = |day: &str, step: &str| [("planned_on", date(day)), ("step", Datum::text(step))];
    let at = |moment: &str| ("at", Datum::Moment(moment.parse().unwrap()));
    let rated = |moment: &str, effective: bool, rating: Datum, issues: &[&str]| {
        let issue = |text: &&str| Datum::Row([(key("issue"), Datum::text(text))].into());
        let issues = Datum::List(issues.iter().map(issue).collect());
        [at(moment), ("effective", Datum::Bool(effective)), ("r_use", rating), ("issues", issues)]
    };
    let four = || Datum::Number(4.into());
    let register = told(&[
        ("W-3.1", &planned("2026-11-02", "closed")),
        ("W-3.1", &planned("2026-11-30", "unreachable")),
        ("W-3.1", &planned("2026-11-30", "cancelled")),
        ("W-3.1", &planned("2026-11-30", "planned")),
        ("W-3.1", &planned("2026-12-01", "planned")),
        ("F-3.1-2", &rated("2026-11-02T10:00:00", true, four(), &["late", "wet"])),
        ("F-3.1-2", &rated("2026-11-03T10:00:00", true, Datum::NotApplicable, &["late"])),
        ("F-3.1-2", &rated("2026-11-04T10:00:00", false, Datum::Number(1.into()), &[])),
        ("F-3.1-2", &rated("2026-10-31T10:00:00", true, four(), &["wet"])),
    ]);
    let mut around = context("enterprise");
    around.background.register = register;
    let report = answers(&[("month", "2026-11".into())]);
    let completed = state(form("F-3.1-4"), &report, &around).completed(&report);
    for (field, value) in [("planned_n", 3), ("done_n", 2), ("unreachable_n", 1), ("completion", 6_667)] {
        assert_eq!(completed[&key(field)], Value::Int(value), "{field}");
    }
    let use_row = row(&[("item", "<r_use>".into()), ("mean", "2.5".into()), ("n", Value::Int(2))]);
    assert_eq!(completed[&key("rating_means")].items()[0], use_row);
    assert_eq!(completed[&key("rating_means")].items().len(), 5);
    let issue = |text: &str, count: i64, share: i64| {
        row(&[("issue", text.into()), ("count", Value::Int(count)), ("cumulative", Value::Int(share))])
    };
    assert_eq!(completed[&key("issue_pareto")].items(), [issue("late", 2, 6_667), issue("wet", 1, 10_000)]);
}

fn date(day: &str) -> Datum {
    Datum::Date(day.parse().unwrap())
}

// ---- types -----------------------------------------------------------------------------------------------------

fn field(kind: FieldType) -> Field {
    Field { key: key("x"), label: Text { zh: "某".into(), en: "X".into() }, kind, takes_marks: false }
}

#[test]
fn each_type_takes_what_it_should_and_nothing_else() {
    let red = Choice { key: key("red"), label: Text { zh: "红".into(), en: "Red".into() } };
    let red = || Choices::Given(vec![red.clone()]);
    let list = |item: &str| Value::List(vec![item.into()]);
    let cases: Vec<(FieldType, Vec<Value>, Vec<Value>)> = vec![
        (FieldType::Text { max: 2 }, vec!["客户".into()], vec!["abc".into(), Value::Int(1)]),
        (FieldType::Long, vec!["a\nb".into()], vec!["x".repeat(4_001).into()]),
        (FieldType::Int { min: Some(0), max: None }, vec![Value::Int(i64::MAX)], vec![Value::Int(-1), "1".into()]),
        (
            FieldType::Decimal { places: 1 },
            vec!["-1.5".into(), "2.50".into(), Value::Int(2)],
            vec!["1.25".into(), "1e3".into()],
        ),
        (FieldType::Money, vec![Value::Int(-5)], vec!["5".into()]),
        (FieldType::Percent, vec![Value::Int(10_000)], vec![Value::Int(10_001), Value::Int(-1)]),
        (FieldType::Rating, vec![Value::Int(1), Value::Int(5)], vec![Value::Int(0), Value::Int(6)]),
        (FieldType::Seconds, vec![Value::Int(205)], vec![Value::Int(-1), Value::Int(86_401), "3:25".into()]),
        (FieldType::Date, vec!["2028-02-29".into()], vec!["2026-02-29".into(), "26-2-1".into(), "2026-2-01".into()]),
        (FieldType::DateTime, vec!["2026-11-23T10:20".into()], vec!["2026-11-23".into()]),
        (FieldType::Time, vec!["08:00".into()], vec!["24:00".into()]),
        (
            FieldType::Lunar,
            vec!["L08-15".into(), "L06-15+".into()],
            vec!["L13-01".into(), "L01-31".into(), "08-15".into(), "L1-1".into()],
        ),
        (FieldType::DateOrLunar, vec!["L08-15".into(), "2026-11-23".into()], vec!["spring".into()]),
        (FieldType::Bool, vec![false.into()], vec!["yes".into()]),
        (FieldType::Choice(red()), vec!["red".into()], vec!["blue".into(), list("red")]),
        (FieldType::ChoiceSet(red()), vec![list("red")], vec!["red".into(), list("blue")]),
        (FieldType::Choice(Choices::Group(key("region"))), vec!["north".into()], vec![Value::Int(1)]),
        (FieldType::Tags, vec![list("any")], vec!["any".into()]),
        (FieldType::Phone, vec!["02088888888".into()], vec!["020-8888".into(), "123".into()]),
        (FieldType::Email, vec!["a@b.cn".into()], vec!["a@b".into(), "a b@c.cn".into(), "@b.cn".into()]),
        (FieldType::Gln, vec!["6901234567892".into()], vec!["690123456789".into()]),
        (FieldType::Gtin, vec!["69012341".into()], vec!["6901234".into()]),
        (FieldType::Rows(Vec::new()), vec![Value::List(vec![row(&[])])], vec![list("x")]),
    ];
    for (kind, good, bad) in cases {
        let field = field(kind);
        for value in good {
            assert_eq!(fit(&value, &field), Ok(()), "{field:?}");
        }
        for value in bad {
            assert!(fit(&value, &field).is_err(), "{value:?} as {:?}", field.kind);
        }
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (0..6i64).prop_map(Value::Int),
        "\\PC{0,8}".prop_map(|text| Value::Text(text.into())),
        prop::sample::select(vec!["done", "visit", "lapsed", "2026-11-23", "2026-11-23T10:00", "1.5", "A", "red"])
            .prop_map(Value::from),
        Just(NA),
        Just(Value::Mark(Mark::Missing)),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::List),
            prop::collection::btree_map(
                prop::sample::select(vec!["topic", "issue", "score", "until"]).prop_map(key),
                inner,
                0..3
            )
            .prop_map(|cells| Value::Map(Box::new(cells))),
        ]
    })
}

proptest! {
    #[test]
    fn any_draft_loads_and_only_shown_fields_are_blamed(
        index in 0..6usize,
        content in prop::collection::vec(values(), 24),
        customer in prop::sample::select(vec!["channel", "enterprise"]),
    ) {
        let form = Playbook::built_in().forms().values().nth(index).unwrap();
        let draft: Answers = form.fields().map(|field| field.field.key).zip(content).collect();
        let looks = state(form, &draft, &context(customer));
        prop_assert_eq!(looks.fields.len(), form.fields().count());
        for problem in check(form, &draft, &context(customer)) {
            if let Some(field) = problem.field {
                prop_assert!(looks.field(field).unwrap().is_visible);
            }
        }
        let completed = looks.completed(&draft);
        prop_assert_eq!(state(form, &completed, &context(customer)), looks);
    }
}

#[test]
fn content_and_its_meaning_survive_each_other() {
    let cases: Vec<(FieldType, Value)> = vec![
        (FieldType::Money, Value::Int(123_456)),
        (FieldType::Percent, Value::Int(9_999)),
        (FieldType::Int { min: None, max: None }, Value::Int(-7)),
        (FieldType::Decimal { places: 2 }, "12.5".into()),
        (FieldType::Date, "2026-11-23".into()),
        (FieldType::DateTime, "2026-11-23T10:20".into()),
        (FieldType::Bool, true.into()),
        (FieldType::Tags, Value::List(vec!["a".into()])),
        (FieldType::Phone, "13800000000".into()),
        (FieldType::Rating, NA),
    ];
    for (kind, value) in cases {
        assert_eq!(Datum::of(&value, &kind).to_value(&kind), value);
    }
    assert_eq!(Datum::of(&Value::Int(123_456), &FieldType::Money), Datum::Number("1234.56".parse().unwrap()));
}
