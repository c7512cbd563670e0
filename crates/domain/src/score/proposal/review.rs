//! The reviews of a proposal, what each counts for, and the score they make together.

use super::card::{Card, Criterion, Decision};
use crate::change::Cells;
use crate::key::Key;
use crate::score::ratio::{Hundredths, Ratio};
use crate::stamp::RecordId;
use crate::value::Value;

/// The field of F-3.4-2 that says whether the reviewer has a conflict of interest.
pub const CONFLICT: Key = Key::of("conflict");

/// What one reviewer says.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// Who.
    pub reviewer: RecordId,
    /// Whether the reviewer has a conflict of interest; none while they have not said.
    pub has_conflict: Option<bool>,
    /// Scores by criterion, `0..=100` each; one that is not named is missing, as is one out of range.
    pub scores: Cells<i64>,
}

/// A result with all its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The card that graded.
    pub card: Key,
    /// The version of the card.
    pub version: u32,
    /// Every review, in the order given; there for an ungraded result too.
    pub reviews: Vec<ReviewTrace>,
    /// The grade, or everything that stands against grading.
    pub result: Result<Graded, Vec<Ungraded>>,
}

/// What became of one review.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewTrace {
    /// Who.
    pub reviewer: RecordId,
    /// Every criterion, in the card's order.
    pub criteria: Vec<CriterionTrace>,
    /// The reviewer's score, `0..=100`, not rounded; none while a criterion is missing.
    pub exact: Option<Ratio>,
    /// Whether it counts, and why not.
    pub state: ReviewState,
}

/// What one reviewer gave for one criterion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CriterionTrace {
    /// The criterion.
    pub code: Key,
    /// What was given, in range or not.
    pub given: Option<i64>,
    /// Its weight on the card, in basis points.
    pub weight: u16,
    /// What it adds to the reviewer's score, not rounded; none where missing or out of range.
    pub contribution: Option<Ratio>,
}

/// Whether a review counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// It is part of the mean.
    Counted,
    /// The highest of many is left out.
    Highest,
    /// The lowest of many is left out.
    Lowest,
    /// The reviewer has a conflict of interest.
    Conflict,
    /// These criteria are missing or out of range, or [`CONFLICT`] was not answered.
    Incomplete(Vec<Key>),
}

/// A grade and how it was reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Graded {
    /// The mean before rounding (N7).
    pub exact: Ratio,
    /// The score, `0.00..=100.00`, rounded once (N2).
    pub score: Hundredths,
    /// The grade the rounded score earns (N3).
    pub grade: Key,
    /// What becomes of the proposal.
    pub decision: Decision,
}

/// Why there is no grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ungraded {
    /// Answers of this reviewer are missing or out of range (X1).
    Incomplete {
        /// Who.
        reviewer: RecordId,
        /// The criteria, and [`CONFLICT`] where nothing was said of it.
        missing: Vec<Key>,
    },
    /// This reviewer reviewed more than once, so it is open what counts.
    Repeated(RecordId),
    /// Fewer reviewers than the card asks for, those with a conflict not counted.
    TooFew {
        /// How many count.
        counted: usize,
        /// How many have to.
        minimum: u16,
    },
    /// The card has no grade for the score; a card that passed its checks has.
    NoGrade(Hundredths),
}

impl Review {
    /// What a review says, `get` giving the content of each field F-3.4-2 has.
    pub fn of<'v>(card: &Card, reviewer: RecordId, get: impl Fn(Key) -> &'v Value) -> Self {
        let scores = card.criteria.iter().filter_map(|one| Some((one.code, get(one.field).as_int()?)));
        Self { reviewer, has_conflict: get(CONFLICT).as_bool(), scores: scores.collect() }
    }
}

impl ReviewTrace {
    /// The reviewer's score rounded for show; the mean is made of the exact ones (N2).
    pub fn shown(&self) -> Option<Hundredths> {
        self.exact.map(Ratio::rounded)
    }
}

impl Outcome {
    /// The grade, if there is one.
    pub fn graded(&self) -> Option<&Graded> {
        self.result.as_ref().ok()
    }
}

/// Grades a proposal by `card`: each review's weighted sum, extremes left out, mean, rounding, grade.
///
/// Reviewers with a conflict of interest are not counted. Every other review has to be complete, since a grade made
/// of the rest would change when it is completed (X1). Source: M13, N1–N3.
pub fn score(card: &Card, reviews: &[Review]) -> Outcome {
    let mut traces: Vec<ReviewTrace> = reviews.iter().map(|review| traced(card, review)).collect();
    let mut reasons = against(&traces);
    let counted: Vec<(usize, i128)> = reviews
        .iter()
        .enumerate()
        .filter(|(place, _)| traces.get(*place).is_some_and(|trace| trace.state == ReviewState::Counted))
        .map(|(place, review)| (place, weighted(card, review)))
        .collect();
    if counted.is_empty() || counted.len() < usize::from(card.minimum_reviewers) {
        reasons.push(Ungraded::TooFew { counted: counted.len(), minimum: card.minimum_reviewers });
    }
    let result = if reasons.is_empty() { graded(card, &mut traces, counted) } else { Err(reasons) };
    Outcome { card: card.id, version: card.version, reviews: traces, result }
}

fn traced(card: &Card, review: &Review) -> ReviewTrace {
    let criteria: Vec<CriterionTrace> = card.criteria.iter().map(|one| criterion(one, review)).collect();
    let mut missing: Vec<Key> = criteria.iter().filter(|one| one.contribution.is_none()).map(|one| one.code).collect();
    let exact = if missing.is_empty() { Ratio::new(weighted(card, review), 10_000) } else { None };
    missing.extend(review.has_conflict.is_none().then_some(CONFLICT));
    let state = match review.has_conflict {
        Some(true) => ReviewState::Conflict,
        _ if missing.is_empty() => ReviewState::Counted,
        _ => ReviewState::Incomplete(missing),
    };
    ReviewTrace { reviewer: review.reviewer, criteria, exact, state }
}

fn criterion(one: &Criterion, review: &Review) -> CriterionTrace {
    let given = review.scores.get(one.code).copied();
    let points = given.filter(|points| (0..=100).contains(points));
    let contribution = points.and_then(|points| Ratio::new(i128::from(points) * i128::from(one.weight), 10_000));
    CriterionTrace { code: one.code, given, weight: one.weight, contribution }
}

/// The sum of a complete review, in ten thousandths of a point.
fn weighted(card: &Card, review: &Review) -> i128 {
    let points = |code| review.scores.get(code).copied().unwrap_or_default();
    card.criteria.iter().map(|one| i128::from(points(one.code)) * i128::from(one.weight)).sum()
}

fn against(traces: &[ReviewTrace]) -> Vec<Ungraded> {
    let mut reasons: Vec<Ungraded> = traces
        .iter()
        .filter_map(|trace| match &trace.state {
            ReviewState::Incomplete(missing) => {
                Some(Ungraded::Incomplete { reviewer: trace.reviewer, missing: missing.clone() })
            }
            _ => None,
        })
        .collect();
    let mut reviewers: Vec<RecordId> = traces.iter().map(|trace| trace.reviewer).collect();
    reviewers.sort_unstable();
    let mut repeated: Vec<RecordId> = reviewers
        .windows(2)
        .filter(|pair| pair.first() == pair.last())
        .filter_map(|pair| pair.first().copied())
        .collect();
    repeated.dedup();
    reasons.extend(repeated.into_iter().map(Ungraded::Repeated));
    reasons
}

/// Of equal extremes the one given first is left out as the lowest, the one given last as the highest.
fn graded(card: &Card, traces: &mut [ReviewTrace], counted: Vec<(usize, i128)>) -> Result<Graded, Vec<Ungraded>> {
    let mut kept = counted;
    kept.sort_by_key(|(_, sum)| *sum);
    // A card that passed its checks leaves at least one.
    if kept.len() >= usize::from(card.trim_from.max(3)) {
        for (place, state) in [(kept.len() - 1, ReviewState::Highest), (0, ReviewState::Lowest)] {
            let (review, _) = kept.remove(place);
            if let Some(trace) = traces.get_mut(review) {
                trace.state = state;
            }
        }
    }
    let sum: i128 = kept.iter().map(|(_, sum)| sum).sum();
    let count = i128::try_from(kept.len()).unwrap_or(i128::MAX);
    let exact = count.checked_mul(10_000).and_then(|whole| Ratio::new(sum, whole)).unwrap_or(Ratio::ZERO);
    let score = exact.rounded();
    let grade = card.grade(score).ok_or_else(|| vec![Ungraded::NoGrade(score)])?;
    Ok(Graded { exact, score, grade: grade.code, decision: grade.decision })
}
