//! What every file of scorecards is held to, and how what is wrong is said.

use std::collections::HashSet;
use std::fmt::Display;

use serde::Deserialize;

use super::ladder::{Condition, Ladder, LadderFault, Line};
use super::ratio::{Hundredths, Ratio};
use crate::key::Key;
use crate::text::{Lang, Text};

/// All weights together, in basis points; spec N4.
const WHOLE: i64 = 10_000;

/// Why a file of scorecards cannot be used; `place` is a path such as `M01.V2`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// Not TOML, or not of the shape of a scorecard; the message names the line.
    #[error("{0}")]
    Syntax(String),
    /// A number that is none, or out of its range.
    #[error("{place}: {text:?} is no number from {min} to {max} with at most two decimals")]
    BadNumber {
        /// Where.
        place: String,
        /// What stands there.
        text: String,
        /// The least it may be.
        min: Hundredths,
        /// The most it may be.
        max: Hundredths,
    },
    /// A condition that says nothing.
    #[error("{place}: {text:?} is no condition such as \">= 30\" or \"else\"")]
    BadCondition {
        /// Where.
        place: String,
        /// What stands there.
        text: String,
    },
    /// Weights that are not exactly 100.00 %; spec N4.
    #[error("{place}: weights sum to {sum} %, {} % {} 100.00 %", Hundredths((sum.0 - WHOLE).abs()), if sum.0 < WHOLE { "short of" } else { "more than" })]
    WeightSum {
        /// The card.
        place: String,
        /// What they sum to, in basis points.
        sum: Hundredths,
    },
    /// An item without weight.
    #[error("{0} weighs nothing")]
    NoWeight(String),
    /// A scale that cannot work.
    #[error("{place}: the scale {fault}")]
    Scale {
        /// The item.
        place: String,
        /// What is wrong.
        fault: LadderFault,
    },
    /// A rating that leaves no step, or gives more than 100 points.
    #[error("{0}: the rating leaves no step or exceeds 100 points")]
    Rating(String),
    /// Neither lines nor a rating, or both.
    #[error("{0} needs either lines or a rating")]
    ScaleChoice(String),
    /// A name given twice.
    #[error("{0} stands twice")]
    Doubled(String),
    /// A name that is nowhere defined.
    #[error("{place} names {name}, which is not there")]
    Unknown {
        /// Where.
        place: String,
        /// What it names.
        name: String,
    },
    /// A text missing in one language.
    #[error("{place} has no {lang:?} text")]
    NoText {
        /// Where.
        place: String,
        /// The language.
        lang: Lang,
    },
    /// A card without items or without grades.
    #[error("{0} is empty")]
    Empty(String),
    /// Lower bounds that do not fall from grade to grade.
    #[error("{0} does not begin below the grade above it")]
    GradeOrder(String),
    /// The worst grade does not begin at 0, so some score would have no grade.
    #[error("{0}: the last grade does not begin at 0")]
    GradeGap(String),
    /// A cap with neither or both of `is` and `above`.
    #[error("{0} needs either \"is\" or \"above\"")]
    CapChoice(String),
    /// A cap at the best grade holds nothing down.
    #[error("{0} allows the best grade")]
    IdleCap(String),
    /// The second cut of the cumulative share is not above the first.
    #[error("{0}: the cuts do not rise")]
    CutOrder(String),
    /// An axis of M02 that does not give 5, 4, 3, 2, 1.
    #[error("{0} does not give the points 5, 4, 3, 2, 1")]
    AxisPoints(String),
    /// The eight segments are not each there once.
    #[error("{0}: not every combination of high and low has just one segment")]
    Segments(String),
    /// "High" outside 2–5, a window or minimum below 1, or another setting that cannot work.
    #[error("{0} is out of range")]
    Setting(String),
    /// A scale that gives most where there is least to worry about.
    #[error("{0}: the scale runs the wrong way")]
    WrongWay(String),
    /// Highest points that together exceed 100.
    #[error("{place}: the highest points sum to {sum}, more than 100")]
    PointSum {
        /// The card.
        place: String,
        /// What they sum to.
        sum: u32,
    },
    /// Neither choices nor lines with a unit, or parts of both.
    #[error("{0} needs either choices, or lines and a unit")]
    AnswerChoice(String),
    /// Levels or priorities that are not all there, once each and in order.
    #[error("{place} needs {wanted}, in this order")]
    Order {
        /// Where.
        place: String,
        /// Their codes.
        wanted: String,
    },
    /// A text that says no time a clock can run.
    #[error("{place}: {text:?} is no time limit such as \"24h\" or \"2WD\"")]
    BadLimit {
        /// Where.
        place: String,
        /// What stands there.
        text: String,
    },
    /// A value that is no time of day in whole minutes.
    #[error("{place}: {text} is no time of day in whole minutes")]
    BadTime {
        /// Where.
        place: String,
        /// What stands there.
        text: String,
    },
    /// A priority that is given less time than a more urgent one.
    #[error("{0} is given less time than the priority above it")]
    LimitOrder(String),
    /// A grade that decides better than the grade above it.
    #[error("{0} decides better than the grade above it")]
    DecisionOrder(String),
    /// A rule that can change nothing.
    #[error("{0} changes nothing")]
    Idle(String),
}

/// A line of a scale as a file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLine {
    pub when: String,
    pub points: u8,
}

/// Converts the raw shapes and collects what is wrong on the way.
#[derive(Default)]
pub(super) struct Check {
    pub problems: Vec<Problem>,
}

impl Check {
    /// A scale that can work; with lines that say nothing, only they are named.
    pub fn ladder(&mut self, place: &str, lines: Vec<RawLine>) -> Ladder {
        let before = self.problems.len();
        let lines = lines.into_iter();
        let ladder =
            Ladder(lines.map(|line| Line { when: self.condition(place, &line.when), points: line.points }).collect());
        if self.problems.len() == before {
            let faults = ladder.faults().into_iter();
            self.problems.extend(faults.map(|fault| Problem::Scale { place: place.to_owned(), fault }));
        }
        ladder
    }

    /// A scale whose lines ask for much, or for little.
    pub fn directed_ladder(&mut self, place: &str, lines: Vec<RawLine>, for_more: bool) -> Ladder {
        let before = self.problems.len();
        let ladder = self.ladder(place, lines);
        let is_sound = self.problems.len() == before;
        if is_sound && ladder.asks_for_more().is_some_and(|more| more != for_more) {
            self.problems.push(Problem::WrongWay(place.to_owned()));
        }
        ladder
    }

    /// A condition; `else`, with a problem, where the text says none.
    pub fn condition(&mut self, place: &str, text: &str) -> Condition {
        text.parse().unwrap_or_else(|_| {
            self.problems.push(Problem::BadCondition { place: place.to_owned(), text: text.to_owned() });
            Condition::Else
        })
    }

    /// Lower bounds that fall from the first to the last, which begins at 0.
    pub fn steps(&mut self, place: Key, bounds: impl Iterator<Item = (Key, Hundredths)>) {
        let bounds: Vec<_> = bounds.collect();
        for pair in bounds.windows(2) {
            if let [(_, above), (code, from)] = pair
                && from >= above
            {
                self.problems.push(Problem::GradeOrder(format!("{place}.{code}")));
            }
        }
        match bounds.last() {
            None => self.problems.push(Problem::Empty(place.to_string())),
            Some((_, last)) if *last != Hundredths(0) => self.problems.push(Problem::GradeGap(place.to_string())),
            Some(_) => (),
        }
    }

    /// Weights in basis points that sum to exactly 100.00 %; N4.
    pub fn weights(&mut self, place: String, weights: impl Iterator<Item = u16>) {
        let sum: i64 = weights.map(i64::from).sum();
        if sum != WHOLE {
            self.problems.push(Problem::WeightSum { place, sum: Hundredths(sum) });
        }
    }

    /// Points that sum to 100 at most, when each is the highest possible.
    pub fn point_sum(&mut self, place: impl Display, highest: impl Iterator<Item = u8>) {
        let sum: u32 = highest.map(u32::from).sum();
        if sum > 100 {
            self.problems.push(Problem::PointSum { place: place.to_string(), sum });
        }
    }

    /// All of a fixed list, once each and in order; none, with a problem, where they are not.
    pub fn in_order<T: Copy + PartialEq>(
        &mut self,
        card: Key,
        name: &str,
        given: impl Iterator<Item = T>,
        wanted: [T; 4],
        code: impl Fn(T) -> Key,
    ) -> Option<()> {
        if given.eq(wanted) {
            return Some(());
        }
        let wanted = wanted.map(|one| code(one).to_string()).join(", ");
        self.problems.push(Problem::Order { place: format!("{card}.{name}"), wanted });
        None
    }

    /// Names that stand once each.
    pub fn doubles(&mut self, place: impl Display, names: impl Iterator<Item = Key>) {
        let mut seen = HashSet::new();
        let doubled = names.filter(|name| !seen.insert(*name));
        self.problems.extend(doubled.map(|name| Problem::Doubled(format!("{place}.{name}"))));
    }

    /// A text in both languages.
    pub fn text(&mut self, place: impl Display, name: &str, text: &Text) {
        for lang in [Lang::Zh, Lang::En] {
            if text.get(lang).trim().is_empty() {
                self.problems.push(Problem::NoText { place: format!("{place}.{name}"), lang });
            }
        }
    }

    /// A percentage as basis points; nought, with a problem, where it is none.
    pub fn basis_points(&mut self, place: String, text: &str) -> u16 {
        u16::try_from(self.score(place, text).0).unwrap_or_default()
    }

    /// A number from 0 to 100 with two decimals.
    pub fn score(&mut self, place: String, text: &str) -> Hundredths {
        self.number(place, text, 0, WHOLE).rounded()
    }

    /// A number with at most two decimals, within hundredths.
    pub fn number(&mut self, place: String, text: &str, min: i64, max: i64) -> Ratio {
        let number = text.parse::<Ratio>().ok().filter(|number| {
            let rounded = number.rounded();
            *number == Ratio::hundredth(rounded.0) && (min..=max).contains(&rounded.0)
        });
        number.unwrap_or_else(|| {
            let (min, max) = (Hundredths(min), Hundredths(max));
            self.problems.push(Problem::BadNumber { place, text: text.to_owned(), min, max });
            Ratio::ZERO
        })
    }
}
