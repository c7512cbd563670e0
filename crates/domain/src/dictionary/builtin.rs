//! Reading the dictionary's TOML, and the dictionary that ships with the app.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{Dictionary, DictionaryError, Group, Item, Kind, KindField, field_type};
use crate::field::{Choices, Field, FieldType};
use crate::key::Key;
use crate::text::Text;
use crate::written;

const KINDS: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/dictionary/kinds.json"));
const GROUPS: &str = include_str!(concat!(env!("OUT_DIR"), "/playbook/dictionary/groups.json"));

/// The shipped dictionary; a test proves that it parses.
pub(super) fn get() -> &'static Dictionary {
    static BUILT_IN: OnceLock<Dictionary> = OnceLock::new();
    BUILT_IN.get_or_init(|| parse(KINDS, GROUPS).unwrap_or_default())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindsFile {
    kind: Vec<KindEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindEntry {
    key: Key,
    zh: Box<str>,
    en: Box<str>,
    with: Option<Key>,
    #[serde(default)]
    imports: bool,
    fields: Vec<FieldEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldEntry {
    key: Key,
    zh: Box<str>,
    en: Box<str>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    mandatory: bool,
    #[serde(default)]
    marks: bool,
    #[serde(default)]
    aliases: Vec<Box<str>>,
    rights: Option<Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupsFile {
    group: Vec<GroupEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupEntry {
    key: Key,
    zh: Box<str>,
    en: Box<str>,
    #[serde(default)]
    grows: bool,
    #[serde(default)]
    shows_path: bool,
    items: Vec<ItemEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemEntry {
    key: Key,
    zh: Box<str>,
    en: Box<str>,
    parent: Option<Key>,
    #[serde(default)]
    aliases: Vec<Box<str>>,
}

pub(super) fn parse(kinds: &str, groups: &str) -> Result<Dictionary, DictionaryError> {
    let kinds: KindsFile = written::read(kinds).map_err(DictionaryError::Unreadable)?;
    let groups: GroupsFile = written::read(groups).map_err(DictionaryError::Unreadable)?;
    let dictionary = Dictionary {
        kinds: kinds.kind.into_iter().map(kind).collect::<Result<_, _>>()?,
        groups: groups.group.into_iter().map(group).collect(),
    };
    check(&dictionary)?;
    Ok(dictionary)
}

fn kind(entry: KindEntry) -> Result<Kind, DictionaryError> {
    let fields = entry.fields.into_iter().map(|field| kind_field(entry.key, field)).collect::<Result<_, _>>()?;
    let label = Text { zh: entry.zh, en: entry.en };
    Ok(Kind { key: entry.key, label, fields, with: entry.with, imports: entry.imports })
}

fn kind_field(kind: Key, entry: FieldEntry) -> Result<KindField, DictionaryError> {
    let field = format!("{kind}.{}", entry.key);
    let content = field_type(&entry.kind).map_err(|reason| DictionaryError::Type { field, reason })?;
    let label = Text { zh: entry.zh, en: entry.en };
    let field = Field { key: entry.key, label, kind: content, takes_marks: entry.marks };
    Ok(KindField { field, is_mandatory: entry.mandatory, aliases: entry.aliases, rights: entry.rights })
}

fn group(entry: GroupEntry) -> Group {
    let item = |item: ItemEntry| Item {
        key: item.key,
        label: Text { zh: item.zh, en: item.en },
        parent: item.parent,
        aliases: item.aliases,
        is_active: true,
    };
    let label = Text { zh: entry.zh, en: entry.en };
    Group::new(entry.key, label, entry.grows, entry.shows_path, entry.items.into_iter().map(item).collect())
}

fn check(dictionary: &Dictionary) -> Result<(), DictionaryError> {
    for kind in dictionary.kinds() {
        let missing_kind = |name: &Key| dictionary.kind(*name).is_none();
        if let Some(name) = kind.with.filter(missing_kind) {
            return Err(DictionaryError::Unknown { from: kind.key.to_string(), name });
        }
        for field in &kind.fields {
            let missing = match &field.field.kind {
                FieldType::Choice(Choices::Group(name)) | FieldType::ChoiceSet(Choices::Group(name)) => {
                    Some(*name).filter(|name| dictionary.group(*name).is_none())
                }
                FieldType::Reference(name) if name != "any" => Some(*name).filter(missing_kind),
                _ => None,
            };
            if let Some(name) = missing {
                return Err(DictionaryError::Unknown { from: format!("{}.{}", kind.key, field.field.key), name });
            }
        }
    }
    for group in dictionary.groups() {
        for item in group.items() {
            if let Some(name) = item.parent.filter(|parent| group.item(parent.as_str()).is_none()) {
                return Err(DictionaryError::Unknown { from: format!("{}.{}", group.key, item.key), name });
            }
        }
    }
    Ok(())
}
