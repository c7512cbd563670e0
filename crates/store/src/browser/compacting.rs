//! Compaction: many small journal entries become few large pages, under a lock, all or nothing.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::future_to_promise;

use super::idb::{Fault, Mode, Transaction};
use super::script;
use super::store::{Store, class_range, class_range_after, full_key, read_totals, unframed, write_totals};
use crate::page::{SMALL_PAGE_BYTES, joined};
use crate::{COMPACT_FROM, Class, Compaction, Entry, StoreError};

/// About how many bytes one transaction joins, so that other tabs need not wait long.
const STEP_BYTES: usize = 8 << 20;

/// How many journal entries are fetched at once.
const BATCH: u32 = 64;

impl Store {
    /// Joins journal entries and small pages into pages of about [`PAGE_BYTES`](crate::PAGE_BYTES).
    ///
    /// A class with fewer than [`COMPACT_FROM`] journal entries stays as it is, and so does what
    /// is damaged. Each step is one transaction that moves bytes and totals together.
    ///
    /// # Errors
    /// As [`Self::append`]; what the last finished step did stays, the rest is as before.
    pub async fn compact(&self) -> Result<Compaction, StoreError> {
        let store = self.clone();
        match self.locked(false, async move { store.compact_now().await }).await? {
            Some(outcome) => outcome,
            None => Ok(Compaction { is_busy_elsewhere: true, ..Compaction::default() }),
        }
    }

    /// Runs `work` while no other tab moves entries; `None` when one does and we do not wait.
    pub(super) async fn locked<T: 'static>(
        &self,
        is_waiting: bool,
        work: impl Future<Output = T> + 'static,
    ) -> Result<Option<T>, StoreError> {
        let Some(locks) = script::global("navigator").and_then(|navigator| script::property(&navigator, "locks"))
        else {
            // Without locks two tabs may both be at it; each step is still all or nothing.
            return Ok(Some(work.await));
        };
        let outcome = Rc::new(RefCell::new(None));
        let result = Rc::clone(&outcome);
        let held = Closure::once(move |lock: JsValue| {
            future_to_promise(async move {
                if !lock.is_null() {
                    let done = work.await;
                    result.replace(Some(done));
                }
                Ok(JsValue::UNDEFINED)
            })
        });
        let name = format!("kehu-compact-{}", self.inner.workspace);
        let options = script::object(&[("ifAvailable", (!is_waiting).into())]);
        script::call_and_wait(&locks, "request", &[name.into(), options, held.as_ref().clone()])
            .await
            .map_err(|thrown| Fault::of(&thrown))?;
        Ok(outcome.take())
    }

    async fn compact_now(&self) -> Result<Compaction, StoreError> {
        let mut sum = Compaction::default();
        for class in Class::ALL {
            let mut is_first = true;
            loop {
                let least = if is_first { COMPACT_FROM } else { 1 };
                let step = self
                    .transact(&["journal", "pages", "meta"], Mode::Write, async |tx| step(tx, class, least).await)
                    .await?;
                sum.joined += step.joined;
                sum.pages += step.pages;
                if !step.has_more {
                    break;
                }
                is_first = false;
            }
        }
        Ok(sum)
    }
}

#[derive(Default)]
struct Step {
    joined: u64,
    pages: u64,
    has_more: bool,
}

/// One step: at least `least` journal entries, or nothing.
async fn step(tx: &Transaction, class: Class, least: usize) -> Result<Step, Fault> {
    let (journal, has_more) = journal_entries(tx, class).await?;
    if journal.len() < least {
        return Ok(Step::default());
    }
    let mut entries = small_pages(tx, class).await?;
    for page in &entries {
        tx.delete("pages", &full_key(class, &page.key))?;
    }
    for entry in &journal {
        tx.delete("journal", &full_key(class, &entry.key))?;
    }
    entries.extend(journal);
    let mut totals = read_totals(tx).await?;
    totals.compactions += 1;
    let joined_entries = entries.len() as u64;
    let pages = joined(class, entries, totals.compactions);
    for page in &pages {
        tx.put("pages", &full_key(class, &page.key), page.count, &page.body)?;
    }
    let step = Step { joined: joined_entries, pages: pages.len() as u64, has_more };
    let total = totals.of_mut(class);
    total.entries = total.entries.saturating_add(step.pages).saturating_sub(step.joined);
    write_totals(tx, &totals)?;
    Ok(step)
}

/// Whole journal entries of about [`STEP_BYTES`], oldest first, and whether there are more.
async fn journal_entries(tx: &Transaction, class: Class) -> Result<(Vec<Entry>, bool), Fault> {
    let mut entries = Vec::new();
    let mut bytes = 0;
    let mut range = class_range(class, None)?;
    loop {
        let arguments = [JsValue::from(range), BATCH.into()];
        let keys = tx.ask("journal", "getAllKeys", &arguments)?;
        let values = tx.ask("journal", "getAll", &arguments)?;
        let (keys, values) = (keys.keys().await?, values.list().await?);
        for (full, value) in keys.iter().zip(&values) {
            // What is not whole stays where it lies.
            if let (Some(key), Ok((count, body))) = (full.strip_prefix(class.prefix()), unframed(value)) {
                bytes += body.len();
                entries.push(Entry { class, key: key.to_owned(), count, body });
            }
        }
        let last = keys.last().and_then(|full| full.strip_prefix(class.prefix()));
        match last {
            Some(_) if bytes >= STEP_BYTES => return Ok((entries, true)),
            Some(key) if keys.len() == BATCH as usize => range = class_range_after(class, key)?,
            _ => return Ok((entries, false)),
        }
    }
}

/// The newest page, if it is small: it is joined again with what comes after it.
async fn small_pages(tx: &Transaction, class: Class) -> Result<Vec<Entry>, Fault> {
    let keys = tx.ask("pages", "getAllKeys", &[class_range(class, None)?.into()])?.keys().await?;
    let Some(full) = keys.last() else {
        return Ok(Vec::new());
    };
    let value = tx.ask("pages", "get", &[full.into()])?.result().await?;
    let (Some(key), Ok((count, body))) = (full.strip_prefix(class.prefix()), unframed(&value)) else {
        return Ok(Vec::new());
    };
    if body.len() >= SMALL_PAGE_BYTES {
        return Ok(Vec::new());
    }
    Ok(vec![Entry { class, key: key.to_owned(), count, body }])
}
