//! Who would move between bands if another card graded.

use super::template::{Card, Facts};
use crate::key::Key;
use crate::stamp::RecordId;
use crate::text::Text;

/// Counts from band to band, and everybody whose band would be another.
#[derive(Clone, Debug, PartialEq)]
pub struct Moves {
    /// The bands of the cards, the first to the last; what has no band comes after them.
    pub bands: Vec<(Key, Text)>,
    /// Those who would move, in the order they were looked at.
    pub movers: Vec<Mover>,
    /// Row by row, the band now, and in it the band then; one more of each for what has no band.
    counts: Vec<usize>,
}

/// Somebody whose band would be another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mover {
    /// The customer or case.
    pub who: RecordId,
    /// The place of the band now in [`Moves::bands`]; one beyond the last for none.
    pub from: usize,
    /// The place of the band then.
    pub to: usize,
}

impl Moves {
    /// Nobody looked at yet. Two versions of a card have the same bands.
    pub fn new(card: &Card) -> Self {
        let bands = card.bands();
        let size = bands.len() + 1;
        Self { counts: vec![0; size * size], movers: Vec::new(), bands }
    }

    /// Looks at one customer or complaint with both cards.
    pub fn look(&mut self, now: &Card, then: &Card, who: RecordId, facts: &Facts) {
        let (from, to) = (self.place(now.band_of(facts)), self.place(then.band_of(facts)));
        let cell = from * self.size() + to;
        if let Some(count) = self.counts.get_mut(cell) {
            *count += 1;
        }
        if from != to {
            self.movers.push(Mover { who, from, to });
        }
    }

    /// How many are in band `from` now and would be in band `to`.
    pub fn count(&self, from: usize, to: usize) -> usize {
        self.counts.get(from * self.size() + to).copied().unwrap_or_default()
    }

    /// How many are in a band now.
    pub fn now(&self, band: usize) -> usize {
        (0..self.size()).map(|to| self.count(band, to)).sum()
    }

    /// How many would be in a band.
    pub fn then(&self, band: usize) -> usize {
        (0..self.size()).map(|from| self.count(from, band)).sum()
    }

    /// How many were looked at.
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Bands, and one more for what has none.
    pub fn size(&self) -> usize {
        self.bands.len() + 1
    }

    fn place(&self, band: Option<Key>) -> usize {
        let found = band.and_then(|band| self.bands.iter().position(|(code, _)| *code == band));
        found.unwrap_or(self.bands.len())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::score::template::{DialKind, Edits, Model, Template};
    use crate::score::{Input, Inputs, Ratio};

    fn inputs(seed: [i64; 4]) -> Inputs {
        let mut inputs = Inputs::default();
        for (code, value) in ["V1", "V2", "V3", "V5"].into_iter().zip(seed) {
            inputs.items.put(Key::of(code), Input::Value(Ratio::whole(value)));
        }
        inputs.items.put(Key::of("V4"), Input::Value(Ratio::whole(6)));
        inputs
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn the_matrix_agrees_with_grading_one_by_one(
            seeds in prop::collection::vec([0..6_000_000i64, 0..40i64, 50..101i64, 0..7i64], 1..40),
            shift in 0..15i64,
            bound in 61..95i64,
        ) {
            let shipped = Template::shipped(Model::Value).unwrap();
            let edits: Edits = shipped
                .dials()
                .into_iter()
                .filter_map(|dial| {
                    let text = match (dial.kind, dial.code.as_str()) {
                        (DialKind::Weight, "V1") => (25 + shift).to_string(),
                        (DialKind::Weight, "V2") => (15 - shift).max(1).to_string(),
                        (DialKind::Bound, "A") => bound.to_string(),
                        _ => return None,
                    };
                    Some((dial.place, text))
                })
                .collect();
            prop_assume!(shift < 15);
            let tried = shipped.tuned(&edits, 2).unwrap();
            let mut moves = Moves::new(&shipped.card);
            let mut moved = 0;
            for (number, seed) in (0u32..).zip(&seeds) {
                let facts = Facts::Value(inputs(*seed));
                moved += usize::from(shipped.card.band_of(&facts) != tried.card.band_of(&facts));
                moves.look(&shipped.card, &tried.card, RecordId::fixed(number), &facts);
            }
            prop_assert_eq!(moves.total(), seeds.len());
            prop_assert_eq!(moves.movers.len(), moved);
            let size = moves.size();
            prop_assert_eq!((0..size).map(|band| moves.now(band)).sum::<usize>(), seeds.len());
            prop_assert_eq!((0..size).map(|band| moves.then(band)).sum::<usize>(), seeds.len());
            let off_diagonal: usize = (0..size)
                .flat_map(|from| (0..size).map(move |to| (from, to)))
                .filter(|(from, to)| from != to)
                .map(|(from, to)| moves.count(from, to))
                .sum();
            prop_assert_eq!(off_diagonal, moved);
        }

        #[test]
        fn the_same_card_moves_nobody(seeds in prop::collection::vec([0..6_000_000i64, 0..40i64, 50..101i64, 0..7i64], 1..20)) {
            let shipped = Template::shipped(Model::Value).unwrap();
            let mut moves = Moves::new(&shipped.card);
            for (number, seed) in (0u32..).zip(&seeds) {
                moves.look(&shipped.card, &shipped.card, RecordId::fixed(number), &Facts::Value(inputs(*seed)));
            }
            prop_assert!(moves.movers.is_empty());
        }
    }
}
