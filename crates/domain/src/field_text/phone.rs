//! Telephone numbers and e-mail addresses, and how they are masked.

use super::ProblemCode;

/// Whether the digits are a Chinese mobile number; M11.
pub fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11 && bytes.starts_with(b"1") && matches!(bytes.get(1), Some(b'3'..=b'9')) && all_digits(digits)
}

/// A number of mainland China as digits, without country code, spaces and dashes; M11, platform 3.
///
/// Taken are mobile numbers, landlines with and without area code, 400 and 800 numbers, and short service numbers.
pub(super) fn digits(text: &str) -> Result<String, ProblemCode> {
    let packed: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '(' | ')' | '.' | '·')).collect();
    let (number, is_abroad) = match packed.strip_prefix('+').or_else(|| packed.strip_prefix("00")) {
        Some(international) => (international.strip_prefix("86").ok_or(ProblemCode::NotAPhone)?, true),
        None => (packed.as_str(), false),
    };
    let number = match number.strip_prefix("86") {
        Some(rest) if !is_abroad && is_mobile(rest) => rest,
        _ => number,
    };
    if !all_digits(number) {
        return Err(ProblemCode::NotAPhone);
    }
    if is_mobile(number) {
        return Ok(number.to_owned());
    }
    // Dialled from abroad, an area code loses its leading zero.
    let number = if is_abroad && !number.starts_with('0') { format!("0{number}") } else { number.to_owned() };
    if is_landline(&number) { Ok(number) } else { Err(ProblemCode::NotAPhone) }
}

fn is_landline(number: &str) -> bool {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| number.starts_with(prefix));
    match number.len() {
        5 | 6 => begins(&["95", "96", "10", "12"]),
        7 | 8 => matches!(number.as_bytes().first(), Some(b'2'..=b'8')),
        10 => begins(&["400", "800"]) || area_len(number) == Some(3),
        11 => area_len(number).is_some(),
        12 => area_len(number) == Some(4),
        _ => false,
    }
}

/// The length of the area code: three digits for 010 and 02x, else four.
fn area_len(number: &str) -> Option<usize> {
    match number.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => Some(3),
        [b'0', b'3'..=b'9', ..] => Some(4),
        _ => None,
    }
}

/// The digits as they are read aloud: a landline with a dash behind its area code.
pub(super) fn show(digits: &str) -> String {
    match area_len(digits).and_then(|len| digits.split_at_checked(len)) {
        Some((area, rest)) if rest.len() >= 7 => format!("{area}-{rest}"),
        _ => digits.to_owned(),
    }
}

/// An address with one @, something before it, and a domain with a dot; M11. The domain is kept in lower case.
pub(super) fn email(text: &str) -> Result<String, ProblemCode> {
    let (name, domain) = text.split_once('@').ok_or(ProblemCode::NotAnEmail)?;
    let has_dot = domain.split('.').count() > 1 && domain.split('.').all(|part| !part.is_empty());
    let is_plain = |part: &str| !part.contains(|c: char| c.is_whitespace() || c.is_control() || "@,;<>\"".contains(c));
    if name.is_empty() || !has_dot || !is_plain(name) || !is_plain(domain) || text.len() > 254 {
        return Err(ProblemCode::NotAnEmail);
    }
    Ok(format!("{name}@{}", domain.to_lowercase()))
}

/// A telephone number for those who may not read it in full: 138****5678; platform 2.
pub fn masked_phone(digits: &str) -> String {
    let count = digits.chars().count();
    let (first, last) = if count >= 9 { (3, 4) } else { (count / 4, count / 4) };
    let head: String = digits.chars().take(first).collect();
    let tail: String = digits.chars().skip(count - last).collect();
    format!("{head}****{tail}")
}

/// An e-mail address for those who may not read it in full: a***@b.cn; platform 2.
pub fn masked_email(address: &str) -> String {
    match address.split_once('@') {
        Some((name, domain)) => format!("{}***@{domain}", name.chars().take(1).collect::<String>()),
        None => "***".to_owned(),
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
