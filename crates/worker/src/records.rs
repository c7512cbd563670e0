//! The records of a workspace as the worker reads them: from the store, like any tab.

use kehu_domain::arrival::WORKSPACE_RECORD;
use kehu_domain::book::Book;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::Clock;
use kehu_ledger::errand::Failure;
use kehu_ledger::{pace, read_class};
use kehu_store::{Class, Opening, Store};

use crate::desk::Errand;

/// How many bytes of stored records are read at a time.
const SLICE_BYTES: usize = 4 << 20;

/// Opens the store of a workspace that the page has open.
///
/// # Errors
/// What the browser reports.
pub async fn open(workspace: &str) -> Result<Store, Failure> {
    Ok(Store::open_with(Opening::new(workspace)).await?)
}

/// Reads the records whose kind `wants` into memory; `stage` is what the page is told meanwhile.
///
/// # Errors
/// What the browser reports, or a wish to stop.
pub async fn read(errand: &Errand, store: &Store, stage: u8, wants: impl Fn(Key) -> bool) -> Result<Book, Failure> {
    let mut book = Book::new();
    let totals = store.totals().await?;
    let total = usize::try_from(totals.changes()).unwrap_or(usize::MAX);
    let done = std::cell::Cell::new(0);
    for class in [Class::Hot, Class::Cold] {
        let take = |change: kehu_domain::change::Change| {
            done.set(done.get() + 1);
            if wants(change.kind) {
                book.insert(change);
            }
        };
        read_class(store, class, SLICE_BYTES, take, async || _ = errand.step(stage, done.get(), total).await).await?;
        errand.step(stage, done.get(), total).await?;
    }
    Ok(book)
}

/// The identity of a workspace; empty before anything was saved.
pub fn identity(book: &Book) -> String {
    book.get(WORKSPACE_RECORD).map(|record| record.text(kind::WORKSPACE_ID).to_owned()).unwrap_or_default()
}

/// A clock of the worker's own that has seen everything in `book`.
pub fn clock(book: &Book) -> Clock {
    let half = || (js_sys::Math::random() * 4_294_967_296.0) as u64;
    let mut clock = Clock::new(half() << 32 | half());
    // A stamp too far ahead does not move it; the page sets those aside as well.
    _ = clock.observe(book.newest(), pace::wall_ms());
    clock
}
