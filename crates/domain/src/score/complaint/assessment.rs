//! The severity of a complaint, its level and its priority, with everything that led there.

use super::card::{Card, Factor, Floor, Level, Priority, Veto};
use super::facts::ComplaintFacts;
use super::urgency::{PriorityNote, Urgency, prioritise};
use crate::key::Key;
use crate::score::ladder::Condition;
use crate::score::outcome::{Fact, Ungraded};
use crate::text::Text;

/// A classification with all its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The card that classified.
    pub card: Key,
    /// The version of the card.
    pub version: u32,
    /// Every factor, in the card's order; there for an unclassified complaint too.
    pub factors: Vec<FactorTrace>,
    /// The customer's tier as it was given.
    pub tier: Option<Key>,
    /// Severity, level and priority, or the factors that are missing (X1).
    pub result: Result<Assessed, Ungraded>,
}

/// How one factor came to its points.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorTrace {
    /// The factor.
    pub code: Key,
    /// What was answered.
    pub answer: Option<Fact>,
    /// What became of it.
    pub state: FactorState,
}

/// What became of the answer to a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorState {
    /// It has points.
    Scored {
        /// What it adds to the severity.
        points: u8,
        /// The line that held; none for a choice.
        line: Option<Condition>,
    },
    /// Nobody answered.
    Missing,
    /// The scale has no place for the answer, such as nought customers affected; counts as missing.
    OffScale,
}

/// How grave and how urgent a complaint is.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessed {
    /// The sum of the points, `0..=100`; whole, so there is nothing to round (N2).
    pub severity: u8,
    /// The level the severity earns.
    pub earned: Level,
    /// The level after vetoes and floors.
    pub level: Level,
    /// The vetoes and floors that made the level graver than it was earned, with their reasons.
    pub level_notes: Vec<LevelNote>,
    /// The priority the level, the tier and the answers make.
    pub priority: Priority,
    /// What moved the priority off the level's number, in order, with the reasons.
    pub priority_notes: Vec<PriorityNote>,
}

/// What made a level graver than the severity earns.
#[derive(Clone, Debug, PartialEq)]
pub enum LevelNote {
    /// Level I whatever the sum.
    Veto {
        /// The factor.
        factor: Key,
        /// Its answer.
        answer: Key,
        /// Why.
        reason: Text,
    },
    /// Never slighter than a level.
    Floor {
        /// The factor.
        factor: Key,
        /// Its answer.
        answer: Key,
        /// The slightest level still possible.
        at_least: Level,
        /// Why.
        reason: Text,
    },
}

impl FactorTrace {
    /// The points, if the factor has any.
    pub fn points(&self) -> Option<u8> {
        match self.state {
            FactorState::Scored { points, .. } => Some(points),
            FactorState::Missing | FactorState::OffScale => None,
        }
    }
}

impl LevelNote {
    /// The level it asks for.
    pub fn level(&self) -> Level {
        match self {
            Self::Veto { .. } => Level::I,
            Self::Floor { at_least, .. } => *at_least,
        }
    }
}

impl Outcome {
    /// The classification, if there is one.
    pub fn assessed(&self) -> Option<&Assessed> {
        self.result.as_ref().ok()
    }

    /// The factors without a usable answer.
    pub fn missing(&self) -> impl Iterator<Item = Key> {
        self.factors.iter().filter(|factor| factor.points().is_none()).map(|factor| factor.code)
    }
}

/// Classifies by `card`: points, sum, level, vetoes and floors, priority.
///
/// All factors are required (X1); with one missing there is neither level nor priority, but the points there are.
/// A missing tier raises nothing: the complainant may have none. Source: M05.
pub fn assess(card: &Card, facts: &ComplaintFacts) -> Outcome {
    let factors: Vec<FactorTrace> = card.factors.iter().map(|factor| traced(factor, facts)).collect();
    let missing: Vec<Key> =
        factors.iter().filter(|factor| factor.points().is_none()).map(|factor| factor.code).collect();
    let result = if missing.is_empty() && !factors.is_empty() {
        Ok(assessed(card, facts, factors.iter().filter_map(FactorTrace::points)))
    } else {
        Err(Ungraded::MissingRequired(missing))
    };
    Outcome { card: card.id, version: card.version, factors, tier: facts.tier, result }
}

fn traced(factor: &Factor, facts: &ComplaintFacts) -> FactorTrace {
    let answer = facts.answers.get(factor.code).copied();
    let state = match answer.map(|answer| factor.scale.points(answer)) {
        None => FactorState::Missing,
        Some(None) => FactorState::OffScale,
        Some(Some((points, line))) => FactorState::Scored { points, line },
    };
    FactorTrace { code: factor.code, answer, state }
}

fn assessed(card: &Card, facts: &ComplaintFacts, points: impl Iterator<Item = u8>) -> Assessed {
    // At most 100 in a card that passed its checks.
    let severity = points.fold(0, u8::saturating_add);
    let earned = card.level_of(severity);
    let level_notes = level_notes(card, facts, earned);
    // The gravest level is the least.
    let level = level_notes.iter().map(LevelNote::level).min().unwrap_or(earned);
    let Urgency { priority, notes } = prioritise(card, level, facts);
    Assessed { severity, earned, level, level_notes, priority, priority_notes: notes }
}

fn level_notes(card: &Card, facts: &ComplaintFacts, earned: Level) -> Vec<LevelNote> {
    let vetoes = card.vetoes.iter().filter(|veto| facts.says(veto.factor, veto.is)).map(|veto| {
        let Veto { factor, is, reason } = veto.clone();
        LevelNote::Veto { factor, answer: is, reason }
    });
    let floors = card.floors.iter().filter(|floor| facts.says(floor.factor, floor.is)).map(|floor| {
        let Floor { factor, is, at_least, reason } = floor.clone();
        LevelNote::Floor { factor, answer: is, at_least, reason }
    });
    vetoes.chain(floors).filter(|note| note.level() < earned).collect()
}

impl ComplaintFacts {
    /// Whether a factor was answered with this word.
    pub(super) fn says(&self, factor: Key, word: Key) -> bool {
        self.answers.get(factor) == Some(&Fact::Word(word))
    }
}
