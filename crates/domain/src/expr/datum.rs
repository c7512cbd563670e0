//! What an expression works on: a field's content together with its meaning.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::field::FieldType;
use crate::key::Key;
use crate::value::{Mark, Value};

/// A value as expressions see it: money in yuan, percentages and scores in points, dates as dates.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Datum {
    /// Nothing was said, or it cannot be known yet.
    #[default]
    Blank,
    /// Said to be not applicable.
    NotApplicable,
    /// Said to be missing.
    Missing,
    /// Yes or no.
    Bool(bool),
    /// An exact number.
    Number(Decimal),
    /// A text, the key of a choice, or the id of a record.
    Text(Box<str>),
    /// A civil day.
    Date(NaiveDate),
    /// A moment in Asia/Shanghai.
    Moment(NaiveDateTime),
    /// Several values or rows.
    List(Vec<Datum>),
    /// Named cells.
    Row(BTreeMap<Key, Datum>),
}

impl Datum {
    /// A text; an empty one is [`Datum::Blank`].
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Blank } else { Self::Text(text.into()) }
    }

    /// Whether it has a value: neither blank, nor N/A, nor missing, nor an empty list.
    pub fn is_filled(&self) -> bool {
        match self {
            Self::Blank | Self::NotApplicable | Self::Missing => false,
            Self::List(items) => !items.is_empty(),
            _ => true,
        }
    }

    /// The content of a field of type `kind`; what does not fit the type is [`Datum::Blank`].
    pub fn of(value: &Value, kind: &FieldType) -> Self {
        match value {
            Value::Null => Self::Blank,
            Value::Mark(Mark::NotApplicable) => Self::NotApplicable,
            Value::Mark(Mark::Missing) => Self::Missing,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Int(number) => number_of(*number, kind),
            Value::Text(text) => text_of(text, kind),
            Value::List(items) => Self::List(items.iter().map(|item| element_of(item, kind)).collect()),
            Value::Map(_) => Self::Blank,
        }
    }

    /// The content as a field of type `kind` stores it, rounded half away from zero (N2) where the type has
    /// fewer digits; [`Value::Null`] when it does not fit the type.
    pub fn to_value(&self, kind: &FieldType) -> Value {
        match (self, kind) {
            (Self::NotApplicable, _) => Value::Mark(Mark::NotApplicable),
            (Self::Missing, _) => Value::Mark(Mark::Missing),
            (Self::Bool(flag), FieldType::Bool) => Value::Bool(*flag),
            (Self::Number(number), FieldType::Decimal { places }) => decimal_value(*number, *places),
            (Self::Number(number), FieldType::Money | FieldType::Percent | FieldType::Score) => {
                number.checked_mul(Decimal::ONE_HUNDRED).map_or(Value::Null, whole_value)
            }
            (Self::Number(number), FieldType::Int { .. } | FieldType::Rating | FieldType::Seconds) => {
                whole_value(*number)
            }
            (Self::Date(date), FieldType::Date | FieldType::DateOrLunar) => Value::from(*date),
            (Self::Moment(moment), FieldType::DateTime) => Value::from(*moment),
            (Self::Text(text), kind) if holds_text(kind) => Value::Text(text.clone()),
            (Self::List(items), FieldType::ChoiceSet(_) | FieldType::Tags) => {
                Value::List(items.iter().map(|item| item.to_value(&FieldType::Long)).collect())
            }
            (Self::List(items), FieldType::Rows(_)) => {
                Value::List(items.iter().map(|item| row_value(item, kind)).collect())
            }
            _ => Value::Null,
        }
    }
}

fn number_of(number: i64, kind: &FieldType) -> Datum {
    match kind {
        FieldType::Money | FieldType::Percent | FieldType::Score => Datum::Number(Decimal::new(number, 2)),
        FieldType::Int { .. } | FieldType::Rating | FieldType::Seconds | FieldType::Decimal { .. } => {
            Datum::Number(number.into())
        }
        _ => Datum::Blank,
    }
}

fn text_of(text: &str, kind: &FieldType) -> Datum {
    match kind {
        FieldType::Decimal { .. } => Decimal::from_str_exact(text).map_or(Datum::Blank, Datum::Number),
        FieldType::Date => text.parse().map_or(Datum::Blank, Datum::Date),
        FieldType::DateTime => {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map_or(Datum::Blank, Datum::Moment)
        }
        kind if holds_text(kind) => Datum::text(text),
        _ => Datum::Blank,
    }
}

fn element_of(item: &Value, kind: &FieldType) -> Datum {
    match (item, kind) {
        (Value::Map(_), FieldType::Rows(cells)) => {
            let cell =
                |cell: &crate::field::Cell| (cell.field.key, Datum::of(item.cell(cell.field.key), &cell.field.kind));
            Datum::Row(cells.iter().map(cell).collect())
        }
        (Value::Text(text), FieldType::ChoiceSet(_) | FieldType::Tags) => Datum::text(text),
        _ => Datum::Blank,
    }
}

fn row_value(row: &Datum, kind: &FieldType) -> Value {
    let (Datum::Row(data), FieldType::Rows(cells)) = (row, kind) else { return Value::Null };
    let value = |cell: &crate::field::Cell| {
        let value = data.get(&cell.field.key).map_or(Value::Null, |datum| datum.to_value(&cell.field.kind));
        (!value.is_blank()).then_some((cell.field.key, value))
    };
    Value::Map(Box::new(cells.iter().filter_map(value).collect()))
}

fn whole_value(number: Decimal) -> Value {
    number.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().map_or(Value::Null, Value::Int)
}

fn decimal_value(number: Decimal, places: u8) -> Value {
    let rounded = number.round_dp_with_strategy(places.into(), RoundingStrategy::MidpointAwayFromZero);
    Value::text(rounded.normalize().to_string())
}

/// Whether content of the type is a text to expressions.
fn holds_text(kind: &FieldType) -> bool {
    !matches!(
        kind,
        FieldType::Int { .. }
            | FieldType::Decimal { .. }
            | FieldType::Money
            | FieldType::Percent
            | FieldType::Score
            | FieldType::Rating
            | FieldType::Seconds
            | FieldType::Date
            | FieldType::DateTime
            | FieldType::Bool
            | FieldType::ChoiceSet(_)
            | FieldType::Tags
            | FieldType::Rows(_)
    )
}
