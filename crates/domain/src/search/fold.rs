//! How texts and queries are made comparable: character by character, so that a part of a text stays a part.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Punctuation people leave out or write in either width; the rest of ASCII's is listed apart.
const DROPPED: &str = "·•‧・、。《》〈〉「」『』【】〔〕—–‐‑―…～〜“”‘’«»¿¡";

/// A character that stands for itself, and whether something was dropped before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Folded {
    pub letter: char,
    /// Byte range of the original character.
    pub start: usize,
    pub end: usize,
    /// Whether a word begins here.
    pub is_start: bool,
}

/// The characters of `text` that count: without width, case, accents, spaces and punctuation.
pub(super) fn fold(text: &str) -> impl Iterator<Item = Folded> {
    let mut before: Option<Class> = None;
    text.char_indices()
        .flat_map(|(start, letter)| fold_char(letter).map(move |folded| (start, start + letter.len_utf8(), folded)))
        .filter_map(move |(start, end, folded)| {
            let Some(letter) = folded else {
                before = None;
                return None;
            };
            let class = Some(Class::of(letter));
            let is_start = before != class;
            before = class;
            Some(Folded { letter, start, end, is_start })
        })
}

/// The folded text alone.
pub(super) fn folded(text: &str) -> String {
    fold(text).map(|folded| folded.letter).collect()
}

/// What one character becomes; `None` where a space or punctuation is dropped.
fn fold_char(letter: char) -> impl Iterator<Item = Option<char>> {
    let plain = is_han(letter) || letter.is_ascii();
    let simple = plain.then(|| (!is_dropped(letter)).then(|| letter.to_ascii_lowercase()));
    let decomposed = (!plain).then(|| {
        // Accents vanish without ending the word they stand in.
        std::iter::once(letter).nfkd().filter(|part| !is_combining_mark(*part)).flat_map(|part| {
            let dropped = is_dropped(part);
            part.to_lowercase().filter(|lower| !is_combining_mark(*lower)).map(move |lower| (!dropped).then_some(lower))
        })
    });
    simple.into_iter().chain(decomposed.into_iter().flatten())
}

fn is_dropped(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || (letter.is_ascii_punctuation() && !matches!(letter, '@' | '#' | '&' | '%' | '$'))
        || (!letter.is_ascii() && DROPPED.contains(letter))
}

/// The kinds of characters between which a new word begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Han,
    Digit,
    Other,
}

impl Class {
    fn of(letter: char) -> Self {
        if is_han(letter) {
            Self::Han
        } else if letter.is_ascii_digit() {
            Self::Digit
        } else {
            Self::Other
        }
    }
}

pub(super) fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// An 11-digit mobile number without a leading `86` or `0086`; any other text as it is.
pub(super) fn national(digits: &str) -> &str {
    let rest = digits.strip_prefix("00").unwrap_or(digits).strip_prefix("86");
    rest.filter(|rest| rest.len() == 11 && rest.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_accents_spaces_and_punctuation_do_not_count() {
        assert_eq!(folded("Ｍüller （厦门）  Co., Ltd."), "muller厦门coltd");
        assert_eq!(folded("KH-0012"), "kh0012");
        assert_eq!(folded("·—（）"), "");
    }

    #[test]
    fn words_begin_after_a_gap_and_where_the_script_changes() {
        let starts: String =
            fold("Blue Sea 蓝海3号").filter(|folded| folded.is_start).map(|folded| folded.letter).collect();
        assert_eq!(starts, "bs蓝3号");
    }

    #[test]
    fn a_mobile_number_loses_its_country_code() {
        assert_eq!(national("8613800138000"), "13800138000");
        assert_eq!(national("008613800138000"), "13800138000");
        assert_eq!(national("05922188000"), "05922188000");
    }
}
