//! A graded result with its whole trace: every value, the line that held, the weight it got, and why.

use super::ladder::Condition;
use super::ratio::{Hundredths, Ratio};
use super::scorecard::{Item, Scorecard};
use crate::change::Cells;
use crate::key::Key;
use crate::text::Text;

/// What is known about one item; spec 1.4 keeps the three apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Input {
    /// A raw value in the item's unit.
    Value(Ratio),
    /// N/A 不适用: it cannot apply.
    NotApplicable,
    /// Missing 未取得: it applies but is unknown.
    #[default]
    Missing,
}

/// Something that may hold a grade down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Yes or no.
    Is(bool),
    /// One of several, such as a credit grade.
    Word(Key),
    /// A number, such as days overdue.
    Number(Ratio),
}

/// All that a card is given; what is not named is missing, or does not hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// Raw values by item code.
    pub items: Cells<Input>,
    /// Facts for the caps, by name.
    pub facts: Cells<Fact>,
}

/// A result with all its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The card that graded.
    pub card: Key,
    /// The version of the card.
    pub version: u32,
    /// Every item, in the card's order; there for an ungraded result too.
    pub items: Vec<ItemTrace>,
    /// The weight of the items that have points, in basis points.
    pub present: u32,
    /// The grade, or everything that stands against grading.
    pub result: Result<Graded, Vec<Ungraded>>,
}

/// How one item came to its points.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemTrace {
    /// The item.
    pub code: Key,
    /// What was given.
    pub raw: Input,
    /// What became of it.
    pub state: State,
    /// Its weight on the card, in basis points.
    pub weight: u16,
    /// Its share of the score after the weight of absent items was spread, in per cent; nought when absent.
    pub effective_weight: Ratio,
    /// What it adds to the score, not rounded; nought when absent.
    pub contribution: Ratio,
}

/// What became of one item's input.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It has points.
    Scored {
        /// The line that held, so that "≥ 2,000,000 → 80" can be said.
        line: Condition,
        /// The points, `0..=100`.
        points: u8,
    },
    /// It cannot apply, as was said of it.
    NotApplicable,
    /// It cannot apply because of another item; the card's rule says why.
    RuledOut {
        /// The other item.
        by: Key,
    },
    /// It applies but is unknown.
    Missing,
    /// The scale has no place for the value, such as a rating of 6; counts as missing.
    OffScale,
}

/// A grade and how it was reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Graded {
    /// The score before rounding (N7).
    pub exact: Ratio,
    /// The score, `0.00..=100.00`, rounded once (N2).
    pub score: Hundredths,
    /// The grade the rounded score earns (N3).
    pub raw_grade: Key,
    /// The caps that are stricter than the raw grade, with their reasons.
    pub caps: Vec<AppliedCap>,
    /// The grade after the strictest cap.
    pub grade: Key,
    /// Whether more than the best grade is proposed: VIP in M01.
    pub is_candidate: bool,
}

/// A cap that is stricter than the raw grade.
#[derive(Clone, Debug, PartialEq)]
pub struct AppliedCap {
    /// The fact it looks at.
    pub input: Key,
    /// What the fact was.
    pub fact: Fact,
    /// The best grade it leaves.
    pub at_most: Key,
    /// Why.
    pub reason: Text,
}

/// Why there is no grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ungraded {
    /// Required items are missing (X1).
    MissingRequired(Vec<Key>),
    /// The items that have points weigh too little (X2); both in basis points.
    TooLittleWeight {
        /// What is present.
        present: u32,
        /// What has to be.
        minimum: u16,
    },
    /// The card has no grade for the score; a card that passed its checks has.
    NoBand(Hundredths),
}

impl ItemTrace {
    /// The points, if the item has any.
    pub fn points(&self) -> Option<u8> {
        match self.state {
            State::Scored { points, .. } => Some(points),
            _ => None,
        }
    }

    /// Whether the item applies but has no usable value.
    pub fn is_missing(&self) -> bool {
        matches!(self.state, State::Missing | State::OffScale)
    }

    /// Whether the item cannot apply.
    pub fn is_na(&self) -> bool {
        matches!(self.state, State::NotApplicable | State::RuledOut { .. })
    }
}

impl Outcome {
    /// The grade, if there is one.
    pub fn graded(&self) -> Option<&Graded> {
        self.result.as_ref().ok()
    }

    /// The items that apply but are unknown, required or not.
    pub fn missing(&self) -> impl Iterator<Item = Key> {
        self.items.iter().filter(|item| item.is_missing()).map(|item| item.code)
    }

    /// The items that cannot apply.
    pub fn not_applicable(&self) -> impl Iterator<Item = Key> {
        self.items.iter().filter(|item| item.is_na()).map(|item| item.code)
    }
}

/// Grades by `card`: points, weighted mean over what is present, rounding, grade, caps.
///
/// The weight of absent items spreads over the others in proportion (X2); a missing required item or too
/// little weight leaves the result ungraded, with every reason and the points there are. Source: M01, N1–N3.
pub fn grade(card: &Scorecard, inputs: &Inputs) -> Outcome {
    let mut items: Vec<ItemTrace> = card.items.iter().map(|item| traced(item, inputs)).collect();
    let present: u32 = items.iter().filter(|item| item.points().is_some()).map(|item| u32::from(item.weight)).sum();
    for item in &mut items {
        spread(item, present);
    }
    let reasons = against(card, &items, present);
    let result = if reasons.is_empty() { banded(card, inputs, &items, present) } else { Err(reasons) };
    Outcome { card: card.id, version: card.version, items, present, result }
}

fn traced(item: &Item, inputs: &Inputs) -> ItemTrace {
    let raw = inputs.items.get(item.code).copied().unwrap_or_default();
    ItemTrace {
        code: item.code,
        raw,
        state: state(item, raw, inputs),
        weight: item.weight,
        effective_weight: Ratio::ZERO,
        contribution: Ratio::ZERO,
    }
}

fn state(item: &Item, raw: Input, inputs: &Inputs) -> State {
    if let Some(rule) = &item.na_when
        && let Some(Input::Value(other)) = inputs.items.get(rule.item)
        && rule.when.holds(*other)
    {
        return State::RuledOut { by: rule.item };
    }
    match raw {
        Input::Value(value) => match item.scale.points(value) {
            Some((points, line)) => State::Scored { line, points },
            None => State::OffScale,
        },
        Input::NotApplicable if item.takes_na => State::NotApplicable,
        Input::NotApplicable | Input::Missing => State::Missing,
    }
}

fn spread(item: &mut ItemTrace, present: u32) {
    let Some(points) = item.points() else { return };
    let (weight, present) = (i128::from(item.weight), i128::from(present));
    item.effective_weight = Ratio::new(weight * 100, present).unwrap_or(Ratio::ZERO);
    item.contribution = Ratio::new(weight * i128::from(points), present).unwrap_or(Ratio::ZERO);
}

fn against(card: &Scorecard, items: &[ItemTrace], present: u32) -> Vec<Ungraded> {
    let required: Vec<Key> = card
        .items
        .iter()
        .zip(items)
        .filter(|(item, trace)| item.is_required && trace.is_missing())
        .map(|(item, _)| item.code)
        .collect();
    let mut reasons = Vec::new();
    if !required.is_empty() {
        reasons.push(Ungraded::MissingRequired(required));
    }
    if present == 0 || present < u32::from(card.minimum_present) {
        reasons.push(Ungraded::TooLittleWeight { present, minimum: card.minimum_present });
    }
    reasons
}

fn banded(card: &Scorecard, inputs: &Inputs, items: &[ItemTrace], present: u32) -> Result<Graded, Vec<Ungraded>> {
    let earned: i128 = items.iter().filter_map(|item| Some(i128::from(item.points()?) * i128::from(item.weight))).sum();
    let exact = Ratio::new(earned, present.into()).unwrap_or(Ratio::ZERO);
    let score = exact.rounded();
    let raw_grade = card.band(score).ok_or_else(|| vec![Ungraded::NoBand(score)])?.code;
    let caps = applied_caps(card, inputs, raw_grade);
    let grade = caps.iter().map(|cap| cap.at_most).max_by_key(|grade| card.rank(*grade)).unwrap_or(raw_grade);
    let is_candidate = card.candidate.as_ref().is_some_and(|rule| grade == rule.grade && score >= rule.from);
    Ok(Graded { exact, score, raw_grade, caps, grade, is_candidate })
}

fn applied_caps(card: &Scorecard, inputs: &Inputs, raw_grade: Key) -> Vec<AppliedCap> {
    card.caps
        .iter()
        .filter(|cap| card.rank(cap.at_most) > card.rank(raw_grade))
        .filter_map(|cap| {
            let fact = *inputs.facts.get(cap.input)?;
            cap.when.holds(fact).then(|| AppliedCap {
                input: cap.input,
                fact,
                at_most: cap.at_most,
                reason: cap.reason.clone(),
            })
        })
        .collect()
}
