//! Rewriting: the one way bytes leave the store on purpose, for a person's right to be forgotten (L3).

use std::rc::Rc;

use super::idb::{Fault, Mode, Transaction};
use super::reading::{entry, some_after};
use super::sentinel;
use super::store::{Store, full_key, read_totals, write_totals};
use crate::{Class, Entry, Place, StoreError};

/// How many values are looked at in one transaction.
const BATCH: usize = 4;

/// Makes the new count and body of an entry; `None` leaves it as it is.
pub(super) type Rewrite = dyn Fn(&Entry) -> Option<(u32, Vec<u8>)>;

impl Store {
    /// Goes through a class, entry by entry, and puts in place what `rewrite` makes of each.
    ///
    /// `None` leaves an entry as it is, a count of 0 removes it. Keys stay, totals and sentinel
    /// follow, what is damaged is passed over. Waits for a compaction that is under way. Gives the
    /// number of entries that were rewritten or removed.
    ///
    /// # Errors
    /// As [`Self::append`]; steps that were finished stay, so rewriting again completes it.
    pub async fn rewrite(
        &self,
        class: Class,
        rewrite: impl Fn(&Entry) -> Option<(u32, Vec<u8>)> + 'static,
    ) -> Result<u64, StoreError> {
        let (store, rewrite) = (self.clone(), Rc::new(rewrite));
        let work = async move { store.rewrite_now(class, &*rewrite).await };
        // Waiting for the lock, we always get it.
        self.locked(true, work).await?.unwrap_or(Ok(0))
    }

    async fn rewrite_now(&self, class: Class, rewrite: &Rewrite) -> Result<u64, StoreError> {
        let mut rewritten = 0;
        for place in [Place::Pages, Place::Journal] {
            let mut after: Option<String> = None;
            loop {
                let step = self
                    .transact(&["pages", "journal", "meta"], Mode::Write, async |tx| {
                        step(tx, &self.inner.workspace, class, place, after.as_deref(), rewrite).await
                    })
                    .await?;
                rewritten += step.rewritten;
                match step.last {
                    Some(key) => after = Some(key),
                    None => break,
                }
            }
        }
        Ok(rewritten)
    }
}

struct Step {
    rewritten: u64,
    /// The last key that was looked at; `None` at the end.
    last: Option<String>,
}

async fn step(
    tx: &Transaction,
    workspace: &str,
    class: Class,
    place: Place,
    after: Option<&str>,
    rewrite: &Rewrite,
) -> Result<Step, Fault> {
    let mut totals = read_totals(tx).await?;
    let (keys, values) = some_after(tx, class, place, after, BATCH).await?;
    let mut rewritten = 0;
    for (full, value) in keys.iter().zip(&values) {
        let Ok(entry) = entry(class, place, full, value) else { continue };
        let Some((count, body)) = rewrite(&entry) else { continue };
        rewritten += 1;
        let total = totals.of_mut(class);
        total.changes = total.changes.saturating_sub(entry.count.into()).saturating_add(count.into());
        if count == 0 {
            total.entries = total.entries.saturating_sub(1);
            tx.delete(place.store(), full)?;
        } else {
            tx.put(place.store(), &full_key(class, &entry.key), count, &body)?;
        }
    }
    if rewritten > 0 {
        write_totals(tx, &totals)?;
        // Before it is durable: a sentinel that remembers too little is corrected by the next
        // commit, one that remembers too much would cry loss.
        sentinel::set(workspace, &totals);
    }
    let last = keys.last().and_then(|full| full.strip_prefix(class.prefix())).map(str::to_owned);
    Ok(Step { rewritten, last })
}
