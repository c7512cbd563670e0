//! Reading a class of records from the store, slice by slice.

use kehu_domain::change::Change;
use kehu_store::{Class, Store, StoreError, Tally};

use crate::journal;

/// What of the stored data could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flaws {
    /// Pieces that are there but not as they were written.
    pub damaged: usize,
    /// Changes that were recorded and are not there.
    pub missing: u64,
}

impl Flaws {
    /// Whether everything recorded was read.
    pub fn is_whole(self) -> bool {
        self == Self::default()
    }
}

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
    let mut after = None;
    let mut tally = Tally::default();
    let mut unreadable = 0;
    loop {
        let slice = store.read(class, after.as_ref(), slice_bytes).await?;
        tally.count(&slice);
        for entry in slice.entries {
            let (changes, lost) = journal::changes(&entry.body);
            unreadable += lost;
            changes.into_iter().for_each(&mut take);
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
