//! Records through `kehu-store`: many in one transaction, read back, and one at a time.

use kehu_store::{Class, Entry, Store};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{lines, told};

/// Records made ready as the app makes them: so many to an entry.
#[wasm_bindgen]
pub struct Load {
    entries: Vec<Entry>,
}

#[wasm_bindgen]
impl Load {
    /// The lines of `file`, `per_entry` of them to a stored value.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8], per_entry: usize) -> Self {
        let all: Vec<&[u8]> = lines(file).collect();
        let entries = all.chunks(per_entry.max(1)).enumerate().map(|(place, part)| entry(place, part)).collect();
        Self { entries }
    }

    /// Writes everything as one durable act.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn write(self, workspace: String) -> Result<(), JsError> {
        let store = Store::open(&workspace).await.map_err(told)?;
        store.append(self.entries, &[]).await.map_err(told)?;
        store.close();
        Ok(())
    }
}

/// Reads everything, each entry proved by its checksum, and gives the bytes without line feeds.
///
/// # Errors
/// When the store refuses, or something is not whole.
#[wasm_bindgen]
pub async fn read(workspace: String) -> Result<f64, JsError> {
    let store = Store::open(&workspace).await.map_err(told)?;
    let whole = store.read_all(Class::Hot).await.map_err(told)?;
    store.close();
    if !whole.integrity.is_whole() {
        return Err(JsError::new("not whole"));
    }
    let bytes: usize = whole.entries.iter().map(|entry| entry.body.len() - entry.count as usize).sum();
    Ok(bytes as f64)
}

fn entry(place: usize, part: &[&[u8]]) -> Entry {
    let mut body = Vec::with_capacity(part.iter().map(|line| line.len() + 1).sum());
    for line in part {
        body.extend_from_slice(line);
        body.push(b'\n');
    }
    Entry { class: Class::Hot, key: format!("{place:010}"), count: part.len() as u32, body }
}

/// An open store that saves one change after another.
#[wasm_bindgen]
pub struct Saver {
    store: Store,
}

#[wasm_bindgen]
impl Saver {
    /// Opens a store.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn open(workspace: String) -> Result<Saver, JsError> {
        Ok(Self { store: Store::open(&workspace).await.map_err(told)? })
    }

    /// Saves one change as one durable act.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn save(&self, place: usize, line: Vec<u8>) -> Result<(), JsError> {
        self.store.append(vec![entry(place, &[&line])], &[]).await.map_err(told)
    }
}
