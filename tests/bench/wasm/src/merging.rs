//! Two backups become one, as the app brings one in: every checksum verified, clashes counted.

use kehu_domain::book::Book;
use kehu_domain::snapshot;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::told;

/// Later than every stamp that is measured with.
const NOW_MS: u64 = 1_800_000_000_000;

/// An opened backup that others are brought into.
#[wasm_bindgen]
pub struct Merger {
    workspace: String,
    book: Book,
}

/// What a merge brought.
#[wasm_bindgen]
pub struct Brought {
    /// Changes that were not here.
    pub fresh: usize,
    /// Changes that were.
    pub known: usize,
    /// Fields that clash now.
    pub clashes: usize,
}

#[wasm_bindgen]
impl Merger {
    /// Opens a backup.
    ///
    /// # Errors
    /// When it is not whole and unaltered.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8]) -> Result<Merger, JsError> {
        let opened = snapshot::read(file).map_err(told)?;
        let mut book = Book::new();
        for change in opened.changes {
            book.insert(change);
        }
        Ok(Self { workspace: opened.header.workspace, book })
    }

    /// Brings another one in.
    ///
    /// # Errors
    /// When it is not whole and unaltered.
    pub fn merge(&mut self, file: &[u8]) -> Result<Brought, JsError> {
        let opened = snapshot::read(file).map_err(told)?;
        let merged = self.book.preview(opened.changes, NOW_MS);
        let clashes = self.book.clashes_with(&merged.new);
        let brought = Brought { fresh: merged.new.len(), known: merged.known, clashes };
        for change in merged.new {
            self.book.insert(change);
        }
        Ok(brought)
    }

    /// The backup of all of it.
    pub fn save(&self) -> Vec<u8> {
        snapshot::write(&self.workspace, &self.book.changes())
    }

    /// What a field of a record holds, for checking the result; empty where there is no such text.
    ///
    /// # Errors
    /// When the names are none.
    pub fn text(&self, record: &str, field: &str) -> Result<String, JsError> {
        let key = kehu_domain::key::Key::new(field).map_err(told)?;
        let record = self.book.get(record.parse().map_err(told)?);
        Ok(record.map(|record| record.text(key).to_owned()).unwrap_or_default())
    }
}
