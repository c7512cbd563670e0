//! A table of customers as the app imports it: read, rehearsed, then written as one durable act.

use std::sync::Arc;

use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::Act;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::{Importer, Opening, Options, Proposal, recognise};
use kehu_domain::stamp::Clock;
use kehu_ledger::journal;
use kehu_store::Store;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::told;

/// When it takes place; any moment will do.
const NOW_MS: u64 = 1_795_428_000_000;

/// A table on its way into a workspace.
#[wasm_bindgen]
pub struct TableImport {
    importer: Importer,
    book: Book,
}

#[wasm_bindgen]
impl TableImport {
    /// Reads a table in UTF-8 and takes its columns for what their headings say.
    ///
    /// # Errors
    /// When it is none, or has columns that cannot be carried out.
    #[wasm_bindgen(constructor)]
    pub fn new(file: Vec<u8>) -> Result<TableImport, JsError> {
        // What is measured is written in UTF-8, so no other decoder is needed.
        let mut opening = Opening::new(file, |_| None).map_err(told)?;
        while opening.step(1 << 20).map_err(told)? {}
        let mut table = opening.finish().map_err(told)?;
        let dictionary = Arc::new(Dictionary::built_in().clone());
        let (kind, header) = recognise(&dictionary, table.preview()).ok_or_else(|| JsError::new("no headings"))?;
        table.use_header(header);
        let proposal = Proposal::new(&dictionary, kind, table.headers(), &[]).ok_or_else(|| JsError::new("no kind"))?;
        let mapping = proposal.mapping().map_err(|problems| JsError::new(&format!("{problems:?}")))?;
        let options = Options::new("bench.csv", "bench".to_owned());
        let importer = Importer::new(table, &mapping, options, dictionary).map_err(told)?;
        Ok(Self { importer, book: Book::new() })
    }

    /// Rehearses every row: validated, compared with what is there and with each other. Gives how many there are.
    ///
    /// # Errors
    /// When there are too many.
    pub fn dry_run(&mut self) -> Result<u32, JsError> {
        Ok(self.importer.dry_run(&self.book).map_err(told)?.rows)
    }

    /// Writes what was rehearsed, as one durable act; gives how many changes that took.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn commit(mut self, workspace: String) -> Result<usize, JsError> {
        let mut clock = Clock::new(1);
        let mut act = Act::begin(&mut clock, NOW_MS, SYSTEM);
        while !self.importer.commit(&self.book, &mut act, usize::MAX).is_finished {}
        let changes = act.finish();
        let entries = journal::entries(&changes, async || ()).await;
        let store = Store::open(&workspace).await.map_err(told)?;
        store.append(entries, &[]).await.map_err(told)?;
        store.close();
        Ok(changes.len())
    }
}
