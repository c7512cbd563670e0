//! Exact numbers for grading: fractions of whole numbers, rounded once at the end.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

/// The most digits a number may be written with.
const MAX_DIGITS: usize = 33;

/// Numerators and denominators stay below this, so that rounding can multiply by a hundred.
const LIMIT: u128 = 10u128.pow(34);

/// How many digits after the point a decimal is shown with before it is shown as a fraction.
const SHOWN_DIGITS: usize = 12;

/// An exact number, kept as a fraction and never rounded; spec N1.
///
/// Written "-12.5" where a decimal is short and exact, else "5200/90" reduced, "520/9".
#[derive(Clone, Copy)]
pub struct Ratio {
    num: i128,
    den: i128,
}

/// A text that is no exact number, or one with absurdly many digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an exact number: {0:?}")]
pub struct BadNumber(pub String);

/// A number in hundredths, rounded half away from zero; shown "57.78"; spec N2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hundredths(pub i64);

impl Ratio {
    /// Nought.
    pub const ZERO: Self = Self { num: 0, den: 1 };

    /// `num ÷ den`; none when `den` is 0 (spec N5) or the numbers exceed 34 digits.
    pub fn new(num: i128, den: i128) -> Option<Self> {
        if den == 0 || num.unsigned_abs() >= LIMIT || den.unsigned_abs() >= LIMIT {
            return None;
        }
        Some(if den < 0 { Self { num: -num, den: -den } } else { Self { num, den } })
    }

    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self { num: number as i128, den: 1 }
    }

    /// A number of hundredths, such as fen or basis points, as its unit: 250 → 2.5.
    pub const fn hundredth(number: i64) -> Self {
        Self { num: number as i128, den: 100 }
    }

    /// Rounded half away from zero to two decimals; spec N2. Held at the ends of the range.
    pub fn rounded(self) -> Hundredths {
        let rounded = self.times(100);
        Hundredths(i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX }))
    }

    /// Its product with `factor`, 1 to 100, as the nearest whole number, half away from zero (N2).
    pub(super) fn times(self, factor: i128) -> i128 {
        // |num| < 10^34, so this product has room.
        divided(self.num * factor.clamp(1, 100), self.den)
    }

    /// As a decimal, to its 28 digits; none when it is too large for one.
    pub fn to_decimal(self) -> Option<Decimal> {
        let Self { num, den } = self.reduced();
        let part = |number| Decimal::try_from_i128_with_scale(number, 0).ok();
        part(num)?.checked_div(part(den)?)
    }

    /// The whole number it is, if it is one that fits.
    pub fn as_whole(self) -> Option<i64> {
        if self.num % self.den == 0 { i64::try_from(self.num / self.den).ok() } else { None }
    }

    /// The number half-way between two; none when it would need too many digits.
    pub fn midway(self, other: Self) -> Option<Self> {
        let num = self.num.checked_mul(other.den)?.checked_add(other.num.checked_mul(self.den)?)?;
        Self::new(num, self.den.checked_mul(other.den)?.checked_mul(2)?)
    }

    fn reduced(self) -> Self {
        let divisor = greatest_common_divisor(self.num.unsigned_abs(), self.den.unsigned_abs());
        match i128::try_from(divisor) {
            Ok(divisor) if divisor > 1 => Self { num: self.num / divisor, den: self.den / divisor },
            _ => self,
        }
    }
}

/// `num ÷ den` to the nearest whole number, half away from zero (N2); `den` is above 0.
pub(super) fn divided(num: i128, den: i128) -> i128 {
    let (whole, rest) = (num / den, num % den);
    let is_away = rest.unsigned_abs() >= den.unsigned_abs() - rest.unsigned_abs();
    if is_away { whole + num.signum() } else { whole }
}

impl From<Decimal> for Ratio {
    fn from(decimal: Decimal) -> Self {
        // A decimal has at most 29 digits and 28 places, well within the limit.
        Self { num: decimal.mantissa(), den: 10i128.pow(decimal.scale().min(28)) }
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.num.checked_mul(other.den), other.num.checked_mul(self.den)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => by_parts(*self, *other),
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ratio {}

/// Compares by whole parts, then by the inverses of what remains: slower, but never too large.
fn by_parts(a: Ratio, b: Ratio) -> Ordering {
    let wholes = a.num.div_euclid(a.den).cmp(&b.num.div_euclid(b.den));
    let (rest_a, rest_b) = (a.num.rem_euclid(a.den), b.num.rem_euclid(b.den));
    if wholes.is_ne() || rest_a == 0 || rest_b == 0 {
        return wholes.then(rest_a.cmp(&rest_b));
    }
    by_parts(Ratio { num: b.den, den: rest_b }, Ratio { num: a.den, den: rest_a })
}

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { num, den } = self.reduced();
        let (whole, mut rest) = (num.unsigned_abs() / den.unsigned_abs(), num.unsigned_abs() % den.unsigned_abs());
        let mut digits = String::new();
        while rest != 0 && digits.len() < SHOWN_DIGITS {
            rest *= 10;
            digits.push(char::from(b'0' + (rest / den.unsigned_abs()) as u8));
            rest %= den.unsigned_abs();
        }
        let sign = if num < 0 { "-" } else { "" };
        match (rest, digits.is_empty()) {
            (0, true) => write!(f, "{sign}{whole}"),
            (0, false) => write!(f, "{sign}{whole}.{digits}"),
            _ => write!(f, "{num}/{den}"),
        }
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Ratio {
    type Err = BadNumber;

    fn from_str(text: &str) -> Result<Self, BadNumber> {
        parse(text.trim()).ok_or_else(|| BadNumber(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Ratio> {
    if let Some((num, den)) = text.split_once('/') {
        return Ratio::new(num.parse().ok()?, den.parse().ok().filter(|den| *den > 0)?);
    }
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
    let digits = format!("{whole}{places}");
    let is_plain = !whole.is_empty() && !places.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain || digits.len() > MAX_DIGITS {
        return None;
    }
    let den = 10i128.pow(u32::try_from(places.len()).ok()?);
    Ratio::new(sign * digits.parse::<i128>().ok()?, den)
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, number) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}.{:02}", number / 100, number % 100)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn rounding_goes_half_away_from_zero() {
        let examples =
            [("79.995", "80.00"), ("79.994", "79.99"), ("-0.005", "-0.01"), ("0.005", "0.01"), ("-0.004", "0.00")];
        for (text, rounded) in examples {
            assert_eq!(ratio(text).rounded().to_string(), rounded, "{text}");
        }
        assert_eq!(ratio("5200/90").rounded().to_string(), "57.78");
        assert_eq!(ratio("-1/3").rounded().to_string(), "-0.33");
    }

    #[test]
    fn a_number_is_written_as_short_as_it_is_exact() {
        for (text, shown) in [("24.00", "24"), ("-12.50", "-12.5"), ("5200/90", "520/9"), ("-1/3", "-1/3"), ("0", "0")]
        {
            assert_eq!(ratio(text).to_string(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_exact_number_is_refused() {
        for text in
            ["", "-", "1.", ".5", "1e3", "+1", "1,000", "1/0", "1/-2", "0x10", "1234567890123456789012345678901234"]
        {
            assert_eq!(text.parse::<Ratio>(), Err(BadNumber(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_decimal_keeps_its_value() {
        assert_eq!(Ratio::from(Decimal::new(-1250, 2)), ratio("-12.5"));
        assert_eq!(Ratio::from(Decimal::MAX).to_string(), "79228162514264337593543950335");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn a_number_survives_its_text(num in any::<i64>(), den in 1..=i64::MAX) {
            let number = Ratio::new(num.into(), den.into()).unwrap();
            prop_assert_eq!(number.to_string().parse::<Ratio>(), Ok(number));
        }

        #[test]
        fn comparing_by_parts_agrees_with_multiplying(a in -99..99i64, b in 1..99i64, c in -99..99i64, d in 1..99i64) {
            let (left, right) = (Ratio::new(a.into(), b.into()).unwrap(), Ratio::new(c.into(), d.into()).unwrap());
            prop_assert_eq!(by_parts(left, right), left.cmp(&right));
        }

        #[test]
        fn rounding_errs_by_half_a_hundredth_at_most(num in -1_000_000..1_000_000i64, den in 1..10_000i64) {
            let error = i128::from(Ratio::new(num.into(), den.into()).unwrap().rounded().0) * i128::from(den) - i128::from(num) * 100;
            prop_assert!(error.abs() * 2 <= i128::from(den));
            if error.abs() * 2 == i128::from(den) {
                prop_assert_eq!(error.signum(), i128::from(num.signum()));
            }
        }
    }
}
