//! What a person typed, taken apart: words that must all be found, each as text and as pinyin.

use std::ops::Range;

use super::fold::{Folded, fold, folded, is_han, national};
use super::sound::{self, MAX_LETTERS, read, spell};

/// The most words of a query that are looked at.
const MAX_TERMS: usize = 8;

/// One word of a query.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// The folded word.
    pub text: String,
    chars: Vec<char>,
    /// The word as letters; a character that is no ASCII letter or digit is 0, which no sound has.
    pub letters: Vec<u8>,
}

/// The words of a query, the longest first, since it leaves the fewest records for the others.
pub(super) fn terms(query: &str) -> Vec<Term> {
    let is_number = |letter: char| letter.is_ascii_digit() || letter.is_ascii_punctuation() || letter.is_whitespace();
    let trimmed = query.trim();
    let mut words: Vec<String> = if trimmed.starts_with(['+', '＋']) && trimmed.chars().skip(1).all(is_number) {
        vec![folded(trimmed)]
    } else {
        trimmed.split_whitespace().map(folded).collect()
    };
    words.retain(|word| !word.is_empty());
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words.truncate(MAX_TERMS);
    words.iter().map(|word| Term::new(national(word))).collect()
}

impl Term {
    fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let letter = |letter: &char| if letter.is_ascii_alphanumeric() { *letter as u8 } else { 0 };
        let letters = chars.iter().map(letter).collect();
        Self { text: text.to_owned(), chars, letters }
    }

    /// Whether the word is letters that may spell a sound, and nothing else.
    pub fn is_latin(&self) -> bool {
        self.fits() && self.letters.iter().all(|letter| *letter != 0)
    }

    /// The longest part without letters of a word that has both, such as 李 in `李ml`.
    pub fn anchor(&self) -> Option<String> {
        if !self.fits() || self.letters.iter().all(|letter| *letter == 0) {
            return None;
        }
        let parts = self.chars.split(|letter| letter.is_ascii_alphanumeric());
        parts.max_by_key(|part| part.len()).filter(|part| !part.is_empty()).map(|part| part.iter().collect())
    }

    fn fits(&self) -> bool {
        self.chars.len() <= MAX_LETTERS && self.letters.iter().any(u8::is_ascii_alphabetic)
    }

    /// How many characters from the start of `text` the word spells, the fewest if there is a choice.
    pub fn spelled_by(&self, text: impl Iterator<Item = char>) -> Option<usize> {
        if !self.fits() {
            return None;
        }
        let done = 1 << self.chars.len();
        let mut reached = 1;
        for (place, letter) in text.enumerate() {
            let mut next = read(reached, self.chars.len(), |at| self.chars.get(at) == Some(&letter));
            if is_han(letter) {
                // Any reading will do here: what is shown was found before.
                for spelling in sound::spellings(&[letter]) {
                    for sound in spelling {
                        next |= spell(reached, &self.letters, sound::letters(sound));
                    }
                }
            }
            if next & done != 0 {
                return Some(place + 1);
            }
            if next == 0 {
                return None;
            }
            reached = next;
        }
        None
    }

    /// Where in `text` the word stands, in characters: as it is typed, else as pinyin.
    fn place_in(&self, text: &[Folded]) -> Option<Range<usize>> {
        let tail = |start: usize| text.iter().skip(start).map(|folded| folded.letter);
        let typed = (0..text.len()).find(|start| {
            let mut rest = tail(*start);
            self.chars.iter().all(|letter| rest.next() == Some(*letter))
        });
        if let Some(start) = typed {
            return Some(start..start + self.chars.len());
        }
        (0..text.len()).find_map(|start| Some(start..start + self.spelled_by(tail(start))?))
    }
}

/// The byte ranges of `text` that a query found, in order and apart from each other, for marking them.
pub fn highlight(text: &str, query: &str) -> Vec<Range<usize>> {
    let letters: Vec<Folded> = fold(text).collect();
    let mut ranges: Vec<Range<usize>> = terms(query)
        .iter()
        .filter_map(|term| {
            let place = term.place_in(&letters)?;
            let found = letters.get(place)?;
            Some(found.first()?.start..found.last()?.end)
        })
        .collect();
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|next, range| {
        let touches = next.start <= range.end;
        if touches {
            range.end = range.end.max(next.end);
        }
        touches
    });
    ranges
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_marked_in_the_text_as_written() {
        let marked = |text: &str, query: &str| -> Vec<String> {
            highlight(text, query).into_iter().map(|range| text[range].to_owned()).collect()
        };
        assert_eq!(marked("厦门蓝海科技", "lanhai"), ["蓝海"]);
        assert_eq!(marked("厦门蓝海科技", "xm 科技"), ["厦门", "科技"]);
        assert_eq!(marked("李明朗", "lml"), ["李明朗"]);
        assert_eq!(marked("李明朗", "李ml"), ["李明朗"]);
        assert_eq!(marked("138-0013-8000", "00138"), ["0013-8"]);
        assert_eq!(marked("Ｂｌｕｅ Sea", "blues"), ["Ｂｌｕｅ S"]);
        assert!(marked("李明朗", "").is_empty());
    }

    #[test]
    fn a_number_with_country_code_is_one_word() {
        let words: Vec<String> = terms("+86 138 0013 8000").into_iter().map(|term| term.text).collect();
        assert_eq!(words, ["13800138000"]);
    }
}
