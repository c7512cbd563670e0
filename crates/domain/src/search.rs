//! Finding records as fast as one types: by any part of a text, by pinyin, by initials, by digits.
//!
//! All texts lie one after another in one buffer, folded (see `fold`), each opened by a byte up to
//! [`MAX_SLOTS`] that names its field; a query is one scan over it. Beside it lie the texts with
//! Chinese characters once more as initials, one byte a character, with the number of each sound.

mod fold;
mod query;
mod scan;
mod sound;

use std::collections::HashMap;

use crate::key::Key;
use crate::stamp::RecordId;

pub use query::highlight;
pub use scan::Rank;

use sound::Sound;

/// How many different pairs of field and weight one index tells apart.
///
/// Texts of further pairs are found too, but as if they belonged to the last pair.
pub const MAX_SLOTS: usize = 31;

/// Below this much, dead text is not worth a rebuild, in bytes.
const MIN_WASTE: usize = 64 * 1024;

/// One text of a record, offered to the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'t> {
    /// The field it comes from, given back with what is found.
    pub field: Key,
    /// The text as people see it.
    pub text: &'t str,
    /// Its importance: of two equally good finds the heavier text comes first.
    pub weight: u8,
    /// Whether it is a number (telephone, code): never read as pinyin, and found inside last of all.
    pub is_number: bool,
}

/// A record that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The record.
    pub record: RecordId,
    /// The tag it was put in with.
    pub tag: u8,
    /// The field in which the query's longest word was found best.
    pub field: Key,
    /// How well the query was found.
    pub rank: Rank,
}

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The best hits, the best first.
    pub hits: Vec<Hit>,
    /// How many records were found in all.
    pub total: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    field: Key,
    weight: u8,
    is_number: bool,
}

/// Where a record's texts begin; they end where the next record's begin.
#[derive(Clone, Copy, Debug)]
struct Place {
    id: RecordId,
    text: u32,
    spelled: u32,
    /// Length of the first text in bytes, as far as it is counted.
    name_len: u16,
    tag: u8,
    is_alive: bool,
}

/// The index over the texts of all records.
#[derive(Clone, Debug, Default)]
pub struct Index {
    slots: Vec<Slot>,
    places: Vec<Place>,
    numbers: HashMap<RecordId, u32>,
    text: Vec<u8>,
    /// One bit for each byte of `text`: whether a word begins there.
    starts: Vec<u64>,
    initials: Vec<u8>,
    sounds: Vec<Sound>,
    dead: usize,
}

impl Index {
    /// An index of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts in a record, in place of what was known of it; its first text is its name.
    ///
    /// `tag` is the caller's own mark for the kind of record. A record without texts is removed.
    pub fn put(&mut self, record: RecordId, tag: u8, entries: &[Entry<'_>]) {
        self.remove(record);
        let (text, spelled) = (self.text.len(), self.initials.len());
        for entry in entries {
            self.push_text(entry);
        }
        if self.text.len() == text {
            return;
        }
        // Offsets are 32 bits wide; no browser could hold more.
        let (Ok(text_at), Ok(spelled_at), Ok(number)) =
            (u32::try_from(text), u32::try_from(spelled), u32::try_from(self.places.len()))
        else {
            self.cut(text, spelled);
            return;
        };
        let first = self.text.get(text + 1..).unwrap_or_default();
        let name_len = first.iter().position(|byte| *byte < 0x20).unwrap_or(first.len()).min(usize::from(u16::MAX));
        let name_len = name_len as u16;
        self.places.push(Place { id: record, text: text_at, spelled: spelled_at, name_len, tag, is_alive: true });
        self.numbers.insert(record, number);
    }

    /// Takes a record out; says whether it was there.
    pub fn remove(&mut self, record: RecordId) -> bool {
        let Some(number) = self.numbers.remove(&record) else { return false };
        let size = self.text_range(number as usize).len();
        if let Some(place) = self.places.get_mut(number as usize) {
            place.is_alive = false;
        }
        self.dead += size;
        if self.dead > MIN_WASTE && self.dead * 2 > self.text.len() {
            self.rebuild();
        }
        true
    }

    /// How many records are in it.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether it holds no record.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Bytes of memory used, roughly.
    pub fn size(&self) -> usize {
        self.text.capacity()
            + self.starts.capacity() * 8
            + self.initials.capacity()
            + self.sounds.capacity() * 2
            + self.places.capacity() * size_of::<Place>()
            + self.numbers.capacity() * (size_of::<(RecordId, u32)>() + 1)
    }

    fn push_text(&mut self, entry: &Entry<'_>) {
        let letters: Vec<fold::Folded> = fold::fold(entry.text).collect();
        if letters.is_empty() {
            return;
        }
        let slot = self.slot(entry);
        self.text.push(slot);
        let mut bytes = [0; 4];
        for folded in &letters {
            if folded.is_start {
                self.mark_start(self.text.len());
            }
            self.text.extend_from_slice(folded.letter.encode_utf8(&mut bytes).as_bytes());
        }
        let chars: Vec<char> = letters.iter().map(|folded| folded.letter).collect();
        if !entry.is_number && sound::can_spell(&chars) {
            self.push_spellings(slot, &chars);
        }
    }

    fn push_spellings(&mut self, slot: u8, chars: &[char]) {
        for spelling in sound::spellings(chars) {
            self.initials.push(slot);
            self.sounds.push(0);
            for (sound, letter) in spelling.into_iter().zip(chars) {
                let plain = if letter.is_ascii() { *letter as u8 } else { scan::NO_LETTER };
                self.initials.push(sound::letters(sound).first().copied().unwrap_or(plain));
                self.sounds.push(sound);
            }
        }
    }

    fn slot(&mut self, entry: &Entry<'_>) -> u8 {
        let slot = Slot { field: entry.field, weight: entry.weight, is_number: entry.is_number };
        let known = self.slots.iter().position(|other| *other == slot);
        let place = known.unwrap_or_else(|| {
            if self.slots.len() < MAX_SLOTS {
                self.slots.push(slot);
            }
            self.slots.len() - 1
        });
        place as u8 + 1
    }

    fn mark_start(&mut self, at: usize) {
        let word = at / 64;
        if self.starts.len() <= word {
            self.starts.resize(word + 1, 0);
        }
        if let Some(bits) = self.starts.get_mut(word) {
            *bits |= 1 << (at % 64);
        }
    }

    /// Forgets everything from these offsets on.
    fn cut(&mut self, text: usize, spelled: usize) {
        self.text.truncate(text);
        self.initials.truncate(spelled);
        self.sounds.truncate(spelled);
        self.starts.truncate(text.div_ceil(64));
        if let Some(bits) = self.starts.get_mut(text / 64) {
            *bits &= (1 << (text % 64)) - 1;
        }
    }

    /// Leaves out the dead; what is alive is copied as it is.
    fn rebuild(&mut self) {
        let mut fresh = Self { slots: std::mem::take(&mut self.slots), ..Self::default() };
        for (number, place) in self.places.iter().enumerate().filter(|(_, place)| place.is_alive) {
            let (text, spelled) = (self.text_range(number), self.spelled_range(number));
            let moved = Place { text: fresh.text.len() as u32, spelled: fresh.initials.len() as u32, ..*place };
            for at in text.clone().filter(|at| self.is_start(*at)) {
                fresh.mark_start(fresh.text.len() + at - text.start);
            }
            fresh.text.extend_from_slice(self.text.get(text).unwrap_or_default());
            fresh.initials.extend_from_slice(self.initials.get(spelled.clone()).unwrap_or_default());
            fresh.sounds.extend_from_slice(self.sounds.get(spelled).unwrap_or_default());
            fresh.numbers.insert(place.id, fresh.places.len() as u32);
            fresh.places.push(moved);
        }
        *self = fresh;
    }
}
