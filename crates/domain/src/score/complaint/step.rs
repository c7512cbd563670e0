//! What would change the level or the priority of a complaint, by one answer.

use super::assessment::{Assessed, assess};
use super::card::{Card, Factor, FactorScale, Level, Priority};
use super::facts::ComplaintFacts;
use crate::key::Key;
use crate::score::entry::entry;
use crate::score::ladder::Condition;
use crate::score::outcome::Fact;
use crate::text::Text;

/// One other answer that makes another level or priority.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The factor.
    pub factor: Key,
    /// What its answer has to be.
    pub needed: Needed,
    /// An answer that is so.
    pub answer: Fact,
    /// Its points now.
    pub points: u8,
    /// Its points then.
    pub points_then: u8,
    /// The level then.
    pub level: Level,
    /// The priority then.
    pub priority: Priority,
    /// Whether it makes the complaint graver or more urgent, rather than slighter.
    pub is_graver: bool,
}

/// What an answer has to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Needed {
    /// One of the choices.
    Choice(Key, Text),
    /// A number.
    Line(Condition),
}

impl Turn {
    /// How many points the answer gains or loses.
    pub fn gap(&self) -> u8 {
        self.points.abs_diff(self.points_then)
    }
}

/// For each factor, the nearest answer that makes the complaint graver and the nearest that makes it slighter, by points;
/// the smallest gap first. Empty while the complaint is not classified. Each is classified like any other. Source: M05.
pub fn turns(card: &Card, facts: &ComplaintFacts) -> Vec<Turn> {
    let outcome = assess(card, facts);
    let Some(now) = outcome.assessed() else { return Vec::new() };
    let mut turns = Vec::new();
    for (factor, traced) in card.factors.iter().zip(&outcome.factors) {
        let Some(points) = traced.points() else { continue };
        let mut found: Vec<Turn> = answers(factor, points)
            .into_iter()
            .filter_map(|(needed, answer, points_then)| {
                let turn = Turn {
                    factor: factor.code,
                    needed,
                    answer,
                    points,
                    points_then,
                    level: now.level,
                    priority: now.priority,
                    is_graver: false,
                };
                turned(card, facts, now, turn)
            })
            .collect();
        found.sort_by_key(Turn::gap);
        for is_graver in [true, false] {
            turns.extend(found.iter().find(|turn| turn.is_graver == is_graver).cloned());
        }
    }
    turns.sort_by_key(Turn::gap);
    turns
}

fn turned(card: &Card, facts: &ComplaintFacts, now: &Assessed, turn: Turn) -> Option<Turn> {
    let mut tried = facts.clone();
    tried.answers.put(turn.factor, turn.answer);
    let outcome = assess(card, &tried);
    let then = outcome.assessed()?;
    // The gravest level and the most urgent priority are the least.
    let (before, after) = ((now.level, now.priority), (then.level, then.priority));
    (before != after).then_some(Turn { level: then.level, priority: then.priority, is_graver: after < before, ..turn })
}

/// Every other answer of a factor, one for each line or choice, with what is needed for it and its points.
fn answers(factor: &Factor, points: u8) -> Vec<(Needed, Fact, u8)> {
    match &factor.scale {
        FactorScale::Choices(choices) => choices
            .iter()
            .map(|choice| (Needed::Choice(choice.code, choice.label.clone()), Fact::Word(choice.code), choice.points))
            .collect(),
        FactorScale::Lines { least, ladder, .. } => ladder
            .0
            .iter()
            .enumerate()
            .filter(|(_, line)| line.points != points)
            .filter_map(|(place, line)| {
                let found = entry(ladder, place, line.points > points, Some(*least))?;
                Some((Needed::Line(found.needed), Fact::Number(found.example), line.points))
            })
            .collect(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::super::{SHIPPED, parse};
    use super::*;
    use crate::score::ratio::Ratio;

    static CARD: LazyLock<Card> = LazyLock::new(|| parse(SHIPPED).unwrap());
    const SAFETY: [&str; 4] = ["none", "potential", "minor", "serious"];
    const EXPOSURE: [&str; 4] = ["none", "threat", "regulator", "media"];

    fn facts(safety: &str, loss: i64, scope: i64, exposure: &str, repeat: i64, tier: Option<&str>) -> ComplaintFacts {
        let number = |value| Fact::Number(Ratio::whole(value));
        let answers = [
            ("F1", Fact::Word(Key::new(safety).unwrap())),
            ("F2", number(loss)),
            ("F3", number(scope)),
            ("F4", Fact::Word(Key::new(exposure).unwrap())),
            ("F5", number(repeat)),
        ];
        ComplaintFacts {
            answers: answers.into_iter().map(|(code, fact)| (Key::of(code), fact)).collect(),
            tier: tier.map(|tier| Key::new(tier).unwrap()),
        }
    }

    #[test]
    fn what_would_turn_a_slight_complaint() {
        // Severity 7, level IV.
        let turns = turns(&CARD, &facts("none", 300, 1, "none", 1, Some("C")));
        let nearest: Vec<Key> = turns.iter().filter(|turn| turn.gap() == 8).map(|turn| turn.factor).collect();
        assert_eq!(nearest, [Key::of("F3"), Key::of("F4")]);
        assert_eq!((turns[0].gap(), turns[0].level, turns[0].priority), (8, Level::III, Priority::P3));
        let loss = turns.iter().find(|turn| turn.factor == Key::of("F2")).unwrap();
        assert_eq!(loss.needed, Needed::Line(Condition::AtLeast(Ratio::whole(10_000))));
        assert!(turns.iter().all(|turn| turn.is_graver));
        assert!(super::turns(&CARD, &ComplaintFacts::default()).is_empty());
    }

    fn every_answer(factor: &str) -> Vec<Fact> {
        let words = |all: [&str; 4]| all.into_iter().map(|word| Fact::Word(Key::new(word).unwrap())).collect();
        let numbers = |all: &[i64]| all.iter().map(|one| Fact::Number(Ratio::whole(*one))).collect();
        match factor {
            "F1" => words(SAFETY),
            "F4" => words(EXPOSURE),
            "F2" => numbers(&[0, 1, 999, 1000, 9_999, 10_000, 99_999, 100_000]),
            "F3" => numbers(&[1, 2, 9, 10, 99, 100, 500]),
            _ => numbers(&[1, 2, 3, 7]),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn each_turn_is_what_it_says_and_none_is_nearer(
            safety in 0..4usize, loss in 0..200_000i64, scope in 1..150i64, exposure in 0..4usize, repeat in 1..5i64,
            tier in prop::sample::select(vec![None, Some("VIP"), Some("B")]),
        ) {
            let facts = facts(SAFETY[safety], loss, scope, EXPOSURE[exposure], repeat, tier);
            let outcome = assess(&CARD, &facts);
            let now = outcome.assessed().unwrap();
            let found = turns(&CARD, &facts);
            for turn in &found {
                let mut tried = facts.clone();
                tried.answers.put(turn.factor, turn.answer);
                let again = assess(&CARD, &tried);
                let then = again.assessed().unwrap();
                prop_assert_eq!((then.level, then.priority), (turn.level, turn.priority));
                prop_assert!((then.level, then.priority) != (now.level, now.priority));
                if let (Needed::Line(needed), Fact::Number(number)) = (&turn.needed, turn.answer) {
                    prop_assert!(needed.holds(number));
                }
            }
            for (factor, traced) in CARD.factors.iter().zip(&outcome.factors) {
                for answer in every_answer(factor.code.as_str()) {
                    let mut tried = facts.clone();
                    tried.answers.put(factor.code, answer);
                    let again = assess(&CARD, &tried);
                    let then = again.assessed().unwrap();
                    let (before, after) = ((now.level, now.priority), (then.level, then.priority));
                    if before == after {
                        continue;
                    }
                    let points = again.factors.iter().find(|one| one.code == factor.code).unwrap().points().unwrap();
                    let gap = points.abs_diff(traced.points().unwrap());
                    let told = found.iter().find(|turn| turn.factor == factor.code && turn.is_graver == (after < before));
                    prop_assert!(told.is_some_and(|turn| turn.gap() <= gap), "{:?} {:?}", factor.code, answer);
                }
            }
        }
    }
}
