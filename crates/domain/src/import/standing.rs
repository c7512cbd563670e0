//! What the records and the earlier rows of the file already say, found by code, credit code, name and number.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::mapping::Target;
use super::outcome::{FieldChange, MatchBy, Twin, Who, Why};
use crate::book::{Book, Record};
use crate::dictionary::is_plain;
use crate::key::Key;
use crate::kind::{CODE, CUSTOMER_REF, MOBILE, NAME, OTHER_CODES, PHONE, TAGS, USCC};
use crate::stamp::RecordId;
use crate::value::Value;

/// The contents of one row; blank ones only where they are to empty a field.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// Of the imported kind.
    pub own: Vec<(Key, Value)>,
    /// Of the kind its rows carry along.
    pub carried: Vec<(Key, Value)>,
}

/// How a row's contents meet what is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// They are newer and replace what differs.
    Replace,
    /// They only add what is empty.
    Fill,
}

/// A record that was there before, or one that a row will make.
#[derive(Default)]
pub(super) struct Slot {
    /// The record, if it is there already.
    pub record: Option<RecordId>,
    /// The first row that spoke of it.
    pub row: Option<u32>,
    /// The first row that named it by its own code.
    pub coded_by: Option<u32>,
    /// What will be set.
    pub pending: Vec<(Key, Value)>,
    /// The records it carries along.
    pub carried: Vec<usize>,
}

/// A record carried along, as a contact of a customer.
#[derive(Default)]
pub(super) struct CarriedSlot {
    pub record: Option<RecordId>,
    pub is_touched: bool,
    pub pending: Vec<(Key, Value)>,
}

/// Where a row's code leads.
pub(super) struct Found {
    pub slot: usize,
    pub is_alias: bool,
}

/// Everything known so far, before and within the file.
#[derive(Default)]
pub(super) struct Standing {
    pub slots: Vec<Slot>,
    pub carried: Vec<CarriedSlot>,
    slot_of: HashMap<RecordId, usize>,
    codes: HashMap<Box<str>, (usize, bool)>,
    usccs: HashMap<Box<str>, Vec<usize>>,
    names: HashMap<Box<str>, Vec<usize>>,
    phones: HashMap<Box<str>, Vec<usize>>,
    prints: HashMap<String, Vec<usize>>,
    chosen: HashMap<Box<str>, Vec<usize>>,
    people: HashMap<String, Vec<usize>>,
}

/// What records of the imported kind are recognised by, beside their codes.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    /// Credit code, name and numbers, as customers are.
    pub finds_doubles: bool,
    /// Whose they are, with name or mobile, as contacts are.
    pub are_people: bool,
    /// A field somebody chose.
    pub chosen: Option<Key>,
    /// The fields that say everything a file says, for records without a code.
    pub printed: Vec<Key>,
}

/// A customer's name for comparing: NFKC, no spaces, capitals; platform 3.
fn compared_name(name: &str) -> Box<str> {
    if is_plain(name) {
        return name.to_ascii_uppercase().into();
    }
    name.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect::<String>().into()
}

pub(super) fn of(values: &[(Key, Value)], key: Key) -> &Value {
    values.iter().find(|(name, _)| *name == key).map_or(Value::NULL, |(_, value)| value)
}

fn text_of(values: &[(Key, Value)], key: Key) -> Option<&str> {
    of(values, key).as_text()
}

fn put(values: &mut Vec<(Key, Value)>, key: Key, value: Value) {
    match values.iter_mut().find(|(name, _)| *name == key) {
        Some((_, old)) => *old = value,
        None => values.push((key, value)),
    }
}

impl Standing {
    /// Makes room for so many records at once, since growing later would hold up the page.
    pub fn expect(&mut self, records: usize, marks: &Marks) {
        self.slots.reserve(records);
        self.codes.reserve(records);
        if marks.finds_doubles {
            self.carried.reserve(records);
            self.usccs.reserve(records);
            self.names.reserve(records);
            self.phones.reserve(records);
        }
        if !marks.printed.is_empty() && !marks.printed.contains(&CODE) {
            self.prints.reserve(records);
        }
    }

    /// Takes in a record of the imported kind, which is of the customer `owner`: the one it was merged into, if it was.
    pub fn know(&mut self, record: &Record, owner: Option<RecordId>, marks: &Marks) {
        let slot = self.slots.len();
        self.slots.push(Slot { record: Some(record.id), ..Slot::default() });
        self.slot_of.insert(record.id, slot);
        if let Some(code) = record.get(CODE).as_text() {
            // A record's own code wins over another's alias.
            self.codes.insert(code.into(), (slot, false));
        }
        for code in record.get(OTHER_CODES).items().iter().filter_map(Value::as_text) {
            self.codes.entry(code.into()).or_insert((slot, true));
        }
        if marks.finds_doubles {
            self.learn(slot, record.get(USCC).as_text(), record.get(NAME).as_text());
        }
        if let Some(key) = marks.chosen {
            self.learn_chosen(slot, record.get(key));
        }
        if marks.are_people {
            let owner = owner.map_or(Value::Null, Value::from);
            self.learn_person(slot, |key| if key == CUSTOMER_REF { &owner } else { record.get(key) });
        }
        let has_code = marks.printed.contains(&CODE) && !record.get(CODE).is_blank();
        if !marks.printed.is_empty() && !has_code {
            let print = print(marks.printed.iter().map(|key| record.get(*key)));
            self.prints.entry(print).or_default().push(slot);
        }
    }

    fn learn_chosen(&mut self, slot: usize, value: &Value) {
        if !value.is_blank() {
            add(&mut self.chosen, chosen_word(value), slot);
        }
    }

    fn learn_person<'v>(&mut self, slot: usize, get: impl Fn(Key) -> &'v Value) {
        for key in [MOBILE, NAME] {
            if let Some(word) = person(&get, key) {
                let slots = self.people.entry(word).or_default();
                if !slots.contains(&slot) {
                    slots.push(slot);
                }
            }
        }
    }

    /// Takes in a record carried along by the record `owner`.
    pub fn know_carried(&mut self, record: &Record, owner: RecordId) {
        let Some(slot) = self.slot_of.get(&owner).copied() else { return };
        self.carried.push(CarriedSlot { record: Some(record.id), ..CarriedSlot::default() });
        let place = self.carried.len() - 1;
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.carried.push(place);
        }
        for phone in [MOBILE, PHONE].into_iter().filter_map(|key| record.get(key).as_text()) {
            self.learn_phone(slot, phone);
        }
    }

    fn learn(&mut self, slot: usize, uscc: Option<&str>, name: Option<&str>) {
        if let Some(uscc) = uscc {
            add(&mut self.usccs, uscc.into(), slot);
        }
        if let Some(name) = name {
            add(&mut self.names, compared_name(name), slot);
        }
    }

    fn learn_phone(&mut self, slot: usize, phone: &str) {
        add(&mut self.phones, phone.into(), slot);
    }

    /// The record that has the row's code.
    pub fn by_code(&self, contents: &Contents) -> Option<Found> {
        let (slot, is_alias) = *self.codes.get(text_of(&contents.own, CODE)?)?;
        Some(Found { slot, is_alias })
    }

    /// A record with just these contents that no row has claimed yet.
    pub fn by_print(&mut self, printed: &[Key], contents: &Contents) -> Option<usize> {
        let print = print(printed.iter().map(|key| of(&contents.own, *key)));
        self.prints.get_mut(&print)?.pop()
    }

    /// The records that are the same as the row by what somebody chose.
    pub fn by_choice(&self, contents: &Contents, match_by: MatchBy) -> Vec<usize> {
        let with = |map: &HashMap<Box<str>, Vec<usize>>, word: Option<Box<str>>| -> Vec<usize> {
            word.and_then(|word| map.get(&word)).cloned().unwrap_or_default()
        };
        match match_by {
            MatchBy::Usual | MatchBy::Code => Vec::new(),
            MatchBy::Uscc => with(&self.usccs, text_of(&contents.own, USCC).map(Box::from)),
            MatchBy::Field(key) => {
                let value = of(&contents.own, key);
                with(&self.chosen, (!value.is_blank()).then(|| chosen_word(value)))
            }
            MatchBy::NameAndPhone => {
                let mut named = with(&self.names, text_of(&contents.own, NAME).map(compared_name));
                let called: Vec<usize> = [MOBILE, PHONE]
                    .into_iter()
                    .flat_map(|key| with(&self.phones, text_of(&contents.carried, key).map(Box::from)))
                    .collect();
                named.retain(|slot| called.contains(slot));
                named
            }
        }
    }

    /// The contact a row of contacts means: of its customer by mobile, or by name where no number speaks against it.
    pub fn by_person(&self, book: &Book, contents: &Contents) -> Option<usize> {
        let get = |key: Key| of(&contents.own, key);
        let with = |key: Key| person(&get, key).and_then(|word| self.people.get(&word)).into_iter().flatten().copied();
        let has_number = [MOBILE, PHONE].iter().any(|key| !get(*key).is_blank());
        let fits = |slot: &usize| {
            let holds_phone = !get(PHONE).is_blank() && self.current(book, *slot, PHONE) == get(PHONE);
            let is_free = self.slots.get(*slot).is_some_and(|slot| slot.row.is_none());
            !has_number || holds_phone || is_free
        };
        with(MOBILE).next().or_else(|| with(NAME).find(fits))
    }

    /// What the row looks like, the likeliest first; platform 3.
    pub fn twins(&self, contents: &Contents) -> Vec<(usize, Why)> {
        let mut twins: Vec<(usize, Why)> = Vec::new();
        let mut found = |slot: usize, why: Why| {
            if twins.iter().all(|(other, _)| *other != slot) {
                twins.push((slot, why));
            }
        };
        let with = |map: &HashMap<Box<str>, Vec<usize>>, word: Option<&str>| -> Vec<usize> {
            word.and_then(|word| map.get(word)).cloned().unwrap_or_default()
        };
        let name = text_of(&contents.own, NAME).map(compared_name);
        let named = with(&self.names, name.as_deref());
        let mut called: Vec<usize> = Vec::new();
        for key in [MOBILE, PHONE] {
            called.extend(with(&self.phones, text_of(&contents.carried, key)));
        }
        with(&self.usccs, text_of(&contents.own, USCC)).into_iter().for_each(|slot| found(slot, Why::Uscc));
        named.iter().filter(|slot| called.contains(slot)).for_each(|slot| found(*slot, Why::NameAndPhone));
        called.into_iter().for_each(|slot| found(slot, Why::Phone));
        named.into_iter().for_each(|slot| found(slot, Why::Name));
        twins
    }

    /// The twin as the report names it.
    pub fn twin(&self, (slot, why): (usize, Why)) -> Option<Twin> {
        let slot = self.slots.get(slot)?;
        let who = slot.record.map(Who::Record).or(slot.row.map(Who::Row))?;
        Some(Twin { who, why })
    }

    /// What the field holds, pending contents first.
    pub fn current<'s>(&'s self, book: &'s Book, slot: usize, key: Key) -> &'s Value {
        let Some(slot) = self.slots.get(slot) else { return Value::NULL };
        current(book, &slot.pending, slot.record, key)
    }

    fn carried_current<'s>(&'s self, book: &'s Book, place: usize, key: Key) -> &'s Value {
        let Some(slot) = self.carried.get(place) else { return Value::NULL };
        current(book, &slot.pending, slot.record, key)
    }

    /// Whether the record says all that the row says.
    pub fn says(&self, book: &Book, slot: usize, contents: &Contents) -> bool {
        let own = contents.own.iter().all(|(key, value)| covers(self.current(book, slot, *key), *key, value));
        own && (contents.carried.is_empty() || self.saying(book, slot, &contents.carried).is_some())
    }

    /// The carried record of `slot` that says all of `carried`.
    fn saying(&self, book: &Book, slot: usize, carried: &[(Key, Value)]) -> Option<usize> {
        let says = |place: &&usize| {
            carried.iter().all(|(key, value)| covers(self.carried_current(book, **place, *key), *key, value))
        };
        self.slots.get(slot)?.carried.iter().find(says).copied()
    }

    /// Whether the row says something else than the record in a field that both fill.
    pub fn contradicts(&self, book: &Book, slot: usize, contents: &Contents) -> bool {
        contents.own.iter().filter(|(key, value)| *key != TAGS && !value.is_blank()).any(|(key, value)| {
            let current = self.current(book, slot, *key);
            !current.is_blank() && current != value
        })
    }

    /// Makes a place for the record that a row will make.
    pub fn create(&mut self, row: u32, mut contents: Contents, marks: &Marks) {
        contents.own.retain(|(_, value)| !value.is_blank());
        contents.carried.retain(|(_, value)| !value.is_blank());
        let slot = self.slots.len();
        let code = text_of(&contents.own, CODE).map(Box::<str>::from);
        let coded_by = code.as_ref().map(|_| row);
        if let Some(code) = code {
            self.codes.insert(code, (slot, false));
        }
        self.learn_contents(slot, &contents);
        if let Some(key) = marks.chosen {
            self.learn_chosen(slot, of(&contents.own, key));
        }
        if marks.are_people {
            self.learn_person(slot, |key| of(&contents.own, key));
        }
        let mut carried = Vec::new();
        if !contents.carried.is_empty() {
            self.carried.push(CarriedSlot { record: None, is_touched: true, pending: contents.carried });
            carried.push(self.carried.len() - 1);
        }
        self.slots.push(Slot { record: None, row: Some(row), coded_by, pending: contents.own, carried });
    }

    fn learn_contents(&mut self, slot: usize, contents: &Contents) {
        self.learn(slot, text_of(&contents.own, USCC), text_of(&contents.own, NAME));
        for phone in [MOBILE, PHONE].into_iter().filter_map(|key| text_of(&contents.carried, key)) {
            self.learn_phone(slot, phone);
        }
    }

    /// Lets a row's code lead to the record from now on, as an alias.
    pub fn alias(&mut self, book: &Book, slot: usize, code: Value) {
        if let Some(text) = code.as_text() {
            self.codes.entry(text.into()).or_insert((slot, true));
        }
        let all = united(self.current(book, slot, OTHER_CODES), &Value::List(vec![code]));
        if let Some(slot) = self.slots.get_mut(slot) {
            put(&mut slot.pending, OTHER_CODES, all);
        }
    }

    /// Lets the row's contents meet the record; gives what changes.
    pub fn apply(
        &mut self,
        book: &Book,
        slot: usize,
        contents: Contents,
        mode: Mode,
        (row, kind, with): (u32, Key, Option<Key>),
    ) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        if self.says(book, slot, &contents) {
            self.touch(book, slot, &contents, row);
            return changes;
        }
        self.learn_contents(slot, &contents);
        for (key, value) in contents.own {
            let before = self.current(book, slot, key).clone();
            if let Some(after) = met(&before, key, value, mode) {
                changes.push(FieldChange { target: Target { kind, field: key }, before, after: after.clone() });
                if let Some(slot) = self.slots.get_mut(slot) {
                    put(&mut slot.pending, key, after);
                }
            }
        }
        if let Some(with) = with.filter(|_| !contents.carried.is_empty()) {
            changes.extend(self.apply_carried(book, slot, contents.carried, mode, with));
        }
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.row.get_or_insert(row);
        }
        changes
    }

    fn touch(&mut self, book: &Book, slot: usize, contents: &Contents, row: u32) {
        if let Some(place) = self.saying(book, slot, &contents.carried).filter(|_| !contents.carried.is_empty()) {
            self.touch_carried(place);
        }
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.row.get_or_insert(row);
        }
    }

    fn apply_carried(
        &mut self,
        book: &Book,
        slot: usize,
        values: Vec<(Key, Value)>,
        mode: Mode,
        kind: Key,
    ) -> Vec<FieldChange> {
        if let Some(place) = self.saying(book, slot, &values) {
            self.touch_carried(place);
            return Vec::new();
        }
        let Some(place) = self.same_person(book, slot, &values, mode) else {
            let values: Vec<(Key, Value)> = values.into_iter().filter(|(_, value)| !value.is_blank()).collect();
            let change = |(key, value): &(Key, Value)| FieldChange {
                target: Target { kind, field: *key },
                before: Value::Null,
                after: value.clone(),
            };
            let changes = values.iter().map(change).collect();
            self.carried.push(CarriedSlot { record: None, is_touched: true, pending: values });
            let place = self.carried.len() - 1;
            if let Some(slot) = self.slots.get_mut(slot) {
                slot.carried.push(place);
            }
            return changes;
        };
        let is_touched = self.carried.get(place).is_some_and(|slot| slot.is_touched);
        let mode = if is_touched { Mode::Fill } else { mode };
        let mut changes = Vec::new();
        for (key, value) in values {
            let before = self.carried_current(book, place, key).clone();
            if let Some(after) = met(&before, key, value, mode) {
                changes.push(FieldChange { target: Target { kind, field: key }, before, after: after.clone() });
                if let Some(slot) = self.carried.get_mut(place) {
                    put(&mut slot.pending, key, after);
                }
            }
        }
        self.touch_carried(place);
        changes
    }

    fn touch_carried(&mut self, place: usize) {
        if let Some(slot) = self.carried.get_mut(place) {
            slot.is_touched = true;
        }
    }

    /// The contact meant: by mobile, by landline and name, or by name where no number speaks against it.
    fn same_person(&self, book: &Book, slot: usize, values: &[(Key, Value)], mode: Mode) -> Option<usize> {
        let places = &self.slots.get(slot)?.carried;
        let holds = |place: usize, key: Key| {
            let value = of(values, key);
            !value.is_blank() && self.carried_current(book, place, key) == value
        };
        let by_mobile = places.iter().find(|place| holds(**place, MOBILE));
        let has_number = [MOBILE, PHONE].iter().any(|key| !of(values, *key).is_blank());
        let is_free = |place: usize| self.carried.get(place).is_some_and(|slot| !slot.is_touched);
        let by_name = || {
            places.iter().find(|place| {
                holds(**place, NAME)
                    && (!has_number || holds(**place, PHONE) || (mode == Mode::Replace && is_free(**place)))
            })
        };
        by_mobile.or_else(by_name).copied()
    }
}

fn current<'s>(book: &'s Book, pending: &'s [(Key, Value)], record: Option<RecordId>, key: Key) -> &'s Value {
    match pending.iter().find(|(name, _)| *name == key) {
        Some((_, value)) => value,
        None => record.and_then(|id| book.get(id)).map_or(Value::NULL, |record| record.get(key)),
    }
}

fn add(map: &mut HashMap<Box<str>, Vec<usize>>, word: Box<str>, slot: usize) {
    let slots = map.entry(word).or_default();
    // A word shared by very many, such as a switchboard's number, would make every row slow and says little.
    if slots.len() < 32 && !slots.contains(&slot) {
        slots.push(slot);
    }
}

fn print<'v>(values: impl Iterator<Item = &'v Value>) -> String {
    values.map(Value::canonical).collect::<Vec<_>>().join("\n")
}

/// What a chosen field's content is looked up by.
fn chosen_word(value: &Value) -> Box<str> {
    value.as_text().map_or_else(|| value.canonical().into(), compared_name)
}

/// A contact's name or mobile together with the customer it is of; `None` when either is missing.
fn person<'v>(get: &impl Fn(Key) -> &'v Value, key: Key) -> Option<String> {
    Some(format!("{}\n{key}\n{}", get(CUSTOMER_REF).as_text()?, compared_name(get(key).as_text()?)))
}

/// Whether a record that holds `current` says `value` already; tags are a set.
fn covers(current: &Value, key: Key, value: &Value) -> bool {
    if current.is_blank() && value.is_blank() {
        true
    } else if key == TAGS {
        value.items().iter().all(|tag| current.items().contains(tag))
    } else {
        current == value
    }
}

/// What the field will hold; `None` when nothing changes.
fn met(before: &Value, key: Key, value: Value, mode: Mode) -> Option<Value> {
    if covers(before, key, &value) {
        None
    } else if key == TAGS {
        Some(united(before, &value))
    } else {
        (mode == Mode::Replace || before.is_blank()).then_some(value)
    }
}

/// Both lists as one, without repetition.
pub(super) fn united(one: &Value, other: &Value) -> Value {
    let mut all = one.items().to_vec();
    for item in other.items() {
        if !all.contains(item) {
            all.push(item.clone());
        }
    }
    Value::List(all)
}
