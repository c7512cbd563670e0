//! How a value comes onto a line of a scale: the condition it has to meet, and an example.

use super::ladder::{Condition, Ladder};
use super::ratio::Ratio;

/// What brings a value onto a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it has to be, told from where it comes: the line's own condition, or the opposite of the one above.
    pub needed: Condition,
    /// A value for which the line is the first to hold.
    pub example: Ratio,
}

/// The entry into the line at `place`: from a lower line (`upwards`) by its own condition, from a higher one by no longer
/// meeting the line above. No value below `least` is given.
pub fn entry(ladder: &Ladder, place: usize, upwards: bool, least: Option<Ratio>) -> Option<Entry> {
    let own = ladder.0.get(place)?.when;
    let above = place.checked_sub(1).and_then(|above| ladder.0.get(above)).map(|line| line.when);
    let needed = if upwards { own } else { opposite(above?) };
    let is_first = |value: &Ratio| {
        least.is_none_or(|least| *value >= least)
            && own.holds(*value)
            && ladder.0.iter().take(place).all(|line| !line.when.holds(*value))
    };
    let bound = above.and_then(Condition::bound);
    // Nothing is nearer to the scale's end than the bound of the line above, so the middle between it and any value
    // beyond serves.
    let beyond = |end: i64| bound.and_then(|bound| bound.midway(Ratio::whole(end)));
    let tried = [needed.bound(), ladder.example(place), least, beyond(0), beyond(i64::from(i32::MIN)), beyond(i64::from(i32::MAX))];
    tried.into_iter().flatten().find(is_first).map(|example| Entry { needed, example })
}

fn opposite(when: Condition) -> Condition {
    match when {
        Condition::AtLeast(bound) => Condition::Below(bound),
        Condition::Above(bound) => Condition::AtMost(bound),
        Condition::AtMost(bound) => Condition::Above(bound),
        Condition::Below(bound) => Condition::AtLeast(bound),
        Condition::Else => Condition::Else,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::score::ladder::Line;

    #[test]
    fn an_entry_leads_onto_its_line() {
        let scale = |lines: &[(&str, u8)]| {
            Ladder(lines.iter().map(|(when, points)| Line { when: when.parse().unwrap(), points: *points }).collect())
        };
        for ladder in [
            scale(&[(">= 3", 20), ("> 2", 12), (">= 1.5", 6), ("else", 0)]),
            scale(&[("<= -50", 30), ("< -30", 20), ("<= -15", 10), ("else", 0)]),
            scale(&[("< 60", 15), ("< 75", 8), ("else", 0)]),
        ] {
            for place in 0..ladder.0.len() {
                for upwards in [true, false] {
                    let Some(found) = entry(&ladder, place, upwards, None) else {
                        assert_eq!((place, upwards), (0, false));
                        continue;
                    };
                    assert_eq!(ladder.line(found.example), ladder.0.get(place), "{found:?}");
                    assert!(found.needed.holds(found.example), "{found:?}");
                }
            }
        }
    }
}
