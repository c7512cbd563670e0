//! Reproduces the vectors of the grading models, by ID: M01, M01b, M02; and sees to it that no family of vectors is left out.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use kehu_domain::key::Key;
use kehu_domain::score::{
    Fact, GRADING, Input, Inputs, Purchases, Ratio, RfmMode, RfmScore, Scorecards, grade, pareto, parse, rfm,
};
use serde_json::{Value, json};

static CARDS: LazyLock<Scorecards> = LazyLock::new(|| parse(GRADING).unwrap());

fn all() -> serde_json::Map<String, Value> {
    let file: Value = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    file["vectors"].as_object().unwrap().clone()
}

/// The vectors of a group: ID, input, expected result.
fn vectors(group: &str) -> Vec<(String, Value, Value)> {
    let vectors = all()[group].as_array().unwrap().clone();
    assert!(!vectors.is_empty());
    vectors.iter().map(|v| (v["id"].as_str().unwrap().to_owned(), v["in"].clone(), v["expect"].clone())).collect()
}

#[test]
fn m01_points_score_grade_and_candidate() {
    let card = CARDS.card("M01").unwrap();
    for (id, input, expect) in vectors("M01") {
        let raw = input["raw"].as_object().unwrap();
        let items = raw.iter().map(|(code, raw)| {
            let value = match raw.as_str() {
                None => Input::Missing,
                Some("N/A") => Input::NotApplicable,
                Some(number) => Input::Value(number.parse().unwrap()),
            };
            (Key::new(code).unwrap(), value)
        });
        let overdue = input["overdue_days_max"].as_i64();
        let overdue = overdue.map(|days| (Key::of("overdue_days"), Fact::Number(Ratio::whole(days))));
        let credit = input["credit_grade"].as_str();
        let credit = credit.map(|word| (Key::of("credit_grade"), Fact::Word(Key::new(word).unwrap())));
        let facts = overdue.into_iter().chain(credit).collect();
        let outcome = grade(card, &Inputs { items: items.collect(), facts });
        let points: serde_json::Map<String, Value> =
            outcome.items.iter().map(|item| (item.code.to_string(), json!(item.points()))).collect();
        let graded = outcome.graded();
        let found = json!({
            "points": points,
            "score": graded.map(|graded| graded.score.to_string()),
            "raw_grade": graded.map(|graded| graded.raw_grade.as_str()),
            "grade": graded.map_or("UNGRADED", |graded| graded.grade.as_str()),
            "vip_candidate": graded.is_some_and(|graded| graded.is_candidate),
            "missing": outcome.missing().map(Key::as_str).collect::<Vec<_>>(),
        });
        assert_eq!(found, expect, "{id}");
    }
}

#[test]
fn m01b_classes_of_the_cumulative_share() {
    let cuts = CARDS.pareto.unwrap();
    for (id, input, expect) in vectors("M01b") {
        let sales = input["sales_desc"].as_array().unwrap().iter().zip(1_000..);
        let customers: Vec<(String, i64)> =
            sales.map(|(sales, number)| (format!("K{number}"), sales.as_i64().unwrap())).collect();
        let customers: Vec<(&str, i64)> = customers.iter().map(|(code, sales)| (code.as_str(), *sales)).collect();
        let classes = pareto(cuts, &customers);
        let found = classes.map(|classes| classes.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(json!({ "classes": found }), expect, "{id}");
    }
}

fn shown(score: &RfmScore<'_>) -> Value {
    json!({
        "cell": score.points.to_string(),
        "index": score.index.to_string(),
        "segment": score.segment.unwrap().label.zh,
    })
}

#[test]
fn m02_cells_indexes_and_segments() {
    let table = CARDS.rfm.as_ref().unwrap();
    let small = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let bought = |days: &Value, count: &Value, yuan: &Value| Purchases {
        days: small(days),
        count: small(count),
        amount: yuan.as_i64().unwrap() * 100,
    };
    for (id, input, expect) in vectors("M02") {
        let found = match input["mode"].as_str().unwrap() {
            "fixed" => {
                let customers = [bought(&input["R"], &input["F"], &input["M"])];
                let scores = rfm(table, RfmMode::Fixed, &customers);
                scores[0].as_ref().map_or_else(|| json!({ "scored": false }), shown)
            }
            "quintile" => {
                let rows = input["rows"].as_array().unwrap().iter();
                let customers: Vec<Purchases> = rows.map(|row| bought(&row[0], &row[1], &row[2])).collect();
                let scores = rfm(table, RfmMode::Quintile, &customers);
                json!({ "rows": scores.iter().map(|score| shown(score.as_ref().unwrap())).collect::<Vec<_>>() })
            }
            other => panic!("{id}: unknown mode {other}"),
        };
        assert_eq!(found, expect, "{id}");
    }
}

// ---- coverage ------------------------------------------------------------------------------------------------------

/// The families that the handbook's chapters so far rest on, with how many vectors each has; C5 has none.
const FAMILIES: [(&str, usize); 13] = [
    ("C1", 3),
    ("C2", 12),
    ("C3", 14),
    ("C4", 6),
    ("C6", 16),
    ("C7", 9),
    ("C8", 3),
    ("M01", 9),
    ("M01b", 3),
    ("M02", 7),
    ("M05", 9),
    ("M13", 3),
    ("M15", 4),
];

#[test]
fn no_family_of_vectors_is_left_out() {
    let all = all();
    let tests =
        [include_str!("calendar_vectors.rs"), include_str!("score_vectors.rs"), include_str!("grading_vectors.rs")];
    for (family, count) in FAMILIES {
        assert_eq!(vectors(family).len(), count, "{family}");
        let loops = [format!("in vectors(\"{family}\")"), format!("in vectors(\"{family}\").into_iter()")];
        let is_read = |line: &str| loops.iter().any(|all| line.contains(all)) && !line.contains("input, _)");
        assert!(tests.iter().flat_map(|test| test.lines()).any(is_read), "no test goes through {family}");
    }
    let named: BTreeSet<&str> = FAMILIES.iter().map(|(family, _)| *family).collect();
    let is_calendar = |family: &&String| family.starts_with('C');
    let forgotten: Vec<&String> =
        all.keys().filter(is_calendar).filter(|family| !named.contains(family.as_str())).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
    let ids: Vec<Value> = all.values().flat_map(|group| group.as_array().unwrap()).map(|v| v["id"].clone()).collect();
    let different: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(different.len(), ids.len(), "an ID stands twice");
}
