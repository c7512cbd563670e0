//! The words customers are compared by, each with the customers that have it.

use std::collections::HashMap;

use super::normal::{Hash, core_name, near_words, sound};
use super::{Likeness, Profile, told_apart};
use crate::book::Book;
use crate::kind;
use crate::stamp::RecordId;

/// The most customers that may share a word for the word to say anything: more share a switchboard, or a name like 公司.
pub(super) const CROWD: usize = 24;

/// How many words wait unsorted at most.
const FRESH: usize = 4_096;

/// How much of the table may be of customers that were put in anew since, before it is tidied.
const MIN_WASTE: usize = 8_192;

/// All customers by the words they are compared by; about 70 bytes a customer.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The customer of each place; places are never used twice between two tidyings.
    customers: Vec<Option<RecordId>>,
    places: HashMap<RecordId, u32>,
    /// Words with the places that have them, sorted.
    pub(super) words: Vec<(u32, u32)>,
    fresh: Vec<(u32, u32)>,
}

impl Index {
    /// An index of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts in a customer, in place of what was known of it; one that is no longer there is taken out.
    pub fn put(&mut self, book: &Book, customer: RecordId) {
        self.remove(customer);
        let Some(record) = book.get(customer).filter(|record| record.kind == kind::CUSTOMER && record.exists()) else {
            return;
        };
        let Ok(place) = u32::try_from(self.customers.len()) else { return };
        self.customers.push(Some(customer));
        self.places.insert(customer, place);
        self.fresh.extend(words(&Profile::of(book, record)).into_iter().map(|word| (word, place)));
        if self.fresh.len() > FRESH.max(self.words.len() / 4) {
            self.settle();
        }
    }

    /// Takes a customer out.
    pub fn remove(&mut self, customer: RecordId) {
        if let Some(place) = self.places.remove(&customer)
            && let Some(place) = self.customers.get_mut(place as usize)
        {
            *place = None;
        }
    }

    /// How many customers are in it.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether it holds no customer.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Bytes of memory used, roughly.
    pub fn size(&self) -> usize {
        self.words.capacity() * 8
            + self.fresh.capacity() * 8
            + self.customers.capacity() * size_of::<Option<RecordId>>()
            + self.places.capacity() * (size_of::<(RecordId, u32)>() + 1)
    }

    /// The customers that may be the one of the profile, the surest first; `except` leaves one out, and those told apart
    /// from it.
    pub fn likely(&self, book: &Book, profile: &Profile, except: Option<RecordId>) -> Vec<(RecordId, Likeness)> {
        let mut places: Vec<u32> = Vec::new();
        for word in words(profile) {
            let from = self.words.partition_point(|(other, _)| *other < word);
            let sorted = self.words.get(from..).unwrap_or_default().iter().take_while(|(other, _)| *other == word);
            let fresh = self.fresh.iter().filter(|(other, _)| *other == word);
            let all = sorted.chain(fresh).map(|(_, place)| *place).filter(|place| self.customer(*place).is_some());
            places.extend(all.take(CROWD));
        }
        places.sort_unstable();
        places.dedup();
        let apart: Vec<RecordId> = except.map(|except| apart_from(book, except)).unwrap_or_default();
        let mut found: Vec<(RecordId, Likeness)> = places
            .into_iter()
            .filter_map(|place| self.customer(place))
            .filter(|customer| Some(*customer) != except && !apart.contains(customer))
            .filter_map(|customer| Some((customer, profile.likeness(&Profile::of(book, book.get(customer)?))?)))
            .collect();
        found.sort_by(|(one, a), (other, b)| (a.certainty, &a.reasons, one).cmp(&(b.certainty, &b.reasons, other)));
        found
    }

    /// The customer of a place, if it is still there.
    pub(super) fn customer(&self, place: u32) -> Option<RecordId> {
        self.customers.get(place as usize).copied().flatten()
    }

    /// Sorts what waits into the table, and leaves out customers that are no longer there.
    pub fn settle(&mut self) {
        if self.customers.len() - self.places.len() > MIN_WASTE.max(self.places.len() / 2) {
            self.tidy();
        }
        // Two sorted runs are merged in one go, which does not hold a page up.
        self.fresh.sort_unstable();
        self.words.append(&mut self.fresh);
        self.words.sort();
    }

    fn tidy(&mut self) {
        let mut moved: Vec<Option<u32>> = Vec::with_capacity(self.customers.len());
        let mut kept: Vec<Option<RecordId>> = Vec::with_capacity(self.places.len());
        for customer in &self.customers {
            moved.push(customer.map(|_| kept.len() as u32));
            kept.extend(customer.map(Some));
        }
        let place = |place: u32| moved.get(place as usize).copied().flatten();
        self.words.append(&mut self.fresh);
        self.words.retain_mut(|(_, at)| place(*at).map(|new| *at = new).is_some());
        self.places = kept.iter().flatten().zip(0..).map(|(customer, place)| (*customer, place)).collect();
        self.customers = kept;
    }
}

/// Those somebody said are not the same as this customer.
fn apart_from(book: &Book, customer: RecordId) -> Vec<RecordId> {
    let of_pair = |(one, other)| match customer {
        _ if customer == one => Some(other),
        _ if customer == other => Some(one),
        _ => None,
    };
    told_apart(book).filter_map(of_pair).collect()
}

/// The words of a profile; two customers with none in common are not compared.
fn words(profile: &Profile) -> Vec<u32> {
    let mut words: Vec<u64> = Vec::with_capacity(8);
    if !profile.uscc.is_empty() {
        words.push(Hash::of("uscc", &profile.uscc));
    }
    words.extend(profile.phones.iter().map(|phone| Hash::of("phone", phone)));
    for name in &profile.names {
        let core = core_name(name);
        words.push(Hash::of("name", core));
        words.extend(sound(core));
        words.extend(near_words(core));
    }
    // A word need not be told from every other: what shares one is compared field by field.
    let mut words: Vec<u32> = words.into_iter().map(|word| (word ^ (word >> 32)) as u32).collect();
    words.sort_unstable();
    words.dedup();
    words
}
