//! The app's search index over customers with their contacts.

use std::collections::HashMap;

use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::search::{Entry, Index};
use kehu_domain::stamp::{RecordId, Stamp};
use serde::Deserialize;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{lines, told};

/// A customer as all peers are given it.
#[derive(Deserialize)]
struct Customer<'a> {
    #[serde(borrow)]
    name: &'a str,
    #[serde(borrow)]
    code: &'a str,
    #[serde(borrow)]
    contact: &'a str,
    #[serde(borrow)]
    mobile: &'a str,
}

/// Finds customers while somebody types.
#[wasm_bindgen]
pub struct Finder {
    index: Index,
    places: HashMap<RecordId, u32>,
}

#[wasm_bindgen]
impl Finder {
    /// The index over the customers of `file`, one JSON object a line.
    ///
    /// # Errors
    /// When a line cannot be read.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8]) -> Result<Finder, JsError> {
        let mut finder = Self { index: Index::new(), places: HashMap::new() };
        for (place, line) in lines(file).enumerate() {
            finder.put(place as u32, &serde_json::from_slice(line).map_err(told)?);
        }
        Ok(finder)
    }

    fn put(&mut self, place: u32, customer: &Customer<'_>) {
        let entry = |field: Key, text, weight, is_number| Entry { field, text, weight, is_number };
        let id = RecordId::from(Stamp::new(u64::from(place) + 1, 0, 0));
        let entries = [
            entry(kind::NAME, customer.name, 9, false),
            entry(kind::CODE, customer.code, 6, true),
            entry(Key::of("contact"), customer.contact, 5, false),
            entry(kind::MOBILE, customer.mobile, 3, true),
        ];
        self.index.put(id, 0, &entries);
        self.places.insert(id, place);
    }

    /// The best finds, as places in the file.
    pub fn find(&self, query: &str, limit: usize) -> Vec<u32> {
        let hits = self.index.find(query, limit).hits;
        hits.into_iter().filter_map(|hit| self.places.get(&hit.record).copied()).collect()
    }
}
