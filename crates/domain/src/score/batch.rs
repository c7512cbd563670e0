//! Grading many customers in slices, so that a page can draw in between.

use std::ops::Range;

use super::facts::{CardFacts, ValueFacts};
use super::ledger::Ledger;
use super::outcome::{Outcome, grade};
use super::ratio::Hundredths;
use super::scorecard::Scorecard;
use crate::key::Key;

/// A list of customers with all that grading them takes.
#[derive(Clone, Copy, Debug)]
pub struct GradeBatch<'a> {
    /// The card that grades.
    pub card: &'a Scorecard,
    /// The sums of their orders and receivables.
    pub ledger: &'a Ledger,
    /// What their cards say, in the order of the ledger.
    pub cards: &'a [CardFacts],
}

/// What a list shows of a result; the trace is worked out again when somebody asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The score; none when ungraded.
    pub score: Option<Hundredths>,
    /// The grade the score earns.
    pub raw_grade: Option<Key>,
    /// The grade after caps.
    pub grade: Option<Key>,
    /// Whether VIP is proposed.
    pub is_candidate: bool,
}

impl From<&Outcome> for Summary {
    fn from(outcome: &Outcome) -> Self {
        outcome.graded().map_or_else(Self::default, |graded| Self {
            score: Some(graded.score),
            raw_grade: Some(graded.raw_grade),
            grade: Some(graded.grade),
            is_candidate: graded.is_candidate,
        })
    }
}

impl GradeBatch<'_> {
    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.cards.len().min(self.ledger.customers())
    }

    /// Whether there is nobody to grade.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The results of the customers in `range`, cut to those there are.
    pub fn summaries(&self, range: Range<usize>) -> Vec<Summary> {
        let end = range.end.min(self.len());
        (range.start..end)
            .map(|customer| self.outcome(customer).map(|(_, outcome)| Summary::from(&outcome)).unwrap_or_default())
            .collect()
    }

    /// One customer's inputs and result with the whole trace; none when there is no such customer.
    pub fn outcome(&self, customer: usize) -> Option<(ValueFacts, Outcome)> {
        let facts = self.ledger.value_facts(customer, self.cards.get(customer)?)?;
        let outcome = grade(self.card, &facts.inputs);
        Some((facts, outcome))
    }
}
