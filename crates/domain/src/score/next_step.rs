//! What would lift a grade: the single improvements that reach a better one, the smallest first.

use super::ladder::Condition;
use super::outcome::{Graded, Input, Inputs, grade};
use super::ratio::Hundredths;
use super::scorecard::Scorecard;
use crate::key::Key;

/// What would lift a grade, and what stands in the way.
#[derive(Clone, Debug, PartialEq)]
pub struct NextStep {
    /// The grade now, after caps.
    pub from: Key,
    /// The grade aimed at, one better; none when it is the best already.
    pub to: Option<Key>,
    /// For each item that can do it alone, the smallest step that does, the fewest points first.
    pub raises: Vec<Raise>,
    /// The facts that hold the grade down; while any is there, no item lifts it.
    pub held_by: Vec<Key>,
}

/// One item improved so far that the grade is lifted.
#[derive(Clone, Debug, PartialEq)]
pub struct Raise {
    /// The item.
    pub code: Key,
    /// Its points now; none when it is missing.
    pub points: Option<u8>,
    /// What its raw value has to be.
    pub needed: Condition,
    /// The points it would have then.
    pub points_then: u8,
    /// The score it would make.
    pub score: Hundredths,
    /// The grade it would make; sometimes better than the one aimed at.
    pub grade: Key,
}

impl Raise {
    /// How many points the item has to gain; a missing one gains all it would have.
    pub fn gain(&self) -> u8 {
        self.points_then.saturating_sub(self.points.unwrap_or_default())
    }
}

/// The improvements of a single item that lift the grade; none while the customer is ungraded.
///
/// Items that cannot apply are left out. Every step is graded like any other input, so what it says is what
/// the grade would be.
pub fn next_step(card: &Scorecard, inputs: &Inputs) -> Option<NextStep> {
    let now = grade(card, inputs);
    let graded = now.graded()?;
    let rank = card.rank(graded.grade)?;
    let to = rank.checked_sub(1).and_then(|better| card.grades.get(better)).map(|band| band.code);
    let held_by: Vec<Key> = graded.caps.iter().filter(|cap| cap.at_most == graded.grade).map(|cap| cap.input).collect();
    let mut raises = Vec::new();
    if to.is_some() && held_by.is_empty() {
        let improvable = now.items.iter().filter(|item| !item.is_na());
        raises.extend(improvable.filter_map(|item| smallest_raise(card, inputs, item.code, item.points(), rank)));
    }
    raises.sort_by_key(Raise::gain);
    Some(NextStep { from: graded.grade, to, raises, held_by })
}

fn smallest_raise(card: &Scorecard, inputs: &Inputs, code: Key, points: Option<u8>, rank: usize) -> Option<Raise> {
    let mut tried = inputs.clone();
    let mut levels = card.item(code)?.scale.levels();
    levels.retain(|(_, points_then, _)| points.is_none_or(|points| *points_then > points));
    levels.sort_by_key(|(_, points_then, _)| *points_then);
    levels.into_iter().find_map(|(needed, points_then, value)| {
        tried.items.put(code, Input::Value(value));
        let outcome = grade(card, &tried);
        let Graded { score, grade, .. } = outcome.graded()?;
        let is_lifted = card.rank(*grade)? < rank;
        is_lifted.then_some(Raise { code, points, needed, points_then, score: *score, grade: *grade })
    })
}
