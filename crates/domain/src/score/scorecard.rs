//! A scorecard: what is looked at, what it weighs, which points it earns and which grade they make.

use super::ladder::{Condition, Ladder};
use super::outcome::Fact;
use super::pareto::ParetoCuts;
use super::ratio::{Hundredths, Ratio};
use super::rfm::RfmTable;
use crate::key::Key;
use crate::text::Text;

/// All of a file: the cards, and the tables of M01b and M02.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorecards {
    /// The cards, in the order of the file.
    pub cards: Vec<Scorecard>,
    /// Cuts of the cumulative share, M01b.
    pub pareto: Option<ParetoCuts>,
    /// Tables of recency, frequency and amount, M02.
    pub rfm: Option<RfmTable>,
}

impl Scorecards {
    /// The card `id`, such as `M01`.
    pub fn card(&self, id: &str) -> Option<&Scorecard> {
        self.cards.iter().find(|card| card.id == *id)
    }
}

/// One way of grading; spec M01 is the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorecard {
    /// Its name, such as `M01`.
    pub id: Key,
    /// Which issue of the card; a stored score names it (N7).
    pub version: u32,
    /// What people call it.
    pub title: Text,
    /// The least weight that must be present, in basis points (X2).
    pub minimum_present: u16,
    /// What is looked at.
    pub items: Vec<Item>,
    /// The grades, best first.
    pub grades: Vec<Band>,
    /// What holds a grade down.
    pub caps: Vec<Cap>,
    /// Who is proposed for more than the best grade.
    pub candidate: Option<Candidate>,
}

impl Scorecard {
    /// The item `code`.
    pub fn item(&self, code: Key) -> Option<&Item> {
        self.items.iter().find(|item| item.code == code)
    }

    /// Where a grade stands, 0 for the best; none for a grade the card does not know.
    pub fn rank(&self, grade: Key) -> Option<usize> {
        self.grades.iter().position(|band| band.code == grade)
    }

    /// The least and the greatest score there can be: over all its items, or without those that may be left out where
    /// that makes more of it (X2).
    pub fn ends(&self) -> (Hundredths, Hundredths) {
        let least = self.means(|item| (u8::MAX - item.scale.ends().0, item.scale.ends().0)).min();
        let greatest = self.means(|item| (item.scale.ends().1, item.scale.ends().1)).max();
        (least.unwrap_or(Ratio::ZERO).rounded(), greatest.unwrap_or(Ratio::ZERO).rounded())
    }

    /// The means of what must be there, and with one more item after the other, the highest rank first; `points` gives
    /// rank and points of an item.
    fn means(&self, points: impl Fn(&Item) -> (u8, u8)) -> impl Iterator<Item = Ratio> {
        let mut items: Vec<(bool, (u8, u8), u16)> =
            self.items.iter().map(|item| (item.is_always_there(), points(item), item.weight)).collect();
        items.sort_by(|a, b| b.cmp(a));
        let fixed = items.iter().filter(|(is_fixed, ..)| *is_fixed).count();
        let (mut earned, mut present) = (0, 0);
        let means = items.into_iter().map(move |(_, (_, points), weight)| {
            earned += i128::from(points) * i128::from(weight);
            present += i128::from(weight);
            Ratio::new(earned, present)
        });
        means.skip(fixed.saturating_sub(1)).flatten()
    }

    /// The best grade whose lower bound the rounded score reaches (N3); none below all of them.
    pub fn band(&self, score: Hundredths) -> Option<&Band> {
        self.grades.iter().find(|band| score >= band.from)
    }
}

/// One thing a card looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its name in inputs, such as `V1`.
    pub code: Key,
    /// What people call it.
    pub label: Text,
    /// What its raw value is counted in.
    pub unit: Text,
    /// The field of a form that holds its raw value.
    pub field: Option<Key>,
    /// The places after the point that field has, 0–2.
    pub places: u8,
    /// Its weight in basis points.
    pub weight: u16,
    /// Whether a missing value leaves the whole ungraded (X1) instead of spreading the weight (X2).
    pub is_required: bool,
    /// Whether "not applicable" is an answer; where it is not, it counts as missing.
    pub takes_na: bool,
    /// When the item cannot apply, whatever was given for it.
    pub na_when: Option<NaRule>,
    /// How raw values become points.
    pub scale: Scale,
}

impl Item {
    /// Whether a score counts it in any case.
    fn is_always_there(&self) -> bool {
        self.is_required && !self.takes_na && self.na_when.is_none()
    }
}

/// How raw values become points.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// Lines from top to bottom, the first that holds decides.
    Lines(Ladder),
    /// A whole rating within `min..=max`, each step worth the same.
    Rating {
        /// The lowest rating.
        min: u8,
        /// The highest rating.
        max: u8,
        /// Points per step: 20 makes 5 worth 100.
        points_per_step: u8,
    },
}

impl Item {
    /// A raw value as the item's field of a form shows it, a number of 10⁻ᵖˡᵃᶜᵉˢ.
    ///
    /// Rounded half away from zero (N2), unless the rounded value would earn other points than the exact one; then the
    /// neighbour that earns the same, so that what is read is what is graded (N3).
    pub fn as_read(&self, exact: Ratio) -> i128 {
        let scale = 10i128.pow(self.places.min(2).into());
        let points = |value: Ratio| self.scale.points(value).map(|(points, _)| points);
        let nearest = exact.times(scale);
        let earns_the_same = |read: &i128| Ratio::new(*read, scale).is_some_and(|value| points(value) == points(exact));
        [nearest, nearest - 1, nearest + 1].into_iter().find(earns_the_same).unwrap_or(nearest)
    }
}

impl Scale {
    /// The points of a raw value and the line that gave them; none when the scale has no place for it.
    pub fn points(&self, value: Ratio) -> Option<(u8, Condition)> {
        match self {
            Self::Lines(ladder) => ladder.line(value).map(|line| (line.points, line.when)),
            Self::Rating { min, max, points_per_step } => {
                let rating = u8::try_from(value.as_whole()?).ok().filter(|rating| (min..=max).contains(&rating))?;
                Some((rating.checked_mul(*points_per_step)?, Condition::AtLeast(Ratio::whole(rating.into()))))
            }
        }
    }

    /// The fewest and the most points it gives.
    pub fn ends(&self) -> (u8, u8) {
        match self {
            Self::Lines(ladder) => {
                let fewest = ladder.all_points().min().unwrap_or_default();
                (fewest, ladder.highest())
            }
            Self::Rating { min, max, points_per_step } => {
                (min.saturating_mul(*points_per_step), max.saturating_mul(*points_per_step))
            }
        }
    }

    /// Every level above the lowest: when it is reached, its points, and a raw value that reaches it.
    pub fn levels(&self) -> Vec<(Condition, u8, Ratio)> {
        match self {
            Self::Lines(ladder) => ladder
                .0
                .iter()
                .enumerate()
                .filter_map(|(place, line)| Some((line.when, line.points, ladder.example(place)?)))
                .collect(),
            Self::Rating { min, max, .. } => (*min..=*max)
                .filter_map(|rating| {
                    let value = Ratio::whole(rating.into());
                    self.points(value).map(|(points, when)| (when, points, value))
                })
                .collect(),
        }
    }
}

/// When an item cannot apply because of another.
#[derive(Clone, Debug, PartialEq)]
pub struct NaRule {
    /// The other item.
    pub item: Key,
    /// What its raw value has to be.
    pub when: Condition,
    /// Why that is so.
    pub reason: Text,
}

/// A grade and the score from which it is earned.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// What is stored, such as `A`.
    pub code: Key,
    /// What people call it.
    pub label: Text,
    /// Its lower bound, inclusive, compared with the rounded score (N3).
    pub from: Hundredths,
}

/// A fact that holds a grade down.
#[derive(Clone, Debug, PartialEq)]
pub struct Cap {
    /// The name of the fact, such as `overdue_days`.
    pub input: Key,
    /// When it holds.
    pub when: CapCondition,
    /// The best grade still possible.
    pub at_most: Key,
    /// Why.
    pub reason: Text,
}

/// When a cap holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CapCondition {
    /// The fact is just this.
    Is(Fact),
    /// The fact is a number above this.
    Above(Ratio),
}

impl CapCondition {
    /// Whether it holds for `fact`.
    pub fn holds(self, fact: Fact) -> bool {
        match (self, fact) {
            (Self::Is(wanted), fact) => wanted == fact,
            (Self::Above(bound), Fact::Number(number)) => number > bound,
            (Self::Above(_), _) => false,
        }
    }
}

/// Who is proposed for more than the best grade; VIP in M01.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What the proposal is called.
    pub label: Text,
    /// The final grade it takes.
    pub grade: Key,
    /// The rounded score it takes, inclusive.
    pub from: Hundredths,
}
