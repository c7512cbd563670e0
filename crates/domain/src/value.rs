//! What a field holds, before anyone asks what the field means.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, SeqAccess};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::key::Key;

/// One field's content: JSON without fractions, so that equal content has equal bytes.
///
/// What it means is said by the field's type: money is `Int` of fen, a percentage `Int` of basis
/// points, a score `Int` of hundredths, a rating or count `Int`; a date `Text` "2026-11-23", a
/// date-time `Text` "2026-11-23T10:20", a decimal `Text` "12.5", a choice or reference `Text` of its
/// key or id, a list of rows `List` of `Map`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Value {
    /// Never set, or cleared.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number in the field's unit.
    Int(i64),
    /// A text, or anything written as one.
    Text(Box<str>),
    /// Said to be without value, with the reason; spec 1.4.
    Mark(Mark),
    /// Several values or rows, in order.
    List(Vec<Value>),
    /// The named cells of one row.
    Map(Box<BTreeMap<Key, Value>>),
}

/// Why there is no value although somebody was asked; spec 1.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// N/A 不适用: the item cannot apply.
    NotApplicable,
    /// Missing 未取得: it applies but is unknown.
    Missing,
}

impl Mark {
    /// The mark's key in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "na",
            Self::Missing => "missing",
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "na" => Some(Self::NotApplicable),
            "missing" => Some(Self::Missing),
            _ => None,
        }
    }
}

const MARK: Key = Key::of("mark");

impl Value {
    /// The shared empty value.
    pub const NULL: &'static Value = &Value::Null;

    /// A text value; an empty text is [`Value::Null`], since nothing was said.
    pub fn text(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The elements of a list; none for anything else.
    pub fn items(&self) -> &[Value] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The cell `key` of a row; [`Value::Null`] for anything else.
    pub fn cell(&self, key: Key) -> &Value {
        match self {
            Self::Map(cells) => cells.get(&key).unwrap_or(Self::NULL),
            _ => Self::NULL,
        }
    }

    /// Whether nothing was said: never set, cleared, or an empty list.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(items) => items.is_empty(),
            _ => false,
        }
    }

    /// The canonical JSON of the value: two equal values have the same bytes.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<crate::stamp::RecordId> for Value {
    fn from(id: crate::stamp::RecordId) -> Self {
        Self::Text(id.to_string().into())
    }
}

impl From<chrono::NaiveDate> for Value {
    fn from(date: chrono::NaiveDate) -> Self {
        Self::Text(date.format("%Y-%m-%d").to_string().into())
    }
}

impl From<chrono::NaiveDateTime> for Value {
    fn from(moment: chrono::NaiveDateTime) -> Self {
        Self::Text(moment.format("%Y-%m-%dT%H:%M").to_string().into())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Mark(mark) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(&MARK, mark.as_str())?;
                map.end()
            }
            Self::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Self::Map(cells) => serializer.collect_map(cells.iter()),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> de::Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number, yes or no, a list, a row or nothing")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map(Value::Int).map_err(E::custom)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut cells = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<Key, Value>()? {
            if cells.insert(key, value).is_some() {
                return Err(de::Error::custom(format!("the cell {key} stands twice")));
            }
        }
        match cells.get(&MARK).and_then(Value::as_text) {
            Some(text) if cells.len() == 1 => Mark::from_text(text)
                .map(Value::Mark)
                .ok_or_else(|| de::Error::custom(format!("unknown mark {text:?}"))),
            _ => Ok(Value::Map(Box::new(cells))),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Any value a file may hold.
    pub(crate) fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            "\\PC{0,8}".prop_map(|text| Value::Text(text.into())),
            Just(Value::Mark(Mark::NotApplicable)),
            Just(Value::Mark(Mark::Missing)),
        ];
        leaf.prop_recursive(2, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::btree_map("[a-z]{1,6}", inner, 0..4).prop_map(|cells| {
                    let cells: BTreeMap<Key, Value> =
                        cells.into_iter().map(|(key, value)| (Key::new(&key).unwrap(), value)).collect();
                    Value::Map(Box::new(cells))
                }),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn a_value_survives_its_json(value in values()) {
            let text = value.canonical();
            let back: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(back.canonical(), text);
            prop_assert_eq!(back, value);
        }
    }

    #[test]
    fn fractions_and_doubled_cells_are_refused() {
        for text in ["1.5", "1e400", "18446744073709551615", r#"{"a":1,"a":2}"#, r#"{"mark":"perhaps"}"#] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
    }
}
