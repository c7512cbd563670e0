//! Reads the spec's notation of field types (1.2): `text(30)`, `int[0..600]`, `list` with columns.

use crate::field::{Cell, Choice, Choices, FieldType};
use crate::key::Key;

/// What a notation says.
pub(super) enum Notation<'a> {
    /// A type complete in itself.
    Plain(FieldType),
    /// `enum`, or `enum(name)` with a named list of choices.
    Enum(Option<&'a str>),
    /// `set`, or `set(name)`.
    Set(Option<&'a str>),
    /// `list`: rows of the given columns.
    Rows,
}

/// The type that `text` stands for and whether N/A and missing are offered; `None` when it stands for none.
pub(super) fn notation(text: &str) -> Option<(Notation<'_>, bool)> {
    match text.strip_suffix(" or N/A") {
        Some(text) => single(text).map(|found| (found, true)),
        None => single(text).map(|found| (found, false)),
    }
}

fn single(text: &str) -> Option<Notation<'_>> {
    let plain = match text {
        "enum" => return Some(Notation::Enum(None)),
        "set" => return Some(Notation::Set(None)),
        "list" => return Some(Notation::Rows),
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
        "tags" => FieldType::Tags,
        "phone" => FieldType::Phone,
        "email" => FieldType::Email,
        "uscc" => FieldType::Uscc,
        "gtin" => FieldType::Gtin,
        "gln" => FieldType::Gln,
        "file" => FieldType::File,
        "photo" => FieldType::Photo,
        "sign" => FieldType::Sign,
        "place" => FieldType::Place,
        _ => return with_argument(text),
    };
    Some(Notation::Plain(plain))
}

fn with_argument(text: &str) -> Option<Notation<'_>> {
    if let Some(range) = text.strip_prefix("int[").and_then(|rest| rest.strip_suffix(']')) {
        let (min, max) = range.split_once("..")?;
        return Some(Notation::Plain(FieldType::Int { min: bound(min)?, max: bound(max)? }));
    }
    let (name, argument) = text.strip_suffix(')')?.split_once('(')?;
    let plain = match name {
        "enum" => return Some(Notation::Enum(Some(argument))),
        "set" => return Some(Notation::Set(Some(argument))),
        "text" => FieldType::Text { max: argument.parse().ok().filter(|max| *max > 0)? },
        "dec" => FieldType::Decimal { places: argument.parse().ok().filter(|places| *places <= 10)? },
        "ref" => FieldType::Reference(Key::new(argument).ok()?),
        "dict" => FieldType::Choice(Choices::Group(Key::new(argument).ok()?)),
        "set dict" => FieldType::ChoiceSet(Choices::Group(Key::new(argument).ok()?)),
        _ => return None,
    };
    Some(Notation::Plain(plain))
}

/// An empty bound is none.
fn bound(text: &str) -> Option<Option<i64>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

/// The notation of a type, as the spec writes it but without labels; for lists of fields people read.
pub fn written(kind: &FieldType) -> String {
    let keys = |choices: &[Choice]| choices.iter().map(|choice| choice.key.as_str()).collect::<Vec<_>>().join(", ");
    match kind {
        FieldType::Text { max } => format!("text({max})"),
        FieldType::Long => "long".into(),
        FieldType::Int { min: None, max: None } => "int".into(),
        FieldType::Int { min, max } => {
            let bound = |bound: &Option<i64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
            format!("int[{}..{}]", bound(min), bound(max))
        }
        FieldType::Decimal { places } => format!("dec({places})"),
        FieldType::Money => "money".into(),
        FieldType::Percent => "pct".into(),
        FieldType::Score => "score".into(),
        FieldType::Rating => "rating".into(),
        FieldType::Seconds => "seconds".into(),
        FieldType::Date => "date".into(),
        FieldType::DateTime => "dt".into(),
        FieldType::Time => "time".into(),
        FieldType::Lunar => "lunar".into(),
        FieldType::DateOrLunar => "date or lunar".into(),
        FieldType::Bool => "bool".into(),
        FieldType::Choice(Choices::Given(choices)) => format!("enum{{{}}}", keys(choices)),
        FieldType::ChoiceSet(Choices::Given(choices)) => format!("set{{{}}}", keys(choices)),
        FieldType::Choice(Choices::Group(group)) => format!("dict({group})"),
        FieldType::ChoiceSet(Choices::Group(group)) => format!("set dict({group})"),
        FieldType::Tags => "set{}".into(),
        FieldType::Reference(target) => format!("ref({target})"),
        FieldType::Phone => "phone".into(),
        FieldType::Email => "email".into(),
        FieldType::Uscc => "uscc".into(),
        FieldType::Gtin => "gtin".into(),
        FieldType::Gln => "gln".into(),
        FieldType::File => "file".into(),
        FieldType::Photo => "photo".into(),
        FieldType::Sign => "sign".into(),
        FieldType::Place => "place".into(),
        FieldType::Rows(cells) => {
            let cell = |cell: &Cell| {
                let mark = if cell.is_optional { "?" } else { "" };
                format!("{}:{}{mark}", cell.field.key, written(&cell.field.kind))
            };
            format!("list<{}>", cells.iter().map(cell).collect::<Vec<_>>().join(", "))
        }
    }
}
