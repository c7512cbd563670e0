//! Reading a class of records from the store, slice by slice.

use kehu_domain::change::Change;
use kehu_store::{Class, Store, StoreError, Tally};

use crate::{Flaws, journal};

/// Reads every change of a class, verified, and calls `breathe` after each entry; says what could not be read.
///
/// # Errors
/// What the browser reports; the changes read until then were given out.
pub async fn read_class(
    store: &Store,
    class: Class,
    slice_bytes: usize,
    mut take: impl FnMut(Change),
    breathe: impl AsyncFn(),
) -> Result<Flaws, StoreError> {
    let each = |body: &[u8]| {
        let (changes, lost) = journal::changes(body);
        changes.into_iter().for_each(&mut take);
        lost
    };
    read_bodies(store, class, slice_bytes, each, breathe).await
}

/// Like [`read_class`], but gives out the lines of each entry as they lie; `take` says how many of them are no changes.
///
/// # Errors
/// What the browser reports; the entries read until then were given out.
pub async fn read_bodies(
    store: &Store,
    class: Class,
    slice_bytes: usize,
    mut take: impl FnMut(&[u8]) -> usize,
    breathe: impl AsyncFn(),
) -> Result<Flaws, StoreError> {
    let mut after = None;
    let mut tally = Tally::default();
    let mut unreadable = 0;
    loop {
        let slice = store.read(class, after.as_ref(), slice_bytes).await?;
        tally.count(&slice);
        for entry in slice.entries {
            unreadable += take(&entry.body);
            breathe().await;
        }
        match slice.next {
            Some(next) => after = Some(next),
            None => {
                let integrity = tally.integrity();
                let damaged = integrity.damaged.len() + unreadable;
                return Ok(Flaws { damaged, missing: integrity.missing_changes });
            }
        }
    }
}
