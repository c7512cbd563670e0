//! How long something took, as people and telephone systems write it; in whole seconds.

use super::ProblemCode;

/// The longest span, in seconds: a day.
pub(super) const MAX: i64 = 86_400;

/// What the units are called, as text in lower case, longest first, and their seconds.
const UNITS: [(&str, i64); 17] = [
    ("小时", 3_600),
    ("分钟", 60),
    ("秒钟", 1),
    ("hours", 3_600),
    ("hour", 3_600),
    ("minutes", 60),
    ("minute", 60),
    ("mins", 60),
    ("min", 60),
    ("seconds", 1),
    ("second", 1),
    ("secs", 1),
    ("sec", 1),
    ("时", 3_600),
    ("分", 60),
    ("秒", 1),
    ("h", 3_600),
];

/// Units of one letter, which begin longer ones.
const LETTERS: [(&str, i64); 4] = [("m", 60), ("s", 1), ("'", 60), ("\"", 1)];

/// Reads `205`, `3:25` (minutes and seconds, as call logs have it), `0:03:25`, `3分25秒`, `3m 25s`.
///
/// # Errors
/// [`ProblemCode::NotASpan`] for what may mean several lengths, such as `3.25`, `3:5` or `3分25`;
/// [`ProblemCode::OutOfRange`] beyond a day.
pub(super) fn seconds(text: &str) -> Result<i64, ProblemCode> {
    let text = text.to_lowercase();
    let read = if text.contains(':') { clock(&text) } else { plain(&text).or_else(|| with_units(&text)) };
    let seconds = read.ok_or(ProblemCode::NotASpan)?;
    if (0..=MAX).contains(&seconds) { Ok(seconds) } else { Err(ProblemCode::OutOfRange) }
}

/// A number of seconds alone; a fraction is none, except one of zeros.
fn plain(text: &str) -> Option<i64> {
    number(without_fraction(text))
}

/// `3:25` or `0:03:25`: all but the first part are below 60 and have two digits.
fn clock(text: &str) -> Option<i64> {
    let mut parts = without_fraction(text).split(':');
    let mut sum = number(parts.next()?)?;
    let mut count = 1;
    for part in parts {
        let value = number(part).filter(|value| part.len() == 2 && *value < 60)?;
        sum = sum.checked_mul(60)?.checked_add(value)?;
        count += 1;
    }
    (count <= 3).then_some(sum)
}

/// Numbers with a unit each, from the largest unit down.
fn with_units(text: &str) -> Option<i64> {
    let (mut rest, mut sum, mut last) = (text.trim(), 0_i64, i64::MAX);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let value = number(rest.get(..end)?)?;
        let behind = rest.get(end..)?.trim_start();
        let named = |(word, unit): &(&str, i64)| Some((behind.strip_prefix(word)?, *unit));
        let (next, unit) = UNITS.iter().chain(&LETTERS).find_map(named)?;
        // Above the first unit everything below it would be the larger one again.
        if unit >= last || (last != i64::MAX && value >= 60) {
            return None;
        }
        sum = sum.checked_add(value.checked_mul(unit)?)?;
        (rest, last) = (next.trim_start(), unit);
    }
    (last != i64::MAX).then_some(sum)
}

fn without_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

/// Digits alone, few enough that no sum of them overflows.
fn number(text: &str) -> Option<i64> {
    let is_number = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}
