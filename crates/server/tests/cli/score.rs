//! `kehu score`, as the built program: what the app would store, with its reasons.

use crate::stage::{Ran, Stage};
use chrono::NaiveDate;
use kehu_domain::book::Book;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::score::{self, GradeBatch, Material, StoredScore};
use kehu_domain::value::Value;
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

#[test]
fn the_same_day_gives_the_same_words() {
    let stage = demo("day");
    let once = |words: &str| stage.run(words).out;
    let words = format!("score demo.json --model M01 {DAY} --explain");
    assert_eq!(once(&words), once(&words));
    assert_ne!(once(&words), once("score demo.json --model M01 --day 2025-11-23 --explain"));
}
