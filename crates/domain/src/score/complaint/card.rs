//! The card of M05: factors, levels, what overrides them, priorities and their due times.

use serde::Deserialize;

use crate::calendar::ClockRule;
use crate::key::Key;
use crate::score::ladder::{Condition, Ladder};
use crate::score::outcome::Fact;
use crate::score::ratio::{Hundredths, Ratio};
use crate::text::Text;

/// How complaints are classified; spec M05.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Its name, `M05`.
    pub id: Key,
    /// Which issue of the card; a stored result names it (N7).
    pub version: u32,
    /// What people call it.
    pub title: Text,
    /// What is looked at; the highest points of all together are at most 100.
    pub factors: Vec<Factor>,
    /// The levels, gravest first.
    pub levels: [LevelBand; 4],
    /// What makes level I whatever the sum.
    pub vetoes: Vec<Veto>,
    /// What says the slightest level still possible.
    pub floors: Vec<Floor>,
    /// Which customers' complaints are more urgent than their level.
    pub raises: Vec<Raise>,
    /// What says the least urgent priority still possible.
    pub limits: Vec<PriorityLimit>,
    /// The due times, P1 first.
    pub slas: [Sla; 4],
}

/// One thing the severity is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Its name in facts and results, such as `F1`.
    pub code: Key,
    /// The field of the complaint record F-6.1-1 that answers it.
    pub field: Key,
    /// What people call it.
    pub label: Text,
    /// How its answer becomes points.
    pub scale: FactorScale,
}

/// How the answer to a factor becomes points.
#[derive(Clone, Debug, PartialEq)]
pub enum FactorScale {
    /// One of several words.
    Choices(Vec<Choice>),
    /// A number.
    Lines {
        /// What it is counted in.
        unit: Text,
        /// Whether the field holds money in fen; the lines are in yuan.
        is_money: bool,
        /// Less than this is no answer.
        least: Ratio,
        /// The lines, the first that holds decides.
        ladder: Ladder,
    },
}

/// One possible answer and its points.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The word stored.
    pub code: Key,
    /// What people call it.
    pub label: Text,
    /// What it gives.
    pub points: u8,
}

/// How grave a complaint is 投诉级别; I is the gravest, and the least in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Level {
    /// 紧急.
    I,
    /// 重大.
    II,
    /// 一般.
    III,
    /// 轻微.
    IV,
}

/// A level and the severity from which it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelBand {
    /// What people call it.
    pub label: Text,
    /// Its lower bound, inclusive.
    pub from: Hundredths,
}

/// How urgent a complaint is 优先级; P1 is the most urgent, and the least in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Priority {
    /// The most urgent.
    P1,
    /// The second.
    P2,
    /// The third.
    P3,
    /// The least urgent.
    P4,
}

/// An answer that makes level I whatever the sum 一票否决.
#[derive(Clone, Debug, PartialEq)]
pub struct Veto {
    /// The factor it looks at.
    pub factor: Key,
    /// The answer.
    pub is: Key,
    /// Why.
    pub reason: Text,
}

/// An answer with which the level is never slighter than this.
#[derive(Clone, Debug, PartialEq)]
pub struct Floor {
    /// The factor it looks at.
    pub factor: Key,
    /// The answer.
    pub is: Key,
    /// The slightest level still possible.
    pub at_least: Level,
    /// Why.
    pub reason: Text,
}

/// Tiers whose complaints are more urgent than their level.
#[derive(Clone, Debug, PartialEq)]
pub struct Raise {
    /// The tiers, such as `VIP`.
    pub tiers: Vec<Key>,
    /// By how many priorities, 1–3; never beyond P1.
    pub by: u8,
    /// Why.
    pub reason: Text,
}

/// An answer with which the priority is never less urgent than this.
#[derive(Clone, Debug, PartialEq)]
pub struct PriorityLimit {
    /// The factor it looks at.
    pub factor: Key,
    /// The answer.
    pub is: Key,
    /// The least urgent priority still possible.
    pub at_most: Priority,
    /// Why.
    pub reason: Text,
}

/// The clocks of one priority; a case with pauses gives one of them to [`Calendar::due`].
///
/// [`Calendar::due`]: crate::calendar::Calendar::due
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sla {
    /// First response 首次响应.
    pub first_response: ClockRule,
    /// Plan 处理方案.
    pub plan: ClockRule,
    /// Resolution 办结.
    pub resolution: ClockRule,
}

impl Level {
    /// All levels, gravest first.
    pub const ALL: [Self; 4] = [Self::I, Self::II, Self::III, Self::IV];

    /// Its number, 1–4.
    pub fn number(self) -> u8 {
        match self {
            Self::I => 1,
            Self::II => 2,
            Self::III => 3,
            Self::IV => 4,
        }
    }

    /// What F-6.1-2 stores, `I` to `IV`.
    pub fn code(self) -> Key {
        Key::of(match self {
            Self::I => "I",
            Self::II => "II",
            Self::III => "III",
            Self::IV => "IV",
        })
    }

    /// The level with this code.
    pub fn of(code: Key) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }

    /// The priority of the same number, before anything moves it.
    pub fn priority(self) -> Priority {
        match self {
            Self::I => Priority::P1,
            Self::II => Priority::P2,
            Self::III => Priority::P3,
            Self::IV => Priority::P4,
        }
    }
}

impl Priority {
    /// All priorities, most urgent first.
    pub const ALL: [Self; 4] = [Self::P1, Self::P2, Self::P3, Self::P4];

    /// Its number, 1–4.
    pub fn number(self) -> u8 {
        match self {
            Self::P1 => 1,
            Self::P2 => 2,
            Self::P3 => 3,
            Self::P4 => 4,
        }
    }

    /// What F-6.1-2 stores, `P1` to `P4`.
    pub fn code(self) -> Key {
        Key::of(match self {
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
        })
    }

    /// The priority with this code.
    pub fn of(code: Key) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.code() == code)
    }

    /// The priority so many steps more urgent; P1 beyond it.
    pub fn raised(self, by: u8) -> Self {
        let wanted = self.number().saturating_sub(by);
        Self::ALL.into_iter().find(|priority| priority.number() == wanted).unwrap_or(Self::P1)
    }
}

impl Card {
    /// The factor `code`.
    pub fn factor(&self, code: Key) -> Option<&Factor> {
        self.factors.iter().find(|factor| factor.code == code)
    }

    /// The gravest level whose lower bound the severity reaches (N3).
    pub fn level_of(&self, severity: u8) -> Level {
        let reached = Level::ALL.into_iter().find(|level| severity_of(severity) >= self.band(*level).from);
        // Level IV begins at 0 in a card that passed its checks.
        reached.unwrap_or(Level::IV)
    }

    /// What is said of a level.
    pub fn band(&self, level: Level) -> &LevelBand {
        let [first, second, third, fourth] = &self.levels;
        match level {
            Level::I => first,
            Level::II => second,
            Level::III => third,
            Level::IV => fourth,
        }
    }

    /// The clocks of a priority.
    pub fn sla(&self, priority: Priority) -> &Sla {
        let [first, second, third, fourth] = &self.slas;
        match priority {
            Priority::P1 => first,
            Priority::P2 => second,
            Priority::P3 => third,
            Priority::P4 => fourth,
        }
    }
}

fn severity_of(points: u8) -> Hundredths {
    Hundredths(i64::from(points) * 100)
}

impl FactorScale {
    /// The points of an answer, and the line that gave them; none when the scale has no place for it.
    ///
    /// A choice has no line: the answer itself says which it was.
    pub fn points(&self, answer: Fact) -> Option<(u8, Option<Condition>)> {
        match (self, answer) {
            (Self::Choices(choices), Fact::Word(word)) => {
                choices.iter().find(|choice| choice.code == word).map(|choice| (choice.points, None))
            }
            (Self::Lines { least, ladder, .. }, Fact::Number(number)) if number >= *least => {
                ladder.line(number).map(|line| (line.points, Some(line.when)))
            }
            _ => None,
        }
    }

    /// The most points it can give.
    pub fn highest(&self) -> u8 {
        match self {
            Self::Choices(choices) => choices.iter().map(|choice| choice.points).max().unwrap_or_default(),
            Self::Lines { ladder, .. } => ladder.highest(),
        }
    }
}
