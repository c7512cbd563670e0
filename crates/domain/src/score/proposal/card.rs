//! The card of M13: criteria, how many reviewers it takes, grades and what they decide.

use serde::Deserialize;

use crate::key::Key;
use crate::score::ratio::Hundredths;
use crate::text::Text;

/// How proposals are graded; spec M13.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Its name, `M13`.
    pub id: Key,
    /// Which issue of the card; a stored result names it (N7).
    pub version: u32,
    /// What people call it.
    pub title: Text,
    /// The fewest reviewers that make a grade, at least 1.
    pub minimum_reviewers: u16,
    /// From so many reviewers on the highest and the lowest are left out, at least 3.
    pub trim_from: u16,
    /// What every reviewer scores.
    pub criteria: Vec<Criterion>,
    /// The grades, best first.
    pub grades: Vec<Grade>,
}

/// One thing every reviewer scores, 0–100.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// Its name in reviews, such as `benefit`.
    pub code: Key,
    /// The field of the review F-3.4-2 that answers it.
    pub field: Key,
    /// What people call it.
    pub label: Text,
    /// Its weight in basis points (N4).
    pub weight: u16,
}

/// A grade and what it decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Grade {
    /// What is stored, such as `first`.
    pub code: Key,
    /// What people call it.
    pub label: Text,
    /// Its lower bound, inclusive, compared with the rounded score (N3).
    pub from: Hundredths,
    /// What becomes of the proposal.
    pub decision: Decision,
}

/// What becomes of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// 采纳.
    Adopted,
    /// 保留: reviewed again later.
    Kept,
    /// 不采纳.
    NotAdopted,
}

impl Card {
    /// The best grade whose lower bound the rounded score reaches (N3); none below all of them.
    pub fn grade(&self, score: Hundredths) -> Option<&Grade> {
        self.grades.iter().find(|grade| score >= grade.from)
    }
}
