//! The written form of a field's type, such as `text(80)`, `int[0..10]` or `dict(region)`; spec 1.2.

use crate::field::{Choices, FieldType};
use crate::key::Key;

/// Why a written type cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotationError {
    /// No type is written like this.
    #[error("unknown type {0:?}")]
    Unknown(String),
    /// A number inside it is none, or out of order.
    #[error("bad bound in {0:?}")]
    Bound(String),
}

/// The type written as `notation`.
///
/// # Errors
/// [`NotationError`] when nothing is written like this. Choices spelled out within a type and lists of rows
/// belong to forms and are not read here.
pub fn field_type(notation: &str) -> Result<FieldType, NotationError> {
    let unknown = || NotationError::Unknown(notation.to_owned());
    let bound = || NotationError::Bound(notation.to_owned());
    Ok(match notation {
        "long" => FieldType::Long,
        "int" => FieldType::Int { min: None, max: None },
        "money" => FieldType::Money,
        "pct" => FieldType::Percent,
        "score" => FieldType::Score,
        "rating" => FieldType::Rating,
        "seconds" => FieldType::Seconds,
        "date" => FieldType::Date,
        "dt" => FieldType::DateTime,
        "time" => FieldType::Time,
        "lunar" => FieldType::Lunar,
        "date or lunar" => FieldType::DateOrLunar,
        "bool" => FieldType::Bool,
        "set{}" => FieldType::Tags,
        "phone" => FieldType::Phone,
        "email" => FieldType::Email,
        "uscc" => FieldType::Uscc,
        "gtin" => FieldType::Gtin,
        "gln" => FieldType::Gln,
        "file" => FieldType::File,
        "photo" => FieldType::Photo,
        "sign" => FieldType::Sign,
        "place" => FieldType::Place,
        _ => {
            let (name, rest) = notation.split_at(notation.find(['(', '[', '{']).ok_or_else(unknown)?);
            let inside = inside(rest).ok_or_else(unknown)?;
            match name {
                "text" => FieldType::Text { max: inside.parse().map_err(|_| bound())? },
                "dec" => FieldType::Decimal { places: inside.parse().ok().filter(|n| *n <= 9).ok_or_else(bound)? },
                "int" => int_type(inside).ok_or_else(bound)?,
                "dict" => FieldType::Choice(Choices::Group(Key::new(inside).map_err(|_| unknown())?)),
                "set" => FieldType::ChoiceSet(Choices::Group(Key::new(inside).map_err(|_| unknown())?)),
                "ref" => FieldType::Reference(Key::new(inside).map_err(|_| unknown())?),
                _ => return Err(unknown()),
            }
        }
    })
}

fn inside(bracketed: &str) -> Option<&str> {
    let mut chars = bracketed.chars();
    let close = match chars.next()? {
        '(' => ')',
        '[' => ']',
        _ => '}',
    };
    (chars.next_back()? == close).then_some(chars.as_str())
}

fn int_type(bounds: &str) -> Option<FieldType> {
    let (min, max) = bounds.split_once("..")?;
    let side = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    let (min, max): (Option<i64>, Option<i64>) = (side(min)?, side(max)?);
    (min.is_none() || max.is_none() || min <= max).then_some(FieldType::Int { min, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_written() {
        assert_eq!(field_type("text(80)"), Ok(FieldType::Text { max: 80 }));
        assert_eq!(field_type("int[0..]"), Ok(FieldType::Int { min: Some(0), max: None }));
        assert_eq!(field_type("dec(2)"), Ok(FieldType::Decimal { places: 2 }));
        assert_eq!(field_type("ref(staff)"), Ok(FieldType::Reference(Key::of("staff"))));
        for wrong in ["", "text", "text(", "text()", "text(-1)", "int[5..1]", "dec(40)", "dict()", "set{x", "float"] {
            assert!(field_type(wrong).is_err(), "{wrong}");
        }
    }
}
