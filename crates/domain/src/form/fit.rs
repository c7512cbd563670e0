//! Whether a value fits the type of its field.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

use crate::field::{Choices, Field, FieldType};
use crate::value::{Mark, Value};

/// Longest multi-line text, in characters; spec 1.2.
const LONG: usize = 4_000;
/// Longest id of a record or attachment, in bytes.
const LONGEST_ID: usize = 128;

/// Why a value does not fit its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Another kind of value is needed.
    WrongKind,
    /// More characters than allowed.
    TooLong {
        /// The most characters.
        max: usize,
    },
    /// Below the least value, in the field's unit.
    TooSmall {
        /// The least.
        min: i64,
    },
    /// Above the greatest value, in the field's unit.
    TooGreat {
        /// The greatest.
        max: i64,
    },
    /// More digits after the point than allowed.
    TooManyPlaces {
        /// The most digits.
        places: u8,
    },
    /// Not one of the choices.
    UnknownChoice,
    /// Not written as its type demands: a date, a phone number, a code.
    Malformed,
    /// "N/A" or "missing" is not offered here.
    NoMarkHere(Mark),
}

/// Whether `value` fits `field`; blank values always do, and so do rows as a whole: their cells are looked at
/// one by one.
///
/// # Errors
/// The first [`Misfit`].
pub fn fit(value: &Value, field: &Field) -> Result<(), Misfit> {
    match value {
        Value::Null => Ok(()),
        Value::Mark(_) if field.takes_marks => Ok(()),
        Value::Mark(mark) => Err(Misfit::NoMarkHere(*mark)),
        _ => fit_type(value, &field.kind),
    }
}

fn fit_type(value: &Value, kind: &FieldType) -> Result<(), Misfit> {
    match kind {
        FieldType::Text { max } => fit_text(value, usize::from(*max)),
        FieldType::Long => fit_text(value, LONG),
        FieldType::Place => fit_text(value, usize::from(crate::place::MAX)),
        FieldType::Int { min, max } => fit_whole(value, *min, *max),
        FieldType::Money => fit_whole(value, None, None),
        FieldType::Percent | FieldType::Score => fit_whole(value, Some(0), Some(10_000)),
        FieldType::Rating => fit_whole(value, Some(1), Some(5)),
        FieldType::Seconds => fit_whole(value, Some(0), Some(86_400)),
        FieldType::Decimal { places } => fit_decimal(value, *places),
        FieldType::Date => fit_written(value, is_date),
        FieldType::DateTime => fit_written(value, is_moment),
        FieldType::Time => fit_written(value, |text| NaiveTime::parse_from_str(text, "%H:%M").is_ok()),
        FieldType::Lunar => fit_written(value, is_lunar),
        FieldType::DateOrLunar => fit_written(value, |text| is_date(text) || is_lunar(text)),
        FieldType::Bool => value.as_bool().map(|_| ()).ok_or(Misfit::WrongKind),
        FieldType::Choice(choices) => fit_choice(value, choices),
        FieldType::ChoiceSet(choices) => items(value)?.iter().try_for_each(|item| fit_choice(item, choices)),
        FieldType::Tags => items(value)?.iter().try_for_each(|item| fit_text(item, LONGEST_ID)),
        FieldType::Reference(_) | FieldType::File | FieldType::Photo | FieldType::Sign => {
            fit_written(value, |text| text.len() <= LONGEST_ID)
        }
        FieldType::Phone => fit_written(value, |text| (5..=20).contains(&text.len()) && is_digits(text)),
        FieldType::Email => fit_written(value, is_email),
        FieldType::Uscc => {
            fit_written(value, |text| text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        }
        FieldType::Gtin => fit_written(value, |text| matches!(text.len(), 8 | 12 | 13 | 14) && is_digits(text)),
        FieldType::Gln => fit_written(value, |text| text.len() == 13 && is_digits(text)),
        FieldType::Rows(_) => match items(value)?.iter().all(|row| matches!(row, Value::Map(_))) {
            true => Ok(()),
            false => Err(Misfit::WrongKind),
        },
    }
}

fn fit_text(value: &Value, max: usize) -> Result<(), Misfit> {
    let text = value.as_text().ok_or(Misfit::WrongKind)?;
    if text.chars().count() > max { Err(Misfit::TooLong { max }) } else { Ok(()) }
}

fn fit_whole(value: &Value, min: Option<i64>, max: Option<i64>) -> Result<(), Misfit> {
    let number = value.as_int().ok_or(Misfit::WrongKind)?;
    match (min, max) {
        (Some(min), _) if number < min => Err(Misfit::TooSmall { min }),
        (_, Some(max)) if number > max => Err(Misfit::TooGreat { max }),
        _ => Ok(()),
    }
}

fn fit_decimal(value: &Value, places: u8) -> Result<(), Misfit> {
    if value.as_int().is_some() {
        return Ok(());
    }
    let text = value.as_text().ok_or(Misfit::WrongKind)?;
    let number = Decimal::from_str_exact(text).map_err(|_| Misfit::Malformed)?;
    if number.normalize().scale() > u32::from(places) { Err(Misfit::TooManyPlaces { places }) } else { Ok(()) }
}

fn fit_written(value: &Value, is_well_written: impl Fn(&str) -> bool) -> Result<(), Misfit> {
    let text = value.as_text().ok_or(Misfit::WrongKind)?;
    if is_well_written(text) { Ok(()) } else { Err(Misfit::Malformed) }
}

/// Choices of a dictionary group are not looked up here, since a workspace may have removed one that older
/// records still carry.
fn fit_choice(value: &Value, choices: &Choices) -> Result<(), Misfit> {
    let text = value.as_text().ok_or(Misfit::WrongKind)?;
    match choices {
        Choices::Given(choices) if !choices.iter().any(|choice| choice.key == *text) => Err(Misfit::UnknownChoice),
        _ => Ok(()),
    }
}

fn items(value: &Value) -> Result<&[Value], Misfit> {
    match value {
        Value::List(items) => Ok(items),
        _ => Err(Misfit::WrongKind),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<NaiveDate>().is_ok()
}

fn is_moment(text: &str) -> bool {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").is_ok()
}

/// `L08-15`, or `L06-15+` in a leap month.
fn is_lunar(text: &str) -> bool {
    let Some(day) = text.strip_prefix('L').map(|day| day.strip_suffix('+').unwrap_or(day)) else { return false };
    let number = |part: &str| if part.len() == 2 && is_digits(part) { part.parse::<u8>().ok() } else { None };
    day.split_once('-').is_some_and(|(month, day)| {
        number(month).is_some_and(|month| (1..=12).contains(&month))
            && number(day).is_some_and(|day| (1..=30).contains(&day))
    })
}

fn is_email(text: &str) -> bool {
    text.len() <= 254
        && !text.contains(char::is_whitespace)
        && text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
}
