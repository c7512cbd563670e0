//! Numbers as people write them, read exactly: thousands separators, 万 and 亿, currency and percent signs.

use super::ProblemCode;

/// The most digits a number may have.
const MAX_DIGITS: usize = 28;

/// An exact number: `mantissa ÷ 10^scale`.
#[derive(Clone, Copy)]
struct Number {
    mantissa: i128,
    scale: u32,
}

impl Number {
    /// Reads `-1,234.50`; separators must stand before groups of three.
    fn parse(text: &str) -> Option<Self> {
        let (is_negative, unsigned) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        if !is_grouped(whole) || !fraction.bytes().all(|b| b.is_ascii_digit()) || whole.is_empty() {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        let digits = whole.bytes().filter(u8::is_ascii_digit).chain(fraction.bytes());
        if digits.clone().count() > MAX_DIGITS {
            return None;
        }
        let mantissa = digits.fold(0i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
        Some(Self { mantissa: if is_negative { -mantissa } else { mantissa }, scale: fraction.len() as u32 })
    }

    /// The number times `factor`, with trailing zeros of the fraction dropped.
    fn times(self, factor: i128) -> Option<Self> {
        let mut product = Self { mantissa: self.mantissa.checked_mul(factor)?, scale: self.scale };
        while product.scale > 0 && product.mantissa % 10 == 0 {
            product = Self { mantissa: product.mantissa / 10, scale: product.scale - 1 };
        }
        Some(product)
    }

    /// In units of `10^-places`, if it needs no more digits.
    fn exact(self, places: u32) -> Option<i128> {
        self.mantissa.checked_mul(10i128.checked_pow(places.checked_sub(self.scale)?)?)
    }

    /// In units of `10^-places`, rounded half away from zero; N2.
    fn rounded(self, places: u32) -> Option<i128> {
        let Some(dropped) = self.scale.checked_sub(places) else { return self.exact(places) };
        let unit = 10i128.checked_pow(dropped)?;
        Some((self.mantissa + self.mantissa.signum() * (unit / 2)) / unit)
    }
}

/// Digits only, or digits in groups of three after the first separator.
fn is_grouped(whole: &str) -> bool {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    if !whole.contains(',') {
        return digits(whole);
    }
    (1..=3).contains(&first.len()) && digits(first) && groups.all(|group| group.len() == 3 && digits(group))
}

pub(super) fn int(text: &str, min: Option<i64>, max: Option<i64>) -> Result<i64, ProblemCode> {
    let number = Number::parse(text).ok_or(ProblemCode::NotANumber)?;
    let whole = number.exact(0).ok_or(ProblemCode::TooManyPlaces { places: 0 })?;
    let whole = i64::try_from(whole).map_err(|_| ProblemCode::OutOfRange)?;
    let fits = min.is_none_or(|min| whole >= min) && max.is_none_or(|max| whole <= max);
    if fits { Ok(whole) } else { Err(ProblemCode::OutOfRange) }
}

/// An exact decimal as canonical text: no trailing zeros, no sign of zero.
pub(super) fn decimal(text: &str, places: u8) -> Result<String, ProblemCode> {
    let number = Number::parse(text.strip_suffix('%').unwrap_or(text).trim_end()).ok_or(ProblemCode::NotANumber)?;
    if number.scale > u32::from(places) {
        return Err(ProblemCode::TooManyPlaces { places });
    }
    let sign = if number.mantissa < 0 { "-" } else { "" };
    let width = number.scale as usize + 1;
    let digits = format!("{:0width$}", number.mantissa.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - number.scale as usize);
    Ok(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// An amount in fen; more than two decimals of a yuan are refused, not rounded away.
pub(super) fn money(text: &str) -> Result<i64, ProblemCode> {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (sign, unsigned) = match packed.strip_prefix(['-', '−']) {
        Some(rest) => (-1, rest),
        None => (1, packed.as_str()),
    };
    let amount = ["¥", "RMB", "CNY", "人民币"].iter().find_map(|mark| unsigned.strip_prefix(mark)).unwrap_or(unsigned);
    let amount = ["元", "圆", "RMB", "CNY"].iter().find_map(|mark| amount.strip_suffix(mark)).unwrap_or(amount);
    let units = [("万亿", 1_000_000_000_000), ("亿", 100_000_000), ("万", 10_000), ("千", 1_000), ("百", 100)];
    let (digits, factor) =
        units.iter().find_map(|(unit, factor)| Some((amount.strip_suffix(unit)?, *factor))).unwrap_or((amount, 1));
    if sign < 0 && digits.starts_with(['-', '−', '+']) {
        return Err(ProblemCode::NotANumber);
    }
    let number = Number::parse(digits).ok_or(ProblemCode::NotANumber)?;
    let number = number.times(sign * factor).ok_or(ProblemCode::OutOfRange)?;
    if number.scale > 2 {
        return Err(ProblemCode::TooManyPlaces { places: 2 });
    }
    number.exact(2).and_then(|fen| i64::try_from(fen).ok()).ok_or(ProblemCode::OutOfRange)
}

/// A share in basis points, rounded (N2); `0.85` is 85 % only in a cell formatted as a percentage.
pub(super) fn percent(text: &str, is_percent_cell: bool) -> Result<i64, ProblemCode> {
    let digits = text.strip_suffix('%').map(str::trim_end);
    let number = Number::parse(digits.unwrap_or(text)).ok_or(ProblemCode::NotANumber)?;
    let factor = if digits.is_none() && is_percent_cell { 100 } else { 1 };
    bounded(number.times(factor).and_then(|number| number.rounded(2)))
}

/// A score from 0 to 100 in hundredths, rounded (N2).
pub(super) fn hundredths(text: &str) -> Result<i64, ProblemCode> {
    bounded(Number::parse(text).ok_or(ProblemCode::NotANumber)?.rounded(2))
}

fn bounded(hundredths: Option<i128>) -> Result<i64, ProblemCode> {
    hundredths
        .and_then(|number| i64::try_from(number).ok())
        .filter(|number| (0..=10_000).contains(number))
        .ok_or(ProblemCode::OutOfRange)
}

/// Fen as yuan with thousands separators and two decimals.
pub(super) fn show_money(fen: i64) -> String {
    let digits = (fen.unsigned_abs() / 100).to_string();
    let mut shown = String::with_capacity(digits.len() * 2);
    if fen < 0 {
        shown.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    format!("{shown}.{:02}", fen.unsigned_abs() % 100)
}

/// Hundredths with two decimals.
pub(super) fn show_hundredths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", number.unsigned_abs() / 100, number.unsigned_abs() % 100)
}
