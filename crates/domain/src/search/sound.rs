//! How Chinese characters sound, and whether typed letters spell them.

use super::fold::is_han;
use crate::syllable;
pub(super) use crate::syllable::Sound;

/// The most spellings kept of one text.
const MAX_SPELLINGS: usize = 4;

/// The longest query, in characters, that is also read as pinyin.
pub(super) const MAX_LETTERS: usize = 63;

/// The letters of a sound; none for 0.
pub(super) fn letters(sound: Sound) -> &'static [u8] {
    syllable::letters(sound).as_bytes()
}

/// Whether some syllable begins with these letters, u for ü among them.
pub(super) fn begins(letters: &[u8]) -> bool {
    let typed_v = || -> Vec<u8> { letters.iter().map(|letter| if *letter == b'u' { b'v' } else { *letter }).collect() };
    syllable::begins(letters) || syllable::begins(&typed_v())
}

/// The readings of a text, the common one first; more only for characters often read otherwise.
pub(super) fn spellings(text: &[char]) -> Vec<Vec<Sound>> {
    let mut spellings = vec![text.iter().map(|letter| syllable::common(*letter)).collect::<Vec<Sound>>()];
    for (place, letter) in text.iter().enumerate() {
        for sound in syllable::others(*letter) {
            for known in 0..spellings.len() {
                if spellings.len() == MAX_SPELLINGS {
                    return spellings;
                }
                let Some(mut other) = spellings.get(known).cloned() else { continue };
                if let Some(place) = other.get_mut(place) {
                    *place = *sound;
                }
                if !spellings.contains(&other) {
                    spellings.push(other);
                }
            }
        }
    }
    spellings
}

/// Whether a text can be spelled at all.
pub(super) fn can_spell(text: &[char]) -> bool {
    text.iter().any(|letter| is_han(*letter))
}

/// How far a query may be read after one more syllable: bit `n` says that its first `n` letters are used up.
///
/// Any beginning of a syllable counts, so `lml`, `liml` and `limingl` all spell 李明朗.
pub(super) fn spell(reached: u64, letters: &[u8], syllable: &[u8]) -> u64 {
    let mut next = 0;
    let mut rest = reached;
    while rest != 0 {
        let at = rest.trailing_zeros() as usize;
        rest &= rest - 1;
        for (place, (letter, sound)) in letters.iter().skip(at).zip(syllable).enumerate() {
            if letter != sound && !(*sound == b'v' && *letter == b'u') {
                break;
            }
            next |= 1 << (at + place + 1);
        }
    }
    next
}

/// The same for a character that stands for itself: `is_equal(n)` says whether letter `n` of the query is it.
pub(super) fn read(reached: u64, count: usize, is_equal: impl Fn(usize) -> bool) -> u64 {
    let mut next = 0;
    let mut rest = reached;
    while rest != 0 {
        let at = rest.trailing_zeros() as usize;
        rest &= rest - 1;
        if at < count && is_equal(at) {
            next |= 1 << (at + 1);
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_with_two_readings_has_both() {
        let text: Vec<char> = "厦门".chars().collect();
        let spelled: Vec<String> = spellings(&text)
            .iter()
            .map(|spelling| spelling.iter().map(|sound| String::from_utf8_lossy(letters(*sound))).collect())
            .collect();
        assert!(spelled.contains(&"xiamen".to_owned()), "{spelled:?}");
        assert!(spelled.contains(&"shamen".to_owned()), "{spelled:?}");
    }

    #[test]
    fn letters_may_stop_in_the_middle_of_a_syllable() {
        assert_eq!(spell(1, b"lim", b"li"), 0b110);
        assert_eq!(spell(0b110, b"lim", b"ming"), 0b1000);
        assert_eq!(spell(1, b"lu", b"lv"), 0b110);
    }
}
