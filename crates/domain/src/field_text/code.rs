//! Codes with check digits: GS1 numbers (M11a), unified social credit codes (M11b), names of attachments.

use super::ProblemCode;

/// The 31 symbols of a unified social credit code, in the order of their values.
const SYMBOLS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The check digit of a GS1 number's data digits: 3, 1, 3, 1 … from the right; M11a.
///
/// `None` when the text is empty or holds anything but digits.
pub fn gs1_check_digit(data: &str) -> Option<u8> {
    if data.is_empty() || !data.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let weights = [3u32, 1].into_iter().cycle();
    let sum: u32 = data.bytes().rev().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight % 10).sum();
    Some(((10 - sum % 10) % 10) as u8)
}

/// Whether the digits are a whole GS1 number (8, 12, 13, 14 or 18 digits) with the right check digit.
pub fn is_gs1(digits: &str) -> bool {
    matches!(digits.len(), 8 | 12 | 13 | 14 | 18) && has_check_digit(digits)
}

/// Whether a GTIN's prefix was given out in China: 690–699, 680–681; ruling 27.
pub fn is_chinese_gs1(gtin: &str) -> bool {
    let prefix = match gtin.len() {
        13 => gtin.get(..3),
        14 => gtin.get(1..4),
        _ => None,
    };
    prefix.and_then(|prefix| prefix.parse().ok()).is_some_and(|prefix: u16| matches!(prefix, 680..=681 | 690..=699))
}

/// The last character of a unified social credit code with these first 17; M11b.
///
/// `None` when there are not 17, or one is none of the 31 symbols.
pub fn uscc_check_character(first: &str) -> Option<char> {
    if first.len() != 17 {
        return None;
    }
    let mut weight = 1;
    let mut sum = 0;
    for symbol in first.bytes() {
        sum += weight * SYMBOLS.iter().position(|other| *other == symbol)?;
        weight = weight * 3 % 31;
    }
    SYMBOLS.get((31 - sum % 31) % 31).map(|symbol| char::from(*symbol))
}

/// Whether the text is a unified social credit code with the right check character.
pub fn is_uscc(code: &str) -> bool {
    let (Some(first), Some(last)) = (code.get(..17), code.get(17..)) else { return false };
    uscc_check_character(first).is_some_and(|check| last.len() == 1 && last.starts_with(check))
}

pub(super) fn uscc(text: &str) -> Result<String, ProblemCode> {
    let code = packed(text).to_ascii_uppercase();
    match code.get(..17) {
        Some(first) if code.len() == 18 && uscc_check_character(first).is_some() => {
            checked(is_uscc(&code), code, SYMBOLS)
        }
        _ => Err(ProblemCode::NotACode),
    }
}

pub(super) fn gtin(text: &str) -> Result<String, ProblemCode> {
    gs1(text, &[8, 12, 13, 14])
}

pub(super) fn gln(text: &str) -> Result<String, ProblemCode> {
    gs1(text, &[13])
}

fn gs1(text: &str, lengths: &[usize]) -> Result<String, ProblemCode> {
    let code = packed(text);
    if !lengths.contains(&code.len()) {
        return Err(ProblemCode::NotACode);
    }
    checked(has_check_digit(&code), code, b"0123456789")
}

fn checked(is_right: bool, code: String, symbols: &[u8]) -> Result<String, ProblemCode> {
    match is_right {
        true => Ok(code),
        false if code.bytes().all(|symbol| symbols.contains(&symbol)) => Err(ProblemCode::CheckDigit),
        false => Err(ProblemCode::NotACode),
    }
}

fn has_check_digit(digits: &str) -> bool {
    let Some((data, check)) = digits.len().checked_sub(1).and_then(|end| digits.split_at_checked(end)) else {
        return false;
    };
    gs1_check_digit(data).is_some_and(|digit| check.parse() == Ok(digit))
}

fn packed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// The SHA-256 of an attachment, in hexadecimal.
pub(super) fn sha256(text: &str) -> Result<String, ProblemCode> {
    let name = text.to_ascii_lowercase();
    let is_hash = name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hash { Ok(name) } else { Err(ProblemCode::NotAFile) }
}
