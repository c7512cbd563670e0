//! What M05 is told of a complaint, by hand or from its record.

use crate::change::Cells;
use crate::key::Key;
use crate::score::outcome::Fact;
use crate::score::ratio::Ratio;
use crate::value::Value;

use super::card::{Card, Factor, FactorScale};

/// What is known of a complaint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComplaintFacts {
    /// The answers by factor: a word for a choice, a number in the factor's unit (money in yuan); a factor that is
    /// not named is missing.
    pub answers: Cells<Fact>,
    /// The customer's tier; none for a complainant who has none, which raises nothing.
    pub tier: Option<Key>,
}

impl ComplaintFacts {
    /// What a complaint record says, `get` giving the content of each field F-6.1-1 has.
    ///
    /// What cannot be read as an answer is missing, as are fields marked N/A: every factor always applies.
    pub fn of<'v>(card: &Card, tier: Option<Key>, get: impl Fn(Key) -> &'v Value) -> Self {
        let answers = card.factors.iter().filter_map(|factor| Some((factor.code, answer(factor, get(factor.field))?)));
        Self { answers: answers.collect(), tier }
    }
}

fn answer(factor: &Factor, value: &Value) -> Option<Fact> {
    match (&factor.scale, value) {
        (FactorScale::Choices(_), Value::Text(word)) => Key::new(word).ok().map(Fact::Word),
        (FactorScale::Lines { is_money: true, .. }, Value::Int(fen)) => Some(Fact::Number(Ratio::hundredth(*fen))),
        (FactorScale::Lines { is_money: false, .. }, Value::Int(number)) => Some(Fact::Number(Ratio::whole(*number))),
        (FactorScale::Lines { is_money: false, .. }, Value::Text(text)) => text.parse().ok().map(Fact::Number),
        _ => None,
    }
}
