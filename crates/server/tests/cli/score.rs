//! `kehu score`, as the built program: what the app would store, with its reasons.

use crate::stage::{Ran, Stage};
use chrono::NaiveDate;
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::calendar::civil;
use kehu_domain::change::Act;
use kehu_domain::expr::{Datum, Names, evaluate, parse};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::score::{self, GradeBatch, Material, StoredScore};
use kehu_domain::snapshot;
use kehu_domain::stamp::{Clock, RecordId};
use kehu_domain::value::Value;
use kehu_domain::workflow::all_documents;
use serde_json::Value as Json;

const DAY: &str = "--day 2026-11-23";

fn demo(name: &str) -> Stage {
    let stage = Stage::new(name);
    let made = stage.run("demo --customers 80 --seed 3 --today 2026-11-23 -o demo.json");
    assert_eq!(made.code, 0, "{made:?}");
    stage
}

fn rows(ran: &Ran) -> Vec<Json> {
    serde_json::from_str::<Vec<Json>>(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"))
}

/// What the app would store of everybody, by code.
fn stored(book: &Book) -> Vec<(String, StoredScore)> {
    let cards = score::parse(score::GRADING).unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let mut material = Material::list(book, day, 365);
    material.gather(book, 0..usize::MAX);
    let batch = GradeBatch { card: cards.card("M01").unwrap(), ledger: &material.ledger, cards: &material.cards };
    let one = |(place, id): (usize, &kehu_domain::stamp::RecordId)| {
        let (facts, outcome) = batch.outcome(place).unwrap();
        let sources = facts.origins.iter().map(|origin| (origin.code, origin.source)).collect();
        (
            book.get(*id).unwrap().text(kind::CODE).to_owned(),
            StoredScore::new(*id, day, facts.inputs, sources, &outcome),
        )
    };
    let mut all: Vec<_> = material.customers.iter().enumerate().map(one).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[test]
fn m01_is_what_the_app_would_store() {
    let stage = demo("m01");
    let ran = stage.run(&format!("score demo.json --model M01 {DAY} --json --explain"));
    let (told, stored) = (rows(&ran), stored(&stage.book("demo.json")));
    assert_eq!(told.len(), 80);
    for (row, (code, stored)) in told.iter().zip(&stored) {
        assert_eq!(row["code"], *code);
        assert_eq!(row["score"].as_str().map(str::to_owned), stored.score.map(|score| score.to_string()), "{code}");
        assert_eq!(row["exact"].as_str().map(str::to_owned), stored.exact.map(|exact| exact.to_string()), "{code}");
        assert_eq!(row["grade"].as_str(), stored.grade.map(|grade| grade.as_str()), "{code}");
        let points: Vec<Option<u64>> =
            row["trace"].as_array().unwrap().iter().map(|line| line["points"].as_u64()).collect();
        let kept = stored.inputs.items.iter().map(|(item, _)| stored.points.get(item).map(|points| u64::from(*points)));
        assert_eq!(points, kept.collect::<Vec<_>>(), "{code}");
    }
    assert!(stored.iter().any(|(_, it)| it.grade.is_some()) && stored.iter().any(|(_, it)| it.grade.is_none()));
    assert_eq!(ran.code, 1, "some have no grade, and it is said why");
    assert!(told.iter().filter(|row| row["grade"].is_null()).all(|row| !row["reasons"].as_array().unwrap().is_empty()));
}

#[test]
fn one_customer_is_explained_in_both_languages() {
    let stage = demo("one");
    let graded = rows(&stage.run(&format!("score demo.json --model M01 {DAY} --json")));
    let code = graded.iter().find(|row| !row["grade"].is_null()).unwrap()["code"].as_str().unwrap().to_owned();
    let en = stage.run(&format!("score demo.json --model M01 --customer {code} {DAY} --explain"));
    assert_eq!(en.code, 0);
    assert!(en.out.lines().count() >= 9 && en.out.contains("V1 Annual sales"), "{}", en.out);
    let zh = stage.run(&format!("score demo.json --model m01 --customer {code} {DAY} --explain --lang zh"));
    assert!(zh.out.contains("V1 年销售额"), "{}", zh.out);
    let plain = stage.run(&format!("score demo.json --model M01 --customer {code} {DAY}"));
    assert!(!plain.out.contains("V1"), "{}", plain.out);
    let none = stage.run(&format!("score demo.json --model M01 --customer NOBODY {DAY}"));
    assert!(none.code == 2 && none.err.contains("NOBODY"), "{none:?}");
}

#[test]
fn the_other_models_answer_for_everybody_they_know() {
    let stage = demo("others");
    let segments = stage.run(&format!("score demo.json --model M02 {DAY} --json"));
    assert_eq!((segments.code, rows(&segments).len()), (0, 80));
    let code = rows(&segments)[0]["code"].as_str().unwrap().to_owned();
    let churn = rows(&stage.run(&format!("score demo.json --model M15 --customer {code} {DAY} --json --explain")));
    assert_eq!(churn.len(), 1);
    assert_eq!(churn[0]["trace"].as_array().unwrap().len(), 8);
    assert_eq!(stage.run("score demo.json --model M99").code, 2);
}

#[test]
fn a_complaint_and_a_key_account_are_judged_by_their_records() {
    let stage = demo("records");
    let book = stage.book("demo.json");
    let customer = book.of_kind(kind::CUSTOMER).next().unwrap().id;
    let text = |pairs: &[(&'static str, &str)]| -> Vec<(Key, Value)> {
        pairs.iter().map(|(key, value)| (Key::of(key), Value::from(*value))).collect()
    };
    let at = 1_795_428_000_000;
    stage.act("demo2.json", "demo-0000000000000003", book, (9, at), |_, act| {
        let mut complaint = text(&[("process", "W-6.1"), ("step", "accepted")]);
        complaint.push((kind::CUSTOMER_REF, customer.into()));
        let case = act.create(kind::CASE, complaint.into_iter().collect());
        let mut told = text(&[
            ("form", "F-6.1-1"),
            ("form_no", "F-6.1-1-20261123-T1-001"),
            ("safety", "none"),
            ("exposure", "none"),
            ("tier", "C"),
        ]);
        told.extend([(kind::CUSTOMER_REF, customer.into()), (kind::CASE_REF, case.into())]);
        told.extend(
            [("claimed_loss", 30_000), ("scope", 1), ("repeat_no", 1)]
                .map(|(key, number)| (Key::of(key), Value::Int(number))),
        );
        act.create(kind::DOCUMENT, told.into_iter().collect());
        let mut watch = text(&[("process", "W-4.2"), ("step", "serving")]);
        watch.push((kind::CUSTOMER_REF, customer.into()));
        act.create(kind::CASE, watch.into_iter().collect());
    });
    // M05-E1 of the spec.
    let ran = stage.run(&format!("score demo2.json --model M05 {DAY} --json --explain"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let complaint = &rows(&ran)[0];
    assert_eq!((&complaint["score"], &complaint["more"][0][1]), (&"7".into(), &"P4".into()), "{complaint}");
    assert_eq!(
        complaint["trace"].as_array().unwrap().iter().filter_map(|line| line["points"].as_u64()).sum::<u64>(),
        7
    );
    // The one under watch, and nobody else.
    assert_eq!(rows(&stage.run(&format!("score demo.json --model M15 {DAY} --json"))).len(), 0);
    let watched = rows(&stage.run(&format!("score demo2.json --model M15 {DAY} --json --explain")));
    assert_eq!(watched.len(), 1);
    assert_eq!(watched[0]["name"], stage.book("demo2.json").get(customer).unwrap().text(kind::NAME));
}

/// Does an act on a book at a minute.
type Acting<'a> = dyn FnMut(&mut Book, u64, &dyn Fn(&Book, &mut Act<'_>)) + 'a;

#[test]
fn a_proposal_is_judged_by_the_reviews_of_its_last_round() {
    let stage = demo("proposal");
    let minute = |after: u64| 1_795_428_000_000 + after * 60_000;
    let mut book = stage.book("demo.json");
    let customer = book.of_kind(kind::CUSTOMER).next().unwrap().id;
    let staff: Vec<RecordId> = book.of_kind(kind::STAFF).map(|member| member.id).take(4).collect();
    let code = book.get(customer).unwrap().text(kind::CODE).to_owned();
    let mut clock = Clock::new(9);
    let mut act = |book: &mut Book, at: u64, build: &dyn Fn(&Book, &mut Act<'_>)| {
        let mut act = Act::begin(&mut clock, minute(at), SYSTEM);
        build(book, &mut act);
        act.finish().into_iter().for_each(|change| _ = book.insert(change));
    };
    let text = |key: &'static str, text: &str| (Key::of(key), Value::from(text));
    let case_cells = [text("process", "W-3.4"), text("step", "received"), (kind::CUSTOMER_REF, customer.into())];
    act(&mut book, 0, &|_, act| _ = act.create(kind::CASE, case_cells.clone().into_iter().collect()));
    let case = book.of_kind(kind::CASE).find(|case| case.text(kind::PROCESS) == "W-3.4").unwrap().id;
    let told = [text("form", "F-3.4-1"), text("form_no", "TA-2611-0001"), (kind::CASE_REF, case.into())];
    act(&mut book, 1, &|_, act| _ = act.create(kind::DOCUMENT, told.clone().into_iter().collect()));
    let enter = |book: &mut Book, at: u64, step: &str, act: &mut Acting<'_>| {
        act(book, at, &|book, act| {
            act.note(book, kind::CASE, case, kind::STEP, step.into());
            act.set(book, kind::CASE, case, kind::ENTERED_AT, civil(minute(at)).into());
        });
    };
    let review = |book: &mut Book, at: u64, by: usize, score: i64, has_conflict: bool, act: &mut Acting<'_>| {
        let scores = ["s_benefit", "s_value", "s_feasible", "s_innovation", "s_cost"];
        let mut cells =
            vec![text("form", "F-3.4-2"), (kind::CASE_REF, case.into()), (Key::of("reviewer"), staff[by].into())];
        cells.extend(scores.map(|key| (Key::of(key), Value::Int(score))));
        cells.push((Key::of("conflict"), Value::Bool(has_conflict)));
        act(book, at, &|_, act| _ = act.create(kind::DOCUMENT, cells.clone().into_iter().collect()));
    };
    let told = |stage: &Stage, book: &Book| {
        stage.put("case.json", snapshot::write("demo-0000000000000003", &book.changes()));
        let ran = stage.run(&format!("score case.json --model M13 {DAY} --json --explain"));
        (ran.code, rows(&ran))
    };
    assert_eq!(told(&stage, &book), (0, Vec::new()), "it has not come under review");
    enter(&mut book, 2, "reviewing", &mut act);
    review(&mut book, 3, 0, 30, false, &mut act);
    review(&mut book, 4, 1, 30, false, &mut act);
    let (exit, few) = told(&stage, &book);
    assert_eq!((exit, few.len(), &few[0]["grade"]), (1, 1, &Json::Null));
    assert!(few[0]["reasons"][0].as_str().unwrap().contains("2 reviewers count"), "{few:?}");
    // Kept and reviewed again: the first round counts no more.
    review(&mut book, 5, 2, 30, false, &mut act);
    assert_eq!(told(&stage, &book).1[0]["grade"], "not_adopted");
    enter(&mut book, 6, "kept", &mut act);
    enter(&mut book, 7, "reviewing", &mut act);
    // In the very minute of its coming.
    review(&mut book, 7, 0, 70, false, &mut act);
    review(&mut book, 8, 1, 80, false, &mut act);
    review(&mut book, 9, 2, 60, false, &mut act);
    review(&mut book, 10, 3, 0, true, &mut act);
    let (exit, round) = told(&stage, &book);
    let row = &round[0];
    assert_eq!((exit, &row["code"], &row["score"]), (0, &"TA-2611-0001".into(), &"70.00".into()), "{row}");
    assert_eq!((&row["more"][0][0], &row["more"][0][1]), (&"decision".into(), &"adopted".into()));
    // The same as the expression by which the app decides.
    let documents: Vec<Datum> = all_documents(&book, Playbook::built_in().form("F-3.4-2").unwrap(), civil);
    let names = [(Key::of("documents"), Datum::List(documents)), (Key::of("from"), Datum::Moment(civil(minute(7))))];
    let decided = "model(\"M13\", filter(documents, created_at >= from))";
    let ask = |what: &str| {
        evaluate(&parse(&format!("{decided}.{what}")).unwrap(), &names.clone().into_iter().collect::<Names>())
    };
    assert_eq!(ask("score"), Datum::Number(70.into()));
    assert_eq!(ask("grade"), Datum::text(row["grade"].as_str().unwrap()));
    assert_eq!(ask("decision"), Datum::text("adopted"));
    assert_eq!(row["trace"].as_array().unwrap().len(), 4 * 5);
    // What is filed once it was decided changes nothing.
    enter(&mut book, 11, "adopted", &mut act);
    review(&mut book, 12, 3, 0, false, &mut act);
    assert_eq!(told(&stage, &book).1[0]["score"], "70.00");
    stage.put("case.json", snapshot::write("demo-0000000000000003", &book.changes()));
    assert_eq!(rows(&stage.run(&format!("score case.json --model M13 --customer {code} {DAY} --json"))).len(), 1);
}

#[test]
fn m01b_is_what_the_app_stores_beside_a_grade() {
    let stage = demo("share");
    let (ran, book) = (stage.run(&format!("score demo.json --model M01b {DAY} --json")), stage.book("demo.json"));
    let cards = score::parse(score::GRADING).unwrap();
    let mut material = Material::list(&book, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), 365);
    material.gather(&book, 0..usize::MAX);
    let sales = material.sales();
    let classes = score::pareto(cards.pareto.unwrap(), &sales).unwrap();
    let told = rows(&ran);
    assert_eq!((ran.code, told.len()), (0, 80));
    for ((code, _), class) in sales.iter().zip(classes) {
        let row = told.iter().find(|row| row["code"] == *code).unwrap();
        assert_eq!(row["grade"], class.to_string(), "{code}");
    }
    assert!(["A", "B", "C"].into_iter().all(|class| told.iter().any(|row| row["grade"] == class)));
}

#[test]
fn the_same_day_gives_the_same_words() {
    let stage = demo("day");
    let once = |words: &str| stage.run(words).out;
    let words = format!("score demo.json --model M01 {DAY} --explain");
    assert_eq!(once(&words), once(&words));
    assert_ne!(once(&words), once("score demo.json --model M01 --day 2025-11-23 --explain"));
}
