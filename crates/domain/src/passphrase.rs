//! How well a passphrase resists being guessed: a rough word for the person who chooses it, no promise.

/// The fewest characters a passphrase may have.
pub const MIN_CHARS: usize = 8;

/// How long it would resist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Too short to be taken at all.
    TooShort,
    /// A determined person guesses it.
    Weak,
    /// Good enough against most.
    Fair,
    /// Not to be guessed.
    Strong,
}

/// Bits from which a passphrase is fair, and strong.
const FAIR_BITS: usize = 40;
const STRONG_BITS: usize = 64;

/// Weighs a passphrase by its length and the kinds of characters in it; what repeats or counts on adds nothing.
pub fn strength(passphrase: &str) -> Strength {
    if passphrase.chars().count() < MIN_CHARS {
        return Strength::TooShort;
    }
    let mut kinds = [false; 5];
    let mut weighing = 0;
    let mut before: Option<char> = None;
    for char in passphrase.chars() {
        let kind = kind(char);
        if let Some(seen) = kinds.get_mut(kind) {
            *seen = true;
        }
        if before.is_none_or(|before| u32::from(before).abs_diff(u32::from(char)) > 1) {
            weighing += 1;
        }
        before = Some(char);
    }
    let pool: usize = POOLS.iter().zip(kinds).filter(|(_, seen)| *seen).map(|(size, _)| size).sum();
    match weighing * pool.max(1).ilog2() as usize {
        bits if bits < FAIR_BITS => Strength::Weak,
        bits if bits < STRONG_BITS => Strength::Fair,
        _ => Strength::Strong,
    }
}

/// How many characters there are of each kind: digits, small letters, capitals, signs, and those of other scripts in use.
const POOLS: [usize; 5] = [10, 26, 26, 33, 2_000];

fn kind(char: char) -> usize {
    match char {
        '0'..='9' => 0,
        'a'..='z' => 1,
        'A'..='Z' => 2,
        _ if char.is_ascii() => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_well_known_kinds_of_passphrases() {
        for (passphrase, expected) in [
            ("", Strength::TooShort),
            ("青石茶行", Strength::TooShort),
            ("aB3$xyz", Strength::TooShort),
            ("20261126", Strength::Weak),
            ("aaaaaaaaaaaaaaaaaaaaaaaa", Strength::Weak),
            ("abcdefghijklmnopqrstuvwxyz", Strength::Weak),
            ("password", Strength::Weak),
            ("tea-mountain", Strength::Fair),
            ("tea mountain river 7", Strength::Strong),
            ("青石茶行的老掌柜", Strength::Strong),
        ] {
            assert_eq!(strength(passphrase), expected, "{passphrase}");
        }
    }

    #[test]
    fn more_never_weakens() {
        let long = "q7R!明m2-Zk";
        for (end, _) in long.char_indices() {
            let (shorter, whole) = (strength(&long[..end]), strength(long));
            assert!(shorter <= whole, "{shorter:?} {whole:?}");
        }
    }
}
