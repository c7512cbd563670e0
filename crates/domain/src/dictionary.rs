//! The data dictionary: the kinds of records, their fields, and the groups of choices; platform 1.

mod builtin;
mod notation;

use std::borrow::Cow;
use std::collections::HashMap;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::book::Book;
use crate::field::{Field, FieldType};
use crate::key::Key;
use crate::text::{Lang, Text};
use crate::value::Value;

pub use notation::{NotationError, field_type};

/// Kind of a record that adds an item to a group: `group`, `key`, `zh`, `en`, `parent`.
pub const DICT_ITEM: Key = Key::of("dict_item");

/// Kind of a record that adds a field to a kind: `entity`, `key`, `zh`, `en`, `type`.
pub const FIELD_DEF: Key = Key::of("field_def");

/// Names of the fields of [`DICT_ITEM`] and [`FIELD_DEF`].
pub mod names {
    use crate::key::Key;

    /// The group an item belongs to.
    pub const GROUP: Key = Key::of("group");
    /// The key of the item or field.
    pub const KEY: Key = Key::of("key");
    /// The label in Chinese.
    pub const ZH: Key = Key::of("zh");
    /// The label in English.
    pub const EN: Key = Key::of("en");
    /// The item above, for groups in levels.
    pub const PARENT: Key = Key::of("parent");
    /// Further words for an item, as a list.
    pub const ALIASES: Key = Key::of("aliases");
    /// Whether an item is offered for new records; absent means yes.
    pub const ACTIVE: Key = Key::of("active");
    /// The kind a field belongs to.
    pub const ENTITY: Key = Key::of("entity");
    /// The type of a field, in the notation of the forms.
    pub const TYPE: Key = Key::of("type");
}

/// A kind of record with its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its name in changes.
    pub key: Key,
    /// What people call it.
    pub label: Text,
    /// Its fields, in the order they are shown.
    pub fields: Vec<KindField>,
    /// The kind that one row of an import may carry along, as a customer's row carries a contact.
    pub with: Option<Key>,
    /// Whether files of it can be imported.
    pub imports: bool,
}

/// A field of a kind of record.
#[derive(Clone, Debug, PartialEq)]
pub struct KindField {
    /// Its name, label and type.
    pub field: Field,
    /// Whether a record may not be without it.
    pub is_mandatory: bool,
    /// Further column headings an import knows it by.
    pub aliases: Vec<Box<str>>,
    /// Fields that are shown, masked or hidden together, such as `personal` or `money`.
    pub rights: Option<Key>,
}

/// A group of choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name, as in `dict(industry)`.
    pub key: Key,
    /// What people call it.
    pub label: Text,
    /// Whether an import may add items.
    pub grows: bool,
    /// Whether an item is shown below its parent, as 北京市海淀区.
    pub shows_path: bool,
    items: Vec<Item>,
    places: HashMap<Key, usize>,
    known: HashMap<String, usize>,
}

/// One choice of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What is stored; never changes.
    pub key: Key,
    /// What people read.
    pub label: Text,
    /// The item above it, if the group has levels.
    pub parent: Option<Key>,
    /// Other words for it.
    pub aliases: Vec<Box<str>>,
    /// Whether it is offered for new records; it stays visible on old ones; R-P-1.
    pub is_active: bool,
}

/// Why dictionary data cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DictionaryError {
    /// The TOML cannot be read.
    #[error("dictionary: {0}")]
    Unreadable(String),
    /// A field's type cannot be read.
    #[error("dictionary field {field}: {reason}")]
    Type {
        /// The field, as `kind.field`.
        field: String,
        /// What is wrong with its type.
        reason: NotationError,
    },
    /// A type names a group or kind, or an item names a parent, that is not there.
    #[error("dictionary: {from} names the unknown {name}")]
    Unknown {
        /// Who names it.
        from: String,
        /// What is missing.
        name: Key,
    },
}

/// All kinds and groups of a workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dictionary {
    kinds: Vec<Kind>,
    groups: Vec<Group>,
}

/// Two spellings of a word are one word when this is equal: NFKC, lower case, no spaces; R-P-3.
pub fn folded(text: &str) -> String {
    if is_plain(text) {
        return text.to_ascii_lowercase();
    }
    let composed: Cow<'_, str> = match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => text.into(),
        _ => text.nfkc().collect::<String>().into(),
    };
    composed.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Whether the text has only ASCII letters and digits and common ideographs, which composing leaves as they are.
pub(crate) fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c))
}

impl Dictionary {
    /// The dictionary the app ships with.
    pub fn built_in() -> &'static Self {
        builtin::get()
    }

    /// The dictionary written in two TOML texts.
    ///
    /// # Errors
    /// [`DictionaryError`] names the first thing that cannot be used.
    pub fn from_toml(kinds: &str, groups: &str) -> Result<Self, DictionaryError> {
        builtin::parse(kinds, groups)
    }

    /// This dictionary with the items and fields that the records of a workspace add.
    ///
    /// A record whose group, kind or type is unknown adds nothing; a known key takes the record's labels.
    pub fn with_records(&self, book: &Book) -> Self {
        let mut all = self.clone();
        for record in book.of_kind(DICT_ITEM) {
            let label = label_of(record.text(names::ZH), record.text(names::EN));
            if let (Ok(group), Ok(key)) = (Key::new(record.text(names::GROUP)), Key::new(record.text(names::KEY))) {
                let parent = Key::new(record.text(names::PARENT)).ok();
                let aliases = record.get(names::ALIASES).items().iter().filter_map(Value::as_text).map(Box::from);
                let is_active = record.get(names::ACTIVE).as_bool().unwrap_or(true);
                all.put_item(group, Item { key, label, parent, aliases: aliases.collect(), is_active });
            }
        }
        all.groups.iter_mut().for_each(Group::index);
        for record in book.of_kind(FIELD_DEF) {
            let label = label_of(record.text(names::ZH), record.text(names::EN));
            let kind = field_type(record.text(names::TYPE));
            if let (Ok(entity), Ok(key), Ok(kind)) =
                (Key::new(record.text(names::ENTITY)), Key::new(record.text(names::KEY)), kind)
            {
                all.add_field(entity, Field { key, label, kind, takes_marks: false });
            }
        }
        all
    }

    /// The kind `key`, if there is one.
    pub fn kind(&self, key: Key) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.key == key)
    }

    /// All kinds, in order.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The group `key`, if there is one.
    pub fn group(&self, key: Key) -> Option<&Group> {
        self.groups.iter().find(|group| group.key == key)
    }

    /// All groups, in order.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Adds an item to a group, or relabels one; an unknown group is left unknown.
    fn put_item(&mut self, group: Key, item: Item) {
        let Some(group) = self.groups.iter_mut().find(|other| other.key == group) else { return };
        match group.items.iter_mut().find(|other| other.key == item.key) {
            Some(known) => {
                known.label = item.label;
                known.parent = item.parent.or(known.parent);
                known.aliases.extend(item.aliases);
                known.is_active = item.is_active;
            }
            None => group.items.push(item),
        }
    }

    /// Adds a field to a kind, unless the kind is unknown or has the field.
    fn add_field(&mut self, kind: Key, field: Field) {
        if let Some(kind) = self.kinds.iter_mut().find(|other| other.key == kind)
            && kind.field(field.key).is_none()
        {
            kind.fields.push(KindField { field, is_mandatory: false, aliases: Vec::new(), rights: None });
        }
    }
}

impl Kind {
    /// The field `key`, if the kind has it.
    pub fn field(&self, key: Key) -> Option<&KindField> {
        self.fields.iter().find(|field| field.field.key == key)
    }

    /// The type of the field `key`, if the kind has it.
    pub fn field_type(&self, key: Key) -> Option<&FieldType> {
        self.field(key).map(|field| &field.field.kind)
    }
}

impl Group {
    /// A group of these items.
    pub fn new(key: Key, label: Text, grows: bool, shows_path: bool, items: Vec<Item>) -> Self {
        let mut group = Self { key, label, grows, shows_path, items, places: HashMap::new(), known: HashMap::new() };
        group.index();
        group
    }

    /// Its items, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The items offered for new records, in order; R-P-1.
    pub fn offered(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.is_active)
    }

    /// The item stored as `key`.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key == *key)
    }

    /// The item somebody means by `text`: its key, a label, an alias, or its path of labels; R-P-3.
    pub fn find(&self, text: &str) -> Option<&Item> {
        self.known.get(&folded(text)).and_then(|place| self.items.get(*place))
    }

    /// What people read for the item stored as `key`; the key itself when it is unknown.
    pub fn shown(&self, key: &str, lang: Lang) -> String {
        match self.item(key) {
            Some(item) => self.path(item, lang, if self.shows_path { 2 } else { 1 }),
            None => key.to_owned(),
        }
    }

    fn index(&mut self) {
        self.places = self.items.iter().enumerate().map(|(place, item)| (item.key, place)).collect();
        let mut known = HashMap::new();
        let mut learn = |text: &str, place: usize| {
            known.entry(folded(text)).or_insert(place);
        };
        // The better the word, the earlier it is learnt: a key is never another item's alias.
        self.items.iter().enumerate().for_each(|(place, item)| learn(item.key.as_str(), place));
        for lang in [Lang::Zh, Lang::En] {
            self.items.iter().enumerate().for_each(|(place, item)| learn(item.label.get(lang), place));
        }
        for (place, item) in self.items.iter().enumerate() {
            for lang in [Lang::Zh, Lang::En] {
                (2..=MAX_LEVELS).for_each(|levels| learn(&self.path(item, lang, levels), place));
            }
        }
        for (place, item) in self.items.iter().enumerate() {
            item.aliases.iter().for_each(|alias| learn(alias, place));
        }
        self.known = known;
    }

    /// The labels of the item and those above it, at most `levels` of them.
    fn path(&self, item: &Item, lang: Lang, levels: usize) -> String {
        let above = |item: &&Item| item.parent.and_then(|key| self.places.get(&key)).and_then(|at| self.items.get(*at));
        let labels = std::iter::successors(Some(item), above).take(levels).map(|item| item.label.get(lang));
        match lang {
            Lang::Zh => labels.collect::<Vec<_>>().into_iter().rev().collect(),
            Lang::En => labels.collect::<Vec<_>>().join(", "),
        }
    }
}

/// How many levels a path of labels may have, such as province, city, district.
const MAX_LEVELS: usize = 4;

fn label_of(zh: &str, en: &str) -> Text {
    let either = |text: &str, other: &str| if text.is_empty() { other.into() } else { text.into() };
    Text { zh: either(zh, en), en: either(en, zh) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::kind;

    #[test]
    fn the_built_in_dictionary_is_whole() {
        let kinds = include_str!("../../../playbook/dictionary/kinds.toml");
        let groups = include_str!("../../../playbook/dictionary/groups.toml");
        let dictionary = Dictionary::from_toml(kinds, groups).unwrap();
        assert_eq!(&dictionary, Dictionary::built_in());
        let customer = dictionary.kind(kind::CUSTOMER).unwrap();
        assert!(customer.field(kind::NAME).unwrap().is_mandatory);
        assert_eq!(customer.with, Some(kind::CONTACT));
    }

    #[test]
    fn a_choice_is_found_by_key_label_alias_and_path() {
        let region = Dictionary::built_in().group(kind::REGION).unwrap();
        for text in ["440106", "天河区", "Tianhe", "广州市 天河区", "广东省广州市天河区", "Tianhe, Guangzhou"]
        {
            assert_eq!(region.find(text).unwrap().key, *"440106", "{text}");
        }
        assert_eq!(region.shown("440106", Lang::Zh), "广州市天河区");
        assert_eq!(region.shown("110108", Lang::Zh), "北京市海淀区");
        let stage = Dictionary::built_in().group(kind::STAGE).unwrap();
        assert_eq!(stage.find("ＡＣＴＩＶＥ").unwrap().key, *"active");
        assert_eq!(stage.find("沉睡").unwrap().key, *"dormant");
        assert_eq!(stage.find("sleepy"), None);
    }

    #[test]
    fn records_add_items_and_fields_and_retire_items() {
        let mut book = Book::new();
        let mut clock = crate::stamp::Clock::new(1);
        let mut act = crate::change::Act::begin(&mut clock, 1, crate::book::SYSTEM);
        let mut item = |key: &str, zh: &str, active: bool| {
            let cells = [
                (names::GROUP, Value::from("stage")),
                (names::KEY, Value::from(key)),
                (names::ZH, Value::from(zh)),
                (names::ALIASES, Value::List(vec![format!("{zh}中").into()])),
                (names::ACTIVE, Value::Bool(active)),
            ];
            act.create(DICT_ITEM, cells.into_iter().collect());
        };
        item("paused", "暂停", true);
        item("dormant", "睡眠", false);
        let cells =
            [(names::ENTITY, "customer"), (names::KEY, "parking"), (names::ZH, "停车位"), (names::TYPE, "int[0..99]")];
        act.create(FIELD_DEF, cells.into_iter().map(|(key, text)| (key, Value::from(text))).collect());
        act.finish().into_iter().for_each(|change| assert!(book.insert(change)));
        let dictionary = Dictionary::built_in().with_records(&book);
        let stage = dictionary.group(kind::STAGE).unwrap();
        assert_eq!(stage.find("暂停中").unwrap().key, *"paused");
        assert_eq!(stage.shown("dormant", Lang::En), "睡眠");
        assert!(stage.offered().all(|item| item.key != *"dormant"));
        let parking = dictionary.kind(kind::CUSTOMER).unwrap().field_type(Key::of("parking"));
        assert_eq!(parking, Some(&FieldType::Int { min: Some(0), max: Some(99) }));
    }

    #[test]
    fn every_shown_choice_is_found_again() {
        for group in Dictionary::built_in().groups() {
            for item in group.items() {
                for lang in [Lang::Zh, Lang::En] {
                    let shown = group.shown(item.key.as_str(), lang);
                    assert_eq!(group.find(&shown).map(|found| found.key), Some(item.key), "{}: {shown}", group.key);
                }
            }
        }
    }
}
