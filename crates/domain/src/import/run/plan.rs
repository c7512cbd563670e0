//! Where each column goes and how it is read, and the fields an import adds.

use crate::dictionary::{Dictionary, KindField, field_type, folded};
use crate::field::{Choices, Field, FieldType};
use crate::import::mapping::{Target, Use};
use crate::key::Key;
use crate::kind::{CODE, OTHER_CODES, TAGS};
use crate::syllable;
use crate::text::Text;

/// A field the import adds to its kind.
pub(super) struct NewField {
    pub(super) key: Key,
    pub(super) label: Text,
    pub(super) notation: Box<str>,
}

/// Where a column goes and how it is read.
pub(super) struct ColumnPlan {
    pub(super) target: Target,
    pub(super) field: Field,
    pub(super) is_mandatory: bool,
    /// Whether an empty cell may empty the field.
    pub(super) clears: bool,
    /// The group an unknown choice is added to, if it may grow.
    pub(super) grows: Option<Key>,
}

/// How a column is read; custom fields are noted in `fields`.
pub(super) fn column(
    dictionary: &Dictionary,
    kind: Key,
    decided: &Use,
    fields: &mut Vec<NewField>,
) -> Option<ColumnPlan> {
    let (label, notation) = match decided {
        Use::Ignore => return None,
        Use::Field(target) => {
            let known = dictionary.kind(target.kind)?.field(target.field)?;
            let grows = match &known.field.kind {
                FieldType::Choice(Choices::Group(group)) => Some(*group),
                _ => None,
            };
            let grows = grows.filter(|group| dictionary.group(*group).is_some_and(|group| group.grows));
            // What the kind demands of its own records, it does not demand of those carried along.
            let is_mandatory = known.is_mandatory && target.kind == kind;
            let clears = !known.is_mandatory && ![CODE, OTHER_CODES, TAGS].contains(&target.field);
            return Some(ColumnPlan { target: *target, field: known.field.clone(), is_mandatory, clears, grows });
        }
        Use::Custom(label) => (label, "long"),
        Use::Typed { label, notation } => (label, notation.as_str()),
    };
    let same = |known: &&KindField| folded(&known.field.label.zh) == folded(label);
    if let Some(known) = dictionary.kind(kind)?.fields.iter().find(same) {
        // An earlier import made the field.
        return column(dictionary, kind, &Use::Field(Target { kind, field: known.field.key }), fields);
    }
    let key = custom_key(dictionary, kind, label, fields)?;
    let content = field_type(notation).ok()?;
    let label = Text { zh: label.as_str().into(), en: label.as_str().into() };
    fields.push(NewField { key, label: label.clone(), notation: notation.into() });
    let field = Field { key, label, kind: content, takes_marks: false };
    Some(ColumnPlan { target: Target { kind, field: key }, field, is_mandatory: false, clears: true, grows: None })
}

/// A key for a custom field: `c_` and the label in pinyin, a–z0–9_, at most 30 characters; platform 2.
fn custom_key(dictionary: &Dictionary, kind: Key, label: &str, fields: &[NewField]) -> Option<Key> {
    let spoken: String = label
        .chars()
        .map(|c| match syllable::letters(syllable::common(c)) {
            "" => c.to_lowercase().to_string(),
            // Keys have always been without ü, and its v stands for nothing else.
            letters => letters.replace('v', ""),
        })
        .collect();
    let plain = spoken.chars().filter(|c| c.is_ascii_alphanumeric()).take(24).collect::<String>();
    let is_taken = |key: &Key| {
        fields.iter().any(|other| other.key == *key)
            || dictionary.kind(kind).is_some_and(|kind| kind.field(*key).is_some())
    };
    (1..1_000u32)
        .filter_map(|n| Key::new(&if n == 1 { format!("c_{plain}") } else { format!("c_{plain}_{n}") }).ok())
        .find(|key| !is_taken(key))
}
