//! Chance that repeats: the same seed gives the same numbers on every device (SplitMix64).

/// A source of numbers that look drawn by lot.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from `least` to `most`, both possible.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = most.saturating_sub(least).max(0) as u64 + 1;
        least + (self.next() % span) as i64
    }

    /// Whether something of this many per cent happens.
    pub fn happens(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, choices: &[T], otherwise: T) -> T {
        let place = self.between(0, choices.len().saturating_sub(1) as i64);
        choices.get(place as usize).copied().unwrap_or(otherwise)
    }

    /// One of several texts.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words, "")
    }

    /// One character of a text.
    pub fn letter(&mut self, letters: &str) -> char {
        let place = self.between(0, letters.chars().count().saturating_sub(1) as i64);
        letters.chars().nth(place as usize).unwrap_or('0')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_in_bounds_and_repeat() {
        let (mut one, mut two) = (Random::new(7), Random::new(7));
        for _ in 0..1_000 {
            let number = one.between(-3, 3);
            assert!((-3..=3).contains(&number));
            assert_eq!(number, two.between(-3, 3));
        }
        assert_eq!(one.word(&[]), "");
    }
}
