//! Scales of points: lines read from top to bottom, the first that holds decides.

use std::fmt;
use std::str::FromStr;

use super::ratio::Ratio;

/// When a line of a scale holds; written ">= 5000000", "> 0", "<= 1", "< 5" or "else".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The value is at least this.
    AtLeast(Ratio),
    /// The value is above this.
    Above(Ratio),
    /// The value is at most this.
    AtMost(Ratio),
    /// The value is below this.
    Below(Ratio),
    /// Whatever the value.
    Else,
}

/// A text that says no condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a condition: {0:?}")]
pub struct BadCondition(pub String);

/// One line of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it holds.
    pub when: Condition,
    /// What it gives, `0..=100`.
    pub points: u8,
}

/// A scale of lines.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ladder(pub Vec<Line>);

/// Why a scale cannot work; lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LadderFault {
    /// There is no line at all.
    #[error("has no line")]
    Empty,
    /// The last line is not `else`, so some value would get no points.
    #[error("does not end with \"else\"")]
    NoElse,
    /// `else` stands before the last line, so what follows is never reached.
    #[error("line {0} is \"else\" but not the last")]
    EarlyElse(usize),
    /// Some lines ask for much, others for little.
    #[error("line {0} turns the direction of the scale")]
    MixedDirection(usize),
    /// The line holds only where an earlier one holds already.
    #[error("line {0} is never reached")]
    Unreachable(usize),
    /// The points do not fall from line to line.
    #[error("line {0} does not give fewer points than the line above")]
    NotFalling(usize),
    /// Points above 100.
    #[error("line {0} gives more than 100 points")]
    TooManyPoints(usize),
}

impl Condition {
    /// Whether it holds for `value`.
    pub fn holds(self, value: Ratio) -> bool {
        match self {
            Self::AtLeast(bound) => value >= bound,
            Self::Above(bound) => value > bound,
            Self::AtMost(bound) => value <= bound,
            Self::Below(bound) => value < bound,
            Self::Else => true,
        }
    }

    /// The number it compares with; none for `else`.
    pub fn bound(self) -> Option<Ratio> {
        match self {
            Self::AtLeast(bound) | Self::Above(bound) | Self::AtMost(bound) | Self::Below(bound) => Some(bound),
            Self::Else => None,
        }
    }

    fn wants_more(self) -> bool {
        matches!(self, Self::AtLeast(_) | Self::Above(_))
    }

    /// Whether every value that satisfies `self` satisfies `other`; both of one direction.
    fn implies(self, other: Self) -> bool {
        match (self, other) {
            (Self::AtLeast(mine), Self::Above(theirs)) => mine > theirs,
            (Self::AtMost(mine), Self::Below(theirs)) => mine < theirs,
            (Self::AtLeast(mine) | Self::Above(mine), Self::AtLeast(theirs) | Self::Above(theirs)) => mine >= theirs,
            (Self::AtMost(mine) | Self::Below(mine), Self::AtMost(theirs) | Self::Below(theirs)) => mine <= theirs,
            _ => false,
        }
    }
}

impl Ladder {
    /// The first line that holds for `value`; none only in a scale that failed its checks.
    pub fn line(&self, value: Ratio) -> Option<&Line> {
        self.0.iter().find(|line| line.when.holds(value))
    }

    /// Whether its lines ask for much rather than little; none when `else` is all there is.
    pub fn asks_for_more(&self) -> Option<bool> {
        let first = self.0.first().filter(|line| line.when != Condition::Else)?;
        Some(first.when.wants_more())
    }

    /// The most points it gives.
    pub fn highest(&self) -> u8 {
        self.0.iter().map(|line| line.points).max().unwrap_or_default()
    }

    /// A value that the line at `place` is the first to hold for; none for `else`.
    pub fn example(&self, place: usize) -> Option<Ratio> {
        let when = self.0.get(place)?.when;
        let bound = when.bound()?;
        let above = place.checked_sub(1).and_then(|above| self.0.get(above)?.when.bound());
        match (when, above) {
            (Condition::AtLeast(_) | Condition::AtMost(_), _) => Some(bound),
            (_, Some(above)) => bound.midway(above),
            (Condition::Below(_), None) => bound.midway(Ratio::whole(i64::MIN)),
            (_, None) => bound.midway(Ratio::whole(i64::MAX)),
        }
    }

    /// Everything that keeps the scale from working.
    pub fn faults(&self) -> Vec<LadderFault> {
        let mut faults = Vec::new();
        let direction = self.0.first().map(|line| line.when.wants_more());
        let mut above: Option<&Line> = None;
        for (place, line) in self.0.iter().enumerate() {
            let (number, is_last) = (place + 1, place + 1 == self.0.len());
            let is_else = line.when == Condition::Else;
            if is_else && !is_last {
                faults.push(LadderFault::EarlyElse(number));
            } else if !is_else && Some(line.when.wants_more()) != direction {
                faults.push(LadderFault::MixedDirection(number));
            } else if above.is_some_and(|above| !is_else && line.when.implies(above.when)) {
                faults.push(LadderFault::Unreachable(number));
            }
            if line.points > 100 {
                faults.push(LadderFault::TooManyPoints(number));
            } else if above.is_some_and(|above| line.points >= above.points) {
                faults.push(LadderFault::NotFalling(number));
            }
            above = Some(line);
        }
        match above {
            None => faults.push(LadderFault::Empty),
            Some(last) if last.when != Condition::Else => faults.push(LadderFault::NoElse),
            Some(_) => (),
        }
        faults
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(f, "≥ {bound}"),
            Self::Above(bound) => write!(f, "> {bound}"),
            Self::AtMost(bound) => write!(f, "≤ {bound}"),
            Self::Below(bound) => write!(f, "< {bound}"),
            Self::Else => f.write_str("else"),
        }
    }
}

impl FromStr for Condition {
    type Err = BadCondition;

    fn from_str(text: &str) -> Result<Self, BadCondition> {
        let bad = || BadCondition(text.to_owned());
        let with = |rest: &str, make: fn(Ratio) -> Self| rest.parse().map(make).map_err(|_| bad());
        let trimmed = text.trim();
        if trimmed == "else" {
            Ok(Self::Else)
        } else if let Some(rest) = trimmed.strip_prefix(">=").or_else(|| trimmed.strip_prefix('≥')) {
            with(rest, Self::AtLeast)
        } else if let Some(rest) = trimmed.strip_prefix("<=").or_else(|| trimmed.strip_prefix('≤')) {
            with(rest, Self::AtMost)
        } else if let Some(rest) = trimmed.strip_prefix('>') {
            with(rest, Self::Above)
        } else if let Some(rest) = trimmed.strip_prefix('<') {
            with(rest, Self::Below)
        } else {
            Err(bad())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ladder(lines: &[(&str, u8)]) -> Ladder {
        Ladder(lines.iter().map(|(when, points)| Line { when: when.parse().unwrap(), points: *points }).collect())
    }

    #[test]
    fn the_first_line_that_holds_decides() {
        let scale = ladder(&[(">= 30", 100), ("> 0", 20), ("else", 0)]);
        for (value, points) in [("30", 100), ("29.99", 20), ("0.01", 20), ("0", 0), ("-5", 0)] {
            assert_eq!(scale.line(value.parse().unwrap()).unwrap().points, points, "{value}");
        }
    }

    #[test]
    fn an_example_belongs_to_its_line() {
        for scale in [
            ladder(&[("> 30", 100), (">= 30", 90), ("> 0", 20), ("else", 0)]),
            ladder(&[("< 1", 100), ("<= 1", 90), ("< 2", 80), ("else", 0)]),
        ] {
            for place in 0..3 {
                let value = scale.example(place).unwrap();
                assert_eq!(scale.line(value), scale.0.get(place), "{value}");
            }
            assert_eq!(scale.example(3), None);
        }
    }

    #[test]
    fn a_scale_that_cannot_work_says_why() {
        use LadderFault::*;
        let examples: [(&[(&str, u8)], LadderFault); 9] = [
            (&[], Empty),
            (&[("> 0", 20)], NoElse),
            (&[("> 5", 80), ("else", 20), ("> 0", 10), ("else", 0)], EarlyElse(2)),
            (&[("> 5", 80), ("< 2", 20), ("else", 0)], MixedDirection(2)),
            (&[("> 5", 80), (">= 6", 20), ("else", 0)], Unreachable(2)),
            (&[("<= 5", 80), ("< 5", 20), ("else", 0)], Unreachable(2)),
            (&[("> 5", 80), ("> 5", 20), ("else", 0)], Unreachable(2)),
            (&[("> 5", 20), ("> 1", 20), ("else", 0)], NotFalling(2)),
            (&[("> 5", 101), ("else", 0)], TooManyPoints(1)),
        ];
        for (lines, fault) in examples {
            assert_eq!(ladder(lines).faults(), [fault], "{lines:?}");
        }
        assert_eq!(ladder(&[("> 5", 100), (">= 5", 90), ("else", 0)]).faults(), []);
    }

    #[test]
    fn what_says_no_condition_is_refused() {
        for text in ["", "5", "= 5", ">= five", "other"] {
            assert_eq!(text.parse::<Condition>(), Err(BadCondition(text.to_owned())));
        }
    }
}
