//! The cheapest way under the next better colour.

use super::card::{Card, Row, Signal};
use super::signals::Signals;
use super::warning::{Outcome, assess_values};
use crate::key::Key;
use crate::score::entry::entry;
use crate::score::ladder::Condition;
use crate::score::ratio::Ratio;

/// What has to change for a better colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Easing {
    /// The colour now.
    pub from: Key,
    /// The colour then.
    pub to: Key,
    /// The score then.
    pub score: u8,
    /// The rows that have to give less, in the order of the card.
    pub rows: Vec<RowEasing>,
}

/// A row that has to give less.
#[derive(Clone, Debug, PartialEq)]
pub struct RowEasing {
    /// The row.
    pub code: Key,
    /// Its points now.
    pub points: u8,
    /// Its points then.
    pub points_then: u8,
    /// What its signals have to be; one that gives no more than the rest is left as it is.
    pub signals: Vec<SignalEasing>,
}

/// What a signal has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalEasing {
    /// The signal.
    pub signal: Signal,
    /// What its value has to be.
    pub needed: Condition,
    /// A value that is so.
    pub example: Ratio,
}

/// The fewest rows that make a better colour by giving less, and of those the fewest points; none when the colour is the
/// best already. Each is told by scoring again, so what it says is what the colour would be. Source: M15.
pub fn cheapest_easing(card: &Card, signals: &Signals) -> Option<Easing> {
    let now = assess_values(card, |signal| signals.value(card, signal));
    let from = now.colour?;
    let options: Vec<Vec<RowEasing>> =
        card.rows.iter().zip(&now.rows).map(|(row, traced)| easings(row, traced.points, card, signals)).collect();
    for count in 1..=options.len() {
        let mut search = Search { card, signals, now: &now, best: None };
        search.choose(&options, count, &mut Vec::new());
        if let Some((_, rows, outcome)) = search.best {
            let to = outcome.colour?;
            return Some(Easing { from, to, score: outcome.score, rows });
        }
    }
    None
}

/// The levels a row can come down to, each with what its signals have to be.
fn easings(row: &Row, points: u8, card: &Card, signals: &Signals) -> Vec<RowEasing> {
    let mut targets: Vec<u8> =
        row.signals.iter().flat_map(|scale| &scale.ladder.0).map(|line| line.points).filter(|one| *one < points).collect();
    targets.sort_unstable_by(|a, b| b.cmp(a));
    targets.dedup();
    let mut easings: Vec<RowEasing> =
        targets.into_iter().filter_map(|target| eased(row, points, target, card, signals)).collect();
    easings.dedup();
    easings
}

fn eased(row: &Row, points: u8, target: u8, card: &Card, signals: &Signals) -> Option<RowEasing> {
    let mut changes = Vec::new();
    let mut points_then = 0;
    for scale in &row.signals {
        let now = signals.value(card, scale.signal).and_then(|value| scale.ladder.line(value));
        let now = now.map(|line| line.points).unwrap_or_default();
        if now <= target {
            points_then = points_then.max(now);
            continue;
        }
        let place = scale.ladder.0.iter().position(|line| line.points <= target)?;
        points_then = points_then.max(scale.ladder.0.get(place)?.points);
        let found = entry(&scale.ladder, place, false, None)?;
        changes.push(SignalEasing { signal: scale.signal, needed: found.needed, example: found.example });
    }
    Some(RowEasing { code: row.code, points, points_then, signals: changes })
}

struct Search<'a> {
    card: &'a Card,
    signals: &'a Signals,
    now: &'a Outcome,
    /// The points given up, the rows, and what they make.
    best: Option<(u16, Vec<RowEasing>, Outcome)>,
}

impl Search<'_> {
    /// Tries every choice of `count` of the rows left.
    fn choose(&mut self, left: &[Vec<RowEasing>], count: usize, chosen: &mut Vec<RowEasing>) {
        if count == 0 {
            self.try_out(chosen);
            return;
        }
        for (place, row) in left.iter().enumerate() {
            for easing in row {
                chosen.push(easing.clone());
                self.choose(left.get(place + 1..).unwrap_or_default(), count - 1, chosen);
                chosen.pop();
            }
        }
    }

    fn try_out(&mut self, chosen: &[RowEasing]) {
        let cost: u16 = chosen.iter().map(|row| u16::from(row.points.saturating_sub(row.points_then))).sum();
        if self.best.as_ref().is_some_and(|(best, ..)| *best <= cost) {
            return;
        }
        let changed = chosen.iter().flat_map(|row| &row.signals);
        let outcome = assess_values(self.card, |signal| {
            let value = changed.clone().find(|one| one.signal == signal).map(|one| one.example);
            value.or_else(|| self.signals.value(self.card, signal))
        });
        if self.rank(&outcome) > self.rank(self.now) {
            self.best = Some((cost, chosen.to_vec(), outcome));
        }
    }

    /// Where the colour stands, 0 for the worst.
    fn rank(&self, outcome: &Outcome) -> Option<usize> {
        self.card.colours.iter().position(|colour| Some(colour.code) == outcome.colour)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::super::{ComplaintCounts, SHIPPED, assess, parse};
    use super::*;

    static CARD: LazyLock<Card> = LazyLock::new(|| parse(SHIPPED).unwrap());

    fn rank(colour: Option<Key>) -> usize {
        CARD.colours.iter().position(|one| Some(one.code) == colour).unwrap()
    }

    #[test]
    fn the_row_with_just_enough_points_is_told() {
        let signals = Signals {
            sales_change: Some(Ratio::whole(-35)),
            order_gap: Some(Ratio::whole(2)),
            overdue_days: Some(40),
            ..Signals::default()
        };
        assert_eq!(assess(&CARD, &signals).score, 42);
        let easing = cheapest_easing(&CARD, &signals).unwrap();
        assert_eq!((easing.from, easing.to, easing.score), (Key::of("orange"), Key::of("yellow"), 37));
        let [row] = &easing.rows[..] else { panic!("{easing:?}") };
        assert_eq!((row.code, row.points, row.points_then), (Key::of("payment"), 10, 5));
        assert_eq!(row.signals[0].needed, Condition::AtMost(Ratio::whole(30)));
    }

    #[test]
    fn the_best_colour_has_nothing_to_ease() {
        assert_eq!(cheapest_easing(&CARD, &Signals::default()), None);
    }

    fn signals() -> impl Strategy<Value = Signals> {
        let counts = (0..2u32, 0..3u32, 0..4u32, 0..5u32)
            .prop_map(|(first, second, third, fourth)| ComplaintCounts { first, second, third, fourth });
        (
            prop::option::of(-90..60i64),
            prop::option::of(0..9i64),
            prop::option::of(counts),
            prop::option::of(0..101i64),
            prop::option::of(any::<bool>()),
            prop::option::of(0..4i64),
            prop::option::of(0..90i64),
        )
            .prop_map(|(change, gap, complaints, satisfaction, key_person_left, visit, overdue_days)| Signals {
                sales_change: change.map(Ratio::whole),
                order_gap: gap.and_then(|halves| Ratio::new(halves.into(), 2)),
                complaints,
                satisfaction: satisfaction.map(Ratio::whole),
                key_person_left,
                visit_overdue: visit.map(Ratio::whole),
                overdue_days,
            })
    }

    /// The points each row can have while no signal of it gives more than it does.
    fn reachable(signals: &Signals) -> Vec<Vec<u8>> {
        let now = assess(&CARD, signals);
        let row = |(row, traced): (&Row, &super::super::RowTrace)| {
            let mut reached = vec![0];
            for (scale, signal) in row.signals.iter().zip(&traced.signals) {
                let lower = scale.ladder.0.iter().map(|line| line.points).filter(|points| *points < signal.points);
                let choices: Vec<u8> = lower.chain([signal.points]).collect();
                reached = reached.iter().flat_map(|sum| choices.iter().map(move |one| *one.max(sum))).collect();
            }
            reached
        };
        CARD.rows.iter().zip(&now.rows).map(row).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn the_step_gives_a_better_colour_and_none_cheaper_does(signals in signals()) {
            let now = assess(&CARD, &signals);
            let easing = cheapest_easing(&CARD, &signals);
            // Independently: all choices of points by row, the fewest rows and then the fewest points given up.
            let mut best: Option<(usize, u16)> = None;
            let mut sets = vec![(0u8, 0usize, 0u16)];
            for (row, traced) in reachable(&signals).into_iter().zip(&now.rows) {
                sets = sets
                    .into_iter()
                    .flat_map(|(sum, rows, cost)| {
                        row.iter().map(move |points| {
                            let drop = traced.points - points;
                            (sum + points, rows + usize::from(drop > 0), cost + u16::from(drop))
                        }).collect::<Vec<_>>()
                    })
                    .collect();
                sets.sort_unstable();
                sets.dedup();
            }
            for (sum, rows, cost) in sets {
                let colour = CARD.colour(sum).map(|colour| colour.code);
                if rank(colour) > rank(now.colour) && best.is_none_or(|best| (rows, cost) < best) {
                    best = Some((rows, cost));
                }
            }
            let found = easing.as_ref().map(|easing| {
                let cost = easing.rows.iter().map(|row| u16::from(row.points - row.points_then)).sum();
                (easing.rows.len(), cost)
            });
            prop_assert_eq!(found, best);
            if let Some(easing) = easing {
                let changed: Vec<SignalEasing> = easing.rows.iter().flat_map(|row| row.signals.clone()).collect();
                let again = assess_values(&CARD, |signal| {
                    let value = changed.iter().find(|one| one.signal == signal).map(|one| one.example);
                    value.or_else(|| signals.value(&CARD, signal))
                });
                prop_assert_eq!((again.score, again.colour), (easing.score, Some(easing.to)));
                prop_assert!(rank(again.colour) > rank(now.colour));
                prop_assert!(changed.iter().all(|one| one.needed.holds(one.example)));
            }
        }
    }
}
