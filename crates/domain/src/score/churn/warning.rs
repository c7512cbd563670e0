//! The points of every signal, the score they make, and its colour.

use super::card::{Card, Row, Signal};
use super::signals::Signals;
use crate::key::Key;
use crate::score::ladder::Condition;
use crate::score::ratio::Ratio;

/// A result with all its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The card that warned.
    pub card: Key,
    /// The version of the card.
    pub version: u32,
    /// Every row, in the card's order.
    pub rows: Vec<RowTrace>,
    /// The sum of the rows, `0..=100`; whole, so there is nothing to round (N2).
    pub score: u8,
    /// The colour; none only with a card that failed its checks.
    pub colour: Option<Key>,
}

/// How one row came to its points.
#[derive(Clone, Debug, PartialEq)]
pub struct RowTrace {
    /// The row.
    pub code: Key,
    /// Its signals.
    pub signals: Vec<SignalTrace>,
    /// What it adds to the score: the most any of its signals gives.
    pub points: u8,
    /// The signal that gave them, the first of several; none when the row gives nothing.
    pub decided_by: Option<Signal>,
}

/// How one signal came to its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalTrace {
    /// The signal.
    pub signal: Signal,
    /// Its value; none without data.
    pub value: Option<Ratio>,
    /// The line that held; none without data.
    pub line: Option<Condition>,
    /// Its points; 0 without data.
    pub points: u8,
}

impl Outcome {
    /// The signals without data, which gave 0.
    pub fn no_data(&self) -> impl Iterator<Item = Signal> {
        let signals = self.rows.iter().flat_map(|row| &row.signals);
        signals.filter(|signal| signal.value.is_none()).map(|signal| signal.signal)
    }

    /// Whether anything is known at all; where nothing is, the best colour means nothing either.
    pub fn has_data(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.signals).any(|signal| signal.value.is_some())
    }
}

/// Warns by `card`: points of each signal, the highest of each row, sum, colour.
///
/// A signal without data gives 0 and is named by [`Outcome::no_data`]. Source: M15, ruling 13.
pub fn assess(card: &Card, signals: &Signals) -> Outcome {
    assess_values(card, |signal| signals.value(card, signal))
}

/// The same with the value of each signal in its unit.
pub(super) fn assess_values(card: &Card, value: impl Fn(Signal) -> Option<Ratio>) -> Outcome {
    let rows: Vec<RowTrace> = card.rows.iter().map(|row| traced(row, &value)).collect();
    // At most 100 in a card that passed its checks.
    let score = rows.iter().map(|row| row.points).fold(0, u8::saturating_add);
    let colour = card.colour(score).map(|colour| colour.code);
    Outcome { card: card.id, version: card.version, rows, score, colour }
}

/// The rows that alone, if they gave nothing, would make a better colour; the fewest points first.
///
/// Empty when no single row can do it, or the colour is the best already.
pub fn easing(card: &Card, outcome: &Outcome) -> Vec<Key> {
    let is_better = |score| {
        let place =
            |score| card.colours.iter().position(|colour| Some(colour.code) == card.colour(score).map(|c| c.code));
        place(score) > place(outcome.score)
    };
    let mut rows: Vec<&RowTrace> =
        outcome.rows.iter().filter(|row| is_better(outcome.score.saturating_sub(row.points))).collect();
    rows.sort_by_key(|row| row.points);
    rows.into_iter().map(|row| row.code).collect()
}

fn traced(row: &Row, value: &impl Fn(Signal) -> Option<Ratio>) -> RowTrace {
    let traces: Vec<SignalTrace> = row
        .signals
        .iter()
        .map(|scale| {
            let value = value(scale.signal);
            let line = value.and_then(|value| scale.ladder.line(value));
            SignalTrace {
                signal: scale.signal,
                value,
                line: line.map(|line| line.when),
                points: line.map(|line| line.points).unwrap_or_default(),
            }
        })
        .collect();
    let points = traces.iter().map(|trace| trace.points).max().unwrap_or_default();
    let decided_by = traces.iter().find(|trace| points > 0 && trace.points == points).map(|trace| trace.signal);
    RowTrace { code: row.code, signals: traces, points, decided_by }
}
