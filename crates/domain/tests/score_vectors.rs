//! Reproduces the vectors of the scoring models with a card of their own, by ID: M05, M13, M15.
#![allow(clippy::unwrap_used)]

use chrono::NaiveDateTime;
use kehu_domain::calendar::Calendar;
use kehu_domain::change::Cells;
use kehu_domain::key::Key;
use kehu_domain::score::churn::{self, ComplaintCounts, Signals};
use kehu_domain::score::complaint::{self, ComplaintFacts, Level, LevelNote, Priority, PriorityNote};
use kehu_domain::score::proposal::{self, Decision, Review, Ungraded};
use kehu_domain::score::{Ratio, outcome};
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value as Content;
use serde_json::{Value, json};

/// The vectors of a group: ID, input, expected result.
fn vectors(group: &str) -> Vec<(String, Value, Value)> {
    let all: Value = serde_json::from_str(include_str!("spec/vectors.json")).unwrap();
    let vectors = all["vectors"][group].as_array().unwrap();
    assert!(!vectors.is_empty());
    vectors.iter().map(|v| (v["id"].as_str().unwrap().to_owned(), v["in"].clone(), v["expect"].clone())).collect()
}

fn shown(moment: NaiveDateTime) -> String {
    moment.format("%Y-%m-%d %H:%M").to_string()
}

fn complaints() -> complaint::Card {
    complaint::parse(complaint::SHIPPED).unwrap()
}

/// The facts of a vector, read as from the complaint record it would be.
fn facts(card: &complaint::Card, input: &Value) -> ComplaintFacts {
    let word = |name: &str| Content::text(input[name].as_str().unwrap());
    let number = |name: &str, times: i64| Content::Int(input[name].as_i64().unwrap() * times);
    let fields: Cells<Content> = [
        (Key::of("safety"), word("safety")),
        (Key::of("claimed_loss"), number("loss", 100)),
        (Key::of("scope"), number("scope", 1)),
        (Key::of("exposure"), word("exposure")),
        (Key::of("repeat_no"), number("repeat", 1)),
    ]
    .into_iter()
    .collect();
    let tier = Key::new(input["tier"].as_str().unwrap()).unwrap();
    ComplaintFacts::of(card, Some(tier), |field| fields.get(field).unwrap_or(Content::NULL))
}

#[test]
fn m05_severity_priority_and_due_times() {
    let (card, calendar) = (complaints(), Calendar::shipped().unwrap());
    for (id, input, expect) in vectors("M05") {
        let outcome = complaint::assess(&card, &facts(&card, &input));
        let points: Vec<_> = outcome.factors.iter().map(|factor| factor.points()).collect();
        let result = outcome.assessed().unwrap();
        let received = NaiveDateTime::parse_from_str(input["received"].as_str().unwrap(), "%Y-%m-%d %H:%M").unwrap();
        let dues = complaint::dues(&card, result.priority, received, &calendar);
        let found = json!({
            "points": points,
            "severity": result.severity,
            "level": result.level.number(),
            "priority": result.priority.number(),
            "first_response": shown(dues.first_response.at),
            "plan": shown(dues.plan.at),
            "resolution": shown(dues.resolution.at),
        });
        assert_eq!(found, expect, "{id}");
    }
}

#[test]
fn m05_says_what_moved_level_and_priority() {
    let card = complaints();
    let mut notes = Vec::new();
    for (id, input, _) in vectors("M05") {
        let outcome = complaint::assess(&card, &facts(&card, &input));
        let result = outcome.assessed().unwrap();
        for note in &result.level_notes {
            notes.push(match note {
                LevelNote::Veto { factor, answer, .. } => format!("{id} veto {factor} {answer}"),
                LevelNote::Floor { factor, answer, at_least, .. } => {
                    format!("{id} floor {factor} {answer} {}, earned {}", at_least.code(), result.earned.code())
                }
            });
        }
        for note in &result.priority_notes {
            notes.push(match note {
                PriorityNote::Tier { tier, from, to, .. } => format!("{id} tier {tier} {} {}", from.code(), to.code()),
                PriorityNote::Limit { factor, answer, from, to, .. } => {
                    format!("{id} limit {factor} {answer} {} {}", from.code(), to.code())
                }
            });
        }
    }
    assert_eq!(
        notes,
        [
            "M05-E2 tier A P3 P2",
            "M05-E4 veto F1 serious",
            "M05-E6 tier VIP P4 P3",
            "M05-E7 limit F4 regulator P3 P2",
            "M05-E8 floor F4 media II, earned III",
        ]
    );
}

#[test]
fn m05_an_unknown_factor_is_named_and_nothing_graded() {
    let card = complaints();
    let (_, input, _) = vectors("M05").swap_remove(0);
    let mut facts = facts(&card, &input);
    facts.answers.put(Key::of("F3"), outcome::Fact::Number(Ratio::ZERO));
    facts.answers = facts.answers.iter().filter(|(code, _)| *code != *"F1").map(|(code, fact)| (code, *fact)).collect();
    let outcome = complaint::assess(&card, &facts);
    let missing = vec![Key::of("F1"), Key::of("F3")];
    assert_eq!(outcome.missing().collect::<Vec<_>>(), missing);
    assert_eq!(outcome.result, Err(outcome::Ungraded::MissingRequired(missing)));
    assert_eq!(outcome.factors[1].points(), Some(5));
}

#[test]
fn m05_a_level_set_by_hand_has_its_own_priority() {
    let card = complaints();
    let facts = ComplaintFacts { tier: Some(Key::of("VIP")), ..ComplaintFacts::default() };
    assert_eq!(complaint::prioritise(&card, Level::I, &facts).priority, Priority::P1);
    assert_eq!(complaint::prioritise(&card, Level::II, &facts).priority, Priority::P1);
    assert_eq!(complaint::prioritise(&card, Level::IV, &facts).priority, Priority::P3);
}

/// The reviews of a vector, nobody in a conflict.
fn reviews(card: &proposal::Card, input: &Value) -> Vec<Review> {
    let rows = input["reviews"].as_array().unwrap();
    let review = |(number, row): (u32, &Value)| {
        let scores = row.as_array().unwrap().iter().map(|score| score.as_i64().unwrap());
        Review {
            reviewer: RecordId::fixed(number),
            has_conflict: Some(false),
            scores: card.criteria.iter().map(|one| one.code).zip(scores).collect(),
        }
    };
    (1..).zip(rows).map(review).collect()
}

fn proposals() -> proposal::Card {
    proposal::parse(proposal::SHIPPED).unwrap()
}

#[test]
fn m13_reviews_make_a_score() {
    let card = proposals();
    for (id, input, expect) in vectors("M13") {
        let outcome = proposal::score(&card, &reviews(&card, &input));
        let score = outcome.graded().map(|graded| graded.score.to_string());
        assert_eq!(json!(score), expect["final"], "{id}");
        if let Some(each) = expect["each"].as_array() {
            let shown: Vec<_> = outcome.reviews.iter().map(|review| review.shown().unwrap().to_string()).collect();
            assert_eq!(json!(shown), json!(each), "{id}");
        }
    }
}

#[test]
fn m13_a_grade_decides() {
    let card = proposals();
    let results: Vec<_> = vectors("M13")
        .iter()
        .map(|(_, input, _)| {
            proposal::score(&card, &reviews(&card, input)).result.map(|graded| (graded.grade, graded.decision))
        })
        .collect();
    assert_eq!(
        results,
        [
            Ok((Key::of("second"), Decision::Adopted)),
            Ok((Key::of("encourage"), Decision::Adopted)),
            Err(vec![Ungraded::TooFew { counted: 2, minimum: 3 }]),
        ]
    );
    for (score, grade, decision) in [
        (90, "first", Decision::Adopted),
        (70, "third", Decision::Adopted),
        (59, "kept", Decision::Kept),
        (50, "kept", Decision::Kept),
        (49, "not_adopted", Decision::NotAdopted),
    ] {
        let reviews = reviews(&card, &json!({ "reviews": vec![[score; 5]; 3] }));
        let graded = proposal::score(&card, &reviews).result.unwrap();
        assert_eq!((graded.grade, graded.decision), (Key::of(grade), decision), "{score}");
    }
}

#[test]
fn m13_a_conflict_of_interest_is_not_counted() {
    let card = proposals();
    let (_, input, _) = vectors("M13").swap_remove(0);
    let mut reviews = reviews(&card, &input);
    reviews.push(Review { reviewer: RecordId::fixed(9), has_conflict: Some(true), scores: Cells::default() });
    assert_eq!(proposal::score(&card, &reviews).graded().unwrap().score.to_string(), "84.75");
    reviews[0].has_conflict = Some(true);
    assert_eq!(proposal::score(&card, &reviews).result, Err(vec![Ungraded::TooFew { counted: 2, minimum: 3 }]));
}

#[test]
fn m13_names_what_is_missing_and_who_reviewed_twice() {
    let card = proposals();
    let (_, input, _) = vectors("M13").swap_remove(1);
    let mut reviews = reviews(&card, &input);
    reviews[0].scores.put(Key::of("cost"), 101);
    reviews[0].has_conflict = None;
    reviews[4].reviewer = reviews[3].reviewer;
    assert_eq!(
        proposal::score(&card, &reviews).result,
        Err(vec![
            Ungraded::Incomplete { reviewer: RecordId::fixed(1), missing: vec![Key::of("cost"), proposal::CONFLICT] },
            Ungraded::Repeated(RecordId::fixed(4)),
        ])
    );
}

fn churns() -> churn::Card {
    churn::parse(churn::SHIPPED).unwrap()
}

fn one(level: Level) -> ComplaintCounts {
    [level].into_iter().collect()
}

/// What the four examples say of their customers; the file only has the points.
fn examples() -> [Signals; 4] {
    let number = |text: &str| Some(text.parse().unwrap());
    let signals = |change, gap, complaints, satisfaction, left, visit, overdue| Signals {
        sales_change: number(change),
        order_gap: number(gap),
        complaints: Some(complaints),
        satisfaction,
        key_person_left: Some(left),
        visit_overdue: number(visit),
        overdue_days: Some(overdue),
    };
    let none = ComplaintCounts::default();
    [
        signals("-35", "2.2", one(Level::III), number("71"), true, "0", 12),
        signals("-10", "1.2", none, number("88"), false, "0", 0),
        signals("-18", "1.6", none, number("74"), false, "1.1", 0),
        signals("-55", "3.5", none, None, false, "0", 0),
    ]
}

#[test]
fn m15_signals_make_a_colour() {
    let card = churns();
    for ((id, input, expect), signals) in vectors("M15").into_iter().zip(examples()) {
        let outcome = churn::assess(&card, &signals);
        let points: Vec<_> = outcome.rows.iter().map(|row| row.points).collect();
        assert_eq!(json!({ "points": points }), input, "{id}");
        assert_eq!(json!({ "sum": outcome.score, "colour": outcome.colour.unwrap().as_str() }), expect, "{id}");
    }
}

#[test]
fn m15_a_signal_without_data_is_named() {
    let card = churns();
    let [.., fourth] = examples();
    let outcome = churn::assess(&card, &fourth);
    assert_eq!(outcome.no_data().collect::<Vec<_>>(), [churn::Signal::Satisfaction]);
    let nothing = churn::assess(&card, &Signals::default());
    assert_eq!((nothing.score, nothing.has_data(), nothing.no_data().count()), (0, false, 8));
}

#[test]
fn m15_complaints_count_as_ruled() {
    let card = churns();
    for (levels, points) in [
        (&[Level::IV][..], 5),
        (&[Level::IV; 3], 5),
        (&[Level::IV; 4], 10),
        (&[Level::III, Level::IV], 5),
        (&[Level::III, Level::IV, Level::IV], 10),
        (&[Level::III; 2], 10),
        (&[Level::II], 15),
        (&[Level::I, Level::III, Level::III, Level::IV], 15),
    ] {
        let complaints = Some(levels.iter().copied().collect());
        let outcome = churn::assess(&card, &Signals { complaints, ..Signals::default() });
        assert_eq!(outcome.score, points, "{levels:?}");
    }
}

#[test]
fn m15_within_a_row_only_the_highest_counts() {
    let card = churns();
    let both = Signals { key_person_left: Some(true), visit_overdue: Some(Ratio::whole(2)), ..Signals::default() };
    let outcome = churn::assess(&card, &both);
    assert_eq!(outcome.score, 10);
    assert_eq!(outcome.rows[4].decided_by, Some(churn::Signal::KeyPersonLeft));
}

#[test]
fn m15_says_which_row_alone_would_ease_the_colour() {
    let card = churns();
    let [first, second, _, fourth] = examples().map(|signals| churn::assess(&card, &signals));
    let rows = ["complaints", "payment", "satisfaction", "contact", "orders", "sales"];
    assert_eq!(churn::easing(&card, &first), rows.map(Key::of));
    assert!(churn::easing(&card, &second).is_empty());
    assert_eq!(churn::easing(&card, &fourth), ["orders", "sales"].map(Key::of));
}

#[test]
fn m15_change_gap_and_windows_follow_from_dates() {
    let card = churns();
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(churn::sales_change(20_000, 13_000), Some(Ratio::whole(-35)));
    assert_eq!(churn::sales_change(0, 13_000), None);
    let orders = ["2026-01-01", "2026-01-11", "2026-01-11", "2026-01-31", "2026-12-01"].map(day);
    assert_eq!(churn::order_gap(&orders, day("2026-03-02")), Some(Ratio::whole(2)));
    assert_eq!(churn::order_gap(&orders[..1], day("2026-03-02")), None);
    assert_eq!(churn::order_gap(&[], day("2026-03-02")), None);
    let evaluated = day("2026-02-02");
    let (now, before) = card.sales_periods(evaluated);
    assert_eq!((now.from, now.to), (day("2025-11-01"), day("2026-01-31")));
    assert_eq!((before.from, before.to), (day("2024-11-01"), day("2025-01-31")));
    assert_eq!(card.complaints_from(evaluated), day("2025-11-05"));
    assert_eq!(card.satisfaction_from(evaluated), day("2025-02-02"));
}
