//! How Chinese characters sound, and whether typed letters spell them.

use std::collections::HashMap;
use std::sync::OnceLock;

use pinyin::{ToPinyin, ToPinyinMulti};

use super::fold::is_han;

const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

/// Characters of names, firms and places that are often read in a second way.
const READ_TWICE: &str = "重长乐行厦单曾解仇朴查区都朝藏车盛沈翟缪贾会系校宿番尉俟石奇调传便种种繁洗那万强降参省柏蔚";

/// The most spellings kept of one text.
const MAX_SPELLINGS: usize = 4;

/// The longest query, in characters, that is also read as pinyin.
pub(super) const MAX_LETTERS: usize = 63;

/// A syllable by number; 0 is none.
pub(super) type Sound = u16;

/// The sounds of all characters, looked up once.
pub(super) struct Sounds {
    syllables: Vec<&'static str>,
    sorted: Vec<&'static str>,
    common: Vec<Sound>,
    others: HashMap<char, Vec<Sound>>,
}

/// The table of sounds, made on first use.
pub(super) fn sounds() -> &'static Sounds {
    static SOUNDS: OnceLock<Sounds> = OnceLock::new();
    SOUNDS.get_or_init(Sounds::new)
}

impl Sounds {
    fn new() -> Self {
        let mut sounds = Self {
            syllables: vec![""],
            sorted: Vec::new(),
            common: Vec::with_capacity((LAST - FIRST + 1) as usize),
            others: HashMap::new(),
        };
        let mut numbers = HashMap::new();
        for code in FIRST..=LAST {
            let reading = char::from_u32(code).and_then(|letter| letter.to_pinyin());
            let sound = reading.map_or(0, |reading| sounds.number(&mut numbers, reading.plain()));
            sounds.common.push(sound);
        }
        for letter in READ_TWICE.chars() {
            let readings = letter.to_pinyin_multi().into_iter().flatten();
            let mut all: Vec<Sound> = readings
                .map(|reading| sounds.number(&mut numbers, reading.plain()))
                .filter(|sound| *sound != 0)
                .collect();
            let common = sounds.common(letter);
            all.retain(|sound| *sound != common);
            all.dedup();
            sounds.others.insert(letter, all);
        }
        sounds.sorted = sounds.syllables.clone();
        sounds.sorted.sort_unstable();
        sounds
    }

    fn number(&mut self, numbers: &mut HashMap<&'static str, Sound>, plain: &'static str) -> Sound {
        // Keyboards have no ü; people type v, or u.
        let plain = match plain {
            "lü" => "lv",
            "lüe" => "lve",
            "nü" => "nv",
            "nüe" => "nve",
            other => other,
        };
        if !plain.is_ascii() || plain.is_empty() {
            return 0;
        }
        *numbers.entry(plain).or_insert_with(|| {
            self.syllables.push(plain);
            (self.syllables.len() - 1) as Sound
        })
    }

    /// The common sound of a character; 0 when it has none.
    pub(super) fn common(&self, letter: char) -> Sound {
        let place = u32::from(letter).checked_sub(FIRST);
        place.and_then(|place| self.common.get(place as usize)).copied().unwrap_or(0)
    }

    /// The letters of a sound; none for 0.
    pub(super) fn letters(&self, sound: Sound) -> &'static [u8] {
        self.syllables.get(usize::from(sound)).map_or(&[], |syllable| syllable.as_bytes())
    }

    /// Whether some syllable begins with these letters.
    pub(super) fn begins(&self, letters: &[u8]) -> bool {
        let found = |letters: &[u8]| {
            let place = self.sorted.partition_point(|syllable| syllable.as_bytes() < letters);
            self.sorted.get(place).is_some_and(|syllable| syllable.as_bytes().starts_with(letters))
        };
        if found(letters) {
            return true;
        }
        let typed_v: Vec<u8> = letters.iter().map(|letter| if *letter == b'u' { b'v' } else { *letter }).collect();
        found(&typed_v)
    }

    /// The readings of a text, the common one first; more only for characters often read otherwise.
    pub(super) fn spellings(&self, text: &[char]) -> Vec<Vec<Sound>> {
        let mut spellings = vec![text.iter().map(|letter| self.common(*letter)).collect::<Vec<Sound>>()];
        for (place, letter) in text.iter().enumerate() {
            for sound in self.others.get(letter).into_iter().flatten() {
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
        let sounds = sounds();
        let text: Vec<char> = "厦门".chars().collect();
        let spelled: Vec<String> = sounds
            .spellings(&text)
            .iter()
            .map(|spelling| spelling.iter().map(|sound| String::from_utf8_lossy(sounds.letters(*sound))).collect())
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
